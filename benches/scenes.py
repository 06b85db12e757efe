"""What is measured: the commits, and the ordinary work during which git calls hooks often.

The bars are ratios: of a commit, what it costs over a hook that does nothing to what it costs with the best other tool;
of other work, seconds (`bar_seconds`), or seconds for each commit or reference (`bar_each`) over the same work with
hooks that do nothing.
"""

import os
from dataclasses import dataclass, field

from contestants import Gate, Work
from repository import Layout, content, write

MEGABYTES_50 = 50 * 1000 * 1000


@dataclass(frozen=True)
class Scene:
    """A commit in a repository of a given size with given gates."""

    key: str
    title: str
    files: int
    staged: int = 1
    gates: int = 1
    with_files: bool = True
    # What each gate does; nothing but to end well without one. `{big}` is a file of 50 MB.
    script: str = ""
    suffix: str = ".py"
    partly: bool = False
    with_message: bool = False
    fails: bool = False
    bar: float = 0.0
    stretch: float = 0.0

    def layout(self):
        return Layout(self.files, self.staged, self.suffix)

    def names(self):
        return [f"g{number:03}" for number in range(self.gates)]

    def work(self, repository):
        gates = [Gate(name, repository.program(name), self.with_files) for name in self.names()]
        return Work(gates, repository.program("message") if self.with_message else "")


def scenes(large):
    return [
        Scene("commit", "a commit, 20 files, 1 staged", 20, bar=0.45, stretch=0.30),
        Scene("none", "no gate applies", 20, suffix=".txt", bar=0.40, stretch=0.25),
        Scene("sleep", "8 gates of `sleep 0.3`", 20, gates=8, with_files=False,
              script="#!/bin/sh\nexec sleep 0.3\n", bar=0.97, stretch=0.95),
        Scene("staged", "2,000 staged files to one gate", 2200, staged=2000, bar=0.45, stretch=0.25),
        Scene("large", f"{large:,} tracked files, 1 staged", large, bar=0.45, stretch=0.25),
        Scene("partly", f"{large:,} tracked files, partly staged", large, partly=True, bar=0.40, stretch=0.25),
        Scene("output", "50 MB of output, passes", 20, script="#!/bin/sh\nexec cat {big}\n", bar=0.10, stretch=0.06),
        Scene("failure", "50 MB of output, fails", 20, script="#!/bin/sh\ncat {big}\nexit 1\n", fails=True,
              bar=0.10, stretch=0.06),
        Scene("gates", "200 gates of `true`", 20, gates=200, with_files=False, bar=0.90, stretch=0.75),
        Scene("message", "a commit with all our hooks, theirs: pre-commit and commit-msg", 20, with_message=True,
              bar=0.90, stretch=0.60),
    ]


@dataclass(frozen=True)
class Workflow:
    """Ordinary work: how its repository is made, and the commands that are measured."""

    key: str
    title: str
    # Called with the top of the repository, a second empty folder, and git.
    prepare: object
    # The command lines, given the second folder.
    steps: object
    # How many commits or references there are, for what each costs.
    count: int = 1
    bar_seconds: float = 0.0
    bar_each: float = 0.0
    also: dict = field(default_factory=dict)


def commit(top, git, message, *paths):
    for path in paths:
        write(top, path, content(path, message))
    git(top, "add", "-A")
    git(top, "commit", "-q", "-s", "-m", message)


def to_rebase(commits):
    def prepare(top, other, git):
        git(top, "clone", "-q", "--bare", top, other)
        git(top, "remote", "add", "origin", other)
        for number in range(commits):
            commit(top, git, f"Add number {number}", f"side/n{number}.py")
        mine = git(top, "rev-parse", "HEAD").strip()
        git(top, "reset", "-q", "--hard", f"HEAD~{commits}")
        commit(top, git, "Move on", "other.py")
        git(top, "push", "-q", "origin", "HEAD:main")
        git(top, "reset", "-q", "--hard", mine)

    return prepare


def to_commit(_top, _other, _git):
    """Nothing: each commit of this workflow is empty but for one file that the commit writes."""


def to_merge(files):
    def prepare(top, _other, git):
        git(top, "switch", "-q", "-c", "side")
        commit(top, git, "Add many", *(f"many/d{n // 100}/f{n}.py" for n in range(files)))
        git(top, "switch", "-q", "main")
        commit(top, git, "Move on", "other.py")

    return prepare


def to_import(files):
    def prepare(top, _other, git):
        for number in range(files):
            path = f"vendor/d{number // 100}/f{number}.py"
            write(top, path, content(path, "imported"))
        git(top, "add", "-A")

    return prepare


def to_fetch(references):
    def prepare(top, other, git):
        git(top, "clone", "-q", "--bare", top, other)
        head = git(top, "rev-parse", "HEAD").strip()
        packed = "".join(f"{head} refs/heads/r{number:05}\n" for number in range(references))
        with open(os.path.join(other, "packed-refs"), "a", encoding="utf-8") as file:
            file.write(packed)

    return prepare


def git_words(*words):
    return lambda _other: [["git", *words]]


def commits(count):
    line = "echo \"value = $1\" >a.py && git add a.py && git commit -q -s -m \"Change $1\""
    return lambda _other: [["sh", "-ec", line, "sh", str(number)] for number in range(count)]


def workflows():
    return [
        Workflow("pull", "`git pull --rebase` of 30 commits", to_rebase(30),
                 git_words("pull", "-q", "--rebase", "origin", "main"), 30, bar_each=0.040),
        Workflow("commits", "20 commits", to_commit, commits(20), 20),
        Workflow("merge", "a merge of 2,000 files", to_merge(2000),
                 git_words("merge", "-q", "--no-edit", "--signoff", "side")),
        Workflow("import", "an import of 30,000 .py files", to_import(30000),
                 git_words("commit", "-q", "-s", "-m", "Import"), bar_seconds=1.2),
        Workflow("fetch", "a fetch of 500 new branches", to_fetch(500),
                 lambda other: [["git", "fetch", "-q", other, "+refs/heads/*:refs/remotes/other/*"]], 500,
                 bar_each=0.0003),
        Workflow("fetch-1000", "a fetch of 1,000 new references", to_fetch(1000),
                 lambda other: [["git", "fetch", "-q", other, "+refs/heads/*:refs/remotes/other/*"]], 1000,
                 bar_each=0.0003),
    ]
