//! The built-in rules: what they look for, and what they say. Their ids and levels are
//! [`config::RULES`](crate::config::RULES); docs/bypass.md describes them.
//!
//! Where two rules find something at the same place, only the first of them counts.

use super::language::Language::{
    self, Go, Java, JavaScript, Json, Kotlin, Make, Python, Ruby, Rust, Shell, Toml, Yaml,
};
use super::rules::{Files, Place, Reasons, Rule};

const BASE: Rule = Rule {
    id: "",
    languages: &[],
    files: Files::All,
    words: &[],
    pattern: "",
    unless: None,
    inside: None,
    place: Place::Comment,
    reasons: Reasons::Comment,
    message: "",
    help: "",
};

const PY: Rule = Rule {
    languages: &[Python],
    reasons: Reasons::SecondComment,
    ..BASE
};

const JS: Rule = Rule {
    languages: &[JavaScript],
    place: Place::CommentStart,
    ..BASE
};

const RS: Rule = Rule {
    languages: &[Rust],
    place: Place::Code,
    reasons: Reasons::Named,
    ..BASE
};

const GO: Rule = Rule {
    languages: &[Go],
    reasons: Reasons::SecondComment,
    ..BASE
};

const JVM: Rule = Rule {
    languages: &[Java, Kotlin],
    place: Place::Code,
    reasons: Reasons::Argument,
    ..BASE
};

const SHELL: Rule = Rule {
    languages: &[Shell, Make],
    place: Place::Code,
    ..BASE
};

const CI: Rule = Rule {
    languages: &[Yaml],
    files: Files::Ci,
    place: Place::NotComment,
    ..BASE
};

/// Where commands are the values of keys.
const DATA: &[Language] = &[Yaml, Toml, Json];

const NO_VERIFY: Rule = Rule {
    id: "git.no-verify",
    words: &["no-veri", "commit"],
    message: "this passes the hooks by",
    help: "let the hooks run; if they must not here, say why on the line: `# -- reason`",
    ..BASE
};

/// git with the option by its name, and its short form where it means the same.
const NO_VERIFY_COMMAND: &str = r#"(?:^|[\s(/@=`"'!])git\s(?:[^|;&]*\s)?--no-veri(?:fy?)?(?:$|[\s)`"';&|,])|(?:^|[\s(/@=`"'!])git\s+(?:-[cC]\s+\S+\s+|--?[\w-]+(?:=\S+)?\s+)*commit\s(?:[^|;&]*\s)?-[aeiopqsvz]*n[a-zA-Z]*(?:$|[\s)`"';&|])"#;

const HOOKS_OFF: Rule = Rule {
    id: "git.hooks-off",
    words: &["hookspath"],
    pattern: r#"-c\s*["']?(?i:core\.hookspath)=|(?i:core\.hookspath)[\s=,"']+(?:/dev/null|NUL\b)|(?i:core\.hookspath)\s+(?:""|'')"#,
    place: Place::NotComment,
    message: "this switches git's hooks off",
    help: "let the hooks run; if they must not here, say why on the line: `# -- reason`",
    ..BASE
};

const HOOK_SWITCH: Rule = Rule {
    id: "git.hook-switch",
    words: &[
        "husky",
        "lefthook",
        "hk=",
        "hk_skip",
        "skip=",
        "overcommit",
        "no_config",
    ],
    pattern: r#"(?:^|[\s;&("'`])(?:(?:HUSKY|HK)=0|LEFTHOOK=(?:0|false)|HUSKY_SKIP_HOOKS=1|HK_SKIP_HOOKS?=\S+|OVERCOMMIT_DISABLED?=1|(?:PRE_COMMIT|PREK)_ALLOW_NO_CONFIG=1|(?:PREK_)?SKIP=\S+\s+(?:\w+=\S*\s+)*git\s)"#,
    message: "this switches the checks of a hook manager off",
    help: "let them run; if they must not here, say why on the line: `# -- reason`",
    ..BASE
};

/// Every built-in rule.
pub const RULES: &[Rule] = &[
    Rule {
        id: "python.noqa-file",
        words: &["noqa"],
        pattern: r"#\s*(?i:ruff|flake8)\s*[:=]\s*(?i:noqa)\b",
        unless: Some(r"^\s*:\s*[A-Z]"),
        message: "this silences every lint in the whole file",
        help: "name the rules in the linter's configuration, or say why: `# ruff: noqa -- reason`",
        ..PY
    },
    Rule {
        id: "python.noqa-coded",
        words: &["noqa"],
        pattern: r"#\s*(?:(?i:ruff|flake8)\s*:\s*)?(?i:noqa)\s*:\s*[A-Z]+\d*(?:(?:\s*,\s*|\s+)[A-Z]+\d+)*",
        message: "this silences a lint",
        help: "fix it, or say why: `# noqa: E501 -- reason`",
        ..PY
    },
    Rule {
        id: "python.noqa-bare",
        words: &["noqa"],
        pattern: r"#\s*(?i:noqa)\b",
        unless: Some(r"^-"),
        message: "this silences every lint on the line",
        help: "name the code and say why: `# noqa: E501 -- reason`, or fix it",
        ..PY
    },
    Rule {
        id: "python.type-ignore-file",
        words: &["mypy", "pyright"],
        pattern: r"^\s*#\s*(?:mypy:\s*ignore-errors|pyright:\s*ignore-errors)\b",
        unless: Some(r"^\s*=\s*[Ff]alse"),
        message: "this silences the type checker in the whole file",
        help: "silence single lines and say why: `# type: ignore[code]  # reason`, or fix it",
        ..PY
    },
    Rule {
        id: "python.type-ignore-coded",
        words: &["ignore"],
        pattern: r"#\s*(?:type|ty|pyright|pyrefly):\s*ignore\s*\[[^\]]+\]",
        message: "this silences the type checker",
        help: "fix it, or say why: `# type: ignore[code]  # reason`",
        ..PY
    },
    Rule {
        id: "python.type-ignore-bare",
        words: &["ignore"],
        pattern: r"#\s*(?:type|ty|pyright|pyrefly):\s*ignore\b",
        unless: Some(r"^[\[\w-]"),
        message: "this silences every complaint of the type checker on the line",
        help: "name the code and say why: `# type: ignore[code]  # reason`, or fix it",
        ..PY
    },
    Rule {
        id: "python.nosec-coded",
        words: &["nosec"],
        pattern: r"#\s*nosec\b\s*:?\s*(?:B\d+|[a-z]+(?:_[a-z]+)+)(?:[,\s]+(?:B\d+|[a-z]+(?:_[a-z]+)+))*",
        message: "this silences a security check, and does not say why",
        help: "say what makes it safe: `# nosec B603 -- reason`, or fix it",
        ..PY
    },
    Rule {
        id: "python.nosec-bare",
        words: &["nosec"],
        pattern: r"#\s*nosec\b",
        message: "this silences every security check on the line",
        help: "name the check and say what makes it safe: `# nosec B603 -- reason`, or fix it",
        ..PY
    },
    Rule {
        id: "python.no-cover",
        words: &["pragma"],
        pattern: r"#\s*pragma:\s*no\s*(?:cover|branch)",
        message: "this takes lines out of the coverage",
        help: "test them, or say why: `# pragma: no cover -- reason`",
        ..PY
    },
    Rule {
        id: "python.pylint-all",
        words: &["pylint"],
        pattern: r"#\s*pylint:\s*(?:disable(?:-next)?\s*=\s*all\b|skip-file)",
        message: "this silences every check of pylint",
        help: "name the check and say why: `# pylint: disable=name  # reason`, or fix it",
        ..PY
    },
    Rule {
        id: "python.pylint-disable",
        words: &["pylint"],
        pattern: r"#\s*pylint:\s*disable(?:-next)?\s*=\s*[\w-]+(?:\s*,\s*[\w-]+)*",
        message: "this silences a check of pylint",
        help: "fix it, or say why: `# pylint: disable=name  # reason`",
        ..PY
    },
    Rule {
        id: "python.fmt-off",
        words: &["fmt"],
        pattern: r"#\s*fmt:\s*(?:off|skip)\s*(?:$|[#;-])",
        message: "this keeps the formatter away",
        help: "let it be formatted, or say why: `# fmt: skip -- reason`",
        ..PY
    },
    Rule {
        id: "python.test-skip",
        words: &["skip", "xfail", "expectedfailure"],
        pattern: r"@(?:pytest\.mark\.(?:skip|xfail)|unittest\.(?:skip|expectedFailure))\b(?:\s*\()?|\bpytestmark\s*=\s*pytest\.mark\.(?:skip|xfail)\b(?:\s*\()?|\bpytest\.skip\(|\bself\.skipTest\(",
        place: Place::Code,
        reasons: Reasons::Argument,
        message: "this leaves a test out, and does not say why",
        help: "say why: reason=\"...\", or mend the test",
        ..PY
    },
    Rule {
        id: "python.test-skipif",
        words: &["skipif", "skipunless"],
        pattern: r"@(?:pytest\.mark\.skipif|unittest\.(?:skipIf|skipUnless))\b(?:\s*\()?",
        place: Place::Code,
        reasons: Reasons::Argument,
        message: "this leaves a test out under a condition",
        help: "say why: reason=\"...\"",
        ..PY
    },
    Rule {
        id: "js.eslint-disable-file",
        words: &["eslint-disable"],
        pattern: r"/\*+\s*eslint-disable\b",
        unless: Some(r"^(?:-[a-z]|\s*[^\s*-]|\s*$)"),
        message: "this silences every lint from here on",
        help: "name the rules and say why: `/* eslint-disable rule -- reason */`, or fix them",
        ..JS
    },
    Rule {
        id: "js.eslint-disable",
        words: &["eslint-disable"],
        pattern: r"(?:/\*+|//+)\s*eslint-disable(?:-next-line|-line)?\b(?:[^-*]|-[^-])*",
        message: "this silences a lint",
        help: "fix it, or say why: `// eslint-disable-next-line rule -- reason`",
        ..JS
    },
    Rule {
        id: "js.ts-ignore",
        words: &["@ts-"],
        pattern: r"(?:/\*+|//+|\*)\s*@ts-(?:ignore|nocheck)\b",
        reasons: Reasons::Rest,
        message: "this silences the type checker, and stays when nothing is wrong any more",
        help: "write `@ts-expect-error` and why, or fix it",
        ..JS
    },
    Rule {
        id: "js.ts-expect-error",
        files: Files::NoTests,
        words: &["@ts-"],
        pattern: r"(?:/\*+|//+|\*)\s*@ts-expect-error\b",
        reasons: Reasons::Rest,
        message: "this silences the type checker",
        help: "fix it, or say why: `// @ts-expect-error -- reason`",
        ..JS
    },
    Rule {
        id: "js.test-only",
        words: &[".only", "fit", "fdescribe"],
        pattern: r"(?:^|[^\w.$])(?:(?:it|test|describe|suite|context)(?:\.\w+)*\.only\s*[(.]|f(?:it|describe)\s*\()",
        place: Place::Code,
        message: "this leaves out every other test of the file",
        help: "take `.only` out, or the `f` of `fit`",
        ..JS
    },
    Rule {
        id: "js.test-skip",
        words: &[".skip", ".fixme", "xit", "xdescribe", "xtest"],
        pattern: r"(?:^|[^\w.$])(?:(?:it|test|describe|suite)(?:\.\w+)*\.(?:skip|fixme)|x(?:it|describe|test))\s*\(",
        place: Place::Code,
        message: "this leaves a test out",
        help: "mend the test, or say why: `// -- reason`",
        ..JS
    },
    Rule {
        id: "rust.allow-crate",
        words: &["allow"],
        pattern: r"#!\[\s*(?:cfg_attr\([^\]]*?,\s*)?allow\s*\(",
        inside: Some(r"\b(?:warnings|unused|clippy::all|clippy::correctness|clippy::suspicious)\b"),
        message: "this silences a whole group of lints in the crate or module",
        help: "name the lints and say why: `#![allow(lint, reason = \"...\")]`, or fix them",
        ..RS
    },
    Rule {
        id: "rust.allow",
        words: &["allow"],
        pattern: r"#!?\[\s*(?:cfg_attr\([^\]]*?,\s*)?allow\s*\(",
        message: "this silences a lint",
        help: "fix it, or say why: `#[expect(lint, reason = \"...\")]`",
        ..RS
    },
    Rule {
        id: "rust.expect",
        words: &["expect"],
        pattern: r"#!?\[\s*(?:cfg_attr\([^\]]*?,\s*)?expect\s*\(",
        message: "this silences a lint as long as there is something to silence",
        help: "say why: `#[expect(lint, reason = \"...\")]`",
        ..RS
    },
    Rule {
        id: "rust.test-ignore",
        words: &["ignore"],
        pattern: r"#\[\s*(?:cfg_attr\([^\]]*?,\s*)?ignore\s*[\])]",
        message: "this leaves a test out",
        help: "mend the test, or say why: `#[ignore = \"reason\"]`",
        ..RS
    },
    Rule {
        id: "go.nolint-bare",
        words: &["nolint"],
        pattern: r"//\s*nolint(?:$|[\s,]|:\s*all\b|:\s*$)",
        message: "this silences every linter",
        help: "name the linter and say why: `//nolint:name // reason`, or fix it",
        ..GO
    },
    Rule {
        id: "go.nolint-coded",
        words: &["nolint"],
        pattern: r"//\s*nolint:[\w-]+(?:\s*,\s*[\w-]+)*",
        message: "this silences a linter",
        help: "fix it, or say why: `//nolint:name // reason`",
        ..GO
    },
    Rule {
        id: "go.nosec-bare",
        words: &["nosec"],
        pattern: r"#nosec\b",
        unless: Some(r"^\s*:?\s*G\d"),
        message: "this silences every security check",
        help: "name the check and say what makes it safe: `// #nosec G104 -- reason`, or fix it",
        ..GO
    },
    Rule {
        id: "go.test-skip",
        words: &["skip"],
        pattern: r"\b[tbf]\.Skip(?:f|Now)?\(",
        place: Place::Code,
        reasons: Reasons::Argument,
        message: "this leaves a test out",
        help: "say why: t.Skip(\"...\")",
        ..GO
    },
    Rule {
        id: "java.suppress-warnings",
        words: &["suppress"],
        pattern: r"@(?:file:)?Suppress(?:Warnings)?\s*\(",
        reasons: Reasons::Comment,
        message: "this silences a warning",
        help: "fix it, or say why: `// -- reason`",
        ..JVM
    },
    Rule {
        id: "java.test-disabled",
        words: &["@disabled", "@ignore"],
        pattern: r"@(?:Disabled|Ignore)\b(?:\s*\()?",
        message: "this leaves a test out",
        help: "mend the test, or say why: @Disabled(\"reason\")",
        ..JVM
    },
    Rule {
        id: "java.nosonar",
        words: &["nosonar"],
        pattern: r"\bNOSONAR\b",
        place: Place::Comment,
        reasons: Reasons::Rest,
        message: "this silences every complaint on the line",
        help: "fix it, or say why: `// NOSONAR -- reason`",
        ..JVM
    },
    Rule {
        id: "ruby.rubocop-disable",
        languages: &[Ruby],
        words: &["rubocop"],
        pattern: r"#\s*rubocop\s*:\s*(?:disable|todo)(?:-next)?\b\s*[\w/]*(?:\s*,\s*[\w/]+)*",
        reasons: Reasons::SecondComment,
        message: "this silences a lint",
        help: "fix it, or say why: `# rubocop:disable Department/Cop -- reason`",
        ..BASE
    },
    Rule {
        id: "shell.shellcheck-disable",
        words: &["shellcheck"],
        pattern: r"#\s*shellcheck\s+disable=[\w,-]+",
        place: Place::Comment,
        reasons: Reasons::SecondComment,
        message: "this silences a check of shellcheck",
        help: "fix it, or say why: `# shellcheck disable=SC2086 # reason`",
        ..SHELL
    },
    Rule {
        id: "shell.or-true",
        words: &["||"],
        pattern: r"\|\|\s*(?:true|:)(?:$|[\s;)&])",
        message: "whatever happens here counts as success",
        help: "let it fail, or say why: `# -- reason`",
        ..SHELL
    },
    Rule {
        id: "shell.set-plus-e",
        words: &["set"],
        pattern: r"(?:^|[\s;&|(])set\s+\+[a-z]*e",
        message: "from here on failures are passed over",
        help: "let it fail, or say why: `# -- reason`",
        ..SHELL
    },
    Rule {
        languages: &[Shell, Make],
        pattern: NO_VERIFY_COMMAND,
        place: Place::Code,
        ..NO_VERIFY
    },
    Rule {
        languages: DATA,
        pattern: NO_VERIFY_COMMAND,
        place: Place::NotComment,
        ..NO_VERIFY
    },
    Rule {
        languages: &[Python, JavaScript, Ruby, Rust, Go],
        words: &["no-veri", "commit"],
        pattern: r#"["'`]git\s[^"'`|;&]*\s--no-veri(?:fy?)?\b|["'`]git\s+commit\s(?:[^"'`|;&]*\s)?-[aeiopqsvz]*n[a-zA-Z]*(?:\s|["'`])|["']git["']\s*,[^;]*["']--no-verify["']|["']commit["']\s*,[^;]*["'](?:--no-verify|-n)["']"#,
        place: Place::WholeText,
        help: "let the hooks run; if they must not here, say why in a comment on the line: `-- reason`",
        ..NO_VERIFY
    },
    Rule {
        languages: &[Shell, Make, Yaml, Toml, Json],
        ..HOOKS_OFF
    },
    Rule {
        languages: &[Python, JavaScript, Ruby],
        pattern: r#"["'`](?:git\s[^"'`]*)?(?i:core\.hookspath)(?:[\s=]|["'`]\s*,\s*["'`])\s*(?:/dev/null|NUL\b)"#,
        place: Place::WholeText,
        ..HOOKS_OFF
    },
    Rule {
        id: "git.hooks-path",
        languages: &[Shell, Make, Yaml, Toml, Json],
        words: &["hookspath"],
        pattern: r"\bgit\s+(?:-C\s+\S+\s+)?config\s+(?:--(?:local|global|system|worktree|replace-all|add)\s+|set\s+)*(?i:core\.hookspath)\s+",
        unless: Some(r#"^(?:$|[|;&)>]|/dev/null|NUL\b|""|'')"#),
        place: Place::NotComment,
        message: "this makes git look for its hooks elsewhere",
        help: "`gatekeeper install` puts its hooks where git looks for them; if others must be there, say why: `# -- reason`",
        ..BASE
    },
    Rule {
        languages: &[Shell, Make],
        place: Place::Code,
        ..HOOK_SWITCH
    },
    Rule {
        languages: DATA,
        place: Place::NotComment,
        ..HOOK_SWITCH
    },
    Rule {
        id: "ci.continue-on-error",
        words: &["continue-on-error", "allow_failure", "continueonerror"],
        pattern: r#"\b(?:continue-on-error|allow_failure|continueOnError)["']?:\s*(?:["']?true\b|\$\{\{\s*true\s*\}\})"#,
        message: "CI succeeds whatever happens here",
        help: "let it fail, or say why: `# -- reason`",
        ..CI
    },
    Rule {
        id: "ci.or-true",
        words: &["||"],
        pattern: r#"\|\|\s*(?:true|:)(?:$|[\s;)&"'`])"#,
        message: "CI succeeds whatever happens here",
        help: "let it fail, or say why: `# -- reason`",
        ..CI
    },
    Rule {
        id: "ci.if-false",
        words: &["false"],
        pattern: r#"^\s*(?:-\s+)?["']?if["']?:\s*["']?(?:false|\$\{\{\s*false\s*\}\})["']?\s*$"#,
        message: "this part of CI never runs",
        help: "take it out, or say why it stays: `# -- reason`",
        ..CI
    },
];
