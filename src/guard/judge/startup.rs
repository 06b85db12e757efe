//! Files that a shell runs when it starts: what a script writes there holds for every later command.

use super::state::{State, Surroundings, Walk};
use crate::shell::parse_bash;
use crate::tools::base_name;

/// The names of these files (bash(1), `FILES`; zsh(1), `FILES`; the usual `~/.bashrc` of Debian for `.bash_aliases`).
const FILES: [&str; 11] = [
    ".bash_aliases",
    ".bash_login",
    ".bash_profile",
    ".bashrc",
    ".kshrc",
    ".profile",
    ".zlogin",
    ".zprofile",
    ".zshenv",
    ".zshrc",
    "bash.bashrc",
];

impl Walk<'_> {
    /// Judges a commit as it would be made in a shell that has run this text at its start, if the file is such a one.
    pub(super) fn startup_text(&mut self, file: &str, text: &str) {
        // What is only a part of a script says too little.
        let is_whole = || parse_bash(text).is_ok();
        if !FILES.contains(&base_name(file)) || self.judged.refusal.is_some() || !is_whole() {
            return;
        }
        let fresh = State {
            dir: self.state.dir.clone(),
            ..State::default()
        };
        let state = std::mem::replace(&mut self.state, fresh);
        let commits = self.judged.commits.len();
        // Many set this directory there, and few for the sake of git.
        let script = format!("{text}\nunset XDG_CONFIG_HOME\ngit commit -m message");
        self.script(&script, &Surroundings::default());
        // That commit is not made.
        self.judged.commits.truncate(commits);
        self.state = state;
        if let Some(refusal) = &mut self.judged.refusal {
            refusal.what = format!(
                "{file} would hold for every later command: {}",
                refusal.what
            );
            "gatekeeper status".clone_into(&mut refusal.instead);
        }
    }
}
