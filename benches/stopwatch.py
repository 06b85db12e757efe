"""Runs commands in an environment of their own, says what each cost, and counts what it had the kernel do.

The commands are started by a process that outlives them all (this file, executed), so that what it costs to enter a
namespace is not part of any measurement.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass

# In a user namespace of one's own the limit can be set without touching the machine's. Without
# CAP_SYS_ADMIN nothing can be mounted either, which is what a container usually looks like.
BARRED = [
    "unshare", "-U", "--map-root-user", "sh", "-c",
    "echo 0 >/proc/sys/user/max_user_namespaces &&"
    ' exec setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin "$@"',
    "sh",
]
# A line of strace about a program; where other processes come between, it is in two pieces.
STARTED = re.compile(r'^(\d+) +execve\("([^"]*)".*(= 0|<unfinished \.\.\.>)$')
RESUMED = re.compile(r"^(\d+) +<\.\.\. execve resumed>.*= 0$")


@dataclass(frozen=True)
class Done:
    """What came of one command."""

    code: int
    seconds: float
    # Of the command and all that it waited for.
    cpu_seconds: float
    # Of the largest process among them.
    peak_kib: int
    output: str = ""

    @property
    def last_line(self):
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        return lines[-1] if lines else f"exit code {self.code}"


class Stopwatch:
    """A process that runs one command after the other."""

    def __init__(self, environment, scratch, barred=False):
        # Into a file and not a pipe: what a tool leaves running would keep a pipe open, and we
        # would measure how long that lives.
        self.output = os.path.join(scratch, "told-barred" if barred else "told")
        self.counts = self.output + ".counts"
        words = [sys.executable, os.path.abspath(__file__), self.output]
        try:
            self.process = subprocess.Popen(
                (BARRED if barred else []) + words,
                env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            # Not every system has `unshare`.
            self.process = None

    def run(self, words, folder="/"):
        """Runs a command in a folder; None if there is no process that could."""
        if self.process is None:
            return None
        try:
            self.process.stdin.write(json.dumps([words, folder]) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            return None
        if not answer:
            return None
        with open(self.output, encoding="utf-8", errors="replace") as file:
            return Done(*json.loads(answer), file.read(1 << 20))

    def programs(self, words, folder):
        """The programs that a command starts, all of them, by their paths; None without strace."""
        if not shutil.which("strace"):
            return None
        self.run(["strace", "-f", "-qq", "-e", "trace=execve", "-e", "signal=none", "-o", self.counts, *words], folder)
        started, unfinished = [], {}
        with open(self.counts, encoding="utf-8", errors="replace") as file:
            for line in file:
                if match := STARTED.match(line):
                    if match[3] == "= 0":
                        started.append(match[2])
                    else:
                        unfinished[match[1]] = match[2]
                elif match := RESUMED.match(line):
                    started.append(unfinished.pop(match[1]))
        return started

    def system_calls(self, words, folder):
        """How many system calls a command makes with all that it starts; None without strace."""
        if not shutil.which("strace"):
            return None
        self.run(["strace", "-f", "-qq", "-c", "-U", "calls,name", "-o", self.counts, *words], folder)
        with open(self.counts, encoding="utf-8") as file:
            totals = [line.split()[0] for line in file if line.rstrip().endswith(" total")]
        return int(totals[-1]) if totals else None

    def close(self):
        if self.process is None:
            return
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.wait()
        self.process.stdout.close()


def is_barred(stopwatch):
    """Whether neither kind of namespace can be had, tried and not assumed."""
    tries = [stopwatch.run(["unshare", kind, "true"]) for kind in ("-U", "-m")]
    return all(done is not None and done.code != 0 for done in tries)


def serve(output):
    for line in sys.stdin:
        words, folder = json.loads(line)
        code, cpu, peak = 127, 0.0, 0
        with open(output, "wb") as file:
            begin = time.perf_counter()
            try:
                process = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
                _, status, usage = os.wait4(process.pid, 0)
                code = process.returncode = os.waitstatus_to_exitcode(status)
                cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss
            except OSError as error:
                file.write(f"{words[0]}: {error.strerror}\n".encode())
            seconds = time.perf_counter() - begin
        print(json.dumps([code, seconds, cpu, peak]), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
