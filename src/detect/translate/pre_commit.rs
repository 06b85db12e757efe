//! pre-commit, and prek: the hooks of each repository.
//!
//! The keys are those of pre-commit's documentation, "Adding pre-commit plugins to your project".

use std::fmt::Write as _;
use std::path::Path;

use super::file_types::{self, BINARY};
use super::husky::MESSAGES;
use super::lint_staged;
use super::script::FILES;
use super::translation::{Entry, Outcome, Translation};
use crate::base::fault::Result;
use crate::base::yaml::{self, Node};
use crate::detect::detected::CheckDraft;
use crate::detect::evidence::{FileSelection, Place};
use crate::detect::known_hooks::{other_hook, words_of_known};
use crate::detect::path_expression;
use crate::tools::{pre_commit_program, reads_text};

/// What holds for every hook.
struct Whole<'a> {
    path: &'a Path,
    files: &'a str,
    exclude: &'a str,
    stages: Vec<&'a str>,
}

/// Adds the gates of the hooks.
pub(super) fn add(translation: &mut Translation<'_, '_>, path: &Path) -> Result<()> {
    let text = translation.project.text(path).unwrap_or_default();
    let Some(document) = yaml::parse(&text) else {
        let place = Place {
            path: path.to_owned(),
            line: 1,
        };
        translation.refuse(&place, "the file", "it cannot be read as YAML");
        return Ok(());
    };
    let whole = Whole {
        path,
        files: text_of(&document, "files"),
        exclude: text_of(&document, "exclude"),
        stages: texts(&document, "default_stages"),
    };
    translation.settings.fail_fast = document.get("fail_fast").is_some_and(Node::is_true);
    for repo in document.get("repos").into_iter().flat_map(Node::items) {
        let url = text_of(repo, "repo").trim_end_matches('/');
        let url = url.strip_suffix(".git").unwrap_or(url);
        let rev = repo
            .get("rev")
            .map(|node| version(node, &text))
            .unwrap_or_default();
        for hook in repo.get("hooks").into_iter().flat_map(Node::items) {
            one(translation, &whole, hook, (url, &rev))?;
        }
    }
    Ok(())
}

/// The version that a repository is pinned to: of a commit, that of the comment beside it.
fn version(rev: &Node, text: &str) -> String {
    let line = text
        .lines()
        .nth(rev.line.saturating_sub(1))
        .unwrap_or_default();
    let frozen = line
        .split_once("frozen:")
        .map(|(_, version)| version.trim());
    frozen.or(rev.text()).unwrap_or_default().to_owned()
}

fn text_of<'n>(node: &'n Node, key: &str) -> &'n str {
    node.get(key).and_then(Node::text).unwrap_or_default()
}

fn texts<'n>(node: &'n Node, key: &str) -> Vec<&'n str> {
    let values = node.get(key).into_iter().flat_map(Node::items);
    values.filter_map(Node::text).collect()
}

/// How a hook is called.
enum Call {
    /// These words; whether a verdict over the handed files alone is right for them.
    Words(Vec<String>, bool),
    /// It searches the handed files for an expression, as this call of grep does.
    Search(Vec<String>),
    /// It refuses the handed files, by their names, with this explanation.
    Refuses(String),
    /// It is a setting of gatekeeper: these branches are protected.
    Protects(Vec<String>),
    /// This key of `[checks]` stands for it.
    Checks(&'static str, CheckDraft),
    /// It is not, for this reason.
    None(String),
}

fn one(
    translation: &mut Translation<'_, '_>,
    whole: &Whole<'_>,
    hook: &Node,
    (url, rev): (&str, &str),
) -> Result<()> {
    let id = text_of(hook, "id");
    let place = Place {
        path: whole.path.to_owned(),
        line: hook.get("id").map_or(hook.line, |id| id.line),
    };
    let mut stages = texts(hook, "stages");
    if stages.is_empty() {
        stages.clone_from(&whole.stages);
    }
    if let Some(reason) = by_stage(&stages, id) {
        translation.refuse(&place, id, reason);
        return Ok(());
    }
    let call = match call(hook, whole, id, url) {
        Call::Protects(branches) => {
            translation.settings.protected_branches.extend(branches);
            translation.set();
            return Ok(());
        }
        Call::Checks(key, check) => {
            let settings = &mut translation.settings;
            let check = match settings.checks.remove(key) {
                Some(known) => joined(key, known, check),
                None => check,
            };
            settings.checks.insert(key, check);
            settings.unchecked = path_expression::globs(whole.exclude);
            translation.set();
            return Ok(());
        }
        Call::None(reason) => {
            translation.refuse(&place, id, reason);
            return Ok(());
        }
        call => call,
    };
    let mut remarks = Vec::new();
    let files = selection(hook, whole, id, url, &mut remarks);
    let is_open = !remarks.is_empty();
    let dependencies = texts(hook, "additional_dependencies");
    if !dependencies.is_empty() {
        remarks.push(format!(
            "it needs, beside its program: {}",
            dependencies.join(", ")
        ));
    }
    if url != "local" {
        remarks.push(format!(
            "pre-commit runs version {} of {}; the gate runs what is installed here",
            if rev.is_empty() { "(unknown)" } else { rev },
            url.trim_start_matches("https://")
        ));
    }
    let pinned = rev.trim_start_matches('v');
    let is_version = pinned.contains('.') && pinned.starts_with(|c: char| c.is_ascii_digit());
    let alias = text_of(hook, "alias");
    let entry = Entry {
        name: if alias.is_empty() { id } else { alias }.to_owned(),
        place,
        is_at_push: !stages.is_empty() && stages.iter().all(|stage| is_push(stage)),
        files,
        fixes: other_hook(id).is_some_and(|other| other.rewrites),
        narrows: url != "local" && hook.get("types").or(hook.get("types_or")).is_none(),
        version: is_version.then(|| pinned.to_owned()),
        remarks,
        ..Entry::default()
    };
    let is_handed = hook.get("pass_filenames").is_none_or(Node::is_true);
    match call {
        Call::Words(words, _) if url == "local" => {
            let mut text = shell_words::join(&words);
            if is_handed {
                let _ = write!(text, " {FILES}");
            }
            if translation.script(&entry, &text)? == Outcome::CallsLintStaged {
                lint_staged::add(translation)?;
            }
        }
        Call::Words(words, takes_files) => {
            translation.call(&entry, &words, takes_files && is_handed)?;
        }
        Call::Search(words) => translation.search(&entry, &words),
        // Without a glob, the gate would refuse every file.
        Call::Refuses(_) if is_open || entry.files.files.is_empty() => {
            let reason = "it refuses files whose names no glob describes: write a command that fails for them";
            translation.refuse(&entry.place, id, reason);
        }
        Call::Refuses(why) => {
            let why = shell_words::quote(&why);
            let text = format!("printf '%s\\n' {why} {FILES} >&2\nexit 1");
            translation.refusal(&entry, &text);
        }
        Call::Protects(_) | Call::Checks(..) | Call::None(_) => {}
    }
    Ok(())
}

fn is_push(stage: &str) -> bool {
    matches!(stage, "pre-push" | "push")
}

/// Why a hook with these stages is not a gate.
fn by_stage(stages: &[&str], id: &str) -> Option<&'static str> {
    const MESSAGE_HOOKS: [&str; 6] = [
        "conventional-pre-commit",
        "commitizen",
        "commitlint",
        "gitlint",
        "committed",
        "commitizen-branch",
    ];
    let is_about_messages = |stage: &&str| matches!(*stage, "commit-msg" | "prepare-commit-msg");
    let is_checked = |stage: &&str| {
        is_push(stage) || matches!(*stage, "pre-commit" | "commit" | "pre-merge-commit")
    };
    if MESSAGE_HOOKS.contains(&id) || !stages.is_empty() && stages.iter().all(is_about_messages) {
        return Some(MESSAGES);
    }
    if stages.is_empty() || stages.iter().any(is_checked) {
        return None;
    }
    Some("it runs neither before a commit nor before a push")
}

fn call(hook: &Node, whole: &Whole<'_>, id: &str, url: &str) -> Call {
    let own = hook.get("args").map(|_| {
        let arguments = texts(hook, "args").into_iter();
        arguments.map(str::to_owned).collect::<Vec<String>>()
    });
    if url == "meta" {
        return Call::None("it checks pre-commit's own file".to_owned());
    }
    if url == "local" {
        return local(hook, own);
    }
    if url.ends_with("pre-commit/pre-commit-hooks") {
        let arguments = own.as_deref().unwrap_or_default();
        if let Some(key) = built_in(id, arguments)
            && let Some(check) = check_paths(hook, whole, id, key)
        {
            let limit = largest(arguments).filter(|_| id == "check-added-large-files");
            return Call::Checks(key, CheckDraft { limit, ..check });
        }
        return match (pre_commit_program(id), id) {
            (Some(program), _) => {
                let words = std::iter::once(program.to_owned()).chain(own.unwrap_or_default());
                Call::Words(words.collect(), true)
            }
            (None, "no-commit-to-branch") => protected(&own.unwrap_or_default()),
            (None, _) => Call::None(
                "it asks git about the index, which a gate does not see as a hook does".to_owned(),
            ),
        };
    }
    if url.ends_with("pre-commit/pygrep-hooks") {
        return Call::None(SEARCHES.to_owned());
    }
    if let Some((words, takes_files)) = words_of_known(id, own.clone()) {
        return Call::Words(words, takes_files);
    }
    match other_hook(id) {
        Some(other) => {
            let words = other.call.iter().map(|&word| word.to_owned());
            let words = words.chain(own.unwrap_or_default());
            Call::Words(words.collect(), other.takes_files)
        }
        None => Call::None(format!(
            "{} decides what it runs: see the `entry` in its .pre-commit-hooks.yaml, and write that as `run`",
            url.trim_start_matches("https://")
        )),
    }
}

/// The key of `[checks]` that stands for a hook of pre-commit-hooks with these arguments.
fn built_in(id: &str, arguments: &[String]) -> Option<&'static str> {
    let are_only = |known: &[&str]| {
        arguments
            .iter()
            .all(|argument| known.contains(&argument.as_str()))
    };
    Some(match id {
        "check-merge-conflict" => "merge-markers",
        "detect-private-key" => "private-keys",
        "detect-aws-credentials" => "secrets",
        "check-added-large-files" => "large-files",
        "check-case-conflict" => "path-collisions",
        "check-illegal-windows-names" => "windows-names",
        "check-json" | "check-toml" | "check-yaml" => "syntax",
        "check-byte-order-marker" | "fix-byte-order-marker" => "byte-order-mark",
        "check-executables-have-shebangs" | "check-shebang-scripts-are-executable" => {
            "script-modes"
        }
        "check-symlinks" | "destroyed-symlinks" => "symlinks",
        "forbid-new-submodules" => "submodules",
        // In Markdown, blanks that break a line always stay.
        "trailing-whitespace"
            if are_only(&["--markdown-linebreak-ext=md", "--markdown-linebreak-ext=*"]) =>
        {
            "trailing-blanks"
        }
        "end-of-file-fixer" if are_only(&[]) => "final-newline",
        "mixed-line-ending" if are_only(&["--fix=auto", "--fix=no"]) => "line-endings",
        _ => return None,
    })
}

/// The paths that a hook is about, for a key of `[checks]`; `None` if no globs stand for them, or if the key is about
/// more than the hook and would lose what is not the hook's.
fn check_paths(hook: &Node, whole: &Whole<'_>, id: &str, key: &str) -> Option<CheckDraft> {
    let globs = |expression: &str| match expression.trim() {
        "" | "^$" | "^.*$" | ".*" | "." => Some(Vec::new()),
        expression => Some(path_expression::globs(expression)).filter(|globs| !globs.is_empty()),
    };
    let typed = |names: &mut dyn Iterator<Item = &str>| {
        let typed = file_types::any_of(names);
        typed.unknown.is_empty().then_some(typed.files)
    };
    let own = match text_of(hook, "files") {
        "" => whole.files,
        own => own,
    };
    let (every, either) = (texts(hook, "types"), texts(hook, "types_or"));
    let of_types = typed(&mut every.into_iter().chain(either))?;
    let files = file_types::both(globs(own)?, of_types);
    let mut exclude = globs(text_of(hook, "exclude"))?;
    exclude.extend(typed(&mut texts(hook, "exclude_types").into_iter())?);
    if key == "syntax" {
        // The key is about three languages, and the hook about one of them.
        let names = match id {
            "check-json" => "**/*.json",
            "check-toml" => "**/*.toml",
            _ => "**/*.{yaml,yml}",
        };
        if !files.is_empty() && files != [names] {
            return None;
        }
        let exclude = match exclude.as_slice() {
            [] => Vec::new(),
            _ => file_types::both(exclude, vec![names.to_owned()]),
        };
        return Some(CheckDraft {
            exclude,
            ..CheckDraft::default()
        });
    }
    Some(CheckDraft {
        files,
        exclude,
        ..CheckDraft::default()
    })
}

/// One check for two hooks: about whatever one of them is about.
fn joined(key: &str, one: CheckDraft, other: CheckDraft) -> CheckDraft {
    let files = if one.files.is_empty() || other.files.is_empty() {
        Vec::new()
    } else {
        [one.files, other.files].concat()
    };
    let exclude = if key == "syntax" {
        [one.exclude, other.exclude].concat()
    } else {
        let is_common = |glob: &String| other.exclude.contains(glob);
        one.exclude.into_iter().filter(is_common).collect()
    };
    CheckDraft {
        limit: other.limit.or(one.limit),
        files,
        exclude,
        evidence: None,
    }
}

/// The largest file that `check-added-large-files` lets through, in KiB; 500 if its arguments do not say.
fn largest(arguments: &[String]) -> Option<u32> {
    let mut values = arguments
        .iter()
        .zip(arguments.iter().skip(1).map(Some).chain([None]))
        .filter_map(|(argument, next)| match argument.split_once('=') {
            Some(("--maxkb", value)) => Some(value),
            None if argument == "--maxkb" => next.map(String::as_str),
            _ => None,
        });
    values.next().unwrap_or("500").parse().ok()
}

/// The reason of hooks that search lines for an expression.
const SEARCHES: &str = "it searches files for an expression: see the rules for added lines in docs/bypass.md, or write \
                        one as [[bypass.patterns]]";

/// A hook of the project itself.
fn local(hook: &Node, own: Option<Vec<String>>) -> Call {
    match text_of(hook, "language") {
        "pygrep" => return search(text_of(hook, "entry"), &own.unwrap_or_default()),
        "fail" => return Call::Refuses(text_of(hook, "entry").to_owned()),
        "docker" | "docker_image" => {
            let reason = "it runs in a container: write `docker run ...` as `run` if every machine has docker";
            return Call::None(reason.to_owned());
        }
        _ => {}
    }
    let Ok(mut words) = shell_words::split(text_of(hook, "entry")) else {
        return Call::None("its `entry` cannot be split into words".to_owned());
    };
    if words.is_empty() {
        return Call::None("it has no `entry`".to_owned());
    }
    words.extend(own.unwrap_or_default());
    Call::Words(words, true)
}

/// A search for an expression, which pre-commit does line by line.
fn search(expression: &str, arguments: &[String]) -> Call {
    let mut options = vec!["grep", "-nIP"];
    for argument in arguments {
        match argument.as_str() {
            "-i" | "--ignore-case" => options.push("-i"),
            _ => return Call::None(SEARCHES.to_owned()),
        }
    }
    options.extend(["-e", expression, "--"]);
    Call::Search(options.into_iter().map(str::to_owned).collect())
}

/// The branches that `no-commit-to-branch` protects.
fn protected(arguments: &[String]) -> Call {
    let mut branches = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.split_once('=').unwrap_or((argument, "")) {
            ("--branch" | "-b", "") => branches.extend(rest.next().cloned()),
            ("--branch" | "-b", branch) => branches.push(branch.to_owned()),
            _ => {
                let reason = "it protects branches by an expression: write globs as `protected-branches` in [settings]";
                return Call::None(reason.to_owned());
            }
        }
    }
    if branches.is_empty() {
        branches = ["main", "master"].map(str::to_owned).to_vec();
    }
    Call::Protects(branches)
}

/// The files that a hook is handed, and what of that cannot be said.
fn selection(
    hook: &Node,
    whole: &Whole<'_>,
    id: &str,
    url: &str,
    remarks: &mut Vec<String>,
) -> FileSelection {
    let mut globs = |key: &str, expression: &str| {
        if matches!(expression.trim(), "" | "^$" | "^.*$" | ".*" | ".") {
            return Vec::new();
        }
        let globs = path_expression::globs(expression);
        if globs.is_empty() {
            remarks.push(format!(
                "`{key}` there is an expression that no glob stands for: {}",
                expression.split_whitespace().collect::<Vec<_>>().join(" ")
            ));
        }
        globs
    };
    let own_files = globs("files", text_of(hook, "files"));
    let all_files = globs("files", whole.files);
    let mut exclude = globs("exclude", whole.exclude);
    exclude.extend(globs("exclude", text_of(hook, "exclude")));
    let mut types = texts(hook, "types");
    let either = texts(hook, "types_or");
    let other = other_hook(id).map_or(&[][..], |other| other.types);
    let is_own = url.ends_with("pre-commit/pre-commit-hooks") && reads_text(id);
    if is_own && types.is_empty() {
        types.push("text");
    }
    let by_type = if either.is_empty() && hook.get("types").is_none() && !other.is_empty() {
        file_types::any_of(other.iter().copied())
    } else {
        file_types::any_of(types.iter().chain(&either).copied())
    };
    if !by_type.unknown.is_empty() {
        remarks.push(format!(
            "no glob stands for files of the type {}",
            by_type.unknown.join(", ")
        ));
    }
    if by_type.is_text && by_type.files.is_empty() {
        exclude.push(BINARY.to_owned());
    }
    exclude.extend(file_types::any_of(texts(hook, "exclude_types")).files);
    let hook_files = other_hook(id).map_or(&[][..], |other| other.files);
    let places = match (own_files.is_empty(), hook_files) {
        (false, _) => own_files,
        (true, []) => all_files,
        (true, globs) => globs.iter().map(|&glob| glob.to_owned()).collect(),
    };
    let is_always = hook.get("always_run").is_some_and(Node::is_true);
    FileSelection {
        files: if is_always {
            Vec::new()
        } else {
            file_types::both(places, by_type.files)
        },
        exclude,
    }
}
