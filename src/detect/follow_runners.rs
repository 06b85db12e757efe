//! What hook managers, nox and package.json name, followed like what CI runs.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::evidence::{Evidence, Found, Origin, Place, Ran};
use super::follow::{DEEPEST, Follower};
use super::{nox, pre_commit};
use crate::base::fault::Result;

/// The scripts of package.json that check, by their usual names.
const SCRIPTS: [&str; 9] = [
    "lint",
    "test",
    "typecheck",
    "type-check",
    "check-types",
    "types",
    "format:check",
    "check",
    "tsc",
];

impl Follower<'_, '_> {
    /// The hooks of pre-commit: those that a call names, or all.
    pub(super) fn hooks(
        &mut self,
        run: Option<(&Evidence, &[String])>,
        manager: &str,
        before: &[Place],
        depth: usize,
    ) -> Result<()> {
        // A call of a few hooks says nothing about the others, which run at every commit.
        self.has_run_hooks |= run.is_none_or(|(_, ids)| ids.is_empty());
        if depth >= DEEPEST {
            return Ok(());
        }
        let mut found = Found::default();
        pre_commit::collect(self.project, run, &mut found);
        let rest = pre_commit::gate(&found, run, manager, before);
        self.followed.not_taken.extend(found.not_taken);
        self.followed.unknown.extend(found.unreadable);
        self.followed.unknown.extend(found.unknown);
        for evidence in &found.evidence {
            self.evidence(evidence, before, depth + 1)?;
        }
        self.followed.drafts.extend(rest);
        Ok(())
    }

    /// The sessions of nox that a call names, or those that it runs by default.
    pub(super) fn nox(
        &mut self,
        arguments: &[&str],
        evidence: &Evidence,
        before: &[Place],
        depth: usize,
    ) -> Result<bool> {
        if depth >= DEEPEST {
            return Ok(false);
        }
        let Some(calls) = nox::calls(self.project, arguments) else {
            return Ok(false);
        };
        for nox::Call { words, given, line } in calls {
            let inner = Evidence {
                what: Ran::Call {
                    words,
                    given,
                    files: None,
                    takes_files: true,
                },
                place: Place {
                    path: PathBuf::from(nox::FILE),
                    line,
                },
                ..evidence.clone()
            };
            self.evidence(&inner, before, depth + 1)?;
        }
        Ok(true)
    }

    /// The scripts of package.json with the usual names, if no CI says what runs.
    pub(super) fn scripts(&mut self) -> Result<()> {
        let Some(text) = self.project.text("package.json") else {
            return Ok(());
        };
        let Ok(package) = serde_json::from_str::<serde_json::Value>(&text) else {
            return Ok(());
        };
        for name in SCRIPTS {
            let script = package.get("scripts").and_then(|scripts| scripts.get(name));
            if script.and_then(serde_json::Value::as_str).is_none() {
                continue;
            }
            let line = text
                .lines()
                .position(|line| line.trim_start().starts_with(&format!("\"{name}\":")));
            let evidence = Evidence {
                what: Ran::Script(format!("npm run {name}")),
                dir: PathBuf::new(),
                env: BTreeMap::new(),
                origin: Origin::Script,
                is_at_push: false,
                place: Place {
                    path: PathBuf::from("package.json"),
                    line: line.unwrap_or(0) + 1,
                },
            };
            self.evidence(&evidence, &[], 0)?;
        }
        Ok(())
    }
}
