//! Scripts among the words of programs that are no shells: `flock lock -c "sh x"`, `env -S "sh x"`.

use crate::tools::base_name;

/// Programs that hand the value of an option to a shell, with its names. One of letters may stand at the end of
/// several: `script -qec`.
const BY_OPTION: [(&str, &[&str]); 6] = [
    ("flock", &["-c", "--command"]),
    ("nix-shell", &["--run", "--command"]),
    ("runuser", &["-c", "--command"]),
    ("script", &["-c", "--command"]),
    ("sg", &["-c"]),
    ("su", &["-c", "--command"]),
];

/// The scripts that a program hands to a shell.
pub(super) fn handed_texts(words: &[&str]) -> Vec<String> {
    let Some((first, arguments)) = words.split_first() else {
        return Vec::new();
    };
    let name = base_name(first);
    if name == "hyperfine" {
        let is_command =
            |word: &&&str| !word.starts_with('-') && !word.chars().all(|c| c.is_ascii_digit());
        return arguments
            .iter()
            .filter(is_command)
            .map(|word| (*word).to_owned())
            .collect();
    }
    let mut found = Vec::new();
    for (at, word) in arguments.iter().enumerate() {
        let next = arguments.get(at + 1).copied();
        if name == "git" && *word == "-c" {
            let alias = next.filter(|next| next.starts_with("alias."));
            let command = alias.and_then(|alias| alias.split_once("=!"));
            found.extend(command.map(|(_, command)| command.to_owned()));
        }
        let options = BY_OPTION.iter().find(|(known, _)| *known == name);
        for option in options.map_or(&[][..], |(_, options)| options) {
            let own = word
                .strip_prefix(option)
                .and_then(|rest| rest.strip_prefix('='));
            let letters = option.strip_prefix('-').filter(|letter| letter.len() == 1);
            let is_last = letters.is_some_and(|letter| {
                word.starts_with('-') && !word.starts_with("--") && word.ends_with(letter)
            });
            let value = if is_last || word == option { next } else { own };
            found.extend(value.map(str::to_owned));
        }
    }
    found
}

/// Whether make reads its rules from its standard input.
pub(super) fn reads_makefile(words: &[&str]) -> bool {
    let is_make = words
        .first()
        .is_some_and(|first| matches!(base_name(first), "make" | "gmake" | "gnumake"));
    is_make
        && words.iter().enumerate().any(|(at, word)| match *word {
            "-f" | "--file" | "--makefile" => words.get(at + 1) == Some(&"-"),
            word => matches!(word, "-f-" | "--file=-" | "--makefile=-"),
        })
}

/// The command that `env -S` takes apart.
pub(super) fn split_string(words: &[&str]) -> Option<String> {
    let (first, arguments) = words.split_first()?;
    if base_name(first) != "env" {
        return None;
    }
    let place = arguments.iter().position(|word| {
        word.starts_with("-S") || word.starts_with("-vS") || word.starts_with("--split-string")
    })?;
    let option = arguments[place];
    let joined = ["--split-string=", "-vS", "-S"]
        .iter()
        .find_map(|name| option.strip_prefix(name));
    let joined = joined.filter(|value| !value.is_empty());
    let rest = arguments[place + 1..].iter().copied();
    let words: Vec<&str> = joined.into_iter().chain(rest).collect();
    Some(words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_among_words() {
        for (words, expected) in [
            (&["flock", "F", "-c", "sh x"][..], "sh x"),
            (&["flock", "F", "sh", "x"], ""),
            (&["script", "-qec", "sh x", "/dev/null"], "sh x"),
            (&["su", "me", "--command=sh x"], "sh x"),
            (&["nix-shell", "--run", "sh x"], "sh x"),
            (&["hyperfine", "-r", "3", "sh x"], "sh x"),
            (&["git", "-c", "alias.x=!sh x", "x"], "sh x"),
            (&["git", "-c", "core.pager=cat", "log"], ""),
        ] {
            assert_eq!(handed_texts(words).join(";"), expected, "{words:?}");
        }
    }
}
