//! Commands as real projects run them, in their makefiles, scripts and workflows: all but the
//! last can fail.

use super::{accepts, refused};

#[test]
fn what_real_projects_check_with_is_accepted() {
    accepts(&[
        // Python
        "black --check --diff httpx tests\nmypy httpx tests\nruff check httpx tests",
        "pyflakes channels tests && isort --check-only --diff --recursive channels tests",
        "coverage erase\ncoverage run -m pytest tests\ncoverage report",
        "coverage run -p -m pytest tests examples",
        "sphinx-build -W -b html -d doctrees docs html",
        "pre-commit run --all-files --show-diff-on-failure",
        "uv run ruff format . --check --diff",
        "python -m mypy --config-file pyproject.toml .",
        "python -m pytest -m \"not integration\"",
        "poetry run env PYTHONPATH=\"$PWD\" python tests/generate.py",
        "git checkout -- pyproject.toml poetry.lock\ngit diff --exit-code --stat HEAD",
        "pylint --disable=protected-access,abstract-class-instantiated test",
        // Rust
        "cargo fmt --all --check",
        "set -euxo pipefail\ncargo nextest run --features full\ncargo test --doc --features full",
        "cargo clippy --all-targets --all-features --tests --benches -- -D warnings",
        "bash -c 'cargo fmt -- --check'",
        "RUSTDOCFLAGS='-D warnings' cargo doc --no-deps --document-private-items --workspace",
        "grep -q \"$(sed '/^version = /!d' Cargo.toml | head -n1)\" README.md",
        "if ! grep -q \"version = \\\"$VERSION\\\"\" Cargo.toml; then\n  echo \"no match\" >&2\n  exit 1\nfi",
        "cargo +nightly miri test --features full --lib --no-fail-fast",
        // Go
        "[ -z \"$(gofmt -s -d src)\" ] || (gofmt -s -d src; exit 1)",
        "fmt_out=$(gofmt -l .); if [ -n \"$fmt_out\" ]; then echo \"$fmt_out\"; exit 1; fi",
        "test -z $(gofmt -l . | tee /dev/stderr) || { echo 'not go fmt'; exit 1; }",
        "for PKG in $(go list ./...); do golint -set_exit_status $PKG || exit 1; done;",
        "go list ./... | xargs -I{} -n1 sh -c 'golint -set_exit_status {} || exit 255'",
        "licRes=$(for file in $(find . -iname '*.go') ; do \\\n  awk 'NR<=3' $file | grep -Eq 'Copyright' || echo $file; \\\ndone); \\\nif [ -n \"${licRes}\" ]; then \\\n  echo \"${licRes}\"; \\\n  exit 1; \\\nfi",
        "go mod tidy\ngit diff --exit-code -- go.sum go.mod",
        "go test ./src/algo/ -fuzz=FuzzIndexByteTwo -fuzztime=5s",
        "cd src && SHELL=/bin/sh GOOS= go test -v -run=Bench -bench=. -benchmem",
        "golangci-lint run -c .golangci.yml ./...",
        "find . -name '*rules*.yml' | xargs -I {} promtool check rules {}",
        "find . -name '*.jsonnet' -print | while read f; do jsonnetfmt \"$f\" | diff -u \"$f\" -; done",
        // JavaScript
        "cross-env EFF_NO_LINK_RULES=true eslint . --format friendly",
        "prettier . \"!test*\" --check",
        "npx --no -- commitlint --edit \"$1\"",
        "tsc -p scripts && pnpm -r --parallel run typecheck",
        "pnpm format && git diff --exit-code",
        "cd fixtures/dom && yarn && yarn predev && yarn test",
        "yarn install --frozen-lockfile && yarn lint && yarn test --ci --watchAll=false",
        "lerna run tsc:check && lint-staged",
        // Others
        "./runtest --verbose --tags -slow --dump-logs",
        "make REDIS_CFLAGS='-Werror' BUILD_TLS=yes",
        "valgrind --error-exitcode=1 --leak-check=full ./target/debug/test-mem",
        "! grep ^ check.patch.must.be.empty /dev/null",
        "if grep -q '^[A-Z_]*=@.*@$' out; then echo 'unsubstituted' >&2 && exit 1; fi",
        "bundle exec rubocop --parallel && bundle exec rspec",
        "echo 'require: rubocop-rspec' >.rubocop.yml\nrubocop Gemfile --only RSpec/AnyInstance",
    ]);
}

#[test]
fn what_real_projects_run_and_cannot_fail_is_refused() {
    refused(&[
        (
            "gofmt -s -l . | sed -n '1,200p'",
            "gofmt -s -l",
            "gofmt lists files and succeeds",
        ),
        (
            "ruff --version && ruff check --fix-only --unsafe-fixes .",
            "--fix-only",
            "ruff succeeds",
        ),
        (
            "python setup.py check --strict && ([ $? -eq 0 ] && echo ok) || echo 'Invalid markup'",
            "|| echo 'Invalid markup'",
            "turns every failure into a success",
        ),
        (
            "git checkout HEAD -- ci/config || : ignore",
            "|| : ignore",
            "turns every failure into a success",
        ),
        (
            "cargo metadata --no-deps | jq -r .version | tee -a out",
            "tee -a out",
            "a pipeline succeeds",
        ),
    ]);
}
