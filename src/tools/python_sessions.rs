//! nox, tox, Invoke and others: tools that run checks in isolated environments, or as tasks in Python.

use super::artifact::{Artifact, ArtifactKind};
use super::configuration::UncomparedFiles;
use super::family::Family;
use super::program::Program;
use super::variable::WeakeningVariable;

pub(super) const FAMILY: Family = Family {
    uncompared: &[UncomparedFiles::new(&["noxfile.py"], &["nox"])],
    variables: VARIABLES,
    programs: PROGRAMS,
    artifacts: ARTIFACTS,
    ..Family::NONE
};

const VARIABLES: &[WeakeningVariable] = &[
    WeakeningVariable::always("NOXSESSION", "nox"),
    WeakeningVariable::always("TOXENV", "tox"),
    WeakeningVariable::always("TOX_OVERRIDE", "tox"),
    WeakeningVariable::always("TOX_SKIP_ENV", "tox"),
];

const PROGRAMS: &[Program] = &[
    Program {
        files: &["noxfile.py"],
        ..Program::new(&["nox"])
    },
    Program {
        files: &["tox.ini"],
        ..Program::new(&["tox"])
    },
    Program {
        files: &["tasks.py", "tasks/__init__.py"],
        beside: &[
            "invoke.json",
            "invoke.py",
            "invoke.yaml",
            "invoke.yml",
            "tasks/**/*.py",
        ],
        ..Program::new(&["inv", "invoke"])
    },
    Program {
        files: &["fabfile.py", "fabfile/__init__.py"],
        beside: &["fabfile/**/*.py"],
        ..Program::new(&["fab"])
    },
    Program {
        files: &["dodo.py"],
        beside: &["doit.cfg"],
        ..Program::new(&["doit"])
    },
    Program {
        files: &["duties.py"],
        ..Program::new(&["duty"])
    },
    Program {
        files: &["pavement.py"],
        ..Program::new(&["paver"])
    },
];

const ARTIFACTS: &[Artifact] = &[
    Artifact::new(".nox", ArtifactKind::Cache),
    Artifact::new(".tox", ArtifactKind::Cache),
];
