//! A labelled collection of messages in the habits of many projects: the right verdict and the
//! right rule for each, and what can be fixed is fixed.

use std::fs;

use serde_json::Value;
use toml::Table;

use crate::sandbox::{Done, GATEKEEPER, Sandbox, finish};

const GATE: &str = "[gates.x]\nrun = \"true\"\n";
const DEFINITIONS: [&str; 2] = ["rust-reviewer", "test-writer"];

/// A message of the collection, and what is right for it.
#[derive(Debug)]
struct Labelled {
    name: String,
    config: String,
    agent: String,
    author: (String, String),
    committer: (String, String),
    is_merge: bool,
    is_range: bool,
    is_edited: bool,
    rules: Vec<String>,
    warnings: Vec<String>,
    text: String,
}

fn identity(text: &str) -> (String, String) {
    let (name, rest) = text.split_once(" <").unwrap();
    (name.into(), rest.strip_suffix('>').unwrap().into())
}

fn read(file: &str) -> Vec<Labelled> {
    let file = format!(
        "{}/tests/collection/{file}.toml",
        env!("CARGO_MANIFEST_DIR")
    );
    let table: Table = fs::read_to_string(&file).unwrap().parse().unwrap();
    let messages = table["message"].as_array().unwrap();
    messages
        .iter()
        .map(|entry| labelled(entry.as_table().unwrap()))
        .collect()
}

fn labelled(entry: &Table) -> Labelled {
    const KEYS: [&str; 12] = [
        "name",
        "config",
        "agent",
        "author",
        "committer",
        "merge",
        "stage",
        "edited",
        "rules",
        "warnings",
        "text",
        "why",
    ];
    for key in entry.keys() {
        assert!(KEYS.contains(&key.as_str()), "{key}");
    }
    let text = |key: &str, default: &str| {
        entry
            .get(key)
            .map_or(default, |value| value.as_str().unwrap())
            .to_owned()
    };
    let flag = |key: &str| entry.get(key).is_some_and(|value| value.as_bool().unwrap());
    let list = |key: &str| {
        let values = entry[key].as_array().unwrap().iter();
        let mut list: Vec<String> = values.map(|value| value.as_str().unwrap().into()).collect();
        list.sort();
        list
    };
    let author = text("author", "Jane Doe <jane@example.com>");
    let stage = text("stage", "hook");
    assert!(["hook", "range"].contains(&stage.as_str()));
    Labelled {
        name: text("name", ""),
        config: text("config", "default"),
        agent: text("agent", ""),
        committer: identity(&text("committer", &author)),
        author: identity(&author),
        is_merge: flag("merge"),
        is_range: stage == "range",
        is_edited: flag("edited"),
        rules: list("rules"),
        warnings: list("warnings"),
        text: text("text", ""),
    }
}

/// gates.toml of a named configuration.
fn gates(config: &str) -> String {
    let signed = "[commit-msg.signed-off-by]\n";
    let assisted = "[commit-msg.assisted-by]\n";
    let subject = "[commit-msg.subject]\nstyle = \"conventional\"\nmax-length = 72\ntrailing-period = \"error\"\n";
    let more = match config {
        "default" | "utf-16" => String::new(),
        "registry" => "[agents]\ndefinitions = [\".claude/agents/*.md\"]\n".into(),
        "kernel" => format!(
            "{signed}co-developed = \"error\"\norder = \"allow\"\n{assisted}format = \"kernel\"\n"
        ),
        "forbidden" => format!("{assisted}required = \"forbidden\"\n"),
        "always" => format!("{assisted}required = \"always\"\n"),
        "free" => format!("{signed}required = \"never\"\n{assisted}required = \"never\"\n"),
        "any" => format!("{assisted}format = \"any\"\n"),
        "conventional" => subject.into(),
        "types" => format!("{subject}types = [\"feat\", \"fix\", \"docs\"]\n"),
        "trailers" => "[commit-msg.trailers]\nrequire = [\"Change-Id\"]\n\
             forbid = [\"Generated-by\", \"Co-authored-by@ai\"]\nonce = [\"Change-Id\"]\n\
             values = { Change-Id = '^I[0-9a-f]{40}$', Risk = [\"low\", \"high\"] }\n"
            .into(),
        "when-human" => format!("{signed}required = \"when-human\"\n"),
        other => panic!("no configuration {other}"),
    };
    format!("{GATE}{more}")
}

/// A repository with a named configuration.
fn sandbox(config: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", gates(config));
    for name in DEFINITIONS {
        sandbox.write(format!(".claude/agents/{name}.md"), format!("# {name}\n"));
    }
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "agents"]);
    if config == "utf-16" {
        sandbox.git(&["config", "i18n.commitEncoding", "UTF-16"]);
    }
    sandbox
}

impl Labelled {
    /// The text, with the hashes of the agents that it names.
    fn text(&self, sandbox: &Sandbox) -> String {
        let mut text = self.text.clone();
        for name in DEFINITIONS {
            let path = format!(":.claude/agents/{name}.md");
            let hash = sandbox.git(&["rev-parse", "--short=7", &path]);
            text = text.replace(&format!("{{{name}}}"), hash.trim());
        }
        text
    }

    /// `gatekeeper message check` on it.
    fn check(&self, sandbox: &Sandbox, file: &str) -> Value {
        let done = self.message(sandbox, &["check", "--json"], file);
        // git gives up by itself, and no hook has anything to say.
        if done.code() == 2 && done.stderr.contains(" is empty") {
            return Value::Null;
        }
        self.report(&done)
    }

    /// The verdict of a command that has checked something.
    fn report(&self, done: &Done) -> Value {
        assert!(
            [0, 1].contains(&done.code()),
            "{}\n{}",
            self.name,
            done.stderr
        );
        let report: Value = serde_json::from_str(&done.stdout).unwrap();
        assert_eq!(report["exit_code"], done.code());
        report
    }

    fn message(&self, sandbox: &Sandbox, arguments: &[&str], file: &str) -> Done {
        let mut all = vec!["message"];
        all.extend(arguments);
        if self.is_edited {
            all.extend(["--cleanup", "strip"]);
        }
        all.push(file);
        let mut command = sandbox.command(GATEKEEPER, &all);
        command
            .env("GIT_AUTHOR_NAME", &self.author.0)
            .env("GIT_AUTHOR_EMAIL", &self.author.1)
            .env("GIT_COMMITTER_NAME", &self.committer.0)
            .env("GIT_COMMITTER_EMAIL", &self.committer.1);
        if !self.agent.is_empty() {
            command.env("AI_AGENT", &self.agent);
        }
        let merge_head = sandbox.top.join(".git/MERGE_HEAD");
        if self.is_merge {
            fs::write(&merge_head, sandbox.git(&["rev-parse", "HEAD"])).unwrap();
        }
        let done = finish(&mut command);
        let _ = fs::remove_file(merge_head);
        done
    }

    /// What `gatekeeper audit` says of a commit with exactly this message.
    fn audit(&self, sandbox: &Sandbox) -> Value {
        let head = sandbox.git(&["rev-parse", "HEAD"]);
        let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
        let parents = if self.is_merge { 2 } else { 1 };
        let who = |(name, email): &(String, String)| format!("{name} <{email}> 1700000000 +0000");
        let commit = format!(
            "tree {tree}{}author {}\ncommitter {}\n\n{}",
            format!("parent {head}").repeat(parents),
            who(&self.author),
            who(&self.committer),
            self.text(sandbox)
        );
        fs::write(sandbox.beside("commit"), commit).unwrap();
        let id = sandbox
            .sh("git hash-object -t commit -w --literally ../commit")
            .expect(0);
        let range = format!("HEAD..{}", id.stdout.trim());
        let done = sandbox.gatekeeper(&["audit", "--json", &range]);
        let report = self.report(&done);
        assert_eq!(report["commits"], 1);
        report["judged"].get(0).cloned().unwrap_or_default()
    }
}

fn findings(report: &Value) -> Vec<Value> {
    report["findings"].as_array().cloned().unwrap_or_default()
}

fn rules(report: &Value, severity: &str) -> Vec<String> {
    let findings = findings(report);
    let wanted = findings
        .iter()
        .filter(|finding| finding["severity"] == severity);
    let mut rules: Vec<String> = wanted
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect();
    rules.sort();
    rules.dedup();
    rules
}

/// The lines of a message without those that are meant to be trailers, without order.
fn body(text: &str) -> Vec<String> {
    let is_trailer = |line: &&str| {
        let normal = line.to_lowercase().replace(['\u{2011}', '_', ' '], "-");
        let key = normal.split([':', '\u{ff1a}']).next().unwrap_or_default();
        !key.contains("-by") && !line.trim().is_empty()
    };
    let mut lines: Vec<String> = text
        .lines()
        .filter(is_trailer)
        .map(|l| l.trim_end().into())
        .collect();
    lines.sort();
    lines
}

fn check(file: &str) {
    let messages = read(file);
    let mut wrong = Vec::new();
    let mut configs: Vec<&str> = messages
        .iter()
        .map(|message| message.config.as_str())
        .collect();
    configs.sort_unstable();
    configs.dedup();
    for config in configs {
        let sandbox = sandbox(config);
        for message in messages.iter().filter(|message| message.config == config) {
            let report = if message.is_range {
                message.audit(&sandbox)
            } else {
                fs::write(sandbox.beside("message"), message.text(&sandbox)).unwrap();
                message.check(&sandbox, "../message")
            };
            let found = (rules(&report, "error"), rules(&report, "warning"));
            if found.0 != message.rules || found.1 != message.warnings {
                wrong.push(format!(
                    "{file}: {} [{config}]\n  expected {:?} {:?}\n  found    {:?} {:?}\n{}",
                    message.name, message.rules, message.warnings, found.0, found.1, message.text
                ));
            } else if !message.is_range && !report.is_null() {
                fixed(&sandbox, message, &report);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

/// `message fix` fixes all that it says it can, loses no line, and has nothing to do afterwards.
fn fixed(sandbox: &Sandbox, message: &Labelled, report: &Value) {
    let name = &message.name;
    let file = sandbox.beside("message");
    let before = fs::read_to_string(&file).unwrap();
    message.message(sandbox, &["fix"], "../message").expect(0);
    let after = fs::read_to_string(&file).unwrap();
    let checked = message.check(sandbox, "../message");
    let is_fixable = |finding: &&Value| finding["fixable"] == true;
    let left = findings(&checked);
    assert_eq!(left.iter().find(is_fixable), None, "{name}\n{after}");
    if !findings(report).iter().any(|finding| is_fixable(&finding)) && !message.is_edited {
        let plain = |text: &str| text.to_lowercase().replace([' ', '\t', '\r'], "");
        assert_eq!(plain(after.trim_end()), plain(before.trim_end()), "{name}");
    }
    if !message.is_edited {
        assert_eq!(body(&after), body(&before), "{name}\n{after}");
    }
    message
        .message(sandbox, &["fix"], "../message")
        .expect(0)
        .says("nothing to fix");
    assert_eq!(fs::read_to_string(&file).unwrap(), after, "{name}");
}

/// Commits with the message; if that is refused, fixes nothing by hand but runs what is printed.
/// Returns whether it was refused.
fn commit_and_finish(sandbox: &Sandbox, message: &Labelled) -> bool {
    fs::write(sandbox.beside("message"), message.text(sandbox)).unwrap();
    let agent = if message.agent.is_empty() {
        String::new()
    } else {
        format!("export AI_AGENT={}; ", message.agent)
    };
    let before = sandbox.git(&["rev-parse", "HEAD"]);
    let done = sandbox.sh(&format!("{agent}git commit -q --allow-empty -F ../message"));
    if done.code() == 0 {
        return false;
    }
    assert_eq!(
        sandbox.git(&["rev-parse", "HEAD"]),
        before,
        "{}",
        message.name
    );
    let printed: Vec<&str> = done
        .stderr
        .lines()
        .skip_while(|line| !line.starts_with("next: run"))
        .collect();
    let command = printed
        .get(1)
        .unwrap_or_else(|| panic!("{}\n{}", message.name, done.stderr));
    let finished = sandbox.sh(&format!("{agent}{command}"));
    assert_eq!(
        finished.code(),
        0,
        "{}\n{}\n{}",
        message.name,
        message.text,
        finished.stderr
    );
    let left = sandbox.gatekeeper(&["audit", "--json", "HEAD~1.."]);
    assert_eq!(left.code(), 0, "{}\n{}", message.name, left.stdout);
    true
}

#[test]
fn the_printed_command_finishes_what_no_hand_is_needed_for() {
    const FILES: [&str; 6] = [
        "assisted-by",
        "grammar",
        "habits",
        "large",
        "signed-off-by",
        "trailers",
    ];
    let messages: Vec<Labelled> = FILES.iter().flat_map(|file| read(file)).collect();
    let jane = identity("Jane Doe <jane@example.com>");
    let by_command = |rule: &String| {
        let rules = [
            "signed-off-by.missing",
            "signed-off-by.outside-block",
            "signed-off-by.mismatch",
            "signed-off-by.duplicate",
            "assisted-by.duplicate",
            "assisted-by.outside-block",
            "assisted-by.hash-mismatch",
            "trailers.mixed-paragraph",
        ];
        rules.contains(&rule.as_str())
    };
    let mut finished = 0;
    for config in ["default", "registry", "kernel", "any"] {
        let sandbox = sandbox(config);
        sandbox.gatekeeper(&["install"]).expect(0);
        let is_wanted = |message: &&Labelled| {
            message.config == config
                && !(message.is_range || message.is_edited || message.is_merge)
                && message.author == jane
                && message.committer == jane
                && !message.rules.is_empty()
                && message.rules.iter().all(by_command)
                // What an agent's variable asks for is not asked for in a range.
                && message.agent.is_empty()
        };
        for message in messages.iter().filter(is_wanted) {
            finished += usize::from(commit_and_finish(&sandbox, message));
        }
    }
    assert!(finished >= 80, "only {finished}");
}

macro_rules! files {
    ($($test:ident = $file:literal,)*) => {
        $(
            #[test]
            fn $test() {
                check($file);
            }
        )*

        #[test]
        fn every_file_is_checked() {
            let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/collection");
            let mut names: Vec<String> = fs::read_dir(dir)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            assert_eq!(names, [$(concat!($file, ".toml")),*]);
        }
    };
}

files! {
    choices = "ambiguous",
    assisted_by = "assisted-by",
    grammar = "grammar",
    habits = "habits",
    hook_files = "hookfiles",
    large = "large",
    lookalikes = "lookalikes",
    ranges = "ranges",
    signed_off_by = "signed-off-by",
    subjects = "subjects",
    trailers = "trailers",
}
