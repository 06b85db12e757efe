//! Arguments of commands about agents.

use clap::{Args, Subcommand};

use super::report::FormatArguments;

#[derive(Debug, Args)]
pub(in crate::cli) struct DefinedAgent {
    /// The name of the agent
    pub(in crate::cli) name: String,

    #[command(flatten)]
    pub(in crate::cli) format: FormatArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct AgentsArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: Option<AgentsCommand>,

    #[command(flatten)]
    pub(in crate::cli) format: FormatArguments,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum AgentsCommand {
    /// Print the short hash of an agent's definition
    Hash(DefinedAgent),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct GuardArguments {
    /// The agent that calls, for payloads that do not tell
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) agent: Option<String>,
}
