//! What a commit costs, counted in processes and system calls and not in seconds.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::required::is_here;
use crate::sandbox::{GATEKEEPER, Sandbox, finish, gates, write_program};

/// The hooks of a commit that start us.
const HOOKS: [&str; 4] = [
    "pre-commit",
    "prepare-commit-msg",
    "commit-msg",
    "reference-transaction",
];

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

/// Has the hooks call a program that counts, then becomes the real one.
fn count_starts(sandbox: &Sandbox) {
    let wrapper = sandbox.program(
        "wrapper",
        &format!("#!/bin/sh\necho start >>\"$RECORD\"\nexec {GATEKEEPER} \"$@\"\n"),
    );
    for name in HOOKS {
        let hook = sandbox.top.join(".git/hooks").join(name);
        let text = fs::read_to_string(&hook).unwrap();
        assert!(text.contains(GATEKEEPER));
        write_program(
            &hook,
            text.replace(GATEKEEPER, wrapper.to_str().unwrap())
                .as_bytes(),
        );
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn a_commit_starts_us_once_for_each_hook_git_twice_and_each_gate_once() {
    let mut sandbox = Sandbox::with_gates(
        "[gates.a]\nrun = \"counted a {files}\"\nfiles = [\"x\"]\n[gates.b]\nrun = \"counted b\"\n[gates.c]\nrun = \"counted c\"\nneeds = [\"b\"]\n",
    );
    // Each program tells who started it: gatekeeper itself, without a shell between.
    sandbox.program(
        "counted",
        "#!/bin/sh\necho \"$1 $(ps -o comm= -p $PPID)\" >>\"$RECORD\"\n",
    );
    count_starts(&sandbox);

    let ran = ["a gatekeeper", "b gatekeeper", "c gatekeeper"];
    let expected = [&ran[..], &["start"; HOOKS.len()]].concat();
    for arguments in [&[][..], &["-a"], &["--only", "x"]] {
        sandbox.write("x", format!("{arguments:?}"));
        sandbox.git(&["add", "x"]);
        let (git, ours) = commit(&mut sandbox, arguments);
        // One for the pre-commit hook, one for the message's.
        assert!(git.len() <= 2, "{git:#?}");
        assert!(!git.is_empty(), "git was not traced");
        assert_eq!(ours, expected);
    }

    // In a linked work tree git itself has to be asked where it is.
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    let mut linked = sandbox;
    linked.top = linked.beside("linked");
    // The branch of the work tree was an update, too.
    linked.recorded();
    linked.write("x", "linked");
    let (git, ours) = commit(&mut linked, &["-a"]);
    assert!(git.len() <= 3 && !git.is_empty(), "{git:#?}");
    assert_eq!(ours, expected);
}

#[test]
fn a_rebase_starts_us_twice_and_git_once_for_each_commit() {
    let cost = |commits: usize| {
        let mut sandbox = Sandbox::with_gates("[gates.a]\nrun = \"true\"\n");
        sandbox.git(&["checkout", "--quiet", "-b", "topic"]);
        for number in 0..commits {
            sandbox.write(format!("t{number}"), "");
            sandbox.git(&["add", "."]);
            sandbox.git(&["commit", "--quiet", "--message", "on the topic"]);
        }
        sandbox.git(&["checkout", "--quiet", "-"]);
        sandbox.write("beside", "");
        sandbox.git(&["add", "."]);
        sandbox.git(&["commit", "--quiet", "--message", "beside it"]);
        sandbox.git(&["checkout", "--quiet", "topic"]);
        count_starts(&sandbox);
        let trace = sandbox.beside("trace");
        sandbox.set("GIT_TRACE2_EVENT", &trace);
        sandbox.git(&["rebase", "--quiet", "@{-1}"]);
        let git = git_processes(&fs::read_to_string(trace).unwrap());
        (sandbox.recorded().len(), git.len())
    };
    let (few, many) = (cost(1), cost(4));
    assert_eq!((many.0 - few.0) / 3, 2, "starts: {few:?} and {many:?}");
    assert!((many.1 - few.1) / 3 <= 1, "git: {few:?} and {many:?}");
}

/// How many system calls of some kinds a command makes, with all that it starts; `None` without strace.
fn system_calls(sandbox: &Sandbox, kinds: &str, command: &[&str]) -> Option<usize> {
    let strace = finish(&mut sandbox.command("sh", &["-c", "strace -f -o /dev/null true"]));
    if !is_here("strace", strace.code() == 0, &strace.stderr) {
        return None;
    }
    let kinds = format!("trace={kinds}");
    let fixed = [
        "-f",
        "-qq",
        "-e",
        "signal=none",
        "-e",
        &kinds,
        "-o",
        "../calls",
    ];
    let words: Vec<&str> = fixed.iter().chain(command).copied().collect();
    finish(&mut sandbox.command("strace", &words)).expect(0);
    let calls = fs::read_to_string(sandbox.beside("calls")).unwrap();
    let begun = |line: &&str| !line.contains(" resumed>");
    Some(calls.lines().filter(begun).count())
}

/// More threads than gates ever run at once by default.
const THREADS: usize = 20;

#[test]
fn one_gate_more_costs_its_program_and_little_else() {
    let cost = |count: usize, kinds: &str| {
        let table = |number| format!("[gates.g{number}]\nrun = \"true\"\n");
        let sandbox = Sandbox::with_gates(&gates(count, table));
        system_calls(&sandbox, kinds, &[GATEKEEPER, "run"])
    };
    let (few, many) = (10, 50);
    let each = |kinds: &str| Some((cost(many, kinds)? - cost(few, kinds)?) / (many - few));
    let Some(files) = each("%file") else { return };
    let alone = system_calls(&Sandbox::new(), "%file", &["true"]).unwrap();
    // Whether its directory is there, the way into it, and its standard input.
    assert!(
        files <= alone + 3,
        "{files} for a gate, {alone} for its program"
    );
    // The threads are those of the gates before; how many have to run at once is up to the machine.
    let starts = |count| cost(count, "?clone,?clone3,?fork,?vfork").unwrap();
    let (first, second) = (starts(few), starts(many));
    assert!(
        second <= first + (many - few) + THREADS,
        "{first} starts with {few} gates, {second} with {many}"
    );
}

#[test]
fn one_staged_file_more_costs_few_looks_at_it() {
    let cost = |count: usize| {
        let sandbox = Sandbox::with_gates("[gates.a]\nrun = \"true {files}\"\n");
        // Each file has to be compared as it is.
        sandbox.git(&["config", "filter.other.clean", "cat"]);
        for number in 0..count {
            let text = format!("def f{number}():\n    return {number}\n");
            sandbox.write(format!("d{}/f{number}.py", number / 100), text);
        }
        // A file that was written in the moment in which the index was is opened once more.
        sandbox
            .sh("find d* -type f -exec touch -d '2020-01-01 00:00:00' {} +")
            .expect(0);
        sandbox.git(&["add", "."]);
        system_calls(&sandbox, "%file", &[GATEKEEPER, "run", "--staged"])
    };
    let (few, many) = (100, 400);
    let (Some(first), Some(second)) = (cost(few), cost(many)) else {
        return;
    };
    let each = (second - first) / (many - few);
    // The scan looks once; the comparison opens it once; git looks for the object, with the options of two
    // repositories, and opens it.
    assert!(each <= 9, "{each} system calls for each file");
}

/// How often something happens for each one more, in a repository made for a number of them; `None` without strace.
fn for_each_more(
    kinds: &str,
    command: &[&str],
    make: impl Fn(usize) -> Sandbox,
) -> Option<(usize, usize)> {
    let (few, many) = (10, 40);
    let cost = |count: usize| system_calls(&make(count), kinds, command);
    let (first, second) = (cost(few)?, cost(many)?);
    Some((second - first, many - few))
}

#[test]
fn one_fetched_reference_more_starts_no_more_than_a_hook_that_does_nothing() {
    let with_references = |count: usize, hook: Option<&str>| {
        let sandbox = Sandbox::with_gates("[gates.a]\nrun = \"true\"\n");
        let make = format!(
            "git clone -q --bare . ../other && cd ../other && \
             for n in $(seq {count}); do echo \"$(git rev-parse HEAD) refs/heads/r$n\"; done >>packed-refs"
        );
        sandbox.sh(&make).expect(0);
        if let Some(hook) = hook {
            write_program(
                &sandbox.top.join(".git/hooks/reference-transaction"),
                hook.as_bytes(),
            );
        }
        sandbox
    };
    let fetch = [
        "git",
        "fetch",
        "--quiet",
        "../other",
        "+refs/heads/*:refs/remotes/other/*",
    ];
    let Some((ours, _)) = for_each_more("execve", &fetch, |count| with_references(count, None))
    else {
        return;
    };
    let nothing = Some("#!/bin/sh\nexit 0\n");
    let (theirs, _) =
        for_each_more("execve", &fetch, |count| with_references(count, nothing)).unwrap();
    assert_eq!(ours, theirs, "programs for 30 references more");
    assert!(theirs > 0, "git starts the hook");
}

#[test]
fn one_audited_commit_more_starts_no_program_and_costs_few_looks() {
    let with_commits = |count: usize| {
        let sandbox = Sandbox::with_gates("[gates.a]\nrun = \"true\"\n");
        let make = format!(
            "base=$(git rev-parse HEAD); for n in $(seq {count}); do git -c core.hooksPath=/dev/null commit -q \
             --allow-empty -m \"Change $n\"; done; git repack -adq; git tag base $base"
        );
        sandbox.sh(&make).expect(0);
        sandbox
    };
    // Unchecked commits are found, which ends with 1.
    let audit = format!("{GATEKEEPER} audit base..HEAD; [ $? = 1 ]");
    let command = ["sh", "-c", &audit];
    let Some((programs, _)) = for_each_more("execve", &command, with_commits) else {
        return;
    };
    assert_eq!(programs, 0, "programs for 30 commits more");
    let (looks, commits) = for_each_more("%file", &command, with_commits).unwrap();
    assert!(looks / commits <= 40, "{looks} looks for {commits} commits");
}
