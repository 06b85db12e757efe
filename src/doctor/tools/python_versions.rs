//! Versions of Python and of tools: those that are demanded, and those that are there.

use super::python::{Ruff, least_python, target};
use crate::doctor::complaint::Complaint;
use crate::doctor::config_file::Setting;
use crate::doctor::facts::Project;
use crate::doctor::installed::two_numbers;
use crate::doctor::rule::{Area, DoctorRule, Look};
use crate::model::severity::Severity;

const fn rule(
    id: &'static str,
    severity: Severity,
    finds: &'static str,
    remedy: &'static str,
    look: fn(&Project<'_>) -> Vec<Complaint>,
) -> DoctorRule {
    DoctorRule {
        id,
        area: Area::Tools,
        severity,
        finds,
        remedy,
        look: Look::Project(look),
    }
}

pub(super) const RULES: &[DoctorRule] = &[
    rule(
        "doctor.target-version",
        Severity::Error,
        "ruff or black is told to write for a later Python than the lowest one in `requires-python`",
        "Set `target-version` to the lowest version that the project supports.",
        target_version,
    ),
    rule(
        "doctor.mypy-target-version",
        Severity::Warning,
        "mypy checks for a later Python than the lowest one in `requires-python`, so what fails there is not found",
        "Set `python_version` to the lowest version that the project supports.",
        mypy_target,
    ),
    rule(
        "doctor.mypy-python-version",
        Severity::Warning,
        "`python_version` is too low for the installed mypy, which then ignores it",
        "Raise `python_version`, or install an earlier mypy.",
        mypy_python,
    ),
    rule(
        "doctor.required-version",
        Severity::Error,
        "`required-version` of ruff or black is not the installed version, with which the tool refuses to run",
        "Install the version that is required, or change the setting.",
        required_version,
    ),
];

/// The lowest version of Python that the project supports.
fn supported<'f>(project: &Project<'f>) -> Option<(Setting<'f>, (u32, u32))> {
    let setting = project
        .pyproject(&["project", "requires-python"])
        .or_else(|| project.pyproject(&["tool", "poetry", "dependencies", "python"]))?;
    Some((setting, least_python(setting.text()?)?))
}

/// A later target than the lowest version that is supported.
fn too_late(
    tool: &str,
    setting: Setting<'_>,
    target: (u32, u32),
    (requires, least): (Setting<'_>, (u32, u32)),
) -> Option<Complaint> {
    let shown = |(major, minor): (u32, u32)| format!("{major}.{minor}");
    (target > least).then(|| {
        Complaint::new(
            setting.place(),
            format!(
                "{tool} works for Python {}, but the project supports {} ({})",
                shown(target),
                shown(least),
                requires.shown()
            ),
            format!("Set it to Python {}.", shown(least)),
        )
    })
}

fn target_version(project: &Project<'_>) -> Vec<Complaint> {
    let Some(supported) = supported(project) else {
        return Vec::new();
    };
    let ruff = Ruff::of(project).and_then(|ruff| ruff.root.get(&["target-version"]));
    let of_ruff = ruff.and_then(|setting| {
        let target = target(setting.text()?)?;
        too_late("ruff", setting, target, supported)
    });
    let black = project.table_of("black", &["tool", "black", "target-version"]);
    let of_black = black.and_then(|setting| {
        let targets = setting.list();
        let target = targets.iter().filter_map(|text| target(text)).min()?;
        too_late("black", setting, target, supported)
    });
    of_ruff.into_iter().chain(of_black).collect()
}

/// The version of Python that mypy is told.
fn mypy_setting<'f>(project: &Project<'f>) -> Option<Setting<'f>> {
    let places: [(&str, &[&str]); 4] = [
        ("mypy.ini", &["mypy"]),
        (".mypy.ini", &["mypy"]),
        ("pyproject.toml", &["tool", "mypy"]),
        ("setup.cfg", &["mypy"]),
    ];
    project
        .first_table("mypy", &places)?
        .get(&["python_version"])
}

/// `3.10`, which is a text in TOML, and may be a number that has lost its last digit.
fn version_of(setting: Setting<'_>) -> Option<(u32, u32)> {
    two_numbers(setting.text()?)
}

fn mypy_target(project: &Project<'_>) -> Vec<Complaint> {
    let setting = mypy_setting(project);
    let Some((setting, supported)) = setting.zip(supported(project)) else {
        return Vec::new();
    };
    let target = version_of(setting);
    target
        .and_then(|target| too_late("mypy", setting, target, supported))
        .into_iter()
        .collect()
}

fn mypy_python(project: &Project<'_>) -> Vec<Complaint> {
    let known = project.python().and_then(|python| python.mypy_knows);
    let Some((known, setting)) = known.zip(mypy_setting(project)) else {
        return Vec::new();
    };
    let Some(version) = version_of(setting).filter(|version| *version < known) else {
        return Vec::new();
    };
    vec![Complaint::new(
        setting.place(),
        format!(
            "the installed mypy knows Python {}.{} and later, so it ignores {}.{}",
            known.0, known.1, version.0, version.1
        ),
        format!(
            "Set `python_version = \"{}.{}\"`, or install an earlier mypy.",
            known.0, known.1
        ),
    )]
}

fn required_version(project: &Project<'_>) -> Vec<Complaint> {
    let ruff = Ruff::of(project).and_then(|ruff| ruff.root.get(&["required-version"]));
    let black = project.table_of("black", &["tool", "black", "required-version"]);
    let Some(python) = project.python() else {
        return Vec::new();
    };
    let complaint = |(tool, setting): (&str, Setting<'_>)| {
        let (wanted, installed) = (setting.text()?, python.version(tool)?);
        let is_right = match tool {
            // A version, or its first number.
            "black" => wanted == installed || installed.split('.').next() == Some(wanted),
            _ => satisfies(wanted, installed)?,
        };
        (!is_right).then(|| {
            Complaint::new(
                setting.place(),
                format!(
                    "{tool} {installed} is installed, and refuses to run: {wanted} is required"
                ),
                format!("Install {tool} {wanted}, or change `required-version`."),
            )
        })
    };
    let settings = [("ruff", ruff), ("black", black)];
    let settings = settings
        .into_iter()
        .filter_map(|(tool, setting)| Some((tool, setting?)));
    settings.filter_map(complaint).collect()
}

/// Whether a version is in a range of PEP 440; `None` if the range has more than comparisons of numbers.
#[must_use]
fn satisfies(range: &str, version: &str) -> Option<bool> {
    let numbers = |text: &str| -> Option<Vec<u32>> {
        let mut numbers: Vec<u32> = text
            .trim()
            .split('.')
            .map(|part| part.parse().ok())
            .collect::<Option<_>>()?;
        numbers.resize(numbers.len().max(4), 0);
        Some(numbers)
    };
    let version = numbers(version)?;
    let mut all = true;
    for part in range.split(',') {
        let part = part.trim();
        let at = part.find(|c: char| c.is_ascii_digit())?;
        let (operator, wanted) = part.split_at(at);
        let wanted = numbers(wanted)?;
        all &= match operator.trim() {
            "" | "==" => version == wanted,
            ">=" => version >= wanted,
            ">" => version > wanted,
            "<=" => version <= wanted,
            "<" => version < wanted,
            "!=" => version != wanted,
            _ => return None,
        };
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_versions() {
        for (range, expected) in [
            ("0.4.1", Some(true)),
            ("==0.4", Some(false)),
            (">=0.4,<0.5", Some(true)),
            (">=0.4, <0.4.1", Some(false)),
            ("!=0.4.1", Some(false)),
            ("~=0.4", None),
            ("==0.4.*", None),
            ("", None),
        ] {
            assert_eq!(satisfies(range, "0.4.1"), expected, "{range}");
        }
    }
}
