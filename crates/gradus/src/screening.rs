//! Selecting indicators: a package beside others, and its candidates beside criteria.

use crate::{Bundle, Methods, Outcome, evaluate_changed};
use gradus_engine::Stage;
use gradus_model::package::{NodeIx, NodeKind, Package, UnitRole};
use gradus_model::policy::PeriodRule;
use gradus_model::{Diagnostics, Text};
use gradus_selection::screening::{self, Matrix, Subject};
use gradus_selection::{Crosswalk, crosswalk as lay_beside};

/// Lays a package beside others: what each of its indicators is in each of them. Others with the code of the package are its
/// other editions at best, of which nothing can be declared, and are left out.
///
/// # Errors
/// What keeps a package from being decoded; declared counterparts that are not there.
///
/// # Example
/// ```
/// let open = |id| gradus::open(id);
/// let found = gradus::crosswalk(&open("regional-center")?, &[open("gpci-2023")?])?;
/// let gdp = found.rows.iter().find(|row| row.code == "gdp").unwrap();
/// assert_eq!(gdp.stands_in(), 1); // the nominal GDP of the Global Power City Index
/// # Ok::<(), gradus::model::Diagnostics>(())
/// ```
pub fn crosswalk<B: AsRef<Bundle>>(bundle: &Bundle, others: &[B]) -> Result<Crosswalk, Diagnostics> {
    let package = decoded(bundle)?;
    let mut packages = Vec::new();
    for other in others {
        packages.push(decoded(other.as_ref())?);
    }
    packages.retain(|other| other.index.id != package.index.id);
    lay_beside(&package, &packages.iter().collect::<Vec<_>>())
}

impl AsRef<Bundle> for Bundle {
    fn as_ref(&self) -> &Bundle {
        self
    }
}

fn decoded(bundle: &Bundle) -> Result<Package, Diagnostics> {
    let (package, found) = bundle.decode();
    package.ok_or(found)
}

/// What a screening yields.
#[derive(Debug, Clone, PartialEq)]
pub struct Screened {
    /// The package beside the other systems.
    pub crosswalk: Crosswalk,
    /// Candidates beside criteria.
    pub matrix: Matrix,
    /// What the package says of its scores, for example that they are made up.
    pub notice: Text,
}

/// Screens the indicators and candidates of a package by its criteria, or by those that can be computed where it has none.
/// Figures are the newest ones where the package is a panel, else those of its own rule; availability looks at every period.
///
/// # Errors
/// As [`crosswalk`]; what keeps figures or experts' scores from being read.
pub fn screening<B: AsRef<Bundle>>(
    bundle: &Bundle,
    methods: &Methods,
    others: &[B],
) -> Result<Screened, Diagnostics> {
    let crosswalk = crosswalk(bundle, others)?;
    let package = decoded(bundle)?;
    let judgments = gradus_data::load_judgments(&package, bundle.files())?;
    let newest = match package.policy.periods {
        PeriodRule::Panel => PeriodRule::Latest { max_age: None },
        other => other,
    };
    let panel = figures(bundle, methods, PeriodRule::Panel)?;
    let newest = figures(bundle, methods, newest)?;
    let subjects = crosswalk
        .rows
        .iter()
        .map(|row| Subject {
            code: row.code.clone(),
            name: row.name.clone(),
            recognized: Some((row.stands_in(), crosswalk.systems.len())),
            room: row.node.and_then(|node| room(&newest, node)),
            availability: row.node.and_then(|node| availability(&panel, node)),
        })
        .collect();
    let declared = &package.screening;
    let computed = screening::computed_criteria();
    let criteria = if declared.criteria.is_empty() { &computed } else { &declared.criteria };
    let matrix = screening::screen(criteria, declared.cvr_minimum, subjects, &judgments);
    Ok(Screened { crosswalk, matrix, notice: declared.notice.clone() })
}

/// The figures of a package by a rule of periods: nothing is scored or graded, so that what a method needs of its data does
/// not matter here.
fn figures(bundle: &Bundle, methods: &Methods, periods: PeriodRule) -> Result<Outcome, Diagnostics> {
    evaluate_changed(bundle, methods, |package| {
        package.policy.periods = periods;
        package.policy.weights = None;
        package.pipeline.clear();
        package.weight_sets.clear();
        package.standards.clear();
        package.awards.clear();
        for node in &mut package.nodes {
            node.weight_formula = None;
            match &mut node.kind {
                NodeKind::Indicator(indicator) => indicator.normalize = None,
                NodeKind::Group(group) => {
                    group.aggregate = None;
                    group.formula = None;
                    group.normalize = None;
                    group.weigh = None;
                    group.grade = None;
                }
            }
        }
        Ok(())
    })
}

fn own_unit(outcome: &Outcome) -> Option<usize> {
    let own = outcome.package.units.iter().find(|unit| unit.role == UnitRole::Own)?;
    outcome.evaluation.units.iter().position(|unit| *unit == own.id)
}

fn room(outcome: &Outcome, node: NodeIx) -> Option<screening::Room> {
    let evaluation = &outcome.evaluation;
    let indicator = outcome.package.nodes.get(node)?.indicator()?;
    let highest = indicator.ladder.iter().max_by_key(|step| step.grade);
    let threshold = highest.and_then(|step| step.threshold.number()).map(gradus_model::Scalar::to_f64);
    let figures: Vec<Option<f64>> = (0..evaluation.units.len())
        .map(|unit| {
            let row = evaluation.row(unit, 0);
            evaluation.value(Stage::Raw, node, row).map(gradus_engine::Number::to_f64)
        })
        .collect();
    screening::room(&figures, own_unit(outcome)?, indicator.direction, threshold)
}

fn availability(outcome: &Outcome, node: NodeIx) -> Option<screening::Availability> {
    let evaluation = &outcome.evaluation;
    // Without periods a figure stands in the only one there is.
    let present: Vec<Vec<bool>> = (0..evaluation.units.len())
        .map(|unit| {
            let there = |period| evaluation.value(Stage::Raw, node, evaluation.row(unit, period)).is_some();
            (0..evaluation.periods.len()).map(there).collect()
        })
        .collect();
    screening::availability(&present, own_unit(outcome))
}
