//! What is computed beside the result, for the sections that tell of it.
//!
//! Each part is optional: a section without its part says what it would hold and how to get it. Who computes them stands outside:
//! the facade has one function for it.

use gradus_analysis::profile::Profile;
use gradus_audit::Audit;
use gradus_model::package::NodeIx;
use gradus_model::{Package, Text};
use gradus_plan::GradePlans;
use gradus_progress::preset::{Preset, Rating};
use gradus_progress::progress::Peer;
use gradus_progress::{Item, Refused};
use gradus_selection::screening::Matrix;
use gradus_standard::{Flip, Reading};
use gradus_survey::{Difference, Tables};

/// Results beside the result.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    /// Plans of the own unit for its next grade, by standard, or why there are none; empty where none were looked for.
    pub plans: Vec<Result<GradePlans, gradus_plan::Refused>>,
    /// How the own unit moves.
    pub tracks: Option<Tracks>,
    /// How the grades hold under other rules and figures, by standard.
    pub rules: Vec<RuleCheck>,
    /// What the own unit is strong and weak in.
    pub strengths: Option<Strengths>,
    /// What respondents say.
    pub survey: Option<Surveyed>,
    /// The audit.
    pub audit: Option<Audit>,
    /// What differs from an earlier edition.
    pub earlier: Option<Earlier>,
    /// How indicators were screened by experts.
    pub experts: Option<Experts>,
}

/// How the own unit moves, indicator by indicator.
#[derive(Debug, Clone)]
pub struct Tracks {
    /// The preset that rates.
    pub preset: Option<&'static Preset>,
    /// Every indicator, in tree order.
    pub items: Vec<Item>,
    /// The ratings of the same items by every preset.
    pub others: Vec<(&'static Preset, Vec<Result<Rating, Refused>>)>,
    /// The class of groups by the preset's own rule: node, class, how many of how many indicators are rated.
    pub groups: Vec<(NodeIx, Option<usize>, usize, usize)>,
    /// The most similar units, the nearest first.
    pub peers: Vec<Peer>,
    /// Of every unit, by place: of how many indicators it has a pace, and how many of these get better.
    pub improving: Vec<(usize, usize)>,
}

/// How the grade of the own unit by a standard holds.
#[derive(Debug, Clone)]
pub struct RuleCheck {
    /// The standard, by place.
    pub standard: usize,
    /// Grades under other readings of the rule.
    pub readings: Vec<Reading>,
    /// Changes of single figures that flip the grade, the smallest first.
    pub flips: Vec<Flip>,
}

/// What the own unit is strong and weak in.
#[derive(Debug, Clone)]
pub struct Strengths {
    /// By percentile ranks among all units: the rule of the Global Innovation Index.
    pub by_rank: Profile,
    /// Among the units of its own class, where the package declares classes: the kind, the class, and the profile.
    pub among: Vec<(String, String, Profile)>,
    /// The number of the percentile rank that is the edge.
    pub edge: usize,
    /// Share of indicators with a value, and whether it suffices.
    pub coverage: (f64, bool),
}

/// What respondents say, and how it stands beside what there is.
#[derive(Debug, Clone, Default)]
pub struct Surveyed {
    /// Question by question, with subgroups of the kinds the surveys declare.
    pub tables: Tables,
    /// Pairs of what people feel and what there is.
    pub differences: Vec<Difference>,
}

/// What differs from an earlier edition, each effect with the rest held fixed.
#[derive(Debug, Clone, Default)]
pub struct Earlier {
    /// The name of the earlier edition, as given.
    pub name: String,
    /// Its edition, where it names one.
    pub edition: Option<String>,
    /// The period of its result.
    pub period: Option<String>,
    /// By unit that is in either edition: code and its steps.
    pub units: Vec<EarlierUnit>,
    /// What differs in the definitions: item, what, before, after.
    pub definitions: Vec<[String; 4]>,
    /// Figures of the same unit, indicator and period that are not what they were: unit, indicator, period, before, after.
    pub revised: Vec<[String; 5]>,
    /// Why the steps between could not be computed; then only both ends are there.
    pub why_not: Option<String>,
}

/// A unit on the way from one edition to the next. Each score is that of the index, each rank its place among the units of that step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EarlierUnit {
    /// Its code.
    pub unit: String,
    /// Whether it is in the earlier edition, and in this one.
    pub there: (bool, bool),
    /// As published: old method, old figures, old units.
    pub before: Stand,
    /// With the new figures of the old period: what revision of data does.
    pub revised: Stand,
    /// With the new figures of the new period: what happened.
    pub moved: Stand,
    /// By the new method: what its change does.
    pub method: Stand,
    /// Among the new units: the result of now.
    pub after: Stand,
    /// Proven and possible grade by the first standard: before and now, by code.
    pub grades: Option<(GradeCodes, GradeCodes)>,
}

/// A proven and a possible grade, by code; none where there is none.
pub type GradeCodes = (Option<String>, Option<String>);

/// A score and a rank.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stand {
    /// The score of the index.
    pub score: Option<f64>,
    /// The rank by it.
    pub rank: Option<f64>,
}

/// How indicators were screened.
#[derive(Debug, Clone)]
pub struct Experts {
    /// Candidates beside criteria.
    pub matrix: Matrix,
    /// What the package says of the scores, for example that they are made up.
    pub notice: Text,
}

impl Extras {
    /// Whether a standard of the package has been looked into.
    #[must_use]
    pub fn rule(&self, package: &Package, standard: usize) -> Option<&RuleCheck> {
        (standard < package.standards.len())
            .then(|| self.rules.iter().find(|r| r.standard == standard))
            .flatten()
    }
}
