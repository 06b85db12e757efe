//! `install` and `uninstall` in a plain repository.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::sandbox::{GATEKEEPER, Sandbox, write_program};

const GATE: &str = "[gates.x]\nrun = \"record ran\"\n";
const HOOKS: [&str; 5] = [
    "pre-commit",
    "pre-merge-commit",
    "pre-applypatch",
    "commit-msg",
    "applypatch-msg",
];

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", GATE);
    sandbox.git(&["add", "."]);
    sandbox
}

#[test]
fn install_twice_and_uninstall() {
    let sandbox = sandbox();
    sandbox
        .gatekeeper(&["install"])
        .expect(0)
        .says("installed  pre-commit")
        .says("judged by 1 gate");
    let files = HOOKS.map(|hook| sandbox.top.join(".git/hooks").join(hook));
    let before: Vec<String> = files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    for file in &files {
        let metadata = fs::symlink_metadata(file).unwrap();
        assert!(metadata.is_file(), "never a link");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o755);
    }
    assert!(before[0].contains(GATEKEEPER));
    sandbox
        .gatekeeper(&["install"])
        .expect(0)
        .says("unchanged  pre-commit");
    let after: Vec<String> = files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    assert_eq!(before, after);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(sandbox.recorded(), ["ran"]);

    sandbox
        .gatekeeper(&["uninstall"])
        .expect(0)
        .says("removed  pre-commit");
    assert!(files.iter().all(|file| !file.exists()));
    sandbox
        .gatekeeper(&["uninstall"])
        .expect(0)
        .says("absent  pre-commit");
    sandbox.write("y", "");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "y"]);
    assert_eq!(sandbox.recorded(), [""; 0]);
}

#[test]
fn a_shim_of_another_program_or_without_its_mode_is_replaced() {
    let sandbox = sandbox();
    let copy = sandbox.copy_of_gatekeeper("copy");
    let by_copy = sandbox.command(copy.to_str().unwrap(), &["install"]);
    crate::sandbox::finish(&mut { by_copy }).expect(0);
    let file = sandbox.top.join(".git/hooks/pre-commit");
    sandbox
        .gatekeeper(&["install"])
        .expect(0)
        .says("updated  pre-commit");
    assert!(fs::read_to_string(&file).unwrap().contains(GATEKEEPER));
    // git runs nothing that is not executable, and says so only in passing.
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    sandbox
        .gatekeeper(&["install"])
        .expect(0)
        .says("updated  pre-commit");
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o755
    );
}

#[test]
fn what_somebody_has_added_to_a_shim_is_not_lost() {
    let sandbox = sandbox();
    sandbox.gatekeeper(&["install"]).expect(0);
    let file = sandbox.top.join(".git/hooks/pre-commit");
    let text = fs::read_to_string(&file)
        .unwrap()
        .replace("exec ", "my-own-check || exit 1\nexec ");
    write_program(&file, text.as_bytes());
    sandbox
        .gatekeeper(&["install"])
        .expect(3)
        .says("somebody has changed the pre-commit hook");
    sandbox
        .gatekeeper(&["uninstall"])
        .expect(0)
        .says("left as it is");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_folder_of_hooks_that_others_share_is_not_written() {
    let sandbox = sandbox();
    let shared = sandbox.beside("shared");
    fs::create_dir(&shared).unwrap();
    let hooks = sandbox.top.join(".git/hooks");
    let _ = fs::remove_dir_all(&hooks);
    symlink(&shared, &hooks).unwrap();
    sandbox
        .gatekeeper(&["install"])
        .expect(3)
        .says("is a symbolic link");
    assert_eq!(fs::read_dir(shared).unwrap().count(), 0);
}

#[test]
fn a_hooks_path_of_the_repository_is_where_hooks_go() {
    let sandbox = sandbox();
    sandbox.git(&["config", "core.hooksPath", "tools/hooks"]);
    sandbox
        .gatekeeper(&["install"])
        .expect(0)
        .says("tools/hooks/pre-commit");
    assert!(!sandbox.top.join(".git/hooks/pre-commit").exists());
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(sandbox.recorded(), ["ran"]);
    sandbox.gatekeeper(&["status"]).expect(0);
    // It is relative: in another work tree there is no such folder, and git runs nothing.
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    let status = sandbox
        .sh(&format!("cd ../linked && {GATEKEEPER} status"))
        .expect(1);
    assert!(
        status.stdout.contains("would not be judged"),
        "{}",
        status.stdout
    );
    sandbox.gatekeeper(&["uninstall"]).expect(0);
    assert!(!sandbox.top.join("tools/hooks/pre-commit").exists());
    // What is installed where git no longer looks is found as well.
    sandbox.git(&["config", "--unset", "core.hooksPath"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.git(&["config", "core.hooksPath", "elsewhere"]);
    sandbox
        .gatekeeper(&["uninstall"])
        .expect(0)
        .says("no longer judged here");
    assert!(!sandbox.top.join(".git/hooks/pre-commit").exists());
    sandbox
        .gatekeeper(&["uninstall"])
        .expect(0)
        .says("was not installed here");
}

#[test]
fn a_hooks_path_for_all_repositories_is_not_ours() {
    let sandbox = sandbox();
    let shared = sandbox.beside("shared");
    sandbox.git(&[
        "config",
        "--global",
        "core.hooksPath",
        shared.to_str().unwrap(),
    ]);
    let done = sandbox.gatekeeper(&["install"]).expect(3);
    assert!(!shared.exists());
    let way_out = done
        .stderr
        .split('`')
        .find(|part| part.starts_with("git config --local"))
        .unwrap();
    sandbox.sh(way_out).expect(0);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.gatekeeper(&["status"]).expect(0);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(sandbox.recorded(), ["ran"]);
}

#[test]
fn without_a_sound_configuration_nothing_is_installed() {
    let sandbox = Sandbox::new();
    sandbox
        .gatekeeper(&["install"])
        .expect(2)
        .says("there is no gates.toml")
        .says("gates.toml.example");
    sandbox.write("gates.toml", "[gates.x]\nrum = 1\n");
    sandbox
        .gatekeeper(&["install"])
        .expect(2)
        .says("did you mean `run`?");
    assert!(!sandbox.top.join(".git/hooks/pre-commit").exists());
}

#[test]
fn when_the_program_is_gone_the_commit_is_stopped() {
    let mut sandbox = sandbox();
    let copy = sandbox.copy_of_gatekeeper("copy of 'gatekeeper'");
    let install = |sandbox: &Sandbox| {
        crate::sandbox::finish(&mut sandbox.command(copy.to_str().unwrap(), &["install"])).expect(0)
    };
    install(&sandbox);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(sandbox.recorded(), ["ran"]);

    fs::remove_file(&copy).unwrap();
    sandbox.write("y", "");
    sandbox.git(&["add", "."]);
    let done = sandbox.try_git(&["commit", "-m", "y"]).expect(1);
    done.says("its program is gone")
        .says("nothing was checked")
        .says("run `gatekeeper install`");
    assert_eq!(sandbox.subject().as_deref(), Some("x"));

    // A shell would take the first for a script that succeeds; the second it refuses by itself.
    for (damaged, says) in [(&b""[..], "its program is gone or empty"), (&[0; 4096], "")] {
        write_program(&copy, damaged);
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o755)).unwrap();
        sandbox.try_git(&["commit", "-m", "y"]).expect(1).says(says);
    }
    fs::remove_file(&copy).unwrap();

    // A folder in its place is no program; PATH is the way out.
    fs::create_dir(&copy).unwrap();
    sandbox
        .try_git(&["commit", "-m", "y"])
        .expect(1)
        .says("its program is gone");
    symlink(GATEKEEPER, sandbox.beside("bin/gatekeeper")).unwrap();
    sandbox.git(&["commit", "--quiet", "-m", "y"]);
    assert_eq!(sandbox.recorded(), ["ran"]);

    // Installed by way of PATH, the link is what is called.
    let done = crate::sandbox::finish(&mut sandbox.command("gatekeeper", &["install"]));
    done.expect(0).says("updated");
    assert!(
        sandbox
            .read(".git/hooks/pre-commit")
            .contains("/bin/gatekeeper'")
    );
    sandbox.set("PATH", "/nonexistent");
}

#[test]
fn a_repository_that_cannot_be_written_is_a_fault() {
    let sandbox = sandbox();
    fs::create_dir_all(sandbox.top.join(".git/hooks")).unwrap();
    fs::remove_dir_all(sandbox.top.join(".git/hooks")).unwrap();
    fs::write(sandbox.top.join(".git/hooks"), "a file").unwrap();
    sandbox.gatekeeper(&["install"]).expect(3).says("hooks");
}

#[test]
fn linked_work_trees_share_the_hooks() {
    let sandbox = sandbox();
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    sandbox
        .sh(&format!("cd ../linked && {GATEKEEPER} install"))
        .expect(0);
    assert!(sandbox.top.join(".git/hooks/pre-commit").exists());
    sandbox.write("y", "");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "y"]);
    assert_eq!(sandbox.recorded(), ["ran"]);
}
