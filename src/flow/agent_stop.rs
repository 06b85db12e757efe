//! An agent is about to stop: its work is checked once, and it is told what has failed.
//!
//! Invariants: the same findings are said once in a session; an agent that was kept from stopping before is let go; what
//! cannot be checked in time, or at all, keeps no agent.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::self_path;
use crate::base::environment::Environment;
use crate::base::fault::Result;
use crate::base::text::count;
use crate::config::source;
use crate::git::Repository;
use crate::guard::{Answer, Payload};
use crate::model::trigger::Stage;
use crate::receipt::{AgentRecord, Store, digest};

/// How long the gates may take: less than the limit that is installed in hosts, 10 minutes.
const LIMIT: Duration = Duration::from_secs(590);

/// How many findings of a gate are named.
const NAMED: usize = 3;

/// The session under which trees that have passed are noted.
const PASSED: &str = "passed";

/// The answer to an agent that is about to stop.
#[must_use]
pub(super) fn answer(payload: &Payload, again: bool, dir: &Path) -> Answer {
    let silence = Answer::silence(payload.dialect);
    if again {
        return silence;
    }
    let Ok(environment) = Environment::read() else {
        return silence;
    };
    let environment = environment.in_repository(dir);
    let session = payload.session.as_deref().unwrap_or("unknown");
    match reason(&environment, session) {
        Ok(Some(reason)) => Answer::keep_on(payload.dialect, &reason),
        Ok(None) | Err(_) => silence,
    }
}

/// Why the agent is not to stop yet.
fn reason(environment: &Environment, session: &str) -> Result<Option<String>> {
    let Some(repository) = Repository::open_if_there(environment)? else {
        return Ok(None);
    };
    if source::is_missing(&repository) {
        return Ok(None);
    }
    let record = AgentRecord::of(&repository);
    let work = Work::of(environment, &repository)?;
    let found = match work {
        Work::Checked => return Ok(None),
        Work::Commits(number) => Some(Found {
            digest: format!("commits {number}"),
            text: format!(
                "{} on this branch {} not checked by gatekeeper. Run `{} audit --record`, and fix what it finds.",
                count(number, "commit"),
                if number == 1 { "was" } else { "were" },
                self_path::call(environment)
            ),
        }),
        Work::Files { state, .. } if record.noted(PASSED).as_deref() == Some(&state) => None,
        Work::Files { state, is_staged } => match run(environment, is_staged) {
            Ended::Passed => {
                // It is run again if that cannot be noted.
                let _ = record.note(PASSED, &state);
                None
            }
            Ended::Failed(found) => Some(found),
            Ended::Unknown => None,
        },
    };
    let Some(found) = found else {
        return Ok(None);
    };
    if record.noted(session).as_deref() == Some(&found.digest)
        || record.note(session, &found.digest).is_err()
    {
        return Ok(None);
    }
    Ok(Some(found.text))
}

/// What there is to check.
enum Work {
    /// Nothing, or it has passed before.
    Checked,
    /// Commits that were not checked.
    Commits(usize),
    /// Files that differ from HEAD.
    Files {
        /// A digest of what is in the index and the work tree.
        state: String,
        /// Whether all of it is staged.
        is_staged: bool,
    },
}

impl Work {
    fn of(environment: &Environment, repository: &Repository) -> Result<Self> {
        let (index, status) = repository.status()?;
        let store = Store::open(repository, environment).filter(Store::is_known);
        let tree = index.tree_id();
        let is_staged = status.beside.unstaged.is_empty() && status.unmerged.is_empty();
        if status.staged.is_empty() && is_staged {
            let head: Vec<_> = repository.head_commit()?.into_iter().collect();
            let Some(mut store) = store.filter(|_| !head.is_empty()) else {
                return Ok(Self::Checked);
            };
            store.establish(repository)?;
            return Ok(match store.ungated(repository, &head)?.len() {
                0 => Self::Checked,
                number => Self::Commits(number),
            });
        }
        let checked = tree
            .zip(store.as_ref())
            .and_then(|(tree, store)| store.stage_record(tree, Stage::PreCommit));
        if is_staged && checked.is_some() {
            return Ok(Self::Checked);
        }
        let beside = &status.beside;
        let described = format!(
            "{tree:?} {:?} {:?} {:?} {:?}",
            beside.unstaged, beside.contents, beside.untracked, status.unmerged
        );
        Ok(Self::Files {
            state: digest(&described),
            is_staged,
        })
    }
}

/// What has failed, and how it is recognized when it fails again.
struct Found {
    digest: String,
    text: String,
}

/// How the gates ended.
enum Ended {
    Passed,
    Failed(Found),
    /// They did not end in time, or reached no verdict.
    Unknown,
}

/// Runs the gates.
fn run(environment: &Environment, is_staged: bool) -> Ended {
    let report = report(environment, is_staged).unwrap_or_default();
    match report["verdict"].as_str() {
        Some("passed") => Ended::Passed,
        Some("failed") => Ended::Failed(found(&report)),
        _ => Ended::Unknown,
    }
}

/// The report of a run; `None` if it does not end in time.
fn report(environment: &Environment, is_staged: bool) -> Option<Value> {
    let mut command = Command::new(self_path::executable().ok()?);
    command.args(["run", "--format", "json"]);
    if is_staged {
        command.arg("--staged");
    }
    command
        .current_dir(&environment.current_dir)
        .env_clear()
        .envs(&environment.variables)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    let mut output = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        // What is read in part is no report.
        let _ = output.read_to_string(&mut text);
        let _ = sender.send(text);
    });
    let Ok(text) = receiver.recv_timeout(LIMIT) else {
        if let Some(pid) = i32::try_from(child.id())
            .ok()
            .and_then(rustix::process::Pid::from_raw)
        {
            // It ends its gates by itself.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        return None;
    };
    let _ = child.wait();
    serde_json::from_str(&text).ok()
}

/// What a report says of the gates that have failed.
fn found(report: &Value) -> Found {
    let mut text =
        "Your work does not pass the gates of this repository, so it cannot be committed yet.\n"
            .to_owned();
    let mut marks = String::new();
    let gates = report["gates"].as_array().into_iter().flatten();
    for gate in gates.filter(|gate| gate["lets_through"] == false) {
        push_gate(&mut text, &mut marks, gate);
    }
    let lines = report["lines"].as_array().into_iter().flatten();
    for line in lines.filter(|line| line["severity"] == "error") {
        let (path, rule) = (word(line, "path"), word(line, "rule"));
        let _ = writeln!(text, "{path}: {} [{rule}]", word(line, "message"));
        let _ = write!(marks, "{path} {rule} ");
    }
    text.push_str("Fix this, or stop again and tell the user why it is not fixed. If a gate is wrong, ask the user.");
    Found {
        digest: digest(&marks),
        text,
    }
}

fn word<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

/// Adds what a gate has found, and what makes it the same when it is found again.
fn push_gate(text: &mut String, marks: &mut String, gate: &Value) {
    let _ = write!(text, "{} {}", word(gate, "name"), word(gate, "outcome"));
    let _ = write!(marks, "{} {} ", word(gate, "name"), word(gate, "outcome"));
    if !word(gate, "cause").is_empty() {
        let _ = write!(text, ": {}", word(gate, "cause"));
    }
    text.push('\n');
    let findings: Vec<&Value> = gate["findings"].as_array().into_iter().flatten().collect();
    for finding in findings.iter().take(NAMED) {
        let line = finding["line"]
            .as_u64()
            .map_or(String::new(), |line| format!(":{line}"));
        let _ = writeln!(
            text,
            "  {}{line}: {}",
            word(finding, "path"),
            word(finding, "message")
        );
    }
    if findings.len() > NAMED {
        let _ = writeln!(text, "  and {} more", findings.len() - NAMED);
    }
    let said = gate["output"]["lines"].as_array().into_iter().flatten();
    let said: Vec<&str> = said.filter_map(Value::as_str).collect();
    let last = said.len().saturating_sub(NAMED);
    for line in said[last..].iter().filter(|_| findings.is_empty()) {
        let _ = writeln!(text, "  {line}");
        marks.push_str(line);
    }
    for finding in findings {
        marks.push_str(word(finding, "fingerprint"));
    }
    if !word(gate, "repeat").is_empty() {
        let _ = writeln!(text, "  repeat: {}", word(gate, "repeat"));
    }
}
