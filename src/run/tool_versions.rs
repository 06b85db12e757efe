//! Asks the tools of gates for their versions, while the gates run: for reports, as evidence.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::environment::tool_dirs;
use super::probe::printed_version;
use crate::base::environment::Environment;
use crate::plan::{GateCall, Plan};
use crate::tools;

/// How long a report waits for versions once the gates have ended.
const PATIENCE: Duration = Duration::from_secs(2);

/// The versions of tools, by the names of gates, once they are known.
#[derive(Debug, Clone)]
pub(crate) struct ToolVersions(Arc<Mutex<Receiver<BTreeMap<String, String>>>>);

impl ToolVersions {
    /// Asks the tools of a plan. Only tools that are known are asked: what another program does with
    /// `--version` is not known.
    #[must_use]
    pub(crate) fn ask(plan: &Plan, environment: &Environment, top: &Path) -> Self {
        let programs: Vec<(String, String, PathBuf)> = plan
            .gates
            .iter()
            .filter_map(|planned| match planned.calls.first()? {
                GateCall::Program { program, .. } => {
                    let program = program.to_str().filter(|program| is_known(program))?;
                    let name = planned.gate.name.to_string();
                    Some((name, program.to_owned(), top.join(&planned.gate.dir)))
                }
                GateCall::Shell { .. } => None,
            })
            .collect();
        let (environment, top) = (environment.clone(), top.to_owned());
        let (answer, answered) = mpsc::channel();
        // Without the thread, no version is known.
        let _ = thread::Builder::new()
            .name("versions".into())
            .spawn(move || {
                let version = |(name, program, dir): (String, String, PathBuf)| {
                    let path = search_path(&environment, &top, &dir)?;
                    Some((name, printed_version(&program, &environment, &path)?))
                };
                let _ = answer.send(programs.into_iter().filter_map(version).collect());
            });
        Self(Arc::new(Mutex::new(answered)))
    }

    /// The versions, if they come in time; a tool that hangs holds up no report.
    #[must_use]
    pub(crate) fn wait(&self) -> BTreeMap<String, String> {
        let answered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answered.recv_timeout(PATIENCE).unwrap_or_default()
    }
}

/// Whether a word is the program of a tool that is known.
fn is_known(program: &str) -> bool {
    tools::checkers()
        .flat_map(|checker| checker.calls)
        .any(|call| call.first() == Some(&program))
}

/// Where a gate finds its programs.
fn search_path(environment: &Environment, top: &Path, dir: &Path) -> Option<std::ffi::OsString> {
    let path = environment.variables.get(OsStr::new("PATH"));
    let path = path.cloned().unwrap_or_default();
    let dirs = tool_dirs(top, dir).into_iter();
    env::join_paths(dirs.chain(env::split_paths(&path))).ok()
}
