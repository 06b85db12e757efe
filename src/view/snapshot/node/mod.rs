//! Installations of Node's packages that lead to the work tree.

pub(crate) mod workspaces;
