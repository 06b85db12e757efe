//! Lage, Lerna and Turborepo: they run scripts in the packages of a workspace.

use std::path::Path;

use super::data::{self, Data};
use super::lead::Lead;
use super::tree::Files;
use super::{node, packages};
use crate::base::fault::Result;

/// The files that say which scripts need each other.
const NAMES: [&str; 6] = [
    "turbo.json",
    "turbo.jsonc",
    "lage.config.js",
    "lage.config.cjs",
    "lage.config.mjs",
    "lerna.json",
];

/// What a program that runs scripts in every package leads to.
pub(super) fn everywhere(
    arguments: &[&str],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let names = arguments.iter().filter(|word| !word.starts_with('-'));
    let packages = packages::workspaces(dir, files)?;
    let mut lead = Lead::default();
    let mut wanted: Vec<String> = names.map(|name| (*name).to_owned()).collect();
    wanted.retain(|name| name != "run");
    let mut configurations = Vec::new();
    configurations.extend(files.upwards(dir, &NAMES)?);
    for package in &packages {
        for name in NAMES {
            configurations.extend(files.file(&package.dir.join(name))?);
        }
    }
    for file in &configurations {
        lead.count(file);
        let data = data::json(&file.text);
        let tasks = data
            .as_ref()
            .and_then(|data| data.get("tasks").or(data.get("pipeline")));
        for (_, task) in tasks.map_or(&[][..], Data::entries) {
            let needs = task.get("dependsOn").map_or(Vec::new(), Data::texts);
            let names = needs.into_iter().filter(|need| !need.starts_with('$'));
            let names = names.filter_map(|need| need.trim_start_matches('^').rsplit('#').next());
            wanted.extend(names.map(str::to_owned));
        }
    }
    wanted.sort();
    wanted.dedup();
    for name in &wanted {
        let found = node::of_script(name, &packages, files)?;
        if !found.lines.is_empty() || !found.whole.is_empty() {
            lead.extend(found);
        }
    }
    let is_nothing = lead.lines.is_empty() && lead.whole.is_empty();
    Ok((!is_nothing).then(|| Lead {
        unresolved: Some("it decides for itself which packages to run".to_owned()),
        ..lead
    }))
}
