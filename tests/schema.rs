//! The schema of gates.toml says what the reader says. Every gates.toml that a test writes is compared.

use std::sync::LazyLock;

use gatekeeper::internals::{ConfigText, parse_config, schema};
use serde_json::Value;

use crate::documents::example;
use crate::sandbox::Sandbox;

/// Errors of gates.toml that a schema cannot express, by a part of their title, with the reason.
const BEYOND: &[(&str, &str)] = &[
    (
        "this is not valid TOML",
        "a schema is about values, and here there are none",
    ),
    ("found a datetime", "a date is a text for a schema"),
    ("this is not an agent", "a date is a text for a schema"),
    (
        "requires another gatekeeper version",
        "the version of the program is not in the file",
    ),
    ("not a valid version range", "it takes a parser"),
    ("is not a duration", "it takes a parser"),
    ("is too short", "it takes arithmetic"),
    ("is too long", "it takes arithmetic, or counts bytes"),
    ("is not a date", "days of a month differ"),
    ("is not a valid glob pattern", "it takes a parser"),
    (
        "these patterns are too large together",
        "it takes a compiler",
    ),
    (
        "this is not a valid regular expression",
        "it takes a parser",
    ),
    ("matches every output", "it takes a matcher"),
    ("a NUL character", "no editor writes one"),
    ("a quote in this command is not closed", "it takes a parser"),
    (
        "a quote in this launcher is not closed",
        "it takes a parser",
    ),
    (
        "a launcher is started without a shell",
        "it takes a parser of shell quotes",
    ),
    (
        "`{command}` must be a word",
        "it takes a parser of shell quotes",
    ),
    (
        "does not start the command",
        "it takes knowledge of shells and tools",
    ),
    ("`{shard}` is for", "it takes a parser of shell quotes"),
    (
        "would check the same",
        "it is about the text of another key",
    ),
    ("has only one part", "it is about the text of another key"),
    (
        "{shard} stands for nothing",
        "it takes a parser of shell quotes",
    ),
    ("not a reference of git's notes", "it takes a parser"),
    ("has no `timeout`", "it compares two keys"),
    ("cannot have an overlay", "it compares two keys"),
    ("`inputs` has no effect", "it compares two keys"),
    ("`{files}`", "it takes a parser of shell quotes"),
    ("unknown placeholder", "it takes a parser of shell quotes"),
    ("cannot fail", "it takes knowledge of shells and tools"),
    ("bypasses hooks", "it takes knowledge of git"),
    (
        "leaves its work to a daemon",
        "it takes knowledge of shells and tools",
    ),
    ("always succeeds", "it takes knowledge of shells and tools"),
    ("could never run", "it compares two keys"),
    (
        "`widen` has no effect",
        "it is about the text of another key",
    ),
    (
        "has no effect on a gate that runs in place",
        "it compares two keys",
    ),
    ("`until` belongs to", "it compares two keys"),
    ("`types` belongs to", "it compares two keys"),
    ("both required and forbidden", "it compares two keys"),
    (
        "has another meaning",
        "upper and lower case count as the same",
    ),
    ("needs itself", "it compares names"),
    ("runs at", "it compares keys of two gates"),
    ("wait for each other", "it compares names"),
    (
        "does not exist",
        "it compares names, or knows those of custom rules",
    ),
    ("already exists", "it compares names"),
    (
        "this configuration has no gates",
        "other files may have some",
    ),
    ("this is not a reason", "it takes a list of empty words"),
    (
        "is not a known form",
        "a word may be a regular expression as well",
    ),
];

static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    jsonschema::draft7::meta::validate(&schema).unwrap();
    jsonschema::draft7::new(&schema).unwrap()
});

/// A value of TOML as editors hand it to a schema: dates are texts.
fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(values) => values.into_iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            let entries = table.into_iter();
            Value::Object(entries.map(|(key, value)| (key, as_json(value))).collect())
        }
        other => serde_json::to_value(other).unwrap(),
    }
}

/// What the schema says against a text, if it is TOML.
fn objections(text: &str) -> Vec<String> {
    let Ok(table) = text.parse::<toml::Table>() else {
        return Vec::new();
    };
    let value = as_json(toml::Value::Table(table));
    SCHEMA
        .iter_errors(&value)
        .map(|error| error.to_string())
        .collect()
}

/// What the schema says of a text and the reader does not, or the other way round.
fn disagreement(text: &str) -> Option<String> {
    let objections = objections(text);
    let read = parse_config(&ConfigText {
        name: "gates.toml".to_owned(),
        text: text.to_owned(),
    });
    match read {
        Ok(_) if objections.is_empty() => None,
        Ok(_) => Some(format!(
            "the schema refuses what is right: {objections:#?}\n{text}"
        )),
        Err(fault) if objections.is_empty() => {
            let detail = fault.detail.unwrap_or_default();
            let mut titles = detail
                .lines()
                .filter_map(|line| line.strip_prefix("error: "));
            let is_beyond = |title: &str| BEYOND.iter().any(|(part, _)| title.contains(part));
            let title = titles.find(|title| !is_beyond(title))?;
            Some(format!("the schema accepts what is wrong: {title}\n{text}"))
        }
        Err(_) => None,
    }
}

/// Compares what the schema says of a text with what the reader says.
#[track_caller]
pub(crate) fn compare(text: &str) {
    if let Some(disagreement) = disagreement(text) {
        panic!("{disagreement}");
    }
}

/// The keys below a table that a schema does not describe in a sentence.
fn undescribed(value: &Value, path: &str, found: &mut Vec<String>) {
    let properties = value.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let path = format!("{path}.{name}");
        let about = property["description"].as_str().unwrap_or_default();
        if !about.ends_with('.') && !path.starts_with(".bypass.rules.") {
            found.push(path.clone());
        }
        for inner in [
            property,
            &property["items"],
            &property["additionalProperties"],
        ] {
            undescribed(inner, &path, found);
        }
    }
}

#[test]
fn the_schema_describes_every_key() {
    let done = Sandbox::new().gatekeeper(&["config", "schema"]).expect(0);
    assert_eq!(done.stdout, schema());
    let mut found = Vec::new();
    undescribed(&serde_json::from_str(&schema()).unwrap(), "", &mut found);
    assert_eq!(found, [""; 0]);
}

#[test]
fn the_schema_accepts_the_example() {
    compare(&example());
    assert_eq!(objections(&example()), [""; 0]);
}

/// Values of every type, right and wrong.
const VALUES: &[&str] = &[
    "true",
    "false",
    "0",
    "1",
    "256",
    "-1",
    "1025",
    "99999",
    "1.5",
    "2027-03-31",
    "'2027-03-31'",
    "2027-03-31T10:00:00Z",
    "'2027-02-30'",
    "12:00:00",
    "''",
    "' '",
    "'word'",
    "'auto'",
    "'hide'",
    "'error'",
    "'warn'",
    "'90s'",
    "'1h 30m'",
    "'-1s'",
    "'90'",
    "90",
    "'2 min'",
    "'src/**'",
    "'a/../b'",
    "'/etc'",
    "'!a'",
    "'a@b.c'",
    "'Change-Id'",
    "'Change Id'",
    "'any'",
    "'^a\\n$'",
    "'^ok$'",
    "'.*'",
    "[]",
    "['a']",
    "['a', 'a']",
    "['']",
    "['/a']",
    "['a/']",
    "['!a']",
    "['./a']",
    "['..']",
    "['a//b']",
    "['**/*.py', 'a/.b/c..d']",
    "['main', 'release/*']",
    "['refs/heads/main']",
    "['a b']",
    "['pre-commit']",
    "['pre-push', 'pre-commit']",
    "['pre-commit', 'pre-commit']",
    "['commit-msg']",
    "[0, 1]",
    "[0, 0]",
    "[256]",
    "[1.5]",
    "['Change-Id@ai']",
    "['feat', 'fix']",
    "['feat:']",
    "[[]]",
    "[{}]",
    "{}",
    "{ a = 1 }",
    "{ a = true }",
    "{ a = 'b' }",
    "{ a = ['b'] }",
    "{ a = [] }",
    "{ GATEKEEPER_A = 'b' }",
    "{ 'a@b.c' = true }",
    "{ 'a@b.c' = 'x' }",
    "{ 'a @b.c' = true }",
    "{ reason = 'it is broken upstream', until = 2027-03-31 }",
    "{ reason = 'it is broken upstream' }",
    "{ reason = '', until = '2027-03-31' }",
    "{ 'python.noqa-bare' = 'warn' }",
    "{ 'python.noqa-bare' = 'allow' }",
    "{ 'python.nothing' = 'warn' }",
    "[{ id = 'our.a', pattern = 'a', message = 'a', help = 'a' }]",
    "[{ id = 'our.a', pattern = 'a', message = 'a' }]",
    "[{ id = 'Our a', pattern = 'a', message = 'a', help = 'a' }]",
    "[{ rule = 'rust.expect', files = ['a'], reason = 'generated by another tool', until = '2027-03-31' }]",
    "[{ rule = 'rust.expect', files = [], reason = 'generated by another tool', until = '2027-03-31' }]",
];

#[test]
fn the_schema_and_the_reader_agree_on_values_of_every_type() {
    let keys: toml::Table = include_str!("keys.toml").parse().unwrap();
    let mut compared = 0;
    let mut disagreements = Vec::new();
    let mut table = |header: &str, values: &toml::Table| {
        for key in values.keys() {
            for value in VALUES {
                let gate = match header {
                    "[gates.test]" => "",
                    _ => "[gates.test]\nrun = 'a'\n",
                };
                let needed = match (header, key.as_str()) {
                    ("[gates.test]", "run") | (_, "zzz") => "",
                    ("[gates.test]", "until") => "run = 'a'\nlevel = 'warn'\n",
                    ("[gates.test]", _) => "run = 'a {files}'\n",
                    ("[commit-msg.subject]", "types") => "style = 'conventional'\n",
                    _ => "",
                };
                let text = format!("{gate}{header}\n{needed}{key} = {value}\n");
                disagreements.extend(disagreement(&text));
                compared += 1;
            }
        }
    };
    for (outer, values) in &keys {
        let values = values.as_table().unwrap();
        match outer.as_str() {
            "gates" => table("[gates.test]", values["test"].as_table().unwrap()),
            _ => table(&format!("[{outer}]"), values),
        }
        for (inner, values) in values {
            if let (Some(values), "commit-msg") = (values.as_table(), outer.as_str()) {
                table(&format!("[{outer}.{inner}]"), values);
            }
        }
    }
    assert_eq!(disagreements.len(), 0, "{}", disagreements.join("\n"));
    assert!(compared > 5000, "only {compared} values were compared");
}

#[test]
fn the_schema_refuses_what_no_key_says() {
    for text in [
        "gates = 1",
        "include = 'a.toml'",
        "[gates.a]",
        "[gates.'a b']\nrun = 'a'",
        "[gate.a]\nrun = 'a'",
        "[gates.a]\nrun = 'a'\ntimout = '1m'",
        "[gates.a]\nrun = 'a'\n[settings]\nzzz = 1",
        "[gates.a]\nrun = 'a'\n[bypass]\npatterns = [{ id = 'a', zzz = 1 }]",
        "[gates.a]\nrun = 'a'\n[commit-msg.zzz]",
    ] {
        assert_ne!(objections(text), [""; 0], "{text}");
        compare(text);
    }
    // Which files are included is looked at where they are read.
    let pattern = "include = ['*.toml']\n[gates.a]\nrun = 'a'";
    assert_ne!(objections(pattern), [""; 0]);
}
