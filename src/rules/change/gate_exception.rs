//! Breaking the glass: `Gate-Exception: gate -- reason` is a trailer by which a commit says that a
//! gate fails on it, and why it is made all the same.

use std::borrow::Cow;
use std::path::Path;

use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::base::placeholder;
use crate::base::text::{clean_line, nearest};
use crate::config::{Policy, PolicySource, SHORTEST_REASON, is_reason};
use crate::git::invocation::commit_args::Piece;
use crate::model::finding::{Finding, Remedy};
use crate::model::gate::GateName;
use crate::rules::catalogue::change::GATE_EXCEPTION_MALFORMED;
use crate::rules::message::Reading;

/// The key of that trailer.
pub(crate) const GATE_EXCEPTION: &str = "Gate-Exception";

/// The separator between the gate and the reason.
const DIVIDER: &str = " -- ";

/// A gate that a commit bypasses, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GateException {
    /// The gate's name.
    pub(crate) gate: GateName,
    /// Why, fit for a terminal.
    pub(crate) reason: String,
}

/// A trailer that is meant to be an exception but is not a valid one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// Its value, fit for a terminal.
    pub(crate) value: String,
    /// What is wrong with it, as a fragment.
    pub(crate) why: Cow<'static, str>,
}

impl Malformed {
    /// The finding about it.
    #[must_use]
    pub(crate) fn finding(&self) -> Finding {
        let message = format!("`{GATE_EXCEPTION}: {}`: {}", self.value, self.why);
        let how = format!("write it as `{GATE_EXCEPTION}: gate -- reason`, or remove it");
        Finding::new(&GATE_EXCEPTION_MALFORMED, message, Remedy::Edit(how))
    }
}

/// The exceptions of a message, and the invalid ones. `trailers` are its keys and values.
#[must_use]
pub(crate) fn exceptions<'t>(
    trailers: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> (Vec<GateException>, Vec<Malformed>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (key, value) in trailers {
        if !key.eq_ignore_ascii_case(GATE_EXCEPTION) {
            continue;
        }
        match exception(value) {
            Ok(exception) => good.push(exception),
            Err(why) => bad.push(Malformed {
                value: clean_line(value.as_bytes()),
                why: why.into(),
            }),
        }
    }
    (good, bad)
}

/// The names of the gates of some commits; `None` if a gates.toml cannot be read.
///
/// # Errors
///
/// A commit cannot be read.
pub(crate) fn gates_of(
    policies: &mut PolicySource,
    commits: impl IntoIterator<Item = ObjectId>,
) -> Result<Option<Vec<String>>> {
    let mut names = Vec::new();
    for commit in commits {
        match policies.at(commit)? {
            Policy::Absent => {}
            Policy::Broken(_) => return Ok(None),
            Policy::Ready(config) => {
                let gates = config.gates.iter();
                names.extend(gates.map(|gate| gate.name.as_str().to_owned()));
            }
        }
    }
    Ok(Some(names))
}

/// Takes the exceptions away that are for none of these gates; as invalid ones, with the gate that was
/// probably meant.
#[must_use]
pub(crate) fn take_unknown(
    exceptions: &mut Vec<GateException>,
    gates: &[String],
) -> Vec<Malformed> {
    let is_known =
        |exception: &GateException| gates.iter().any(|gate| gate == exception.gate.as_str());
    let (known, unknown): (Vec<_>, Vec<_>) = exceptions.drain(..).partition(is_known);
    *exceptions = known;
    unknown
        .into_iter()
        .map(|exception| {
            let gate = exception.gate.as_str();
            let meant = nearest(gate, gates.iter().map(String::as_str));
            let meant =
                meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
            Malformed {
                value: format!("{gate}{DIVIDER}{}", exception.reason),
                why: format!("there is no gate `{gate}`{meant}").into(),
            }
        })
        .collect()
}

/// The exceptions that the message will have, as far as it was given on the command line: a gate
/// has to be excepted before there is a message. The commit-msg hook ensures that they end up in
/// it.
#[must_use]
pub(crate) fn announced_exceptions(message: &[Piece], dir: &Path) -> Vec<GateException> {
    let mut lines = Vec::new();
    for piece in message {
        match piece {
            Piece::Text(text) => lines.push(text.to_string_lossy().into_owned()),
            Piece::Trailer(text) => lines.push(text.to_string_lossy().replacen('=', ": ", 1)),
            Piece::File(file) => {
                let file = dir.join(file);
                // What a pipe holds can be read only once, and git wants to.
                if file.is_file() {
                    let text = std::fs::read(file).unwrap_or_default();
                    lines.push(String::from_utf8_lossy(&text).into_owned());
                }
            }
        }
    }
    let lines = lines.iter().flat_map(|text| text.lines());
    exceptions(lines.filter_map(|line| line.split_once(':'))).0
}

/// The gates for which a message has no exception.
#[must_use]
pub(crate) fn missing_exceptions<'g>(reading: &Reading, gates: &'g [String]) -> Vec<&'g str> {
    let trailers = reading.trailers.iter();
    let (excepted, _) =
        exceptions(trailers.map(|entry| (entry.key.as_str(), entry.value.as_str())));
    let is_missing = |gate: &&str| {
        !excepted
            .iter()
            .any(|exception| exception.gate.as_str() == *gate)
    };
    gates
        .iter()
        .map(String::as_str)
        .filter(is_missing)
        .collect()
}

fn exception(value: &str) -> std::result::Result<GateException, &'static str> {
    let (gate, reason) = value
        .split_once(DIVIDER)
        .ok_or("` -- ` is missing between the gate and the reason")?;
    let gate = GateName::parse(gate.trim()).ok_or("the text before ` -- ` is not a gate name")?;
    let reason = reason.trim();
    if let Some(why) = placeholder::left_in(reason) {
        return Err(why);
    }
    if console::measure_text_width(reason) < SHORTEST_REASON {
        return Err("the reason has fewer than 10 characters");
    }
    if !is_reason(reason) {
        return Err("the reason does not say why the exception is right");
    }
    Ok(GateException {
        gate,
        reason: clean_line(reason.as_bytes()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_names_a_gate_and_a_reason() {
        let trailers = [
            ("Signed-off-by", "A <a@example.com>"),
            ("gate-exception", "lint -- the registry is down -- see #12"),
            ("Gate-Exception", "test-all --  flaky since the upgrade "),
        ];
        let (good, bad) = exceptions(trailers);
        let shown: Vec<_> = good
            .iter()
            .map(|exception| (exception.gate.as_str(), exception.reason.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("lint", "the registry is down -- see #12"),
                ("test-all", "flaky since the upgrade"),
            ]
        );
        assert_eq!(bad, []);
    }

    #[test]
    fn an_exception_is_for_a_gate_that_exists() {
        let trailers = [
            (GATE_EXCEPTION, "lint -- the registry is down"),
            (GATE_EXCEPTION, "lnit -- the registry is down"),
            (GATE_EXCEPTION, "nothing-like-it -- the registry is down"),
        ];
        let (mut good, _) = exceptions(trailers);
        let unknown = take_unknown(&mut good, &["test".to_owned(), "lint".to_owned()]);
        assert_eq!(good.len(), 1);
        let why: Vec<&str> = unknown.iter().map(|one| one.why.as_ref()).collect();
        assert_eq!(
            why,
            [
                "there is no gate `lnit`; did you mean `lint`?",
                "there is no gate `nothing-like-it`",
            ]
        );
        assert_eq!(unknown[0].value, "lnit -- the registry is down");
    }

    #[test]
    fn an_invalid_exception_says_why() {
        for (value, why) in [
            ("lint", "` -- ` is missing"),
            ("lint - the registry is down", "` -- ` is missing"),
            ("lint --", "` -- ` is missing"),
            ("lint -- REASON", "is a placeholder"),
            ("lint -- short", "fewer than 10"),
            ("lint -- TODO: fix this later", "does not say why"),
            ("two gates -- the registry is down", "is not a gate name"),
            (" -- the registry is down", "is not a gate name"),
        ] {
            let (good, bad) = exceptions([(GATE_EXCEPTION, value)]);
            assert_eq!(good, [], "{value}");
            assert!(bad[0].why.contains(why), "{value}: {}", bad[0].why);
            assert_eq!(bad[0].value, value);
        }
    }
}
