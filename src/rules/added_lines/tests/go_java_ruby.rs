//! Silencers of Go, Java and Ruby.

use super::check;

#[test]
fn silencers_are_found() {
    check(
        "a_test.go",
        &[
            ("x() //nolint", "go.nolint-bare"),
            ("x() //nolint:all", "go.nolint-bare"),
            ("x() //nolint:errcheck", "go.nolint-coded"),
            (
                "x() //nolint:errcheck // nothing can fail",
                "go.nolint-coded!",
            ),
            ("x() // #nosec", "go.nosec-bare"),
            ("x() // #nosec G104", ""),
            ("t.Skip(\"no server in CI\")", "go.test-skip!"),
            ("x := \"//nolint\"", ""),
        ],
    );
    check(
        "A.java",
        &[
            ("@SuppressWarnings(\"unchecked\")", "java.suppress-warnings"),
            (
                "@SuppressWarnings(\"x\") // -- checked above",
                "java.suppress-warnings!",
            ),
            ("@Disabled", "java.test-disabled"),
            ("@Disabled(\"the server is gone\")", "java.test-disabled!"),
            ("x(); // NOSONAR", "java.nosonar"),
        ],
    );
    check(
        "a.rb",
        &[
            ("x # rubocop:disable Style/A", "ruby.rubocop-disable"),
            (
                "x # rubocop:disable Style/A -- an API of ours",
                "ruby.rubocop-disable!",
            ),
            (
                "# rubocop:disable-next Style/A, Lint/B",
                "ruby.rubocop-disable",
            ),
            (
                "# rubocop:disable-next Style/A -- an API of ours",
                "ruby.rubocop-disable!",
            ),
            ("'# rubocop:disable Style/A'", ""),
        ],
    );
}
