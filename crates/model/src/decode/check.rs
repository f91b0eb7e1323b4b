//! Keys and types of a table against its section of the schema.

use super::value::{self, Item};
use crate::diagnostic::{Diagnostics, Place, catalog, list_some, nearest};
use crate::number::ParseNumber;
use crate::observation::Period;
use crate::schema::{Default, Kind, RULES, Section};
use crate::{Diagnostic, Id};
use std::ops::Range;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// Checks a table. `path` is the dotted key path of the table, empty for the file itself.
pub(super) fn check(
    file: &Arc<str>,
    table: &DeTable<'_>,
    section: &Section,
    span: Range<usize>,
    path: &str,
    found: &mut Diagnostics,
) {
    for (key, item) in table {
        let name = key.get_ref().as_ref();
        match section.fields.iter().find(|f| f.name == name) {
            Some(field) => kind(file, item, &field.kind, &join(path, name), found),
            None => {
                let known: Vec<&str> = section.fields.iter().map(|f| f.name).collect();
                let mut diagnostic = Diagnostic::new(
                    &catalog::UNKNOWN_KEY,
                    format!("{} has no key `{name}`", section.heading),
                )
                .at(Place::span(file, key.span()));
                diagnostic = match nearest(name, known.iter().copied()) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic.help(format!("remove it; the keys are {}", known.join(", "))),
                };
                found.push(diagnostic);
            }
        }
    }
    for field in section.fields {
        if field.default == Default::Required && !table.contains_key(field.name) {
            found.push(
                Diagnostic::new(
                    &catalog::MISSING_KEY,
                    format!("{} needs the key `{}`", section.heading, field.name),
                )
                .at(Place::span(file, span.clone()))
                .help(format!("add `{}`: {}", field.name, field.doc)),
            );
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn kind(file: &Arc<str>, item: &Item<'_>, expected: &Kind, path: &str, found: &mut Diagnostics) {
    let at = || Place::span(file, item.span());
    let wrong = |found: &mut Diagnostics| {
        found.push(
            Diagnostic::new(
                &catalog::WRONG_TYPE,
                format!("`{path}` must be {}, found {}", describe(expected), type_name(item.get_ref())),
            )
            .at(at())
            .help(format!("write {}", example(expected))),
        );
    };
    let bad_number = |error: ParseNumber, found: &mut Diagnostics| {
        found.push(
            Diagnostic::new(&catalog::INVALID_NUMBER, format!("`{path}`: {error}"))
                .at(at())
                .help("write a finite number with at most 28 digits, in a larger or smaller measurement unit if need be"),
        );
    };
    match expected {
        Kind::Code => {
            match value::text(item) {
                None => wrong(found),
                Some(text) => {
                    if let Err(character) = Id::new(text) {
                        let message = match character {
                            Some(c) => format!("the code `{text}` has the character `{c}`"),
                            None if text.is_empty() => "the code is empty".to_owned(),
                            None => format!("the code has {} characters", text.chars().count()),
                        };
                        found.push(Diagnostic::new(&catalog::INVALID_CODE, message).at(at()).help(
                            "use letters, digits, `-`, `_` and `.` only, and put the words into `name`",
                        ));
                    }
                }
            }
        }
        Kind::Text => match item.get_ref() {
            DeValue::String(_) => {}
            DeValue::Table(table) => {
                for (key, text) in table {
                    match key.get_ref().as_ref() {
                        "en" | "zh" => {
                            if value::text(text).is_none() {
                                wrong(found);
                            }
                        }
                        other => found.push(
                            Diagnostic::new(
                                &catalog::UNKNOWN_KEY,
                                format!("`{path}` has no language `{other}`"),
                            )
                            .at(Place::span(file, key.span()))
                            .help("write `en` and `zh`"),
                        ),
                    }
                }
            }
            _ => wrong(found),
        },
        Kind::Plain => {
            if value::text(item).is_none() {
                wrong(found);
            }
        }
        Kind::Number => match value::number(item) {
            None => wrong(found),
            Some(Err(error)) => bad_number(error, found),
            Some(Ok(_)) => {}
        },
        Kind::Count => {
            if value::count(item).is_none() {
                wrong(found);
            }
        }
        Kind::Flag => {
            if value::flag(item).is_none() {
                wrong(found);
            }
        }
        Kind::Word(words) => match value::text(item) {
            None => wrong(found),
            Some(text) => unknown_word(file, text, item.span(), &words(), path, found),
        },
        Kind::Period => {
            let text = match item.get_ref() {
                DeValue::Integer(i) => i.as_str().to_owned(),
                DeValue::String(text) => text.to_string(),
                DeValue::Datetime(date) => date.to_string(),
                _ => return wrong(found),
            };
            if Period::parse(&text).is_none() {
                found.push(
                    Diagnostic::new(&catalog::INVALID_PERIOD, format!("`{path}`: `{text}` is not a period"))
                        .at(at())
                        .help("write a year such as 2018, or 2018-Q2, 2018-05, 2018-05-10, 2017/2018"),
                );
            }
        }
        Kind::Date => match value::date(item) {
            None => wrong(found),
            Some(Ok(_)) => {}
            Some(Err(text)) => found.push(
                Diagnostic::new(&catalog::INVALID_DATE, format!("`{path}`: `{text}` is not a day"))
                    .at(at())
                    .help("write year, month and day, such as 2018-05-10"),
            ),
        },
        Kind::Weight => match value::weight(item) {
            None => wrong(found),
            Some(Err(error)) => bad_number(error, found),
            Some(Ok(ratio)) => match ratio.quotient() {
                None => bad_number(ParseNumber::Range, found),
                Some(q) if q < crate::Decimal::ZERO => found.push(
                    Diagnostic::new(&catalog::NEGATIVE_WEIGHT, format!("`{path}` is {ratio}")).at(at()).help(
                        "give a weight of zero or more; say `direction = \"lower\"` where less is better",
                    ),
                ),
                Some(_) => {}
            },
        },
        Kind::Character => {
            if value::character(item).is_none() {
                wrong(found);
            }
        }
        Kind::Threshold => match item.get_ref() {
            DeValue::String(_) => {}
            DeValue::Integer(_) | DeValue::Float(_) => kind(file, item, &Kind::Number, path, found),
            _ => wrong(found),
        },
        Kind::List(inner) => match item.get_ref() {
            DeValue::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    kind(file, item, inner, &join(path, &i.to_string()), found);
                }
            }
            _ => wrong(found),
        },
        Kind::Map(inner) => match item.get_ref() {
            DeValue::Table(table) => {
                for (key, item) in table {
                    kind(file, item, inner, &join(path, key.get_ref()), found);
                }
            }
            _ => wrong(found),
        },
        Kind::WordMap(words, inner) => match item.get_ref() {
            DeValue::Table(table) => {
                for (key, item) in table {
                    unknown_word(file, key.get_ref(), key.span(), &words(), path, found);
                    kind(file, item, inner, &join(path, key.get_ref()), found);
                }
            }
            _ => wrong(found),
        },
        Kind::Table(section) => match item.get_ref() {
            DeValue::Table(table) => check(file, table, section, item.span(), path, found),
            _ => wrong(found),
        },
        Kind::Tables(section) => match item.get_ref() {
            DeValue::Array(items) => {
                for item in items {
                    match item.get_ref() {
                        DeValue::Table(table) => check(file, table, section, item.span(), "", found),
                        _ => wrong(found),
                    }
                }
            }
            _ => wrong(found),
        },
        Kind::Either(kinds) => match kinds.iter().find(|k| shape_fits(item.get_ref(), k)) {
            Some(fitting) => kind(file, item, fitting, path, found),
            None => wrong(found),
        },
        Kind::Method(_) => match item.get_ref() {
            DeValue::String(_) => {}
            DeValue::Table(table) => {
                if !table.contains_key("method") {
                    found.push(
                        Diagnostic::new(&catalog::MISSING_KEY, format!("`{path}` needs the key `method`"))
                            .at(at())
                            .help("name a method: `gradus methods` lists them"),
                    );
                }
                for (key, item) in table {
                    let path = join(path, key.get_ref());
                    if key.get_ref() == "method" && value::text(item).is_none() {
                        kind(file, item, &Kind::Plain, &path, found);
                    }
                    if let Err(error) = value::argument(item) {
                        found.push(
                            Diagnostic::new(&catalog::INVALID_NUMBER, format!("`{path}`: {error}"))
                                .at(Place::span(file, item.span())),
                        );
                    }
                }
            }
            _ => wrong(found),
        },
        Kind::Rule => match item.get_ref() {
            DeValue::Table(table) => match form(table) {
                Some(form) => check(file, table, form, item.span(), path, found),
                None => {
                    let keys: Vec<String> = table.keys().map(|k| format!("`{}`", k.get_ref())).collect();
                    let message = match keys.is_empty() {
                        true => "the rule is empty".to_owned(),
                        false => format!("no rule has only the keys {}", keys.join(", ")),
                    };
                    let forms: Vec<&str> = RULES.iter().map(|form| form.heading).collect();
                    found.push(
                        Diagnostic::new(&catalog::INVALID_RULE, message)
                            .at(at())
                            .help(format!("write one of {}", forms.join(", "))),
                    );
                }
            },
            _ => wrong(found),
        },
    }
}

/// The form of a rule, by its first key; of two with the same one, that which has all the keys that are there.
pub(super) fn form(table: &DeTable<'_>) -> Option<&'static Section> {
    let mut forms =
        RULES.iter().filter(|form| form.fields.first().is_some_and(|f| table.contains_key(f.name)));
    let first = forms.next()?;
    let has = |form: &&&Section| {
        form.fields.iter().all(|f| f.default != Default::Required || table.contains_key(f.name))
    };
    Some(forms.find(has).unwrap_or(first))
}

fn unknown_word(
    file: &Arc<str>,
    text: &str,
    span: Range<usize>,
    words: &[&'static str],
    path: &str,
    found: &mut Diagnostics,
) {
    if words.contains(&text) {
        return;
    }
    let help = match nearest(text, words.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("use one of {}", words.join(", ")),
    };
    found.push(
        Diagnostic::new(&catalog::UNKNOWN_WORD, format!("`{path}` does not know the word `{text}`"))
            .at(Place::span(file, span))
            .help(help),
    );
}

/// Whether a value has the outer shape of a kind; its content is checked afterwards.
fn shape_fits(value: &DeValue<'_>, kind: &Kind) -> bool {
    match kind {
        Kind::Code | Kind::Plain | Kind::Word(_) | Kind::Character => value.is_str(),
        Kind::Text => value.is_str() || value.is_table(),
        Kind::Number => value.is_integer() || value.is_float(),
        Kind::Count => value.is_integer(),
        Kind::Flag => value.is_bool(),
        Kind::List(_) | Kind::Tables(_) => value.is_array(),
        Kind::Map(_) | Kind::WordMap(..) | Kind::Table(_) | Kind::Rule => value.is_table(),
        Kind::Method(_) => value.is_str() || value.is_table(),
        Kind::Weight | Kind::Threshold => value.is_str() || value.is_integer() || value.is_float(),
        Kind::Period => value.is_str() || value.is_integer() || value.is_datetime(),
        Kind::Date => value.is_str() || value.is_datetime(),
        Kind::Either(kinds) => kinds.iter().any(|k| shape_fits(value, k)),
    }
}

/// A kind in words, for messages and the manual.
pub(crate) fn describe(kind: &Kind) -> String {
    match kind {
        Kind::Code => "a code".into(),
        Kind::Text => "text, or `{ en, zh }`".into(),
        Kind::Plain => "text".into(),
        Kind::Number => "a number".into(),
        Kind::Count => "a whole number".into(),
        Kind::Flag => "true or false".into(),
        Kind::Word(words) => format!("one of {}", list_some(words())),
        Kind::Period => "a period".into(),
        Kind::Date => "a day".into(),
        Kind::Weight => "a weight".into(),
        Kind::Character => "one character".into(),
        Kind::List(inner) => format!("a list, each {}", describe(inner)),
        Kind::Map(inner) => format!("a table, each value {}", describe(inner)),
        Kind::WordMap(_, inner) => format!("a table, each value {}", describe(inner)),
        Kind::Table(section) => format!("a table {}", section.heading),
        Kind::Tables(section) => format!("tables {}", section.heading),
        Kind::Either(kinds) => kinds.iter().map(describe).collect::<Vec<_>>().join(", or "),
        Kind::Method(_) => "a method".into(),
        Kind::Rule => "a rule".into(),
        Kind::Threshold => "a number or a level".into(),
    }
}

/// A value of a kind as it could be written.
fn example(kind: &Kind) -> String {
    match kind {
        Kind::Code => "a code in quotes, such as `\"gdp-per-head\"`".into(),
        Kind::Text => "text in quotes, or `{ en = \"...\", zh = \"...\" }`".into(),
        Kind::Plain => "text in quotes".into(),
        Kind::Number => "a number without quotes, such as `0.5`".into(),
        Kind::Count => "a whole number without quotes, zero or more".into(),
        Kind::Flag => "`true` or `false` without quotes".into(),
        Kind::Word(words) => format!("{} in quotes", list_some(words())),
        Kind::Date => "a day such as `2018-05-10`".into(),
        Kind::Period => "a year such as `2018`, or `\"2018-Q2\"`".into(),
        Kind::Weight => "a number such as `2`, or a fraction in quotes such as `\"1/3\"`".into(),
        Kind::Character => "one character in quotes, such as `\",\"`".into(),
        Kind::List(inner) => format!("a list in brackets, each item {}", example(inner)),
        Kind::Map(inner) | Kind::WordMap(_, inner) => {
            format!("a table `{{ key = value }}`, each value {}", example(inner))
        }
        Kind::Table(section) => format!("a table {}", section.heading),
        Kind::Tables(section) => format!("one {} for each", section.heading),
        Kind::Either(kinds) => kinds.iter().map(example).collect::<Vec<_>>().join(", or "),
        Kind::Method(_) => {
            "the id of a method in quotes, or `{ method = \"...\" }` with its parameters".into()
        }
        Kind::Rule => "a rule such as `{ every = \"*\" }`".into(),
        Kind::Threshold => "a number without quotes, or a level of the scale in quotes".into(),
    }
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
