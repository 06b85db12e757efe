//! Reads bytes as a commit message under settings that the first bytes choose.

#![no_main]

use gatekeeper::internals::{Editor, ParsedMessage, MessageSettings, clean, parse};
use libfuzzer_sys::fuzz_target;

type Entries<'e> = &'e [(&'e str, &'e str)];

const COMMENTS: [Entries<'_>; 8] = [
    &[],
    &[("core.commentChar", ";")],
    &[("core.commentString", "//")],
    &[("core.commentString", "note")],
    &[("core.commentString", "# ")],
    &[("core.commentChar", "S")],
    &[("core.commentChar", " ")],
    &[("core.commentChar", "auto")],
];

const TRAILERS: [Entries<'_>; 8] = [
    &[],
    &[("trailer.separators", ":=%")],
    &[("trailer.separators", "%")],
    &[("trailer.separators", " y")],
    &[("trailer.separators", "")],
    &[("trailer.sign.key", "Signed-off-by")],
    &[("trailer.fix.key", "Fixes #"), ("trailer.separators", "#:")],
    &[("trailer.Key.where", "end")],
];

const CLEANUPS: [Entries<'_>; 6] = [
    &[],
    &[("commit.cleanup", "strip")],
    &[("commit.cleanup", "whitespace")],
    &[("commit.cleanup", "verbatim")],
    &[("commit.cleanup", "scissors")],
    &[("commit.verbose", "true")],
];

fuzz_target!(|data: &[u8]| {
    let [comment, trailers, cleanup, file @ ..] = data else {
        return;
    };
    let entries = [
        COMMENTS[usize::from(*comment) % COMMENTS.len()],
        TRAILERS[usize::from(*trailers) % TRAILERS.len()],
        CLEANUPS[usize::from(*cleanup) % CLEANUPS.len()],
    ]
    .concat();
    let entries = entries.into_iter().map(|(key, value)| (key, Some(value)));
    let editor = if *cleanup < 128 {
        Editor::Used
    } else {
        Editor::NotUsed
    };
    let settings = MessageSettings::from_config(entries, editor);
    check_text(file, &settings);
    check_clean(file, &settings);
});

/// The clean-up comes to rest, and its lines come from lines of the file.
fn check_clean(file: &[u8], settings: &MessageSettings) {
    let cleaned = clean(file, settings);
    assert!(cleaned.text.len() <= file.len() + 1);
    let feeds = |text: &[u8]| text.iter().filter(|byte| **byte == b'\n').count();
    let mut last = 0;
    for line in 1..=feeds(&cleaned.text) {
        let origin = cleaned.line_in_file(line);
        assert!(origin > last && origin <= feeds(file) + 1);
        last = origin;
    }
    check_text(&cleaned.text, settings);
    // White space at its end hides a cut line from the first round, so two may be needed. What
    // git's help is written with can only be guessed while it is there.
    if settings.comment_in_file(file) == settings.comment_in_file(&cleaned.text) {
        let twice = clean(&cleaned.text, settings).text;
        if settings.comment_in_file(file) == settings.comment_in_file(&twice) {
            assert_eq!(clean(&twice, settings).text, twice);
        }
    }
}

/// Ranges are in order and in bounds, and trailers written down are the same trailers.
fn check_text(text: &[u8], settings: &MessageSettings) {
    let _ = settings.encoding.decode(text);
    let message = parse(text, settings);
    let end = message.text.len();
    assert!(end <= text.len());
    assert!(message.subject.start <= message.subject.end);
    assert!(message.subject.end <= message.body.start);
    assert_eq!(message.body.end, end);
    assert!(message.block.start <= message.block.end && message.block.end <= end);
    assert!(message.subject_line().len() <= message.subject.len());
    let mut last = message.block.start;
    for trailer in &message.trailers {
        assert!(last <= trailer.range.start && trailer.range.start < trailer.range.end);
        last = trailer.range.end;
        assert!(!trailer.key.is_empty() && trailer.value.len() < trailer.range.len());
        let before = &message.text[..trailer.range.start];
        let feeds = before.iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(trailer.line, feeds + 1);
        let _ = settings.reported_key(trailer.key);
    }
    assert!(last <= message.block.end);
    check_again(&message, settings);
}

fn check_again(message: &ParsedMessage<'_>, settings: &MessageSettings) {
    let mut written = b"title\n\n".to_vec();
    for trailer in &message.trailers {
        written.extend_from_slice(trailer.key);
        written.extend([trailer.separator, b' ']);
        written.extend_from_slice(&trailer.value);
        written.push(b'\n');
    }
    let again = parse(&written, settings);
    assert_eq!(again.trailers.len(), message.trailers.len());
    for (again, trailer) in again.trailers.iter().zip(&message.trailers) {
        assert_eq!(again.key, trailer.key);
        assert_eq!(again.separator, trailer.separator);
        assert_eq!(again.value, trailer.value);
    }
}
