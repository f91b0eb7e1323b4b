//! Aggregation methods: one method, one file, one line in one list.
//!
//! An [`Aggregator`] combines the scores of a group's parts. A method writes its formula once, for one unit, in
//! [`row`](Aggregator::row); where a loop over columns is faster it also writes [`columns`](Aggregator::columns), and a
//! property test holds the two together. Which parts are missing, and what follows, is decided before a method is
//! called: it sees present values only, with the weights that belong to them.
//!
//! **Invariants.** Methods are pure functions of values and weights; they do not know the tree or each other. Weights
//! are proportional, non-negative and not all zero. Every method runs in both arithmetics from one text.

pub mod arithmetic;
pub mod benefit_of_the_doubt;
pub mod borda;
pub mod choquet;
pub mod copeland;
pub mod electre_iii;
pub mod geometric;
pub mod harmonic;
pub mod interlocking_network;
pub mod kemeny_young;
pub mod lexicographic;
pub mod maximum;
pub mod mazziotta_pareto;
pub mod mean_min;
pub mod median;
pub mod minimum;
pub mod ordered_weighted_average;
pub mod outranking;
pub mod power_mean;
pub mod product;
pub mod promethee;
pub mod sum;
pub mod topsis;
pub mod vikor;
pub mod wroclaw;

mod codes;
mod ideal;
mod shared;
mod table;

#[cfg(test)]
mod table_testing;
#[cfg(test)]
mod testing;

use gradus_method::{Fault, Method, Outcome, Registry};
use gradus_model::number::Scalar;
use std::fmt::Debug;

/// How a method uses weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weighting {
    /// Only their proportions matter: 1, 1, 1 is the same as 1/3, 1/3, 1/3.
    Proportional,
    /// Their size matters, as in a sum.
    Absolute,
}

/// What a method looks at to give one unit its aggregate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The unit's own parts.
    Unit,
    /// The parts of every unit it is compared with: a distance to the best, a majority, a frontier.
    Table,
}

/// Combines the scores of a group's parts into one.
pub trait Aggregator<S: Scalar>: Debug + Send + Sync {
    /// How the method uses weights: in proportion, unless it says otherwise.
    fn weighting(&self) -> Weighting {
        Weighting::Proportional
    }

    /// What the method looks at. A method of [`Reach::Table`] writes its formula in [`columns`](Self::columns), which is then
    /// called once with all units of a period (or of all periods, as the package says) that have every part.
    fn reach(&self) -> Reach {
        Reach::Unit
    }

    /// The aggregate of one unit: `values` and `weights` have the same length, at least one.
    ///
    /// Weights are proportional: a mean divides by their sum.
    ///
    /// # Errors
    /// When the aggregate is undefined for these values, or out of range.
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S>;

    /// The aggregates of many units at once: `parts[k][i]` is part k of unit i, all present; `out[i]` receives unit i.
    ///
    /// # Errors
    /// As [`row`](Self::row), with the row named.
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        row_by_row(self, parts, weights, out)
    }

    /// Whether the aggregate is Σ w x / Σ w over the parts of weight above 0, added up in their order, and nothing more: then
    /// somebody who computes many aggregates at a time may do so without asking the method.
    fn is_weighted_sum(&self) -> bool {
        false
    }

    /// What else the method says of each unit, by name: flows, distances, frontiers. `parts` as in
    /// [`columns`](Self::columns).
    ///
    /// # Errors
    /// As [`row`](Self::row), with the row named.
    fn details(&self, parts: &[&[S]], weights: &[S]) -> Outcome<Vec<(&'static str, Vec<S>)>> {
        let _ = (parts, weights);
        Ok(Vec::new())
    }
}

/// The aggregates of many units, one after the other.
pub(crate) fn row_by_row<S: Scalar, A: Aggregator<S> + ?Sized>(
    method: &A,
    parts: &[&[S]],
    weights: &[S],
    out: &mut [S],
) -> Outcome<()> {
    let mut values = vec![S::ZERO; parts.len()];
    for (i, y) in out.iter_mut().enumerate() {
        for (value, part) in values.iter_mut().zip(parts) {
            *value = part[i];
        }
        *y = method.row(&values, weights).map_err(|fault| fault.in_row(i))?;
        if !y.finite() {
            return Err(Fault::out_of_range().in_row(i));
        }
    }
    Ok(())
}

gradus_method::dual! {
    /// An aggregation method in both arithmetics.
    AggregatorBox: Aggregator
}

/// Every built-in aggregation method, in order of id.
pub static AGGREGATORS: &[&Method<AggregatorBox>] = &[
    &arithmetic::METHOD,
    &benefit_of_the_doubt::METHOD,
    &borda::METHOD,
    &choquet::METHOD,
    &copeland::METHOD,
    &electre_iii::METHOD,
    &geometric::METHOD,
    &harmonic::METHOD,
    &interlocking_network::METHOD,
    &kemeny_young::METHOD,
    &lexicographic::METHOD,
    &maximum::METHOD,
    &mazziotta_pareto::METHOD,
    &mean_min::METHOD,
    &median::METHOD,
    &minimum::METHOD,
    &ordered_weighted_average::METHOD,
    &power_mean::METHOD,
    &product::METHOD,
    &promethee::METHOD,
    &sum::METHOD,
    &topsis::METHOD,
    &vikor::METHOD,
    &wroclaw::METHOD,
];

/// The built-in aggregation methods as a registry, to which a program may add its own.
#[must_use]
pub fn aggregators() -> Registry<AggregatorBox> {
    Registry::new(AGGREGATORS)
}
