//! Decimal scaling: figures divided by the power of ten that holds them all.
//!
//! Use it where readers should recompute a score in their head and zero means nothing of it: 37 of at most 100 scores 37.
//! Not where the largest figures of some indicators stay far below their power of ten: these have less say than their weights.

use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};
use gradus_normalize::{Normalizer, NormalizerBox, Scale};

/// Registry entry of [`DecimalScaling`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "decimal-scaling",
    since: "0.1.0",
    summary: "The value over the smallest power of ten that no value of the data exceeds.",
    summary_zh: "小数定标标准化：除以不小于全部数据绝对值的最小的十的幂。",
    formula: "y = a + (b - a) x / 10^n with n the smallest whole number for which no |x| of the data exceeds 10^n; lower is better: y = a + (b - a) (10^n - x) / 10^n",
    params: &[Param {
        name: "to",
        kind: ParamKind::Range,
        default: Default::Value("[0, 100]"),
        range: "two numbers, the smaller first",
        meaning: "the scores of zero and of the power of ten, the other way round where lower is better; dimensionless",
    }],
    references: &[Reference {
        citation: "Jain, Nandakumar and Ross (2005). Score normalization in multimodal biometric systems. Pattern Recognition 38(12), 2270-2285",
        locator: "https://doi.org/10.1016/j.patcog.2005.01.012",
    }],
    build: |args| Ok(NormalizerBox::new(DecimalScaling::new(args)?)),
};

/// Division by a power of ten.
///
/// # Formula
/// ```text
/// y = a + (b − a) x / 10ⁿ             higher is better
/// y = a + (b − a) (10ⁿ − x) / 10ⁿ     lower is better
///
/// n = ⌈ log₁₀ max |x| ⌉
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `to` | `[0, 100]` | a < b | scores of zero and of 10ⁿ; the other way round where lower is better |
/// # Input and output
/// One indicator in any measurement unit; a dimensionless score. Figures that are not negative score between a and b. The
/// ratio of two scores is that of the figures where a is 0 and higher is better. In decimals the division is exact.
/// # Missing values and edge cases
/// Missing stays missing and does not enter n. A figure of exactly 10ⁿ scores b: the largest 100 is divided by 100. A
/// negative figure scores as far below zero's score as its size is above, and a value of another year beyond 10ⁿ
/// lies beyond the scale. One value is enough.
/// # Errors
/// `too-few-values` without any value; `zero-range` when all values are 0; `out-of-range` when the power of ten leaves the
/// range of the arithmetic; `invalid-bounds` when `to` does not run upward.
/// # Example
/// ```
/// use add_a_method::decimal_scaling::DecimalScaling;
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::Normalizer;
/// let values = Column::of(vec![250.0, 500.0, 750.0]);
/// let mut scores = Column::missing(0);
/// DecimalScaling::new(&Args::new())?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[25.0, 50.0, 75.0][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Jain, Nandakumar and Ross (2005), Score normalization in multimodal biometric systems.
#[derive(Debug, Clone)]
pub struct DecimalScaling {
    to: (Decimal, Decimal),
}

impl DecimalScaling {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-bounds` when `to` does not run upward.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { to: args.range("to", (Decimal::ZERO, Decimal::ONE_HUNDRED))? })
    }
}

/// The smallest power of ten that is not below `largest`, which is above zero. Powers above one are exact in binary
/// arithmetic up to 10^22; those below are their reciprocals, not quotients of quotients, and so the nearest doubles.
fn power_of_ten<S: Scalar>(largest: S) -> Option<S> {
    let ten = S::from_count(10);
    let (mut power, mut limit) = (S::ONE, S::ONE);
    while limit < largest {
        limit = limit.times(ten)?;
    }
    while let Some(next) = power.times(ten)
        && let Some(narrower) = S::ONE.over(next)
        && narrower >= largest
    {
        (power, limit) = (next, narrower);
    }
    Some(limit)
}

impl<S: Scalar> Normalizer<S> for DecimalScaling {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let Some(largest) = reference.values().map(Scalar::magnitude).reduce(Scalar::greatest) else {
            return Err(Fault::new(
                &catalog::TOO_FEW_VALUES,
                "decimal-scaling needs at least 1 value to learn from, and there is none",
            ));
        };
        if largest == S::ZERO {
            return Err(Fault::new(
                &catalog::ZERO_RANGE,
                "all values are 0, so decimal-scaling has no power of ten to divide by",
            )
            .help("leave the indicator out, or give it fixed bounds with `goalposts`"));
        }
        let limit = power_of_ten(largest).filter(|limit| limit.finite()).ok_or_else(Fault::out_of_range)?;
        Ok(Box::new(Share { limit, direction, to: (S::from_decimal(self.to.0), S::from_decimal(self.to.1)) }))
    }
}

#[derive(Debug)]
struct Share<S> {
    limit: S,
    direction: Direction,
    to: (S, S),
}

impl<S: Scalar> Scale<S> for Share<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        let (low, high) = self.to;
        out.map_from(values, |x| {
            let distance = match self.direction {
                Direction::Higher => x,
                Direction::Lower => self.limit.minus(x)?,
            };
            low.plus(high.minus(low)?.times(distance.over(self.limit)?)?)
        })
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        vec![("power-of-ten", self.limit)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_method::Arg;
    use gradus_model::number::parse_decimal;

    fn column<S: Scalar>(text: &str) -> Column<S> {
        let value = |word: &str| (word != ".").then(|| S::from_decimal(parse_decimal(word).unwrap()));
        Column::from_options(text.split_whitespace().map(value))
    }

    fn fit<S: Scalar>(args: &Args, direction: Direction, values: &Column<S>) -> Outcome<Box<dyn Scale<S>>> {
        S::pick(&METHOD.make(args)?).fit(values, direction)
    }

    fn agrees<S: Scalar>(args: &Args, direction: Direction, values: &str, want: &str) {
        let (values, mut out) = (column::<S>(values), Column::missing(0));
        fit(args, direction, &values).unwrap().score(&values, &mut out).unwrap();
        let want = column::<S>(want).to_options();
        assert_eq!(out.len(), want.len());
        for (got, want) in out.to_options().into_iter().zip(want) {
            let near = |(got, want): (S, S)| (got.to_f64() - want.to_f64()).abs() < 1e-12;
            assert!(
                got.is_none() == want.is_none() && got.zip(want).is_none_or(near),
                "{got:?}, not {want:?}"
            );
        }
    }

    fn check(args: &Args, direction: Direction, values: &str, want: &str) {
        agrees::<Decimal>(args, direction, values, want);
        agrees::<f64>(args, direction, values, want);
    }

    #[test]
    fn worked_by_hand() {
        use Direction::{Higher, Lower};
        let none = Args::new();
        // The example of the publication: scores up to 1000 beside scores up to 1 are divided by 10^3.
        let unit = none.clone().with("to", Arg::List(vec![Arg::Number(0.into()), Arg::Number(1.into())]));
        check(&unit, Higher, "0 730 1000", "0 0.73 1");
        check(&unit, Higher, "0 0.73 1", "0 0.73 1");
        check(&none, Higher, "12 . 37 5", "12 . 37 5");
        check(&none, Lower, "12 . 37 5", "88 . 63 95");
        check(&none, Higher, "101 50", "10.1 5");
        check(&none, Higher, "-40 25", "-40 25");
        check(&none, Lower, "-40 25", "140 75");
        check(&none, Higher, "0.003 0.01", "30 100");
        check(&none, Higher, "7", "70");
    }

    #[test]
    fn a_power_of_ten_is_its_own_limit_in_both_arithmetics() {
        fn holds<S: Scalar>(exponents: std::ops::RangeInclusive<i32>) {
            for exponent in exponents {
                let power = parse_decimal(&format!("1e{exponent}")).unwrap();
                let power = S::from_decimal(power);
                assert_eq!(power_of_ten(power), Some(power), "10^{exponent}");
                let half = power.over(S::from_count(2)).unwrap();
                assert_eq!(power_of_ten(half), Some(power), "half of 10^{exponent}");
            }
        }
        holds::<Decimal>(-27..=28);
        holds::<f64>(-22..=22);
    }

    #[test]
    fn other_years_are_placed_by_the_same_power() {
        let scale = fit(&Args::new(), Direction::Higher, &column::<Decimal>("4 8")).unwrap();
        let mut out = Column::missing(0);
        scale.score(&column("12 . 2"), &mut out).unwrap();
        assert_eq!(out.to_options(), column("120 . 20").to_options());
        assert_eq!(scale.fitted(), [("power-of-ten", Decimal::TEN)]);
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        fn fault<S: Scalar>(values: &Column<S>) -> &'static str {
            fit(&Args::new(), Direction::Higher, values).unwrap_err().kind.id
        }
        assert_eq!(fault(&column::<Decimal>(". .")), "too-few-values");
        assert_eq!(fault(&column::<f64>("0 . 0")), "zero-range");
        assert_eq!(fault(&Column::of(vec![Decimal::MAX])), "out-of-range");
        assert_eq!(fault(&Column::of(vec![f64::MAX])), "out-of-range");
        let backward = Args::new().with("to", Arg::List(vec![Arg::Number(1.into()), Arg::Number(0.into())]));
        assert_eq!(METHOD.make(&backward).unwrap_err().kind.id, "invalid-bounds");
    }
}
