//! `.gitlab-ci.yml`: what its jobs run.
//!
//! The syntax is that of "CI/CD YAML syntax reference".

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::evidence::{Evidence, Found, Origin, Place, Ran};
use super::project::Project;
use crate::base::yaml::{self, Node, Value};

/// The file, at the top of a repository.
const FILE: &str = ".gitlab-ci.yml";

/// Keys at the top that are not jobs.
const NOT_JOBS: [&str; 13] = [
    "after_script",
    "before_script",
    "cache",
    "default",
    "image",
    "include",
    "pages",
    "services",
    "spec",
    "stages",
    "types",
    "variables",
    "workflow",
];

/// How many jobs a job may extend, one after the other.
const DEEPEST: usize = 8;

/// Adds what the project's pipeline runs, including files of the repository that it includes.
pub(super) fn collect(project: &Project<'_>, found: &mut Found) {
    let Some(text) = project.text(FILE) else {
        return;
    };
    let Some(document) = yaml::parse(&text) else {
        found.unreadable(Path::new(FILE), "the pipeline");
        return;
    };
    pipeline(&document, Path::new(FILE), found);
    let included = document.get("include");
    for local in included.into_iter().flat_map(Node::items) {
        let local = local
            .get("local")
            .and_then(Node::text)
            .or_else(|| local.text());
        let Some(path) = local.map(|path| Path::new(path.trim_start_matches('/'))) else {
            continue;
        };
        if let Some(document) = project.text(path).and_then(|text| yaml::parse(&text)) {
            pipeline(&document, path, found);
        }
    }
}

fn pipeline(document: &Node, path: &Path, found: &mut Found) {
    let shared = variables(document);
    for (name, job) in document.entries() {
        if NOT_JOBS.contains(&name) || name.starts_with('.') || job.text().is_some() {
            continue;
        }
        let Some(script) = of_job(document, job, "script", 0) else {
            continue;
        };
        let place = |node: &Node| Place {
            path: path.to_owned(),
            line: node.line,
        };
        if let Some(reason) = not_for_changes(document, job) {
            found.skip(place(job), &format!("job {name}"), reason);
            continue;
        }
        let mut env = shared.clone();
        if let Some(own) = of_job(document, job, "variables", 0) {
            env.extend(texts(own));
        }
        for line in lines(script) {
            found.evidence.push(Evidence {
                what: Ran::Script(line.text().unwrap_or_default().to_owned()),
                dir: PathBuf::new(),
                env: env.clone(),
                origin: Origin::Ci,
                is_at_push: false,
                place: place(line),
            });
        }
    }
}

/// The lines of a script; lists in it are part of it.
fn lines(script: &Node) -> Vec<&Node> {
    match &script.value {
        Value::List(items) => items.iter().flat_map(|item| lines(item)).collect(),
        Value::Scalar(_) => vec![script],
        Value::Map(_) => Vec::new(),
    }
}

/// A key of a job, or of a job that it extends.
fn of_job<'n>(document: &'n Node, job: &'n Node, key: &str, depth: usize) -> Option<&'n Node> {
    if let Some(value) = job.get(key) {
        return Some(value);
    }
    if depth >= DEEPEST {
        return None;
    }
    let extended: Vec<&str> = job.get("extends")?.items().filter_map(Node::text).collect();
    // The last one named has precedence.
    extended
        .into_iter()
        .rev()
        .filter_map(|name| document.get(name))
        .find_map(|base| of_job(document, base, key, depth + 1))
}

fn variables(document: &Node) -> BTreeMap<String, String> {
    document.get("variables").map(texts).unwrap_or_default()
}

fn texts(node: &Node) -> BTreeMap<String, String> {
    node.entries()
        .filter_map(|(name, value)| Some((name.to_owned(), value.text()?.to_owned())))
        .collect()
}

/// Why a job does not check every change; `None` if it does.
fn not_for_changes(document: &Node, job: &Node) -> Option<&'static str> {
    if of_job(document, job, "allow_failure", 0).is_some_and(Node::is_true) {
        return Some("CI continues if it fails (`allow_failure`)");
    }
    if of_job(document, job, "when", 0).and_then(Node::text) == Some("manual") {
        return Some("it is started manually");
    }
    let only = of_job(document, job, "only", 0);
    let only: Vec<&str> = only
        .into_iter()
        .flat_map(Node::items)
        .filter_map(Node::text)
        .collect();
    let rare = ["tags", "schedules", "triggers", "web", "api"];
    if !only.is_empty() && only.iter().all(|event| rare.contains(event)) {
        return Some("it runs only for tags or on a schedule");
    }
    let rules = of_job(document, job, "rules", 0);
    let mut conditions = rules.into_iter().flat_map(Node::items);
    let is_rare = |rule: &Node| {
        let is_off = matches!(
            rule.get("when").and_then(Node::text),
            Some("never" | "manual")
        );
        let condition = rule.get("if").and_then(Node::text).unwrap_or_default();
        is_off || condition.contains("$CI_COMMIT_TAG") || condition.contains("\"schedule\"")
    };
    let mut any = false;
    let all = conditions.all(|rule| {
        any = true;
        is_rare(rule)
    });
    (any && all).then_some("it runs only for tags, on a schedule or manually")
}
