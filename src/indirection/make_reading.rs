//! The commands that make runs while it reads a makefile, whatever target it is asked for.

use std::collections::BTreeSet;

use super::make_references::{Locals, Part, parts, references};
use super::makefile::{Makefile, Placed};
use super::makefile_text::StatementKind;
use crate::shell::{CommandKind, ShellCommand, parse};
use crate::tools::base_name;

/// Programs that only look at something and print it.
const LOOKING: [&str; 36] = [
    ":",
    "awk",
    "basename",
    "cat",
    "command",
    "cut",
    "date",
    "dirname",
    "echo",
    "expr",
    "false",
    "find",
    "getconf",
    "git",
    "grep",
    "head",
    "hostname",
    "id",
    "ls",
    "nproc",
    "pkg-config",
    "printf",
    "pwd",
    "readlink",
    "realpath",
    "sed",
    "sort",
    "tail",
    "test",
    "tr",
    "true",
    "uname",
    "uniq",
    "wc",
    "which",
    "whoami",
];

/// Programs that do so with these words after them.
const LOOKING_WITH: [(&str, &[&str]); 5] = [
    ("go", &["env", "list", "version"]),
    ("cargo", &["--version", "metadata", "pkgid"]),
    ("npm", &["--version", "root", "prefix"]),
    ("rustc", &["--version", "--print", "-vV"]),
    ("sysctl", &["-n"]),
];

/// Words by which programs that only look do more: they run something, or write. The beginnings of options, and
/// what code has in it.
const MORE: [(&str, &[&str], &[&str]); 4] = [
    ("awk", &["-f", "--file", "-i"], &["system", "getline", "|"]),
    ("find", &["-exec", "-delete", "-ok", "-fprint", "-fls"], &[]),
    ("git", &["-c", "--config-env", "--exec-path"], &[]),
    ("sed", &["-i", "-f", "--in-place", "--file"], &[]),
];

impl Makefile {
    /// Whether make runs more than a look at something when it reads a statement.
    pub(super) fn runs_when_read(&self, placed: &Placed) -> bool {
        match &placed.statement.kind {
            StatementKind::Variable {
                name,
                operator,
                value,
                ..
            } => {
                let is_immediate = operator.ends_with(":=");
                let is_shell = operator == "!=";
                self.runs(name)
                    || is_immediate && self.runs(value)
                    || is_shell && !only_looks(&self.recipe(value, &Locals::new()))
            }
            StatementKind::Rule {
                targets,
                prerequisites,
                ..
            } => self.runs(targets) || self.runs(prerequisites),
            StatementKind::TargetVariable { targets, text } => {
                self.runs(targets) || text.contains(":=") && self.runs(text)
            }
            StatementKind::Condition(text) => self.runs(text),
            StatementKind::Include(_) | StatementKind::Other(_) => false,
        }
    }

    /// Whether a text runs something when it is expanded, by itself or through variables.
    fn runs(&self, text: &str) -> bool {
        let (mut seen, mut open) = (BTreeSet::new(), vec![text]);
        while let Some(text) = open.pop() {
            if self.runs_itself(text) {
                return true;
            }
            for name in references(text).0 {
                if seen.insert(name) {
                    let values = self.assignments(name);
                    open.extend(
                        values
                            .filter(|(_, sign, _)| !sign.ends_with(":="))
                            .map(|(.., value)| value),
                    );
                }
            }
        }
        false
    }

    fn runs_itself(&self, text: &str) -> bool {
        parts(text).into_iter().any(|part| {
            let Part::Reference { inside, .. } = part else {
                return false;
            };
            let (name, rest) = inside
                .split_once(char::is_whitespace)
                .unwrap_or((inside, ""));
            match name {
                "shell" => !only_looks(&self.recipe(rest, &Locals::new())),
                "eval" | "guile" => true,
                "file" => rest.trim_start().starts_with('>'),
                _ => self.runs_itself(rest),
            }
        })
    }
}

/// Whether a script of the shell only looks at something.
fn only_looks(script: &str) -> bool {
    let Ok(read) = parse(script) else {
        return false;
    };
    let steps = read.steps.iter();
    let mut pipelines = steps.flat_map(|step| {
        std::iter::once(&step.first).chain(step.rest.iter().map(|(_, pipeline)| pipeline))
    });
    let is_look = |command: &ShellCommand| match &command.kind {
        CommandKind::Simple(simple) => {
            let words: Vec<&str> = simple.words.iter().map(|word| word.text.as_str()).collect();
            let Some((first, rest)) = words.split_first() else {
                return true;
            };
            let does_more = MORE.iter().any(|(name, options, code)| {
                *name == base_name(first)
                    && rest.iter().any(|word| {
                        options.iter().any(|option| word.starts_with(option))
                            || code.iter().any(|code| word.contains(code))
                    })
            });
            let prints = rest.first() == Some(&"--version");
            let is_known = LOOKING.contains(&base_name(first))
                || LOOKING_WITH.iter().any(|(name, words)| {
                    name == first && rest.first().is_some_and(|word| words.contains(word))
                });
            !first.starts_with('.') && (is_known && !does_more || prints && !first.contains('/'))
        }
        CommandKind::Test => true,
        _ => false,
    };
    let plain = script
        .replace("> ", ">")
        .replace(">/dev/null", "")
        .replace(">&1", "");
    !plain.contains(['>', '`'])
        && !plain.contains("$(")
        && pipelines.all(|pipeline| pipeline.commands.iter().all(is_look))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_only_look() {
        for (script, expected) in [
            ("git describe --tags 2>/dev/null || echo 0", true),
            ("find . -name '*.py' | sort", true),
            ("go env GOPATH", true),
            ("python3 --version", true),
            ("sh x", false),
            ("./x --version", false),
            ("git rev-list --count HEAD", true),
            ("git -c alias.x='!sh x' x", false),
            ("find . -exec sh x \\;", false),
            ("echo x >ruff.toml", false),
            ("cat $(sh x)", false),
        ] {
            assert_eq!(only_looks(script), expected, "{script}");
        }
    }
}
