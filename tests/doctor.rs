//! `doctor` finds what is wrong with a set-up: each rule in a small project, and not in the corrected one.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::symlink;

use gatekeeper::internals::doctor_ids;
use insta::assert_snapshot;
use serde::Deserialize;
use serde_json::Value;

use crate::sandbox::{Done, Sandbox, finish};

/// A project in which a rule finds something, and what corrects it.
#[derive(Deserialize)]
struct Case {
    rule: String,
    /// The files, by their paths.
    files: BTreeMap<String, String>,
    /// The files that are other in the corrected project; an empty text takes the file away.
    #[serde(default)]
    corrected: BTreeMap<String, String>,
    /// The place of the finding.
    at: String,
    /// Words of the message.
    says: String,
    /// Packages in `.venv`, with their versions.
    #[serde(default)]
    installed: BTreeMap<String, String>,
    /// The packages that are other in the corrected project.
    #[serde(default)]
    corrected_installed: BTreeMap<String, String>,
    /// Whether `--fix` corrects the project.
    #[serde(default)]
    is_fixed: bool,
}

#[derive(Deserialize)]
struct Table {
    case: Vec<Case>,
}

fn cases() -> Vec<Case> {
    let table: Table = toml::from_str(include_str!("doctor.toml")).unwrap();
    table.case
}

/// Makes a project, and lets git track it.
fn project(files: &BTreeMap<String, String>, installed: &BTreeMap<String, String>) -> Sandbox {
    let sandbox = Sandbox::new();
    for (path, text) in files {
        sandbox.write(path, text);
    }
    sandbox.git(&["add", "."]);
    install(&sandbox, installed);
    sandbox
}

/// Leaves what an installer leaves of packages.
fn install(sandbox: &Sandbox, installed: &BTreeMap<String, String>) {
    if installed.is_empty() {
        return;
    }
    sandbox.write(".venv/pyvenv.cfg", "version = 3.12.1\n");
    for (package, version) in installed {
        let dir = format!(".venv/lib/python3.12/site-packages/{package}-{version}.dist-info");
        sandbox.write(format!("{dir}/METADATA"), "");
    }
}

fn findings(done: &Done) -> Vec<Value> {
    let report: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|_| panic!("{done:?}"));
    report["findings"].as_array().unwrap().clone()
}

fn look(sandbox: &Sandbox) -> Vec<Value> {
    findings(&sandbox.gatekeeper(&["doctor", "--format", "json"]))
}

fn of<'f>(found: &'f [Value], rule: &str) -> Vec<&'f Value> {
    found.iter().filter(|one| one["rule"] == rule).collect()
}

#[test]
fn each_rule_finds_its_project_and_is_silent_about_the_corrected_one() {
    for case in cases() {
        let sandbox = project(&case.files, &case.installed);
        let found = look(&sandbox);
        let ours = of(&found, &case.rule);
        let Some(first) = ours.first() else {
            panic!("{} finds nothing: {found:#?}", case.rule);
        };
        let line = first["line"].as_u64().map(|line| format!(":{line}"));
        let place =
            first["path"].as_str().unwrap_or_default().to_owned() + &line.unwrap_or_default();
        assert_eq!(place, case.at, "{}: {first:#}", case.rule);
        let message = first["message"].as_str().unwrap();
        assert!(message.contains(&case.says), "{}: {message}", case.rule);

        if case.is_fixed {
            sandbox.gatekeeper(&["doctor", "--fix"]);
            let found = look(&sandbox);
            assert_eq!(of(&found, &case.rule), Vec::<&Value>::new(), "after --fix");
            let again = sandbox.gatekeeper(&["doctor", "--fix"]);
            assert!(!again.stdout.contains("+++"), "{}: {again:?}", case.rule);
            for (path, text) in &case.files {
                let comments = |text: &str| text.matches('#').count();
                let kept = comments(&sandbox.read(path)) >= comments(text);
                assert!(kept, "{}: a comment of {path} is gone", case.rule);
            }
        } else {
            assert!(first["edit"].is_null(), "{}: {first:#}", case.rule);
        }

        let mut files = case.files;
        files.extend(case.corrected);
        files.retain(|_, text| !text.is_empty());
        let mut installed = case.installed;
        installed.extend(case.corrected_installed);
        installed.retain(|_, version| !version.is_empty());
        let found = look(&project(&files, &installed));
        assert_eq!(
            of(&found, &case.rule),
            Vec::<&Value>::new(),
            "{}",
            case.rule
        );
    }
}

/// Rules that the tests of this file show by themselves: they are about git and the machine.
const ELSEWHERE: [&str; 23] = [
    "doctor.agent-guard-missing",
    "doctor.agent-guard-off",
    "doctor.agent-guard-outdated",
    "doctor.agent-guard-untrusted",
    "doctor.dead-environment",
    "doctor.full-disk",
    "doctor.gate-fast",
    "doctor.gate-stale",
    "doctor.gates-toml",
    "doctor.git-configured-hooks",
    "doctor.git-version",
    "doctor.hooks-absent",
    "doctor.hooks-broken",
    "doctor.hooks-of-work-tree",
    "doctor.large-cache",
    "doctor.led-away",
    "doctor.low-disk",
    "doctor.mypy-python-version",
    "doctor.no-overlay",
    "doctor.other-manager",
    "doctor.program-hidden",
    "doctor.program-missing",
    "doctor.records",
];

#[test]
fn every_rule_has_a_case() {
    let covered: BTreeSet<String> = cases().into_iter().map(|case| case.rule).collect();
    for id in doctor_ids() {
        let is_covered = covered.contains(id) || ELSEWHERE.contains(&id);
        assert!(is_covered, "tests/doctor.toml has no case for {id}");
    }
}

/// The tools of a project agree with each other.
#[test]
fn black_isort_flake8_and_mypy_that_agree_are_no_conflict() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "pyproject.toml",
        "[project]\nname = \"a\"\nrequires-python = \">=3.9\"\n[tool.black]\nline-length = 88\n\
         target-version = [\"py39\"]\n[tool.isort]\nprofile = \"black\"\n[tool.mypy]\n\
         python_version = \"3.9\"\nfiles = [\"src\"]\n[tool.ruff]\nline-length = 88\n\
         [tool.ruff.lint]\nselect = [\"E\", \"F\"]\n[tool.pytest.ini_options]\naddopts = \"-q\"\n",
    );
    sandbox.write(
        ".flake8",
        "[flake8]\nmax-line-length = 88\n# black\nextend-ignore = E203,W503\n",
    );
    sandbox.write(
        "gates.toml",
        "[gates.format]\nrun = \"black --check .\"\n[gates.imports]\nrun = \"isort --check .\"\n\
         [gates.lint]\nrun = \"flake8 src\"\n[gates.ruff]\nrun = \"ruff check .\"\n\
         [gates.typecheck]\nrun = \"mypy\"\n[gates.test]\nrun = \"pytest\"\n",
    );
    sandbox.git(&["add", "."]);
    let all = look(&sandbox);
    let tools = ["hooks-absent", "program-missing", "git-configured-hooks"];
    let conflicts: Vec<&Value> = all
        .iter()
        .filter(|one| {
            !tools
                .iter()
                .any(|rule| one["rule"] == format!("doctor.{rule}"))
        })
        .collect();
    assert_eq!(conflicts, Vec::<&Value>::new());
}

/// A project with two mistakes, of which one can be corrected without a doubt.
fn two_mistakes() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("pytest.ini", "");
    sandbox.write(
        "setup.cfg",
        "[metadata]\nname = a\n\n[tool:mypy]\nstrict = true\n",
    );
    sandbox.write(
        "pyproject.toml",
        "[tool.pytest.ini_options]\naddopts = \"-q\"\n",
    );
    sandbox.git(&["add", "."]);
    sandbox
}

#[test]
fn what_is_found_is_shown_with_the_place_and_what_to_do() {
    let sandbox = two_mistakes();
    assert_snapshot!(sandbox.gatekeeper(&["doctor"]).expect(1), @"
    stdout:
    error[doctor.shadowed.pytest]: [tool.pytest.ini_options] in pyproject.toml has no effect: pytest reads pytest.ini and nothing else
      --> pyproject.toml:1
      help: Move its settings to pytest.ini, and remove [tool.pytest.ini_options] in pyproject.toml.

    error[doctor.mypy-section]: the section [tool:mypy] is called [mypy] in setup.cfg; it has no effect
      --> setup.cfg:4
      help: Rename it to [mypy].

    2 errors
    next: `gatekeeper doctor --fix` makes 1 safe edit
    `gatekeeper explain doctor.shadowed.pytest` explains a rule
    ");
}

#[test]
fn safe_edits_are_made_and_shown() {
    let sandbox = two_mistakes();
    assert_snapshot!(sandbox.gatekeeper(&["doctor", "--fix"]).expect(1), @"
    stdout:
    --- a/setup.cfg
    +++ b/setup.cfg
    @@ -1,5 +1,5 @@
     [metadata]
     name = a

    -[tool:mypy]
    +[mypy]
     strict = true
    error[doctor.shadowed.pytest]: [tool.pytest.ini_options] in pyproject.toml has no effect: pytest reads pytest.ini and nothing else
      --> pyproject.toml:1
      help: Move its settings to pytest.ini, and remove [tool.pytest.ini_options] in pyproject.toml.

    1 error
    `gatekeeper explain doctor.shadowed.pytest` explains a rule
    ");
    let fixed = sandbox.read("setup.cfg");
    assert_eq!(fixed, "[metadata]\nname = a\n\n[mypy]\nstrict = true\n");
    // A second time there is nothing to do.
    let done = sandbox.gatekeeper(&["doctor", "--fix"]).expect(1);
    assert!(!done.stdout.contains("+++"), "{done:?}");
}

#[test]
fn what_a_link_leads_to_is_not_edited() {
    let sandbox = two_mistakes();
    sandbox
        .sh("mv setup.cfg real.cfg && ln -s real.cfg setup.cfg && git add .")
        .expect(0);
    let before = sandbox.read("real.cfg");
    let done = sandbox.gatekeeper(&["doctor", "--fix"]).expect(1);
    assert!(done.stdout.contains("doctor.mypy-section"), "{done:?}");
    assert!(!done.stdout.contains("safe edit"), "{done:?}");
    assert_eq!(sandbox.read("real.cfg"), before);
}

#[test]
fn an_empty_repository_is_right() {
    let sandbox = Sandbox::new();
    sandbox.write("README", "a\n");
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["doctor"]).expect(0);
    assert!(!done.stdout.contains("error["), "{done:?}");
    assert!(!done.stdout.contains("warning["), "{done:?}");
}

#[test]
fn a_report_for_code_scanning_has_rules_and_places() {
    let sandbox = two_mistakes();
    let done = sandbox
        .gatekeeper(&["doctor", "--format", "sarif"])
        .expect(1);
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    let run = &report["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        assert!(!place["uri"].as_str().unwrap().is_empty());
    }
    let of_mypy = run["results"].as_array().unwrap();
    let of_mypy = of_mypy
        .iter()
        .find(|one| one["ruleId"] == "doctor.mypy-section");
    let region = &of_mypy.unwrap()["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 4);
}

#[test]
fn a_rule_has_a_page() {
    let sandbox = Sandbox::new();
    let done = sandbox.gatekeeper(&["explain", "error[doctor.mypy-section]"]);
    assert_snapshot!(done.expect(0), @"
    stdout:
    doctor.mypy-section: a rule of `gatekeeper doctor` about the configuration of tools

    What it finds
      setup.cfg has a section [tool:mypy]; there, mypy reads [mypy] (error)

    What to do
      Rename the section. `--fix` does it.

    More in docs/doctor.md#tools
    ");
}

/// The rules about the set-up that find something.
fn set_up_rules(sandbox: &Sandbox) -> BTreeSet<String> {
    let found = look(sandbox);
    let ids = found.iter().map(|one| one["rule"].as_str().unwrap());
    // What git and the system of this machine lack.
    ids.filter(|id| !id.ends_with("git-configured-hooks") && !id.ends_with("no-overlay"))
        .map(|id| id.trim_start_matches("doctor.").to_owned())
        .collect()
}

#[test]
fn hooks_are_looked_at_as_git_finds_them() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", "[gates.x]\nrun = \"true\"\n");
    sandbox.git(&["add", "."]);
    assert_eq!(set_up_rules(&sandbox), ["hooks-absent".to_owned()].into());
    // CI has no hooks.
    let mut in_ci = sandbox.command(crate::sandbox::GATEKEEPER, &["doctor"]);
    let done = finish(in_ci.env("CI", "true")).expect(0);
    assert!(!done.stdout.contains("hooks-absent"), "{done:?}");

    let copy = sandbox.copy_of_gatekeeper("copy");
    finish(&mut sandbox.command(copy.to_str().unwrap(), &["install"])).expect(0);
    assert_eq!(set_up_rules(&sandbox), BTreeSet::new());
    sandbox.git(&["config", "core.hooksPath", "elsewhere"]);
    let found = set_up_rules(&sandbox);
    assert_eq!(found, ["led-away".to_owned()].into());
    sandbox.git(&["config", "--unset", "core.hooksPath"]);
    sandbox.write(".git/hooks/commit-msg", "#!/bin/sh\n");
    let found = set_up_rules(&sandbox);
    assert!(found.contains("hooks-broken"), "{found:?}");
    assert!(!found.contains("hooks-absent"), "{found:?}");
}

#[test]
fn programs_of_gates_are_looked_for() {
    let sandbox = Sandbox::new();
    let gates = "[gates.x]\nrun = \"mytool check\"\n[gates.y]\nrun = \"sh -c 'exit 0'\"\n";
    sandbox.write("gates.toml", gates);
    sandbox.git(&["add", "."]);
    let found = look(&sandbox);
    let missing = of(&found, "doctor.program-missing");
    assert_eq!(missing.len(), 1, "{found:#?}");
    assert_eq!(missing[0]["line"], 2);

    // In a directory of the user's own, an IDE does not find it.
    sandbox.program("mytool", "#!/bin/sh\n");
    assert_eq!(of(&look(&sandbox), "doctor.program-missing").len(), 0);
    let done = sandbox.gatekeeper(&["doctor", "--as-gui", "--format", "json"]);
    let found = findings(&done);
    let hidden = of(&found, "doctor.program-hidden");
    assert!(hidden.iter().any(|one| one["line"] == 2), "{found:#?}");
    assert_eq!(of(&look(&sandbox), "doctor.program-hidden").len(), 0);
}

#[test]
fn a_broken_gates_toml_and_a_dead_environment_are_errors() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", "[gates.x]\n");
    sandbox.write(".venv/pyvenv.cfg", "version = 3.12.1\n");
    sandbox.write(
        ".venv/lib/python3.12/site-packages/a-1.dist-info/METADATA",
        "",
    );
    sandbox.write(".venv/bin/x", "");
    symlink("/nowhere/python3", sandbox.top.join(".venv/bin/python")).unwrap();
    sandbox.git(&["add", "gates.toml"]);
    let found = look(&sandbox);
    assert_eq!(of(&found, "doctor.gates-toml").len(), 1, "{found:#?}");
    assert_eq!(of(&found, "doctor.dead-environment").len(), 1, "{found:#?}");
}

#[test]
fn what_takes_the_place_of_hooks_is_found() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", "[gates.x]\nrun = \"true\"\n");
    sandbox.write(
        "package.json",
        "{\n  \"scripts\": {\n    \"prepare\": \"husky\"\n  }\n}\n",
    );
    sandbox.git(&["add", "."]);
    let copy = sandbox.copy_of_gatekeeper("copy");
    finish(&mut sandbox.command(copy.to_str().unwrap(), &["install"])).expect(0);
    let found = look(&sandbox);
    let script = of(&found, "doctor.other-manager");
    assert_eq!(script[0]["line"], 3, "{found:#?}");

    // A setting of one work tree leads git away there, and only there.
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "-qsm", "Begin"]);
    let linked = sandbox.beside("linked");
    let path = linked.to_str().unwrap();
    sandbox.git(&["worktree", "add", "-q", path]);
    assert_eq!(of(&look(&sandbox), "doctor.hooks-of-work-tree").len(), 0);
    sandbox.git(&["config", "extensions.worktreeConfig", "true"]);
    sandbox.git(&[
        "-C",
        path,
        "config",
        "--worktree",
        "core.hooksPath",
        "elsewhere",
    ]);
    let found = look(&sandbox);
    let there = of(&found, "doctor.hooks-of-work-tree");
    assert_eq!(there.len(), 1, "{found:#?}");
}

#[test]
fn what_mypy_knows_is_read_where_it_is_installed() {
    let sandbox = Sandbox::new();
    sandbox.write("mypy.ini", "[mypy]\npython_version = 3.8\n");
    sandbox.git(&["add", "."]);
    install(&sandbox, &[("mypy".to_owned(), "1.18.0".to_owned())].into());
    let defaults = ".venv/lib/python3.12/site-packages/mypy/defaults.py";
    sandbox.write(defaults, "PYTHON3_VERSION_MIN: Final = (3, 9)\n");
    let found = look(&sandbox);
    let low = of(&found, "doctor.mypy-python-version");
    assert_eq!(low[0]["line"], 2, "{found:#?}");
    sandbox.write("mypy.ini", "[mypy]\npython_version = 3.9\n");
    assert_eq!(of(&look(&sandbox), "doctor.mypy-python-version").len(), 0);
}

#[test]
fn the_guard_of_an_agent_has_to_be_current_and_found() {
    let sandbox = Sandbox::new();
    sandbox.write("a", "a\n");
    sandbox.git(&["add", "."]);
    sandbox
        .gatekeeper(&["install", "--agent", "claude"])
        .expect(0);
    let found = look(&sandbox);
    let missing = of(&found, "doctor.agent-guard-missing");
    assert_eq!(missing.len(), 1, "{found:#?}");
    assert_eq!(of(&found, "doctor.agent-guard-outdated").len(), 0);

    let sandbox = sandbox.with_gatekeeper_on_path();
    let settings = sandbox.read(".claude/settings.json");
    sandbox.write(".claude/settings.json", settings.replacen("Bash", "Bsh", 1));
    let found = look(&sandbox);
    assert_eq!(
        of(&found, "doctor.agent-guard-missing").len(),
        0,
        "{found:#?}"
    );
    let outdated = of(&found, "doctor.agent-guard-outdated");
    assert_eq!(outdated[0]["path"], ".claude/settings.json");
}

#[test]
fn a_setting_that_leads_git_away_is_no_finding_before_anything_is_installed() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", "[gates.x]\nrun = \"true\"\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["config", "core.hooksPath", "elsewhere"]);
    assert_eq!(set_up_rules(&sandbox), ["hooks-absent".to_owned()].into());
    // A variable that has no effect on a commit is none either.
    let mut doctor = sandbox.command(crate::sandbox::GATEKEEPER, &["doctor"]);
    let done = finish(
        doctor
            .env("HUSKY", "0")
            .env("PYTEST_ADDOPTS", "--collect-only"),
    );
    assert!(!done.stdout.contains("led-away"), "{done:?}");
}

#[test]
fn a_guard_that_its_host_does_not_run_is_found() {
    let sandbox = Sandbox::new().with_gatekeeper_on_path();
    sandbox.write("a", "a\n");
    sandbox.git(&["add", "."]);
    for agent in ["claude", "codex"] {
        sandbox.gatekeeper(&["install", "--agent", agent]).expect(0);
    }
    let off = |sandbox: &Sandbox| {
        let found = look(sandbox);
        let off = of(&found, "doctor.agent-guard-off").into_iter();
        off.map(|one| one["message"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(off(&sandbox), [""; 0]);
    sandbox.write(
        ".claude/settings.local.json",
        "{\"disableAllHooks\": true}\n",
    );
    sandbox.write(".codex/config.toml", "[features]\nhooks = false\n");
    let expected = [
        "`\"disableAllHooks\": true` keeps claude from running the guard",
        "`hooks = false` keeps codex from running the guard",
    ];
    assert_eq!(off(&sandbox), expected);
    sandbox.write(".claude/settings.local.json", "{}\n");
    sandbox.write(".codex/config.toml", "[features]\nhooks = true\n");
    assert_eq!(off(&sandbox), [""; 0]);
}
