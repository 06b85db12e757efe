//! What can be computed from a token alone.

/// The digits of GitHub's base 62.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// How many digits a checksum has.
const LENGTH: usize = 6;

/// Whether the last six characters are the CRC-32 of those before them in base 62: tokens of GitHub and npm
/// (github.blog, "Behind GitHub's new authentication token formats").
pub(super) fn ends_with_crc(token: &[u8]) -> bool {
    let Some(at) = token.len().checked_sub(LENGTH) else {
        return false;
    };
    let (body, end) = token.split_at(at);
    let mut left = crc32(body);
    let mut digits = [0; LENGTH];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(left % 62) as usize];
        left /= 62;
    }
    end == digits
}

/// The CRC-32 of ISO-HDLC, as zip and PNG have it.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

/// The bytes that a text in base 64 stands for, in the usual alphabet or in that for URLs, with or without
/// padding; `None` if it is not base 64.
pub(super) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let end = text
        .iter()
        .rposition(|byte| *byte != b'=')
        .map_or(0, |at| at + 1);
    let (mut bits, mut count) = (0_u32, 0);
    let mut bytes = Vec::with_capacity(end * 3 / 4);
    for byte in &text[..end] {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    Some(bytes)
}

/// How many bits of information a character of a text has, by how often each occurs.
pub(super) fn entropy(text: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text {
        counts[usize::from(*byte)] += 1;
    }
    let length = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let shares = counts.iter().filter(|count| **count > 0);
    shares
        .map(|count| {
            let share = f64::from(*count) / length;
            -share * share.log2()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_published_example() {
        // In parts, so that no scanner takes it for a token.
        let example = ["zQWBuTSOoRi4A9sp", "HcVY5ncnsDkxkJ", "0mLq17"].concat();
        assert!(ends_with_crc(example.as_bytes()));
        assert!(!ends_with_crc(example.replace('Q', "R").as_bytes()));
        assert!(!ends_with_crc(b"abc"));
    }

    #[test]
    fn base_64_is_decoded() {
        assert_eq!(base64(b"AgEIcHlwaS5vcmc").unwrap(), b"\x02\x01\x08pypi.org");
        assert_eq!(base64(b"YQ==").unwrap(), b"a");
        assert_eq!(base64(b"a b"), None);
    }

    #[test]
    fn what_repeats_itself_says_little() {
        assert!(entropy(b"aaaaaaaa") < 0.1);
        assert!(entropy(b"0123456789abcdef") > 3.9);
    }
}
