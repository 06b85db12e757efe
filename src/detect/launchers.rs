//! Programs that start another one: what they start.

use std::ffi::OsStr;
use std::path::Path;

use crate::indirection::GivenVariable;
use crate::tools::{COVERAGE_OPTIONS, module_option};

/// A program that starts another one, by the words with which a call of it begins.
struct Launcher {
    words: &'static [&'static str],
    /// Its options that take the next word as their value.
    valued: &'static [&'static str],
}

const fn launcher(words: &'static [&'static str], valued: &'static [&'static str]) -> Launcher {
    Launcher { words, valued }
}

const UV: &[&str] = &[
    "--group",
    "--only-group",
    "--no-group",
    "--extra",
    "--no-extra",
    "--with",
    "--with-editable",
    "--with-requirements",
    "-p",
    "--python",
    "--project",
    "--directory",
    "--package",
    "--env-file",
    "--index",
    "--default-index",
    "--index-url",
    "--extra-index-url",
    "--refresh-package",
    "--resolution",
    "--exclude-newer",
    "-w",
    "--from",
    "-c",
    "--constraints",
    "--color",
];

const LAUNCHERS: &[Launcher] = &[
    launcher(&["uv", "run"], UV),
    launcher(&["uv", "tool", "run"], UV),
    launcher(&["uvx"], UV),
    launcher(&["poetry", "run"], &[]),
    launcher(&["pdm", "run"], &["-p", "--project"]),
    launcher(&["pipenv", "run"], &[]),
    launcher(&["rye", "run"], &[]),
    launcher(
        &["pixi", "run"],
        &["-e", "--environment", "--manifest-path"],
    ),
    launcher(&["pipx", "run"], &["--spec", "--python"]),
    launcher(&["conda", "run"], &["-n", "--name", "-p", "--prefix"]),
    launcher(&["micromamba", "run"], &["-n", "--name"]),
    launcher(&["npx"], &["-p", "--package", "-w", "--workspace"]),
    launcher(&["npm", "exec"], &["-p", "--package", "-w", "--workspace"]),
    launcher(&["pnpm", "exec"], &[]),
    launcher(&["pnpm", "dlx"], &["--package"]),
    launcher(&["yarn", "exec"], &[]),
    launcher(&["yarn", "dlx"], &["-p", "--package"]),
    launcher(&["bunx"], &["-p", "--package"]),
    launcher(&["bun", "x"], &["-p", "--package"]),
    launcher(&["env"], &["-u", "--unset", "-C", "--chdir"]),
    launcher(&["time"], &[]),
    launcher(&["nice"], &["-n"]),
    launcher(&["timeout"], &["-s", "-k"]),
    launcher(&["xvfb-run"], &["-s", "--server-args", "-n"]),
    launcher(&["cross-env"], &[]),
    launcher(&["nyc"], &COVERAGE_OPTIONS),
    launcher(&["c8"], &COVERAGE_OPTIONS),
    launcher(&["dotenv"], &["-e"]),
    launcher(&["dotenvx", "run"], &["-f"]),
    launcher(&["command"], &[]),
    launcher(&["exec"], &[]),
    launcher(&["sudo"], &["-u"]),
    launcher(&["mise", "exec"], &[]),
    launcher(&["mise", "x"], &[]),
    launcher(&["rtx", "exec"], &[]),
    launcher(&["nix", "develop", "-c"], &[]),
    launcher(&["go", "tool"], &[]),
    launcher(&["bundle", "exec"], &[]),
    launcher(&["rustup", "run"], &[]),
];

/// A call without the programs that only start it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Started {
    /// The words, of which the first is a program.
    pub(super) words: Vec<String>,
    /// The variables that it is given: `NAME=value` words before it.
    pub(super) env: Vec<GivenVariable>,
    /// The Python that starts it, with its options up to `-m`, if one does.
    pub(super) python: Option<Vec<String>>,
}

/// Removes the programs that only start another one. A Python interpreter with `-m` counts as
/// one, as does a directory before the program's name.
#[must_use]
pub(super) fn started(words: &[String]) -> Started {
    let mut rest = words;
    let mut env = Vec::new();
    let mut python = None;
    loop {
        while let Some((name, value)) = rest.first().and_then(|word| assignment(word)) {
            env.push(GivenVariable {
                name: name.to_owned(),
                value: value.to_owned(),
                is_exported: false,
            });
            rest = &rest[1..];
        }
        let Some(first) = rest.first() else { break };
        if is_python(first) {
            let Some(module) = module(rest) else { break };
            let options = &rest[1..rest.len() - module.len()];
            let name = first.rsplit('/').next().unwrap_or(first).to_owned();
            python = Some([&[name], options].concat());
            rest = module;
            continue;
        }
        if is_package_manager(first)
            && let Some(tool) = of_package_manager(rest)
        {
            rest = tool;
            continue;
        }
        if let Some(tool) = of_hatch(rest).or_else(|| of_image(rest)) {
            rest = tool;
            continue;
        }
        // A program of Go by the place of its sources, which are downloaded.
        if let ["go", "run", package, ..] = as_texts(rest).as_slice()
            && package.contains('/')
            && !package.starts_with('.')
            && module_name(package).is_some_and(is_tool)
        {
            rest = &rest[2..];
            continue;
        }
        // A script of the project that starts a tool: `node bin/with-setup.js eslint src`.
        if let ["node", script, tool, ..] = as_texts(rest).as_slice()
            && is_script(script)
            && (is_tool(tool) || *tool == "cross-env")
        {
            rest = &rest[2..];
            continue;
        }
        let Some(after) = LAUNCHERS.iter().find_map(|launcher| after(launcher, rest)) else {
            break;
        };
        if after.is_empty() {
            break;
        }
        rest = after;
    }
    let mut words = rest.to_vec();
    if let Some(first) = words.first_mut() {
        // `hatch run lint:mypy`: in the environment `lint`.
        if let Some((_, tool)) = first.split_once(':').filter(|(_, tool)| is_tool(tool)) {
            *first = tool.to_owned();
        }
        let name = first.rsplit('/').next().unwrap_or(first);
        // `go run honnef.co/go/tools/cmd/staticcheck@v0.7`, and an image by its name: `koalaman/shellcheck:stable`.
        let name = name.split(['@', ':']).next().unwrap_or(name);
        let is_installed = first.contains("/bin/") || first.contains(".bin/");
        if is_installed || first.contains('/') && is_tool(name) {
            *first = name.to_owned();
        }
        // `npx eslint@9`: the version that is downloaded is not the project's.
        if let Some((name, version)) = first.split_once('@')
            && !name.is_empty()
            && version.starts_with(|c: char| c.is_ascii_digit() || c == 'l')
        {
            *first = name.to_owned();
        }
    }
    Started { words, env, python }
}

/// The words from the module on that a call of Python runs with `-m`.
fn module(words: &[String]) -> Option<&[String]> {
    let arguments: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    match module_option(&arguments)? {
        (at, "") => words.get(at + 2..),
        _ => None,
    }
}

/// The last part of the path of a package of Go, without its version: `x/cmd/staticcheck@v0.7` is staticcheck.
fn module_name(package: &str) -> Option<&str> {
    let path = package.split('@').next()?;
    let mut parts = path.rsplit('/');
    let last = parts.next()?;
    // `/v2` is the major version of a module.
    let digits = last.strip_prefix('v');
    let is_version = digits.is_some_and(|digits| digits.bytes().all(|c| c.is_ascii_digit()));
    if is_version { parts.next() } else { Some(last) }
}

fn as_texts(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

/// Whether a word is the file of a script for Node.
fn is_script(word: &str) -> bool {
    let extension = Path::new(word).extension().and_then(OsStr::to_str);
    matches!(extension, Some("js" | "cjs" | "mjs")) && !word.starts_with('-')
}

/// Whether a program of this name also starts the programs that a project installs.
fn is_package_manager(name: &str) -> bool {
    matches!(name, "pnpm" | "yarn" | "bun")
}

/// A tool that yarn, pnpm or bun starts by its name: `pnpm vitest`, `yarn run -T tsc`.
fn of_package_manager(words: &[String]) -> Option<&[String]> {
    const OPTIONS: [&str; 5] = ["-T", "--top-level", "-B", "--binaries-only", "--silent"];
    let runs = words[0] != "pnpm" && words.get(1).is_some_and(|word| word == "run");
    let mut rest = &words[if runs { 2 } else { 1 }..];
    while let Some((_, after)) = rest
        .split_first()
        .filter(|(word, _)| OPTIONS.contains(&word.as_str()))
    {
        rest = after;
    }
    rest.first()
        .is_some_and(|word| is_tool(word))
        .then_some(rest)
}

/// A tool that hatch starts in one of its environments: `hatch run mypy`, `hatch -e lint run types:mypy`.
fn of_hatch(words: &[String]) -> Option<&[String]> {
    let (first, mut rest) = words.split_first()?;
    if first != "hatch" {
        return None;
    }
    while rest.first().is_some_and(|word| word.starts_with('-')) {
        let has_value = matches!(rest[0].as_str(), "-e" | "--env" | "-p" | "--project");
        rest = rest.get(if has_value { 2 } else { 1 }..)?;
    }
    let rest = rest.strip_prefix(&["run".to_owned()])?;
    let name = rest.first()?;
    let tool = name.split_once(':').map_or(name.as_str(), |(_, tool)| tool);
    is_tool(tool).then_some(rest)
}

/// The image of a call of `docker run` and the words after it, if the image is named after a tool and so runs it.
fn of_image(words: &[String]) -> Option<&[String]> {
    const SWITCHES: [&str; 8] = [
        "--init",
        "--interactive",
        "--rm",
        "--tty",
        "-i",
        "-it",
        "-t",
        "-ti",
    ];
    let mut rest = match as_texts(words).as_slice() {
        ["docker" | "podman", "run", ..] => &words[2..],
        _ => return None,
    };
    while let Some(option) = rest.first().filter(|word| word.starts_with('-')) {
        if option.starts_with("--entrypoint") {
            return None;
        }
        let is_whole = option.contains('=') || SWITCHES.contains(&option.as_str());
        rest = rest.get(if is_whole { 1 } else { 2 }..)?;
    }
    let image = rest.first()?;
    let name = image.rsplit('/').next()?.split([':', '@']).next()?;
    // Some images want the tool as the first word.
    match rest.get(1) {
        Some(first) if is_tool(first) => rest.get(1..),
        _ => (image.contains('/') && is_tool(name)).then_some(rest),
    }
}

/// Whether a program of this name is a tool that checks.
fn is_tool(name: &str) -> bool {
    crate::tools::checkers().any(|checker| {
        let daemons = checker.daemons.iter().map(|(daemon, _)| daemon);
        let mut calls = checker.calls.iter().chain(daemons);
        calls.any(|call| call[0] == name)
    })
}

fn is_python(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    let version = name
        .strip_prefix("python")
        .or_else(|| name.strip_prefix("pypy"));
    name == "py"
        || version.is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

/// `NAME=value`.
fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then_some((name, value))
}

/// What a launcher starts, if the words are a call of it.
fn after<'w>(launcher: &Launcher, words: &'w [String]) -> Option<&'w [String]> {
    let length = launcher.words.len();
    let begins = length <= words.len()
        && launcher
            .words
            .iter()
            .zip(words)
            .all(|(known, word)| known == word);
    if !begins {
        return None;
    }
    let mut rest = &words[length..];
    while let Some(first) = rest.first() {
        if first == "--" {
            return Some(&rest[1..]);
        }
        if !first.starts_with('-') && !first.starts_with('+') {
            break;
        }
        let skipped = if launcher.valued.contains(&first.as_str()) {
            2
        } else {
            1
        };
        rest = rest.get(skipped..).unwrap_or_default();
    }
    // The time that `timeout` allows, and the toolchain of `rustup run`, are words of their own.
    if matches!(launcher.words, ["timeout"] | ["rustup", "run"]) {
        rest = rest.get(1..).unwrap_or_default();
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reduced(text: &str) -> String {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        started(&words).words.join(" ")
    }

    #[test]
    fn launchers_are_taken_away() {
        for (call, expected) in [
            (
                "uv run --locked --group dev tox run -e typing",
                "tox run -e typing",
            ),
            ("python -m pytest -q", "pytest -q"),
            ("python3.12 -W error -Im pytest -q", "pytest -q"),
            ("pnpm vitest --coverage", "vitest --coverage"),
            ("pnpm lint", "pnpm lint"),
            ("yarn run -T tsc -p .", "tsc -p ."),
            ("pnpm run eslint", "pnpm run eslint"),
            ("hatch run mypy src", "mypy src"),
            ("hatch -e lint run types:mypy src", "mypy src"),
            ("hatch run lint:all", "hatch run lint:all"),
            ("bin/golangci-lint run", "golangci-lint run"),
            ("python -X dev -m pytest", "pytest"),
            ("npx --no-install eslint .", "eslint ."),
            ("pnpm exec vitest run", "vitest run"),
            ("CI=1 cross-env NODE_ENV=test jest", "jest"),
            ("./node_modules/.bin/tsc -p .", "tsc -p ."),
            (".venv/bin/mypy src", "mypy src"),
            ("timeout 300 cargo test", "cargo test"),
            ("poetry run mypy .", "mypy ."),
            ("./check.sh", "./check.sh"),
            ("node bin/env.js eslint lib", "eslint lib"),
            ("node bin/env.js lib", "node bin/env.js lib"),
            (
                "docker run --rm -v /a:/w -w /w ghcr.io/google/addlicense -check .",
                "addlicense -check .",
            ),
            (
                "docker run --rm -v /a:/w golangci/golangci-lint:v2 golangci-lint run",
                "golangci-lint run",
            ),
            (
                "docker run -t own/image ./check",
                "docker run -t own/image ./check",
            ),
            (
                "go run honnef.co/go/tools/cmd/staticcheck@2025.1 ./...",
                "staticcheck ./...",
            ),
            ("go run ./cmd/gofmt .", "go run ./cmd/gofmt ."),
            ("bundle exec rubocop", "rubocop"),
            ("nyc --exclude x --reporter=text mocha test", "mocha test"),
            ("coverage run -m pytest", "coverage run -m pytest"),
        ] {
            assert_eq!(reduced(call), expected, "{call}");
        }
    }
}
