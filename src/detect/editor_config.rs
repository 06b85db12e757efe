//! What `.editorconfig` at the top of a project asks for, as far as a check of gatekeeper sees to it. Files of that name in
//! other directories are not read.

use std::collections::BTreeMap;

use super::detected::CheckDraft;
use super::project::Project;

/// The name of the file.
const FILE: &str = ".editorconfig";

/// The checks, each with the property that asks for it (<https://spec.editorconfig.org/>), the values with which it does,
/// and what is written as evidence.
const CHECKS: [(&str, &str, &[&str], &str); 3] = [
    (
        "trailing-blanks",
        "trim_trailing_whitespace",
        &["true"],
        ".editorconfig: trim_trailing_whitespace = true",
    ),
    (
        "final-newline",
        "insert_final_newline",
        &["true"],
        ".editorconfig: insert_final_newline = true",
    ),
    (
        "line-endings",
        "end_of_line",
        &["lf", "crlf"],
        ".editorconfig: end_of_line",
    ),
];

/// The checks that the file asks for.
pub(super) fn checks(project: &Project<'_>) -> BTreeMap<&'static str, CheckDraft> {
    let text = if project.has(FILE) {
        project.text(FILE).unwrap_or_default()
    } else {
        String::new()
    };
    of_text(&text)
}

fn of_text(text: &str) -> BTreeMap<&'static str, CheckDraft> {
    let sections = sections(text);
    let mut found = BTreeMap::new();
    for (key, property, values, evidence) in CHECKS {
        let named = |section: &&Section| section.pairs.contains_key(property);
        let asking = sections.iter().filter(named).map(|section| {
            let value = section.pairs[property].as_str();
            (section.glob.as_deref(), values.contains(&value))
        });
        if let Some(check) = check(asking) {
            let evidence = Some(evidence);
            found.insert(key, CheckDraft { evidence, ..check });
        }
    }
    found
}

/// The check that sections ask for or not, each about the files of its glob; a later one decides over those before it.
/// `None` if none does, or if globs cannot say where.
fn check<'s>(sections: impl Iterator<Item = (Option<&'s str>, bool)>) -> Option<CheckDraft> {
    let mut check = CheckDraft::default();
    let mut is_everywhere = false;
    for (glob, asks) in sections {
        let glob = glob?;
        match (glob, asks) {
            ("**/*", asks) => {
                is_everywhere = asks;
                check = CheckDraft::default();
            }
            (glob, true) => {
                // What was left out before is in again, which a list of what is left out cannot say.
                if !check.exclude.is_empty() {
                    return None;
                }
                if !is_everywhere {
                    check.files.push(glob.to_owned());
                }
            }
            (glob, false) if is_everywhere || !check.files.is_empty() => {
                check.exclude.push(glob.to_owned());
            }
            (_, false) => {}
        }
    }
    (is_everywhere || !check.files.is_empty()).then_some(check)
}

/// A section: the glob that it is about, unless it cannot be said as one, and its properties in lower case.
struct Section {
    glob: Option<String>,
    pairs: BTreeMap<String, String>,
}

fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.trim();
        if line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'))
        {
            sections.push(Section {
                glob: glob(name),
                pairs: BTreeMap::new(),
            });
        } else if let (Some((key, value)), Some(section)) =
            (line.split_once('='), sections.last_mut())
        {
            let [key, value] = [key, value].map(|text| text.trim().to_ascii_lowercase());
            section.pairs.insert(key, value);
        }
    }
    sections
}

/// A glob of gatekeeper for one of a section: without a slash, it is about files in every directory.
fn glob(name: &str) -> Option<String> {
    // A range of numbers, a negation and an escape have other forms, or none.
    if name.contains("..") || name.contains(['!', '\\', '"']) || name.is_empty() {
        return None;
    }
    if matches!(name, "*" | "**") {
        return Some("**/*".to_owned());
    }
    // In braces, a single word stands for itself.
    let is_single = name.contains('{') && !name.contains(',');
    if is_single {
        return None;
    }
    Some(match name.strip_prefix('/') {
        Some(anchored) => anchored.to_owned(),
        None if name.contains('/') => name.to_owned(),
        None => format!("**/{name}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let checks = of_text(text).into_iter();
        let lines =
            checks.map(|(key, check)| format!("{key} {:?} {:?}", check.files, check.exclude));
        lines.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn sections_become_paths_of_checks() {
        let trim = "trim_trailing_whitespace";
        for (text, expected) in [
            ("", ""),
            ("root = true\n[*]\nindent_size = 2\n", ""),
            (
                "[*]\ninsert_final_newline = true\nend_of_line = LF\n",
                "final-newline [] []; line-endings [] []",
            ),
            (
                &format!(
                    "[*]\n{trim} = true\n[*.{{md,rst}}]\n{trim}=false\n[/a/b]\n{trim} = unset\n"
                ),
                r#"trailing-blanks [] ["**/*.{md,rst}", "a/b"]"#,
            ),
            (
                &format!("[*.py]\n{trim} = true\n[src/**.js]\n{trim} = true # not a value\n"),
                r#"trailing-blanks ["**/*.py"] ["src/**.js"]"#,
            ),
            (&format!("[*.md]\n{trim} = false\n"), ""),
            (
                &format!("[*]\n{trim} = true\n[x{{1..3}}]\n{trim} = false\n"),
                "",
            ),
            (
                &format!("[*]\n{trim} = true\n[*.a]\n{trim} = false\n[b.a]\n{trim} = true\n"),
                "",
            ),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
