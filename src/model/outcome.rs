//! Outcomes of gates and the verdict of a run.
//!
//! "Passed", "skipped" and "not applicable" are different words, and only these three let a
//! commit through.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use super::gate::GateName;
use super::trigger::Stage;
use crate::base::exit_code::ExitCode;
use crate::model::gate_finding::SeverityCounts;

/// How one gate ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It ran, and every condition was met.
    Passed,
    /// It ran and reported a failure.
    Failed(Failure),
    /// It ran, but has not checked anything.
    CheckedNothing(EmptyCheck),
    /// It was stopped because its time was up.
    TimedOut(Limit),
    /// Its program is missing or cannot be executed.
    CouldNotStart(StartFlaw),
    /// Its tool could not do its work, so that this is not the tool's verdict.
    ToolBroken(Breakage),
    /// It was not started, or stopped before it had an outcome.
    Cancelled(Cancellation),
    /// The tool does not check any of the files that it was given, by a configuration that the change
    /// leaves as it was.
    NotApplicable(EmptyCheck),
}

/// How it is known that a gate has not checked anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EmptyCheck {
    /// It reported success, but its output lacks the evidence that `expect` requires.
    Unproven {
        /// The expression that no line matched.
        expect: String,
    },
    /// Its tool says so.
    Said(ToolWords),
    /// No test has run, as its report or the runner says.
    NoTest,
    /// Its tool would not say so.
    Search {
        /// What a gate of the tool is called by default.
        tool: &'static str,
        /// Why it has found nothing.
        empty: EmptySearch,
    },
}

/// Why a tool has found no file to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EmptySearch {
    /// No file that it checks is where it looks.
    NoFile,
    /// It was told no path.
    NoPath,
    /// The file of this name excludes all files that it was told.
    Excluded(&'static str),
    /// The file that lists what it checks lists nothing: it says this instead.
    Listed(&'static str),
    /// It did not print this line, which it prints if it has checked something.
    Silent(&'static str),
}

/// Why a tool could not do its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Breakage {
    /// Its program was ended by a signal that we did not send: it crashed.
    Signal(i32),
    /// It says so itself.
    Said(ToolFault, ToolWords),
    /// It has left no report, or none that can be read; why, as a fragment.
    Report(String),
}

/// What a known tool has said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToolWords {
    /// What a gate of the tool is called by default.
    pub(crate) tool: &'static str,
    /// Its exit code, if that is known.
    pub(crate) code: Option<i32>,
    /// The line of its output, cleaned; `None` if the exit code says it alone.
    pub(crate) line: Option<String>,
}

/// Why a tool could not do its work, as it says itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToolFault {
    /// It broke off.
    Internal,
    /// It does not accept its configuration or its arguments.
    Usage,
    /// It could not reach the network.
    Network,
}

impl ToolFault {
    /// The word for it in reports for programs.
    #[must_use]
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Internal => "internal error",
            Self::Usage => "configuration",
            Self::Network => "network",
        }
    }
}

impl Breakage {
    /// The word for it in reports for programs.
    #[must_use]
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Signal(_) => "crash",
            Self::Said(fault, _) => fault.word(),
            Self::Report(_) => "report",
        }
    }
}

/// Why a gate could not start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StartFlaw {
    /// What is wrong, as a fragment.
    pub(crate) cause: String,
    /// What has to be corrected.
    pub(crate) help: StartHelp,
}

/// What has to be corrected before a gate can start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StartHelp {
    /// The program, or the command that names it.
    Program,
    /// The program, which lies in this directory that is not on PATH.
    NotOnPath(PathBuf),
    /// The environment in which the project's own tools are installed: it is missing.
    Environment(MissingEnvironment),
    /// A file that git tracks, which would stand in for a tool.
    Tracked(PathBuf),
    /// The gate's launcher.
    Launcher,
    /// The gate's directory.
    Dir,
    /// A variable that `env` names and that is not set.
    Variable(String),
    /// The system, which refuses new processes, threads or memory.
    System,
}

/// The missing environment of a project's own tools.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MissingEnvironment {
    /// Where the project declares its tools, relative to the top of the work tree.
    pub(crate) dir: PathBuf,
    /// What the environment is usually called: `node_modules`.
    pub(crate) names: String,
    /// The command that creates it, in `dir`.
    pub(crate) install: &'static str,
}

/// Why a gate that ran has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It ended with an exit code that does not mean success.
    ExitCode(i32),
    /// A line of its output matches `forbid`.
    Forbidden {
        /// The expression.
        forbid: String,
        /// The first line that matches, cleaned.
        line: String,
    },
    /// It has changed these tracked files, so that it has checked something else.
    Wrote(Vec<PathBuf>),
    /// It has succeeded, but its report has these findings.
    Reported(SeverityCounts),
}

/// Which limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// The gate's own `timeout`.
    Timeout(Duration),
    /// The `budget` of the whole run.
    Budget(Duration),
}

/// Why a gate has no outcome of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cancellation {
    /// A gate named in its `needs` did not pass.
    Need(GateName),
    /// `fail-fast`: another gate failed.
    FailFast(GateName),
    /// The budget of the run was used up before it could start.
    Budget(Duration),
    /// It has waited this long for its turn among the heavy gates of this machine.
    NoSlot(Duration),
    /// The run was ended from outside.
    Ended(Ending),
    /// Nothing was started, because another gate's program cannot start.
    NotStarted,
}

/// Why there is nothing to do for a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotApplicable {
    /// The change set is empty.
    NothingChanged,
    /// No path of the change set matches its patterns.
    NoMatch {
        /// The patterns of `files`.
        patterns: Vec<String>,
    },
    /// It takes `{files}`, but no path that matches can be passed to it.
    NothingLeft(BTreeSet<Unfit>),
}

/// Why a path that matches is not passed to a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unfit {
    /// It was deleted.
    Deleted,
    /// The merge took it over from one side as it was.
    TakenOver,
    /// It is a symbolic link or a submodule.
    NoFile,
}

/// Why a gate does not belong to this run at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotWanted {
    /// It is wanted at other stages only.
    OtherStage(Vec<Stage>),
    /// Other gates were named on the command line.
    NotNamed,
    /// Another shard of the plan runs it.
    OtherShard,
}

impl Outcome {
    /// The word for this outcome, the same in every report.
    #[must_use]
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::CheckedNothing(_) => "checked nothing",
            Self::TimedOut(_) => "timed out",
            Self::CouldNotStart(_) => "could not start",
            Self::ToolBroken(_) => "tool broken",
            Self::Cancelled(_) => "cancelled",
            Self::NotApplicable(_) => "not applicable",
        }
    }

    /// Every word for how a gate has ended, in the order of a summary: worst first.
    pub(crate) const WORDS: [&'static str; 10] = [
        "failed",
        "timed out",
        "checked nothing",
        "tool broken",
        "could not start",
        "cancelled",
        "passed",
        Self::CACHED,
        "skipped",
        "not applicable",
    ];

    /// The word for a gate that was not run, because it has passed on the same tree before.
    pub(crate) const CACHED: &'static str = "cached";

    /// Whether a commit may go through with this outcome.
    #[must_use]
    pub(crate) fn lets_through(&self) -> bool {
        matches!(self, Self::Passed | Self::NotApplicable(_))
    }
}

/// The result of the whole run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Every blocking gate and every rule lets the commit through.
    Passed,
    /// At least one blocking gate ran and did not pass, or a rule refuses something.
    Failed,
    /// At least one blocking gate could not start, so there is no verdict.
    Unable,
    /// The checked files changed during the check, so there is no verdict.
    Overtaken,
    /// The run was ended from outside.
    Cancelled(Ending),
}

/// What ended a run from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// We were sent this signal.
    Signal(i32),
    /// git, which had called us, is gone, so no process waits for a verdict.
    ParentGone,
}

impl Verdict {
    /// The verdict over the outcomes of the blocking gates.
    ///
    /// A run that was ended from outside has no other verdict; a tool that cannot start is
    /// distinguished from a gate that failed.
    #[must_use]
    pub(crate) fn over<'a>(
        blocking: impl IntoIterator<Item = &'a Outcome>,
        ended_by: Option<Ending>,
    ) -> Self {
        if let Some(ending) = ended_by {
            return Self::Cancelled(ending);
        }
        let mut verdict = Self::Passed;
        for outcome in blocking {
            if matches!(outcome, Outcome::CouldNotStart(_)) {
                return Self::Unable;
            }
            if !outcome.lets_through() {
                verdict = Self::Failed;
            }
        }
        verdict
    }

    /// How many characters the longest word for a verdict has.
    pub(crate) const LONGEST_WORD: usize = "overtaken".len();

    /// The word for this verdict, the same in every report.
    #[must_use]
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Unable => "unable",
            Self::Overtaken => "overtaken",
            Self::Cancelled(_) => "cancelled",
        }
    }

    /// The exit code of a run with this verdict.
    #[must_use]
    pub(crate) fn exit_code(self) -> ExitCode {
        match self {
            Self::Passed => ExitCode::Passed,
            Self::Failed => ExitCode::Failed,
            Self::Unable | Self::Overtaken | Self::Cancelled(Ending::ParentGone) => {
                ExitCode::Unable
            }
            Self::Cancelled(Ending::Signal(signal)) => ExitCode::Signal(signal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_three_lets_a_commit_through() {
        let gate = GateName::new("lint").unwrap();
        let outcomes = [
            (Outcome::Passed, true),
            (Outcome::Failed(Failure::ExitCode(1)), false),
            (
                Outcome::CheckedNothing(EmptyCheck::Unproven {
                    expect: "ok".into(),
                }),
                false,
            ),
            (
                Outcome::TimedOut(Limit::Timeout(Duration::from_secs(1))),
                false,
            ),
            (
                Outcome::CouldNotStart(StartFlaw {
                    cause: "gone".into(),
                    help: StartHelp::Program,
                }),
                false,
            ),
            (Outcome::ToolBroken(Breakage::Signal(11)), false),
            (
                Outcome::NotApplicable(EmptyCheck::Said(ToolWords {
                    tool: "ruff",
                    code: Some(0),
                    line: None,
                })),
                true,
            ),
            (Outcome::Cancelled(Cancellation::Need(gate)), false),
        ];
        for (outcome, lets_through) in &outcomes {
            assert_eq!(outcome.lets_through(), *lets_through, "{outcome:?}");
            assert!(Outcome::WORDS.contains(&outcome.word()));
            let verdict = Verdict::over([outcome], None);
            assert_eq!(verdict.exit_code() == ExitCode::Passed, *lets_through);
            let cancelled = Verdict::over([outcome], Some(Ending::Signal(2)));
            assert_eq!(cancelled.exit_code(), ExitCode::Signal(2));
            let orphaned = Verdict::over([outcome], Some(Ending::ParentGone));
            assert_ne!(orphaned.exit_code(), ExitCode::Passed);
        }
    }
}
