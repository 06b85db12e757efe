//! Finds the places in files that a tool's output mentions, whatever the tool.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

use crate::base::text::{clean_line, show_path};
use crate::event::Output;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutputPlace {
    /// Relative to the top of the work tree.
    pub(super) path: PathBuf,
    /// Counted from 1, if the tool named it.
    pub(super) line: Option<u32>,
    /// Counted as the tool counts, if it named it.
    pub(super) column: Option<u32>,
}

impl OutputPlace {
    /// The place as people see it: `src/a.py:3:5`.
    #[must_use]
    pub(super) fn shown(&self) -> String {
        let mut shown = show_path(&self.path);
        for number in [self.line, self.column].into_iter().flatten() {
            let _ = write!(shown, ":{number}");
        }
        shown
    }
}

/// How many places are looked for.
const MAX_PLACES: usize = 50;

/// How many words are looked up in the file system, so that endless output costs little.
const MAX_LOOKUPS: usize = 2000;

/// The longest part of a line that is searched, in bytes.
const LONGEST_LINE: usize = 8 << 10;

/// How many paths with odd names are looked for.
const MAX_ODD: usize = 200;

/// Directories of third-party code, which tools mention in their traces.
const FOREIGN: [&str; 6] = [
    ".venv",
    "venv",
    "node_modules",
    "site-packages",
    "target",
    ".git",
];

/// Which files a place can be in.
pub(super) struct Files<'a> {
    /// The top of the work tree.
    pub(super) top: &'a Path,
    /// The directory that the tool ran in, relative to the top.
    pub(super) dir: &'a Path,
    /// Paths that are recognised even if they hold blanks or punctuation.
    pub(super) known: &'a [PathBuf],
    /// Places in these come before all others. Sorted.
    pub(super) first: &'a [PathBuf],
}

/// The places that the output mentions, in its order, each once.
pub(super) fn find(output: &Output, files: &Files<'_>) -> Vec<OutputPlace> {
    let mut places: Vec<OutputPlace> = Vec::new();
    let mut looked_up = HashMap::new();
    let odd = odd_names(files);
    let parts = [&output.head, &output.tail];
    let lines = parts
        .iter()
        .flat_map(|part| part.split(|byte| *byte == b'\n'));
    for line in lines {
        let mut line = clean_line(&line[..line.len().min(LONGEST_LINE)]);
        take_out_odd(&mut line, &odd, &mut places);
        find_in_words(&line, files, &mut looked_up, &mut places);
        if places.len() >= MAX_PLACES {
            break;
        }
    }
    places.sort_by_key(|place| files.first.binary_search(&place.path).is_err());
    places
}

/// Finds paths with odd names, and takes them out of the line, so that no part of one is taken
/// for another file.
fn take_out_odd(line: &mut String, odd: &[(String, PathBuf)], places: &mut Vec<OutputPlace>) {
    for (name, path) in odd {
        while let Some(at) = line.find(name.as_str()) {
            let rest = line.split_off(at).split_off(name.len());
            let at = match numbers(&rest) {
                (None, _) => (spelled_line(&rest), None),
                numbers => numbers,
            };
            let path = path.clone();
            add(places, path, at);
            line.push(' ');
            line.push_str(&rest);
        }
    }
}

/// Finds words that are files of the work tree.
fn find_in_words(
    line: &str,
    files: &Files<'_>,
    looked_up: &mut HashMap<String, Option<PathBuf>>,
    places: &mut Vec<OutputPlace>,
) {
    let words: Vec<&str> = line.split_whitespace().collect();
    for (index, word) in words.iter().enumerate() {
        let Some((name, rest)) = split(word) else {
            continue;
        };
        if looked_up.len() >= MAX_LOOKUPS && !looked_up.contains_key(name) {
            continue;
        }
        let path = looked_up
            .entry(name.to_owned())
            .or_insert_with(|| look_up(name, files.top, files.dir));
        let Some(path) = path.clone() else {
            continue;
        };
        let at = match numbers(rest) {
            // Python: `File "x.py", line 6`
            (None, _) if words.get(index + 1) == Some(&"line") => {
                (words.get(index + 2).and_then(|word| numbers(word).0), None)
            }
            numbers => numbers,
        };
        add(places, path, at);
    }
}

/// Known paths that cannot be recognised by splitting the text into words, in the forms in which a
/// tool can name them, longest first.
fn odd_names(files: &Files<'_>) -> Vec<(String, PathBuf)> {
    let is_odd =
        |name: &str| name.contains(|c: char| c.is_whitespace() || "\"'`,;<>[]{}():".contains(c));
    let mut names: Vec<(String, PathBuf)> = files
        .known
        .iter()
        .filter_map(|path| Some((path.to_str()?, path)))
        .filter(|(name, _)| is_odd(name))
        .take(MAX_ODD)
        .flat_map(|(name, path)| {
            let below = path.strip_prefix(files.dir).ok().and_then(Path::to_str);
            [Some(name), below].map(|name| Some((name?.to_owned(), path.clone())))
        })
        .flatten()
        .collect();
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    names.dedup();
    names
}

/// Adds a place, unless it says no more than a known one: a place without a line adds nothing to
/// one with a line in the same file.
fn add(places: &mut Vec<OutputPlace>, path: PathBuf, (line, column): (Option<u32>, Option<u32>)) {
    let place = OutputPlace { path, line, column };
    let same_file = |other: &OutputPlace| other.path == place.path;
    if place.line.is_none() && places.iter().any(same_file) {
        return;
    }
    if place.line.is_some() {
        places.retain(|other| !(other.path == place.path && other.line.is_none()));
    }
    let same_line = |other: &OutputPlace| same_file(other) && other.line == place.line;
    if !places.iter().any(same_line) {
        places.push(place);
    }
}

/// Takes a word apart into what may be a path and what follows it: `path:3:5:`, `path(3,5):`,
/// `path::test`, `path`.
fn split(word: &str) -> Option<(&str, &str)> {
    let word = word.trim_matches(|c| "\"'`,;<>[]{}".contains(c));
    let word = word.trim_end_matches([':', '.']);
    let (name, rest) = match word.find([':', '(']) {
        Some(0) | None => (word, ""),
        Some(end) => word.split_at(end),
    };
    let is_path = name.contains(['.', '/']) && !name.starts_with('-') && name.len() <= 4096;
    is_path.then_some((name, rest))
}

/// The line number after a path in Python's format: `", line 6`.
fn spelled_line(rest: &str) -> Option<u32> {
    let mut words = rest.trim_start_matches(['"', '\'', ',']).split_whitespace();
    let number = words
        .next()
        .filter(|word| *word == "line")
        .and_then(|_| words.next())?;
    numbers(number).0
}

/// Line and column directly after a path: `:3:5`, `(3,5)`, `:3`.
fn numbers(rest: &str) -> (Option<u32>, Option<u32>) {
    let mut numbers = rest
        .split([':', '(', ')', ','])
        .skip_while(|part| part.is_empty())
        .map_while(|part| part.parse::<u32>().ok());
    (numbers.next(), numbers.next())
}

/// The file of the work tree that a name in the output refers to.
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
        let paths: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
        let files = Files {
            top: top.path(),
            dir: Path::new("web"),
            known: &paths,
            first: &["src/b.py".into()],
        };
        let places = find(&output, &files);
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
        let files = [
            "src/a.py",
            "src/b.py",
            "web/x.ts",
            ".venv/lib/p.py",
            "my src/a.py",
            "web/$(x).ts",
            "a:3:b.py",
        ];
        let cases: [(&str, &[&str]); 16] = [
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
            ("File \"src/a.py\", line 6, in x", &["src/a.py:6"]),
            ("File \"my src/a.py\", line 6", &["my src/a.py:6"]),
            ("my src/a.py:1:8: F401", &["my src/a.py:1:8"]),
            ("$(x).ts(3,5): no", &["web/$(x).ts:3:5"]),
            ("a:3:b.py:7: no", &["a:3:b.py:7"]),
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
