//! What a machine may lack. A test that needs it tests nothing there, says so and passes, unless
//! `GATEKEEPER_TEST_REQUIRE` names it: then that is a failure. The unit tests use this file as well.

/// Names, separated by commas, of what must be there.
const VARIABLE: &str = "GATEKEEPER_TEST_REQUIRE";

/// All that a test may lack; `docs/testing.md` tells what each is.
const KNOWN: [&str; 17] = [
    "bash",
    "bwrap",
    "namespaces",
    "new-git",
    "old-git",
    "overlay",
    "python3",
    "reftable",
    "root",
    "sha256",
    "shm",
    "ssh-keygen",
    "sshd",
    "strace",
    "symref-git",
    "user-overlay",
    "xattr",
];

/// Whether a test can go on: whether what it needs is there. If not, it is said why not, and that
/// is a failure if it is required.
#[track_caller]
#[expect(clippy::print_stdout, reason = "what was not tested has to be said")]
pub(crate) fn is_here(name: &str, is_here: bool, why: impl std::fmt::Display) -> bool {
    let required = std::env::var(VARIABLE).unwrap_or_default();
    match missing(&required, name, is_here) {
        Ok(()) if !is_here => println!("not tested, there is no {name}: {why}"),
        Ok(()) => {}
        Err(error) => panic!("{error}: {why}"),
    }
    is_here
}

/// Why it is a failure that something is not here, if it is one.
fn missing(required: &str, name: &str, is_here: bool) -> Result<(), String> {
    assert!(KNOWN.contains(&name), "{name} is not in the list");
    let mut names = required.split(',').map(str::trim);
    if let Some(unknown) = names.clone().find(|name| !is_known(name)) {
        return Err(format!("{VARIABLE} names {unknown:?}, known are {KNOWN:?}"));
    }
    if !is_here && names.any(|required| required == name) {
        return Err(format!("{VARIABLE} demands {name}, which is not here"));
    }
    Ok(())
}

fn is_known(name: &str) -> bool {
    name.is_empty() || KNOWN.contains(&name)
}

#[test]
fn what_is_required_must_be_here_and_known() {
    // Whatever else is run, a mistake in the variable is noticed.
    is_here("root", true, "");
    for required in ["", "overlay", "overlay, root", "bash,"] {
        assert_eq!(missing(required, "root", true), Ok(()));
        assert_eq!(
            missing(required, "root", false).is_ok(),
            !required.contains("root"),
            "{required}"
        );
    }
    let error = missing("overlay,rot", "root", true).unwrap_err();
    assert!(error.contains("names \"rot\", known are"), "{error}");
}
