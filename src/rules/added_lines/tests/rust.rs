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
            ("#[ignore = \"needs a network\"]", "rust.test-ignore!"),
            ("#[ignore = \"x\"]", "rust.test-ignore"),
            ("#[ignore = \"aaaaaaaaaaaa\"]", "rust.test-ignore"),
            ("#![\n    allow(clippy::all)\n]", "rust.allow-crate"),
            (
                "#![\n    allow(\n        clippy::all\n    )\n]",
                "rust.allow-crate",
            ),
            ("#[cfg(any())]\nmod tests {}", "rust.cfg-never"),
            ("#[cfg(all(test, any()))]\nmod tests {}", "rust.cfg-never"),
            ("#[cfg(false)]\nmod tests {}", "rust.cfg-never"),
            ("#[cfg(any(test, unix))]\nmod tests {}", ""),
            ("#[cfg(not(any()))]\nmod tests {}", ""),
            ("#[rustfmt::skip]", "rust.fmt-skip"),
            ("#[coverage(off)]", "rust.no-cover"),
        ],
    );
}

#[test]
fn a_lint_that_is_added_to_a_list_is_found() {
    let before = "#![allow(\n    dead_code,\n)]\n";
    for (line, expected) in [
        ("clippy::all,", "rust.allow-crate 3"),
        ("clippy::needless_return,", "rust.allow 3"),
        ("unused_mut, // -- the macro needs it", "rust.allow! 3"),
        ("non_camel_case_types,", ""),
    ] {
        let after = format!("#![allow(\n    dead_code,\n    {line}\n)]\n");
        let file = super::touched("src/a.rs", before, &after);
        let findings = super::check_files(&[file], &super::Bypass::default());
        let found = findings.iter().map(|finding| {
            let mark = if finding.excuse.is_some() { "!" } else { "" };
            format!("{}{mark} {}", finding.rule, finding.place().1)
        });
        let found: Vec<String> = found.collect();
        assert_eq!(found.join(" "), expected, "{line}");
    }
}
