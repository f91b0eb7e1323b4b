//! Absolute distance: how far a value is from a target, on both sides of it or on one.
//!
//! Use it where an index scores the distance itself, by rank or against the largest one found. After it smaller is
//! better, so the indicator's direction is `lower`. To score a target directly use `distance-to-target`.

use crate::{Transform, TransformBox, shared};
use gradus_method::{Args, Default, Method, Outcome, Param, ParamKind};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`AbsoluteDistance`].
pub static METHOD: Method<TransformBox> = Method {
    id: "absolute-distance",
    since: "0.1.0",
    summary: "The distance of the value from a target, on both sides or on one.",
    summary_zh: "绝对距离：数值与目标值之差的绝对值，可只计一侧。",
    formula: "t = |x - target|; above: t = max(0, x - target); below: t = max(0, target - x)",
    params: &[
        Param {
            name: "target",
            kind: ParamKind::Number,
            default: Default::Required,
            range: "any number",
            meaning: "the value from which distances are taken, in the indicator's measurement unit",
        },
        Param {
            name: "side",
            kind: ParamKind::Word(&["both", "above", "below"]),
            default: Default::Value("both"),
            range: "both, above, below",
            meaning: "the side of the target on which a distance counts",
        },
    ],
    references: &[shared::CITY_PROSPERITY, shared::HANDBOOK],
    build: |args| Ok(TransformBox::new(AbsoluteDistance::new(args)?)),
};

/// The distance from a target.
///
/// # Formula
/// ```text
/// t = |x − target|             side = both
/// t = max(0, x − target)       side = above
/// t = max(0, target − x)       side = below
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `target` | none | any number | value from which distances are taken |
/// | `side` | `both` | `both`, `above`, `below` | side of the target on which a distance counts |
/// # Input and output
/// One value in the indicator's measurement unit; a distance of 0 or more in the same unit.
/// # Missing values and edge cases
/// Defined everywhere. This is the one transform that does not rise with the value: bounds of the method that follows are
/// values too, and become distances as the data do.
/// # Errors
/// `missing-parameter` without `target`.
/// # Example
/// ```
/// use gradus_method::Args;
/// use gradus_normalize::{Transform, transform::absolute_distance::AbsoluteDistance};
/// let transform = AbsoluteDistance::new(&Args::new().number_of("target", 20))?;
/// assert_eq!(transform.apply(17.0), Some(3.0));
/// assert_eq!(transform.apply(23.0), Some(3.0));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// UN-Habitat (2016), Measurement of City Prosperity. OECD and JRC (2008), Handbook, step 5.
#[derive(Debug, Clone)]
pub struct AbsoluteDistance {
    target: Decimal,
    side: Side,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Both,
    Above,
    Below,
}

impl AbsoluteDistance {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `missing-parameter` without `target`.
    pub fn new(args: &Args) -> Outcome<Self> {
        const SIDES: &[(&str, Side)] =
            &[("both", Side::Both), ("above", Side::Above), ("below", Side::Below)];
        Ok(Self { target: args.number("target")?, side: args.word("side", SIDES, Side::Both)? })
    }
}

impl<S: Scalar> Transform<S> for AbsoluteDistance {
    fn apply(&self, value: S) -> Option<S> {
        let above = value.minus(S::from_decimal(self.target))?;
        Some(match self.side {
            Side::Both => above.magnitude(),
            Side::Above => above.greatest(S::ZERO),
            Side::Below => above.negated().greatest(S::ZERO),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check_transform(&METHOD, "target = 20", "17 20 23.5 -1", "3 0 3.5 21");
        check_transform(&METHOD, "target = 20; side = above", "17 20 23.5", "0 0 3.5");
        check_transform(&METHOD, "target = 20; side = below", "17 20 23.5", "3 0 0");
        check_transform(&METHOD, "target = 0", "-0.1 0.1", "0.1 0.1");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(METHOD.make(&args("")).unwrap_err().kind.id, "missing-parameter");
        let side = args("target = 1; side = left");
        assert_eq!(METHOD.make(&side).unwrap_err().kind.id, "invalid-parameter");
    }

    #[test]
    fn leaving_the_range_is_no_distance() {
        check_transform(&METHOD, "target = 7e28", "7e28", "0");
        let transform = METHOD.make(&args("target = 7e28")).unwrap();
        use gradus_model::number::{Decimal, Scalar};
        assert_eq!(Decimal::pick(&transform).apply(Decimal::MIN), None);
    }
}
