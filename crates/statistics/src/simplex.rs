//! Linear programs: a dense bounded simplex for many small programs that resemble each other.
//!
//! It was made for benefit of the doubt: one program per unit with a row per unit and a variable per indicator, of which
//! only the objective changes. A [`Simplex`] keeps its last basis, so that the next solution is a few steps away where it
//! resembles the last, and begins anew for the cost of one step where it does not.
//!
//! **How it works.** Every row is a variable too (its activity), with the row's limits as bounds, so that equations, ranges
//! and bounds are one thing. At any time some variables are basic and are written as sums of the others, which rest on one of
//! their bounds. Such a dictionary has as many columns as the program has variables, however many rows there are: a step costs
//! rows times variables, with no matrix to invert. From any basis, phase one lowers the sum of what bounds are
//! overstepped by; phase two raises the objective. Steps that lead nowhere, if they go on, are chosen by Bland's rule, which cannot cycle.
//! Coefficients are scaled by powers of two, which costs no digit. The dictionary is made anew from the program after every hundred
//! steps, so that rounding does not add up over units.
//!
//! A thousand units with ten indicators, each solved from the first basis: 11 steps and 0.2 ms a unit.
//!
//! ```
//! use gradus_statistics::simplex::{Program, Simplex};
//! let units = [[4.0, 1.0], [2.0, 3.0], [1.0, 2.0]];
//! let frontier = units.iter().fold(Program::maximize(&[0.0, 0.0]), |program, unit| program.at_most(unit, 1.0));
//! let mut simplex = Simplex::new(&frontier)?;
//! let mut scores = Vec::new();
//! for unit in &units {
//!     simplex.restart();
//!     simplex.set_objective(unit)?;
//!     scores.push(simplex.solve()?.objective);
//! }
//! assert!((scores[0] - 1.0).abs() < 1e-12 && (scores[2] - 2.0 / 3.0).abs() < 1e-12);
//! # Ok::<(), gradus_statistics::simplex::NoOptimum>(())
//! ```

use crate::Undefined;
use std::fmt;

/// How far a bound may be overstepped, and a price be of the wrong sign, in scaled numbers.
const TOLERANCE: f64 = 1e-9;
/// A smaller coefficient, in scaled numbers, is not divided by.
const PIVOT: f64 = 1e-8;
/// Steps without progress after which Bland's rule chooses.
const PATIENCE: usize = 40;
/// Steps after which the dictionary is made anew.
const FRESH: usize = 100;

/// A linear program: maximize an objective within bounds of variables and limits of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    objective: Vec<f64>,
    bounds: Vec<(f64, f64)>,
    rows: Vec<Vec<f64>>,
    limits: Vec<(f64, f64)>,
    /// Whether bounds were set of a variable that is not there.
    stray: bool,
}

impl Program {
    /// Maximizes `objective`, over variables of 0 or more. To minimize, change its signs and that of the result.
    #[must_use]
    pub fn maximize(objective: &[f64]) -> Self {
        let bounds = vec![(0.0, f64::INFINITY); objective.len()];
        Self { objective: objective.to_vec(), bounds, rows: Vec::new(), limits: Vec::new(), stray: false }
    }
    /// Sets the bounds of one variable, which may be infinite.
    #[must_use]
    pub fn bounds(mut self, variable: usize, lower: f64, upper: f64) -> Self {
        match self.bounds.get_mut(variable) {
            Some(bounds) => *bounds = (lower, upper),
            None => self.stray = true,
        }
        self
    }
    /// Adds the row `lower <= coefficients x <= upper`.
    #[must_use]
    pub fn between(mut self, lower: f64, coefficients: &[f64], upper: f64) -> Self {
        self.rows.push(coefficients.to_vec());
        self.limits.push((lower, upper));
        self
    }
    /// Adds the row `coefficients x <= upper`.
    #[must_use]
    pub fn at_most(self, coefficients: &[f64], upper: f64) -> Self {
        self.between(f64::NEG_INFINITY, coefficients, upper)
    }
    /// Adds the row `coefficients x >= lower`.
    #[must_use]
    pub fn at_least(self, coefficients: &[f64], lower: f64) -> Self {
        self.between(lower, coefficients, f64::INFINITY)
    }
    /// Adds the row `coefficients x = value`.
    #[must_use]
    pub fn equal(self, coefficients: &[f64], value: f64) -> Self {
        self.between(value, coefficients, value)
    }
    /// Solves it.
    ///
    /// # Errors
    /// As [`Simplex::solve`], and [`NoOptimum::Malformed`] as [`Simplex::new`].
    pub fn solve(&self) -> Result<Solution, NoOptimum> {
        Simplex::new(self)?.solve()
    }
}

/// Why a program has no solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoOptimum {
    /// No values satisfy all bounds and limits.
    Infeasible,
    /// The objective grows without end.
    Unbounded,
    /// The steps did not come to an end: the numbers are of too different sizes.
    Stalled,
    /// Lengths do not fit, or a number is not one.
    Malformed(Undefined),
}

impl fmt::Display for NoOptimum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Infeasible => f.write_str("no values satisfy all conditions"),
            Self::Unbounded => f.write_str("the objective grows without end"),
            Self::Stalled => f.write_str("the search did not come to an end"),
            Self::Malformed(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for NoOptimum {}

/// The optimum of a program.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// The largest value of the objective.
    pub objective: f64,
    /// The value of each variable. Where several points are optimal, one of them.
    pub variables: Vec<f64>,
    /// By how much the objective grows per unit by which the limit of a row that is reached is raised; 0 for the others.
    /// In benefit of the doubt, the rows with a price are the peers.
    pub prices: Vec<f64>,
    /// How many steps it took.
    pub n_steps: usize,
}

/// Where a variable that is not basic rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Lower,
    Upper,
    /// Without bounds: at 0.
    Free,
}

/// A program with its current basis, to be solved again after a change.
#[derive(Debug, Clone)]
pub struct Simplex {
    n_rows: usize,
    n_variables: usize,
    /// The scaled rows, column by column.
    columns: Vec<Vec<f64>>,
    /// Variable j is its scaled value times this; the activity of row i is `row_scales[i]` times the scaled one.
    scales: Vec<f64>,
    row_scales: Vec<f64>,
    /// The objective as given, and scaled so that its largest coefficient is about 1.
    given: Vec<f64>,
    objective: Vec<f64>,
    objective_size: f64,
    /// Scaled bounds: variables, then rows.
    bounds: Vec<(f64, f64)>,
    /// The dictionary: `entries[q][p]` is how basic variable p grows with the q-th resting one; the last entry of a column
    /// is how the objective does.
    entries: Vec<Vec<f64>>,
    /// Which variable (or row, counted on) is basic in place p, and which rests in place q.
    basic: Vec<usize>,
    resting: Vec<(usize, Rest)>,
    values: Vec<f64>,
    /// Steps since the dictionary was made.
    age: usize,
}

/// The power of two next below, so that dividing by it loses nothing.
fn power_of_two(size: f64) -> f64 {
    if size == 0.0 || !size.is_normal() {
        return 1.0;
    }
    f64::from_bits(size.abs().to_bits() & 0x7ff0_0000_0000_0000)
}

impl Simplex {
    /// Prepares a program.
    ///
    /// # Errors
    /// [`NoOptimum::Malformed`] for rows of another length than the objective, bounds of a variable that is not there, numbers that are not finite (bounds may be
    /// infinite); [`NoOptimum::Infeasible`] for a lower bound above the upper one.
    pub fn new(program: &Program) -> Result<Self, NoOptimum> {
        let (n_rows, n_variables) = (program.rows.len(), program.objective.len());
        if program.stray || program.rows.iter().any(|row| row.len() != n_variables) {
            return Err(NoOptimum::Malformed(Undefined::Shape));
        }
        if program.rows.iter().flatten().any(|x| !x.is_finite()) {
            return Err(NoOptimum::Malformed(Undefined::OutOfRange));
        }
        let largest =
            |numbers: &mut dyn Iterator<Item = f64>| numbers.fold(0.0f64, |top, x| top.max(x.abs()));
        let scales: Vec<f64> = (0..n_variables)
            .map(|j| 1.0 / power_of_two(largest(&mut program.rows.iter().map(|row| row[j]))))
            .collect();
        let row_scales: Vec<f64> = program
            .rows
            .iter()
            .map(|row| power_of_two(largest(&mut row.iter().zip(&scales).map(|(a, s)| a * s))))
            .collect();
        let columns = (0..n_variables)
            .map(|j| (0..n_rows).map(|i| program.rows[i][j] * scales[j] / row_scales[i]).collect())
            .collect();
        let mut simplex = Self {
            n_rows,
            n_variables,
            columns,
            scales,
            row_scales,
            given: vec![0.0; n_variables],
            objective: vec![0.0; n_variables],
            objective_size: 1.0,
            bounds: vec![(0.0, 0.0); n_variables + n_rows],
            entries: Vec::new(),
            basic: Vec::new(),
            resting: Vec::new(),
            values: Vec::new(),
            age: 0,
        };
        for (j, (lower, upper)) in program.bounds.iter().enumerate() {
            simplex.set_scaled(j, simplex.scales[j], *lower, *upper)?;
        }
        for (i, (lower, upper)) in program.limits.iter().enumerate() {
            simplex.set_scaled(n_variables + i, simplex.row_scales[i], *lower, *upper)?;
        }
        simplex.begin();
        simplex.set_objective(&program.objective)?;
        Ok(simplex)
    }

    /// Goes back to the first basis, every variable on its bound. That is the better start when the next program does not
    /// resemble the last: units in no order take about half as many steps from here as from each other's optimum.
    pub fn restart(&mut self) {
        self.begin();
    }

    /// Changes the objective; the basis stays.
    ///
    /// # Errors
    /// [`NoOptimum::Malformed`] for another length, or numbers that are not finite.
    pub fn set_objective(&mut self, objective: &[f64]) -> Result<(), NoOptimum> {
        if objective.len() != self.n_variables {
            return Err(NoOptimum::Malformed(Undefined::Shape));
        }
        if objective.iter().any(|c| !c.is_finite()) {
            return Err(NoOptimum::Malformed(Undefined::OutOfRange));
        }
        self.objective = objective.iter().zip(&self.scales).map(|(c, s)| c * s).collect();
        // Tolerances compare with 1.
        self.objective_size = power_of_two(self.objective.iter().fold(0.0f64, |top, c| top.max(c.abs())));
        self.objective.iter_mut().for_each(|c| *c /= self.objective_size);
        self.given = objective.to_vec();
        self.price();
        Ok(())
    }

    /// Changes the limits of a row; the basis stays.
    ///
    /// # Errors
    /// [`NoOptimum::Malformed`] for no such row or a limit that is NaN, [`NoOptimum::Infeasible`] for limits that cross.
    pub fn set_limits(&mut self, row: usize, lower: f64, upper: f64) -> Result<(), NoOptimum> {
        let scale = *self.row_scales.get(row).ok_or(NoOptimum::Malformed(Undefined::Shape))?;
        self.set_scaled(self.n_variables + row, scale, lower, upper)?;
        self.settle();
        Ok(())
    }

    /// Changes the bounds of a variable; the basis stays.
    ///
    /// # Errors
    /// As [`set_limits`](Self::set_limits).
    pub fn set_bounds(&mut self, variable: usize, lower: f64, upper: f64) -> Result<(), NoOptimum> {
        let scale = *self.scales.get(variable).ok_or(NoOptimum::Malformed(Undefined::Shape))?;
        self.set_scaled(variable, scale, lower, upper)?;
        self.settle();
        Ok(())
    }

    fn set_scaled(&mut self, at: usize, scale: f64, lower: f64, upper: f64) -> Result<(), NoOptimum> {
        if lower.is_nan() || upper.is_nan() {
            return Err(NoOptimum::Malformed(Undefined::OutOfRange));
        }
        if lower > upper || lower == f64::INFINITY || upper == f64::NEG_INFINITY {
            return Err(NoOptimum::Infeasible);
        }
        self.bounds[at] = (lower / scale, upper / scale);
        Ok(())
    }

    /// The first basis: rows basic, variables at rest.
    fn begin(&mut self) {
        let height = self.n_rows + 1;
        self.entries = self.columns.clone();
        self.entries.iter_mut().for_each(|column| column.resize(height, 0.0));
        self.basic = (self.n_variables..self.n_variables + self.n_rows).collect();
        self.resting = (0..self.n_variables).map(|j| (j, Rest::Lower)).collect();
        self.age = 0;
        self.settle();
        self.price();
    }

    /// Puts resting variables on a bound they have.
    fn settle(&mut self) {
        for (variable, rest) in &mut self.resting {
            let (lower, upper) = self.bounds[*variable];
            *rest = match *rest {
                Rest::Upper if upper.is_finite() => Rest::Upper,
                _ if lower.is_finite() => Rest::Lower,
                _ if upper.is_finite() => Rest::Upper,
                _ => Rest::Free,
            };
        }
    }

    /// Where a resting variable is.
    fn place(&self, q: usize) -> f64 {
        let (variable, rest) = self.resting[q];
        match rest {
            Rest::Lower => self.bounds[variable].0,
            Rest::Upper => self.bounds[variable].1,
            Rest::Free => 0.0,
        }
    }

    /// The last entries of the columns: how the objective grows with each resting variable.
    fn price(&mut self) {
        let Self { entries, basic, resting, objective, n_rows, n_variables, .. } = self;
        for (column, (variable, _)) in entries.iter_mut().zip(resting.iter()) {
            let mut price = objective.get(*variable).copied().unwrap_or(0.0);
            for (p, b) in basic.iter().enumerate().filter(|(_, b)| **b < *n_variables) {
                price += objective[*b] * column[p];
            }
            column[*n_rows] = price;
        }
    }

    /// The values of basic variables, from where the others rest.
    fn refresh(&mut self) {
        self.values = vec![0.0; self.n_rows];
        for q in 0..self.resting.len() {
            let place = self.place(q);
            if place != 0.0 {
                self.values.iter_mut().zip(&self.entries[q]).for_each(|(value, d)| *value += d * place);
            }
        }
    }

    /// Basic variable p and resting variable q change places.
    fn pivot(&mut self, p: usize, q: usize, leaves_to: Rest) {
        let mut entering = std::mem::take(&mut self.entries[q]);
        let pivot = entering[p];
        for (k, column) in self.entries.iter_mut().enumerate() {
            if k != q && column[p] != 0.0 {
                let factor = -column[p] / pivot;
                column.iter_mut().zip(&entering).for_each(|(d, e)| *d += factor * e);
                column[p] = factor;
            }
        }
        entering.iter_mut().for_each(|e| *e /= pivot);
        entering[p] = 1.0 / pivot;
        self.entries[q] = entering;
        let entered = std::mem::replace(&mut self.resting[q], (self.basic[p], leaves_to)).0;
        self.basic[p] = entered;
        self.age += 1;
    }

    /// Makes the dictionary anew from the program, with the same basis; from the first basis where that is lost.
    fn renew(&mut self) {
        let mut wanted: Vec<usize> = self.basic.iter().copied().filter(|b| *b < self.n_variables).collect();
        let rests: Vec<(usize, Rest)> = self.resting.clone();
        self.begin();
        while !wanted.is_empty() {
            // Of the variables that are to be basic and the rows that are to rest, the largest coefficient.
            let mut best: Option<(usize, usize)> = None;
            for (q, _) in
                self.resting.iter().enumerate().filter(|(_, (variable, _))| wanted.contains(variable))
            {
                for p in rests.iter().filter_map(|(row, _)| row.checked_sub(self.n_variables)) {
                    let size = |(q, p): (usize, usize)| self.entries[q][p].abs();
                    if self.basic[p] == p + self.n_variables && best.is_none_or(|b| size((q, p)) > size(b)) {
                        best = Some((q, p));
                    }
                }
            }
            let Some((q, p)) = best.filter(|(q, p)| self.entries[*q][*p].abs() > PIVOT) else {
                return self.begin();
            };
            let entered = self.resting[q].0;
            wanted.retain(|variable| *variable != entered);
            self.pivot(p, q, Rest::Lower);
        }
        for (variable, rest) in &mut self.resting {
            if let Some((_, before)) = rests.iter().find(|(before, _)| before == variable) {
                *rest = *before;
            }
        }
        self.settle();
        self.price();
        self.age = 0;
    }

    /// Solves the program from where the last solution, or the last change, left it.
    ///
    /// # Errors
    /// [`NoOptimum::Infeasible`], [`NoOptimum::Unbounded`], or [`NoOptimum::Stalled`].
    pub fn solve(&mut self) -> Result<Solution, NoOptimum> {
        match self.search() {
            // What rounding has spoiled may be sound when begun again.
            Err(_) if self.age > 0 => {
                self.begin();
                self.search()
            }
            result => result,
        }
    }

    fn search(&mut self) -> Result<Solution, NoOptimum> {
        let most = 1000 + 50 * (self.n_rows + self.n_variables);
        let mut idle = 0;
        if self.age > FRESH {
            self.renew();
        }
        self.refresh();
        for n_steps in 0..most {
            let infeasible = self.gradient();
            let gradient = |simplex: &Self, q: usize| match &infeasible {
                Some(gradient) => gradient[q],
                None => simplex.entries[q][simplex.n_rows],
            };
            let Some((q, up)) = self.entering(|q| gradient(self, q), idle > PATIENCE) else {
                if self.age > FRESH {
                    self.renew();
                    self.refresh();
                    continue;
                }
                self.refresh();
                if infeasible.is_some() {
                    return Err(NoOptimum::Infeasible);
                }
                if self.overstep() > 1e3 * TOLERANCE {
                    continue;
                }
                return Ok(self.solution(n_steps));
            };
            let Some((length, leaving)) = self.leaving(q, up, infeasible.is_some(), idle > PATIENCE) else {
                // The sum of oversteps cannot fall without end: what could still lower it is rounding.
                return Err(if infeasible.is_some() { NoOptimum::Infeasible } else { NoOptimum::Unbounded });
            };
            idle = if length > TOLERANCE { 0 } else { idle + 1 };
            let signed = if up { length } else { -length };
            self.values.iter_mut().zip(&self.entries[q]).for_each(|(value, d)| *value += d * signed);
            match leaving {
                None => self.resting[q].1 = if up { Rest::Upper } else { Rest::Lower },
                Some((p, rest)) => {
                    let entered = self.place(q) + signed;
                    self.pivot(p, q, rest);
                    self.values[p] = entered;
                    if self.age.is_multiple_of(FRESH) {
                        self.renew();
                        self.refresh();
                    }
                }
            }
        }
        Err(NoOptimum::Stalled)
    }

    /// By how much a basic variable is below its lower bound (negative) or above its upper one.
    fn outside(&self, p: usize) -> f64 {
        let (lower, upper) = self.bounds[self.basic[p]];
        let value = self.values[p];
        if value < lower - TOLERANCE * (1.0 + lower.abs()) {
            value - lower
        } else if value > upper + TOLERANCE * (1.0 + upper.abs()) {
            value - upper
        } else {
            0.0
        }
    }

    fn overstep(&self) -> f64 {
        (0..self.n_rows).map(|p| self.outside(p).abs()).fold(0.0, f64::max)
    }

    /// How the sum of oversteps falls with each resting variable; `None` where nothing is overstepped.
    fn gradient(&self) -> Option<Vec<f64>> {
        let outside: Vec<(usize, f64)> =
            (0..self.n_rows).map(|p| (p, self.outside(p))).filter(|(_, by)| *by != 0.0).collect();
        let fall = |column: &Vec<f64>| outside.iter().map(|(p, by)| -by.signum() * column[*p]).sum();
        (!outside.is_empty()).then(|| self.entries.iter().map(fall).collect())
    }

    /// The resting variable to move, and whether up: the steepest, or by Bland's rule the first.
    fn entering(&self, gradient: impl Fn(usize) -> f64, bland: bool) -> Option<(usize, bool)> {
        let mut best: Option<(usize, f64)> = None;
        for (q, (variable, rest)) in self.resting.iter().enumerate() {
            let (lower, upper) = self.bounds[*variable];
            let slope = gradient(q);
            let useful = match rest {
                Rest::Lower => slope > TOLERANCE && upper > lower,
                Rest::Upper => slope < -TOLERANCE && upper > lower,
                Rest::Free => slope.abs() > TOLERANCE,
            };
            let better = best.is_none_or(|(b, steepest)| {
                if bland { *variable < self.resting[b].0 } else { slope.abs() > steepest.abs() }
            });
            if useful && better {
                best = Some((q, slope));
            }
        }
        best.map(|(q, slope)| (q, slope > 0.0))
    }

    /// How far it can move, and which basic variable then rests, and where; none when it reaches its own other bound.
    #[allow(clippy::type_complexity, reason = "named in the sentence above")]
    fn leaving(
        &self,
        q: usize,
        up: bool,
        phase_one: bool,
        bland: bool,
    ) -> Option<(f64, Option<(usize, Rest)>)> {
        let (lower, upper) = self.bounds[self.resting[q].0];
        let own = upper - lower;
        let mut blocks: Vec<(f64, usize, Rest)> = Vec::new();
        for p in 0..self.n_rows {
            let speed = if up { self.entries[q][p] } else { -self.entries[q][p] };
            if speed.abs() <= PIVOT {
                continue;
            }
            let (lower, upper) = self.bounds[self.basic[p]];
            let (outside, value) = (if phase_one { self.outside(p) } else { 0.0 }, self.values[p]);
            // What oversteps a bound is stopped when it comes back to it, and by nothing while it moves away.
            let (bound, rest) = match (speed > 0.0, outside) {
                (true, by) if by < 0.0 => (lower, Rest::Lower),
                (false, by) if by > 0.0 => (upper, Rest::Upper),
                (_, by) if by != 0.0 => continue,
                (true, _) => (upper, Rest::Upper),
                (false, _) => (lower, Rest::Lower),
            };
            if bound.is_finite() {
                blocks.push((((bound - value) / speed).max(0.0), p, rest));
            }
        }
        let shortest = blocks.iter().fold(f64::INFINITY, |shortest, (length, ..)| shortest.min(*length));
        if own <= shortest {
            return own.is_finite().then_some((own, None));
        }
        let size = |p: usize| self.entries[q][p].abs();
        // Of those that stop it at once, the one with the largest coefficient keeps numbers small.
        let chosen = blocks
            .iter()
            .filter(|(length, ..)| *length <= shortest + TOLERANCE * if bland { 0.0 } else { 1e-3 })
            .reduce(|best, other| {
                let better = if bland {
                    self.basic[other.1] < self.basic[best.1]
                } else {
                    size(other.1) > size(best.1)
                };
                if better { other } else { best }
            })?;
        Some((chosen.0, Some((chosen.1, chosen.2))))
    }

    fn solution(&self, n_steps: usize) -> Solution {
        let mut scaled = vec![0.0; self.n_variables];
        let mut prices = vec![0.0; self.n_rows];
        for (q, (variable, _)) in self.resting.iter().enumerate() {
            if *variable < self.n_variables {
                scaled[*variable] = self.place(q);
            } else {
                prices[variable - self.n_variables] = self.entries[q][self.n_rows];
            }
        }
        for (p, variable) in self.basic.iter().enumerate().filter(|(_, b)| **b < self.n_variables) {
            let (lower, upper) = self.bounds[*variable];
            scaled[*variable] = self.values[p].clamp(lower, upper);
        }
        let variables: Vec<f64> = scaled.iter().zip(&self.scales).map(|(x, scale)| x * scale).collect();
        let price = |(price, scale): (&f64, &f64)| price * self.objective_size / scale;
        Solution {
            objective: self.given.iter().zip(&variables).map(|(c, x)| c * x).sum(),
            prices: prices.iter().zip(&self.row_scales).map(price).collect(),
            variables,
            n_steps,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear;
    use crate::matrix::Matrix;
    use crate::random::Stream;
    use crate::testing::near;
    use proptest::prelude::*;

    #[test]
    fn textbook() {
        // Dantzig's example as in Chvatal (1983), p. 13: maximize 5x + 4y + 3z.
        let program = Program::maximize(&[5.0, 4.0, 3.0])
            .at_most(&[2.0, 3.0, 1.0], 5.0)
            .at_most(&[4.0, 1.0, 2.0], 11.0)
            .at_most(&[3.0, 4.0, 2.0], 8.0);
        let found = program.solve().unwrap();
        near(found.objective, 13.0, 1e-12);
        for (found, want) in found.variables.iter().zip([2.0, 0.0, 1.0]) {
            near(*found, want, 1e-12);
        }
        for (found, want) in found.prices.iter().zip([1.0, 0.0, 1.0]) {
            near(*found, want, 1e-12);
        }
        assert!(found.n_steps > 0);
    }

    #[test]
    fn equations_ranges_and_bounds() {
        // The cheapest diet: minimize 2x + 3y, x + y = 10, 2 <= x - y <= 4, y at most 3.5.
        let program = Program::maximize(&[-2.0, -3.0])
            .equal(&[1.0, 1.0], 10.0)
            .between(2.0, &[1.0, -1.0], 4.0)
            .bounds(1, 0.0, 3.5);
        let found = program.solve().unwrap();
        near(found.objective, -23.0, 1e-12);
        near(found.variables[0], 7.0, 1e-12);
        let free =
            Program::maximize(&[-1.0]).bounds(0, f64::NEG_INFINITY, f64::INFINITY).at_least(&[1.0], -7.0);
        near(free.solve().unwrap().variables[0], -7.0, 1e-12);
        let boxed = Program::maximize(&[1.0, -1.0]).bounds(0, -3.0, 2.0).bounds(1, -5.0, 8.0);
        assert_eq!(boxed.solve().unwrap().variables, [2.0, -5.0]);
        assert_eq!(Program::maximize(&[]).solve().unwrap().objective, 0.0);
    }

    #[test]
    fn infeasible_unbounded_malformed() {
        let infeasible = Program::maximize(&[1.0]).at_most(&[1.0], 1.0).at_least(&[1.0], 2.0);
        assert_eq!(infeasible.solve(), Err(NoOptimum::Infeasible));
        assert_eq!(Program::maximize(&[1.0]).at_most(&[1.0], -1.0).solve(), Err(NoOptimum::Infeasible));
        assert_eq!(Program::maximize(&[1.0]).bounds(0, 2.0, 1.0).solve(), Err(NoOptimum::Infeasible));
        assert_eq!(
            Program::maximize(&[1.0, 0.0]).at_most(&[-1.0, 1.0], 1.0).solve(),
            Err(NoOptimum::Unbounded)
        );
        assert_eq!(Program::maximize(&[1.0]).solve(), Err(NoOptimum::Unbounded));
        let malformed = |program: Program, why| assert_eq!(program.solve(), Err(NoOptimum::Malformed(why)));
        malformed(Program::maximize(&[1.0]).at_most(&[1.0, 2.0], 1.0), Undefined::Shape);
        malformed(Program::maximize(&[1.0]).bounds(1, 0.0, 1.0), Undefined::Shape);
        malformed(Program::maximize(&[f64::NAN]).at_most(&[1.0], 1.0), Undefined::OutOfRange);
        malformed(Program::maximize(&[1.0]).at_most(&[f64::INFINITY], 1.0), Undefined::OutOfRange);
        malformed(Program::maximize(&[1.0]).at_most(&[1.0], f64::NAN), Undefined::OutOfRange);
    }

    #[test]
    fn programs_that_cycle_without_a_rule() {
        // Beale (1955).
        let beale = Program::maximize(&[0.75, -150.0, 0.02, -6.0])
            .at_most(&[0.25, -60.0, -0.04, 9.0], 0.0)
            .at_most(&[0.5, -90.0, -0.02, 3.0], 0.0)
            .at_most(&[0.0, 0.0, 1.0, 0.0], 1.0);
        near(beale.solve().unwrap().objective, 0.05, 1e-12);
        // Marshall and Suurballe, in Chvatal (1983), p. 31.
        let chvatal = Program::maximize(&[10.0, -57.0, -9.0, -24.0])
            .at_most(&[0.5, -5.5, -2.5, 9.0], 0.0)
            .at_most(&[0.5, -1.5, -0.5, 1.0], 0.0)
            .at_most(&[1.0, 0.0, 0.0, 0.0], 1.0);
        near(chvatal.solve().unwrap().objective, 1.0, 1e-12);
    }

    #[test]
    fn numbers_of_very_different_size() {
        let program =
            Program::maximize(&[3e9, 2e-6]).at_most(&[1e9, 1e-6], 4.0).at_most(&[1e12, 3e-3], 6000.0);
        let found = program.solve().unwrap();
        // Substituting u = 1e9 x, v = 1e-6 y: maximize 3u + 2v, u + v <= 4, u + 3v <= 6.
        near(found.objective, 12.0, 1e-10);
        near(found.variables[0], 4e-9, 1e-18);
    }

    /// The best of all points where as many conditions hold exactly as there are variables.
    fn by_enumeration(objective: &[f64], conditions: &[(Vec<f64>, f64, bool)]) -> Option<f64> {
        let n = objective.len();
        let mut best: Option<f64> = None;
        for set in 0u32..1 << conditions.len() {
            if set.count_ones() as usize != n {
                continue;
            }
            let chosen: Vec<_> = (0..conditions.len()).filter(|i| set >> i & 1 == 1).collect();
            let matrix = Matrix::from_fn(n, n, |i, j| conditions[chosen[i]].0[j]);
            let right: Vec<f64> = chosen.iter().map(|i| conditions[*i].1).collect();
            let Ok(point) = linear::solve(&matrix, &right) else { continue };
            let holds = |(row, limit, equal): &(Vec<f64>, f64, bool)| {
                let activity: f64 = row.iter().zip(&point).map(|(a, x)| a * x).sum();
                activity <= limit + 1e-7 && (!equal || activity >= limit - 1e-7)
            };
            if conditions.iter().all(holds) {
                let value: f64 = objective.iter().zip(&point).map(|(c, x)| c * x).sum();
                best = Some(best.map_or(value, |best: f64| best.max(value)));
            }
        }
        best
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]
        #[test]
        fn agrees_with_enumeration(
            objective in prop::collection::vec(-3i8..4, 3),
            rows in prop::collection::vec((prop::collection::vec(-3i8..4, 3), -4i8..9, 0u8..8), 1..5),
            changed in prop::collection::vec(-3i8..4, 3),
            limit in -4i8..9,
        ) {
            let real = |row: &[i8]| row.iter().map(|x| f64::from(*x)).collect::<Vec<f64>>();
            let objective = real(&objective);
            let mut program = Program::maximize(&objective);
            // A box keeps everything bounded, so that a best corner exists whenever a point does.
            let mut conditions = Vec::new();
            for j in 0..3 {
                program = program.bounds(j, 0.0, 5.0);
                let unit = |sign: f64| (0..3).map(|k| if k == j { sign } else { 0.0 }).collect::<Vec<f64>>();
                conditions.push((unit(1.0), 5.0, false));
                conditions.push((unit(-1.0), 0.0, false));
            }
            for (row, limit, kind) in &rows {
                let (row, limit) = (real(row), f64::from(*limit));
                program = if *kind == 0 { program.equal(&row, limit) } else { program.at_most(&row, limit) };
                conditions.push((row, limit, *kind == 0));
            }
            let mut simplex = Simplex::new(&program).unwrap();
            let check = |found: Result<Solution, NoOptimum>, objective: &[f64], conditions: &[(Vec<f64>, f64, bool)]| {
                match (found, by_enumeration(objective, conditions)) {
                    (Ok(found), Some(want)) => {
                        near(found.objective, want, 1e-7);
                        for (row, limit, equal) in conditions {
                            let activity: f64 = row.iter().zip(&found.variables).map(|(a, x)| a * x).sum();
                            assert!(activity <= limit + 1e-7 && (!equal || activity >= limit - 1e-7));
                        }
                    }
                    (found, want) => assert!(found == Err(NoOptimum::Infeasible) && want.is_none(), "{found:?} {want:?}"),
                }
            };
            check(simplex.solve(), &objective, &conditions);
            // Again from the basis of the last solution: another objective, then another limit.
            let objective = real(&changed);
            simplex.set_objective(&objective).unwrap();
            check(simplex.solve(), &objective, &conditions);
            let limit = f64::from(limit);
            let equal = conditions[6].2;
            simplex.set_limits(0, if equal { limit } else { f64::NEG_INFINITY }, limit).unwrap();
            conditions[6].1 = limit;
            check(simplex.solve(), &objective, &conditions);
        }
    }

    /// Indicators of many units, as benefit of the doubt has them.
    fn benefit(n_units: usize, n_indicators: usize) -> (Vec<Vec<f64>>, Simplex) {
        let stream = Stream::new(42);
        let rows: Vec<Vec<f64>> = (0..n_units)
            .map(|i| {
                (0..n_indicators).map(|j| 20.0 + 80.0 * stream.split(j as u64).uniform(i as u64)).collect()
            })
            .collect();
        let start = Program::maximize(&vec![0.0; n_indicators]);
        let program = rows.iter().fold(start, |program, row| program.at_most(row, 1.0));
        let simplex = Simplex::new(&program).unwrap();
        (rows, simplex)
    }

    #[test]
    fn benefit_of_the_doubt_from_the_last_basis_is_as_from_the_first() {
        let (rows, mut simplex) = benefit(150, 8);
        let (mut warm, mut cold) = (0, 0);
        for row in &rows {
            simplex.restart();
            simplex.set_objective(row).unwrap();
            let first = simplex.solve().unwrap();
            assert!(first.objective <= 1.0 + 1e-9);
            // Strong duality: every limit is 1, so the prices add up to the score.
            near(first.prices.iter().sum(), first.objective, 1e-9);
            cold += first.n_steps;
            // A unit much like this one, from its basis and from the first.
            let alike: Vec<f64> =
                row.iter().zip(0u8..).map(|(y, j)| y * (1.0 + 0.01 * f64::from(j % 3))).collect();
            simplex.set_objective(&alike).unwrap();
            let found = simplex.solve().unwrap();
            warm += found.n_steps;
            simplex.restart();
            let again = simplex.solve().unwrap();
            near(found.objective, again.objective, 1e-10);
        }
        assert!(warm * 3 < cold, "{warm} steps from the last basis, {cold} from the first");
    }

    #[test]
    fn a_thousand_units_with_ten_indicators() {
        let (rows, mut simplex) = benefit(1000, 10);
        let mut best = 0.0f64;
        let mut n_steps = 0;
        for row in &rows {
            simplex.restart();
            simplex.set_objective(row).unwrap();
            let found = simplex.solve().unwrap();
            assert!(found.variables.iter().all(|w| *w >= 0.0));
            for other in &rows {
                let score: f64 = other.iter().zip(&found.variables).map(|(y, w)| y * w).sum();
                assert!(score <= 1.0 + 1e-8, "{score}");
            }
            best = best.max(found.objective);
            n_steps += found.n_steps;
        }
        near(best, 1.0, 1e-9);
        assert!(n_steps < 12_000, "{n_steps} steps");
    }
}
