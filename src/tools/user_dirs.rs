//! Where people have their tools installed for themselves. A shell's startup files put these directories on
//! PATH; a program that the desktop starts, and a hook that it runs, may know none of them.

use std::path::{Path, PathBuf};

/// Below the home directory: of installers, of languages, and the shims of version managers. `*` stands for
/// one name, such as a version.
const BELOW_HOME: [&str; 22] = [
    ".local/bin",
    "bin",
    ".cargo/bin",
    "go/bin",
    ".pyenv/shims",
    ".rbenv/shims",
    ".nodenv/shims",
    ".goenv/shims",
    ".asdf/shims",
    ".local/share/mise/shims",
    ".local/share/rtx/shims",
    ".volta/bin",
    ".nvm/versions/node/*/bin",
    ".local/share/fnm/aliases/default/bin",
    ".local/share/pnpm",
    ".bun/bin",
    ".deno/bin",
    ".npm-global/bin",
    ".yarn/bin",
    ".composer/vendor/bin",
    ".nix-profile/bin",
    ".sdkman/candidates/*/current/bin",
];

/// Of everybody.
const OF_ALL: [&str; 6] = [
    "/usr/local/bin",
    "/opt/homebrew/bin",
    "/home/linuxbrew/.linuxbrew/bin",
    "/opt/local/bin",
    "/snap/bin",
    "/usr/local/go/bin",
];

/// The directory among these that has a program; `home` is the user's. Of several versions, the one whose name
/// comes last.
#[must_use]
pub(crate) fn user_dir_with(home: &Path, program: &Path) -> Option<PathBuf> {
    let below = BELOW_HOME.into_iter().flat_map(|dir| expanded(home, dir));
    let all = OF_ALL.into_iter().map(PathBuf::from);
    below.chain(all).find(|dir| dir.join(program).is_file())
}

/// The directories that a path below the home directory stands for.
fn expanded(home: &Path, dir: &str) -> Vec<PathBuf> {
    let Some((before, after)) = dir.split_once("/*/") else {
        return vec![home.join(dir)];
    };
    let entries = std::fs::read_dir(home.join(before)).into_iter().flatten();
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    found.sort();
    found.reverse();
    found.into_iter().map(|dir| dir.join(after)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_found_where_its_manager_puts_it() {
        let home = tempfile::tempdir().unwrap();
        let program = Path::new("a-tool-of-nobody");
        assert_eq!(user_dir_with(home.path(), program), None);
        for dir in ["v9", "v10"].map(|version| format!(".nvm/versions/node/{version}/bin")) {
            let dir = home.path().join(dir);
            std::fs::create_dir_all(&dir).unwrap();
            std::fs::write(dir.join(program), "").unwrap();
            assert!(user_dir_with(home.path(), program).is_some());
        }
        let dir = home.path().join(".local/bin");
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join(program), "").unwrap();
        assert_eq!(user_dir_with(home.path(), program), Some(dir));
    }
}
