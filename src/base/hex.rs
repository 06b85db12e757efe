//! Bytes as lowercase hexadecimal digits, as git prints ids.

use std::fmt::Write as _;

/// Two digits for each byte.
#[must_use]
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The bytes that digits stand for; `None` if anything else is among them, or half a byte.
#[must_use]
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = |pair: &[u8]| match pair {
        [high, low] => u8::try_from(digit(*high)? << 4 | digit(*low)?).ok(),
        _ => None,
    };
    text.as_bytes().chunks(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_are_read() {
        assert_eq!(hex(&[0, 0x7f, 0xff]), "007fff");
        assert_eq!(unhex("007fFF"), Some(vec![0, 0x7f, 0xff]));
        for text in ["0", "+1", "0g", "\u{e9}"] {
            assert_eq!(unhex(text), None, "{text}");
        }
    }
}
