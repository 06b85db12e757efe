//! The columns in which gates are listed: word, name, time, remark.

use crate::report::style::Style;

/// The column of words is as wide as the longest of them.
pub(super) const WORD: usize = 15;

/// The column of labels in a block about one gate, as in `command`.
pub(super) const LABEL: usize = 9;

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
    /// One line, as long as it is. In a narrow terminal there are no columns: they would leave no
    /// room for the text.
    pub(super) fn whole_line(self, word: &str, name: &str, time: &str, remark: &str) -> String {
        let width = self.name_width;
        let line = if self.style.is_narrow() {
            let words = [word.trim_start(), name, time].map(str::trim);
            words
                .into_iter()
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        } else {
            format!("{word}  {name:<width$}  {time:>6}")
        };
        let line = if remark.is_empty() {
            line
        } else {
            format!("{line}  {}", self.style.faint(remark))
        };
        line.trim_end().to_owned()
    }

    /// One line, cut to the width of the terminal.
    pub(super) fn line(self, word: &str, name: &str, time: &str, remark: &str) -> String {
        self.style.fit(&self.whole_line(word, name, time, remark))
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
