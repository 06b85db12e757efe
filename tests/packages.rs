//! What hooks call after `gatekeeper install` from a package, and that they find it again after an upgrade.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

const GATES: &str = "[gates.lint]\nrun = \"true\"\n";

/// A program of ours at a place below the sandbox.
fn program_at(sandbox: &Sandbox, place: &str) -> String {
    let path = sandbox.beside(place);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::rename(sandbox.copy_of_gatekeeper("moved"), &path).unwrap();
    path.to_str().unwrap().to_owned()
}

fn pnpm(sandbox: &Sandbox, version: &str) -> String {
    let modules = "repository/node_modules";
    let store = format!("{modules}/.pnpm/gatekeeper-git@{version}/node_modules");
    let real = format!(
        "{modules}/.pnpm/gatekeeper-git-linux-x64@{version}/node_modules/gatekeeper-git-linux-x64"
    );
    let program = program_at(sandbox, &format!("{real}/bin/gatekeeper"));
    let store = sandbox.beside(&store);
    fs::create_dir_all(store.join("gatekeeper-git")).unwrap();
    symlink(
        sandbox.beside(&real),
        store.join("gatekeeper-git-linux-x64"),
    )
    .unwrap();
    let main = sandbox.beside(&format!("{modules}/gatekeeper-git"));
    let _ = fs::remove_file(&main);
    symlink(store.join("gatekeeper-git"), main).unwrap();
    program
}

#[test]
fn hooks_find_the_program_after_an_upgrade_by_pnpm() {
    let sandbox = Sandbox::with_gates(GATES);
    let old = pnpm(&sandbox, "0.1.0");
    sandbox.sh(&format!("'{old}' install")).expect(0);
    let hook = sandbox.read(".git/hooks/pre-commit");
    assert!(
        hook.contains("node_modules/gatekeeper-git/../gatekeeper-git-linux-x64/bin/gatekeeper"),
        "{hook}"
    );
    pnpm(&sandbox, "0.2.0");
    fs::remove_dir_all(Path::new(&old).ancestors().nth(4).unwrap()).unwrap();
    sandbox.write(".gitignore", "node_modules\n");
    sandbox
        .sh("git add . && git commit -s -m x")
        .expect(0)
        .says("passed  lint");
}

#[test]
fn a_program_in_the_cache_of_a_package_runner_is_not_installed() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", GATES);
    let mut told = String::new();
    for place in [
        "home/.npm/_npx/3f2a/node_modules/gatekeeper-git-linux-x64/bin/gatekeeper",
        "home/.cache/pnpm/dlx/3f2a/node_modules/gatekeeper-git-linux-x64/bin/gatekeeper",
        "home/.cache/uv/archive-v0/3f2a/bin/gatekeeper",
    ] {
        let program = program_at(&sandbox, place);
        let done = sandbox.sh(&format!("'{program}' install")).expect(3);
        told += &done.told();
        assert!(!sandbox.beside("repository/.git/hooks/pre-commit").exists());
    }
    assert_snapshot!(told, @"
    error: gatekeeper runs from the cache of `npx`, which is emptied now and then; the hooks would lose it: [ROOT]/home/.npm/_npx/3f2a/node_modules/gatekeeper-git-linux-x64/bin/gatekeeper
    help: install it first: `npm install --save-dev gatekeeper-git`
    ---
    error: gatekeeper runs from the cache of `pnpm dlx`, which is emptied now and then; the hooks would lose it: [ROOT]/home/.cache/pnpm/dlx/3f2a/node_modules/gatekeeper-git-linux-x64/bin/gatekeeper
    help: install it first: `pnpm add --save-dev gatekeeper-git`
    ---
    error: gatekeeper runs from the cache of `uvx`, which is emptied now and then; the hooks would lose it: [ROOT]/home/.cache/uv/archive-v0/3f2a/bin/gatekeeper
    help: install it first: `uv tool install gatekeeper-git`
    ---
    ");
}
