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
            "all of scripts/__init__.py",
            "all of scripts/x.py"
        ]
    );
}

/// The files that count as a whole, in a tree of scripts.
fn counted(command: &str, more: &[(&str, &str)]) -> String {
    let mut files = vec![
        ("t/a.sh", "ruff check\n"),
        ("t/b.sh", "sh lib/c.sh\n"),
        ("t/e.py", "print()\n"),
        ("lib/c.sh", "ruff check\n"),
        ("list", "t/a.sh\nlib/c.sh\n"),
        ("data.json", "{}\n"),
        ("words", "x\n"),
        ("src/one.py", "1\n"),
        ("src/two.c", "int i;\n"),
    ];
    files.extend(more);
    let mut lines = shown(command, "", &files);
    lines.retain(|line| line.starts_with("all of "));
    let paths: Vec<&str> = lines.iter().map(|line| &line["all of ".len()..]).collect();
    paths.join(" ")
}

#[test]
fn scripts_by_patterns_loops_and_lists() {
    for (command, expected) in [
        ("sh t/*.sh", "lib/c.sh t/a.sh t/b.sh"),
        ("sh t/?.sh", "lib/c.sh t/a.sh t/b.sh"),
        ("bash {t,lib}/*.sh", "lib/c.sh t/a.sh t/b.sh"),
        ("for f in t/*.sh; do sh $f; done", "lib/c.sh t/a.sh t/b.sh"),
        (
            "for f in t/*.sh; do sh \"$f\" || exit 1; done",
            "lib/c.sh t/a.sh t/b.sh",
        ),
        ("for f in t/*.sh; do . ./$f; done", "lib/c.sh t/a.sh t/b.sh"),
        (
            "for f in t/*; do ./$f; done",
            "lib/c.sh t/a.sh t/b.sh t/e.py",
        ),
        (
            "for f in a b; do sh t/$f.sh; done",
            "lib/c.sh t/a.sh t/b.sh",
        ),
        ("for f in t/a.sh; do bash -e \"$f\"; done", "t/a.sh"),
        (
            "cd t && for f in *.sh; do sh $f; done",
            "t/a.sh t/b.sh t/lib/c.sh",
        ),
        ("while read f; do sh $f; done <list", "lib/c.sh list t/a.sh"),
        (
            "while read -r f; do sh \"$f\"; done < list",
            "lib/c.sh list t/a.sh",
        ),
        (
            "cat list | while read f; do sh $f; done",
            "lib/c.sh list t/a.sh",
        ),
        (
            "for f in $(cat list); do sh $f; done",
            "lib/c.sh list t/a.sh",
        ),
        (
            "for f in `sort list`; do sh $f; done",
            "lib/c.sh list t/a.sh",
        ),
        (
            "files=$(cat list); for f in $files; do sh $f; done",
            "lib/c.sh list t/a.sh",
        ),
        (
            "for f in $(ls t/*.sh); do sh $f; done",
            "lib/c.sh t/a.sh t/b.sh",
        ),
        (
            "for f in $(ls t); do sh t/$f; done",
            "lib/c.sh t/a.sh t/b.sh t/e.py t/t",
        ),
        (
            "for f in $(find t -name '*.sh'); do sh $f; done",
            "lib/c.sh t/a.sh t/b.sh",
        ),
        (
            "find t -name '*.sh' | while read f; do sh $f; done",
            "lib/c.sh t/a.sh t/b.sh",
        ),
        ("while read f; do sh $f; done <<E\nt/a.sh\nE\n", "t/a.sh"),
        (
            "find t -name '*.sh' -exec sh {} +",
            "lib/c.sh t/a.sh t/b.sh",
        ),
        (
            "find t -name '*.sh' -exec sh {} \\;",
            "lib/c.sh t/a.sh t/b.sh",
        ),
        (
            "find t -name '*.sh' -exec sh -c 'sh \"$1\"' _ {} \\;",
            "lib/c.sh t/a.sh t/b.sh",
        ),
        (
            "find t -type f -exec {} \\;",
            "lib/c.sh t/a.sh t/b.sh t/e.py",
        ),
        ("find t | xargs sh", "lib/c.sh t/a.sh t/b.sh t/e.py"),
        ("find t -name 'a*' -print0 | xargs -0 -n1 sh", "t/a.sh"),
        ("echo t/a.sh | xargs -n1 sh", "t/a.sh"),
        ("ls t/*.sh | xargs -I{} sh {}", "lib/c.sh t/a.sh t/b.sh"),
        (
            "ls t/*.sh | xargs -I{} sh -c 'sh {}'",
            "lib/c.sh t/a.sh t/b.sh",
        ),
        (
            "git ls-files 't/*.sh' | xargs -n1 sh",
            "lib/c.sh t/a.sh t/b.sh",
        ),
        ("xargs -n1 sh <list", "lib/c.sh list t/a.sh"),
        ("xargs -a list -n1 sh", "lib/c.sh list t/a.sh"),
        ("run-parts t", "lib/c.sh t/a.sh t/b.sh t/e.py"),
        ("parallel sh ::: t/a.sh lib/c.sh", "lib/c.sh t/a.sh"),
        ("ls t/*.sh | parallel sh", "lib/c.sh t/a.sh t/b.sh"),
        ("parallel ::: 'sh t/a.sh' 'ruff check'", "t/a.sh"),
        ("parallel -a list sh", "lib/c.sh list t/a.sh"),
    ] {
        assert_eq!(counted(command, &[]), expected, "{command}");
    }
}

#[test]
fn scripts_that_are_read_put_in_or_named_otherwise() {
    for (command, expected) in [
        ("cat t/a.sh | sh", "t/a.sh"),
        ("cat t/*.sh | sh -e", "lib/c.sh t/a.sh t/b.sh"),
        ("tr -d x <t/a.sh | bash", "t/a.sh"),
        ("sed s/x/y/ t/a.sh | sh -s -- x", "t/a.sh"),
        ("{ cat t/a.sh; cat lib/c.sh; } | sh", "lib/c.sh t/a.sh"),
        (
            "for f in t/*.sh; do cat $f; done | sh",
            "lib/c.sh t/a.sh t/b.sh",
        ),
        ("sh < t/a.sh", "t/a.sh"),
        ("{ sh; } < t/a.sh", "t/a.sh"),
        ("(bash -e) <t/a.sh", "t/a.sh"),
        ("bash - <t/a.sh", "t/a.sh"),
        ("sh /dev/stdin <t/a.sh", "t/a.sh"),
        ("sh <<E\nsh t/a.sh\nE\n", "t/a.sh"),
        ("echo 'sh t/a.sh' | sh", "t/a.sh"),
        ("bash <<<'sh t/a.sh'", "t/a.sh"),
        ("eval \"$(cat t/a.sh)\"", "t/a.sh"),
        ("eval \"`cat t/a.sh`\"", "t/a.sh"),
        ("eval \"$(<t/a.sh)\"", "t/a.sh"),
        ("eval 'sh t/a.sh'", "t/a.sh"),
        ("eval sh t/a.sh", "t/a.sh"),
        ("sh -c \"$(cat t/a.sh)\"", "t/a.sh"),
        ("source <(cat t/a.sh)", "t/a.sh"),
        ("bash <(cat t/a.sh)", "t/a.sh"),
        ("sh -c '. ./t/a.sh'", "t/a.sh"),
        ("sh -c 'sh t/$1.sh' _ a", "t/a.sh"),
        ("exec ./t/a.sh", "t/a.sh"),
        ("command . t/a.sh", "t/a.sh"),
        ("command sh t/a.sh", "t/a.sh"),
        ("builtin source t/a.sh", "t/a.sh"),
        ("nohup nice -n 5 sh t/a.sh", "t/a.sh"),
        ("bash -O extglob t/a.sh", "t/a.sh"),
        ("bash +O extglob -e t/a.sh", "t/a.sh"),
        ("bash --rcfile x t/a.sh", "t/a.sh"),
        ("env -S 'sh t/a.sh'", "t/a.sh"),
        ("env -S'sh -e' t/a.sh", "t/a.sh"),
        ("env A=1 sh t/a.sh", "t/a.sh"),
        ("BASH_ENV=t/a.sh bash -c true", "t/a.sh"),
        ("export ENV=t/a.sh; sh -c true", "t/a.sh"),
        ("env BASH_ENV=t/a.sh bash -c true", "t/a.sh"),
        ("x=$(./t/a.sh)", "t/a.sh"),
        ("echo \"`sh t/a.sh`\"", "t/a.sh"),
        ("echo ${x:-$(sh t/a.sh)}", "t/a.sh"),
        ("diff <(sh t/a.sh) words", "t/a.sh"),
        ("trap 'sh t/a.sh' EXIT; ruff check", "t/a.sh"),
        ("f() { sh t/a.sh; }; f", "t/a.sh"),
        ("f() { sh $1; }; f t/a.sh", "t/a.sh"),
        ("f() { \"$@\"; }; f sh t/a.sh", "t/a.sh"),
        (
            "function f { sh \"t/$1.sh\"; }; f a; f b",
            "lib/c.sh t/a.sh t/b.sh",
        ),
        (
            "case $X in a) sh t/a.sh;; *) sh lib/c.sh;; esac",
            "lib/c.sh t/a.sh",
        ),
        (
            "if x; then sh t/a.sh; else . lib/c.sh; fi",
            "lib/c.sh t/a.sh",
        ),
        ("alias check='sh t/a.sh'; check", "t/a.sh"),
        ("x && sh t/a.sh || true", "t/a.sh"),
        ("test -r t/a.sh && . t/a.sh", "t/a.sh"),
        ("test -r new.sh && . ./new.sh", "new.sh"),
        ("{ sh t/a.sh; } 2>&1 | tee log", "t/a.sh"),
        ("coproc sh t/a.sh", "t/a.sh"),
        ("flock lock sh t/a.sh", "t/a.sh"),
        ("env -C t sh a.sh", "t/a.sh"),
        ("cp t/a.sh /tmp/x && /tmp/x", "t/a.sh"),
        ("cp t/a.sh $TMP/x && . $TMP/x", "t/a.sh"),
        ("docker run image sh -c 'sh t/a.sh'", "t/a.sh"),
        ("git show HEAD:t/a.sh | sh", "t/a.sh"),
        ("cp t/a.sh made; sh made", "made t/a.sh"),
        ("sed s/x/y/ t/a.sh >made && sh made", "made t/a.sh"),
        (
            "x=(t/a.sh lib/c.sh)\nfor f in \"${x[@]}\"; do sh $f; done",
            "lib/c.sh t/a.sh",
        ),
        ("x=($(ls t/*.sh)); sh ${x[0]}", "lib/c.sh t/a.sh t/b.sh"),
        (
            "for ((i = 0; i < 2; i++)); do sh t/$i.sh; done",
            "lib/c.sh t/a.sh t/b.sh",
        ),
        (
            "((n++)); if ((n)); then cat list | xargs -n1 sh; fi",
            "lib/c.sh list t/a.sh",
        ),
    ] {
        assert_eq!(counted(command, &[]), expected, "{command}");
    }
}

#[test]
fn scripts_by_way_of_variables() {
    for (command, expected) in [
        ("sh ${D:-t}/a.sh", "t/a.sh"),
        ("sh \"${D:=t}/a.sh\"", "t/a.sh"),
        ("D=t; sh $D/a.sh", "t/a.sh"),
        ("D=t && sh \"${D}/a.sh\"", "t/a.sh"),
        ("export D=t; sh $D/a.sh", "t/a.sh"),
        (
            "D=lib; if x; then D=t; fi; sh $D/c.sh; sh $D/a.sh",
            "lib/a.sh lib/c.sh t/a.sh t/c.sh",
        ),
        (
            "case $1 in x) D=t;; *) D=lib;; esac; sh $D/a.sh",
            "lib/a.sh t/a.sh",
        ),
        ("RUN='sh t/a.sh'; $RUN", "t/a.sh"),
        ("RUN=sh; $RUN t/a.sh", "t/a.sh"),
        ("F=t/a; F+=.sh; sh $F", "t/a.sh"),
        ("sh $D/a.sh", "t/a.sh"),
        ("sh $D/$N.sh", "lib/c.sh t/a.sh t/b.sh"),
        ("sh lib/$N.sh", "lib/c.sh"),
        ("sh t/$(uname).sh", "lib/c.sh t/a.sh t/b.sh"),
        ("cd $X && sh a.sh", "t/a.sh"),
        ("$SHELL t/a.sh", "t/a.sh"),
        ("$PYTHON t/e.py", "t/e.py"),
        ("$PYTHON -m pytest src/one.py", ""),
        ("$CC -c src/two.c", ""),
        ("set -- t/a.sh; sh $1", "t/a.sh"),
        ("set -- t/a.sh; sh \"$@\"", "t/a.sh"),
    ] {
        assert_eq!(counted(command, &[]), expected, "{command}");
    }
    for (script, expected) in [
        ("sh lib/$1.sh", "lib/c.sh run.sh"),
        ("sh \"$1\"", "run.sh t/a.sh"),
        ("for f; do sh $f; done", "run.sh t/a.sh"),
        ("for f in \"$@\"; do sh $f; done", "run.sh t/a.sh"),
        ("while [ $# -gt 0 ]; do sh $1; shift; done", "run.sh t/a.sh"),
        ("exec sh \"$@\"", "run.sh t/a.sh"),
        // Nothing of it is known: what the script names counts, or what is beside it.
        (
            "x=$(date); f=t/a.sh; f=$(echo $x $f | tr a b); sh $f",
            "run.sh t/a.sh",
        ),
        ("sh $(compute)", "other.sh run.sh vars.sh"),
        ("cc \"$1\" && ruff check \"$@\"", "run.sh"),
        (". ./vars.sh; sh $D/a.sh", "run.sh t/a.sh vars.sh"),
        (". ./vars.sh; run t/a.sh", "run.sh t/a.sh vars.sh"),
        (
            "files=(t/a.sh lib/c.sh)\nfor f in \"${files[@]}\"; do sh $f; done",
            "lib/c.sh run.sh t/a.sh",
        ),
    ] {
        let more = [
            ("run.sh", script),
            ("other.sh", "x\n"),
            ("vars.sh", "D=t\nrun() { sh \"$1\"; }\n"),
        ];
        let command = if script.contains("lib/$1") {
            "sh run.sh c"
        } else {
            "sh run.sh t/a.sh"
        };
        assert_eq!(counted(command, &more), expected, "{script}");
    }
    let first_line = [
        ("x", "#!/usr/bin/env -S sh lib/d.sh\n"),
        ("lib/d.sh", ". \"$1\"\n"),
    ];
    assert_eq!(counted("./x", &first_line), "lib/d.sh x");
    let wrapper = [
        ("run.sh", "D=t sh inner.sh\n"),
        ("inner.sh", "sh $D/a.sh\n"),
    ];
    assert_eq!(counted("sh run.sh", &wrapper), "inner.sh run.sh t/a.sh");
}

#[test]
fn code_and_options_that_name_files() {
    for (command, expected) in [
        ("grep -f words src/one.py", "words"),
        ("grep -vf words src/one.py", "words"),
        ("grep -rfwords src", "words"),
        ("rg --file=words src", "words"),
        ("awk -f words src/one.py", "words"),
        ("sed -n -f words src/one.py", "words"),
        ("jq -e --from-file words data.json", "words"),
        ("python -c \"exec(open('t/e.py').read())\"", "t/e.py"),
        (
            "python - <<E\nimport runpy\nrunpy.run_path('t/e.py')\nE\n",
            "t/e.py",
        ),
        ("python3 <<E\nexec(open('t/e.py').read())\nE\n", "t/e.py"),
        ("python3 < t/e.py", "t/e.py"),
        ("cat t/e.py | python3 -", "t/e.py"),
        ("node -e \"require('./x')\"", "x.js"),
        ("ruby -e \"load 'x.rb'\"", "x.rb"),
        ("perl -e 'system(\"sh t/a.sh\")'", "t/a.sh"),
        ("python -X dev t/e.py", "t/e.py"),
        ("node --require ./x.js x.rb", "x.js x.rb"),
        (
            "python -c 'import json; json.load(open(\"data.json\"))'",
            "",
        ),
    ] {
        let more = [("x.js", "x\n"), ("x.rb", "x\n")];
        assert_eq!(counted(command, &more), expected, "{command}");
    }
}

#[test]
fn scripts_below_links_and_in_submodules() {
    let links = [
        ("one -> two", ""),
        ("two -> t", ""),
        ("file.sh -> one/a.sh", ""),
        ("module => 1", ""),
    ];
    for (command, expected) in [
        ("sh one/a.sh", "t/a.sh"),
        ("sh one/*.sh", "t/a.sh t/b.sh"),
        ("sh file.sh", "t/a.sh"),
        ("cat one/a.sh | sh", "t/a.sh"),
        ("sh module/x.sh", "module"),
        ("./module/x.sh", "module"),
        ("sh module/*.sh", "module"),
        (". module/lib.sh", "module"),
        ("cat module/x.sh | sh", "module"),
    ] {
        if expected == "module" {
            let found = shown(command, "", &links);
            let piece = "module:1 submodule = 1".to_owned();
            assert!(found.contains(&piece), "{command}: {found:?}");
            continue;
        }
        let found = counted(command, &links).replace("lib/c.sh ", "");
        assert_eq!(found, expected, "{command}");
    }
    let found = shown("sh one/*.sh", "", &[("one -> t", ""), ("t/a.sh", "x\n")]);
    assert!(found.contains(&"one:1 symbolic link = t".to_owned()));
}

#[test]
fn files_that_are_only_looked_at_are_no_programs() {
    for command in [
        "for f in src/*.py; do python -m py_compile $f; done",
        "for f in t/*.sh; do bash -n $f; done",
        "for f in t/*.sh; do shellcheck \"$f\"; done",
        "find . -name '*.py' | xargs ruff check",
        "git ls-files '*.sh' | xargs shellcheck",
        "git ls-files '*.sh' | xargs -n1 bash -n",
        "find . -name '*.sh' -exec shellcheck {} +",
        "shellcheck t/*.sh",
        "cat words",
        "test \"$(cat words)\" = x",
        "V=$(cat words); ruff check --version $V",
        "grep -q x t/a.sh",
        "diff t/a.sh lib/c.sh",
        "while read f; do test -e $f; done <list",
        "wc -l <t/a.sh",
        "cat t/a.sh | grep -c x",
        "python -m json.tool data.json",
        "node --check x.js",
        "ruby -c x.rb",
        "echo t/a.sh",
        "chmod +x t/a.sh",
        "awk '{ print $1 }' t/a.sh",
        "sort -f words",
        "parallel shellcheck ::: t/a.sh",
        "pytest ${ARGS} src/one.py",
        "trap 'rm -f words' EXIT; ruff check",
        "files=(t/*.sh); shellcheck \"${files[@]}\"",
        "files=(src/one.py); for f in \"${files[@]}\"; do ruff check $f; done",
        "((n++)); shellcheck t/a.sh",
        "echo sh t/a.sh",
        "cp t/a.sh made; shellcheck made",
    ] {
        assert_eq!(
            counted(command, &[("x.js", ""), ("x.rb", "")]),
            "",
            "{command}"
        );
    }
    let run = [("run.sh", "for f in \"$@\"; do cc -c $f; done\n")];
    assert_eq!(counted("sh run.sh src/*.c", &run), "run.sh");
}

#[test]
fn scripts_that_call_each_other_are_followed_to_a_limit() {
    // Each calls each of the others: without a limit, the ways to the last one are beyond counting.
    let names: Vec<String> = (0..8).map(|number| format!("{number}.sh")).collect();
    let calls: Vec<String> = names.iter().map(|name| format!("sh {name}")).collect();
    let all = calls.join("\n");
    let files: Vec<(&str, &str)> = names
        .iter()
        .map(|name| (name.as_str(), all.as_str()))
        .collect();
    let found = shown("sh 0.sh", "", &files);
    for name in &names {
        assert!(found.contains(&format!("all of {name}")), "{name}");
    }
}
