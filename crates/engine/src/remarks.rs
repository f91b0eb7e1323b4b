//! What a run shows of the package: steps that changed nothing, intentions that were not met.

use crate::result::Evaluation;
use gradus_model::diagnostic::{Kind, catalog};
use gradus_model::{Diagnostic, Diagnostics, Package};

/// Warnings of an evaluation.
pub(crate) fn remarks(package: &Package, evaluation: &Evaluation) -> Diagnostics {
    let mut found = Diagnostics::new();
    for (at, step) in package.pipeline.iter().enumerate() {
        let stages = || evaluation.nodes.iter().filter_map(|node| node.stage(at));
        let idle = stages().all(|stage| stage.changed.is_empty() && stage.excluded.is_none());
        // Without any figure every step is idle, and that is said elsewhere.
        let figures = evaluation.nodes.iter().any(|node| node.raw.iter().any(|x| x.is_some()));
        if idle && figures {
            found.push(
                Diagnostic::new(
                    &catalog::STEP_WITHOUT_EFFECT,
                    format!("the step `{}` changed no figure", step.id),
                )
                .at(step.spans.item())
                .help("remove the step, or look at its limits: no figure reaches them"),
            );
        }
    }
    for (node, result) in package.nodes.iter().zip(&evaluation.nodes) {
        let mut notes: Vec<&(&'static Kind, String)> =
            result.weighed.iter().flatten().flat_map(|weighing| &weighing.notes).collect();
        notes.dedup();
        for (kind, note) in notes {
            let mut diagnostic = Diagnostic::new(kind, note.clone())
                .at(node.spans.of("weights"))
                .concerning("group", format!("`{}`", node.id));
            if *kind == &catalog::UNATTAINABLE_IMPORTANCE {
                diagnostic =
                    diagnostic.help("state what can be attained, or change the indicators of the group");
            }
            found.push(diagnostic);
        }
    }
    found
}
