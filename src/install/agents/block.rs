//! A part of ours in a text file that others write, between two marks.

/// The lines around a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks {
    begin: &'static str,
    end: &'static str,
}

/// Those in Markdown.
pub(super) const MARKDOWN: Marks = Marks {
    begin: "<!-- gatekeeper: begin -->",
    end: "<!-- gatekeeper: end -->",
};

/// Those in YAML.
pub(super) const YAML: Marks = Marks {
    begin: "# gatekeeper: begin",
    end: "# gatekeeper: end",
};

impl Marks {
    /// The text with our part in it: where it was, or at the end.
    pub(super) fn put(self, before: Option<&str>, part: &str) -> Result<String, String> {
        let block = format!("{}\n{part}{}\n", self.begin, self.end);
        let Some(before) = before.filter(|text| !text.is_empty()) else {
            return Ok(block);
        };
        if let Some((begin, end)) = self.place(before)? {
            return Ok(format!("{}{block}{}", &before[..begin], &before[end..]));
        }
        let gap = match before {
            text if text.ends_with("\n\n") => "",
            text if text.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        Ok(format!("{before}{gap}{block}"))
    }

    /// The text without our part; `None` if nothing else is in it.
    pub(super) fn take(self, before: &str) -> Result<Option<String>, String> {
        let Some((begin, end)) = self.place(before)? else {
            return Ok(Some(before.to_owned()));
        };
        let (head, tail) = (&before[..begin], &before[end..]);
        // The blank line before it came with it.
        let head = if tail.is_empty() {
            head.strip_suffix("\n\n")
                .map_or(head.to_owned(), |head| format!("{head}\n"))
        } else {
            head.to_owned()
        };
        let rest = head + tail;
        Ok((!rest.trim().is_empty()).then_some(rest))
    }

    /// Where our part is, with the marks.
    fn place(self, text: &str) -> Result<Option<(usize, usize)>, String> {
        let line = |mark: &str, from: usize| {
            let mut at = from;
            for line in text[from..].split_inclusive('\n') {
                if line.trim_end() == mark {
                    return Some((at, at + line.len()));
                }
                at += line.len();
            }
            None
        };
        let Some((begin, after)) = line(self.begin, 0) else {
            return Ok(None);
        };
        let (_, end) = line(self.end, after)
            .ok_or_else(|| format!("`{}` is not followed by `{}`", self.begin, self.end))?;
        Ok(Some((begin, end)))
    }

    /// Whether a text has our part.
    pub(super) fn is_in(self, text: &str) -> bool {
        matches!(self.place(text), Ok(Some(_)))
    }

    /// The text without our part, for a look at what others have in it.
    pub(super) fn others(self, text: &str) -> String {
        match self.place(text) {
            Ok(Some((begin, end))) => format!("{}{}", &text[..begin], &text[end..]),
            _ => text.to_owned(),
        }
    }
}
