//! Computed scores against published ones.

use crate::{Bundle, Methods};
use gradus_data::{Directory, Files};
use gradus_engine::Number;
use gradus_model::diagnostic::Diagnostics;
use gradus_model::number::{Decimal, round};
use gradus_model::observation::Period;
use gradus_model::package::Published;
use gradus_model::{Id, Package};
use std::path::Path;

/// How well one package reproduces what was published.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Code of the package.
    pub package: Id,
    /// One entry per table of published values.
    pub checks: Vec<Check>,
}

/// One table of published values against the computed ones.
#[derive(Debug, Clone)]
pub struct Check {
    /// The file with the published values.
    pub file: String,
    /// Set when the table lies in the folder of shared reference data and that folder is not there.
    pub skipped: bool,
    /// Published values.
    pub values: usize,
    /// Values that are equal after rounding by the publisher's rule, or within the tolerance where published unrounded.
    pub exact: usize,
    /// Published values for which nothing could be computed.
    pub missing: usize,
    /// Largest difference between a computed (unrounded, or rounded by the publisher's rule) and a published value.
    pub largest: Decimal,
    /// The first differences, for a look.
    pub mismatches: Vec<Mismatch>,
}

impl Check {
    /// Whether every value agrees.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.skipped || self.exact == self.values
    }
}

/// A value that does not agree.
#[derive(Debug, Clone)]
pub struct Mismatch {
    /// The unit.
    pub unit: Id,
    /// The period.
    pub period: Option<Period>,
    /// The node.
    pub node: Id,
    /// As published.
    pub published: Decimal,
    /// As computed, rounded by the publisher's rule; `None` where nothing could be computed.
    pub computed: Option<Decimal>,
}

/// How many differences are kept for a look.
const SHOWN: usize = 10;

/// Computes a package and compares it with what its `[[published]]` tables say.
///
/// `shared` is the folder of shared reference data; tables that lie there are skipped, and said to be, without it.
///
/// # Errors
/// Whatever keeps the package or a table from being read and computed.
pub fn verify(
    bundle: &Bundle,
    methods: &Methods,
    shared: Option<&Path>,
) -> Result<Verification, Diagnostics> {
    let (package, diagnostics) = bundle.decode();
    let Some(package) = package else { return Err(diagnostics) };
    let mut checks = Vec::new();
    for published in &package.published {
        checks.push(check(&package, bundle, methods, published, shared)?);
    }
    Ok(Verification { package: package.index.id.clone(), checks })
}

fn check(
    package: &Package,
    bundle: &Bundle,
    methods: &Methods,
    published: &Published,
    shared: Option<&Path>,
) -> Result<Check, Diagnostics> {
    let mut check = Check {
        file: published.file.clone(),
        skipped: false,
        values: 0,
        exact: 0,
        missing: 0,
        largest: Decimal::ZERO,
        mismatches: Vec::new(),
    };
    let elsewhere;
    let files: &dyn Files = match (published.shared, shared) {
        (false, _) => bundle.files(),
        (true, Some(folder)) => {
            elsewhere = Directory::new(folder);
            &elsewhere
        }
        (true, None) => {
            check.skipped = true;
            return Ok(check);
        }
    };
    let import = match &published.inputs {
        Some(source) => gradus_data::load_source(package, source, files),
        None => gradus_data::load(package, bundle.files()),
    };
    if import.diagnostics.has_errors() {
        return Err(import.diagnostics);
    }
    let expected = gradus_data::load_published(package, published, files);
    if expected.diagnostics.has_errors() {
        return Err(expected.diagnostics);
    }
    let (evaluation, _) = gradus_engine::evaluate(package, methods, &import.data)?;
    for observation in &expected.data.observations {
        let Some(value) = observation.value.as_number() else { continue };
        check.values += 1;
        let unit = &expected.data.units[observation.unit];
        let node_id = &expected.data.variables[observation.variable];
        let row = evaluation.units.iter().position(|u| u == unit).and_then(|unit| {
            let period = match observation.period {
                Some(period) => evaluation.periods.iter().position(|p| *p == Some(period))?,
                None if evaluation.periods.len() == 1 => 0,
                None => return None,
            };
            Some(evaluation.row(unit, period))
        });
        let score = row
            .zip(package.node(node_id.as_str()))
            .and_then(|(row, node)| evaluation.score(node, row))
            .and_then(Number::to_decimal);
        let computed = score.map(|score| published.rounding.map_or(score, |rule| round(score, rule)));
        let agrees = match computed {
            None => {
                check.missing += 1;
                false
            }
            Some(computed) => {
                let difference = (computed - value).abs();
                check.largest = check.largest.max(difference);
                match published.rounding {
                    Some(_) => difference.is_zero(),
                    None => difference <= published.tolerance,
                }
            }
        };
        check.exact += usize::from(agrees);
        if !agrees && check.mismatches.len() < SHOWN {
            check.mismatches.push(Mismatch {
                unit: unit.clone(),
                period: observation.period,
                node: node_id.clone(),
                published: value,
                computed,
            });
        }
    }
    Ok(check)
}
