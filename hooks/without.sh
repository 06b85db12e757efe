    # What is on a branch or a remote already, or was checked out, is no new commit: it needs no check.
    known() {
        [ -n "$updates" ] || return 1
        seen=$(git rev-list --walk-reflogs --max-count=1000 HEAD 2>/dev/null)
        while read -r old new name; do
            case $name in HEAD | refs/heads/*) ;; *) continue ;; esac
            found=$(git rev-list --max-count=1 "$new" --not --branches --remotes $seen) || return 1
            [ -z "$found" ] || return 1
        done <<EOF
${updates%?}
EOF
    }
    ! known || exit 0
