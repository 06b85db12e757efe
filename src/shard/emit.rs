//! The plan in the form that a CI starts jobs from.

use std::fmt::Write as _;

use serde::Serialize;

use super::document::ShardPlan;

/// The runner of GitHub Actions where gates.toml names none.
const GITHUB_RUNNER: &str = "ubuntu-latest";

#[derive(Serialize)]
struct Matrix<'a> {
    include: Vec<MatrixJob<'a>>,
}

#[derive(Serialize)]
struct MatrixJob<'a> {
    shard: u32,
    name: &'a str,
    runner: &'a str,
}

/// The line for the file that `GITHUB_OUTPUT` names: the output `matrix`, for `fromJSON`.
#[must_use]
pub(crate) fn github(plan: &ShardPlan) -> String {
    let jobs = plan.shards.iter().map(|shard| MatrixJob {
        shard: shard.number,
        name: &shard.name,
        runner: shard.runner.as_deref().unwrap_or(GITHUB_RUNNER),
    });
    let matrix = Matrix {
        include: jobs.collect(),
    };
    let text = serde_json::to_string(&matrix).unwrap_or_default();
    format!("matrix={text}\n")
}

/// A child pipeline of GitLab: a job for each shard, and one that combines them. The last one gets the plan as an
/// artifact of the others, because a job may need only so many by name. The jobs extend
/// `.gatekeeper`, which the file that is included has to define.
#[must_use]
pub(crate) fn gitlab(plan: &ShardPlan, plan_file: &str, include: &str) -> String {
    let mut text = format!(
        "# Written by `gatekeeper plan --emit gitlab`.\ninclude:\n  - local: {}\n\nstages: [shards, combine]\n",
        quoted(include)
    );
    let plan_file = quoted(plan_file);
    let needs = "    - pipeline: $PARENT_PIPELINE_ID\n      job: gatekeeper-plan\n";
    for shard in &plan.shards {
        let number = shard.number;
        let _ = write!(
            text,
            "\n{}:\n  extends: .gatekeeper\n  stage: shards\n  needs:\n{needs}",
            quoted(&format!("{number}: {}", shard.name))
        );
        if let Some(runner) = &shard.runner {
            let _ = writeln!(text, "  tags: [{}]", quoted(runner));
        }
        let _ = write!(
            text,
            "  variables:\n    GATEKEEPER_PLAN: {plan_file}\n  script:\n    \
             - gatekeeper run --plan \"$GATEKEEPER_PLAN\" --shard {number} --report json=gatekeeper-part-{number}.json\n  \
             artifacts:\n    when: always\n    paths: [gatekeeper-part-{number}.json, {plan_file}]\n"
        );
    }
    let _ = write!(
        text,
        "\ngatekeeper:\n  extends: .gatekeeper\n  stage: combine\n  when: always\n  variables:\n    \
         GATEKEEPER_PLAN: {plan_file}\n  script:\n    \
         - gatekeeper combine \"$GATEKEEPER_PLAN\" gatekeeper-part-*.json --report gitlab=gl-code-quality.json --report junit=gatekeeper-junit.xml\n  \
         artifacts:\n    when: always\n    reports:\n      codequality: gl-code-quality.json\n      junit: gatekeeper-junit.xml\n"
    );
    text
}

/// A text as YAML has it in double quotes, which are those of JSON.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
