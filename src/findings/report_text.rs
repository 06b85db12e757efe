//! The text of a report in UTF-8, in whatever encoding a tool has written it.

use std::io::{BufRead, BufReader, Read, Result as IoResult};

/// How much of a report is looked at for the encoding that it declares, in bytes.
const LONGEST_DECLARATION: usize = 200;

/// The names of ISO 8859-1 in the declaration of XML.
const LATIN1: [&str; 4] = ["iso-8859-1", "iso8859-1", "iso_8859-1", "latin1"];

/// The same for UTF-8, and what is a part of it. Where UTF-16 is declared in UTF-8, somebody has converted the file.
const UTF8: [&str; 6] = ["utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf16"];

/// A report as UTF-8: UTF-16 is told by its first bytes, ISO 8859-1 by the declaration of XML.
///
/// # Errors
///
/// It is in another encoding, or it cannot be read.
pub(super) fn as_utf8<'r>(mut from: impl BufRead + 'r) -> Result<Box<dyn BufRead + 'r>, String> {
    let start = from.fill_buf().map_err(|error| error.to_string())?;
    let wide = |from, is_big_endian| -> Box<dyn BufRead + 'r> {
        Box::new(BufReader::new(Decoder::new(
            from,
            Source::Utf16 { is_big_endian },
        )))
    };
    match start {
        [0xef, 0xbb, 0xbf, ..] => {
            from.consume(3);
            return Ok(Box::new(from));
        }
        [0xff, 0xfe, ..] | [_, 0, ..] => return Ok(wide(from, false)),
        [0xfe, 0xff, ..] | [0, _, ..] => return Ok(wide(from, true)),
        _ => {}
    }
    let start = &start[..start.len().min(LONGEST_DECLARATION)];
    match declared(start) {
        None => Ok(Box::new(from)),
        Some(name) if UTF8.contains(&name.as_str()) => Ok(Box::new(from)),
        Some(name) if LATIN1.contains(&name.as_str()) => {
            Ok(Box::new(BufReader::new(Decoder::new(from, Source::Latin1))))
        }
        Some(name) => Err(format!(
            "its encoding is {name}; UTF-8, UTF-16 and ISO-8859-1 can be read"
        )),
    }
}

/// The encoding that XML declares, in lowercase.
fn declared(start: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(start);
    let declaration = text.trim_start().strip_prefix("<?xml")?;
    let (declaration, _) = declaration.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| ['"', '\''].contains(c))?;
    let (name, _) = value[1..].split_once(quote)?;
    Some(crate::base::text::clean_line(name.as_bytes()).to_lowercase())
}

/// What is decoded.
enum Source {
    /// Each byte is a character.
    Latin1,
    /// Pairs of bytes.
    Utf16 { is_big_endian: bool },
}

/// Reads UTF-8 from something else.
struct Decoder<R> {
    from: R,
    source: Source,
    /// The first half of a character that needs two units.
    high: Option<u16>,
    /// What was decoded and not read yet.
    decoded: Vec<u8>,
    read: usize,
}

impl<R: BufRead> Decoder<R> {
    fn new(from: R, source: Source) -> Self {
        Self {
            from,
            source,
            high: None,
            decoded: Vec::new(),
            read: 0,
        }
    }

    /// Decodes some more. Nothing is left to read if nothing is decoded.
    fn fill(&mut self) -> IoResult<()> {
        self.decoded.clear();
        self.read = 0;
        let mut bytes = [0; 2048];
        while self.decoded.is_empty() {
            let mut length = self.from.read(&mut bytes)?;
            if length == 0 {
                if self.high.take().is_some() {
                    self.push('\u{fffd}');
                }
                return Ok(());
            }
            match self.source {
                Source::Latin1 => {
                    for byte in &bytes[..length] {
                        self.push(char::from(*byte));
                    }
                }
                Source::Utf16 { is_big_endian } => {
                    if length % 2 == 1 {
                        length += self.from.read(&mut bytes[length..=length])?;
                    }
                    for pair in bytes[..length].chunks(2) {
                        let pair = [pair[0], pair.get(1).copied().unwrap_or(0)];
                        self.unit(if is_big_endian {
                            u16::from_be_bytes(pair)
                        } else {
                            u16::from_le_bytes(pair)
                        });
                    }
                }
            }
        }
        Ok(())
    }

    fn unit(&mut self, unit: u16) {
        let units = self.high.take().into_iter().chain([unit]);
        let units: Vec<u16> = units.collect();
        if units.len() == 1 && (0xd800..0xdc00).contains(&unit) {
            self.high = Some(unit);
            return;
        }
        for character in char::decode_utf16(units) {
            match character.unwrap_or('\u{fffd}') {
                // The mark of the byte order.
                '\u{feff}' => {}
                character => self.push(character),
            }
        }
    }

    fn push(&mut self, character: char) {
        let mut bytes = [0; 4];
        let text = character.encode_utf8(&mut bytes);
        self.decoded.extend_from_slice(text.as_bytes());
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, into: &mut [u8]) -> IoResult<usize> {
        if self.read == self.decoded.len() {
            self.fill()?;
        }
        let left = &self.decoded[self.read..];
        let length = left.len().min(into.len());
        into[..length].copy_from_slice(&left[..length]);
        self.read += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        let mut text = String::new();
        // A reader that gives few bytes at once, so that characters are divided.
        let mut from = as_utf8(BufReader::with_capacity(203, bytes)).unwrap();
        from.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn every_encoding_becomes_utf8() {
        let long = format!(
            "{{\"a\": \"\u{e4}\u{1f389}{}\u{1f389}\"}}",
            "\u{e9}x".repeat(900)
        );
        let units: Vec<u16> = long.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for bytes in [
            long.as_bytes().to_vec(),
            [&[0xef, 0xbb, 0xbf], long.as_bytes()].concat(),
            little.clone(),
            [&[0xff, 0xfe][..], &little].concat(),
            big.clone(),
            [&[0xfe, 0xff][..], &big].concat(),
        ] {
            assert_eq!(text(&bytes), long);
        }
        let xml = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe4</a>";
        assert!(text(xml).ends_with("<a>\u{e4}</a>"));
        assert_eq!(text(b""), "");
        // Half of a character.
        assert_eq!(text(&[b'{', 0, 0x3c, 0xd8]), "{\u{fffd}");
    }

    #[test]
    fn an_unknown_encoding_is_named() {
        let xml = b"<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a/>";
        let error = as_utf8(&xml[..]).err().unwrap();
        assert_eq!(
            error,
            "its encoding is shift_jis; UTF-8, UTF-16 and ISO-8859-1 can be read"
        );
    }
}
