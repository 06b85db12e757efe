//! Words in capitals in printed commands, which stand for what only the author knows.

/// What stands for a reason.
pub(crate) const REASON: &str = "REASON";

/// What stands for the value of a trailer.
pub(crate) const VALUE: &str = "VALUE";

/// Every such word.
const WORDS: [&str; 7] = [
    "AGENT-NAME",
    "AGENT_NAME",
    "MODEL",
    "MODEL_VERSION",
    "SHORT-HASH",
    REASON,
    VALUE,
];

/// The placeholders in some lines, as they stand in a sentence; empty if there is none.
#[must_use]
pub(crate) fn placeholders(lines: &[String]) -> String {
    let is_there = |word: &&str| {
        let mut parts = lines
            .iter()
            .flat_map(|line| line.split([' ', '(', ')', ':']));
        parts.any(|part| part == *word)
    };
    let words: Vec<&str> = WORDS.into_iter().filter(is_there).collect();
    match words.as_slice() {
        [] => String::new(),
        [word] => (*word).to_owned(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

/// What is wrong with a text that is nothing but a placeholder, as a fragment: its author has pasted a printed command
/// as it is.
#[must_use]
pub(crate) fn left_in(text: &str) -> Option<&'static str> {
    match text.trim() {
        REASON => Some("`REASON` is a placeholder: write the reason in its place"),
        VALUE => Some("`VALUE` is a placeholder: write the value in its place"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_listed_as_in_a_sentence() {
        let lines = |lines: &[&str]| {
            let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            placeholders(&lines)
        };
        assert_eq!(lines(&["Ticket: 12"]), "");
        assert_eq!(lines(&["Gate-Change: REASON"]), "REASON");
        let credit = "Assisted-By: AGENT-NAME (MODEL)";
        assert_eq!(
            lines(&[credit, "Ticket: VALUE"]),
            "AGENT-NAME, MODEL and VALUE"
        );
    }
}
