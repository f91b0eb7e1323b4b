//! Rank sum: weights that fall by equal steps from the most important part to the least.
//!
//! Use it where the order of importance is known and the steps are thought to be even. The last of n parts still gets
//! 1 / n of what the first gets.

use crate::order::{self, Order};
use crate::{Parts, Weighed, Weigher, WeigherBox};
use gradus_method::{Args, Method, Outcome, Reference};
use gradus_model::number::Scalar;

/// Registry entry of [`RankSum`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "rank-sum",
    since: "0.1.0",
    summary: "Weights that fall by equal steps from the most important part to the least.",
    summary_zh: "排序和权重：按重要性名次等差递减。",
    formula: "w_i = 2 (n + 1 - i) / (n (n + 1)) for the part of rank i of n",
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
    build: |args| Ok(WeigherBox::new(RankSum::new(args)?)),
};

/// Weights that fall by equal steps from the most important part to the least.
///
/// # Formula
/// ```text
/// w_i = 2 (n + 1 − i) / ( n (n + 1) )     for the part of rank i of n
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
/// use gradus_weight::{Group, rank_sum::RankSum};
/// let order = ["B", "A"].map(|code| Arg::Text(code.to_owned()));
/// let method = RankSum::new(&Args::new().with("order", Arg::List(order.to_vec())))?;
/// let group = Group::new([("A", Column::of(vec![1.0])), ("B", Column::of(vec![2.0]))])?;
/// let weights = group.weigh(&method)?.weights;
/// assert!((weights[1] - 2.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Stillwell, Seaver and Edwards (1981). Barron and Barrett (1996), Management Science 42(11).
#[derive(Debug, Clone)]
pub struct RankSum {
    order: Order,
}

impl RankSum {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for an order that is not one.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { order: Order::of(args)? })
    }
}

impl<S: Scalar> Weigher<S> for RankSum {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        self.order.weigh(parts, |rank, n| Some(S::from_count(n + 1 - rank)))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "order = [A B C]", "A; B; C", "3/6 2/6 1/6");
        check(&METHOD, "order = [C D A B]", "A; B; C; D", "0.2 0.1 0.4 0.3");
        check(&METHOD, "order = [A]", "A", "1");
    }

    #[test]
    fn ties_share_their_ranks() {
        check(&METHOD, "order = [A [B C]]", "A; B; C", "1/2 1/4 1/4");
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
