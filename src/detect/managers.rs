//! Hook managers besides pre-commit: lefthook, husky, lint-staged and simple-git-hooks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::evidence::{Evidence, FileSelection, Found, Origin, Place, Ran};
use super::project::Project;
use crate::base::yaml::{self, Node};

/// The names of lefthook's file.
pub(super) const LEFTHOOK: [&str; 7] = [
    "lefthook.yml",
    ".lefthook.yml",
    "lefthook.yaml",
    ".lefthook.yaml",
    ".config/lefthook.yml",
    "lefthook.json",
    ".lefthook.json",
];

/// The names of lint-staged's own file, where it is data.
const LINT_STAGED: [&str; 4] = [
    ".lintstagedrc",
    ".lintstagedrc.json",
    ".lintstagedrc.yaml",
    ".lintstagedrc.yml",
];

/// The hooks whose commands check a change.
const HOOKS: [&str; 2] = ["pre-commit", "pre-push"];

/// The hook that runs before a push.
const PUSH: &str = "pre-push";

/// Adds what these managers run.
pub(super) fn collect(project: &Project<'_>, found: &mut Found) {
    if let Some(path) = LEFTHOOK.into_iter().find(|file| project.has(file)) {
        lefthook(project, path, found);
    }
    for hook in HOOKS {
        let path = Path::new(".husky").join(hook);
        if let Some(text) = project.text(&path) {
            found.evidence.push(script(&text, hook, &path, 1));
        }
    }
    let package = project.text("package.json");
    if let Some(text) = &package
        && let Ok(package) = serde_json::from_str::<Value>(text)
    {
        let path = Path::new("package.json");
        if let Some(hooks) = package.get("simple-git-hooks").and_then(Value::as_object) {
            for hook in HOOKS {
                if let Some(command) = hooks.get(hook).and_then(Value::as_str) {
                    let line = line_of(text, "simple-git-hooks", hook);
                    found.evidence.push(script(command, hook, path, line));
                }
            }
        }
        if let Some(staged) = package.get("lint-staged") {
            let commands = json_commands(staged);
            lint_staged(
                &commands,
                path,
                |glob| line_of(text, "lint-staged", glob),
                found,
            );
        }
    }
    for file in LINT_STAGED {
        let Some(text) = project.text(file) else {
            continue;
        };
        let commands = match serde_json::from_str::<Value>(&text) {
            Ok(staged) => json_commands(&staged),
            Err(_) => yaml::parse(&text)
                .map(|node| yaml_commands(&node))
                .unwrap_or_default(),
        };
        lint_staged(
            &commands,
            Path::new(file),
            |glob| line_of(&text, "", glob),
            found,
        );
    }
}

fn script(text: &str, hook: &str, path: &Path, line: usize) -> Evidence {
    Evidence {
        what: Ran::Script(text.to_owned()),
        dir: PathBuf::new(),
        env: BTreeMap::new(),
        origin: Origin::Hook,
        is_at_push: hook == PUSH,
        place: Place {
            path: path.to_owned(),
            line,
        },
    }
}

/// The line of a key in a JSON text, after another one.
fn line_of(text: &str, after: &str, key: &str) -> usize {
    let from = text.find(&format!("\"{after}\"")).unwrap_or(0);
    let at = text[from..]
        .find(&format!("\"{key}\""))
        .or_else(|| text[from..].find(key));
    let at = from + at.unwrap_or(0);
    text[..at].matches('\n').count() + 1
}

fn json_commands(staged: &Value) -> Vec<(String, Vec<String>)> {
    let entries = staged.as_object().into_iter().flatten();
    let commands = |value: &Value| match value {
        Value::String(one) => vec![one.clone()],
        Value::Array(several) => several
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    };
    entries
        .map(|(glob, value)| (glob.clone(), commands(value)))
        .collect()
}

fn yaml_commands(staged: &Node) -> Vec<(String, Vec<String>)> {
    let texts = |value: &Node| {
        value
            .items()
            .filter_map(Node::text)
            .map(str::to_owned)
            .collect()
    };
    staged
        .entries()
        .map(|(glob, value)| (glob.to_owned(), texts(value)))
        .collect()
}

/// A glob of lint-staged as one of ours: without a slash, it matches at any depth.
fn staged_glob(glob: &str) -> String {
    let glob = glob.trim_start_matches("./");
    if glob.contains('/') {
        glob.to_owned()
    } else {
        format!("**/{glob}")
    }
}

fn lint_staged(
    commands: &[(String, Vec<String>)],
    path: &Path,
    line: impl Fn(&str) -> usize,
    found: &mut Found,
) {
    for (glob, commands) in commands {
        for command in commands {
            let Ok(words) = shell_words::split(command) else {
                continue;
            };
            let files = FileSelection {
                files: vec![staged_glob(glob)],
                exclude: Vec::new(),
            };
            found.evidence.push(Evidence {
                what: Ran::Call {
                    words,
                    given: Vec::new(),
                    files: Some(files),
                    takes_files: true,
                },
                dir: PathBuf::new(),
                env: BTreeMap::new(),
                origin: Origin::Hook,
                is_at_push: false,
                place: Place {
                    path: path.to_owned(),
                    line: line(glob),
                },
            });
        }
    }
}

/// The placeholders by which lefthook hands files to a command.
const PLACEHOLDERS: [&str; 4] = ["{staged_files}", "{all_files}", "{files}", "{push_files}"];

fn lefthook(project: &Project<'_>, path: &str, found: &mut Found) {
    let Some(document) = project.text(path).and_then(|text| yaml::parse(&text)) else {
        found.unreadable(Path::new(path), "the hooks");
        return;
    };
    for hook in HOOKS {
        let Some(table) = document.get(hook) else {
            continue;
        };
        let commands = table.get("commands").into_iter().flat_map(Node::entries);
        let jobs = table.get("jobs").into_iter().flat_map(Node::items);
        let nested = table
            .get("jobs")
            .into_iter()
            .flat_map(Node::items)
            .filter_map(|job| job.at(&["group", "jobs"]))
            .flat_map(Node::items);
        for command in commands
            .map(|(_, command)| command)
            .chain(jobs)
            .chain(nested)
        {
            lefthook_command(command, hook, path, found);
        }
    }
}

fn lefthook_command(command: &Node, hook: &str, path: &str, found: &mut Found) {
    let Some(run) = command.get("run") else {
        return;
    };
    let text = run.text().unwrap_or_default();
    let place = Place {
        path: path.into(),
        line: run.line,
    };
    if command.get("skip").is_some_and(Node::is_true) {
        found.skip(place, text, "it is disabled (`skip`)");
        return;
    }
    let root = command.get("root").and_then(Node::text).unwrap_or_default();
    let dir = PathBuf::from(root.trim_end_matches('/'));
    let texts = |key: &str| -> Vec<String> {
        let values = command.get(key).into_iter().flat_map(Node::items);
        values.filter_map(Node::text).map(str::to_owned).collect()
    };
    let env: BTreeMap<String, String> = command
        .get("env")
        .into_iter()
        .flat_map(Node::entries)
        .filter_map(|(name, value)| Some((name.to_owned(), value.text()?.to_owned())))
        .collect();
    let takes_files = PLACEHOLDERS.iter().any(|name| text.contains(name));
    let words = shell_words::split(text)
        .ok()
        .filter(|_| takes_files && !text.contains(['&', '|', ';', '\n', '$', '`']));
    let what = match words {
        Some(words) => Ran::Call {
            words: words
                .into_iter()
                .filter(|word| !PLACEHOLDERS.contains(&word.as_str()))
                .collect(),
            given: Vec::new(),
            files: Some(FileSelection {
                files: texts("glob").iter().map(|glob| staged_glob(glob)).collect(),
                exclude: texts("exclude"),
            }),
            takes_files: true,
        },
        None => Ran::Script(text.to_owned()),
    };
    found.evidence.push(Evidence {
        what,
        dir,
        env,
        origin: Origin::Hook,
        is_at_push: hook == PUSH,
        place,
    });
}
