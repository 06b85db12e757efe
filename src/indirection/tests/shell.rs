//! Scripts of the shell.

use super::shown;

#[test]
fn scripts_of_the_shell() {
    let files = [
        ("tools -> scripts", ""),
        (
            "scripts/check.sh",
            "#!/usr/bin/env bash\nset -e\ncd \"$(dirname \"$0\")/..\"\n. scripts/lib.sh\npython tools/x.py\n",
        ),
        (
            "scripts/lib.sh",
            "ROOT=$(git rev-parse --show-toplevel)\nmake -C \"$ROOT/sub\"\n",
        ),
        ("scripts/x.py", "print()"),
        ("sub/makefile", "a:\n\tb\n"),
    ];
    let expected = [
        "b in sub at sub/makefile:2",
        "python tools/x.py at scripts/check.sh:1 (gatekeeper does not read what python runs)",
        "sub/makefile:1 target a = a: ; b",
        "tools:1 symbolic link = scripts",
        "all of scripts/check.sh",
        "all of scripts/lib.sh",
        "all of scripts/x.py",
    ];
    for command in [
        "sh tools/check.sh",
        "./tools/check.sh",
        "cd tools && sh check.sh",
        "cd tools && ./check.sh",
        "bash -euo pipefail tools/check.sh",
        "cat x | xargs ./tools/check.sh",
    ] {
        let mut found = shown(command, "", &files);
        let beside = ["cat", "set", "dirname", "git"];
        found.retain(|line| !beside.contains(&line.split(' ').next().unwrap()));
        assert_eq!(found, expected, "{command}");
    }
    assert_eq!(
        shown("sh gone.sh", "a", &files),
        [
            "sh gone.sh in a (gone.sh is not in the tree)",
            "all of a/gone.sh"
        ]
    );
    let circle = [("a.sh", "sh b.sh\n"), ("b.sh", "sh a.sh\n")];
    assert_eq!(
        shown("sh a.sh", "", &circle),
        [
            "sh a.sh at b.sh:1 (it calls itself)",
            "all of a.sh",
            "all of b.sh"
        ]
    );
    assert_eq!(shown("python -m pytest", "", &files), ["pytest"]);
    assert_eq!(
        shown("python -m scripts.x", "", &files),
        [
            "python -m scripts.x (gatekeeper does not read what python runs)",
            "all of scripts/x.py"
        ]
    );
}
