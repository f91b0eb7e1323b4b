//! Borda count: in every part a unit has a point for each unit it is above, and the points are averaged over the parts.
//!
//! Use it where places matter and distances do not, and a high place in one part may offset a low one in another. It needs a
//! table of units to compare: adding or dropping one may change the order of others.

use crate::{Aggregator, AggregatorBox, Reach, shared, table};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::number::{Scalar, Ties, ranks};

/// Registry entry of [`Borda`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "borda",
    since: "0.1.0",
    summary: "The number of units that a unit is above, averaged over the parts by weight.",
    summary_zh: "波达计数：在每个部分中位于其后的单元数，按权重取平均。",
    formula: "y(a) = sum(w points(a)) / sum(w) with points(a) = n - rank(a) in each part, rank 1 the best of n units",
    params: &[Param {
        name: "ties",
        kind: ParamKind::Word(&["competition", "modified", "dense", "mean"]),
        default: Default::Value("mean"),
        range: "competition, modified, dense, mean",
        meaning: "what an equal unit is worth: half a point (mean), one (competition), none (modified), or none with equal units counted once (dense)",
    }],
    references: &[
        Reference {
            citation: "Emerson (2013). The original Borda count and partial voting. Social Choice and Welfare 40, 353-358",
            locator: "https://doi.org/10.1007/s00355-011-0603-9",
        },
        Reference {
            citation: "Young (1974). An axiomatization of Borda's rule. Journal of Economic Theory 9(1), 43-52",
            locator: "https://doi.org/10.1016/0022-0531(74)90073-8",
        },
        shared::HANDBOOK,
    ],
    build: |args| Ok(AggregatorBox::new(Borda::new(args)?)),
};

/// The Borda count, per vote.
///
/// # Formula
/// ```text
/// y(a) = Σ w points(a) / Σ w
/// points(a) = n − rank(a), which is the number of units below a, and half of those equal to it
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `ties` | `mean` | `competition`, `modified`, `dense`, `mean` | the rank that equal units share |
///
/// An equal unit is worth half a point with `mean`, one with `competition` (1, 2, 2, 4), none with `modified` (1, 3, 3, 4);
/// with `dense` (1, 2, 2, 3) points are the different values below.
/// # Input and output
/// Scores of any parts, of which only the order matters; points from 0 to n − 1 for n units, higher is better. The detail
/// `count` is the sum of the points times weights, as the count is published where every vote weighs 1.
/// # Missing values and edge cases
/// Every unit that is compared has all parts. A part of weight zero has no vote. A unit alone scores 0.
/// # Errors
/// `zero-weights` when no part has weight; `out-of-range` when the sum leaves the range of the arithmetic.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, borda::Borda};
/// use gradus_method::Args;
/// let parts: [&[f64]; 2] = [&[30.0, 20.0, 10.0], &[5.0, 9.0, 5.0]];
/// let mut scores = [0.0; 3];
/// Borda::new(&Args::new())?.columns(&parts, &[1.0, 1.0], &mut scores)?;
/// assert_eq!(scores, [1.25, 1.5, 0.25]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Emerson (2013), The original Borda count and partial voting. Young (1974), An axiomatization of Borda's rule. OECD and
/// JRC (2008), Handbook, step 6.
#[derive(Debug, Clone)]
pub struct Borda {
    ties: Ties,
}

impl Borda {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for an unknown tie rule.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { ties: args.word("ties", Ties::WORDS, Ties::Mean)? })
    }

    /// Twice the points of every unit in one part: whole numbers also where points are halves.
    fn doubled_points<S: Scalar>(&self, part: &[S]) -> Vec<usize> {
        let values: Vec<Option<S>> = part.iter().copied().map(Some).collect();
        let ranks = ranks(&values, self.ties);
        let last = match self.ties {
            Ties::Dense => ranks.iter().flatten().fold(0.0, |last: f64, rank| last.max(*rank)),
            _ => part.len() as f64,
        };
        ranks.iter().map(|rank| rank.map_or(0, |rank| (2.0 * (last - rank)) as usize)).collect()
    }

    /// The sum of weights times points.
    fn counts<S: Scalar>(&self, parts: &[&[S]], weights: &[S]) -> Option<Vec<S>> {
        let mut counts = vec![S::ZERO; parts.iter().map(|part| part.len()).min().unwrap_or(0)];
        for (part, weight) in parts.iter().zip(weights).filter(|(_, weight)| **weight > S::ZERO) {
            for (count, points) in counts.iter_mut().zip(self.doubled_points(part)) {
                *count = count.plus(weight.times(S::from_count(points))?)?;
            }
        }
        let two = S::from_count(2);
        counts.into_iter().map(|count| count.over(two).filter(|count| count.finite())).collect()
    }
}

impl<S: Scalar> Aggregator<S> for Borda {
    fn reach(&self) -> Reach {
        Reach::Table
    }
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        table::alone(self, values, weights)
    }
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        let total = shared::total(weights).ok_or_else(Fault::out_of_range)?;
        if total == S::ZERO {
            return Err(shared::no_weight());
        }
        let counts = self.counts(parts, weights).ok_or_else(Fault::out_of_range)?;
        for (slot, count) in out.iter_mut().zip(counts) {
            *slot = count.over(total).ok_or_else(Fault::out_of_range)?;
        }
        Ok(())
    }
    fn details(&self, parts: &[&[S]], weights: &[S]) -> Outcome<Vec<(&'static str, Vec<S>)>> {
        Ok(vec![("count", self.counts(parts, weights).ok_or_else(Fault::out_of_range)?)])
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::table::testing::*;

    #[test]
    fn the_example_against_plurality() {
        // Borda's own, of 1781: 21 voters, 1 for A > B > C, 7 for A > C > B, 7 for B > C > A, 6 for C > B > A. Most put A
        // first, and most put it last.
        let table = "3 2 1, 3 1 2, 1 3 2, 1 2 3 | 1 7 7 6";
        check_table(&METHOD, "", table, "0.761904761904 1.0 1.238095238095");
        assert_eq!(detail(&METHOD, "", table, "count"), [16.0, 21.0, 26.0]);
    }

    #[test]
    fn tie_rules() {
        let table = "10 20 20 30";
        check_table(&METHOD, "", table, "0 1.5 1.5 3");
        check_table(&METHOD, "ties = competition", table, "0 2 2 3");
        check_table(&METHOD, "ties = modified", table, "0 1 1 3");
        check_table(&METHOD, "ties = dense", table, "0 1 1 2");
    }

    #[test]
    fn edges() {
        check_table(&METHOD, "", "7", "0");
        check_table(&METHOD, "", "5 5 5", "1 1 1");
        check_table(&METHOD, "ties = modified", "5 5 5", "0 0 0");
        check_table(&METHOD, "", "1 2, 9 1 | 0 3", "1 0");
        assert_eq!(table_fault(&METHOD, "", "1 2 | 0").kind.id, "zero-weights");
        assert_eq!(table_fault(&METHOD, "ties = half", "1 2").kind.id, "invalid-parameter");
    }

    #[test]
    fn properties() {
        for ties in ["mean", "competition", "modified", "dense"] {
            holds_of_tables(&METHOD, &format!("ties = {ties}"), -9..9, 9);
        }
    }

    #[test]
    fn the_points_of_a_vote_add_up() {
        // With half points, every pair gives one point in all.
        let method = METHOD.make(&gradus_method::Args::new()).unwrap();
        let (parts, weights) = parts::<f64>("3 3 1 7 7 7 2, 1 2 3 4 4 2 1 | 2 3");
        let y = columns(gradus_model::Scalar::pick(&method), &parts, &weights).unwrap();
        assert!((y.iter().sum::<f64>() - 21.0).abs() < 1e-12, "{y:?}");
    }
}
