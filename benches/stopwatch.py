"""Runs commands in an environment of their own and says how long each took.

The commands are started by a process that outlives them all (this file, executed), so that what it
costs to enter a namespace is not part of any measurement.
"""

import json
import os
import subprocess
import sys
import time

# In a user namespace of one's own the limit can be set without touching the machine's. Without
# CAP_SYS_ADMIN nothing can be mounted either, which is what a container usually looks like.
BARRED = [
    "unshare", "-U", "--map-root-user", "sh", "-c",
    "echo 0 >/proc/sys/user/max_user_namespaces &&"
    ' exec setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin "$@"',
    "sh",
]


class Done:
    """What came of one command."""

    def __init__(self, code, seconds, output):
        self.code, self.seconds, self.output = code, seconds, output

    @property
    def last_line(self):
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        return lines[-1] if lines else f"exit code {self.code}"


class Stopwatch:
    """A process that runs one command after the other."""

    def __init__(self, environment, scratch, barred=False):
        # Into a file and not a pipe: what a tool leaves running would keep a pipe open, and we
        # would measure how long that lives.
        self.output = os.path.join(scratch, "output-barred" if barred else "output")
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
            return Done(*json.loads(answer), file.read())

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
        with open(output, "wb") as file:
            begin = time.perf_counter()
            try:
                code = subprocess.call(
                    words, cwd=folder, stdin=subprocess.DEVNULL, stdout=file, stderr=file
                )
            except OSError as error:
                file.write(f"{words[0]}: {error.strerror}\n".encode())
                code = 127
            seconds = time.perf_counter() - begin
        print(json.dumps([code, seconds]), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
