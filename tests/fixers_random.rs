//! No order of keystrokes, saves and signals loses a byte: a fixer that only removes blanks at the ends of
//! lines is let loose while files are saved and runs are ended at random, and whatever was saved last
//! is there afterwards, blanks aside.
//!
//! `GATEKEEPER_FIXES=2000 cargo test fixers_random` takes some minutes; without it, it takes seconds.

use std::fs;
use std::hash::{BuildHasher as _, Hasher as _};
use std::path::Path;
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use crate::sandbox::{Sandbox, Started};
use crate::views::sandbox_in;

const FORMATS: &str = "#!/bin/sh\nif [ \"$1\" = --check ]; then shift; ! grep -q ' $' \"$@\"; exit; fi\nsed -i 's/ *$//' \"$@\"\n";

const GATES: &str = "[settings]\nfix-on-commit = true\n[commit-msg.signed-off-by]\nrequired = \"never\"\n\
    [gates.format]\nrun = \"formats --check {files}\"\nfix = \"formats {files}\"\nfiles = [\"*.py\"]\n";

const FILES: [&str; 3] = ["one.py", "two.py", "three.py"];

/// Numbers that nobody has chosen, told when something goes wrong.
struct Chance(Vec<u64>);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        let number = std::hash::RandomState::new().build_hasher().finish() % bound;
        self.0.push(number);
        number
    }

    /// Some lines, of which some have blanks at their ends.
    fn text(&mut self) -> String {
        let lines = 1 + self.below(12);
        let line = |_| {
            let blanks = if self.below(3) == 0 { "  " } else { "" };
            format!("line {}{blanks}\n", self.below(1000))
        };
        (0..lines).map(line).collect()
    }

    /// A text with one line changed.
    fn edited(&mut self, text: &str) -> String {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let number = usize::try_from(self.below(lines.len() as u64)).unwrap();
        lines[number] = format!("edited {}  ", self.below(1000));
        lines.join("\n") + "\n"
    }
}

fn without_blanks(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join(
        "
",
    ) + "
"
}

/// Saves as editors do: in place, or by another file that takes the place.
fn save(path: &Path, text: &str, in_place: bool) {
    if in_place {
        fs::write(path, text).unwrap();
    } else {
        let new = path.with_extension("new");
        fs::write(&new, text).unwrap();
        fs::rename(new, path).unwrap();
    }
}

fn round(sandbox: &Sandbox, chance: &mut Chance) {
    let mut saved: Vec<String> = Vec::new();
    for file in FILES {
        let text = chance.text();
        sandbox.write(file, &text);
        saved.push(text);
    }
    sandbox.git(&["add", "one.py", "two.py"]);
    let staged: Vec<String> = saved.clone();
    for (text, file) in saved.iter_mut().zip(FILES) {
        if chance.below(2) == 0 {
            *text = chance.edited(text);
            sandbox.write(file, &*text);
        }
    }
    let ways: [&[&str]; 4] = [&[], &["-a"], &["one.py"], &["-i", "three.py"]];
    let way = ways[usize::try_from(chance.below(4)).unwrap()];
    let all: Vec<&str> = ["commit", "-q", "-m", "x"]
        .iter()
        .chain(way)
        .copied()
        .collect();
    let before = sandbox.git(&["rev-parse", "HEAD"]);
    let run = Started::new(&mut sandbox.command("git", &all));
    for _ in 0..chance.below(4) {
        thread::sleep(Duration::from_micros(chance.below(60_000)));
        let number = usize::try_from(chance.below(3)).unwrap();
        saved[number] = chance.edited(&saved[number]);
        let in_place = chance.below(2) == 0;
        save(&sandbox.top.join(FILES[number]), &saved[number], in_place);
    }
    match chance.below(4) {
        0 => run.signal_group(Signal::INT),
        1 => run.signal_group(Signal::TERM),
        _ => {}
    }
    run.wait();
    for (text, file) in saved.iter().zip(FILES) {
        let there = sandbox.read(file);
        assert_eq!(
            without_blanks(&there),
            without_blanks(text),
            "{file}, {way:?}, {:?}",
            chance.0
        );
    }
    let is_committed = sandbox.git(&["rev-parse", "HEAD"]) != before;
    if is_committed && way.is_empty() {
        for (text, file) in staged.iter().zip(["one.py", "two.py"]) {
            let committed = sandbox.git(&["show", &format!("HEAD:{file}")]);
            assert_eq!(committed, without_blanks(text), "{file}, {:?}", chance.0);
        }
    }
    // git removes its locks when it is ended, but for one that it is just creating: it does not know of it yet
    // (tempfile.c: create_tempfile_mode). We take none of these.
    for lock in ["index.lock", "HEAD.lock", "refs/heads/main.lock"] {
        let _ = fs::remove_file(sandbox.top.join(".git").join(lock));
    }
    sandbox
        .sh("git reset -q --hard && git clean -fdq")
        .expect(0);
}

#[test]
fn no_order_of_saves_and_signals_loses_a_byte() {
    let rounds = std::env::var("GATEKEEPER_FIXES").ok();
    let rounds: u32 = rounds.map_or(25, |rounds| rounds.parse().unwrap());
    let sandbox = sandbox_in(Sandbox::new(), GATES);
    sandbox.program("formats", FORMATS);
    for file in FILES {
        sandbox.write(file, "");
    }
    sandbox.sh("git add . && elsewhere commit -qm py").expect(0);
    for _ in 0..rounds {
        round(&sandbox, &mut Chance(Vec::new()));
    }
}
