//! Actions that run a tool, each as the command that it amounts to.

use std::collections::BTreeMap;

use super::evidence::UNKNOWN;

/// What an action means for the checks of a project.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// It runs a command of this kind.
    Runs(Vec<String>),
    /// It checks the project, in a way that cannot be repeated here.
    Remote(&'static str),
    /// It checks nothing: it sets something up, or publishes something.
    Nothing,
}

/// An action that runs a tool.
struct KnownAction {
    /// Its owner and name.
    name: &'static str,
    /// The command.
    command: &'static [&'static str],
    /// The inputs that are put after the command as they are, split into words, each with its default.
    inputs: &'static [(&'static str, &'static str)],
    /// The inputs that are the values of options, each with its option. A switch is one whose value is `true`.
    options: &'static [(&'static str, &'static str)],
}

const KNOWN: &[KnownAction] = &[
    known(
        "golangci/golangci-lint-action",
        &["golangci-lint", "run"],
        &[("args", "")],
    ),
    known(
        "pre-commit/action",
        &["pre-commit", "run"],
        &[("extra_args", "--all-files")],
    ),
    known(
        "j178/prek-action",
        &["prek", "run"],
        &[("extra_args", "--all-files")],
    ),
    known("pre-commit-ci/lite-action", &[], &[]),
    known(
        "astral-sh/ruff-action",
        &["ruff"],
        &[("args", "check"), ("src", "")],
    ),
    known(
        "chartboost/ruff-action",
        &["ruff"],
        &[("args", "check"), ("src", ".")],
    ),
    known(
        "psf/black",
        &["black"],
        &[("options", "--check --diff"), ("src", ".")],
    ),
    known(
        "isort/isort-action",
        &["isort"],
        &[
            ("configuration", "--check-only --diff"),
            ("sort-paths", "."),
        ],
    ),
    known(
        "py-actions/flake8",
        &["flake8"],
        &[("args", ""), ("path", ".")],
    ),
    known(
        "jakebailey/pyright-action",
        &["pyright"],
        &[("extra-args", "")],
    ),
    known("tsuyoshicho/action-mypy", &["mypy"], &[("target", ".")]),
    known("crate-ci/typos", &["typos"], &[("files", "")]),
    known(
        "EmbarkStudios/cargo-deny-action",
        &["cargo", "deny"],
        &[("arguments", "--all-features"), ("command", "check")],
    ),
    known(
        "actions-rs/cargo",
        &["cargo"],
        &[("command", ""), ("args", "")],
    ),
    known(
        "actions-rs/clippy-check",
        &["cargo", "clippy"],
        &[("args", "")],
    ),
    known(
        "giraffate/clippy-action",
        &["cargo", "clippy"],
        &[("clippy_flags", "")],
    ),
    known("rustsec/audit-check", &["cargo", "audit"], &[]),
    known("actions-rs/audit-check", &["cargo", "audit"], &[]),
    known(
        "actions-rust-lang/rustfmt",
        &["cargo", "fmt", "--all", "--check"],
        &[],
    ),
    known(
        "obi1kenobi/cargo-semver-checks-action",
        &["cargo", "semver-checks"],
        &[],
    ),
    known("bnjbvr/cargo-machete", &["cargo", "machete"], &[]),
    known(
        "codespell-project/actions-codespell",
        &["codespell"],
        &[("path", "")],
    ),
    known("zizmorcore/zizmor-action", &["zizmor"], &[("inputs", ".")]),
    known("woodruffw/zizmor-action", &["zizmor"], &[("inputs", ".")]),
    known(
        "raven-actions/actionlint",
        &["actionlint"],
        &[("flags", "")],
    ),
    known("rhysd/actionlint", &["actionlint"], &[]),
    known("reviewdog/action-actionlint", &["actionlint"], &[]),
    known("ludeeus/action-shellcheck", &["shellcheck"], &[]),
    known(
        "streetsidesoftware/cspell-action",
        &["cspell"],
        &[("files", ".")],
    ),
    known(
        "DavidAnson/markdownlint-cli2-action",
        &["markdownlint-cli2"],
        &[("globs", "*.{md,markdown}")],
    ),
    known("fsfe/reuse-action", &["reuse", "lint"], &[]),
    known(
        "pypa/gh-action-pip-audit",
        &["pip-audit"],
        &[("inputs", "")],
    ),
    known("gitleaks/gitleaks-action", &["gitleaks", "git"], &[]),
    known(
        "golang/govulncheck-action",
        &["govulncheck"],
        &[("go-package", "./...")],
    ),
    known(
        "dominikh/staticcheck-action",
        &["staticcheck", "./..."],
        &[],
    ),
    known("securego/gosec", &["gosec"], &[("args", "./...")]),
    known("dprint/check", &["dprint", "check"], &[]),
    known(
        "ibiqlik/action-yamllint",
        &["yamllint"],
        &[("file_or_dir", ".")],
    ),
    known(
        "creyD/prettier_action",
        &["prettier"],
        &[("prettier_options", "--check .")],
    ),
    known(
        "tox-dev/action-pre-commit-uv",
        &["pre-commit", "run"],
        &[("extra_args", "--all-files")],
    ),
    known("denoland/deno-lint", &["deno", "lint"], &[]),
    known(
        "lycheeverse/lychee-action",
        &["lychee"],
        &[(
            "args",
            "--verbose --no-progress './**/*.md' './**/*.html' './**/*.rst'",
        )],
    ),
    KnownAction {
        options: &[
            ("severity", "--severity"),
            ("scanners", "--scanners"),
            ("skip-dirs", "--skip-dirs"),
            ("skip-files", "--skip-files"),
            ("trivyignores", "--ignorefile"),
            ("ignore-unfixed", "--ignore-unfixed"),
            ("exit-code", "--exit-code"),
        ],
        ..known(
            "aquasecurity/trivy-action",
            &["trivy"],
            &[("scan-type", "image"), ("scan-ref", ".")],
        )
    },
];

const fn known(
    name: &'static str,
    command: &'static [&'static str],
    inputs: &'static [(&'static str, &'static str)],
) -> KnownAction {
    KnownAction {
        name,
        command,
        inputs,
        options: &[],
    }
}

/// Actions that check a project in a way that only works in CI.
const REMOTE: &[&str] = &[
    "github/codeql-action/analyze",
    "SonarSource/",
    "snyk/actions",
    "CodSpeedHQ/action",
    "actions/dependency-review-action",
    "semgrep/semgrep-action",
    "returntocorp/semgrep-action",
    "super-linter/super-linter",
    "github/super-linter",
    "oxsecurity/megalinter",
    "reviewdog/",
    "trunk-io/trunk-action",
    "ossf/scorecard-action",
];

/// What an action does, by its name (`owner/name@version`) and the inputs that it gets.
pub(super) fn meaning(uses: &str, inputs: &BTreeMap<String, String>) -> Meaning {
    let name = uses.split('@').next().unwrap_or(uses);
    let action = KNOWN
        .iter()
        .find(|action| name.eq_ignore_ascii_case(action.name));
    if let Some(action) = action {
        if action.command.is_empty() {
            return Meaning::Nothing;
        }
        let mut words: Vec<String> = action.command.iter().map(|&word| word.to_owned()).collect();
        for (input, default) in action.inputs {
            let value = inputs.get(*input).map_or(*default, String::as_str);
            let value = if value.contains(UNKNOWN) {
                default
            } else {
                value
            };
            words.extend(shell_words::split(value).unwrap_or_default());
        }
        for (input, option) in action.options {
            let value = inputs.get(*input).filter(|value| !value.contains(UNKNOWN));
            match value.map_or("", String::as_str) {
                "" | "false" => {}
                "true" => words.push((*option).to_owned()),
                value => words.push(format!("{option}={value}")),
            }
        }
        return Meaning::Runs(words);
    }
    let is_remote = |known: &&str| {
        name.get(..known.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(known))
    };
    if REMOTE.iter().any(is_remote) {
        return Meaning::Remote("it is a service, not a command that can be run here");
    }
    Meaning::Nothing
}

/// What a workflow in another repository runs, as far as its name tells.
pub(super) fn workflow(uses: &str) -> Option<Vec<String>> {
    let file = uses.split('@').next()?.rsplit('/').next()?;
    let words: &[&str] = match file {
        "tox.yml" | "tox.yaml" => &["tox"],
        "pre-commit.yml" | "pre-commit.yaml" => &["pre-commit", "run", "--all-files"],
        _ => return None,
    };
    Some(words.iter().map(|&word| word.to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(uses: &str, inputs: &[(&str, &str)]) -> String {
        let inputs = inputs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        match meaning(uses, &inputs) {
            Meaning::Runs(words) => words.join(" "),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn actions_are_commands_with_their_inputs() {
        assert_eq!(runs("astral-sh/ruff-action@v3", &[]), "ruff check");
        assert_eq!(
            runs("astral-sh/ruff-action@v3", &[("args", "format --check")]),
            "ruff format --check"
        );
        assert_eq!(
            runs(
                "golangci/golangci-lint-action@v8",
                &[("args", "--timeout=5m")]
            ),
            "golangci-lint run --timeout=5m"
        );
        assert_eq!(
            runs(
                "aquasecurity/trivy-action@0.36.0",
                &[
                    ("scan-type", "fs"),
                    ("severity", "HIGH"),
                    ("ignore-unfixed", "true"),
                    ("exit-code", "1"),
                ]
            ),
            "trivy fs . --severity=HIGH --ignore-unfixed --exit-code=1"
        );
        assert_eq!(runs("actions/checkout@v4", &[]), "Nothing");
    }
}
