//! Unix programs that start others, print something or handle files, and `perl`.

use super::call::{Call, after_options};
use super::family::Family;
use super::program::{PACKAGE_OPTIONS, Program, Role};
use super::swallowed_status::SwallowedStatus;
use crate::shell::Word;

pub(super) const FAMILY: Family = Family {
    programs: PROGRAMS,
    ..Family::NONE
};

/// Programs that print files, or a part of them.
const PRINTING: [&str; 20] = [
    "awk", "base64", "cat", "cut", "envsubst", "gawk", "grep", "head", "jq", "nl", "paste", "rev",
    "sed", "sort", "tac", "tail", "tr", "uniq", "xargs", "yq",
];

/// Whether a program prints files, or a part of them.
pub(crate) fn prints_files(name: &str) -> bool {
    PRINTING.contains(&name)
}

const PROGRAMS: &[Program] = &[
    Program {
        is_wrapper: true,
        starts: |call| Some(in_environment(call)),
        ..Program::new(&["env"])
    },
    Program {
        is_wrapper: true,
        starts: |call| Some(after_options(call.arguments, &["-n", "--adjustment"])),
        ..Program::new(&["nice"])
    },
    Program {
        is_wrapper: true,
        starts: limited,
        ..Program::new(&["timeout"])
    },
    Program {
        is_wrapper: true,
        starts: command,
        ..Program::new(&["command"])
    },
    Program {
        is_wrapper: true,
        starts: |call| Some(plainly(call)),
        ..Program::new(&["time"])
    },
    Program {
        is_wrapper: true,
        role: |_| Role::Inert,
        starts: |call| Some(plainly(call)),
        ..Program::new(&["exec"])
    },
    Program {
        starts: |call| Some(plainly(call)),
        ..Program::new(&["nohup", "setsid", "xvfb-run"])
    },
    Program {
        starts: |call| Some(after_options(call.arguments, &["-i", "-o", "-e"])),
        ..Program::new(&["stdbuf"])
    },
    Program {
        is_wrapper: true,
        ..Program::new(&["xargs"])
    },
    Program {
        cannot_fail: returns_nothing,
        ..Program::new(&["script"])
    },
    Program {
        is_interpreter: true,
        ..Program::new(&["perl"])
    },
    Program {
        role: |_| Role::Inert,
        ..Program::new(&[
            "cat", "column", "cut", "fmt", "fold", "head", "less", "more", "nl", "paste", "rev",
            "tac", "tail", "tee", "tr", "ts", "uniq", "wc",
        ])
    },
    Program {
        role: |_| Role::Chore,
        ..Program::new(&[
            "chmod", "cp", "ln", "mkdir", "mktemp", "mv", "rm", "rmdir", "sleep", "touch",
        ])
    },
    Program {
        role: |call| {
            check_if(
                call.option(&["-c", "-C", "--check", "--check=quiet"])
                    .is_some(),
            )
        },
        ..Program::new(&["sort"])
    },
    Program {
        role: |call| check_if(call.options().any(|word| names_exit_code(&word.text))),
        ..Program::new(&["sed"])
    },
];

/// The role of a program that prints something, unless it is called to check something.
fn check_if(checks: bool) -> Role {
    if checks { Role::Check } else { Role::Inert }
}

/// Whether `q` or `Q` ends `sed` with the number after it.
fn names_exit_code(script: &str) -> bool {
    let mut ends = script.split(['q', 'Q']).skip(1);
    ends.any(|end| end.starts_with(|c: char| c.is_ascii_digit() || c == ' '))
}

/// `script -c check` succeeds unless it is told to return the status.
fn returns_nothing(call: &Call<'_>) -> Option<SwallowedStatus> {
    let is_short = |word: &&Word, letter: char| {
        let letters = word.text.strip_prefix('-');
        letters.is_some_and(|letters| !letters.starts_with('-') && letters.contains(letter))
    };
    let word = call
        .options()
        .find(|word| is_short(word, 'c') || word.text.starts_with("--command"))?;
    let returns = call
        .options()
        .any(|word| is_short(&word, 'e') || word.text == "--return");
    (!returns).then(|| {
        SwallowedStatus::by_tool(
            word.span.clone(),
            "script succeeds whatever its command says",
            "add `-e`",
        )
    })
}

/// The command that `env` runs, after its options and the variables that it sets.
fn in_environment<'w>(call: &Call<'w>) -> &'w [Word] {
    let words = after_options(call.arguments, &["-u", "--unset", "-C", "--chdir"]);
    let assigned = words.iter().take_while(|word| word.text.contains('='));
    &words[assigned.count()..]
}

/// The command that `timeout` runs, after the time.
fn limited<'w>(call: &Call<'w>) -> Option<&'w [Word]> {
    let words = after_options(call.arguments, &["-k", "--kill-after", "-s", "--signal"]);
    words.get(1..)
}

/// The command that `command` runs; with `-v` it only looks a program up.
fn command<'w>(call: &Call<'w>) -> Option<&'w [Word]> {
    let asks = call.begins_with("-v") || call.begins_with("-V");
    (!asks).then(|| plainly(call))
}

/// The command run by a program that does not change the words after its options.
fn plainly<'w>(call: &Call<'w>) -> &'w [Word] {
    after_options(call.arguments, &PACKAGE_OPTIONS)
}
