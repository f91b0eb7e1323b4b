//! Distance to a reference: a value relative to the best, the mean, the median, a named unit or a fixed number.
//!
//! Use it to say how far units are from a leader or a benchmark. With the leader as reference, scores depend on one
//! unit; a benchmark that everybody accepts is steadier.

use crate::line::{Line, OnLine};
use crate::shared::{self, Clamp};
use crate::{Normalizer, NormalizerBox, Scale};
use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`DistanceToReference`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "distance-to-reference",
    since: "0.1.0",
    summary: "A value relative to the best, the mean, the median, a named unit or a fixed number.",
    summary_zh: "参照距离法：数值与最优值、均值、中位数、指定单位或给定数值之比。",
    formula: "ratio: y = factor x / ref, lower is better: y = factor ref / x; range: y = factor (x - worst) / (ref - worst)",
    params: &[
        Param {
            name: "reference",
            kind: ParamKind::Quantity,
            default: Default::Absent("the reference is `unit` or `statistic`"),
            range: "above 0 for `form = \"ratio\"`; better than the worst value for `form = \"range\"`",
            meaning: "a fixed reference value, in the indicator's measurement unit",
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
            kind: ParamKind::Word(&["best", "mean", "median"]),
            default: Default::Absent("`best`, unless `reference` or `unit` is given"),
            range: "best, mean, median",
            meaning: "what of the data is the reference",
        },
        Param {
            name: "form",
            kind: ParamKind::Word(&["ratio", "range"]),
            default: Default::Value("ratio"),
            range: "ratio, range",
            meaning: "whether distances are measured from 0 or from the worst value of the data",
        },
        Param {
            name: "factor",
            kind: ParamKind::Number,
            default: Default::Value("100"),
            range: "above 0",
            meaning: "the score of the reference, dimensionless",
        },
        shared::clamp_param("none"),
    ],
    references: &[shared::HANDBOOK, shared::COINR, shared::HWANG_YOON],
    build: |args| Ok(NormalizerBox::new(DistanceToReference::new(args)?)),
};

/// A value relative to a reference value, which scores `factor`.
///
/// # Formula
/// ```text
/// y = factor x / ref                         form = ratio, higher is better
/// y = factor ref / x                         form = ratio, lower is better
/// y = factor (x − worst) / (ref − worst)     form = range, worst: the smallest or, where lower is better, the
///                                            largest value of the reference data
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `reference` | absent | see errors | a fixed reference value, in the indicator's measurement unit |
/// | `unit` | absent | code of a unit with a value | the unit whose value is the reference |
/// | `statistic` | `best` | `best`, `mean`, `median` | what of the data is the reference |
/// | `form` | `ratio` | `ratio`, `range` | whether distances are measured from 0 or from the worst value |
/// | `factor` | 100 | above 0 | score of the reference |
/// | `clamp` | `none` | `none`, `lower`, `upper`, `both` | hold scores at 0 (`lower`), at `factor` (`upper`), or at both |
///
/// At most one of `reference`, `unit` and `statistic` is given.
/// # Input and output
/// One indicator: for `ratio` with a true zero, for `range` in any measurement unit. A dimensionless score; the reference
/// scores `factor`, for `range` exactly so in either arithmetic.
/// # Missing values and edge cases
/// Missing stays missing. With `ratio` where lower is better, zero and negative values have no score.
/// # Errors
/// `too-few-values` when the data hold no value to take the reference or the worst value from; `zero-range` when for
/// `range` the reference is the worst value, `invalid-bounds` when it is worse; `invalid-parameter` when for `ratio` the
/// reference is not above 0, or two references are given; `unknown-reference` when the unit has no value; `out-of-range`
/// at a value that has no ratio.
/// # Example
/// ```
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::{Normalizer, distance_to_reference::DistanceToReference};
/// let values = Column::of(vec![10.0, 25.0, 50.0]);
/// let mut scores = Column::missing(0);
/// DistanceToReference::new(&Args::new())?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[20.0, 50.0, 100.0][..]));
/// DistanceToReference::new(&Args::new())?.fit(&values, Direction::Lower)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[100.0, 40.0, 20.0][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook, step 5. Becker and others (2022), COINr, `n_dist2ref`. Hwang and Yoon (1981).
#[derive(Debug, Clone)]
pub struct DistanceToReference {
    source: Source,
    form: Form,
    factor: Decimal,
    clamp: Clamp,
}

/// Where the reference value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Fixed(Decimal),
    Unit(String),
    Best,
    Mean,
    Median,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Ratio,
    Range,
}

impl DistanceToReference {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for two references, a factor of 0 or less, or a fixed reference that allows no ratio.
    pub fn new(args: &Args) -> Outcome<Self> {
        #[derive(Clone, Copy)]
        enum Statistic {
            Best,
            Mean,
            Median,
        }
        const STATISTICS: &[(&str, Statistic)] =
            &[("best", Statistic::Best), ("mean", Statistic::Mean), ("median", Statistic::Median)];
        shared::one_of(args, &["reference", "unit", "statistic"])?;
        let source = if let Some(value) = args.optional_number("reference")? {
            Source::Fixed(value)
        } else if let Some(unit) = args.optional_text("unit")? {
            Source::Unit(unit.to_owned())
        } else {
            match args.word("statistic", STATISTICS, Statistic::Best)? {
                Statistic::Best => Source::Best,
                Statistic::Mean => Source::Mean,
                Statistic::Median => Source::Median,
            }
        };
        let factor = args.optional_number("factor")?.unwrap_or(Decimal::ONE_HUNDRED);
        if factor <= Decimal::ZERO {
            return Err(Fault::parameter("factor", format!("`factor` must be above 0, found {factor}")));
        }
        let form = args.word("form", &[("ratio", Form::Ratio), ("range", Form::Range)], Form::Ratio)?;
        match source {
            Source::Fixed(value) if form == Form::Ratio => positive(value)?,
            _ => {}
        }
        Ok(Self { source, form, factor, clamp: Clamp::of(args, Clamp::NONE)? })
    }

    fn scale<S: Scalar>(
        &self,
        reference: &Column<S>,
        value: S,
        direction: Direction,
    ) -> Outcome<Box<dyn Scale<S>>> {
        let factor = S::from_decimal(self.factor);
        if self.form == Form::Ratio {
            positive(value)?;
            return Ok(Box::new(Ratio { reference: value, factor, direction, clamp: self.clamp }));
        }
        let (minimum, maximum) = shared::extent(reference, METHOD.id)?;
        let (worst, worse) = match direction {
            Direction::Higher => (minimum, value < minimum),
            Direction::Lower => (maximum, value > maximum),
        };
        if worse {
            return Err(Fault::new(
                &catalog::INVALID_BOUNDS,
                format!("the reference {value} is worse than the worst value of the data, {worst}"),
            )
            .help("use a better reference, or `goalposts` with both ends fixed"));
        }
        if value == worst {
            return Err(Fault::new(
                &catalog::ZERO_RANGE,
                format!(
                    "the reference {value} is the worst value of the data, so there is no range to scale by"
                ),
            )
            .help("use a better reference, or `goalposts` with both ends fixed"));
        }
        Ok(Box::new(OnLine {
            line: Line::new(worst, value, (S::ZERO, factor), self.clamp)?,
            fitted: [("worst", worst), ("reference", value)],
        }))
    }
}

/// A ratio to zero is undefined, and a ratio to a negative number falls where values rise.
fn positive<S: Scalar>(reference: S) -> Outcome<()> {
    if reference > S::ZERO {
        return Ok(());
    }
    Err(Fault::parameter("form", format!("the reference is {reference}, and a ratio needs one above 0"))
        .help("write `form = \"range\"`, which measures from the worst value"))
}

impl<S: Scalar> Normalizer<S> for DistanceToReference {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let value = match (&self.source, direction) {
            (Source::Fixed(value), _) => S::from_decimal(*value),
            (Source::Unit(code), _) => {
                return Err(Fault::new(
                    &catalog::UNKNOWN_REFERENCE,
                    format!("the reference unit `{code}` has no value"),
                )
                .of("unit")
                .help("name a unit that has a value, or give the number as `reference`"));
            }
            (Source::Best, Direction::Higher) => shared::extent(reference, METHOD.id)?.1,
            (Source::Best, Direction::Lower) => shared::extent(reference, METHOD.id)?.0,
            (Source::Mean | Source::Median, _) => {
                if reference.len() == reference.n_missing() {
                    return Err(shared::too_few(METHOD.id, 1, 0));
                }
                let value = match self.source {
                    Source::Mean => shared::mean(reference),
                    _ => shared::median(reference),
                };
                value.filter(|v| v.finite()).ok_or_else(Fault::out_of_range)?
            }
        };
        self.scale(reference, value, direction)
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
        self.scale(reference, value, direction)
    }
}

#[derive(Debug)]
struct Ratio<S> {
    reference: S,
    factor: S,
    direction: Direction,
    clamp: Clamp,
}

impl<S: Scalar> Scale<S> for Ratio<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        // Copies belong to the loop, which then need not read them again after every score it writes.
        let Self { reference, factor, direction, clamp } = *self;
        let held = move |y: S| {
            let y = y.greatest(if clamp.lower { S::ZERO } else { y });
            y.least(if clamp.upper { factor } else { y })
        };
        match direction {
            Direction::Higher => out.map_from(values, move |x| Some(held(x.times(factor)?.over(reference)?))),
            Direction::Lower => out
                .map_from(values, move |x| {
                    let x = (x > S::ZERO).then_some(x)?;
                    Some(held(reference.times(factor)?.over(x)?))
                })
                .map_err(|fault| match fault.row.and_then(|row| values.get(row)) {
                    Some(x) if x <= S::ZERO => Fault {
                        message: format!(
                            "the ratio of the reference to {x} is not a score where lower is better"
                        ),
                        ..fault
                    }
                    .help("write `form = \"range\"`, which measures from the worst value"),
                    _ => fault,
                }),
        }
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        vec![("reference", self.reference)]
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;
    use gradus_method::{Column, Outcome};
    use gradus_model::number::{Decimal, Scalar};

    #[test]
    fn ratios_worked_by_hand() {
        check(&METHOD, "", Higher, "10 25 . 50", "20 50 . 100");
        check(&METHOD, "", Lower, "10 25 . 50", "100 40 . 20");
        check(&METHOD, "reference = 40; factor = 1", Higher, "10 60 0 -4", "0.25 1.5 0 -0.1");
        check(&METHOD, "reference = 40; factor = 1; clamp = both", Higher, "10 60 0 -4", "0.25 1 0 0");
        check(&METHOD, "statistic = mean", Higher, "10 20 60", "~33.333 ~66.667 200");
        check(&METHOD, "statistic = mean; clamp = upper", Lower, "10 20 60", "100 100 50");
        check(&METHOD, "statistic = median", Higher, "60 10 20", "300 50 100");
        check(&METHOD, "statistic = median", Higher, "60 10 20 30", "240 40 80 120");
        check_against(&METHOD, "", Higher, "10 50", "100 .", "200 .");
    }

    #[test]
    fn ranges_worked_by_hand() {
        check(&METHOD, "form = range; factor = 1", Higher, "2 5 12", "0 0.3 1");
        check(&METHOD, "form = range", Lower, "-2 5 8", "100 30 0");
        check(&METHOD, "form = range; reference = 7", Higher, "2 7 12", "0 100 200");
        check(&METHOD, "form = range; reference = 7; clamp = upper", Higher, "2 7 12", "0 100 100");
        check(&METHOD, "form = range; reference = 7", Lower, "2 7 12", "200 100 0");
        check_against(
            &METHOD,
            "form = range; statistic = median; clamp = lower",
            Higher,
            "2 4 12",
            "1 4",
            "0 100",
        );
    }

    fn to_unit<S: Scalar>(text: &str, value: S) -> Outcome<Vec<Option<S>>> {
        let method = METHOD.make(&args(text))?;
        let method = S::pick(&method);
        assert_eq!(method.unit(), Some("SGP"));
        let values: Column<S> = column("10 . 25 50");
        let mut out = Column::missing(0);
        method.fit_to_unit(&values, value, Higher)?.score(&values, &mut out)?;
        Ok(out.to_options())
    }

    #[test]
    fn a_named_unit_need_not_be_in_the_data() {
        assert_eq!(to_unit("unit = SGP", 40.0).unwrap(), [Some(25.0), None, Some(62.5), Some(125.0)]);
        let range = to_unit("unit = SGP; form = range", Decimal::from(30)).unwrap();
        assert_eq!(range, [Some(Decimal::ZERO), None, Some(Decimal::from(75)), Some(Decimal::from(200))]);
        assert_eq!(to_unit("unit = SGP; form = range", 10.0).unwrap_err().kind.id, "zero-range");
        assert_eq!(to_unit("unit = SGP; form = range", 9.0).unwrap_err().kind.id, "invalid-bounds");
        assert_eq!(to_unit("unit = SGP", 0.0).unwrap_err().kind.id, "invalid-parameter");
        let fault = fault(&METHOD, "unit = SGP", Higher, "1 2");
        assert_eq!(fault.kind.id, "unknown-reference");
        assert_eq!(fault.message, "the reference unit `SGP` has no value");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, direction, values, id) in [
            ("", Higher, "", "too-few-values"),
            ("statistic = mean", Higher, ".", "too-few-values"),
            ("form = range; reference = 2", Higher, ".", "too-few-values"),
            ("", Higher, "-5 -2", "invalid-parameter"),
            ("reference = 0", Higher, "1", "invalid-parameter"),
            ("reference = 1; statistic = mean", Higher, "1", "invalid-parameter"),
            ("reference = 1; unit = A", Higher, "1", "invalid-parameter"),
            ("factor = 0", Higher, "1", "invalid-parameter"),
            ("form = range", Higher, "4 4", "zero-range"),
            ("form = range; reference = 1", Higher, "2 4", "invalid-bounds"),
            ("form = range; reference = 5", Lower, "2 4", "invalid-bounds"),
        ] {
            assert_eq!(fault(&METHOD, text, direction, values).kind.id, id, "{text} {values}");
        }
        let fault = fault(&METHOD, "reference = 4", Lower, "2 . 0 1");
        assert_eq!((fault.kind.id, fault.row), ("out-of-range", Some(2)));
        assert_eq!(fault.message, "the ratio of the reference to 0 is not a score where lower is better");
    }

    #[test]
    fn properties() {
        use Property::{AffineInvariant, Independent, Mirrored, Monotone};
        holds(&METHOD, "", 1..900, &[Monotone]);
        holds(&METHOD, "statistic = median; clamp = both", 1..900, &[Monotone]);
        holds(&METHOD, "reference = 33", 1..900, &[Monotone, Independent]);
        holds(&METHOD, "form = range", -900..900, &[Monotone, Mirrored, AffineInvariant]);
        holds(&METHOD, "form = range; statistic = mean", -900..900, &[Monotone, AffineInvariant]);
    }
}
