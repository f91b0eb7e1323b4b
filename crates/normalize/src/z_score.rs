//! Z-score: how many standard deviations a value lies from the mean of the reference data.
//!
//! Use it where exceptional performance should count more than the middle of the field. Scores have no bounds and half
//! of them are negative, so a geometric or harmonic mean of z-scores is not defined.

use crate::shared;
use crate::{Normalizer, NormalizerBox, Scale};
use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`ZScore`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "z-score",
    since: "0.1.0",
    summary: "The distance from the mean of the data, in standard deviations.",
    summary_zh: "Z 分数标准化：数值偏离样本均值的标准差倍数。",
    formula: "y = mean + sd (x - m) / s with m the mean and s the sample standard deviation (n - 1) of the data; lower is better: y = mean + sd (m - x) / s",
    params: &[
        Param {
            name: "mean",
            kind: ParamKind::Number,
            default: Default::Value("0"),
            range: "any number",
            meaning: "the mean of the scores over the reference data, dimensionless",
        },
        Param {
            name: "sd",
            kind: ParamKind::Number,
            default: Default::Value("1"),
            range: "above 0",
            meaning: "the sample standard deviation of the scores over the reference data, dimensionless",
        },
    ],
    references: &[shared::HANDBOOK, shared::COINR],
    build: |args| Ok(NormalizerBox::new(ZScore::new(args)?)),
};

/// Standardization to a given mean and standard deviation.
///
/// # Formula
/// ```text
/// y = mean + sd (x − m) / s     higher is better
/// y = mean + sd (m − x) / s     lower is better
///
/// m = Σ x / n,  s = √( Σ (x − m)² / (n − 1) )
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `mean` | 0 | any number | mean of the scores |
/// | `sd` | 1 | above 0 | standard deviation of the scores |
///
/// Both speak of the result; what is taken from the data is m and s. The divisor n − 1 is that of a sample, as in the
/// function `sd` of R and `STDEV.S` of spreadsheets.
/// # Input and output
/// One indicator in any measurement unit; a dimensionless score without limits.
/// # Missing values and edge cases
/// Missing stays missing and does not enter m and s. A value of another year is placed by the same m and s.
/// # Errors
/// `too-few-values` for fewer than two values; `zero-range` when all values are equal; `invalid-parameter` when `sd` is
/// not above 0.
/// # Example
/// ```
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::{Normalizer, z_score::ZScore};
/// let values = Column::of(vec![2.0, 4.0, 6.0]);
/// let mut scores = Column::missing(0);
/// ZScore::new(&Args::new())?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[-1.0, 0.0, 1.0][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 5. Becker and others (2022), COINr.
#[derive(Debug, Clone)]
pub struct ZScore {
    mean: Decimal,
    sd: Decimal,
}

impl ZScore {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `sd` is not above 0.
    pub fn new(args: &Args) -> Outcome<Self> {
        let sd = args.optional_number("sd")?.unwrap_or(Decimal::ONE);
        if sd <= Decimal::ZERO {
            return Err(Fault::parameter("sd", format!("`sd` must be above 0, found {sd}"))
                .help("give a positive `sd`, and say with `direction` which end is better"));
        }
        Ok(Self { mean: args.optional_number("mean")?.unwrap_or(Decimal::ZERO), sd })
    }
}

/// Sample standard deviation. Deviations are taken relative to the largest, so that no square leaves the range.
fn deviation<S: Scalar>(reference: &Column<S>, mean: S) -> Option<S> {
    let largest = reference
        .values()
        .try_fold(S::ZERO, |largest, x| Some(largest.greatest(x.minus(mean)?.magnitude())))?;
    let squares = reference.values().try_fold(S::ZERO, |sum, x| {
        let share = x.minus(mean)?.over(largest)?;
        sum.plus(share.times(share)?)
    })?;
    let count = reference.len() - reference.n_missing();
    largest.times(squares.over(S::from_count(count - 1))?.sqrt()?)
}

impl<S: Scalar> Normalizer<S> for ZScore {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let count = reference.len() - reference.n_missing();
        if count < 2 {
            return Err(shared::too_few(METHOD.id, 2, count));
        }
        // Rounding can leave equal values a tiny spread, so they are recognized by their range.
        let (low, high) = shared::extent(reference, METHOD.id)?;
        if low == high {
            return Err(shared::constant(METHOD.id, "spread", low, count));
        }
        let center = shared::mean(reference).filter(|m| m.finite()).ok_or_else(Fault::out_of_range)?;
        let spread = deviation(reference, center)
            .filter(|s| s.finite() && *s > S::ZERO)
            .ok_or_else(Fault::out_of_range)?;
        Ok(Box::new(Standard {
            center,
            spread,
            direction,
            mean: S::from_decimal(self.mean),
            sd: S::from_decimal(self.sd),
        }))
    }
}

#[derive(Debug)]
struct Standard<S> {
    center: S,
    spread: S,
    direction: Direction,
    mean: S,
    sd: S,
}

impl<S: Scalar> Scale<S> for Standard<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        // Copies belong to the loop, which then need not read them again after every score it writes.
        let Self { center, spread, direction, mean, sd } = *self;
        let place = move |distance: S| distance.over(spread)?.times(sd)?.plus(mean);
        match direction {
            Direction::Higher => out.map_from(values, move |x| place(x.minus(center)?)),
            Direction::Lower => out.map_from(values, move |x| place(center.minus(x)?)),
        }
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        vec![("mean", self.center), ("standard-deviation", self.spread)]
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // Mean 5, squared deviations 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, s = sqrt(32 / 7) = 2.13809.
        check(
            &METHOD,
            "",
            Higher,
            "2 4 4 4 5 5 7 9",
            "~-1.40312 ~-0.46771 ~-0.46771 ~-0.46771 0 0 ~0.93541 ~1.87083",
        );
        check(&METHOD, "", Higher, "2 4 6", "-1 0 1");
        check(&METHOD, "", Lower, "2 4 6", "1 0 -1");
        check(&METHOD, "mean = 100; sd = 15", Higher, "2 . 4 6", "85 . 100 115");
        check(&METHOD, "mean = 100; sd = 15", Lower, "2 . 4 6", "115 . 100 85");
        check_against(&METHOD, "", Higher, "2 4 6", "10 .", "3 .");
    }

    #[test]
    fn squares_do_not_leave_the_range() {
        check(&METHOD, "", Higher, "1e27 2e27 3e27", "-1 0 1");
        check(&METHOD, "", Higher, "1e-20 2e-20 3e-20", "-1 0 1");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, values, id) in [
            ("", "", "too-few-values"),
            ("", "3 .", "too-few-values"),
            ("", "0.1 0.1 0.1", "zero-range"),
            ("sd = 0", "1 2", "invalid-parameter"),
            ("sd = -2", "1 2", "invalid-parameter"),
        ] {
            assert_eq!(fault(&METHOD, text, Higher, values).kind.id, id, "{text} {values}");
        }
        let fault = fault(&METHOD, "", Higher, "0.1 0.1 0.1");
        assert_eq!(fault.message, "all 3 values are 0.1, so z-score has no spread to scale by");
    }

    #[test]
    fn properties() {
        use Property::{AffineInvariant, Mirrored, Monotone};
        holds(&METHOD, "", -900..900, &[Monotone, Mirrored, AffineInvariant]);
        holds(&METHOD, "mean = 10; sd = 2.5", -900..900, &[Monotone, Mirrored, AffineInvariant]);
    }
}
