//! A call of a known tool as a gate.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::command_line::{from_dir, line, toolchain, with_toolchain};
use super::evidence::{FileSelection, Origin, Place};
use super::known_words::{Omitted, known_words, listed_files, whole_project};
use super::launchers::Started;
use super::rewriting::is_rewriting;
use super::variables::Sources;
use super::{left_out, variables};
use crate::model::gate::GateKind;
use crate::tools::{Checker, FileSearch, UNKNOWN_CHECKER, WithoutPath, without_daemon};

/// A gate that a project has in effect, although its files do not call it one.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Draft {
    /// The tool.
    pub(crate) checker: &'static Checker,
    /// What it is called, if not by its tool.
    pub(super) name: Option<String>,
    /// The call as it was found; empty if it is none of a known tool.
    pub(crate) typed: Vec<String>,
    /// The call that only checks.
    pub(crate) run: Vec<String>,
    /// The place of the tool in it: after the interpreter that starts it, if one does.
    pub(super) program: usize,
    /// A script in place of the call, as it was written.
    pub(super) script: Option<String>,
    /// A call that follows it, if it succeeds.
    pub(super) then: Option<Vec<String>>,
    /// The call that fixes.
    pub(crate) fix: Option<Vec<String>>,
    /// Whether the call that checks rewrites files, and must not do so in the work tree.
    pub(crate) rewrites: bool,
    /// Whether the call that was found rewrites files.
    pub(super) fixes_where_it_runs: bool,
    /// Whether both are handed the changed files.
    pub(crate) takes_files: bool,
    /// Globs of the files that it checks.
    pub(crate) files: Vec<String>,
    /// Globs of the files that it does not check.
    pub(crate) exclude: Vec<String>,
    /// Globs of the files that a hook manager hands to it.
    pub(super) handed: Vec<String>,
    /// Where it runs.
    pub(crate) dir: PathBuf,
    /// The variables that decide its verdict.
    pub(crate) env: BTreeMap<String, String>,
    /// Who runs it.
    pub(crate) origin: Origin,
    /// Whether it runs at a push only.
    pub(crate) is_at_push: bool,
    /// The places on the way from where it is called to where its words are written.
    pub(crate) places: Vec<Place>,
    /// What to know about how it was made, a line each.
    pub(crate) remarks: Vec<String>,
    /// Whether a part that only CI knows was omitted.
    pub(crate) is_partial: bool,
    /// The exit codes that mean success, if they are not those of other commands.
    pub(crate) success_codes: &'static [u8],
    /// The version of the tool that a hook manager would install.
    pub(crate) version: Option<String>,
}

/// A call where it was found.
pub(super) struct Found<'a> {
    pub(super) started: &'a Started,
    /// The files that it is handed, if that is right for the tool.
    pub(super) files: Option<&'a FileSelection>,
    /// The files that it is handed, whether or not that is right.
    pub(super) handed: Option<&'a FileSelection>,
    pub(super) dir: &'a Path,
    pub(super) env: &'a BTreeMap<String, String>,
    pub(super) origin: Origin,
    pub(super) is_at_push: bool,
    pub(super) places: &'a [Place],
}

/// The remark about a call that rewrote files.
const REWRITES: &str = "it rewrites files there; as a gate, it only checks";

/// The remark about a call of a daemon, after its name.
const STAYS: &str = "is a process that stays; as a gate, the tool itself runs";

impl Draft {
    /// A gate of this call, if its words are those of a known tool.
    pub(super) fn new(found: &Found<'_>) -> Option<Self> {
        let listed = found
            .started
            .words
            .iter()
            .find_map(|word| listed_files(word));
        let words = found.started.words.iter();
        let words = words
            .filter(|word| listed_files(word).is_none())
            .map(|word| from_dir(word, found.dir));
        let (mut words, mut omitted) = known_words(&words.collect::<Vec<_>>());
        let toolchain = toolchain(&mut words);
        let own = without_daemon(&words);
        let daemon = own.is_some().then(|| words.first().cloned()).flatten();
        let words = own.unwrap_or(words);
        let (checker, length) = super::known_tool::checker(&words)?;
        let (mut words, left_out) = left_out::without(&words, length);
        if listed.is_some() && checker.file_list.is_none() {
            return None;
        }
        if omitted == Omitted::Target {
            words.extend(whole_project(checker, &words, length));
            omitted = Omitted::Part;
        }
        let fuzzes = |word: &String| {
            let option = word.trim_start_matches('-');
            word.starts_with('-') && (option == "fuzz" || option.starts_with("fuzz="))
        };
        if checker.name == "go-test" && words.iter().any(fuzzes) {
            return None;
        }
        let measures = |word: &String| word.contains("bench") || word == "--codspeed";
        if checker.kind == GateKind::Test && words.iter().skip(length).any(measures) {
            return None;
        }
        let check = checker.check.apply(&words, length);
        let was_rewriting =
            checker.fix.is_some() && check != words && is_rewriting(checker, &words);
        let by_python = |words: Vec<String>| match &found.started.python {
            Some(python) => python.iter().cloned().chain(words).collect(),
            None => with_toolchain(words, toolchain.as_deref()),
        };
        let fix = checker.fix.map(|fix| by_python(fix.apply(&check, length)));
        let takes_files = listed.is_some() || found.files.is_some() && checker.file_list.is_some();
        let with_files = |words: Vec<String>| {
            if takes_files {
                with_file_options(checker, words)
            } else {
                words
            }
        };
        let own = listed.or_else(|| found.files.map(|selection| selection.files.clone()));
        let own = own.filter(|files| !files.is_empty());
        let (env, of_variables) = variables::of_call(
            &Sources {
                started: found.started,
                env: found.env,
                dir: found.dir,
            },
            checker,
            &words,
        );
        Some(Self {
            checker,
            name: None,
            typed: by_python(words.clone()),
            run: with_files(by_python(checker.findings.lines.apply(&check, length))),
            program: found.started.python.as_ref().map_or(0, Vec::len),
            script: None,
            then: None,
            rewrites: checker.rewrites,
            fixes_where_it_runs: was_rewriting,
            fix: fix.map(with_files),
            takes_files,
            files: own.unwrap_or_else(|| files_of(checker)),
            exclude: found
                .files
                .map(|selection| selection.exclude.clone())
                .unwrap_or_default(),
            handed: found
                .handed
                .map(|selection| selection.files.clone())
                .unwrap_or_default(),
            dir: found.dir.to_owned(),
            env,
            origin: found.origin,
            is_at_push: found.is_at_push,
            places: found.places.to_vec(),
            remarks: was_rewriting
                .then(|| REWRITES.to_owned())
                .into_iter()
                .chain(daemon.map(|daemon| format!("{daemon} {STAYS}")))
                .chain(left_out)
                .chain(of_variables)
                .collect(),
            is_partial: omitted != Omitted::Nothing,
            success_codes: &[],
            version: None,
        })
    }

    /// A check that the project has written itself, as a line or a script for a shell.
    pub(super) fn of_project(name: &str, script: String, found: &Found<'_>) -> Self {
        Self {
            checker: &UNKNOWN_CHECKER,
            name: Some(name.to_owned()),
            typed: Vec::new(),
            run: Vec::new(),
            program: 0,
            script: Some(script),
            then: None,
            rewrites: false,
            fixes_where_it_runs: false,
            fix: None,
            takes_files: false,
            files: Vec::new(),
            exclude: Vec::new(),
            handed: Vec::new(),
            dir: found.dir.to_owned(),
            env: BTreeMap::new(),
            origin: found.origin,
            is_at_push: found.is_at_push,
            places: found.places.to_vec(),
            remarks: vec!["it only reads files of the tree".to_owned()],
            is_partial: false,
            success_codes: &[],
            version: None,
        }
    }

    /// Whether it would check nothing, because only CI knows the files that it is handed there.
    #[must_use]
    pub(super) fn lacks_files(&self) -> bool {
        let needs_files = matches!(
            &self.checker.search,
            FileSearch::Named(search) if search.without_path == WithoutPath::Nothing
        );
        let mut operands = self.run.iter().skip(self.program + 1);
        // The name of a file was the value of a variable that only the script knows.
        let is_nameless =
            self.checker.file_list.is_some() && self.run.last().is_some_and(String::is_empty);
        is_nameless && !self.takes_files
            || needs_files
                && self.is_partial
                && !self.takes_files
                && operands.all(|word| word.starts_with('-'))
    }

    /// The call that checks, as a line for a shell.
    #[must_use]
    pub(crate) fn shown(&self) -> String {
        if let Some(script) = &self.script {
            return script.clone();
        }
        let run = line(&self.run, self.takes_files);
        match &self.then {
            Some(then) => format!("{run} && {}", line(then, false)),
            None => run,
        }
    }
}

/// The words of a call that takes files, with the options that its tool needs then.
fn with_file_options(checker: &Checker, mut words: Vec<String>) -> Vec<String> {
    let has = |words: &[String], wanted: &str| {
        let mut options = words.iter().map(|word| word.split('=').next());
        options.any(|option| option == Some(wanted))
    };
    let besides = checker.file_list_with.iter();
    let besides = besides.filter(|(other, _)| has(&words, other));
    let options = checker.file_list.unwrap_or_default().iter().copied();
    let options: Vec<&str> = options.chain(besides.map(|(_, option)| *option)).collect();
    for option in options {
        if !has(&words, option) {
            words.push(option.to_owned());
        }
    }
    words
}

/// The files that a gate of a tool is about: what it checks, and what configures it. Tests depend on
/// every file, so that a change of any is one for them.
fn files_of(checker: &Checker) -> Vec<String> {
    if checker.kind == GateKind::Test || checker.files.is_empty() {
        return Vec::new();
    }
    let mut files: Vec<String> = checker.files.iter().map(|&glob| glob.to_owned()).collect();
    for (file, _) in checker.configured_by {
        let glob = format!("**/{file}");
        if !files.contains(&glob) {
            files.push(glob);
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::launchers::started;

    fn draft(text: &str) -> Option<Draft> {
        let words = shell_words::split(text).unwrap();
        Draft::new(&Found {
            started: &started(&words),
            files: None,
            handed: None,
            dir: Path::new(""),
            env: &BTreeMap::new(),
            origin: Origin::Ci,
            is_at_push: false,
            places: &[],
        })
    }

    #[test]
    fn calls_become_checks() {
        for (call, name, run, fix) in [
            (
                "ruff check .",
                "ruff",
                "ruff check --output-format=concise --no-fix .",
                Some("ruff check --fix ."),
            ),
            (
                "ruff check --fix --output-format=github src",
                "ruff",
                "ruff check --output-format=concise --no-fix src",
                Some("ruff check --fix src"),
            ),
            (
                "uv run ruff format --check",
                "ruff-format",
                "ruff format --check",
                Some("ruff format"),
            ),
            ("black .", "black", "black --check .", Some("black .")),
            (
                "cargo fmt --all -- --check",
                "rustfmt",
                "cargo fmt --all -- --check",
                Some("cargo fmt --all"),
            ),
            (
                "cargo clippy --all-targets -- -D warnings",
                "clippy",
                "cargo clippy --all-targets -- -D warnings",
                Some(
                    "cargo clippy --fix --allow-dirty --allow-staged --all-targets -- -D warnings",
                ),
            ),
            ("python -m pytest -q", "pytest", "python -m pytest -q", None),
            (
                "prettier --write .",
                "prettier",
                "prettier --check .",
                Some("prettier --write ."),
            ),
            ("npx eslint .", "eslint", "eslint .", Some("eslint --fix .")),
            ("vitest --coverage", "vitest", "vitest run --coverage", None),
            ("jest --passWithNoTests", "jest", "jest", None),
            (
                "tsc -p tsconfig.json",
                "tsc",
                "tsc --noEmit -p tsconfig.json",
                None,
            ),
            (
                "go test -race ./...",
                "go-test",
                "go test -race ./...",
                None,
            ),
            (
                "go test '' -v -coverprofile x.out $PACKAGES",
                "go-test",
                "go test -v ./...",
                None,
            ),
            (
                "cargo +nightly fmt --check",
                "rustfmt",
                "cargo +nightly fmt --check",
                Some("cargo +nightly fmt"),
            ),
            ("cargo +stable check", "cargo-check", "cargo check", None),
            (
                "rustfmt --check --edition 2024 \"$(git ls-files '*.rs')\"",
                "rustfmt",
                "rustfmt --check --edition 2024",
                Some("rustfmt --edition 2024"),
            ),
        ] {
            let draft = draft(call).unwrap_or_else(|| panic!("{call}"));
            assert_eq!(draft.checker.name, name, "{call}");
            assert_eq!(draft.run.join(" "), run, "{call}");
            assert_eq!(draft.fix.map(|fix| fix.join(" ")).as_deref(), fix, "{call}");
        }
    }

    #[test]
    fn what_a_gate_lacks_is_said() {
        for (call, run, remarks) in [
            (
                "mypy --install-types --non-interactive src",
                "mypy --show-column-numbers src",
                "without `--install-types --non-interactive`: a gate installs nothing",
            ),
            (
                "bandit -r src -f json -o out.json",
                "bandit -r src",
                "without `-o out.json`: a gate leaves no report in the work tree",
            ),
            (
                "pytest --junitxml=out.xml --cov --cov-report=term --cov-report xml",
                "pytest --cov",
                "without `--junitxml=out.xml --cov-report xml`: a gate leaves no report in the work tree",
            ),
            (
                "python -W error -m pytest --color=yes",
                "python -W error -m pytest",
                "",
            ),
            (
                "coverage run --source=src -m pytest -q",
                "coverage run --source=src -m pytest -q",
                "",
            ),
            ("PYTHONPATH=src A=b pytest", "pytest", ""),
        ] {
            let draft = draft(call).unwrap_or_else(|| panic!("{call}"));
            assert_eq!(draft.run.join(" "), run, "{call}");
            assert_eq!(draft.remarks.join("; "), remarks, "{call}");
            assert_eq!(
                draft.env.len(),
                call.matches("PYTHONPATH").count() * 2,
                "{call}"
            );
        }
    }

    #[test]
    fn what_checks_nothing_is_no_gate() {
        for call in [
            "ruff --version",
            "pytest --collect-only",
            "cargo test --no-run",
            "npm ci",
        ] {
            assert!(draft(call).is_none(), "{call}");
        }
    }
}
