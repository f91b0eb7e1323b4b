//! Interlocking network: how strongly a unit is tied to all others through what they have in common, as in the world city
//! network of GaWC.
//!
//! Use it where units are nodes that agents run through: cities with the offices of service firms, ports with shipping
//! lines, universities with research partners. Each part is one agent, its values say how important a unit is to
//! it. The connectivity of a unit depends on all others, and grows with their number: compare within one set of units and
//! agents only, or bring it onto a scale with `normalize`.

use crate::{Aggregator, AggregatorBox, Reach, Weighting, shared, table};
use gradus_method::{Args, Fault, Method, Outcome, Reference};
use gradus_model::number::Scalar;

/// Registry entry of [`InterlockingNetwork`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "interlocking-network",
    since: "0.1.0",
    summary: "Network connectivity: the products of a unit's values with those of every other unit, added up over parts.",
    summary_zh: "互锁网络连通度：逐项将本单位的值与其他各单位的值相乘后求和。",
    formula: "y = sum over parts of w v (sum(v) - v), with sum(v) over all units",
    params: &[],
    references: &[
        Reference {
            citation: "Taylor (2001). Specification of the World City Network. Geographical Analysis 33(2), 181-194",
            locator: "https://doi.org/10.1111/j.1538-4632.2001.tb00443.x",
        },
        Reference {
            citation: "Taylor, Catalano and Walker (2002). Measurement of the World City Network. Urban Studies 39(13), 2367-2376",
            locator: "https://doi.org/10.1080/00420980220080011",
        },
    ],
    build: |args| Ok(AggregatorBox::new(InterlockingNetwork::new(args)?)),
};

/// Network connectivity in an interlocking network.
///
/// # Formula
/// ```text
/// y(a) = Σ w(j) Σ v(a,j) v(b,j)      over parts j and over units b other than a
///      = Σ w(j) v(a,j) (V(j) − v(a,j))      with V(j) = Σ v(b,j) over all units
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Service values in points, usually whole numbers from 0 (no office) to 5 (headquarters), in one or several parts; points
/// squared. Weights are taken as they are: a part of weight 2 counts like two equal parts. Summed up over all units, each
/// tie counts twice. The scores of groups of parts add up to the score of all. Detail: `service-status`, Σ w v.
/// # Missing values and edge cases
/// The unit of a missing part is not compared; where missing means no office, say `missing = { aggregate = "zero" }`. A unit
/// alone has no ties and scores 0, as does one whose agents are nowhere else. Values below zero have no meaning here; the formula
/// is applied to them all the same.
/// # Errors
/// `out-of-range` when a sum leaves the range of the arithmetic; `zero-weights` when no part has a weight.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, interlocking_network::InterlockingNetwork};
/// use gradus_method::Args;
/// let mut y = [0.0; 3];
/// // Two firms in three cities: 5 · (2 + 0) + 2 · (3 + 5), and so on.
/// let offices: [&[f64]; 2] = [&[5.0, 2.0, 0.0], &[2.0, 3.0, 5.0]];
/// InterlockingNetwork::new(&Args::new())?.columns(&offices, &[1.0, 1.0], &mut y)?;
/// assert_eq!(y, [26.0, 31.0, 25.0]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Taylor (2001), Specification of the World City Network. Taylor, Catalano and Walker (2002), Measurement of the World City
/// Network.
#[derive(Debug, Clone)]
pub struct InterlockingNetwork;

impl InterlockingNetwork {
    /// Reads the parameters, of which there are none.
    ///
    /// # Errors
    /// None.
    pub fn new(_: &Args) -> Outcome<Self> {
        Ok(Self)
    }
}

/// Adds what every part gives to each unit: `each` sees the part's value and the sum of the part over all units.
fn add_up<S: Scalar>(
    parts: &[&[S]],
    weights: &[S],
    out: &mut [S],
    each: impl Fn(S, S) -> Option<S>,
) -> Outcome<()> {
    out.fill(S::ZERO);
    let mut used = parts.iter().zip(weights).filter(|(_, weight)| **weight > S::ZERO).peekable();
    if used.peek().is_none() {
        return Err(shared::no_weight());
    }
    for (part, weight) in used {
        let total = part.iter().try_fold(S::ZERO, |sum, v| sum.plus(*v)).ok_or_else(Fault::out_of_range)?;
        for (row, (y, v)) in out.iter_mut().zip(*part).enumerate() {
            let more = each(*v, total).and_then(|gain| y.plus(gain.times(*weight)?));
            *y = more.filter(|y| y.finite()).ok_or_else(|| Fault::out_of_range().in_row(row))?;
        }
    }
    Ok(())
}

impl<S: Scalar> Aggregator<S> for InterlockingNetwork {
    fn weighting(&self) -> Weighting {
        Weighting::Absolute
    }
    fn reach(&self) -> Reach {
        Reach::Table
    }
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        table::alone(self, values, weights)
    }
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        add_up(parts, weights, out, |v, total| v.times(total.minus(v)?))
    }
    fn details(&self, parts: &[&[S]], weights: &[S]) -> Outcome<Vec<(&'static str, Vec<S>)>> {
        let mut status = vec![S::ZERO; parts.first().map_or(0, |part| part.len())];
        add_up(parts, weights, &mut status, |v, _| Some(v))?;
        Ok(vec![("service-status", status)])
    }
}

#[cfg(test)]
mod tests {
    use super::{InterlockingNetwork, METHOD};
    use crate::Aggregator;
    use crate::table_testing::*;
    use crate::testing::check;
    use gradus_model::Decimal;
    use proptest::prelude::*;

    #[test]
    fn worked_by_hand() {
        // 5 · 2 and 2 · (3 + 5); 2 · 5 and 3 · (2 + 5); 5 · (2 + 3).
        check_table(&METHOD, "", "5 2 | 2 3 | 0 5", "1 1", "26 31 25");
        // A firm counted twice counts like two.
        check_table(&METHOD, "", "5 2 | 2 3 | 0 5", "2 1", "36 41 25");
        check_table(&METHOD, "", "5 5 2 | 2 2 3 | 0 0 5", "1 1 1", "36 41 25");
        // Nobody else has an office of the firm.
        check_table(&METHOD, "", "5 0 | 0 4 | 0 2", "1 1", "0 8 8");
    }

    #[test]
    fn a_unit_alone_has_no_ties() {
        check(&METHOD, "", "5 2", "0");
        check_table(&METHOD, "", "5 2", "1 1", "0");
    }

    #[test]
    fn service_status_is_told() {
        let details = details_of(&METHOD, "", "5 2 | 2 3 | 0 5", "2 1");
        assert_eq!(details, [("service-status", vec![12.0, 7.0, 5.0])]);
    }

    #[test]
    fn what_leaves_the_range_is_said() {
        let fault = table::<Decimal>(&METHOD, "", "9e27 | 9e27", "1").unwrap_err();
        assert_eq!((fault.kind.id, fault.row), ("out-of-range", Some(0)));
        assert_eq!(table_fault(&METHOD, "", "5 | 2", "0").kind.id, "zero-weights");
    }

    #[test]
    fn properties() {
        table_holds(&METHOD, "", 0..50, &[TableProperty::Dominance]);
    }

    fn score(parts: &[Vec<Decimal>]) -> Vec<Decimal> {
        let mut out = vec![Decimal::ZERO; parts[0].len()];
        let parts: Vec<&[Decimal]> = parts.iter().map(Vec::as_slice).collect();
        InterlockingNetwork.columns(&parts, &vec![Decimal::ONE; parts.len()], &mut out).unwrap();
        out
    }

    proptest! {
        #[test]
        fn it_is_the_sum_over_pairs(
            parts in (2usize..9).prop_flat_map(|n| prop::collection::vec(prop::collection::vec(0i64..6, n), 1..5))
        ) {
            let n = parts[0].len();
            let pairs: Vec<Decimal> = (0..n)
                .map(|a| {
                    let ties = |b: usize| parts.iter().map(|v| v[a] * v[b]).sum::<i64>();
                    (0..n).filter(|b| *b != a).map(ties).sum::<i64>().into()
                })
                .collect();
            let parts: Vec<Vec<Decimal>> =
                parts.iter().map(|part| part.iter().map(|v| (*v).into()).collect()).collect();
            prop_assert_eq!(score(&parts), pairs);
            // Groups of parts add up to the whole.
            let (first, rest) = parts.split_at(1);
            if !rest.is_empty() {
                let sum: Vec<Decimal> = score(first).iter().zip(score(rest)).map(|(a, b)| *a + b).collect();
                prop_assert_eq!(score(&parts), sum);
            }
        }
    }
}
