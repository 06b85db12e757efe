//! What the text of a script for bash says where its grammar is not read.

/// Whether a program is started within `[[ ]]`, whose words are not read.
pub(super) fn tests_start_programs(text: &str) -> bool {
    let mut conditions = text.split("[[").skip(1);
    conditions.any(|rest| {
        let condition = rest.split("]]").next().unwrap_or(rest);
        ["$(", "<(", ">("]
            .iter()
            .any(|sign| condition.contains(sign))
    })
}

/// A script for bash whose lists (`names=(`, a word or a comment on each line, and `)`) are plain variables instead,
/// as far as nothing in them runs.
pub(super) fn without_lists(text: &str) -> String {
    let mut plain = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let name = line
            .strip_suffix("=(")
            .filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
        let items: Vec<&str> = lines.clone().take_while(|line| *line != ")").collect();
        let runs = items.iter().any(|item| {
            item.contains(['$', '`', '<', '>', ';', '|', '&', ')']) && !is_quoted(item)
        });
        if let Some(name) = name.filter(|name| !name.is_empty() && !runs) {
            plain.push_str(name);
            plain.push_str("=list\n");
            lines.nth(items.len());
        } else {
            plain.push_str(line);
            plain.push('\n');
        }
    }
    plain
}

/// Whether a line is a comment, or one text in quotes in which nothing is replaced.
fn is_quoted(line: &str) -> bool {
    let line = line.trim();
    let inside = line
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    line.starts_with('#') || inside.is_some_and(|inside| !inside.contains(['"', '$', '`', '\\']))
}

/// Whether a script has no redirection into a file, and no old form of a substitution.
pub(super) fn writes_nothing(text: &str) -> bool {
    let mut bare = String::new();
    for line in text.lines() {
        if !line.trim_start().starts_with('#') {
            bare.push_str(line);
            bare.push('\n');
        }
    }
    let mut outside = String::new();
    let mut rest = bare.as_str();
    while let Some(at) = rest.find(['"', '\'']) {
        let quote = rest.as_bytes()[at] as char;
        let Some(end) = rest[at + 1..].find(quote) else {
            break;
        };
        let inside = &rest[at + 1..at + 1 + end];
        outside.push_str(&rest[..at]);
        // What runs within quotes counts.
        if quote == '"' && (inside.contains("$(") || inside.contains('`')) {
            outside.push_str(inside);
        }
        rest = &rest[at + 2 + end..];
    }
    outside.push_str(rest);
    let outside = outside.replace("> ", ">");
    let harmless = [">/dev/null", ">/dev/stderr", ">&1", ">&2", "&>/dev/null"];
    let kept = harmless
        .iter()
        .fold(outside, |text, sign| text.replace(sign, ""));
    !kept.contains(['>', '`'])
}
