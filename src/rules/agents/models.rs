//! Distinguishes names of models from other names. The tables are data.

/// Families of models.
const FAMILIES: [&str; 18] = [
    "claude",
    "gpt",
    "chatgpt",
    "gemini",
    "gemma",
    "llama",
    "mistral",
    "mixtral",
    "codestral",
    "devstral",
    "deepseek",
    "qwen",
    "grok",
    "sonnet",
    "opus",
    "haiku",
    "kimi",
    "glm",
];

/// Other words that occur in a model's name.
const MODEL_WORDS: [&str; 24] = [
    "pro", "flash", "mini", "nano", "micro", "max", "ultra", "turbo", "preview", "latest",
    "instruct", "thinking", "reasoner", "chat", "coder", "codex", "large", "medium", "small",
    "lite", "high", "low", "exp", "fast",
];

/// Whether a text is the name of a model: a family, a version, and nothing but the words that
/// usually go with them.
pub(crate) fn is_model(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut has_family = false;
    let mut has_version = false;
    let is_gap = |c: char| c.is_whitespace() || matches!(c, '-' | '_' | '.' | '@');
    for word in lower.split(is_gap).filter(|word| !word.is_empty()) {
        let digits = word.trim_start_matches(|c: char| !c.is_ascii_digit());
        let letters = &word[..word.len() - digits.len()];
        let version = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_alphanumeric());
        let family = letters.strip_suffix('v').unwrap_or(letters);
        let is_family =
            FAMILIES.contains(&letters) || FAMILIES.contains(&family) || letters == "o" && version;
        if !(is_family || MODEL_WORDS.contains(&word) || version && letters.len() <= 1) {
            return false;
        }
        has_family |= is_family;
        has_version |= version;
    }
    has_family && has_version
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_distinguished_from_agents() {
        for model in [
            "claude-sonnet-4",
            "Claude Opus 4.5",
            "gemini-2.5-pro",
            "gpt4",
            "GPT-5",
        ] {
            assert!(is_model(model), "{model}");
        }
        for agent in [
            "claude",
            "claude-code",
            "gemini-cli",
            "gpt-4-reviewer",
            "v2",
            "a11y-checker",
        ] {
            assert!(!is_model(agent), "{agent}");
        }
    }
}
