//! What a reader of a report may try: other weights, figures and thresholds, computed by the engine beside the official result.
//!
//! ```text
//! package file + figures (JSON) ──Session::open──▶ Session ──answer(scenario as JSON)──▶ scores, ranks, grades, proofs (JSON)
//! ```
//!
//! The same code runs in two places: here, and compiled to WebAssembly in the page (the small crate in `module/`, whose result is
//! [`module::BYTES`]). The page holds what [`opening`] writes, and asks as a reader moves a slider.
//!
//! **Invariants.** A pure function of its texts: no IO, no clock, no state but what was opened. It computes with the figures
//! of the report and the engine of the command line, so that a scenario gives the digits of `gradus whatif`. Whatever text it is
//! given, it answers with JSON: an error is an answer, never a panic.

mod about;
mod answer;
mod figures;
#[cfg(not(target_family = "wasm"))]
pub mod module;
mod scenario;

pub use scenario::MOST_CHANGES;

use gradus_engine::{Evaluation, Methods};
use gradus_model::diagnostic::catalog;
use gradus_model::observation::Period;
use gradus_model::{DataSet, Diagnostic, Diagnostics, Id, Package, Text, decode};
use gradus_standard::Grading;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// What a page is opened with.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// The text of the package file.
    pub package: &'a str,
    /// Its figures.
    pub data: &'a DataSet,
    /// Names of units.
    pub unit_names: &'a BTreeMap<Id, Text>,
    /// The period the page is about; without one, the current one.
    pub period: Option<Period>,
    /// The weight set in force, where it is not the package's own.
    pub weights: Option<&'a str>,
    /// The unit the page is about.
    pub own: Option<&'a Id>,
}

/// Everything a [`Session`] needs, as JSON.
#[must_use]
pub fn opening(of: &Opening<'_>) -> String {
    let names: Map<String, Json> =
        of.unit_names.iter().map(|(id, name)| (id.to_string(), about::text(name))).collect();
    json!({
        "package": of.package,
        "data": figures::encode(of.data),
        "names": names,
        "period": of.period.map(|p| p.to_string()),
        "weights": of.weights,
        "own": of.own.map(Id::as_str),
    })
    .to_string()
}

/// A package with its official result, to be asked.
#[derive(Debug)]
pub struct Session {
    package: Package,
    data: DataSet,
    methods: Methods,
    evaluation: Evaluation,
    grading: Grading,
    names: Vec<Text>,
    period: usize,
    own: Option<usize>,
}

impl Session {
    /// Reads what [`opening`] wrote and computes the official result.
    ///
    /// # Errors
    /// As JSON, an `errors` list of what keeps it from being read or computed.
    pub fn open(text: &str) -> Result<Self, String> {
        Self::try_open(text).map_err(|found| answer::errors(&found))
    }

    fn try_open(text: &str) -> Result<Self, Diagnostics> {
        let wrong = |message: String| {
            Diagnostics::from(scenario::refuse(message, "give what the report was written with"))
        };
        let json: Json = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let file = json.get("package").and_then(Json::as_str);
        let file = file.ok_or_else(|| wrong("`package` must be a text".to_owned()))?;
        let data = json.get("data").ok_or_else(|| wrong("`data` is not there".to_owned()))?;
        let data = figures::decode(data).map_err(wrong)?;
        let (package, found) = decode::decode("package.toml", file);
        let Some(mut package) = package.filter(|_| !found.has_errors()) else { return Err(found) };
        if data.variables.iter().ne(package.variables().iter().map(|v| v.id)) {
            return Err(wrong("`data.variables` are not those of the package".to_owned()));
        }
        if let Some(set) = json.get("weights").and_then(Json::as_str) {
            let at = package.weight_sets.iter().position(|s| s.id == *set);
            package.policy.weights =
                Some(at.ok_or_else(|| wrong(format!("there is no weight set `{set}`")))?);
        }
        let methods = Methods::default();
        // The draws of imputed values say how far a score may be off; they do not move it.
        let (evaluation, _) = gradus_engine::evaluate_undrawn(&package, &methods, &data)?;
        let grading = gradus_standard::grade(&package, &data, &evaluation);
        let period = match json.get("period").and_then(Json::as_str) {
            None => evaluation.current_period(),
            Some(word) => {
                let asked = Period::parse(word);
                let at = evaluation.periods.iter().position(|p| p.is_some() && *p == asked);
                at.ok_or_else(|| wrong(format!("the result has no period `{word}`")))?
            }
        };
        if evaluation.periods.is_empty() || evaluation.units.is_empty() {
            let nothing = Diagnostic::new(&catalog::INVALID_PARAMETER, "there is nothing to compare");
            return Err(nothing.help("give figures of at least one unit").into());
        }
        let given = json.get("names").and_then(Json::as_object);
        let names = evaluation.units.iter().map(|id| {
            let declared = package.units.iter().find(|u| u.id == *id).map(|u| u.name.clone());
            let given = || given.and_then(|given| given.get(id.as_str())).map(about::read_text);
            declared.or_else(given).unwrap_or_else(|| Text::english(id.as_str()))
        });
        let names = names.collect();
        let own = json.get("own").and_then(Json::as_str);
        let own = own.and_then(|own| evaluation.units.iter().position(|u| *u == *own));
        Ok(Self { package, data, methods, evaluation, grading, names, period, own })
    }

    /// What there is to try, and the official result, as JSON.
    #[must_use]
    pub fn about(&self) -> String {
        about::about(self).to_string()
    }

    /// The result under a scenario beside the official one, as JSON; an `errors` list where the scenario cannot be computed.
    ///
    /// A scenario is an object with `weights`, a list of `[NODE, WEIGHT]`; `figures`, of `[UNIT, INDICATOR, VALUE]`;
    /// `thresholds`, of `[INDICATOR, GRADE, VALUE]`; all by code and as texts; `node`, whose scores are compared (the index
    /// where it is not given); and `unit`, whose proof is shown.
    #[must_use]
    pub fn answer(&self, scenario: &str) -> String {
        match answer::answer(self, scenario) {
            Ok(json) => json.to_string(),
            Err(found) => answer::errors(&found),
        }
    }
}

/// [`Session::open`] and [`Session::answer`] in one: the pure function.
#[must_use]
pub fn explore(opening: &str, scenario: &str) -> String {
    match Session::open(opening) {
        Ok(session) => session.answer(scenario),
        Err(errors) => errors,
    }
}
