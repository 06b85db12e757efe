//! `RuboCop` and `RSpec`: tools for Ruby.

use super::artifact::{Artifact, ArtifactKind};
use super::call::{Call, after_options};
use super::checker::{Checker, Edit};
use super::configuration::UncomparedFiles;
use super::daemon::{DaemonClient, Leaves};
use super::family::Family;
use super::language::Language;
use super::options::HarmlessOptions;
use super::program::Program;
use super::silencer::{ReasonStyle, Silencer};
use super::variable::WeakeningVariable;
use crate::model::gate::GateKind;
use crate::model::rule::rules;
use crate::shell::Word;

pub(super) const FAMILY: Family = Family {
    uncompared: &[UncomparedFiles::new(
        &[".rubocop.yml", ".rubocop_todo.yml"],
        &["rubocop"],
    )],
    silencers: SILENCERS,
    variables: VARIABLES,
    programs: PROGRAMS,
    daemons: DAEMONS,
    no_daemon_variables: NO_DAEMON,
    artifacts: ARTIFACTS,
    checkers: CHECKERS,
    ..Family::NONE
};

rules! { AddedLines:
    RUBY_RUBOCOP_DISABLE = Warn "ruby.rubocop-disable" "`# rubocop:disable`, `todo`";
}

const SILENCERS: &[Silencer] = &[Silencer {
    rule: &RUBY_RUBOCOP_DISABLE,
    languages: &[Language::Ruby],
    words: &["rubocop"],
    pattern: r"#\s*rubocop\s*:\s*(?:disable|todo)(?:-next)?\b\s*[\w/]*(?:\s*,\s*[\w/]+)*",
    reason: ReasonStyle::SecondComment,
    message: "this silences a lint",
    help: "fix the problem, or give a reason: `# rubocop:disable Department/Cop -- reason`",
    ..Silencer::NONE
}];

const VARIABLES: &[WeakeningVariable] = &[
    WeakeningVariable::unless_harmless("SPEC_OPTS", "rspec", RSPEC_OPTIONS),
    WeakeningVariable::unless_harmless("RUBOCOP_OPTS", "rubocop", RUBOCOP_OPTIONS),
];

/// Options that leave `rspec` as strict as it was.
const RSPEC_OPTIONS: HarmlessOptions = HarmlessOptions {
    letters: "bcw",
    flags: &[
        "--backtrace",
        "--color",
        "--colour",
        "--force-color",
        "--no-color",
        "--warnings",
    ],
    valued: &["--format", "--order", "--seed", "-f"],
};

/// Options that leave `rubocop` as strict as it was.
const RUBOCOP_OPTIONS: HarmlessOptions = HarmlessOptions {
    letters: "DEP",
    flags: &[
        "--color",
        "--display-cop-names",
        "--display-time",
        "--extra-details",
        "--no-color",
        "--no-parallel",
        "--parallel",
    ],
    valued: &["--format", "-f"],
};

const PROGRAMS: &[Program] = &[
    Program {
        is_interpreter: true,
        ..Program::new(&["ruby"])
    },
    Program {
        is_wrapper: true,
        starts: executed,
        ..Program::new(&["bundle"])
    },
    Program {
        files: &["rakefile", "Rakefile", "rakefile.rb", "Rakefile.rb"],
        beside: &["lib/tasks/**/*.rake", "rakelib/**/*.rake"],
        ..Program::new(&["rake"])
    },
    Program {
        files: &["fastlane/Fastfile", "Fastfile"],
        beside: &["fastlane/actions/**/*"],
        ..Program::new(&["fastlane"])
    },
    Program {
        files: &["Dangerfile"],
        ..Program::new(&["danger"])
    },
    Program {
        files: &[".overcommit.yml"],
        beside: &[".git-hooks/**/*", ".local-overcommit.yml"],
        ..Program::new(&["overcommit"])
    },
];

const DAEMONS: &[DaemonClient] = &[
    DaemonClient {
        names: &["rubocop"],
        leaves: Leaves::With(&["--server", "--start-server", "--restart-server"]),
        instead: "remove the option",
        is_of_path: false,
    },
    DaemonClient {
        names: &["rubocop-daemon", "rubocop-daemon-wrapper"],
        leaves: Leaves::Unless(&["status", "stop"]),
        instead: "run `rubocop` with the same arguments, which does the work itself",
        is_of_path: false,
    },
    DaemonClient {
        names: &["rspec"],
        leaves: Leaves::With(&["--drb", "-X"]),
        instead: "remove the option",
        is_of_path: false,
    },
    DaemonClient {
        names: &["spring", "zeus"],
        leaves: Leaves::Unless(&["status", "stop"]),
        instead: "run the command itself, such as `rspec` or `bin/rails test`",
        is_of_path: false,
    },
];

/// Spring, which the scripts in `bin` of an application start where they were made for it.
const NO_DAEMON: &[(&str, &str)] = &[("DISABLE_SPRING", "1")];

/// The command that `bundle exec` runs.
fn executed<'w>(call: &Call<'w>) -> Option<&'w [Word]> {
    let is_executed = ["exec", "dlx", "x"]
        .iter()
        .any(|name| call.begins_with(name));
    is_executed.then(|| after_options(&call.arguments[1..], &["-p", "--package"]))
}

const ARTIFACTS: &[Artifact] = &[Artifact::new(".bundle", ArtifactKind::Installed)];

const CHECKERS: &[Checker] = &[Checker {
    unless: &["--init", "--auto-gen-config", "--regenerate-todo", "--lsp"],
    check: Edit::without(&[
        "-a",
        "-A",
        "-x",
        "--autocorrect",
        "--autocorrect-all",
        "--auto-correct",
        "--auto-correct-all",
        "--fix-layout",
    ]),
    fix: Some(Edit::with(&["--autocorrect"])),
    files: &["**/*.{rb,rake,gemspec}", "**/Gemfile", "**/Rakefile"],
    configured_by: &[(".rubocop.yml", "")],
    file_list: Some(&["--force-exclusion"]),
    success: Some("no offenses detected"),
    ..Checker::new("rubocop", GateKind::Lint, &[&["rubocop"]])
}];
