//! `gatekeeper init --ci`: the files by which a CI runs the gates.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use super::arguments::{CiName, ShardsWanted};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::git::Repository;
use crate::report::say;
use crate::report::terminal::print;

/// The files of a CI, by their paths, before anything is filled in.
type Files = &'static [(&'static str, &'static str)];

const GITHUB: Files = &[(
    ".github/workflows/gatekeeper.yml",
    include_str!("workflows/github.yml"),
)];

const GITHUB_SHARDED: Files = &[(
    ".github/workflows/gatekeeper.yml",
    include_str!("workflows/github-sharded.yml"),
)];

const GITLAB: Files = &[
    (
        ".gitlab/gatekeeper.yml",
        include_str!("workflows/gitlab.yml"),
    ),
    (
        ".gitlab/gatekeeper-jobs.yml",
        include_str!("workflows/gitlab-jobs.yml"),
    ),
];

const GITLAB_SHARDED: Files = &[
    (
        ".gitlab/gatekeeper.yml",
        include_str!("workflows/gitlab.yml"),
    ),
    (
        ".gitlab/gatekeeper-jobs.yml",
        include_str!("workflows/gitlab-sharded.yml"),
    ),
];

/// The steps by which a job of GitHub Actions gets the binary.
const GITHUB_INSTALL: &str = include_str!("workflows/github-install.yml");

/// Writes the files, or prints them.
///
/// # Errors
///
/// One exists already, or cannot be written. Then none is written that was not written before.
pub(super) fn write(
    environment: &Environment,
    ci: CiName,
    shards: Option<ShardsWanted>,
    is_dry: bool,
) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    let files = match (ci, shards) {
        (CiName::Github, None) => GITHUB,
        (CiName::Github, Some(_)) => GITHUB_SHARDED,
        (CiName::Gitlab, None) => GITLAB,
        (CiName::Gitlab, Some(_)) => GITLAB_SHARDED,
    };
    let shards = match shards {
        Some(ShardsWanted::Exactly(number)) => number.to_string(),
        Some(ShardsWanted::Auto) | None => "auto".to_owned(),
    };
    let fill = |text: &str| {
        let text = text.replace("INSTALL\n", GITHUB_INSTALL);
        let text = text.replace("SHARDS", &shards);
        let text = text.replace("VERSION", env!("CARGO_PKG_VERSION"));
        text.replace("[MAIN]", &format!("[{}]", main_branch(&repository)))
    };
    if is_dry {
        let parts = files
            .iter()
            .map(|(path, text)| format!("# {path}\n{}", fill(text)));
        print(&parts.collect::<Vec<_>>().join("\n"))?;
        return Ok(ExitCode::Passed);
    }
    for (path, _) in files {
        if repository.work_tree.join(path).symlink_metadata().is_ok() {
            return Err(Fault::usage(format!("{path} already exists"))
                .hint("see what would be written with `gatekeeper init --ci NAME --dry-run`"));
        }
    }
    for (path, text) in files {
        write_new(&repository.work_tree.join(path), &fill(text))
            .map_err(|error| Fault::unable(format!("cannot write {path}")).because(&error))?;
        say(&format!("wrote {path}\n"));
    }
    say(match ci {
        CiName::Github => {
            "next: let the workflow install the project's tools, commit it, and require the job \
             `gatekeeper` in the rules of the branch\n"
        }
        CiName::Gitlab => {
            "next: name an image that has the project's tools, include .gitlab/gatekeeper-jobs.yml in \
             .gitlab-ci.yml, and commit them\n"
        }
    });
    Ok(ExitCode::Passed)
}

fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir)?;
    }
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}

/// The name of the main branch: that of the remote, or what is checked out, as YAML has it.
fn main_branch(repository: &Repository) -> String {
    let branch = repository
        .main_branch()
        .unwrap_or_else(|| "main".to_owned());
    serde_json::to_string(&branch).unwrap_or_default()
}
