//! The files that `init --ci` writes.

use insta::assert_snapshot;

use crate::sandbox::{Done, Sandbox};

fn printed(arguments: &[&str]) -> String {
    let sandbox = Sandbox::new();
    let call = [&["init", "--dry-run", "--ci"][..], arguments].concat();
    let done: Done = sandbox.gatekeeper(&call).expect(0);
    let version = env!("CARGO_PKG_VERSION");
    done.stdout.replace(version, "[VERSION]")
}

#[test]
fn github_runs_everything_in_one_job() {
    assert_snapshot!(printed(&["github"]), @r#"
# .github/workflows/gatekeeper.yml
# Written by `gatekeeper init --ci github`. Change it as you like; protect it like gates.toml.
name: gatekeeper
on:
  pull_request:
  push:
    branches: ["main"]
permissions:
  contents: read
concurrency:
  group: gatekeeper-${{ github.ref }}
  cancel-in-progress: ${{ github.event_name == 'pull_request' }}
jobs:
  gatekeeper:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          # The whole history, and the commit of the branch, not a merge that nobody has made.
          fetch-depth: 0
          ref: ${{ github.event.pull_request.head.sha || github.sha }}
      # Install the project's tools here, as for any other job.
      - id: gatekeeper
        uses: actions/cache@v4
        with:
          path: ~/.local/share/gatekeeper-ci
          key: gatekeeper-[VERSION]-${{ runner.os }}-${{ runner.arch }}
      - name: Install gatekeeper
        if: steps.gatekeeper.outputs.cache-hit != 'true'
        run: |
          python3 -m venv ~/.local/share/gatekeeper-ci
          ~/.local/share/gatekeeper-ci/bin/pip install --quiet --only-binary :all: gatekeeper-git==[VERSION]
      - run: echo "$HOME/.local/share/gatekeeper-ci/bin" >>"$GITHUB_PATH"
      - name: Run the gates
        run: gatekeeper run
      - name: Audit the commits
        if: ${{ !cancelled() && github.event_name == 'pull_request' }}
        env:
          BASE: ${{ github.event.pull_request.base.sha }}
          HEAD: ${{ github.event.pull_request.head.sha }}
        run: gatekeeper audit --policy "$BASE" "$BASE..$HEAD"
"#);
}

#[test]
fn github_runs_shards_and_combines_them() {
    assert_snapshot!(printed(&["github", "--shards", "4"]), @r#"
# .github/workflows/gatekeeper.yml
# Written by `gatekeeper init --ci github --shards 4`. Change it as you like; protect it like gates.toml.
# Require the job "gatekeeper": the others may be skipped or cancelled.
name: gatekeeper
on:
  pull_request:
  push:
    branches: ["main"]
permissions:
  contents: read
concurrency:
  group: gatekeeper-${{ github.ref }}
  cancel-in-progress: ${{ github.event_name == 'pull_request' }}
jobs:
  plan:
    runs-on: ubuntu-latest
    outputs:
      matrix: ${{ steps.plan.outputs.matrix }}
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
          ref: ${{ github.event.pull_request.head.sha || github.sha }}
      - id: gatekeeper
        uses: actions/cache@v4
        with:
          path: ~/.local/share/gatekeeper-ci
          key: gatekeeper-[VERSION]-${{ runner.os }}-${{ runner.arch }}
      - name: Install gatekeeper
        if: steps.gatekeeper.outputs.cache-hit != 'true'
        run: |
          python3 -m venv ~/.local/share/gatekeeper-ci
          ~/.local/share/gatekeeper-ci/bin/pip install --quiet --only-binary :all: gatekeeper-git==[VERSION]
      - run: echo "$HOME/.local/share/gatekeeper-ci/bin" >>"$GITHUB_PATH"
      # How long gates took the last time.
      - uses: actions/cache/restore@v4
        with:
          path: ~/gatekeeper-durations.json
          key: gatekeeper-durations-${{ github.run_id }}
          restore-keys: gatekeeper-durations-
      - id: plan
        run: |
          durations=()
          if [ -f ~/gatekeeper-durations.json ]; then durations=(--durations ~/gatekeeper-durations.json); fi
          gatekeeper plan --shards 4 "${durations[@]}" --output "$RUNNER_TEMP/gatekeeper-plan.json" --emit github
      - uses: actions/upload-artifact@v4
        with:
          name: gatekeeper-plan
          path: ${{ runner.temp }}/gatekeeper-plan.json
  shard:
    name: ${{ matrix.name }}
    needs: plan
    strategy:
      fail-fast: false
      matrix: ${{ fromJSON(needs.plan.outputs.matrix) }}
    runs-on: ${{ matrix.runner }}
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
          ref: ${{ github.event.pull_request.head.sha || github.sha }}
      # Install the project's tools here, as for any other job.
      - id: gatekeeper
        uses: actions/cache@v4
        with:
          path: ~/.local/share/gatekeeper-ci
          key: gatekeeper-[VERSION]-${{ runner.os }}-${{ runner.arch }}
      - name: Install gatekeeper
        if: steps.gatekeeper.outputs.cache-hit != 'true'
        run: |
          python3 -m venv ~/.local/share/gatekeeper-ci
          ~/.local/share/gatekeeper-ci/bin/pip install --quiet --only-binary :all: gatekeeper-git==[VERSION]
      - run: echo "$HOME/.local/share/gatekeeper-ci/bin" >>"$GITHUB_PATH"
      - uses: actions/download-artifact@v4
        with:
          name: gatekeeper-plan
          path: ${{ runner.temp }}
      - name: Run the shard
        env:
          SHARD: ${{ matrix.shard }}
        run: |
          gatekeeper run --plan "$RUNNER_TEMP/gatekeeper-plan.json" --shard "$SHARD" \
            --report json="$RUNNER_TEMP/gatekeeper-part-$SHARD.json"
      - uses: actions/upload-artifact@v4
        if: ${{ !cancelled() }}
        with:
          name: gatekeeper-part-${{ matrix.shard }}
          path: ${{ runner.temp }}/gatekeeper-part-*.json
  gatekeeper:
    needs: [plan, shard]
    # A job that is skipped counts as a success.
    if: ${{ always() }}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
          ref: ${{ github.event.pull_request.head.sha || github.sha }}
      - id: gatekeeper
        uses: actions/cache@v4
        with:
          path: ~/.local/share/gatekeeper-ci
          key: gatekeeper-[VERSION]-${{ runner.os }}-${{ runner.arch }}
      - name: Install gatekeeper
        if: steps.gatekeeper.outputs.cache-hit != 'true'
        run: |
          python3 -m venv ~/.local/share/gatekeeper-ci
          ~/.local/share/gatekeeper-ci/bin/pip install --quiet --only-binary :all: gatekeeper-git==[VERSION]
      - run: echo "$HOME/.local/share/gatekeeper-ci/bin" >>"$GITHUB_PATH"
      - uses: actions/download-artifact@v4
        with:
          pattern: gatekeeper-*
          merge-multiple: true
          path: ${{ runner.temp }}/gatekeeper-parts
      - name: Combine
        run: |
          gatekeeper combine "$RUNNER_TEMP/gatekeeper-parts/gatekeeper-plan.json" \
            "$RUNNER_TEMP"/gatekeeper-parts/gatekeeper-part-*.json --report json="$HOME/gatekeeper-durations.json"
      - uses: actions/cache/save@v4
        if: ${{ !cancelled() }}
        with:
          path: ~/gatekeeper-durations.json
          key: gatekeeper-durations-${{ github.run_id }}-${{ github.run_attempt }}
      - name: Audit the commits
        if: ${{ !cancelled() && github.event_name == 'pull_request' }}
        env:
          BASE: ${{ github.event.pull_request.base.sha }}
          HEAD: ${{ github.event.pull_request.head.sha }}
        run: gatekeeper audit --policy "$BASE" "$BASE..$HEAD"
"#);
}

#[test]
fn gitlab_runs_everything_in_one_job() {
    assert_snapshot!(printed(&["gitlab"]), @r#"
# .gitlab/gatekeeper.yml
# Written by `gatekeeper init --ci gitlab`. The jobs of gatekeeper-jobs.yml, and those of child pipelines, extend this.
.gatekeeper:
  # An image that has Python and the project's tools.
  image: python:3
  variables:
    # The whole history, so that a range has its merge base.
    GIT_DEPTH: "0"
  cache:
    key: gatekeeper-[VERSION]
    paths: [.gatekeeper-ci/]
  before_script:
    - test -x .gatekeeper-ci/bin/gatekeeper || python3 -m venv .gatekeeper-ci
    - test -x .gatekeeper-ci/bin/gatekeeper || .gatekeeper-ci/bin/pip install --quiet --only-binary :all: gatekeeper-git==[VERSION]
    - export PATH="$CI_PROJECT_DIR/.gatekeeper-ci/bin:$PATH"
    # What is downloaded and written here is no part of what is checked.
    - printf '/%s\n' .gatekeeper-ci/ 'gatekeeper-*' gl-code-quality.json >>.git/info/exclude

# .gitlab/gatekeeper-jobs.yml
# Written by `gatekeeper init --ci gitlab`. Change it as you like; protect it like gates.toml. In .gitlab-ci.yml:
#   include:
#     - local: .gitlab/gatekeeper-jobs.yml
include:
  - local: .gitlab/gatekeeper.yml

gatekeeper:
  extends: .gatekeeper
  script:
    - gatekeeper run --report gitlab=gl-code-quality.json --report junit=gatekeeper-junit.xml
    - |
      if [ -n "$CI_MERGE_REQUEST_DIFF_BASE_SHA" ]; then
        gatekeeper audit --policy "$CI_MERGE_REQUEST_DIFF_BASE_SHA" "$CI_MERGE_REQUEST_DIFF_BASE_SHA.."
      fi
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality.json
      junit: gatekeeper-junit.xml
"#);
}

#[test]
fn gitlab_runs_shards_in_a_child_pipeline() {
    assert_snapshot!(printed(&["gitlab", "--shards", "auto"]), @r#"
# .gitlab/gatekeeper.yml
# Written by `gatekeeper init --ci gitlab`. The jobs of gatekeeper-jobs.yml, and those of child pipelines, extend this.
.gatekeeper:
  # An image that has Python and the project's tools.
  image: python:3
  variables:
    # The whole history, so that a range has its merge base.
    GIT_DEPTH: "0"
  cache:
    key: gatekeeper-[VERSION]
    paths: [.gatekeeper-ci/]
  before_script:
    - test -x .gatekeeper-ci/bin/gatekeeper || python3 -m venv .gatekeeper-ci
    - test -x .gatekeeper-ci/bin/gatekeeper || .gatekeeper-ci/bin/pip install --quiet --only-binary :all: gatekeeper-git==[VERSION]
    - export PATH="$CI_PROJECT_DIR/.gatekeeper-ci/bin:$PATH"
    # What is downloaded and written here is no part of what is checked.
    - printf '/%s\n' .gatekeeper-ci/ 'gatekeeper-*' gl-code-quality.json >>.git/info/exclude

# .gitlab/gatekeeper-jobs.yml
# Written by `gatekeeper init --ci gitlab --shards auto`. Change it as you like; protect it like gates.toml. In .gitlab-ci.yml:
#   include:
#     - local: .gitlab/gatekeeper-jobs.yml
include:
  - local: .gitlab/gatekeeper.yml

gatekeeper-plan:
  extends: .gatekeeper
  script:
    - gatekeeper plan --shards auto --output gatekeeper-plan.json --emit gitlab >gatekeeper-shards.yml
  artifacts:
    paths: [gatekeeper-plan.json, gatekeeper-shards.yml]

# The child pipeline has a job for each shard, and "gatekeeper", which combines them.
gatekeeper-shards:
  needs: [gatekeeper-plan]
  variables:
    PARENT_PIPELINE_ID: $CI_PIPELINE_ID
  trigger:
    include:
      - artifact: gatekeeper-shards.yml
        job: gatekeeper-plan
    strategy: depend

gatekeeper-audit:
  extends: .gatekeeper
  rules:
    - if: $CI_MERGE_REQUEST_DIFF_BASE_SHA
  script:
    - gatekeeper audit --policy "$CI_MERGE_REQUEST_DIFF_BASE_SHA" "$CI_MERGE_REQUEST_DIFF_BASE_SHA.."
"#);
}

#[test]
fn nothing_is_overwritten_and_the_branch_is_the_main_one() {
    let sandbox = Sandbox::new();
    sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "x"]);
    sandbox.git(&["branch", "--move", "trunk"]);
    let wrote = sandbox
        .gatekeeper(&["init", "--ci", "github"])
        .expect(0)
        .told();
    let text = sandbox.read(".github/workflows/gatekeeper.yml");
    assert!(text.contains("branches: [\"trunk\"]"), "{text}");
    let refused = sandbox
        .gatekeeper(&["init", "--ci", "github", "--shards", "2"])
        .expect(2)
        .told();
    sandbox.write(".gitlab/gatekeeper-jobs.yml", "mine\n");
    let half = sandbox
        .gatekeeper(&["init", "--ci", "gitlab"])
        .expect(2)
        .told();
    assert!(!sandbox.top.join(".gitlab/gatekeeper.yml").exists());
    assert_snapshot!([wrote, refused, half].concat(), @r"
wrote .github/workflows/gatekeeper.yml
next: let the workflow install the project's tools, commit it, and require the job `gatekeeper` in the rules of the branch
---
error: .github/workflows/gatekeeper.yml already exists
help: see what would be written with `gatekeeper init --ci NAME --dry-run`
---
error: .gitlab/gatekeeper-jobs.yml already exists
help: see what would be written with `gatekeeper init --ci NAME --dry-run`
---
");
}
