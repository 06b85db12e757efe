//! Everything that the reading of a message depends on, as a value.

use super::Encoding;
use super::bytes::{before_nul, is_blank, is_space, lines, lines_backwards};

/// What follows the comment string and a blank in the line below which nothing belongs to the
/// message (`wt-status.c: cut_line`).
pub(super) const CUT_LINE: &[u8] = b"------------------------ >8 ------------------------\n";

/// The comment string of git when nothing is configured.
const USUAL_COMMENT: &[u8] = b"#";

/// The characters from which git chooses a comment character if it is to choose one itself
/// (`builtin/commit.c: adjust_comment_line_char`).
const CANDIDATES: &[u8] = b"#;@!$%^&|:";

/// The variables that may be configured for one trailer (`trailer.c: trailer_config_items`); any of
/// them makes its name known.
const TRAILER_VARIABLES: [&[u8]; 6] = [
    b"key",
    b"where",
    b"ifexists",
    b"ifmissing",
    b"command",
    b"cmd",
];

/// Whether the message was seen in an editor. git sets `GIT_EDITOR=:` for its hooks if it was not
/// (`commit.c: run_commit_hook`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Editor {
    /// The message comes from an editor.
    Used,
    /// The message comes from `-m`, `-F`, another commit.
    #[default]
    NotUsed,
}

/// What git removes from a message before it stores it, with `default` resolved
/// (`sequencer.c: get_cleanup_mode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cleanup {
    /// Comments and superfluous white space.
    Strip,
    /// Superfluous white space.
    Whitespace,
    /// Nothing.
    Verbatim,
    /// What follows the cut line, and superfluous white space.
    Scissors,
}

/// Everything that the reading of a message depends on, besides the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageSettings {
    /// `commit.cleanup`, resolved; `--cleanup` on the command line cannot be seen from a hook.
    pub cleanup: Cleanup,
    /// Whether there may be a diff below a cut line: `commit.verbose`. `-v` on the command line
    /// cannot be seen from a hook, so there this is best set whatever the configuration says.
    pub verbose: bool,
    /// `i18n.commitEncoding`.
    pub encoding: Encoding,
    editor: Editor,
    comment: Vec<u8>,
    comment_is_automatic: bool,
    separators: Vec<u8>,
    trailers: Vec<ConfiguredTrailer>,
}

/// A trailer of the configuration: `trailer.<name>.*`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ConfiguredTrailer {
    name: Vec<u8>,
    key: Option<Vec<u8>>,
}

impl Default for MessageSettings {
    /// The settings of a git without configuration and a message without an editor.
    fn default() -> Self {
        Self {
            cleanup: Cleanup::Whitespace,
            verbose: false,
            encoding: Encoding::Utf8,
            editor: Editor::NotUsed,
            comment: USUAL_COMMENT.to_vec(),
            comment_is_automatic: false,
            separators: b":".to_vec(),
            trailers: Vec::new(),
        }
    }
}

impl MessageSettings {
    /// The settings of a configuration, given as `git config --list -z` gives it: in git's order,
    /// with `None` for a variable that stands there without `=`. Variables that are not about
    /// messages are skipped, and so are values that git would refuse: then no commit gets as far as
    /// our hook.
    ///
    /// A git before 2.45 does not know `core.commentString`: leave it out for one.
    pub fn from_config<K, V>(
        entries: impl IntoIterator<Item = (K, Option<V>)>,
        editor: Editor,
    ) -> Self
    where
        K: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        let mut settings = Self {
            editor,
            cleanup: cleanup(b"default", editor),
            ..Self::default()
        };
        for (variable, value) in entries {
            settings.enter(variable.as_ref(), value.as_ref().map(AsRef::as_ref));
        }
        settings
    }

    fn enter(&mut self, variable: &[u8], value: Option<&[u8]>) {
        let (section, name, last) = split_variable(variable);
        match (section.as_slice(), name, last.as_slice(), value) {
            (b"core", None, b"commentchar" | b"commentstring", Some(value)) => {
                self.enter_comment(value);
            }
            (b"commit", None, b"cleanup", Some(value)) => {
                self.cleanup = cleanup(value, self.editor);
            }
            (b"commit", None, b"verbose", value) => self.verbose = value.is_none_or(is_true),
            (b"i18n", None, b"commitencoding", Some(value)) => {
                self.encoding = Encoding::named(value);
            }
            (b"trailer", None, b"separators", Some(value)) => self.separators = value.to_vec(),
            (b"trailer", Some(name), last, value) if TRAILER_VARIABLES.contains(&last) => {
                let trailer = self.trailer_mut(name);
                if last == b"key" {
                    trailer.key = value.map(<[u8]>::to_vec);
                }
            }
            _ => {}
        }
    }

    /// `core.commentChar` and `core.commentString` are two names of one setting, of which the
    /// last counts (`config.c: git_default_core_config`). `auto` leaves the string before it to
    /// the commands that do not write a message.
    fn enter_comment(&mut self, value: &[u8]) {
        if value.eq_ignore_ascii_case(b"auto") {
            self.comment_is_automatic = true;
        } else if !value.is_empty() && !value.contains(&b'\n') {
            self.comment = value.to_vec();
            self.comment_is_automatic = false;
        }
    }

    fn trailer_mut(&mut self, name: &[u8]) -> &mut ConfiguredTrailer {
        let at = self
            .trailers
            .iter()
            .position(|trailer| trailer.name.eq_ignore_ascii_case(name))
            .unwrap_or_else(|| {
                self.trailers.push(ConfiguredTrailer {
                    name: name.to_vec(),
                    key: None,
                });
                self.trailers.len() - 1
            });
        &mut self.trailers[at]
    }

    /// The characters that may stand between key and value (`trailer.separators`).
    #[must_use]
    pub fn separators(&self) -> &[u8] {
        &self.separators
    }

    /// The comment string in a stored message. git's readers do not choose: with `auto` it is the
    /// string configured before, or `#`.
    #[must_use]
    pub fn comment_in_stored(&self) -> &[u8] {
        &self.comment
    }

    /// The comment string in the file that git gives to the commit-msg hook.
    ///
    /// With `auto`, git has chosen by a message that we may not have seen. Without an editor it is
    /// this message, and the choice can be repeated. After an editor the string is guessed: from a
    /// cut line, or else from the last line, where git has put its help.
    #[must_use]
    pub(crate) fn comment_in_file(&self, file: &[u8]) -> &[u8] {
        if !self.comment_is_automatic {
            return &self.comment;
        }
        match self.editor {
            Editor::NotUsed => chosen(file),
            Editor::Used => guessed(file),
        }
    }

    /// The key that git's own commands print for a key in a message: the configured spelling of the
    /// first configured trailer that begins with it (`trailer.c: parse_trailer`). A rule that
    /// checks what was written does not need it.
    #[must_use]
    pub fn reported_key<'k>(&'k self, key: &'k [u8]) -> &'k [u8] {
        let last = key.iter().rposition(u8::is_ascii_alphanumeric);
        let token = &key[..last.map_or(0, |last| last + 1)];
        let configured = self
            .trailers
            .iter()
            .find(|trailer| trailer.begins_with(token));
        configured
            .and_then(|trailer| trailer.key.as_deref())
            .unwrap_or(key)
    }

    /// Whether a token is that of a configured trailer, or its beginning.
    pub(super) fn knows(&self, token: &[u8]) -> bool {
        self.trailers
            .iter()
            .any(|trailer| trailer.begins_with(token))
    }
}

impl ConfiguredTrailer {
    /// `trailer.c: token_matches_item`.
    fn begins_with(&self, token: &[u8]) -> bool {
        let begins = |whole: &[u8]| {
            whole
                .get(..token.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(token))
        };
        begins(&self.name) || self.key.as_deref().is_some_and(begins)
    }
}

/// `a.b.c` as section, subsection and variable; parts whose case git ignores are in lower case.
fn split_variable(variable: &[u8]) -> (Vec<u8>, Option<&[u8]>, Vec<u8>) {
    let dot = |byte: &u8| *byte == b'.';
    let first = variable.iter().position(dot).unwrap_or(variable.len());
    let last = variable.iter().rposition(dot).unwrap_or(0);
    let section = variable[..first].to_ascii_lowercase();
    let tail = variable.get(last + 1..).unwrap_or_default();
    let name = (first < last).then(|| &variable[first + 1..last]);
    (section, name, tail.to_ascii_lowercase())
}

/// git refuses a value that it does not know, so the result for such a value does not matter.
fn cleanup(value: &[u8], editor: Editor) -> Cleanup {
    match (value, editor) {
        (b"verbatim", _) => Cleanup::Verbatim,
        (b"strip", _) => Cleanup::Strip,
        (b"scissors", Editor::Used) => Cleanup::Scissors,
        (b"whitespace", _) | (_, Editor::NotUsed) => Cleanup::Whitespace,
        (_, Editor::Used) => Cleanup::Strip,
    }
}

/// Whether a value is true for git, for a variable that may also be a number (`config.c:
/// git_config_bool_or_int`).
fn is_true(value: &[u8]) -> bool {
    let word = value.to_ascii_lowercase();
    match word.as_slice() {
        b"true" | b"yes" | b"on" => true,
        b"" | b"false" | b"no" | b"off" => false,
        // A negative number counts as "not set" (`builtin/commit.c: cmd_commit`).
        number => number[0] != b'-' && number.iter().any(|byte| matches!(byte, b'1'..=b'9')),
    }
}

/// The comment character that git chooses for a message that it does not show to anyone: `#`, or
/// the first candidate that begins no line. If there is none, git gives up and so do we, with `#`.
fn chosen(message: &[u8]) -> &'static [u8] {
    let message = before_nul(message);
    if !message.contains(&b'#') {
        return USUAL_COMMENT;
    }
    let mut begins_line = [false; 256];
    let mut last = b'\n';
    for byte in message {
        // A carriage return begins a line only here.
        if matches!(last, b'\n' | b'\r') {
            begins_line[usize::from(*byte)] = true;
        }
        last = *byte;
    }
    let free = CANDIDATES
        .chunks(1)
        .find(|candidate| !begins_line[usize::from(candidate[0])]);
    free.unwrap_or(USUAL_COMMENT)
}

/// The comment character with which an edited file was probably written.
fn guessed(file: &[u8]) -> &'static [u8] {
    let candidate = |byte: u8| CANDIDATES.chunks(1).find(|candidate| candidate[0] == byte);
    let cut = lines(file).find_map(|range| match &file[range] {
        [first, b' ', rest @ ..] if rest == CUT_LINE => candidate(*first),
        _ => None,
    });
    let help = || {
        let last = lines_backwards(file).find(|range| !is_blank(&file[range.clone()]))?;
        match &file[last] {
            [first] => candidate(*first),
            [first, second, ..] if is_space(*second) => candidate(*first),
            _ => None,
        }
    };
    cut.or_else(help).unwrap_or(USUAL_COMMENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(entries: &[(&str, &str)], editor: Editor) -> MessageSettings {
        let entries = entries.iter().map(|(key, value)| (key, Some(value)));
        MessageSettings::from_config(entries, editor)
    }

    #[test]
    fn the_last_comment_setting_counts_whatever_its_name() {
        let cases: [(&[(&str, &str)], &str); 6] = [
            (&[], "#"),
            (
                &[("core.commentChar", ";"), ("core.commentString", "//")],
                "//",
            ),
            (
                &[("core.commentstring", "//"), ("core.commentchar", ";")],
                ";",
            ),
            (
                &[("core.commentchar", ";"), ("core.commentstring", "")],
                ";",
            ),
            (
                &[("core.commentchar", ";"), ("core.commentchar", "a\nb")],
                ";",
            ),
            (
                &[("core.commentchar", "auto"), ("core.commentchar", "%")],
                "%",
            ),
        ];
        for (entries, expected) in cases {
            let settings = settings(entries, Editor::Used);
            assert_eq!(settings.comment_in_file(b"; x\n"), expected.as_bytes());
            assert_eq!(settings.comment_in_stored(), expected.as_bytes());
        }
    }

    #[test]
    fn an_automatic_comment_is_guessed_after_an_editor() {
        let auto = settings(&[("core.commentchar", "Auto")], Editor::Used);
        let cases = [
            ("", "#"),
            ("title\n", "#"),
            ("#12: title\n\n; Please enter\n;\n", ";"),
            ("title\n\n%\n%", "%"),
            ("title\n\n:bullet\n", "#"),
            ("title\n\n@ x\n \n\n", "@"),
            (
                "#12\n; help\n; ------------------------ >8 ------------------------\n$ diff\n",
                ";",
            ),
        ];
        for (file, expected) in cases {
            let comment = auto.comment_in_file(file.as_bytes());
            assert_eq!(comment, expected.as_bytes(), "{file}");
        }
        assert_eq!(auto.comment_in_stored(), b"#");
        let entries = [("core.commentchar", ";"), ("core.commentchar", "auto")];
        assert_eq!(settings(&entries, Editor::Used).comment_in_stored(), b";");
    }

    #[test]
    fn an_automatic_comment_is_known_without_an_editor() {
        let auto = settings(&[("core.commentchar", "auto")], Editor::NotUsed);
        let cases = [
            ("title\n; x\n", "#"),
            ("title #1\n", "#"),
            ("#1\n", ";"),
            ("#1\r;2\n", "@"),
            ("#\n;\n@\n!\n$\n%\n^\n&\n|\n", ":"),
            ("#\n;\n@\n!\n$\n%\n^\n&\n|\n:\n", "#"),
        ];
        for (file, expected) in cases {
            let comment = auto.comment_in_file(file.as_bytes());
            assert_eq!(comment, expected.as_bytes(), "{file}");
        }
    }

    #[test]
    fn the_mode_of_the_clean_up_depends_on_the_editor() {
        use Cleanup::{Scissors, Strip, Verbatim, Whitespace};
        let cases = [
            ("default", Strip, Whitespace),
            ("strip", Strip, Strip),
            ("whitespace", Whitespace, Whitespace),
            ("verbatim", Verbatim, Verbatim),
            ("scissors", Scissors, Whitespace),
        ];
        for (value, used, not_used) in cases {
            let entries = [("commit.cleanup", "verbatim"), ("commit.cleanup", value)];
            assert_eq!(settings(&entries, Editor::Used).cleanup, used);
            assert_eq!(settings(&entries, Editor::NotUsed).cleanup, not_used);
        }
        assert_eq!(settings(&[], Editor::Used).cleanup, Strip);
        assert_eq!(settings(&[], Editor::NotUsed), MessageSettings::default());
    }

    #[test]
    fn verbose_is_truth_or_a_number() {
        for (value, expected) in [
            ("true", true),
            ("Yes", true),
            ("2", true),
            ("1k", true),
            ("0", false),
            ("", false),
            ("off", false),
            ("-1", false),
        ] {
            let settings = settings(&[("commit.verbose", value)], Editor::Used);
            assert_eq!(settings.verbose, expected, "{value}");
        }
        let bare = [("commit.verbose", None::<&str>)];
        assert!(MessageSettings::from_config(bare, Editor::Used).verbose);
    }

    #[test]
    fn trailers_become_known_by_any_variable() {
        let settings = settings(
            &[
                ("trailer.separators", ":%"),
                ("trailer.where", "end"),
                ("trailer.sign.key", "Signed-off-by"),
                ("trailer.a.b.c.where", "end"),
                ("trailer.SIGN.cmd", "true"),
                ("trailer.unknown.colour", "red"),
                ("trailer", "x"),
                ("", ""),
                ("..", ""),
            ],
            Editor::Used,
        );
        assert_eq!(settings.separators(), b":%");
        for (key, reported) in [
            ("s", "Signed-off-by"),
            ("SIGNED-OFF", "Signed-off-by"),
            ("sign", "Signed-off-by"),
            ("signx", "signx"),
            ("A", "A"),
            ("unknown", "unknown"),
            // Without a letter or digit there is nothing left to compare.
            ("-", "Signed-off-by"),
        ] {
            let printed = settings.reported_key(key.as_bytes());
            assert_eq!(printed, reported.as_bytes(), "{key}");
        }
        assert!(settings.knows(b"a.b") && !settings.knows(b"unknown"));
        assert_eq!(MessageSettings::default().reported_key(b"-"), b"-");
    }
}
