# A branch or HEAD that gets another commit concerns us, and what a fetch may bring to other references, such
# as tags.
concern() {
    updates=
    while read -r old new name; do
        case $name in
        HEAD | refs/heads/*) ;;
        refs/remotes/* | refs/stash | refs/notes/* | refs/bisect/* | refs/rewritten/* | refs/prefetch/*) continue ;;
        refs/*) ;;
        *) continue ;;
        esac
        case $new in "$old" | ref:*) ;; *[!0]*) updates="$updates$old $new $name
" ;; esac
    done
}
