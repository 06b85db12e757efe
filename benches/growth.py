#!/usr/bin/env python3
"""How the cost of gatekeeper grows: with gates, files, output, commits, receipts and references.

Seconds of the processor and system calls, of which a busy machine changes less than of the time on a clock. Each cell
is the work with gatekeeper less the same work without it. See docs/performance.md.
"""

import argparse
import os
import shutil
import sys
import tempfile

from compare import Arena
from repository import content, write
from tables import write_table

GATE = '[gates.{name}]\nrun = "{run}"\n\n'
COMMIT = ["git", "commit", "-q", "-s", "-m", "An ordinary commit"]
LINE = b"one more line that a tool prints while it works, as long as lines are, for whoever reads them all\n"


class Site:
    """A repository with gatekeeper installed, and what it costs to do a piece of work in it."""

    def __init__(self, arena, program, name):
        self.arena, self.program = arena, program
        self.top = os.path.join(arena.folder, name, "work")
        self.other = os.path.join(arena.folder, name, "other")
        os.makedirs(self.top)
        self.git("init", "-q", "--template=", "-b", "main")

    def git(self, *words):
        return self.arena.git(self.top, "-c", "core.hooksPath=/dev/null", *words)

    def commit(self, message, *paths):
        for path in paths:
            write(self.top, path, content(path, message))
        self.git("add", "-A")
        self.git("commit", "-q", "-s", "--allow-empty", "-m", message)

    def install(self, gates):
        write(self.top, "gates.toml", gates.encode())
        self.commit("Begin", "a.py")
        for words in (["install"], ["audit", "--record"]):
            done = self.arena.stopwatch.run([self.program, *words], self.top)
            if done.code != 0:
                sys.exit(f"gatekeeper {' '.join(words)}: {done.output}")
        # What is found out once, at the first commit, is not what a commit costs.
        self.stage(1)
        self.arena.stopwatch.run(COMMIT, self.top)

    def stage(self, number):
        # Another length each time, by which git sees that the file is another.
        write(self.top, "a.py", content("a.py", "staged" * number))
        self.git("add", "a.py")

    def cost(self, words, before):
        """CPU seconds, system calls and peak memory in MiB of a command line, with hooks less without."""
        bare = [words[0], "-c", "core.hooksPath=/dev/null", *words[1:]] if words[0] == "git" else None
        values = []
        for line in (words, bare):
            if line is None:
                values.append((0, 0, 0))
                continue
            before()
            done = min((self.once(line, before) for _ in range(3)), key=lambda done: done.cpu_seconds)
            before()
            calls = self.arena.stopwatch.system_calls(line, self.top) or 0
            values.append((done.cpu_seconds, calls, done.peak_kib / 1024))
        (cpu, calls, peak), (bare_cpu, bare_calls, _) = values
        return cpu - bare_cpu, calls - bare_calls, peak

    def once(self, line, before):
        before()
        done = self.arena.stopwatch.run(line, self.top)
        if done.code != 0:
            sys.exit(f"{' '.join(line)}: {done.last_line}")
        return done

    def cost_of_commit(self):
        numbers = iter(range(2, 1000))
        return self.cost(COMMIT, lambda: self.stage(next(numbers)))


def gates(site, count):
    site.install("".join(GATE.format(name=f"g{number}", run="true") for number in range(count)))
    return site.cost_of_commit()


def files(site, count):
    for number in range(count):
        path = f"d{number // 100:04}/f{number % 100:02}.py"
        write(site.top, path, content(path, "committed"))
    site.install(GATE.format(name="one", run="true"))
    return site.cost_of_commit()


def staged(site, count):
    site.install('[gates.one]\nrun = "true {files}"\nfiles = ["**/*.py"]\n')
    numbers = iter(range(2, 1000))

    def before():
        version = "staged" * next(numbers)
        for number in range(count):
            path = f"d{number // 100:04}/f{number % 100:02}.py"
            write(site.top, path, content(path, version))
        site.git("add", "-A")

    return site.cost(COMMIT, before)


def output(site, megabytes):
    big = os.path.join(site.arena.folder, f"big-{megabytes}")
    with open(big, "wb") as file:
        for _ in range(megabytes):
            file.write(LINE * (1_000_000 // len(LINE)))
    site.install(GATE.format(name="one", run=f"cat {big}"))
    cost = site.cost_of_commit()
    os.unlink(big)
    return cost


def audit(site, commits):
    site.install(GATE.format(name="one", run="true"))
    head = site.git("rev-parse", "HEAD").strip()
    text = []
    for number in range(commits):
        message = f"Change {number}\n\nSigned-off-by: Bench <bench@example.com>\n"
        text.append(
            f"commit refs/heads/main\ncommitter Bench <bench@example.com> {1_600_000_000 + number} +0000\n"
            f"data {len(message)}\n{message}" + (f"from {head}\n" if number == 0 else "")
            + f"M 100644 inline a.py\ndata <<END\nvalue = {number}\nEND\n\n"
        )
    path = os.path.join(site.top, "..", "import")
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(text))
    site.git("config", "alias.import", f"!git fast-import --quiet <{path}")
    site.git("import")
    site.git("reset", "-q", "--hard")
    return site.cost([site.program, "audit", f"{head}..HEAD"], lambda: None)


def receipts(site, count):
    site.install(GATE.format(name="one", run="true"))
    folder = os.path.join(site.top, ".git/gatekeeper/receipts")
    [one, *_] = os.listdir(folder)
    for number in range(count):
        name = f"{number:08x}" + one[8:]
        if name != one:
            shutil.copyfile(os.path.join(folder, one), os.path.join(folder, name))
    return site.cost_of_commit()


def references(site, count):
    site.install(GATE.format(name="one", run="true"))
    site.git("clone", "-q", "--bare", site.top, site.other)
    head = site.git("rev-parse", "HEAD").strip()
    with open(os.path.join(site.other, "packed-refs"), "a", encoding="utf-8") as file:
        file.write("".join(f"{head} refs/heads/r{number:05}\n" for number in range(count)))

    def before():
        shutil.rmtree(os.path.join(site.top, ".git/refs/remotes"), ignore_errors=True)

    return site.cost(["git", "fetch", "-q", site.other, "+refs/heads/*:refs/remotes/other/*"], before)


DIMENSIONS = {
    "gates": (gates, "gates of `true`, a commit", [1, 10, 100, 1000]),
    "files": (files, "tracked files, a commit of one", [100, 1000, 10_000, 100_000]),
    "staged": (staged, "staged files to one gate", [1, 10, 100, 1000, 10_000]),
    "output": (output, "MB of output of one gate", [1, 10, 100, 1000]),
    "audit": (audit, "commits in an audit", [1, 10, 100, 1000, 10_000]),
    "receipts": (receipts, "receipts, a commit", [1, 10, 100, 1000, 10_000, 100_000]),
    "references": (references, "references, a fetch", [1, 10, 100, 1000, 10_000]),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--gatekeeper", default="target/release/gatekeeper", metavar="PROGRAM")
    parser.add_argument("--only", action="append", choices=list(DIMENSIONS), help="only this one; repeatable")
    parser.add_argument("--up-to", type=int, default=100_000, help="leave out what is larger (100000)")
    parser.add_argument("--page", metavar="FILE", help="write the table of this page anew")
    options = parser.parse_args()
    program = os.path.abspath(options.gatekeeper)
    lines = [["", "number", "CPU, ms", "for each, ms", "system calls", "for each", "peak, MiB"]]
    with tempfile.TemporaryDirectory(prefix="gatekeeper-growth-") as folder:
        arena = Arena(os.path.realpath(folder), None)
        for key, (work, title, sizes) in DIMENSIONS.items():
            if options.only and key not in options.only:
                continue
            for size in sizes:
                if size > options.up_to:
                    continue
                cpu, calls, peak = work(Site(arena, program, f"{key}-{size}"), size)
                cells = [f"{cpu * 1000:.1f}", f"{cpu * 1000 / size:.3f}", f"{calls}", f"{calls / size:.1f}", f"{peak:.0f}"]
                lines.append([title, f"{size:,}", *cells])
                title = ""
                print(" | ".join(lines[-1]), file=sys.stderr)
                shutil.rmtree(os.path.join(arena.folder, f"{key}-{size}"))
        arena.close()
    write_table(lines, "growth.py", options.page)


if __name__ == "__main__":
    main()
