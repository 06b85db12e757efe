//! The environment of a gate: the user's, without what git says to its hooks and what weakens a
//! tool, with the project's own tools first.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::{recursion_guard, slots, weakening};
use crate::base::environment::Variables;
use crate::config::Gate;
use crate::git::trace::TRACE;
use crate::indirection::plain;
use crate::model::outcome::MissingEnvironment;
use crate::tools::{
    PythonProject, ToolPlace, VIRTUAL_ENVIRONMENT_FILE, VIRTUAL_ENVIRONMENTS, environment_of,
    is_of_conda, managed_environments, no_daemon_variables,
};
use crate::view::{GateView, PLACE_VARIABLE};

/// What git sets for its hooks, or what would make a gate's own git look at the wrong repository:
/// the list of `git rev-parse --local-env-vars`, identities and dates of the commit in progress,
/// what options of `git` itself are handed on by, and git's own places. A test compares this with the git at hand.
const OF_GITS: [&str; 35] = [
    "GIT_ADVICE",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_ATTR_SOURCE",
    "GIT_AUTHOR_DATE",
    "GIT_AUTHOR_EMAIL",
    "GIT_AUTHOR_NAME",
    "GIT_COMMITTER_DATE",
    "GIT_COMMITTER_EMAIL",
    "GIT_COMMITTER_NAME",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_EDITOR",
    "GIT_EXEC_PATH",
    "GIT_GLOB_PATHSPECS",
    "GIT_GRAFT_FILE",
    "GIT_ICASE_PATHSPECS",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_NO_LAZY_FETCH",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_OPTIONAL_LOCKS",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REFLOG_ACTION",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// The directories from which Python imports before all others.
const PYTHON_PATH: &str = "PYTHONPATH";

/// The directory in which the package managers of Node.js install a project's own tools.
const NODE_MODULES: &str = "node_modules";

/// Beginnings of the names of variables that git numbers, or names after commits.
const OF_GITS_FAMILIES: [&str; 3] = ["GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_", "GITHEAD_"];

/// What every gate gets of the variables that we were started with. Our own trace is for whoever
/// started us: a gate that calls us would have it in its output.
#[must_use]
pub(crate) fn kept(ours: &Variables) -> Variables {
    let is_kept = |(name, value): &(&OsString, &OsString)| {
        !is_of_gits(name) && *name != TRACE && weakening::weakens(name, value).is_none()
    };
    let kept = ours.iter().filter(is_kept);
    kept.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// The variables that gates of a directory get before their own `env`, made of those that every gate gets.
pub(super) fn for_place(
    dir: &Path,
    seen: &GateView<'_>,
    kept: &Variables,
    common_dir: &Path,
) -> Variables {
    let mut variables = kept.clone();
    activate(seen, dir, &mut variables);
    let active = kept.get(OsStr::new(recursion_guard::VARIABLE));
    let active = recursion_guard::value_for(active.map(OsString::as_os_str), common_dir);
    variables.insert(recursion_guard::VARIABLE.into(), active);
    if seen.shown_as.is_some() {
        set_python_path(seen, &mut variables);
    }
    for (name, value) in seen.variables {
        variables.insert(name.into(), value.clone());
    }
    variables
}

/// The variables that a gate gets, made of those of its directory.
pub(super) fn for_gate(gate: &Gate, seen: &GateView<'_>, mut variables: Variables) -> Variables {
    if gate.is_heavy() {
        variables.extend([slots::variable()]);
    }
    let dir = plain(&seen.top.join(&gate.dir));
    let own: Vec<(&String, OsString)> = gate
        .env
        .iter()
        .map(|(name, value)| (name, expanded(value, &variables, &dir)))
        .collect();
    variables.extend(own.into_iter().map(|(name, value)| (name.into(), value)));
    if gate.env.contains_key(PYTHON_PATH) {
        set_own_python_path(seen, &dir, &mut variables);
    }
    if let Some(place) = seen.place {
        without_daemons(&mut variables);
        variables.insert(PLACE_VARIABLE.into(), place.into());
    }
    variables
}

/// Keeps tools from leaving their work to a daemon, which would see other files than the view's. A gate
/// cannot have it otherwise.
fn without_daemons(variables: &mut Variables) {
    for (name, value) in no_daemon_variables() {
        let all = variables.entry(name.into()).or_default();
        if !value.starts_with(' ') {
            all.clear();
        }
        all.push(value);
    }
}

/// A value of `env` with `$NAME` and `${NAME}` replaced by the variables that the gate gets otherwise (nothing
/// if there is none), `$PWD` by the directory in which it runs, `${NAME:-text}` by the text if the variable is unset or
/// empty, `$$` by `$`, and `~/` at the beginning or after a colon by HOME. Any other `$` stays.
fn expanded(value: &str, variables: &Variables, dir: &Path) -> OsString {
    let get = |name: &str| match name {
        "PWD" => dir.into(),
        name => variables.get(OsStr::new(name)).cloned().unwrap_or_default(),
    };
    let mut expanded = OsString::new();
    for part in parts(value) {
        match part {
            Part::Text(text) => expanded.push(text),
            Part::Variable { name, default } => {
                let value = get(name);
                match default {
                    Some(default) if value.is_empty() => expanded.push(default),
                    _ => expanded.push(value),
                }
            }
        }
    }
    expanded
}

/// The variables that a value of `env` needs and that are not set: those without a default. The variable that is
/// being set is not needed, since `PYTHONPATH = "src:$PYTHONPATH"` puts something before what may be there.
#[must_use]
pub(crate) fn unset_in<'v>(
    (name, value): (&str, &'v str),
    is_set: impl Fn(&str) -> bool,
) -> Vec<&'v str> {
    let needed = parts(value).into_iter().filter_map(|part| match part {
        Part::Variable {
            name,
            default: None,
        } => Some(name),
        _ => None,
    });
    needed
        .filter(|needed| *needed != name && !is_set(needed))
        .collect()
}

/// A part of a value of `env`.
enum Part<'v> {
    /// Text as it is.
    Text(&'v str),
    /// A variable, and what stands for it if it is unset or empty.
    Variable {
        name: &'v str,
        default: Option<&'v str>,
    },
}

/// The parts of a value of `env`.
fn parts(value: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut rest, mut is_start) = (value, true);
    while let Some(c) = rest.chars().next() {
        let (one, after) = rest.split_at(c.len_utf8());
        let is_home = is_start && c == '~' && (after.is_empty() || after.starts_with(['/', ':']));
        let found = if is_home {
            let home = Part::Variable {
                name: "HOME",
                default: None,
            };
            Some((home, after))
        } else {
            reference(after).filter(|_| c == '$')
        };
        is_start = found.is_none() && c == ':';
        let (part, after) = found.unwrap_or((Part::Text(one), after));
        parts.push(part);
        rest = after;
    }
    parts
}

/// What stands after a `$` if it is a variable or a second `$`, and what comes after it.
fn reference(after: &str) -> Option<(Part<'_>, &str)> {
    if after.starts_with('$') {
        let (dollar, rest) = after.split_at(1);
        return Some((Part::Text(dollar), rest));
    }
    let is_name = |name: &str| {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if let Some(braced) = after.strip_prefix('{') {
        let (inner, rest) = braced.split_once('}')?;
        let (name, default) = match inner.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inner, None),
        };
        return is_name(name).then_some((Part::Variable { name, default }, rest));
    }
    let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let (name, rest) = after.split_at(end.unwrap_or(after.len()));
    let variable = Part::Variable {
        name,
        default: None,
    };
    is_name(name).then_some((variable, rest))
}

/// Makes the directories of a gate's own PYTHONPATH those of the view: a relative one begins in the directory in which
/// the gate runs, wherever a process that it starts may run.
fn set_own_python_path(seen: &GateView<'_>, dir: &Path, variables: &mut Variables) {
    let typed = variables.get(OsStr::new(PYTHON_PATH)).cloned();
    let typed = typed.unwrap_or_default();
    let dirs = std::env::split_paths(&typed).filter(|path| !path.as_os_str().is_empty());
    let dirs: Vec<PathBuf> = dirs.map(|path| plain(&dir.join(path))).collect();
    if let Ok(joined) = std::env::join_paths(dirs) {
        variables.insert(PYTHON_PATH.into(), joined);
    }
    if seen.shown_as.is_some() {
        set_python_path(seen, variables);
    }
}

/// Has Python import from the view's directories before all others, and from nowhere in the work tree.
fn set_python_path(seen: &GateView<'_>, variables: &mut Variables) {
    let before = variables.get(OsStr::new(PYTHON_PATH)).cloned();
    let before = before.unwrap_or_default();
    let before = std::env::split_paths(&before).filter(|path| !path.as_os_str().is_empty());
    let before = before.map(|path| match seen.shown_as {
        Some(work_tree) => path
            .strip_prefix(work_tree)
            .map_or_else(|_| path.clone(), |inside| seen.top.join(inside)),
        None => path,
    });
    let all: Vec<PathBuf> = seen.python_path.iter().cloned().chain(before).collect();
    if all.is_empty() {
        return;
    }
    if let Ok(joined) = std::env::join_paths(all) {
        variables.insert(PYTHON_PATH.into(), joined);
    }
}

fn is_of_gits(name: &OsStr) -> bool {
    let starts = |start: &&str| name.as_bytes().starts_with(start.as_bytes());
    OF_GITS.iter().any(|known| name == *known) || OF_GITS_FAMILIES.iter().any(starts)
}

/// Whether a path of the view leads out of it by a relative link, as a `.venv` that work trees share: where we look
/// at the view, such a link leads nowhere. The file is the one of the user's work tree then.
pub(super) fn is_led_out(look: &Path, inside: &Path) -> bool {
    let mut prefixes: Vec<&Path> = inside.ancestors().collect();
    prefixes.reverse();
    let mut links = prefixes.into_iter().map(|prefix| look.join(prefix));
    links.any(|path| path.is_symlink() && !path.exists())
}

/// Puts the project's own tools first, as activating its environment by hand would.
fn activate(seen: &GateView<'_>, dir: &Path, variables: &mut Variables) {
    let (top, dir) = (seen.look, seen.look.join(dir));
    // What we find is elsewhere for the gate.
    let as_seen = |found: PathBuf| match found.strip_prefix(seen.look) {
        Ok(inside) => seen.top.join(inside),
        Err(_) => found,
    };
    let mut own = tool_dirs(top, &dir);
    let mut environment = virtual_environment(top, &dir);
    if seen.look != seen.top && seen.shown_as.is_none() {
        let in_work_tree = seen
            .top
            .join(dir.strip_prefix(top).unwrap_or(Path::new("")));
        let is_linked = |found: &PathBuf| {
            let inside = found.strip_prefix(seen.top);
            inside.is_ok_and(|inside| is_led_out(seen.look, inside))
        };
        let linked = tool_dirs(seen.top, &in_work_tree).into_iter();
        own.extend(linked.filter(is_linked));
        let linked = || virtual_environment(seen.top, &in_work_tree).filter(is_linked);
        environment = environment.or_else(linked);
    }
    if environment.is_none() {
        let place = seen.shown_as.unwrap_or(seen.top);
        let managed = managed(top, &dir, place, variables);
        own.extend(managed.iter().map(|prefix| prefix.join("bin")));
        environment = managed.into_iter().next();
    }
    if let Some(environment) = environment {
        let name = if is_of_conda(&environment) {
            "CONDA_PREFIX"
        } else {
            "VIRTUAL_ENV"
        };
        variables.insert(name.into(), as_seen(environment).into());
        if seen.shown_as.is_some() {
            // pipenv would make another environment for the directory of the snapshot.
            for name in ["PIPENV_ACTIVE", "PIPENV_IGNORE_VIRTUALENVS"] {
                variables.remove(OsStr::new(name));
            }
        }
        variables.remove(OsStr::new("PYTHONHOME"));
    }
    let own: Vec<PathBuf> = own.into_iter().map(as_seen).collect();
    if own.is_empty() {
        return;
    }
    let path = variables
        .get(OsStr::new("PATH"))
        .cloned()
        .unwrap_or_default();
    let all = own.into_iter().chain(std::env::split_paths(&path));
    // A directory with a colon in its name cannot be on PATH; then the others still can.
    let joined = std::env::join_paths(all.filter(|p| !p.as_os_str().as_bytes().contains(&b':')));
    if let Ok(joined) = joined {
        variables.insert("PATH".into(), joined);
    }
}

/// The directories of the project's own tools, which come before PATH; those in a gate's directory come
/// before those at the top of the work tree.
#[must_use]
pub(crate) fn tool_dirs(top: &Path, dir: &Path) -> Vec<PathBuf> {
    let dirs = own_dirs(top, dir).into_iter();
    let modules = dirs.map(|dir| dir.join(NODE_MODULES).join(".bin"));
    let environment = virtual_environment(top, dir).map(|environment| environment.join("bin"));
    modules
        .filter(|bin| bin.is_dir())
        .chain(environment)
        .collect()
}

/// The Python environment that belongs to the project, if one is there.
fn virtual_environment(top: &Path, dir: &Path) -> Option<PathBuf> {
    let dirs = own_dirs(top, dir);
    let named = |name: &&str| dirs.iter().map(|dir| dir.join(name)).collect::<Vec<_>>();
    let mut candidates = VIRTUAL_ENVIRONMENTS.iter().flat_map(named);
    candidates.find(|candidate| candidate.join(VIRTUAL_ENVIRONMENT_FILE).is_file())
}

/// The directories of the project's own tools that a package manager keeps outside of it.
#[must_use]
pub(crate) fn managed_tool_dirs(top: &Path, variables: &Variables) -> Vec<PathBuf> {
    if virtual_environment(top, top).is_some() {
        return Vec::new();
    }
    let managed = managed(top, top, top, variables).into_iter();
    managed.map(|prefix| prefix.join("bin")).collect()
}

/// The Python environments that a package manager keeps elsewhere for the project, whose files are below
/// `top` and whose place for the user is `place`.
fn managed(top: &Path, dir: &Path, place: &Path, variables: &Variables) -> Vec<PathBuf> {
    let dirs = own_dirs(top, dir).into_iter();
    let mut found = dirs.map(|files| {
        let inside = files.strip_prefix(top).unwrap_or(Path::new(""));
        managed_environments(PythonProject {
            files,
            place: &place.join(inside),
            variables,
        })
    });
    found.find(|found| !found.is_empty()).unwrap_or_default()
}

/// Where a gate's program is looked for in vain.
#[derive(Clone, Copy)]
pub(super) struct ProjectPlace<'a> {
    /// The top of the work tree.
    pub(super) top: &'a Path,
    /// The gate's directory.
    pub(super) dir: &'a Path,
    /// What every gate gets of the variables that we were started with.
    pub(super) kept: &'a Variables,
    /// What the gate gets.
    pub(super) variables: &'a Variables,
}

/// What a project lacks.
pub(super) enum Lacking {
    /// The environment in which its package manager installs what it declares.
    Declared(MissingEnvironment),
    /// A Python environment, which has one of these names.
    Python(String),
}

/// The environment that a project lacks and in which a program would be, if that can be said.
pub(super) fn missing_environment(program: &OsStr, place: ProjectPlace<'_>) -> Option<Lacking> {
    let dirs = own_dirs(place.top, place.dir);
    let has_modules = dirs.iter().any(|dir| dir.join(NODE_MODULES).exists());
    let python = missing_python(place);
    for dir in dirs {
        let has_file = |file: &str| dir.join(file).is_file();
        let found = program
            .to_str()
            .and_then(|name| environment_of(name, has_file));
        let (names, install) = match found {
            Some((ToolPlace::Node, install)) if !has_modules => (NODE_MODULES.to_owned(), install),
            Some((ToolPlace::Python, install)) => match &python {
                Some(names) => (format!("Python environment ({names})"), install),
                None => continue,
            },
            Some(_) | None => continue,
        };
        return Some(Lacking::Declared(MissingEnvironment {
            dir: dir.strip_prefix(place.top).unwrap_or(dir).to_owned(),
            names,
            install,
        }));
    }
    python.map(Lacking::Python)
}

/// The usual names of a Python environment, if there is none.
fn missing_python(place: ProjectPlace<'_>) -> Option<String> {
    let names = ["VIRTUAL_ENV", "CONDA_PREFIX"].map(OsStr::new);
    let is_managed = names
        .iter()
        .any(|name| place.variables.get(*name) != place.kept.get(*name));
    (!is_managed && virtual_environment(place.top, place.dir).is_none())
        .then(|| VIRTUAL_ENVIRONMENTS.join(", "))
}

fn own_dirs<'a>(top: &'a Path, dir: &'a Path) -> Vec<&'a Path> {
    if dir == top {
        vec![top]
    } else {
        vec![dir, top]
    }
}

/// How many bytes variables take when a process is started.
pub(super) fn size(variables: &Variables) -> usize {
    let entry =
        |(name, value): (&OsString, &OsString)| name.len() + value.len() + 2 + size_of::<usize>();
    variables.iter().map(entry).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_in_values_are_expanded() {
        let variables = Variables::from([
            ("HOME".into(), "/home/u".into()),
            ("PATH".into(), "/bin".into()),
        ]);
        for (value, expected) in [
            ("plain", "plain"),
            ("$HOME/bin:${PATH}", "/home/u/bin:/bin"),
            ("~/bin:~/.x:a~", "/home/u/bin:/home/u/.x:a~"),
            ("~", "/home/u"),
            ("~other", "~other"),
            ("$$HOME", "$HOME"),
            ("a$UNSET-b", "a-b"),
            ("$", "$"),
            ("$1 ${-x} ${HOME", "$1 ${-x} ${HOME"),
            ("$HOMES", ""),
            ("${UNSET:-a b}-${HOME:-x}-${UNSET:-}", "a b-/home/u-"),
            ("${:-x} ${1:-x}", "${:-x} ${1:-x}"),
            ("$PWD/src", "/top/api/src"),
        ] {
            let found = expanded(value, &variables, Path::new("/top/api"));
            assert_eq!(found, expected, "{value}");
        }
    }

    #[test]
    fn a_variable_is_needed_unless_it_has_a_default_or_is_the_one_that_is_set() {
        for (value, needed) in [
            ("$A:${B}:~/x:$HOME:$$C:${D:-}:$OWN", &["A", "B"] as &[&str]),
            ("src:$OWN", &[]),
        ] {
            let found = unset_in(("OWN", value), |name| name == "HOME");
            assert_eq!(found, needed, "{value}");
        }
    }

    #[test]
    fn the_users_own_git_variables_stay() {
        for name in [
            "GIT_SSH",
            "GIT_SSH_COMMAND",
            "GIT_ASKPASS",
            "GIT_SSL_CAINFO",
            "GITHUB_TOKEN",
        ] {
            assert!(!is_of_gits(OsStr::new(name)), "{name}");
        }
        for name in [
            "GIT_DIR",
            "GIT_INDEX_FILE",
            "GIT_CONFIG_KEY_0",
            "GIT_CONFIG_VALUE_12",
            "GITHEAD_abc",
        ] {
            assert!(is_of_gits(OsStr::new(name)), "{name}");
        }
    }
}
