//! The inputs of a gate, as digests: the same gate with the same inputs has the same result.

use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use crate::base::hex::hex;
use crate::config::inputs;
use crate::indirection::RunCommand;
use crate::plan::PlannedGate;
use crate::run::Fingerprints;

/// The inputs of a gate of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CacheKey {
    /// The digest of everything but files.
    pub(crate) besides: String,
    /// The digest of the files; `None` if they are all that the gate looks at.
    pub(crate) files: Option<String>,
}

/// The inputs of a gate of a plan. `led`: the commands that its own leads to by way of files.
/// `has_all`: its files are all that it looks at.
#[must_use]
pub(crate) fn cache_key(
    planned: &PlannedGate,
    led: &[RunCommand],
    has_all: bool,
    fingerprints: &Fingerprints<'_>,
) -> CacheKey {
    let gate = &planned.gate;
    let mut digest = Sha256::new();
    let inputs = inputs(gate);
    for part in [env!("CARGO_PKG_VERSION"), gate.name.as_str(), &inputs] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.update(fingerprints.of(gate, led));
    let takes_files = gate.run.takes_files;
    CacheKey {
        besides: hex(&digest.finalize()),
        files: (takes_files && !has_all).then(|| of_files(&planned.files)),
    }
}

fn of_files(files: &[PathBuf]) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    let mut digest = Sha256::new();
    for file in files {
        digest.update(file.as_os_str().as_bytes());
        digest.update([0]);
    }
    hex(&digest.finalize())
}

/// How many hexadecimal digits of a definition's digest are kept.
const DEFINITION_LENGTH: usize = 16;

/// The digest of a gate's definition and commands, without anything that it looks at: on the same tree, the
/// same definition should have the same outcome.
#[must_use]
pub(crate) fn definition(planned: &PlannedGate) -> String {
    let mut digest = Sha256::new();
    digest.update(inputs(&planned.gate));
    for call in &planned.calls {
        digest.update([0]);
        digest.update(call.shown());
    }
    let mut digest = hex(&digest.finalize());
    digest.truncate(DEFINITION_LENGTH);
    digest
}

/// The digest of a policy: of the whole resolved configuration.
#[must_use]
pub(crate) fn policy(config: &crate::config::Config) -> String {
    let mut digest = Sha256::new();
    digest.update(crate::config::show(config, 0).as_bytes());
    hex(&digest.finalize())
}
