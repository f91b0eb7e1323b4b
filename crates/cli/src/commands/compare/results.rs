//! Scores read back from a file that `gradus score` wrote.

use super::{Version, unknown};
use crate::Stop;
use crate::args::CompareArgs;
use crate::commands::Findings;
use gradus::model::diagnostic::catalog;
use gradus::model::{Diagnostic, Period, Place};
use serde_json::Value;
use std::path::Path;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// Whether a name means a file of results, not a package.
pub(super) fn is_file(target: &str) -> bool {
    let path = Path::new(target);
    path.is_file() && path.extension().is_some_and(|ending| ending == "csv" || ending == "json")
}

/// A row: its keys and what they hold.
type Row = Vec<(String, String)>;

/// Reads the scores of a node in a period.
pub(super) fn read(target: &str, args: &CompareArgs) -> Result<Version, Stop> {
    let rows = if target.ends_with(".json") { of_json(target)? } else { of_csv(target)? };
    let get = |row: &Row, key: &str| row.iter().find(|(k, _)| k == key).map(|(_, value)| value.clone());
    let rows: Vec<Row> =
        rows.into_iter().filter(|row| get(row, "stage").is_none_or(|stage| stage == "scores")).collect();
    let Some(first) = rows.first() else {
        return Err(refused(target, "has no row of scores", "write it with `gradus score PKG --format csv`"));
    };
    if get(first, "unit").is_none() {
        return Err(refused(target, "has no column `unit`", "write it with `gradus score PKG --format csv`"));
    }
    let keys: Vec<&str> = (first.iter().map(|(key, _)| key.as_str()))
        .filter(|key| !matches!(*key, "unit" | "period" | "stage") && !key.ends_with(".rank"))
        // The ends of what a score may be, beside the score itself.
        .filter(|key| {
            let of = key.strip_suffix(".low").or_else(|| key.strip_suffix(".high"));
            of.is_none_or(|of| !first.iter().any(|(known, _)| known == of))
        })
        .collect();
    let node = match &args.node {
        Some(node) if keys.contains(&node.as_str()) => node.clone(),
        Some(node) => return Err(unknown("column", node, &keys, &catalog::UNKNOWN_NODE)),
        None => match keys.first() {
            Some(key) => (*key).to_owned(),
            None => return Err(refused(target, "has no column of scores", "write it with `gradus score`")),
        },
    };
    let scored = |row: &Row| get(row, &node).is_some_and(|score| !score.is_empty());
    let mut periods: Vec<String> =
        rows.iter().filter(|r| scored(r)).filter_map(|r| get(r, "period")).collect();
    periods.sort_by_key(|period| (Period::parse(period), period.clone()));
    periods.dedup();
    let period = match &args.period {
        Some(wanted) if periods.contains(wanted) => Some(wanted.clone()),
        Some(wanted) => {
            let known: Vec<&str> = periods.iter().map(String::as_str).collect();
            return Err(unknown("period", wanted, &known, &catalog::UNKNOWN_PERIOD));
        }
        None => periods.pop(),
    };
    let mut scores: Vec<(String, Option<f64>)> = Vec::new();
    for row in rows.iter().filter(|row| period.is_none() || get(row, "period") == period) {
        let unit = get(row, "unit").unwrap_or_default();
        let written = get(row, &node).unwrap_or_default();
        let score = match written.as_str() {
            "" => None,
            text => match text.parse::<f64>().ok().filter(|x| x.is_finite()) {
                Some(score) => Some(score),
                None => {
                    let what = format!("has `{text}` as the score of `{unit}`");
                    return Err(refused(target, &what, "name a column of numbers with `--node`"));
                }
            },
        };
        if scores.iter().any(|(known, _)| *known == unit) {
            return Err(refused(
                target,
                &format!("has two rows of `{unit}`"),
                "keep one row per unit and period",
            ));
        }
        scores.push((unit, score));
    }
    Ok(Version { name: target.to_owned(), node, period, scores, computed: None })
}

fn text_of(target: &str) -> Result<String, Stop> {
    let unreadable = |why: String| refused(target, &why, "name a file that `gradus score` wrote");
    let length = std::fs::metadata(target).map_err(|_| unreadable("cannot be read".into()))?.len();
    if length > LARGEST {
        return Err(unreadable(format!("has {length} bytes, more than 256 MiB")));
    }
    let text =
        std::fs::read_to_string(target).map_err(|_| unreadable("cannot be read as UTF-8 text".into()))?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

fn of_json(target: &str) -> Result<Vec<Row>, Stop> {
    let wrong = |what: &str| refused(target, what, "name a file that `gradus score --format json` wrote");
    let value: Value =
        serde_json::from_str(&text_of(target)?).map_err(|e| wrong(&format!("is not JSON: {e}")))?;
    let rows = value.as_array().ok_or_else(|| wrong("is not a list of rows"))?;
    rows.iter()
        .map(|row| {
            let object = row.as_object().ok_or_else(|| wrong("has a row that is no object"))?;
            let cell = |value: &Value| match value {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            Ok(object.iter().map(|(key, value)| (key.clone(), cell(value))).collect())
        })
        .collect()
}

fn of_csv(target: &str) -> Result<Vec<Row>, Stop> {
    let mut records = records(&text_of(target)?).into_iter();
    let Some(header) = records.next() else {
        return Err(refused(target, "is empty", "write it with `gradus score PKG --format csv`"));
    };
    let mut out = Vec::new();
    for (at, record) in records.enumerate() {
        if record.len() != header.len() {
            let what = format!("has {} fields in row {} and {} headings", record.len(), at + 2, header.len());
            return Err(refused(target, &what, "write it again with `gradus score PKG --format csv`"));
        }
        out.push(header.iter().cloned().zip(record).collect());
    }
    Ok(out)
}

/// The records of a CSV with commas, quoted as `gradus score` quotes.
fn records(text: &str) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    let (mut record, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field));
                out.push(std::mem::take(&mut record));
            }
            c => field.push(c),
        }
    }
    if !field.is_empty() || !record.is_empty() {
        record.push(field);
        out.push(record);
    }
    // An empty line is no record.
    out.retain(|record| record.len() > 1 || record.iter().any(|field| !field.is_empty()));
    out
}

fn refused(target: &str, what: &str, help: &str) -> Stop {
    Findings::one(
        Diagnostic::new(&catalog::FILE_UNREADABLE, format!("`{target}` {what}"))
            .at(Place::file(target))
            .help(help),
    )
}

#[cfg(test)]
mod tests {
    use super::records;

    #[test]
    fn quoted_fields_come_back() {
        assert_eq!(
            records("unit,a\r\n\"x, y\",\"he said \"\"1\"\"\"\n\n\"two\nlines\",\nlast,3"),
            [vec!["unit", "a"], vec!["x, y", "he said \"1\""], vec!["two\nlines", ""], vec!["last", "3"]]
        );
        assert!(records("").is_empty());
    }
}
