//! Lines of tools, and what is read from them. Outputs of real tools are in `tests/findings.toml`.

use super::paths::{PathFinder, ViewPaths};
use super::text::TextReader;

/// The findings in an output: place, severity, rule and message.
fn found(output: &str) -> Vec<String> {
    let top = tempfile::tempdir().unwrap();
    for file in ["a.py", "src/b.ts", "c d.rs", "t/test_a.py", "(g)/a (1).ts"] {
        let path = top.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
    let view = ViewPaths {
        top: "/view".into(),
        look: top.path().into(),
        work_tree: "/work".into(),
        dir: "".into(),
    };
    let mut paths = PathFinder::new(view, Box::new(Vec::new));
    let mut reader = TextReader::default();
    let mut all = Vec::new();
    for line in output.lines() {
        all.extend(reader.line(line, &mut paths));
    }
    all.extend(reader.end());
    let part = |number: Option<u32>| number.map_or(String::new(), |number| format!(":{number}"));
    all.iter()
        .map(|one| {
            let severity = one.severity.map_or("-", |severity| severity.word());
            let rule = one.rule.as_deref().unwrap_or("-");
            let (line, column) = (part(one.at.line), part(one.at.column));
            format!(
                "{}{line}{column} {severity} {rule} {}",
                one.path, one.message
            )
        })
        .collect()
}

#[test]
fn what_tools_for_javascript_print_is_read() {
    let cases: [(&str, &[&str]); 6] = [
        (
            "(g)/a (1).ts(2,3): error TS1: x",
            &["(g)/a (1).ts:2:3 error TS1 x"],
        ),
        (
            "  ! eslint(no-debugger): no x\n   ,-[a.py:1:2]\n 1 | x\n   `----\n\n  x Unexpected token\n   ,-[src/b.ts:1:9]",
            &[
                "a.py:1:2 warning eslint(no-debugger) no x",
                "src/b.ts:1:9 error - Unexpected token",
            ],
        ),
        (
            "a.py:1:1: warning eslint(no-debugger): no `x`: y",
            &["a.py:1:1 warning eslint(no-debugger) no `x`: y"],
        ),
        (
            "src/b.ts:1:9 parse \u{2501}\u{2501}\u{2501}\n\n  \u{d7} Expected x.\n\n  > 1 \u{2502} let",
            &["src/b.ts:1:9 error parse Expected x."],
        ),
        (
            "src/b.ts format \u{2501}\u{2501}\u{2501}\n\n  \u{d7} Formatter would have printed:\n",
            &["src/b.ts error format Formatter would have printed:"],
        ),
        (
            "[error] src/b.ts: SyntaxError: Unexpected token (1:9)\n[error] > 1 | let a = ;",
            &["src/b.ts:1:9 error - SyntaxError: Unexpected token"],
        ),
    ];
    for (output, expected) in cases {
        assert_eq!(found(output), expected, "{output}");
    }
}

#[test]
fn each_shape_is_read() {
    let cases: [(&str, &[&str]); 25] = [
        ("a.py:3:7: F401 x", &["a.py:3:7 - F401 x"]),
        ("./a.py:3: x", &["./a.py:3 - - x"]),
        ("/view/a.py:3: x", &["/view/a.py:3 - - x"]),
        (
            "/work/c d.rs:3:1: warning: x",
            &["/work/c d.rs:3:1 warning - x"],
        ),
        ("src/b.ts(3,7): error TS1: x", &["src/b.ts:3:7 error TS1 x"]),
        ("src/b.ts:3:7 - error TS1: x", &["src/b.ts:3:7 error TS1 x"]),
        (
            "/work/src/b.ts\n  3:7   error  no x  no-x\n  4:1  warning  y z  @a/b\n\n2 problems",
            &[
                "/work/src/b.ts:3:7 error no-x no x",
                "/work/src/b.ts:4:1 warning @a/b y z",
            ],
        ),
        (
            "a.py\n  3:1       warning  no start \"---\"  (document-start)\n",
            &["a.py:3:1 warning document-start no start \"---\""],
        ),
        (
            "src/b.ts\n  3:7  \u{2716}  Unexpected x  no-x",
            &["src/b.ts:3:7 error no-x Unexpected x"],
        ),
        (
            "error[E0308]: mismatched\n --> a.py:3:7\n  |\nnote: here\n --> a.py:9:9\n\nnote: own\n --> a.py:8:1\n",
            &["a.py:3:7 error E0308 mismatched", "a.py:8:1 note - own"],
        ),
        (
            "warning: unneeded `return`\n --> a.py:3:7\n  = help: see https://x/rust-clippy/master/index.html#needless_return\n",
            &["a.py:3:7 warning clippy::needless_return unneeded `return`"],
        ),
        (
            "F401 [*] `os` unused\n --> a.py:1:8\n",
            &["a.py:1:8 - F401 `os` unused"],
        ),
        (
            "unformatted: File would be reformatted\n --> a.py:1:1\n",
            &["a.py:1:1 - unformatted File would be reformatted"],
        ),
        (
            "\n  \u{d7} eslint(no-x): no x\n   \u{256d}\u{2500}[src/b.ts:3:7]\n",
            &["src/b.ts:3:7 error eslint(no-x) no x"],
        ),
        (
            ">> Issue: [B101:assert_used] Use of assert.\n   Severity: Low   Confidence: High\n   Location: ./a.py:5:0\n",
            &["./a.py:5:0 warning B101 Use of assert."],
        ),
        (
            "src/b.ts:3:7 lint/style/useConst  FIXABLE  \u{2501}\u{2501}\u{2501}\n\n  \u{d7} Use const.\n",
            &["src/b.ts:3:7 error lint/style/useConst Use const."],
        ),
        (
            "a.py:1 at module level:\n        D100: Missing docstring\n",
            &["a.py:1 - D100 Missing docstring"],
        ),
        (
            "::error file=a.py,line=3,col=7,title=ruff (F401)::a.py:3:7: F401 no x",
            &["a.py:3:7 error F401 no x"],
        ),
        (
            "::warning file=a.py,line=3,col=1::3:1 [document-start] no start",
            &["a.py:3:1 warning document-start no start"],
        ),
        (
            "  /view/a.py:3:7 - error: no x\n    more of it (reportNoX)\n",
            &["/view/a.py:3:7 error reportNoX no x"],
        ),
        (
            "== [a.py] FAIL\nL:   3 | P:   7 | LT01 | no x\n",
            &["a.py:3:7 - LT01 no x"],
        ),
        (
            "Diff in /work/a.py:3:\n context\n \n-old\n+new\n",
            &["/work/a.py:5 - - would be reformatted"],
        ),
        (
            "would reformat /work/a.py\n[warn] a.py\n[warn] Code style issues",
            &[
                "/work/a.py - - would be reformatted",
                "a.py - - would be reformatted",
            ],
        ),
        (
            "vet: a.py:3:7: undefined: x",
            &["a.py:3:7 - - undefined: x"],
        ),
        (
            "12:30:45 started\nz.py:3:1: no file\n/etc/passwd:1:1: x\nin a.py\n",
            &[],
        ),
    ];
    for (output, expected) in cases {
        assert_eq!(found(output), expected, "{output}");
    }
}

#[test]
fn a_trace_is_found_where_it_is_last_in_the_project() {
    let cases: [(&str, &[&str]); 10] = [
        (
            "t/test_a.py:5: in test_x\n    assert f()\na.py:2: in f\n    x\nlib/y.py:9: in g\nE   ValueError: no\nE     more\n",
            &["a.py:2 - - ValueError: no"],
        ),
        (
            "    def test_x():\n>       assert 1 == 2\nE       assert 1 == 2\n\nt/test_a.py:5: AssertionError\n",
            &["t/test_a.py:5 - - assert 1 == 2"],
        ),
        (
            "Traceback (most recent call last):\n  File \"/work/t/test_a.py\", line 6, in test_x\n    x\nAssertionError: 1 != 2\n",
            &["/work/t/test_a.py:6 - - AssertionError: 1 != 2"],
        ),
        (
            "thread 'x' panicked at a.py:5:9:\nassertion `left == right` failed\n",
            &["a.py:5:9 - - assertion `left == right` failed"],
        ),
        (
            "  \u{25cf} adds\n\n      at f (node_modules/x.js:1:1)\n      at Object.x (src/b.ts:2:13)\n      at y (src/b.ts:9:9)\n",
            &["src/b.ts:2:13 - - adds"],
        ),
        (
            "  \u{25cf} adds\n\n    expect(received).toBe(expected)\n\n    Expected: 2\n\n      at Object.x (src/b.ts:2:13)\n\n  \u{25cf} throws\n\n    TypeError: no\n\n      at x (src/b.ts:5:1)\n",
            &[
                "src/b.ts:2:13 - - adds: expect(received).toBe(expected)",
                "src/b.ts:5:1 - - throws: TypeError: no",
            ],
        ),
        (
            "  equal\n\n  src/b.ts:4\n\n   3: test('equal', t => {\n   4:   t.is(1, 2);\n\n  Difference (- actual, + expected):\n",
            &["src/b.ts:4 - - equal"],
        ),
        (
            "\n  src/b.ts:1:7\n  \u{2716}  1:7  unused is never used.  no-unused-vars\n  \u{2716}  2:1  Unexpected debugger.  no-debugger\n\n  c d.rs:1:7\n  \u{2716}  1:7  x  y\n\n  2 errors\n",
            &[
                "src/b.ts:1:7 error no-unused-vars unused is never used.",
                "src/b.ts:2:1 error no-debugger Unexpected debugger.",
                "c d.rs:1:7 error y x",
            ],
        ),
        (
            "AssertionError: expected 1\n\n- Expected\n \u{276f} src/b.ts:2:13\n",
            &["src/b.ts:2:13 - - AssertionError: expected 1"],
        ),
        ("AssertionError: alone\nE   alone\n", &[]),
    ];
    for (output, expected) in cases {
        assert_eq!(found(output), expected, "{output}");
    }
}

#[test]
fn what_mypy_divides_into_lines_is_put_together() {
    let printed = "\
a.py:2:12:2:13: error: Incompatible return value type (got \"int\", expected
\"str\")  [return-value]
        return x
               ^
a.py:5: error: Argument 1 to \"f\" has incompatible type \"str\"
[arg-type]
    f(\"a\")
      ^~~
Found 2 errors in 1 file (checked 1 source file)
";
    assert_eq!(
        found(printed),
        [
            "a.py:2:12 error return-value Incompatible return value type (got \"int\", expected \"str\")",
            "a.py:5 error arg-type Argument 1 to \"f\" has incompatible type \"str\"",
        ]
    );
}

#[test]
fn a_test_file_that_cannot_be_parsed_has_a_place() {
    let printed = "\
/usr/lib/python3/ast.py:50: in parse
    return compile(source, filename, mode, flags,
E     File \"/view/t/test_a.py\", line 3
E       def test_a(:
E                  ^
E   SyntaxError: invalid syntax
";
    assert_eq!(
        found(printed),
        ["/view/t/test_a.py:3 - - SyntaxError: invalid syntax"]
    );
}

#[test]
fn rules_may_come_first_under_a_drawn_line() {
    let printed = "\na.py\n\u{2500}\u{2500}\u{2500}\u{2500}\nH013 1:5 Img tag should have an alt attribute. <img>\nH025 2:0 Tag seems to be an orphan.\n\nLinted 1 file\n";
    assert_eq!(
        found(printed),
        [
            "a.py:1:5 - H013 Img tag should have an alt attribute. <img>",
            "a.py:2:0 - H025 Tag seems to be an orphan.",
        ]
    );
}
