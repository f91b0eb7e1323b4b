//! Identity: the score is the value.
//!
//! Use it for an indicator that is already a score on the common scale. It cannot turn a scale around, so it is not
//! for indicators where less is better.

use crate::{Normalizer, NormalizerBox, Scale, shared};
use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`Identity`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "identity",
    since: "0.1.0",
    summary: "The value itself, for an indicator that is already a score.",
    summary_zh: "不变换：指标本身已是得分，直接采用原值。",
    formula: "y = x; with `within = [a, b]`: y = min(max(x, a), b)",
    params: &[Param {
        name: "within",
        kind: ParamKind::Range,
        default: Default::Absent("scores are not held anywhere"),
        range: "two numbers, the smaller first",
        meaning: "the ends of the scale at which scores are held",
    }],
    references: &[shared::CITY_PROSPERITY, shared::HANDBOOK],
    build: |args| Ok(NormalizerBox::new(Identity::new(args)?)),
};

/// The score is the value, held inside a range where one is given.
///
/// # Formula
/// ```text
/// y = x
/// y = min(max(x, a), b)     with within = [a, b]
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `within` | absent | a < b | ends of the scale at which scores are held |
/// # Input and output
/// One indicator that is already a score; the same score.
/// # Missing values and edge cases
/// Missing stays missing. Nothing is learned from the data. Where less is better the method is refused, since the value
/// itself would then rank the units upside down.
/// # Errors
/// `invalid-bounds` when a is not below b; `invalid-parameter` where less is better.
/// # Example
/// ```
/// use gradus_method::{Arg, Args, Column, Direction};
/// use gradus_normalize::{Normalizer, identity::Identity};
/// let values = Column::of(vec![-3.0, 42.5, 104.0]);
/// let mut scores = Column::missing(0);
/// let within = Arg::List(vec![Arg::Number(0.into()), Arg::Number(100.into())]);
/// let method = Identity::new(&Args::new().with("within", within))?;
/// method.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[0.0, 42.5, 100.0][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// UN-Habitat (2016), Measurement of City Prosperity. OECD and JRC (2008), Handbook, step 5.
#[derive(Debug, Clone)]
pub struct Identity {
    within: Option<(Decimal, Decimal)>,
}

impl Identity {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-bounds` when `within` does not run upward.
    pub fn new(args: &Args) -> Outcome<Self> {
        let within = match args.get("within") {
            None => None,
            Some(_) => Some(args.range("within", shared::ZERO_TO_HUNDRED)?),
        };
        Ok(Self { within })
    }
}

impl<S: Scalar> Normalizer<S> for Identity {
    fn fit(&self, _: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        if direction == Direction::Lower {
            return Err(Fault::new(
                &catalog::INVALID_PARAMETER,
                "method `identity` keeps values as they are, which ranks units upside down where lower is better",
            )
            .help("use `goalposts`, `scaled` or `min-max`, which turn the scale around"));
        }
        Ok(Box::new(Kept { within: self.within.map(|(a, b)| (S::from_decimal(a), S::from_decimal(b))) }))
    }
}

#[derive(Debug)]
struct Kept<S> {
    within: Option<(S, S)>,
}

impl<S: Scalar> Scale<S> for Kept<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        match self.within {
            None => out.map_from(values, Some),
            Some((a, b)) => out.map_from(values, |x| Some(x.greatest(a).least(b))),
        }
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        self.within.map_or_else(Vec::new, |(a, b)| vec![("lower", a), ("upper", b)])
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "", Higher, "-3 . 42.5 104", "-3 . 42.5 104");
        check(&METHOD, "within = [0, 100]", Higher, "-3 . 42.5 104 0 100", "0 . 42.5 100 0 100");
        check(&METHOD, "", Higher, "", "");
        check(&METHOD, "", Higher, "7 7", "7 7");
    }

    #[test]
    fn it_does_not_turn_a_scale_around() {
        let fault = fault(&METHOD, "", Lower, "1 2");
        assert_eq!(fault.kind.id, "invalid-parameter");
        assert!(fault.help.unwrap().contains("goalposts"));
        assert_eq!(
            super::super::testing::fault(&METHOD, "within = [5, 2]", Higher, "").kind.id,
            "invalid-bounds"
        );
    }

    #[test]
    fn properties() {
        use Property::{Independent, Monotone};
        holds(&METHOD, "", -900..900, &[Monotone, Independent]);
        holds(&METHOD, "within = [-20, 30]", -900..900, &[Monotone, Independent]);
    }
}
