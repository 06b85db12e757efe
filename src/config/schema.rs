//! gates.toml as a JSON Schema, for editors: the keys, their meanings, defaults and values.
//!
//! The dialect is draft-07, which the editors' plugins for TOML read.

use serde_json::{Map, Value, json};

use super::document;
use super::shape::{Property, Shape, Text};

/// The schema, as text.
#[must_use]
pub fn schema() -> String {
    let mut schema = table(&document::properties());
    schema.insert(
        "$schema".to_owned(),
        json!("http://json-schema.org/draft-07/schema#"),
    );
    schema.insert("title".to_owned(), json!("gates.toml"));
    let about = "The quality gates of a repository, which gatekeeper runs.";
    schema.insert("description".to_owned(), json!(about));
    format!("{:#}\n", Value::Object(schema))
}

fn table(properties: &[Property]) -> Map<String, Value> {
    let described = properties
        .iter()
        .map(|property| (property.name.to_owned(), described(property)));
    let described: Map<String, Value> = described.collect();
    let required = properties.iter().filter(|property| property.is_required);
    let required: Vec<&str> = required.map(|property| property.name).collect();
    let mut table = object(json!({
        "type": "object",
        "additionalProperties": false,
        "properties": described,
    }));
    if !required.is_empty() {
        table.insert("required".to_owned(), json!(required));
    }
    table
}

fn described(property: &Property) -> Value {
    let mut value = shape(property.shape);
    value.insert("description".to_owned(), json!(property.about));
    if let Some(default) = &property.default {
        value.insert("default".to_owned(), json!(default));
    }
    Value::Object(value)
}

fn shape(of: &Shape) -> Map<String, Value> {
    let value = match of {
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::False => json!({ "enum": [false] }),
        Shape::Integer { least, most } => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Shape::Text(form) => return text(form),
        Shape::Words(words) => json!({ "type": "string", "enum": words() }),
        Shape::List {
            of,
            least,
            is_distinct,
        } => json!({
            "type": "array",
            "items": shape(of),
            "minItems": least,
            "uniqueItems": is_distinct,
        }),
        Shape::Either(forms) => {
            let forms: Vec<_> = forms.iter().map(shape).collect();
            json!({ "anyOf": forms })
        }
        Shape::Map {
            keys,
            values,
            least,
        } => json!({
            "type": "object",
            "propertyNames": text(keys),
            "additionalProperties": shape(values),
            "minProperties": least,
        }),
        Shape::Table(properties) => return table(&properties()),
    };
    object(value)
}

fn text(form: &Text) -> Map<String, Value> {
    let mut value = object(json!({ "type": "string" }));
    if let Some(matches) = form.matches {
        value.insert("pattern".to_owned(), json!(matches));
    }
    if let Some(never) = form.never {
        value.insert("not".to_owned(), json!({ "pattern": never }));
    }
    if let Some(longest) = form.longest {
        value.insert("maxLength".to_owned(), json!(longest));
    }
    value
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
