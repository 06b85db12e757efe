//! Measures the checks of `[checks]`.
//!
//! `cargo run --release --example checks -- secrets` makes a corpus of true and false secrets, with a fixed seed,
//! and prints precision and recall, and what was judged wrongly.
//!
//! `cargo run --release --example checks -- REPOSITORY... [--max N]` prints what the checks find in the last
//! commits of repositories, which may be bare.

#![expect(clippy::print_stdout, reason = "the numbers are what it is for")]

use std::path::{Path, PathBuf};

use gatekeeper::internals::{
    ConfigText, Environment, Fault, RangeSpec, Repository, Result, checks_of_commit, secret_in_line,
};

#[path = "checks/corpus.rs"]
mod corpus;

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(fault) => {
            println!("error: {}", fault.message);
            std::process::ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut repositories = Vec::new();
    let mut most = 200;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "secrets" => {
                measure_secrets();
                return Ok(());
            }
            "--max" => {
                let number = arguments.next().and_then(|number| number.parse().ok());
                most = number.ok_or_else(|| Fault::usage("--max needs a number"))?;
            }
            _ => repositories.push(PathBuf::from(argument)),
        }
    }
    for repository in &repositories {
        measure_history(repository, most)?;
    }
    Ok(())
}

/// Prints precision and recall, and what was judged wrongly by its kind: no secret is printed.
fn measure_secrets() {
    let corpus = corpus::corpus();
    let (mut found, mut missed, mut false_alarms, mut quiet) = (0, 0, 0, 0);
    for line in &corpus {
        let is_found = secret_in_line(Path::new(&line.path), line.text.as_bytes()).is_some();
        match (line.is_secret, is_found) {
            (true, true) => found += 1,
            (false, false) => quiet += 1,
            (true, false) => {
                missed += 1;
                println!("missed: {}", line.kind);
            }
            (false, true) => {
                false_alarms += 1;
                println!("false alarm: {}", line.kind);
            }
        }
    }
    let share = |part: u32, other: u32| f64::from(part) / f64::from((part + other).max(1));
    println!(
        "{} lines: {found} found, {missed} missed, {false_alarms} false alarms, {quiet} quiet; precision {:.3}, \
         recall {:.3}",
        corpus.len(),
        share(found, false_alarms),
        share(found, missed)
    );
}

/// Prints the findings of the last commits.
fn measure_history(path: &Path, most: usize) -> Result<()> {
    let (repository, _folder) = open(path)?;
    let ids = repository.commits(&RangeSpec::All("HEAD".to_owned()))?.ids;
    let gates = ConfigText {
        name: "gates.toml".to_owned(),
        text: "[gates.test]\nrun = 'pytest'\n".to_owned(),
    };
    let mut objects = repository.objects();
    let (mut looked_at, mut findings) = (0, 0);
    for commit in ids.into_iter().rev().take(most) {
        let Some(&parent) = objects.commit(commit)?.parents.first() else {
            continue;
        };
        for finding in checks_of_commit(&repository, (parent, commit), &gates)? {
            let (file, line) = finding.place();
            println!(
                "{commit} {}:{line}: {} {}",
                file.display(),
                finding.rule,
                finding.message
            );
            findings += 1;
        }
        looked_at += 1;
    }
    println!(
        "{}: {looked_at} commits, {findings} findings",
        path.display()
    );
    Ok(())
}

/// The repository, with an empty work tree if it has none.
fn open(path: &Path) -> Result<(Repository, tempfile::TempDir)> {
    let mut environment = Environment::read()?;
    let cannot = |error: &std::io::Error| Fault::unable("no temporary folder").because(error);
    let folder = tempfile::tempdir().map_err(|error| cannot(&error))?;
    let git_dir = [path.join(".git"), path.to_owned()];
    let git_dir = git_dir.iter().find(|dir| dir.join("HEAD").exists());
    let git_dir = git_dir.ok_or_else(|| Fault::usage("there is no repository"))?;
    let variables = &mut environment.variables;
    variables.insert("GIT_DIR".into(), git_dir.into());
    variables.insert("GIT_WORK_TREE".into(), folder.path().into());
    Ok((Repository::open_from_env(&environment)?, folder))
}
