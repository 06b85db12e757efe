//! Messages and settings to compare with git on, made of what means something to git, or nearly.

use gatekeeper::internals::{Editor, MessageSettings};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Lines that mean something to git, or nearly. `{C}` is the comment string, `{S}` the first
/// separator, `{L}` a byte that is not UTF-8, `{N}` is NUL.
const LINES: &[&str] = &[
    "",
    " ",
    "\t\r",
    "\x0c",
    "title",
    "Some prose, and more.",
    "#42: fix",
    "Key{S} value",
    "Key {S} value \t",
    "key{S}v{S}w",
    "Key{S}",
    "KEY: value",
    "Two words{S} value",
    "{S} value",
    "-{S} value",
    "x=y",
    "a_b{S} c",
    "https://example.com/x",
    "Signed-off-by: Jane Doe <jane@example.com>",
    "Signed-off-by: Jane Doe <jane@example.com>",
    "Signed-Off-By: Jane Doe <jane@example.com>",
    "Signed-off-by:Jane",
    "Signed-off-by: ",
    "Signed-off-by{S} Sch{L}n",
    "Reviewed-by{S} A",
    "reviewed{S} A",
    "S{S} foo",
    "Fix{S} 12",
    "Fixes #12",
    "(cherry picked from commit 1f0c9a1)",
    "(cherry picked",
    "BREAKING CHANGE: x",
    " folded",
    "\tfolded{S} tab",
    "  \r",
    "{C}",
    "{C} comment",
    "{C}Key{S} value",
    " {C} indented",
    "# Key: value",
    "; Key: value",
    "Conflicts:",
    "Conflicts{S}",
    "\tpath",
    "---",
    "{C} ------------------------ >8 ------------------------",
    "{C} ------------------------ >8 ------------------------",
    "# ------------------------ >8 ------------------------",
    "{C} ------------------------ >8 ------------------------ ",
    " ------------------------ >8 ------------------------",
    "diff --git a/x b/x",
    "sch{L}n",
    "sch\u{f6}n\u{ffff}",
    "\u{feff}title",
    "\u{1f916} Generated with x",
    "note: x",
    "nul{N}nul",
];

/// Characters for lines that nobody has thought of.
const CHARACTERS: &[&str] = &[
    "a", "Z", "7", "-", "_", ":", "=", "%", "#", ";", " ", "\t", "\r", "\x0b", ".", "{S}", "{C}",
    "{L}",
];

/// Every comment setting, by the names of the variables.
const COMMENTS: &[&[(&str, &str)]] = &[
    &[],
    &[],
    &[("core.commentChar", ";")],
    &[("core.commentString", "//")],
    &[("core.commentString", "note")],
    &[("core.commentString", "#"), ("core.commentChar", "%")],
    &[("core.commentChar", "S")],
    &[("core.commentChar", " ")],
    &[("core.commentString", "\u{a7}")],
    &[("core.commentString", "# ")],
    &[("core.commentChar", "auto")],
    &[("core.commentChar", ";"), ("core.commentString", "auto")],
];

const SEPARATORS: &[&[(&str, &str)]] = &[
    &[],
    &[],
    &[("trailer.separators", ":=")],
    &[("trailer.separators", "%")],
    &[("trailer.separators", "#:")],
    &[("trailer.separators", " :")],
    &[("trailer.separators", "=y\t")],
    &[("trailer.separators", "\n:")],
    &[("trailer.separators", "=:"), ("trailer.separators", ":")],
    &[("trailer.separators", "")],
];

const KEYS: &[&[(&str, &str)]] = &[
    &[],
    &[],
    &[("trailer.sign.key", "Signed-off-by")],
    &[("trailer.Reviewed-by.where", "end")],
    &[
        ("trailer.fix.key", "Fixes #"),
        ("trailer.KEY.ifexists", "add"),
    ],
    &[("trailer.a.b.key", "Key: "), ("trailer.A.B.key", "Keys")],
    &[("trailer.two.key", "Two words"), ("trailer.x.cmd", "echo")],
    &[("trailer.where", "start"), ("trailer.colour.red", "x")],
];

const CLEANUPS: &[&[(&str, &str)]] = &[
    &[],
    &[("commit.cleanup", "default")],
    &[("commit.cleanup", "strip")],
    &[("commit.cleanup", "whitespace")],
    &[("commit.cleanup", "verbatim")],
    &[("commit.cleanup", "scissors")],
];

/// A configuration, in git's order.
pub(super) type Entries = Vec<(&'static str, &'static str)>;

/// Settings under which messages are committed.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) entries: Entries,
    pub(super) editor: Editor,
    pub(super) allows_empty: bool,
}

/// A configuration of what concerns stored messages.
pub(super) fn entries() -> impl Strategy<Value = Entries> {
    (select(COMMENTS), select(SEPARATORS), select(KEYS))
        .prop_map(|(comments, separators, keys)| [comments, separators, keys].concat())
}

/// The same with what concerns the making of a commit.
pub(super) fn case() -> impl Strategy<Value = Case> {
    let verbose: &[&[_]] = &[&[], &[], &[("commit.verbose", "true")]];
    let encoding: &[&[_]] = &[&[], &[], &[("i18n.commitEncoding", "ISO-8859-1")]];
    let editor = select(vec![Editor::Used, Editor::NotUsed]);
    let more = (select(CLEANUPS), select(verbose), select(encoding));
    (entries(), more, editor, any::<bool>()).prop_map(|(entries, more, editor, allows_empty)| {
        let (cleanup, verbose, encoding) = more;
        let mut entries = [&entries, cleanup, verbose, encoding].concat();
        if editor == Editor::Used {
            // Which character git has chosen for an editor can only be guessed.
            entries.retain(|(_, value)| *value != "auto");
        }
        Case {
            entries,
            editor,
            allows_empty,
        }
    })
}

/// A message with places for what depends on the settings.
pub(super) fn template() -> impl Strategy<Value = String> {
    let odd = vec(select(CHARACTERS), 0..8).prop_map(|all| all.concat());
    let line = prop_oneof![
        12 => select(LINES).prop_map(str::to_owned),
        3 => Just(String::new()),
        2 => odd,
    ];
    let end = prop_oneof![9 => Just("\n"), 1 => Just("\r\n")];
    let lines = vec((line, end), 0..12);
    let start = select(vec!["", "title\n\n", "title\n\nprose\n\n"]);
    (start, lines, prop::bool::weighted(0.8)).prop_map(|(start, lines, is_complete)| {
        let lines = lines.into_iter().map(|(line, end)| line + end);
        let mut text = start.to_owned() + &lines.collect::<String>();
        if !is_complete {
            text.pop();
        }
        text
    })
}

/// A message from a template.
pub(super) fn fill(template: &str, settings: &MessageSettings) -> Vec<u8> {
    let separator = settings.separators().first().unwrap_or(&b':');
    let comment = String::from_utf8_lossy(settings.comment_in_stored());
    let text = template
        .replace("{C}", &comment)
        .replace("{S}", &char::from(*separator).to_string())
        .replace("{N}", "\0");
    let pieces: Vec<_> = text.split("{L}").map(str::as_bytes).collect();
    pieces.join(&0xe9)
}

/// What we make of a configuration.
pub(super) fn settings(entries: &[(&str, &str)], editor: Editor) -> MessageSettings {
    let entries = entries.iter().map(|(key, value)| (key, Some(value)));
    MessageSettings::from_config(entries, editor)
}
