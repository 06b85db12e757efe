//! What happens during a run: the only bridge from doing to telling.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use signal_hook::consts::SIGINT;

use crate::base::text::{count, some_of};
use crate::model::fingerprint::Fingerprints;
use crate::model::gate::GateName;
use crate::model::gate_finding::GateFindings;
use crate::model::outcome::{Ending, Outcome, Verdict};
use crate::plan::Plan;
use crate::rules::results::RuleResults;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// A heavy gate waits for its turn; the number is its place in [`Plan::gates`].
    Waits(usize),
    /// A gate was started; the number is its place in [`Plan::gates`].
    Started(usize),
    /// A gate has its outcome; the number is its place in [`Plan::gates`].
    Finished(usize, Box<GateResult>),
}

/// Why it is not certain that the findings of a gate are all that its command would find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FindingsDoubt {
    /// What it printed has so many lines that are neither a finding nor a part of one, or says that there are more
    /// findings than were read.
    Unread(u64),
    /// There are more findings than have a fingerprint.
    TooMany,
    /// Cargo could not compile a library, and so has not looked at what depends on it.
    Dependents,
    /// It may have broken off, or start another tool only after the first one has passed; or its exit code may mean
    /// something else than that something was found.
    MayGoOn,
}

/// How one gate ended, and what it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GateResult {
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// From the start of its first call to its end; zero if it was not started.
    pub(crate) duration: Duration,
    /// What it printed.
    pub(crate) output: Output,
    /// What its tool has found.
    pub(crate) findings: GateFindings,
    /// The fingerprints of all its findings, those included that were not kept. They are shared, since there may be many.
    pub(crate) fingerprints: Arc<Fingerprints>,
    /// Why it is not certain what the gate has found, if it is not.
    pub(crate) findings_doubt: Option<FindingsDoubt>,
    /// What of it does not count; `None` if everything does. Then `findings` has only the rest.
    pub(crate) known: Option<KnownFindings>,
    /// A process that it left behind held its output open after it had ended.
    pub(crate) left_processes: bool,
    /// Its tool had nothing in the cache that it keeps, and so had the time of a first run.
    pub(crate) started_cold: bool,
    /// How long it waited for its turn among the heavy gates of this machine, before it was started.
    pub(crate) waited: Duration,
    /// The line by which its tool says that all is well, if the gate passed and the tool is known.
    pub(crate) evidence: Option<String>,
    /// What it did to files, where that is known of one gate.
    pub(crate) written: FileWrites,
    /// When it ended; `None` if it was not started.
    pub(crate) ended: Option<SystemTime>,
}

impl GateResult {
    /// The result of a gate that was not started.
    #[must_use]
    pub(crate) fn not_started(outcome: Outcome) -> Self {
        Self {
            outcome,
            duration: Duration::ZERO,
            output: Output::default(),
            findings: GateFindings::default(),
            fingerprints: Arc::default(),
            findings_doubt: Some(FindingsDoubt::MayGoOn),
            known: None,
            left_processes: false,
            started_cold: false,
            waited: Duration::ZERO,
            evidence: None,
            written: FileWrites::default(),
            ended: None,
        }
    }
}

/// Findings of a gate that do not count, because the project has lived with them before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KnownFindings {
    /// How many of those that were found gates.baseline has.
    pub(crate) listed: u64,
    /// How many are on lines that the change does not touch, where only others count.
    pub(crate) untouched: u64,
    /// What gates.baseline has and was not found: path and rule.
    pub(crate) fixed: Vec<String>,
}

impl KnownFindings {
    /// `12 known findings; fixed: a.py F401`
    #[must_use]
    pub(crate) fn in_words(&self) -> String {
        let mut words = self.found();
        if !self.fixed.is_empty() {
            words.push(format!("fixed: {}", some_of(&self.fixed, FIXED_NAMED)));
        }
        words.join("; ")
    }

    /// The same without what is fixed.
    #[must_use]
    pub(crate) fn found_in_words(&self) -> String {
        self.found().join("; ")
    }

    fn found(&self) -> Vec<String> {
        let number = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let mut words = Vec::new();
        if self.listed > 0 {
            words.push(count(number(self.listed), "known finding"));
        }
        if self.untouched > 0 {
            let untouched = count(number(self.untouched), "finding");
            words.push(format!("{untouched} on other lines"));
        }
        words
    }
}

/// How many findings that are fixed are named.
const FIXED_NAMED: usize = 3;

/// What a gate has done to files that are checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FileWrites {
    /// Tracked paths that it has changed or removed, sorted.
    pub(crate) changed: Vec<PathBuf>,
    /// How, as a patch; empty where that cannot be said.
    pub(crate) patch: Vec<u8>,
    /// Paths that it has made and that are neither tracked nor ignored, sorted.
    pub(crate) new: Vec<PathBuf>,
}

/// What a gate printed, both streams in the order in which they came: the beginning and the end,
/// if it was much.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Output {
    /// The beginning.
    pub(crate) head: Vec<u8>,
    /// How many bytes between the two were not kept.
    pub(crate) omitted: u64,
    /// The end.
    pub(crate) tail: Vec<u8>,
}

impl Output {
    /// Whether nothing was printed.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.head.is_empty() && self.tail.is_empty() && self.omitted == 0
    }

    /// How many bytes were printed.
    #[must_use]
    pub(crate) fn total(&self) -> u64 {
        self.head.len() as u64 + self.omitted + self.tail.len() as u64
    }
}

/// Where a file that was fixed is fixed by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applied {
    /// In the commit, and in the user's file.
    Everywhere,
    /// In the commit. The user's file is as the user has it, for this reason.
    CommitOnly(FileKept),
    /// In the user's file.
    FileOnly,
    /// Nowhere: the user's file is as the user has it, for this reason.
    Untouched(FileKept),
    /// Nowhere: the index, or the user's file, has another version by now.
    Nowhere,
}

/// Why a user's file stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKept {
    /// It has other changes in the same lines, or was saved at that very moment.
    Changed,
    /// A program has it open for writing, or that cannot be ruled out: what it writes later would go
    /// into a file that is gone.
    InUse,
    /// It has other names, which would keep the old contents.
    HardLinked,
    /// Its access control list or another attribute cannot be copied.
    Attributes,
    /// It cannot be written.
    Unwritable,
}

impl FileKept {
    /// Every reason, in the order of a report.
    pub(crate) const ALL: [Self; 5] = [
        Self::Changed,
        Self::InUse,
        Self::HardLinked,
        Self::Attributes,
        Self::Unwritable,
    ];

    /// The word for it in reports for programs.
    #[must_use]
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::InUse => "in-use",
            Self::HardLinked => "hard-linked",
            Self::Attributes => "attributes",
            Self::Unwritable => "unwritable",
        }
    }
}

/// A file that was fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FixedFile {
    /// Relative to the top of the work tree.
    pub(crate) path: PathBuf,
    /// The gates whose fixers have changed it.
    pub(crate) gates: Vec<GateName>,
    /// The ids of the built-in checks that have corrected it.
    pub(crate) checks: Vec<&'static str>,
    /// Where it is fixed; `None` if nothing was applied, because not every gate let it through.
    pub(crate) applied: Option<Applied>,
}

/// What the files were like after the gates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PostRunChecks {
    /// Tracked paths of the work tree that have changed while gates depended on them.
    pub(crate) overtaken: Vec<PathBuf>,
    /// Paths that are neither tracked nor ignored, have appeared in the work tree since, and were seen by
    /// gates that see no such file.
    pub(crate) appeared: Vec<PathBuf>,
    /// The only gate that was running when each of these appeared, if it is the same for all.
    pub(crate) appeared_by: Option<GateName>,
    /// Whether the index is another one by now.
    pub(crate) is_index_overtaken: bool,
    /// Paths that are neither tracked nor ignored and that were not there before.
    pub(crate) new: Vec<PathBuf>,
    /// Tracked paths that one of several gates has changed where they ran.
    pub(crate) unexplained: Vec<PathBuf>,
    /// The gates that may have done it.
    pub(crate) suspects: Vec<GateName>,
    /// How these paths were changed, as a patch; empty where that cannot be said.
    pub(crate) patch: Vec<u8>,
    /// What fixers have fixed.
    pub(crate) fixed: Vec<FixedFile>,
}

impl PostRunChecks {
    /// Whether what was checked is not what is there now.
    #[must_use]
    pub(crate) fn is_overtaken(&self) -> bool {
        self.is_changed() || !self.appeared.is_empty()
    }

    /// The paths of the work tree that have changed or appeared.
    #[must_use]
    pub(crate) fn overtaken_or_appeared(&self) -> Vec<PathBuf> {
        let both = self.overtaken.iter().chain(&self.appeared);
        both.cloned().collect()
    }

    /// Whether something of what is checked has changed. What has only appeared beside it makes no
    /// failure doubtful: a gate that leaves files must not get a second chance by them.
    #[must_use]
    pub(crate) fn is_changed(&self) -> bool {
        self.is_index_overtaken || !self.overtaken.is_empty()
    }
}

/// A run that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunResult {
    /// One for each gate of the plan, in its order.
    pub(crate) results: Vec<GateResult>,
    /// From the beginning to the end of the last gate.
    pub(crate) duration: Duration,
    /// What the run says.
    pub(crate) verdict: Verdict,
    /// What the files were like afterwards.
    pub(crate) post_run: PostRunChecks,
}

impl RunResult {
    /// Whether Ctrl-C has ended it.
    #[must_use]
    pub(crate) fn is_interrupted(&self) -> bool {
        self.verdict == Verdict::Cancelled(Ending::Signal(SIGINT))
    }

    /// Paths that gates have left and that are neither tracked nor ignored, sorted.
    #[must_use]
    pub(crate) fn new_files(&self) -> Vec<PathBuf> {
        let of_gates = self.results.iter().flat_map(|result| &result.written.new);
        let post_run = &self.post_run;
        let elsewhere = post_run.new.iter().chain(&post_run.appeared);
        let mut new: Vec<PathBuf> = elsewhere.chain(of_gates).cloned().collect();
        new.sort();
        new.dedup();
        new
    }

    /// Sums up: what the results of gates and rules mean for the plan.
    #[must_use]
    pub(crate) fn new(
        plan: &Plan,
        rules: &RuleResults,
        results: Vec<GateResult>,
        duration: Duration,
        ended_by: Option<Ending>,
        post_run: PostRunChecks,
    ) -> Self {
        let pairs = plan.gates.iter().zip(&results);
        let blocking = pairs.filter(|(planned, _)| planned.blocking);
        let verdict = Verdict::over(blocking.map(|(_, result)| &result.outcome), ended_by);
        let verdict = match verdict {
            Verdict::Passed if post_run.is_overtaken() => Verdict::Overtaken,
            Verdict::Failed if post_run.is_changed() => Verdict::Overtaken,
            Verdict::Passed if rules.is_refused() => Verdict::Failed,
            Verdict::Passed if !post_run.unexplained.is_empty() => Verdict::Failed,
            other => other,
        };
        Self {
            results,
            duration,
            verdict,
            post_run,
        }
    }
}
