//! Distance from a center in measures of spread, for the methods that differ in what they take for the two.

use crate::Scale;
use crate::shared;
use gradus_method::{Args, Column, Default, Direction, Fault, Outcome, Param, ParamKind};
use gradus_model::number::{Decimal, Scalar};

/// Where scores are centered and how wide they spread.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standardization {
    mean: Decimal,
    sd: Decimal,
}

pub(crate) const MEAN: Param = Param {
    name: "mean",
    kind: ParamKind::Number,
    default: Default::Value("0"),
    range: "any number",
    meaning: "the score of a value at the center of the reference data, dimensionless",
};

pub(crate) const SD: Param = Param {
    name: "sd",
    kind: ParamKind::Number,
    default: Default::Value("1"),
    range: "above 0",
    meaning: "how many points one measure of spread is worth, dimensionless",
};

impl Standardization {
    /// Reads [`MEAN`] and [`SD`].
    pub(crate) fn of(args: &Args) -> Outcome<Self> {
        let sd = args.optional_number("sd")?.unwrap_or(Decimal::ONE);
        if sd <= Decimal::ZERO {
            return Err(Fault::parameter("sd", format!("`sd` must be above 0, found {sd}"))
                .help("give a positive `sd`, and say with `direction` which end is better"));
        }
        Ok(Self { mean: args.optional_number("mean")?.unwrap_or(Decimal::ZERO), sd })
    }

    /// The scale about a center, with the names its two numbers have in the audit trail.
    pub(crate) fn about<S: Scalar>(
        self,
        center: (&'static str, Option<S>),
        spread: (&'static str, Option<S>),
        direction: Direction,
    ) -> Outcome<Box<dyn Scale<S>>> {
        let middle = center.1.filter(|m| m.finite()).ok_or_else(Fault::out_of_range)?;
        let unit = spread.1.filter(|s| s.finite() && *s > S::ZERO).ok_or_else(Fault::out_of_range)?;
        Ok(Box::new(Standard {
            center: middle,
            spread: unit,
            direction,
            mean: S::from_decimal(self.mean),
            sd: S::from_decimal(self.sd),
            names: [center.0, spread.0],
        }))
    }
}

/// Refuses a reference with fewer than two values, or with equal values only. Rounding can leave equal values a tiny
/// spread, so they are recognized by their range.
pub(crate) fn spreads<S: Scalar>(reference: &Column<S>, method: &str) -> Outcome<()> {
    let count = shared::count(reference);
    if count < 2 {
        return Err(shared::too_few(method, 2, count));
    }
    let (low, high) = shared::extent(reference, method)?;
    if low == high {
        return Err(shared::constant(method, "spread", low, count));
    }
    Ok(())
}

#[derive(Debug)]
struct Standard<S> {
    center: S,
    spread: S,
    direction: Direction,
    mean: S,
    sd: S,
    names: [&'static str; 2],
}

impl<S: Scalar> Scale<S> for Standard<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        // Copies belong to the loop, which then need not read them again after every score it writes.
        let Self { center, spread, direction, mean, sd, .. } = *self;
        let place = move |distance: S| distance.over(spread)?.times(sd)?.plus(mean);
        match direction {
            Direction::Higher => out.map_from(values, move |x| place(x.minus(center)?)),
            Direction::Lower => out.map_from(values, move |x| place(center.minus(x)?)),
        }
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        vec![(self.names[0], self.center), (self.names[1], self.spread)]
    }
}
