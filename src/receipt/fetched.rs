//! The commits that a fetch has brought to references other than branches: tags, say, or the requests of a
//! code host. No remote-tracking branch has them, and git remembers only the last fetch.

use std::collections::BTreeSet;
use std::io;

use fs_err as fs;

use super::store::Store;
use crate::base::object_id::ObjectId;
use crate::base::replace::Durability;

/// The name of the file, and the kind of what is sealed in it.
const NAME: &str = "fetched";

impl Store {
    /// The commits that were fetched to such references.
    #[must_use]
    pub(crate) fn fetched(&self) -> BTreeSet<ObjectId> {
        let read = || -> Option<BTreeSet<ObjectId>> {
            let text = fs::read_to_string(self.dir.join(NAME)).ok()?;
            serde_json::from_str(self.key.unseal(NAME, self.id(), &text)?).ok()
        };
        read().unwrap_or_default()
    }

    /// Remembers them, in place of those that were remembered.
    ///
    /// # Errors
    ///
    /// They cannot be written.
    pub(crate) fn keep_fetched(&self, fetched: &BTreeSet<ObjectId>) -> io::Result<()> {
        let body = serde_json::to_string(fetched)?;
        let sealed = self.key.seal(NAME, self.id(), &body);
        self.dir.replace(
            &self.dir.join(NAME),
            sealed.as_bytes(),
            Durability::Unsynced,
        )
    }
}
