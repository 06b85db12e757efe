//! Silencers of CI.

use super::{check, rules};

#[test]
fn silencers_are_found() {
    let path = ".github/workflows/ci.yml";
    check(
        path,
        &[
            ("continue-on-error: true", "ci.continue-on-error"),
            (
                "continue-on-error: true  # -- the mirror is flaky",
                "ci.continue-on-error!",
            ),
            ("continue-on-error: ${{ x }}", ""),
            ("# continue-on-error: true", ""),
            ("- run: make || true", "ci.or-true"),
            (
                "- run: |\n    make || true # -- it only warms the cache",
                "ci.or-true!",
            ),
            ("if: false", "ci.if-false"),
            (
                "- run: |\n    git commit \\\n      --no-verify",
                "git.no-verify",
            ),
            ("- run: git push --no-verify", "git.no-verify"),
        ],
    );
    assert_eq!(rules("src/data.yml", "continue-on-error: true"), "");
}
