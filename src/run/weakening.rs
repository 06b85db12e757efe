//! Variables by which a tool does less than its gate asks for, or never fails.
//!
//! Where a variable holds options of which most are harmless, the value decides. `LD_PRELOAD` and
//! `PATH` are not among them: who sets these has gatekeeper itself in hand.

use std::ffi::OsString;

use super::options::{Options, words};
use crate::environment::Variables;
use crate::policy::switched_off_in_gates;
use crate::text::{has_harmful, show_os};

/// Variables that weaken a tool whatever they are set to: another configuration than the
/// committed one, a choice among what is to be checked, or code that is loaded before it.
const ALWAYS: [(&str, &str); 24] = [
    ("BASH_ENV", "bash"),
    ("CLIPPY_CONF_DIR", "clippy"),
    ("COVERAGE_RCFILE", "coverage"),
    ("GTEST_FILTER", "GoogleTest"),
    ("GTEST_SHARD_INDEX", "GoogleTest"),
    ("GTEST_TOTAL_SHARDS", "GoogleTest"),
    ("HADOLINT_FAILURE_THRESHOLD", "hadolint"),
    ("HADOLINT_IGNORE", "hadolint"),
    ("HADOLINT_NOFAIL", "hadolint"),
    ("MAKEFILES", "make"),
    ("NOXSESSION", "nox"),
    ("NPM_CONFIG_IF_PRESENT", "npm"),
    ("NPM_CONFIG_SCRIPT_SHELL", "npm"),
    ("PYLINTRC", "pylint"),
    ("PYTEST_PLUGINS", "pytest"),
    ("TOXENV", "tox"),
    ("TOX_OVERRIDE", "tox"),
    ("TOX_SKIP_ENV", "tox"),
    ("TY_CONFIG_FILE", "ty"),
    ("YAMLLINT_CONFIG_FILE", "yamllint"),
    ("npm_config_if_present", "npm"),
    ("npm_config_script_shell", "npm"),
    ("npm_config_script-shell", "npm"),
    ("npm_config_if-present", "npm"),
];

/// Functions of shells that systems hand to every process; all others would stand in for programs.
const USUAL_FUNCTIONS: [&str; 5] = ["ml", "module", "scl", "switchml", "which"];

/// Programs in which those of another processor or system run. Any other could run nothing.
const EMULATORS: [&str; 2] = ["qemu", "wine"];

/// The longest value that is shown whole, in characters.
const SHOWN: usize = 60;

/// A variable that gates do not get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weakening {
    /// Its name, fit for a terminal.
    pub name: String,
    /// Its value, fit for a terminal, and shortened if it is long.
    pub value: String,
    /// The tool that it weakens.
    pub tool: &'static str,
}

/// The variables that gates do not get because they weaken a tool, by name.
#[must_use]
pub fn weakenings(variables: &Variables) -> Vec<Weakening> {
    let found = variables.iter().filter_map(|(name, value)| {
        Some(Weakening {
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
pub(super) fn weakens(name: &OsString, value: &OsString) -> Option<&'static str> {
    if value.is_empty() {
        return None;
    }
    let switched_off = || switched_off_in_gates(name, value);
    let (name, value) = (name.to_string_lossy(), value.to_string_lossy());
    let always = ALWAYS.iter().find(|(known, _)| *known == name);
    always
        .map(|(_, tool)| *tool)
        .or_else(switched_off)
        .or_else(|| by_value(&name, &value))
}

/// As [`weakens`], where the value decides.
fn by_value(name: &str, value: &str) -> Option<&'static str> {
    let (tool, is_weaker) = match name {
        "PYTEST_ADDOPTS" => ("pytest", !PYTEST.know_all(value)),
        "SHELLCHECK_OPTS" => ("shellcheck", !SHELLCHECK.know_all(value)),
        "SPEC_OPTS" => ("rspec", !RSPEC.know_all(value)),
        "RUBOCOP_OPTS" => ("rubocop", !RUBOCOP.know_all(value)),
        "GOFLAGS" => ("go", words(value).iter().any(|word| is_weaker_go(word))),
        "NODE_OPTIONS" => ("node", is_weaker_node(&words(value))),
        "MAKEFLAGS" | "GNUMAKEFLAGS" => ("make", is_weaker_make(&words(value))),
        "MAVEN_OPTS" | "MAVEN_ARGS" | "JAVA_TOOL_OPTIONS" | "JDK_JAVA_OPTIONS" => {
            let is_weaker = words(value).iter().any(|word| is_weaker_maven(word));
            ("maven", is_weaker)
        }
        // Without assertions there are no tests.
        "PYTHONOPTIMIZE" => ("python", value != "0"),
        "SHELLOPTS" => ("bash", value.split(':').any(|option| option == "noexec")),
        _ if is_of_rustc(name) => {
            let separators = value.replace("__CLIPPY_HACKERY__", "\u{1f}");
            let words: Vec<&str> = separators.split(['\u{1f}', ' ']).collect();
            ("rustc", words.iter().any(|word| is_weaker_rustc(word)))
        }
        _ if name.starts_with("CARGO_TARGET_") && name.ends_with("_RUNNER") => {
            let program = value.split_whitespace().next().unwrap_or_default();
            let program = program.rsplit('/').next().unwrap_or_default();
            let is_known = EMULATORS.iter().any(|known| program.starts_with(known));
            ("cargo", !is_known)
        }
        _ => {
            let function = name.strip_prefix("BASH_FUNC_")?;
            let function = function.trim_end_matches(['%', '(', ')']);
            ("bash", !USUAL_FUNCTIONS.contains(&function))
        }
    };
    is_weaker.then_some(tool)
}

/// Options that leave pytest as strict as it was. Plugins have more, and a path narrows a run, so
/// whatever is not here is taken out.
const PYTEST: Options = Options {
    letters: "vqslx",
    flags: &[
        "--cache-clear",
        "--create-db",
        "--disable-pytest-warnings",
        "--disable-warnings",
        "--exitfirst",
        "--failed-first",
        "--ff",
        "--full-trace",
        "--new-first",
        "--nf",
        "--no-header",
        "--no-showlocals",
        "--no-summary",
        "--quiet",
        "--reuse-db",
        "--runxfail",
        "--showlocals",
        "--strict",
        "--strict-config",
        "--strict-markers",
        "--verbose",
        "-pno:cacheprovider",
        "-pno:randomly",
    ],
    valued: &[
        "--basetemp",
        "--capture",
        "--code-highlight",
        "--color",
        "--dist",
        "--durations",
        "--durations-min",
        "--junit-xml",
        "--junitxml",
        "--maxfail",
        "--maxprocesses",
        "--numprocesses",
        "--randomly-seed",
        "--show-capture",
        "--tb",
        "--timeout",
        "--verbosity",
        "-n",
        "-r",
    ],
};

const SHELLCHECK: Options = Options {
    letters: "xa",
    flags: &["--check-sourced", "--external-sources", "--norc"],
    valued: &["--color", "--format", "--shell", "-C", "-f", "-s"],
};

const RSPEC: Options = Options {
    letters: "bcw",
    flags: &[
        "--backtrace",
        "--color",
        "--colour",
        "--force-color",
        "--no-color",
        "--warnings",
    ],
    valued: &["--format", "--order", "--seed", "-f"],
};

const RUBOCOP: Options = Options {
    letters: "DEP",
    flags: &[
        "--color",
        "--display-cop-names",
        "--display-time",
        "--extra-details",
        "--no-color",
        "--no-parallel",
        "--parallel",
    ],
    valued: &["--format", "-f"],
};

fn is_of_rustc(name: &str) -> bool {
    let is_flags = name.ends_with("RUSTFLAGS") || name.ends_with("RUSTDOCFLAGS");
    is_flags || name == "CLIPPY_ARGS"
}

/// Lints are allowed, or the assertions of the standard library and of the project left out. What
/// is in a file (`@file`) nobody knows.
fn is_weaker_rustc(word: &str) -> bool {
    let lints = ["-A", "--allow", "--cap-lints", "--force-warn", "@"];
    let is_off = |name: &str| {
        let value = word.split_once(name).map(|(_, value)| value);
        value.is_some_and(|value| matches!(value, "n" | "no" | "off" | "false"))
    };
    lints.iter().any(|lint| word.starts_with(lint))
        || is_off("debug-assertions=")
        || is_off("overflow-checks=")
}

/// Tests that are not run or only built, code that is exchanged, `go vet` without its checks.
fn is_weaker_go(word: &str) -> bool {
    let flag = word.trim_start_matches('-');
    let (name, value) = flag.split_once('=').unwrap_or((flag, ""));
    match name.strip_prefix("test.").unwrap_or(name) {
        "c" | "exec" | "list" | "modfile" | "n" | "overlay" | "run" | "short" | "skip"
        | "toolexec" => true,
        "vet" => value != "all",
        _ => false,
    }
}

/// Something is loaded before the tool, or only some tests are run. What Yarn loads finds packages.
fn is_weaker_node(words: &[String]) -> bool {
    let finders = [".pnp.cjs", ".pnp.js", ".pnp.loader.mjs"];
    words.iter().enumerate().any(|(at, word)| {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        let next = words.get(at + 1).map_or("", String::as_str);
        let loaded = if word.contains('=') { value } else { next };
        match name {
            "-r" | "--require" | "--import" | "--loader" | "--experimental-loader" => {
                !finders.iter().any(|finder| loaded.ends_with(finder))
            }
            _ => ["--test-name", "--test-skip", "--test-only", "--test-shard"]
                .iter()
                .any(|test| name.starts_with(test)),
        }
    })
}

/// make prints what it would do, or does it and takes no notice of what fails.
fn is_weaker_make(words: &[String]) -> bool {
    const LONG: [&str; 12] = [
        "--assume-old",
        "--dry-run",
        "--eval",
        "--help",
        "--ignore-errors",
        "--just-print",
        "--makefile",
        "--old-file",
        "--question",
        "--recon",
        "--touch",
        "--version",
    ];
    words.iter().enumerate().any(|(at, word)| {
        if word.starts_with("--") {
            let name = word.split('=').next().unwrap_or_default();
            // make knows an option by its beginning.
            return name.len() > 2 && LONG.iter().any(|long| long.starts_with(name));
        }
        // The letters come first, without a dash.
        let letters = match word.strip_prefix('-') {
            Some(letters) => letters,
            None if at == 0 && !word.contains('=') => word,
            None => return false,
        };
        let takes_rest = |letter: char| "CIOWjl".contains(letter);
        let mut own = letters.chars().take_while(|letter| !takes_rest(*letter));
        own.any(|letter| "Efhinoqtv".contains(letter))
    })
}

/// Tests are skipped or chosen, or their failure counts for nothing.
fn is_weaker_maven(word: &str) -> bool {
    if matches!(word, "-fn" | "--fail-never") {
        return true;
    }
    let Some(property) = word.strip_prefix("-D") else {
        return false;
    };
    let name = property.to_ascii_lowercase();
    let is_choice = name.starts_with("test=") || name.starts_with("it.test=");
    is_choice
        || ["skip", "failure.ignore", "failureignore"]
            .iter()
            .any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weakened(setting: &str) -> Option<&'static str> {
        let (name, value) = setting.split_once('=').unwrap();
        weakens(&name.into(), &value.into())
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
