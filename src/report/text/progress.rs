//! Draws the live view on a terminal, below the permanent output.
//!
//! The cursor rests at the beginning of the view, not after its end, and is never hidden. So the
//! view is wiped by erasing from the cursor on, wherever a resize has broken its lines or moved it
//! to; and any other output on the screen, such as a shell's prompt after Ctrl-Z, is never taken
//! for a part of the view and erased with it.

use std::fmt::Write as _;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use super::live::Live;
use super::reporter::TextReporter;
use crate::event::Event;
use crate::plan::Plan;
use crate::report::terminal::{WIPE, say};

/// How often the view is drawn when nothing happens.
const TICK: Duration = Duration::from_millis(100);

/// Shows gates as they run and end, until there are no more events. Then the view is gone.
pub(crate) fn follow(report: &mut TextReporter, plan: &Plan, events: &Receiver<Event>) {
    let view = LiveView::new();
    let mut live = Live::new(plan);
    loop {
        let first = events.recv_timeout(TICK);
        if first == Err(RecvTimeoutError::Disconnected) {
            break;
        }
        let now = Instant::now();
        let size = view.measure();
        if let Some((_, columns)) = size {
            report.set_width(columns.into());
        }
        let mut output = String::new();
        // Many gates may start or end at once, and need only one drawing.
        for event in first.into_iter().chain(events.try_iter()) {
            live.note(&event, now);
            output.push_str(&report.event(&event));
        }
        let lines = size.map(|(rows, _)| live.lines(report.columns(), rows.into(), now));
        view.show(&output, &lines.unwrap_or_default());
    }
    view.measure();
    view.bar.finish_and_clear();
}

/// The view on the terminal.
struct LiveView {
    terminal: Term,
    bar: ProgressBar,
    region: Region,
}

impl LiveView {
    fn new() -> Self {
        let region = Region::default();
        let target = ProgressDrawTarget::term_like(Box::new(region.clone()));
        let bar = ProgressBar::with_draw_target(None, target);
        // The template has only a place for our message.
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        Self {
            terminal: Term::stderr(),
            bar,
            region,
        }
    }

    /// The rows and columns that there are; `None` if the screen is not ours to draw on.
    fn measure(&self) -> Option<(u16, u16)> {
        let mut state = self.region.state();
        if crate::platform::is_in_background(io::stderr()) {
            // Another program has the cursor now.
            state.is_drawn = false;
            return None;
        }
        let size = self.terminal.size_checked();
        state.size = size.unwrap_or(state.size);
        size
    }

    /// Prints permanent output, and shows the view below it.
    fn show(&self, output: &str, lines: &[String]) {
        self.region.state().output.push_str(output);
        self.bar.set_message(lines.join("\n"));
    }
}

/// The target that indicatif draws on: it collects the lines of one drawing and writes them to the
/// terminal in one piece.
///
/// indicatif would find the beginning of its drawing by counting lines upwards, and end lines by
/// filling them up. After a resize neither is right, so only the text of the lines counts here.
#[derive(Debug, Clone, Default)]
struct Region(Arc<Mutex<LiveState>>);

#[derive(Debug, Default)]
struct LiveState {
    /// Rows and columns.
    size: (u16, u16),
    is_drawn: bool,
    output: String,
    lines: Vec<String>,
}

impl Region {
    fn state(&self) -> MutexGuard<'_, LiveState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TermLike for Region {
    fn width(&self) -> u16 {
        self.state().size.1
    }

    fn height(&self) -> u16 {
        self.state().size.0
    }

    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, line: &str) -> io::Result<()> {
        self.write_str(line)
    }

    fn write_str(&self, line: &str) -> io::Result<()> {
        if !line.trim().is_empty() {
            self.state().lines.push(line.to_owned());
        }
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        let mut state = self.state();
        let output = std::mem::take(&mut state.output);
        let lines = std::mem::take(&mut state.lines);
        let text = drawing(state.is_drawn, &output, &lines);
        state.is_drawn = !lines.is_empty();
        if !text.is_empty() {
            say(&text);
        }
        Ok(())
    }
}

/// The bytes that take the screen from one view to the next, with permanent output above it.
///
/// Lines are written over the old ones, and the rest of those is erased after them, so that nothing
/// ever blinks.
fn drawing(is_drawn: bool, output: &str, lines: &[String]) -> String {
    let mut text = String::new();
    if is_drawn && (lines.is_empty() || !output.is_empty()) {
        text.push_str(WIPE);
    }
    text.push_str(output);
    for (number, line) in lines.iter().enumerate() {
        let feed = if number == 0 { "" } else { "\n" };
        let _ = write!(text, "{feed}\r{line}\x1b[K");
    }
    match lines.len() {
        0 => {}
        1 => text.push_str("\x1b[J\r"),
        count => {
            let _ = write!(text, "\x1b[J\r\x1b[{}A", count - 1);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use super::*;

    const ROWS: NonZero<u16> = NonZero::new(5).unwrap();
    const COLUMNS: NonZero<u16> = NonZero::new(20).unwrap();

    /// The permanent output, and the lines of the view below it.
    type Step<'a> = (&'a str, &'a [&'a str]);

    /// What is on a screen of 5 rows after some drawings, with the place of the cursor.
    fn screen(drawings: &[Step<'_>]) -> (String, (u16, u16)) {
        let mut terminal = vt100::Parser::new(ROWS, COLUMNS, 0);
        let mut is_drawn = false;
        for (output, lines) in drawings {
            let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            let text = drawing(is_drawn, output, &lines);
            // The terminal driver begins lines at their beginning.
            terminal.process(text.replace('\n', "\r\n").as_bytes());
            is_drawn = !lines.is_empty();
        }
        let screen = terminal.screen();
        assert!(!screen.hide_cursor());
        (screen.contents(), screen.cursor_position())
    }

    #[test]
    fn one_view_follows_another() {
        assert_eq!(drawing(false, "", &[]), "");
        assert_eq!(drawing(false, "said\n", &[]), "said\n");
        let cases: [(&[Step<'_>], &str, (u16, u16)); 6] = [
            (&[("", &["a 1s", "b 1s"])], "a 1s\nb 1s", (0, 0)),
            (
                &[("head\n", &[]), ("", &["long a", "b"]), ("", &["b", "c"])],
                "head\nb\nc",
                (1, 0),
            ),
            (
                &[("", &["a", "b", "c"]), ("a passed\n", &["b"])],
                "a passed\nb",
                (1, 0),
            ),
            (&[("", &["long a", "b"]), ("", &["c"])], "c", (0, 0)),
            (&[("", &["a", "b"]), ("", &[])], "", (0, 0)),
            (
                &[
                    ("1\n2\n3\n4\n", &["a", "b", "c"]),
                    ("", &["a", "b"]),
                    ("5\n", &["b"]),
                ],
                "3\n4\n5\nb",
                (3, 0),
            ),
        ];
        for (drawings, expected, cursor) in cases {
            let expected = (expected.to_owned(), cursor);
            assert_eq!(screen(drawings), expected, "{drawings:?}");
        }
    }
}
