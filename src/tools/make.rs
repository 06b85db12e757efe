//! make: it runs commands as a file says.

use super::Family;
use super::options::words;
use super::variable::WeakeningVariable;

pub(super) const FAMILY: Family = Family {
    variables: VARIABLES,
    ..Family::NONE
};

const VARIABLES: &[WeakeningVariable] = &[
    WeakeningVariable::always("MAKEFILES", "make"),
    WeakeningVariable::by_value("MAKEFLAGS", "make", are_flags_weaker),
    WeakeningVariable::by_value("GNUMAKEFLAGS", "make", are_flags_weaker),
];

/// make prints what it would do, or does it and ignores failures.
fn are_flags_weaker(flags: &str) -> bool {
    const LONG: [&str; 12] = [
        "--assume-old",
        "--dry-run",
        "--eval",
        "--help",
        "--ignore-errors",
        "--just-print",
        "--makefile",
        "--old-file",
        "--question",
        "--recon",
        "--touch",
        "--version",
    ];
    words(flags).iter().enumerate().any(|(at, word)| {
        if word.starts_with("--") {
            let name = word.split('=').next().unwrap_or_default();
            // make knows an option by its beginning.
            return name.len() > 2 && LONG.iter().any(|long| long.starts_with(name));
        }
        // The letters come first, without a dash.
        let letters = match word.strip_prefix('-') {
            Some(letters) => letters,
            None if at == 0 && !word.contains('=') => word,
            None => return false,
        };
        let takes_rest = |letter: char| "CIOWjl".contains(letter);
        let mut own = letters.chars().take_while(|letter| !takes_rest(*letter));
        own.any(|letter| "Efhinoqtv".contains(letter))
    })
}
