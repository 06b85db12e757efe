//! Rules and outcomes explained: what each means, what to do, and where the project decides about it.

use std::fmt::Write as _;

use crate::model::rule::{Rule, RuleFamily};

/// What is said about every rule of a family.
struct FamilyPage {
    /// What the rules are about.
    about: &'static str,
    /// What to do about a finding.
    remedy: &'static [&'static str],
    /// The table of gates.toml that decides.
    table: &'static str,
    /// The document that has the details.
    document: &'static str,
}

/// What is said about the checks of `[checks]`.
const CHECKS: FamilyPage = FamilyPage {
    about: "the content and the paths that a change adds, in any language",
    remedy: &[
        "Correct the file, `git add` it and commit again.",
        "A secret has to be revoked: whoever has read it once can use it.",
        "For files that are meant to be so, add [[bypass.exceptions]] with a reason and a last day, or `exclude` in [checks].",
    ],
    table: "[checks]",
    document: "docs/checks.md",
};

fn family_page(family: RuleFamily) -> FamilyPage {
    match family {
        RuleFamily::SignedOffBy => FamilyPage {
            about: "the sign-off of a commit message",
            remedy: &[
                "Sign off with `git commit -s`. A message that was refused is kept: the report has the command that \
                 finishes the commit with it.",
                "For the last commit: `git commit --amend -s --no-edit`. For a branch: `git rebase --signoff @{upstream}`.",
            ],
            table: "[commit-msg.signed-off-by]",
            document: "docs/messages.md#signed-off-by",
        },
        RuleFamily::AssistedBy => FamilyPage {
            about: "the credit of an AI coding agent in a commit message",
            remedy: &[
                "Add the line that the report shows, with `git commit --trailer 'Assisted-By: NAME (MODEL)'`. `gatekeeper agents` \
                 lists the agents that the project defines.",
            ],
            table: "[commit-msg.assisted-by]",
            document: "docs/messages.md#assisted-by",
        },
        RuleFamily::Trailers => FamilyPage {
            about: "the other trailers of a commit message",
            remedy: &[
                "Add or correct the trailer in the last paragraph of the message; `gatekeeper message trailers FILE` prints what \
                 git sees, and `gatekeeper message fix FILE` fixes what is mechanical.",
            ],
            table: "[commit-msg.trailers]",
            document: "docs/messages.md#other-trailers",
        },
        RuleFamily::Contents => FamilyPage {
            about: "the subject and the text of a commit message",
            remedy: &[
                "Write the message again: the report has the command that opens the refused one. For the last commit: \
                 `git commit --amend`.",
            ],
            table: "[commit-msg.subject] and [commit-msg]",
            document: "docs/messages.md#subject-and-contents",
        },
        RuleFamily::Declarations => FamilyPage {
            about: "what a commit message has to say about gates",
            remedy: &[
                "Add the trailer: `git commit --trailer 'Gate-Change: REASON'` for an intended change of the gates, or \
                 `git commit --trailer 'Gate-Exception: GATE -- REASON'` for one commit that has to be made although a gate fails.",
            ],
            table: "",
            document: "docs/bypass.md#intended-changes-gate-change",
        },
        RuleFamily::AddedLines => FamilyPage {
            about: "lines that silence a tool, skip a test or bypass the gates",
            remedy: &[
                "Fix what the tool reports, and remove the line.",
                "If the tool is wrong here, give the reason in the same line, after `--`: `# noqa: E501 -- the address cannot be \
                 divided`. The line is counted then, and does not stop the commit.",
                "For files that are generated or not yours, add [[bypass.exceptions]] with a reason and a last day.",
            ],
            table: "[bypass.rules]",
            document: "docs/bypass.md#added-lines",
        },
        RuleFamily::Tests => FamilyPage {
            about: "tests that a change removes",
            remedy: &[
                "Restore the tests, or say in the message why they are gone: `git commit --trailer 'Gate-Change: REASON'`.",
            ],
            table: "[bypass.rules]",
            document: "docs/bypass.md#removed-tests",
        },
        RuleFamily::ToolConfiguration => FamilyPage {
            about: "the settings of the tools that gates run",
            remedy: &[
                "Restore the setting. If the change is intended, commit it by itself, with the reason: `git commit --trailer \
                 'Gate-Change: REASON'`; the report has the two commands that divide a commit.",
            ],
            table: "[bypass.rules]",
            document: "docs/bypass.md#looser-configuration",
        },
        RuleFamily::Gates => FamilyPage {
            about: "gates.toml and what its commands run",
            remedy: &[
                "Restore the gate. If the change is intended, commit it by itself, with the reason: `git commit --trailer \
                 'Gate-Change: REASON'`; the report has the two commands that divide a commit.",
            ],
            table: "[bypass.rules]",
            document: "docs/bypass.md#weaker-gates",
        },
        RuleFamily::Checks => CHECKS,
        RuleFamily::ProtectedFiles => FamilyPage {
            about: "files that decide the results of gates",
            remedy: &[
                "If the change is intended, commit it by itself, with the reason: `git commit --trailer 'Gate-Change: REASON'`; \
                 the report has the two commands that divide a commit.",
            ],
            table: "[bypass.rules]",
            document: "docs/bypass.md#weaker-gates",
        },
    }
}

/// How a gate can end: the word, what it means, and what to do.
const OUTCOMES: [(&str, &str, &str); 10] = [
    (
        "failed",
        "The command of the gate has found something: its exit code is none of `success-codes`, its output has a line that `forbid` \
         matches, or its report has errors.",
        "Fix what the report shows under the gate. `repeat` is the command that runs only this gate again; `fix`, where there is one, \
         corrects the files.",
    ),
    (
        "timed out",
        "The gate was stopped, with everything that it had started, because it reached its time limit or the budget of the commit.",
        "Run it by hand without a limit: `gatekeeper run GATE`. If it needs the time, raise `timeout` in the gate or `budget` in \
         [settings], or move it to the push: `hooks = [\"pre-push\"]`.",
    ),
    (
        "checked nothing",
        "The command succeeded, but its output does not show that it has checked anything: `expect` matches no line, or the tool \
         is known to have found no files or tests.",
        "Correct the paths in `run`. If there is nothing to check, remove the gate or limit it with `files`.",
    ),
    (
        "tool broken",
        "The command has ended with an error of its own, such as a crash, a configuration that cannot be read, or no network: it says nothing \
         about the code.",
        "Repair the tool: the report shows its output. `gatekeeper plan` shows which program runs.",
    ),
    (
        "could not start",
        "The program does not exist, or cannot be executed.",
        "Install it, as the report says: for example `uv sync` or `npm ci`. `gatekeeper plan` shows where it is looked for.",
    ),
    (
        "cancelled",
        "The gate was not run, or stopped, because another gate failed (`needs`, `fail-fast`) or the run was ended.",
        "Fix the other gate first.",
    ),
    ("passed", "The command has run and found nothing.", ""),
    (
        "cached",
        "The gate has passed on the same content under the same conditions before, and was not run again.",
        "To run it all the same: `gatekeeper run --staged --no-cache GATE`.",
    ),
    (
        "skipped",
        "The gate is turned off in gates.toml, with a reason and until a last day.",
        "Remove `skip` from the gate as soon as the reason is gone.",
    ),
    (
        "not applicable",
        "Nothing that the gate is about has changed, or it belongs to another hook.",
        "`gatekeeper plan` shows why. To run it all the same: `gatekeeper run GATE`.",
    ),
];

/// The page of a rule or an outcome in the terminal; `None` if there is none of that name.
#[must_use]
pub(crate) fn page<'r>(id: &str, mut rules: impl Iterator<Item = &'r Rule>) -> Option<String> {
    if let Some(rule) = rules.find(|rule| rule.id == id) {
        return Some(rule_page(rule));
    }
    let word = id.replace('-', " ");
    let (word, meaning, remedy) = OUTCOMES.iter().find(|(known, ..)| *known == word)?;
    let mut page = format!("{word}: how a gate can end\n\n{}", paragraph(meaning));
    if !remedy.is_empty() {
        let _ = write!(page, "\nWhat to do\n{}", paragraph(remedy));
    }
    Some(page)
}

fn rule_page(rule: &Rule) -> String {
    let of_family = family_page(rule.family);
    let mut page = format!(
        "{}: a rule about {}\n\nWhat it finds\n{}\nWhat to do\n",
        rule.id,
        of_family.about,
        paragraph(rule.finds)
    );
    for remedy in of_family.remedy {
        page += &paragraph(remedy);
    }
    let _ = write!(
        page,
        "\nWhere the project decides\n{}",
        paragraph(&decided(rule, &of_family))
    );
    let _ = write!(page, "\nMore in {}\n", of_family.document);
    page
}

/// The level and where gates.toml sets it.
fn decided(rule: &Rule, of_family: &FamilyPage) -> String {
    let default = match rule.level.severity() {
        Some(severity) => format!("The default is \"{}\"", severity.word()),
        None => "It is off by default".to_owned(),
    };
    match (rule.key, of_family.table) {
        (Some(key), table) => format!("{default}; `{key}` in {table} of gates.toml changes that."),
        (None, "[bypass.rules]") => format!(
            "{default}; `\"{}\" = \"error\"`, `\"warn\"` or `\"off\"` in [bypass.rules] of gates.toml changes that.",
            rule.id
        ),
        (None, "") => format!("{default}; gates.toml cannot change that."),
        (None, table) => format!("{default}; {table} of gates.toml decides when the rule applies."),
    }
}

/// A paragraph of at most 80 columns, indented. A command stays in one line, so that it can be copied.
fn paragraph(text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::from(" ");
    let mut is_code = false;
    let words = text.split(|character| {
        is_code ^= character == '`';
        character == ' ' && !is_code
    });
    for word in words {
        if line.chars().count() + 1 + word.chars().count() > 80 {
            lines += &line;
            lines.push('\n');
            line = String::from(" ");
        }
        line.push(' ');
        line += word;
    }
    lines + &line + "\n"
}

/// Everything that can be explained, by what it is about.
#[must_use]
pub(crate) fn list<'r>(rules: impl Iterator<Item = &'r Rule>) -> String {
    let mut list = String::new();
    let mut about = "";
    for rule in rules {
        let of_family = family_page(rule.family).about;
        if of_family != about {
            let _ = writeln!(list, "Rules about {of_family}");
            about = of_family;
        }
        let _ = writeln!(list, "  {}", rule.id);
    }
    list += "How a gate can end\n";
    for name in outcome_names() {
        let _ = writeln!(list, "  {name}");
    }
    list
}

/// The outcomes by the names that can be typed.
pub(crate) fn outcome_names() -> impl Iterator<Item = String> {
    OUTCOMES.iter().map(|(word, ..)| word.replace(' ', "-"))
}

/// The outcomes as a table of a document.
#[must_use]
pub fn outcomes_table() -> String {
    let mut table = "| outcome | what it means | what to do |\n|---|---|---|\n".to_owned();
    for (word, meaning, remedy) in OUTCOMES {
        let _ = writeln!(table, "| {word} | {meaning} | {remedy} |");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::outcome::Outcome;

    #[test]
    fn every_outcome_is_explained() {
        assert_eq!(OUTCOMES.map(|(word, ..)| word), Outcome::WORDS);
    }
}
