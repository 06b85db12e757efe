//! What README.md and docs show of a terminal is what happens: every block that is meant to be typed is
//! run here and its output compared, or stands in a list with the reason why not.

use std::fs;
use std::path::Path;

use regex::Regex;

use crate::sandbox::Sandbox;

/// A block of a document that is meant to be typed.
struct Block {
    document: String,
    /// The lines between the fences.
    lines: Vec<String>,
}

/// What becomes of a block, which is found by its document and first line.
enum How {
    /// Its commands are run in a sandbox and end with these exit codes.
    Run(fn() -> Sandbox, &'static [i32]),
    /// It is not run here.
    NotRun(&'static str),
}

use How::{NotRun, Run};

const PERSON: &str = "it asks a person about each difference";
const LONG: &str = "it takes minutes, and CI runs the same tests in a shorter form";
const PEERS: &str = "it measures, and most of it needs programs from the network";

/// The first command of a page about starting.
const START: &str = "$ gatekeeper init --yes";

/// Every block, in no order.
const BLOCKS: &[(&str, &str, How)] = &[
    (
        "README.md",
        "sh docs/demo.sh",
        NotRun("documents::the_demonstration_works runs it, with the program under test"),
    ),
    (
        "README.md",
        "cargo run --locked --quiet -- run --verbose",
        NotRun("it runs these tests; documents:: compares it with what CI calls"),
    ),
    (
        "docs/usage.md",
        "$ git commit -m 'Make it faster'",
        Run(breaks, &[1]),
    ),
    (
        "docs/usage.md",
        "$ gatekeeper run",
        NotRun("a moment of a moving display; live:: compares these on a terminal"),
    ),
    (
        "docs/usage.md",
        "$ git commit -m 'Add a sum'",
        Run(adds, &[1]),
    ),
    (
        "docs/scale.md",
        "gatekeeper plan --shards 4 --output plan.json                               # one machine",
        NotRun("shards:: runs these"),
    ),
    (
        "docs/scale.md",
        "gatekeeper run --attest run.json",
        NotRun("shared_receipts:: runs these"),
    ),
    (
        "docs/scale.md",
        "gatekeeper receipts fetch",
        NotRun("shared_receipts:: runs these"),
    ),
    ("docs/start-python.md", START, Run(python, &[0, 0, 0, 0])),
    (
        "docs/start-typescript.md",
        START,
        Run(javascript, &[0, 0, 0, 0]),
    ),
    ("docs/start-rust.md", START, Run(rust, &[0, 0, 0, 0])),
    ("docs/start-go.md", START, Run(go, &[0, 0, 0, 0])),
    (
        "docs/migration.md",
        "$ gatekeeper init --from lefthook --dry-run",
        Run(lefthook, &[0]),
    ),
    (
        "docs/release.md",
        "sh packaging/build.sh                                # for this machine's platform; or: sh packaging/build.sh TARGET",
        NotRun("it builds for many minutes; docs/testing.md says when it ran"),
    ),
    (
        "docs/bypass.md",
        "$ git commit -s -m 'Fix the outage' --trailer 'Gate-Exception: audit -- the advisory service is down'",
        Run(outage, &[0]),
    ),
    (
        "docs/init.md",
        "$ gatekeeper init                # shows what it found, runs each gate once, writes gates.toml",
        NotRun("init::a_project_is_gated_in_three_commands runs these"),
    ),
    (
        "docs/init.md",
        "python3 benches/detection.py --clone-from URL DIRECTORY",
        NotRun("it clones 30 repositories; its result is in docs/init.md"),
    ),
    (
        "docs/init.md",
        "$ gatekeeper init --from lefthook --dry-run",
        NotRun("it needs a project with lefthook; translation:: runs the like"),
    ),
    (
        "docs/init.md",
        "$ for dir in */; do (cd \"$dir\" && gatekeeper init --from pre-commit --dry-run 2>&1 >/dev/null | grep ^translated); done",
        NotRun("it needs clones of public projects; its result is in docs/init.md"),
    ),
    (
        "docs/init.md",
        "$ gatekeeper config schema > .gates.schema.json",
        NotRun("schema:: checks what it prints"),
    ),
    (
        "docs/findings.md",
        "$ gatekeeper baseline lint",
        NotRun("baseline:: runs these"),
    ),
    (
        "docs/reports.md",
        "gatekeeper run --report junit=junit.xml --report sarif=gates.sarif --report html=gates.html",
        NotRun("reports_recorded:: writes these and more"),
    ),
    (
        "docs/reports.md",
        "gatekeeper report",
        NotRun("reports_formats:: compares what it prints"),
    ),
    (
        "docs/reports.md",
        "gatekeeper run --background",
        NotRun("reports_recorded:: runs these"),
    ),
    (
        "docs/reports.md",
        "tests/reports.sh target/debug/gatekeeper",
        NotRun("it needs the network"),
    ),
    (
        "docs/zero-bypass.md",
        "$ gatekeeper status                      # shows unchecked commits and bypass attempts",
        Run(passed_by, &[0, 0, 0]),
    ),
    (
        "docs/zero-bypass.md",
        "$ gatekeeper audit --accept origin/main..HEAD --reason 'imported from the old repository'",
        Run(imported, &[0]),
    ),
    (
        "docs/zero-bypass.md",
        "$ cd project.git                         # the bare repository that receives pushes",
        Run(bare, &[0, 0, 0]),
    ),
    (
        "docs/testing.md",
        "mkdir -p target/hostile && cp /bin/false target/hostile/gatekeeper",
        NotRun("it runs these tests"),
    ),
    (
        "docs/testing.md",
        "GATEKEEPER_MESSAGES=20000 cargo test messages",
        NotRun(LONG),
    ),
    (
        "docs/testing.md",
        "cargo insta test --review",
        NotRun(PERSON),
    ),
    (
        "docs/testing.md",
        "GATEKEEPER_KILLS=100000 cargo test killed_at_any",
        NotRun(LONG),
    ),
    (
        "docs/testing.md",
        "GATEKEEPER_FIXES=2000 cargo test fixers_random",
        NotRun(LONG),
    ),
    (
        "docs/testing.md",
        "python3 tests/record_findings.py DIRECTORY...",
        NotRun("it needs the tools"),
    ),
    (
        "docs/testing.md",
        "python3 benches/output_memory.py target/release/gatekeeper",
        NotRun(LONG),
    ),
    (
        "docs/testing.md",
        "cargo build && tests/editable.sh target/debug/gatekeeper",
        NotRun("it needs the network"),
    ),
    (
        "docs/testing.md",
        "RUSTC_BOOTSTRAP=1 cargo fuzz run message -- -max_total_time=60",
        NotRun("it needs cargo-fuzz, which is not part of the project"),
    ),
    (
        "docs/testing.md",
        "python3 benches/promises.py --peers DIRECTORY --gatekeeper target/release/gatekeeper",
        NotRun(PEERS),
    ),
    (
        "docs/testing.md",
        "python3 docs/pictures/stopped_commit.py target/release/gatekeeper",
        NotRun("it needs packages of Python"),
    ),
    (
        "docs/testing.md",
        "python3 tests/prove_doctor.py DIRECTORY...",
        NotRun("it needs the tools"),
    ),
    (
        "docs/testing.md",
        "cargo run --release --example checks -- secrets",
        NotRun("it measures; unit tests compare what is found"),
    ),
    (
        "docs/testing.md",
        "npm install --ignore-scripts @anthropic-ai/claude-code @openai/codex @google/gemini-cli opencode-ai",
        NotRun("it needs programs from the network"),
    ),
    (
        "docs/doctor.md",
        "$ gatekeeper doctor",
        NotRun("doctor:: runs these"),
    ),
    (
        "docs/performance.md",
        "cargo build --locked --release",
        NotRun(PEERS),
    ),
    (
        "docs/testing.md",
        "python3 benches/doctor.py --gatekeeper target/release/gatekeeper REPOSITORY...",
        NotRun("it needs repositories of others"),
    ),
    (
        "docs/testing.md",
        "python3 benches/guard.py --gatekeeper target/release/gatekeeper",
        NotRun("it measures a release build"),
    ),
    (
        "docs/testing.md",
        "python3 benches/unfailing.py --list REPOSITORY...",
        NotRun("it needs repositories of others"),
    ),
];

/// The blocks of console and sh in README.md and docs.
fn blocks() -> Vec<Block> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut documents = vec!["README.md".to_owned()];
    for entry in fs::read_dir(top.join("docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let name = path.file_name().unwrap().display();
            documents.push(format!("docs/{name}"));
        }
    }
    let mut blocks = Vec::new();
    for document in documents {
        let text = fs::read_to_string(top.join(&document)).unwrap();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let Some(language) = line.trim_start().strip_prefix("```") else {
                continue;
            };
            let body = lines.by_ref().take_while(|line| line.trim_start() != "```");
            let lines = body.map(str::to_owned).collect();
            if ["console", "sh", "shell", "bash"].contains(&language) {
                let document = document.clone();
                blocks.push(Block { document, lines });
            }
        }
    }
    blocks
}

impl Block {
    fn is(&self, document: &str, first: &str) -> bool {
        self.document == document && self.lines[0] == first
    }

    /// The commands, each with what it prints as far as that is shown.
    fn commands(&self) -> Vec<(&str, Vec<&str>)> {
        let mut commands: Vec<(&str, Vec<&str>)> = Vec::new();
        for line in &self.lines {
            if let Some(command) = line.strip_prefix("$ ") {
                commands.push((command, Vec::new()));
            } else {
                commands.last_mut().expect("a command").1.push(line);
            }
        }
        commands
    }

    /// Runs the commands one after the other in one shell.
    fn is_true(&self, sandbox: &Sandbox, codes: &[i32]) {
        let commands = self.commands();
        assert_eq!(commands.len(), codes.len(), "{}", self.lines[0]);
        let script: Vec<String> = commands
            .iter()
            .map(|(command, _)| command.replace("1234abcd", "HEAD"))
            .map(|command| format!("{{ {command}\n}} 2>&1; echo \"=== $?\""))
            .collect();
        let told = sandbox.sh(&script.join("\n")).expect(0).stdout;
        let mut rest = &*told;
        for ((command, shown), code) in commands.iter().zip(codes) {
            let (output, after) = rest.split_once("=== ").unwrap();
            let (ended, after) = after.split_once('\n').unwrap();
            rest = after;
            assert_eq!(ended, code.to_string(), "{command}\n{output}");
            if !shown.is_empty() {
                let [shown, output] = [&shown.join("\n"), output].map(comparable);
                assert_eq!(shown, output, "{}: {command}", self.document);
            }
        }
    }
}

/// A text without what is another time different: durations, ids, and the order in which gates that
/// run at once have ended.
fn comparable(text: &str) -> Vec<String> {
    let duration = Regex::new(r"\b\d+\.\d+s").unwrap();
    let text = duration.replace_all(text.trim_end(), "TIME");
    let id = Regex::new(r"message-[0-9a-f]{7}").unwrap();
    let text = id.replace_all(&text, "message-ID");
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    let is_gate = |line: &String| line.contains(" passed  ");
    let gates = lines.iter().take_while(|line| !line.is_empty()).count();
    lines[..gates].sort_by_key(|line| (is_gate(line), line.clone()));
    lines
}

/// A project in Rust of which everything is committed, and a cargo that knows how its gates end.
fn rust_project() -> Sandbox {
    let sandbox = Sandbox::new().with_gatekeeper_on_path();
    let cargo = "#!/bin/sh
test \"$1\" = test || exit 0
if grep -q 'a + b' src/lib.rs; then echo 'test result: ok. 1 passed'; exit 0; fi
cat <<'END'
running 1 test
test two_and_two ... FAILED

failures:

---- two_and_two stdout ----

thread 'two_and_two' panicked at src/lib.rs:10:5:
assertion `left == right` failed
  left: 0
 right: 4
test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
END
exit 101
";
    sandbox.program("cargo", cargo);
    sandbox.git(&["config", "--global", "user.name", "Demo"]);
    sandbox.git(&["config", "--global", "user.email", "demo@example.com"]);
    let demo = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/demo.sh"));
    let demo = demo.unwrap();
    let file = |name: &str| {
        let (_, text) = demo.split_once(&format!("cat >{name} <<'END'\n")).unwrap();
        sandbox.write(name, text.split_once("END\n").unwrap().0);
    };
    file("gates.toml");
    file("src/lib.rs");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "base"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox
}

/// A project whose CI runs a command, with stand-ins for its programs that find nothing.
fn project_with_ci(files: &[(&str, &str)], commands: &[&str], told: &str) -> Sandbox {
    let sandbox = Sandbox::new().with_gatekeeper_on_path();
    let mut workflow =
        "on: [push]\njobs:\n  check:\n    runs-on: ubuntu-latest\n    steps:\n".to_owned();
    for command in commands {
        workflow.extend(["      - run: ", command, "\n"]);
        let program = command.split(' ').next().unwrap();
        sandbox.program(program, &format!("#!/bin/sh\necho '{told}'\n"));
    }
    sandbox.write(".github/workflows/ci.yml", workflow);
    for (path, text) in files {
        sandbox.write(path, text);
    }
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "base"]);
    sandbox
}

fn python() -> Sandbox {
    let files = [
        ("pyproject.toml", "[tool.ruff]\nline-length = 100\n"),
        ("a.py", ""),
    ];
    project_with_ci(
        &files,
        &["ruff check .", "pytest"],
        "All checks passed! 1 passed in 0.1s",
    )
}

fn javascript() -> Sandbox {
    let package = r#"{"devDependencies": {"eslint": "9"}}"#;
    let files = [("package.json", package), ("a.js", "")];
    project_with_ci(&files, &["eslint ."], "")
}

fn rust() -> Sandbox {
    let files = [
        ("Cargo.toml", "[package]\nname = \"a\"\n"),
        ("src/lib.rs", ""),
    ];
    project_with_ci(
        &files,
        &["cargo test"],
        "test result: ok. 1 passed; 0 failed",
    )
}

fn go() -> Sandbox {
    let files = [("go.mod", "module a\n"), ("a.go", "package a\n")];
    project_with_ci(&files, &["go vet ./..."], "")
}

fn lefthook() -> Sandbox {
    let sandbox = python();
    sandbox.write(
        "lefthook.yml",
        "pre-commit:\n  jobs:\n  - run: ruff check .\n",
    );
    sandbox.git(&["add", "."]);
    sandbox
}

fn breaks() -> Sandbox {
    let sandbox = rust_project();
    sandbox.write(
        "src/lib.rs",
        sandbox.read("src/lib.rs").replace("a + b", "a - b"),
    );
    sandbox.git(&["add", "."]);
    sandbox
}

fn adds() -> Sandbox {
    let sandbox = rust_project();
    sandbox.write("src/lib.rs", sandbox.read("src/lib.rs") + "// More.\n");
    sandbox.git(&["add", "."]);
    sandbox
}

fn outage() -> Sandbox {
    let sandbox = Sandbox::with_gates("[gates.audit]\nrun = \"exit 1\"\n");
    sandbox.write("x", "");
    sandbox.git(&["add", "x"]);
    sandbox.with_gatekeeper_on_path()
}

fn passed_by() -> Sandbox {
    let sandbox = Sandbox::with_gates("[gates.test]\nrun = \"true\"\n");
    sandbox.write("x", "");
    sandbox.git(&["add", "x"]);
    sandbox.git(&["commit", "--quiet", "--message", "x"]);
    sandbox.with_gatekeeper_on_path()
}

fn imported() -> Sandbox {
    let sandbox = Sandbox::with_gates("[gates.test]\nrun = \"true\"\n");
    sandbox.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    sandbox.git(&["commit", "--quiet", "--allow-empty", "--message", "x"]);
    sandbox.with_gatekeeper_on_path()
}

fn bare() -> Sandbox {
    let sandbox = Sandbox::with_gates("[gates.test]\nrun = \"true\"\n");
    sandbox.git(&["clone", "--quiet", "--bare", ".", "project.git"]);
    sandbox.with_gatekeeper_on_path()
}

#[test]
fn every_block_that_is_meant_to_be_typed_is_run_or_listed() {
    let blocks = blocks();
    for block in &blocks {
        let entries = BLOCKS.iter().filter(|entry| block.is(entry.0, entry.1));
        assert_eq!(
            entries.count(),
            1,
            "{}: the block that begins with {:?} is not in BLOCKS of tests/consoles.rs, or twice",
            block.document,
            block.lines[0]
        );
    }
    for (document, first, how) in BLOCKS {
        let found: Vec<&Block> = blocks
            .iter()
            .filter(|block| block.is(document, first))
            .collect();
        let [block] = found[..] else {
            panic!(
                "{document} has {} blocks that begin with {first:?}",
                found.len()
            );
        };
        match how {
            Run(prepared, codes) => block.is_true(&prepared(), codes),
            NotRun(reason) => assert!(!reason.is_empty()),
        }
    }
}
