mod ci;
mod go_java_ruby;
mod javascript;
mod python;
mod rust;
mod shell_and_git;

use std::cell::RefCell;
use std::collections::HashMap;

use globset::{Glob, GlobSet};
use sha2::{Digest as _, Sha256};

use super::check as check_lines;
use super::*;
use crate::base::object_id::ObjectId;
use crate::config;
use crate::git::Line;
use crate::model::gate::PathSet;
use crate::model::severity::Level;
use crate::rules::catalogue;
use crate::tools::silencers;

const TODAY: Date = match Date::from_calendar_date(2026, time::Month::May, 1) {
    Ok(date) => date,
    Err(_) => Date::MIN,
};

fn lines_of(text: &str) -> Vec<&str> {
    text.strip_suffix('\n')
        .unwrap_or(text)
        .split('\n')
        .collect()
}

thread_local! {
    /// The texts that a test has stored.
    static TEXTS: RefCell<HashMap<ObjectId, String>> = RefCell::default();
}

/// The id of a text that can be read from now on.
fn stored(text: &str) -> ObjectId {
    let id = ObjectId::from_bytes(&Sha256::digest(text)).unwrap();
    TEXTS.with_borrow_mut(|texts| texts.insert(id, text.to_owned()));
    id
}

/// A file that is changed as a whole, with its content before and after.
fn touched(path: &str, before: &str, after: &str) -> FileDiff {
    let without = |text: &str, other: &str| {
        let mut other = lines_of(other);
        let lines = lines_of(text).into_iter().enumerate();
        let new =
            lines.filter(
                |(_, line)| match other.iter().position(|removed| removed == line) {
                    Some(at) => {
                        other.remove(at);
                        false
                    }
                    None => true,
                },
            );
        let line = |(index, text): (usize, &str)| Line {
            number: index + 1,
            text: text.as_bytes().to_owned(),
        };
        new.map(line).collect()
    };
    FileDiff {
        path: path.into(),
        before: (!before.is_empty()).then(|| stored(before)),
        after: Some(stored(after)),
        added: without(after, before),
        removed: if before.is_empty() {
            Vec::new()
        } else {
            without(before, after)
        },
        modes: (None, Some(0o100_644)),
    }
}

fn check_files(files: &[FileDiff], bypass: &Bypass) -> Vec<Finding> {
    let mut read = |id| Ok(TEXTS.with_borrow(|texts| texts[&id].clone().into_bytes()));
    check_lines(bypass, files, TODAY, &mut read).unwrap()
}

fn findings_in(path: &str, text: &str) -> Vec<Finding> {
    let mut bypass = Bypass::default();
    for rule in catalogue::added_lines() {
        bypass.rules.insert(rule.id.into(), Level::Error);
    }
    check_files(&[touched(path, "", text)], &bypass)
}

/// `rule` or `rule!` where it is justified, one for each finding.
fn rules(path: &str, text: &str) -> String {
    let findings = findings_in(path, text);
    let word = |finding: &Finding| {
        let mark = if finding.excuse.is_some() { "!" } else { "" };
        format!("{}{mark}", finding.rule)
    };
    findings.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn path_set(globs: &[&str]) -> PathSet {
    let set = globs.iter().map(|glob| Glob::new(glob).unwrap());
    PathSet {
        patterns: globs.iter().map(|glob| (*glob).to_owned()).collect(),
        set: GlobSet::new(set).unwrap(),
    }
}

fn check(path: &str, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(&rules(path, text), expected, "{text}");
    }
}

#[test]
fn every_silencer_compiles() {
    let compiles = |text: &str| {
        regex::bytes::RegexBuilder::new(text)
            .unicode(false)
            .build()
            .is_ok()
    };
    for silencer in silencers() {
        assert!(compiles(silencer.pattern), "{}", silencer.rule.id);
        assert!(silencer.unless.is_none_or(compiles), "{}", silencer.rule.id);
        assert!(silencer.inside.is_none_or(compiles), "{}", silencer.rule.id);
        assert!(!silencer.message.is_empty() && !silencer.help.is_empty());
    }
}

#[test]
fn documents_and_what_is_excluded_are_left_out() {
    assert_eq!(rules("docs/conf.py", "x  # noqa"), "");
    assert_eq!(rules("README.md", "x  # noqa"), "");
    let bypass = Bypass {
        exclude: path_set(&["legacy/**"]),
        ..Bypass::default()
    };
    assert_eq!(
        check_files(&[touched("legacy/a.py", "", "x  # noqa")], &bypass),
        []
    );
    assert_eq!(
        check_files(&[touched("a.py", "", "x  # noqa")], &bypass).len(),
        1
    );
}

#[test]
fn what_has_moved_is_not_new() {
    let bypass = Bypass::default();
    let moved = [
        touched("a.py", "x\nf()  # noqa\n", "x\n"),
        touched(
            "b.py",
            "y\n",
            "y\nif z:\n    f()  # noqa\n    f()  # noqa\n",
        ),
    ];
    let lines: Vec<usize> = check_files(&moved, &bypass)
        .iter()
        .map(|finding| finding.place().1)
        .collect();
    assert_eq!(lines, [4]);
    let from_document = [
        touched("a.md", "f()  # noqa\n", "x\n"),
        touched("b.py", "", "f()  # noqa\n"),
    ];
    assert_eq!(check_files(&from_document, &bypass).len(), 1);
}

#[test]
fn what_is_kept_in_an_edited_line_is_not_new() {
    let bypass = Bypass::default();
    let findings_after =
        |before: &str, after: &str| check_files(&[touched("a.py", before, after)], &bypass).len();
    assert_eq!(findings_after("f(1)  # noqa\n", "f(2)  # noqa\n"), 0);
    assert_eq!(
        findings_after("f(1)  # noqa\n", "f(2)  # noqa\nf(3)  # noqa\n"),
        1
    );
    assert_eq!(findings_after("f(1)  # noqa: E501\n", "f(2)  # noqa\n"), 1);
    assert_eq!(
        findings_after("f(1)  # noqa: E501\n", "f(2)  # noqa: E501, F401\n"),
        1
    );
    // Neither what was said in a string, nor what has moved elsewhere.
    assert_eq!(findings_after("x = '# noqa'\n", "f(2)  # noqa\n"), 1);
    let moved = [
        touched("a.py", "f(1)  # noqa\n", "f(2)  # noqa\n"),
        touched("b.py", "x\n", "x\nf(1)  # noqa\n"),
    ];
    assert_eq!(check_files(&moved, &bypass).len(), 1);
}

#[test]
fn a_file_keeps_what_it_had_under_another_name() {
    let gone = |path: &str, text: &str| {
        let mut file = touched(path, text, "-\n");
        file.after = None;
        file.added.clear();
        file
    };
    let bypass = Bypass::default();
    let count = |from: &str, text: &str| {
        let files = [gone(from, "f(1)  # noqa\n"), touched("b.py", "", text)];
        check_files(&files, &bypass).len()
    };
    assert_eq!(count("a.py", "f(1)  # noqa\n"), 0);
    assert_eq!(count("a.py", "f(2)  # noqa\n"), 0);
    assert_eq!(count("a.py", "f(2)  # noqa\nf(3)  # noqa\n"), 1);
    // In a file that the rules did not look at before, everything is new.
    assert_eq!(count("docs/a.py", "f(1)  # noqa\n"), 1);
    assert_eq!(count("docs/a.py", "f(2)  # noqa\n"), 1);
}

#[test]
fn levels_and_exceptions() {
    let day = |day| Date::from_calendar_date(2026, time::Month::May, day).unwrap();
    let mut bypass = Bypass::default();
    let file = [touched("a.py", "", "x  # noqa: E501\n")];
    assert_eq!(check_files(&file, &bypass)[0].severity, Severity::Warning);
    let exception = |until| DatedException {
        rule: "python.noqa-coded".into(),
        files: path_set(&["*.py"]),
        reason: "generated code".into(),
        until,
    };
    bypass.exceptions = vec![exception(day(1))];
    let findings = check_files(&file, &bypass);
    assert_eq!(findings[0].severity, Severity::Note);
    assert!(matches!(
        findings[0].excuse,
        Some(Excuse::Configured { .. })
    ));
    let late = Date::from_calendar_date(2026, time::Month::April, 30).unwrap();
    bypass.exceptions = vec![exception(late)];
    let findings = check_files(&file, &bypass);
    assert_eq!(findings[0].severity, Severity::Error);
    assert_eq!(
        findings[0].notes,
        ["its exception in gates.toml ended on 2026-04-30"]
    );
    bypass.exceptions.push(exception(day(2)));
    assert_eq!(check_files(&file, &bypass)[0].severity, Severity::Note);
    bypass.rules.insert("python.noqa-coded".into(), Level::Off);
    assert_eq!(check_files(&file, &bypass), []);
}

#[test]
fn rules_of_the_projects_own() {
    let custom_rule = |place| config::CustomRule {
        id: "our.print".into(),
        pattern: crate::model::gate::Pattern {
            text: "print".into(),
            regex: regex::bytes::Regex::new("print").unwrap(),
        },
        files: path_set(&[]),
        place,
        level: Level::Warn,
        message: "this prints".into(),
        help: "log it".into(),
    };
    let text = "print(1)\n# print\n'print'\nprint(2)  # -- the progress is wanted\n";
    for (path, place, expected) in [
        ("a.py", config::FilePart::Code, vec![1, 4]),
        ("a.py", config::FilePart::Comment, vec![2]),
        ("a.py", config::FilePart::Text, vec![3]),
        ("a.py", config::FilePart::Anywhere, vec![1, 2, 3, 4]),
        ("docs/a.xyz", config::FilePart::Anywhere, vec![1, 2, 3, 4]),
        ("a.xyz", config::FilePart::Code, vec![]),
    ] {
        let bypass = Bypass {
            patterns: vec![custom_rule(place)],
            ..Bypass::default()
        };
        let findings = check_files(&[touched(path, "", text)], &bypass);
        let lines: Vec<usize> = findings.iter().map(|finding| finding.place().1).collect();
        assert_eq!(lines, expected, "{path} {place:?}");
        let justified = findings
            .iter()
            .filter(|finding| finding.excuse.is_some())
            .count();
        assert_eq!(justified, usize::from(path == "a.py" && lines.contains(&4)));
    }
}

#[test]
fn odd_bytes_and_line_ends_do_no_harm() {
    assert_eq!(
        rules("a.py", "\u{e4}  # noqa\r\ny  # noqa: E501\r\n"),
        "python.noqa-bare python.noqa-coded"
    );
    let file = FileDiff {
        path: "a.py".into(),
        after: ObjectId::from_bytes(&[1; 20]),
        added: vec![
            Line {
                number: 1,
                text: b"\xff  # noqa".to_vec(),
            },
            Line {
                number: 99,
                text: b"# noqa".to_vec(),
            },
        ],
        ..FileDiff::default()
    };
    let findings = check_lines(&Bypass::default(), &[file], TODAY, &mut |_| {
        Ok(b"\xff  # noqa".to_vec())
    });
    assert_eq!(findings.unwrap().len(), 1);
}
