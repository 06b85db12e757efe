//! Writes down the resolved rules about added lines.

use toml::Value;

use super::bypass::Bypass;
use super::toml_text::{line, note, paths, shown};
use crate::rules::catalogue::{CHANGE_RULES, RULES};

/// Writes `[bypass]` and its tables.
pub(super) fn bypass(text: &mut String, bypass: &Bypass) {
    text.push_str("\n[bypass]\n");
    paths(text, "exclude", &bypass.exclude, "nothing");
    line(text, "documentation", bypass.documentation.patterns.clone());
    if bypass.patterns.is_empty() {
        note(text, "patterns", "none of its own");
    }
    if bypass.exceptions.is_empty() {
        note(text, "exceptions", "none");
    }
    text.push_str("\n[bypass.rules]\n");
    for (id, _) in RULES {
        let key = shown(&Value::from(id));
        line(text, &key, bypass.level(id).name());
    }
    // There are many of these: those with their default level are not shown.
    for (id, default) in CHANGE_RULES {
        let level = bypass.level(id);
        if level != default {
            line(text, &shown(&Value::from(id)), level.name());
        }
    }
    for pattern in &bypass.patterns {
        text.push_str("\n[[bypass.patterns]]\n");
        line(text, "id", pattern.id.as_str());
        line(text, "pattern", pattern.pattern.text.as_str());
        paths(text, "files", &pattern.files, "all");
        line(text, "in", pattern.place.name());
        line(text, "level", pattern.level.name());
        line(text, "message", pattern.message.as_str());
        line(text, "help", pattern.help.as_str());
    }
    for exception in &bypass.exceptions {
        text.push_str("\n[[bypass.exceptions]]\n");
        line(text, "rule", exception.rule.as_str());
        line(text, "files", exception.files.patterns.clone());
        line(text, "reason", exception.reason.as_str());
        line(text, "until", exception.until.to_string());
    }
}
