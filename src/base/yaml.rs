//! YAML as a tree whose nodes know their line.
//!
//! An alias shares the node of its anchor, so that a small file cannot become a large tree. Scalars stay
//! as they are written: `on`, `yes` and `1.10` are text here.

use std::collections::HashMap;
use std::rc::Rc;

use saphyr_parser::{Event, Parser};

/// A node of a document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// The line on which it begins, counted from 1; of a block scalar, the first line of its text.
    pub(crate) line: usize,
    /// What it holds.
    pub(crate) value: Value,
}

/// What a node holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Text, number, truth value or nothing, as written.
    Scalar(String),
    /// Its items.
    List(Vec<Rc<Node>>),
    /// Keys with their values, in their order.
    Map(Vec<(String, Rc<Node>)>),
}

/// How deep nodes may be nested: each level is a level of recursion.
const DEEPEST: usize = 100;

/// The first document of a text; `None` if it is not YAML, or nested too deeply.
#[must_use]
pub(crate) fn parse(text: &str) -> Option<Rc<Node>> {
    document(text).or_else(|| document(&as_most_read_it(text)))
}

/// The line and the cause of the first error in a text, whatever documents it has.
#[must_use]
pub(crate) fn error(text: &str) -> Option<(usize, String)> {
    let first = |text: &str| {
        let error = Parser::new_from_str(text).find_map(Result::err)?;
        Some((error.marker().line().max(1), error.info().to_owned()))
    };
    let error = first(text)?;
    first(&as_most_read_it(text)).map(|_| error)
}

/// The text in a form that our parser takes, too. After the colon of a key a tab is as good as a blank (YAML 1.2.2, 6.2).
fn as_most_read_it(text: &str) -> String {
    with_indented_ends(&text.replace(":\t", ": "))
}

/// The text with the ends of lists and maps in brackets moved to the right. Most parsers accept them in
/// the column of the key, and many files have them there; the specification (YAML 1.2.2, 7.4) and our parser
/// do not.
fn with_indented_ends(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let is_end = line.trim_start().starts_with([']', '}']);
        let indentation = if is_end { DEEPEST } else { 0 };
        format!("{:indentation$}{line}", "")
    });
    lines.collect()
}

fn document(text: &str) -> Option<Rc<Node>> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        anchors: HashMap::new(),
    };
    loop {
        let (event, line) = reader.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(_) => {}
            Event::StreamEnd | Event::DocumentEnd => return None,
            event => return reader.node(event, line, 0),
        }
    }
}

struct Reader<'text> {
    parser: Parser<'text, saphyr_parser::StrInput<'text>>,
    anchors: HashMap<usize, Rc<Node>>,
}

impl<'text> Reader<'text> {
    fn next(&mut self) -> Option<(Event<'text>, usize)> {
        let (event, span) = self.parser.next()?.ok()?;
        Some((event, span.start.line()))
    }

    fn node(&mut self, event: Event<'text>, line: usize, depth: usize) -> Option<Rc<Node>> {
        if depth > DEEPEST {
            return None;
        }
        let (anchor, line, value) = match event {
            Event::Alias(anchor) => return self.anchors.get(&anchor).map(Rc::clone),
            Event::Scalar(text, _, anchor, _) => (anchor, line, Value::Scalar(text.into_owned())),
            Event::SequenceStart(anchor, _) => (anchor, line, Value::List(self.list(depth)?)),
            Event::MappingStart(anchor, _) => (anchor, line, Value::Map(self.map(depth)?)),
            _ => return None,
        };
        let node = Rc::new(Node { line, value });
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        Some(node)
    }

    fn list(&mut self, depth: usize) -> Option<Vec<Rc<Node>>> {
        let mut items = Vec::new();
        loop {
            let (event, line) = self.next()?;
            if event == Event::SequenceEnd {
                return Some(items);
            }
            items.push(self.node(event, line, depth + 1)?);
        }
    }

    fn map(&mut self, depth: usize) -> Option<Vec<(String, Rc<Node>)>> {
        let mut entries = Vec::new();
        loop {
            let (event, line) = self.next()?;
            if event == Event::MappingEnd {
                return Some(entries);
            }
            let key = self.node(event, line, depth + 1)?;
            let (event, line) = self.next()?;
            let value = self.node(event, line, depth + 1)?;
            // A key that is not text is of no use to us; its value still has to be read.
            if let Value::Scalar(key) = &key.value {
                entries.push((key.clone(), value));
            }
        }
    }
}

impl Node {
    /// The value of a key; one of the map itself counts before one that `<<` brings.
    #[must_use]
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        let Value::Map(entries) = &self.value else {
            return None;
        };
        let own = entries.iter().find(|(name, _)| name == key);
        let merged = || {
            let merge = entries.iter().filter(|(name, _)| name == "<<");
            merge
                .flat_map(|(_, value)| value.items())
                .find_map(|item| item.get(key))
        };
        own.map(|(_, value)| &**value).or_else(merged)
    }

    /// The value at the end of a path of keys.
    #[must_use]
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The text of a scalar.
    #[must_use]
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list; a single value is a list of one.
    pub(crate) fn items(&self) -> Box<dyn Iterator<Item = &Node> + '_> {
        match &self.value {
            Value::List(items) => Box::new(items.iter().map(|item| &**item)),
            _ => Box::new(std::iter::once(self)),
        }
    }

    /// The entries of a map.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &Node)> {
        let entries = match &self.value {
            Value::Map(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|(key, value)| (key.as_str(), &**value))
    }

    /// Whether it is the text `true`.
    #[must_use]
    pub(crate) fn is_true(&self) -> bool {
        self.text() == Some("true")
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn nodes_know_their_lines() {
        let text = "on: push\njobs:\n  test:\n    steps:\n      - run: |\n          one\n          two\n      - run: three\n";
        let document = parse(text).unwrap();
        assert_eq!(document.get("on").and_then(Node::text), Some("push"));
        let steps = document.at(&["jobs", "test", "steps"]).unwrap();
        let runs: Vec<(usize, &str)> = steps
            .items()
            .filter_map(|step| step.get("run"))
            .filter_map(|run| Some((run.line, run.text()?)))
            .collect();
        assert_eq!(runs, [(6, "one\ntwo\n"), (8, "three")]);
    }

    #[test]
    fn aliases_and_merges_are_followed() {
        let text = "base: &base\n  image: x\n  tags: [a]\njob:\n  <<: *base\n  tags: [b]\n";
        let job = parse(text).unwrap();
        let job = job.get("job").unwrap();
        assert_eq!(job.get("image").and_then(Node::text), Some("x"));
        let tags: Vec<_> = job.get("tags").unwrap().items().map(Node::text).collect();
        assert_eq!(tags, [Some("b")]);
    }

    #[test]
    fn a_list_may_end_in_the_column_of_its_key() {
        let text = "a:\n  b: [\n    x,\n  ]\n  run: |\n    f() {\n    }\n  c: {\n    d: [y\n  ]}\n  e: z\n";
        let map = parse(text).unwrap();
        let map = map.get("a").unwrap();
        assert_eq!(map.get("b").unwrap().items().count(), 1);
        let run = map.get("run").and_then(Node::text).unwrap();
        assert_eq!(
            run.split_whitespace().collect::<Vec<_>>(),
            ["f()", "{", "}"]
        );
        let list = map.at(&["c", "d"]).unwrap();
        assert_eq!((list.line, list.items().count()), (9, 1));
        assert_eq!(map.get("e").map(|node| node.line), Some(11));
    }

    #[test]
    fn a_tab_may_follow_the_colon_of_a_key() {
        let text = "k:\t1\nother:\n  - a:\tb\n";
        assert_eq!(error(text), None);
        assert!(parse(text).is_some());
    }

    #[test]
    fn what_is_not_yaml_is_nothing() {
        for text in ["", "a: [", "\t- x: y: z", &"[".repeat(10_000)] {
            assert_eq!(parse(text), None, "{text:.20}");
        }
    }

    #[test]
    fn a_bomb_of_aliases_stays_small() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..40 {
            let before = format!("*a{}, ", level - 1).repeat(9);
            let _ = writeln!(text, "a{level}: &a{level} [{before}]");
        }
        assert!(parse(&text).is_some());
    }
}
