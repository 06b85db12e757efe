#!/usr/bin/env python3
"""Measures how much memory a run takes whose gate prints a lot.

    python3 benches/output_memory.py PATH-TO-GATEKEEPER [MEGABYTES]

A gate prints that much text (1000 MB by default): once plain lines, once a finding in every line, and once a single line. Shown is the
peak of gatekeeper's own memory without that of mapped files, which is sampled while it runs, before and above that of a run whose gate prints nothing.
Linux only: it reads /proc. Ends with 1 if a run takes more than 16 MiB above the silent one.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

MOST = 16 << 20
KINDS = {
    "nothing": "true",
    "plain lines": "yes 'a line of an ordinary length, as a build prints it' | head -c {size}; false",
    "a finding in every line": "awk 'BEGIN {{ for (i = 1; n < {size}; i++) {{ s = \"a.py:\" i % 1000 + 1 \":1: E\" i % 7 + 100 \" x\" i; "
    "n += length(s) + 1; print s }} exit 1 }}'",
    "a single line": "head -c {size} /dev/zero | tr '\\0' x; false",
}


def anonymous(process):
    """The memory of a process that no file backs, in bytes; 0 if it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    fields = [line.split()[1] for line in status.splitlines() if line.startswith("RssAnon:")]
    return int(fields[0]) << 10 if fields else 0


def peak(gatekeeper, top, command):
    (top / "gates.toml").write_text(f"[gates.loud]\nrun = '''{command}'''\n")
    subprocess.run(["git", "add", "."], cwd=top, check=True)
    started = time.monotonic()
    run = subprocess.Popen(
        [gatekeeper, "run"],
        cwd=top,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    most = 0
    while run.poll() is None:
        most = max(most, anonymous(run.pid))
        time.sleep(0.005)
    return most, time.monotonic() - started


def main():
    gatekeeper = str(Path(sys.argv[1]).resolve())
    size = int(sys.argv[2] if len(sys.argv) > 2 else 1000) * 1000 * 1000
    with tempfile.TemporaryDirectory() as directory:
        top = Path(directory)
        subprocess.run(["git", "init", "--quiet"], cwd=top, check=True)
        (top / "a.py").write_text("x = 1\n" * 1000)
        silent, failed = 0, False
        for kind, command in KINDS.items():
            most, took = peak(gatekeeper, top, command.format(size=size))
            silent = silent or most
            failed |= most - silent > MOST
            above = (most - silent) / (1 << 20)
            print(f"{kind:24} {most / (1 << 20):6.1f} MiB, {above:5.1f} above nothing, {took:6.1f} s")
    sys.exit(failed)


if __name__ == "__main__":
    main()
