//! What is known at a step of a workflow: variables, values of expressions, and the directory.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::evidence::UNKNOWN;
use crate::base::yaml::Node;

/// How many runs of one job are looked at.
const MOST_RUNS: usize = 40;

/// What is known at a step.
#[derive(Clone, Default)]
pub(super) struct Scope {
    /// The variables of the environment.
    pub(super) env: BTreeMap<String, String>,
    /// Values of `matrix.` and `inputs.`, by their full names.
    values: BTreeMap<String, String>,
    /// Where commands run.
    pub(super) dir: PathBuf,
    /// The shell for commands, if it is named.
    pub(super) shell: Option<String>,
    /// Whether it is another operating system.
    pub(super) is_elsewhere: bool,
}

impl Scope {
    pub(super) fn read_env(&mut self, node: &Node) {
        let Some(env) = node.get("env") else { return };
        // `${{ matrix.env }}`: all that the value holds.
        let expression = env.text().and_then(|text| {
            let inside = text.trim().strip_prefix("${{")?.strip_suffix("}}")?;
            Some(format!("{}.", inside.trim()))
        });
        if let Some(prefix) = expression {
            let values = self.values.iter();
            let values = values.filter_map(|(name, value)| {
                Some((name.strip_prefix(&prefix)?.to_owned(), value.clone()))
            });
            self.env.extend(values.collect::<Vec<_>>());
        }
        for (name, value) in env.entries() {
            let value = value.text().map(|value| self.fill(value));
            if let Some(value) = value {
                self.env.insert(name.to_owned(), value);
            }
        }
    }

    pub(super) fn read_defaults(&mut self, node: &Node) {
        if let Some(dir) = node
            .at(&["defaults", "run", "working-directory"])
            .and_then(Node::text)
        {
            self.enter(dir);
        }
        if let Some(shell) = node.at(&["defaults", "run", "shell"]).and_then(Node::text) {
            self.shell = Some(shell.to_owned());
        }
    }

    /// The runs of a job that its matrix describes. The first has the usual value of each list; in each of the
    /// others one value is another one, or those of an item of `include` are set. Versions and systems do not
    /// vary: a check is the same on each.
    pub(super) fn runs(&self, job: &Node) -> Vec<Self> {
        let mut usual = self.clone();
        usual.read_matrix(job);
        let mut runs = vec![usual];
        let lists = job.at(&["strategy", "matrix"]).into_iter();
        for (key, values) in lists.flat_map(Node::entries) {
            if key == "exclude" || is_machine(key) {
                continue;
            }
            for value in values.items().filter(|value| is_for_verdict(value)) {
                let mut run = runs[0].clone();
                if key == "include" {
                    for (key, value) in value.entries() {
                        run.remember(&format!("matrix.{key}"), value);
                    }
                } else {
                    run.remember(&format!("matrix.{key}"), value);
                }
                if runs.len() < MOST_RUNS {
                    runs.push(run);
                }
            }
        }
        runs
    }

    /// The values of the first run of a matrix: of each list the first, then what `include` adds.
    fn read_matrix(&mut self, job: &Node) {
        let Some(matrix) = job.at(&["strategy", "matrix"]) else {
            return;
        };
        for (key, values) in matrix.entries() {
            if matches!(key, "include" | "exclude") {
                continue;
            }
            let Some(first) = preferred(key, values) else {
                continue;
            };
            self.remember(&format!("matrix.{key}"), first);
        }
        let Some(include) = matrix.get("include") else {
            return;
        };
        let first = include.items().next();
        let on_linux = include.items().find(|item| {
            item.entries()
                .any(|(_, value)| value.text().is_some_and(|text| text.contains("ubuntu")))
        });
        let is_linux = self.values.values().any(|value| value.contains("ubuntu"));
        for (key, value) in on_linux.or(first).into_iter().flat_map(Node::entries) {
            let name = format!("matrix.{key}");
            // An item for Linux describes the whole run, unless the lists already do.
            if on_linux.is_some() && !is_linux || !self.values.contains_key(&name) {
                self.remember(&name, value);
            }
        }
    }

    pub(super) fn read_inputs(
        &mut self,
        declared: Option<&Node>,
        given: &BTreeMap<String, String>,
    ) {
        for (name, declared) in declared.into_iter().flat_map(Node::entries) {
            if let Some(default) = declared.get("default") {
                self.remember(&format!("inputs.{name}"), default);
            }
        }
        for (name, value) in given {
            self.values.insert(format!("inputs.{name}"), value.clone());
        }
    }

    fn remember(&mut self, name: &str, value: &Node) {
        if let Some(text) = value.text() {
            let text = self.fill(text);
            self.values.insert(name.to_owned(), text);
        }
        for (key, inner) in value.entries() {
            self.remember(&format!("{name}.{key}"), inner);
        }
    }

    pub(super) fn enter(&mut self, dir: &str) {
        let dir = self.fill(dir);
        let dir = dir.trim_start_matches("./").trim_end_matches('/');
        if dir != "." && !dir.contains(UNKNOWN) {
            self.dir = PathBuf::from(dir);
        }
    }

    /// Replaces `${{ ... }}` by its value, if that is known.
    pub(super) fn fill(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(start) = rest.find("${{") {
            let Some(end) = rest[start..].find("}}") else {
                break;
            };
            filled.push_str(&rest[..start]);
            let expression = rest[start + 3..start + end].trim();
            match self.value(expression) {
                Some(value) => filled.push_str(&value),
                None => filled.push(UNKNOWN),
            }
            rest = &rest[start + end + 2..];
        }
        filled.push_str(rest);
        filled
    }

    fn value(&self, expression: &str) -> Option<String> {
        if let Some(name) = expression.strip_prefix("env.") {
            return self.env.get(name).cloned();
        }
        if expression == "github.workspace" {
            return Some(".".to_owned());
        }
        if let Some((first, other)) = expression.split_once("||") {
            let first = first.trim();
            // A run of the matrix without the key has no value for it.
            let is_empty = first.starts_with("matrix.") && !self.values.contains_key(first);
            return match self.value(first) {
                Some(value) if !value.is_empty() => Some(value),
                Some(_) => self.value(other.trim()),
                None => is_empty.then(|| self.value(other.trim())).flatten(),
            };
        }
        if let Some(arguments) = expression.strip_prefix("format(") {
            return self.formatted(arguments.strip_suffix(')')?);
        }
        let literal = expression
            .strip_prefix('\'')
            .and_then(|rest| rest.strip_suffix('\''));
        match literal.filter(|literal| !literal.contains('\'')) {
            Some(literal) => Some(literal.to_owned()),
            None => self.values.get(expression).cloned(),
        }
    }

    /// The value of `format('py{0}', matrix.python)`, by the arguments; `None` if one of them is not known.
    fn formatted(&self, arguments: &str) -> Option<String> {
        let mut arguments = arguments.split(',').map(str::trim);
        let mut text = self.value(arguments.next()?)?;
        for (at, argument) in arguments.enumerate() {
            text = text.replace(&format!("{{{at}}}"), &self.value(argument)?);
        }
        Some(text)
    }
}

/// Whether a list of a matrix names systems or versions.
fn is_machine(key: &str) -> bool {
    const KEYS: [&str; 12] = [
        "arch",
        "architecture",
        "channel",
        "msrv",
        "node",
        "os",
        "platform",
        "runner",
        "runs-on",
        "rust",
        "target",
        "toolchain",
    ];
    KEYS.contains(&key) || key.contains("version") || key.starts_with("python")
}

/// Whether an item of a matrix describes a run whose failure counts on our system.
fn is_for_verdict(item: &Node) -> bool {
    const TOLERANT: [&str; 5] = [
        "allow-failure",
        "allow_failure",
        "continue-on-error",
        "experimental",
        "optional",
    ];
    let is_tolerant = item
        .entries()
        .any(|(key, value)| TOLERANT.contains(&key) && value.is_true());
    let is_other = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.starts_with("windows") || text.starts_with("macos")
    };
    let values = item.entries().map(|(_, value)| value);
    let mut texts = values.chain([item]).filter_map(Node::text);
    !is_tolerant && !texts.any(|text| is_other(text) || text.contains("${{"))
}

/// The inputs that a step or a job passes on.
pub(super) fn inputs(step: &Node, scope: &Scope) -> BTreeMap<String, String> {
    let with = step.get("with");
    with.into_iter()
        .flat_map(Node::entries)
        .filter_map(|(name, value)| Some((name.to_owned(), scope.fill(value.text()?))))
        .collect()
}

/// The value of a matrix that we take: one for Linux if there is one, otherwise the first.
fn preferred<'n>(key: &str, values: &'n Node) -> Option<&'n Node> {
    // A list that an expression makes is unknown.
    if values.text().is_some_and(|text| text.contains("${{")) {
        return None;
    }
    // A value may be a map, `{ os: ubuntu-latest, shell: bash }`.
    let is_linux = |value: &&Node| {
        let inner = value.entries().map(|(_, inner)| inner);
        let mut texts = inner.chain([*value]).filter_map(Node::text);
        texts.any(|text| text.contains("ubuntu") || text.contains("linux"))
    };
    let linux = match key {
        "os" | "platform" | "runner" | "runs-on" | "target" => values.items().find(is_linux),
        _ => None,
    };
    linux.or_else(|| values.items().next())
}
