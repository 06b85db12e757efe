//! Cases written in shell, each played in a copy of a prepared repository, once without hooks and
//! once with all of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use toml::Table;

use crate::required::is_here;
use crate::sandbox::{Done, GATEKEEPER, Sandbox, finish};

const TEMPLATE: &str = include_str!("cases/template.sh");
const PREAMBLE: &str = include_str!("cases/preamble.sh");
const STATE: &str = include_str!("cases/state.sh");

/// What a table says of one case.
pub(crate) struct Case {
    pub(crate) name: String,
    /// What must succeed before the case begins, with hooks and without.
    pub(crate) setup: String,
    pub(crate) script: String,
    /// A program that the script needs and that is not everywhere.
    needs: Option<String>,
    table: Table,
}

/// Whether the hooks are in a scene's repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hooks {
    Absent,
    Installed,
}

/// What scenes are copied from.
pub(crate) struct Stage {
    sandbox: Sandbox,
    base: String,
}

/// A copy of everything, for one case: the repository, its remote and a home.
pub(crate) struct Scene<'a> {
    stage: &'a Stage,
    dir: tempfile::TempDir,
}

/// The cases of a file of tables. They have the common keys and these.
pub(crate) fn read(file: &str, keys: &[&str]) -> Vec<Case> {
    let path = format!("{}/tests/{file}.toml", env!("CARGO_MANIFEST_DIR"));
    let table: Table = fs::read_to_string(&path).unwrap().parse().unwrap();
    let cases = table["case"].as_array().unwrap().iter();
    cases
        .map(|case| Case::new(case.as_table().unwrap().clone(), keys))
        .collect()
}

impl Case {
    fn new(table: Table, keys: &[&str]) -> Self {
        for key in table.keys().map(String::as_str) {
            let is_common = ["name", "setup", "script", "needs"].contains(&key);
            assert!(is_common || keys.contains(&key), "{key} in\n{table}");
        }
        let text = |key: &str| Some(table.get(key)?.as_str().unwrap().to_owned());
        Self {
            name: text("name").unwrap(),
            setup: text("setup").unwrap_or_default(),
            script: text("script").unwrap(),
            needs: text("needs"),
            table,
        }
    }

    /// The text of a key, if it is there.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        Some(self.table.get(key)?.as_str().unwrap())
    }

    /// The texts of a key, if there are any.
    pub(crate) fn list(&self, key: &str) -> Vec<&str> {
        let values = self.table.get(key).map(|value| value.as_array().unwrap());
        let values = values.into_iter().flatten();
        values.map(|value| value.as_str().unwrap()).collect()
    }

    /// Whether all that the script needs is there. It is said when a case is left out.
    pub(crate) fn is_possible(&self, stage: &Stage) -> bool {
        let Some(program) = &self.needs else {
            return true;
        };
        if program == "symref-git" {
            return tells_names(&stage.sandbox);
        }
        let is_there = stage
            .sandbox
            .sh(&format!("{program} -c ''"))
            .status
            .success();
        is_here(program, is_there, &self.name)
    }
}

/// Whether git tells hooks that a reference becomes another name of one, as it does since 2.46.
pub(crate) fn tells_names(sandbox: &Sandbox) -> bool {
    let version = sandbox.git(&["version"]);
    let numbers: Vec<u32> = version
        .split([' ', '.'])
        .filter_map(|part| part.trim().parse().ok())
        .collect();
    is_here(
        "symref-git",
        numbers.as_slice() >= [2, 46].as_slice(),
        "names of references",
    )
}

impl Hooks {
    fn dir(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Installed => "installed",
        }
    }
}

impl Stage {
    /// Prepares the repository with hooks and without.
    pub(crate) fn new() -> Self {
        let sandbox = Sandbox::new();
        let [without, with] =
            [Hooks::Absent, Hooks::Installed].map(|hooks| sandbox.beside(hooks.dir()));
        for dir in ["home", "tmp"] {
            fs::create_dir_all(without.join(dir)).unwrap();
        }
        let config = fs::read_to_string(sandbox.beside("home/.gitconfig")).unwrap();
        let config = format!("{config}[core]\neditor = true\n");
        fs::write(without.join("home/.gitconfig"), config).unwrap();
        let play = |script: &str, dir: &Path, top: &Path| {
            let command = sandbox.command("sh", &["-e", "-c", script]);
            finish(&mut at_home(command, dir, top)).expect(0)
        };
        play(TEMPLATE, &without, &without);
        copy(&without, &with);
        let top = with.join("repository");
        let install = sandbox.command(GATEKEEPER, &["install"]);
        finish(&mut at_home(install, &with, &top)).expect(0);
        // What is remembered is about one repository, so each copy begins anew.
        fs::remove_dir_all(top.join(".git/gatekeeper")).unwrap();
        fs::remove_dir_all(with.join("home/.local")).unwrap();
        let base = play("git rev-parse HEAD", &with, &top).stdout;
        Self {
            base: base.trim().to_owned(),
            sandbox,
        }
    }

    /// A fresh copy.
    pub(crate) fn scene(&self, hooks: Hooks) -> Scene<'_> {
        let dir = tempfile::tempdir_in(self.sandbox.beside("tmp")).unwrap();
        copy(&self.sandbox.beside(hooks.dir()), dir.path());
        let scene = Scene { stage: self, dir };
        if hooks == Hooks::Installed {
            scene.gatekeeper(&["install"]).expect(0);
        }
        scene
    }

    /// The commit that every case starts from.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }
}

impl Scene<'_> {
    /// Runs a script up to the first command that fails.
    pub(crate) fn sh(&self, script: &str) -> Done {
        self.shell(&["-e", "-c"], script)
    }

    /// Runs a script to its end, whatever fails in it.
    pub(crate) fn attempt(&self, script: &str) -> Done {
        self.shell(&["-c"], script)
    }

    fn shell(&self, options: &[&str], script: &str) -> Done {
        let script = format!("{PREAMBLE}\n{script}\n");
        let arguments = [options, &[&script]].concat();
        finish(&mut self.set_up(self.stage.sandbox.command("sh", &arguments)))
    }

    /// Runs gatekeeper.
    pub(crate) fn gatekeeper(&self, arguments: &[&str]) -> Done {
        finish(&mut self.set_up(self.stage.sandbox.command(GATEKEEPER, arguments)))
    }

    fn set_up(&self, command: Command) -> Command {
        let mut command = at_home(command, self.dir.path(), &self.top());
        command
            .env("BASE", &self.stage.base)
            .env("GATEKEEPER", GATEKEEPER);
        command
    }

    fn top(&self) -> PathBuf {
        self.dir.path().join("repository")
    }

    /// All of the repository that does not depend on the time.
    pub(crate) fn state(&self) -> String {
        self.attempt(STATE).stdout
    }

    /// A text without what differs between two scenes: their directories, ids and dates of commits.
    pub(crate) fn masked(&self, text: &str) -> String {
        let dir = self.dir.path().to_str().unwrap();
        let text = text.replace(dir, "DIRECTORY");
        let id = regex::Regex::new(r"\b[0-9a-f]{7,40}\b").unwrap();
        let text = id.replace_all(&text, "ID");
        let date = regex::Regex::new("(?m)^ Date: .*$").unwrap();
        date.replace_all(&text, " Date").into_owned()
    }
}

/// A command in a directory of a scene, with the scene's home.
fn at_home(mut command: Command, scene: &Path, dir: &Path) -> Command {
    command
        .current_dir(dir)
        .env("HOME", scene.join("home"))
        .env("TMPDIR", scene.join("tmp"));
    command
}

/// Copies what is in a directory, with its times, so that git takes it for unchanged.
fn copy(from: &Path, to: &Path) {
    let mut command = Command::new("cp");
    command.arg("-Rp").arg(from.join(".")).arg(to);
    assert!(command.status().unwrap().success());
}

/// What a case came to, or why it did not come to what was expected.
pub(crate) type CaseResult = Result<(), String>;

/// Fails a case unless something is so.
pub(crate) fn ensure(is_so: bool, why: impl FnOnce() -> String) -> CaseResult {
    if is_so { Ok(()) } else { Err(why()) }
}

/// What a command wrote, for a failure.
pub(crate) fn told(done: &Done) -> String {
    format!(
        "exit code {}\nstdout:\n{}\nstderr:\n{}",
        done.code(),
        done.stdout,
        done.stderr
    )
}

/// Checks every case of a file, and fails with all those that did not come to what was expected.
#[track_caller]
pub(crate) fn check_cases(file: &str, keys: &[&str], check: impl Fn(&Stage, &Case) -> CaseResult) {
    let stage = Stage::new();
    let cases = read(file, keys);
    let failed: Vec<String> = cases
        .iter()
        .filter(|case| case.is_possible(&stage))
        .filter_map(|case| {
            let why = check(&stage, case).err()?;
            Some(format!("=== {}: {why}", case.name))
        })
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {} in {file}:\n{}",
        failed.len(),
        cases.len(),
        failed.join("\n")
    );
}
