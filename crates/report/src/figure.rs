//! Figures as readers see them: digits, measurement unit, year and the marks a number carries.

use crate::context::Context;
use crate::grade_table::told_apart;
use crate::names;
use crate::pipeline::Touch;
use crate::said::{Said, say, term};
use gradus_engine::{Cell, Number};
use gradus_model::diagnostic::Place;
use gradus_model::number::Rounding;
use gradus_model::observation::{Absence, Status, Value};
use gradus_model::package::{NodeIx, Threshold};
use gradus_model::policy::PeriodRule;
use gradus_model::{Lang, Text};
use serde::Serialize;

/// A value of a node for a unit, with everything that is printed beside it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    /// The value in words, or why there is none.
    pub(crate) text: Said,
    /// `node/unit/period`, which resolves to the card of the node.
    pub(crate) reference: String,
    /// The anchor of the card.
    pub(crate) card: String,
    /// Everything known of it in one line.
    pub(crate) title: Said,
    /// The letters of its status and of what the steps of the pipeline did to it, empty for a final figure used as it is.
    pub(crate) mark: String,
    /// What the letter stands for.
    pub(crate) mark_word: Said,
    /// The year it is about, where that is not the period of the result.
    pub(crate) year: String,
    /// Whether there is no value.
    pub(crate) absent: bool,
    /// How firm it is: `firm`, `hollow` (provisional) or `hatched` (estimated, imputed, forecast).
    pub(crate) fill: Fill,
}

/// How a mark is drawn, by how firm its value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fill {
    /// Final.
    #[default]
    Firm,
    /// Provisional, or with a break or another definition.
    Hollow,
    /// Estimated, imputed or forecast.
    Hatched,
}

/// The letter and the word of a status.
pub(crate) fn status_mark(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Final => ("", "status.final"),
        Status::Provisional => ("p", "status.provisional"),
        Status::DefinitionDiffers => ("d", "status.definition-differs"),
        Status::Break => ("b", "status.break"),
        Status::Estimated => ("e", "status.estimated"),
        Status::Imputed => ("i", "status.imputed"),
        Status::Forecast => ("f", "status.forecast"),
    }
}

pub(crate) fn fill_of(status: Status) -> Fill {
    match status {
        Status::Final => Fill::Firm,
        Status::Provisional | Status::DefinitionDiffers | Status::Break => Fill::Hollow,
        Status::Estimated | Status::Imputed | Status::Forecast => Fill::Hatched,
    }
}

/// A place for readers: the file, and the line or cell where there is one. Bytes say nothing to them.
pub(crate) fn place_text(place: &Place) -> Said {
    match place {
        Place::Span { file, .. } => Said::same(file.as_ref()),
        Place::Line { file, line, .. } => {
            say("place.line", &[("file", file.as_ref().into()), ("line", line.to_string().into())])
        }
        place => Said::same(place.to_string()),
    }
}

/// The words for a missing value.
pub(crate) fn absence(reason: Absence) -> Said {
    term(&format!("absence.{}", reason.word()))
}

/// Digits in groups of three, with a true minus sign.
pub(crate) fn grouped(digits: &str) -> String {
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(rest) => ("\u{2212}", rest),
        None => ("", digits),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let mut out = String::from(sign);
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A number for reading: with the given places, else as it is; long tails are cut to what tells values apart.
pub(crate) fn readable(x: Number, places: Option<u32>, rounding: Rounding) -> String {
    if let Some(places) = places {
        return grouped(&x.show(Rounding { places, ..rounding }));
    }
    let full = x.to_string();
    let Some((whole, fraction)) = full.split_once('.') else { return grouped(&full) };
    // Four significant digits, at least two of them after the point where the whole part is short.
    let leading = match whole.trim_start_matches(['-', '0']).len() {
        0 => fraction.bytes().take_while(|b| *b == b'0').count() + 4,
        n => 4usize.saturating_sub(n).max(2),
    };
    if fraction.len() <= leading {
        return grouped(&full);
    }
    let cut = x.show(Rounding { places: u32::try_from(leading).unwrap_or(4), ..rounding });
    let cut = if cut.contains('.') { cut.trim_end_matches('0').trim_end_matches('.') } else { &cut };
    grouped(cut)
}

impl Context<'_> {
    /// A raw number of an indicator in its places, without the measurement unit; a level by its name.
    pub(crate) fn raw_text(&self, ix: NodeIx, x: Number) -> Said {
        if let Some(level) = names::level(self.package, ix, x) {
            return match level.name.is_empty() {
                true => Said::same(level.id.as_str()),
                false => Said::from(&level.name),
            };
        }
        let places = self.package.nodes[ix].indicator().and_then(|i| i.places);
        Said::same(readable(x, places, self.package.policy.rounding))
    }
    /// A score or aggregate as published.
    pub(crate) fn score_text(&self, x: Number) -> String {
        grouped(&x.show(self.package.policy.rounding))
    }
    /// The measurement unit of an indicator by name; none for levels and bare numbers.
    pub(crate) fn measurement_unit(&self, ix: NodeIx) -> Option<Said> {
        let unit = self.package.nodes[ix].indicator()?.measurement_unit.as_deref()?;
        Some(Said::from(&self.package.measurement_name(unit)))
    }
    /// A value with its measurement unit.
    pub(crate) fn with_unit(&self, ix: NodeIx, text: &Said) -> Said {
        match self.measurement_unit(ix) {
            None => text.clone(),
            Some(unit) => text.then((" ", " "), &unit),
        }
    }
    /// A difference with its measurement unit: of percentages, percentage points.
    pub(crate) fn difference(&self, ix: NodeIx, text: &Said) -> Said {
        let rest = self.measurement_unit(ix).and_then(|unit| {
            let after = |lang| unit.get(lang).strip_prefix('%');
            Some(Said(Text::both(after(Lang::En)?, after(Lang::Zh)?)))
        });
        match rest {
            Some(rest) => say("gap.points", &[("gap", text.clone())]).then(("", ""), &rest),
            None => self.with_unit(ix, text),
        }
    }
    /// Whether anything is known of the value, be it only bounds.
    pub(crate) fn known(&self, ix: NodeIx, row: usize) -> bool {
        self.raw(ix, row).is_some()
            || self
                .evaluation
                .observation(self.data, ix, row)
                .is_some_and(|o| !matches!(o.value, Value::Absent(_)))
    }
    /// `node/unit/period`.
    pub(crate) fn reference(&self, ix: NodeIx, row: usize) -> String {
        let (unit, period) = self.evaluation.unit_and_period(row);
        let period = self.evaluation.periods[period].map_or_else(|| "-".to_owned(), |p| p.to_string());
        format!("{}/{}/{period}", self.package.nodes[ix].id, self.evaluation.units[unit])
    }
    /// The raw value of an indicator in a row.
    pub(crate) fn raw(&self, ix: NodeIx, row: usize) -> Option<Number> {
        self.evaluation.nodes[ix].raw.get(row)
    }
    /// The status of what is behind a value.
    pub(crate) fn status(&self, ix: NodeIx, row: usize) -> Status {
        self.evaluation.nodes[ix].status.get(row).copied().unwrap_or_default()
    }
    /// The year of an observation where a reader has to be told it.
    fn year(&self, ix: NodeIx, row: usize) -> String {
        let Some(period) = self.figure_period(ix, row) else { return String::new() };
        let (_, at) = self.evaluation.unit_and_period(row);
        let expected = match self.package.policy.periods {
            PeriodRule::AsOf { year, .. } => Some(year),
            _ => self.evaluation.periods[at].map(gradus_model::Period::end_year),
        };
        if expected == Some(period.end_year()) { String::new() } else { period.to_string() }
    }
    /// The period a figure is about.
    pub(crate) fn figure_period(&self, ix: NodeIx, row: usize) -> Option<gradus_model::Period> {
        match self.evaluation.nodes[ix].cells.get(row)? {
            Cell::Observed(at) => self.data.observations.key(at)?.period,
            Cell::Derived { period } => period,
            Cell::Absent(_) => None,
        }
    }
    /// Why an indicator has no raw value in a row.
    pub(crate) fn absence(&self, ix: NodeIx, row: usize) -> Absence {
        match self.evaluation.nodes[ix].cells.get(row) {
            Some(Cell::Absent(reason)) => reason,
            _ => {
                self.evaluation.nodes[ix].absence.get(row).copied().flatten().unwrap_or(Absence::NotReported)
            }
        }
    }
    /// The figure of an indicator in a row beside a threshold, with digits enough to tell it from that.
    pub(crate) fn figure_against(&self, ix: NodeIx, row: usize, threshold: Option<Threshold>) -> Figure {
        let mut figure = self.figure(ix, row);
        if let (Some(Threshold::Number(threshold)), Some(x)) = (threshold, self.raw(ix, row)) {
            let shown = figure.text.get(Lang::En).replace(',', "").replace('\u{2212}', "-");
            let places = shown.split_once('.').map_or(0, |(_, digits)| digits.len());
            let rounding = self.package.policy.rounding;
            let rounding = Rounding { places: u32::try_from(places).unwrap_or(rounding.places), ..rounding };
            let apart = told_apart(x, threshold, rounding);
            if apart.len() > shown.len() {
                figure.text = Said::same(grouped(&apart));
            }
        }
        figure
    }
    /// The figure of an indicator in a row.
    pub(crate) fn figure(&self, ix: NodeIx, row: usize) -> Figure {
        let (unit, _) = self.evaluation.unit_and_period(row);
        let name = self.node_name(ix);
        let mut title = name.then((", ", "，"), &self.unit_name(unit));
        let observation = self.evaluation.observation(self.data, ix, row);
        let reference = self.reference(ix, row);
        let card = self.card(ix);
        let bounds = match observation.map(|o| o.value) {
            Some(Value::Interval { lower, upper }) if lower != upper => {
                let show = |x: gradus_model::Decimal| self.raw_text(ix, Number::Decimal(x));
                match (lower, upper) {
                    (Some(a), Some(b)) => {
                        Some(say("interval.between", &[("lower", show(a)), ("upper", show(b))]))
                    }
                    (Some(a), None) => Some(say("interval.least", &[("lower", show(a))])),
                    (None, Some(b)) => Some(say("interval.most", &[("upper", show(b))])),
                    (None, None) => None,
                }
            }
            _ => None,
        };
        let raw = self.raw(ix, row);
        let touches = self.touches(ix, row);
        let touched =
            touches.iter().map(|(touch, stage)| self.touch_words(*touch, stage, row)).collect::<Vec<_>>();
        let touched = touched.iter().fold(Said::default(), |all, next| all.then(("; ", "；"), next));
        let (mut mark, mut mark_word) = (String::new(), Said::default());
        for touch in Touch::ALL.into_iter().filter(|t| touches.iter().any(|(touch, _)| touch == t)) {
            mark.push_str(touch.mark());
            mark_word = mark_word.then((", ", "，"), &touch.words());
        }
        let text = match (raw, bounds) {
            (Some(x), _) => self.raw_text(ix, x),
            (None, Some(bounds)) => bounds,
            (None, None) => {
                let reason = absence(self.absence(ix, row));
                // A filled cell says so where the figure would be, and still counts as one without a figure.
                let text = say("not_available", &[("why", reason)]).then(("; ", "；"), &touched);
                let title = title.then((": ", "："), &text);
                let filled = touches.iter().any(|(touch, _)| *touch == Touch::Imputed);
                return Figure {
                    text,
                    reference,
                    card,
                    title,
                    mark,
                    mark_word,
                    year: String::new(),
                    absent: true,
                    fill: if filled { Fill::Hatched } else { Fill::Firm },
                };
            }
        };
        let full = raw.filter(|x| names::level(self.package, ix, *x).is_none());
        let exact = full.map_or_else(|| text.clone(), |x| Said::same(x.to_string()));
        title = title.then((": ", "："), &self.with_unit(ix, &exact));
        if let Some(period) = self.figure_period(ix, row) {
            title = title.then((", ", "，"), &Said::same(period.to_string()));
        }
        let derived = matches!(self.evaluation.nodes[ix].cells.get(row), Some(Cell::Derived { .. }));
        let status = self.status(ix, row);
        let (letter, word) = match (status_mark(status), derived) {
            (("", _), true) => ("c", "status.derived"),
            (mark, _) => mark,
        };
        if !letter.is_empty() {
            // A filled cell has the letter twice, by its status and by its step; it is shown once.
            let known = mark.contains(letter);
            if !known {
                mark.insert_str(0, letter);
            }
            title = title.then((", ", "，"), &term(word));
            if !known {
                mark_word = term(word).then((", ", "，"), &mark_word);
            }
        }
        title = title.then(("; ", "；"), &touched);
        Figure {
            text,
            reference,
            card,
            title,
            mark,
            mark_word,
            year: self.year(ix, row),
            absent: false,
            fill: fill_of(status),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_model::number::{RoundingMode, parse_decimal};

    #[test]
    fn digits_are_grouped_and_tails_cut() {
        let rounding = Rounding { mode: RoundingMode::HalfEven, places: 2 };
        for (value, places, shown) in [
            ("0", None, "0"),
            ("7", None, "7"),
            ("1234", None, "1,234"),
            ("-1234567.5", None, "\u{2212}1,234,567.5"),
            ("12.345678", None, "12.35"),
            ("1.23456", None, "1.235"),
            ("12.30001", None, "12.3"),
            ("999.999", None, "1,000"),
            ("0.000123456", None, "0.0001235"),
            ("12.5", Some(0), "12"),
            ("12.5", Some(2), "12.50"),
            ("100", None, "100"),
        ] {
            let x = Number::Decimal(parse_decimal(value).unwrap());
            assert_eq!(readable(x, places, rounding), shown, "{value}");
        }
    }
}
