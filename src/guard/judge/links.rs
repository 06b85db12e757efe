//! Names that the script itself gives to files: links that it makes, and the texts that it writes, copies and moves.

use std::path::Path;

use super::state::{Link, Walk};
use crate::guard::paths::parts;
use crate::tools::base_name;

/// How many links are followed one after the other.
const LONGEST_CHAIN: usize = 8;

impl Walk<'_> {
    /// The names in a path, with the links of the script followed. The last name is followed only if the file behind it
    /// is meant, and not the link itself.
    pub(super) fn led(&self, path: &str, follows_last: bool) -> Vec<String> {
        let mut names = parts(path, &self.state.dir);
        for _ in 0..LONGEST_CHAIN {
            let leads = |(place, _): &&Link| {
                let is_below = names.len() > place.len() || follows_last;
                is_below && names.starts_with(place)
            };
            let Some((place, target)) = self.state.links.iter().rev().find(leads) else {
                break;
            };
            names = [target, &names[place.len()..]].concat();
        }
        names
    }

    /// Remembers the links that `ln`, `cp -s` or `mount --bind` makes.
    pub(super) fn note_links(&mut self, name: &str, arguments: &[String]) {
        let has = |short: &[char], long: &[&str]| {
            arguments.iter().any(|word| {
                let letters = word.strip_prefix('-').filter(|word| !word.starts_with('-'));
                letters.is_some_and(|letters| letters.contains(short))
                    || long.contains(&word.as_str())
            })
        };
        let (is_relative, is_hard) = match name {
            "ln" => (has(&['r'], &["--relative"]), !has(&['s'], &["--symbolic"])),
            "cp" if has(&['l', 's'], &["--link", "--symbolic-link"]) => (true, true),
            "mount" if has(&['B'], &["--bind", "--rbind", "bind"]) => (true, true),
            _ => return,
        };
        let mut paths: Vec<&String> = arguments
            .iter()
            .filter(|word| !word.starts_with('-'))
            .collect();
        if name == "mount" {
            paths.retain(|word| *word != "bind");
        }
        let (Some(from), to) = (paths.first(), paths.get(1)) else {
            return;
        };
        let to = to.map_or(".", |to| to.as_str());
        // If it is a directory, the link is in there.
        for place in [to.to_owned(), format!("{to}/{}", base_name(from))] {
            let place = self.led(&place, false);
            let target = if is_relative || is_hard {
                self.led(from, true)
            } else {
                let above = place[..place.len().saturating_sub(1)].join("/");
                let above = above.replace("//", "/");
                parts(from, Path::new(&above))
            };
            if !place.is_empty() && place != target {
                self.state.links.push((place, target));
            }
        }
    }

    /// The name under which the text of a file is remembered.
    fn text_key(&self, file: &str) -> String {
        self.led(file, true).join("/")
    }

    /// The text of a file that the script itself has written.
    pub(super) fn written_text(&self, file: &str) -> Option<&String> {
        self.state.written.get(&self.text_key(file))
    }

    /// Remembers what is written to a file. Whether it was appended is not known, so it counts as if it was.
    pub(super) fn note_text(&mut self, file: &str, text: &str) {
        let written = self.state.written.entry(self.text_key(file)).or_default();
        if !written.is_empty() && !written.ends_with('\n') {
            written.push('\n');
        }
        written.push_str(text);
        self.startup_text(file, text);
    }

    /// Remembers the text that a copy has of a file which the script has written, and what a program makes of one in place.
    pub(super) fn note_copies(&mut self, name: &str, arguments: &[String], input: Option<&str>) {
        let plain: Vec<&String> = arguments
            .iter()
            .filter(|word| !word.starts_with('-'))
            .collect();
        match (name, plain.as_slice()) {
            ("cp" | "mv" | "install" | "rsync", [from, .., to]) => {
                let is_input = matches!(from.as_str(), "/dev/stdin" | "/dev/fd/0");
                let text = match input {
                    Some(input) if is_input => Some(input.to_owned()),
                    _ => self.written_text(from).cloned(),
                };
                if let Some(text) = text {
                    self.note_text(to, &text);
                    self.note_text(&format!("{to}/{}", base_name(from)), &text);
                }
            }
            ("sed" | "gsed" | "perl", _) => {
                let is_in_place = |word: &String| {
                    word.starts_with("-i")
                        || word.starts_with("--in-place")
                        || word.starts_with("-pi")
                };
                if !arguments.iter().any(is_in_place) {
                    return;
                }
                for file in plain {
                    let text = self.written_text(file);
                    let changed = text.map(|text| super::filters::substituted(arguments, text));
                    if let Some(changed) = changed {
                        self.note_text(file, &changed);
                    }
                }
            }
            ("dd", _) => {
                let of = arguments.iter().find_map(|word| word.strip_prefix("of="));
                if let (Some(file), Some(text)) = (of, input) {
                    self.note_text(file, text);
                }
            }
            _ => {}
        }
    }
}
