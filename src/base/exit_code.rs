//! The exit codes of every command: one list, documented in the README.

use std::process;

/// The reason why the process ends, as the number that git, CI and scripts see.
///
/// Nothing but [`ExitCode::Passed`] lets a commit through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitCode {
    /// 0: everything that had to pass has passed.
    Passed,
    /// 1: a gate or rule failed.
    Failed,
    /// 2: the command line or the text of a configuration is wrong.
    Usage,
    /// 2: the guard refuses what an agent is about to do; hosts of agents take it as a no.
    Denied,
    /// 3: gatekeeper could not do its job: no git, a tool that cannot start.
    Unable,
    /// The exit code of the hook that was there before ours: its failure is final.
    Chained(u8),
    /// The exit code of a run that was recorded.
    Recorded(u8),
    /// 70: a bug in gatekeeper.
    Bug,
    /// 75: a run in the background has not ended.
    Running,
    /// 128 + n: ended by signal n.
    Signal(i32),
}

impl ExitCode {
    /// The exit code of a check.
    #[must_use]
    pub(crate) fn passed_if(is_passed: bool) -> Self {
        if is_passed {
            Self::Passed
        } else {
            Self::Failed
        }
    }

    /// The number given to the operating system.
    #[must_use]
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Usage | Self::Denied => 2,
            Self::Unable => 3,
            Self::Chained(code) | Self::Recorded(code) => code.max(1),
            Self::Bug => 70,
            // EX_TEMPFAIL of sysexits(3): try again.
            Self::Running => 75,
            // A signal's number is below 128, but an exit code of 0 must be impossible here.
            Self::Signal(signal) => u8::try_from(signal.saturating_add(128).max(1)).unwrap_or(255),
        }
    }
}

impl From<ExitCode> for process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}

#[cfg(test)]
mod tests {
    use super::ExitCode;

    #[test]
    fn only_passed_is_zero() {
        let not_passed = [
            ExitCode::Failed,
            ExitCode::Usage,
            ExitCode::Denied,
            ExitCode::Unable,
            ExitCode::Bug,
            ExitCode::Chained(0),
            ExitCode::Recorded(0),
            ExitCode::Running,
            ExitCode::Signal(2),
            ExitCode::Signal(-128),
            ExitCode::Signal(i32::MAX),
        ];
        assert_eq!(ExitCode::Passed.number(), 0);
        for code in not_passed {
            assert_ne!(code.number(), 0, "{code:?}");
        }
        assert_eq!(ExitCode::Signal(15).number(), 143);
    }
}
