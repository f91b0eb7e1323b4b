//! Logistic scaling: z-scores bent into a bounded scale.
//!
//! Use it where differences in the middle of the field should count most and outliers should neither be cut off nor
//! squeeze the others. It is nearly linear around the mean and flattens toward both ends.

use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};
use gradus_normalize::{Normalizer, NormalizerBox, Scale};

/// Registry entry of [`Logistic`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "logistic",
    since: "0.1.0",
    summary: "The distance from the mean in standard deviations, bent into a bounded scale.",
    summary_zh: "逻辑斯谛标准化：将标准差倍数压缩到有界的量表上。",
    formula: "y = a + (b - a) / (1 + exp(-z)) with z = (x - m) / (width s); lower is better: z = (m - x) / (width s)",
    params: &[
        Param {
            name: "width",
            kind: ParamKind::Number,
            default: Default::Value("1"),
            range: "above 0",
            meaning: "the standard deviations that count as one unit of the curve: larger is closer to a straight line",
        },
        Param {
            name: "to",
            kind: ParamKind::Range,
            default: Default::Value("[0, 100]"),
            range: "two numbers, the smaller first",
            meaning: "the scores that the worst and the best values approach, dimensionless",
        },
    ],
    references: &[Reference {
        citation: "Theodoridis and Koutroumbas (2009). Pattern Recognition, 4th edition. Section 5.2.2, data normalization (softmax scaling)",
        locator: "ISBN 978-1-59749-272-0",
    }],
    build: |args| Ok(NormalizerBox::new(Logistic::new(args)?)),
};

/// Standardization followed by the logistic function.
///
/// # Formula
/// ```text
/// y = a + (b − a) / (1 + e^−z)
///
/// z = (x − m) / (width · s)     higher is better
/// z = (m − x) / (width · s)     lower is better
/// m = Σ x / n,  s = √( Σ (x − m)² / (n − 1) )
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `width` | 1 | above 0 | standard deviations that count as one unit of the curve |
/// | `to` | `[0, 100]` | a < b | scores that the worst and the best values approach |
/// # Input and output
/// One indicator in any measurement unit; a dimensionless score between a and b. The mean scores (a + b) / 2.
/// # Missing values and edge cases
/// Missing stays missing and does not enter m and s. A value of another year is placed by the same m and s.
/// # Errors
/// `too-few-values` for fewer than two values; `zero-range` when all values are equal; `invalid-parameter` when `width`
/// is not above 0.
/// # Example
/// ```
/// use add_a_method::logistic::Logistic;
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::Normalizer;
/// let values = Column::of(vec![10.0, 20.0, 30.0]);
/// let mut scores = Column::missing(0);
/// Logistic::new(&Args::new())?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// // z is -1, 0 and 1; 1 / (1 + e) = 0.268941...
/// assert!((scores.get(0).unwrap() - 26.894_142_136_999_5).abs() < 1e-12);
/// assert_eq!(scores.get(1), Some(50.0));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Theodoridis and Koutroumbas (2009), Pattern Recognition, section 5.2.2.
#[derive(Debug, Clone)]
pub struct Logistic {
    width: Decimal,
    to: (Decimal, Decimal),
}

impl Logistic {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `width` is not above 0; `invalid-bounds` when `to` does not run upward.
    pub fn new(args: &Args) -> Outcome<Self> {
        let width = args.optional_number("width")?.unwrap_or(Decimal::ONE);
        if width <= Decimal::ZERO {
            return Err(Fault::parameter("width", format!("`width` must be above 0, found {width}"))
                .help("give a positive `width`, and say with `direction` which end is better"));
        }
        Ok(Self { width, to: args.range("to", (Decimal::ZERO, Decimal::ONE_HUNDRED))? })
    }
}

/// Mean and sample standard deviation, summed in row order.
fn moments<S: Scalar>(reference: &Column<S>) -> Option<(S, S)> {
    let count = reference.len() - reference.n_missing();
    let mean = reference.values().try_fold(S::ZERO, |sum, x| sum.plus(x))?.over(S::from_count(count))?;
    let squares = reference.values().try_fold(S::ZERO, |sum, x| {
        let distance = x.minus(mean)?;
        sum.plus(distance.times(distance)?)
    })?;
    Some((mean, squares.over(S::from_count(count - 1))?.sqrt()?))
}

impl<S: Scalar> Normalizer<S> for Logistic {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let count = reference.len() - reference.n_missing();
        let Some(first) = reference.values().next().filter(|_| count > 1) else {
            return Err(Fault::new(
                &catalog::TOO_FEW_VALUES,
                format!("logistic needs at least 2 values to learn from, and there are {count}"),
            ));
        };
        if reference.values().all(|x| x == first) {
            return Err(Fault::new(
                &catalog::ZERO_RANGE,
                format!("all {count} values are {first}, so logistic has no spread to scale by"),
            )
            .help("leave the indicator out, or give it fixed bounds with `goalposts`"));
        }
        let (mean, spread) = moments(reference)
            .filter(|(mean, spread)| mean.finite() && spread.finite() && *spread > S::ZERO)
            .ok_or_else(Fault::out_of_range)?;
        Ok(Box::new(Curve {
            mean,
            spread,
            unit: spread.times(S::from_decimal(self.width)).ok_or_else(Fault::out_of_range)?,
            direction,
            to: (S::from_decimal(self.to.0), S::from_decimal(self.to.1)),
        }))
    }
}

#[derive(Debug)]
struct Curve<S> {
    mean: S,
    spread: S,
    unit: S,
    direction: Direction,
    to: (S, S),
}

/// 1 / (1 + e^−z), of the side where the exponential is at most 1, so that it does not overflow.
fn logistic<S: Scalar>(z: S) -> Option<S> {
    let small = z.magnitude().negated().exp()?;
    let share = if z < S::ZERO { small } else { S::ONE };
    share.over(S::ONE.plus(small)?)
}

impl<S: Scalar> Scale<S> for Curve<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        let (low, high) = self.to;
        out.map_from(values, |x| {
            let distance = match self.direction {
                Direction::Higher => x.minus(self.mean)?,
                Direction::Lower => self.mean.minus(x)?,
            };
            low.plus(high.minus(low)?.times(logistic(distance.over(self.unit)?)?)?)
        })
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        vec![("mean", self.mean), ("standard-deviation", self.spread)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_model::number::parse_decimal;

    fn scores<S: Scalar>(args: &Args, direction: Direction, values: &[Option<i64>]) -> Vec<Option<f64>> {
        let values = values.iter().map(|v| v.map(|v| S::from_decimal(v.into())));
        let values = Column::<S>::from_options(values);
        let method = METHOD.make(args).unwrap();
        let mut out = Column::missing(0);
        S::pick(&method).fit(&values, direction).unwrap().score(&values, &mut out).unwrap();
        out.to_options().into_iter().map(|y| y.map(Scalar::to_f64)).collect()
    }

    fn check(args: &Args, direction: Direction, values: &[Option<i64>], want: &[Option<f64>]) {
        for got in [scores::<Decimal>(args, direction, values), scores::<f64>(args, direction, values)] {
            for (got, want) in got.iter().zip(want) {
                match (got, want) {
                    (Some(got), Some(want)) => assert!((got - want).abs() < 1e-12, "{got} against {want}"),
                    (got, want) => assert_eq!(got, want),
                }
            }
        }
    }

    #[test]
    fn worked_by_hand() {
        // Mean 20 and standard deviation 10: z is -1, 0, 1, and 1 / (1 + e) = 0.2689414213699951.
        let (low, high) = (26.894_142_136_999_51, 73.105_857_863_000_5);
        let values = [Some(10), None, Some(20), Some(30)];
        check(&Args::new(), Direction::Higher, &values, &[Some(low), None, Some(50.0), Some(high)]);
        check(&Args::new(), Direction::Lower, &values, &[Some(high), None, Some(50.0), Some(low)]);
        // Half a standard deviation: 1 / (1 + sqrt(e)) = 0.3775406687981454.
        let wide = Args::new().number_of("width", 2);
        check(&wide, Direction::Higher, &values, &[Some(37.754_066_879_814_54), None, Some(50.0), None][..3]);
    }

    #[test]
    fn scores_stay_between_the_ends_far_from_the_mean() {
        let method = METHOD.make(&Args::new().number_of("width", Decimal::new(1, 1))).unwrap();
        let reference = Column::of((0..200).map(f64::from).collect());
        let scale = f64::pick(&method).fit(&reference, Direction::Higher).unwrap();
        let mut out = Column::missing(0);
        scale.score(&Column::of(vec![-1e6, 1e6]), &mut out).unwrap();
        assert_eq!(out.to_options(), [Some(0.0), Some(100.0)]);
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        let fault = |values: &[Option<f64>]| {
            let method = METHOD.make(&Args::new()).unwrap();
            let column = Column::from_options(values.iter().copied());
            f64::pick(&method).fit(&column, Direction::Higher).unwrap_err().kind.id
        };
        assert_eq!(fault(&[Some(3.0), None]), "too-few-values");
        assert_eq!(fault(&[Some(3.0), Some(3.0)]), "zero-range");
        let half = Args::new().number_of("width", parse_decimal("-0.5").unwrap());
        assert_eq!(METHOD.make(&half).unwrap_err().kind.id, "invalid-parameter");
    }
}
