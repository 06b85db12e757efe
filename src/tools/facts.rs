//! What is known about each tool that can be a gate, as a document shows it.

use std::collections::BTreeSet;

use super::cache::Cache;
use super::checker::Checker;
use super::checkers;
use super::file_search::{FileSearch, NameSearch};
use super::sign::{ExitCodes, Meaning, Sign};
use crate::model::outcome::ToolFault;

/// What is known about a tool.
pub struct ToolFacts {
    /// What a gate of it is called by default.
    pub name: &'static str,
    /// The words with which a call of it begins.
    pub calls: Vec<String>,
    /// An expression for the line by which it says that all is well.
    pub success: Option<&'static str>,
    /// The exit codes by which it says that it has checked nothing, with or without a line.
    pub nothing: Vec<String>,
    /// The exit codes by which it says that it could not do its work, each with what that means.
    pub broken: Vec<String>,
    /// Whether it can be given the files of a change.
    pub takes_files: bool,
    /// Whether it can fix what it finds.
    pub fixes: bool,
    /// How it is known that it has found no file, where it does not say so.
    pub silent: Option<String>,
    /// The lock that its gates share.
    pub lock: Option<&'static str>,
    /// Where it keeps what makes the next run faster.
    pub cache: Option<String>,
    /// The version whose output was recorded; `None` if this was not tried.
    pub recorded: Option<&'static str>,
}

/// What is known about every tool that can be a gate, sorted by name.
#[must_use]
pub fn tool_facts() -> Vec<ToolFacts> {
    let mut facts: Vec<ToolFacts> = checkers().map(of).collect();
    facts.sort_by_key(|facts| facts.name);
    facts
}

fn of(checker: &'static Checker) -> ToolFacts {
    let of_meaning = |meaning: Meaning| {
        let signs = checker.signs.iter();
        let codes: BTreeSet<String> = signs
            .filter(|sign| sign.meaning == meaning)
            .map(codes)
            .collect();
        codes.into_iter().collect::<Vec<String>>()
    };
    let faults = [ToolFault::Usage, ToolFault::Internal, ToolFault::Network];
    let broken = faults.into_iter().filter_map(|fault| {
        let codes = of_meaning(Meaning::Broken(fault));
        (!codes.is_empty()).then(|| format!("{}: {}", fault.word(), codes.join(", ")))
    });
    ToolFacts {
        name: checker.name,
        calls: {
            let daemons = checker.daemons.iter().map(|(daemon, _)| daemon);
            let calls = checker.calls.iter().chain(daemons);
            calls.map(|words| words.join(" ")).collect()
        },
        success: checker.success,
        nothing: of_meaning(Meaning::CheckedNothing),
        broken: broken.collect(),
        takes_files: checker.file_list.is_some(),
        fixes: checker.fix.is_some(),
        silent: silent(checker),
        lock: checker.lock,
        cache: checker.cache.as_ref().map(Cache::shown),
        recorded: checker.recorded,
    }
}

/// How it is known that a tool has found no file, where it does not say so.
fn silent(checker: &Checker) -> Option<String> {
    let search = match &checker.search {
        FileSearch::Told => None,
        FileSearch::Listed(list) if list.default.is_empty() => {
            Some(format!("by the file of `{}`", list.options.join("`, `")))
        }
        FileSearch::Listed(list) => Some(format!("by {}", list.default)),
        FileSearch::Named(NameSearch { ignore_files, .. }) if !ignore_files.is_empty() => {
            Some(format!("by {}", ignore_files.join(", ")))
        }
        FileSearch::Named(_) => Some("by names".to_owned()),
    };
    let proof = checker.proof.as_ref();
    let proof = proof.map(|proof| format!("with `{}`", proof.option));
    let ways: Vec<String> = search.into_iter().chain(proof).collect();
    (!ways.is_empty()).then(|| ways.join("; "))
}

/// With which exit codes a sign counts, and whether it needs a line.
fn codes(sign: &Sign) -> String {
    let codes = match sign.exit {
        ExitCodes::Success => "0".to_owned(),
        ExitCodes::Failure => "not 0".to_owned(),
        ExitCodes::Any => "any".to_owned(),
        ExitCodes::These(codes) => {
            let codes: Vec<String> = codes.iter().map(i32::to_string).collect();
            codes.join(" or ")
        }
    };
    if sign.line.is_empty() {
        codes
    } else {
        format!("{codes} with a line")
    }
}
