//! What bandit does not read, and what it leaves out.

use std::path::Path;

use crate::base::text::show_path;
use crate::doctor::complaint::Complaint;
use crate::doctor::config_file::Setting;
use crate::doctor::facts::Project;
use crate::doctor::rule::{Area, DoctorRule, Look};
use crate::doctor::tool_call::ToolCall;
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
        "doctor.bandit-in-pyproject",
        Severity::Error,
        "[tool.bandit] is in pyproject.toml, which bandit reads only if it is named by `-c`",
        "Add `-c pyproject.toml` to the call.",
        unread_table,
    ),
    rule(
        "doctor.bandit-file",
        Severity::Warning,
        ".bandit is there, which bandit reads only with `-r`, and the call names files",
        "Add `--ini .bandit` to the call.",
        unread_file,
    ),
    rule(
        "doctor.bandit-exclude",
        Severity::Warning,
        "`bandit -r . -x NAME` excludes nothing: the paths that it compares begin with `./`",
        "Write `-x ./NAME`. `--fix` does it.",
        exclude,
    ),
    rule(
        "doctor.bandit-substring",
        Severity::Error,
        "bandit excludes each path that contains the text of an entry, such as `latest.py` for `test`, and so files that are meant to be checked",
        "Write the entry as the path of a directory, such as `./tests/`.",
        substring,
    ),
];

fn reads_pyproject(call: &ToolCall) -> bool {
    call.has(&["-c", "--configfile", "--config"])
}

fn unread_table(project: &Project<'_>) -> Vec<Complaint> {
    let table = project.pyproject(&["tool", "bandit"]);
    let call = project.calls("bandit").find(|call| !reads_pyproject(call));
    let Some((table, call)) = table.zip(call) else {
        return Vec::new();
    };
    vec![Complaint::new(
        table.place(),
        format!(
            "`{}` does not read pyproject.toml, so this table has no effect",
            call.shown()
        ),
        "Add `-c pyproject.toml` to the call.",
    )]
}

fn unread_file(project: &Project<'_>) -> Vec<Complaint> {
    let is_recursive = |call: &ToolCall| {
        let short =
            |word: &String| word.starts_with('-') && !word.starts_with("--") && word.contains('r');
        call.has(&["--recursive", "--ini"]) || call.arguments.iter().any(short)
    };
    let file = project.file(".bandit");
    let call = project.calls("bandit").find(|call| !is_recursive(call));
    let Some((file, call)) = file.zip(call) else {
        return Vec::new();
    };
    vec![Complaint::new(
        file.whole(),
        format!(
            "`{}` does not read .bandit, because it has no `-r`",
            call.shown()
        ),
        "Add `--ini .bandit` to the call.",
    )]
}

fn exclude(project: &Project<'_>) -> Vec<Complaint> {
    let complaint = |call: &ToolCall| {
        let is_here = call
            .arguments
            .iter()
            .any(|word| word == "." || word == "./");
        let value = call.value(&["-x", "--exclude"]).filter(|_| is_here)?;
        let is_in_vain = |part: &&str| {
            !part.is_empty() && !part.starts_with(['.', '/', '*']) && !part.contains('/')
        };
        let vain: Vec<&str> = value.split(',').filter(is_in_vain).collect();
        let first = vain.first()?;
        let complaint = Complaint::new(
            call.place.clone(),
            format!(
                "`-x {value}` excludes nothing: bandit compares with paths such as `./{first}/a.py`"
            ),
            format!("Write `-x {}`.", with_dots(value)),
        );
        let line = project.facts.configuration.get(&call.place.path);
        let line = line.map_or("", |file| file.line(call.place.line));
        let forms = [
            format!("-x {value}"),
            format!("--exclude {value}"),
            format!("-x={value}"),
            format!("--exclude={value}"),
        ];
        let form = forms
            .iter()
            .find(|form| line.matches(form.as_str()).count() == 1);
        Some(match form {
            Some(form) => {
                let new = form.replace(value, &with_dots(value));
                complaint.with_line(line, Some(line.replacen(form.as_str(), &new, 1)))
            }
            None => complaint,
        })
    };
    project.calls("bandit").filter_map(complaint).collect()
}

/// Each path of a list as one below the current directory.
fn with_dots(value: &str) -> String {
    let part = |part: &str| {
        if part.is_empty() || part.starts_with(['.', '/', '*']) {
            part.to_owned()
        } else {
            format!("./{part}")
        }
    };
    let parts: Vec<String> = value.split(',').map(part).collect();
    parts.join(",")
}

fn substring(project: &Project<'_>) -> Vec<Complaint> {
    let Some(list) = project.table_of("bandit", &["tool", "bandit", "exclude_dirs"]) else {
        return Vec::new();
    };
    if !project.calls("bandit").any(reads_pyproject) {
        return Vec::new();
    }
    let complaint = |item: Setting<'_>| {
        let text = item.text()?;
        let hit = project.files().find(|file| is_hit(file, text))?;
        Some(Complaint::new(
            item.place(),
            format!(
                "\"{text}\" excludes {} as well, whose path contains it",
                show_path(hit)
            ),
            format!("Write \"./{}/\".", text.trim_matches('/')),
        ))
    };
    list.items().filter_map(complaint).collect()
}

/// Whether a source file's path contains a text, but not as a whole name of a directory or file.
fn is_hit(file: &Path, text: &str) -> bool {
    let Some(path) = file.to_str() else {
        return false;
    };
    let is_source = file.extension().is_some_and(|extension| extension == "py");
    let is_whole = |path: &str| {
        let name = format!("/{}/", text.trim_start_matches("./").trim_matches('/'));
        format!("/{path}/").contains(&name)
    };
    is_source
        && !text.is_empty()
        && !text.contains('*')
        && format!("./{path}").contains(text)
        && !is_whole(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_hits_what_contains_it() {
        for (path, text, expected) in [
            ("src/latest.py", "test", true),
            ("tests/a.py", "test", true),
            ("test/a.py", "test", false),
            ("tests/a.py", "./tests/", false),
            ("src/latest.js", "test", false),
        ] {
            assert_eq!(is_hit(Path::new(path), text), expected, "{path} {text}");
        }
        assert_eq!(with_dots("tests,./a,/b"), "./tests,./a,/b");
    }
}
