"""Measures what `gatekeeper guard` costs before a call of a tool.

    python3 benches/guard.py --gatekeeper target/release/gatekeeper

Starts the guard in turn with a program that does nothing (`true`), and prints milliseconds: the minimum and the median of the time that
passes, and the median of the processor time, which a busy machine changes less. The payloads are those of Claude Code. With --aliases DIRECTORY, one of them calls an alias in that repository, which is
the only case here in which git's configuration is read.
"""

import argparse
import json
import os
import statistics
import tempfile
import time

LONG = "git commit -m 'x' && " * 40 + "echo done"
COMMANDS = {
    "ls": ("ls -la", 0),
    "commit": ("git add -A && git commit -m 'fix: a thing'", 0),
    "here-document": ("git commit -F - <<'E'\nfix: it's done\n\nnever `git push --no-verify`\nE\n", 0),
    "forty commands": (LONG, 0),
    "refused": ("git commit --no-verify -m x", 2),
}


def payload(command, directory):
    call = {"command": command, "description": "a command", "timeout": 120000}
    return {
        "session_id": "s", "transcript_path": "/t.jsonl", "cwd": directory, "permission_mode": "default",
        "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": call, "tool_use_id": "t",
    }


def seconds(words, stdin, expected):
    """Runs a program with a file as its input: the seconds that pass, and those of the processor."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, stdin, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, nothing, 1),
        (os.POSIX_SPAWN_DUP2, nothing, 2),
    ]
    begun = time.perf_counter()
    child = os.posix_spawn(words[0], words, os.environ, file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    took = time.perf_counter() - begun
    os.close(nothing)
    code = os.waitstatus_to_exitcode(status)
    if code != expected:
        raise SystemExit(f"{words} ended with {code} instead of {expected}")
    return took, usage.ru_utime + usage.ru_stime


def shown(name, times):
    passed = [time * 1000 for time, _ in times]
    processor = [time * 1000 for _, time in times]
    print(f"{name:16} {min(passed):8.2f} {statistics.median(passed):8.2f} {statistics.median(processor):10.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gatekeeper", default="target/release/gatekeeper")
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--aliases", metavar="DIRECTORY")
    arguments = parser.parse_args()
    guard = [os.path.abspath(arguments.gatekeeper), "guard"]
    commands = {name: (command, code, "/") for name, (command, code) in COMMANDS.items()}
    if arguments.aliases:
        commands["alias"] = ("git st", 0, os.path.abspath(arguments.aliases))
    print(f"{'ms':16} {'minimum':>8} {'median':>8} {'processor':>10}")
    with tempfile.TemporaryDirectory() as scratch:
        files = {}
        for name, (command, _, directory) in commands.items():
            files[name] = os.path.join(scratch, name.replace(" ", "-"))
            with open(files[name], "w", encoding="utf-8") as file:
                json.dump(payload(command, directory), file)
        times = {name: [] for name in ["true", *commands]}
        for _ in range(arguments.rounds):
            times["true"].append(seconds(["/bin/true"], os.devnull, 0))
            for name, (_, code, _) in commands.items():
                times[name].append(seconds(guard, files[name], code))
        for name, measured in times.items():
            shown(name, measured)


main()
