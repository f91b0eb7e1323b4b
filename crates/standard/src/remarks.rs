//! What is doubtful about figures that grades rest on.

use gradus_model::diagnostic::{Diagnostics, catalog};
use gradus_model::observation::{Absence, DataSet, Value};
use gradus_model::package::Package;
use gradus_model::{Diagnostic, Id};
use std::collections::BTreeSet;

/// Warnings about the figures: what is marked as not applicable without saying why, although that takes an indicator out of
/// what is asked of the unit; awards to units that nobody knows.
#[must_use]
pub fn remarks(package: &Package, data: &DataSet) -> Diagnostics {
    let mut found = Diagnostics::new();
    let graded: BTreeSet<&Id> =
        package.indicators().filter(|(_, _, i)| !i.ladder.is_empty()).map(|(_, node, _)| &node.id).collect();
    if graded.is_empty() {
        return found;
    }
    for at in data.observations.places() {
        if data.observations.value(at) != Some(Value::Absent(Absence::NotApplicable)) {
            continue;
        }
        let Some(observation) = data.observation(at).filter(|o| o.detail.note.is_none()) else { continue };
        let (Some(unit), Some(variable)) =
            (data.units.get(observation.unit), data.variables.get(observation.variable))
        else {
            continue;
        };
        if !graded.contains(variable) {
            continue;
        }
        let mut diagnostic = Diagnostic::new(
            &catalog::UNEXPLAINED_EXEMPTION,
            format!("`{variable}` does not apply to `{unit}`, without a reason"),
        )
        .concerning("unit", unit)
        .concerning("indicator", variable)
        .help("say in the column `note` why it cannot apply, or give another reason why there is no figure");
        if let Some(place) = &observation.place {
            diagnostic = diagnostic.at(place.clone());
        }
        found.push(diagnostic);
    }
    for award in package.awards.iter().filter(|award| !data.units.contains(&award.unit)) {
        found.push(
            Diagnostic::new(&catalog::UNKNOWN_UNIT, format!("there is no unit `{}`", award.unit))
                .at(award.spans.of("unit"))
                .help("name a unit of the data"),
        );
    }
    found
}
