//! What differs between HEAD, index and work tree, against git's own word.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use gatekeeper::internals::{ColorChoice, Environment, Repository, RepositoryStatus};

use crate::sandbox::Sandbox;

/// What gatekeeper sees.
fn seen(sandbox: &Sandbox) -> RepositoryStatus {
    let command = sandbox.command("git", &[] as &[&str]);
    let variables = command.get_envs();
    let variables =
        variables.filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
    // This process is somewhere else.
    let place = [
        ("GIT_DIR", sandbox.top.join(".git")),
        ("GIT_WORK_TREE", sandbox.top.clone()),
    ];
    let place = place.map(|(name, path)| (name.into(), path.into()));
    let variables = variables.chain(place).collect();
    let environment = Environment {
        variables,
        current_dir: sandbox.top.clone(),
        color: ColorChoice::Auto,
        parent: None,
    };
    let repository = Repository::open_from_env(&environment).unwrap();
    let (index, status) = repository.status().unwrap();
    let mut tracked: Vec<String> = index
        .tracked()
        .iter()
        .map(|file| file.path.to_string_lossy().into_owned())
        .collect();
    tracked.sort();
    let listed = bytes(sandbox, &["ls-files", "-z", "-t"]);
    let mut expected: Vec<String> = split(&listed)
        .filter(|line| !line.starts_with(b"S "))
        .map(|line| String::from_utf8_lossy(&line[2..]).into_owned())
        .collect();
    expected.sort();
    expected.dedup();
    assert_eq!(tracked, expected);
    status
}

fn bytes(sandbox: &Sandbox, arguments: &[&str]) -> Vec<u8> {
    sandbox.command("git", arguments).output().unwrap().stdout
}

fn split(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    output
        .split(|byte| *byte == 0)
        .filter(|part| !part.is_empty())
}

/// git-status(1), "Porcelain Format Version 2": staged, unstaged, missing, untracked, unmerged.
fn told(sandbox: &Sandbox) -> [Vec<PathBuf>; 5] {
    let output = bytes(
        sandbox,
        &[
            "status",
            "--porcelain=v2",
            "-z",
            "--no-renames",
            "--untracked-files=normal",
            "--ignore-submodules=dirty",
        ],
    );
    let mut told: [Vec<PathBuf>; 5] = Default::default();
    for entry in split(&output) {
        let path = |fields: usize| {
            let path = entry.splitn(fields, |byte| *byte == b' ').last().unwrap();
            PathBuf::from(OsStr::from_bytes(path.strip_suffix(b"/").unwrap_or(path)))
        };
        match entry[0] {
            b'?' => told[3].push(path(2)),
            b'u' => told[4].push(path(11)),
            b'1' => {
                if entry[2] != b'.' {
                    told[0].push(path(9));
                }
                if entry[3] != b'.' {
                    told[1].push(path(9));
                }
                if entry[3] == b'D' {
                    told[2].push(path(9));
                }
            }
            _ => panic!("{}", String::from_utf8_lossy(entry)),
        }
    }
    for list in &mut told {
        list.sort();
    }
    told
}

#[track_caller]
fn agrees(sandbox: &Sandbox) -> RepositoryStatus {
    let status = seen(sandbox);
    let mut lists: [Vec<PathBuf>; 5] = [
        status
            .staged
            .iter()
            .map(|change| change.path.clone())
            .collect(),
        status.beside.unstaged.clone(),
        status.beside.missing.clone(),
        status.beside.untracked.clone(),
        status.unmerged.clone(),
    ];
    for list in &mut lists {
        list.sort();
    }
    assert_eq!(
        lists,
        told(sandbox),
        "staged, unstaged, missing, untracked, unmerged"
    );
    status
}

/// A work tree in which something of every kind has happened.
fn with_everything(arguments: &[&str]) -> Sandbox {
    let sandbox = Sandbox::with_init(arguments);
    for name in [
        "a",
        "b",
        "gone",
        "mode",
        "type",
        "deep/er/x",
        "deep/y",
        "deep-er/z",
        "dir/f",
        "\"quoted",
        "new\nline",
        "umläut",
        "removed",
    ] {
        sandbox.write(name, name);
    }
    sandbox.write(OsStr::from_bytes(b"byte\xff"), "");
    symlink("a", sandbox.top.join("link")).unwrap();
    sandbox.write(".gitignore", "*.log\nbuild/\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "one"]);
    agrees(&sandbox);
    sandbox.write("a", "staged");
    sandbox.git(&["add", "a"]);
    sandbox.write("a", "unstaged");
    sandbox.write("b", "c");
    fs::remove_file(sandbox.top.join("gone")).unwrap();
    sandbox.git(&["rm", "--quiet", "--cached", "removed"]);
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(sandbox.top.join("mode"), mode).unwrap();
    fs::remove_file(sandbox.top.join("type")).unwrap();
    symlink("a", sandbox.top.join("type")).unwrap();
    fs::remove_file(sandbox.top.join("link")).unwrap();
    symlink("b", sandbox.top.join("link")).unwrap();
    fs::remove_dir_all(sandbox.top.join("deep")).unwrap();
    symlink("deep-er", sandbox.top.join("deep")).unwrap();
    fs::remove_dir_all(sandbox.top.join("dir")).unwrap();
    sandbox.write("dir", "a file");
    fs::remove_file(sandbox.top.join("umläut")).unwrap();
    sandbox.write("umläut/inside", "");
    for name in ["\"quoted", "new\nline"] {
        sandbox.write(name, "other");
    }
    sandbox.write("intended", "");
    sandbox.git(&["add", "--intent-to-add", "intended"]);
    sandbox.write("untracked", "");
    sandbox.write("new folder/x/y", "");
    sandbox.write("x.log", "");
    sandbox.write("build/out", "");
    sandbox.write("only ignored/x.log", "");
    fs::create_dir_all(sandbox.top.join("empty/er")).unwrap();
    sandbox.git(&["init", "--quiet", "nested"]);
    sandbox
}

#[test]
fn every_kind_of_difference_is_seen_in_every_form_of_index() {
    let forms: [&[&str]; 3] = [&[], &["--object-format=sha256"], &["--ref-format=reftable"]];
    for form in forms {
        let sandbox = with_everything(form);
        let status = agrees(&sandbox);
        assert!(status.beside.missing.contains(&"deep/y".into()));
        for version in ["4", "3", "2"] {
            sandbox.git(&["update-index", "--index-version", version]);
            agrees(&sandbox);
        }
        sandbox.git(&["update-index", "--split-index"]);
        sandbox.write("later", "");
        sandbox.git(&["add", "later"]);
        agrees(&sandbox);
    }
}

#[test]
fn before_the_first_commit_everything_is_new() {
    for form in [&[][..], &["--ref-format=reftable"]] {
        let sandbox = Sandbox::with_init(form);
        agrees(&sandbox);
        sandbox.write("a", "");
        sandbox.write("b", "");
        sandbox.git(&["add", "a"]);
        let status = agrees(&sandbox);
        assert_eq!(status.staged.len(), 1);
    }
    let sandbox = Sandbox::new();
    sandbox.write(".git/HEAD", "0123456789012345678901234567890123456789\n");
    let done = sandbox.gatekeeper(&["plan", "--staged"]);
    assert_eq!(
        done.code(),
        3,
        "a HEAD that is broken is not one without a commit"
    );
}

#[test]
fn both_sides_of_a_conflict_are_named_once() {
    let sandbox = Sandbox::new();
    let commit = |text: &str| {
        sandbox.write("a", text);
        sandbox.git(&["add", "a"]);
        sandbox.git(&["commit", "--quiet", "--message", text]);
    };
    commit("one");
    sandbox.git(&["switch", "--quiet", "--create", "other"]);
    commit("two");
    sandbox.git(&["switch", "--quiet", "main"]);
    commit("three");
    assert_ne!(sandbox.try_git(&["merge", "other"]).code(), 0);
    let status = agrees(&sandbox);
    assert_eq!(status.unmerged, [PathBuf::from("a")]);
}

#[test]
fn what_git_is_told_to_overlook_is_not_overlooked() {
    let sandbox = Sandbox::new();
    for name in ["assumed", "skipped", "absent", "b"] {
        sandbox.write(name, "");
    }
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "one"]);
    sandbox.git(&["update-index", "--assume-unchanged", "assumed"]);
    sandbox.git(&["update-index", "--skip-worktree", "skipped", "absent"]);
    for name in ["assumed", "skipped"] {
        sandbox.write(name, "other");
    }
    fs::remove_file(sandbox.top.join("absent")).unwrap();
    let status = seen(&sandbox);
    assert_eq!(
        status.beside.unstaged,
        [PathBuf::from("assumed"), "skipped".into()]
    );
    assert!(status.beside.missing.is_empty());
}

#[test]
fn a_sparse_checkout_is_whole() {
    let sandbox = Sandbox::new();
    for name in ["in/a", "out/b", "out/er/c", "top"] {
        sandbox.write(name, "");
    }
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "one"]);
    sandbox.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    let status = agrees(&sandbox);
    assert!(status.beside.is_empty());
    sandbox.write("in/a", "new");
    sandbox.write("out/new", "");
    agrees(&sandbox);
}

#[test]
fn line_ends_filters_and_modes_are_gits_affair() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "filter.upper.clean", "tr a-z A-Z"]);
    sandbox.write(".gitattributes", "*.txt text eol=crlf\n*.up filter=upper\n");
    sandbox.write("a.txt", "one\r\ntwo\r\n");
    sandbox.write("b.up", "text\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "one"]);
    assert!(agrees(&sandbox).beside.is_empty());
    // Other times and other bytes, and still what is stored.
    sandbox.write("a.txt", "one\ntwo\n");
    sandbox.write("b.up", "Text\n");
    assert!(seen(&sandbox).beside.is_empty());
    sandbox.write("b.up", "Texts\n");
    assert_eq!(seen(&sandbox).beside.unstaged, [PathBuf::from("b.up")]);
    sandbox.git(&["config", "core.fileMode", "false"]);
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(sandbox.top.join("a.txt"), mode).unwrap();
    assert_eq!(seen(&sandbox).beside.unstaged, [PathBuf::from("b.up")]);
    // Where there are no links, files stand for them.
    symlink("a.txt", sandbox.top.join("link")).unwrap();
    sandbox.git(&["add", "."]);
    sandbox.git(&["config", "core.symlinks", "false"]);
    fs::remove_file(sandbox.top.join("link")).unwrap();
    sandbox.write("link", "a.txt");
    assert!(seen(&sandbox).beside.is_empty());
}

#[test]
fn a_change_in_the_same_moment_and_of_the_same_size_is_seen() {
    let sandbox = Sandbox::new();
    for round in 0..50 {
        let (one, two) = (format!("{round:03}a"), format!("{round:03}b"));
        sandbox.write("a", one);
        sandbox.git(&["add", "a"]);
        sandbox.write("a", two);
        assert_eq!(
            seen(&sandbox).beside.unstaged,
            [PathBuf::from("a")],
            "round {round}"
        );
    }
}

#[test]
fn submodules_are_compared_by_their_commit() {
    let sandbox = Sandbox::new();
    sandbox.git(&["init", "--quiet", "../other"]);
    let commit = |path: &str| {
        sandbox.git(&[
            "-C",
            path,
            "commit",
            "--quiet",
            "--allow-empty",
            "--message",
            "x",
        ]);
    };
    commit("../other");
    sandbox.git(&["submodule", "--quiet", "add", "../other", "sub"]);
    sandbox.git(&["commit", "--quiet", "--message", "one"]);
    assert!(agrees(&sandbox).beside.is_empty());
    // git can be told not to look into it; its files are in the gates' sight all the same.
    sandbox.write("sub/untracked", "");
    assert_eq!(seen(&sandbox).beside.unstaged, [PathBuf::from("sub")]);
    fs::remove_file(sandbox.top.join("sub/untracked")).unwrap();
    commit("sub");
    assert_eq!(agrees(&sandbox).beside.unstaged, [PathBuf::from("sub")]);
    sandbox.git(&["submodule", "--quiet", "deinit", "--force", "sub"]);
    assert!(agrees(&sandbox).beside.is_empty());
    fs::remove_dir_all(sandbox.top.join("sub")).unwrap();
    assert_eq!(agrees(&sandbox).beside.missing, [PathBuf::from("sub")]);
}

#[test]
fn many_files_are_compared_by_many_threads() {
    let sandbox = Sandbox::new();
    for number in 0..5000 {
        sandbox.write(format!("{}/{number}", number % 50), number.to_string());
    }
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "many"]);
    for number in (0..5000).step_by(7) {
        sandbox.write(format!("{}/{number}", number % 50), "other");
    }
    fs::remove_dir_all(sandbox.top.join("3")).unwrap();
    agrees(&sandbox);
}

/// What git says of the index and HEAD: paths and modes, as `staged` has them.
fn staged_by_git(sandbox: &Sandbox) -> Vec<String> {
    let output = bytes(
        sandbox,
        &[
            "--no-replace-objects",
            "diff-index",
            "--cached",
            "--raw",
            "-z",
            "--no-renames",
            "--ita-invisible-in-index",
            "--ignore-submodules=none",
            "HEAD",
            "--",
        ],
    );
    let fields: Vec<&[u8]> = split(&output).collect();
    let changes = fields.chunks(2).map(|two| {
        let kind = match two[0].split(|byte| *byte == b' ').nth(1).unwrap() {
            b"000000" => "Deleted",
            b"120000" => "Present(Link)",
            b"160000" => "Present(Submodule)",
            _ => "Present(File)",
        };
        format!("{} {kind}", String::from_utf8_lossy(two[1]))
    });
    changes.collect()
}

#[test]
fn what_is_staged_is_said_as_git_says_it() {
    let sandbox = Sandbox::new();
    let commit = "1111111111111111111111111111111111111111";
    let put = |mode: &str, id: &str, path: &str| {
        let entry = format!("{mode},{id},{path}");
        sandbox.git(&["update-index", "--add", "--replace", "--cacheinfo", &entry]);
    };
    sandbox.write("one", "1\n");
    sandbox.write("two", "2\n");
    let [one, two] =
        ["one", "two"].map(|file| sandbox.git(&["hash-object", "-w", file]).trim().to_owned());
    for path in [
        "a",
        "a.b",
        "d/x",
        "d/y/z",
        "e/f/g/h",
        "gone/1",
        "gone/2/3",
        "kept/in/here",
        "l",
        "x/y",
        "z",
    ] {
        put("100644", &one, path);
    }
    put("160000", commit, "module");
    sandbox.git(&["commit", "--quiet", "--message", "all"]);
    let compare = |what: &str| {
        let staged = seen(&sandbox).staged;
        let staged = staged.iter().map(|change| {
            let debug = format!("{change:?}");
            let kind = [
                "Deleted",
                "Present(Link)",
                "Present(Submodule)",
                "Present(File)",
            ];
            let kind = kind.into_iter().find(|kind| debug.contains(kind)).unwrap();
            format!("{} {kind}", change.path.display())
        });
        let staged: Vec<String> = staged.collect();
        assert_eq!(staged, staged_by_git(&sandbox), "{what}");
        staged.len()
    };
    assert_eq!(compare("nothing"), 0);
    put("100755", &one, "a");
    put("120000", &one, "l");
    put("100644", &one, "module");
    put("160000", commit, "z");
    assert_eq!(compare("modes"), 4);
    // A file where a directory was, and a directory where a file was.
    put("100644", &two, "d");
    put("100644", &two, "a.b/c/d");
    put("100644", &two, "x/y/z");
    sandbox.git(&["rm", "--quiet", "--cached", "-r", "gone", "e/f"]);
    put("100644", &two, "gone.x");
    assert_eq!(compare("directories"), 15);
    sandbox.write("intended", "");
    sandbox.git(&["add", "--intent-to-add", "intended"]);
    compare("what is only intended");
    // Old versions of git have written other permissions.
    let tree = format!("100664 blob {one}\tz\n");
    sandbox.write("listing", tree);
    let made = sandbox
        .sh("git commit-tree -m old $(git mktree <listing)")
        .expect(0);
    sandbox.git(&["update-ref", "HEAD", made.stdout.trim()]);
    sandbox.git(&["read-tree", "--empty"]);
    put("100644", &one, "z");
    compare("other permissions");
    // What stands in for HEAD's commit does not count: nobody else has it.
    put("100644", &one, "new");
    sandbox
        .sh("git replace HEAD $(git commit-tree -m x $(git write-tree))")
        .expect(0);
    assert_eq!(compare("a commit that is replaced"), 1);
}
