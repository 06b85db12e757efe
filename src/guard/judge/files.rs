//! Programs that write, move or remove files.

use std::path::Path;

use super::state::{TEXT_OF_FILE, Walk};
use super::words::braces;
use crate::guard::paths::{Change, Place, Protected, protected};
use crate::guard::refusal::{GuardRule, Refusal};
use crate::guard::tool_input;

impl Walk<'_> {
    /// Judges a program that may change files, by its name and arguments.
    pub(super) fn change_files(&mut self, name: &str, arguments: &[String]) {
        for (path, change) in changes(name, arguments) {
            self.change(path, change);
        }
        self.note_links(name, arguments);
    }

    /// Judges the files that a patch changes.
    pub(super) fn apply_patch(&mut self, patch: &str) {
        for (path, change) in tool_input::patched(patch) {
            self.change(&path, change);
        }
    }

    /// Judges a file that is written.
    pub(super) fn write_file(&mut self, path: &str) {
        self.change(path, Change::Write);
    }

    /// Judges a file or directory that is removed.
    pub(super) fn remove_file(&mut self, path: &str) {
        self.change(path, Change::Remove);
    }

    fn change(&mut self, path: &str, change: Change) {
        // Braces beside a part in quotes are still there.
        for path in braces(path) {
            if let Some(refusal) = self.path_refusal(&path, change) {
                self.refuse(refusal);
            }
        }
    }

    /// What a path is that leads through links which the script itself has made.
    fn behind_own_links(&self, path: &str, change: Change) -> Option<Protected> {
        if self.state.links.is_empty() {
            return None;
        }
        let follows_last = change == Change::Write || path.ends_with('/');
        let led = self.led(path, follows_last).join("/");
        let place = Place {
            dir: Path::new(""),
            ..self.place()
        };
        protected(&led.replacen("//", "/", 1), &place, change)
    }

    /// Why a path may not be changed so.
    pub(super) fn path_refusal(&self, path: &str, change: Change) -> Option<Refusal> {
        if path.starts_with(TEXT_OF_FILE) {
            return None;
        }
        let protected = protected(path, &self.place(), change)
            .or_else(|| self.behind_own_links(path, change))?;
        let verb = match change {
            Change::Write => "changes",
            Change::Remove => "removes",
        };
        Some(Refusal::new(
            GuardRule::Tampering,
            format!("this {verb} {path}, {}", protected.name()),
            protected.instead(),
        ))
    }
}

/// The files that a program changes, by its name and arguments.
fn changes<'a>(name: &str, arguments: &'a [String]) -> Vec<(&'a str, Change)> {
    let (options, paths): (Vec<&str>, Vec<&str>) = arguments
        .iter()
        .map(String::as_str)
        .partition(|word| word.starts_with('-') && word.len() > 1);
    let short = |letter: char| {
        options
            .iter()
            .any(|word| !word.starts_with("--") && word.contains(letter))
    };
    let all = |change: Change| paths.iter().map(|path| (*path, change)).collect::<Vec<_>>();
    match name {
        "rm" | "rmdir" | "unlink" | "shred" | "trash" | "trash-put" | "rimraf" | "del" | "gio" => {
            all(Change::Remove)
        }
        "mv" | "rename" | "git-mv" => moved(&paths),
        "cp" | "install" | "rsync" | "ln" | "scp" | "ditto" | "mount" => target(arguments, &paths),
        "chmod" if options.iter().any(|word| word.starts_with("--reference")) => all(Change::Write),
        "chmod" | "chattr" | "setfacl" => match paths.split_first() {
            Some((mode, files)) if loses_execution(mode) || name != "chmod" => {
                files.iter().map(|path| (*path, Change::Write)).collect()
            }
            // `chmod -x FILE`: the mode looks like an option.
            _ if options.iter().any(|word| word.contains('x')) => all(Change::Write),
            _ => Vec::new(),
        },
        "tee" | "sponge" | "patch" | "touch" => all(Change::Write),
        "tar" | "bsdtar"
            if arguments
                .first()
                .is_some_and(|word| !word.starts_with('-') && word.contains('x'))
                || short('x')
                || options.contains(&"--extract") =>
        {
            after(arguments, &["-C", "--directory"])
        }
        "7z" | "7za" | "7zr" => {
            let dirs = options.iter().filter_map(|word| word.strip_prefix("-o"));
            dirs.map(|dir| (dir, Change::Write)).collect()
        }
        "unzip" => after(arguments, &["-d"]),
        // With `-R`, an editor only shows a file.
        "ed" | "ex" | "vi" | "vim" | "nvim" | "nano" if !options.contains(&"-R") => {
            all(Change::Write)
        }
        "sed" | "gsed" | "perl" | "ruby"
            if short('i') || options.iter().any(|word| word.starts_with("--in-place")) =>
        {
            all(Change::Write)
        }
        "awk" | "gawk" if arguments.iter().any(|word| word == "inplace") => all(Change::Write),
        "yq" | "sd" | "jsonnet" | "crudini" | "dasel"
            if name == "sd" || short('i') || options.contains(&"--inplace") =>
        {
            all(Change::Write)
        }
        "dd" => {
            let of = paths.iter().filter_map(|word| word.strip_prefix("of="));
            of.map(|path| (path, Change::Write)).collect()
        }
        "curl" | "wget" => after(arguments, &["-o", "-O", "--output", "--output-document"]),
        // What is cut off is gone.
        "truncate" => [all(Change::Write), all(Change::Remove)].concat(),
        _ => Vec::new(),
    }
}

/// `mv`: everything but the last path goes away, and the last is written.
fn moved<'a>(paths: &[&'a str]) -> Vec<(&'a str, Change)> {
    let Some((last, sources)) = paths.split_last() else {
        return Vec::new();
    };
    let sources = sources.iter().map(|path| (*path, Change::Remove));
    sources.chain([(*last, Change::Write)]).collect()
}

/// `cp` and its like: only the last path is written, or the one after `-t`.
fn target<'a>(arguments: &'a [String], paths: &[&'a str]) -> Vec<(&'a str, Change)> {
    let given = after(arguments, &["-t", "--target-directory"]);
    if given.is_empty() {
        paths
            .last()
            .map(|path| (*path, Change::Write))
            .into_iter()
            .collect()
    } else {
        given
    }
}

/// The values of options.
fn after<'a>(arguments: &'a [String], options: &[&str]) -> Vec<(&'a str, Change)> {
    let mut found = Vec::new();
    for (at, word) in arguments.iter().enumerate() {
        if options.contains(&word.as_str()) {
            found.extend(arguments.get(at + 1).map(String::as_str));
        }
        found.extend(
            word.split_once('=')
                .filter(|(name, _)| options.contains(name))
                .map(|(_, value)| value),
        );
    }
    found
        .into_iter()
        .map(|path| (path, Change::Write))
        .collect()
}

/// Whether a mode takes the right to execute away: `-x`, `a-rwx`, `644`.
fn loses_execution(mode: &str) -> bool {
    if mode.chars().all(|c| c.is_ascii_digit()) {
        let owner = mode
            .chars()
            .rev()
            .nth(2)
            .and_then(|digit| digit.to_digit(8));
        return owner.is_none_or(|digits| digits & 1 == 0);
    }
    mode.split(',').any(|part| {
        let removed = part
            .split_once('-')
            .is_some_and(|(_, letters)| letters.contains(['x', 'X']));
        let set = part
            .split_once('=')
            .is_some_and(|(_, letters)| !letters.contains('x'));
        removed || set
    })
}

#[cfg(test)]
mod tests {
    use super::loses_execution;

    #[test]
    fn modes_without_execution() {
        for mode in [
            "-x", "a-x", "u-rwx", "644", "0644", "000", "u=rw", "u+w,a-x", "0",
        ] {
            assert!(loses_execution(mode), "{mode}");
        }
        for mode in ["+x", "u+x", "755", "0700", "a=rx", "u+w", "go-w"] {
            assert!(!loses_execution(mode), "{mode}");
        }
    }
}
