//! git's setting for colours, which counts for us where nothing nearer says anything else.

use super::invocation::config_env::overrides;
use super::is_false;
use crate::base::environment::{ColorChoice, Environment};

/// The key; `color.ui` of git-config(1).
const KEY: &str = "color.ui";

/// What `color.ui` says. What cannot be read says nothing: no run fails for its colours.
#[must_use]
pub(crate) fn color_setting(environment: &Environment) -> ColorChoice {
    let given = overrides(&environment.variables);
    let last = given.iter().rev().find(|one| one.is_of(KEY));
    let value = match last {
        Some(given) => {
            let value = given.value.as_ref();
            value.map_or_else(String::new, |value| value.to_string_lossy().into_owned())
        }
        None => stored().unwrap_or_default(),
    };
    match value.as_str() {
        "always" => ColorChoice::Always,
        "never" => ColorChoice::Never,
        // A key without a value is true.
        "" => ColorChoice::Auto,
        value if is_false(value.as_ref()) => ColorChoice::Never,
        _ => ColorChoice::Auto,
    }
}

/// The value in the configuration of the repository around us, or else of the user.
fn stored() -> Option<String> {
    let repository = git2::Repository::open_from_env();
    let config = repository
        .and_then(|repository| repository.config())
        .or_else(|_| git2::Config::open_default())
        .ok()?;
    config.get_string(KEY).ok()
}
