//! From bytes to text: the last step.

use std::borrow::Cow;

/// The encoding of a message according to git (`i18n.commitEncoding`, and the commit's own header).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Nothing or UTF-8 was declared.
    #[default]
    Utf8,
    /// ISO 8859-1: every byte is a character.
    Latin1,
    /// Another encoding, by name. We cannot read anything but ASCII in it.
    Other(String),
}

impl Encoding {
    /// The encoding of a name, as written in the configuration or in a commit's header.
    #[must_use]
    pub(crate) fn named(name: &[u8]) -> Self {
        let name = String::from_utf8_lossy(name).trim().to_owned();
        match name.to_ascii_lowercase().as_str() {
            "" | "utf-8" | "utf8" => Self::Utf8,
            "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "latin-1" => Self::Latin1,
            _ => Self::Other(name),
        }
    }

    /// The name of the encoding, if its bytes for ASCII may be other ones: there, git may see no trailer where one
    /// is written in ASCII. What is not known to contain ASCII counts as such.
    #[must_use]
    pub(crate) fn without_ascii(&self) -> Option<&str> {
        const WITH_ASCII: [&str; 24] = [
            "ansi_x3.4",
            "ascii",
            "big5",
            "cp1",
            "cp4",
            "cp7",
            "cp8",
            "cp9",
            "euc",
            "gb",
            "iso-8859",
            "iso8859",
            "iso_8859",
            "johab",
            "koi8",
            "latin",
            "mac",
            "ms-ansi",
            "shift",
            "sjis",
            "tcvn",
            "tis-620",
            "us-ascii",
            "windows",
        ];
        // Those of them that do not: https://www.gnu.org/software/libiconv, and EBCDIC by IBM's numbers.
        const EXCEPTIONS: [&str; 4] = ["cp1026", "cp1047", "cp875", "cp1140"];
        let Self::Other(name) = self else {
            return None;
        };
        let lower = name.to_ascii_lowercase();
        let is_of = |known: &[&str]| known.iter().any(|start| lower.starts_with(start));
        (!is_of(&WITH_ASCII) || is_of(&EXCEPTIONS)).then_some(name)
    }

    /// The text of a part of a message. Valid UTF-8 is read as such, whatever was declared: git
    /// writes names as they are configured, into messages and commits of every encoding.
    #[must_use]
    pub(crate) fn decode_part<'m>(&self, bytes: &'m [u8]) -> Cow<'m, str> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => self.decode(bytes),
        }
    }

    /// The text of a message.
    ///
    /// Where UTF-8 is expected and something else comes, git takes single bytes for Latin-1 and
    /// stores that (`commit.c: verify_utf8`); so does this, with the same idea of what is wrong:
    /// the code points that Unicode calls noncharacters are wrong, too.
    #[must_use]
    pub fn decode<'m>(&self, bytes: &'m [u8]) -> Cow<'m, str> {
        match self {
            Self::Utf8 => repaired(bytes),
            // In another encoding ASCII is right, and other bytes at least stay distinct.
            Self::Latin1 | Self::Other(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
        }
    }
}

fn repaired(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(is_noncharacter) => return Cow::Borrowed(text),
        _ => {}
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if is_noncharacter(character) {
                let mut encoded = [0; 4];
                let encoded = character.encode_utf8(&mut encoded);
                text.extend(encoded.bytes().map(char::from));
            } else {
                text.push(character);
            }
        }
        text.extend(chunk.invalid().iter().map(|byte| char::from(*byte)));
    }
    Cow::Owned(text)
}

/// Whether `commit.c: find_invalid_utf8` refuses a character although it is well-formed.
fn is_noncharacter(character: char) -> bool {
    let code = u32::from(character);
    code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_utf8_is_latin1_byte_by_byte() {
        let cases: [(&[u8], &str); 8] = [
            (b"", ""),
            ("sch\u{f6}n".as_bytes(), "sch\u{f6}n"),
            (b"sch\xf6n", "sch\u{f6}n"),
            ("\u{feff}BOM".as_bytes(), "\u{feff}BOM"),
            // A character that breaks off, an overlong one, a surrogate.
            (b"\xe2\x82", "\u{e2}\u{82}"),
            (b"\xc0\xaf", "\u{c0}\u{af}"),
            (b"\xed\xa0\x80", "\u{ed}\u{a0}\u{80}"),
            ("a\u{ffff}".as_bytes(), "a\u{ef}\u{bf}\u{bf}"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Encoding::Utf8.decode(bytes), expected, "{bytes:x?}");
        }
    }

    #[test]
    fn encodings_that_do_not_contain_ascii() {
        for (name, expected) in [
            ("UTF-16", true),
            ("utf-7", true),
            ("ISO-2022-JP", true),
            ("IBM037", true),
            ("HZ", true),
            ("nonsense", true),
            ("EUC-JP", false),
            ("Shift_JIS", false),
            ("windows-1252", false),
            ("ISO-8859-15", false),
            ("GB18030", false),
            ("koi8-r", false),
            ("latin1", false),
            ("UTF-8", false),
        ] {
            let encoding = Encoding::named(name.as_bytes());
            assert_eq!(encoding.without_ascii().is_some(), expected, "{name}");
        }
    }

    #[test]
    fn declared_encodings() {
        assert_eq!(Encoding::named(b"utf8"), Encoding::Utf8);
        assert_eq!(Encoding::named(b"UTF-8"), Encoding::Utf8);
        assert_eq!(Encoding::named(b"ISO-8859-1"), Encoding::Latin1);
        assert_eq!(Encoding::named(b"KOI8-R"), Encoding::Other("KOI8-R".into()));
        assert_eq!(Encoding::Latin1.decode(b"\xe9"), "\u{e9}");
        assert_eq!(Encoding::Other("x".into()).decode(b"a\xe9"), "a\u{e9}");
    }
}
