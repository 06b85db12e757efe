//! Before anything runs: can every gate's program be started at all?

use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, fs};

use rustix::fs::{Access, access};

use super::base_decides::base_decides;
use super::context::{Purpose, RunContext};
use super::empty_search::empty_search;
use super::environment::{self, Lacking, ProjectPlace};
use super::tree_tools::{TreeTools, resolved};
use crate::base::environment::Variables;
use crate::base::text::{show_os, show_path};
use crate::detect::{KnownTool, known_call};
use crate::indirection::Resolved;
use crate::model::outcome::{EmptySearch, StartFlaw, StartHelp};
use crate::plan::{GateCall, Network, Plan, PlannedGate};
use crate::platform::Confinement;
use crate::platform::network::NoNetwork;
use crate::tools::{cold_cache, color_variables, offline_variables, user_dir_with};
use crate::view::GateView;

/// The shell, where PATH has none.
const SHELL: &str = "/bin/sh";

/// What a gate needs to be started.
pub(super) struct Prepared {
    /// The directory that it runs in.
    pub(super) dir: PathBuf,
    /// What it enters before it is executed.
    pub(super) confinement: Confinement,
    /// All of its environment.
    pub(super) variables: Variables,
    /// The program of its calls: the tool, or the shell.
    pub(super) program: PathBuf,
    /// The known tool that it runs in the end, if it is a single one.
    pub(super) tool: Option<GateTool>,
}

/// The known tool of a gate.
#[derive(Clone, Copy)]
pub(super) struct GateTool {
    /// The tool.
    pub(super) known: KnownTool,
    /// Whether the base decides which of the gate's files it excludes.
    pub(super) base_decides: bool,
    /// Whether it is given the names of files.
    pub(super) takes_files: bool,
    /// Why it would find nothing to check, and not say so.
    pub(super) empty: Option<EmptySearch>,
    /// Whether nothing is in the cache that it keeps, so that it may take longer than it did.
    pub(super) starts_cold: bool,
}

/// For each gate of the plan: what it needs, or why it cannot start.
pub(super) fn prepare(
    plan: &Plan,
    surroundings: &RunContext<'_>,
) -> Vec<Result<Prepared, StartFlaw>> {
    let kept = environment::kept(surroundings.variables);
    let left_out = plan.left_out.iter().map(|left_out| &left_out.gate);
    let all = plan
        .gates
        .iter()
        .map(|planned| &planned.gate)
        .chain(left_out);
    let commands: Vec<&str> = all.map(|gate| gate.run.text.as_str()).collect();
    let is_withheld = plan.network == Network::Withheld;
    let no_network = is_withheld.then(NoNetwork::new).flatten();
    let shared = Shared {
        kept: &kept,
        commands: &commands,
        no_network: no_network.map(Arc::new),
    };
    plan.gates
        .iter()
        .enumerate()
        .map(|(index, planned)| {
            let seen = surroundings.views.seen(index);
            prepare_gate((plan, planned), &seen, &shared, surroundings)
        })
        .collect()
}

/// What all gates of a plan share.
struct Shared<'a> {
    /// The variables that gates get.
    kept: &'a Variables,
    /// The commands of all gates.
    commands: &'a [&'a str],
    /// How a gate loses the network, if gates run without it.
    no_network: Option<Arc<NoNetwork>>,
}

fn prepare_gate(
    (plan, planned): (&Plan, &PlannedGate),
    seen: &GateView<'_>,
    shared: &Shared<'_>,
    surroundings: &RunContext<'_>,
) -> Result<Prepared, StartFlaw> {
    let gate = &planned.gate;
    let (dir, looked_at) = (seen.top.join(&gate.dir), seen.look.join(&gate.dir));
    let flaw = |help| move |cause| StartFlaw { cause, help };
    if !looked_at.is_dir() {
        let what = if looked_at.exists() {
            "is not a directory"
        } else {
            "does not exist"
        };
        return Err(flaw(StartHelp::Dir)(format!(
            "its `dir` {} {what}",
            show_path(&gate.dir)
        )));
    }
    let kept = shared.kept;
    let mut variables = environment::for_gate(gate, seen, kept, surroundings.common_dir);
    let path = variables
        .get(OsStr::new("PATH"))
        .cloned()
        .unwrap_or_default();
    let search = ProgramSearch {
        dir: &dir,
        path: &path,
        top: seen.top,
        look: seen.look,
    };
    let missing = |program: &OsStr| {
        let place = ProjectPlace {
            top: seen.look,
            dir: &looked_at,
            kept,
            variables: &variables,
        };
        environment::missing_environment(program, place)
    };
    let program = search.program_of(planned, missing).map_err(|flaw| {
        match not_on_path(planned, &variables) {
            Some(dir) if matches!(flaw.help, StartHelp::Program) => StartFlaw {
                cause: format!("{}; it is in {}", flaw.cause, show_path(&dir)),
                help: StartHelp::NotOnPath(dir),
            },
            _ => flaw,
        }
    })?;
    let tree_tools = TreeTools {
        index: surroundings.checked.index,
        top: seen.top,
        look: seen.look,
        work_tree: &surroundings.checked.repository.work_tree,
        dir: &gate.dir,
        path: &path,
        named: shared.commands,
    };
    let call = planned.calls.first();
    let resolved = call.and_then(|call| resolved(call, seen.look, &gate.dir));
    if let Some(flaw) = call.and_then(|call| tree_tools.flaw(call, resolved.as_ref())) {
        return Err(flaw);
    }
    let led = resolved.as_ref();
    let no_network = shared.no_network.clone().filter(|_| !needs_network(led));
    if no_network.is_some() {
        for (name, value) in offline_variables() {
            variables.entry(name.into()).or_insert_with(|| value.into());
        }
    }
    let led = led.filter(|_| surroundings.purpose == Purpose::Check);
    let tool = led.and_then(|led| gate_tool(plan, planned, led, seen.look, &variables));
    if let Some(tool) = tool.filter(|_| surroundings.color) {
        // What the user or gates.toml says of colours counts.
        for color in color_variables(tool.known.checker.name) {
            let value = || color.value.into();
            variables.entry(color.name.into()).or_insert_with(value);
        }
    }
    Ok(Prepared {
        tool,
        program,
        confinement: Confinement {
            entrance: seen.entrance.cloned(),
            no_network,
        },
        dir,
        variables,
    })
}

/// Whether the tool that a call leads to is about what the network says.
fn needs_network(resolved: Option<&Resolved>) -> bool {
    let call = resolved.and_then(known_call);
    call.is_some_and(|call| call.tool.checker.needs_network)
}

/// The directory of the user's that has the program of a gate, if it was looked for by its name.
fn not_on_path(planned: &PlannedGate, variables: &Variables) -> Option<PathBuf> {
    let Some(GateCall::Program { program, .. }) = planned.calls.first() else {
        return None;
    };
    if program.as_bytes().contains(&b'/') {
        return None;
    }
    let home = variables.get(OsStr::new("HOME")).map(Path::new)?;
    user_dir_with(home, Path::new(program)).filter(|_| home.is_absolute())
}

/// The known tool of a gate, by what its call leads to.
fn gate_tool(
    plan: &Plan,
    planned: &PlannedGate,
    resolved: &Resolved,
    look: &Path,
    variables: &Variables,
) -> Option<GateTool> {
    let call = known_call(resolved)?;
    let known = call.tool;
    // A limit of gates.toml holds in any case, and a gate that has never ended has more time already.
    let is_limited = planned.gate.timeout.is_none() && planned.last_took.is_some();
    Some(GateTool {
        known,
        base_decides: base_decides(plan, planned, known.checker, resolved, look),
        takes_files: planned.gate.run.takes_files,
        empty: empty_search(&call, planned, look),
        starts_cold: is_limited
            && cold_cache(known.checker, variables, look, &planned.gate.dir) == Some(true),
    })
}

/// How many interpreters may stand behind each other.
const MAX_INTERPRETERS: usize = 4;

/// Where programs are looked for.
struct ProgramSearch<'a> {
    /// The directory of the gate.
    dir: &'a Path,
    /// The gate's PATH.
    path: &'a OsStr,
    /// The top of the work tree, as the gate knows it.
    top: &'a Path,
    /// Where we find what the gate finds there.
    look: &'a Path,
}

impl ProgramSearch<'_> {
    /// The program of a gate's calls: the tool, or the shell.
    fn program_of(
        &self,
        planned: &PlannedGate,
        missing_environment: impl Fn(&OsStr) -> Option<Lacking>,
    ) -> Result<PathBuf, StartFlaw> {
        let flaw = |cause| StartFlaw {
            cause,
            help: StartHelp::Program,
        };
        match planned.calls.first() {
            Some(GateCall::Program { program, .. }) => self.find(program, 0).map_err(|cause| {
                let is_name = !program.as_bytes().contains(&b'/');
                match missing_environment(program).filter(|_| is_name) {
                    Some(Lacking::Declared(environment)) => StartFlaw {
                        cause: format!(
                            "{} is not installed: there is no {} here",
                            show_os(program),
                            environment.names
                        ),
                        help: StartHelp::Environment(environment),
                    },
                    Some(Lacking::Python(names)) => flaw(format!(
                        "{cause}, and there is no Python environment ({names}) here"
                    )),
                    None => flaw(cause),
                }
            }),
            Some(GateCall::Shell { .. }) => Ok(self
                .find(OsStr::new("sh"), 0)
                .unwrap_or_else(|_| SHELL.into())),
            None => Err(flaw("there is no command to run".into())),
        }
    }

    /// Finds a program as execvp(3) does, and makes sure that it can be executed. One that is
    /// there and damaged is not passed over for another one of the same name further on: that
    /// would be another tool than the project's.
    fn find(&self, program: &OsStr, depth: usize) -> Result<PathBuf, String> {
        let shown = show_os(program);
        if program.as_bytes().contains(&b'/') {
            let file = self.dir.join(program);
            let examined = self.examine(&file, depth);
            return examined
                .map(|()| file)
                .map_err(|flaw| format!("{shown} {flaw}"));
        }
        let mut passed_over = None;
        for dir in std::env::split_paths(self.path) {
            let file = self.dir.join(dir).join(program);
            match self.examine(&file, depth) {
                Ok(()) => return Ok(file),
                Err(Flaw::Missing | Flaw::Directory) => {}
                Err(flaw @ Flaw::NotExecutable) => {
                    passed_over.get_or_insert_with(|| format!("{} {flaw}", show_path(&file)));
                }
                Err(flaw) => return Err(format!("{} {flaw}", show_path(&file))),
            }
        }
        Err(passed_over.unwrap_or_else(|| {
            format!(
                "{shown} is not installed: it is not in any directory of \
                PATH"
            )
        }))
    }

    /// Where a file is for us that the gate knows by this path.
    fn as_found_here(&self, file: &Path) -> PathBuf {
        match file.strip_prefix(self.top) {
            Ok(inside) => self.look.join(inside),
            Err(_) => file.to_owned(),
        }
    }

    fn examine(&self, file: &Path, depth: usize) -> Result<(), Flaw> {
        let file = &self.as_found_here(file);
        let metadata = fs::metadata(file).map_err(|error| match error.kind() {
            ErrorKind::PermissionDenied => Flaw::NotExecutable,
            ErrorKind::NotFound | ErrorKind::NotADirectory => Flaw::Missing,
            _ => Flaw::Unreachable(error.to_string()),
        })?;
        if metadata.is_dir() {
            return Err(Flaw::Directory);
        }
        if !metadata.is_file() || access(file, Access::EXEC_OK).is_err() {
            return Err(Flaw::NotExecutable);
        }
        // Who may execute a program need not be allowed to read it.
        let mut beginning = Vec::new();
        let read = fs::File::open(file).and_then(|file| file.take(512).read_to_end(&mut beginning));
        if read.is_err() {
            return Ok(());
        }
        match beginning.strip_prefix(b"#!") {
            Some(line) => self.examine_interpreter(line, depth),
            None if beginning.iter().all(|byte| *byte == 0) => Err(Flaw::Empty),
            None if !beginning.contains(&0) => Err(Flaw::Text),
            None => Ok(()),
        }
    }

    /// Looks at what follows `#!`, as execve(2) reads it: an interpreter and at most one
    /// argument, with blanks and tabs between. What `env` is told to start counts as well.
    fn examine_interpreter(&self, line: &[u8], depth: usize) -> Result<(), Flaw> {
        let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let mut words = line
            .split(|byte| matches!(byte, b' ' | b'\t'))
            .filter(|word| !word.is_empty())
            .map(OsStr::from_bytes);
        let Some(interpreter) = words.next() else {
            return Err(Flaw::Text);
        };
        let file = self.dir.join(interpreter);
        if !self.as_found_here(&file).exists() {
            return Err(Flaw::NoInterpreter(interpreter.to_owned()));
        }
        let broken = |cause| Flaw::BrokenInterpreter(cause);
        if depth >= MAX_INTERPRETERS {
            return Err(broken("too many interpreters in a chain".into()));
        }
        if file.file_name() != Some(OsStr::new("env")) {
            let flaw = |flaw| broken(format!("{} {flaw}", show_path(&file)));
            return self.examine(&file, depth + 1).map_err(flaw);
        }
        let is_name =
            |word: &&OsStr| !word.as_bytes().contains(&b'=') && !word.as_bytes().starts_with(b"-");
        match words.find(is_name) {
            Some(name) => self.find(name, depth + 1).map(drop).map_err(broken),
            None => Ok(()),
        }
    }
}

/// Why a file cannot be executed.
#[derive(Debug, PartialEq, Eq)]
enum Flaw {
    Missing,
    Unreachable(String),
    Directory,
    NotExecutable,
    NoInterpreter(OsString),
    BrokenInterpreter(String),
    Text,
    Empty,
}

impl fmt::Display for Flaw {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("does not exist"),
            Self::Unreachable(error) => write!(formatter, "cannot be reached: {error}"),
            Self::Directory => formatter.write_str("is a directory"),
            Self::NotExecutable => {
                formatter.write_str("is not executable (make it so with `chmod +x`)")
            }
            Self::NoInterpreter(name) if name.as_bytes().ends_with(b"\r") => {
                formatter.write_str("has Windows line endings, so its interpreter is not found")
            }
            Self::NoInterpreter(name) => write!(
                formatter,
                "needs {}, which does not exist; its environment may have been moved, or its \
                 interpreter removed",
                show_os(name)
            ),
            Self::BrokenInterpreter(cause) => write!(formatter, "cannot run: {cause}"),
            Self::Text => formatter.write_str(
                "is a text file whose first line does not name an interpreter (such as \
                 `#!/bin/sh`)",
            ),
            Self::Empty => formatter.write_str("is empty or was truncated"),
        }
    }
}
