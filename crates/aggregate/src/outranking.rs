//! Pairwise comparison of units: for what share of the weight one is above another.
//!
//! This is what the methods that let parts vote have in common ([`copeland`](crate::copeland),
//! [`kemeny_young`](crate::kemeny_young)), and what a report shows beside any ranking: how often one unit is above another
//! whatever the weights. The indices of ELECTRE I are here too.

use gradus_method::{Fault, Outcome};
use gradus_model::number::Scalar;

/// Units compared at a time: their ranks and running results stay in the first-level cache.
const BLOCK: usize = 2048;

/// Up to this total, weights are kept as whole numbers, and their sums are exact.
const EXACT: i64 = 1_000_000_000_000_000;

/// What other weights are kept in: shares of their total, compared to 12 digits.
const GRAIN: i64 = 1000;

/// The parts as voters: how each orders the units, and what its vote weighs.
///
/// Weights are whole numbers, so that a sum that is half of the total is found to be half of it. Those of up to 15 digits are
/// as written (0.1 is one tenth in either arithmetic); of others (1/3 cut at its last digit) the shares of the total are
/// compared to 12 digits.
#[derive(Debug)]
pub(crate) struct Ballots {
    n_units: usize,
    /// Of each part with weight, the place of every unit from below; equal values share a place.
    places: Vec<Vec<u32>>,
    weights: Vec<i64>,
    grain: i64,
}

impl Ballots {
    pub(crate) fn new<S: Scalar>(parts: &[&[S]], weights: &[S]) -> Outcome<Self> {
        let (parts, weights): (Vec<&[S]>, Vec<S>) =
            parts.iter().zip(weights).filter(|(_, weight)| **weight > S::ZERO).map(|(p, w)| (*p, *w)).unzip();
        if weights.is_empty() {
            return Err(crate::shared::no_weight());
        }
        let (weights, grain) = match whole(&weights) {
            Some(weights) => (weights, 1),
            None => (shares(&weights).ok_or_else(Fault::out_of_range)?, GRAIN),
        };
        let n_units = parts.iter().map(|part| part.len()).min().unwrap_or(0);
        Ok(Self { n_units, places: parts.iter().map(|part| places(part)).collect(), weights, grain })
    }

    pub(crate) fn n_units(&self) -> usize {
        self.n_units
    }

    /// The weight of all votes, in the measure of [`nets`](Self::nets).
    pub(crate) fn total(&self) -> i64 {
        self.settled(self.weights.iter().sum())
    }

    /// Shows `see(i, j, net)` every pair i < j: the weight of the parts with i above j less that of those with j above i.
    pub(crate) fn nets(&self, mut see: impl FnMut(usize, usize, i64)) {
        let n = self.n_units;
        let mut nets = [0; BLOCK];
        for start in (0..n).step_by(BLOCK) {
            let end = n.min(start + BLOCK);
            for i in 0..end {
                let first = start.max(i + 1);
                let nets = &mut nets[..end - first.min(end)];
                nets.fill(0);
                for (places, weight) in self.places.iter().zip(&self.weights) {
                    let own = places[i];
                    for (net, other) in nets.iter_mut().zip(&places[first.min(end)..end]) {
                        // Masks instead of branches or products, so that the loop vectorizes.
                        *net += weight & -i64::from(own > *other);
                        *net -= weight & -i64::from(own < *other);
                    }
                }
                for (j, net) in (first..).zip(&*nets) {
                    see(i, j, self.settled(*net));
                }
            }
        }
    }

    /// Sums of shares differ from the true ones by their rounding; a grain is far coarser than that.
    fn settled(&self, net: i64) -> i64 {
        let half = self.grain / 2;
        if net < 0 { -((half - net) / self.grain) } else { (net + half) / self.grain }
    }

    /// The nets as a matrix: `nets[i][j]` is above zero where i wins, and `nets[j][i]` is its opposite.
    pub(crate) fn matrix(&self) -> Vec<Vec<i64>> {
        let mut matrix = vec![vec![0; self.n_units]; self.n_units];
        self.nets(|i, j, net| {
            matrix[i][j] = net;
            matrix[j][i] = -net;
        });
        matrix
    }
}

/// Weights over one power of ten, when they and their sum are whole numbers of few enough digits.
fn whole<S: Scalar>(weights: &[S]) -> Option<Vec<i64>> {
    // A weight that is too small for a decimal is not none.
    let decimal =
        |weight: &S| weight.to_decimal().filter(|decimal| !decimal.is_zero()).map(|d| d.normalize());
    let decimals: Vec<_> = weights.iter().map(decimal).collect::<Option<_>>()?;
    let scale = decimals.iter().map(|decimal| decimal.scale()).max()?;
    let whole: Vec<i64> = decimals
        .iter()
        .map(|decimal| {
            let factor = 10_i128.checked_pow(scale - decimal.scale())?;
            i64::try_from(decimal.mantissa().checked_mul(factor)?).ok()
        })
        .collect::<Option<_>>()?;
    let total = whole.iter().try_fold(0_i64, |sum, weight| sum.checked_add(*weight))?;
    (total <= EXACT).then_some(whole)
}

/// Weights as shares of their total, in units of the largest total.
fn shares<S: Scalar>(weights: &[S]) -> Option<Vec<i64>> {
    let total = crate::shared::total(weights).filter(|total| total.finite())?;
    weights.iter().map(|weight| Some((weight.over(total)?.to_f64() * EXACT as f64).round() as i64)).collect()
}

/// Places from below, from 0; equal values share one.
fn places<S: Scalar>(values: &[S]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].order(values[*b]));
    let mut places = vec![0; values.len()];
    let mut place = 0;
    for pair in order.windows(2) {
        place += u32::from(values[pair[0]] < values[pair[1]]);
        places[pair[1]] = place;
    }
    places
}

/// A whole number in the arithmetic.
pub(crate) fn signed<S: Scalar>(number: i64) -> S {
    let size = S::from_count(usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX));
    if number < 0 { size.negated() } else { size }
}

/// The outranking matrix: `matrix[i][j]` is the share of the weight for which unit i is above unit j, equal values counting
/// half for each. Rows and columns are units; `matrix[i][j] + matrix[j][i]` is 1, and the diagonal one half.
///
/// Weights are compared as for [`copeland`](crate::copeland).
///
/// # Errors
/// `zero-weights` when no part has weight; `out-of-range` when the weights have no sum in the arithmetic.
///
/// # Example
/// ```
/// let parts: [&[f64]; 2] = [&[3.0, 1.0], &[5.0, 5.0]];
/// let matrix = gradus_aggregate::outranking::matrix(&parts, &[1.0, 1.0])?;
/// assert_eq!(matrix, [[0.5, 0.75], [0.25, 0.5]]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
pub fn matrix<S: Scalar>(parts: &[&[S]], weights: &[S]) -> Outcome<Vec<Vec<S>>> {
    let ballots = Ballots::new(parts, weights)?;
    let total = ballots.total();
    let share = |net: i64| signed::<S>(total + net).over(signed(2 * total)).ok_or_else(Fault::out_of_range);
    ballots.matrix().into_iter().map(|row| row.into_iter().map(share).collect()).collect()
}

/// Pairs of units of which one is above the other in every part that has weight, and the number of all pairs.
///
/// For these no choice of weights changes the order; the share of them says how much a ranking owes to its weights. A pair
/// with an equal value is not counted, as in the outranking matrix.
///
/// # Errors
/// As [`matrix`].
pub fn dominance_pairs<S: Scalar>(parts: &[&[S]], weights: &[S]) -> Outcome<(usize, usize)> {
    // The sizes of the weights play no role, and the smallest must not be lost in the digits of the others.
    let equal: Vec<S> = weights.iter().map(|w| if *w > S::ZERO { S::ONE } else { S::ZERO }).collect();
    let ballots = Ballots::new(parts, &equal)?;
    let total = ballots.total();
    let mut pairs = 0;
    ballots.nets(|_, _, net| pairs += usize::from(net.abs() == total));
    Ok((pairs, ballots.n_units() * ballots.n_units().saturating_sub(1) / 2))
}

/// The net share of every unit: the mean, over all other units, of the share of the weight for which it is above less that
/// for which it is below; from -1, below everywhere, to 1.
///
/// It is the net flow of PROMETHEE II with the usual preference function, and in another measure the count of Borda.
///
/// # Errors
/// As [`matrix`].
pub fn net_share<S: Scalar>(parts: &[&[S]], weights: &[S]) -> Outcome<Vec<S>> {
    let ballots = Ballots::new(parts, weights)?;
    let n = ballots.n_units();
    let mut nets = vec![0_i128; n];
    ballots.nets(|i, j, net| {
        nets[i] += i128::from(net);
        nets[j] -= i128::from(net);
    });
    let whole = S::from_count(n.saturating_sub(1).max(1)).times(signed(ballots.total()));
    nets.into_iter()
        .map(|net| {
            let size = gradus_model::Decimal::try_from_i128_with_scale(net, 0).ok().map(S::from_decimal);
            size?.over(whole?)
        })
        .map(|share| share.ok_or_else(Fault::out_of_range))
        .collect()
}

/// Concordance of ELECTRE I: `matrix[a][b]` is the share of the weight for which a is at least as good as b; the diagonal
/// is 1.
///
/// # Errors
/// As [`matrix`].
///
/// # References
/// Roy (1968), Classement et choix en présence de points de vue multiples (la méthode ELECTRE),
/// <https://doi.org/10.1051/ro/196802v100571>.
pub fn concordance<S: Scalar>(parts: &[&[S]], weights: &[S]) -> Outcome<Vec<Vec<S>>> {
    let total =
        crate::shared::total(weights).filter(|t| *t > S::ZERO).ok_or_else(crate::shared::no_weight)?;
    pairwise(parts, |a, b| {
        let agree = parts.iter().zip(weights).try_fold(S::ZERO, |sum, (part, weight)| {
            if part[a] >= part[b] { sum.plus(*weight) } else { Some(sum) }
        });
        agree?.over(total)
    })
}

/// Discordance of ELECTRE I: `matrix[a][b]` is the largest amount by which b is above a in a part, over the largest range
/// of a part; the diagonal is 0. All parts are on one scale, as scores are.
///
/// # Errors
/// `zero-range` when no part has values that differ.
///
/// # References
/// Roy (1968), as for [`concordance`].
pub fn discordance<S: Scalar>(parts: &[&[S]]) -> Outcome<Vec<Vec<S>>> {
    let range = parts.iter().try_fold(S::ZERO, |range, part| {
        let Some(first) = part.first() else { return Some(range) };
        let low = part.iter().fold(*first, |low, x| low.least(*x));
        let high = part.iter().fold(*first, |high, x| high.greatest(*x));
        Some(range.greatest(high.minus(low)?))
    });
    let range = range.filter(|range| range.finite()).ok_or_else(Fault::out_of_range)?;
    if range == S::ZERO {
        return Err(Fault::new(
            &gradus_model::diagnostic::catalog::ZERO_RANGE,
            "all units are equal in every part, so discordance has no range to refer to",
        )
        .help("compare units that differ in at least one part"));
    }
    pairwise(parts, |a, b| {
        let worst =
            parts.iter().try_fold(S::ZERO, |worst, part| Some(worst.greatest(part[b].minus(part[a])?)));
        worst?.over(range)
    })
}

/// A matrix of units by units.
fn pairwise<S: Scalar>(parts: &[&[S]], of: impl Fn(usize, usize) -> Option<S>) -> Outcome<Vec<Vec<S>>> {
    let n = parts.iter().map(|part| part.len()).min().unwrap_or(0);
    let cell =
        |a: usize, b: usize| of(a, b).filter(|x| x.finite()).ok_or_else(|| Fault::out_of_range().in_row(a));
    (0..n).map(|a| (0..n).map(|b| cell(a, b)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::runner;
    use gradus_model::number::{Decimal, parse_decimal};
    use proptest::prelude::*;

    fn d(text: &str) -> Vec<Decimal> {
        text.split_whitespace().map(|word| parse_decimal(word).unwrap()).collect()
    }

    fn binary(text: &str) -> Vec<f64> {
        d(text).iter().map(|x| x.to_f64()).collect()
    }

    /// The net of the first unit against the second, with a vote for, one for and one against.
    fn net(weights: &str) -> [i64; 2] {
        let (exact, double) = (d(weights), binary(weights));
        let values = [[2, 1], [2, 1], [1, 2]];
        let one = values.map(|v| v.map(Decimal::from));
        let two = values.map(|v| v.map(f64::from));
        let one: Vec<&[Decimal]> = one.iter().map(|v| v.as_slice()).collect();
        let two: Vec<&[f64]> = two.iter().map(|v| v.as_slice()).collect();
        [
            Ballots::new(&one, &exact).unwrap().matrix()[0][1].signum(),
            Ballots::new(&two, &double).unwrap().matrix()[0][1].signum(),
        ]
    }

    #[test]
    fn half_of_the_weight_is_half_in_both_arithmetics() {
        // 0.1 + 0.2 is not 0.3 in doubles.
        assert_eq!(net("0.1 0.2 0.3"), [0, 0]);
        assert_eq!(net("0.7 0.1 0.8"), [0, 0]);
        assert_eq!(net("0.1 0.2 0.30000001"), [-1, -1]);
        // Thirds cut at their last digit, and weights divided by their sum.
        assert_eq!(net("0.3333333333333333 0.3333333333333333 0.6666666666666667"), [0, 0]);
        let third = Decimal::ONE / Decimal::from(3);
        let two_thirds = Decimal::from(2) / Decimal::from(3);
        assert_eq!(net(&format!("{third} {third} {two_thirds}")), [0, 0]);
        assert_eq!(net("0.23809523809523808 0.09523809523809523 0.3333333333333333"), [0, 0]);
        assert_eq!(net("1e20 1e20 2e20"), [0, 0]);
        assert_eq!(net("1e20 1e20 2.00001e20"), [-1, -1]);
        let tiny = Ballots::new(&[&[2.0, 1.0][..], &[1.0, 2.0]], &[2e-300, 1e-300]).unwrap();
        assert!(tiny.matrix()[0][1] > 0);
    }

    #[test]
    fn matrix_dominance_and_net_share_by_hand() {
        let parts = [binary("3 2 1 1"), binary("3 3 1 0")];
        let parts: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
        let matrix = matrix(&parts, &[0.75, 0.25]).unwrap();
        assert_eq!(matrix[0], [0.5, 0.875, 1.0, 1.0]);
        assert_eq!(matrix[2], [0.0, 0.0, 0.5, 0.625]);
        assert_eq!(dominance_pairs(&parts, &[0.75, 0.25]).unwrap(), (4, 6));
        // A part without weight decides nothing, one with next to none does.
        assert_eq!(dominance_pairs(&parts, &[0.0, 1.0]).unwrap(), (5, 6));
        assert_eq!(dominance_pairs(&parts, &[1e-30, 1.0]).unwrap(), (4, 6));
        let net = net_share(&parts, &[0.75, 0.25]).unwrap();
        assert_eq!(net[0], 2.75 / 3.0);
        assert!(net.iter().sum::<f64>().abs() < 1e-15);
        assert_eq!(net_share(&[&[1.0][..]], &[1.0]).unwrap(), [0.0]);
        assert_eq!(super::matrix(&parts, &[0.0, 0.0]).unwrap_err().kind.id, "zero-weights");
        assert_eq!(super::matrix(&parts, &[1e308, 1e308]).unwrap_err().kind.id, "out-of-range");
    }

    #[test]
    fn electre_one_needs_a_range() {
        assert_eq!(discordance(&[&[1.0, 1.0][..]]).unwrap_err().kind.id, "zero-range");
        assert_eq!(discordance(&[&[1e308, -1e308][..]]).unwrap_err().kind.id, "out-of-range");
        assert_eq!(concordance(&[&[1.0, 2.0][..]], &[0.0]).unwrap_err().kind.id, "zero-weights");
        assert_eq!(concordance(&[&[1.0, 2.0][..]], &[3.0]).unwrap(), [[1.0, 0.0], [1.0, 1.0]]);
    }

    #[test]
    fn blocks_compare_every_pair_once() {
        let n = BLOCK + 3;
        let part: Vec<f64> = (0..n).map(|i| (i * 7919 % 1009) as f64).collect();
        let mut seen = 0;
        Ballots::new(&[&part[..]], &[2.0]).unwrap().nets(|i, j, net| {
            assert!(i < j && net == 2 * i64::from(part[i] > part[j]) - 2 * i64::from(part[i] < part[j]));
            seen += 1;
        });
        assert_eq!(seen, n * (n - 1) / 2);
    }

    #[test]
    fn the_matrix_is_complementary_and_sees_only_order() {
        let cases = (1usize..5, 1usize..9).prop_flat_map(|(n_parts, n_units)| {
            let part = prop::collection::vec(-6i64..6, n_units);
            (prop::collection::vec(part, n_parts), prop::collection::vec(1i64..20, n_parts))
        });
        runner()
            .run(&cases, |(parts, weights)| {
                let weights: Vec<Decimal> = weights.iter().map(|w| Decimal::new(*w, 1)).collect();
                let of = |map: fn(i64) -> i64| {
                    let parts: Vec<Vec<Decimal>> =
                        parts.iter().map(|p| p.iter().map(|x| Decimal::from(map(*x))).collect()).collect();
                    let slices: Vec<&[Decimal]> = parts.iter().map(Vec::as_slice).collect();
                    matrix(&slices, &weights).unwrap()
                };
                let plain = of(|x| x);
                prop_assert_eq!(&plain, &of(|x| x * x * x + 5 * x));
                for (i, row) in plain.iter().enumerate() {
                    for (j, share) in row.iter().enumerate() {
                        prop_assert!((share + plain[j][i] - Decimal::ONE).abs() < Decimal::new(1, 26));
                    }
                }
                Ok(())
            })
            .unwrap();
    }
}
