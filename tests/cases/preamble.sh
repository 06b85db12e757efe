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

# Runs git with every hook off, those in its configuration as well.
unhooked() {
    for event in pre-commit pre-merge-commit prepare-commit-msg commit-msg reference-transaction pre-push; do
        set -- -c "hook.gatekeeper-$event.enabled=false" "$@"
    done
    git -c core.hooksPath=/dev/null "$@"
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

# Where programs are that the tree does not bring along.
PATH=${PWD%/*}/bin:$PATH

# Lets the gate of words call a program by its name, or by this command.
words() {
    command=${1:-}
    [ -n "$command" ] || command='words {files}'
    mkdir -p ../bin
    printf '#!/bin/sh\n! grep -n FORBIDDE[N] "$@"\n' >../bin/words
    chmod +x ../bin/words
    awk -v command="$command" '/^run = .*FORBIDDE/ { $0 = "run = \"" command "\"" } { print }' \
        gates.toml >gates.new && mv gates.new gates.toml
    git add gates.toml
    git commit --quiet --signoff --message 'a program' --message 'Gate-Change: call a program of its own'
}

# Lets the gate of words be one of ruff, which checks files, but not those that its configuration names. With
# a command, that runs instead, by way of this package.json.
ruff() {
    mkdir -p ../bin
    cat >../bin/ruff <<'END'
#!/bin/sh
shift
found=
for file; do
    [ "$file" != . ] || file='*.txt'
    case $file in -* | empty | ruff.toml | .ruff.toml) continue ;; esac
    for one in $file; do
        cat ruff.toml .ruff.toml 2>/dev/null | grep -q "\"$one\"" && continue
        found=yes
        ! grep -n FORBIDDE[N] "$one" || exit 1
    done
done
[ -n "$found" ] || echo 'warning: No Python files found under the given path(s)'
echo 'All checks passed!'
END
    printf '#!/bin/sh\ncommand=$(sed "s/.*: .//; s/\\".*//" package.json)\nexec $command\n' >../bin/npm
    chmod +x ../bin/ruff ../bin/npm
    if [ -n "${2:-}" ]; then
        echo "$2" >package.json
        git add package.json
        git commit --quiet --signoff --message package
    fi
    run=${1:-}
    [ -n "$run" ] || run='ruff check {files}'
    words "$run"
}

# Writes a program that passes, whatever it is given.
passes() {
    mkdir -p "${1%/*}"
    printf '#!/bin/sh\nexit 0\n' >"$1"
    chmod +x "$1"
}

# Runs a script as if gatekeeper had never been here, and installs it afterwards if it was.
before_gatekeeper() {
    was_here=no
    if [ -e .git/hooks/pre-push ]; then
        was_here=yes
        "$GATEKEEPER" uninstall
        rm -rf .git/gatekeeper "$HOME/.local/state"
    fi
    eval "$1"
    [ $was_here = no ] || "$GATEKEEPER" install
}

# Installs gatekeeper again, where it is.
again() {
    [ ! -e .git/hooks/pre-push ] || "$GATEKEEPER" install
}

# Runs a script in another repository of the same user, with gatekeeper where it is here.
other_clone() {
    [ -d ../other ] || git clone --quiet --template= ../upstream.git ../other
    hooks=$PWD/.git/hooks/pre-push
    (
        cd ../other
        [ ! -e "$hooks" ] || "$GATEKEEPER" install
        eval "$1"
    )
}

# Commits a gate that runs this, with all files that are there. It is never due: what it leads to counts.
led() {
    printf '\n[gates.led]\nrun = '\'''\'''\''%s'\'''\'''\''\nfiles = ["never.txt"]\n' "$1" >>gates.toml
    git add .
    git commit --quiet --signoff --message led
}

# Commits everything.
all() {
    git add .
    git commit --quiet --signoff --message "${1:-x}"
}
