//! What an audit varies, and by which conventions it judges.

use super::{MethodCall, NodeIx, Spans};
use crate::Id;
use crate::number::Decimal;
use crate::observation::Status;
use std::collections::BTreeMap;

/// The `[audit]` table of a package.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Audit {
    /// The battery of checks; chosen by the data where not given.
    pub profile: Option<Profile>,
    /// How many draws there are; the audit's own number where not given.
    pub draws: Option<u64>,
    /// Limits of checks in the place of the defaults, by check and name.
    pub limits: BTreeMap<String, BTreeMap<String, Decimal>>,
    /// What varies, in the order of the file; the audit's own choices where empty.
    pub vary: Vec<Vary>,
    /// Where the keys are.
    pub spans: Spans,
}

/// Which battery of checks an audit asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// Many units ranked by an index: the statistics of an audit as the JRC does them.
    Ranking,
    /// A few units held to standards, where statistics over units are noise.
    Standards,
}

impl Profile {
    /// Every profile with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("ranking", Self::Ranking), ("standards", Self::Standards)];
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Ranking, Self::Standards];
    /// The fewest units for which statistics over units are asked.
    pub const LEAST_UNITS: usize = 30;

    /// The word of the profile.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, p)| *p == self).map_or("", |(word, _)| word)
    }
    /// The profile that the data allow: ranking for 30 units or more that are more than twice as many as the indicators.
    #[must_use]
    pub fn of(n_units: usize, n_indicators: usize) -> Self {
        if n_units >= Self::LEAST_UNITS && n_units > 2 * n_indicators {
            Self::Ranking
        } else {
            Self::Standards
        }
    }
}

/// One choice that varies.
#[derive(Debug, Clone, PartialEq)]
pub struct Vary {
    /// Code; the word of what varies, numbered when repeated, where not given.
    pub id: Id,
    /// Choices of one name are one input of the sensitivity analysis; each is its own where not given.
    pub group: Option<Id>,
    /// Whether every weight, and every node that is in or out, is an input of its own.
    pub each: bool,
    /// What varies.
    pub what: Varied,
    /// Where the keys are.
    pub spans: Spans,
}

/// What varies, with everything it may become.
#[derive(Debug, Clone, PartialEq)]
pub enum Varied {
    /// Weights of the parts of groups.
    Weights {
        /// The groups.
        groups: Vec<NodeIx>,
        /// How they are distributed.
        distribution: WeightDistribution,
    },
    /// The normalization of indicators: one method for all of them at a time.
    Normalize {
        /// The indicators.
        indicators: Vec<NodeIx>,
        /// The methods; `None` for the package's own.
        among: Vec<Option<MethodCall>>,
    },
    /// The aggregation of groups: one method for all of them at a time.
    Aggregate {
        /// The groups.
        groups: Vec<NodeIx>,
        /// The methods; `None` for the package's own.
        among: Vec<Option<MethodCall>>,
    },
    /// The treatment of outliers in a step of the pipeline.
    Treat {
        /// Place of the step.
        step: usize,
        /// The methods; `None` for the package's own.
        among: Vec<Option<MethodCall>>,
    },
    /// The imputation in a step of the pipeline.
    Impute {
        /// Place of the step.
        step: usize,
        /// The methods; `None` for the package's own.
        among: Vec<Option<MethodCall>>,
        /// Whether filled cells are drawn, by methods that can.
        drawn: bool,
    },
    /// Whether indicators and groups are in or out, each by itself.
    Include {
        /// The nodes.
        nodes: Vec<NodeIx>,
        /// With which probability each is in.
        probability: Decimal,
    },
    /// The figures themselves.
    Data {
        /// The indicators whose figures are drawn.
        indicators: Vec<NodeIx>,
        /// Relative standard error by status.
        by_status: BTreeMap<Status, Decimal>,
        /// Relative standard error of every other figure.
        relative: Decimal,
        /// Whether survey estimates are drawn with their standard errors, and figures known within bounds between them.
        survey: bool,
    },
    /// The thresholds of ladders, each by a factor of its own.
    Thresholds {
        /// The indicators.
        indicators: Vec<NodeIx>,
        /// Half the width of the factor: 0.1 for 90 % to 110 %.
        spread: Decimal,
    },
    /// The rules of standards: each its own or one of its alternatives, all as likely.
    Rules {
        /// The standards, by place; each has an alternative.
        standards: Vec<usize>,
    },
}

impl Varied {
    /// The word of each, which is its key.
    pub const WORDS: &'static [&'static str] =
        &["weights", "normalize", "aggregate", "treat", "impute", "include", "data", "thresholds", "rules"];

    /// The word of what varies.
    #[must_use]
    pub fn word(&self) -> &'static str {
        Self::WORDS[match self {
            Self::Weights { .. } => 0,
            Self::Normalize { .. } => 1,
            Self::Aggregate { .. } => 2,
            Self::Treat { .. } => 3,
            Self::Impute { .. } => 4,
            Self::Include { .. } => 5,
            Self::Data { .. } => 6,
            Self::Thresholds { .. } => 7,
            Self::Rules { .. } => 8,
        }]
    }
}

/// How the weights of a group's parts are distributed.
#[derive(Debug, Clone, PartialEq)]
pub enum WeightDistribution {
    /// Each within a factor of 1 - spread to 1 + spread of its own; they add up as before.
    Box {
        /// Half the width of the factor.
        spread: Decimal,
    },
    /// Any weights that are not negative, all equally likely.
    Simplex,
    /// Around the package's own: the larger the concentration, the closer.
    Dirichlet {
        /// Sum of the parameters.
        concentration: Decimal,
    },
    /// As a box whose factors go along with each other.
    Correlated {
        /// Half the width of the factor.
        spread: Decimal,
        /// Correlations of the factors of pairs of parts; 0 for the others.
        correlation: Vec<(NodeIx, NodeIx, Decimal)>,
    },
    /// Those of named sets of weights: of one set at a time, or mixed.
    Judges {
        /// Places among the sets; all of them where empty.
        sets: Vec<usize>,
        /// Whether sets are mixed in random shares.
        mixed: bool,
    },
}

impl WeightDistribution {
    /// The word of each.
    pub const WORDS: &'static [&'static str] = &["box", "simplex", "dirichlet", "correlated", "judges"];
}
