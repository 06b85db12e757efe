//! What a remote has, as far as it is asked itself.

use std::ffi::{OsStr, OsString};

use super::Repository;
use super::process::line;
use crate::base::object_id::ObjectId;

impl Repository {
    /// Whether remote-tracking branches say what a remote has. They do not in a clone that was made with `--bare`.
    #[must_use]
    pub(crate) fn is_tracked(&self, remote: &str) -> bool {
        let tracking = format!("refs/remotes/{remote}/");
        let arguments = ["for-each-ref", "--count=1", "--format=x", &tracking];
        let found = self.git().run(arguments).ok();
        let found = found.and_then(super::process::Answer::output_if_any);
        found.is_some_and(|found| !found.is_empty())
    }

    /// What the references of the repository at an address name, as it says itself; nothing if it does not answer,
    /// or if the configuration leads the question elsewhere than the push (`url.*.insteadOf`). Nothing is asked of
    /// the user.
    #[must_use]
    pub(crate) fn asked_tips(&self, address: &OsStr) -> Vec<ObjectId> {
        let git = self.git().with("GIT_TERMINAL_PROMPT", "0");
        let asked = |options: &[&str]| {
            let words = ["ls-remote"].into_iter().chain(options.iter().copied());
            let words = words.chain(["--"]).map(OsString::from);
            let answer = git.run(words.chain([address.to_owned()])).ok()?;
            answer.output_if_any()
        };
        let is_there = |output: Vec<u8>| address.to_str().is_some_and(|to| line(&output) == to);
        if !asked(&["--get-url"]).is_some_and(is_there) {
            return Vec::new();
        }
        let listed = asked(&["--quiet"]).unwrap_or_default();
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let ids = listed.lines().filter_map(|line| line.split('\t').next());
        ids.filter_map(|id| id.parse().ok()).collect()
    }
}
