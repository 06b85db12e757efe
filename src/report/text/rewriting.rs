//! A gate that rewrites files, in words.

use crate::base::text::clean_line;
use crate::detect::Rewriting;
use crate::model::gate::GateName;

/// What to write instead. `run` is the command of the gate.
#[must_use]
pub(crate) fn rewriting(name: &GateName, run: &str, found: &Rewriting) -> String {
    let clean = |text: &str| clean_line(text.as_bytes());
    let call = clean(&found.call);
    let place = found.place.as_ref();
    let place = place.map_or_else(String::new, |place| format!(" ({place})"));
    let check = clean(&found.check);
    let advice = if found.is_all {
        format!("set run = '{check}' and")
    } else {
        format!("let `run` lead to `{check}`, and set")
    };
    // What leads to the call in a file can go on doing so.
    let fix = clean(found.place.as_ref().map_or(&found.fix, |_| run));
    format!(
        "note: gate `{name}` runs `{call}`{place}, which rewrites files instead of checking them\n\
         help: {advice} fix = '{fix}' in [gates.{name}]\n"
    )
}
