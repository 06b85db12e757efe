//! `gatekeeper install --agent` and `uninstall --agent`: the files of each host, and what others have in them.

use std::fs;

use insta::assert_snapshot;
use serde_json::Value;

use crate::sandbox::Sandbox;

/// Every host, with the first file that is written for it.
const HOSTS: [(&str, &str); 11] = [
    ("claude", ".claude/settings.json"),
    ("codex", ".codex/hooks.json"),
    ("cursor", ".cursor/hooks.json"),
    ("copilot", ".github/hooks/gatekeeper.json"),
    ("gemini", ".gemini/settings.json"),
    ("windsurf", ".windsurf/hooks.json"),
    ("cline", ".clinerules/hooks/PreToolUse"),
    ("opencode", ".opencode/plugin/gatekeeper.ts"),
    ("amp", ".amp/plugins/gatekeeper.ts"),
    ("aider", ".aider.conf.yml"),
    ("agents-md", "AGENTS.md"),
];

#[test]
fn each_host_gets_its_files_and_loses_them_again() {
    let sandbox = Sandbox::new().with_gatekeeper_on_path();
    for (host, file) in HOSTS {
        sandbox.gatekeeper(&["install", "--agent", host]).expect(0);
        let first = sandbox.read(file);
        assert!(first.contains("gatekeeper"), "{host}");
        sandbox
            .gatekeeper(&["install", "--agent", host])
            .expect(0)
            .says("unchanged");
        assert_eq!(sandbox.read(file), first, "{host}");
    }
    for (host, file) in HOSTS {
        sandbox
            .gatekeeper(&["uninstall", "--agent", host])
            .expect(0);
        assert!(!sandbox.top.join(file).exists(), "{host}");
        sandbox
            .gatekeeper(&["uninstall", "--agent", host])
            .expect(0)
            .says("nothing of gatekeeper was installed");
    }
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn what_others_have_in_a_file_stays_byte_for_byte() {
    let sandbox = Sandbox::new();
    let others = "{\n    \"model\" : \"opus\",\n\t\"hooks\": {\n      \"PreToolUse\": [\n        { \"matcher\": \"Bash\", \"hooks\": [ { \"type\": \"command\", \"command\": \"./mine.sh\" } ] }\n      ],\n      \"Notification\": []\n    },\n    \"permissions\": {\"deny\":[ \"Read(.env)\" ]}\n}";
    for (host, file, text) in [
        ("claude", ".claude/settings.json", others),
        (
            "gemini",
            ".gemini/settings.json",
            "{ // mine\n  \"theme\": \"x\",\n}\n",
        ),
        (
            "cursor",
            ".cursor/hooks.json",
            "{\"version\":1,\"hooks\":{\"stop\":[{\"command\":\"./x\"}]}}",
        ),
        (
            "aider",
            ".aider.conf.yml",
            "# mine\nmodel: opus\nread: [a, b]\n",
        ),
        (
            "aider",
            ".aider.conf.yml",
            "git-commit-verify: true\ntest-cmd: make test\n",
        ),
        (
            "agents-md",
            "AGENTS.md",
            "# Mine\n\nText without an end of line",
        ),
        ("agents-md", "AGENTS.md", "# Mine\n"),
        ("claude", ".claude/settings.json", "{}"),
        ("claude", ".claude/settings.json", "{\n}\n"),
        ("codex", ".codex/hooks.json", "{\"hooks\":{}}\n"),
        (
            "codex",
            ".codex/hooks.json",
            "{\"hooks\":{\"PreToolUse\":[]}}",
        ),
        ("gemini", ".gemini/settings.json", ""),
    ] {
        sandbox.write(file, text);
        sandbox
            .gatekeeper(&["install", "--agent", host, "--stop"])
            .expect(0);
        let installed = sandbox.read(file);
        assert!(installed.contains("gatekeeper"), "{installed}");
        sandbox.gatekeeper(&["install", "--agent", host]).expect(0);
        sandbox
            .gatekeeper(&["uninstall", "--agent", host])
            .expect(0);
        assert_eq!(sandbox.read(file), text, "{host}\n{installed}");
    }
    // In another clone, or once others have edited it, the entries are taken out one by one.
    let (file, text) = (
        ".cursor/hooks.json",
        "{\"version\":1,\"hooks\":{\"stop\":[{\"command\":\"./x\"}]}}",
    );
    sandbox.write(file, text);
    sandbox
        .gatekeeper(&["install", "--agent", "cursor"])
        .expect(0);
    sandbox.write(file, format!("{}\n\n", sandbox.read(file)));
    sandbox
        .gatekeeper(&["uninstall", "--agent", "cursor"])
        .expect(0);
    let left = sandbox.read(file);
    // What stands in one line gets lines of its own, and keeps them; entries are as they were.
    assert!(left.contains("{\"command\":\"./x\"}"), "{left}");
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(bare(&left), bare(text));
}

#[test]
fn a_link_out_of_the_repository_is_not_written_through() {
    let sandbox = Sandbox::new();
    let outside = sandbox.top.parent().unwrap().join("outside");
    fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink("../outside", sandbox.top.join(".gemini")).unwrap();
    let done = sandbox
        .gatekeeper(&["install", "--agent", "gemini"])
        .expect(3);
    let told = done.told().replace(
        &outside.canonicalize().unwrap().display().to_string(),
        "[outside]",
    );
    assert_snapshot!(told, @"
error: .gemini is a link that leads out of the repository, to [ROOT]/outside
help: replace the link with a directory of its own, and run the command again
---
");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
    sandbox
        .gatekeeper(&["uninstall", "--agent", "gemini"])
        .expect(3)
        .says("leads out of the repository");
    // One that stays inside is followed.
    fs::create_dir(sandbox.top.join("agents")).unwrap();
    std::os::unix::fs::symlink("agents", sandbox.top.join(".codex")).unwrap();
    sandbox
        .gatekeeper(&["install", "--agent", "codex"])
        .expect(0);
    assert!(sandbox.top.join("agents/hooks.json").exists());
}

#[test]
fn a_hook_for_the_end_of_work_stays_until_the_guard_is_taken_out() {
    let sandbox = Sandbox::new().with_gatekeeper_on_path();
    sandbox
        .gatekeeper(&["install", "--agent", "claude", "--stop"])
        .expect(0);
    let with_stop = sandbox.read(".claude/settings.json");
    sandbox
        .gatekeeper(&["install", "--agent", "claude"])
        .expect(0)
        .says("the hook for the end of work stays; `gatekeeper uninstall --agent claude` takes it out with the others");
    assert_eq!(sandbox.read(".claude/settings.json"), with_stop);
}

#[test]
fn entries_stand_beside_those_of_others() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".claude/settings.json",
        "{\n  \"hooks\": {\n    \"PreToolUse\": [\n      {\n        \"matcher\": \"Bash\",\n        \"hooks\": [{ \"type\": \"command\", \"command\": \"./mine.sh\" }]\n      }\n    ]\n  },\n  \"model\": \"opus\"\n}\n",
    );
    sandbox
        .gatekeeper(&["install", "--agent", "claude"])
        .expect(0);
    assert_snapshot!(sandbox.read(".claude/settings.json"), @r#"
    {
      "hooks": {
        "PreToolUse": [
          {
            "matcher": "Bash",
            "hooks": [{ "type": "command", "command": "./mine.sh" }]
          },
          {
            "matcher": "Bash|PowerShell|Monitor|Edit|Write|NotebookEdit|mcp__.*",
            "hooks": [
              {
                "type": "command",
                "command": "gatekeeper guard",
                "timeout": 10,
                "onFailure": "block"
              }
            ]
          }
        ],
        "SessionStart": [
          {
            "hooks": [
              {
                "type": "command",
                "command": "gatekeeper guard",
                "timeout": 10
              }
            ]
          }
        ]
      },
      "model": "opus"
    }
    "#);
}

#[test]
fn a_file_that_cannot_be_merged_with_is_left_alone() {
    let sandbox = Sandbox::new();
    for (host, file, text) in [
        ("claude", ".claude/settings.json", "{ \"hooks\": "),
        ("claude", ".claude/settings.json", "[]"),
        ("claude", ".claude/settings.json", "{\"hooks\": []}"),
        (
            "claude",
            ".claude/settings.json",
            "{\"hooks\": {\"PreToolUse\": {}}}",
        ),
        (
            "claude",
            ".claude/settings.json",
            "{\"hooks\": {\"PreToolUse\": []}, \"hooks\": {\"Stop\": []}}",
        ),
        (
            "cursor",
            ".cursor/hooks.json",
            "{\"version\":1,\"hooks\":{\"stop\":[}",
        ),
        (
            "cline",
            ".clinerules/hooks/PreToolUse",
            "#!/bin/sh\n./mine\n",
        ),
        (
            "opencode",
            ".opencode/plugin/gatekeeper.ts",
            "export const Mine = 1\n",
        ),
        ("aider", ".aider.conf.yml", "git-commit-verify: false\n"),
        ("aider", ".aider.conf.yml", "a: [\n"),
        ("aider", ".aider.conf.yml", "- a\n"),
        (
            "agents-md",
            "AGENTS.md",
            "<!-- gatekeeper: begin -->\nno end\n",
        ),
    ] {
        sandbox.write(file, text);
        sandbox
            .gatekeeper(&["install", "--agent", host])
            .expect(3)
            .says("was left as it is: ");
        assert_eq!(sandbox.read(file), text);
        fs::remove_file(sandbox.top.join(file)).unwrap();
    }
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn an_older_entry_is_replaced() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".codex/hooks.json",
        "{\"hooks\":{\"PreToolUse\":[{\"matcher\":\"Bash\",\"hooks\":[{\"type\":\"command\",\"command\":\"gatekeeper guard\"}]}]}}",
    );
    sandbox
        .gatekeeper(&["install", "--agent", "codex"])
        .expect(0);
    let text = sandbox.read(".codex/hooks.json");
    let read: Value = serde_json::from_str(&text).unwrap();
    let entries = read["hooks"]["PreToolUse"].as_array().unwrap();
    assert_eq!(entries.len(), 1, "{text}");
    assert_eq!(entries[0]["matcher"], "Bash|apply_patch|mcp__.*");
}

#[test]
fn status_tries_the_guard_out() {
    let sandbox = Sandbox::with_gates("[gates.a]\nrun = \"true\"\n").with_gatekeeper_on_path();
    for (host, _) in HOSTS {
        sandbox.gatekeeper(&["install", "--agent", host]).expect(0);
    }
    let agents = |text: &str| {
        let lines = text.lines().skip_while(|line| !line.contains("agents  "));
        let lines = lines.take_while(|line| !line.contains("receipts"));
        lines.collect::<Vec<_>>().join("\n")
    };
    let done = sandbox.gatekeeper(&["status"]).expect(0);
    assert_snapshot!(agents(&done.stdout), @"
    agents  claude: refuses a bypass
            codex: refuses a bypass
            Codex does not run a new hook until it is trusted, and does not say so outside of its terminal interface: open `/hooks` there and trust it; from here, trust cannot be seen
            cursor: refuses a bypass
            copilot: refuses a bypass
            gemini: refuses a bypass
            windsurf: refuses a bypass
            cline: refuses a bypass
            opencode: refuses a bypass
            amp: refuses a bypass
            aider: installed
            agents-md: installed
    ");
    // A guard that cannot be started, or does nothing, is found.
    fs::write(
        sandbox.top.join(".clinerules/hooks/PreToolUse"),
        "#!/bin/sh\n# Installed by `gatekeeper`\n",
    )
    .unwrap();
    let done = sandbox.gatekeeper(&["status"]).expect(1);
    assert!(
        done.stdout
            .contains("cline: lets a bypass pass: it said nothing; out of date"),
        "{}",
        done.stdout
    );
}

#[test]
fn status_runs_the_command_that_is_installed_and_says_what_its_absence_means() {
    let sandbox = Sandbox::with_gates("[gates.a]\nrun = \"true\"\n");
    for host in ["claude", "gemini"] {
        sandbox.gatekeeper(&["install", "--agent", host]).expect(0);
    }
    let agents = |sandbox: &Sandbox| {
        let told = sandbox.gatekeeper(&["status"]).expect(1).stdout;
        let lines = told.lines().skip_while(|line| !line.contains("agents  "));
        lines.take(2).map(str::trim).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(agents(&sandbox), @"
agents  claude: there is no `gatekeeper` on PATH, so every command is refused; run `uv tool install gatekeeper-git`
gemini: there is no `gatekeeper` on PATH, so its commands are not checked; run `uv tool install gatekeeper-git`
");
    let sandbox = sandbox.with_gatekeeper_on_path();
    let text = sandbox.read(".claude/settings.json");
    sandbox.write(
        ".claude/settings.json",
        text.replacen("\"gatekeeper guard\"", "\"gatekeeper guard || true\"", 1),
    );
    let told = agents(&sandbox);
    assert!(
        told.contains("claude: lets a bypass pass: gatekeeper refused this"),
        "{told}"
    );
}

#[test]
fn status_names_the_setting_that_switches_a_guard_off() {
    let sandbox = Sandbox::with_gates("[gates.a]\nrun = \"true\"\n");
    sandbox
        .gatekeeper(&["install", "--agent", "claude"])
        .expect(0);
    sandbox.write(
        ".claude/settings.local.json",
        "{\"disableAllHooks\": true}\n",
    );
    let told = sandbox.gatekeeper(&["status"]).expect(1).told();
    let why = "claude: lets a bypass pass: \"disableAllHooks\": true in .claude/settings.local.json switches its hooks off";
    assert!(told.contains(why), "{told}");
    // Without an entry of ours, the line does not disappear.
    let text = sandbox.read(".claude/settings.json");
    let replaced = text.replace("\"gatekeeper guard\"", "\"true\"");
    sandbox.write(".claude/settings.json", replaced);
    let told = sandbox.gatekeeper(&["status"]).expect(1).told();
    let why = "claude: the guard that was installed is not in .claude/settings.json any more; run `gatekeeper install --agent claude`";
    assert!(told.contains(why), "{told}");
}

#[test]
fn files_for_a_whole_machine_are_printed() {
    let sandbox = Sandbox::new();
    let print = |host| sandbox.gatekeeper(&["install", "--agent", host, "--system"]);
    assert_snapshot!(print("claude").expect(0).stdout, @r#"
    # /etc/claude-code/managed-settings.json
    {
      "allowManagedHooksOnly": true,
      "hooks": {
        "PreToolUse": [
          {
            "matcher": "Bash|PowerShell|Monitor|Edit|Write|NotebookEdit|mcp__.*",
            "hooks": [
              {
                "type": "command",
                "command": "gatekeeper guard",
                "timeout": 10,
                "onFailure": "block"
              }
            ]
          }
        ],
        "SessionStart": [
          {
            "hooks": [
              {
                "type": "command",
                "command": "gatekeeper guard",
                "timeout": 10
              }
            ]
          }
        ]
      }
    }
    "#);
    assert_snapshot!(print("codex").expect(0).stdout, @r#"
    # /etc/codex/requirements.toml
    allow_managed_hooks_only = true

    [features]
    hooks = true

    [hooks]
    managed_dir = "/usr/local/bin"

    [[hooks.PreToolUse]]
    matcher = "Bash|apply_patch|mcp__.*"

    [[hooks.PreToolUse.hooks]]
    type = "command"
    command = "gatekeeper guard"
    timeout = 10
    "#);
    for host in ["cursor", "copilot", "gemini", "windsurf"] {
        let printed = print(host).expect(0).stdout;
        let (path, text) = printed.split_once('\n').unwrap();
        assert!(path.starts_with("# /etc/"), "{path}");
        serde_json::from_str::<Value>(text).unwrap();
    }
    print("aider")
        .expect(2)
        .says("has no configuration for a whole machine");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}
