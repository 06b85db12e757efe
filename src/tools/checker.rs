//! Tools as gates: how each is called to check, how it fixes, and what its output means.

use super::cache::Cache;
use super::call_options::CallOptions;
use super::file_search::FileSearch;
use super::sign::Sign;
use crate::model::column::ColumnUnit;
use crate::model::gate::GateKind;

/// A tool as a gate.
pub(crate) struct Checker {
    /// What a gate of it is called, unless the project has a name for it.
    pub(crate) name: &'static str,
    /// What sort of check it is.
    pub(crate) kind: GateKind,
    /// The words with which a call of it begins: of several, any. The first word is its program.
    pub(crate) calls: &'static [&'static [&'static str]],
    /// Arguments with which a call checks nothing: it prints, lists, watches or only builds.
    pub(crate) unless: &'static [&'static str],
    /// Arguments without one of which a call checks nothing that would make it fail (empty: it always checks).
    pub(crate) only_with: &'static [&'static str],
    /// How a call becomes one that only checks.
    pub(crate) check: Edit,
    /// How a call that only checks becomes one that fixes; `None` if the tool fixes nothing.
    pub(crate) fix: Option<Edit>,
    /// Whether it has no form that only checks: it rewrites, and what it would rewrite is what is wrong.
    pub(crate) rewrites: bool,
    /// The arguments with which it takes the names of the changed files, if a verdict over some files
    /// is right for it. Tools that look at a whole project (types, tests) have none.
    pub(crate) file_list: Option<&'static [&'static str]>,
    /// Arguments that it needs besides if it takes files and its call has another one, as an option or before `=`.
    pub(crate) file_list_with: &'static [(&'static str, &'static str)],
    /// The call that checks a whole project, where the project names none; empty if there is none that
    /// would be right everywhere.
    pub(crate) whole: &'static [&'static str],
    /// The files that it is about, as globs.
    pub(crate) files: &'static [&'static str],
    /// How it finds the files that it checks.
    pub(crate) search: FileSearch,
    /// The line that proves that it has checked something.
    pub(crate) proof: Option<Proof>,
    /// Where a project configures it: a file name, and the table in it (empty: the whole file).
    pub(crate) configured_by: &'static [(&'static str, &'static str)],
    /// The packages that bring it.
    pub(crate) packages: Packages,
    /// What its options mean for its strictness.
    pub(crate) options: CallOptions,
    /// A lock that its gates share, if two of them cannot run at once.
    pub(crate) lock: Option<&'static str>,
    /// Whether it leaves out files that git's ignore rules name, even if git tracks them.
    pub(crate) skips_ignored: bool,
    /// When it fixes, among others; `None` if its kind says so.
    pub(crate) fix_step: Option<FixStep>,
    /// What it keeps from one run for the next.
    pub(crate) cache: Option<Cache>,
    /// The words of calls that leave the work to a process that stays, each with those of a call that does it
    /// itself. What stays does not see the files as a gate does.
    pub(crate) daemons: &'static [(&'static [&'static str], &'static [&'static str])],
    /// The command that downloads what it needs, so that it can do without the network.
    pub(crate) download: Option<&'static str>,
    /// Whether it needs the network.
    pub(crate) needs_network: bool,
    /// An expression for the line by which it says that all is well.
    pub(crate) success: Option<&'static str>,
    /// What is known about the findings that it prints.
    pub(crate) findings: Findings,
    /// How it says that it has checked nothing, or could not do its work.
    pub(crate) signs: &'static [Sign],
    /// The version whose output was recorded; `None` if what is known about it was not tried.
    pub(crate) recorded: Option<&'static str>,
}

/// When a tool fixes, among others: each step may leave something for the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FixStep {
    /// It changes what the code says, as linters do.
    Code,
    /// It rewrites parts of files, such as imports and docstrings.
    Parts,
    /// It lays out whole files, and has the last word.
    Layout,
}

impl FixStep {
    /// The step of a tool of a kind of which nothing else is known.
    #[must_use]
    pub(crate) const fn of_kind(kind: GateKind) -> Self {
        match kind {
            GateKind::Lint => Self::Code,
            GateKind::Format => Self::Layout,
            GateKind::Typecheck | GateKind::Test | GateKind::Security | GateKind::Custom => {
                Self::Parts
            }
        }
    }
}

/// A line that a tool prints if it has checked something, where its call asks for it.
pub(crate) struct Proof {
    /// The argument that asks for it.
    pub(crate) option: &'static str,
    /// An expression for the line.
    pub(crate) line: &'static str,
}

/// The packages that contain a tool, and where they are published.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Packages {
    /// No package contains it, or it comes with its compiler.
    None,
    /// On `PyPI`, for Python.
    PyPi(&'static [&'static str]),
    /// On npm, for Node.
    Npm(&'static [&'static str]),
}

impl Packages {
    /// Their names.
    #[must_use]
    pub(crate) fn names(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::PyPi(names) | Self::Npm(names) => names,
        }
    }
}

/// What is known about the findings that a tool prints. Most of what it prints has one of the shapes
/// that [`mod@crate::findings::text`] knows; here is only what differs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Findings {
    /// How a call becomes one that prints a line with the place, or the most exact one that there is, for
    /// each finding. It must change nothing but what is printed.
    pub(crate) lines: Edit,
    /// Whether its first column is 0.
    pub(crate) columns_from_zero: bool,
    /// In what it counts columns, in what it prints.
    pub(crate) unit: ColumnUnit,
    /// Whether the first line is 0 in the report that it writes for `JUnit`.
    pub(crate) report_lines_from_zero: bool,
    /// An expression for the lines that say how many tests have run, with the groups `passed`, `failed`,
    /// `errors`, `skipped` and `total`. What several lines say is added up.
    pub(crate) tests: Option<&'static str>,
}

impl Findings {
    /// Nothing is known.
    pub(super) const NONE: Self = Self {
        lines: Edit::NONE,
        columns_from_zero: false,
        unit: ColumnUnit::Characters,
        report_lines_from_zero: false,
        tests: None,
    };

    /// A call prints such lines with these words.
    pub(super) const fn with(words: &'static [&'static str]) -> Self {
        Self {
            lines: Edit::with(words),
            ..Self::NONE
        }
    }

    /// What it prints counts columns in this unit.
    pub(super) const fn counting(unit: ColumnUnit) -> Self {
        Self { unit, ..Self::NONE }
    }

    /// Lines that match this expression say how many tests have run.
    pub(super) const fn tests(expression: &'static str) -> Self {
        Self {
            tests: Some(expression),
            ..Self::NONE
        }
    }
}

/// A change to the words of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edit {
    /// Words that are taken out, with their values where they are written `--name=value`.
    pub(crate) without: &'static [&'static str],
    /// Words that take another word's place.
    pub(crate) instead: &'static [(&'static str, &'static str)],
    /// Words that are put in after the words of the call, unless one of `unless` is there.
    pub(crate) with: &'static [&'static str],
    /// Words that make those of `with` superfluous.
    pub(crate) unless: &'static [&'static str],
}

impl Edit {
    /// No change.
    pub(super) const NONE: Self = Self {
        without: &[],
        instead: &[],
        with: &[],
        unless: &[],
    };

    /// Puts words in, unless they are there already.
    pub(super) const fn with(words: &'static [&'static str]) -> Self {
        Self {
            with: words,
            ..Self::NONE
        }
    }

    /// Takes words out.
    pub(super) const fn without(words: &'static [&'static str]) -> Self {
        Self {
            without: words,
            ..Self::NONE
        }
    }

    /// The words of a call, of which the first `prefix` name the tool, after the change.
    #[must_use]
    pub(crate) fn apply(&self, words: &[String], prefix: usize) -> Vec<String> {
        let is_out = |word: &str| {
            self.without.iter().any(|out| {
                let value = word.strip_prefix(out);
                value.is_some_and(|value| value.is_empty() || value.starts_with('='))
            })
        };
        let mut edited: Vec<String> = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let other = self.instead.iter().find(|(old, _)| old == word);
            match other {
                Some((_, new)) => edited.push((*new).to_owned()),
                None if at >= prefix && is_out(word) => {}
                None => edited.push(word.clone()),
            }
        }
        let has = |wanted: &str| {
            edited.iter().skip(prefix).any(|word| {
                let value = word.strip_prefix(wanted);
                value.is_some_and(|value| value.is_empty() || value.starts_with('='))
            })
        };
        let is_there = match self.unless {
            [] => self.with.first().is_some_and(|first| has(first)),
            unless => unless.iter().any(|word| has(word)),
        };
        if !is_there {
            let prefix = prefix.min(edited.len());
            let tail = edited.split_off(prefix);
            edited.extend(self.with.iter().map(|word| (*word).to_owned()));
            edited.extend(tail);
        }
        // A `--` that nothing follows any more says nothing.
        if edited.last().is_some_and(|word| word == "--") {
            edited.pop();
        }
        edited
    }
}

/// Python's source files.
pub(super) const PYTHON_FILES: &[&str] = &["**/*.py", "**/*.pyi"];

/// What tests of Python depend on.
pub(super) const TESTED_FILES: &[&str] = &[
    "**/*.py",
    "**/*.pyi",
    "**/pyproject.toml",
    "**/*.{ini,cfg,toml}",
];

/// Source files of JavaScript and TypeScript.
pub(super) const JAVASCRIPT_FILES: &[&str] = &["**/*.{js,jsx,cjs,mjs,ts,tsx,cts,mts,vue,svelte}"];

impl Checker {
    /// A tool without any particulars.
    pub(super) const fn new(
        name: &'static str,
        kind: GateKind,
        calls: &'static [&'static [&'static str]],
    ) -> Self {
        Self {
            name,
            kind,
            calls,
            unless: &[],
            only_with: &[],
            check: Edit::NONE,
            fix: None,
            rewrites: false,
            file_list: None,
            file_list_with: &[],
            whole: &[],
            files: &[],
            search: FileSearch::Told,
            proof: None,
            configured_by: &[],
            packages: Packages::None,
            options: CallOptions::UNKNOWN,
            lock: None,
            skips_ignored: false,
            fix_step: None,
            cache: None,
            daemons: &[],
            download: None,
            needs_network: false,
            success: None,
            findings: Findings::NONE,
            signs: &[],
            recorded: None,
        }
    }

    /// A call that does the work itself, if this one leaves it to a process that stays.
    #[must_use]
    pub(crate) fn without_daemon(&self, words: &[String]) -> Option<Vec<String>> {
        self.daemons.iter().find_map(|(daemon, own)| {
            let begins = daemon.len() <= words.len()
                && daemon.iter().zip(words).all(|(known, word)| known == word);
            let rest = words.iter().skip(daemon.len()).cloned();
            let own = own.iter().map(|&word| word.to_owned());
            begins.then(|| own.chain(rest).collect())
        })
    }

    /// The number of words with which this call begins, if it is a call of this tool that checks.
    #[must_use]
    pub(crate) fn matches(&self, words: &[String]) -> Option<usize> {
        let begins = |call: &&&[&str]| {
            call.len() <= words.len() && call.iter().zip(words).all(|(known, word)| known == word)
        };
        let call = self
            .calls
            .iter()
            .filter(begins)
            .max_by_key(|call| call.len())?;
        let options = || {
            let after = words.iter().skip(call.len());
            after.take_while(|word| *word != "--").map(String::as_str)
        };
        let checks_nothing =
            options().any(|word| self.unless.contains(&word) || IDLE.contains(&word));
        let checks = self.only_with.is_empty()
            || options().any(|word| self.only_with.iter().any(|option| is_given(word, option)));
        (checks && !checks_nothing).then_some(call.len())
    }
}

/// Whether a word gives an option: alone, with its value, or as one of several letters (`-nW`).
fn is_given(word: &str, option: &str) -> bool {
    let letter = option
        .strip_prefix('-')
        .filter(|letter| letter.len() == 1 && *letter != "-");
    let is_group = word.starts_with('-') && word[1..].chars().all(|c| c.is_ascii_alphabetic());
    let value = word.strip_prefix(option);
    value.is_some_and(|value| value.is_empty() || value.starts_with('='))
        || is_group && letter.is_some_and(|letter| word.contains(letter))
}

/// A program that is not one of the tools: nothing is known of it.
pub(crate) static UNKNOWN_CHECKER: Checker = Checker::new("command", GateKind::Custom, &[]);

/// Arguments with which no tool checks anything.
const IDLE: [&str; 3] = ["--version", "--help", "-V"];

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_call_becomes_a_check_and_a_fix() {
        let format = Edit::with(&["--check"]);
        let fix = Edit::without(&["--check"]);
        for (call, check, fixed) in [
            ("black src", "black --check src", "black src"),
            ("black --check src", "black --check src", "black src"),
        ] {
            let edited = format.apply(&words(call), 1);
            assert_eq!(edited, words(check));
            assert_eq!(fix.apply(&edited, 1), words(fixed));
        }
        let edited = fix.apply(&words("cargo fmt --all -- --check"), 2);
        assert_eq!(edited, words("cargo fmt --all"));
    }

    #[test]
    fn some_calls_check_only_with_an_option() {
        let strict = Checker {
            only_with: &["-W", "--strict"],
            ..Checker::new("docs", GateKind::Custom, &[&["docs", "build"]])
        };
        for (call, checks) in [
            ("docs build -nW x", true),
            ("docs build --strict", true),
            ("docs build --strict=1", true),
            ("docs build -n x", false),
            ("docs build --Wide", false),
            ("docs build -- -W", false),
            ("docs build -W --help", false),
        ] {
            assert_eq!(strict.matches(&words(call)).is_some(), checks, "{call}");
        }
    }

    #[test]
    fn values_go_with_their_options() {
        let edit = Edit::without(&["--output-format", "--fix"]);
        let edited = edit.apply(&words("ruff check --output-format=github --fix ."), 2);
        assert_eq!(edited, words("ruff check ."));
    }
}
