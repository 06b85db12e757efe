//! Brings the work tree of [`ShadowRepository`] to what an index holds.
//!
//! Every file is looked at and compared with our own index; what is missing, damaged or different
//! is written anew by git, and what nothing asks for is removed. Our index is written last, so that a
//! run that was killed anywhere in between is gone on with by the next.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fs_err as fs;

use super::removal::Top;
use super::{ShadowRepository, cannot_write, write_if_new};
use crate::base::fault::{Fault, Result};
use crate::base::replace::{Durability, READABLE, replace_file};
use crate::base::text::show_path;
use crate::git::Repository;
use crate::git::index::{EntryStat, FileStat, Index};
use crate::git::paths::repository_path;
use crate::git::status::{MOST_PATHS, Purpose, Walked, file_stat, walk};

/// The name of a file that says what other files are like.
const ATTRIBUTES: &[u8] = b".gitattributes";

/// What git has to do before we can go on ourselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// Nothing.
    Warm,
    /// Bring the tree up to date: it decides what is left out.
    Update,
    /// Write every file: the same object may be another file than last time.
    Anew,
}

/// What distinguishes two indexes.
struct Difference {
    /// Places in our own index that the wanted one does not have.
    gone: Vec<usize>,
    /// Places in the wanted index, each with that of the same path in ours.
    wanted: Vec<Option<usize>>,
}

impl ShadowRepository {
    /// Makes the work tree show an index, whatever lies there; what is ignored stays.
    ///
    /// # Errors
    ///
    /// The index has unresolved conflicts, git fails, or the disk is full.
    pub(crate) fn check_out(&self, repository: &Repository, index: &Arc<Index>) -> Result<()> {
        let copy = self.dir.join("checked-index");
        let plain = repository.plain_index(index, &copy)?.index;
        let (start, known) = self.start(&plain)?;
        let known = if start == Start::Warm {
            known
        } else {
            self.check_out_by_git(repository, &plain, start)?;
            None
        };
        let own = match known {
            Some(own) => own,
            None => self.as_repository().index_in(&self.index)?,
        };
        self.check_out_ourselves(&plain, &own)?;
        for (name, text) in [
            ("conversion", Some(&self.conversion)),
            ("sparse", self.sparse.as_ref()),
        ] {
            let file = self.dir.join(name);
            let text = text.map_or(&b""[..], Vec::as_slice);
            write_if_new(&file, text).map_err(cannot_write)?;
        }
        // A gate's git finds it in its usual place.
        let usual = self.git_dir.join("index");
        let index = fs::read(&self.index).map_err(cannot_write)?;
        replace_file(&usual, &index, READABLE, Durability::Unsynced).map_err(cannot_write)
    }

    /// What git has to do first, and our own index as it is now.
    fn start(&self, wanted: &Index) -> Result<(Start, Option<Index>)> {
        let is_as_before = |name: &str, text: &[u8]| {
            fs::read(self.dir.join(name)).is_ok_and(|before| before == text)
        };
        if !self.index.exists() {
            self.must_be_new()?;
            return Ok((Start::Anew, None));
        }
        let known = self.known.lock().ok().and_then(|mut known| known.take());
        let own = match known {
            Some(known) => known,
            None => self.as_repository().index_in(&self.index)?,
        };
        let is_usable = own.is_plain() && !own.is_empty() && own.unmerged().is_empty();
        let can_compare = wanted.is_plain() && !wanted.is_empty() && wanted.unmerged().is_empty();
        if !is_usable || !can_compare || !is_as_before("conversion", &self.conversion) {
            return Ok((Start::Anew, Some(own)));
        }
        let difference = Difference::of(&own, wanted);
        let mut start = Start::Warm;
        if self.sparse.is_some() || !is_as_before("sparse", b"") {
            let sparse = self.sparse.as_deref().unwrap_or_default();
            if !is_as_before("sparse", sparse) || difference.is_undecided(&own, wanted) {
                start = Start::Update;
            }
        }
        let changed = difference.changed(&own, wanted);
        // git refuses these, and says why.
        if !changed.iter().all(|name| is_inside(name)) {
            start = Start::Update;
        }
        if changed.iter().any(|name| name.ends_with(ATTRIBUTES)) {
            start = Start::Anew;
        }
        Ok((start, Some(own)))
    }

    /// Whoever does not know what lies there cannot know what has to go.
    fn must_be_new(&self) -> Result<()> {
        let entries = fs::read_dir(&self.tree).into_iter().flatten().flatten();
        if entries.into_iter().any(|entry| entry.file_name() != ".git") {
            return Err(Fault::unable("a snapshot of the tree has lost its index"));
        }
        Ok(())
    }

    fn check_out_by_git(
        &self,
        repository: &Repository,
        wanted: &Index,
        start: Start,
    ) -> Result<()> {
        let tree = self.write_tree(repository, wanted)?;
        if start == Start::Update {
            return self.write_with(&self.index, &["read-tree", "--reset", "-u", &tree]);
        }
        // Until all is written, all has to be.
        let _ = fs::remove_file(self.dir.join("conversion"));
        if self.index.exists() {
            let own = self.as_repository().index_in(&self.index)?;
            let top = self.top()?;
            for entry in own.entries() {
                let path = repository_path(own.name(entry));
                if wanted.find(own.name(entry)).is_none() {
                    self.remove(&top, &path, entry.is_submodule(), wanted)?;
                }
            }
        }
        // The index of before is kept until there is another one.
        let new = self.dir.join("new-index");
        let _ = fs::remove_file(&new);
        self.write_with(&new, &["read-tree", "--reset", "-u", &tree])?;
        fs::rename(&new, &self.index).map_err(cannot_write)
    }

    /// Writes the tree of an index, here, and returns its id.
    fn write_tree(&self, repository: &Repository, index: &Index) -> Result<String> {
        let copy = self.dir.join("checked-index");
        repository.copy_index(index, &copy)?;
        let git = self.git().with("GIT_INDEX_FILE", copy);
        let output = git.output(["write-tree", "--missing-ok"])?;
        Ok(String::from_utf8_lossy(&output).trim().to_owned())
    }

    fn check_out_ourselves(&self, wanted: &Index, own: &Index) -> Result<()> {
        let repository = self.as_repository();
        let walked = walk(&repository, own, Purpose::Everything(None));
        let top = self.top()?;
        if wanted.is_empty() {
            return self.remove_untracked(&repository, &top, wanted, &walked);
        }
        let damaged = damaged(&repository, own, &walked)?;
        let difference = Difference::of(own, wanted);
        let (mut shown, written) = difference.shown(own, wanted, &damaged, self.sparse.is_some());
        for at in &difference.gone {
            let entry = &own.entries()[*at];
            let path = repository_path(own.name(entry));
            self.remove(&top, &path, entry.is_submodule(), wanted)?;
        }
        self.remove_left_out(&top, own, &walked)?;
        for (path, _) in &walked.others {
            // It would count.
            if path.as_os_str().as_bytes().ends_with(ATTRIBUTES) {
                self.remove(&top, path, false, wanted)?;
            }
        }
        self.write_files(wanted, &written)?;
        for at in written {
            let entry = &wanted.entries()[at];
            let path = repository_path(wanted.name(entry));
            let found = top
                .stat(&path)
                .ok_or_else(|| Fault::unable(format!("git did not write {}", show_path(&path))))?;
            shown[at] = EntryStat::File(file_stat(&found));
        }
        let bytes = wanted
            .for_files(&shown)
            .ok_or_else(|| Fault::bug("cannot write the index of a snapshot"))?;
        replace_file(&self.index, &bytes, READABLE, Durability::Unsynced).map_err(cannot_write)?;
        self.remove_untracked(&repository, &top, wanted, &walked)
    }

    /// Writes files of an index, those first that say what the others are like.
    fn write_files(&self, wanted: &Index, places: &[usize]) -> Result<()> {
        let name = |at: &usize| wanted.name(&wanted.entries()[*at]);
        let (first, then): (Vec<usize>, Vec<usize>) =
            places.iter().partition(|at| name(at).ends_with(ATTRIBUTES));
        for places in [first, then] {
            if places.is_empty() {
                continue;
            }
            let file = self.dir.join("new-index");
            let excerpt = wanted
                .excerpt(&places)
                .ok_or_else(|| Fault::bug("cannot create an excerpt of an index"))?;
            fs::write(&file, excerpt).map_err(cannot_write)?;
            self.write_with(&file, &["checkout-index", "--force", "--all"])?;
        }
        Ok(())
    }

    /// Removes files that a sparse checkout leaves out and that are there.
    fn remove_left_out(&self, top: &Top, own: &Index, walked: &Walked) -> Result<()> {
        for entry in own.entries() {
            if !entry.flags.skips_work_tree {
                continue;
            }
            let path = repository_path(own.name(entry));
            let dir = path.parent().unwrap_or(Path::new(""));
            let found = walked
                .dirs
                .binary_search_by(|(known, _)| known.as_path().cmp(dir));
            if found.is_ok() {
                self.remove(top, &path, entry.is_submodule(), own)?;
            }
        }
        Ok(())
    }

    /// Removes what is neither tracked nor ignored.
    fn remove_untracked(
        &self,
        repository: &Repository,
        top: &Top,
        wanted: &Index,
        walked: &Walked,
    ) -> Result<()> {
        let is_other = |path: &Path| {
            top.stat(path).is_some() && wanted.find(path.as_os_str().as_bytes()).is_none()
        };
        let others = walked.others.iter().filter(|(path, _)| is_other(path));
        let others: Vec<(PathBuf, bool)> = others.cloned().collect();
        let paths: Vec<PathBuf> = others.iter().map(|(path, _)| path.clone()).collect();
        let seen = repository.not_ignored(&paths)?;
        let mut dirs = Vec::new();
        for (path, is_dir) in others {
            match (seen.binary_search(&path).is_ok(), is_dir) {
                (true, true) => dirs.push(path),
                (true, false) => self.remove(top, &path, false, wanted)?,
                (false, _) => {}
            }
        }
        if dirs.is_empty() {
            return Ok(());
        }
        // What is ignored in them stays, and git knows what that is.
        let mut arguments: Vec<OsString> = vec!["clean".into(), "-ffdq".into()];
        if dirs.len() <= MOST_PATHS {
            arguments.push("--".into());
            arguments.extend(dirs.into_iter().map(PathBuf::into_os_string));
        }
        let git = self.git().with("GIT_LITERAL_PATHSPECS", "1");
        git.output(arguments).map(drop)
    }

    fn top(&self) -> Result<Top> {
        Top::open(&self.tree).map_err(|error| {
            Fault::unable(format!("cannot open {}", show_path(&self.tree))).because(&error)
        })
    }

    /// Removes a path, and the directories above it that have got empty, unless one is a submodule's.
    fn remove(&self, top: &Top, path: &Path, dirs: bool, wanted: &Index) -> Result<()> {
        let may_go = |dir: &Path| wanted.find(dir.as_os_str().as_bytes()).is_none();
        top.remove(path, dirs, may_go).map_err(|error| {
            let path = show_path(&self.tree.join(path));
            Fault::unable(format!("cannot remove {path}")).because(&error)
        })
    }

    /// Runs a git that writes files of the work tree and an index of ours.
    fn write_with(&self, index: &Path, arguments: &[&str]) -> Result<()> {
        let git = self.git().with("GIT_INDEX_FILE", index);
        git.output(arguments).map(drop)
    }
}

impl Difference {
    fn of(own: &Index, wanted: &Index) -> Self {
        let mut gone = Vec::new();
        let mut same = Vec::with_capacity(wanted.entries().len());
        let mut at = 0;
        for entry in wanted.entries() {
            let name = wanted.name(entry);
            let mut found = None;
            while let Some(ours) = own.entries().get(at) {
                match own.name(ours).cmp(name) {
                    Ordering::Less => gone.push(at),
                    Ordering::Equal => found = Some(at),
                    Ordering::Greater => break,
                }
                at += 1;
            }
            same.push(found);
        }
        gone.extend(at..own.entries().len());
        Self { gone, wanted: same }
    }

    /// Whether only git can tell what is left out.
    fn is_undecided(&self, own: &Index, wanted: &Index) -> bool {
        let mut pairs = wanted.entries().iter().zip(&self.wanted);
        pairs.any(|(entry, ours)| {
            let is_left_out = |at: usize| own.entries()[at].flags.skips_work_tree;
            entry.flags.skips_work_tree && !ours.is_some_and(is_left_out)
        })
    }

    /// The paths that are not the same in both.
    fn changed<'a>(&self, own: &'a Index, wanted: &'a Index) -> Vec<&'a [u8]> {
        let gone = self.gone.iter().map(|at| own.name(&own.entries()[*at]));
        let pairs = wanted.entries().iter().zip(&self.wanted);
        let changed = pairs.filter(|(entry, ours)| {
            ours.is_none_or(|at| {
                let ours = &own.entries()[at];
                own.id(ours) != wanted.id(entry) || ours.mode != entry.mode
            })
        });
        gone.chain(changed.map(|(entry, _)| wanted.name(entry)))
            .collect()
    }

    /// What there is to be for each entry of the wanted index, and which of them have to be written.
    fn shown(
        &self,
        own: &Index,
        wanted: &Index,
        damaged: &HashMap<usize, Option<FileStat>>,
        is_sparse: bool,
    ) -> (Vec<EntryStat>, Vec<usize>) {
        let mut written = Vec::new();
        let mut shown = Vec::with_capacity(self.wanted.len());
        for (place, (entry, ours)) in wanted.entries().iter().zip(&self.wanted).enumerate() {
            let known = ours.and_then(|at| {
                let ours = &own.entries()[at];
                let is_same = own.id(ours) == wanted.id(entry) && ours.mode == entry.mode;
                let is_left_out = ours.flags.skips_work_tree;
                if is_left_out && is_sparse && entry.flags.skips_work_tree {
                    return Some(EntryStat::Nothing);
                }
                let stat = match damaged.get(&at) {
                    Some(looked_at) => *looked_at,
                    None => own.stat_of(ours),
                };
                stat.filter(|_| is_same && !is_left_out)
                    .map(EntryStat::File)
            });
            if known.is_none() {
                written.push(place);
            }
            shown.push(known.unwrap_or(EntryStat::File(FileStat::UNKNOWN)));
        }
        (shown, written)
    }
}

/// The places in our own index whose files are not, or not certainly, as we have left them: what those
/// are like now that are so all the same, and nothing for the others. Whatever somebody has written
/// to is written anew, even if git would store it as the same: it may have other line ends.
fn damaged(
    repository: &Repository,
    own: &Index,
    walked: &Walked,
) -> Result<HashMap<usize, Option<FileStat>>> {
    let is_ours = |at: usize, now: &FileStat| {
        let known = own.stat_of(&own.entries()[at]);
        known.is_some_and(|known| known.may_be(now))
    };
    let read = walked.read.iter();
    let mut damaged: HashMap<usize, Option<FileStat>> = read
        .map(|(at, now)| (*at, Some(*now).filter(|now| is_ours(*at, now))))
        .collect();
    let undecided = walked.undecided.iter().copied();
    let undecided: Vec<usize> = undecided
        .filter(|at| damaged.get(at).is_some_and(Option::is_some))
        .collect();
    let differing = repository.differing(own, &undecided)?;
    for at in walked
        .missing
        .iter()
        .chain(&walked.differing)
        .chain(&differing)
    {
        damaged.insert(*at, None);
    }
    Ok(damaged)
}

/// Whether a path stays in the tree and out of every git directory.
fn is_inside(name: &[u8]) -> bool {
    let is_plain = |part: &[u8]| {
        !matches!(part, b"" | b"." | b"..")
            && !part.to_ascii_lowercase().starts_with(b".git~")
            && !part.eq_ignore_ascii_case(b".git")
    };
    name.split(|byte| *byte == b'/').all(is_plain)
}
