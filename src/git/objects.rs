//! Commits and trees as they are stored.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use git2::ObjectType;

use super::reader::{Object, Reader};
use super::tree::{Tree, TreeEntry};
use super::{CommitNode, Identity, Repository};
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::message::Encoding;
use crate::model::gate::PathSet;

/// A commit as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub(crate) id: ObjectId,
    /// The id of its tree.
    pub(crate) tree: ObjectId,
    /// Its parents, in their order.
    pub parents: Vec<ObjectId>,
    /// Who wrote it.
    pub(crate) author: Identity,
    /// Who committed it.
    pub(crate) committer: Identity,
    /// The encoding that it declares.
    pub(crate) encoding: Encoding,
    /// The message, byte for byte.
    pub(crate) message: Vec<u8>,
}

/// The objects of a repository. If git reads them, it runs from the first one until this is dropped.
pub struct Objects {
    reader: Box<dyn Reader>,
    /// The files of trees that have been read: those that match, by tree and directory.
    trees: HashMap<(ObjectId, PathBuf), Vec<(PathBuf, ObjectId)>>,
}

impl Repository {
    /// Its objects. What stands in for others (`git replace`) is not looked at: nobody else has it.
    #[must_use]
    pub fn objects(&self) -> Objects {
        Objects {
            reader: self.reader(),
            trees: HashMap::new(),
        }
    }
}

impl Objects {
    /// Reads a commit.
    ///
    /// # Errors
    ///
    /// It is not there, is no commit, or git fails.
    pub fn commit(&mut self, id: ObjectId) -> Result<Commit> {
        self.find_commit(id)?.ok_or_else(|| missing("commit", id))
    }

    /// Reads a commit; `None` if it is not there.
    ///
    /// # Errors
    ///
    /// It is no commit, or damaged, or git fails.
    pub(crate) fn find_commit(&mut self, id: ObjectId) -> Result<Option<Commit>> {
        let Some(content) = self.find(id, ObjectType::Commit)? else {
            return Ok(None);
        };
        let commit = commit(id, &content).ok_or_else(|| damaged(ObjectType::Commit, id))?;
        Ok(Some(commit))
    }

    /// The commit that an id stands for, its own or a tag's; `None` if it is not there, or leads to
    /// something else.
    ///
    /// # Errors
    ///
    /// It is damaged, or git fails.
    pub(super) fn find_node(&mut self, id: ObjectId) -> Result<Option<CommitNode>> {
        let mut id = id;
        loop {
            match self.reader.object(id)? {
                Some(Object { kind, content }) if kind == ObjectType::Commit => {
                    let node = node(id, &content).ok_or_else(|| damaged(kind, id))?;
                    return Ok(Some(node));
                }
                Some(tag) if tag.kind == ObjectType::Tag => id = named_in(id, &tag, b"object ")?,
                Some(_) | None => return Ok(None),
            }
        }
    }

    /// What a commit has at a path, relative to its top; `None` if nothing is there. Links are not
    /// followed. Instead of a commit, a tree or a tag may be named by its id.
    ///
    /// # Errors
    ///
    /// The commit or a tree on the way is missing or damaged, or git fails.
    pub(crate) fn entry(&mut self, commit: ObjectId, path: &Path) -> Result<Option<TreeEntry>> {
        let mut tree = self.tree_of(commit)?;
        let mut names = path.iter().peekable();
        while let Some(name) = names.next() {
            let content = self.read(tree, ObjectType::Tree)?;
            let Some(entry) = Tree::new(tree, &content).find(name.as_bytes())? else {
                return Ok(None);
            };
            if names.peek().is_none() {
                return Ok(Some(entry));
            }
            if !entry.is_directory() {
                return Ok(None);
            }
            tree = entry.id;
        }
        Ok(None)
    }

    /// The content of a file in a commit, if it is there; of a symbolic link, its target. A
    /// directory or a submodule has none.
    ///
    /// # Errors
    ///
    /// Something on the way, or the file itself, is missing from the repository or damaged, or git
    /// fails.
    pub fn file(&mut self, commit: ObjectId, path: &Path) -> Result<Option<Vec<u8>>> {
        match self.entry(commit, path)? {
            Some(entry) if entry.is_blob() => self.blob(entry.id).map(Some),
            _ => Ok(None),
        }
    }

    /// What a tree has, by name. Instead of a tree, a commit or a tag may be named by its id.
    ///
    /// # Errors
    ///
    /// It is missing or damaged, or git fails.
    pub(crate) fn directory(&mut self, id: ObjectId) -> Result<BTreeMap<OsString, TreeEntry>> {
        let tree = self.tree_of(id)?;
        let content = self.read(tree, ObjectType::Tree)?;
        let entries = Tree::new(tree, &content);
        entries
            .map(|entry| entry.map(|(name, entry)| (OsStr::from_bytes(name).to_owned(), entry)))
            .collect()
    }

    /// The tree of a commit, a tag, or a tree itself.
    pub(super) fn tree_of(&mut self, id: ObjectId) -> Result<ObjectId> {
        let mut id = id;
        loop {
            let Some(object) = self.reader.object(id)? else {
                return Err(missing("object", id));
            };
            id = match object.kind {
                ObjectType::Tree => return Ok(id),
                ObjectType::Commit => named_in(id, &object, b"tree ")?,
                ObjectType::Tag => named_in(id, &object, b"object ")?,
                kind => return Err(Fault::unable(format!("{id} is a {kind}, not a commit"))),
            };
        }
    }

    /// The content of a blob.
    ///
    /// # Errors
    ///
    /// It is not there, or of another kind, or git fails.
    pub fn blob(&mut self, id: ObjectId) -> Result<Vec<u8>> {
        self.read(id, ObjectType::Blob)
    }

    /// How long the content of a blob is, in bytes.
    ///
    /// # Errors
    ///
    /// It is not there, or git fails.
    pub(crate) fn size(&mut self, id: ObjectId) -> Result<usize> {
        let size = self.reader.size(id)?;
        size.ok_or_else(|| missing(ObjectType::Blob.str(), id))
    }

    /// The files of a tree that match, each with the id of its blob.
    ///
    /// # Errors
    ///
    /// A tree is not there or damaged, or git fails.
    pub(crate) fn files(
        &mut self,
        tree: ObjectId,
        wanted: &PathSet,
    ) -> Result<Vec<(PathBuf, ObjectId)>> {
        let dirs: Vec<PathBuf> = wanted.patterns.iter().map(|p| literal_start(p)).collect();
        self.files_below(tree, Path::new(""), wanted, &dirs)
    }

    fn files_below(
        &mut self,
        tree: ObjectId,
        dir: &Path,
        wanted: &PathSet,
        starts: &[PathBuf],
    ) -> Result<Vec<(PathBuf, ObjectId)>> {
        let place = (tree, dir.to_owned());
        if let Some(known) = self.trees.get(&place) {
            return Ok(known.clone());
        }
        let content = self.read(tree, ObjectType::Tree)?;
        let mut files = Vec::new();
        for entry in Tree::new(tree, &content) {
            let (name, entry) = entry?;
            let path = dir.join(OsStr::from_bytes(name));
            if entry.is_directory() {
                let leads = |start: &PathBuf| start.starts_with(&path) || path.starts_with(start);
                if starts.iter().any(leads) {
                    files.extend(self.files_below(entry.id, &path, wanted, starts)?);
                }
            } else if entry.is_blob() && wanted.matches(&path) {
                files.push((path, entry.id));
            }
        }
        self.trees.insert(place, files.clone());
        Ok(files)
    }

    /// An object of this kind.
    ///
    /// # Errors
    ///
    /// It is not there, or of another kind, or git fails.
    pub(super) fn read(&mut self, id: ObjectId, kind: ObjectType) -> Result<Vec<u8>> {
        self.find(id, kind)?.ok_or_else(|| missing(kind.str(), id))
    }

    /// An object of this kind; `None` if it is not there.
    fn find(&mut self, id: ObjectId, kind: ObjectType) -> Result<Option<Vec<u8>>> {
        match self.reader.object(id)? {
            Some(found) if found.kind == kind => Ok(Some(found.content)),
            Some(Object { kind: found, .. }) => {
                Err(Fault::unable(format!("{id} is a {found}, not a {kind}")))
            }
            None => Ok(None),
        }
    }
}

/// The id in the first line of an object, behind a word.
fn named_in(id: ObjectId, object: &Object, word: &[u8]) -> Result<ObjectId> {
    let mut lines = object.content.split(|byte| *byte == b'\n');
    let named = lines.next().and_then(|line| line.strip_prefix(word));
    named
        .and_then(parsed)
        .ok_or_else(|| damaged(object.kind, id))
}

fn parsed(id: &[u8]) -> Option<ObjectId> {
    std::str::from_utf8(id).ok()?.parse().ok()
}

fn missing(kind: &str, id: ObjectId) -> Fault {
    Fault::unable(format!("{kind} {id} is not in this repository"))
        .hint("fetch the whole history; run `git fsck` to see what is missing")
}

fn damaged(kind: ObjectType, id: ObjectId) -> Fault {
    Fault::unable(format!("{kind} {id} is damaged; see `git fsck`"))
}

/// The directories that a pattern begins with, before its first special character.
fn literal_start(pattern: &str) -> PathBuf {
    let special = |part: &&str| part.contains(['*', '?', '[', '{', '\\']);
    let parts: Vec<&str> = pattern.split('/').collect();
    let dirs = &parts[..parts.len() - 1];
    dirs.iter().take_while(|part| !special(part)).collect()
}

/// The beginning of a commit (`commit.c: parse_commit_buffer`): its tree, and the parents that follow at
/// once.
fn node(id: ObjectId, content: &[u8]) -> Option<CommitNode> {
    let mut lines = content.split(|byte| *byte == b'\n');
    let tree = parsed(lines.next()?.strip_prefix(b"tree ")?)?;
    let parents = lines.map_while(|line| line.strip_prefix(b"parent "));
    Some(CommitNode {
        id,
        tree,
        parents: parents.map(parsed).collect::<Option<_>>()?,
    })
}

/// Takes a commit apart (`commit.c: parse_commit_buffer`): headers, a blank line, the message.
fn commit(id: ObjectId, content: &[u8]) -> Option<Commit> {
    let end = content.windows(2).position(|two| two == b"\n\n");
    let (headers, message) = match end {
        Some(end) => (&content[..end], &content[end + 2..]),
        None => (content.strip_suffix(b"\n").unwrap_or(content), &b""[..]),
    };
    let lines = || headers.split(|byte| *byte == b'\n');
    let header = |name: &'static str| {
        lines().find_map(move |line| line.strip_prefix(name.as_bytes())?.strip_prefix(b" "))
    };
    let CommitNode { tree, parents, .. } = node(id, content)?;
    let encoding = header("encoding").map(Encoding::named).unwrap_or_default();
    // Somebody whose name or address is damaged is somebody all the same, and nobody else.
    let identity = |name: &'static str| {
        let text = encoding.decode_part(header(name)?);
        Some(Identity::parse(&text).unwrap_or_else(|| Identity {
            name: text.into_owned(),
            email: String::new(),
        }))
    };
    Some(Commit {
        id,
        tree,
        parents,
        author: identity("author")?,
        committer: identity("committer")?,
        message: message.to_vec(),
        encoding,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_are_taken_apart() {
        let [a, b, c, d] = ["aa", "bb", "cc", "dd"].map(|two| two.repeat(20));
        let id = b.parse().unwrap();
        let text = format!(
            "tree {a}\nparent {b}\nparent {c}\nauthor A <a@b> 1 +0000\ncommitter C? <c@d> 2 +0000\n\
             parent {d}\nencoding ISO-8859-1\ngpgsig x\n author no\n\nsubject\n\nbody\n"
        );
        let text: Vec<u8> = text
            .bytes()
            .map(|byte| if byte == b'?' { 0xe9 } else { byte })
            .collect();
        let found = commit(id, &text).unwrap();
        assert_eq!(found.tree.to_string(), a);
        assert_eq!(found.parents, [b.parse().unwrap(), c.parse().unwrap()]);
        assert_eq!(found.author.to_string(), "A <a@b>");
        assert_eq!(found.committer.name, "C\u{e9}");
        assert_eq!(found.encoding, Encoding::Latin1);
        assert_eq!(found.message, b"subject\n\nbody\n");
        let empty = format!("tree {a}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\n");
        assert_eq!(commit(id, empty.as_bytes()).unwrap().message, b"");
        let bare = format!("tree {a}\n\nx");
        assert!(commit(id, bare.as_bytes()).is_none());
    }

    #[test]
    fn patterns_begin_with_dirs() {
        for (pattern, start) in [
            (".claude/agents/*.md", ".claude/agents"),
            ("a/{b,c}/d", "a"),
            ("**/x.md", ""),
            ("AGENTS.md", ""),
        ] {
            assert_eq!(literal_start(pattern), Path::new(start));
        }
    }
}
