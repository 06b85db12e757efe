//! What the user typed: the `git commit` that a hook runs in, as its arguments tell.

use std::ffi::OsString;

use super::command_line::GitCommandLine;

/// A `git commit` as it was typed, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct CommitArgs {
    /// The options of git itself, before `commit`.
    pub(crate) before: Vec<OsString>,
    /// The options that do not concern the message, in their order.
    pub(crate) options: Vec<OsString>,
    /// What follows `--`, with it.
    pub(crate) paths: Vec<OsString>,
    /// Whether an editor is used, according to the options.
    pub(crate) edits: bool,
    /// `-v`.
    pub(crate) is_verbose: bool,
    /// `--cleanup`.
    pub(crate) cleanup: Option<OsString>,
    /// `-C` or `-c`: the author and date are another commit's.
    pub(crate) reuses: bool,
    /// What was given of the message, in its order.
    pub(crate) message: Vec<Piece>,
    /// Whether it is to be signed off.
    pub(crate) signs_off: bool,
}

/// A part of a message that was given with the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// `-m`: a paragraph.
    Text(OsString),
    /// `-F`: the file that has it.
    File(OsString),
    /// `--trailer`: `key: value`, or `key=value`.
    Trailer(OsString),
}

impl Piece {
    fn of(option: &str, value: OsString) -> Option<Self> {
        match option {
            "m" | "--message" => Some(Self::Text(value)),
            "F" | "--file" => Some(Self::File(value)),
            "--trailer" => Some(Self::Trailer(value)),
            _ => None,
        }
    }
}

/// The options that change what is read here.
#[derive(Default)]
struct TypedOptions {
    edit: Option<bool>,
    has_message: bool,
}

/// Options of git-commit(1) that give or change the message, and take a value.
const MESSAGE_OPTIONS: [&str; 8] = [
    "--message",
    "--file",
    "--reuse-message",
    "--reedit-message",
    "--template",
    "--fixup",
    "--squash",
    "--trailer",
];

/// The same, without a value.
const MESSAGE_FLAGS: [&str; 8] = [
    "--edit",
    "--no-edit",
    "--verbose",
    "--no-verbose",
    "--signoff",
    "--no-signoff",
    "--status",
    "--no-status",
];

/// Other options that take a value in the next argument.
const VALUE_OPTIONS: [&str; 3] = ["--author", "--date", "--pathspec-from-file"];

impl CommitArgs {
    /// Finds the nearest `git commit` among the arguments of our ancestors, ours first. `None` if
    /// the nearest git is something else: an alias that cannot be seen through, say.
    #[must_use]
    pub(crate) fn find(ancestors: &[Vec<OsString>]) -> Option<Self> {
        let mut called = ancestors
            .iter()
            .filter_map(|arguments| GitCommandLine::read(arguments));
        let commit = called
            .next()
            .filter(|nearest| nearest.command == "commit")?;
        let mut typed = Self {
            before: commit.before.to_vec(),
            ..Self::default()
        };
        typed.read(commit.arguments.iter().cloned());
        Some(typed)
    }

    /// Whether a flag was given in full; git allows abbreviations, but nobody abbreviates these.
    #[must_use]
    pub(crate) fn has(&self, option: &str) -> bool {
        self.options.iter().any(|word| word == option)
    }

    fn read(&mut self, mut rest: impl Iterator<Item = OsString>) {
        let mut typed = TypedOptions::default();
        while let Some(word) = rest.next() {
            let text = word.to_string_lossy().into_owned();
            if text == "--" {
                self.paths.push(word);
                self.paths.extend(rest);
                break;
            }
            if text.starts_with("--") {
                self.read_long(word, &text, &mut rest, &mut typed);
            } else if text.len() > 1 && text.starts_with('-') {
                if let Some((option, value)) = self.read_short(&text[1..], &mut typed) {
                    let value = value.or_else(|| rest.next());
                    self.message
                        .extend(value.and_then(|value| Piece::of(&option, value)));
                }
            } else {
                self.options.push(word);
            }
        }
        // git opens an editor unless the message comes from somewhere else.
        self.edits = typed.edit.unwrap_or(!typed.has_message);
    }

    fn read_long(
        &mut self,
        word: OsString,
        text: &str,
        rest: &mut impl Iterator<Item = OsString>,
        typed: &mut TypedOptions,
    ) {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(OsString::from(value))),
            None => (text, None),
        };
        if let Some(option) = full(name, &MESSAGE_OPTIONS) {
            self.reuses |= matches!(option, "--reuse-message" | "--reedit-message");
            let opens = ["--reedit-message", "--template", "--squash", "--trailer"];
            typed.has_message |= !opens.contains(&option);
            let value = value.or_else(|| rest.next());
            let piece = value.and_then(|value| Piece::of(option, value));
            self.message.extend(piece);
        } else if full(name, &["--cleanup"]).is_some() {
            self.cleanup = value.or_else(|| rest.next());
        } else if let Some(flag) = full(name, &MESSAGE_FLAGS) {
            match flag {
                "--edit" => typed.edit = Some(true),
                "--no-edit" => typed.edit = Some(false),
                "--verbose" => self.is_verbose = true,
                "--signoff" => self.signs_off = true,
                "--no-signoff" => self.signs_off = false,
                _ => {}
            }
        } else {
            self.options.push(word);
            if value.is_none() && full(name, &VALUE_OPTIONS).is_some() {
                self.options.extend(rest.next());
            }
        }
    }

    /// Reads a cluster such as `-am`. Returns the option about the message that ends it, with its value
    /// unless that stands in the next argument.
    fn read_short(
        &mut self,
        cluster: &str,
        typed: &mut TypedOptions,
    ) -> Option<(String, Option<OsString>)> {
        let mut kept = String::new();
        let mut of_message = None;
        for (at, letter) in cluster.char_indices() {
            match letter {
                'm' | 'F' | 'C' | 'c' | 't' => {
                    self.reuses |= matches!(letter, 'C' | 'c');
                    typed.has_message |= !matches!(letter, 'c' | 't');
                    let value = &cluster[at + letter.len_utf8()..];
                    let value = (!value.is_empty()).then(|| value.into());
                    of_message = Some((letter.to_string(), value));
                    break;
                }
                'e' => typed.edit = Some(true),
                'v' => self.is_verbose = true,
                's' => self.signs_off = true,
                // These take the rest of the cluster as their value.
                'S' | 'u' => {
                    kept.push_str(&cluster[at..]);
                    break;
                }
                _ => kept.push(letter),
            }
        }
        if !kept.is_empty() {
            self.options.push(OsString::from(format!("-{kept}")));
        }
        of_message
    }
}

/// The words of the nearest `git commit`, as they were typed after its program.
#[must_use]
pub(crate) fn typed_commit(ancestors: &[Vec<OsString>]) -> Option<Vec<OsString>> {
    let is_commit = |arguments: &&Vec<OsString>| {
        let called = GitCommandLine::read(arguments);
        called.is_some_and(|called| called.command == "commit")
    };
    let arguments = ancestors.iter().find(is_commit)?;
    let called = GitCommandLine::read(arguments)?;
    let mut words: Vec<OsString> = vec!["git".into()];
    words.extend(called.before.iter().cloned());
    words.push("commit".into());
    words.extend(called.arguments.iter().cloned());
    Some(words)
}

/// Whether a rebase itself runs the commit: then it is one whose message is being reworded. With
/// anything between the two, a shell that `--exec` started say, it is the user's own commit.
#[must_use]
pub(crate) fn is_rewording(ancestors: &[Vec<OsString>]) -> bool {
    let called: Vec<_> = ancestors
        .iter()
        .map(|one| GitCommandLine::read(one))
        .collect();
    let commit = called.iter().position(Option::is_some);
    let parent = commit.and_then(|commit| called.get(commit + 1)?.as_ref());
    parent.is_some_and(|parent| parent.command == "rebase")
}

/// The option in full that this one is, perhaps abbreviated as git allows. `--amend` and `--all`
/// are beginnings of none.
fn full(option: &str, known: &[&'static str]) -> Option<&'static str> {
    let known = known.iter().find(|known| known.starts_with(option));
    known.copied().filter(|_| option.len() > 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn editors_are_known_from_the_options() {
        let cases = [
            ("git commit", true),
            ("git commit -a --amend", true),
            ("git commit -m x", false),
            ("git commit -amx", false),
            ("git commit -m x -e", true),
            ("git commit --amend --no-edit", false),
            ("git commit -C HEAD", false),
            ("git commit -c HEAD", true),
            ("git commit --fixup HEAD", false),
            ("git-commit -F f", false),
            ("git commit -m x --edi", true),
            ("git commit -c HEAD --no-ed", false),
        ];
        for (line, edits) in cases {
            let typed = CommitArgs::find(&[words("sh -c x"), words(line)]).unwrap();
            assert_eq!(typed.edits, edits, "{line}");
        }
        assert_eq!(CommitArgs::find(&[words("git ci -m x")]), None);
        assert_eq!(CommitArgs::find(&[words("make")]), None);
        let verbose = CommitArgs::find(&[words("git commit -a --verb")]).unwrap();
        assert!(verbose.is_verbose && verbose.has("-a"));
        let typed = CommitArgs::find(&[words("git commit -v --cleanup=verbatim -C HEAD")]).unwrap();
        assert!(typed.is_verbose && typed.reuses);
        assert_eq!(typed.cleanup, Some("verbatim".into()));
    }

    #[test]
    fn only_a_commit_that_a_rebase_runs_is_reworded() {
        let commit = words("git commit --amend -e");
        let by_exec = [
            commit.clone(),
            words("sh -c x"),
            words("git rebase --exec x"),
        ];
        assert!(!is_rewording(&by_exec));
        assert!(is_rewording(&[
            commit.clone(),
            words("git rebase -i HEAD~2")
        ]));
        assert!(!is_rewording(&[commit, words("bash"), words("tmux")]));
    }
}
