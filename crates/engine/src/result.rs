//! What a run yields, free of the arithmetic it ran in: every stage of every node, ranks, marks and weights.

use crate::run::Why;
use gradus_method::Column;
use gradus_model::diagnostic::Kind;
use gradus_model::number::{Arithmetic, Decimal, Rounding, Scalar, Ties, ranks, round};
use gradus_model::observation::{Absence, DataSet, Observation, Period, Status};
use gradus_model::package::NodeIx;
use gradus_model::policy::Basis;
use gradus_model::{Id, Package};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// A number in either arithmetic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// Exact.
    Decimal(Decimal),
    /// Double precision.
    Binary64(f64),
}

impl Number {
    /// From a number of a run.
    #[must_use]
    pub fn of<S: Scalar>(value: S) -> Self {
        match S::ARITHMETIC {
            Arithmetic::Decimal => value.to_decimal().map_or(Self::Binary64(value.to_f64()), Self::Decimal),
            Arithmetic::Binary64 => Self::Binary64(value.to_f64()),
        }
    }
    /// As a double.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        match self {
            Self::Decimal(x) => x.to_f64(),
            Self::Binary64(x) => x,
        }
    }
    /// As a decimal; `None` for a double outside the decimal range.
    #[must_use]
    pub fn to_decimal(self) -> Option<Decimal> {
        match self {
            Self::Decimal(x) => Some(x),
            Self::Binary64(x) => x.to_decimal(),
        }
    }
    /// Rounded by a rule and printed with exactly its places.
    #[must_use]
    pub fn show(self, rounding: Rounding) -> String {
        match self.to_decimal() {
            Some(x) => format!("{:.*}", rounding.places as usize, round(x, rounding)),
            None => self.to_string(),
        }
    }
}

impl fmt::Display for Number {
    /// At full precision, without trailing zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decimal(x) => write!(f, "{}", x.normalize()),
            Self::Binary64(x) => write!(f, "{x}"),
        }
    }
}

/// A column of a result, in the arithmetic of its run.
#[derive(Debug, Clone, PartialEq)]
pub enum Numbers {
    /// Exact.
    Decimal(Column<Decimal>),
    /// Double precision.
    Binary64(Column<f64>),
}

impl Default for Numbers {
    fn default() -> Self {
        Self::Binary64(Column::of(Vec::new()))
    }
}

impl Numbers {
    /// From a column of a run.
    #[must_use]
    pub fn of<S: Scalar>(column: &Column<S>) -> Self {
        match S::ARITHMETIC {
            Arithmetic::Decimal => Self::Decimal(column.cast(|x| x.to_decimal().unwrap_or_default())),
            Arithmetic::Binary64 => Self::Binary64(column.cast(Scalar::to_f64)),
        }
    }
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Decimal(column) => column.len(),
            Self::Binary64(column) => column.len(),
        }
    }
    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The number in a row, where there is one.
    #[must_use]
    #[inline]
    pub fn get(&self, row: usize) -> Option<Number> {
        match self {
            Self::Decimal(column) if row < column.len() => column.get(row).map(Number::Decimal),
            Self::Binary64(column) if row < column.len() => column.get(row).map(Number::Binary64),
            Self::Decimal(_) | Self::Binary64(_) => None,
        }
    }
    /// What each row has.
    pub fn iter(&self) -> impl Iterator<Item = Option<Number>> + '_ {
        (0..self.len()).map(|row| self.get(row))
    }
}

/// Ranks that are found when they are asked for. They follow from the scores, and so make no difference of their own.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ranks(OnceLock<Vec<Option<f64>>>);

impl PartialEq for Ranks {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// How scores are ranked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ranking {
    pub(crate) ties: Ties,
    pub(crate) basis: Basis,
    pub(crate) rounding: Rounding,
}

impl Ranking {
    /// The ranks of scores within each period.
    pub(crate) fn of<S: Scalar>(self, scores: &Column<S>, n_units: usize) -> Vec<Option<f64>> {
        let mut out = Vec::with_capacity(scores.len());
        for start in (0..scores.len()).step_by(n_units.max(1)) {
            let values: Vec<Option<S>> = (start..start + n_units)
                .map(|row| {
                    scores.get(row).map(|score| match self.basis {
                        Basis::Exact => score,
                        Basis::Published => score.rounded(self.rounding),
                    })
                })
                .collect();
            out.extend(ranks(&values, self.ties));
        }
        out
    }
}

/// A stage of the computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Figures as read, derived indicators computed.
    Raw,
    /// After a step of the pipeline, by place.
    Step(usize),
    /// After the transform of an indicator that has one.
    Transformed,
    /// On the common scale.
    Normalized,
    /// Parts of a group combined, before the result is brought onto a scale again.
    Aggregated,
    /// Scores of every node of the tree.
    Scores,
}

impl Stage {
    /// The stages that every package has, with their words.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("raw", Self::Raw),
        ("transformed", Self::Transformed),
        ("normalized", Self::Normalized),
        ("aggregated", Self::Aggregated),
        ("scores", Self::Scores),
    ];

    /// The stage of a word: one of [`WORDS`](Self::WORDS), or the code of a step of the package.
    #[must_use]
    pub fn find(package: &Package, word: &str) -> Option<Self> {
        let step = package.pipeline.iter().position(|step| step.id == *word).map(Self::Step);
        step.or_else(|| Self::WORDS.iter().find(|(w, _)| *w == word).map(|(_, stage)| *stage))
    }
    /// The word of the stage in a package.
    #[must_use]
    pub fn word(self, package: &Package) -> &str {
        match self {
            Self::Step(at) => package.pipeline.get(at).map_or("", |step| step.id.as_str()),
            other => Self::WORDS.iter().find(|(_, stage)| *stage == other).map_or("", |(word, _)| word),
        }
    }
    /// The stages of a package, in order.
    #[must_use]
    pub fn all(package: &Package) -> Vec<Self> {
        let steps = (0..package.pipeline.len()).map(Self::Step);
        let rest = [Self::Transformed, Self::Normalized, Self::Aggregated, Self::Scores];
        std::iter::once(Self::Raw).chain(steps).chain(rest).collect()
    }
}

/// One cell of the raw table: what was observed for a unit, an indicator and a period of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Place in [`DataSet::observations`].
    Observed(usize),
    /// Computed by the indicator's formula, from figures of this period.
    Derived {
        /// The period of the figures it was computed from.
        period: Option<Period>,
    },
    /// No figure, and why.
    Absent(Absence),
}

/// The cells of an indicator, four bytes each.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cells {
    codes: Vec<u32>,
    /// Cells that no code stands for, by row.
    others: BTreeMap<usize, Cell>,
}

impl Cells {
    /// Set beside the place of a reason among all.
    const ABSENT: u32 = 1 << 31;
    /// A cell that no code stands for.
    const OTHER: u32 = u32::MAX;

    pub(crate) fn with_capacity(n: usize) -> Self {
        Self { codes: Vec::with_capacity(n), others: BTreeMap::new() }
    }
    pub(crate) fn push(&mut self, cell: Cell) {
        let code = match cell {
            Cell::Observed(at) => u32::try_from(at).ok().filter(|at| *at < Self::ABSENT),
            Cell::Absent(why) => Some(Self::ABSENT | why.place() as u32),
            Cell::Derived { .. } => None,
        };
        if code.is_none() {
            self.others.insert(self.codes.len(), cell);
        }
        self.codes.push(code.unwrap_or(Self::OTHER));
    }
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }
    /// Whether there are no rows, as for a group.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }
    /// The cell of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<Cell> {
        match *self.codes.get(row)? {
            Self::OTHER => self.others.get(&row).copied(),
            code if code & Self::ABSENT != 0 => {
                Absence::ALL.get((code & !Self::ABSENT) as usize).copied().map(Cell::Absent)
            }
            code => Some(Cell::Observed(code as usize)),
        }
    }
}

/// What is known of one node in every row.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeResult {
    /// Raw values (indicators): numbers, or places on the ordered scale.
    pub raw: Numbers,
    /// After each step of the pipeline that is for the indicator, in order.
    pub stages: Vec<StageResult>,
    /// After the transform; empty where the node has none.
    pub transformed: Numbers,
    /// The parts of a group combined; empty where the scores are just that.
    pub aggregated: Numbers,
    /// Scores on the common scale (indicators that are normalized) or aggregates (groups); empty where not scored.
    pub scores: Numbers,
    /// Ranks of the scores, once somebody has asked for them; see [`Evaluation::ranks`].
    pub(crate) ranks: Ranks,
    /// Cells (indicators only).
    pub cells: Cells,
    /// The worst status among everything the value rests on.
    pub status: Vec<Status>,
    /// Share of the node's weight, down to the indicators, that is present in each row: 1 where nothing is missing.
    pub coverage: Vec<f64>,
    /// Why there is no score.
    pub absence: Vec<Option<Absence>>,
    /// What the normalization learned or was given: one entry where all periods were fitted together, else one per
    /// period, with nothing for a period without figures. See [`fit`](Self::fit).
    pub fits: Vec<Option<Vec<(&'static str, Number)>>>,
    /// Which of the fits each row has, where parameters differ from row to row; else empty.
    pub fit_of_row: Vec<Option<usize>>,
    /// Weight among its siblings, as a share of their sum; `None` where weights are not used, differ from row to row, or the
    /// parent is a scoreboard.
    pub weight: Option<Number>,
    /// The same by row, where weights differ from unit to unit or period to period; else empty.
    pub weight_by_row: Vec<Option<Number>>,
    /// The weight itself, where the parent's method does not divide by the sum of weights.
    pub absolute_weight: Option<Number>,
    /// Product of weights from the index down; `None` where an ancestor is a scoreboard.
    pub effective_weight: Option<f64>,
    /// How the weights of a group's parts were found, where they come from data: once, or per period.
    pub weighed: Vec<Option<Weighing>>,
    /// What the method of a group says of each unit beside its score, by name.
    pub details: Vec<(String, Vec<Option<Number>>)>,
    /// How far scores and ranks move when imputed cells are drawn.
    pub spread: Option<Spread>,
}

/// An indicator after a step of the pipeline.
#[derive(Debug, Clone, PartialEq)]
pub struct StageResult {
    /// Place of the step in the package.
    pub step: usize,
    /// Values.
    pub values: Numbers,
    /// Rows the step changed, with what it did: `imputed`, `winsorized-high`, `screened-out`, the id of a transform.
    pub changed: Vec<(usize, &'static str)>,
    /// What the step found and learned: once, or per period, with nothing for a period without figures.
    pub facts: Vec<Option<Vec<(&'static str, Number)>>>,
    /// Why the step left the indicator out.
    pub excluded: Option<Why>,
}

/// How weights were found.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighing {
    /// What was found on the way: eigenvalues, entropies, attained importance.
    pub facts: Vec<(String, Number)>,
    /// What the user must know, with its kind.
    pub notes: Vec<(&'static Kind, String)>,
}

/// How far scores and ranks of a node move when imputed cells are drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// How many draws there were.
    pub draws: usize,
    /// Standard deviation of the score among the draws, by row.
    pub deviation: Vec<Option<f64>>,
    /// The 5th and 95th percentile of the score, by row.
    pub scores: Vec<Option<(f64, f64)>>,
    /// The 5th and 95th percentile of the rank, by row.
    pub ranks: Vec<Option<(f64, f64)>>,
}

impl NodeResult {
    /// What the normalization learned or was given for the score of a row in a period, by place.
    #[must_use]
    pub fn fit(&self, row: usize, period: usize) -> Option<&[(&'static str, Number)]> {
        let fit = match self.fit_of_row.get(row) {
            Some(fit) => self.fits.get((*fit)?),
            None if self.fits.len() == 1 => self.fits.first(),
            None => self.fits.get(period),
        };
        fit?.as_deref()
    }
    /// The weight among its siblings in a row, as a share of their sum.
    #[must_use]
    pub fn weight_in(&self, row: usize) -> Option<Number> {
        self.weight_by_row.get(row).copied().unwrap_or(self.weight)
    }
    /// The indicator after a step of the pipeline, by place.
    #[must_use]
    pub fn stage(&self, step: usize) -> Option<&StageResult> {
        self.stages.iter().find(|stage| stage.step == step)
    }
    /// The value the normalization starts from: the last stage of the pipeline, or the raw value.
    #[must_use]
    pub fn prepared(&self) -> &Numbers {
        self.stages.last().map_or(&self.raw, |stage| &stage.values)
    }
}

/// The values of a derived measure or indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct DerivedValues {
    /// Whether they are on the grid of the data, in all its periods.
    pub on_grid: bool,
    /// Values.
    pub values: Numbers,
}

/// Everything a run computed. Rows are units within a period, period after period.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The units, in the order of the data set.
    pub units: Vec<Id>,
    /// The periods, in order. A package that takes the latest figures has a single one, which may be unnamed.
    pub periods: Vec<Option<Period>>,
    /// One entry per node of the package.
    pub nodes: Vec<NodeResult>,
    /// Rows that a step of the pipeline left out: place of the step, row, and why.
    pub left_out: Vec<(usize, usize, Why)>,
    /// For each of the package's variables that is derived, its values: on the grid of the data, or (where it is computed
    /// from scores) on the rows of the result.
    pub derived: Vec<Option<DerivedValues>>,
    /// For each variable, the row of the data's grid that stands in each row of the result (`u32::MAX` for none); empty
    /// where they are the same.
    pub rows: Vec<Arc<[u32]>>,
    /// The periods of the data's grid.
    pub grid: Vec<Option<Period>>,
    /// The arithmetic of the run.
    pub arithmetic: Arithmetic,
    /// How scores are ranked.
    pub(crate) ranking: Ranking,
}

impl Evaluation {
    /// The row of a unit in a period, both by place.
    #[must_use]
    pub fn row(&self, unit: usize, period: usize) -> usize {
        period * self.units.len() + unit
    }
    /// Number of rows.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.units.len() * self.periods.len()
    }
    /// The unit and the period of a row, by place.
    #[must_use]
    pub fn unit_and_period(&self, row: usize) -> (usize, usize) {
        (row % self.units.len(), row / self.units.len())
    }
    /// The value of a node in a row at a stage.
    #[must_use]
    pub fn value(&self, stage: Stage, node: NodeIx, row: usize) -> Option<Number> {
        self.numbers(stage, node)?.get(row)
    }
    /// The values of a node in every row at a stage.
    #[must_use]
    pub fn numbers(&self, stage: Stage, node: NodeIx) -> Option<&Numbers> {
        let result = &self.nodes[node];
        match stage {
            Stage::Raw => Some(&result.raw),
            // An indicator the step is not for stands as it stood before.
            Stage::Step(step) => match result.stages.iter().rfind(|stage| stage.step <= step) {
                Some(stage) => Some(&stage.values),
                None => Some(&result.raw),
            },
            Stage::Transformed => Some(&result.transformed),
            Stage::Normalized if result.cells.is_empty() => None,
            Stage::Aggregated if result.aggregated.is_empty() => {
                Some(&result.scores).filter(|_| result.cells.is_empty())
            }
            Stage::Aggregated => Some(&result.aggregated),
            Stage::Normalized | Stage::Scores => Some(&result.scores),
        }
    }
    /// The score of a node in a row.
    #[must_use]
    pub fn score(&self, node: NodeIx, row: usize) -> Option<Number> {
        self.value(Stage::Scores, node, row)
    }
    /// The rank of a node's score in a row.
    #[must_use]
    pub fn rank(&self, node: NodeIx, row: usize) -> Option<f64> {
        self.ranks(node).get(row).copied().flatten()
    }
    /// The ranks of a node's scores within each period, 1 is best; halves occur under mean ties. Empty where not scored.
    /// They are found when they are first asked for: to sort a column takes longer than to compute it.
    #[must_use]
    pub fn ranks(&self, node: NodeIx) -> &[Option<f64>] {
        let result = &self.nodes[node];
        result.ranks.0.get_or_init(|| match &result.scores {
            Numbers::Decimal(scores) => self.ranking.of(scores, self.units.len()),
            Numbers::Binary64(scores) => self.ranking.of(scores, self.units.len()),
        })
    }
    /// The observation behind an indicator's value in a row.
    #[must_use]
    pub fn observation(&self, data: &DataSet, node: NodeIx, row: usize) -> Option<Observation> {
        match self.nodes[node].cells.get(row)? {
            Cell::Observed(ix) => data.observation(ix),
            Cell::Derived { .. } | Cell::Absent(_) => None,
        }
    }
    /// The place of the last period in which the index has a score for any unit; else of the last period.
    #[must_use]
    pub fn current_period(&self) -> usize {
        (0..self.periods.len())
            .rev()
            .find(|p| (0..self.units.len()).any(|u| self.score(Package::ROOT, self.row(u, *p)).is_some()))
            .unwrap_or(self.periods.len().saturating_sub(1))
    }
}
