//! Follows a script as `sh -e` would, and finds the checks whose failure never affects its exit
//! code.

use std::ops::Range;

use super::trap::trap_at_exit;
use crate::shell::{CommandKind, Joint, Pipeline, Script, ScriptStep, ShellCommand, parse};
use crate::tools::{Cause, SwallowedStatus};

/// The ways in which a command may end.
#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, and every combination happens"
)]
pub(super) struct ExitFlow {
    /// Its status may be the failure of a check.
    pub(super) fails: bool,
    /// Such a failure stops a shell with `-e`.
    pub(super) trips: bool,
    /// It may end the whole script with a failure.
    pub(super) exits: bool,
    /// It ends the script with success.
    pub(super) ends: bool,
    /// It may fail for reasons of its own, so it does not hide failures on purpose.
    pub(super) chore: bool,
}

impl ExitFlow {
    const CHECK: Self = Self {
        fails: true,
        trips: true,
        exits: false,
        ends: false,
        chore: false,
    };

    /// Whether a failure affects the exit code, if this is the last command.
    pub(super) fn can_fail(self) -> bool {
        self.fails || self.exits
    }

    /// Either of two flows.
    fn or(self, other: Self) -> Self {
        Self {
            fails: self.fails || other.fails,
            trips: self.trips || other.trips,
            exits: self.exits || other.exits,
            ends: false,
            chore: self.chore || other.chore,
        }
    }
}

/// The state of the walk over a script.
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are a shell's own switches"
)]
pub(super) struct ScriptWalker {
    /// `set -e`
    pub(super) errexit: bool,
    /// `set -o pipefail`
    pub(super) pipefail: bool,
    /// Whether this part of the script is reached in any case, or not at all.
    pub(super) certain: bool,
    /// Whether options are set in a part that may or may not be reached.
    pub(super) unclear: bool,
    /// In conditions, a shell continues in spite of `-e`.
    pub(super) suspended: bool,
    /// Whether the environment makes warnings of the Rust compiler errors.
    pub(super) denies: bool,
    /// Scripts around this one.
    pub(super) depth: usize,
    pub(super) swallowed: Vec<SwallowedStatus>,
    /// How many of these stand before the last command that can fail.
    pub(super) checked: usize,
    /// Findings that count whether the script can fail or not.
    pub(super) around: Vec<SwallowedStatus>,
    /// How many times a trap is set.
    pub(super) traps: usize,
    /// Where commands begin that are known to succeed.
    pub(super) inert: Vec<usize>,
    /// Whether a command does more than print or end the script.
    pub(super) acts: bool,
}

/// How a shell runs a script, and what is known about that.
#[derive(Debug, Clone, Default)]
pub(crate) struct ShellState {
    /// `-e`
    pub(crate) errexit: bool,
    /// `-o pipefail`
    pub(crate) pipefail: bool,
    /// Whether the environment makes warnings of the Rust compiler errors.
    pub(crate) denies: bool,
    /// Where commands begin that are known to succeed.
    pub(crate) inert: Vec<usize>,
}

/// What a script's exit code can say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ExitCodes {
    /// Whether it can be the failure of a check.
    pub(crate) can_fail: bool,
    /// Whether a command in it does more than print or end the script.
    pub(crate) acts: bool,
    /// What keeps it from failing.
    pub(crate) swallowed: Vec<SwallowedStatus>,
}

/// What keeps a gate's command from failing; empty if it can fail.
pub(crate) fn swallowed(text: &str, denies: bool) -> Vec<SwallowedStatus> {
    let state = ShellState {
        errexit: true,
        denies,
        ..ShellState::default()
    };
    exit_codes(text, state).swallowed
}

/// What a script's exit code can say. What cannot be read can fail.
pub(crate) fn exit_codes(text: &str, state: ShellState) -> ExitCodes {
    // A script that sets the flags itself decides about them.
    let sets_flags = text.contains("RUSTFLAGS") || text.contains("CARGO_BUILD_WARNINGS");
    let mut walker = ScriptWalker::new(state.errexit, state.pipefail, state.denies || sets_flags);
    walker.inert = state.inert;
    let Ok(script) = parse(text) else {
        return ExitCodes {
            can_fail: true,
            acts: true,
            swallowed: Vec::new(),
        };
    };
    let can_fail = walker.script(&script).can_fail() || walker.unclear;
    let acts = walker.acts;
    let mut swallowed = walker.around;
    let trap = trap_at_exit(&script).filter(|_| walker.traps == 1);
    if let (Some(trap), true) = (trap.clone(), can_fail) {
        swallowed.push(trap);
    } else if can_fail {
        // A tool that cannot fail and comes last: nothing looks at what it has found.
        let unchecked = walker.swallowed.into_iter().skip(walker.checked);
        swallowed.extend(unchecked.filter(|swallowed| swallowed.cause.is_tool()));
    } else {
        let is_check = |swallowed: &SwallowedStatus| swallowed.cause != Cause::Informs;
        let has_check = walker.swallowed.iter().any(is_check);
        let own = walker.swallowed.into_iter();
        swallowed.extend(own.filter(|swallowed| !has_check || is_check(swallowed)));
    }
    let can_fail = can_fail && trap.is_none();
    ExitCodes {
        can_fail,
        acts,
        swallowed,
    }
}

impl ScriptWalker {
    /// The state at the beginning of a script.
    pub(super) fn new(errexit: bool, pipefail: bool, denies: bool) -> Self {
        Self {
            errexit,
            pipefail,
            certain: true,
            unclear: false,
            suspended: false,
            denies,
            depth: 0,
            swallowed: Vec::new(),
            checked: 0,
            around: Vec::new(),
            traps: 0,
            inert: Vec::new(),
            acts: false,
        }
    }

    /// A script that runs in its own shell.
    pub(super) fn script(&mut self, script: &Script) -> ExitFlow {
        let mut flow = self.list(script);
        flow.fails |= flow.exits;
        flow.trips |= flow.exits;
        flow.exits = false;
        flow.ends = false;
        flow
    }

    fn swallow(&mut self, span: Range<usize>, cause: Cause, label: impl Into<String>, help: &str) {
        self.swallowed.push(SwallowedStatus {
            span,
            cause,
            label: label.into(),
            help: help.to_owned(),
        });
    }

    /// Discards what was found since then.
    fn forget(&mut self, since: usize) {
        self.swallowed.truncate(since);
        self.checked = self.checked.min(since);
    }

    /// A command that can fail, so that it may check what went before.
    pub(super) fn check(&mut self) -> ExitFlow {
        self.checked = self.swallowed.len();
        self.acts = true;
        ExitFlow::CHECK
    }

    /// Where the status is tested, `-e` has no effect.
    fn in_condition(&mut self, walk: impl FnOnce(&mut Self) -> ExitFlow) -> ExitFlow {
        let before = std::mem::replace(&mut self.suspended, true);
        let flow = walk(self);
        self.suspended = before;
        flow
    }

    /// A part of the script that may or may not be reached.
    fn conditionally(&mut self, walk: impl FnOnce(&mut Self) -> ExitFlow) -> ExitFlow {
        let before = std::mem::replace(&mut self.certain, false);
        let flow = walk(self);
        self.certain = before;
        flow
    }

    fn list(&mut self, script: &Script) -> ExitFlow {
        let mut total = ExitFlow::default();
        let count = script.steps.len();
        for (at, step) in script.steps.iter().enumerate() {
            let flow = self.step(step);
            total.exits |= flow.exits;
            if at + 1 == count || flow.ends {
                total = ExitFlow {
                    exits: total.exits,
                    ..flow
                };
                if flow.ends {
                    self.unreached(step, &script.steps[at + 1..]);
                }
                break;
            }
            let stops = self.errexit && !self.suspended;
            if stops && flow.trips {
                total.exits = true;
            } else if flow.fails {
                let why = if stops {
                    "does not stop the script: `-e` ignores `!` and commands before `&&`"
                } else {
                    "does not stop the script, and its status is not the script's status"
                };
                let help = "end the command with `|| exit 1`";
                self.swallow(step.span(), Cause::Status, why, help);
            }
        }
        total
    }

    /// Records a success before checks.
    fn unreached(&mut self, step: &ScriptStep, later: &[ScriptStep]) {
        let (swallowed, checked) = (self.swallowed.len(), self.checked);
        let mut has_checks = false;
        for step in later {
            has_checks |= self.step(step).can_fail();
        }
        has_checks |= self.swallowed.len() > swallowed;
        self.swallowed.truncate(swallowed);
        self.checked = checked;
        if has_checks {
            let label = "ends the script with success before its checks";
            self.swallow(step.span(), Cause::Status, label, "remove it");
        }
    }

    fn step(&mut self, step: &ScriptStep) -> ExitFlow {
        let Some(sign) = &step.background else {
            return self.chain(step);
        };
        if self.subshell(|walker| walker.chain(step)).can_fail() {
            let label = "`&` succeeds at once, whatever the command's status";
            self.swallow(sign.clone(), Cause::Status, label, "remove `&`");
        }
        ExitFlow::default()
    }

    fn chain(&mut self, step: &ScriptStep) -> ExitFlow {
        let count = step.rest.len();
        let mut flow = if count == 0 {
            self.pipeline(&step.first)
        } else {
            self.in_condition(|walker| walker.pipeline(&step.first))
        };
        for (at, (joint, pipeline)) in step.rest.iter().enumerate() {
            let next = self.conditionally(|walker| {
                if at + 1 == count {
                    walker.pipeline(pipeline)
                } else {
                    walker.in_condition(|walker| walker.pipeline(pipeline))
                }
            });
            flow = self.joined(flow, joint, pipeline, next);
        }
        flow
    }

    fn joined(
        &mut self,
        flow: ExitFlow,
        joint: &Joint,
        pipeline: &Pipeline,
        next: ExitFlow,
    ) -> ExitFlow {
        let exits = flow.exits || next.exits;
        if joint.is_and {
            return ExitFlow {
                fails: flow.fails || next.fails,
                exits,
                ends: false,
                ..next
            };
        }
        if flow.fails && !next.can_fail() && !next.chore {
            let span = joint.span.start..pipeline.span().end;
            let label = "turns every failure into a success";
            let help = "remove it; list exit codes that mean success in `success-codes`";
            self.swallow(span, Cause::Status, label, help);
        }
        ExitFlow {
            exits,
            ends: false,
            ..next
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) -> ExitFlow {
        let since = self.swallowed.len();
        let mut flow = if pipeline.negated {
            self.in_condition(|walker| walker.piped(&pipeline.commands))
        } else {
            self.piped(&pipeline.commands)
        };
        if pipeline.negated {
            // A command that always succeeds fails with `!` before it.
            self.forget(since);
            flow.fails = true;
            flow.trips = false;
            flow.ends = false;
            self.checked = self.swallowed.len();
        }
        flow
    }

    fn piped(&mut self, commands: &[ShellCommand]) -> ExitFlow {
        let Some((last, earlier_commands)) = commands.split_last() else {
            return ExitFlow::default();
        };
        if earlier_commands.is_empty() {
            return self.command(last);
        }
        let since = self.swallowed.len();
        let mut earlier = false;
        for command in earlier_commands {
            earlier |= self.subshell(|walker| walker.command(command)).fails;
        }
        let is_reported = self.swallowed.len() > since;
        let flow = self.subshell(|walker| walker.command(last));
        if self.pipefail && earlier {
            return flow.or(ExitFlow::CHECK);
        }
        if flow.can_fail() {
            // It checks what the earlier commands have found.
            self.forget(since);
        } else if earlier && !is_reported {
            self.swallow(
                last.span.clone(),
                Cause::Shown,
                "a pipeline succeeds if its last command does, and this command only prints",
                "remove it, check the output with `forbid` or `expect`, or run bash -o pipefail \
                 -c '...'",
            );
        }
        flow
    }

    /// A part of the script that is a process of its own.
    fn subshell(&mut self, walk: impl FnOnce(&mut Self) -> ExitFlow) -> ExitFlow {
        let options = (self.errexit, self.pipefail, self.certain);
        self.certain = true;
        let flow = walk(self);
        (self.errexit, self.pipefail, self.certain) = options;
        // A failure that did not stop it there stops the script around it.
        ExitFlow {
            fails: flow.can_fail(),
            trips: flow.can_fail(),
            exits: false,
            ends: false,
            ..flow
        }
    }

    fn command(&mut self, command: &ShellCommand) -> ExitFlow {
        match &command.kind {
            CommandKind::Simple(simple) => self.simple(simple),
            CommandKind::Group(script) => self.list(script),
            CommandKind::Subshell(script) => self.subshell(|walker| walker.list(script)),
            CommandKind::If { arms, otherwise } => self.branches(arms, otherwise.as_ref()),
            CommandKind::Loop {
                condition, body, ..
            } => {
                let condition_flow = condition
                    .as_ref()
                    .map(|condition| self.condition(condition));
                let mut flow = self.conditionally(|walker| walker.list(body));
                flow.exits |= condition_flow.is_some_and(|condition_flow| condition_flow.exits);
                flow.ends = false;
                flow
            }
            CommandKind::Case(branches) => {
                branches.iter().fold(ExitFlow::default(), |flow, branch| {
                    flow.or(self.conditionally(|walker| walker.list(branch)))
                })
            }
            CommandKind::Test => self.check(),
            CommandKind::Function(..) => ExitFlow::default(),
        }
    }

    fn condition(&mut self, condition: &Script) -> ExitFlow {
        self.conditionally(|walker| walker.in_condition(|walker| walker.list(condition)))
    }

    fn branches(&mut self, arms: &[(Script, Script)], otherwise: Option<&Script>) -> ExitFlow {
        let mut total = ExitFlow::default();
        let mut lost = None;
        for (condition, body) in arms {
            let condition_flow = self.condition(condition);
            if condition_flow.fails {
                lost = condition.steps.first().map(ScriptStep::span);
            }
            total.exits |= condition_flow.exits;
            total = total.or(self.conditionally(|walker| walker.list(body)));
        }
        if let Some(otherwise) = otherwise {
            total = total.or(self.conditionally(|walker| walker.list(otherwise)));
        }
        if let Some(span) = lost
            && !total.can_fail()
            && !total.chore
        {
            let label = "a false condition is not a failure, and no other command here can fail";
            self.swallow(
                span,
                Cause::Status,
                label,
                "add `exit 1` to the branch for the failure",
            );
        }
        total
    }
}
