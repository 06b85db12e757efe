//! `gatekeeper man`: the manual pages, made from the arguments.

use std::io;
use std::path::Path;

use clap::Command;
use clap::builder::Resettable;
use clap_mangen::Man;

use super::overview;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::report::print_bytes;

pub(super) fn manual(output: Option<&Path>) -> Result<ExitCode> {
    let mut command = overview::command();
    let done = if let Some(dir) = output {
        command = command.disable_help_subcommand(true);
        command.build();
        fs_err::create_dir_all(dir).and_then(|()| write_pages(&command, dir))
    } else {
        page(&command).and_then(|page| print_bytes(&page))
    };
    done.map_err(|error| Fault::unable("cannot write the manual pages").because(&error))?;
    Ok(ExitCode::Passed)
}

/// A file for the command, and one for each command below it.
fn write_pages(command: &Command, dir: &Path) -> io::Result<()> {
    for below in command
        .get_subcommands()
        .filter(|below| !below.is_hide_set())
    {
        write_pages(below, dir)?;
    }
    let file = dir.join(Man::new(command.clone()).get_filename());
    fs_err::write(file, page(command)?)
}

/// The page of one command. What follows its help is written by us: `clap_mangen` would fill the lines of examples as
/// if they were a paragraph.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command.clone().after_help(Resettable::Reset)).render(&mut page)?;
    let after = command.get_after_help().map(ToString::to_string);
    let after = after.unwrap_or_default();
    let (notes, examples) = after.split_once("Examples:\n").unwrap_or((&after, ""));
    for (heading, text) in [("NOTES", notes.trim_end()), ("EXAMPLES", examples)] {
        if !text.is_empty() {
            page.extend(format!(".SH {heading}\n.nf\n{}\n.fi\n", in_roff(text)).bytes());
        }
    }
    Ok(page)
}

/// Text in which roff sees no requests and no escapes, and keeps a hyphen that can be pasted.
fn in_roff(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.strip_prefix("  ").unwrap_or(line);
        format!("\\&{}", line.replace('\\', "\\e").replace('-', "\\-"))
    });
    lines.collect::<Vec<_>>().join("\n")
}
