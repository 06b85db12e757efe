//! A translation while it is made: entries of a manager's configuration on their way to gates.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::file_types;
use super::script::{FILES, Idle, does_nothing, is_task, pieces, rewrites, writes};
use crate::base::fault::Result;
use crate::base::text::clean_line;
use crate::detect::detected::{Detected, NamedDraft, Settings, Translated, unique_name};
use crate::detect::draft::{Draft, Found};
use crate::detect::evidence::{Evidence, FileSelection, NotTaken, Origin, Place, Ran};
use crate::detect::launchers::started;
use crate::detect::project::Project;
use crate::detect::{editor_config, follow, select};
use crate::tools::UNKNOWN_CHECKER;

/// One entry of a manager's configuration.
#[derive(Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Entry {
    /// What the manager calls it.
    pub(super) name: String,
    /// Where it stands.
    pub(super) place: Place,
    /// Where it runs.
    pub(super) dir: PathBuf,
    /// The variables that are set for it.
    pub(super) env: BTreeMap<String, String>,
    /// Whether it runs at a push only.
    pub(super) is_at_push: bool,
    /// The files whose changes make it run, and those that are handed to it.
    pub(super) files: FileSelection,
    /// Whether it is only handed files that its tool is about, besides.
    pub(super) narrows: bool,
    /// Whether the manager takes what it changes into the commit.
    pub(super) fixes: bool,
    /// Whether each of its commands counts as an entry, as in a script that the project has written.
    pub(super) is_list: bool,
    /// The version of its tool that the manager would install.
    pub(super) version: Option<String>,
    /// What to know about its gates, a line each.
    pub(super) remarks: Vec<String>,
}

/// What came of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It calls lint-staged, whose configuration is to be translated in its place.
    CallsLintStaged,
    /// Everything else.
    Settled,
}

pub(super) struct Translation<'p, 't> {
    pub(super) project: &'p Project<'t>,
    /// What gatekeeper's own settings stand for.
    pub(super) settings: Settings,
    gates: Vec<NamedDraft>,
    names: BTreeSet<String>,
    not_taken: Vec<NotTaken>,
    /// How many entries there are, and how many are gates or settings now.
    translated: Translated,
}

impl<'p, 't> Translation<'p, 't> {
    pub(super) fn new(project: &'p Project<'t>) -> Self {
        Self {
            project,
            settings: Settings::default(),
            gates: Vec::new(),
            names: BTreeSet::new(),
            not_taken: Vec::new(),
            translated: Translated::default(),
        }
    }

    pub(super) fn finish(mut self, file: PathBuf) -> Detected {
        for (key, check) in editor_config::checks(self.project) {
            self.settings.checks.entry(key).or_insert(check);
        }
        Detected {
            gates: self.gates,
            not_taken: self.not_taken,
            settings: self.settings,
            translated: Some(Translated {
                file,
                ..self.translated
            }),
            ..Detected::default()
        }
    }

    /// An entry that does not become a gate.
    pub(super) fn refuse(&mut self, place: &Place, what: &str, reason: impl Into<String>) {
        self.translated.entries += 1;
        self.note(place, what, reason);
    }

    /// An entry that a setting of gatekeeper stands for.
    pub(super) fn set(&mut self) {
        self.translated.entries += 1;
        self.translated.taken += 1;
    }

    /// A part of an entry, or of the whole file, that is not translated.
    pub(super) fn note(&mut self, place: &Place, what: &str, reason: impl Into<String>) {
        self.not_taken.push(NotTaken {
            place: place.clone(),
            what: clean_line(what.lines().next().unwrap_or_default().trim().as_bytes()),
            reason: reason.into(),
        });
    }

    /// An entry that is one call. `takes_files`: whether it is handed the names of files at its end.
    pub(super) fn call(
        &mut self,
        entry: &Entry,
        words: &[String],
        takes_files: bool,
    ) -> Result<()> {
        self.translated.entries += 1;
        let drafts = self.drafts(entry, words, takes_files)?;
        self.translated.taken += 1;
        let is_one = drafts.len() == 1;
        self.push(entry, drafts, is_one);
        Ok(())
    }

    /// An entry that searches files, by a call of grep: it fails where something is found.
    pub(super) fn search(&mut self, entry: &Entry, words: &[String]) {
        let draft = Draft {
            success_codes: &[1],
            rewrites: false,
            ..plain(entry, words.to_vec(), true, false)
        };
        self.translated.entries += 1;
        self.translated.taken += 1;
        self.push(entry, vec![draft], true);
    }

    /// An entry that is one script for a shell, as it is.
    pub(super) fn refusal(&mut self, entry: &Entry, text: &str) {
        let draft = Draft {
            script: Some(text.to_owned()),
            rewrites: false,
            ..plain(entry, Vec::new(), true, false)
        };
        self.translated.entries += 1;
        self.translated.taken += 1;
        self.push(entry, vec![draft], true);
    }

    /// An entry that is a script for a shell, in which [`FILES`] stands for the names of files.
    pub(super) fn script(&mut self, entry: &Entry, text: &str) -> Result<Outcome> {
        let mut outcome = Outcome::Settled;
        let (mut drafts, mut refused) = (Vec::new(), Vec::new());
        for piece in pieces(text) {
            let entry = Entry {
                place: Place {
                    line: entry.place.line + piece.line,
                    ..entry.place.clone()
                },
                ..entry.clone()
            };
            let taken = match &piece.what {
                Ran::Script(text) => whole(&entry, text),
                Ran::Call { words, .. } => self.words(&entry, words)?,
            };
            match taken {
                Taken::Drafts(taken) => drafts.push((entry, taken)),
                Taken::LintStaged => outcome = Outcome::CallsLintStaged,
                Taken::Refused(reason) => refused.push((entry.place, piece.shown(), reason)),
                Taken::Nothing => {}
            }
        }
        let translated = if entry.is_list {
            drafts.len()
        } else {
            1.min(drafts.len())
        };
        let is_idle = drafts.is_empty() && refused.is_empty() && outcome == Outcome::Settled;
        if is_idle && !entry.is_list {
            refused.push((
                entry.place.clone(),
                text.to_owned(),
                "it checks nothing".to_owned(),
            ));
        }
        self.translated.taken += translated;
        self.translated.entries += if entry.is_list {
            drafts.len() + refused.len()
        } else {
            1.min(drafts.len() + refused.len())
        };
        for (place, what, reason) in refused {
            self.note(&place, &what, reason);
        }
        let is_one =
            entry.is_list || drafts.iter().map(|(_, drafts)| drafts.len()).sum::<usize>() == 1;
        for (entry, drafts) in drafts {
            self.push(&entry, drafts, is_one);
        }
        Ok(outcome)
    }

    /// A call in a script.
    fn words(&self, entry: &Entry, words: &[String]) -> Result<Taken> {
        let mut plain = started(words).words;
        let is_manager = |word: &String| {
            ["lint-staged", "pre-commit", "prek", "lefthook"].contains(&word.as_str())
        };
        // `yarn lint-staged` starts it as well.
        if plain.get(1).is_some_and(is_manager)
            && matches!(plain[0].as_str(), "yarn" | "pnpm" | "bun")
        {
            plain.remove(0);
        }
        match plain.first().map(String::as_str) {
            None => return Ok(Taken::Nothing),
            Some("lint-staged") => return Ok(Taken::LintStaged),
            Some("pre-commit" | "prek") => {
                return Ok(Taken::Refused(
                    "see `gatekeeper init --from pre-commit`".to_owned(),
                ));
            }
            Some("lefthook") => {
                return Ok(Taken::Refused(
                    "see `gatekeeper init --from lefthook`".to_owned(),
                ));
            }
            Some(_) => {}
        }
        match does_nothing(&plain) {
            Idle::Says(reason) => return Ok(Taken::Refused(reason.to_owned())),
            Idle::Silent => return Ok(Taken::Nothing),
            Idle::No => {}
        }
        let mut words = words.to_vec();
        let before = words.len();
        words.retain(|word| word != FILES);
        let takes_files = words.len() < before;
        Ok(Taken::Drafts(self.drafts(entry, &words, takes_files)?))
    }

    /// The gates of a call: of the tool, of the tools that it leads to, or of the call as it is.
    fn drafts(&self, entry: &Entry, words: &[String], takes_files: bool) -> Result<Vec<Draft>> {
        let started = started(words);
        let found = Found {
            started: &started,
            files: Some(&entry.files).filter(|_| takes_files),
            handed: Some(&entry.files),
            dir: &entry.dir,
            env: &entry.env,
            origin: Origin::Hook,
            is_at_push: entry.is_at_push,
            places: std::slice::from_ref(&entry.place),
        };
        let mut drafts: Vec<Draft> = Draft::new(&found).into_iter().collect();
        if drafts.is_empty() && !takes_files && is_task(words) {
            let evidence = Evidence {
                what: Ran::Script(shell_words::join(words)),
                dir: entry.dir.clone(),
                env: entry.env.clone(),
                origin: Origin::Hook,
                is_at_push: entry.is_at_push,
                place: entry.place.clone(),
            };
            let followed = follow::one(self.project, &evidence)?;
            if followed.not_taken.is_empty() && followed.unknown.is_empty() {
                drafts = followed.drafts;
            }
        }
        for draft in &mut drafts {
            select::name_targets(self.project, draft);
            if takes_files && !draft.takes_files {
                draft.remarks.push(WHOLE.to_owned());
            }
            if !entry.files.files.is_empty() {
                let places = entry.files.files.clone();
                draft.files = if entry.narrows {
                    let names = draft.checker.files.iter().map(|&glob| glob.to_owned());
                    file_types::both(places, names.collect())
                } else {
                    places
                };
            }
            draft.exclude.clone_from(&entry.files.exclude);
            draft.version.clone_from(&entry.version);
            draft.remarks.extend(entry.remarks.iter().cloned());
        }
        if drafts.is_empty() {
            let fixes = entry.fixes || rewrites(&words.join(" "));
            drafts.push(plain(entry, words.to_vec(), takes_files, fixes));
        }
        Ok(drafts)
    }

    /// Adds gates. `is_one`: the entry has only one, which gets its name.
    fn push(&mut self, entry: &Entry, drafts: Vec<Draft>, is_one: bool) {
        for draft in drafts {
            let is_known = !std::ptr::eq(draft.checker, &raw const UNKNOWN_CHECKER);
            let is_nameless = entry.name.is_empty() || entry.is_list && draft.script.is_none();
            let base = match (is_one, entry.name.as_str()) {
                _ if is_nameless && is_known => draft.checker.name.to_owned(),
                _ if is_nameless => call_name(&draft),
                (true, name) => name.to_owned(),
                (false, name) if draft.script.is_some() => name.to_owned(),
                (false, name) if is_known && name.contains(draft.checker.name) => name.to_owned(),
                (false, name) if is_known => format!("{name}-{}", draft.checker.name),
                (false, name) => format!("{name}-{}", call_name(&draft)),
            };
            // The same gate twice, as lint-staged has it for several patterns, is one with more files.
            let same = self.gates.iter_mut().find(|other| {
                let other = &other.draft;
                other.shown() == draft.shown()
                    && other.dir == draft.dir
                    && other.env == draft.env
                    && other.is_at_push == draft.is_at_push
                    && other.exclude == draft.exclude
                    && other.files.is_empty() == draft.files.is_empty()
            });
            if let Some(same) = same {
                for glob in draft.files {
                    if !same.draft.files.contains(&glob) {
                        same.draft.files.push(glob);
                    }
                }
                let place = &entry.place;
                same.draft.remarks.push(format!("also in {place}"));
                continue;
            }
            let name = unique_name(&base, &mut self.names);
            self.gates.push(NamedDraft { name, draft });
        }
    }
}

/// A script as one gate, as it is.
fn whole(entry: &Entry, text: &str) -> Taken {
    const MANAGERS: [&str; 3] = ["lint-staged", "pre-commit run", "lefthook run"];
    const INDEX: [&str; 5] = [
        "git add",
        "git stage",
        "git commit",
        "git stash",
        "git update-index",
    ];
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let refusal = if has(&MANAGERS) {
        "it calls a hook manager among commands that cannot be taken apart: translate its configuration \
             with `--from`, and the other commands by hand"
    } else if has(&INDEX) {
        "it changes the index or commits, which a gate must not do"
    } else if text.matches(FILES).count() > 1 {
        "it names the files more than once, and a gate can do so only once"
    } else {
        let takes_files = text.contains(FILES);
        let rewrites = takes_files || entry.fixes || rewrites(text) || writes(text);
        let draft = Draft {
            script: Some(text.to_owned()),
            fix: None,
            rewrites,
            ..plain(entry, Vec::new(), takes_files, false)
        };
        return Taken::Drafts(vec![draft]);
    };
    Taken::Refused(refusal.to_owned())
}

/// The gate of a call of a program that is not known.
fn plain(entry: &Entry, words: Vec<String>, takes_files: bool, rewrites: bool) -> Draft {
    Draft {
        fixes_where_it_runs: false,
        checker: &UNKNOWN_CHECKER,
        name: None,
        typed: Vec::new(),
        fix: rewrites.then(|| words.clone()),
        run: words,
        program: 0,
        script: None,
        then: None,
        takes_files,
        // What is handed files may rewrite them.
        rewrites: rewrites || takes_files,
        files: entry.files.files.clone(),
        exclude: entry.files.exclude.clone(),
        handed: Vec::new(),
        dir: entry.dir.clone(),
        env: entry.env.clone(),
        origin: Origin::Hook,
        is_at_push: entry.is_at_push,
        places: vec![entry.place.clone()],
        remarks: entry.remarks.clone(),
        is_partial: false,
        success_codes: &[],
        version: None,
    }
}

/// The remark about a tool that is not handed the files.
const WHOLE: &str =
    "it checks the whole project there is, not only the files that are handed to it";

/// What a call of an unknown program is called: `npm run lint` is `lint`.
fn call_name(draft: &Draft) -> String {
    let words = started(&draft.run).words;
    let words = words.iter().filter(|word| !word.starts_with('-'));
    let is_runner = |word: &str| {
        let runners = [
            "npm", "pnpm", "yarn", "bun", "make", "just", "task", "run", "composer", "bundle",
            "exec",
        ];
        runners.contains(&word)
    };
    let mut words = words.map(|word| word.rsplit('/').next().unwrap_or(word));
    let name = words.find(|word| !is_runner(word));
    name.unwrap_or("command").to_owned()
}

/// What a part of a script comes to.
enum Taken {
    /// Gates.
    Drafts(Vec<Draft>),
    /// It calls lint-staged.
    LintStaged,
    /// No gate, for this reason.
    Refused(String),
    /// Nothing that is worth a word.
    Nothing,
}
