//! Min-max: the share of the way from the worst to the best value of the reference data.
//!
//! Use it to compare units at one time, or over a panel that is fitted jointly. Do not use it where scores must stay
//! put when a unit joins or a year is added: fixed bounds do that (`goalposts`). One outlier squeezes all others.

use crate::line::{Line, OnLine};
use crate::shared::{self, Clamp};
use crate::{Normalizer, NormalizerBox, Scale};
use gradus_method::{Args, Column, Direction, Method, Outcome};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`MinMax`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "min-max",
    since: "0.1.0",
    summary: "The share of the way from the worst to the best value of the data.",
    summary_zh: "极差标准化：数值在样本最差值与最优值之间所处的位置。",
    formula: "y = a + (x - min) (b - a) / (max - min); lower is better: y = a + (max - x) (b - a) / (max - min)",
    params: &[shared::TO],
    references: &[shared::HANDBOOK],
    build: |args| Ok(NormalizerBox::new(MinMax::new(args)?)),
};

/// Min-max scaling between the smallest and the largest reference value.
///
/// # Formula
/// ```text
/// y = a + (x − min) (b − a) / (max − min)     higher is better
/// y = a + (max − x) (b − a) / (max − min)     lower is better
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `to` | `[0, 100]` | a < b | scores of the worst and of the best reference value |
/// # Input and output
/// One indicator in any measurement unit; a dimensionless score, from a to b over the reference data. The worst and the
/// best reference value score exactly a and b in either arithmetic.
/// # Missing values and edge cases
/// Missing stays missing. A value outside the reference data, of another year for example, scores outside a to b.
/// # Errors
/// `too-few-values` without any value; `zero-range` when all values are equal; `invalid-bounds` when a is not below b.
/// # Example
/// ```
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::{Normalizer, min_max::MinMax};
/// let values = Column::from_options([Some(20.0), None, Some(35.0), Some(80.0)]);
/// let mut scores = Column::missing(0);
/// MinMax::new(&Args::new())?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.to_options(), [Some(0.0), None, Some(25.0), Some(100.0)]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 5.
#[derive(Debug, Clone)]
pub struct MinMax {
    to: (Decimal, Decimal),
}

impl MinMax {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-bounds` when `to` does not run upward.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { to: args.range("to", shared::ZERO_TO_HUNDRED)? })
    }
}

impl<S: Scalar> Normalizer<S> for MinMax {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let (minimum, maximum) = shared::extent(reference, METHOD.id)?;
        if minimum == maximum {
            let count = reference.len() - reference.n_missing();
            return Err(shared::constant(METHOD.id, "range", minimum, count));
        }
        let (worst, best) = match direction {
            Direction::Higher => (minimum, maximum),
            Direction::Lower => (maximum, minimum),
        };
        let to = (S::from_decimal(self.to.0), S::from_decimal(self.to.1));
        Ok(Box::new(OnLine {
            line: Line::new(worst, best, to, Clamp::NONE)?,
            fitted: [("minimum", minimum), ("maximum", maximum)],
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "", Higher, "20 35 80", "0 25 100");
        check(&METHOD, "", Lower, "20 35 80", "100 75 0");
        check(&METHOD, "to = [1, 100]", Higher, "20 35 80", "1 25.75 100");
        check(&METHOD, "to = [-1, 0]", Lower, "-3 -1 1", "0 -0.5 -1");
    }

    #[test]
    fn edges() {
        check(&METHOD, "", Higher, ". 3 . 5", ". 0 . 100");
        check(&METHOD, "", Higher, "5 3 5 3", "100 0 100 0");
        check(&METHOD, "", Higher, "-0 0 1", "0 0 100");
        check(&METHOD, "", Higher, "1e-20 3e-20 5e-20", "0 50 100");
        check(&METHOD, "", Lower, "0 1e28 4e28", "100 75 0");
        check_against(&METHOD, "", Higher, "20 80", "10 . 50 95", "~-16.6667 . 50 125");
        check_against(&METHOD, "", Higher, "20 80", ". .", ". .");
        check_against(&METHOD, "", Higher, "20 80", "", "");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        let fault = fault(&METHOD, "", Higher, "61.2 . 61.2 61.2");
        assert_eq!(fault.kind.id, "zero-range");
        assert_eq!(fault.message, "all 3 values are 61.2, so min-max has no range to scale by");
        assert_eq!(
            fault.help.as_deref(),
            Some("leave the indicator out, or give it fixed bounds with `goalposts`")
        );
        for (text, values, id) in [
            ("", "4", "zero-range"),
            ("", "", "too-few-values"),
            ("", ". .", "too-few-values"),
            ("to = [100, 0]", "1 2", "invalid-bounds"),
            ("to = [5, 5]", "1 2", "invalid-bounds"),
        ] {
            assert_eq!(
                super::super::testing::fault(&METHOD, text, Higher, values).kind.id,
                id,
                "{text} {values}"
            );
        }
    }

    #[test]
    fn properties() {
        use Property::{AffineInvariant, Mirrored, Monotone};
        holds(&METHOD, "", -900..900, &[Monotone, Mirrored, AffineInvariant]);
        holds(&METHOD, "to = [0.1, 0.7]", -900..900, &[Monotone, Mirrored, AffineInvariant]);
    }
}
