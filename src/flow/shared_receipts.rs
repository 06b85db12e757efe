//! Receipts that travel: verdicts that were reached on other machines, signed, as notes on the tree.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::{clean_line, count, show_path};
use crate::config::{Config, Gate, ReceiptTrust, committed, source};
use crate::git::{RangeSpec, Repository, is_signed_by, sign};
use crate::model::gate::GateLevel;
use crate::model::trigger::Trigger;
use crate::receipt;
use crate::report::terminal::print;
use crate::report::{POLICY, PREDICATE, STATEMENT, Statement, is_passed, say};

/// The keys whose signatures count, in the tree of the base.
const SIGNERS: &str = ".gatekeeper/allowed_signers";

/// The most receipts of a tree that are looked at: each starts a program.
const MOST: usize = 64;

/// The longest line that is looked at, in bytes.
const LONGEST: usize = 256 << 10;

/// A line of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct SharedReceipt {
    /// The statement, byte for byte as it was signed.
    payload: String,
    /// Who says that they have signed it: a name in the list of allowed signers.
    signer: Option<String>,
    /// The signature, armoured; null if there is none.
    signature: Option<String>,
}

/// Adds a statement to the receipts of its tree.
///
/// # Errors
///
/// It is not a statement about a tree that is here, it cannot be signed, or the note cannot be written.
pub(crate) fn add(
    environment: &Environment,
    file: &Path,
    key: Option<&Path>,
    signer: Option<&str>,
) -> Result<ExitCode> {
    let repository = Repository::open_without_files(environment)?;
    let name = show_path(file);
    let text = fs::read_to_string(environment.current_dir.join(file))
        .map_err(|error| Fault::usage(format!("cannot read {name}")).because(&error))?;
    let statement = parse(&text).map_err(|cause| {
        Fault::usage(format!("{name} is not a receipt: {cause}"))
            .hint("write one with `gatekeeper run --attest FILE`")
    })?;
    let tree = tree_of(&statement).unwrap_or_default();
    let id = tree
        .parse()
        .map_err(|_| Fault::usage(format!("{name} names no tree of git")))?;
    let key = match key {
        Some(key) => environment.current_dir.join(key),
        None => repository.signing_key().ok_or_else(no_key)?,
    };
    let signer = match signer {
        Some(signer) => signer.to_owned(),
        None => repository.signer().ok_or_else(|| {
            Fault::usage("there is no address to sign as")
                .hint("name the signer with --as, or set user.email in git's configuration")
        })?,
    };
    let unwritten = |error| Fault::bug("a receipt cannot be written as JSON").because(&error);
    let payload = serde_json::to_string(&statement).map_err(unwritten)?;
    let receipt = SharedReceipt {
        signature: Some(sign(&payload, &key)?),
        signer: Some(signer),
        payload,
    };
    let line = serde_json::to_string(&receipt).map_err(unwritten)?;
    let share = share(&repository)?;
    repository.add_note_line(&share, id, &line)?;
    say(&format!("added a receipt of tree {tree} to {share}\n"));
    Ok(ExitCode::Passed)
}

fn no_key() -> Fault {
    Fault::usage("there is no key to sign with").hint(
        "name one with --key, or set user.signingKey in git's configuration to the path of an ssh key",
    )
}

/// The reference of the notes, by the configuration in the work tree or in HEAD.
fn share(repository: &Repository) -> Result<String> {
    let config = if repository.is_bare() {
        committed::committed_config(repository, "HEAD")?
    } else {
        source::work_tree_config(repository)?
    };
    Ok(config.receipts.share)
}

/// Fetches the receipts of a remote, and keeps those of both sides.
///
/// # Errors
///
/// The remote cannot be reached, or git fails.
pub(crate) fn fetch(environment: &Environment, remote: &str) -> Result<ExitCode> {
    let repository = Repository::open_without_files(environment)?;
    let share = share(&repository)?;
    let told = if repository.fetch_notes(remote, &share)? {
        format!("fetched {share} from {remote}")
    } else {
        format!("{remote} has no {share}")
    };
    say(&(clean_line(told.as_bytes()) + "\n"));
    Ok(ExitCode::Passed)
}

/// Pushes the receipts to a remote.
///
/// # Errors
///
/// There are none, or the remote cannot be reached or has others.
pub(crate) fn push(environment: &Environment, remote: &str) -> Result<ExitCode> {
    let repository = Repository::open_without_files(environment)?;
    let share = share(&repository)?;
    repository.push_notes(remote, &share)?;
    say(&(clean_line(format!("pushed {share} to {remote}").as_bytes()) + "\n"));
    Ok(ExitCode::Passed)
}

/// What a receipt is worth.
enum Worth {
    /// It counts for these gates.
    Counts(BTreeSet<String>),
    /// It does not count, for this reason.
    Refused(String),
}

/// Whether receipts that count cover every gate of a commit. The base decides whose receipts count, and by which keys.
///
/// # Errors
///
/// A revision or its gates.toml is missing, or git or ssh-keygen fails.
pub(crate) fn verify(environment: &Environment, base: &str, revision: &str) -> Result<ExitCode> {
    let repository = Repository::open_without_files(environment)?;
    let of = |revision: &str| {
        let tip = repository
            .commits(&RangeSpec::Only(revision.to_owned()))?
            .tip;
        Ok::<_, Fault>(tip)
    };
    let (base_commit, commit) = (of(base)?, of(revision)?);
    let before = committed::committed_config(&repository, base)?;
    let config = committed::committed_config(&repository, revision)?;
    if receipt::policy(&before) != receipt::policy(&config) {
        // What the base asks for and the change does not is in no receipt of the change.
        print(
            "not verified: the configuration differs from that of the base\nnext: gatekeeper run\n",
        )?;
        return Ok(ExitCode::Failed);
    }
    let mut objects = repository.objects();
    let tree = objects.commit(commit)?.tree;
    let allowed = objects.file(base_commit, Path::new(SIGNERS))?;
    let allowed = allowed.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let rules = TrustRules {
        tree: tree.to_string(),
        policy: receipt::policy(&config),
        before: &before,
        allowed: allowed.as_deref(),
    };
    let lines = repository.note_lines(&before.receipts.share, tree)?;
    let mut told = vec![format!("tree {tree}: {}\n", count(lines.len(), "receipt"))];
    let mut covered = BTreeSet::new();
    for line in lines.iter().take(MOST) {
        let (who, worth) = rules.worth(line)?;
        match worth {
            Worth::Counts(gates) => {
                let names: Vec<&str> = gates.iter().map(String::as_str).collect();
                told.push(format!("  counts   {who}: {}\n", names.join(", ")));
                covered.extend(gates);
            }
            Worth::Refused(why) => told.push(format!("  refused  {who}: {why}\n")),
        }
    }
    let told = told.concat();
    let (code, verdict) = verdict(&config, &covered);
    print(&format!("{told}{verdict}"))?;
    Ok(code)
}

/// Whether every gate that has to pass is covered, as a code and in words. What gates.toml skips today does not have to.
fn verdict(config: &Config, covered: &BTreeSet<String>) -> (ExitCode, String) {
    let today = OffsetDateTime::now_utc().date();
    let (mut open, mut skipped) = (Vec::new(), Vec::new());
    for gate in &config.gates {
        let skip = gate.skip.as_ref();
        if gate.level != GateLevel::Block || covered.contains(gate.name.as_str()) {
            continue;
        }
        if skip.is_some_and(|skip| skip.is_in_force(today)) {
            skipped.push(gate.name.as_str());
        } else {
            open.push(gate.name.as_str());
        }
    }
    if !open.is_empty() {
        let open = open.join(", ");
        let text =
            format!("not verified: no receipt that counts for {open}\nnext: gatekeeper run\n");
        return (ExitCode::Failed, text);
    }
    let but = match skipped.join(", ") {
        none if none.is_empty() => none,
        skipped => format!(", but for what gates.toml skips: {skipped}"),
    };
    let text = format!("verified: every gate has passed on this tree{but}\n");
    (ExitCode::Passed, text)
}

/// What decides whether a receipt counts.
struct TrustRules<'a> {
    tree: String,
    policy: String,
    /// The configuration of the base.
    before: &'a Config,
    /// The signers that the base lists.
    allowed: Option<&'a str>,
}

impl TrustRules<'_> {
    /// Who has made a receipt and where, and what it is worth.
    fn worth(&self, line: &str) -> Result<(String, Worth)> {
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
        let gates: BTreeSet<String> = good.map(|gate| clean_line(gate.name.as_bytes())).collect();
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
        Ok((who, Worth::Counts(gates)))
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
            (&receipt.signer, &receipt.signature, self.allowed)
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
        match (&receipt.signature, self.allowed) {
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
fn parse(text: &str) -> std::result::Result<Statement, String> {
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
fn tree_of(statement: &Statement) -> Option<&str> {
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
