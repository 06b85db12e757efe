# Tells all of a repository that does not depend on the time: references, commits, work tree.
git for-each-ref --format='%(refname) %(objecttype) %(symref) %(tree) %(*tree)'
git log --branches HEAD --format='%T %P %an %s %(trailers:separator=%x2C)' 2>/dev/null |
    sed 's/ [0-9a-f]\{40,\}/ parent/g' | sort -u
# Ids depend on the time, and on them how far ahead a branch is.
git status --short --branch --untracked-files=all | sed '/^## /s/ \[.*//'
