//! Real pushes to bare repositories whose hook checks what comes.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;

use crate::sandbox::{Done, GATEKEEPER, Sandbox, finish, write_program};

/// A gate that no change here fails by itself.
const GATES: &str = "[gates.check]\nrun = \"sh check.sh\"\nfiles = [\"**\"]\n";

/// What the gate runs.
const CHECK: &str = "#!/bin/sh\n! grep -r broken src\n";

/// A repository without hooks of its own, and a bare one beside it.
fn sandbox(options: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.git(&["init", "--quiet", "--bare", "../server.git"]);
    sandbox.git(&["remote", "add", "origin", "../server.git"]);
    sandbox.write("gates.toml", GATES);
    sandbox.write("check.sh", CHECK);
    sandbox.write("src/a.py", "a = 1\n");
    commit(&sandbox, "Begin");
    on_server(&sandbox, &[&["install", "--server"], options].concat()).expect(0);
    sandbox
}

/// The same, with its first commit pushed.
fn pushed(options: &[&str]) -> Sandbox {
    let sandbox = sandbox(options);
    push(&sandbox, "main").expect(0);
    sandbox
}

fn server(sandbox: &Sandbox) -> PathBuf {
    sandbox.beside("server.git")
}

fn on_server(sandbox: &Sandbox, arguments: &[&str]) -> Done {
    let mut command = sandbox.command(GATEKEEPER, arguments);
    finish(command.current_dir(server(sandbox)))
}

fn commit(sandbox: &Sandbox, message: &str) {
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
}

fn push(sandbox: &Sandbox, what: &str) -> Done {
    sandbox.try_git(&["push", "origin", what])
}

/// What a reference of the server names; nothing if there is none.
fn there(sandbox: &Sandbox, name: &str) -> String {
    let server = server(sandbox);
    let server = server.to_str().unwrap();
    let found = sandbox.try_git(&["--git-dir", server, "rev-parse", "--verify", "-q", name]);
    found.stdout.trim().to_owned()
}

fn here(sandbox: &Sandbox) -> String {
    sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned()
}

/// How many objects, loose or packed, the server has, quarantines included.
fn objects(sandbox: &Sandbox) -> usize {
    fn files(dir: &Path) -> usize {
        let entries = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let count = |path: PathBuf| if path.is_dir() { files(&path) } else { 1 };
        entries.map(count).sum()
    }
    files(&server(sandbox).join("objects"))
}

#[test]
fn a_message_is_refused_in_words_and_nothing_stays() {
    let sandbox = pushed(&[]);
    let (before, objects_before) = (there(&sandbox, "main"), objects(&sandbox));
    sandbox.write("src/a.py", "a = 2\n");
    sandbox.sh("git commit -q -a -m 'Say two'").expect(0);
    let id = here(&sandbox);
    let done = push(&sandbox, "main").expect(1).naming(&id, "SAY TWO");
    assert_snapshot!(done, @"
    remote: refused: [SAY TWO] Say two
    remote: error[signed-off-by.missing]: the Signed-off-by trailer is missing
    remote: note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
    remote:       expected  Signed-off-by: Jane Doe <jane@example.com>
    remote:
    remote: gatekeeper: the push was refused (1 of 1 new commit); nothing was changed here
    remote: next: fix the messages as far as possible with `gatekeeper audit --fix --signoff [SAY TWO]~1..`
    remote: then push again
    To ../server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
    assert_eq!(there(&sandbox, "main"), before);
    assert_eq!(objects(&sandbox), objects_before);
    // What was said works.
    let range = format!("{}~1..", &id[..10]);
    sandbox
        .gatekeeper(&["audit", "--fix", "--signoff", &range])
        .expect(0);
    assert_snapshot!(push(&sandbox, "main").expect(0), @"
    To ../server.git
       [ID1]..[ID2]  main -> main
    ");
    assert_eq!(there(&sandbox, "main"), here(&sandbox));
}

#[test]
fn an_added_line_is_refused_in_every_commit_on_every_way() {
    let sandbox = pushed(&[]);
    sandbox.write("src/a.py", "import x  # noqa\n");
    commit(&sandbox, "Import x");
    let id = here(&sandbox);
    // A commit on top does not unmake it.
    sandbox.write("src/a.py", "a = 1\n");
    commit(&sandbox, "Import it no longer");
    let url = format!("file://{}", server(&sandbox).display());
    let path = server(&sandbox).display().to_string();
    let mut told = String::new();
    for address in ["origin", &url, &path] {
        let done = sandbox.try_git(&["push", address, "HEAD:main"]).expect(1);
        told += &done.naming(&id, "IMPORT X").told();
    }
    assert_snapshot!(told, @"
    remote: refused: [IMPORT X] Import x
    remote: error[python.noqa-bare]: this silences every lint on the line
    remote:  --> src/a.py:1:11
    remote:   |
    remote: 1 | import x  # noqa
    remote:   |           ^^^^^^
    remote: help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 2 new commits); nothing was changed here
    remote: next: run `git rebase -i [IMPORT X]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] HEAD -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ---
    remote: refused: [IMPORT X] Import x
    remote: error[python.noqa-bare]: this silences every lint on the line
    remote:  --> src/a.py:1:11
    remote:   |
    remote: 1 | import x  # noqa
    remote:   |           ^^^^^^
    remote: help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 2 new commits); nothing was changed here
    remote: next: run `git rebase -i [IMPORT X]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To file://[ROOT]/server.git
     ! [remote rejected] HEAD -> main (pre-receive hook declined)
    error: failed to push some refs to 'file://[ROOT]/server.git'
    ---
    remote: refused: [IMPORT X] Import x
    remote: error[python.noqa-bare]: this silences every lint on the line
    remote:  --> src/a.py:1:11
    remote:   |
    remote: 1 | import x  # noqa
    remote:   |           ^^^^^^
    remote: help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 2 new commits); nothing was changed here
    remote: next: run `git rebase -i [IMPORT X]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To [ROOT]/server.git
     ! [remote rejected] HEAD -> main (pre-receive hook declined)
    error: failed to push some refs to '[ROOT]/server.git'
    ---
    ");
}

#[test]
fn gates_are_weakened_only_alone_and_with_a_reason() {
    let sandbox = pushed(&[]);
    let weaker = GATES.replace("\"**\"", "\"src/*.rs\"");
    sandbox.write("gates.toml", &weaker);
    sandbox.write("src/a.py", "a = 2\n");
    commit(
        &sandbox,
        "Look at Rust\n\nGate-Change: nobody looks at Python",
    );
    assert_snapshot!(push(&sandbox, "main").expect(1), @r#"
    remote: refused: [ID1] Look at Rust
    remote: error[gates.weakened]: the configuration is weaker: check: it checks fewer files
    remote:  --> gates.toml:3:1
    remote:   |
    remote: 3 | files = ["src/*.rs"]
    remote:   | ^^^^^^^^^^^^^^^^^^^^
    remote: help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 1 new commit); nothing was changed here
    remote: next: run `git rebase -i [ID1]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    "#);
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    sandbox.write("gates.toml", &weaker);
    commit(&sandbox, "Look at Rust");
    assert_snapshot!(push(&sandbox, "main").expect(1), @r#"
    remote: refused: [ID1] Look at Rust
    remote: error[gates.weakened]: the configuration is weaker: check: it checks fewer files
    remote:  --> gates.toml:3:1
    remote:   |
    remote: 3 | files = ["src/*.rs"]
    remote:   | ^^^^^^^^^^^^^^^^^^^^
    remote: help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote:
    remote: refused: refs/heads/main would have weaker gates than it has now, and no commit gives the reason
    remote: error[gates.weakened]: the configuration is weaker: check: it checks fewer files
    remote:  --> gates.toml:3:1
    remote:   |
    remote: 3 | files = ["src/*.rs"]
    remote:   | ^^^^^^^^^^^^^^^^^^^^
    remote: help: merge or rebase onto the default branch and keep its gates.toml; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 1 new commit); nothing was changed here
    remote: next: run `git rebase -i [ID1]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    "#);
    sandbox.git(&[
        "commit",
        "--quiet",
        "--amend",
        "-m",
        "Look at Rust\n\nGate-Change: nobody looks at Python\nGate-Exception: check -- it is broken",
    ]);
    assert_snapshot!(push(&sandbox, "main").expect(0), @"
    remote: note: [ID1]: Gate-Change: nobody looks at Python
    remote: note:   the configuration is weaker: check: it checks fewer files
    remote: note: [ID1]: Gate-Exception: check -- it is broken
    To ../server.git
       [ID2]..[ID1]  main -> main
    ");
    assert_eq!(there(&sandbox, "main"), here(&sandbox));
}

#[test]
fn what_a_gate_runs_is_protected() {
    let sandbox = pushed(&[]);
    sandbox.write("check.sh", "#!/bin/sh\nexit 0\n");
    sandbox.write("src/a.py", "broken\n");
    commit(&sandbox, "Break it");
    assert_snapshot!(push(&sandbox, "main").expect(1), @"
    remote: refused: [ID1] Break it
    remote: error[gates.weakened]: gate check can no longer fail: nothing that it runs can fail
    remote:  --> check.sh:2:1
    remote:   |
    remote: 2 | exit 0
    remote:   | ^^^^^^
    remote: help: let it run a check; restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote: error[protected.script]: a gate runs this file, and the change touches it
    remote:  --> check.sh:2:1
    remote:   |
    remote: 2 | exit 0
    remote:   | ^^^^^^
    remote: help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 1 new commit); nothing was changed here
    remote: next: run `git rebase -i [ID1]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
}

#[test]
fn the_rules_of_the_default_branch_count_in_every_branch() {
    let sandbox = pushed(&[]);
    sandbox.git(&["checkout", "--quiet", "-b", "side"]);
    // The rule is gone with a reason, but it still holds for what comes in the same push.
    let rule = "\n[bypass.rules]\n\"python.noqa-bare\" = \"off\"\n";
    sandbox.write("gates.toml", format!("{GATES}{rule}"));
    commit(
        &sandbox,
        "Allow it\n\nGate-Change: the linter looks at nothing",
    );
    sandbox.write("src/a.py", "import x  # noqa\n");
    commit(&sandbox, "Import x");
    assert_snapshot!(push(&sandbox, "side").expect(1), @"
    remote: refused: [ID1] Import x
    remote: error[python.noqa-bare]: this silences every lint on the line
    remote:  --> src/a.py:1:11
    remote:   |
    remote: 1 | import x  # noqa
    remote:   |           ^^^^^^
    remote: help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`
    remote:
    remote: note: [ID2]: Gate-Change: the linter looks at nothing
    remote: note:   the configuration is weaker: rule python.noqa-bare was downgraded
    remote: gatekeeper: the push was refused (1 of 2 new commits); nothing was changed here
    remote: next: run `git rebase -i [ID1]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] side -> side (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    push(&sandbox, "side").expect(0);
    push(&sandbox, "side:main").expect(0);
    sandbox.write("src/a.py", "import x  # noqa\n");
    commit(&sandbox, "Import x");
    push(&sandbox, "side").expect(0);
}

#[test]
fn new_branches_force_pushes_tags_and_deletions() {
    let sandbox = pushed(&[]);
    sandbox.git(&["checkout", "--quiet", "-b", "side"]);
    sandbox.write("src/a.py", "a = 2\n");
    commit(&sandbox, "Say two");
    sandbox.git(&["tag", "-a", "-m", "one", "v1"]);
    sandbox.git(&["push", "--quiet", "origin", "side", "v1"]);
    assert_eq!(there(&sandbox, "v1^{commit}"), here(&sandbox));
    // Back, and on from there: only what is new is checked.
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    push(&sandbox, "+side").expect(0);
    sandbox.write("src/a.py", "import x  # noqa\n");
    commit(&sandbox, "Import x");
    assert_snapshot!(push(&sandbox, "+side").expect(1), @"
    remote: refused: [ID1] Import x
    remote: error[python.noqa-bare]: this silences every lint on the line
    remote:  --> src/a.py:1:11
    remote:   |
    remote: 1 | import x  # noqa
    remote:   |           ^^^^^^
    remote: help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 1 new commit); nothing was changed here
    remote: next: run `git rebase -i [ID1]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] side -> side (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
    // Neither does a tag bring it, be it of a tag.
    sandbox.git(&["tag", "-a", "-m", "two", "v2"]);
    sandbox.git(&["tag", "-a", "-m", "three", "v3", "v2"]);
    assert_snapshot!(push(&sandbox, "v3").expect(1), @"
    remote: refused: [ID1] Import x
    remote: error[python.noqa-bare]: this silences every lint on the line
    remote:  --> src/a.py:1:11
    remote:   |
    remote: 1 | import x  # noqa
    remote:   |           ^^^^^^
    remote: help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 1 new commit); nothing was changed here
    remote: next: run `git rebase -i [ID1]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] v3 -> v3 (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
    assert_eq!(there(&sandbox, "v3"), "");
    // A reference of another kind is no way in, either; notes hold no code.
    for to in ["refs/for/main", "refs/changes/01/1/1", "refs/custom/x"] {
        push(&sandbox, &format!("HEAD:{to}"))
            .expect(1)
            .says("refused: ");
    }
    sandbox.git(&["notes", "add", "-m", "reviewed", "HEAD"]);
    push(&sandbox, "refs/notes/commits").expect(0);
    assert_snapshot!(push(&sandbox, "HEAD:new").expect(1), @"
    remote: refused: [ID1] Import x
    remote: error[python.noqa-bare]: this silences every lint on the line
    remote:  --> src/a.py:1:11
    remote:   |
    remote: 1 | import x  # noqa
    remote:   |           ^^^^^^
    remote: help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 1 new commit); nothing was changed here
    remote: next: run `git rebase -i [ID1]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] HEAD -> new (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
    sandbox
        .sh("git tag -a -m blob blob $(git hash-object -w check.sh)")
        .expect(0);
    assert_snapshot!(push(&sandbox, "blob").expect(0), @"
    remote: note: refs/tags/blob does not point to a commit; nothing to check
    To ../server.git
     * [new tag]         blob -> blob
    ");
    push(&sandbox, ":side").expect(0);
    assert_eq!(there(&sandbox, "side"), "");
}

#[test]
fn the_first_push_is_checked_by_its_own() {
    let sandbox = Sandbox::new();
    sandbox.git(&["init", "--quiet", "--bare", "../server.git"]);
    on_server(&sandbox, &["install", "--server"]).expect(0);
    sandbox.git(&["remote", "add", "origin", "../server.git"]);
    // Before there were rules.
    sandbox.write("src/a.py", "import x  # noqa\n");
    sandbox.git(&["add", "."]);
    sandbox.sh("git commit -q -m long.ago").expect(0);
    sandbox.write("gates.toml", GATES);
    sandbox.write("src/b.py", "import x  # noqa\n");
    commit(&sandbox, "Add gates");
    assert_snapshot!(push(&sandbox, "main").expect(1), @"
    remote: refused: [ID1] Add gates
    remote: error[python.noqa-bare]: this silences every lint on the line
    remote:  --> src/b.py:1:11
    remote:   |
    remote: 1 | import x  # noqa
    remote:   |           ^^^^^^
    remote: help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 2 new commits); nothing was changed here
    remote: next: run `git rebase -i [ID1]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
    fs::remove_file(sandbox.top.join("src/b.py")).unwrap();
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--amend", "--no-edit"]);
    push(&sandbox, "main").expect(0);
    assert_eq!(there(&sandbox, "main"), here(&sandbox));
}

#[test]
fn no_branch_does_without_the_gates() {
    let sandbox = pushed(&[]);
    sandbox.git(&["checkout", "--quiet", "--orphan", "alone"]);
    fs::remove_file(sandbox.top.join("gates.toml")).unwrap();
    commit(&sandbox, "Begin again");
    assert_snapshot!(push(&sandbox, "alone").expect(1), @"
    remote: refused: refs/heads/alone has no gates.toml, but refs/heads/main has one, and no commit gives the reason
    remote: error[gates.weakened]: gates.toml was removed, so no gate and no rule is left
    remote: --> gates.toml:1
    remote: help: merge or rebase onto the default branch and keep its gates.toml; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote:
    remote: gatekeeper: the push was refused; nothing was changed here
    To ../server.git
     ! [remote rejected] alone -> alone (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.git(&["rm", "--quiet", "gates.toml"]);
    commit(&sandbox, "Remove the gates");
    assert_snapshot!(push(&sandbox, "HEAD:bare").expect(1), @"
    remote: refused: [ID1] Remove the gates
    remote: error[gates.weakened]: gates.toml was removed, so no gate and no rule is left
    remote: --> gates.toml:1
    remote: help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote:
    remote: refused: refs/heads/bare has no gates.toml, but refs/heads/main has one, and no commit gives the reason
    remote: error[gates.weakened]: gates.toml was removed, so no gate and no rule is left
    remote: --> gates.toml:1
    remote: help: merge or rebase onto the default branch and keep its gates.toml; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 1 new commit); nothing was changed here
    remote: next: run `git rebase -i [ID1]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] HEAD -> bare (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
    let reason = "Remove the gates\n\nGate-Change: they move to another place";
    sandbox.git(&["commit", "--quiet", "--amend", "-m", reason]);
    assert_snapshot!(push(&sandbox, "HEAD:bare").expect(0), @"
    remote: note: [ID1]: Gate-Change: they move to another place
    remote: note:   gates.toml was removed, so no gate and no rule is left
    To ../server.git
     * [new branch]      HEAD -> bare
    ");
    // The branch has said it once, in an earlier push.
    sandbox.write("src/a.py", "a = 2\n");
    commit(&sandbox, "Say two");
    push(&sandbox, "HEAD:bare").expect(0);
}

#[test]
fn branches_that_need_no_gates_lend_nothing_to_others() {
    let sandbox = sandbox(&[]);
    let gates = format!("[settings]\nungated-branches = [\"gh-pages\"]\n\n{GATES}");
    sandbox.write("gates.toml", &gates);
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--amend", "--no-edit"]);
    push(&sandbox, "main").expect(0);
    sandbox.git(&["checkout", "--quiet", "--orphan", "gh-pages"]);
    sandbox.git(&["rm", "--quiet", "-r", "-f", "."]);
    sandbox.write("src/page.py", "import x  # noqa\n");
    sandbox.git(&["add", "."]);
    sandbox.sh("git commit -q -m pages.").expect(0);
    assert_snapshot!(push(&sandbox, "gh-pages").expect(0), @"
    To ../server.git
     * [new branch]      gh-pages -> gh-pages
    ");
    assert_snapshot!(push(&sandbox, "gh-pages:other").expect(1), @"
    remote: refused: [ID1] pages.
    remote: error[signed-off-by.missing]: the Signed-off-by trailer is missing
    remote: note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
    remote:       expected  Signed-off-by: Jane Doe <jane@example.com>
    remote: error[python.noqa-bare]: this silences every lint on the line
    remote:  --> src/page.py:1:11
    remote:   |
    remote: 1 | import x  # noqa
    remote:   |           ^^^^^^
    remote: help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`
    remote:
    remote: refused: refs/heads/other has no gates.toml, but refs/heads/main has one, and no commit gives the reason
    remote: error[gates.weakened]: gates.toml was removed, so no gate and no rule is left
    remote: --> gates.toml:1
    remote: help: merge or rebase onto the default branch and keep its gates.toml; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 1 new commit); nothing was changed here
    remote: next: fix the messages as far as possible with `gatekeeper audit --fix --signoff --root`
    remote: next: run `git rebase -i --root` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] gh-pages -> other (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
    push(&sandbox, "+gh-pages:main").expect(1);
    sandbox.git(&["checkout", "--quiet", "main"]);
    let merge = "git merge -q --signoff --allow-unrelated-histories -m Merge gh-pages";
    sandbox.sh(merge).expect(0);
    assert_snapshot!(push(&sandbox, "main").expect(1), @"
    remote: refused: [ID1] pages.
    remote: error[signed-off-by.missing]: the Signed-off-by trailer is missing
    remote: note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
    remote:       expected  Signed-off-by: Jane Doe <jane@example.com>
    remote: error[python.noqa-bare]: this silences every lint on the line
    remote:  --> src/page.py:1:11
    remote:   |
    remote: 1 | import x  # noqa
    remote:   |           ^^^^^^
    remote: help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 2 new commits); nothing was changed here
    remote: next: fix the messages as far as possible with `gatekeeper audit --fix --signoff --root`
    remote: next: run `git rebase -i --root` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
}

#[test]
fn a_link_to_the_configuration_is_followed() {
    let sandbox = sandbox(&[]);
    sandbox
        .sh("mkdir conf && git mv gates.toml conf/all.toml && ln -s conf/all.toml gates.toml")
        .expect(0);
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--amend", "--no-edit"]);
    push(&sandbox, "main").expect(0);
    let weaker = GATES.replace("\"**\"", "\"src/*.rs\"");
    sandbox.write("conf/all.toml", &weaker);
    commit(&sandbox, "Look at Rust");
    assert_snapshot!(push(&sandbox, "main").expect(1), @r#"
    remote: refused: [ID1] Look at Rust
    remote: error[gates.weakened]: the configuration is weaker: check: it checks fewer files
    remote:  --> conf/all.toml:3:1
    remote:   |
    remote: 3 | files = ["src/*.rs"]
    remote:   | ^^^^^^^^^^^^^^^^^^^^
    remote: help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote:
    remote: refused: refs/heads/main would have weaker gates than it has now, and no commit gives the reason
    remote: error[gates.weakened]: the configuration is weaker: check: it checks fewer files
    remote:  --> conf/all.toml:3:1
    remote:   |
    remote: 3 | files = ["src/*.rs"]
    remote:   | ^^^^^^^^^^^^^^^^^^^^
    remote: help: merge or rebase onto the default branch and keep its gates.toml; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 1 new commit); nothing was changed here
    remote: next: run `git rebase -i [ID1]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    "#);
    let reason = "Look at Rust\n\nGate-Change: nobody looks at Python";
    sandbox.git(&["commit", "--quiet", "--amend", "-m", reason]);
    push(&sandbox, "main").expect(0);
    sandbox.write("conf/all.toml", "[gates");
    commit(&sandbox, "Break the gates");
    assert_snapshot!(push(&sandbox, "main").expect(1), @"
    remote: refused: [ID1] Break the gates
    remote: error: its gates.toml cannot be read, so there is no verdict
    remote:   error: this is not valid TOML
    remote:    --> conf/all.toml:1:7
    remote:     |
    remote:   1 | [gates
    remote:     |       ^ unclosed table, expected `]`
    remote:
    remote: gatekeeper: the push was refused (1 of 1 new commit); nothing was changed here
    remote: next: run `git rebase -i [ID1]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
}

#[test]
fn an_exception_names_its_gate_and_a_reason() {
    let sandbox = pushed(&[]);
    sandbox.write("src/a.py", "a = 2\n");
    commit(&sandbox, "Say two\n\nGate-Exception: check");
    assert_snapshot!(push(&sandbox, "main").expect(1), @"
    remote: refused: [ID1] Say two
    remote: error[gates.exception]: `Gate-Exception: check`: ` -- ` is missing between the gate and the reason
    remote: help: write it as `Gate-Exception: gate -- reason`, or remove it
    remote:
    remote: gatekeeper: the push was refused (1 of 1 new commit); nothing was changed here
    remote: next: run `git rebase -i [ID1]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
}

#[test]
fn a_configuration_that_cannot_be_read_is_no_step_to_a_weaker_one() {
    let sandbox = pushed(&[]);
    sandbox.write("gates.toml", "[gates");
    commit(&sandbox, "Break the gates");
    sandbox.write("gates.toml", GATES.replace("\"**\"", "\"src/*.rs\""));
    commit(&sandbox, "Mend the gates");
    assert_snapshot!(push(&sandbox, "main").expect(1), @r#"
    remote: refused: [ID1] Break the gates
    remote: error: its gates.toml cannot be read, so there is no verdict
    remote:   error: this is not valid TOML
    remote:    --> gates.toml:1:7
    remote:     |
    remote:   1 | [gates
    remote:     |       ^ unclosed table, expected `]`
    remote:
    remote: refused: refs/heads/main would have weaker gates than it has now, and no commit gives the reason
    remote: error[gates.weakened]: the configuration is weaker: check: it checks fewer files
    remote:  --> gates.toml:3:1
    remote:   |
    remote: 3 | files = ["src/*.rs"]
    remote:   | ^^^^^^^^^^^^^^^^^^^^
    remote: help: merge or rebase onto the default branch and keep its gates.toml; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 2 new commits); nothing was changed here
    remote: next: run `git rebase -i [ID1]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    "#);
}

#[test]
fn a_merge_does_not_take_the_weaker_gates() {
    let sandbox = pushed(&[]);
    sandbox.git(&["checkout", "--quiet", "-b", "old"]);
    sandbox.write("src/b.py", "b = 1\n");
    commit(&sandbox, "Add b");
    sandbox.git(&["checkout", "--quiet", "main"]);
    let more = "\n[gates.more]\nrun = \"sh more.sh\"\n";
    sandbox.write("gates.toml", format!("{GATES}{more}"));
    commit(&sandbox, "Add a gate");
    push(&sandbox, "main").expect(0);
    sandbox.git(&["checkout", "--quiet", "old"]);
    sandbox.git(&[
        "merge",
        "--quiet",
        "--signoff",
        "-s",
        "ours",
        "-m",
        "Merge main",
        "main",
    ]);
    let mut told = String::new();
    for to in ["old:main", "old"] {
        told += &push(&sandbox, to).expect(1).told();
    }
    assert_snapshot!(told, @"
    remote: refused: refs/heads/main would have weaker gates than it has now, and no commit gives the reason
    remote: error[gates.weakened]: the configuration is weaker: gate more was removed
    remote: --> gates.toml:1
    remote: help: merge or rebase onto the default branch and keep its gates.toml; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote:
    remote: gatekeeper: the push was refused; nothing was changed here
    To ../server.git
     ! [remote rejected] old -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ---
    remote: refused: refs/heads/old would have weaker gates than refs/heads/main, and no commit gives the reason
    remote: error[gates.weakened]: the configuration is weaker: gate more was removed
    remote: --> gates.toml:1
    remote: help: merge or rebase onto the default branch and keep its gates.toml; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote:
    remote: gatekeeper: the push was refused; nothing was changed here
    To ../server.git
     ! [remote rejected] old -> old (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ---
    ");
    // A branch that has only stayed behind is free to.
    push(&sandbox, "old~1:refs/heads/old").expect(0);
}

#[test]
fn the_default_branch_does_not_go_back_to_weaker_gates() {
    let sandbox = sandbox(&[]);
    sandbox.git(&["rm", "--quiet", "--cached", "gates.toml"]);
    sandbox.git(&["commit", "--quiet", "--amend", "--no-edit"]);
    commit(&sandbox, "Add gates");
    push(&sandbox, "main").expect(0);
    for to in ["+HEAD~1:main", "+HEAD~1:refs/heads/main"] {
        let done = push(&sandbox, to).expect(1);
        insta::allow_duplicates!(assert_snapshot!(done, @"
        remote: refused: refs/heads/main would lose its gates.toml, and no commit gives the reason
        remote: error[gates.weakened]: gates.toml was removed, so no gate and no rule is left
        remote: --> gates.toml:1
        remote: help: merge or rebase onto the default branch and keep its gates.toml; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
        remote:
        remote: gatekeeper: the push was refused; nothing was changed here
        To ../server.git
         ! [remote rejected] HEAD~1 -> main (pre-receive hook declined)
        error: failed to push some refs to '../server.git'
        "));
    }
    sandbox.write("src/a.py", "a = 2\n");
    commit(&sandbox, "Say two");
    push(&sandbox, "main").expect(0);
    push(&sandbox, "+HEAD~1:main").expect(0);
    // Elsewhere what is old may stand.
    push(&sandbox, "HEAD~2:refs/heads/old").expect(0);
    push(&sandbox, "HEAD~2:refs/tags/v0").expect(0);
}

#[test]
fn gates_run_on_what_was_pushed_if_that_is_wanted() {
    let sandbox = pushed(&["--run-gates"]);
    sandbox.write("src/a.py", "broken\n");
    commit(&sandbox, "Break it");
    let id = here(&sandbox);
    // What is inside the work tree does not count.
    sandbox.write("src/a.py", "a = 1\n");
    let done = push(&sandbox, "main").expect(1).naming(&id, "BREAK IT");
    assert_snapshot!(done, @"
    remote: gatekeeper: the gates of [BREAK IT]:
    remote: failed: check failed: exit code 1, at src/a.py
    remote: gatekeeper run: 3 paths tracked
    remote:          failed  check  [TIME]  exit code 1
    remote:
    remote: check failed
    remote:     cause  exit code 1, after [TIME]
    remote:     where  src/a.py
    remote:    output
    remote:            | src/a.py:broken
    remote:   command  sh check.sh
    remote:    repeat  gatekeeper run check
    remote:
    remote: 1 failed in [TIME]
    remote: error: the push was refused, because the gates did not pass on [BREAK IT]; nothing was changed here
    remote: next: fix the problems above, check with `gatekeeper run`, then push again
    To ../server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
    assert_ne!(there(&sandbox, "main"), id);
    assert_eq!(fs::read_dir(sandbox.beside("tmp")).unwrap().count(), 0);
    commit(&sandbox, "Mend it");
    assert_snapshot!(push(&sandbox, "main").expect(0), @"
    remote: gatekeeper: the gates of [ID1]:
    remote: passed: 1 passed in [TIME]
    remote: gatekeeper run: 3 paths tracked
    remote:          passed  check  [TIME]
    To ../server.git
       [ID2]..[ID1]  main -> main
    ");
    assert_eq!(there(&sandbox, "main"), here(&sandbox));
    // Without it they do not.
    assert_snapshot!(on_server(&sandbox, &["install", "--server"]).expect(0), @"
      updated  pre-receive  hooks/pre-receive
    done: pushes to this repository are now checked, within 1m each; the commits that branches and tags contain now count as checked
    ");
    sandbox.write("src/a.py", "broken\n");
    commit(&sandbox, "Break it again");
    push(&sandbox, "main").expect(0);
}

#[test]
fn repositories_of_other_formats_are_checked_as_well() {
    let sandbox = Sandbox::with_init(&["--object-format=sha256"]);
    let init = ["init", "--quiet", "--bare", "--object-format=sha256"];
    sandbox.git(&[&init[..], &["../server.git"]].concat());
    sandbox.git(&["remote", "add", "origin", "../server.git"]);
    on_server(&sandbox, &["install", "--server", "--run-gates"]).expect(0);
    sandbox.write("gates.toml", GATES);
    sandbox.write("check.sh", CHECK);
    sandbox.write("src/a.py", "broken\n");
    commit(&sandbox, "Begin");
    assert_snapshot!(push(&sandbox, "main").expect(1), @"
    remote: gatekeeper: the gates of [ID1]:
    remote: failed: check failed: exit code 1, at src/a.py
    remote: gatekeeper run: 3 paths tracked
    remote:          failed  check  [TIME]  exit code 1
    remote:
    remote: check failed
    remote:     cause  exit code 1, after [TIME]
    remote:     where  src/a.py
    remote:    output
    remote:            | src/a.py:broken
    remote:   command  sh check.sh
    remote:    repeat  gatekeeper run check
    remote:
    remote: 1 failed in [TIME]
    remote: error: the push was refused, because the gates did not pass on [ID1]; nothing was changed here
    remote: next: fix the problems above, check with `gatekeeper run`, then push again
    To ../server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
    sandbox.write("src/a.py", "import x  # noqa\n");
    commit(&sandbox, "Import x");
    assert_snapshot!(push(&sandbox, "main").expect(1), @"
    remote: refused: [ID1] Import x
    remote: error[python.noqa-bare]: this silences every lint on the line
    remote:  --> src/a.py:1:11
    remote:   |
    remote: 1 | import x  # noqa
    remote:   |           ^^^^^^
    remote: help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 2 new commits); nothing was changed here
    remote: next: run `git rebase -i [ID1]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
    sandbox.write("src/a.py", "a = 1\n");
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--amend", "-m", "Say one"]);
    push(&sandbox, "main").expect(0);
    assert_eq!(there(&sandbox, "main"), here(&sandbox));
}

#[test]
fn what_takes_too_long_is_refused() {
    let sandbox = pushed(&[]);
    on_server(&sandbox, &["install", "--server", "--budget", "1ms"]).expect(0);
    let before = there(&sandbox, "main");
    sandbox.write("src/a.py", "a = 2\n");
    commit(&sandbox, "Say two");
    assert_snapshot!(push(&sandbox, "main").expect(1), @"
    remote: error: the push was refused, because checking it took longer than 1ms; nothing was changed here
    remote: next: push fewer commits at a time, or have the server's administrator raise the limit: `gatekeeper install --server --budget TIME`
    To ../server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
    assert_eq!(there(&sandbox, "main"), before);
    for wrong in ["0s", "60", "-1s", "2days"] {
        let budget = format!("--budget={wrong}");
        on_server(&sandbox, &["install", "--server", &budget]).expect(2);
    }
}

#[test]
fn gates_that_take_too_long_are_ended() {
    let sandbox = sandbox(&["--run-gates", "--budget", "3s"]);
    sandbox.write(
        "check.sh",
        "#!/bin/sh\necho $$ >\"$RECORD\"\nexec sleep 1000\n",
    );
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--amend", "--no-edit"]);
    assert_snapshot!(push(&sandbox, "main").expect(1), @"
    remote: gatekeeper: the gates of [ID1]:
    remote: cancelled: gatekeeper received signal 15, SIGTERM
    remote: gatekeeper run: 3 paths tracked
    remote:       cancelled  check  [TIME]  gatekeeper received signal 15, SIGTERM
    remote: 1 cancelled in [TIME]
    remote: note: gatekeeper received signal 15, SIGTERM
    remote: error: the push was refused, because checking it took longer than 3s; nothing was changed here
    remote: next: push fewer commits at a time, or have the server's administrator raise the limit: `gatekeeper install --server --budget TIME`
    To ../server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
    for pid in sandbox.recorded() {
        sandbox.sh(&format!("kill -0 {pid}")).expect(1);
    }
    assert_eq!(fs::read_dir(sandbox.beside("tmp")).unwrap().count(), 0);
}

#[test]
fn a_hook_that_was_there_runs_first_and_comes_back() {
    let sandbox = sandbox(&[]);
    assert_snapshot!(on_server(&sandbox, &["uninstall"]).expect(0), @"
      removed  pre-receive  hooks/pre-receive
    done: pushes to this repository are no longer checked
    ");
    let file = server(&sandbox).join("hooks/pre-receive");
    let text = "#!/bin/sh\nwhile read old new name; do record \"$name\"; done\n[ ! -e stop ]\n";
    write_program(&file, text.as_bytes());
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    let done = on_server(&sandbox, &["install", "--server", "--budget", "90s"]).expect(0);
    assert_snapshot!(done, @"
      chained  pre-receive  hooks/pre-receive
    done: pushes to this repository are now checked, within 1m 30s each; the commits that branches and tags contain now count as checked
    ");
    assert_snapshot!(on_server(&sandbox, &["status"]).expect(0), @"
    stdout:
               pre-receive  in place: [ROOT]/server.git/hooks/pre-receive starts gatekeeper
                            runs [ROOT]/server.git/hooks.before-gatekeeper/pre-receive first
                     gates  do not run; to run them: `gatekeeper install --server --run-gates`
                    budget  1m 30s
                gates.toml  refs/heads/main has no commit yet: each commit is checked by its own file

    pushes to this repository are checked
    ");
    fs::write(server(&sandbox).join("stop"), "").unwrap();
    assert_snapshot!(push(&sandbox, "main").expect(1), @"
    To ../server.git
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server.git'
    ");
    fs::remove_file(server(&sandbox).join("stop")).unwrap();
    push(&sandbox, "main").expect(0);
    assert_eq!(sandbox.recorded(), ["refs/heads/main", "refs/heads/main"]);
    assert_snapshot!(on_server(&sandbox, &["uninstall"]).expect(0), @"
     restored  pre-receive  hooks/pre-receive
    done: pushes to this repository are no longer checked
    ");
    assert_eq!(fs::read_to_string(file).unwrap(), text);
    on_server(&sandbox, &["status"]).expect(1);
}

#[test]
fn each_kind_of_repository_has_its_own_hooks() {
    let sandbox = sandbox(&[]);
    assert_snapshot!(sandbox.gatekeeper(&["install", "--server"]).expect(2), @"
    error: this is not a bare repository
    help: run `gatekeeper install --server` in the repository that receives pushes (`git init --bare`); in a repository with a work tree, run `gatekeeper install`
    ");
    sandbox.gatekeeper(&["install", "--run-gates"]).expect(2);
    assert_snapshot!(on_server(&sandbox, &["install"]).expect(3), @"
    error: this repository has no work tree
      fatal: this operation must be run in a work tree
    help: gates run on files: run gatekeeper in a work tree (create one with `git worktree add`). In a repository that receives pushes, run `gatekeeper install --server`
    ");
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(0), @r#"
    installed  pre-commit  .git/hooks/pre-commit
    installed  pre-merge-commit  .git/hooks/pre-merge-commit
    installed  pre-applypatch  .git/hooks/pre-applypatch
    installed  prepare-commit-msg  .git/hooks/prepare-commit-msg
    installed  commit-msg  .git/hooks/commit-msg
    installed  applypatch-msg  .git/hooks/applypatch-msg
    installed  reference-transaction  .git/hooks/reference-transaction
    installed  pre-push  .git/hooks/pre-push
    trusted history: none yet, because nothing is published; every commit must be checked
    note: 1 commit is not published, and not trusted: the next commit and the first push check what they change
      [ID1] Begin
    help: check them now with `gatekeeper audit --record '[ID1]^!'`; if they were made elsewhere or under other rules, accept them: `gatekeeper audit --accept '[ID1]^!' --reason REASON`
    done: commits in this repository are now checked by 1 gate
        gates  check must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    assert!(!sandbox.top.join(".git/hooks/pre-receive").exists());
    assert!(!server(&sandbox).join("hooks/pre-commit").exists());
}

#[test]
fn advisory_enforcement_holds_on_the_server_by_the_gates_of_the_base() {
    let sandbox = Sandbox::new();
    sandbox.git(&["init", "--quiet", "--bare", "../server.git"]);
    sandbox.git(&["remote", "add", "origin", "../server.git"]);
    sandbox.write(
        "gates.toml",
        format!("{GATES}[settings]\nenforcement = \"advisory\"\n"),
    );
    sandbox.write("check.sh", CHECK);
    sandbox.write("src/a.py", "a = 1\n");
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "-q", "-s", "-m", "Begin"]);
    on_server(&sandbox, &["install", "--server"]).expect(0);
    push(&sandbox, "main").expect(0);
    // A silencer, a gate that became weaker, and a failure of a built-in check are let through.
    sandbox.write("src/a.py", "import os  # noqa\n");
    sandbox.write("check.sh", "#!/bin/sh\nexit 0\n");
    sandbox.write("data.json", "{\n");
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "-q", "-s", "-m", "Silence"]);
    let id = here(&sandbox);
    let done = push(&sandbox, "main").expect(0).naming(&id, "SILENCE");
    assert_snapshot!(done, @r#"
    remote: warning: [SILENCE] Silence
    remote: warning[gates.weakened]: gate check can no longer fail: nothing that it runs can fail
    remote:  --> check.sh:2:1
    remote:   |
    remote: 2 | exit 0
    remote:   | ^^^^^^
    remote: help: let it run a check; restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote: warning[protected.script]: a gate runs this file, and the change touches it
    remote:  --> check.sh:2:1
    remote:   |
    remote: 2 | exit 0
    remote:   | ^^^^^^
    remote: help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote: warning[check.syntax]: JSON cannot be read: EOF while parsing an object
    remote: --> data.json:2
    remote: help: correct the file; `exclude` in [checks] names files that are meant to be so
    remote: warning[python.noqa-bare]: this silences every lint on the line
    remote:  --> src/a.py:1:12
    remote:   |
    remote: 1 | import os  # noqa
    remote:   |            ^^^^^^
    remote: help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`
    remote:
    remote: gatekeeper: warnings in 1 of 1 new commit; the push is not refused for them (enforcement = "advisory")
    To ../server.git
       [ID1]..[SILENCE]  main -> main
    "#);
    assert_eq!(there(&sandbox, "main"), id);
    // Messages are not what is advisory.
    sandbox
        .sh("git commit -q --allow-empty -m 'No sign-off'")
        .expect(0);
    push(&sandbox, "main")
        .expect(1)
        .says("error[signed-off-by.missing]");
    sandbox.git(&["reset", "-q", "--hard", &id]);
    // Whoever loosens it needs a reason, by what was strict before.
    sandbox.write("gates.toml", GATES);
    sandbox.git(&["commit", "-q", "-s", "-a", "-m", "Enforce"]);
    push(&sandbox, "main").expect(0);
    sandbox.write(
        "gates.toml",
        format!("{GATES}[settings]\nenforcement = \"advisory\"\n"),
    );
    sandbox.write("src/a.py", "import re  # noqa\n");
    sandbox.git(&["commit", "-q", "-s", "-a", "-m", "Loosen"]);
    push(&sandbox, "main")
        .expect(1)
        .says("error[gates.weakened]: the configuration is weaker: bypasses, weaker gates and silenced tools are only named");
}
