//! lefthook: `commands`, `scripts` and `jobs` of each hook.
//!
//! The keys are those of lefthook's documentation, "Configuration".

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::husky::MESSAGES;
use super::lint_staged;
use super::script::FILES;
use super::translation::{Entry, Outcome, Translation};
use crate::base::fault::Result;
use crate::base::yaml::{self, Node};
use crate::detect::evidence::{FileSelection, Place};
use crate::detect::managers::LEFTHOOK;
use crate::detect::project::Project;

/// The placeholders by which lefthook hands files to a command.
const PLACEHOLDERS: [&str; 3] = ["{staged_files}", "{push_files}", "{files}"];

/// The placeholder for every file, handed or not.
const ALL: &str = "{all_files}";

/// The names of its file in a form that is not read.
const TOML: [&str; 2] = ["lefthook.toml", ".lefthook.toml"];

/// Its file in a project.
pub(super) fn file(project: &Project<'_>) -> Option<&'static str> {
    let mut files = LEFTHOOK.into_iter().chain(TOML);
    files.find(|file| project.has(file))
}

/// What the stars of a glob stand for.
#[derive(Clone, Copy, Default)]
enum Matcher {
    /// Anything, slashes as well.
    #[default]
    Gobwas,
    /// What they stand for here.
    Doublestar,
}

/// What a group and a hook say for everything in them.
#[derive(Clone, Default)]
struct Outer {
    hook: String,
    matcher: Matcher,
    name: String,
    root: String,
    files: Vec<String>,
    exclude: Vec<String>,
    env: BTreeMap<String, String>,
    remarks: Vec<String>,
}

/// Adds the gates of the hooks.
pub(super) fn add(translation: &mut Translation<'_, '_>, path: &Path) -> Result<()> {
    let text = translation.project.text(path).unwrap_or_default();
    let place = |line: usize| Place {
        path: path.to_owned(),
        line,
    };
    if TOML.iter().any(|name| path == Path::new(name)) {
        let reason =
            "it is TOML, which is not read here: write it as YAML, as `lefthook dump` prints it";
        translation.refuse(&place(1), "the file", reason);
        return Ok(());
    }
    let Some(document) = yaml::parse(&text) else {
        translation.refuse(&place(1), "the file", "it cannot be read as YAML");
        return Ok(());
    };
    for key in ["extends", "remotes", "remote"] {
        if let Some(node) = document.get(key) {
            let reason = "what other files add is not read: translate them by hand";
            translation.note(&place(node.line), key, reason);
        }
    }
    let matcher = match document.get("glob_matcher").and_then(Node::text) {
        Some("doublestar") => Matcher::Doublestar,
        _ => Matcher::Gobwas,
    };
    let mut lefthook = Lefthook {
        translation,
        path,
        calls_lint_staged: false,
    };
    for (hook, table) in document.entries() {
        let has_jobs = ["commands", "jobs", "scripts"]
            .iter()
            .any(|key| table.get(key).is_some());
        if has_jobs {
            lefthook.hook(hook, table, matcher)?;
        }
    }
    if lefthook.calls_lint_staged {
        lint_staged::add(translation)?;
    }
    Ok(())
}

struct Lefthook<'a, 'p, 't> {
    translation: &'a mut Translation<'p, 't>,
    path: &'a Path,
    calls_lint_staged: bool,
}

impl Lefthook<'_, '_, '_> {
    fn place(&self, node: &Node) -> Place {
        Place {
            path: self.path.to_owned(),
            line: node.line,
        }
    }

    fn hook(&mut self, hook: &str, table: &Node, matcher: Matcher) -> Result<()> {
        let outer = Outer {
            hook: hook.to_owned(),
            matcher,
            files: globs(table, "glob", matcher),
            exclude: globs(table, "exclude", matcher),
            remarks: [conditions(table), lists_files(table)].concat(),
            ..Outer::default()
        };
        if table.get("piped").is_some_and(Node::is_true) {
            let node = table.get("piped").unwrap_or(table);
            let reason = "gates run side by side; write `needs` where one needs another";
            self.translation
                .note(&self.place(node), &format!("{hook}: piped"), reason);
        }
        if let Some(setup) = table.get("setup") {
            let reason = "it sets something up, and checks nothing";
            self.translation
                .note(&self.place(setup), &format!("{hook}: setup"), reason);
        }
        if let Some(commands) = table.get("commands") {
            for (name, command) in commands.entries() {
                self.job(command, name, &outer)?;
            }
        }
        if let Some(scripts) = table.get("scripts") {
            for (name, script) in scripts.entries() {
                self.script_file(script, name, &outer)?;
            }
        }
        for job in table.get("jobs").into_iter().flat_map(Node::items) {
            self.any_job(job, &outer)?;
        }
        Ok(())
    }

    /// A job: a command, a script or a group of jobs.
    fn any_job(&mut self, job: &Node, outer: &Outer) -> Result<()> {
        let name = job.get("name").and_then(Node::text).unwrap_or(&outer.name);
        if let Some(group) = job.get("group") {
            let mut inner = inner(job, name, outer);
            if group.get("piped").is_some_and(Node::is_true) {
                inner.remarks.push(
                    "`piped` there is not translated: write `needs` if it needs another gate"
                        .to_owned(),
                );
            }
            for job in group.get("jobs").into_iter().flat_map(Node::items) {
                self.any_job(job, &inner)?;
            }
            return Ok(());
        }
        match job.get("script").and_then(Node::text) {
            Some(script) => self.script_file(job, script, outer),
            None => self.job(job, name, outer),
        }
    }

    fn script_file(&mut self, script: &Node, name: &str, outer: &Outer) -> Result<()> {
        let path = Path::new(".lefthook").join(&outer.hook).join(name);
        if !self.translation.project.has(&path) {
            let reason = format!("{} is not there", path.display());
            self.translation.refuse(&self.place(script), name, reason);
            return Ok(());
        }
        let runner = script
            .get("runner")
            .and_then(Node::text)
            .unwrap_or_default();
        let text = format!("{runner} {}", shell_words::quote(&path.to_string_lossy()));
        self.run(script, name, text.trim(), outer)
    }

    fn job(&mut self, job: &Node, name: &str, outer: &Outer) -> Result<()> {
        let Some(run) = job.get("run") else {
            self.translation
                .refuse(&self.place(job), name, "it runs nothing");
            return Ok(());
        };
        self.run(job, name, run.text().unwrap_or_default(), outer)
    }

    fn run(&mut self, job: &Node, name: &str, text: &str, outer: &Outer) -> Result<()> {
        let run = job.get("run").unwrap_or(job);
        let place = self.place(run);
        let shown = if name.is_empty() { text } else { name };
        let refusal = match outer.hook.as_str() {
            "commit-msg" | "prepare-commit-msg" => Some(MESSAGES),
            "pre-commit" | "pre-push" => refusal(job, text),
            _ => Some("it runs neither before a commit nor before a push"),
        };
        if let Some(reason) = refusal {
            self.translation.refuse(&place, shown, reason);
            return Ok(());
        }
        let inner = inner(job, name, outer);
        let mut remarks = [inner.remarks.clone(), lists_files(job)].concat();
        if job.get("file_types").is_some() {
            remarks.push("`file_types` there is not translated: see `files`".to_owned());
        }
        let entry = Entry {
            name: name.to_owned(),
            place,
            dir: PathBuf::from(&inner.root),
            env: inner.env.clone(),
            is_at_push: outer.hook == "pre-push",
            files: FileSelection {
                files: below(&inner.root, &inner.files),
                exclude: inner.exclude.clone(),
            },
            fixes: job.get("stage_fixed").is_some_and(Node::is_true),
            remarks,
            ..Entry::default()
        };
        let outcome = self.translation.script(&entry, &with_files(text))?;
        self.calls_lint_staged |= outcome == Outcome::CallsLintStaged;
        Ok(())
    }
}

/// What holds inside a job, which may be a group.
fn inner(job: &Node, name: &str, outer: &Outer) -> Outer {
    let root = job.get("root").and_then(Node::text).unwrap_or(&outer.root);
    let matcher = outer.matcher;
    let own = |key: &str, outer: &[String]| {
        let own = globs(job, key, matcher);
        if own.is_empty() { outer.to_vec() } else { own }
    };
    let mut env = outer.env.clone();
    let variables = job.get("env").into_iter().flat_map(Node::entries);
    env.extend(
        variables.filter_map(|(name, value)| Some((name.to_owned(), value.text()?.to_owned()))),
    );
    Outer {
        hook: outer.hook.clone(),
        matcher: outer.matcher,
        name: name.to_owned(),
        root: root.trim_end_matches('/').to_owned(),
        files: own("glob", &outer.files),
        exclude: [own("exclude", &[]), outer.exclude.clone()].concat(),
        env,
        remarks: [outer.remarks.clone(), conditions(job)].concat(),
    }
}

/// Why a job cannot be a gate.
fn refusal(job: &Node, text: &str) -> Option<&'static str> {
    if job.get("skip").is_some_and(Node::is_true) {
        return Some("it is switched off there (`skip`)");
    }
    if job.get("interactive").is_some_and(Node::is_true)
        || job.get("use_stdin").is_some_and(Node::is_true)
    {
        return Some("it reads what is typed, and a gate has no input");
    }
    let is_git_argument = |at: usize| {
        let rest = &text[at + 1..];
        rest.split('}')
            .next()
            .is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_digit()))
    };
    if text.contains("{cmd}")
        || text
            .match_indices('{')
            .any(|(at, _)| !text[..at].ends_with('$') && is_git_argument(at))
    {
        return Some("it uses what git hands to the hook, and a gate is not handed that");
    }
    None
}

/// What to know of a hook or job whose files a command lists.
fn lists_files(node: &Node) -> Vec<String> {
    let remark = "it is handed the changed files instead of what `files` lists there";
    node.get("files")
        .map(|_| remark.to_owned())
        .into_iter()
        .collect()
}

/// The conditions of a hook or job, which are left out: a gate runs whenever its files changed.
fn conditions(node: &Node) -> Vec<String> {
    let mut remarks = Vec::new();
    for key in ["skip", "only"] {
        let Some(value) = node.get(key).filter(|value| value.text() != Some("false")) else {
            continue;
        };
        let words: Vec<String> = value
            .items()
            .map(|item| match item.text() {
                Some(text) => text.to_owned(),
                None => item
                    .entries()
                    .map(|(key, value)| format!("{key}: {}", value.text().unwrap_or("...")))
                    .collect::<Vec<_>>()
                    .join(", "),
            })
            .collect();
        remarks.push(format!(
            "the condition `{key}` there ({}) is not translated: the gate always runs",
            words.join("; ")
        ));
    }
    remarks
}

/// The globs of a key, each as one of ours.
fn globs(node: &Node, key: &str, matcher: Matcher) -> Vec<String> {
    let values = node.get(key).into_iter().flat_map(Node::items);
    let globs = values.filter_map(Node::text).map(|glob| {
        let glob = glob.trim_start_matches("./");
        match matcher {
            Matcher::Gobwas => with_deep_stars(glob),
            Matcher::Doublestar => glob.to_owned(),
        }
    });
    globs.collect()
}

/// A glob whose stars stand for slashes as well, as one of ours.
fn with_deep_stars(glob: &str) -> String {
    let mut deep = String::new();
    let mut rest = glob;
    while let Some(first) = rest.chars().next() {
        if first != '*' {
            deep.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        rest = rest.trim_start_matches('*');
        let begins = deep.is_empty() || deep.ends_with(['/', '{', ',']);
        let ends = rest.is_empty() || rest.starts_with(['/', ',', '}']);
        deep.push_str(match (begins, ends) {
            _ if deep.ends_with("**/") && !rest.starts_with('/') => "*",
            (true, true) => "**",
            (true, false) => "**/*",
            (false, true) => "{*,*/**}",
            (false, false) => "{*,*/**/*}",
        });
    }
    deep
}

/// Globs for files below a directory only.
fn below(root: &str, globs: &[String]) -> Vec<String> {
    if root.is_empty() {
        return globs.to_vec();
    }
    if globs.is_empty() {
        return vec![format!("{root}/**")];
    }
    let below = globs.iter().map(|glob| match glob.strip_prefix("**/") {
        Some(_) => format!("{root}/{glob}"),
        None => glob.clone(),
    });
    below.collect()
}

/// The text of a command with our placeholder in place of lefthook's.
fn with_files(text: &str) -> String {
    let mut text = text.to_owned();
    for placeholder in PLACEHOLDERS {
        for quoted in [
            format!("\"{placeholder}\""),
            format!("'{placeholder}'"),
            placeholder.to_owned(),
        ] {
            text = text.replace(&quoted, FILES);
        }
    }
    // Nothing but the handed files can stand for every file.
    text.replace(ALL, FILES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_slashes() {
        for (glob, expected) in [
            ("*.{js,ts}", "**/*.{js,ts}"),
            ("src/*.js", "src/**/*.js"),
            ("src/**/*.js", "src/**/*.js"),
            ("dist/*", "dist/**"),
            ("a*.js", "a{*,*/**/*}.js"),
            ("{*.js,b/*}", "{**/*.js,b/**}"),
            ("go.mod", "go.mod"),
        ] {
            assert_eq!(with_deep_stars(glob), expected, "{glob}");
        }
    }
}
