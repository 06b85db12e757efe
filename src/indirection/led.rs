//! What a single call leads to: by its own words, by those of the programs that it starts, and by what it
//! reads.

use super::calls::ShellCall;
use super::handed::{handed_texts, reads_makefile, split_string};
use super::lead::{Lead, Line, TOP, at};
use super::patterns::is_shapeless;
use super::programs::{LoadVariables, hidden_library};
use super::resolve::Resolver;
use super::scripts::{self, ShellOptions, operand, shell_options};
use super::starters;
use super::{read_files, runners};
use crate::base::fault::Result;
use crate::commands::programs::{inner_script, without_launcher};
use crate::shell::Word;
use crate::tools::{base_name, program};

/// Files that an interactive or non-interactive shell runs first, by the variables that name them.
const BEFORE: [&str; 2] = ["BASH_ENV", "ENV"];

/// Commands of the shell that run none of their words.
const BUILTINS: [&str; 12] = [
    "[", "command", "echo", "export", "hash", "printf", "set", "test", "type", "unset", "which",
    "shift",
];

impl Resolver<'_, '_> {
    /// What a call leads to, and the words of the program that does so, without those that only start it.
    ///
    /// # Errors
    ///
    /// A file cannot be read.
    pub(super) fn led<'w>(
        &mut self,
        words: &'w [Word],
        call: &ShellCall,
        line: &Line,
    ) -> Result<(Option<Lead>, &'w [Word])> {
        let mut words = words;
        loop {
            if call.is_dir_known && moves(words) {
                let lost = ShellCall {
                    is_dir_known: false,
                    ..call.clone()
                };
                return self.led(words, &lost, line);
            }
            let texts: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
            let inner = inner_script(words);
            let lead = match inner {
                Some((script, errexit, pipefail)) => {
                    let is_other = |word: &&Word| !std::ptr::eq(*word, script);
                    let after = words.iter().skip_while(is_other);
                    let arguments = after.skip(2).map(|word| word.text.clone()).collect();
                    let inner = Line {
                        arguments,
                        errexit,
                        pipefail,
                        ..inside(&script.text, call, line)
                    };
                    let mut lead = self.scripts_of(&call.substituted, call, line)?;
                    lead.lines.push(inner);
                    Some(lead)
                }
                None => self.lead(&texts, call, line)?,
            };
            if let Some(mut lead) = lead {
                self.before(&texts, call, &mut lead)?;
                return Ok((Some(lead), words));
            }
            match passed_on(words).or_else(|| handed_on(words)) {
                Some(rest) if !rest.is_empty() => words = rest,
                _ => return Ok((None, words)),
            }
        }
    }

    fn lead(&mut self, words: &[String], call: &ShellCall, line: &Line) -> Result<Option<Lead>> {
        let Some((first, arguments)) = words.split_first() else {
            return Ok(None);
        };
        let texts: Vec<&str> = words.iter().map(String::as_str).collect();
        if call.is_substituted
            && let Some(lead) = read_files::lead(&texts, &call.dir, self.files)?
        {
            return Ok(Some(lead));
        }
        if let Some(lead) = self.by_text(words, call, line)? {
            return Ok(some(lead));
        }
        if let Some(lead) = self.by_starter(words, call, line)? {
            return Ok(Some(lead));
        }
        if reads_makefile(&texts) {
            let mut lead = self.scripts_of(&call.fed, call, line)?;
            let variables = LoadVariables::of(&call.words, &call.variables);
            let rest = runners::lead(&texts, &call.dir, &variables, self.files)?;
            lead.extend(rest.unwrap_or_default());
            return Ok(Some(lead));
        }
        if reads_script(&texts) {
            let mut fed = call.fed.clone();
            fed.extend(call.substituted.iter().cloned());
            return Ok(some(self.scripts_of(&fed, call, line)?));
        }
        let place = operand(&texts);
        if scripts::is_interpreter(first) && (place.is_none() || texts.contains(&"-")) {
            let mut lead = self.code(first, arguments, call)?;
            if lead != Lead::default() {
                let variables = LoadVariables::of(&call.words, &call.variables);
                let loaded = runners::lead(&texts, &call.dir, &variables, self.files)?;
                lead.extend(loaded.unwrap_or_default());
                return Ok(Some(lead));
            }
        }
        if let Some(place) = place
            && let Some(lead) = self.by_operand(words, place, call, line)?
        {
            return Ok(Some(lead));
        }
        let place = place.unwrap_or(0);
        let variables = LoadVariables::of(&call.words, &call.variables);
        let hidden = hidden_library(&texts, &call.dir, &variables, self.files)?;
        self.whole.extend(hidden);
        let Some(lead) = runners::lead(&texts, &call.dir, &variables, self.files)? else {
            let is_searched = !first.contains('/') && line.text.contains("PATH=");
            let is_path = first.starts_with('/') || is_searched;
            let made = is_path.then(|| self.made(first, call, line)).transpose()?;
            return Ok(made.and_then(some));
        };
        let mut lead = given(lead, words, place, call);
        if lead.lines.is_empty() && lead.unresolved.is_some() {
            lead.extend(self.made(&words[place], call, line)?);
        }
        self.listed(&words[place], call, &mut lead)?;
        if !call.is_dir_known {
            self.anywhere(&texts, call, &variables, &mut lead)?;
        }
        Ok(Some(lead))
    }

    /// Adds what a call would lead to in every directory in which it would run something.
    fn anywhere(
        &mut self,
        words: &[&str],
        call: &ShellCall,
        variables: &LoadVariables,
        lead: &mut Lead,
    ) -> Result<()> {
        for dir in self.files.matching(&call.dir, "**")? {
            let found = runners::lead(words, &dir, variables, self.files)?;
            let found = found.filter(|found| dir != call.dir && !found.lines.is_empty());
            if let Some(mut found) = found {
                lead.beside.append(&mut found.lines);
                lead.extend(found);
            }
        }
        Ok(())
    }

    /// What a call leads to that has scripts among its words.
    fn by_text(&mut self, words: &[String], call: &ShellCall, line: &Line) -> Result<Option<Lead>> {
        let Some((first, arguments)) = words.split_first() else {
            return Ok(None);
        };
        let mut lead = Lead::default();
        let mut add = |text: &str| lead.lines.push(inside(text, call, line));
        let mut arguments = arguments.iter().filter(|word| !word.starts_with('-'));
        match first.as_str() {
            "eval" => {
                let words: Vec<&str> = words[1..].iter().map(String::as_str).collect();
                let text = words.join(" ");
                if !is_shapeless(&text) {
                    add(&text);
                }
                lead.extend(self.scripts_of(&call.substituted, call, line)?);
            }
            "trap" => arguments.next().into_iter().for_each(|text| add(text)),
            "alias" => arguments
                .filter_map(|word| word.split_once('='))
                .for_each(|(_, text)| add(text)),
            _ => {
                let texts: Vec<&str> = words.iter().map(String::as_str).collect();
                let mut handed = handed_texts(&texts);
                handed.extend(split_string(&texts));
                if handed.is_empty() {
                    return Ok(None);
                }
                for text in &handed {
                    add(text);
                }
            }
        }
        Ok(Some(lead))
    }

    /// What a program starts with words from elsewhere.
    fn by_starter(
        &mut self,
        words: &[String],
        call: &ShellCall,
        line: &Line,
    ) -> Result<Option<Lead>> {
        let files = &mut *self.files;
        let mut read = |typed: &str| files.text(&at(&call.dir, typed)).ok().flatten();
        let Some(started) = starters::started(words, &call.fed, &mut read) else {
            return Ok(None);
        };
        let mut all = Lead::default();
        for command in started.commands {
            let words: Vec<Word> = command.into_iter().map(Word::of_text).collect();
            if let (Some(lead), _) = self.led(&words, call, line)? {
                all.extend(lead);
            }
        }
        if all == Lead::default() {
            return Ok(None);
        }
        for list in &started.lists {
            if let Some(file) = self.files.file(&at(&call.dir, list))? {
                all.count(&file);
            }
        }
        Ok(Some(all))
    }

    /// Adds the files that a shell runs before anything else.
    fn before(&mut self, words: &[String], call: &ShellCall, lead: &mut Lead) -> Result<()> {
        for name in BEFORE {
            let typed = call.words.iter().map(|word| word.text.as_str());
            let typed = typed.filter_map(|word| word.strip_prefix(name)?.strip_prefix('='));
            let values = call.variables.values(name).iter().map(String::as_str);
            let values: Vec<String> = typed.chain(values).map(str::to_owned).collect();
            for value in values.iter().filter(|value| !words.contains(value)) {
                for path in self.files.meant(&call.dir, value)?.files {
                    let typed = format!("{TOP}{}", path.display());
                    let options = ShellOptions::default();
                    let found = scripts::by_shell(&typed, options, &call.dir, self.files)?;
                    lead.extend(found.unwrap_or_default());
                }
            }
        }
        Ok(())
    }
}

/// A script in the words of a call, or in what it reads.
pub(super) fn inside(text: &str, call: &ShellCall, line: &Line) -> Line {
    Line {
        text: text.to_owned(),
        dir: call.dir.clone(),
        arguments: Vec::new(),
        variables: call.variables.inherit(),
        errexit: false,
        pipefail: false,
        is_ignored: false,
        ..line.clone()
    }
}

/// A lead with what the call gives to its scripts.
pub(super) fn given(mut lead: Lead, words: &[String], place: usize, call: &ShellCall) -> Lead {
    let is_script = |line: &&mut Line| line.script.is_some();
    for line in lead.lines.iter_mut().filter(is_script) {
        line.arguments = words.get(place + 1..).unwrap_or_default().to_vec();
        line.variables = call.variables.inherit();
    }
    if !call.is_dir_known {
        let why = "the directory is not known".to_owned();
        lead.unresolved.get_or_insert(why);
    }
    lead
}

fn some(lead: Lead) -> Option<Lead> {
    (lead != Lead::default()).then_some(lead)
}

/// Whether a shell reads its script, or what is sourced, from its standard input.
fn reads_script(words: &[&str]) -> bool {
    let Some((first, arguments)) = words.split_first() else {
        return false;
    };
    if matches!(*first, "." | "source") {
        return arguments.first().is_some_and(|path| is_stdin(path));
    }
    let options = shell_options(arguments);
    let script = options.script.map(|at| arguments[at]);
    scripts::is_shell(first) && !options.runs_no_file && script.is_none_or(is_stdin)
}

/// Whether a path stands for what a command reads.
fn is_stdin(typed: &str) -> bool {
    matches!(typed, "-" | "/dev/stdin" | "/dev/fd/0") || typed.starts_with("<(")
}

/// Whether `env` runs a command in another directory.
fn moves(words: &[Word]) -> bool {
    let mut texts = words.iter().map(|word| word.text.as_str());
    let is_env = texts.next().is_some_and(|first| base_name(first) == "env");
    is_env && texts.any(|word| word.starts_with("-C") || word.starts_with("--chdir"))
}

/// The call of a shell that an unknown program is given, as in `flock lock sh check.sh`.
fn handed_on(words: &[Word]) -> Option<&[Word]> {
    let name = base_name(&words.first()?.text);
    let is_known = program(name).is_some_and(|program| !program.reads_files());
    if BUILTINS.contains(&name) || is_known {
        return None;
    }
    let is_shell = |word: &Word| scripts::is_shell(&word.text);
    let place = words.iter().skip(1).position(is_shell)? + 1;
    let rest = &words[place..];
    (rest.len() > 1).then_some(rest)
}

/// The command that another one starts, if the other one does nothing else.
fn passed_on(words: &[Word]) -> Option<&[Word]> {
    const PASSED_ON: [&str; 11] = [
        "builtin", "coproc", "corepack", "doas", "dotenv", "entr", "kcov", "strace", "sudo",
        "watch", "xargs",
    ];
    /// Options that take the next word.
    const VALUED: [&str; 8] = ["-I", "-n", "-P", "-L", "-d", "-u", "-g", "-e"];
    let (first, mut rest) = words.split_first()?;
    if !PASSED_ON.contains(&base_name(&first.text)) {
        return without_launcher(words);
    }
    while let Some((option, after)) = rest.split_first() {
        if !option.text.starts_with('-') {
            break;
        }
        let skipped = usize::from(VALUED.contains(&option.text.as_str()));
        rest = after.get(skipped..).unwrap_or_default();
    }
    // The directory of its report.
    let skipped = usize::from(base_name(&first.text) == "kcov");
    rest.get(skipped..)
}
