//! Before anything runs: can every gate's program be started at all?

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::base_decides::base_decides;
use super::context::{Purpose, RunContext};
use super::empty_search::empty_search;
use super::environment::{self, ProjectPlace};
use super::lookups::{Lookups, SearchPlace};
use super::program_search::ProgramSearch;
use super::tree_tools::{TreeTools, resolved as resolved_of};
use crate::base::environment::Variables;
use crate::base::text::show_path;
use crate::config::Gate;
use crate::detect::{KnownTool, known_call};
use crate::indirection::Resolved;
use crate::launch::{LaunchPlace, Mark, around};
use crate::model::launcher::Launcher;
use crate::model::outcome::{EmptySearch, StartFlaw, StartHelp};
use crate::plan::{GateCall, Network, Plan, PlannedGate};
use crate::platform::Confinement;
use crate::platform::network::NoNetwork;
use crate::tools::{cold_cache, color_variables, offline_variables, user_dir_with};
use crate::view::GateView;

/// What a gate needs to be started.
pub(super) struct Prepared {
    /// The directory that it runs in.
    pub(super) dir: PathBuf,
    /// What it enters before it is executed.
    pub(super) confinement: Confinement,
    /// All of its environment.
    pub(super) variables: Variables,
    /// What starts its calls, if not we.
    pub(super) launch: Option<PreparedLaunch>,
    /// The program of its calls: the launcher, the tool, or the shell.
    pub(super) program: PathBuf,
    /// The known tool that it runs in the end, if it is a single one.
    pub(super) tool: Option<GateTool>,
}

/// What starts the calls of a gate in another place.
pub(super) struct PreparedLaunch {
    launcher: Launcher,
    /// The directory that the gate knows as the top of the work tree.
    view: PathBuf,
    /// The variables of the gate's own `env`.
    env: BTreeMap<String, OsString>,
}

impl PreparedLaunch {
    /// The call that starts the launcher with one of the calls of the gate.
    pub(super) fn around(
        &self,
        call: &GateCall,
        planned: &PlannedGate,
        dir: &Path,
        mark: &Mark,
    ) -> GateCall {
        let place = LaunchPlace {
            launcher: &self.launcher,
            gate: planned.gate.name.as_str(),
            view: &self.view,
            dir,
            timeout: planned.timeout,
            env: &self.env,
        };
        around(call, place, mark)
    }
}

/// The variables of a gate's own `env`, as it gets them.
fn own_variables(gate: &Gate, variables: &Variables) -> BTreeMap<String, OsString> {
    let names = gate.env.keys();
    let own =
        names.filter_map(|name| Some((name.clone(), variables.get(OsStr::new(name))?.clone())));
    own.collect()
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
        lookups: Lookups::default(),
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
    /// What was looked up for one gate and is the same for others.
    lookups: Lookups,
}

fn prepare_gate(
    (plan, planned): (&Plan, &PlannedGate),
    seen: &GateView<'_>,
    shared: &Shared<'_>,
    surroundings: &RunContext<'_>,
) -> Result<Prepared, StartFlaw> {
    let gate = &planned.gate;
    let (dir, looked_at) = (seen.top.join(&gate.dir), seen.look.join(&gate.dir));
    if let Some(flaw) = missing_dir(gate, &looked_at) {
        return Err(flaw);
    }
    let (kept, lookups) = (shared.kept, &shared.lookups);
    let around = lookups
        .environments
        .get((seen.top.to_owned(), looked_at.clone()), || {
            environment::for_place(&gate.dir, seen, kept, surroundings.common_dir)
        });
    if let Some(flaw) = unset_variable(gate, &around, surroundings.variables) {
        return Err(flaw);
    }
    let mut variables = environment::for_gate(gate, seen, around);
    let path = variables
        .get(OsStr::new("PATH"))
        .cloned()
        .unwrap_or_default();
    let place = SearchPlace {
        top: seen.top.to_owned(),
        look: seen.look.to_owned(),
        dir: gate.dir.clone(),
        path,
    };
    let search = ProgramSearch {
        dir: &dir,
        place: &place,
        lookups,
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
    let launch = gate.launcher.as_ref().map(|launcher| PreparedLaunch {
        launcher: launcher.clone(),
        view: seen.top.to_owned(),
        env: own_variables(gate, &variables),
    });
    let call = planned.calls.first();
    let launched = launch.as_ref().zip(call);
    let launched =
        launched.map(|(launch, call)| launch.around(call, planned, &dir, &Mark::new("preflight")));
    let started = launched.as_ref().or(call);
    let program = search.program_of(started, missing).map_err(|flaw| {
        let lies_in = started.and_then(|call| not_on_path(call, &variables));
        without_program(flaw, lies_in, launched.is_some())
    })?;
    let tree_tools = TreeTools {
        index: surroundings.checked.index,
        place: &place,
        work_tree: &surroundings.checked.repository.work_tree,
        named: shared.commands,
        lookups,
    };
    let resolved = call.and_then(|call| resolved_of(call, seen.look, &gate.dir));
    if let Some(flaw) = call.and_then(|call| tree_tools.flaw(call, resolved.as_ref())) {
        return Err(flaw);
    }
    let by_launcher = |launched| {
        tree_tools.flaw(
            launched,
            resolved_of(launched, seen.look, &gate.dir).as_ref(),
        )
    };
    if let Some(flaw) = launched.as_ref().and_then(by_launcher) {
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
        ask_for_colors(&tool, &mut variables);
    }
    Ok(Prepared {
        launch,
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

/// Says of a program that is missing where it lies, or that it is the launcher.
fn without_program(flaw: StartFlaw, lies_in: Option<PathBuf>, is_launcher: bool) -> StartFlaw {
    match lies_in {
        Some(dir) if matches!(flaw.help, StartHelp::Program) => StartFlaw {
            cause: format!("{}; it is in {}", flaw.cause, show_path(&dir)),
            help: StartHelp::NotOnPath(dir),
        },
        _ if is_launcher => StartFlaw {
            cause: format!("its launcher: {}", flaw.cause),
            help: StartHelp::Launcher,
        },
        _ => flaw,
    }
}

/// Has a tool print colours, unless the user or gates.toml says something else of them.
fn ask_for_colors(tool: &GateTool, variables: &mut Variables) {
    for color in color_variables(tool.known.checker.name) {
        let value = || color.value.into();
        variables.entry(color.name.into()).or_insert_with(value);
    }
}

/// The flaw of a gate whose `dir` is not there.
fn missing_dir(gate: &Gate, looked_at: &Path) -> Option<StartFlaw> {
    if looked_at.is_dir() {
        return None;
    }
    let what = if looked_at.exists() {
        "is not a directory"
    } else {
        "does not exist"
    };
    Some(StartFlaw {
        cause: format!("its `dir` {} {what}", show_path(&gate.dir)),
        help: StartHelp::Dir,
    })
}

/// The flaw of a gate whose `env` names a variable that the gate does not get: with nothing in its place, it might
/// check something else than is meant.
fn unset_variable(gate: &Gate, gets: &Variables, ours: &Variables) -> Option<StartFlaw> {
    gate.env.iter().find_map(|(name, value)| {
        // The directory in which a gate runs is always known.
        let is_set = |named: &str| named == "PWD" || gets.contains_key(OsStr::new(named));
        let unset = *environment::unset_in((name, value), is_set).first()?;
        let why = if ours.contains_key(OsStr::new(unset)) {
            "which gates do not get"
        } else {
            "which is not set"
        };
        Some(StartFlaw {
            cause: format!("`{name}` in its `env` names {unset}, {why}"),
            help: StartHelp::Variable(unset.to_owned()),
        })
    })
}

/// Whether the tool that a call leads to is about what the network says.
fn needs_network(resolved: Option<&Resolved>) -> bool {
    let call = resolved.and_then(known_call);
    call.is_some_and(|call| call.tool.checker.needs_network)
}

/// The directory of the user's that has the program of a gate, if it was looked for by its name.
fn not_on_path(call: &GateCall, variables: &Variables) -> Option<PathBuf> {
    let GateCall::Program { program, .. } = call else {
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
