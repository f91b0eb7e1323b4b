//! How the parts go with the group's aggregate under trial weights: for methods that search.

use crate::search::{self, Begin, Found};
use crate::{Parts, shared};
use gradus_method::{Fault, Outcome};
use gradus_model::number::Scalar;
use gradus_statistics::correlation::pearson;

/// The parts of a group in binary64, turned so that higher is better.
pub(crate) struct Trial<'a, S> {
    parts: &'a Parts<'a, S>,
    columns: Vec<Vec<Option<f64>>>,
}

impl<'a, S: Scalar> Trial<'a, S> {
    /// Every part must vary over three units at least.
    pub(crate) fn new(method: &str, parts: &'a Parts<'a, S>) -> Outcome<Self> {
        let mut columns = Vec::with_capacity(parts.codes.len());
        for ((code, column), direction) in parts.codes.iter().zip(parts.columns).zip(parts.directions) {
            let values: Vec<f64> = column.values().map(|x| x.to_f64()).collect();
            if values.len() < 3 {
                return Err(shared::too_few(method, 3, values.len(), &format!("values of `{code}`")));
            }
            if shared::constant(&values) {
                return Err(shared::constant_part(method, code));
            }
            let turn = |x: S| shared::turned(*direction, x.to_f64());
            columns.push((0..column.len()).map(|row| column.get(row).map(turn)).collect());
        }
        Ok(Self { parts, columns })
    }

    /// Weights in proportion to the reciprocal of the deviation of each part: those with which parts contribute alike.
    pub(crate) fn reciprocal_deviations(&self) -> Option<Vec<f64>> {
        let reciprocal = |column: &Vec<Option<f64>>| {
            let values: Vec<f64> = column.iter().flatten().copied().collect();
            Some(1.0 / shared::deviation(&values)?)
        };
        let reciprocals: Vec<f64> = self.columns.iter().map(reciprocal).collect::<Option<_>>()?;
        shared::shares(&reciprocals, Fault::out_of_range).ok()
    }

    /// The correlation of each part with the aggregate, over the units that have both; `None` where one is undefined.
    pub(crate) fn correlations(&self, weights: &[f64]) -> Outcome<Option<Vec<f64>>> {
        let aggregate = (self.parts.aggregate)(&shared::lift_all(weights)?)?;
        let correlation = |column: &Vec<Option<f64>>| {
            let rows = 0..column.len().min(aggregate.len());
            let pairs = rows.filter_map(|row| Some((column[row]?, aggregate.get(row)?.to_f64())));
            let (x, y): (Vec<f64>, Vec<f64>) = pairs.unzip();
            if x.len() < 3 { None } else { pearson(&x, &y) }
        };
        Ok(self.columns.iter().map(correlation).collect())
    }

    /// The weights with the least sum of squared residuals, which are made from the correlations; looked for from `first`,
    /// the declared weights and equal ones.
    ///
    /// # Errors
    /// What the aggregation says to equal weights, where it fails at every start.
    pub(crate) fn least(
        &self,
        method: &str,
        first: Option<Vec<f64>>,
        begin: Begin,
        residuals: impl Fn(&[f64]) -> Option<Vec<f64>>,
    ) -> Outcome<Found> {
        let n = self.columns.len();
        let equal = vec![1.0 / n as f64; n];
        let declared: Vec<f64> = self.parts.declared.iter().map(|w| w.to_f64()).collect();
        let declared = shared::shares(&declared, Fault::out_of_range).ok().filter(|w| w.len() == n);
        let starts: Vec<Vec<f64>> = first.into_iter().chain(declared).chain([equal.clone()]).collect();
        let at =
            |weights: &[f64]| self.correlations(weights).ok().flatten().and_then(|found| residuals(&found));
        match search::least(&at, &starts, begin) {
            Some(found) => Ok(found),
            None => {
                self.correlations(&equal)?;
                Err(shared::too_few(method, 3, 0, "units with an aggregate that varies"))
            }
        }
    }
}
