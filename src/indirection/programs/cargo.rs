//! Packages of Rust that cargo compiles and runs.

use std::path::{Path, PathBuf};

use super::purpose::{Purpose, has_suffix, purpose};
use crate::base::fault::Result;
use crate::indirection::data::{self, Data};
use crate::indirection::lead::{Lead, at};
use crate::indirection::tree::{Files, FoundFile, plain};

/// Directories of a package whose files are not a part of its programs.
const NOT_PROGRAMS: [&str; 4] = ["benches", "examples", "target", "tests"];

/// How many files of a package count.
const MOST_FILES: usize = 500;

/// A package with its manifest.
struct Package {
    dir: PathBuf,
    file: FoundFile,
    data: Data,
}

/// What `cargo run` is asked for.
#[derive(Default)]
struct Asked<'w> {
    manifest: Option<&'w str>,
    package: Option<&'w str>,
    program: Option<&'w str>,
}

/// Whether cargo takes a word in place of a command for a script that it compiles and runs.
pub(in crate::indirection) fn is_script(word: &str) -> bool {
    has_suffix(word, "rs")
}

/// What `cargo run` leads to, with the arguments after `run`; `None` if it runs the program under test.
pub(in crate::indirection) fn lead(
    arguments: &[&str],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let asked = asked(arguments);
    let start = match asked.manifest {
        Some(path) => match plain(&at(dir, path)) {
            path if path.ends_with("Cargo.toml") => path.parent().map(Path::to_owned),
            path => Some(path),
        },
        None => Some(plain(dir)),
    };
    let Some(nearest) = start.map_or(Ok(None), |start| nearest(&start, files))? else {
        return Ok(None);
    };
    let members = workspace(&nearest.dir, files)?;
    let package = match asked.package {
        Some(spec) => {
            let name = spec.split(['@', ':']).next().unwrap_or(spec);
            members.iter().find(|package| package.name() == Some(name))
        }
        None => match asked.program {
            // Any package of the workspace may have it.
            Some(program) if nearest.name().is_none() => {
                let mut all = members.iter();
                all.find(|package| package.has_program(program))
            }
            _ => members.iter().find(|package| package.dir == nearest.dir),
        },
    };
    let package = package.unwrap_or(&nearest);
    let aliases = aliases(dir, files)?;
    let mut lead = Lead::default();
    if is_tool(package, &members, &aliases) {
        count(package, &members, &aliases, files, &mut lead)?;
    } else if let Some(program) = asked.program {
        further_program(package, program, files, &mut lead)?;
    }
    if lead.whole.is_empty() {
        return Ok(None);
    }
    lead.unresolved = Some("cargo compiles it".to_owned());
    Ok(Some(lead))
}

fn asked<'w>(arguments: &[&'w str]) -> Asked<'w> {
    let mut asked = Asked::default();
    let mut words = arguments.iter().copied().take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        let (option, joined) = match word.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (word, None),
        };
        let place = match option {
            "--manifest-path" => &mut asked.manifest,
            "-p" | "--package" => &mut asked.package,
            "--bin" => &mut asked.program,
            _ => {
                if let Some(name) = word.strip_prefix("-p").filter(|name| !name.is_empty()) {
                    asked.package = Some(name);
                }
                continue;
            }
        };
        *place = joined.or_else(|| words.next());
    }
    asked
}

impl Package {
    fn read(dir: &Path, files: &mut Files<'_>) -> Result<Option<Self>> {
        let Some(file) = files.file(&dir.join("Cargo.toml"))? else {
            return Ok(None);
        };
        let data = data::toml(&file.text);
        Ok(data.map(|data| Self {
            dir: dir.to_owned(),
            file,
            data,
        }))
    }

    fn name(&self) -> Option<&str> {
        self.data.at(&["package", "name"])?.text()
    }

    fn programs(&self) -> &[Data] {
        self.data.get("bin").map_or(&[], Data::list)
    }

    fn has_program(&self, name: &str) -> bool {
        let mut programs = self.programs().iter();
        self.name() == Some(name)
            || programs.any(|program| program.get("name").and_then(Data::text) == Some(name))
    }

    /// The packages that it depends on, each with its path, if it has one.
    fn dependencies(&self) -> Vec<(&str, Option<&str>)> {
        const TABLES: [&str; 3] = ["dependencies", "build-dependencies", "dev-dependencies"];
        let targets = self.data.get("target").map_or(&[][..], Data::entries);
        let places = std::iter::once(&self.data).chain(targets.iter().map(|(_, data)| data));
        let tables = places.flat_map(|data| TABLES.into_iter().filter_map(|table| data.get(table)));
        let all = tables.flat_map(Data::entries).map(|(name, data)| {
            let renamed = data.get("package").and_then(Data::text);
            let path = data.get("path").and_then(Data::text);
            (renamed.unwrap_or(name), path)
        });
        all.collect()
    }

    /// Whether its name or its place say that it is a tool.
    fn is_named_tool(&self) -> bool {
        let is_xtask = self.name().is_some_and(|name| name.contains("xtask"));
        is_xtask || purpose(&self.dir) == Purpose::Tool
    }
}

/// The package of a directory, or the one around it.
fn nearest(dir: &Path, files: &mut Files<'_>) -> Result<Option<Package>> {
    for dir in dir.ancestors() {
        if let Some(package) = Package::read(dir, files)? {
            return Ok(Some(package));
        }
    }
    Ok(None)
}

/// The packages of the workspace that a directory belongs to, or only its own.
fn workspace(dir: &Path, files: &mut Files<'_>) -> Result<Vec<Package>> {
    let mut own = Vec::new();
    for above in dir.ancestors() {
        let Some(package) = Package::read(above, files)? else {
            continue;
        };
        let Some(members) = package.data.at(&["workspace"]) else {
            if above == dir {
                own.push(package);
            }
            continue;
        };
        let patterns = members.get("members").map_or(Vec::new(), Data::texts);
        let patterns: Vec<String> = patterns.into_iter().map(str::to_owned).collect();
        let mut packages = vec![package];
        for pattern in patterns {
            for found in files.matching(above, &pattern)? {
                if packages.iter().all(|package| package.dir != found) {
                    packages.extend(Package::read(&found, files)?);
                }
            }
        }
        // A package that is no member stands alone, unless another one depends on it.
        if packages.iter().all(|package| package.dir != dir) {
            packages.extend(own);
        }
        return Ok(packages);
    }
    Ok(own)
}

/// The packages that aliases of cargo run.
fn aliases(dir: &Path, files: &mut Files<'_>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for above in dir.ancestors() {
        for name in [".cargo/config.toml", ".cargo/config"] {
            let text = files.text(&above.join(name))?;
            let Some(data) = text.as_deref().and_then(data::toml) else {
                continue;
            };
            for (_, alias) in data.get("alias").map_or(&[][..], Data::entries) {
                let words = alias.texts().join(" ");
                let words: Vec<&str> = words.split_whitespace().collect();
                if matches!(words.first(), Some(&("run" | "r"))) {
                    found.extend(asked(&words[1..]).package.map(str::to_owned));
                }
            }
        }
    }
    Ok(found)
}

/// Whether a package is a tool of the project, and not a part of the program under test: it is not at the top
/// of the tree, nothing else depends on it, and its name, its place, or an alias and `publish =
/// false` say so.
fn is_tool(package: &Package, members: &[Package], aliases: &[String]) -> bool {
    let Some(name) = package.name() else {
        return false;
    };
    let is_needed = members.iter().any(|other| {
        let needs = || {
            other
                .dependencies()
                .iter()
                .any(|(needed, _)| *needed == name)
        };
        other.dir != package.dir && !other.is_named_tool() && needs()
    });
    if package.dir == Path::new("") || is_needed {
        return false;
    }
    let is_unpublished = package
        .data
        .at(&["package", "publish"])
        .is_some_and(|publish| publish.shown() == "false" || publish.shown() == "[]");
    package.is_named_tool() || is_unpublished && aliases.iter().any(|alias| alias == name)
}

/// Counts the sources of a tool, what its manifest says of programs, and the tools that it depends on.
fn count(
    package: &Package,
    members: &[Package],
    aliases: &[String],
    files: &mut Files<'_>,
    lead: &mut Lead,
) -> Result<()> {
    const OF_PROGRAMS: [&[&str]; 4] = [
        &["bin"],
        &["lib"],
        &["package", "build"],
        &["package", "default-run"],
    ];
    let mut queue = vec![package];
    let mut known: Vec<&Path> = Vec::new();
    while let Some(package) = queue.pop() {
        if known.contains(&package.dir.as_path()) {
            continue;
        }
        known.push(&package.dir);
        lead.links(&package.file);
        for keys in OF_PROGRAMS {
            if let Some(value) = package.data.at(keys) {
                lead.value(&package.file.path, &keys.join("."), value);
            }
        }
        for (name, path) in package.dependencies() {
            if let Some(path) = path {
                let name = format!("path of {name}");
                lead.piece(&package.file.path, &name, 1, path);
            }
            let mut members = members.iter();
            let needed = members.find(|other| other.name() == Some(name));
            queue.extend(needed.filter(|other| is_tool(other, &[], aliases)));
        }
        sources(&package.dir, files, lead)?;
    }
    Ok(())
}

/// Counts the sources below a directory, without those of other packages.
fn sources(dir: &Path, files: &mut Files<'_>, lead: &mut Lead) -> Result<()> {
    let mut dirs = vec![dir.to_owned()];
    while let Some(above) = dirs.pop() {
        for name in files.list(&above)? {
            let path = above.join(&name);
            let name = name.to_string_lossy().into_owned();
            let is_other = NOT_PROGRAMS.contains(&name.as_str()) || name.starts_with('.');
            if has_suffix(&name, "rs") {
                if let Some(file) = files.file(&path)?
                    && lead.whole.len() < MOST_FILES
                {
                    lead.count(&file);
                }
            } else if !is_other
                && files.is_directory(&path)?
                && files.file(&path.join("Cargo.toml"))?.is_none()
            {
                dirs.push(path);
            }
        }
    }
    Ok(())
}

/// Counts a program that is not the main one of its package, by its own file or directory.
fn further_program(
    package: &Package,
    program: &str,
    files: &mut Files<'_>,
    lead: &mut Lead,
) -> Result<()> {
    let declared = package
        .programs()
        .iter()
        .find(|data| data.get("name").and_then(Data::text) == Some(program));
    let path = declared.and_then(|data| data.get("path")?.text());
    let default = package.data.at(&["package", "default-run"]);
    let default = default.and_then(Data::text);
    let main = files.file(&package.dir.join("src/main.rs"))?;
    let has_other_main = main.is_some() || default.is_some_and(|main| main != program);
    let is_main = package.name() == Some(program) || default == Some(program) || !has_other_main;
    if let Some(path) = path {
        let path = plain(&package.dir.join(path));
        let dir = path.parent().unwrap_or(Path::new(""));
        if (!is_main || purpose(dir) == Purpose::Tool)
            && let Some(file) = files.file(&path)?
        {
            lead.value(
                &package.file.path,
                &format!("bin.{program}"),
                declared.unwrap_or(&package.data),
            );
            lead.count(&file);
        }
        return Ok(());
    }
    if is_main {
        return Ok(());
    }
    let own = package.dir.join("src/bin");
    if let Some(file) = files.file(&own.join(format!("{program}.rs")))? {
        lead.count(&file);
    } else if files.file(&own.join(program).join("main.rs"))?.is_some() {
        sources(&own.join(program), files, lead)?;
    }
    Ok(())
}
