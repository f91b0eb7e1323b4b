//! Goalposts: the share of the way between two bounds that are fixed in advance.
//!
//! Use it where scores must mean the same every year and whoever else is compared, as in the Human Development Index.
//! The bounds need a reason of their own; where there is none, `min-max` takes them from the data.

use crate::line::{Line, OnLine};
use crate::shared::{self, Clamp};
use crate::{Normalizer, NormalizerBox, Scale};
use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`Goalposts`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "goalposts",
    since: "0.1.0",
    summary: "The share of the way from a fixed lower bound to a fixed upper bound.",
    summary_zh: "阈值标准化：数值在预先设定的下限与上限之间所处的位置。",
    formula: "y = a + (x - lower) (b - a) / (upper - lower); lower is better: y = a + (upper - x) (b - a) / (upper - lower); held to a..b",
    params: &[
        Param {
            name: "lower",
            kind: ParamKind::Quantity,
            default: Default::Required,
            range: "below `upper`",
            meaning: "the lower goalpost, in the indicator's measurement unit",
        },
        Param {
            name: "upper",
            kind: ParamKind::Quantity,
            default: Default::Required,
            range: "above `lower`",
            meaning: "the upper goalpost, in the indicator's measurement unit",
        },
        shared::clamp_param("both"),
        shared::TO,
    ],
    references: &[
        Reference {
            citation: "UNDP (2024). Human Development Report 2023/24, Technical notes. Technical note 1, Human Development Index",
            locator: "https://hdr.undp.org/sites/default/files/2023-24_HDR/hdr2023-24_technical_notes.pdf",
        },
        shared::HANDBOOK,
    ],
    build: |args| Ok(NormalizerBox::new(Goalposts::new(args)?)),
};

/// Goalpost scaling: the share of the way from a fixed lower bound to a fixed upper bound.
///
/// # Formula
/// ```text
/// y = a + (x − lower) (b − a) / (upper − lower)     higher is better
/// y = a + (upper − x) (b − a) / (upper − lower)     lower is better
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `lower`, `upper` | none | lower < upper | goalposts, in the indicator's measurement unit |
/// | `clamp` | `both` | `none`, `lower`, `upper`, `both` | ends of the score scale at which scores are held |
/// | `to` | `[0, 100]` | a < b | scores of the worse and of the better goalpost |
///
/// `clamp` speaks of scores: with `upper` no score exceeds b, whichever direction is better.
/// # Input and output
/// One indicator in any measurement unit; a dimensionless score, from a to b where clamped. A value on a goalpost
/// scores exactly a or b in either arithmetic.
/// # Missing values and edge cases
/// Missing stays missing. Nothing is learned from the data, so the score of one unit does not depend on the others and
/// an empty or constant column is no trouble.
/// # Errors
/// `invalid-bounds` when `lower` is not below `upper`, or a not below b.
/// # Example
/// ```
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::{Normalizer, goalposts::Goalposts};
/// let life_expectancy = Column::of(vec![20.0, 71.5, 85.0, 87.3]);
/// let mut scores = Column::missing(0);
/// let bounds = Args::new().number_of("lower", 20).number_of("upper", 85);
/// Goalposts::new(&bounds)?.fit(&life_expectancy, Direction::Higher)?.score(&life_expectancy, &mut scores)?;
/// assert_eq!(scores.get(0), Some(0.0));
/// assert!((scores.get(1).unwrap() - 79.230_769).abs() < 1e-6);
/// assert_eq!(scores.get(2), Some(100.0));
/// assert_eq!(scores.get(3), Some(100.0));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// UNDP (2024), Human Development Report 2023/24, technical note 1. OECD and JRC (2008), Handbook, step 5.
#[derive(Debug, Clone)]
pub struct Goalposts {
    lower: Decimal,
    upper: Decimal,
    clamp: Clamp,
    to: (Decimal, Decimal),
}

impl Goalposts {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `missing-parameter` without both goalposts; `invalid-bounds` when a pair does not run upward.
    pub fn new(args: &Args) -> Outcome<Self> {
        let (lower, upper) = (args.number("lower")?, args.number("upper")?);
        if lower >= upper {
            return Err(Fault::new(
                &catalog::INVALID_BOUNDS,
                format!("the lower goalpost {lower} is not below the upper goalpost {upper}"),
            )
            .of("lower")
            .help("give the smaller bound as `lower`, and say with `direction` which end is better"));
        }
        Ok(Self {
            lower,
            upper,
            clamp: Clamp::of(args, Clamp::BOTH)?,
            to: args.range("to", shared::ZERO_TO_HUNDRED)?,
        })
    }
}

impl<S: Scalar> Normalizer<S> for Goalposts {
    fn fit(&self, _: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let (lower, upper) = (S::from_decimal(self.lower), S::from_decimal(self.upper));
        let (worst, best) = match direction {
            Direction::Higher => (lower, upper),
            Direction::Lower => (upper, lower),
        };
        let to = (S::from_decimal(self.to.0), S::from_decimal(self.to.1));
        Ok(Box::new(OnLine {
            line: Line::new(worst, best, to, self.clamp)?,
            fitted: [("lower", lower), ("upper", upper)],
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn health_in_the_human_development_index_of_2022() {
        // UNDP, Human Development Report 2023/24: life expectancy in Costa Rica and Norway between 20 and 85 years.
        check(&METHOD, "lower = 20; upper = 85; to = [0, 1]", Higher, "77.32 83.393", "~0.881846 ~0.975277");
    }

    #[test]
    fn clamp_speaks_of_scores() {
        let bounds = "lower = 10; upper = 20";
        for (clamp, higher, lower) in [
            ("none", "-50 0 50 100 150", "150 100 50 0 -50"),
            ("lower", "0 0 50 100 150", "150 100 50 0 0"),
            ("upper", "-50 0 50 100 100", "100 100 50 0 -50"),
            ("both", "0 0 50 100 100", "100 100 50 0 0"),
        ] {
            let text = format!("{bounds}; clamp = {clamp}");
            check(&METHOD, &text, Higher, "5 10 15 20 25", higher);
            check(&METHOD, &text, Lower, "5 10 15 20 25", lower);
        }
        check(&METHOD, bounds, Higher, "5 25", "0 100");
    }

    #[test]
    fn edges() {
        let text = "lower = -0.3; upper = 0.1; to = [1, 100]";
        check(&METHOD, text, Higher, "-0.3 . 0.1 -0.1", "1 . 100 50.5");
        check(&METHOD, text, Higher, "7e28 -7e28", "100 1");
        check(&METHOD, text, Higher, "", "");
        check(&METHOD, text, Higher, "0 0", "75.25 75.25");
        check(&METHOD, "lower = 1/3; upper = 1", Higher, "1", "100");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, id) in [
            ("lower = 5; upper = 5", "invalid-bounds"),
            ("lower = 6; upper = 5", "invalid-bounds"),
            ("lower = 6", "missing-parameter"),
            ("lower = 1; upper = 5; to = [1, 0]", "invalid-bounds"),
            ("lower = 1; upper = 5; clamp = high", "invalid-parameter"),
            ("lower = -7e28; upper = 7e28", "out-of-range"),
        ] {
            let decimal =
                score::<gradus_model::Decimal>(&METHOD, &args(text), Higher, &column(""), &column(""));
            assert_eq!(decimal.unwrap_err().kind.id, id, "{text}");
        }
        let fault = fault(&METHOD, "lower = 85; upper = 20", Higher, "");
        assert_eq!(fault.message, "the lower goalpost 85 is not below the upper goalpost 20");
        assert_eq!(fault.parameter.as_deref(), Some("lower"));
    }

    #[test]
    fn properties() {
        use Property::{Independent, Mirrored, Monotone};
        let bounds = "lower = -30.7; upper = 50";
        holds(&METHOD, bounds, -900..900, &[Monotone, Mirrored, Independent]);
        holds(&METHOD, &format!("{bounds}; clamp = none"), -900..900, &[Monotone, Mirrored, Independent]);
        holds(&METHOD, &format!("{bounds}; clamp = upper"), -900..900, &[Monotone, Independent]);
    }
}
