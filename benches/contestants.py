"""The hook managers: how each is installed, and the configuration that makes it do the same work.

Each gets what its own documentation recommends for independent checks (parallel where it can), and the same commands.
"""

import glob
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field

# The hooks that gatekeeper installs for an ordinary commit, a push and a move of a branch.
HOOKS = ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "pre-push", "reference-transaction"]


@dataclass(frozen=True)
class Gate:
    """One command that everybody runs."""

    name: str
    # A program without arguments; the staged files are appended if it wants them.
    program: str
    with_files: bool = True


@dataclass(frozen=True)
class Work:
    """What a contestant is configured to do at a commit: gates for staged .py files, perhaps a rule for the message."""

    gates: list
    # The program that is given the file with the message, and fails if the message is wrong.
    message: str = ""

    def hooks(self):
        return ["pre-commit"] + (["commit-msg"] if self.message else [])


def nothing(_work):
    return {}


@dataclass(frozen=True)
class Contestant:
    """Somebody who can be called at a commit."""

    name: str
    # What tells its version; nothing for those that are no tool.
    version: list = field(default_factory=list)
    # Its files in the repository, by path, for a given work.
    configuration: object = nothing
    # The commands that install it for a given work.
    install: object = lambda work: []
    # What is done once there is a commit to start from: the commit before it was checked as well.
    begun: list = field(default_factory=list)
    # The scripts that it has as hooks without being a tool, by name.
    scripts: object = nothing
    barred: bool = False
    # Whether it runs gates; nothing can be seen of the others.
    has_gates: bool = True
    is_peer: bool = False
    is_ours: bool = False


def pre_commit(parallel):
    def hook(name, stage, entry, extra):
        text = f"  - id: {name}\n    name: {name}\n    language: system\n    stages: [{stage}]\n    entry: {entry}\n"
        return text + "    require_serial: true\n" + extra + ("    priority: 0\n" if parallel else "")

    def configuration(work):
        text = "repos:\n- repo: local\n  hooks:\n"
        for gate in work.gates:
            extra = "    files: \\.py$\n" + ("" if gate.with_files else "    pass_filenames: false\n")
            text += hook(gate.name, "pre-commit", gate.program, extra)
        text += hook("message", "commit-msg", work.message, "") if work.message else ""
        return {".pre-commit-config.yaml": text}

    return configuration


def lefthook(work):
    text = "pre-commit:\n  parallel: true\n  jobs:\n"
    for gate in work.gates:
        files = " {staged_files}" if gate.with_files else ""
        text += f'    - name: {gate.name}\n      glob: "*.py"\n      run: {gate.program}{files}\n'
    if work.message:
        text += "commit-msg:\n  jobs:\n    - name: message\n      run: " + work.message + " {1}\n"
    return {"lefthook.yml": text}


def lint_staged(work):
    # One pattern for each, because the commands of one pattern run one after the other. It always appends the files.
    commands = {}
    for gate in work.gates:
        commands[f"{{*,{gate.name}-}}.py"] = gate.program if gate.with_files else f"sh -c {gate.program}"
    files = {".lintstagedrc.json": json.dumps(commands, indent=2), ".husky/pre-commit": "lint-staged\n"}
    if work.message:
        files[".husky/commit-msg"] = f'{work.message} "$1"\n'
    return files


def gatekeeper(isolation):
    def configuration(work):
        # The message's hook has a rule of its own for what the others need a command for.
        text = f'[settings]\nisolation = "{isolation}"\n\n' if isolation != "default" else ""
        for gate in work.gates:
            files = " {files}" if gate.with_files else ""
            text += f'[gates.{gate.name}]\nrun = "{gate.program}{files}"\nfiles = ["**/*.py"]\n\n'
        return {"gates.toml": text}

    return configuration


def by_hand(work):
    """What somebody writes into .git/hooks who wants it fast: everything at once, and nothing looked at twice."""
    text = '#!/bin/sh\nfiles=$(git diff --cached --name-only --diff-filter=d -- "*.py")\n[ -n "$files" ] || exit 0\n'
    for gate in work.gates:
        text += f"{gate.program}{' $files' if gate.with_files else ''} &\nall=\"$all $!\"\n"
    text += "code=0\nfor one in $all; do\n    wait $one || code=1\ndone\nexit $code\n"
    scripts = {"pre-commit": text}
    if work.message:
        scripts["commit-msg"] = f'#!/bin/sh\nexec {work.message} "$1"\n'
    return scripts


def exit_0(work):
    return {hook: "#!/bin/sh\nexit 0\n" for hook in work.hooks()}


def hook_types(work):
    return [word for hook in work.hooks() for word in ("--hook-type", hook)]


PLAIN = Contestant("no hook", has_gates=False)
NOTHING = Contestant("exit 0", scripts=exit_0, has_gates=False)
BY_HAND = Contestant("sh by hand", scripts=by_hand)
PEERS = [
    Contestant(
        "pre-commit", ["pre-commit", "--version"], pre_commit(parallel=False),
        lambda work: [["pre-commit", "install", *hook_types(work)]], is_peer=True,
    ),
    Contestant(
        "prek", ["prek", "--version"], pre_commit(parallel=True),
        lambda work: [["prek", "install", *hook_types(work)]], is_peer=True,
    ),
    Contestant(
        "lefthook", ["lefthook", "version"], lefthook,
        lambda work: [["lefthook", "install"]], is_peer=True,
    ),
    Contestant(
        "lint-staged", ["lint-staged", "--version"], lint_staged,
        lambda work: [["husky"]], is_peer=True,
    ),
]


def gatekeepers(program, isolations=("default",), barred=()):
    """gatekeeper, once for each isolation, and again where the kernel gives it no namespaces."""
    for kinds, without in ((isolations, False), (barred, True)):
        for isolation in kinds:
            name = "gatekeeper" if isolation == "default" else f"gatekeeper {isolation}"
            yield Contestant(
                name + (", no namespaces" if without else ""),
                [program, "--version"],
                gatekeeper(isolation),
                lambda work: [[program, "config", "check"], [program, "install"]],
                [[program, "audit", "--record"]],
                barred=without,
                is_ours=True,
            )


def prepare(folder):
    """Installs the peers: those from PyPI always, those from npm if it is at hand."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [os.path.join(folder, "bin/python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--disable-pip-version-check", "pre-commit", "prek", "lefthook", "commitizen"], check=True)
    # The wheel starts lefthook by way of Python, which takes longer than lefthook itself; as its
    # other packages install it, there is no Python between.
    native = os.path.join(folder, "native")
    os.makedirs(native, exist_ok=True)
    for program in glob.glob(
        os.path.join(glob.escape(os.path.abspath(folder)), "lib/*/site-packages/lefthook/bin/*/lefthook")
    ):
        link = os.path.join(native, "lefthook")
        if os.path.lexists(link):
            os.unlink(link)
        os.symlink(program, link)
    try:
        npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder]
        subprocess.run([*npm, "husky", "lint-staged", "@commitlint/cli"], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"note: husky, lint-staged and commitlint are left out, npm does not work: {error}", file=sys.stderr)


def search_path(folder):
    """Where the peers' programs are, first those that come without an interpreter."""
    return [os.path.join(os.path.abspath(folder), name) for name in ("native", "bin", "node_modules/.bin")]
