//! Problems of a configuration, shown the way rustc shows errors.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::ConfigText;
use crate::base::fault::Fault;
use crate::base::text::{count, some_of};

/// How many problems are shown of a file that has more.
const MAX_SHOWN: usize = 20;

/// How many files with problems are named in the first line.
const NAMED: usize = 3;

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

/// That files have errors, in one line.
pub(super) fn errors_in<T: AsRef<str>>(files: &[T], errors: usize) -> String {
    let verb = if files.len() == 1 { "has" } else { "have" };
    let files = some_of(files, NAMED);
    format!("{files} {verb} {}", count(errors, "error"))
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
pub(super) struct Problems {
    /// Each with the place of its file among those of the configuration.
    found: Vec<(usize, Problem)>,
    /// The place of the file that is being read.
    file: usize,
}

impl Problems {
    /// Says which file is read from now on, by its place among those of the configuration.
    pub(super) fn in_file(&mut self, file: usize) {
        self.file = file;
    }

    pub(super) fn add(&mut self, problem: Problem) {
        self.found.push((self.file, problem));
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
        self.found.is_empty()
    }

    /// The fault about all of them. `texts` are those of the files, in their order.
    pub(super) fn into_fault(mut self, texts: &[&ConfigText]) -> Fault {
        self.found
            .sort_by_key(|(file, problem)| (*file, problem.0.span.start));
        let shown = self.found.iter().take(MAX_SHOWN);
        let mut rendered: Vec<String> = shown
            .filter_map(|(file, problem)| Some(problem.render(texts.get(*file)?)))
            .collect();
        if self.found.len() > MAX_SHOWN {
            rendered.push(format!("and {} more", self.found.len() - MAX_SHOWN));
        }
        let mut names: Vec<&str> = Vec::new();
        for (file, _) in &self.found {
            let name = texts.get(*file).map_or("", |text| text.name.as_str());
            if names.last() != Some(&name) {
                names.push(name);
            }
        }
        Fault::usage(errors_in(&names, self.found.len())).detail(rendered.join("\n\n"))
    }
}
