//! Scripts that a shell or an interpreter reads from its standard input, or has in its words.

use super::calls::ShellCall;
use super::candidates::{MOST, paths_in};
use super::fed::{Fed, printed_text};
use super::lead::{Lead, Line, TOP, at};
use super::led::inside;
use super::patterns::is_shapeless;
use super::resolve::Resolver;
use super::scripts::{self, ShellOptions};
use super::tree::plain;
use crate::base::fault::Result;
use crate::tools::base_name;

impl Resolver<'_, '_> {
    /// Texts and files that a shell reads as a script.
    pub(super) fn scripts_of(
        &mut self,
        fed: &[Fed],
        call: &ShellCall,
        line: &Line,
    ) -> Result<Lead> {
        let mut lead = Lead::default();
        for fed in fed {
            let words = match fed {
                Fed::Text(text) => {
                    lead.lines.push(inside(text, call, line));
                    continue;
                }
                Fed::Output(words) => words,
            };
            if let Some(text) = printed_text(words) {
                lead.lines.push(inside(&text, call, line));
                continue;
            }
            let arguments = words.iter().skip(1).filter(|word| !word.starts_with('-'));
            for typed in arguments {
                if is_shapeless(typed) {
                    continue;
                }
                // git names a file of a commit so.
                let typed = typed.rsplit(':').next().unwrap_or(typed);
                let meant = self.files.meant(&call.dir, typed)?;
                lead.extend(meant.passed);
                for path in meant.files.iter().take(MOST) {
                    let typed = format!("{TOP}{}", path.display());
                    let options = ShellOptions::default();
                    let found = scripts::by_shell(&typed, options, &call.dir, self.files)?;
                    lead.extend(found.unwrap_or_default());
                    if let Some(program) = words.first().filter(|name| !prints_as_it_is(name)) {
                        let why = format!("what {program} prints is not known");
                        lead.unresolved.get_or_insert(why);
                    }
                }
            }
        }
        Ok(lead)
    }

    /// The scripts that code in the words of an interpreter, or in what it reads, names.
    pub(super) fn code(
        &mut self,
        name: &str,
        arguments: &[String],
        call: &ShellCall,
    ) -> Result<Lead> {
        let mut lead = Lead::default();
        let (in_words, ends) = code_of(base_name(name));
        let place = arguments
            .iter()
            .position(|word| in_words.contains(&word.as_str()));
        let is_read = arguments.iter().all(|word| word == "-" || is_plain(word));
        let mut texts: Vec<&str> = place
            .and_then(|place| arguments.get(place + 1))
            .map(String::as_str)
            .into_iter()
            .collect();
        let read = call.fed.iter().filter(|_| is_read);
        for fed in read.chain(call.substituted.iter().filter(|_| place.is_some())) {
            match fed {
                Fed::Text(text) => texts.push(text),
                Fed::Output(words) => texts.extend(words.iter().skip(1).map(String::as_str)),
            }
        }
        for typed in texts.iter().flat_map(|text| paths_in(text)) {
            for end in ends {
                let path = plain(&at(&call.dir, &format!("{typed}{end}")));
                if self.is_script(&path, true)?
                    && let Some(file) = self.files.file(&path)?
                {
                    lead.give_up(&file, "it is named by code that gatekeeper does not read");
                }
            }
        }
        Ok(lead)
    }
}

/// The options of an interpreter that are followed by code, and what it may add to the names of files.
fn code_of(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        "node" | "bun" | "tsx" => (
            &["-e", "--eval", "-p", "--print", "-pe"],
            &["", ".js", ".cjs", ".mjs"],
        ),
        "ruby" => (&["-e"], &["", ".rb"]),
        "php" => (&["-r"], &[""]),
        name if name.starts_with("python") => (&["-c"], &[""]),
        _ => (&["-e", "-E", "-c"], &[""]),
    }
}

/// Whether a word is an option that leaves an interpreter to read its script.
fn is_plain(word: &str) -> bool {
    word.starts_with('-') && !scripts::is_code_or_check(word)
}
/// Whether a program prints a file as the tree has it.
fn prints_as_it_is(program: &str) -> bool {
    matches!(base_name(program), "cat" | "git" | "tee")
}
