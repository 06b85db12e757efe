//! What a commit costs, counted in processes and not in seconds.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::sandbox::{GATEKEEPER, Sandbox, write_program};

/// How many git processes were started beneath a commit, beside the commit itself and what git
/// starts of its own accord.
fn git_processes(trace: &str) -> Vec<String> {
    let starts = trace
        .lines()
        .filter(|line| line.contains("\"event\":\"start\""));
    let commands = starts.map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let words = line["argv"].as_array().unwrap().iter();
        words
            .map(|word| word.as_str().unwrap())
            .collect::<Vec<_>>()
            .join(" ")
    });
    commands
        .filter(|command| !command.starts_with("git commit") && !command.contains(" maintenance "))
        .collect()
}

/// Commits with everything counted: git's processes, our own starts, the gates' programs and
/// their parents.
fn commit(sandbox: &mut Sandbox, arguments: &[&str]) -> (Vec<String>, Vec<String>) {
    let trace = sandbox.beside("trace");
    let _ = fs::remove_file(&trace);
    sandbox.set("GIT_TRACE2_EVENT", &trace);
    let fixed = ["commit", "--quiet", "--message", "next"];
    let done = sandbox.try_git(&fixed.iter().chain(arguments).copied().collect::<Vec<_>>());
    sandbox.unset("GIT_TRACE2_EVENT");
    done.expect(0);
    let trace = fs::read_to_string(trace).unwrap();
    (git_processes(&trace), sandbox.recorded())
}

#[test]
fn a_commit_starts_us_once_git_thrice_and_each_gate_once() {
    let mut sandbox = Sandbox::with_gates(
        "[gates.a]\nrun = \"counted a {files}\"\nfiles = [\"x\"]\n[gates.b]\nrun = \"counted b\"\n[gates.c]\nrun = \"counted c\"\nneeds = [\"b\"]\n",
    );
    // Each program tells who started it: gatekeeper itself, without a shell between.
    sandbox.program(
        "counted",
        "#!/bin/sh\necho \"$1 $(ps -o comm= -p $PPID)\" >>\"$RECORD\"\n",
    );
    // The hook calls a program that counts, then becomes the real one.
    let wrapper = sandbox.program(
        "wrapper",
        &format!("#!/bin/sh\necho start >>\"$RECORD\"\nexec {GATEKEEPER} \"$@\"\n"),
    );
    let hook = sandbox.top.join(".git/hooks/pre-commit");
    let text = fs::read_to_string(&hook).unwrap();
    assert!(text.contains(GATEKEEPER));
    write_program(
        &hook,
        text.replace(GATEKEEPER, wrapper.to_str().unwrap())
            .as_bytes(),
    );
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();

    let expected = ["a gatekeeper", "b gatekeeper", "c gatekeeper", "start"];
    for arguments in [&[][..], &["-a"], &["--only", "x"]] {
        sandbox.write("x", format!("{arguments:?}"));
        sandbox.git(&["add", "x"]);
        let (git, ours) = commit(&mut sandbox, arguments);
        // Two for the pre-commit hook, one for the message's.
        assert!(git.len() <= 3, "{git:#?}");
        assert!(!git.is_empty(), "git was not traced");
        assert_eq!(ours, expected);
    }

    // In a linked work tree git itself has to be asked where it is.
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    let mut linked = sandbox;
    linked.top = linked.beside("linked");
    linked.write("x", "linked");
    let (git, ours) = commit(&mut linked, &["-a"]);
    assert!(git.len() <= 3 && !git.is_empty(), "{git:#?}");
    assert_eq!(ours, expected);
}
