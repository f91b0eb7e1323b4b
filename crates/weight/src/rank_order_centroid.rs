//! Rank-order centroid: the center of all weights that keep a given order of importance.
//!
//! Use it where people agree on the order of importance and on nothing more; it errs least on average among weights made
//! from ranks. The first part gets much: 0.61 of three. For a flatter course see `rank-sum`.

use crate::order::{self, Order};
use crate::{Parts, Weighed, Weigher, WeigherBox};
use gradus_method::{Args, Method, Outcome, Reference};
use gradus_model::number::Scalar;

/// Registry entry of [`RankOrderCentroid`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "rank-order-centroid",
    since: "0.1.0",
    summary: "The center of all weights that keep a given order of importance.",
    summary_zh: "排序质心权重：满足给定重要性次序的所有权重向量的质心。",
    formula: "w_i = (1 / n) sum(1 / j for j = i to n) for the part of rank i of n",
    params: &[order::PARAM],
    references: &[
        Reference {
            citation: "Barron and Barrett (1996). Decision quality using ranked attribute weights. Management Science 42(11), 1515-1523",
            locator: "https://doi.org/10.1287/mnsc.42.11.1515",
        },
        Reference {
            citation: "Stillwell, Seaver and Edwards (1981). A comparison of weight approximation techniques in multiattribute utility decision making. Organizational Behavior and Human Performance 28(1), 62-77",
            locator: "https://doi.org/10.1016/0030-5073(81)90015-5",
        },
    ],
    build: |args| Ok(WeigherBox::new(RankOrderCentroid::new(args)?)),
};

/// The center of all weights that keep a given order of importance.
///
/// # Formula
/// ```text
/// w_i = (1 / n) Σ_{j = i..n} 1 / j     for the part of rank i of n
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `order` | none | every part once; those that tie in a list of their own | codes, the most important first |
/// # Input and output
/// A ranking of the parts; their figures are not looked at. Dimensionless weights that add up to 1.
/// # Missing values and edge cases
/// Missing figures play no role. Parts that tie share the mean of the weights of the ranks they take up together.
/// # Errors
/// `invalid-parameter` when `order` leaves a part out, names one twice or names what is no part.
/// # Example
/// ```
/// use gradus_method::{Arg, Args, Column};
/// use gradus_weight::{Group, rank_order_centroid::RankOrderCentroid};
/// let order = ["B", "A"].map(|code| Arg::Text(code.to_owned()));
/// let method = RankOrderCentroid::new(&Args::new().with("order", Arg::List(order.to_vec())))?;
/// let group = Group::new([("A", Column::of(vec![1.0])), ("B", Column::of(vec![2.0]))])?;
/// assert_eq!(group.weigh(&method)?.weights, [0.25, 0.75]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Stillwell, Seaver and Edwards (1981). Barron and Barrett (1996), Management Science 42(11).
#[derive(Debug, Clone)]
pub struct RankOrderCentroid {
    order: Order,
}

impl RankOrderCentroid {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for an order that is not one.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { order: Order::of(args)? })
    }
}

impl<S: Scalar> Weigher<S> for RankOrderCentroid {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        self.order.weigh(parts, |rank, n| {
            (rank..=n).try_fold(S::ZERO, |sum, j| sum.plus(S::ONE.over(S::from_count(j))?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn barron_and_barrett() {
        // Barron and Barrett (1996), table 1: 0.6111, 0.2778, 0.1111 and 0.5208, 0.2708, 0.1458, 0.0625.
        check(&METHOD, "order = [A B C]", "A; B; C", "11/18 5/18 2/18");
        check(&METHOD, "order = [C D A B]", "A; B; C; D", "~0.1458 ~0.0625 ~0.5208 ~0.2708");
        check(&METHOD, "order = [A]", "A", "1");
    }

    #[test]
    fn ties_share_their_ranks() {
        // (5 + 2) / 36 each for the two that follow.
        check(&METHOD, "order = [A [B C]]", "A; B; C", "11/18 7/36 7/36");
        check(&METHOD, "order = [[A B C]]", "A; B; C", "1/3 1/3 1/3");
    }

    #[test]
    fn what_is_no_order() {
        faults(
            &METHOD,
            &[
                ("order = [A B A]", "A 1; B 2", "invalid-parameter"),
                ("order = [A]", "A 1; B 2", "invalid-parameter"),
                ("order = [A B C]", "A 1; B 2", "invalid-parameter"),
                ("order = []", "A 1; B 2", "invalid-parameter"),
                ("order = A", "A 1; B 2", "invalid-parameter"),
            ],
        );
        let fault = fault(&METHOD, "order = [WATER AR]", "WATER 1; AIR 2");
        assert_eq!(fault.message, "`order` names `AR`, which is no part of the group");
        assert_eq!(fault.help.as_deref(), Some("did you mean `AIR`?"));
    }

    #[test]
    fn properties() {
        holds(&METHOD, "order = [C [A D] B]", -99..99, 1e-12, &[Property::ScaleFree, Property::ShiftFree]);
    }
}
