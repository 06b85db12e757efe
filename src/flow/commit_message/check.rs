//! The steps that everything about single messages shares: from the environment to findings.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;
use crate::config::{Config, source};
use crate::git::{CommitterContext, Repository, text};
use crate::message::{Editor, MessageSettings};
use crate::model::finding::Finding;
use crate::rules::agents::detection;
use crate::rules::agents::registry::Registry;
use crate::rules::message::fix::foreseen;
use crate::rules::message::mailmap::Mailmap;
use crate::rules::message::{MessageCase, Moment, Reading, check_with};

/// The largest message, in bytes. A larger one is something else.
const LARGEST: u64 = 16 << 20;

/// The identities that are staged to be joined.
const MAILMAP: &str = ".mailmap";

/// The configuration that will be in the commit.
pub(crate) fn config(repository: &Repository) -> Result<Config> {
    let index = repository.index()?;
    Ok(source::next_config(repository, &index, None)?.0)
}

/// The message in a file, or on standard input (`-`).
pub(crate) fn read(file: &Path) -> Result<Vec<u8>> {
    let cannot = |error: std::io::Error| {
        Fault::unable(format!("cannot read the message in {}", show_path(file))).because(&error)
    };
    let too_large = || Fault::unable(format!("{} is not a commit message", show_path(file)));
    if is_standard_input(file) {
        let mut bytes = Vec::new();
        let input = std::io::stdin().lock();
        input
            .take(LARGEST + 1)
            .read_to_end(&mut bytes)
            .map_err(cannot)?;
        return if bytes.len() as u64 > LARGEST {
            Err(too_large())
        } else {
            Ok(bytes)
        };
    }
    let metadata = fs::metadata(file).map_err(cannot)?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return Err(too_large());
    }
    fs::read(file).map_err(cannot)
}

/// Whether the file's name stands for standard input.
pub(crate) fn is_standard_input(file: &Path) -> bool {
    file == Path::new("-")
}

/// How git reads the message, `--cleanup` included.
pub(crate) fn settings(
    setting: &CommitterContext,
    editor: Editor,
    cleanup: Option<&str>,
) -> MessageSettings {
    let configuration = setting.configuration.iter();
    let entries = configuration.map(|(key, value)| (key.clone(), Some(value.clone())));
    let mode = |mode: &str| ("commit.cleanup".to_owned(), Some(mode.as_bytes().to_vec()));
    MessageSettings::from_config(entries.chain(cleanup.map(mode)), editor)
}

/// The agents that the index defines.
pub(crate) fn registry(repository: &Repository, config: &Config) -> Result<Registry> {
    if config.agents.definitions.is_empty() {
        return Ok(Registry::default());
    }
    let files = repository.index()?.files(&config.agents.definitions);
    Ok(Registry::new(files))
}

/// The message, and what is wrong with it; also what would be wrong with it once `message fix` has
/// fixed what it can, so that one look at the message is enough.
pub(crate) fn check_with_foresight(
    repository: &Repository,
    environment: &Environment,
    config: &Config,
    setting: &CommitterContext,
    text: &[u8],
    settings: &MessageSettings,
) -> Result<(Reading, Vec<Finding>)> {
    let check = |text: &[u8]| {
        let reading = Reading::new(text, settings, &settings.encoding);
        check(repository, environment, config, setting, &reading)
    };
    let reading = Reading::new(text, settings, &settings.encoding);
    let mut findings = check(text)?;
    let rules = &config.commit_msg;
    findings.extend(foreseen(&reading, text, settings, rules, &findings, check)?);
    Ok((reading, findings))
}

/// What is wrong with the message of a commit that is being made here.
pub(crate) fn check(
    repository: &Repository,
    environment: &Environment,
    config: &Config,
    setting: &CommitterContext,
    reading: &Reading,
) -> Result<Vec<Finding>> {
    let agent = detection::in_environment(environment, &config.agents);
    // What is picked or rebased was written before, whoever does it again.
    let agent = agent.filter(|_| !repository.is_repeating());
    let model = detection::model_in(environment);
    let registry = registry(repository, config)?;
    let nobody = Mailmap::default();
    let case = MessageCase {
        reading,
        author: &setting.author,
        committer: &setting.committer,
        agent: agent.as_ref(),
        model: model.as_deref(),
        is_merge: repository.is_merging() || setting.amends && repository.is_merge_checked_out()?,
        moment: Moment::Hook,
        rules: &config.commit_msg,
        agents: &config.agents,
        registry: &registry,
        mailmap: &nobody,
    };
    check_with(&case, |people| {
        let index = repository.index()?;
        let Some(file) = repository.staged_file(&index, Path::new(MAILMAP))? else {
            return Ok(Mailmap::default());
        };
        let answers = repository.mailmapped(&format!(":{MAILMAP}"), people)?;
        Ok(Mailmap::new(
            people.to_vec(),
            answers,
            &text(&file.contents),
        ))
    })
}
