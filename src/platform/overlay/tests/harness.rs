//! Processes of their own for scenarios, and what they can be asked afterwards.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rustix::process::{WaitOptions, geteuid, wait};
use tempfile::TempDir;

use super::super::OverlayUnavailable;
use super::super::enter::Entrance;
use super::super::linux::Overlay;
use crate::required::is_here;

/// Set in the processes that run one scenario.
pub(super) const ALONE: &str = "GATEKEEPER_TEST_ALONE";

/// The user and group without any rights.
pub(super) const NOBODY: u32 = 65534;

/// Runs a test again in processes of its own. Whether this is one of them.
pub(super) fn is_alone(test: &str) -> bool {
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let home = TempDir::new().unwrap();
    for is_nobody in [false, true] {
        if is_nobody && !is_here("root", can_be_nobody(), test) {
            continue;
        }
        let output = again(test, home.path(), is_nobody).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && printed.contains("1 passed"),
            "as nobody: {is_nobody}\n{printed}\n{errors}"
        );
        note(&printed);
    }
    false
}

#[expect(clippy::print_stdout, reason = "what was not tested has to be said")]
pub(super) fn note(text: &str) {
    println!("{text}");
}

/// Whether we may take another user's place, and there is one: in a container, root may be alone.
pub(super) fn can_be_nobody() -> bool {
    let mut command = Command::new("/bin/true");
    let status = command.uid(NOBODY).gid(NOBODY).status();
    geteuid().is_root() && status.is_ok()
}

/// A command that runs one test of this program in a process of its own.
pub(super) fn again(test: &str, home: &Path, is_nobody: bool) -> Command {
    fs::set_permissions(home, fs::Permissions::from_mode(0o755)).unwrap();
    // Nobody may not look where we were built.
    let program = home.join("tests");
    if !program.exists() {
        // Not by ourselves: a child of another test that was just forked would have the file open
        // for writing, and nobody could execute it.
        let own = std::env::current_exe().unwrap();
        let copied = Command::new("cp").arg(own).arg(&program).status().unwrap();
        assert!(copied.success());
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = Command::new(program);
    command
        .args(["--exact", "--nocapture", "--include-ignored"])
        .arg(format!("platform::overlay::tests::{test}"))
        .env(ALONE, "1")
        .env("TMPDIR", std::env::temp_dir())
        .current_dir("/");
    if is_nobody {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// A work tree and what else belongs to it.
pub(super) struct Place {
    pub(super) _temp: TempDir,
    pub(super) top: PathBuf,
    pub(super) view: PathBuf,
    pub(super) git: PathBuf,
    pub(super) kept: PathBuf,
}

impl Place {
    pub(super) fn new() -> Self {
        let temp = TempDir::new().unwrap();
        // What is awkward in the options of an overlay or in a table of mounts.
        let home = temp.path().join("a:b,c \\d");
        let place = Self {
            top: home.join("work tree"),
            view: home.join("view"),
            git: home.join("main.git"),
            kept: home.join("kept"),
            _temp: temp,
        };
        for dir in ["src/deep", "target", "old", "ignored/inner"] {
            fs::create_dir_all(place.top.join(dir)).unwrap();
        }
        for dir in [&place.view, &place.git, &place.kept] {
            fs::create_dir(dir).unwrap();
        }
        for file in [
            "same",
            "src/changed",
            "src/untracked",
            "old/a",
            "target/built",
        ] {
            fs::write(place.top.join(file), "work").unwrap();
        }
        fs::set_permissions(place.top.join("src"), fs::Permissions::from_mode(0o750)).unwrap();
        fs::write(place.git.join("HEAD"), "main").unwrap();
        place
    }

    /// A view, if the system allows one; if not, it has to say why.
    pub(super) fn prepare(&self) -> Option<Overlay> {
        match Overlay::prepare(&self.view, &self.top, std::slice::from_ref(&self.git)) {
            Ok(overlay) => Some(overlay),
            Err(barred) => {
                assert_system_bars(&barred);
                let is_nobody = geteuid().as_raw() == NOBODY;
                let name = if is_nobody { "user-overlay" } else { "overlay" };
                is_here(name, false, &barred);
                None
            }
        }
    }
}

/// Whether it is the system that does not want it, and not our mistake.
pub(super) fn assert_system_bars(barred: &OverlayUnavailable) {
    let number = barred.error.raw_os_error().unwrap_or_default();
    assert!(
        [
            libc::EPERM,
            libc::EACCES,
            libc::ENOSPC,
            libc::ENODEV,
            libc::EOPNOTSUPP
        ]
        .contains(&number),
        "{barred:?}"
    );
    assert!(
        barred
            .to_string()
            .starts_with("the system does not allow a private view: ")
    );
}

/// Runs a script inside.
pub(super) fn run(entrance: Entrance, script: &str) -> Output {
    let mut command = Command::new("/bin/sh");
    command.arg("-ec").arg(script).stdin(Stdio::null());
    #[expect(unsafe_code, reason = "code between fork and exec is unsafe by nature")]
    // SAFETY: the closure makes only system calls.
    unsafe {
        command.pre_exec(move || entrance.enter());
    }
    command.output().unwrap()
}

/// Runs a script inside that has to succeed, and returns what it printed.
pub(super) fn read(entrance: Entrance, script: &str) -> String {
    let output = run(entrance, script);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

pub(super) fn mounts() -> String {
    fs::read_to_string("/proc/self/mountinfo").unwrap()
}

pub(super) fn assert_no_children() {
    let left = wait(WaitOptions::NOHANG);
    assert_eq!(left.err(), Some(rustix::io::Errno::CHILD));
}

pub(super) fn is_empty(dir: &Path) -> bool {
    fs::read_dir(dir).unwrap().next().is_none()
}

pub(super) fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
