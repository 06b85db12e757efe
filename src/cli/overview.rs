//! The overview that `gatekeeper --help` shows: the commands by what a person wants.

use std::fmt::Write as _;

use clap::CommandFactory as _;

use super::arguments::Arguments;

/// The commands by what a person wants; each is in one group.
const GROUPS: [(&str, &[&str]); 6] = [
    (
        "Set up",
        &["init", "install", "status", "doctor", "config", "uninstall"],
    ),
    (
        "Every day",
        &[
            "run", "fix", "plan", "list", "report", "baseline", "explain", "cache",
        ],
    ),
    ("Commit messages", &["message", "agents"]),
    ("Branches and CI", &["audit", "combine", "receipts"]),
    ("AI coding agents", &["guard"]),
    ("Shells and manuals", &["completions", "man"]),
];

/// The command with everything that can be typed, and its overview.
pub(super) fn command() -> clap::Command {
    let command = Arguments::command();
    let overview = overview(&command);
    command.help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{overview}`gatekeeper help COMMAND` explains a command.\n\nOptions:\n{{options}}{{after-help}}"
    ))
}

fn overview(command: &clap::Command) -> String {
    let mut text = String::new();
    for (heading, names) in GROUPS {
        let _ = writeln!(text, "{heading}:");
        for name in names {
            let about = command
                .find_subcommand(name)
                .and_then(clap::Command::get_about)
                .map(ToString::to_string)
                .unwrap_or_default();
            let _ = writeln!(text, "  {name:<12} {about}");
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_one_group() {
        let command = command();
        let visible = command
            .get_subcommands()
            .filter(|command| !command.is_hide_set());
        let mut visible: Vec<&str> = visible.map(clap::Command::get_name).collect();
        let mut grouped: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, names)| *names)
            .copied()
            .collect();
        visible.sort_unstable();
        grouped.sort_unstable();
        assert_eq!(grouped, visible);
    }
}
