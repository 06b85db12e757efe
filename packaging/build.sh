#!/bin/sh
# Builds every package for one platform into target/packages: an archive with its checksum, a wheel, npm packages.
#
#   sh packaging/build.sh [TARGET]
#
# Without TARGET it builds for this machine. Programs for Linux are static, so that they run on every distribution and start
# faster: docs/decisions/0115-static-programs.md. Set PROFILE=dev for a quick trial.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
# For Linux, whatever the compiler itself was built for.
target=${1:-$(rustc -vV | sed -n 's/^host: //p' | sed 's/-linux-gnu$/-linux-musl/')}
profile=${PROFILE:-dist}
version=$(sed -n '/^\[package\]/,/^\[lib\]/s/^version = "\(.*\)"$/\1/p' Cargo.toml)
name=$(python3 - "$target" <<'END'
import json, sys
known = {entry["target"]: entry["name"] for entry in json.load(open("packaging/platforms.json"))}
if sys.argv[1] not in known:
    sys.exit(f"error: packages are made for {', '.join(known)}, not for {sys.argv[1]}")
print(known[sys.argv[1]])
END
)
output=$root/target/packages
tools=$root/target/packaging-tools
mkdir -p "$output"
find "$output" -mindepth 1 -delete

# maturin makes the wheel and calls zig; both are Python packages.
if [ ! -x "$tools/bin/maturin" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check 'maturin>=1.9,<2' 'ziglang>=0.13' 'cargo-zigbuild>=0.20'
fi
PATH=$tools/bin:$PATH

echo "building gatekeeper $version for $target with the profile $profile; the profile dist takes 4 to 8 minutes" >&2
options="--target $target"
case $profile,$target in
dev,*) options= ;;
# A static program depends on no C library of the system, so one wheel is for both. The flag is that of .cargo/config.toml, for
# machines whose RUSTFLAGS replace those.
*-linux-musl) options="$options --zig --compatibility manylinux_2_17 musllinux_1_1 -- -C relocation-model=static" ;;
esac
if [ "$profile" != dev ] && command -v rustup >/dev/null; then
    rustup target add "$target"
fi
# shellcheck disable=SC2086 # The options are words.
maturin build --quiet --profile "$profile" --out "$output" $options

# The program of the other packages is that of the wheel, to the byte.
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
program=$unpacked/program
python3 - "$output"/*.whl "$program" <<'END'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    [name] = [name for name in wheel.namelist() if name.endswith(".data/scripts/gatekeeper")]
    open(sys.argv[2], "wb").write(wheel.read(name))
END
chmod 755 "$program"

folder=gatekeeper-$version-$target
mkdir "$unpacked/$folder"
cp "$program" "$unpacked/$folder/gatekeeper"
cp README.md LICENSE-MIT LICENSE-APACHE "$unpacked/$folder"
# The same input gives the same archive: names, owners and times do not depend on who builds.
tar -C "$unpacked" --sort=name --owner=0 --group=0 --numeric-owner --mtime='2000-01-01 00:00:00Z' \
    -cf - "$folder" | gzip -n9 >"$output/$folder.tar.gz"
(cd "$output" && sha256sum "$folder.tar.gz" >"$folder.tar.gz.sha256")

node packaging/npm/pack.js "$version" "$output" "$name=$program"
ls -l "$output"
