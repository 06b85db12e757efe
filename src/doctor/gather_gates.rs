//! Gathers what gates, CI and hook managers run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::config_file::{ConfigFile, Setting};
use super::tool_call::ToolCall;
use super::watched::{Watched, WatchedGate};
use crate::base::fault::Result;
use crate::commands::started::started_names;
use crate::config::{Config, Gate, source};
use crate::detect::{Detected, Draft, NamedDraft, Origin, called_tool, called_tools};
use crate::flow::detected::detected;
use crate::git::Repository;
use crate::indirection::{DirectoryTree, Files, Place, resolve_in};
use crate::model::gate::{CommandArgument, CommandForm};
use crate::receipt::RecordedRuns;
use crate::report::history::History;

/// What is run.
pub(super) struct Gates {
    pub(super) calls: Vec<ToolCall>,
    pub(super) is_configured: bool,
    pub(super) watched: Watched,
    /// The programs that gates start directly: gate, program, place and directory.
    pub(super) programs: Vec<StartedProgram>,
}

/// A program that a gate starts directly.
pub(super) struct StartedProgram {
    pub(super) gate: String,
    pub(super) program: String,
    pub(super) place: Place,
    pub(super) dir: PathBuf,
}

/// Gathers what gates, CI and hook managers run. Without gates.toml, the calls are those of CI and hook managers.
pub(super) fn gates(repository: &Repository) -> Result<Gates> {
    let found = detected(repository)?;
    let mut watched = Watched {
        ci_runs_gates: ci_runs_gates(repository)?,
        ..Watched::default()
    };
    let config = if source::is_missing(repository) {
        watched.is_missing = true;
        None
    } else {
        match source::work_tree_config(repository) {
            Ok(config) => Some(config),
            Err(fault) => {
                watched.broken = Some(fault.message);
                None
            }
        }
    };
    let Some(config) = config else {
        let is_configured = !watched.is_missing;
        return Ok(Gates {
            calls: if is_configured {
                Vec::new()
            } else {
                of_detected(&found, as_it_stands)
            },
            is_configured,
            watched,
            programs: Vec::new(),
        });
    };
    watched.elsewhere = of_detected(&found, |draft| &draft.run);
    let history = History::read(&RecordedRuns::of(repository));
    let is_gate = |name: &str| config.gates.iter().any(|gate| gate.name.as_str() == name);
    watched.stale = history.stale_gates(is_gate);
    watched.fast = history.fast_gates(is_gate);
    let (calls, programs) = of_config(repository, &config, &mut watched)?;
    Ok(Gates {
        calls,
        is_configured: true,
        watched,
        programs,
    })
}

/// The calls of the gates of gates.toml, and the programs that they start directly.
fn of_config(
    repository: &Repository,
    config: &Config,
    watched: &mut Watched,
) -> Result<(Vec<ToolCall>, Vec<StartedProgram>)> {
    let texts = source::work_tree_files(repository)?.into_iter();
    let texts: BTreeMap<PathBuf, ConfigFile> = texts
        .map(|file| {
            let path = file.origin.file;
            (path.clone(), ConfigFile::new(path, file.text.text))
        })
        .collect();
    let mut tree = DirectoryTree::new(&repository.work_tree);
    let mut files = Files::new(&mut tree);
    let (mut calls, mut programs) = (Vec::new(), Vec::new());
    for gate in config.gates.iter().filter(|gate| gate.skip.is_none()) {
        let name = gate.name.as_str();
        let file = texts.get(&gate.origin.file);
        let setting = file.and_then(|file| file.get(&["gates", gate.name.local(), "run"]));
        let whole = || file.map_or_else(Place::default, ConfigFile::whole);
        let place = setting.map_or_else(whole, Setting::place);
        let resolved = resolve_in(&gate.run.text, &gate.dir, &gate.env, &mut files)?;
        let called = called_tools(&resolved).into_iter();
        calls.extend(called.map(|called| ToolCall {
            gate: name.to_owned(),
            tool: called.checker.name,
            takes_files: called.typed.iter().any(|word| word == "{files}"),
            exclude: Vec::new(),
            arguments: called.arguments,
            typed: called.typed,
            dir: called.dir,
            place: called.place.unwrap_or_else(|| place.clone()),
        }));
        if let Some(program) = first_program(gate) {
            programs.push(StartedProgram {
                gate: name.to_owned(),
                program: program.to_owned(),
                place: place.clone(),
                dir: gate.dir.clone(),
            });
        }
        let started = started_names(&gate.run.text).into_iter();
        let variables = gate.env.keys().cloned();
        watched.gates.push(WatchedGate {
            name: name.to_owned(),
            place,
            dir: gate.dir.clone(),
            variables: variables.collect::<BTreeSet<_>>(),
            has_exclude: !gate.exclude.is_empty(),
            programs: started.map(|started| started.name).collect(),
        });
    }
    Ok((calls, programs))
}

/// The program that a gate starts without a shell.
fn first_program(gate: &Gate) -> Option<&str> {
    match &gate.run.form {
        CommandForm::Words(words) => match words.first()? {
            CommandArgument::Word(program) => Some(program),
            CommandArgument::Files => None,
        },
        CommandForm::Shell(_) => None,
    }
}

/// A call as it stands in CI. What a hook manager runs fails if it edits files, so it counts as a check.
fn as_it_stands(draft: &Draft) -> &Vec<String> {
    let is_of_manager = |place: &Place| {
        let name = place.path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(".pre-commit") || name.contains("lefthook") || name.contains("prek")
    };
    let by_manager = draft.takes_files || draft.places.iter().any(is_of_manager);
    if draft.origin == Origin::Ci && !by_manager && !draft.typed.is_empty() {
        &draft.typed
    } else {
        &draft.run
    }
}

/// The calls of known tools that CI and hook managers run: as they stand there, or in the form that only checks.
fn of_detected(found: &Detected, form: fn(&Draft) -> &Vec<String>) -> Vec<ToolCall> {
    let call = |NamedDraft { name, draft }: &NamedDraft| {
        let is_run = matches!(draft.origin, Origin::Ci | Origin::Hook);
        let words = form(draft);
        let (checker, arguments) = called_tool(words).filter(|_| is_run)?;
        let place = draft.places.first();
        Some(ToolCall {
            gate: name.clone(),
            tool: checker.name,
            arguments,
            typed: words.clone(),
            dir: draft.dir.clone(),
            place: place.cloned().unwrap_or_default(),
            takes_files: draft.takes_files,
            exclude: draft.exclude.clone(),
        })
    };
    found.gates.iter().filter_map(call).collect()
}

/// Whether a workflow runs gatekeeper itself.
fn ci_runs_gates(repository: &Repository) -> Result<bool> {
    let index = repository.index()?;
    let is_ci = |path: &Path| {
        path.starts_with(".github/workflows")
            || path.starts_with(".circleci")
            || path.file_name().is_some_and(|name| {
                let name = name.to_string_lossy();
                name.ends_with("gitlab-ci.yml")
                    || name == "Jenkinsfile"
                    || name == "azure-pipelines.yml"
            })
    };
    let files = index.tracked().into_iter().map(|file| file.path);
    Ok(files.filter(|path| is_ci(path)).any(|path| {
        let text = std::fs::read_to_string(repository.work_tree.join(path));
        text.is_ok_and(|text| text.contains("gatekeeper"))
    }))
}
