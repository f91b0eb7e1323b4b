//! Piecewise-linear value function: scores written at a few values, with straight lines between them.
//!
//! Use it where experts say what values are worth: returns that diminish, thresholds, an optimum in the middle. What is
//! written need not rise, so that a two-sided target of any shape can be said.

use crate::{Normalizer, NormalizerBox, Scale};
use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`PiecewiseLinear`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "piecewise-linear",
    since: "0.1.0",
    summary: "Scores written at a few values, with straight lines between them.",
    summary_zh: "分段线性价值函数：在若干给定点之间线性插值赋分，可在中间取最优。",
    formula: "y = values[i] + (x - at[i]) (values[i+1] - values[i]) / (at[i+1] - at[i]) for at[i] <= x <= at[i+1]",
    params: &[
        Param {
            name: "at",
            kind: ParamKind::Quantities,
            default: Default::Required,
            range: "two numbers or more, rising",
            meaning: "the values at which scores are written, in the indicator's measurement unit",
        },
        Param {
            name: "values",
            kind: ParamKind::Numbers,
            default: Default::Required,
            range: "as many as `at`; not all against the direction",
            meaning: "the scores at these values, dimensionless",
        },
        Param {
            name: "beyond",
            kind: ParamKind::Word(&["hold", "extend"]),
            default: Default::Value("hold"),
            range: "hold, extend",
            meaning: "whether values beyond the first and the last point keep its score or continue its line",
        },
    ],
    references: &[
        Reference {
            citation: "Keeney and Raiffa (1976). Decisions with Multiple Objectives: Preferences and Value Tradeoffs. Wiley",
            locator: "https://doi.org/10.1017/CBO9781139174084",
        },
        Reference {
            citation: "Belton and Stewart (2002). Multiple Criteria Decision Analysis: An Integrated Approach. Kluwer. Section 5.2",
            locator: "https://doi.org/10.1007/978-1-4615-1495-4",
        },
    ],
    build: |args| Ok(NormalizerBox::new(PiecewiseLinear::new(args)?)),
};

/// A value function given by points.
///
/// # Formula
/// ```text
/// y = vᵢ + (x − aᵢ) (vᵢ₊₁ − vᵢ) / (aᵢ₊₁ − aᵢ)     aᵢ ≤ x ≤ aᵢ₊₁, a = at, v = values
/// y = v of the nearest point                      beyond all points, beyond = hold
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `at` | none | two or more, rising | values at which scores are written |
/// | `values` | none | as many as `at` | the scores at these values |
/// | `beyond` | `hold` | `hold`, `extend` | what happens beyond the first and the last point |
///
/// Under a transform the points are transformed and the lines are straight on the transformed scale.
/// # Input and output
/// One indicator in any measurement unit; a dimensionless score. A value on a point scores exactly what is written there
/// in either arithmetic.
/// # Missing values and edge cases
/// Missing stays missing. Nothing is learned from the data. Scores stand as written in either direction; scores that
/// only fall where the indicator gets better are taken for a mistake, scores that rise and fall are not.
/// # Errors
/// `invalid-bounds` when `at` does not rise; `invalid-parameter` when there are fewer than two points, not as many scores
/// as points, or scores that run against the direction.
/// # Example
/// ```
/// use gradus_method::{Arg, Args, Column, Direction};
/// use gradus_normalize::{Normalizer, piecewise_linear::PiecewiseLinear};
/// let list = |items: [i64; 4]| Arg::List(items.into_iter().map(|x| Arg::Number(x.into())).collect());
/// // A comfortable temperature is best, heat and cold are not.
/// let args = Args::new().with("at", list([0, 18, 24, 40])).with("values", list([0, 100, 100, 20]));
/// let values = Column::of(vec![-5.0, 9.0, 20.0, 32.0, 50.0]);
/// let mut scores = Column::missing(0);
/// PiecewiseLinear::new(&args)?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[0.0, 50.0, 100.0, 60.0, 20.0][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Keeney and Raiffa (1976), Decisions with Multiple Objectives. Belton and Stewart (2002), section 5.2.
#[derive(Debug, Clone)]
pub struct PiecewiseLinear {
    at: Vec<Decimal>,
    values: Vec<Decimal>,
    extend: bool,
}

impl PiecewiseLinear {
    /// Reads the parameters.
    ///
    /// # Errors
    /// As listed at [`PiecewiseLinear`], except for what depends on the direction.
    pub fn new(args: &Args) -> Outcome<Self> {
        let at = args.numbers("at")?.unwrap_or_default();
        let values = args.numbers("values")?.unwrap_or_default();
        if at.len() < 2 {
            return Err(Fault::parameter(
                "at",
                format!("`at` needs two numbers or more, found {}", at.len()),
            )
            .help("give at least two values, or use `goalposts`"));
        }
        if let Some(pair) = at.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(Fault::new(
                &catalog::INVALID_BOUNDS,
                format!("`at` has {} before {}", pair[0], pair[1]),
            )
            .of("at")
            .help("write the points in rising order, each once"));
        }
        if values.len() != at.len() {
            return Err(Fault::parameter(
                "values",
                format!("`at` has {} numbers and `values` has {}", at.len(), values.len()),
            )
            .help("give one score per point"));
        }
        let extend = args.word("beyond", &[("hold", false), ("extend", true)], false)?;
        Ok(Self { at, values, extend })
    }
}

impl<S: Scalar> Normalizer<S> for PiecewiseLinear {
    fn fit(&self, _: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let (first, last) = (self.values.first(), self.values.last());
        let one_way = match direction {
            Direction::Higher => first > last && self.values.is_sorted_by(|a, b| a >= b),
            Direction::Lower => first < last && self.values.is_sorted(),
        };
        if one_way {
            return Err(Fault::parameter(
                "values",
                format!("`values` only get worse where {} is better", direction.word()),
            )
            .help("let the scores rise where the indicator gets better, or correct its `direction`"));
        }
        let scalars = |list: &[Decimal]| list.iter().map(|x| S::from_decimal(*x)).collect::<Vec<S>>();
        Ok(Box::new(Points { at: scalars(&self.at), values: scalars(&self.values), extend: self.extend }))
    }
}

#[derive(Debug)]
struct Points<S> {
    /// Two or more, rising.
    at: Vec<S>,
    values: Vec<S>,
    extend: bool,
}

impl<S: Scalar> Points<S> {
    fn value(&self, x: S) -> Option<S> {
        let passed = self.at.partition_point(|at| *at <= x);
        let last = self.at.len() - 1;
        // On a point the score is the one written there.
        let on = passed.checked_sub(1).filter(|point| self.at[*point] == x);
        let outside = passed == 0 || passed > last;
        if let Some(point) = on {
            return Some(self.values[point]);
        }
        if outside && !self.extend {
            return Some(self.values[if passed == 0 { 0 } else { last }]);
        }
        let from = passed.clamp(1, last) - 1;
        let (run, rise) =
            (self.at[from + 1].minus(self.at[from])?, self.values[from + 1].minus(self.values[from])?);
        let beyond = x.minus(self.at[from])?;
        let part = match beyond.times(rise) {
            Some(product) => product.over(run),
            None => beyond.over(run)?.times(rise),
        };
        let y = self.values[from].plus(part?)?;
        if outside {
            return Some(y);
        }
        // Rounding carries no score past the ends of its line.
        let (a, b) = (self.values[from], self.values[from + 1]);
        Some(y.greatest(a.least(b)).least(a.greatest(b)))
    }
}

impl<S: Scalar> Scale<S> for Points<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        out.map_from(values, |x| self.value(x))
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        vec![("points", S::from_count(self.at.len()))]
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        let diminishing = "at = [0, 10, 50]; values = [0, 80, 100]";
        check(&METHOD, diminishing, Higher, "0 5 10 . 30 50", "0 40 80 . 90 100");
        check(&METHOD, diminishing, Higher, "-1 51", "0 100");
        check(&METHOD, &format!("{diminishing}; beyond = extend"), Higher, "-1 60", "-8 105");
        let costs = "at = [0, 10, 50]; values = [100, 20, 0]";
        check(&METHOD, costs, Lower, "0 5 10 30 99", "100 60 20 10 0");
        check(&METHOD, "at = [1, 4]; values = [0, 1]", Higher, "2", "~0.3333333333");
    }

    #[test]
    fn an_optimum_in_the_middle_and_a_valley_are_legal_in_both_directions() {
        let target = "at = [0, 20, 40]; values = [0, 100, 0]";
        for direction in [Higher, Lower] {
            check(&METHOD, target, direction, "-1 10 20 30 50", "0 50 100 50 0");
            check(&METHOD, "at = [0, 1, 2]; values = [5, 1, 5]", direction, "0.5 1 2", "3 1 5");
            check(&METHOD, "at = [0, 1]; values = [5, 5]", direction, "0.5", "5");
        }
    }

    #[test]
    fn huge_spans_do_not_leave_the_range() {
        check(&METHOD, "at = [0, 4e28]; values = [0, 100]", Higher, "1e28", "25");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, direction, id) in [
            ("at = [0, 1]; values = [1, 0]", Higher, "invalid-parameter"),
            ("at = [0, 1, 2]; values = [1, 1, 2]", Lower, "invalid-parameter"),
            ("at = [0]; values = [1]", Higher, "invalid-parameter"),
            ("at = []; values = []", Higher, "invalid-parameter"),
            ("at = [0, 1]; values = [1]", Higher, "invalid-parameter"),
            ("at = [0, 0]; values = [1, 2]", Higher, "invalid-bounds"),
            ("at = [1, 0]; values = [1, 2]", Higher, "invalid-bounds"),
            ("values = [1, 2]", Higher, "missing-parameter"),
            ("at = [0, 1]", Higher, "missing-parameter"),
        ] {
            assert_eq!(fault(&METHOD, text, direction, "0.5").kind.id, id, "{text}");
        }
    }

    #[test]
    fn properties() {
        use Property::{Independent, Mirrored, Monotone};
        let text = "at = [-30, 1.7, 4]; values = [0, 60, 100]";
        holds(&METHOD, "at = [-30, 30]; values = [7, 7]", -900..900, &[Mirrored, Independent]);
        holds_in(&METHOD, text, -900..900, &[Monotone, Independent], &[Higher]);
        let falling = "at = [-30, 1.7, 4]; values = [100, 60, 0]; beyond = extend";
        holds_in(&METHOD, falling, -900..900, &[Monotone, Independent], &[Lower]);
    }
}
