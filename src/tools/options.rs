//! Command-line options in a variable, as far as needed to recognise the harmless ones.

/// The options that leave a tool as strict as it was.
pub(super) struct HarmlessOptions {
    /// Options of one letter, which can be joined.
    pub(super) letters: &'static str,
    /// Options without a value.
    pub(super) flags: &'static [&'static str],
    /// Options with a value.
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
        let are_harmless =
            |letters: &str| letters.chars().all(|letter| self.letters.contains(letter));
        let letters = word.strip_prefix('-').filter(|rest| !rest.is_empty());
        self.flags.contains(&word) || letters.is_some_and(are_harmless)
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

/// The words of a variable. Quotes only join words; ignoring them does not make an option harmless.
pub(super) fn words(value: &str) -> Vec<String> {
    let plain = value.replace(['"', '\'', '\\'], "");
    plain.split_whitespace().map(str::to_owned).collect()
}
