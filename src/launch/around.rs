//! The call that a launcher makes of the call of a gate.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::time::Duration;

use super::marks::Mark;
use crate::base::text::shell_word;
use crate::model::launcher::{Launcher, LauncherPart, LauncherPlaceholder};
use crate::plan::GateCall;

/// What is put around the command where it runs. All output goes one way, so that it lies between the
/// marks. `$@` is the command; it runs beside the shell, so that a signal that reaches only the shell
/// reaches the command as well.
const SCRIPT: &str = r#"mark=$1; shift
test -t 1 && stty -opost 2>/dev/null
exec 2>&1
echo "$mark begin"
"$@" &
child=$!
trap 'kill -TERM "$child"' HUP INT TERM
wait "$child"; code=$?
while kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done
echo "$mark end $code"
exit "$code""#;

/// Where and how a gate is launched.
#[derive(Clone, Copy)]
pub(crate) struct LaunchPlace<'a> {
    /// The launcher.
    pub(crate) launcher: &'a Launcher,
    /// The name of the gate.
    pub(crate) gate: &'a str,
    /// The directory that the gate knows as the top of the work tree.
    pub(crate) view: &'a Path,
    /// The directory in which the command runs.
    pub(crate) dir: &'a Path,
    /// The time limit.
    pub(crate) timeout: Option<Duration>,
    /// The variables of the gate's own `env`, which no launcher is sure to hand on.
    pub(crate) env: &'a BTreeMap<String, OsString>,
}

/// The call that starts the launcher with a call of the gate.
#[must_use]
pub(crate) fn around(call: &GateCall, place: LaunchPlace<'_>, mark: &Mark) -> GateCall {
    let command = wrapped(call, place, mark);
    let filled = place.launcher.words.iter().map(|word| {
        let mut filled = OsString::new();
        for part in &word.0 {
            match part {
                LauncherPart::Text(text) => filled.push(text),
                LauncherPart::Placeholder(LauncherPlaceholder::View) => filled.push(place.view),
                LauncherPart::Placeholder(LauncherPlaceholder::Dir) => filled.push(place.dir),
                LauncherPart::Placeholder(LauncherPlaceholder::Gate) => filled.push(place.gate),
                LauncherPart::Placeholder(LauncherPlaceholder::Timeout) => {
                    filled.push(seconds(place.timeout).to_string());
                }
                LauncherPart::Placeholder(LauncherPlaceholder::Command) => {
                    filled.push(in_a_shell(&command, place.dir));
                }
            }
        }
        filled
    });
    let mut words: Vec<OsString> = filled.collect();
    if !place.launcher.has(LauncherPlaceholder::Command) {
        words.extend(command);
    }
    let arguments = words.split_off(1.min(words.len()));
    GateCall::Program {
        program: words.pop().unwrap_or_default(),
        arguments,
    }
}

/// The script around a call, as words.
fn wrapped(call: &GateCall, place: LaunchPlace<'_>, mark: &Mark) -> Vec<OsString> {
    let mut words = ["sh", "-c", SCRIPT, "sh"].map(OsString::from).to_vec();
    words.push(mark.text().into());
    if !place.env.is_empty() {
        words.push("env".into());
        words.extend(place.env.iter().map(|(name, value)| {
            let mut pair = OsString::from(name);
            pair.push("=");
            pair.push(value);
            pair
        }));
    }
    match call {
        GateCall::Program { program, arguments } => {
            words.push(program.clone());
            words.extend(arguments.iter().cloned());
        }
        GateCall::Shell { script, arguments } => {
            words.extend(["sh", "-e", "-c", script, "sh"].map(OsString::from));
            words.extend(arguments.iter().cloned());
        }
    }
    words
}

/// Words as a line for a shell that starts in another directory.
fn in_a_shell(words: &[OsString], dir: &Path) -> OsString {
    let quoted: Vec<String> = words.iter().map(|word| shell_word(word)).collect();
    let dir = shell_word(dir.as_os_str());
    OsStr::new(&format!("cd {dir} && exec {}", quoted.join(" "))).to_owned()
}

/// A time limit in whole seconds, at least one.
fn seconds(timeout: Option<Duration>) -> u64 {
    timeout.map_or(0, |limit| {
        limit
            .as_millis()
            .div_ceil(1000)
            .try_into()
            .unwrap_or(u64::MAX)
    })
}
