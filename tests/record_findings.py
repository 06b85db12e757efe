#!/usr/bin/env python3
"""Records what real tools print about the defects in tests/findings.toml.

    python3 tests/record_findings.py [--new] DIRECTORY...

With --new, only what has not been recorded yet is. The directories are searched for the tools before PATH. Each case whose tool is there gets the version, the
output, the exit code and the report of today; `finds`, which is written by hand, stays as it is. The test
`findings` then says whether what is read from the new outputs is still right.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

TABLE = Path(__file__).with_name("findings.toml")
HEAD = """\
# Defects, and what the newest versions of real tools print about them. `finds` is written by hand: path, line and
# column, severity and rule of each finding. tests/record_findings.py records the rest anew; `TOP` is the directory.
"""
LIMIT = 300


def quoted(text):
    """A string of TOML, as it is where that is possible."""
    odd = re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text)
    if "'''" in text or odd or text.startswith("\n"):
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    if "\n" in text:
        return f"'''\n{text}'''"
    return f"'{text}'" if "'" not in text else json.dumps(text, ensure_ascii=False)


def write(table):
    lines = [HEAD, "[files]"]
    lines += [f'"{name}" = {quoted(text)}' for name, text in table["files"].items()]
    for case in table["case"]:
        lines += ["", "[[case]]", f"run = {quoted(case['run'])}"]
        if "findings" in case:
            lines.append(f"findings = '{case['findings']}'")
        lines.append("finds = [")
        lines += [f"    {quoted(one)}," for one in case["finds"]]
        lines.append("]")
        if "tests" in case:
            lines.append(f"tests = {case['tests']}")
        for key in ["version", "code", "prints", "report"]:
            if key in case:
                value = case[key]
                shown = quoted(value) if isinstance(value, str) else value
                lines.append(f"{key} = {shown}")
    TABLE.write_text("\n".join(lines) + "\n")


def record(case, files):
    """Runs a case; returns whether its tool is there."""
    words = case["run"].split()
    tool = next(word for word in words if "=" not in word)
    if not shutil.which(tool):
        return False
    with tempfile.TemporaryDirectory() as top, tempfile.TemporaryDirectory() as beside:
        # Some tools print the path without links.
        top = os.path.realpath(top)
        for name, text in files.items():
            path = Path(top, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        report = Path(beside, "report")
        run = case["run"].replace("{report}", str(report))
        environment = dict(os.environ, CARGO_TERM_COLOR="never", SEMGREP_SEND_METRICS="off")
        for name in ["CI", "GITHUB_ACTIONS", "RUFF_OUTPUT_FORMAT", "FORCE_COLOR"]:
            environment.pop(name, None)
        environment["CARGO_TARGET_DIR"] = beside + "/target"
        done = subprocess.run(
            ["sh", "-c", run],
            cwd=top,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LIMIT,
        )

        def neutral(text):
            text = text.replace(str(report), "REPORT").replace(beside, "ELSEWHERE")
            return text.replace(top, "TOP")

        case["code"] = done.returncode
        case["prints"] = neutral(done.stdout.decode(errors="replace"))
        if report.exists():
            case["report"] = neutral(report.read_text())
        version = subprocess.run(
            [*version_words(words)], capture_output=True, text=True, cwd=beside, check=False
        )
        case["version"] = (version.stdout + version.stderr).strip().split("\n")[0]
    return True


def version_words(words):
    if words[:2] == ["cargo", "clippy"]:
        return ["cargo", "clippy", "--version"]
    if words[:2] == ["cargo", "fmt"]:
        return ["cargo", "fmt", "--version"]
    return [words[0], "--version"]


def main():
    directories = [word for word in sys.argv[1:] if word != "--new"]
    os.environ["PATH"] = os.pathsep.join([*directories, os.environ["PATH"]])
    table = tomllib.loads(TABLE.read_text())
    for case in table["case"]:
        if "--new" in sys.argv and "prints" in case:
            continue
        is_there = record(case, table["files"])
        print(f"{'recorded' if is_there else 'no such tool'}: {case['run']}")
    write(table)


if __name__ == "__main__":
    main()
