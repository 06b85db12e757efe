#!/usr/bin/env python3
"""What gatekeeper costs at a commit and at other work, compared with other tools and with no hooks at all.

All take part in each round, in an order that is drawn anew, so that a noisy machine is noisy for all of them. Speed is
only half of the answer: before anything is measured, what the gates of each see, the commit and the work tree are
compared with what they have to be. See docs/performance.md.
"""

import argparse
import json
import os
import platform
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field

import contestants
from contestants import BY_HAND, NOTHING, PLAIN
from repository import Repository, State, make_seed, write
from scenes import MEGABYTES_50, commit, scenes, workflows
from stopwatch import Stopwatch, is_barred
from tables import rows_of_scene, rows_of_workflow, write_page

COMMIT = ["git", "commit", "-q", "-s", "-m", "An ordinary commit"]
UNSIGNED = [word for word in COMMIT if word != "-s"]


@dataclass
class Row:
    """What one contestant did in one scene."""

    name: str
    is_peer: bool = False
    is_ours: bool = False
    # By round, so that each can be held against what the same round cost another.
    done: dict = field(default_factory=dict)
    # What went wrong, in the order in which it was first seen, and how often.
    wrong: dict = field(default_factory=dict)
    rewritten: int = 0
    programs: list = None
    system_calls: int = None
    # Why there is nothing.
    not_measured: str = ""

    def blame(self, what):
        self.wrong[what] = self.wrong.get(what, 0) + 1


class Arena:
    """A folder of our own for everything: repositories, HOME, git's configuration."""

    def __init__(self, folder, peers):
        self.folder = folder
        home = os.path.join(folder, "home")
        temporary = os.path.join(folder, "tmp")
        os.makedirs(home)
        os.makedirs(temporary)
        path = os.environ.get("PATH", os.defpath)
        self.environment = {
            "PATH": os.pathsep.join((contestants.search_path(peers) if peers else []) + [path]),
            "HOME": home,
            "TMPDIR": temporary,
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        # Nothing may start by itself between two commits.
        with open(os.path.join(home, ".gitconfig"), "w", encoding="utf-8") as file:
            file.write(
                "[user]\nname = Bench\nemail = bench@example.com\n"
                "[gc]\nauto = 0\n[maintenance]\nauto = false\n[advice]\ndetachedHead = false\n"
            )
        self.stopwatch = Stopwatch(self.environment, folder)
        self.barred = Stopwatch(self.environment, folder, barred=True)
        self.can_bar = is_barred(self.barred)
        self.big = os.path.join(folder, "big")
        line = b"one more line that a tool prints while it works, as long as lines are, for whoever reads them all\n"
        with open(self.big, "wb") as file:
            file.write(line * (MEGABYTES_50 // len(line)))
        self.seeds = {}

    def git(self, top, *words):
        done = subprocess.run(
            ["git", *words], cwd=top, env=self.environment, text=True, capture_output=True, check=False
        )
        # `update-index --refresh` tells by 1 that there are unstaged changes.
        if done.returncode != 0 and "--refresh" not in words:
            sys.exit(f"git {' '.join(words)}: {done.stderr}")
        return done.stdout

    def seed(self, scene):
        key = (scene.files, scene.suffix)
        if key not in self.seeds:
            top = os.path.join(self.folder, f"seed-{scene.files}{scene.suffix}")
            os.makedirs(top)
            make_seed(top, scene.layout(), self.git)
            self.seeds[key] = top
        return self.seeds[key]

    def close(self):
        self.stopwatch.close()
        self.barred.close()


def install(contestant, work, top, stopwatch, git, keep_all):
    """Installs a contestant in a repository, and says what went wrong, or nothing."""
    hooks = os.path.join(top, ".git/hooks")
    os.makedirs(hooks, exist_ok=True)
    for name, text in contestant.configuration(work).items():
        write(top, name, text.encode())
    # Some want to see their configuration tracked.
    git("add", "-A")
    for words in contestant.install(work):
        done = stopwatch.run(words, top)
        if done is None or done.code != 0:
            told = done.output.splitlines() if done else []
            errors = [line.strip() for line in told if "error" in line.lower()]
            return errors[-1] if errors else done.last_line if done else "it cannot be started"
    for name, text in contestant.scripts(work).items():
        path = os.path.join(hooks, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o755)
    if not keep_all:
        # Some install more than the others; this compares the same hook of all.
        for hook in os.listdir(hooks):
            if hook != "pre-commit":
                os.unlink(os.path.join(hooks, hook))
    return ""


class Runner:
    """One contestant in its repository, ready for one scene."""

    def __init__(self, arena, contestant, scene):
        self.contestant, self.scene, self.repository = contestant, scene, None
        self.stopwatch = arena.barred if contestant.barred else arena.stopwatch
        self.row = Row(contestant.name, contestant.is_peer, contestant.is_ours)
        if contestant.barred and not arena.can_bar:
            self.row.not_measured = "namespaces cannot be barred here"
        elif contestant.version and (done := arena.stopwatch.run(contestant.version)).code != 0:
            self.row.not_measured = done.last_line
        if self.row.not_measured:
            return
        name = contestant.name.replace(" ", "-").replace(",", "")
        folder = os.path.join(arena.folder, scene.key, name)
        self.repository = Repository(folder, arena.seed(scene), scene.layout(), arena.git)
        self.work = scene.work(self.repository)
        self.repository.make_message()
        self.script = scene.script.format(big=arena.big)
        # Its hook is not asked while it is installed.
        top, git = self.repository.top, self.repository.git
        self.row.not_measured = install(contestant, self.work, top, self.stopwatch, git, scene.with_message)
        if not self.row.not_measured:
            self.repository.begin()
            for words in contestant.begun:
                self.stopwatch.run(words, top)

    def commit(self, words=COMMIT):
        return self.stopwatch.run(words, self.repository.top)

    def rehearse(self):
        """Fills the caches, and sees what the gates see, and that a gate and a message's rule can stop a commit."""
        repository, row = self.repository, self.row
        repository.make_probes(self.scene.names())
        state = State(repository.layout, self.scene.partly, "rehearsal")
        is_asked = self.contestant.has_gates and self.scene.suffix == ".py"
        repository.settle(state)
        if self.commit().code != 0:
            row.blame("a good commit is stopped")
        elif is_asked:
            seen = repository.inspect_gates(self.work.gates, state)
            wrong = ("a gate did not run once", "staged version not seen", "unstaged seen", "untracked seen")
            for is_right, what in zip(seen, wrong):
                if not is_right:
                    row.blame(what)
        for words, what in ((COMMIT, "gate"), (UNSIGNED, "message")):
            is_due = is_asked and what == "gate" or self.scene.with_message and what == "message"
            if not (is_due and self.contestant.has_gates):
                continue
            repository.settle(State(repository.layout, self.scene.partly, f"rehearsal, {what}"))
            if what == "gate":
                repository.stop_gates()
            if self.commit(words).code == 0 or not repository.is_at_base():
                row.blame(f"a failing {what} does not stop the commit")
            if not repository.inspect_work_tree()[0]:
                row.blame("the work tree is changed by a commit that was stopped")
        repository.make_gates(self.scene.names(), self.script)

    def measure(self, number):
        repository, row = self.repository, self.row
        state = State(repository.layout, self.scene.partly, number)
        repository.settle(state)
        done = self.commit()
        is_same, rewritten = repository.inspect_work_tree()
        row.rewritten = max(row.rewritten, rewritten)
        if not is_same:
            row.blame("the work tree is changed")
        should_stop = self.scene.fails and self.contestant.has_gates
        if (done.code != 0) != should_stop:
            row.blame(f"no commit: {done.last_line}" if done.code else "a failing gate does not stop the commit")
            return
        row.done[number] = done
        if not should_stop and not repository.inspect_commit(state):
            row.blame("the commit is not what was staged")

    def count(self):
        repository, row = self.repository, self.row
        repository.settle(State(repository.layout, self.scene.partly, "counted"))
        row.programs = self.stopwatch.programs(COMMIT, repository.top)
        repository.settle(State(repository.layout, self.scene.partly, "counted again"))
        row.system_calls = self.stopwatch.system_calls(COMMIT, repository.top)


def run_scene(arena, scene, everybody, rounds):
    runners = [Runner(arena, one, scene) for one in everybody]
    ready = [runner for runner in runners if not runner.row.not_measured]
    for runner in ready:
        runner.rehearse()
    for number in range(rounds):
        for runner in random.sample(ready, len(ready)):
            runner.measure(number)
        print(f"{scene.key}: round {number + 1} of {rounds}", file=sys.stderr)
    for runner in ready:
        runner.count()
    shutil.rmtree(os.path.join(arena.folder, scene.key))
    return [runner.row for runner in runners]


def run_start(arena, everybody, rounds):
    """What a start without work takes: `--version`."""
    rows = [Row(one.name, one.is_peer, one.is_ours) for one in everybody if one.version]
    versions = {one.name: one.version for one in everybody}
    for number in range(rounds):
        for row in random.sample(rows, len(rows)):
            done = arena.stopwatch.run(versions[row.name])
            if done.code == 0:
                row.done[number] = done
            else:
                row.not_measured = done.last_line
    return rows


class Site:
    """A repository in which one contestant does one piece of work, made anew for each round from a copy."""

    def __init__(self, arena, contestant, workflow):
        self.workflow, self.stopwatch = workflow, arena.stopwatch
        folder = os.path.join(arena.folder, workflow.key, contestant.name.replace(" ", "-"))
        self.top, self.other, self.kept = (os.path.join(folder, name) for name in ("work", "other", "kept"))
        os.makedirs(self.top)
        self.row = Row(contestant.name, is_ours=contestant.is_ours)

        def git(top, *words):
            return arena.git(top, "-c", "core.hooksPath=/dev/null", *words)

        self.git = git
        gates = contestants.Work([contestants.Gate("nothing", shutil.which("true"), False)])
        git(self.top, "init", "-q", "--template=", "-b", "main")
        for name, text in contestant.configuration(gates).items():
            write(self.top, name, text.encode())
        commit(self.top, git, "Begin", "a.py")
        workflow.prepare(self.top, self.other, git)
        installed = contestant.install(gates) + contestant.begun
        for done in (self.stopwatch.run(words, self.top) for words in installed):
            if done.code != 0:
                self.row.not_measured = done.last_line
        scripts = {} if contestant is PLAIN or contestant.is_ours else dict.fromkeys(contestants.HOOKS, "exit 0\n")
        for name, text in scripts.items():
            write(self.top, f".git/hooks/{name}", b"#!/bin/sh\n" + text.encode())
            os.chmod(os.path.join(self.top, ".git/hooks", name), 0o755)
        os.rename(self.top, self.kept)

    def measure(self, number):
        shutil.copytree(self.kept, self.top, symlinks=True)
        self.git(self.top, "update-index", "-q", "--refresh")
        steps = self.workflow.steps(self.other)
        done = [self.stopwatch.run(words, self.top) for words in steps]
        bad = [one for one in done if one.code != 0]
        if bad:
            self.row.blame(f"it is stopped: {bad[0].last_line}")
        else:
            self.row.done[number] = done
        shutil.rmtree(self.top)


def run_workflow(arena, workflow, everybody, rounds):
    sites = [Site(arena, one, workflow) for one in everybody]
    for number in range(rounds):
        for site in random.sample(sites, len(sites)):
            site.measure(number)
        print(f"{workflow.key}: round {number + 1} of {rounds}", file=sys.stderr)
    shutil.rmtree(os.path.join(arena.folder, workflow.key))
    return [site.row for site in sites]


def measure(options, folder):
    arena = Arena(folder, options.peers)
    ours = list(contestants.gatekeepers(options.gatekeeper, options.isolation, options.barred))
    everybody = [PLAIN, NOTHING, BY_HAND, *(contestants.PEERS if options.peers else []), *ours]
    about = {"git": arena.git("/", "--version").strip(), "processors": os.cpu_count()}
    about |= {"system": platform.platform(), "rounds": options.rounds, "tools": {}, "scenes": [], "workflows": []}
    for one in everybody:
        if one.version and (done := arena.stopwatch.run(one.version)).code == 0:
            name, version = one.name.split()[0], done.last_line
            about["tools"][name] = version if version.startswith(name) else f"{name} {version}"
    try:
        for scene in scenes(options.files):
            if options.only and scene.key not in options.only:
                continue
            rows = run_scene(arena, scene, everybody, options.rounds)
            about["scenes"].append(rows_of_scene(scene, rows))
        if not options.only or "start" in options.only:
            about["start"] = rows_of_scene(None, run_start(arena, everybody, options.rounds * 5))
        for workflow in workflows():
            if options.only and workflow.key not in options.only:
                continue
            rows = run_workflow(arena, workflow, [PLAIN, NOTHING, ours[0]], options.workflow_rounds)
            about["workflows"].append(rows_of_workflow(workflow, rows))
    finally:
        arena.close()
    return about


def words(text):
    return [word for word in text.split(",") if word]


def arguments():
    known = [scene.key for scene in scenes(0)] + ["start"] + [workflow.key for workflow in workflows()]
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--prepare", metavar="DIR", help="install the other tools there, and do nothing else")
    parser.add_argument("--peers", metavar="DIR", help="where --prepare installed them; without it, none")
    parser.add_argument("--gatekeeper", default="target/release/gatekeeper", metavar="PROGRAM")
    parser.add_argument(
        "--isolation", type=words, default=["default"], metavar="LIST",
        help="what to measure gatekeeper with, such as default,snapshot; `default` omits the key",
    )
    parser.add_argument(
        "--barred", type=words, default=[], metavar="LIST",
        help="the same without user namespaces, as in most containers",
    )
    parser.add_argument("--files", type=int, default=50_000, help="in the large repository (50000)")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--workflow-rounds", type=int, default=3)
    parser.add_argument("--only", action="append", choices=known, help="only this one; repeatable")
    parser.add_argument("--json", metavar="FILE", help="write everything there as well")
    parser.add_argument("--page", metavar="FILE", help="write the tables of this page anew")
    options = parser.parse_args()
    if options.rounds < 1 or options.files < 20:
        parser.error("at least one round and 20 files")
    if not options.prepare and not shutil.which(os.path.abspath(options.gatekeeper)):
        parser.error(f"there is no {options.gatekeeper}: cargo build --locked --release")
    options.gatekeeper = os.path.abspath(options.gatekeeper)
    return options


def on_signals(action):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, action)


def main():
    on_signals(lambda number, _: sys.exit(128 + number))
    options = arguments()
    if options.prepare:
        contestants.prepare(options.prepare)
        return
    folder = tempfile.mkdtemp(prefix="gatekeeper-bench-")
    try:
        about = measure(options, os.path.realpath(folder))
    finally:
        # Whoever ends us early, even now, must not find our files left behind.
        on_signals(signal.SIG_IGN)
        shutil.rmtree(folder)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(about, file, indent=2)
    write_page(about, options.page)


if __name__ == "__main__":
    main()
