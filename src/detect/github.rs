//! Workflows of GitHub Actions: what they run for every push and every pull request.
//!
//! The syntax is that of "Workflow syntax for GitHub Actions" and "Metadata syntax" (action.yml).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::actions;
use super::evidence::{Evidence, Found, Origin, Place, Ran};
use super::project::Project;
use super::scope::{Scope, inputs};
use crate::base::yaml::{self, Node};

/// Where workflows are.
const WORKFLOWS: &str = ".github/workflows";

/// Events for which a check decides about a change.
const EVENTS: [&str; 4] = ["push", "pull_request", "pull_request_target", "merge_group"];

/// How deeply workflows and actions may call each other.
const DEEPEST: usize = 4;

/// Adds what the project's workflows run.
pub(super) fn collect(project: &Project<'_>, found: &mut Found) {
    let files: Vec<&Path> = project
        .in_dir(WORKFLOWS)
        .filter(|path| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            matches!(extension, Some("yml" | "yaml"))
        })
        .collect();
    for path in files {
        let Some(document) = project.text(path).and_then(|text| yaml::parse(&text)) else {
            found.unreadable(path, "the workflow");
            continue;
        };
        if measures(path) {
            let place = Place {
                path: path.to_owned(),
                line: 1,
            };
            found.skip(place, "the workflow", "it measures, and gives no verdict");
        } else if is_for_changes(&document) {
            let scope = Scope::default();
            let path = path.to_owned();
            let mut reader = Reader {
                project,
                found,
                path,
            };
            reader.workflow(&document, &scope, 0);
        } else if !is_called(&document) {
            let place = Place {
                path: path.to_owned(),
                line: 1,
            };
            let why = "it runs only for releases, at set times or by hand";
            found.skip(place, "the workflow", why);
        }
    }
}

/// Whether other workflows call a workflow.
fn is_called(document: &Node) -> bool {
    let Some(on) = document.get("on") else {
        return false;
    };
    let called = "workflow_call";
    on.get(called).is_some() || on.items().any(|event| event.text() == Some(called))
}

/// Whether a workflow runs for every change: not only for tags, releases or at set times.
fn is_for_changes(document: &Node) -> bool {
    // YAML 1.1 reads the bare word `on` as a truth value; here it stays text.
    let Some(on) = document.get("on") else {
        return false;
    };
    let named = on
        .items()
        .filter_map(Node::text)
        .any(|event| EVENTS.contains(&event));
    let configured = on.entries().any(|(event, settings)| {
        let only_tags = settings.get("tags").is_some() && settings.get("branches").is_none();
        EVENTS.contains(&event) && !only_tags
    });
    named || configured
}

struct Reader<'p, 't, 'f> {
    project: &'p Project<'t>,
    found: &'f mut Found,
    path: PathBuf,
}

impl Reader<'_, '_, '_> {
    fn place(&self, node: &Node) -> Place {
        Place {
            path: self.path.clone(),
            line: node.line,
        }
    }

    fn workflow(&mut self, document: &Node, outer: &Scope, depth: usize) {
        let mut scope = outer.clone();
        scope.read_env(document);
        scope.read_defaults(document);
        let Some(jobs) = document.get("jobs") else {
            return;
        };
        for (name, job) in jobs.entries() {
            self.job(name, job, &scope, depth);
        }
    }

    fn job(&mut self, name: &str, job: &Node, outer: &Scope, depth: usize) {
        if let Some(reason) = not_for_changes(job) {
            self.found
                .skip(self.place(job), &format!("job {name}"), reason);
            return;
        }
        let steps = job.get("steps");
        if let Some(steps) = steps
            && steps.items().any(checks_another_out)
        {
            let why = "it checks out another repository";
            self.found
                .skip(self.place(job), &format!("job {name}"), why);
            return;
        }
        for (at, mut scope) in outer.runs(job).into_iter().enumerate() {
            if at == 0 && runs_on(job, &scope, "windows") {
                let why = "it runs only on Windows";
                self.found
                    .skip(self.place(job), &format!("job {name}"), why);
                return;
            }
            scope.read_env(job);
            scope.read_defaults(job);
            scope.is_elsewhere |= is_elsewhere(job, &scope);
            if at > 0 && scope.is_elsewhere {
                continue;
            }
            if let Some(uses) = job.get("uses") {
                self.called_workflow(uses, job, &scope, depth);
            }
            if let Some(steps) = steps {
                self.steps(steps, &scope, depth);
            }
        }
    }

    fn steps(&mut self, steps: &Node, scope: &Scope, depth: usize) {
        // The steps of a group that runs side by side are steps like the others.
        let steps: Vec<&Node> = steps
            .items()
            .flat_map(|step| match step.get("parallel") {
                Some(group) => group.items().collect(),
                None => vec![step],
            })
            .collect();
        for step in &steps {
            if let Some(reason) = not_for_changes(step) {
                let outcome = step
                    .get("id")
                    .and_then(Node::text)
                    .map(|id| format!("steps.{id}."));
                let is_looked_at = outcome
                    .is_some_and(|outcome| steps.iter().any(|other| mentions(other, &outcome)));
                if !is_looked_at {
                    if let Some(what) = step.get("run").or_else(|| step.get("uses")) {
                        let text = what.text().unwrap_or_default();
                        self.found.skip(self.place(what), text, reason);
                    }
                    continue;
                }
            }
            self.step(step, scope, depth);
        }
    }

    fn step(&mut self, step: &Node, outer: &Scope, depth: usize) {
        let mut scope = outer.clone();
        scope.read_env(step);
        if let Some(dir) = step.get("working-directory").and_then(Node::text) {
            scope.enter(dir);
        }
        if let Some(run) = step.get("run") {
            let text = run.text().unwrap_or_default();
            let shell = step.get("shell").and_then(Node::text).map(str::to_owned);
            let shell = shell.or_else(|| scope.shell.clone());
            let shell = shell.map(|shell| scope.fill(&shell));
            let is_posix = shell.is_none_or(|shell| {
                let name = shell.split_whitespace().next().unwrap_or_default();
                matches!(name, "bash" | "sh")
            });
            if is_posix {
                let script = scope.fill(text);
                self.add(Ran::Script(script), &scope, self.place(run));
            } else if !scope.is_elsewhere {
                self.found
                    .skip(self.place(run), text, "it does not run in a POSIX shell");
            }
        }
        if let Some(uses) = step.get("uses") {
            self.action(uses, step, &scope, depth);
        }
    }

    fn action(&mut self, uses: &Node, step: &Node, scope: &Scope, depth: usize) {
        let name = uses.text().unwrap_or_default();
        let place = self.place(uses);
        let inputs = inputs(step, scope);
        if let Some(local) = name.strip_prefix("./") {
            if depth < DEEPEST {
                self.local_action(local, &inputs, scope, depth);
            }
            return;
        }
        match actions::meaning(name, &inputs) {
            actions::Meaning::Runs(words) => {
                let ran = Ran::Call {
                    words,
                    given: Vec::new(),
                    files: None,
                    takes_files: true,
                };
                self.add(ran, scope, place);
            }
            actions::Meaning::Remote(why) => self.found.skip(place, name, why),
            actions::Meaning::Nothing => {}
        }
    }

    /// A composite action of this repository.
    fn local_action(
        &mut self,
        dir: &str,
        inputs: &BTreeMap<String, String>,
        outer: &Scope,
        depth: usize,
    ) {
        let names = ["action.yml", "action.yaml"].map(|name| Path::new(dir).join(name));
        let Some(path) = names.iter().find(|path| self.project.has(path)) else {
            return;
        };
        let Some(document) = self.project.text(path).and_then(|text| yaml::parse(&text)) else {
            return;
        };
        if measures(path) {
            return;
        }
        let mut scope = outer.clone();
        scope.read_inputs(document.get("inputs"), inputs);
        if let Some(steps) = document.at(&["runs", "steps"]) {
            let mut reader = Reader {
                project: self.project,
                found: self.found,
                path: path.clone(),
            };
            reader.steps(steps, &scope, depth + 1);
        }
    }

    /// A workflow that a job calls.
    fn called_workflow(&mut self, uses: &Node, job: &Node, outer: &Scope, depth: usize) {
        let name = uses.text().unwrap_or_default();
        let Some(local) = name.strip_prefix("./") else {
            if let Some(words) = actions::workflow(name) {
                let ran = Ran::Call {
                    words,
                    given: Vec::new(),
                    files: None,
                    takes_files: true,
                };
                self.add(ran, outer, self.place(uses));
            } else {
                let why = "the workflow is in another repository";
                self.found.skip(self.place(uses), name, why);
            }
            return;
        };
        let path = Path::new(local);
        let Some(document) = self.project.text(path).and_then(|text| yaml::parse(&text)) else {
            return;
        };
        if depth >= DEEPEST {
            return;
        }
        let mut scope = outer.clone();
        let declared = document.at(&["on", "workflow_call", "inputs"]);
        scope.read_inputs(declared, &inputs(job, outer));
        let mut reader = Reader {
            project: self.project,
            found: self.found,
            path: path.to_owned(),
        };
        reader.workflow(&document, &scope, depth + 1);
    }

    fn add(&mut self, what: Ran, scope: &Scope, place: Place) {
        let is_here = scope.dir.as_os_str().is_empty() || self.project.has_dir(&scope.dir);
        if !is_here {
            let what = match &what {
                Ran::Script(text) => text.clone(),
                Ran::Call { words, .. } => words.join(" "),
            };
            self.found.skip(
                place,
                &what,
                "it runs in a directory that git does not track",
            );
            return;
        }
        let evidence = Evidence {
            what,
            dir: scope.dir.clone(),
            env: scope.env.clone(),
            is_at_push: false,
            origin: if scope.is_elsewhere {
                Origin::CiElsewhere
            } else {
                Origin::Ci
            },
            place,
        };
        // In most runs of a matrix, most steps are the same.
        if !self.found.evidence.contains(&evidence) {
            self.found.evidence.push(evidence);
        }
    }
}

/// Why a job or a step does not check every change; `None` if it does.
fn not_for_changes(node: &Node) -> Option<&'static str> {
    if node.get("continue-on-error").is_some_and(Node::is_true) {
        return Some("CI continues if it fails (`continue-on-error`)");
    }
    let condition = node.get("if").and_then(Node::text)?;
    let condition = condition.replace(' ', "");
    let is_never = matches!(condition.as_str(), "false" | "${{false}}");
    let is_for_release = [
        "startsWith(github.ref,'refs/tags",
        "github.ref_type=='tag'",
        "event_name=='schedule'",
        "event_name=='release'",
        "event_name=='workflow_dispatch'",
    ]
    .iter()
    .any(|part| {
        condition
            .find(part)
            .is_some_and(|at| !condition[..at].ends_with('!') && !condition.contains("||"))
    });
    let lower = condition.to_ascii_lowercase();
    let is_for_others = !lower.contains("||")
        && ["os=='windows", "os=='macos", "os,'windows", "os,'macos"]
            .iter()
            .any(|part| lower.contains(part))
        && !lower.contains("!startswith");
    let is_for_nightly = !lower.contains("||") && lower.contains("=='nightly'");
    let is_for_failures = matches!(
        condition.as_str(),
        "failure()" | "${{failure()}}" | "cancelled()"
    );
    if is_never {
        Some("it never runs (`if: false`)")
    } else if is_for_release {
        Some("it runs only for releases or on a schedule")
    } else if is_for_others {
        Some("it runs only on another system")
    } else if is_for_nightly {
        Some("it runs only with a nightly toolchain")
    } else if is_for_failures {
        Some("it runs only after a failure")
    } else {
        None
    }
}

/// Whether a step checks out another repository in place of this one.
fn checks_another_out(step: &Node) -> bool {
    let uses = step.get("uses").and_then(Node::text).unwrap_or_default();
    let other = step.at(&["with", "repository"]).and_then(Node::text);
    uses.starts_with("actions/checkout@")
        && other.is_some_and(|other| !other.contains("github."))
        && step.at(&["with", "path"]).is_none()
}

/// Whether a path is named after benchmarks or fuzzing.
fn measures(path: &Path) -> bool {
    let path = path.to_string_lossy().to_ascii_lowercase();
    ["bench", "codspeed", "perf", "fuzz"]
        .iter()
        .any(|word| path.contains(word))
}

/// Whether a job never runs on Linux.
fn is_elsewhere(job: &Node, scope: &Scope) -> bool {
    ["macos", "windows"]
        .iter()
        .any(|system| runs_on(job, scope, system))
}

/// Whether the machine of a job has this system.
fn runs_on(job: &Node, scope: &Scope, system: &str) -> bool {
    let machines = job.get("runs-on").into_iter().flat_map(Node::items);
    let mut names = machines.filter_map(Node::text);
    names.any(|name| scope.fill(name).starts_with(system))
}

/// Whether a text occurs anywhere in a node.
fn mentions(node: &Node, text: &str) -> bool {
    match &node.value {
        yaml::Value::Scalar(scalar) => scalar.contains(text),
        yaml::Value::List(items) => items.iter().any(|item| mentions(item, text)),
        yaml::Value::Map(entries) => entries.iter().any(|(_, value)| mentions(value, text)),
    }
}
