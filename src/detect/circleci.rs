//! `.circleci/config.yml`: what the jobs of its workflows run.
//!
//! The syntax is that of the "`CircleCI` configuration reference", version 2.1.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::evidence::{Evidence, Found, Origin, Place, Ran, UNKNOWN};
use super::project::Project;
use crate::base::yaml::{self, Node};

/// The file.
const FILE: &str = ".circleci/config.yml";

/// How many commands of the file a command may call, one in the other.
const DEEPEST: usize = 8;

/// Adds what the project's workflows run.
pub(super) fn collect(project: &Project<'_>, found: &mut Found) {
    let Some(text) = project.text(FILE) else {
        return;
    };
    let Some(document) = yaml::parse(&text) else {
        found.unreadable(Path::new(FILE), "the pipeline");
        return;
    };
    let mut reader = Reader {
        project,
        document: &document,
        found,
    };
    for (name, call) in called_jobs(&document) {
        reader.job(name, call);
    }
}

/// The jobs that workflows call for every change, each with its call; without workflows, the job `build`.
fn called_jobs(document: &Node) -> Vec<(&str, Option<&Node>)> {
    let Some(workflows) = document.get("workflows") else {
        return vec![("build", None)];
    };
    let workflows = workflows.entries().map(|(_, workflow)| workflow);
    let by_change = workflows.filter(|workflow| workflow.get("triggers").is_none());
    let calls = by_change.filter_map(|workflow| workflow.get("jobs"));
    let calls = calls.flat_map(Node::items).flat_map(|call| {
        let plain = call.text().map(|name| (name, None));
        let configured = call.entries().map(|(name, call)| (name, Some(call)));
        plain.into_iter().chain(configured)
    });
    calls
        .filter(|(_, call)| !call.is_some_and(is_for_releases))
        .collect()
}

/// Whether a call of a job is only for tags: no branch has it.
fn is_for_releases(call: &Node) -> bool {
    let ignored = call.at(&["filters", "branches", "ignore"]);
    ignored.is_some_and(|branches| branches.items().any(|one| one.text() == Some("/.*/")))
}

struct Reader<'p, 't, 'd, 'f> {
    project: &'p Project<'t>,
    document: &'d Node,
    found: &'f mut Found,
}

/// What is known where a step runs.
#[derive(Clone, Default)]
struct Scope {
    parameters: BTreeMap<String, String>,
    env: BTreeMap<String, String>,
    dir: PathBuf,
}

impl Scope {
    /// The scope within something that declares parameters, which a call gives values.
    fn with_parameters(&self, declared: &Node, call: Option<&Node>) -> Self {
        let given = |name: &str| {
            let of_matrix = call.and_then(|call| call.at(&["matrix", "parameters", name]));
            let value = call.and_then(|call| call.get(name)).or(of_matrix)?;
            // Of a matrix, the first run tells most.
            let value = value.items().next()?.text()?;
            Some(self.filled(value))
        };
        let parameters = declared.get("parameters").into_iter();
        let parameters = parameters.flat_map(Node::entries).map(|(name, one)| {
            let default = || one.get("default")?.text().map(str::to_owned);
            let value = given(name).or_else(default);
            (name.to_owned(), value.unwrap_or_else(|| UNKNOWN.into()))
        });
        Self {
            parameters: parameters.collect(),
            ..self.clone()
        }
    }

    /// A text with the values of parameters; others are known only to CI.
    fn filled(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, (inside, after))) = rest
            .split_once("<<")
            .and_then(|(before, inside)| Some((before, inside.split_once(">>")?)))
        {
            let name = inside.trim();
            // A here-document has no such name.
            let Some((kind, name)) = name.split_once('.').filter(|_| !name.contains('\n')) else {
                break;
            };
            filled.push_str(before);
            match self.parameters.get(name).filter(|_| kind == "parameters") {
                Some(value) => filled.push_str(value),
                None => filled.push(UNKNOWN),
            }
            rest = after;
        }
        filled + rest
    }

    fn read_environment(&mut self, node: &Node) {
        let environment = node.get("environment").into_iter().flat_map(Node::entries);
        for (name, value) in environment {
            if let Some(value) = value.text() {
                let value = self.filled(value);
                self.env.insert(name.to_owned(), value);
            }
        }
    }
}

impl Reader<'_, '_, '_, '_> {
    fn job(&mut self, name: &str, call: Option<&Node>) {
        // The jobs of an orb are elsewhere.
        let Some(job) = self.document.at(&["jobs", name]) else {
            return;
        };
        if job.get("macos").is_some() {
            let place = place(job);
            self.found
                .skip(place, &format!("job {name}"), "it runs only on macOS");
            return;
        }
        let mut scope = Scope::default().with_parameters(job, call);
        scope.read_environment(job);
        if let Some(steps) = job.get("steps") {
            self.steps(steps, &scope, 0);
        }
    }

    fn steps(&mut self, steps: &Node, scope: &Scope, depth: usize) {
        for step in steps.items() {
            if let Some(name) = step.text() {
                self.command(name, None, scope, depth);
            }
            for (name, settings) in step.entries() {
                match name {
                    "run" => self.run(settings, scope),
                    // Conditions on parameters: `when: {condition, steps}`.
                    "when" | "unless" => {
                        if let Some(steps) = settings.get("steps").filter(|_| depth < DEEPEST) {
                            self.steps(steps, scope, depth + 1);
                        }
                    }
                    _ => self.command(name, Some(settings), scope, depth),
                }
            }
        }
    }

    /// A command that the file defines.
    fn command(&mut self, name: &str, call: Option<&Node>, scope: &Scope, depth: usize) {
        let Some(command) = self.document.at(&["commands", name]) else {
            return;
        };
        if let Some(steps) = command.get("steps").filter(|_| depth < DEEPEST) {
            let scope = scope.with_parameters(command, call);
            self.steps(steps, &scope, depth + 1);
        }
    }

    fn run(&mut self, run: &Node, outer: &Scope) {
        let command = run.get("command").unwrap_or(run);
        let Some(text) = command.text() else {
            return;
        };
        let when = run.get("when").and_then(Node::text);
        if when == Some("on_fail") {
            self.found
                .skip(place(command), text, "it runs only after a failure");
            return;
        }
        let mut scope = outer.clone();
        scope.read_environment(run);
        let dir = run.get("working_directory").and_then(Node::text);
        if let Some(dir) = dir.map(|dir| scope.filled(dir)) {
            scope.dir = PathBuf::from(dir.trim_start_matches("./"));
        }
        if !scope.dir.as_os_str().is_empty() && !self.project.has_dir(&scope.dir) {
            let why = "it runs in a directory that git does not track";
            self.found.skip(place(command), text, why);
            return;
        }
        let evidence = Evidence {
            what: Ran::Script(scope.filled(text)),
            dir: scope.dir,
            env: scope.env,
            origin: Origin::Ci,
            is_at_push: false,
            place: place(command),
        };
        // Several jobs share most steps.
        if !self.found.evidence.contains(&evidence) {
            self.found.evidence.push(evidence);
        }
    }
}

fn place(node: &Node) -> Place {
    Place {
        path: FILE.into(),
        line: node.line,
    }
}
