//! The key that receipts are sealed with.
//!
//! It lies outside the repository, so that a receipt cannot be written by hand or copied from
//! another repository without a deliberate act. The owner of the account owns the key: it does not
//! protect against its owner, and does not claim to. Where several users share a repository
//! (`core.sharedRepository`), the key lies in the git directory, and their group can read it.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use fs_err as fs;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::state_dir::{Sharing, StateDir};
use crate::base::environment::Environment;
use crate::base::hex::{hex, unhex};
use crate::base::replace::{Durability, PRIVATE, create_file, replace_file};

/// The kind of a sealed receipt.
pub(super) const RECEIPT: &str = "receipt";

/// The length of a key, in bytes: the block size of the hash.
const LENGTH: usize = 64;

/// The name of the file.
const NAME: &str = "key";

/// The permissions of a key that a group shares.
const READABLE_FOR_GROUP: u32 = 0o640;

/// The version of what is sealed: for one repository.
const VERSION: u32 = 2;

/// The version that was sealed for every repository of the user.
const EARLIER_VERSION: u32 = 1;

type Secret = [u8; LENGTH];

/// A secret.
pub(super) struct SealingKey {
    secret: Secret,
    /// The directory outside the repository that it lies in.
    outside: Option<PathBuf>,
    /// The user's own key, which has sealed what was there before the repository was shared, or an older
    /// version.
    earlier: Option<Secret>,
}

impl SealingKey {
    /// The user's key, created if there is none. If it cannot be written, the repository's own; so
    /// it is if the repository is shared.
    pub(super) fn open(environment: &Environment, dir: &StateDir) -> Option<Self> {
        let user_dir = user_dir(environment);
        if dir.sharing == Sharing::Group {
            dir.create(dir.path()).ok()?;
            if let Some(secret) = in_dir(dir.path(), READABLE_FOR_GROUP) {
                let earlier = user_dir.and_then(|dir| read(&dir.join(NAME)));
                return Some(Self {
                    secret,
                    outside: None,
                    earlier,
                });
            }
        }
        let outside = user_dir.and_then(|dir| Some((in_dir(&dir, PRIVATE)?, Some(dir))));
        let (secret, outside) = outside.or_else(|| Some((in_dir(dir.path(), PRIVATE)?, None)))?;
        Some(Self {
            secret,
            outside,
            earlier: None,
        })
    }

    /// Whether there is a key already.
    pub(super) fn is_there(environment: &Environment, dir: &StateDir) -> bool {
        let inside = Some(dir.path().to_owned());
        let dirs = [inside, user_dir(environment)].into_iter().flatten();
        dirs.into_iter().any(|dir| dir.join(NAME).exists())
    }

    /// Removes the key that lies outside the repository, and its directory if nothing else is in it.
    pub(super) fn remove(&self) -> io::Result<()> {
        let Some(dir) = &self.outside else {
            return Ok(());
        };
        fs::remove_file(dir.join(NAME))?;
        match fs::remove_dir(dir) {
            Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => Err(error),
            _ => Ok(()),
        }
    }

    /// The directory outside the repository that the key lies in, if it does.
    pub(super) fn outside(&self) -> Option<&Path> {
        self.outside.as_deref()
    }

    /// A text of some kind, sealed for a repository: with a first line that only the key's owner can
    /// write.
    pub(super) fn seal(&self, kind: &str, repository: &str, body: &str) -> String {
        let code = self.code(kind, repository, body);
        format!("gatekeeper {kind} {VERSION} {}\n{body}", hex(&code))
    }

    /// The text that was sealed for a repository; `None` if it was written with another key, for
    /// another repository, or changed since.
    pub(super) fn unseal<'a>(
        &self,
        kind: &str,
        repository: &str,
        sealed: &'a str,
    ) -> Option<&'a str> {
        let (code, body) = split(kind, VERSION, sealed)?;
        self.is_code(&[kind, repository, body], |mac| {
            mac.verify_slice(&code).is_ok()
        })
        .then_some(body)
    }

    /// Whether the beginning of the code of a text is this one.
    pub(super) fn has_code(
        &self,
        (kind, repository, body): (&str, &str, &str),
        start: &[u8],
    ) -> bool {
        self.is_code(&[kind, repository, body], |mac| {
            mac.verify_truncated_left(start).is_ok()
        })
    }

    fn is_code(&self, parts: &[&str], is_right: impl Fn(Hmac<Sha256>) -> bool) -> bool {
        let secrets = [Some(&self.secret), self.earlier.as_ref()];
        let mut secrets = secrets.into_iter().flatten();
        secrets.any(|secret| is_right(code_of(secret, parts)))
    }

    /// The text that an older version has sealed, and its code: for any repository.
    pub(super) fn unseal_earlier<'a>(
        &self,
        kind: &str,
        sealed: &'a str,
    ) -> Option<(String, &'a str)> {
        let (code, body) = split(kind, EARLIER_VERSION, sealed)?;
        let secrets = [Some(&self.secret), self.earlier.as_ref()];
        let is_ours = |secret: &Secret| code_of(secret, &[kind, body]).verify_slice(&code).is_ok();
        let is_sealed = secrets.into_iter().flatten().any(is_ours);
        is_sealed.then(|| (hex(&code), body))
    }

    /// A code for a text of some kind, which only the key's owner can compute.
    pub(super) fn code(&self, kind: &str, repository: &str, body: &str) -> Vec<u8> {
        let mac = code_of(&self.secret, &[kind, repository, body]);
        mac.finalize().into_bytes().to_vec()
    }
}

/// The user's directory of ours.
fn user_dir(environment: &Environment) -> Option<PathBuf> {
    environment.user_dir("XDG_STATE_HOME", ".local/state")
}

/// The key in a directory, created with these permissions if there is none.
fn in_dir(dir: &Path, mode: u32) -> Option<Secret> {
    let file = dir.join(NAME);
    read(&file).or_else(|| {
        make(dir, &file, mode)?;
        // Another process may have been faster: its key counts.
        read(&file)
    })
}

fn read(file: &Path) -> Option<Secret> {
    fs::read(file).ok()?.try_into().ok()
}

fn make(dir: &Path, file: &Path, mode: u32) -> Option<()> {
    fs::create_dir_all(dir).ok()?;
    let secret = random::<LENGTH>()?;
    // A file of another length is not a key; one of the right length stays.
    if fs::metadata(file).is_ok_and(|data| data.len() != LENGTH as u64) {
        return replace_file(file, &secret, mode, Durability::Synced).ok();
    }
    if create_file(file, &secret).is_ok() && mode != PRIVATE {
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
        fs::set_permissions(file, permissions).ok()?;
    }
    Some(())
}

/// Bytes that nobody can guess.
pub(super) fn random<const COUNT: usize>() -> Option<[u8; COUNT]> {
    let mut bytes = [0; COUNT];
    let mut source = fs::File::open("/dev/urandom").ok()?;
    source.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

/// The code and the body of a sealed text.
fn split<'a>(kind: &str, version: u32, sealed: &'a str) -> Option<(Vec<u8>, &'a str)> {
    let (heading, body) = sealed.split_once('\n')?;
    let code = heading.strip_prefix(&format!("gatekeeper {kind} {version} "))?;
    Some((unhex(code)?, body))
}

/// The code of some texts, of which only the last may have line breaks.
fn code_of(secret: &Secret, parts: &[&str]) -> Hmac<Sha256> {
    let mut code = Hmac::<Sha256>::new(secret.into());
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            code.update(b"\n");
        }
        code.update(part.as_bytes());
    }
    code
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn key(dir: &Path) -> SealingKey {
        SealingKey {
            secret: in_dir(dir, PRIVATE).unwrap(),
            outside: None,
            earlier: None,
        }
    }

    #[test]
    fn only_what_was_sealed_is_unsealed() {
        let dir = tempfile::tempdir().unwrap();
        let again = key(dir.path());
        let key_here = key(dir.path());
        let sealed = key_here.seal("receipt", "id", "{\"a\": 1}");
        assert_eq!(again.unseal("receipt", "id", &sealed), Some("{\"a\": 1}"));
        assert_eq!(again.unseal("receipt", "other", &sealed), None);
        assert_eq!(again.unseal("record", "id", &sealed), None);
        let changed = sealed.replace("\": 1", "\": 2");
        assert_eq!(again.unseal("receipt", "id", &changed), None);
        assert_eq!(again.unseal("receipt", "id", "{\"a\": 1}"), None);
        assert_eq!(again.unseal_earlier("receipt", &sealed), None);
        let other = tempfile::tempdir().unwrap();
        assert_eq!(key(other.path()).unseal("receipt", "id", &sealed), None);
    }

    #[test]
    fn what_an_older_version_has_sealed_is_known() {
        let dir = tempfile::tempdir().unwrap();
        let key = key(dir.path());
        let code = code_of(&key.secret, &["receipt", "{}"]).finalize();
        let code = hex(&code.into_bytes());
        let sealed = format!("gatekeeper receipt 1 {code}\n{{}}");
        let unsealed = key.unseal_earlier("receipt", &sealed);
        assert_eq!(unsealed, Some((code, "{}")));
        assert_eq!(key.unseal("receipt", "id", &sealed), None);
    }

    #[test]
    fn a_damaged_key_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(NAME), "").unwrap();
        let secret = in_dir(dir.path(), READABLE_FOR_GROUP).unwrap();
        let mode = fs::metadata(dir.path().join(NAME)).unwrap().permissions();
        assert_eq!(mode.mode() & 0o777, READABLE_FOR_GROUP);
        assert_eq!(secret.len(), LENGTH);
    }
}
