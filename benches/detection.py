#!/usr/bin/env python3
"""Measure detection: the gates that `gatekeeper init` finds in well-known repositories.

usage: detection.py [--clone-from URL] [--gatekeeper PROGRAM] [--only NAME] [-v] DIRECTORY

DIRECTORY holds a clone of each repository of detection.toml, as `owner+name`. With --clone-from, those that are
missing are cloned from URL/owner/name, and each is set to the commit at which its gates were written down. Nothing of a
repository is executed: `init --dry-run` only reads.

A gate that was found counts as right if the maintainers run the same tool there, and as exact if the words that decide
its verdict are the same, too.
"""

import argparse
import pathlib
import re
import shlex
import subprocess
import sys
import tomllib

HERE = pathlib.Path(__file__).parent

# Words that decide no verdict: what a gate adds to stay a check, and what only shapes output.
NEUTRAL = {
    "--no-fix", "--force-exclude", "--filter-files", "--ignore-unknown", "--no-warn-unused-ignores", "{files}", ".",
    "-v", "-vv", "-q", "--verbose", "--diff", "--pretty", "--color", "--check-only", "--check", "-c", "run", "--run",
    "-l", "--cache", "--show-error-codes", "--no-progress", "--noEmit", "--", "&&", "--hook-stage=manual",
}
SAME_TOOLS = [
    {"coverage", "pytest"}, {"go test", "richgo", "gotestsum"}, {"isort", "ruff"}, {"rustfmt", "cargo fmt"},
    {"clippy", "cargo clippy"}, {"nextest", "cargo nextest", "cargo test"}, {"bandit", "bandit-baseline"},
    {"coverage-report", "coverage"}, {"ruff format", "ruff-format"},
]


def plain_words(run):
    """The words of a call without `cd DIR &&`, variables before it, and the toolchain of cargo."""
    words = shlex.split(re.sub(r"^cd \S+ && ", "", run))
    while words and (re.match(r"^\w+=", words[0]) or words[0] in {"env", "cross-env"}):
        words = words[1:]
    if len(words) > 2 and words[0].startswith("python") and words[1] == "-m":
        words = words[2:]
    if len(words) > 1 and words[0] == "cargo" and words[1].startswith("+"):
        words = words[:1] + words[2:]
    return words


def tool(run):
    words = plain_words(run)
    if not words:
        return ""
    pairs = {"cargo", "go", "ruff", "deno", "npm", "node", "bun", "poetry", "uv"}
    name = words[0].rsplit("/", 1)[-1]
    return f"{name} {words[1]}" if name in pairs and len(words) > 1 else name


def is_same_tool(one, other):
    if one == other:
        return True
    return any(one in group and other in group for group in SAME_TOOLS)


def deciding(run):
    return {word for word in plain_words(run.replace("{files}", "")) if word not in NEUTRAL}


def detected(gatekeeper, directory):
    done = subprocess.run(
        [gatekeeper, "init", "--dry-run"], cwd=directory, capture_output=True, text=True, check=False
    )
    try:
        gates = tomllib.loads(done.stdout).get("gates", {})
    except tomllib.TOMLDecodeError as error:
        sys.exit(f"{directory.name}: what init prints is not TOML: {error}")
    return [gate["run"] for gate in gates.values()], done.stdout


def match(expected, found):
    """Pairs each expected gate with the found gate of the same tool whose words are the most alike."""
    left = list(found)
    pairs = []
    candidates = sorted(
        (
            (len(deciding(gate["run"]) ^ deciding(run)), at, number)
            for at, gate in enumerate(expected)
            for number, run in enumerate(found)
            if is_same_tool(tool(gate["run"]), tool(run))
        ),
    )
    used_expected, used_found = set(), set()
    for distance, at, number in candidates:
        if at not in used_expected and number not in used_found:
            used_expected.add(at)
            used_found.add(number)
            pairs.append((expected[at], found[number], distance))
    missed = [gate for at, gate in enumerate(expected) if at not in used_expected]
    extra = [run for number, run in enumerate(left) if number not in used_found]
    return pairs, missed, extra


def clone(url, name, commit, directory):
    if not directory.is_dir():
        subprocess.run(["git", "clone", "-q", f"{url.rstrip('/')}/{name}", str(directory)], check=True)
    subprocess.run(["git", "-C", str(directory), "checkout", "-q", "--detach", commit], check=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("directory", type=pathlib.Path, metavar="DIRECTORY")
    arguments.add_argument("--clone-from", metavar="URL")
    arguments.add_argument("--gatekeeper", default=str(HERE.parent / "target/debug/gatekeeper"), metavar="PROGRAM")
    arguments.add_argument("--only", metavar="NAME")
    arguments.add_argument("-v", "--verbose", action="store_true", help="show every difference")
    arguments.add_argument("--expected", type=pathlib.Path, default=HERE / "detection.toml", metavar="FILE")
    chosen = arguments.parse_args()
    repositories = tomllib.loads(chosen.expected.read_text())["repository"]
    total = {"expected": 0, "found": 0, "right": 0, "exact": 0, "named": 0}
    print(f"{'repository':28} {'expected':>8} {'found':>6} {'right':>6} {'exact':>6} {'named':>6}")
    for repository in repositories:
        name = repository["name"]
        if chosen.only and chosen.only not in name:
            continue
        directory = chosen.directory / name.replace("/", "+")
        if chosen.clone_from:
            clone(chosen.clone_from, name, repository["commit"], directory)
        found, text = detected(pathlib.Path(chosen.gatekeeper).resolve(), directory)
        expected = repository.get("gate", [])
        pairs, missed, extra = match(expected, found)
        # What is not a gate, but is named in a comment.
        named = [gate for gate in missed if re.search(r"^#.*" + re.escape(tool(gate["run"])), text, re.MULTILINE)]
        counts = {
            "expected": len(expected), "found": len(found), "right": len(pairs),
            "exact": sum(distance == 0 for *_, distance in pairs), "named": len(named),
        }
        for key, count in counts.items():
            total[key] += count
        print(f"{name:28} " + " ".join(f"{counts[key]:>{width}}" for key, width in zip(counts, (8, 6, 6, 6, 6))))
        if chosen.verbose:
            for gate, run, distance in pairs:
                if distance:
                    print(f"    expected {gate['run']}\n    found    {run}")
            for gate in missed:
                mark = "named   " if gate in named else "missed  "
                print(f"    {mark} {gate['run']}   ({gate.get('evidence', '')})")
            for run in extra:
                print(f"    extra    {run}")
    print(f"{'all':28} " + " ".join(f"{total[key]:>{width}}" for key, width in zip(total, (8, 6, 6, 6, 6))))
    if total["found"] and total["expected"]:
        print(f"precision {total['right'] / total['found']:.3f}, recall {total['right'] / total['expected']:.3f}, "
              f"exact {total['exact'] / total['right']:.3f}")


if __name__ == "__main__":
    main()
