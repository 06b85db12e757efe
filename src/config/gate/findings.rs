//! `findings`: the report from which the findings of a gate are read.

use crate::config::problem::{Problem, Problems};
use crate::config::reader::{Item, Table, string, table, word};
use crate::config::shape::{Field, Property, Shape, words};
use crate::config::toml_text::Shown;
use crate::model::gate::{FailOn, FindingsFormat, GateReport};

const FORM: &str = "write findings = { format = \"sarif\", path = \"{report}\" }, and {report} in `run` \
    where the tool is told where to write";

const FORMAT: Field = Field {
    name: "format",
    about: "The format of the report.",
    shape: words::<FindingsFormat>(),
    is_required: true,
};

const PATH: Field = Field {
    name: "path",
    about: "The file of a report in SARIF or JUnit's XML. It is outside the work tree, new for each run, and {report} in `run` stands for it. The messages of cargo are in its output.",
    shape: Shape::Words(|| vec![FindingsFormat::PLACEHOLDER]),
    is_required: false,
};

const FAIL_ON: Field = Field {
    name: "fail-on",
    about: "From which severity on a finding in the report fails a gate that has succeeded: error (the default) or warning.",
    shape: words::<FailOn>(),
    is_required: false,
};

/// The keys of `findings` for the schema.
pub(super) fn properties() -> Vec<Property> {
    [&FORMAT, &PATH, &FAIL_ON].map(Field::property).into()
}

pub(super) fn read(item: &Item<'_>, problems: &mut Problems) -> Option<GateReport> {
    let entries = table(item, "a table with a format");
    let entries = problems.keep(entries.map_err(|problem| problem.help(FORM)))?;
    let mut findings = Table::new("`findings`", entries);
    let format = findings.take(&FORMAT, problems, word::<FindingsFormat>);
    let path = findings.take(&PATH, problems, path);
    let fail_on = findings.take(&FAIL_ON, problems, word::<FailOn>);
    for key in findings.missing() {
        problems.add(
            Problem::new(item.span(), format!("`findings` needs `{key}`"))
                .label(format!("`{key}` is missing"))
                .help(FORM),
        );
    }
    findings.finish(problems);
    let format = format?;
    if format.is_in_file() != path.is_some() {
        let name = format.name();
        let problem = if path.is_some() {
            Problem::new(
                item.span(),
                format!("`path` has no effect on the format {name}"),
            )
            .label("these messages are in the output of cargo")
            .help(format!("write findings = {{ format = \"{name}\" }}"))
        } else {
            Problem::new(item.span(), "`findings` needs `path`")
                .label(format!("a report in the format {name} is in a file"))
                .help(FORM)
        };
        problems.add(problem);
    }
    Some(GateReport {
        format,
        fail_on: fail_on.unwrap_or_default(),
    })
}

fn path(item: &Item<'_>) -> Result<(), Problem> {
    let path = string(item)?;
    if path == FindingsFormat::PLACEHOLDER {
        return Ok(());
    }
    Err(
        Problem::new(item.span(), "a report must be in the file {report}")
            .label("a file in the work tree may be an old one")
            .help(FORM),
    )
}

/// Whether fewer findings count, or it is not known.
pub(super) fn is_weaker(before: Option<GateReport>, after: Option<GateReport>) -> bool {
    let Some(before) = before else { return false };
    let is_same = after.is_some_and(|after| after.format == before.format);
    let lacks_warnings = before.fail_on == FailOn::Warning
        && after.is_some_and(|after| after.fail_on == FailOn::Error);
    !is_same || lacks_warnings
}

pub(super) fn show(report: GateReport) -> Shown {
    let mut pairs = vec![format!("format = \"{}\"", report.format.name())];
    if report.is_in_file() {
        pairs.push(format!("path = \"{}\"", FindingsFormat::PLACEHOLDER));
    }
    if report.fail_on != FailOn::default() {
        pairs.push(format!("fail-on = \"{}\"", report.fail_on.name()));
    }
    Shown::Pairs(pairs)
}
