//! Runs git: whoever needs a git says where and in which environment, then what to do.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use super::Repository;
use super::conversation::{Conversation, ending};
use super::trace::Trace;
use crate::base::environment::Variables;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::text::clean_line;
use crate::platform::{anonymous_file, whole_input};

/// Options for every call: no hook and no daemon of the user's is started by our questions.
/// Hooks in the configuration need a word of their own, as far as what we ask would start any.
const QUIETLY: [&str; 10] = [
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "hook.post-index-change.enabled=false",
    "-c",
    "hook.reference-transaction.enabled=false",
    // git 2.54 knows only the names of hooks, not of events.
    "-c",
    "hook.gatekeeper-reference-transaction.enabled=false",
];

/// How a call of git ended, and what it printed. What was printed counts only together with the exit
/// code, so whoever wants the one says which of the others they take: a git whose output could not be
/// written ends with a code as well.
pub(super) struct Answer {
    /// The call, as words.
    call: String,
    status: ExitStatus,
    output: Vec<u8>,
    complaint: String,
}

impl Answer {
    /// What was printed. git must have succeeded.
    pub(super) fn output(self) -> Result<Vec<u8>> {
        let is_passed = self.status.success();
        if is_passed {
            Ok(self.output)
        } else {
            Err(self.fault())
        }
    }

    /// What was printed. Where git has not succeeded, that is a fault with this message.
    pub(super) fn output_else(self, message: impl Into<String>) -> Result<Vec<u8>> {
        if self.status.success() {
            Ok(self.output)
        } else {
            Err(Fault::unable(message).detail(self.complaint))
        }
    }

    /// What was printed; `None` if git has said no, which is exit code 1 (git-rev-parse(1) with
    /// `--verify`, git-symbolic-ref(1) and git-config(1) with `--get`, git-merge-base(1), ...).
    pub(super) fn output_or_no(self) -> Result<Option<Vec<u8>>> {
        self.output_or(1)
    }

    /// What was printed; `None` if git has ended with this code.
    pub(super) fn output_or(self, no: i32) -> Result<Option<Vec<u8>>> {
        match self.status.code() {
            Some(0) => Ok(Some(self.output)),
            Some(code) if code == no => Ok(None),
            _ => Err(self.fault()),
        }
    }

    /// What was printed before git ended with one of these codes, and the code.
    pub(super) fn output_with(self, codes: &[i32]) -> Result<(i32, Vec<u8>)> {
        match self.status.code() {
            Some(code) if codes.contains(&code) => Ok((code, self.output)),
            _ => Err(self.fault()),
        }
    }

    /// What was printed, if git has succeeded; `None` otherwise, whatever the cause. For reports, and
    /// where another way is tried next.
    pub(super) fn output_if_any(self) -> Option<Vec<u8>> {
        (self.status.success()).then_some(self.output)
    }

    /// That the call has ended otherwise than it should.
    fn fault(self) -> Fault {
        let how = ending(self.status);
        Fault::unable(format!("`git {}` ended with {how}", self.call)).detail(self.complaint)
    }
}

/// What was written to a file that is open, from its beginning.
fn contents(mut file: File) -> io::Result<Vec<u8>> {
    let mut contents = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut contents)?;
    Ok(contents)
}

/// The first line of what git printed, as text: an id, or a name.
pub(super) fn line(output: &[u8]) -> String {
    String::from_utf8_lossy(output).trim().to_owned()
}

/// The id that git printed.
pub(super) fn id(output: &[u8]) -> Result<ObjectId> {
    line(output).parse()
}

/// The ids that git printed, one a line.
pub(super) fn ids<C: FromIterator<ObjectId>>(output: &[u8]) -> Result<C> {
    let text = String::from_utf8_lossy(output);
    text.lines().map(str::parse).collect()
}

/// Where git is. With its path the standard library need not fork, which takes the longer the more
/// memory we have; where PATH has directories that depend on the current one, it has to.
fn program(variables: &Variables) -> PathBuf {
    let search = variables
        .get(OsStr::new("PATH"))
        .map_or(OsStr::new(""), OsString::as_os_str);
    let mut dirs = std::env::split_paths(search).take_while(|dir| dir.is_absolute());
    let is_program = |file: &PathBuf| {
        file.is_file() && rustix::fs::access(file, rustix::fs::Access::EXEC_OK).is_ok()
    };
    dirs.find_map(|dir| Some(dir.join("git")).filter(is_program))
        .unwrap_or_else(|| "git".into())
}

fn cannot_start(error: &io::Error) -> Fault {
    let fault = Fault::unable("cannot start git").because(error);
    match error.kind() {
        io::ErrorKind::NotFound => fault.hint("install git, or add it to PATH"),
        _ => fault.hint_at_limit(error),
    }
}

/// A git to be started: where, in which environment, and with whose settings.
#[derive(Clone)]
pub(super) struct Git {
    variables: Variables,
    dir: PathBuf,
    /// What comes before the words of a call.
    options: &'static [&'static str],
    /// Whether it runs at the top of the work tree, so that a trace need not say where.
    is_at_top: bool,
}

impl Git {
    /// In a directory, with these variables.
    pub(super) fn new(variables: &Variables, dir: &Path) -> Self {
        Self {
            variables: variables.clone(),
            dir: dir.to_owned(),
            options: &QUIETLY,
            is_at_top: false,
        }
    }

    /// In another directory.
    pub(super) fn in_dir(mut self, dir: &Path) -> Self {
        self.is_at_top &= dir == self.dir;
        dir.clone_into(&mut self.dir);
        self
    }

    /// With another value of a variable.
    pub(super) fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// With the user's configuration as it is, to ask about that.
    pub(super) fn with_user_settings(mut self) -> Self {
        self.options = &[];
        self
    }

    /// Runs git and returns what it printed, whatever its exit code.
    pub(super) fn run<S: AsRef<OsStr>>(
        &self,
        words: impl IntoIterator<Item = S>,
    ) -> Result<Answer> {
        self.answer(words, None)
    }

    /// Runs git with something on its standard input, whatever its exit code.
    pub(super) fn run_with_stdin<S: AsRef<OsStr>>(
        &self,
        words: impl IntoIterator<Item = S>,
        input: &[u8],
    ) -> Result<Answer> {
        self.answer(words, Some(input))
    }

    /// Runs git, which must succeed, and returns what it printed.
    pub(super) fn output<S: AsRef<OsStr>>(
        &self,
        words: impl IntoIterator<Item = S>,
    ) -> Result<Vec<u8>> {
        self.run(words)?.output()
    }

    /// Runs git with something on its standard input; it must succeed.
    pub(super) fn output_with_stdin<S: AsRef<OsStr>>(
        &self,
        words: impl IntoIterator<Item = S>,
        input: &[u8],
    ) -> Result<Vec<u8>> {
        self.run_with_stdin(words, input)?.output()
    }

    /// Starts git for a conversation on its standard input and output.
    pub(super) fn spawn(&self, words: &[&str]) -> Result<Conversation> {
        let mut command = self.command(words.iter().map(OsString::from));
        // Nobody would read its complaints; its answers say what is wrong.
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(Stdio::null());
        let trace = self.trace(words);
        let git = command.spawn().map_err(|error| cannot_start(&error))?;
        Conversation::begin(git, trace)
    }

    fn answer<S: AsRef<OsStr>>(
        &self,
        words: impl IntoIterator<Item = S>,
        input: Option<&[u8]>,
    ) -> Result<Answer> {
        let words = words.into_iter().map(|word| word.as_ref().to_owned());
        let words: Vec<OsString> = words.collect();
        let shown: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        let call = shown.join(" ");
        let trace = self.trace(&words);
        let mut command = self.command(words);
        command.stdin(match input {
            Some(input) => whole_input(input)
                .map_err(|error| Fault::unable("cannot write git's input").because(&error))?,
            None => Stdio::null(),
        });
        let cannot_read =
            |error: io::Error| Fault::unable("cannot read git's output").because(&error);
        // git takes no notice of an output that cannot be written if that is a pipe (`git.c:
        // run_builtin`), and a list that is cut off looks like a short one.
        let printed = anonymous_file().map_err(cannot_read)?;
        let complained = anonymous_file().map_err(cannot_read)?;
        command.stdout(printed.try_clone().map_err(cannot_read)?);
        command.stderr(complained.try_clone().map_err(cannot_read)?);
        let mut child = command.spawn().map_err(|error| cannot_start(&error))?;
        let status = child.wait().map_err(cannot_read)?;
        if let Some(trace) = trace {
            trace.ended(&ending(status));
        }
        let output = contents(printed).map_err(cannot_read)?;
        let complaint = contents(complained).map_err(cannot_read)?;
        let lines = complaint.split(|byte| *byte == b'\n');
        let complaint: Vec<String> = lines.map(clean_line).collect();
        Ok(Answer {
            call,
            status,
            output,
            complaint: complaint.join("\n").trim().to_owned(),
        })
    }

    fn trace(&self, words: &[impl AsRef<OsStr>]) -> Option<Trace> {
        let dir = (!self.is_at_top).then_some(self.dir.as_path());
        Trace::start(&self.variables, words, dir)
    }

    fn command(&self, words: impl IntoIterator<Item = OsString>) -> Command {
        let mut command = Command::new(program(&self.variables));
        command.args(self.options).args(words);
        command.current_dir(&self.dir);
        command.env_clear().envs(&self.variables);
        // The index is read, never refreshed, so that nobody else finds it locked; and what git says
        // can be recognised.
        command.env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
        // Nothing stands in for an object that nobody else has (`git replace`).
        command.env("GIT_NO_REPLACE_OBJECTS", "1");
        command
    }
}

impl Repository {
    /// A git at the top of the work tree.
    pub(super) fn git(&self) -> Git {
        Git {
            is_at_top: true,
            ..Git::new(&self.variables, &self.work_tree)
        }
    }

    /// A git that reads commits as they are stored; see [`Self::variables_for_stored`].
    pub(super) fn git_for_stored(&self) -> Git {
        Git {
            variables: self.variables_for_stored(),
            ..self.git()
        }
    }

    /// A git in another repository.
    pub(super) fn git_elsewhere(&self, dir: &Path) -> Git {
        Git::new(&self.variables_elsewhere(), dir)
    }

    /// The environment in which git reads commits as they are stored: nothing stands in for them
    /// (grafts) that nobody else has.
    pub(super) fn variables_for_stored(&self) -> Variables {
        let mut variables = self.variables.clone();
        variables.insert("GIT_GRAFT_FILE".into(), "/dev/null".into());
        // Else git advises against grafts whenever it complains of something else.
        variables.insert("GIT_ADVICE".into(), "0".into());
        variables
    }

    /// The environment for git in another repository.
    pub(super) fn variables_elsewhere(&self) -> Variables {
        let mut variables = self.variables.clone();
        for name in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_COMMON_DIR",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            "GIT_PREFIX",
            "GIT_SHALLOW_FILE",
        ] {
            variables.remove(OsStr::new(name));
        }
        variables
    }

    /// A setting of git's that is true unless somebody says otherwise. Each is asked for once.
    pub(super) fn is_set(&self, name: &'static str) -> bool {
        let known = |settings: &HashMap<_, _>| settings.get(name).copied();
        if let Some(value) = self.settings.lock().ok().as_deref().and_then(known) {
            return value;
        }
        let answer = self.git().run(["config", "--type=bool", "--get", name]);
        let value = answer.ok().and_then(Answer::output_if_any);
        let value = value.is_none_or(|value| value != b"false\n");
        if let Ok(mut settings) = self.settings.lock() {
            settings.insert(name, value);
        }
        value
    }

    /// Whether files may be executable here (`core.fileMode`).
    #[must_use]
    pub(crate) fn counts_modes(&self) -> bool {
        self.is_set("core.fileMode")
    }
}
