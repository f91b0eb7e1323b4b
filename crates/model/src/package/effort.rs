//! What it takes to move an indicator, as far as the package says: what plans are reckoned with.

use super::{PerGrade, Threshold};
use crate::Text;
use crate::number::Decimal;

/// What it takes to move an indicator.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Effort {
    /// Money, in the policy's currency: for one measurement unit (or level) of the gap; by grade, for the whole step to it.
    pub money: Option<PerGrade<Decimal>>,
    /// Difficulty of a step as experts see it, from 1 (easy) to 5 (hard).
    pub difficulty: Option<PerGrade<Decimal>>,
    /// Years that a step takes from its beginning.
    pub lead_years: Option<PerGrade<Decimal>>,
    /// The best value within reach; plans go no further.
    pub feasible: Option<Threshold>,
    /// Who answers for the indicator.
    pub owner: Text,
}
