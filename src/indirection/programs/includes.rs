//! What scripts of Ruby, Perl and PHP load from the tree: files by literal paths.

use std::path::{Path, PathBuf};

use super::language::Language;

/// A literal path that a script loads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Include {
    /// The path as it is typed.
    pub(super) path: String,
    /// Whether it is relative to the file that it is typed in; otherwise to the directory of the process.
    pub(super) is_beside: bool,
}

/// The paths that a text loads, and the directories that it adds to those in which modules are looked
/// for.
pub(super) fn references(language: Language, text: &str) -> Vec<Include> {
    let words: &[(&str, bool)] = match language {
        Language::Ruby => &[
            ("require_relative", true),
            ("load", false),
            ("require", false),
        ],
        Language::Perl => &[("require", false), ("do", false)],
        Language::Php => &[
            ("require_once", false),
            ("include_once", false),
            ("require", false),
            ("include", false),
        ],
        Language::Python | Language::Node => &[],
    };
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.trim_start();
        for (word, is_beside) in words {
            let starts = line.match_indices(word).filter(|(at, _)| {
                let before = line[..*at].chars().next_back();
                before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
            });
            for (at, _) in starts {
                found.extend(argument(&line[at + word.len()..], *is_beside));
            }
        }
    }
    if language == Language::Ruby {
        // Without a dot, `require` looks for a library.
        found.retain(|include| include.is_beside || include.path.starts_with('.'));
    }
    found
}

/// The literal after a word that loads a file.
fn argument(text: &str, is_beside: bool) -> Option<Include> {
    if text.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let mut rest = text.trim_start_matches([' ', '\t', '(']);
    let mut is_beside = is_beside;
    for here in ["__DIR__", "dirname(__FILE__)"] {
        if let Some(after) = rest.strip_prefix(here) {
            rest = after.trim_start_matches([' ', '.', '\t']);
            is_beside = true;
        }
    }
    let quote = rest.chars().next().filter(|c| ['"', '\''].contains(c))?;
    let (path, _) = rest[1..].split_once(quote)?;
    let path = path.replace("#{__dir__}/", "");
    (!path.contains(['$', '#'])).then(|| Include {
        path: path.trim_start_matches('/').to_owned(),
        is_beside,
    })
}

/// The files that an include may mean, the most likely one first. `dir`: where the process runs.
pub(super) fn places(include: &Include, from: &Path, dir: &Path) -> Vec<PathBuf> {
    let beside = from.parent().unwrap_or(Path::new(""));
    let bases = if include.is_beside {
        vec![beside]
    } else {
        vec![dir, beside]
    };
    let of = |base: &Path| {
        [
            base.join(&include.path),
            base.join(format!("{}.rb", include.path)),
        ]
    };
    bases.into_iter().flat_map(of).collect()
}

/// The statements of a text of Perl, as far as that matters here.
fn statements(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', ';']).map(str::trim_start)
}

/// The modules of Perl that a text uses, as paths below the directories in which Perl looks for them.
pub(super) fn perl_modules(text: &str) -> Vec<PathBuf> {
    let words = statements(text).filter_map(|line| {
        let rest = line
            .strip_prefix("use ")
            .or_else(|| line.strip_prefix("require "))?;
        let name = rest.split([';', ' ', '(']).next()?;
        let is_name = |c: char| c.is_alphanumeric() || c == ':' || c == '_';
        name.chars()
            .all(is_name)
            .then(|| name.replace("::", "/") + ".pm")
    });
    words.map(PathBuf::from).collect()
}

/// The directories that a text of Perl adds by `use lib`, relative to its own file if `true`.
pub(super) fn perl_directories(text: &str) -> Vec<(String, bool)> {
    const HERE: [&str; 6] = [
        "$FindBin::Bin",
        "$FindBin::RealBin",
        "$Bin",
        "$RealBin",
        "dirname(__FILE__)",
        "dirname(abs_path(__FILE__))",
    ];
    let mut found = Vec::new();
    for line in statements(text) {
        let Some(rest) = line.strip_prefix("use lib") else {
            continue;
        };
        if let Some((_, after)) = HERE.iter().find_map(|here| rest.split_once(here)) {
            let after = after.replace(" . ", " ");
            let path = after.trim_start_matches([' ', ',', ')', '"', '\'', '/']);
            let path = path.split(['"', '\'', ';', ')', ' ']).next();
            found.push((path.unwrap_or_default().to_owned(), true));
            continue;
        }
        let literal = rest
            .split_once(['"', '\''])
            .and_then(|(_, rest)| rest.split_once(['"', '\'']));
        found.extend(literal.map(|(path, _)| (path.to_owned(), false)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_paths_are_found() {
        let shown = |language, text| {
            let all = references(language, text).into_iter();
            let all = all.map(|include| {
                format!(
                    "{}{}",
                    include.path,
                    ["", "*"][usize::from(include.is_beside)]
                )
            });
            all.collect::<Vec<_>>().join(" ")
        };
        let ruby = "require 'json'\nrequire_relative 'a'\nload './b.rb'\nrequire \"./c\"\n";
        assert_eq!(shown(Language::Ruby, ruby), "a* ./b.rb ./c");
        let php = "<?php require __DIR__ . '/a.php'; include('b.php');\nrequire_once $x;";
        assert_eq!(shown(Language::Php, php), "a.php* b.php");
        assert_eq!(
            shown(Language::Perl, "require './a.pl'; do 'b.pl';"),
            "./a.pl b.pl"
        );
        assert_eq!(perl_modules("use A::B qw(c);\nuse strict; use C;").len(), 3);
        assert_eq!(
            perl_directories(
                "use FindBin; use lib \"$FindBin::Bin/../x\";\nuse lib 'y';\nuse lib $Bin;\n\
                 use lib dirname(__FILE__) . '/z';"
            ),
            [("../x", true), ("y", false), ("", true), ("z", true)]
                .map(|(path, is_beside)| (path.to_owned(), is_beside))
        );
    }
}
