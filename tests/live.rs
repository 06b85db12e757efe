//! The live view, as a terminal shows it.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::num::NonZero;
use std::process::{Child, Command};
use std::sync::mpsc;
use std::thread;

use rustix::process::{Pid, Signal, kill_process};

use crate::sandbox::{GATEKEEPER, HANGS, Lifeline, Sandbox, gates, within};

/// A terminal of 24 rows with gatekeeper in it, by way of script(1).
struct Terminal {
    script: Child,
    output: mpsc::Receiver<Vec<u8>>,
    parser: vt100::Parser,
    /// Everything that came, as it came.
    raw: Vec<u8>,
    /// The path of the terminal and our number, as told by the shell that becomes us.
    path: String,
    pid: Pid,
}

fn size(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}

impl Terminal {
    /// Starts `gatekeeper run` in a terminal of this width.
    fn new(sandbox: &Sandbox, columns: u16, arguments: &str) -> Self {
        let inside = format!(
            "stty rows 24 cols {columns}; echo $$ $(tty); exec {GATEKEEPER} run {arguments}"
        );
        let mut command: Command = sandbox.command("script", &["-qefc", &inside, "/dev/null"]);
        // Without an end of its input: script(1) would hand it on as Ctrl-D.
        let mut script = command
            .env("TERM", "xterm")
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = script.stdout.take().unwrap();
        let (send, output) = mpsc::channel();
        thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(length @ 1..) = pipe.read(&mut chunk) {
                if send.send(chunk[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        let mut terminal = Self {
            script,
            output,
            parser: vt100::Parser::new(size(24), size(columns), 1000),
            raw: Vec::new(),
            path: String::new(),
            pid: rustix::process::getpid(),
        };
        terminal.until("it has begun", |screen| screen.contains('\n'));
        let screen = terminal.screen();
        let (pid, path) = screen.lines().next().unwrap().split_once(' ').unwrap();
        terminal.pid = Pid::from_raw(pid.parse().unwrap()).unwrap();
        path.trim().clone_into(&mut terminal.path);
        terminal
    }

    /// The text on the screen.
    fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    /// Waits until the screen shows something.
    #[track_caller]
    fn until(&mut self, what: &str, is_so: impl Fn(&str) -> bool) {
        while !is_so(&self.screen()) {
            match self.output.recv_timeout(HANGS) {
                Ok(chunk) => self.take(&chunk),
                Err(error) => panic!("not {what}: {error}\n{}", self.screen()),
            }
        }
    }

    #[track_caller]
    fn until_it_shows(&mut self, text: &str) {
        self.until(text, |screen| screen.contains(text));
    }

    fn take(&mut self, chunk: &[u8]) {
        self.raw.extend_from_slice(chunk);
        self.parser.process(chunk);
        assert!(!self.parser.screen().hide_cursor());
    }

    fn resize(&mut self, sandbox: &Sandbox, columns: u16) {
        let path = &self.path;
        let done = sandbox.sh(&format!("stty -F {path} cols {columns}"));
        done.expect(0);
        self.parser.screen_mut().set_size(size(24), size(columns));
    }

    /// Waits for the end, and returns the exit code and what is left on the screen, without the
    /// line of the shell and with times replaced.
    #[track_caller]
    fn end(mut self) -> (i32, String) {
        while let Ok(chunk) = self.output.recv_timeout(HANGS) {
            self.take(&chunk);
        }
        let mut script = self.script;
        let status = within("script(1) ends", move || script.wait().unwrap());
        let screen = self.parser.screen().contents();
        let (_, told) = screen.split_once('\n').unwrap();
        let time = regex::Regex::new(r" +(\d+\.\d+s|\d+m \d\ds)").unwrap();
        let told = time.replace_all(told, " TIME").into_owned();
        (status.code().unwrap(), told)
    }
}

/// A named pipe from which each gate takes one line before it ends.
struct Gate(File);

impl Gate {
    fn new(sandbox: &Sandbox) -> Self {
        let path = sandbox.beside("go");
        drop(Lifeline::new(path.clone()));
        // Held open for both, so that no gate waits for a writer or sees an end.
        Self(
            OpenOptions::new()
                .read(true)
                .write(true)
                .open(path)
                .unwrap(),
        )
    }

    /// Lets so many gates end.
    fn open(&mut self, gates: usize) {
        self.0.write_all(&vec![b'\n'; gates]).unwrap();
    }
}

/// A gate that waits for its line, then does something.
fn waits(sandbox: &Sandbox, then: &str) -> String {
    let path = sandbox.beside("go");
    format!("run = '''\nread line <{}\n{then}\n'''\n", path.display())
}

#[test]
fn it_appears_and_is_wiped() {
    let sandbox = Sandbox::new();
    let mut gate = Gate::new(&sandbox);
    let text = format!(
        "[settings]\njobs = 1\n[gates.quick]\nrun = \"true\"\n[gates.slow]\n{}timeout = \"1h\"\n[gates.next]\nrun = \"true\"\n",
        waits(&sandbox, "echo boom; exit 1")
    );
    sandbox.write("gates.toml", text);
    sandbox.git(&["add", "."]);
    for columns in [40, 80, 200] {
        let mut terminal = Terminal::new(&sandbox, columns, "");
        terminal.until("both", |screen| {
            screen.contains("running") && screen.contains("1 waiting")
        });
        let screen = terminal.screen();
        let told: Vec<&str> = screen.lines().skip(1).map(str::trim).collect();
        assert_eq!(told.len(), 4, "{screen}");
        assert_eq!(told[0], "gatekeeper run: 1 path tracked");
        assert!(
            told[1].starts_with("passed") && told[1].contains("quick"),
            "{screen}"
        );
        assert!(
            told[2].starts_with("running") && told[2].ends_with("s of 1h"),
            "{screen}"
        );
        assert_eq!(told[3], "1 waiting");
        gate.open(1);
        let (code, told) = terminal.end();
        assert_eq!(code, 1);
        assert!(
            !told.contains("running") && !told.contains("waiting"),
            "{told}"
        );
        let words: Vec<Vec<&str>> = told
            .lines()
            .map(|line| line.split_whitespace().take(2).collect())
            .collect();
        let expected = [
            &["gatekeeper", "run:"][..],
            &["passed", "quick"],
            &["failed", "slow"],
            &[],
            &["slow", "failed"],
        ];
        assert_eq!(words[..expected.len()], expected, "{told}");
        // The failure comes when it is known, and only once.
        let at = |wanted: [&str; 2]| {
            let mut found = words
                .iter()
                .enumerate()
                .filter(|(_, words)| **words == wanted);
            let first = found.next().map(|(at, _)| at);
            assert!(found.next().is_none(), "{told}");
            first
        };
        assert!(at(["passed", "next"]) > at(["slow", "failed"]), "{told}");
    }
}

#[test]
fn fifty_gates_fit_into_any_terminal() {
    let sandbox = Sandbox::new();
    let mut gate = Gate::new(&sandbox);
    let run = waits(&sandbox, "");
    let fifty = gates(50, |number| {
        format!("[gates.gate-{number}]\n{run}timeout = \"1h\"\n")
    });
    sandbox.write("gates.toml", format!("[settings]\njobs = 50\n{fifty}"));
    sandbox.git(&["add", "."]);
    let mut terminal = Terminal::new(&sandbox, 40, "");
    terminal.until_it_shows("and 29 more running");
    let screen = terminal.screen();
    let running = screen.lines().filter(|line| line.starts_with("running"));
    assert_eq!(running.count(), 21, "{screen}");
    gate.open(50);
    let (code, told) = terminal.end();
    assert_eq!(code, 0);
    assert!(!told.contains("running"), "{told}");
    assert!(told.ends_with("\n50 passed in TIME"), "{told}");
}

#[test]
fn a_resize_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    let mut gate = Gate::new(&sandbox);
    let run = waits(&sandbox, "");
    let text =
        format!("[settings]\njobs = 1\n[gates.one]\n{run}[gates.two]\n{run}timeout = \"1h\"\n");
    sandbox.write("gates.toml", text);
    sandbox.git(&["add", "."]);
    let mut terminal = Terminal::new(&sandbox, 120, "");
    terminal.until_it_shows("        running  one");
    terminal.resize(&sandbox, 40);
    terminal.until_it_shows("\nrunning one");
    gate.open(1);
    terminal.until_it_shows("\nrunning two");
    terminal.resize(&sandbox, 120);
    terminal.until_it_shows("        running  two");
    gate.open(1);
    let (code, told) = terminal.end();
    assert_eq!(code, 0);
    assert_eq!(
        told,
        "gatekeeper run: 1 path tracked\npassed one TIME\n         passed  two TIME\n2 passed in TIME"
    );
}

#[test]
fn ctrl_c_wipes_it() {
    let sandbox = Sandbox::new();
    let _gate = Gate::new(&sandbox);
    let text = format!("[gates.slow]\n{}", waits(&sandbox, ""));
    sandbox.write("gates.toml", text);
    sandbox.git(&["add", "."]);
    let mut terminal = Terminal::new(&sandbox, 80, "");
    terminal.until_it_shows("running  slow");
    kill_process(terminal.pid, Signal::INT).unwrap();
    let (code, told) = terminal.end();
    assert_eq!(code, 130);
    assert_eq!(
        told,
        "gatekeeper run: 1 path tracked\ninterrupted: 1 cancelled in TIME"
    );
}

#[test]
fn output_is_shown_above_it_and_cannot_steer_the_terminal() {
    let sandbox = Sandbox::new();
    let mut gate = Gate::new(&sandbox);
    let text = format!(
        "[settings]\njobs = 1\n[gates.loud]\nrun = '''printf '\\033[2J\\033[5A\\033[?25lone\\n\\033]0;owned\\007two\\n\\nmore\\n\\n''''\n[gates.slow]\n{}",
        waits(&sandbox, "")
    );
    sandbox.write("gates.toml", text);
    sandbox.git(&["add", "."]);
    let mut terminal = Terminal::new(&sandbox, 80, "--verbose");
    terminal.until_it_shows("running  slow");
    let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
    for harm in ["\u{1b}[2J", "\u{1b}[5A", "\u{1b}[?", "\u{1b}]", "\u{7}"] {
        assert!(!raw.contains(harm), "{raw:?}");
    }
    gate.open(1);
    let (code, told) = terminal.end();
    assert_eq!(code, 0);
    assert!(told.contains("  passed  loud TIME\n"), "{told}");
    assert!(told.contains("one\n"), "{told}");
    assert!(told.ends_with("2 passed in TIME"), "{told}");
}

#[test]
fn elsewhere_lines_are_plain() {
    let sandbox = Sandbox::new();
    // Long enough for a view to appear, if there were one.
    sandbox.write("gates.toml", "[gates.x]\nrun = \"sleep 0.5\"\n");
    sandbox.git(&["add", "."]);
    let plain = |told: &str| {
        let time = regex::Regex::new(r" +(\d+\.\d+s|\d+m \d\ds)").unwrap();
        time.replace_all(told, " TIME").replace('\r', "")
    };
    let rows = "gatekeeper run: 1 path tracked\n         passed  x TIME\n";
    let verdict_first = format!("passed: 1 passed in TIME\n{rows}");
    let verdict_last = format!("{rows}1 passed in TIME\n");
    let script = |inside: &str| {
        let inside = format!("stty rows 24 cols 80; {inside}");
        let mut command = sandbox.command("script", &["-qec", &inside, "/dev/null"]);
        crate::sandbox::finish(&mut command).expect(0).stdout
    };
    assert_eq!(
        plain(&sandbox.gatekeeper(&["run"]).expect(0).stderr),
        verdict_first
    );
    assert_eq!(
        plain(&script(&format!("TERM=dumb {GATEKEEPER} run"))),
        verdict_last
    );
    assert_eq!(script(&format!("TERM=xterm {GATEKEEPER} run --quiet")), "");
    let piped = format!("TERM=xterm NO_COLOR=1 {GATEKEEPER} run 2>&1 | cat");
    assert_eq!(plain(&script(&piped)), verdict_first);
    for (ci, expected) in [("CI=true", verdict_last), ("CI=false", verdict_first)] {
        let piped = script(&format!("{ci} {GATEKEEPER} run 2>&1 | cat"));
        assert_eq!(plain(&piped), expected, "{ci}");
    }
    // Colours are one thing, a terminal that can do more than print letters is another.
    let colourless = script(&format!("TERM=xterm NO_COLOR=1 {GATEKEEPER} run"));
    assert!(colourless.contains("running  x"), "{colourless:?}");
    assert!(!colourless.contains("\u{1b}[1m"), "{colourless:?}");
    let forced = script(&format!("TERM=dumb CLICOLOR_FORCE=1 {GATEKEEPER} run"));
    assert!(!forced.contains("running"), "{forced:?}");
}
