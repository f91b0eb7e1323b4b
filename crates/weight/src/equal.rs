//! Equal weights: every part of the group counts the same.
//!
//! Use it where nothing says that one part matters more, and say so: equal weights are a choice too. Parts that move
//! together still count twice; `correlation` and `intended-importance` show and mend that.

use crate::{Parts, Weighed, Weigher, WeigherBox, shared};
use gradus_method::{Method, Outcome};
use gradus_model::number::Scalar;

/// Registry entry of [`Equal`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "equal",
    since: "0.1.0",
    summary: "The same weight for every part of the group.",
    summary_zh: "等权：组内各部分权重相同。",
    formula: "w = 1 / n with n the number of parts",
    params: &[],
    references: &[shared::HANDBOOK],
    build: |_| Ok(WeigherBox::new(Equal)),
};

/// Equal weighting.
///
/// # Formula
/// ```text
/// w_j = 1 / n
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Any parts; the figures are not looked at. Dimensionless weights that add up to 1.
/// # Missing values and edge cases
/// Missing figures play no role.
/// # Errors
/// `zero-range` for a group without parts.
/// # Example
/// ```
/// use gradus_method::Column;
/// use gradus_weight::{Group, equal::Equal};
/// let group = Group::new([("A", Column::of(vec![1.0])), ("B", Column::of(vec![2.0]))])?;
/// assert_eq!(group.weigh(&Equal)?.weights, [0.5, 0.5]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 6.
#[derive(Debug, Clone, Copy)]
pub struct Equal;

impl<S: Scalar> Weigher<S> for Equal {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        let earned = vec![S::ONE; parts.codes.len()];
        shared::shares(&earned, || shared::nothing_varies("equal")).map(Weighed::of)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "", "A 1; B 2; C .; D 4", "0.25 0.25 0.25 0.25");
        check(&METHOD, "", "A", "1");
        faults(&METHOD, &[("", "", "zero-range")]);
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", -99..99, 1e-12, &[Property::ScaleFree, Property::ShiftFree]);
    }
}
