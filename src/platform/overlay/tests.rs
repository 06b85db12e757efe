//! Each scenario runs in a process of its own, so that its children and mounts can be counted:
//! once as we are and, where we are root, once more as somebody who may nothing.

mod harness;

use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, symlink};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{DumpableBehavior, geteuid};
use tempfile::TempDir;

use super::holder::{Child, MountMode, separate};
use super::linux::{Overlay, plan};
use super::{Bind, BindSource, SetUpStep, UpperEntry, UpperKind};
use crate::required::is_here;

use harness::*;

#[test]
fn a_gate_sees_the_base_and_writes_beside_the_work_tree() {
    if !is_alone("a_gate_sees_the_base_and_writes_beside_the_work_tree") {
        return;
    }
    let before = mounts();
    let place = Place::new();
    let Some(overlay) = place.prepare() else {
        return;
    };
    let src = overlay.dir(Path::new("src")).unwrap();
    assert_eq!(fs::metadata(&src).unwrap().mode() & 0o7777, 0o750);
    fs::write(src.join("changed"), "index").unwrap();
    symlink("changed", src.join("link")).unwrap();
    overlay.whiteout(Path::new("src/untracked")).unwrap();
    overlay.make_opaque(Path::new("old")).unwrap();
    fs::write(overlay.base().join("old/b"), "index").unwrap();
    fs::write(overlay.git_base(0).join("index"), "copy").unwrap();

    let look = overlay.look().unwrap();
    assert_eq!(
        fs::read_to_string(look.join("src/changed")).unwrap(),
        "index"
    );
    assert_eq!(names(&look.join("src")), ["changed", "deep", "link"]);
    assert_eq!(names(&look.join("old")), ["b"]);
    let error = fs::write(look.join("same"), "").unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::EROFS));

    let entrance = overlay.entrance(0, Path::new("src"), &[]).unwrap();
    let text = read(
        entrance,
        "pwd; id -u; cat changed link ../same; ls . ../old; cat ../../main.git/HEAD \
         ../../main.git/index; echo gate >changed; echo gate >../../main.git/HEAD",
    );
    let top = place.top.display();
    let user = geteuid().as_raw();
    assert_eq!(
        text,
        format!("{top}/src\n{user}\nindexindexwork.:\nchanged\ndeep\nlink\n\n../old:\nb\nmaincopy")
    );
    assert_eq!(
        fs::read_to_string(place.top.join("src/changed")).unwrap(),
        "work"
    );
    assert_eq!(fs::read_to_string(place.git.join("HEAD")).unwrap(), "main");
    assert_eq!(names(&place.git), ["HEAD"]);
    let upper = overlay.upper(0);
    assert_eq!(
        fs::read_to_string(upper.join("src/changed")).unwrap(),
        "gate\n"
    );
    let upper = overlay.git_upper(0, 0);
    assert_eq!(fs::read_to_string(upper.join("HEAD")).unwrap(), "gate\n");

    assert_no_children();
    assert_eq!(mounts(), before);
    assert!(is_empty(&place.view));
    drop(overlay);
    assert_eq!(
        names(&place.top),
        ["ignored", "old", "same", "src", "target"]
    );
    assert_eq!(
        names(&place.top.join("src")),
        ["changed", "deep", "untracked"]
    );
}

#[test]
fn gates_do_not_see_each_other_nor_the_way_back() {
    if !is_alone("gates_do_not_see_each_other_nor_the_way_back") {
        return;
    }
    let place = Place::new();
    let Some(overlay) = place.prepare() else {
        return;
    };
    let first = overlay.entrance(1, Path::new(""), &[]).unwrap();
    let second = overlay.entrance(2, Path::new(""), &[]).unwrap();
    assert_eq!(
        overlay.entrance(2, Path::new(""), &[]).unwrap_err().kind(),
        io::ErrorKind::AlreadyExists
    );
    // Both are inside at once: the first waits for a line from us.
    let mut command = Command::new("/bin/sh");
    command
        .args(["-ec", "echo first >same; echo written; read go; cat same"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    #[expect(unsafe_code, reason = "code between fork and exec is unsafe by nature")]
    // SAFETY: the closure makes only system calls.
    unsafe {
        command.pre_exec(move || first.enter());
    }
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "written");
    assert_eq!(
        read(second, "cat same; echo second >same; ls ../view"),
        "work"
    );
    let mut input = child.stdin.take().unwrap();
    writeln!(input).unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "first");
    child.wait().unwrap();
    let content = |number| fs::read_to_string(overlay.upper(number).join("same")).unwrap();
    assert_eq!(
        (content(1), content(2)),
        ("first\n".into(), "second\n".into())
    );
    assert_eq!(fs::read_to_string(place.top.join("same")).unwrap(), "work");
}

#[test]
fn what_is_bound_is_written_for_good() {
    if !is_alone("what_is_bound_is_written_for_good") {
        return;
    }
    let place = Place::new();
    let Some(overlay) = place.prepare() else {
        return;
    };
    let own = |target: &str| Bind {
        target: target.into(),
        source: BindSource::Own,
    };
    let kept = Bind {
        target: "ignored/inner".into(),
        source: BindSource::Kept(place.kept.clone()),
    };
    let entrance = overlay
        .entrance(0, Path::new(""), &[own("target"), kept])
        .unwrap();
    let text = read(
        entrance,
        "cat target/built; echo x >target/new; rm target/built; echo y >ignored/inner/cache",
    );
    assert_eq!(text, "work");
    assert_eq!(names(&place.top.join("target")), ["new"]);
    assert_eq!(names(&place.kept), ["cache"]);
    assert!(is_empty(&place.top.join("ignored/inner")));
    assert_eq!(overlay.written(0).unwrap(), []);

    // Nothing, a file, a link in the base, the way out.
    symlink("/", overlay.base().join("old")).unwrap();
    for target in ["missing", "same", "old", "../kept"] {
        assert!(
            overlay.entrance(9, Path::new(""), &[own(target)]).is_err(),
            "{target}"
        );
    }
    // A directory that the view does not show is noticed on the way in.
    overlay.whiteout(Path::new("src/deep")).unwrap();
    fs::remove_dir_all(place.top.join("src/deep")).unwrap();
    let gone = Bind {
        target: "src/deep".into(),
        source: BindSource::Kept(place.kept.clone()),
    };
    let error = overlay.entrance(10, Path::new(""), &[gone]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    let absent = Bind {
        target: "absent".into(),
        source: BindSource::Kept(place.kept.clone()),
    };
    let entrance = overlay.entrance(11, Path::new(""), &[absent]).unwrap();
    let mut command = Command::new("/bin/true");
    #[expect(unsafe_code, reason = "code between fork and exec is unsafe by nature")]
    // SAFETY: the closure makes only system calls.
    unsafe {
        command.pre_exec(move || entrance.enter());
    }
    let error = command.status().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}

#[test]
fn what_a_gate_writes_is_listed() {
    if !is_alone("what_a_gate_writes_is_listed") {
        return;
    }
    let place = Place::new();
    let Some(overlay) = place.prepare() else {
        return;
    };
    overlay.make_opaque(Path::new("old")).unwrap();
    let only = overlay.dir(Path::new("only/here")).unwrap();
    fs::write(only.join("file"), "index").unwrap();
    let entrance = overlay.entrance(0, Path::new(""), &[]).unwrap();
    read(
        entrance,
        "echo x >src/deep/new; rm same; ln -s a link; mkdir -p fresh/er; echo x >fresh/er/file; \
         rm -r ignored; mkdir ignored; echo x >ignored/file; echo x >only/here/file; \
         mv target moved; echo x >old/a; mkfifo pipe; mkdir old/inner; chmod 700 src",
    );
    let mut written = overlay.written(0).unwrap();
    written.sort_by(|a, b| a.path.cmp(&b.path));
    let found: Vec<(&str, UpperKind, bool)> = written
        .iter()
        .map(
            |UpperEntry {
                 path,
                 kind,
                 is_opaque,
             }| (path.to_str().unwrap(), *kind, *is_opaque),
        )
        .collect();
    // Whether the kernel marks a directory as opaque that hides nothing is its own affair.
    let opaque = |path: &str| found.iter().any(|found| found.0 == path && found.2);
    assert!(opaque("ignored"));
    let expected = [
        ("fresh", UpperKind::Directory),
        ("fresh/er", UpperKind::Directory),
        ("fresh/er/file", UpperKind::File),
        ("ignored", UpperKind::Directory),
        ("ignored/file", UpperKind::File),
        ("link", UpperKind::Link),
        ("moved", UpperKind::Directory),
        ("moved/built", UpperKind::File),
        ("old/a", UpperKind::File),
        ("old/inner", UpperKind::Directory),
        ("only/here/file", UpperKind::File),
        ("pipe", UpperKind::Other),
        ("same", UpperKind::Gone),
        ("src/deep/new", UpperKind::File),
        ("target", UpperKind::Gone),
    ];
    let found: Vec<(&str, UpperKind)> = found.iter().map(|found| (found.0, found.1)).collect();
    assert_eq!(found, expected);
    let gone = fs::symlink_metadata(overlay.upper(0).join("same")).unwrap();
    assert!(gone.file_type().is_char_device());
    assert_eq!(
        overlay.entrance(1, Path::new(""), &[]).map(drop).ok(),
        Some(())
    );
    assert_eq!(overlay.written(1).unwrap(), []);
}

#[test]
fn helpers_refuse_what_would_break_the_view() {
    if !is_alone("helpers_refuse_what_would_break_the_view") {
        return;
    }
    let place = Place::new();
    let Some(overlay) = place.prepare() else {
        return;
    };
    for (path, kind) in [
        ("nothing/there", io::ErrorKind::NotFound),
        ("../kept", io::ErrorKind::InvalidInput),
        ("/etc", io::ErrorKind::InvalidInput),
        ("", io::ErrorKind::InvalidInput),
    ] {
        let error = overlay.whiteout(Path::new(path)).unwrap_err();
        assert_eq!(error.kind(), kind, "{path}");
    }
    fs::write(overlay.base().join("old"), "").unwrap();
    let error = overlay.dir(Path::new("old/inner")).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
}

#[test]
fn a_place_that_cannot_be_shown_is_refused() {
    if !is_alone("a_place_that_cannot_be_shown_is_refused") {
        return;
    }
    let place = Place::new();
    let refused = |view: &Path, top: &Path| {
        let barred = Overlay::prepare(view, top, &[]).unwrap_err();
        assert_eq!(barred.step, SetUpStep::Place, "{barred}");
        barred.to_string()
    };
    let start = "cannot create a private view of this work tree: ";
    let text = refused(&place.view, Path::new("/"));
    assert_eq!(text, format!("{start}it is the root directory"));
    let text = refused(&place.top.join("src"), &place.top);
    assert!(text.ends_with("is inside the work tree"), "{text}");
    let text = refused(&place.view, Path::new("/dev"));
    assert!(
        text.ends_with("is another file system that is mounted inside it"),
        "{text}"
    );
    if !geteuid().is_root() && place.prepare().is_some() {
        let text = refused(&place.view, Path::new("/usr/bin"));
        assert_eq!(
            text,
            format!("{start}/usr/bin belongs to another user or group")
        );
    }
    assert_no_children();
}

#[test]
fn nothing_outlives_a_kill() {
    if !is_alone("nothing_outlives_a_kill") {
        return;
    }
    let place = Place::new();
    if place.prepare().is_none() {
        return;
    }
    let home = TempDir::new().unwrap();
    let before = mounts();
    let mut command = again("to_be_killed", home.path(), false);
    command
        .env("TO_BE_KILLED", &place.view)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let holder = lines
        .map(Result::unwrap)
        .find_map(|line| line.strip_prefix("holder ").map(str::to_owned))
        .unwrap();
    assert!(is_alive(&holder));
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(libc::SIGKILL));
    let end = Instant::now() + Duration::from_secs(10);
    while is_alive(&holder) {
        assert!(Instant::now() < end, "the holder lives on");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(is_empty(&place.view));
    assert_eq!(mounts(), before);
    fs::remove_dir(&place.view).unwrap();
}

/// Whether a process is there and has not ended; to reap it may be somebody else's affair.
fn is_alive(process: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

#[test]
#[ignore = "waits to be killed by another test"]
fn to_be_killed() {
    let Some(view) = std::env::var_os("TO_BE_KILLED") else {
        return;
    };
    let view = PathBuf::from(view);
    let top = view.parent().unwrap().join("work tree");
    let plan = plan(&view, &top, &[]).unwrap();
    let holder = Child::fork(|| super::holder::arrange(&plan)).ok().unwrap();
    note(&format!("holder {}", holder.pid()));
    std::thread::sleep(Duration::from_mins(1));
    drop(holder);
}

#[test]
fn a_child_reports_and_is_reaped() {
    if !is_alone("a_child_reports_and_is_reaped") {
        return;
    }
    let way = MountMode {
        has_user_namespace: true,
        has_user_attributes: false,
    };
    let child = Child::fork(|| Ok(way)).ok().unwrap();
    assert_eq!(child.way, way);
    drop(child);
    let failed = Child::fork(|| Err(SetUpStep::Bind.fault()(rustix::io::Errno::NOENT)));
    let barred = failed.err().unwrap();
    assert_eq!(
        (barred.step, barred.error.kind()),
        (SetUpStep::Bind, io::ErrorKind::NotFound)
    );
    // Whoever dies without a word has not succeeded.
    let mute = Child::fork(|| {
        let own = rustix::process::getpid();
        let _ = rustix::process::kill_process(own, rustix::process::Signal::KILL);
        Ok(way)
    });
    assert_eq!(mute.err().unwrap().step, SetUpStep::Process);
    assert_no_children();
}

#[test]
fn a_system_without_namespaces_is_named() {
    if !is_alone("a_system_without_namespaces_is_named") {
        return;
    }
    let place = Place::new();
    let home = TempDir::new().unwrap();
    fs::set_permissions(
        place.top.parent().unwrap(),
        fs::Permissions::from_mode(0o755),
    )
    .unwrap();
    let is_nobody = can_be_nobody();
    let can_be_kept = !geteuid().is_root() || is_nobody;
    if !is_here(
        "root",
        can_be_kept,
        "root cannot be kept from what root may here",
    ) {
        return;
    }
    let mut plan = plan(&place.view, &place.top, &[]).unwrap();
    plan.is_root = false;
    if is_nobody {
        plan.user_map = c"65534 65534 1".into();
        plan.group_map = c"65534 65534 1".into();
    }
    let mut command = again("there_are_no_namespaces", home.path(), is_nobody);
    command.env("NO_NAMESPACES", "1").stdin(Stdio::null());
    #[expect(unsafe_code, reason = "code between fork and exec is unsafe by nature")]
    // SAFETY: the closure makes only system calls.
    unsafe {
        command.pre_exec(move || {
            // After a change of users /proc is not ours before the next execve(2).
            let dumpable = DumpableBehavior::Dumpable;
            rustix::process::set_dumpable_behavior(dumpable)?;
            // In a user namespace of its own, whoever has made it sets its limits.
            separate(&plan).map_err(|fault| fault.1)?;
            let limit = c"/proc/sys/user/max_user_namespaces";
            super::holder::write_kernel_file(limit, c"0")?;
            Ok(())
        });
    }
    let output = match command.output() {
        Ok(output) => output,
        // There are none to begin with.
        Err(error) => {
            is_here("namespaces", false, &error);
            let kind = error.kind();
            let is_system = kind == io::ErrorKind::PermissionDenied;
            assert!(is_system || kind == io::ErrorKind::StorageFull, "{error:?}");
            return;
        }
    };
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    note(text.lines().find(|line| line.contains("barred: ")).unwrap());
}

#[test]
#[ignore = "runs where another test has put it"]
fn there_are_no_namespaces() {
    if std::env::var_os("NO_NAMESPACES").is_none() {
        return;
    }
    let place = Place::new();
    let barred = Overlay::prepare(&place.view, &place.top, &[]).unwrap_err();
    note(&format!("barred: {barred}"));
    assert_eq!(barred.step, SetUpStep::Namespaces);
    assert_system_bars(&barred);
    assert!(
        barred.to_string().contains("max_user_namespaces"),
        "{barred}"
    );
    assert_no_children();
}
