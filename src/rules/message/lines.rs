//! Lines that are meant to be trailers but are not, and where they stand.

use super::Reading;
use super::keys::{Slip, is_credit_key, is_plausible, slip};
use crate::git::Identity;

/// The value of a line at the left margin that begins with a key, whatever its case, if it is
/// plausible that it was meant as a trailer.
pub(super) fn value_of<'l>(line: &'l str, key: &str) -> Option<&'l str> {
    let (start, rest) = line.split_at_checked(key.len())?;
    if !start.eq_ignore_ascii_case(key) {
        return None;
    }
    let value = rest.trim_start_matches([' ', '\t']).strip_prefix(':')?;
    Some(value.trim()).filter(|value| is_plausible(value))
}

/// Whether a line credits a person: `...-by: Name <address>`.
pub(super) fn is_credit(line: &str) -> bool {
    let Some((key, value)) = line.split_once(':') else {
        return false;
    };
    is_credit_key(key.trim_end())
        && Identity::parse(value).is_some_and(|who| who.email.contains('@'))
}

/// The line that looks most like a sign-off without being one.
pub(super) fn near_miss(reading: &Reading) -> Option<(usize, Slip)> {
    let mut near_misses: Vec<(usize, Slip)> = reading
        .numbered()
        .filter_map(|(number, line)| Some((number, slip(line)?)))
        .collect();
    near_misses.sort_by_key(|(_, slip)| !slip.is_mechanical());
    near_misses.first().copied()
}

#[cfg(test)]
mod tests {
    use super::super::keys::sign_off_key;
    use super::*;

    #[test]
    fn near_misses_are_distinguished() {
        let jane = "Jane <j@e.x>";
        let cases = [
            ("Signed-of-by: ", Some(Slip::Misspelt)),
            ("Signed off by: ", Some(Slip::Misspelt)),
            ("Signed_off_by: ", Some(Slip::Misspelt)),
            ("Signed\u{2011}off\u{2011}by: ", Some(Slip::Misspelt)),
            ("Singed-off-by: ", Some(Slip::Misspelt)),
            ("Signed-off-by\u{ff1a}", Some(Slip::FullWidthColon)),
            ("# Signed-off-by: ", Some(Slip::CommentedOut)),
            ("> Signed-off-by: ", Some(Slip::Quoted)),
            ("`Signed-off-by: ", Some(Slip::Quoted)),
            ("    Signed-off-by: ", Some(Slip::Indented)),
            ("Signed-off-by: ", None),
            ("Reviewed-by: ", None),
            ("Assigned by: ", None),
            ("A sign-off is needed: ", None),
        ];
        for (start, expected) in cases {
            assert_eq!(slip(&format!("{start}{jane}")), expected, "{start}");
        }
        assert_eq!(slip("Signed off by:"), None);
        assert_eq!(
            sign_off_key("Signed off by :  Jane <j@e.x>").as_deref(),
            Some("Signed-off-by: Jane <j@e.x>")
        );
        assert_eq!(sign_off_key("  Signed off by: Jane"), None);
        assert_eq!(sign_off_key("# Signed-off-by: Jane"), None);
    }

    #[test]
    fn credits_have_addresses() {
        assert!(is_credit("Reviewed-by: A <a@b>"));
        assert!(is_credit("co-authored-by: A <a@b>"));
        assert!(!is_credit("Reviewed-by: A"));
        assert!(!is_credit("Stand by: A <a@b>"));
        assert!(!is_credit("Cc: A <a@b>"));
    }
}
