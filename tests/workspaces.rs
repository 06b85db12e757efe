//! Workspaces of Node: what is linked into `node_modules` is the snapshot's.

use std::fs;
use std::os::unix::fs::symlink;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

/// How pnpm starts a program: by its path from where the script itself lies.
const SCRIPT: &str = "#!/bin/sh\nbasedir=$(dirname \"$(realpath \"$0\")\")\nexec \"$basedir\"/'../../../a/cli.js' \"$@\"\n";

/// A repository with two packages, installed as a package manager does it.
fn sandbox(gate: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let gates =
        format!("[settings]\nisolation = \"snapshot\"\n[gates.x]\nrun = '''\n{gate}\nexit 1'''\n");
    sandbox.write("gates.toml", gates);
    sandbox.write(".gitignore", "node_modules/\n");
    sandbox.write("packages/a/index.js", "staged a\n");
    sandbox.write("packages/a/cli.js", "#!/bin/sh\necho staged cli\n");
    sandbox.write("packages/b/index.js", "staged b\n");
    sandbox
        .sh("chmod 755 packages/a/cli.js && git add . && git commit -qs -m base")
        .expect(0);
    sandbox.write("packages/a/index.js", "unstaged\n");
    sandbox.write("packages/a/cli.js", "#!/bin/sh\necho unstaged\n");
    sandbox.write("packages/b/index.js", "unstaged\n");
    sandbox.write("staged", "");
    sandbox.git(&["add", "staged"]);
    sandbox.write("node_modules/other/index.js", "other\n");
    sandbox.write("node_modules/other/cli.js", "#!/bin/sh\necho other cli\n");
    sandbox.write("node_modules/.pnpm/store", "store\n");
    sandbox
        .sh("chmod 755 node_modules/other/cli.js && mkdir -p node_modules/.bin node_modules/@acme")
        .expect(0);
    sandbox
}

fn link(sandbox: &Sandbox, path: &str, target: &str) {
    let path = sandbox.top.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    symlink(target, path).unwrap();
}

#[test]
fn packages_of_the_repository_are_the_snapshots() {
    let gate = "cat node_modules/b/index.js node_modules/@acme/a/index.js node_modules/other/index.js
cat node_modules/.pnpm/store packages/b/node_modules/@acme/a/index.js
node_modules/.bin/a-cli; node_modules/.bin/other; packages/b/node_modules/.bin/a-cli; packages/b/node_modules/.bin/direct
git status --porcelain";
    let sandbox = sandbox(gate);
    let top = sandbox.top.display().to_string();
    link(&sandbox, "node_modules/b", "../packages/b");
    link(
        &sandbox,
        "node_modules/@acme/a",
        &format!("{top}/packages/a"),
    );
    link(&sandbox, "node_modules/.bin/a-cli", "../@acme/a/cli.js");
    link(&sandbox, "node_modules/.bin/other", "../other/cli.js");
    link(&sandbox, "packages/b/node_modules/@acme/a", "../../../a");
    link(
        &sandbox,
        "packages/b/node_modules/.bin/direct",
        "../../../a/cli.js",
    );
    sandbox.write("packages/b/node_modules/.bin/a-cli", SCRIPT);
    sandbox
        .sh("chmod 755 packages/b/node_modules/.bin/a-cli")
        .expect(0);
    for _ in 0..2 {
        let done = sandbox.gatekeeper(&["run", "--staged"]).expect(1);
        let done = done.says("checked in a snapshot");
        insta::allow_duplicates!(assert_snapshot!(done, @r#"
        failed: x failed: exit code 1
        gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
                 failed  x  [TIME]  exit code 1

        x failed
            cause  exit code 1, after [TIME]
           output
                   | staged b
                   | staged a
                   | other
                   | store
                   | staged a
                   | staged cli
                   | other cli
                   | staged cli
                   | staged cli
                   | A  staged
          command  (PATH="$PWD/node_modules/.bin:$PATH"; cat node_modules/b/index.js node_modules/@acme/a/index.js node_modules/other/index.js
                   cat node_modules/.pnpm/store packages/b/node_modules/@acme/a/index.js
                   node_modules/.bin/a-cli; node_modules/.bin/other; packages/b/node_modules/.bin/a-cli; packages/b/node_modules/.bin/direct
                   git status --porcelain
                   exit 1)
           repeat  gatekeeper run --staged x

        1 failed in [TIME]
        "#));
    }
}

#[test]
fn without_a_package_of_the_repository_the_directory_is_a_link() {
    let gate = "if [ -L node_modules ]; then echo link; else echo folder; fi\ncat node_modules/other/index.js; ls node_modules";
    let sandbox = sandbox(gate);
    let run = || sandbox.gatekeeper(&["run", "--staged"]).expect(1);
    assert_snapshot!(run(), @r#"
    failed: x failed: exit code 1
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output
               | link
               | other
               | @acme
               | other
      command  (PATH="$PWD/node_modules/.bin:$PATH"; if [ -L node_modules ]; then echo link; else echo folder; fi
               cat node_modules/other/index.js; ls node_modules
               exit 1)
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    "#);
    // Installed, and gone again; and what a tool has made there meanwhile is in nobody's way.
    link(&sandbox, "node_modules/b", "../packages/b");
    sandbox.write("node_modules/.cache/x", "");
    assert_snapshot!(run(), @r#"
    failed: x failed: exit code 1
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output
               | folder
               | other
               | @acme
               | b
               | other
      command  (PATH="$PWD/node_modules/.bin:$PATH"; if [ -L node_modules ]; then echo link; else echo folder; fi
               cat node_modules/other/index.js; ls node_modules
               exit 1)
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    "#);
    fs::remove_file(sandbox.top.join("node_modules/b")).unwrap();
    assert_snapshot!(run(), @r#"
    failed: x failed: exit code 1
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output
               | link
               | other
               | @acme
               | other
      command  (PATH="$PWD/node_modules/.bin:$PATH"; if [ -L node_modules ]; then echo link; else echo folder; fi
               cat node_modules/other/index.js; ls node_modules
               exit 1)
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    "#);
    // What leads elsewhere, or to what is ignored, is no package of the repository.
    link(&sandbox, "node_modules/c", "../../elsewhere");
    link(&sandbox, "node_modules/d", "other");
    assert_snapshot!(run(), @r#"
    failed: x failed: exit code 1
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output
               | link
               | other
               | @acme
               | c
               | d
               | other
      command  (PATH="$PWD/node_modules/.bin:$PATH"; if [ -L node_modules ]; then echo link; else echo folder; fi
               cat node_modules/other/index.js; ls node_modules
               exit 1)
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    "#);
}

#[test]
fn a_package_that_is_not_staged_is_not_there() {
    let sandbox = sandbox("cat node_modules/new/index.js");
    sandbox.write("packages/new/index.js", "unstaged\n");
    link(&sandbox, "node_modules/new", "../packages/new");
    let run = || sandbox.gatekeeper(&["run", "--staged"]).expect(1);
    assert_snapshot!(run(), @r#"
    failed: x failed: exit code 1
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output
               | cat: node_modules/new/index.js: No such file or directory
      command  (PATH="$PWD/node_modules/.bin:$PATH"; cat node_modules/new/index.js
               exit 1)
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    "#);
    sandbox.git(&["add", "packages/new"]);
    // One that is gone from the work tree alone.
    sandbox
        .sh("rm -r packages/new && echo u >untracked")
        .expect(0);
    assert_snapshot!(run(), @r#"
    failed: x failed: exit code 1
    gatekeeper run --staged: 2 paths changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output
               | unstaged
      command  (PATH="$PWD/node_modules/.bin:$PATH"; cat node_modules/new/index.js
               exit 1)
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    "#);
}
