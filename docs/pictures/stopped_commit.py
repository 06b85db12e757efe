"""Draws docs/pictures/stopped-commit.svg: a commit that is stopped, as a real terminal shows it.

    python3 docs/pictures/stopped_commit.py PROGRAM

PROGRAM is the gatekeeper to show. Needs git, script(1) and the packages pyte and rich; the gates are stand-ins for ruff, mypy and pytest, so
that the picture does not depend on their versions.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pyte
from rich.console import Console
from rich.style import Style
from rich.text import Text

COLUMNS = 92
GATES = """[gates.lint]
run = "ruff check --no-fix ."
fix = "ruff check --fix ."

[gates.typecheck]
run = "mypy src"

[gates.test]
run = "pytest -q"
"""
TOOLS = {
    "ruff": "sleep 0.1; echo 'All checks passed!'",
    "mypy": "sleep 0.8\necho 'src/price.py:4: error: Unsupported operand types for * (\"str\" and \"float\")  [operator]'\n"
    "echo 'Found 1 error in 1 file (checked 12 source files)'\nexit 1",
    "pytest": "sleep 1.2; echo '48 passed in 1.20s'",
}


def line_of(screen, row):
    """A line of the terminal, with its colours."""
    pieces = []
    for column in range(len(screen.display[row].rstrip())):
        cell = screen.buffer[row][column]
        color = {"brown": "yellow"}.get(cell.fg, cell.fg).replace("bright", "bright_")
        style = Style(color=None if color == "default" else color, bold=cell.bold, underline=cell.underscore)
        if pieces and pieces[-1][1] == style:
            pieces[-1][0] += cell.data
        else:
            pieces.append([cell.data, style])
    return Text.assemble(*map(tuple, pieces), no_wrap=True)


def main():
    program = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        programs = folder / "bin"
        programs.mkdir()
        (programs / "gatekeeper").symlink_to(program)
        for name, text in TOOLS.items():
            (programs / name).write_text(f"#!/bin/sh\n{text}\n")
            (programs / name).chmod(0o755)
        project = folder / "shop"
        project.mkdir()
        environment = {
            "HOME": str(folder),
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "TERM": "xterm-256color",
            "COLUMNS": str(COLUMNS),
        }

        def run(command):
            return subprocess.run(
                command, shell=True, cwd=project, env=environment, check=False,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            ).stdout.decode()  # fmt: skip

        run("git init -q -b main . && git config user.name Jo && git config user.email jo@example.com")
        (project / "gates.toml").write_text(GATES)
        (project / "src").mkdir()
        (project / "src/price.py").write_text("VAT = 0.19\n\n\ndef gross(net: str) -> float:\n    return net * (1 + VAT)\n")
        run("git add -A && gatekeeper install")
        typed = "git commit -s -m 'Compute the gross price'"
        shown = run(f'script -qec "stty cols {COLUMNS} rows 40; {typed}" /dev/null')
    screen = pyte.Screen(COLUMNS, 60)
    pyte.Stream(screen).feed(shown)
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"), force_terminal=True)
    console.print(Text(f"$ {typed}", style="bold"))
    last = max(row for row, line in enumerate(screen.display) if line.strip())
    for row in range(last + 1):
        console.print(line_of(screen, row))
    svg = console.export_svg(title="a commit that is stopped", unique_id="stopped")
    # No font is fetched from anywhere.
    begin, end = svg.index("@font-face"), svg.rindex("@font-face")
    end = svg.index("}", end) + 1
    svg = svg[:begin] + svg[end:].lstrip()
    svg = svg.replace("Fira Code, monospace", "ui-monospace, Menlo, Consolas, monospace")
    (Path(__file__).parent / "stopped-commit.svg").write_text(svg)


if __name__ == "__main__":
    main()
