//! Which environments calls of tox are for.

use std::collections::BTreeMap;

use super::evidence::UNKNOWN;
use super::project::Project;
use crate::indirection::ANY;

/// Where tox is configured.
const FILES: [&str; 4] = ["tox.ini", "setup.cfg", "pyproject.toml", "tox.toml"];

/// Names the environments in calls of tox that name none: those of the variable `TOXENV`, or those that its plugin for
/// GitHub Actions runs there.
pub(super) fn with_environments(
    text: &str,
    env: &BTreeMap<String, String>,
    project: &Project<'_>,
) -> String {
    if !text.split_whitespace().any(|word| word == "tox") {
        return text.to_owned();
    }
    let choice = match environments(env) {
        Some(named) => Some(format!(
            "-e {}",
            shell_words::quote(&named.replace(UNKNOWN, &ANY.to_string()))
        )),
        None => FILES
            .into_iter()
            .find_map(|file| mapped(&project.text(file)?)),
    };
    let Some(choice) = choice else {
        return text.to_owned();
    };
    let lines = text.lines().map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some(at) = words.iter().position(|word| *word == "tox") else {
            return line.to_owned();
        };
        let is_choice = |word: &&str| word.starts_with("-e") || word.starts_with("-f");
        if words[at..].iter().any(is_choice) {
            return line.to_owned();
        }
        let is_run = words
            .get(at + 1)
            .is_some_and(|word| matches!(*word, "run" | "r"));
        let (before, after) = words.split_at(if is_run { at + 2 } else { at + 1 });
        [before, &[choice.as_str()], after].concat().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a script starts tox with environments that a variable names, and only CI knows which.
pub(super) fn has_unknown_environments(text: &str, env: &BTreeMap<String, String>) -> bool {
    environments(env).is_some_and(|value| value.contains(UNKNOWN))
        && text.split_whitespace().any(|word| word == "tox")
}

/// The environments of tox that a variable names: `TOXENV`, or the option `-e` as a variable.
fn environments(env: &BTreeMap<String, String>) -> Option<&str> {
    let named = env.get("TOXENV").or_else(|| env.get("TOX_ENV"));
    named.map(String::as_str)
}

/// The option that chooses the environments that a configuration gives to versions of Python for the plugins tox-gh and
/// tox-gh-actions. The first knows their names; the second runs every environment that has the factors (their
/// documentation, "Basic Example" and "Factor-Conditional Settings: Python Version").
fn mapped(text: &str) -> Option<String> {
    const BY_FACTORS: &str = "[gh-actions]";
    const BY_NAMES: [&str; 3] = ["[gh]", "[gh.python]", "[tool.tox.gh.python]"];
    let mut lines = text.lines().map(str::trim);
    let heading = lines.find(|line| *line == BY_FACTORS || BY_NAMES.contains(line))?;
    let mut environments = Vec::new();
    for line in lines.take_while(|line| !line.starts_with('[')) {
        let Some((version, names)) = line.split_once([':', '=']) else {
            continue;
        };
        let version = version.trim().trim_matches('"').trim_start_matches("py");
        if version.starts_with(|c: char| c.is_ascii_digit()) {
            environments.push(names.trim().replace(['[', ']', '"', ' '], ""));
        }
    }
    let named = environments.join(",");
    if named.is_empty() {
        None
    } else if heading == BY_FACTORS && !named.contains('{') {
        Some(format!("-f {}", named.replace(',', " ")))
    } else {
        Some(format!("-e {}", shell_words::quote(&named)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environments_of_the_plugins() {
        for (text, expected) in [
            (
                "[tox]\n[gh-actions]\npython =\n  3.9: py39, lint\n  pypy-3: pypy3\n[testenv]\na: b\n",
                Some("-f py39 lint"),
            ),
            (
                "[gh]\npython =\n  3.13 = 3.13-tf,3.13-{a,b}\n",
                Some("-e 3.13-tf,3.13-{a,b}"),
            ),
            (
                "[gh.python]\n\"3.12\" = [\"3.12\", \"type\"]\n",
                Some("-e 3.12,type"),
            ),
            ("[gh-actions]\nproblem_matcher = False\n", None),
            ("[tox]\n3.9: py39\n", None),
        ] {
            assert_eq!(mapped(text).as_deref(), expected, "{text}");
        }
    }
}
