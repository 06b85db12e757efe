//! Command-line options in a variable, as far as needed to recognise the harmless ones.

/// The options that leave a tool as strict as it was.
pub(super) struct HarmlessOptions {
    /// Those of one letter, which can be written together.
    pub(super) letters: &'static str,
    /// Those that take no value.
    pub(super) flags: &'static [&'static str],
    /// Those that take one.
    pub(super) valued: &'static [&'static str],
}

impl HarmlessOptions {
    /// Whether a variable holds no other options.
    pub(super) fn are_all(&self, value: &str) -> bool {
        let words = words(value);
        let mut rest = words.as_slice();
        while let Some((word, after)) = rest.split_first() {
            rest = after;
            let next = after.first().filter(|next| !next.starts_with('-'));
            if self.is_flag(word) || self.has_own_value(word) {
                continue;
            }
            let joined = next.map(|next| format!("{word}{next}"));
            let takes_next = self.valued.contains(&word.as_str()) && next.is_some()
                || joined.is_some_and(|joined| self.flags.contains(&joined.as_str()));
            if !takes_next {
                return false;
            }
            rest = &after[1..];
        }
        true
    }

    fn is_flag(&self, word: &str) -> bool {
        let is_known = |letters: &str| letters.chars().all(|one| self.letters.contains(one));
        let letters = word.strip_prefix('-').filter(|rest| !rest.is_empty());
        self.flags.contains(&word) || letters.is_some_and(is_known)
    }

    /// Whether it is `--name=value`, or `-nvalue`.
    fn has_own_value(&self, word: &str) -> bool {
        self.valued.iter().any(|valued| {
            let value = word.strip_prefix(valued);
            let is_long = valued.starts_with("--");
            value.is_some_and(|value| !value.is_empty() && (!is_long || value.starts_with('=')))
        })
    }
}

/// The words of a variable. Quotes only join words, which makes none harmless that is not.
pub(super) fn words(value: &str) -> Vec<String> {
    let plain = value.replace(['"', '\'', '\\'], "");
    plain.split_whitespace().map(str::to_owned).collect()
}
