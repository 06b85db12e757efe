//! Which names and addresses belong to one person, according to `.mailmap`.

use std::collections::BTreeMap;

use crate::git::Identity;

/// What `.mailmap` makes of the identities that were asked about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mailmap {
    map: BTreeMap<(String, String), Identity>,
    lines: Vec<String>,
}

impl Mailmap {
    /// The answers to questions, in their order, and the file's text.
    #[must_use]
    pub(crate) fn new(
        asked: impl IntoIterator<Item = Identity>,
        answers: impl IntoIterator<Item = Identity>,
        text: &str,
    ) -> Self {
        let key = |identity: Identity| (identity.name, identity.email);
        Self {
            map: asked.into_iter().map(key).zip(answers).collect(),
            lines: text.lines().map(str::to_owned).collect(),
        }
    }

    /// The identity by which a person is known.
    #[must_use]
    pub(crate) fn resolve<'a>(&'a self, identity: &'a Identity) -> &'a Identity {
        let key = (identity.name.clone(), identity.email.clone());
        self.map.get(&key).unwrap_or(identity)
    }

    /// Whether two identities belong to one person.
    #[must_use]
    pub(crate) fn joins(&self, a: &Identity, b: &Identity) -> bool {
        self.resolve(a).is(self.resolve(b))
    }

    /// The line that joins two identities, as far as it can be found.
    #[must_use]
    pub(crate) fn line(&self, a: &Identity, b: &Identity) -> Option<&str> {
        let mentions = |line: &str, who: &Identity| {
            line.to_lowercase()
                .contains(&format!("<{}>", who.email.to_lowercase()))
        };
        let real = |line: &&String| !line.trim_start().starts_with('#');
        let lines = || self.lines.iter().filter(real);
        let both = lines().find(|line| mentions(line, a) && mentions(line, b));
        let either = || lines().find(|line| mentions(line, a) || mentions(line, b));
        both.or_else(either).map(|line| line.trim())
    }
}
