//! What methods that measure units by the ideal have in common: the parts that tell units apart, each measured on the
//! way from the worst observed value to the best.
//!
//! A unit's place on that way is between 0 and 1 whatever the size of the values, so that no square leaves the range of
//! the arithmetic, and what the best unit falls short of itself is exactly 0.

use crate::Aggregator;
use crate::shared::{self, product};
use gradus_method::{Fault, Outcome};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Arithmetic, Scalar};

/// Rows worked on at a time: their running results stay in a near cache while the parts stream by, each in a stretch long
/// enough for the processor to read ahead.
const BLOCK: usize = 1 << 14;

/// Sums that run side by side over a column: a fixed order, and one that a processor can work on at once.
const LANES: usize = 8;

/// Division of many numbers by one. In doubles it is a multiplication, several times as fast; a decimal would lose digits by
/// that, for it has a fixed number of places.
#[derive(Debug, Clone, Copy)]
struct Divisor<S> {
    by: S,
    inverse: S,
}

impl<S: Scalar> Divisor<S> {
    fn new(by: S) -> Option<Self> {
        let inverse = match S::ARITHMETIC {
            Arithmetic::Binary64 => S::ONE.over(by).filter(|inverse| inverse.finite())?,
            Arithmetic::Decimal => S::ZERO,
        };
        Some(Self { by, inverse })
    }
    /// A quotient of at most 1 in magnitude.
    #[inline(always)]
    fn divide(&self, x: S) -> S {
        match S::ARITHMETIC {
            Arithmetic::Binary64 => x.times(self.inverse),
            Arithmetic::Decimal => x.over(self.by),
        }
        .unwrap_or(S::ZERO)
    }
}

/// One part with weight whose values differ.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Axis<'a, S> {
    values: &'a [S],
    low: S,
    high: S,
    range: S,
    by_range: Divisor<S>,
    /// How much the whole way from worst to best counts.
    gain: S,
    /// Both in one: what a difference of values counts for, in doubles.
    gain_of_one: S,
}

impl<S: Scalar> Axis<'_, S> {
    /// From 0, the worst observed value, to 1, the best. The range exists, so no difference fails.
    #[inline(always)]
    fn way(&self, value: S) -> S {
        self.by_range.divide(value.minus(self.low).unwrap_or(S::ZERO))
    }
    /// What a difference of values counts for.
    #[inline(always)]
    fn counted(&self, difference: Option<S>) -> S {
        let difference = difference.unwrap_or(S::ZERO);
        match S::ARITHMETIC {
            Arithmetic::Binary64 => difference.times(self.gain_of_one),
            Arithmetic::Decimal => product(self.by_range.divide(difference), self.gain),
        }
        .unwrap_or(S::ZERO)
    }
    /// Best less worst.
    pub(crate) fn range(&self) -> S {
        self.range
    }
    /// The range of the values over their Euclidean norm.
    pub(crate) fn range_in_norms(&self) -> Option<S> {
        let largest = self.low.magnitude().greatest(self.high.magnitude());
        let by_largest = Divisor::new(largest)?;
        let squares = sum(self.values, |x| square(by_largest.divide(x)))?;
        self.range.over(largest)?.over(squares.sqrt()?)
    }
    /// The range of the values over their standard deviation, with divisor n.
    pub(crate) fn range_in_deviations(&self) -> Option<S> {
        let n = S::from_count(self.values.len());
        let mean = sum(self.values, |x| self.way(x))?.over(n)?;
        let squares = sum(self.values, |x| square(self.way(x).minus(mean).unwrap_or(S::ZERO)))?;
        S::ONE.over(squares.over(n)?.sqrt()?)
    }
}

/// The units that are compared, on the parts that tell them apart.
#[derive(Debug)]
pub(crate) struct Field<'a, S> {
    axes: Vec<Axis<'a, S>>,
    /// What the largest gain was before gains were made shares of it.
    unit: S,
    n_units: usize,
}

impl<'a, S: Scalar> Field<'a, S> {
    /// `measure` says how long the way from worst to best is in the method's own measure; the weights' shares come on top.
    /// A part in which all units are alike tells nothing and is left out.
    pub(crate) fn new(
        method: &str,
        parts: &[&'a [S]],
        weights: &[S],
        measure: impl Fn(&Axis<'a, S>) -> Option<S>,
    ) -> Outcome<Self> {
        let total = shared::total(weights).ok_or_else(Fault::out_of_range)?;
        let n_units = compared(method, parts)?;
        if total == S::ZERO {
            return Err(shared::no_weight());
        }
        let mut axes = Vec::with_capacity(parts.len());
        let mut unit = S::ZERO;
        for (values, weight) in parts.iter().zip(weights).filter(|(_, weight)| **weight > S::ZERO) {
            let (low, high) = extent(values);
            if low == high {
                continue;
            }
            let range = high.minus(low).filter(|range| range.finite()).ok_or_else(Fault::out_of_range)?;
            let by_range = Divisor::new(range).ok_or_else(Fault::out_of_range)?;
            let mut axis = Axis { values, low, high, range, by_range, gain: S::ZERO, gain_of_one: S::ZERO };
            axis.gain = measure(&axis)
                .and_then(|measured| product(measured, weight.over(total)?))
                .filter(|gain| gain.finite())
                .ok_or_else(Fault::out_of_range)?;
            unit = unit.greatest(axis.gain);
            axes.push(axis);
        }
        if unit == S::ZERO {
            return Err(Fault::new(
                &catalog::ZERO_RANGE,
                format!("all {n_units} units are alike in every part, so {method} has nothing to compare"),
            )
            .help("use `arithmetic`, which looks at each unit by itself"));
        }
        for axis in &mut axes {
            axis.gain = axis.gain.over(unit).unwrap_or(S::ZERO);
            axis.gain_of_one = product(axis.by_range.inverse, axis.gain).unwrap_or(S::ZERO);
        }
        Ok(Self { axes, unit, n_units })
    }

    /// A number in gains as one in the method's own measure.
    pub(crate) fn measured(&self, gains: S) -> Option<S> {
        product(gains, self.unit).filter(|x| x.finite())
    }

    /// Runs through the units: `add` takes what a unit falls short of the best and exceeds the worst in one part, both as
    /// gains; `done` receives the unit and its two running results.
    pub(crate) fn run(&self, add: impl Fn(S, S, &mut S, &mut S), mut done: impl FnMut(usize, S, S)) {
        let mut first = vec![S::ZERO; BLOCK.min(self.n_units)];
        let mut second = first.clone();
        for start in (0..self.n_units).step_by(BLOCK) {
            let rows = start..self.n_units.min(start + BLOCK);
            let (first, second) = (&mut first[..rows.len()], &mut second[..rows.len()]);
            first.fill(S::ZERO);
            second.fill(S::ZERO);
            for axis in &self.axes {
                let axis = *axis;
                for ((x, a), b) in axis.values[rows.clone()].iter().zip(&mut *first).zip(&mut *second) {
                    // Two differences, so that the best falls exactly 0 short and the worst is exactly 0 ahead.
                    add(axis.counted(axis.high.minus(*x)), axis.counted(x.minus(axis.low)), a, b);
                }
            }
            for ((i, a), b) in rows.zip(&*first).zip(&*second) {
                done(i, *a, *b);
            }
        }
    }
}

/// The number of units, of which there must be two.
pub(crate) fn compared<S: Scalar>(method: &str, parts: &[&[S]]) -> Outcome<usize> {
    let n_units = parts.first().map_or(0, |part| part.len());
    if n_units < 2 {
        return Err(Fault::new(
            &catalog::TOO_FEW_VALUES,
            format!("{method} compares units, and {n_units} has every part"),
        )
        .help("use `arithmetic`, which looks at each unit by itself"));
    }
    Ok(n_units)
}

/// What a method that compares units makes of one unit alone.
pub(crate) fn alone<S: Scalar>(method: &dyn Aggregator<S>, values: &[S], weights: &[S]) -> Outcome<S> {
    let parts: Vec<&[S]> = values.iter().map(std::slice::from_ref).collect();
    let mut score = [S::ZERO];
    method.columns(&parts, weights, &mut score)?;
    Ok(score[0])
}

/// The square of a number from -1 to 1; one too small to have a place does not count.
#[inline(always)]
pub(crate) fn square<S: Scalar>(x: S) -> S {
    product(x, x).unwrap_or(S::ZERO)
}

/// The sum of a term over a column.
pub(crate) fn sum<S: Scalar>(values: &[S], term: impl Fn(S) -> S) -> Option<S> {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut sums = [S::ZERO; LANES];
    for chunk in chunks {
        for (sum, x) in sums.iter_mut().zip(chunk) {
            *sum = sum.plus(term(*x))?;
        }
    }
    let rest = rest.iter().try_fold(S::ZERO, |sum, x| sum.plus(term(*x)))?;
    sums.into_iter().try_fold(rest, S::plus)
}

/// Smallest and largest value of a column.
fn extent<S: Scalar>(values: &[S]) -> (S, S) {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let first = values.first().copied().unwrap_or(S::ZERO);
    let (mut lows, mut highs) = ([first; LANES], [first; LANES]);
    for chunk in chunks {
        for ((low, high), x) in lows.iter_mut().zip(&mut highs).zip(chunk) {
            *low = low.least(*x);
            *high = high.greatest(*x);
        }
    }
    let all = |ends: [S; LANES], pick: fn(S, S) -> S| {
        ends.into_iter().chain(rest.iter().copied()).fold(first, pick)
    };
    (all(lows, S::least), all(highs, S::greatest))
}
