//! Rank exponent: rank sum with an exponent that says how steeply weights fall.
//!
//! Use it to set by one number how much more the first part counts: 0 is equal weights, 1 is `rank-sum`, 2 and more favor
//! the first ones.

use crate::order::{self, Order};
use crate::{Parts, Weighed, Weigher, WeigherBox};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`RankExponent`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "rank-exponent",
    since: "0.1.0",
    summary: "Rank sum with an exponent: how steeply weights fall from the most important part to the least.",
    summary_zh: "排序指数权重：以指数调节权重随名次下降的陡峭程度。",
    formula: "w_i = (n + 1 - i)^p / sum((n + 1 - j)^p for j = 1 to n) for the part of rank i of n",
    params: &[
        order::PARAM,
        Param {
            name: "exponent",
            kind: ParamKind::Number,
            default: Default::Value("2"),
            range: "0 or more",
            meaning: "the exponent p, dimensionless: 0 is equal weights, 1 is rank sum",
        },
    ],
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
    build: |args| Ok(WeigherBox::new(RankExponent::new(args)?)),
};

/// Rank sum with an exponent: how steeply weights fall from the most important part to the least.
///
/// # Formula
/// ```text
/// w_i = (n + 1 − i)^p / Σ_{j = 1..n} (n + 1 − j)^p     for the part of rank i of n
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `order` | none | every part once; those that tie in a list of their own | codes, the most important first |
/// | `exponent` | 2 | 0 or more | the exponent p, dimensionless |
/// # Input and output
/// A ranking of the parts; their figures are not looked at. Dimensionless weights that add up to 1.
/// # Missing values and edge cases
/// Missing figures play no role. Parts that tie share the mean of the weights of the ranks they take up together.
/// # Errors
/// `invalid-parameter` when `order` leaves a part out, names one twice or names what is no part, and for an
/// exponent below 0.
/// # Example
/// ```
/// use gradus_method::{Arg, Args, Column};
/// use gradus_weight::{Group, rank_exponent::RankExponent};
/// let order = ["B", "A"].map(|code| Arg::Text(code.to_owned()));
/// let method = RankExponent::new(&Args::new().with("order", Arg::List(order.to_vec())))?;
/// let group = Group::new([("A", Column::of(vec![1.0])), ("B", Column::of(vec![2.0]))])?;
/// assert_eq!(group.weigh(&method)?.weights, [0.2, 0.8]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Stillwell, Seaver and Edwards (1981). Barron and Barrett (1996), Management Science 42(11).
#[derive(Debug, Clone)]
pub struct RankExponent {
    order: Order,
    exponent: Decimal,
}

impl RankExponent {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for an order that is not one and an exponent below 0.
    pub fn new(args: &Args) -> Outcome<Self> {
        let exponent = args.optional_number("exponent")?.unwrap_or(Decimal::TWO);
        if exponent < Decimal::ZERO {
            return Err(Fault::parameter(
                "exponent",
                format!("`exponent` must not be below 0, found {exponent}"),
            )
            .help("turn `order` round and give a positive `exponent`"));
        }
        Ok(Self { order: Order::of(args)?, exponent })
    }
}

impl<S: Scalar> Weigher<S> for RankExponent {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        // Relative to the first rank, whose power is 1; a power too small for the arithmetic counts nothing.
        let exponent = S::from_decimal(self.exponent);
        self.order.weigh(parts, |rank, n| {
            let ratio = S::from_count(n + 1 - rank).over(S::from_count(n))?;
            Some(ratio.power(exponent).unwrap_or(S::ZERO))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "order = [A B C]", "A; B; C", "9/14 4/14 1/14");
        check(&METHOD, "order = [C B A]; exponent = 1", "A; B; C", "1/6 2/6 3/6");
        check(&METHOD, "order = [C B A]; exponent = 0", "A; B; C", "1/3 1/3 1/3");
        check(&METHOD, "order = [A B]; exponent = 0.5", "A; B", "~0.58578644 ~0.41421356");
        check(&METHOD, "order = [A B C]; exponent = 5000", "A; B; C", "1 0 0");
    }

    #[test]
    fn ties_share_their_ranks() {
        check(&METHOD, "order = [A [B C]]", "A; B; C", "9/14 5/28 5/28");
    }

    #[test]
    fn exponents_below_zero_would_turn_the_order_round() {
        faults(&METHOD, &[("order = [A B]; exponent = -1", "A; B", "invalid-parameter")]);
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
