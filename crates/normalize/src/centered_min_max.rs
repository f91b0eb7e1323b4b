//! Centered min-max: min-max moved so that a reference value, such as the national value of a base year, scores the
//! middle of the scale.
//!
//! Use it with the adjusted Mazziotta-Pareto index, on a pooled panel: 100 is the reference, and scores of all units and
//! years lie about 70 to 130. Where no reference is special, `min-max` uses the whole scale.

use crate::line::{Line, OnLine};
use crate::shared::{self, Clamp};
use crate::{Normalizer, NormalizerBox, Scale};
use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`CenteredMinMax`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "centered-min-max",
    since: "0.1.0",
    summary: "Min-max moved so that a reference value scores the middle of the scale.",
    summary_zh: "参照居中的极差标准化：使参照值得分位于量表中点（AMPI）。",
    formula: "y = a + (x - lower) (b - a) / (upper - lower) with lower, upper = ref -+ (max - min) / 2; lower is better: y = a + (upper - x) (b - a) / (upper - lower)",
    params: &[
        Param {
            name: "reference",
            kind: ParamKind::Quantity,
            default: Default::Absent("the reference is `unit` or `statistic`"),
            range: "any number",
            meaning: "the value that scores the middle of `to`, in the indicator's measurement unit",
        },
        Param {
            name: "unit",
            kind: ParamKind::Unit,
            default: Default::Absent("the reference is `reference` or `statistic`"),
            range: "the code of a unit that has a value",
            meaning: "the unit whose value is the reference",
        },
        Param {
            name: "statistic",
            kind: ParamKind::Word(&["mean", "median"]),
            default: Default::Absent("`mean`, unless `reference` or `unit` is given"),
            range: "mean, median",
            meaning: "what of the data is the reference",
        },
        Param {
            name: "to",
            kind: ParamKind::Range,
            default: Default::Value("[70, 130]"),
            range: "two numbers, the smaller first",
            meaning: "the scores half a range worse and half a range better than the reference, dimensionless",
        },
    ],
    references: &[shared::MAZZIOTTA_PARETO],
    build: |args| Ok(NormalizerBox::new(CenteredMinMax::new(args)?)),
};

/// Min-max between goalposts half the range of the data on either side of a reference.
///
/// # Formula
/// ```text
/// y = a + (x − lower) (b − a) / (upper − lower)     higher is better
/// y = a + (upper − x) (b − a) / (upper − lower)     lower is better
///
/// lower = ref − (max − min) / 2,  upper = ref + (max − min) / 2
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `reference` | absent | any number | a fixed reference value |
/// | `unit` | absent | code of a unit with a value | the unit whose value is the reference |
/// | `statistic` | `mean` | `mean`, `median` | what of the data is the reference |
/// | `to` | `[70, 130]` | a < b | scores of the two goalposts |
///
/// At most one of `reference`, `unit` and `statistic` is given.
/// # Input and output
/// One indicator in any measurement unit; a dimensionless score. The reference scores the middle of a and b; scores of
/// the reference data spread over b − a, and pass an end where the reference is not the middle of the data.
/// # Missing values and edge cases
/// Missing stays missing. The reference need not lie among the data.
/// # Errors
/// `too-few-values` without any value; `zero-range` when all values are equal; `unknown-reference` when the unit has no
/// value; `invalid-parameter` when two references are given; `invalid-bounds` when a is not below b.
/// # Example
/// ```
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::{Normalizer, centered_min_max::CenteredMinMax};
/// let values = Column::of(vec![10.0, 20.0, 30.0, 50.0]);
/// let mut scores = Column::missing(0);
/// let italy = CenteredMinMax::new(&Args::new().number_of("reference", 20))?;
/// italy.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[85.0, 100.0, 115.0, 145.0][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Mazziotta and Pareto (2016), On a generalized non-compensatory composite index.
#[derive(Debug, Clone)]
pub struct CenteredMinMax {
    source: Source,
    to: (Decimal, Decimal),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Fixed(Decimal),
    Unit(String),
    Mean,
    Median,
}

impl CenteredMinMax {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for two references; `invalid-bounds` when `to` does not run upward.
    pub fn new(args: &Args) -> Outcome<Self> {
        shared::one_of(args, &["reference", "unit", "statistic"])?;
        let source = if let Some(value) = args.optional_number("reference")? {
            Source::Fixed(value)
        } else if let Some(unit) = args.optional_text("unit")? {
            Source::Unit(unit.to_owned())
        } else if args.word("statistic", &[("mean", true), ("median", false)], true)? {
            Source::Mean
        } else {
            Source::Median
        };
        Ok(Self { source, to: args.range("to", (Decimal::from(70), Decimal::from(130)))? })
    }
}

impl<S: Scalar> Normalizer<S> for CenteredMinMax {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let value = match &self.source {
            Source::Fixed(value) => Some(S::from_decimal(*value)),
            Source::Unit(code) => {
                return Err(Fault::new(
                    &catalog::UNKNOWN_REFERENCE,
                    format!("the reference unit `{code}` has no value"),
                )
                .of("unit")
                .help("name a unit that has a value, or give the number as `reference`"));
            }
            _ if shared::count(reference) == 0 => return Err(shared::too_few(METHOD.id, 1, 0)),
            Source::Mean => shared::mean(reference),
            Source::Median => shared::median(reference),
        };
        self.fit_to_unit(reference, value.ok_or_else(Fault::out_of_range)?, direction)
    }

    fn unit(&self) -> Option<&str> {
        match &self.source {
            Source::Unit(code) => Some(code),
            _ => None,
        }
    }

    fn fit_to_unit(
        &self,
        reference: &Column<S>,
        value: S,
        direction: Direction,
    ) -> Outcome<Box<dyn Scale<S>>> {
        let (minimum, maximum) = shared::extent(reference, METHOD.id)?;
        if minimum == maximum {
            return Err(shared::constant(METHOD.id, "range", minimum, shared::count(reference)));
        }
        let half = maximum.minus(minimum).and_then(|range| range.over(S::from_count(2)));
        let posts = half.and_then(|half| Some((value.minus(half)?, value.plus(half)?)));
        let (lower, upper) = posts
            .filter(|(lower, upper)| lower.finite() && upper.finite() && lower < upper)
            .ok_or_else(Fault::out_of_range)?;
        let (worst, best) = match direction {
            Direction::Higher => (lower, upper),
            Direction::Lower => (upper, lower),
        };
        let to = (S::from_decimal(self.to.0), S::from_decimal(self.to.1));
        Ok(Box::new(OnLine {
            line: Line::new(worst, best, to, Clamp::NONE)?,
            fitted: [("lower", lower), ("upper", upper)],
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // Range 40, so the goalposts are 20 ∓ 20 about the reference 20.
        check(&METHOD, "reference = 20", Higher, "10 20 . 30 50", "85 100 . 115 145");
        check(&METHOD, "reference = 20", Lower, "10 20 . 30 50", "115 100 . 85 55");
        check(&METHOD, "", Higher, "10 20 30 60", "76 88 100 136");
        check(&METHOD, "statistic = median; to = [0, 100]", Higher, "0 1 4", "25 50 125");
        check_against(&METHOD, "reference = 0", Higher, "10 50", "0 -20 20 .", "100 70 130 .");
    }

    #[test]
    fn the_value_of_a_unit_is_a_reference() {
        let method = METHOD.make(&args("unit = ITA")).unwrap();
        let method = f64::pick(&method);
        assert_eq!(method.unit(), Some("ITA"));
        let values = column("10 20 30 50");
        assert_eq!(method.fit(&values, Higher).unwrap_err().kind.id, "unknown-reference");
        let mut out = Column::missing(0);
        method.fit_to_unit(&values, 20.0, Higher).unwrap().score(&values, &mut out).unwrap();
        assert_eq!(out.full(), Some(&[85.0, 100.0, 115.0, 145.0][..]));
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, values, id) in [
            ("", ".", "too-few-values"),
            ("reference = 1", "", "too-few-values"),
            ("", "3 3", "zero-range"),
            ("reference = 1; statistic = mean", "1 2", "invalid-parameter"),
            ("statistic = best", "1 2", "invalid-parameter"),
            ("to = [2, 1]", "1 2", "invalid-bounds"),
        ] {
            assert_eq!(fault(&METHOD, text, Higher, values).kind.id, id, "{text} {values}");
        }
    }

    #[test]
    fn properties() {
        use Property::{AffineInvariant, Mirrored, Monotone};
        holds(&METHOD, "", -900..900, &[Monotone, Mirrored, AffineInvariant]);
        holds(&METHOD, "statistic = median", -900..900, &[Monotone, Mirrored, AffineInvariant]);
        holds(&METHOD, "reference = 3.3; to = [0, 1]", -900..900, &[Monotone, Mirrored]);
    }
}
