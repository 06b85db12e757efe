# A branch or HEAD that gets another commit concerns us, a branch that becomes another name of a reference (git
# says so since 2.46), and what a fetch may bring to other references, such as tags.
concern() {
    updates=
    while read -r old new name; do
        case $name in
        HEAD | refs/heads/*) ;;
        refs/remotes/* | refs/stash | refs/notes/* | refs/bisect/* | refs/rewritten/* | refs/prefetch/*) continue ;;
        refs/*) ;;
        *) continue ;;
        esac
        case $new in ref:*) case $name in refs/heads/*) ;; *) continue ;; esac ;; esac
        case $new in "$old") ;; *[!0]*) updates="$updates$old $new $name
" ;; esac
    done
}
