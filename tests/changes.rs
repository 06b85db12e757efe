//! The change set is that of the index git points at, in every way of committing.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;

use insta::assert_snapshot;

use crate::sandbox::{FREE, GATEKEEPER, Sandbox, finish};

const GATES: &str = "[gates.record]\nrun = \"record {files}\"\n";

/// A repository with the files a and b in a commit, and nothing recorded.
fn with_a_and_b() -> Sandbox {
    let sandbox = Sandbox::with_gates(GATES);
    sandbox.write("a", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    sandbox.write("b", "b\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "two"]);
    assert_eq!(sandbox.recorded(), ["a", "b"]);
    sandbox
}

fn commit(sandbox: &Sandbox, arguments: &[&str]) -> Vec<String> {
    let fixed = ["commit", "--quiet", "--message", "next"];
    sandbox.git(&fixed.iter().chain(arguments).copied().collect::<Vec<_>>());
    sandbox.recorded()
}

#[test]
fn only_what_is_staged() {
    let sandbox = with_a_and_b();
    sandbox.write("a", "new");
    sandbox.write("b", "new");
    sandbox.git(&["add", "a"]);
    assert_eq!(commit(&sandbox, &[]), ["a"]);
}

#[test]
fn commit_all() {
    let sandbox = with_a_and_b();
    sandbox.write("a", "new");
    fs::remove_file(sandbox.top.join("b")).unwrap();
    sandbox.write("untracked", "");
    assert_eq!(commit(&sandbox, &["--all"]), ["a"]);
}

#[test]
fn commit_include() {
    let sandbox = with_a_and_b();
    sandbox.write("a", "new");
    sandbox.write("b", "new");
    sandbox.git(&["add", "a"]);
    assert_eq!(commit(&sandbox, &["--include", "b"]), ["a", "b"]);
}

#[test]
fn commit_only() {
    let sandbox = with_a_and_b();
    sandbox.write("a", "new");
    sandbox.write("b", "new");
    sandbox.git(&["add", "a"]);
    assert_eq!(commit(&sandbox, &["--only", "b"]), ["b"]);
    assert_eq!(sandbox.git(&["diff", "--cached", "--name-only"]), "a\n");
}

#[test]
fn commit_patch() {
    let sandbox = with_a_and_b();
    sandbox.write("a", "one\n2\n3\n4\n5\n6\n7\n8\nnine\n");
    let mut git = sandbox.command("git", &["commit", "--patch", "-m", "hunk"]);
    let answers = sandbox.beside("answers");
    fs::write(&answers, "y\nn\n").unwrap();
    // What git asks has other words in each version.
    finish(git.stdin(fs::File::open(answers).unwrap()))
        .expect(0)
        .says("because the work tree has files that differ from the commit");
    assert_eq!(sandbox.recorded(), ["a"]);
    assert!(sandbox.git(&["show", "HEAD:a"]).starts_with("one\n"));
    assert!(sandbox.git(&["show", "HEAD:a"]).ends_with("9\n"));
}

#[test]
fn amend() {
    let sandbox = with_a_and_b();
    sandbox.write("a", "new");
    assert_eq!(commit(&sandbox, &["--amend", "a"]), ["a"]);
    // Only the message: nothing is left to look at, and that is said.
    let done = sandbox
        .try_git(&["commit", "--amend", "-m", "word"])
        .expect(0);
    assert_snapshot!(done, @"
    stdout:
    [main [ID1]] word
     Date: [DATE]
     2 files changed, 2 insertions(+)
     create mode 100644 a
     create mode 100644 b
    stderr:
    gatekeeper pre-commit (message only): 0 paths changed
             cached  record          passed on the same tree [WHEN], in [TIME]
    already checked: 1 cached, [WHEN]
    ");
    assert!(sandbox.recorded().is_empty());
}

#[test]
fn the_first_commit() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", GATES);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.write("a", "");
    sandbox.git(&["add", "."]);
    assert_eq!(commit(&sandbox, &[]), ["a", "gates.toml"]);
}

#[test]
fn gates_that_are_not_in_the_index_yet_count_already() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", GATES);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    let done = sandbox.try_git(&["commit", "-m", "a"]).expect(0);
    assert_snapshot!(done, @"
    stdout:
    [main (root-commit) [ID1]] a
     1 file changed, 0 insertions(+), 0 deletions(-)
     create mode 100644 a
    stderr:
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because the work tree has untracked files
             passed  record  [TIME]

    note: gates.toml is not in the commit, so other clones lack these gates; add it with `git add gates.toml`

    1 passed in [TIME]
    ");
    assert_eq!(sandbox.recorded(), ["a"]);
}

#[test]
fn intended_additions_are_not_in_the_commit() {
    let sandbox = with_a_and_b();
    sandbox.write("later", "");
    sandbox.write("now", "");
    sandbox.git(&["add", "--intent-to-add", "later"]);
    sandbox.git(&["add", "now"]);
    assert_eq!(commit(&sandbox, &[]), ["now"]);
}

#[test]
fn links_and_submodules_trigger_and_are_not_handed_over() {
    let sandbox = with_a_and_b();
    let library = sandbox.beside("library");
    let init = format!(
        "git init -q {0} && git -C {0} commit -q --allow-empty -m x",
        library.display()
    );
    sandbox.sh(&init).expect(0);
    sandbox.git(&[
        "submodule",
        "--quiet",
        "add",
        library.to_str().unwrap(),
        "sub",
    ]);
    symlink("a", sandbox.top.join("link")).unwrap();
    sandbox.git(&["add", "."]);
    assert_eq!(commit(&sandbox, &[]), [".gitmodules"]);
    sandbox
        .sh("git -C sub commit -q --allow-empty -m y")
        .expect(0);
    sandbox.git(&["add", "sub"]);
    let done = sandbox.try_git(&["commit", "-m", "sub"]).expect(0);
    assert_snapshot!(done, @"
    stdout:
    [main [ID1]] sub
     1 file changed, 1 insertion(+), 1 deletion(-)
    stderr:
    gatekeeper pre-commit: 1 path changed
     not applicable  record          the files that match are not regular files
    nothing to check: 1 gate not applicable
    ");
    // A setting that hides submodules does not hide them from us.
    sandbox.git(&["config", "submodule.sub.ignore", "all"]);
    sandbox.git(&["config", "diff.ignoreSubmodules", "all"]);
    sandbox.write(
        "gates.toml",
        "[gates.always]\nrun = \"record ran\"\nfiles = [\"sub\"]\n",
    );
    sandbox.git(&["add", "gates.toml"]);
    commit(&sandbox, &[]);
    sandbox
        .sh("git -C sub commit -q --allow-empty -m z")
        .expect(0);
    sandbox.git(&["add", "--force", "sub"]);
    assert_eq!(commit(&sandbox, &[]), ["ran"]);
}

#[test]
fn inside_a_submodule() {
    let sandbox = with_a_and_b();
    let library = sandbox.beside("library");
    let url = library.display();
    sandbox
        .sh(&format!(
            "git init -q {url} && git -C {url} commit -q --allow-empty -m x"
        ))
        .expect(0);
    sandbox.git(&[
        "submodule",
        "--quiet",
        "add",
        library.to_str().unwrap(),
        "sub",
    ]);
    sandbox.write("sub/gates.toml", GATES);
    sandbox.write("sub/s", "");
    let script =
        format!("cd sub && {GATEKEEPER} install && git add . && git commit >/dev/null -s -m s");
    sandbox.sh(&script).expect(0);
    assert_eq!(sandbox.recorded(), ["gates.toml", "s"]);
    sandbox.write("sub/s", "new");
    sandbox
        .sh("cd sub && git commit >/dev/null -s -a -m s")
        .expect(0);
    assert_eq!(sandbox.recorded(), ["s"]);
}

#[test]
fn linked_work_trees() {
    let sandbox = with_a_and_b();
    let linked = sandbox.beside("linked");
    sandbox.git(&[
        "worktree",
        "add",
        "--quiet",
        "-b",
        "other",
        linked.to_str().unwrap(),
    ]);
    let at = linked.display();
    sandbox
        .sh(&format!(
            "cd {at} && echo new >a && echo c >c && git add c && git commit >/dev/null -s -m c"
        ))
        .expect(0);
    assert_eq!(sandbox.recorded(), ["c"]);
    sandbox
        .sh(&format!("cd {at} && git commit >/dev/null -s -a -m a"))
        .expect(0);
    assert_eq!(sandbox.recorded(), ["a"]);
    sandbox
        .sh(&format!(
            "cd {at} && echo x >b && git commit >/dev/null -s -m b --only b"
        ))
        .expect(0);
    assert_eq!(sandbox.recorded(), ["b"]);
}

#[test]
fn a_git_directory_from_the_environment() {
    let mut sandbox = with_a_and_b();
    // As people keep their dot files: a repository whose work tree is somewhere else.
    let away = sandbox.beside("away.git");
    fs::rename(sandbox.top.join(".git"), &away).unwrap();
    sandbox.write("a", "new");
    sandbox.set("GIT_DIR", &away);
    sandbox.set("GIT_WORK_TREE", sandbox.top.clone());
    assert_eq!(commit(&sandbox, &["--all"]), ["a"]);
    sandbox.write("b", "new");
    sandbox.git(&["add", "b"]);
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert_eq!(sandbox.recorded(), ["b"]);
    // From a directory of the work tree, and with a relative path.
    fs::create_dir(sandbox.top.join("folder")).unwrap();
    sandbox.set("GIT_DIR", "../../away.git");
    sandbox.set("GIT_WORK_TREE", "..");
    sandbox
        .sh(&format!(
            "cd folder && {GATEKEEPER} run --staged --no-cache"
        ))
        .expect(0);
    assert_eq!(sandbox.recorded(), ["b"]);
}

#[test]
fn an_index_from_the_environment() {
    let mut sandbox = with_a_and_b();
    sandbox.write("a", "new");
    fs::copy(sandbox.top.join(".git/index"), sandbox.beside("index")).unwrap();
    sandbox.set("GIT_INDEX_FILE", sandbox.beside("index"));
    sandbox.git(&["add", "a"]);
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert_eq!(sandbox.recorded(), ["a"]);
    // A relative one is meant from the top of the work tree, wherever git is called.
    sandbox.set("GIT_INDEX_FILE", ".git/index");
    fs::create_dir(sandbox.top.join("folder")).unwrap();
    sandbox
        .sh(&format!("cd folder && {GATEKEEPER} run"))
        .expect(0);
    assert_eq!(sandbox.recorded(), ["a", "b", "gates.toml"]);
    sandbox.unset("GIT_INDEX_FILE");
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged"]).expect(0), @"
    passed: already checked: 1 cached, [WHEN]
    gatekeeper run --staged: 0 paths changed
             cached  record          passed on the same tree [WHEN], in [TIME]
    ");
    assert!(sandbox.recorded().is_empty());
}

#[test]
fn from_a_directory_below_the_top() {
    let sandbox = with_a_and_b();
    sandbox.write("folder/c", "");
    sandbox
        .sh("cd folder && git add c && git commit >/dev/null -s -m c")
        .expect(0);
    assert_eq!(sandbox.recorded(), ["folder/c"]);
    sandbox
        .sh(&format!("cd folder && {GATEKEEPER} run"))
        .expect(0);
    assert_eq!(sandbox.recorded(), ["a", "b", "folder/c", "gates.toml"]);
}

#[test]
fn outside_a_work_tree() {
    let sandbox = with_a_and_b();
    let script = |dir: &str| format!("cd {dir} && {GATEKEEPER} run");
    assert_snapshot!(sandbox.sh(&script("..")).expect(3), @"
    error: [ROOT] is not in a git repository
      fatal: not a git repository (or any of the parent directories): .git
    help: change to the work tree of a repository, or create one with `git init`
    ");
    sandbox.sh("git clone -q --bare . ../bare.git").expect(0);
    assert_snapshot!(sandbox.sh(&script("../bare.git")).expect(3), @"
    error: this repository has no work tree
      fatal: this operation must be run in a work tree
    help: gates run on files: run gatekeeper in a work tree (create one with `git worktree add`). In a repository that receives pushes, run `gatekeeper install --server`
    ");
}

#[test]
fn merges_hand_over_what_differs_from_every_parent() {
    let sandbox = with_a_and_b();
    sandbox.git(&["checkout", "--quiet", "-b", "side"]);
    sandbox.write("b", "side\n");
    sandbox.write("from-side", "");
    sandbox.git(&["add", "."]);
    commit(&sandbox, &[]);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.write("a", "main\n");
    commit(&sandbox, &["--all"]);

    // Everything that the merge brings is as it was on one side: it triggers, nothing is handed over.
    let done = sandbox
        .try_git(&["merge", "--quiet", "--no-edit", "side"])
        .expect(0);
    assert_snapshot!(done, @"");
    assert_eq!(sandbox.recorded(), [""; 0]);

    // A conflict: what was resolved differs from both.
    sandbox.git(&["checkout", "--quiet", "side"]);
    sandbox.write("a", "from side\n");
    sandbox.write("only-side", "");
    sandbox.git(&["add", "."]);
    commit(&sandbox, &[]);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox
        .try_git(&["merge", "--quiet", "--no-edit", "side"])
        .expect(1);
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged"]).expect(3), @"
    error: there are unmerged paths: a
    help: resolve the conflicts, then `git add` the files
    ");
    sandbox.write("a", "resolved\n");
    sandbox.git(&["add", "a"]);
    assert_eq!(commit(&sandbox, &[]), ["a"]);
}

#[test]
fn a_merge_is_stopped_by_a_gate() {
    let sandbox = with_a_and_b();
    sandbox.git(&["checkout", "--quiet", "-b", "side"]);
    sandbox.write(
        "gates.toml",
        "[gates.no]\nrun = \"false\"\nfiles = [\"c\"]\n",
    );
    sandbox.git(&["add", "gates.toml"]);
    commit(&sandbox, &[]);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.write("d", "");
    sandbox.git(&["add", "d"]);
    commit(&sandbox, &[]);
    // There is no file for the gate that side brings.
    sandbox
        .try_git(&["merge", "--quiet", "--no-edit", "side"])
        .expect(0);
    sandbox.git(&["checkout", "--quiet", "-b", "third", "main~1"]);
    sandbox.write("c", "third");
    sandbox.git(&["add", "c"]);
    sandbox.sh("elsewhere commit -qsm third").expect(0);
    sandbox.git(&["checkout", "--quiet", "main"]);
    let done = sandbox.try_git(&["merge", "--no-edit", "-X", "theirs", "third"]);
    assert_ne!(done.code(), 0, "{}", done.stderr);
    assert_snapshot!(done, @"
    the commit was stopped: no failed: exit code 1
    gatekeeper pre-merge-commit: 1 path changed
             failed  no  [TIME]  exit code 1

    no failed
        cause  exit code 1, after [TIME]
       output  none
      command  false
       repeat  gatekeeper run --staged no

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: no -- REASON'
    Not committing merge; use 'git commit' to complete the merge.
    ");
    assert!(sandbox.top.join(".git/MERGE_HEAD").exists());
}

#[test]
fn odd_names_are_bytes() {
    let sandbox = Sandbox::with_gates(
        "[gates.direct]\nrun = \"record {files}\"\nfiles = [\"odd/**\"]\n\
         [gates.shell]\nrun = \"for f in {files}; do test -f \\\"$f\\\" || exit 1; done\"\nfiles = [\"odd/**\"]\n",
    );
    let names: [&[u8]; 12] = [
        b"-n",
        b"--help",
        b" lead",
        b"trail ",
        b"a'b",
        b"a\"b",
        b"$(touch owned)",
        b"`x`",
        b"*",
        b":(top)x",
        b"tab\there",
        b"caf\xe9",
    ];
    for name in names {
        let mut path = b"odd/".to_vec();
        path.extend_from_slice(name);
        sandbox.write(OsStr::from_bytes(&path), "");
    }
    sandbox.write("odd/new\nline", "");
    sandbox.git(&["add", "."]);
    assert_eq!(commit(&sandbox, &[]).len(), names.len() + 2);
    assert!(!sandbox.top.join("owned").exists());

    sandbox.write("-top", "");
    sandbox.write("gates.toml", "[gates.direct]\nrun = \"record {files}\"\n");
    sandbox.git(&["add", "."]);
    let given = commit(&sandbox, &[]);
    assert_eq!(given[..2], ["./-top", "gates.toml"]);
    assert_eq!(given.len(), names.len() + 4);
}

#[test]
fn no_lock_of_gits_is_taken_or_needed() {
    let sandbox = with_a_and_b();
    sandbox.write("a", "new");
    sandbox.git(&["add", "a"]);
    let before = fs::read(sandbox.top.join(".git/index")).unwrap();
    let lock = sandbox.top.join(".git/index.lock");
    fs::write(&lock, "somebody else's").unwrap();
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert_eq!(sandbox.recorded(), ["a"]);
    assert_eq!(fs::read(&lock).unwrap(), b"somebody else's");
    assert_eq!(fs::read(sandbox.top.join(".git/index")).unwrap(), before);
}

/// The files that the gate has been given in the next commit, which has this gates.toml besides what is staged.
fn commit_with(sandbox: &Sandbox, gates: &str, reason: &str) -> Vec<String> {
    sandbox.write("gates.toml", format!("{gates}{FREE}"));
    let reason = format!("Gate-Change: {reason}");
    commit(sandbox, &["--all", "--message", &reason])
}

#[test]
fn a_gate_that_is_defined_otherwise_gets_all_files() {
    let sandbox = with_a_and_b();
    let all = ["a", "b", "gates.toml"];
    let strict = "[gates.record]\nrun = \"record {files}\"\nenv = { STRICT = \"1\" }\n";
    assert_eq!(commit_with(&sandbox, strict, "be strict"), all);
    let weak = "[gates.record]\nrun = \"record {files}\"\nfiles = [\"a\"]\n";
    assert_eq!(commit_with(&sandbox, weak, "a only"), ["a"]);
    sandbox.write("b", "evil\n");
    assert_eq!(commit(&sandbox, &["--all"]), [""; 0]);
    assert_eq!(commit_with(&sandbox, strict, "be strict again"), all);
    let renamed = strict.replace("gates.record", "gates.again");
    assert_eq!(commit_with(&sandbox, &renamed, "another name"), all);
    let off = format!("{renamed}skip = {{ reason = \"flaky\", until = \"2999-01-31\" }}\n");
    assert_eq!(commit_with(&sandbox, &off, "it is flaky"), [""; 0]);
    sandbox.write("b", "came in meanwhile\n");
    assert_eq!(commit(&sandbox, &["--all"]), [""; 0]);
    assert_eq!(commit_with(&sandbox, &renamed, "it is not flaky"), all);
}

#[test]
fn a_merge_that_takes_a_gate_back_gives_it_all_files() {
    let sandbox = with_a_and_b();
    sandbox.git(&["switch", "--quiet", "--create", "weak"]);
    let weak = "[gates.record]\nrun = \"record {files}\"\nexclude = [\"b\"]\n";
    assert_eq!(commit_with(&sandbox, weak, "not b"), ["a", "gates.toml"]);
    sandbox.write("b", "evil\n");
    assert_eq!(commit(&sandbox, &["--all"]), [""; 0]);
    sandbox.git(&["switch", "--quiet", "main"]);
    sandbox.write("c", "");
    sandbox.git(&["add", "c"]);
    assert_eq!(commit(&sandbox, &[]), ["c"]);
    sandbox.git(&["switch", "--quiet", "weak"]);
    sandbox.git(&["merge", "--quiet", "--no-commit", "main"]);
    sandbox.git(&["checkout", "main", "--", "gates.toml"]);
    assert_eq!(commit(&sandbox, &[]), ["a", "b", "c", "gates.toml"]);
    sandbox.gatekeeper(&["audit", "--gates=each", "HEAD^!"]);
    assert_eq!(sandbox.recorded(), ["a", "b", "c", "gates.toml"]);
}

#[test]
fn a_gate_that_means_the_same_gets_what_has_changed() {
    let sandbox = with_a_and_b();
    let other = "\n[gates.other]\nrun = \"true\"\nfiles = [\"none\"]\n";
    for gates in [
        format!("# The gates.\n{GATES}"),
        "[gates.record]\nlevel = \"warn\"\nrun = 'record {files}'\n".to_owned(),
        GATES.to_owned(),
        format!("{GATES}hooks = [\"pre-commit\", \"pre-push\"]\n{other}"),
    ] {
        assert_eq!(commit_with(&sandbox, &gates, "wording"), ["gates.toml"]);
    }
}

#[test]
fn a_malformed_exception_is_refused_at_the_commit() {
    let sandbox = with_a_and_b();
    for value in [
        "",
        "*",
        "* -- the registry is down",
        "record,other -- the registry is down",
        "record other -- the registry is down",
        "re'cord -- the registry is down",
        "record the registry is down",
        "record --",
        "record -- short",
    ] {
        sandbox.write("a", format!("{value}\n"));
        let message = format!("next\n\nGate-Exception: {value}");
        let done = sandbox.try_git(&["commit", "--quiet", "--all", "--message", &message]);
        let is_said = done.stderr.contains("[gates.exception]")
            && done
                .stderr
                .contains("write it as `Gate-Exception: gate -- reason`");
        assert!(done.code() == 1 && is_said, "{value}\n{}", done.stderr);
    }
}
