//! Every word of a report, once, in English and Chinese.
//!
//! Templates and code name a term by its key, so that a grade, a verdict or a status is called the same everywhere.
//! `{name}` in a term is a place for a value. A term with a second form for the number one has a twin with `.one`.

use gradus_model::{Lang, Text};

/// The terms: key, English, Chinese.
pub const TERMS: &[(&str, &str, &str)] = &[
    ("unit", "Unit", "评价对象"),
    ("period", "Period", "时期"),
    ("rank", "rank", "排名"),
    ("standard", "Standard", "标准"),
    ("proven", "Proven", "已证实"),
    ("possible", "Possible", "可能达到"),
    ("next_grade", "Next grade", "下一等级"),
    ("failing", "Not met", "未达标"),
    ("unknown", "Unknown", "未知"),
    ("no_grade", "none", "无"),
];

/// A term in both languages; the key itself where there is no such term.
#[must_use]
pub fn text(key: &str) -> Text {
    match TERMS.iter().find(|(k, _, _)| *k == key) {
        Some((_, en, zh)) => Text::both(*en, *zh),
        None => Text::both(key, key),
    }
}

/// A term in one language.
#[must_use]
pub fn term(key: &str, lang: Lang) -> &'static str {
    TERMS.iter().find(|(k, _, _)| *k == key).map_or("", |(_, en, zh)| match lang {
        Lang::En => en,
        Lang::Zh => zh,
    })
}
