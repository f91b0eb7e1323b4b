//! What respondents say: read with the figures of a package, and shown by themselves.

use crate::{Bundle, Methods, Outcome};
use gradus_data::{Files, Import};
use gradus_engine::Stage;
use gradus_model::diagnostic::Diagnostic;
use gradus_model::number::Decimal;
use gradus_model::observation::Period;
use gradus_model::{Diagnostics, Id, Package};
use gradus_survey::{Asked, Difference, Tables};

/// Reads the figures of a package: those of its data files, and those it takes from its surveys.
///
/// # Example
/// ```
/// let bundle = gradus::open("hdi")?;
/// let (package, _) = bundle.decode();
/// let import = gradus::load(&package.unwrap(), &gradus::Methods::default(), bundle.files());
/// assert!(!import.data.observations.is_empty());
/// # Ok::<(), gradus::model::Diagnostics>(())
/// ```
#[must_use]
pub fn load(package: &Package, methods: &Methods, files: &dyn Files) -> Import {
    let mut import = gradus_data::load(package, files);
    if package.surveys.is_empty() && package.survey_uses().next().is_none() {
        return import;
    }
    let surveys = gradus_data::load_surveys(package, files);
    import.diagnostics.extend(surveys.diagnostics);
    let found = gradus_survey::observe(package, &surveys.respondents, &methods.statistics, &mut import.data);
    import.diagnostics.extend(found);
    import
}

/// What respondents say, and how it stands beside what there is.
#[derive(Debug, Clone)]
pub struct SurveyResults {
    /// Question by question.
    pub tables: Tables,
    /// Pairs of what people feel and what there is.
    pub differences: Vec<Difference>,
}

/// What respondents of a package's surveys say, question by question; and the differences of its pairs, which need the outcome.
///
/// # Errors
/// Everything that is wrong with the surveys, as far as the outcome does not say it.
pub fn surveys(
    bundle: &Bundle,
    outcome: &Outcome,
    methods: &Methods,
    asked: &Asked<'_>,
) -> Result<SurveyResults, Diagnostics> {
    let package = &outcome.package;
    let read = gradus_data::load_surveys(package, bundle.files());
    if read.diagnostics.has_errors() {
        return Err(read.diagnostics);
    }
    let tables = Tables::new(package, &read.respondents, &methods.statistics, asked).map_err(|fault| {
        let mut diagnostic = Diagnostic::new(fault.kind, fault.message);
        diagnostic.help = fault.help;
        Diagnostics::from(diagnostic)
    })?;
    let derived = |id: &Id, unit: usize, period: Option<Period>| derived(outcome, id, unit, period);
    let mut differences =
        gradus_survey::differences(package, &outcome.import.data, &methods.statistics, &derived);
    let data = &outcome.import.data;
    // Of the pairs, those whose question is asked for.
    let shown = |pair: usize| {
        let perceived = &package.nodes[package.pairs[pair].perceived].id;
        asked.questions.is_empty() || tables.subjects.iter().any(|s| s.used_by.as_ref() == Some(perceived))
    };
    differences
        .retain(|d| shown(d.pair) && (asked.units.is_empty() || asked.units.contains(&data.units[d.unit])));
    Ok(SurveyResults { tables, differences })
}

/// The figure of an indicator or measure that is computed by a formula.
fn derived(outcome: &Outcome, id: &Id, unit: usize, period: Option<Period>) -> Option<Decimal> {
    let (package, evaluation) = (&outcome.package, &outcome.evaluation);
    let unit = evaluation.units.iter().position(|u| *u == outcome.import.data.units[unit])?;
    let row = |periods: &[Option<Period>]| {
        let at = periods.iter().position(|p| *p == period)?;
        Some(at * evaluation.units.len() + unit)
    };
    if let Some(node) = package.node(id.as_str()) {
        return evaluation.value(Stage::Raw, node, row(&evaluation.periods)?)?.to_decimal();
    }
    let variable = package.variables().iter().position(|v| v.id == id)?;
    let values = evaluation.derived.get(variable)?.as_ref()?;
    let periods = if values.on_grid { &evaluation.grid } else { &evaluation.periods };
    values.values.get(row(periods)?)?.to_decimal()
}
