//! git's own command line and environment, as a hook can see them: what the user typed, and whether it
//! switches hooks off or wants to hear of failures only. No rule is in here.

pub(crate) mod command_line;
pub(crate) mod commit_args;
pub(crate) mod config_env;
pub(crate) mod hook_bypass;
pub(crate) mod moved_first;
pub(crate) mod option_grammar;
pub(crate) mod rest_of_index;
