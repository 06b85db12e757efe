//! Hooks in git's configuration, in addition to the files.
//!
//! git runs them before the file of the same hook, and also if `core.hooksPath` leads elsewhere or
//! the files are gone. Each of them leaves to the file what the file will do.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::Path;

use super::hook_file::is_executable;
use super::shim::{self, Owner};
use super::status::chosen;
use crate::base::environment::Environment;
use crate::base::fault::Result;
use crate::git::{HookSetting, Repository, is_false};
use crate::model::trigger::Hook;

/// The prefix of the names of our hooks; the event follows. git does not accept the name of an
/// event.
const PREFIX: &str = "gatekeeper-";

/// The command with places for the hook's name and our program. git puts `"$@"` after it; it is
/// executed in place of the shell, so that git is its parent.
const TEMPLATE: &str = "gatekeeper=@GATEKEEPER@; @EARLY@\
    [ -f \"$gatekeeper\" ] && [ -x \"$gatekeeper\" ] && [ -s \"$gatekeeper\" ] || \
    { gatekeeper=$(command -v gatekeeper); \
    case $gatekeeper in \"$PWD\"/* | [!/]* | '') false ;; esac; } || { \
    echo 'error: gatekeeper is installed as a hook here, but its program is missing' >&2; \
    echo 'help: install it again, then run `gatekeeper install` in this repository' >&2; \
    exit 3; }; \
    exec \"$gatekeeper\" hook --from-config @HOOK@";

/// git calls this hook in several states at every update; only in this one is there anything to do.
const EARLY: &str = "[ \"$1\" = prepared ] || exit 0; ";

/// What happened to the hooks in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConfigurationChange {
    /// This git runs no hooks from there.
    GitTooOld,
    /// They have been written.
    Written,
    /// They were already there, just as they should be.
    Unchanged,
    /// They have been taken out.
    Removed,
    /// There are none.
    Absent,
}

/// The state of one hook in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConfiguredState {
    /// It is there as we have written it.
    InPlace,
    /// It is not there.
    Absent,
    /// It differs from what we write.
    Changed,
    /// It is switched off, under its own name or with everything for its event.
    SwitchedOff,
}

/// Writes our hooks into the repository's own configuration, if its git runs them from there.
///
/// # Errors
///
/// git cannot be started, or the configuration cannot be read or written.
pub(crate) fn configure(repository: &Repository, program: &Path) -> Result<ConfigurationChange> {
    if !repository.runs_configured_hooks()? {
        return Ok(ConfigurationChange::GitTooOld);
    }
    let settings = repository.hook_settings()?;
    let mut change = ConfigurationChange::Unchanged;
    for hook in Hook::ALL {
        let command = command(hook, program);
        let configured = FoundHook::read(&settings, hook);
        if !configured.is(hook, &command) || configured.is_off {
            repository.set_hook(&name(hook), hook.name(), &command)?;
            change = ConfigurationChange::Written;
        }
    }
    Ok(change)
}

/// Takes our hooks out of the repository's own configuration, even if they were changed or written
/// by another version of gatekeeper.
///
/// # Errors
///
/// git cannot be started, or the configuration cannot be read or written.
pub(crate) fn unconfigure(repository: &Repository) -> Result<ConfigurationChange> {
    let mut change = ConfigurationChange::Absent;
    for name in repository.own_hook_names()? {
        if name.starts_with(PREFIX) {
            repository.unset_hook(&name)?;
            change = ConfigurationChange::Removed;
        }
    }
    Ok(change)
}

/// How git will understand its configuration for every hook; `None` if it runs no hooks from there.
///
/// # Errors
///
/// git cannot be started, or cannot read its configuration.
pub(crate) fn configured(repository: &Repository) -> Result<Option<Vec<(Hook, ConfiguredState)>>> {
    if !repository.runs_configured_hooks()? {
        return Ok(None);
    }
    let settings = repository.hook_settings()?;
    let states = Hook::ALL.map(|hook| (hook, FoundHook::read(&settings, hook).state(hook)));
    Ok(Some(states.to_vec()))
}

/// Whether git will execute our shim for a hook, just as we would write it, and so this program,
/// once it is done with the hooks in its configuration.
///
/// # Errors
///
/// git does not say where it looks for hooks.
pub(crate) fn runs_next(
    repository: &Repository,
    environment: &Environment,
    hook: Hook,
    program: &Path,
) -> Result<bool> {
    let file = repository.hooks_dir()?.join(hook.name());
    // A file that cannot be read is not known to be ours.
    let Ok(Owner::Ours(text)) = shim::owner(&file) else {
        return Ok(false);
    };
    let programs = shim::programs(&text).unwrap_or_default();
    let as_written = text == shim::text(hook, &programs, shim::chain(&text), "");
    // Anyone can write a shim that starts something else.
    let started = chosen(&programs, &repository.work_tree, environment)
        .and_then(|started| started.canonicalize().ok());
    let is_us = started.is_some() && started == program.canonicalize().ok();
    Ok(is_us && as_written && is_executable(&file))
}

fn name(hook: Hook) -> String {
    format!("{PREFIX}{hook}")
}

fn command(hook: Hook, program: &Path) -> OsString {
    let early = match hook {
        Hook::ReferenceTransaction => EARLY,
        _ => "",
    };
    let places: [(&[u8], &[u8]); 3] = [
        (b"@EARLY@", early.as_bytes()),
        (b"@GATEKEEPER@", &shim::quoted(program.as_os_str())),
        (b"@HOOK@", hook.name().as_bytes()),
    ];
    OsString::from_vec(shim::fill(TEMPLATE.as_bytes(), &places))
}

/// The configuration of one of our hooks.
struct FoundHook<'a> {
    events: Vec<&'a OsString>,
    command: Option<&'a OsString>,
    is_off: bool,
    is_event_off: bool,
}

impl<'a> FoundHook<'a> {
    /// Reads the settings as git does: a later one counts, but events add up until an empty one.
    fn read(settings: &'a [HookSetting], hook: Hook) -> Self {
        let mut configured = Self {
            events: Vec::new(),
            command: None,
            is_off: false,
            is_event_off: false,
        };
        let name = name(hook);
        for setting in settings {
            let is_false = setting.value.as_deref().is_some_and(is_false);
            match (setting.key.as_str(), setting.value.as_ref()) {
                ("enabled", _) if setting.name == hook.name() => configured.is_event_off = is_false,
                _ if setting.name != name => {}
                ("enabled", _) => configured.is_off = is_false,
                ("event", Some(event)) if event.is_empty() => configured.events.clear(),
                ("event", Some(event)) => configured.events.push(event),
                ("command", command) => configured.command = command,
                _ => {}
            }
        }
        configured
    }

    /// Whether this is exactly our hook with this command.
    fn is(&self, hook: Hook, command: &OsString) -> bool {
        let is_event = self.events.iter().all(|event| *event == hook.name());
        is_event && !self.events.is_empty() && self.command == Some(command)
    }

    fn state(&self, hook: Hook) -> ConfiguredState {
        if self.events.is_empty() && self.command.is_none() {
            return ConfiguredState::Absent;
        }
        let as_written = self.command.is_some_and(|text| {
            let program = shim::program(text.as_encoded_bytes());
            program.is_some_and(|program| self.is(hook, &command(hook, &program)))
        });
        if !as_written {
            ConfiguredState::Changed
        } else if self.is_off || self.is_event_off {
            ConfiguredState::SwitchedOff
        } else {
            ConfiguredState::InPlace
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(settings: &[(&str, &str, &str)]) -> ConfiguredState {
        let settings: Vec<HookSetting> = settings
            .iter()
            .map(|(name, key, value)| HookSetting {
                name: (*name).to_owned(),
                key: (*key).to_owned(),
                value: Some(value.into()),
            })
            .collect();
        FoundHook::read(&settings, Hook::PreCommit).state(Hook::PreCommit)
    }

    #[test]
    fn the_configuration_is_read_as_git_does() {
        let command = command(Hook::PreCommit, Path::new("/it's; a/gatekeeper"));
        let command = command.to_str().unwrap();
        let name = "gatekeeper-pre-commit";
        let event = (name, "event", "pre-commit");
        let ours = [event, (name, "command", command)];
        let with = |more: &[(&str, &str, &str)]| {
            let settings: Vec<_> = ours.iter().chain(more).copied().collect();
            state(&settings)
        };
        assert_eq!(state(&[]), ConfiguredState::Absent);
        assert_eq!(with(&[]), ConfiguredState::InPlace);
        assert_eq!(with(&[event]), ConfiguredState::InPlace);
        assert_eq!(with(&[("x", "enabled", "0")]), ConfiguredState::InPlace);
        let switched_off = [(name, "enabled", "no"), ("pre-commit", "enabled", "false")];
        for setting in switched_off {
            assert_eq!(with(&[setting]), ConfiguredState::SwitchedOff);
            let (name, key, _) = setting;
            assert_eq!(with(&[setting, (name, key, "1")]), ConfiguredState::InPlace);
        }
        let changed = [
            (name, "event", ""),
            (name, "event", "post-commit"),
            (name, "command", "true"),
        ];
        for setting in changed {
            assert_eq!(with(&[setting]), ConfiguredState::Changed, "{setting:?}");
        }
        assert_eq!(with(&[changed[0], event]), ConfiguredState::InPlace);
    }
}
