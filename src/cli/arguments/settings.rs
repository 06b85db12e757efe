//! Arguments of commands about the configuration, the cache and shells.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Args)]
pub(in crate::cli) struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(in crate::cli) shell: ShellName,
}

/// A shell that completes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ShellName {
    Bash,
    Zsh,
    Fish,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ManArguments {
    /// The directory in which a page for each command is written [default: the main page on standard output]
    #[arg(long, value_name = "DIRECTORY")]
    pub(in crate::cli) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CacheArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: CacheCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum CacheCommand {
    /// Remove the views of this work tree; receipts and recorded runs stay
    Clean {
        /// Remove those of every work tree
        #[arg(long)]
        all: bool,
    },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ConfigArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ConfigCommand {
    /// Report every error in gates.toml without running a gate
    Check,
    /// Print the configuration with all defaults
    Show,
    /// Print an example with every key, each explained
    Example,
    /// Print a JSON Schema of gates.toml, for editors
    Schema,
}
