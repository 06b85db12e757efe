#!/usr/bin/env python3
"""What a commit costs with gatekeeper and with its peers, and what their gates see of it.

All take part in each round, in turns, so that a noisy machine is noisy for all of them. Speed is
only half of the answer: after every commit what the gates saw, the commit and the work tree are
compared with what they had to be. See docs/testing.md.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field

import contestants
from contestants import FLOOR, GATES, PLAIN
from repository import Layout, Repository, State, make_seed
from stopwatch import Stopwatch, is_barred

COMMIT = ["git", "commit", "-q", "-s", "-m", "An ordinary commit"]
UNSIGNED = [word for word in COMMIT if word != "-s"]


@dataclass(frozen=True)
class Case:
    key: str
    title: str
    files: int
    partly: bool
    with_message: bool = False


def cases(files):
    beside = "partly staged (unstaged changes and untracked files beside it)"
    return [
        Case("large-clean", f"{files} files, nothing beside what is staged", files, False),
        Case("large-partly", f"{files} files, {beside}", files, True),
        Case("small-clean", "20 files, nothing beside what is staged", 20, False),
        Case("small-partly", f"20 files, {beside}", 20, True),
        Case("message", "20 files, pre-commit and commit-msg", 20, False, True),
    ]


@dataclass
class Row:
    """What one contestant did in one case."""

    name: str
    # By round, so that each can be held against what the same round cost without a hook.
    seconds: dict = field(default_factory=dict)
    # What went wrong, in the order in which it was first seen, and how often.
    wrong: dict = field(default_factory=dict)
    rewritten: int = 0
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
        self.seeds = {}

    def git(self, top, *words):
        done = subprocess.run(
            ["git", *words], cwd=top, env=self.environment, text=True, capture_output=True, check=False
        )
        # `update-index --refresh` tells by 1 that there are unstaged changes.
        if done.returncode != 0 and "--refresh" not in words:
            sys.exit(f"git {' '.join(words)}: {done.stderr}")
        return done.stdout

    def seed(self, files):
        if files not in self.seeds:
            top = os.path.join(self.folder, f"seed-{files}")
            os.makedirs(top)
            make_seed(top, Layout(files), self.git)
            self.seeds[files] = top
        return self.seeds[files]

    def close(self):
        self.stopwatch.close()
        self.barred.close()


class Runner:
    """One contestant in its repository, ready for each case that this serves."""

    def __init__(self, arena, contestant, files, with_message):
        self.contestant, self.problem, self.repository = contestant, "", None
        self.stopwatch = arena.barred if contestant.barred else arena.stopwatch
        if contestant.barred and not arena.can_bar:
            self.problem = "namespaces cannot be barred here"
        elif contestant.version and (done := arena.stopwatch.run(contestant.version)).code != 0:
            self.problem = done.last_line
        if self.problem:
            return
        name = contestant.name.replace(" ", "-").replace(",", "")
        folder = os.path.join(arena.folder, f"{files}{'-message' if with_message else ''}", name)
        self.repository = Repository(folder, arena.seed(files), Layout(files), arena.git)
        self.problem = self.install(with_message)
        if not self.problem:
            self.repository.begin()
            for words in contestant.begun:
                self.stopwatch.run(words, self.repository.top)

    def install(self, with_message):
        top, contestant = self.repository.top, self.contestant
        hooks = os.path.join(top, ".git/hooks")
        paths = (self.repository.probe, self.repository.message, with_message)
        os.makedirs(hooks)
        for name, text in contestant.configuration(*paths).items():
            os.makedirs(os.path.dirname(os.path.join(top, name)), exist_ok=True)
            with open(os.path.join(top, name), "w", encoding="utf-8") as file:
                file.write(text)
        # Some want to see their configuration tracked.
        self.repository.git("add", "-A")
        for words in contestant.install(with_message):
            done = self.stopwatch.run(words, top)
            if done is None or done.code != 0:
                told = done.output.splitlines() if done else []
                errors = [line.strip() for line in told if "error" in line.lower()]
                return errors[-1] if errors else done.last_line if done else "it cannot be started"
        if contestant is FLOOR:
            for hook in ["pre-commit"] + (["commit-msg"] if with_message else []):
                with open(os.path.join(hooks, hook), "w", encoding="utf-8") as file:
                    file.write("#!/bin/sh\nexit 0\n")
                os.chmod(file.name, 0o755)
        if not with_message:
            # Some install more than the others; this compares the same hook of all.
            for hook in os.listdir(hooks):
                if hook != "pre-commit":
                    os.unlink(os.path.join(hooks, hook))
        return ""

    def commit(self, words=COMMIT):
        return self.stopwatch.run(words, self.repository.top)

    def rehearse(self, case, row):
        """Fills the caches, and sees that a gate, and a message's rule, can stop a commit."""
        for words, what in ((COMMIT, "gate"), (UNSIGNED, "message")):
            is_asked = self.contestant.is_tool and (what == "gate" or case.with_message)
            self.repository.settle(State(self.repository.layout, case.partly, f"rehearsal, {what}"))
            if is_asked and what == "gate":
                self.repository.stop_gates()
            done = self.commit(words)
            if is_asked and (done.code == 0 or not self.repository.is_at_base()):
                row.blame(f"a failing {what} does not stop the commit")
            if not self.repository.inspect_work_tree()[0]:
                row.blame("the work tree is changed by a commit that was stopped")

    def measure(self, case, number, row):
        repository = self.repository
        state = State(repository.layout, case.partly, number)
        repository.settle(state)
        done = self.commit()
        is_same, rewritten = repository.inspect_work_tree()
        row.rewritten = max(row.rewritten, rewritten)
        if not is_same:
            row.blame("the work tree is changed")
        if done.code != 0:
            row.blame(f"no commit: {done.last_line}")
            return
        row.seconds[number] = done.seconds
        if not repository.inspect_commit(state):
            row.blame("the commit is not what was staged")
        if self.contestant.is_tool:
            seen = repository.inspect_gates(GATES, state)
            wrong = ("a gate did not run once", "staged version not seen", "unstaged seen", "untracked seen")
            for is_right, what in zip(seen, wrong):
                if not is_right:
                    row.blame(what)


def run_case(case, runners, rounds):
    rows = [Row(r.contestant.name, not_measured=r.problem) for r in runners]
    ready = [(runner, row) for runner, row in zip(runners, rows) if not runner.problem]
    for runner, row in ready:
        runner.rehearse(case, row)
    for number in range(rounds):
        # Each begins once, so that nobody always comes after the same neighbour.
        first = number % len(ready)
        for runner, row in ready[first:] + ready[:first]:
            runner.measure(case, number, row)
        print(f"{case.key}: round {number + 1} of {rounds}", file=sys.stderr)
    return rows


def summary(rows):
    """The rows as values: what a commit took, and what of it is the hook."""
    plain = next(row for row in rows if row.name == PLAIN.name)
    for row in rows:
        value = {"name": row.name, "right": not row.wrong and not row.not_measured}
        value |= {"wrong": row.wrong, "rewritten": row.rewritten, "not-measured": row.not_measured}
        if row.seconds and plain.seconds:
            times = list(row.seconds.values())
            value |= {"seconds": times, "median": statistics.median(times), "minimum": min(times)}
            value["median-over-plain"] = statistics.median(
                row.seconds[number] - plain.seconds[number] for number in row.seconds
            )
            value["minimum-over-plain"] = min(times) - min(plain.seconds.values())
        yield value


def table(case, values):
    out = [f"\n{case.title}", f"{'':34}{'commit, ms':>16}{'over no hook':>18}  rewritten  seen, done"]
    out.append(f"{'':34}{'median':>8}{'min':>8}{'median':>10}{'min':>8}")
    for value in values:
        times = ("median", "minimum", "median-over-plain", "minimum-over-plain")
        cells = [f"{value[time] * 1000:.1f}" if time in value else "-" for time in times]
        judged = value["name"] not in (PLAIN.name, FLOOR.name)
        verdict = "; ".join(
            what + (f" ({count} times)" if count > 1 else "") for what, count in value["wrong"].items()
        )
        verdict = f"WRONG: {verdict}" if verdict else "right" if judged else ""
        if value["not-measured"]:
            verdict = f"not measured: {value['not-measured']}"
        numbers = f"{cells[0]:>8}{cells[1]:>8}{cells[2]:>10}{cells[3]:>8}"
        out.append(f"{value['name']:34}{numbers}{value['rewritten']:>11}  {verdict}".rstrip())
    return "\n".join(out)


def measure(options, folder):
    arena = Arena(folder, options.peers)
    known = cases(options.files)
    wanted = [case for case in known if case.key in (options.case or [case.key for case in known])]
    everybody = [PLAIN, FLOOR, *(contestants.PEERS if options.peers else [])]
    everybody += contestants.gatekeepers(options.gatekeeper, options.isolation, options.barred)
    about = {"git": arena.git("/", "--version").strip(), "processors": os.cpu_count()}
    about |= {"system": platform.platform(), "rounds": options.rounds, "tools": {}, "cases": []}
    for one in everybody:
        if one.version and (done := arena.stopwatch.run(one.version)).code == 0:
            about["tools"][one.name.split()[0]] = done.last_line
    print("\n".join(f"{name}: {about[name]}" for name in ("git", "system", "processors", "tools")))
    try:
        runners = {}
        for case in wanted:
            key = (case.files, case.with_message)
            if key not in runners:
                runners[key] = [Runner(arena, one, *key) for one in everybody]
            values = list(summary(run_case(case, runners[key], options.rounds)))
            about["cases"].append({"case": case.key, "title": case.title, "rows": values})
            print(table(case, values), flush=True)
    finally:
        arena.close()
    return about


def words(text):
    return [word for word in text.split(",") if word]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--prepare", metavar="DIR", help="install the peers there, and do nothing else")
    parser.add_argument("--peers", metavar="DIR", help="where --prepare installed them; without it, none")
    parser.add_argument("--gatekeeper", default="target/release/gatekeeper", metavar="PROGRAM")
    parser.add_argument(
        "--isolation", type=words, default=["default", "snapshot"], metavar="LIST",
        help="what to measure gatekeeper with; `default` leaves the key out (default,snapshot)",
    )
    parser.add_argument(
        "--barred", type=words, default=["default"], metavar="LIST",
        help="the same without user namespaces (default)",
    )
    parser.add_argument("--files", type=int, default=50_000, help="in the large repository (50000)")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument(
        "--case", action="append", choices=[case.key for case in cases(0)],
        help="only this one; repeatable",
    )
    parser.add_argument("--json", metavar="FILE", help="write everything there as well, `-` for stdout")
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
    if options.json == "-":
        print(json.dumps(about, indent=2))
    elif options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(about, file, indent=2)


if __name__ == "__main__":
    main()
