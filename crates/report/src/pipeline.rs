//! What the steps of the pipeline did to single figures, as marks and words.

use crate::context::Context;
use crate::figure::readable;
use crate::said::{Said, say, term};
use crate::vocabulary::change_words;
use gradus_engine::{Number, StageResult};
use gradus_model::package::{Action, NodeIx, PipelineStep};

/// What a step did to a figure, as a reader is told it beside the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Touch {
    /// An empty cell was filled.
    Imputed,
    /// Moved to a limit.
    Winsorized,
    /// Otherwise treated for outliers or skewness.
    Treated,
    /// Left out.
    ScreenedOut,
}

impl Touch {
    /// Every touch.
    pub(crate) const ALL: [Self; 4] = [Self::Imputed, Self::Winsorized, Self::Treated, Self::ScreenedOut];

    /// What a step did, of the word the engine has for it. Steps that put all figures of an indicator on another scale
    /// are told in the method section, not beside every figure.
    fn of(step: &PipelineStep, change: &str) -> Option<Self> {
        match (change, &step.action) {
            ("imputed", _) => Some(Self::Imputed),
            ("screened-out", _) => Some(Self::ScreenedOut),
            ("winsorized-high" | "winsorized-low", _) => Some(Self::Winsorized),
            (_, Action::Treat(_)) => Some(Self::Treated),
            _ => None,
        }
    }
    /// The letter.
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Self::Imputed => "i",
            Self::Winsorized => "w",
            Self::Treated => "t",
            Self::ScreenedOut => "s",
        }
    }
    /// What the letter stands for.
    pub(crate) fn words(self) -> Said {
        term(match self {
            Self::Imputed => "status.imputed",
            Self::Winsorized => "touch.winsorized",
            Self::Treated => "touch.treated",
            Self::ScreenedOut => "absence.screened-out",
        })
    }
}

/// The name of a step.
pub(crate) fn step_name(step: &PipelineStep) -> Said {
    if step.name.is_empty() { Said::same(step.id.as_str()) } else { Said::from(&step.name) }
}

/// What a stage changed in a row, in the engine's word.
pub(crate) fn change(stage: &StageResult, row: usize) -> Option<&'static str> {
    let at = stage.changed.binary_search_by_key(&row, |(row, _)| *row).ok()?;
    Some(stage.changed[at].1)
}

impl Context<'_> {
    /// What the steps did to a figure, in order.
    pub(crate) fn touches(&self, ix: NodeIx, row: usize) -> Vec<(Touch, &StageResult)> {
        let node = &self.evaluation.nodes[ix];
        node.stages
            .iter()
            .filter_map(|stage| {
                let step = self.package.pipeline.get(stage.step)?;
                if stage.excluded.is_some() {
                    return Some((Touch::ScreenedOut, stage));
                }
                Some((Touch::of(step, change(stage, row)?)?, stage))
            })
            .collect()
    }
    /// One touch of a figure in words: `imputed 12.3 (Fill gaps)`.
    pub(crate) fn touch_words(&self, touch: Touch, stage: &StageResult, row: usize) -> Said {
        let step = self.package.pipeline.get(stage.step).map(step_name).unwrap_or_default();
        let value = stage.values.get(row);
        let what = match change(stage, row) {
            Some(change) if touch == Touch::Winsorized => change_words(change),
            _ => touch.words(),
        };
        match value {
            Some(x) => say("touch.value", &[("what", what), ("value", self.plain_number(x)), ("step", step)]),
            None => say("touch.step", &[("what", what), ("step", step)]),
        }
    }
    /// A number of no particular node.
    pub(crate) fn plain_number(&self, x: Number) -> Said {
        Said::same(readable(x, None, self.package.policy.rounding))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::status_mark;
    use gradus_model::Lang;
    use gradus_model::observation::Status;

    /// The legend is one sentence: no mark may be left out of it, and no two may share a letter.
    #[test]
    fn the_legend_explains_every_mark() {
        let mut marks: Vec<(&str, Said)> = Touch::ALL.iter().map(|t| (t.mark(), t.words())).collect();
        for (_, status) in Status::WORDS {
            let (mark, word) = status_mark(*status);
            let said = (mark, term(word));
            if !mark.is_empty() && !marks.contains(&said) {
                marks.push(said);
            }
        }
        let legend = term("marks.how");
        for (at, (mark, words)) in marks.iter().enumerate() {
            for lang in [Lang::En, Lang::Zh] {
                let entry = format!("{mark} {}", words.get(lang));
                assert!(
                    legend.get(lang).split(" · ").any(|found| found == entry),
                    "`{entry}` is not explained"
                );
            }
            assert!(marks[..at].iter().all(|(other, _)| other != mark), "{mark} stands for two things");
        }
    }
}
