use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::{Outside, Shell, judge};

/// `tests/guard/commands.toml`, `indirect.toml` or `unusual.toml`.
#[derive(Deserialize)]
struct Table {
    refused: BTreeMap<String, Vec<String>>,
    harmless: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    powershell: BTreeMap<String, Vec<String>>,
}

/// The rule by which a command is refused; empty if it is not.
fn rule(command: &str, shell: Shell) -> String {
    let aliases = |_: &Path, name: &str| match name {
        "ci" => Some("commit".to_owned()),
        "cn" => Some("commit -n".to_owned()),
        "yolo" => Some("!git push --no-verify".to_owned()),
        _ => None,
    };
    let outside = Outside {
        aliases: &aliases,
        included: &|| vec!["shared/lint.toml".into()],
        real: &|_| None,
    };
    let refusal = judge(command, shell, Path::new(""), outside).refusal;
    refusal.map_or_else(String::new, |refusal| {
        let text = refusal.text();
        assert_eq!(text.lines().count(), 4, "{text}");
        refusal.rule.id().to_owned()
    })
}

fn table() -> Table {
    toml::from_str(include_str!("../../../tests/guard/commands.toml")).unwrap()
}

#[test]
fn ways_around_the_gates_are_refused() {
    let table = table();
    let mut wrong = Vec::new();
    for (expected, lines) in &table.refused {
        let found = lines.iter().map(|line| (line, rule(line, Shell::Posix)));
        wrong.extend(found.filter(|(_, found)| found != expected));
    }
    let lines = table.powershell["refused"].iter();
    let found = lines.map(|line| (line, rule(line, Shell::PowerShell)));
    wrong.extend(found.filter(|(_, found)| found.is_empty()));
    assert_eq!(wrong, []);
}

#[test]
fn ordinary_work_is_not_refused() {
    let table = table();
    let posix = table.harmless["lines"]
        .iter()
        .map(|line| (line, rule(line, Shell::Posix)));
    let powershell = table.powershell["harmless"].iter();
    let powershell = powershell.map(|line| (line, rule(line, Shell::PowerShell)));
    let wrong: Vec<_> = posix
        .chain(powershell)
        .filter(|(_, found)| !found.is_empty())
        .collect();
    assert_eq!(wrong, []);
}

#[test]
fn indirect_and_unusual_ways_are_refused_and_what_comes_close_is_not() {
    for text in [
        include_str!("../../../tests/guard/indirect.toml"),
        include_str!("../../../tests/guard/unusual.toml"),
    ] {
        let table: Table = toml::from_str(text).unwrap();
        let refused = table
            .refused
            .iter()
            .flat_map(|(expected, lines)| lines.iter().map(move |line| (expected.as_str(), line)));
        let harmless = table.harmless["lines"].iter().map(|line| ("", line));
        let found = refused
            .chain(harmless)
            .map(|(expected, line)| (expected, line, rule(line, Shell::Posix)));
        let wrong: Vec<_> = found
            .filter(|(expected, _, found)| found != expected)
            .collect();
        assert_eq!(wrong, []);
    }
}

#[test]
fn the_refusal_has_the_command_that_does_it_rightly() {
    let instead = |command: &str| {
        let outside = Outside {
            aliases: &|_: &Path, _: &str| None,
            included: &Vec::new,
            real: &|_| None,
        };
        let judged = judge(command, Shell::Posix, Path::new(""), outside);
        judged.refusal.unwrap().instead
    };
    for (command, expected) in [
        ("git commit -nm 'a b'", "git commit -m 'a b'"),
        ("cd x && git commit --no-verify -m x", "git commit -m x"),
        (
            "git -c core.hooksPath=/dev/null commit -m x",
            "git commit -m x",
        ),
        ("HUSKY=0 git push origin", "git push origin"),
        ("git push origin 2>&1 | tail -5", "git push origin"),
        ("git push -o ci.skip origin", "git push origin"),
    ] {
        assert_eq!(instead(command), expected, "{command}");
    }
}

#[test]
fn whatever_is_typed_has_an_end() {
    for text in [
        "git $(".repeat(2000),
        "(".repeat(100_000),
        "git commit {a,b}".repeat(500),
        format!("git {}", "{a,b}".repeat(300)),
        "sh -c 'sh -c \"sh -c git\"'; ".repeat(200),
        "x=$x$x$x; ".repeat(100) + "git commit $x",
        "f() { f; }; ".repeat(1000),
        "f() { f; f; f; }; f; git push".to_owned(),
        format!("x={}; git commit -m ${{x//[a-z]*b/y}}", "a".repeat(250)),
        format!("x={}; git log ${{x//a/$x$x}}", "a".repeat(250)),
        format!("{}git push{}", "{ ".repeat(40), "; } | cat".repeat(40)),
        "while read x; do ".repeat(20) + "git push" + &"; done <<< \"a\nb\"".repeat(20),
        "\u{0}git\u{ff}commit -n".to_owned(),
    ] {
        let _ = rule(&text, Shell::Posix);
        let _ = rule(&text, Shell::PowerShell);
    }
}
