//! Tasks of Python projects.

use super::shown;

#[test]
fn environments_of_tox() {
    let text = "[tox]\nenvlist = lint, py\n\n[testenv]\ndeps = pytest\ncommands =\n    pytest {posargs:tests}\n\
        [testenv:lint]\ncommands =\n    - ruff check \\\n      src\n    {[testenv:types]commands}\n    sh {toxinidir}/check.sh\n\
        [testenv:types]\ncommands = mypy src\n[testenv:docs]\ncommands = mkdocs\n";
    let files = [("tox.ini", text), ("check.sh", "x\n")];
    let lint = shown("tox -e lint -- -v", "", &files);
    assert_eq!(
        lint,
        [
            "ruff check src at tox.ini:11",
            "x at check.sh:1",
            "mypy src at tox.ini:15",
            "tox.ini:9 [testenv:lint] commands = - ruff check \\; src; {[testenv:types]commands}; sh {toxinidir}/check.sh",
            "tox.ini:15 [testenv:types] commands = mypy src",
            "all of check.sh",
        ]
    );
    assert!(shown("tox", "", &files).contains(&"mkdocs at tox.ini:17".to_owned()));
}

#[test]
fn commands_of_tox_as_lists() {
    let text = "[tool.tox]\nenv_list = ['3.14', 'types']\n[tool.tox.env_run_base]\ncommands = [[\n'pytest', '--basetemp={env_tmp_dir}',\n\
        {replace = 'posargs', default = ['tests'], extend = true}]]\n\
        [tool.tox.env.types]\ncommands = [['mypy'], ['-', 'pyright']]\n\
        [tool.tox.env.docs]\ncommands = [[{replace = 'ref', of = ['x']}]]\n";
    let commands = |call: &str| -> Vec<String> {
        let all = shown(call, "", &[("pyproject.toml", text)]);
        let commands = all.into_iter().filter(|line| line.contains(" at "));
        commands.collect()
    };
    assert_eq!(
        commands("tox run -e types"),
        ["mypy at pyproject.toml:8", "pyright at pyproject.toml:8"]
    );
    assert_eq!(
        commands("tox run -e 3.14"),
        ["pytest tests at pyproject.toml:4"]
    );
    assert_eq!(commands("tox").len(), 3);
    assert_eq!(commands("tox -e docs"), [""; 0]);
}

#[test]
fn tasks_of_python() {
    let text = "[project]\nname = 'x'\n[tool.poe]\nenv = { A = '1' }\n[tool.poe.tasks]\nlint = 'ruff check'\n\
        test = { cmd = 'pytest', deps = ['lint'] }\nall = ['lint', { shell = 'mypy .' }]\nfn = { script = 'x:y' }\n\
        [tool.pdm.scripts]\n_.env_file = '.env'\ntest = { cmd = ['pytest', '-q'] }\nall = { composite = ['test', 'mypy .'] }\n\
        [tool.hatch.envs.lint.scripts]\nstyle = 'ruff check'\nall = ['style', '- mypy .']\n";
    let files = [("pyproject.toml", text)];
    assert_eq!(
        shown("uv run poe all", "", &files),
        [
            "ruff check at pyproject.toml:6",
            "mypy . at pyproject.toml:8",
            "pyproject.toml:4 tool.poe.env = { A = \"1\" }",
            "pyproject.toml:6 tool.poe.tasks.lint = ruff check",
            "pyproject.toml:8 tool.poe.tasks.all = [\"lint\", { shell = \"mypy .\" }]",
        ]
    );
    assert_eq!(
        shown("poe fn", "", &files)[0],
        "poe fn (the task is not a shell command)"
    );
    assert_eq!(
        shown("pdm run all", "", &files),
        [
            "pytest -q at pyproject.toml:12",
            "mypy . at pyproject.toml:13",
            "pyproject.toml:11 tool.pdm.scripts._ = { env_file = \".env\" }",
            "pyproject.toml:12 tool.pdm.scripts.test = { cmd = [\"pytest\", \"-q\"] }",
            "pyproject.toml:13 tool.pdm.scripts.all = { composite = [\"test\", \"mypy .\"] }",
        ]
    );
    assert_eq!(
        shown("hatch run lint:all", "", &files),
        [
            "ruff check at pyproject.toml:15",
            "mypy . at pyproject.toml:16",
            "pyproject.toml:15 tool.hatch.envs.lint.scripts.style = ruff check",
            "pyproject.toml:16 tool.hatch.envs.lint.scripts.all = [\"style\", \"- mypy .\"]",
        ]
    );
    assert_eq!(shown("pdm run pytest", "", &files)[0], "pytest");
    assert_eq!(shown("pdm install", "", &files)[0], "pdm install");
}
