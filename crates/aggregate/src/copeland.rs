//! Copeland score: pairwise majority wins less losses.
//!
//! Use it where the parts' scores say which unit is better but not by how much, and a high score must not offset a low one.
//! It needs a table of units to compare: adding or dropping one may change the order of others. With few parts of similar
//! weight many units tie.

use crate::outranking::{Ballots, signed};
use crate::{Aggregator, AggregatorBox, Reach, shared, table};
use gradus_method::{Args, Method, Outcome, Reference};
use gradus_model::number::Scalar;

const MUNDA_NARDO: Reference = Reference {
    citation: "Munda and Nardo (2009). Noncompensatory/nonlinear composite indicators for ranking countries: a defensible setting. Applied Economics 41(12), 1513-1523",
    locator: "https://doi.org/10.1080/00036840601019364",
};
const SAARI_MERLIN: Reference = Reference {
    citation: "Saari and Merlin (1996). The Copeland method I: relationships and the dictionary. Economic Theory 8, 51-76",
    locator: "https://doi.org/10.1007/BF01212012",
};

/// Registry entry of [`Copeland`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "copeland",
    since: "0.1.0",
    summary: "The units that a unit beats by a majority of the weight, less those that beat it.",
    summary_zh: "科普兰得分：按权重多数两两比较，胜场数减去负场数。",
    formula: "y(a) = number of b with W(a > b) > W(b > a), less number of b with W(a > b) < W(b > a); W: the sum of the weights of the parts for which it is so",
    params: &[],
    references: &[SAARI_MERLIN, MUNDA_NARDO, shared::HANDBOOK],
    build: |args| Ok(AggregatorBox::new(Copeland::new(args)?)),
};

/// The Copeland score.
///
/// # Formula
/// ```text
/// y(a) = #{ b : W(a > b) > W(b > a) } − #{ b : W(a > b) < W(b > a) }
/// W(a > b) = Σ w over the parts in which a is above b
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Scores of any parts, of which only the order matters; a whole number from −(n − 1) to n − 1 for n units, higher is better.
/// The scores of all units add up to 0. The details are each unit's wins, losses and ties.
/// # Missing values and edge cases
/// Every unit that is compared has all parts. A part in which two units are equal votes for neither. Equal weight for both is
/// a tie, in either arithmetic: weights of up to 15 digits are added up exactly, of others the shares of the total are compared
/// to 12 digits. A part of weight zero has no vote. A unit alone scores 0. The time grows with the square of the units.
/// # Errors
/// `zero-weights` when no part has weight; `out-of-range` when the weights have no sum in the arithmetic.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, copeland::Copeland};
/// use gradus_method::Args;
/// let parts: [&[f64]; 3] = [&[3.0, 2.0, 1.0], &[9.0, 7.0, 8.0], &[1.0, 2.0, 2.0]];
/// let mut scores = [0.0; 3];
/// Copeland::new(&Args::new())?.columns(&parts, &[1.0, 1.0, 1.0], &mut scores)?;
/// assert_eq!(scores, [2.0, -1.0, -1.0]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Saari and Merlin (1996), The Copeland method I. Munda and Nardo (2009), Noncompensatory composite indicators. OECD and JRC
/// (2008), Handbook, step 6.
#[derive(Debug, Clone)]
pub struct Copeland;

impl Copeland {
    /// Reads the parameters, of which there are none.
    ///
    /// # Errors
    /// None.
    pub fn new(_: &Args) -> Outcome<Self> {
        Ok(Self)
    }
}

impl<S: Scalar> Aggregator<S> for Copeland {
    fn reach(&self) -> Reach {
        Reach::Table
    }
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        table::alone(self, values, weights)
    }
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        let ballots = Ballots::new(parts, weights)?;
        let mut scores = vec![0_i64; ballots.n_units()];
        ballots.nets(|i, j, net| {
            scores[i] += net.signum();
            scores[j] -= net.signum();
        });
        for (slot, score) in out.iter_mut().zip(scores) {
            *slot = signed(score);
        }
        Ok(())
    }
    fn details(&self, parts: &[&[S]], weights: &[S]) -> Outcome<Vec<(&'static str, Vec<S>)>> {
        let ballots = Ballots::new(parts, weights)?;
        let n = ballots.n_units();
        let (mut wins, mut losses) = (vec![0_usize; n], vec![0_usize; n]);
        ballots.nets(|i, j, net| {
            let (above, below) = if net > 0 { (i, j) } else { (j, i) };
            if net != 0 {
                wins[above] += 1;
                losses[below] += 1;
            }
        });
        let ties = wins.iter().zip(&losses).map(|(won, lost)| n - 1 - won - lost).collect();
        let counts = |counts: Vec<usize>| counts.into_iter().map(S::from_count).collect();
        Ok(vec![("wins", counts(wins)), ("losses", counts(losses)), ("ties", counts(ties))])
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::table::testing::*;

    #[test]
    fn a_condorcet_winner_wins_where_borda_names_another() {
        // Three of five voters say a > b > c, two say b > c > a: a beats both, though b has more points.
        check_table(&METHOD, "", "3 2 1, 3 2 1, 3 2 1, 1 3 2, 1 3 2", "2 0 -2");
        // The paradox of Condorcet (1785): everyone wins once.
        check_table(&METHOD, "", "3 2 1, 1 3 2, 2 1 3", "0 0 0");
    }

    #[test]
    fn half_of_the_weight_is_a_tie() {
        check_table(&METHOD, "", "2 1, 2 1, 1 2 | 0.1 0.2 0.3", "0 0");
        check_table(&METHOD, "", "2 1, 2 1, 1 2 | 0.1 0.2 0.4", "-1 1");
        check_table(&METHOD, "", "2 1, 1 2, 5 5 | 1 1 7", "0 0");
        check_table(&METHOD, "", "2 1, 1 2 | 3 0", "1 -1");
    }

    #[test]
    fn wins_losses_and_ties() {
        let table = "4 3 3 1, 4 3 3 1";
        check_table(&METHOD, "", table, "3 0 0 -3");
        assert_eq!(detail(&METHOD, "", table, "wins"), [3.0, 1.0, 1.0, 0.0]);
        assert_eq!(detail(&METHOD, "", table, "losses"), [0.0, 1.0, 1.0, 3.0]);
        assert_eq!(detail(&METHOD, "", table, "ties"), [0.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn edges() {
        check_table(&METHOD, "", "7", "0");
        check_table(&METHOD, "", "7 7 7", "0 0 0");
        check_table(&METHOD, "", "-1e28 0 1e28", "-2 0 2");
        assert_eq!(table_fault(&METHOD, "", "1 2, 3 4 | 0 0").kind.id, "zero-weights");
    }

    #[test]
    fn properties() {
        holds_of_tables(&METHOD, "", -9..9, 9);
    }
}
