#!/bin/sh
# Tries the packages of target/packages as a user would, in empty environments and without a network: install, install the
# hooks, commit, be stopped, upgrade, commit again, uninstall. `sh packaging/build.sh` has to have run before.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
packages=$root/target/packages
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(cd "$packages" && echo gatekeeper_git-*.whl | cut -d- -f2)
export HOME="$work/home" XDG_CACHE_HOME="$work/cache" GIT_CONFIG_NOSYSTEM=1
unset VIRTUAL_ENV PYTHONPATH NODE_PATH
mkdir "$HOME"
git config --global user.name 'A Tester'
git config --global user.email tester@example.com
git config --global init.defaultBranch main

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# A commit is checked: with good content it passes, with bad content it is stopped.
is_gated() {
    echo "good $1" >file.txt
    git add -A
    git commit --signoff --message "Add $1" >"$work/out" 2>&1 || { cat "$work/out"; fail "$1: a good commit was stopped"; }
    grep -q 'passed  *lint' "$work/out" || { cat "$work/out"; fail "$1: nothing was checked"; }
    echo "bad $1" >file.txt
    git add -A
    ! git commit --signoff --message "Spoil $1" >"$work/out" 2>&1 || fail "$1: a bad commit passed"
    grep -q 'failed  *lint' "$work/out" || { cat "$work/out"; fail "$1: not stopped by the gate"; }
    git checkout --quiet HEAD -- file.txt
}

# A repository with a gate, in the current directory.
project() {
    git init --quiet .
    printf '/node_modules\n/.venv\n' >.gitignore
    cat >gates.toml <<'END'
required-version = ">=0.1"
[gates.lint]
run = "sh -c '! grep -n bad file.txt'"
END
}

# After `gatekeeper uninstall --forget`, nothing of us is left.
is_clean() {
    ! find "$HOME" -path '*gatekeeper/repositories/*' | grep -q . || fail "$1: a record is left"
    [ ! -e .git/gatekeeper ] || fail "$1: what was checked is still noted"
    ! grep -rlq gatekeeper .git/hooks || fail "$1: hooks are left"
    ! git config --local --get-regexp gatekeeper >"$work/out" || { cat "$work/out"; fail "$1: configuration is left"; }
}

# Without the program, hooks that are left refuse and say why.
is_refused() {
    echo "$1" >file.txt
    git add -A
    ! git commit --signoff --message x >"$work/out" 2>&1 || fail "$1: an unchecked commit passed"
    grep -q 'its program is missing' "$work/out" || { cat "$work/out"; fail "$1: the reason is missing"; }
    git checkout --quiet HEAD -- file.txt
}

echo '--- Python wheel'
# The same wheel as the next version.
python3 - "$packages/gatekeeper_git-$version"-*.whl "$work" "$version" 0.99.0 <<'END'
import os, sys, zipfile
wheel, out, old, new = sys.argv[1:]
name = os.path.basename(wheel).replace(f"-{old}-", f"-{new}-")
with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(os.path.join(out, name), "w", zipfile.ZIP_DEFLATED) as target:
    for entry in source.infolist():
        data = source.read(entry)
        entry.filename = entry.filename.replace(f"gatekeeper_git-{old}.", f"gatekeeper_git-{new}.")
        if entry.filename.endswith(("METADATA", "RECORD")):
            data = data.replace(old.encode(), new.encode())
        target.writestr(entry, data)
END
mkdir "$work/python" && cd "$work/python"
project
python3 -m venv .venv
install_wheel() {
    .venv/bin/pip install --quiet --disable-pip-version-check --no-index --no-deps --upgrade "$1"
}
install_wheel "$packages/gatekeeper_git-$version"-*.whl
[ "$(.venv/bin/gatekeeper --version)" = "$(.venv/bin/python -m gatekeeper_git --version)" ] || fail 'python -m differs'
.venv/bin/gatekeeper install 2>/dev/null
is_gated 'a wheel'
install_wheel "$work"/gatekeeper_git-0.99.0-*.whl
is_gated 'an upgraded wheel'
.venv/bin/pip uninstall --quiet --yes gatekeeper-git
is_refused 'a removed wheel'
install_wheel "$packages/gatekeeper_git-$version"-*.whl
.venv/bin/gatekeeper uninstall --forget 2>/dev/null
is_clean 'a wheel'

echo '--- npm packages'
mkdir "$work/npm" && cd "$work/npm"
platform=$(cd "$packages" && echo gatekeeper-git-*-"$version".tgz | sed "s/^gatekeeper-git-//;s/-$version\.tgz\$//")
mkdir "$work/unpacked"
tar -C "$work/unpacked" -xzf "$packages/gatekeeper-git-$platform-$version.tgz"
node "$root/packaging/npm/pack.js" 0.99.0 "$work" "$platform=$work/unpacked/package/bin/gatekeeper"
project
echo '{ "name": "project", "private": true }' >package.json
install_npm() {
    npm install --offline --silent --no-audit --no-fund --save-dev "$1/gatekeeper-git-$2.tgz" "$1/gatekeeper-git-$platform-$2.tgz"
}
install_npm "$packages" "$version"
npx --offline gatekeeper --version >/dev/null || fail 'npx does not find it'
npx --offline gatekeeper install 2>/dev/null
! grep -q gatekeeper.js .git/hooks/pre-commit || fail 'the hooks start Node.js'
is_gated 'npm packages'
install_npm "$work" 0.99.0
is_gated 'upgraded npm packages'
set +e
npx --offline gatekeeper run lint --files >/dev/null 2>&1
code=$?
set -e
[ "$code" = 2 ] || fail "the exit code is lost in the launcher: $code"
rm -r node_modules
is_refused 'removed npm packages'
install_npm "$packages" "$version"
npx --offline gatekeeper uninstall --forget 2>/dev/null
is_clean 'npm packages'

echo '--- archive'
mkdir "$work/archive" && cd "$work/archive"
(cd "$packages" && sha256sum --quiet --check ./*.sha256) || fail 'the checksum is wrong'
tar -xzf "$packages"/gatekeeper-*.tar.gz
mkdir project && cd project
project
"$work"/archive/gatekeeper-*/gatekeeper install 2>/dev/null
is_gated 'an archive'
"$work"/archive/gatekeeper-*/gatekeeper uninstall --forget 2>/dev/null
is_clean 'an archive'

echo 'all packages work'
