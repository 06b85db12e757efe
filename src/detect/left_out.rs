//! Options that a gate does not have: those for reports and looks of CI, and those that install something.

/// An option that is left out.
struct LeftOut {
    /// The names of the option.
    options: &'static [&'static str],
    /// The programs to which it belongs (empty: any).
    programs: &'static [&'static str],
    has_value: bool,
    why: Why,
}

/// Why an option is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// It is about output in the log of CI.
    Looks,
    /// It names a report, which only CI reads.
    Report,
    /// It installs what is missing.
    Installs,
}

const fn looks(options: &'static [&'static str], has_value: bool) -> LeftOut {
    LeftOut {
        options,
        programs: &[],
        has_value,
        why: Why::Looks,
    }
}

const fn report(options: &'static [&'static str], programs: &'static [&'static str]) -> LeftOut {
    LeftOut {
        options,
        programs,
        has_value: true,
        why: Why::Report,
    }
}

const LEFT_OUT: &[LeftOut] = &[
    looks(&["--show-diff-on-failure", "--verbose"], false),
    looks(
        &[
            "--color",
            "--colors",
            "--output-format",
            "--durations",
            "--message-format",
            "--target",
            "--target-dir",
            "--reporter",
            "--out-format",
        ],
        true,
    ),
    LeftOut {
        programs: &["bandit"],
        ..looks(&["-f", "--format"], true)
    },
    report(
        &[
            "--cov-report",
            "--junitxml",
            "--junit-xml",
            "--html",
            "--report-log",
        ],
        &[],
    ),
    report(&["--output-file", "--outputFile"], &[]),
    report(
        &["-o", "--output"],
        &[
            "bandit",
            "eslint",
            "pip-audit",
            "pylint",
            "semgrep",
            "stylelint",
        ],
    ),
    report(
        &[
            "--html-report",
            "--xml-report",
            "--txt-report",
            "--cobertura-xml-report",
            "--linecount-report",
        ],
        &["mypy"],
    ),
    report(&["-coverprofile", "--coverprofile"], &["go", "gotestsum"]),
    report(&["--junitfile", "--jsonfile"], &["gotestsum"]),
    LeftOut {
        options: &["--install-types", "--non-interactive"],
        programs: &["mypy"],
        has_value: false,
        why: Why::Installs,
    },
];

/// The words of a call, of which the first `prefix` name the tool, without such options; with a remark on those
/// that do more than to look different.
pub(super) fn without(words: &[String], prefix: usize) -> (Vec<String>, Vec<String>) {
    let program = words.first().map_or("", String::as_str);
    let mut kept: Vec<String> = Vec::new();
    let (mut reports, mut installs) = (Vec::new(), Vec::new());
    let mut rest = words.iter().enumerate().peekable();
    while let Some((at, word)) = rest.next() {
        let found = LEFT_OUT.iter().find(|one| {
            at >= prefix
                && (one.programs.is_empty() || one.programs.contains(&program))
                && one.options.iter().any(|option| is_option(word, option))
        });
        let Some(found) = found else {
            kept.push(word.clone());
            continue;
        };
        let mut typed = word.clone();
        if found.has_value
            && !word.contains('=')
            && let Some((_, value)) = rest.next_if(|(_, next)| !next.starts_with('-'))
        {
            typed = format!("{word} {value}");
        }
        match found.why {
            Why::Report if !is_on_terminal(&typed) => reports.push(typed),
            Why::Installs => installs.push(typed),
            Why::Report | Why::Looks => {}
        }
    }
    let remark = |typed: Vec<String>, does: &str| {
        (!typed.is_empty()).then(|| format!("without `{}`: a gate {does}", typed.join(" ")))
    };
    let remarks = [
        remark(reports, "leaves no report in the work tree"),
        remark(installs, "installs nothing"),
    ];
    (kept, remarks.into_iter().flatten().collect())
}

/// Whether a word is this option, with or without a value.
fn is_option(word: &str, option: &str) -> bool {
    word.strip_prefix(option)
        .is_some_and(|value| value.is_empty() || value.starts_with('='))
}

/// Whether a report is one for the terminal, such as `--cov-report=term-missing`.
fn is_on_terminal(typed: &str) -> bool {
    let value = typed.split_once(['=', ' ']).map_or("", |(_, value)| value);
    value.is_empty() || value.starts_with("term")
}
