//! Findings as text, with the lines they speak of.

use super::source::Found;
use super::{Sources, escape};
use crate::term::plain;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use gradus::model::Diagnostic;
use gradus::model::diagnostic::Severity;

/// Columns a line of a file may take; a longer one is cut around what is marked.
const WIDTH: usize = 120;
/// Characters of a line that are shown at most after the start of what is marked.
const AHEAD: usize = 400;

/// One finding, with escapes for color; the writer takes them out where there is no color.
pub(crate) fn render(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let level = match diagnostic.kind.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(escape::message(&diagnostic.message)).id(diagnostic.kind.id);
    let mut group = Group::with_title(title);
    let places: Vec<(Found, String)> =
        diagnostic.places.iter().map(|(place, note)| (sources.find(place), escape::message(note))).collect();
    let mut ix = 0;
    while ix < places.len() {
        // Places in one line are marked in one line.
        let same = places[ix + 1..].iter().take_while(|(found, _)| found.same_line(&places[ix].0)).count();
        group = show(group, &places[ix..=ix + same], ix == 0);
        ix += same + 1;
    }
    if !diagnostic.context.is_empty() {
        let items: Vec<String> = diagnostic
            .context
            .iter()
            .map(|(what, which)| format!("{what} {}", quoted(what, which)))
            .collect();
        group = group.element(Level::NOTE.with_name("where").message(items.join(", ")));
    }
    group = group.element(Level::NOTE.with_name("rule").message(diagnostic.kind.rule));
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(escape::message(help)));
    }
    let mut text = Renderer::styled().term_width(WIDTH).render(&[group]);
    if !places.iter().any(|(found, _)| found.line.is_some()) {
        text = indented(&text);
    }
    text.push('\n');
    text
}

/// A finding without a line to show, set in as far as others are.
fn indented(text: &str) -> String {
    let mut out = String::new();
    for (at, line) in text.lines().enumerate() {
        // The empty margin that would lead down from a line.
        if at > 0 && plain(line).trim() == "|" {
            continue;
        }
        out.push_str(if at > 0 { "\n  " } else { "" });
        out.push_str(line);
    }
    out
}

/// What a finding concerns: codes in backticks, a period without.
fn quoted(what: &str, which: &str) -> String {
    let bare = escape::message(super::bare(which));
    if what == "period" { bare } else { format!("`{bare}`") }
}

/// Adds places of one line, or one place without a line.
fn show<'a>(group: Group<'a>, places: &[(Found, String)], first: bool) -> Group<'a> {
    let (found, note) = &places[0];
    let file = escape::visible(&found.file).into_owned();
    let (Some((line, _)), Some((number, _))) = (&found.line, found.start) else {
        let mut path = match &found.cell {
            Some((sheet, cell)) => format!("{file} {}!{cell}", escape::visible(sheet)),
            None => file,
        };
        if let Some((line, column)) = found.start {
            path = format!("{path}:{line}:{column}");
        }
        if !note.is_empty() {
            path = format!("{path} ({note})");
        }
        return group.element(Origin::path(path));
    };
    let longest = places.iter().filter_map(|(f, _)| Some(f.line.as_ref()?.1.start)).max().unwrap_or(0);
    let shown: usize = line[longest..].chars().take(AHEAD).map(char::len_utf8).sum::<usize>() + longest;
    let annotations: Vec<Annotation<'_>> = places
        .iter()
        .enumerate()
        .filter_map(|(ix, (found, note))| {
            let (_, stretch) = found.line.as_ref()?;
            let kind = if first && ix == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let annotation = kind.span(stretch.start..stretch.end.min(shown));
            Some(if note.is_empty() { annotation } else { annotation.label(note.clone()) })
        })
        .collect();
    group.element(
        Snippet::source(line[..shown].to_owned()).path(file).line_start(number).annotations(annotations),
    )
}
