//! The settings of a repository, as git finds them there, and how they are written down elsewhere.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use bstr::ByteSlice as _;

use crate::base::fault::{Fault, Result};
use crate::git::Repository;
use crate::git::process::Git;

/// What only the repository itself has, or we set ourselves; what is included elsewhere is written
/// down in full, and hooks run where commits are made.
const LEFT_OUT: [&[u8]; 7] = [
    b"core.repositoryformatversion",
    b"core.bare",
    b"core.worktree",
    b"include.",
    b"includeif.",
    b"extensions.",
    b"hook.",
];

/// Settings that say what a file is like that git writes: sections, and single ones.
const OF_FILES: [&[u8]; 10] = [
    b"filter.",
    b"lfs.",
    b"core.attributesfile",
    b"core.autocrlf",
    b"core.bigfilethreshold",
    b"core.checkroundtripencoding",
    b"core.eol",
    b"core.filemode",
    b"core.symlinks",
    b"extensions.objectformat",
];

/// The system's attributes, where git is usually told to look for them.
const OF_THE_SYSTEM: &str = "/etc/gitattributes";

/// All settings, in their order.
pub(super) struct GitSettings {
    list: Vec<GitSetting>,
}

struct GitSetting {
    /// `system`, `global`, `local`, `worktree` or `command`.
    scope: Vec<u8>,
    /// The file that it is from.
    origin: Vec<u8>,
    /// As in `remote.origin.url`.
    key: Vec<u8>,
    /// `None` if only the key is there.
    value: Option<Vec<u8>>,
}

impl GitSettings {
    /// As git finds them: conditions on the place of the repository (`includeIf`) have been looked
    /// into.
    pub(super) fn read(git: &Git) -> Result<Self> {
        let arguments = [
            "config",
            "--list",
            "--includes",
            "--show-scope",
            "--show-origin",
            "-z",
        ];
        let output = git.output(arguments)?;
        let list = parse(&output)
            .ok_or_else(|| Fault::bug("git config --list printed something unexpected"))?;
        Ok(Self { list })
    }

    /// The last value of a setting.
    pub(super) fn get(&self, key: &str) -> Option<&[u8]> {
        let mut list = self.list.iter().rev();
        let found = list.find(|setting| setting.key == key.as_bytes())?;
        found.value.as_deref()
    }

    /// Whether a setting is true; one that only has its key is.
    pub(super) fn is_true(&self, key: &str) -> bool {
        let mut list = self.list.iter().rev();
        let value = list.find(|setting| setting.key == key.as_bytes());
        value.is_some_and(|found| match &found.value {
            None => true,
            Some(value) => {
                let value = value.to_ascii_lowercase();
                !matches!(&value[..], b"false" | b"no" | b"off" | b"0" | b"")
            }
        })
    }

    /// What the ids of objects are made with.
    pub(super) fn object_format(&self) -> &[u8] {
        self.get("extensions.objectformat").unwrap_or(b"sha1")
    }

    /// Whether settings of the user's depend on which repository it is.
    pub(super) fn have_conditions(&self) -> bool {
        let mut list = self.list.iter();
        list.any(|setting| setting.is_outside() && setting.key.starts_with(b"includeif."))
    }

    /// The repository's own settings as a file for a git directory elsewhere.
    pub(super) fn of_repository(&self, top: &Path) -> Vec<u8> {
        let is_local = |setting: &&GitSetting| matches!(&setting.scope[..], b"local" | b"worktree");
        let mut text = Vec::new();
        for setting in self.list.iter().filter(is_local) {
            if LEFT_OUT.iter().any(|left| setting.key.starts_with(left)) {
                continue;
            }
            let value = setting.value.as_deref();
            let absolute = value
                .filter(|_| setting.is_remotes_place())
                .and_then(|value| self.absolute(value, top));
            put(&mut text, &setting.key, absolute.as_deref().or(value));
        }
        text
    }

    /// The user's settings that are not found where other settings have been read, with whatever is
    /// set of the same names.
    pub(super) fn missing_in(&self, there: &Self) -> Vec<u8> {
        let known: HashSet<&[u8]> = there.list.iter().map(|s| s.origin.as_slice()).collect();
        let outside = || self.list.iter().filter(|setting| setting.is_outside());
        let missing = outside().filter(|setting| !known.contains(setting.origin.as_slice()));
        let keys: HashSet<&[u8]> = missing.map(|setting| setting.key.as_slice()).collect();
        let mut text = Vec::new();
        for setting in outside().filter(|setting| keys.contains(setting.key.as_slice())) {
            if !LEFT_OUT.iter().any(|left| setting.key.starts_with(left)) {
                put(&mut text, &setting.key, setting.value.as_deref());
            }
        }
        text
    }

    /// Where a remote is that is named by its path from the top of the work tree. `None` if the
    /// value says it wherever it is read.
    fn absolute(&self, url: &[u8], top: &Path) -> Option<Vec<u8>> {
        let is_replaced = |setting: &GitSetting| {
            let value = setting.value.as_deref().unwrap_or_default();
            setting.key.starts_with(b"url.") && url.starts_with(value)
        };
        let path = Path::new(OsStr::from_bytes(url));
        // The repository itself: what is pushed there from elsewhere stays there.
        let is_itself = path.components().all(|part| part.as_os_str() == ".");
        if path.is_absolute() || is_itself || self.list.iter().any(is_replaced) {
            return None;
        }
        let place = top.join(path);
        let is_path = url.starts_with(b"./") || url.starts_with(b"../") || place.exists();
        is_path.then(|| place.into_os_string().into_encoded_bytes())
    }

    /// Everything but the objects and `.gitattributes` that decides what checked out files are like.
    pub(super) fn conversion(&self, repository: &Repository) -> Vec<u8> {
        let mut text = Vec::new();
        for setting in &self.list {
            if OF_FILES.iter().any(|name| setting.key.starts_with(name)) {
                put(&mut text, &setting.key, setting.value.as_deref());
            }
        }
        let files = [
            Some(repository.common_dir.join("info/attributes")),
            self.attributes(repository),
            Some(OF_THE_SYSTEM.into()),
        ];
        for file in files.into_iter().flatten() {
            text.extend(fs::read(file).unwrap_or_default());
            text.push(0);
        }
        text
    }

    /// What decides which files a sparse checkout leaves out; `None` if it is no such checkout.
    pub(super) fn sparse(&self, repository: &Repository) -> Option<Vec<u8>> {
        self.is_true("core.sparsecheckout").then(|| {
            let patterns = repository.git_dir.join("info/sparse-checkout");
            let mut text = fs::read(patterns).unwrap_or_default();
            text.extend_from_slice(self.get("core.sparsecheckoutcone").unwrap_or_default());
            text
        })
    }

    /// The user's attributes: gitattributes(5).
    fn attributes(&self, repository: &Repository) -> Option<PathBuf> {
        let variable = |name: &str| {
            repository
                .variables
                .get(OsStr::new(name))
                .map(PathBuf::from)
        };
        if let Some(set) = self.get("core.attributesfile") {
            let set = Path::new(OsStr::from_bytes(set));
            return Some(match set.strip_prefix("~") {
                Ok(rest) => variable("HOME")?.join(rest),
                Err(_) => repository.work_tree.join(set),
            });
        }
        let base = variable("XDG_CONFIG_HOME").filter(|base| !base.as_os_str().is_empty());
        let base = base.or_else(|| Some(variable("HOME")?.join(".config")));
        Some(base?.join("git/attributes"))
    }
}

impl GitSetting {
    /// Whether it is none of the repository's own.
    fn is_outside(&self) -> bool {
        matches!(&self.scope[..], b"system" | b"global")
    }

    /// Whether it says where a remote is.
    fn is_remotes_place(&self) -> bool {
        let ends = |end: &[u8]| self.key.ends_with(end);
        self.key.starts_with(b"remote.") && (ends(b".url") || ends(b".pushurl"))
    }
}

/// Scope, NUL, origin, NUL, key, and a line break with the value if there is one, NUL.
fn parse(output: &[u8]) -> Option<Vec<GitSetting>> {
    let mut list = Vec::new();
    let mut fields = output.split_str("\0");
    while let Some(scope) = fields.next().filter(|scope| !scope.is_empty()) {
        let (origin, pair) = (fields.next()?, fields.next()?);
        let mut pair = pair.splitn_str(2, "\n");
        list.push(GitSetting {
            scope: scope.to_owned(),
            origin: origin.to_owned(),
            key: pair.next()?.to_owned(),
            value: pair.next().map(<[u8]>::to_owned),
        });
    }
    Some(list)
}

/// Writes a setting down: git-config(1), "syntax".
pub(super) fn put(text: &mut Vec<u8>, key: &[u8], value: Option<&[u8]>) {
    let (Some(first), Some(last)) = (key.find_byte(b'.'), key.rfind_byte(b'.')) else {
        return;
    };
    text.push(b'[');
    text.extend_from_slice(&key[..first]);
    if first < last {
        text.push(b' ');
        text.extend(quoted(&key[first + 1..last]));
    }
    text.extend_from_slice(b"]\n\t");
    text.extend_from_slice(&key[last + 1..]);
    if let Some(value) = value {
        text.extend_from_slice(b" = ");
        text.extend(quoted(value));
    }
    text.push(b'\n');
}

/// Bytes between quotes, as git reads them in its configuration and in a list of alternates.
pub(super) fn quoted(bytes: &[u8]) -> Vec<u8> {
    let inside = bytes.replace(r"\", r"\\");
    let inside = inside.replace("\"", "\\\"").replace("\n", r"\n");
    [b"\"", &inside[..], b"\""].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_written_as_git_reads_them() {
        let dir = tempfile::tempdir().unwrap();
        let odd = b"a \"quoted\" \\ back\nslash # ; \t end ";
        let mut text = Vec::new();
        put(&mut text, b"core.plain", Some(b"value"));
        put(&mut text, b"url.https://a.b/\"c\\d.insteadof", Some(odd));
        put(&mut text, b"core.true", None);
        let file = dir.path().join("config");
        fs::write(&file, text).unwrap();
        let arguments = ["config", "--list", "--show-scope", "--show-origin", "-z"];
        let arguments = arguments.map(OsStr::new).into_iter();
        let git = Git::new(&std::env::vars_os().collect(), dir.path());
        let output = git.output(arguments.chain([OsStr::new("--file"), file.as_os_str()]));
        let list = parse(&output.unwrap()).unwrap();
        let read: Vec<_> = list
            .iter()
            .map(|setting| (setting.key.as_slice(), setting.value.as_deref()))
            .collect();
        let expected: [(&[u8], Option<&[u8]>); 3] = [
            (b"core.plain", Some(b"value")),
            (b"url.https://a.b/\"c\\d.insteadof", Some(odd)),
            (b"core.true", None),
        ];
        assert_eq!(read, expected);
    }
}
