//! Branches without gates, in words.

use crate::base::text::clean_line;
use crate::config::FILE_NAME;
use crate::report::style::Style;

/// How many branches are named.
const NAMED: usize = 5;

/// The message that a branch needs no gates.
#[must_use]
pub(crate) fn ungated_branch(branch: &str, style: Style) -> String {
    format!(
        "{}: {} is one of `ungated-branches` and has no {FILE_NAME}: nothing was checked\n",
        style.careful("note"),
        clean_line(branch.as_bytes())
    )
}

/// A reference as git's commands understand it without the beginning of its name.
#[must_use]
pub(crate) fn short_reference(name: &str) -> &str {
    let prefixes = ["refs/heads/", "refs/remotes/"];
    let short = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix));
    short.unwrap_or(name)
}

/// What to write so that a branch needs no gates; `ungated` are the patterns that are there.
#[must_use]
pub(crate) fn how_to_need_none(branch: &str, ungated: &[String]) -> String {
    let line = ungated_line(ungated.iter().map(String::as_str).chain([branch]));
    format!(
        "if {} needs no gates, set `{line}` in `[settings]` of the main branch's {FILE_NAME}, and commit that \
         alone there: `git commit -s -m 'name a branch without gates' -m 'Gate-Change: REASON' {FILE_NAME}`",
        clean_line(branch.as_bytes())
    )
}

/// The key with these branches.
fn ungated_line<'b>(branches: impl Iterator<Item = &'b str>) -> String {
    let quoted: Vec<String> = branches
        .map(|branch| format!("\"{}\"", clean_line(branch.as_bytes())))
        .collect();
    format!("ungated-branches = [{}]", quoted.join(", "))
}

/// The message at installation that other branches have no gates.toml.
#[must_use]
pub(crate) fn branches_without_gates(branches: &[String], style: Style) -> String {
    let Some(first) = branches.first() else {
        return String::new();
    };
    let clean = |branch: &String| clean_line(branch.as_bytes());
    let mut named: Vec<String> = branches.iter().take(NAMED).map(clean).collect();
    if branches.len() > NAMED {
        named.push(format!("and {} more", branches.len() - NAMED));
    }
    let have = if branches.len() == 1 { "has" } else { "have" };
    let line = ungated_line([first.as_str()].into_iter());
    format!(
        "{}: {} {have} no {FILE_NAME}, so commits there will be refused until the file is on the branch \
         (by a merge, a rebase, or `git checkout BRANCH -- {FILE_NAME}`) or the branch is one of those that need \
         no gates (`{line}` in `[settings]`)\n",
        style.careful("note"),
        named.join(", "),
    )
}
