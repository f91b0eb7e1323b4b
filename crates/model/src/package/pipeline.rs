//! The pipeline: steps between the figures as read and their normalization.

use super::{MethodCall, NodeIx, Spans};
use crate::number::{Decimal, Rounding};
use crate::policy::Fit;
use crate::{Id, Text};
use std::collections::BTreeMap;

/// A step of the pipeline. Steps run in the order of the file; a kind of step may be used more than once.
#[derive(Debug, Clone, PartialEq)]
pub struct PipelineStep {
    /// Code, which is also the name of the stage it yields; the word of its action, numbered when repeated, where not given.
    pub id: Id,
    /// Name.
    pub name: Text,
    /// What it does.
    pub action: Action,
    /// The indicators it is for, in tree order.
    pub indicators: Vec<NodeIx>,
    /// Another method for single indicators of these; `None` leaves the indicator alone.
    pub instead: BTreeMap<NodeIx, Option<MethodCall>>,
    /// Whether it looks at all periods together or at each by itself; the policy's where not given.
    pub fit: Option<Fit>,
    /// The kind of unit groups (region, income) whose classes an imputation looks at.
    pub by: Option<String>,
    /// How many times an imputation is drawn, so that its spread reaches scores and ranks; 0 for a single best value.
    pub draws: u32,
    /// Where the keys are.
    pub spans: Spans,
}

impl PipelineStep {
    /// The method the step has for an indicator: its own, or the one it has instead; nothing where it leaves it alone.
    #[must_use]
    pub fn method_for(&self, indicator: NodeIx) -> Option<&MethodCall> {
        match self.instead.get(&indicator) {
            Some(instead) => instead.as_ref(),
            None => self.action.call(),
        }
    }
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Leaves out units and indicators with too few figures.
    Screen(Screen),
    /// Divides figures by a measure of size.
    Denominate(Vec<Denominator>),
    /// Fills empty cells.
    Impute(MethodCall),
    /// Treats outliers and skewed distributions.
    Treat(MethodCall),
    /// Applies a transform to every figure.
    Transform(MethodCall),
    /// Brings figures onto a common scale before a later step; higher is better from then on.
    Normalize(MethodCall),
    /// Rounds.
    Round(Rounding),
}

impl Action {
    /// The word of each action, which is its key in a `[[step]]`.
    pub const WORDS: &'static [&'static str] =
        &["screen", "denominate", "impute", "treat", "transform", "normalize", "round"];

    /// The word of the action.
    #[must_use]
    pub fn word(&self) -> &'static str {
        Self::WORDS[match self {
            Self::Screen(_) => 0,
            Self::Denominate(_) => 1,
            Self::Impute(_) => 2,
            Self::Treat(_) => 3,
            Self::Transform(_) => 4,
            Self::Normalize(_) => 5,
            Self::Round(_) => 6,
        }]
    }
    /// The method it calls, where it calls one.
    #[must_use]
    pub fn call(&self) -> Option<&MethodCall> {
        match self {
            Self::Impute(call) | Self::Treat(call) | Self::Transform(call) | Self::Normalize(call) => {
                Some(call)
            }
            Self::Screen(_) | Self::Denominate(_) | Self::Round(_) => None,
        }
    }
}

/// An indicator and what it is divided by: y = x / (denominator / scale).
#[derive(Debug, Clone, PartialEq)]
pub struct Denominator {
    /// The indicator.
    pub indicator: NodeIx,
    /// Code of the measure or indicator it is divided by.
    pub by: Id,
    /// What the denominator is divided by first: 1000 for figures per thousand.
    pub scale: Decimal,
}

/// Which units and indicators have too little to be compared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Screen {
    /// What a unit must have, in each period.
    pub units: Enough,
    /// What an indicator must have, over all units and periods that stay.
    pub indicators: Enough,
    /// Figures more than this many years older than the result are not used.
    pub max_age: Option<u32>,
    /// Units and indicators that stay whatever they have, with the reason.
    pub keep: BTreeMap<Id, String>,
    /// Units and indicators that are left out whatever they have, with the reason.
    pub drop: BTreeMap<Id, String>,
}

/// What is enough to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Enough {
    /// Smallest share of cells with a figure, 0 to 1.
    pub min_available: Option<Decimal>,
    /// Smallest share of figures that are not zero, 0 to 1.
    pub min_nonzero: Option<Decimal>,
    /// Largest share of figures that have the same value, 0 to 1.
    pub max_same: Option<Decimal>,
}

/// A named set of weights, by code.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightSet {
    /// Code.
    pub id: Id,
    /// Name.
    pub name: Text,
    /// Weight of each node it names; the others keep theirs.
    pub weights: BTreeMap<NodeIx, crate::number::Ratio>,
    /// Where the keys are.
    pub spans: Spans,
}
