//! What a filled value rests on, for those who ask for one.

use gradus_method::Column;
use gradus_model::number::Scalar;

/// What the value of one filled cell rests on: figures of the block, and what was computed from many of them.
///
/// Where every figure has a `weight` or a `coefficient`, the value is the sum of figures times these, plus the fact
/// `intercept` where there is one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Account {
    /// The single figures it was made from.
    pub figures: Vec<Figure>,
    /// Whether only units of the unit's class were looked at.
    pub of_class: bool,
    /// What was computed on the way, by name: `n`, `mean`, `intercept`. Without a measurement unit, or in that of the column.
    pub facts: Vec<(&'static str, f64)>,
}

/// A figure that a filled value was made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Its column in the block.
    pub column: usize,
    /// Its row in the block.
    pub row: usize,
    /// What the method made of it, by name: `distance`, `weight`, `coefficient`, `standing`.
    pub facts: Vec<(&'static str, f64)>,
}

impl Account {
    /// Facts alone.
    pub(crate) fn of_facts(facts: impl IntoIterator<Item = (&'static str, f64)>) -> Self {
        Self { facts: facts.into_iter().collect(), ..Self::default() }
    }

    /// The value that all figures of a column share, and how many they are.
    pub(crate) fn constant<S: Scalar>(column: &Column<S>, value: S) -> Self {
        let n = column.len() - column.n_missing();
        Self::of_facts([("n", n as f64), ("value", value.to_f64())])
    }

    /// A figure, with what was made of it.
    pub(crate) fn and(mut self, column: usize, row: usize, facts: &[(&'static str, f64)]) -> Self {
        self.figures.push(Figure { column, row, facts: facts.to_vec() });
        self
    }
}
