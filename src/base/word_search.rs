//! Whether a text has one of many words.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use bstr::ByteSlice as _;

/// How much is searched word by word before an automaton is made, in bytes: about as much as takes as long as to make it.
const FEW: usize = 4 << 10;

/// Which letters count as the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Letters {
    /// Only the same ones.
    AsTheyAre,
    /// Those of ASCII in upper and lower case.
    OfAnyCase,
}

/// Some words, to be searched for at once. Most commits add so little that to prepare a search costs more than the search:
/// docs/decisions/0108-many-words.md.
pub(crate) struct WordSearch {
    /// The words, in lower case if that does not matter.
    words: Vec<Vec<u8>>,
    letters: Letters,
    /// How much has been searched without the automaton, in bytes.
    searched: AtomicUsize,
    /// `None` if it cannot be made: what cannot be searched may have a word.
    automaton: OnceLock<Option<AhoCorasick>>,
}

impl WordSearch {
    /// A search for these words.
    pub(crate) fn new(words: impl IntoIterator<Item = impl AsRef<[u8]>>, letters: Letters) -> Self {
        let word = |word: &[u8]| match letters {
            Letters::AsTheyAre => word.to_vec(),
            Letters::OfAnyCase => word.to_ascii_lowercase(),
        };
        Self {
            words: words.into_iter().map(|text| word(text.as_ref())).collect(),
            letters,
            searched: AtomicUsize::new(0),
            automaton: OnceLock::new(),
        }
    }

    /// Whether a text has one of them.
    pub(crate) fn is_in(&self, text: &[u8]) -> bool {
        if self.searched.fetch_add(text.len(), Ordering::Relaxed) + text.len() > FEW {
            return self.is_in_by_automaton(text);
        }
        let has = |text: &[u8]| self.words.iter().any(|word| text.contains_str(word));
        match self.letters {
            Letters::AsTheyAre => has(text),
            Letters::OfAnyCase => has(&text.to_ascii_lowercase()),
        }
    }

    fn is_in_by_automaton(&self, text: &[u8]) -> bool {
        let automaton = self.automaton.get_or_init(|| {
            // A table of all states would be searched faster, and takes many times as long to make.
            AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .ascii_case_insensitive(self.letters == Letters::OfAnyCase)
                .build(&self.words)
                .ok()
        });
        automaton
            .as_ref()
            .is_none_or(|automaton| automaton.is_match(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_find_the_same() {
        let texts: [&[u8]; 5] = [
            b"",
            b"a NoQA here",
            b"noqa",
            b"no qa, NOSEC",
            b"\xffnosec\xff",
        ];
        for letters in [Letters::AsTheyAre, Letters::OfAnyCase] {
            for words in [&["noqa", "NOSEC"][..], &[]] {
                let search = WordSearch::new(words, letters);
                for text in texts {
                    let found = search.is_in(text);
                    assert_eq!(found, search.is_in_by_automaton(text), "{text:?}");
                }
            }
        }
        let finds = |letters| WordSearch::new(["NOQA"], letters).is_in(b"a NoQA");
        assert!(finds(Letters::OfAnyCase));
        assert!(!finds(Letters::AsTheyAre));
    }

    #[test]
    fn much_is_searched_by_an_automaton() {
        let search = WordSearch::new(["noqa"], Letters::AsTheyAre);
        assert!(!search.is_in(&[b'x'; FEW]));
        assert!(search.automaton.get().is_none());
        assert!(search.is_in(b"noqa"));
        assert!(search.automaton.get().is_some());
    }
}
