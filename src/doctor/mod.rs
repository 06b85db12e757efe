//! What is wrong with a set-up: small rules, each a value, over facts that are gathered before.
//!
//! [`gather`](gather::gather) reads files and asks git; no tool is started, so that everything takes well under a
//! second. Versions are those that installers leave behind. [`diagnose`] is pure. A rule with no doubt about its edit
//! carries it as a [`complaint::LineEdit`]; [`edits`] applies them.

mod agent_guards;
mod complaint;
mod config_file;
mod drift;
pub(crate) mod edits;
mod facts;
mod gather;
mod gather_agents;
mod gather_gates;
mod gather_imports;
mod gather_set_up;
mod installed;
mod machine;
pub(crate) mod page;
mod room;
mod rule;
mod set_up;
pub(crate) mod shown;
mod tool_call;
mod tools;
mod watched;

pub(crate) use facts::Facts;
pub(crate) use gather::gather;
pub(crate) use gather_agents::switched_off;
pub(crate) use machine::AsGui;
pub(crate) use rule::{Area, Diagnosis, DoctorRule};

use facts::Project;
use rule::Look;

/// Every rule.
pub(crate) fn rules() -> impl Iterator<Item = &'static DoctorRule> {
    let families = tools::FAMILIES.into_iter();
    let families = families.chain([
        set_up::RULES,
        agent_guards::RULES,
        room::RULES,
        drift::RULES,
    ]);
    let all = families.flatten();
    Area::ALL
        .into_iter()
        .flat_map(move |area| all.clone().filter(move |rule| rule.area == area))
}

/// Everything that is wrong: errors before warnings, and in the order of the files.
#[must_use]
pub(crate) fn diagnose(facts: &Facts) -> Vec<Diagnosis> {
    let mut found: Vec<Diagnosis> = Vec::new();
    for rule in rules() {
        let complaints = match rule.look {
            Look::Repository(look) => look(facts),
            Look::Project(look) => {
                let projects = facts.projects.iter();
                let projects = projects.map(|dir| Project { facts, dir });
                projects.flat_map(|project| look(&project)).collect()
            }
        };
        let diagnoses = complaints.into_iter();
        found.extend(diagnoses.map(|complaint| Diagnosis { rule, complaint }));
    }
    found.sort_by(|one, other| {
        let key = |one: &Diagnosis| {
            let place = one.complaint.place.clone();
            (std::cmp::Reverse(one.rule.severity), place, one.rule.id)
        };
        key(one).cmp(&key(other))
    });
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_rule_has_an_id_of_its_own_and_says_what_to_do() {
        let mut ids = BTreeSet::new();
        for rule in rules() {
            assert!(ids.insert(rule.id), "{}", rule.id);
            assert!(rule.id.starts_with("doctor."), "{}", rule.id);
            assert!(!rule.finds.ends_with('.'), "{}", rule.id);
            assert!(rule.remedy.ends_with('.'), "{}", rule.id);
        }
        assert!(ids.len() > 50, "{}", ids.len());
    }
}
