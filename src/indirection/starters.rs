//! Programs that start others with words from elsewhere: `xargs`, `find -exec`, `parallel`,
//! `run-parts`.

use super::fed::{Fed, Names, found, names};
use crate::tools::base_name;

/// How many of the commands that a program starts are followed.
const MOST: usize = 100;

/// Stands for a word that is not known.
const UNKNOWN: &str = "$_";

/// The commands that a program starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Started {
    /// Their words.
    pub(super) commands: Vec<Vec<String>>,
    /// The files, as typed, that list the words.
    pub(super) lists: Vec<String>,
}

/// The commands that a call starts; `None` if the program is not one of these. `read` reads a file by
/// its typed path.
pub(super) fn started(
    words: &[String],
    fed: &[Fed],
    read: &mut dyn FnMut(&str) -> Option<String>,
) -> Option<Started> {
    let (name, arguments) = words.split_first()?;
    let mut started = match base_name(name) {
        "xargs" => by_xargs(arguments, fed, read),
        "find" | "fd" | "fdfind" => by_find(arguments),
        "parallel" => by_parallel(arguments, fed, read),
        "run-parts" => {
            let dir = arguments.iter().rfind(|word| !word.starts_with('-'))?;
            Started {
                commands: vec![vec![format!("{}/*", dir.trim_end_matches('/'))]],
                ..Started::default()
            }
        }
        _ => return None,
    };
    started.commands.retain(|command| !command.is_empty());
    started.commands.truncate(MOST);
    Some(started)
}

/// A command with a word in the place of a mark; without the mark, at its end.
fn with(command: &[String], mark: &str, value: &str) -> Vec<String> {
    let is_marked = command.iter().any(|word| word.contains(mark));
    let mut words: Vec<String> = command
        .iter()
        .map(|word| word.replace(mark, value))
        .collect();
    if !is_marked {
        words.push(value.to_owned());
    }
    words
}

fn with_each(command: &[String], mark: &str, mut names: Names) -> Started {
    if names.values.is_empty() {
        names.values.push(UNKNOWN.to_owned());
    }
    let values = names.values.iter();
    Started {
        commands: values.map(|value| with(command, mark, value)).collect(),
        lists: names.lists,
    }
}

fn by_xargs(
    arguments: &[String],
    fed: &[Fed],
    read: &mut dyn FnMut(&str) -> Option<String>,
) -> Started {
    const VALUED: [&str; 10] = ["-I", "-n", "-P", "-L", "-d", "-s", "-E", "-a", "-J", "-R"];
    let mut fed = fed.to_vec();
    let mut mark = "{}".to_owned();
    let mut is_marked = false;
    let mut words = arguments.iter();
    let mut rest = words.as_slice();
    while let Some(option) = words.next().filter(|word| word.starts_with('-')) {
        let joined = option.strip_prefix("-I").filter(|mark| !mark.is_empty());
        let file = option.strip_prefix("--arg-file=");
        let value = match joined.or(file) {
            Some(value) => Some(value.to_owned()),
            None if VALUED.contains(&option.as_str()) => words.next().cloned(),
            None => None,
        };
        if let Some(value) = value {
            if option.starts_with("-I") {
                (mark, is_marked) = (value, true);
            } else if option == "-a" || file.is_some() {
                fed = vec![Fed::Output(vec!["cat".to_owned(), value])];
            }
        }
        rest = words.as_slice();
    }
    let names = names(&fed, read);
    if is_marked {
        return with_each(rest, &mark, names);
    }
    // The mark is an ordinary word here.
    with_each(rest, "\0", names)
}

fn by_find(arguments: &[String]) -> Started {
    const STARTS: [&str; 8] = [
        "-exec",
        "-execdir",
        "-ok",
        "-okdir",
        "-x",
        "-X",
        "--exec",
        "--exec-batch",
    ];
    let values = found(arguments);
    let mut started = Started::default();
    let mut rest = arguments;
    while let Some(at) = rest.iter().position(|word| STARTS.contains(&word.as_str())) {
        rest = &rest[at + 1..];
        let is_end = |word: &String| word == ";" || word == "+";
        let end = rest.iter().position(is_end).unwrap_or(rest.len());
        let names = Names {
            values: values.clone(),
            lists: Vec::new(),
        };
        started
            .commands
            .extend(with_each(&rest[..end], "{}", names).commands);
        rest = &rest[end..];
    }
    started
}

fn by_parallel(
    arguments: &[String],
    fed: &[Fed],
    read: &mut dyn FnMut(&str) -> Option<String>,
) -> Started {
    const VALUED: [&str; 6] = ["-j", "--jobs", "-n", "-N", "-a", "--arg-file"];
    let is_source = |word: &String| word.starts_with(":::");
    let source = arguments.iter().position(is_source);
    let (command, given) = arguments.split_at(source.unwrap_or(arguments.len()));
    let mut at = 0;
    let mut fed = fed.to_vec();
    while let Some(option) = command.get(at).filter(|word| word.starts_with('-')) {
        at += 1;
        if VALUED.contains(&option.as_str()) {
            if matches!(option.as_str(), "-a" | "--arg-file") {
                let list = command.get(at).cloned().unwrap_or_default();
                fed = vec![Fed::Output(vec!["cat".to_owned(), list])];
            }
            at += 1;
        }
    }
    let command = command.get(at..).unwrap_or_default();
    if let Some((sign, values)) = given.split_first() {
        let program = if sign == "::::" { "cat" } else { "echo" };
        let words = std::iter::once(program.to_owned()).chain(values.iter().cloned());
        fed = vec![Fed::Output(words.collect())];
        if command.is_empty() {
            let own = values.iter().map(|value| in_shell(value));
            return Started {
                commands: own.collect(),
                ..Started::default()
            };
        }
    }
    let mut started = with_each(command, "{}", names(&fed, read));
    // It hands its words to a shell.
    for command in &mut started.commands {
        *command = in_shell(&command.join(" "));
    }
    started
}

fn in_shell(script: &str) -> Vec<String> {
    ["sh", "-c", script].map(str::to_owned).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_with_words_from_elsewhere() {
        for (call, expected) in [
            ("xargs sh", "sh a.sh | sh b.sh"),
            ("xargs -0 -n 1 sh", "sh a.sh | sh b.sh"),
            ("xargs -I % sh c/%", "sh c/a.sh | sh c/b.sh"),
            ("xargs -I{} sh c/{}", "sh c/a.sh | sh c/b.sh"),
            ("xargs -a list sh", "sh x.sh"),
            ("xargs", "a.sh | b.sh"),
            ("find c -name *.sh -exec sh {} ;", "sh c/**/*.sh | sh c"),
            ("find c -type f -exec {} +", "c/**/* | c"),
            ("find c", ""),
            ("parallel sh ::: a b", "sh -c sh a | sh -c sh b"),
            ("parallel -j 2 sh {} :::: list", "sh -c sh x.sh"),
            ("parallel ::: ./a ./b", "sh -c ./a | sh -c ./b"),
            ("run-parts --verbose checks", "checks/*"),
        ] {
            let words: Vec<String> = call.split(' ').map(str::to_owned).collect();
            let fed = ["echo", "a.sh", "b.sh"].map(str::to_owned).to_vec();
            let mut read = |path: &str| (path == "list").then(|| "x.sh\n".to_owned());
            let started = started(&words, &[Fed::Output(fed)], &mut read).unwrap();
            let commands: Vec<String> = started.commands.iter().map(|c| c.join(" ")).collect();
            assert_eq!(commands.join(" | "), expected, "{call}");
        }
        assert_eq!(started(&["sh".to_owned()], &[], &mut |_| None), None);
    }
}
