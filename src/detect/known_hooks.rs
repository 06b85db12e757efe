//! The hooks that repositories publish for tools, by their ids in pre-commit's file.

/// The tool of a hook: the words of a call, and whether it is right to hand it files.
pub(super) struct KnownHook {
    /// Its ids.
    ids: &'static [&'static str],
    /// The call, without the arguments.
    call: &'static [&'static str],
    /// The arguments, unless the project sets others.
    arguments: &'static [&'static str],
    /// Whether a verdict over the changed files alone is right.
    takes_files: bool,
}

const fn hook(ids: &'static [&'static str], call: &'static [&'static str]) -> KnownHook {
    KnownHook {
        ids,
        call,
        arguments: &[],
        takes_files: true,
    }
}

const fn project_hook(ids: &'static [&'static str], call: &'static [&'static str]) -> KnownHook {
    KnownHook {
        takes_files: false,
        ..hook(ids, call)
    }
}

/// Hooks of the repositories that publish them for a tool.
const KNOWN: &[KnownHook] = &[
    hook(&["ruff", "ruff-check"], &["ruff", "check"]),
    hook(&["ruff-format"], &["ruff", "format"]),
    hook(&["black", "black-jupyter"], &["black"]),
    hook(&["isort"], &["isort"]),
    hook(&["flake8"], &["flake8"]),
    hook(&["yapf"], &["yapf"]),
    hook(&["autopep8"], &["autopep8"]),
    hook(&["autoflake"], &["autoflake"]),
    hook(&["docformatter"], &["docformatter"]),
    hook(&["bandit"], &["bandit"]),
    hook(&["pydocstyle"], &["pydocstyle"]),
    hook(&["pycln"], &["pycln"]),
    hook(&["pydoclint"], &["pydoclint"]),
    hook(&["rstcheck"], &["rstcheck"]),
    hook(&["doc8"], &["doc8"]),
    hook(&["sphinx-lint"], &["sphinx-lint"]),
    hook(&["rustfmt"], &["rustfmt"]),
    project_hook(&["slotscheck"], &["slotscheck"]),
    project_hook(&["uv-lock"], &["uv", "lock", "--check"]),
    project_hook(&["poetry-check"], &["poetry", "check"]),
    project_hook(&["check-manifest"], &["check-manifest"]),
    project_hook(&["mypy"], &["mypy"]),
    project_hook(&["pyright"], &["pyright"]),
    project_hook(&["basedpyright"], &["basedpyright"]),
    project_hook(&["ty", "ty-check"], &["ty", "check"]),
    project_hook(&["pylint"], &["pylint"]),
    project_hook(&["vulture"], &["vulture"]),
    project_hook(&["interrogate"], &["interrogate"]),
    hook(&["codespell"], &["codespell"]),
    hook(&["typos"], &["typos"]),
    hook(&["prettier"], &["prettier"]),
    hook(&["eslint"], &["eslint"]),
    project_hook(&["biome-check"], &["biome", "check"]),
    project_hook(&["biome-ci"], &["biome", "ci"]),
    project_hook(&["biome-lint"], &["biome", "lint"]),
    project_hook(&["biome-format"], &["biome", "format"]),
    hook(&["oxlint"], &["oxlint"]),
    hook(&["markdownlint"], &["markdownlint"]),
    hook(&["markdownlint-cli2"], &["markdownlint-cli2"]),
    hook(&["yamllint"], &["yamllint"]),
    hook(&["shellcheck"], &["shellcheck"]),
    hook(&["shfmt"], &["shfmt"]),
    hook(&["taplo-format"], &["taplo", "format"]),
    project_hook(&["zizmor"], &["zizmor", "."]),
    project_hook(
        &["actionlint", "actionlint-system", "actionlint-docker"],
        &["actionlint"],
    ),
    project_hook(&["fmt"], &["cargo", "fmt"]),
    project_hook(&["clippy"], &["cargo", "clippy"]),
    project_hook(&["cargo-check"], &["cargo", "check"]),
    project_hook(
        &["golangci-lint", "golangci-lint-full", "golangci-lint-mod"],
        &["golangci-lint", "run"],
    ),
    hook(&["go-fmt", "gofmt"], &["gofmt"]),
    project_hook(&["go-vet", "go-vet-mod"], &["go", "vet", "./..."]),
    project_hook(&["gitleaks"], &["gitleaks", "git", "--pre-commit"]),
    project_hook(&["reuse"], &["reuse", "lint"]),
    project_hook(
        &["validate-pyproject"],
        &["validate-pyproject", "pyproject.toml"],
    ),
    project_hook(&["deptry"], &["deptry", "."]),
    project_hook(&["import-linter"], &["lint-imports"]),
    project_hook(&["dprint"], &["dprint", "check"]),
    project_hook(&["reuse-lint-file"], &["reuse", "lint-file"]),
    KnownHook {
        arguments: &["-d", "--min=10", "."],
        ..project_hook(&["pyroma"], &["pyroma"])
    },
    project_hook(&["pyprojectsort"], &["pyprojectsort"]),
    hook(&["zimports"], &["zimports"]),
    hook(&["pretty-format-ini"], &["pretty-format-ini"]),
    hook(&["pretty-format-toml"], &["pretty-format-toml"]),
    hook(&["pretty-format-yaml"], &["pretty-format-yaml"]),
];

/// Arguments that mirrors-mypy passes unless the project sets others.
const MYPY_ARGUMENTS: [&str; 2] = ["--ignore-missing-imports", "--scripts-are-modules"];

/// The words of a hook's call, and whether a verdict over the changed files alone is right; `None` if the hook is
/// not known. `own`: the arguments that the project sets.
#[must_use]
pub(super) fn words_of_known(id: &str, own: Option<Vec<String>>) -> Option<(Vec<String>, bool)> {
    let known = KNOWN.iter().find(|known| known.ids.contains(&id))?;
    let mut words: Vec<String> = known.call.iter().map(|&word| word.to_owned()).collect();
    match own {
        Some(own) => words.extend(own),
        None if id == "mypy" => words.extend(MYPY_ARGUMENTS.map(str::to_owned)),
        None => words.extend(known.arguments.iter().map(|&word| word.to_owned())),
    }
    Some((words, known.takes_files))
}

/// A hook of which only a translation makes a gate: its program is not one of our tools.
pub(super) struct OtherHook {
    /// Its ids.
    pub(super) ids: &'static [&'static str],
    /// The call, without the arguments.
    pub(super) call: &'static [&'static str],
    /// The types of the files that it is handed, as pre-commit names them.
    pub(super) types: &'static [&'static str],
    /// Globs of the files that it is handed, if their names are fixed.
    pub(super) files: &'static [&'static str],
    /// Whether it is handed files.
    pub(super) takes_files: bool,
    /// Whether it rewrites them.
    pub(super) rewrites: bool,
}

const fn other(
    ids: &'static [&'static str],
    call: &'static [&'static str],
    types: &'static [&'static str],
) -> OtherHook {
    OtherHook {
        ids,
        call,
        types,
        files: &[],
        takes_files: true,
        rewrites: false,
    }
}

const fn rewriting(ids: &'static [&'static str], types: &'static [&'static str]) -> OtherHook {
    OtherHook {
        rewrites: true,
        ..other(ids, ids, types)
    }
}

const fn other_project(ids: &'static [&'static str], call: &'static [&'static str]) -> OtherHook {
    OtherHook {
        takes_files: false,
        ..other(ids, call, &[])
    }
}

/// A hook of check-jsonschema, which has a schema of its own for each kind of file.
const fn schema(
    ids: &'static [&'static str],
    call: &'static [&'static str],
    files: &'static [&'static str],
) -> OtherHook {
    OtherHook {
        files,
        ..other(ids, call, &[])
    }
}

/// Such hooks, from the files in which their repositories declare them.
const OTHERS: &[OtherHook] = &[
    rewriting(&["pyupgrade"], &["python"]),
    rewriting(&["django-upgrade"], &["python"]),
    rewriting(&["add-trailing-comma"], &["python"]),
    rewriting(&["blacken-docs"], &["rst", "markdown", "python"]),
    rewriting(&["flynt"], &["python"]),
    rewriting(&["ssort"], &["python"]),
    rewriting(&["absolufy-imports"], &["python"]),
    rewriting(&["pycln"], &["python"]),
    other(&["mdformat"], &["mdformat", "--check"], &["markdown"]),
    other(&["doc8"], &["doc8"], &["rst"]),
    other(&["rstcheck"], &["rstcheck"], &["rst"]),
    other(&["sphinx-lint"], &["sphinx-lint"], &["rst"]),
    other(
        &["docstrfmt"],
        &["docstrfmt", "--check"],
        &["rst", "python"],
    ),
    other(
        &["pyproject-fmt"],
        &["pyproject-fmt", "--check"],
        &["pyproject"],
    ),
    other(&["tox-toml-fmt"], &["tox-toml-fmt", "--check"], &["toml"]),
    rewriting(&["pydocstringformatter"], &["python"]),
    rewriting(&["tox-ini-fmt"], &["ini"]),
    rewriting(&["setup-cfg-fmt"], &["ini"]),
    other(&["nbstripout"], &["nbstripout", "--verify"], &["jupyter"]),
    other(&["yamlfmt"], &["yamlfmt", "-lint"], &["yaml"]),
    other(&["hadolint"], &["hadolint"], &["dockerfile"]),
    other(&["stylelint"], &["stylelint"], &["css", "scss", "less"]),
    other(&["rubocop"], &["rubocop", "--force-exclusion"], &["ruby"]),
    other(
        &["clang-format"],
        &["clang-format", "--dry-run", "--Werror"],
        &["c", "c++"],
    ),
    other(&["cmake-format"], &["cmake-format", "--check"], &["cmake"]),
    other(&["cmake-lint"], &["cmake-lint"], &["cmake"]),
    other(
        &["djlint-django", "djlint-jinja"],
        &["djlint"],
        &["html", "jinja"],
    ),
    other(&["sqlfluff-lint"], &["sqlfluff", "lint"], &["sql"]),
    other(
        &["terraform_fmt"],
        &["terraform", "fmt", "-check"],
        &["terraform"],
    ),
    other(&["detect-secrets"], &["detect-secrets-hook"], &["text"]),
    other(
        &["check-jsonschema"],
        &["check-jsonschema"],
        &["json", "yaml", "toml"],
    ),
    other(&["gofumpt"], &["gofumpt", "-l"], &["go"]),
    rewriting(&["reorder-python-imports"], &["python"]),
    rewriting(&["yesqa"], &["python"]),
    other_project(&["check-sdist"], &["check-sdist"]),
    other_project(&["check-manifest"], &["check-manifest"]),
    other_project(&["uv-lock"], &["uv", "lock", "--check"]),
    other_project(&["poetry-check"], &["poetry", "check"]),
    other_project(&["editorconfig-checker"], &["editorconfig-checker"]),
    other_project(&["pip-audit"], &["pip-audit"]),
    other_project(&["cargo-deny"], &["cargo", "deny", "check"]),
    other_project(&["typos-src"], &["typos"]),
    other_project(&["terraform_validate"], &["terraform", "validate"]),
    other_project(&["nixfmt"], &["nixfmt", "--check"]),
    schema(
        &["check-github-workflows"],
        &[
            "check-jsonschema",
            "--builtin-schema",
            "vendor.github-workflows",
        ],
        &[".github/workflows/*.{yml,yaml}"],
    ),
    schema(
        &["check-github-actions"],
        &[
            "check-jsonschema",
            "--builtin-schema",
            "vendor.github-actions",
        ],
        &["action.{yml,yaml}", ".github/actions/**/action.{yml,yaml}"],
    ),
    schema(
        &["check-dependabot"],
        &["check-jsonschema", "--builtin-schema", "vendor.dependabot"],
        &[".github/dependabot.{yml,yaml}"],
    ),
    schema(
        &["check-readthedocs"],
        &["check-jsonschema", "--builtin-schema", "vendor.readthedocs"],
        &[".readthedocs.{yml,yaml}"],
    ),
    schema(
        &["check-gitlab-ci"],
        &["check-jsonschema", "--builtin-schema", "vendor.gitlab-ci"],
        &[".gitlab-ci.yml"],
    ),
    schema(
        &["check-renovate"],
        &["check-jsonschema", "--builtin-schema", "vendor.renovate"],
        &["renovate.{json,json5}", ".github/renovate.{json,json5}"],
    ),
];

/// A hook of which only a translation makes a gate.
#[must_use]
pub(super) fn other_hook(id: &str) -> Option<&'static OtherHook> {
    OTHERS.iter().find(|other| other.ids.contains(&id))
}
