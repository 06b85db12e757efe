//! What a change adds to the known findings. With the first gates.toml, nothing was required before, so
//! that all of them may be known.

use std::path::Path;

use super::protected_paths::HELP_NEW;
use super::single_change::ChangeChecker;
use super::weakenings::finding;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::config::committed::committed_baseline;
use crate::config::{BASELINE_NAME, Baseline, Config, Policy};
use crate::git::FileDiff;
use crate::model::finding::{FilePlace, Finding, Remedy};
use crate::rules::catalogue::change::BASELINE_GROWN;

impl ChangeChecker<'_> {
    /// What a change adds to the known findings.
    pub(super) fn grown_baseline(
        &mut self,
        before: Option<ObjectId>,
        files: &[FileDiff],
        config: &Config,
    ) -> Result<Vec<Finding>> {
        let is_it = |file: &&FileDiff| file.path == Path::new(BASELINE_NAME);
        let (Some(before), Some(file)) = (before, files.iter().find(is_it)) else {
            return Ok(Vec::new());
        };
        let policy = match self.policies.at(before)? {
            Policy::Absent => return Ok(Vec::new()),
            Policy::Broken(_) => None,
            Policy::Ready(policy) => Some(policy),
        };
        let bypass = policy
            .as_ref()
            .map_or(&config.bypass, |policy| &policy.bypass);
        let Some(severity) = bypass.level(&BASELINE_GROWN).severity() else {
            return Ok(Vec::new());
        };
        let earlier = committed_baseline(&mut self.policies.objects, before)?;
        let now = match file.after {
            Some(id) => Baseline::parse(&self.policies.objects.blob(id)?).unwrap_or_default(),
            None => Baseline::default(),
        };
        let grown = now.grown_since(&earlier).into_iter();
        Ok(grown
            .map(|(gate, more)| {
                let place = FilePlace {
                    mark: format!("[{gate}]"),
                    ..FilePlace::whole(BASELINE_NAME)
                };
                let message = format!("{BASELINE_NAME} has {more} of {gate} more than before");
                Finding {
                    remedy: Remedy::Edit(HELP_NEW.to_owned()),
                    ..finding(&BASELINE_GROWN, severity, place, message)
                }
            })
            .collect())
    }
}
