//! Exponential rank: a rank stretched so that the best tenth of the units fills half of the scale.
//!
//! Use it where several domains are added up and units at one end must not be averaged away, as in the English Indices of
//! Deprivation, where the end that counts is the most deprived one. A high score in one domain is then hardly
//! cancelled by low scores in others.

use crate::ranking::{Ranking, Ties, ties_param};
use crate::{Normalizer, NormalizerBox, Scale, shared};
use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`ExponentialRank`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "exponential-rank",
    since: "0.1.0",
    summary: "A rank stretched exponentially toward the best end.",
    summary_zh: "指数排序标准化：按指数分布拉伸名次，突出一端的单位。",
    formula: "y = a + (b - a) (-c / 100) ln(1 - p (1 - exp(-100 / c))) with p = r / n and r = 1 for the worst of n values",
    params: &[
        Param {
            name: "constant",
            kind: ParamKind::Number,
            default: Default::Value("23"),
            range: "2 or more",
            meaning: "c, in percent of the scale: the smaller, the more of it the best units fill, dimensionless",
        },
        ties_param(&["minimum", "maximum", "mean"], "minimum, maximum, mean"),
        shared::TO,
    ],
    references: &[Reference {
        citation: "McLennan, Noble, Noble, Plunkett, Wright and Gutacker (2019). The English Indices of Deprivation 2019: Technical Report. Ministry of Housing, Communities and Local Government. Appendix E",
        locator: "https://www.gov.uk/government/publications/english-indices-of-deprivation-2019-technical-report",
    }],
    build: |args| Ok(NormalizerBox::new(ExponentialRank::new(args)?)),
};

/// The exponential transformation of ranks of the English Indices of Deprivation.
///
/// # Formula
/// ```text
/// y = a + (b − a) (−c / 100) ln(1 − p (1 − exp(−100 / c))),  p = r / n
/// ```
/// r is 1 for the worst value and n for the best; see `ties` for equal values.
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `constant` | 23 | 2 or more | c; with 23 the best tenth of the units has scores above the middle of the scale |
/// | `ties` | `minimum` | `minimum`, `maximum`, `mean` | place that equal values share |
/// | `to` | `[0, 100]` | a < b | ends of the score scale |
/// # Input and output
/// One indicator in any measurement unit, or the level numbers of an ordered scale; a score above a and up to b.
/// # Missing values and edge cases
/// Missing stays missing and takes no place. The best value scores b, a single one too. A value that is not among the
/// reference values takes as many places as it beats; one below all of them scores a.
/// # Errors
/// `too-few-values` without any value; `invalid-parameter` when `constant` is below 2, where the exponential would be
/// nothing; `invalid-bounds` when a is not below b.
/// # Example
/// ```
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::{Normalizer, exponential_rank::ExponentialRank};
/// let values = Column::of((1..=10).map(f64::from).collect());
/// let mut scores = Column::missing(0);
/// ExponentialRank::new(&Args::new())?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert!((scores.get(8).unwrap() - 50.427).abs() < 1e-3);
/// assert!((scores.get(9).unwrap() - 100.0).abs() < 1e-9);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// McLennan and others (2019), The English Indices of Deprivation 2019: Technical Report, appendix E.
#[derive(Debug, Clone)]
pub struct ExponentialRank {
    constant: Decimal,
    ties: Ties,
    to: (Decimal, Decimal),
}

impl ExponentialRank {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for a constant below 2; `invalid-bounds` when `to` does not run upward.
    pub fn new(args: &Args) -> Outcome<Self> {
        let constant = args.optional_number("constant")?.unwrap_or_else(|| Decimal::from(23));
        if constant < Decimal::TWO {
            return Err(Fault::parameter(
                "constant",
                format!("`constant` must be 2 or more, found {constant}"),
            ));
        }
        Ok(Self { constant, ties: Ties::shares(args)?, to: args.range("to", shared::ZERO_TO_HUNDRED)? })
    }
}

impl<S: Scalar> Normalizer<S> for ExponentialRank {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let ranking = Ranking::new(reference, direction, self.ties);
        if ranking.n() == 0 {
            return Err(shared::too_few(METHOD.id, 1, 0));
        }
        let (low, high) = (S::from_decimal(self.to.0), S::from_decimal(self.to.1));
        let per_hundred = S::from_decimal(self.constant).over(S::from_count(100));
        let constants = per_hundred.and_then(|constant| {
            let end = S::ONE.over(constant)?.negated().exp()?;
            Some((high.minus(low)?.times(constant)?.negated(), S::ONE.minus(end)?))
        });
        let (width, reach) = constants.ok_or_else(Fault::out_of_range)?;
        Ok(Box::new(Stretched { ranking, width, reach, low, high }))
    }
}

#[derive(Debug)]
struct Stretched<S> {
    ranking: Ranking<S>,
    /// −(b − a) c / 100.
    width: S,
    /// 1 − exp(−100 / c).
    reach: S,
    low: S,
    high: S,
}

impl<S: Scalar> Scale<S> for Stretched<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        let n = S::from_count(self.ranking.n());
        out.map_from(values, |x| {
            let place = self.ranking.place(x)?;
            if place == n {
                return Some(self.high);
            }
            let left = S::ONE.minus(place.over(n)?.times(self.reach)?)?;
            Some(left.ln()?.times(self.width)?.plus(self.low)?.greatest(self.low).least(self.high))
        })
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        vec![("values", S::from_count(self.ranking.n()))]
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn as_in_the_english_indices_of_deprivation() {
        // -23 ln(1 - R (1 - exp(-100/23))): the best tenth of the places lies above 50.
        let ten = "1 2 3 4 5 6 7 8 9 10";
        check_against(&METHOD, "", Higher, ten, "5 9 10 0", "~15.64679 ~50.42665 100 0");
        check_against(&METHOD, "", Lower, ten, "6 2 1 99", "~15.64679 ~50.42665 100 0");
        check(&METHOD, "to = [0, 1]", Higher, "3 . 3 1", "~0.24681 . ~0.24681 ~0.09177");
    }

    #[test]
    fn edges() {
        check(&METHOD, "", Higher, "5", "100");
        check(&METHOD, "ties = maximum", Higher, "5 5 5", "100 100 100");
        check(&METHOD, "constant = 2", Higher, "1 2", "~1.38629 100");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, values, id) in [
            ("", ".", "too-few-values"),
            ("constant = 1.9", "1 2", "invalid-parameter"),
            ("ties = dense", "1 2", "invalid-parameter"),
            ("to = [2, 1]", "1 2", "invalid-bounds"),
        ] {
            assert_eq!(fault(&METHOD, text, Higher, values).kind.id, id, "{text} {values}");
        }
    }

    #[test]
    fn properties() {
        use Property::{AffineInvariant, Monotone, OrderOnly};
        holds(&METHOD, "", -50..50, &[Monotone, AffineInvariant, OrderOnly]);
        let other = "constant = 60; ties = mean; to = [1, 7]";
        holds(&METHOD, other, -50..50, &[Monotone, AffineInvariant, OrderOnly]);
    }
}
