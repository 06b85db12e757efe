//! How the tools of Python are configured: what of several places counts, and with which values.

use crate::doctor::config_file::Setting;
use crate::doctor::facts::{Named, Project};
use crate::doctor::tool_call::ToolCall;

/// The line length of black, if the project uses it, and where it is set.
pub(super) fn black(project: &Project<'_>) -> Option<u32> {
    let table = project.table_of("black", &["tool", "black"]);
    let mut calls = project.calls("black");
    let call = calls.next();
    if table.is_none() && call.is_none() {
        return None;
    }
    let typed = call.and_then(|call| call.value(&["-l", "--line-length"])?.parse().ok());
    let configured = table.and_then(|table| table.get(&["line-length"])?.number());
    // The file that the call names may set another length.
    if typed.is_none() && matches!(project.named("black"), Named::Unread) {
        return None;
    }
    Some(typed.or(configured).unwrap_or(88))
}

/// The configuration of ruff that counts.
#[derive(Clone, Copy)]
pub(super) struct Ruff<'f> {
    pub(super) root: Setting<'f>,
}

impl<'f> Ruff<'f> {
    /// The first file that ruff reads in the project's directory.
    pub(super) fn of(project: &Project<'f>) -> Option<Self> {
        let named = match project.named("ruff") {
            Named::Nothing => project.named("ruff-format"),
            named => named,
        };
        let own = [".ruff.toml", "ruff.toml"];
        let root = match named {
            Named::Nothing => {
                let own = own.iter().find_map(|name| project.file(name)?.get(&[]));
                own.or_else(|| project.pyproject(&["tool", "ruff"]))?
            }
            Named::File(file) if file.name() == "pyproject.toml" => file.get(&["tool", "ruff"])?,
            Named::File(file) => file.get(&[])?,
            Named::Unread => return None,
        };
        Some(Self { root })
    }

    /// A setting of the linter, in its table or where it stood before.
    fn lint(self, key: &str) -> impl Iterator<Item = Setting<'f>> {
        let places = [self.root.get(&["lint", key]), self.root.get(&[key])];
        places.into_iter().flatten()
    }

    /// The entry of a list by which a rule is selected, unless another one leaves it out.
    pub(super) fn selecting(self, code: &str) -> Option<Setting<'f>> {
        let items = |keys: [&str; 2]| -> Vec<Setting<'f>> {
            let lists = keys.into_iter().flat_map(|key| self.lint(key));
            lists.flat_map(Setting::items).collect()
        };
        let length = |item: &Setting<'f>| match item.text()? {
            "ALL" => Some(0),
            prefix => code.starts_with(prefix).then_some(prefix.len()),
        };
        let selected = items(["select", "extend-select"]).into_iter();
        let (item, selected) = selected
            .filter_map(|item| Some((item, length(&item)?)))
            .max_by_key(|(_, length)| *length)?;
        let ignored = items(["ignore", "extend-ignore"]);
        let ignored = ignored.iter().filter_map(length).max();
        ignored
            .is_none_or(|ignored| ignored < selected)
            .then_some(item)
    }

    /// Whether other files have a say.
    pub(super) fn inherits(self) -> bool {
        self.root.get(&["extend"]).is_some()
    }

    /// The length up to which E501 lets lines pass.
    pub(super) fn longest_line(self) -> (u32, Option<Setting<'f>>) {
        let own = self
            .root
            .get(&["lint", "pycodestyle", "max-line-length"])
            .or_else(|| self.root.get(&["pycodestyle", "max-line-length"]))
            .or_else(|| self.root.get(&["line-length"]));
        let number = own.and_then(Setting::number);
        (number.unwrap_or(88), own)
    }
}

/// The section of flake8 that counts: setup.cfg, tox.ini, then .flake8.
pub(super) fn flake8<'f>(project: &Project<'f>) -> Option<Setting<'f>> {
    let places: [(&str, &[&str]); 3] = [
        ("setup.cfg", &["flake8"]),
        ("tox.ini", &["flake8"]),
        (".flake8", &["flake8"]),
    ];
    project.first_table("flake8", &places)
}

/// A setting of flake8 by its name; flake8 takes `-` and `_` for the same.
pub(super) fn flake8_setting<'f>(section: Setting<'f>, name: &str) -> Option<Setting<'f>> {
    let other = name.replace('-', "_");
    section.get(&[name]).or_else(|| section.get(&[&other]))
}

/// Whether flake8 reports a code, with what it leaves out unless `ignore` is set.
pub(super) fn flake8_reports(
    section: Option<Setting<'_>>,
    call: Option<&ToolCall>,
    code: &str,
) -> bool {
    const UNSET: [&str; 8] = [
        "E121", "E123", "E126", "E226", "E24", "E704", "W503", "W504",
    ];
    let list = |name: &str| -> Option<Vec<String>> {
        let typed = call.and_then(|call| call.value(&[&format!("--{name}")]));
        let typed = typed.map(|value| {
            value
                .split(',')
                .map(|item| item.trim().to_owned())
                .collect()
        });
        typed.or_else(|| Some(flake8_setting(section?, name)?.list()))
    };
    let begins = |items: &[String]| items.iter().any(|item| code.starts_with(item.as_str()));
    let ignored = match list("ignore") {
        Some(items) => begins(&items),
        None => UNSET.iter().any(|item| code.starts_with(item)),
    };
    let extended = list("extend-ignore").is_some_and(|items| begins(&items));
    let selected = list("select").is_none_or(|items| begins(&items));
    selected && !ignored && !extended
}

/// The section of isort that counts.
pub(super) fn isort<'f>(project: &Project<'f>) -> Option<Setting<'f>> {
    let places: [(&str, &[&str]); 5] = [
        (".isort.cfg", &["settings"]),
        (".isort.cfg", &["isort"]),
        ("pyproject.toml", &["tool", "isort"]),
        ("setup.cfg", &["isort"]),
        ("tox.ini", &["isort"]),
    ];
    project.first_table("isort", &places)
}

/// A setting of pytest in the file that counts.
pub(super) fn pytest<'f>(project: &Project<'f>) -> Option<Setting<'f>> {
    let places: [(&str, &[&str]); 8] = [
        ("pytest.toml", &["pytest"]),
        (".pytest.toml", &["pytest"]),
        ("pytest.ini", &["pytest"]),
        (".pytest.ini", &["pytest"]),
        ("pyproject.toml", &["tool", "pytest", "ini_options"]),
        ("pyproject.toml", &["tool", "pytest"]),
        ("tox.ini", &["pytest"]),
        ("setup.cfg", &["tool", "pytest"]),
    ];
    project.first_table("pytest", &places)
}

/// The words of `addopts`.
pub(super) fn addopts<'f>(project: &Project<'f>) -> Option<(Setting<'f>, Vec<String>)> {
    let setting = pytest(project)?.get(&["addopts"])?;
    let words = match setting.text() {
        Some(text) => shell_words::split(text).unwrap_or_default(),
        None => setting.list(),
    };
    Some((setting, words))
}

/// `>=3.8` as (3, 8): the lowest version that a range of versions of Python begins with.
#[must_use]
pub(super) fn least_python(range: &str) -> Option<(u32, u32)> {
    let mut parts = range.split(',').map(str::trim);
    parts.find_map(|part| {
        let version = part
            .strip_prefix(">=")
            .or_else(|| part.strip_prefix("~="))
            .or_else(|| part.strip_prefix('^'))?;
        crate::doctor::installed::two_numbers(version.trim())
    })
}

/// `py310` as (3, 10).
#[must_use]
pub(super) fn target(text: &str) -> Option<(u32, u32)> {
    let digits = text.strip_prefix("py")?;
    let (major, minor) = digits.split_at_checked(1)?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
