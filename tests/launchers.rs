//! Gates whose commands a launcher starts: in a container made of namespaces, over ssh. What the launcher
//! does wrong is no verdict, and is never a pass.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use rustix::process::{Pid, Signal, kill_process};

use crate::required::is_here;
use crate::sandbox::{Done, GATEKEEPER, Lifeline, Sandbox, Started};

/// A container: the system read-only, the view, no network, and nothing else of this machine.
const CONTAINER: &str = "bwrap --ro-bind / / --dev /dev --tmpfs /tmp --bind {view} {view} --unshare-net --unshare-pid \
                         --die-with-parent --chdir {dir} --";

/// Whether containers can be made here.
fn has_containers() -> bool {
    let tried = Command::new("bwrap")
        .args([
            "--ro-bind",
            "/",
            "/",
            "--unshare-net",
            "--unshare-pid",
            "true",
        ])
        .output();
    is_here(
        "bwrap",
        tried.is_ok_and(|tried| tried.status.success()),
        "bubblewrap cannot make a container",
    )
}

/// A repository with gates that are committed; a launcher named `own` is the script.
fn sandbox(gates: &str, own: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", gates);
    sandbox.write("a.txt", "committed\n");
    sandbox.write(".gitignore", "secret.env\nmodules/\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "gates"]);
    sandbox.program("own", own);
    sandbox
}

/// What a run says of a single gate that a launcher starts.
fn run_with(own: &str, gate: &str) -> Done {
    let sandbox = sandbox(&format!("[gates.test]\nlauncher = 'own'\n{gate}\n"), own);
    sandbox.gatekeeper(&["run"])
}

#[test]
fn a_container_sees_the_staged_tree_and_only_the_inputs_of_what_is_ignored() {
    if !has_containers() {
        return;
    }
    let gates = format!(
        "[gates.test]\nrun = 'cat a.txt && cat modules/tool && ls && test ! -e secret.env && ! test -e /tmp/x'\n\
         launcher = '{CONTAINER}'\ninputs = ['modules']\nexpect = 'staged'\ncache = false\n"
    );
    let sandbox = sandbox(&gates, "#!/bin/sh\n");
    sandbox.write("modules/tool", "tool\n");
    sandbox.write("secret.env", "TOKEN\n");
    sandbox.write("a.txt", "staged\n");
    sandbox.git(&["add", "a.txt"]);
    sandbox.write("a.txt", "unstaged\n");
    sandbox.write("untracked.txt", "");
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged", "--verbose"]).expect(0), @r"
gatekeeper run --staged: 1 path changed, checked in [VIEW], because the gate has a launcher
         passed  test  [TIME]
                 $ cat a.txt && cat modules/tool && ls && test ! -e secret.env && ! test -e /tmp/x
                 staged
                 tool
                 a.txt
                 gates.toml
                 modules
1 passed in [TIME]
");
    // The copy follows the original.
    sandbox.write("modules/tool", "newer\n");
    let done = sandbox
        .gatekeeper(&["run", "--staged", "--verbose"])
        .expect(0);
    assert!(done.stderr.contains("newer"), "{}", done.stderr);
}

#[test]
fn an_input_is_a_directory_that_git_ignores() {
    let gates = "[gates.test]\nrun = 'true'\nlauncher = 'own'\ninputs = ['modules', 'src']\n";
    let sandbox = sandbox(gates, "#!/bin/sh\nexec \"$@\"\n");
    sandbox.write("b.txt", "");
    sandbox.git(&["add", "b.txt"]);
    let missing = sandbox.gatekeeper(&["run", "--staged"]).expect(3).told();
    sandbox.write("modules/tool", "");
    sandbox.write("src/x", "");
    sandbox.git(&["add", "src"]);
    let tracked = sandbox.gatekeeper(&["run", "--staged"]).expect(3).told();
    assert_snapshot!(missing + &tracked, @r"
error: `inputs` in gates.toml names modules, which is not a directory of this work tree
help: create the directory, or remove it from `inputs`
---
error: `inputs` in gates.toml names src, which is not ignored by git
help: create the directory, or remove it from `inputs`
---
");
}

#[test]
fn the_command_has_its_variables_its_directory_and_its_files() {
    let gates = "[settings]\njobs = 1\nlauncher = 'own {gate} {timeout} {dir}'\n\
                 [gates.plain]\nrun = 'sub/show {files}'\nfiles = ['*.txt']\ntimeout = '90s'\nenv = { A = 'one two' }\n\
                 [gates.shell]\nrun = 'echo \"$A\" | cat; cd ..; ls \"$HOME\"/nothing 2>/dev/null || true; false'\n\
                 dir = 'sub'\ntimeout = '1500ms'\nenv = { A = 'three' }\n\
                 [gates.here]\nrun = 'echo here'\nlauncher = ''\n";
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", gates);
    sandbox.write("a b.txt", "");
    sandbox.write("sub/show", "#!/bin/sh\necho \"$A: $*\"\n");
    sandbox.sh("chmod +x sub/show").expect(0);
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "gates"]);
    // No variable of ours is handed on.
    sandbox.program(
        "own",
        "#!/bin/sh\necho \"launching $1 for ${2}s in ${3##*/}\"\nshift 3\nexec env -i PATH=\"$PATH\" \"$@\"\n",
    );
    assert_snapshot!(sandbox.gatekeeper(&["run", "--verbose"]).expect(1), @r#"
    failed: shell failed: exit code 1
    gatekeeper run: 3 paths tracked
             passed  plain  [TIME]
                     $ sub/show 'a b.txt'
                     launching plain for 90s in
                     one two: a b.txt
             failed  shell  [TIME]  exit code 1
             passed  here  [TIME]
                     $ echo here
                     here

    shell failed
        cause  exit code 1, after [TIME]
       output
               | launching shell for 2s in sub
               | three
      command  (cd sub && echo "$A" | cat; cd ..; ls "$HOME"/nothing 2>/dev/null || true; false)
       repeat  gatekeeper run shell

    1 failed, 2 passed in [TIME]
    "#);
}

#[test]
fn a_launcher_that_does_not_start_the_command_is_no_verdict() {
    let fails = run_with(
        "#!/bin/sh\necho 'no such image' >&2\nexit 125\n",
        "run = 'pytest'",
    );
    let succeeds = run_with(
        "#!/bin/sh\necho '3 passed'\n",
        "run = 'pytest'\nexpect = 'passed'",
    );
    let is_killed = run_with("#!/bin/sh\nkill -KILL $$\n", "run = 'pytest'");
    let missing = sandbox(
        "[gates.test]\nlauncher = 'nowhere run --'\nrun = 'pytest'\n",
        "",
    );
    let missing = missing.gatekeeper(&["run"]);
    let all = [fails, succeeds, is_killed, missing].map(|done| done.expect(3).told());
    assert_snapshot!(all.concat(), @"
    unable: test could not start: its launcher ended with exit code 125 and did not start the command
    gatekeeper run: 3 paths tracked
    could not start  test  [TIME]  its launcher ended with exit code 125 and did not start the command

    test could not start
        cause  its launcher ended with exit code 125 and did not start the command, after [TIME]
       output
               | no such image
      command  pytest
         help  read the output; correct `launcher` in [gates.test] or [settings] in gates.toml, or what it needs, then try again with `gatekeeper run test`

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    ---
    unable: test could not start: its launcher ended with exit code 0 and did not start the command
    gatekeeper run: 3 paths tracked
    could not start  test  [TIME]  its launcher ended with exit code 0 and did not start the command

    test could not start
        cause  its launcher ended with exit code 0 and did not start the command, after [TIME]
       output
               | 3 passed
      command  pytest
         help  read the output; correct `launcher` in [gates.test] or [settings] in gates.toml, or what it needs, then try again with `gatekeeper run test`

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    ---
    unable: test could not start: its launcher was ended by signal 9 and did not start the command
    gatekeeper run: 3 paths tracked
    could not start  test  [TIME]  its launcher was ended by signal 9 and did not start the command

    test could not start
        cause  its launcher was ended by signal 9 and did not start the command, after [TIME]
       output  none
      command  pytest
         help  read the output; correct `launcher` in [gates.test] or [settings] in gates.toml, or what it needs, then try again with `gatekeeper run test`

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    ---
    unable: test could not start: its launcher: nowhere is not installed: it is not in any directory of PATH, and there is no Python environment (.venv, venv, env) here
    gatekeeper run: 3 paths tracked
    could not start  test          its launcher: nowhere is not installed: it is not in any directory of PATH, and there is no Python environment (.venv, venv, env) here

    test could not start
        cause  its launcher: nowhere is not installed: it is not in any directory of PATH, and there is no Python environment (.venv, venv, env) here
      command  pytest
         help  read the output; correct `launcher` in [gates.test] or [settings] in gates.toml, or what it needs, then try again with `gatekeeper run test`

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    ---
    ");
}

#[test]
fn the_verdict_is_that_of_the_command() {
    // Whatever the launcher makes of it.
    let swallowed = run_with(
        "#!/bin/sh\n\"$@\"\nexit 0\n",
        "run = 'sh -c \"echo bad; exit 7\"'",
    );
    let other = run_with("#!/bin/sh\n\"$@\"\nexit 9\n", "run = 'sh -c \"exit 7\"'");
    let absent = run_with("#!/bin/sh\nexec \"$@\"\n", "run = 'no-such-program'");
    let spoiled = run_with(
        "#!/bin/sh\n\"$@\"\necho 'cannot bring the results back'\nexit 255\n",
        "run = 'echo good'",
    );
    let proof = run_with(
        "#!/bin/sh\necho '3 passed'\n\"$@\"\n",
        "run = 'echo nothing'\nexpect = 'passed'",
    );
    let codes = [&swallowed, &other, &absent, &spoiled, &proof].map(Done::code);
    assert_eq!(codes, [1, 1, 3, 3, 1]);
    let all = [swallowed, other, absent, spoiled, proof].map(|done| done.told());
    assert_snapshot!(all.concat(), @"
    failed: test failed: exit code 7
    gatekeeper run: 3 paths tracked
             failed  test  [TIME]  exit code 7

    test failed
        cause  exit code 7, after [TIME]
       output
               | bad
      command  sh -c 'echo bad; exit 7'
       repeat  gatekeeper run test

    1 failed in [TIME]
    ---
    failed: test failed: exit code 7
    gatekeeper run: 3 paths tracked
             failed  test  [TIME]  exit code 7

    test failed
        cause  exit code 7, after [TIME]
       output  none
      command  sh -c 'exit 7'
       repeat  gatekeeper run test

    1 failed in [TIME]
    ---
    unable: test could not start: a command in it was not found (exit code 127)
    gatekeeper run: 3 paths tracked
    could not start  test  [TIME]  a command in it was not found (exit code 127)

    test could not start
        cause  a command in it was not found (exit code 127), after [TIME]
       output
               | sh: no-such-program: not found
      command  no-such-program
         help  install the program, or correct `run` in [gates.test] in gates.toml

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ---
    unable: test could not start: its launcher ended with exit code 255 after the command ended with exit code 0
    gatekeeper run: 3 paths tracked
    could not start  test  [TIME]  its launcher ended with exit code 255 after the command ended with exit code 0

    test could not start
        cause  its launcher ended with exit code 255 after the command ended with exit code 0, after [TIME]
       output
               | good
               | cannot bring the results back
      command  echo good
         help  read the output; correct `launcher` in [gates.test] or [settings] in gates.toml, or what it needs, then try again with `gatekeeper run test`

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    ---
    failed: test checked nothing: it succeeded, but no line of its output matches expect = 'passed'
    gatekeeper run: 3 paths tracked
    checked nothing  test  [TIME]  it succeeded, but no line of its output matches expect = 'passed'

    test checked nothing
        cause  it succeeded, but no line of its output matches expect = 'passed', after [TIME]
       output
               | 3 passed
               | nothing
      command  echo nothing
       repeat  gatekeeper run test
         help  read the output to see what the command checked; `expect` in [gates.test] names the evidence that it must print

    1 checked nothing in [TIME]
    ---
    ");
}

#[test]
fn a_result_that_is_lost_on_the_way_is_no_verdict() {
    let lost = run_with(
        "#!/bin/sh\n\"$@\" | { read -r begun; echo \"$begun\"; read -r line; echo \"$line\"; }\nexit 255\n",
        "run = 'sh -c \"echo half; echo more; sleep 0; exit 0\"'",
    );
    assert_snapshot!(lost.expect(3), @"
    unable: test could not start: its launcher ended with exit code 255 before the command did, so its result is lost
    gatekeeper run: 3 paths tracked
    could not start  test  [TIME]  its launcher ended with exit code 255 before the command did, so its result is lost

    test could not start
        cause  its launcher ended with exit code 255 before the command did, so its result is lost, after [TIME]
       output
               | half
      command  sh -c 'echo half; echo more; sleep 0; exit 0'
         help  read the output; correct `launcher` in [gates.test] or [settings] in gates.toml, or what it needs, then try again with `gatekeeper run test`

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    ");
}

#[test]
fn a_launcher_that_cannot_let_gates_fail_is_refused() {
    let refused = |launcher: &str| {
        let sandbox = Sandbox::new();
        let text = format!("[gates.test]\nrun = 'pytest'\nlauncher = {launcher}\n");
        sandbox.write("gates.toml", text);
        sandbox.gatekeeper(&["config", "check"])
    };
    let all = [
        "'true --'",
        "'''sh -c 'exit 0' '''",
        "'''sh -c '\"$@\" || true' sh'''",
        "'echo'",
    ];
    let told = all.map(|launcher| refused(launcher).told());
    assert_snapshot!(told.concat(), @r#"
error: gates.toml has 1 error
  error: this launcher does not start the command
   --> gates.toml:3:12
    |
  3 | launcher = 'true --'
    |            ^^^^^^^^^ `true` starts no other program
    |
  help: a launcher starts the command whose words follow its own
---
error: gates.toml has 1 error
  error: this launcher does not start the command
   --> gates.toml:3:12
    |
  3 | launcher = '''sh -c 'exit 0' '''
    |            ^^^^^^^^^^^^^^^^^^^^^ the script does not contain "$@", the words that follow it
    |
  help: a launcher starts the command whose words follow its own
---
error: gates.toml has 1 error
  error: a gate with this launcher cannot fail
   --> gates.toml:3:12
    |
  3 | launcher = '''sh -c '"$@" || true' sh'''
    |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ turns every failure into a success
    |
  help: a launcher starts the command that follows it and ends with the exit code of that command
---
error: gates.toml has 1 error
  error: this launcher does not start the command
   --> gates.toml:3:12
    |
  3 | launcher = 'echo'
    |            ^^^^^^ `echo` starts no other program
    |
  help: a launcher starts the command whose words follow its own
---
"#);
    for launcher in [
        "'docker run --rm -v {view}:{view} -w {dir} img'",
        "'ssh -tt build1 {command}'",
        "'srun'",
        "'env'",
        "'nix develop -c'",
        "'bwrap --bind / / --'",
        "'trexe --remote=x --input-path={view} --exec-timeout=5s --'",
    ] {
        assert_eq!(refused(launcher).code(), 0, "{}", refused(launcher).stderr);
    }
}

#[test]
fn what_a_launcher_cannot_mean_is_refused() {
    let refused = |text: &str| {
        let sandbox = Sandbox::new();
        sandbox.write(
            "gates.toml",
            format!("[gates.test]\nrun = 'pytest'\n{text}\n"),
        );
        sandbox.gatekeeper(&["config", "check"]).expect(2).told()
    };
    let all = [
        "launcher = 'run {files} --'",
        "launcher = 'run -v $PWD:/x'",
        "launcher = 'a | b'",
        "launcher = 'A=1 b'",
        "launcher = \"a 'b\"",
        "launcher = 'a -t{command}'",
        "launcher = 'a {timeout}'",
        "launcher = 'a'\nisolation = 'overlay'",
        "inputs = ['x']",
    ];
    assert_snapshot!(all.map(refused).concat(), @r#"
error: gates.toml has 1 error
  error: unknown placeholder `{files}`
   --> gates.toml:3:12
    |
  3 | launcher = 'run {files} --'
    |            ^^^^^^^^^^^^^^^^ a launcher may contain {view}, {dir}, {gate}, {timeout}, {command}
---
error: gates.toml has 1 error
  error: a launcher is started without a shell
   --> gates.toml:3:12
    |
  3 | launcher = 'run -v $PWD:/x'
    |            ^^^^^^^^^^^^^^^^ `$` means something only to a shell
    |
  help: put it between single quotes, or put the command into a script
---
error: gates.toml has 1 error
  error: a launcher is started without a shell
   --> gates.toml:3:12
    |
  3 | launcher = 'a | b'
    |            ^^^^^^^ `|` means something only to a shell
    |
  help: put it between single quotes, or put the command into a script
---
error: gates.toml has 1 error
  error: a launcher is started without a shell
   --> gates.toml:3:12
    |
  3 | launcher = 'A=1 b'
    |            ^^^^^^^ `=` means something only to a shell
    |
  help: put it between single quotes, or put the command into a script
---
error: gates.toml has 1 error
  error: a quote in this launcher is not closed
   --> gates.toml:3:12
    |
  3 | launcher = "a 'b"
    |            ^^^^^^ cannot be split into words
---
error: gates.toml has 1 error
  error: `{command}` must be a word of its own
   --> gates.toml:3:12
    |
  3 | launcher = 'a -t{command}'
    |            ^^^^^^^^^^^^^^^ it stands for the whole command
---
error: gates.toml has 1 error
  error: gate `test` has no `timeout`
   --> gates.toml:3:12
    |
  3 | launcher = 'a {timeout}'
    |            ^^^^^^^^^^^^^ its launcher contains {timeout}
    |
  help: add timeout = "10m", or the limit that the gate needs
---
error: gates.toml has 1 error
  error: gate `test` cannot have an overlay
   --> gates.toml:4:13
    |
  4 | isolation = 'overlay'
    |             ^^^^^^^^^ only programs on this machine see an overlay
    |
  help: remove `isolation`: the files are then in a directory of their own
---
error: gates.toml has 1 error
  error: `inputs` has no effect on gate `test`
   --> gates.toml:3:10
    |
  3 | inputs = ['x']
    |          ^^^^^ the gate has no launcher
    |
  help: remove `inputs`: the gate sees ignored files in any case
---
"#);
}

#[test]
fn a_launcher_in_the_tree_is_protected() {
    let sandbox = Sandbox::with_gates("[gates.test]\nrun = 'true'\nlauncher = 'tools/launch --'\n");
    sandbox.write("tools/launch", "#!/bin/sh\nshift\nexec \"$@\"\n");
    sandbox.sh("chmod +x tools/launch").expect(0);
    sandbox.git(&["add", "."]);
    sandbox.git(&[
        "commit",
        "--quiet",
        "-m",
        "launcher\n\nGate-Change: the launcher comes with the tree",
    ]);
    sandbox.write("tools/launch", "#!/bin/sh\nshift\nnice \"$@\"\n");
    sandbox.git(&["add", "."]);
    let refused = sandbox
        .try_git(&["commit", "--quiet", "-m", "other"])
        .expect(1);
    assert_snapshot!(refused, @r"
gatekeeper: the message was refused: 1 problem

error[gate-change.missing]: the commit weakens or changes its own checks without giving a reason
note: tools/launch:3: a gate runs this file, and the change touches it
help: add a trailer with a reason of at least 10 characters: `Gate-Change: reason`

next: run this with REASON filled in
  git -c 'trailer.where=start' commit --quiet --trailer 'Gate-Change: REASON' -F .git/gatekeeper/message-[ID1]
The message then has
  Gate-Change: REASON
If you are an AI agent, you have to be credited; then run this instead, with your name and model:
  git -c 'trailer.where=start' commit --quiet --trailer 'Gate-Change: REASON' --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
");
}

#[test]
fn at_its_timeout_a_container_is_stopped_with_all_that_runs_in_it() {
    if !has_containers() {
        return;
    }
    // The lifeline is outside of the view.
    let launcher = "bwrap --bind / / --dev /dev --unshare-pid --die-with-parent --chdir {dir} --";
    let (sandbox, lifeline) = hanging(launcher, "300ms");
    let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run"]));
    let mut alive = lifeline.begun();
    assert_eq!(alive.line(), "alive");
    alive.everybody_is_gone();
    let done = run.finish().expect(1);
    assert!(done.stderr.contains("timed out"), "{}", done.stderr);
}

/// A gate that holds a lifeline until it is killed.
fn hanging(launcher: &str, timeout: &str) -> (Sandbox, Lifeline) {
    let sandbox = Sandbox::new();
    sandbox.write(
        "gates.toml",
        format!("[gates.hangs]\nrun = 'hangs'\nlauncher = '{launcher}'\ntimeout = '{timeout}'\n"),
    );
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "gates"]);
    let lifeline = Lifeline::new(sandbox.beside("home/lifeline"));
    let path = sandbox.beside("home/lifeline");
    sandbox.program(
        "hangs",
        &format!(
            "#!/bin/sh\nexec 9>'{}'\necho begun\necho alive >&9\nsleep 1000\n",
            path.display()
        ),
    );
    (sandbox, lifeline)
}

/// A server for ssh on the loopback, as the user who runs the tests.
struct Server {
    process: std::process::Child,
    launcher: String,
}

impl Server {
    /// Starts it; `None` if there is none on this machine.
    fn start(sandbox: &Sandbox, options: &str) -> Option<Self> {
        let path = |name: &str| sandbox.beside(name);
        let program = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"]
            .into_iter()
            .find(|program| fs::metadata(program).is_ok());
        let keys = ["host", "user"].map(|name| {
            let made = Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f"])
                .arg(path(name))
                .stdin(Stdio::null())
                .status();
            made.is_ok_and(|made| made.success())
        });
        let _ = fs::create_dir("/run/sshd");
        let program = program.filter(|_| keys == [true, true]);
        if !is_here("sshd", program.is_some(), "OpenSSH has no server here") {
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        fs::copy(path("user.pub"), path("authorized")).unwrap();
        fs::set_permissions(path("authorized"), fs::Permissions::from_mode(0o600)).unwrap();
        let (host, authorized, user) = (path("host"), path("authorized"), path("user"));
        fs::write(path("sshd.conf"), format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\n\
             PermitRootLogin yes\nPidFile none\nSetEnv PATH={}\n",
            host.display(),
            authorized.display(),
            sandbox.path_of_programs(),
        )).unwrap();
        fs::write(path("ssh.conf"), format!(
            "Host build1\nHostName 127.0.0.1\nPort {port}\nIdentityFile {}\nIdentitiesOnly yes\nBatchMode yes\n\
             StrictHostKeyChecking no\nUserKnownHostsFile /dev/null\nLogLevel ERROR\n",
            user.display()
        )).unwrap();
        let mut server = Command::new(program?);
        server.args(["-D", "-e", "-f"]).arg(path("sshd.conf"));
        let process = server.stderr(Stdio::null()).spawn().unwrap();
        let launcher = format!(
            "ssh -F {} {options} build1 {{command}}",
            path("ssh.conf").display()
        );
        let server = Self { process, launcher };
        // It listens soon; every call tries again until then.
        crate::sandbox::within("the server listens", move || {
            while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
                std::thread::yield_now();
            }
        });
        Some(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_gate_runs_over_ssh() {
    let sandbox = sandbox("", "#!/bin/sh\n");
    let Some(server) = Server::start(&sandbox, "") else {
        return;
    };
    let launcher = &server.launcher;
    sandbox.write("gates.toml", format!(
        "[settings]\njobs = 1\nlauncher = '{launcher}'\n\
         [gates.good]\nrun = '''printf '%s|' \"it's\" '$HOME' a.t*; cat a.txt; test -n \"$SSH_CONNECTION\"'''\n\
         expect = 'staged'\ncache = false\n\
         [gates.bad]\nrun = 'sh -c \"echo wrong >&2; exit 3\"'\n\
         [gates.files]\nrun = 'wc -c {{files}}'\nfiles = ['*.txt']\nenv = {{ LC_ALL = 'C' }}\n"
    ));
    sandbox.git(&["commit", "--quiet", "-a", "-m", "gates"]);
    sandbox.write("a.txt", "staged\n");
    sandbox.write("it's b.txt", "12345\n");
    sandbox.git(&["add", "."]);
    sandbox.write("a.txt", "unstaged\n");
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged", "--verbose"]).expect(1), @r#"
gatekeeper run --staged: 2 paths changed, checked in [VIEW], because the gate has a launcher
         passed  good  [TIME]
                 $ printf '%s|' "it's" '$HOME' a.t*; cat a.txt; test -n "$SSH_CONNECTION"
                 it's|$HOME|a.txt|staged
         failed  bad  [TIME]  exit code 3
         passed  files  [TIME]
                 $ wc -c a.txt 'it'\''s b.txt'
                  7 a.txt
                  6 it's b.txt
                 13 total

bad failed
    cause  exit code 3, after [TIME]
   output
           | wrong
  command  sh -c 'echo wrong >&2; exit 3'
   repeat  gatekeeper run --staged bad

1 failed, 2 passed in [TIME]
"#);
    // Nobody listens any more.
    drop(server);
    let gone = sandbox.gatekeeper(&["run", "--staged", "good"]).expect(3);
    assert!(
        gone.stderr.contains("did not start the command"),
        "{}",
        gone.stderr
    );
}

#[test]
fn a_gate_on_another_machine_is_stopped_there() {
    for end in ["timeout", "signal"] {
        let limit = if end == "timeout" { "2s" } else { "10m" };
        let (sandbox, lifeline) = hanging("LAUNCHER", limit);
        let Some(server) = Server::start(&sandbox, "-tt") else {
            return;
        };
        let text = sandbox
            .read("gates.toml")
            .replace("LAUNCHER", &server.launcher);
        sandbox.write("gates.toml", text);
        let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run"]));
        let mut alive = lifeline.begun();
        assert_eq!(alive.line(), "alive");
        if end == "signal" {
            run.signal(Signal::TERM);
        }
        alive.everybody_is_gone();
        let done = run.finish();
        let expected = if end == "timeout" { 1 } else { 143 };
        assert_eq!(done.code(), expected, "{}", done.stderr);
    }
}

#[test]
fn a_connection_that_breaks_is_no_verdict() {
    let (sandbox, lifeline) = hanging("LAUNCHER", "10m");
    let Some(server) = Server::start(&sandbox, "-tt") else {
        return;
    };
    let text = sandbox
        .read("gates.toml")
        .replace("LAUNCHER", &server.launcher);
    sandbox.write("gates.toml", text);
    let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run"]));
    let mut alive = lifeline.begun();
    assert_eq!(alive.line(), "alive");
    // The processes of the server that hold the connection.
    let listener = i32::try_from(server.process.id()).unwrap();
    for pid in children(listener) {
        let _ = kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL);
    }
    let done = run.finish().expect(3);
    alive.everybody_is_gone();
    assert!(
        done.stderr.contains("so its result is lost"),
        "{}",
        done.stderr
    );
}

/// The processes that a process has started.
fn children(parent: i32) -> Vec<i32> {
    let all = fs::read_dir("/proc").unwrap().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let is_child = |pid: &i32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let after = stat
            .rsplit_once(") ")
            .map(|(_, rest)| rest.to_owned())
            .unwrap_or_default();
        after.split(' ').nth(1) == Some(parent.to_string().as_str())
    };
    pids.filter(is_child).collect()
}
