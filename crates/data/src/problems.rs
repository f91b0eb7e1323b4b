//! Findings about cells, bounded: the same trouble in a column is shown a few times and counted for the rest.

use crate::notation::shorten;
use gradus_model::diagnostic::{Diagnostic, Kind, Place};
use std::collections::BTreeMap;

/// How many different findings of one kind are shown in full per column.
const SHOWN: usize = 5;
/// How many different texts are named in the count of the rest.
const NAMED: usize = 8;
/// How many different texts are told apart in the count of the rest.
const TOLD_APART: usize = 10_000;

/// Collects findings by kind, column and offending text.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    groups: Vec<Group>,
    index: BTreeMap<(&'static str, String), usize>,
}

#[derive(Debug)]
struct Group {
    kind: &'static Kind,
    column: String,
    shown: Vec<Shown>,
    by_text: BTreeMap<String, usize>,
    rest: u64,
    rest_texts: BTreeMap<String, u64>,
    rest_places: Option<(Place, Place)>,
}

#[derive(Debug)]
struct Shown {
    diagnostic: Diagnostic,
    times: u64,
    last: Option<Place>,
}

impl Problems {
    /// Notes a finding. `column` and `text` say which findings are alike; `make` is called for the first few only.
    pub(crate) fn note(
        &mut self,
        kind: &'static Kind,
        column: &str,
        text: &str,
        place: &Place,
        make: impl FnOnce() -> Diagnostic,
    ) {
        let ix = *self.index.entry((kind.id, column.to_owned())).or_insert_with(|| {
            self.groups.push(Group {
                kind,
                column: column.to_owned(),
                shown: Vec::new(),
                by_text: BTreeMap::new(),
                rest: 0,
                rest_texts: BTreeMap::new(),
                rest_places: None,
            });
            self.groups.len() - 1
        });
        let group = &mut self.groups[ix];
        if let Some(&at) = group.by_text.get(text) {
            group.shown[at].times += 1;
            group.shown[at].last = Some(place.clone());
        } else if group.shown.len() < SHOWN {
            group.by_text.insert(text.to_owned(), group.shown.len());
            group.shown.push(Shown { diagnostic: make(), times: 1, last: None });
        } else {
            group.rest += 1;
            if let Some(times) = group.rest_texts.get_mut(text) {
                *times += 1;
            } else if group.rest_texts.len() < TOLD_APART {
                group.rest_texts.insert(text.to_owned(), 1);
            }
            match &mut group.rest_places {
                Some((_, last)) => *last = place.clone(),
                None => group.rest_places = Some((place.clone(), place.clone())),
            }
        }
    }

    /// Everything found, in the order of first appearance.
    pub(crate) fn finish(self) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        for group in self.groups {
            let help = group.shown.first().and_then(|s| s.diagnostic.help.clone());
            for Shown { mut diagnostic, times, last } in group.shown {
                if times > 1 {
                    diagnostic.message.push_str(&format!(" ({times} times)"));
                }
                if let Some(last) = last {
                    diagnostic = diagnostic.also(last, format!("the last of {times}"));
                }
                out.push(diagnostic);
            }
            let Some((first, last)) = group.rest_places else { continue };
            let mut texts: Vec<(String, u64)> = group.rest_texts.into_iter().collect();
            texts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            let different = texts.len();
            let mut named: Vec<String> = texts
                .into_iter()
                .filter(|(text, _)| !text.is_empty())
                .take(NAMED)
                .map(|(text, times)| match times {
                    1 => format!("`{}`", shorten(&text)),
                    n => format!("`{}` ({n} times)", shorten(&text)),
                })
                .collect();
            if different > NAMED && !named.is_empty() {
                named.push("and others".to_owned());
            }
            let mut message = format!("{} more like this", group.rest);
            if !group.column.is_empty() {
                message.push_str(&format!(" in column `{}`", group.column));
            }
            if !named.is_empty() {
                message.push_str(&format!(": {}", named.join(", ")));
            }
            let mut diagnostic =
                Diagnostic::new(group.kind, message).also(first.clone(), "the first of these");
            if last != first {
                diagnostic = diagnostic.also(last, "the last of these");
            }
            if let Some(help) = help {
                diagnostic = diagnostic.help(help);
            }
            out.push(diagnostic);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_model::diagnostic::catalog;

    #[test]
    fn the_first_few_are_shown_and_the_rest_counted() {
        let mut problems = Problems::default();
        let file: std::sync::Arc<str> = "a.csv".into();
        for line in 2..1002u64 {
            let text = format!("bad{}", line % 10);
            let place = Place::Line { file: file.clone(), line, field: 3 };
            problems.note(&catalog::NOT_A_NUMBER, "value", &text, &place, || {
                Diagnostic::new(&catalog::NOT_A_NUMBER, format!("`{text}` is not a number"))
                    .at(place.clone())
                    .help("correct the cell")
            });
        }
        let found = problems.finish();
        assert_eq!(found.len(), 6);
        assert_eq!(found[0].message, "`bad2` is not a number (100 times)");
        assert_eq!(found[0].places[1].0.to_string(), "a.csv:992:3");
        assert!(found[5].message.starts_with("500 more like this in column `value`: `bad0` (100 times), "));
        assert_eq!(found[5].places[0].0.to_string(), "a.csv:7:3");
        assert_eq!(found[5].places[1].0.to_string(), "a.csv:1001:3");
    }
}
