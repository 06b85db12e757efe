//! The environments of tox that a call asks for, and what stands for which of them.

use std::collections::BTreeMap;

/// What a call of tox asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Request<'a> {
    /// The file that it names with `-c`.
    pub(super) file: Option<&'a str>,
    /// Names of environments, as typed after `-e`.
    names: Vec<&'a str>,
    /// Values of `-f`: an environment whose name has all factors of one of them is run.
    factors: Vec<&'a str>,
    /// Values of `-m`.
    labels: Vec<&'a str>,
}

impl<'a> Request<'a> {
    /// What these words ask for. What follows `--` is for the commands.
    pub(super) fn of(arguments: &[&'a str]) -> Self {
        let mut request = Self::default();
        let mut list = None;
        let mut words = arguments.iter().copied();
        while let Some(word) = words.next() {
            let (option, own) = match word.split_once('=') {
                Some((option, value)) => (option, Some(value)),
                None => (word, None),
            };
            if word.starts_with('-') {
                list = None;
            }
            match option {
                "--" => break,
                "-e" | "--env" => request.names.extend(own.or_else(|| words.next())),
                "-c" | "--conf" => request.file = own.or_else(|| words.next()),
                // They take every word up to the next option.
                "-f" | "-m" => list = Some(option),
                _ if option.starts_with("-e") && option.len() > 2 => request.names.push(&word[2..]),
                _ => match list {
                    Some("-f") => request.factors.push(word),
                    Some(_) => request.labels.push(word),
                    None => {}
                },
            }
        }
        request
    }

    /// Whether the list of environments in the configuration does not matter.
    pub(super) fn is_by_name(&self) -> bool {
        !self.names.is_empty()
    }

    /// Whether the labels in the configuration matter.
    pub(super) fn is_by_label(&self) -> bool {
        !self.labels.is_empty()
    }

    /// The names of the environments that run, of those that the configuration `lists`, `labels` and `defines`.
    pub(super) fn chosen(
        &self,
        listed: &[String],
        labels: &BTreeMap<String, Vec<String>>,
        defined: &[String],
    ) -> Vec<String> {
        let names = self.names.iter().flat_map(|names| names_in(names));
        let mut chosen: Vec<String> = names
            .flat_map(|name| {
                if name.contains(ANY) {
                    named_like(&name, listed, defined)
                } else {
                    vec![name]
                }
            })
            .collect();
        if chosen.iter().any(|name| name == "ALL") {
            chosen = [listed, defined].concat();
        }
        for label in &self.labels {
            chosen.extend(labels.get(*label).into_iter().flatten().cloned());
        }
        let all = || listed.iter().chain(defined);
        for wanted in &self.factors {
            let known = || wanted.split('-').filter(|factor| !factor.contains(ANY));
            let has = |name: &&String| known().all(|factor| has_factor(name, factor));
            chosen.extend(all().filter(has).cloned());
        }
        let is_unasked = self.names.is_empty() && self.labels.is_empty() && self.factors.is_empty();
        if is_unasked {
            chosen.extend_from_slice(listed);
            if listed.is_empty() {
                chosen.push("py".to_owned());
            }
        }
        chosen.sort();
        chosen.dedup();
        chosen
    }
}

/// The names in a list such as `py3{9-11}-{tests,types}, lint`, which commas, blanks and lines part.
pub(super) fn names_in(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut name) = (0_usize, String::new());
    for letter in text.chars().chain([',']) {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_end = depth == 0 && (letter == ',' || letter.is_whitespace());
        if !is_end {
            if !letter.is_whitespace() {
                name.push(letter);
            }
            continue;
        }
        if !name.is_empty() {
            expand(&name, &mut names);
            name.clear();
        }
    }
    names
}

/// What stands for a part of a name that is not known: `*-lint`.
pub(crate) const ANY: char = '*';

/// The environments whose names are like this one. A factor of which nothing is known is a version of Python if that
/// fits: versions are what is usually computed.
fn named_like(name: &str, listed: &[String], defined: &[String]) -> Vec<String> {
    let like = |names: &[String], any: fn(&str) -> bool| -> Vec<String> {
        let like = names.iter().filter(|own| is_like(own, name, any));
        like.cloned().collect()
    };
    let versions = like(listed, is_version);
    if !versions.is_empty() {
        return versions;
    }
    if is_any(name) && !listed.is_empty() {
        return listed.to_vec();
    }
    let found = [like(listed, |_| true), like(defined, |_| true)];
    let found = found.into_iter().find(|found| !found.is_empty());
    // Without one, it is the common environment.
    found.unwrap_or_else(|| vec![name.replace(ANY, "py")])
}

/// Whether a name has the factors of a pattern; of those that are not known, each has to be what `any` accepts.
fn is_like(name: &str, pattern: &str, any: fn(&str) -> bool) -> bool {
    let (own, wanted) = (name.split('-'), pattern.split('-'));
    own.clone().count() == wanted.clone().count()
        && own
            .zip(wanted)
            .all(|(own, wanted)| match wanted.split_once(ANY) {
                _ if is_any(wanted) => any(own),
                Some((begin, end)) => own.starts_with(begin) && own.ends_with(end),
                None => own == wanted,
            })
}

fn is_any(factor: &str) -> bool {
    !factor.is_empty() && factor.chars().all(|letter| letter == ANY)
}

/// Whether a factor names a version of Python: `py312`, `3.12`, `pypy3.10`.
fn is_version(factor: &str) -> bool {
    let number = factor.trim_start_matches("py");
    factor == "py" || number.starts_with(|c: char| c.is_ascii_digit())
}

/// How many names are made of one.
const MOST_NAMES: usize = 500;

/// Adds the names that braces stand for: `a{,-b}` is `a` and `a-b`, `3{1-3}` is `31`, `32` and `33`.
fn expand(text: &str, names: &mut Vec<String>) {
    let braces = text.find('{').and_then(|begin| {
        let end = begin + text[begin..].find('}')?;
        Some((begin, end))
    });
    let Some((begin, end)) = braces else {
        if names.len() < MOST_NAMES {
            names.push(text.to_owned());
        }
        return;
    };
    for choice in text[begin + 1..end].split(',') {
        let numbers = choice.split_once('-').and_then(|(first, last)| {
            Some((first.parse::<u16>().ok()?, last.parse::<u16>().ok()?))
        });
        let choices = match numbers {
            Some((first, last)) => (first..=last)
                .take(MOST_NAMES)
                .map(|number| number.to_string())
                .collect(),
            None => vec![choice.to_owned()],
        };
        for choice in choices {
            expand(
                &format!("{}{choice}{}", &text[..begin], &text[end + 1..]),
                names,
            );
        }
    }
}

/// A line of a value without the condition before it, if that holds for one of the environments: `py312,lint: ruff`.
pub(super) fn without_condition<'l>(line: &'l str, chosen: &[String]) -> Option<&'l str> {
    let Some((condition, rest)) = line.split_once(':') else {
        return Some(line);
    };
    let is_factor = |c: char| c.is_ascii_alphanumeric() || "_-.!,{} ".contains(c);
    let is_condition = (rest.is_empty() || rest.starts_with([' ', '\t']))
        && condition.chars().all(is_factor)
        && !condition.trim().contains(' ') | condition.contains(',');
    if !is_condition {
        return Some(line);
    }
    let holds = |name: &String| {
        let mut factors = names_in(condition).into_iter();
        factors.any(|all| {
            all.split('-').all(|factor| match factor.strip_prefix('!') {
                Some(absent) => !has_factor(name, absent),
                None => has_factor(name, factor),
            })
        })
    };
    chosen.iter().any(holds).then(|| rest.trim_start())
}

fn has_factor(name: &str, factor: &str) -> bool {
    name.split('-').any(|own| own == factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environments_are_chosen() {
        let listed =
            names_in("lint,\n 3.1{0-2}-{tests,mypy}\n 3.12-tests{,-rich}, typing-{ty, mypy}");
        assert_eq!(listed.len(), 11);
        let labels = BTreeMap::from([("static".to_owned(), vec!["lint".to_owned()])]);
        let defined = ["docs".to_owned()];
        for (call, expected) in [
            ("run -e lint,py{1,2} -- -e x", "lint py1 py2"),
            ("-elint", "lint"),
            ("run -f typing", "typing-mypy typing-ty"),
            ("-f 3.12-tests -q", "3.12-tests 3.12-tests-rich"),
            ("-f rich ty --installpkg x", "3.12-tests-rich typing-ty"),
            ("-m static", "lint"),
            ("-f docs", "docs"),
            ("-f nosuch", ""),
            ("-f *-mypy", "3.10-mypy 3.11-mypy 3.12-mypy typing-mypy"),
            ("-e *-mypy", "3.10-mypy 3.11-mypy 3.12-mypy"),
            ("-e typing-*", "typing-mypy typing-ty"),
            ("-e 3.12-tests-*", "3.12-tests-rich"),
            ("-e do*", "docs"),
            ("-e py*", "pypy"),
        ] {
            let words: Vec<&str> = call.split(' ').collect();
            let chosen = Request::of(&words).chosen(&listed, &labels, &defined);
            assert_eq!(chosen.join(" "), expected, "{call}");
        }
        let request = Request::of(&["-c", "x.ini"]);
        assert_eq!(
            (request.file, request.chosen(&[], &labels, &[])),
            (Some("x.ini"), vec!["py".to_owned()])
        );
        let any = |listed: &str| {
            let chosen = Request::of(&["-e", "*"]).chosen(&names_in(listed), &labels, &defined);
            chosen.join(" ")
        };
        assert_eq!(any("lint, 3.1{2-3}, pypy3.10"), "3.12 3.13 pypy3.10");
        assert_eq!(any("lint, 3.12-x"), "3.12-x lint");
        assert_eq!(any(""), "docs");
        assert_eq!(request.chosen(&listed, &labels, &defined).len(), 10);
        assert_eq!(
            Request::of(&["-e", "ALL"])
                .chosen(&listed, &labels, &defined)
                .len(),
            11
        );
    }

    #[test]
    fn conditions_hold_for_some_environments() {
        let chosen = names_in("docs-build 3.12-tests");
        for (line, expected) in [
            ("build: sphinx-build -b html", Some("sphinx-build -b html")),
            ("linkcheck: sphinx-build", None),
            ("a,3.12-tests: pytest", Some("pytest")),
            ("3.12-mypy: mypy", None),
            ("!mypy: pytest", Some("pytest")),
            ("{build,x}: a", Some("a")),
            ("pytest -k a:b", Some("pytest -k a:b")),
            ("python -c 'import x: y'", Some("python -c 'import x: y'")),
            ("pytest", Some("pytest")),
        ] {
            assert_eq!(without_condition(line, &chosen), expected, "{line}");
        }
    }
}
