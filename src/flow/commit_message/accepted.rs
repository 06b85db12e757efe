//! The message that the commit-msg hook has let through last, so that it need not be checked twice
//! within one git command.

use std::fs;

use sha2::{Digest as _, Sha256};

use crate::base::replace::{Durability, FOR_GROUP, PRIVATE, replace_file};
use crate::git::Repository;

/// Below the git directory.
const FILE: &str = "gatekeeper/message-let-through";

/// Remembers a message, as git will store it. That this cannot be done costs a little time later.
pub(crate) fn remember_accepted(repository: &Repository, message: &[u8]) {
    let file = repository.git_dir.join(FILE);
    // Whoever else commits in a shared repository replaces it.
    let mode = if repository.is_shared() {
        FOR_GROUP
    } else {
        PRIVATE
    };
    let dir = file.parent().map(fs::create_dir_all);
    if dir.is_some_and(|made| made.is_ok()) {
        let _ = replace_file(&file, &digest(message), mode, Durability::Unsynced);
    }
}

/// Whether a message is the one that was let through last.
#[must_use]
pub(crate) fn was_accepted(repository: &Repository, message: &[u8]) -> bool {
    fs::read(repository.git_dir.join(FILE)).is_ok_and(|known| known == digest(message))
}

fn digest(message: &[u8]) -> Vec<u8> {
    Sha256::digest(message).to_vec()
}
