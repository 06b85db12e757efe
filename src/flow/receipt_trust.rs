//! What a shared receipt is worth: who has signed it, and whether it is about this tree, this configuration, this platform
//! and the tools that the tree locks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::base::text::{clean_line, show_path};
use crate::config::{Config, Gate, ReceiptTrust, committed};
use crate::detect::{NODE_LOCK, PYTHON_LOCKS, canonical, locked_node, locked_python};
use crate::git::{CommitRange, Objects, Repository, is_signed_by};
use crate::model::trigger::Trigger;
use crate::receipt;
use crate::report::{
    AttestedGate, CheckedElsewhere, CountedReceipt, POLICY, PREDICATE, STATEMENT, Statement,
    is_passed,
};
use crate::tools::{self, Packages, base_name};

/// The keys whose signatures count, in the tree of the base.
const SIGNERS: &str = ".gatekeeper/allowed_signers";

/// The most receipts of a tree that are looked at: each starts a program.
pub(super) const MOST: usize = 64;

/// The longest line that is looked at, in bytes.
const LONGEST: usize = 256 << 10;

/// A line of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SharedReceipt {
    /// The statement, byte for byte as it was signed.
    pub(super) payload: String,
    /// Who says that they have signed it: a name in the list of allowed signers.
    pub(super) signer: Option<String>,
    /// The signature, armoured; null if there is none.
    pub(super) signature: Option<String>,
}

/// What a receipt is worth.
pub(super) enum Worth {
    /// It counts, for the gates that it names.
    Counts(CountedReceipt),
    /// It does not count, for this reason.
    Refused(String),
}

/// The receipts of a range that count, by the commit before it: who has checked what, and where. Without such a commit, or
/// its gates.toml, none does.
///
/// # Errors
///
/// Objects are missing, or git or ssh-keygen fails.
pub(crate) fn of_range(
    repository: &Repository,
    range: &CommitRange,
) -> Result<Vec<CheckedElsewhere>> {
    let Some(base) = range.base else {
        return Ok(Vec::new());
    };
    let Ok(before) = committed::committed_config(repository, &base.to_string()) else {
        return Ok(Vec::new());
    };
    let noted = repository.noted(&before.receipts.share)?;
    let mut found = Vec::new();
    let mut objects = repository.objects();
    for &commit in &range.ids {
        let tree = objects.commit(commit)?.tree;
        if !noted.contains(&tree) {
            continue;
        }
        let Ok(config) = committed::committed_config(repository, &commit.to_string()) else {
            continue;
        };
        if receipt::policy(&before) != receipt::policy(&config) {
            continue;
        }
        let rules = TrustRules::new(&mut objects, (base, &before), (commit, &config))?;
        let mut receipts = Vec::new();
        for line in repository
            .note_lines(&before.receipts.share, tree)?
            .iter()
            .take(MOST)
        {
            if let (_, Worth::Counts(receipt)) = rules.worth(line)? {
                receipts.push(receipt);
            }
        }
        if !receipts.is_empty() {
            found.push(CheckedElsewhere { commit, receipts });
        }
    }
    Ok(found)
}

/// A tool as a lock file has it.
struct LockedTool {
    package: String,
    version: String,
    file: PathBuf,
}

/// What the lock files of a commit say of the tools that gates start, by the names of the gates. The nearest file to a
/// gate's directory that has the package counts.
fn locked_tools(
    objects: &mut Objects,
    commit: ObjectId,
    config: &Config,
) -> Result<BTreeMap<String, LockedTool>> {
    let mut found = BTreeMap::new();
    for gate in &config.gates {
        let commands = gate.commands();
        let Some(program) = commands.split_whitespace().next().map(base_name) else {
            continue;
        };
        let Some((package, files)) = package_of(program) else {
            continue;
        };
        for file in gate
            .dir
            .ancestors()
            .flat_map(|dir| files.iter().map(move |name| dir.join(name)))
        {
            let Some(text) = objects.file(commit, &file)? else {
                continue;
            };
            let text = String::from_utf8_lossy(&text);
            let version = if file.ends_with(NODE_LOCK) {
                locked_node(&text).remove(package)
            } else {
                locked_python(&text).remove(&canonical(package))
            };
            if let Some(version) = version {
                let package = package.to_owned();
                let tool = LockedTool {
                    package,
                    version,
                    file,
                };
                found.insert(gate.name.to_string(), tool);
                break;
            }
        }
    }
    Ok(found)
}

/// The package that a program comes from, and the lock files that may name it.
fn package_of(program: &str) -> Option<(&'static str, &'static [&'static str])> {
    let calls = |checker: &&tools::Checker| {
        let mut calls = checker.calls.iter();
        calls.any(|call| call.first() == Some(&program))
    };
    let checker = tools::checkers().find(calls)?;
    let files: &[&str] = match checker.packages {
        Packages::None => return None,
        Packages::PyPi(_) => &PYTHON_LOCKS,
        Packages::Npm(_) => &[NODE_LOCK],
    };
    let names = checker.packages.names();
    let own = names.iter().find(|name| **name == program);
    own.or_else(|| names.first().filter(|_| names.len() == 1))
        .map(|name| (*name, files))
}

/// What decides whether a receipt counts.
pub(super) struct TrustRules<'a> {
    tree: String,
    policy: String,
    /// The configuration of the base.
    before: &'a Config,
    /// The signers that the base lists.
    allowed: Option<String>,
    /// By gates, the versions that lock files in the tree name for their tools.
    locked: BTreeMap<String, LockedTool>,
}

impl<'a> TrustRules<'a> {
    /// What decides about receipts of a commit, by a base with this configuration.
    ///
    /// # Errors
    ///
    /// Objects are missing.
    pub(super) fn new(
        objects: &mut Objects,
        (base, before): (ObjectId, &'a Config),
        (commit, config): (ObjectId, &Config),
    ) -> Result<Self> {
        let allowed = objects.file(base, Path::new(SIGNERS))?;
        Ok(Self {
            tree: objects.commit(commit)?.tree.to_string(),
            policy: receipt::policy(config),
            before,
            allowed: allowed.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
            locked: locked_tools(objects, commit, config)?,
        })
    }

    /// Who has made a receipt and where, and what it is worth.
    ///
    /// # Errors
    ///
    /// ssh-keygen cannot be started.
    pub(super) fn worth(&self, line: &str) -> Result<(String, Worth)> {
        let refused = |who: &str, why: &str| Ok((who.to_owned(), Worth::Refused(why.to_owned())));
        if line.len() > LONGEST {
            return refused("a line of the note", "it is too long");
        }
        let Ok(receipt) = serde_json::from_str::<SharedReceipt>(line) else {
            return refused("a line of the note", "it is not a receipt");
        };
        let statement = match parse(&receipt.payload) {
            Ok(statement) => statement,
            Err(cause) => return refused("a line of the note", &cause),
        };
        let annex = &statement.predicate.gatekeeper;
        let signer = receipt.signer.as_deref().unwrap_or("not signed");
        let who = format!(
            "{signer}, on {} {}, {}",
            annex.host.os, annex.host.arch, annex.started
        );
        let who = clean_line(who.as_bytes());
        if tree_of(&statement) != Some(self.tree.as_str()) {
            return refused(&who, "it is about another tree");
        }
        let Some(trusted) = self.trusted(&receipt)? else {
            return refused(&who, &self.no_signature(&receipt));
        };
        let here = (std::env::consts::OS, std::env::consts::ARCH);
        if (annex.host.os.as_str(), annex.host.arch.as_str()) != here {
            return refused(&who, "it is from another platform");
        }
        if annex.version != env!("CARGO_PKG_VERSION") {
            return refused(&who, "another version of gatekeeper has made it");
        }
        if policy_of(&statement) != Some(self.policy.as_str()) {
            return refused(&who, "it was made by another configuration");
        }
        if annex.trigger != Trigger::Run.to_string() {
            return refused(&who, "it is not about the whole tree");
        }
        if !is_passed(&statement) {
            return refused(&who, "the run did not pass");
        }
        // A gate that was left out has no verdict, whatever the reason.
        let is_good = |outcome: &str| matches!(outcome, "passed" | "not applicable");
        let good = annex.gates.iter().filter(|gate| is_good(&gate.outcome));
        let good = good.filter(|gate| self.counts(&gate.name, trusted));
        let mut gates = Vec::new();
        for gate in good {
            if let Some(other) = self.other_version(gate) {
                return refused(&who, &other);
            }
            gates.push(clean_line(gate.name.as_bytes()));
        }
        if gates.is_empty() {
            let what = match (self.before.receipts.trust, trusted) {
                (ReceiptTrust::None, _) => "[receipts] trust is \"none\" in the base",
                (_, Signer::Ci) => "it has no gate that passed",
                (ReceiptTrust::Ci, Signer::Developer) => "the signer is not a CI",
                (ReceiptTrust::Developers, Signer::Developer) => {
                    "no gate of the base that it has passed says anywhere = true"
                }
            };
            return refused(&who, what);
        }
        let receipt = CountedReceipt {
            signer: clean_line(signer.as_bytes()),
            os: clean_line(annex.host.os.as_bytes()),
            arch: clean_line(annex.host.arch.as_bytes()),
            started: clean_line(annex.started.as_bytes()),
            gates,
        };
        Ok((who, Worth::Counts(receipt)))
    }

    /// Why a gate was checked with another version of its tool than the tree locks; `None` if it was not, as far as is
    /// known.
    fn other_version(&self, gate: &AttestedGate) -> Option<String> {
        let locked = self.locked.get(&gate.name)?;
        // A local version (`2.1.0+cpu`) is a build of the one that is locked.
        let plain = |version: &str| version.split('+').next().unwrap_or_default().to_owned();
        let ran = gate.tool_version.as_deref()?;
        (plain(ran) != plain(&locked.version)).then(|| {
            let (name, file) = (clean_line(gate.name.as_bytes()), show_path(&locked.file));
            let (ran, wanted) = (clean_line(ran.as_bytes()), &locked.version);
            format!(
                "{name} ran with {} {ran}, and {file} names {wanted}",
                locked.package
            )
        })
    }

    /// Whether a receipt of this signer counts for a gate, as the base has it.
    fn counts(&self, gate: &str, signer: Signer) -> bool {
        let mut gates = self.before.gates.iter();
        let may_run_anywhere =
            gates.any(|known: &Gate| known.name.as_str() == gate && known.anywhere);
        match (self.before.receipts.trust, signer) {
            (ReceiptTrust::None, _) | (ReceiptTrust::Ci, Signer::Developer) => false,
            (ReceiptTrust::Ci | ReceiptTrust::Developers, Signer::Ci) => true,
            (ReceiptTrust::Developers, Signer::Developer) => may_run_anywhere,
        }
    }

    /// Who has signed a receipt, if the base lists the key.
    fn trusted(&self, receipt: &SharedReceipt) -> Result<Option<Signer>> {
        let (Some(signer), Some(signature), Some(allowed)) =
            (&receipt.signer, &receipt.signature, &self.allowed)
        else {
            return Ok(None);
        };
        // ssh-keygen reads a pattern list there, and options.
        if !is_plain(signer) || !is_signed_by(&receipt.payload, signature, signer, allowed)? {
            return Ok(None);
        }
        let is_ci = self.before.receipts.ci.contains(signer);
        Ok(Some(if is_ci { Signer::Ci } else { Signer::Developer }))
    }

    fn no_signature(&self, receipt: &SharedReceipt) -> String {
        match (&receipt.signature, &self.allowed) {
            (None, _) => "it is not signed".to_owned(),
            (Some(_), None) => format!("the base has no {SIGNERS}"),
            (Some(_), Some(_)) => {
                format!("{SIGNERS} of the base has no key for this signature and this signer")
            }
        }
    }
}

/// Who has signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signer {
    Ci,
    Developer,
}

/// Whether a name can stand only for itself.
fn is_plain(signer: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "@._+-".contains(c);
    !signer.is_empty() && !signer.starts_with('-') && signer.chars().all(is_plain)
}

/// A statement; or why it is none.
pub(super) fn parse(text: &str) -> std::result::Result<Statement, String> {
    let statement: Statement = serde_json::from_str(text).map_err(|error| {
        format!(
            "it cannot be read: {}",
            clean_line(error.to_string().as_bytes())
        )
    })?;
    if statement.kind != STATEMENT || statement.predicate_type != PREDICATE {
        return Err("it states something else".into());
    }
    if tree_of(&statement).is_none() {
        return Err("it names no tree".into());
    }
    Ok(statement)
}

/// The tree that a statement is about: exactly one.
pub(super) fn tree_of(statement: &Statement) -> Option<&str> {
    let digests = statement.subject.iter().map(|subject| &subject.digest);
    let mut trees = digests.filter_map(|digest: &BTreeMap<String, String>| digest.get("gitTree"));
    let tree = trees.next()?;
    trees.next().is_none().then_some(tree)
}

/// The digest of the configuration that a statement names.
fn policy_of(statement: &Statement) -> Option<&str> {
    let mut all = statement.predicate.configuration.iter();
    let policy = all.find(|one| one.name == POLICY)?;
    policy.digest.get("sha256").map(String::as_str)
}
