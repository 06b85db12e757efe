//! Whether a repository is shared by several users.

use super::Repository;

impl Repository {
    /// Whether the group of the repository's files may write to it (git-config(1),
    /// `core.sharedRepository`). Only the repository's own configuration counts, and no process is
    /// started: every hook asks.
    #[must_use]
    pub(crate) fn is_shared(&self) -> bool {
        let file = self.common_dir.join("config");
        let value = git2::Config::open(&file)
            .and_then(|mut config| config.snapshot())
            .and_then(|config| config.get_str("core.sharedrepository").map(str::to_owned));
        value.is_ok_and(|value| is_for_group(&value))
    }
}

/// What git makes of a value of `core.sharedRepository`.
fn is_for_group(value: &str) -> bool {
    /// The bits of a mode that are the group's.
    const GROUP: u32 = 0o060;
    match value.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" | "2" | "group" | "all" | "world" | "everybody" => true,
        mode => u32::from_str_radix(mode, 8).is_ok_and(|mode| mode & GROUP != 0),
    }
}

#[cfg(test)]
mod tests {
    use super::is_for_group;

    #[test]
    fn values_are_read_as_git_reads_them() {
        for value in ["group", "true", "1", "all", "world", "2", "0660", "0640"] {
            assert!(is_for_group(value), "{value}");
        }
        for value in ["umask", "false", "0", "0600", "", "none"] {
            assert!(!is_for_group(value), "{value}");
        }
    }
}
