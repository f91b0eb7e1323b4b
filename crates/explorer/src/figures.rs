//! Figures as JSON, compact and exact, and back.
//!
//! Units, variables, periods and statuses repeat in long runs or count up; they are written as runs of differences, so that a
//! table of ten thousand cells is little more than its numbers. A number is written with the digits the file had: no
//! digit passes through a binary float. What is known of a figure but never computed with (its source, its document, its place in a
//! file) stays behind.

use gradus_model::observation::{Absence, Classes, Detail, Period, Since, Status, Value};
use gradus_model::{DataSet, Decimal, Id, Observation};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// Writes the figures.
pub(crate) fn encode(data: &DataSet) -> Json {
    let mut periods: Vec<Option<Period>> = Vec::new();
    let mut qualities: Vec<Option<Arc<str>>> = Vec::new();
    let mut columns: [Vec<i64>; 5] = Default::default();
    let mut values = Vec::with_capacity(data.observations.len());
    for observation in data.observations.iter() {
        let row = [
            observation.unit,
            observation.variable,
            place(&mut periods, observation.period),
            Status::WORDS.iter().position(|(_, s)| *s == observation.status).unwrap_or(0),
            place(&mut qualities, observation.detail.quality.clone()),
        ];
        for (column, at) in columns.iter_mut().zip(row) {
            column.push(i64::try_from(at).unwrap_or(i64::MAX));
        }
        values.push(write_value(&observation.value));
    }
    let [unit, variable, period, status, quality] = columns.map(|column| runs(&column));
    let classes: Map<String, Json> =
        data.classes.iter().map(|(kind, classes)| (kind.clone(), write_classes(classes))).collect();
    json!({
        "units": data.units.iter().map(Id::as_str).collect::<Vec<_>>(),
        "variables": data.variables.iter().map(Id::as_str).collect::<Vec<_>>(),
        "classes": classes,
        "periods": periods.iter().map(|p| write_period(*p)).collect::<Vec<_>>(),
        "qualities": qualities.iter().map(|q| q.as_deref()).collect::<Vec<_>>(),
        "unit": unit,
        "variable": variable,
        "period": period,
        "status": status,
        "quality": quality,
        "values": values,
    })
}

fn place<T: PartialEq>(known: &mut Vec<T>, item: T) -> usize {
    known.iter().position(|k| *k == item).unwrap_or_else(|| {
        known.push(item);
        known.len() - 1
    })
}

/// Differences from each number to the next, each with how often it comes in a row.
fn runs(column: &[i64]) -> Vec<i64> {
    let mut out: Vec<i64> = Vec::new();
    let mut last = 0;
    for x in column {
        let step = x - last;
        last = *x;
        match out.as_mut_slice() {
            [.., before, count] if *before == step => *count += 1,
            _ => out.extend([step, 1]),
        }
    }
    out
}

fn write_period(period: Option<Period>) -> Json {
    period.map_or(Json::Null, |p| p.to_string().into())
}

fn number(x: Decimal) -> Json {
    // The text of a decimal is a number of JSON.
    x.to_string().parse().map_or(Json::Null, Json::Number)
}

fn write_value(value: &Value) -> Json {
    let bound = |x: Option<Decimal>| x.map_or(Json::Null, number);
    let day = |day: Option<jiff::civil::Date>| day.map_or(Json::Null, |d| d.to_string().into());
    match value {
        Value::Number(x) => number(*x),
        Value::Absent(Absence::NotReported) => Json::Null,
        Value::Absent(why) => json!({ "absent": why.word() }),
        Value::Level(level) => json!({ "level": level }),
        Value::Title { level, awarded, expires } => {
            json!({ "title": level, "awarded": day(*awarded), "expires": day(*expires) })
        }
        Value::Interval { lower, upper } => json!({ "lower": bound(*lower), "upper": bound(*upper) }),
        Value::Survey { estimate, n, standard_error } => {
            json!({ "estimate": number(*estimate), "n": n, "error": bound(*standard_error) })
        }
        // A kind of value that is not known here has no number either.
        _ => Json::Null,
    }
}

fn write_classes(classes: &Classes) -> Json {
    let changes: Vec<Json> = classes
        .changes
        .iter()
        .map(|(unit, since)| {
            let since: Vec<Json> =
                since.iter().map(|(from, class)| json!([write_period(*from), class.as_ref()])).collect();
            json!([unit, since])
        })
        .collect();
    json!({
        "of": classes.of_unit.iter().map(|c| c.as_deref()).collect::<Vec<_>>(),
        "changes": changes,
    })
}

/// Reads figures back; the error says what is not as it was written.
pub(crate) fn decode(json: &Json) -> Result<DataSet, String> {
    let ids = |key: &str| -> Result<Vec<Id>, String> {
        list(json, key)?
            .iter()
            .map(|id| id.as_str().and_then(|id| Id::new(id).ok()).ok_or_else(|| wrong(key, "a code")))
            .collect()
    };
    let (units, variables) = (ids("units")?, ids("variables")?);
    let values = list(json, "values")?;
    let column = |key: &str, below: usize| -> Result<Vec<usize>, String> {
        unrun(list(json, key)?, values.len(), below).ok_or_else(|| wrong(key, "runs of places that exist"))
    };
    let periods: Vec<Option<Period>> =
        list(json, "periods")?.iter().map(read_period).collect::<Result<_, _>>()?;
    let qualities = list(json, "qualities")?;
    let unit = column("unit", units.len())?;
    let variable = column("variable", variables.len())?;
    let period = column("period", periods.len())?;
    let status = column("status", Status::WORDS.len())?;
    let quality = column("quality", qualities.len())?;
    let details: Vec<Arc<Detail>> = qualities
        .iter()
        .map(|q| Arc::new(Detail { quality: q.as_str().map(Into::into), ..Detail::default() }))
        .collect();
    let mut data = DataSet { units, variables, ..DataSet::default() };
    for (at, value) in values.iter().enumerate() {
        data.observations.push(Observation {
            unit: unit[at],
            variable: variable[at],
            period: periods[period[at]],
            value: read_value(value).ok_or_else(|| wrong("values", &format!("a figure, and has {value}")))?,
            status: Status::WORDS[status[at]].1,
            place: None,
            detail: details[quality[at]].clone(),
        });
    }
    let classes = json.get("classes").and_then(Json::as_object).ok_or_else(|| wrong("classes", "a table"))?;
    for (kind, classes) in classes {
        data.classes.insert(kind.clone(), read_classes(classes, data.units.len())?);
    }
    Ok(data)
}

fn wrong(key: &str, what: &str) -> String {
    format!("`data.{key}` must be {what}")
}

fn list<'a>(json: &'a Json, key: &str) -> Result<&'a Vec<Json>, String> {
    json.get(key).and_then(Json::as_array).ok_or_else(|| wrong(key, "a list"))
}

/// The numbers of runs, all of them places below `below`; nothing where they are not, or not `n`.
fn unrun(runs: &[Json], n: usize, below: usize) -> Option<Vec<usize>> {
    let mut out = Vec::with_capacity(n);
    let mut last = 0_i64;
    for run in runs.chunks(2) {
        let [step, count] = run else { return None };
        let (step, count) = (step.as_i64()?, usize::try_from(count.as_u64()?).ok()?);
        if count > n - out.len() {
            return None;
        }
        for _ in 0..count {
            last = last.checked_add(step)?;
            out.push(usize::try_from(last).ok().filter(|at| *at < below)?);
        }
    }
    (out.len() == n).then_some(out)
}

fn read_period(json: &Json) -> Result<Option<Period>, String> {
    match json {
        Json::Null => Ok(None),
        Json::String(text) => Period::parse(text).map(Some).ok_or_else(|| wrong("periods", "periods")),
        _ => Err(wrong("periods", "periods")),
    }
}

fn read_number(json: &Json) -> Option<Decimal> {
    match json {
        Json::Number(x) => Decimal::from_str_exact(x.as_str()).ok(),
        _ => None,
    }
}

/// Nothing for what is no figure; within, nothing for what is not given.
fn read_value(json: &Json) -> Option<Value> {
    let Json::Object(table) = json else {
        return match json {
            Json::Null => Some(Value::Absent(Absence::NotReported)),
            _ => read_number(json).map(Value::Number),
        };
    };
    let place = |key: &str| table.get(key)?.as_u64().and_then(|at| usize::try_from(at).ok());
    let day = |key: &str| match table.get(key)? {
        Json::Null => Some(None),
        day => day.as_str()?.parse().ok().map(Some),
    };
    let bound = |key: &str| match table.get(key)? {
        Json::Null => Some(None),
        x => read_number(x).map(Some),
    };
    Some(if let Some(why) = table.get("absent") {
        let word = why.as_str()?;
        Value::Absent(
            *Absence::ALL.iter().find(|a| a.word() == word).or(LATER.iter().find(|a| a.word() == word))?,
        )
    } else if table.contains_key("level") {
        Value::Level(place("level")?)
    } else if table.contains_key("title") {
        Value::Title { level: place("title")?, awarded: day("awarded")?, expires: day("expires")? }
    } else if table.contains_key("estimate") {
        let n = match table.get("n")? {
            Json::Null => None,
            n => Some(n.as_u64()?),
        };
        Value::Survey { estimate: read_number(table.get("estimate")?)?, n, standard_error: bound("error")? }
    } else {
        Value::Interval { lower: bound("lower")?, upper: bound("upper")? }
    })
}

/// Reasons that surveys give, which [`Absence::ALL`] does not list.
const LATER: [Absence; 2] = [Absence::TooFewRespondents, Absence::TooManyDontKnow];

fn read_classes(json: &Json, n_units: usize) -> Result<Classes, String> {
    let wrong = || wrong("classes", "the classes of units");
    let of = json.get("of").and_then(Json::as_array).filter(|of| of.len() <= n_units).ok_or_else(wrong)?;
    let mut out: Classes = of.iter().map(Json::as_str).collect();
    for change in json.get("changes").and_then(Json::as_array).ok_or_else(wrong)? {
        let unit = change.get(0).and_then(Json::as_u64).and_then(|u| usize::try_from(u).ok());
        let unit = unit.filter(|unit| *unit < n_units).ok_or_else(wrong)?;
        let since = change.get(1).and_then(Json::as_array).ok_or_else(wrong)?;
        let since: Option<Since> = since
            .iter()
            .map(|pair| {
                let from = read_period(pair.get(0)?).ok()?;
                Some((from, pair.get(1)?.as_str()?.into()))
            })
            .collect();
        out.put(unit, since.ok_or_else(wrong)?);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        Decimal::from_str_exact(text).unwrap()
    }

    #[test]
    fn every_kind_of_figure_comes_back_with_its_digits() {
        let values = [
            Value::Number(d("1.50")),
            Value::Number(d("-79228162514264337593543950335")),
            Value::Number(d("0.0000000000000000000000000001")),
            Value::Absent(Absence::NotReported),
            Value::Absent(Absence::TooManyDontKnow),
            Value::Absent(Absence::NotApplicable),
            Value::Level(2),
            Value::Title { level: 1, awarded: Some(jiff::civil::date(2012, 2, 29)), expires: None },
            Value::Interval { lower: Some(d("40")), upper: None },
            Value::Survey { estimate: d("0.31"), n: Some(1204), standard_error: Some(d("0.02")) },
        ];
        let mut data = DataSet {
            units: vec![Id::new("a").unwrap(), Id::new("长春").unwrap()],
            variables: vec![Id::new("x").unwrap(), Id::new("y.z").unwrap()],
            ..DataSet::default()
        };
        for (at, value) in values.iter().enumerate() {
            let quality = (at % 3 == 1).then(|| "B".into());
            data.observations.push(Observation {
                unit: at % 2,
                variable: at / 5,
                period: [None, Period::parse("2013"), Period::parse("2014-Q2")][at % 3],
                value: value.clone(),
                status: Status::WORDS[at % Status::WORDS.len()].1,
                place: None,
                detail: Arc::new(Detail { quality, ..Detail::default() }),
            });
        }
        let mut classes = Classes::default();
        classes.put(1, vec![(None, "poor".into()), (Period::parse("2014"), "rich".into())]);
        data.classes.insert("income".into(), classes);
        let text = encode(&data).to_string();
        let back = decode(&text.parse().unwrap()).unwrap();
        assert_eq!(back, data);
        // Equal decimals may differ in digits; these do not.
        assert_eq!(encode(&back).to_string(), text);
        assert!(text.contains("1.50,-79228162514264337593543950335,0.0000000000000000000000000001,null"));
    }

    #[test]
    fn what_repeats_or_counts_up_is_short() {
        assert_eq!(runs(&[0, 0, 0, 1, 2, 3, 0, 1, 2]), [0, 3, 1, 3, -3, 1, 1, 2]);
        assert_eq!(runs(&[5]), [5, 1]);
        assert!(runs(&[]).is_empty());
        let back = |runs: &[i64], n, below| {
            unrun(&runs.iter().map(|x| Json::from(*x)).collect::<Vec<_>>(), n, below)
        };
        assert_eq!(back(&[0, 3, 1, 3, -3, 1, 1, 2], 9, 4).unwrap(), [0, 0, 0, 1, 2, 3, 0, 1, 2]);
        for (runs, n, below) in [
            (&[1, 1][..], 1, 1),
            (&[-1, 1], 1, 5),
            (&[0, 9], 3, 5),
            (&[0, 1], 2, 5),
            (&[0], 1, 5),
            (&[0, -1], 1, 5),
            (&[i64::MAX, 2], 2, 5),
        ] {
            assert_eq!(back(runs, n, below), None, "{runs:?}");
        }
    }
}
