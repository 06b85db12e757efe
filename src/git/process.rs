//! Calls git.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use super::Repository;
use crate::base::environment::Variables;
use crate::base::fault::{Fault, Result};
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

/// Whether a word of a call is one of ours, and not what is asked.
fn is_quiet(word: &OsStr) -> bool {
    QUIETLY.iter().any(|quiet| word == *quiet)
}

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
        let code = match (self.status.code(), self.status.signal()) {
            (Some(code), _) => format!("exit code {code}"),
            (None, Some(signal)) => format!("signal {signal}"),
            (None, None) => "no exit code".to_owned(),
        };
        let fault = Fault::unable(format!("`git {}` ended with {code}", self.call));
        fault.detail(self.complaint)
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

/// Runs git and returns what it printed, whatever its exit code.
pub(super) fn ask<S: AsRef<OsStr>>(
    variables: &Variables,
    dir: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Result<Answer> {
    let quietly = QUIETLY.iter().map(OsString::from);
    let arguments = arguments
        .into_iter()
        .map(|argument| argument.as_ref().to_owned());
    start(variables, dir, quietly.chain(arguments), None)
}

fn command(
    variables: &Variables,
    dir: &Path,
    arguments: impl IntoIterator<Item = OsString>,
) -> Command {
    let mut command = Command::new(program(variables));
    command
        .args(arguments)
        .current_dir(dir)
        .env_clear()
        .envs(variables);
    // The index is read, never refreshed, so that nobody else finds it locked; and what git says
    // can be recognised.
    command.env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
    // Nothing stands in for an object that nobody else has (`git replace`).
    command.env("GIT_NO_REPLACE_OBJECTS", "1");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
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

/// Starts git for a conversation on its standard input and output.
pub(super) fn piped<'a>(
    variables: &Variables,
    dir: &Path,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Result<Child> {
    let all = QUIETLY.into_iter().chain(arguments).map(OsString::from);
    let mut command = command(variables, dir, all);
    // Nobody would read its complaints; its answers say what is wrong.
    command.stdin(Stdio::piped()).stderr(Stdio::null());
    command.spawn().map_err(|error| cannot_start(&error))
}

fn start(
    variables: &Variables,
    dir: &Path,
    arguments: impl IntoIterator<Item = OsString>,
    input: Option<&[u8]>,
) -> Result<Answer> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let words = arguments.iter().skip_while(|word| is_quiet(word));
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    let call = words.join(" ");
    let mut command = command(variables, dir, arguments);
    command.stdin(match input {
        Some(input) => whole_input(input)
            .map_err(|error| Fault::unable("cannot write git's input").because(&error))?,
        None => Stdio::null(),
    });
    let cannot_read = |error: io::Error| Fault::unable("cannot read git's output").because(&error);
    // git takes no notice of an output that cannot be written if that is a pipe (`git.c:
    // run_builtin`), and a list that is cut off looks like a short one.
    let printed = anonymous_file().map_err(cannot_read)?;
    let complained = anonymous_file().map_err(cannot_read)?;
    command.stdout(printed.try_clone().map_err(cannot_read)?);
    command.stderr(complained.try_clone().map_err(cannot_read)?);
    let mut child = command.spawn().map_err(|error| cannot_start(&error))?;
    let status = child.wait().map_err(cannot_read)?;
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

/// Runs git, which must succeed, and returns what it printed.
pub(super) fn capture<S: AsRef<OsStr>>(
    variables: &Variables,
    dir: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Result<Vec<u8>> {
    ask(variables, dir, arguments)?.output()
}

/// Runs git with something on its standard input; it must succeed.
pub(super) fn tell<S: AsRef<OsStr>>(
    variables: &Variables,
    dir: &Path,
    arguments: impl IntoIterator<Item = S>,
    input: &[u8],
) -> Result<Vec<u8>> {
    answer(variables, dir, arguments, input)?.output()
}

/// Runs git with something on its standard input, whatever its exit code.
fn answer<S: AsRef<OsStr>>(
    variables: &Variables,
    dir: &Path,
    arguments: impl IntoIterator<Item = S>,
    input: &[u8],
) -> Result<Answer> {
    let quietly = QUIETLY.iter().map(OsString::from);
    let arguments = arguments
        .into_iter()
        .map(|argument| argument.as_ref().to_owned());
    start(variables, dir, quietly.chain(arguments), Some(input))
}

impl Repository {
    /// Runs git with something on its standard input; see [`ask`].
    pub(super) fn answer_to<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        input: &[u8],
    ) -> Result<Answer> {
        answer(&self.variables, &self.work_tree, arguments, input)
    }

    /// Runs git at the top of the work tree; see [`capture`].
    pub(super) fn git<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Vec<u8>> {
        capture(&self.variables, &self.work_tree, arguments)
    }

    /// Runs git with the user's configuration as it is, to ask about that.
    pub(super) fn ask_as_the_user<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Answer> {
        let arguments = arguments
            .into_iter()
            .map(|argument| argument.as_ref().to_owned());
        start(&self.variables, &self.work_tree, arguments, None)
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
        let answer = self.ask(["config", "--type=bool", "--get", name]);
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

    /// Runs git on commits as they are stored; see [`ask`].
    pub(super) fn ask_stored<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Answer> {
        ask(&self.variables_for_stored(), &self.work_tree, arguments)
    }

    /// Runs git on commits as they are stored, with something on its standard input; see [`ask`].
    pub(super) fn answer_stored<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        input: &[u8],
    ) -> Result<Answer> {
        let variables = self.variables_for_stored();
        answer(&variables, &self.work_tree, arguments, input)
    }

    /// Runs git at the top of the work tree; see [`ask`].
    pub(super) fn ask<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Answer> {
        ask(&self.variables, &self.work_tree, arguments)
    }
}
