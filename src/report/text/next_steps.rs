//! How to fix the refused commits of a range: commands that can be pasted, and remarks.

use crate::base::text::clean_line;
use crate::model::finding::Remedy;
use crate::model::severity::Severity;
use crate::rules::message::range::Audit;

/// How many digits of an id are shown.
pub(super) const SHORT: usize = 9;

/// What fixes the refused commits.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RangeRemedy {
    /// The commands, in their order.
    pub(crate) commands: Vec<String>,
    /// Remarks about them, as sentences.
    pub(crate) remarks: Vec<String>,
}

/// What fixes the refused commits; `program` is how the user can call gatekeeper.
pub(crate) fn range_remedy(audit: &Audit, program: &str) -> RangeRemedy {
    let mut remedy = RangeRemedy::default();
    if audit.are_messages_passed() {
        return remedy;
    }
    if !audit.is_head {
        let named = clean_line(audit.named.as_bytes());
        remedy.remarks.push(format!(
            "check out the end of {named} first, because its commits will be rewritten"
        ));
    }
    let any = |is: &dyn Fn(&Remedy) -> bool| {
        audit
            .refused()
            .flat_map(|checked| &checked.findings)
            .filter(|finding| finding.severity == Severity::Error)
            .any(|finding| is(&finding.remedy))
    };
    if any(&|remedy| *remedy == Remedy::Squash) {
        let merges = if audit.has_merges {
            " --rebase-merges"
        } else {
            ""
        };
        remedy.commands.push(format!(
            "GIT_SEQUENCE_EDITOR=: git rebase{merges} -i --autosquash {}",
            onto(audit)
        ));
    }
    let signs_off = any(&Remedy::signs_off);
    let edits = any(&|remedy| remedy.edit().is_some());
    if signs_off || edits || any(&Remedy::is_fix) {
        let signoff = if signs_off { " --signoff" } else { "" };
        let edit = if edits { " --edit" } else { "" };
        // If the end of the range is checked out, it is HEAD.
        let range = match (&audit.commits.begin, audit.is_head) {
            (_, true) => audit.arguments.clone(),
            (Some(begin), false) => format!("{begin}..HEAD"),
            (None, false) => "--root HEAD".into(),
        };
        remedy
            .commands
            .push(format!("{program} audit --fix{signoff}{edit} {range}"));
        if edits {
            remedy
                .remarks
                .push("the editor opens each message that cannot be fixed automatically".into());
        }
    }
    remedy
}

/// Where the commits are put again: on the commit that they stand on, so that nothing else is
/// touched.
fn onto(audit: &Audit) -> String {
    match (&audit.commits.begin, &audit.commits.base) {
        (Some(begin), Some(base)) if begin == base => format!("{base:.SHORT$}"),
        (Some(begin), Some(base)) => format!("--onto {base:.SHORT$} {begin:.SHORT$}"),
        _ => "--root".into(),
    }
}
