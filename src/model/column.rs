//! In what tools count columns, and what is shown: characters.

use std::num::NonZeroU32;

/// In what a tool counts columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum ColumnUnit {
    /// Characters of Unicode.
    #[default]
    Characters,
    /// Bytes of UTF-8.
    Bytes,
    /// Bytes of UTF-8, but characters in findings of rules that begin with one of these.
    BytesExcept(&'static [&'static str]),
    /// Units of UTF-16, as programs in JavaScript count.
    Utf16,
}

impl ColumnUnit {
    /// The unit in a finding of this rule.
    #[must_use]
    pub(crate) fn of_rule(self, rule: Option<&str>) -> Self {
        match (self, rule) {
            (Self::BytesExcept(others), Some(rule)) => {
                if others.iter().any(|other| rule.starts_with(other)) {
                    Self::Characters
                } else {
                    Self::Bytes
                }
            }
            (Self::BytesExcept(_), None) => Self::Bytes,
            (unit, _) => unit,
        }
    }

    /// A column of a line, counted from 1 in this unit, in characters. What is beyond the line stays as far beyond it.
    #[must_use]
    pub(crate) fn in_characters(self, column: NonZeroU32, line: &[u8]) -> NonZeroU32 {
        let is_same = line.is_ascii() || self == Self::Characters;
        let text = String::from_utf8_lossy(line);
        let before = column.get() - 1;
        let mut passed = 0;
        let mut characters = 0;
        for character in text.chars().filter(|_| !is_same) {
            if passed >= before {
                break;
            }
            passed += match self {
                Self::Utf16 => u32::try_from(character.len_utf16()).unwrap_or(1),
                _ => u32::try_from(character.len_utf8()).unwrap_or(1),
            };
            characters += 1;
        }
        // In the middle of a character is behind it.
        let beyond = before.saturating_sub(passed);
        NonZeroU32::new(characters + beyond + 1).unwrap_or(column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_become_characters() {
        let line = "\u{e4}\u{1f389}x ab".as_bytes();
        for (unit, column, expected) in [
            (ColumnUnit::Characters, 3, 3),
            (ColumnUnit::Bytes, 7, 3),
            (ColumnUnit::Bytes, 1, 1),
            (ColumnUnit::Bytes, 2, 2),
            (ColumnUnit::Utf16, 4, 3),
            (ColumnUnit::Utf16, 9, 8),
        ] {
            let column = NonZeroU32::new(column).unwrap();
            let found = unit.in_characters(column, line).get();
            assert_eq!(found, expected, "{unit:?} {column}");
        }
        let column = NonZeroU32::new(9).unwrap();
        assert_eq!(ColumnUnit::Bytes.in_characters(column, b"abc"), column);
        let flake8 = ColumnUnit::BytesExcept(&["E", "W"]);
        assert_eq!(flake8.of_rule(Some("E702")), ColumnUnit::Characters);
        assert_eq!(flake8.of_rule(Some("F821")), ColumnUnit::Bytes);
    }
}
