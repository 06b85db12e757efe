#!/bin/sh
# Builds gatekeeper, creates a small Rust project in a new directory, installs the hooks there, and
# shows a message that is refused, a commit that passes and one that is stopped. Set GATEKEEPER to
# use an existing program.
set -eu

project=$(cd "$(dirname "$0")/.." && pwd)
if [ -z "${GATEKEEPER:-}" ]; then
    for program in cargo git cc; do
        if ! command -v "$program" >/dev/null; then
            echo "error: $program is missing: this needs Rust, git and a C compiler" >&2
            exit 1
        fi
    done
    echo 'Building gatekeeper, which takes about three minutes on two cores the first time.' >&2
    # A relative CARGO_TARGET_DIR is relative to where cargo runs.
    GATEKEEPER=$(cd "$project" && cargo build --locked --release >&2 &&
        cd "${CARGO_TARGET_DIR:-target}" && pwd)/release/gatekeeper
fi

# Prints a command as it would be typed, and runs it.
show() {
    printf '\n$'
    for word; do
        case $word in
        *[!A-Za-z0-9_./=-]*) printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
    echo
    "$@"
}

folder=$(mktemp -d)
cd "$folder"
git init --quiet demo
cd demo
git config user.name 'Demo'
git config user.email 'demo@example.com'

mkdir src
cat >Cargo.toml <<'END'
[package]
name = "demo"
version = "0.1.0"
edition = "2024"
END
cat >src/lib.rs <<'END'
//! Adds.

/// The sum of two numbers.
pub fn add(a: u32, b: u32) -> u32 {
    a + b
}

#[test]
fn two_and_two() {
    assert_eq!(add(2, 2), 4);
}
END
cargo generate-lockfile --offline --quiet
printf '/target\n' >.gitignore
cat >gates.toml <<'END'
required-version = ">=0.1"

[gates.format]
run = "cargo fmt --all --check"
fix = "cargo fmt --all"
files = ["**/*.rs"]

[gates.lint]
run = "cargo clippy --offline --all-targets -- -D warnings"
files = ["**/*.rs", "Cargo.toml"]
lock = "cargo"

[gates.test]
run = "cargo test --offline"
files = ["**/*.rs", "Cargo.toml"]
expect = '^test result: ok\. [1-9]'
lock = "cargo"
END

show "$GATEKEEPER" install
git add .
echo
echo 'A message without a sign-off is refused, but nothing is lost:'
if show git commit --message 'Add a sum' 2>../refused; then
    echo 'The commit went through; that is a bug in gatekeeper.' >&2
    exit 1
fi
cat ../refused >&2
finish=$(sed -n '/^next: run$/{n;s/^  //p;}' ../refused)
rm ../refused
echo
echo 'The printed command finishes the commit:'
printf '\n$ %s\n' "$finish"
eval "$finish"
git log --format='%h %s, signed off by %(trailers:key=Signed-off-by,valueonly)'

echo
echo 'This change breaks the code:'
sed 's/a + b/a - b/' src/lib.rs >src/new.rs
mv src/new.rs src/lib.rs
git add .
if show git commit --signoff --message 'Make it faster'; then
    echo 'The commit went through; that is a bug in gatekeeper.' >&2
    exit 1
fi
git log --oneline
echo
printf '%s\n' "It was stopped. Everything is in $folder/demo: look around, fix it and commit again."
