//! lint-staged: patterns, each with commands to whose end the files are added.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::js_object::{self, Entry as JsEntry};
use super::script::FILES;
use super::translation::{Entry, Translation};
use crate::base::fault::Result;
use crate::base::yaml::{self, Node};
use crate::detect::evidence::{FileSelection, Place};
use crate::detect::project::Project;

/// The names of its own files: data, then programs.
const FILES_OF_DATA: [&str; 4] = [
    ".lintstagedrc",
    ".lintstagedrc.json",
    ".lintstagedrc.yaml",
    ".lintstagedrc.yml",
];
const PROGRAMS: [&str; 8] = [
    "lint-staged.config.js",
    "lint-staged.config.mjs",
    "lint-staged.config.cjs",
    "lint-staged.config.ts",
    ".lintstagedrc.js",
    ".lintstagedrc.mjs",
    ".lintstagedrc.cjs",
    ".lintstagedrc.ts",
];

/// The table in package.json.
const TABLE: &str = "lint-staged";

/// Every configuration in the project, the outermost first.
fn files(project: &Project<'_>) -> Vec<PathBuf> {
    let is_configuration = |path: &&PathBuf| {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        FILES_OF_DATA.contains(&name)
            || PROGRAMS.contains(&name)
            || name == "package.json" && table(project, path).is_some()
    };
    let mut files: Vec<PathBuf> = project
        .files()
        .iter()
        .filter(is_configuration)
        .cloned()
        .collect();
    files.sort_by_key(|path| path.components().count());
    files
}

/// The table in a package.json.
fn table(project: &Project<'_>, path: &Path) -> Option<Value> {
    let text = project.text(path).filter(|text| text.contains(TABLE))?;
    let package: Value = serde_json::from_str(&text).ok()?;
    package
        .get(TABLE)
        .filter(|table| table.is_object())
        .cloned()
}

/// The outermost configuration of a project.
pub(super) fn file(project: &Project<'_>) -> Option<PathBuf> {
    files(project).into_iter().next()
}

/// What stands beside a pattern.
enum Commands {
    /// Commands, to whose end the files are added.
    Texts(Vec<String>),
    /// A command that is handed no files: a function that always returns the same text.
    Constant(String),
    /// A function.
    Function,
}

/// A pattern with its commands, and the line of it.
struct Pattern {
    glob: String,
    commands: Commands,
    line: usize,
}

/// Adds the gates of every configuration.
pub(super) fn add(translation: &mut Translation<'_, '_>) -> Result<()> {
    let files = files(translation.project);
    if files.is_empty() {
        let place = Place {
            path: PathBuf::from("package.json"),
            line: 1,
        };
        translation.refuse(&place, "lint-staged", "its configuration is not there");
    }
    for path in files {
        let text = translation.project.text(&path).unwrap_or_default();
        let Some(patterns) = patterns(translation.project, &path, &text) else {
            let place = Place {
                path: path.clone(),
                line: 1,
            };
            let reason =
                "it is a program, and only its run says what it returns: translate it by hand";
            translation.refuse(&place, "the file", reason);
            continue;
        };
        for pattern in patterns {
            one(translation, &path, pattern)?;
        }
    }
    Ok(())
}

fn patterns(project: &Project<'_>, path: &Path, text: &str) -> Option<Vec<Pattern>> {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let from_json = |value: &Value| -> Option<Vec<Pattern>> {
        let entries = value.as_object()?.iter();
        let pattern = |(glob, value): (&String, &Value)| Pattern {
            glob: glob.clone(),
            commands: commands(value),
            line: line_of(text, glob),
        };
        Some(entries.map(pattern).collect())
    };
    if name == "package.json" {
        return from_json(&table(project, path)?);
    }
    if PROGRAMS.contains(&name) {
        let entries = js_object::exported(text)?;
        let pattern = |entry: JsEntry| Pattern {
            commands: match (entry.texts, entry.constant) {
                (Some(texts), _) => Commands::Texts(texts),
                (None, Some(constant)) => Commands::Constant(constant),
                (None, None) => Commands::Function,
            },
            glob: entry.key,
            line: entry.line,
        };
        return Some(entries.into_iter().map(pattern).collect());
    }
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return from_json(&value);
    }
    let document = yaml::parse(text)?;
    let pattern = |(glob, value): (&str, &Node)| Pattern {
        glob: glob.to_owned(),
        commands: Commands::Texts(
            value
                .items()
                .filter_map(Node::text)
                .map(str::to_owned)
                .collect(),
        ),
        line: value.line,
    };
    Some(document.entries().map(pattern).collect())
}

fn commands(value: &Value) -> Commands {
    Commands::Texts(match value {
        Value::String(one) => vec![one.clone()],
        Value::Array(several) => {
            let texts = several.iter().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        }
        _ => return Commands::Function,
    })
}

fn one(translation: &mut Translation<'_, '_>, path: &Path, pattern: Pattern) -> Result<()> {
    let place = Place {
        path: path.to_owned(),
        line: pattern.line,
    };
    let dir = path.parent().unwrap_or(Path::new(""));
    let Some(globs) = globs(&pattern.glob, dir) else {
        let reason =
            "its pattern excludes files in a way that a glob cannot say: translate it by hand";
        translation.refuse(&place, &pattern.glob, reason);
        return Ok(());
    };
    let mut entry = Entry {
        place,
        dir: dir.to_owned(),
        files: FileSelection {
            files: globs,
            exclude: Vec::new(),
        },
        ..Entry::default()
    };
    match pattern.commands {
        Commands::Function => {
            let reason =
                "it is a function, and only its run says what it returns: translate it by hand";
            translation.refuse(&entry.place, &pattern.glob, reason);
        }
        Commands::Constant(text) => {
            translation.script(&entry, &text)?;
        }
        Commands::Texts(texts) => {
            entry.fixes = texts.len() > 1 || texts.iter().any(|text| text.contains("fix"));
            for text in texts {
                // It splits commands into words and starts no shell.
                let text = match shell_words::split(&text) {
                    Ok(words) => shell_words::join(words),
                    Err(_) => text,
                };
                let is_git = text.starts_with("git ");
                let text = if is_git {
                    text
                } else {
                    format!("{text} {FILES}")
                };
                translation.script(&entry, &text)?;
            }
        }
    }
    Ok(())
}

/// The globs of a pattern; `None` if it cannot be written as globs. A pattern without a slash matches at any
/// depth.
fn globs(pattern: &str, dir: &Path) -> Option<Vec<String>> {
    let glob = plain(pattern.trim_start_matches("./"))?;
    if glob.starts_with('!') {
        return None;
    }
    let glob = if glob.contains('/') {
        glob
    } else {
        format!("**/{glob}")
    };
    Some(vec![match dir.to_string_lossy().as_ref() {
        "" => glob,
        dir => format!("{dir}/{glob}"),
    }])
}

/// A pattern with choices in braces where it has them in brackets: `+(js|ts)` is `{js,ts}`.
fn plain(pattern: &str) -> Option<String> {
    let mut glob = String::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('(') {
        let before = &rest[..open];
        let close = open + rest[open..].find(')')?;
        let (before, sign) = match before.chars().last() {
            Some(sign @ ('@' | '+' | '?' | '*' | '!')) => (&before[..before.len() - 1], sign),
            _ => (before, '@'),
        };
        let inner = &rest[open + 1..close];
        if inner.contains('(') || sign == '!' || sign == '*' {
            return None;
        }
        let choices = inner.replace('|', ",");
        glob.push_str(before);
        let choice = if choices.contains(',') {
            format!("{{{choices}}}")
        } else {
            choices
        };
        if sign == '?' {
            // What may be absent is a choice of two whole patterns.
            let after = plain(&rest[close + 1..])?;
            return Some(format!("{{{glob}{after},{glob}{choice}{after}}}"));
        }
        glob.push_str(&choice);
        rest = &rest[close + 1..];
    }
    glob.push_str(rest);
    Some(glob)
}

fn line_of(text: &str, glob: &str) -> usize {
    let after = text.find(&format!("\"{TABLE}\"")).unwrap_or(0);
    let at = text[after..].find(&format!("\"{glob}\"")).unwrap_or(0);
    text[..after + at].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_become_globs() {
        for (pattern, expected) in [
            ("*.js", Some("**/*.js")),
            ("*.{js,ts}", Some("**/*.{js,ts}")),
            ("./src/**/*.ts", Some("src/**/*.ts")),
            ("*.+(js|ts)", Some("**/*.{js,ts}")),
            (
                "(apps|packages)/**/*.(ts|tsx)",
                Some("{apps,packages}/**/*.{ts,tsx}"),
            ),
            ("*.ts?(x)", Some("**/{*.ts,*.tsx}")),
            ("*.!(png)", None),
            ("!(*.min).js", None),
        ] {
            let globs = globs(pattern, Path::new(""));
            let expected = expected.map(|glob| vec![glob.to_owned()]);
            assert_eq!(globs, expected, "{pattern}");
        }
        assert_eq!(
            globs("*.js", Path::new("web")),
            Some(vec!["web/**/*.js".to_owned()])
        );
    }
}
