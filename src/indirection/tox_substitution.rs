//! What tox puts in the place of names in braces.

use std::path::{Path, PathBuf};

use super::lead::TOP;

/// The directories that tox makes for what it runs.
const DIRECTORIES: [(&str, &str); 11] = [
    ("{envtmpdir}", ".tox/tmp"),
    ("{env_tmp_dir}", ".tox/tmp"),
    ("{temp_dir}", ".tox/tmp"),
    ("{envdir}", ".tox/env"),
    ("{env_dir}", ".tox/env"),
    ("{envlogdir}", ".tox/log"),
    ("{env_log_dir}", ".tox/log"),
    ("{distdir}", ".tox/dist"),
    ("{toxworkdir}", ".tox"),
    ("{tox_work_dir}", ".tox"),
    ("{work_dir}", ".tox"),
];

/// A command without tox's substitutions: `{toxinidir}/x` is `./x`, `{envpython}` is `python`, `{posargs:a}` is `a`.
pub(super) fn without_braces(command: &str) -> String {
    const KNOWN: [(&str, &str); 10] = [
        ("{toxinidir}", "."),
        ("{tox_root}", "."),
        ("{envpython}", "python"),
        ("{env_python}", "python"),
        ("{basepython}", "python"),
        ("{base_python}", "python"),
        ("{envbindir}/", ""),
        ("{env_bin_dir}/", ""),
        ("{/}", "/"),
        ("{:}", ":"),
    ];
    // An option whose value only tox knows: `--basetemp={env_tmp_dir}`.
    let is_only_for_tox = |word: &str| {
        let value = word.split_once('=').filter(|_| word.starts_with("--"));
        let begins = |value: &str| {
            DIRECTORIES
                .iter()
                .any(|(typed, _)| value.starts_with(typed))
        };
        value.is_some_and(|(_, value)| {
            begins(value) || value == "{envname}" || value == "{env_name}"
        })
    };
    let words = command.split(' ').filter(|word| !is_only_for_tox(word));
    let mut text = words.collect::<Vec<_>>().join(" ");
    for (typed, value) in KNOWN.iter().chain(&DIRECTORIES) {
        text = text.replace(typed, value);
    }
    // Those within others come first: `{env:OUT:{envtmpdir}}`.
    while let Some(end) = text.find('}') {
        let Some(begin) = text[..end].rfind('{') else {
            break;
        };
        let inside = &text[begin + 1..end];
        let default = match inside.strip_prefix("env:") {
            Some(variable) => variable.split_once(':'),
            None => inside.split_once(':'),
        };
        let value = default.map_or("", |(_, default)| default).to_owned();
        text.replace_range(begin..=end, &value);
    }
    text
}

/// The directory that tox changes to, as it is typed.
pub(super) fn below(top: &Path, typed: &str) -> PathBuf {
    super::plain(&top.join(without_braces(typed.trim())))
}

/// The value of a variable without tox's names for its own directory. What only tox knows stays unknown.
pub(super) fn variable_value(typed: &str) -> String {
    let value = typed
        .trim()
        .replace("{toxinidir}", TOP)
        .replace("{tox_root}", TOP);
    value.replace(&format!("{TOP}/"), TOP).replace('{', "${")
}
