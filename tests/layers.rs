//! The rooms stand in one strict order, each using only those before it, and no file uses, by whatever
//! way round, one that uses it. `src/lib.rs` describes the rooms.
//!
//! What is seen are paths, in `use` and elsewhere. A method that is called is not: where its type comes from
//! is what counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Item, UseTree, Visibility};

/// The rooms, from the ground up. The catalogue of rules is apart: the configuration reads it, and is
/// read by the rules themselves.
const ROOMS: [&str; 28] = [
    "platform",
    "base",
    "model",
    "shell",
    "tools",
    "commands",
    "message",
    "git",
    "indirection",
    "detect",
    "rules::catalogue",
    "config",
    "rules",
    "guard",
    "plan",
    "event",
    "findings",
    "launch",
    "view",
    "run",
    "fix",
    "receipt",
    "install",
    "report",
    "shard",
    "flow",
    "doctor",
    "cli",
];

/// Files that hold tests and nothing else.
const TESTS: [&str; 4] = ["tests", "lexer_tests", "table_tests", "harness"];

/// What lies outside of `src`, or in `src/lib.rs` itself.
const OUTSIDE: [&str; 2] = ["required", "internals"];

/// A path of modules, below the crate.
type Module = Vec<String>;

/// A name that a module hands on from another one, and where it is from.
type Reexports = BTreeMap<(Module, String), Module>;

/// What a file uses, as paths below the crate.
#[derive(Default)]
struct Uses {
    module: Module,
    /// Whether it is a `mod.rs`, whose `pub use` only hands names on.
    is_face: bool,
    paths: BTreeSet<Module>,
    /// Paths that begin with the name of a child module, or with one that was imported.
    relative: BTreeSet<Module>,
    /// What imported names stand for.
    imported: BTreeMap<String, Module>,
    reexports: Vec<(String, Module)>,
    /// How many modules deep in the file we are.
    depth: usize,
}

impl Uses {
    /// Notes a path, unless it is a single name.
    fn path(&mut self, parts: Module) {
        if parts.len() < 2 {
            return;
        }
        match self.absolute(&parts) {
            Some(path) => self.paths.insert(path),
            None => self.relative.insert(parts),
        };
    }

    /// A path as one below the crate; `None` if it leads out of it.
    fn absolute(&self, path: &[String]) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" if self.depth == 0 => Some([&self.module[..], rest].concat()),
            "super" => {
                let levels = path.iter().take_while(|part| *part == "super").count();
                let levels = levels.checked_sub(self.depth)?;
                let end = self.module.len().checked_sub(levels)?;
                let rest = &path[levels + self.depth..];
                Some([&self.module[..end], rest].concat())
            }
            _ => None,
        }
    }

    fn tree(&mut self, prefix: &[String], tree: &UseTree, is_public: bool) {
        match tree {
            UseTree::Path(path) => {
                let prefix = [prefix, &[path.ident.to_string()]].concat();
                self.tree(&prefix, &path.tree, is_public);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.tree(prefix, tree, is_public);
                }
            }
            UseTree::Name(name) => self.leaf(prefix, &name.ident, &name.ident, is_public),
            UseTree::Rename(name) => self.leaf(prefix, &name.ident, &name.rename, is_public),
            UseTree::Glob(_) => {
                self.paths.extend(self.absolute(prefix));
            }
        }
    }

    fn leaf(&mut self, prefix: &[String], name: &syn::Ident, known: &syn::Ident, is_public: bool) {
        let mut path = prefix.to_vec();
        if name != "self" {
            path.push(name.to_string());
        }
        let absolute = self.absolute(&path);
        if is_public && self.depth == 0 && self.is_face {
            // A child is named without `self`.
            let child = || [&self.module[..], &path].concat();
            let target = absolute.unwrap_or_else(child);
            self.reexports.push((known.to_string(), target));
        } else if let Some(absolute) = absolute {
            self.imported.insert(known.to_string(), absolute.clone());
            self.paths.insert(absolute);
        } else {
            self.relative.insert(path);
        }
    }
}

impl<'a> Visit<'a> for Uses {
    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        let is_public = !matches!(item.vis, Visibility::Inherited);
        self.tree(&[], &item.tree, is_public);
    }

    // For whom something is visible is no use of it.
    fn visit_visibility(&mut self, _: &'a Visibility) {}

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        self.depth += 1;
        visit::visit_item_mod(self, item);
        self.depth -= 1;
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        let parts = path.segments.iter().map(|part| part.ident.to_string());
        let parts: Vec<String> = parts.collect();
        self.path(parts);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'a syn::Macro) {
        // What a macro is given is no syntax yet, but a path can be seen in it.
        let text = call.tokens.to_string().replace(" :: ", "::");
        let is_end = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':'));
        for word in text.split(is_end).filter(|word| word.contains("::")) {
            self.path(word.split("::").map(str::to_owned).collect());
        }
        visit::visit_macro(self, call);
    }
}

struct House {
    files: BTreeMap<Module, PathBuf>,
    /// What is resolved once every file is known: the module, its paths, and what it has imported.
    relative: Vec<(Module, BTreeSet<Module>, BTreeMap<String, Module>)>,
    uses: BTreeMap<Module, BTreeSet<Module>>,
    reexports: Reexports,
}

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

impl House {
    /// Reads every file of `src`, with its unit tests or without.
    fn read(has_tests: bool) -> Self {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = Vec::new();
        sources(&src, &mut files);
        let mut house = Self {
            files: BTreeMap::new(),
            relative: Vec::new(),
            uses: BTreeMap::new(),
            reexports: Reexports::new(),
        };
        for file in files {
            let relative = file.strip_prefix(&src).unwrap().with_extension("");
            let parts = relative
                .iter()
                .map(|part| part.to_str().unwrap().to_owned());
            let mut module: Module = parts.collect();
            match module.last().map(String::as_str) {
                Some("lib" | "main") => continue,
                Some("mod") => {
                    module.pop();
                }
                // Tests in a file of their own belong to the module beside them.
                Some(name) if !has_tests && TESTS.contains(&name) => continue,
                _ => {}
            }
            let mut syntax = syn::parse_file(&fs::read_to_string(&file).unwrap()).unwrap();
            if !has_tests {
                syntax.items.retain(|item| !is_test(item));
            }
            let mut uses = Uses {
                module: module.clone(),
                is_face: file.ends_with("mod.rs"),
                ..Uses::default()
            };
            uses.visit_file(&syntax);
            for (name, target) in uses.reexports {
                house.reexports.insert((module.clone(), name), target);
            }
            house.uses.insert(module.clone(), uses.paths);
            house
                .relative
                .push((module.clone(), uses.relative, uses.imported));
            house.files.insert(module, file);
        }
        house.resolve();
        house
    }

    /// Finds out where paths lead that begin with the name of a module.
    fn resolve(&mut self) {
        for (module, paths, imported) in std::mem::take(&mut self.relative) {
            for path in paths {
                let child = [&module[..], &path[..1]].concat();
                let start = match imported.get(&path[0]) {
                    Some(imported) => imported.clone(),
                    None if self.files.contains_key(&child) => child,
                    None => continue,
                };
                let whole = [&start[..], &path[1..]].concat();
                self.uses.entry(module.clone()).or_default().insert(whole);
            }
        }
        // A path below the crate leads to a file, or something was overlooked.
        let all = self.uses.values().flatten();
        let mut lost =
            all.filter(|path| self.home(path).is_none() && !OUTSIDE.contains(&path[0].as_str()));
        assert_eq!(lost.next(), None);
    }

    /// The file that a path leads to, by way of all that hands it on.
    fn home(&self, path: &[String]) -> Option<Module> {
        let longest = (1..=path.len()).rev().map(|end| &path[..end]);
        let module = longest
            .into_iter()
            .find(|part| self.files.contains_key(*part))?;
        let Some(name) = path.get(module.len()) else {
            return Some(module.to_vec());
        };
        match self.reexports.get(&(module.to_vec(), name.clone())) {
            Some(target) if target.as_slice() != path => self.home(target),
            _ => Some(module.to_vec()),
        }
    }

    /// Every arrow, from a file to one that it uses.
    fn arrows(&self) -> BTreeMap<&Module, BTreeSet<Module>> {
        let all = self.uses.iter().map(|(module, paths)| {
            let homes = paths.iter().filter_map(|path| self.home(path));
            (module, homes.filter(|home| home != module).collect())
        });
        all.collect()
    }
}

fn is_test(item: &Item) -> bool {
    let Item::Mod(module) = item else {
        return false;
    };
    let mut attributes = module.attrs.iter();
    attributes.any(|one| one.path().is_ident("cfg") && quoted(one).contains("test"))
}

fn quoted(attribute: &syn::Attribute) -> String {
    match &attribute.meta {
        syn::Meta::List(list) => list.tokens.to_string(),
        _ => String::new(),
    }
}

/// Which room a file is in, counted from the ground.
fn room(module: &[String]) -> usize {
    let name = module.join("::");
    let is_in = |room: &str| name == room || name.starts_with(&format!("{room}::"));
    let rooms = ROOMS.iter().enumerate().filter(|(_, room)| is_in(room));
    let longest = rooms.max_by_key(|(_, room)| room.len());
    longest.unwrap_or_else(|| panic!("{name} is in no room")).0
}

#[test]
fn every_room_uses_only_those_below_it() {
    let house = House::read(true);
    let mut arrows = 0;
    let mut upward = Vec::new();
    for (module, used) in house.arrows() {
        for other in used {
            arrows += 1;
            if room(&other) > room(module) {
                upward.push(format!("{} uses {}", module.join("::"), other.join("::")));
            }
        }
    }
    assert_eq!(upward, [""; 0]);
    assert!(arrows > 1000, "the test has found only {arrows} arrows");
}

#[test]
fn no_file_is_used_by_what_it_uses() {
    let house = House::read(false);
    let mut left = house.arrows();
    // What uses nothing that is left can be in no circle.
    loop {
        let ends: Vec<Module> = left
            .iter()
            .filter(|(_, used)| !used.iter().any(|other| left.contains_key(other)))
            .map(|(module, _)| (*module).clone())
            .collect();
        if ends.is_empty() {
            break;
        }
        left.retain(|module, _| !ends.contains(module));
    }
    // Neither can what is used by nothing that is left.
    loop {
        let used: BTreeSet<Module> = left.values().flatten().cloned().collect();
        let before = left.len();
        left.retain(|module, _| used.contains(*module));
        if left.len() == before {
            break;
        }
    }
    let circles: Vec<String> = left
        .iter()
        .flat_map(|(module, used)| {
            let inside = used.iter().filter(|other| left.contains_key(other));
            inside.map(|other| format!("{} uses {}", module.join("::"), other.join("::")))
        })
        .collect();
    assert_eq!(circles, [""; 0]);
}
