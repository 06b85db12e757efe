//! Lists, however they are written: in brackets, in lines, with commas.

use super::node::{Node, Value};
use super::settings::{identities, word};
use crate::tools::{ListKind, Renamed};

/// The entries of a list.
pub(super) fn items(kind: ListKind, node: &Node) -> Vec<String> {
    let entries = match &node.value {
        Value::List(nodes) => nodes.iter().flat_map(|node| element(kind, node)).collect(),
        Value::Text(text) => split(kind, text),
        _ => Vec::new(),
    };
    let counts = |item: &String| match kind {
        ListKind::Paths | ListKind::Words => !is_housekeeping(item),
        // `(?x)` is not an expression; it only says how the expressions are written.
        ListKind::Expressions => !item.starts_with('?') && !is_housekeeping(item),
        ListKind::Excluded => item.starts_with('-'),
        ListKind::Negated => item.starts_with('!') && !is_housekeeping(&item[1..]),
        ListKind::Errors => item.starts_with("error"),
        ListKind::Lines => !is_never_run(item),
        _ => !item.is_empty(),
    };
    let items = entries.into_iter().filter(counts);
    match kind {
        ListKind::Renamed(names) => items.flat_map(|item| current(names, &item)).collect(),
        _ => items.collect(),
    }
}

/// The names that a tool has today for what had this one.
fn current(names: Renamed, name: &str) -> Vec<String> {
    match names.iter().find(|(old, _)| *old == name) {
        Some((_, new)) => new.iter().map(|&name| name.to_owned()).collect(),
        None => vec![name.to_owned()],
    }
}

fn element(kind: ListKind, node: &Node) -> Vec<String> {
    match &node.value {
        Value::Table(_) if let ListKind::Exclusions(names) = kind => exclusions(names, node),
        Value::Table(_) => identities(node).map(str::to_owned).collect(),
        Value::Text(text) if kind == ListKind::Expressions => split(kind, text),
        _ => word(node)
            .map(|word| word.trim().to_owned())
            .into_iter()
            .collect(),
    }
}

/// What a table excludes: each of its linters, or all of them, under its conditions: `path a and text b: errcheck`.
fn exclusions(names: Renamed, node: &Node) -> Vec<String> {
    let Value::Table(entries) = &node.value else {
        return Vec::new();
    };
    let conditions = entries
        .iter()
        .filter(|(key, _)| key != "linters")
        .filter_map(|(key, node)| Some(format!("{key} {}", word(node)?)));
    let conditions = conditions.collect::<Vec<_>>().join(" and ");
    let linters = match node.get("linters").map(|node| &node.value) {
        Some(Value::List(nodes)) if !nodes.is_empty() => nodes
            .iter()
            .filter_map(word)
            .flat_map(|name| current(names, &name))
            .collect(),
        _ => vec![EVERY_LINTER.to_owned()],
    };
    linters
        .iter()
        .map(|linter| format!("{conditions}: {linter}"))
        .collect()
}

const EVERY_LINTER: &str = "every linter";

/// Whether what is excluded under these conditions covers another exclusion: it has no condition that the other lacks.
fn covers_exclusion(entry: &str, other: &str) -> bool {
    let (Some((conditions, linter)), Some((others, other))) =
        (entry.rsplit_once(": "), other.rsplit_once(": "))
    else {
        return entry == other;
    };
    let others: Vec<&str> = others.split(" and ").collect();
    let mut conditions = conditions.split(" and ").filter(|one| !one.is_empty());
    (linter == other || linter == EVERY_LINTER)
        && conditions.all(|condition| others.contains(&condition))
}

fn split(kind: ListKind, text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| {
        let comment = line.find(" #").or_else(|| line.find(" ;"));
        &line[..comment.unwrap_or(line.len())]
    });
    let parts: Vec<&str> = match kind {
        ListKind::CodesOfFiles => return codes_of_files(text),
        ListKind::Codes | ListKind::Words => lines
            .flat_map(|line| line.split([',', ' ', '\t']))
            .collect(),
        ListKind::Names
        | ListKind::Renamed(_)
        | ListKind::Exclusions(_)
        | ListKind::Paths
        | ListKind::Negated
        | ListKind::Excluded => lines.flat_map(|line| line.split(',')).collect(),
        ListKind::Lines | ListKind::Errors | ListKind::Filters => text.lines().collect(),
        ListKind::Expressions => lines.flat_map(|line| line.split('|')).collect(),
    };
    let around =
        |c: char| c.is_whitespace() || (kind == ListKind::Expressions && matches!(c, '(' | ')'));
    parts
        .into_iter()
        .map(|part| part.trim_matches(around))
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// `a.py,b.py:E1,E2 c.py:E3`: each file with each of its codes.
fn codes_of_files(text: &str) -> Vec<String> {
    let mut entries = Vec::new();
    let mut files: Vec<&str> = Vec::new();
    let mut has_codes = false;
    for token in text.split(|c: char| c == ',' || c.is_whitespace()) {
        let (file, code) = match token.rsplit_once(':') {
            Some((file, code)) => (file, code),
            None if is_code(token) => ("", token),
            None => (token, ""),
        };
        if !file.is_empty() {
            if has_codes {
                files.clear();
                has_codes = false;
            }
            files.push(file);
        }
        if !code.is_empty() {
            has_codes = true;
            entries.extend(files.iter().map(|file| format!("{file}: {code}")));
        }
    }
    entries
}

fn is_code(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_uppercase());
    digits.len() < text.len() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether an entry covers everything that another entry covers.
pub(super) fn covers(kind: ListKind, entry: &str, other: &str) -> bool {
    match kind {
        ListKind::Codes => covers_code(entry, other),
        ListKind::CodesOfFiles => match (entry.split_once(": "), other.split_once(": ")) {
            (Some((file, code)), Some((other, part))) => {
                // `**/a.py` is `a.py` in any directory.
                let name = file.strip_prefix("**/");
                let is_any = name.is_some_and(|name| covers_end(name, other));
                (file == other || is_any) && covers_code(code, part)
            }
            _ => false,
        },
        ListKind::Paths | ListKind::Words => {
            let remainder = other.strip_prefix(entry.trim_end_matches('/'));
            remainder.is_some_and(|remainder| remainder.is_empty() || remainder.starts_with('/'))
        }
        ListKind::Filters => entry == other || entry == "all()",
        ListKind::Exclusions(_) => covers_exclusion(entry, other),
        _ => entry == other,
    }
}

fn covers_end(name: &str, path: &str) -> bool {
    let dir = path.strip_suffix(name);
    dir.is_some_and(|dir| dir.is_empty() || dir.ends_with('/'))
}

fn covers_code(entry: &str, other: &str) -> bool {
    // The one family of codes that ruff has renamed.
    let (entry, other) = (entry.replace("TCH", "TC"), other.replace("TCH", "TC"));
    let letters = |text: &str| text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    // `S` is not a prefix of the family of `SIM101`; but ruff's `PL` covers `PLC0414`.
    let is_family =
        letters(&entry) == letters(&other) || (entry == "PL" && entry.len() < other.len());
    entry == "ALL" || entry == other || (other.starts_with(&entry) && is_family)
}

/// Whether lines that coverage leaves out never run in tests, so that many projects exclude them.
fn is_never_run(line: &str) -> bool {
    const LINES: [&str; 14] = [
        "#pragma:nocover",
        "...",
        ".{3}",
        ":.{3}",
        "@abc.abstractmethod",
        "@abstractmethod",
        "@overload",
        "@t.overload",
        "@typing.overload",
        "ifTYPE_CHECKING",
        "if__name__==.__main__.",
        "ift.TYPE_CHECKING",
        "iftyping.TYPE_CHECKING",
        "raiseNotImplementedError",
    ];
    let is_mark = |c: char| c.is_whitespace() || matches!(c, '\\' | '^' | '$' | '(' | ')' | '?');
    let plain: String = line.chars().filter(|c| !is_mark(*c)).collect();
    let plain = plain.trim_end_matches(':').replace(['"', '\''], ".");
    LINES.contains(&plain.as_str()) || plain == "pragma:nocover"
}

/// Whether a path holds nothing that belongs to the project, only files that tools and git leave
/// there.
fn is_housekeeping(path: &str) -> bool {
    const NAMES: [&str; 17] = [
        ".eggs",
        ".git",
        ".hg",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        ".yarn",
        "CVS",
        "__pycache__",
        "bower_components",
        "node_modules",
        "site-packages",
        "venv",
    ];
    let mut parts = path
        .split('/')
        .filter(|part| !matches!(*part, "" | "." | "*" | "**"));
    parts.next().is_none_or(|part| {
        let name = part.trim_matches(['^', '*', '$']).replace('\\', "");
        NAMES.contains(&name.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_text(kind: ListKind, text: &str) -> Vec<String> {
        let value = Value::Text(text.to_owned());
        items(kind, &Node { value, at: 0 })
    }

    #[test]
    fn texts_are_lists() {
        for (kind, text, expected) in [
            (
                ListKind::Codes,
                "E501, F4\n  W5 S1 # why",
                &["E501", "F4", "W5", "S1"][..],
            ),
            (ListKind::Names, "\na,\nb # c\nd e", &["a", "b", "d e"]),
            (
                ListKind::Paths,
                ".git,node_modules\n*/tests/*, .venv/",
                &["*/tests/*"],
            ),
            (
                ListKind::Lines,
                "\nif a, b:\n# pragma: no cover\n@(abc\\.)?abstractmethod\nif __name__ == .__main__.:\nif 0|raise NotImplementedError",
                &["if a, b:", "if 0|raise NotImplementedError"],
            ),
            (
                ListKind::Expressions,
                "(?x)(\n ^a/\n | b\\.py$\n)",
                &["^a/", "b\\.py$"],
            ),
            (ListKind::Errors, "error\nignore::X", &["error"]),
            (
                ListKind::CodesOfFiles,
                "a.py,b.py:E1,F2\nc.py: W",
                &["a.py: E1", "b.py: E1", "a.py: F2", "b.py: F2", "c.py: W"],
            ),
        ] {
            assert_eq!(of_text(kind, text), expected, "{text}");
        }
    }

    #[test]
    fn short_codes_stand_for_many() {
        for (entry, other, expected) in [
            ("E", "E501", true),
            ("E5", "E501", true),
            ("E501", "E", false),
            ("S", "SIM101", false),
            ("PL", "PLC0414", true),
            ("ALL", "B", true),
            ("TC", "TCH001", true),
        ] {
            assert_eq!(
                covers(ListKind::Codes, entry, other),
                expected,
                "{entry} {other}"
            );
        }
        assert!(covers(ListKind::CodesOfFiles, "a: E", "a: E1"));
        assert!(!covers(ListKind::CodesOfFiles, "a: E", "b: E1"));
        assert!(covers(ListKind::CodesOfFiles, "**/a.py: E", "src/a.py: E1"));
        assert!(!covers(
            ListKind::CodesOfFiles,
            "**/a.py: E",
            "src/aa.py: E1"
        ));
        assert!(!covers(ListKind::Names, "a", "ab"));
        assert!(covers(ListKind::Paths, "src/", "src/a"));
        assert!(covers(ListKind::Paths, "src", "src"));
        assert!(!covers(ListKind::Paths, "src/a", "src"));
        assert!(!covers(ListKind::Paths, "src", "srcs"));
    }
}
