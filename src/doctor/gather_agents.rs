//! Gathers which agents' hosts run the guard here, and whether they do: a setting may switch hooks off, and a host may
//! wait until somebody trusts them.

use std::fs;
use std::path::{Path, PathBuf};

use super::config_file::{ConfigFile, Setting};
use super::machine::GuardedAgent;
use crate::base::environment::Environment;
use crate::install::agents::{self, AgentHost, AgentOptions, HOSTS};

/// A setting by which a host runs no hooks: the agent, the files that may have it, its path, and how it is written.
struct Switch {
    agent: &'static str,
    /// Below the project, or after `~/` below the home directory.
    files: &'static [&'static str],
    path: &'static [&'static str],
    /// The value that switches hooks off.
    off: bool,
    shown: &'static str,
}

const SWITCHES: [Switch; 6] = [
    Switch {
        agent: "claude",
        files: &[
            ".claude/settings.json",
            ".claude/settings.local.json",
            "~/.claude/settings.json",
            "/etc/claude-code/managed-settings.json",
        ],
        path: &["disableAllHooks"],
        off: true,
        shown: "\"disableAllHooks\": true",
    },
    Switch {
        agent: "claude",
        files: &["/etc/claude-code/managed-settings.json"],
        path: &["allowManagedHooksOnly"],
        off: true,
        shown: "\"allowManagedHooksOnly\": true",
    },
    Switch {
        agent: "codex",
        files: &[".codex/config.toml", "~/.codex/config.toml"],
        path: &["features", "hooks"],
        off: false,
        shown: "hooks = false",
    },
    Switch {
        agent: "codex",
        files: &[".codex/config.toml", "~/.codex/config.toml"],
        path: &["features", "codex_hooks"],
        off: false,
        shown: "codex_hooks = false",
    },
    Switch {
        agent: "gemini",
        files: &[".gemini/settings.json", "~/.gemini/settings.json"],
        path: &["hooksConfig", "enabled"],
        off: false,
        shown: "\"enabled\": false",
    },
    Switch {
        agent: "copilot",
        files: &[
            ".github/copilot/settings.json",
            ".github/copilot/settings.local.json",
        ],
        path: &["disableAllHooks"],
        off: true,
        shown: "\"disableAllHooks\": true",
    },
];

/// The agents whose hosts run the guard here.
pub(super) fn guarded_agents(environment: &Environment, top: &Path) -> Vec<GuardedAgent> {
    let home = environment.get("HOME").map(PathBuf::from);
    let guarded = HOSTS
        .into_iter()
        .filter(|host| agents::is_installed(top, *host));
    let agent = |host: AgentHost| {
        let file = host
            .files(AgentOptions { stop: false })
            .into_iter()
            .next()?;
        let name = host.name();
        Some(GuardedAgent {
            name,
            file: file.path.into(),
            is_current: agents::is_current(top, host),
            off: switched_off(name, top, home.as_deref()),
            untrusted: (name == "codex")
                .then(|| untrusted_by_codex(top, home.as_deref()?))
                .flatten(),
        })
    };
    guarded.filter_map(agent).collect()
}

/// The file that switches an agent's hooks off, and by what.
fn switched_off(agent: &str, top: &Path, home: Option<&Path>) -> Option<(PathBuf, &'static str)> {
    let switches = SWITCHES.iter().filter(|switch| switch.agent == agent);
    let mut found = switches.flat_map(|switch| {
        let off = switch.files.iter().filter_map(move |name| {
            let file = match name.strip_prefix("~/") {
                Some(below) => home?.join(below),
                None => top.join(name),
            };
            let config = read(&file)?;
            let setting = config.get(switch.path)?;
            let is_off = setting.is_true() == switch.off;
            let shown = file.strip_prefix(top).unwrap_or(&file).to_owned();
            is_off.then_some((shown, switch.shown))
        });
        off.collect::<Vec<_>>()
    });
    found.next()
}

fn read(file: &Path) -> Option<ConfigFile> {
    let text = fs::read_to_string(file).ok()?;
    Some(ConfigFile::new(file.to_owned(), text))
}

/// Why Codex does not run the hooks of a project yet, as far as its own configuration tells; nothing where it has none.
fn untrusted_by_codex(top: &Path, home: &Path) -> Option<String> {
    let config = read(&home.join(".codex/config.toml"))?;
    let top = top.to_string_lossy();
    let level = config.get(&["projects", &top, "trust_level"]);
    if level.and_then(Setting::text) != Some("trusted") {
        return Some("this project is not trusted in ~/.codex/config.toml".to_owned());
    }
    // A hook that was trusted has an entry that begins with the path of its file.
    let state = config.get(&["hooks", "state"]);
    let is_named = state.is_some_and(|state| state.keys().any(|(key, _)| key.contains(&*top)));
    (!is_named).then(|| "its hooks are not trusted in ~/.codex/config.toml".to_owned())
}
