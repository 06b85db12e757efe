"""Checks what other systems read: action.yml, the GitLab template, .pre-commit-hooks.yaml, the Homebrew formula.

    python3 tests/packaging.py

Needs check-jsonschema, pre-commit and PyYAML (pip install check-jsonschema pre-commit pyyaml), and ruby for the formula.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import yaml

TOP = Path(__file__).resolve().parent.parent


def check(name, command, **options):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    print(f"{'ok    ' if done.returncode == 0 else 'FAILED'}  {name}")
    if done.returncode:
        print(done.stdout)
    return done.returncode == 0


def main():
    action = yaml.safe_load((TOP / "action.yml").read_text())
    results = [
        check("action.yml", ["check-jsonschema", "--builtin-schema", "vendor.github-actions", TOP / "action.yml"]),
        check(
            "packaging/gitlab/gatekeeper.yml",
            ["check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci",
             TOP / "packaging/gitlab/gatekeeper.yml"],
        ),
        check(".pre-commit-hooks.yaml", ["pre-commit", "validate-manifest", TOP / ".pre-commit-hooks.yaml"]),
    ]  # fmt: skip
    for step in action["runs"]["steps"]:
        results.append(check(f"action.yml, {step['name']}", ["bash", "-n"], input=step["run"]))
    template = yaml.safe_load((TOP / "packaging/gitlab/gatekeeper.yml").read_text())[".gatekeeper"]
    for line in template["before_script"] + template["script"]:
        results.append(check(f"the GitLab template, {line.split()[0]}", ["sh", "-n"], input=line))
    for script in sorted((TOP / "packaging").glob("*.sh")):
        results.append(check(script.name, ["sh", "-n", script]))
    if shutil.which("ruby"):
        results.append(check("the Homebrew formula", ["ruby", "-c", TOP / "packaging/homebrew/gatekeeper-git.rb"]))
    else:
        print("not run  the Homebrew formula: there is no ruby")
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
