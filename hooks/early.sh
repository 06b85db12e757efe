# git calls this at every update of references, whatever they are; and only in this state can the update still
# be refused.
[ "$1" = prepared ] || exit 0
concern
[ -n "$updates" ] || exit 0
