//! Recipes of justfiles.

use super::shown;

#[test]
fn recipes_of_a_justfile() {
    let text = "set shell := ['bash', '-c']\nimport 'more.just'\nx := 'src'\nalias t := test\n\n\
        # tests\ntest *args: lint\n    -@pytest {{ x }}\n    sh check.sh\n\nlint:\n  ruff check \\\n    src\ndocs:\n  mkdocs\n";
    let files = [
        ("Justfile", text),
        ("more.just", "y := '1'\n"),
        ("check.sh", "true\n"),
    ];
    assert_eq!(
        shown("just t -q", "", &files),
        [
            "ruff check src at Justfile:12",
            "pytest $just_ x at Justfile:8",
            "true at check.sh:1",
            "Justfile:1 setting = set shell := ['bash', '-c']",
            "Justfile:2 import = import 'more.just'",
            "Justfile:3 variable x = x := 'src'",
            "Justfile:4 variable t = alias t := test",
            "Justfile:7 recipe test = test *args: lint; -@pytest {{ x }}; sh check.sh",
            "Justfile:11 recipe lint = lint:; ruff check \\; src",
            "all of check.sh",
        ]
    );
}
