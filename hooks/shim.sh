#!/bin/sh
# gatekeeper hook shim, version 1, id 5b0e4c52-gatekeeper
# Written by `gatekeeper install`; `gatekeeper uninstall` takes it away. What you add here would be
# lost: make it a gate in gates.toml. Checksum of the other lines: @CHECKSUM@
gatekeeper=@GATEKEEPER@

# A shell takes a file that is no program for a script, and an empty or damaged one for a script
# that succeeds. So what is executed must begin like a program (ELF, Mach-O) or a real script.
sound() {
    [ -f "$1" ] && [ -x "$1" ] || return 1
    first=
    IFS= read -r first <"$1"
    case $first in
    ?ELF* | '#!'*) return 0 ;;
    "$(printf '\317\372\355\376')"* | "$(printf '\312\376\272\276')"*) return 0 ;;
    *) return 1 ;;
    esac
}
sound "$gatekeeper" || gatekeeper=$(command -v gatekeeper)
if ! sound "$gatekeeper"; then
    echo "error: gatekeeper is installed as a hook here, but its program is gone or damaged" >&2
    echo "  it is neither at" @GATEKEEPER@ "nor on PATH, so nothing was checked" >&2
    echo "help: install gatekeeper again, then run \`gatekeeper install\` in this repository" >&2
    exit 3
fi
exec "$gatekeeper" hook @HOOK@ "$0" "$@"
