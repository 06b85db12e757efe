//! make: it runs the commands of a file.

use super::call::Call;
use super::family::Family;
use super::options::words;
use super::program::Program;
use super::swallowed_status::SwallowedStatus;
use super::variable::WeakeningVariable;
use crate::shell::Word;

pub(super) const FAMILY: Family = Family {
    variables: VARIABLES,
    programs: PROGRAMS,
    ..Family::NONE
};

const VARIABLES: &[WeakeningVariable] = &[
    WeakeningVariable::always("MAKEFILES", "make"),
    WeakeningVariable::by_value("MAKEFLAGS", "make", are_flags_weaker),
    WeakeningVariable::by_value("GNUMAKEFLAGS", "make", are_flags_weaker),
];

/// Whether flags let make only print its commands, or run them and ignore failures.
fn are_flags_weaker(flags: &str) -> bool {
    const LONG: [&str; 12] = [
        "--assume-old",
        "--dry-run",
        "--eval",
        "--help",
        "--ignore-errors",
        "--just-print",
        "--makefile",
        "--old-file",
        "--question",
        "--recon",
        "--touch",
        "--version",
    ];
    words(flags).iter().enumerate().any(|(at, word)| {
        if word.starts_with("--") {
            let name = word.split('=').next().unwrap_or_default();
            // make accepts abbreviated options.
            return name.len() > 2 && LONG.iter().any(|long| long.starts_with(name));
        }
        // The letters come first, without a dash.
        let letters = match word.strip_prefix('-') {
            Some(letters) => letters,
            None if at == 0 && !word.contains('=') => word,
            None => return false,
        };
        let takes_value = |letter: char| "CIOWjl".contains(letter);
        let mut flag_letters = letters.chars().take_while(|letter| !takes_value(*letter));
        flag_letters.any(|letter| "Efhinoqtv".contains(letter))
    })
}

const PROGRAMS: &[Program] = &[
    Program {
        cannot_fail: ignores_failures,
        files: &["Makefile", "makefile", "GNUmakefile"],
        ..Program::new(&["make", "gmake"])
    },
    Program {
        files: &["justfile", "Justfile", ".justfile"],
        ..Program::new(&["just"])
    },
    Program {
        files: &[
            "Taskfile.yml",
            "taskfile.yml",
            "Taskfile.yaml",
            "taskfile.yaml",
            "Taskfile.dist.yml",
            "taskfile.dist.yml",
            "Taskfile.dist.yaml",
            "taskfile.dist.yaml",
        ],
        ..Program::new(&["go-task", "task"])
    },
    Program {
        files: &["Makefile.toml"],
        ..Program::new(&["cargo-make", "makers"])
    },
];

/// With these options make(1) does nothing, or continues after a failure. Letters without values
/// may be joined.
fn ignores_failures(call: &Call<'_>) -> Option<SwallowedStatus> {
    const LONG: [&str; 5] = [
        "--ignore-errors",
        "--dry-run",
        "--just-print",
        "--recon",
        "--touch",
    ];
    let is_short = |word: &&Word| {
        let letters = word.text.strip_prefix('-').unwrap_or_default();
        let plain = letters
            .chars()
            .all(|letter| "bBdeiknpqrRsStvw".contains(letter));
        plain && letters.contains(['i', 'n', 't'])
    };
    let mut options = call.options();
    let word = options.find(|word| LONG.contains(&word.text.as_str()) || is_short(word))?;
    Some(SwallowedStatus::by_tool(
        word.span.clone(),
        "make succeeds even if its commands fail",
        format!("remove `{}`", word.text),
    ))
}
