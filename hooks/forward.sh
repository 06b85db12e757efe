#!/bin/sh
# gatekeeper forwarding hook, version 1, id 5b0e4c52-gatekeeper
# Written by `gatekeeper install`; remove it with `gatekeeper uninstall`. It checks nothing, and runs
# the hook of the directory that core.hooksPath named. Checksum of the other lines: @CHECKSUM@
dir=$(git config --type=path --get gatekeeper.hooksPath)
case $? in
0) ;;
1) exit 0 ;;
*) exit 1 ;;
esac
hook=$dir/@HOOK@
[ -f "$hook" ] && [ -x "$hook" ] || exit 0
# It must not run itself.
[ "$(cd "$dir" && pwd -P)" != "$(cd "${0%/*}" && pwd -P)" ] || exit 0
exec "$hook" "$@"
