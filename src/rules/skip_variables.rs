//! Variables that switch other hook managers off, in whole or in part. They have no effect on
//! gatekeeper, but a person who has set one may believe otherwise.

use crate::base::environment::Variables;
use crate::base::text::show_os;
use crate::tools;

/// A switch that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SkipSetting {
    /// The variable and its value, as a shell sets it, fit for a terminal.
    pub(crate) setting: String,
    /// The tool that reads it.
    pub(crate) tool: &'static str,
}

impl SkipSetting {
    /// Whether it is the variable of this name.
    #[must_use]
    pub(crate) fn is(&self, name: &str) -> bool {
        let value = self.setting.strip_prefix(name);
        value.is_some_and(|value| value.starts_with('='))
    }
}

/// The switches that are set, by name.
#[must_use]
pub(crate) fn skip_settings(variables: &Variables) -> Vec<SkipSetting> {
    let set = variables.iter().filter_map(|(name, value)| {
        Some(SkipSetting {
            setting: format!("{}={}", show_os(name), show_os(value)),
            tool: tools::skip_variable(name, value)?.manager,
        })
    });
    set.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting_of(name: &str, value: &str) -> Option<SkipSetting> {
        let variables = Variables::from([(name.into(), value.into())]);
        skip_settings(&variables).pop()
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
            let skip = setting_of(name, value).unwrap();
            assert_eq!(skip.setting, format!("{name}={value}"));
            assert_eq!(skip.tool, tool);
        }
        for (name, value) in [
            ("SKIP", ""),
            ("HUSKY", "1"),
            ("LEFTHOOK", "verbose"),
            ("SKIPPED", "1"),
        ] {
            assert_eq!(setting_of(name, value), None, "{name}={value}");
        }
    }
}
