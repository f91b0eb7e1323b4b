//! Categorical scale: one score per level of an ordered scale, or per class of a number.
//!
//! Use it for titles, ratings and answers that have an order, and where only thresholds of a number count. Differences
//! inside a class are lost, and equal distances between levels are an assumption worth stating.

use crate::{Normalizer, NormalizerBox, Scale, shared};
use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// The most levels a scale may have; equal steps are tabulated, so some limit is needed.
const MAX_LEVELS: u32 = 1000;

/// Registry entry of [`Categorical`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "categorical",
    since: "0.1.0",
    summary: "One score per level of an ordered scale, or per class of a number.",
    summary_zh: "分级赋值：按有序等级或数值分档给定得分。",
    formula: "y = scores[level]; equally spaced: y = a + (b - a) level / (levels - 1); with breaks: level = the number of breaks that x reaches",
    params: &[
        Param {
            name: "scores",
            kind: ParamKind::LevelTable,
            default: Default::Absent("levels are equally spaced over `to`"),
            range: "one score per level, none worse than that of a worse level",
            meaning: "the score of each level of the indicator's ordered scale, dimensionless",
        },
        Param {
            name: "levels",
            kind: ParamKind::Number,
            default: Default::Absent("as many as `scores` or `breaks` say"),
            range: "a whole number from 2 to 1000",
            meaning: "the number of levels of the indicator's ordered scale, which supplies it",
        },
        Param {
            name: "breaks",
            kind: ParamKind::Quantities,
            default: Default::Absent("values are levels of an ordered scale"),
            range: "at least one number, rising",
            meaning: "where one class of values ends and the next begins, in the indicator's measurement unit",
        },
        Param {
            name: "values",
            kind: ParamKind::Numbers,
            default: Default::Absent("classes are equally spaced over `to`"),
            range: "one more than `breaks`, none worse than that of a worse class",
            meaning: "the score of each class, from the smallest numbers to the largest, dimensionless",
        },
        shared::TO,
    ],
    references: &[shared::HANDBOOK],
    build: |args| Ok(NormalizerBox::new(Categorical::new(args)?)),
};

/// Scores for the levels of an ordered scale, or for classes of a number.
///
/// # Formula
/// ```text
/// y = scores[level]                           scores given
/// y = a + (b − a) level / (levels − 1)        equally spaced, higher is better
/// y = b − (b − a) level / (levels − 1)        equally spaced, lower is better
///
/// level = number of breaks with break ≤ x     higher is better
/// level = number of breaks with break < x     lower is better
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `scores` | absent | one per level | score of each level of the indicator's ordered scale |
/// | `levels` | from the scale | whole, 2 to 1000 | number of levels; supplied by the indicator's scale |
/// | `breaks` | absent | rising | where one class of numbers ends and the next begins |
/// | `values` | absent | one more than `breaks` | score of each class, from the smallest numbers to the largest |
/// | `to` | `[0, 100]` | a < b | scores of the worst and the best level where they are equally spaced |
///
/// A value is a level number, 0 for the first level, unless `breaks` are given. A value on a break belongs to the better
/// of the two classes.
/// # Input and output
/// One indicator on an ordered scale, or any number with `breaks`; a dimensionless score.
/// # Missing values and edge cases
/// Missing stays missing. Nothing is learned from the data. Equally spaced scores turn around where lower is better;
/// scores that are written out stand as written, and must not fall where the indicator gets better.
/// # Errors
/// `invalid-parameter` when levels, `breaks`, `scores` and `values` do not fit together or scores run against the
/// direction; `invalid-bounds` when `breaks` or `to` do not rise; `unknown-level` at a value that is not a level.
/// # Example
/// ```
/// use gradus_method::{Arg, Args, Column, Direction};
/// use gradus_normalize::{Normalizer, categorical::Categorical};
/// let breaks = Arg::List(vec![Arg::Number(60.into()), Arg::Number(80.into())]);
/// let method = Categorical::new(&Args::new().with("breaks", breaks))?;
/// let values = Column::of(vec![59.9, 60.0, 79.0, 95.0]);
/// let mut scores = Column::missing(0);
/// method.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[0.0, 50.0, 50.0, 100.0][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 5, categorical scale.
#[derive(Debug, Clone)]
pub struct Categorical {
    breaks: Option<Vec<Decimal>>,
    scores: Scores,
}

#[derive(Debug, Clone)]
enum Scores {
    /// As written, by the parameter of this name.
    Written(&'static str, Vec<Decimal>),
    /// So many levels at equal steps over a range.
    Equal(u32, (Decimal, Decimal)),
}

impl Categorical {
    /// Reads the parameters.
    ///
    /// # Errors
    /// As listed at [`Categorical`], except for what depends on direction or data.
    pub fn new(args: &Args) -> Outcome<Self> {
        let to = args.range("to", shared::ZERO_TO_HUNDRED)?;
        let levels = args.optional_number("levels")?.map(whole_levels).transpose()?;
        let table = args.number_table("scores")?;
        let values = args.numbers("values")?;
        if let Some(breaks) = args.numbers("breaks")? {
            if table.is_some() {
                return Err(Fault::parameter(
                    "scores",
                    "`scores` belong to levels, and `breaks` make classes",
                )
                .help("give the scores of the classes as `values`"));
            }
            let classes = classes(&breaks)?;
            let scores = match values {
                None => Scores::Equal(classes, to),
                Some(values) if values.len() == breaks.len() + 1 => Scores::Written("values", values),
                Some(values) => {
                    return Err(Fault::parameter(
                        "values",
                        format!(
                            "{} breaks make {classes} classes, and `values` has {} scores",
                            breaks.len(),
                            values.len()
                        ),
                    )
                    .help("give one score per class: one more than `breaks`"));
                }
            };
            return Ok(Self { breaks: Some(breaks), scores });
        }
        if values.is_some() {
            return Err(Fault::parameter(
                "values",
                "`values` are scores of classes, and no `breaks` make any",
            )
            .help("give `breaks`, or the scores of levels as `scores`"));
        }
        let scores = match (table, levels) {
            (Some(table), levels) => {
                let by_level = table
                    .iter()
                    .map(|(key, score)| key.parse::<usize>().map(|level| (level, *score)).map_err(|_| key))
                    .collect::<Result<std::collections::BTreeMap<_, _>, _>>()
                    .map_err(|key| {
                        Fault::new(
                            &catalog::UNKNOWN_LEVEL,
                            format!("`scores` names `{key}`, which is no level"),
                        )
                        .of("scores")
                    })?;
                let count = levels.map_or(by_level.len(), |n| n as usize);
                // A table of n different levels, the last of them n - 1, leaves none out.
                let last = by_level.keys().next_back();
                if table.len() != count
                    || by_level.len() != count
                    || last.is_none_or(|last| *last != count - 1)
                {
                    return Err(Fault::parameter(
                        "scores",
                        format!(
                            "the scale has {count} levels, and `scores` does not give each of them one score"
                        ),
                    )
                    .help("give every level of the scale a score"));
                }
                Scores::Written("scores", by_level.into_values().collect())
            }
            (None, Some(levels)) => Scores::Equal(levels, to),
            (None, None) => {
                return Err(Fault::new(
                    &catalog::METHOD_NEEDS_SCALE,
                    "method `categorical` needs levels: an ordered scale of the indicator, or `breaks`",
                )
                .help("give the indicator a `scale`, or the method `breaks`"));
            }
        };
        Ok(Self { breaks: None, scores })
    }
}

fn whole_levels(levels: Decimal) -> Outcome<u32> {
    u32::try_from(levels)
        .ok()
        .filter(|n| levels.fract().is_zero() && (2..=MAX_LEVELS).contains(n))
        .ok_or_else(|| {
            Fault::parameter(
                "levels",
                format!("`levels` must be a whole number from 2 to {MAX_LEVELS}, found {levels}"),
            )
        })
}

/// The number of classes that breaks make.
fn classes(breaks: &[Decimal]) -> Outcome<u32> {
    if let Some(pair) = breaks.windows(2).find(|pair| pair[0] >= pair[1]) {
        return Err(Fault::new(
            &catalog::INVALID_BOUNDS,
            format!("`breaks` has {} before {}", pair[0], pair[1]),
        )
        .of("breaks")
        .help("write `breaks` in rising order, each once"));
    }
    u32::try_from(breaks.len() + 1).ok().filter(|n| (2..=MAX_LEVELS).contains(n)).ok_or_else(|| {
        Fault::parameter(
            "breaks",
            format!("`breaks` needs 1 to {} numbers, found {}", MAX_LEVELS - 1, breaks.len()),
        )
    })
}

impl<S: Scalar> Normalizer<S> for Categorical {
    fn fit(&self, _: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let scores = match &self.scores {
            Scores::Equal(levels, (low, high)) => {
                let (low, high) = (S::from_decimal(*low), S::from_decimal(*high));
                let steps = S::from_count(*levels as usize - 1);
                let mut scores = (0..*levels as usize)
                    .map(|level| {
                        let part = high.minus(low)?.times(S::from_count(level))?.over(steps)?;
                        Some(part.plus(low)?.least(high))
                    })
                    .collect::<Option<Vec<S>>>()
                    .ok_or_else(Fault::out_of_range)?;
                if let Some(last) = scores.last_mut() {
                    *last = high;
                }
                if direction == Direction::Lower {
                    scores.reverse();
                }
                scores
            }
            Scores::Written(name, scores) => {
                let against = |pair: &[Decimal]| match direction {
                    Direction::Higher => pair[0] > pair[1],
                    Direction::Lower => pair[0] < pair[1],
                };
                if let Some(at) = scores.windows(2).position(against) {
                    let (one, next) = (scores[at], scores[at + 1]);
                    return Err(Fault::parameter(
                        *name,
                        format!(
                            "`{name}` goes from {one} to {next} at level {}, and {} is better",
                            at + 1,
                            direction.word()
                        ),
                    )
                    .help(
                        "let the scores rise where the indicator gets better, or correct its `direction`",
                    ));
                }
                scores.iter().map(|score| S::from_decimal(*score)).collect()
            }
        };
        match &self.breaks {
            None => Ok(Box::new(Levels { levels: (0..scores.len()).map(S::from_count).collect(), scores })),
            Some(breaks) => Ok(Box::new(Classes {
                breaks: breaks.iter().map(|at| S::from_decimal(*at)).collect(),
                scores,
                direction,
            })),
        }
    }
}

#[derive(Debug)]
struct Levels<S> {
    levels: Vec<S>,
    scores: Vec<S>,
}

impl<S: Scalar> Scale<S> for Levels<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        out.fill_with(values.len(), |row| {
            let Some(x) = values.get(row) else { return Ok(None) };
            let level = self.levels.partition_point(|level| *level < x);
            if self.levels.get(level) != Some(&x) {
                return Err(Fault::new(
                    &catalog::UNKNOWN_LEVEL,
                    format!("{x} is not one of the levels 0 to {}", self.scores.len() - 1),
                )
                .help("give the indicator an ordered `scale`, or the method `breaks` for numbers"));
            }
            Ok(Some(self.scores[level]))
        })
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        vec![("levels", S::from_count(self.scores.len()))]
    }
}

#[derive(Debug)]
struct Classes<S> {
    breaks: Vec<S>,
    scores: Vec<S>,
    direction: Direction,
}

impl<S: Scalar> Scale<S> for Classes<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        out.map_from(values, |x| {
            let class = self.breaks.partition_point(|at| match self.direction {
                Direction::Higher => *at <= x,
                Direction::Lower => *at < x,
            });
            self.scores.get(class).copied()
        })
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        vec![("classes", S::from_count(self.scores.len()))]
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn levels_worked_by_hand() {
        check(&METHOD, "levels = 4", Higher, "0 1 . 2 3", "0 ~33.333 . ~66.667 100");
        check(&METHOD, "levels = 4", Lower, "0 1 . 2 3", "100 ~66.667 . ~33.333 0");
        check(&METHOD, "levels = 3; to = [1, 7]", Higher, "2 1 0", "7 4 1");
        check(&METHOD, "scores = {0 = 0, 1 = 60, 2 = 100}", Higher, "2 1 0 1", "100 60 0 60");
        check(&METHOD, "scores = {0 = 100, 1 = 60, 2 = 60}; levels = 3", Lower, "2 1 0", "60 60 100");
        check(&METHOD, "levels = 2", Higher, "", "");
        check(&METHOD, "levels = 1000", Higher, "999", "100");
    }

    #[test]
    fn classes_worked_by_hand() {
        // A value on a break belongs to the better class.
        check(&METHOD, "breaks = [60, 80]", Higher, "-5 59.9 60 . 79 80 81", "0 0 50 . 50 100 100");
        check(&METHOD, "breaks = [60, 80]", Lower, "-5 59.9 60 60.1 80 81", "100 100 100 50 50 0");
        check(
            &METHOD,
            "breaks = [0.3, 1, 2]; values = [0, 10, 30, 100]",
            Higher,
            "0.3 0.29 1.5 7",
            "10 0 30 100",
        );
        check(&METHOD, "breaks = [5]; values = [1, 0]", Lower, "5 6", "1 0");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, direction, values, id) in [
            ("", Higher, "1", "method-needs-scale"),
            ("levels = 1", Higher, "0", "invalid-parameter"),
            ("levels = 2.5", Higher, "0", "invalid-parameter"),
            ("levels = -3", Higher, "0", "invalid-parameter"),
            ("levels = 1e20", Higher, "0", "invalid-parameter"),
            ("levels = 3", Higher, "3", "unknown-level"),
            ("levels = 3", Higher, "0.5", "unknown-level"),
            ("levels = 3", Higher, "-1", "unknown-level"),
            ("scores = {0 = 1, 2 = 5}", Higher, "0", "invalid-parameter"),
            ("scores = {0 = 1, 1 = 5}; levels = 3", Higher, "0", "invalid-parameter"),
            ("scores = {0 = 1, 00 = 2, 1 = 5}", Higher, "0", "invalid-parameter"),
            ("scores = {}", Higher, "0", "invalid-parameter"),
            ("scores = {none = 1}", Higher, "0", "unknown-level"),
            ("scores = {18446744073709551615 = 1}", Higher, "0", "invalid-parameter"),
            ("scores = {0 = 5, 1 = 1}", Higher, "0", "invalid-parameter"),
            ("scores = {0 = 1, 1 = 5}", Lower, "0", "invalid-parameter"),
            ("breaks = []", Higher, "0", "invalid-parameter"),
            ("breaks = [2, 1]", Higher, "0", "invalid-bounds"),
            ("breaks = [2, 2]", Higher, "0", "invalid-bounds"),
            ("breaks = [2]; values = [1]", Higher, "0", "invalid-parameter"),
            ("breaks = [2]; scores = {0 = 1}", Higher, "0", "invalid-parameter"),
            ("values = [1, 2]", Higher, "0", "invalid-parameter"),
        ] {
            assert_eq!(fault(&METHOD, text, direction, values).kind.id, id, "{text} {values}");
        }
        let fault = fault(&METHOD, "levels = 3", Higher, "0 . 7");
        assert_eq!((fault.message.as_str(), fault.row), ("7 is not one of the levels 0 to 2", Some(2)));
    }

    #[test]
    fn properties() {
        use Property::{Independent, Mirrored, Monotone};
        holds(&METHOD, "breaks = [-3, 1.5, 20]", -900..900, &[Monotone, Independent]);
        holds(
            &METHOD,
            "breaks = [0.05, 20.05]; to = [0.1, 0.7]",
            -900..900,
            &[Monotone, Mirrored, Independent],
        );
        holds(&METHOD, "levels = 5", 0..1, &[Monotone, Mirrored, Independent]);
    }
}
