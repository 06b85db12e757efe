//! Commits and trees as they are stored, read through one `git cat-file --batch`.
//!
//! git is asked for ids and for nothing else, since a name may hold anything: a path with a line
//! break would be two questions. Each answer has to carry the id that was asked for.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io::{BufRead as _, Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::process::Conversation;
use super::tree::{Tree, TreeEntry};
use super::{Identity, Repository};
use crate::base::fault::{Fault, Result};
use crate::base::text::clean_line;
use crate::message::Encoding;
use crate::model::gate::PathSet;

/// A commit as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub(crate) id: String,
    /// The id of its tree.
    pub(crate) tree: String,
    /// How many parents it has.
    pub parents: usize,
    /// Who wrote it.
    pub(crate) author: Identity,
    /// Who committed it.
    pub(crate) committer: Identity,
    /// The encoding that it declares.
    pub(crate) encoding: Encoding,
    /// The message, byte for byte.
    pub(crate) message: Vec<u8>,
}

/// A git that hands out objects, until this is dropped.
pub struct Objects {
    git: Conversation,
    /// The files of trees that have been read: those that match, by tree and directory.
    trees: HashMap<(String, PathBuf), Vec<(PathBuf, String)>>,
}

impl Repository {
    /// Starts to read objects. What stands in for others (`git replace`) is not looked at: nobody
    /// else has it.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub fn objects(&self) -> Result<Objects> {
        Ok(Objects {
            git: self.git_for_stored().spawn(&["cat-file", "--batch"])?,
            trees: HashMap::new(),
        })
    }
}

impl Objects {
    /// Reads a commit.
    ///
    /// # Errors
    ///
    /// It is not there, is no commit, or git fails.
    pub fn commit(&mut self, id: &str) -> Result<Commit> {
        self.find_commit(id)?.ok_or_else(|| missing("commit", id))
    }

    /// Reads a commit; `None` if it is not there.
    ///
    /// # Errors
    ///
    /// It is no commit, or damaged, or git fails.
    pub(crate) fn find_commit(&mut self, id: &str) -> Result<Option<Commit>> {
        let Some(content) = self.find(id, "commit")? else {
            return Ok(None);
        };
        let commit = commit(id, &content).ok_or_else(|| damaged("commit", id))?;
        Ok(Some(commit))
    }

    /// What a commit has at a path, relative to its top; `None` if nothing is there. Links are not
    /// followed. Instead of a commit, a tree or a tag may be named by its id.
    ///
    /// # Errors
    ///
    /// The commit or a tree on the way is missing or damaged, or git fails.
    pub(crate) fn entry(&mut self, commit: &str, path: &Path) -> Result<Option<TreeEntry>> {
        let mut tree = self.tree_of(commit)?;
        let mut names = path.iter().peekable();
        while let Some(name) = names.next() {
            let content = self.read(&tree, "tree")?;
            let Some(entry) = Tree::new(&tree, &content).find(name.as_bytes())? else {
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
    pub fn file(&mut self, commit: &str, path: &Path) -> Result<Option<Vec<u8>>> {
        match self.entry(commit, path)? {
            Some(entry) if entry.is_blob() => self.blob(&entry.id).map(Some),
            _ => Ok(None),
        }
    }

    /// The tree of a commit, a tag, or a tree itself.
    fn tree_of(&mut self, id: &str) -> Result<String> {
        let mut id = id.to_owned();
        loop {
            let Some((kind, content)) = self.ask(&id)? else {
                return Err(missing("object", &id));
            };
            let start: &[u8] = match kind.as_str() {
                "tree" => return Ok(id),
                "commit" => b"tree ",
                "tag" => b"object ",
                _ => return Err(Fault::unable(format!("{id} is a {kind}, not a commit"))),
            };
            let line = content.split(|byte| *byte == b'\n').next();
            let next = line.and_then(|line| line.strip_prefix(start));
            let next = next.and_then(|id| std::str::from_utf8(id).ok());
            match next.filter(|id| is_full_id(id)) {
                Some(next) => id = String::from(next),
                None => return Err(damaged(&kind, &id)),
            }
        }
    }

    /// The content of a blob.
    ///
    /// # Errors
    ///
    /// It is not there, or of another kind, or git fails.
    pub fn blob(&mut self, id: &str) -> Result<Vec<u8>> {
        self.read(id, "blob")
    }

    /// The files of a tree that match, each with the id of its blob.
    ///
    /// # Errors
    ///
    /// A tree is not there or damaged, or git fails.
    pub(crate) fn files(&mut self, tree: &str, wanted: &PathSet) -> Result<Vec<(PathBuf, String)>> {
        let dirs: Vec<PathBuf> = wanted.patterns.iter().map(|p| literal_start(p)).collect();
        self.files_below(tree, Path::new(""), wanted, &dirs)
    }

    fn files_below(
        &mut self,
        tree: &str,
        dir: &Path,
        wanted: &PathSet,
        starts: &[PathBuf],
    ) -> Result<Vec<(PathBuf, String)>> {
        let place = (tree.to_owned(), dir.to_owned());
        if let Some(known) = self.trees.get(&place) {
            return Ok(known.clone());
        }
        let content = self.read(tree, "tree")?;
        let mut files = Vec::new();
        for entry in Tree::new(tree, &content) {
            let (name, entry) = entry?;
            let path = dir.join(OsStr::from_bytes(name));
            if entry.is_directory() {
                let leads = |start: &PathBuf| start.starts_with(&path) || path.starts_with(start);
                if starts.iter().any(leads) {
                    files.extend(self.files_below(&entry.id, &path, wanted, starts)?);
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
    pub(super) fn read(&mut self, id: &str, kind: &str) -> Result<Vec<u8>> {
        self.find(id, kind)?.ok_or_else(|| missing(kind, id))
    }

    /// An object of this kind; `None` if it is not there.
    fn find(&mut self, id: &str, kind: &str) -> Result<Option<Vec<u8>>> {
        match self.ask(id)? {
            Some((found, content)) if found == kind => Ok(Some(content)),
            Some((found, _)) => Err(Fault::unable(format!("{id} is a {found}, not a {kind}"))),
            None => Ok(None),
        }
    }

    /// An object's kind and content; `None` if there is none with this id, which is a full one.
    fn ask(&mut self, id: &str) -> Result<Option<(String, Vec<u8>)>> {
        if !is_full_id(id) {
            return Err(Fault::bug(format!(
                "`{}` is not an object id",
                clean_line(id.as_bytes())
            )));
        }
        let gone =
            |error: std::io::Error| Fault::unable("git cat-file does not respond").because(&error);
        writeln!(self.git.asks, "{id}").map_err(gone)?;
        self.git.asks.flush().map_err(gone)?;
        let mut line = String::new();
        if self.git.answers.read_line(&mut line).map_err(gone)? == 0 {
            return Err(Fault::unable(format!("git cannot read {id}"))
                .hint("in a partial clone, the remote must be reachable"));
        }
        let header = header(&line, id).ok_or_else(|| {
            Fault::bug(format!("git cat-file was asked for {id}"))
                .detail(format!("and answered `{}`", clean_line(line.as_bytes())))
        })?;
        let Header::Found { kind, size } = header else {
            return Ok(None);
        };
        // One byte more: a line break ends the content.
        let mut content = vec![0; size + 1];
        self.git.answers.read_exact(&mut content).map_err(gone)?;
        content.pop();
        Ok(Some((kind, content)))
    }
}

fn missing(kind: &str, id: &str) -> Fault {
    Fault::unable(format!("{kind} {id} is not in this repository"))
        .hint("fetch the whole history; run `git fsck` to see what is missing")
}

fn damaged(kind: &str, id: &str) -> Fault {
    Fault::unable(format!("{kind} {id} is damaged; see `git fsck`"))
}

/// Whether this is an id in full, SHA-1 or SHA-256, and so no name that could mean something else.
fn is_full_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64)
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// What `git cat-file --batch` says before the content.
#[derive(Debug, PartialEq, Eq)]
enum Header {
    Found { kind: String, size: usize },
    Missing,
}

/// Reads `<id> <kind> <size>` or `<id> missing` (git-cat-file(1), "Batch output"); `None` if the line
/// is anything else, or about another object.
fn header(line: &str, id: &str) -> Option<Header> {
    let rest = line
        .strip_suffix('\n')?
        .strip_prefix(id)?
        .strip_prefix(' ')?;
    if rest == "missing" {
        return Some(Header::Missing);
    }
    let (kind, size) = rest.split_once(' ')?;
    let is_kind = matches!(kind, "commit" | "tree" | "blob" | "tag");
    let size = size.parse().ok().filter(|_| is_kind)?;
    Some(Header::Found {
        kind: kind.to_owned(),
        size,
    })
}

/// The directories that a pattern begins with, before its first special character.
fn literal_start(pattern: &str) -> PathBuf {
    let special = |part: &&str| part.contains(['*', '?', '[', '{', '\\']);
    let parts: Vec<&str> = pattern.split('/').collect();
    let dirs = &parts[..parts.len() - 1];
    dirs.iter().take_while(|part| !special(part)).collect()
}

/// Takes a commit apart (`commit.c: parse_commit_buffer`): headers, a blank line, the message.
fn commit(id: &str, content: &[u8]) -> Option<Commit> {
    let end = content.windows(2).position(|two| two == b"\n\n");
    let (headers, message) = match end {
        Some(end) => (&content[..end], &content[end + 2..]),
        None => (content.strip_suffix(b"\n").unwrap_or(content), &b""[..]),
    };
    let lines = || headers.split(|byte| *byte == b'\n');
    let header = |name: &'static str| {
        lines().find_map(move |line| line.strip_prefix(name.as_bytes())?.strip_prefix(b" "))
    };
    // Only those that follow the tree at once are parents.
    let parents = lines()
        .skip(1)
        .take_while(|line| line.starts_with(b"parent "));
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
        id: id.to_owned(),
        tree: String::from_utf8_lossy(header("tree")?).into_owned(),
        parents: parents.count(),
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
        let text = b"tree aa\nparent bb\nparent cc\nauthor A <a@b> 1 +0000\ncommitter C\xe9 <c@d> \
            2 +0000\nparent dd\nencoding ISO-8859-1\ngpgsig x\n author no\n\nsubject\n\nbody\n";
        let found = commit("id", text).unwrap();
        assert_eq!(found.tree, "aa");
        assert_eq!(found.parents, 2);
        assert_eq!(found.author.to_string(), "A <a@b>");
        assert_eq!(found.committer.name, "C\u{e9}");
        assert_eq!(found.encoding, Encoding::Latin1);
        assert_eq!(found.message, b"subject\n\nbody\n");
        let empty = commit(
            "id",
            b"tree aa\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\n",
        );
        assert_eq!(empty.unwrap().message, b"");
        assert!(commit("id", b"tree aa\n\nx").is_none());
    }

    #[test]
    fn an_answer_is_about_what_was_asked() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        let found = |kind: &str, size| {
            let kind = kind.to_owned();
            Some(Header::Found { kind, size })
        };
        for (line, expected) in [
            (format!("{id} blob 12\n"), found("blob", 12)),
            (format!("{id} commit 0\n"), found("commit", 0)),
            (format!("{id} missing\n"), Some(Header::Missing)),
            (format!("{id} missing"), None),
            (format!("{id} ambiguous\n"), None),
            (format!("{id} submodule 3\n"), None),
            (format!("{id} blob x\n"), None),
            (format!("{id} blob 1 2\n"), None),
            (format!("{id}:my app/setup.cfg missing\n"), None),
            (format!("{} blob 12\n", id.replace('0', "9")), None),
            (String::new(), None),
        ] {
            assert_eq!(header(&line, id), expected, "{line}");
        }
    }

    #[test]
    fn only_a_full_id_is_one() {
        assert!(is_full_id(&"0a".repeat(20)) && is_full_id(&"f9".repeat(32)));
        for name in ["HEAD", "0a0a0a0", &"0A".repeat(20), &"g0".repeat(20), ""] {
            assert!(!is_full_id(name), "{name}");
        }
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
