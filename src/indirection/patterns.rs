//! The files that a path may mean in which parts are patterns, or are not known.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

use super::lead::{Lead, TOP, at};
use super::tree::{Files, Found};
use crate::base::fault::Result;
use crate::shell::expansion_length;

/// Files that a path may mean.
#[derive(Debug, Default)]
pub(super) struct Meant {
    /// The files, relative to the top.
    pub(super) files: Vec<PathBuf>,
    /// The links on the way, and submodules, whose content is not known.
    pub(super) passed: Lead,
}

/// Whether a path has a pattern in it, or a part that is not known.
pub(super) fn is_open(typed: &str) -> bool {
    is_unknown(typed) || is_pattern(typed)
}

/// Whether a part of a path is not known.
pub(super) fn is_unknown(typed: &str) -> bool {
    typed.contains(['$', '`'])
}

/// Whether nothing of a path is known that tells files apart.
pub(super) fn is_shapeless(typed: &str) -> bool {
    let (pattern, _) = without_unknown(typed);
    !pattern.contains(|c: char| c.is_alphanumeric())
}

fn is_pattern(typed: &str) -> bool {
    typed.contains(['*', '?', '[']) || typed.contains('{') && typed.contains(',')
}

/// A path with `*` in place of what is not known, and whether there is such a part.
fn without_unknown(typed: &str) -> (String, bool) {
    let mut pattern = String::new();
    let mut rest = typed;
    while let Some(at) = rest.find(['$', '`']) {
        let length = expansion_length(&rest[at..]).unwrap_or(rest.len() - at);
        pattern.push_str(&rest[..at]);
        pattern.push('*');
        rest = &rest[at + length..];
    }
    pattern.push_str(rest);
    (pattern, rest.len() != typed.len())
}

impl Files<'_> {
    /// The files that a path may mean that is typed in a directory.
    ///
    /// # Errors
    ///
    /// The tree cannot be read.
    pub(super) fn meant(&mut self, dir: &Path, typed: &str) -> Result<Meant> {
        let (mut pattern, is_unknown) = without_unknown(typed);
        // What begins with something unknown can be anywhere.
        let (base, below) = match pattern.strip_prefix("*/") {
            Some(rest) if is_unknown && typed.starts_with(['$', '`']) => {
                pattern = format!("**/{rest}");
                (PathBuf::new(), pattern.as_str())
            }
            _ => match pattern.strip_prefix(TOP) {
                Some(below) => (PathBuf::new(), below),
                None => (dir.to_owned(), pattern.as_str()),
            },
        };
        if below.starts_with('/') {
            return Ok(Meant::default());
        }
        let parts: Vec<&str> = below.split('/').filter(|part| *part != ".").collect();
        let literal = parts.iter().take_while(|part| !is_pattern(part)).count();
        let start = at(&base, &parts[..literal].join("/"));
        let rest = parts[literal..].join("/");
        let mut meant = Meant::default();
        match self.find(&start)? {
            Found::Nothing => {}
            Found::File(file) => {
                meant.passed.way(&file.links);
                meant.files.push(file.path);
            }
            Found::Other(place) => {
                meant.passed.closed(&place);
            }
            Found::Directory(place) => {
                meant.passed.way(&place.links);
                let Some(glob) = matcher(&rest, is_unknown) else {
                    return Ok(meant);
                };
                for path in self.inside(&place.path)? {
                    let inside = path.strip_prefix(&place.path).unwrap_or(&path);
                    if glob.is_match(inside) {
                        meant.files.push(path);
                    }
                }
            }
        }
        Ok(meant)
    }
}

/// What is not known may be several parts of a path; `*` is one.
fn matcher(pattern: &str, is_unknown: bool) -> Option<GlobMatcher> {
    let mut builder = GlobBuilder::new(pattern);
    builder.literal_separator(!is_unknown);
    Some(builder.build().ok()?.compile_matcher())
}
