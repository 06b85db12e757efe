//! Finds the places in files that a tool's output speaks of, whatever the tool.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use crate::event::Output;
use crate::text::clean_line;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Relative to the top of the work tree.
    pub(super) path: PathBuf,
    /// Counted from 1, if the tool said.
    pub(super) line: Option<u32>,
    /// Counted as the tool counts, if it said.
    pub(super) column: Option<u32>,
}

/// How many places are looked for.
const MAX_PLACES: usize = 50;

/// How many words are looked up in the file system, so that endless output costs little.
const MAX_LOOKUPS: usize = 2000;

/// Folders of other people's code, which tools mention in their traces.
const FOREIGN: [&str; 6] = [
    ".venv",
    "venv",
    "node_modules",
    "site-packages",
    "target",
    ".git",
];

/// The places that the output speaks of, in its order, each once. Relative paths in it are meant
/// from `dir`, or from `top`. A file of `preferred` (what changed) comes before the others.
pub(super) fn find(output: &Output, top: &Path, dir: &Path, preferred: &[PathBuf]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    let mut known: HashMap<String, Option<PathBuf>> = HashMap::new();
    let lines = [&output.head, &output.tail];
    for line in lines
        .iter()
        .flat_map(|part| part.split(|byte| *byte == b'\n'))
    {
        let line = clean_line(line);
        for word in line.split_whitespace() {
            let Some((name, row, column)) = split(word) else {
                continue;
            };
            if known.len() >= MAX_LOOKUPS && !known.contains_key(name) {
                continue;
            }
            let path = known
                .entry(name.to_owned())
                .or_insert_with(|| look_up(name, top, dir))
                .clone();
            let Some(path) = path else {
                continue;
            };
            let place = Place {
                path,
                line: row,
                column,
            };
            add(&mut places, place);
        }
        if places.len() >= MAX_PLACES {
            break;
        }
    }
    places.sort_by_key(|place| !preferred.contains(&place.path));
    places
}

/// A place without a line adds nothing to one in the same file with a line.
fn add(places: &mut Vec<Place>, place: Place) {
    let same_file = |other: &Place| other.path == place.path;
    if place.line.is_none() && places.iter().any(same_file) {
        return;
    }
    if place.line.is_some() {
        places.retain(|other| !(other.path == place.path && other.line.is_none()));
    }
    let same_line = |other: &Place| same_file(other) && other.line == place.line;
    if !places.iter().any(same_line) {
        places.push(place);
    }
}

/// Takes a word apart: `path:3:5:`, `path:3`, `path(3,5):`, `path::test`, `path`.
fn split(word: &str) -> Option<(&str, Option<u32>, Option<u32>)> {
    let word = word.trim_matches(|c| "\"'`,;<>[]{}".contains(c));
    let word = word.trim_end_matches([':', '.']);
    let (name, rest) = match word.find([':', '(']) {
        Some(0) | None => (word, ""),
        Some(end) => word.split_at(end),
    };
    if !name.contains(['.', '/']) || name.starts_with('-') || name.len() > 4096 {
        return None;
    }
    let mut numbers = rest
        .split([':', '(', ')', ','])
        .filter(|part| !part.is_empty())
        .map_while(|part| part.parse::<u32>().ok());
    Some((name, numbers.next(), numbers.next()))
}

/// The file of the work tree that a name in the output means.
fn look_up(name: &str, top: &Path, dir: &Path) -> Option<PathBuf> {
    let candidates = [top.join(dir).join(name), top.join(name)];
    candidates.iter().find_map(|candidate| {
        let relative = normal(candidate.strip_prefix(top).ok()?)?;
        let foreign = |part: &str| FOREIGN.contains(&part);
        let is_foreign = relative
            .iter()
            .filter_map(|part| part.to_str())
            .any(foreign);
        (!is_foreign && candidate.is_file()).then_some(relative)
    })
}

/// The path without `.` and `..`; `None` if it leaves the top.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::Normal(part) => normal.push(part),
            Component::ParentDir => {
                if !normal.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(output: &str, files: &[&str]) -> Vec<String> {
        let top = tempfile::tempdir().unwrap();
        for file in files {
            let path = top.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let output = Output {
            head: output
                .replace("TOP", top.path().to_str().unwrap())
                .into_bytes(),
            ..Output::default()
        };
        let places = find(&output, top.path(), Path::new("web"), &["src/b.py".into()]);
        places
            .iter()
            .map(|place| {
                let part = |n: Option<u32>| n.map_or(String::new(), |n| format!(":{n}"));
                format!(
                    "{}{}{}",
                    place.path.display(),
                    part(place.line),
                    part(place.column)
                )
            })
            .collect()
    }

    #[test]
    fn places_are_found_in_the_output_of_well_known_tools() {
        let files = ["src/a.py", "src/b.py", "web/x.ts", ".venv/lib/p.py"];
        let cases: [(&str, &[&str]); 11] = [
            ("src/a.py:10: error: no", &["src/a.py:10"]),
            ("F401 x\n --> src/a.py:1:8\n", &["src/a.py:1:8"]),
            ("Location: ./src/a.py:5:0", &["src/a.py:5:0"]),
            ("Would reformat: src/a.py", &["src/a.py"]),
            ("would reformat TOP/src/a.py", &["src/a.py"]),
            ("x.ts(3,5): error TS1", &["web/x.ts:3:5"]),
            ("FAILED src/a.py::test - src/a.py:7: no", &["src/a.py:7"]),
            ("Diff in TOP/src/a.py:3:", &["src/a.py:3"]),
            ("src/a.py:1 src/b.py:2", &["src/b.py:2", "src/a.py:1"]),
            (".venv/lib/p.py:3: in x ../../etc/passwd:1 e.g. 1.5", &[]),
            (
                "\u{1b}[1msrc/a.py\u{1b}[0m:\u{1b}[32m4\u{1b}[0m",
                &["src/a.py:4"],
            ),
        ];
        for (output, expected) in cases {
            assert_eq!(shown(output, &files), expected, "{output}");
        }
    }
}
