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
    let docs = "mkdocs at tox.ini:17".to_owned();
    assert!(!shown("tox", "", &files).contains(&docs));
    assert!(shown("tox -e ALL", "", &files).contains(&docs));
}

#[test]
fn factors_of_tox() {
    let text = "[tox]\nenvlist = lint, docs-{build,links}\nlabels =\n  static = lint\n[testenv]\ncommands = pytest\n\
        [testenv:docs-{build,links,spelling}]\ncommands =\n  build: sphinx-build -d {envtmpdir}/d docs {env:OUT:{envtmpdir}}/html\n  links: sphinx-build -b linkcheck docs out\n\
        [testenv:lint]\ncommands = ruff check --cache-dir={envtmpdir}/c src\n[testenv:make]\nchangedir = {toxinidir}/docs\ncommands = sphinx-build out\n";
    let inner = format!("[tool.tox]\nlegacy_tox_ini = '''\n{text}'''\n");
    for (path, text, above) in [("tox.ini", text, 0), ("pyproject.toml", inner.as_str(), 2)] {
        let commands = |call: &str| -> Vec<String> {
            let all = shown(call, "", &[(path, text)]).into_iter();
            all.filter(|line| line.contains(" at ")).collect()
        };
        let at = |line: usize| format!("at {path}:{}", line + above);
        let build = format!("sphinx-build -d .tox/tmp/d docs .tox/tmp/html {}", at(9));
        let links = format!("sphinx-build -b linkcheck docs out {}", at(10));
        let lint = format!("ruff check src {}", at(12));
        assert_eq!(
            commands("tox run -e docs-build"),
            std::slice::from_ref(&build)
        );
        assert_eq!(commands("tox run -f docs"), [build.clone(), links.clone()]);
        assert_eq!(commands("tox -m static"), std::slice::from_ref(&lint));
        assert_eq!(commands("tox"), [build, links, lint]);
        assert_eq!(commands("tox -e py312"), [format!("pytest {}", at(6))]);
        let makes = format!("sphinx-build out in docs {}", at(15));
        assert_eq!(commands("tox -e make"), [makes]);
    }
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
    let product = "env_list = [{product = [{prefix = '3.', start = 9, stop = 10}, ['a', 'b']]}]\n[env.'3.10-b']\ncommands = [['mypy']]\n[env_run_base]\ncommands = [['pytest']]\n";
    let all = shown("tox -f b", "", &[("tox.toml", product)]);
    assert_eq!(all[..2], ["mypy at tox.toml:3", "pytest at tox.toml:5"]);
}

#[test]
fn tasks_of_pixi() {
    let text = "[tasks]\nall = { cmd = 'mypy src', depends-on = ['lint', { task = 'test' }] }\n[feature.dev.tasks]\nlint = 'ruff check'\n\
        test = { cmd = ['pytest', '-n', 'auto'], cwd = 'sub', env = { A = 'b' } }\n[feature.other.tasks]\nlint = 'own'\n\
        [environments]\ndev = ['dev']\nother = { features = ['other'] }\n";
    let commands = |call: &str| -> Vec<String> {
        let all = shown(call, "", &[("pixi.toml", text)]).into_iter();
        all.filter(|line| line.contains(" at ")).collect()
    };
    assert_eq!(
        commands("pixi run -e dev all"),
        [
            "ruff check at pixi.toml:4",
            "pytest -n auto in sub at pixi.toml:5",
            "mypy src at pixi.toml:2",
        ]
    );
    assert_eq!(
        commands("pixi run -e other lint --fix"),
        ["own --fix at pixi.toml:7"]
    );
    assert_eq!(
        commands("pixi run --environment=dev lint"),
        ["ruff check at pixi.toml:4"]
    );
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
