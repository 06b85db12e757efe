//! What the words of a script become where it is known what their variables stand for.

use super::calls::Walk;
use super::lead::{TOP, at};
use super::tree::plain;
use super::variables::{expansions, fallback, named};
use crate::shell::{CommandKind, Word, parse, substitutions};
use crate::tools::base_name;

/// How many calls of one command, with different values of variables, are told apart.
const MOST_CALLS: usize = 64;

impl Walk<'_> {
    /// Every way in which words can be expanded.
    pub(super) fn all_expanded(&self, words: &[Word]) -> Vec<Vec<Word>> {
        let mut all = vec![Vec::new()];
        for word in words {
            let mut ways = self.expanded(word);
            ways.truncate((MOST_CALLS / all.len()).max(1));
            let longer = all.iter().flat_map(|words: &Vec<Word>| {
                let ways = ways.iter();
                ways.map(|way| words.iter().chain(way).cloned().collect())
            });
            all = longer.collect();
        }
        all
    }

    /// A word with the known values in place of variables, in each way; without quotes, it can become
    /// several words, as in a shell.
    pub(super) fn expanded(&self, word: &Word) -> Vec<Vec<Word>> {
        let one = |text: &str| Word {
            text: text.to_owned(),
            ..word.clone()
        };
        if matches!(word.text.as_str(), "$@" | "${@}" | "$*" | "${*}") {
            return vec![self.arguments.iter().map(|text| one(text)).collect()];
        }
        if word.is_literal {
            return vec![vec![word.clone()]];
        }
        let ways = self.expand(&word.text).into_iter().map(|text| {
            let is_split = (!word.quoted || is_list(&word.text))
                && text != word.text
                && !text.contains(['$', '`']);
            if is_split {
                text.split_whitespace().map(one).collect()
            } else {
                vec![one(&text)]
            }
        });
        ways.collect()
    }

    /// The value of a word, if everything in it is known and it has only one.
    pub(super) fn single(&self, text: &str) -> Option<String> {
        let mut values = self.expand(text);
        let value = values.pop()?;
        (values.is_empty() && !value.contains(['$', '`'])).then_some(value)
    }

    /// Every text that a word can become.
    fn expand(&self, text: &str) -> Vec<String> {
        expansions(text, |typed| self.values(typed))
    }

    /// The values of an expansion, as it is typed; empty if they are not known.
    fn values(&self, typed: &str) -> Vec<String> {
        if let [script] = substitutions(typed).as_slice()
            && (typed.starts_with("$(") || typed.starts_with('`'))
        {
            return self.printed(script).into_iter().collect();
        }
        let Some((name, rest)) = named(typed) else {
            return Vec::new();
        };
        let file = self.file.as_deref();
        let known = match (name, rest) {
            ("0", "") | ("BASH_SOURCE", "" | "[0]") => Some(file.map(str::to_owned)),
            ("0", "%/*") | ("BASH_SOURCE", "%/*" | "[0]%/*") => {
                Some(file.map(|file| parent(file).to_owned()))
            }
            ("PWD", "") => Some(self.here()),
            _ => None,
        };
        if let Some(known) = known {
            return known.into_iter().collect();
        }
        let mut values = match name {
            number if number.bytes().all(|byte| byte.is_ascii_digit()) => self.argument(number),
            name => self.variables.values(name).to_vec(),
        };
        match fallback(rest) {
            // What is inherited may not be exported.
            Some(fallback) if values.is_empty() || !self.variables.is_own(name) => {
                values.extend(self.expand(fallback));
            }
            // A part of the value.
            None if !rest.is_empty() && !rest.starts_with('[') => values.clear(),
            _ => {}
        }
        values
    }

    /// The values of a positional parameter.
    fn argument(&self, number: &str) -> Vec<String> {
        let place = number
            .parse::<usize>()
            .ok()
            .and_then(|at| at.checked_sub(1));
        let first = place.and_then(|at| self.arguments.get(at));
        let mut values: Vec<String> = first.into_iter().cloned().collect();
        values.extend(self.variables.values(number).iter().cloned());
        if values.is_empty() {
            values.push(String::new());
        }
        values
    }

    fn here(&self) -> Option<String> {
        let dir = self.shell.dir.display();
        self.shell.is_dir_known.then(|| format!("{TOP}{dir}"))
    }

    /// What a script prints, if it only prints a directory.
    fn printed(&self, script: &str) -> Option<String> {
        let script = parse(script).ok()?;
        let mut place: Option<String> = None;
        for step in &script.steps {
            let pipelines = step.rest.iter().map(|(_, pipeline)| pipeline);
            for pipeline in std::iter::once(&step.first).chain(pipelines) {
                let [command] = pipeline.commands.as_slice() else {
                    return None;
                };
                let CommandKind::Simple(simple) = &command.kind else {
                    return None;
                };
                let words: Vec<&str> = simple.words.iter().map(|w| w.text.as_str()).collect();
                let words: Vec<&str> = words.into_iter().filter(|word| *word != "--").collect();
                place = Some(match words.as_slice() {
                    ["git", "rev-parse", "--show-toplevel"] => TOP.to_owned(),
                    ["cd", .., target] => {
                        let dir = at(&self.shell.dir, &self.single(target)?);
                        format!("{TOP}{}", plain(&dir).display())
                    }
                    ["pwd", ..] => place.or_else(|| self.here())?,
                    ["dirname", path] => {
                        let path = self.single(path)?;
                        parent(&path).to_owned()
                    }
                    [name, .., path] if matches!(base_name(name), "realpath" | "readlink") => {
                        self.single(path)?
                    }
                    _ => return None,
                });
            }
        }
        place
    }
}

/// Whether a word stands for all of an array, each value a word.
fn is_list(typed: &str) -> bool {
    typed.starts_with("${") && typed.ends_with("[@]}")
}

/// A path without its last part.
fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(at) if path[..at].len() < TOP.len() && path.starts_with(TOP) => TOP,
        Some(at) => &path[..at],
        None => ".",
    }
}
