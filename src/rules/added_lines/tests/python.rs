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
