//! The basis of everything else: text, faults, exit codes, the environment, ids of objects, and files.

pub(crate) mod disk;
pub(crate) mod environment;
pub(crate) mod exit_code;
pub(crate) mod fault;
pub(crate) mod hex;
pub(crate) mod memo;
pub(crate) mod object_id;
pub(crate) mod parallel;
pub(crate) mod placeholder;
pub(crate) mod replace;
pub(crate) mod scratch;
pub(crate) mod text;
pub(crate) mod word_search;
pub(crate) mod words;
pub(crate) mod yaml;
