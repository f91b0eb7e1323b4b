//! Scaled: a linear change of scale with fixed numbers, without any limit.
//!
//! Use it to bring a share of a whole, a score of another index or a ratio onto a common scale without touching its
//! shape. Where values beyond the bounds must stop at the ends of the scale, use `goalposts`.

use crate::line::{Line, OnLine};
use crate::shared::{self, Clamp};
use crate::{Normalizer, NormalizerBox, Scale};
use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`Scaled`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "scaled",
    since: "0.1.0",
    summary: "A linear change of scale with fixed numbers, without any limit.",
    summary_zh: "线性缩放：按给定的两个基准值与系数换算，不截断。",
    formula: "y = factor (x - lower) / (upper - lower); lower is better: y = factor (upper - x) / (upper - lower)",
    params: &[
        Param {
            name: "lower",
            kind: ParamKind::Quantity,
            default: Default::Value("0"),
            range: "below `upper`",
            meaning: "the lower base value, in the indicator's measurement unit",
        },
        Param {
            name: "upper",
            kind: ParamKind::Quantity,
            default: Default::Value("100"),
            range: "above `lower`",
            meaning: "the upper base value, in the indicator's measurement unit",
        },
        Param {
            name: "factor",
            kind: ParamKind::Number,
            default: Default::Value("100"),
            range: "above 0",
            meaning: "the score of the better base value, dimensionless",
        },
    ],
    references: &[shared::COINR, shared::HANDBOOK],
    build: |args| Ok(NormalizerBox::new(Scaled::new(args)?)),
};

/// A linear change of scale: 0 at one base value, `factor` at the other, and straight on beyond both.
///
/// # Formula
/// ```text
/// y = factor (x − lower) / (upper − lower)     higher is better
/// y = factor (upper − x) / (upper − lower)     lower is better
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `lower`, `upper` | 0, 100 | lower < upper | base values, in the indicator's measurement unit |
/// | `factor` | 100 | above 0 | score of the better base value |
/// # Input and output
/// One indicator in any measurement unit; a dimensionless score without limits. With the defaults a percentage stays
/// as it is, and is turned around where lower is better.
/// # Missing values and edge cases
/// Missing stays missing. Nothing is learned from the data, so the score of one unit does not depend on the others.
/// # Errors
/// `invalid-bounds` when `lower` is not below `upper`; `invalid-parameter` when `factor` is not above 0.
/// # Example
/// ```
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::{Normalizer, scaled::Scaled};
/// let values = Column::of(vec![10.0, 30.0, 60.0]);
/// let mut scores = Column::missing(0);
/// let args = Args::new().number_of("lower", 10).number_of("upper", 50).number_of("factor", 10);
/// Scaled::new(&args)?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[0.0, 5.0, 12.5][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Becker and others (2022), COINr, `n_scaled`. OECD and JRC (2008), Handbook, step 5.
#[derive(Debug, Clone)]
pub struct Scaled {
    lower: Decimal,
    upper: Decimal,
    factor: Decimal,
}

impl Scaled {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-bounds` when the base values do not run upward; `invalid-parameter` for a factor of 0 or less.
    pub fn new(args: &Args) -> Outcome<Self> {
        let lower = args.optional_number("lower")?.unwrap_or(Decimal::ZERO);
        let upper = args.optional_number("upper")?.unwrap_or(Decimal::ONE_HUNDRED);
        if lower >= upper {
            return Err(Fault::new(
                &catalog::INVALID_BOUNDS,
                format!("the lower base value {lower} is not below the upper base value {upper}"),
            )
            .of("lower")
            .help("give the smaller value as `lower`, and say with `direction` which end is better"));
        }
        let factor = args.optional_number("factor")?.unwrap_or(Decimal::ONE_HUNDRED);
        if factor <= Decimal::ZERO {
            return Err(Fault::parameter("factor", format!("`factor` must be above 0, found {factor}"))
                .help("give a positive `factor`, and say with `direction` which end is better"));
        }
        Ok(Self { lower, upper, factor })
    }
}

impl<S: Scalar> Normalizer<S> for Scaled {
    fn fit(&self, _: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let (lower, upper) = (S::from_decimal(self.lower), S::from_decimal(self.upper));
        let (worst, best) = match direction {
            Direction::Higher => (lower, upper),
            Direction::Lower => (upper, lower),
        };
        Ok(Box::new(OnLine {
            line: Line::new(worst, best, (S::ZERO, S::from_decimal(self.factor)), Clamp::NONE)?,
            fitted: [("lower", lower), ("upper", upper)],
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "", Higher, "0 37.5 . 120", "0 37.5 . 120");
        check(&METHOD, "", Lower, "0 37.5 . 120", "100 62.5 . -20");
        check(&METHOD, "lower = 10; upper = 50; factor = 10", Higher, "10 30 60", "0 5 12.5");
        check(&METHOD, "lower = -1; upper = 1; factor = 100", Lower, "-1 0 1 3", "100 50 0 -100");
        check(&METHOD, "factor = 1", Higher, "5 5", "0.05 0.05");
        check(&METHOD, "", Higher, "", "");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, id) in [
            ("lower = 100", "invalid-bounds"),
            ("lower = 3; upper = 2", "invalid-bounds"),
            ("factor = 0", "invalid-parameter"),
            ("factor = -1", "invalid-parameter"),
            ("factor = [1, 2]", "invalid-parameter"),
        ] {
            assert_eq!(fault(&METHOD, text, Higher, "1").kind.id, id, "{text}");
        }
    }

    #[test]
    fn properties() {
        use Property::{Independent, Mirrored, Monotone};
        holds(&METHOD, "", -900..900, &[Monotone, Mirrored, Independent]);
        holds(&METHOD, "lower = 3; upper = 10; factor = 0.7", -900..900, &[Monotone, Mirrored, Independent]);
    }
}
