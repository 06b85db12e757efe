"""`python -m gatekeeper_git`: becomes the native program that this package installed."""

import os
import sys
import sysconfig
from pathlib import Path


def find_program() -> Path:
    """Return the program that was installed with this package, and never another one."""
    package = Path(__file__).resolve().parent
    candidates = [Path(sysconfig.get_path("scripts")) / "gatekeeper"]
    scheme = sysconfig.get_preferred_scheme("user")
    candidates.append(Path(sysconfig.get_path("scripts", scheme=scheme)) / "gatekeeper")
    # `pip install --target DIRECTORY` puts programs into DIRECTORY/bin.
    candidates.append(package.parent / "bin" / "gatekeeper")
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    places = ", ".join(str(candidate) for candidate in candidates)
    print(f"error: the program is missing: it is not at {places}", file=sys.stderr)
    print("help: install the package again: `pip install --force-reinstall gatekeeper-git`", file=sys.stderr)
    sys.exit(3)


if __name__ == "__main__":
    program = find_program()
    os.execv(program, [str(program), *sys.argv[1:]])
