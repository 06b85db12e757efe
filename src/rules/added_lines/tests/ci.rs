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
            ("- run: make || exit 0", "ci.or-true"),
            ("- run: make || (exit 0)", "ci.or-true"),
            ("- run: make || /bin/true", "ci.or-true"),
            ("- run: make || exit 1", ""),
            ("- run: |\n    set +e", "ci.no-errexit"),
            ("  shell: bash {0}", "ci.no-errexit"),
            ("  shell: bash", ""),
            ("if: false && github.ref", "ci.if-false"),
            ("if: ${{ false && x }}", "ci.if-false"),
            ("if: falsey", ""),
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
