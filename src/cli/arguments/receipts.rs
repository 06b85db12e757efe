//! Arguments of receipts that are shared.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::message::revision;

#[derive(Debug, Args)]
pub(in crate::cli) struct ReceiptsArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: ReceiptsCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ReceiptsCommand {
    /// Sign a statement that `run --attest` has written, and add it to the receipts of its tree
    Add {
        /// The statement
        #[arg(value_name = "FILE")]
        file: PathBuf,

        /// The private key of ssh to sign with [default: user.signingKey of git]
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,

        /// Who signs, as `.gatekeeper/allowed_signers` names them [default: user.email of git]
        #[arg(long = "as", value_name = "NAME")]
        signer: Option<String>,
    },
    /// Fetch the receipts of a remote, and keep those of both sides
    Fetch {
        /// The remote
        #[arg(value_name = "REMOTE", default_value = "origin")]
        remote: String,
    },
    /// Push the receipts to a remote
    Push {
        /// The remote
        #[arg(value_name = "REMOTE", default_value = "origin")]
        remote: String,
    },
    /// Whether receipts that count cover every gate of a commit
    Verify {
        /// The commit
        #[arg(value_name = "REF", default_value = "HEAD", value_parser = revision)]
        revision: String,

        /// The commit that decides whose receipts count, and by which keys: one that is reviewed, such as origin/main
        #[arg(long, value_name = "REF", value_parser = revision)]
        base: String,
    },
}
