"""What becomes of gatekeeper and of another tool with hooks in one repository: the table of docs/migration.md.

    python3 benches/company.py --peers DIRECTORY [--gatekeeper PROGRAM]

DIRECTORY is that of promises.py, and is filled in the same way. Each case is a new repository with a HOME of its own, in which
both tools leave a mark when a commit makes them run. Prints the table in Markdown.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import contestants

GATES = '[gates.probe]\nrun = "sh {mark} gate"\n[commit-msg.signed-off-by]\nrequired = "never"\n'
MARK = '#!/bin/sh\necho "$1" >>"$MARKS"\n'

# What Gerrit's hook does: it adds a trailer to the message.
GERRIT = '#!/bin/sh\nsh {mark} other\ngit interpret-trailers --in-place --trailer "Change-Id: I0123" "$1"\n'
# Its own documentation, "Local setup": husky calls it with the file of the message.
COMMITLINT = {
    ".husky/commit-msg": 'commitlint --edit "$1" && sh {mark} other\n',
    "commitlint.config.cjs": "module.exports = {{rules: {{'type-empty': [2, 'never']}}}};\n",
}
# The hook `commitizen` of its repository, which calls `cz check` at the stage commit-msg.
COMMITIZEN = {
    ".pre-commit-config.yaml": "repos:\n- repo: local\n  hooks:\n  - id: commitizen\n    name: commitizen\n"
    "    language: system\n    stages: [commit-msg]\n"
    "    entry: sh -c 'cz check --allow-abort --commit-msg-file \"$0\" && sh {mark} other'\n"
}
# A program that leaves a mark when its hook runs, and then is the real one.
WRAPPER = '#!/bin/sh\n[ "$1" = {when} ] && sh {mark} other\nexec {program} "$@"\n'


@dataclass(frozen=True)
class Tool:
    """Another tool that has hooks."""

    name: str
    files: dict
    install: str
    remove: str
    programs: list = field(default_factory=list)
    # A program that leaves a mark if it is called with this word.
    wrapped: tuple = ()
    # What its hook must refuse, to show that it is the real one.
    refuses: str = ""


PRE_COMMIT = {
    ".pre-commit-config.yaml": "repos:\n- repo: local\n  hooks:\n  - id: probe\n    name: probe\n    language: system\n"
    "    entry: sh {mark} other\n    pass_filenames: false\n"
}
TOOLS = [
    Tool("pre-commit", PRE_COMMIT, "pre-commit install", "pre-commit uninstall", ["pre-commit"]),
    Tool("prek", PRE_COMMIT, "prek install", "prek uninstall", ["prek"]),
    Tool(
        "lefthook",
        {"lefthook.yml": "pre-commit:\n  jobs:\n  - name: probe\n    run: sh {mark} other\n"},
        "lefthook install",
        "lefthook uninstall",
        ["lefthook"],
    ),
    # Built by `cargo install hk`; it is tried if it is on PATH.
    Tool(
        "hk",
        {
            "hk.pkl": 'hooks = new Mapping {{ ["pre-commit"] = new Mapping {{ ["steps"] = new Mapping {{ ["probe"] = new Mapping {{\n'
            '["check"] = "sh {mark} other"\n}} }} }} }}\n'
        },
        "hk install",
        "hk uninstall",
        ["hk"],
    ),
    Tool(
        "husky",
        {".husky/pre-commit": "sh {mark} other\n"},
        "husky",
        "rm -rf .husky; git config --unset core.hooksPath; true",
        ["husky"],
    ),
    Tool(
        "husky, lint-staged",
        {
            ".husky/pre-commit": "lint-staged\n",
            "package.json": '{{"lint-staged": {{"*": "sh {mark} other"}}}}\n',
        },
        "husky",
        "rm -rf .husky; git config --unset core.hooksPath; true",
        ["husky", "lint-staged"],
    ),
    Tool(
        "Gerrit",
        {"commit-msg.gerrit": GERRIT},
        "mkdir -p .git/hooks && cp commit-msg.gerrit .git/hooks/commit-msg && chmod +x .git/hooks/commit-msg",
        "rm -f .git/hooks/commit-msg",
    ),
    Tool(
        "commitlint, by husky",
        COMMITLINT,
        "husky",
        "rm -rf .husky; git config --unset core.hooksPath; true",
        ["husky", "commitlint"],
        refuses="no type",
    ),
    Tool(
        "commitizen, by pre-commit",
        COMMITIZEN,
        "pre-commit install --hook-type commit-msg",
        "pre-commit uninstall --hook-type commit-msg",
        ["pre-commit", "cz"],
        refuses="no type",
    ),
    Tool(
        "git-lfs",
        {".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n"},
        "git lfs install --local",
        "git lfs uninstall --local",
        ["git-lfs"],
        wrapped=("git-lfs", "post-commit"),
    ),
]

INSTALL = "gatekeeper install"
UNINSTALL = "gatekeeper uninstall"
# The steps of each column: what is done, one after the other, before the commit.
COLUMNS = {
    "it, then gatekeeper": ["{install}", INSTALL],
    "gatekeeper, then it": [INSTALL, "{install}"],
    "gatekeeper, it, gatekeeper": [INSTALL, "{install}", INSTALL],
    "it, gatekeeper, it": ["{install}", INSTALL, "{install}"],
    "both, it removed": ["{install}", INSTALL, "{remove}"],
    "both, gatekeeper removed": ["{install}", INSTALL, UNINSTALL],
    "moved away from it": ["{install}", INSTALL, UNINSTALL, "{remove}", INSTALL],
}
WORDS = {
    ("gate", "other"): "both run",
    ("gate",): "gatekeeper runs",
    ("other",): "it runs",
    (): "none runs",
}


class Trial:
    """A repository with the configuration of both, and one commit."""

    def __init__(self, tool, search):
        self.folder = Path(tempfile.mkdtemp(prefix="company."))
        self.top = self.folder / "repository"
        self.marks = self.folder / "marks"
        (self.folder / "home").mkdir()
        mark = self.folder / "mark"
        mark.write_text(MARK)
        if tool.wrapped:
            search = [self.wrap(*tool.wrapped, mark, search), *search]
        self.environment = {
            "HOME": str(self.folder / "home"),
            "PATH": os.pathsep.join([*search, os.environ.get("PATH", os.defpath)]),
            "MARKS": str(self.marks),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        self.run("git init --quiet --initial-branch main repository", self.folder)
        self.run("git config --global user.name T; git config --global user.email t@example.com")
        for path, text in {"gates.toml": GATES, **tool.files}.items():
            file = self.top / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text.format(mark=mark))
        self.run("git add -A && git commit --quiet -m 'chore: base'")

    def wrap(self, name, when, mark, search):
        """The directory of a program that is called before the real one."""
        found = shutil.which(name, path=os.pathsep.join([*search, os.environ.get("PATH", os.defpath)]))
        wrapper = self.folder / "bin" / name
        wrapper.parent.mkdir()
        wrapper.write_text(WRAPPER.format(when=when, mark=mark, program=found))
        wrapper.chmod(0o755)
        return str(wrapper.parent)

    def run(self, line, folder=None):
        return subprocess.run(
            ["sh", "-c", line],
            cwd=folder or (self.top if self.top.exists() else self.folder),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )

    def commit(self):
        """Who ran at a commit, and what is to be said of it."""
        self.marks.unlink(missing_ok=True)
        (self.top / "file").write_text("x")
        done = self.run("git add file && git commit --quiet -m 'fix: file'")
        text = self.marks.read_text() if self.marks.exists() else ""
        ran = tuple(name for name in ("gate", "other") if name in text.split())
        words = WORDS[ran]
        if done.returncode:
            words += ", commit stopped"
        elif "gate" in ran and text.split().count("gate") > 1:
            words += ", gates twice"
        return words, done.stdout


def cell(tool, steps, search, verbose):
    trial = Trial(tool, search)
    try:
        failed = ""
        for step in steps:
            done = trial.run(step.format(install=tool.install, remove=tool.remove))
            if verbose:
                print(f"$ {step}\n{done.stdout}", file=sys.stderr)
            if done.returncode:
                failed = f" (`{step.format(install=tool.install, remove=tool.remove)}` is refused)"
        words, output = trial.commit()
        if tool.refuses and "both" in words:
            refused = trial.run(f"git commit --quiet --allow-empty -m '{tool.refuses}'").returncode != 0
            words += "" if refused else ", and it refuses nothing"
        if "both" in words or "gatekeeper" in words:
            words += "" if trial.run("gatekeeper status").returncode == 0 else ", `status` names missing hooks"
        if verbose:
            print(f"$ git commit\n{output}", file=sys.stderr)
        return words + failed
    finally:
        shutil.rmtree(trial.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--peers", required=True, help="the directory with the other tools")
    parser.add_argument("--gatekeeper", default="target/debug/gatekeeper", help="the program to try")
    parser.add_argument("--only", help="the tool to try")
    parser.add_argument("--verbose", action="store_true", help="print what each step says")
    options = parser.parse_args()
    if not os.path.isdir(options.peers):
        contestants.prepare(options.peers)
    programs = Path(tempfile.mkdtemp(prefix="company."))
    (programs / "gatekeeper").symlink_to(Path(options.gatekeeper).resolve())
    search = [str(programs), *contestants.search_path(options.peers)]
    print("| | " + " | ".join(COLUMNS) + " |")
    print("|---" * (len(COLUMNS) + 1) + "|")
    for tool in TOOLS:
        if options.only not in (None, tool.name):
            continue
        found = os.pathsep.join([*search, os.environ.get("PATH", "")])
        if any(shutil.which(program, path=found) is None for program in tool.programs):
            print(f"note: {tool.name} is left out, it is not there", file=sys.stderr)
            continue
        cells = [cell(tool, steps, search, options.verbose) for steps in COLUMNS.values()]
        print(f"| {tool.name} | " + " | ".join(cells) + " |", flush=True)
    shutil.rmtree(programs)


if __name__ == "__main__":
    main()
