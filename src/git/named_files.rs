//! All files of a commit with a certain name, wherever they are.
//!
//! A tree that was looked through once is known by its id, and what the index says of a directory whose tree has
//! the same id holds for it as well, so that an ordinary commit needs few of them to be read.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use git2::ObjectType;

use super::change_set::FileMode;
use super::objects::Objects;
use super::tree::Tree;
use super::{Index, Repository};
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;

/// Paths, with the ids of what is there.
type Found = Rc<Vec<(PathBuf, ObjectId)>>;

/// Finds the files with one name.
pub(crate) struct NamedFiles {
    name: &'static str,
    /// Those below a tree, relative to it, by the id of the tree.
    known: HashMap<ObjectId, Found>,
    /// The index, as long as it was not looked at.
    index: Option<IndexPlace>,
}

/// Where an index is.
enum IndexPlace {
    /// It was read.
    Read(Arc<Index>),
    /// It is in this file.
    File(PathBuf),
}

impl NamedFiles {
    /// For the commits of a repository.
    pub(crate) fn new(repository: &Repository, name: &'static str) -> Self {
        let read = repository.read_index.lock().ok();
        let read = read.and_then(|read| read.as_ref().map(Arc::clone));
        let file = || IndexPlace::File(repository.index_file.clone());
        Self {
            name,
            known: HashMap::new(),
            index: Some(read.map_or_else(file, IndexPlace::Read)),
        }
    }

    /// The files in directories of a commit, but not at its top, with the ids of what is there: a file or a
    /// symbolic link.
    ///
    /// # Errors
    ///
    /// A tree cannot be read.
    pub(crate) fn below(
        &mut self,
        objects: &mut Objects,
        commit: ObjectId,
    ) -> Result<Vec<(PathBuf, ObjectId)>> {
        match self.index.take() {
            Some(IndexPlace::Read(index)) => self.learn(&index),
            // Without an index, as on a server, more trees are read.
            Some(IndexPlace::File(file)) => {
                if let Some(index) = Index::in_file(&file) {
                    self.learn(&index);
                }
            }
            None => {}
        }
        let tree = objects.tree_of(commit)?;
        let found = self.of_tree(objects, tree)?;
        let inside = found
            .iter()
            .filter(|(path, _)| path != Path::new(self.name));
        Ok(inside.cloned().collect())
    }

    /// Notes what the directories of an index have.
    fn learn(&mut self, index: &Index) {
        let Some(dirs) = index.dir_ids() else {
            return;
        };
        let files = index.named(self.name).into_iter();
        let is_file = |path: &PathBuf| !matches!(index.kind(path), Some(FileMode::Submodule));
        let files: Vec<(PathBuf, ObjectId)> = files
            .filter(is_file)
            .filter_map(|path| Some((path.clone(), index.object_at(&path)?)))
            .collect();
        let parents = files.iter().flat_map(|(path, _)| path.ancestors().skip(1));
        let parents: BTreeSet<&Path> = parents.collect();
        let nothing: Found = Rc::default();
        for (dir, id) in dirs {
            let Some(id) = ObjectId::from_bytes(id) else {
                continue;
            };
            let dir = Path::new(OsStr::from_bytes(dir));
            let found = if parents.contains(dir) {
                let inside = files.iter().filter_map(|(path, id)| {
                    let rest = path.strip_prefix(dir).ok()?;
                    Some((rest.to_owned(), *id))
                });
                Rc::new(inside.collect())
            } else {
                Rc::clone(&nothing)
            };
            self.known.insert(id, found);
        }
    }

    fn of_tree(&mut self, objects: &mut Objects, tree: ObjectId) -> Result<Found> {
        if let Some(known) = self.known.get(&tree) {
            return Ok(Rc::clone(known));
        }
        let content = objects.read(tree, ObjectType::Tree)?;
        let mut found = Vec::new();
        for entry in Tree::new(tree, &content) {
            let (name, entry) = entry?;
            if entry.is_directory() {
                let dir = Path::new(OsStr::from_bytes(name));
                let inside = self.of_tree(objects, entry.id)?;
                found.extend(inside.iter().map(|(path, id)| (dir.join(path), *id)));
            } else if entry.is_blob() && name == self.name.as_bytes() {
                found.push((PathBuf::from(self.name), entry.id));
            }
        }
        let found = Rc::new(found);
        self.known.insert(tree, Rc::clone(&found));
        Ok(found)
    }
}
