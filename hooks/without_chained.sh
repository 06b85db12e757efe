    # The hook that was there before is asked all the same.
    all=$(cat)
    dir=$(cd "${0%/*}" && pwd)
    earlier=$(git config --type=path gatekeeper.hooksPath) || earlier=$dir.before-gatekeeper
    earlier=$earlier/reference-transaction
    updates=
    if [ -f "$earlier" ] && ! grep -qs 5b0e4c52-gatekeeper "$earlier"; then
        if [ -x "$earlier" ]; then
            printf '%s\n' "$all" | "$earlier" "$@" || exit
        fi
        [ "$1" = prepared ] || exit 0
        concern <<EOF
$all
EOF
        [ -n "$updates" ] || exit 0
    fi
