"""The repositories that commits are made in, and what can be seen of a commit afterwards.

What every file must hold is known at any time (`wanted`). Before a commit the work tree is made to
hold it, after the commit it is compared with it, byte for byte. Neither is part of what is measured.
"""

import os
import shutil

FILES_IN_A_FOLDER = 100
# Long ago, so that git need not doubt a file because it is as young as the index.
PAST = 1_600_000_000
HOOKS_OFF = ["-c", "core.hooksPath=/dev/null"]

# Records what a gate sees: the staged files it is given, a neighbour that has unstaged changes, and
# which untracked files are there. Only `cat` is a process, so that the gate itself costs little.
PROBE = """\
#!/bin/sh
name=${{0##*/}}
cat -- "$@" {neighbour} >>{record}/$name
for path in {untracked}; do
    if [ -e "$path" ]; then echo "$path" >>{record}/$name.untracked; fi
done
[ ! -e {record}/stop ]
"""
MESSAGE = '#!/bin/sh\ngrep -q "^Signed-off-by: " "$1"\n'


class Layout:
    """Which paths play which part in a repository of so many files."""

    def __init__(self, files, staged=1, suffix=".py"):
        paths = [
            f"d{number // FILES_IN_A_FOLDER:04}/f{number % FILES_IN_A_FOLDER:02}{suffix}"
            for number in range(files)
        ]
        beside = min(100, max(1, (files - staged) // 2))
        # Spread over the tree, as work is.
        spread = paths[:: max(1, files // (staged + beside))]
        self.paths = paths
        self.staged = spread[:staged]
        self.unstaged = spread[staged : staged + beside]
        self.untracked = [f"new{suffix}", f"d0000/new{suffix}"] + [f"new/n{n:02}{suffix}" for n in range(18)]


def content(path, version):
    return f'"""{path}: {version}."""\n'.encode() + b"value = [one for one in range(9)]\n" * 10


class State:
    """What lies in the work tree and in the index in one round."""

    def __init__(self, layout, partly, number):
        self.layout, self.partly = layout, partly
        # New in every round, so that nobody can answer out of a cache.
        self.staged = {path: content(path, f"staged {number}") for path in layout.staged}
        self.beside = {}
        if partly:
            first = layout.staged[0]
            self.beside[first] = content(first, f"staged and changed {number}")
            self.beside |= {path: content(path, "unstaged") for path in layout.unstaged}
            self.beside |= {path: content(path, "untracked") for path in layout.untracked}


def make_seed(top, layout, git):
    """The first commit, made once and copied for each contestant."""
    for path in layout.paths:
        write(top, path, content(path, "committed"))
    for words in (
        ["init", "-q", "--template=", "-b", "main"], ["add", "-A"],
        ["commit", "-q", "-m", "first"], ["repack", "-adq"],
    ):
        git(top, *words)


def write(top, path, data):
    path = os.path.join(top, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    os.utime(path, (PAST, PAST))


def stamp(status):
    """What differs if a file was written again, even with the same bytes."""
    return status.st_ino, status.st_mtime_ns


def scan(top):
    """Every file of the work tree: its mode and bytes, and its stamp."""
    files, stamps = {}, {}
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(os.path.join(top, folder)) as entries:
            for entry in entries:
                path = os.path.join(folder, entry.name)
                if entry.is_dir(follow_symlinks=False):
                    if path != ".git":
                        folders.append(path)
                    continue
                status = entry.stat(follow_symlinks=False)
                if entry.is_symlink():
                    data = os.fsencode(os.readlink(entry.path))
                else:
                    with open(entry.path, "rb") as file:
                        data = file.read()
                files[path] = (status.st_mode, data)
                stamps[path] = stamp(status)
    return files, stamps


class Repository:
    """The repository of one contestant."""

    def __init__(self, folder, seed, layout, git):
        self.top = os.path.join(folder, "work")
        self.record = os.path.join(folder, "record")
        self.programs = os.path.join(folder, "bin")
        self.index = os.path.join(folder, "index")
        self.layout = layout
        self.git = lambda *words: git(self.top, *HOOKS_OFF, *words)
        os.makedirs(self.record)
        os.makedirs(self.programs)
        shutil.copytree(seed, self.top)

    def program(self, name):
        """The path of the gate of that name."""
        return os.path.join(self.programs, name)

    def make_message(self):
        """The program that looks at a message, for those that have no rule of their own."""
        self._programs(["message"], MESSAGE)

    def make_probes(self, names):
        """Lets each gate record what it sees."""
        values = {
            "neighbour": self.layout.unstaged[0],
            "untracked": " ".join(self.layout.untracked),
            "record": self.record,
        }
        self._programs(names, PROBE.format(**values))

    def make_gates(self, names, script):
        """Lets each gate do what it does when it is measured; without a script, nothing but to end well."""
        self._programs(names, script)

    def _programs(self, names, script):
        for name in names:
            path = self.program(name)
            if os.path.lexists(path):
                os.unlink(path)
            if not script:
                os.symlink(shutil.which("true"), path)
                continue
            with open(path, "w", encoding="utf-8") as file:
                file.write(script)
            os.chmod(path, 0o755)

    def begin(self):
        """Takes what is there now, the contestant's configuration too, as the start of each round."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "base")
        self.git("update-index", "-q", "--refresh")
        self.base = self.git("rev-parse", "HEAD").strip()
        shutil.copyfile(os.path.join(self.top, ".git/index"), self.index)
        self.files, self.stamps = scan(self.top)
        self.start = dict(self.files)

    def settle(self, state):
        """Brings HEAD, index and work tree into this state, whatever the last commit left behind."""
        for name in os.listdir(self.record):
            os.unlink(os.path.join(self.record, name))
        self.git("update-ref", "HEAD", self.base)
        # The index as it was, so that no tool profits from what another round left in it.
        shutil.copyfile(self.index, os.path.join(self.top, ".git/index"))
        self.wanted = dict(self.start)
        mode = self.start[self.layout.paths[0]][0]
        self._put({path: (mode, data) for path, data in state.staged.items()})
        self.git("add", "--", *state.staged)
        self._put({path: (mode, data) for path, data in state.beside.items()})
        for path in self.files.keys() - self.wanted.keys():
            os.unlink(os.path.join(self.top, path))
            del self.files[path], self.stamps[path]
        self._put(self.wanted)
        self.git("update-index", "-q", "--refresh")

    def _put(self, files):
        for path, (mode, data) in files.items():
            if self.files.get(path) != (mode, data):
                write(self.top, path, data)
                whole = os.path.join(self.top, path)
                os.chmod(whole, mode)
                self.files[path] = (mode, data)
                self.stamps[path] = stamp(os.stat(whole))
        self.wanted |= files

    def inspect_work_tree(self):
        """Whether the work tree is what it was, and how many files were written again all the same."""
        stamps = self.stamps
        self.files, self.stamps = scan(self.top)
        rewritten = sum(self.stamps.get(path) != stamp for path, stamp in stamps.items())
        return self.files == self.wanted, rewritten

    def inspect_commit(self, state):
        """Whether the commit is what was staged, all of it and nothing else."""
        names = self.git("diff-tree", "-r", "--name-only", self.base, "HEAD").split()
        return sorted(names) == sorted(state.staged) and all(
            self.git("cat-file", "blob", f"HEAD:{path}").encode() == data
            for path, data in state.staged.items()
        )

    def is_at_base(self):
        return self.git("rev-parse", "HEAD").strip() == self.base

    def inspect_gates(self, gates, state):
        """What all gates saw: the staged files, a neighbour as committed, no untracked file."""
        neighbour = self.layout.unstaged[0]
        committed = content(neighbour, "committed")
        ran, staged, unstaged, untracked = True, True, True, True
        for gate in gates:
            expected = list(state.staged.values()) if gate.with_files else []
            try:
                with open(os.path.join(self.record, gate.name), "rb") as file:
                    seen = file.read()
            except FileNotFoundError:
                ran = False
                continue
            whole = list(state.staged.values())
            # One that always appends the files has them in its record, whether the gate wants them or not.
            counts = {11 * (len(expected) + 1), 11 * (len(whole) + 1)}
            ran &= len(seen.splitlines()) in counts
            staged &= all(data in seen for data in expected)
            unstaged &= committed in seen
            untracked &= not os.path.exists(os.path.join(self.record, f"{gate.name}.untracked"))
        return ran, staged, unstaged, untracked

    def stop_gates(self):
        """Lets every gate fail in the next commit."""
        with open(os.path.join(self.record, "stop"), "w", encoding="utf-8"):
            pass
