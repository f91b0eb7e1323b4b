//! Computed scores against published ones.

mod within;

use crate::{Bundle, Methods};
use gradus_data::{Directory, Files};
use gradus_engine::{Evaluation, Number, Stage};
use gradus_model::diagnostic::Diagnostics;
use gradus_model::number::{Decimal, Scalar, round};
use gradus_model::observation::Period;
use gradus_model::package::{Published, PublishedColumn, PublishedNumber};
use gradus_model::{Id, Package, Text};
use std::collections::BTreeMap;
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
    /// Where the figures themselves are rounded: how many values differ by no more than that rounding allows.
    pub inside: Option<usize>,
    /// The first differences, for a look.
    pub mismatches: Vec<Mismatch>,
    /// How many values are known to agree, where some are known not to.
    pub matches: Option<u64>,
    /// Why computed values differ from published ones, as the package says.
    pub note: Text,
}

impl Check {
    /// Whether every value agrees, and there is one: a table without values shows nothing.
    #[must_use]
    pub fn holds(&self) -> bool {
        let known = self.matches.map_or(self.values, |known| usize::try_from(known).unwrap_or(usize::MAX));
        self.skipped || (self.values > 0 && self.exact >= known)
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
        inside: None,
        mismatches: Vec::new(),
        matches: published.matches,
        note: published.note.clone(),
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
        None => crate::load(package, methods, bundle.files()),
    };
    if import.diagnostics.has_errors() {
        return Err(import.diagnostics);
    }
    let expected = gradus_data::load_published(package, published, files);
    if expected.diagnostics.has_errors() {
        return Err(expected.diagnostics);
    }
    let (evaluation, _) = gradus_engine::evaluate(package, methods, &import.data)?;
    let widths = match &published.inputs {
        Some(source) if !source.rounded.is_empty() => {
            check.inside = Some(0);
            within::widths(package, methods, &import.data, source, published)?
        }
        _ => Vec::new(),
    };
    let units: BTreeMap<&Id, usize> = evaluation.units.iter().zip(0..).collect();
    let periods: BTreeMap<Period, usize> =
        evaluation.periods.iter().zip(0..).filter_map(|(period, at)| Some(((*period)?, at))).collect();
    let columns: Vec<&PublishedColumn> = published.columns.values().collect();
    for observation in expected.data.observations.iter() {
        let Some(value) = observation.value.as_number() else { continue };
        check.values += 1;
        let unit = &expected.data.units[observation.unit];
        let column = columns[observation.variable];
        let period = match observation.period {
            Some(period) => periods.get(&period).copied(),
            None => (evaluation.periods.len() == 1).then_some(0),
        };
        let row = units.get(unit).zip(period).map(|(unit, period)| evaluation.row(*unit, period));
        let number =
            row.and_then(|row| number(package, &evaluation, column, row)).and_then(Number::to_decimal);
        let rounding = column.rounding.or(published.rounding).filter(|_| column.tolerance.is_none());
        let computed = number.map(|number| rounding.map_or(number, |rule| round(number, rule)));
        let agrees = match computed {
            None => {
                check.missing += 1;
                false
            }
            Some(computed) => {
                // Two decimals of opposite signs can be further apart than a decimal reaches; that is no agreement.
                let difference = computed.checked_sub(value).map_or(Decimal::MAX, |d| d.abs());
                check.largest = check.largest.max(difference);
                let tolerance = column.tolerance.unwrap_or(published.tolerance);
                match rounding {
                    Some(_) => difference.is_zero(),
                    None => difference <= tolerance && difference < Decimal::MAX,
                }
            }
        };
        check.exact += usize::from(agrees);
        if let Some(inside) = &mut check.inside {
            let width = widths.get(observation.variable).zip(row).and_then(|(of, row)| of.get(row).copied());
            // The published value has a rounding of its own.
            let own = rounding.map_or(0.0, |rule| within::half_unit(rule.places));
            let off = number.map(|x| (Scalar::to_f64(x) - Scalar::to_f64(value)).abs());
            let within = off.zip(width).is_some_and(|(off, width)| off <= (width + own) * (1.0 + 1e-9));
            *inside += usize::from(agrees || within);
        }
        if !agrees && check.mismatches.len() < SHOWN {
            check.mismatches.push(Mismatch {
                unit: unit.clone(),
                period: observation.period,
                node: column.of.clone(),
                published: value,
                computed,
            });
        }
    }
    Ok(check)
}

/// The number a column publishes, in a row.
fn number(
    package: &Package,
    evaluation: &Evaluation,
    column: &PublishedColumn,
    row: usize,
) -> Option<Number> {
    let Some(node) = package.node(column.of.as_str()) else {
        // A measure: its values are those of its formula.
        let place = package.measures.iter().position(|m| m.id == column.of)?;
        let derived = evaluation.derived.get(place)?.as_ref()?;
        let row = match evaluation.rows.get(place).and_then(|rows| rows.get(row)).filter(|_| derived.on_grid)
        {
            Some(row) => *row as usize,
            None => row,
        };
        return derived.values.get(row);
    };
    match &column.what {
        PublishedNumber::Score => evaluation.score(node, row),
        PublishedNumber::Rank => evaluation.rank(node, row).map(Number::Binary64),
        PublishedNumber::Stage(word) => evaluation.value(Stage::find(package, word)?, node, row),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_data::Memory;

    fn checked(figure: &str, published: &str) -> Check {
        let text = "format = 1\n[index]\nid = \"demo\"\nname = \"Demo\"\n[[indicator]]\nid = \"water\"\n\
                    name = \"Water\"\nnormalize = \"identity\"\n[[data]]\nfile = \"data.csv\"\nlayout = \"wide\"\n\
                    [[published]]\nfile = \"published.csv\"\ncolumns = { score = \"demo\" }\n";
        let files = Memory::new()
            .with("data.csv", format!("unit,water\nriga,{figure}\n").into_bytes())
            .with("published.csv", format!("unit,score\n{published}").into_bytes());
        let bundle = Bundle::new("package.toml", text, files);
        verify(&bundle, &Methods::default(), None).unwrap().checks.remove(0)
    }

    #[test]
    fn a_value_holds_only_when_it_is_there_and_equal() {
        assert!(checked("5", "riga,5\n").holds());
        assert!(!checked("5", "riga,6\n").holds());
        assert!(!checked("5", "").holds());
        let missing = checked("5", "minsk,5\n");
        assert_eq!((missing.values, missing.missing, missing.holds()), (1, 1, false));
    }

    #[test]
    fn values_too_far_apart_for_a_decimal_disagree() {
        let check = checked("7e28", "riga,-7e28\n");
        assert_eq!((check.holds(), check.largest), (false, Decimal::MAX));
    }
}
