//! What a repository holds, read by libgit2 in this process, or by git where libgit2 cannot open it.
//! Which of the two is chosen when the repository is opened; everything that reads objects, references
//! and the kinds of settings that a checkout depends on goes through a [`Reader`].

use std::io::{self, BufRead as _, Read as _, Write as _};
use std::path::PathBuf;
use std::sync::PoisonError;

use git2::ObjectType;

use super::conversation::Conversation;
use super::paths::to_path;
use super::process::{Git, id, line};
use super::{Library, Repository};
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::text::clean_line;

/// An object as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) kind: ObjectType,
    pub(super) content: Vec<u8>,
}

/// Reads a repository. What is not there is `None`; what cannot be read is a fault. What stands in for
/// other objects (`git replace`, grafts) is not looked at: nobody else has it.
pub(super) trait Reader: Send {
    /// The object with an id.
    fn object(&mut self, id: ObjectId) -> Result<Option<Object>>;

    /// How long the content of an object is, in bytes.
    fn size(&mut self, id: ObjectId) -> Result<Option<usize>> {
        Ok(self.object(id)?.map(|object| object.content.len()))
    }

    /// The id that a reference leads to, by its full name.
    fn reference(&self, name: &str) -> Result<Option<ObjectId>>;

    /// The reference that HEAD stands for, also by way of others; `None` if it names a commit itself.
    fn branch(&self) -> Result<Option<String>>;

    /// The reference that another one stands for, also by way of others; `None` if it names an object itself, or
    /// does not exist.
    fn target(&self, name: &str) -> Result<Option<String>>;

    /// A path in git's configuration, with `~` replaced; `None` if it is not set.
    fn path_setting(&self, key: &str) -> Result<Option<PathBuf>>;

    /// Whether a file's content may differ from its object's because of git's configuration: a filter,
    /// or line ends. Yes, where that is not known.
    fn may_convert(&self) -> bool;
}

impl Repository {
    /// The reader that was chosen for this repository.
    pub(super) fn reader(&self) -> Box<dyn Reader> {
        reader(self.library.clone(), self.git_for_stored())
    }
}

/// libgit2 where it can open the repository, or this git.
pub(super) fn reader(library: Option<Library>, git: Git) -> Box<dyn Reader> {
    let git = CatFile { git, batch: None };
    match library {
        Some(library) => Box::new(Libgit2 { library, git }),
        None => Box::new(git),
    }
}

/// Reads without another process. What libgit2 does not find, or cannot read, git is asked for: only git
/// knows quarantines, alternates in quotes and what a partial clone fetches.
struct Libgit2 {
    library: Library,
    git: CatFile,
}

impl Libgit2 {
    fn ask<T>(
        &self,
        question: impl FnOnce(&git2::Repository) -> std::result::Result<T, git2::Error>,
    ) -> std::result::Result<T, git2::Error> {
        question(&self.library.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Reader for Libgit2 {
    fn object(&mut self, id: ObjectId) -> Result<Option<Object>> {
        let found = self.ask(|library| {
            let objects = library.odb()?;
            let object = objects.read(git2::Oid::from_bytes(id.bytes())?)?;
            Ok(Object {
                kind: object.kind(),
                content: object.data().to_owned(),
            })
        });
        let error = match found {
            Ok(found) => return Ok(Some(found)),
            Err(error) => error,
        };
        let by_git = self.git.object(id)?;
        // To git, what is damaged is missing.
        if by_git.is_none() && error.code() != git2::ErrorCode::NotFound {
            return Err(
                Fault::unable(format!("object {id} is damaged; see `git fsck`"))
                    .detail(clean_line(error.message().as_bytes())),
            );
        }
        Ok(by_git)
    }

    fn size(&mut self, id: ObjectId) -> Result<Option<usize>> {
        let found = self.ask(|library| {
            let objects = library.odb()?;
            objects.read_header(git2::Oid::from_bytes(id.bytes())?)
        });
        match found {
            Ok((size, _)) => Ok(Some(size)),
            Err(_) => Ok(self.object(id)?.map(|object| object.content.len())),
        }
    }

    fn reference(&self, name: &str) -> Result<Option<ObjectId>> {
        let found = self.ask(|library| library.refname_to_id(name));
        found.map_or_else(
            |_| self.git.reference(name),
            |id| Ok(ObjectId::from_bytes(id.as_bytes())),
        )
    }

    fn branch(&self) -> Result<Option<String>> {
        let found = self.ask(|library| followed(library, "HEAD"));
        found.map_or_else(|_| self.git.branch(), Ok)
    }

    fn target(&self, name: &str) -> Result<Option<String>> {
        match self.ask(|library| followed(library, name)) {
            Ok(target) => Ok(target),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(_) => self.git.target(name),
        }
    }

    fn path_setting(&self, key: &str) -> Result<Option<PathBuf>> {
        match self.ask(|library| library.config()?.get_path(key)) {
            Ok(path) => Ok(Some(path)),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(Fault::unable(format!("cannot read {key}")).because(&error)),
        }
    }

    fn may_convert(&self) -> bool {
        let found = self.ask(|library| {
            let configuration = library.config()?.snapshot()?;
            let mut filters = configuration.entries(Some("^filter\\."))?;
            let has_filter = filters.next().is_some();
            Ok(has_filter || configuration.get_bytes("core.autocrlf").is_ok())
        });
        found.unwrap_or_else(|_| self.git.may_convert())
    }
}

/// How many references may stand for one another, as in git.
const MOST_LINKS: usize = 5;

/// The reference that another one stands for, also by way of others.
fn followed(
    library: &git2::Repository,
    name: &str,
) -> std::result::Result<Option<String>, git2::Error> {
    let target = |reference: &git2::Reference<'_>| {
        let name = reference.symbolic_target_bytes();
        name.map(|name| String::from_utf8_lossy(name).into_owned())
    };
    let mut found = target(&library.find_reference(name)?);
    for _ in 1..MOST_LINKS {
        let next = found.as_ref().map(|name| library.find_reference(name));
        let Some(Ok(reference)) = next else { break };
        let Some(target) = target(&reference) else {
            break;
        };
        found = Some(target);
    }
    Ok(found)
}

/// Has git read: objects by one `git cat-file --batch`, which is started when the first is needed, and
/// ends with this.
///
/// It is asked for ids and for nothing else, since a name may hold anything: a path with a line break
/// would be two questions. Each answer has to carry the id that was asked for.
struct CatFile {
    git: Git,
    batch: Option<Conversation>,
}

impl Reader for CatFile {
    fn object(&mut self, id: ObjectId) -> Result<Option<Object>> {
        let batch = match &mut self.batch {
            Some(batch) => batch,
            none => none.insert(self.git.spawn(&["cat-file", "--batch"])?),
        };
        let gone =
            |error: io::Error| Fault::unable("git cat-file does not respond").because(&error);
        writeln!(batch.asks, "{id}").map_err(gone)?;
        batch.asks.flush().map_err(gone)?;
        let mut line = String::new();
        if batch.answers.read_line(&mut line).map_err(gone)? == 0 {
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
        batch.answers.read_exact(&mut content).map_err(gone)?;
        content.pop();
        Ok(Some(Object { kind, content }))
    }

    fn reference(&self, name: &str) -> Result<Option<ObjectId>> {
        let answer = self.git.run(["rev-parse", "--verify", "--quiet", name])?;
        answer.output_or_no()?.map(|output| id(&output)).transpose()
    }

    fn branch(&self) -> Result<Option<String>> {
        let answer = self.git.run(["symbolic-ref", "--quiet", "HEAD"])?;
        Ok(answer.output_or_no()?.map(|output| line(&output)))
    }

    fn target(&self, name: &str) -> Result<Option<String>> {
        let format = "--format=%(refname) %(symref)";
        let found = self.git.run(["for-each-ref", format, name])?.output()?;
        let found = String::from_utf8_lossy(&found).into_owned();
        // A name is also a directory of references.
        let targets = found.lines().filter_map(|line| line.split_once(' '));
        let mut own = targets.filter(|(found, target)| *found == name && !target.is_empty());
        Ok(own.next().map(|(_, target)| target.to_owned()))
    }

    fn path_setting(&self, key: &str) -> Result<Option<PathBuf>> {
        let answer = self.git.run(["config", "--type=path", "--get", key])?;
        let path = answer.output_or_no()?;
        Ok(path.map(|path| to_path(path.strip_suffix(b"\n").unwrap_or(&path))))
    }

    fn may_convert(&self) -> bool {
        true
    }
}

/// What `git cat-file --batch` says before the content.
#[derive(Debug, PartialEq, Eq)]
enum Header {
    Found { kind: ObjectType, size: usize },
    Missing,
}

/// Reads `<id> <kind> <size>` or `<id> missing` (git-cat-file(1), "Batch output"); `None` if the line
/// is anything else, or about another object.
fn header(line: &str, id: ObjectId) -> Option<Header> {
    let rest = line
        .strip_suffix('\n')?
        .strip_prefix(&id.to_string())?
        .strip_prefix(' ')?;
    if rest == "missing" {
        return Some(Header::Missing);
    }
    let (kind, size) = rest.split_once(' ')?;
    let kind = match kind {
        "commit" => ObjectType::Commit,
        "tree" => ObjectType::Tree,
        "blob" => ObjectType::Blob,
        "tag" => ObjectType::Tag,
        _ => return None,
    };
    let size = size.parse().ok()?;
    Some(Header::Found { kind, size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_about_what_was_asked() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        let found = |kind, size| Some(Header::Found { kind, size });
        for (line, expected) in [
            (format!("{id} blob 12\n"), found(ObjectType::Blob, 12)),
            (format!("{id} commit 0\n"), found(ObjectType::Commit, 0)),
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
            assert_eq!(header(&line, id.parse().unwrap()), expected, "{line}");
        }
    }

    #[test]
    fn both_readers_read_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let path = std::env::var_os("PATH").unwrap();
        let git = Git::new(&[("PATH".into(), path)].into(), dir.path());
        let made = |words: &[&str], input: &str| {
            line(&git.output_with_stdin(words, input.as_bytes()).unwrap())
        };
        made(&["init", "--quiet"], "");
        let blob = made(&["hash-object", "-w", "--stdin"], "x\n");
        let tree = made(&["mktree"], &format!("100644 blob {blob}\tx\n"));
        let commit = format!("tree {tree}\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nm\n");
        let commit = made(&["hash-object", "-wt", "commit", "--stdin"], &commit);
        let tag = format!("object {commit}\ntype commit\ntag t\ntagger A <a> 1 +0000\n\nm\n");
        let tag = made(&["hash-object", "-wt", "tag", "--stdin"], &tag);
        made(&["update-ref", "refs/heads/x", &commit], "");
        made(&["symbolic-ref", "HEAD", "refs/heads/x"], "");
        let mut by_git = reader(None, git.clone());
        let library = git2::Repository::open(dir.path()).unwrap();
        // A git that cannot be started shows that libgit2 needs none.
        let nowhere = git.clone().with("PATH", "/nonexistent");
        let mut by_library = reader(Some(Library::new(library.into())), nowhere);
        let [blob, tree, commit, tag_id] =
            [&blob, &tree, &commit, &tag].map(|id| id.parse::<ObjectId>().unwrap());
        for id in [blob, tree, commit, tag_id] {
            let found = by_git.object(id).unwrap();
            assert!(found.is_some());
            assert_eq!(by_library.object(id).unwrap(), found);
        }
        assert_eq!(by_git.branch().unwrap().unwrap(), "refs/heads/x");
        assert_eq!(by_library.branch().unwrap().unwrap(), "refs/heads/x");
        for name in ["HEAD", "refs/heads/x"] {
            assert_eq!(by_git.reference(name).unwrap(), Some(commit));
            assert_eq!(by_library.reference(name).unwrap(), Some(commit));
        }
        // Names of names are followed, by HEAD as well.
        made(&["symbolic-ref", "refs/heads/alias", "refs/heads/x"], "");
        made(&["symbolic-ref", "HEAD", "refs/heads/alias"], "");
        for reader in [&by_git, &by_library] {
            assert_eq!(reader.branch().unwrap().unwrap(), "refs/heads/x");
            let target = reader.target("refs/heads/alias").unwrap();
            assert_eq!(target.as_deref(), Some("refs/heads/x"));
            for name in ["refs/heads/x", "refs/heads/none"] {
                assert_eq!(reader.target(name).unwrap(), None);
            }
        }
        // What is missing and what cannot be read are two things, as far as libgit2 tells.
        let library = git2::Repository::open(dir.path()).unwrap();
        let mut by_both = reader(Some(Library::new(library.into())), git);
        let file = dir
            .path()
            .join(".git/objects")
            .join(&tag[..2])
            .join(&tag[2..]);
        std::fs::remove_file(&file).unwrap();
        std::fs::write(file, "damaged").unwrap();
        assert!(by_both.object(tag_id).is_err());
        assert_eq!(
            by_both.object("0".repeat(40).parse().unwrap()).unwrap(),
            None
        );
        assert_eq!(by_both.reference("refs/heads/y").unwrap(), None);
    }
}
