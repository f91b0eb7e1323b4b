//! The straight line that min-max, goalposts and the distances have in common.

use crate::Scale;
use crate::shared::Clamp;
use gradus_method::{Column, Fault, Outcome};
use gradus_model::number::Scalar;

/// A line from the value that scores the lower end of a scale to the value that scores its upper end.
///
/// `y = low + (x − worst) (high − low) / (best − worst)`, with the division after the product, so that a short decimal
/// stays exact wherever the quotient ends. Both ends are hit exactly in either arithmetic, and rounding never carries
/// a value past an end it does not reach.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<S> {
    /// The value that scores `low`.
    worst: S,
    /// The value that scores `high`: above `worst` where more is better, below it where less is better.
    best: S,
    range: S,
    low: S,
    high: S,
    width: S,
    clamp: Clamp,
}

impl<S: Scalar> Line<S> {
    /// The line between two different values; a fault when a difference leaves the range of the arithmetic.
    pub(crate) fn new(worst: S, best: S, (low, high): (S, S), clamp: Clamp) -> Outcome<Self> {
        let range = if worst < best { best.minus(worst) } else { worst.minus(best) };
        let (Some(range), Some(width)) = (range, high.minus(low)) else { return Err(Fault::out_of_range()) };
        if !range.finite() || !width.finite() {
            return Err(Fault::out_of_range());
        }
        Ok(Self { worst, best, range, low, high, width, clamp })
    }

    /// The score of one value.
    pub(crate) fn at(&self, x: S) -> Option<S> {
        if self.worst < self.best { self.on::<true>(x) } else { self.on::<false>(x) }
    }

    // Everything here is a selection between two numbers, so that the loop over a column vectorizes.
    #[inline(always)]
    fn on<const RISING: bool>(&self, x: S) -> Option<S> {
        let above = if RISING { x.minus(self.worst) } else { self.worst.minus(x) }?;
        let above = above.greatest(if self.clamp.lower { S::ZERO } else { above });
        let above = above.least(if self.clamp.upper { self.range } else { above });
        let part = match above.times(self.width) {
            Some(product) => product.over(self.range),
            // Only decimals get here: the product is too large, the score need not be.
            None => above.over(self.range)?.times(self.width),
        };
        let y = part?.plus(self.low)?;
        let y = if above > self.range { y } else { y.least(self.high) };
        Some(if above < self.range { y } else { y.greatest(self.high) })
    }

    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        // A copy of the line belongs to the loop, which then need not read it again after every score it writes.
        let line = *self;
        if line.worst < line.best {
            out.map_from(values, move |x| line.on::<true>(x))
        } else {
            out.map_from(values, move |x| line.on::<false>(x))
        }
    }
}

/// A fitted method that is a [`Line`], with the names its two ends have in the audit trail.
#[derive(Debug)]
pub(crate) struct OnLine<S> {
    pub(crate) line: Line<S>,
    pub(crate) fitted: [(&'static str, S); 2],
}

impl<S: Scalar> Scale<S> for OnLine<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        self.line.score(values, out)
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        self.fitted.to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_model::number::{Decimal, parse_decimal};
    use proptest::prelude::*;

    #[test]
    fn a_product_outside_the_decimal_range_does_not_spoil_the_score() {
        let d = |text| parse_decimal(text).unwrap();
        let line = Line::new(d("0"), d("4e28"), (Decimal::ZERO, Decimal::ONE_HUNDRED), Clamp::NONE).unwrap();
        assert_eq!(line.at(d("1e28")), Some(d("25")));
        assert!(Line::new(d("-7e28"), d("7e28"), (d("0"), d("1")), Clamp::NONE).is_err());
        assert!(Line::new(-1e308, 1e308, (0.0, 1.0), Clamp::NONE).is_err());
    }

    proptest! {
        #[test]
        fn ends_are_exact_and_rounding_keeps_order(
            a in -1e6f64..1e6, b in -1e6f64..1e6, t in 0.0f64..=1.0, low in -10.0f64..10.0, width in 0.1f64..100.0,
        ) {
            prop_assume!(a != b);
            let high = low + width;
            let line = Line::new(a, b, (low, high), Clamp::NONE).unwrap();
            prop_assert_eq!(line.at(a), Some(low));
            prop_assert_eq!(line.at(b), Some(high));
            let inside = a + (b - a) * t;
            if inside >= a.min(b) && inside <= a.max(b) {
                let y = line.at(inside).unwrap();
                prop_assert!(low <= y && y <= high, "{y}");
            }
        }

        #[test]
        fn ends_are_exact_in_decimals(a in any::<i64>(), b in any::<i64>(), scale in 0u32..20, low in -1000i64..1000) {
            prop_assume!(a != b);
            let (a, b) = (Decimal::new(a, scale), Decimal::new(b, scale));
            let (low, high) = (Decimal::new(low, 1), Decimal::new(low + 777, 1));
            let line = Line::new(a, b, (low, high), Clamp::NONE).unwrap();
            prop_assert_eq!(line.at(a), Some(low));
            prop_assert_eq!(line.at(b), Some(high));
        }
    }
}
