//! The text of a justfile, cut into its lines.

/// What a line is that is not part of a recipe's body.
pub(super) enum TopLevel {
    Attribute,
    /// Its name, and whether it concerns every recipe.
    Item(String, bool),
    Recipe(String),
    Unknown,
}

pub(super) fn top_level(text: &str) -> TopLevel {
    let word = text.split_whitespace().next().unwrap_or_default();
    if text.starts_with('[') {
        return TopLevel::Attribute;
    }
    match word {
        "set" => return TopLevel::Item("setting".to_owned(), true),
        "import" | "import?" | "mod" | "mod?" => return TopLevel::Item("import".to_owned(), true),
        _ => {}
    }
    if let Some((name, _)) = text.split_once(":=") {
        let name = name.trim();
        if let Some(name) = name.strip_prefix("export ") {
            return TopLevel::Item(format!("variable {}", name.trim()), true);
        }
        let name = name.trim_start_matches("alias ").trim();
        return TopLevel::Item(format!("variable {name}"), false);
    }
    match text.trim_start_matches('@').split_once(':') {
        Some((head, _)) => {
            let name = head.split_whitespace().next().unwrap_or_default();
            TopLevel::Recipe(name.to_owned())
        }
        None => TopLevel::Unknown,
    }
}

/// The lines of a justfile with their numbers; outside of recipes, a quoted text may span several.
pub(super) fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut logical: Vec<(usize, String)> = Vec::new();
    let mut open: Option<&str> = None;
    for (at, line) in text.lines().enumerate() {
        if let (Some(quote), Some((_, whole))) = (open, logical.last_mut()) {
            whole.push('\n');
            whole.push_str(line);
            if line.contains(quote) {
                open = None;
            }
            continue;
        }
        if !line.starts_with([' ', '\t', '#']) && line.contains(":=") {
            open = open_quote(line);
        }
        logical.push((at + 1, line.to_owned()));
    }
    logical
}

/// The quote that a line opens but does not close.
fn open_quote(line: &str) -> Option<&'static str> {
    const QUOTES: [&str; 6] = ["\'\'\'", "\"\"\"", "```", "\'", "\"", "`"];
    let mut rest = line;
    while !rest.is_empty() {
        if rest.starts_with('#') {
            return None;
        }
        let Some(quote) = QUOTES.into_iter().find(|quote| rest.starts_with(quote)) else {
            let mut letters = rest.chars();
            letters.next();
            rest = letters.as_str();
            continue;
        };
        match rest[quote.len()..].find(quote) {
            Some(end) => rest = &rest[quote.len() * 2 + end..],
            None => return Some(quote),
        }
    }
    None
}
