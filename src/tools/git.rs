//! git itself: options that keep it from running hooks.

use super::call::Call;
use super::checker::Checker;
use super::family::Family;
use super::language::Language;
use super::program::Program;
use super::silencer::{DATA, Silencer, SourcePart};
use super::swallowed_status::{Cause, SwallowedStatus};
use crate::model::gate::GateKind;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    silencers: SILENCERS,
    programs: PROGRAMS,
    checkers: CHECKERS,
    ..Family::NONE
};

rules! { AddedLines:
    GIT_NO_VERIFY = Error "git.no-verify"
        "`git ... --no-verify`, `git commit -n`, in shell, makefiles, YAML, TOML and \
        `package.json`; elsewhere if a string is such a command";
    GIT_HOOKS_OFF = Error "git.hooks-off" "`core.hooksPath` for one call, or set to `/dev/null`";
    GIT_HOOKS_PATH = Warn "git.hooks-path"
        "`git config core.hooksPath DIRECTORY`: git would not find gatekeeper's hooks";
}

const NO_VERIFY: Silencer = Silencer {
    rule: &GIT_NO_VERIFY,
    words: &["no-veri", "commit"],
    message: "this bypasses the hooks",
    help: "let the hooks run, or give a reason on the line: `# -- reason`",
    ..Silencer::NONE
};

/// git with the option by its name, or by its short form where that means the same.
const NO_VERIFY_COMMAND: &str = r#"(?:^|[\s(/@=`"'!])git\s(?:[^|;&]*\s)?--no-veri(?:fy?)?(?:$|[\s)`"';&|,])|(?:^|[\s(/@=`"'!])git\s+(?:-[cC]\s+\S+\s+|--?[\w-]+(?:=\S+)?\s+)*commit\s(?:[^|;&]*\s)?-[aeiopqsvz]*n[a-zA-Z]*(?:$|[\s)`"';&|])"#;

const HOOKS_OFF: Silencer = Silencer {
    rule: &GIT_HOOKS_OFF,
    words: &["hookspath"],
    pattern: r#"-c\s*["']?(?i:core\.hookspath)=|(?i:core\.hookspath)[\s=,"']+(?:/dev/null|NUL\b)|(?i:core\.hookspath)\s+(?:""|'')"#,
    part: SourcePart::NotComment,
    message: "this disables git's hooks",
    help: "let the hooks run, or give a reason on the line: `# -- reason`",
    ..Silencer::NONE
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        languages: &[Language::Shell, Language::Make],
        pattern: NO_VERIFY_COMMAND,
        part: SourcePart::Code,
        ..NO_VERIFY
    },
    Silencer {
        languages: DATA,
        pattern: NO_VERIFY_COMMAND,
        part: SourcePart::NotComment,
        ..NO_VERIFY
    },
    Silencer {
        languages: &[
            Language::Python,
            Language::JavaScript,
            Language::Ruby,
            Language::Rust,
            Language::Go,
        ],
        words: &["no-veri", "commit"],
        pattern: r#"["'`]git\s[^"'`|;&]*\s--no-veri(?:fy?)?\b|["'`]git\s+commit\s(?:[^"'`|;&]*\s)?-[aeiopqsvz]*n[a-zA-Z]*(?:\s|["'`])|["']git["']\s*,[^;]*["']--no-verify["']|["']commit["']\s*,[^;]*["'](?:--no-verify|-n)["']"#,
        part: SourcePart::WholeText,
        help: "let the hooks run, or give a reason in a comment on the line: `-- reason`",
        ..NO_VERIFY
    },
    Silencer {
        languages: &[
            Language::Shell,
            Language::Make,
            Language::Yaml,
            Language::Toml,
            Language::Json,
        ],
        ..HOOKS_OFF
    },
    Silencer {
        languages: &[Language::Python, Language::JavaScript, Language::Ruby],
        pattern: r#"["'`](?:git\s[^"'`]*)?(?i:core\.hookspath)(?:[\s=]|["'`]\s*,\s*["'`])\s*(?:/dev/null|NUL\b)"#,
        part: SourcePart::WholeText,
        ..HOOKS_OFF
    },
    Silencer {
        rule: &GIT_HOOKS_PATH,
        languages: &[
            Language::Shell,
            Language::Make,
            Language::Yaml,
            Language::Toml,
            Language::Json,
        ],
        words: &["hookspath"],
        pattern: r"\bgit\s+(?:-C\s+\S+\s+)?config\s+(?:--(?:local|global|system|worktree|replace-all|add)\s+|set\s+)*(?i:core\.hookspath)\s+",
        unless: Some(r#"^(?:$|[|;&)>]|/dev/null|NUL\b|""|'')"#),
        part: SourcePart::NotComment,
        message: "this makes git look for hooks in another directory",
        help: "remove the setting, because `gatekeeper install` uses git's own hooks directory, \
            or give a reason: `# -- reason`",
        ..Silencer::NONE
    },
];

const PROGRAMS: &[Program] = &[Program {
    cannot_fail: skips_hooks,
    ..Program::new(&["git"])
}];

fn skips_hooks(call: &Call<'_>) -> Option<SwallowedStatus> {
    const COMMANDS: [&str; 6] = ["commit", "push", "merge", "am", "rebase", "pull"];
    let command = call
        .arguments
        .iter()
        .position(|word| COMMANDS.contains(&word.text.as_str()))?;
    // Before the command there are only options and their values: `git grep commit` is not a
    // commit.
    let in_front = &call.arguments[..command];
    let is_command = in_front.iter().enumerate().all(|(at, word)| {
        word.text.starts_with('-')
            || (at > 0 && matches!(in_front[at - 1].text.as_str(), "-c" | "-C"))
    });
    let word = call
        .option(&["--no-verify", "--no-hooks"])
        .filter(|_| is_command)?;
    Some(SwallowedStatus {
        span: word.span.clone(),
        cause: Cause::SkippedHooks,
        label: "no hook checks what git does here".into(),
        help: format!("remove `{}`", word.text),
    })
}

const CHECKERS: &[Checker] = &[Checker {
    needs_network: false,
    success: Some("no leaks found"),
    configured_by: &[(".gitleaks.toml", "")],
    ..Checker::new("gitleaks", GateKind::Security, &[&["gitleaks"]])
}];
