//! Which variables gates do not get: those by which a tool checks less than its gate asks for, or never
//! fails.
//!
//! `LD_PRELOAD` and `PATH` are not among them: these control gatekeeper itself.

use std::ffi::OsStr;

use crate::base::environment::Variables;
use crate::base::text::{has_harmful, show_os};
use crate::tools::{self, families};

/// The longest value that is shown whole, in characters.
const SHOWN: usize = 60;

/// A variable that gates do not get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RemovedVariable {
    /// Its name, fit for a terminal.
    pub(crate) name: String,
    /// Its value, fit for a terminal, and shortened if it is long.
    pub(crate) value: String,
    /// The tool that it weakens.
    pub(crate) tool: &'static str,
}

/// The variables that gates do not get because they weaken a tool, by name.
#[must_use]
pub(crate) fn weakenings(variables: &Variables) -> Vec<RemovedVariable> {
    let found = variables.iter().filter_map(|(name, value)| {
        Some(RemovedVariable {
            name: show_os(name),
            value: shown(&show_os(value)),
            tool: weakens(name, value)?,
        })
    });
    found.collect()
}

fn shown(value: &str) -> String {
    let is_short = value.chars().count() <= SHOWN && !has_harmful(value);
    if is_short {
        return value.to_owned();
    }
    let beginning: String = value.chars().take(SHOWN).collect();
    format!("{beginning}...")
}

/// The tool that a variable weakens, if it does.
pub(super) fn weakens(name: &OsStr, value: &OsStr) -> Option<&'static str> {
    let skip = tools::skip_variable(name, value).filter(|skip| skip.is_for_gates);
    if let Some(skip) = skip {
        return Some(skip.manager);
    }
    let (name, value) = (name.to_string_lossy(), value.to_string_lossy());
    let variable = families().find_map(|family| {
        let mut variables = family.variables.iter();
        variables.find(|variable| variable.is_named(&name))
    })?;
    variable.weakens(&value).then_some(variable.tool)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weakened(setting: &str) -> Option<&'static str> {
        let (name, value) = setting.split_once('=').unwrap();
        weakens(name.as_ref(), value.as_ref())
    }

    #[test]
    fn what_weakens_a_tool_is_known() {
        for setting in [
            "PYTEST_ADDOPTS=--collect-only",
            "PYTEST_ADDOPTS=-v --co",
            "PYTEST_ADDOPTS=-k 'not slow'",
            "PYTEST_ADDOPTS=-mfast",
            "PYTEST_ADDOPTS=--color yes tests/one.py",
            "PYTEST_ADDOPTS=--color --setup-plan",
            "PYTEST_ADDOPTS=-p no:terminal",
            "PYTEST_ADDOPTS='--deselect=x'",
            "PYTEST_ADDOPTS=-W ignore",
            "PYTEST_PLUGINS=evil",
            "PYLINTRC=/dev/null",
            "PYTHONOPTIMIZE=1",
            "RUSTFLAGS=-C target-cpu=native -A warnings",
            "RUSTFLAGS=--cap-lints allow",
            "RUSTFLAGS=-Cdebug-assertions=off",
            "CARGO_ENCODED_RUSTFLAGS=-Copt-level=1\u{1f}-Aunused",
            "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS=@flags",
            "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER=/bin/true",
            "CLIPPY_ARGS=-Aclippy::all__CLIPPY_HACKERY__",
            "GOFLAGS=-mod=vendor -run=^$",
            "GOFLAGS=--vet=off",
            "NODE_OPTIONS=--require ./patched.js",
            "NODE_OPTIONS=--import=file:///x.mjs",
            "MAKEFLAGS=n",
            "MAKEFLAGS=ks --ignore-err",
            "GNUMAKEFLAGS=-j4 -i",
            "MAVEN_OPTS=-Xmx1g -DskipTests",
            "SHELLCHECK_OPTS=-x -e SC2086",
            "SPEC_OPTS=--dry-run",
            "SHELLOPTS=braceexpand:noexec",
            "BASH_FUNC_pytest%%=() { :; }",
            "SKIP=ruff",
            "LEFTHOOK=0",
        ] {
            assert!(weakened(setting).is_some(), "{setting}");
        }
    }

    #[test]
    fn what_is_harmless_stays() {
        for setting in [
            "PYTEST_ADDOPTS=",
            "PYTEST_ADDOPTS=-v --color=yes -n auto --tb short -rfE -p no:cacheprovider",
            "PYTEST_ADDOPTS=-vvs --durations 10",
            "PYTHONOPTIMIZE=0",
            "PYTHONSTARTUP=/home/x/.pythonrc",
            "MYPYPATH=stubs",
            "RUSTFLAGS=-C target-cpu=native -D warnings",
            "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER=/usr/bin/qemu-aarch64 -L /x",
            "GOFLAGS=-mod=vendor -trimpath",
            "NODE_OPTIONS=--max-old-space-size=8192",
            "NODE_OPTIONS=--require /x/.pnp.cjs --experimental-loader file:///x/.pnp.loader.mjs",
            "MAKEFLAGS=ks -j4 --jobserver-auth=3,4 -- NAME=thin",
            "MAKEFLAGS=-Itools",
            "MAVEN_OPTS=-Xmx1g -Dfile.encoding=UTF-8",
            "SHELLCHECK_OPTS=-x --color=always",
            "SHELLOPTS=braceexpand:errexit",
            "BASH_FUNC_which%%=() { :; }",
            "ENV=production",
            "LD_PRELOAD=/usr/lib/libjemalloc.so",
            "HUSKY=0",
            "PATH=/bin",
        ] {
            assert_eq!(weakened(setting), None, "{setting}");
        }
    }

    #[test]
    fn a_long_value_is_shortened() {
        let long = format!("--collect-only {}", "x".repeat(100));
        let variables = Variables::from([("PYTEST_ADDOPTS".into(), long.into())]);
        let [found] = weakenings(&variables).try_into().unwrap();
        assert!(found.value.len() < 70 && found.value.ends_with("..."));
    }
}
