"""What gatekeeper promises, tried with it and with other hook managers: the table of the README.

    python3 benches/promises.py --peers DIRECTORY [--gatekeeper PROGRAM]

DIRECTORY gets a Python environment with pre-commit, prek and lefthook, an npm project with husky and lint-staged, and hk, which cargo
builds; this needs the registries once. Each case runs in a new repository with a HOME of its own. Prints the table in Markdown.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# The gate: fails if a Python file says bad, and leaves a mark each time it runs.
PROBE = """#!/bin/sh
echo ran >>"$MARKS"
if [ -e "$HOME/hang" ]; then exec sleep 1000; fi
! grep -rn bad --include='*.py' . >&2
"""

CONFIGURATIONS = {
    "gatekeeper": {"gates.toml": '[gates.probe]\nrun = "sh {probe}"\ntimeout = "3s"\n[commit-msg.signed-off-by]\nrequired = "never"\n'},
    "pre-commit": {
        ".pre-commit-config.yaml": "repos:\n- repo: local\n  hooks:\n  - id: probe\n    name: probe\n    language: system\n"
        "    entry: sh {probe}\n    pass_filenames: false\n"
    },
    "lefthook": {"lefthook.yml": "pre-commit:\n  jobs:\n  - name: probe\n    run: sh {probe}\n    timeout: 3s\n"},
    "hk": {
        "hk.pkl": 'hooks = new Mapping {{ ["pre-commit"] = new Mapping {{ ["stash"] = "git"\n["timeout"] = "3s"\n'
        '["steps"] = new Mapping {{ ["probe"] = new Mapping {{ ["check"] = "sh {probe}" }} }} }} }}\n'
    },
    "husky": {".husky/pre-commit": "sh {probe}\n"},
    "husky, lint-staged": {
        ".husky/pre-commit": "lint-staged --hide-unstaged\n",
        "package.json": '{{"lint-staged": {{"*.py": "sh {probe}"}}}}\n',
    },
}
CONFIGURATIONS["prek"] = CONFIGURATIONS["pre-commit"]
INSTALL = {
    "gatekeeper": "gatekeeper install",
    "pre-commit": "pre-commit install",
    "prek": "prek install",
    "lefthook": "lefthook install",
    "hk": "hk install",
    "husky": "husky",
    "husky, lint-staged": "husky",
}
ORDER = ["gatekeeper", "pre-commit", "prek", "lefthook", "hk", "husky", "husky, lint-staged"]


class Trial:
    """A repository with one manager installed, and one good commit."""

    def __init__(self, name, programs):
        self.folder = Path(tempfile.mkdtemp(prefix="promises."))
        self.top = self.folder / "repository"
        home = self.folder / "home"
        home.mkdir()
        probe = self.folder / "probe"
        probe.write_text(PROBE)
        self.marks = self.folder / "marks"
        self.environment = {
            "HOME": str(home),
            "PATH": os.pathsep.join([str(programs), *os.defpath.split(os.pathsep), *system_path()]),
            "MARKS": str(self.marks),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
        }
        self.run("git init --quiet --initial-branch main repository", self.folder)
        self.run("git config --global user.name T; git config --global user.email t@example.com")
        for path, text in CONFIGURATIONS[name].items():
            self.write(path, text.format(probe=probe))
        self.write("a.py", "good\n")
        self.write(".gitignore", "/ignored\n")
        self.run("git add -A")
        done = self.run(INSTALL[name])
        if done.returncode:
            sys.exit(f"{name} could not be installed: {done.stdout}")
        self.run("git add -A")
        done = self.run("git commit -m base")
        if done.returncode:
            sys.exit(f"{name}: the first commit was stopped: {done.stdout}")
        self.marks.write_text("")

    def write(self, path, text):
        file = self.top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run(self, script, folder=None):
        return subprocess.run(
            ["sh", "-c", script], cwd=folder or (self.top if self.top.exists() else self.folder), env=self.environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
        )  # fmt: skip

    def stops(self, script="git commit -m change"):
        return self.run(script).returncode != 0

    def count(self):
        return self.marks.read_text().count("ran")

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def system_path():
    return [folder for folder in os.environ["PATH"].split(os.pathsep) if folder.startswith("/usr")]


def bad_change(trial):
    trial.write("a.py", "bad\n")
    trial.run("git add -A")


def no_verify(trial):
    """`git commit --no-verify` of bad content is stopped"""
    bad_change(trial)
    return trial.stops("git commit --no-verify -m change")


def missing_program(trial):
    """A commit is stopped if the manager's own program is missing"""
    bad_change(trial)
    # Programs find each other by absolute paths, too, so everything that was installed goes.
    peers = Path(trial.environment["PATH"].split(os.pathsep)[0]).parent.parent
    hidden = peers.with_name(peers.name + ".hidden")
    peers.rename(hidden)
    try:
        return trial.stops()
    finally:
        hidden.rename(peers)


def without_configuration(trial):
    """A commit is stopped if the configuration is missing"""
    for path in ["gates.toml", ".pre-commit-config.yaml", "lefthook.yml", "hk.pkl", ".husky/pre-commit"]:
        (trial.top / path).unlink(missing_ok=True)
    bad_change(trial)
    return trial.stops()


def unstaged_fix(trial):
    """Bad content is stopped although the work tree has a good version"""
    bad_change(trial)
    trial.write("a.py", "good again\n")
    return trial.stops()


def unstaged_damage(trial):
    """Good content passes although another file has bad unstaged edits"""
    trial.write("b.py", "good\n")
    trial.run("git add b.py && git commit -m more")
    trial.write("b.py", "bad\n")
    trial.write("a.py", "better\n")
    trial.run("git add a.py")
    return not trial.stops()


def untracked_damage(trial):
    """Good content passes although an untracked file is bad"""
    trial.write("new.py", "bad\n")
    trial.write("a.py", "better\n")
    trial.run("git add a.py")
    return not trial.stops()


def killed(trial):
    """Unstaged edits are in place after SIGTERM in the middle of a commit"""
    trial.write("b.py", "good\n")
    trial.run("git add b.py && git commit -m more")
    trial.write("b.py", "unstaged work\n")
    trial.write("a.py", "better\n")
    trial.run("git add a.py")
    (trial.folder / "home/hang").touch()
    trial.marks.write_text("")
    commit = subprocess.Popen(
        ["git", "commit", "-m", "change"], cwd=trial.top, env=trial.environment, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until(lambda: trial.count() > 0 or commit.poll() is not None)
    os.killpg(commit.pid, signal.SIGTERM)
    commit.wait()
    return (trial.top / "b.py").read_text() == "unstaged work\n"


def hangs(trial):
    """A check that hangs is ended"""
    trial.write("a.py", "better\n")
    trial.run("git add a.py")
    (trial.folder / "home/hang").touch()
    commit = subprocess.Popen(
        ["git", "commit", "-m", "change"], cwd=trial.top, env=trial.environment, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        commit.wait(timeout=20)
        return True
    except subprocess.TimeoutExpired:
        return False
    finally:
        try:
            os.killpg(commit.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def linked_work_tree(trial):
    """A new linked work tree is checked, too"""
    trial.run("git worktree add --quiet ../linked -b linked")
    linked = trial.folder / "linked"
    (linked / "a.py").write_text("bad\n")
    return trial.run("git add -A; git commit -m change", linked).returncode != 0


def deletion(trial):
    """A commit that only deletes files is checked"""
    for path in ["b.py", "c.py"]:
        trial.write(path, "good\n")
    trial.run("git add b.py c.py && git commit -m more")
    trial.marks.write_text("")
    trial.run("git rm --quiet b.py && git commit -m gone")
    return trial.count() > 0


def weakened(trial):
    """A commit that removes the check together with bad code is stopped"""
    for path in ["gates.toml", ".pre-commit-config.yaml", "lefthook.yml", "hk.pkl", ".husky/pre-commit"]:
        file = trial.top / path
        if file.exists():
            text = file.read_text()
            probe = str(trial.folder / "probe")
            file.write_text(text.replace(f"sh {probe}", "echo").replace("lint-staged --hide-unstaged", "echo"))
    package = trial.top / "package.json"
    if package.exists():
        package.write_text('{"lint-staged": {"*.py": "echo"}}\n')
    bad_change(trial)
    return trial.stops()


CASES = [
    unstaged_fix, unstaged_damage, untracked_damage, deletion, linked_work_tree, no_verify, weakened, missing_program,
    without_configuration, hangs, killed,
]  # fmt: skip


def until(condition):
    limit = time.monotonic() + 60
    while not condition():
        if time.monotonic() > limit:
            sys.exit("waited for too long")
        time.sleep(0.02)


def install_peers(folder):
    """A directory of programs for each manager; nothing else is in it."""
    python, node = folder / "python", folder / "node"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", python], check=True)
        subprocess.run([python / "bin/pip", "install", "--quiet", "pre-commit", "prek", "lefthook"], check=True)
    if not node.exists():
        node.mkdir(parents=True)
        (node / "package.json").write_text('{"private": true}')
        subprocess.run(["npm", "install", "--silent", "husky", "lint-staged"], cwd=node, check=True)
    rust = folder / "rust"
    if not rust.exists():
        subprocess.run(["cargo", "install", "--quiet", "--locked", "--debug", "--root", rust, "hk"], check=True)
    found = {}
    for name in ORDER[1:]:
        directory = folder / "programs" / name.replace(", ", "-")
        directory.mkdir(parents=True, exist_ok=True)
        for program in name.split(", "):
            source = node / "node_modules/.bin" / program
            source = next(place for place in [source, python / "bin" / program, rust / "bin" / program] if place.exists())
            link = directory / program
            link.unlink(missing_ok=True)
            link.symlink_to(source)
        found[name] = directory
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--gatekeeper", type=Path, default=Path("target/release/gatekeeper"))
    arguments = parser.parse_args()
    programs = install_peers(arguments.peers.resolve())
    own = arguments.peers.resolve() / "programs/gatekeeper"
    own.mkdir(parents=True, exist_ok=True)
    shutil.copy(arguments.gatekeeper, own / "gatekeeper")
    programs["gatekeeper"] = own
    print("| | " + " | ".join(ORDER) + " |")
    print("|---|" + "---|" * len(ORDER))
    for case in CASES:
        cells = []
        for name in ORDER:
            trial = Trial(name, programs[name])
            try:
                cells.append("yes" if case(trial) else "no")
            finally:
                trial.remove()
        print(f"| {case.__doc__} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
