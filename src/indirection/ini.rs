//! INI as Python's `configparser` reads it, as far as task runners need it.

/// A key of a section, with the lines of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IniKey {
    pub(super) section: String,
    pub(super) key: String,
    /// Each with its number; the first is what stands beside the key.
    pub(super) lines: Vec<(usize, String)>,
}

impl IniKey {
    /// The value as one text.
    pub(super) fn text(&self) -> String {
        let lines = self.lines.iter().map(|(_, text)| text.as_str());
        lines
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// The keys of a file, in their order.
pub(super) fn keys(text: &str) -> Vec<IniKey> {
    let mut keys: Vec<IniKey> = Vec::new();
    let (mut section, mut is_open) = (String::new(), false);
    for (at, line) in text.lines().enumerate() {
        let plain = line.trim();
        if plain.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) && is_open {
            if let Some(key) = keys.last_mut() {
                key.lines.push((at + 1, plain.to_owned()));
            }
        } else if let Some(name) = plain.strip_prefix('[') {
            let name = name.split(']').next().unwrap_or_default();
            name.trim().clone_into(&mut section);
            is_open = false;
        } else if let Some((key, value)) = plain.split_once(['=', ':']) {
            is_open = true;
            keys.push(IniKey {
                section: section.clone(),
                key: key.trim().to_owned(),
                lines: vec![(at + 1, value.trim().to_owned())],
            });
        }
    }
    keys
}
