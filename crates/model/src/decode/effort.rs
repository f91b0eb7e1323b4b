//! What it takes to move an indicator: numbers that are not negative, and a bound on its scale.

use super::items::Decoder;
use super::ladder::{self, Course};
use super::value::{self, Item};
use crate::Diagnostic;
use crate::diagnostic::{Place, catalog};
use crate::number::Decimal;
use crate::package::{Effort, PerGrade};
use std::ops::RangeInclusive;

/// Reads the efforts of an indicator.
pub(super) fn effort(decoder: &mut Decoder<'_>, item: &Item<'_>, course: &Course) -> Effort {
    let Some(table) = item.get_ref().as_table() else { return Effort::default() };
    let any = Decimal::ZERO..=Decimal::MAX;
    let mut of = |key: &str, range| table.get(key).and_then(|item| per_grade(decoder, item, (key, range)));
    Effort {
        money: of("money", any.clone()),
        difficulty: of("difficulty", Decimal::ONE..=Decimal::from(5)),
        lead_years: of("lead-years", any),
        feasible: table.get("feasible").and_then(|item| ladder::bound(decoder, item, course, "feasible")),
        owner: table.get("owner").and_then(value::bilingual).unwrap_or_default(),
    }
}

fn per_grade(
    decoder: &mut Decoder<'_>,
    item: &Item<'_>,
    (key, range): (&str, RangeInclusive<Decimal>),
) -> Option<PerGrade<Decimal>> {
    let number = |decoder: &mut Decoder<'_>, item: &Item<'_>| {
        let number = value::decimal(item)?;
        if range.contains(&number) {
            return Some(number);
        }
        let help = match *range.end() == Decimal::MAX {
            true => "give zero or more".to_owned(),
            false => format!("give a number from {} to {}", range.start(), range.end()),
        };
        decoder.found.push(
            Diagnostic::new(&catalog::INVALID_NUMBER, format!("`{key}` is {number}"))
                .at(Place::span(&decoder.file, item.span()))
                .help(help),
        );
        None
    };
    let Some(table) = item.get_ref().as_table() else { return number(decoder, item).map(PerGrade::Same) };
    let mut values = vec![None; decoder.grades.len()];
    for (name, item) in table {
        match decoder.grades.iter().position(|grade| grade.id == *name.get_ref().as_ref()) {
            Some(grade) => values[grade] = number(decoder, item),
            None => decoder.unknown_grade(name.get_ref().as_ref(), name.span()),
        }
    }
    Some(PerGrade::Each(values))
}
