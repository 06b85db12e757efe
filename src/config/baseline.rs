//! `gates.baseline`: the findings of gates that were there when the project adopted them. They stop no
//! commit, and each line that goes is one that cannot come back without a `Gate-Change`.
//!
//! A line is one kind of finding in one file: the gate, the path, the rule, how many there are, and the
//! mark, with tabs in between. Lines are sorted. A path has `%XX` for bytes that do not fit into a line of
//! text. The mark depends neither on the path nor on line numbers, so that both may change.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use crate::base::fault::{Fault, Result};
use crate::base::text::{clean_line, count, show_path};
use crate::model::fingerprint::{Fingerprint, Sighting};
use crate::model::gate::GateName;

/// The name of the file, at the top of the work tree.
pub(crate) const BASELINE_NAME: &str = "gates.baseline";

/// The first lines of the file.
const HEADING: &str = "\
# Known findings of the gates in gates.toml, which do not stop a commit: `gatekeeper baseline` writes them.
# gate, path, rule, number, mark; a commit that adds to them needs the trailer `Gate-Change: reason`.
";

/// What says nothing of the finding, in place of its rule.
const NO_RULE: &str = "-";

/// One kind of finding in one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    gate: String,
    path: PathBuf,
    what: String,
    mark: Fingerprint,
}

/// The known findings of a project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Baseline {
    kinds: BTreeMap<Kind, u32>,
}

/// What a baseline says of the findings of a gate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Compared {
    /// For each finding, whether it is known, or only a note.
    pub(crate) known: Vec<bool>,
    /// What is known and was not found: path, rule and number.
    pub(crate) fixed: Vec<String>,
}

impl Baseline {
    /// Reads the text of the file.
    ///
    /// # Errors
    ///
    /// A line is not as `gatekeeper baseline` writes it.
    pub(crate) fn parse(text: &[u8]) -> Result<Self> {
        let mut baseline = Self::default();
        for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            let read = std::str::from_utf8(line).ok().and_then(kind);
            let (kind, number) = read.ok_or_else(|| unreadable(index + 1))?;
            let sum = baseline.kinds.entry(kind).or_default();
            *sum = sum.saturating_add(number);
        }
        Ok(baseline)
    }

    /// The text of the file; empty if nothing is known.
    #[must_use]
    pub(crate) fn text(&self) -> String {
        let mut lines = Vec::new();
        for (kind, number) in &self.kinds {
            let Kind {
                gate, what, mark, ..
            } = kind;
            let path = escaped(&kind.path);
            lines.push(format!("{gate}\t{path}\t{what}\t{number}\t{mark}\n"));
        }
        if lines.is_empty() {
            return String::new();
        }
        lines.sort();
        format!("{HEADING}{}", lines.concat())
    }

    /// Replaces what is known of a gate by what was found. `is_secret`: whether a message might hold
    /// something that must not be in a file that git tracks.
    pub(crate) fn set(&mut self, gate: &GateName, found: &[Sighting], is_secret: bool) {
        self.kinds.retain(|kind, _| kind.gate != gate.as_str());
        for sighting in found.iter().filter(|sighting| !sighting.is_note) {
            let is_rule = !sighting.what.contains(' ');
            let what = match &*sighting.what {
                "" => NO_RULE,
                _ if is_secret && !is_rule => NO_RULE,
                what => what,
            };
            let kind = Kind {
                gate: gate.as_str().to_owned(),
                path: sighting.path.to_path_buf(),
                what: clean_line(what.as_bytes()).replace('\t', " "),
                mark: sighting.mark,
            };
            *self.kinds.entry(kind).or_default() += 1;
        }
    }

    /// How many findings of a gate are known.
    #[must_use]
    pub(crate) fn number(&self, gate: &str) -> u64 {
        let kinds = self.kinds.iter().filter(|(kind, _)| kind.gate == gate);
        kinds.map(|(_, number)| u64::from(*number)).sum()
    }

    /// Forgets what is known of gates that are not these.
    pub(crate) fn keep_gates(&mut self, is_kept: impl Fn(&str) -> bool) {
        self.kinds.retain(|kind, _| is_kept(&kind.gate));
    }

    /// Whether exactly the same is known of a gate.
    #[must_use]
    pub(crate) fn is_same_of(&self, other: &Self, gate: &str) -> bool {
        let of = |baseline: &Self| -> Vec<(Kind, u32)> {
            let kinds = baseline.kinds.iter().filter(|(kind, _)| kind.gate == gate);
            kinds
                .map(|(kind, number)| (kind.clone(), *number))
                .collect()
        };
        of(self) == of(other)
    }

    /// Which findings of a gate are known, and which known ones are gone. A file that is not there any
    /// more has another name, or its findings are gone: what is known of it holds in any file, as often
    /// as it was found there. `is_there` says whether there is a file at a path, `is_checked` whether the
    /// gate has looked at it.
    #[must_use]
    pub(crate) fn compare(
        &self,
        gate: &str,
        found: &[Sighting],
        is_there: impl Fn(&Path) -> bool,
        is_checked: impl Fn(&Path) -> bool,
    ) -> Compared {
        let is_left = |path: &Path| !path.as_os_str().is_empty() && !is_there(path);
        let mut here: HashMap<(&Path, Fingerprint), u32> = HashMap::new();
        let mut elsewhere: HashMap<Fingerprint, u32> = HashMap::new();
        for (kind, number) in self.kinds.iter().filter(|(kind, _)| kind.gate == gate) {
            let left = if is_left(&kind.path) {
                elsewhere.entry(kind.mark).or_default()
            } else {
                here.entry((&kind.path, kind.mark)).or_default()
            };
            *left = left.saturating_add(*number);
        }
        let take = |left: Option<&mut u32>| match left {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        };
        let mut known = Vec::with_capacity(found.len());
        for sighting in found {
            let place = (&*sighting.path, sighting.mark);
            known.push(
                sighting.is_note
                    || take(here.get_mut(&place))
                    || take(elsewhere.get_mut(&sighting.mark)),
            );
        }
        let mut fixed = Vec::new();
        for kind in self.kinds.keys().filter(|kind| kind.gate == gate) {
            let left = if is_left(&kind.path) {
                elsewhere.remove(&kind.mark)
            } else {
                here.remove(&(&*kind.path, kind.mark))
            };
            let is_looked_at = is_left(&kind.path) || is_checked(&kind.path);
            if let Some(left) = left.filter(|left| *left > 0 && is_looked_at) {
                let times = if left > 1 {
                    format!(" ({left} times)")
                } else {
                    String::new()
                };
                fixed.push(format!("{} {}{times}", show_path(&kind.path), kind.what));
            }
        }
        Compared { known, fixed }
    }

    /// What is known after a change that was not known before it, for each gate that has more than
    /// before: how many, in words. A finding that has only moved to another file is none.
    #[must_use]
    pub(crate) fn grown_since(&self, before: &Self) -> Vec<(String, String)> {
        let sums = |baseline: &Self| {
            let mut sums: BTreeMap<(String, Fingerprint), u64> = BTreeMap::new();
            for (kind, number) in &baseline.kinds {
                let sum = sums.entry((kind.gate.clone(), kind.mark)).or_default();
                *sum += u64::from(*number);
            }
            sums
        };
        let earlier = sums(before);
        let mut grown: BTreeMap<String, u64> = BTreeMap::new();
        for (key, now) in sums(self) {
            let more = now.saturating_sub(earlier.get(&key).copied().unwrap_or(0));
            if more > 0 {
                *grown.entry(key.0).or_default() += more;
            }
        }
        let in_words = |(gate, more)| {
            let more = count(usize::try_from(more).unwrap_or(usize::MAX), "known finding");
            (gate, more)
        };
        grown.into_iter().map(in_words).collect()
    }
}

fn kind(line: &str) -> Option<(Kind, u32)> {
    let mut fields = line.split('\t');
    let (gate, path, what) = (fields.next()?, fields.next()?, fields.next()?);
    let (number, mark) = (fields.next()?, fields.next()?);
    let kind = Kind {
        gate: GateName::parse(gate)?.as_str().to_owned(),
        path: unescaped(path)?,
        what: what.to_owned(),
        mark: Fingerprint::parse(mark)?,
    };
    let number: u32 = number.parse().ok()?;
    (fields.next().is_none() && number > 0).then_some((kind, number))
}

fn unreadable(line: usize) -> Fault {
    Fault::usage(format!(
        "{BASELINE_NAME}:{line}: this is not a line that `gatekeeper baseline` writes"
    ))
    .hint(format!(
        "if there is a conflict in {BASELINE_NAME}, keep the lines of both sides, then run `gatekeeper \
         baseline`; otherwise restore it with `git restore {BASELINE_NAME}`"
    ))
}

/// A path as a field: `%XX` for what is not UTF-8, for control characters and for `%`.
fn escaped(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            if character.is_control() || character == '%' {
                let mut bytes = [0; 4];
                for byte in character.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(text, "%{byte:02X}");
                }
            } else {
                text.push(character);
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn unescaped(text: &str) -> Option<PathBuf> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let digits = part.get(..2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    Some(PathBuf::from(OsStr::from_bytes(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fingerprint::Saying;

    fn found(path: &str, rule: &str, line: &str) -> Sighting {
        Sighting {
            path: Path::new(path).into(),
            line: None,
            what: rule.into(),
            is_note: false,
            mark: Saying::new(Some(rule), "")
                .about(b"", line.as_bytes())
                .at(0),
        }
    }

    fn baseline(found: &[Sighting]) -> Baseline {
        let mut baseline = Baseline::default();
        baseline.set(&GateName::new("lint").unwrap(), found, false);
        baseline
    }

    #[test]
    fn what_is_written_is_read() {
        let odd = [
            found("a b/%\t\u{e4}.py", "F401", "import os"),
            found("a.py", "F401", "import os"),
            found("a.py", "F401", "import os"),
            found("", "", "x"),
        ];
        let known = baseline(&odd);
        let text = known.text();
        assert!(
            text.contains("lint\ta b/%25%09\u{e4}.py\tF401\t1\t"),
            "{text}"
        );
        assert!(text.contains("lint\ta.py\tF401\t2\t"), "{text}");
        assert_eq!(Baseline::parse(text.as_bytes()).unwrap(), known);
        assert_eq!(Baseline::default().text(), "");
        let latin = Path::new(OsStr::from_bytes(b"a\xff"));
        assert_eq!(unescaped(&escaped(latin)).as_deref(), Some(latin));
    }

    #[test]
    fn what_was_not_written_by_us_is_refused() {
        let mark = "0".repeat(32);
        for line in [
            "<<<<<<< HEAD".to_owned(),
            format!("lint\ta.py\tF401\t0\t{mark}"),
            format!("lint\ta.py\tF401\t1\t{mark}\tmore"),
            format!("lint\ta%zz.py\tF401\t1\t{mark}"),
            format!("li nt\ta.py\tF401\t1\t{mark}"),
            "lint\ta.py\tF401\t1\t00".to_owned(),
        ] {
            assert!(Baseline::parse(line.as_bytes()).is_err(), "{line}");
        }
    }

    #[test]
    fn as_many_findings_are_known_as_there_were() {
        let one = found("a.py", "F401", "import os");
        let known = baseline(&[one.clone(), one.clone()]);
        let compare = |found: &[Sighting]| known.compare("lint", found, |_| true, |_| true);
        let all = [one.clone(), one.clone(), one.clone()];
        assert_eq!(compare(&all).known, [true, true, false]);
        assert_eq!(compare(&all[..1]).fixed, ["a.py F401"]);
        assert_eq!(compare(&[]).fixed, ["a.py F401 (2 times)"]);
        assert_eq!(
            compare(&[found("b.py", "F401", "import os")]).known,
            [false]
        );
        let other = known.compare("types", &all, |_| true, |_| true);
        assert_eq!(other.known, [false, false, false]);
    }

    #[test]
    fn a_file_that_is_gone_may_have_another_name() {
        let known = baseline(&[found("a.py", "F401", "import os")]);
        let renamed = found("b.py", "F401", "import os");
        let compared = known.compare(
            "lint",
            &[renamed.clone(), renamed],
            |path| path != Path::new("a.py"),
            |_| true,
        );
        assert_eq!(compared.known, [true, false]);
        assert!(compared.fixed.is_empty());
    }

    #[test]
    fn only_more_of_the_same_is_more() {
        let [a, b] = ["a.py", "b.py"].map(|path| found(path, "F401", "import os"));
        let more = |after: &[&Sighting], before: &Sighting| {
            let after: Vec<Sighting> = after.iter().copied().cloned().collect();
            baseline(&after).grown_since(&baseline(std::slice::from_ref(before)))
        };
        assert!(more(&[&b], &a).is_empty());
        assert!(more(&[], &a).is_empty());
        let one = [("lint".to_owned(), "1 known finding".to_owned())];
        assert_eq!(more(&[&a, &b], &a), one);
        assert_eq!(more(&[&found("a.py", "F401", "import re")], &a), one);
    }
}
