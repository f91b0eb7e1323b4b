//! The JSON Schema of the package file, for editors.

use super::{Default, Family, Kind, PACKAGE, RULES, Section};
use std::fmt::Write;

/// A method as the schema needs it; the registries supply them.
#[derive(Debug)]
pub struct MethodDoc {
    /// Which family it belongs to.
    pub family: Family,
    /// Its id.
    pub id: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Names of its parameters with one line each.
    pub params: Vec<(&'static str, &'static str)>,
}

/// The JSON Schema (draft 2020-12) of a package file whose methods are those of `methods`.
#[must_use]
pub fn json_schema(methods: &[MethodDoc]) -> String {
    let mut out = String::new();
    let mut schema = Writer { out: &mut out, methods, depth: 0 };
    schema.open('{');
    schema.pair("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.pair("title", "Gradus index package");
    schema.section(&PACKAGE);
    schema.key("$defs");
    schema.open('{');
    schema.key("rule");
    schema.open('{');
    schema.key("anyOf");
    schema.open('[');
    for form in RULES {
        schema.next();
        schema.open('{');
        schema.section(form);
        schema.close('}');
    }
    schema.close(']');
    schema.close('}');
    schema.close('}');
    schema.close('}');
    out.push('\n');
    out
}

struct Writer<'a> {
    out: &'a mut String,
    methods: &'a [MethodDoc],
    depth: usize,
}

impl Writer<'_> {
    fn open(&mut self, bracket: char) {
        self.out.push(bracket);
        self.depth += 1;
    }
    fn close(&mut self, bracket: char) {
        self.depth -= 1;
        self.out.push('\n');
        self.out.push_str(&"  ".repeat(self.depth));
        self.out.push(bracket);
    }
    fn next(&mut self) {
        if !self.out.ends_with(['{', '[']) {
            self.out.push(',');
        }
        self.out.push('\n');
        self.out.push_str(&"  ".repeat(self.depth));
    }
    fn key(&mut self, key: &str) {
        self.next();
        quote(self.out, key);
        self.out.push_str(": ");
    }
    fn pair(&mut self, key: &str, value: &str) {
        self.key(key);
        quote(self.out, value);
    }
    fn strings<'s>(&mut self, key: &str, values: impl IntoIterator<Item = &'s str>) {
        self.key(key);
        self.open('[');
        for value in values {
            self.next();
            quote(self.out, value);
        }
        self.close(']');
    }

    /// The keywords of a table, into the object that is open.
    fn section(&mut self, section: &Section) {
        self.pair("description", section.doc);
        self.pair("type", "object");
        self.key("additionalProperties");
        self.out.push_str("false");
        let required: Vec<&str> =
            section.fields.iter().filter(|f| f.default == Default::Required).map(|f| f.name).collect();
        if !required.is_empty() {
            self.strings("required", required);
        }
        self.key("properties");
        self.open('{');
        for field in section.fields {
            self.key(field.name);
            self.open('{');
            self.pair("description", field.doc);
            if let Default::Is(text) = field.default {
                self.pair("x-when-left-out", text);
            }
            self.kind(&field.kind);
            self.close('}');
        }
        self.close('}');
    }

    /// The keywords of a kind, into the object that is open.
    fn kind(&mut self, kind: &Kind) {
        match kind {
            Kind::Code => {
                self.pair("type", "string");
                self.pair("pattern", r"^[\p{L}\p{N}_.-]{1,100}$");
            }
            Kind::Plain => self.pair("type", "string"),
            Kind::Character => {
                self.pair("type", "string");
                self.key("maxLength");
                self.out.push('1');
            }
            Kind::Text => {
                self.strings("type", ["string", "object"]);
                self.key("properties");
                self.out.push_str(r#"{ "en": { "type": "string" }, "zh": { "type": "string" } }"#);
                self.key("additionalProperties");
                self.out.push_str("false");
            }
            Kind::Number => self.pair("type", "number"),
            Kind::Count => {
                self.pair("type", "integer");
                self.key("minimum");
                self.out.push('0');
            }
            Kind::Flag => self.pair("type", "boolean"),
            Kind::Word(words) => self.strings("enum", words()),
            Kind::Period => self.strings("type", ["integer", "string"]),
            Kind::Date => {
                self.pair("type", "string");
                self.pair("format", "date");
            }
            Kind::Weight | Kind::Threshold => self.strings("type", ["number", "string"]),
            Kind::List(inner) => {
                self.pair("type", "array");
                self.key("items");
                self.object(inner);
            }
            Kind::Map(inner) => {
                self.pair("type", "object");
                self.key("additionalProperties");
                self.object(inner);
            }
            Kind::WordMap(words, inner) => {
                self.pair("type", "object");
                self.key("propertyNames");
                self.open('{');
                self.strings("enum", words());
                self.close('}');
                self.key("additionalProperties");
                self.object(inner);
            }
            Kind::Table(section) => self.section(section),
            Kind::Tables(section) => {
                self.pair("type", "array");
                self.key("items");
                self.open('{');
                self.section(section);
                self.close('}');
            }
            Kind::Either(kinds) => {
                self.key("anyOf");
                self.open('[');
                for kind in *kinds {
                    self.next();
                    self.object(kind);
                }
                self.close(']');
            }
            Kind::Method(family) => self.method(*family),
            Kind::Rule => self.pair("$ref", "#/$defs/rule"),
        }
    }

    fn object(&mut self, kind: &Kind) {
        self.open('{');
        self.kind(kind);
        self.close('}');
    }

    /// A method: its id, or a table with the parameters of that method.
    fn method(&mut self, family: Family) {
        let methods: Vec<&MethodDoc> = self.methods.iter().filter(|m| m.family == family).collect();
        let words: &[&str] = match family {
            Family::Weight => &["proportional", "exact", "none"],
            Family::Statistic => &[],
            _ => &["none"],
        };
        self.key("anyOf");
        self.open('[');
        self.next();
        self.open('{');
        self.strings("enum", methods.iter().map(|m| m.id).chain(words.iter().copied()));
        self.close('}');
        for method in methods {
            self.next();
            self.open('{');
            self.pair("description", method.summary);
            self.pair("type", "object");
            self.strings("required", ["method"]);
            self.key("additionalProperties");
            self.out.push_str("false");
            self.key("properties");
            self.open('{');
            self.key("method");
            self.out.push_str("{ \"const\": ");
            quote(self.out, method.id);
            self.out.push_str(" }");
            if family == Family::Normalize {
                self.key("transform");
                self.open('{');
                self.pair("description", "Applied to data and quantities first.");
                self.method(Family::Transform);
                self.close('}');
            }
            for (name, meaning) in &method.params {
                self.key(name);
                self.open('{');
                self.pair("description", meaning);
                self.close('}');
            }
            self.close('}');
            self.close('}');
        }
        self.close(']');
    }
}

fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
