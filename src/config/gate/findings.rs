//! `findings`: the report from which the findings of a gate are read.

use crate::config::problem::{Problem, Problems};
use crate::config::reader::{Item, Table, string, table, word};
use crate::config::shape::{Field, Property, Shape, words};
use crate::config::toml_text::Shown;
use crate::model::gate::FindingsFormat;

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

/// The keys of `findings` for the schema.
pub(super) fn properties() -> Vec<Property> {
    [&FORMAT, &PATH].map(Field::property).into()
}

pub(super) fn read(item: &Item<'_>, problems: &mut Problems) -> Option<FindingsFormat> {
    let entries = table(item, "a table with a format");
    let entries = problems.keep(entries.map_err(|problem| problem.help(FORM)))?;
    let mut findings = Table::new("`findings`", entries);
    let format = findings.take(&FORMAT, problems, word::<FindingsFormat>);
    let path = findings.take(&PATH, problems, path);
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
    Some(format)
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

pub(super) fn show(format: FindingsFormat) -> Shown {
    let mut pairs = vec![format!("format = \"{}\"", format.name())];
    if format.is_in_file() {
        pairs.push(format!("path = \"{}\"", FindingsFormat::PLACEHOLDER));
    }
    Shown::Pairs(pairs)
}
