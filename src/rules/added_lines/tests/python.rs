//! Silencers of Python.

use super::check;

#[test]
fn silencers_are_found() {
    check(
        "src/a.py",
        &[
            ("x  # noqa", "python.noqa-bare"),
            ("x  # NOQA", "python.noqa-bare"),
            ("x  #noqa -- the table reads better", "python.noqa-bare!"),
            ("x  # noqa: E501", "python.noqa-coded"),
            ("x  # noqa: E501 -- the URL is long", "python.noqa-coded!"),
            ("x  # noqa: E501 -- fix later", "python.noqa-coded"),
            ("x  # noqa: E501  # the URL is long", "python.noqa-coded!"),
            (
                "x  # noqa: E501  # type: ignore",
                "python.noqa-coded python.type-ignore-bare",
            ),
            // What flake8, ruff and bandit accept, whatever it was meant to be.
            ("x  # noqa is what linters call it", "python.noqa-bare"),
            ("x  # `# noqa` is a mention", "python.noqa-bare"),
            ("x  # noqabc", "python.noqa-bare"),
            ("x  # nosec is what bandit calls it", "python.nosec-bare"),
            ("x  # '# nosec' is a mention", "python.nosec-bare"),
            ("x  # nosecond", "python.nosec-bare"),
            ("x  # see noqa for more", ""),
            ("x  # see nosec for more", ""),
            ("# ruff: noqa", "python.noqa-file"),
            ("# flake8: noqa: E501", "python.noqa-coded"),
            ("'# noqa'", ""),
            ("'''\n# noqa\n'''", ""),
            ("f'{x}# noqa'", ""),
            ("noqa = 1", ""),
            ("x  # type: ignore", "python.type-ignore-bare"),
            ("x  # type: ignore[attr]", "python.type-ignore-coded"),
            (
                "x  # type: ignore[attr]  # no stubs for lxml",
                "python.type-ignore-coded!",
            ),
            ("x  # pyright: ignore", "python.type-ignore-bare"),
            ("# mypy: ignore-errors", "python.type-ignore-file"),
            ("# mypy: ignore-errors = False", ""),
            ("x  # pyre-ignore", "python.type-ignore-bare"),
            ("x  # pyre-fixme[6]: wrong", "python.type-ignore-coded"),
            ("# pyre-ignore-all-errors", "python.type-ignore-file"),
            ("# pyre-strict", ""),
            ("# autopep8: off", "python.fmt-off"),
            ("x  # nosemgrep", "security.nosemgrep-bare"),
            ("x  # nosemgrep: a.b-c", "security.nosemgrep-coded"),
            (
                "x  # nosemgrep: a.b-c -- the input is constant",
                "security.nosemgrep-coded!",
            ),
            (
                "k = 'x'  # pragma: allowlist secret",
                "security.secret-allowed",
            ),
            ("k = 'x'  # gitleaks:allow", "security.secret-allowed"),
            ("k = '# gitleaks:allow'", ""),
            ("# lists of nosemgrep comments are in the handbook", ""),
            ("x  # nosec", "python.nosec-bare"),
            ("x  # nosec B603", "python.nosec-coded"),
            (
                "x  # nosec B603, B607 -- argv is constant",
                "python.nosec-coded!",
            ),
            ("x  # pragma: no cover", "python.no-cover"),
            ("# pylint: disable=all", "python.pylint-all"),
            ("# pylint: disable=a, b", "python.pylint-disable"),
            ("# fmt: off", "python.fmt-off"),
            ("x  # fmt: skip  # noqa", "python.noqa-bare python.fmt-off"),
            ("# this is inside a # fmt: off block", ""),
            ("# never write `# noqa` here", ""),
            ("@pytest.mark.skip\ndef f(): ...", "python.test-skip"),
            (
                "@pytest.mark.skip(reason='no server in CI')",
                "python.test-skip!",
            ),
            (
                "@pytest.mark.xfail(\n    reason='no server in CI',\n)",
                "python.test-skip!",
            ),
            ("@pytest.mark.skip(reason=NO_SERVER)", "python.test-skip!"),
            ("    pytest.skip('no server in CI')", "python.test-skip!"),
            ("    pytest.skip(message)", "python.test-skip!"),
            ("    pytest.skip()", "python.test-skip"),
            ("@pytest.mark.xfail(raises=ValueError)", "python.test-skip"),
            ("@unittest.skip('todo')", "python.test-skip"),
            (
                "@pytest.mark.skipif(sys.platform == 'win32')",
                "python.test-skipif",
            ),
            ("x = '@pytest.mark.skip'", ""),
        ],
    );
}

#[test]
fn silencers_of_newer_tools_are_found() {
    check(
        "src/a.py",
        &[
            ("# ruff: disable[F401]", "python.noqa-coded"),
            ("# ruff:disable[F401, E501]", "python.noqa-coded"),
            ("# ruff: enable[F401]", ""),
            ("# ruff: file-ignore[F401]", "python.noqa-coded"),
            (
                "x  # ruff: ignore[F401] -- imported for its effect",
                "python.noqa-coded!",
            ),
            ("# mypy: ignore_errors", "python.type-ignore-file"),
            (
                "# mypy: warn-unreachable, ignore-errors",
                "python.type-ignore-file",
            ),
            (
                "# mypy: disable-error-code=\"attr-defined\"",
                "python.type-ignore-file",
            ),
            (
                "# mypy: disable_error_code=assignment -- generated by protoc",
                "python.type-ignore-file!",
            ),
            ("# mypy: allow-untyped-defs", "python.type-ignore-file"),
            ("# mypy: no-warn-return-any", "python.type-ignore-file"),
            (
                "# mypy: disallow-untyped-defs=False",
                "python.type-ignore-file",
            ),
            ("# mypy: follow-imports=skip", "python.type-ignore-file"),
            ("# mypy: strict", ""),
            ("# mypy: disallow-untyped-defs", ""),
            ("# mypy: no-implicit-optional", ""),
            ("# pyright: basic", "python.type-ignore-file"),
            ("# pyright: strict", ""),
            (
                "# pyright: strict, reportUnusedImport=false",
                "python.type-ignore-file",
            ),
            ("# pyright: reportUnusedImport=error", ""),
            ("# pyrefly: ignore-errors", "python.type-ignore-file"),
            ("# pyrefly: ignore-all-errors", "python.type-ignore-file"),
            ("x  # ty: ignore[invalid]", "python.type-ignore-coded"),
            ("@no_type_check\ndef f(): ...", "python.type-ignore-bare"),
            (
                "@typing.no_type_check  # -- it is generated\ndef f(): ...",
                "python.type-ignore-bare!",
            ),
            ("from typing import no_type_check", ""),
            ("# pylint: disable-all", "python.pylint-all"),
            ("# pylint: disable=E", "python.pylint-all"),
            ("# see below, pylint: disable=a", "python.pylint-disable"),
            ("# pylint: disable-msg=a", "python.pylint-disable"),
            ("# pylint: enable=b, disable=a", "python.pylint-disable"),
            ("x  # PRAGMA NO COVER", "python.no-cover"),
            ("# yapf: disable", "python.fmt-off"),
            ("# isort: skip_file", "python.fmt-off"),
            ("import b  # isort:skip", "python.fmt-off"),
            ("# isort: split", ""),
        ],
    );
}

#[test]
fn tests_are_skipped_by_any_name() {
    check(
        "tests/test_a.py",
        &[
            ("@mark.skip\ndef test_a(): ...", "python.test-skip"),
            ("@pt.mark.skip\ndef test_a(): ...", "python.test-skip"),
            ("@mark.skip('no server in CI')", "python.test-skip!"),
            ("pytestmark = [pytest.mark.skip]", "python.test-skip"),
            (
                "p = pytest.param(1, marks=pytest.mark.xfail)",
                "python.test-skip",
            ),
            ("@skip\ndef test_a(): ...", "python.test-skip"),
            ("@skip('no server in CI')", "python.test-skip!"),
            ("@expectedFailure", "python.test-skip"),
            ("@ut.skip('later')", "python.test-skip"),
            ("    skip('flaky')", "python.test-skip"),
            ("    raise SkipTest", "python.test-skip"),
            (
                "    raise unittest.SkipTest('no server in CI')",
                "python.test-skip!",
            ),
            ("    pytest.xfail('x')", "python.test-skip"),
            ("    __test__ = False", "python.test-skip"),
            ("pytest.exit('done', returncode=0)", "python.test-skip"),
            ("os._exit(0)", "python.test-skip"),
            ("@mark.skipif(True)", "python.test-skipif"),
            ("x = pytest.importorskip('numpy')", "python.test-skipif"),
            ("skip = 3", ""),
            ("skipped(1)", ""),
            ("os._exit(1)", ""),
        ],
    );
    check(
        "conftest.py",
        &[
            ("collect_ignore = ['test_a.py']", "python.test-skip"),
            ("collect_ignore_glob += ['*']", "python.test-skip"),
            ("    session.exitstatus = 0", "python.test-skip"),
            ("    assert session.exitstatus == 0", ""),
        ],
    );
    check(
        "src/app.py",
        &[("@skip\ndef f(): ...", ""), ("os._exit(0)", "")],
    );
}

#[test]
fn the_cells_of_notebooks_are_python() {
    let notebook = |source: &str| {
        format!(
            "{{\n \"cells\": [{{\"cell_type\": \"code\", \"source\": [\n  \"{source}\"\n ]}}]\n}}"
        )
    };
    for (source, expected) in [
        ("import os  # noqa\\n", "python.noqa-bare"),
        ("x = 1  # type: ignore", "python.type-ignore-bare"),
        ("x = '# noqa'", ""),
        (
            "import os  # noqa: F401 -- for its effect",
            "python.noqa-coded!",
        ),
    ] {
        check("a.ipynb", &[(notebook(source).as_str(), expected)]);
    }
}
