use proptest::prelude::*;

use super::*;

/// The text with a letter for each byte: code as it is, `c` in comments, `s` in strings.
fn masked(language: Language, text: &str) -> String {
    let spans = lex(language, text.as_bytes());
    let letter = |(at, character): (usize, char)| match (character, spans.kind(at)) {
        ('\n', _) => '\n',
        (_, PartKind::Comment) => 'c',
        (_, PartKind::Text) => 's',
        (character, PartKind::Code) => character,
    };
    text.char_indices().map(letter).collect()
}

fn check(language: Language, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(&masked(language, text), expected, "{text}");
    }
}

#[test]
fn python() {
    check(
        Language::Python,
        &[
            ("x = '#' # c", "x = sss ccc"),
            ("x = '\\'#' # c", "x = sssss ccc"),
            ("'''a\n# s\n''' # c", "ssss\nsss\nsss ccc"),
            ("r'\\' # ' # c", "rsssssss ccc"),
            ("f'{x!r:#x} # s' # c", "fssx!rsssssssss ccc"),
            ("f'{d[\"#\"]} # s' # c", "fssd[sss]ssssss ccc"),
            ("f'{{# s' # c", "fsssssss ccc"),
            ("f'{x:{w}#}'  # c", "fssxsswssss  ccc"),
            ("f'''{\n x  # c\n}'''", "fssss\n x  ccc\nssss"),
            ("x = 'open # c", "x = 'open ccc"),
            ("x = 'a\\\n# s' # c", "x = sss\nssss ccc"),
        ],
    );
}

#[test]
fn rust() {
    check(
        Language::Rust,
        &[
            ("let x = \"//\"; // c", "let x = ssss; cccc"),
            ("/* a /* b */ c */ x", "ccccccccccccccccc x"),
            ("r#\"a\" // s\"# x // c", "ssssssssssss x cccc"),
            ("br\"\\\" x", "sssss x"),
            (
                "fn f<'a>(x: &'a str) {} // c",
                "fn f<'a>(x: &'a str) {} cccc",
            ),
            ("'\"' '\\'' b'/' // c", "sss ssss bsss cccc"),
            ("'\\u{1F600}' // c", "sssssssssss cccc"),
            ("\"a\n// s\" // c", "ss\nsssss cccc"),
            ("#[allow(x)] /// c", "#[allow(x)] ccccc"),
            ("bar\"s\"", "barsss"),
        ],
    );
}

#[test]
fn javascript() {
    check(
        Language::JavaScript,
        &[
            ("a = '//' // c", "a = ssss cccc"),
            ("`a ${b // c\n} // s` // c", "sssssb cccc\nsssssss cccc"),
            ("`${`${x}`}` // c", "ssssssxssss cccc"),
            ("a = /[/]'/g; // c", "a = ssssssg; cccc"),
            ("a / b // c", "a / b cccc"),
            ("f(a) / 2 / 'x'", "f(a) / 2 / sss"),
            ("return /'/.test(x) // c", "return sss.test(x) cccc"),
            ("<p>Don't</p> // c", "<p>Don't</p> cccc"),
            ("/* a\n * b */ x", "cccc\nccccccc x"),
            ("x = 'a\\\n b' // c", "x = sss\nsss cccc"),
        ],
    );
}

#[test]
fn go_java_kotlin() {
    check(
        Language::Go,
        &[
            ("x := `a\\` // c", "x := ssss cccc"),
            ("x := '\"' // c", "x := sss cccc"),
            ("x := `a\n// s` // c", "x := ss\nsssss cccc"),
        ],
    );
    check(
        Language::Java,
        &[
            ("x = \"\"\"\n// s\n\"\"\"; // c", "x = sss\nssss\nsss; cccc"),
            ("'\"' /* c */ x", "sss ccccccc x"),
        ],
    );
    check(
        Language::Kotlin,
        &[
            ("\"${m[\"x\"]} // s\" // c", "sssm[sss]sssssss cccc"),
            ("/* /* */ */ x", "ccccccccccc x"),
        ],
    );
}

#[test]
fn ruby() {
    check(
        Language::Ruby,
        &[
            ("x = \"#{y} # s\" # c", "x = sssyssssss ccc"),
            ("=begin\n# c\n=end\nx # c", "cccccc\nccc\ncccc\nx ccc"),
            (
                "x = <<~A # c\n # s\nA\ny # c",
                "x = <<~A ccc\nssss\ns\ny ccc",
            ),
            ("list << item # c", "list << item ccc"),
            ("%w[a # b] # c", "sssssssss ccc"),
            ("x =~ /#/ # c", "x =~ sss ccc"),
            ("a / b # c", "a / b ccc"),
            ("?# # c", "?# ccc"),
            ("x # c\n__END__\n# s", "x ccc\nsssssss\nsss"),
        ],
    );
}

#[test]
fn shell_and_make() {
    check(
        Language::Shell,
        &[
            ("echo '#' # c", "echo sss ccc"),
            ("echo a#b ${x#y} # c", "echo a#b ${x#y} ccc"),
            (
                "echo \"$(git x # y\n) s\" # c",
                "echo sssgit x ccc\nssss ccc",
            ),
            (
                "cat <<'A' # c\n# s\nA\nx # c",
                "cat <<sss ccc\nsss\ns\nx ccc",
            ),
            ("cat <<-A\n\ts\n\tA\nx", "cat <<-A\nss\nss\nx"),
            ("cat <<< a # c\nx", "cat <<< a ccc\nx"),
            ("x=$((1 << y)) # c\nz", "x=$((1 << y)) ccc\nz"),
            ("echo 'a\nb' # c", "echo ss\nss ccc"),
            ("echo $'\\'' # c", "echo $ssss ccc"),
            ("echo it\\'s # c", "echo it\\'s ccc"),
        ],
    );
    check(
        Language::Make,
        &[("a: # don't\n\techo 'x' # c", "a: ccccccc\n\techo sss ccc")],
    );
}

#[test]
fn yaml_and_toml() {
    check(
        Language::Yaml,
        &[
            ("a: '#' # c", "a: sss ccc"),
            ("a: it's b#c # c", "a: it's b#c ccc"),
            ("a: 'it''s' # c", "a: sssssss ccc"),
            (
                "- run: |\n    echo '#' # c\n  b: c",
                "- run: |\n    echo sss ccc\n  b: c",
            ),
            ("a: >-\n  # s\n  t\nb: c # c", "a: >-\nsssss\nsss\nb: c ccc"),
            ("- |\n  x # c\n- y", "- |\n  x ccc\n- y"),
            ("run: | # c\n  x # c", "run: | ccc\n  x ccc"),
            ("a: \"x\n  y\" # c", "a: ss\nssss ccc"),
            ("a: 'x\n\nb: c # c", "a: 'x\n\nb: c ccc"),
        ],
    );
    check(
        Language::Toml,
        &[
            ("a = '\\' # c", "a = sss ccc"),
            ("a = \"\\\"#\" # c", "a = sssss ccc"),
            ("a = '''\n# s''' # c", "a = sss\nssssss ccc"),
        ],
    );
    check(
        Language::Json,
        &[("{\"a\": \"//\"} // c", "{sss: ssss} cccc")],
    );
}

/// Pieces of which texts are made that are nearly right.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "\"",
        "'",
        "`",
        "\"\"\"",
        "'''",
        "#",
        "//",
        "/*",
        "*/",
        "\\",
        "\n",
        "${",
        "#{",
        "{",
        "}",
        "f\"",
        "rf'",
        "r#\"",
        "\"#",
        "br\"",
        "<<A\n",
        "<<~'B'\n",
        "A\n",
        "$(",
        ")",
        "(",
        "%w[",
        "]",
        "=begin\n",
        "=end\n",
        "a: |\n",
        "  b\n",
        "- ",
        ": ",
        "/",
        "[",
        "x",
        " ",
        "\u{e4}",
        "?",
        "$",
        "__END__\n",
        "<!--",
        "return ",
        "'a",
        "\t",
        "\r\n",
        ":",
        "<<",
        "-",
    ])
}

proptest! {
    #[test]
    fn each_byte_is_covered_once(pieces in prop::collection::vec(piece(), 0..60)) {
        let text = pieces.concat();
        for language in Language::ALL {
            covers(language, text.as_bytes())?;
        }
    }

    #[test]
    fn whatever_the_bytes_are(text in prop::collection::vec(any::<u8>(), 0..200)) {
        for language in Language::ALL {
            covers(language, &text)?;
        }
    }
}

fn covers(language: Language, text: &[u8]) -> Result<(), TestCaseError> {
    let spans = lex(language, text);
    let ends: Vec<usize> = spans.parts().iter().map(|(end, _)| *end).collect();
    prop_assert!(ends.windows(2).all(|pair| pair[0] < pair[1]));
    prop_assert!(ends.first() != Some(&0));
    prop_assert_eq!(ends.last().copied().unwrap_or(0), text.len());
    Ok(())
}

#[test]
fn what_is_nested_without_end_does_no_harm() {
    for language in Language::ALL {
        for piece in [
            "f\"{", "`${", "\"${", "\"#{", "\"$(", "/*", "(", "<<A\n", "%w[", "f'{x:{",
        ] {
            let text = piece.repeat(5000);
            let spans = lex(language, text.as_bytes());
            assert_eq!(spans.parts().last().map(|(end, _)| *end), Some(text.len()));
        }
    }
}

#[test]
fn what_never_ends_takes_no_longer_than_its_length() {
    // If each of these were followed to the end, it would be some 10^11 steps.
    for language in Language::ALL {
        for piece in [
            "%w[",
            "\\\"",
            "<<A ",
            "<<~A\n",
            "cat <<B\n",
            "- \"\\",
            "x = /[",
            "'\\",
        ] {
            let text = piece.repeat(100_000);
            let spans = lex(language, text.as_bytes());
            assert_eq!(spans.parts().last().map(|(end, _)| *end), Some(text.len()));
        }
    }
}
