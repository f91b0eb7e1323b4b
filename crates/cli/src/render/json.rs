//! Findings as JSON, for editors and other programs.

use super::{Sources, escape};
use gradus::model::diagnostic::Severity;
use gradus::model::{Diagnostic, Place};
use serde_json::{Map, Value, json};

/// The word of a severity.
pub(super) fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.kind.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// An array with one object per finding.
pub(crate) fn render<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, sources: &Sources) -> String {
    let all: Vec<Value> = diagnostics.into_iter().map(|d| diagnostic(d, sources)).collect();
    // A value of maps, lists and texts always prints; the empty text cannot come about.
    let text = serde_json::to_string_pretty(&Value::Array(all)).unwrap_or_default();
    escape::json(&text) + "\n"
}

fn diagnostic(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let places: Vec<Value> = diagnostic.places.iter().map(|(at, note)| place(at, note, sources)).collect();
    let context: Map<String, Value> = diagnostic
        .context
        .iter()
        .map(|(what, which)| ((*what).to_owned(), json!(super::bare(which))))
        .collect();
    json!({
        "id": diagnostic.kind.id,
        "severity": severity(diagnostic),
        "message": diagnostic.message,
        "rule": diagnostic.kind.rule,
        "help": diagnostic.help,
        "places": places,
        "context": context,
    })
}

fn place(at: &Place, note: &str, sources: &Sources) -> Value {
    let found = sources.find(at);
    let mut out = Map::new();
    out.insert("file".into(), json!(found.file));
    if let Some((line, column)) = found.start {
        out.insert("line".into(), json!(line));
        out.insert("column".into(), json!(column));
    }
    if let Some((line, column)) = found.end {
        out.insert("end_line".into(), json!(line));
        out.insert("end_column".into(), json!(column));
    }
    match at {
        Place::Span { start, end, .. } => {
            out.insert("start_byte".into(), json!(start));
            out.insert("end_byte".into(), json!(end));
        }
        Place::Line { field, .. } => {
            out.insert("field".into(), json!(field));
        }
        Place::Cell { .. } | Place::File { .. } => {}
    }
    if let Some((sheet, cell)) = found.cell {
        out.insert("sheet".into(), json!(sheet));
        out.insert("cell".into(), json!(cell));
    }
    if !note.is_empty() {
        out.insert("note".into(), json!(note));
    }
    Value::Object(out)
}
