//! Hooks that stand in git's configuration, as git knows them from version 2.54 on.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt as _;

use bstr::ByteSlice as _;

use super::Repository;
use crate::base::fault::Result;

/// The first version of git that knows them.
const FIRST: (u32, u32) = (2, 54);

/// A setting `hook.NAME.KEY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HookSetting {
    /// The name of the hook, or of an event.
    pub(crate) name: String,
    /// What is set: `event`, `command` or `enabled`, say.
    pub(crate) key: String,
    /// The value; without one it is true.
    pub(crate) value: Option<OsString>,
}

impl Repository {
    /// Whether this git runs hooks from its configuration.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn runs_configured_hooks(&self) -> Result<bool> {
        Ok(self.git_version()? >= FIRST)
    }

    /// The first two numbers of git's version; zeros if git does not say them.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn git_version(&self) -> Result<(u32, u32)> {
        let output = self.git().output(["version"])?;
        Ok(version(&String::from_utf8_lossy(&output)).unwrap_or_default())
    }

    /// Every setting of a hook that has a name, wherever it stands, in the order in which git reads
    /// them.
    ///
    /// # Errors
    ///
    /// git cannot be started, or cannot read its configuration.
    pub(crate) fn hook_settings(&self) -> Result<Vec<HookSetting>> {
        self.read_hook_settings(&[])
    }

    /// The names of the hooks that are set in the repository's own configuration.
    ///
    /// # Errors
    ///
    /// As [`Repository::hook_settings`].
    pub(crate) fn own_hook_names(&self) -> Result<Vec<String>> {
        let settings = self.read_hook_settings(&["--local"])?;
        let mut names: Vec<String> = settings.into_iter().map(|setting| setting.name).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    fn read_hook_settings(&self, scope: &[&str]) -> Result<Vec<HookSetting>> {
        let wanted = ["--null", "--get-regexp", r"^hook\..*\."];
        let arguments: Vec<&str> = ["config"]
            .iter()
            .chain(scope)
            .chain(&wanted)
            .copied()
            .collect();
        let answer = self.git().with_user_settings().run(&arguments)?;
        // git-config(1): exit code 1 is "not set".
        Ok(answer
            .output_or_no()?
            .map_or_else(Vec::new, |output| parse(&output)))
    }

    /// Sets a hook in the repository's own configuration, and nothing else under its name.
    ///
    /// # Errors
    ///
    /// The configuration cannot be written; somebody else may be writing it.
    pub(crate) fn set_hook(&self, name: &str, event: &str, command: &OsStr) -> Result<()> {
        // git gives up where an event has no command, so the command comes first.
        let pairs = [("command", command), ("event", OsStr::new(event))];
        for (key, value) in pairs {
            let key = OsString::from(format!("hook.{name}.{key}"));
            let fixed = ["config", "--local", "--replace-all"].map(OsString::from);
            self.git()
                .output(fixed.into_iter().chain([key, value.to_owned()]))?;
        }
        // Exit code 5 is "was not set".
        let key = format!("hook.{name}.enabled");
        let answer = self
            .git()
            .run(["config", "--local", "--unset-all", key.as_str()])?;
        answer.output_or(5).map(drop)
    }

    /// Takes a hook out of the repository's own configuration, where it is.
    ///
    /// # Errors
    ///
    /// The configuration cannot be written; somebody else may be writing it.
    pub(crate) fn unset_hook(&self, name: &str) -> Result<()> {
        let section = format!("hook.{name}");
        self.git()
            .output(["config", "--local", "--remove-section", section.as_str()])?;
        Ok(())
    }
}

/// Whether git reads a value as false.
#[must_use]
pub(crate) fn is_false(value: &OsStr) -> bool {
    let text = value.to_string_lossy().to_ascii_lowercase();
    if matches!(text.as_str(), "" | "false" | "no" | "off") {
        return true;
    }
    // A number may have a sign, a base, and a unit.
    let number = text.trim_start().trim_start_matches(['+', '-']);
    let number = number.strip_prefix("0x").unwrap_or(number);
    let digits = number.trim_end_matches(['k', 'm', 'g']);
    !digits.is_empty() && digits.bytes().all(|digit| digit == b'0')
}

/// Reads `git version 2.54.1 (...)`, of which only the first two numbers are sure to be some.
fn version(line: &str) -> Option<(u32, u32)> {
    let mut numbers = line.strip_prefix("git version ")?.split('.');
    let major = numbers.next()?.parse().ok()?;
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let minor = numbers.next()?;
    Some((major, minor[..digits(minor)].parse().ok()?))
}

/// Reads `key NEWLINE value NUL`; a value may be missing.
fn parse(output: &[u8]) -> Vec<HookSetting> {
    let entries = output.split_str("\0");
    let read = |entry: &[u8]| {
        let mut parts = entry.splitn_str(2, "\n");
        let (key, value) = (parts.next()?, parts.next());
        let key = String::from_utf8_lossy(key);
        let (name, key) = key.strip_prefix("hook.")?.rsplit_once('.')?;
        Some(HookSetting {
            name: name.to_owned(),
            key: key.to_owned(),
            value: value.map(|value| OsString::from_vec(value.to_vec())),
        })
    };
    entries.filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn false_is_what_git_takes_for_it() {
        for text in [
            "", "false", "FALSE", "no", "Off", "0", "00", "0x0", "-0", "0k",
        ] {
            assert!(is_false(OsStr::new(text)), "{text}");
        }
        for text in ["true", "yes", "on", "1", "10", "0x1", "k", "-", "maybe"] {
            assert!(!is_false(OsStr::new(text)), "{text}");
        }
    }

    #[test]
    fn versions_have_two_numbers() {
        let cases = [
            ("git version 2.54.0\n", Some((2, 54))),
            ("git version 2.55.GIT\n", Some((2, 55))),
            ("git version 2.39.5 (Apple Git-154)\n", Some((2, 39))),
            ("git version 3.0-rc1\n", Some((3, 0))),
            ("git version unknown\n", None),
        ];
        for (line, expected) in cases {
            assert_eq!(version(line), expected, "{line}");
        }
        assert!(version("git version 3.0\n") >= Some(FIRST));
        assert!(None < Some(FIRST));
    }

    #[test]
    fn settings_of_hooks_are_read() {
        let found = parse(b"hook.a.b.event\nx\ny\0hook.c.enabled\0hook.jobs\n2\0");
        let found: Vec<_> = found
            .iter()
            .map(|setting| (setting.name.as_str(), setting.key.as_str(), &setting.value))
            .collect();
        let value = Some(OsString::from("x\ny"));
        assert_eq!(found, [("a.b", "event", &value), ("c", "enabled", &None)]);
    }
}
