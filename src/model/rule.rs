//! Built-in rules as values: each is written down once, by `rules!`, and referred to by its name.

use std::fmt;

use super::severity::Level;

/// A built-in rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The stable id: the same in text, JSON, gates.toml and documents.
    pub id: &'static str,
    /// What it is about.
    pub family: RuleFamily,
    /// The default level.
    pub level: Level,
    /// The key of gates.toml that sets the level, in the table of its family; `None` if no key of
    /// its own does. `[bypass.rules]` sets that of every rule for changes, by its id.
    pub key: Option<&'static str>,
    /// What it finds, for the documents.
    pub finds: &'static str,
}

/// What rules are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleFamily {
    /// The sign-off of a message.
    SignedOffBy,
    /// The credit of agents in a message.
    AssistedBy,
    /// The other trailers of a message.
    Trailers,
    /// The subject of a message, and what must not be in it.
    Contents,
    /// What a message has to say about gates.
    Declarations,
    /// Lines that a change adds.
    AddedLines,
    /// Tests that a change removes.
    Tests,
    /// The settings of tools.
    ToolConfiguration,
    /// The configuration of gatekeeper.
    Gates,
    /// Files that decide the results of gates.
    ProtectedFiles,
    /// What is added in any language: content and paths.
    Checks,
}

/// The rule that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleId {
    /// A built-in rule.
    BuiltIn(&'static Rule),
    /// A custom rule of the project, by its id.
    Custom(String),
}

impl RuleId {
    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::BuiltIn(rule) => rule.id,
            Self::Custom(id) => id,
        }
    }

    /// Whether it is this built-in rule.
    #[must_use]
    pub(crate) fn is(&self, rule: &Rule) -> bool {
        matches!(self, Self::BuiltIn(own) if own.id == rule.id)
    }

    /// What the rule is about; `None` for a custom one.
    #[must_use]
    pub(crate) fn family(&self) -> Option<RuleFamily> {
        match self {
            Self::BuiltIn(rule) => Some(rule.family),
            Self::Custom(_) => None,
        }
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Writes the rules of a family down, one after the other: the name by which the code refers to the
/// rule, its default level, the key of gates.toml that sets it, the id, and what it finds. With
/// `pub` and the name of a list, other modules see them too, and the list holds all of them.
macro_rules! rules {
    ($family:ident: $($name:ident = $level:ident $id:literal $finds:literal;)+) => {
        $($crate::model::rule::rules!(@one () $family $name $level () $id $finds);)+
    };
    (pub $family:ident, $list:ident: $($name:ident = $level:ident $(($key:literal))? $id:literal $finds:literal;)+) => {
        $($crate::model::rule::rules!(@one (pub(crate)) $family $name $level ($($key)?) $id $finds);)+
        pub(crate) static $list: &[&$crate::model::rule::Rule] = &[$(&$name),+];
    };
    (@one ($($visible:tt)*) $family:ident $name:ident $level:ident ($($key:literal)?) $id:literal $finds:literal) => {
        $($visible)* const $name: $crate::model::rule::Rule = $crate::model::rule::Rule {
            id: $id,
            family: $crate::model::rule::RuleFamily::$family,
            level: $crate::model::severity::Level::$level,
            key: $crate::model::rule::rules!(@key $($key)?),
            finds: $finds,
        };
    };
    (@key) => { None };
    (@key $key:literal) => { Some($key) };
}
pub(crate) use rules;
