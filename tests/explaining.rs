//! What explains: `explain`, the overview, completions and the manual pages.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

#[test]
fn a_rule_and_an_outcome_have_pages() {
    let sandbox = Sandbox::new();
    let mut pages = String::new();
    for id in [
        "error[signed-off-by.missing]",
        "python.noqa-bare",
        "gates.weakened",
        "timed-out",
    ] {
        let page = sandbox.gatekeeper(&["explain", id]).expect(0).stdout;
        pages += &page.replace(crate::sandbox::GATEKEEPER, "gatekeeper");
        pages += "----\n";
    }
    assert_snapshot!(pages, @r#"
    signed-off-by.missing: a rule about the sign-off of a commit message

    What it finds
      git sees no sign-off. If a line looks like one, it is shown: a misspelled key,
      a full-width colon, a line that is commented out, quoted or indented

    What to do
      Sign off with `git commit -s`. A message that was refused is kept: the report
      has the command that finishes the commit with it.
      For the last commit: `git commit --amend -s --no-edit`. For a branch:
      `git rebase --signoff @{upstream}`.

    Where the project decides
      The default is "error"; [commit-msg.signed-off-by] of gates.toml decides when
      the rule applies.

    More in docs/messages.md#signed-off-by
    ----
    python.noqa-bare: a rule about lines that silence a tool, skip a test or bypass the gates

    What it finds
      `# noqa` without a code

    What to do
      Fix what the tool reports, and remove the line.
      If the tool is wrong here, give the reason in the same line, after `--`:
      `# noqa: E501 -- the address cannot be divided`. The line is counted then, and
      does not stop the commit.
      For files that are generated or not yours, add [[bypass.exceptions]] with a
      reason and a last day.

    Where the project decides
      The default is "error"; `"python.noqa-bare" = "error"`, `"warn"` or `"off"` in
      [bypass.rules] of gates.toml changes that.

    More in docs/bypass.md#added-lines
    ----
    gates.weakened: a rule about gates.toml and what its commands run

    What it finds
      gates.toml requires less than before

    What to do
      Restore the gate. If the change is intended, commit it by itself, with the
      reason: `git commit --trailer 'Gate-Change: REASON'`; the report has the two
      commands that divide a commit.

    Where the project decides
      The default is "error"; `"gates.weakened" = "error"`, `"warn"` or `"off"` in
      [bypass.rules] of gates.toml changes that.

    More in docs/bypass.md#weaker-gates
    ----
    timed out: how a gate can end

      The gate was stopped, with everything that it had started, because it reached
      its time limit or the budget of the commit.

    What to do
      Run it by hand without a limit: `gatekeeper run GATE`. If it needs the time,
      raise `timeout` in the gate or `budget` in [settings], or move it to the push:
      `hooks = ["pre-push"]`.
    ----
    "#);
    let unknown = sandbox
        .gatekeeper(&["explain", "signed-of-by.missing"])
        .expect(2);
    assert_snapshot!(unknown, @"
    error: no rule and no outcome is called `signed-of-by.missing`
    help: did you mean `gatekeeper explain signed-off-by.missing`?
    ");
    let list = sandbox.gatekeeper(&["explain"]).expect(0).stdout;
    for id in list.lines().filter_map(|line| line.strip_prefix("  ")) {
        sandbox.gatekeeper(&["explain", id]).expect(0);
    }
}

#[test]
fn the_overview_groups_the_commands() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.gatekeeper(&["--help"]).expect(0), @r"
stdout:
Runs a project's quality gates on every commit.

Exit codes: 0 passed; 1 a gate or rule failed; 2 usage or configuration error; 3 gatekeeper could not do its job; 70 bug in gatekeeper; 75 a run in the background has not ended; 128 + n ended by signal n.

Usage: gatekeeper [OPTIONS] <COMMAND>

Set up:
  init         Find the project's checks and write gates.toml
  install      Install the hooks in this repository
  status       Show the hooks that git will run, and whether commits are checked
  doctor       Find what is wrong with the set-up: tools that contradict each other, missing programs, drift
  config       Check or show the configuration
  uninstall    Remove the hooks from this repository, or the guard from an agent

Every day:
  run          Run gates; by default, run every gate on the work tree
  fix          Fix the files changed since the last commit with the gates' `fix` commands
  plan         Show what `run` with the same arguments would do, and why; or make a plan for several runners
  list         List the gates, one in a line
  report       Print the report of a run that has ended, wait for one, or show the history of gates
  baseline     Make what gates find today the known findings, so that only new ones stop a commit
  explain      Explain a rule or an outcome: what it means, and what to do
  cache        Remove what is kept to make later runs faster

Commit messages:
  message      Check or fix a commit message
  agents       List the agents that `Assisted-By` can credit

Branches and CI:
  audit        Check each commit in a range: its message, and whether it weakens any check
  combine      Combine the reports of all shards of a plan into one verdict
  receipts     Share verdicts as signed receipts, and verify those of others

AI coding agents:
  guard        Answer a hook of an AI coding agent, whose payload is on standard input

Shells and manuals:
  completions  Print the completions for a shell
  man          Write the manual pages

`gatekeeper help COMMAND` explains a command.

Options:
      --color <WHEN>
          Whether output is in colour [default: as the environment or git's color.ui has it, or else in a terminal]

          Possible values:
          - auto:   In a terminal
          - always: Wherever the output goes
          - never:  Nowhere

  -h, --help
          Print help (see a summary with '-h')

  -V, --version
          Print version
");
}

#[test]
fn gates_and_rules_complete() {
    let sandbox = Sandbox::with_gates(
        "[gates.lint]\nrun = \"true\"\n[gates.links]\nrun = \"true\"\n[gates.test]\nrun = \"true\"\n",
    );
    let complete = |words: &[&str]| {
        let mut arguments = vec!["--", "gatekeeper"];
        arguments.extend(words);
        let mut command = sandbox.command(crate::sandbox::GATEKEEPER, &arguments);
        command.env("COMPLETE", "bash");
        command.env("_CLAP_COMPLETE_INDEX", words.len().to_string());
        command.env("_CLAP_COMPLETE_COMP_TYPE", "9");
        command.env("_CLAP_COMPLETE_SPACE", "true");
        command.env("_CLAP_IFS", "\n");
        crate::sandbox::finish(&mut command).expect(0).stdout
    };
    assert_eq!(complete(&["run", "li"]), "lint\nlinks");
    assert_eq!(complete(&["expl"]), "explain");
    assert_eq!(complete(&["explain", "timed"]), "timed-out");
    sandbox.write("gates.toml", "nonsense");
    assert_eq!(complete(&["run", "li"]), "");
}

#[test]
fn the_variable_for_completions_opens_no_hook() {
    let mut sandbox = Sandbox::with_gates("[gates.lint]\nrun = \"false\"\n");
    sandbox.write("x", "");
    sandbox.git(&["add", "x"]);
    sandbox.set("COMPLETE", "bash");
    sandbox
        .try_git(&["commit", "-m", "x"])
        .expect(1)
        .says("1 failed");
    sandbox.gatekeeper(&["run"]).expect(1);
}

#[test]
fn shells_accept_the_completions() {
    let sandbox = Sandbox::new().with_gatekeeper_on_path();
    for shell in ["bash", "zsh", "fish"] {
        let script = sandbox.gatekeeper(&["completions", shell]).expect(0).stdout;
        assert!(script.contains("COMPLETE"), "{script}");
    }
    let script = "bash -c 'source <(gatekeeper completions bash) && complete -p gatekeeper'";
    let told = sandbox.sh(script).expect(0).stdout;
    assert!(told.ends_with(" gatekeeper\n"), "{told}");
}

#[test]
fn there_is_a_manual_page_for_each_command() {
    let sandbox = Sandbox::new();
    sandbox.gatekeeper(&["man", "--output", "pages"]).expect(0);
    let page = sandbox.read("pages/gatekeeper-run.1");
    assert!(page.contains(".TH gatekeeper-run 1"), "{page}");
    let line =
        "\\&gatekeeper run \\-\\-staged lint               one gate, as the commit would run it\n";
    assert!(page.contains(line), "{page}");
    assert!(!sandbox.top.join("pages/gatekeeper-hook.1").exists());
    let page = sandbox.gatekeeper(&["man"]).expect(0).stdout;
    assert!(page.contains(".TH gatekeeper 1"), "{page}");
}
