//! Follows what runs to the tools that it starts in the end.

use std::collections::BTreeSet;
use std::path::Path;

use super::draft::{self, Draft};
use super::evidence::{Evidence, FileSelection, Found, NotTaken, Origin, Place, Ran, UNKNOWN};
use super::known_tool::idle_argument;
use super::launchers::started;
use super::project::Project;
use super::reading_script::reading_script;
use super::script_text::{
    first_line, hook_ids, line_of, lists_calls, looks_like_a_check, may_check, says_its_version,
    swallows, with_variables, without_unknown_environments,
};
use super::{checking_form, idle, listed, own_check, packages, pre_commit, tox_calls, variables};
use crate::base::fault::Result;
use crate::indirection::{self, GivenVariable, RunCommand};

/// The tools that were found.
#[derive(Default)]
pub(super) struct Followed {
    /// Calls of known tools.
    pub(super) drafts: Vec<Draft>,
    /// What was found, but is not a gate.
    pub(super) not_taken: Vec<NotTaken>,
    /// Calls of programs that are not known.
    pub(super) unknown: Vec<NotTaken>,
}

/// Follows everything that runs.
///
/// # Errors
///
/// A file cannot be read.
pub(super) fn follow(project: &Project<'_>, found: Found) -> Result<Followed> {
    let mut follower = Follower {
        project,
        followed: Followed {
            not_taken: found.not_taken,
            unknown: [found.unreadable, found.unknown].concat(),
            ..Followed::default()
        },
        has_run_hooks: false,
        build: packages::LastBuild::default(),
    };
    for evidence in &found.evidence {
        follower.evidence(evidence, &[], 0)?;
    }
    if !follower.has_run_hooks && pre_commit::file(project).is_some() {
        follower.hooks(None, "pre-commit", &[], 0)?;
    }
    if !found
        .evidence
        .iter()
        .any(|evidence| evidence.origin == Origin::Ci)
    {
        follower.scripts()?;
    }
    Ok(follower.followed)
}

/// Follows one thing that runs.
///
/// # Errors
///
/// A file cannot be read.
pub(super) fn one(project: &Project<'_>, evidence: &Evidence) -> Result<Followed> {
    let mut follower = Follower {
        project,
        followed: Followed::default(),
        has_run_hooks: true,
        build: packages::LastBuild::default(),
    };
    follower.evidence(evidence, &[], 0)?;
    Ok(follower.followed)
}

/// How many calls may lead from one to the next, not counting those within scripts.
pub(super) const DEEPEST: usize = 4;

/// What follows calls, and what it has found.
pub(super) struct Follower<'p, 't> {
    pub(super) project: &'p Project<'t>,
    pub(super) followed: Followed,
    /// Whether the hooks of pre-commit were followed.
    pub(super) has_run_hooks: bool,
    /// What built Python packages last.
    build: packages::LastBuild,
}

/// A call on its way to a tool.
struct Step<'a> {
    words: &'a [String],
    files: Option<&'a FileSelection>,
    handed: Option<&'a FileSelection>,
    given: &'a [GivenVariable],
    /// The script in which it stands.
    script: &'a str,
    dir: &'a Path,
    places: &'a [Place],
}

impl Follower<'_, '_> {
    pub(super) fn evidence(
        &mut self,
        evidence: &Evidence,
        before: &[Place],
        depth: usize,
    ) -> Result<()> {
        let mut places = before.to_vec();
        places.push(evidence.place.clone());
        match &evidence.what {
            Ran::Script(text) => self.script(text, evidence, &places, depth),
            Ran::Call {
                words,
                given,
                files,
                takes_files,
            } => {
                let step = Step {
                    words,
                    files: files.as_ref().filter(|_| *takes_files),
                    handed: files.as_ref(),
                    given,
                    script: "",
                    dir: &evidence.dir,
                    places: &places,
                };
                if self.call(&step, evidence, depth)? {
                    return Ok(());
                }
                // What a runner starts is found by the shell's rules.
                self.script(&shell_words::join(words), evidence, &places, depth)
            }
        }
    }

    fn script(
        &mut self,
        text: &str,
        evidence: &Evidence,
        places: &[Place],
        depth: usize,
    ) -> Result<()> {
        let is_unknown = tox_calls::has_unknown_environments(text, &evidence.env);
        let text = tox_calls::with_environments(text, &evidence.env, self.project);
        let text = with_variables(&text, &evidence.env);
        let known = without_unknown_environments(&text);
        let by_default;
        let is_unknown = is_unknown || known.lines().ne(text.lines());
        let evidence = if is_unknown && evidence.origin == Origin::Ci {
            by_default = Evidence {
                origin: Origin::CiByDefault,
                ..evidence.clone()
            };
            &by_default
        } else {
            evidence
        };
        let text = known;
        let resolved = {
            let mut files = self.project.contents.borrow_mut();
            let env = evidence.env.iter();
            let env = env.filter(|(_, value)| !value.contains(UNKNOWN));
            let env = env.map(|(name, value)| (name.clone(), value.clone()));
            indirection::resolve_in(&text, &evidence.dir, &env.collect(), &mut files)?
        };
        let commands = resolved.commands();
        if commands.is_empty() && !text.trim().is_empty() && looks_like_a_check(&text) {
            let place = places.last().cloned();
            if let Some(place) = place {
                self.followed.unknown.push(NotTaken {
                    place,
                    what: first_line(&text),
                    reason: "it cannot be read as a shell script".to_owned(),
                });
            }
        }
        if let Some(name) = own_check::inline(&text, &evidence.dir, self.project) {
            self.own(name, text.trim(), evidence, places);
            return Ok(());
        }
        let (mut own, mut seen) = (BTreeSet::new(), BTreeSet::new());
        for (at, command) in commands.iter().enumerate() {
            if command.is_guess {
                continue;
            }
            // Of a script that is called again and again, the first call tells all.
            let known = (&command.typed, &command.given, &command.dir, &command.place);
            if !seen.insert(known) {
                continue;
            }
            let mut calls = command.chain.iter();
            let reading = calls.find_map(|call| reading_script(self.project, call, &evidence.dir));
            match reading {
                None => {
                    let checking = checking_form::compared(&command.typed, &commands[at + 1..]);
                    let mut command = command.clone();
                    command.typed = checking.unwrap_or(command.typed);
                    self.command(&command, &text, evidence, places, depth)?;
                }
                Some(script) => {
                    if own.insert(script.path.clone()) {
                        let place = Place {
                            path: script.path,
                            line: 1,
                        };
                        let places: Vec<Place> = places.iter().cloned().chain([place]).collect();
                        self.own(&script.name, &script.call, evidence, &places);
                    }
                }
            }
        }
        Ok(())
    }

    /// A check of the project's own.
    fn own(&mut self, name: &str, script: &str, evidence: &Evidence, places: &[Place]) {
        let found = draft::Found {
            started: &started(&[]),
            files: None,
            handed: None,
            dir: &evidence.dir,
            env: &evidence.env,
            origin: evidence.origin,
            is_at_push: evidence.is_at_push,
            places,
        };
        self.followed
            .drafts
            .push(Draft::of_project(name, script.to_owned(), &found));
    }

    fn command(
        &mut self,
        command: &RunCommand,
        text: &str,
        evidence: &Evidence,
        places: &[Place],
        depth: usize,
    ) -> Result<()> {
        let mut places = places.to_vec();
        let outer = places.last().cloned();
        match &command.place {
            Some(place) => places.push(self.exact(place, &command.typed)),
            None => {
                // In a script of several lines, a command is where its line is.
                if let (Some(last), Some(line)) = (places.last_mut(), line_of(text, &command.typed))
                {
                    last.line += line;
                }
            }
        }
        places.dedup();
        if command.is_ignored || swallows(&command.script, &command.typed) {
            self.followed
                .not_taken
                .extend(places.last().map(|place| NotTaken {
                    place: place.clone(),
                    what: command.typed.join(" ").replace(UNKNOWN, "..."),
                    reason: "its failure is ignored".to_owned(),
                }));
            return Ok(());
        }
        let listed = listed::with_list(&command.script, &command.typed);
        let step = Step {
            words: listed.as_deref().unwrap_or(&command.typed),
            files: None,
            handed: None,
            given: &command.given,
            script: &command.script,
            dir: &command.dir,
            places: &places,
        };
        if self.call(&step, evidence, depth)? {
            return Ok(());
        }
        let plain = started(&command.typed);
        let Some(place) = places.last().cloned() else {
            return Ok(());
        };
        if let Some(first) = places.first() {
            self.build.remember(&plain.words, &command.dir, &first.path);
        }
        if let Some(argument) = idle_argument(&plain.words) {
            self.followed.not_taken.push(NotTaken {
                place,
                what: command.typed.join(" ").replace(UNKNOWN, "..."),
                reason: format!("it checks nothing, because of `{argument}`"),
            });
            return Ok(());
        }
        if let Some(reason) = idle::reason(&plain.words) {
            if !idle::UNNAMED.contains(&reason) && command.place.is_none() {
                self.followed.not_taken.push(NotTaken {
                    place,
                    what: command.typed.join(" ").replace(UNKNOWN, "..."),
                    reason: reason.to_owned(),
                });
            }
            return Ok(());
        }
        let is_nameless = plain
            .words
            .first()
            .is_none_or(|word| word.contains(UNKNOWN));
        if evidence.origin == Origin::Script || is_nameless || says_its_version(&plain.words) {
            return Ok(());
        }
        let typed = command.typed.join(" ");
        // What a script does inside is its own business: the call in CI is what counts. The calls that a file lists
        // say what they are.
        let (place, what) = match (command.chain.first(), outer) {
            (Some(call), Some(outer)) if !(lists_calls(&place.path) && may_check(&typed)) => {
                (outer, call.clone())
            }
            _ => (place, typed),
        };
        // What a hook manager runs is a check, whatever it is called.
        if evidence.origin != Origin::Hook && !may_check(&what) {
            return Ok(());
        }
        let reason = match &command.unresolved {
            Some(why) => format!("what it runs is unknown: {why}"),
            None => "it is not a tool that gatekeeper knows".to_owned(),
        };
        self.followed.unknown.push(NotTaken {
            place,
            what: what.replace(UNKNOWN, "..."),
            reason,
        });
        Ok(())
    }

    /// The place of a command in a script, of which only the first line is known.
    fn exact(&self, place: &Place, words: &[String]) -> Place {
        let text = self.project.text(&place.path).unwrap_or_default();
        let below: Vec<&str> = text.lines().skip(place.line - 1).collect();
        let line = line_of(&below.join("\n"), words).unwrap_or(0);
        Place {
            path: place.path.clone(),
            line: place.line + line,
        }
    }

    /// Turns a call into a gate, or follows it if a file says what it means. Returns whether it did.
    fn call(&mut self, step: &Step<'_>, evidence: &Evidence, depth: usize) -> Result<bool> {
        let mut started = started(step.words);
        checking_form::make_strict(&mut started.words, self.project);
        variables::give(&mut started, step.given, step.script);
        let words: Vec<&str> = started.words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["pre-commit" | "prek", "run", rest @ ..] | ["prek", rest @ ..]
                if pre_commit::file(self.project).is_some() =>
            {
                let ids: Vec<String> = hook_ids(rest);
                self.hooks(Some((evidence, &ids)), words[0], step.places, depth)?;
                return Ok(true);
            }
            ["lint-staged" | "lefthook", ..] => return Ok(true),
            ["nox", rest @ ..] => {
                return self.nox(rest, evidence, step.places, depth);
            }
            _ => {}
        }
        let workflow = step.places.first();
        let workflow = workflow.and_then(|place| self.project.text(&place.path));
        let env = variables::for_programs(&evidence.env, &workflow.unwrap_or_default());
        let found = draft::Found {
            started: &started,
            files: step.files,
            handed: step.handed,
            dir: step.dir,
            env: &env,
            origin: evidence.origin,
            is_at_push: evidence.is_at_push,
            places: step.places,
        };
        let Some(mut draft) = Draft::new(&found) else {
            return Ok(false);
        };
        if let (Some(name), Some(place)) = (variables::unknown(&started), step.places.last()) {
            self.followed.unknown.push(NotTaken {
                place: place.clone(),
                what: step.words.join(" ").replace(UNKNOWN, "..."),
                reason: format!("the value of {name}, which it is given, is not known"),
            });
            return Ok(true);
        }
        if let Some(reason) = checking_form::no_check(&draft, self.project) {
            let not_taken = step.places.last().map(|place| NotTaken {
                place: place.clone(),
                what: step.words.join(" ").replace(UNKNOWN, "..."),
                reason: reason.to_owned(),
            });
            self.followed.not_taken.extend(not_taken);
            return Ok(true);
        }
        if draft.lacks_files() {
            let unknown = step.places.last().map(|place| NotTaken {
                place: place.clone(),
                what: step.words.join(" ").replace(UNKNOWN, "..."),
                reason: "which files it checks is known only there".to_owned(),
            });
            self.followed.unknown.extend(unknown);
            return Ok(true);
        }
        if packages::checks_packages(&draft) {
            let file = step.places.first().map(|place| place.path.as_path());
            let Some(script) = self.build.script(&draft, file) else {
                let not_taken = step.places.last().map(|place| NotTaken {
                    place: place.clone(),
                    what: draft.shown(),
                    reason: "it checks packages, and nothing before it builds them".to_owned(),
                });
                self.followed.not_taken.extend(not_taken);
                return Ok(true);
            };
            draft.script = Some(script);
        }
        self.followed.drafts.push(draft);
        Ok(true)
    }
}
