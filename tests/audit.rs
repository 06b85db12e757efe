//! `gatekeeper audit`: the messages of a range, as they are stored.

use insta::assert_snapshot;
use serde_json::Value;

use crate::sandbox::Sandbox;

const GATE: &str = "[gates.x]\nrun = \"true\"\n";

/// A repository with these gates in a commit that is tagged `base`, without hooks.
fn sandbox(gates: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", gates);
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "base"]);
    sandbox.git(&["tag", "base"]);
    sandbox
}

/// Commits a new file with exactly this message.
fn commit(sandbox: &Sandbox, message: &str) -> String {
    let name = message.lines().next().unwrap().replace([' ', '!'], "-");
    sandbox.write(&name, message);
    sandbox.write("../message", message);
    sandbox.git(&["add", "."]);
    sandbox
        .sh("git commit -q --cleanup=verbatim -F ../message")
        .expect(0);
    sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned()
}

fn signed(subject: &str) -> String {
    format!("{subject}\n\nSigned-off-by: Jane Doe <jane@example.com>\n")
}

/// The refused commits' subjects, each with its rules.
fn refused(sandbox: &Sandbox, range: &str) -> Vec<String> {
    let done = sandbox.gatekeeper(&["audit", "--json", range]);
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(report["exit_code"], done.code());
    let checked = report["judged"].as_array().unwrap().iter();
    let lines: Vec<String> = checked
        .map(|checked| {
            let errors = checked["findings"].as_array().unwrap().iter();
            let errors = errors.filter(|finding| finding["severity"] == "error");
            let rules: Vec<&str> = errors
                .map(|finding| finding["rule"].as_str().unwrap())
                .collect();
            (checked["subject"].as_str().unwrap(), rules)
        })
        .filter(|(_, rules)| !rules.is_empty())
        .map(|(subject, rules)| format!("{subject}: {}", rules.join(" ")))
        .collect();
    assert_eq!(report["refused"], lines.len());
    assert_eq!(done.code(), i32::from(!lines.is_empty()));
    lines
}

/// The commands that an audit prints, as a script.
fn printed(sandbox: &Sandbox, range: &str) -> String {
    let done = sandbox.gatekeeper(&["audit", range]).expect(1);
    let commands = done.stdout.lines().filter_map(|line| {
        let command = line.strip_prefix("next: ");
        command.or_else(|| line.strip_prefix("then: "))
    });
    let commands: Vec<&str> = commands.collect();
    assert!(!commands.is_empty(), "{}", done.stdout);
    commands.join(" && ")
}

#[test]
fn every_commit_is_checked_and_one_command_fixes_them() {
    let sandbox = sandbox(GATE).with_gatekeeper_on_path();
    commit(&sandbox, "one\n");
    commit(&sandbox, &signed("two"));
    commit(
        &sandbox,
        "three\n\nSigned-off-by: Jane Doe <jane@example.com>\n\nCloses: #12\n",
    );
    commit(&sandbox, "fixup! one\n");
    assert_eq!(
        refused(&sandbox, "base.."),
        [
            "one: signed-off-by.missing",
            "three: signed-off-by.outside-block",
            "fixup! one: subject.autosquash",
        ]
    );
    sandbox.sh(&printed(&sandbox, "base..HEAD")).expect(0);
    assert_eq!(refused(&sandbox, "base"), [""; 0]);
    let subjects = sandbox.git(&["log", "--format=%s", "base.."]);
    assert_eq!(subjects, "three\ntwo\none\n");
}

#[test]
fn the_last_commit_alone_is_amended() {
    let sandbox = sandbox(GATE).with_gatekeeper_on_path();
    commit(&sandbox, &signed("one"));
    commit(&sandbox, "two\n");
    let command = printed(&sandbox, "base..");
    assert_eq!(command, "gatekeeper audit --fix --signoff base..HEAD");
    sandbox.sh(&command).expect(0);
    assert_eq!(refused(&sandbox, "base.."), [""; 0]);
    commit(&sandbox, "three\n\nReviewed-by: A <a@example.com>\nprose\n");
    sandbox.sh(&printed(&sandbox, "base..")).expect(0);
    assert_eq!(refused(&sandbox, "base.."), [""; 0]);
    let trailers = sandbox.git(&["log", "-1", "--format=%(trailers:only)"]);
    assert_eq!(
        trailers.trim(),
        "Reviewed-by: A <a@example.com>\nSigned-off-by: Jane Doe <jane@example.com>"
    );
}

#[test]
fn merges_may_lack_trailers_and_bots_need_none() {
    let sandbox = sandbox(GATE);
    sandbox.git(&["checkout", "--quiet", "-b", "side"]);
    commit(&sandbox, &signed("side"));
    sandbox.git(&["checkout", "--quiet", "main"]);
    commit(&sandbox, &signed("main"));
    sandbox.git(&["merge", "--quiet", "-m", "Merge side", "side"]);
    let bot = "49699333+dependabot[bot]@users.noreply.github.com";
    let as_bot = format!(
        "GIT_AUTHOR_NAME='dependabot[bot]' GIT_AUTHOR_EMAIL='{bot}' GIT_COMMITTER_NAME=GitHub \
         GIT_COMMITTER_EMAIL=noreply@github.com git commit -q --allow-empty -m"
    );
    sandbox.sh(&format!("{as_bot} Bump")).expect(0);
    assert_eq!(refused(&sandbox, "base.."), [""; 0]);
    // Whoever takes the commit over answers for it.
    sandbox
        .sh("git commit -q --amend --allow-empty --no-edit")
        .expect(0);
    assert_eq!(refused(&sandbox, "base.."), ["Bump: signed-off-by.missing"]);
    sandbox.write(
        "gates.toml",
        format!("{GATE}[commit-msg]\nexempt-merges = false\nexempt-authors = []\n"),
    );
    assert_eq!(
        refused(&sandbox, "base.."),
        [
            "Merge side: signed-off-by.missing",
            "Bump: signed-off-by.missing"
        ]
    );
}

#[test]
fn a_range_that_is_not_whole_is_no_pass() {
    let sandbox = sandbox(GATE);
    assert_snapshot!(sandbox.gatekeeper(&["audit"]).expect(2), @"
    error: the current branch has no upstream, so the start of the range is unknown
    help: name the range, as in `gatekeeper audit origin/main..HEAD`, or set an upstream with `git branch --set-upstream-to`
    ");
    assert_snapshot!(sandbox.gatekeeper(&["audit", "nothing.."]).expect(2), @"
    error: `nothing` is not a commit in this repository
    help: fetch it first, or name another revision; in CI, set fetch-depth: 0
    ");
    assert_snapshot!(sandbox.gatekeeper(&["audit", "--", "-x"]).expect(2), @"
    error: `-x` is not a valid range
    help: name a range, as in `gatekeeper audit origin/main..HEAD`
    ");
    assert_snapshot!(sandbox.gatekeeper(&["audit", "^base"]).expect(2), @"
    error: `^base` is not a valid range
    help: name a range, as in `gatekeeper audit origin/main..HEAD`
    ");
    let none = sandbox
        .gatekeeper(&["audit", "--json", "base..base"])
        .expect(0);
    assert!(
        none.stdout.contains("\"verdict\": \"not applicable\""),
        "{}",
        none.stdout
    );
    sandbox.gatekeeper(&["audit", "main.."]).expect(0);
    for range in [":/base..", "HEAD^{/ba.e}..HEAD"] {
        sandbox
            .gatekeeper(&["audit", range])
            .expect(2)
            .says("are the same commit, so the range is empty");
    }
    let mut told = String::new();
    for range in ["HEAD", "main", "..", "..."] {
        told += &sandbox.gatekeeper(&["audit", range]).expect(2).told();
    }
    assert_snapshot!(told, @"
    error: `HEAD` is the commit that is checked out, so the range is empty
    help: name an earlier commit, as in `gatekeeper audit origin/main`, or a single commit: `gatekeeper audit 'HEAD^!'`
    ---
    error: `main` is the commit that is checked out, so the range is empty
    help: name an earlier commit, as in `gatekeeper audit origin/main`, or a single commit: `gatekeeper audit 'HEAD^!'`
    ---
    error: `..` is the commit that is checked out, so the range is empty
    help: name an earlier commit, as in `gatekeeper audit origin/main`, or a single commit: `gatekeeper audit 'HEAD^!'`
    ---
    error: `...` is the commit that is checked out, so the range is empty
    help: name an earlier commit, as in `gatekeeper audit origin/main`, or a single commit: `gatekeeper audit 'HEAD^!'`
    ---
    ");
    let done = sandbox.gatekeeper(&["audit", "base.."]).expect(0);
    assert_snapshot!(done, @"
    stdout:
    nothing to check: there is no commit in base..HEAD
    ");
    for subject in ["one", "two", "three"] {
        commit(&sandbox, &signed(subject));
    }
    let upstream = format!("file://{}", sandbox.top.display());
    sandbox.git(&["clone", "--quiet", &upstream, "../clone"]);
    sandbox.git(&["clone", "--quiet", "--depth=2", &upstream, "../shallow"]);
    let gatekeeper = crate::sandbox::GATEKEEPER;
    // The clone's branch has the upstream that it was cloned with.
    let done = sandbox.sh(&format!(
        "cd ../clone && git commit -q --allow-empty -m new && {gatekeeper} audit"
    ));
    assert_snapshot!(done.expect(1), @"
    stdout:
    gatekeeper: 1 of 1 commit refused in origin/main..HEAD

    [ID1] new  (Jane Doe <jane@example.com>)
    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>

    next: gatekeeper audit --fix --signoff origin/main..HEAD
    ");
    for range in ["HEAD~1..", "HEAD~1..HEAD"] {
        sandbox
            .sh(&format!("cd ../shallow && {gatekeeper} audit {range}"))
            .expect(0);
    }
    let done = sandbox.sh(&format!(
        "cd ../shallow && git fetch -q --depth=1 origin tag base && {gatekeeper} audit base.."
    ));
    assert_snapshot!(done.expect(3), @"
    error: `base` and `HEAD` have no common ancestor here
    help: this clone is shallow; fetch the whole history with `git fetch --unshallow`, or set fetch-depth: 0 in CI
    ");
    // What main was cut off from may have the merged commits, too.
    sandbox.git(&["checkout", "--quiet", "-b", "topic", "HEAD~2"]);
    sandbox.git(&["merge", "--quiet", "--no-ff", "-m", "Merge main", "main"]);
    for subject in ["four", "five"] {
        sandbox.git(&["checkout", "--quiet", "main"]);
        commit(&sandbox, &signed(subject));
    }
    sandbox.git(&[
        "clone",
        "--quiet",
        "--single-branch",
        "--branch=topic",
        &upstream,
        "../partly",
    ]);
    let fetch = "cd ../partly && git fetch -q --depth 3 origin main";
    let done = sandbox
        .sh(&format!("{fetch} && {gatekeeper} audit FETCH_HEAD..HEAD"))
        .expect(3);
    assert_snapshot!(done, @"
    error: some commits of the range are missing
    help: this clone is shallow; fetch the whole history with `git fetch --unshallow`, or set fetch-depth: 0 in CI
    ");
    sandbox.git(&["checkout", "--quiet", "--orphan", "other"]);
    sandbox.git(&["commit", "--quiet", "-m", "other"]);
    assert_snapshot!(sandbox.gatekeeper(&["audit", "main.."]).expect(3), @"
    error: `main` and `HEAD` have no common ancestor here
    help: name a revision that the branch is based on
    ");
}

#[test]
fn the_mailmap_of_the_end_joins_people() {
    let sandbox = sandbox(GATE);
    let old = "one\n\nSigned-off-by: Jane <jane@old.example>\n";
    commit(&sandbox, old);
    let mismatch = ["one: signed-off-by.mismatch"];
    assert_eq!(refused(&sandbox, "base.."), mismatch);
    // Only what is committed counts.
    sandbox.write(
        ".mailmap",
        "Jane Doe <jane@example.com> <jane@old.example>\n",
    );
    assert_eq!(refused(&sandbox, "base.."), mismatch);
    commit(&sandbox, &signed("map"));
    assert_eq!(refused(&sandbox, "base.."), [""; 0]);
    let done = sandbox
        .gatekeeper(&["audit", "--verbose", "base.."])
        .expect(0);
    assert_snapshot!(done, @"
    stdout:
    passed: 2 messages in base..HEAD

    [ID1] one  (Jane Doe <jane@example.com>)
    note[signed-off-by.mailmap]: .mailmap makes it the author's sign-off
      |
    3 | Signed-off-by: Jane <jane@old.example>
      |
    note: author  Jane Doe <jane@example.com>
          .mailmap  Jane Doe <jane@example.com> <jane@old.example>
    ");
    sandbox.write(
        "gates.toml",
        format!("{GATE}[commit-msg.signed-off-by]\nmailmap = false\n"),
    );
    assert_eq!(refused(&sandbox, "base.."), mismatch);
}

#[test]
fn each_commit_is_held_against_its_own_definitions() {
    let sandbox = sandbox(&format!(
        "{GATE}[agents]\ndefinitions = [\"agents/**/*.md\"]\n"
    ));
    let credited = |subject: &str, hash: &str| {
        let sign_off = "Signed-off-by: Jane Doe <jane@example.com>";
        format!("{subject}\n\nAssisted-By: rev (opus / {hash})\n{sign_off}\n")
    };
    let hash = |text: &str| {
        sandbox.write("agents/a/rev.md", text);
        sandbox.git(&["add", "."]);
        let done = sandbox.gatekeeper(&["agents", "hash", "rev"]).expect(0);
        let id = sandbox.git(&["rev-parse", ":agents/a/rev.md"]);
        assert!(id.starts_with(done.stdout.trim()));
        done.stdout.trim().to_owned()
    };
    // Nothing is defined yet, so the hash is not trusted.
    commit(&sandbox, &credited("none", "0123456"));
    let old = hash("old\n");
    commit(&sandbox, &credited("old", &old));
    let new = hash("new\n");
    commit(&sandbox, &credited("new", &new));
    assert_eq!(refused(&sandbox, "base.."), [""; 0]);
    commit(&sandbox, &credited("late", &old));
    commit(&sandbox, &credited("other", &new).replace("rev", "ref"));
    assert_eq!(
        refused(&sandbox, "base.."),
        [
            "late: assisted-by.hash-mismatch",
            "other: assisted-by.unknown-agent"
        ]
    );
    let list = sandbox.gatekeeper(&["agents"]).expect(0).stdout;
    assert_eq!(list, format!("rev  {new}  agents/a/rev.md\n"));
    assert_snapshot!(sandbox.gatekeeper(&["agents", "hash", "ref"]).expect(3), @"
    error: the agent `ref` is not defined
      did you mean `rev`?
    help: known agents: rev
    ");
}

#[test]
fn later_commits_may_sign_earlier_ones_off() {
    let sandbox = sandbox(&format!(
        "{GATE}[commit-msg.signed-off-by]\nremediation = \"individual\"\n"
    ));
    let one = commit(&sandbox, "one\n");
    let two = commit(&sandbox, "two\n");
    let remedy = |id: &str| {
        let sentence =
            "I, Jane Doe <jane@example.com>, hereby add my Signed-off-by to this commit:";
        format!("DCO\n\n{sentence} {id}\n\nSigned-off-by: Jane Doe <jane@example.com>\n")
    };
    commit(&sandbox, &remedy(&one));
    // An abbreviated id is not enough, and nobody else can do it.
    commit(&sandbox, &remedy(&two[..12]));
    let missing = ["two: signed-off-by.missing"];
    assert_eq!(refused(&sandbox, "base.."), missing);
    sandbox.write(
        "../message",
        remedy(&two).replace("\nSigned", "\nSigned-off-by: E <e@example.com>\nSigned"),
    );
    sandbox
        .sh("git commit -q --allow-empty --author='E <e@example.com>' -F ../message")
        .expect(0);
    assert_eq!(refused(&sandbox, "base.."), missing);
    commit(&sandbox, &remedy(&two));
    assert_eq!(refused(&sandbox, "base.."), [""; 0]);
    // What an AI cannot do it cannot do later, either.
    let claude = "Claude <noreply@anthropic.com>";
    let as_claude = format!("git commit -q --allow-empty --author='{claude}'");
    sandbox.sh(&format!("{as_claude} -m ai")).expect(0);
    let id = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.write(
        "../message",
        remedy(id.trim()).replace(
            "Jane Doe <jane@example.com>, hereby",
            &format!("{claude}, hereby"),
        ),
    );
    sandbox.sh(&format!("{as_claude} -F ../message")).expect(0);
    assert_eq!(refused(&sandbox, "base.."), ["ai: signed-off-by.missing"]);
    sandbox.write("gates.toml", GATE);
    assert_eq!(refused(&sandbox, "base..").len(), 3);
}

#[test]
fn what_is_stored_is_checked_whatever_replaces_it() {
    let sandbox = sandbox(GATE);
    let bad = commit(&sandbox, "bad\n");
    let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
    sandbox.write("../message", signed("good"));
    let good = sandbox.sh(&format!(
        "git commit-tree {} -p base -F ../message",
        tree.trim()
    ));
    sandbox.git(&["replace", &bad, good.expect(0).stdout.trim()]);
    assert_eq!(sandbox.git(&["log", "-1", "--format=%s"]), "good\n");
    assert_eq!(refused(&sandbox, "base.."), ["bad: signed-off-by.missing"]);
    sandbox.git(&["replace", "--delete", &bad]);
    // Nor do grafts hide anything.
    commit(&sandbox, &signed("last"));
    let ids = sandbox.git(&["rev-parse", "HEAD", "base"]);
    sandbox.write(
        ".git/info/grafts",
        ids.replace('\n', " ").trim().to_owned() + "\n",
    );
    assert_eq!(refused(&sandbox, "base.."), ["bad: signed-off-by.missing"]);
    // A second parent far down in the headers makes no merge.
    let who = "E <e@example.com> 1700000000 +0000";
    let base = sandbox.git(&["rev-parse", "base"]);
    let evil =
        format!("tree {tree}parent {base}author {who}\ncommitter {who}\nparent {base}\nevil\n");
    sandbox.write("../commit", evil);
    let id = sandbox
        .sh("git hash-object -t commit -w --literally ../commit")
        .expect(0);
    assert_eq!(
        refused(&sandbox, &format!("base..{}", id.stdout.trim())),
        ["evil: signed-off-by.missing"]
    );
}

#[test]
fn a_mailmap_of_the_work_tree_counts_for_nothing() {
    let sandbox = sandbox(GATE);
    sandbox.write(".mailmap", "# none\n");
    commit(&sandbox, &signed("map"));
    commit(
        &sandbox,
        "one\n\nSigned-off-by: Janet Roe <janet@example.com>\n",
    );
    sandbox.write(
        ".mailmap",
        "Jane Doe <jane@example.com> Janet Roe <janet@example.com>\n",
    );
    assert_eq!(refused(&sandbox, "base.."), ["one: signed-off-by.mismatch"]);
    sandbox.write(
        "../message",
        "one\n\nSigned-off-by: Janet Roe <janet@example.com>\n",
    );
    let check = ["message", "check", "../message"];
    assert_snapshot!(sandbox.gatekeeper(&check).expect(1), @"
    gatekeeper: the message would be refused: 1 problem

    error[signed-off-by.mismatch]: the commit is signed off by someone other than the author or the committer
      |
    3 | Signed-off-by: Janet Roe <janet@example.com>
      |
    note: signed     Janet Roe <janet@example.com>
          author     Jane Doe <jane@example.com>
    ");
    sandbox.git(&["add", ".mailmap"]);
    assert_snapshot!(sandbox.gatekeeper(&check).expect(0), @"
    passed: the message follows every rule

    note[signed-off-by.mailmap]: .mailmap makes it the author's sign-off
      |
    3 | Signed-off-by: Janet Roe <janet@example.com>
      |
    note: author  Jane Doe <jane@example.com>
          .mailmap  Jane Doe <jane@example.com> Janet Roe <janet@example.com>
    ");
}

#[test]
fn the_first_commits_can_be_checked_too() {
    let sandbox = Sandbox::new().with_gatekeeper_on_path();
    sandbox.write("gates.toml", GATE);
    sandbox.sh("git add . && git commit -q -m first").expect(0);
    commit(
        &sandbox,
        "second\n\nReviewed-by: A <a@example.com>\nprose\n",
    );
    assert_eq!(
        refused(&sandbox, "HEAD^!"),
        ["second: trailers.mixed-paragraph signed-off-by.missing"]
    );
    assert_eq!(
        refused(&sandbox, "HEAD~1^!"),
        ["first: signed-off-by.missing"]
    );
    sandbox
        .gatekeeper(&["audit", "--root", "--fix", "--signoff"])
        .expect(0);
    sandbox.gatekeeper(&["audit", "--root"]).expect(0);
    let trailers = sandbox.git(&["log", "-1", "--format=%(trailers:only,unfold)"]);
    assert_eq!(
        trailers.trim(),
        "Reviewed-by: A <a@example.com>\nSigned-off-by: Jane Doe <jane@example.com>"
    );
}

#[test]
fn a_cure_touches_only_what_is_refused() {
    let sandbox = sandbox(GATE).with_gatekeeper_on_path();
    // The beginning has gone on, and its commits are somebody else's.
    sandbox.git(&["checkout", "--quiet", "-b", "topic"]);
    commit(&sandbox, "two\n");
    commit(
        &sandbox,
        "three\n\nSigned-off-by: Jane Doe <jane@example.com>\nReviewed-by: A <a@example.com>\n",
    );
    commit(
        &sandbox,
        "four\n\nGenerated with a robot\nCo-Authored-By: Claude <noreply@anthropic.com>\nAssisted-By: rev (opus-4)\n",
    );
    sandbox.sh("git commit -q --allow-empty -m five -m 'Signed-off-by: Jane Doe <jane@example.com>' -m 'Closes: #1'").expect(0);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox
        .sh("git commit -q --allow-empty --author='Bob <bob@example.com>' -m published")
        .expect(0);
    sandbox.git(&["checkout", "--quiet", "topic"]);
    assert_eq!(refused(&sandbox, "main..").len(), 3);
    sandbox
        .sh(&format!(
            "export GIT_EDITOR=false; {}",
            printed(&sandbox, "main..")
        ))
        .expect(0);
    assert_eq!(refused(&sandbox, "main.."), [""; 0]);
    assert_eq!(
        sandbox.git(&["log", "--format=%s", "base.."]),
        "five\nfour\nthree\ntwo\n"
    );
    // What was good is as it was, and no credit is lost.
    let three = sandbox.git(&["log", "-1", "--format=%B", "HEAD~2"]);
    assert!(
        three.trim_end().ends_with("Reviewed-by: A <a@example.com>"),
        "{three}"
    );
    let credit = "--format=%(trailers:key=Assisted-By,valueonly)";
    let four = sandbox.git(&["log", "-1", credit, "HEAD~1"]);
    assert_eq!(four.trim(), "rev (opus-4)");
}

#[test]
fn fixing_changes_messages_and_nothing_else() {
    let sandbox = sandbox(GATE).with_gatekeeper_on_path();
    // Clean-up, encodings, signatures and hooks of every kind are in the way of `git commit`.
    for setting in [
        "commit.cleanup strip",
        "i18n.logOutputEncoding KOI8-R",
        "log.showSignature true",
        "core.abbrev 5",
    ] {
        sandbox.sh(&format!("git config {setting}")).expect(0);
    }
    let bob = "git commit -q --allow-empty --cleanup=verbatim --author='Bob <bob@example.com>' --date=@1000000000";
    sandbox
        .sh(&format!(
            "{bob} -m '\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442}' -m '# Heading' -m '#42 too' -m end"
        ))
        .expect(0);
    sandbox
        .sh(&format!(
            "{bob} -m good -m 'Signed-off-by: Bob <bob@example.com>'"
        ))
        .expect(0);
    sandbox.git(&["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    commit(&sandbox, "side\n");
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.git(&[
        "merge",
        "--quiet",
        "-m",
        "Merge side\n\nSigned-off-by: me",
        "side",
    ]);
    sandbox.write("staged", "staged\n");
    sandbox.git(&["add", "staged"]);
    sandbox.write("gates.toml", format!("{GATE}# unstaged\n"));
    let status = sandbox.git(&["status", "--porcelain"]);
    let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
    let editor = "sed -i.old s/me$/Jane\\ Doe\\ '<jane@example.com>'/";
    let fix = format!(
        "export CLAUDECODE=1 GIT_EDITOR=\"{editor}\"; {}",
        printed(&sandbox, "base..")
    );
    sandbox.sh(&fix).expect(0);
    assert_eq!(refused(&sandbox, "base.."), [""; 0]);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), status);
    assert_eq!(sandbox.git(&["rev-parse", "HEAD^{tree}"]), tree);
    let ask = |format: &str, of: &str| {
        let format = format!("--format={format}");
        sandbox.git(&[
            "log",
            "-1",
            "--encoding=UTF-8",
            "--no-show-signature",
            &format,
            of,
        ])
    };
    let first = ask("%an %at %cn%n%B", "HEAD~2");
    assert_eq!(
        first.trim_end(),
        "Bob 1000000000 Jane Doe\n\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442}\n\n# Heading\n\n#42 too\n\nend\n\nSigned-off-by: Jane Doe <jane@example.com>"
    );
    assert_eq!(
        ask("%B", "HEAD~1").trim_end(),
        "good\n\nSigned-off-by: Bob <bob@example.com>"
    );
    assert_eq!(ask("%p", "HEAD").split_whitespace().count(), 2);
    assert!(
        sandbox
            .git(&["reflog", "-1"])
            .contains("gatekeeper: fix messages")
    );
    // Without a person's wish nothing is signed, and in the middle of something nothing moves.
    commit(&sandbox, "last\n");
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.gatekeeper(&["audit", "--fix", "base.."]).expect(1);
    let fix = ["audit", "--fix", "--signoff", "base.."];
    for state in [
        "CHERRY_PICK_HEAD",
        "REVERT_HEAD",
        "MERGE_HEAD",
        "BISECT_LOG",
    ] {
        sandbox.write(format!(".git/{state}"), &head);
        let done = sandbox.gatekeeper(&fix).expect(3);
        insta::allow_duplicates!(assert_snapshot!(done, @"
        error: a rebase, merge, cherry-pick, revert or bisect is in progress
        help: finish or abort it first
        "));
        assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head, "{state}");
        std::fs::remove_file(sandbox.top.join(".git").join(state)).unwrap();
    }
    sandbox.sh("git checkout -q --detach HEAD").expect(0);
    // Only what is checked out can be rewritten, not what happens to be the same commit.
    let done = sandbox
        .gatekeeper(&["audit", "--fix", "--signoff", "base..main"])
        .expect(3);
    assert_snapshot!(done, @"
    error: base..main does not end with the commit that is checked out
    help: check out the end of the range and name it HEAD, because its commits are rewritten
    ");
    sandbox
        .gatekeeper(&["audit", "--fix", "--signoff", "base..HEAD"])
        .expect(0);
    // An editor that fails leaves everything as it is.
    commit(&sandbox, "x [skip ci]\n");
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let fix = "GIT_EDITOR=false gatekeeper audit --fix --edit --signoff base..";
    assert_snapshot!(sandbox.sh(fix).expect(3), @"
    error: the editor `false` failed: exit code 1
    help: nothing was changed; the edited message is in [ROOT]/repository/.git/gatekeeper/EDIT_MESSAGE
    ");
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
}

#[test]
fn fixing_comes_to_rest_and_keeps_what_was_typed() {
    let sandbox = sandbox(GATE).with_gatekeeper_on_path();
    // Nobody signs an empty message off.
    sandbox
        .sh("git commit -q --allow-empty --allow-empty-message -m ''")
        .expect(0);
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox
        .gatekeeper(&["audit", "--fix", "--signoff", "base.."])
        .expect(1);
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
    sandbox.git(&["reset", "--quiet", "--hard", "base"]);
    // A cut line of the message's own cuts nothing.
    let cut = "# ------------------------ >8 ------------------------";
    commit(&sandbox, &format!("fixup! nothing\n\nbody\n{cut}\nbelow\n"));
    commit(&sandbox, "fixup! other\n");
    let editor = "sed -i.old 's/^fixup! nothing/Something/; s/^fixup! other/Other/'";
    let fix = "gatekeeper audit --fix --edit --signoff base..";
    assert_snapshot!(sandbox.sh(&format!("export GIT_EDITOR=\"{editor}\"; {fix}")), @"
    stdout:
    fixed: 2 messages; HEAD was [ID1] and is [ID2]

    gatekeeper: 2 of 2 commits refused in base..HEAD
      [ID3] Something                                           signed-off-by.missing
      [ID2] Other                                               signed-off-by.missing

    next: gatekeeper audit --fix --signoff base..HEAD
    to see the lines of each, add --verbose
    ");
    let message = sandbox.git(&["log", "-1", "--format=%B", "HEAD~1"]);
    assert!(
        message.starts_with("Something\n\nbody\n") && message.contains("below"),
        "{message}"
    );
    sandbox.git(&["reset", "--quiet", "--hard", "base"]);
    // Of two messages the second one fails: the first is not typed again.
    commit(&sandbox, "fixup! one\n");
    commit(&sandbox, "fixup! two\n");
    sandbox.program(
        "editor",
        "#!/bin/sh\ngrep -q two \"$1\" && exit 1\nsed -i.old 's/^fixup! one/Typed/' \"$1\"\n",
    );
    assert_snapshot!(sandbox.sh(&format!("GIT_EDITOR=editor {fix}")).expect(3), @"
    error: the editor `editor` failed: exit code 1
    help: nothing was changed; the edited message is in [ROOT]/repository/.git/gatekeeper/EDIT_MESSAGE
    ");
    sandbox.sh("grep -rl '^Typed' .git/gatekeeper").expect(0);
}

#[test]
fn what_counts_by_a_later_commit_stays() {
    let sandbox = sandbox(&format!(
        "{GATE}[commit-msg.signed-off-by]\nremediation = \"individual\"\n"
    ));
    commit(&sandbox, "one\n\nSigned-off-by: Jane <jane@old.example>\n");
    let two = commit(&sandbox, "two\n");
    sandbox.write(
        ".mailmap",
        "Jane Doe <jane@example.com> <jane@old.example>\n",
    );
    commit(&sandbox, &signed("map"));
    let sentence = "I, Jane Doe <jane@example.com>, hereby add my Signed-off-by to this commit:";
    commit(&sandbox, &signed(&format!("dco\n\n{sentence} {two}")));
    commit(&sandbox, "three\n");
    assert_eq!(
        refused(&sandbox, "base.."),
        ["three: signed-off-by.missing"]
    );
    let before = sandbox.git(&["rev-parse", "HEAD~1"]);
    sandbox
        .gatekeeper(&["audit", "--fix", "--signoff", "base.."])
        .expect(0);
    assert_eq!(sandbox.git(&["rev-parse", "HEAD~1"]), before);
    // Where a commit is rewritten that a later one signs off, that names it as it is now.
    sandbox.git(&["reset", "--quiet", "--hard", "base"]);
    commit(&sandbox, "first\n");
    let unsigned = commit(&sandbox, "unsigned\n");
    commit(
        &sandbox,
        &signed(&format!("dco again\n\n{sentence} {unsigned}")),
    );
    sandbox
        .gatekeeper(&["audit", "--fix", "--signoff", "base.."])
        .expect(0);
    let message = sandbox.git(&["log", "-1", "--format=%B", "HEAD~1"]);
    assert_eq!(message.trim(), "unsigned");
}

#[test]
fn what_needs_a_hand_is_reworded() {
    let sandbox = sandbox(GATE).with_gatekeeper_on_path();
    commit(
        &sandbox,
        "one [skip ci]\n\nSigned-off-by: Jane Doe <jane@example.com>\n",
    );
    commit(&sandbox, &signed("two"));
    commit(&sandbox, &signed("fixup! nothing"));
    let done = sandbox
        .gatekeeper(&["audit", "--verbose", "base.."])
        .expect(1);
    assert_snapshot!(done, @"
    stdout:
    gatekeeper: 2 of 3 commits refused in base..HEAD

    [ID1] one [skip ci]  (Jane Doe <jane@example.com>)
    error[message.skip-ci]: this keeps CI and its gates from running
      |
    1 | one [skip ci]
      |     ^^^^^^^^^
    note: hosting sites search the whole message for it
    help: remove it from line 1

    [ID2] fixup! nothing  (Jane Doe <jane@example.com>)
    error[subject.autosquash]: squash this commit before it is merged
      |
    1 | fixup! nothing
      | ^^^^^^
    help: no other commit of the range has that subject: write a new subject

    next: gatekeeper audit --fix --edit base..HEAD
    note: the editor opens each message that cannot be fixed automatically
    ");
    let editor = "export GIT_EDITOR=\"sed -i.old -e 's/ .skip ci.//' -e 's/^fixup! //'\"";
    sandbox
        .sh(&format!("{editor}; {}", printed(&sandbox, "base..")))
        .expect(0);
    assert_eq!(refused(&sandbox, "base.."), [""; 0]);
}

#[test]
fn a_message_of_thousands_of_trailers_is_checked_at_once() {
    let sandbox = sandbox(GATE);
    let lines = |count: usize, same: bool| {
        let line = |number: usize| {
            let number = if same { 0 } else { number };
            format!("Signed-off-by: P{number} <p{number}@example.com>\n")
        };
        format!("x\n\n{}", (0..count).map(line).collect::<String>())
    };
    // Eight times as much takes about eight times as long, and not sixty-four times. The best of
    // some interleaved attempts tells.
    let time = |count: usize, same: bool| {
        sandbox.write("../message", lines(count, same));
        let begun = std::time::Instant::now();
        let done = sandbox.gatekeeper(&["message", "check", "../message"]);
        assert!(done.stderr.len() < 20_000, "{}", done.stderr.len());
        done.expect(1);
        begun.elapsed()
    };
    for same in [false, true] {
        let times = (0..4).map(|_| (time(2_000, same), time(16_000, same)));
        let (small, large): (Vec<_>, Vec<_>) = times.unzip();
        let (small, large) = (small.iter().min().unwrap(), large.iter().min().unwrap());
        assert!(*large < *small * 32, "{small:?} {large:?}");
    }
}

#[test]
fn bytes_are_read_in_the_encoding_that_is_declared() {
    let sandbox = sandbox(GATE);
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
    let store = |encoding: &str, message: &[u8]| {
        let who = b"J\xfcrgen <j@example.com> 1700000000 +0000";
        let mut commit = format!("tree {tree}parent {head}author ").into_bytes();
        commit.extend_from_slice(who);
        commit.extend_from_slice(b"\ncommitter ");
        commit.extend_from_slice(who);
        commit.extend_from_slice(format!("\n{encoding}\n").as_bytes());
        commit.extend_from_slice(message);
        sandbox.write("../commit", commit);
        let id = sandbox
            .sh("git hash-object -t commit -w --literally ../commit")
            .expect(0);
        format!("HEAD..{}", id.stdout.trim())
    };
    let latin: &[u8] = b"x\n\nSigned-off-by: J\xfcrgen <j@example.com>\n";
    let utf8 = "x\n\nSigned-off-by: J\u{fc}rgen <j@example.com>\n".as_bytes();
    for (encoding, message) in [
        ("encoding ISO-8859-1\n", latin),
        ("encoding ISO-8859-1\n", utf8),
        ("", latin),
        ("encoding KOI8-R\n", latin),
    ] {
        let range = store(encoding, message);
        assert_eq!(refused(&sandbox, &range), [""; 0], "{encoding}");
    }
    let long = [
        b"x\n\n",
        "line\n".repeat(200_000).as_bytes(),
        b"\nSigned-off-by: J\xfcrgen <j@example.com>",
    ]
    .concat();
    assert_eq!(refused(&sandbox, &store("", &long)), [""; 0]);
    let nul = store("", b"x\0y\n\nSigned-off-by: J\xfcrgen <j@example.com>\n");
    assert_eq!(refused(&sandbox, &nul), ["x: signed-off-by.missing"]);
    let range = store("", b"\x1b]0;title\x07\x1b[2J\n");
    let done = sandbox.gatekeeper(&["audit", &range]).expect(1);
    assert!(!done.stdout.contains('\u{1b}'), "{:?}", done.stdout);
}

#[test]
fn a_run_over_a_range_checks_its_messages_too() {
    let sandbox = sandbox(GATE);
    commit(&sandbox, "one\n");
    commit(&sandbox, &signed("two"));
    let run =
        |arguments: &[&str]| sandbox.gatekeeper(&[&["run", "--from", "base"], arguments].concat());
    let done = run(&[]).expect(1);
    assert_snapshot!(done, @"
    failed: 1 message refused, 1 passed in [TIME]
    gatekeeper run --from base --to HEAD: 2 paths changed
             failed  messages          of 2 commits
             passed  x  [TIME]

    gatekeeper: 1 of 2 commits refused in base..HEAD

    [ID1] one  (Jane Doe <jane@example.com>)
    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>

    next: gatekeeper audit --fix --signoff base..HEAD

    1 message refused, 1 passed in [TIME]
    ");
    let report: Value = serde_json::from_str(&run(&["--json"]).expect(1).stdout).unwrap();
    assert_eq!(report["verdict"], "failed");
    assert_eq!(report["messages"]["refused"], 1);
    assert_eq!(report["gates"][0]["outcome"], "passed");
    // Who names gates wants those alone.
    run(&["x"]).expect(0);
    sandbox.sh("git rebase -q --signoff base").expect(0);
    assert_snapshot!(run(&[]).expect(0), @"
    passed: 1 passed in [TIME]
    gatekeeper run --from base --to HEAD: 2 paths changed
             passed  messages          of 2 commits
             passed  x  [TIME]
    ");
    assert_snapshot!(sandbox.gatekeeper(&["plan", "--from", "base"]).expect(0), @"
    stdout:
    plan for run --from base --to HEAD: 2 paths, [JOBS] at once, budget none, fail-fast off

    in place, because the work tree matches the tree

    the message and the changes of every commit in the range are checked first

         gate  x
      because  runs at every change
         runs  true
      timeout  none
    ");
}

#[test]
fn every_field_of_its_report_is_described() {
    let sandbox = sandbox(&format!("{GATE}[agents]\ndefinitions = [\"*.md\"]\n"));
    sandbox.write("rev.md", "");
    sandbox.git(&["add", "."]);
    commit(&sandbox, "one\n\nSigned-off-by: x\n");
    sandbox.write("../message", "one\n\nSigned-off-by: x\n");
    let described =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json.md")).unwrap();
    let mut count = 0;
    let mut look = |report: &Value| {
        let mut rest = vec![report.clone()];
        while let Some(value) = rest.pop() {
            match value {
                Value::Object(fields) => {
                    for (field, value) in fields {
                        count += 1;
                        assert!(described.contains(&format!("`{field}`")), "{field}");
                        rest.push(value);
                    }
                }
                Value::Array(values) => rest.extend(values),
                _ => {}
            }
        }
    };
    for arguments in [
        &["audit", "--json", "base.."][..],
        &["message", "check", "--json", "../message"],
        &["message", "trailers", "--json", "../message"],
        &["message", "fix", "--json", "../message"],
        &["agents", "--json"],
    ] {
        let done = sandbox.gatekeeper(arguments);
        look(&serde_json::from_str(&done.stdout).unwrap());
    }
    assert!(count > 50, "{count}");
}

#[test]
fn what_is_no_range_is_not_to_be_fetched() {
    let sandbox = Sandbox::with_gates("[gates.a]\nrun = \"true\"\n");
    for range in ["HEAD^-", "HEAD^{tree}..HEAD"] {
        let done = sandbox.gatekeeper(&["audit", range]).expect(2);
        let is_helpful = done.stderr.contains("START..END") && !done.stderr.contains("fetch");
        assert!(is_helpful, "{range}\n{}", done.stderr);
    }
}

#[test]
fn gates_on_no_commit_have_not_passed() {
    let sandbox = Sandbox::with_gates("[gates.a]\nrun = \"true\"\n");
    sandbox.git(&["branch", "same"]);
    for which in ["tip", "each"] {
        let gates = format!("--gates={which}");
        let done = sandbox
            .gatekeeper(&["audit", &gates, "same..HEAD"])
            .expect(0);
        let is_said = done
            .stdout
            .contains("the range has no commit, so no gate was run");
        assert!(
            is_said && !done.stdout.contains("every gate"),
            "{}",
            done.stdout
        );
    }
}
