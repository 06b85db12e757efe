//! How shards, and the CI that runs them, are typed.

use clap::ValueEnum;

use crate::shard::document::MOST_SHARDS;

/// How many shards are wanted, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum ShardsWanted {
    /// So many.
    Exactly(usize),
    /// As many as the time for each takes.
    Auto,
}

pub(super) fn shard_count(text: &str) -> Result<ShardsWanted, String> {
    if text == "auto" {
        return Ok(ShardsWanted::Auto);
    }
    match text.parse() {
        Ok(number) if (1..=MOST_SHARDS).contains(&number) => Ok(ShardsWanted::Exactly(number)),
        _ => Err(format!(
            "expected `auto`, or a number from 1 to {MOST_SHARDS}"
        )),
    }
}

/// A CI as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum CiName {
    /// GitHub Actions
    Github,
    /// GitLab CI/CD
    Gitlab,
}

/// A shard as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum ShardName {
    /// This one, from 1.
    Number(u32),
    /// The one that the variables of the CI name.
    Auto,
}

pub(super) fn shard_name(text: &str) -> Result<ShardName, &'static str> {
    if text == "auto" {
        return Ok(ShardName::Auto);
    }
    let number = text.parse().ok().filter(|number| *number > 0);
    let number = number.map(ShardName::Number);
    number.ok_or("expected `auto`, or the number of a shard, from 1")
}
