use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use super::{Watch, WatchEvent};

/// What is quiet before something is done to a directory with a file `a`, and not afterwards.
#[track_caller]
fn reports(what: &str, deed: impl FnOnce(&Path)) {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("a"), "a").unwrap();
    let Some(watch) = Watch::new(root.path()) else {
        panic!("the directory for temporary files is on no local file system");
    };
    let dir = File::open(root.path()).unwrap();
    watch.add(&dir, dir.metadata().unwrap().dev(), Path::new("x"));
    fs::read(root.path().join("a")).unwrap();
    fs::read_dir(root.path()).unwrap().for_each(drop);
    assert_eq!(watch.events(), Some(Vec::new()), "{what}: reading");
    deed(root.path());
    assert_ne!(watch.events(), Some(Vec::new()), "{what}");
}

#[test]
fn whatever_is_written_is_reported() {
    reports("a write", |root| fs::write(root.join("a"), "b").unwrap());
    reports("a write of nothing", |root| {
        File::options().write(true).open(root.join("a")).unwrap();
    });
    reports("an exchange", |root| {
        fs::write(root.join("b"), "b").unwrap();
        fs::rename(root.join("b"), root.join("a")).unwrap();
    });
    reports("a removal", |root| fs::remove_file(root.join("a")).unwrap());
    reports("a mode", |root| {
        fs::set_permissions(root.join("a"), fs::Permissions::from_mode(0o755)).unwrap();
    });
    reports("a new file", |root| {
        fs::write(root.join("new"), "").unwrap();
    });
    reports("the directory's end", |root| {
        fs::remove_dir_all(root).unwrap();
    });
    reports("another name of the directory", |root| {
        let other = root.with_extension("other");
        fs::rename(root, &other).unwrap();
        fs::rename(&other, root).unwrap();
    });
}

#[test]
fn a_file_that_was_open_before_is_reported() {
    let root = tempfile::tempdir().unwrap();
    let mut file = File::create(root.path().join("a")).unwrap();
    let watch = Watch::new(root.path()).unwrap();
    let dir = File::open(root.path()).unwrap();
    watch.add(&dir, dir.metadata().unwrap().dev(), Path::new("x"));
    assert_eq!(watch.events(), Some(Vec::new()));
    file.write_all(b"x").unwrap();
    let written = WatchEvent {
        path: Path::new("x/a").to_owned(),
        is_of_contents: true,
    };
    assert_eq!(watch.events(), Some(vec![written]));
    assert_eq!(watch.events(), Some(Vec::new()));
}

#[test]
fn what_cannot_be_relied_on_is_not_quiet() {
    let root = tempfile::tempdir().unwrap();
    let dir = File::open(root.path()).unwrap();
    let watch = Watch::new(root.path()).unwrap();
    watch.add(&dir, dir.metadata().unwrap().dev() + 1, Path::new("x"));
    assert_eq!(watch.events(), None);
    let watch = Watch::new(root.path()).unwrap();
    watch.give_up();
    assert_eq!(watch.events(), None);
    let watch = Watch::new(root.path()).unwrap();
    for _ in 0..=4096 {
        watch.add(&dir, dir.metadata().unwrap().dev(), Path::new("x"));
    }
    assert_eq!(watch.events(), None);
    assert!(Watch::new(Path::new("/proc")).is_none());
}
