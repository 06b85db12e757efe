//! Environment variables that make a tool check less than it was asked to, or nothing.

use std::ffi::OsStr;

use super::options::HarmlessOptions;

/// A variable that weakens a tool.
pub(crate) struct WeakeningVariable {
    /// Its name.
    name: VariableName,
    /// The tool that it weakens.
    pub(crate) tool: &'static str,
    /// The values that weaken it. An empty one never does.
    weakened_by: WeakenedBy,
}

/// The name of a variable.
enum VariableName {
    /// Exactly this one.
    Is(&'static str),
    /// Any name for which this is true.
    Fits(fn(&str) -> bool),
}

/// Which values of a variable weaken a tool.
pub(super) enum WeakenedBy {
    /// All: it names a configuration other than the committed one, narrows what is checked, or
    /// loads code before the tool.
    AnyValue,
    /// Options other than these.
    OtherThan(HarmlessOptions),
    /// Values for which this is true.
    Value(fn(&str) -> bool),
}

impl WeakeningVariable {
    /// A variable that weakens a tool whatever its value.
    pub(super) const fn always(name: &'static str, tool: &'static str) -> Self {
        Self {
            name: VariableName::Is(name),
            tool,
            weakened_by: WeakenedBy::AnyValue,
        }
    }

    /// A variable of which some values weaken a tool.
    pub(super) const fn by_value(
        name: &'static str,
        tool: &'static str,
        is_weaker: fn(&str) -> bool,
    ) -> Self {
        Self {
            name: VariableName::Is(name),
            tool,
            weakened_by: WeakenedBy::Value(is_weaker),
        }
    }

    /// A variable that contains options, of which all but these may weaken a tool.
    pub(super) const fn unless_harmless(
        name: &'static str,
        tool: &'static str,
        options: HarmlessOptions,
    ) -> Self {
        Self {
            name: VariableName::Is(name),
            tool,
            weakened_by: WeakenedBy::OtherThan(options),
        }
    }

    /// All variables whose names fit.
    pub(super) const fn fitting(
        fits: fn(&str) -> bool,
        tool: &'static str,
        weakened_by: WeakenedBy,
    ) -> Self {
        Self {
            name: VariableName::Fits(fits),
            tool,
            weakened_by,
        }
    }

    /// Whether it is the variable of this name.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        match self.name {
            VariableName::Is(exact) => exact == name,
            VariableName::Fits(fits) => fits(name),
        }
    }

    /// Whether it weakens the tool with this value.
    pub(crate) fn weakens(&self, value: &str) -> bool {
        !value.is_empty()
            && match &self.weakened_by {
                WeakenedBy::AnyValue => true,
                WeakenedBy::OtherThan(options) => !options.are_all(value),
                WeakenedBy::Value(is_weaker) => is_weaker(value),
            }
    }
}

/// A variable that tells a hook manager to skip some or all of its checks.
pub(crate) struct SkipVariable {
    /// Its name.
    pub(crate) name: &'static str,
    /// The values by which it does that.
    pub(super) skips_by: SkipValue,
    /// The manager.
    pub(crate) manager: &'static str,
    /// Whether a gate can run the manager.
    pub(crate) is_for_gates: bool,
}

/// Which values of a variable skip checks.
#[derive(Clone, Copy)]
pub(super) enum SkipValue {
    /// Any but an empty one.
    Any,
    /// Values that mean "off".
    Off,
}

impl SkipVariable {
    pub(super) const fn new(
        name: &'static str,
        skips_by: SkipValue,
        manager: &'static str,
    ) -> Self {
        Self {
            name,
            skips_by,
            manager,
            is_for_gates: true,
        }
    }

    /// Whether it skips checks with this value.
    pub(crate) fn skips(&self, value: &OsStr) -> bool {
        match self.skips_by {
            SkipValue::Any => !value.is_empty(),
            SkipValue::Off => value == "0" || value.eq_ignore_ascii_case("false"),
        }
    }
}
