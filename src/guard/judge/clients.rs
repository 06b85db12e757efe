//! Other programs that commit or push, switch checks off, or take gatekeeper away.

use std::ffi::OsStr;

use super::removal::removes_gatekeeper;
use crate::base::environment::Variables;
use crate::base::text::shell_word;
use crate::guard::refusal::{GuardRule, Refusal};

/// Tools of MCP servers that write to a forge without any hook. They are told apart by the ends of their names.
const WRITING_TOOLS: [&str; 6] = [
    "push_files",
    "create_or_update_file",
    "create_or_update_files",
    "create_commit_on_branch",
    "commit_files",
    "create_commit",
];

/// Why a tool of an MCP server is refused, by its name and that of its server.
pub(crate) fn tool_refusal(server: &str, tool: &str) -> Option<Refusal> {
    let lower = tool.to_ascii_lowercase().replace('-', "_");
    let is_forge = |name: &str| {
        ["github", "gitlab", "gitea", "bitbucket", "forgejo"]
            .iter()
            .any(|forge| name.contains(forge))
    };
    let is_writing = WRITING_TOOLS.iter().any(|name| lower.ends_with(name))
        || lower.ends_with("delete_file")
            && is_forge(&format!("{} {lower}", server.to_ascii_lowercase()));
    is_writing.then(|| {
        Refusal::new(
            GuardRule::OtherClient,
            format!("the tool {tool} commits on the server, where no hook of this repository runs"),
            "git commit and git push",
        )
    })
}

/// Why a call of a program is refused.
pub(super) fn refusal(
    name: &str,
    arguments: &[String],
    environment: &Variables,
) -> Option<Refusal> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let typed = || {
        let words = arguments.iter().map(|word| shell_word(OsStr::new(word)));
        format!("`{name} {}`", words.collect::<Vec<_>>().join(" "))
    };
    let other = |instead: &str| Some(Refusal::new(GuardRule::OtherClient, typed(), instead));
    if passes_no_verify(name, &words) {
        let what = format!("{} skips the hooks", typed());
        return Some(Refusal::new(
            GuardRule::NoVerify,
            what,
            "the same without that option",
        ));
    }
    if removes_gatekeeper(name, &words) {
        let what = format!("{} removes gatekeeper", typed());
        return Some(Refusal::new(
            GuardRule::Tampering,
            what,
            "gatekeeper --version  (a person decides whether it is removed)",
        ));
    }
    if let Some(what) = switches_off(name, &words) {
        let what = format!("{} {what}", typed());
        return Some(Refusal::new(
            GuardRule::Tampering,
            what,
            "gatekeeper status",
        ));
    }
    match name {
        "sl" if words.first() == Some(&"push") => other("git push"),
        "jj" if words.contains(&"git") && words.contains(&"push") => other("git push"),
        "dulwich" | "isogit" | "isomorphic-git" | "gitless" | "gl"
            if words.contains(&"push") || words.contains(&"commit") =>
        {
            other("git commit and git push")
        }
        "gh" | "glab" | "hub" => forge(&words).and_then(other),
        "curl" | "wget" | "http" | "https" | "xh" | "httpie" => http(&words).and_then(other),
        "gatekeeper" => gatekeeper(&words).map(|(what, instead)| {
            Refusal::new(GuardRule::Tampering, format!("{} {what}", typed()), instead)
        }),
        "pre-commit" | "prek" | "lefthook" | "husky" | "hk" | "overcommit" => {
            let removes = words
                .iter()
                .any(|word| matches!(*word, "uninstall" | "--uninstall"));
            let what = format!("{} takes hooks out", typed());
            removes.then(|| Refusal::new(GuardRule::Tampering, what, "gatekeeper status"))
        }
        "aider" => aider(&words, environment)
            .then(|| Refusal::new(GuardRule::NoVerify, typed(), "aider --git-commit-verify")),
        _ => None,
    }
}

/// Commits by the interface of a forge, and merges that go around its rules.
fn forge(words: &[&str]) -> Option<&'static str> {
    if words.first() == Some(&"pr") && words.get(1) == Some(&"merge") && words.contains(&"--admin")
    {
        return Some("gh pr merge --auto");
    }
    if words.first() != Some(&"api") {
        return None;
    }
    let is_graphql = words
        .iter()
        .any(|word| word.contains("createCommitOnBranch"));
    (is_graphql || writes(words) && endpoint(words).is_some_and(is_content))
        .then_some("git commit and git push")
}

/// The address that `gh api` calls: the word that is no option and no value of one.
fn endpoint<'w>(words: &[&'w str]) -> Option<&'w str> {
    const VALUED: [&str; 15] = [
        "-X",
        "--method",
        "-f",
        "--raw-field",
        "-F",
        "--field",
        "-H",
        "--header",
        "--input",
        "-q",
        "--jq",
        "-t",
        "--template",
        "--hostname",
        "--cache",
    ];
    let mut rest = words.iter().skip(1);
    while let Some(word) = rest.next() {
        if VALUED.contains(word) {
            rest.next();
        } else if !word.starts_with('-') {
            return Some(*word);
        }
    }
    None
}

/// Whether a program passes `--no-verify` on to git, or has an option of its own that means it.
fn passes_no_verify(name: &str, words: &[&str]) -> bool {
    const PASSING_ON: [&str; 11] = [
        "av",
        "commit-and-tag-version",
        "cz",
        "git-cz",
        "git-p4",
        "gt",
        "lerna",
        "release-it",
        "semantic-release",
        "standard-version",
        "stg",
    ];
    const VERSIONING: [&str; 5] = ["bun", "lerna", "npm", "pnpm", "yarn"];
    let mut plain = words.iter().filter(|word| !word.starts_with('-'));
    let first = match plain.next() {
        Some(&"run") if VERSIONING.contains(&name) => plain.next(),
        first => first,
    };
    let commits = matches!(first, Some(&"commit" | &"push")) || PASSING_ON.contains(&name);
    let is_given = |word: &&&str| **word == "--no-verify" || word.ends_with("Args=--no-verify");
    // `yarn commit` and `cz` pass what they are given on to `git commit`.
    let is_passed_on =
        matches!(name, "cz" | "git-cz") || name == "yarn" && first == Some(&"commit");
    let is_short = |word: &&str| {
        let letters = word.strip_prefix('-').unwrap_or_default();
        let is_cluster = letters.chars().all(|letter| "asvqn".contains(letter));
        is_passed_on && letters.contains('n') && (is_cluster || letters.ends_with("nm"))
    };
    let mut typed = words.iter();
    // A message may be called so.
    let said = typed
        .position(|word| is_given(&word) || is_short(word))
        .is_some_and(|at| {
            let before = at.checked_sub(1).and_then(|at| words.get(at));
            before.is_none_or(|before| !matches!(*before, "-m" | "--message"))
        });
    commits && said || VERSIONING.contains(&name) && words.contains(&"--no-commit-hooks")
}

/// What a program switches off that keeps watch: the hooks of an agent, or the checks of a forge.
fn switches_off(name: &str, words: &[&str]) -> Option<&'static str> {
    let follows = |first: &str, second: &str| {
        words
            .windows(2)
            .any(|pair| pair[0] == first && pair[1].contains(second))
    };
    let has = |text: &str| words.iter().any(|word| word.contains(text));
    let off = "switches the hooks of an agent off";
    match name {
        "claude" if has("\"disableAllHooks\"") && has("true") || words.contains(&"--bare") => {
            Some(off)
        }
        "codex" if has("hooks=false") || has("hooks = false") => Some(off),
        "codex" if follows("--disable", "hooks") || follows("disable", "hooks") => Some(off),
        "gh" if words.starts_with(&["workflow", "disable"]) => Some("switches checks of CI off"),
        "gh" | "glab" if words.first() == Some(&"api") && writes(words) => {
            let rules = [
                "/protection",
                "/rulesets",
                "/protected_branches",
                "/actions/permissions",
            ];
            let address = endpoint(words)?;
            let is_rule = rules.iter().any(|rule| address.contains(rule));
            is_rule.then_some("changes which checks the forge requires")
        }
        _ => None,
    }
}

fn http(words: &[&str]) -> Option<&'static str> {
    let is_forge =
        |word: &&str| (word.contains("github") || word.contains("gitlab")) && is_content(word);
    let is_graphql = words
        .iter()
        .any(|word| word.contains("createCommitOnBranch"));
    (is_graphql || writes(words) && words.iter().any(is_forge)).then_some("git commit and git push")
}

/// Whether an address is one by which files or references are written.
pub(super) fn is_content(word: &str) -> bool {
    let parts = [
        "/contents/",
        "/git/refs",
        "/git/commits",
        "/repository/files/",
        "/repository/commits",
        "/merges",
    ];
    parts.iter().any(|part| word.contains(part))
}

/// Whether a request writes.
fn writes(words: &[&str]) -> bool {
    let methods = ["PUT", "POST", "PATCH", "DELETE"];
    words.iter().any(|word| {
        let upper = word.to_ascii_uppercase();
        let clings = upper
            .strip_prefix("-X")
            .or_else(|| upper.strip_prefix("--METHOD="))
            .or_else(|| upper.strip_prefix("--REQUEST="));
        methods.contains(&clings.unwrap_or(&upper))
            || matches!(
                *word,
                "-f" | "-F" | "--field" | "--raw-field" | "--input" | "-d" | "--data"
            )
    })
}

fn gatekeeper(words: &[&str]) -> Option<(&'static str, &'static str)> {
    let only_explains = words.iter().any(|word| matches!(*word, "-h" | "--help"));
    match *words.iter().find(|word| !word.starts_with('-'))? {
        _ if only_explains => None,
        "uninstall" => Some(("takes the hooks or the guard out", "gatekeeper status")),
        "audit" if words.contains(&"--accept") => Some((
            "trusts commits that nothing has checked, which a person decides",
            "gatekeeper audit --record",
        )),
        _ => None,
    }
}

fn aider(words: &[&str], environment: &Variables) -> bool {
    let variable = environment.get(OsStr::new("AIDER_GIT_COMMIT_VERIFY"));
    let is_off = variable.is_some_and(|value| value == "0" || value.eq_ignore_ascii_case("false"));
    is_off || words.contains(&"--no-git-commit-verify")
}
