//! Surveys: a file of respondents, its codebook, and what indicators take from it.

use super::{DataSource, Direction, MethodCall, NodeIx, Spans};
use crate::number::Decimal;
use crate::{Id, Text};
use std::collections::BTreeMap;

/// A survey: who was asked, what, and what the answers mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// Code.
    pub id: Id,
    /// Name.
    pub name: Text,
    /// The file and how it is read; its columns of unit and period, notation, origin and status.
    pub source: DataSource,
    /// One respondent per row, or one answer with how many gave it.
    pub layout: SurveyLayout,
    /// Names of the columns with a fixed meaning.
    pub columns: BTreeMap<SurveyColumn, String>,
    /// From a kind of subgroups to the column with each respondent's: age, sex, residence.
    pub subgroups: BTreeMap<String, String>,
    /// What was asked.
    pub questions: Vec<Question>,
    /// Where large weights are cut.
    pub trim: Option<Trim>,
    /// How the variance is estimated; linearized where there are strata or clusters, else Kish's.
    pub variance: Option<VarianceRule>,
    /// What a stratum with one cluster adds to the variance.
    pub lone_cluster: LoneClusterRule,
    /// The design effect, where it is known and the file does not tell; in place of that of the weights.
    pub design_effect: Option<Decimal>,
    /// The smallest number of respondents whose answers are shown.
    pub min_n: u64,
    /// Level of confidence of intervals, 0.5 to below 1.
    pub confidence_level: Decimal,
    /// How intervals of shares are made.
    pub interval: ShareInterval,
    /// Where the keys are.
    pub spans: Spans,
}

impl Survey {
    /// The level of confidence where none is declared.
    pub const CONFIDENCE_LEVEL: Decimal = Decimal::from_parts(95, 0, 0, false, 2);
    /// The smallest number of respondents that is shown where none is declared: a convention.
    pub const MIN_N: u64 = 30;

    /// The place of a question.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<usize> {
        self.questions.iter().position(|q| q.id == *id)
    }
    /// The question that asks for a role of an item.
    #[must_use]
    pub fn of_item(&self, item: &str, role: ItemRole) -> Option<usize> {
        self.questions.iter().position(|q| q.item.as_ref().is_some_and(|(i, r)| i == item && *r == role))
    }
    /// The items, in order of first mention.
    #[must_use]
    pub fn items(&self) -> Vec<&str> {
        let mut out: Vec<&str> = Vec::new();
        for (item, _) in self.questions.iter().filter_map(|q| q.item.as_ref()) {
            if !out.contains(&item.as_str()) {
                out.push(item);
            }
        }
        out
    }
    /// How the variance is estimated.
    #[must_use]
    pub fn variance(&self) -> VarianceRule {
        let designed = [SurveyColumn::Stratum, SurveyColumn::Cluster];
        self.variance.unwrap_or(if designed.iter().any(|c| self.columns.contains_key(c)) {
            VarianceRule::Linearized
        } else {
            VarianceRule::Kish
        })
    }
}

/// How the file of a survey is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SurveyLayout {
    /// One respondent per row, one question per column.
    #[default]
    Respondents,
    /// One answer to one question per row, with how many gave it.
    Counts,
}

impl SurveyLayout {
    /// Every layout with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("respondents", Self::Respondents), ("counts", Self::Counts)];
}

/// The meaning of a column of a survey's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SurveyColumn {
    /// Code or name of the unit.
    Unit,
    /// Period.
    Period,
    /// Weight of the respondent.
    Weight,
    /// Stratum within the unit.
    Stratum,
    /// Cluster (primary sampling unit).
    Cluster,
    /// The question (layout `counts`).
    Question,
    /// The answer (layout `counts`).
    Answer,
    /// How many gave it (layout `counts`).
    N,
}

impl SurveyColumn {
    /// Every meaning with its key under `columns`; the first two are the column's name too where none is given.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("unit", Self::Unit),
        ("period", Self::Period),
        ("weight", Self::Weight),
        ("stratum", Self::Stratum),
        ("cluster", Self::Cluster),
        ("question", Self::Question),
        ("answer", Self::Answer),
        ("n", Self::N),
    ];
    /// Its key under `columns`.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, c)| *c == self).map_or("", |(word, _)| word)
    }
}

/// A question and its codebook.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Code.
    pub id: Id,
    /// What was asked.
    pub text: Text,
    /// Its column, or its name in a file of counts; the code where not given.
    pub column: String,
    /// The answers in order, with those that are none.
    pub answers: Vec<Answer>,
    /// Whether the last answer is the best (`higher`) or the first.
    pub direction: Direction,
    /// What is done about those who do not know or refuse; needed where an answer says so.
    pub dont_know: Option<DontKnow>,
    /// The item it is about and what of the item it asks, where several questions belong together.
    pub item: Option<(String, ItemRole)>,
    /// Where the keys are.
    pub spans: Spans,
}

impl Question {
    /// The answers that say something, by place, from the worst to the best.
    #[must_use]
    pub fn ordered(&self) -> Vec<usize> {
        let said =
            self.answers.iter().enumerate().filter(|(_, a)| a.kind == AnswerKind::Answer).map(|(at, _)| at);
        match self.direction {
            Direction::Higher => said.collect(),
            Direction::Lower => said.rev().collect(),
        }
    }
}

/// An answer of a codebook.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// As the file has it.
    pub code: String,
    /// Name.
    pub name: Text,
    /// What it counts in a mean; its place among the answers where not given.
    pub score: Option<Decimal>,
    /// Whether it is an answer at all.
    pub kind: AnswerKind,
}

/// Whether an answer says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AnswerKind {
    /// It does.
    #[default]
    Answer,
    /// The respondent does not know.
    DontKnow,
    /// The respondent does not want to say.
    Refused,
    /// The question was not put; like an empty cell.
    NotAsked,
}

impl AnswerKind {
    /// Every kind with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("answer", Self::Answer),
        ("dont-know", Self::DontKnow),
        ("refused", Self::Refused),
        ("not-asked", Self::NotAsked),
    ];
}

/// What is done about respondents who do not know or refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DontKnow {
    /// Whether they count in the base of a share, as not giving the answer.
    pub counted: bool,
    /// The largest share of them with which the rest is used.
    pub refuse_above: Option<Decimal>,
}

impl DontKnow {
    /// The words, and whether each counts them.
    pub const WORDS: &'static [(&'static str, bool)] = &[("exclude", false), ("count", true)];
}

/// What of an item a question asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemRole {
    /// How important it is.
    Importance,
    /// What is obtained now.
    Present,
    /// What is expected.
    Expected,
}

impl ItemRole {
    /// Every role with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("importance", Self::Importance), ("present", Self::Present), ("expected", Self::Expected)];
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, r)| *r == self).map_or("", |(word, _)| word)
    }
}

/// Where large weights are cut: at a multiple of the mean or median weight of the unit and period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trim {
    /// The multiple, 1 or more.
    pub at: Decimal,
    /// Of the median; else of the mean.
    pub of_median: bool,
}

impl Trim {
    /// What the multiple is of, and whether that is the median.
    pub const WORDS: &'static [(&'static str, bool)] = &[("median", true), ("mean", false)];
}

/// How the variance of an estimate is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VarianceRule {
    /// As of a simple random sample, times Kish's design effect of the weights.
    Kish,
    /// Taylor linearization over strata and clusters.
    Linearized,
}

impl VarianceRule {
    /// Every rule with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("kish", Self::Kish), ("linearized", Self::Linearized)];
}

/// What a stratum with one cluster adds to the variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LoneClusterRule {
    /// It is an error.
    #[default]
    Refuse,
    /// Its squared distance from the mean of all clusters.
    Adjust,
    /// Nothing: it was in the sample with certainty.
    Certainty,
}

impl LoneClusterRule {
    /// Every rule with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("refuse", Self::Refuse), ("adjust", Self::Adjust), ("certainty", Self::Certainty)];
}

/// How the interval of a share is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ShareInterval {
    /// Wilson's score interval with the effective sample size.
    #[default]
    Wilson,
    /// Clopper and Pearson's with the effective sample size.
    ClopperPearson,
    /// The estimate and as many standard errors as the level asks for, cut at the ends of the scale.
    Normal,
}

impl ShareInterval {
    /// Every interval with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("wilson", Self::Wilson), ("clopper-pearson", Self::ClopperPearson), ("normal", Self::Normal)];
}

/// What an indicator or measure takes from a survey: from respondents, or published by others.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyUse {
    /// Place in [`Package::surveys`](super::Package::surveys); none for estimates that stand in a data file.
    pub of: Option<usize>,
    /// Place of the question in the survey, for a statistic of one question.
    pub question: Option<usize>,
    /// The items, for a statistic of several questions.
    pub items: Vec<String>,
    /// The statistic.
    pub statistic: MethodCall,
    /// Design effect of published estimates that come without a standard error.
    pub design_effect: Option<Decimal>,
    /// Level of confidence of intervals: the survey's, where there is one.
    pub confidence_level: Decimal,
}

/// An indicator of what people feel beside one of what there is.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The indicator of what people feel.
    pub perceived: NodeIx,
    /// The indicator or measure of what there is.
    pub objective: Id,
    /// What of the objective figure stands for 0 and for 100; none where it is a survey's own, whose scale is known.
    pub range: Option<(Decimal, Decimal)>,
    /// Where the key is.
    pub spans: Spans,
}
