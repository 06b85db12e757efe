//! Commands of git.

use std::ffi::{OsStr, OsString};

use super::git_config::{self, is_ci_skip, leads_around};
use super::git_files;
use super::state::{Surroundings, Walk};
use crate::base::environment::Variables;
use crate::base::text::shell_word;
use crate::git::invocation::command_line::GitCommandLine;
use crate::git::invocation::config_env::settings_of;
use crate::git::invocation::option_grammar::skips_hooks;
use crate::guard::refusal::{GuardRule, Refusal};
use crate::tools::skip_variable;

/// Commands that make commits or push them, so that hooks of ours check them.
pub(super) const CHECKED: [&str; 8] = [
    "am",
    "cherry-pick",
    "commit",
    "merge",
    "pull",
    "push",
    "rebase",
    "revert",
];

/// Commands that run no hook of ours, or none that checks: settings about hooks do no harm there.
pub(super) const READING: [&str; 33] = [
    "blame",
    "branch",
    "cat-file",
    "check-ignore",
    "clone",
    "config",
    "describe",
    "diff",
    "diff-index",
    "diff-tree",
    "fetch",
    "for-each-ref",
    "fsck",
    "grep",
    "help",
    "init",
    "log",
    "ls-files",
    "ls-remote",
    "ls-tree",
    "merge-base",
    "name-rev",
    "reflog",
    "remote",
    "rev-list",
    "rev-parse",
    "shortlog",
    "show",
    "show-ref",
    "status",
    "submodule",
    "var",
    "version",
];

/// Options by which a command only looks, or ends what was begun.
const HARMLESS: [&str; 6] = [
    "--abort",
    "--dry-run",
    "--help",
    "--quit",
    "--show-current-patch",
    "-h",
];

/// Whether it is a command of git that is checked.
pub(super) fn is_checked_command(word: &str) -> bool {
    CHECKED.contains(&word)
}

impl Walk<'_> {
    /// Judges a call of git with these arguments.
    pub(super) fn git(
        &mut self,
        arguments: &[String],
        environment: &Variables,
        around: &Surroundings,
    ) {
        judge(arguments, environment, around, self);
    }
}

fn judge(
    arguments: &[String],
    environment: &Variables,
    around: &Surroundings,
    walk: &mut Walk<'_>,
) {
    let mut words = vec![OsString::from("git")];
    words.extend(arguments.iter().map(OsString::from));
    let Some(called) = GitCommandLine::read(&words) else {
        return;
    };
    if called.command == "help"
        || called
            .arguments
            .first()
            .is_some_and(|word| word == "--help")
    {
        return;
    }
    let call = Call {
        words: arguments,
        typed: typed(arguments),
        called,
        environment,
        around,
    };
    if let Some(refusal) = call.refusal(walk) {
        walk.refuse(refusal);
    }
    call.follow(walk);
}

/// A command as it would be typed.
pub(super) fn typed(arguments: &[String]) -> String {
    let mut text = "git".to_owned();
    for word in arguments {
        text.push(' ');
        text.push_str(&shell_word(OsStr::new(word)));
    }
    text
}

/// A call of git.
pub(super) struct Call<'c> {
    pub(super) words: &'c [String],
    typed: String,
    pub(super) called: GitCommandLine<'c>,
    pub(super) environment: &'c Variables,
    pub(super) around: &'c Surroundings,
}

impl Call<'_> {
    fn is_checked(&self) -> bool {
        CHECKED.contains(&self.called.command)
    }

    fn has(&self, options: &[&str]) -> bool {
        let before_paths = self
            .called
            .arguments
            .iter()
            .take_while(|word| *word != "--");
        before_paths
            .into_iter()
            .any(|word| options.iter().any(|option| word == option))
    }

    fn refusal(&self, walk: &Walk<'_>) -> Option<Refusal> {
        self.no_verify()
            .or_else(|| self.settings())
            .or_else(|| self.skip_variables())
            .or_else(|| self.push_option())
            .or_else(|| self.plumbing())
            .or_else(|| git_config::refusal(&self.called, &self.typed))
            .or_else(|| git_files::refusal(&self.called, walk))
            .or_else(|| self.hidden_status(walk))
    }

    fn no_verify(&self) -> Option<Refusal> {
        if !self.is_checked() {
            return None;
        }
        // git knows some of these no more, or never did; what is meant is clear.
        let unknown = ["--no-hooks", "--no-pre-commit-hook", "--no-verify"];
        let is_sequenced = matches!(self.called.command, "cherry-pick" | "revert");
        let before_paths = self
            .called
            .arguments
            .iter()
            .take_while(|word| *word != "--");
        let word = skips_hooks(&self.called).or_else(|| {
            let known = &unknown[..if is_sequenced { 3 } else { 2 }];
            let said = before_paths
                .into_iter()
                .find(|word| known.iter().any(|known| word == known));
            said.map(|word| word.to_string_lossy().into_owned())
        })?;
        let rest: Vec<String> = self
            .words
            .iter()
            .filter_map(|one| {
                if *one != word {
                    return Some(one.clone());
                }
                let letters = one
                    .strip_prefix('-')
                    .filter(|letters| !letters.starts_with('-'))?;
                let kept = letters.replacen('n', "", 1);
                (!kept.is_empty()).then(|| format!("-{kept}"))
            })
            .collect();
        let what = format!("`{word}` in `{}` skips the hooks", self.typed);
        Some(Refusal::new(GuardRule::NoVerify, what, typed(&rest)))
    }

    /// Settings for this one command that keep git from running hooks, by option or by variable.
    fn settings(&self) -> Option<Refusal> {
        let moves_branch = self.called.command == "branch"
            && self.has(&["-f", "--force", "-M", "-C", "-m", "-c", "-D", "-d"]);
        if READING.contains(&self.called.command) && !moves_branch {
            return None;
        }
        let found = self
            .given_settings()
            .into_iter()
            .chain(settings_of(self.environment))
            .find(|(key, value)| leads_around(key, value.as_deref()));
        let (key, value) = match found {
            Some((key, value)) => (key, value.unwrap_or_else(|| "true".to_owned())),
            None => self.other_configuration()?,
        };
        let what = format!("`{key}={value}` for `git {}`", self.called.command);
        Some(Refusal::new(
            GuardRule::HooksOff,
            what,
            self.without_settings(),
        ))
    }

    /// Another file in place of the user's or the system's configuration, which may set anything.
    fn other_configuration(&self) -> Option<(String, String)> {
        let names = [
            "GIT_CONFIG_GLOBAL",
            "GIT_CONFIG_SYSTEM",
            "HOME",
            "XDG_CONFIG_HOME",
        ];
        let value = |name: &str| self.environment.get(OsStr::new(name));
        let is_as_before = |name: &str, value: &str| {
            let own = [format!("${name}"), format!("${{{name}}}")];
            let usual = ["~", "$HOME/.config", "${HOME}/.config"];
            own.iter().any(|own| value == own) || usual.contains(&value)
        };
        let found = names.into_iter().find_map(|name| {
            let value = value(name)?.to_string_lossy().into_owned();
            // Where there is nothing, nothing is set.
            let is_nothing = matches!(
                value.as_str(),
                "" | "/dev/null" | "/nonexistent" | "/var/empty"
            );
            let is_other = !is_nothing && !is_as_before(name, &value);
            is_other.then(|| (name.to_owned(), value))
        });
        found.filter(|_| self.is_checked())
    }

    /// What `-c` and `--config-env` set.
    pub(super) fn given_settings(&self) -> Vec<(String, Option<String>)> {
        let before: Vec<&str> = self
            .called
            .before
            .iter()
            .filter_map(|word| word.to_str())
            .collect();
        let mut found = Vec::new();
        for (at, word) in before.iter().enumerate() {
            let setting = match *word {
                "-c" | "--config-env" => before.get(at + 1).copied(),
                word => word.strip_prefix("--config-env="),
            };
            if let Some(setting) = setting {
                let (key, value) = match setting.split_once('=') {
                    Some((key, value)) => (key, Some(value.to_owned())),
                    None => (setting, None),
                };
                found.push((key.to_owned(), value));
            }
        }
        found
    }

    fn without_settings(&self) -> String {
        let mut kept = Vec::new();
        let mut before = self
            .called
            .before
            .iter()
            .map(|word| word.to_string_lossy().into_owned());
        while let Some(word) = before.next() {
            if word == "-c" || word == "--config-env" {
                before.next();
            } else if !word.starts_with("--config-env=") {
                kept.push(word);
            }
        }
        kept.push(self.called.command.to_owned());
        let rest = self.called.arguments.iter();
        kept.extend(rest.map(|word| word.to_string_lossy().into_owned()));
        typed(&kept)
    }

    fn skip_variables(&self) -> Option<Refusal> {
        if !self.is_checked() {
            return None;
        }
        let mut set = self.environment.iter();
        let (name, value) = set.find(|(name, value)| skip_variable(name, value).is_some())?;
        let what = format!(
            "`{}={}` for `git {}`",
            name.display(),
            value.display(),
            self.called.command
        );
        Some(Refusal::new(
            GuardRule::SkipVariable,
            what,
            self.typed.clone(),
        ))
    }

    /// `git push -o ci.skip`: the server's checks are gates, too.
    fn push_option(&self) -> Option<Refusal> {
        if self.called.command != "push" {
            return None;
        }
        let words: Vec<&str> = self
            .called
            .arguments
            .iter()
            .filter_map(|word| word.to_str())
            .collect();
        let skips = |word: &&&str| {
            let value = word
                .strip_prefix("--push-option=")
                .or_else(|| word.strip_prefix("-o"));
            is_ci_skip(value.unwrap_or(word))
        };
        let word = words.iter().find(skips)?;
        let what = format!("`{word}` in `{}` skips the checks of CI", self.typed);
        let rest: Vec<String> = self
            .words
            .iter()
            .filter(|one| *one != *word && !matches!(one.as_str(), "-o" | "--push-option"))
            .cloned()
            .collect();
        Some(Refusal::new(GuardRule::NoVerify, what, typed(&rest)))
    }

    fn plumbing(&self) -> Option<Refusal> {
        let words: Vec<&str> = self
            .called
            .arguments
            .iter()
            .filter_map(|word| word.to_str())
            .collect();
        let plain: Vec<&str> = words
            .iter()
            .copied()
            .filter(|word| !word.starts_with('-'))
            .collect();
        let is_reference = |name: &str| {
            name.starts_with("refs/heads/") || name.starts_with("refs/remotes/") || name == "HEAD"
        };
        let target = plain.get(usize::from(words.contains(&"-m")));
        let (is_refused, instead) = match self.called.command {
            "commit-tree" | "fast-import" => (
                !words.is_empty() || self.called.command != "commit-tree",
                "git commit",
            ),
            "hash-object" => (words.contains(&"commit"), "git commit"),
            "update-ref" => {
                let deletes = words.iter().any(|word| matches!(*word, "-d" | "--delete"));
                let sets = |line: &str| {
                    let mut words = line.split_whitespace();
                    let is_setting = matches!(words.next(), Some("update" | "create"));
                    is_setting && words.next().is_some_and(is_reference)
                };
                let input = self.around.input.as_deref().unwrap_or_default();
                let reads = words.contains(&"--stdin") && input.lines().any(sets);
                let is_set =
                    reads || target.is_some_and(|name| is_reference(name) || name.starts_with('$'));
                (
                    reads || !deletes && is_set,
                    "git branch, git merge or git reset, which are checked",
                )
            }
            "symbolic-ref" => {
                let names_branch =
                    plain.len() > 1 && target.is_some_and(|name| name.starts_with("refs/heads/"));
                (names_branch, "git branch or git switch")
            }
            "svn" | "p4"
                if !words
                    .iter()
                    .any(|word| matches!(*word, "dcommit" | "submit")) =>
            {
                return None;
            }
            "send-pack" | "http-push" | "svn" | "p4" => {
                let what = format!("`{}` pushes without the pre-push hook", self.typed);
                return Some(Refusal::new(GuardRule::OtherClient, what, "git push"));
            }
            _ => return None,
        };
        is_refused.then(|| Refusal::new(GuardRule::Plumbing, format!("`{}`", self.typed), instead))
    }

    /// Whether it makes nothing, or ends what was begun.
    fn only_looks(&self) -> bool {
        let is_dry_push = |word: &str| {
            let is_short = word.starts_with('-') && !word.starts_with("--");
            self.called.command == "push" && is_short && word.contains('n')
        };
        let mut words = self
            .called
            .arguments
            .iter()
            .filter_map(|word| word.to_str());
        words.any(|word| {
            let option = word.split('=').next().unwrap_or(word);
            HARMLESS.contains(&option) || is_dry_push(word)
        })
    }

    fn hidden_status(&self, walk: &Walk<'_>) -> Option<Refusal> {
        // A merge that stops at conflicts fails, too, so only for these it has to be known.
        let is_ignored = (self.around.is_ignored || walk.state.exits_well)
            && matches!(self.called.command, "commit" | "push");
        let is_hidden = self.around.is_hidden && self.is_checked();
        if !(is_hidden || is_ignored) || self.only_looks() {
            return None;
        }
        let how = if is_hidden { "hidden" } else { "ignored" };
        let what = format!("the exit status of `{}` is {how}", self.typed);
        Some(Refusal::new(
            GuardRule::HiddenStatus,
            what,
            self.typed.clone(),
        ))
    }
}
