//! Scripts and workspaces of package.json.

use super::shown;

const PACKAGE: &str = r#"{
  "name": "app",
  "scripts": {
    "pretest": "eslint .",
    "test": "vitest run",
    "docs": "typedoc",
    "check": "npm run lint && run-s check:*",
    "check:types": "tsc --noEmit",
    "check:style": "prettier --check .",
    "lint": "eslint ."
  }
}
"#;

#[test]
fn scripts_of_a_package() {
    let files = [("package.json", PACKAGE)];
    let test = [
        "eslint . at package.json:4",
        "vitest run at package.json:5",
        "package.json:4 scripts.pretest = eslint .",
        "package.json:5 scripts.test = vitest run",
    ];
    for command in [
        "npm test",
        "npm t",
        "npm run test -- --coverage",
        "npm run -s test",
        "pnpm test",
        "pnpm run test",
        "yarn test",
        "yarn run test",
        "bun run test",
        "env CI=1 npm test",
        "timeout 60 npm test",
        "corepack pnpm test",
        "sh -c 'npm test'",
        "if true; then npm test; fi",
        "x=$(npm test)",
        "f() { npm test; }; f",
    ] {
        let found = shown(command, "", &files);
        let found: Vec<&String> = found
            .iter()
            .filter(|line| line.contains("package.json"))
            .collect();
        assert_eq!(found, test, "{command}");
    }
    assert_eq!(
        shown("npm run check", "", &files),
        [
            "eslint . at package.json:10",
            "prettier --check . at package.json:9",
            "tsc --noEmit at package.json:8",
            "package.json:7 scripts.check = npm run lint && run-s check:*",
            "package.json:8 scripts.check:types = tsc --noEmit",
            "package.json:9 scripts.check:style = prettier --check .",
            "package.json:10 scripts.lint = eslint .",
        ]
    );
    assert_eq!(shown("yarn eslint .", "", &files), ["eslint ."]);
    assert_eq!(shown("npm ci", "", &files), ["npm ci"]);
    assert_eq!(shown("bun test", "", &files), ["bun test"]);
    assert_eq!(
        shown("npm run missing", "", &files),
        ["npm run missing (no package.json has a script `missing`)"]
    );
    let damaged = [("package.json", "{")];
    assert_eq!(
        shown("npm test", "", &damaged),
        ["npm test (package.json is damaged)", "all of package.json"]
    );
}

#[test]
fn packages_of_workspaces() {
    let files = [
        (
            "package.json",
            r#"{"workspaces": ["packages/*"], "scripts": {"test": "npm test --workspaces"}}"#,
        ),
        (
            "packages/a/package.json",
            r#"{"name": "@x/a", "scripts": {"test": "jest"}}"#,
        ),
        (
            "packages/b/package.json",
            r#"{"name": "@x/b", "scripts": {"lint": "eslint ."}}"#,
        ),
        (".npmrc", "registry=x\nscript-shell=/bin/true\n"),
    ];
    let a = [
        "jest in packages/a at packages/a/package.json:1",
        ".npmrc:2 script-shell = script-shell=/bin/true",
        "packages/a/package.json:1 scripts.test = jest",
    ];
    for command in [
        "npm test -w @x/a",
        "npm test --workspace=packages/a",
        "npm --prefix packages/a test",
        "npm -C packages/a run test",
        "pnpm --filter @x/a test",
        "pnpm --dir packages/a test",
        "yarn workspace @x/a test",
        "yarn --cwd packages/a test",
        "cd packages/a && npm test",
        "(cd packages && cd a && yarn test)",
    ] {
        assert_eq!(shown(command, "", &files), a, "{command}");
    }
    assert_eq!(shown("npm test", "packages/a", &files), a);
    assert_eq!(shown("npm test", "packages/a/src", &files), a);
}

#[test]
fn settings_that_change_what_a_script_is() {
    let harmless = "; a comment\n# another\nregistry=x\n@a:registry=x\n//x/:_authToken=${T}\n\
        save-exact=true\nfund = false\n\n";
    for line in [
        "workspace=b",
        "workspaces=true",
        "usage=true",
        "usage",
        "\"script-shell\"=/bin/true",
        "'script-shell' = /bin/true",
        "script-shell = /bin/true",
        "${X}=/bin/true",
        "if-present[]=true",
        "fund=true\rusage",
    ] {
        let settings = format!("{harmless}{line}\n");
        let files = [("package.json", PACKAGE), (".npmrc", &settings)];
        let found = shown("npm run docs", "", &files);
        let settings: Vec<&String> = found
            .iter()
            .filter(|text| text.starts_with(".npmrc"))
            .collect();
        assert_eq!(settings.len(), 1, "{line}: {found:?}");
        assert!(settings[0].starts_with(".npmrc:9"), "{line}: {found:?}");
    }
    for line in ["\"script-shell\" \"/bin/true\"", "--cwd b", "--run.cwd b"] {
        let files = [("package.json", PACKAGE), (".yarnrc", line)];
        let found = shown("yarn docs", "", &files);
        assert!(
            found.iter().any(|text| text.starts_with(".yarnrc:1")),
            "{line}: {found:?}"
        );
    }
}
