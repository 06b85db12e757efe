//! Nx: targets of project.json, of package.json and of its scripts.

use std::path::{Path, PathBuf};

use super::data::{self, Data};
use super::lead::{Lead, Line, Place, at};
use super::packages::{self, Package};
use super::tree::{Files, FoundFile};
use crate::base::fault::Result;

/// Commands of Nx that run no target.
const BUILT_IN: [&str; 12] = [
    "add",
    "format:check",
    "g",
    "generate",
    "graph",
    "init",
    "list",
    "migrate",
    "report",
    "reset",
    "show",
    "sync:check",
];

/// How many targets may need each other.
const MOST_TARGETS: usize = 32;

/// What a call of Nx leads to, in every project: it decides for itself which of them to run.
pub(super) fn lead(arguments: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Option<Lead>> {
    let mut wanted = wanted(arguments);
    if wanted.is_empty() {
        return Ok(None);
    }
    let mut lead = Lead {
        unresolved: Some("it decides for itself which projects to run".to_owned()),
        ..Lead::default()
    };
    let top = files.upwards(dir, &["nx.json"])?;
    let top_dir = match &top {
        Some(file) => {
            lead.count(file);
            file.path.parent().unwrap_or(Path::new("")).to_owned()
        }
        None => dir.to_owned(),
    };
    let defaults = top.and_then(|file| data::json(&file.text));
    let mut projects = Vec::new();
    for path in files.matching(&top_dir, "**/project.json")? {
        projects.extend(files.file(&path)?);
    }
    let mut packages = packages::workspaces(&top_dir, files)?;
    if packages.is_empty() {
        packages.extend(packages::nearest(&top_dir, files)?);
    }
    let mut next = 0;
    while let Some(name) = wanted.get(next).cloned() {
        next += 1;
        let mut found: Vec<(FoundFile, PathBuf, Data)> = Vec::new();
        for file in &projects {
            let inside = file.path.parent().unwrap_or(Path::new("")).to_owned();
            match data::json(&file.text) {
                Some(data) => {
                    let target = data.at(&["targets", name.as_str()]).cloned();
                    found.extend(target.map(|target| (file.clone(), inside, target)));
                }
                None => lead.give_up(file, "project.json is damaged"),
            }
        }
        for package in &packages {
            let data = package.data.as_ref();
            let target = data.and_then(|data| data.at(&["nx", "targets", name.as_str()]));
            let of_package = (package.file.clone(), package.dir.clone());
            found.extend(target.map(|target| (of_package.0, of_package.1, target.clone())));
            script(&name, package, &mut lead);
        }
        let shared = defaults.as_ref();
        let shared = shared.and_then(|data| data.at(&["targetDefaults", name.as_str()]));
        let mut needs: Vec<String> = shared.map_or(Vec::new(), needed);
        for (file, inside, target) in found {
            needs.extend(needed(&target));
            lead.links(&file);
            lead.value(&file.path, &format!("targets.{name}"), &target);
            commands(&file, (&top_dir, &inside), &target, &mut lead);
        }
        for need in needs {
            if !wanted.contains(&need) && wanted.len() < MOST_TARGETS {
                wanted.push(need);
            }
        }
    }
    let is_nothing = lead.lines.is_empty() && lead.pieces.is_empty() && lead.whole.is_empty();
    Ok((!is_nothing).then_some(lead))
}

/// The names of the targets that a call asks for.
fn wanted(arguments: &[&str]) -> Vec<String> {
    let (mut plain, mut wanted) = (Vec::new(), Vec::new());
    let mut is_list = false;
    for word in arguments.iter().take_while(|word| **word != "--") {
        let (option, own) = match word.split_once('=') {
            Some((option, value)) if word.starts_with('-') => (option, Some(value)),
            _ => (*word, None),
        };
        if word.starts_with('-') {
            is_list = matches!(option, "-t" | "--target" | "--targets");
            wanted.extend(
                own.filter(|_| is_list)
                    .into_iter()
                    .flat_map(|own| own.split(',')),
            );
            is_list &= own.is_none();
        } else if is_list {
            wanted.extend(word.split(','));
        } else {
            plain.push(*word);
        }
    }
    match plain.as_slice() {
        ["run-many" | "affected", ..] => {}
        ["run", named, ..] => wanted.extend(named.split(':').nth(1)),
        [name, ..] if !BUILT_IN.contains(name) => wanted.push(name),
        _ => {}
    }
    let names = wanted.into_iter().filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// The names of the targets that a target needs.
fn needed(target: &Data) -> Vec<String> {
    let needs = target.get("dependsOn").map_or(&[][..], Data::list);
    let names = needs
        .iter()
        .filter_map(|need| need.text().or_else(|| need.get("target")?.text()));
    names
        .map(|name| {
            let name = name.trim_start_matches('^');
            name.rsplit(':').next().unwrap_or(name).to_owned()
        })
        .collect()
}

/// The script of a package that Nx runs as a target.
fn script(name: &str, package: &Package, lead: &mut Lead) {
    if !package.scripts().contains(&name) {
        return;
    }
    let place = Place {
        path: package.file.path.clone(),
        line: 1,
    };
    let call = Line::new(format!("npm run {name}"), &package.dir, place);
    lead.lines.push(call);
}

/// The commands of a target; they run at the top, unless it says where.
fn commands(file: &FoundFile, (top, inside): (&Path, &Path), target: &Data, lead: &mut Lead) {
    let place = Place {
        path: file.path.clone(),
        line: target.line,
    };
    let options = target.get("options").into_iter();
    let configurations = target.get("configurations").map_or(&[][..], Data::entries);
    let tables = options.chain(configurations.iter().map(|(_, data)| data));
    for table in std::iter::once(target).chain(tables) {
        let dir = match table.get("cwd").and_then(Data::text) {
            Some(typed) => at(
                top,
                &typed.replace("{projectRoot}", &inside.to_string_lossy()),
            ),
            None => top.to_owned(),
        };
        let listed = table.get("commands").map_or(&[][..], Data::list).iter();
        let listed =
            listed.filter_map(|entry| entry.text().or_else(|| entry.get("command")?.text()));
        let one = table.get("command").and_then(Data::text);
        for text in one.into_iter().chain(listed) {
            let text = text.replace("{projectRoot}", &inside.to_string_lossy());
            let text = text.replace("{workspaceRoot}", ".");
            lead.lines.push(Line::new(text, &dir, place.clone()));
        }
        if let Some(name) = table.get("script").and_then(Data::text) {
            lead.lines
                .push(Line::new(format!("npm run {name}"), inside, place.clone()));
        }
    }
}
