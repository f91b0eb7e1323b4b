//! Trimmed mean: the mean of a unit's parts without a share of the best and of the worst.
//!
//! Use it where one extreme part, good or bad, should not decide: judges' marks, surveys, figures of doubtful quality. Not
//! where a weak part must show: what is cut off may be the very weakness the index is about.

use gradus_aggregate::{Aggregator, AggregatorBox};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`TrimmedMean`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "trimmed-mean",
    since: "0.1.0",
    summary: "The mean of the parts without a share of the weight at either end.",
    summary_zh: "截尾均值：去掉两端一定权重份额的最高分和最低分之后的加权平均。",
    formula: "y = sum(k[i] x[i]) / sum(k[i]) with x sorted and k[i] what is left of the weight of x[i] when `trim` of all weight is cut off at either end",
    params: &[Param {
        name: "trim",
        kind: ParamKind::Number,
        default: Default::Value("0.25"),
        range: "0 or more and below 0.5",
        meaning: "the share of the weight that is cut off at either end, dimensionless: 0 is the mean, near 0.5 is the median",
    }],
    references: &[
        Reference {
            citation: "Tukey (1962). The future of data analysis. The Annals of Mathematical Statistics 33(1), 1-67",
            locator: "https://doi.org/10.1214/aoms/1177704711",
        },
        Reference {
            citation: "Huber (1981). Robust Statistics. Wiley. Section 3.3, L-estimates",
            locator: "ISBN 978-0-471-41805-4",
        },
    ],
    build: |args| Ok(AggregatorBox::new(TrimmedMean::new(args)?)),
};

/// The weighted trimmed mean of a unit's parts.
///
/// # Formula
/// ```text
/// y = Σ k[i] x[i] / Σ k[i]                    x[1] ≤ x[2] ≤ … ≤ x[m]
///
/// k[i] = max(0, min(u[i], W − c) − max(u[i−1], c))
/// u[i] = w[1] + … + w[i],  W = u[m],  c = trim · W
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `trim` | 0.25 | 0 ≤ trim < 0.5 | share of the weight cut off at either end |
///
/// With m equal weights, `trim` = k / m leaves out the k best and the k worst parts. 0.25 is the interquartile mean.
/// # Input and output
/// Scores on one scale; a score on the same scale.
/// # Missing values and edge cases
/// The group decides about missing parts before the method is called. A part of weight zero is left out. A part that the cut
/// goes through keeps the rest of its weight, so that a small change of a score or a weight changes the result little, and a
/// better part never lowers it. Dropping whole parts would do neither with unequal weights.
/// # Errors
/// `zero-weights` when no part has weight; `out-of-range` when a sum leaves the range of the arithmetic; `invalid-parameter`
/// when `trim` is not from 0 to below 0.5.
/// # Example
/// ```
/// use add_a_method::trimmed_mean::TrimmedMean;
/// use gradus_aggregate::Aggregator;
/// use gradus_method::Args;
/// let y: f64 = TrimmedMean::new(&Args::new())?.row(&[90.0, 0.0, 60.0, 50.0], &[1.0; 4])?;
/// assert_eq!(y, 55.0); // (50 + 60) / 2
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Tukey (1962), The future of data analysis. Huber (1981), Robust Statistics, section 3.3.
#[derive(Debug, Clone)]
pub struct TrimmedMean {
    trim: Decimal,
}

impl TrimmedMean {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `trim` is not from 0 to below 0.5.
    pub fn new(args: &Args) -> Outcome<Self> {
        let trim = args.optional_number("trim")?.unwrap_or(Decimal::new(25, 2));
        if trim < Decimal::ZERO || trim >= Decimal::new(5, 1) {
            return Err(Fault::parameter(
                "trim",
                format!("`trim` must be from 0 to below 0.5, found {trim}"),
            )
            .help(
                "give the share to cut off at either end, or take `median` to cut off all but the middle",
            ));
        }
        Ok(Self { trim })
    }
}

/// The mean of sorted parts, each a value and its weight above zero, without `trim` of the weight at either end.
fn middle<S: Scalar>(parts: &[(S, S)], trim: S) -> Option<S> {
    let total = parts.iter().try_fold(S::ZERO, |sum, (_, weight)| sum.plus(*weight))?;
    let from = total.times(trim)?;
    let to = total.minus(from)?;
    let (mut below, mut sum, mut kept) = (S::ZERO, S::ZERO, S::ZERO);
    for (value, weight) in parts {
        let above = below.plus(*weight)?;
        let rest = above.least(to).minus(below.greatest(from))?.greatest(S::ZERO);
        sum = sum.plus(value.times(rest)?)?;
        kept = kept.plus(rest)?;
        below = above;
    }
    sum.over(kept)
}

impl<S: Scalar> Aggregator<S> for TrimmedMean {
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        let mut parts: Vec<(S, S)> =
            values.iter().copied().zip(weights.iter().copied()).filter(|(_, w)| *w > S::ZERO).collect();
        if parts.is_empty() {
            return Err(Fault::new(&catalog::ZERO_WEIGHTS, "all weights are zero"));
        }
        // Sorting by weight too makes sums of doubles independent of the order of the parts.
        parts.sort_unstable_by(|a, b| a.0.order(b.0).then(a.1.order(b.1)));
        middle(&parts, S::from_decimal(self.trim)).filter(|y| y.finite()).ok_or_else(Fault::out_of_range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_aggregate::ordered_weighted_average;
    use gradus_method::Arg;
    use gradus_model::number::parse_decimal;

    fn numbers(text: &str) -> Vec<Decimal> {
        text.split_whitespace().map(|word| parse_decimal(word).unwrap()).collect()
    }

    fn row<S: Scalar>(method: &AggregatorBox, values: &[Decimal], weights: &[Decimal]) -> Outcome<S> {
        let convert = |list: &[Decimal]| list.iter().map(|x| S::from_decimal(*x)).collect::<Vec<S>>();
        S::pick(method).row(&convert(values), &convert(weights))
    }

    fn trimmed(trim: &str) -> AggregatorBox {
        METHOD.make(&Args::new().number_of("trim", parse_decimal(trim).unwrap())).unwrap()
    }

    fn check(trim: &str, values: &str, weights: &str, want: &str) {
        let (method, want) = (trimmed(trim), parse_decimal(want).unwrap());
        let (values, weights) = (numbers(values), numbers(weights));
        assert_eq!(row::<Decimal>(&method, &values, &weights).unwrap(), want);
        assert!((row::<f64>(&method, &values, &weights).unwrap() - want.to_f64()).abs() < 1e-12);
    }

    #[test]
    fn worked_by_hand() {
        // Five judges, the best and the worst mark left out.
        check("0.2", "9.5 7 8 9 8.5", "1 1 1 1 1", "8.5");
        check("0.25", "90 0 60 50", "1 1 1 1", "55");
        // The cut goes through parts: of three weights of 1, a quarter of 3 leaves 0.25, 1 and 0.25.
        check("0.25", "0 60 30", "1 1 1", "30");
        check("0.25", "0 90 30", "1 1 1", "35");
        // Of 8, 2 at either end: 10 keeps 1 of 3, 20 all of 2, 40 keeps 1 of 3.
        check("0.25", "10 40 20", "3 3 2", "22.5");
        // A part with more than the rest of the weight is all that is left.
        check("0.25", "10 40 20", "1 6 1", "40");
        check("0", "10 40 20", "1 1 2", "22.5");
        check("0.4", "7 7 7", "1 2 3", "7");
        check("0.25", "-3 50 50", "0 1 1", "50");
        check("0.25", "12", "3", "12");
    }

    /// An ordered weighted average that gives the ends nothing is a trimmed mean: two ways to the same number, also where
    /// weights differ.
    #[test]
    fn agrees_with_the_built_in_ordered_weighted_average() {
        let order = [0, 1, 1, 0].map(|weight| Arg::Number(weight.into()));
        let order = Args::new().with("order-weights", Arg::List(order.into()));
        let ordered = ordered_weighted_average::METHOD.make(&order).unwrap();
        for seed in 0..200_i64 {
            let values: Vec<Decimal> = (1..5).map(|k| (seed * 37 * k % 101 - 30).into()).collect();
            let weights: Vec<Decimal> = (1..5).map(|k| ((seed + 3 * k) * k % 7 + 1).into()).collect();
            let got = row::<f64>(&trimmed("0.25"), &values, &weights).unwrap();
            let want = row::<f64>(&ordered, &values, &weights).unwrap();
            assert!((got - want).abs() < 1e-9, "{values:?} {weights:?}: {got} against {want}");
            let exact = row::<Decimal>(&trimmed("0.25"), &values, &weights).unwrap();
            assert!((exact.to_f64() - got).abs() < 1e-9);
        }
    }

    #[test]
    fn a_better_part_never_lowers_the_score_and_the_order_of_parts_means_nothing() {
        let method = trimmed("0.2");
        let weights = numbers("5 1 2 1");
        let mut before = None;
        for x in -20..120_i64 {
            let values = [x.into(), 10.into(), 40.into(), 80.into()];
            let y = row::<Decimal>(&method, &values, &weights).unwrap();
            assert!(before.is_none_or(|before| before <= y), "{x}");
            before = Some(y);
            let (mut backward, mut by) = (values, weights.clone());
            backward.reverse();
            by.reverse();
            assert_eq!(row::<Decimal>(&method, &backward, &by).unwrap(), y);
        }
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        let zero = row::<f64>(&trimmed("0.25"), &numbers("1 2"), &numbers("0 0")).unwrap_err();
        assert_eq!(zero.kind.id, "zero-weights");
        let far = f64::pick(&trimmed("0.1")).row(&[f64::MAX, f64::MAX], &[1.0, 1.0]).unwrap_err();
        assert_eq!(far.kind.id, "out-of-range");
        for trim in ["-0.1", "0.5", "2"] {
            let args = Args::new().number_of("trim", parse_decimal(trim).unwrap());
            assert_eq!(METHOD.make(&args).unwrap_err().kind.id, "invalid-parameter", "{trim}");
        }
    }
}
