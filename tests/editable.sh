#!/bin/sh
# Proves with the real tools that a gate in a snapshot imports the snapshot's code: each project is
# installed editable, then changed without staging, and a gate must see what is staged. That the same
# gate sees the change in place shows that the installation does lead to the work tree.
#
# Needs the network, python3 with venv, and a C compiler; takes npm and cargo if they are there:
#     cargo build && tests/editable.sh target/debug/gatekeeper [CASE...]

set -u
gatekeeper=$(realpath "${1:?path of gatekeeper}")
shift
only=" $* "
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
unset VIRTUAL_ENV PYTHONPATH CONDA_PREFIX UV_PROJECT_ENVIRONMENT
export XDG_CACHE_HOME="$root/cache" GIT_CONFIG_GLOBAL="$root/gitconfig"
git config --global user.name Jane && git config --global user.email jane@example.com
failed=0

python3 -m venv "$root/tools" && "$root/tools/bin/pip" install -q uv 2>"$root/log" || {
    cat "$root/log"
    exit 1
}
uv=$root/tools/bin/uv
"$uv" --version

wanted() {
    [ "$only" = "  " ] || case $only in *" $1 "*) ;; *) return 1 ;; esac
}

# say CASE OUTCOME [DETAILS]
say() {
    printf '%-28s %s\n' "$1" "$2"
    [ "$2" = right ] || {
        failed=1
        sed 's/^/    /' "${3:-/dev/null}"
    }
}

# begin CASE: a repository of that name, which is the current folder from here on.
begin() {
    rm -rf "$root/work" && mkdir "$root/work" && cd "$root/work" || exit 1
    git init -q
    printf '.venv/\nbuild/\nnode_modules/\n*.so\n__pycache__/\n*.egg-info/\n' >.gitignore
}

# gates COMMAND: a gate that must print `staged` and nothing else.
gates() {
    printf '[settings]\nisolation = "snapshot"\n[gates.x]\nrun = """%s"""\nexpect = "^staged$"\nforbid = "unstaged|Error"\n' "$1" >gates.toml
}

# judge CASE FILE: changes the file, and has the gate run in the snapshot and in place.
judge() {
    git add . && git commit -qm base || exit 1
    sed -i s/staged/unstaged/ "$2"
    date >something && git add something
    before=$(find .venv node_modules packages/*/node_modules -name '*.pyc' -prune -o \
        -name __pycache__ -prune -o -printf '%p %T@ %l\n' 2>/dev/null | sort)
    "$gatekeeper" run --staged >"$root/log" 2>&1
    if [ $? != 0 ] || ! grep -q 'judged in a snapshot' "$root/log" || ! grep -q 'passed' "$root/log"; then
        say "$1" WRONG "$root/log"
        return
    fi
    after=$(find .venv node_modules packages/*/node_modules -name '*.pyc' -prune -o \
        -name __pycache__ -prune -o -printf '%p %T@ %l\n' 2>/dev/null | sort)
    if [ "$before" != "$after" ]; then
        say "$1" "CHANGES THE INSTALLATION"
        return
    fi
    sed -i 's/^isolation = .*/isolation = "in-place"/' gates.toml
    git add gates.toml
    "$gatekeeper" run --staged >"$root/log" 2>&1
    if [ $? != 1 ] || ! grep -q '| unstaged' "$root/log"; then
        say "$1" "PROVES NOTHING" "$root/log"
        return
    fi
    say "$1" right
}

# pyproject REQUIREMENT BACKEND [MORE]
pyproject() {
    printf '[build-system]\nrequires = ["%s"]\nbuild-backend = "%s"\n' "$1" "$2" >pyproject.toml
    printf '[project]\nname = "pkg"\nversion = "1.0.0"\ndescription = "x"\n%s\n' "${3:-}" >>pyproject.toml
}

# package FOLDER: a package with what it is.
package() {
    mkdir -p "$1" && echo 'VALUE = "staged"' >"$1/__init__.py"
}

# install INSTALLER [OPTIONS], after what is in `first`.
first=
install() {
    installer=$1
    shift
    if [ "$installer" = pip ]; then
        python3 -m venv .venv && .venv/bin/pip install -q -U pip $first && .venv/bin/pip install -q "$@" -e .
    else
        "$uv" venv -q .venv && { [ -z "$first" ] || "$uv" pip install -q -p .venv $first; } &&
            "$uv" pip install -q -p .venv "$@" -e .
    fi >"$root/log" 2>&1
}

# python CASE-NAME MODULE FILE [OPTIONS]: for both installers.
python() {
    name=$1 module=$2 file=$3
    shift 3
    gates "python -c 'import $module; print($module.VALUE)'"
    for installer in pip uv; do
        case=$installer-$name
        wanted "$case" || continue
        rm -rf .venv .git build && find . -name '*.so' -delete && git init -q && git checkout -q -- . 2>/dev/null
        sed -i s/unstaged/staged/ "$file"
        sed -i 's/^isolation = .*/isolation = "snapshot"/' gates.toml
        if install "$installer" "$@"; then judge "$case" "$file"; else say "$case" "NOT INSTALLED" "$root/log"; fi
    done
}

begin && pyproject setuptools setuptools.build_meta && package src/pkg
python setuptools-src pkg src/pkg/__init__.py
python setuptools-compat pkg src/pkg/__init__.py --config-settings editable_mode=compat
python setuptools-strict pkg src/pkg/__init__.py --config-settings editable_mode=strict

begin && pyproject setuptools setuptools.build_meta '[tool.setuptools]
packages = ["pkg"]' && package pkg
python setuptools-flat pkg pkg/__init__.py

begin && pyproject setuptools setuptools.build_meta '[tool.setuptools]
py-modules = ["pkg"]' && echo 'VALUE = "staged"' >pkg.py
python setuptools-module pkg pkg.py

begin && pyproject setuptools setuptools.build_meta '[tool.setuptools]
packages = ["renamed", "space.inner"]
package-dir = {"renamed" = "lib", "space.inner" = "other"}' && package lib && package other
python setuptools-renamed renamed lib/__init__.py
python setuptools-renamed-inner space.inner other/__init__.py
python setuptools-renamed-strict space.inner other/__init__.py --config-settings editable_mode=strict

begin && pyproject setuptools setuptools.build_meta '[tool.setuptools.packages.find]
include = ["space*"]
namespaces = true' && package space/deep/leaf
python setuptools-namespace space.deep.leaf space/deep/leaf/__init__.py

begin && pyproject setuptools setuptools.build_meta && package src/pkg
printf 'from setuptools import Extension, setup\nsetup(ext_modules=[Extension("pkg.fast", ["fast.c"])])\n' >setup.py
printf '#include <Python.h>\nstatic struct PyModuleDef m = {PyModuleDef_HEAD_INIT, "fast", 0, -1, 0};\nPyMODINIT_FUNC PyInit_fast(void) { return PyModule_Create(&m); }\n' >fast.c
printf 'import pkg.fast\nVALUE = "staged"\n' >src/pkg/__init__.py
python setuptools-extension pkg src/pkg/__init__.py
python setuptools-extension-strict pkg src/pkg/__init__.py --config-settings editable_mode=strict

begin && pyproject hatchling hatchling.build && package src/pkg
python hatchling-src pkg src/pkg/__init__.py
begin && pyproject hatchling hatchling.build && package pkg
python hatchling-flat pkg pkg/__init__.py
begin && pyproject hatchling hatchling.build '[tool.hatch.build]
dev-mode-exact = true' && package src/pkg
# uv does not see that the backend needs `editables`, so that it is named.
python hatchling-exact pkg src/pkg/__init__.py editables

begin && pyproject flit_core flit_core.buildapi && package src/pkg
python flit-src pkg src/pkg/__init__.py
begin && pyproject poetry-core poetry.core.masonry.api && package src/pkg
python poetry-src pkg src/pkg/__init__.py
begin && pyproject poetry-core poetry.core.masonry.api && package pkg
python poetry-flat pkg pkg/__init__.py
begin && pyproject pdm-backend pdm.backend && package src/pkg
python pdm-src pkg src/pkg/__init__.py
begin && pyproject pdm-backend pdm.backend '[tool.pdm.build]
editable-backend = "editables"' && package src/pkg
python pdm-editables pkg src/pkg/__init__.py editables
begin && pyproject uv_build uv_build && package src/pkg
python uv-build-src pkg src/pkg/__init__.py
begin && pyproject scikit-build-core scikit_build_core.build && package src/pkg
printf 'cmake_minimum_required(VERSION 3.15)\nproject(x LANGUAGES NONE)\n' >CMakeLists.txt
python scikit-build-core pkg src/pkg/__init__.py

begin && pyproject meson-python mesonpy && package src/pkg
cat >meson.build <<'END'
project('pkg')
py = import('python').find_installation(pure: false)
py.install_sources(['src/pkg/__init__.py'], subdir: 'pkg')
END
first="meson-python ninja"
PATH=$root/work/.venv/bin:$PATH
python meson-python pkg src/pkg/__init__.py --no-build-isolation
first=
PATH=${PATH#"$root/work/.venv/bin:"}

if wanted flit-symlink; then
    begin && pyproject flit_core flit_core.buildapi && package src/pkg
    gates "python -c 'import pkg; print(pkg.VALUE)'"
    "$uv" venv -q .venv && "$root/tools/bin/pip" install -q flit 2>"$root/log" &&
        FLIT_ROOT_INSTALL=1 "$root/tools/bin/flit" install --symlink --python .venv/bin/python >"$root/log" 2>&1 &&
        judge flit-symlink src/pkg/__init__.py || say flit-symlink "NOT INSTALLED" "$root/log"
fi

if wanted maturin && command -v cargo >"$root/log"; then
    begin && pyproject maturin maturin '[tool.maturin]
python-source = "python"
module-name = "pkg._fast"' && package python/pkg && mkdir src
    printf 'import pkg._fast\nVALUE = "staged"\n' >python/pkg/__init__.py
    printf '[package]\nname = "fast"\nversion = "1.0.0"\nedition = "2021"\n[lib]\nname = "_fast"\ncrate-type = ["cdylib"]\n[dependencies]\npyo3 = "0.29"\n' >Cargo.toml
    printf '#[pyo3::pymodule]\nmod _fast {}\n' >src/lib.rs
    echo target/ >>.gitignore
    python maturin pkg python/pkg/__init__.py
fi

if wanted uv-run; then
    begin && pyproject hatchling hatchling.build && package src/pkg
    gates "'$uv' run -q python -c 'import pkg; print(pkg.VALUE)'"
    "$uv" sync -q 2>"$root/log"
    judge uv-run src/pkg/__init__.py
fi

if wanted uv-workspace; then
    begin && package src/pkg && package packages/other/src/other
    pyproject hatchling hatchling.build 'dependencies = ["other"]
[tool.uv.sources]
other = { workspace = true }
[tool.uv.workspace]
members = ["packages/*"]'
    (cd packages/other && pyproject hatchling hatchling.build && sed -i 's/"pkg"/"other"/' pyproject.toml)
    gates "'$uv' run -q python -c 'import other; print(other.VALUE)'"
    "$uv" sync -q 2>"$root/log"
    judge uv-workspace packages/other/src/other/__init__.py
fi

# What is in the work tree alone is not found there.
if wanted untracked; then
    begin && pyproject hatchling hatchling.build && package src/pkg
    printf '[settings]\nisolation = "snapshot"\n[gates.x]\nrun = "python -c \\"import forgotten\\""\n' >gates.toml
    "$uv" venv -q .venv && "$uv" pip install -q -p .venv -e . 2>"$root/log"
    git add . && git commit -qm base && package src/forgotten
    date >something && git add something
    "$gatekeeper" run --staged >"$root/log" 2>&1
    if [ $? = 1 ] && grep -q "No module named 'forgotten'" "$root/log"; then
        say untracked right
    else
        say untracked FOUND "$root/log"
    fi
fi

command -v npm >"$root/log" || exit "$failed"
node --version

# workspace MANAGER [VERSION]: two packages, one of which needs the other.
workspace() {
    begin && mkdir -p packages/a packages/b
    printf '{"name":"root","private":true,"workspaces":["packages/*"],"scripts":{"t":"b-cli"},"devDependencies":{"@acme/b":"%s","semver":"7.6.0"}}\n' "$1" >package.json
    printf '{"name":"@acme/a","version":"1.0.0","main":"index.js"}\n' >packages/a/package.json
    echo 'module.exports = "staged"' >packages/a/index.js
    printf '{"name":"@acme/b","version":"1.0.0","bin":{"b-cli":"cli.js"},"dependencies":{"@acme/a":"%s","is-odd":"3.0.1"}}\n' "$1" >packages/b/package.json
    printf '#!/usr/bin/env node\nrequire("is-odd")(1) && require("semver") && console.log(require("@acme/a"))\n' >packages/b/cli.js
    chmod +x packages/b/cli.js
}


managers=$root/managers
mkdir "$managers"
(cd "$managers" && npm install --silent pnpm yarn @yarnpkg/cli-dist >"$root/log" 2>&1)
bin=$managers/node_modules/.bin
for manager in npm "$bin/pnpm" "$managers/node_modules/yarn/bin/yarn" \
    "$managers/node_modules/@yarnpkg/cli-dist/bin/yarn.js"; do
    name=$(basename "$manager")
    wanted "$name" || continue
    echo "$name $("$manager" --version)"
    case $name in pnpm | yarn.js) version='workspace:*' ;; *) version=1.0.0 ;; esac
    workspace "$version"
    [ "$name" = yarn.js ] && printf 'nodeLinker: node-modules\n' >.yarnrc.yml && : >yarn.lock
    [ "$name" = pnpm ] && printf 'packages:\n  - packages/*\n' >pnpm-workspace.yaml
    gates "sh -c 'node_modules/.bin/b-cli && $manager run t'"
    if "$manager" install >"$root/log" 2>&1; then
        judge "$name" packages/a/index.js
    else
        say "$name" "NOT INSTALLED" "$root/log"
    fi
done
exit "$failed"
