//! Measures the rules for tests and for the configuration of tools on the history of a repository.
//!
//! `cargo run --release --example bypass_changes -- REPOSITORY... [--max N] [--list]
//! [--tools] [--gate COMMAND]...`
//!
//! A repository may be bare; N is the most commits of each. With `--list` each finding is printed,
//! for eyes to check. With `--tools`, a gate runs every tool, so that first configurations count, too. With `--gate`, the commits are counted instead that change what these commands
//! run by way of files.

#![expect(clippy::print_stdout, reason = "the numbers are what it is for")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gatekeeper::internals::tool_config::{self, Changed, ToolCall, ToolCalls};
use gatekeeper::internals::{
    Bypass, ConfigText, DiffTarget, Environment, Fault, FileDiff, Finding, ObjectId, Objects,
    RangeSpec, Repository, Result, changed_scripts, removed_tests,
};

struct Arguments {
    repositories: Vec<PathBuf>,
    most: usize,
    lists: bool,
    /// What gates run, as far as first configurations are concerned.
    calls: ToolCalls,
    /// A gates.toml with the gates whose commands are followed.
    gates: String,
}

/// What is known of all commits of a repository that were looked at.
#[derive(Default)]
struct Total {
    commits: usize,
    touching: usize,
    by_rule: BTreeMap<String, usize>,
    configuration: usize,
    errors: usize,
    tests: usize,
    judged: Duration,
}

fn main() -> std::process::ExitCode {
    let done = arguments().and_then(|arguments| {
        let mut each = arguments.repositories.iter();
        each.try_for_each(|path| {
            if arguments.gates.is_empty() {
                measure(path, &arguments)
            } else {
                measure_gates(path, &arguments)
            }
        })
    });
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(fault) => {
            println!("error: {}", fault.message);
            std::process::ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Arguments> {
    const USAGE: &str =
        "usage: bypass_changes REPOSITORY... [--max N] [--list] [--tools] [--gate COMMAND]...";
    let usage = || Fault::usage(USAGE);
    let mut words = std::env::args().skip(1);
    let mut arguments = Arguments {
        repositories: Vec::new(),
        most: 2000,
        lists: false,
        calls: ToolCalls::default(),
        gates: String::new(),
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--list" => arguments.lists = true,
            "--tools" => arguments.calls = every_tool(),
            "--gate" => {
                let command = words.next().ok_or_else(usage)?;
                let number = arguments.gates.matches("[gates.").count();
                let gates = &mut arguments.gates;
                let _ = writeln!(gates, "[gates.g{number}]\nrun = {command:?}");
            }
            "--max" => {
                let number = words.next().and_then(|number| number.parse().ok());
                arguments.most = number.ok_or_else(usage)?;
            }
            word if word.starts_with('-') => return Err(usage()),
            word => arguments.repositories.push(word.into()),
        }
    }
    Ok(arguments)
}

/// A call of every tool whose configuration is compared.
fn every_tool() -> ToolCalls {
    const COMMANDS: [&str; 24] = [
        "ruff check .",
        "flake8",
        "mypy .",
        "pyright",
        "pylint .",
        "bandit -r .",
        "black --check .",
        "isort -c .",
        "pytest",
        "coverage report",
        "eslint .",
        "biome ci .",
        "oxlint .",
        "prettier --check .",
        "jest",
        "mocha",
        "nyc mocha",
        "tsc",
        "deno lint",
        "cargo clippy",
        "cargo-deny check",
        "golangci-lint run",
        "staticcheck ./...",
        "ty check",
    ];
    ToolCalls::new(COMMANDS.map(|text| ToolCall {
        text: text.to_owned(),
        dir: PathBuf::new(),
    }))
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

fn measure(path: &Path, arguments: &Arguments) -> Result<()> {
    let bypass = Bypass::default();
    let (repository, _folder) = open(path)?;
    let mut objects = repository.objects();
    let ids = repository.commits(&RangeSpec::All("HEAD".into()))?.ids;
    let mut total = Total::default();
    for id in ids.into_iter().rev() {
        let parents = objects.commit(id)?.parents;
        if parents.len() != 1 || total.commits == arguments.most {
            continue;
        }
        let files = repository.touched(&parents, DiffTarget::Commit(id))?;
        let contents = contents(&mut objects, id, &files)?;
        let changed: Vec<Changed<'_>> = contents.iter().map(as_changed).collect();
        let begin = Instant::now();
        let configuration = tool_config::check(&bypass, &changed, &arguments.calls);
        let tests = removed_tests::check(&bypass, &changed);
        total.judged += begin.elapsed();
        total.commits += 1;
        let touches = files
            .iter()
            .any(|file| tool_config::is_compared(&file.path));
        total.touching += usize::from(touches);
        total.configuration += usize::from(!configuration.is_empty());
        total.errors += usize::from(
            configuration
                .iter()
                .any(|finding| finding.severity.word() == "error"),
        );
        total.tests += usize::from(tests.is_some());
        let rules: BTreeSet<&str> = configuration
            .iter()
            .map(|finding| finding.rule.as_str())
            .collect();
        for rule in rules {
            *total.by_rule.entry(rule.to_owned()).or_default() += 1;
        }
        if arguments.lists {
            configuration
                .iter()
                .chain(&tests)
                .for_each(|finding| list(id, finding));
        }
    }
    report(path, &total);
    Ok(())
}

/// Counts the commits that change what commands run by way of files.
fn measure_gates(path: &Path, arguments: &Arguments) -> Result<()> {
    let gates = ConfigText {
        name: "gates.toml".to_owned(),
        text: arguments.gates.clone(),
    };
    let (repository, _folder) = open(path)?;
    let mut objects = repository.objects();
    let ids = repository.commits(&RangeSpec::All("HEAD".into()))?.ids;
    let (mut commits, mut found, mut took) = (0, 0, Duration::ZERO);
    for id in ids.into_iter().rev() {
        let parents = objects.commit(id)?.parents;
        let [parent] = parents[..] else { continue };
        if commits == arguments.most {
            continue;
        }
        let begin = Instant::now();
        let findings = changed_scripts(&repository, (parent, id), &gates)?;
        took += begin.elapsed();
        commits += 1;
        found += usize::from(!findings.is_empty());
        if arguments.lists {
            for finding in &findings {
                list(id, finding);
            }
        }
    }
    let each = took.as_micros() / u128::try_from(commits.max(1)).unwrap_or(1);
    println!("| {} | {commits} | {found} | {each} µs |", path.display());
    Ok(())
}

/// A file, and what it was and is.
type Content = (PathBuf, Option<Vec<u8>>, Option<Vec<u8>>);

/// What the files that concern the rules were and are.
fn contents(objects: &mut Objects, commit: ObjectId, files: &[FileDiff]) -> Result<Vec<Content>> {
    let mut found = Vec::new();
    let mut companions = BTreeSet::new();
    for file in files {
        let path = &file.path;
        if !tool_config::is_compared(path) && !removed_tests::may_hold_tests(path) {
            continue;
        }
        let mut read = |id: Option<ObjectId>| id.map(|id| objects.blob(id)).transpose();
        found.push((path.clone(), read(file.before)?, read(file.after)?));
        companions.extend(tool_config::companions(path));
    }
    for path in companions {
        if files.iter().all(|file| file.path != path)
            && let Some(content) = objects.file(commit, &path)?
        {
            found.push((path, Some(content.clone()), Some(content)));
        }
    }
    Ok(found)
}

fn as_changed((path, before, after): &Content) -> Changed<'_> {
    Changed {
        path,
        before: before.as_deref(),
        after: after.as_deref(),
    }
}

fn list(commit: ObjectId, finding: &Finding) {
    let commit = format!("{commit:.10}");
    let (path, line) = finding.place();
    println!(
        "{}\t{}\t{commit}\t{}:{line}\t{}",
        finding.rule,
        finding.severity.word(),
        path.display(),
        finding.message
    );
}

fn report(path: &Path, total: &Total) {
    println!(
        "| {} | {} | {} | {} | {} | {} | {} µs |",
        path.display(),
        total.commits,
        total.touching,
        total.configuration,
        total.errors,
        total.tests,
        total.judged.as_micros() / u128::try_from(total.commits.max(1)).unwrap_or(1)
    );
    for (rule, commits) in &total.by_rule {
        println!("  {rule}: {commits}");
    }
}
