//! One repository in a directory of its own, and the means to act in it as a user would.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};

use crate::schema;
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid,
};

/// The program under test.
pub(crate) const GATEKEEPER: &str = env!("CARGO_BIN_EXE_gatekeeper");

/// When something is taken to hang. Far beyond what the slowest machine needs.
pub(crate) const HANGS: Duration = Duration::from_mins(2);

/// A gate that appends its arguments, one in a line, to the file `$RECORD`.
const RECORD: &str = "#!/bin/sh\nfor file; do printf '%s\\n' \"$file\"; done >>\"$RECORD\"\n";

/// A git whose commit comes from elsewhere: no hook is there, and a remote-tracking branch has it, as the
/// reflogs say by a fetch.
const ELSEWHERE: &str = "#!/bin/sh
export GIT_REFLOG_ACTION=fetch
for hook in pre-commit pre-merge-commit pre-applypatch prepare-commit-msg commit-msg \\
    applypatch-msg reference-transaction; do
    set -- -c hook.gatekeeper-$hook.enabled=false \"$@\"
done
git -c core.hooksPath=/dev/null \"$@\" && git -c core.hooksPath=/dev/null update-ref \\
    -m 'fetch: elsewhere' refs/remotes/elsewhere/$(git rev-parse HEAD) HEAD
";

/// Lets a test change gates as it likes, at the end of a gates.toml.
pub(crate) const FREE: &str = "\n[bypass.rules]\n\"gates.weakened\" = \"off\"\n";

/// A repository and everything around it.
pub(crate) struct Sandbox {
    root: tempfile::TempDir,
    /// The work tree that commands run in.
    pub(crate) top: PathBuf,
    /// Where the programs of the machine are, of which gatekeeper is none.
    pub(crate) machine: OsString,
    variables: Vec<(OsString, OsString)>,
}

/// What a command left.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// What a snapshot shows as another word: see `shown.rs`.
    pub(crate) names: Vec<(String, String)>,
}

impl Done {
    /// The exit code, as a shell would give it.
    pub(crate) fn code(&self) -> i32 {
        let signal = self.status.signal().map(|signal| 128 + signal);
        self.status.code().or(signal).expect("it has ended")
    }

    /// Expects an exit code.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code(),
            code,
            "\nstdout:\n{}\nstderr:\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// Expects a piece of text on standard error.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(
            self.stderr.contains(text),
            "{text:?} is not in\n{}",
            self.stderr
        );
        self
    }

    /// Expects a piece of text not to be on standard error.
    #[track_caller]
    pub(crate) fn does_not_say(self, text: &str) -> Self {
        assert!(
            !self.stderr.contains(text),
            "{text:?} is in\n{}",
            self.stderr
        );
        self
    }
}

impl Sandbox {
    /// A repository without a commit.
    pub(crate) fn new() -> Self {
        Self::with_init(&[])
    }

    /// As [`Sandbox::new`], with arguments for `git init`.
    pub(crate) fn with_init(arguments: &[&str]) -> Self {
        be_like_any_other();
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        for dir in ["home", "bin", "tmp"] {
            fs::create_dir(path(dir)).unwrap();
        }
        // Upkeep is another process after every commit, and what lives for a second needs no fsync.
        fs::write(
            path("home/.gitconfig"),
            "[user]\nname = Jane Doe\nemail = jane@example.com\n[init]\ndefaultBranch = main\n\
             [protocol \"file\"]\nallow = always\n[commit]\ngpgSign = false\n\
             [core]\nfsync = none\n[maintenance]\nauto = false\n",
        )
        .unwrap();
        let machine = std::env::var_os("PATH").unwrap_or_default();
        let machine = without_gatekeeper(&machine, &path("machine"));
        let search = std::env::split_paths(&machine);
        let search = std::env::join_paths([path("bin")].into_iter().chain(search)).unwrap();
        let variable = |name: &str, value: &OsStr| (name.into(), value.to_owned());
        let variables = vec![
            variable("PATH", &search),
            variable("HOME", path("home").as_os_str()),
            variable("TMPDIR", path("tmp").as_os_str()),
            variable("GIT_CONFIG_NOSYSTEM", "1".as_ref()),
            variable("LC_ALL", "C.UTF-8".as_ref()),
            variable("TERM", "dumb".as_ref()),
            variable("RECORD", path("record").as_os_str()),
        ];
        let sandbox = Self {
            top: path("repository"),
            machine,
            variables,
            root,
        };
        sandbox.program("record", RECORD);
        sandbox.program("elsewhere", ELSEWHERE);
        let top = sandbox.top.as_os_str();
        let init = sandbox.command("git", &["init", "--quiet"]);
        let mut init = in_directory(init, sandbox.root.path());
        finish(init.args(arguments).arg(top)).expect(0);
        sandbox
    }

    /// A repository with a commit of these gates, and the hooks installed.
    pub(crate) fn with_gates(gates: &str) -> Self {
        let sandbox = Self::new();
        sandbox.write("gates.toml", format!("{gates}{FREE}"));
        sandbox.git(&["add", "gates.toml"]);
        sandbox.git(&["commit", "--quiet", "--message", "gates"]);
        sandbox.gatekeeper(&["install"]).expect(0);
        sandbox
    }

    /// A path beside the repository.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Sets a variable for every later command.
    pub(crate) fn set(&mut self, name: &str, value: impl AsRef<OsStr>) {
        self.unset(name);
        self.variables
            .push((name.into(), value.as_ref().to_owned()));
    }

    /// Takes a variable away from every later command.
    pub(crate) fn unset(&mut self, name: &str) {
        self.variables.retain(|(known, _)| known != name);
    }

    /// Writes a file of the work tree, with its directories.
    #[track_caller]
    pub(crate) fn write(&self, path: impl AsRef<Path>, contents: impl AsRef<[u8]>) {
        if let ("gates.toml", Ok(text)) = (
            path.as_ref().to_string_lossy().as_ref(),
            std::str::from_utf8(contents.as_ref()),
        ) {
            schema::compare(text);
        }
        let path = self.top.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if contents.as_ref().starts_with(b"#!") || contents.as_ref().starts_with(b"\x7fELF") {
            write_program(&path, contents.as_ref());
        } else {
            fs::write(path, contents).unwrap();
        }
    }

    /// The contents of a file of the work tree.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.top.join(path)).unwrap()
    }

    /// Puts a program on PATH.
    pub(crate) fn program(&self, name: &str, text: &str) -> PathBuf {
        let path = self.beside("bin").join(name);
        write_program(&path, text.as_bytes());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// The value of PATH.
    pub(crate) fn path_of_programs(&self) -> String {
        let path = self.variables.iter().find(|(name, _)| name == "PATH");
        path.unwrap().1.to_str().unwrap().to_owned()
    }

    /// A copy of gatekeeper itself.
    pub(crate) fn copy_of_gatekeeper(&self, name: &str) -> PathBuf {
        let path = self.beside(name);
        let status = Command::new("cp").arg(GATEKEEPER).arg(&path).status();
        assert!(status.unwrap().success());
        path
    }

    /// Puts gatekeeper on PATH, as it is for most users.
    pub(crate) fn with_gatekeeper_on_path(self) -> Self {
        std::os::unix::fs::symlink(GATEKEEPER, self.beside("bin/gatekeeper")).unwrap();
        self
    }

    /// A command in the work tree, with the sandbox's environment and nothing else. A commit is
    /// signed off, as a commit has to be; tests of messages go through `sh`.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, program: &str, arguments: &[S]) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(self.variables.iter().cloned());
        let mut arguments = arguments.iter().map(AsRef::as_ref).peekable();
        if program == "git" && arguments.peek() == Some(&OsStr::new("commit")) {
            arguments.next();
            command.args(["commit", "--signoff"]);
        }
        command.args(arguments);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        in_directory(command, &self.top)
    }

    /// Runs git, whatever comes of it.
    pub(crate) fn try_git<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Done {
        finish(&mut self.command("git", arguments))
    }

    /// Runs git, which must succeed, and returns what it printed.
    #[track_caller]
    pub(crate) fn git<S: AsRef<OsStr>>(&self, arguments: &[S]) -> String {
        self.try_git(arguments).expect(0).stdout
    }

    /// Runs gatekeeper.
    pub(crate) fn gatekeeper<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Done {
        finish(&mut self.command(GATEKEEPER, arguments))
    }

    /// Runs a line of sh.
    pub(crate) fn sh(&self, script: &str) -> Done {
        finish(&mut self.command("sh", &["-c", script]))
    }

    /// The lines that `record` was given since the last call, sorted.
    pub(crate) fn recorded(&self) -> Vec<String> {
        let file = self.beside("record");
        let text = fs::read(&file).unwrap_or_default();
        let _ = fs::remove_file(&file);
        let text = String::from_utf8_lossy(&text);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    }

    /// Whether a commit exists, and its subject.
    pub(crate) fn subject(&self) -> Option<String> {
        let done = self.try_git(&["log", "-1", "--format=%s"]);
        (done.code() == 0).then(|| done.stdout.trim().to_owned())
    }
}

/// A PATH on which no gatekeeper lies: a directory that has one is replaced by one of links to
/// everything else in it.
fn without_gatekeeper(search: &OsStr, links: &Path) -> OsString {
    let replaced = std::env::split_paths(search).enumerate().map(|(n, place)| {
        if !place.join("gatekeeper").exists() {
            return place;
        }
        let links = links.join(n.to_string());
        fs::create_dir_all(&links).unwrap();
        for entry in fs::read_dir(&place).unwrap() {
            let name = entry.unwrap().file_name();
            if name != "gatekeeper" {
                std::os::unix::fs::symlink(place.join(&name), links.join(&name)).unwrap();
            }
        }
        links
    });
    std::env::join_paths(replaced).unwrap()
}

#[test]
fn a_gatekeeper_of_the_machine_is_not_found() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name);
    for dir in ["one", "two"] {
        fs::create_dir(path(dir)).unwrap();
    }
    for program in ["one/gatekeeper", "one/tool", "two/tool"] {
        write_program(&path(program), b"#!/bin/sh\necho $0\n");
        fs::set_permissions(path(program), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let search = std::env::join_paths([path("one"), path("two")]).unwrap();
    let found = without_gatekeeper(&search, &path("links"));
    let expected = std::env::join_paths([path("links/0"), path("two")]).unwrap();
    assert_eq!(found, expected);
    let mut tool = Command::new("tool");
    let told = tool.env("PATH", &found).output().unwrap().stdout;
    assert_eq!(
        String::from_utf8(told).unwrap().trim(),
        path("links/0/tool").to_str().unwrap()
    );
    assert!(!path("links/0/gatekeeper").exists());
    // Whatever lies on this machine.
    let sandbox = Sandbox::new();
    assert_ne!(sandbox.sh("command -v gatekeeper").code(), 0);
    assert_eq!(sandbox.sh("env -i PATH=\"$PATH\" git --version").code(), 0);
}

/// Takes away what this process would hand on of the shell that started it, besides variables: its
/// umask, and what it ignores. A test run in the background of a script has SIGINT and SIGQUIT ignored, and would hand that
/// on. What is handled is reset for the programs that are started.
fn be_like_any_other() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // What `chmod -x` takes away depends on it.
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
        for signal in [SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP] {
            if gatekeeper::internals::is_ignored(signal) {
                signal_hook::flag::register(signal, Arc::default()).unwrap();
            }
        }
    });
}

fn in_directory(mut command: Command, dir: &Path) -> Command {
    command.current_dir(dir);
    command
}

/// Writes what will be executed, by way of another process. If this one had it open for writing, a
/// process that another test starts at that moment would inherit that, and the kernel executes
/// nothing that somebody is writing.
pub(crate) fn write_program(path: &Path, contents: &[u8]) {
    let mut tee = Command::new("tee")
        .arg(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    tee.stdin.take().unwrap().write_all(contents).unwrap();
    assert!(tee.wait().unwrap().success());
}

/// The tables of so many gates, each made of its number.
pub(crate) fn gates(count: usize, table: impl Fn(usize) -> String) -> String {
    (0..count).map(table).collect::<Vec<_>>().join("\n")
}

/// Runs a command to its end. A command that hangs is killed and fails the test.
#[track_caller]
pub(crate) fn finish(command: &mut Command) -> Done {
    Started::new(command).finish()
}

/// A command that runs while the test goes on.
pub(crate) struct Started {
    child: Child,
    output: mpsc::Receiver<(String, String)>,
    names: Vec<(String, String)>,
}

impl Started {
    /// Starts a command in a process group of its own.
    pub(crate) fn new(command: &mut Command) -> Self {
        let mut child = command
            .process_group(0)
            .spawn()
            .expect("the command can be started");
        let out = child.stdout.take();
        let err = child.stderr.take();
        let (send, output) = mpsc::channel();
        thread::spawn(move || {
            let err = thread::spawn(move || read(err));
            let out = read(out);
            let _ = send.send((out, err.join().unwrap()));
        });
        let names = roots(command);
        Self {
            child,
            output,
            names,
        }
    }

    /// The number of the process.
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Sends a signal to the process alone.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Waits until the process stops, or goes on.
    #[track_caller]
    pub(crate) fn changes(&self, how: WaitIdOptions) {
        let pid = self.pid();
        within("the process stops or goes on", move || {
            // Whoever waits for its end finds it as it was.
            waitid(WaitId::Pid(pid), how | WaitIdOptions::NOWAIT).unwrap();
        });
    }

    /// Sends a signal to the process and its group, as a terminal does.
    pub(crate) fn signal_group(&self, signal: Signal) {
        kill_process_group(self.pid(), signal).unwrap();
    }

    /// Waits for the end of the process, and of everybody who writes where it writes.
    #[track_caller]
    pub(crate) fn finish(mut self) -> Done {
        let end = Instant::now() + HANGS;
        let output = self.output.recv_timeout(HANGS);
        let hangs = output.is_err();
        if hangs {
            let _ = kill_process_group(self.pid(), Signal::KILL);
        }
        assert!(!hangs && Instant::now() < end, "the command hangs");
        let (stdout, stderr) = output.unwrap_or_default();
        Done {
            status: self.child.wait().unwrap(),
            stdout,
            stderr,
            names: self.names,
        }
    }

    /// Waits for the process alone.
    #[track_caller]
    pub(crate) fn wait(mut self) -> ExitStatus {
        within("the process ends", move || self.child.wait().unwrap())
    }
}

/// The directory of the sandbox that a command belongs to, by both of its names.
fn roots(command: &Command) -> Vec<(String, String)> {
    let record = command.get_envs().find(|(name, _)| *name == "RECORD");
    let root = record.and_then(|(_, value)| Path::new(value?).parent());
    let real = root.and_then(|root| root.canonicalize().ok());
    let names = real.iter().map(PathBuf::as_path).chain(root);
    let names = names.map(|root| root.display().to_string());
    names.map(|root| (root, "[ROOT]".to_owned())).collect()
}

fn read(pipe: Option<impl io::Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        pipe.read_to_end(&mut bytes).unwrap();
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Waits for something that must happen, on another thread.
#[track_caller]
pub(crate) fn within<T: Send + 'static>(
    what: &str,
    wait: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || send.send(wait()));
    receive
        .recv_timeout(HANGS)
        .unwrap_or_else(|_| panic!("{what}: that has not happened"))
}

/// A named pipe that gates hold open: it tells when somebody has begun to live, and when nobody
/// lives any more. No clock is needed.
pub(crate) struct Lifeline(PathBuf);

impl Lifeline {
    /// Makes the pipe.
    pub(crate) fn new(path: PathBuf) -> Self {
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &path,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RWXU,
            0,
        )
        .unwrap();
        Self(path)
    }

    /// One that was made before.
    pub(crate) fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Waits until somebody holds it, and returns our end.
    #[track_caller]
    pub(crate) fn begun(&self) -> Alive {
        let path = self.0.clone();
        Alive(within("a gate starts", move || {
            fs::File::open(path).unwrap()
        }))
    }
}

/// Our end of a [`Lifeline`] that is held by somebody.
pub(crate) struct Alive(fs::File);

impl Alive {
    /// Waits for a line from a gate.
    #[track_caller]
    pub(crate) fn line(&mut self) -> String {
        let mut file = self.0.try_clone().unwrap();
        within("a gate writes a line", move || {
            let mut line = Vec::new();
            let mut byte = [0];
            while file.read(&mut byte).unwrap() == 1 && byte[0] != b'\n' {
                line.push(byte[0]);
            }
            String::from_utf8(line).unwrap()
        })
    }

    /// Waits until nobody holds it any more.
    #[track_caller]
    pub(crate) fn everybody_is_gone(mut self) {
        within("everybody is gone", move || {
            io::copy(&mut self.0, &mut io::sink()).unwrap()
        });
    }
}
