//! The warm snapshot: kept from run to run, brought up to date by what differs, and a repository of
//! its own to whatever runs in it.

use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use insta::assert_snapshot;

use crate::sandbox::{Done, FREE, GATEKEEPER, Sandbox};

/// Gates that print something and fail, so that it is told; in a snapshot.
fn prints(script: &str) -> String {
    format!("[settings]\nisolation = \"snapshot\"\n[gates.x]\nrun = '''{script}; exit 1'''\n{FREE}")
}

/// A repository with a gate, in which something is staged and something else lies beside.
fn sandbox(script: &str) -> Sandbox {
    sandbox_in(Sandbox::new(), script)
}

fn sandbox_in(sandbox: Sandbox, script: &str) -> Sandbox {
    sandbox.write("gates.toml", prints(script));
    sandbox.write(".gitignore", "*.log\n");
    sandbox.write("a", "a\n");
    sandbox.write("b", "b\n");
    sandbox.write("deep/er/c", "c\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "base"]);
    sandbox.sh("echo 2 >b && git add b && echo 3 >b").expect(0);
    sandbox
}

/// The lines that a gate has printed.
#[derive(Debug, PartialEq)]
struct Printed(Vec<String>);

impl Printed {
    fn of(text: &str) -> Self {
        let printed = |line: &str| Some(line.trim_start().strip_prefix('|')?.get(1..)?.to_owned());
        Self(text.lines().filter_map(printed).collect())
    }

    /// As in a snapshot, with the line that tells where the next begins.
    fn told(&self) -> String {
        format!("{self}\n---\n")
    }
}

impl fmt::Display for Printed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join("\n"))
    }
}

/// Runs the gate, which has to have been in a snapshot.
#[track_caller]
fn run(sandbox: &Sandbox) -> Printed {
    let done = sandbox.gatekeeper(&["run", "--staged"]).expect(1);
    Printed::of(&done.says("checked in a snapshot").to_string())
}

/// The directory of the only snapshot.
fn place(sandbox: &Sandbox) -> PathBuf {
    let cache = sandbox.beside("home/.cache/gatekeeper");
    let mut entries = fs::read_dir(cache).unwrap();
    entries
        .next()
        .unwrap()
        .unwrap()
        .path()
        .join("snapshot-hide")
}

/// Has every call of git written down from now on.
fn spied_on(sandbox: &mut Sandbox) -> PathBuf {
    let calls = sandbox.beside("calls");
    let real = sandbox.sh("command -v git").stdout;
    let text = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$*\" >>'{}'\nexec {} \"$@\"\n",
        calls.display(),
        real.trim()
    );
    sandbox.program("git", &text);
    calls
}

#[test]
fn what_is_warm_is_left_alone_and_git_is_asked_for_nothing() {
    let mut sandbox = sandbox("cat b");
    assert_snapshot!(run(&sandbox), @"2");
    let tree = place(&sandbox).join("tree");
    let known = |name: &str| {
        let metadata = fs::metadata(tree.join(name)).unwrap();
        (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
    };
    let before = (known("a"), known("deep/er/c"));
    sandbox.sh("echo 4 >b && git add b && echo 3 >b").expect(0);
    let calls = spied_on(&mut sandbox);
    assert_snapshot!(run(&sandbox), @"4");
    assert_eq!(before, (known("a"), known("deep/er/c")));
    let calls = fs::read_to_string(calls).unwrap();
    for slow in [
        "read-tree",
        "write-tree",
        "clean",
        "for-each-ref",
        "symbolic-ref",
    ] {
        assert!(!calls.contains(slow), "{calls}");
    }
    assert_eq!(calls.matches("checkout-index").count(), 1, "{calls}");
}

#[test]
fn what_git_takes_for_the_same_is_written_anew_all_the_same() {
    let script = "od -An -c t.txt | tr -d ' '; stat -c %a a; printf 'x\\n' >t.txt; chmod 600 a";
    let sandbox = sandbox(script);
    sandbox.write(".gitattributes", "*.txt eol=crlf\n");
    sandbox.write("t.txt", "x\n");
    sandbox.git(&["add", ".gitattributes", "t.txt"]);
    for _ in 0..3 {
        let done = run(&sandbox);
        insta::allow_duplicates!(assert_snapshot!(done, @r"
        x\r\n
        644
        "));
    }
}

#[test]
fn a_run_that_is_killed_is_gone_on_with() {
    for (before, after) in [("kill -9 $PPID", ""), ("", "kill -9 $PPID")] {
        for call in ["checkout-index", "read-tree", "clean", "check-ignore"] {
            let sandbox = sandbox(
                "cat b deep/er/c new; git status --porcelain; mkdir left; echo x >left/y; echo x >deep/er/z",
            );
            sandbox.write("new", "1\n");
            sandbox.git(&["add", "new"]);
            let done = run(&sandbox);
            insta::allow_duplicates!(assert_snapshot!(done, @"
            2
            c
            1
            M  b
            A  new
            "));
            sandbox.sh("echo 8 >b && echo 8 >deep/er/c && git rm -qf new && echo 8 >other && git add b deep other && echo 9 >b").expect(0);
            if call == "read-tree" {
                sandbox
                    .sh("git config core.eol lf && git config core.autocrlf input")
                    .expect(0);
            }
            let real = sandbox.sh("command -v git").stdout;
            let real = real.trim();
            let text = format!(
                "#!/bin/sh\ncase \" $* \" in *' {call} '*) {before}\n{real} \"$@\"; c=$?; {after}\nexit $c;; esac\nexec {real} \"$@\"\n"
            );
            sandbox.program("git", &text);
            let done = sandbox.gatekeeper(&["run", "--staged"]);
            assert_eq!(done.code(), 128 + 9, "{call}: {}", done.stderr);
            fs::remove_file(sandbox.beside("bin/git")).unwrap();
            sandbox.write("gates.toml", prints("cat b deep/er/c other; find . -name .git -prune -o -print | sort; git status --porcelain"));
            sandbox.git(&["add", "gates.toml"]);
            let done = run(&sandbox);
            insta::allow_duplicates!(assert_snapshot!(done, @"
            8
            8
            8
            .
            ./.gitignore
            ./a
            ./b
            ./deep
            ./deep/er
            ./deep/er/c
            ./gates.toml
            ./other
            M  b
            M  deep/er/c
            M  gates.toml
            A  other
            "));
        }
    }
}

#[test]
fn damage_beside_the_tree_repairs_itself() {
    let sandbox = sandbox("cat a b; git status --porcelain");
    let whole = run(&sandbox);
    assert_snapshot!(whole, @"
    a
    2
    M  b
    ");
    for damage in [
        "cp index index.new; mkdir new-index; touch index.lock",
        "ln -s \"$OLDPWD/a\" new-index; ln -s \"$OLDPWD/a\" index.new",
        "ln -s \"$OLDPWD/a\" git/index.new; rm git/index; ln -s \"$OLDPWD/a\" git/index",
        "rm conversion sparse",
        "mkdir x; rm conversion; mkdir conversion; mv sparse x",
        "echo x >conversion; echo x >sparse",
        "truncate -s 0 index",
        "truncate -s 200 index",
        "rm index",
        "rm index; mkdir index",
        "rm git/index; mkdir git/index",
        "rm -rf git/objects/info git/info git/packed-refs",
        "rm -rf git/refs; ln -s \"$OLDPWD/.git/refs\" git/refs",
        "rm git/packed-refs; ln -s \"$OLDPWD/a\" git/packed-refs",
        "export GIT_DIR=git GIT_WORK_TREE=tree GIT_INDEX_FILE=index; git update-index --assume-unchanged a; echo poison >tree/a",
        "export GIT_DIR=git GIT_WORK_TREE=tree GIT_INDEX_FILE=index; git update-index --skip-worktree a; echo poison >tree/a",
        "export GIT_DIR=git GIT_WORK_TREE=tree GIT_INDEX_FILE=index; git update-index --split-index",
        "export GIT_DIR=git GIT_WORK_TREE=tree GIT_INDEX_FILE=index; git read-tree --empty",
        "export GIT_DIR=git GIT_WORK_TREE=tree GIT_INDEX_FILE=index; git update-index --index-version 4; echo x >tree/a",
        "chmod 000 tree/deep",
        "touch -r tree/a x; printf 'b\\n' >tree/a; touch -r x tree/a",
    ] {
        let before = sandbox.sh("cat a; find .git -path .git/gatekeeper -prune -o -type f -print | sort | xargs cksum").stdout;
        let script = format!(
            "OLDPWD=$(pwd); cd '{}' && {damage}",
            place(&sandbox).display()
        );
        sandbox.sh(&script).expect(0);
        assert_eq!(run(&sandbox), whole, "{damage}");
        let after = sandbox.sh("cat a; find .git -path .git/gatekeeper -prune -o -type f -print | sort | xargs cksum").stdout;
        assert_eq!(before, after, "{damage}");
    }
}

#[test]
fn whatever_decides_what_files_are_like_counts() {
    let sandbox = sandbox("od -An -c t.txt | tr -d ' '; cat w.up");
    sandbox.write("t.txt", "x\n");
    sandbox.write("w.up", "WORD\n");
    sandbox.git(&["add", "t.txt", "w.up"]);
    assert_snapshot!(run(&sandbox), @r"
    x\n
    WORD
    ");
    let mut told = String::new();
    for (on, off) in [
        (
            "git config core.autocrlf true",
            "git config core.autocrlf false",
        ),
        (
            "echo '*.txt eol=crlf' >.git/info/attributes",
            "rm .git/info/attributes",
        ),
        (
            "echo '*.txt eol=crlf' >.gitattributes && git add .gitattributes",
            "git rm -qf .gitattributes",
        ),
        (
            "mkdir -p ../home/.config/git && echo '*.txt eol=crlf' >../home/.config/git/attributes",
            "rm ../home/.config/git/attributes",
        ),
    ] {
        sandbox.sh(on).expect(0);
        told += &run(&sandbox).told();
        sandbox.sh(off).expect(0);
        told += &run(&sandbox).told();
    }
    assert_snapshot!(told, @r"
    x\r\n
    WORD
    ---
    x\n
    WORD
    ---
    x\r\n
    WORD
    ---
    x\n
    WORD
    ---
    x\r\n
    WORD
    ---
    x\n
    WORD
    ---
    x\r\n
    WORD
    ---
    x\n
    WORD
    ---
    ");
    let filter = "echo '*.up filter=up' >.git/info/attributes && git config filter.up.clean 'tr a-z A-Z' && git config filter.up.smudge";
    let mut told = String::new();
    for smudge in ["tr A-Z a-z", "tr A-Z b-z"] {
        sandbox.sh(&format!("{filter} '{smudge}'")).expect(0);
        told += &run(&sandbox).told();
    }
    assert_snapshot!(told, @r"
    x\n
    word
    ---
    x\n
    xpse
    diff --git a/w.up b/w.up
    index [ID1]..[ID2] 100644
    --- a/w.up
    +++ b/w.up
    @@ -1 +1 @@
    -WORD
    +XPSE
    ---
    ");
}

#[test]
fn attributes_are_written_before_the_files_that_they_are_about() {
    let sandbox = sandbox("od -An -c a.txt | tr -d ' '");
    sandbox.write(".gitattributes", "*.txt eol=crlf\n");
    sandbox.write("a.txt", "x\n");
    sandbox.git(&["add", ".gitattributes", "a.txt"]);
    assert_snapshot!(run(&sandbox), @r"x\r\n");
    for damage in [
        "rm tree/.gitattributes tree/a.txt",
        "echo >tree/.gitattributes; echo y >tree/a.txt",
        "rm tree/a.txt; mkdir -p tree/deep; echo '*.txt -text' >tree/deep/.gitattributes",
    ] {
        let script = format!("cd '{}' && {damage}", place(&sandbox).display());
        sandbox.sh(&script).expect(0);
        let done = run(&sandbox);
        insta::allow_duplicates!(assert_snapshot!(done, @r"
        x\r\n
        "));
    }
    sandbox.write("deep/d.txt", "x\n");
    sandbox.write("gates.toml", prints("od -An -c deep/d.txt | tr -d ' '"));
    sandbox.git(&["add", "deep/d.txt", "gates.toml"]);
    let script = format!(
        "cd '{}/tree' && echo '*.txt -text' >deep/.gitattributes",
        place(&sandbox).display()
    );
    sandbox.sh(&script).expect(0);
    assert_snapshot!(run(&sandbox), @r"x\r\n");
}

#[test]
fn what_gates_leave_is_gone_and_what_is_ignored_stays() {
    let leaves = "find . -name .git -prune -o -type f -print -o -type d -empty -print | sort; \
        echo u >u; mkdir -p d/e empty deep/empty; echo u >d/e/u; echo u >deep/er/u; echo w >warm.log; \
        echo w >d/e/warm.log; git init -q nested; echo n >nested/n; ln -s deep l; echo n >new; mkdir a.d; echo x >a.d/x";
    let sandbox = sandbox(leaves);
    assert_snapshot!(run(&sandbox), @"
    ./.gitignore
    ./a
    ./b
    ./deep/er/c
    ./gates.toml
    ");
    assert_snapshot!(run(&sandbox), @"
    ./.gitignore
    ./a
    ./b
    ./d/e/warm.log
    ./deep/er/c
    ./gates.toml
    ./warm.log
    ");
    // A path that was left there is tracked by now, another one is no longer ignored.
    sandbox.write("new", "tracked\n");
    sandbox.write("d/e/t", "tracked\n");
    sandbox.write(
        "gates.toml",
        prints("cat new; git status --porcelain; find d | sort"),
    );
    sandbox.write(".gitignore", "");
    sandbox.git(&["add", "new", "d", ".gitignore", "gates.toml"]);
    let done = run(&sandbox);
    assert_snapshot!(done, @"
    tracked
    M  .gitignore
    M  b
    A  d/e/t
    M  gates.toml
    A  new
    d
    d/e
    d/e/t
    ");
}

#[test]
fn files_directories_links_and_submodules_take_each_others_places() {
    let script = "find . -name .git -prune -o -printf '%y %p %l\\n' | sort; git status --porcelain | grep -v '^[AMDT] '";
    let sandbox = sandbox(script);
    sandbox.git(&["init", "-q", "../other"]);
    sandbox
        .sh("cd ../other && git commit -q --allow-empty -m o")
        .expect(0);
    let mut told = String::new();
    for state in [
        "git rm -qr deep && echo f >deep",
        "rm deep && ln -s b deep",
        "rm deep && mkdir deep && echo x >deep/x",
        "git rm -qrf deep && git submodule --quiet add ../other deep",
        "git rm -qf deep && elsewhere commit -qm x && mkdir deep && echo y >deep/y",
    ] {
        sandbox
            .sh(&format!("{state} && git add -A . && echo u >b"))
            .expect(0);
        told += &run(&sandbox).told();
    }
    assert_snapshot!(told, @"
    d .
    f ./.gitignore
    f ./a
    f ./b
    f ./deep
    f ./gates.toml
    ---
    d .
    f ./.gitignore
    f ./a
    f ./b
    f ./gates.toml
    l ./deep b
    ---
    d .
    d ./deep
    f ./.gitignore
    f ./a
    f ./b
    f ./deep/x
    f ./gates.toml
    ---
    d .
    d ./deep
    f ./.gitignore
    f ./.gitmodules
    f ./a
    f ./b
    f ./gates.toml
    ---
    d .
    d ./deep
    f ./.gitignore
    f ./.gitmodules
    f ./a
    f ./b
    f ./deep/y
    f ./gates.toml
    ---
    ");
}

#[test]
fn a_sparse_checkout_shows_what_is_staged_all_the_same() {
    let sandbox = sandbox(
        "find . -type f -printf '[%P]\\n' | sort; cat b; mkdir -p deep/er; echo poison >deep/er/c",
    );
    sandbox.write("far/f", "f\n");
    sandbox.git(&["add", "far"]);
    sandbox.sh("elsewhere commit -qsm far").expect(0);
    sandbox
        .sh("git checkout -q b && git sparse-checkout set --no-cone '/*' '!/deep/'")
        .expect(0);
    sandbox
        .sh("mkdir -p deep && echo n >deep/n && git add --sparse deep/n")
        .expect(0);
    sandbox.sh("echo 5 >b && git add b && echo 6 >b ").expect(0);
    for _ in 0..2 {
        let done = run(&sandbox);
        insta::allow_duplicates!(assert_snapshot!(done, @"
        [.git]
        [.gitignore]
        [a]
        [b]
        [deep/n]
        [far/f]
        [gates.toml]
        5
        diff --git a/deep/er/c b/deep/er/c
        index [ID1]..[ID2] 100644
        --- a/deep/er/c
        +++ b/deep/er/c
        @@ -1 +1 @@
        -c
        +poison
        "));
    }
    sandbox
        .sh("git sparse-checkout set --no-cone '/*' '!/far/'")
        .expect(0);
    assert_snapshot!(run(&sandbox), @"
    [.git]
    [.gitignore]
    [a]
    [b]
    [deep/er/c]
    [deep/n]
    [gates.toml]
    5
    diff --git a/deep/er/c b/deep/er/c
    index [ID1]..[ID2] 100644
    --- a/deep/er/c
    +++ b/deep/er/c
    @@ -1 +1 @@
    -c
    +poison
    ");
    sandbox
        .sh("git add . && elsewhere commit -qm x && git sparse-checkout set --cone --sparse-index far && echo 7 >b && git add b && echo 6 >b")
        .expect(0);
    for _ in 0..2 {
        let done = run(&sandbox);
        insta::allow_duplicates!(assert_snapshot!(done, @"
        [.git]
        [.gitignore]
        [a]
        [b]
        [far/f]
        [gates.toml]
        7
        diff --git a/deep/er/c b/deep/er/c
        index [ID1]..[ID2] 100644
        --- a/deep/er/c
        +++ b/deep/er/c
        @@ -1 +1 @@
        -c
        +poison
        "));
    }
    // Without a sparse checkout, what git was told to overlook is there.
    sandbox
        .sh("git sparse-checkout disable && git update-index --skip-worktree b")
        .expect(0);
    assert_snapshot!(run(&sandbox), @"
    [.git]
    [.gitignore]
    [a]
    [b]
    [deep/er/c]
    [deep/n]
    [far/f]
    [gates.toml]
    7
    diff --git a/deep/er/c b/deep/er/c
    index [ID1]..[ID2] 100644
    --- a/deep/er/c
    +++ b/deep/er/c
    @@ -1 +1 @@
    -c
    +poison
    ");
}

#[test]
fn references_are_the_repositorys() {
    let script = "git rev-parse v1^0 HEAD >/dev/null && git symbolic-ref refs/remotes/origin/HEAD; git for-each-ref --format='%(refname:short)'; git rev-parse --symbolic-full-name HEAD; git update-ref refs/heads/stray HEAD";
    let sandbox = sandbox(script);
    sandbox.sh("git tag -a -m v1 v1 && git update-ref refs/remotes/origin/main HEAD && git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main").expect(0);
    assert_snapshot!(run(&sandbox), @"
    refs/remotes/origin/main
    main
    origin
    origin/main
    v1
    refs/heads/main
    ");
    sandbox
        .sh("git pack-refs --all && git branch loose")
        .expect(0);
    assert_snapshot!(run(&sandbox), @"
    refs/remotes/origin/main
    loose
    main
    origin
    origin/main
    v1
    refs/heads/main
    ");
    sandbox
        .sh("git branch -D -q loose && git pack-refs --all")
        .expect(0);
    assert_snapshot!(run(&sandbox), @"
    refs/remotes/origin/main
    main
    origin
    origin/main
    v1
    refs/heads/main
    ");
    // What is no reference is nobody's business.
    sandbox.sh("echo nonsense >.git/refs/heads/odd").expect(0);
    assert_snapshot!(run(&sandbox), @"
    refs/remotes/origin/main
    main
    origin
    origin/main
    v1
    refs/heads/main
    ");
    sandbox.sh("rm .git/refs/heads/odd; git worktree add -q ../linked -b linked && cd ../linked && git update-ref refs/worktree/mine HEAD && echo 2 >b && git add b && echo 3 >b").expect(0);
    let done = sandbox
        .sh(&format!("cd ../linked && {GATEKEEPER} run --staged"))
        .expect(1);
    assert_snapshot!(done, @"
    failed: x failed: exit code 1
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output
               | refs/remotes/origin/main
               | linked
               | main
               | origin
               | origin/main
               | v1
               | worktree/mine
               | refs/heads/linked
      command  git rev-parse v1^0 HEAD >/dev/null && git symbolic-ref refs/remotes/origin/HEAD; git for-each-ref --format='%(refname:short)'; git rev-parse --symbolic-full-name HEAD; git update-ref refs/heads/stray HEAD; exit 1
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    ");
    assert_snapshot!(run(&sandbox), @"
    refs/remotes/origin/main
    linked
    main
    origin
    origin/main
    v1
    refs/heads/main
    ");
}

#[test]
fn remotes_are_found_from_the_snapshot() {
    let script = "git config remote.origin.url; git fetch -q origin && git log -1 --format=%s FETCH_HEAD; git remote get-url --push origin";
    let sandbox = sandbox(script);
    sandbox.sh("git init -q -b main ../other.git && cd ../other.git && git commit -q --allow-empty -m theirs").expect(0);
    sandbox.sh("git remote add origin ../other.git && git config --add remote.origin.pushurl ../push.git").expect(0);
    assert_snapshot!(run(&sandbox), @"
    [ROOT]/repository/../other.git
    theirs
    [ROOT]/repository/../push.git
    ");
    // These say where they are wherever they are read. What git says of a host depends on the
    // network.
    for url in ["https://example.com/x.git", "host:x.git", "."] {
        sandbox.git(&["config", "remote.origin.url", url]);
        assert_eq!(run(&sandbox).0[0], url);
    }
    sandbox.sh("git config remote.origin.url ../odd.git && git config url.https://example.com/.insteadOf ../").expect(0);
    assert_eq!(run(&sandbox).0[0], "../odd.git");
}

#[test]
fn conditions_on_the_place_of_the_repository_hold() {
    let script = "git config user.email; git config x.local; git config x.branch; git config x.later; git config --get-all x.many";
    let sandbox = sandbox(script);
    let at = sandbox.top.display().to_string();
    let global = sandbox.beside("home/.gitconfig");
    let text = fs::read_to_string(&global).unwrap();
    let text = format!(
        "{text}[includeIf \"gitdir:{at}/\"]\n\tpath = work\n[includeIf \"gitdir/i:{at}/OTHER/\"]\n\tpath = no\n[x]\n\tlater = after\n\tmany = two\n"
    );
    fs::write(&global, text).unwrap();
    fs::write(
        sandbox.beside("home/work"),
        "[user]\n\temail = work@example.com\n[x]\n\tlater = before\n\tmany = one\n",
    )
    .unwrap();
    fs::write(
        sandbox.beside("home/no"),
        "[user]\n\temail = no@example.com\n",
    )
    .unwrap();
    fs::write(
        sandbox.top.join(".git/own"),
        "[x]\n\tlocal = \"own # \\\"value\\\"\"\n",
    )
    .unwrap();
    fs::write(sandbox.top.join(".git/branch"), "[x]\n\tbranch = main\n").unwrap();
    sandbox.git(&["config", &format!("includeIf.gitdir:{at}/.path"), "own"]);
    sandbox.git(&["config", "includeIf.onbranch:main.path", "branch"]);
    for _ in 0..2 {
        let done = run(&sandbox);
        insta::allow_duplicates!(assert_snapshot!(done, @r#"
        work@example.com
        own # "value"
        main
        after
        two
        one
        two
        "#));
    }
}

#[test]
fn odd_names_of_directories() {
    let mut told = String::new();
    for name in ["a\nb", "a:b", "a\"b\\c", " #;"] {
        let mut sandbox = sandbox(
            "cat b; git log -1 --format=%s; git status --porcelain; git rev-parse --show-toplevel >/dev/null || echo broken",
        );
        let top = sandbox.beside(name).join("repository");
        fs::create_dir(sandbox.beside(name)).unwrap();
        fs::rename(&sandbox.top, &top).unwrap();
        sandbox.top = top;
        // Something ignored whose name no pattern can say.
        sandbox.write("x\ny.log", "");
        for _ in 0..2 {
            let done = run(&sandbox);
            told += &done.told();
        }
        // The cache directory cannot be named so; a temporary one is used.
        let cache = sandbox.beside(name).join("cache");
        sandbox.set("XDG_CACHE_HOME", &cache);
        told += &run(&sandbox).told();
        let is_used = fs::read_dir(cache.join("gatekeeper")).is_ok();
        assert_eq!(is_used, !name.contains(['\n', ':']), "{name}");
        sandbox.set("XDG_CACHE_HOME", "/dev/null/nowhere");
        sandbox.set("TMPDIR", sandbox.beside(name));
        let done = sandbox.gatekeeper(&["run", "--staged"]);
        if is_used {
            told += &done.expect(1).told();
        } else {
            told += &done.expect(3).told();
        }
    }
    assert_snapshot!(told, @"
    2
    base
    M  b
    ---
    2
    base
    M  b
    ---
    2
    base
    M  b
    ---
    error: the name of the directory for temporary files contains a colon or a line break
    help: gates need another view of the tree, because the work tree differs from it; set XDG_CACHE_HOME or TMPDIR to a writable directory outside the work tree
    ---
    2
    base
    M  b
    ---
    2
    base
    M  b
    ---
    2
    base
    M  b
    ---
    error: the name of the directory for temporary files contains a colon or a line break
    help: gates need another view of the tree, because the work tree differs from it; set XDG_CACHE_HOME or TMPDIR to a writable directory outside the work tree
    ---
    2
    base
    M  b
    ---
    2
    base
    M  b
    ---
    2
    base
    M  b
    ---
    failed: x failed: exit code 1
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output
               | 2
               | base
               | M  b
      command  cat b; git log -1 --format=%s; git status --porcelain; git rev-parse --show-toplevel >/dev/null || echo broken; exit 1
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    ---
    2
    base
    M  b
    ---
    2
    base
    M  b
    ---
    2
    base
    M  b
    ---
    failed: x failed: exit code 1
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output
               | 2
               | base
               | M  b
      command  cat b; git log -1 --format=%s; git status --porcelain; git rev-parse --show-toplevel >/dev/null || echo broken; exit 1
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    ---
    ");
}

#[test]
fn what_git_does_in_a_gate_is_gone_with_the_next_run() {
    for command in [
        "git worktree add -q ../beside -b side",
        "git worktree add -q \"$HOME/elsewhere\" -b side",
        "git stash -q",
        "git gc -q --prune=now && git repack -q -a -d",
        "git pack-refs --all && git prune && git worktree prune",
        "git checkout -q -b other && git commit -q -m stray && git merge -q --no-ff main",
        "git update-index --skip-worktree a && git update-index --assume-unchanged b && echo poison >a",
        "git config user.name Mallory && git config core.worktree /nowhere",
        "git sparse-checkout set nothing",
        "git merge -q --no-commit --no-ff v1; echo x >a; git add a; git commit -qm x; git rebase -q v1; git bisect start",
        "git submodule add -q ../../other odd",
        "git update-index --split-index && git update-index --untracked-cache",
        "rm .git && git init -q . && git commit -q --allow-empty -m theirs",
        "ln -sf \"$TOP/.git/config\" \"$(git rev-parse --git-dir)/config\"",
        "ln -sf \"$TOP/.git/index\" \"$(git rev-parse --git-dir)/index\"",
    ] {
        let mut sandbox = sandbox("true");
        sandbox.set("TOP", sandbox.top.clone());
        sandbox.git(&["tag", "v1"]);
        let state = "cat a b deep/er/c; git config user.name; git branch --show-current; git log -1 --format=%s; git status --porcelain; git stash list; git branch; git worktree list | wc -l; ls \"$(git rev-parse --git-dir)\"";
        sandbox.write("gates.toml", prints(state));
        sandbox.git(&["add", "gates.toml"]);
        let before = run(&sandbox);
        let users = "git status --porcelain; git stash list; git worktree list; git for-each-ref; git fsck --no-dangling; cat .git/config; find .git -name gatekeeper -prune -o -type f -print | sort";
        let mine = sandbox.sh(users).expect(0).stdout;
        sandbox.write("gates.toml", prints(command));
        sandbox.git(&["add", "gates.toml"]);
        run(&sandbox);
        sandbox.write("gates.toml", prints(state));
        sandbox.git(&["add", "gates.toml"]);
        assert_eq!(run(&sandbox), before, "{command}");
        let now = sandbox.sh(users).expect(0).stdout;
        // The blobs of the two versions of gates.toml.
        let without_objects = |text: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| !line.contains(".git/objects/"));
            lines.map(str::to_owned).collect()
        };
        assert_eq!(without_objects(&now), without_objects(&mine), "{command}");
    }
}

#[test]
fn objects_are_found_wherever_they_are() {
    // Borrowed by way of a relative path, and two repositories away.
    let sandbox = sandbox(
        "git log --format=%s | tail -1; cat a; git fsck --connectivity-only 2>&1 | grep -i missing",
    );
    let script = "cp -r . ../lender && git clone -q --bare --shared ../lender ../middle.git && \
        echo ../../lender/.git/objects >../middle.git/objects/info/alternates && \
        echo ../../../middle.git/objects >.git/objects/info/alternates && \
        git repack -q -a -d -l && git prune-packed && git cat-file -e HEAD:a && ! ls .git/objects/pack/*.pack";
    sandbox.sh(script).expect(0);
    sandbox.sh("echo 7 >b && git add b && echo 8 >b").expect(0);
    assert_snapshot!(run(&sandbox), @"
    base
    a
    ");
    // Written to a directory of its own.
    sandbox.sh("mkdir ../objects").expect(0);
    let script = format!(
        "export GIT_OBJECT_DIRECTORY=../objects GIT_ALTERNATE_OBJECT_DIRECTORIES=.git/objects && echo 9 >a && git add a && echo 10 >a && {GATEKEEPER} run --staged"
    );
    assert_snapshot!(sandbox.sh(&script).expect(1), @"
    failed: x failed: exit code 1
    gatekeeper run --staged: 2 paths changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output
               | base
               | 9
      command  git log --format=%s | tail -1; cat a; git fsck --connectivity-only 2>&1 | grep -i missing; exit 1
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    ");
}

#[test]
fn a_partial_clone_fetches_what_is_missing() {
    let origin = sandbox("true");
    origin.sh("git config uploadpack.allowFilter true && git config uploadpack.allowAnySHA1InWant true && git checkout -q b && echo old >old && git add old && elsewhere commit -qm old && git rm -q old && elsewhere commit -qm new").expect(0);
    let script = "cat a b; git show HEAD~1:old; git rev-parse --is-shallow-repository";
    let sandbox = Sandbox::new();
    let clone = format!(
        "rm -rf .git && git clone -q --filter=blob:none 'file://{}' .",
        origin.top.display()
    );
    sandbox.sh(&clone).expect(0);
    sandbox.write("gates.toml", prints(script));
    sandbox
        .sh("git add gates.toml && echo 2 >b && git add b && echo 3 >b")
        .expect(0);
    let objects = "find .git/objects -type f | wc -l";
    let before = sandbox.sh(objects).stdout;
    for _ in 0..2 {
        let done = run(&sandbox);
        insta::allow_duplicates!(assert_snapshot!(done, @"
        a
        2
        old
        false
        "));
    }
    assert_eq!(sandbox.sh(objects).stdout, before);
    // What was never checked out has to come from there, too.
    sandbox
        .sh("git read-tree HEAD~1 && git add gates.toml")
        .expect(0);
    sandbox.write("gates.toml", "unstaged");
    assert_snapshot!(run(&sandbox), @"
    a
    2
    old
    false
    ");
}

#[test]
fn a_shallow_clone_is_shallow_and_not_for_long() {
    let origin = sandbox("true");
    origin.sh("elsewhere commit -qam more").expect(0);
    let sandbox = Sandbox::new();
    let clone = format!(
        "rm -rf .git && git clone -q --depth 1 'file://{}' .",
        origin.top.display()
    );
    sandbox.sh(&clone).expect(0);
    sandbox.write("gates.toml", prints("git rev-parse --is-shallow-repository; git log --oneline | wc -l; git fetch -q --unshallow; git log --oneline | wc -l"));
    sandbox.sh("git add gates.toml && echo 3 >b").expect(0);
    for _ in 0..2 {
        let done = run(&sandbox);
        insta::allow_duplicates!(assert_snapshot!(done, @"
        true
        1
        2
        "));
    }
    sandbox.sh("git fetch -q --unshallow").expect(0);
    assert_snapshot!(run(&sandbox), @"
    false
    2
    fatal: --unshallow on a complete repository does not make sense
    ");
}

#[test]
fn whatever_a_gate_does_to_files_is_seen() {
    let sandbox = sandbox("true");
    run_passing(&sandbox, "true").expect(0);
    let mut told = String::new();
    for deed in [
        "echo x >>a",
        "printf 'a\\n' >x && mv x a && echo y >b",
        "rm -r deep",
        "chmod +x a",
        "echo x >deep/er/new.txt; echo x >deep/er/c",
        "printf x | dd of=b conv=notrunc status=none",
        "ln -f a ../hard && echo x >../hard",
        "python3 -c \"import mmap,os; f=open('a','r+b'); m=mmap.mmap(f.fileno(),0); m[0]=66\"",
    ] {
        let done = run_passing(&sandbox, deed);
        assert_eq!(done.code(), 1, "{deed}");
        told += &done.told();
    }
    assert_snapshot!(told, @r"
    failed: x failed: it changed tracked files: a
    gatekeeper run --staged: 2 paths changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: a, after [TIME]
       output  none
      changes
               | diff --git a/a b/a
               | index [ID1]..[ID2] 100644
               | --- a/a
               | +++ b/a
               | @@ -1 +1,2 @@
               |  a
               | +x
      command  echo x >>a
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    1 failed in [TIME]
    ---
    failed: x failed: it changed tracked files: b
    gatekeeper run --staged: 2 paths changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: b, after [TIME]
       output  none
      changes
               | diff --git a/b b/b
               | index [ID1]..[ID2] 100644
               | --- a/b
               | +++ b/b
               | @@ -1 +1 @@
               | -2
               | +y
      command  printf 'a\n' >x && mv x a && echo y >b
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    1 failed in [TIME]
    ---
    failed: x failed: it changed tracked files: deep/er/c
    gatekeeper run --staged: 2 paths changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: deep/er/c, after [TIME]
       output  none
      changes
               | diff --git a/deep/er/c b/deep/er/c
               | deleted file mode 100644
               | index [ID1]..[ID2]
               | --- a/deep/er/c
               | +++ /dev/null
               | @@ -1 +0,0 @@
               | -c
      command  rm -r deep
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    1 failed in [TIME]
    ---
    failed: x failed: it changed tracked files: a
    gatekeeper run --staged: 2 paths changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: a, after [TIME]
       output  none
      changes
               | diff --git a/a b/a
               | old mode 100644
               | new mode 100755
      command  chmod +x a
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    1 failed in [TIME]
    ---
    failed: x failed: it changed tracked files: deep/er/c
    gatekeeper run --staged: 2 paths changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: deep/er/c, after [TIME]
       output  none
      changes
               | diff --git a/deep/er/c b/deep/er/c
               | index [ID1]..[ID2] 100644
               | --- a/deep/er/c
               | +++ b/deep/er/c
               | @@ -1 +1 @@
               | -c
               | +x
      command  echo x >deep/er/new.txt; echo x >deep/er/c
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    note: new files are neither tracked nor ignored by git: deep/er/new.txt

    1 failed in [TIME]
    ---
    failed: x failed: it changed tracked files: b
    gatekeeper run --staged: 2 paths changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: b, after [TIME]
       output  none
      changes
               | diff --git a/b b/b
               | index [ID1]..[ID2] 100644
               | --- a/b
               | +++ b/b
               | @@ -1 +1 @@
               | -2
               | +x
      command  printf x | dd of=b conv=notrunc status=none
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    1 failed in [TIME]
    ---
    failed: x failed: it changed tracked files: a
    gatekeeper run --staged: 2 paths changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: a, after [TIME]
       output  none
      changes
               | diff --git a/a b/a
               | index [ID1]..[ID2] 100644
               | --- a/a
               | +++ b/a
               | @@ -1 +1 @@
               | -a
               | +x
      command  ln -f a ../hard && echo x >../hard
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    1 failed in [TIME]
    ---
    failed: x failed: it changed tracked files: a
    gatekeeper run --staged: 2 paths changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: a, after [TIME]
       output  none
      changes
               | diff --git a/a b/a
               | index [ID1]..[ID2] 100644
               | --- a/a
               | +++ b/a
               | @@ -1 +1 @@
               | -a
               | +B
      command  python3 -c 'import mmap,os; f=open('\''a'\'','\''r+b'\''); m=mmap.mmap(f.fileno(),0); m[0]=66'
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    1 failed in [TIME]
    ---
    ");
    // What was new in that very run counts, too.
    sandbox.write("fresh/est/f", "f\n");
    sandbox.git(&["add", "fresh"]);
    assert_snapshot!(run_passing(&sandbox, "echo x >fresh/est/f").expect(1), @"
    failed: x failed: it changed tracked files: fresh/est/f
    gatekeeper run --staged: 3 paths changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: fresh/est/f, after [TIME]
       output  none
      changes
               | diff --git a/fresh/est/f b/fresh/est/f
               | index [ID1]..[ID2] 100644
               | --- a/fresh/est/f
               | +++ b/fresh/est/f
               | @@ -1 +1 @@
               | -f
               | +x
      command  echo x >fresh/est/f
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    1 failed in [TIME]
    ");
    run_passing(&sandbox, "echo warm >warm.log && echo x >../y").expect(0);
}

/// Runs a gate in a snapshot, whatever comes of it.
fn run_passing(sandbox: &Sandbox, script: &str) -> Done {
    let script = format!("[settings]\nisolation = \"snapshot\"\n[gates.x]\nrun = '''{script}'''\n");
    sandbox.write("gates.toml", script);
    sandbox.git(&["add", "gates.toml"]);
    sandbox.gatekeeper(&["run", "--staged"])
}
