//! Hooks in words, for `install` and `status`.

use std::fmt::Write as _;
use std::path::Path;

use crate::base::text::{shell_word, show_path};
use crate::install::{ChainedHook, HookChange, HookDone, HookState, HookStatus};
use crate::report::{self, Style};

pub(super) fn report_hooks(done: &[HookDone], top: &Path, style: Style) {
    for HookDone { hook, file, change } in done {
        let word = match change {
            HookChange::Installed => style.good("installed"),
            HookChange::ChainLost => style.bad("  updated"),
            HookChange::Chained => style.good("  chained"),
            HookChange::Restored => style.good(" restored"),
            HookChange::Updated => style.good("  updated"),
            HookChange::Unchanged => style.faint("unchanged"),
            HookChange::Removed => style.careful("  removed"),
            HookChange::Absent => style.faint("   absent"),
            HookChange::Foreign => style.careful("  foreign"),
        };
        let file = show_path(file.strip_prefix(top).unwrap_or(file));
        let remark = if *change == HookChange::ChainLost {
            style.bad(", but the earlier hook, which ran before it, is missing")
        } else {
            String::new()
        };
        report::say(&format!("{word}  {hook}  {}{remark}\n", style.faint(&file)));
    }
}

/// That a hook does not run.
fn skipped(file: &str) -> String {
    format!("skips {file}, because it is not executable")
}

/// Reports the earlier hooks that git has skipped, too; they may be meant to run.
pub(super) fn report_skipped(chained: &[ChainedHook], top: &Path, style: Style) {
    for hook in chained.iter().filter(|hook| !hook.is_runnable) {
        let file = hook.file.strip_prefix(top).unwrap_or(&hook.file);
        report::say(&format!(
            "{}: {} is not executable, so it is skipped, as git does; run `chmod +x {}` if it is \
             meant to run\n",
            style.careful("note"),
            show_path(file),
            shell_word(file.as_os_str())
        ));
    }
}

pub(super) fn push_hook(text: &mut String, hook: &HookStatus, style: Style) {
    let file = show_path(&hook.file);
    let what = match &hook.state {
        HookState::Ours {
            program,
            other_version,
        } => {
            let version = if *other_version {
                ", of another version"
            } else {
                ""
            };
            let program = show_path(program);
            format!(
                "{}{version}: {file} starts {program}",
                style.good("in place")
            )
        }
        HookState::ProgramGone { program } => format!(
            "{}: {file} starts {}, which is missing, so every commit is stopped",
            style.bad("broken"),
            show_path(program)
        ),
        HookState::ChainLost => format!(
            "{}: the earlier hook that {file} runs first is missing, so every commit is stopped",
            style.bad("broken")
        ),
        HookState::Changed => {
            format!(
                "{}: {file} was changed after it was installed",
                style.bad("changed")
            )
        }
        HookState::NotExecutable => {
            format!(
                "{}: git ignores {file}, because it is not executable",
                style.bad("off")
            )
        }
        HookState::Foreign => format!("{}: git executes {file}", style.bad("not ours")),
        HookState::Absent => format!("{}: git looks for {file}", style.bad("absent")),
    };
    let _ = writeln!(text, "{:>22}  {what}", hook.hook.name());
    if let Some(chained) = &hook.chained {
        let file = show_path(&chained.file);
        let word = if chained.is_runnable {
            format!("runs {file} first")
        } else {
            style.careful(&skipped(&file))
        };
        let _ = writeln!(text, "{:>22}  {word}", "");
    }
}
