//! What the keys claim is what the program does. `tests/keys.toml` has two values of each key.

use std::fmt::Write as _;

use time::{Date, Month};
use toml::Value;

use super::gate::GateKey;
use super::{
    Config, ConfigText, Moves, agents, bypass, checks, commit_msg, diff, gate, inputs, key, on,
    receipts, settings, show,
};
use crate::base::fault::Result;

const TABLES: [&str; 14] = [
    "settings",
    "gates.test",
    "commit-msg",
    "commit-msg.signed-off-by",
    "commit-msg.assisted-by",
    "commit-msg.trailers",
    "commit-msg.subject",
    "agents",
    "bypass",
    "bypass.patterns",
    "bypass.exceptions",
    "checks",
    "receipts",
    "on.install",
];

/// The part of `tests/keys.toml` about a table, or about a key.
fn values(path: &str) -> Option<Value> {
    let all: toml::Table = include_str!("../../tests/keys.toml").parse().unwrap();
    let mut parts = path.split('.');
    parts.try_fold(Value::Table(all), |value, part| value.get(part).cloned())
}

/// Each table and key, with the configurations that have the first and the second of its values.
fn samples() -> Vec<(&'static str, String, Config, Config)> {
    let mut samples = Vec::new();
    for table in TABLES {
        for (key, values) in values(table).unwrap().as_table().unwrap() {
            let config = |value| match parse(table, key, value) {
                Ok(config) => config,
                Err(fault) => panic!("{table}.{key} = {value}: {fault:?}"),
            };
            if let Some([first, second]) = values.as_array().map(Vec::as_slice) {
                samples.push((table, key.clone(), config(first), config(second)));
            }
        }
    }
    samples
}

/// The configuration with a value of a key.
fn parse(table: &str, key: &str, value: &Value) -> Result<Config> {
    let needed = "run = 'a'\nhooks = ['pre-commit', 'pre-push']";
    let mut text = format!("[gates.before]\n{needed}\n[gates.earlier]\n{needed}\n");
    text += match table {
        "gates.test" => "",
        _ => "[gates.test]\nrun = 'a'\n",
    };
    let _ = match table {
        "bypass.patterns" | "bypass.exceptions" => writeln!(text, "[[{table}]]"),
        _ => writeln!(text, "[{table}]"),
    };
    let _ = writeln!(text, "{key} = {value}");
    for (other, values) in values(table).unwrap().as_table().unwrap() {
        // Not every value goes with every other.
        let usual = usize::from((table, other.as_str()) == ("gates.test", "level"));
        let pair = (key, other.as_str());
        let excluded = [
            ("level", "until"),
            ("style", "types"),
            ("isolation", "untracked"),
        ];
        if other != key && values.is_array() && !excluded.contains(&pair) {
            let _ = writeln!(text, "{other} = {}", values[usual]);
        }
    }
    let name = "gates.toml".to_owned();
    super::parse(&ConfigText { name, text })
}

/// Why no value of a key is weaker than another; `None` if one is.
fn never_weaker(table: &str, key: &str) -> Option<&'static str> {
    match table.split_once('.').unwrap_or((table, key)) {
        ("settings", key) => key::never_weaker(&settings::KEYS, key),
        ("agents", key) => key::never_weaker(&agents::KEYS, key),
        ("on", _) => key::never_weaker(&on::KEYS, key),
        ("bypass", "patterns") if matches!(key, "message" | "help") => Some("it is only said"),
        ("bypass", "exceptions") if key == "reason" => Some("it is only said"),
        // The entries of a list are the value of a key.
        ("bypass", key) => key::never_weaker(&bypass::KEYS, key),
        ("receipts", key) => key::never_weaker(&receipts::KEYS, key),
        ("checks", key) => key::never_weaker(&checks::KEYS, key),
        ("commit-msg", inner) if inner != key => commit_msg::never_weaker(inner, key),
        ("commit-msg", key) => key::never_weaker(&commit_msg::KEYS, key),
        _ => key::never_weaker(gate::KEYS.iter().map(GateKey::key), key),
    }
}

#[test]
fn every_key_has_two_values() {
    for table in TABLES {
        // The reader lists the keys that it knows if it is given another one.
        let fault = parse(table, "zzzzzzzzzzzz", &1.into()).unwrap_err();
        let detail = fault.detail.unwrap();
        let (_, expected) = detail.split_once("expected `").unwrap();
        let expected = expected
            .split("`\n")
            .next()
            .unwrap()
            .replace("` or `", "`, `");
        for key in expected.trim_end_matches('`').split("`, `") {
            let has_values = values(&format!("{table}.{key}")).is_some();
            assert!(has_values, "tests/keys.toml has no values of {table}.{key}");
        }
    }
}

#[test]
fn every_change_is_shown() {
    for (table, key, before, after) in samples() {
        // The digest of a policy is made of this.
        let is_shown = show(&before, 1) != show(&after, 1);
        assert!(is_shown, "{table}.{key} is not shown");
    }
}

#[test]
fn every_weakening_is_reported() {
    let today = Date::from_calendar_date(2030, Month::January, 1).unwrap();
    for (table, key, before, after) in samples() {
        let about = match table.split_once('.') {
            Some((outer, _)) if outer != "gates" => outer,
            _ => table,
        };
        let weaker = |before, after| {
            let mut weaknesses = diff::weaknesses(before, after, today, &Moves::default());
            weaknesses.retain(|weakness| weakness.about == about);
            weaknesses
        };
        let weaknesses = weaker(&before, &after);
        match never_weaker(table, &key) {
            None => assert_eq!(weaknesses.len(), 1, "{table}.{key}: {weaknesses:?}"),
            Some(_) => assert_eq!(
                [weaknesses, weaker(&after, &before)],
                [[], []],
                "{table}.{key}"
            ),
        }
    }
}

#[test]
fn a_pass_counts_only_for_the_same_inputs() {
    for (table, key, before, after) in samples() {
        let [before, after] = [before, after].map(|config| config.gates.last().map(inputs));
        let mut inputs = gate::KEYS
            .iter()
            .filter(|key| matches!(key, GateKey::Input(_)));
        let is_input = inputs.any(|input| input.key().name == key);
        // Some settings are the defaults of inputs.
        let counts = is_input && matches!(table, "gates.test" | "settings");
        assert_eq!(before != after, counts, "{table}.{key}");
    }
}
