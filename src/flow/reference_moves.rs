//! What a transaction of references moves, as git writes it for its hooks.

use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::text::clean_line;
use crate::git::Repository;

/// What the names of branches begin with.
pub(super) const BRANCHES: &str = "refs/heads/";

/// What the names of references begin with.
const REFERENCES: &str = "refs/";

/// References whose commits are known otherwise, or are no history of anybody's. The hook itself does not
/// start us for them (hooks/early.sh).
const OWN_USE: [&str; 6] = [
    "refs/remotes/",
    "refs/stash",
    "refs/notes/",
    "refs/bisect/",
    "refs/rewritten/",
    "refs/prefetch/",
];

/// A branch that is to become another name of a reference.
pub(super) struct Link {
    pub(super) name: String,
    pub(super) target: String,
}

/// A branch, or HEAD, that is to name another commit.
pub(super) struct Move {
    /// `None` if there was none.
    pub(super) old: Option<ObjectId>,
    pub(super) new: ObjectId,
    pub(super) name: String,
}

impl Move {
    /// The same, with what the reference names now: git tells it only to whom it matters.
    pub(super) fn counted_from_now(mut self, repository: &Repository) -> Result<Self> {
        if self.old.is_none() {
            self.old = repository.reference(&self.name)?;
        }
        Ok(self)
    }
}

impl Link {
    /// The same as a move to what the reference names now, if that is another commit.
    pub(super) fn as_move(&self, repository: &Repository) -> Result<Option<Move>> {
        let old = repository.reference(&self.name)?;
        let new = repository
            .reference(&self.target)?
            .filter(|new| old != Some(*new));
        Ok(new.map(|new| Move {
            old,
            new,
            name: self.name.clone(),
        }))
    }
}

/// What a transaction moves.
#[derive(Default)]
pub(super) struct Moves {
    /// The branches, and HEAD.
    pub(super) branches: Vec<Move>,
    /// The branches that become other names of references.
    pub(super) links: Vec<Link>,
    /// What other references are to name: tags, say.
    pub(super) others: Vec<ObjectId>,
}

/// What concerns us: branches, and HEAD, that get a commit that they did not have, and branches that become other
/// names of references.
pub(super) fn moves(input: &[u8]) -> Result<Moves> {
    let mut found = Moves::default();
    for [old, new, name] in lines_of_words(input)? {
        if let Some(target) = new.strip_prefix("ref:") {
            if name.starts_with(BRANCHES) {
                let target = target.to_owned();
                found.links.push(Link { name, target });
            }
            continue;
        }
        if old == new {
            continue;
        }
        if name != "HEAD" && !name.starts_with(BRANCHES) {
            let is_other = name.starts_with(REFERENCES)
                && !OWN_USE.iter().any(|start| name.starts_with(start));
            found
                .others
                .extend(ObjectId::parse_or_none(&new)?.filter(|_| is_other));
            continue;
        }
        // What HEAD stood for is another branch's affair.
        let old = match old.strip_prefix("ref:") {
            Some(_) => None,
            None => ObjectId::parse_or_none(&old)?,
        };
        if let Some(new) = ObjectId::parse_or_none(&new)? {
            found.branches.push(Move { old, new, name });
        }
    }
    Ok(found)
}

/// What git writes for its hooks: lines of as many words, the last of which may hold blanks. A line that
/// is none is not passed over: what it moves would go unseen.
pub(super) fn lines_of_words<const N: usize>(input: &[u8]) -> Result<Vec<[String; N]>> {
    let text = String::from_utf8_lossy(input);
    let lines = text.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let words: Vec<String> = line.splitn(N, ' ').map(str::to_owned).collect();
            <[String; N]>::try_from(words).map_err(|_| {
                let line = clean_line(line.as_bytes());
                Fault::unable(format!(
                    "unexpected input to the reference-transaction hook: `{line}`"
                ))
                .hint(
                    "only git may call this hook; if git is newer than gatekeeper, update \
                    gatekeeper",
                )
            })
        })
        .collect()
}
