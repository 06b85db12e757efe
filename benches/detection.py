#!/usr/bin/env python3
"""Measure detection: the gates that `gatekeeper init` finds in well-known repositories.

usage: detection.py [--clone-from URL] [--gatekeeper PROGRAM] [--only NAME] [-v] DIRECTORY

DIRECTORY holds a clone of each repository of detection.toml, as `owner+name`. With --clone-from, those that are
missing are cloned from URL/owner/name, and each is set to the commit at which its gates were written down. Nothing of a
repository is executed: `init --dry-run` only reads.

A tool counts once per repository. Precision: of the tools of which gates were found, those that the maintainers run.
Recall: of the tools that they run, those that were found; the others are scripts and programs that gatekeeper does not
know, and `named` counts those that init names nevertheless, commented out with their evidence. `own` counts those of these that are
programs of the project itself: they are found, and must never be executed before a person has made a gate of them. `exact` counts the gates of which one has the same words as
theirs, apart from options that decide no verdict.
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
    {"coverage-report", "coverage"}, {"ruff format", "ruff-format"}, {"cargo test", "cargo tarpaulin", "cargo llvm-cov"},
    {"go tool", "goimports"},
]


def plain_words(run):
    """The words of a call without `cd DIR &&`, variables before it, and the toolchain of cargo."""
    words = shlex.split(re.sub(r"^cd \S+ && ", "", run))
    while words and (re.match(r"^\w+=", words[0]) or words[0] in {"env", "cross-env", "!"}):
        words = words[1:]
    # What only measures coverage starts the tests.
    if words and words[0] in {"c8", "nyc"}:
        words = next((words[at:] for at in range(1, len(words)) if not words[at].startswith("-")), words)
    if len(words) > 2 and re.match(r"python[\d.]*$", words[0]):
        module = next((at for at, word in enumerate(words) if re.match(r"-\w*m$", word)), None)
        words = words if module is None else words[module + 1 :]
    if len(words) > 1 and words[0] == "cargo" and words[1].startswith("+"):
        words = words[:1] + words[2:]
    return words


def tool(run):
    words = plain_words(run)
    if not words:
        return ""
    pairs = {"cargo", "go", "ruff", "deno", "npm", "node", "bun", "poetry", "uv", "flit"}
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
    # A script has no first word that names a tool; its gate is named after the program that decides.
    runs = [name.rstrip("-0123456789") if "\n" in gate["run"] else gate["run"] for name, gate in gates.items()]
    return runs, done.stdout


def tools(runs):
    """The tools of some commands, each once, in their order."""
    parts = (part for run in runs for part in re.sub(r"^cd \S+ && ", "", run).split(" && "))
    # What looks at what the call before it has changed is no tool of its own.
    parts = (part for part in parts if not part.startswith("git diff"))
    return list(dict.fromkeys(name for part in parts if (name := tool(part))))


# Programs that run a file of the project, or code that is in the call.
INTERPRETERS = {"bash", "bun", "deno", "node", "python", "python3", "sh", "tsx", "ts-node"}


def is_own(run, directory):
    """Whether a command runs a program of the project itself."""
    words = plain_words(run)
    if not words:
        return False
    if words[:2] == ["cargo", "run"] or words[0] in INTERPRETERS and {"-c", "-e"} & set(words):
        return True
    subdirectory = re.match(r"cd (\S+) && ", run)
    top = directory / subdirectory[1] if subdirectory else directory
    files = words[1:] if words[0] in INTERPRETERS else words[:1]
    return any("/" in file or "." in file for file in files) and any((top / file).is_file() for file in files)


# Calls that build what a later call of the same gate checks.
BUILDS = {"build", "pyproject-build", "uv build", "poetry build", "hatch build", "flit build"}


def is_word(name, line):
    """Whether a line names a tool: as a word of its own, not as a part of `workflows`."""
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", line) is not None


def has(name, names):
    return any(is_same_tool(name, other) for other in names)


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
    heads = ("expected", "found", "right", "wrong", "missed", "named", "own", "exact")
    total = dict.fromkeys(heads, 0)
    print(f"{'repository':28}" + "".join(f" {head:>8}" for head in heads))
    for repository in repositories:
        name = repository["name"]
        if chosen.only and chosen.only not in name:
            continue
        directory = chosen.directory / name.replace("/", "+")
        if chosen.clone_from:
            clone(chosen.clone_from, name, repository["commit"], directory)
        runs, text = detected(pathlib.Path(chosen.gatekeeper).resolve(), directory)
        theirs = [run for run, _ in repository["gates"]]
        expected, found = tools(theirs), tools(runs)
        also = tools(repository.get("also", []))
        missed = [one for one in expected if not has(one, found)]
        wrong = [one for one in found if not has(one, expected + also) and one not in BUILDS]
        places = {one: [place for run, place in repository["gates"] if one in tools([run])] for one in missed}
        comments = [line for line in text.splitlines() if line.startswith("#")]
        named = [one for one in missed if any(is_word(one, line) or any(f"{place}:" in f"{line}:" for place in places[one])
                                              for line in comments)]
        by_tool = {one: [run for run in theirs if one in tools([run])] for one in named}
        own = [one for one in named if all(is_own(run, directory) for run in by_tool[one])]
        words = [deciding(run) for run in runs]
        counts = {
            "expected": len(expected), "found": len(found), "right": len(expected) - len(missed), "wrong": len(wrong),
            "missed": len(missed), "named": len(named), "own": len(own), "exact": sum(deciding(run) in words for run in theirs),
        }
        for key, count in counts.items():
            total[key] += count
        print(f"{name:28}" + "".join(f" {counts[head]:>8}" for head in heads))
        if chosen.verbose:
            for one in missed:
                print(f"    {'own   ' if one in own else 'named ' if one in named else 'missed'}  {one}")
            for one in wrong:
                print(f"    wrong   {one}")
    print(f"{'all':28}" + "".join(f" {total[head]:>8}" for head in heads))
    if total["found"] and total["expected"]:
        without_own = total["right"] / (total["expected"] - total["own"])
        print(f"precision {1 - total['wrong'] / total['found']:.3f}, recall {total['right'] / total['expected']:.3f} "
              f"({without_own:.3f} without the projects' own programs), "
              f"found or named {(total['right'] + total['named']) / total['expected']:.3f}")


if __name__ == "__main__":
    main()
