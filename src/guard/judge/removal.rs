//! Package managers, as far as they take gatekeeper away.

/// The words by which package managers remove something.
const REMOVING: [&str; 13] = [
    "autoremove",
    "delete",
    "erase",
    "purge",
    "r",
    "remove",
    "rm",
    "un",
    "uninstall",
    "unlink",
    "unuse",
    "unset",
    "-R",
];

/// Programs that install others.
const MANAGERS: [&str; 37] = [
    "apk",
    "apt",
    "apt-get",
    "asdf",
    "aptitude",
    "brew",
    "bun",
    "cargo",
    "choco",
    "conda",
    "dnf",
    "dpkg",
    "mamba",
    "micromamba",
    "mise",
    "nix",
    "nix-env",
    "npm",
    "pacman",
    "pdm",
    "pip",
    "pip3",
    "pipenv",
    "pipx",
    "pixi",
    "pnpm",
    "poetry",
    "port",
    "rpm",
    "rtx",
    "rye",
    "scoop",
    "snap",
    "uv",
    "winget",
    "yarn",
    "zypper",
];

/// Whether a call removes gatekeeper.
pub(super) fn removes_gatekeeper(name: &str, words: &[&str]) -> bool {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let is_manager = MANAGERS.contains(&name) || MANAGERS.contains(&bare);
    let removes = words.iter().any(|word| REMOVING.contains(word))
        || matches!(name, "pacman" | "dpkg" | "rpm" | "nix-env")
            && words.iter().any(|word| {
                matches!(
                    *word,
                    "-r" | "-P" | "-e" | "--remove" | "--purge" | "--erase"
                ) || word.starts_with("-R")
            });
    is_manager && removes && words.iter().any(|word| is_package(word))
}

/// Whether a word names the package or program, perhaps with a version.
fn is_package(word: &str) -> bool {
    let name = word.rsplit(['/', ':']).next().unwrap_or(word);
    let name = name.split(['@', '=', '[']).next().unwrap_or(name);
    let plain = name.to_ascii_lowercase().replace(['_', '.'], "-");
    matches!(plain.as_str(), "gatekeeper" | "gatekeeper-git")
}
