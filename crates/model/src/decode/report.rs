//! The `[report]` table.

use super::items::Decoder;
use super::value;
use crate::package::Report;
use toml::de::DeTable;

/// Reads the table; a report of a package without one looks as usual.
pub(super) fn report(decoder: &Decoder<'_>, document: &DeTable<'_>) -> Report {
    let Some(item) = document.get("report") else { return Report::default() };
    let Some(table) = item.get_ref().as_table() else { return Report::default() };
    let text = |key: &str| table.get(key).and_then(value::bilingual).unwrap_or_default();
    let list = |key: &str| -> Vec<String> {
        table
            .get(key)
            .map(|i| value::each(i).into_iter().filter_map(value::owned).collect())
            .unwrap_or_default()
    };
    let colors = table.get("colors").and_then(|i| i.get_ref().as_table()).into_iter().flat_map(|colors| {
        colors.iter().filter_map(|(name, color)| Some((name.get_ref().to_string(), value::owned(color)?)))
    });
    Report {
        title: text("title"),
        foreword: text("foreword"),
        logo: table.get("logo").and_then(value::owned),
        colors: colors.collect(),
        sections: list("sections"),
        without: list("without"),
        spans: decoder.spans(table, item),
    }
}
