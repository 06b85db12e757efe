#!/bin/sh
# gatekeeper hook shim, version 2, id 5b0e4c52-gatekeeper
# Written by `gatekeeper install`; remove it with `gatekeeper uninstall`. Do not add commands here:
# make them a gate in gates.toml. Checksum of the other lines: @CHECKSUM@
gatekeeper=@GATEKEEPER@
@EARLY@
# The shell would run an empty file, which a full disk leaves behind, as a script that succeeds.
sound() {
    [ -f "$1" ] && [ -x "$1" ] && [ -s "$1" ]
}
sound "$gatekeeper" || gatekeeper=$(command -v gatekeeper)
if ! sound "$gatekeeper"; then
    echo "error: gatekeeper is installed as a hook here, but its program is missing or empty" >&2
    echo "  the program is neither at" @GATEKEEPER@ "nor on PATH, so nothing was checked" >&2
    echo "help: install gatekeeper again, then run \`gatekeeper install\` in this repository" >&2
    exit 3
fi
exec "$gatekeeper" hook @CHAINED@@OPTIONS@@HOOK@ "$0" "$@"@INPUT@
