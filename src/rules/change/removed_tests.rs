//! Tests that a change removes: their names, counted over all of its files, so that a test that
//! moves or is renamed does not count as removed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use bstr::ByteSlice as _;
use regex::bytes::Regex;

use crate::base::text::{clean_line, count, some_of};
use crate::config::Bypass;
use crate::model::finding::{FilePlace, Finding, Location, Remedy};
use crate::rules::added_lines::{PartKind, Spans, lex};
use crate::rules::catalogue::change::TESTS_REMOVED;
use crate::rules::tool_config::Changed;
use crate::tools::Language;

/// The most tests that are named.
const NAMED: usize = 10;

/// The largest file that is searched, in bytes.
const LARGEST: usize = 4 << 20;

/// A test and its place.
struct Test<'c> {
    name: String,
    path: &'c Path,
    line: usize,
    text: String,
}

/// Whether tests may stand in a file, so that its content is needed.
#[must_use]
pub fn may_hold_tests(path: &Path) -> bool {
    Language::of_path(path).is_some_and(|language| pattern(language).is_some())
}

/// The finding about a change that leaves fewer tests than there were. A test that moves, is
/// renamed or is replaced is not missing; several tests that become one with parameters are fewer,
/// too.
#[must_use]
pub fn check(bypass: &Bypass, changed: &[Changed<'_>]) -> Option<Finding> {
    let severity = bypass.level(&TESTS_REMOVED).severity()?;
    let is_seen = |file: &&Changed<'_>| !bypass.exclude.matches(file.path);
    let files = || changed.iter().filter(is_seen);
    let before: Vec<Test<'_>> = files()
        .flat_map(|file| tests(file.path, file.before.unwrap_or_default()))
        .collect();
    let after: Vec<Test<'_>> = files()
        .flat_map(|file| tests(file.path, file.after.unwrap_or_default()))
        .collect();
    let fewer = before.len().checked_sub(after.len()).filter(|n| *n > 0)?;
    let missing = missing_tests(before, &after);
    let first = missing.first()?;
    let names: Vec<&str> = missing.iter().map(|test| test.name.as_str()).collect();
    let instead = match missing.len() - fewer {
        0 => String::new(),
        new => format!(", with {} in their place", count(new, "new one")),
    };
    let verb = if missing.len() == 1 { "was" } else { "were" };
    let number = count(missing.len(), "test");
    let message = format!(
        "{number} {verb} removed{instead}: {}",
        some_of(&names, NAMED)
    );
    let how = "restore the tests, or say in the message why they are no longer needed";
    Some(Finding {
        severity,
        location: Location::File(FilePlace {
            path: first.path.to_owned(),
            line: first.line,
            text: first.text.clone(),
            mark: clean_line(first.name.as_bytes()),
            column: 0,
        }),
        notes: vec!["the line number refers to the previous file".to_owned()],
        ..Finding::new(
            &TESTS_REMOVED,
            clean_line(message.as_bytes()),
            Remedy::Edit(how.to_owned()),
        )
    })
}

/// The tests that were removed, each as often as it is missing.
fn missing_tests<'c>(before: Vec<Test<'c>>, after: &[Test<'_>]) -> Vec<Test<'c>> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for test in after {
        *left.entry(&test.name).or_default() += 1;
    }
    let mut missing = before;
    missing.retain(|test| match left.get_mut(test.name.as_str()) {
        Some(number) if *number > 0 => {
            *number -= 1;
            false
        }
        _ => true,
    });
    missing
}

/// The pattern of the start of a test, with its name in the first group.
fn pattern(language: Language) -> Option<&'static Regex> {
    fn compiled(text: &str) -> Option<Regex> {
        Regex::new(text).ok()
    }
    static PYTHON: LazyLock<Option<Regex>> =
        LazyLock::new(|| compiled(r"(?m-u)^[ \t]*(?:async[ \t]+)?def[ \t]+(test\w*)"));
    static RUST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        compiled(
            r"(?-u)#\[(?:\w+::)*(?:test|rstest|test_case|proptest)\b[^\]]*\](?:\s*(?:#\[[^\]]*\]|//[^\n]*))*\s*(?:pub\s*(?:\([^)]*\)\s*)?)?(?:async\s+|unsafe\s+|const\s+)*fn\s+(\w+)",
        )
    });
    static JAVASCRIPT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        compiled(
            r#"(?-u)\b(?:it|test)(?:\.(?:each|only|skip|concurrent|fails|todo|runIf|skipIf)\b(?:\([^)]*\))?)*\(\s*(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`)"#,
        )
    });
    static GO: LazyLock<Option<Regex>> =
        LazyLock::new(|| compiled(r"(?m-u)^func[ \t]+((?:Test|Fuzz|Example)[A-Z_0-9]?\w*)\("));
    match language {
        Language::Python => PYTHON.as_ref(),
        Language::Rust => RUST.as_ref(),
        Language::JavaScript => JAVASCRIPT.as_ref(),
        Language::Go => GO.as_ref(),
        _ => None,
    }
}

fn tests<'c>(path: &'c Path, text: &[u8]) -> Vec<Test<'c>> {
    let Some(language) = Language::of_path(path).filter(|_| text.len() <= LARGEST) else {
        return Vec::new();
    };
    let Some(pattern) = pattern(language) else {
        return Vec::new();
    };
    // Go's tests are only where the compiler looks for them.
    let is_elsewhere = language == Language::Go && !path.to_string_lossy().ends_with("_test.go");
    if is_elsewhere {
        return Vec::new();
    }
    let mut spans: Option<Spans> = None;
    let mut tests = Vec::new();
    let mut lines = NumberedLines::new(text);
    for captures in pattern.captures_iter(text) {
        let (Some(whole), Some(name)) = (captures.get(0), captures.iter().skip(1).flatten().next())
        else {
            continue;
        };
        let blank = whole
            .as_bytes()
            .iter()
            .take_while(|b| b.is_ascii_whitespace());
        let at = whole.start() + blank.count();
        let spans = spans.get_or_insert_with(|| lex(language, text));
        // `expression.test("text")` is a method.
        let is_method = whole.start() > 0 && text[whole.start() - 1] == b'.';
        if is_method || spans.kind(at) != PartKind::Code {
            continue;
        }
        let (line, text) = lines.at(at);
        tests.push(Test {
            name: String::from_utf8_lossy(name.as_bytes()).into_owned(),
            path,
            line,
            text: clean_line(text),
        });
    }
    tests
}

/// Counts lines, forwards only.
struct NumberedLines<'t> {
    text: &'t [u8],
    at: usize,
    number: usize,
}

impl<'t> NumberedLines<'t> {
    fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            at: 0,
            number: 1,
        }
    }

    /// The number and the text of the line that holds a byte.
    fn at(&mut self, at: usize) -> (usize, &'t [u8]) {
        let passed = &self.text[self.at..at];
        self.number += passed.split_str("\n").count() - 1;
        self.at = at;
        let start = self.text[..at].rfind_byte(b'\n').map_or(0, |end| end + 1);
        let line = self.text[start..].split_str("\n").next();
        (self.number, line.unwrap_or_default())
    }
}

#[cfg(test)]
mod tested {
    use super::*;

    fn names(path: &str, text: &str) -> Vec<String> {
        tests(Path::new(path), text.as_bytes())
            .into_iter()
            .map(|test| test.name)
            .collect()
    }

    #[test]
    fn tests_are_known_by_what_languages_have() {
        for (path, text, expected) in [
            (
                "a.py",
                "def test_a():\n  '''\n  def test_no(): '''\n# def test_no\nclass TestX:\n    async def test_b(self):\n  def helper",
                &["test_a", "test_b"][..],
            ),
            (
                "a.rs",
                "#[test]\nfn a() {}\n// #[test] fn no() {}\n#[tokio::test(flavor = \"x\")]\n#[ignore]\npub async fn b() {}\nfn c() {}\n#[cfg(test)]\nmod tests {}\n",
                &["a", "b"],
            ),
            (
                "a.test.ts",
                "it('a', f)\ntest.only(\"b \\\" c\", f)\ntest.each([1])(`d`, f)\nawait(\"no\")\n// it('no')\nsubmit('no')\n/x/.test('no')\n",
                &["a", "b \\\" c", "d"],
            ),
            (
                "a_test.go",
                "func TestA(t *testing.T) {}\nfunc helper() {}\n",
                &["TestA"],
            ),
            ("a.go", "func TestA() {}\n", &[]),
            ("a.txt", "def test_a():", &[]),
        ] {
            assert_eq!(names(path, text), expected, "{path}");
        }
    }

    fn change<'c>(path: &'c str, before: &'c str, after: &'c str) -> Changed<'c> {
        let bytes = |text: &'c str| (!text.is_empty()).then_some(text.as_bytes());
        Changed {
            path: Path::new(path),
            before: bytes(before),
            after: bytes(after),
        }
    }

    fn message(changed: &[Changed<'_>]) -> Option<String> {
        check(&Bypass::default(), changed).map(|finding| finding.message)
    }

    const TWO: &str = "def test_a(): pass\ndef test_b(): pass\n";
    const ONE: &str = "def test_a(): pass\n";

    #[test]
    fn fewer_tests_are_found() {
        for (changed, expected) in [
            (
                vec![change("a.py", TWO, ONE)],
                Some("1 test was removed: test_b"),
            ),
            (
                vec![change("a.py", TWO, "")],
                Some("2 tests were removed: test_a, test_b"),
            ),
            (
                vec![change("a.py", TWO, "def test_c(): pass\n")],
                Some("2 tests were removed, with 1 new one in their place: test_a, test_b"),
            ),
            (vec![change("a.py", ONE, TWO)], None),
            (vec![change("a.py", ONE, "def test_c(): pass\n")], None),
            (
                vec![
                    change("a.py", TWO, ONE),
                    change("b.py", "", "def test_b(): pass\n"),
                ],
                None,
            ),
            (vec![change("a.py", "", "")], None),
        ] {
            assert_eq!(message(&changed).as_deref(), expected);
        }
        let finding = check(&Bypass::default(), &[change("a.py", TWO, ONE)]).unwrap();
        assert_eq!(
            (finding.place().1, finding.text()),
            (2, "def test_b(): pass")
        );
    }

    #[test]
    fn many_are_not_all_named() {
        let functions: Vec<String> = (10..22)
            .map(|n| format!("def test_{n}(): pass\n"))
            .collect();
        let many = functions.concat();
        let text = message(&[change("a.py", &many, "")]).unwrap();
        assert!(
            text.starts_with("12 tests were removed: test_10, "),
            "{text}"
        );
        assert!(text.ends_with("test_19 and 2 more"), "{text}");
    }
}
