//! A group of parts that owns its columns: weights without a package, for programs and tests.

use crate::{Parts, Weighed, Weigher};
use gradus_method::{Column, Direction, Fault, Outcome};
use gradus_model::Id;
use gradus_model::diagnostic::catalog;
use gradus_model::number::Scalar;

/// Columns with codes, aggregated by the weighted arithmetic mean of units that have every part with weight.
#[derive(Debug, Clone)]
pub struct Group<S> {
    codes: Vec<Id>,
    columns: Vec<Column<S>>,
    directions: Vec<Direction>,
    declared: Vec<S>,
    target: Option<Column<S>>,
}

impl<S: Scalar> Group<S> {
    /// A group of parts, higher is better, declared weights all 1.
    ///
    /// # Errors
    /// `invalid-code` for what is no code.
    pub fn new<'a>(parts: impl IntoIterator<Item = (&'a str, Column<S>)>) -> Outcome<Self> {
        let mut group = Self {
            codes: Vec::new(),
            columns: Vec::new(),
            directions: Vec::new(),
            declared: Vec::new(),
            target: None,
        };
        for (code, column) in parts {
            let code = Id::new(code)
                .map_err(|_| Fault::new(&catalog::INVALID_CODE, format!("`{code}` is not a code")))?;
            group.codes.push(code);
            group.columns.push(column);
            group.directions.push(Direction::Higher);
            group.declared.push(S::ONE);
        }
        Ok(group)
    }
    /// Says that less is better in the part of a code.
    #[must_use]
    pub fn lower(mut self, code: &str) -> Self {
        for (direction, _) in self.directions.iter_mut().zip(&self.codes).filter(|(_, known)| **known == code)
        {
            *direction = Direction::Lower;
        }
        self
    }
    /// Sets the declared weights, in the order of the parts.
    #[must_use]
    pub fn declared(mut self, weights: &[S]) -> Self {
        for (slot, weight) in self.declared.iter_mut().zip(weights) {
            *slot = *weight;
        }
        self
    }
    /// Sets the outside variable.
    #[must_use]
    pub fn target(mut self, column: Column<S>) -> Self {
        self.target = Some(column);
        self
    }
    /// Codes of the parts.
    #[must_use]
    pub fn codes(&self) -> &[Id] {
        &self.codes
    }
    /// The weights a method gives.
    ///
    /// # Errors
    /// Those of the method.
    pub fn weigh(&self, method: &(impl Weigher<S> + ?Sized)) -> Outcome<Weighed<S>> {
        let columns: Vec<&Column<S>> = self.columns.iter().collect();
        method.weigh(&Parts {
            codes: &self.codes,
            declared: &self.declared,
            columns: &columns,
            directions: &self.directions,
            target: self.target.as_ref(),
            aggregate: &|weights| self.mean(weights),
        })
    }

    fn mean(&self, weights: &[S]) -> Outcome<Column<S>> {
        let used: Vec<(&Column<S>, S)> = self
            .columns
            .iter()
            .zip(weights.iter().copied())
            .filter(|(_, weight)| *weight > S::ZERO)
            .collect();
        if used.is_empty() {
            return Err(Fault::new(&catalog::ZERO_WEIGHTS, "every part has weight 0")
                .help("give a part a weight above 0"));
        }
        let n_rows = used.iter().map(|(column, _)| column.len()).min().unwrap_or(0);
        let mut out = Column::missing(0);
        out.fill_with(n_rows, |row| {
            if used.iter().any(|(column, _)| !column.has(row)) {
                return Ok(None);
            }
            let mean = || {
                let (mut sum, mut total) = (S::ZERO, S::ZERO);
                for (column, weight) in &used {
                    sum = sum.plus(column.get(row)?.times(*weight)?)?;
                    total = total.plus(*weight)?;
                }
                sum.over(total)
            };
            mean().filter(|mean| mean.finite()).map(Some).ok_or_else(Fault::out_of_range)
        })?;
        Ok(out)
    }
}
