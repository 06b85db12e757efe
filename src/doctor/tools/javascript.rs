//! `ESLint`, oxlint, `TypeScript` and Vitest.

use crate::doctor::complaint::Complaint;
use crate::doctor::config_file::{ConfigFile, Setting};
use crate::doctor::facts::{Named, Project};
use crate::doctor::installed::two_numbers;
use crate::doctor::rule::{Area, DoctorRule, Look};
use crate::doctor::tool_call::ToolCall;
use crate::model::severity::Severity;

const fn rule(
    id: &'static str,
    severity: Severity,
    finds: &'static str,
    remedy: &'static str,
    look: fn(&Project<'_>) -> Vec<Complaint>,
) -> DoctorRule {
    DoctorRule {
        id,
        area: Area::Tools,
        severity,
        finds,
        remedy,
        look: Look::Project(look),
    }
}

pub(super) const RULES: &[DoctorRule] = &[
    rule(
        "doctor.eslintrc-unread",
        Severity::Error,
        "ESLint is configured in .eslintrc alone, which version 9 and later do not read",
        "Write eslint.config.js: `npx @eslint/migrate-config .eslintrc.json` makes a first version.",
        eslintrc_unread,
    ),
    rule(
        "doctor.eslint-warnings",
        Severity::Warning,
        "rules of ESLint are set to \"warn\", and the gate has no `--max-warnings`, so nothing enforces them",
        "Add `--max-warnings 0` to the call, or set the rules to \"error\".",
        eslint_warnings,
    ),
    rule(
        "doctor.eslint-no-typescript",
        Severity::Warning,
        "the project has TypeScript files, and nothing in eslint.config.* names them, so ESLint leaves them out",
        "Add an entry with `files: [\"**/*.ts\"]` and the parser of typescript-eslint.",
        eslint_no_typescript,
    ),
    rule(
        "doctor.oxlint-warnings",
        Severity::Warning,
        "oxlint reports what it finds by default as warnings, and the gate has no `--deny-warnings`, so nothing enforces them",
        "Add `--deny-warnings` to the call, or set `categories` or rules to \"error\".",
        oxlint_warnings,
    ),
    rule(
        "doctor.tsc-references",
        Severity::Error,
        "tsconfig.json has only references, which `tsc --noEmit` does not follow, so it checks nothing",
        "Run `tsc -b --noEmit`, or `tsc -p` with the configuration that has files.",
        tsc_references,
    ),
    rule(
        "doctor.vitest-watch",
        Severity::Warning,
        "`vitest` without `run` watches files in a terminal and does not end",
        "Write `vitest run`.",
        vitest_watch,
    ),
];

/// The configuration of `ESLint` in its present form.
pub(super) fn flat_config<'f>(project: &Project<'f>) -> Option<&'f ConfigFile> {
    let endings = ["js", "mjs", "cjs", "ts", "mts", "cts"];
    match project.named("eslint") {
        Named::Nothing => endings
            .iter()
            .find_map(|ending| project.file(&format!("eslint.config.{ending}"))),
        Named::File(file) => {
            let is_program = |ending: &&&str| file.name().ends_with(&format!(".{ending}"));
            endings.iter().find(is_program).map(|_| file)
        }
        Named::Unread => None,
    }
}

/// The configurations of `ESLint` in its former form.
pub(super) fn legacy_configs<'f>(project: &Project<'f>) -> impl Iterator<Item = &'f ConfigFile> {
    let project = *project;
    let names = [
        ".eslintrc",
        ".eslintrc.js",
        ".eslintrc.cjs",
        ".eslintrc.json",
        ".eslintrc.yml",
        ".eslintrc.yaml",
    ];
    let names = names
        .into_iter()
        .filter(move |_| project.searches("eslint"));
    names.filter_map(move |name| project.file(name))
}

/// The first number of the version of a package that is installed, or else declared.
fn major(project: &Project<'_>, package: &str) -> Option<u32> {
    let first = |version: &str| version.split('.').next()?.trim().parse().ok();
    if let Some(version) = project.node_version(package) {
        return first(version);
    }
    let file = project.file("package.json")?;
    let declared = ["devDependencies", "dependencies"]
        .iter()
        .find_map(|table| file.get(&[table, package])?.text())?;
    first(declared.trim_start_matches(['^', '~', '=', 'v']))
}

fn eslintrc_unread(project: &Project<'_>) -> Vec<Complaint> {
    let is_flat = major(project, "eslint").is_some_and(|major| major >= 9);
    let by_variable = project
        .facts
        .configuration
        .values()
        .any(|file| file.text.contains("ESLINT_USE_FLAT_CONFIG"));
    if !is_flat || by_variable || flat_config(project).is_some() || !project.runs("eslint") {
        return Vec::new();
    }
    let first = legacy_configs(project).next();
    let complaint = |file: &ConfigFile| {
        Complaint::new(
            file.whole(),
            format!("ESLint 9 and later do not read {}", file.name()),
            "Write eslint.config.js.",
        )
    };
    first.map(complaint).into_iter().collect()
}

fn eslint_warnings(project: &Project<'_>) -> Vec<Complaint> {
    let config = flat_config(project).or_else(|| legacy_configs(project).next());
    let warns = |file: &&ConfigFile| {
        ["\"warn\"", "'warn'", ": warn"]
            .iter()
            .any(|word| file.text.contains(word))
    };
    let Some(config) = config.filter(warns).filter(|_| project.facts.has_gates) else {
        return Vec::new();
    };
    let tolerant = |call: &&ToolCall| !call.has(&["--max-warnings", "--quiet"]);
    let complaint = |call: &ToolCall| {
        Complaint::new(
            call.place.clone(),
            format!(
                "`{}` passes with the warnings that {} asks for",
                call.shown(),
                config.name()
            ),
            "Add `--max-warnings 0` to the call.",
        )
    };
    project
        .calls("eslint")
        .filter(tolerant)
        .map(complaint)
        .collect()
}

fn oxlint_warnings(project: &Project<'_>) -> Vec<Complaint> {
    const STRICT: [&str; 6] = [
        "--deny-warnings",
        "--max-warnings",
        "--deny",
        "-D",
        "--config",
        "-c",
    ];
    let names = [".oxlintrc.json", ".oxlintrc.jsonc"];
    let mut configs = names.into_iter().filter_map(|name| project.file(name));
    let enforces = |file: &ConfigFile| {
        ["\"error\"", "\"deny\"", "denyWarnings", "extends"]
            .iter()
            .any(|word| file.text.contains(word))
    };
    if !project.facts.has_gates || configs.any(enforces) {
        return Vec::new();
    }
    let tolerant = |call: &&ToolCall| !call.has(&STRICT);
    let complaint = |call: &ToolCall| {
        Complaint::new(
            call.place.clone(),
            format!(
                "`{}` passes with the warnings that oxlint has by default",
                call.shown()
            ),
            "Add `--deny-warnings` to the call.",
        )
    };
    let calls = project.calls("oxlint").filter(tolerant);
    calls.map(complaint).collect()
}

fn eslint_no_typescript(project: &Project<'_>) -> Vec<Complaint> {
    let Some(config) = flat_config(project).filter(|_| project.runs("eslint")) else {
        return Vec::new();
    };
    let text = config.text.to_lowercase();
    // What a configuration imports from elsewhere may name them.
    let is_own = !text.contains("import ") && !text.contains("require(")
        || text.contains("@eslint/js") && text.matches("import ").count() == 1;
    let is_named = text.contains("typescript")
        || text.contains("ts}")
        || text.contains(".ts")
        || text.contains("tseslint");
    let is_source = |file: &&std::path::Path| {
        let name = file.to_string_lossy();
        name.ends_with(".ts") && !name.ends_with(".d.ts") && !name.ends_with(".config.ts")
    };
    let source = project.files().find(is_source);
    match source {
        Some(source) if is_own && !is_named => vec![Complaint::new(
            config.whole(),
            format!(
                "ESLint leaves out {} and the like: no entry of {} names TypeScript",
                source.display(),
                config.name()
            ),
            "Add an entry with `files: [\"**/*.ts\"]` and the parser of typescript-eslint.",
        )],
        _ => Vec::new(),
    }
}

fn tsc_references(project: &Project<'_>) -> Vec<Complaint> {
    let Some(config) = project.file("tsconfig.json") else {
        return Vec::new();
    };
    let files = config.get(&["files"]);
    let is_empty = files.is_some_and(Setting::is_empty) && config.get(&["include"]).is_none();
    let Some(references) = config.get(&["references"]).filter(|_| is_empty) else {
        return Vec::new();
    };
    let in_vain = |call: &&ToolCall| {
        let builds = |word: &String| matches!(word.as_str(), "-b" | "--build");
        !call.arguments.iter().any(builds) && !call.has(&["-p", "--project"])
    };
    let complaint = |call: &ToolCall| {
        Complaint::new(
            call.place.clone(),
            format!(
                "`{}` checks nothing: tsconfig.json has only references ({})",
                call.shown(),
                references.shown()
            ),
            "Write `tsc -b --noEmit`.",
        )
    };
    let calls = project.calls("tsc").chain(project.calls("vue-tsc"));
    calls.filter(in_vain).map(complaint).collect()
}

fn vitest_watch(project: &Project<'_>) -> Vec<Complaint> {
    let watches = |call: &&ToolCall| {
        let ends = |word: &String| {
            matches!(
                word.as_str(),
                "run" | "--run" | "related" | "--watch=false" | "--no-watch" | "bench" | "list"
            )
        };
        !call.arguments.iter().any(ends)
    };
    let is_early = project
        .node_version("vitest")
        .and_then(two_numbers)
        .is_none_or(|version| version >= (0, 10));
    let complaint = |call: &ToolCall| {
        Complaint::new(
            call.place.clone(),
            format!(
                "`{}` watches files in a terminal and does not end",
                call.shown()
            ),
            "Write `vitest run`.",
        )
    };
    let calls = project.calls("vitest").filter(watches);
    calls
        .filter(|_| is_early && project.facts.has_gates)
        .map(complaint)
        .collect()
}
