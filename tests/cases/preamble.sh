# What the scripts of cases call. $BASE is the commit that they start from, $GATEKEEPER the program.

# Stages a file that no gate lets through.
bad() {
    echo FORBIDDEN >"${1:-bad.txt}"
    git add -- "${1:-bad.txt}"
}

# Stages a file that every gate lets through.
good() {
    echo "good $1" >"$1.txt"
    git add "$1.txt"
}

# Commits a good file, as its name.
commit() {
    for name; do
        good "$name"
        git commit --quiet --signoff --message "$name"
    done
}

# Makes a commit of the bad file that no reference leads to, and sets $loose.
loose() {
    bad
    loose=$(printf 'loose\n\nSigned-off-by: Jane Doe <jane@example.com>\n' |
        git commit-tree -p HEAD "$(git write-tree)")
    git rm --quiet --force bad.txt
}

# Points a branch at a commit where no hook can see it.
behind() {
    mkdir -p .git/refs/heads
    echo "$2" >".git/refs/heads/$1"
}

# Stops the clock of commits, where their ids get into a tree.
frozen() {
    export GIT_AUTHOR_DATE=2026-01-01T00:00:00Z GIT_COMMITTER_DATE=2026-01-01T00:00:00Z
}

# Runs a script in another clone of the remote repository, which has no hooks.
colleague() {
    [ -d ../colleague ] || git clone --quiet --template= ../upstream.git ../colleague
    (cd ../colleague && eval "$1")
}

# Lets an editor, or whatever is given as one, run sed over the file.
edits() {
    printf '#!/bin/sh\nsed -e '\''%s'\'' "$1" >"$1.new" && mv "$1.new" "$1"\n' "$1" >../editor
    chmod +x ../editor
    echo "$PWD/../editor"
}
