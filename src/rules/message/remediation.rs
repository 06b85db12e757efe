//! Remediation commits: a later commit that signs an earlier one off, in the exact words of the
//! DCO app.

use crate::base::object_id::ObjectId;
use crate::git::Identity;

/// A sign-off that was added to a commit later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SignedRemedy {
    /// Who signs off.
    pub(super) signer: Identity,
    /// On whose behalf, if not on the signer's own.
    pub(super) on_behalf_of: Option<Identity>,
    /// The whole id of the commit.
    pub(super) commit: ObjectId,
}

/// The remedies that a message declares: `I, NAME <MAIL>, hereby add my Signed-off-by to this
/// commit: SHA`, and `On behalf of NAME <MAIL>, I, NAME2 <MAIL2>, hereby add my Signed-off-by to
/// this commit: SHA`.
pub(super) fn remedies(lines: &[String]) -> Vec<SignedRemedy> {
    lines
        .iter()
        .filter_map(|line| remedy(line.trim()))
        .collect()
}

fn remedy(line: &str) -> Option<SignedRemedy> {
    const WORDS: &str = ", hereby add my Signed-off-by to this commit: ";
    let (who, commit) = line.split_once(WORDS)?;
    let (on_behalf_of, signer) = match who.strip_prefix("On behalf of ") {
        Some(rest) => {
            let (other, signer) = rest.split_once(">, I, ")?;
            (Some(identity(&format!("{other}>"))?), signer)
        }
        None => (None, who.strip_prefix("I, ")?),
    };
    Some(SignedRemedy {
        signer: identity(signer)?,
        on_behalf_of,
        commit: commit.trim().to_ascii_lowercase().parse().ok()?,
    })
}

fn identity(text: &str) -> Option<Identity> {
    text.ends_with('>').then(|| Identity::parse(text))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remedies_are_exact() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        let jane = "Jane Doe <jane@example.com>";
        let joe = "Joe <joe@example.com>";
        let individual = format!("I, {jane}, hereby add my Signed-off-by to this commit: {id}");
        let third_party = format!("On behalf of {jane}, {}", individual.replace(jane, joe));
        let signed = remedies(&["x".into(), individual.clone(), third_party]);
        assert_eq!(signed.len(), 2);
        assert_eq!(signed[0].signer.to_string(), jane);
        assert_eq!(signed[0].commit.to_string(), id);
        assert_eq!(signed[1].signer.to_string(), joe);
        assert_eq!(signed[1].on_behalf_of.as_ref().unwrap().to_string(), jane);
        for wrong in [
            &individual[..individual.len() - 1],
            &individual[3..],
            "I, x, hereby",
        ] {
            assert!(remedies(&[wrong.to_owned()]).is_empty(), "{wrong}");
        }
    }
}
