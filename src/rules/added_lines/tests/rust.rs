//! Silencers of Rust.

use super::check;

#[test]
fn silencers_are_found() {
    check(
        "src/a.rs",
        &[
            ("#![allow(warnings)]", "rust.allow-crate"),
            ("#![allow(\n    clippy::all,\n)]", "rust.allow-crate"),
            ("#![allow(dead_code)]", "rust.allow"),
            ("#[allow(dead_code)]", "rust.allow"),
            (
                "#[allow(dead_code, reason = \"used by the tests\")]",
                "rust.allow!",
            ),
            (
                "#[allow(\n  dead_code,\n  reason = \"used by the tests\"\n)]",
                "rust.allow!",
            ),
            ("#[cfg_attr(test, allow(dead_code))]", "rust.allow"),
            ("#[expect(dead_code)]", "rust.expect"),
            ("/// #[allow(dead_code)]", ""),
            ("r#\"#[allow(dead_code)]\"#", ""),
            ("#[ignore]", "rust.test-ignore"),
            ("#[ignore = \"needs a network\"]", ""),
        ],
    );
}
