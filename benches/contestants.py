"""The hook managers: how each is installed, and the configuration that makes it do the same work.

Each gets what its own documentation recommends for independent checks (parallel where it can), and
the same shell commands.
"""

import glob
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field

GATES = ["one", "two", "three"]


@dataclass(frozen=True)
class Contestant:
    """Somebody who can be called at a commit."""

    name: str
    # What tells its version; nothing for the two that are no tool.
    version: list = field(default_factory=list)
    # Its files in the repository, by the paths of the two commands and whether there is a commit-msg
    # hook.
    configuration: object = lambda probe, message, with_message: {}
    # The commands that install it, the same.
    install: object = lambda with_message: []
    # What is done once there is a commit to start from: the commit before it was judged as well.
    begun: list = field(default_factory=list)
    barred: bool = False
    # Whether it runs gates; nothing can be seen of the others.
    is_tool: bool = True


def pre_commit(parallel):
    def hook(name, stage, command):
        text = f"  - id: {name}\n    name: {name}\n    language: system\n    stages: [{stage}]\n"
        text += f"    entry: sh {command}\n    require_serial: true\n"
        return text + ("    priority: 0\n" if parallel else "")

    def configuration(probe, message, with_message):
        text = "repos:\n- repo: local\n  hooks:\n"
        text += "".join(hook(gate, "pre-commit", f"{probe} {gate}") for gate in GATES)
        text += hook("message", "commit-msg", message) if with_message else ""
        return {".pre-commit-config.yaml": text}

    return configuration


def lefthook(probe, message, with_message):
    def job(name, command):
        return f"    - name: {name}\n      run: sh {command}\n"

    text = "pre-commit:\n  parallel: true\n  jobs:\n"
    text += "".join(job(gate, f"{probe} {gate} {{staged_files}}") for gate in GATES)
    if with_message:
        text += "commit-msg:\n  jobs:\n" + job("message", f"{message} {{1}}")
    return {"lefthook.yml": text}


def lint_staged(probe, message, with_message):
    # One pattern each, because the commands of one pattern run one after the other.
    patterns = ["*.txt", "**/*.txt", "d*/*.txt"]
    commands = {pattern: f"sh {probe} {gate}" for pattern, gate in zip(patterns, GATES)}
    files = {
        ".lintstagedrc.json": json.dumps(commands, indent=2),
        ".husky/pre-commit": "lint-staged\n",
    }
    if with_message:
        files[".husky/commit-msg"] = f'sh {message} "$1"\n'
    return files


def gatekeeper(isolation):
    def configuration(probe, message, with_message):
        # The message's hook has a rule of its own for what the others need a command for.
        head = f'[settings]\nisolation = "{isolation}"\n\n' if isolation != "default" else ""
        gates = (f'[gates.{gate}]\nrun = "sh {probe} {gate} {{files}}"\n' for gate in GATES)
        return {"gates.toml": head + "".join(gates)}

    return configuration


def hook_types(with_message):
    return ["--hook-type", "pre-commit"] + (["--hook-type", "commit-msg"] if with_message else [])


PLAIN = Contestant("no hook", is_tool=False)
FLOOR = Contestant("exit 0", is_tool=False)
PEERS = [
    Contestant(
        "pre-commit", ["pre-commit", "--version"], pre_commit(parallel=False),
        lambda with_message: [["pre-commit", "install", *hook_types(with_message)]],
    ),
    Contestant(
        "prek", ["prek", "--version"], pre_commit(parallel=True),
        lambda with_message: [["prek", "install", *hook_types(with_message)]],
    ),
    Contestant(
        "lefthook", ["lefthook", "version"], lefthook,
        lambda with_message: [["lefthook", "install"]],
    ),
    Contestant(
        "lint-staged", ["lint-staged", "--version"], lint_staged,
        lambda with_message: [["husky"]],
    ),
]


def gatekeepers(program, isolations, barred):
    """gatekeeper, once for each isolation, and again where the kernel gives it no namespaces."""
    for kinds, without in ((isolations, False), (barred, True)):
        for isolation in kinds:
            yield Contestant(
                f"gatekeeper {isolation}" + (", no namespaces" if without else ""),
                [program, "--version"],
                gatekeeper(isolation),
                lambda with_message: [[program, "config", "check"], [program, "install"]],
                [[program, "audit", "--record"]],
                without,
            )


def prepare(folder):
    """Installs the peers: those from PyPI always, those from npm if it is at hand."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [os.path.join(folder, "bin/python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--disable-pip-version-check", "pre-commit", "prek", "lefthook"], check=True)
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
        subprocess.run([*npm, "husky", "lint-staged"], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"note: lint-staged is left out, npm does not work: {error}", file=sys.stderr)


def search_path(folder):
    """Where the peers' programs are, first those that come without an interpreter."""
    return [os.path.join(os.path.abspath(folder), name) for name in ("native", "bin", "node_modules/.bin")]
