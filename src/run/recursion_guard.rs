//! A gate that runs gatekeeper on its own repository would run for ever.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};

/// Tells a gate's processes which repositories are being checked by their ancestors.
pub(super) const VARIABLE: &str = "GATEKEEPER_ACTIVE";

/// Stands between two repositories in the variable. Few paths hold this control character, and a
/// path that does is merely not recognised.
const SEPARATOR: u8 = 0x1f;

/// Refuses to run inside a gate of the same repository. Inside one of another repository (a test
/// suite that makes repositories, say) is fine.
///
/// # Errors
///
/// We are inside a gate of this repository.
pub(crate) fn refuse_nested(environment: &Environment, common_dir: &Path) -> Result<()> {
    let active = environment.get(VARIABLE).unwrap_or_default();
    let mut repositories = active.as_bytes().split(|byte| *byte == SEPARATOR);
    let own = name_of(common_dir);
    if repositories.all(|repository| repository != own.as_bytes()) {
        return Ok(());
    }
    Err(Fault::unable(
        "gatekeeper is already checking this repository, and one of its gates made this call",
    )
    .hint(format!(
        "a gate must not commit to the repository that it checks or run gatekeeper on it; create \
         the repository that a test needs in a temporary directory (gatekeeper sets {VARIABLE} \
         for its gates)"
    )))
}

/// The value of the variable for the gates of a repository.
pub(super) fn value_for(outer: Option<&OsStr>, common_dir: &Path) -> OsString {
    let mut value = outer.unwrap_or_default().to_owned();
    if !value.is_empty() {
        value.push(OsStr::from_bytes(&[SEPARATOR]));
    }
    value.push(name_of(common_dir));
    value
}

/// The one name of a repository that may be reached by several paths.
fn name_of(common_dir: &Path) -> OsString {
    let real = common_dir.canonicalize();
    real.unwrap_or_else(|_| common_dir.to_owned())
        .into_os_string()
}
