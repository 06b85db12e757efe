//! Variables by which other managers of hooks are switched off, in whole or in part. They have no
//! effect on gatekeeper; whoever has set one may believe otherwise.

use std::ffi::OsString;

use crate::environment::Variables;
use crate::text::show_os;

/// What a variable must be set to.
#[derive(Clone, Copy)]
enum Value {
    /// Anything but nothing.
    Any,
    /// What switches off.
    Off,
}

/// The variables, what they must be set to, and whose they are; taken from the tools themselves.
const KNOWN: [(&str, Value, &str); 15] = [
    ("HK", Value::Off, "hk"),
    ("HK_SKIP_HOOK", Value::Any, "hk"),
    ("HK_SKIP_HOOKS", Value::Any, "hk"),
    ("HK_SKIP_STEP", Value::Any, "hk"),
    ("HK_SKIP_STEPS", Value::Any, "hk"),
    ("HUSKY", Value::Off, HUSKY),
    ("HUSKY_SKIP_HOOKS", Value::Any, HUSKY),
    ("LEFTHOOK", Value::Off, "lefthook"),
    ("LEFTHOOK_EXCLUDE", Value::Any, "lefthook"),
    ("OVERCOMMIT_DISABLE", Value::Any, "overcommit"),
    ("OVERCOMMIT_DISABLED", Value::Any, "overcommit"),
    ("PREK_ALLOW_NO_CONFIG", Value::Any, "prek"),
    ("PREK_SKIP", Value::Any, "prek"),
    ("PRE_COMMIT_ALLOW_NO_CONFIG", Value::Any, "pre-commit"),
    ("SKIP", Value::Any, "pre-commit"),
];

/// Has no command that a gate could run, and its switch keeps it from installing itself.
const HUSKY: &str = "husky";

/// A switch that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// The variable and its value, as one is set in a shell, fit for a terminal.
    pub setting: String,
    /// The tool that listens to it.
    pub tool: &'static str,
}

impl Switch {
    /// Whether it is the variable of this name.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        let value = self.setting.strip_prefix(name);
        value.is_some_and(|value| value.starts_with('='))
    }
}

/// The switches that are set, by name.
#[must_use]
pub fn switches(variables: &Variables) -> Vec<Switch> {
    let set = variables.iter().filter_map(|(name, value)| {
        Some(Switch {
            setting: format!("{}={}", show_os(name), show_os(value)),
            tool: switched_off(name, value)?,
        })
    });
    set.collect()
}

/// The tool that a variable switches off and that a gate could run.
pub(crate) fn switched_off_in_gates(name: &OsString, value: &OsString) -> Option<&'static str> {
    switched_off(name, value).filter(|tool| *tool != HUSKY)
}

fn switched_off(name: &OsString, value: &OsString) -> Option<&'static str> {
    let (_, wanted, tool) = KNOWN.iter().find(|(known, ..)| name == known)?;
    let is_set = match wanted {
        Value::Any => !value.is_empty(),
        Value::Off => value == "0" || value.eq_ignore_ascii_case("false"),
    };
    is_set.then_some(*tool)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, value: &str) -> Option<Switch> {
        let variables = Variables::from([(name.into(), value.into())]);
        switches(&variables).pop()
    }

    #[test]
    fn a_switch_is_known_by_name_and_value() {
        for (name, value, tool) in [
            ("SKIP", "ruff,mypy", "pre-commit"),
            ("HUSKY", "0", "husky"),
            ("LEFTHOOK", "False", "lefthook"),
            ("HK_SKIP_STEPS", "lint", "hk"),
            ("OVERCOMMIT_DISABLE", "1", "overcommit"),
        ] {
            let found = found(name, value).unwrap();
            assert_eq!(found.setting, format!("{name}={value}"));
            assert_eq!(found.tool, tool);
        }
        for (name, value) in [
            ("SKIP", ""),
            ("HUSKY", "1"),
            ("LEFTHOOK", "verbose"),
            ("SKIPPED", "1"),
        ] {
            assert_eq!(found(name, value), None, "{name}={value}");
        }
    }
}
