//! What the commits of a range change, each judged by the policy of the range's base and by its own; and
//! what the range does to that policy as a whole.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use time::Date;

use super::audit::{Audit, audit};
use super::change::{
    ChangeReport, WEAKENED, declared, judge_change, judge_change_by_base, judge_change_by_both,
    weakening, weaker,
};
use super::excepted::{Exception, Malformed, exceptions};
use super::lines::LineFinding;
use super::message::Reading;
use crate::config::{self, Config, FILE_NAME};
use crate::fault::{Fault, Result};
use crate::finding::Severity;
use crate::git::{After, Commits, Identity, Named, Objects, Repository};
use crate::message::Settings;
use crate::text::clean_line;

/// How many symbolic links may lead to gates.toml.
const MAX_LINKS: usize = 8;

/// The longest path that a link may lead to, in bytes.
const LONGEST_PATH: usize = 4096;

/// What the commits of a range change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Those about which there is something to say, oldest first.
    pub commits: Vec<Committed>,
    /// What is weaker at the end of the range than at its base, and neither was declared by one of
    /// the commits nor is refused in one.
    pub net: Vec<LineFinding>,
    /// What to know about how they were judged, as sentences.
    pub remarks: Vec<String>,
}

impl Changes {
    /// The commits that are refused, oldest first.
    pub fn refused(&self) -> impl Iterator<Item = &Committed> {
        self.commits.iter().filter(|one| one.is_refused())
    }

    /// How many refusals there are: commits, and the range as a whole.
    #[must_use]
    pub fn refusals(&self) -> usize {
        self.refused().count() + usize::from(!self.net.is_empty())
    }

    /// Whether nothing is refused.
    #[must_use]
    pub fn is_passed(&self) -> bool {
        self.refusals() == 0
    }
}

/// A commit about whose change there is something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Its id.
    pub id: String,
    /// The subject, in one line.
    pub subject: String,
    /// Who wrote it.
    pub author: Identity,
    /// What was found, without what is declared.
    pub findings: Vec<LineFinding>,
    /// What it weakens, and says why.
    pub declared: Option<Declared>,
    /// The gates that it passes by, and says why.
    pub exceptions: Vec<Exception>,
    /// What is meant to be such an exception, and is none.
    pub malformed: Vec<Malformed>,
}

/// What a commit of configuration weakens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Why, by its trailer `Gate-Change`, fit for a terminal.
    pub reason: String,
    /// What.
    pub findings: Vec<LineFinding>,
}

impl Committed {
    /// Whether it is refused.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.errors().next().is_some() || !self.malformed.is_empty()
    }

    /// The findings that refuse it.
    pub fn errors(&self) -> impl Iterator<Item = &LineFinding> {
        let all = self.findings.iter();
        all.filter(|finding| finding.severity == Severity::Error)
    }

    fn is_silent(&self) -> bool {
        let nothing = self.findings.is_empty() && self.exceptions.is_empty();
        nothing && self.declared.is_none() && self.malformed.is_empty()
    }
}

/// Judges the messages of a range, and what its commits change: by the gates.toml of `policy`, or of the
/// range's base, and by that of each commit. Messages are judged by `config`.
///
/// # Errors
///
/// The range is not whole, `policy` has no gates.toml, or git fails.
pub fn audit_all(
    repository: &Repository,
    config: &Config,
    named: &Named,
    policy: Option<&str>,
    today: Date,
) -> Result<Audit> {
    let mut audit = audit(repository, config, named)?;
    if !audit.commits.ids.is_empty() {
        audit.changes = judge_all(repository, &audit.commits, policy, today)?;
    }
    Ok(audit)
}

/// The gates.toml of a revision.
///
/// # Errors
///
/// There is no such revision, or it has no gates.toml that is right, or git fails.
pub fn committed_config(repository: &Repository, revision: &str) -> Result<Config> {
    let commit = repository.commits(&Named::Only(revision.to_owned()))?.tip;
    let found = Policies::new(repository)?.of(&commit)?;
    let found = found.ok_or_else(|| {
        Fault::usage(format!("`{revision}` has no {FILE_NAME} that is right"))
            .hint("name a revision that has one: `gatekeeper audit --policy origin/main`")
    })?;
    Ok(Rc::unwrap_or_clone(found.config))
}

/// The gates.toml of a commit.
struct Found {
    config: Rc<Config>,
    /// Whether a link led to it, so that another file holds it.
    is_linked: bool,
}

/// The configurations of commits, each read once.
struct Policies<'r> {
    repository: &'r Repository,
    objects: Objects,
    known: HashMap<Vec<u8>, Option<Rc<Config>>>,
}

impl<'r> Policies<'r> {
    fn new(repository: &'r Repository) -> Result<Self> {
        Ok(Self {
            repository,
            objects: repository.objects()?,
            known: HashMap::new(),
        })
    }

    /// What a commit's gates.toml means; `None` if there is none, or none that is right.
    fn of(&mut self, commit: &str) -> Result<Option<Found>> {
        let mut path = PathBuf::from(FILE_NAME);
        for _ in 0..MAX_LINKS {
            let name = path.to_string_lossy().into_owned();
            let Some(content) = self.objects.file(commit, &name)? else {
                break;
            };
            let could_be_link = content.len() <= LONGEST_PATH && !content.contains(&b'\n');
            if could_be_link && self.repository.is_link_in(commit, &name)? {
                let target = String::from_utf8_lossy(&content).into_owned();
                let Some(inside) = config::link_target(&path, Path::new(&target)) else {
                    break;
                };
                path = inside;
                continue;
            }
            let config = self.known.entry(content).or_insert_with_key(|content| {
                let text = config::from_bytes(name, content.clone()).ok()?;
                config::parse(&text).ok().map(Rc::new)
            });
            return Ok(config.clone().map(|config| Found {
                config,
                is_linked: path != Path::new(FILE_NAME),
            }));
        }
        Ok(None)
    }
}

/// What is judged, and by what.
struct Judge<'r> {
    repository: &'r Repository,
    policies: Policies<'r>,
    /// The policy of the base; `None` if there was none.
    base: Option<Rc<Config>>,
    today: Date,
}

fn judge_all(
    repository: &Repository,
    commits: &Commits,
    policy: Option<&str>,
    today: Date,
) -> Result<Changes> {
    let mut policies = Policies::new(repository)?;
    let base = match (policy, &commits.base) {
        (Some(revision), _) => Some(Rc::new(committed_config(repository, revision)?)),
        (None, Some(base)) => policies.of(base)?.map(|found| found.config),
        (None, None) => None,
    };
    let mut remarks = Vec::new();
    if base.is_none() && commits.base.is_some() {
        remarks.push(format!(
            "the base has no {FILE_NAME} that is right, so each commit is judged by its own alone"
        ));
    }
    let mut judge = Judge {
        repository,
        policies,
        base,
        today,
    };
    let mut changes = Changes {
        remarks,
        ..Changes::default()
    };
    for id in &commits.ids {
        let committed = judge.commit(id)?;
        if !committed.is_silent() {
            changes.commits.push(committed);
        }
    }
    // Of one commit alone everything was said.
    if let Some(base) = commits.base.as_ref().filter(|_| commits.ids.len() > 1) {
        changes.net = judge.net(base, &commits.tip, &changes.commits)?;
    }
    Ok(changes)
}

impl Judge<'_> {
    fn commit(&mut self, id: &str) -> Result<Committed> {
        let commit = self.policies.objects.commit(id)?;
        let reading = Reading::new(&commit.message, &Settings::default(), &commit.encoding);
        let parents = self.repository.parents_of(id)?;
        let report = self.change(&parents, id)?;
        let trailers = || {
            let all = reading.trailers.iter();
            all.map(|entry| (entry.key.as_str(), entry.value.as_str()))
        };
        let to_be_declared: Vec<LineFinding> =
            report.to_be_declared().into_iter().cloned().collect();
        let reason = declared(trailers()).filter(|_| !to_be_declared.is_empty());
        let mut findings = report.findings;
        if reason.is_some() {
            findings.retain(|finding| !to_be_declared.contains(finding));
        }
        let (exceptions, malformed) = exceptions(trailers());
        Ok(Committed {
            subject: reading.subject(),
            id: commit.id,
            author: commit.author,
            findings,
            declared: reason.map(|reason| Declared {
                reason: clean_line(reason.as_bytes()),
                findings: to_be_declared,
            }),
            exceptions,
            malformed,
        })
    }

    /// What there is to say about a change: by the policy of the base and by its own.
    fn change(&mut self, before: &[String], after: &str) -> Result<ChangeReport> {
        let found = self.policies.of(after)?;
        let own = found.as_ref().map(|found| Rc::clone(&found.config));
        let (repository, today, commit) = (self.repository, self.today, After::Commit(after));
        let mut report = match (&own, &self.base) {
            (Some(own), Some(base)) => {
                judge_change_by_both(repository, before, commit, (own, base), today)?
            }
            (Some(own), None) => judge_change(repository, before, commit, own, today)?,
            (None, Some(base)) => judge_change_by_base(repository, before, commit, base, today)?,
            (None, None) => ChangeReport::default(),
        };
        match found {
            None => report.findings.extend(self.lost(before)?),
            Some(found) => {
                let mut linked = self.weaker_by_link(before, &found)?;
                linked.retain(|one| !report.findings.contains(one));
                report.findings.extend(linked);
            }
        }
        Ok(report)
    }

    /// What is weaker where a link leads, now or before: the file that has changed is another one.
    fn weaker_by_link(&mut self, before: &[String], after: &Found) -> Result<Vec<LineFinding>> {
        let mut common: Option<Vec<LineFinding>> = None;
        for commit in before {
            let Some(found) = self.policies.of(commit)? else {
                return Ok(Vec::new());
            };
            if !after.is_linked && !found.is_linked {
                return Ok(Vec::new());
            }
            let weaker = weaker(&found.config, &after.config, self.today);
            common = Some(match common {
                None => weaker,
                Some(mut common) => {
                    common.retain(|one| weaker.iter().any(|other| other.mark == one.mark));
                    common
                }
            });
        }
        Ok(common.unwrap_or_default())
    }

    /// Where every commit before had a gates.toml and the one after has none.
    fn lost(&mut self, before: &[String]) -> Result<Option<LineFinding>> {
        let mut severity = None;
        for commit in before {
            let Some(found) = self.policies.of(commit)? else {
                return Ok(None);
            };
            severity = severity.max(found.config.bypass.level(WEAKENED).severity());
        }
        let what = "gates.toml is gone, or cannot be read, and with it every gate";
        Ok(severity.map(|severity| weakening(severity, "gates", what)))
    }

    /// What is weaker at the end than at the base, and was neither declared nor refused before.
    fn net(&mut self, base: &str, tip: &str, told: &[Committed]) -> Result<Vec<LineFinding>> {
        let mut known: HashSet<Key<'_>> = HashSet::new();
        for one in told {
            let declared = one.declared.iter().flat_map(|declared| &declared.findings);
            known.extend(declared.chain(one.errors()).map(key));
        }
        let report = self.change(&[base.to_owned()], tip)?;
        let is_policy = |finding: &LineFinding| {
            finding.severity == Severity::Error
                && (finding.rule == WEAKENED || finding.rule.starts_with("config."))
        };
        let mut net = report.findings;
        net.retain(|finding| is_policy(finding) && !known.contains(&key(finding)));
        Ok(net)
    }
}

/// What a weakening is about, whichever step of it is told.
type Key<'f> = (&'f str, &'f Path, &'f str);

fn key(finding: &LineFinding) -> Key<'_> {
    let mark = if finding.rule == WEAKENED {
        finding.mark.as_str()
    } else {
        ""
    };
    (&finding.rule, &finding.path, mark)
}
