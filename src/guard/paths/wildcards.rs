//! Paths with wildcards: what they may mean.

use globset::GlobBuilder;

use super::agent_files::{AGENT_FILES, HOOK_DIRS};

/// The paths that a path with wildcards may mean, as far as they matter: each part with a wildcard becomes the names
/// that it matches among those of protected paths.
pub(super) fn meant(parts: &[String]) -> Vec<Vec<String>> {
    /// How many paths are followed.
    const MOST: usize = 64;
    let mut found = vec![Vec::new()];
    for part in parts {
        let mut names = vec![part.clone()];
        if part.contains(['*', '?', '[']) {
            names.extend(matching(part));
        }
        found = found
            .iter()
            .flat_map(|path: &Vec<String>| {
                let longer = names
                    .iter()
                    .map(|name| [path.as_slice(), std::slice::from_ref(name)].concat());
                longer.collect::<Vec<_>>()
            })
            .take(MOST)
            .collect();
    }
    found
}

/// The names of protected paths that a pattern matches. As in a shell, `*` matches no name that begins with a dot; a
/// pattern without any letter says too little.
fn matching(pattern: &str) -> Vec<String> {
    const NAMES: [&str; 9] = [
        ".git",
        ".gitconfig",
        "commondir",
        "config",
        "gatekeeper",
        "gates.toml",
        "hooks",
        "pre-commit",
        "refs",
    ];
    let starts_alike = |name: &str| name.starts_with('.') == pattern.starts_with('.');
    let says_enough = |name: &str| {
        let is_dotted = name.starts_with('.');
        is_dotted || name != "gates.toml" || pattern.starts_with('g')
    };
    let has_letter = pattern.contains(|c: char| c.is_alphanumeric()) || pattern.starts_with('.');
    let glob = GlobBuilder::new(pattern).backslash_escape(true).build();
    let Some(glob) = glob.ok().filter(|_| has_letter) else {
        return Vec::new();
    };
    let glob = glob.compile_matcher();
    let of_agents = AGENT_FILES.iter().flat_map(|file| file.split('/'));
    let mut names: Vec<&str> = NAMES
        .into_iter()
        .chain(HOOK_DIRS)
        .chain(of_agents)
        .collect();
    names.sort_unstable();
    names.dedup();
    let matched = names.into_iter().filter(|name| {
        !name.is_empty() && starts_alike(name) && says_enough(name) && glob.is_match(name)
    });
    matched.map(str::to_owned).collect()
}
