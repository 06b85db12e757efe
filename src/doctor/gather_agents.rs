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
            fails_closed: host.fails_closed(),
            off: switched_off(name, top, home.as_deref()),
            untrusted: (name == "codex")
                .then(|| untrusted_by_codex(top, home.as_deref()?))
                .flatten(),
        })
    };
    guarded.filter_map(agent).collect()
}

/// The file that switches an agent's hooks off, and by what.
pub(crate) fn switched_off(
    agent: &str,
    top: &Path,
    home: Option<&Path>,
) -> Option<(PathBuf, &'static str)> {
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
    // Each hook that was trusted has an entry: the path of its file, its event, and its place among the others.
    let hooks = format!("{top}/.codex/");
    let state = config.get(&["hooks", "state"]);
    let ours = state.into_iter().flat_map(Setting::keys);
    let ours = ours.filter(|(key, _)| key.contains(&hooks) && key.contains(":pre_tool_use:"));
    let ours: Vec<Setting<'_>> = ours.map(|(_, state)| state).collect();
    let is_off = |state: &Setting<'_>| {
        let enabled = state.get(&["enabled"]);
        enabled.is_some_and(|enabled| !enabled.is_true())
    };
    if !ours.is_empty() && ours.iter().all(is_off) {
        return Some("its hooks are disabled in ~/.codex/config.toml".to_owned());
    }
    let is_trusted = |state: &Setting<'_>| state.get(&["trusted_hash"]).is_some();
    (!ours.iter().any(is_trusted))
        .then(|| "its hooks are not trusted in ~/.codex/config.toml".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codex_says_which_hooks_are_trusted() {
        let home = tempfile::tempdir().unwrap();
        let untrusted = |config: &str| {
            fs::create_dir_all(home.path().join(".codex")).unwrap();
            fs::write(home.path().join(".codex/config.toml"), config).unwrap();
            untrusted_by_codex(Path::new("/p"), home.path())
        };
        let project = "[projects.\"/p\"]\ntrust_level = \"trusted\"\n";
        let hook = |event: &str, more: &str| {
            format!("{project}[hooks.state.\"/p/.codex/hooks.json:{event}:0:0\"]\n{more}\n")
        };
        let hash = "trusted_hash = \"sha256:a\"";
        let not_trusted = Some("its hooks are not trusted in ~/.codex/config.toml".to_owned());
        assert_eq!(untrusted(&hook("pre_tool_use", hash)), None);
        assert_eq!(untrusted(project), not_trusted);
        assert_eq!(untrusted(&hook("session_start", hash)), not_trusted);
        assert_eq!(
            untrusted(&hook("pre_tool_use", "enabled = true")),
            not_trusted
        );
        assert_eq!(
            untrusted(&hook("pre_tool_use", &format!("enabled = false\n{hash}"))),
            Some("its hooks are disabled in ~/.codex/config.toml".to_owned())
        );
        assert_eq!(
            untrusted(""),
            Some("this project is not trusted in ~/.codex/config.toml".to_owned())
        );
    }
}
