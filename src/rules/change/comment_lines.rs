//! Changes of scripts that touch nothing but comments and blank lines.

use std::path::Path;

/// How the names of files end in which a line that begins with `#` is a comment.
const ENDINGS: [&str; 8] = ["py", "sh", "bash", "yml", "yaml", "toml", "rb", "mk"];

/// Names of files without such an ending.
const NAMES: [&str; 4] = ["Makefile", "makefile", "GNUmakefile", "Rakefile"];

/// Texts in a file by which a line that begins with `#` may be more than a comment: a document for another
/// program, and what `uv run` reads from a script's comments.
const MORE: [&str; 2] = ["<<", "# ///"];

/// Whether two versions of a script differ only in lines that are comments or blank.
#[must_use]
pub(super) fn differ_in_comments(path: &Path, before: &[u8], after: &[u8]) -> bool {
    let [Ok(before), Ok(after)] = [before, after].map(std::str::from_utf8) else {
        return false;
    };
    let texts = [before, after];
    let is_more = texts
        .iter()
        .any(|text| MORE.iter().any(|more| text.contains(more)));
    if is_more || !texts.iter().all(|text| has_hash_comments(path, text)) {
        return false;
    }
    statements(before) == statements(after)
}

/// Whether a line that begins with `#` is a comment.
fn has_hash_comments(path: &Path, text: &str) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let ending = path.extension().and_then(|ending| ending.to_str());
    let first = text.lines().next().unwrap_or_default();
    let is_script =
        first.starts_with("#!") && ["sh", "python"].iter().any(|word| first.contains(word));
    is_script || NAMES.contains(&name) || ending.is_some_and(|ending| ENDINGS.contains(&ending))
}

/// The lines that are neither comments nor blank. A line that continues another one is a part of it, whatever
/// it holds. The first two lines may say how the file is read.
fn statements(text: &str) -> Vec<&str> {
    let mut continues = false;
    let mut kept = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let plain = line.trim();
        let is_comment = plain.starts_with('#')
            && !plain.starts_with("#!")
            && !(at < 2 && plain.contains("coding"));
        if continues || !(plain.is_empty() || is_comment) {
            kept.push(line);
        }
        continues = line.ends_with('\\');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_comments_and_blank_lines_differ() {
        let differ = |path: &str, before: &str, after: &str| {
            differ_in_comments(Path::new(path), before.as_bytes(), after.as_bytes())
        };
        for (path, before, after) in [
            ("noxfile.py", "import nox\n", "# Sessions.\n\nimport nox\n"),
            ("Taskfile.yml", "a: b # c\n# d\n", "a: b # c\n    # e\n"),
            ("ci/check", "#!/bin/sh\n# one\nx\n", "#!/bin/sh\nx\n"),
        ] {
            assert!(differ(path, before, after), "{path}");
        }
        for (path, before, after) in [
            ("noxfile.py", "import nox\n", "import os\n"),
            ("a.js", "x\n", "# x\nx\n"),
            ("check", "#!/bin/sh\nx\n", "#!/bin/bash\nx\n"),
            ("a.sh", "x \\\n  --strict\n", "x \\\n# more\n  --strict\n"),
            ("a.sh", "x <<E\n# a\nE\n", "x <<E\nE\n"),
            (
                "a.py",
                "x\n",
                "# /// script\n# dependencies = []\n# ///\nx\n",
            ),
            ("a.py", "# coding: utf-8\nx\n", "x\n"),
            ("a.sh", "x\n", "#x\n"),
        ] {
            assert!(!differ(path, before, after), "{path} {before:?} {after:?}");
        }
    }
}
