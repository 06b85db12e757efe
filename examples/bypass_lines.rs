//! Measures the rules for added lines on the history of a repository: how often each finds
//! something, and how often what it looks for stands where it does not count.
//!
//! `cargo run --release --example bypass_lines -- REPOSITORY... [--max N] [--list]`
//!
//! Every rule is switched on. A repository may be bare; N is the most commits of each. With `--list` each finding is printed, for
//! eyes to check.

#![expect(clippy::print_stdout, reason = "the numbers are what it is for")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gatekeeper::internals::added_lines::{self, PartKind};
use gatekeeper::internals::{
    Bypass, DiffTarget, Environment, Fault, FileDiff, Finding, Language, Level, ObjectId, Objects,
    RangeSpec, Repository, Result, catalogue, silencers,
};
use regex::bytes::{Regex, RegexBuilder};

/// What is known of a rule.
#[derive(Default)]
struct Tally {
    commits: usize,
    hits: usize,
    justified: usize,
    in_code: usize,
    in_comments: usize,
    in_strings: usize,
}

struct Arguments {
    repositories: Vec<PathBuf>,
    most: usize,
    lists: bool,
}

fn main() -> std::process::ExitCode {
    let done = arguments().and_then(|arguments| measure(&arguments));
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(fault) => {
            println!("error: {}", fault.message);
            std::process::ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Arguments> {
    const USAGE: &str = "usage: bypass_lines REPOSITORY... [--max N] [--list]";
    let usage = || Fault::usage(USAGE);
    let mut words = std::env::args().skip(1);
    let mut arguments = Arguments {
        repositories: Vec::new(),
        most: 2000,
        lists: false,
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--list" => arguments.lists = true,
            "--max" => {
                let number = words.next().and_then(|number| number.parse().ok());
                arguments.most = number.ok_or_else(usage)?;
            }
            word if word.starts_with('-') => return Err(usage()),
            word => arguments.repositories.push(word.into()),
        }
    }
    if arguments.repositories.is_empty() {
        return Err(usage());
    }
    Ok(arguments)
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

/// What is known of all commits that were looked at.
#[derive(Default)]
struct Total {
    tallies: BTreeMap<String, Tally>,
    commits: usize,
    read: Duration,
    judged: Duration,
}

fn measure(arguments: &Arguments) -> Result<()> {
    let expressions = expressions()?;
    let mut bypass = Bypass::default();
    for rule in catalogue::added_lines() {
        bypass.rules.insert(rule.id.to_owned(), Level::Warn);
    }
    let mut total = Total::default();
    for path in &arguments.repositories {
        let (repository, _folder) = open(path)?;
        let mut objects = repository.objects();
        let ids = repository.commits(&RangeSpec::All("HEAD".into()))?.ids;
        let mut left = arguments.most;
        for id in ids.into_iter().rev() {
            let parents = objects.commit(id)?.parents;
            if parents.len() > 1 || left == 0 {
                continue;
            }
            left -= 1;
            let begin = Instant::now();
            let files = repository.touched(&parents, DiffTarget::Commit(id))?;
            total.read += begin.elapsed();
            count_raw(&mut objects, &files, &expressions, &mut total.tallies)?;
            let begin = Instant::now();
            let today = time::Date::MIN;
            let findings = added_lines::check(&bypass, &files, today, &mut |id| objects.blob(id))?;
            total.judged += begin.elapsed();
            total.commits += 1;
            let rules: BTreeSet<&str> = findings
                .iter()
                .map(|finding| finding.rule.as_str())
                .collect();
            for rule in rules {
                total.tallies.entry(rule.to_owned()).or_default().commits += 1;
            }
            for finding in &findings {
                count(finding, &mut total.tallies);
                if arguments.lists {
                    list(id, finding);
                }
            }
        }
    }
    report(&total);
    Ok(())
}

fn count(finding: &Finding, tallies: &mut BTreeMap<String, Tally>) {
    let tally = tallies.entry(finding.rule.to_string()).or_default();
    tally.hits += 1;
    tally.justified += usize::from(finding.excuse.is_some());
}

fn list(commit: ObjectId, finding: &Finding) {
    let justified = if finding.excuse.is_some() {
        "justified"
    } else {
        "-"
    };
    let (path, line) = finding.place();
    let place = format!("{}:{line}", path.display());
    let commit = format!("{commit:.10}");
    println!(
        "{}\t{justified}\t{commit}\t{place}\t{}",
        finding.rule,
        finding.text().trim()
    );
}

/// Counts where in the added lines the bare expressions match, wherever that is.
fn count_raw(
    objects: &mut Objects,
    files: &[FileDiff],
    expressions: &[Expressions],
    tallies: &mut BTreeMap<String, Tally>,
) -> Result<()> {
    for file in files {
        let (Some(language), Some(id)) = (Language::of_path(&file.path), file.after) else {
            continue;
        };
        let concerned = expressions.iter().zip(silencers());
        let concerned: Vec<_> = concerned
            .filter(|(_, silencer)| added_lines::is_for(silencer, language, &file.path))
            .collect();
        let mut read = None;
        for line in &file.added {
            let mut starts = Vec::new();
            for (expressions, silencer) in &concerned {
                if !silencer.is_hinted(&line.text) {
                    continue;
                }
                let Some(start) = expressions.find(&line.text) else {
                    continue;
                };
                // Where two silencers find something, the first of them counts.
                if starts.contains(&start) {
                    continue;
                }
                starts.push(start);
                if read.is_none() {
                    let content = objects.blob(id)?;
                    read = Some((added_lines::lex(language, &content), content));
                }
                let Some((spans, content)) = &read else {
                    continue;
                };
                let before = content.split(|byte| *byte == b'\n').take(line.number - 1);
                let at: usize = before.map(|line| line.len() + 1).sum();
                let tally = tallies.entry(silencer.rule.id.to_owned()).or_default();
                match spans.kind(at + start) {
                    PartKind::Code => tally.in_code += 1,
                    PartKind::Comment => tally.in_comments += 1,
                    PartKind::Text => tally.in_strings += 1,
                }
            }
        }
    }
    Ok(())
}

/// What a rule looks for, without a view of where.
struct Expressions {
    pattern: Regex,
    unless: Option<Regex>,
}

impl Expressions {
    fn find(&self, line: &[u8]) -> Option<usize> {
        let found = self.pattern.find(line)?;
        let rest = &line[found.end()..];
        let is_free = self
            .unless
            .as_ref()
            .is_none_or(|unless| !unless.is_match(rest));
        is_free.then_some(found.start())
    }
}

fn expressions() -> Result<Vec<Expressions>> {
    let compile = |text: &str| {
        let built = RegexBuilder::new(text).unicode(false).build();
        built.map_err(|error| Fault::bug("a rule cannot be compiled").because(&error))
    };
    silencers()
        .map(|silencer| {
            Ok(Expressions {
                pattern: compile(silencer.pattern)?,
                unless: silencer.unless.map(compile).transpose()?,
            })
        })
        .collect()
}

fn report(total: &Total) {
    let commits = total.commits;
    println!(
        "| rule | commits per 1,000 | findings | justified | matches in code | in comments | in strings |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (rule, tally) in &total.tallies {
        // Tenths, rounded.
        let rate = (tally.commits * 20_000 / commits.max(1)).div_ceil(2);
        println!(
            "| `{rule}` | {}.{} | {} | {} | {} | {} | {} |",
            rate / 10,
            rate % 10,
            tally.hits,
            tally.justified,
            tally.in_code,
            tally.in_comments,
            tally.in_strings
        );
    }
    let each = |time: Duration| time.as_micros() / u128::try_from(commits.max(1)).unwrap_or(1);
    println!(
        "\n{commits} commits, {} µs each to get the lines and {} µs to judge them",
        each(total.read),
        each(total.judged)
    );
}
