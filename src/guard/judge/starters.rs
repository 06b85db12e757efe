//! Which program a command really starts: past `sudo`, `env`, `xargs` and their like, and into the scripts that are
//! passed to shells.

use super::clients;
use super::expansion::matches;
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
        walk.deeper(&value, |walk| judge(&whole, environment, around, walk));
        walk.state.aliases.insert(first.clone(), value);
        return;
    }
    let exported = std::mem::replace(&mut walk.state.exported, environment.clone());
    let is_function = walk.function(words, around);
    walk.state.exported = exported;
    if is_function || walk.built_in(&name, arguments, environment, around) {
        return;
    }
    if let Some(rest) = started(&name, arguments).or_else(|| run_package(&name, arguments)) {
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
        "hub"
            if arguments
                .first()
                .is_some_and(|word| is_checked_command(word)) =>
        {
            walk.git(arguments, environment, around);
        }
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
            walk.note_other_name(&name, arguments);
            walk.change_files(&name, arguments);
            walk.embedded(&name, arguments, around);
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

/// Programs that run one from a package: the words that they need before it.
const PACKAGE_RUNNERS: [(&str, &[&str]); 15] = [
    ("npx", &[]),
    ("bunx", &[]),
    ("uvx", &[]),
    ("pnpx", &[]),
    ("bun", &["x"]),
    ("bundle", &["exec"]),
    ("npm", &["exec"]),
    ("pdm", &["run"]),
    ("pipx", &["run"]),
    ("pixi", &["run"]),
    ("pnpm", &["exec", "dlx"]),
    ("poetry", &["run"]),
    ("rye", &["run"]),
    ("uv", &["run"]),
    ("yarn", &["exec", "dlx"]),
];

/// What is run from a package, or as a module of Python.
fn run_package(name: &str, arguments: &[String]) -> Option<Vec<String>> {
    const VALUED: [&str; 6] = [
        "-p",
        "--package",
        "--from",
        "--with",
        "--python",
        "--project",
    ];
    let is_python = name.strip_prefix("python").is_some_and(|version| {
        let is_version = |c: char| c.is_ascii_digit() || c == '.';
        version.chars().all(is_version)
    });
    if is_python {
        let options = arguments
            .iter()
            .take_while(|word| word.starts_with('-') && *word != "-c");
        let at = options.into_iter().position(|word| word == "-m")?;
        let (module, rest) = arguments.get(at + 1..)?.split_first()?;
        let mut words = vec![module.replace('_', "-")];
        words.extend_from_slice(rest);
        return Some(words);
    }
    // A script is no program of a package.
    let options = arguments
        .iter()
        .take_while(|word| word.starts_with('-') || *word == "exec");
    if options
        .into_iter()
        .any(|word| word == "-c" || word == "--call")
    {
        return None;
    }
    let (_, needed) = PACKAGE_RUNNERS.iter().find(|(known, _)| *known == name)?;
    let rest = after_options(arguments, &VALUED);
    let rest = if needed.is_empty() {
        rest
    } else {
        let (first, rest) = rest.split_first()?;
        if !needed.contains(&first.as_str()) {
            return None;
        }
        after_options(rest, &VALUED)
    };
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
    let ends_with_nul = |word: &String| {
        let is_short = word.starts_with('-') && !word.starts_with("--") && word.contains('0');
        is_short || word == "--null"
    };
    let read: Vec<String> = if arguments.iter().any(ends_with_nul) {
        input.split('\0').map(str::to_owned).collect()
    } else {
        input.split_whitespace().map(str::to_owned).collect()
    };
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
    let found = files_found(&roots, arguments);
    if arguments.iter().any(|word| word == "-delete") {
        for path in &found {
            walk.remove_file(path);
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
        for path in &found {
            let command: Vec<String> = rest[..end]
                .iter()
                .map(|word| word.replace("{}", path))
                .collect();
            walk.deeper("git", |walk| judge(&command, environment, around, walk));
        }
        rest = &rest[end..];
    }
}

/// The hooks that check something.
const HOOK_NAMES: [&str; 6] = [
    "commit-msg",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "prepare-commit-msg",
    "reference-transaction",
];

/// What `find` finds below its roots, as far as that can be a protected path: by the name or path that it looks for,
/// otherwise the roots themselves.
fn files_found(roots: &[String], arguments: &[String]) -> Vec<String> {
    let is_negated = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| arguments.get(at));
        before.is_some_and(|word| word == "!" || word == "-not")
    };
    let after = |names: &[&str]| {
        let at = arguments.iter().enumerate();
        let named = at.filter(|(at, word)| names.contains(&word.as_str()) && !is_negated(*at));
        let values = named.filter_map(|(at, _)| arguments.get(at + 1));
        values.cloned().collect::<Vec<_>>()
    };
    let mut found = after(&["-path", "-wholename", "-ipath"]);
    let names = after(&["-name", "-iname"]);
    let leaves_git_out = arguments.windows(2).enumerate().any(|(at, pair)| {
        let is_path = matches!(pair[0].as_str(), "-path" | "-name");
        let is_left_out = is_negated(at) || arguments.iter().any(|word| word == "-prune");
        is_path && is_left_out && pair[1].contains(".git")
    });
    for root in roots {
        for name in &names {
            found.push(format!("{root}/{name}"));
            // It looks below the root, too.
            let is_hook = HOOK_NAMES.iter().any(|hook| matches(name, hook));
            let is_top = root == "." || root == "./";
            if base_name(root.trim_end_matches('/')) == ".git" && is_hook {
                found.push(format!("{root}/hooks/{name}"));
            } else if is_top && is_hook && !leaves_git_out && !name.starts_with(['*', '?', '[']) {
                found.push(format!("{root}/.git/hooks/{name}"));
            }
        }
    }
    if found.is_empty() {
        found.extend_from_slice(roots);
    }
    found
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

impl Walk<'_> {
    /// Remembers the other name that a link or copy gives to git.
    fn note_other_name(&mut self, name: &str, arguments: &[String]) {
        if !matches!(name, "ln" | "cp" | "mv" | "install") {
            return;
        }
        let mut paths = arguments.iter().filter(|word| !word.starts_with('-'));
        if let (Some(from), Some(to)) = (paths.next(), paths.next_back())
            && program_name(from) == "git"
        {
            for other in [to.as_str(), base_name(to)] {
                self.state
                    .aliases
                    .insert(other.to_owned(), "git".to_owned());
            }
        }
    }
}
