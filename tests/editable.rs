//! Editable installations, in the forms in which today's tools write them: in a snapshot, its own
//! code is imported, and not that of the work tree to which they lead. `tests/editable.sh` proves
//! the same with the tools themselves.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;

use crate::sandbox::{FREE, Sandbox};

/// A module that finds packages, as setuptools installs one (there with names of its own).
const FINDER: &str = r#"from __future__ import annotations
import sys
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import spec_from_file_location

# Nobody's own: it's "/this" that must not confuse.
MAPPING: dict[str, str] = {MAPPING}
NAMESPACES: dict[str, list[str]] = {NAMESPACES}


class Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name in NAMESPACES:
            spec = ModuleSpec(name, None, is_package=True)
            spec.submodule_search_locations = NAMESPACES[name] + ["/nowhere"]
            return spec
        if name in MAPPING:
            for file in (MAPPING[name] + "/__init__.py", MAPPING[name] + ".py"):
                try:
                    open(file).close()
                except OSError:
                    continue
                return spec_from_file_location(name, file)
        parent, _, _ = name.rpartition(".")
        return PathFinder.find_spec(name, path=[MAPPING[parent]]) if parent in MAPPING else None


def install():
    sys.meta_path.insert(WHERE, Finder)
"#;

/// A project with its environment, and nothing installed in it yet.
struct Project {
    sandbox: Sandbox,
    packages: PathBuf,
}

impl Project {
    /// With a package in a directory, of which a gate imports a module.
    fn new(dir: &str, module: &str) -> Self {
        let sandbox = Sandbox::new();
        sandbox.write(
            "gates.toml",
            format!(
                "[settings]\nisolation = \"snapshot\"\n[gates.x]\nexpect = '^staged$'\nforbid = 'unstaged'\n\
                 run = '''python3 -c \"import {module}; print({module}.VALUE)\"'''\n{FREE}"
            ),
        );
        sandbox.write(
            ".gitignore",
            ".venv/\nbuild/\nhidden/\n*.so\n__pycache__/\n",
        );
        sandbox.write(Path::new(dir).join("__init__.py"), "VALUE = \"staged\"\n");
        let packages = environment(&sandbox, ".venv");
        let project = Self { sandbox, packages };
        project.commit();
        let file = Path::new(dir).join("__init__.py");
        project.sandbox.write(file, "VALUE = \"unstaged\"\n");
        project
    }

    fn commit(&self) {
        self.sandbox.git(&["add", "."]);
        self.sandbox.git(&["commit", "--quiet", "-m", "base"]);
        self.sandbox.write("something", "x\n");
        self.sandbox.git(&["add", "something"]);
    }

    /// Writes a file among the packages, in which `TOP` stands for the top of the work tree.
    fn installed(&self, name: &str, text: &str) -> &Self {
        let text = text.replace("TOP", self.sandbox.top.to_str().unwrap());
        fs::write(self.packages.join(name), text).unwrap();
        self
    }

    /// Installs a module that finds packages.
    fn finder(&self, mapping: &str, namespaces: &str, position: &str) -> &Self {
        let module = "__editable___pkg_1_0_0_finder";
        let text = FINDER.replace("{MAPPING}", mapping);
        let text = text.replace("{NAMESPACES}", namespaces);
        self.installed(&format!("{module}.py"), &text.replace("WHERE", position));
        let code = format!("import {module}; {module}.install()");
        self.installed("__editable__.pkg-1.0.0.pth", &code)
    }

    #[track_caller]
    fn is_right(&self) {
        let done = self.sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        done.says("checked in a snapshot");
    }
}

/// Makes an environment without anything in it, and returns the directory of its packages.
fn environment(sandbox: &Sandbox, path: &str) -> PathBuf {
    let make = format!("python3 -m venv --without-pip '{path}'");
    sandbox.sh(&make).expect(0);
    let lib = sandbox.top.join(path).join("lib");
    let version = fs::read_dir(lib).unwrap().next().unwrap().unwrap();
    version.path().join("site-packages")
}

#[test]
fn directories_in_pth_files() {
    // setuptools (compat, and `src`), poetry-core; hatchling, pdm-backend, flit, maturin, uv_build.
    for (dir, line) in [
        ("src/pkg", "TOP/src\n"),
        ("src/pkg", "TOP/src"),
        ("python/pkg", "# why\n\nTOP/python\r\n/elsewhere\n"),
        ("pkg", "TOP\n"),
        ("pkg", "TOP/"),
        ("lib/pkg", "../../../../lib\n"),
        ("lib/pkg", "\u{feff}TOP/build/../lib"),
        ("lib/pkg", "import sys; sys.path.insert(0, 'TOP/lib')"),
    ] {
        let project = Project::new(dir, "pkg");
        project.installed("pkg.pth", line).is_right();
    }
    // Whatever else lies there, in whatever encoding; another environment's Python may read it.
    let project = Project::new("lib/pkg", "pkg");
    let other = project
        .sandbox
        .top
        .join("hidden/lib/python3.8/site-packages");
    fs::create_dir_all(&other).unwrap();
    project.sandbox.write("hidden/pyvenv.cfg", "");
    fs::write(other.join("a.pth"), b"/caf\xe9\n\xff\xfe\0\nimport \xe9\n").unwrap();
    fs::create_dir(project.packages.join("b.pth")).unwrap();
    symlink("nowhere", project.packages.join("c.pth")).unwrap();
    project.installed("pkg.pth", "TOP/lib").is_right();
}

#[test]
fn modules_that_find_packages() {
    let flat = Project::new("pkg", "pkg");
    flat.finder("{'pkg': 'TOP/pkg'}", "{}", "len(sys.meta_path)");
    flat.is_right();
    // scikit-build-core's comes before Python's own.
    let first = Project::new("pkg", "pkg");
    first.finder("{\"pkg\": \"TOP/pkg\"}", "{}", "0").is_right();
    let renamed = Project::new("lib", "renamed");
    renamed.finder("{'renamed': 'TOP/lib'}", "{}", "len(sys.meta_path)");
    renamed.is_right();
    let inner = Project::new("other", "space.inner");
    let namespaces = "{'space': ['TOP/space']}";
    let mapping = "{'space.inner': 'TOP/other'}";
    inner.finder(mapping, namespaces, "len(sys.meta_path)");
    inner.is_right();
    // The form of the library `editables`: the import alone does it.
    let alone = Project::new("code/pkg", "pkg");
    alone.finder("{}", "{}", "0");
    alone.installed("__editable__.pkg-1.0.0.pth", "");
    let code = "import __editable___pkg_1_0_0_finder as F\nF.MAPPING['pkg'] = 'TOP/code/pkg'\nF.install()\n";
    alone.installed("_editable_impl_pkg.py", code);
    alone.installed("_editable_impl_pkg.pth", "import _editable_impl_pkg");
    alone.is_right();
    // meson-python's asks the directory of the build, which is ignored.
    let asked = Project::new("pkg", "pkg");
    asked.finder("{}", "{}", "0");
    asked.sandbox.write("build/cp311/fast", "");
    asked.installed("__editable__.pkg-1.0.0.pth", "");
    let code = "
import __editable___pkg_1_0_0_finder as F
BUILD = 'TOP/build/cp311'

def collect(install_plan):
    return dict(install_plan['python'])

def init():
    plan = collect({'python': {'TOP' + '/pkg': 'pkg', BUILD + '/fast': 'fast'}})
    F.MAPPING.update((name, path) for path, name in plan.items())
    F.install()
";
    // So that the path is nowhere in the text.
    let top = asked.sandbox.top.display().to_string();
    let code = code.replace("'TOP' + ", &format!("'{}' + '{}' + ", &top[..5], &top[5..]));
    asked.installed("_pkg_editable_loader.py", &code);
    let line = "import _pkg_editable_loader; _pkg_editable_loader.init()";
    asked.installed("pkg-editable.pth", line).is_right();
}

#[test]
fn links_to_packages_and_to_single_files() {
    let flit = Project::new("lib/pkg", "pkg");
    symlink(flit.sandbox.top.join("lib/pkg"), flit.packages.join("pkg")).unwrap();
    flit.is_right();
    let dir = "build/__editable__.pkg-1.0.0-py3-none-any";
    for (source, name) in [("lib/pkg", "pkg"), ("lib", "renamed")] {
        let strict = Project::new(source, name);
        let top = &strict.sandbox.top;
        let links = top.join(dir).join(name);
        fs::create_dir_all(&links).unwrap();
        let file = "__init__.py";
        symlink(top.join(source).join(file), links.join(file)).unwrap();
        let line = format!("TOP/{dir}\n");
        strict.installed("__editable__.pkg-1.0.0.pth", &line);
        strict.is_right();
        // What was compiled in its place is linked as well.
        let compiled = format!("{source}/quick.so");
        strict.sandbox.write(&compiled, "");
        symlink(top.join(&compiled), links.join("quick.so")).unwrap();
        strict.is_right();
        // What was compiled elsewhere lies beside the links, and nowhere else.
        fs::write(links.join("fast.py"), "X = 1\n").unwrap();
        let code = format!("import {name}.fast\nVALUE = \"staged\"\n");
        let file = format!("{source}/{file}");
        strict.sandbox.write(&file, code);
        strict.sandbox.git(&["add", &file]);
        strict.sandbox.write(&file, "VALUE = \"unstaged\"\n");
        strict.is_right();
    }
}

#[test]
fn what_was_compiled_in_its_place_is_there() {
    let project = Project::new("src/pkg", "pkg");
    project.installed("pkg.pth", "TOP/src");
    project.sandbox.write("src/pkg/fast.so", "compiled\n");
    let code =
        "import os\nopen(os.path.dirname(__file__) + '/fast.so').close()\nVALUE = 'staged'\n";
    project.sandbox.write("src/pkg/__init__.py", code);
    project.sandbox.git(&["add", "src"]);
    let other = "VALUE = 'unstaged'\n";
    project.sandbox.write("src/pkg/__init__.py", other);
    project.is_right();
}

#[test]
fn what_is_in_the_work_tree_alone_is_not_found() {
    let project = Project::new("src/pkg", "forgotten");
    project.installed("pkg.pth", "TOP/src");
    project.installed("sitecustomize.py", "print('their own start')\n");
    let forgotten = "VALUE = 'staged'\n";
    project.sandbox.write("src/forgotten.py", forgotten);
    // The rest is a traceback, which each version of Python writes in its own way.
    let done = project.sandbox.gatekeeper(&["run", "--staged"]).expect(1);
    done.says("No module named 'forgotten'")
        .says("their own start");
    project.sandbox.git(&["add", "src/forgotten.py"]);
    project.is_right();
}

#[test]
fn wherever_python_is_installed() {
    // The top is spelled in another way.
    let project = Project::new("lib/pkg", "pkg");
    symlink("repository", project.sandbox.beside("other")).unwrap();
    let line = project.sandbox.beside("other/lib");
    project
        .installed("pkg.pth", line.to_str().unwrap())
        .is_right();
    project.installed("pkg.pth", "TOP/lib");
    // An environment of another name; one that a variable names.
    let mut sandbox = project.sandbox;
    let bin = |sandbox: &Sandbox, path: &str| {
        let search = sandbox.machine.to_str().unwrap();
        format!("{}/bin:{search}", sandbox.top.join(path).display())
    };
    sandbox.sh("mv .venv hidden").expect(0);
    let run = ["run", "--staged"];
    sandbox.set("PATH", bin(&sandbox, "hidden"));
    sandbox.gatekeeper(&run).expect(0);
    sandbox.sh("mv hidden ../elsewhere").expect(0);
    sandbox.set("PATH", bin(&sandbox, "../elsewhere"));
    sandbox.gatekeeper(&run).expect(0);
    let plain = sandbox.machine.to_str().unwrap().to_owned();
    let gates = sandbox.read("gates.toml");
    let python = sandbox.beside("elsewhere/bin/python3");
    let with = |sandbox: &Sandbox, python: &str| {
        let text = gates.replace("python3", python);
        sandbox.write("gates.toml", text);
        sandbox.git(&["add", "gates.toml"]);
    };
    sandbox.set("PATH", &plain);
    with(&sandbox, python.to_str().unwrap());
    sandbox.gatekeeper(&run).expect(1);
    for name in ["UV_PROJECT_ENVIRONMENT", "VIRTUAL_ENV", "CONDA_PREFIX"] {
        sandbox.set(name, sandbox.beside("elsewhere"));
        sandbox.gatekeeper(&run).expect(0);
        sandbox.unset(name);
    }
    // A program that starts one of several; it is asked where there is a project of Python's.
    sandbox.write("setup.py", "");
    sandbox.git(&["add", "setup.py"]);
    let shim = format!("#!/bin/sh\nexec '{}' \"$@\"\n", python.display());
    sandbox.program("python3", &shim);
    sandbox.set(
        "PATH",
        format!("{}:{plain}", sandbox.beside("bin").display()),
    );
    with(&sandbox, "python3");
    sandbox.gatekeeper(&run).expect(0);
}

#[test]
fn what_a_user_has_installed_for_himself() {
    let project = Project::new("lib/pkg", "pkg");
    let sandbox = &project.sandbox;
    sandbox.sh("rm -r .venv").expect(0);
    let ask = "python3 -c 'import site; print(site.getusersitepackages())'";
    let packages = sandbox.sh(ask).expect(0).stdout;
    fs::create_dir_all(packages.trim()).unwrap();
    let file = Path::new(packages.trim()).join("pkg.pth");
    fs::write(file, sandbox.top.join("lib").to_str().unwrap()).unwrap();
    project.is_right();
}

#[test]
fn what_a_user_has_set() {
    let project = Project::new("lib/pkg", "pkg");
    let mut sandbox = project.sandbox;
    let dirs = [sandbox.beside("elsewhere"), sandbox.top.join("lib")];
    sandbox.set("PYTHONPATH", std::env::join_paths(dirs).unwrap());
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
}

#[test]
fn no_package_manager_leads_the_installation_to_the_snapshot() {
    let show = "sh -c 'echo uv=$UV_NO_SYNC; echo pnpm=$pnpm_config_verify_deps_before_run; exit 1'";
    let sandbox = Sandbox::new();
    let gates = format!("[settings]\nisolation = \"snapshot\"\n[gates.x]\nrun = \"{show}\"\n");
    sandbox.write("gates.toml", gates);
    sandbox.write(".gitignore", ".venv/\nnode_modules/\n");
    sandbox.git(&["add", "."]);
    let run = || sandbox.gatekeeper(&["run", "--staged"]).expect(1);
    assert_snapshot!(run(), @"
    failed: x failed: exit code 1
    gatekeeper run --staged: 2 paths changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output
               | uv=
               | pnpm=
      command  sh -c 'echo uv=$UV_NO_SYNC; echo pnpm=$pnpm_config_verify_deps_before_run; exit 1'
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    ");
    sandbox.write("untracked", "");
    assert_snapshot!(run(), @"
    failed: x failed: exit code 1
    gatekeeper run --staged: 2 paths changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output
               | uv=
               | pnpm=
      command  sh -c 'echo uv=$UV_NO_SYNC; echo pnpm=$pnpm_config_verify_deps_before_run; exit 1'
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    ");
    sandbox.write(".venv/pyvenv.cfg", "");
    sandbox.write("node_modules/x/index.js", "");
    assert_snapshot!(run(), @"
    failed: x failed: exit code 1
    gatekeeper run --staged: 2 paths changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output
               | uv=1
               | pnpm=false
      command  sh -c 'echo uv=$UV_NO_SYNC; echo pnpm=$pnpm_config_verify_deps_before_run; exit 1'
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    ");
}
