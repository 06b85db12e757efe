//! The room that the machine has: for views, for snapshots that are kept, on its disks.

use indicatif::HumanBytes;

use super::complaint::Complaint;
use super::facts::Facts;
use super::rule::DoctorRule;
use super::set_up::rule;
use crate::base::text::show_path;
use crate::indirection::Place;
use crate::model::severity::Severity;

/// How many bytes the snapshots that are kept may have without a word.
const LARGE_CACHE: u64 = 5 << 30;

pub(super) const RULES: &[DoctorRule] = &[
    rule(
        "doctor.no-overlay",
        Severity::Note,
        "this system or this work tree allows no overlay, so a commit beside other changes is checked in a snapshot, which takes longer",
        "Nothing has to be done: the same is checked. An overlay needs Linux with user namespaces.",
        no_overlay,
    ),
    rule(
        "doctor.large-cache",
        Severity::Note,
        "the snapshots that are kept from one run to the next take more than 5 GiB",
        "Run `gatekeeper cache clean --all`.",
        large_cache,
    ),
    rule(
        "doctor.low-disk",
        Severity::Warning,
        "the disk with the repository or with temporary files has less than 512 MiB free",
        "Free some space; `df -h` shows where.",
        low_disk,
    ),
    rule(
        "doctor.full-disk",
        Severity::Error,
        "the disk with the repository or with temporary files is full",
        "Free some space; `df -h` shows where.",
        full_disk,
    ),
];

fn no_overlay(facts: &Facts) -> Vec<Complaint> {
    let why = facts.set_up.no_overlay.iter();
    why.map(|why| {
        Complaint::new(
            Place::default(),
            format!(
                "a commit beside other changes is checked in a snapshot, not in an overlay: {why}"
            ),
            "Nothing has to be done: the same is checked, in more time.",
        )
    })
    .collect()
}

fn large_cache(facts: &Facts) -> Vec<Complaint> {
    let large = facts.set_up.kept_views.iter();
    large
        .filter(|(_, bytes)| *bytes > LARGE_CACHE)
        .map(|(dir, bytes)| {
            let size = HumanBytes(*bytes);
            Complaint::new(
                Place::default(),
                format!("the snapshots in {} take {size} or more", show_path(dir)),
                "Run `gatekeeper cache clean --all`.",
            )
        })
        .collect()
}

fn low_disk(facts: &Facts) -> Vec<Complaint> {
    let low = facts.set_up.low_disk.iter();
    low.map(|(dir, free)| {
        let free = HumanBytes(*free);
        Complaint::new(
            Place::default(),
            format!("only {free} are free on the disk with {}", show_path(dir)),
            "Free some space; `df -h` shows where.",
        )
    })
    .collect()
}

fn full_disk(facts: &Facts) -> Vec<Complaint> {
    let full = facts.set_up.full_disk.iter();
    full.map(|dir| {
        Complaint::new(
            Place::default(),
            format!("the disk with {} is full", show_path(dir)),
            "Free some space; `df -h` shows where.",
        )
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::diagnose;
    use crate::doctor::machine::SetUp;

    #[test]
    fn what_the_machine_lacks_is_told_with_its_size() {
        let set_up = |kept: u64| SetUp {
            no_overlay: Some("there are no user namespaces".to_owned()),
            kept_views: Some(("/views".into(), kept)),
            low_disk: Some(("/tmp".into(), 1 << 20)),
            full_disk: Some("/repository".into()),
            ..SetUp::default()
        };
        let told = |kept| -> Vec<String> {
            let facts = Facts {
                set_up: set_up(kept),
                ..Facts::default()
            };
            let words = diagnose(&facts)
                .into_iter()
                .map(|one| format!("{}: {}", one.rule.id, one.complaint.message));
            words.collect()
        };
        let expected = [
            "doctor.full-disk: the disk with /repository is full",
            "doctor.low-disk: only 1.00 MiB are free on the disk with /tmp",
            "doctor.large-cache: the snapshots in /views take 5.00 GiB or more",
            "doctor.no-overlay: a commit beside other changes is checked in a snapshot, not in an overlay: there are no user namespaces",
        ];
        assert_eq!(told(LARGE_CACHE + 1), expected);
        assert!(
            !told(LARGE_CACHE)
                .iter()
                .any(|one| one.contains("large-cache"))
        );
    }
}
