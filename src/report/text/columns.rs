//! The columns in which gates are listed: word, name, time, remark.

use console::measure_text_width;

use crate::report::style::Style;

/// The column of words is as wide as the longest of them.
pub(super) const WORD: usize = 15;

/// The column of labels in a block about one gate, as in `command`.
pub(super) const LABEL: usize = 9;

/// The width that names may take in any terminal that is wide enough for columns.
const NAME: usize = 24;

/// The width that a long name keeps in a narrow terminal, before the time after it is cut instead.
const LEAST_NAME: usize = 8;

/// What a line needs besides the name and its time, with room for the beginning of a remark.
const BESIDE_NAME: usize = WORD + 2 + 2 + 6 + 2 + 16;

/// A value whose second line and every later one begin in the column of the first, as those of a
/// script with several lines.
pub(super) fn indented(value: &str, column: usize) -> String {
    value.replace('\n', &format!("\n{:column$}", ""))
}

/// How the lines of one run are laid out, so that those of running gates and those of gates that
/// have ended stand in the same columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    pub(super) style: Style,
    pub(super) name_width: usize,
}

impl Columns {
    /// The columns for names of which the longest has this length: what no terminal cuts has one column
    /// for all, and in a terminal there is room for the remark, too.
    pub(super) fn new(style: Style, longest: usize) -> Self {
        let most = style
            .width
            .map(|width| width.saturating_sub(BESIDE_NAME).max(NAME));
        Self {
            style,
            name_width: longest.min(most.unwrap_or(longest)),
        }
    }

    /// One line, as long as it is. In a narrow terminal there are no columns: they would leave no
    /// room for the text.
    pub(super) fn whole_line(self, word: &str, name: &str, time: &str, remark: &str) -> String {
        let width = self.name_width;
        let line = if self.style.is_narrow() {
            let name = self.narrow_name(word, name, time);
            let words = [word.trim_start(), &name, time].map(str::trim);
            words
                .into_iter()
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        } else {
            format!("{word}  {:<width$}  {time:>6}", short_name(name, width))
        };
        let line = if remark.is_empty() {
            line
        } else {
            format!("{line}  {}", self.style.faint(remark))
        };
        line.trim_end().to_owned()
    }

    /// A name in a narrow terminal: the time comes before the whole of a long name, with room for the sign
    /// that a remark is cut.
    fn narrow_name(self, word: &str, name: &str, time: &str) -> String {
        let others = measure_text_width(word.trim()) + 1 + measure_text_width(time.trim()) + 1;
        let room = self
            .style
            .width
            .unwrap_or_default()
            .saturating_sub(others + 1);
        short_name(name, room.max(LEAST_NAME))
    }

    /// One line, cut to the width of the terminal.
    pub(super) fn line(self, word: &str, name: &str, time: &str, remark: &str) -> String {
        self.style.fit(&self.whole_line(word, name, time, remark))
    }

    /// A word, and after it text that needs no further column, cut to the width of the terminal.
    pub(super) fn text(self, word: &str, text: &str) -> String {
        if self.style.is_narrow() {
            return self.style.fit(format!("{word} {text}").trim_start());
        }
        self.style.fit(&format!("{word}  {text}"))
    }

    /// A word in its column.
    pub(super) fn padded(self, word: &str) -> String {
        if self.style.is_narrow() {
            word.to_owned()
        } else {
            format!("{word:>WORD$}")
        }
    }
}

/// A name that fits into a column. Beginning and end are shown, since related gates differ in either.
fn short_name(name: &str, width: usize) -> String {
    let length = name.chars().count();
    if length <= width || width == 0 {
        return name.to_owned();
    }
    let end = (width - 1) / 2;
    let begin: String = name.chars().take(width - 1 - end).collect();
    let end: String = name.chars().skip(length - end).collect();
    format!("{begin}\u{2026}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "checks-of-the-documentation-for-all-languages-and-links";

    fn lines(width: Option<usize>) -> Vec<String> {
        let style = Style {
            width,
            ..Style::PLAIN
        };
        let columns = Columns::new(style, LONG.len());
        let line = |name| columns.line(&columns.padded("passed"), name, "0.12s", "remark");
        [LONG, "lint"].map(line).to_vec()
    }

    #[test]
    fn names_and_times_stand_in_columns_at_any_width() {
        assert_eq!(LONG.len(), 55);
        let cases: [(Option<usize>, [&str; 2]); 5] = [
            (
                None,
                [
                    "         passed  checks-of-the-documentation-for-all-languages-and-links   0.12s  remark",
                    "         passed  lint                                                      0.12s  remark",
                ],
            ),
            (
                Some(200),
                [
                    "         passed  checks-of-the-documentation-for-all-languages-and-links   0.12s  remark",
                    "         passed  lint                                                      0.12s  remark",
                ],
            ),
            (
                Some(80),
                [
                    "         passed  checks-of-the-docu\u{2026}anguages-and-links   0.12s  remark",
                    "         passed  lint                                    0.12s  remark",
                ],
            ),
            (
                Some(60),
                [
                    "         passed  checks-of-th\u{2026}s-and-links   0.12s  remark",
                    "         passed  lint                       0.12s  remark",
                ],
            ),
            (
                Some(40),
                [
                    "passed checks-of-the\u{2026}es-and-links 0.12s\u{2026}",
                    "passed lint 0.12s  remark",
                ],
            ),
        ];
        for (width, expected) in cases {
            assert_eq!(lines(width), expected, "{width:?}");
        }
    }
}
