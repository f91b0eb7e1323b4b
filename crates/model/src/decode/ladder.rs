//! Ladders: their grades must exist, and their steps must climb in the direction of the indicator.

use super::items::Decoder;
use super::value::{self, Item};
use crate::Diagnostic;
use crate::diagnostic::{Place, catalog, list_some, nearest};
use crate::number::Decimal;
use crate::package::{Direction, OrderedScale, Pass, Step, Threshold};
use std::ops::Range;
use toml::de::DeTable;

/// Which way the indicator goes: not known where the word for it was not understood.
pub(super) struct Course {
    pub(super) direction: Direction,
    pub(super) known: bool,
    pub(super) scale: Option<usize>,
}

impl Course {
    /// Whether the first of two numbers is further on.
    fn beyond<T: Ord>(&self, a: T, b: T) -> bool {
        match self.direction {
            Direction::Higher => a > b,
            Direction::Lower => a < b,
        }
    }
}

/// Reads a ladder.
pub(super) fn ladder(decoder: &mut Decoder<'_>, item: &Item<'_>, course: &Course) -> Vec<Step> {
    let Some(table) = item.get_ref().as_table() else { return Vec::new() };
    let mut steps: Vec<(Step, Range<usize>)> = Vec::new();
    for (key, written) in table {
        let name = key.get_ref().as_ref();
        let Some(grade) = decoder.grades.iter().position(|g| g.id == *name) else {
            decoder.unknown_grade(name, key.span());
            continue;
        };
        let read = Reader { decoder, course, name };
        if let Some(step) = read.step(grade, written) {
            steps.push((step, written.span()));
        }
    }
    steps.sort_by_key(|(step, _)| step.grade);
    for pair in steps.windows(2) {
        order(decoder, course, &pair[0], &pair[1]);
    }
    steps.into_iter().map(|(step, _)| step).collect()
}

/// Reads how uncertain figures reach thresholds.
pub(super) fn pass(decoder: &mut Decoder<'_>, item: &Item<'_>) -> Pass {
    match value::text(item) {
        Some("bound") => Pass::Bound,
        Some(_) => Pass::Estimate,
        None => match value::decimal(item) {
            Some(p) if p > Decimal::ZERO && p < Decimal::ONE => Pass::Probability(p),
            Some(p) => {
                decoder.found.push(
                    Diagnostic::new(&catalog::INVALID_NUMBER, format!("`pass` is the probability {p}"))
                        .at(Place::span(&decoder.file, item.span()))
                        .help("give a probability between 0 and 1, such as 0.9"),
                );
                Pass::Estimate
            }
            None => Pass::Estimate,
        },
    }
}

/// A number, or a level of the indicator's scale.
pub(super) fn bound(
    decoder: &mut Decoder<'_>,
    item: &Item<'_>,
    course: &Course,
    name: &str,
) -> Option<Threshold> {
    Reader { decoder, course, name }.threshold(item)
}

struct Reader<'d, 'f, 'c> {
    decoder: &'d mut Decoder<'f>,
    course: &'c Course,
    name: &'c str,
}

impl Reader<'_, '_, '_> {
    fn wrong(&mut self, span: Range<usize>, message: String, help: &str) {
        let place = Place::span(&self.decoder.file, span);
        self.decoder.found.push(Diagnostic::new(&catalog::LADDER_TYPE, message).at(place).help(help));
    }

    fn step(mut self, grade: usize, item: &Item<'_>) -> Option<Step> {
        let Some(table) = item.get_ref().as_table() else {
            return Some(Step::at(grade, self.threshold(item)?));
        };
        let forms =
            ["value", "above", "below", "from"].iter().filter(|key| table.contains_key(**key)).count();
        if forms != 1 || table.contains_key("from") != table.contains_key("to") {
            let message = format!(
                "the step `{}` says {} what must be reached",
                self.name,
                if forms == 0 { "not" } else { "in several ways" }
            );
            self.wrong(item.span(), message, "write one of `value`, `above`, `below`, or `from` with `to`");
            return None;
        }
        let (threshold, strict) = self.reached(table, item)?;
        let years = match table.get("years").and_then(value::count) {
            Some(0) => {
                self.wrong(
                    item.span(),
                    format!("the step `{}` must be held for 0 years", self.name),
                    "give `years` of 1 or more",
                );
                return None;
            }
            Some(years) => u32::try_from(years).unwrap_or(u32::MAX),
            None => 1,
        };
        let once_then = match table.get("once-then") {
            Some(floor) => Some(self.threshold(floor)?),
            None => None,
        };
        if let (Some(floor), Some(place)) = (once_then, table.get("once-then")) {
            let weaker = match (floor, threshold) {
                (Threshold::Number(floor), Threshold::Number(x)) => self.course.beyond(x, floor),
                (Threshold::Level(floor), Threshold::Level(x)) => self.course.beyond(x, floor),
                _ => false,
            };
            if !weaker && self.course.known {
                let message =
                    format!("`once-then` of the step `{}` asks for no less than the step itself", self.name);
                self.wrong(place.span(), message, "give a threshold that is easier to hold, or leave it out");
                return None;
            }
            if years > 1 {
                let message = format!("the step `{}` has both `years` and `once-then`", self.name);
                self.wrong(place.span(), message, "keep one: held for years running, or reached once");
                return None;
            }
        }
        Some(Step { grade, threshold, strict, years, once_then })
    }

    /// The threshold of a table, and whether it must be exceeded.
    fn reached(&mut self, table: &DeTable<'_>, item: &Item<'_>) -> Option<(Threshold, bool)> {
        if let Some(value) = table.get("value") {
            return Some((self.threshold(value)?, false));
        }
        if let (Some(from), Some(to)) = (table.get("from"), table.get("to")) {
            let (from, to) = (value::decimal(from)?, value::decimal(to)?);
            if from > to || self.course.scale.is_some() {
                let message = match self.course.scale {
                    Some(_) => format!("the step `{}` is a range on an ordered scale", self.name),
                    None => format!("the step `{}` ranges from {from} to {to}", self.name),
                };
                self.wrong(item.span(), message, "give two numbers, the smaller one as `from`");
                return None;
            }
            return Some((Threshold::Range(from, to), false));
        }
        let (key, wanted) = match table.contains_key("above") {
            true => ("above", Direction::Higher),
            false => ("below", Direction::Lower),
        };
        let number = value::decimal(table.get(key)?)?;
        if self.course.known && (self.course.direction != wanted || self.course.scale.is_some()) {
            let message = format!(
                "the step `{}` asks for a value {key} {number}, but {} is better",
                self.name,
                self.course.direction.word()
            );
            self.wrong(item.span(), message, "turn the comparison or `direction` round");
            return None;
        }
        Some((Threshold::Number(number), true))
    }

    fn threshold(&mut self, item: &Item<'_>) -> Option<Threshold> {
        let name = self.name;
        match (value::text(item), self.course.scale) {
            (Some(text), Some(scale)) => {
                let level = self.decoder.scales[scale].level(text);
                if level.is_none() {
                    let diagnostic = unknown_level(&self.decoder.scales[scale], text);
                    let place = Place::span(&self.decoder.file, item.span());
                    self.decoder.found.push(diagnostic.at(place));
                }
                level.map(Threshold::Level)
            }
            (Some(text), None) => {
                self.wrong(
                    item.span(),
                    format!("the step `{name}` is the text `{text}`"),
                    "write a number without quotes, or give the indicator a `scale`",
                );
                None
            }
            (None, Some(_)) => {
                self.wrong(
                    item.span(),
                    format!("the step `{name}` is a number on an ordered scale"),
                    "write a level of the scale",
                );
                None
            }
            (None, None) => value::decimal(item).map(Threshold::Number),
        }
    }
}

/// That a scale lacks a level.
pub(super) fn unknown_level(scale: &OrderedScale, text: &str) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(&catalog::LADDER_TYPE, format!("the scale `{}` has no level `{text}`", scale.id));
    match nearest(text, scale.levels.iter().map(|l| l.id.as_str())) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("use one of {}", list_some(scale.levels.iter().map(|l| &l.id)))),
    }
}

/// A harder grade asks for no less than an easier one.
fn order(
    decoder: &mut Decoder<'_>,
    course: &Course,
    low: &(Step, Range<usize>),
    high: &(Step, Range<usize>),
) {
    let (easy, hard) = (&low.0, &high.0);
    let climbs = match (easy.threshold, hard.threshold) {
        // The same threshold may be asked for again, for longer, or without a fall.
        (a, b) if a == b => {
            (easy.years, easy.strict) < (hard.years, hard.strict)
                || easy.once_then.is_some() && hard.once_then.is_none()
                || (easy.years, easy.strict, easy.once_then) == (hard.years, hard.strict, hard.once_then)
        }
        (Threshold::Number(a), Threshold::Number(b)) => course.beyond(b, a),
        (Threshold::Level(a), Threshold::Level(b)) => course.beyond(b, a),
        (Threshold::Range(a, b), Threshold::Range(c, d)) => a <= c && d <= b,
        _ => false,
    };
    if climbs || !course.known {
        return;
    }
    let show = |step: &Step| match step.threshold {
        Threshold::Number(x) => x.normalize().to_string(),
        Threshold::Range(a, b) => format!("{} to {}", a.normalize(), b.normalize()),
        Threshold::Level(l) => {
            let level = course.scale.and_then(|s| decoder.scales[s].levels.get(l));
            format!("`{}`", level.map_or("?", |l| l.id.as_str()))
        }
    };
    let ranges =
        matches!(easy.threshold, Threshold::Range(..)) || matches!(hard.threshold, Threshold::Range(..));
    let why = match ranges {
        true => "which is not inside it".to_owned(),
        false => format!("but {} is better", course.direction.word()),
    };
    let message = format!(
        "`{}` asks for {} and `{}` for {}, {why}",
        decoder.grades[easy.grade].id,
        show(easy),
        decoder.grades[hard.grade].id,
        show(hard),
    );
    let help = match ranges {
        true => "let each harder grade have the narrower range",
        false => "put the steps in order, or turn `direction` round",
    };
    decoder.found.push(
        Diagnostic::new(&catalog::LADDER_ORDER, message)
            .at(Place::span(&decoder.file, high.1.clone()))
            .also(Place::span(&decoder.file, low.1.clone()), "the easier grade")
            .help(help),
    );
}
