//! tox: the commands of its environments, in tox.ini, setup.cfg, tox.toml and pyproject.toml.

use std::path::{Path, PathBuf};

use super::ini;
use super::lead::{Lead, at};
use super::tox_environments::Request;
use super::tree::{Files, FoundFile};
use super::{tox_ini, tox_toml};
use crate::base::fault::Result;

/// Where tox looks for its configuration, in this order.
const NAMES: [&str; 4] = ["tox.ini", "setup.cfg", "pyproject.toml", "tox.toml"];

/// What a call of tox leads to.
pub(super) fn lead(arguments: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Lead> {
    let request = Request::of(arguments);
    let mut found: Option<(FoundFile, PathBuf)> = None;
    if let Some(named) = request.file {
        let path = at(dir, named);
        let dir = path.parent().unwrap_or(Path::new("")).to_owned();
        found = files.file(&path)?.map(|file| (file, dir));
    } else {
        for above in dir.ancestors() {
            for name in NAMES {
                if let Some(file) = files.file(&above.join(name))?
                    && configures(&file)
                    && found.is_none()
                {
                    found = Some((file, above.to_owned()));
                }
            }
        }
    }
    let Some((file, top)) = found else {
        return Ok(Lead {
            whole: NAMES[..1].iter().map(|name| dir.join(name)).collect(),
            unresolved: Some("tox is not configured here".to_owned()),
            ..Lead::default()
        });
    };
    let mut lead = Lead::default();
    lead.links(&file);
    // A plugin, which tox loads before anything runs.
    if let Some(plugin) = files.file(&top.join("toxfile.py"))? {
        lead.count(&plugin);
    }
    if file.path.extension().is_some_and(|end| end == "toml") {
        tox_toml::lead(&file, &request, &top, &mut lead);
    } else {
        tox_ini::lead(
            &file.path,
            &ini::keys(&file.text),
            &request,
            &top,
            &mut lead,
        );
    }
    Ok(lead)
}

/// Whether a file holds tox's configuration.
fn configures(file: &FoundFile) -> bool {
    match file.path.file_name().and_then(|name| name.to_str()) {
        Some("setup.cfg") => file.text.contains("[tox:tox]"),
        Some("pyproject.toml") => file.text.contains("[tool.tox"),
        _ => true,
    }
}
