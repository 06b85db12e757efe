//! What we read in a message is what git reads in it: compared with the real git on messages made
//! of nasty lines. `docs/testing.md` has the command for many of them.

use std::cell::Cell;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;

use gatekeeper::internals::{
    Cleanup, Editor, Encoding, MessageSettings, ParsedMessage, Trailer, clean, parse,
};
use proptest::collection::vec;
use proptest::prop_assert_eq;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use self::grammar::{Case, Entries, case, entries, fill, settings, template};
use crate::sandbox::{Sandbox, within};

mod grammar;

/// How many messages each comparison makes when nobody asks for more.
const MESSAGES: u32 = 150;

/// How many messages are committed with the same settings.
const BATCH: usize = 5;

/// Repository and git that are compared with.
struct Oracle {
    sandbox: Sandbox,
    /// Whether it is 2.45 or later and knows comment strings.
    is_recent: bool,
}

impl Oracle {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        let hook = "#!/bin/sh\nexec cp \"$1\" \"$HOME/seen\"\n";
        let hook_file = sandbox.program("commit-msg", hook);
        std::fs::copy(hook_file, sandbox.top.join(".git/hooks/commit-msg")).unwrap();
        let mut oracle = Self {
            sandbox,
            is_recent: true,
        };
        let entries = [("core.commentString", ";")];
        let left = oracle
            .git(&entries, &["stripspace", "-s"], b"; x\n")
            .unwrap();
        oracle.is_recent = left.is_empty();
        oracle
    }

    /// Leaves out what an older git does not know.
    fn understood(&self, entries: Entries) -> Entries {
        let is_understood = |(key, value): &(&str, &str)| {
            self.is_recent || *key != "core.commentString" && value.is_ascii()
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
        let _ = std::fs::remove_file(home.join("seen"));
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

/// The trailers as git prints them, with what it puts between key and value.
fn printed(
    message: &ParsedMessage<'_>,
    settings: &MessageSettings,
    between: impl Fn(&[u8]) -> Vec<u8>,
) -> Vec<u8> {
    let one = |trailer: &Trailer<'_>| {
        let key = settings.reported_key(trailer.key);
        [key, &between(key), &trailer.value, b"\n"].concat()
    };
    let all: Vec<_> = message.trailers.iter().map(one).collect();
    all.concat()
}

/// What stands between key and value when nothing is asked for: the first separator, unless a
/// configured key has one at its end (`trailer.c: format_trailers`).
fn usual(key: &[u8], settings: &MessageSettings) -> Vec<u8> {
    let separators = settings.separators();
    let last = key.trim_ascii_end().last();
    if last.is_some_and(|last| separators.contains(last)) {
        Vec::new()
    } else {
        vec![separators[0], b' ']
    }
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
    let with_trailers = Cell::new(0);
    let strategy = (entries(), template());
    let result = runner(messages()).run(&strategy, |(entries, template)| {
        let entries = oracle.understood(entries);
        let settings = settings(&entries, Editor::NotUsed);
        let mut text = fill(&template, &settings);
        // What git does itself with an unfinished last line depends on its version.
        if !text.is_empty() && !text.ends_with(b"\n") {
            text.push(b'\n');
        }
        let arguments = ["interpret-trailers", "--parse", "--no-divider"];
        let told = oracle.git(&entries, &arguments, &text);
        let told = told.ok_or_else(|| TestCaseError::fail("git fails"))?;
        let message = parse(&text, &settings);
        let has_trailers = !message.trailers.is_empty();
        with_trailers.set(with_trailers.get() + u32::from(has_trailers));
        let found = show(&printed(&message, &settings, |key| usual(key, &settings)));
        prop_assert_eq!(found, show(&told), "{}", show(&text));
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    // Two silences agree, too.
    assert!(with_trailers.get() > messages() / 10, "{with_trailers:?}");
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
    settings: &MessageSettings,
    texts: &[Vec<u8>],
) -> Result<(), TestCaseError> {
    if texts.is_empty() {
        return Ok(());
    }
    let count = format!("-{}", texts.len());
    // An older git log shows comments that look like trailers, unlike its interpret-trailers.
    let format = if oracle.is_recent {
        "--format=%s%x01%b%x01%(trailers:only,unfold,key_value_separator=%x02)"
    } else {
        "--format=%s%x01%b%x01"
    };
    let log = ["log", "-z", "--encoding=UTF-8", &count, format];
    let log = oracle.git(&case.entries, &log, b"").unwrap();
    let mut told = log.split(|byte| *byte == 0);
    for text in texts {
        let text = settings.encoding.decode(text);
        let message = parse(text.as_bytes(), settings);
        // git log does not look at blank lines before the subject.
        let trailers = parse(&message.text[message.subject.start..], settings);
        let body = &message.text[message.body.clone()];
        let trailers = if oracle.is_recent {
            printed(&trailers, settings, |_| vec![2])
        } else {
            Vec::new()
        };
        let found = [&*message.subject_line(), body, &trailers];
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
fn what_git_writes_below_a_message_is_recognised() {
    let oracle = Oracle::new();
    let auto = ("core.commentChar", "auto");
    let cases: [(&[&str], Entries, &str); 7] = [
        (&[], vec![], "title\n\nKey: v"),
        (&["-v"], vec![], "title\n\nKey: v"),
        (&[], vec![auto], "#42: fix\n\nKey: v"),
        (&["-v"], vec![auto], "#42: fix\n\n; note\n\nKey: v"),
        (&["--cleanup=scissors"], vec![auto], "#42: fix\n\nKey: v"),
        (
            &["-v", "--cleanup=scissors"],
            vec![("core.commentChar", ";")],
            "#42: fix",
        ),
        (&["-v"], vec![("core.commentChar", "%")], "#42: fix\n; x"),
    ];
    for (number, (arguments, mut entries, message)) in cases.into_iter().enumerate() {
        oracle.sandbox.write("file", number.to_string());
        oracle.git(&[], &["add", "file"], b"").unwrap();
        let commit = [&["commit", "--quiet", "-e", "-m", message], arguments].concat();
        let mut command = oracle.command(&entries, &commit);
        run(command.env("GIT_EDITOR", "true"), b"").unwrap();
        let seen = std::fs::read(oracle.sandbox.beside("home/seen")).unwrap();
        if arguments.contains(&"--cleanup=scissors") {
            entries.push(("commit.cleanup", "scissors"));
        }
        let mut settings = settings(&entries, Editor::Used);
        settings.verbose = true;
        let cleaned = clean(&seen, &settings);
        assert!(seen.len() > cleaned.text.len(), "git has written nothing");
        assert_eq!(show(&cleaned.text), show(&oracle.stored(1)[0]));
        assert_eq!(show(&cleaned.text), show(format!("{message}\n").as_bytes()));
    }
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
        let mut settings = MessageSettings::from_config(entries, Editor::Used);
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
