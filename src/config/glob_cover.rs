//! Which globs match whatever other globs match, as far as that can be seen from their texts.

use crate::model::gate::PathSet;

/// The most texts that the alternatives of a glob are written out as.
const MOST: usize = 64;

/// Whether patterns match whatever others match. `false` if that is not known.
#[must_use]
pub(super) fn covers(wide: &PathSet, narrow: &PathSet) -> bool {
    let all = |set: &PathSet| -> Vec<String> {
        set.patterns
            .iter()
            .flat_map(|glob| alternatives(glob))
            .collect()
    };
    let wide = all(wide);
    let is_covered = |narrow: &String| wide.iter().any(|wide| covers_glob(wide, narrow));
    all(narrow).iter().all(is_covered)
}

/// Whether a glob without alternatives matches whatever another one matches.
fn covers_glob(wide: &str, narrow: &str) -> bool {
    if wide == narrow {
        return true;
    }
    // `!` and the like mean something else.
    let is_plain = |glob: &str| !glob.contains(['!', '\\', '{', '[']);
    if !(is_plain(wide) && is_plain(narrow)) {
        return false;
    }
    if matches!(wide, "**" | "**/*") {
        return true;
    }
    if let Some(dir) = wide
        .strip_suffix("/**")
        .filter(|dir| !dir.contains(['*', '?']))
    {
        let rest = narrow.strip_prefix(dir);
        return rest.is_some_and(|rest| rest.len() > 1 && rest.starts_with('/'));
    }
    match wide.strip_prefix("**/") {
        // The name of a file, in any directory.
        Some(name) if !name.contains('/') => {
            let last = narrow.rsplit('/').next().unwrap_or(narrow);
            last == name || covers_name(name, last)
        }
        Some(path) => {
            let above = narrow.strip_suffix(path);
            above.is_some_and(|above| above.is_empty() || above.ends_with('/'))
        }
        None => false,
    }
}

/// Whether a name of the form `*.ext` or `*` matches whatever another one matches.
fn covers_name(wide: &str, narrow: &str) -> bool {
    let Some(end) = wide.strip_prefix('*') else {
        return false;
    };
    // `**` as the last part stands for names of any kind.
    !narrow.contains("**") && !end.contains(['*', '?']) && narrow.ends_with(end)
}

/// A glob with each of its alternatives (`{a,b}`) written out.
fn alternatives(glob: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut left = vec![glob.to_owned()];
    while let Some(text) = left.pop() {
        let inner = text
            .find('}')
            .and_then(|end| Some((text[..end].rfind('{')?, end)));
        match inner {
            Some((begin, end)) if done.len() + left.len() < MOST => {
                let (before, after) = (&text[..begin], &text[end + 1..]);
                let parts = text[begin + 1..end].split(',');
                left.extend(parts.map(|part| format!("{before}{part}{after}")));
            }
            _ => done.push(text),
        }
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_that_match_more_are_known() {
        let covers = |wide: &[&str], narrow: &[&str]| {
            let [wide, narrow] = [wide, narrow].map(|globs| PathSet {
                patterns: globs.iter().map(|glob| (*glob).to_owned()).collect(),
                set: globset::GlobSet::empty(),
            });
            covers(&wide, &narrow)
        };
        for (wide, narrow) in [
            (&["a", "b"][..], &["a"][..]),
            (&["**"], &["src/**/*.py"]),
            (&["src/**"], &["src/**/*.py", "src/a"]),
            (&["**/*.py"], &["src/**/*.py", "*.py", "src/test_*.py"]),
            (&["**/*.{py,pyi}"], &["src/*.py"]),
            (&["**/*.py", "**/*.pyi"], &["**/*.{py,pyi}"]),
            (&["**/tests/*.py"], &["tests/*.py", "a/tests/*.py"]),
            (&[], &[]),
        ] {
            assert!(covers(wide, narrow), "{wide:?} {narrow:?}");
        }
        for (wide, narrow) in [
            (&["a"][..], &["a", "b"][..]),
            (&[], &["a"]),
            (&["src/**"], &["src", "src2/a", "**/*.py"]),
            (&["src/**/*.py"], &["**/*.py"]),
            (&["**/*.py"], &["**/*.{py,pyi}"]),
            (&["**/*.py"], &["src/**"]),
            (&["**/*.py"], &["src/*.[pq]y"]),
            (&["*.py"], &["src/a.py"]),
            (&["**/tests/*.py"], &["mytests/*.py"]),
        ] {
            assert!(!covers(wide, narrow), "{wide:?} {narrow:?}");
        }
    }
}
