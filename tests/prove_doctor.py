#!/usr/bin/env python3
"""Proves the cases of tests/doctor.toml with the real tools.

    python3 tests/prove_doctor.py DIRECTORY...

The directories are searched for the tools before PATH. Two commands make some, `tools/bin` and `js/node_modules/.bin`:

    python3 -m venv tools; tools/bin/pip install bandit black coverage flake8 isort mypy pytest ruff
    npm install --prefix js eslint typescript

A `proof` is a script for sh that succeeds if what the rule says is true. It has to succeed in the project of the case, and to fail in
the corrected one. In it, `gate FILE...` is the command of the first gate.
"""

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

TABLE = Path(__file__).with_name("doctor.toml")


def gate(files):
    """The first gate's command as a function of sh."""
    gates = tomllib.loads(files.get("gates.toml", "")).get("gates", {})
    command = next((gate["run"] for gate in gates.values()), "true")
    return "gate() { %s; }\n" % command.replace("{files}", '"$@"')


def holds(files, proof, path):
    with tempfile.TemporaryDirectory() as top:
        for name, text in files.items():
            file = Path(top, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        environment = {**os.environ, "PATH": path, "HOME": top, "PYTHONDONTWRITEBYTECODE": "1"}
        for name in ("CARGO_HOME", "RUSTUP_HOME"):
            default = Path.home() / ("." + name.split("_")[0].lower())
            environment.setdefault(name, str(default))
        done = subprocess.run(
            ["sh", "-c", gate(files) + proof], cwd=top, env=environment, capture_output=True, text=True
        )
        return done.returncode == 0, done.stdout + done.stderr


def main():
    path = os.pathsep.join([os.path.abspath(each) for each in sys.argv[1:]] + [os.environ["PATH"]])
    wrong = proven = 0
    for case in tomllib.loads(TABLE.read_text())["case"]:
        proof = case.get("proof")
        if not proof:
            continue
        corrected = {**case["files"], **case.get("corrected", {})}
        corrected = {name: text for name, text in corrected.items() if text or name.endswith("__init__.py")}
        for files, expected in ((case["files"], True), (corrected, False)):
            is_true, said = holds(files, proof, path)
            if is_true != expected:
                wrong += 1
                where = "in its project" if expected else "in the corrected one"
                print(f"{case['rule']}: the proof does not go as expected {where}:")
                print(re.sub("(?m)^", "    ", said.strip()))
                break
        else:
            proven += 1
    print(f"{proven} proven, {wrong} wrong")
    sys.exit(wrong > 0)


main()
