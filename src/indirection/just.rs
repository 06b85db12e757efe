//! just: the recipes of a justfile.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::just_text::{TopLevel, logical_lines, top_level};
use super::lead::{Lead, Line, Part, Place, at};
use super::tree::{Files, FoundFile};
use crate::base::fault::Result;

/// Options that are followed by a value.
const VALUED: [&str; 8] = [
    "--color",
    "--dotenv-filename",
    "--dotenv-path",
    "-E",
    "--shell",
    "--shell-arg",
    "--chooser",
    "--dump-format",
];

/// How many files may import each other.
const MOST_FILES: usize = 32;

/// A recipe.
struct Recipe {
    name: String,
    path: PathBuf,
    line: usize,
    /// The attributes and the line with the name, the parameters and what it depends on.
    head: String,
    body: Vec<(usize, String)>,
}

/// A line outside of recipes.
struct Item {
    path: PathBuf,
    line: usize,
    name: String,
    text: String,
    /// Whether it concerns every recipe.
    is_global: bool,
}

/// A justfile with what it imports.
#[derive(Default)]
struct Justfile {
    recipes: Vec<Recipe>,
    items: Vec<Item>,
}

/// What a call of just leads to.
pub(super) fn lead(arguments: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Lead> {
    let (mut named, mut works_in, mut words) = (None, None, Vec::new());
    let mut rest = arguments.iter().copied();
    while let Some(word) = rest.next() {
        let (option, own) = match word.split_once('=') {
            Some((option, value)) if word.starts_with("--") => (option, Some(value)),
            _ => (word, None),
        };
        match option {
            "-f" | "--justfile" => named = own.or_else(|| rest.next()),
            "-d" | "--working-directory" => works_in = own.or_else(|| rest.next()),
            "--set" => {
                rest.next();
                rest.next();
            }
            _ if VALUED.contains(&option) && own.is_none() => {
                rest.next();
            }
            _ if option.starts_with('-') => {}
            word => words.push(word),
        }
    }
    let file = match named {
        Some(named) => files.file(&at(dir, named))?,
        None => nearest(dir, files)?,
    };
    let Some(file) = file else {
        return Ok(Lead {
            whole: ["justfile", "Justfile", ".justfile"]
                .map(|name| dir.join(name))
                .into(),
            unresolved: Some("there is no justfile".to_owned()),
            ..Lead::default()
        });
    };
    let above = file.path.parent().unwrap_or(Path::new("")).to_owned();
    let works_in = works_in.map_or(above, |typed| at(dir, typed));
    let (mut lead, mut justfile) = (Lead::default(), Justfile::default());
    let mut seen = BTreeSet::new();
    read(&file, files, &mut justfile, &mut lead, &mut seen)?;
    let first = justfile.recipes.first().map(|recipe| recipe.name.clone());
    // A word after a recipe is its argument, or a recipe in turn.
    let goals: Vec<String> = if words.is_empty() {
        first.into_iter().collect()
    } else {
        words.iter().map(|word| (*word).to_owned()).collect()
    };
    let is_known = goals.first().is_some_and(|goal| justfile.has(goal));
    if !is_known {
        lead.give_up(&file, "the justfile has no such recipe");
    }
    let mut walk = Walk {
        justfile: &justfile,
        dir: &works_in,
        lead,
        seen: BTreeSet::new(),
    };
    for item in justfile.items.iter().filter(|item| item.is_global) {
        walk.lead
            .piece(&item.path, &item.name, item.line, &item.text);
        walk.refer(&item.text);
    }
    for goal in goals {
        walk.recipe(&goal);
    }
    let mut lead = walk.lead;
    // A shell of the tree.
    let settings = justfile
        .items
        .iter()
        .filter(|item| item.text.starts_with("set "));
    for path in settings.flat_map(|item| item.text.split(['\'', '"']).skip(1)) {
        if path.contains('/')
            && let Some(shell) = files.file(&at(&works_in, path))?
        {
            lead.count(&shell);
        }
    }
    variables(&justfile, arguments, &works_in, &mut lead);
    Ok(lead)
}

/// Counts the files from which recipes get variables, whether they exist or not.
fn variables(justfile: &Justfile, arguments: &[&str], dir: &Path, lead: &mut Lead) {
    let mut names = Vec::new();
    for item in &justfile.items {
        if item.text.starts_with("set dotenv") && !item.text.ends_with("false") {
            names.push(item.text.split(['\'', '"']).nth(1).unwrap_or(".env"));
        }
    }
    for (at, word) in arguments.iter().enumerate() {
        if word.starts_with("--dotenv-") || *word == "-E" {
            let own = word.split_once('=').map(|(_, value)| value);
            names.extend(own.or_else(|| arguments.get(at + 1).copied()));
        }
    }
    for name in names {
        // It is looked for in the directories above as well.
        lead.whole
            .extend(dir.ancestors().map(|dir| super::plain(&at(dir, name))));
    }
}

fn nearest(dir: &Path, files: &mut Files<'_>) -> Result<Option<FoundFile>> {
    for above in dir.ancestors() {
        for pattern in ["[jJ][uU][sS][tT][fF][iI][lL][eE]", ".justfile"] {
            for path in files.matching(above, pattern)? {
                if let Some(file) = files.file(&path)? {
                    return Ok(Some(file));
                }
            }
        }
    }
    Ok(None)
}

/// Reads a justfile and what it imports.
fn read(
    file: &FoundFile,
    files: &mut Files<'_>,
    justfile: &mut Justfile,
    lead: &mut Lead,
    seen: &mut BTreeSet<PathBuf>,
) -> Result<()> {
    if !seen.insert(file.path.clone()) || seen.len() > MOST_FILES {
        return Ok(());
    }
    lead.links(file);
    let dir = file.path.parent().unwrap_or(Path::new("")).to_owned();
    let mut attributes = String::new();
    let mut is_open = false;
    for (number, raw) in logical_lines(&file.text) {
        let text = raw.trim();
        if raw.starts_with([' ', '\t']) && is_open {
            if let Some(recipe) = justfile.recipes.last_mut() {
                recipe.body.push((number, text.to_owned()));
            }
            continue;
        }
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        is_open = false;
        match top_level(text) {
            TopLevel::Attribute => {
                attributes.push_str(text);
                attributes.push('\n');
            }
            TopLevel::Item(name, is_global) => {
                justfile.items.push(Item {
                    path: file.path.clone(),
                    line: number,
                    name,
                    text: text.to_owned(),
                    is_global,
                });
                if text.starts_with("import") || text.starts_with("mod") {
                    import(text, &dir, files, justfile, lead, seen)?;
                }
            }
            TopLevel::Recipe(name) => {
                is_open = true;
                justfile.recipes.push(Recipe {
                    name,
                    path: file.path.clone(),
                    line: number,
                    head: std::mem::take(&mut attributes) + text,
                    body: Vec::new(),
                });
            }
            TopLevel::Unknown => lead.give_up(file, "a line of the justfile is not understood"),
        }
    }
    Ok(())
}

fn import(
    text: &str,
    dir: &Path,
    files: &mut Files<'_>,
    justfile: &mut Justfile,
    lead: &mut Lead,
    seen: &mut BTreeSet<PathBuf>,
) -> Result<()> {
    let quoted = text.split(['\'', '"']).nth(1);
    let paths = match (quoted, text.split_whitespace().nth(1)) {
        (Some(path), _) => vec![at(dir, path)],
        (None, Some(name)) => ["{}.just", "{}/mod.just", "{}/justfile", "{}/.justfile"]
            .map(|place| dir.join(place.replace("{}", name)))
            .into(),
        (None, None) => Vec::new(),
    };
    for path in paths {
        let Some(file) = files.file(&path)? else {
            continue;
        };
        if text.starts_with("mod") {
            // Its recipes have names of their own, and are not told apart.
            let mut module = Justfile::default();
            read(&file, files, &mut module, lead, seen)?;
            lead.count(&file);
            for recipe in &module.recipes {
                lead.whole.insert(recipe.path.clone());
                let inside = recipe.path.parent().unwrap_or(Path::new(""));
                for (line, text) in &recipe.body {
                    let place = Place {
                        path: recipe.path.clone(),
                        line: *line,
                    };
                    let text = text.trim_start_matches(['@', '-']);
                    lead.beside.push(Line::new(text, inside, place));
                }
            }
        } else {
            read(&file, files, justfile, lead, seen)?;
        }
    }
    Ok(())
}

impl Justfile {
    fn has(&self, name: &str) -> bool {
        let mut names = self.recipes.iter().map(|recipe| recipe.name.as_str());
        names.any(|known| known == name) || self.item(name).is_some()
    }

    fn item(&self, name: &str) -> Option<&Item> {
        let mut items = self.items.iter();
        items.find(|item| item.name.strip_prefix("variable ") == Some(name))
    }
}

struct Walk<'j> {
    justfile: &'j Justfile,
    dir: &'j Path,
    lead: Lead,
    seen: BTreeSet<String>,
}

impl Walk<'_> {
    /// Follows every name in a text that is one of a recipe or a variable.
    fn refer(&mut self, text: &str) {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        for word in text.split(|c| !is_name(c)) {
            self.recipe(word);
        }
    }

    /// Follows a recipe, a variable or an alias.
    fn recipe(&mut self, name: &str) {
        if !self.justfile.has(name) || !self.seen.insert(name.to_owned()) {
            return;
        }
        if let Some(item) = self.justfile.item(name) {
            self.lead
                .piece(&item.path, &item.name, item.line, &item.text);
            self.refer(&item.text);
        }
        let named = |recipe: &&Recipe| recipe.name == name;
        for recipe in self.justfile.recipes.iter().filter(named) {
            let body = recipe.body.iter().map(|(_, text)| text.as_str());
            let is_script = recipe
                .body
                .first()
                .is_some_and(|(_, text)| text.starts_with("#!"));
            // A comment of one line runs nothing.
            let is_comment = |text: &str| {
                text.trim_start_matches('@').starts_with('#')
                    && !text.ends_with('\\')
                    && !text.contains("{{")
            };
            let body: Vec<&str> = body.filter(|text| is_script || !is_comment(text)).collect();
            let whole = format!("{}\n{}", recipe.head, body.join("\n"));
            let (head, needs) = recipe.head.rsplit_once(':').unwrap_or((&recipe.head, ""));
            let mut parts = Vec::new();
            if !is_script && !recipe.head.contains('(') {
                let step = |text: &str| Part::Step(text.to_owned());
                parts.push(Part::Frame(head.to_owned()));
                parts.extend(needs.split_whitespace().map(step));
                parts.push(Part::Frame("body".to_owned()));
                parts.extend(body.iter().map(|text| step(text)));
            }
            self.lead.steps(
                (&recipe.path, recipe.line),
                &format!("recipe {name}"),
                whole.trim_end(),
                parts,
            );
            self.refer(needs);
            for braced in whole.split("{{").skip(1) {
                self.refer(braced.split("}}").next().unwrap_or_default());
            }
            self.body(recipe);
        }
    }

    fn body(&mut self, recipe: &Recipe) {
        let line = |number: usize, text: &str| {
            let place = Place {
                path: recipe.path.clone(),
                line: number,
            };
            Line::new(text, self.dir, place)
        };
        let first = recipe.body.first().map(|(_, text)| text.as_str());
        if let Some(program) = first.and_then(|first| first.strip_prefix("#!")) {
            let body: Vec<&str> = recipe.body.iter().map(|(_, text)| text.as_str()).collect();
            self.lead.lines.push(Line {
                errexit: program.contains(" -e"),
                ..line(recipe.line + 1, &body.join("\n"))
            });
            if !program.contains("sh") {
                let why = "the recipe is a script in another language".to_owned();
                self.lead.unresolved.get_or_insert(why);
            }
            return;
        }
        if recipe.body.is_empty() {
            self.lead.lines.push(line(recipe.line, ""));
        }
        let (mut pending, mut begin) = (String::new(), 0);
        for (number, text) in &recipe.body {
            begin = if pending.is_empty() { *number } else { begin };
            if let Some(open) = text.strip_suffix('\\') {
                pending.push_str(open);
                continue;
            }
            let whole = std::mem::take(&mut pending) + text;
            let bare = whole.trim_start_matches(['@', '-']);
            let is_ignored = whole[..whole.len() - bare.len()].contains('-');
            let plain = bare.replace("{{", "$just_").replace("}}", "");
            self.lead
                .lines
                .push(line(begin, &plain).ignored(is_ignored));
        }
    }
}
