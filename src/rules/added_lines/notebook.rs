//! Jupyter notebooks: the Python in their cells of code, as a text of its own.

use std::fmt::Write as _;

use serde_json::Value;

/// The code of a notebook.
pub(super) struct NotebookCode {
    /// The code of all cells.
    pub(super) text: Vec<u8>,
    /// For each of its lines, the line of the notebook that holds it, counted from 1.
    pub(super) lines: Vec<usize>,
}

/// Takes the code out of a notebook. Where a line of code stands in the file is found by its text, in the
/// order of the cells; `None` if the file is not a notebook.
pub(super) fn code(notebook: &[u8]) -> Option<NotebookCode> {
    let document: Value = serde_json::from_slice(notebook).ok()?;
    let file = String::from_utf8_lossy(notebook);
    let mut file_lines = file.lines().enumerate().peekable();
    let mut code = NotebookCode {
        text: Vec::new(),
        lines: Vec::new(),
    };
    let mut here = 1;
    for cell in document.get("cells")?.as_array()? {
        let is_code = cell.get("cell_type").and_then(Value::as_str) == Some("code");
        let source = match cell.get("source") {
            Some(Value::String(source)) => vec![source.as_str()],
            Some(Value::Array(lines)) => lines.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        for part in source {
            let quoted = Value::from(part).to_string();
            let holds = |line: &str| {
                line.contains(&quoted) || ascii(&quoted).is_some_and(|ascii| line.contains(&ascii))
            };
            let mut ahead = file_lines.clone();
            // Several parts may stand on one line.
            let is_here = here > 0 && file.lines().nth(here - 1).is_some_and(holds);
            if !is_here && let Some((number, _)) = ahead.find(|(_, line)| holds(line)) {
                here = number + 1;
                file_lines = ahead;
            }
            if !is_code {
                continue;
            }
            for line in part.split_inclusive('\n') {
                // What IPython runs itself is not Python.
                let is_magic = line.trim_start().starts_with(['%', '!']);
                let line = if is_magic {
                    ""
                } else {
                    line.trim_end_matches('\n')
                };
                code.text.extend(line.bytes());
                code.text.push(b'\n');
                code.lines.push(here);
            }
        }
    }
    Some(code)
}

/// The same string of JSON with everything escaped that is not ASCII, as Python writes it; `None` if there
/// is nothing to escape.
fn ascii(quoted: &str) -> Option<String> {
    if quoted.is_ascii() {
        return None;
    }
    let mut escaped = String::with_capacity(2 * quoted.len());
    let mut units = [0; 2];
    for character in quoted.chars() {
        if character.is_ascii() {
            escaped.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut units) {
            let _ = write!(escaped, "\\u{unit:04x}");
        }
    }
    Some(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_code_are_python_with_their_lines() {
        let notebook = r#"{
 "cells": [
  {
   "cell_type": "markdown",
   "source": ["import os  # noqa"]
  },
  {
   "cell_type": "code",
   "source": [
    "%matplotlib inline\n",
    "import os  # noqa\n",
    "x = '\u00e9'"
   ]
  },
  {"cell_type": "code", "source": "a = 1\nb = 2  # type: ignore"}
 ]
}"#;
        let code = code(notebook.as_bytes()).unwrap();
        let text = String::from_utf8(code.text).unwrap();
        assert_eq!(
            text,
            "\nimport os  # noqa\nx = '\u{e9}'\na = 1\nb = 2  # type: ignore\n"
        );
        assert_eq!(code.lines, [10, 11, 12, 15, 15]);
        assert!(super::code(b"{}").is_none());
        assert!(super::code(b"x").is_none());
    }
}
