//! Gives commits other messages. Trees, authors and everything else stay, so neither index nor work
//! tree has to be touched, no conflict can come up, and no hook is called.

use std::collections::HashMap;

use bstr::ByteSlice as _;
use git2::ObjectType;

use super::{CommitRange, Objects, Repository, process};
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;

/// What signs a commit, and would not be right for another one.
const SIGNATURES: [&[u8]; 2] = [b"gpgsig ", b"gpgsig-sha256 "];

impl Repository {
    /// Rewrites commits, the last of which is checked out: those that are named get another message
    /// and the present committer, those after them other parents. HEAD moves only if it has not
    /// moved meanwhile. Returns the id that it had and the one that it has, if anything changed.
    ///
    /// # Errors
    ///
    /// A commit cannot be read or written, or `head` has moved.
    pub(crate) fn rewrite(
        &self,
        head: &str,
        commits: &CommitRange,
        messages: &HashMap<ObjectId, Vec<u8>>,
    ) -> Result<Option<(ObjectId, ObjectId)>> {
        let committer = self.git().output(["var", "GIT_COMMITTER_IDENT"])?;
        let committer = committer.trim_ascii_end();
        let mut objects = self.objects();
        let mut written: HashMap<ObjectId, ObjectId> = HashMap::new();
        for id in &commits.ids {
            let content = objects.raw_commit(*id)?;
            let message = messages.get(id).map(Vec::as_slice);
            if let Some(content) = rewritten(&content, message, committer, &written) {
                let new = self.write_commit(&content).map_err(|fault| {
                    fault.hint(format!("cannot rewrite commit {id}; nothing was changed"))
                })?;
                written.insert(*id, new);
            }
        }
        let Some(tip) = written.remove(&commits.tip) else {
            return Ok(None);
        };
        let because = "gatekeeper: fix messages";
        self.git()
            .output([
                "update-ref",
                "-m",
                because,
                head,
                &tip.to_string(),
                &commits.tip.to_string(),
            ])
            .map_err(|fault| fault.hint("nothing was changed; HEAD is where it was"))?;
        Ok(Some((commits.tip, tip)))
    }

    fn write_commit(&self, content: &[u8]) -> Result<ObjectId> {
        // Commits are as odd as they were: git would not let some of them be made today.
        let arguments = [
            "hash-object",
            "-t",
            "commit",
            "-w",
            "--literally",
            "--stdin",
        ];
        process::id(&self.git().output_with_stdin(arguments, content)?)
    }
}

impl Objects {
    /// A commit as it is stored, byte for byte.
    fn raw_commit(&mut self, id: ObjectId) -> Result<Vec<u8>> {
        self.read(id, ObjectType::Commit)
    }
}

/// A commit with another message or other parents; `None` if it stays as it is.
fn rewritten(
    content: &[u8],
    message: Option<&[u8]>,
    committer: &[u8],
    written: &HashMap<ObjectId, ObjectId>,
) -> Option<Vec<u8>> {
    let end = content.find("\n\n").map_or(content.len(), |end| end + 1);
    let new = |id: &[u8]| written.get(&process::id(id).ok()?);
    let is_mapped = |line: &[u8]| line.strip_prefix(b"parent ").and_then(new);
    let lines = || content[..end].lines_with_terminator();
    // A tag that was merged is that of a commit which is not there any more.
    let is_stale = |line: &[u8]| (line.strip_prefix(b"mergetag object ").and_then(new)).is_some();
    // A name that is not in the encoding that the commit declares would be another one.
    let takes_committer = message.is_some()
        && (committer.is_ascii() || !lines().any(|line| line.starts_with(b"encoding ")));
    if message.is_none() && !lines().any(|line| is_mapped(line).is_some()) {
        return None;
    }
    let mut result = Vec::with_capacity(content.len());
    let mut skips = false;
    for line in lines() {
        // A signature goes on in indented lines.
        skips = SIGNATURES.iter().any(|start| line.starts_with(start))
            || is_stale(line)
            || skips && line.starts_with(b" ");
        if skips {
            continue;
        }
        if let Some(parent) = is_mapped(line) {
            result.extend_from_slice(format!("parent {parent}\n").as_bytes());
        } else if takes_committer && line.starts_with(b"committer ") {
            result.extend_from_slice(b"committer ");
            result.extend_from_slice(committer);
            result.push(b'\n');
        } else {
            result.extend_from_slice(line);
        }
    }
    let rest = content.get(end..).unwrap_or_default();
    let message = message.or(rest.strip_prefix(b"\n")).unwrap_or(rest);
    result.push(b'\n');
    result.extend_from_slice(&remedied(message, written));
    Some(result)
}

/// A message whose sign-offs of earlier commits, in the words of the DCO app, name those as they are
/// now.
fn remedied(message: &[u8], written: &HashMap<ObjectId, ObjectId>) -> Vec<u8> {
    const WORDS: &str = ", hereby add my Signed-off-by to this commit: ";
    let Ok(text) = std::str::from_utf8(message) else {
        return message.to_vec();
    };
    if !text.contains(WORDS) {
        return message.to_vec();
    }
    let mut text = text.to_owned();
    for (old, new) in written {
        text = text.replace(&format!("{WORDS}{old}"), &format!("{WORDS}{new}"));
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The id of a commit, by two of its digits.
    fn id(two: &str) -> ObjectId {
        two.repeat(20).parse().unwrap()
    }

    /// A commit in which ids are abbreviated to two digits.
    fn rewritten(
        content: &str,
        message: Option<&[u8]>,
        committer: &[u8],
        written: &HashMap<ObjectId, ObjectId>,
    ) -> Option<String> {
        let mut content = content.to_owned();
        for two in ["aa", "bb", "cc"] {
            content = content.replace(&format!(" {two}\n"), &format!(" {}\n", id(two)));
        }
        let result = super::rewritten(content.as_bytes(), message, committer, written)?;
        let mut result = String::from_utf8(result).unwrap();
        for two in ["aa", "bb", "cc", "dd"] {
            result = result.replace(&id(two).to_string(), two);
        }
        Some(result)
    }

    const COMMIT: &str = "tree aa\nparent bb\nparent cc\nauthor A <a@b> 1 +0000\ncommitter A \
        <a@b> 1 +0000\ngpgsig -----BEGIN\n x\n -----END\nencoding X\n\nmessage\n";

    #[test]
    fn only_what_must_change_changes() {
        let none = HashMap::new();
        assert_eq!(rewritten(COMMIT, None, b"C", &none), None);
        let mapped = HashMap::from([(id("cc"), id("dd"))]);
        assert_eq!(
            rewritten(COMMIT, None, b"C", &mapped).unwrap(),
            "tree aa\nparent bb\nparent dd\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 \
                +0000\nencoding X\n\nmessage\n"
        );
        assert_eq!(
            rewritten(COMMIT, Some(b"other\n"), b"C", &none).unwrap(),
            "tree aa\nparent bb\nparent cc\nauthor A <a@b> 1 +0000\ncommitter C\nencoding \
                X\n\nother\n"
        );
        let bare = "tree aa\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\n";
        assert_eq!(
            rewritten(bare, Some(b"m\n"), b"C", &none).unwrap(),
            "tree aa\nauthor A <a@b> 1 +0000\ncommitter C\n\nm\n"
        );
        let tagged = "tree aa\nparent cc\nmergetag object cc\n type commit\nauthor A\n\nI, A \
            <a@b>, hereby add my Signed-off-by to this commit: cc\n";
        assert_eq!(
            rewritten(tagged, None, b"C", &mapped).unwrap(),
            "tree aa\nparent dd\nauthor A\n\nI, A <a@b>, hereby add my Signed-off-by to this \
                commit: dd\n"
        );
        let named = "C\u{fc}".as_bytes();
        let kept = rewritten(COMMIT, Some(b"m\n"), named, &none).unwrap();
        assert!(kept.contains("committer A "));
    }
}
