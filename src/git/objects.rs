//! Commits and trees as they are stored, read through one `git cat-file --batch`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout};

use super::open::repository_path;
use super::{Identity, Repository, plumbing};
use crate::fault::{Fault, Result};
use crate::gate::PathSet;
use crate::message::Encoding;

/// A commit as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: String,
    /// The id of its tree.
    pub tree: String,
    /// How many parents it has.
    pub parents: usize,
    /// Who wrote it.
    pub author: Identity,
    /// Who committed it.
    pub committer: Identity,
    /// The encoding that it declares.
    pub encoding: Encoding,
    /// The message, byte for byte.
    pub message: Vec<u8>,
}

/// A git that hands out objects, until this is dropped.
pub struct Objects {
    git: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// The files of trees that have been read: those that match, by tree and folder.
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
        let variables = self.variables_for_stored();
        let mut git = plumbing::piped(&variables, &self.work_tree, ["cat-file", "--batch"])?;
        let (Some(asks), Some(answers)) = (git.stdin.take(), git.stdout.take()) else {
            return Err(Fault::bug("git cat-file was started without pipes"));
        };
        Ok(Objects {
            git,
            asks,
            answers: BufReader::new(answers),
            trees: HashMap::new(),
        })
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        let _ = self.git.kill();
        let _ = self.git.wait();
    }
}

impl Objects {
    /// Reads a commit.
    ///
    /// # Errors
    ///
    /// It is not there, is no commit, or git fails.
    pub fn commit(&mut self, id: &str) -> Result<Commit> {
        let content = self.read(id, "commit")?;
        commit(id, &content)
            .ok_or_else(|| Fault::unable(format!("commit {id} is damaged; see `git fsck`")))
    }

    /// The text of a file in a commit's tree, if it is there.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn file(&mut self, commit: &str, path: &str) -> Result<Option<Vec<u8>>> {
        let found = self.ask(&format!("{commit}:{path}"))?;
        Ok(found.and_then(|(kind, content)| (kind == "blob").then_some(content)))
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
    pub fn files(&mut self, tree: &str, wanted: &PathSet) -> Result<Vec<(PathBuf, String)>> {
        let folders: Vec<PathBuf> = wanted.patterns.iter().map(|p| literal_start(p)).collect();
        self.files_below(tree, Path::new(""), wanted, &folders)
    }

    fn files_below(
        &mut self,
        tree: &str,
        folder: &Path,
        wanted: &PathSet,
        starts: &[PathBuf],
    ) -> Result<Vec<(PathBuf, String)>> {
        let place = (tree.to_owned(), folder.to_owned());
        if let Some(known) = self.trees.get(&place) {
            return Ok(known.clone());
        }
        let content = self.read(tree, "tree")?;
        let damaged = || Fault::unable(format!("tree {tree} is damaged; see `git fsck`"));
        let mut files = Vec::new();
        let mut rest = content.as_slice();
        while !rest.is_empty() {
            // `mode SP name NUL id`, with the id as bytes.
            let space = rest
                .iter()
                .position(|byte| *byte == b' ')
                .ok_or_else(damaged)?;
            let nul = rest
                .iter()
                .position(|byte| *byte == 0)
                .ok_or_else(damaged)?;
            let end = nul + 1 + tree.len() / 2;
            let (Some(name), Some(id)) = (rest.get(space + 1..nul), rest.get(nul + 1..end)) else {
                return Err(damaged());
            };
            let path = folder.join(repository_path(name));
            let id = hexadecimal(id);
            match &rest[..space] {
                b"40000" => {
                    let leads =
                        |start: &PathBuf| start.starts_with(&path) || path.starts_with(start);
                    if starts.iter().any(leads) {
                        files.extend(self.files_below(&id, &path, wanted, starts)?);
                    }
                }
                b"160000" => {}
                _ if wanted.matches(&path) => files.push((path, id)),
                _ => {}
            }
            rest = &rest[end..];
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
        match self.ask(id)? {
            Some((found, content)) if found == kind => Ok(content),
            Some((found, _)) => Err(Fault::unable(format!("{id} is a {found}, not a {kind}"))),
            None => Err(
                Fault::unable(format!("{kind} {id} is not in this repository"))
                    .hint("fetch all of it; `git fsck` tells what is missing"),
            ),
        }
    }

    /// An object's kind and content; `None` if there is none of that name.
    fn ask(&mut self, name: &str) -> Result<Option<(String, Vec<u8>)>> {
        let gone =
            |error: std::io::Error| Fault::unable("git cat-file does not answer").because(&error);
        writeln!(self.asks, "{name}").map_err(gone)?;
        self.asks.flush().map_err(gone)?;
        let mut header = String::new();
        if self.answers.read_line(&mut header).map_err(gone)? == 0 {
            return Err(Fault::unable(format!("git cannot read {name}"))
                .hint("if this is a partial clone, its remote must be within reach"));
        }
        let words: Vec<&str> = header.split_whitespace().collect();
        // `id kind size`, or what was asked for and a word that says why not.
        let [_, kind, size] = words.as_slice() else {
            return match words.last() {
                Some(&("missing" | "ambiguous")) => Ok(None),
                _ => Err(Fault::unable(format!(
                    "git cat-file has answered `{}`",
                    header.trim()
                ))),
            };
        };
        let unexpected = || Fault::bug("git cat-file printed something unexpected");
        let size: usize = size.parse().map_err(|_| unexpected())?;
        let mut content = vec![0; size + 1];
        self.answers.read_exact(&mut content).map_err(gone)?;
        content.pop();
        Ok(Some(((*kind).to_owned(), content)))
    }
}

fn hexadecimal(id: &[u8]) -> String {
    let mut text = String::with_capacity(2 * id.len());
    for byte in id {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The folders that a pattern begins with, before its first special character.
fn literal_start(pattern: &str) -> PathBuf {
    let special = |part: &&str| part.contains(['*', '?', '[', '{', '\\']);
    let parts: Vec<&str> = pattern.split('/').collect();
    let folders = &parts[..parts.len() - 1];
    folders.iter().take_while(|part| !special(part)).collect()
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
        let text = b"tree aa\nparent bb\nparent cc\nauthor A <a@b> 1 +0000\ncommitter C\xe9 <c@d> 2 +0000\nparent dd\nencoding ISO-8859-1\ngpgsig x\n author no\n\nsubject\n\nbody\n";
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
    fn patterns_begin_with_folders() {
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
