//! What runners take from files: a commit that changes code and such a file is refused, and one that
//! changes something else in it is not.
//!
//! A case of `tests/runners/` has the command of a gate (`run`), the files before (`files`), and those
//! that the commit writes (`change`) or removes (`remove`) beside a change of the code. `asks` lists the
//! files that have to be reported; an empty list says that the commit is made.

use std::collections::BTreeSet;
use std::fs;

use toml::Table;

use crate::sandbox::Sandbox;

fn play(case: &Table) -> Result<(), String> {
    let sandbox = Sandbox::new();
    let run = toml::Value::from(case["run"].as_str().unwrap());
    // The gate is due for no file, so that it needs no runner.
    sandbox.write(
        "gates.toml",
        format!("[gates.test]\nrun = {run}\nfiles = [\"never\"]\n"),
    );
    sandbox.write("code.txt", "one\n");
    let write = |key: &str| {
        for (path, text) in case
            .get(key)
            .and_then(toml::Value::as_table)
            .into_iter()
            .flatten()
        {
            sandbox.write(path, text.as_str().unwrap());
        }
    };
    write("files");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "base"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    write("change");
    for path in list(case, "remove") {
        fs::remove_file(sandbox.top.join(path)).unwrap();
    }
    sandbox.write("code.txt", "two\n");
    sandbox.git(&["add", "--all"]);
    let done = sandbox.sh("git commit --quiet --signoff --message 'change the code'");
    let mut asked = BTreeSet::new();
    let mut lines = done.stderr.lines();
    while let Some(line) = lines.next() {
        if line.contains("[protected.") || line.contains("[gates.weakened]") {
            let place = lines.next().unwrap_or_default();
            let place = place.trim().trim_start_matches("--> ");
            asked.insert(place.split(':').next().unwrap().to_owned());
        }
    }
    let expected: BTreeSet<String> = list(case, "asks").map(str::to_owned).collect();
    let is_committed = done.code() == 0;
    if asked != expected || is_committed != expected.is_empty() {
        let name = &case["name"];
        return Err(format!(
            "{name}: {asked:?} instead of {expected:?}, exit code {}\n{}",
            done.code(),
            done.stderr
        ));
    }
    Ok(())
}

fn list<'c>(case: &'c Table, key: &str) -> impl Iterator<Item = &'c str> {
    let list = case.get(key).and_then(toml::Value::as_array);
    list.into_iter()
        .flatten()
        .map(|text| text.as_str().unwrap())
}

#[track_caller]
fn play_all(file: &str) {
    let path = format!("{}/tests/runners/{file}.toml", env!("CARGO_MANIFEST_DIR"));
    let table: Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let cases = table["case"].as_array().unwrap();
    let played = cases.iter().map(|case| play(case.as_table().unwrap()));
    let failed: Vec<String> = played.filter_map(Result::err).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn make_by_its_files() {
    play_all("make");
}

#[test]
fn other_runners_by_their_files() {
    play_all("others");
}

#[test]
fn package_managers_by_their_files() {
    play_all("node");
}

#[test]
fn additions_are_no_weakening() {
    play_all("additions");
}
