
# git calls this at every update of references, whatever they are. A branch or HEAD that gets another
# commit concerns us, and what a fetch may bring to other references, such as tags; and only in the state in
# which the update can still be refused.
[ "$1" = prepared ] || exit 0
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
[ -n "$updates" ] || exit 0
