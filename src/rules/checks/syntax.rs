//! Whether a file of data can be read: JSON, TOML and YAML.
//!
//! Files that tests use may be damaged on purpose, and templates are not what their names say.

use std::path::Path;

use bstr::ByteSlice as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde::de::IgnoredAny;

use super::hit::{Hit, is_of_tests};
use crate::base::text::clean_line;
use crate::base::yaml;
use crate::config::FILE_NAME;
use crate::git::FileDiff;
use crate::model::rule::Rule;
use crate::rules::catalogue::checks::SYNTAX;

/// Directories whose files are made into others.
const OF_TEMPLATES: [&str; 2] = ["templates", "template"];

/// Files of JSON in which comments are usual: by their names, or by what these begin or end with.
const WITH_COMMENTS: [&str; 16] = [
    "tsconfig*",
    "jsconfig*",
    "*.jsonc",
    "*.code-workspace",
    "devcontainer.json",
    ".devcontainer.json",
    ".eslintrc*",
    ".babelrc*",
    ".swcrc*",
    ".jshintrc",
    "api-extractor*",
    "deno.json",
    "turbo.json",
    "biome.json",
    "language-configuration.json",
    "renovate.json",
];

/// Directories of editors, whose JSON may have comments.
const EDITORS: [&str; 3] = [".vscode", ".zed", ".devcontainer"];

/// Words by which templates can be told.
const TEMPLATE_MARKS: [&[u8]; 4] = [b"{{", b"{%", b"<%", b"@@"];

#[derive(Clone, Copy)]
enum Format {
    Json,
    JsonWithComments,
    Toml,
    Yaml,
}

fn format(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_str()?;
    let is_of_templates = path
        .iter()
        .any(|part| OF_TEMPLATES.iter().any(|dir| part == *dir));
    // What is wrong with gates.toml is said by its reader.
    if is_of_templates || is_of_tests(path) || path == Path::new(FILE_NAME) {
        return None;
    }
    let matches = |pattern: &str| match (pattern.strip_suffix('*'), pattern.strip_prefix('*')) {
        (Some(start), _) => name.starts_with(start),
        (_, Some(end)) => name.ends_with(end),
        _ => name == pattern,
    };
    let is_of_editor = || {
        path.iter()
            .any(|part| EDITORS.iter().any(|dir| part == *dir))
    };
    match name.rsplit_once('.')?.1 {
        "json" | "jsonc" | "code-workspace"
            if WITH_COMMENTS.iter().any(|pattern| matches(pattern)) || is_of_editor() =>
        {
            Some(Format::JsonWithComments)
        }
        "json" => Some(Format::Json),
        "toml" => Some(Format::Toml),
        "yaml" | "yml" => Some(Format::Yaml),
        _ => None,
    }
}

/// Whether a file is to be read.
pub(super) fn wants(file: &FileDiff, is_on: &dyn Fn(&Rule) -> bool) -> bool {
    is_on(&SYNTAX) && format(&file.path).is_some()
}

/// What keeps a file from being read.
pub(super) fn check<'f>(file: &'f FileDiff, content: &[u8]) -> Option<Hit<'f>> {
    let format = format(&file.path)?;
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let is_template = || TEMPLATE_MARKS.iter().any(|word| content.contains_str(word));
    if content.trim_ascii().is_empty() || is_template() {
        return None;
    }
    let text = std::str::from_utf8(content).ok()?;
    let (line, why) = error(format, text)?;
    Some(Hit {
        rule: &SYNTAX,
        path: &file.path,
        line: Some(line),
        text: Vec::new(),
        message: format!(
            "{} cannot be read: {}",
            match format {
                Format::Json | Format::JsonWithComments => "JSON",
                Format::Toml => "TOML",
                Format::Yaml => "YAML",
            },
            clean_line(why.lines().next().unwrap_or_default().as_bytes())
        ),
        help: "correct the file; `exclude` in [checks] names files that are meant to be so",
    })
}

/// The line and the cause of the first error.
fn error(format: Format, text: &str) -> Option<(usize, String)> {
    match format {
        Format::Json => {
            let error = serde_json::from_str::<IgnoredAny>(text).err()?;
            let why = error.to_string();
            // How deep values may be is the parser's affair.
            let is_deep = why.starts_with("recursion limit");
            let why = why.split(" at line ").next().unwrap_or_default().to_owned();
            (!is_deep).then(|| (error.line().max(1), why))
        }
        Format::JsonWithComments => {
            let options = ParseOptions::default();
            let error = parse_to_ast(text, &CollectOptions::default(), &options).err()?;
            Some((error.line_display(), error.kind().to_string()))
        }
        Format::Toml => {
            let error = text.parse::<toml::Table>().err()?;
            let start = error.span().map_or(0, |span| span.start).min(text.len());
            let line = text.as_bytes()[..start].find_iter("\n").count();
            Some((line + 1, error.message().to_owned()))
        }
        Format::Yaml => yaml::error(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(path: &str, content: &str) -> Option<(usize, String)> {
        let file = FileDiff {
            path: path.into(),
            ..FileDiff::default()
        };
        let hit = check(&file, content.as_bytes())?;
        Some((hit.line.unwrap(), hit.message))
    }

    #[test]
    fn the_first_error_is_named() {
        for (path, content, line) in [
            ("a.json", "{\n\"a\": 1,\n}\n", 3),
            ("tsconfig.json", "{\n\"a\": \n}\n", 3),
            ("a.toml", "a = 1\nb = \n", 2),
            ("a.yaml", "a: 1\nb: [1\nc: 2\n", 3),
        ] {
            let found = hit(path, content).map(|(line, _)| line);
            assert_eq!(found, Some(line), "{path} {:?}", hit(path, content));
        }
    }

    #[test]
    fn what_can_be_read_or_is_meant_to_be_damaged_is_no_finding() {
        for (path, content) in [
            ("a.json", "{\"a\": [1, 2]}\n"),
            ("a.json", "\u{feff}{}\n"),
            ("a.json", ""),
            ("tsconfig.base.json", "{\n// a\n\"a\": 1,\n}\n"),
            (".vscode/settings.json", "{/* a */}"),
            ("tests/bad.json", "{"),
            ("chart/templates/a.yaml", "a: {{ .b }}"),
            ("a.yaml", "a: {{ b }}\n"),
            ("a.yml", "---\na: 1\n---\nb: &x 2\nc: *x\n"),
            ("a.yaml", "a: [\n  1,\n]\n"),
            ("a.txt", "{"),
        ] {
            assert_eq!(hit(path, content), None, "{path}");
        }
    }
}
