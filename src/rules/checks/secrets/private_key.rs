//! Private keys in the textual encoding of RFC 7468.

use bstr::ByteSlice as _;

use super::checksum::base64;

/// What stands before the label of a key, and what ends it.
const BEGIN: &[u8] = b"-----BEGIN ";
const LABEL: &[u8] = b"PRIVATE KEY";

/// How many bytes of a body a key has at least.
const SHORTEST_BODY: usize = 40;

/// How many bytes the shortest one of OpenSSH has at least.
const SHORTEST_OPENSSH: usize = 160;

/// How much of a body is looked at, in characters.
const LONGEST_BODY: usize = 4096;

/// How the bodies of keys begin: DER has a sequence, OpenSSH a word of its own.
const DER: u8 = 0x30;
const OPENSSH: &[u8] = b"openssh-key-v1\0";

/// Whether a line may be the first one of a key.
pub(crate) fn begins(line: &[u8]) -> bool {
    line.find(BEGIN)
        .is_some_and(|at| line[at..].contains_str(LABEL))
}

/// The lines on which keys begin whose bodies can be decoded, counted from 1.
pub(crate) fn lines(content: &[u8]) -> impl Iterator<Item = usize> {
    let lines = content.lines().enumerate();
    lines
        .filter(|(_, line)| begins(line))
        .filter_map(|(at, line)| {
            let start = line.find(BEGIN)? + BEGIN.len();
            let after = line[start..].find("-----").map(|end| start + end + 5)?;
            // A string in a program may have the whole key, with its line breaks escaped.
            let same_line = line[after..].replace("\\n", "\n");
            let following = content.lines().skip(at + 1).take(60);
            let body = body(same_line.lines().chain(following));
            is_key(&body).then_some(at + 1)
        })
}

/// The lines of base 64 up to the end of a key. Headers have a colon (RFC 1421).
fn body<'l>(lines: impl Iterator<Item = &'l [u8]>) -> Vec<u8> {
    let mut body = Vec::new();
    for line in lines {
        let line = line
            .trim_with(|sign| " \t\r\"'`,+\\n#*/".contains(sign) && !sign.is_ascii_alphanumeric());
        // In a string of its own, with its line break escaped.
        let line = line.strip_suffix(b"\\n").unwrap_or(line);
        if line.contains_str("-----") {
            break;
        }
        if line.contains(&b':') || line.is_empty() {
            continue;
        }
        body.extend_from_slice(line);
        if body.len() > LONGEST_BODY {
            break;
        }
    }
    body
}

fn is_key(body: &[u8]) -> bool {
    let whole = body.len() / 4 * 4;
    let Some(bytes) = base64(&body[..whole]) else {
        return false;
    };
    if bytes.len() < SHORTEST_BODY {
        return false;
    }
    if bytes[0] == DER {
        // A stub begins like a key, and has a line of it.
        return body.len() > LONGEST_BODY || bytes.len() * 2 >= der_length(&bytes);
    }
    if bytes.starts_with(OPENSSH) {
        return bytes.len() >= SHORTEST_OPENSSH;
    }
    bytes[0] >> 6 == 2 && bytes[0] & 0x3c == 0x14
}

/// How many bytes an element of DER says that it has (X.690, 8.1.3), with its header.
fn der_length(bytes: &[u8]) -> usize {
    match bytes[1] {
        length @ ..=0x7f => 2 + usize::from(length),
        long => {
            let digits = usize::from(long & 0x7f).min(4);
            let number = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
            2 + digits + bytes[2..2 + digits].iter().fold(0, number)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key, of which only the first bytes are right: a sequence of 100 bytes.
    fn key(label: &str) -> String {
        let body = format!("MIIAYK{}", "q7Zf3KpWx9TbL2vRmY4sNc8H".repeat(4));
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
    }

    #[test]
    fn keys_are_found_by_what_they_hold() {
        let found = |text: &str| lines(text.as_bytes()).collect::<Vec<_>>();
        let label = ["PRIVATE", "KEY"].join(" ");
        let rsa = key(&format!("RSA {label}"));
        assert_eq!(found(&format!("a\n{rsa}")), [2]);
        assert_eq!(found(&key(&label)), [1]);
        let quoted = format!("key = \"{}\"", rsa.trim_end().replace('\n', "\\n"));
        assert_eq!(found(&quoted), [1]);
        let indented: Vec<String> = rsa
            .lines()
            .map(|line| format!("    '{line}\\n' +\n"))
            .collect();
        assert_eq!(found(&indented.concat()), [1]);
        for text in [
            format!("grep '-----BEGIN {label}-----' *"),
            format!("-----BEGIN {label}-----\n...\n-----END {label}-----\n"),
            // Stubs: a sequence of 1191 bytes, and the beginning of a key of OpenSSH.
            key(&label).replace("MIIAYK", "MIIEow"),
            key(&label).replace("MIIAYKq7Zf3KpWx9TbL2v", "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU"),
            key("PUBLIC KEY"),
            key("CERTIFICATE"),
        ] {
            assert!(found(&text).is_empty(), "{text}");
        }
    }
}
