//! Calls that are checks only by what stands beside them.

use super::draft::Draft;
use super::evidence::Origin;
use super::project::Project;
use crate::indirection::{RunCommand, plain};

/// `go mod tidy -diff`, which changes nothing, if the words are `go mod tidy` and git says after it what it has changed.
/// `after`: the commands that follow.
pub(super) fn compared(words: &[String], after: &[RunCommand]) -> Option<Vec<String>> {
    let tidy = ["go", "mod", "tidy"].map(str::to_owned);
    let rest = words.strip_prefix(&tidy)?;
    let looks = |command: &RunCommand| {
        let typed: Vec<&str> = command.typed.iter().map(String::as_str).collect();
        matches!(typed.as_slice(), ["git", "diff" | "status", ..])
    };
    let compares = after.iter().any(looks) && rest.iter().all(|word| word.starts_with('-'));
    let diff = "-diff".to_owned();
    compares.then(|| {
        tidy.into_iter()
            .chain([diff])
            .chain(rest.iter().cloned())
            .collect()
    })
}

/// Says in a call of `mkdocs` that warnings are failures, if the project's configuration says it.
pub(super) fn make_strict(words: &mut Vec<String>, project: &Project<'_>) {
    let texts: Vec<&str> = words.iter().map(String::as_str).collect();
    if !matches!(texts.as_slice(), ["mkdocs", "build", ..]) {
        return;
    }
    let configured = ["mkdocs.yml", "mkdocs.yaml"]
        .into_iter()
        .find_map(|name| project.text(name));
    let is_strict =
        configured.is_some_and(|text| text.lines().any(|line| line.trim_end() == "strict: true"));
    if is_strict && !texts.contains(&"--strict") {
        words.push("--strict".to_owned());
    }
}

/// Why a call of a known tool checks nothing where it stands; `None` if it checks something.
pub(super) fn no_check(draft: &Draft, project: &Project<'_>) -> Option<&'static str> {
    if rewrites_what_was_made(draft, project) {
        return Some("it lays out files that git does not track");
    }
    let documents = matches!(
        draft.checker.name,
        "mkdocs" | "sphinx" | "sphinx-linkcheck" | "vitepress"
    );
    if documents && !is_for_requests(draft, project) {
        return Some("it builds documentation");
    }
    None
}

/// Whether a call rewrites files, and those that it names in the end are not in the tree: a step before it has made them.
fn rewrites_what_was_made(draft: &Draft, project: &Project<'_>) -> bool {
    let [.., before, last] = draft.run.as_slice() else {
        return false;
    };
    let is_value = before.starts_with('-') && !draft.checker.check.with.contains(&before.as_str());
    let is_path =
        !is_value && !last.is_empty() && !last.starts_with('-') && !last.contains(['*', '{', '$']);
    let path = plain(&draft.dir.join(last));
    draft.fixes_where_it_runs && is_path && !project.has(&path) && !project.has_dir(&path)
}

/// Whether a workflow runs a gate for every pull request, and publishes nothing.
fn is_for_requests(draft: &Draft, project: &Project<'_>) -> bool {
    const PUBLISHES: [&str; 6] = [
        "deploy-pages",
        "gh-deploy",
        "gh-pages",
        "github-pages-deploy-action",
        "pages-deploy",
        "upload-pages-artifact",
    ];
    if draft.origin != Origin::Ci {
        return false;
    }
    let workflow = draft
        .places
        .first()
        .and_then(|place| project.text(&place.path));
    let text = workflow.unwrap_or_default().to_ascii_lowercase();
    let is_called = text.contains("workflow_call") || text.contains("script:");
    (text.contains("pull_request") || text.contains("merge_group") || is_called)
        && !PUBLISHES.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::indirection::{DirectoryTree, Files, resolve};

    #[test]
    fn a_call_whose_changes_are_looked_at_compares() {
        let top = tempfile::tempdir().unwrap();
        let makefile = "tidy:\n\tgo mod tidy\n\t@git diff --exit-code -- go.mod\n";
        std::fs::write(top.path().join("Makefile"), makefile).unwrap();
        for (text, expected) in [
            (
                "go mod tidy && git diff --exit-code go.mod go.sum",
                Some("go mod tidy -diff"),
            ),
            (
                "go mod tidy -v\ntest -z \"$(git status --porcelain)\"",
                Some("go mod tidy -diff -v"),
            ),
            ("make tidy", Some("go mod tidy -diff")),
            ("go mod tidy", None),
            ("git diff --exit-code && go mod tidy", None),
            ("go mod download && git diff --exit-code", None),
        ] {
            let mut tree = DirectoryTree::new(top.path());
            let resolved = resolve(text, Path::new(""), &mut Files::new(&mut tree)).unwrap();
            let commands = resolved.commands();
            let found = (0..commands.len())
                .find_map(|at| compared(&commands[at].typed, &commands[at + 1..]));
            let found = found.map(|words| words.join(" "));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
