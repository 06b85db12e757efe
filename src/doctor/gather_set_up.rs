//! Gathers what git and the machine offer.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::facts::Facts;
use super::gather_agents::guarded_agents;
use super::gather_gates::StartedProgram;
use super::machine::AsGui;
use super::machine::{Drifted, EnvironmentDir, GateProgram, SetUp};
use crate::base::disk;
use crate::base::environment::Environment;
use crate::base::fault::Result;
use crate::detect::{NODE_LOCK, PYTHON_LOCKS, locked_node, locked_python};
use crate::flow::skip_notice;
use crate::git::Repository;
use crate::indirection::Place;
use crate::install;
use crate::receipt::Store;
use crate::report;
use crate::run::{managed_tool_dirs, tool_dirs};
use crate::tools::{VIRTUAL_ENVIRONMENT_FILE, VIRTUAL_ENVIRONMENTS};
use crate::view::cache::kept_views;
use crate::view::why_no_overlay;

/// The PATH with which desktop programs start others: that of launchd on macOS, else that of systemd.
fn gui_path() -> &'static str {
    if std::env::consts::OS == "macos" {
        "/usr/bin:/bin:/usr/sbin:/sbin"
    } else {
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    }
}

/// Gathers the set-up. Of hooks nothing is said where there is no gates.toml.
pub(super) fn set_up(
    environment: &Environment,
    repository: &Repository,
    facts: &Facts,
    (programs, as_gui): (Vec<StartedProgram>, AsGui),
) -> Result<SetUp> {
    let top = &repository.work_tree;
    let hooks = if facts.has_gates {
        install::status(repository, environment)?
    } else {
        Vec::new()
    };
    let missing = hooks.iter().filter(|hook| !hook.is_gated()).count();
    let led_away = if facts.has_gates {
        let is_installed = install::is_installed(repository)?;
        let mut told = skip_notice::led_away(environment, repository, missing > 0)?;
        // Where nothing is installed yet, `gatekeeper install` deals with it.
        told.retain(|(label, _)| is_installed || *label != "core.hooksPath");
        told
    } else {
        Vec::new()
    };
    let linked = if facts.has_gates && missing == 0 {
        linked(environment, repository)?
    } else {
        Vec::new()
    };
    let temporary = std::env::temp_dir();
    let dirs = [repository.common_dir.as_path(), temporary.as_path()];
    let views = kept_views(environment);
    Ok(SetUp {
        environments: environments(repository, &facts.projects)?,
        hooks,
        linked,
        led_away,
        git: Some(repository.git_version()?),
        is_ci: environment.is_ci(),
        programs: found_programs(environment, top, programs, as_gui),
        agents: guarded_agents(environment, top),
        no_overlay: facts
            .has_gates
            .then(|| why_no_overlay(repository, environment))
            .flatten(),
        kept_views: views,
        low_disk: disk::low(dirs),
        is_guard_found: {
            let path = environment.get("PATH").unwrap_or_default();
            let mut files = std::env::split_paths(path).map(|dir| dir.join("gatekeeper"));
            files.any(|file| is_program(&file))
        },
        drifted: drifted(top, facts),
        records: records(environment, repository),
        full_disk: disk::full(dirs),
        other_manager: other_manager(facts),
    })
}

/// The Python environments that lie in projects.
fn environments(repository: &Repository, projects: &[PathBuf]) -> Result<Vec<EnvironmentDir>> {
    let named = |dir: &PathBuf| VIRTUAL_ENVIRONMENTS.map(|name| dir.join(name));
    let all = projects.iter().flat_map(named);
    let is_there = |path: &PathBuf| {
        let file = repository
            .work_tree
            .join(path)
            .join(VIRTUAL_ENVIRONMENT_FILE);
        file.is_file()
    };
    let paths: Vec<PathBuf> = all.filter(is_there).collect();
    let seen = repository.not_ignored(&paths)?;
    let dirs = paths.into_iter().map(|path| EnvironmentDir {
        // uv and virtualenv write a .gitignore into what they make.
        is_ignored: !seen.contains(&path)
            || repository
                .work_tree
                .join(&path)
                .join(".gitignore")
                .is_file(),
        path,
    });
    Ok(dirs.collect())
}

/// The linked work trees in which git does not find the hooks that are in place here.
fn linked(
    environment: &Environment,
    repository: &Repository,
) -> Result<Vec<(PathBuf, Vec<String>)>> {
    let mut found = Vec::new();
    for one in repository.linked_work_trees()? {
        if one.top == repository.work_tree {
            continue;
        }
        let there = environment.in_repository(&one.top);
        let Ok(other) = Repository::open_from_env(&there) else {
            continue;
        };
        let hooks = install::status(&other, &there)?;
        let missing = hooks.iter().filter(|hook| !hook.is_gated());
        let names: Vec<String> = missing.map(|hook| hook.hook.name().to_owned()).collect();
        if !names.is_empty() {
            found.push((one.top, names));
        }
    }
    Ok(found)
}

/// Where the programs of gates are found.
fn found_programs(
    environment: &Environment,
    top: &Path,
    programs: Vec<StartedProgram>,
    as_gui: AsGui,
) -> Vec<GateProgram> {
    let path = environment.get("PATH").unwrap_or_default();
    let found = |one: StartedProgram| {
        let mut own = tool_dirs(top, &top.join(&one.dir));
        own.extend(managed_tool_dirs(top, &environment.variables));
        let look = |path: &OsStr| {
            if one.program.contains('/') {
                let file = top.join(&one.dir).join(&one.program);
                return is_program(&file).then_some(file);
            }
            let dirs = own.iter().cloned().chain(std::env::split_paths(path));
            let mut files = dirs.map(|dir| dir.join(&one.program));
            files.find(|file| is_program(file))
        };
        let now = look(path);
        let gui = (as_gui == AsGui::Also).then(|| look(OsStr::new(gui_path())).is_some());
        GateProgram {
            now,
            as_gui: gui,
            gate: one.gate,
            program: one.program,
            place: one.place,
        }
    };
    programs.into_iter().map(found).collect()
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(file).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// Packages that are installed in another version than a lock file names.
fn drifted(top: &Path, facts: &Facts) -> Vec<Drifted> {
    let mut drifted = Vec::new();
    for (dir, python) in &facts.python {
        let mut files = PYTHON_LOCKS.iter().map(|name| dir.join(name));
        let Some(file) = files.find(|file| top.join(file).is_file()) else {
            continue;
        };
        let text = fs::read_to_string(top.join(&file)).unwrap_or_default();
        for (package, locked) in locked_python(&text) {
            let installed = python.version(&package);
            push_if_other(&mut drifted, &file, (package.clone(), locked), installed);
        }
    }
    for (dir, node) in &facts.node {
        let file = dir.join(NODE_LOCK);
        let text = fs::read_to_string(top.join(&file)).unwrap_or_default();
        for (package, locked) in locked_node(&text) {
            let installed = node.versions.get(&package).map(String::as_str);
            push_if_other(&mut drifted, &file, (package.clone(), locked), installed);
        }
    }
    drifted
}

fn push_if_other(
    drifted: &mut Vec<Drifted>,
    file: &Path,
    (package, locked): (String, String),
    installed: Option<&str>,
) {
    // A local version (`2.1.0+cpu`) is a build of the one that is locked.
    let plain = |version: &str| version.split('+').next().unwrap_or_default().to_owned();
    if let Some(installed) = installed
        && plain(installed) != plain(&locked)
    {
        drifted.push(Drifted {
            file: file.to_owned(),
            package,
            locked,
            installed: installed.to_owned(),
        });
    }
}

/// What is wrong with the records of what was checked.
fn records(environment: &Environment, repository: &Repository) -> Vec<String> {
    let Some(store) = Store::open_existing(repository, environment) else {
        return Vec::new();
    };
    let loss = store
        .loss()
        .map(|loss| report::loss_in_words(loss).to_owned());
    let damage = store.ledger_damage();
    let damage = damage.map(report::damage_in_words);
    loss.into_iter().chain(damage).collect()
}

/// A script of package.json that sets up the hooks of another manager.
fn other_manager(facts: &Facts) -> Option<(Place, String)> {
    let manifest = facts.configuration.get(Path::new("package.json"))?;
    let scripts = ["prepare", "postinstall", "install", "postprepare"];
    let mut found = scripts
        .iter()
        .filter_map(|name| Some((name, manifest.get(&["scripts", name])?)));
    found.find_map(|(name, script)| {
        let text = script.text()?;
        let managers = [
            "husky",
            "lefthook install",
            "simple-git-hooks",
            "pre-commit install",
        ];
        let manager = managers.iter().find(|manager| text.contains(*manager))?;
        let manager = manager.split(' ').next().unwrap_or_default();
        (!text.contains("gatekeeper install")).then(|| {
            let what =
                format!("the script `{name}` of package.json sets up the hooks of {manager}");
            (script.place(), what)
        })
    })
}
