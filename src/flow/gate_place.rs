//! Where the gates of a commit run if git was called where there is no work tree.

use std::ffi::OsStr;

use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::scratch::Scratch;
use crate::git::Repository;

/// An environment in which gates can run.
pub(crate) struct GatePlace {
    environment: Environment,
    /// The empty work tree of a repository that has none.
    _work_tree: Option<Scratch>,
}

impl GatePlace {
    /// The environment of now if there is a work tree; else that of a linked work tree, best of one in which
    /// this commit is checked out; else that of an empty work tree, in which nothing but the commit is seen.
    ///
    /// # Errors
    ///
    /// git fails, or the temporary directory cannot be created.
    pub(crate) fn of(
        environment: &Environment,
        repository: &Repository,
        commit: Option<ObjectId>,
    ) -> Result<Self> {
        let at = |environment| Self {
            environment,
            _work_tree: None,
        };
        if !repository.is_bare() {
            let named = environment.get("GIT_WORK_TREE");
            let is_at_work = match named.filter(|dir| !dir.is_empty()) {
                // One that does not exist is not the repository's.
                Some(dir) => environment.current_dir.join(dir).is_dir(),
                None => {
                    named.is_some() || !environment.current_dir.starts_with(&repository.git_dir)
                }
            };
            return Ok(at(if is_at_work {
                environment.clone()
            } else {
                environment.in_repository(&repository.work_tree)
            }));
        }
        let linked = repository.linked_work_trees()?;
        let shown = linked
            .iter()
            .find(|one| commit.is_some() && one.head == commit);
        if let Some(one) = shown.or(linked.first()) {
            return Ok(at(environment.in_repository(&one.top)));
        }
        let cannot = |error: std::io::Error| {
            Fault::unable("cannot create a work tree for the gates").because(&error)
        };
        let scratch = Scratch::new().map_err(cannot)?;
        let top = scratch.join("tree");
        std::fs::create_dir(&top).map_err(cannot)?;
        let mut elsewhere = environment.in_repository(&top);
        for (name, value) in [("GIT_DIR", &repository.git_dir), ("GIT_WORK_TREE", &top)] {
            let name = OsStr::new(name).to_owned();
            elsewhere.variables.insert(name, value.clone().into());
        }
        Ok(Self {
            environment: elsewhere,
            _work_tree: Some(scratch),
        })
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }
}
