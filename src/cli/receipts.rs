//! `gatekeeper receipts`.

use super::arguments::{ReceiptsArguments, ReceiptsCommand};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::flow::shared_receipts;

pub(super) fn receipts(
    environment: &Environment,
    arguments: &ReceiptsArguments,
) -> Result<ExitCode> {
    match &arguments.command {
        ReceiptsCommand::Add { file, key, signer } => {
            shared_receipts::add(environment, file, key.as_deref(), signer.as_deref())
        }
        ReceiptsCommand::Fetch { remote } => shared_receipts::fetch(environment, remote),
        ReceiptsCommand::Push { remote } => shared_receipts::push(environment, remote),
        ReceiptsCommand::Verify { revision, base } => {
            shared_receipts::verify(environment, base, revision)
        }
    }
}
