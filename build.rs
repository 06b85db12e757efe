//! Tells the program which commit it is built from, for `gatekeeper --version`, and the linker how it is started.

use std::path::Path;
use std::process::Command;

/// Lets a packager name the commit where there is no repository.
const COMMIT: &str = "GATEKEEPER_COMMIT";

/// How many digits of the commit's id are shown.
const SHORT: usize = 9;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={COMMIT}");
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let version = variable("CARGO_PKG_VERSION");
    // A debug build would be made anew at each commit, and differs from every commit most of the time.
    let is_release = variable("PROFILE") == "release";
    let top = variable("CARGO_MANIFEST_DIR");
    let commit = Some(variable(COMMIT))
        .filter(|commit| !commit.is_empty())
        .or_else(|| from_package(Path::new(&top)))
        .or_else(|| from_git(Path::new(&top)).filter(|_| is_release));
    let commit = commit
        .filter(|commit| commit.len() >= SHORT && commit.bytes().all(|b| b.is_ascii_hexdigit()));
    let shown = match commit {
        Some(commit) => format!("{version} ({})", &commit[..SHORT]),
        None => version,
    };
    println!("cargo::rustc-env=GATEKEEPER_VERSION={shown}");
    // At a fixed address, nothing has to be relocated: that is 30,000 words in 190 pages at each of a commit's starts
    // (docs/decisions/0125-quick-to-start.md). The packages' build does the same in .cargo/config.toml.
    if variable("CARGO_CFG_TARGET_OS") == "linux" && variable("CARGO_CFG_TARGET_ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}

/// The commit that `cargo package` has noted in the archive from which the program is built.
fn from_package(top: &Path) -> Option<String> {
    let note = std::fs::read_to_string(top.join(".cargo_vcs_info.json")).ok()?;
    let (_, after) = note.split_once("\"sha1\"")?;
    after.split('"').nth(1).map(str::to_owned)
}

/// The commit that is checked out, if this is the top of a work tree and not a copy in someone else's.
fn from_git(top: &Path) -> Option<String> {
    if !top.join(".git").exists() {
        return None;
    }
    println!(
        "cargo::rerun-if-changed={}",
        top.join(git(top, &["rev-parse", "--git-path", "logs/HEAD"])?)
            .display()
    );
    git(top, &["rev-parse", "--verify", "HEAD"])
}

fn git(top: &Path, arguments: &[&str]) -> Option<String> {
    let done = Command::new("git")
        .arg("-C")
        .arg(top)
        .args(arguments)
        .output()
        .ok()?;
    let text = String::from_utf8(done.stdout).ok()?;
    let text = text.trim();
    (done.status.success() && !text.is_empty()).then(|| text.to_owned())
}
