//! The options with which a tool succeeds whatever it finds.

use std::ops::Range;

use super::programs::base_name;
use super::{Loss, Sort};
use crate::shell::Word;

/// Whether a variable of this name can make warnings of the Rust compiler errors.
pub(super) fn denies_warnings(name: &str) -> bool {
    name.contains("RUSTFLAGS") || matches!(name, "CARGO_BUILD_WARNINGS" | "CLIPPY_ARGS")
}

/// Why a tool cannot fail with these words, of which the first is its name. `denies`: whether its
/// environment makes warnings errors.
pub(super) fn loss(words: &[Word], denies: bool) -> Option<Loss> {
    let (first, arguments) = words.split_first()?;
    let call = Call {
        name: base_name(&first.text),
        first,
        arguments,
    };
    match call.name {
        "ruff" => ruff(&call),
        "bandit" | "flake8" => call.exit_zero(),
        "pylint" => call.exit_zero().or_else(|| fail_under(&call)),
        "pytest" | "py.test" => pytest(&call),
        "mypy" => mypy(&call),
        "npm" | "pnpm" => if_present(&call),
        "cargo" => cargo(&call, denies),
        "go" => go(&call),
        "gofmt" | "goimports" | "gofumpt" => listing(&call),
        "git" => around_hooks(&call),
        "make" | "gmake" => make(&call),
        "hadolint" => call.always(&["--no-fail"]),
        "golangci-lint" => issues_exit_code(&call),
        _ => None,
    }
}

/// What make(1) does with these: nothing, or on after a failure. Letters without values may be joined.
fn make(call: &Call<'_>) -> Option<Loss> {
    const LONG: [&str; 5] = [
        "--ignore-errors",
        "--dry-run",
        "--just-print",
        "--recon",
        "--touch",
    ];
    let is_short = |word: &&Word| {
        let letters = word.text.strip_prefix('-').unwrap_or_default();
        let plain = letters
            .chars()
            .all(|letter| "bBdeiknpqrRsStvw".contains(letter));
        plain && letters.contains(['i', 'n', 't'])
    };
    let mut options = call.options();
    let word = options.find(|word| LONG.contains(&word.text.as_str()) || is_short(word))?;
    Some(tool(
        word.span.clone(),
        "make succeeds whatever its commands do",
        format!("leave `{}` out", word.text),
    ))
}

fn issues_exit_code(call: &Call<'_>) -> Option<Loss> {
    let (value, span) = call.value("--issues-exit-code")?;
    (value == "0").then(|| {
        tool(
            span,
            "golangci-lint succeeds whatever it finds",
            "leave `--issues-exit-code` out",
        )
    })
}

/// A tool's name and arguments.
struct Call<'w> {
    name: &'w str,
    first: &'w Word,
    arguments: &'w [Word],
}

impl<'w> Call<'w> {
    /// The option itself, as a word of its own.
    fn option(&self, names: &[&str]) -> Option<&'w Word> {
        let mut options = self.options();
        options.find(|word| names.contains(&word.text.as_str()))
    }

    /// The arguments up to `--`.
    fn options(&self) -> impl Iterator<Item = &'w Word> {
        self.arguments.iter().take_while(|word| word.text != "--")
    }

    /// The value of an option, as `--name value` or `--name=value`, and the place of both.
    fn value(&self, name: &str) -> Option<(&'w str, Range<usize>)> {
        let options: Vec<&Word> = self.options().collect();
        options.iter().enumerate().find_map(|(at, word)| {
            if word.text == name {
                let value = options.get(at + 1)?;
                return Some((value.text.as_str(), word.span.start..value.span.end));
            }
            let value = word.text.strip_prefix(name)?.strip_prefix('=')?;
            Some((value, word.span.clone()))
        })
    }

    /// The first argument that is no option.
    fn subcommand(&self) -> Option<&'w Word> {
        let mut arguments = self.arguments.iter();
        arguments.find(|word| !word.text.starts_with(['-', '+']))
    }

    fn is(&self, subcommands: &[&str]) -> bool {
        self.subcommand()
            .is_some_and(|word| subcommands.contains(&word.text.as_str()))
    }

    fn exit_zero(&self) -> Option<Loss> {
        self.always(&["--exit-zero"])
    }

    /// The loss by an option with which the tool always succeeds.
    fn always(&self, options: &[&str]) -> Option<Loss> {
        let word = self.option(options)?;
        Some(tool(
            word.span.clone(),
            format!("{} succeeds whatever it finds", self.name),
            format!("leave `{}` out", word.text),
        ))
    }
}

fn tool(span: Range<usize>, label: impl Into<String>, help: impl Into<String>) -> Loss {
    Loss {
        span,
        sort: Sort::Tool,
        label: label.into(),
        help: help.into(),
    }
}

fn ruff(call: &Call<'_>) -> Option<Loss> {
    if let Some(loss) = call.exit_zero() {
        return Some(loss);
    }
    if let Some(word) = call.option(&["--fix-only"]) {
        return Some(tool(
            word.span.clone(),
            "ruff succeeds whatever it could not fix",
            "write `ruff check --no-fix` here, and what fixes into `fix`",
        ));
    }
    if let Some(("ALL", span)) = call.value("--ignore") {
        return Some(tool(
            span,
            "every rule of ruff is switched off",
            "name the rules that are not wanted",
        ));
    }
    match call.value("--select") {
        Some(("", span)) => Some(tool(
            span,
            "no rule of ruff is selected",
            "name the rules that are wanted, or leave `--select` out",
        )),
        _ => None,
    }
}

fn fail_under(call: &Call<'_>) -> Option<Loss> {
    let (value, span) = call.value("--fail-under")?;
    let is_zero = value.parse::<f64>().is_ok_and(|value| value <= 0.0);
    is_zero.then(|| {
        tool(
            span,
            format!("nothing is under {value}, so {} always succeeds", call.name),
            "ask for as much as the code has today",
        )
    })
}

fn pytest(call: &Call<'_>) -> Option<Loss> {
    let word = call.option(&["--collect-only", "--co", "--setup-only", "--setup-plan"])?;
    Some(tool(
        word.span.clone(),
        "no test is run",
        format!("leave `{}` out", word.text),
    ))
}

fn mypy(call: &Call<'_>) -> Option<Loss> {
    match call.value("-c") {
        Some(("pass" | "", span)) => Some(tool(
            span,
            "mypy is given a program without anything in it",
            "name the files or packages to check",
        )),
        _ => None,
    }
}

fn if_present(call: &Call<'_>) -> Option<Loss> {
    // In several packages at once, some may well have no such script.
    let several = call.arguments.iter().any(|word| {
        matches!(
            word.text.as_str(),
            "-r" | "--recursive" | "-ws" | "--filter" | "-F"
        ) || word.text.starts_with("--workspace")
            || word.text.starts_with("--filter=")
    });
    let word = call.option(&["--if-present"]).filter(|_| !several)?;
    Some(tool(
        word.span.clone(),
        "succeeds when there is no such script",
        "leave `--if-present` out",
    ))
}

fn cargo(call: &Call<'_>, denies: bool) -> Option<Loss> {
    if call.is(&["test", "nextest"])
        && let Some(word) = call.option(&["--no-run"])
    {
        return Some(tool(
            word.span.clone(),
            "no test is run",
            "leave `--no-run` out; to see that tests compile, write `cargo check --tests`",
        ));
    }
    if call.is(&["clippy"]) {
        return clippy(call, denies);
    }
    None
}

fn clippy(call: &Call<'_>, denies: bool) -> Option<Loss> {
    const HELP: &str = "add `-- -D warnings`, since levels in Cargo.toml or in the code cannot be seen \
                        from here";
    let texts: Vec<&str> = call
        .arguments
        .iter()
        .map(|word| word.text.as_str())
        .collect();
    let follows = |flags: &[&str], value: &str| {
        texts.iter().enumerate().find_map(|(at, text)| {
            let joined = flags.iter().any(|flag| {
                let rest = text.strip_prefix(flag);
                rest.is_some_and(|rest| rest.trim_start_matches('=') == value)
            });
            let apart = flags.contains(text) && texts.get(at + 1) == Some(&value);
            let last = if apart { at + 1 } else { at };
            let place = call.arguments[at].span.start..call.arguments[last].span.end;
            (joined || apart).then_some(place)
        })
    };
    let allowed = follows(&["-A", "--allow"], "warnings")
        .or_else(|| follows(&["--cap-lints"], "allow"))
        .or_else(|| follows(&["--cap-lints"], "warn"));
    if let Some(span) = allowed {
        let label = "no lint can be an error with this";
        return Some(tool(span, label, "leave it out, and add `-- -D warnings`"));
    }
    // In front of `--`, `-F` is a feature.
    let mut for_clippy = texts.iter().skip_while(|text| **text != "--");
    let forbids = for_clippy.any(|text| begins_with(text, &["-D", "-F", "--deny", "--forbid"]))
        || texts
            .iter()
            .any(|text| begins_with(text, &["--config", "--explain", "--version", "--help"]));
    (!forbids && !denies).then(|| Loss {
        span: call.first.span.start..call.subcommand().unwrap_or(call.first).span.end,
        sort: Sort::Listed,
        label: "clippy succeeds with any number of warnings".into(),
        help: HELP.into(),
    })
}

fn begins_with(text: &str, beginnings: &[&str]) -> bool {
    beginnings
        .iter()
        .any(|beginning| text.starts_with(beginning))
}

fn go(call: &Call<'_>) -> Option<Loss> {
    if !call.is(&["test"]) {
        return None;
    }
    let runs_others = call.options().any(|word| {
        let name = word.text.trim_start_matches('-');
        word.text.starts_with('-') && (name.starts_with("bench") || name.starts_with("fuzz"))
    });
    let nothing = call.value("-run").or_else(|| call.value("--run"));
    match nothing {
        Some(("^$", span)) if !runs_others => Some(tool(
            span,
            "no test has an empty name, so none is run",
            "leave it out; to see that tests compile, write `go vet ./...`",
        )),
        _ => None,
    }
}

fn listing(call: &Call<'_>) -> Option<Loss> {
    let word = call.option(&["-l"])?;
    // With `-w` it changes files, which a gate must not; with `-d` newer ones fail.
    if call.option(&["-w", "-d"]).is_some() {
        return None;
    }
    Some(Loss {
        span: call.first.span.start..word.span.end,
        sort: Sort::Listed,
        label: format!("{} lists files and succeeds", call.name),
        help: format!(
            "add forbid = '.', or write test -z \"$({} -l .)\"",
            call.name
        ),
    })
}

fn around_hooks(call: &Call<'_>) -> Option<Loss> {
    const COMMANDS: [&str; 6] = ["commit", "push", "merge", "am", "rebase", "pull"];
    let command = call
        .arguments
        .iter()
        .position(|word| COMMANDS.contains(&word.text.as_str()))?;
    // In front of the command there are only options and their values: `git grep commit` is no commit.
    let in_front = &call.arguments[..command];
    let is_command = in_front.iter().enumerate().all(|(at, word)| {
        word.text.starts_with('-')
            || (at > 0 && matches!(in_front[at - 1].text.as_str(), "-c" | "-C"))
    });
    let word = call
        .option(&["--no-verify", "--no-hooks"])
        .filter(|_| is_command)?;
    Some(Loss {
        span: word.span.clone(),
        sort: Sort::Around,
        label: "no hook judges what git does here".into(),
        help: format!("leave `{}` out", word.text),
    })
}
