//! Node.js, and npm.

use super::artifact::{Artifact, ArtifactKind};
use super::call::{Call, after_options};
use super::checker::Checker;
use super::family::Family;
use super::options::words;
use super::program::{PACKAGE_OPTIONS, Program};
use super::sign::{NO_NETWORK, Sign};
use super::swallowed_status::SwallowedStatus;
use super::variable::WeakeningVariable;
use crate::model::gate::GateKind;
use crate::model::outcome::ToolFault;
use crate::shell::Word;

pub(super) const FAMILY: Family = Family {
    variables: VARIABLES,
    programs: PROGRAMS,
    artifacts: ARTIFACTS,
    checkers: CHECKERS,
    ..Family::NONE
};

const VARIABLES: &[WeakeningVariable] = &[
    WeakeningVariable::always("NPM_CONFIG_IF_PRESENT", "npm"),
    WeakeningVariable::always("NPM_CONFIG_SCRIPT_SHELL", "npm"),
    WeakeningVariable::always("npm_config_if_present", "npm"),
    WeakeningVariable::always("npm_config_script_shell", "npm"),
    WeakeningVariable::always("npm_config_script-shell", "npm"),
    WeakeningVariable::always("npm_config_if-present", "npm"),
    WeakeningVariable::by_value("NODE_OPTIONS", "node", are_options_weaker),
];

/// Whether options load code before the tool, or run only some tests. The modules that Yarn loads
/// only find packages.
fn are_options_weaker(options: &str) -> bool {
    let words = words(options);
    let finders = [".pnp.cjs", ".pnp.js", ".pnp.loader.mjs"];
    words.iter().enumerate().any(|(at, word)| {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        let next = words.get(at + 1).map_or("", String::as_str);
        let loaded = if word.contains('=') { value } else { next };
        match name {
            "-r" | "--require" | "--import" | "--loader" | "--experimental-loader" => {
                !finders.iter().any(|finder| loaded.ends_with(finder))
            }
            _ => ["--test-name", "--test-skip", "--test-only", "--test-shard"]
                .iter()
                .any(|test| name.starts_with(test)),
        }
    })
}

const PROGRAMS: &[Program] = &[
    Program {
        is_interpreter: true,
        ..Program::new(&["node"])
    },
    Program {
        is_interpreter: true,
        starts: executed,
        ..Program::new(&["bun"])
    },
    Program {
        cannot_fail: if_present,
        starts: executed,
        ..Program::new(&["npm", "pnpm"])
    },
    Program {
        starts: |call| executed(call).or_else(|| run_by_yarn(call)),
        ..Program::new(&["yarn"])
    },
    Program {
        is_wrapper: true,
        starts: |call| Some(after_options(call.arguments, &EXEC_OPTIONS)),
        ..Program::new(&["nlx", "npx", "pnpx"])
    },
    Program {
        is_wrapper: true,
        starts: |call| Some(after_variables(call.arguments)),
        ..Program::new(&["cross-env"])
    },
    Program {
        starts: |call| Some(after_options(call.arguments, &PACKAGE_OPTIONS)),
        ..Program::new(&["bunx"])
    },
];

/// The command that `npm exec` and similar ones run.
fn executed<'w>(call: &Call<'w>) -> Option<&'w [Word]> {
    let is_executed = ["exec", "dlx", "x"]
        .iter()
        .any(|name| call.begins_with(name));
    is_executed.then(|| after_options(&call.arguments[1..], &EXEC_OPTIONS))
}

/// The command after the variables that it gets.
fn after_variables(words: &[Word]) -> &[Word] {
    let variables = words.iter().take_while(|word| word.text.contains('='));
    &words[variables.count()..]
}

/// Options of `npm exec` and similar commands that are followed by a value.
const EXEC_OPTIONS: [&str; 2] = ["-p", "--package"];

/// The command that `yarn lint` and `yarn run lint` run: a script of that name, or the tool itself.
fn run_by_yarn<'w>(call: &Call<'w>) -> Option<&'w [Word]> {
    match call.arguments.split_first()? {
        (first, rest) if first.text == "run" => Some(after_options(rest, &[])),
        (first, _) if first.text.starts_with('-') => None,
        _ => Some(call.arguments),
    }
}

fn if_present(call: &Call<'_>) -> Option<SwallowedStatus> {
    // If it runs in several packages at once, some may well lack such a script.
    let several = call.arguments.iter().any(|word| {
        matches!(
            word.text.as_str(),
            "-r" | "--recursive" | "-ws" | "--filter" | "-F"
        ) || word.text.starts_with("--workspace")
            || word.text.starts_with("--filter=")
    });
    let word = call.option(&["--if-present"]).filter(|_| !several)?;
    Some(SwallowedStatus::by_tool(
        word.span.clone(),
        "succeeds if the script does not exist",
        "remove `--if-present`",
    ))
}

const ARTIFACTS: &[Artifact] = &[
    Artifact::new(".yarn", ArtifactKind::Installed),
    Artifact::new("node_modules", ArtifactKind::Installed),
];

const CHECKERS: &[Checker] = &[Checker {
    needs_network: true,
    files: &[
        "**/package.json",
        "**/package-lock.json",
        "**/pnpm-lock.yaml",
        "**/yarn.lock",
        "**/bun.lock",
    ],
    success: Some("found 0 vulnerabilities"),
    unless: &["fix", "signatures"],
    recorded: Some("11.19.1"),
    signs: &[
        Sign::broken(ToolFault::Network, NO_NETWORK).unless(r"^\d+ .*vulnerabilit"),
        Sign::broken(
            ToolFault::Network,
            r"^npm (?:error|ERR!) audit endpoint returned an error$",
        ),
        Sign::usage(r"^npm (?:error|ERR!) code ENOLOCK$"),
    ],
    ..Checker::new(
        "npm-audit",
        GateKind::Security,
        &[
            &["npm", "audit"],
            &["pnpm", "audit"],
            &["yarn", "audit"],
            &["yarn", "npm", "audit"],
            &["bun", "audit"],
        ],
    )
}];
