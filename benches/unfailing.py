#!/usr/bin/env python3
"""How often the commands of real projects would be refused as a gate that cannot fail.

Takes every command out of the makefiles, workflows, package.json and tox.ini files and scripts of some
repositories, and has `gatekeeper config check` look at each. See docs/testing.md.
"""

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

MAKEFILES = {"Makefile", "Makefile.common", "GNUmakefile", "justfile"}
SCRIPTS = ("scripts/", "script/", "ci/", "hack/", ".githooks/")


def git(repository, *words):
    done = subprocess.run(["git", "-C", repository, *words], capture_output=True, check=True)
    return done.stdout.decode(errors="replace")


def of_workflow(text):
    step = re.compile(r"^( *)(?:- )?run: *([|>][-+]?)?(.*)\n((?:(?:\1  .*)?\n)*)", re.M)
    for indent, block, line, lines in step.findall(text):
        if not block:
            yield line
            continue
        lines = lines.split("\n")
        margin = min([len(one) - len(one.lstrip()) for one in lines if one.strip()] or [0])
        yield "\n".join(one[margin:] for one in lines)


def of_makefile(text):
    recipe = ""
    for line in text.split("\n"):
        if not recipe and not line.startswith("\t"):
            continue
        recipe += line.lstrip("\t")
        if line.endswith("\\"):
            recipe += "\n"
            continue
        yield recipe.lstrip("@-+").replace("$$", "$")
        recipe = ""


def commands(repository):
    for path in git(repository, "ls-tree", "-r", "--name-only", "HEAD").split("\n"):
        name = os.path.basename(path)
        is_workflow = re.match(r"\.github/workflows/.*\.ya?ml$", path)
        is_script = path.startswith(SCRIPTS) and (name.endswith(".sh") or "." not in name)
        if not (name in MAKEFILES | {"package.json", "tox.ini"} or is_workflow or is_script):
            continue
        text = git(repository, "show", f"HEAD:{path}")
        if name == "package.json":
            try:
                yield from ((path, one) for one in json.loads(text).get("scripts", {}).values())
            except (ValueError, AttributeError):
                pass
        elif name == "tox.ini":
            for one in re.findall(r"^commands *=(.*(?:\n[ \t]+.*)*)", text, re.M):
                yield path, re.sub(r"^[ \t]+", "", one.strip(), flags=re.M)
        elif is_script:
            yield path, text
        else:
            yield from ((path, one) for one in (of_workflow if is_workflow else of_makefile)(text))


def check(program, folder, command):
    with open(os.path.join(folder, "gates.toml"), "w", encoding="utf-8") as file:
        file.write(f"[gates.x]\nrun = '''\n{command}'''\n")
    done = subprocess.run([program, "config", "check"], cwd=folder, capture_output=True)
    return done.returncode, done.stderr.decode(errors="replace")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gatekeeper", default="target/release/gatekeeper", metavar="PROGRAM")
    parser.add_argument("--list", action="store_true", help="show what is refused")
    parser.add_argument("repositories", nargs="+", metavar="REPOSITORY")
    options = parser.parse_args()
    program = os.path.abspath(options.gatekeeper)
    seen, refused, others = set(), 0, collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "init", "-q", folder], check=True)
        for repository in options.repositories:
            for path, command in commands(repository):
                # What others fill in is some word.
                command = re.sub(r"\$\{\{.*?\}\}", "VALUE", command.strip("\n"))
                command = re.sub(r"\{(files?|posargs[^}]*|[a-z_-]+)\}", "x", command)
                if not command.strip() or "'''" in command or len(command) > 20000 or command in seen:
                    continue
                seen.add(command)
                code, said = check(program, folder, command)
                if code == 0:
                    continue
                if "cannot fail" in said or "around hooks" in said:
                    refused += 1
                    if options.list:
                        print(f"----- {os.path.basename(repository)} {path}\n{said.strip()}")
                else:
                    others[next(line for line in said.split("\n") if "error:" in line).strip()] += 1
    print(f"{len(seen)} different commands, {refused} refused as commands that cannot fail")
    for said, number in others.most_common():
        print(f"{number} refused otherwise: {said}")


if __name__ == "__main__":
    sys.exit(main())
