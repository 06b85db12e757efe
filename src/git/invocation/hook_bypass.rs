//! Has whoever started git asked it to pass hooks over? As far as the arguments of our ancestors
//! and the environment tell; how git reads both was tried with git 2.47 and 2.55.

use std::ffi::{OsStr, OsString};

use super::command_line::GitCommandLine;
use super::config_env::{ConfigOverride, PARAMETERS, overrides};
use super::option_grammar::{self, no_verify};
use crate::base::environment::Variables;
use crate::git::is_false;

/// A way in which somebody has told git to pass hooks over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookBypass {
    /// `--no-verify`.
    Flag {
        /// The git command that it was given to: `commit`, say.
        command: String,
        /// The argument as it was typed: `-nm`, say.
        word: String,
    },
    /// A setting for this one command.
    Setting {
        /// The key as it was given: `core.hooksPath`, say.
        key: String,
        /// The value; `true` where none was given.
        value: String,
        /// What gave it: `-c`, `--config-env`, or the name of a variable.
        by: String,
    },
}

/// These run `git commit -n` themselves, for what was checked before or is none of the user's.
const SEQUENCERS: [&str; 4] = ["rebase", "cherry-pick", "revert", "am"];

/// What the names of our hooks begin with, where they stand in the configuration.
const OUR_NAME: &str = "gatekeeper";

/// The way in which whoever started git has told it to pass hooks over, if there is one.
///
/// `ancestors` are the arguments of the processes above us, nearest first; `is_ours` tells whether
/// a directory that was given for hooks is the one where ours are.
///
/// A flag is none of the user's where a rebase or its like stands above the commit: git itself
/// gives it then. A setting about another's hook is a bypass if it switches that hook off; to
/// define one for a single command is not.
#[must_use]
pub fn detect_hook_bypass(
    ancestors: &[Vec<OsString>],
    variables: &Variables,
    is_ours: impl Fn(&OsStr) -> bool,
) -> Option<HookBypass> {
    let called = all_called(ancestors);
    flag(&called).or_else(|| setting(&called, variables, is_ours))
}

/// Whether a setting keeps git from running hooks, whatever directory it names.
#[must_use]
pub(crate) fn skips_hooks(key: &str, value: Option<&OsStr>) -> bool {
    let setting = ConfigOverride {
        key: key.to_owned(),
        value: value.map(OsStr::to_owned),
        variable: String::new(),
    };
    passes_over(&setting, |_| false)
}

/// The git commands that are at work above us, nearest first: `["commit", "rebase"]`, say. An alias
/// is among them under its own name, after the command that it stands for.
#[must_use]
pub(crate) fn git_commands(ancestors: &[Vec<OsString>]) -> Vec<String> {
    let called = all_called(ancestors);
    called.iter().map(|one| one.command.to_owned()).collect()
}

/// Whether the git command that called us was told to say nothing but errors.
#[must_use]
pub(crate) fn is_quiet(ancestors: &[Vec<OsString>]) -> bool {
    let called = all_called(ancestors);
    called.first().is_some_and(option_grammar::is_quiet)
}

fn all_called(ancestors: &[Vec<OsString>]) -> Vec<GitCommandLine<'_>> {
    ancestors
        .iter()
        .filter_map(|arguments| GitCommandLine::read(arguments))
        .collect()
}

fn flag(called: &[GitCommandLine<'_>]) -> Option<HookBypass> {
    let (nearest, farther) = called.split_first()?;
    let is_sequenced = || farther.iter().any(|one| SEQUENCERS.contains(&one.command));
    if nearest.command == "commit" && is_sequenced() {
        return None;
    }
    // `git pull` hands the flag on to the `git merge` that it starts; it was typed with pull.
    let pull = farther.first().filter(|one| one.command == "pull");
    let pull = pull.filter(|_| nearest.command == "merge");
    pull.into_iter().chain([nearest]).find_map(|one| {
        Some(HookBypass::Flag {
            command: one.command.to_owned(),
            word: no_verify(one)?,
        })
    })
}

fn setting(
    called: &[GitCommandLine<'_>],
    variables: &Variables,
    is_ours: impl Fn(&OsStr) -> bool,
) -> Option<HookBypass> {
    let given = overrides(variables);
    let mut rest = given.as_slice();
    while let Some((one, later)) = rest.split_first() {
        let is_final = !later.iter().any(|later| later.is_of(&one.key));
        if is_final && passes_over(one, &is_ours) {
            let value = one.value.as_ref().map(|value| value.to_string_lossy());
            return Some(HookBypass::Setting {
                key: one.key.clone(),
                value: value.map_or_else(|| "true".to_owned(), String::from),
                by: giver(called, one),
            });
        }
        rest = later;
    }
    None
}

/// Whether hooks are passed over by a setting.
fn passes_over(setting: &ConfigOverride, is_ours: impl Fn(&OsStr) -> bool) -> bool {
    let value = setting.value.as_deref();
    let (section, subsection, name) = setting.parts();
    match (section.as_str(), subsection, name.as_str()) {
        ("core", "", "hookspath") => value.is_some_and(|value| !is_ours(value)),
        ("hooks", "", "allownoverify") => !value.is_some_and(is_false),
        ("hook", "", _) => false,
        ("hook", _, "enabled") => value.is_some_and(is_false),
        ("hook", hook, "event" | "command") => hook.starts_with(OUR_NAME),
        _ => false,
    }
}

/// What gave a setting: an option of a git above us, as long as it can be seen there.
fn giver(called: &[GitCommandLine<'_>], setting: &ConfigOverride) -> String {
    let is_it = |text: &OsStr| {
        let text = text.to_string_lossy();
        // What is assigned may hold an equals sign, and so may the middle of a key.
        text.match_indices('=')
            .map(|(at, _)| &text[..at])
            .chain([text.as_ref()])
            .any(|key| setting.is_of(key))
    };
    let mut options = called.iter().flat_map(|one| one.before.windows(2));
    let mut words = called.iter().flat_map(|one| one.before);
    if setting.variable != PARAMETERS {
        setting.variable.clone()
    } else if options
        .clone()
        .any(|pair| pair[0] == "-c" && is_it(&pair[1]))
    {
        "-c".to_owned()
    } else if options.any(|pair| pair[0] == "--config-env" && is_it(&pair[1]))
        || words.any(|word| {
            let text = word.to_string_lossy();
            let assigned = text.strip_prefix("--config-env=");
            assigned.is_some_and(|assigned| is_it(OsStr::new(assigned)))
        })
    {
        "--config-env".to_owned()
    } else {
        PARAMETERS.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ancestors that a line tells of, nearest first.
    fn ancestors(line: &str) -> Vec<Vec<OsString>> {
        let words = |line: &str| line.split(' ').map(OsString::from).collect();
        line.split(" < ").map(words).collect()
    }

    fn flagged(line: &str) -> Option<String> {
        match detect_hook_bypass(&ancestors(line), &Variables::new(), |_| false)? {
            HookBypass::Flag { command, word } => Some(format!("{command} {word}")),
            setting @ HookBypass::Setting { .. } => panic!("{setting:?}"),
        }
    }

    /// What is said of these settings, handed on as with `-c`.
    fn set(line: &str, parameters: &str) -> Option<String> {
        let parameters = (PARAMETERS.into(), parameters.into());
        let variables = Variables::from([parameters]);
        match detect_hook_bypass(&ancestors(line), &variables, |dir| dir == "ours")? {
            HookBypass::Setting { key, value, by } => Some(format!("{by} {key}={value}")),
            flag @ HookBypass::Flag { .. } => panic!("{flag:?}"),
        }
    }

    #[test]
    fn the_flag_is_found_however_it_is_spelled() {
        let cases = [
            ("git commit -n", "commit -n"),
            ("git commit --no-verify -m x", "commit --no-verify"),
            ("git commit --no-veri", "commit --no-veri"),
            ("git commit --no-verif", "commit --no-verif"),
            ("git commit -nm x", "commit -nm"),
            ("git commit -anm x", "commit -anm"),
            ("git commit -qn", "commit -qn"),
            ("git commit -m x -n", "commit -n"),
            ("git commit -mx -n file", "commit -n"),
            ("git commit -m -- -n", "commit -n"),
            ("git commit file -n", "commit -n"),
            ("git commit -S -n", "commit -n"),
            ("git commit --message=x -n", "commit -n"),
            ("git commit --no-edit -n", "commit -n"),
            ("git commit --verify --no-verify", "commit --no-verify"),
            ("git commit -n --no-n", "commit -n"),
            ("git -C dir -c a.b=c --git-dir x -p commit -n", "commit -n"),
            ("/usr/lib/git-core/git commit -n", "commit -n"),
            ("/usr/lib/git-core/git-commit -n", "commit -n"),
            ("sh -c x < git commit -n < git ci", "commit -n"),
            ("git commit -n < sh < git push", "commit -n"),
            ("git merge --no-verify x", "merge --no-verify"),
            ("git merge -m n --no-verify x", "merge --no-verify"),
            (
                "git merge --no-verify < git pull --no-verify",
                "pull --no-verify",
            ),
            ("git merge --no-verify < sh < make", "merge --no-verify"),
            ("git am --no-verify", "am --no-verify"),
            ("git am --no-v", "am --no-v"),
            ("git am -sn p", "am -sn"),
        ];
        for (line, expected) in cases {
            assert_eq!(flagged(line).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn what_only_looks_like_the_flag_is_none() {
        let lines = [
            "git commit",
            "git commit -mn",
            "git commit -m -n",
            "git commit -m --no-verify",
            "git commit -am -n",
            "git commit --message -n",
            "git commit --me -n",
            "git commit --fixup -n",
            "git commit --author -n",
            "git commit -uno",
            "git commit -Skeyn",
            "git commit -tn",
            "git commit -Fn",
            "git commit -cn",
            "git commit -Cn",
            "git commit -- -n --no-verify",
            "git commit --end-of-options -n",
            "git commit -n --verify",
            "git commit --no-verify --veri",
            "git commit --no-verify --no-no-verify",
            "git commit -n --no-no-v",
            "git commit --no-verbose",
            "git merge -n x",
            "git merge --no-verify --verify x",
            "git merge --no-verify-signatures x",
            "git merge -F --no-verify x",
            "git pull -n",
            "git am -Cn p",
            "git am -n --v p",
            "git push --no-verify",
            "git rebase --no-verify",
            "git cherry-pick -n x",
            "git revert -n x",
            "git fetch -n",
            "git -c a.b=-n commit",
            "git ci -n",
            "git --no-verify",
            "make -n",
            "sh -c git -n",
        ];
        for line in lines {
            assert_eq!(flagged(line), None, "{line}");
        }
        assert_eq!(detect_hook_bypass(&[], &Variables::new(), |_| false), None);
    }

    #[test]
    fn what_git_itself_commits_with_the_flag_is_not_held_against_the_user() {
        let lines = [
            "/usr/libexec/git-core/git commit -n --amend -F f -e < git rebase --continue",
            "git commit -n < sh -c x < git rebase --exec x",
            "git commit -n < /usr/lib/git-core/git -C a -c b.c=d rebase -i < git pull --rebase",
            "git commit -n < git-cherry-pick --continue",
            "git commit -n < git --git-dir x revert y",
            "git commit -n < git am --continue",
        ];
        for line in lines {
            assert_eq!(flagged(line), None, "{line}");
        }
    }

    #[test]
    fn only_the_nearest_git_is_quiet_or_not() {
        let cases = [
            ("git commit -q", true),
            ("git commit --quiet -m x", true),
            ("git commit -aqm x", true),
            ("git commit -m -q", false),
            ("git commit -mq", false),
            ("git commit -m x -- -q", false),
            ("git commit --qui", true),
            ("git commit -q --no-quiet", false),
            ("git commit", false),
            ("git commit < git pull -q", false),
            ("git merge -q x", true),
            ("git push -q", true),
            ("git push -o q", false),
            ("git rebase -q x", true),
            ("git rebase -x -q", false),
            ("git status -q", false),
        ];
        for (line, expected) in cases {
            assert_eq!(is_quiet(&ancestors(line)), expected, "{line}");
        }
    }

    #[test]
    fn settings_that_pass_hooks_over_are_named() {
        let commit = "git commit";
        let by_c = "git -c core.hooksPath=/dev/null commit";
        let by_env = "git --config-env core.HooksPath=V commit < sh";
        let by_env_too = "sh < git --config-env=core.hooksPath=V commit";
        let path = "'core.hooksPath'='/dev/null'";
        let named = [
            (by_c, path, "-c core.hooksPath=/dev/null"),
            (by_env, path, "--config-env core.hooksPath=/dev/null"),
            (by_env_too, path, "--config-env core.hooksPath=/dev/null"),
            (
                commit,
                path,
                "GIT_CONFIG_PARAMETERS core.hooksPath=/dev/null",
            ),
            (
                commit,
                "'CORE.HOOKSPATH=x'",
                "GIT_CONFIG_PARAMETERS CORE.HOOKSPATH=x",
            ),
            (
                commit,
                "'core.hooksPath'='ours' 'core.hookspath'='x'",
                "GIT_CONFIG_PARAMETERS core.hookspath=x",
            ),
            (
                commit,
                "'hook.lint.enabled'='No'",
                "GIT_CONFIG_PARAMETERS hook.lint.enabled=No",
            ),
            (
                commit,
                "'hook.pre-commit.enabled'='0'",
                "GIT_CONFIG_PARAMETERS hook.pre-commit.enabled=0",
            ),
            (
                commit,
                "'Hook.gatekeeper-pre-commit.Event'=''",
                "GIT_CONFIG_PARAMETERS Hook.gatekeeper-pre-commit.Event=",
            ),
            (
                commit,
                "'hook.gatekeeper-commit-msg.command'='true'",
                "GIT_CONFIG_PARAMETERS hook.gatekeeper-commit-msg.command=true",
            ),
            (
                commit,
                "'hooks.allowNoVerify'=",
                "GIT_CONFIG_PARAMETERS hooks.allowNoVerify=true",
            ),
        ];
        for (line, parameters, expected) in named {
            let found = set(line, parameters);
            assert_eq!(found.as_deref(), Some(expected), "{line} {parameters}");
        }
    }

    #[test]
    fn other_settings_are_the_users_affair() {
        let parameters = [
            "'user.name'='core.hooksPath'",
            "'core.hooksPath'='ours'",
            "'core.hooksPath'='x' 'core.hookspath'='ours'",
            "'hook.lint.enabled'='true'",
            "'hook.lint.enabled'='false' 'hook.lint.enabled'='1'",
            "'hook.lint.command'='lint'",
            "'hook.Gatekeeper.event'='pre-commit'",
            "'hook.jobs'='0'",
            "'hooks.allowNoVerify'='false'",
        ];
        for parameters in parameters {
            assert_eq!(set("git commit", parameters), None, "{parameters}");
        }
    }

    #[test]
    fn settings_by_number_are_named_by_their_variable() {
        let variables = [
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "core.hooksPath"),
            ("GIT_CONFIG_VALUE_0", "/x"),
        ];
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        let found = detect_hook_bypass(&[], &Variables::from(variables), |_| false);
        let expected = HookBypass::Setting {
            key: "core.hooksPath".to_owned(),
            value: "/x".to_owned(),
            by: "GIT_CONFIG_KEY_0".to_owned(),
        };
        assert_eq!(found, Some(expected));
    }

    #[test]
    fn git_commands_are_listed_nearest_first() {
        let line = "git commit -n < sh -c x < git -C dir rebase -i < bash < git-am";
        assert_eq!(git_commands(&ancestors(line)), ["commit", "rebase", "am"]);
        assert_eq!(git_commands(&ancestors("git < make")), [""; 0]);
    }
}
