//! `find`: commands for what it finds.

use super::expansion::matches;
use super::state::{Surroundings, Walk};
use crate::base::environment::Variables;
use crate::tools::base_name;

impl Walk<'_> {
    /// `find`: what it does to the files that it finds, which lie below the paths that it starts from.
    pub(super) fn found(
        &mut self,
        arguments: &[String],
        environment: &Variables,
        around: &Surroundings,
    ) {
        let (roots, expression) = roots(arguments);
        for action in actions(expression) {
            for path in action.files(&roots) {
                if action.command.is_empty() {
                    self.remove_file(&path);
                    continue;
                }
                let words = action.command.iter();
                let command: Vec<String> = words.map(|word| word.replace("{}", &path)).collect();
                self.deeper("git", |walk| walk.call(&command, environment, around));
            }
        }
    }
}

/// The paths that `find` starts from, and the expression behind them.
fn roots(arguments: &[String]) -> (Vec<String>, &[String]) {
    let is_link_option = |word: &&String| matches!(word.as_str(), "-H" | "-L" | "-P");
    let rest = &arguments[arguments.iter().take_while(is_link_option).count()..];
    let is_root = |word: &&String| !word.starts_with('-') && !matches!(word.as_str(), "(" | "!");
    let count = rest.iter().take_while(is_root).count();
    let roots = match &rest[..count] {
        [] => vec![".".to_owned()],
        named => named.to_vec(),
    };
    (roots, &rest[count..])
}

/// A test of a file by its name or path, with its pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Name(String),
    Path(String),
}

impl Test {
    /// The test that begins with this word.
    fn read(word: &str, pattern: &str) -> Option<Self> {
        match word {
            "-name" | "-iname" => Some(Self::Name(pattern.to_owned())),
            "-path" | "-wholename" | "-ipath" | "-iwholename" => {
                Some(Self::Path(pattern.to_owned()))
            }
            _ => None,
        }
    }
}

/// What is done to the files that pass some tests.
#[derive(Debug, Default)]
struct Action {
    /// The command; empty if they are removed.
    command: Vec<String>,
    /// The tests that stand before it and are not negated.
    tests: Vec<Test>,
    /// Whether it does not come to the git directory.
    leaves_git_out: bool,
}

/// What stands in parentheses, or the whole expression.
#[derive(Debug, Default)]
struct Group {
    is_negated: bool,
    /// The tests of the present branch, and whether `find` does not go below what passes them.
    tests: Vec<Test>,
    prunes: bool,
    /// Those of the branches before it.
    earlier: Vec<Test>,
}

/// Reads an expression from its beginning to its end.
#[derive(Debug, Default)]
struct Reader {
    groups: Vec<Group>,
    whole: Group,
    leaves_git_out: bool,
    /// Whether what a directory has comes before it, so that `-prune` does nothing.
    is_depth_first: bool,
}

impl Reader {
    fn present(&mut self) -> &mut Group {
        self.groups.last_mut().unwrap_or(&mut self.whole)
    }

    /// `-o`: what was pruned so far is not for the branches that follow.
    fn next_branch(&mut self) {
        let is_depth_first = self.is_depth_first;
        let group = self.present();
        let tests = std::mem::take(&mut group.tests);
        let prunes = std::mem::take(&mut group.prunes);
        group.earlier.extend_from_slice(&tests);
        self.leaves_git_out |= prunes && !is_depth_first && tests.iter().any(is_git_dir);
    }

    /// The end of what stands in parentheses.
    fn close(&mut self) {
        let Some(group) = self.groups.pop() else {
            return;
        };
        let tests = [group.earlier, group.tests].concat();
        if group.is_negated {
            let prunes = group.prunes && !self.is_depth_first;
            self.leaves_git_out |=
                tests.iter().any(has_git_dir) || prunes && tests.iter().any(is_git_dir);
            return;
        }
        let around = self.present();
        around.tests.extend(tests);
        around.prunes |= group.prunes;
    }

    fn test(&mut self, test: Test, is_negated: bool) {
        if is_negated {
            self.leaves_git_out |= has_git_dir(&test);
        } else {
            self.present().tests.push(test);
        }
    }

    fn action(&self, command: &[String]) -> Action {
        let groups = [&self.whole].into_iter().chain(&self.groups);
        Action {
            command: command.to_vec(),
            tests: groups.flat_map(|group| group.tests.clone()).collect(),
            leaves_git_out: self.leaves_git_out,
        }
    }
}

/// Whether a test is passed by the git directory.
fn is_git_dir(test: &Test) -> bool {
    match test {
        Test::Name(pattern) => matches(pattern, ".git"),
        Test::Path(pattern) => matches(pattern, "./.git") || has_git_dir(test),
    }
}

/// Whether a test is passed by what the git directory has.
fn has_git_dir(test: &Test) -> bool {
    matches!(test, Test::Path(pattern) if matches(pattern, "./.git/hooks/pre-commit"))
}

/// What an expression does.
fn actions(expression: &[String]) -> Vec<Action> {
    let mut reader = Reader {
        is_depth_first: expression.iter().any(|word| word == "-depth"),
        ..Reader::default()
    };
    let mut found = Vec::new();
    let mut rest = expression;
    let mut is_negated = false;
    while let Some((word, after)) = rest.split_first() {
        rest = after;
        let negated = std::mem::take(&mut is_negated);
        match word.as_str() {
            "!" | "-not" => is_negated = !negated,
            "(" => reader.groups.push(Group {
                is_negated: negated,
                ..Group::default()
            }),
            ")" => reader.close(),
            "-o" | "-or" | "," => reader.next_branch(),
            "-prune" => reader.present().prunes = true,
            "-delete" => found.push(reader.action(&[])),
            "-exec" | "-execdir" | "-ok" | "-okdir" => {
                let is_end = |word: &String| word == ";" || word == "+";
                let end = rest.iter().position(is_end).unwrap_or(rest.len());
                if end > 0 {
                    found.push(reader.action(&rest[..end]));
                }
                rest = &rest[end..];
            }
            test => {
                if let Some(test) = rest.first().and_then(|pattern| Test::read(test, pattern)) {
                    reader.test(test, negated);
                    rest = &rest[1..];
                }
            }
        }
    }
    found
}

/// The hooks that check something.
pub(super) const HOOK_NAMES: [&str; 6] = [
    "commit-msg",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "prepare-commit-msg",
    "reference-transaction",
];

impl Action {
    /// The files that it is done to below these roots, as far as these can be protected: by the names and paths that
    /// are looked for, otherwise the roots themselves.
    fn files(&self, roots: &[String]) -> Vec<String> {
        let mut found = Vec::new();
        for test in &self.tests {
            match test {
                Test::Path(pattern) => {
                    found.push(pattern.clone());
                    // It looks below the root, whatever the pattern begins with.
                    if let Some(end) = pattern.strip_prefix('*') {
                        let end = end.trim_start_matches('/');
                        found.extend(roots.iter().map(|root| format!("{root}/{end}")));
                    }
                }
                Test::Name(name) => {
                    let named = roots.iter().flat_map(|root| self.named(root, name));
                    found.extend(named);
                }
            }
        }
        if found.is_empty() {
            found.extend_from_slice(roots);
        }
        found
    }

    /// The files of this name below a root.
    fn named(&self, root: &str, name: &str) -> Vec<String> {
        let mut found = vec![format!("{root}/{name}")];
        // It looks below the root, too.
        let is_hook = HOOK_NAMES.iter().any(|hook| matches(name, hook));
        let is_top = root == "." || root == "./";
        if base_name(root.trim_end_matches('/')) == ".git" && is_hook {
            found.push(format!("{root}/hooks/{name}"));
        } else if is_top && is_hook && !self.leaves_git_out && !name.starts_with(['*', '?', '[']) {
            found.push(format!("{root}/.git/hooks/{name}"));
        }
        found
    }
}
