//! What a command of git runs besides itself: scripts that it is given, and what aliases stand for.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::clients;
use super::git::{CHECKED, Call, READING};
use super::git_config;
use super::state::{Surroundings, TypedCommit, Walk};
use crate::base::text::shell_word;
use crate::git::invocation::config_env::settings_of;

impl Call<'_> {
    /// Judges the commands that git is told to run, and what an alias stands for.
    pub(super) fn follow(&self, walk: &mut Walk<'_>) {
        let inner = Surroundings {
            input: None,
            ..self.around.clone()
        };
        let of_environment = settings_of(self.environment);
        for (key, value) in self.given_settings().into_iter().chain(of_environment) {
            let is_alias = key.to_ascii_lowercase().starts_with("alias.");
            if let Some(value) = value.filter(|_| is_alias) {
                self.alias(&value, &key["alias.".len()..] == self.called.command, walk);
            }
        }
        for (name, script) in self.helpers() {
            walk.script(&script, &inner);
            if name.eq_ignore_ascii_case("GIT_SEQUENCE_EDITOR")
                || name.eq_ignore_ascii_case("sequence.editor")
            {
                for line in inserted_commands(&script) {
                    walk.script(line, &inner);
                }
            }
        }
        let words: Vec<String> = self
            .called
            .arguments
            .iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        for script in scripts(self.called.command, &words) {
            walk.script(&script, &inner);
        }
        if let Some(value) = git_config::written_alias(&self.called) {
            self.alias(&value, false, walk);
        }
        match self.called.command {
            "apply" => {
                if let Some(patch) = &self.around.input {
                    walk.apply_patch(patch);
                }
            }
            "commit" => walk.judged.commits.push(TypedCommit {
                words: std::iter::once("git".to_owned())
                    .chain(self.words.iter().cloned())
                    .collect(),
                dir: self.dir(walk),
                in_background: self.around.in_background,
                limit: self.around.limit,
                input: self.around.input.clone(),
            }),
            "cz" => {
                let words: Vec<String> = words.clone();
                if let Some(refusal) = clients::refusal("git-cz", &words, self.environment) {
                    walk.refuse(refusal);
                }
            }
            command if !CHECKED.contains(&command) && !READING.contains(&command) => {
                if let Some(value) = (walk.outside.aliases)(&self.dir(walk), command) {
                    self.alias(&value, true, walk);
                }
            }
            _ => {}
        }
    }

    /// The programs that this call tells git to run, by variables and settings: editors, pagers, ssh.
    fn helpers(&self) -> Vec<(String, String)> {
        const VARIABLES: [&str; 12] = [
            "BROWSER",
            "PAGER",
            "SSH_ASKPASS",
            "EDITOR",
            "GIT_ASKPASS",
            "GIT_EDITOR",
            "GIT_EXTERNAL_DIFF",
            "GIT_PAGER",
            "GIT_PROXY_COMMAND",
            "GIT_SEQUENCE_EDITOR",
            "GIT_SSH_COMMAND",
            "VISUAL",
        ];
        let set = VARIABLES.iter().filter_map(|name| {
            let value = self.environment.get(OsStr::new(name))?;
            Some(((*name).to_owned(), value.to_string_lossy().into_owned()))
        });
        let given = self
            .given_settings()
            .into_iter()
            .filter_map(|(key, value)| {
                let lower = key.to_ascii_lowercase();
                value
                    .filter(|_| is_helper(&lower))
                    .map(|value| (lower, value))
            });
        let written = git_config::written(&self.called)
            .into_iter()
            .filter_map(|(key, value)| {
                let lower = key.to_ascii_lowercase();
                is_helper(&lower).then_some((lower, value))
            });
        let commands = set.chain(given).chain(written);
        commands
            .map(|(name, value)| {
                (
                    name,
                    value.strip_prefix('!').map_or(value.clone(), str::to_owned),
                )
            })
            .collect()
    }

    fn dir(&self, walk: &Walk<'_>) -> PathBuf {
        let mut dir = walk.state.dir.clone();
        let mut before = self.called.before.iter();
        while let Some(word) = before.next() {
            if word == "-C"
                && let Some(to) = before.next()
            {
                dir.push(Path::new(to));
            }
        }
        dir
    }

    /// Judges what an alias stands for; with the words after it, if it is the one that is called.
    fn alias(&self, value: &str, is_called: bool, walk: &mut Walk<'_>) {
        let after: Vec<String> = if is_called {
            self.called
                .arguments
                .iter()
                .map(|word| word.to_string_lossy().into_owned())
                .collect()
        } else {
            Vec::new()
        };
        let words = after.iter().map(|word| shell_word(OsStr::new(word)));
        let rest = words.collect::<Vec<_>>().join(" ");
        let script = match value.trim_start().strip_prefix('!') {
            Some(script) => format!("{script} {rest}"),
            None => format!("git {value} {rest}"),
        };
        let around = Surroundings {
            input: None,
            ..self.around.clone()
        };
        let exported = walk.state.exported.clone();
        walk.state.exported.clone_from(self.environment);
        walk.script(&script, &around);
        walk.state.exported = exported;
    }
}

/// Whether a setting, in small letters, names a program that git runs.
fn is_helper(key: &str) -> bool {
    const SETTINGS: [&str; 7] = [
        "core.editor",
        "core.fsmonitor",
        "core.pager",
        "core.sshcommand",
        "diff.external",
        "gpg.program",
        "sequence.editor",
    ];
    const OF_SECTIONS: [(&str, &str); 8] = [
        ("credential.", "helper"),
        ("diff.", ".command"),
        ("diff.", ".textconv"),
        ("filter.", ".clean"),
        ("filter.", ".smudge"),
        ("merge.", ".driver"),
        ("difftool.", ".cmd"),
        ("mergetool.", ".cmd"),
    ];
    let mut sections = OF_SECTIONS.iter();
    SETTINGS.contains(&key)
        || key.starts_with("pager.")
        || sections.any(|(section, name)| key.starts_with(section) && key.ends_with(name))
}

/// The commands that an editor writes into the list of a rebase: what stands after `exec`, up to a quote.
fn inserted_commands(script: &str) -> impl Iterator<Item = &str> {
    let parts = script.split("exec ").skip(1);
    parts.map(|part| {
        part.split(['"', '\'', '\n', '\\'])
            .next()
            .unwrap_or_default()
    })
}

/// Words as a script: one is a script of its own, several are a call.
fn as_script<'w>(words: impl Iterator<Item = &'w String>) -> String {
    let words: Vec<&String> = words.collect();
    if let [script] = words[..] {
        return script.clone();
    }
    let words = words.iter().map(|word| shell_word(OsStr::new(word)));
    words.collect::<Vec<_>>().join(" ")
}

/// The scripts that a command of git is told to run.
fn scripts(command: &str, words: &[String]) -> Vec<String> {
    let after = |names: &[&str]| {
        let mut found = Vec::new();
        for (at, word) in words.iter().enumerate() {
            if names.contains(&word.as_str()) {
                found.extend(words.get(at + 1).cloned());
            }
            let given = names.iter().filter(|name| name.starts_with("--"));
            for name in given {
                let value = word
                    .strip_prefix(name)
                    .and_then(|rest| rest.strip_prefix('='));
                found.extend(value.map(str::to_owned));
            }
        }
        found
    };
    let remote = words
        .iter()
        .filter_map(|word| word.strip_prefix("ext::"))
        .map(str::to_owned);
    match command {
        "fetch" | "clone" | "pull" | "push" | "ls-remote" | "archive" => {
            let mut found = after(&["--upload-pack", "--receive-pack", "--exec"]);
            found.extend(remote);
            found
        }
        "grep" => {
            let pager = words.iter().filter_map(|word| {
                word.strip_prefix("-O")
                    .or_else(|| word.strip_prefix("--open-files-in-pager="))
            });
            pager.map(str::to_owned).collect()
        }
        "rebase" => {
            let clinging = words
                .iter()
                .filter_map(|word| word.strip_prefix("-x").filter(|rest| !rest.is_empty()));
            let mut found = after(&["-x", "--exec"]);
            found.extend(clinging.map(str::to_owned));
            found
        }
        "submodule" => {
            let at = words.iter().position(|word| word == "foreach");
            let is_option = |word: &&String| matches!(word.as_str(), "--recursive" | "--quiet");
            let after = at.map(|at| words[at + 1..].iter().skip_while(is_option));
            after.map(as_script).into_iter().collect()
        }
        "for-each-repo" => {
            let command = words.iter().skip_while(|word| word.starts_with("--"));
            vec![format!("git {}", as_script(command))]
        }
        "bisect" => {
            let at = words.iter().position(|word| word == "run");
            let after = at.map(|at| words[at + 1..].iter());
            after.map(as_script).into_iter().collect()
        }
        "filter-branch" => after(&[
            "--tree-filter",
            "--index-filter",
            "--commit-filter",
            "--env-filter",
            "--setup",
            "--msg-filter",
        ]),
        "difftool" => after(&["-x", "--extcmd"]),
        _ => Vec::new(),
    }
}
