//! Scripts that nobody has chosen: what is refused does succeed in the real `sh -e`, whatever its
//! checks say, and most of what is accepted can fail there.
//!
//! `GATEKEEPER_SCRIPTS=20000 cargo test against_sh` takes some minutes; without it, it takes seconds.

use std::fmt::Write as _;

use gatekeeper::internals::{ConfigText, parse_config};

use crate::sandbox::Sandbox;

/// As many checks as a script has at most; each may pass or fail.
const CHECKS: usize = 3;

/// Numbers in an order that is always the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        let at = usize::try_from(self.below(of.len() as u64)).unwrap();
        of[at]
    }

    fn list(&mut self, depth: u64) -> String {
        let mut text = self.step(depth);
        for _ in 0..self.below(3) {
            text.push_str(self.one(&["; ", "\n", "; ", " & "]));
            text.push_str(&self.step(depth));
        }
        text
    }

    fn step(&mut self, depth: u64) -> String {
        let mut text = self.pipeline(depth);
        for _ in 0..self.below(3) {
            text.push_str(self.one(&[" && ", " || "]));
            text.push_str(&self.pipeline(depth));
        }
        text
    }

    fn pipeline(&mut self, depth: u64) -> String {
        let mut text = self.one(&["", "", "", "! "]).to_owned();
        text.push_str(&self.command(depth));
        if self.below(4) == 0 {
            text.push_str(" | ");
            text.push_str(&self.command(depth));
        }
        text
    }

    fn command(&mut self, depth: u64) -> String {
        if depth == 0 || self.below(3) > 0 {
            let simple = [
                "c1", "c2", "c3", "c1", "c2", "c3", "true", "echo x", "cat", "exit 0", "exit 1",
                "set +e", "set -e", "x=$(c1)",
            ];
            return self.one(&simple).to_owned();
        }
        let first = self.list(depth - 1);
        match self.below(5) {
            0 => format!("{{ {first}\n}}"),
            1 => format!("({first})"),
            2 => format!("if {first}\nthen {}\nfi", self.list(depth - 1)),
            3 => {
                let (yes, no) = (self.list(depth - 1), self.list(depth - 1));
                format!("if {first}\nthen {yes}\nelse {no}\nfi")
            }
            _ => format!("for i in 1; do {first}\ndone"),
        }
    }
}

fn is_refused(script: &str) -> bool {
    let text = ConfigText {
        name: "gates.toml".into(),
        text: format!("[gates.x]\nrun = '''{script}'''\n"),
    };
    parse_config(&text).is_err()
}

/// For each script, whether it failed for one of the ways in which its checks can come out.
fn can_fail(sandbox: &Sandbox, scripts: &[String]) -> Vec<bool> {
    for (at, script) in scripts.iter().enumerate() {
        let mut text = String::new();
        for check in 1..=CHECKS {
            writeln!(text, "c{check}() {{ return $C{check}; }}").unwrap();
        }
        text.push_str(script);
        sandbox.write(format!("scripts/{at}"), text);
    }
    let count = scripts.len();
    let driver = format!(
        "at=0\nwhile [ $at -lt {count} ]; do\nfailed=no\n\
         for C1 in 0 1; do for C2 in 0 1; do for C3 in 0 1; do\nexport C1 C2 C3\n\
         sh -e scripts/$at </dev/null >/dev/null 2>&1 || {{ failed=yes; break 3; }}\n\
         done; done; done\necho $failed\nat=$((at + 1))\ndone"
    );
    let done = sandbox.sh(&driver);
    done.stdout.lines().map(|line| line == "yes").collect()
}

#[test]
fn what_is_refused_succeeds_whatever_its_checks_say() {
    let wanted = std::env::var("GATEKEEPER_SCRIPTS").ok();
    let wanted = wanted.and_then(|count| count.parse().ok()).unwrap_or(400);
    let mut chance = Chance(88_172_645_463_325_252);
    let scripts: Vec<String> = (0..wanted)
        .map(|_| {
            let trap = chance.one(&["", "", "", "", "trap 'exit 0' EXIT\n"]);
            format!("{trap}{}", chance.list(1))
        })
        .collect();
    let sandbox = Sandbox::new();
    let outcomes = can_fail(&sandbox, &scripts);
    assert_eq!(outcomes.len(), scripts.len());
    let (mut refused, mut wronged, mut overlooked) = (0, Vec::new(), Vec::new());
    for (script, can_fail) in scripts.iter().zip(outcomes) {
        let is_refused = is_refused(script);
        refused += usize::from(is_refused);
        if is_refused && can_fail {
            wronged.push(script);
        }
        let checks = ["c1", "c2", "c3"]
            .iter()
            .any(|check| script.contains(check));
        if !is_refused && !can_fail && checks {
            overlooked.push(script);
        }
    }
    wronged.sort_by_key(|script| script.len());
    overlooked.sort_by_key(|script| script.len());
    assert!(
        wronged.is_empty(),
        "{} refused, and can fail: {wronged:#?}",
        wronged.len()
    );
    assert!(
        refused > wanted / 10,
        "only {refused} of {wanted} were refused"
    );
    // Options set in a part that may not be reached are accepted, and so is what only `true || ...`
    // keeps from failing: nobody follows constants here.
    assert!(
        overlooked.len() * 4 <= wanted,
        "{} of {wanted} were overlooked: {overlooked:#?}",
        overlooked.len()
    );
}
