//! `gatekeeper cache`.

use std::fmt::Write as _;

use indicatif::HumanBytes;

use super::arguments::{CacheArguments, CacheCommand};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::base::text::show_path;
use crate::flow::self_path;
use crate::git::Repository;
use crate::report::terminal::print_text;
use crate::view::cache::{Whose, clean};

pub(super) fn cache(environment: &Environment, arguments: &CacheArguments) -> Result<ExitCode> {
    let CacheCommand::Clean { all } = arguments.command;
    let cleaned = if all {
        clean(environment, Whose::All)
    } else {
        let repository = Repository::open_from_env(environment)?;
        clean(environment, Whose::Of(&repository))
    };
    let mut text = String::new();
    for (dir, bytes) in &cleaned.removed {
        let _ = writeln!(text, "removed {} ({})", show_path(dir), HumanBytes(*bytes));
    }
    for dir in &cleaned.left {
        let _ = writeln!(
            text,
            "kept {}: a run uses it, or it cannot be removed",
            show_path(dir)
        );
    }
    if text.is_empty() {
        text.push_str("nothing to remove: no view is kept\n");
    }
    let _ = writeln!(
        text,
        "receipts and recorded runs are no cache and stay; to run gates again that have passed: `{} run \
         --staged --no-cache`",
        self_path::call(environment)
    );
    print_text(&text)?;
    Ok(if cleaned.left.is_empty() {
        ExitCode::Passed
    } else {
        ExitCode::Unable
    })
}
