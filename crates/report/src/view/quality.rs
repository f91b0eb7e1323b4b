//! What is there, how old and how firm it is, and where it comes from.

use super::Link;
use super::cards::Source;
use crate::context::Context;
use crate::figure::{Fill, absence, place_text, status_mark};
use crate::pipeline::Touch;
use crate::said::{Said, say, term};
use gradus_model::observation::{Confidence, Status};
use gradus_model::package::NodeIx;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Quality {
    summary: Said,
    units: Vec<Column>,
    rows: Vec<Row>,
    left_out: Said,
    statuses: Vec<(Said, &'static str, usize)>,
    confidences: Vec<(Said, usize)>,
    absences: Vec<(Said, usize)>,
    years: Vec<Year>,
    sources: Vec<Source>,
    imports: Vec<Import>,
    /// What the steps of the pipeline did to figures of the period.
    touched: Vec<(Said, &'static str, usize)>,
    corrections: Said,
    diagnostics: Vec<Finding>,
}

#[derive(Debug, Serialize)]
struct Column {
    name: Said,
    own: bool,
    coverage: Said,
}

#[derive(Debug, Serialize)]
struct Row {
    link: Link,
    cells: Vec<Cell>,
    /// Over all units, also those without a column.
    coverage: Said,
}

/// A cell of the map of what is there.
#[derive(Debug, Serialize)]
struct Cell {
    absent: bool,
    fill: Fill,
    /// The year of the figure, two digits, or the status letter where there is no year.
    text: String,
    mark: String,
    title: Said,
    card: String,
}

#[derive(Debug, Serialize)]
struct Year {
    year: String,
    n: usize,
    /// In percent of the most frequent year.
    width: usize,
}

#[derive(Debug, Serialize)]
struct Import {
    file: String,
    sentence: Said,
    not_read: Vec<Said>,
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Finding {
    error: bool,
    severity: Said,
    id: &'static str,
    message: String,
    concerns: String,
    place: Option<Said>,
    help: Option<String>,
}

pub(crate) fn quality(cx: &Context) -> Quality {
    let columns = cx.columns();
    let indicators = cx.indicators();
    let units = cx.evaluation.units.len();
    let present = |ix: NodeIx, u: usize| cx.known(ix, cx.row(u));
    let all = units * indicators.len();
    let there: usize = indicators.iter().map(|ix| (0..units).filter(|u| present(*ix, *u)).count()).sum();
    let n_of = |k: usize, of: usize| say("n_of", &[("k", k.into()), ("of", of.into())]);
    let mut statuses = vec![0usize; Status::WORDS.len()];
    let (mut derived, mut computed) = (0, 0);
    let mut confidences = vec![0usize; Confidence::WORDS.len() + 1];
    let mut absences: Vec<(gradus_model::Absence, usize)> = Vec::new();
    let mut years: std::collections::BTreeMap<i16, usize> = std::collections::BTreeMap::new();
    for ix in &indicators {
        for u in 0..units {
            let row = cx.row(u);
            if !present(*ix, u) {
                let why = cx.absence(*ix, row);
                match absences.iter_mut().find(|(a, _)| *a == why) {
                    Some((_, n)) => *n += 1,
                    None => absences.push((why, 1)),
                }
                continue;
            }
            if let Some(period) = cx.figure_period(*ix, row) {
                *years.entry(period.end_year()).or_insert(0) += 1;
            }
            let status = cx.status(*ix, row);
            let observation = cx.evaluation.observation(cx.data, *ix, row);
            if observation.is_none() && status == Status::Final {
                derived += 1;
            } else if let Some(at) = Status::WORDS.iter().position(|(_, s)| *s == status) {
                statuses[at] += 1;
            }
            if let Some(observation) = observation {
                let at = observation
                    .detail
                    .confidence
                    .and_then(|c| Confidence::WORDS.iter().position(|(_, k)| *k == c));
                confidences[at.unwrap_or(Confidence::WORDS.len())] += 1;
            } else {
                computed += 1;
            }
        }
    }
    absences.sort_by_key(|(a, _)| *a);
    let most = years.values().copied().max().unwrap_or(1).max(1);
    let left_out = units - columns.len();
    let touched: Vec<(Said, &'static str, usize)> = Touch::ALL
        .into_iter()
        .map(|touch| {
            let of =
                |ix: NodeIx, u: usize| cx.touches(ix, cx.row(u)).iter().any(|(found, _)| *found == touch);
            let n = indicators.iter().map(|ix| (0..units).filter(|u| of(*ix, *u)).count()).sum();
            (touch.words(), touch.mark(), n)
        })
        .filter(|(.., n)| *n > 0)
        .collect();
    Quality {
        summary: say(
            "quality.summary",
            &[
                ("there", there.to_string().into()),
                ("all", all.to_string().into()),
                ("units", units.to_string().into()),
                ("indicators", indicators.len().to_string().into()),
            ],
        ),
        units: columns
            .iter()
            .map(|u| Column {
                name: cx.unit_name(*u),
                own: Some(*u) == cx.own,
                coverage: n_of(indicators.iter().filter(|ix| present(**ix, *u)).count(), indicators.len()),
            })
            .collect(),
        rows: indicators
            .iter()
            .map(|ix| Row {
                link: cx.link(*ix),
                cells: columns.iter().map(|u| cell(cx, *ix, *u)).collect(),
                coverage: n_of((0..units).filter(|u| present(*ix, *u)).count(), units),
            })
            .collect(),
        left_out: if left_out > 0 {
            say("scorecard.left_out", &[("n", left_out.into())])
        } else {
            Said::default()
        },
        statuses: Status::WORDS
            .iter()
            .zip(&statuses)
            .filter(|(_, n)| **n > 0)
            .map(|((word, status), n)| (term(&format!("status.{word}")), status_mark(*status).0, *n))
            .chain((derived > 0).then(|| (term("status.derived"), "c", derived)))
            .collect(),
        confidences: Confidence::WORDS
            .iter()
            .map(|(word, _)| term(&format!("confidence.{word}")))
            .chain([term("confidence.none")])
            .zip(confidences)
            .filter(|(_, n)| *n > 0)
            // Confidence is stated of figures that were read; the rest are made from them.
            .chain((computed > 0).then(|| (term("status.derived"), computed)))
            .collect(),
        absences: absences.into_iter().map(|(a, n)| (absence(a), n)).collect(),
        years: years
            .into_iter()
            .map(|(year, n)| Year { year: year.to_string(), n, width: (n * 100).div_ceil(most) })
            .collect(),
        corrections: term(if touched.is_empty() { "quality.no_corrections" } else { "quality.used" }),
        touched,
        sources: cx.package.origins.iter().map(Source::of).collect(),
        imports: cx
            .input
            .imports
            .iter()
            .map(|i| Import {
                file: match &i.sheet {
                    Some(sheet) => format!("{}, {sheet}", i.path),
                    None => i.path.clone(),
                },
                sentence: say(
                    "import.sentence",
                    &[
                        ("rows", i.rows.to_string().into()),
                        ("values", i.values.to_string().into()),
                        ("absent", i.absent.values().sum::<u64>().to_string().into()),
                    ],
                ),
                not_read: i
                    .not_read
                    .iter()
                    .map(|n| {
                        let what = say(
                            &format!("not_read.{}", crate::json::not_read_word(n.reason)),
                            &[("n", n.count.to_string().into())],
                        );
                        let names: Vec<Said> = n.names.iter().map(|name| name.as_str().into()).collect();
                        what.then(
                            (" ", ""),
                            &if names.is_empty() {
                                Said::default()
                            } else {
                                say("not_read.names", &[("names", Said::list(&names))])
                            },
                        )
                    })
                    .collect(),
                notes: i.notes.iter().map(ToString::to_string).collect(),
            })
            .collect(),
        diagnostics: cx
            .input
            .diagnostics
            .iter()
            .map(|d| Finding {
                error: d.is_error(),
                severity: term(if d.is_error() { "severity.error" } else { "severity.warning" }),
                id: d.kind.id,
                message: d.message.clone(),
                concerns: d
                    .context
                    .iter()
                    .map(|(what, which)| format!("{what} {which}"))
                    .collect::<Vec<_>>()
                    .join(", "),
                place: d.places.first().map(|(place, _)| place_text(place)),
                help: d.help.clone(),
            })
            .collect(),
    }
}

fn cell(cx: &Context, ix: NodeIx, unit: usize) -> Cell {
    let row = cx.row(unit);
    let figure = cx.figure(ix, row);
    let year = cx.figure_period(ix, row).map(|p| format!("’{:02}", p.end_year().rem_euclid(100)));
    Cell {
        absent: figure.absent,
        fill: figure.fill,
        text: if figure.absent { String::new() } else { year.unwrap_or_else(|| "•".to_owned()) },
        mark: figure.mark,
        title: figure.title,
        card: figure.card,
    }
}
