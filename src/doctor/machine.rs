//! What git and the machine offer.

use std::path::PathBuf;

use crate::indirection::Place;
use crate::install::HookStatus;

/// Whether programs are also looked for as an IDE or a desktop program would find them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AsGui {
    /// They are.
    Also,
    /// They are not.
    No,
}

/// What git and the machine offer.
#[derive(Debug, Default)]
pub(crate) struct SetUp {
    /// The Python environments that lie in projects.
    pub(crate) environments: Vec<EnvironmentDir>,
    /// The hooks as git finds them.
    pub(crate) hooks: Vec<HookStatus>,
    /// Linked work trees in which hooks are not in place, each with their names.
    pub(crate) linked: Vec<(PathBuf, Vec<String>)>,
    /// What leads git away from hooks or weakens tools: labels and what there is to say.
    pub(crate) led_away: Vec<(&'static str, String)>,
    /// The version of git.
    pub(crate) git: Option<(u32, u32)>,
    /// Whether this runs in CI, where there are no hooks.
    pub(crate) is_ci: bool,
    /// Where the programs of gates are.
    pub(crate) programs: Vec<GateProgram>,
    /// Packages that are installed in another version than a lock file names.
    pub(crate) drifted: Vec<Drifted>,
    /// What is wrong with the records of what was checked.
    pub(crate) records: Vec<String>,
    /// The agents whose hosts run the guard here.
    pub(crate) agents: Vec<GuardedAgent>,
    /// Whether `gatekeeper`, which they start, is on PATH.
    pub(crate) is_guard_found: bool,
    /// Why a commit cannot be checked in an overlay, if it cannot.
    pub(crate) no_overlay: Option<String>,
    /// The directory with the views that are kept, and how many bytes they have.
    pub(crate) kept_views: Option<(PathBuf, u64)>,
    /// A directory on a disk that is nearly full, and the bytes that are free there.
    pub(crate) low_disk: Option<(PathBuf, u64)>,
    /// A directory on a disk that is full.
    pub(crate) full_disk: Option<PathBuf>,
    /// The script of package.json that installs the hooks of another manager: its place, its text, and the manager.
    pub(crate) other_manager: Option<(Place, String)>,
}

/// A Python environment that lies in a project.
#[derive(Debug)]
pub(crate) struct EnvironmentDir {
    /// Relative to the top of the work tree.
    pub(crate) path: PathBuf,
    /// Whether git ignores it.
    pub(crate) is_ignored: bool,
}

/// Where the program of a gate is.
#[derive(Debug)]
pub(crate) struct GateProgram {
    /// The gate.
    pub(crate) gate: String,
    /// The program as it is called.
    pub(crate) program: String,
    /// Where the gate's command is written.
    pub(crate) place: Place,
    /// Where it is found now.
    pub(crate) now: Option<PathBuf>,
    /// Whether it is found as a program without a terminal would start us, if that was asked for.
    pub(crate) as_gui: Option<bool>,
}

/// A package that is installed in another version than a lock file names.
#[derive(Debug)]
pub(crate) struct Drifted {
    /// The lock file.
    pub(crate) file: PathBuf,
    pub(crate) package: String,
    pub(crate) locked: String,
    pub(crate) installed: String,
}

/// An agent whose host runs the guard.
#[derive(Debug)]
pub(crate) struct GuardedAgent {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// The first of its files.
    pub(crate) file: PathBuf,
    /// Whether its files are as this gatekeeper would write them.
    pub(crate) is_current: bool,
    /// Whether its host refuses a command if the guard cannot be started.
    pub(crate) fails_closed: bool,
    /// The file that switches its hooks off, and by what.
    pub(crate) off: Option<(PathBuf, &'static str)>,
    /// Why the host does not run the hooks until a person trusts them, if that is so.
    pub(crate) untrusted: Option<String>,
}
