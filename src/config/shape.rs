//! What a value of gates.toml may look like, as far as a schema can say it. What a schema cannot say, such
//! as that a command can fail, only the reader knows; tests compare the two.

use crate::base::words::Word;
use crate::model::gate::GateName;

/// The form of a value.
pub(super) enum Shape {
    /// `true` or `false`.
    Boolean,
    /// `false`.
    False,
    /// A whole number.
    Integer {
        /// The smallest one.
        least: u32,
        /// The largest one.
        most: u32,
    },
    /// A text.
    Text(Text),
    /// One of a few words.
    Words(fn() -> Vec<&'static str>),
    /// A list.
    List {
        /// Its elements.
        of: &'static Shape,
        /// How many there must be at least.
        least: usize,
        /// Whether no element may be repeated.
        is_distinct: bool,
    },
    /// One of several forms.
    Either(&'static [Shape]),
    /// A table whose keys are not known beforehand.
    Map {
        /// Its keys.
        keys: Text,
        /// What they stand for.
        values: &'static Shape,
        /// How many there must be at least.
        least: usize,
    },
    /// A table with known keys.
    Table(fn() -> Vec<Property>),
}

/// The form of a text, as regular expressions that every dialect reads alike.
#[derive(Clone, Copy)]
pub(super) struct Text {
    /// What it must match, if anything.
    pub(super) matches: Option<&'static str>,
    /// What it must not match, if anything.
    pub(super) never: Option<&'static str>,
    /// Its greatest length, if there is one.
    pub(super) longest: Option<usize>,
}

/// A key of a table as a schema describes it.
pub(super) struct Property {
    /// The key.
    pub(super) name: &'static str,
    /// What it means, in sentences.
    pub(super) about: String,
    /// Its value where it is not typed.
    pub(super) default: Option<toml::Value>,
    /// What its value may be.
    pub(super) shape: &'static Shape,
    /// Whether the table must have it.
    pub(super) is_required: bool,
}

/// A key that is read by itself, in a table that is more than the sum of its keys.
pub(super) struct Field {
    /// The key.
    pub(super) name: &'static str,
    /// What it means, in sentences.
    pub(super) about: &'static str,
    /// What its value may be.
    pub(super) shape: Shape,
    /// Whether the table must have it.
    pub(super) is_required: bool,
}

impl Field {
    /// The key as a schema describes it.
    pub(super) fn property(&'static self) -> Property {
        Property {
            name: self.name,
            about: self.about.to_owned(),
            default: None,
            shape: &self.shape,
            is_required: self.is_required,
        }
    }
}

/// The words of a type.
pub(super) const fn words<T: Word>() -> Shape {
    fn names<T: Word>() -> Vec<&'static str> {
        T::WORDS.iter().map(|(_, name)| *name).collect()
    }
    Shape::Words(names::<T>)
}

/// A list with at least one element.
pub(super) const fn filled(of: &'static Shape) -> Shape {
    Shape::List {
        of,
        least: 1,
        is_distinct: false,
    }
}

/// A list with at least one element, of which none is repeated.
pub(super) const fn distinct(of: &'static Shape) -> Shape {
    Shape::List {
        of,
        least: 1,
        is_distinct: true,
    }
}

/// A list that may be empty.
pub(super) const fn any_number(of: &'static Shape) -> Shape {
    Shape::List {
        of,
        least: 0,
        is_distinct: false,
    }
}

const fn matching(matches: &'static str) -> Text {
    Text {
        matches: Some(matches),
        never: None,
        longest: None,
    }
}

/// A text that is not only white space.
pub(super) const FILLED: Shape = Shape::Text(matching(r"\S"));

/// Any text.
pub(super) const ANY: Shape = Shape::Text(Text {
    matches: None,
    never: None,
    longest: None,
});

/// The value of a variable, in which no home directory of another user is named.
pub(super) const VALUE_OF_VARIABLE: Shape = Shape::Text(Text {
    matches: None,
    never: Some(r"(^|:)~[A-Za-z_+-]"),
    longest: None,
});

/// A duration with its units.
pub(super) const DURATION: Shape = Shape::Text(matching(r"^\s*[0-9].*[A-Za-z]\s*$"));

/// A day. TOML's own dates are texts for a schema.
pub(super) const DATE: Shape = Shape::Text(matching("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"));

/// A glob for paths, relative to the top of the work tree.
pub(super) const GLOB: Shape = Shape::Text(Text {
    matches: Some(r"\S"),
    never: Some(r"^!|(^|/)\.{0,2}(/|$)"),
    longest: Some(1000),
});

/// A glob for branches.
pub(super) const BRANCH: Shape = Shape::Text(Text {
    matches: Some(r"\S"),
    never: Some(r"^(refs/heads/|/|!)|/$|\s|\.\."),
    longest: Some(1000),
});

/// A regular expression for lines of output.
pub(super) const LINE_PATTERN: Shape = Shape::Text(Text {
    matches: Some(r"\S"),
    never: Some(r"\n|\\n"),
    longest: None,
});

/// A directory inside the work tree.
pub(super) const DIR: Shape = Shape::Text(Text {
    matches: Some(r"\S"),
    never: Some(r"^/|(^|/)\.\.(/|$)"),
    longest: None,
});

/// The name of a gate.
pub(super) const GATE_NAME_TEXT: Text = Text {
    matches: Some("^[A-Za-z0-9][A-Za-z0-9._-]*$"),
    never: None,
    longest: Some(GateName::MAX_LENGTH),
};

/// The name of a gate, as a value, with or without a directory.
pub(super) const GATE_NAME: Shape = Shape::Text(Text {
    matches: Some(
        "^([A-Za-z0-9._@+][A-Za-z0-9._@+-]*/([A-Za-z0-9._@+-]+/)*)?[A-Za-z0-9][A-Za-z0-9._-]*$",
    ),
    never: Some(r"(^|/)\.{1,2}/"),
    longest: Some(GateName::LONGEST_DIR + 1 + GateName::MAX_LENGTH),
});

/// The path of a file of the repository.
pub(super) const FILE: Shape = Shape::Text(Text {
    matches: Some(r"\S"),
    never: Some(r"[*?\[{]|(^|/)\.{1,2}(/|$)|//|/$"),
    longest: None,
});

/// The name of an environment variable that does not belong to gatekeeper.
pub(super) const VARIABLE: Text = Text {
    matches: Some("^[^=]+$"),
    never: Some("^GATEKEEPER_"),
    longest: None,
};

/// The address of a mailbox.
pub(super) const ADDRESS: Text = Text {
    matches: Some("@"),
    never: Some(r"\s"),
    longest: None,
};

/// The key of a trailer.
pub(super) const TRAILER_KEY_TEXT: Text = matching("^[A-Za-z0-9-]+$");

/// The key of a trailer, as a value.
pub(super) const TRAILER_KEY: Shape = Shape::Text(TRAILER_KEY_TEXT);

/// The key of a forbidden trailer, for everyone or for AIs.
pub(super) const FORBIDDEN_KEY: Shape = Shape::Text(matching("^[A-Za-z0-9-]+(@ai)?$"));

/// The type of a Conventional Commit.
pub(super) const COMMIT_TYPE: Shape = Shape::Text(matching(r"^[^\s()!:]+$"));

/// The id of a rule.
pub(super) const RULE_ID: Shape = Shape::Text(matching("^[a-z][a-z0-9.-]*$"));
