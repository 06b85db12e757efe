//! Programs that the calling script makes from files of the tree: `cp a.sh x; sh x`, `cc -o x x.c && ./x`.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::calls::ShellCall;
use super::lead::{Lead, Line, at};
use super::programs::is_product;
use super::resolve::Resolver;
use super::tree::plain;
use crate::base::fault::Result;
use crate::tools::base_name;

/// Programs that copy files.
const COPIERS: [&str; 6] = ["cp", "install", "ln", "mv", "rsync", "tee"];

/// Programs that make one program from its sources.
const COMPILERS: [&str; 13] = [
    "c++", "c99", "cc", "clang", "clang++", "esbuild", "g++", "gcc", "ghc", "javac", "rustc",
    "tcc", "tsc",
];

/// Words after which a command begins.
const BEFORE_COMMANDS: [&str; 8] = ["!", "do", "else", "if", "sudo", "then", "time", "|"];

impl Resolver<'_, '_> {
    /// What a program leads to that the calling script makes, if it does.
    pub(super) fn made(&mut self, typed: &str, call: &ShellCall, line: &Line) -> Result<Lead> {
        let exists = self.files.file(&at(&call.dir, typed))?.is_some();
        let mut lead = Lead::default();
        for words in self.making(&line.text).iter() {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let Some(kind) = made_by(&words, typed, exists) else {
                continue;
            };
            // Into a directory, only what has its name.
            let is_named = words.iter().any(|word| base_name(word) == base_name(typed));
            let is_any = is_named || kind == Kind::Compiled;
            for word in words.iter().filter(|word| **word != typed) {
                for path in self.sources(word, typed, is_any, &call.dir)? {
                    let is_source = kind == Kind::Copied || !is_product(&path);
                    if is_source && let Some(file) = self.files.file(&path)? {
                        lead.give_up(&file, "another script is made from it");
                    }
                }
            }
        }
        Ok(lead)
    }

    /// The words of the commands in a script that may make a program. Of a long script, they are asked for
    /// once for each program that it calls.
    fn making(&mut self, text: &str) -> Rc<Vec<Vec<String>>> {
        if let Some(known) = self.making.get(text) {
            return Rc::clone(known);
        }
        let parts = text.split(['\n', ';', '&']).map(|part| {
            let spaced = part
                .replace('>', " > ")
                .replace('<', " < ")
                .replace('|', " | ");
            let words = spaced.split_whitespace();
            let words = words.map(|word| {
                word.trim_matches(['"', '\'', '@', '(', ')', '{', '}'])
                    .to_owned()
            });
            words.collect::<Vec<String>>()
        });
        let may_make = |words: &Vec<String>| {
            words.iter().any(|word| {
                let name = base_name(word);
                word == ">" || COPIERS.contains(&name) || COMPILERS.contains(&name)
            })
        };
        let found = Rc::new(parts.filter(may_make).collect());
        self.making.insert(text.to_owned(), Rc::clone(&found));
        found
    }

    /// The files that a word of a copying or compiling command stands for, as far as the program may be made
    /// from them.
    fn sources(
        &mut self,
        word: &str,
        typed: &str,
        is_any: bool,
        dir: &Path,
    ) -> Result<Vec<PathBuf>> {
        if word.starts_with('-') || word.contains('$') {
            return Ok(Vec::new());
        }
        let path = plain(&at(dir, word));
        if word.contains(['*', '?', '[']) {
            let found = self.files.matching(dir, word)?;
            let is_same = |path: &PathBuf| {
                path.file_name()
                    .is_some_and(|name| name == base_name(typed))
            };
            return Ok(found.into_iter().filter(is_same).collect());
        }
        if self.files.is_directory(&path)? {
            return Ok(vec![path.join(base_name(typed))]);
        }
        Ok(is_any.then_some(path).into_iter().collect())
    }
}

/// How a program is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Copied,
    Compiled,
}

/// How a command with these words makes a program; `None` if it does not. `exists`: whether the tree has
/// one of this name already.
fn made_by(words: &[&str], typed: &str, exists: bool) -> Option<Kind> {
    let name = base_name(typed);
    let is_target = |word: &str| {
        let word = word.trim_end_matches('/');
        let is_above = || {
            let rest = typed
                .trim_start_matches("./")
                .strip_prefix(word.trim_start_matches("./"));
            !word.is_empty() && rest.is_some_and(|rest| rest.starts_with('/'))
        };
        word == typed || !exists && (base_name(word) == name || is_above())
    };
    let mut at_command = true;
    let mut kind = None;
    for (at, word) in words.iter().enumerate() {
        if *word == ">" && words.get(at + 1).is_some_and(|word| is_target(word)) {
            return Some(Kind::Copied);
        }
        if at_command && COPIERS.contains(&base_name(word)) {
            kind = Some((at, Kind::Copied));
        } else if at_command && COMPILERS.contains(&base_name(word)) {
            kind = Some((at, Kind::Compiled));
        }
        at_command = BEFORE_COMMANDS.contains(word);
    }
    let (at, kind) = kind?;
    let after = &words[at + 1..];
    let stem = |word: &str| {
        base_name(word)
            .rsplit_once('.')
            .is_some_and(|(stem, _)| stem == name)
    };
    let is_made = match kind {
        Kind::Copied => after.iter().any(|word| is_target(word)),
        Kind::Compiled => {
            let joined = |word: &str| word.strip_prefix("-o").is_some_and(is_target);
            name == "a.out"
                || after
                    .iter()
                    .any(|word| is_target(word) || joined(word) || stem(word))
        }
    };
    is_made.then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_make_a_program() {
        for (command, typed, expected) in [
            ("cp a.sh x", "x", Some(Kind::Copied)),
            ("cp tools/*.sh build/", "build/x.sh", Some(Kind::Copied)),
            ("cp tools/x build/y", "y", Some(Kind::Copied)),
            ("cat a.sh > build/x", "build/x", Some(Kind::Copied)),
            (
                "cc -o build/ck tools/ck.c",
                "build/ck",
                Some(Kind::Compiled),
            ),
            ("gcc tools/ck.c", "./a.out", Some(Kind::Compiled)),
            ("rustc tools/ck.rs", "./ck", Some(Kind::Compiled)),
            ("npm install x", "x", None),
            ("cp a b", "x", None),
            ("echo x", "x", None),
        ] {
            let words: Vec<&str> = command.split(' ').collect();
            assert_eq!(made_by(&words, typed, false), expected, "{command}");
        }
    }
}
