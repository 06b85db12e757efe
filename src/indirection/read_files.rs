//! Programs in a substitution that read files: what they print becomes a part of a command.

use std::path::Path;

use super::lead::{Lead, at};
use super::tree::Files;
use crate::base::fault::Result;
use crate::tools::{base_name, prints_files};

/// Files about which commands ask, but which hold no commands: documents, sources, and what says which
/// packages are needed.
const BESIDE: [&str; 28] = [
    "adoc", "c", "cc", "cpp", "css", "go", "h", "hpp", "html", "java", "js", "jsx", "kt", "lock",
    "md", "mod", "php", "py", "rb", "rs", "rst", "bash", "sh", "sum", "swift", "ts", "tsx", "vue",
];

/// What a program in a substitution leads to if it only prints files: their contents count. A version
/// counts as a version, so that a release changes nothing.
pub(super) fn lead(words: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Option<Lead>> {
    let Some((first, arguments)) = words.split_first() else {
        return Ok(None);
    };
    let asks_version = |word: &&str| word.to_ascii_lowercase().contains("version");
    if !prints_files(base_name(first)) {
        return Ok(None);
    }
    let mut lead = Lead::default();
    for (at_word, word) in arguments.iter().enumerate() {
        let is_beside = Path::new(word)
            .extension()
            .is_some_and(|end| BESIDE.iter().any(|beside| end == *beside));
        let name = base_name(word);
        let is_beside =
            is_beside || name.starts_with("requirements") || name.starts_with("constraints");
        if is_beside || word.starts_with('-') {
            continue;
        }
        let Some(file) = files.file(&at(dir, word))? else {
            continue;
        };
        let others = arguments
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != at_word);
        let text = if is_version(&file.text) || others.map(|(_, word)| word).any(asks_version) {
            "a version".to_owned()
        } else {
            file.text.clone()
        };
        lead.links(&file);
        lead.piece(&file.path, "content", 1, &text);
    }
    Ok((!lead.pieces.is_empty()).then_some(lead))
}

/// Whether a text is only a version: digits, and perhaps the name of a release.
fn is_version(text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_prefix('v').unwrap_or(text);
    text.starts_with(|c: char| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-+_~".contains(c))
}
