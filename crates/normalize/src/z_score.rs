//! Z-score: how many standard deviations a value lies from the mean of the reference data.
//!
//! Use it where exceptional performance should count more than the middle of the field. Scores have no bounds and half
//! of them are negative, so a geometric or harmonic mean of z-scores is not defined.

use crate::shared::{self, Divisor};
use crate::standard;
use crate::{Normalizer, NormalizerBox, Scale};
use gradus_method::{Args, Column, Default, Direction, Method, Outcome, Param, ParamKind};
use gradus_model::number::Scalar;

/// Registry entry of [`ZScore`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "z-score",
    since: "0.1.0",
    summary: "The distance from the mean of the data, in standard deviations.",
    summary_zh: "Z 分数标准化：数值偏离样本均值的标准差倍数。",
    formula: "y = mean + sd (x - m) / s with m the mean and s the standard deviation of the data; lower is better: y = mean + sd (m - x) / s",
    params: &[
        standard::MEAN,
        standard::SD,
        Param {
            name: "divisor",
            kind: ParamKind::Word(&["sample", "population"]),
            default: Default::Value("sample"),
            range: "sample, population",
            meaning: "whether the standard deviation of the data divides by n - 1 or by n",
        },
    ],
    references: &[shared::HANDBOOK, shared::COINR, shared::MAZZIOTTA_PARETO],
    build: |args| Ok(NormalizerBox::new(ZScore::new(args)?)),
};

/// Standardization to a given mean and standard deviation.
///
/// # Formula
/// ```text
/// y = mean + sd (x − m) / s     higher is better
/// y = mean + sd (m − x) / s     lower is better
///
/// m = Σ x / n,  s = √( Σ (x − m)² / (n − 1) )     divisor = sample
///               s = √( Σ (x − m)² / n )           divisor = population
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `mean` | 0 | any number | mean of the scores |
/// | `sd` | 1 | above 0 | standard deviation of the scores |
/// | `divisor` | `sample` | `sample`, `population` | whether s divides by n − 1 or by n |
///
/// The first two speak of the result; what is taken from the data is m and s. The divisor n − 1 is that of a sample, as
/// in the function `sd` of R and `STDEV.S` of spreadsheets; n is that of a population, as in `STDEV.P` and in the
/// Mazziotta-Pareto index, whose standardization is `mean = 100`, `sd = 10`, `divisor = "population"`.
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
    to: standard::Standardization,
    divisor: Divisor,
}

impl ZScore {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `sd` is not above 0.
    pub fn new(args: &Args) -> Outcome<Self> {
        const DIVISORS: &[(&str, Divisor)] =
            &[("sample", Divisor::Sample), ("population", Divisor::Population)];
        Ok(Self {
            to: standard::Standardization::of(args)?,
            divisor: args.word("divisor", DIVISORS, Divisor::Sample)?,
        })
    }
}

impl<S: Scalar> Normalizer<S> for ZScore {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        standard::spreads(reference, METHOD.id)?;
        let mean = shared::mean(reference);
        let sd = mean.and_then(|mean| shared::deviation(reference, mean, self.divisor));
        self.to.about(("mean", mean), ("standard-deviation", sd), direction)
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
        // The same values as a whole population: s = sqrt(32 / 8) = 2.
        check(
            &METHOD,
            "divisor = population; mean = 100; sd = 10",
            Higher,
            "2 4 4 4 5 5 7 9",
            "85 95 95 95 100 100 110 120",
        );
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
        holds(
            &METHOD,
            "divisor = population; mean = 10; sd = 2.5",
            -900..900,
            &[Monotone, Mirrored, AffineInvariant],
        );
    }
}
