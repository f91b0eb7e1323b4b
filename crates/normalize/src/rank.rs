//! Rank: the place of a value among the reference values, counted up from the worst.
//!
//! Use it where only order can be trusted, or against outliers. The distance between units is lost, and a unit's score
//! changes when another is added.

use crate::ranking::{Ranking, Ties, ties_param};
use crate::{Normalizer, NormalizerBox, Scale, shared};
use gradus_method::{Args, Column, Default, Direction, Method, Outcome, Param, ParamKind};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`Rank`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "rank",
    since: "0.1.0",
    summary: "The place among the data, counted up from the worst value.",
    summary_zh: "排序标准化：按由差到优的名次赋分，最差为 1。",
    formula: "y = first - 1 + r with r = 1 for the worst value and r = n for the best of n",
    params: &[
        ties_param(&["minimum", "maximum", "mean", "dense"], "minimum, maximum, mean, dense"),
        Param {
            name: "first",
            kind: ParamKind::Number,
            default: Default::Value("1"),
            range: "any number; 0 gives Borda points",
            meaning: "the score of the worst place, dimensionless",
        },
    ],
    references: &[shared::HANDBOOK, shared::COINR],
    build: |args| Ok(NormalizerBox::new(Rank::new(args)?)),
};

/// The place of a value among the reference values: more points for better values.
///
/// # Formula
/// ```text
/// y = first − 1 + r
///
/// r = w + 1              ties = minimum      w: reference values that are worse
/// r = w + e              ties = maximum      e: reference values that are equal
/// r = w + (e + 1) / 2    ties = mean
/// r = d + 1              ties = dense        d: distinct reference values that are worse
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `ties` | `minimum` | `minimum`, `maximum`, `mean`, `dense` | place that equal values share |
/// | `first` | 1 | any number | score of the worst place; 0 gives Borda points: the number of units beaten |
/// # Input and output
/// One indicator in any measurement unit, or the level numbers of an ordered scale; a score from `first` to
/// `first` + n − 1. This is a score, so the best unit has the largest number; in a table of results rank 1 is the best.
/// # Missing values and edge cases
/// Missing stays missing and takes no place. A value that is not among the reference values, of another year for
/// example, has r = w: as many places as it beats, from 0 to n. The result does not depend on the order of the units.
/// # Errors
/// `too-few-values` without any reference value.
/// # Example
/// ```
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::{Normalizer, rank::Rank};
/// let values = Column::of(vec![7.0, 1.5, 7.0, 9.0]);
/// let mut scores = Column::missing(0);
/// Rank::new(&Args::new())?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[2.0, 1.0, 2.0, 4.0][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 5. Becker and others (2022), COINr.
#[derive(Debug, Clone)]
pub struct Rank {
    ties: Ties,
    before: Decimal,
}

impl Rank {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for a word that is not a tie rule.
    pub fn new(args: &Args) -> Outcome<Self> {
        let first = args.optional_number("first")?.unwrap_or(Decimal::ONE);
        let before = first.checked_sub(Decimal::ONE).ok_or_else(|| shared::too_far("first", first))?;
        Ok(Self { ties: Ties::of(args)?, before })
    }
}

impl<S: Scalar> Normalizer<S> for Rank {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let ranking = Ranking::new(reference, direction, self.ties);
        if ranking.n() == 0 {
            return Err(shared::too_few(METHOD.id, 1, 0));
        }
        Ok(Box::new(Places { ranking, before: S::from_decimal(self.before) }))
    }
}

#[derive(Debug)]
struct Places<S> {
    ranking: Ranking<S>,
    before: S,
}

impl<S: Scalar> Scale<S> for Places<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        out.map_from(values, |x| self.ranking.place(x)?.plus(self.before))
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        vec![("places", S::from_count(self.ranking.n()))]
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        let values = "7 1.5 . 7 9 7";
        for (ties, higher, lower) in [
            ("minimum", "2 1 . 2 5 2", "2 5 . 2 1 2"),
            ("maximum", "4 1 . 4 5 4", "4 5 . 4 1 4"),
            ("mean", "3 1 . 3 5 3", "3 5 . 3 1 3"),
            ("dense", "2 1 . 2 3 2", "2 3 . 2 1 2"),
        ] {
            check(&METHOD, &format!("ties = {ties}"), Higher, values, higher);
            check(&METHOD, &format!("ties = {ties}"), Lower, values, lower);
        }
        check(&METHOD, "ties = mean", Higher, "4 4 1", "2.5 2.5 1");
        check(&METHOD, "first = 0", Higher, "3 8 5", "0 2 1");
    }

    #[test]
    fn edges() {
        check(&METHOD, "", Higher, "5", "1");
        check(&METHOD, "", Higher, "5 5 5", "1 1 1");
        check(&METHOD, "", Higher, "-0 0 1", "1 1 3");
        // Values of another year: as many places as they beat.
        check_against(&METHOD, "", Higher, "10 20 20 30", "5 10 15 20 25 30 35 .", "0 1 1 2 3 4 4 .");
        check_against(&METHOD, "", Lower, "10 20 20 30", "5 10 15 20 25 30 35 .", "4 4 3 2 1 1 0 .");
        check_against(&METHOD, "ties = dense", Higher, "10 20 20 30", "5 15 25 30 35", "0 1 2 3 3");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(fault(&METHOD, "", Higher, ".").kind.id, "too-few-values");
        assert_eq!(fault(&METHOD, "ties = average", Higher, "1").kind.id, "invalid-parameter");
        assert_eq!(
            fault(&METHOD, "first = -79228162514264337593543950335", Higher, "1").kind.id,
            "invalid-parameter"
        );
    }

    #[test]
    fn properties() {
        use Property::{AffineInvariant, Mirrored, Monotone, OrderOnly};
        holds(&METHOD, "", -50..50, &[Monotone, AffineInvariant, OrderOnly]);
        holds(&METHOD, "ties = maximum", -50..50, &[Monotone, AffineInvariant, OrderOnly]);
        holds(&METHOD, "ties = mean", -50..50, &[Monotone, Mirrored, AffineInvariant, OrderOnly]);
        holds(&METHOD, "ties = dense", -50..50, &[Monotone, Mirrored, AffineInvariant, OrderOnly]);
    }
}
