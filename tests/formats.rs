//! Repositories that libgit2 cannot open or read: git's plumbing is used there, and "no files" is
//! never the answer.

use crate::sandbox::Sandbox;

const GATES: &str = "[gates.record]\nrun = \"record {files}\"\nfiles = [\"**/*.py\"]\n";

/// Goes through a commit, a commit of everything and a plain run.
fn works_as_usual(sandbox: &Sandbox) {
    sandbox.write("gates.toml", GATES);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.write("a.py", "a");
    sandbox.write("src/b.py", "b");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "one"]);
    assert_eq!(sandbox.recorded(), ["a.py", "src/b.py"]);
    sandbox.write("src/b.py", "new");
    sandbox.git(&["commit", "--quiet", "-a", "-m", "two"]);
    assert_eq!(sandbox.recorded(), ["src/b.py"]);
    sandbox.gatekeeper(&["run"]).expect(0);
    assert_eq!(sandbox.recorded(), ["a.py", "src/b.py"]);
    sandbox.gatekeeper(&["run", "--from", "HEAD~1"]).expect(0);
    assert_eq!(sandbox.recorded(), ["src/b.py"]);
    sandbox.git(&["rm", "--quiet", "a.py"]);
    sandbox.git(&["commit", "--quiet", "-m", "three"]);
    sandbox.gatekeeper(&["run"]).expect(0);
    assert_eq!(sandbox.recorded(), ["src/b.py"]);
}

/// Whether the git at hand knows an option of `git init`; older ones do not, and then there are
/// no such repositories to be had.
fn git_can(argument: &str) -> bool {
    let sandbox = Sandbox::new();
    let done = sandbox.try_git(&["init", "--quiet", argument, "../probe"]);
    let knows = done.code() == 0;
    assert!(
        knows || done.stderr.contains("unknown option"),
        "{}",
        done.stderr
    );
    knows
}

#[test]
fn reftable() {
    if git_can("--ref-format=reftable") {
        works_as_usual(&Sandbox::with_init(&["--ref-format=reftable"]));
    }
}

#[test]
fn sha256() {
    if git_can("--object-format=sha256") {
        works_as_usual(&Sandbox::with_init(&["--object-format=sha256"]));
    }
}

#[test]
fn split_index() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "core.splitIndex", "true"]);
    sandbox.git(&["config", "splitIndex.maxPercentChange", "100"]);
    works_as_usual(&sandbox);
    let shared = sandbox.sh("ls .git/sharedindex.*").stdout;
    assert!(
        !shared.is_empty(),
        "the index was not split, so nothing was tested"
    );
}

#[test]
fn index_version_4() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "index.version", "4"]);
    works_as_usual(&sandbox);
}

#[test]
fn untracked_cache() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "core.untrackedCache", "true"]);
    works_as_usual(&sandbox);
}

#[test]
fn work_tree_configuration() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "extensions.worktreeConfig", "true"]);
    works_as_usual(&sandbox);
}

#[test]
fn sparse_index() {
    let sandbox = Sandbox::new();
    works_as_usual(&sandbox);
    sandbox.write("far/away/x.py", "");
    sandbox.write("far/away/y.py", "");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "far"]);
    sandbox.recorded();
    sandbox.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "src"]);
    assert!(
        sandbox.git(&["ls-files", "--sparse"]).contains("far/\n"),
        "the index is not sparse"
    );
    sandbox.write("src/b.py", "sparse");
    sandbox.git(&["commit", "--quiet", "-a", "-m", "sparse"]);
    assert_eq!(sandbox.recorded(), ["src/b.py"]);
    // What is not checked out is not handed over.
    sandbox.gatekeeper(&["run"]).expect(0);
    assert_eq!(sandbox.recorded(), ["src/b.py"]);
}

#[test]
fn sparse_checkout_with_a_full_index() {
    let sandbox = Sandbox::new();
    works_as_usual(&sandbox);
    sandbox.write("far/x.py", "");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "far"]);
    sandbox.recorded();
    sandbox.git(&[
        "sparse-checkout",
        "set",
        "--no-cone",
        "/src/",
        "/gates.toml",
    ]);
    assert!(!sandbox.top.join("far").exists());
    sandbox.gatekeeper(&["run"]).expect(0);
    assert_eq!(sandbox.recorded(), ["src/b.py"]);
}

#[test]
fn partial_clone() {
    let origin = Sandbox::new();
    works_as_usual(&origin);
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = Sandbox::new();
    let url = format!("file://{}", origin.top.display());
    clone.sh("rm -rf .git").expect(0);
    clone.git(&["clone", "--quiet", "--filter=blob:none", &url, "."]);
    let extension = clone.git(&["config", "--get-regexp", "partialclone|promisor"]);
    assert!(!extension.is_empty(), "the clone is not partial");
    clone.gatekeeper(&["install"]).expect(0);
    clone.write("src/b.py", "in the clone");
    clone.git(&["commit", "--quiet", "-a", "-m", "clone"]);
    assert_eq!(clone.recorded(), ["src/b.py"]);
    clone.gatekeeper(&["run"]).expect(0);
    assert_eq!(clone.recorded(), ["src/b.py"]);
}
