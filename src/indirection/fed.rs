//! What commands read from others: texts, and the names of files.

use crate::tools::base_name;

/// How many words of a file, or names of files, are followed one by one.
const MOST: usize = 200;

/// Something that a command reads, or that is put in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fed {
    /// This text.
    Text(String),
    /// What a command prints, by its words.
    Output(Vec<String>),
}

/// Names of files that commands print.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Names {
    /// The names, which may be patterns.
    pub(super) values: Vec<String>,
    /// The files that list them, as typed.
    pub(super) lists: Vec<String>,
}

/// The text that a command prints by its arguments alone (`echo`, `printf`).
pub(super) fn printed_text(words: &[String]) -> Option<String> {
    let (name, arguments) = words.split_first()?;
    match base_name(name) {
        "echo" | "print" => {
            let words = arguments.iter().skip_while(|word| word.starts_with('-'));
            let words: Vec<&str> = words.map(String::as_str).collect();
            Some(words.join(" ").replace("\\n", "\n"))
        }
        "printf" => {
            let words = arguments.iter().filter(|word| *word != "--");
            let lines: Vec<String> = words
                .map(|word| word.replace("\\n", "\n").replace("\\0", "\n"))
                .collect();
            Some(lines.join("\n"))
        }
        _ => None,
    }
}

/// The names of files that are fed to a command. `read` reads a file by its typed path.
pub(super) fn names(fed: &[Fed], read: &mut dyn FnMut(&str) -> Option<String>) -> Names {
    let mut names = Names::default();
    for fed in fed {
        match fed {
            Fed::Text(text) => names.lines(text),
            Fed::Output(words) => names.printed(words, read),
        }
    }
    names.values.truncate(MOST);
    names
}

impl Names {
    fn lines(&mut self, text: &str) {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        self.values.extend(lines.take(MOST).map(str::to_owned));
    }

    fn printed(&mut self, words: &[String], read: &mut dyn FnMut(&str) -> Option<String>) {
        if let Some(text) = printed_text(words) {
            let words = text.split_whitespace().map(str::to_owned);
            self.values.extend(words.take(MOST));
            return;
        }
        let Some((name, arguments)) = words.split_first() else {
            return;
        };
        match base_name(name) {
            "find" => self.values.extend(found(arguments)),
            "fd" | "fdfind" => self.values.push("**/*".to_owned()),
            "ls" => {
                let paths = arguments.iter().filter(|word| !word.starts_with('-'));
                let mut paths: Vec<String> = paths.cloned().collect();
                if paths.iter().all(|path| !path.contains(['*', '?', '['])) {
                    paths.push("*".to_owned());
                }
                self.values.extend(paths);
            }
            "git" => self.values.extend(listed_by_git(arguments)),
            "basename" | "dirname" | "mktemp" | "date" | "uname" => {}
            _ => {
                for path in arguments.iter().filter(|word| !word.starts_with('-')) {
                    if let Some(text) = read(path) {
                        self.lists.push(path.clone());
                        self.lines(&text);
                    }
                }
            }
        }
    }
}

/// Patterns of what `find` prints.
pub(super) fn found(arguments: &[String]) -> Vec<String> {
    let is_test = |word: &&String| word.starts_with(['-', '(', '!']);
    let mut starts: Vec<&str> = arguments
        .iter()
        .take_while(|word| !is_test(word))
        .map(String::as_str)
        .collect();
    if starts.is_empty() {
        starts.push(".");
    }
    let pairs = arguments.windows(2);
    let mut patterns: Vec<&str> = pairs
        .filter(|pair| matches!(pair[0].as_str(), "-name" | "-iname"))
        .map(|pair| pair[1].as_str())
        .collect();
    if patterns.is_empty() {
        patterns.push("*");
    }
    let each = starts.iter().flat_map(|start| {
        let start = start.trim_end_matches('/');
        let patterns = patterns.iter();
        patterns.map(move |pattern| format!("{start}/**/{pattern}"))
    });
    each.chain(starts.iter().map(|start| (*start).to_owned()))
        .collect()
}

/// Patterns of the files that git lists.
fn listed_by_git(arguments: &[String]) -> Vec<String> {
    const LISTING: [&str; 4] = ["ls-files", "ls-tree", "grep", "diff"];
    let mut words = arguments.iter().map(String::as_str);
    if !words.by_ref().any(|word| LISTING.contains(&word)) {
        return Vec::new();
    }
    let mut patterns = Vec::new();
    for path in words.filter(|word| !word.starts_with('-')) {
        if path.contains(['*', '?', '[']) {
            patterns.push(format!("**/{path}"));
        } else {
            patterns.push(path.to_owned());
            patterns.push(format!("{}/**", path.trim_end_matches('/')));
        }
    }
    if patterns.is_empty() {
        patterns.push("**/*".to_owned());
    }
    patterns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_commands_print() {
        for (command, expected) in [
            ("echo a.sh b.sh", "a.sh b.sh"),
            ("printf %s\\n c/*.sh", "%s c/*.sh"),
            ("find c d -name *.sh -type f", "c/**/*.sh d/**/*.sh c d"),
            ("find", "./**/* ."),
            ("git ls-files *.sh", "**/*.sh"),
            ("git -C x ls-files c", "c c/**"),
            ("git rev-parse HEAD", ""),
            ("ls c", "c *"),
            ("ls c/*", "c/*"),
            ("sort list", "x.sh y.sh"),
            ("sort other", ""),
        ] {
            let words = command.split(' ').map(str::to_owned).collect();
            let mut read = |path: &str| (path == "list").then(|| "x.sh\n\ny.sh\n".to_owned());
            let names = names(&[Fed::Output(words)], &mut read);
            assert_eq!(names.values.join(" "), expected, "{command}");
        }
    }
}
