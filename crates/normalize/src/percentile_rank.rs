//! Percentile rank: the share of the reference values that a value is placed above.
//!
//! Use it where only order can be trusted and numbers of units differ between indicators or years. Five definitions
//! are in use and differ visibly for few units, so the definition is a parameter.

use crate::ranking::{Ranking, Ties, ties_param};
use crate::{Normalizer, NormalizerBox, Scale, shared};
use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`PercentileRank`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "percentile-rank",
    since: "0.1.0",
    summary: "The place among the data as a share of all places.",
    summary_zh: "百分位排名：名次占全部名次的比例。",
    formula: "y = a + (b - a) p with p = (r - 1) / (n - 1), r / n, r / (n + 1), (r - 1/2) / n or (r - 1) / n, and r = 1 for the worst of n values",
    params: &[
        Param {
            name: "definition",
            kind: ParamKind::Word(&["inclusive", "count", "exclusive", "hazen", "strict"]),
            default: Default::Value("inclusive"),
            range: "inclusive, count, exclusive, hazen, strict",
            meaning: "how a place becomes a share of all places",
        },
        ties_param(&["minimum", "maximum", "mean"], "minimum, maximum, mean"),
        shared::TO,
    ],
    references: &[shared::HANDBOOK, shared::HYNDMAN_FAN],
    build: |args| Ok(NormalizerBox::new(PercentileRank::new(args)?)),
};

/// The place of a value among the reference values, as a share of all places.
///
/// # Formula
/// ```text
/// y = a + (b − a) p
///
/// p = (r − 1) / (n − 1)    definition = inclusive    worst a, best b; as PERCENTRANK.INC of spreadsheets
/// p = r / n                definition = count        with ties = maximum: the share of values not better
/// p = r / (n + 1)          definition = exclusive    never a nor b; as PERCENTRANK.EXC of spreadsheets
/// p = (r − 1/2) / n        definition = hazen        symmetric about the middle
/// p = (r − 1) / n          definition = strict       with ties = minimum: the share of values that are worse
/// ```
/// r is 1 for the worst value and n for the best; see `ties` for equal values.
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `definition` | `inclusive` | `inclusive`, `count`, `exclusive`, `hazen`, `strict` | how a place becomes a share |
/// | `ties` | `minimum` | `minimum`, `maximum`, `mean` | place that equal values share |
/// | `to` | `[0, 100]` | a < b | ends of the score scale |
/// # Input and output
/// One indicator in any measurement unit, or the level numbers of an ordered scale; a score from a to b.
/// # Missing values and edge cases
/// Missing stays missing and takes no place. A value that is not among the reference values takes r = the number of
/// reference values that are worse, and its score is held at a and b; no interpolation takes place. If all values are
/// equal they share one place, which is no error.
/// # Errors
/// `too-few-values` without any reference value, and for `inclusive` with one only; `invalid-bounds` when a is not
/// below b.
/// # Example
/// ```
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::{Normalizer, percentile_rank::PercentileRank};
/// let values = Column::of(vec![0.4, 0.3, 7.0, -2.0, 12.5]);
/// let mut scores = Column::missing(0);
/// PercentileRank::new(&Args::new())?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[50.0, 25.0, 75.0, 0.0, 100.0][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook, step 5. Hyndman and Fan (1996), Sample quantiles in statistical packages.
#[derive(Debug, Clone)]
pub struct PercentileRank {
    definition: Definition,
    ties: Ties,
    to: (Decimal, Decimal),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Definition {
    Inclusive,
    Count,
    Exclusive,
    Hazen,
    Strict,
}

impl Definition {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("inclusive", Self::Inclusive),
        ("count", Self::Count),
        ("exclusive", Self::Exclusive),
        ("hazen", Self::Hazen),
        ("strict", Self::Strict),
    ];

    /// What is taken from the place, and what the difference is divided by, for n values.
    fn constants<S: Scalar>(self, n: usize) -> Option<(S, S)> {
        Some(match self {
            Self::Inclusive => (S::ONE, S::from_count(n - 1)),
            Self::Count => (S::ZERO, S::from_count(n)),
            Self::Exclusive => (S::ZERO, S::from_count(n + 1)),
            Self::Hazen => (S::ONE.over(S::from_count(2))?, S::from_count(n)),
            Self::Strict => (S::ONE, S::from_count(n)),
        })
    }
}

impl PercentileRank {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for an unknown word; `invalid-bounds` when `to` does not run upward.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self {
            definition: args.word("definition", Definition::WORDS, Definition::Inclusive)?,
            ties: Ties::shares(args)?,
            to: args.range("to", shared::ZERO_TO_HUNDRED)?,
        })
    }
}

impl<S: Scalar> Normalizer<S> for PercentileRank {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let ranking = Ranking::new(reference, direction, self.ties);
        let needed = if self.definition == Definition::Inclusive { 2 } else { 1 };
        if ranking.n() < needed {
            return Err(shared::too_few(METHOD.id, needed, ranking.n()));
        }
        let (low, high) = (S::from_decimal(self.to.0), S::from_decimal(self.to.1));
        let constants = self.definition.constants(ranking.n()).zip(high.minus(low));
        let ((less, places), width) = constants.ok_or_else(Fault::out_of_range)?;
        Ok(Box::new(Shares { ranking, less, places, low, high, width }))
    }
}

#[derive(Debug)]
struct Shares<S> {
    ranking: Ranking<S>,
    less: S,
    places: S,
    low: S,
    high: S,
    width: S,
}

impl<S: Scalar> Scale<S> for Shares<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        out.map_from(values, |x| {
            let place = self.ranking.place(x)?.minus(self.less)?;
            let y = place.times(self.width)?.over(self.places)?.plus(self.low)?;
            Some(y.greatest(self.low).least(self.high))
        })
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        vec![("values", S::from_count(self.ranking.n()))]
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    /// The example of the help page of PERCENTRANK.INC in Microsoft Excel, in which the function gives 0.333 for 2, 0.555
    /// (cut, not rounded) for 4 and 0.666 for 8.
    const SPREADSHEET: &str = "13 12 11 8 4 3 2 1 1 1";

    #[test]
    fn as_in_spreadsheets() {
        check_against(&METHOD, "to = [0, 1]", Higher, SPREADSHEET, "2 4 8 1 13", "~0.333 ~0.556 ~0.667 0 1");
    }

    #[test]
    fn worked_by_hand() {
        let values = "10 20 20 40";
        for (definition, ties, higher) in [
            ("inclusive", "minimum", "0 ~33.333 ~33.333 100"),
            ("inclusive", "maximum", "0 ~66.667 ~66.667 100"),
            ("inclusive", "mean", "0 50 50 100"),
            ("count", "minimum", "25 50 50 100"),
            ("count", "maximum", "25 75 75 100"),
            ("count", "mean", "25 62.5 62.5 100"),
            ("exclusive", "minimum", "20 40 40 80"),
            ("exclusive", "maximum", "20 60 60 80"),
            ("exclusive", "mean", "20 50 50 80"),
            ("hazen", "minimum", "12.5 37.5 37.5 87.5"),
            ("hazen", "maximum", "12.5 62.5 62.5 87.5"),
            ("hazen", "mean", "12.5 50 50 87.5"),
            ("strict", "minimum", "0 25 25 75"),
            ("strict", "maximum", "0 50 50 75"),
            ("strict", "mean", "0 37.5 37.5 75"),
        ] {
            check(&METHOD, &format!("definition = {definition}; ties = {ties}"), Higher, values, higher);
        }
        check(&METHOD, "", Lower, "10 20 30", "100 50 0");
        check(&METHOD, "to = [1, 7]", Higher, "10 . 20 30", "1 . 4 7");
    }

    #[test]
    fn edges() {
        check(&METHOD, "definition = count", Higher, "5", "100");
        check(&METHOD, "definition = exclusive", Higher, "5", "50");
        check(&METHOD, "definition = hazen", Higher, "5", "50");
        check(&METHOD, "definition = strict", Higher, "5", "0");
        check(&METHOD, "", Higher, "5 5 5", "0 0 0");
        check(&METHOD, "ties = mean", Higher, "5 5 5", "50 50 50");
        for (definition, scores) in [
            ("inclusive", "0 0 50 100 100"),
            ("count", "0 ~33.3 ~66.7 100 100"),
            ("exclusive", "0 25 50 75 75"),
            ("hazen", "0 ~16.7 50 ~83.3 ~83.3"),
            ("strict", "0 0 ~33.3 ~66.7 ~66.7"),
        ] {
            let text = format!("definition = {definition}");
            check_against(&METHOD, &text, Higher, "10 20 30", "5 15 20 30 99", scores);
        }
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, values, id) in [
            ("", "", "too-few-values"),
            ("", "3", "too-few-values"),
            ("definition = count", ".", "too-few-values"),
            ("definition = excel", "1 2", "invalid-parameter"),
            ("ties = dense", "1 2", "invalid-parameter"),
            ("to = [2, 1]", "1 2", "invalid-bounds"),
        ] {
            assert_eq!(fault(&METHOD, text, Higher, values).kind.id, id, "{text} {values}");
        }
    }

    #[test]
    fn properties() {
        use Property::{AffineInvariant, Mirrored, Monotone, OrderOnly};
        holds(&METHOD, "", -50..50, &[Monotone, AffineInvariant, OrderOnly]);
        holds(
            &METHOD,
            "definition = count; ties = maximum",
            -50..50,
            &[Monotone, AffineInvariant, OrderOnly],
        );
        for definition in ["inclusive", "count", "exclusive", "hazen", "strict"] {
            let text = format!("definition = {definition}; ties = mean; to = [0.1, 1]");
            holds(&METHOD, &text, -50..50, &[Monotone, Mirrored, AffineInvariant, OrderOnly]);
        }
    }
}
