//! The key that receipts are sealed with.
//!
//! It lies outside the repository, so that a receipt cannot be written by hand or copied from
//! another repository without a deliberate act. The owner of the account owns the key: it does not
//! protect against its owner, and does not claim to.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::base::environment::Environment;
use crate::base::hex::{hex, unhex};
use crate::base::replace::{Durability, PRIVATE, create_file, replace_file};

/// The length of a key, in bytes: the block size of the hash.
const LENGTH: usize = 64;

/// The name of the file.
const NAME: &str = "key";

/// A secret.
pub(super) struct SealingKey([u8; LENGTH]);

impl SealingKey {
    /// The user's key, created if there is none. If it cannot be written, the repository's own.
    pub(super) fn open(environment: &Environment, dir: &Path) -> Option<Self> {
        let outside = environment.user_dir("XDG_STATE_HOME", ".local/state");
        let outside = outside.and_then(|dir| Self::in_dir(&dir));
        outside.or_else(|| Self::in_dir(dir))
    }

    fn in_dir(dir: &Path) -> Option<Self> {
        let file = dir.join(NAME);
        Self::read(&file).or_else(|| {
            Self::make(dir, &file)?;
            // Another process may have been faster: its key counts.
            Self::read(&file)
        })
    }

    fn read(file: &Path) -> Option<Self> {
        let secret = fs::read(file).ok()?;
        Some(Self(secret.try_into().ok()?))
    }

    fn make(dir: &Path, file: &Path) -> Option<()> {
        fs::create_dir_all(dir).ok()?;
        let mut secret = [0; LENGTH];
        fs::File::open("/dev/urandom")
            .and_then(|mut source| source.read_exact(&mut secret))
            .ok()?;
        // A file of another length is not a key; one of the right length stays.
        if fs::metadata(file).is_ok_and(|data| data.len() != LENGTH as u64) {
            return replace_file(file, &secret, PRIVATE, Durability::Synced).ok();
        }
        let _ = create_file(file, &secret);
        Some(())
    }

    /// A text of some kind, sealed: with a first line that only the key's owner can write.
    pub(super) fn seal(&self, kind: &str, body: &str) -> String {
        let code = self.code(kind, body).finalize().into_bytes();
        format!("gatekeeper {kind} 1 {}\n{body}", hex(&code))
    }

    /// The text that was sealed; `None` if it was written with another key, or changed since.
    pub(super) fn unseal<'a>(&self, kind: &str, sealed: &'a str) -> Option<&'a str> {
        let (heading, body) = sealed.split_once('\n')?;
        let code = heading.strip_prefix(&format!("gatekeeper {kind} 1 "))?;
        let code = unhex(code)?;
        self.code(kind, body).verify_slice(&code).ok()?;
        Some(body)
    }

    fn code(&self, kind: &str, body: &str) -> Hmac<Sha256> {
        let mut code = Hmac::<Sha256>::new(&self.0.into());
        code.update(kind.as_bytes());
        code.update(b"\n");
        code.update(body.as_bytes());
        code
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn only_what_was_sealed_is_unsealed() {
        let dir = tempfile::tempdir().unwrap();
        let key = SealingKey::in_dir(dir.path()).unwrap();
        let again = SealingKey::in_dir(dir.path()).unwrap();
        let sealed = key.seal("receipt", "{\"a\": 1}");
        assert_eq!(again.unseal("receipt", &sealed), Some("{\"a\": 1}"));
        assert_eq!(again.unseal("baseline", &sealed), None);
        assert_eq!(again.unseal("receipt", &sealed.replace('1', "2")), None);
        assert_eq!(again.unseal("receipt", "{\"a\": 1}"), None);
        let other = tempfile::tempdir().unwrap();
        let other = SealingKey::in_dir(other.path()).unwrap();
        assert_eq!(other.unseal("receipt", &sealed), None);
    }

    #[test]
    fn a_damaged_key_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(NAME), "").unwrap();
        let key = SealingKey::in_dir(dir.path()).unwrap();
        let mode = fs::metadata(dir.path().join(NAME)).unwrap().permissions();
        assert_eq!(mode.mode() & 0o777, PRIVATE);
        assert_eq!(key.0.len(), LENGTH);
    }
}
