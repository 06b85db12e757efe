//! The options with which the hook of a server is called: they are part of the text of its shim.

use std::fmt::Write as _;
use std::time::Duration;

/// How long the verdict of one push may take by default.
pub(crate) const SERVER_BUDGET: Duration = Duration::from_mins(1);

/// The text before the options in a shim.
const BEFORE: &str = "\" hook ";

/// The options of the hook of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ServerOptions {
    /// Whether the gates run, which executes what was pushed.
    pub(crate) run_gates: bool,
    /// How long the verdict of one push may take.
    pub(crate) budget: Duration,
}

impl ServerOptions {
    /// The options as they are typed, each with a blank after it.
    pub(super) fn words(&self) -> String {
        let mut words = String::new();
        if self.run_gates {
            words.push_str("--run-gates ");
        }
        if self.budget != SERVER_BUDGET {
            let _ = write!(words, "--budget {}ms ", self.budget.as_millis());
        }
        words
    }

    /// Reads the options in the text of a shim.
    pub(super) fn read(shim: &[u8]) -> Self {
        let text = String::from_utf8_lossy(shim);
        let call = text.rsplit_once(BEFORE).map_or("", |(_, call)| call);
        let mut words = call.split(' ');
        let mut options = Self {
            run_gates: false,
            budget: SERVER_BUDGET,
        };
        while let Some(word) = words.next() {
            match word {
                "--run-gates" => options.run_gates = true,
                "--budget" => {
                    options.budget = words
                        .next()
                        .and_then(|value| value.strip_suffix("ms"))
                        .and_then(|milliseconds| milliseconds.parse().ok())
                        .map_or(options.budget, Duration::from_millis);
                }
                _ => {}
            }
        }
        options
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::install::shim;
    use crate::model::trigger::Hook;

    #[test]
    fn options_are_read_as_they_were_written() {
        let combinations = [(false, 60_000), (true, 60_000), (false, 1), (true, 90_000)];
        for (run_gates, budget) in combinations {
            let options = ServerOptions {
                run_gates,
                budget: Duration::from_millis(budget),
            };
            for chain in [shim::Chain::None, shim::Chain::Kept] {
                let program = Path::new("/x\" hook --run-gates /gatekeeper");
                let text = shim::text(Hook::PreReceive, &program.into(), chain, &options.words());
                assert_eq!(ServerOptions::read(&text), options);
            }
        }
    }
}
