
# git calls this at every update of references, whatever they are. Only a branch or HEAD that gets
# another commit concerns us, and only in the state in which the update can still be refused.
[ "$1" = prepared ] || exit 0
updates=
while read -r old new name; do
    case $name in HEAD | refs/heads/*) ;; *) continue ;; esac
    case $new in "$old" | ref:*) ;; *[!0]*) updates="$updates$old $new $name
" ;; esac
done
[ -n "$updates" ] || exit 0
