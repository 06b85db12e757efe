//! The scripts of package.json, as run by npm, pnpm, yarn, bun, and programs that run several of them.

use std::path::{Path, PathBuf};

use super::lead::{Lead, Line, Place, at};
use super::packages::{self, Package};
use super::tree::Files;
use super::{node_exec, package_values};
use crate::base::fault::Result;

/// Commands of some versions of yarn, pnpm and bun. Others run the script of that name.
const BUILT_IN: [&str; 48] = [
    "add",
    "audit",
    "autoclean",
    "bin",
    "build",
    "cache",
    "check",
    "ci",
    "config",
    "constraints",
    "create",
    "dedupe",
    "deploy",
    "dlx",
    "doctor",
    "exec",
    "explain",
    "fetch",
    "generate-lock-entry",
    "global",
    "import",
    "info",
    "init",
    "install",
    "licenses",
    "link",
    "list",
    "login",
    "node",
    "outdated",
    "pack",
    "patch",
    "plugin",
    "prune",
    "publish",
    "rebuild",
    "remove",
    "search",
    "set",
    "store",
    "unlink",
    "unplug",
    "up",
    "update",
    "upgrade",
    "version",
    "why",
    "x",
];

/// Options that are followed by a value, besides those below.
const VALUED: [&str; 8] = [
    "--loglevel",
    "--reporter",
    "--userconfig",
    "--workspace-concurrency",
    "--concurrency",
    "--ignore",
    "-j",
    "--jobs",
];

/// Which packages a call is for.
#[derive(Debug, PartialEq, Eq)]
enum Scope {
    Nearest,
    Named(Vec<String>),
    All,
}

/// What a call of a package manager asks for.
struct Asked {
    dir: PathBuf,
    scope: Scope,
    /// Its arguments that are not options.
    words: Vec<String>,
}

/// What a call of a package manager leads to; `None` if it runs no script.
pub(super) fn lead(
    name: &str,
    arguments: &[&str],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let asked = asked(name, arguments, dir);
    let mut words = asked.words.iter().map(String::as_str);
    let Some(command) = words.next() else {
        return Ok(None);
    };
    if matches!(command, "exec" | "x" | "dlx") && (name != "bun" || command == "x") {
        let rest = arguments
            .iter()
            .skip_while(|word| **word != command)
            .skip(1);
        return executed(&asked, &rest.copied().collect::<Vec<_>>(), files);
    }
    let (script, is_sure) = match command {
        "run" | "run-script" | "rum" | "urn" => match words.next() {
            Some(script) => (script, true),
            None => return Ok(None),
        },
        "test" if name == "bun" => return Ok(None),
        "test" | "start" | "stop" | "restart" => (command, true),
        "t" | "tst" if name != "yarn" => ("test", true),
        "it" | "install-test" | "cit" | "install-ci-test" if name == "npm" => ("test", true),
        _ if name == "npm" => return Ok(None),
        script => (script, false),
    };
    let packages = selected(&asked, files)?;
    let mut lead = Lead::default();
    for name in named(name, script, &packages) {
        lead.extend(of_script(&name, &packages, files)?);
    }
    let handed = handed(arguments, words.collect());
    if script == "env" && name == "npm" && lead.lines.is_empty() {
        return Ok(Some(node_exec::command(
            &shell_words::join(handed),
            &asked.dir,
        )));
    }
    if handed.iter().any(|word| !word.starts_with('-')) {
        let more = shell_words::join(handed);
        let longer = lead.lines.iter().map(|line| Line {
            text: format!("{} {more}", line.text),
            ..line.clone()
        });
        lead.beside.extend(longer.collect::<Vec<_>>());
    }
    // yarn, pnpm and bun run a tool of that name if there is no such script.
    let is_tool = lead.lines.is_empty() && lead.whole.is_empty() && (!is_sure || name != "npm");
    if !is_sure && BUILT_IN.contains(&script) {
        let why = format!("it may be a command of {name}, or the script");
        lead.unresolved.get_or_insert(why);
    }
    Ok((!is_tool).then_some(lead))
}

/// The words that a script is given: those after its name, and those after `--`.
fn handed<'w>(arguments: &[&'w str], mut words: Vec<&'w str>) -> Vec<&'w str> {
    let end = arguments.iter().position(|word| *word == "--");
    words.extend(end.map_or(&[][..], |end| &arguments[end + 1..]));
    words
}

/// The packages that a call is for.
fn selected(asked: &Asked, files: &mut Files<'_>) -> Result<Vec<Package>> {
    Ok(match &asked.scope {
        Scope::Nearest => packages::nearest(&asked.dir, files)?.into_iter().collect(),
        Scope::All => packages::workspaces(&asked.dir, files)?,
        Scope::Named(names) => {
            let mut found = Vec::new();
            for name in names {
                let all = packages::workspaces(&asked.dir, files)?;
                found.extend(packages::named(name, &asked.dir, all));
            }
            found
        }
    })
}

/// The names of the scripts that a word stands for: pnpm takes a pattern between slashes, and what only the
/// shell knows may be any script.
fn named(manager: &str, word: &str, packages: &[Package]) -> Vec<String> {
    let all = || {
        let mut names: Vec<String> = Vec::new();
        for package in packages {
            names.extend(package.scripts().into_iter().map(str::to_owned));
        }
        names.sort();
        names.dedup();
        names
    };
    let pattern = word
        .strip_prefix('/')
        .and_then(|word| word.rsplit_once('/'));
    if let ("pnpm", Some((pattern, _))) = (manager, pattern) {
        // What is no pattern here may be one for pnpm.
        let pattern = regex::Regex::new(pattern).ok();
        let fits = |name: &String| pattern.as_ref().is_none_or(|regex| regex.is_match(name));
        return all().into_iter().filter(fits).collect();
    }
    if word.contains(['$', '`']) {
        return all();
    }
    vec![word.to_owned()]
}

/// What the words after `exec` lead to, if they are a script, or run in several packages.
fn executed(asked: &Asked, rest: &[&str], files: &mut Files<'_>) -> Result<Option<Lead>> {
    if let Some(lead) = node_exec::called(rest, &asked.dir) {
        return Ok(Some(lead));
    }
    if asked.scope == Scope::Nearest {
        return Ok(None);
    }
    let of_scope = ["--workspaces", "-ws", "--recursive", "-r", "--"];
    let is_option = |word: &&str| of_scope.contains(word) || word.starts_with("--workspace=");
    let words: Vec<&str> = rest.iter().copied().skip_while(is_option).collect();
    let packages = selected(asked, files)?;
    Ok(Some(node_exec::in_each(&words, &packages)).filter(|lead| !lead.lines.is_empty()))
}

/// What `nr` leads to: a script of the nearest package.
pub(super) fn nr(arguments: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Option<Lead>> {
    let name = arguments.iter().find(|word| !word.starts_with('-'));
    let run = ["run", name.copied().unwrap_or("start")];
    lead("npm", &run, dir, files)
}

/// What `node --run` leads to: a script of the nearest package, without those before and after it.
pub(super) fn run_by_node(
    arguments: &[&str],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let mut words = arguments.iter().take_while(|word| word.starts_with('-'));
    let name = words.find_map(|word| match word.split_once('=') {
        Some(("--run", name)) => Some(name),
        _ if *word == "--run" => arguments
            .iter()
            .skip_while(|word| **word != "--run")
            .nth(1)
            .copied(),
        _ => None,
    });
    name.map_or(Ok(None), |name| lead("npm", &["run", name], dir, files))
}

/// Reads the options of a package manager.
fn asked(name: &str, arguments: &[&str], dir: &Path) -> Asked {
    let mut asked = Asked {
        dir: dir.to_owned(),
        scope: Scope::Nearest,
        words: Vec::new(),
    };
    let mut names = Vec::new();
    let mut words = arguments.iter().copied();
    while let Some(word) = words.next() {
        if word == "--" {
            break;
        }
        let (option, own) = match word.split_once('=') {
            Some((option, value)) if word.starts_with('-') => (option, Some(value)),
            _ => (word, None),
        };
        let mut value = || own.or_else(|| words.next()).unwrap_or_default();
        match option {
            "--prefix" | "-C" | "--dir" | "--cwd" => asked.dir = at(dir, value()),
            "-w" | "--workspace-root" if name == "pnpm" => {}
            "-w" | "--workspace" | "--filter" | "-F" | "--scope" => names.push(value().to_owned()),
            "-r" | "--recursive" | "-ws" | "--workspaces" | "-A" | "--all" => {
                asked.scope = Scope::All;
            }
            _ if VALUED.contains(&option) && own.is_none() => {
                value();
            }
            _ if option.starts_with('-') => {}
            "workspaces" if name == "yarn" && asked.words.is_empty() => asked.scope = Scope::All,
            "foreach" if asked.scope == Scope::All && asked.words.is_empty() => {}
            "workspace" if name == "yarn" && asked.words.is_empty() => {
                names.push(value().to_owned());
            }
            // What follows a script's name is handed to it.
            _ => asked.words.push(word.to_owned()),
        }
    }
    if !names.is_empty() {
        asked.scope = Scope::Named(names);
    }
    asked
}

/// What a script leads to in some packages, together with those that run before and after it.
pub(super) fn of_script(script: &str, packages: &[Package], files: &mut Files<'_>) -> Result<Lead> {
    let mut lead = Lead::default();
    for package in packages {
        let path = &package.file.path;
        let Some(data) = &package.data else {
            lead.give_up(&package.file, "package.json is damaged");
            continue;
        };
        let scripts = data.get("scripts");
        let get = |name: &str| scripts.and_then(|scripts| scripts.get(name));
        if get(script).is_none() {
            continue;
        }
        lead.links(&package.file);
        for name in [
            format!("pre{script}"),
            script.to_owned(),
            format!("post{script}"),
        ] {
            let Some(data) = get(&name) else { continue };
            lead.value(path, &format!("scripts.{name}"), data);
            let place = Place {
                path: path.clone(),
                line: data.line,
            };
            let text = data.text().unwrap_or_default();
            if text.split_whitespace().next() == Some("wireit") {
                package_values::wireit(&name, package, &mut lead);
                continue;
            }
            let text = package_values::with_values(text, package, &mut lead);
            lead.lines.push(Line::new(text, &package.dir, place));
        }
        packages::add_settings(&package.dir, files, &mut lead)?;
    }
    if lead.lines.is_empty() {
        lead.unresolved
            .get_or_insert_with(|| format!("no package.json has a script `{script}`"));
    }
    Ok(lead)
}

/// What a program that runs several scripts of the nearest package leads to.
pub(super) fn several(
    name: &str,
    arguments: &[&str],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Lead> {
    let Some(package) = packages::nearest(dir, files)? else {
        return Ok(Lead::default());
    };
    let mut lead = Lead::default();
    let place = Place {
        path: package.file.path.clone(),
        line: 1,
    };
    for word in arguments.iter().filter(|word| !word.starts_with('-')) {
        let pattern = match word.strip_prefix("npm:") {
            Some(pattern) => pattern,
            None if name == "concurrently" => {
                // A command of its own, which is in the same place as the call.
                lead.lines.push(Line {
                    place: None,
                    ..Line::new(*word, dir, place.clone())
                });
                continue;
            }
            None => word,
        };
        let pattern = pattern.split_whitespace().next().unwrap_or_default();
        for script in fitting(&package, pattern) {
            lead.extend(of_script(script, std::slice::from_ref(&package), files)?);
        }
    }
    // `--success` decides whose failure counts.
    let chooses = |word: &&str| word.starts_with("--success") || *word == "-s";
    if name == "concurrently" && arguments.iter().any(chooses) {
        lead.unresolved = Some("not every failure counts".to_owned());
    }
    Ok(lead)
}

/// The scripts of a package whose names match a pattern: `*` stands for anything without a colon, `**` for
/// anything.
fn fitting<'p>(package: &'p Package, pattern: &str) -> Vec<&'p str> {
    let slashed = pattern.replace(':', "/");
    let glob = globset::GlobBuilder::new(&slashed)
        .literal_separator(true)
        .build()
        .map(|glob| glob.compile_matcher());
    let fits = |name: &&str| {
        *name == pattern
            || glob
                .as_ref()
                .is_ok_and(|glob| glob.is_match(name.replace(':', "/")))
    };
    package.scripts().into_iter().filter(fits).collect()
}
