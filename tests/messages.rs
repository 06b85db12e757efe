//! What we read in a message is what git reads in it: compared with the real git on messages made
//! of nasty lines. `docs/testing.md` has the command for many of them.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;

use gatekeeper::message::{Cleanup, Editor, Encoding, Message, Settings, clean, parse};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::sandbox::{Sandbox, within};

/// How many messages each comparison makes when nobody asks for more.
const MESSAGES: u32 = 150;

/// How many messages are committed with the same settings.
const BATCH: usize = 5;

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

type Entries = Vec<(&'static str, &'static str)>;

/// Repository and git that are compared with.
struct Oracle {
    sandbox: Sandbox,
    knows_comment_strings: bool,
}

impl Oracle {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        let hook = "#!/bin/sh\nexec cp \"$1\" \"$HOME/seen\"\n";
        let hook_file = sandbox.program("commit-msg", hook);
        std::fs::copy(hook_file, sandbox.top.join(".git/hooks/commit-msg")).unwrap();
        let mut oracle = Self {
            sandbox,
            knows_comment_strings: true,
        };
        let entries = [("core.commentString", ";")];
        let left = oracle
            .git(&entries, &["stripspace", "-s"], b"; x\n")
            .unwrap();
        oracle.knows_comment_strings = left.is_empty();
        oracle
    }

    /// Leaves out what an older git does not know.
    fn understood(&self, entries: Entries) -> Entries {
        let is_understood = |(key, value): &(&str, &str)| {
            self.knows_comment_strings || *key != "core.commentString" && value.is_ascii()
        };
        entries.into_iter().filter(is_understood).collect()
    }

    fn command(&self, entries: &[(&str, &str)], arguments: &[&str]) -> Command {
        let mut command = self.sandbox.command::<&str>("git", &[]);
        for setting in ["gc.auto=0", "maintenance.auto=false", "core.fsync=none"] {
            command.args(["-c", setting]);
        }
        for (key, value) in entries {
            command.args(["-c", &format!("{key}={value}")]);
        }
        command.args(arguments);
        command
    }

    /// What git prints, or `None` if it fails.
    fn git(&self, entries: &[(&str, &str)], arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
        run(&mut self.command(entries, arguments), input)
    }

    /// Commits a message, and returns what the hook has seen and whether git has accepted it.
    fn commit(&self, case: &Case, message: &[u8]) -> (Vec<u8>, bool) {
        let home = self.sandbox.beside("home");
        std::fs::write(home.join("message"), message).unwrap();
        let mut arguments = vec!["commit", "--quiet", "--allow-empty"];
        if case.allows_empty {
            arguments.push("--allow-empty-message");
        }
        let file = home.join("message");
        let mut command = self.command(&case.entries, &arguments);
        match case.editor {
            Editor::Used => command.env("GIT_EDITOR", "cp \"$HOME/message\""),
            Editor::NotUsed => command.arg("-F").arg(file),
        };
        let accepted = run(&mut command, b"").is_some();
        (std::fs::read(home.join("seen")).unwrap(), accepted)
    }

    /// The messages of the last commits as they are stored, the newest first.
    fn stored(&self, count: usize) -> Vec<Vec<u8>> {
        if count == 0 {
            return Vec::new();
        }
        let count = format!("-{count}");
        let ids = self.git(&[], &["rev-list", &count, "HEAD"], b"").unwrap();
        let mut objects = &*self.git(&[], &["cat-file", "--batch"], &ids).unwrap();
        let mut messages = Vec::new();
        while let Some(end) = objects.iter().position(|byte| *byte == b'\n') {
            let heading = String::from_utf8_lossy(&objects[..end]).into_owned();
            let size: usize = heading.rsplit(' ').next().unwrap().parse().unwrap();
            let object = &objects[end + 1..][..size];
            let body = object.windows(2).position(|two| two == b"\n\n").unwrap();
            messages.push(object[body + 2..].to_vec());
            objects = &objects[end + 1 + size + 1..];
        }
        messages
    }
}

fn run(command: &mut Command, input: &[u8]) -> Option<Vec<u8>> {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = input.to_vec();
    // git may end without having read everything.
    let writer = thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output.status.success().then_some(output.stdout)
}

/// Settings under which messages are committed.
#[derive(Debug, Clone)]
struct Case {
    entries: Entries,
    editor: Editor,
    allows_empty: bool,
}

fn entries() -> impl Strategy<Value = Entries> {
    (select(COMMENTS), select(SEPARATORS), select(KEYS))
        .prop_map(|(comments, separators, keys)| [comments, separators, keys].concat())
}

fn case() -> impl Strategy<Value = Case> {
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
fn template() -> impl Strategy<Value = String> {
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

fn fill(template: &str, settings: &Settings) -> Vec<u8> {
    let separator = settings.separators().first().unwrap_or(&b':');
    let comment = String::from_utf8_lossy(settings.comment_in_stored());
    let text = template
        .replace("{C}", &comment)
        .replace("{S}", &char::from(*separator).to_string())
        .replace("{N}", "\0");
    let pieces: Vec<_> = text.split("{L}").map(str::as_bytes).collect();
    pieces.join(&0xe9)
}

fn settings(entries: &[(&str, &str)], editor: Editor) -> Settings {
    let entries = entries.iter().map(|(key, value)| (key, Some(value)));
    Settings::from_config(entries, editor)
}

/// What git prints for the trailers (`trailer.c: format_trailers`).
fn printed(message: &Message<'_>, settings: &Settings) -> Vec<u8> {
    let separators = settings.separators();
    let mut text = Vec::new();
    for trailer in &message.trailers {
        let key = settings.reported_key(trailer.key);
        text.extend_from_slice(key);
        let last = key.trim_ascii_end().last();
        if last.is_none_or(|last| !separators.contains(last)) {
            text.extend([separators[0], b' ']);
        }
        text.extend_from_slice(&trailer.value);
        text.push(b'\n');
    }
    text
}

fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..Config::default()
    };
    let mut seed = [0; 32];
    if let Ok(number) = std::env::var("GATEKEEPER_SEED") {
        seed[..8].copy_from_slice(&number.parse::<u64>().unwrap().to_le_bytes());
    }
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

fn messages() -> u32 {
    let asked = std::env::var("GATEKEEPER_MESSAGES");
    asked.map_or(MESSAGES, |number| number.parse().unwrap())
}

#[test]
fn trailers_are_those_of_interpret_trailers() {
    let oracle = Oracle::new();
    let strategy = (entries(), template());
    let result = runner(messages()).run(&strategy, |(entries, template)| {
        let entries = oracle.understood(entries);
        let settings = settings(&entries, Editor::NotUsed);
        let mut text = fill(&template, &settings);
        let arguments = ["interpret-trailers", "--parse", "--no-divider"];
        let told = oracle.git(&entries, &arguments, &text);
        let told = told.ok_or_else(|| TestCaseError::fail("git fails"))?;
        if !text.is_empty() && !text.ends_with(b"\n") {
            text.push(b'\n');
        }
        let found = show(&printed(&parse(&text, &settings), &settings));
        prop_assert_eq!(found, show(&told), "{}", show(&text));
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_cleaned_message_is_what_git_stores() {
    let oracle = Oracle::new();
    let strategy = (case(), vec(template(), BATCH));
    let cases = messages().div_ceil(u32::try_from(BATCH).unwrap());
    let result = runner(cases).run(&strategy, |(mut case, templates)| {
        case.entries = oracle.understood(case.entries);
        compare_with_commits(&oracle, &case, &templates)
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

fn compare_with_commits(
    oracle: &Oracle,
    case: &Case,
    templates: &[String],
) -> Result<(), TestCaseError> {
    let settings = settings(&case.entries, case.editor);
    let mut expected = Vec::new();
    for template in templates {
        let message = fill(template, &settings);
        let (seen, accepted) = oracle.commit(case, &message);
        let cleaned = clean(&seen, &settings);
        // git refuses both only after the hook.
        let acceptable = !cleaned.text.contains(&0) && (case.allows_empty || !cleaned.is_empty());
        prop_assert_eq!(accepted, acceptable, "{}", show(&message));
        if accepted {
            expected.push(cleaned.text);
        }
    }
    expected.reverse();
    let stored = oracle.stored(expected.len());
    for (stored, cleaned) in stored.iter().zip(&expected) {
        let decoded = settings.encoding.decode(cleaned);
        let bytes = match settings.encoding {
            Encoding::Utf8 => decoded.as_bytes(),
            _ => cleaned,
        };
        prop_assert_eq!(show(stored), show(bytes));
    }
    prop_assert_eq!(stored.len(), expected.len());
    compare_with_log(oracle, case, &settings, &expected)
}

/// Compares subjects, bodies and trailers with what `git log` makes of the same commits.
fn compare_with_log(
    oracle: &Oracle,
    case: &Case,
    settings: &Settings,
    texts: &[Vec<u8>],
) -> Result<(), TestCaseError> {
    if texts.is_empty() {
        return Ok(());
    }
    let count = format!("-{}", texts.len());
    let format = "--format=%s%x01%b%x01%(trailers:only,unfold)";
    let log = ["log", "-z", "--encoding=UTF-8", &count, format];
    let log = oracle.git(&case.entries, &log, b"").unwrap();
    let mut told = log.split(|byte| *byte == 0);
    for text in texts {
        let text = settings.encoding.decode(text);
        let message = parse(text.as_bytes(), settings);
        // git log does not look at blank lines before the subject.
        let trailers = parse(&message.text[message.subject.start..], settings);
        let body = &message.text[message.body.clone()];
        let found = [
            &*message.subject_line(),
            body,
            &printed(&trailers, settings),
        ];
        let told = told.next().unwrap_or_default();
        prop_assert_eq!(show(&found.join(&1)), show(told));
    }
    Ok(())
}

/// Bytes as a person and a comparison can read them.
fn show(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

#[test]
fn large_messages_are_read_at_once() {
    let pieces: [&[u8]; 12] = [
        b"\n",
        b" \n",
        b"a",
        b" ",
        b"a\n",
        b"# a\n",
        b"\ta: b\n",
        b"a: b\n",
        b"a:\n\n",
        b"# ------------------------ >8 ------------------------ \n",
        b"Conflicts:\n\ta\nb\n",
        b"\xff\0\r\n",
    ];
    within("messages of a megabyte are read", move || {
        let keys: Vec<_> = (0..100)
            .map(|key| format!("trailer.key{key}.key"))
            .collect();
        let entries = keys
            .iter()
            .map(|key| (key, Some("a-key-that-is-not-there")));
        let mut settings = Settings::from_config(entries, Editor::Used);
        for piece in pieces {
            for start in [&b""[..], b"title\n\n", b"title\n\na: b\n"] {
                let file = [start, &piece.repeat((1 << 20) / piece.len())].concat();
                settings.cleanup = Cleanup::Strip;
                let cleaned = clean(&file, &settings);
                let _ = settings.encoding.decode(&cleaned.text);
                for text in [&cleaned.text, &file] {
                    let message = parse(text, &settings);
                    assert!(message.block.end <= text.len());
                }
            }
        }
    });
}
