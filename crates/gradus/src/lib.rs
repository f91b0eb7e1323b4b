//! Gradus turns raw figures into scores, grades and reports that anyone can check.
//!
//! This crate is the door for programs: open a package, evaluate it, read the result. The crates behind it are
//! re-exported under [`model`], [`data`], [`engine`], [`standard`], [`report`] and [`library`].
//!
//! ```
//! let bundle = gradus::open("hdi")?;
//! let outcome = gradus::evaluate(&bundle, &gradus::Methods::default())?;
//! let norway = outcome.evaluation.units.iter().position(|u| *u == "NOR").unwrap();
//! let index = gradus::model::Package::ROOT;
//! let score = outcome.evaluation.score(index, norway).unwrap();
//! assert_eq!(score.show(outcome.package.policy.rounding), "0.966");
//! # Ok::<(), gradus::model::Diagnostics>(())
//! ```

#![allow(clippy::result_large_err, reason = "diagnostics are the error of a whole package, made once")]

pub use gradus_aggregate as aggregate;
pub use gradus_analysis as analysis;
pub use gradus_audit as audit;
pub use gradus_data as data;
pub use gradus_engine as engine;
pub use gradus_exchange as exchange;
pub use gradus_explorer as explorer;
pub use gradus_formula as formula;
pub use gradus_impute as impute;
pub use gradus_library as library;
pub use gradus_method as method;
pub use gradus_model as model;
pub use gradus_normalize as normalize;
pub use gradus_plan as plan;
pub use gradus_progress as progress;
pub use gradus_report as report;
pub use gradus_selection as selection;
pub use gradus_standard as standard;
pub use gradus_statistics as statistics;
pub use gradus_survey as survey;
pub use gradus_treat as treat;
pub use gradus_weight as weight;

mod coverage;
mod definitions;
mod extras;
mod open;
mod screening;
mod surveys;
mod verify;

pub use coverage::{Coverage, coverage};
pub use definitions::{definitions, written};
pub use extras::{ExtrasAsked, Telling, earlier, extras};
pub use gradus_engine::Methods;
pub use open::{Bundle, open};
pub use screening::{Screened, crosswalk, screening};
pub use surveys::{SurveyResults, load, surveys};
pub use verify::{Check, Mismatch, Verification, verify};

/// The programs of the README compile and run as tests of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

use gradus_data::Import;
use gradus_engine::Evaluation;
use gradus_model::schema::{Family, MethodDoc};
use gradus_model::{Diagnostics, Id, Package, Text};
use gradus_standard::Grading;
use std::collections::BTreeMap;

/// Everything a package yields.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The package.
    pub package: Package,
    /// Its figures, and what was read and what was not.
    pub import: Import,
    /// Scores, ranks and every stage.
    pub evaluation: Evaluation,
    /// Grades.
    pub grading: Grading,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

impl Outcome {
    /// The name of every unit, in the order of the evaluation: as the package says, else as the data say, else its code.
    #[must_use]
    pub fn unit_names(&self) -> Vec<Text> {
        unit_names(&self.package, &self.import.unit_names, &self.evaluation.units)
    }
    /// Series, thresholds and peers as of a period of the result, by place, to be asked for gaps, paces and arrivals. The methods
    /// are those it was evaluated with.
    ///
    /// ```
    /// use gradus::progress::{Ask, sentence};
    /// let methods = gradus::Methods::default();
    /// let outcome = gradus::evaluate(&gradus::open("regional-center")?, &methods)?;
    /// let tracker = outcome.tracker(&methods, outcome.evaluation.current_period());
    /// let (unit, names) = (outcome.own_unit().unwrap(), outcome.unit_names());
    /// let wage = outcome.package.node("average-wage").unwrap();
    /// let item = tracker.item(unit, wage, &Ask { by: Some(2025), ..Ask::default() }).unwrap();
    /// let said = sentence(&item, |unit| names[unit].clone()).en.unwrap();
    /// assert!(said.starts_with("At the 2013–2018 pace: 2020 (2020–2022). Needed: +194 a year."), "{said}");
    /// # Ok::<(), gradus::model::Diagnostics>(())
    /// ```
    #[must_use]
    pub fn tracker<'a>(&'a self, methods: &'a Methods, period: usize) -> progress::Tracker<'a> {
        progress::Tracker::new(self.source(methods), period)
    }
    /// Plans as of a period of the result, by place: the cheapest sets of improvements that earn a grade, a score or a rank. The
    /// methods are those it was evaluated with.
    ///
    /// ```
    /// use gradus::plan::{Ask, Effort};
    /// let methods = gradus::Methods::default();
    /// let outcome = gradus::evaluate(&gradus::open("regional-center")?, &methods)?;
    /// let planner = outcome.planner(&methods, outcome.evaluation.current_period());
    /// let ninety_percent = outcome.package.standards.iter().position(|s| s.id == *"reading-90-percent");
    /// let ask = Ask { standard: ninety_percent, effort: Some(Effort::Points), ..Ask::default() };
    /// let plans = planner.grade(outcome.own_unit().unwrap(), &ask).unwrap();
    /// assert!(plans.no_regret().count() > 0 && plans.stopped.is_none());
    /// # Ok::<(), gradus::model::Diagnostics>(())
    /// ```
    #[must_use]
    pub fn planner<'a>(&'a self, methods: &'a Methods, period: usize) -> plan::Planner<'a> {
        plan::Planner::new(self.source(methods), period)
    }
    fn source<'a>(&'a self, methods: &'a Methods) -> progress::Source<'a> {
        let Self { package, import, evaluation, grading, .. } = self;
        progress::Source { package, methods, data: &import.data, evaluation, grading }
    }
    /// The unit the package is about, by place.
    #[must_use]
    pub fn own_unit(&self) -> Option<usize> {
        let own = self.package.units.iter().find(|u| u.role == gradus_model::package::UnitRole::Own)?;
        self.evaluation.units.iter().position(|u| *u == own.id)
    }
}

fn unit_names(package: &Package, from_data: &BTreeMap<Id, Text>, units: &[Id]) -> Vec<Text> {
    units
        .iter()
        .map(|id| {
            let declared = package.units.iter().find(|u| u.id == *id).map(|u| &u.name);
            declared.or_else(|| from_data.get(id)).cloned().unwrap_or_else(|| Text::english(id.as_str()))
        })
        .collect()
}

/// Reads a package and its data and computes everything.
///
/// # Errors
/// Everything that is wrong with the package, its data or their computation, as far as it could be found without
/// guessing.
pub fn evaluate(bundle: &Bundle, methods: &Methods) -> Result<Outcome, Diagnostics> {
    run(bundle, methods, engine::evaluate, |_| Ok(())).0
}

/// As [`evaluate`], of the package with a change: another set of weights in force, another rule for missing values.
///
/// # Errors
/// As [`evaluate`], and what the change says.
pub fn evaluate_changed(
    bundle: &Bundle,
    methods: &Methods,
    change: impl FnOnce(&mut Package) -> Result<(), Diagnostics>,
) -> Result<Outcome, Diagnostics> {
    run(bundle, methods, engine::evaluate, change).0
}

/// A computation of a package on its data.
type Evaluate = fn(&Package, &Methods, &model::DataSet) -> Result<(Evaluation, Diagnostics), Diagnostics>;

/// The outcome, and what was imported whether there is one or not.
fn run(
    bundle: &Bundle,
    methods: &Methods,
    evaluate: Evaluate,
    change: impl FnOnce(&mut Package) -> Result<(), Diagnostics>,
) -> (Result<Outcome, Diagnostics>, Vec<data::ImportSummary>) {
    let (package, mut diagnostics) = bundle.decode();
    let Some(mut package) = package else { return (Err(diagnostics), Vec::new()) };
    if let Err(refused) = change(&mut package) {
        return (Err(refused), Vec::new());
    }
    let import = load(&package, methods, bundle.files());
    let summaries = import.summaries.clone();
    diagnostics.extend(gradus_progress::progress::declarations(&package));
    diagnostics.extend(gradus_report::check(&package));
    diagnostics.extend(import.diagnostics.iter().cloned());
    if diagnostics.has_errors() {
        // What cannot be computed may be a mere consequence of a figure that could not be read, and would bury the
        // cause; what is wrong with the declarations is not.
        let declared = gradus_engine::declarations(&package, methods, &import.data.units);
        diagnostics.extend(declared.into_iter().filter(gradus_model::Diagnostic::is_error));
        return (Err(diagnostics), summaries);
    }
    let result = match evaluate(&package, methods, &import.data) {
        Ok((evaluation, warnings)) => {
            diagnostics.extend(warnings);
            diagnostics.extend(gradus_standard::remarks(&package, &import.data));
            if diagnostics.has_errors() {
                return (Err(diagnostics), summaries);
            }
            let grading = gradus_standard::grade(&package, &import.data, &evaluation);
            Ok(Outcome { package, import, evaluation, grading, diagnostics })
        }
        Err(errors) => {
            diagnostics.extend(errors);
            Err(diagnostics)
        }
    };
    (result, summaries)
}

/// Every finding about a package and its data, with what was imported; the package is there when it could be decoded.
/// Imputed values are the best ones and are not drawn, so that a check of a package with many draws is as quick as of any.
#[must_use]
pub fn check(bundle: &Bundle, methods: &Methods) -> (Option<Outcome>, Vec<data::ImportSummary>, Diagnostics) {
    match run(bundle, methods, engine::evaluate_undrawn, |_| Ok(())) {
        (Ok(outcome), summaries) => {
            let diagnostics = outcome.diagnostics.clone();
            (Some(outcome), summaries, diagnostics)
        }
        (Err(diagnostics), summaries) => (None, summaries, diagnostics),
    }
}

/// The JSON Schema of the package file, with the methods of the registries.
#[must_use]
pub fn json_schema(methods: &Methods) -> String {
    fn docs<T>(registry: &method::Registry<T>, family: Family) -> Vec<MethodDoc> {
        registry
            .iter()
            .map(|m| MethodDoc {
                family,
                id: m.id,
                summary: m.summary,
                params: m.params.iter().map(|p| (p.name, p.meaning)).collect(),
            })
            .collect()
    }
    let mut all = docs(&methods.imputers, Family::Impute);
    all.extend(docs(&methods.treatments, Family::Treat));
    all.extend(docs(&methods.normalizers, Family::Normalize));
    all.extend(docs(&methods.transforms, Family::Transform));
    all.extend(docs(&methods.weighers, Family::Weight));
    all.extend(docs(&methods.aggregators, Family::Aggregate));
    all.extend(docs(&methods.statistics, Family::Statistic));
    model::schema::json_schema(&all)
}
