//! The kinds of values: durations, dates, versions, globs, regular expressions, names, directories.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use globset::{Glob, GlobBuilder, GlobSetBuilder};
use time::{Date, Month};
use toml::Spanned;
use toml::de::DeValue;

use super::policy_file::Origin;
use super::problem::Problem;
use super::reader::{Item, filled_list, filled_string, list, string, table};
use crate::model::gate::{GateName, PathSet, Pattern};

/// The longest duration. Longer ones are mistakes, and would overflow clocks.
const LONGEST: Duration = Duration::from_hours(24);

/// The shortest duration: a shorter limit cannot be enforced.
const SHORTEST: Duration = Duration::from_millis(1);

/// The longest glob pattern, in bytes.
const LONGEST_GLOB: usize = 1000;

/// The most opening braces in a glob pattern; each level of them is a level of recursion.
const MOST_BRACES: usize = 16;

/// The most memory that a compiled regular expression may take, in bytes.
const REGEX_SIZE: usize = 1 << 20;

/// What to do about backslashes in a string.
pub(super) const SINGLE_QUOTES: &str = "in TOML, 'single quotes' keep backslashes as they are";

pub(super) fn duration(item: &Item<'_>) -> Result<Duration, Problem> {
    const EXAMPLES: &str = "write a number with its unit: \"500ms\", \"90s\", \"2m\", \"1h 30m\"";
    let wrong = |title: String, label: &str| {
        Err(Problem::new(item.span(), title).label(label).help(EXAMPLES))
    };
    let text = match item.get_ref() {
        DeValue::String(text) => text.trim(),
        DeValue::Integer(number) => {
            let number = number.as_str();
            return wrong(
                format!("`{number}` has no unit"),
                &format!("did you mean \"{number}s\"?"),
            );
        }
        _ => {
            return wrong(
                "this is not a duration".into(),
                "must be a duration with a unit",
            );
        }
    };
    if text.starts_with('-') {
        return wrong(
            format!("`{}` is negative", text.escape_debug()),
            "must be more than zero",
        );
    }
    match humantime::parse_duration(text) {
        Ok(value) if value < SHORTEST => {
            wrong(format!("`{text}` is too short"), "must be at least 1ms")
        }
        Ok(value) if value > LONGEST => {
            wrong(format!("`{text}` is too long"), "must be at most 24h")
        }
        Ok(value) => Ok(value),
        Err(error) => wrong(
            format!("`{}` is not a duration", text.escape_debug()),
            &error.to_string(),
        ),
    }
}

/// A day, as a TOML date or a string of the same form.
pub(super) fn date(item: &Item<'_>) -> Result<Date, Problem> {
    let wrong = |label: String| {
        Err(Problem::new(item.span(), "this is not a date")
            .label(label)
            .help("write the last day as \"2027-03-31\""))
    };
    let parsed: Result<toml::value::Datetime, _> = match item.get_ref() {
        DeValue::Datetime(datetime) => Ok(*datetime),
        DeValue::String(text) => text.parse(),
        _ => return wrong("must be a date".into()),
    };
    match parsed {
        Ok(toml::value::Datetime {
            date: Some(day),
            time: None,
            offset: None,
        }) => {
            let month = Month::try_from(day.month);
            match month
                .and_then(|month| Date::from_calendar_date(i32::from(day.year), month, day.day))
            {
                Ok(date) => Ok(date),
                Err(error) => wrong(error.to_string()),
            }
        }
        Ok(_) => wrong("must be a date without a time".into()),
        Err(_) => wrong("must have the form year-month-day".into()),
    }
}

/// The range of versions of gatekeeper that a configuration requires.
pub(super) fn version_range(item: &Item<'_>) -> Result<semver::VersionReq, Problem> {
    let text = filled_string(item)?;
    semver::VersionReq::parse(&text).map_err(|error| {
        Problem::new(
            item.span(),
            format!("this is not a valid version range: {error}"),
        )
        .label("not a version range")
        .help("write the oldest version that works, as in \">=0.1\"")
    })
}

/// The name of a gate of the same file or, at the top, of any file.
pub(super) fn gate_name(item: &Item<'_>, origin: &Origin) -> Result<GateName, Problem> {
    let text = string(item)?;
    let name = if origin.is_top() {
        GateName::parse(&text)
    } else {
        GateName::new(&text).and_then(|name| name.in_dir(&origin.dir))
    };
    name.ok_or_else(|| {
        let problem = bad_gate_name(item.span(), &text);
        if text.contains('/') && !origin.is_top() {
            let own = "name a gate of the same file, without its directory";
            return problem.help(own);
        }
        problem
    })
}

pub(super) fn bad_gate_name(span: std::ops::Range<usize>, text: &str) -> Problem {
    Problem::new(
        span,
        format!("`{}` is not a valid gate name", text.escape_debug()),
    )
    .label("not a gate name")
    .help(format!(
        "use at most {} letters, digits, `.`, `_` and `-`, and begin with a letter or digit",
        GateName::MAX_LENGTH
    ))
}

/// A list of glob patterns, relative to the directory that the file is for.
pub(super) fn globs(item: &Item<'_>, origin: &Origin) -> Result<PathSet, Problem> {
    let read = |item| glob(item, origin);
    compiled_set(item, &filled_list(item, "glob patterns", read)?)
}

/// Like [`globs`], for files at the top, and the list may be empty.
pub(super) fn any_globs(item: &Item<'_>) -> Result<PathSet, Problem> {
    let top = Origin::top();
    let read = |item| glob(item, &top);
    compiled_set(item, &list(item, "glob patterns", read)?)
}

/// The glob of everything in the directory that a file is for; of no directory, at the top.
pub(super) fn subtree(origin: &Origin) -> PathSet {
    if origin.is_top() {
        return PathSet::default();
    }
    let pattern = format!("{}/**", origin.dir.display());
    // The path of such a directory has no character that is special in a glob, nor can it be too long.
    let set = Glob::new(&pattern).and_then(|glob| GlobSetBuilder::new().add(glob).build());
    PathSet {
        set: set.unwrap_or_default(),
        patterns: vec![pattern],
    }
}

/// Glob patterns for the names of branches; the list may be empty.
pub(super) fn branches(item: &Item<'_>) -> Result<PathSet, Problem> {
    compiled_set(item, &list(item, "branches", branch_glob)?)
}

fn branch_glob(item: &Item<'_>) -> Result<Glob, Problem> {
    let text = filled_string(item)?;
    let never = |label: String| {
        let text = text.escape_debug();
        let problem = Problem::new(item.span(), format!("`{text}` matches no branch"));
        Err(problem
            .label(label)
            .help("name branches as `git branch` shows them, as in \"main\" or \"release/*\""))
    };
    if let Some(rest) = text.strip_prefix("refs/heads/") {
        return never(format!("write \"{rest}\""));
    }
    if text.ends_with('/') {
        return never(format!(
            "to match every name that begins with this, write \"{text}**\""
        ));
    }
    if text.starts_with(['/', '!']) || text.contains(char::is_whitespace) || text.contains("..") {
        return never("this is not a valid branch name".into());
    }
    compiled(item, &text)
}

fn compiled_set(item: &Item<'_>, globs: &[Glob]) -> Result<PathSet, Problem> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(glob.clone());
    }
    let set = set.build().map_err(|error| {
        Problem::new(item.span(), "these patterns are too large together").label(error.to_string())
    })?;
    Ok(PathSet {
        patterns: globs.iter().map(|glob| glob.glob().to_owned()).collect(),
        set,
    })
}

fn glob(item: &Item<'_>, origin: &Origin) -> Result<Glob, Problem> {
    let text = filled_string(item)?;
    let never = |label: String| {
        Err(Problem::new(
            item.span(),
            format!("`{}` matches no file", text.escape_debug()),
        )
        .label(label)
        .help(format!(
            "write patterns relative to {}, as in \"src/**/*.py\"",
            origin.base()
        )))
    };
    if let Some(rest) = text.strip_prefix("./") {
        return never(format!("write \"{rest}\""));
    }
    let rest = text.strip_prefix('/');
    if let Some(rest) = rest.filter(|_| origin.is_top()) {
        return never(format!("write \"{rest}\""));
    }
    let plain = rest.unwrap_or(&text);
    if let Some(rest) = text.strip_prefix('!') {
        return never(format!("to exclude files, write exclude = [\"{rest}\"]"));
    }
    if text.ends_with('/') {
        return never(format!(
            "to match everything below that directory, write \"{text}**\""
        ));
    }
    if plain.split('/').any(|part| matches!(part, ".." | "." | "")) {
        return never("git's paths have no `.`, `..` or empty parts".into());
    }
    compiled(item, &origin.seen_from_top(&text))
}

fn compiled(item: &Item<'_>, text: &str) -> Result<Glob, Problem> {
    let depth = text.chars().filter(|c| *c == '{').count();
    if text.len() > LONGEST_GLOB || depth > MOST_BRACES {
        return Err(Problem::new(item.span(), "this pattern is too long")
            .label(format!(
                "must have at most {LONGEST_GLOB} bytes and {MOST_BRACES} braces"
            ))
            .help("split it into several patterns"));
    }
    GlobBuilder::new(text)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map_err(|error| {
            Problem::new(item.span(), "this is not a valid glob pattern")
                .label(error.kind().to_string())
        })
}

/// A regular expression that is matched against each line of output.
pub(super) fn pattern(item: &Item<'_>) -> Result<Pattern, Problem> {
    let pattern = regex(item)?;
    if pattern.text.contains('\n') || pattern.text.contains("\\n") {
        return Err(Problem::new(item.span(), "this expression can never match")
            .label("output is matched line by line, and no line contains a line break"));
    }
    if pattern.regex.is_match(b"") {
        return Err(
            Problem::new(item.span(), "this expression matches every output")
                .label("matches an empty line, so it proves nothing"),
        );
    }
    Ok(pattern)
}

/// A regular expression.
pub(super) fn regex(item: &Item<'_>) -> Result<Pattern, Problem> {
    let text = filled_string(item)?;
    let regex = regex::bytes::RegexBuilder::new(&text)
        .multi_line(true)
        .size_limit(REGEX_SIZE)
        .build()
        .map_err(|error| {
            let reason = match error {
                regex::Error::Syntax(message) => {
                    let last = message.lines().last().unwrap_or_default();
                    last.trim_start_matches("error: ").to_owned()
                }
                regex::Error::CompiledTooBig(_) => "it is too big".to_owned(),
                other => other.to_string(),
            };
            Problem::new(item.span(), "this is not a valid regular expression")
                .label(reason)
                .help(SINGLE_QUOTES)
        })?;
    Ok(Pattern { text, regex })
}

/// The name of an environment variable that does not belong to gatekeeper.
pub(super) fn variable_name(key: &Spanned<Cow<'_, str>>) -> Result<String, Problem> {
    let name: &str = key.get_ref();
    if name.is_empty() || name.contains(['=', '\0']) {
        return Err(Problem::new(
            key.span(),
            "this is not a valid variable name",
        ));
    }
    if name.starts_with("GATEKEEPER_") {
        return Err(
            Problem::new(key.span(), format!("`{name}` is reserved for gatekeeper"))
                .label("cannot be set here"),
        );
    }
    Ok(name.to_owned())
}

/// Variables with their values.
pub(super) fn variables(item: &Item<'_>) -> Result<BTreeMap<String, String>, Problem> {
    let entries = table(item, "a table of variables, as in { NAME = \"value\" }")?;
    let mut env = BTreeMap::new();
    for (key, value) in entries {
        let name = variable_name(key)?;
        let span = value.span();
        let value = match value.get_ref() {
            DeValue::Integer(number) => {
                return Err(
                    Problem::new(value.span(), "the value of a variable must be a string")
                        .label(format!("write \"{}\"", number.as_str())),
                );
            }
            _ => string(value)?,
        };
        if let Some(home) = other_home(&value) {
            return Err(
                Problem::new(span, format!("`{home}` is not replaced by a directory"))
                    .label("only `~` and `~/` are: write the path, or a variable"),
            );
        }
        env.insert(name, value);
    }
    Ok(env)
}

/// What a shell would replace by the home directory of a user other than the one it runs for.
fn other_home(value: &str) -> Option<&str> {
    value.split(':').find_map(|part| {
        let name = part.strip_prefix('~')?;
        let name = name.split('/').next().unwrap_or_default();
        let is_name =
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '+' || c == '-');
        is_name.then(|| &part[..=name.len()])
    })
}

/// A directory inside the one that the file is for.
pub(super) fn dir(item: &Item<'_>, origin: &Origin) -> Result<PathBuf, Problem> {
    let text = filled_string(item)?;
    let mut dir = origin.dir.clone();
    for component in Path::new(&text).components() {
        match component {
            Component::CurDir => {}
            Component::Normal(name) => dir.push(name),
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                let (of, base) = if origin.is_top() {
                    ("the work tree", "the top of the work tree".to_owned())
                } else {
                    (
                        "the directory of this file",
                        origin.dir.display().to_string(),
                    )
                };
                return Err(
                    Problem::new(item.span(), format!("this directory is outside {of}"))
                        .label(format!("must be relative to {base}, without `..`")),
                );
            }
        }
    }
    Ok(dir)
}
