//! Receipts that travel: verdicts that were reached on other machines, signed, as notes on the tree.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use time::OffsetDateTime;

use super::receipt_trust::{MOST, SharedReceipt, TrustRules, Worth, parse, tree_of};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::{clean_line, count, show_path};
use crate::config::{Config, committed, source};
use crate::git::{RangeSpec, Repository, sign};
use crate::model::gate::GateLevel;
use crate::receipt;
use crate::report::say;
use crate::report::terminal::print_text;

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
        print_text(
            "not verified: the configuration differs from that of the base\nnext: run `gatekeeper run`\n",
        )?;
        return Ok(ExitCode::Failed);
    }
    let mut objects = repository.objects();
    let tree = objects.commit(commit)?.tree;
    let rules = TrustRules::new(&mut objects, (base_commit, &before), (commit, &config))?;
    let lines = repository.note_lines(&before.receipts.share, tree)?;
    let mut told = vec![format!("tree {tree}: {}\n", count(lines.len(), "receipt"))];
    let mut covered = BTreeSet::new();
    for line in lines.iter().take(MOST) {
        let (who, worth) = rules.worth(line)?;
        match worth {
            Worth::Counts(receipt) => {
                told.push(format!("  counts   {who}: {}\n", receipt.gates.join(", ")));
                covered.extend(receipt.gates);
            }
            Worth::Refused(why) => told.push(format!("  refused  {who}: {why}\n")),
        }
    }
    let told = told.concat();
    let (code, verdict) = verdict(&config, &covered);
    print_text(&format!("{told}{verdict}"))?;
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
        let text = format!(
            "not verified: no receipt that counts for {open}\nnext: run `gatekeeper run`\n"
        );
        return (ExitCode::Failed, text);
    }
    let but = match skipped.join(", ") {
        none if none.is_empty() => none,
        skipped => format!(", but for what gates.toml skips: {skipped}"),
    };
    let text = format!("verified: every gate has passed on this tree{but}\n");
    (ExitCode::Passed, text)
}
