//! The page of a rule, in the terminal and in the documents.

use std::fmt::Write as _;

use super::rule::{Area, DoctorRule};
use super::rules;
use crate::report::explanation::paragraph;

/// The page of a rule in the terminal; `None` if there is none with this id.
#[must_use]
pub(crate) fn page(id: &str) -> Option<String> {
    let rule = rules().find(|rule| rule.id == id)?;
    Some(format!(
        "{}: a rule of `gatekeeper doctor` about {}\n\nWhat it finds\n{}\nWhat to do\n{}\nMore in docs/doctor.md#{}\n",
        rule.id,
        rule.area.about(),
        paragraph(&format!("{} ({})", rule.finds, rule.severity.word())),
        paragraph(rule.remedy),
        rule.area.section()
    ))
}

/// The ids of all rules, by what they are about.
#[must_use]
pub(crate) fn list() -> String {
    let mut list = String::new();
    for area in Area::ALL {
        let _ = writeln!(list, "Rules of `gatekeeper doctor` about {}", area.about());
        for rule in rules().filter(|rule| rule.area == area) {
            let _ = writeln!(list, "  {}", rule.id);
        }
    }
    list
}

/// The rules of an area as a table of a document.
#[must_use]
pub(crate) fn table(area: Area) -> String {
    let mut table =
        "| id | severity | what it finds | what to do |\n|---|---|---|---|\n".to_owned();
    let cell = |text: &str| text.replace('|', "\\|");
    for rule in rules().filter(|rule| rule.area == area) {
        let _ = writeln!(
            table,
            "| `{}` | {} | {} | {} |",
            rule.id,
            rule.severity.word(),
            cell(rule.finds),
            cell(rule.remedy)
        );
    }
    table
}

/// The tables of docs/doctor.md: each with its mark.
#[must_use]
pub fn doctor_tables() -> Vec<(&'static str, String)> {
    let tables = Area::ALL.map(|area| (area.section(), table(area)));
    tables.to_vec()
}

/// The ids of all rules.
#[must_use]
pub fn doctor_ids() -> Vec<&'static str> {
    rules().map(|rule: &DoctorRule| rule.id).collect()
}
