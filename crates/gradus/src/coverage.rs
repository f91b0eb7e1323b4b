//! How much of an index a package holds: what is documented, what can be computed, what was reproduced, what is missing.

use crate::{Bundle, Methods, evaluate, verify};
use gradus_engine::Stage;
use gradus_model::observation::{Confidence, Value};
use gradus_model::{Diagnostics, Id, Text};
use std::path::Path;

/// What a package holds of its index. Everything is counted from the package, its figures and its verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Code of the package.
    pub package: Id,
    /// Its name.
    pub name: Text,
    /// Its edition.
    pub edition: Option<String>,
    /// How well the definition as a whole is established.
    pub confidence: Option<Confidence>,
    /// Indicators, those included of which only the place is known.
    pub indicators: usize,
    /// Indicators whose definition is documented or verified.
    pub documented: usize,
    /// Indicators with a figure in the package, for at least one unit.
    pub with_figures: usize,
    /// Indicators that can be computed: with a figure, a normalization or a ladder.
    pub computable: usize,
    /// Published values that were compared.
    pub published: usize,
    /// Those that are equal, by the publisher's rounding or within the tolerance.
    pub equal: usize,
    /// Those that are equal, or differ by no more than the rounding of the figures they rest on allows.
    pub within_rounding: usize,
    /// Tables of published values that were not compared, because the folder of shared reference data was not given.
    pub skipped: usize,
    /// What is not public or not established, as the package says.
    pub open_questions: Vec<Text>,
}

/// Counts what a package holds of its index; `shared` is the folder of shared reference data, as for [`verify`].
///
/// # Errors
/// Whatever keeps the package or a table of published values from being read and computed.
///
/// # Example
/// ```
/// let bundle = gradus::open("hdi")?;
/// let hdi = gradus::coverage(&bundle, &gradus::Methods::default(), None)?;
/// assert_eq!((hdi.indicators, hdi.documented, hdi.computable), (4, 4, 4));
/// assert_eq!((hdi.equal, hdi.published, hdi.skipped), (193, 193, 1));
/// # Ok::<(), gradus::model::Diagnostics>(())
/// ```
pub fn coverage(bundle: &Bundle, methods: &Methods, shared: Option<&Path>) -> Result<Coverage, Diagnostics> {
    let outcome = evaluate(bundle, methods)?;
    let checks = verify(bundle, methods, shared)?.checks;
    let (package, evaluation, data) = (&outcome.package, &outcome.evaluation, &outcome.import.data);
    let mut observed = vec![false; data.variables.len()];
    for observation in data.observations.iter() {
        observed[observation.variable] |= !matches!(observation.value, Value::Absent(_));
    }
    let mut counts = Coverage {
        package: package.index.id.clone(),
        name: package.index.name.clone(),
        edition: package.index.edition.clone(),
        confidence: package.index.confidence,
        indicators: 0,
        documented: 0,
        with_figures: 0,
        computable: 0,
        published: checks.iter().map(|check| check.values).sum(),
        equal: checks.iter().map(|check| check.exact).sum(),
        within_rounding: checks.iter().map(|check| check.inside.unwrap_or(check.exact)).sum(),
        skipped: checks.iter().filter(|check| check.skipped).count(),
        open_questions: package.index.open_questions.clone(),
    };
    for (ix, node, indicator) in package.indicators() {
        let figure = data.variable(node.id.as_str()).is_some_and(|at| observed[at])
            || (0..evaluation.n_rows()).any(|row| evaluation.value(Stage::Raw, ix, row).is_some());
        let ruled = indicator.normalize.is_some() || !indicator.ladder.is_empty();
        let documented = matches!(indicator.confidence, Some(Confidence::Verified | Confidence::Documented));
        counts.indicators += 1;
        counts.documented += usize::from(documented && !indicator.unpublished);
        counts.with_figures += usize::from(figure);
        counts.computable += usize::from(figure || (ruled && !indicator.unpublished));
    }
    Ok(counts)
}
