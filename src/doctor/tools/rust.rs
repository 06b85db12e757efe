//! rustfmt and the lints of Cargo. That Clippy has to deny something, gates.toml demands itself.

use std::path::Path;

use crate::base::text::count;
use crate::doctor::complaint::Complaint;
use crate::doctor::config_file::{ConfigFile, Setting};
use crate::doctor::facts::Project;
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
        "doctor.rustfmt-unstable",
        Severity::Warning,
        "rustfmt.toml has options that only the nightly rustfmt knows, and the stable one is run",
        "Remove the options, or run `cargo +nightly fmt`.",
        unstable_options,
    ),
    rule(
        "doctor.rustfmt-edition",
        Severity::Error,
        "rustfmt is run by itself without an edition, so it takes the edition 2015",
        "Add `--edition` to the call, or set `edition` in rustfmt.toml.",
        edition,
    ),
    rule(
        "doctor.workspace-lints",
        Severity::Note,
        "[workspace.lints] is in Cargo.toml, and a member does not inherit it, so it has no effect there",
        "Add `[lints]` with `workspace = true` to the member.",
        workspace_lints,
    ),
];

/// The options of rustfmt 1.8 that are stable.
const STABLE: [&str; 30] = [
    "array_width",
    "attr_fn_like_width",
    "chain_width",
    "disable_all_formatting",
    "edition",
    "fn_args_layout",
    "fn_call_width",
    "fn_params_layout",
    "force_explicit_abi",
    "hard_tabs",
    "match_arm_leading_pipes",
    "match_block_trailing_comma",
    "max_width",
    "merge_derives",
    "newline_style",
    "print_misformatted_file_names",
    "remove_nested_parens",
    "reorder_imports",
    "reorder_modules",
    "short_array_element_width_threshold",
    "single_line_if_else_max_width",
    "single_line_let_else_max_width",
    "struct_lit_width",
    "struct_variant_width",
    "style_edition",
    "tab_spaces",
    "use_field_init_shorthand",
    "use_small_heuristics",
    "use_try_shorthand",
    "version",
];

fn rustfmt_file<'f>(project: &Project<'f>) -> Option<&'f ConfigFile> {
    project
        .file(".rustfmt.toml")
        .or_else(|| project.file("rustfmt.toml"))
}

fn is_nightly(project: &Project<'_>) -> bool {
    let files = ["rust-toolchain", "rust-toolchain.toml"];
    let mut files = files.iter().filter_map(|name| project.file(name));
    files.any(|file| file.text.contains("nightly"))
}

fn unstable_options(project: &Project<'_>) -> Vec<Complaint> {
    let options = rustfmt_file(project).and_then(|file| file.get(&[]));
    let is_read = project.searches("rustfmt") && !is_nightly(project);
    let Some(options) = options.filter(|_| is_read) else {
        return Vec::new();
    };
    let is_stable = |call: &&ToolCall| !call.typed.iter().any(|word| word.starts_with("+nightly"));
    // The options are ignored with a warning; where nightly is run as well, they are meant for it.
    let mut calls = project.calls("rustfmt");
    let all_stable = project.calls("rustfmt").all(|call| is_stable(&call));
    let Some(call) = calls.next().filter(|_| all_stable) else {
        return Vec::new();
    };
    let mut unstable = options.keys().filter(|(key, _)| !STABLE.contains(key));
    let Some((key, setting)) = unstable.next() else {
        return Vec::new();
    };
    vec![Complaint::new(
        setting.place(),
        format!(
            "`{}` ignores `{key}`, which only the nightly rustfmt knows",
            call.shown()
        ),
        "Remove the option, or run `cargo +nightly fmt`.",
    )]
}

fn edition(project: &Project<'_>) -> Vec<Complaint> {
    let configured = rustfmt_file(project).and_then(|file| file.get(&["edition"]));
    let cargo = project.file("Cargo.toml");
    let declared = cargo.and_then(|file| {
        file.get(&["package", "edition"])
            .or_else(|| file.get(&["workspace", "package", "edition"]))
    });
    let edition = declared.and_then(Setting::text);
    let Some(edition) = edition.filter(|edition| *edition != "2015" && configured.is_none()) else {
        return Vec::new();
    };
    let is_bare = |call: &&ToolCall| {
        let programs = call
            .typed
            .iter()
            .map(|word| word.rsplit('/').next().unwrap_or(word));
        let is_rustfmt = programs.clone().any(|word| word == "rustfmt");
        let by_cargo = programs.clone().any(|word| word == "cargo");
        is_rustfmt && !by_cargo && !call.has(&["--edition"])
    };
    let complaint = |call: &ToolCall| {
        Complaint::new(
            call.place.clone(),
            format!(
                "`{}` takes the edition 2015, but Cargo.toml has {edition}",
                call.shown()
            ),
            format!("Add `--edition {edition}` to the call."),
        )
    };
    project
        .calls("rustfmt")
        .filter(is_bare)
        .map(complaint)
        .collect()
}

fn workspace_lints(project: &Project<'_>) -> Vec<Complaint> {
    let Some(root) = project.file("Cargo.toml") else {
        return Vec::new();
    };
    let Some(lints) = root.get(&["workspace", "lints"]) else {
        return Vec::new();
    };
    let members = root.get(&["workspace", "members"]);
    let members = members.map(Setting::list).unwrap_or_default();
    let is_member = |file: &&ConfigFile| {
        let Some(dir) = file
            .path
            .parent()
            .and_then(|dir| dir.strip_prefix(project.dir).ok())
        else {
            return false;
        };
        let is_named = |member: &String| {
            let pattern = globset::Glob::new(member.trim_end_matches('/'));
            pattern.is_ok_and(|pattern| pattern.compile_matcher().is_match(dir))
        };
        let is_root = dir.as_os_str().is_empty() && file.get(&["package"]).is_some();
        is_root || members.iter().any(is_named)
    };
    let files = project.facts.configuration.values();
    let manifests = files
        .filter(|file| file.name() == "Cargo.toml")
        .filter(is_member);
    let inherits = |file: &&ConfigFile| file.get(&["lints"]).is_some();
    let without: Vec<&ConfigFile> = manifests
        .filter(|file| file.get(&["package"]).is_some())
        .filter(|file| !inherits(file) && !is_example(&file.path))
        .collect();
    let Some(first) = without.first() else {
        return Vec::new();
    };
    let others = match without.len() {
        1 => String::new(),
        number => format!("; the same holds for {}", count(number - 1, "other member")),
    };
    let place = first.get(&["package"]).map(Setting::place);
    vec![Complaint::new(
        place.unwrap_or_else(|| first.whole()),
        format!(
            "this package does not inherit [workspace.lints] ({}){others}",
            lints.shown()
        ),
        "Add `[lints]` with `workspace = true`.",
    )]
}

/// Whether a package is there to be looked at or measured: it may be left out on purpose.
fn is_example(manifest: &Path) -> bool {
    let mut names = manifest.iter().filter_map(|name| name.to_str());
    names.any(|name| matches!(name, "examples" | "benches" | "fuzz" | "xtask"))
}
