//! Why commands cannot fail by way of a file.

use super::reasons;

#[test]
fn what_cannot_fail_by_way_of_a_file() {
    let script = |text: &str| format!("{{\"scripts\": {{\"test\": \"{text}\"}}}}");
    for (text, expected) in [
        (
            "vitest run || true",
            "|| true: turns every failure into a success",
        ),
        ("exit 0", "exit 0: nothing that it runs can fail"),
        ("true", "true: nothing that it runs can fail"),
        ("echo done", "echo done: nothing that it runs can fail"),
        (
            "ruff check --exit-zero",
            "--exit-zero: ruff always succeeds, whatever it finds",
        ),
        (
            "vitest run; exit 0",
            "vitest run: does not stop the script, and its status is not the script's status",
        ),
    ] {
        let package = script(text);
        let files = [("package.json", package.as_str())];
        for command in [
            "npm test",
            "npm test && echo good",
            "sh -c 'npm test'",
            "npm run test | cat",
        ] {
            let reasons = reasons(command, &files);
            assert_eq!(
                reasons,
                [format!("package.json:1 {expected}")],
                "{command}: {text}"
            );
        }
        assert_eq!(
            reasons("npm test && ruff check .", &files),
            [""; 0],
            "{text}"
        );
    }
    for text in [
        "vitest run",
        "mkdir -p x",
        "vitest run && exit 0",
        "a=(1 2); exit 0",
        "node x.js",
    ] {
        let package = script(text);
        let reasons = reasons("npm test", &[("package.json", package.as_str())]);
        assert_eq!(reasons, [""; 0], "{text}");
    }
    let makefile = [(
        "Makefile",
        "a:\n\t-ruff check\nb: a\n\t@echo done\nc: b\n\tpytest\nd:\ne:\n\tfalse; true\n",
    )];
    let ignored = "Makefile:2 ruff check: its failure is ignored";
    assert_eq!(reasons("make a", &makefile), [ignored]);
    assert_eq!(reasons("make b", &makefile), [ignored]);
    assert_eq!(reasons("make c", &makefile), [""; 0]);
    assert_eq!(
        reasons("make d", &makefile),
        ["Makefile:7 : nothing that it runs can fail"]
    );
    assert_eq!(reasons("make e", &makefile).len(), 1);
    let files = [
        ("x.sh", "set -e\nruff check\nexit 0\n"),
        ("y.sh", "ruff check\nexit 0\n"),
    ];
    assert_eq!(reasons("sh x.sh", &files), [""; 0]);
    assert_eq!(reasons("sh -e y.sh", &files), [""; 0]);
    assert_eq!(reasons("sh y.sh", &files).len(), 1);
    let files = [
        ("run.sh", "./x\n"),
        ("x", "#!/usr/bin/env -S sh lib/a.sh\n"),
        ("y", "#!/usr/bin/env -S sh lib/b.sh\n"),
        ("lib/a.sh", "ruff check \"$1\"\n"),
        ("lib/b.sh", "echo \"$1\"\n"),
        ("loop.sh", "for f in lib/*.sh; do sh $f; done\n"),
    ];
    assert_eq!(reasons("./x", &files), [""; 0]);
    assert_eq!(reasons("sh run.sh", &files), [""; 0]);
    assert_eq!(reasons("sh loop.sh", &files), [""; 0]);
    assert_eq!(
        reasons("./y", &files),
        ["lib/b.sh:1 echo \"$1\": nothing that it runs can fail"]
    );
}

#[test]
fn what_a_program_prints_is_not_known() {
    let files = [("x", "ZWNobyBoaQo=\n")];
    assert_eq!(reasons("base64 -d x | sh", &files), [""; 0]);
    assert_eq!(reasons("cat x | sh", &files).len(), 1);
}
