"""What `gatekeeper doctor` says about real projects, and how long it takes.

    python3 benches/doctor.py --gatekeeper target/release/gatekeeper REPOSITORY...
    python3 benches/doctor.py --gatekeeper target/release/gatekeeper --files 50000

Each repository, bare or not, is checked out into a temporary directory, and doctor looks at it without gates.toml, with an empty home
directory. Prints each finding. With --files, it makes a repository of so many files, with gates.toml, and prints the shortest of five runs
and, where strace is available, the number of system calls.
"""

import argparse
import collections
import json
import os
import subprocess
import tempfile
import time

GATES = '[gates.lint]\nrun = "ruff check --no-fix {files}"\n[gates.test]\nrun = "pytest -q"\n'


def run(words, directory, environment):
    return subprocess.run(words, cwd=directory, env=environment, capture_output=True, text=True)


def look(gatekeeper, top, environment):
    begun = time.perf_counter()
    done = run([gatekeeper, "doctor", "--format", "json"], top, environment)
    took = time.perf_counter() - begun
    if not done.stdout:
        raise SystemExit(f"{top}: {done.stderr}")
    return json.loads(done.stdout)["findings"], took


def real(gatekeeper, repositories, scratch, environment):
    counted = collections.Counter()
    longest = 0.0
    for number, repository in enumerate(repositories):
        top = os.path.join(scratch, str(number))
        clone = ["git", "clone", "--quiet", "--shared", "--no-hardlinks", os.path.abspath(repository), top]
        done = run(clone, scratch, environment)
        # A copy without its largest files is one, too.
        if not os.path.isdir(os.path.join(top, ".git")):
            raise SystemExit(done.stderr)
        findings, took = look(gatekeeper, top, environment)
        longest = max(longest, took)
        for one in findings:
            counted[one["severity"]] += 1
            place = f"{one['path'] or ''}:{one['line'] or ''}".strip(":")
            print(f"{repository}  {one['severity']}[{one['rule']}] {place}\n    {one['message']}")
    words = ", ".join(f"{number} {severity}s" for severity, number in sorted(counted.items()))
    print(f"{len(repositories)} repositories: {words or 'nothing'}; the longest took {longest:.2f} s")


def large(gatekeeper, files, scratch, environment):
    top = os.path.join(scratch, "large")
    for number in range(files):
        path = os.path.join(top, f"package{number // 100}", f"module{number % 100}.py")
        if number % 100 == 0:
            os.makedirs(os.path.dirname(path))
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"x = {number}\n")
    with open(os.path.join(top, "gates.toml"), "w", encoding="utf-8") as file:
        file.write(GATES)
    for words in (["git", "init", "--quiet"], ["git", "add", "."]):
        run(words, top, environment)
    times = [look(gatekeeper, top, environment)[1] for _ in range(5)]
    print(f"{files} files: {min(times):.3f} s")
    counts = os.path.join(scratch, "counts")
    try:
        strace = ["strace", "-f", "-c", "-o", counts, gatekeeper, "doctor"]
        run(strace, top, environment)
        with open(counts, encoding="utf-8") as file:
            print(file.readlines()[-1].strip())
    except OSError:
        print("strace is not available")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gatekeeper", default="target/release/gatekeeper")
    parser.add_argument("--files", type=int)
    parser.add_argument("repositories", nargs="*", metavar="REPOSITORY")
    arguments = parser.parse_args()
    gatekeeper = os.path.abspath(arguments.gatekeeper)
    with tempfile.TemporaryDirectory() as scratch:
        environment = {"PATH": os.environ["PATH"], "HOME": scratch, "CI": "true", "GIT_CONFIG_NOSYSTEM": "1"}
        if arguments.repositories:
            real(gatekeeper, arguments.repositories, scratch, environment)
        if arguments.files:
            large(gatekeeper, arguments.files, scratch, environment)


main()
