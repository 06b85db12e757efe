//! Nobody survives, no limit is missed, and nothing that a gate prints can harm.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::process::Stdio;

use insta::assert_snapshot;
use rustix::process::{Signal, WaitIdOptions};

use crate::sandbox::{Alive, Done, GATEKEEPER, HANGS, Lifeline, Sandbox, Started, finish, gates};

/// Holds the lifeline open with a whole family: a child, a grandchild, and one in the background.
const FAMILY: &str = "#!/bin/sh\nexec 9>\"$HOME/lifeline\"\n(sleep 1000; true) &\nsh -c 'sleep 1000; true' &\necho alive >&9\nsleep 1000\n";

/// The same, deaf to requests to end.
const DEAF: &str = "#!/bin/sh\nexec 9>\"$HOME/lifeline\"\ntrap '' TERM INT HUP QUIT\n(sleep 1000; true) &\necho alive >&9\nwhile :; do sleep 1000; done\n";

fn sandbox(gates: &str) -> (Sandbox, Lifeline) {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", gates);
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "gates"]);
    sandbox.program("family", FAMILY);
    sandbox.program("deaf", DEAF);
    let lifeline = Lifeline::new(sandbox.beside("home/lifeline"));
    (sandbox, lifeline)
}

/// Starts gatekeeper and waits until the gate's family lives.
fn started(sandbox: &Sandbox, lifeline: &Lifeline) -> (Started, Alive) {
    let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run"]));
    let mut alive = lifeline.begun();
    assert_eq!(alive.line(), "alive");
    (run, alive)
}

#[test]
fn at_its_timeout_a_gate_is_stopped_with_all_its_children() {
    let mut told = String::new();
    for program in ["family", "deaf"] {
        let (sandbox, lifeline) = sandbox(&format!(
            "[gates.hangs]\nrun = \"echo so far; exec {program}\"\ntimeout = \"300ms\"\n[gates.other]\nrun = \"true\"\n"
        ));
        let (run, alive) = started(&sandbox, &lifeline);
        alive.everybody_is_gone();
        let done = run.finish().expect(1);
        told += &done.told();
    }
    assert_snapshot!(told, @"
    failed: hangs timed out: stopped at its timeout of 300ms
    gatekeeper run: 1 path tracked
             passed  other  [TIME]
          timed out  hangs  [TIME]  stopped at its timeout of 300ms

    hangs timed out
        cause  stopped at its timeout of 300ms, after [TIME]
       output
               | so far
      command  echo so far; exec family
       repeat  gatekeeper run hangs
         help  the gate has never come to an end here, so its tool may have started with an empty cache, and the next run may be faster: run its command once, `echo so far; exec family`, then try again; if it always takes that long, make the gate faster, or raise `timeout` in [gates.hangs] in gates.toml

    1 timed out, 1 passed in [TIME]
    ---
    failed: hangs timed out: stopped at its timeout of 300ms
    gatekeeper run: 1 path tracked
             passed  other  [TIME]
          timed out  hangs  [TIME]  stopped at its timeout of 300ms

    hangs timed out
        cause  stopped at its timeout of 300ms, after [TIME]
       output
               | so far
      command  echo so far; exec deaf
       repeat  gatekeeper run hangs
         help  the gate has never come to an end here, so its tool may have started with an empty cache, and the next run may be faster: run its command once, `echo so far; exec deaf`, then try again; if it always takes that long, make the gate faster, or raise `timeout` in [gates.hangs] in gates.toml

    1 timed out, 1 passed in [TIME]
    ---
    ");
}

#[test]
fn a_budget_ends_the_whole_run() {
    let (sandbox, lifeline) = sandbox(
        "[settings]\nbudget = \"400ms\"\n[gates.hangs]\nrun = \"family\"\n[gates.quick]\nrun = \"true\"\n\
         [gates.waits]\nrun = \"true\"\nneeds = [\"hangs\"]\n",
    );
    sandbox.write("x", "");
    sandbox.git(&["add", "x"]);
    let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run", "--staged"]));
    lifeline.begun().everybody_is_gone();
    let done = run.finish().expect(1);
    assert_snapshot!(done, @r#"
    failed: hangs timed out: stopped when the budget of 400ms for the whole run ran out
    gatekeeper run --staged: 1 path changed
             passed  quick  [TIME]
          cancelled  waits          the budget of 400ms ran out before the gate could start
          timed out  hangs  [TIME]  stopped when the budget of 400ms for the whole run ran out

    hangs timed out
        cause  stopped when the budget of 400ms for the whole run ran out, after [TIME]
       output  none
      command  family
       repeat  gatekeeper run --staged hangs
         help  the gate has never come to an end here, so its tool may have started with an empty cache, and the next run may be faster: run it once without a time limit, `gatekeeper run hangs`, then try again; if it always takes that long, make the gates faster, raise `budget` in [settings] in gates.toml, or move a slow gate to hooks = ["pre-push"]

    1 timed out, 1 cancelled, 1 passed in [TIME]
    "#);
}

#[test]
fn a_signal_ends_gates_and_run() {
    let mut told = String::new();
    for (signal, code) in [
        (Signal::INT, 130),
        (Signal::TERM, 143),
        (Signal::HUP, 129),
        (Signal::QUIT, 131),
    ] {
        let (sandbox, lifeline) = sandbox(
            "[gates.hangs]\nrun = \"family\"\n[gates.waits]\nrun = \"true\"\nneeds = [\"hangs\"]\n",
        );
        let (run, alive) = started(&sandbox, &lifeline);
        run.signal(signal);
        alive.everybody_is_gone();
        told += &run.finish().expect(code).told();
    }
    assert_snapshot!(told, @"
    interrupted: 2 cancelled in [TIME]
    ---
    cancelled: gatekeeper received signal 15, SIGTERM
    gatekeeper run: 1 path tracked
          cancelled  hangs  [TIME]  gatekeeper received signal 15, SIGTERM
          cancelled  waits          gatekeeper received signal 15, SIGTERM
    2 cancelled in [TIME]
    note: gatekeeper received signal 15, SIGTERM
    ---
    cancelled: gatekeeper received signal 1, SIGHUP
    gatekeeper run: 1 path tracked
          cancelled  hangs  [TIME]  gatekeeper received signal 1, SIGHUP
          cancelled  waits          gatekeeper received signal 1, SIGHUP
    2 cancelled in [TIME]
    note: gatekeeper received signal 1, SIGHUP
    ---
    cancelled: gatekeeper received signal 3, SIGQUIT
    gatekeeper run: 1 path tracked
          cancelled  hangs  [TIME]  gatekeeper received signal 3, SIGQUIT
          cancelled  waits          gatekeeper received signal 3, SIGQUIT
    2 cancelled in [TIME]
    note: gatekeeper received signal 3, SIGQUIT
    ---
    ");
}

#[test]
fn a_second_signal_waits_no_longer() {
    // With a grace of two seconds and no clock in the test: the trap answers the first request,
    // and only the second one ends it.
    let (sandbox, lifeline) = sandbox("[gates.hangs]\nrun = \"answers\"\n");
    let answers = "#!/bin/sh\nexec 9>\"$HOME/lifeline\"\ntrap 'echo asked >&9' TERM\necho alive >&9\nwhile :; do sleep 1000 & wait; done\n";
    sandbox.program("answers", answers);
    let (run, mut alive) = started(&sandbox, &lifeline);
    run.signal(Signal::INT);
    assert_eq!(alive.line(), "asked");
    run.signal(Signal::INT);
    alive.everybody_is_gone();
    run.finish().expect(130);
}

#[test]
fn nobody_survives_our_own_sigkill() {
    for program in ["family", "deaf"] {
        let (sandbox, lifeline) = sandbox(&format!("[gates.hangs]\nrun = \"{program}\"\n"));
        let (run, alive) = started(&sandbox, &lifeline);
        run.signal(Signal::KILL);
        alive.everybody_is_gone();
        run.finish().expect(137);
    }
}

#[test]
fn nobody_survives_a_sigkill_at_any_instant() {
    // The gate announces itself first thing, so the kill comes within its first instructions.
    let (sandbox, lifeline) =
        sandbox("[gates.hangs]\nrun = \"exec 9>$HOME/lifeline; exec sleep 1000\"\n");
    for _ in 0..20 {
        let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run"]));
        let alive = lifeline.begun();
        run.signal(Signal::KILL);
        alive.everybody_is_gone();
        run.finish().expect(137);
    }
}

#[test]
fn a_commit_that_is_interrupted_leaves_nobody() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let (sandbox, lifeline) = sandbox("[gates.hangs]\nrun = \"family\"\n");
        sandbox.gatekeeper(&["install"]).expect(0);
        sandbox.write("x", "");
        sandbox.git(&["add", "x"]);
        let index = sandbox.git(&["ls-files", "--stage"]);
        let run = Started::new(&mut sandbox.command("git", &["commit", "-m", "x"]));
        let mut alive = lifeline.begun();
        alive.line();
        run.signal_group(signal);
        alive.everybody_is_gone();
        assert_ne!(run.finish().code(), 0);
        assert_eq!(sandbox.subject().as_deref(), Some("gates"));
        assert_eq!(sandbox.git(&["ls-files", "--stage"]), index);
    }
}

#[test]
fn when_git_is_killed_the_run_ends() {
    let (sandbox, lifeline) = sandbox("[gates.hangs]\nrun = \"family\"\n");
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.write("x", "");
    sandbox.git(&["add", "x"]);
    let run = Started::new(&mut sandbox.command("git", &["commit", "-m", "x"]));
    let mut alive = lifeline.begun();
    alive.line();
    run.signal(Signal::KILL);
    alive.everybody_is_gone();
    assert_snapshot!(run.finish().expect(137), @"
    gatekeeper pre-commit: 1 path changed
          cancelled  hangs  [TIME]  the git process that called gatekeeper has ended
    1 cancelled in [TIME]: the commit was stopped; nothing was changed
    note: the git process that called gatekeeper has ended
    ");
}

#[test]
fn stopping_and_going_on_stops_the_gates_and_their_clocks() {
    let (sandbox, lifeline) = sandbox("[gates.hangs]\nrun = \"number\"\n");
    sandbox.program(
        "number",
        // While a shell starts a program it waits in the kernel, and is not seen as stopped.
        "#!/bin/sh\nexec 9>\"$HOME/lifeline\"\nsleep 1000 &\necho $$ >&9\nwait\n",
    );
    let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run"]));
    let mut alive = lifeline.begun();
    let gate = alive.line();
    let own = run.pid().as_raw_nonzero().to_string();
    // proc_pid_stat(5), without a process for each look; ps where there is no /proc.
    let state = |pid: &str| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_else(|_| {
            let told = sandbox.sh(&format!("ps -o state= -p {pid}")).stdout;
            format!(") {}", told.trim())
        });
        stat.rsplit(") ")
            .next()
            .and_then(|rest| rest.chars().next())
    };
    run.signal(Signal::TSTP);
    run.changes(WaitIdOptions::STOPPED);
    let states = || format!("{:?} {:?}", state(&own), state(&gate));
    until(states, || state(&gate) == Some('T'));
    run.signal(Signal::CONT);
    run.changes(WaitIdOptions::CONTINUED);
    until(states, || {
        state(&own) != Some('T') && state(&gate) != Some('T')
    });
    run.signal(Signal::TERM);
    alive.everybody_is_gone();
    run.finish().expect(143);
}

/// Looks again and again until something is so.
#[track_caller]
fn until(state: impl Fn() -> String, is_so: impl Fn() -> bool) {
    let end = std::time::Instant::now() + HANGS;
    while !is_so() {
        let has_time = std::time::Instant::now() < end;
        assert!(has_time, "it has not come about: {}", state());
        std::thread::yield_now();
    }
}

#[test]
fn a_background_process_that_holds_the_output_holds_nothing_up() {
    // It would hold the output for ever; the gate has passed long before.
    let (sandbox, _) = sandbox(
        "[gates.group]\nrun = \"sleep 1000 & echo done\"\n[gates.escaped]\nrun = \"setsid sh -c 'exec 9>$HOME/escaped; read line <$HOME/end' & read line <$HOME/go; echo done\"\n",
    );
    let escaped = Lifeline::new(sandbox.beside("home/escaped"));
    Lifeline::new(sandbox.beside("home/go"));
    Lifeline::new(sandbox.beside("home/end"));
    let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run"]));
    let alive = escaped.begun();
    fs::write(sandbox.beside("home/go"), "go\n").unwrap();
    assert_snapshot!(run.finish().expect(0), @"
    passed: 2 passed in [TIME]
    gatekeeper run: 1 path tracked
             passed  escaped  [TIME]  left processes running
             passed  group  [TIME]
    ");
    // What has left the group on purpose lives on: daemons do that. It is ours to end here.
    fs::write(sandbox.beside("home/end"), "end\n").unwrap();
    alive.everybody_is_gone();
}

#[test]
fn an_escaped_writer_that_never_pauses_holds_nothing_up() {
    let (sandbox, lifeline) = sandbox(
        "[gates.x]\nrun = \"setsid sh -c 'exec 9>$HOME/lifeline; exec timeout 60 yes' & read line <$HOME/go; echo done\"\nforbid = '(a|b|c)+zzz'\n",
    );
    Lifeline::new(sandbox.beside("home/go"));
    let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run"]));
    let alive = lifeline.begun();
    fs::write(sandbox.beside("home/go"), "go\n").unwrap();
    assert_snapshot!(run.finish().expect(0), @"
    passed: 1 passed in [TIME]
    gatekeeper run: 1 path tracked
             passed  x  [TIME]  left processes running
    ");
    // Nobody reads what it writes any more, and that ends it.
    alive.everybody_is_gone();
}

#[test]
fn blocked_signals_are_heard() {
    let (sandbox, lifeline) = sandbox("[gates.hangs]\nrun = \"family\"\n");
    let python = format!(
        "import signal, os\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])\nos.execv('{GATEKEEPER}', ['gatekeeper', 'run'])\n"
    );
    let run = Started::new(&mut sandbox.command("python3", &["-c", &python]));
    let mut alive = lifeline.begun();
    alive.line();
    run.signal(Signal::TERM);
    alive.everybody_is_gone();
    run.finish().expect(143);
}

#[test]
fn much_output_takes_little_memory() {
    let cases = [
        "yes | head -c 100000000",
        "head -c 100000000 /dev/zero | tr '\\\\0' x",
        "head -c 60000000 /dev/urandom",
    ];
    for case in cases {
        let (sandbox, _) = sandbox(&format!(
            "[gates.loud]\nrun = \"{case}; echo the end; exit 1\"\nforbid = 'zzzzq'\n"
        ));
        let (done, memory) = run_and_memory(&sandbox);
        let done = done.expect(1);
        assert!(
            done.stderr.len() < 100_000,
            "{} bytes are shown",
            done.stderr.len()
        );
        assert!(!done.stderr.contains('\0'));
        let log = fs::metadata(sandbox.top.join(".git/gatekeeper/logs/loud.log")).unwrap();
        assert!(log.len() < 400_000, "{} bytes are kept", log.len());
        assert!(memory < 48 << 10, "{memory} KiB");
    }
}

/// A run of gatekeeper that may not take much memory, and the most that it took, in KiB.
fn run_and_memory(sandbox: &Sandbox) -> (Done, u64) {
    let script = format!(
        "import resource, subprocess, sys\n\
         run = subprocess.run(['sh', '-c', 'ulimit -v 1500000; exec \"$0\" run', '{GATEKEEPER}'])\n\
         print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n\
         sys.exit(run.returncode)\n"
    );
    let done = finish(&mut sandbox.command("python3", &["-c", &script]));
    let memory = done.stdout.trim().parse();
    let memory = memory.unwrap_or_else(|_| panic!("{}", done.stderr));
    (done, memory)
}

#[test]
fn the_ends_of_output_are_kept() {
    let (sandbox, _) =
        sandbox("[gates.x]\nrun = \"echo first; seq 1 200000; echo last; exit 1\"\n");
    let done = sandbox.gatekeeper(&["run"]).expect(1);
    assert_snapshot!(done, @"
    failed: x failed: exit code 1
    gatekeeper run: 1 path tracked
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output  the last 40 lines (the beginning and the end of the output are in .git/gatekeeper/logs/x.log)
               | 199962
               | 199963
               | 199964
               | 199965
               | 199966
               | 199967
               | 199968
               | 199969
               | 199970
               | 199971
               | 199972
               | 199973
               | 199974
               | 199975
               | 199976
               | 199977
               | 199978
               | 199979
               | 199980
               | 199981
               | 199982
               | 199983
               | 199984
               | 199985
               | 199986
               | 199987
               | 199988
               | 199989
               | 199990
               | 199991
               | 199992
               | 199993
               | 199994
               | 199995
               | 199996
               | 199997
               | 199998
               | 199999
               | 200000
               | last
      command  echo first; seq 1 200000; echo last; exit 1
       repeat  gatekeeper run x

    1 failed in [TIME]
    ");
    let log = sandbox.read(".git/gatekeeper/logs/x.log");
    assert!(log.starts_with("first\n1\n2\n"));
    assert!(log.contains("bytes omitted]"));
    assert!(log.ends_with("200000\nlast\n"));
}

/// A pipe that holds as much as it can, so that whoever writes into it waits.
fn full_pipe() -> (std::io::PipeReader, std::io::PipeWriter) {
    let (reader, writer) = std::io::pipe().unwrap();
    let fill = writer.try_clone().unwrap();
    rustix::io::ioctl_fionbio(&fill, true).unwrap();
    while rustix::io::write(&fill, &[b'.'; 4096]).is_ok() {}
    rustix::io::ioctl_fionbio(&fill, false).unwrap();
    drop(fill);
    (reader, writer)
}

#[test]
fn a_reader_that_stalls_delays_no_limit() {
    // Nobody reads standard error and the pipe is full from the beginning; the gate is stopped
    // at its limit all the same.
    let (sandbox, lifeline) = sandbox("[gates.hangs]\nrun = \"family\"\ntimeout = \"300ms\"\n");
    let (reader, writer) = full_pipe();
    let mut command = sandbox.command(GATEKEEPER, &["run"]);
    let run = Started::new(command.stderr(writer));
    drop(command);
    lifeline.begun().everybody_is_gone();
    drop(reader);
    run.finish().expect(1);
}

#[test]
fn a_run_that_nobody_reads_can_be_ended() {
    let (sandbox, _) = sandbox("[gates.x]\nrun = \"touch $HOME/ran\"\n");
    let (reader, writer) = full_pipe();
    let mut command = sandbox.command(GATEKEEPER, &["run"]);
    let run = Started::new(command.stderr(writer));
    drop(command);
    until(String::new, || sandbox.beside("home/ran").exists());
    run.signal(Signal::TERM);
    let status = run.wait();
    assert_eq!(status.code(), Some(143));
    drop(reader);
}

#[test]
fn output_that_cannot_be_written_changes_no_verdict() {
    let (sandbox, _) = sandbox("[gates.x]\nrun = \"true\"\n");
    let code = |script: &str| sandbox.sh(&format!("{GATEKEEPER} {script}")).code();
    for script in [
        "run 2>&-",
        "run >&- 2>&- <&-",
        "run 2>/dev/full",
        "run >/dev/full",
    ] {
        assert_eq!(code(script), 0, "{script}");
    }
    sandbox.write("gates.toml", "[gates.x]\nrun = \"echo much; exit 1\"\n");
    for script in ["run 2>&-", "run >&- 2>&- <&-", "run 2>/dev/full"] {
        assert_eq!(code(script), 1, "{script}");
    }
    // What was asked for and cannot be delivered is no success.
    sandbox.write("gates.toml", "[gates.x]\nrun = \"true\"\n");
    for script in [
        "run --format json >/dev/full",
        "plan >/dev/full",
        "config show >/dev/full",
    ] {
        assert_eq!(code(script), 3, "{script}");
    }
}

#[test]
fn gates_have_no_input_and_no_terminal() {
    let (sandbox, _) = sandbox(
        "[gates.input]\nrun = \"test -z \\\"$(cat)\\\"\"\n[gates.terminal]\nrun = \"if (: </dev/tty) 2>/dev/null; then exit 1; fi\"\n",
    );
    // script(1) gives gatekeeper a terminal to hand on.
    let inner = format!("{GATEKEEPER} run");
    let mut command = sandbox.command("script", &["-qec", &inner, "/dev/null"]);
    finish(&mut command).expect(0);
    sandbox.gatekeeper(&["run"]).expect(0);
}

#[test]
fn an_ignored_sigchld_is_no_failure() {
    let (sandbox, _) = sandbox("[gates.x]\nrun = \"true\"\n");
    sandbox
        .sh(&format!("trap '' CHLD; {GATEKEEPER} run"))
        .expect(0);
    let python = format!(
        "import signal, os\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nos.execv('{GATEKEEPER}', ['gatekeeper', 'run'])\n"
    );
    assert_snapshot!(finish(&mut sandbox.command("python3", &["-c", &python])).expect(0), @"
    passed: 1 passed in [TIME]
    gatekeeper run: 1 path tracked
             passed  x  [TIME]
    ");
}

#[test]
fn nohup_is_respected() {
    let (sandbox, lifeline) =
        sandbox("[gates.x]\nrun = \"exec 9>$HOME/lifeline; read line <$HOME/go\"\n");
    Lifeline::new(sandbox.beside("home/go"));
    let run = Started::new(&mut sandbox.command(
        "sh",
        &["-c", &format!("trap '' HUP; exec {GATEKEEPER} run")],
    ));
    let alive = lifeline.begun();
    run.signal(Signal::HUP);
    fs::write(sandbox.beside("home/go"), "go\n").unwrap();
    alive.everybody_is_gone();
    run.finish().expect(0);
}

#[test]
fn fifty_gates_with_few_descriptors() {
    let gates = gates(50, |n| format!("[gates.g{n}]\nrun = \"echo {n}\"\n"));
    let (sandbox, _) = sandbox(&gates);
    let done = sandbox
        .sh(&format!("ulimit -n 64; exec {GATEKEEPER} run --jobs 50"))
        .expect(0);
    assert_snapshot!(done, @"
    passed: 50 passed in [TIME]
    gatekeeper run: 1 path tracked
             passed  g0  [TIME]
             passed  g1  [TIME]
             passed  g10  [TIME]
             passed  g11  [TIME]
             passed  g12  [TIME]
             passed  g13  [TIME]
             passed  g14  [TIME]
             passed  g15  [TIME]
             passed  g16  [TIME]
             passed  g17  [TIME]
             passed  g18  [TIME]
             passed  g19  [TIME]
             passed  g2  [TIME]
             passed  g20  [TIME]
             passed  g21  [TIME]
             passed  g22  [TIME]
             passed  g23  [TIME]
             passed  g24  [TIME]
             passed  g25  [TIME]
             passed  g26  [TIME]
             passed  g27  [TIME]
             passed  g28  [TIME]
             passed  g29  [TIME]
             passed  g3  [TIME]
             passed  g30  [TIME]
             passed  g31  [TIME]
             passed  g32  [TIME]
             passed  g33  [TIME]
             passed  g34  [TIME]
             passed  g35  [TIME]
             passed  g36  [TIME]
             passed  g37  [TIME]
             passed  g38  [TIME]
             passed  g39  [TIME]
             passed  g4  [TIME]
             passed  g40  [TIME]
             passed  g41  [TIME]
             passed  g42  [TIME]
             passed  g43  [TIME]
             passed  g44  [TIME]
             passed  g45  [TIME]
             passed  g46  [TIME]
             passed  g47  [TIME]
             passed  g48  [TIME]
             passed  g49  [TIME]
             passed  g5  [TIME]
             passed  g6  [TIME]
             passed  g7  [TIME]
             passed  g8  [TIME]
             passed  g9  [TIME]
    ");
}

#[test]
fn the_guard_keeps_nobody_waiting() {
    // Whoever reads our output waits until everybody has closed it, and so would for a guard
    // that had kept it. `finish` waits just so.
    let (sandbox, _) = sandbox("[gates.x]\nrun = \"true\"\n");
    let mut command = sandbox.command(GATEKEEPER, &["run"]);
    command.stdout(Stdio::piped()).arg0("gatekeeper");
    finish(&mut command).expect(0);
}
