//! The variables of a call that its gate needs.

use std::collections::BTreeMap;
use std::path::Path;

use super::command_line::from_dir;
use super::evidence::UNKNOWN;
use super::launchers::Started;
use crate::indirection::{GivenVariable, TOP};
use crate::model::gate::GateKind;
use crate::tools::Checker;

/// Variables that decide a tool's verdict, with the programs that read them (empty: every program).
const DECISIVE: [(&str, &[&str]); 14] = [
    ("CGO_ENABLED", &["go"]),
    ("CLIPPY_CONF_DIR", &["cargo"]),
    ("DJANGO_SETTINGS_MODULE", PYTHON),
    ("GOFLAGS", &["go", "golangci-lint", "staticcheck"]),
    ("MYPYPATH", &["mypy"]),
    ("NODE_ENV", NODE),
    ("NODE_OPTIONS", NODE),
    ("PYTHONDEVMODE", PYTHON),
    ("PYTHONPATH", PYTHON),
    ("PYTHONWARNDEFAULTENCODING", PYTHON),
    ("PYTHONWARNINGS", PYTHON),
    ("RUSTDOCFLAGS", &["cargo"]),
    ("RUSTFLAGS", &["cargo"]),
    ("TZ", &[]),
];

/// Programs that run a project's Python.
const PYTHON: &[&str] = &[
    "pytest", "coverage", "python", "pylint", "unittest", "stestr",
];

/// Programs that run a project's JavaScript.
const NODE: &[&str] = &[
    "vitest",
    "jest",
    "mocha",
    "ava",
    "node",
    "tsc",
    "eslint",
    "playwright",
];

/// Variables of CI's machinery that decide no verdict: looks, caches, installers, tokens. `*` at an end stands for
/// any text.
const HARMLESS: [&str; 40] = [
    "ACTIONS_*",
    "CARGO_INCREMENTAL",
    "CARGO_NET_*",
    "CARGO_PROFILE_*",
    "CARGO_TERM_*",
    "CI",
    "CLICOLOR*",
    "CODECOV_*",
    "COLUMNS",
    "COVERALLS_*",
    "FORCE_COLOR",
    "GH_*",
    "GITHUB_*",
    "GITLAB_*",
    "GOPROXY",
    "HATCH_*",
    "HOMEBREW_*",
    "LINES",
    "NOX_*",
    "NO_COLOR",
    "NPM_*",
    "PATH",
    "PDM_*",
    "PIP_*",
    "PNPM_*",
    "POETRY_*",
    "PRE_COMMIT_*",
    "PY_COLORS",
    "PYTEST_THEME",
    "PYTHONUNBUFFERED",
    "RUSTUP_*",
    "RUST_BACKTRACE",
    "SCCACHE_*",
    "RUSTC_WRAPPER",
    "TERM",
    "TOX_*",
    "TOXENV",
    "UV_*",
    "VIRTUAL*",
    "YARN_*",
];

/// Whether a variable decides the verdict of some tool.
fn is_for_tools(name: &str) -> bool {
    DECISIVE.iter().any(|(known, _)| *known == name)
}

/// Whether a variable decides the verdict of a call.
fn is_decisive(name: &str, words: &[String]) -> bool {
    let program = words.first().map_or("", String::as_str);
    let formats = words.get(1).is_some_and(|word| word == "fmt");
    DECISIVE.iter().any(|(known, programs)| {
        *known == name && (programs.is_empty() || programs.contains(&program)) && !formats
    })
}

fn is_harmless(name: &str) -> bool {
    let by_part = ["TOKEN", "SECRET", "VERSION", "CACHE", "COLOR"];
    let name = name.to_ascii_uppercase();
    by_part.iter().any(|part| name.contains(part))
        || HARMLESS.iter().any(|known| match known.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => name == *known,
        })
}

/// Whether a text expands a variable: `$NAME`, `${NAME}`, `${{ env.NAME }}`.
fn expands(text: &str, name: &str) -> bool {
    let mut places = text.match_indices(name);
    places.any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let is_whole = !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        is_whole
            && ["$", "${", "env."]
                .iter()
                .any(|sign| before.ends_with(sign))
    })
}

/// The variables of CI for the programs that it starts, not for the workflow itself, whose text this is.
pub(super) fn for_programs(
    env: &BTreeMap<String, String>,
    workflow: &str,
) -> BTreeMap<String, String> {
    let env = env
        .iter()
        .filter(|(name, _)| is_for_tools(name) || !expands(workflow, name));
    env.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// A value without the variable's own earlier one, which CI does not set: `src:$PYTHONPATH` is `src`.
fn without_itself(variable: &GivenVariable) -> String {
    let GivenVariable { name, value, .. } = variable;
    let forms = [
        format!("${{{name}}}"),
        format!("${{{name}:-}}"),
        format!("${name}"),
    ];
    if !forms.iter().any(|form| value.contains(form)) {
        return value.clone();
    }
    let mut value = value.clone();
    for form in forms {
        value = value.replace(&form, "");
    }
    value.trim_matches([':', ' ']).to_owned()
}

fn is_known(value: &str) -> bool {
    !value.contains([UNKNOWN, '$', '`'])
}

/// Gives a call the variables that the script around it gives it, before its own. What the script exports and
/// expands itself is for the script.
pub(super) fn give(started: &mut Started, given: &[GivenVariable], script: &str) {
    let given = given.iter().filter(|variable| {
        let name = variable.name.as_str();
        let is_for_script = variable.is_exported && !is_for_tools(name) && expands(script, name);
        let is_looks = name == "PATH" || name.contains("COLOR");
        let is_of_ci = variable.is_exported && is_harmless(name);
        !is_looks && !is_for_script && !is_of_ci
    });
    let given = given.map(|variable| GivenVariable {
        value: without_itself(variable),
        ..variable.clone()
    });
    started.env.splice(0..0, given);
}

/// A variable before the words of a call whose value is not known.
pub(super) fn unknown(started: &Started) -> Option<&str> {
    let mut own = started.env.iter().filter(|variable| !variable.is_exported);
    let found = own.find(|variable| !is_known(&variable.value));
    found.map(|variable| variable.name.as_str())
}

/// Where the variables of a call come from.
pub(super) struct Sources<'a> {
    pub(super) started: &'a Started,
    /// The variables of CI.
    pub(super) env: &'a BTreeMap<String, String>,
    /// The directory in which it runs.
    pub(super) dir: &'a Path,
}

/// The variables of a gate: those that CI sets if they decide its verdict, and all that are typed with
/// the call. With remarks on those that it lacks.
pub(super) fn of_call(
    sources: &Sources<'_>,
    checker: &Checker,
    words: &[String],
) -> (BTreeMap<String, String>, Vec<String>) {
    let mut env = BTreeMap::new();
    let mut lacking = Vec::new();
    for (name, value) in sources.env {
        let is_set = is_known(value) && !value.is_empty();
        if is_set && is_decisive(name, words) {
            env.insert(name.clone(), value.clone());
        } else if checker.kind == GateKind::Test && !is_harmless(name) && !is_for_tools(name) {
            lacking.push(name.as_str());
        }
    }
    for variable in &sources.started.env {
        let name = &variable.name;
        if is_known(&variable.value) {
            let places = variable.value.split(':');
            let value = if variable.value.contains(TOP) {
                let places: Vec<String> =
                    places.map(|place| from_dir(place, sources.dir)).collect();
                places.join(":")
            } else {
                variable.value.clone()
            };
            env.insert(name.clone(), value);
        } else if !is_harmless(name) {
            lacking.push(name);
        }
    }
    lacking.retain(|name| !env.contains_key(*name));
    lacking.sort_unstable();
    lacking.dedup();
    let remark = (!lacking.is_empty()).then(|| {
        format!(
            "{} set there; add it to `env` if the check depends on it",
            match lacking.as_slice() {
                [one] => format!("{one} is"),
                several => format!("each of {} is", several.join(", ")),
            }
        )
    });
    (env, remark.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_expands_is_for_itself() {
        for (text, expected) in [
            ("run: $CARGO test", true),
            ("run: ${CARGO} test", true),
            ("run: ${{ env.CARGO }} test", true),
            ("run: $CARGO_HOME", false),
            ("CARGO: cargo", false),
        ] {
            assert_eq!(expands(text, "CARGO"), expected, "{text}");
        }
    }

    #[test]
    fn a_variable_may_be_added_to() {
        for (value, expected) in [
            ("src:$PYTHONPATH", "src"),
            ("${PYTHONPATH:-}:src:lib", "src:lib"),
            ("src:$OTHER", "src:$OTHER"),
        ] {
            let variable = GivenVariable {
                name: "PYTHONPATH".to_owned(),
                value: value.to_owned(),
                is_exported: true,
            };
            assert_eq!(without_itself(&variable), expected);
        }
    }
}
