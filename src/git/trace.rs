//! A line for each git that we have run, if the user asks for them.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use crate::base::environment::Variables;
use crate::base::text::{shell_word, show_path};

/// The variable that asks for the lines, with the value 1.
pub(crate) const TRACE: &str = "GATEKEEPER_TRACE";

/// A git that is running, for the line that it gets at its end.
pub(super) struct Trace {
    call: String,
    started: Instant,
}

impl Trace {
    /// `None` if nobody asks for it. The directory is shown unless it is the top of the work tree.
    pub(super) fn start(
        variables: &Variables,
        words: &[impl AsRef<OsStr>],
        dir: Option<&Path>,
    ) -> Option<Self> {
        variables
            .get(OsStr::new(TRACE))
            .filter(|value| *value == "1")?;
        let mut call = "git".to_owned();
        for word in words {
            call.push(' ');
            call.push_str(&shown(word.as_ref()));
        }
        if let Some(dir) = dir {
            call.push_str(" in ");
            call.push_str(&show_path(dir));
        }
        Some(Self {
            call,
            started: Instant::now(),
        })
    }

    /// Writes the line, in one piece. It is no part of a report, and standard output may be one.
    pub(super) fn ended(&self, how: &str) {
        let time = self.started.elapsed().as_secs_f64() * 1000.0;
        let line = format!("trace: {}: {how}, {time:.1} ms\n", self.call);
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
}

/// A word as it can be pasted. An `=` needs no quotes behind the name of the program.
fn shown(word: &OsStr) -> String {
    let text = word.to_string_lossy();
    let rest = text.replace('=', "");
    if shell_word(OsStr::new(&rest)) == rest {
        text.into_owned()
    } else {
        shell_word(word)
    }
}
