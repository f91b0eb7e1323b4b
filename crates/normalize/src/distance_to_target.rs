//! Distance to target: full score where a target is met, less the farther a value is from it.
//!
//! Use it where a norm says what is enough, what is too much, or what is right. Beyond a one-sided target nothing more
//! is gained; where it should be, set `clamp` to `lower`, or use `goalposts`.

use crate::line::{Line, OnLine};
use crate::shared::{self, Clamp};
use crate::{Normalizer, NormalizerBox, Scale};
use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`DistanceToTarget`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "distance-to-target",
    since: "0.1.0",
    summary: "Full score where a target is met, less with the distance from it.",
    summary_zh: "目标距离法：达到目标得满分，偏离越远得分越低。",
    formula: "at least: y = a + (b - a) (x - floor) / (target - floor); at most: y = a + (b - a) (ceiling - x) / (ceiling - target); exactly: the smaller of both; held to a..b",
    params: &[
        Param {
            name: "target",
            kind: ParamKind::Quantity,
            default: Default::Required,
            range: "any number; not 0 unless `tolerance`, or `floor` and `ceiling`, are given",
            meaning: "the value that scores full, in the indicator's measurement unit",
        },
        Param {
            name: "target-upper",
            kind: ParamKind::Quantity,
            default: Default::Absent("the target is one value, not a band"),
            range: "above `target`; with `side = \"exactly\"` only",
            meaning: "the upper end of a band that scores full, in the indicator's measurement unit",
        },
        Param {
            name: "side",
            kind: ParamKind::Word(&["at-least", "at-most", "exactly"]),
            default: Default::Absent("`at-least` where higher is better, `at-most` where lower is better"),
            range: "at-least, at-most, exactly",
            meaning: "where the target is met",
        },
        Param {
            name: "floor",
            kind: ParamKind::Quantity,
            default: Default::Absent("`target` less `tolerance`, which is 0 for a positive target"),
            range: "below `target`; not with `side = \"at-most\"`",
            meaning: "the value below the target that scores the lower end of `to`, in the indicator's measurement unit",
        },
        Param {
            name: "ceiling",
            kind: ParamKind::Quantity,
            default: Default::Absent(
                "`target`, or `target-upper`, plus `tolerance`; twice the target for a positive one",
            ),
            range: "above `target` and `target-upper`; not with `side = \"at-least\"`",
            meaning: "the value above the target that scores the lower end of `to`, in the indicator's measurement unit",
        },
        Param {
            name: "tolerance",
            kind: ParamKind::Number,
            default: Default::Absent("the magnitude of `target`"),
            range: "above 0",
            meaning: "the distance at which the score is the lower end of `to`, in the measurement unit that scores are computed from",
        },
        shared::clamp_param("both"),
        shared::TO,
    ],
    references: &[shared::CITY_PROSPERITY, shared::HANDBOOK],
    build: |args| Ok(NormalizerBox::new(DistanceToTarget::new(args)?)),
};

/// Distance to a target that is met from one side, from the other, or at one value or band only.
///
/// # Formula
/// ```text
/// y = a + (b − a) (x − floor) / (target − floor)           side = at-least
/// y = a + (b − a) (ceiling − x) / (ceiling − target)       side = at-most
/// y = the smaller of both, the second with target-upper    side = exactly
///
/// floor = target − tolerance, ceiling = target + tolerance, tolerance = |target|     where not given
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `target` | none | any number | value that scores full |
/// | `target-upper` | absent | above `target` | upper end of a band that scores full; for `exactly` |
/// | `side` | by direction | `at-least`, `at-most`, `exactly` | where the target is met |
/// | `floor` | `target` − `tolerance` | below `target` | value that scores a; for `at-least` and `exactly` |
/// | `ceiling` | `target` + `tolerance` | above `target` | value that scores a; for `at-most` and `exactly` |
/// | `tolerance` | magnitude of `target` | above 0 | distance at which the score is a |
/// | `clamp` | `both` | `none`, `lower`, `upper`, `both` | ends of the score scale at which scores are held |
/// | `to` | `[0, 100]` | a < b | scores of a missed and of a met target |
///
/// For a positive target the floor is thus 0 and the ceiling twice the target. `exactly` takes no notice of the
/// direction and never exceeds b, whatever `clamp` says. `tolerance` is a distance: under a transform it is measured on
/// the transformed scale.
/// # Input and output
/// One indicator in any measurement unit; a dimensionless score, from a to b where clamped. A value on the target scores
/// exactly b, one on the floor or the ceiling exactly a, in either arithmetic.
/// # Missing values and edge cases
/// Missing stays missing. Nothing is learned from the data, so the score of one unit does not depend on the others.
/// # Errors
/// `invalid-bounds` when floor, target, `target-upper` and ceiling do not rise in this order, which includes a target of
/// 0 without a tolerance; `invalid-parameter` when `tolerance` is not above 0, a parameter does not belong to the side,
/// or the side contradicts the direction.
/// # Example
/// ```
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::{Normalizer, distance_to_target::DistanceToTarget};
/// let values = Column::of(vec![6.0, 15.0, 18.0, 24.0, 40.0]);
/// let target = DistanceToTarget::new(&Args::new().number_of("target", 15))?;
/// let mut scores = Column::missing(0);
/// target.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[40.0, 100.0, 100.0, 100.0, 100.0][..]));
/// target.fit(&values, Direction::Lower)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[100.0, 100.0, 80.0, 40.0, 0.0][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// UN-Habitat (2016), Measurement of City Prosperity. OECD and JRC (2008), Handbook, step 5.
#[derive(Debug, Clone)]
pub struct DistanceToTarget {
    side: Option<Side>,
    target: Decimal,
    upper: Option<Decimal>,
    floor: Option<Decimal>,
    ceiling: Option<Decimal>,
    tolerance: Decimal,
    clamp: Clamp,
    to: (Decimal, Decimal),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    AtLeast,
    AtMost,
    Exactly,
}

impl Side {
    const WORDS: &'static [(&'static str, Self)] =
        &[("at-least", Self::AtLeast), ("at-most", Self::AtMost), ("exactly", Self::Exactly)];

    fn word(self) -> &'static str {
        match self {
            Self::AtLeast => "at-least",
            Self::AtMost => "at-most",
            Self::Exactly => "exactly",
        }
    }
}

impl DistanceToTarget {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `missing-parameter` without a target; `invalid-parameter` for a tolerance of 0 or less; `invalid-bounds` when
    /// two given values do not rise as they should.
    pub fn new(args: &Args) -> Outcome<Self> {
        let side = match args.get("side") {
            None => None,
            Some(_) => Some(args.word("side", Side::WORDS, Side::AtLeast)?),
        };
        let target = args.number("target")?;
        let upper = args.optional_number("target-upper")?;
        let floor = args.optional_number("floor")?;
        let ceiling = args.optional_number("ceiling")?;
        rising("target", Some(target), "target-upper", upper)?;
        rising("floor", floor, "target", Some(target))?;
        rising(
            if upper.is_some() { "target-upper" } else { "target" },
            upper.or(Some(target)),
            "ceiling",
            ceiling,
        )?;
        let tolerance = args.optional_number("tolerance")?;
        if let Some(tolerance) = tolerance
            && tolerance <= Decimal::ZERO
        {
            return Err(Fault::parameter(
                "tolerance",
                format!("`tolerance` must be above 0, found {tolerance}"),
            ));
        }
        Ok(Self {
            side,
            target,
            upper,
            floor,
            ceiling,
            tolerance: tolerance.unwrap_or_else(|| target.abs()),
            clamp: Clamp::of(args, Clamp::BOTH)?,
            to: args.range("to", shared::ZERO_TO_HUNDRED)?,
        })
    }

    /// The side the target is met from, once the direction is known.
    fn side(&self, direction: Direction) -> Outcome<Side> {
        let side = match (self.side, direction) {
            (None, Direction::Higher) => Side::AtLeast,
            (None, Direction::Lower) => Side::AtMost,
            (Some(side @ Side::AtLeast), Direction::Lower)
            | (Some(side @ Side::AtMost), Direction::Higher) => {
                let (word, better) = (side.word(), direction.word());
                return Err(Fault::parameter(
                    "side",
                    format!("`side` is `{word}`, but {better} is better for this indicator"),
                )
                .help("leave `side` out, or correct the `direction` of the indicator"));
            }
            (Some(side), _) => side,
        };
        let strange = match side {
            Side::AtLeast => [("ceiling", self.ceiling), ("target-upper", self.upper)],
            Side::AtMost => [("floor", self.floor), ("target-upper", self.upper)],
            Side::Exactly => [("", None), ("", None)],
        };
        match strange.into_iter().find(|(_, given)| given.is_some()) {
            None => Ok(side),
            Some((name, _)) => Err(Fault::parameter(
                name,
                format!("`{name}` has no meaning for a target that is met `{}`", side.word()),
            )
            .help(format!("remove `{name}`, or write `side = \"exactly\"`"))),
        }
    }

    fn below<S: Scalar>(&self) -> Outcome<S> {
        let floor = self.floor.or_else(|| self.target.checked_sub(self.tolerance));
        self.bound("floor", floor, |floor| floor < self.target)
    }

    fn above<S: Scalar>(&self) -> Outcome<S> {
        let top = self.upper.unwrap_or(self.target);
        let ceiling = self.ceiling.or_else(|| top.checked_add(self.tolerance));
        self.bound("ceiling", ceiling, |ceiling| ceiling > top)
    }

    fn bound<S: Scalar>(
        &self,
        name: &'static str,
        bound: Option<Decimal>,
        apart: impl Fn(Decimal) -> bool,
    ) -> Outcome<S> {
        let bound = bound.ok_or_else(Fault::out_of_range)?;
        if apart(bound) {
            return Ok(S::from_decimal(bound));
        }
        // Only a target of 0 gets here: its magnitude is no tolerance.
        Err(Fault::new(
            &catalog::INVALID_BOUNDS,
            format!("a target of {} does not say how far from it the score ends", self.target),
        )
        .of("target")
        .help(format!("give `{name}`, the value that scores the lower end of the scale, or `tolerance`")))
    }
}

/// Checks that two values, where both are given, rise.
fn rising(small: &str, a: Option<Decimal>, large: &str, b: Option<Decimal>) -> Outcome<()> {
    match (a, b) {
        (Some(a), Some(b)) if a >= b => {
            Err(Fault::new(&catalog::INVALID_BOUNDS, format!("`{small}` {a} is not below `{large}` {b}"))
                .of(if large == "ceiling" || large == "target-upper" { large } else { small }))
        }
        _ => Ok(()),
    }
}

impl<S: Scalar> Normalizer<S> for DistanceToTarget {
    fn fit(&self, _: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let to = (S::from_decimal(self.to.0), S::from_decimal(self.to.1));
        let target = S::from_decimal(self.target);
        match self.side(direction)? {
            Side::AtLeast => {
                let floor = self.below()?;
                let line = Line::new(floor, target, to, self.clamp)?;
                Ok(Box::new(OnLine { line, fitted: [("floor", floor), ("target", target)] }))
            }
            Side::AtMost => {
                let ceiling = self.above()?;
                let line = Line::new(ceiling, target, to, self.clamp)?;
                Ok(Box::new(OnLine { line, fitted: [("target", target), ("ceiling", ceiling)] }))
            }
            Side::Exactly => {
                let (floor, ceiling) = (self.below()?, self.above()?);
                let upper = self.upper.map_or(target, S::from_decimal);
                // The two lines cross above the band; held at the top, the smaller of them is flat there.
                let clamp = Clamp { lower: self.clamp.lower, upper: true };
                Ok(Box::new(Peak {
                    rise: Line::new(floor, target, to, clamp)?,
                    fall: Line::new(ceiling, upper, to, clamp)?,
                    fitted: [
                        ("floor", floor),
                        ("target", target),
                        ("target-upper", upper),
                        ("ceiling", ceiling),
                    ],
                }))
            }
        }
    }
}

#[derive(Debug)]
struct Peak<S> {
    rise: Line<S>,
    fall: Line<S>,
    fitted: [(&'static str, S); 4],
}

impl<S: Scalar> Scale<S> for Peak<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        out.map_from(values, |x| Some(self.rise.at(x)?.least(self.fall.at(x)?)))
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        self.fitted.to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn as_in_the_city_prosperity_index() {
        // Queretaro: years of schooling 8.89 of 14, PM10 46.1 and 53.5 against 40, street density against 20 km/km2.
        check(&METHOD, "target = 14", Higher, "8.89 14 20 0 -1", "63.5 100 100 0 0");
        check(&METHOD, "target = 40", Lower, "46.1 53.5 12 40 80 90", "84.75 66.25 100 100 0 0");
        check(
            &METHOD,
            "target = 20; side = exactly",
            Higher,
            "19.18905699230679 20 21 40 0 50 -3",
            "95.94528496153395 100 95 0 0 0 0",
        );
    }

    #[test]
    fn floors_ceilings_bands_and_tolerances() {
        check(&METHOD, "target = 100; floor = 50", Higher, "40 50 75 . 100 120", "0 0 50 . 100 100");
        check(&METHOD, "target = 10; ceiling = 50", Lower, "5 10 30 50 60", "100 100 50 0 0");
        check(&METHOD, "target = 10; tolerance = 4", Higher, "5 6 8 10", "0 0 50 100");
        check(&METHOD, "target = 10; tolerance = 4", Lower, "10 12 14 15", "100 50 0 0");
        let band = "side = exactly; target = 18; target-upper = 24; tolerance = 6";
        check(&METHOD, band, Higher, "10 12 15 18 20 24 27 30 40", "0 0 50 100 100 100 50 0 0");
        check(&METHOD, band, Lower, "10 12 15 18 20 24 27 30 40", "0 0 50 100 100 100 50 0 0");
        let skewed = "side = exactly; target = 7; floor = 0; ceiling = 14.5; target-upper = 8.5; to = [1, 7]";
        check(&METHOD, skewed, Higher, "-1 0 3.5 7 8 8.5 11.5 14.5", "1 1 4 7 7 7 4 1");
    }

    #[test]
    fn clamp_lets_scores_go_on() {
        check(&METHOD, "target = 10; clamp = none", Higher, "-5 5 10 15", "-50 50 100 150");
        check(&METHOD, "target = 10; clamp = lower", Higher, "-5 5 10 15", "0 50 100 150");
        check(&METHOD, "target = 10; clamp = upper", Lower, "5 15 25", "100 50 -50");
        check(&METHOD, "target = 10; clamp = none; side = exactly", Higher, "-5 10 25", "-50 100 -50");
    }

    #[test]
    fn targets_of_zero_and_below() {
        check(&METHOD, "target = 0; tolerance = 5", Lower, "-1 0 1 5 9", "100 100 80 0 0");
        check(&METHOD, "target = 0; side = exactly; tolerance = 2", Higher, "-2 -1 0 1 2", "0 50 100 50 0");
        check(&METHOD, "target = -10", Higher, "-20 -15 -10 0", "0 50 100 100");
        check(&METHOD, "target = -10", Lower, "-20 -10 -5 0", "100 100 50 0");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, direction, id) in [
            ("", Higher, "missing-parameter"),
            ("target = 0", Higher, "invalid-bounds"),
            ("target = 0", Lower, "invalid-bounds"),
            ("target = 5; floor = 5", Higher, "invalid-bounds"),
            ("target = 5; ceiling = 4", Lower, "invalid-bounds"),
            ("target = 5; target-upper = 5; side = exactly", Higher, "invalid-bounds"),
            ("target = 5; target-upper = 7; ceiling = 6; side = exactly", Higher, "invalid-bounds"),
            ("target = 5; tolerance = 0", Higher, "invalid-parameter"),
            ("target = 5; side = at-most", Higher, "invalid-parameter"),
            ("target = 5; side = at-least", Lower, "invalid-parameter"),
            ("target = 5; ceiling = 9", Higher, "invalid-parameter"),
            ("target = 5; floor = 1", Lower, "invalid-parameter"),
            ("target = 5; target-upper = 6", Higher, "invalid-parameter"),
            ("target = 5; side = near", Higher, "invalid-parameter"),
            ("target = 7e28", Lower, "out-of-range"),
        ] {
            let decimal =
                score::<gradus_model::Decimal>(&METHOD, &args(text), direction, &column(""), &column(""));
            assert_eq!(decimal.unwrap_err().kind.id, id, "{text}");
        }
        let fault = fault(&METHOD, "target = 0", Higher, "");
        assert_eq!(fault.message, "a target of 0 does not say how far from it the score ends");
    }

    #[test]
    fn properties() {
        use Property::{Independent, Monotone};
        holds(&METHOD, "target = 30.3", -900..900, &[Monotone, Independent]);
        holds(&METHOD, "target = -7; clamp = none", -900..900, &[Monotone, Independent]);
        holds(&METHOD, "target = 3; target-upper = 21; side = exactly", -900..900, &[Independent]);
    }
}
