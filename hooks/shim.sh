#!/bin/sh
# gatekeeper hook shim, version 3, id 5b0e4c52-gatekeeper
# Written by `gatekeeper install`; remove it with `gatekeeper uninstall`. Do not add commands here:
# make them a gate in gates.toml. Checksum of the other lines: @CHECKSUM@
gatekeeper=@GATEKEEPER@
@EARLY@
# The shell would run an empty file, which a full disk leaves behind, as a script that succeeds.
sound() {
    [ -f "$1" ] && [ -x "$1" ] && [ -s "$1" ]
}
# Where it was installed last, where others who share this repository have it, and on PATH; but never in
# the work tree, which any commit can change.
choose() {
    for gatekeeper in "$gatekeeper"@OTHERS@; do
        ! sound "$gatekeeper" || return 0
    done
    set -f
    IFS=:
    for dir in $PATH; do
        case $dir/ in "$PWD"/* | [!/]*) continue ;; esac
        gatekeeper=$dir/gatekeeper
        ! sound "$gatekeeper" || break
    done
    unset IFS
    set +f
    sound "$gatekeeper"
}
if ! choose; then
@WITHOUT@    dir=$(cd "${0%/*}" && pwd)
    take="(cd \"$dir\" && grep -ls 5b0e4c52-gatekeeper * | xargs rm)"
    if earlier=$(git config gatekeeper.hooksPath); then
        take="$take && git config core.hooksPath \"$earlier\""
    fi
    if git config --get-regexp '^hook[.]gatekeeper-' >/dev/null 2>&1; then
        take="$take && git config --name-only --get-regexp '^hook[.]gatekeeper-.*[.]event' |"
        take="$take sed 's/[.]event\$//' | xargs -n 1 git config --remove-section"
    fi
    echo "error: gatekeeper is installed as a hook here, but its program is missing or empty" >&2
    echo "  the program is neither at" @GATEKEEPER@ "nor on PATH, so nothing was checked" >&2
    echo "help: install gatekeeper again, then run \`gatekeeper install\` in this repository" >&2
    echo "help: to work here without it, take its hooks out: \`$take\`" >&2
    [ ! -d "$dir.before-gatekeeper" ] || echo "note: the hooks that ran first are in $dir.before-gatekeeper" >&2
    exit 3
fi
exec "$gatekeeper" hook @CHAINED@@OPTIONS@@HOOK@ "$0" "$@"@INPUT@
