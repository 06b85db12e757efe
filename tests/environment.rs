//! What gates find in their environment: the user's, without what git tells its hooks.

use std::fs;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

const SHOW: &str = "[gates.show]\nrun = \"env >$RECORD\"\n";

#[test]
fn nothing_of_gits_reaches_a_gate() {
    let mut sandbox = Sandbox::with_gates(SHOW);
    // Nobody with such a name signs off.
    fs::remove_file(sandbox.top.join(".git/hooks/commit-msg")).unwrap();
    for name in [
        "GIT_AUTHOR_NAME",
        "GIT_COMMITTER_EMAIL",
        "GIT_EDITOR",
        "GIT_CONFIG_PARAMETERS",
    ] {
        sandbox.set(name, "'user.x'='y'");
    }
    sandbox.set("GIT_CONFIG_COUNT", "1");
    sandbox.set("GIT_CONFIG_KEY_0", "user.z");
    sandbox.set("GIT_CONFIG_VALUE_0", "z");
    sandbox.set("GIT_SSH_COMMAND", "ssh -x");
    sandbox.set("GIT_ASKPASS", "ask");
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    sandbox.git(&["-c", "core.abbrev=9", "commit", "--quiet", "-a", "-m", "a"]);
    let seen = sandbox.recorded();
    let of_gits: Vec<&str> = seen
        .iter()
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("GIT_"))
        .collect();
    assert_eq!(
        of_gits,
        ["GIT_ASKPASS", "GIT_CONFIG_NOSYSTEM", "GIT_SSH_COMMAND"]
    );
    assert!(seen.contains(&"LC_ALL=C.UTF-8".to_owned()));
}

#[test]
fn the_list_is_that_of_the_git_at_hand() {
    let mut sandbox = Sandbox::with_gates(SHOW);
    let names = sandbox.git(&["rev-parse", "--local-env-vars"]);
    assert!(names.contains("GIT_INDEX_FILE"));
    // Set for gatekeeper alone, since git itself would be misled.
    let hook = [crate::sandbox::GATEKEEPER, "hook", "pre-commit", "here"].join(" ");
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    let harmless = [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_COMMON_DIR",
        "GIT_OBJECT_DIRECTORY",
    ];
    for name in names.lines() {
        let value = match name {
            "GIT_DIR" | "GIT_COMMON_DIR" => sandbox.top.join(".git").into_os_string(),
            "GIT_WORK_TREE" => sandbox.top.clone().into_os_string(),
            "GIT_INDEX_FILE" => sandbox.top.join(".git/index").into_os_string(),
            "GIT_OBJECT_DIRECTORY" => sandbox.top.join(".git/objects").into_os_string(),
            "GIT_CONFIG_COUNT" => "0".into(),
            "GIT_CONFIG_PARAMETERS" => "'a.b'='c'".into(),
            _ => continue,
        };
        sandbox.set(name, value);
    }
    assert!(harmless.iter().all(|name| names.contains(name)));
    sandbox.sh(&hook).expect(0);
    let seen = sandbox.recorded();
    for name in names.lines() {
        let is_set = seen
            .iter()
            .any(|line| line.starts_with(&format!("{name}=")));
        assert!(!is_set, "{name} reaches a gate");
    }
}

/// What a test suite does: makes a repository of its own and commits to it. With git's variables
/// this goes into the user's repository, and has set `core.bare` there.
const SUITE: &str = "[gates.suite]\nrun = \"suite\"\n";
const SUITE_PROGRAM: &str = "#!/bin/sh\nset -e\ncd \"$(mktemp -d)\"\ngit init -q\necho x >new.txt\ngit add new.txt\ngit commit -q -s -m 'from the suite'\necho ran >>\"$RECORD\"\n";

fn snapshot(sandbox: &Sandbox, dir: &str) -> String {
    sandbox
        .sh(&format!(
            "cd {dir} && git log --all --format=%s && git ls-files -s && git config --list --local"
        ))
        .expect(0)
        .stdout
}

#[test]
fn a_test_suite_that_uses_git_harms_nobody() {
    let sandbox = Sandbox::with_gates(SUITE);
    sandbox.program("suite", SUITE_PROGRAM);
    sandbox.write("a", "1");
    sandbox.git(&["add", "a"]);
    sandbox.git(&["commit", "--quiet", "-m", "a"]);
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    let linked = sandbox.beside("linked");
    let linked = linked.to_str().unwrap();
    for (dir, arguments) in [
        (".", "-a"),
        (".", "--only a"),
        (".", "-i a"),
        (linked, "-a"),
        (linked, "--only a"),
    ] {
        sandbox.recorded();
        sandbox
            .sh(&format!(
                "cd {dir} && echo '{dir} {arguments}' >>a && git commit -q -s {arguments} -m next"
            ))
            .expect(0);
        assert_eq!(sandbox.recorded(), ["ran"]);
        let seen = snapshot(&sandbox, dir);
        assert!(
            !seen.contains("new.txt") && !seen.contains("from the suite"),
            "{seen}"
        );
        assert!(seen.contains("core.bare=false"), "{seen}");
        sandbox
            .sh(&format!(
                "cd {dir} && git status --porcelain && git fsck --strict"
            ))
            .expect(0);
    }
}

#[test]
fn the_same_suite_does_harm_in_a_plain_hook() {
    // Proof that the test above would notice.
    let sandbox = Sandbox::new();
    sandbox.program("suite", SUITE_PROGRAM);
    sandbox.write("a", "1");
    sandbox.git(&["add", "a"]);
    sandbox.git(&["commit", "--quiet", "-m", "a"]);
    fs::create_dir_all(sandbox.top.join(".git/hooks")).unwrap();
    sandbox.write(
        ".git/hooks/pre-commit",
        "#!/bin/sh\ntest -z \"$IN_SUITE\" || exit 0\nIN_SUITE=1 suite\n",
    );
    sandbox.sh("chmod +x .git/hooks/pre-commit").expect(0);
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    let linked = sandbox.beside("linked");
    sandbox.sh(&format!(
        "cd {} && echo more >>a && git commit -q -s -a -m next",
        linked.display()
    ));
    let seen = sandbox
        .sh("git log --all --format=%s; git config core.bare")
        .stdout;
    assert!(
        seen.contains("from the suite") || seen.contains("true"),
        "{seen}"
    );
}

#[test]
fn the_projects_own_tools_come_first() {
    let sandbox = Sandbox::with_gates(
        "[gates.python]\nrun = \"tool\"\n[gates.env]\nrun = \"echo $VIRTUAL_ENV >>$RECORD; echo ${PYTHONHOME-unset} >>$RECORD\"\n\
         [gates.web]\nrun = \"tool\"\ndir = \"web\"\n",
    );
    let tool = |path: &str, name: &str| {
        sandbox.write(path, format!("#!/bin/sh\necho {name} >>$RECORD\n"));
        sandbox.sh(&format!("chmod +x {path}")).expect(0);
    };
    sandbox.program("tool", "#!/bin/sh\necho from PATH >>$RECORD\n");
    tool(".venv/bin/tool", "from .venv");
    tool("web/node_modules/.bin/tool", "from node_modules");
    sandbox.gatekeeper(&["run", "python"]).expect(0);
    assert_eq!(
        sandbox.recorded(),
        ["from PATH"],
        "a directory alone is no environment"
    );
    sandbox.write(".venv/pyvenv.cfg", "home = /usr/bin\n");
    sandbox.gatekeeper(&["run", "python", "web"]).expect(0);
    assert_eq!(sandbox.recorded(), ["from .venv", "from node_modules"]);
    sandbox
        .sh(&format!(
            "PYTHONHOME=/x {} run env",
            crate::sandbox::GATEKEEPER
        ))
        .expect(0);
    let own = sandbox.top.canonicalize().unwrap().join(".venv");
    assert_eq!(sandbox.recorded(), [own.to_str().unwrap(), "unset"]);
}

#[test]
fn an_environment_that_is_not_ignored_is_in_every_view() {
    for isolation in ["in-place", "overlay", "snapshot"] {
        if isolation == "overlay" && !crate::views::has_overlays() {
            continue;
        }
        let sandbox = Sandbox::with_gates(&format!(
            "[gates.tool]\nrun = \"tool\"\nisolation = \"{isolation}\"\n"
        ));
        sandbox.write(".venv/pyvenv.cfg", "home = /usr/bin\n");
        sandbox.write(".venv/bin/tool", "#!/bin/sh\necho from .venv >>$RECORD\n");
        sandbox.sh("chmod +x .venv/bin/tool").expect(0);
        sandbox.write("a", "");
        sandbox.git(&["add", "a"]);
        sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        assert_eq!(sandbox.recorded(), ["from .venv"], "{isolation}");
        // It can be a link to one elsewhere.
        sandbox
            .sh("mv .venv ../shared && ln -s \"$(realpath ../shared)\" .venv")
            .expect(0);
        sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        assert_eq!(sandbox.recorded(), ["from .venv"], "{isolation}");
    }
}

#[test]
fn an_environment_outside_of_the_project_is_used() {
    for isolation in ["in-place", "snapshot"] {
        let sandbox = Sandbox::with_gates(&format!(
            "[gates.tool]\nrun = \"tool\"\nisolation = \"{isolation}\"\n"
        ));
        let away = sandbox.beside("away");
        let script = "mkdir -p ../away/bin && touch ../away/pyvenv.cfg && \
             printf '#!/bin/sh\\necho $VIRTUAL_ENV >>$RECORD\\n' >../away/bin/tool && chmod +x ../away/bin/tool";
        sandbox.sh(script).expect(0);
        sandbox.write(".pdm-python", format!("{}/bin/python", away.display()));
        sandbox.write(".gitignore", ".pdm-python\n");
        sandbox.git(&["add", ".gitignore"]);
        let done = sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        assert_eq!(
            sandbox.recorded(),
            [away.to_str().unwrap()],
            "{}",
            done.stderr
        );
    }
}

#[test]
fn what_weakens_a_tool_reaches_no_gate_and_is_named() {
    let gates = "[gates.show]\nrun = \"env >$RECORD\"\nenv = { GOFLAGS = \"-run=^TestFast\" }\n";
    let mut sandbox = Sandbox::with_gates(gates);
    for (name, value) in [
        ("PYTEST_ADDOPTS", "-v --collect-only"),
        ("RUSTFLAGS", "-A warnings"),
        ("GOFLAGS", "-vet=off"),
        ("SHELLOPTS", "noexec"),
        ("NODE_OPTIONS", "--max-old-space-size=4096"),
        ("LD_BIND_NOW", "1"),
    ] {
        sandbox.set(name, value);
    }
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    let done = sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    let note = "PYTEST_ADDOPTS=-v --collect-only was removed from the gates' environment, because it weakens pytest";
    assert_eq!(done.stderr.matches(note).count(), 1, "{}", done.stderr);
    assert_snapshot!(done, @"
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed
             passed  show  [TIME]

    note: GOFLAGS=-vet=off was removed from the gates' environment, because it weakens go; to set a variable for a gate, use its `env` in gates.toml

    note: PYTEST_ADDOPTS=-v --collect-only was removed from the gates' environment, because it weakens pytest; to set a variable for a gate, use its `env` in gates.toml

    note: RUSTFLAGS=-A warnings was removed from the gates' environment, because it weakens rustc; to set a variable for a gate, use its `env` in gates.toml

    note: SHELLOPTS=noexec was removed from the gates' environment, because it weakens bash; to set a variable for a gate, use its `env` in gates.toml
    ");
    let seen = sandbox.recorded();
    let has = |start: &str| seen.iter().any(|line| line.starts_with(start));
    assert!(!has("PYTEST_ADDOPTS") && !has("RUSTFLAGS"), "{seen:?}");
    // What is committed was reviewed.
    assert!(has("GOFLAGS=-run=^TestFast"), "{seen:?}");
    assert!(has("NODE_OPTIONS=") && has("LD_BIND_NOW=1"), "{seen:?}");

    let report = sandbox.gatekeeper(&["run", "--json"]).expect(0).stdout;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let first = &report["removed_variables"][1];
    assert_eq!(first["name"], "PYTEST_ADDOPTS");
    assert_eq!(first["value"], "-v --collect-only");
    assert_eq!(first["weakens"], "pytest");
}

#[test]
fn a_gate_fails_though_its_runner_is_switched_off() {
    let mut sandbox = Sandbox::with_gates("[gates.hooks]\nrun = \"manager run --all\"\n");
    let manager = "#!/bin/sh\n[ \"$LEFTHOOK\" = 0 ] && exit 0\nexit 1\n";
    sandbox.program("manager", manager);
    sandbox.set("LEFTHOOK", "0");
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(1), @"
    failed: hooks failed: exit code 1
    gatekeeper run: 1 path tracked
             failed  hooks  [TIME]  exit code 1

    hooks failed
        cause  exit code 1, after [TIME]
       output  none
      command  manager run --all
       repeat  gatekeeper run hooks

    note: LEFTHOOK=0 was removed from the gates' environment, because it weakens lefthook; to set a variable for a gate, use its `env` in gates.toml

    1 failed in [TIME]
    ");
}

#[test]
fn a_switch_of_another_manager_is_named_recorded_once_and_without_effect() {
    let mut sandbox = Sandbox::with_gates("[gates.show]\nrun = \"record ran\"\n");
    sandbox.set("SKIP", "show");
    sandbox.set("HUSKY", "0");
    for name in ["a", "b"] {
        sandbox.write(name, "");
        sandbox.git(&["add", name]);
        let done = sandbox.try_git(&["commit", "-s", "-m", name]).expect(0);
        for note in ["note: SKIP=show (for pre-commit) is set", "note: HUSKY=0"] {
            assert_eq!(done.stderr.matches(note).count(), 1, "{}", done.stderr);
        }
    }
    assert_eq!(sandbox.recorded(), ["ran", "ran"]);
    // Where git passes the first hook over, the next one tells.
    let done = sandbox
        .sh("git init -q --bare ../there && git push -q ../there main")
        .expect(0);
    assert_snapshot!(done, @"
    note: 2 new lines in the ledger since the last push
      [WHEN]: HUSKY=0 (for husky) is set, detected by pre-commit
      [WHEN]: SKIP=show (for pre-commit) is set, detected by pre-commit
    note: HUSKY=0 (for husky) is set; it has no effect on gatekeeper
    note: SKIP=show (for pre-commit) is set; it has no effect on gatekeeper
    ");
    let done = sandbox.try_git(&["revert", "-s", "--no-edit", "HEAD~1"]);
    assert_snapshot!(done.expect(0), @r#"
    stdout:
    [main [ID1]] Revert "a"
     Date: [DATE]
     1 file changed, 0 insertions(+), 0 deletions(-)
     delete mode 100644 a
    stderr:
    note: HUSKY=0 (for husky) is set; it has no effect on gatekeeper
    note: SKIP=show (for pre-commit) is set; it has no effect on gatekeeper
    gatekeeper prepare-commit-msg: 1 path changed
             passed  show  [TIME]

    note: SKIP=show was removed from the gates' environment, because it weakens pre-commit; to set a variable for a gate, use its `env` in gates.toml

    1 passed in [TIME]
    "#);
    let ledger = sandbox.read(".git/gatekeeper/ledger");
    assert_eq!(
        ledger.matches("\"event\":\"switch\"").count(),
        2,
        "{ledger}"
    );

    assert_snapshot!(sandbox.gatekeeper(&["status"]).expect(0), @"
    stdout:
                pre-commit  in place: [ROOT]/repository/.git/hooks/pre-commit starts gatekeeper
          pre-merge-commit  in place: [ROOT]/repository/.git/hooks/pre-merge-commit starts gatekeeper
            pre-applypatch  in place: [ROOT]/repository/.git/hooks/pre-applypatch starts gatekeeper
        prepare-commit-msg  in place: [ROOT]/repository/.git/hooks/prepare-commit-msg starts gatekeeper
                commit-msg  in place: [ROOT]/repository/.git/hooks/commit-msg starts gatekeeper
            applypatch-msg  in place: [ROOT]/repository/.git/hooks/applypatch-msg starts gatekeeper
     reference-transaction  in place: [ROOT]/repository/.git/hooks/reference-transaction starts gatekeeper
                  pre-push  in place: [ROOT]/repository/.git/hooks/pre-push starts gatekeeper
               environment  HUSKY=0 (for husky) is set; it has no effect on gatekeeper
               environment  SKIP=show (for pre-commit) is set; it has no effect on gatekeeper
                gates.toml  1 gate
                  receipts  HEAD has no unchecked commits
                    ledger  2 lines in [ROOT]/repository/.git/gatekeeper/ledger
      [WHEN]: HUSKY=0 (for husky) is set, detected by pre-commit
      [WHEN]: SKIP=show (for pre-commit) is set, detected by pre-commit

    commits here are checked
    ");
}

#[test]
fn status_names_what_leads_git_away_from_hooks() {
    let mut sandbox = Sandbox::with_gates("[gates.show]\nrun = \"true\"\n");
    let status = |sandbox: &Sandbox, code| sandbox.gatekeeper(&["status"]).expect(code);
    assert_snapshot!(status(&sandbox, 0), @"
    stdout:
                pre-commit  in place: [ROOT]/repository/.git/hooks/pre-commit starts gatekeeper
          pre-merge-commit  in place: [ROOT]/repository/.git/hooks/pre-merge-commit starts gatekeeper
            pre-applypatch  in place: [ROOT]/repository/.git/hooks/pre-applypatch starts gatekeeper
        prepare-commit-msg  in place: [ROOT]/repository/.git/hooks/prepare-commit-msg starts gatekeeper
                commit-msg  in place: [ROOT]/repository/.git/hooks/commit-msg starts gatekeeper
            applypatch-msg  in place: [ROOT]/repository/.git/hooks/applypatch-msg starts gatekeeper
     reference-transaction  in place: [ROOT]/repository/.git/hooks/reference-transaction starts gatekeeper
                  pre-push  in place: [ROOT]/repository/.git/hooks/pre-push starts gatekeeper
                gates.toml  1 gate
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are checked
    ");
    // Ours are there, too.
    sandbox.git(&["config", "core.hooksPath", ".git/hooks"]);
    assert_snapshot!(status(&sandbox, 0), @"
    stdout:
                pre-commit  in place: [ROOT]/repository/.git/hooks/pre-commit starts gatekeeper
          pre-merge-commit  in place: [ROOT]/repository/.git/hooks/pre-merge-commit starts gatekeeper
            pre-applypatch  in place: [ROOT]/repository/.git/hooks/pre-applypatch starts gatekeeper
        prepare-commit-msg  in place: [ROOT]/repository/.git/hooks/prepare-commit-msg starts gatekeeper
                commit-msg  in place: [ROOT]/repository/.git/hooks/commit-msg starts gatekeeper
            applypatch-msg  in place: [ROOT]/repository/.git/hooks/applypatch-msg starts gatekeeper
     reference-transaction  in place: [ROOT]/repository/.git/hooks/reference-transaction starts gatekeeper
                  pre-push  in place: [ROOT]/repository/.git/hooks/pre-push starts gatekeeper
                gates.toml  1 gate
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are checked
    ");
    sandbox.git(&["config", "--global", "core.hooksPath", "/global"]);
    sandbox.git(&["config", "--unset", "core.hooksPath"]);
    assert_snapshot!(status(&sandbox, 1), @"
    stdout:
                pre-commit  absent: git looks for /global/pre-commit
          pre-merge-commit  absent: git looks for /global/pre-merge-commit
            pre-applypatch  absent: git looks for /global/pre-applypatch
        prepare-commit-msg  absent: git looks for /global/prepare-commit-msg
                commit-msg  absent: git looks for /global/commit-msg
            applypatch-msg  absent: git looks for /global/applypatch-msg
     reference-transaction  absent: git looks for /global/reference-transaction
                  pre-push  absent: git looks for /global/pre-push
            core.hooksPath  /global (from file:[ROOT]/home/.gitconfig, global) keeps git from running gatekeeper's hooks
                gates.toml  1 gate
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are not checked properly: 8 hooks not in place; run `gatekeeper install`
    ");
    sandbox.git(&["config", "--global", "--unset", "core.hooksPath"]);
    sandbox.set("GIT_CONFIG_COUNT", "1");
    sandbox.set("GIT_CONFIG_KEY_0", "core.hooksPath");
    sandbox.set("GIT_CONFIG_VALUE_0", "/dev/null");
    assert_snapshot!(status(&sandbox, 1), @"
    stdout:
                pre-commit  absent: git looks for /dev/null/pre-commit
          pre-merge-commit  absent: git looks for /dev/null/pre-merge-commit
            pre-applypatch  absent: git looks for /dev/null/pre-applypatch
        prepare-commit-msg  absent: git looks for /dev/null/prepare-commit-msg
                commit-msg  absent: git looks for /dev/null/commit-msg
            applypatch-msg  absent: git looks for /dev/null/applypatch-msg
     reference-transaction  absent: git looks for /dev/null/reference-transaction
                  pre-push  absent: git looks for /dev/null/pre-push
            core.hooksPath  /dev/null (from command line:, command) keeps git from running gatekeeper's hooks
               environment  core.hooksPath=/dev/null (set with GIT_CONFIG_KEY_0) disables the hooks, so every commit is refused
                gates.toml  1 gate
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are not checked properly: 8 hooks not in place; run `gatekeeper install`
    ");
}

#[test]
fn an_environment_that_work_trees_share_by_a_relative_link_is_found_in_a_view() {
    let sandbox = Sandbox::with_gates("[gates.lint]\nrun = \"sharedtool\"\n");
    let shared = "mkdir -p ../shared/bin && touch ../shared/pyvenv.cfg && ln -s ../shared .venv && \
                  printf '#!/bin/sh\\necho shared\\n' >../shared/bin/sharedtool && chmod +x ../shared/bin/sharedtool";
    sandbox.sh(shared).expect(0);
    sandbox.write(".gitignore", ".venv\n");
    sandbox.write("untracked", "");
    sandbox.git(&["add", ".gitignore"]);
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
}
