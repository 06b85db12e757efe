//! Protected branches: nothing is committed straight onto one, in whatever way.

use insta::assert_snapshot;

use crate::cases::tells_names;
use crate::sandbox::{Done, Sandbox};

const GATES: &str = "[settings]\nprotected-branches = [\"main\", \"release/*\"]\n[gates.show]\nrun = \"record ran\"\n";

/// On `main`, which is protected, with a branch `side` that has one commit more, and a patch of that.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    for (name, contents) in [("gates.toml", GATES), ("base", "base\n")] {
        sandbox.write(name, contents);
        sandbox.git(&["add", name]);
        sandbox.git(&["commit", "-q", "-s", "-m", name]);
    }
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.git(&["switch", "-q", "-c", "side"]);
    sandbox.write("side", "side\n");
    sandbox.git(&["add", "side"]);
    sandbox.git(&["commit", "-q", "-s", "-m", "side"]);
    sandbox
        .sh("git format-patch -q -1 --stdout >../patch")
        .expect(0);
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.recorded();
    sandbox
}

#[track_caller]
fn refused(sandbox: &Sandbox, done: Done) -> Done {
    assert_ne!(done.code(), 0, "{}", done.stderr);
    assert!(sandbox.recorded().is_empty(), "a gate has run");
    assert_eq!(sandbox.git(&["rev-list", "--count", "main"]), "2\n");
    done.says("error: main is protected: it does not accept direct commits")
}

#[test]
fn a_commit_straight_onto_it_is_refused_and_the_named_command_helps() {
    let sandbox = sandbox();
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    for more in ["-m a", "--amend --no-edit", "-m a --only a"] {
        let done = sandbox.sh(&format!("git commit -s {more}"));
        let done = refused(&sandbox, done);
        insta::allow_duplicates!(assert_snapshot!(done, @"
        error: main is protected: it does not accept direct commits (`protected-branches` in gates.toml)
        next: create a branch with `git switch -c NAME`, which keeps what is staged, and commit again
        "));
    }
    sandbox.git(&["switch", "-q", "-c", "work"]);
    sandbox.git(&["commit", "-q", "-s", "-m", "a"]);
    assert_eq!(
        sandbox.git(&["show", "--format=", "--name-only", "HEAD"]),
        "a\n"
    );

    sandbox.git(&["switch", "-q", "-c", "release/1.0"]);
    let done = sandbox.sh("git commit -s --allow-empty -m empty");
    assert_ne!(done.code(), 0);
    assert_snapshot!(done, @"
    error: release/1.0 is protected: it does not accept direct commits (`protected-branches` in gates.toml)
    next: create a branch with `git switch -c NAME`, which keeps what is staged, and commit again
    ");
    sandbox.git(&["switch", "-q", "-c", "mending/1.0"]);
    sandbox.sh("git commit -s --allow-empty -m empty").expect(0);
}

#[test]
fn what_git_begins_itself_is_refused_with_the_way_back() {
    let sandbox = sandbox();
    let mut told = String::new();
    for (begun, undo) in [
        ("git merge --no-ff --no-edit side", "git merge --abort"),
        ("git cherry-pick -s side", "git cherry-pick --abort"),
        ("git revert -s --no-edit HEAD", "git reset --merge"),
        (
            "GIT_EDITOR=true git revert -s --edit HEAD",
            "git reset --merge",
        ),
        ("git am -s ../patch", "git am --abort"),
    ] {
        let done = sandbox.sh(begun);
        told += &refused(&sandbox, done).told();
        sandbox.sh(undo).expect(0);
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
        sandbox.sh("git switch -q -c NAME").expect(0);
        sandbox.sh(begun).expect(0);
        sandbox
            .sh("git switch -q main && git branch -q -D NAME")
            .expect(0);
        sandbox.recorded();
    }
    assert_snapshot!(told, @"
    error: main is protected: it does not accept direct commits (`protected-branches` in gates.toml)
    next: run `git merge --abort`, create a branch with `git switch -c NAME` and repeat the command there
    Not committing merge; use 'git commit' to complete the merge.
    ---
    error: main is protected: it does not accept direct commits (`protected-branches` in gates.toml)
    next: run `git cherry-pick --abort`, create a branch with `git switch -c NAME` and repeat the command there
    error: 'prepare-commit-msg' hook failed
    fatal: cherry-pick failed
    ---
    error: main is protected: it does not accept direct commits (`protected-branches` in gates.toml)
    next: run `git reset --merge`, create a branch with `git switch -c NAME` and repeat the command there
    error: 'prepare-commit-msg' hook failed
    fatal: revert failed
    ---
    error: main is protected: it does not accept direct commits (`protected-branches` in gates.toml)
    next: run `git reset --merge`, create a branch with `git switch -c NAME` and repeat the command there
    ---
    stdout:
    Applying: side
    stderr:
    error: main is protected: it does not accept direct commits (`protected-branches` in gates.toml)
    next: run `git am --abort`, create a branch with `git switch -c NAME` and repeat the command there
    ---
    ");
}

#[test]
fn several_reverts_are_taken_back_together() {
    let sandbox = sandbox();
    let done = sandbox.sh("git revert -s --no-edit HEAD HEAD~1");
    assert_snapshot!(refused(&sandbox, done), @"
    error: main is protected: it does not accept direct commits (`protected-branches` in gates.toml)
    next: run `git revert --abort`, create a branch with `git switch -c NAME` and repeat the command there
    error: 'prepare-commit-msg' hook failed
    fatal: revert failed
    ");
    sandbox.sh("git revert --abort").expect(0);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_tree_that_is_checked_is_refused_as_well() {
    let sandbox = sandbox();
    // The tree of `side`, checked when it was committed.
    let done = sandbox.sh("git cherry-pick -s side");
    refused(&sandbox, done);
    sandbox.git(&["cherry-pick", "--abort"]);
    let done = sandbox.sh("git merge -q --squash side && git commit >/dev/null -s -m squashed");
    refused(&sandbox, done);
}

#[test]
fn what_makes_no_commit_there_passes() {
    let sandbox = sandbox();
    sandbox.sh("git merge -q --ff-only side").expect(0);
    sandbox.sh("git reset -q --hard HEAD~1").expect(0);
    sandbox
        .sh("git init -q --bare ../there && git push -q ../there side:main")
        .expect(0);
    sandbox.sh("git pull -q ../there main").expect(0);
    // A rebase makes its commits on no branch.
    sandbox.sh("git reset -q --hard HEAD~1").expect(0);
    sandbox.git(&["switch", "-q", "--detach"]);
    sandbox
        .sh("git commit -s --allow-empty -m detached")
        .expect(0);
    sandbox.sh("git rebase -q --signoff HEAD side").expect(0);
}

#[test]
fn the_protection_cannot_be_taken_away_in_the_same_commit() {
    let sandbox = sandbox();
    sandbox.write("gates.toml", "[gates.show]\nrun = \"record ran\"\n");
    let done = sandbox.sh("git commit -s -a -m unprotected");
    refused(&sandbox, done);
    // It is there from the commit on that brings it.
    sandbox.git(&["switch", "-q", "-c", "work"]);
    let commit = "git commit >/dev/null -s -a -m unprotected";
    let done = sandbox.sh(commit);
    assert_ne!(done.code(), 0);
    assert_snapshot!(done, @"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because git commits from a temporary index
             passed  show  [TIME]

    warning[gates.weakened]: the configuration is weaker: fewer branches are protected
    --> gates.toml:1
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    note: 1 weakening needs a reason in the message: `Gate-Change: reason`

    1 passed in [TIME]
    gatekeeper: the message was refused: 1 problem

    error[gate-change.missing]: the commit weakens or changes its own checks without giving a reason
    note: gates.toml:1: the configuration is weaker: fewer branches are protected
    help: add a trailer with a reason of at least 10 characters: `Gate-Change: reason`

    next: run this with REASON filled in
      git -c 'trailer.where=start' commit -a --trailer 'Gate-Change: REASON' -F .git/gatekeeper/message-[ID1]
    The message then has
      Gate-Change: REASON
    If you are an AI agent, you have to be credited; then run this instead, with your name and model:
      git -c 'trailer.where=start' commit -a --trailer 'Gate-Change: REASON' --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ");
    let declared = format!("{commit} --trailer 'Gate-Change: the branch is protected elsewhere'");
    sandbox.sh(&declared).expect(0);
    sandbox.write("gates.toml", GATES.replace("main", "work"));
    let done = sandbox.sh("git commit >/dev/null -s -a -m protected");
    assert_ne!(done.code(), 0);
    assert_snapshot!(done, @"
    error: work is protected: it does not accept direct commits (`protected-branches` in gates.toml)
    next: create a branch with `git switch -c NAME`, which keeps what is staged, and commit again
    ");
}

#[test]
fn the_first_commit_of_all_has_to_go_somewhere() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", GATES);
    sandbox.git(&["add", "gates.toml"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.git(&["commit", "-q", "-s", "-m", "first"]);
    // Where there is another, a branch without one is none of these.
    sandbox.git(&["switch", "-q", "--orphan", "release/2"]);
    sandbox.write("gates.toml", GATES);
    sandbox.git(&["add", "gates.toml"]);
    let done = sandbox.sh("git commit -s -m orphan");
    assert_ne!(done.code(), 0);
    assert_snapshot!(done, @"
    error: release/2 is protected: it does not accept direct commits (`protected-branches` in gates.toml)
    next: create a branch with `git switch -c NAME`, which keeps what is staged, and commit again
    ");
}

#[test]
fn by_hand_the_gates_run_and_the_report_tells() {
    let sandbox = sandbox();
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    let done = sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert_snapshot!(done, @"
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed
             passed  show  [TIME]

    note: main is protected, so a commit here is refused; create a branch with `git switch -c NAME`
    ");
    assert_eq!(sandbox.recorded(), ["ran"]);
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(0), @"
    passed: 1 passed in [TIME]
    gatekeeper run: 3 paths tracked
             passed  show  [TIME]
    ");
}

#[test]
fn names_that_no_branch_has_are_errors() {
    let sandbox = Sandbox::new();
    let mut told = String::new();
    for pattern in ["refs/heads/main", "release/", "!main", "a b", "["] {
        let gates = GATES.replace("release/*", pattern);
        sandbox.write("gates.toml", gates);
        told += &sandbox.gatekeeper(&["config", "check"]).expect(2).told();
    }
    assert_snapshot!(told, @r#"
    error: gates.toml has 1 error
      error: `refs/heads/main` matches no branch
       --> gates.toml:2:31
        |
      2 | protected-branches = ["main", "refs/heads/main"]
        |                               ^^^^^^^^^^^^^^^^^ write "main"
        |
      help: name branches as `git branch` shows them, as in "main" or "release/*"
    ---
    error: gates.toml has 1 error
      error: `release/` matches no branch
       --> gates.toml:2:31
        |
      2 | protected-branches = ["main", "release/"]
        |                               ^^^^^^^^^^ to match every name that begins with this, write "release/**"
        |
      help: name branches as `git branch` shows them, as in "main" or "release/*"
    ---
    error: gates.toml has 1 error
      error: `!main` matches no branch
       --> gates.toml:2:31
        |
      2 | protected-branches = ["main", "!main"]
        |                               ^^^^^^^ this is not a valid branch name
        |
      help: name branches as `git branch` shows them, as in "main" or "release/*"
    ---
    error: gates.toml has 1 error
      error: `a b` matches no branch
       --> gates.toml:2:31
        |
      2 | protected-branches = ["main", "a b"]
        |                               ^^^^^ this is not a valid branch name
        |
      help: name branches as `git branch` shows them, as in "main" or "release/*"
    ---
    error: gates.toml has 1 error
      error: this is not a valid glob pattern
       --> gates.toml:2:31
        |
      2 | protected-branches = ["main", "["]
        |                               ^^^ unclosed character class; missing ']'
    ---
    "#);
    sandbox.write("gates.toml", GATES);
    assert_snapshot!(sandbox.gatekeeper(&["config", "show"]).expect(0), @r#"
stdout:
[settings]
enforcement = "strict"
# budget: 2m at commits
# jobs: [JOBS] on this machine
fail-fast = false
isolation = "auto"
untracked = "hide"
fix-on-commit = false
partial = "merge"
cache = true
# ungated-branches: none
# launcher: none, commands run on this machine
rebase = "each"
branch-receipts = "enforce"
branch-messages = "warn"
protected-branches = ["main", "release/*"]

[commit-msg]
exempt-merges = true
exempt-authors = ['\[bot\]@users\.noreply\.github\.com$']
skip-ci = "error"
diff = "error"

[commit-msg.signed-off-by]
required = "always"
match = "author-or-committer"
mailmap = true
duplicates = "error"
order = "warn"
co-developed = "allow"
remediation = "off"

[commit-msg.assisted-by]
required = "when-agent"
# format: agent, checked against the definitions; without definitions, agent or kernel
key = "Assisted-By"
generated-line = false
fill-in = true

[commit-msg.trailers]
# require: none
# forbid: none
# once: none
values = {}

[commit-msg.subject]
style = "free"
# max-length: any
trailing-period = "allow"

[agents]
# definitions: none
variables = {}
addresses = {}

[bypass]
# exclude: nothing
documentation = ["**/*.md", "**/*.rst", "**/*.txt", "**/*.adoc", "docs/**", "doc/**", "**/CHANGELOG*"]
# patterns: none of its own
# exceptions: none

[bypass.rules]
"python.noqa-file" = "error"
"python.noqa-coded" = "warn"
"python.noqa-bare" = "error"
"python.type-ignore-file" = "error"
"python.type-ignore-bare" = "error"
"python.type-ignore-coded" = "warn"
"python.nosec-coded" = "error"
"python.nosec-bare" = "error"
"python.no-cover" = "off"
"python.pylint-all" = "error"
"python.pylint-disable" = "warn"
"python.fmt-off" = "off"
"python.test-skip" = "error"
"python.test-skipif" = "off"
"js.eslint-disable-file" = "error"
"js.eslint-disable" = "warn"
"js.stylelint-disable" = "warn"
"js.biome-ignore-file" = "error"
"js.biome-ignore" = "warn"
"js.format-ignore" = "off"
"js.ts-ignore" = "error"
"js.ts-expect-error" = "warn"
"js.deno-lint-ignore-file" = "error"
"js.deno-lint-ignore" = "warn"
"js.test-only" = "error"
"js.test-skip" = "warn"
"js.test-skipif" = "off"
"js.no-cover" = "off"
"rust.allow-crate" = "error"
"rust.allow" = "warn"
"rust.cfg-never" = "error"
"rust.fmt-skip" = "off"
"rust.no-cover" = "off"
"rust.expect" = "off"
"rust.test-ignore" = "warn"
"go.nolint-bare" = "error"
"go.nolint-coded" = "off"
"go.lint-ignore-file" = "error"
"go.nosec-coded" = "warn"
"go.test-never-run" = "error"
"go.nosec-bare" = "error"
"go.test-skip" = "off"
"java.suppress-warnings" = "warn"
"java.test-disabled" = "warn"
"java.nosonar" = "warn"
"ruby.rubocop-disable" = "warn"
"shell.shellcheck-disable" = "off"
"shell.or-true" = "off"
"shell.set-plus-e" = "off"
"git.no-verify" = "error"
"git.hooks-off" = "error"
"git.hooks-path" = "warn"
"git.hook-switch" = "error"
"ci.continue-on-error" = "error"
"ci.or-true" = "error"
"ci.no-errexit" = "warn"
"ci.if-false" = "error"
"security.nosemgrep-coded" = "warn"
"security.nosemgrep-bare" = "error"
"security.secret-allowed" = "warn"
"security.misconfiguration" = "warn"

[checks]
merge-markers = "error"
secrets = "error"
private-keys = "error"
large-files = "error"
max-file-size = 5120
path-collisions = "error"
windows-names = "warn"
symlinks = "error"
syntax = "error"
trailing-blanks = "off"
final-newline = "off"
line-endings = "off"
byte-order-mark = "off"
script-modes = "off"
submodules = "off"
# exclude: nothing

[receipts]
share = "refs/notes/gatekeeper"
trust = "none"
# ci: none

[gates."show"]
kind = "custom"
run = "record ran"
# launcher: none, commands run on this machine
# inputs: no ignored directory
shards = 1
# runner: any
# files: every change
# exclude: nothing
# widen: nothing
dir = "."
env = {}
# timeout: 1m at commits, none in `gatekeeper run`
# needs: no other gate
isolation = "auto"
untracked = "hide"
hooks = ["pre-commit"]
level = "block"
cache = true
exclusive = false
# lock: none
heavy = false
anywhere = false
success-codes = [0]
# expect: nothing
# forbid: nothing
new = "all"
"#);
}

#[test]
fn no_plumbing_brings_a_protected_branch_a_commit_or_takes_its_own() {
    let sandbox = sandbox();
    // The gates have passed on the tree, and yet no branch has the commit.
    sandbox
        .sh("git switch -q side && echo 2 >two && git add two && git commit -q -s -m two && git switch -q main")
        .expect(0);
    let mut told = String::new();
    for script in [
        "git update-ref refs/heads/main $(git commit-tree -p main -m 'Direct\n\nSigned-off-by: Jane Doe <jane@example.com>' side^{tree})",
        "git branch -q other main~1 && git switch -q other && git commit -q --allow-empty -s -m other && git branch -f main other",
        "git update-ref refs/heads/main other",
        "git fetch -q . +other:main",
        "git push -q . +other:main",
        // Below, `alias` is another name of main.
        "git symbolic-ref refs/heads/alias refs/heads/main; git switch -q alias && git commit -q --allow-empty -s -m alias",
        "git update-ref refs/heads/alias $(git commit-tree -p main -m 'Direct\n\nSigned-off-by: Jane Doe <jane@example.com>' side^{tree})",
    ] {
        let done = sandbox.sh(script);
        assert_ne!(done.code(), 0, "{script}");
        assert_eq!(
            sandbox.git(&["log", "-1", "--format=%s", "main"]),
            "base\n",
            "{script}"
        );
        let first = done
            .stderr
            .lines()
            .find(|line| line.contains(" is protected"));
        told += first.unwrap_or("nothing");
        told += "\n";
    }
    assert_snapshot!(told, @r"
    error: main is protected: it does not accept a commit that is on no other branch (`protected-branches` in gates.toml)
    error: main is protected: its commits cannot be replaced by those of another branch (`protected-branches` in gates.toml)
    error: main is protected: its commits cannot be replaced by those of another branch (`protected-branches` in gates.toml)
    error: main is protected: its commits cannot be replaced by those of another branch (`protected-branches` in gates.toml)
    error: main is protected: its commits cannot be replaced by those of another branch (`protected-branches` in gates.toml)
    error: main is protected: it does not accept direct commits (`protected-branches` in gates.toml)
    error: main is protected: it does not accept a commit that is on no other branch (`protected-branches` in gates.toml)
    ");
    // A fast-forward, and the way back and forth again.
    for script in [
        "git switch -q main",
        "git update-ref refs/heads/main side~1",
        "git reset -q --hard side",
        "git reset -q --hard HEAD~1",
        "git reset -q --hard main@{1}",
        "git rebase -q --force-rebase HEAD~1",
        "git reset -q --hard ORIG_HEAD",
    ] {
        sandbox.sh(script).expect(0);
    }
}

#[test]
fn a_protected_branch_becomes_no_other_name_of_a_branch() {
    let sandbox = sandbox();
    if !tells_names(&sandbox) {
        return;
    }
    let done = sandbox.sh("git switch -q side && git symbolic-ref refs/heads/main refs/heads/side");
    assert_snapshot!(done, @r"
    error: main is protected: it cannot become another name of side, which accepts direct commits (`protected-branches` in gates.toml)
    next: to bring main to what side has, run `git switch main` and `git merge --ff-only side`
    fatal: ref updates aborted by hook
    ");
    let stdin = sandbox
        .sh("printf 'symref-update refs/heads/main refs/heads/side\\n' | git update-ref --stdin");
    stdin.says("error: main is protected: it cannot become another name of side");
    // A name of a protected branch, or of none.
    sandbox
        .sh("git symbolic-ref refs/heads/release/1 refs/heads/main && git symbolic-ref refs/heads/x refs/heads/side && git symbolic-ref HEAD refs/heads/x")
        .expect(0);
    sandbox
        .sh("git symbolic-ref HEAD refs/heads/side")
        .expect(0);
    // One that was made by hand is seen when its branch moves, if the configuration names it in full.
    sandbox.write(".git/refs/heads/main", "ref: refs/heads/side\n");
    let done = sandbox.sh("git commit -q --allow-empty -s -m x");
    assert_snapshot!(done, @r"
    error: main is protected: it does not accept a commit that is on no other branch (`protected-branches` in gates.toml)
    next: run `git branch NAME [ID1]`, and merge that branch as usual
    fatal: ref updates aborted by hook
    ");
}
