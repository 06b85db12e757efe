//! The commit-msg hook: what it refuses, and how a refused commit is finished.

use std::fs;

use insta::assert_snapshot;

use crate::sandbox::{Done, FREE, Sandbox};

const GATE: &str = "[gates.x]\nrun = \"true\"\n";
const SIGNED: &str = "Signed-off-by: Jane Doe <jane@example.com>";

/// A repository with a file `a` in a commit, and a change to it staged.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_gates(GATE);
    sandbox.write("a", "1\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "one"]);
    sandbox.write("a", "2\n");
    sandbox.git(&["add", "."]);
    sandbox
}

/// The command that a refusal prints.
fn printed(done: &Done) -> String {
    let mut lines = done
        .stderr
        .lines()
        .skip_while(|line| !line.starts_with("next: "));
    lines
        .nth(1)
        .expect("a command is printed")
        .trim()
        .to_owned()
}

/// The file in which a refusal says that the message is.
fn kept(done: &Done) -> String {
    let (_, rest) = done.stderr.split_once("your message is in ").unwrap();
    rest.split_once(", and").unwrap().0.to_owned()
}

/// Runs a commit that is refused, then the printed command, and returns the commit's message.
fn refused_and_finished(sandbox: &Sandbox, script: &str) -> String {
    let before = sandbox.git(&["rev-parse", "--all"]);
    let done = sandbox.sh(script);
    assert_ne!(done.code(), 0, "{script}\n{}", done.stderr);
    let done = done
        .says("error[signed-off-by.missing]")
        .says("Nothing is lost");
    assert_eq!(sandbox.git(&["rev-parse", "--all"]), before);
    let dir = script
        .strip_prefix("cd ")
        .and_then(|rest| rest.split(" && ").next())
        .unwrap_or(".");
    let finish = format!("cd {dir} && {}", printed(&done));
    sandbox.sh(&finish).expect(0);
    sandbox
        .sh(&format!("cd {dir} && git log -1 --format=%B"))
        .stdout
        .trim_end()
        .to_owned()
}

#[test]
fn the_printed_command_finishes_the_commit() {
    let editor = "GIT_EDITOR='printf \"typed\\n# not this\\n\" >'";
    let appending = "GIT_EDITOR='sh -c \"sed -i 1ityped \\$0\"'";
    let cases = [
        ("git commit -m typed".to_owned(), "2\n"),
        ("echo typed | git commit -F -".to_owned(), "2\n"),
        (format!("{editor} git commit"), "2\n"),
        (format!("{appending} git commit -v"), "2\n"),
        (
            format!("git config commit.cleanup scissors; {appending} git commit -v"),
            "2\n",
        ),
        ("echo 3 >a; git commit -am typed".to_owned(), "3\n"),
        ("echo 3 >a; git commit -m typed a".to_owned(), "3\n"),
        (
            "echo 3 >a; git commit --include -m typed -- a".to_owned(),
            "3\n",
        ),
        ("cd deep && git commit -m typed".to_owned(), "2\n"),
    ];
    for (script, contents) in cases {
        let sandbox = sandbox();
        fs::create_dir(sandbox.top.join("deep")).unwrap();
        let message = refused_and_finished(&sandbox, &script);
        assert_eq!(message, format!("typed\n\n{SIGNED}"), "{script}");
        assert_eq!(sandbox.git(&["show", "HEAD:a"]), contents, "{script}");
        assert_eq!(
            sandbox.git(&["rev-list", "--count", "HEAD"]),
            "3\n",
            "{script}"
        );
    }
}

#[test]
fn other_staged_things_stay_out() {
    let sandbox = sandbox();
    sandbox.write("b", "b\n");
    sandbox.git(&["add", "b"]);
    refused_and_finished(&sandbox, "git commit --only a -m typed");
    assert_eq!(sandbox.git(&["diff", "--cached", "--name-only"]), "b\n");
}

#[test]
fn amending_amends() {
    let sandbox = sandbox();
    let message = refused_and_finished(&sandbox, "git commit --amend -m typed");
    assert_eq!(message, format!("typed\n\n{SIGNED}"));
    assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]), "2\n");
}

#[test]
fn linked_work_trees_keep_their_own() {
    let sandbox = sandbox();
    sandbox.git(&["stash", "--quiet"]);
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    let message = refused_and_finished(
        &sandbox,
        "cd ../linked && echo 3 >a && git commit -am typed",
    );
    assert_eq!(message, format!("typed\n\n{SIGNED}"));
}

#[test]
fn a_merge_is_exempt_and_a_bad_line_in_it_is_not() {
    let sandbox = sandbox();
    sandbox.git(&["commit", "--quiet", "-m", "two"]);
    sandbox.git(&["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    for name in ["b", "c"] {
        sandbox.write(name, "");
        sandbox.git(&["add", "."]);
        sandbox.git(&["commit", "--quiet", "-m", name]);
    }
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.sh("git merge --quiet --no-edit side~1").expect(0);
    let done = sandbox.sh("git merge --quiet -m 'Merge it' -m 'Signed-off-by: me' side");
    assert_ne!(done.code(), 0);
    assert_snapshot!(done, @"
    gatekeeper: the message was refused: 1 problem

    error[signed-off-by.malformed]: `me` is not a name and address
      |
    3 | Signed-off-by: me
      |                ^^
    note: expected  Signed-off-by: Jane Doe <jane@example.com>
    help: remove line 3

    next: edit .git/gatekeeper/message-[ID1], then run
      git commit -s -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    Not committing merge; use 'git commit' to complete the merge.
    ");
    sandbox
        .sh(&format!(
            "sed -i 's/me$/Jane Doe <jane@example.com>/' {}",
            kept(&done)
        ))
        .expect(0);
    sandbox.sh(&printed(&done)).expect(0);
    assert_eq!(
        sandbox.git(&["rev-list", "--count", "--merges", "HEAD"]),
        "2\n"
    );
}

#[test]
fn a_reworded_message_is_finished_in_the_rebase() {
    let sandbox = sandbox();
    sandbox.git(&["commit", "--quiet", "-m", "two"]);
    let editors =
        "GIT_SEQUENCE_EDITOR='sed -i s/^pick/reword/' GIT_EDITOR='sh -c \"echo typed >\\$0\"'";
    let done = sandbox.sh(&format!("{editors} git rebase -i HEAD~1"));
    assert_snapshot!(done, @"
    gatekeeper pre-commit (rebase 1 of 1: two): 0 paths changed
             cached  x          passed on the same tree [WHEN], in [TIME]
    already checked: 1 cached, [WHEN]
    gatekeeper: the message was refused: 1 problem

    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>

    next: run
      git commit --amend -s -F .git/gatekeeper/message-[ID1] && git rebase --continue
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    You can amend the commit now, with

      git commit --amend

    Once you are satisfied with your changes, run

      git rebase --continue
    ");
    sandbox.sh(&printed(&done)).expect(0);
    assert_eq!(sandbox.subject().as_deref(), Some("typed"));
    assert!(!sandbox.top.join(".git/rebase-merge").exists());
}

#[test]
fn in_a_rebase_only_a_reworded_message_amends() {
    let sandbox = sandbox();
    sandbox.git(&["commit", "--quiet", "-m", "two"]);
    sandbox.git(&["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    sandbox.write("a", "side\n");
    sandbox.git(&["commit", "--quiet", "-a", "-m", "side"]);
    assert_ne!(sandbox.sh("git rebase --quiet main").code(), 0);
    sandbox.write("a", "both\n");
    sandbox.git(&["add", "a"]);
    let message = refused_and_finished(&sandbox, "git commit -m resolved");
    assert_eq!(message, format!("resolved\n\n{SIGNED}"));
    assert_eq!(
        sandbox.git(&["log", "-1", "--skip=1", "--format=%s"]),
        "two\n"
    );
    sandbox
        .sh("GIT_EDITOR=true git rebase --continue")
        .expect(0);
}

#[test]
fn a_commit_from_within_a_rebase_amends_nothing() {
    let sandbox = sandbox();
    sandbox.git(&["commit", "--quiet", "-m", "two"]);
    let done = sandbox.sh("git rebase --quiet --exec 'git commit --allow-empty -m typed' HEAD~1");
    let command = printed(&done);
    assert!(
        !command.contains("--amend") && !command.contains("rebase"),
        "{command}"
    );
    sandbox.sh(&command).expect(0);
    assert_eq!(sandbox.git(&["log", "-2", "--format=%s"]), "typed\ntwo\n");
}

#[test]
fn abbreviated_options_are_understood() {
    let sandbox = sandbox();
    let editor = "GIT_EDITOR='sh -c \"sed -i 1ityped \\$0\"'";
    let message = refused_and_finished(&sandbox, &format!("{editor} git commit --verb"));
    assert_eq!(message, format!("typed\n\n{SIGNED}"));
    // No editor, so git keeps what looks like a comment, and the message is not empty.
    sandbox
        .sh("elsewhere commit -q --allow-empty -m '#12 fix'")
        .expect(0);
    let done = sandbox
        .sh("git commit --allow-empty -c HEAD --no-edi")
        .expect(1);
    assert_snapshot!(done, @"
    gatekeeper pre-commit: 0 paths changed
             cached  x          passed on the same tree [WHEN], in [TIME]
    already checked: 1 cached, [WHEN]
    gatekeeper: the message was refused: 1 problem

    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>

    next: run
      git commit --allow-empty '--author=Jane Doe <jane@example.com>' '--date=@[DATE]' -s -F .git/gatekeeper/message-[ID1]
    If you are an AI agent, you have to be credited; then run this instead, with your name and model:
      git -c 'trailer.where=start' commit --allow-empty '--author=Jane Doe <jane@example.com>' '--date=@[DATE]' -s --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ");
}

#[test]
fn what_was_typed_counts_again() {
    let other = "Carl <carl@example.com>";
    let sandbox = sandbox();
    sandbox
        .sh(&format!(
            "git commit >/dev/null -s --author='{other}' --date=@1000000000 -m carl"
        ))
        .expect(0);
    // Carl's commit again: his name and date, and nothing but the sign-off is ours.
    let cases = [
        "echo 3 >a; elsewhere commit -a -C HEAD -q; git commit --amend -m typed",
        "echo 4 >a; elsewhere commit -a -c HEAD~1 -q; echo 5 >a; GIT_AUTHOR_NAME=Carl GIT_AUTHOR_EMAIL=carl@example.com GIT_AUTHOR_DATE=@1000000000 git commit -a -m typed",
    ];
    for script in cases {
        let done = sandbox
            .sh(&format!("export GIT_EDITOR=true; {script}"))
            .expect(1);
        sandbox.sh(&printed(&done)).expect(0);
        let author = sandbox.git(&["log", "-1", "--format=%an <%ae> %at %s"]);
        assert_eq!(author, format!("{other} 1000000000 typed\n"), "{script}");
    }
    // The date alone.
    sandbox.write("a", "6\n");
    let done = sandbox
        .sh("GIT_AUTHOR_DATE=@1000000001 git commit -a -m typed")
        .expect(1);
    sandbox.sh(&printed(&done)).expect(0);
    assert_eq!(sandbox.git(&["log", "-1", "--format=%at"]), "1000000001\n");
    // An index of the user's own.
    fs::copy(sandbox.top.join(".git/index"), sandbox.beside("index")).unwrap();
    sandbox.write("b", "");
    let done = sandbox
        .sh("export GIT_INDEX_FILE=../index; git add b && git commit -m typed")
        .expect(1);
    sandbox.sh(&printed(&done)).expect(0);
    assert_eq!(
        sandbox.git(&["show", "--name-only", "--format=", "HEAD"]),
        "b\n"
    );
}

#[test]
fn the_kept_message_is_what_git_would_have_stored() {
    let cases = [
        (
            "git commit --cleanup=verbatim -m 'typed  ' -m '# not a comment' -m end",
            "typed  \n\n# not a comment\n\nend",
        ),
        (
            "GIT_EDITOR='printf \"typed\\n\\n# heading\\n\\nend\\n\" >' git commit --cleanup=whitespace",
            "typed\n\n# heading\n\nend",
        ),
        (
            "printf 'typed\\n\\n# ------------------------ >8 ------------------------\\nmore\\n' | git commit -F -",
            "typed\n\n# ------------------------ >8 ------------------------\nmore",
        ),
        ("GIT_EDITOR=: git commit --amend", "one"),
    ];
    for (script, expected) in cases {
        let sandbox = Sandbox::with_gates(GATE);
        sandbox.write("a", "1\n");
        sandbox.git(&["add", "a"]);
        sandbox.sh("elsewhere commit -q -m one").expect(0);
        sandbox.write("a", "2\n");
        sandbox.git(&["add", "a"]);
        let message = refused_and_finished(&sandbox, script);
        // git itself decides where its sign-off goes.
        let typed: Vec<&str> = message.lines().filter(|line| *line != SIGNED).collect();
        let typed = typed.join("\n").replace("\n\n\n", "\n\n");
        assert_eq!(typed.trim_end_matches('\n'), expected, "{script}");
        assert!(message.contains(SIGNED), "{script}");
    }
}

#[test]
fn an_agent_at_work_is_named() {
    let sandbox = sandbox();
    let done = sandbox.sh("CLAUDECODE=1 git commit -s -m typed").expect(1);
    assert_snapshot!(done, @"
    gatekeeper pre-commit: 1 path changed
             passed  x  [TIME]
    1 passed in [TIME]
    gatekeeper: the message was refused: 1 problem

    error[assisted-by.missing]: the Assisted-By trailer is missing
    note: an agent is running: CLAUDECODE is set, as claude does
          expected  Assisted-By: agent-name (model), or agent-name (model / short-hash); the hash is that of the file that defines the agent, as `git hash-object` prints it
    help: add an Assisted-By line before the Signed-off-by line

    next: run this with MODEL filled in
      git -c 'trailer.where=start' commit --trailer 'Assisted-By: claude (MODEL)' -F .git/gatekeeper/message-[ID1]
    The message then has
      Assisted-By: claude (MODEL)
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ");
    let credit = "Assisted-By: claude (claude-sonnet-4)";
    let command = printed(&done).replace("MODEL", "claude-sonnet-4");
    sandbox.sh(&format!("CLAUDECODE=1 {command}")).expect(0);
    let message = sandbox.git(&["log", "-1", "--format=%B"]);
    assert_eq!(message.trim_end(), format!("typed\n\n{credit}\n{SIGNED}"));
}

#[test]
fn what_is_asked_for_can_be_configured() {
    let sandbox = sandbox();
    let both = |signed: &str, assisted: &str| {
        sandbox.write("gates.toml", format!(
            "{GATE}[commit-msg.signed-off-by]\nrequired = \"{signed}\"\n[commit-msg.assisted-by]\nrequired = \"{assisted}\"\n{FREE}"
        ));
        sandbox.git(&["add", "gates.toml"]);
    };
    both("never", "always");
    assert_snapshot!(sandbox.sh("git commit -m x").expect(1), @"
    gatekeeper pre-commit: 2 paths changed
             passed  x  [TIME]
    1 passed in [TIME]
    gatekeeper: the message was refused: 1 problem

    error[assisted-by.missing]: the Assisted-By trailer is missing
    note: this repository requires it in every commit
          expected  Assisted-By: agent-name (model), or agent-name (model / short-hash); the hash is that of the file that defines the agent, as `git hash-object` prints it
    help: add an Assisted-By line before the Signed-off-by line

    next: run this with AGENT-NAME and MODEL filled in
      git -c 'trailer.where=start' commit --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
    The message then has
      Assisted-By: AGENT-NAME (MODEL)
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ");
    both("never", "never");
    sandbox.sh("CLAUDECODE=1 git commit -m x").expect(0);
    both("sometimes", "never");
    assert_snapshot!(sandbox.sh("git commit -m x").expect(1), @r#"
    error: gates.toml has 1 error
      error: invalid value `sometimes`
       --> gates.toml:4:12
        |
      4 | required = "sometimes"
        |            ^^^^^^^^^^^ unknown value
        |
      help: expected `always`, `when-human` or `never`
    "#);
}

#[test]
fn refused_messages_are_kept() {
    let mut sandbox = sandbox();
    let refused = |text: &str| sandbox.sh(&format!("git commit -m '{text}'")).expect(1);
    let first = refused("message 1");
    let second = refused("message 2");
    assert_eq!(kept(&refused("message 1")), kept(&first));
    // Each command commits the message that it was printed for, whatever came since.
    assert_ne!(kept(&first), kept(&second));
    sandbox.sh(&printed(&first)).expect(0);
    assert_eq!(sandbox.subject().as_deref(), Some("message 1"));
    sandbox.git(&["reset", "--quiet", "--soft", "HEAD~1"]);
    // Where it cannot be kept it goes elsewhere, cleaned all the same.
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    sandbox.write(".git/worktrees/linked/gatekeeper", "");
    sandbox.top = sandbox.beside("linked");
    sandbox.write("a", "2\n");
    sandbox.git(&["add", "a"]);
    let message = refused_and_finished(
        &sandbox,
        "GIT_EDITOR='sh -c \"sed -i 1ikept \\$0\"' git commit -v",
    );
    assert_eq!(message, format!("kept\n\n{SIGNED}"));
    // And where nothing can be written, it is shown.
    sandbox.write("a", "3\n");
    let done = sandbox
        .sh("TMPDIR=/dev/null/nowhere git commit -am shown")
        .expect(1);
    assert_snapshot!(done, @r#"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because git commits from a temporary index
             passed  x  [TIME]
    1 passed in [TIME]
    note: cannot record this run: failed to create directory `[ROOT]/repository/.git/worktrees/linked/gatekeeper/runs`: Not a directory (os error 20)
    gatekeeper: the message was refused: 1 problem

    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>

    note: the message could not be saved (Not a directory (os error 20) at path "/dev/null/nowhere/gatekeeper-message-[RANDOM]"); copy it from here before you commit again:
      shown
    "#);
}

#[test]
fn what_git_gives_up_by_itself_is_left_to_git() {
    let sandbox = sandbox();
    let done = sandbox.sh("GIT_EDITOR=true git commit");
    assert_snapshot!(done, @"
    gatekeeper pre-commit: 1 path changed
             passed  x  [TIME]
    1 passed in [TIME]
    Aborting commit due to empty commit message.
    ");
    sandbox.sh("git commit --fixup HEAD").expect(0);
    let done = sandbox
        .sh("git commit --allow-empty --allow-empty-message -m ''")
        .expect(1);
    assert_snapshot!(done, @"
    gatekeeper pre-commit: 0 paths changed
             cached  x          passed on the same tree [WHEN], in [TIME]
    already checked: 1 cached, [WHEN]
    gatekeeper: the message was refused: 1 problem

    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>

    next: run
      git commit --allow-empty --allow-empty-message -s -F .git/gatekeeper/message-[ID1]
    If you are an AI agent, you have to be credited; then run this instead, with your name and model:
      git -c 'trailer.where=start' commit --allow-empty --allow-empty-message -s --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ");
}

#[test]
fn no_bytes_make_it_crash() {
    let cases: [&[u8]; 6] = [
        b"\xff\xfe latin \xe9\n\nSigned-off-by: Jane Doe <jane@example.com>\n",
        b"crlf\r\n\r\nSigned-off-by: Jane Doe <jane@example.com>\r\n",
        b"\xef\xbb\xbfbom\n\nSigned-off-by: Jane Doe <jane@example.com>",
        b"x\n\nSigned-off-by: \xff <\xfe@\xfd>\n",
        b"\x1b[2J\n\nSigned-off-by: \x1b[31m\n",
        b"nul\0inside\n",
    ];
    let mut told = String::new();
    for message in cases {
        let sandbox = sandbox();
        sandbox.write("../message", message);
        told += &sandbox.sh("git commit >/dev/null -F ../message").told();
    }
    assert_snapshot!(told, @r#"
    gatekeeper pre-commit: 1 path changed
             passed  x  [TIME]
    1 passed in [TIME]
    Warning: commit message did not conform to UTF-8.
    You may want to amend it after fixing the message, or set the config
    variable i18n.commitEncoding to the encoding your project uses.
    ---
    gatekeeper pre-commit: 1 path changed
             passed  x  [TIME]
    1 passed in [TIME]
    ---
    gatekeeper pre-commit: 1 path changed
             passed  x  [TIME]
    1 passed in [TIME]
    warning[subject.byte-order-mark]: the subject begins with a byte order mark, which git keeps
      |
    1 | \u{feff}bom
      |
    ---
    gatekeeper pre-commit: 1 path changed
             passed  x  [TIME]
    1 passed in [TIME]
    gatekeeper: the message was refused: 1 problem

    error[signed-off-by.mismatch]: the commit is signed off by someone other than the author or the committer
      |
    3 | Signed-off-by: ÿ <þ@ý>
      |
    note: signed     ÿ <þ@ý>
          author     Jane Doe <jane@example.com>

    next: run
      git commit -s -F .git/gatekeeper/message-[ID1]
    If you are an AI agent, you have to be credited; then run this instead, with your name and model:
      git -c 'trailer.where=start' commit -s --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ---
    gatekeeper pre-commit: 1 path changed
             passed  x  [TIME]
    1 passed in [TIME]
    gatekeeper: the message was refused: 1 problem

    error[signed-off-by.malformed]: `` is not a name and address
      |
    3 | Signed-off-by:
      |
    note: expected  Signed-off-by: Jane Doe <jane@example.com>
    help: remove line 3

    next: edit .git/gatekeeper/message-[ID1], then run
      git commit -s -F .git/gatekeeper/message-[ID1]
    If you are an AI agent, you have to be credited; then run this instead, with your name and model:
      git -c 'trailer.where=start' commit -s --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ---
    gatekeeper pre-commit: 1 path changed
             passed  x  [TIME]
    1 passed in [TIME]
    error: a NUL byte in commit log message not allowed.
    fatal: failed to write commit object
    ---
    "#);
    let sandbox = sandbox();
    sandbox.write("../message", "line\n".repeat(200_000));
    assert_snapshot!(sandbox.sh("git commit >/dev/null -F ../message").expect(1), @"
    gatekeeper pre-commit: 1 path changed
             passed  x  [TIME]
    1 passed in [TIME]
    gatekeeper: the message was refused: 1 problem

    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>

    next: run
      git commit -s -F .git/gatekeeper/message-[ID1]
    If you are an AI agent, you have to be credited; then run this instead, with your name and model:
      git -c 'trailer.where=start' commit -s --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ");
}

#[test]
fn one_look_at_the_message_is_enough() {
    let sandbox = sandbox();
    // What the fixed message would be refused for is told at once.
    let robot = "Generated with a robot\nCo-Authored-By: Claude <noreply@anthropic.com>";
    let cases = [
        robot.to_owned(),
        format!("{robot}\nAssisted-By: rev(opus-4/abcd1)"),
        "Signed-off-by: Claude <noreply@anthropic.com>\n\nCloses: #3".into(),
        "Signed-off-by: Bob <bob@example.com>\n\nCloses: #3".into(),
    ];
    let mut told = String::new();
    for body in cases {
        sandbox.write("../message", format!("typed\n\n{body}\n"));
        told += &sandbox
            .sh("git commit >/dev/null -F ../message")
            .expect(1)
            .told();
    }
    assert_snapshot!(told, @r#"
    gatekeeper pre-commit: 1 path changed
             passed  x  [TIME]
    1 passed in [TIME]
    gatekeeper: the message was refused: 3 problems

    error[trailers.mixed-paragraph]: git sees no trailers in this message
      |
    3 | Generated with a robot
      | ---------------------- not "Key: value"
    4 | Co-Authored-By: Claude <noreply@anthropic.com>
      |
    note: a paragraph counts as trailers only if every line is one, or if it has a Signed-off-by and at least a quarter of its lines are trailers

    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>

    error[assisted-by.missing]: the Assisted-By trailer is missing
    note: an agent is credited as co-author: noreply@anthropic.com
          expected  Assisted-By: agent-name (model), or agent-name (model / short-hash); the hash is that of the file that defines the agent, as `git hash-object` prints it
    help: add an Assisted-By line before the Signed-off-by line

    next: run this with MODEL filled in
      gatekeeper message fix .git/gatekeeper/message-[ID1] && git -c 'trailer.where=start' commit -s --trailer 'Assisted-By: claude (MODEL)' -F .git/gatekeeper/message-[ID1]
    The message then has
      Assisted-By: claude (MODEL)
      Signed-off-by: Jane Doe <jane@example.com>
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ---
    gatekeeper pre-commit: 1 path changed
             cached  x          passed on the same tree [WHEN], in [TIME]
    already checked: 1 cached, [WHEN]
    gatekeeper: the message was refused: 3 problems

    error[trailers.mixed-paragraph]: git sees no trailers in this message
      |
    3 | Generated with a robot
      | ---------------------- not "Key: value"
    4 | Co-Authored-By: Claude <noreply@anthropic.com>
    5 | Assisted-By: rev(opus-4/abcd1)
      |
    note: a paragraph counts as trailers only if every line is one, or if it has a Signed-off-by and at least a quarter of its lines are trailers

    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>

    error[assisted-by.malformed]: the credit does not have the required form
      |
    5 | Assisted-By: rev(opus-4/abcd1)
      |              ^^^^^^^^^^^^^^^^^
    note: expected  agent-name (model), or agent-name (model / short-hash); the hash is that of the file that defines the agent, as `git hash-object` prints it
    help: correct line 5

    next: edit .git/gatekeeper/message-[ID1], then run
      gatekeeper message fix .git/gatekeeper/message-[ID1] && git commit -s -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ---
    gatekeeper pre-commit: 1 path changed
             cached  x          passed on the same tree [WHEN], in [TIME]
    already checked: 1 cached, [WHEN]
    gatekeeper: the message was refused: 2 problems

    error[signed-off-by.outside-block]: the Signed-off-by on line 3 is not a trailer
      |
    3 | Signed-off-by: Claude <noreply@anthropic.com>
    4 |
      | - blank line that ends the paragraph
    5 | Closes: #3
      |
    note: git reads trailers only from the last paragraph

    error[signed-off-by.ai-identity]: an AI cannot sign off
      |
    3 | Signed-off-by: Claude <noreply@anthropic.com>
      |                        ^^^^^^^^^^^^^^^^^^^^^
    note: signing off certifies the Developer Certificate of Origin, which only a person can do
          to credit the tool, write  Co-Authored-By: Claude <noreply@anthropic.com>
    help: remove line 3; the person who is responsible for the commit must sign off

    next: edit .git/gatekeeper/message-[ID1], then run
      gatekeeper message fix .git/gatekeeper/message-[ID1] && git commit -s -F .git/gatekeeper/message-[ID1]
    If you are an AI agent, you have to be credited; then run this instead, with your name and model:
      gatekeeper message fix .git/gatekeeper/message-[ID1] && git -c 'trailer.where=start' commit -s --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ---
    gatekeeper pre-commit: 1 path changed
             cached  x          passed on the same tree [WHEN], in [TIME]
    already checked: 1 cached, [WHEN]
    gatekeeper: the message was refused: 2 problems

    error[signed-off-by.outside-block]: the Signed-off-by on line 3 is not a trailer
      |
    3 | Signed-off-by: Bob <bob@example.com>
    4 |
      | - blank line that ends the paragraph
    5 | Closes: #3
      |
    note: git reads trailers only from the last paragraph

    error[signed-off-by.mismatch]: the commit is signed off by someone other than the author or the committer
      |
    3 | Signed-off-by: Bob <bob@example.com>
      |
    note: signed     Bob <bob@example.com>
          author     Jane Doe <jane@example.com>

    next: run
      gatekeeper message fix .git/gatekeeper/message-[ID1] && git commit -s -F .git/gatekeeper/message-[ID1]
    If you are an AI agent, you have to be credited; then run this instead, with your name and model:
      gatekeeper message fix .git/gatekeeper/message-[ID1] && git -c 'trailer.where=start' commit -s --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ---
    "#);
    sandbox
        .sh(&printed(&sandbox.sh("git commit >/dev/null -F ../message")))
        .expect(0);
}

#[test]
fn the_command_works_from_where_the_user_stands() {
    let sandbox = sandbox().with_gatekeeper_on_path();
    let top = sandbox.top.display();
    let body = "-m typed -m 'Signed-off-by: Jane Doe <jane@example.com>' -m 'Closes: #3'";
    let done = sandbox
        .sh(&format!("cd / && git -C {top} commit {body}"))
        .expect(1);
    sandbox.sh(&format!("cd / && {}", printed(&done))).expect(0);
    assert_eq!(sandbox.subject().as_deref(), Some("typed"));
}

#[test]
fn a_refused_patch_is_taken_again() {
    for (edit, message) in [
        ("true", "patch\n\nbody\n"),
        ("sed -i 's/ .skip ci.//'", "patch [skip ci]\n"),
        (
            "true",
            "patch\n\nSigned-off-by: Jane Doe <jane@example.com>\n\nCloses: #3\n",
        ),
    ] {
        let sandbox = sandbox().with_gatekeeper_on_path();
        sandbox.write("../message", message);
        sandbox
            .sh("elsewhere commit -q -F ../message && git format-patch -q -1 -o ..")
            .expect(0);
        sandbox.sh("git reset -q --hard HEAD~1").expect(0);
        let done = sandbox.sh("git am -q ../0001*");
        assert_ne!(done.code(), 0);
        sandbox.sh(&format!("{edit} {}", kept(&done))).expect(0);
        let mut finished = sandbox.sh(&printed(&done));
        if finished.code() != 0 {
            // The sign-off was missing as well.
            finished = sandbox.sh(&printed(&finished));
        }
        finished.expect(0);
        assert_eq!(sandbox.subject().as_deref(), Some("patch"));
        assert!(!sandbox.top.join(".git/rebase-apply").exists());
    }
}

#[test]
fn who_resolves_a_conflict_is_not_credited_for_it() {
    let sandbox = sandbox();
    sandbox.git(&["checkout", "--quiet", "-b", "side"]);
    sandbox.git(&["commit", "--quiet", "-m", "theirs"]);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.write("a", "3\n");
    sandbox.git(&["commit", "--quiet", "-a", "-m", "ours"]);
    assert_ne!(sandbox.sh("git cherry-pick side").code(), 0);
    sandbox.write("a", "4\n");
    sandbox
        .sh("git add a && CLAUDECODE=1 git commit >/dev/null --no-edit")
        .expect(0);
    assert_eq!(sandbox.subject().as_deref(), Some("theirs"));
}

#[test]
fn an_amended_merge_is_a_merge() {
    let sandbox = sandbox();
    sandbox.git(&["commit", "--quiet", "-m", "two"]);
    sandbox.git(&["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    sandbox.write("b", "");
    sandbox.git(&["add", "b"]);
    sandbox.git(&["commit", "--quiet", "-m", "b"]);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox
        .sh("git merge -q --no-edit side && git commit >/dev/null --amend -m 'Merge it'")
        .expect(0);
    sandbox
        .sh("git commit >/dev/null --allow-empty -m x")
        .expect(1);
}

#[test]
fn a_person_who_helped_is_no_agent() {
    let sandbox = sandbox();
    let body = "-m 'Assisted-by: Bob Builder <bob@example.com>'";
    sandbox
        .sh(&format!("git commit >/dev/null -s -m x {body}"))
        .expect(0);
    let done = sandbox
        .sh(&format!(
            "CLAUDECODE=1 git commit >/dev/null -s --allow-empty -m x {body}"
        ))
        .expect(1);
    assert_snapshot!(done, @"
    gatekeeper pre-commit: 0 paths changed
             cached  x          passed on the same tree [WHEN], in [TIME]
    already checked: 1 cached, [WHEN]
    gatekeeper: the message was refused: 1 problem

    error[assisted-by.missing]: the Assisted-By trailer is missing
    note: an agent is running: CLAUDECODE is set, as claude does
          expected  Assisted-By: agent-name (model), or agent-name (model / short-hash); the hash is that of the file that defines the agent, as `git hash-object` prints it
    help: add an Assisted-By line before the Signed-off-by line

    next: run this with MODEL filled in
      git -c 'trailer.where=start' commit --allow-empty --trailer 'Assisted-By: claude (MODEL)' -F .git/gatekeeper/message-[ID1]
    The message then has
      Assisted-By: claude (MODEL)
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ");
}
