//! Problems of a configuration, shown the way rustc shows errors.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::ConfigText;
use crate::base::fault::Fault;
use crate::base::text::count;

/// How many problems are shown of a file that has more.
const MAX_SHOWN: usize = 20;

/// One problem and its place. Boxed, since nearly every value is read without one.
#[derive(Debug, Clone)]
pub(super) struct Problem(Box<SourceLine>);

#[derive(Debug, Clone)]
struct SourceLine {
    /// The part of the file that it is about, in bytes.
    span: Range<usize>,
    /// What is wrong, as a fragment.
    title: String,
    /// The text next to the caret.
    label: String,
    /// What to do, or what would be right.
    help: Option<String>,
    /// Another place that is involved.
    related: Option<(Range<usize>, String)>,
}

impl Problem {
    pub(super) fn new(span: Range<usize>, title: impl Into<String>) -> Self {
        Self(Box::new(SourceLine {
            span,
            title: title.into(),
            label: String::new(),
            help: None,
            related: None,
        }))
    }

    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.0.label = label.into();
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    pub(super) fn related(mut self, span: Range<usize>, label: impl Into<String>) -> Self {
        self.0.related = Some((span, label.into()));
        self
    }

    pub(super) fn render(&self, text: &ConfigText) -> String {
        let problem = &self.0;
        let mut snippet = Snippet::source(text.text.as_str()).path(text.name.as_str());
        let primary = AnnotationKind::Primary.span(clamp(&problem.span, &text.text));
        snippet = snippet.annotation(if problem.label.is_empty() {
            primary
        } else {
            primary.label(problem.label.as_str())
        });
        if let Some((span, label)) = &problem.related {
            let context = AnnotationKind::Context.span(clamp(span, &text.text));
            snippet = snippet.annotation(context.label(label.as_str()));
        }
        let mut report: Vec<Group<'_>> = vec![
            Level::ERROR
                .primary_title(problem.title.as_str())
                .element(snippet),
        ];
        if let Some(help) = &problem.help {
            report.push(Group::with_title(
                Level::HELP.secondary_title(help.as_str()),
            ));
        }
        Renderer::plain()
            .decor_style(DecorStyle::Ascii)
            .render(&report)
    }
}

/// A span that lies inside the text and on the boundaries of its characters.
fn clamp(span: &Range<usize>, text: &str) -> Range<usize> {
    let floor = |index: usize| {
        let mut index = index.min(text.len());
        while !text.is_char_boundary(index) {
            index -= 1;
        }
        index
    };
    let start = floor(span.start);
    start..floor(span.end).max(start)
}

/// All problems of a configuration, in the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn add(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// What was read; if it could not be read, the problem is recorded.
    pub(super) fn keep<T>(&mut self, read: Result<T, Problem>) -> Option<T> {
        read.map_err(|problem| self.add(problem)).ok()
    }

    /// Puts what was read in its place; if it could not be read, the default stays there.
    pub(super) fn put<T>(&mut self, place: &mut T, read: Result<T, Problem>) {
        if let Some(value) = self.keep(read) {
            *place = value;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_fault(mut self, text: &ConfigText) -> Fault {
        self.0.sort_by_key(|problem| problem.0.span.start);
        let mut rendered: Vec<String> = self
            .0
            .iter()
            .take(MAX_SHOWN)
            .map(|problem| problem.render(text))
            .collect();
        if self.0.len() > MAX_SHOWN {
            rendered.push(format!("and {} more", self.0.len() - MAX_SHOWN));
        }
        Fault::usage(format!(
            "{} has {}",
            text.name,
            count(self.0.len(), "error")
        ))
        .detail(rendered.join("\n\n"))
    }
}
