//! The exit codes by which tools say that they have found something.

/// Whether an exit code of a program, if it is known, says that it has found something, and not that it
/// could not do its work: 1 for nearly all of them.
#[must_use]
pub(crate) fn says_finding(program: Option<&str>, code: i32) -> bool {
    match program {
        Some("cargo") => matches!(code, 1 | 101),
        Some("tsc" | "tsgo" | "vue-tsc") => matches!(code, 1 | 2),
        // A bit for each kind of message; the lowest means that a file could not be checked.
        Some("pylint") => (2..32).contains(&code) && code & 1 == 0,
        _ => code == 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_do_its_work_has_not_found_anything() {
        for (program, code, expected) in [
            (None, 1, true),
            (None, 2, false),
            (Some("ruff"), 2, false),
            (Some("cargo"), 101, true),
            (Some("tsc"), 2, true),
            (Some("pylint"), 1, false),
            (Some("pylint"), 4, true),
            (Some("pylint"), 5, false),
            (Some("pylint"), 32, false),
        ] {
            assert_eq!(says_finding(program, code), expected, "{program:?} {code}");
        }
    }
}
