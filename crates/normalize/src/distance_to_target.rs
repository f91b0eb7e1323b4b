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
