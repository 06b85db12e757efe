//! Which program a command really starts: past `sudo`, `env`, `xargs` and their like, and into the scripts that are
//! passed to shells.

use super::clients;
use super::git::is_checked_command;
use super::state::{Surroundings, Walk};
use crate::base::environment::Variables;
use crate::tools::{SHELLS, base_name};

/// A program that starts another one.
struct Starter {
    name: &'static str,
    /// Options that take the next word as their value.
    valued: &'static [&'static str],
    /// How many words before the command belong to the starter itself.
    own: usize,
}

const fn starter(name: &'static str, valued: &'static [&'static str], own: usize) -> Starter {
    Starter { name, valued, own }
}

const STARTERS: [Starter; 29] = [
    starter(
        "sudo",
        &[
            "-u", "-g", "-h", "-p", "-C", "-r", "-t", "-T", "-U", "-D", "-R",
        ],
        0,
    ),
    starter("doas", &["-u", "-C"], 0),
    starter("env", &["-u", "--unset", "-C", "--chdir"], 0),
    starter("nice", &["-n", "--adjustment"], 0),
    starter("ionice", &["-c", "-n", "-p", "--class", "--classdata"], 0),
    starter("chrt", &[], 1),
    starter("taskset", &[], 1),
    starter("timeout", &["-k", "--kill-after", "-s", "--signal"], 1),
    starter("gtimeout", &["-k", "--kill-after", "-s", "--signal"], 1),
    starter("stdbuf", &["-i", "-o", "-e"], 0),
    starter("nohup", &[], 0),
    starter("setsid", &[], 0),
    starter("builtin", &[], 0),
    starter("exec", &["-a"], 0),
    starter("time", &["-f", "-o", "--format", "--output"], 0),
    starter("chronic", &[], 0),
    starter("unbuffer", &[], 0),
    starter("winpty", &[], 0),
    starter("caffeinate", &["-t", "-w"], 0),
    starter("xvfb-run", &["-e", "-f", "-n", "-p", "-s", "-w"], 0),
    starter("strace", &["-o", "-e", "-p", "-s", "-u", "-P", "-E"], 0),
    starter("ltrace", &["-o", "-e", "-p", "-s", "-u"], 0),
    starter("entr", &[], 0),
    starter("busybox", &[], 0),
    starter("toybox", &[], 0),
    starter("rtk", &[], 0),
    starter("noglob", &[], 0),
    starter("nocorrect", &[], 0),
    starter("catchsegv", &[], 0),
];

/// Programs that only read or print: what their words say is not run.
const READERS: [&str; 56] = [
    ":",
    "[",
    "ack",
    "ag",
    "apropos",
    "apt",
    "apt-get",
    "basename",
    "bat",
    "brew",
    "cargo",
    "cat",
    "cd",
    "cmp",
    "cut",
    "diff",
    "dirname",
    "dnf",
    "du",
    "echo",
    "egrep",
    "false",
    "fgrep",
    "file",
    "grep",
    "head",
    "help",
    "history",
    "info",
    "jq",
    "less",
    "ls",
    "man",
    "md5sum",
    "more",
    "pip",
    "popd",
    "printf",
    "pwd",
    "rg",
    "say",
    "sha256sum",
    "sort",
    "stat",
    "tail",
    "test",
    "tldr",
    "tr",
    "tree",
    "true",
    "type",
    "uniq",
    "wc",
    "whatis",
    "whereis",
    "which",
];

impl Walk<'_> {
    /// Judges a command by its words, of which the first is its name.
    pub(super) fn call(
        &mut self,
        words: &[String],
        environment: &Variables,
        around: &Surroundings,
    ) {
        judge(words, environment, around, self);
    }
}

fn judge(words: &[String], environment: &Variables, around: &Surroundings, walk: &mut Walk<'_>) {
    let Some((first, arguments)) = words.split_first() else {
        return;
    };
    let name = program_name(first);
    if let Some(value) = walk.state.aliases.get(first).cloned() {
        let mut whole: Vec<String> = value.split_whitespace().map(str::to_owned).collect();
        whole.extend_from_slice(arguments);
        walk.state.aliases.remove(first);
        return walk.deeper(&value, |walk| judge(&whole, environment, around, walk));
    }
    if walk.built_in(&name, arguments, around) {
        return;
    }
    if let Some(rest) = started(&name, arguments) {
        let mut environment = environment.clone();
        let assigned = rest.iter().take_while(|word| is_assignment(word)).count();
        for word in &rest[..assigned] {
            if let Some((name, value)) = word.split_once('=') {
                environment.insert(name.into(), value.into());
            }
        }
        let rest = rest[assigned..].to_vec();
        return walk.deeper("git", |walk| judge(&rest, &environment, around, walk));
    }
    let exported = std::mem::replace(&mut walk.state.exported, environment.clone());
    let is_called = walk.shell_call(&name, arguments, around);
    walk.state.exported = exported;
    if is_called {
        return;
    }
    match name.as_str() {
        "git" => walk.git(arguments, environment, around),
        "xargs" => with_input(arguments, environment, around, walk),
        "apply_patch" | "applypatch" | "patch" => {
            let typed = arguments.iter().find(|word| word.contains('\n')).cloned();
            if let Some(patch) = typed.or_else(|| around.input.clone()) {
                walk.apply_patch(&patch);
            }
            walk.change_files(&name, arguments);
        }
        "find" | "fd" | "fdfind" => found(arguments, environment, around, walk),
        _ => {
            if let Some(command) = name.strip_prefix("git-") {
                let mut whole = vec![command.to_owned()];
                whole.extend_from_slice(arguments);
                walk.git(&whole, environment, around);
            }
            if let Some(refusal) = clients::refusal(&name, arguments, environment) {
                walk.refuse(refusal);
            }
            walk.change_files(&name, arguments);
            walk.code(&name, arguments, around.input.as_deref());
            if !READERS.contains(&name.as_str()) {
                nested(first, arguments, environment, around, walk);
            }
        }
    }
}

/// The name of a program, without its directory and the ending that Windows gives it.
fn program_name(word: &str) -> String {
    let name = base_name(word);
    let name = name.rsplit('\\').next().unwrap_or(name);
    let lower = name.to_ascii_lowercase();
    match lower
        .strip_suffix(".exe")
        .or_else(|| lower.strip_suffix(".cmd"))
    {
        Some(name) => name.to_owned(),
        None if lower == "git" => lower,
        None => name.to_owned(),
    }
}

fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map(|(name, _)| name);
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.is_some_and(|name| !name.is_empty() && name.chars().all(is_letter))
}

/// What a program starts, if it is one of those that only start others.
fn started(name: &str, arguments: &[String]) -> Option<Vec<String>> {
    if name == "command" {
        let asks = arguments
            .first()
            .is_some_and(|word| word == "-v" || word == "-V");
        let rest = after_options(arguments, &[]);
        return (!asks && !rest.is_empty()).then(|| rest.to_vec());
    }
    if name == "env"
        && let Some(at) = arguments
            .iter()
            .position(|word| word.starts_with("-S") || word.starts_with("--split"))
    {
        let joined = arguments[at..].join(" ");
        let text = joined
            .trim_start_matches("--split-string")
            .trim_start_matches("-S");
        return Some(
            text.trim_start_matches('=')
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        );
    }
    let known = STARTERS.iter().find(|known| known.name == name)?;
    let rest = after_options(arguments, known.valued);
    let rest = rest.get(known.own..).unwrap_or_default();
    (!rest.is_empty()).then(|| rest.to_vec())
}

/// The words after the options.
fn after_options<'w>(words: &'w [String], valued: &[&str]) -> &'w [String] {
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        if first == "--" {
            return after;
        }
        if !first.starts_with('-') {
            break;
        }
        let skipped = usize::from(valued.contains(&first.as_str()));
        rest = after.get(skipped..).unwrap_or_default();
    }
    rest
}

/// `xargs`: the command with the words that it reads, or with these in place of `{}`.
fn with_input(
    arguments: &[String],
    environment: &Variables,
    around: &Surroundings,
    walk: &mut Walk<'_>,
) {
    const VALUED: [&str; 16] = [
        "-I",
        "-n",
        "-P",
        "-L",
        "-d",
        "-E",
        "-s",
        "-a",
        "-J",
        "-R",
        "--max-args",
        "--max-procs",
        "--delimiter",
        "--arg-file",
        "--replace",
        "--max-lines",
    ];
    let input = around.input.as_deref().unwrap_or_default();
    let read: Vec<String> = input.split_whitespace().map(str::to_owned).collect();
    let marker = arguments
        .iter()
        .zip(arguments.iter().skip(1))
        .find_map(|(option, value)| (option == "-I").then(|| value.clone()));
    let marker = marker.or_else(|| {
        arguments
            .iter()
            .any(|word| word.starts_with("-I") || word == "-i")
            .then(|| "{}".to_owned())
    });
    let mut command = after_options(arguments, &VALUED).to_vec();
    match marker {
        Some(marker) => {
            for word in &mut command {
                *word = word.replace(&marker, input.trim());
            }
        }
        None => command.extend(read),
    }
    let around = Surroundings {
        input: None,
        ..around.clone()
    };
    walk.deeper("git", |walk| judge(&command, environment, &around, walk));
}

/// `find`: what it does to the files that it finds, which lie below the paths that it starts from.
fn found(
    arguments: &[String],
    environment: &Variables,
    around: &Surroundings,
    walk: &mut Walk<'_>,
) {
    let roots: Vec<String> = arguments
        .iter()
        .take_while(|word| !word.starts_with('-'))
        .cloned()
        .collect();
    let roots = if roots.is_empty() {
        vec![".".to_owned()]
    } else {
        roots
    };
    if arguments.iter().any(|word| word == "-delete") {
        for root in &roots {
            walk.remove_file(root);
        }
    }
    let is_start = |word: &String| {
        matches!(
            word.as_str(),
            "-exec" | "-execdir" | "-ok" | "-okdir" | "-x" | "-X" | "--exec" | "--exec-batch"
        )
    };
    let mut rest = arguments;
    while let Some(at) = rest.iter().position(is_start) {
        rest = &rest[at + 1..];
        let end = rest
            .iter()
            .position(|word| word == ";" || word == "+")
            .unwrap_or(rest.len());
        for root in &roots {
            let command: Vec<String> = rest[..end]
                .iter()
                .map(|word| word.replace("{}", root))
                .collect();
            walk.deeper("git", |walk| judge(&command, environment, around, walk));
        }
        rest = &rest[end..];
    }
}

/// A program that is not known may start git, or pass a script to a shell: what stands after `git` among its words is
/// judged as if it were called so.
fn nested(
    first: &str,
    arguments: &[String],
    environment: &Variables,
    around: &Surroundings,
    walk: &mut Walk<'_>,
) {
    // `$GIT commit -n`: what the name stands for is not known, so it may be git.
    let is_unknown = first.starts_with(['$', '`']);
    if is_unknown
        && arguments
            .first()
            .is_some_and(|word| is_checked_command(word))
    {
        walk.git(arguments, environment, around);
    }
    let is_program = |word: &String| {
        let name = program_name(word);
        name == "git" || SHELLS.contains(&name.as_str()) && !word.contains(' ')
    };
    if let Some(at) = arguments.iter().position(is_program) {
        let is_git = program_name(&arguments[at]) == "git";
        let runs = is_git
            || arguments[at + 1..]
                .iter()
                .any(|word| word.starts_with('-') && word.ends_with('c'));
        if runs {
            let rest = arguments[at..].to_vec();
            walk.deeper("git", |walk| judge(&rest, environment, around, walk));
        }
    }
    let text = walk.written_text(first).cloned();
    if let Some(text) = text {
        walk.script(
            &text,
            &Surroundings {
                input: None,
                ..around.clone()
            },
        );
    }
}
