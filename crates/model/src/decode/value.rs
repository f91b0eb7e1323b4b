//! Reading single TOML values; a value of the wrong type is `None`, because the schema check has reported it.

use crate::Text;
use crate::number::{Decimal, ParseNumber, Ratio, parse_decimal};
use crate::package::ArgValue;
use toml::Spanned;
use toml::de::DeValue;

/// A TOML value with its span.
pub(super) type Item<'t> = Spanned<DeValue<'t>>;

pub(super) fn text<'a>(item: &'a Item<'_>) -> Option<&'a str> {
    item.get_ref().as_str()
}

pub(super) fn owned(item: &Item<'_>) -> Option<String> {
    text(item).map(str::to_owned)
}

pub(super) fn flag(item: &Item<'_>) -> Option<bool> {
    item.get_ref().as_bool()
}

/// A number, exactly as written.
pub(super) fn number(item: &Item<'_>) -> Option<Result<Decimal, ParseNumber>> {
    match item.get_ref() {
        DeValue::Integer(i) if i.radix() == 10 => Some(parse_decimal(i.as_str())),
        DeValue::Integer(i) => Some(
            i128::from_str_radix(i.as_str(), i.radix())
                .map_err(|_| ParseNumber::Range)
                .and_then(|n| Decimal::try_from_i128_with_scale(n, 0).map_err(|_| ParseNumber::Range)),
        ),
        DeValue::Float(f) => Some(parse_decimal(f.as_str())),
        _ => None,
    }
}

pub(super) fn decimal(item: &Item<'_>) -> Option<Decimal> {
    number(item)?.ok()
}

pub(super) fn count(item: &Item<'_>) -> Option<u64> {
    let DeValue::Integer(i) = item.get_ref() else { return None };
    u64::from_str_radix(i.as_str(), i.radix()).ok()
}

/// A day, written as a TOML date or as text; the text where it is none.
pub(super) fn date(item: &Item<'_>) -> Option<Result<jiff::civil::Date, String>> {
    let text = match item.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Datetime(date) => date.to_string(),
        _ => return None,
    };
    Some(text.parse().map_err(|_| text))
}

/// A weight: a number, or a fraction as text.
pub(super) fn weight(item: &Item<'_>) -> Option<Result<Ratio, ParseNumber>> {
    match text(item) {
        Some(text) => Some(Ratio::parse(text)),
        None => number(item).map(|n| n.map(|numerator| Ratio { numerator, denominator: Decimal::ONE })),
    }
}

pub(super) fn bilingual(item: &Item<'_>) -> Option<Text> {
    if let Some(text) = text(item) {
        return Some(Text::english(text));
    }
    let table = item.get_ref().as_table()?;
    let get = |key: &str| table.get(key).and_then(owned);
    Some(Text { en: get("en"), zh: get("zh") })
}

pub(super) fn character(item: &Item<'_>) -> Option<char> {
    let mut chars = text(item)?.chars();
    chars.next().filter(|_| chars.next().is_none())
}

pub(super) fn word<T: Copy>(item: &Item<'_>, words: &[(&str, T)]) -> Option<T> {
    let text = text(item)?;
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value)
}

/// One or many: a value, or the values of a list.
pub(super) fn each<'a, 't>(item: &'a Item<'t>) -> Vec<&'a Item<'t>> {
    match item.get_ref() {
        DeValue::Array(items) => items.iter().collect(),
        _ => vec![item],
    }
}

/// A method argument of any shape; a number that does not fit is reported by the caller.
pub(super) fn argument(item: &Item<'_>) -> Result<ArgValue, ParseNumber> {
    Ok(match item.get_ref() {
        DeValue::String(text) => ArgValue::Text(text.to_string()),
        DeValue::Boolean(flag) => ArgValue::Flag(*flag),
        DeValue::Integer(_) | DeValue::Float(_) => {
            ArgValue::Number(number(item).unwrap_or(Err(ParseNumber::Range))?)
        }
        DeValue::Datetime(date) => ArgValue::Text(date.to_string()),
        DeValue::Array(items) => ArgValue::List(items.iter().map(argument).collect::<Result<_, _>>()?),
        DeValue::Table(table) => ArgValue::Table(
            table
                .iter()
                .map(|(key, value)| Ok((key.get_ref().to_string(), argument(value)?)))
                .collect::<Result<_, _>>()?,
        ),
    })
}
