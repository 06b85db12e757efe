//! What the commands of gates lead to, before a change and after it, and which of that differs.
//!
//! A file may decide what a gate runs as a whole, as a script does, or by a piece of it, as
//! package.json does. Only a change of that piece is a finding.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use super::protected_paths::{HELP, HELP_NEW, files_run};
use super::strengthened::{are_steps, only_adds, runs_as_before};
use crate::base::fault::Result;
use crate::base::text::clean_line;
use crate::config::{Config, UnfailingGate, unfailing_gates};
use crate::indirection::{Files, Piece, Resolved, resolve_in};
use crate::model::finding::{FilePlace, Finding, Location, Remedy};
use crate::model::severity::Severity;
use crate::rules::catalogue::change::{PROTECTED_SCRIPT, WEAKENED};
use crate::rules::tool_config::{ToolCall, ToolCalls};

/// What the gates of a configuration lead to in a tree.
#[derive(Debug, Default)]
pub(super) struct GateFiles {
    /// By the gate's place in the configuration.
    resolved: Vec<Resolved>,
    /// Files that decide as a whole what a gate or a fixer runs.
    whole: HashSet<PathBuf>,
    /// The gates that cannot fail.
    unfailing: Vec<UnfailingGate>,
}

/// A piece without its place.
type PieceKey<'p> = (&'p Path, &'p str);

impl GateFiles {
    /// What the gates of a configuration lead to.
    ///
    /// # Errors
    ///
    /// A file cannot be read.
    pub(super) fn read(config: &Config, files: &mut Files<'_>) -> Result<Self> {
        let resolved = config
            .gates
            .iter()
            .map(|gate| resolve_in(&gate.commands(), &gate.dir, &gate.env, files));
        let resolved: Vec<Resolved> = resolved.collect::<Result<_>>()?;
        let mut whole = HashSet::new();
        for resolved in &resolved {
            whole.extend(resolved.whole.iter().cloned());
            for (text, dir, is_read) in resolved.texts() {
                whole.extend(files_run(text, dir, !is_read));
            }
        }
        for gate in &config.gates {
            if let Some(fix) = &gate.fix {
                whole.extend(files_run(&fix.text, &gate.dir, false));
            }
        }
        Ok(Self {
            whole,
            unfailing: unfailing_gates(config.gates.iter().zip(&resolved), files)?,
            resolved,
        })
    }

    /// The commands that the gates run, those in scripts as well.
    pub(super) fn calls(&self) -> impl Iterator<Item = ToolCall> {
        let texts = self.resolved.iter().flat_map(Resolved::texts);
        texts.map(|(text, dir, _)| ToolCall {
            text: text.to_owned(),
            dir: dir.to_owned(),
        })
    }

    /// Whether any gate leads to a file.
    pub(super) fn leads(&self) -> bool {
        let mut all = self.resolved.iter();
        all.any(|resolved| !resolved.pieces.is_empty() || !resolved.whole.is_empty())
    }

    /// Whether all of a file decides what a gate runs.
    pub(super) fn runs(&self, path: &Path) -> bool {
        self.whole.contains(path)
    }

    /// Whether a piece of a file decides what a gate runs.
    pub(super) fn has_piece(&self, path: &Path) -> bool {
        let mut all = self.resolved.iter().flat_map(|resolved| &resolved.pieces);
        all.any(|piece| piece.path == path)
    }

    /// The pieces, by what they are. Two of the same name are one after the other.
    fn pieces(&self) -> Pieces<'_> {
        let all: BTreeSet<&Piece> = self
            .resolved
            .iter()
            .flat_map(|resolved| &resolved.pieces)
            .collect();
        let mut pieces = Pieces::new();
        for piece in all {
            let key = (piece.path.as_path(), piece.name.as_str());
            pieces.entry(key).or_default().push(piece);
        }
        pieces
    }
}

/// Pieces, by what they are.
type Pieces<'p> = BTreeMap<PieceKey<'p>, Vec<&'p Piece>>;

/// Whether a piece is gone from a file that is gone, and stands in another one of the directory that is read
/// in its place.
fn is_renamed((path, name): PieceKey<'_>, from: &Pieces<'_>, to: &Pieces<'_>) -> bool {
    let Some(piece) = from.get(&(path, name)) else {
        return false;
    };
    let is_gone = !to.keys().any(|(other, _)| *other == path);
    is_gone
        && to.iter().any(|((other, other_name), pieces)| {
            let is_new = !from.keys().any(|(known, _)| known == other);
            is_new
                && *other_name == name
                && other.parent() == path.parent()
                && same(Some(piece), Some(pieces))
        })
}

/// Whether a piece differs from an earlier tree, or is new, only by steps that are added.
fn is_addition(
    (path, name): PieceKey<'_>,
    (earlier, pieces): (&GateFiles, &Pieces<'_>),
    (after, here): (&GateFiles, Option<&Vec<&Piece>>),
) -> bool {
    let Some(here) = here else { return false };
    let is_step = if let Some(was) = pieces.get(&(path, name)) {
        only_adds(was, here)
    } else {
        let known = pieces.keys().map(|(path, _)| *path).collect();
        are_steps(here, &known)
    };
    is_step && runs_as_before(&earlier.resolved, &after.resolved)
}

/// Whether two lists of pieces say the same, wherever they stand.
fn same(one: Option<&Vec<&Piece>>, other: Option<&Vec<&Piece>>) -> bool {
    let texts = |pieces: Option<&Vec<&Piece>>| -> Vec<String> {
        let pieces = pieces.into_iter().flatten();
        pieces.map(|piece| piece.text.clone()).collect()
    };
    texts(one) == texts(other)
}

/// The findings about pieces that are not what they were in any of the trees before.
pub(super) fn changed_pieces(
    before: &[GateFiles],
    after: &GateFiles,
    severity: Severity,
) -> Vec<Finding> {
    let now = after.pieces();
    let earlier: Vec<_> = before.iter().map(GateFiles::pieces).collect();
    let keys: BTreeSet<PieceKey<'_>> = earlier
        .iter()
        .flat_map(BTreeMap::keys)
        .chain(now.keys())
        .copied()
        .collect();
    let mut findings = Vec::new();
    for key in keys {
        let here = now.get(&key);
        let is_kept = |pieces: &Pieces<'_>| {
            same(pieces.get(&key), here)
                || is_renamed(key, pieces, &now)
                || is_renamed(key, &now, pieces)
        };
        let mut trees = before.iter().zip(&earlier);
        if earlier.iter().any(is_kept)
            || trees.any(|(tree, pieces)| is_addition(key, (tree, pieces), (after, here)))
        {
            continue;
        }
        let was = earlier.iter().find_map(|pieces| pieces.get(&key));
        findings.push(changed(key, was, here, severity));
    }
    findings
}

fn changed(
    (path, name): PieceKey<'_>,
    was: Option<&Vec<&Piece>>,
    here: Option<&Vec<&Piece>>,
    severity: Severity,
) -> Finding {
    let text = |pieces: &Vec<&Piece>| {
        let texts: Vec<String> = pieces
            .iter()
            .map(|piece| clean_line(piece.text.replace('\n', "; ").as_bytes()))
            .collect();
        texts.join("; ")
    };
    let shown_name = clean_line(name.as_bytes());
    let (what, line, now) = match (was, here) {
        (was, Some(here)) => (
            if was.is_some() {
                "a gate runs this, and the change touches it"
            } else {
                "a gate runs this, and the change adds it"
            },
            here.first().map_or(1, |piece| piece.line),
            text(here),
        ),
        (_, None) => (
            "a gate ran this, and the change removes it",
            1,
            String::new(),
        ),
    };
    let message = format!("{what}: {shown_name}");
    let help = if was.is_some() { HELP } else { HELP_NEW };
    Finding {
        severity,
        location: Location::File(FilePlace {
            line,
            text: now,
            mark: format!("[{shown_name}]"),
            ..FilePlace::whole(path)
        }),
        notes: was
            .map(|was| format!("before: {}", text(was)))
            .into_iter()
            .collect(),
        ..Finding::new(&PROTECTED_SCRIPT, message, Remedy::Edit(help.to_owned()))
    }
}

/// The gates that cannot fail after a change and could before it.
pub(super) fn newly_unfailing<'a>(
    before: &'a [GateFiles],
    after: &'a GateFiles,
) -> impl Iterator<Item = &'a UnfailingGate> {
    after.unfailing.iter().filter(move |gate| {
        let is_same = |earlier: &GateFiles| {
            let mut known = earlier.unfailing.iter();
            known.any(|known| known.gate == gate.gate && known.reason.text == gate.reason.text)
        };
        !before.iter().any(is_same)
    })
}

/// What gates lead to on both sides of a change.
#[derive(Debug, Default)]
pub(super) struct Led {
    /// The gates before, in each tree before.
    pub(super) before: Vec<GateFiles>,
    /// The gates before, in the tree after.
    pub(super) after: GateFiles,
    /// The gates after, in the first tree before and in the tree after, if they are others.
    pub(super) others: Option<(GateFiles, GateFiles)>,
    /// The programs of the tree that gates start by way of links of a package manager.
    pub(super) programs: BTreeSet<PathBuf>,
}

impl Led {
    /// The commands that the gates before the change run, before it and after it.
    pub(super) fn tool_calls(&self) -> ToolCalls {
        let sides = self.before.iter().chain([&self.after]);
        ToolCalls::new(sides.flat_map(GateFiles::calls))
    }

    /// Whether a gate runs a file that was there before, as a whole.
    pub(super) fn runs(&self, path: &Path) -> bool {
        // What a new gate leads to may have come with it, so that before it nothing was there to read.
        let others = self.others.as_ref();
        let is_of_others = others.is_some_and(|(then, now)| then.runs(path) && now.runs(path));
        let is_first = self.before.is_empty() && self.after.runs(path);
        is_of_others
            || is_first
            || self.programs.contains(path)
            || self.before.iter().any(|led| led.runs(path))
    }

    /// Whether a gate that was there before runs a new file.
    pub(super) fn runs_new(&self, path: &Path) -> bool {
        self.programs.contains(path) || self.after.runs(path)
    }

    /// Whether a file decides what a gate runs, as a whole or by a piece. By what a change itself makes
    /// of a gate's scripts, only new files do: no code becomes configuration by being called.
    pub(super) fn decides(&self, path: &Path, is_new: bool) -> bool {
        let after = (is_new || self.before.is_empty()).then_some(&self.after);
        let mut led = self.before.iter().chain(after);
        self.programs.contains(path) || led.any(|led| led.runs(path) || led.has_piece(path))
    }

    /// The findings about pieces that the change touches, and about gates that cannot fail any more.
    /// With the first gates.toml, nothing was required before.
    pub(super) fn changed(&self, policy: &Config, is_first: bool) -> Vec<Finding> {
        let mut findings = Vec::new();
        let severity = policy.bypass.level(&PROTECTED_SCRIPT).severity();
        if let (Some(severity), false) = (severity, is_first || self.before.is_empty()) {
            findings.extend(changed_pieces(&self.before, &self.after, severity));
        }
        let severity = policy.bypass.level(&WEAKENED).severity();
        let (before, after) = match &self.others {
            Some((before, after)) => (std::slice::from_ref(before), after),
            None => (self.before.as_slice(), &self.after),
        };
        if let Some(severity) = severity {
            let unfailing = newly_unfailing(before, after);
            findings.extend(unfailing.map(|gate| cannot_fail(gate, severity)));
        }
        findings
    }
}

fn cannot_fail(gate: &UnfailingGate, severity: Severity) -> Finding {
    let reason = &gate.reason;
    let part = reason.text.get(reason.part.clone()).unwrap_or_default();
    let part = part.lines().next().unwrap_or_default();
    let message = format!("gate {} can no longer fail: {}", gate.gate, reason.label);
    let remedy = Remedy::Edit(format!("{}; {HELP}", reason.help));
    Finding {
        severity,
        location: Location::File(FilePlace {
            line: reason.line(),
            text: clean_line(part.as_bytes()),
            mark: format!("[gates.{}]", gate.gate),
            ..FilePlace::whole(&reason.place.path)
        }),
        ..Finding::new(&WEAKENED, message, remedy)
    }
}
