//! The process environment, read once at the edge and passed on as a value.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use rustix::process::Pid;

use super::fault::{Fault, Result};

/// Environment variables, by name. Names and values are bytes, not text.
pub type Variables = BTreeMap<OsString, OsString>;

/// The surroundings of the process when it was started: its variables and its current directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// All environment variables.
    pub variables: Variables,
    /// The directory in which the process was started.
    pub current_dir: PathBuf,
    /// Whether output is in colour.
    pub color: ColorChoice,
    /// The process that started us; if our parent is a different one later, it is gone.
    pub parent: Option<Pid>,
}

/// Whether output is in colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// If a terminal shows it that can do more than print letters.
    #[default]
    Auto,
    /// Wherever it goes.
    Always,
    /// Nowhere.
    Never,
}

impl ColorChoice {
    /// What variables say that many programs know: `NO_COLOR` (<https://no-color.org>), `FORCE_COLOR`
    /// (<https://force-color.org>), `CLICOLOR_FORCE` and `CLICOLOR`. An empty one counts as not set.
    #[must_use]
    pub(crate) fn of_variables(variables: &Variables) -> Option<Self> {
        let get = |name: &str| {
            let value = variables.get(OsStr::new(name))?;
            (!value.is_empty()).then_some(value.as_os_str())
        };
        let is_off = |value: &OsStr| value == "0" || value == "false";
        if get("NO_COLOR").is_some() {
            return Some(Self::Never);
        }
        if let Some(value) = get("FORCE_COLOR") {
            return Some(if is_off(value) {
                Self::Never
            } else {
                Self::Always
            });
        }
        if get("CLICOLOR_FORCE").is_some_and(|value| !is_off(value)) {
            return Some(Self::Always);
        }
        get("CLICOLOR")
            .filter(|value| is_off(value))
            .map(|_| Self::Never)
    }
}

impl Environment {
    /// Reads the environment of this process.
    ///
    /// # Errors
    ///
    /// The current directory is gone or cannot be read.
    pub fn read() -> Result<Self> {
        let current_dir = std::env::current_dir().map_err(|error| {
            Fault::unable("cannot determine the current directory").because(&error)
        })?;
        let variables: Variables = std::env::vars_os().collect();
        Ok(Self {
            color: ColorChoice::of_variables(&variables).unwrap_or_default(),
            variables,
            current_dir,
            parent: crate::platform::parent_process(),
        })
    }

    /// The same in another directory, in which git finds the repository by itself: the variables that
    /// git sets for its hooks name another place.
    #[must_use]
    pub(crate) fn in_repository(&self, dir: &Path) -> Self {
        let mut other = self.clone();
        for name in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_COMMON_DIR",
            "GIT_INDEX_FILE",
            "GIT_PREFIX",
        ] {
            other.variables.remove(OsStr::new(name));
        }
        dir.clone_into(&mut other.current_dir);
        other
    }

    /// The value of a variable, if it is set; an empty value counts as set.
    #[must_use]
    pub(crate) fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
    }

    /// Whether a variable is set and not empty.
    #[must_use]
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !value.is_empty())
    }

    /// Whether this is a job of CI, as its variables say: `CI`, which most systems set, or one of those by which
    /// Azure Pipelines, Jenkins and `TeamCity` are known, which do not.
    #[must_use]
    pub(crate) fn is_ci(&self) -> bool {
        let says = |name: &str| {
            let value = self.get(name).unwrap_or_default();
            !(value.is_empty() || value == "0" || value.eq_ignore_ascii_case("false"))
        };
        ["CI", "TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION"]
            .into_iter()
            .any(says)
    }

    /// The user's directory for files of ours of one kind: below that of a variable, or else below
    /// HOME (XDG Base Directory Specification, by which relative paths are ignored). `None` if neither
    /// names a directory; a home directory that does not exist is not created.
    #[must_use]
    pub(crate) fn user_dir(&self, variable: &str, below_home: &str) -> Option<PathBuf> {
        let stated = |name: &str| {
            let path = self.get(name).map(PathBuf::from);
            path.filter(|path| path.is_absolute())
        };
        let base = stated(variable).or_else(|| {
            let home = stated("HOME").filter(|home| home.is_dir())?;
            Some(home.join(below_home))
        })?;
        Some(base.join("gatekeeper"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_decide_about_colours() {
        type Case<'a> = (&'a [(&'a str, &'a str)], Option<ColorChoice>);
        let cases: [Case<'_>; 9] = [
            (&[], None),
            (&[("NO_COLOR", "")], None),
            (&[("NO_COLOR", "1")], Some(ColorChoice::Never)),
            (&[("FORCE_COLOR", "1")], Some(ColorChoice::Always)),
            (&[("FORCE_COLOR", "0")], Some(ColorChoice::Never)),
            (
                &[("FORCE_COLOR", "3"), ("NO_COLOR", "1")],
                Some(ColorChoice::Never),
            ),
            (&[("CLICOLOR_FORCE", "1")], Some(ColorChoice::Always)),
            (&[("CLICOLOR_FORCE", "0")], None),
            (&[("CLICOLOR", "0")], Some(ColorChoice::Never)),
        ];
        for (variables, expected) in cases {
            let variables = variables
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect();
            assert_eq!(ColorChoice::of_variables(&variables), expected);
        }
    }
}
