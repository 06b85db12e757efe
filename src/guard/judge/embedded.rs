//! Programs that run commands which stand in their options or in what they read: recipes of make, `e` of sed, `!` of
//! editors, keys that are sent to a terminal, jobs for later.

use super::filters::substitution;
use super::state::{Surroundings, Walk};

/// The names under which make finds its file.
const MAKEFILES: [&str; 3] = ["GNUmakefile", "makefile", "Makefile"];

/// Options that hold a command: the program, and the option. An option whose value stands in the next word
/// ends with neither `=` nor `:`.
const COMMAND_OPTIONS: [(&str, &str); 12] = [
    ("socat", "EXEC:"),
    ("socat", "SYSTEM:"),
    ("tar", "--checkpoint-action=exec="),
    ("tar", "--to-command="),
    ("tar", "--use-compress-program="),
    ("rsync", "--rsh="),
    ("rsync", "-e"),
    ("man", "-P"),
    ("gdb", "-ex"),
    ("lldb", "-o"),
    ("entr", "-s"),
    ("nodemon", "--exec"),
];

impl Walk<'_> {
    /// Judges the commands that are embedded in a call of a program.
    pub(super) fn embedded(&mut self, name: &str, arguments: &[String], around: &Surroundings) {
        let inner = Surroundings {
            input: None,
            ..around.clone()
        };
        for script in self.scripts_of(name, arguments, around.input.as_deref()) {
            self.script(&script, &inner);
        }
    }

    /// `npm pkg set scripts.NAME=SCRIPT`, and `npm run NAME` of what the script itself has set so.
    pub(super) fn package_scripts(
        &mut self,
        name: &str,
        arguments: &[String],
        around: &Surroundings,
    ) {
        if !matches!(name, "npm" | "yarn" | "pnpm" | "bun") {
            return;
        }
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["pkg", "set", settings @ ..] => {
                for setting in settings {
                    let script = setting
                        .strip_prefix("scripts.")
                        .and_then(|rest| rest.split_once('='));
                    if let Some((name, script)) = script {
                        self.note_text(&format!("package.json/{name}"), script);
                    }
                }
            }
            ["set-script", name, script] => self.note_text(&format!("package.json/{name}"), script),
            ["run" | "run-script", name, ..]
            | [name @ ("start" | "test" | "stop"), ..]
            | [name] => {
                if let Some(script) = self.written_text(&format!("package.json/{name}")).cloned() {
                    let inner = Surroundings {
                        input: None,
                        ..around.clone()
                    };
                    self.script(&script, &inner);
                }
            }
            _ => {}
        }
    }

    fn scripts_of(&self, name: &str, arguments: &[String], input: Option<&str>) -> Vec<String> {
        let mut found = in_options(name, arguments);
        match name {
            "make" | "gmake" | "bmake" => found.extend(self.recipes(arguments, input)),
            "sed" | "gsed" => {
                let programs = arguments.iter().flat_map(|word| word.lines());
                found.extend(programs.filter_map(executed_by_sed));
            }
            "vi" | "vim" | "nvim" | "ex" | "view" => {
                let commands = arguments.iter().filter_map(|word| of_editor(word));
                found.extend(commands.map(str::to_owned));
                found.extend(lines_of_editor(input));
            }
            "ed" => found.extend(lines_of_editor(input)),
            "at" | "batch" => {
                let at = arguments.iter().position(|word| word == "-f");
                let file = at.and_then(|at| self.known_text(arguments.get(at + 1)?));
                found.extend(file.or(input).map(str::to_owned));
            }
            "sqlite3" | "duckdb" | "psql" | "mysql" | "ftp" | "lftp" => {
                let lines = arguments.iter().flat_map(|word| word.lines());
                let lines = lines.chain(input.unwrap_or_default().lines());
                found.extend(lines.filter_map(of_database).map(str::to_owned));
            }
            "crontab" => {
                let jobs = input.unwrap_or_default().lines();
                let command = |job: &'_ str| {
                    let times = if job.trim_start().starts_with('@') {
                        1
                    } else {
                        5
                    };
                    after_words(job, times).map(str::to_owned)
                };
                found.extend(jobs.filter_map(command));
            }
            "tmux" => found.extend(sent_keys(arguments)),
            "screen" => {
                let at = arguments.iter().position(|word| word == "stuff");
                let keys = at.and_then(|at| arguments.get(at + 1));
                found.extend(keys.map(|keys| keys.replace("\\n", "\n").replace("^M", "\n")));
            }
            "parallel" => found.extend(templates(arguments, input)),
            _ => {}
        }
        found
    }

    /// The commands of a makefile that the script itself has written, or that make reads.
    fn recipes(&self, arguments: &[String], input: Option<&str>) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        let mut is_named = false;
        let mut rest = arguments.iter();
        while let Some(word) = rest.next() {
            let (option, value) = match word.split_once('=') {
                Some((option, value)) if option.starts_with("--") => (option, Some(value)),
                _ => (word.as_str(), None),
            };
            let clinging = word
                .strip_prefix("-f")
                .filter(|value| !value.is_empty() && !word.starts_with("--"));
            // `-sf`, a cluster of options whose last one takes the file.
            let is_cluster =
                !word.starts_with("--") && word.starts_with('-') && word.ends_with('f');
            let option = if is_cluster { "-f" } else { option };
            match option {
                "--eval" | "-E" => {
                    texts.extend(value.map(str::to_owned).or_else(|| rest.next().cloned()));
                }
                "-f" | "--file" | "--makefile" => {
                    let file = value.or_else(|| rest.next().map(String::as_str));
                    is_named = true;
                    texts.extend(file.and_then(|file| self.makefile(file, input)));
                }
                _ if clinging.is_some() => {
                    is_named = true;
                    texts.extend(clinging.and_then(|file| self.makefile(file, input)));
                }
                _ => {}
            }
        }
        if !is_named {
            let written = MAKEFILES.iter().filter_map(|file| self.written_text(file));
            texts.extend(written.cloned());
        }
        texts.iter().flat_map(|text| recipe_lines(text)).collect()
    }

    fn makefile(&self, file: &str, input: Option<&str>) -> Option<String> {
        if matches!(file, "-" | "/dev/stdin") {
            return input.map(str::to_owned);
        }
        self.known_text(file).map(str::to_owned)
    }
}

fn in_options(name: &str, arguments: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for (_, option) in COMMAND_OPTIONS.iter().filter(|(known, _)| *known == name) {
        for (at, word) in arguments.iter().enumerate() {
            let value = match word.strip_prefix(option) {
                Some("") => arguments.get(at + 1).map(String::as_str),
                Some(value) if option.ends_with(['=', ':']) => Some(value),
                _ => None,
            };
            let script = value.map(|value| {
                let value = value.trim_start_matches('!');
                value.strip_prefix("shell ").unwrap_or(value).to_owned()
            });
            found.extend(script);
        }
    }
    found
}

/// The commands in the text of a makefile: lines that begin with a tab, and what follows a semicolon after a target.
fn recipe_lines(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut continues = false;
    for line in text.lines() {
        let command = match line.strip_prefix('\t') {
            Some(command) => command,
            None if continues => line,
            None => match line
                .split_once(':')
                .and_then(|(_, after)| after.split_once(';'))
            {
                Some((_, command)) => command,
                None => continue,
            },
        };
        let command = command.trim_start_matches(['@', '-', '+', ' ']);
        match found.last_mut().filter(|_| continues) {
            Some(before) => {
                before.push('\n');
                before.push_str(command);
            }
            None => found.push(command.to_owned()),
        }
        continues = command.ends_with('\\');
    }
    found
        .iter()
        .map(|command| command.replace("$$", "$"))
        .collect()
}

/// The command that a line of a program for sed runs: `1e command`, or `s/pattern/command/e`.
fn executed_by_sed(line: &str) -> Option<String> {
    if let Some(substitution) = substitution(line.trim_start()) {
        let is_run = substitution.flags.contains('e');
        return is_run.then(|| substitution.by.to_owned());
    }
    let after = after_address(line.trim_start());
    let command = after.trim_start_matches(['!', ' ']).strip_prefix('e')?;
    let is_command = command.starts_with([' ', '\t']);
    is_command.then(|| command.trim_start().to_owned())
}

/// What follows the address of a command of sed: `1,$`, `/pattern/`.
fn after_address(line: &str) -> &str {
    let mut rest = line;
    loop {
        let is_number = |c: char| c.is_ascii_digit() || "$,+~ ".contains(c);
        let shorter = rest.trim_start_matches(is_number);
        let shorter = match shorter.strip_prefix('/') {
            Some(pattern) => match pattern.find('/') {
                Some(end) => &pattern[end + 1..],
                None => return shorter,
            },
            None => shorter,
        };
        if shorter.len() == rest.len() {
            return rest;
        }
        rest = shorter;
    }
}

/// The command that an editor is told to run: `:!command`, `+!command`.
fn of_editor(word: &str) -> Option<&str> {
    let word = word.trim_start_matches(['+', ':', ' ']);
    let word = word.strip_prefix("silent").unwrap_or(word).trim_start();
    word.strip_prefix('!')
        .map(|command| command.trim_start_matches('!'))
}

fn lines_of_editor(input: Option<&str>) -> Vec<String> {
    let lines = input.unwrap_or_default().lines();
    lines.filter_map(of_editor).map(str::to_owned).collect()
}

/// The command that the client of a database is told to run.
fn of_database(line: &str) -> Option<&str> {
    let starts = [".shell ", ".system ", "\\! ", "!"];
    starts
        .iter()
        .find_map(|start| line.trim_start().strip_prefix(start))
}

/// What follows the first words of a line.
fn after_words(line: &str, count: usize) -> Option<&str> {
    let mut rest = line.trim_start();
    for _ in 0..count {
        let end = rest.find(char::is_whitespace)?;
        rest = rest[end..].trim_start();
    }
    Some(rest)
}

/// What `tmux send-keys` types.
fn sent_keys(arguments: &[String]) -> Option<String> {
    let at = arguments
        .iter()
        .position(|word| matches!(word.as_str(), "send-keys" | "send"))?;
    let mut typed = String::new();
    let mut rest = arguments[at + 1..].iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "-t" | "-N" | "-c" => {
                rest.next();
            }
            "Space" => typed.push(' '),
            "Enter" | "C-m" | "KPEnter" => typed.push('\n'),
            option if option.len() == 2 && option.starts_with('-') && typed.is_empty() => {}
            text => typed.push_str(text),
        }
    }
    Some(typed)
}

/// The commands of GNU parallel: a template with each of its values.
fn templates(arguments: &[String], input: Option<&str>) -> Vec<String> {
    let at = arguments.iter().position(|word| word.starts_with(":::"));
    let (before, values) = if let Some(at) = at {
        (&arguments[..at], arguments[at + 1..].to_vec())
    } else {
        let lines = input.unwrap_or_default().lines();
        (arguments, lines.map(str::to_owned).collect())
    };
    let template = before.iter().rfind(|word| word.contains(' '));
    let Some(template) = template else {
        return if before.iter().all(|word| word.starts_with('-')) {
            values
        } else {
            Vec::new()
        };
    };
    let values = values.iter().take(16);
    values
        .map(|value| {
            if template.contains("{}") {
                template.replace("{}", value)
            } else {
                format!("{template} {value}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{executed_by_sed, recipe_lines};

    #[test]
    fn commands_of_sed_are_found() {
        for (line, expected) in [
            ("1e a b", Some("a b")),
            ("$!e a", Some("a")),
            ("/x/,/y/e a", Some("a")),
            ("s/x/a b/e", Some("a b")),
            ("s,x,a,ge", Some("a")),
            ("s/x/e a/", None),
            ("/e a/d", None),
            ("1i e a", None),
            ("p", None),
        ] {
            assert_eq!(executed_by_sed(line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn recipes_are_lines_with_a_tab() {
        let text = "x: y ; a\n\t@b \\\n\tc\nz = d\n\t-e $$x\n";
        assert_eq!(recipe_lines(text), ["a", "b \\\nc", "e $x"]);
    }
}
