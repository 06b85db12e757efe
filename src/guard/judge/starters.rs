//! Which program a command really starts: past `sudo`, `env` and their like, and out of packages.

use std::time::Duration;

use crate::tools::base_name;

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

/// What a program starts, if it is one of those that only start others, or run them from a package.
pub(super) fn started_by(name: &str, arguments: &[String]) -> Option<Vec<String>> {
    started(name, arguments).or_else(|| run_package(name, arguments))
}

/// How long a program lets the one that it starts run: `timeout 60`.
pub(super) fn limit_of(name: &str, arguments: &[String]) -> Option<Duration> {
    let known = STARTERS.iter().find(|known| known.name == name)?;
    if !name.ends_with("timeout") {
        return None;
    }
    let typed = after_options(arguments, known.valued).first()?;
    let end = typed
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(typed.len());
    let seconds = match &typed[end..] {
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    let length = typed[..end].parse::<f64>().ok()? * seconds;
    // None at all is no limit.
    Duration::try_from_secs_f64(length)
        .ok()
        .filter(|limit| !limit.is_zero())
}

/// The name of a program, without its directory and the ending that Windows gives it.
pub(super) fn program_name(word: &str) -> String {
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

/// Whether a word gives a variable a value.
pub(super) fn is_assignment(word: &str) -> bool {
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
        && let Some(at) = arguments.iter().position(|word| {
            let is_cluster =
                !word.starts_with("--") && word.starts_with('-') && word.ends_with('S');
            word.starts_with("-S") || word.starts_with("--split") || is_cluster
        })
    {
        let is_cluster = !arguments[at].starts_with("-S") && !arguments[at].starts_with("--");
        let joined = arguments[at + usize::from(is_cluster)..].join(" ");
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
pub(super) fn after_options<'w>(words: &'w [String], valued: &[&str]) -> &'w [String] {
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
