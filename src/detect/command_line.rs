//! Calls as shell command lines.

/// A call as one shell command line, with `{files}` at its end if it takes files.
#[must_use]
pub(super) fn line(words: &[String], takes_files: bool) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    let mut line = words.join(" ");
    if takes_files {
        line.push_str(" {files}");
    }
    line
}

/// A word as a shell reads it, in quotes only if it needs them.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+^".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        shell_words::quote(word).into_owned()
    }
}
