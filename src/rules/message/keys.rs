//! Keys of trailers: which are credits, which are sign-offs, and which are misspelt.

use crate::git::Identity;

/// How many letters of a misspelled key may differ.
const SLIPS: usize = 2;

/// Characters that stand in the place of a hyphen.
fn is_like_hyphen(c: char) -> bool {
    matches!(
        c,
        ' ' | '_' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{a0}'
    )
}

/// Whether a value may name a person, or an agent with its model, rather than continue a sentence.
#[must_use]
pub(crate) fn is_plausible(value: &str) -> bool {
    const WORDS: usize = 4;
    let words = value.split_whitespace().count();
    words > 0 && (words <= WORDS || value.contains(['@', '<', '(', '[']))
}

/// Whether a key is one of those that credit people.
#[must_use]
pub(crate) fn is_credit_key(key: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    key.to_ascii_lowercase().ends_with("-by") && key.chars().all(is_word)
}

/// What keeps a line from being a sign-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slip {
    Misspelt,
    FullWidthColon,
    CommentedOut,
    Quoted,
    Indented,
}

impl Slip {
    pub(super) fn remark(self) -> &'static str {
        match self {
            Self::Misspelt => "the key is misspelled",
            Self::FullWidthColon => "this is a full-width colon",
            Self::CommentedOut => "this is a comment",
            Self::Quoted => "this is quoted",
            Self::Indented => "this is indented",
        }
    }

    /// Whether correcting the key fixes it. A line may be commented out or quoted on purpose.
    pub(super) fn is_mechanical(self) -> bool {
        matches!(self, Self::Misspelt | Self::FullWidthColon)
    }
}

pub(crate) fn slip(line: &str) -> Option<Slip> {
    let bare = line.trim_start();
    let is_indented = bare.len() < line.len();
    let unmarked = bare.trim_start_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '#' | ';' | '>' | '|' | '*' | '`' | '/' | '"' | '\'' | '-'
            )
    });
    let marker = &bare[..bare.len() - unmarked.len()];
    let (key_end, colon) = unmarked
        .char_indices()
        .find(|(_, c)| matches!(c, ':' | '\u{ff1a}'))?;
    let key = unmarked[..key_end].trim();
    let value = &unmarked[key_end + colon.len_utf8()..];
    if !is_plausible(value) || key.chars().count() > 20 {
        return None;
    }
    let normal: String = key
        .to_lowercase()
        .split(is_like_hyphen)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    let wanted = SIGNED_OFF_BY.to_lowercase();
    if strsim::osa_distance(&normal, &wanted) > SLIPS {
        return None;
    }
    let is_exact = key.eq_ignore_ascii_case(SIGNED_OFF_BY);
    if marker.starts_with(['#', ';']) {
        Some(Slip::CommentedOut)
    } else if !marker.is_empty() {
        Some(Slip::Quoted)
    } else if colon != ':' {
        Some(Slip::FullWidthColon)
    } else if !is_exact {
        Some(Slip::Misspelt)
    } else if is_indented {
        Some(Slip::Indented)
    } else {
        None
    }
}

/// A sign-off with the correct key, from a line at the left margin whose key is nearly right and
/// whose value names a person.
#[must_use]
pub(crate) fn sign_off_key(line: &str) -> Option<String> {
    if line.starts_with(char::is_whitespace) || !slip(line).is_some_and(Slip::is_mechanical) {
        return None;
    }
    let (_, value) = line.split_once([':', '\u{ff1a}'])?;
    Identity::parse(value).filter(|who| who.email.contains('@'))?;
    Some(format!("{SIGNED_OFF_BY}: {}", value.trim()))
}

/// The key of a sign-off.
pub(crate) const SIGNED_OFF_BY: &str = "Signed-off-by";
