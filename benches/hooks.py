#!/usr/bin/env python3
"""What the hooks cost where git calls them often: a rebase of many commits, a fetch of many
references, gc. With gatekeeper and without, in turns. See docs/testing.md.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

GATES = '[gates.nothing]\nrun = "true"\nfiles = ["none"]\n'


def git(folder, *words, env):
    return subprocess.run(["git", *words], cwd=folder, env=env, check=True, capture_output=True, text=True)


def begin(root, name, program, commits, env):
    """A repository with a branch to rebase, and hooks if there is a program."""
    top = os.path.join(root, name)
    git(root, "init", "-q", "-b", "main", top, env=env)

    def commit(file, text):
        with open(os.path.join(top, file), "w", encoding="utf-8") as out:
            out.write(text)
        git(top, "add", "-A", env=env)
        git(top, "commit", "-q", "-s", "-m", f"Change {file}", env=env)

    commit("gates.toml", GATES)
    git(top, "switch", "-q", "-c", "side", env=env)
    for number in range(commits):
        commit(f"side{number}", str(number))
    git(top, "switch", "-q", "main", env=env)
    commit("other", "1")
    if program:
        subprocess.run([program, "install"], cwd=top, env=env, check=True, capture_output=True)
    return top


def rebase(top, _remote, env):
    git(top, "switch", "-q", "--detach", "side", env=env)
    start = time.perf_counter()
    git(top, "rebase", "-q", "--force-rebase", "main", env=env)
    return time.perf_counter() - start


def fetch(top, remote, env):
    start = time.perf_counter()
    git(top, "fetch", "-q", remote, "+refs/heads/*:refs/remotes/other/*", env=env)
    took = time.perf_counter() - start
    for name in git(top, "for-each-ref", "--format=%(refname)", "refs/remotes/other", env=env).stdout.split():
        os.unlink(os.path.join(top, ".git", name))
    return took


def gc(top, _remote, env):
    for number in range(100):
        path = os.path.join(top, f".git/refs/tags/t{number}")
        head = git(top, "rev-parse", "main", env=env).stdout
        with open(path, "w", encoding="utf-8") as out:
            out.write(head)
    start = time.perf_counter()
    git(top, "gc", "-q", env=env)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gatekeeper", default="target/release/gatekeeper", metavar="PROGRAM")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--commits", type=int, default=50)
    parser.add_argument("--references", type=int, default=1000)
    options = parser.parse_args()
    program = os.path.abspath(options.gatekeeper)
    with tempfile.TemporaryDirectory() as root:
        env = {"PATH": os.environ["PATH"], "HOME": root, "GIT_CONFIG_NOSYSTEM": "1"}
        for key, value in (("user.name", "Jane Doe"), ("user.email", "jane@example.com")):
            git(root, "config", "--global", key, value, env=env)
        git(root, "config", "--global", "gc.auto", "0", env=env)
        remote = begin(root, "remote", None, 1, env)
        head = git(remote, "rev-parse", "main", env=env).stdout.strip()
        refs = "".join(f"create refs/heads/r{n} {head}\n" for n in range(options.references))
        subprocess.run(["git", "update-ref", "--stdin"], cwd=remote, env=env, input=refs, text=True, check=True)
        tops = {name: begin(root, name, hooks, options.commits, env) for name, hooks in (("without", None), ("with", program))}
        print(f"{'':38}{'without':>10}{'with':>10}  median seconds of {options.rounds}")
        for what, work in (
            (f"rebase of {options.commits} commits", rebase),
            (f"fetch of {options.references} new references", fetch),
            ("gc with 100 loose references", gc),
        ):
            took = {name: [] for name in tops}
            for number in range(options.rounds):
                order = list(tops) if number % 2 else list(reversed(tops))
                for name in order:
                    took[name].append(work(tops[name], remote, env))
            middle = {name: statistics.median(values) for name, values in took.items()}
            print(f"{what:38}{middle['without']:10.2f}{middle['with']:10.2f}")


if __name__ == "__main__":
    sys.exit(main())
