//! Preparing the view and filling it.

use std::ffi::CString;
use std::fs;
use std::io;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{CWD, FileType, Mode, OFlags, XattrFlags};
use rustix::io::Errno;
use rustix::mount::MountFlags;

use super::enter::{Entrance, NamespaceFds};
use super::holder::{Child, HolderPlan, MountMode, arrange, mount_overlay};
use super::place::{check_owner, check_place, check_relative, invalid};
use super::written::walk;
use super::{Bind, BindSource, OverlayUnavailable, SetUpStep, UpperEntry};

/// Switched off wherever the kernel's builder may have switched it on: with it a renamed directory
/// would be a note in the upper directory instead of its content, and an inode's number would not
/// be that of the user's file, which git compares. Without privileges it is off in any case.
const OPTIONS: &str = "index=off,metacopy=off,xino=off,redirect_dir=nofollow";

/// A private view. Nobody is in it before an [`Entrance`] is used, and nothing remains of it.
#[derive(Debug)]
pub(crate) struct Overlay {
    doors: Arc<NamespaceFds>,
    way: MountMode,
    top: PathBuf,
    gits: Vec<PathBuf>,
}

impl Overlay {
    /// Makes the namespaces and the directories for a view of the work tree `top` and of git
    /// directories that lie outside of it. Where one lies in another, the outer comes first.
    ///
    /// `view` is a directory outside of the work tree that must stay until the view is dropped; it
    /// stays empty for everybody else.
    ///
    /// # Errors
    ///
    /// The system does not allow it, or the work tree is not fit for it.
    pub(crate) fn prepare(
        view: &Path,
        top: &Path,
        gits: &[PathBuf],
    ) -> Result<Self, OverlayUnavailable> {
        let place = SetUpStep::Place.barred();
        let view = view.canonicalize().map_err(&place)?;
        let top = top.canonicalize().map_err(&place)?;
        let gits: Result<Vec<_>, _> = gits.iter().map(|git| git.canonicalize()).collect();
        let gits = gits.map_err(&place)?;
        check_place(&view, &top, &gits).map_err(&place)?;
        let plan = plan(&view, &top, &gits).map_err(&place)?;
        let child = Child::fork(|| arrange(&plan))?;
        let way = child.way;
        if way.has_user_namespace {
            check_owner([&top].into_iter().chain(&gits)).map_err(&place)?;
        }
        let doors = open_doors(&child, &view).map_err(SetUpStep::Handles.barred())?;
        let doors = Arc::new(doors);
        // From here on the descriptors hold the namespaces.
        drop(child);
        let overlay = Self {
            doors,
            way,
            top,
            gits,
        };
        overlay
            .dress_bases()
            .map_err(SetUpStep::Directories.barred())?;
        Ok(overlay)
    }

    /// The directory for what is seen instead of the work tree's files. It has to be filled before
    /// the first [`Overlay::look`] and the first gate, and to be left alone from then on.
    #[must_use]
    pub(crate) fn base(&self) -> PathBuf {
        self.inside("base")
    }

    /// The same for one of the git directories outside of the work tree.
    #[must_use]
    pub(crate) fn git_base(&self, git: usize) -> PathBuf {
        self.inside(&format!("gitbase/{git}"))
    }

    /// Creates a directory of the work tree in the base, with its parents, each with the mode that
    /// it has in the work tree. Returns where it is.
    ///
    /// # Errors
    ///
    /// The path leads out of the work tree, or the base holds something else there.
    pub(crate) fn dir(&self, path: &Path) -> io::Result<PathBuf> {
        check_relative(path)?;
        let (mut made, mut model) = (self.base(), self.inside("work"));
        for name in path.components() {
            made.push(name);
            model.push(name);
            match fs::create_dir(&made) {
                Ok(()) => self.dress(&made, &model)?,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    if !fs::symlink_metadata(&made)?.is_dir() {
                        return Err(error);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(made)
    }

    /// Hides a path of the work tree.
    ///
    /// # Errors
    ///
    /// There is nothing to hide: a whiteout on its own would be listed as something broken. Or
    /// the base holds something at the path.
    pub(crate) fn whiteout(&self, path: &Path) -> io::Result<()> {
        check_relative(path)?;
        fs::symlink_metadata(self.inside("work").join(path))?;
        let name = path
            .file_name()
            .ok_or_else(|| invalid(path, "is the work tree itself"))?;
        let dir = self.dir(path.parent().unwrap_or(Path::new("")))?;
        let mode = Mode::empty();
        let device = FileType::CharacterDevice;
        Ok(rustix::fs::mknodat(CWD, dir.join(name), device, mode, 0)?)
    }

    /// Hides what the work tree has in a directory, which is created in the base if need be.
    ///
    /// # Errors
    ///
    /// As [`Overlay::dir`].
    pub(crate) fn make_opaque(&self, path: &Path) -> io::Result<()> {
        let dir = self.dir(path)?;
        let name = self.way.opaque();
        Ok(rustix::fs::lsetxattr(dir, name, b"y", XattrFlags::empty())?)
    }

    /// Mounts the view for reading and returns where it is. Only our own process, and none of
    /// its children, can use that path.
    ///
    /// # Errors
    ///
    /// The system does not allow it after all.
    pub(crate) fn look(&self) -> Result<PathBuf, OverlayUnavailable> {
        let options = self.way.options("base", "work", None);
        let options =
            CString::new(options).map_err(|error| SetUpStep::Overlay.barred()(error.into()))?;
        Child::fork(|| {
            self.doors.pass().map_err(SetUpStep::Handles.fault())?;
            let flags = MountFlags::RDONLY;
            mount_overlay(c"look", flags, &options).map_err(SetUpStep::Overlay.fault())?;
            Ok(self.way)
        })?;
        Ok(self.inside("look"))
    }

    /// Prepares the way in for one gate, that starts in a directory of the work tree. Each number
    /// can be had once, since what the gate writes is kept under it.
    ///
    /// # Errors
    ///
    /// The number was taken, or there is no directory where one is to be bound.
    pub(crate) fn entrance(
        &self,
        number: usize,
        dir: &Path,
        binds: &[Bind],
    ) -> io::Result<Entrance> {
        check_relative(dir)?;
        let binds: io::Result<Vec<_>> = binds.iter().map(|bind| self.bind(bind)).collect();
        let binds = binds?;
        let own = self.inside(&format!("up/{number}"));
        fs::create_dir(&own)?;
        let mut overlays = Vec::new();
        for (git, path) in self.gits.iter().enumerate() {
            let (upper, work) = (format!("g{git}"), format!("h{git}"));
            fs::create_dir(own.join(&upper))?;
            fs::create_dir(own.join(&work))?;
            self.dress(&own.join(&upper), path)?;
            let (base, lower) = (format!("gitbase/{git}"), format!("git/{git}"));
            let write = format!("up/{number}/{upper}:up/{number}/{work}");
            let options = self.way.options(&base, &lower, write.split_once(':'));
            overlays.push((to_c(path)?, CString::new(options)?));
        }
        fs::create_dir(own.join("u"))?;
        fs::create_dir(own.join("w"))?;
        self.dress(&own.join("u"), &self.inside("work"))?;
        let (upper, work) = (format!("up/{number}/u"), format!("up/{number}/w"));
        let options = self.way.options("base", "work", Some((&upper, &work)));
        overlays.push((to_c(&self.top)?, CString::new(options)?));
        Ok(Entrance {
            doors: Arc::clone(&self.doors),
            overlays,
            binds,
            dir: to_c(&self.top.join(dir))?,
        })
    }

    /// What a gate has written, as the overlay notes it down.
    #[must_use]
    pub(crate) fn upper(&self, number: usize) -> PathBuf {
        self.inside(&format!("up/{number}/u"))
    }

    /// The same for one of the git directories outside of the work tree.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn git_upper(&self, number: usize, git: usize) -> PathBuf {
        self.inside(&format!("up/{number}/g{git}"))
    }

    /// What a gate has written to the work tree, in no particular order but parents first.
    ///
    /// # Errors
    ///
    /// Something that it wrote cannot be read.
    pub(crate) fn written(&self, number: usize) -> io::Result<Vec<UpperEntry>> {
        let (base, work) = (self.base(), self.inside("work"));
        walk(&self.upper(number), &base, &work, self.way.opaque())
    }

    /// A path below the view, by way of the descriptor, since there is no other way in for us.
    fn inside(&self, path: &str) -> PathBuf {
        let view = self.doors.view.as_raw_fd();
        PathBuf::from(format!("/proc/self/fd/{view}/{path}"))
    }

    /// The strings for mounting a directory, once it is sure that the mount will not be led astray
    /// by a link.
    fn bind(&self, bind: &Bind) -> io::Result<(CString, CString)> {
        check_relative(&bind.target)?;
        let mut seen = self.base();
        for name in bind.target.components() {
            seen.push(name);
            match fs::symlink_metadata(&seen) {
                Ok(seen) if !seen.is_dir() => {
                    return Err(invalid(&bind.target, "is not a directory in the view"));
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                Err(error) => return Err(error),
            }
        }
        let (source, checked) = match &bind.source {
            BindSource::Own => {
                let inside = Path::new("work").join(&bind.target);
                let checked = self.inside("work").join(&bind.target);
                (inside, checked)
            }
            BindSource::Kept(path) => {
                let path = path.canonicalize()?;
                if path.starts_with(&self.top) {
                    return Err(invalid(&path, "is inside the work tree"));
                }
                (path.clone(), path)
            }
        };
        if !fs::symlink_metadata(&checked)?.is_dir() {
            return Err(invalid(&source, "is not a directory"));
        }
        Ok((to_c(&source)?, to_c(&self.top.join(&bind.target))?))
    }

    /// Gives the bases what the directories behind them have: of a merged directory, only the front is
    /// asked.
    fn dress_bases(&self) -> io::Result<()> {
        self.dress(&self.base(), &self.inside("work"))?;
        for (git, path) in self.gits.iter().enumerate() {
            self.dress(&self.git_base(git), path)?;
        }
        Ok(())
    }

    /// Gives a directory of ours the owner and mode of the user's directory that it stands before, if
    /// there is one.
    fn dress(&self, made: &Path, model: &Path) -> io::Result<()> {
        let model = match fs::symlink_metadata(model) {
            Ok(model) if model.is_dir() => model,
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        // In a user namespace there is nobody but us.
        if !self.way.has_user_namespace {
            std::os::unix::fs::chown(made, Some(model.uid()), Some(model.gid()))?;
        }
        fs::set_permissions(made, fs::Permissions::from_mode(model.mode() & 0o7777))
    }
}

impl MountMode {
    /// The attribute by which an overlay knows an opaque directory.
    fn opaque(self) -> &'static str {
        if self.has_user_attributes {
            "user.overlay.opaque"
        } else {
            "trusted.overlay.opaque"
        }
    }

    /// The options of an overlay. What it writes goes to the first of two directories; the second is
    /// the kernel's.
    fn options(self, base: &str, lower: &str, write: Option<(&str, &str)>) -> String {
        let write = write.map(|(upper, work)| format!(",upperdir={upper},workdir={work}"));
        let write = write.unwrap_or_default();
        let attributes = if self.has_user_attributes {
            ",userxattr"
        } else {
            ""
        };
        format!("lowerdir={base}:{lower},{OPTIONS}{write}{attributes}")
    }
}

/// Puts together what the holder will need.
pub(super) fn plan(view: &Path, top: &Path, gits: &[PathBuf]) -> io::Result<HolderPlan> {
    let own = rustix::process::geteuid();
    let group = rustix::process::getegid();
    let trial = |has_user_attributes| {
        let way = MountMode {
            has_user_namespace: has_user_attributes,
            has_user_attributes,
        };
        CString::new(way.options("base", "work", Some(("up/trial/u", "up/trial/w"))))
    };
    let mut dirs = vec![
        "base",
        "gitbase",
        "git",
        "look",
        "work",
        "up",
        "up/trial",
        "up/trial/u",
        "up/trial/w",
    ];
    let numbered: Vec<String> = (0..gits.len())
        .flat_map(|git| [format!("gitbase/{git}"), format!("git/{git}")])
        .collect();
    dirs.extend(numbered.iter().map(String::as_str));
    let dirs: Result<Vec<_>, _> = dirs.into_iter().map(CString::new).collect();
    let mut binds = vec![(to_c(top)?, CString::new("work")?)];
    for (git, path) in gits.iter().enumerate() {
        binds.push((to_c(path)?, CString::new(format!("git/{git}"))?));
    }
    Ok(HolderPlan {
        view: to_c(view)?,
        is_root: own.is_root(),
        user_map: CString::new(format!("{own} {own} 1", own = own.as_raw()))?,
        group_map: CString::new(format!("{group} {group} 1", group = group.as_raw()))?,
        dirs: dirs?,
        binds,
        trial: trial(false)?,
        user_trial: trial(true)?,
    })
}

/// Opens the namespaces of the holder.
fn open_doors(holder: &Child, view: &Path) -> io::Result<NamespaceFds> {
    let process = PathBuf::from(format!("/proc/{}", holder.pid()));
    let open = |path: &Path, flags: OFlags| -> Result<OwnedFd, Errno> {
        rustix::fs::open(path, flags | OFlags::CLOEXEC, Mode::empty())
    };
    let root = process.join("root");
    let dir = OFlags::PATH | OFlags::DIRECTORY;
    let user = holder.way.has_user_namespace;
    let user = user.then(|| open(&process.join("ns/user"), OFlags::RDONLY));
    Ok(NamespaceFds {
        user: user.transpose()?,
        mounts: open(&process.join("ns/mnt"), OFlags::RDONLY)?,
        view: open(&root.join(view.strip_prefix("/").unwrap_or(view)), dir)?,
        root: open(&root, dir)?,
    })
}

fn to_c(path: &Path) -> io::Result<CString> {
    Ok(CString::new(path.as_os_str().as_bytes())?)
}
