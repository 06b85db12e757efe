//! What a command has said, with nothing in it that is another time or on another machine something
//! else: for snapshots of whole outputs.

use std::fmt;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::sandbox::{Done, GATEKEEPER};

/// What replaces a match.
type Replacement = fn(&Captures<'_>) -> String;

/// What changes from run to run, and what is shown instead.
static CHANGING: LazyLock<Vec<(Regex, Replacement)>> = LazyLock::new(|| {
    let table: [(&str, Replacement); 20] = [
        (r"\b(after|in) (?:\d+\.\d+s|\d+m \d\ds)", |found| {
            format!("{} [TIME]", &found[1])
        }),
        (r"\b\d+\.\d+(?:s| ms)\b", |_| "[TIME]".into()),
        (r"[\u{2581}-\u{2588}]+", |_| "[TREND]".into()),
        (r"\b20\d{6}-\d{6}-[0-9a-f]{8}\b", |_| "[RUN]".into()),
        // A machine that allows no overlays uses snapshots.
        (r"\bchecked in (?:an overlay|a snapshot)", |_| {
            "checked in [VIEW]".into()
        }),
        (
            r"\bjust now\b|\b\d+ (?:second|minute|hour|day)s? ago\b",
            |_| "[WHEN]".into(),
        ),
        (r"(?m)^(.*\bPATH is) .*$", |found| {
            format!("{} [PATH]", &found[1])
        }),
        // What the shell is called, and how it counts lines, is its own affair.
        (
            r"(?m)(?:/bin/)?\b(?:sh|dash|bash): (?:line )?\d+: (.*: )(?:command )?not found$",
            |found| format!("sh: {}not found", &found[1]),
        ),
        (r"\bgatekeeper-([a-z]+)-[0-9A-Za-z]{6}\b", |found| {
            format!("gatekeeper-{}-[RANDOM]", &found[1])
        }),
        (r"; no overlay: .*", |_| String::new()),
        // git's own ways to write a date.
        (
            r"\b[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d \d{4}(?: [+-]\d{4})?",
            |_| "[DATE]".into(),
        ),
        (r"@\d{9,}(?: [+-]\d{4})?", |_| "@[DATE]".into()),
        // What a terminal would write over.
        (r"(?m)^.*\r([^\r\n])", |found| found[1].to_owned()),
        (r"\bjobs: \d+ on this machine", |_| {
            "jobs: [JOBS] on this machine".into()
        }),
        (r"\b\d+ at once\b", |_| "[JOBS] at once".into()),
        (
            r"(?:\S*/)?\bsh: (?:(?:line )?\d+: )?(?:cannot open )?(\S+): No such file(?: or directory)?",
            |found| format!("sh: {}: No such file", &found[1]),
        ),
        (r"\bprocess \d+", |_| "process [PID]".into()),
        (
            r"\b20(?:2[4-9]|[3-9]\d)-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?(?: ?UTC|Z)?",
            |_| "[DATE]".into(),
        ),
        (r"\bonly warns until \d{4}-\d\d-\d\d\b", |_| {
            "only warns until [DATE]".into()
        }),
        (r"\bgatekeeper \d+\.\d+\.\d+\b", |_| {
            "gatekeeper [VERSION]".into()
        }),
    ];
    let compiled = table.map(|(pattern, by)| (Regex::new(pattern).unwrap(), by));
    compiled.into()
});

/// A line for one gate. Gates that run at once may end in any order.
static ROW: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "^(?:remote: +)? *(?:passed|failed|checked nothing|timed out|could not start|tool broken\
         |cancelled|skipped|not applicable|cached)  \\S",
    )
    .unwrap()
});

/// The duration in such a line: how many spaces are before it depends on its width.
static COLUMN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r" {2,}(?:\d+\.\d+s|\d+m \d\ds|\d+h \d\dm)\b").unwrap());

/// An object id, in full or abbreviated, or a number that looks like one.
static ID: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b[0-9a-f]{7,64}\b").unwrap());

impl Done {
    /// Shows an id, a path or whatever a test knows as a word of its own: `[WORD]`.
    pub(crate) fn naming(mut self, text: &str, word: &str) -> Self {
        let text = text.trim();
        assert!(!text.is_empty(), "{word} is nothing");
        self.names.push((text.to_owned(), format!("[{word}]")));
        self
    }

    /// As in a snapshot, with the line that tells where the next begins: for all outputs of a loop
    /// in one snapshot.
    pub(crate) fn told(&self) -> String {
        format!("{self}\n---\n")
    }

    fn stable(&self, text: &str) -> String {
        let mut text = text.replace(GATEKEEPER, "gatekeeper");
        for (name, word) in &self.names {
            text = text.replace(name, word);
        }
        text = in_order(&text);
        for (pattern, by) in &*CHANGING {
            text = pattern.replace_all(&text, *by).into_owned();
        }
        text
    }

    /// Each id as a word of its own, numbered as they come up.
    fn numbered(&self, text: &str) -> String {
        let mut ids: Vec<String> = Vec::new();
        let by = |found: &Captures<'_>| {
            let id = &found[0];
            let named = |(name, _): &&(String, String)| is_same(name, id);
            if let Some((_, word)) = self.names.iter().find(named) {
                return word.clone();
            }
            let known = ids.iter().position(|known| is_same(known, id));
            let number = known.unwrap_or_else(|| {
                ids.push(id.to_owned());
                ids.len() - 1
            });
            format!("[ID{}]", number + 1)
        };
        ID.replace_all(text, by).into_owned()
    }
}

/// What both streams have, standard error without a headline, since nearly all is said there.
impl fmt::Display for Done {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (out, err) = (self.stable(&self.stdout), self.stable(&self.stderr));
        let text = match (out.is_empty(), err.is_empty()) {
            (true, _) => err,
            (_, true) => format!("stdout:\n{out}"),
            _ => format!("stdout:\n{out}\nstderr:\n{err}"),
        };
        formatter.write_str(&self.numbered(&text))
    }
}

/// Whether one is the other, abbreviated.
fn is_same(one: &str, other: &str) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// What one version of git says, or we say because of it, and another does not.
static OF_A_VERSION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(?:hint: |Auto-merging | *(?:[a-z]+ +)?git config  )").unwrap());

/// Lines without spaces at their ends, the rows of gates that follow each other sorted, and without
/// what depends on the version of git.
fn in_order(text: &str) -> String {
    let lines = text.lines().map(str::trim_end);
    let mut lines: Vec<String> = lines
        .filter(|line| !OF_A_VERSION.is_match(line))
        .map(|line| {
            if ROW.is_match(line) {
                COLUMN.replace(line, "  [TIME]").into_owned()
            } else {
                line.to_owned()
            }
        })
        .collect();
    for rows in lines.chunk_by_mut(|one, other| ROW.is_match(one) && ROW.is_match(other)) {
        rows.sort_unstable();
    }
    lines.join("\n")
}

#[test]
fn what_changes_is_not_shown() {
    let done = |stderr: &str| Done {
        stdout: String::new(),
        stderr: stderr.to_owned(),
        names: Vec::new(),
        ..crate::sandbox::Sandbox::new().sh("")
    };
    let row = |time: &str| {
        format!("         passed  b  {time}\n         failed  a  {time}  exit code 1\n")
    };
    let expected = "         failed  a  [TIME]  exit code 1\n         passed  b  [TIME]";
    for time in [" 0.00s", "  9.8s", " 12.3s", "1m 02s", "1h 02m"] {
        assert_eq!(done(&row(time)).to_string(), expected, "{time}");
    }
    let ids = done("0123456789ab 9876543 0123456 cafebabe\n").naming("cafebabecafe", "HEAD");
    assert_eq!(ids.to_string(), "[ID1] [ID2] [ID1] [HEAD]");
    assert_eq!(
        done("within 1m 30s, on 2999-01-01").to_string(),
        "within 1m 30s, on 2999-01-01"
    );
}
