//! `gatekeeper message`, and the prepare-commit-msg hook.

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use gatekeeper::internals::{
    Agents, CommitMsg, Identity, Mailmap, MessageCase, MessageSettings, Moment, Reading, Registry,
    check_with, clean, fix_message,
};
use insta::assert_snapshot;
use proptest::collection::vec;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use proptest::{prop_assert, prop_assert_eq};

use crate::sandbox::{GATEKEEPER, Sandbox};

const GATE: &str = "[gates.x]\nrun = \"true\"\n";
const SIGNED: &str = "Signed-off-by: Jane Doe <jane@example.com>";

/// What `message fix` makes of a message, and what it leaves to do.
fn fixed(sandbox: &Sandbox, message: &str) -> (String, String) {
    sandbox.write("../message", message);
    let done = sandbox
        .gatekeeper(&["message", "fix", "../message"])
        .expect(0);
    (
        fs::read_to_string(sandbox.beside("message")).unwrap(),
        done.stderr,
    )
}

#[test]
fn what_is_mechanical_is_fixed() {
    let sandbox = Sandbox::with_gates(GATE);
    let claude = "Co-Authored-By: Claude <noreply@anthropic.com>";
    let credit = "Assisted-By: reviewer (opus / a1b2c3d)";
    let cases = [
        // Stranded.
        (
            format!("t\n\nbody\n\n{SIGNED}\n\nCloses: #12\n"),
            format!("t\n\nbody\n\nCloses: #12\n{SIGNED}\n"),
        ),
        (
            format!("t\n\n{credit}\n\n{claude}\n\n{SIGNED}\n"),
            format!("t\n\n{credit}\n{claude}\n{SIGNED}\n"),
        ),
        (format!("t\n{SIGNED}\n"), format!("t\n\n{SIGNED}\n")),
        // Only where nothing but trailers comes after it.
        (
            format!("t\n\nprose\n{SIGNED}\n\nReviewed-by: A <a@b.c>\n"),
            format!("t\n\nprose\n\nReviewed-by: A <a@b.c>\n{SIGNED}\n"),
        ),
        // Prose that only looks like trailers stays prose.
        (
            format!("t\n\n{SIGNED}\n\nNote: it is slow\n"),
            format!("t\n\nNote: it is slow\n\n{SIGNED}\n"),
        ),
        (
            format!("t\n\n{SIGNED}\n\nhttps://example.com/x\n"),
            format!("t\n\nhttps://example.com/x\n\n{SIGNED}\n"),
        ),
        // Glued.
        (
            format!("t\n\nGenerated with a robot\n{claude}\n{credit}\n"),
            format!("t\n\nGenerated with a robot\n\n{claude}\n{credit}\n"),
        ),
        (
            format!("t\n\na\nb\nc\nd\n{SIGNED}\n"),
            format!("t\n\na\nb\nc\nd\n\n{SIGNED}\n"),
        ),
        // Order, spacing, keys, duplicates.
        (
            format!("t\n\n{SIGNED}\n{credit}\n"),
            format!("t\n\n{credit}\n{SIGNED}\n"),
        ),
        (
            "t\n\nsigned-off-by :Jane Doe <jane@example.com>\n".into(),
            format!("t\n\n{SIGNED}\n"),
        ),
        (
            "t\n\nSigned off by: Jane Doe <jane@example.com>\n".into(),
            format!("t\n\n{SIGNED}\n"),
        ),
        (
            format!("t\n\n{SIGNED}\nAcked-by: A <a@b.c>\nAcked-by: A <a@b.c>\n{SIGNED}\n"),
            format!("t\n\nAcked-by: A <a@b.c>\n{SIGNED}\n"),
        ),
        // A continued line stays with its trailer.
        (
            format!("t\n\nReviewed-by: A\n  <a@b.c>\n\nprose\n{SIGNED}\n{claude}\n"),
            format!("t\n\nReviewed-by: A\n  <a@b.c>\n\nprose\n{claude}\n{SIGNED}\n"),
        ),
    ];
    for (message, expected) in cases {
        let (text, _) = fixed(&sandbox, &message);
        assert_eq!(text, expected, "{message}");
        let git = sandbox.sh("git interpret-trailers --parse --no-divider ../message");
        let ours = sandbox
            .gatekeeper(&["message", "trailers", "../message"])
            .expect(0);
        assert_eq!(ours.stdout, git.stdout, "{message}");
        assert_eq!(fixed(&sandbox, &text).0, text);
    }
}

#[test]
fn what_is_right_stays_as_it_is() {
    let sandbox = Sandbox::with_gates(GATE);
    for message in [
        format!("t\n\nbody  \n\n    indented\n\n{SIGNED}\n"),
        format!("t\n\n* a\n\n{SIGNED}\n\n* b\n\n{SIGNED}\n"),
        format!("t\n\nRefs #12\n{SIGNED}\n"),
        // Nothing is moved past what is no trailer.
        format!("t\n\ntext\n\n{SIGNED}\n---\nv2: changed\nv3: more\n"),
        // Examples and forms in prose are no sign-offs.
        format!("t\n\nWrite as in\n{SIGNED}\n\nand nothing else.\n"),
        "t\n\nThe sheet had\n\nSigned off by: Legal <legal@example.com>\n\non it.\n".to_owned(),
        "t\n\nThe form says\nsigned off by : the clerk\n".to_owned(),
        "t\n\nSigned-off-by:\n\nCloses: #3\n".to_owned(),
        format!(
            "t\n\n{SIGNED}\n(cherry picked from commit 1234567)\n{}\n",
            SIGNED.replace("Jane", "Joe")
        ),
        "t\n\nno sign-off\n".to_owned(),
    ] {
        let (text, said) = fixed(&sandbox, &message);
        assert_eq!(text, message);
        assert!(said.contains("nothing to fix"), "{said}");
    }
    // It invents no sign-off, and says what is left.
    let (_, said) = fixed(&sandbox, "t\n\nno sign-off\n");
    assert!(said.contains("left to do: 1 problem"), "{said}");
    // Nothing is written, so nothing of the file changes.
    let file = sandbox.beside("message");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o440)).unwrap();
    sandbox
        .gatekeeper(&["message", "fix", "../message"])
        .expect(0);
    assert_snapshot!(sandbox.gatekeeper(&["message", "fix", "../nowhere"]).expect(3), @"
    error: cannot read the message in ../nowhere
      No such file or directory (os error 2)
    ");
}

#[test]
fn standard_input_is_a_file_too() {
    let sandbox = Sandbox::with_gates(GATE);
    let script = |input: &str, arguments: &str| {
        sandbox.sh(&format!(
            "printf '{input}' | {GATEKEEPER} message {arguments}"
        ))
    };
    let stranded = format!("t\\n\\n{SIGNED}\\n\\nCloses: #1\\n");
    let done = script(&stranded, "fix -").expect(0);
    assert_eq!(done.stdout, format!("t\n\nCloses: #1\n{SIGNED}\n"));
    let done = script(&stranded, "trailers -").expect(0);
    assert_eq!(done.stdout, "Closes: #1\n");
    assert_snapshot!(script(&stranded, "check -").expect(1), @"
    gatekeeper: the message would be refused: 1 problem

    error[signed-off-by.outside-block]: the Signed-off-by on line 3 is not a trailer
      |
    3 | Signed-off-by: Jane Doe <jane@example.com>
    4 |
      | - blank line that ends the paragraph
    5 | Closes: #1
      |
    note: git reads trailers only from the last paragraph

    to fix mechanical problems, run `gatekeeper message fix`
    ");
    assert_snapshot!(script(&format!("t\\n\\n{SIGNED}\\n"), "check -").expect(0), @"passed: the message follows every rule");
    assert_snapshot!(script("", "check -").expect(2), @"
    error: the message in - is empty
    help: git rejects an empty message by itself
    ");
    script("t\\n\\n# x\\n\\nKey: v\\n", "trailers --cleanup strip -").expect(0);
}

#[test]
fn the_file_of_an_editor_is_read_without_its_help() {
    let sandbox = Sandbox::with_gates(GATE);
    let help = "# Please enter the commit message\n# ------------------------ >8 ------------------------\ndiff --git a/a b/a\n";
    let edited = |text: &str| {
        let file = sandbox.top.join(".git/COMMIT_EDITMSG");
        fs::write(file, format!("{text}\n\n{SIGNED}\n\n{help}")).unwrap();
        let check = format!("{GATEKEEPER} message check .git/COMMIT_EDITMSG");
        (
            sandbox.sh(&check).code(),
            sandbox.sh(&format!("GIT_EDITOR=: {check}")).code(),
        )
    };
    assert_eq!(edited("t\n# a comment"), (0, 0));
    // What nobody has edited keeps what looks like a comment.
    assert_eq!(edited("# 12: mend"), (2, 0));
    let done = sandbox
        .sh(&format!(
            "cd .git && {GATEKEEPER} message check COMMIT_EDITMSG"
        ))
        .expect(2);
    assert_snapshot!(done, @"
    error: the message in COMMIT_EDITMSG is empty
    help: git rejects an empty message by itself
    ");
}

/// Lines of which random messages are made.
const LINES: [&str; 20] = [
    "",
    "",
    "",
    "prose that says something",
    "- a bullet: with a colon",
    "    indented",
    "Note: it is slow",
    "https://example.com/x",
    "Closes: #12",
    "BREAKING CHANGE: x",
    "---",
    "# a comment",
    "(cherry picked from commit 0123456)",
    SIGNED,
    "signed-off-by:Jane Doe  <jane@example.com>",
    "Signed off by: Jane Doe <jane@example.com>",
    "Co-Authored-By: Claude <noreply@anthropic.com>",
    "Assisted-By: rev (opus / a1b2c3d)",
    "Reviewed-by: A",
    "  <a@example.com>",
];

/// What is no credit, in its order: it must survive.
fn others(text: &str) -> Vec<&str> {
    let is_credit = |line: &&str| {
        let lower = line.to_lowercase();
        [
            "-by",
            "signed off by",
            // An indented line may continue a trailer, and goes where that goes.
            " ",
            "closes:",
            "(cherry",
            "breaking",
            "https:",
            "note:",
        ]
        .iter()
        .any(|start| lower.starts_with(start) || lower.contains("-by"))
    };
    text.lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty() && !is_credit(line))
        .collect()
}

#[test]
fn fixing_random_messages_loses_nothing_and_comes_to_rest() {
    let rules = CommitMsg::default();
    let settings = MessageSettings::default();
    let jane = Identity::parse("Jane Doe <jane@example.com>").unwrap();
    let check = |text: &[u8]| {
        let case = MessageCase {
            reading: &Reading::new(text, &settings, &settings.encoding),
            author: &jane,
            committer: &jane,
            agent: None,
            model: None,
            is_merge: false,
            moment: Moment::Hook,
            rules: &rules,
            agents: &Agents::default(),
            registry: &Registry::default(),
            mailmap: &Mailmap::default(),
        };
        check_with(&case, |_| Ok(Mailmap::default()))
    };
    let config = Config {
        cases: 2000,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let lines = vec(0..LINES.len(), 1..14);
    let fixed = Cell::new(0);
    let check = |picked: Vec<usize>| {
        let lines: Vec<&str> = picked.iter().map(|at| LINES[*at]).collect();
        let text = clean(
            format!("title\n{}\n", lines.join("\n")).as_bytes(),
            &settings,
        )
        .text;
        let Some(once) = fix_message(&text, &settings, &rules, check).unwrap() else {
            return Ok(());
        };
        let (before, after) = (
            String::from_utf8(text).unwrap(),
            String::from_utf8(once.text).unwrap(),
        );
        prop_assert_eq!(
            others(&before),
            others(&after),
            "{}\nbecame\n{}",
            &before,
            &after
        );
        let words = |text: &str| {
            let mut words: Vec<String> = text
                .lines()
                .map(|line| line.to_lowercase().replace([' ', '-'], ""))
                .filter(|line| !line.is_empty())
                .collect();
            words.sort();
            words.dedup();
            words
        };
        prop_assert_eq!(
            words(&before),
            words(&after),
            "{}\nbecame\n{}",
            &before,
            &after
        );
        prop_assert!(
            once.left.iter().all(|finding| !finding.remedy.is_fix()),
            "{}\n{}",
            &before,
            &after
        );
        let twice = fix_message(after.as_bytes(), &settings, &rules, check)
            .unwrap()
            .unwrap();
        prop_assert_eq!(
            &String::from_utf8(twice.text).unwrap(),
            &after,
            "{}",
            &before
        );
        fixed.set(fixed.get() + usize::from(!once.changes.is_empty()));
        Ok(())
    };
    runner.run(&lines, check).unwrap();
    assert!(fixed.get() > 500, "{}", fixed.get());
}

const AGENT: &str = "CLAUDECODE=1 GATEKEEPER_AGENT=rev GATEKEEPER_MODEL=opus-4 GIT_EDITOR=true";

fn credits(sandbox: &Sandbox) -> String {
    let format = "--format=%(trailers:key=Assisted-By)";
    sandbox.git(&["log", "-1", format]).trim().to_owned()
}

#[test]
fn a_known_agent_is_credited_by_the_hook() {
    let sandbox = Sandbox::with_gates(GATE);
    let credit = "Assisted-By: rev (opus-4)";
    let commit = format!("{AGENT} git commit -q --allow-empty");
    for arguments in [
        "-s -m x",
        "-s -m x -m 'Reviewed-by: A <a@b.c>'",
        "-s -m x -m 'Assisted-By: rev (opus-4)'",
        "-s -e -v -m x",
        "-s --cleanup=verbatim -m 'x  '",
    ] {
        sandbox.sh(&format!("{commit} {arguments}")).expect(0);
        assert_eq!(credits(&sandbox), credit, "{arguments}");
        let message = sandbox.git(&["log", "-1", "--format=%B"]);
        assert!(
            message.trim_end().ends_with(&format!("{credit}\n{SIGNED}")),
            "{message}"
        );
    }
    // No sign-off is added.
    assert_snapshot!(sandbox.sh(&format!("{commit} -m x")).expect(1), @"
    gatekeeper: the message was refused: 1 problem

    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>

    next: run
      git commit -q --allow-empty -s -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ");
    // An empty message stays empty.
    assert_snapshot!(sandbox.sh(&format!("{commit} -m ''")), @"Aborting commit due to empty commit message.");
    sandbox.write(
        "gates.toml",
        format!("{GATE}[commit-msg.assisted-by]\nfill-in = false\n"),
    );
    assert_snapshot!(sandbox.sh(&format!("git add gates.toml; {commit} -s -m x")).expect(1), @"
    gatekeeper: the message was refused: 1 problem

    error[assisted-by.missing]: the Assisted-By trailer is missing
    note: an agent is running: GATEKEEPER_AGENT names rev
          write  Assisted-By: rev (opus-4)

    next: run
      gatekeeper message fix .git/gatekeeper/message-[ID1] && git commit -q --allow-empty -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ");
}

#[test]
fn what_others_have_written_is_not_credited() {
    let sandbox = Sandbox::with_gates(GATE);
    sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "one"]);
    sandbox.git(&["checkout", "--quiet", "-b", "side"]);
    sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "side"]);
    sandbox.write("s", "");
    sandbox.git(&["add", "s"]);
    sandbox.git(&["commit", "--quiet", "-m", "more"]);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.write("m", "");
    sandbox.git(&["add", "m"]);
    sandbox.git(&["commit", "--quiet", "-m", "main"]);
    for script in [
        "git merge -q --no-edit side",
        "git reset -q --hard HEAD~1 && git cherry-pick side",
        "git checkout -q side && git rebase -q --force-rebase main",
        "git rebase -q -x true HEAD~1",
    ] {
        sandbox.sh(&format!("export {AGENT}; {script}")).expect(0);
        assert_eq!(credits(&sandbox), "", "{script}");
    }
    sandbox
        .sh(&format!("{AGENT} git commit -q --allow-empty --fixup HEAD"))
        .expect(0);
    assert_eq!(credits(&sandbox), "");
}
