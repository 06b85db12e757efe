//! Node.js, and npm.

use super::Family;
use super::options::words;
use super::variable::WeakeningVariable;

pub(super) const FAMILY: Family = Family {
    variables: VARIABLES,
    ..Family::NONE
};

const VARIABLES: &[WeakeningVariable] = &[
    WeakeningVariable::always("NPM_CONFIG_IF_PRESENT", "npm"),
    WeakeningVariable::always("NPM_CONFIG_SCRIPT_SHELL", "npm"),
    WeakeningVariable::always("npm_config_if_present", "npm"),
    WeakeningVariable::always("npm_config_script_shell", "npm"),
    WeakeningVariable::always("npm_config_script-shell", "npm"),
    WeakeningVariable::always("npm_config_if-present", "npm"),
    WeakeningVariable::by_value("NODE_OPTIONS", "node", are_options_weaker),
];

/// Something is loaded before the tool, or only some tests are run. What Yarn loads finds packages.
fn are_options_weaker(options: &str) -> bool {
    let words = words(options);
    let finders = [".pnp.cjs", ".pnp.js", ".pnp.loader.mjs"];
    words.iter().enumerate().any(|(at, word)| {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        let next = words.get(at + 1).map_or("", String::as_str);
        let loaded = if word.contains('=') { value } else { next };
        match name {
            "-r" | "--require" | "--import" | "--loader" | "--experimental-loader" => {
                !finders.iter().any(|finder| loaded.ends_with(finder))
            }
            _ => ["--test-name", "--test-skip", "--test-only", "--test-shard"]
                .iter()
                .any(|test| name.starts_with(test)),
        }
    })
}
