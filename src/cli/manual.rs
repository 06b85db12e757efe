//! `gatekeeper man`: the manual pages, made from the arguments.

use std::path::Path;

use super::overview;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::report::print_bytes;

pub(super) fn manual(output: Option<&Path>) -> Result<ExitCode> {
    let command = overview::command();
    let done = if let Some(dir) = output {
        fs_err::create_dir_all(dir).and_then(|()| clap_mangen::generate_to(command, dir))
    } else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command)
            .render(&mut page)
            .and_then(|()| print_bytes(&page))
    };
    done.map_err(|error| Fault::unable("cannot write the manual pages").because(&error))?;
    Ok(ExitCode::Passed)
}
