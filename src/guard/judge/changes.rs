//! Which files a program changes, by its name and arguments.

use super::git_files::INSIDE;
use crate::guard::paths::Change;
use crate::tools::base_name;

/// Options of a program that take a value.
struct Valued {
    /// The letters whose value is a file or directory that is written.
    wanted: &'static str,
    /// The other letters that take a value, so that what follows one in a cluster is not an option.
    other: &'static str,
    /// The long options whose value is such a file or directory.
    long: &'static [&'static str],
}

const CURL_FILE: Valued = Valued {
    wanted: "o",
    other: "AbcCdDeEFhHKmPQrtTuUwxXyYz",
    long: &["--output"],
};
const CURL_DIR: Valued = Valued {
    wanted: "",
    other: "",
    long: &["--output-dir"],
};
const WGET_FILE: Valued = Valued {
    wanted: "oO",
    other: "aABDeGhiIlPQRtTUwX",
    long: &["--output-document", "--output-file"],
};
const WGET_DIR: Valued = Valued {
    wanted: "P",
    other: "aABDeGhiIloOQRtTUwX",
    long: &["--directory-prefix"],
};
const COPY_DIR: Valued = Valued {
    wanted: "t",
    other: "gmoS",
    long: &["--target-directory"],
};
const SORT_FILE: Valued = Valued {
    wanted: "o",
    other: "kStT",
    long: &["--output"],
};
const TAR_DIR: Valued = Valued {
    wanted: "C",
    other: "bfgHIKLNTVX",
    long: &["--directory"],
};

/// Directories as they are typed that are the repository or the user's own.
const HERE: [&str; 7] = [".", "./", "~", "~/", "$HOME", "$HOME/", "$PWD"];

/// The files that a program changes, by its name and arguments.
pub(super) fn changes(name: &str, arguments: &[String]) -> Vec<(String, Change)> {
    let (options, paths): (Vec<&str>, Vec<&str>) = arguments
        .iter()
        .map(String::as_str)
        .partition(|word| word.starts_with('-') && word.len() > 1);
    let short = |letter: char| {
        options
            .iter()
            .any(|word| !word.starts_with("--") && word.contains(letter))
    };
    let all = |change: Change| {
        paths
            .iter()
            .map(|path| ((*path).to_owned(), change))
            .collect::<Vec<_>>()
    };
    match name {
        "rm" | "rmdir" | "unlink" | "shred" | "trash" | "trash-put" | "rimraf" | "del" | "gio" => {
            all(Change::Remove)
        }
        "mv" | "rename" | "git-mv" => moved(arguments, &paths),
        "cp" | "install" | "rsync" | "ln" | "scp" | "ditto" | "mount" => copied(arguments, &paths),
        "chmod" if options.iter().any(|word| word.starts_with("--reference")) => all(Change::Write),
        "chmod" | "chattr" | "setfacl" => match paths.split_first() {
            Some((mode, files)) if loses_execution(mode) || name != "chmod" => {
                written(files.iter().copied())
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
            unpacked(TAR_DIR.values(arguments))
        }
        "7z" | "7za" | "7zr" => unpacked(options.iter().filter_map(|word| word.strip_prefix("-o"))),
        "unzip" => unpacked(after(arguments, "-d")),
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
        "dd" => written(paths.iter().filter_map(|word| word.strip_prefix("of="))),
        "curl" => downloaded(&CURL_FILE, &CURL_DIR, arguments, &paths),
        "wget" => downloaded(&WGET_FILE, &WGET_DIR, arguments, &paths),
        "sort" => written(SORT_FILE.values(arguments)),
        "openssl" => written(after(arguments, "-out")),
        "gzip" | "gunzip" | "xz" | "unxz" | "bzip2" | "bunzip2" | "zstd" => {
            packed(&options, &paths)
        }
        "zip" if short('m') || options.contains(&"--move") => all(Change::Remove),
        "split" | "csplit" => match paths.as_slice() {
            [_, .., prefix] => written([prefix.to_string(), format!("{prefix}aa")]),
            _ => Vec::new(),
        },
        // `python3 -m json.tool FROM TO`
        "json.tool" => written(paths.get(1).copied()),
        // What is cut off is gone.
        "truncate" => [all(Change::Write), all(Change::Remove)].concat(),
        _ => Vec::new(),
    }
}

/// Files that are written.
fn written<P: Into<String>>(paths: impl IntoIterator<Item = P>) -> Vec<(String, Change)> {
    let paths = paths.into_iter().map(Into::into);
    paths.map(|path| (path, Change::Write)).collect()
}

/// `mv`: the sources go away, and are written elsewhere.
fn moved(arguments: &[String], paths: &[&str]) -> Vec<(String, Change)> {
    let count = match COPY_DIR.values(arguments).as_slice() {
        [] => paths.len().saturating_sub(1),
        _ => paths.len(),
    };
    let sources = paths[..count].iter();
    let removed = sources.map(|path| ((*path).to_owned(), Change::Remove));
    removed.chain(copied(arguments, paths)).collect()
}

/// `cp` and its like: the last path is written, or the one after `-t`. If it is a directory, each source is put in there.
fn copied(arguments: &[String], paths: &[&str]) -> Vec<(String, Change)> {
    let given = COPY_DIR.values(arguments);
    let (targets, sources) = match (given.as_slice(), paths.split_last()) {
        ([], Some((last, sources))) => (vec![*last], sources),
        ([], None) => return Vec::new(),
        _ => (given, paths),
    };
    let mut found = Vec::new();
    for target in targets {
        found.push(target.to_owned());
        for source in sources {
            found.extend(put_into(target, source));
        }
    }
    written(found)
}

/// The files that come to be if a source is put into a directory.
fn put_into(dir: &str, source: &str) -> Vec<String> {
    let name = base_name(source.trim_end_matches('/'));
    let is_dir = name.is_empty() || matches!(name, "." | ".." | "*");
    // With a slash behind it, some programs put in what a directory has.
    let mut found = if is_dir || source.ends_with('/') {
        contents(dir)
    } else {
        Vec::new()
    };
    let path = format!("{}/{name}", dir.trim_end_matches('/'));
    // What is hidden is protected by its name alone wherever it lies, and a copy of it elsewhere is only a copy.
    let is_hidden = name.starts_with('.');
    if is_hidden && !is_dir && HERE.contains(&dir) {
        found.extend(contents(&path));
    }
    if !is_dir && (!is_hidden || HERE.contains(&dir)) {
        found.push(path);
    }
    found
}

/// What a hidden directory may get if any files are put into it.
fn contents(dir: &str) -> Vec<String> {
    let dir = dir.trim_end_matches('/');
    let is_hidden = base_name(dir).starts_with('.') && !matches!(base_name(dir), "." | "..");
    let names = INSIDE.iter().filter(|_| is_hidden);
    names.map(|name| format!("{dir}/{name}")).collect()
}

/// The directories into which an archive is unpacked, and what it may have.
fn unpacked<'a>(dirs: impl IntoIterator<Item = &'a str>) -> Vec<(String, Change)> {
    let with_contents = |dir: &str| [vec![dir.to_owned()], contents(dir)].concat();
    written(dirs.into_iter().flat_map(with_contents))
}

/// The files that a download writes: those that are named, and in a directory those that have the names of the addresses.
fn downloaded(
    files: &Valued,
    dirs: &Valued,
    arguments: &[String],
    paths: &[&str],
) -> Vec<(String, Change)> {
    let dirs = dirs.values(arguments);
    let mut found: Vec<String> = Vec::new();
    for file in files.values(arguments) {
        found.push(file.to_owned());
        found.extend(dirs.iter().map(|dir| format!("{dir}/{file}")));
    }
    let addresses = paths.iter().filter(|path| path.contains("://"));
    for address in addresses {
        let name = base_name(address.split(['?', '#']).next().unwrap_or(address));
        found.extend(dirs.iter().map(|dir| format!("{dir}/{name}")));
    }
    written(found)
}

/// `gzip` and its like: a file is replaced by the packed one, or the other way round.
fn packed(options: &[&str], paths: &[&str]) -> Vec<(String, Change)> {
    let is_kept = options.iter().any(|word| match word.strip_prefix("--") {
        Some(long) => matches!(long, "stdout" | "to-stdout" | "keep" | "list" | "test"),
        None => word.contains(['c', 'k', 'l', 't']),
    });
    let removed = paths.iter().filter(|_| !is_kept);
    let removed = removed.map(|path| ((*path).to_owned(), Change::Remove));
    let endings = [".gz", ".xz", ".bz2", ".zst"];
    let unpacked = paths
        .iter()
        .filter_map(|path| endings.iter().find_map(|ending| path.strip_suffix(ending)));
    removed.chain(written(unpacked)).collect()
}

impl Valued {
    /// The values of these options: in the next word, in the same one, or at the end of a cluster of letters.
    fn values<'a>(&self, arguments: &'a [String]) -> Vec<&'a str> {
        let mut found = Vec::new();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            if let Some((_, value)) = word
                .split_once('=')
                .filter(|(option, _)| self.long.contains(option))
            {
                found.push(value);
            } else if self.long.contains(&word.as_str()) {
                found.extend(words.next().map(String::as_str));
            } else if let Some(letters) =
                word.strip_prefix('-').filter(|word| !word.starts_with('-'))
                && let Some(at) = letters.find(|letter| self.takes_value(letter))
            {
                let letter = &letters[at..=at];
                let value = match &letters[at + 1..] {
                    "" => words.next().map(String::as_str),
                    clinging => Some(clinging),
                };
                found.extend(value.filter(|_| self.wanted.contains(letter)));
            }
        }
        found
    }

    fn takes_value(&self, letter: char) -> bool {
        self.wanted.contains(letter) || self.other.contains(letter)
    }
}

/// The values that stand in the words behind an option.
fn after<'a>(arguments: &'a [String], option: &str) -> Vec<&'a str> {
    let pairs = arguments.iter().zip(arguments.iter().skip(1));
    let values = pairs.filter(|(word, _)| *word == option);
    values.map(|(_, value)| value.as_str()).collect()
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
