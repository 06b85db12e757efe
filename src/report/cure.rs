//! What mends the refused commits of a range: commands that can be pasted, and what to know.

use crate::finding::{Cure as Mends, Finding, Severity};
use crate::policy::{Audit, Judged};
use crate::text::{clean_line, shell_word, some_of};

/// How many digits of an id are shown.
pub(super) const SHORT: usize = 9;

/// How many digits of an id a rebase's list of commits begins with at least.
const LISTED: usize = 7;

/// How many commits are named in a command.
const NAMED: usize = 20;

/// What mends the refused commits.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cure {
    /// The commands, in their order.
    pub(super) commands: Vec<String>,
    /// What to know about them, as sentences.
    pub(super) remarks: Vec<String>,
}

/// What has to be done to the messages.
struct Needs<'a> {
    signs_off: bool,
    fixes: bool,
    squashes: bool,
    /// The commits whose messages have to be changed by hand.
    by_hand: Vec<&'a Judged>,
}

impl<'a> Needs<'a> {
    fn of(refused: &[&'a Judged]) -> Self {
        let any = |is: fn(&Mends) -> bool| {
            let all = refused.iter().flat_map(|judged| errors(judged));
            all.into_iter().any(|finding| is(&finding.cure))
        };
        let needs_hand = |judged: &&&Judged| errors(judged).any(|f| f.cure.edit().is_some());
        Self {
            signs_off: any(Mends::signs_off),
            fixes: any(Mends::is_fix),
            squashes: any(|cure| *cure == Mends::Squash),
            by_hand: refused.iter().filter(needs_hand).copied().collect(),
        }
    }

    /// The command that mends the commit that is checked out.
    fn amend(&self, program: &str) -> String {
        let sign_off = if self.signs_off { " -s" } else { "" };
        if self.fixes {
            format!(
                "git log -1 --format=%B | {program} message fix - | \
                 git commit --amend -q --allow-empty --cleanup=verbatim{sign_off} -F -"
            )
        } else {
            format!("git commit --amend -q --allow-empty --no-edit{sign_off}")
        }
    }
}

fn errors(judged: &Judged) -> impl Iterator<Item = &Finding> {
    let all = judged.findings.iter();
    all.filter(|finding| finding.severity == Severity::Error)
}

/// What mends the refused commits; `program` is how the user can call gatekeeper.
pub(super) fn cure(audit: &Audit, program: &str) -> Cure {
    let refused: Vec<&Judged> = audit.refused().collect();
    let mut cure = Cure::default();
    let [.., newest] = refused.as_slice() else {
        return cure;
    };
    if !audit.is_head {
        let named = clean_line(audit.named.as_bytes());
        cure.remarks.push(format!(
            "check out the end of {named} first: the commands rewrite what is checked out"
        ));
    }
    let needs = Needs::of(&refused);
    if refused.len() == 1 && newest.id == audit.commits.tip && !needs.squashes {
        of_last(&needs, program, &mut cure);
    } else {
        of_many(audit, &needs, program, &mut cure);
    }
    cure
}

fn of_last(needs: &Needs<'_>, program: &str, cure: &mut Cure) {
    if needs.by_hand.is_empty() {
        cure.commands.push(needs.amend(program));
        return;
    }
    let sign_off = if needs.signs_off { " -s" } else { "" };
    cure.commands.push(format!("git commit --amend{sign_off}"));
    cure.remarks
        .push("change what is named above in the editor".into());
}

fn of_many(audit: &Audit, needs: &Needs<'_>, program: &str, cure: &mut Cure) {
    let merges = if audit.has_merges {
        cure.remarks.push(
            "merges whose conflicts were resolved by hand will ask for it again (git rerere \
             remembers)"
                .into(),
        );
        " --rebase-merges"
    } else {
        ""
    };
    let onto = onto(audit);
    let short = |judged: &&Judged, digits: usize| {
        let id = &judged.id;
        id.get(..digits).unwrap_or(id).to_owned()
    };
    if !needs.by_hand.is_empty() {
        let marks: Vec<String> = needs
            .by_hand
            .iter()
            .take(NAMED)
            .map(|judged| short(judged, LISTED))
            .map(|id| format!("-e 's/^pick {id}/reword {id}/'"))
            .collect();
        let editor = format!("sed -i.old {}", marks.join(" "));
        let editor = shell_word(editor.as_ref());
        cure.commands.push(format!(
            "GIT_SEQUENCE_EDITOR={editor} git rebase{merges} -i {onto}"
        ));
        let ids: Vec<String> = needs.by_hand.iter().map(|j| short(j, SHORT)).collect();
        cure.remarks.push(format!(
            "change what is named above in the editor, for {}",
            some_of(&ids, NAMED)
        ));
    }
    if needs.squashes || needs.signs_off || needs.fixes {
        let (editor, squash) = if needs.squashes {
            ("GIT_SEQUENCE_EDITOR=: ", " -i --autosquash")
        } else {
            ("", "")
        };
        // Only what is refused is amended: a good message, and whose it is, stays as it is.
        let exec = if needs.signs_off || needs.fixes {
            let amend = needs.amend(program);
            let exec = format!("{program} audit -q 'HEAD^!' || {amend}");
            format!(" --exec {}", shell_word(exec.as_ref()))
        } else {
            String::new()
        };
        cure.commands
            .push(format!("{editor}git rebase{merges}{squash}{exec} {onto}"));
    }
}

/// Where the commits are put again: on what they stand on, and nothing else is touched.
fn onto(audit: &Audit) -> String {
    let short = |id: &str| id.get(..SHORT).unwrap_or(id).to_owned();
    match (&audit.commits.begin, &audit.commits.base) {
        (Some(begin), Some(base)) if begin == base => short(base),
        (Some(begin), Some(base)) => format!("--onto {} {}", short(base), short(begin)),
        _ => "--root".into(),
    }
}
