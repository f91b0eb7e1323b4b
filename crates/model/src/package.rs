//! An index package as typed values.
//!
//! Every item keeps the [`Spans`] of its keys, so that a later layer can point at the line it speaks of.

use crate::diagnostic::Place;
use crate::number::{Decimal, Ratio, Rounding};
use crate::observation::{Absence, Confidence, Period, Status};
use crate::policy::{Fit, MissingRule, Policy};
use crate::{Id, Text};

pub use audit::{Audit, Profile, Varied, Vary, WeightDistribution};
mod audit;

pub use direction::Direction;
mod direction;

pub use effort::Effort;
mod effort;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

pub use pipeline::{Action, Denominator, Enough, PipelineStep, Screen, WeightSet};
mod pipeline;

pub use ladder::{Pass, Step, Threshold};
mod ladder;

pub use rule::{Bonus, Clause, OnMissing, PerGrade, Quota, Rule, Scope};
mod rule;

pub use selection::{
    Candidate, ContentValidity, Counterpart, Criterion, CriterionSource, CvrMinimum, Judgment, Relation,
    Screening,
};
mod selection;

pub use standard::{Accept, Alternative, Award, Cap, Grace, Replaces, Requirement, Standard, Validity};
mod report;
mod standard;

pub use report::Report;
pub use survey::{
    Answer, AnswerKind, DontKnow, ItemRole, LoneClusterRule, Pair, Question, ShareInterval, Survey,
    SurveyColumn, SurveyLayout, SurveyUse, Trim, VarianceRule,
};
mod survey;

/// The place of a node in [`Package::nodes`].
pub type NodeIx = usize;

/// Where the keys of an item are in the package file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spans {
    file: Arc<str>,
    item: Range<usize>,
    keys: BTreeMap<String, Range<usize>>,
}

impl Spans {
    /// Spans of an item.
    #[must_use]
    pub fn new(file: Arc<str>, item: Range<usize>) -> Self {
        Self { file, item, keys: BTreeMap::new() }
    }
    /// Notes where a key's value is; nested keys are joined by dots.
    pub fn note(&mut self, key: impl Into<String>, span: Range<usize>) {
        self.keys.insert(key.into(), span);
    }
    /// The place of a key's value; of the nearest enclosing key, or of the item, where the key was not written.
    #[must_use]
    pub fn of(&self, key: &str) -> Place {
        let mut key = key;
        loop {
            if let Some(span) = self.keys.get(key) {
                return Place::span(&self.file, span.clone());
            }
            match key.rfind('.') {
                Some(dot) => key = &key[..dot],
                None => return Place::span(&self.file, self.item.clone()),
            }
        }
    }
    /// Whether the key was written.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }
    /// The place of the item.
    #[must_use]
    pub fn item(&self) -> Place {
        Place::span(&self.file, self.item.clone())
    }
}

/// An index package: what its file says, well-formed.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// The package file as the user named it.
    pub file: Arc<str>,
    /// What the index is.
    pub index: Index,
    /// The rules for every number.
    pub policy: Policy,
    /// Labels of the levels of the tree, from the one below the index downward: "layer", "pillar".
    pub levels: Vec<Text>,
    /// The grades a ladder can have, from the lowest to the highest.
    pub grades: Vec<Grade>,
    /// Ordered scales.
    pub scales: Vec<OrderedScale>,
    /// Units declared in the package, in its order.
    pub units: Vec<Unit>,
    /// Data files.
    pub data: Vec<DataSource>,
    /// Surveys.
    pub surveys: Vec<Survey>,
    /// Indicators of what people feel beside those of what there is.
    pub pairs: Vec<Pair>,
    /// Names of measurement units, for reports in another language than the codes are written in.
    pub measurement_units: Vec<MeasurementUnit>,
    /// Conversions between measurement units.
    pub conversions: Vec<Conversion>,
    /// Observed variables that are not indicators.
    pub measures: Vec<Measure>,
    /// The pipeline between figures and normalization, in order.
    pub pipeline: Vec<PipelineStep>,
    /// Named sets of weights; the one the policy names is in force.
    pub weight_sets: Vec<WeightSet>,
    /// The tree: the index first, then groups and indicators in the order of the file.
    pub nodes: Vec<Node>,
    /// Standards.
    pub standards: Vec<Standard>,
    /// Grades that were awarded.
    pub awards: Vec<Award>,
    /// Sources that several indicators share.
    pub origins: Vec<Origin>,
    /// Published results to verify against.
    pub published: Vec<Published>,
    /// What an audit varies, and by which conventions it judges.
    pub audit: Audit,
    /// How a report looks, and which sections it has.
    pub report: Report,
    /// What candidates for indicators are screened by.
    pub screening: Screening,
    /// Outlines of units for maps.
    pub map: Option<MapSource>,
}

/// A file with outlines of units.
#[derive(Debug, Clone, PartialEq)]
pub struct MapSource {
    /// The GeoJSON file (RFC 7946), by its path inside the package.
    pub file: String,
    /// The property of a feature that holds the unit's code or name; without one, the feature's `id`.
    pub property: Option<String>,
    /// Where the keys are.
    pub spans: Spans,
}

impl Package {
    /// The index, the root of the tree.
    pub const ROOT: NodeIx = 0;

    /// The node of a code.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<NodeIx> {
        self.nodes.iter().position(|n| n.id == *id)
    }
    /// The indicators, in the order of the file.
    pub fn indicators(&self) -> impl Iterator<Item = (NodeIx, &Node, &Indicator)> {
        self.nodes.iter().enumerate().filter_map(|(ix, node)| match &node.kind {
            NodeKind::Indicator(indicator) => Some((ix, node, &**indicator)),
            NodeKind::Group(_) => None,
        })
    }
    /// What measures and indicators take from surveys, each with its code and the spans of its keys.
    pub fn survey_uses(&self) -> impl Iterator<Item = (&Id, &SurveyUse, &Spans)> {
        let measures = self.measures.iter().filter_map(|m| Some((&m.id, m.survey.as_deref()?, &m.spans)));
        let indicators =
            self.indicators().filter_map(|(_, node, i)| Some((&node.id, i.survey.as_deref()?, &node.spans)));
        measures.chain(indicators)
    }
    /// The indicators below a node (or the node itself), in tree order.
    #[must_use]
    pub fn indicators_below(&self, ix: NodeIx) -> Vec<NodeIx> {
        let mut out = Vec::new();
        self.walk(ix, &mut |ix, _| {
            if matches!(self.nodes[ix].kind, NodeKind::Indicator(_)) {
                out.push(ix);
            }
        });
        out
    }
    /// Nodes in tree order (a node before its children) with their depth; the index has depth 0.
    #[must_use]
    pub fn tree(&self) -> Vec<(NodeIx, usize)> {
        let mut out = Vec::new();
        self.walk(Self::ROOT, &mut |ix, depth| out.push((ix, depth)));
        out
    }
    fn walk(&self, from: NodeIx, visit: &mut impl FnMut(NodeIx, usize)) {
        // An explicit stack: a hostile package may nest deeper than the thread's stack.
        let mut stack = vec![(from, 0)];
        while let Some((ix, depth)) = stack.pop() {
            visit(ix, depth);
            stack.extend(self.nodes[ix].children.iter().rev().map(|c| (*c, depth + 1)));
        }
    }
    /// The name of a measurement unit: as declared, else as written, in either language.
    #[must_use]
    pub fn measurement_name(&self, unit: &str) -> Text {
        let declared = self.measurement_units.iter().find(|m| m.id == unit);
        declared.map_or_else(|| Text::both(unit, unit), |m| m.name.clone())
    }
    /// The year by whose end the thresholds of a grade are to be reached: its own, else that of the index.
    #[must_use]
    pub fn target_year(&self, grade: usize) -> Option<i16> {
        self.grades.get(grade).and_then(|grade| grade.target_year).or(self.index.target_year)
    }
    /// The weight of a node among its siblings: that of the set in force where it has one, else its own.
    #[must_use]
    pub fn weight(&self, ix: NodeIx) -> Ratio {
        let set = self.policy.weights.and_then(|set| self.weight_sets.get(set));
        set.and_then(|set| set.weights.get(&ix)).copied().unwrap_or(self.nodes[ix].weight)
    }
    /// The scale of an indicator, where it has one.
    #[must_use]
    pub fn scale(&self, indicator: &Indicator) -> Option<&OrderedScale> {
        indicator.scale.map(|ix| &self.scales[ix])
    }
    /// Measures and indicators: everything a data row may name.
    #[must_use]
    pub fn variables(&self) -> Vec<Variable<'_>> {
        let measures = self.measures.iter().map(|m| Variable {
            id: &m.id,
            name: &m.name,
            measurement_unit: m.measurement_unit.as_deref(),
            scale: m.scale.map(|ix| &self.scales[ix]),
        });
        let indicators = self.indicators().map(|(_, node, i)| Variable {
            id: &node.id,
            name: &node.name,
            measurement_unit: i.measurement_unit.as_deref(),
            scale: self.scale(i),
        });
        measures.chain(indicators).collect()
    }
}

/// Something a data row may name: a measure or an indicator.
#[derive(Debug, Clone, Copy)]
pub struct Variable<'a> {
    /// Its code.
    pub id: &'a Id,
    /// Its name.
    pub name: &'a Text,
    /// What its values are expressed in.
    pub measurement_unit: Option<&'a str>,
    /// The ordered scale of its levels, where it has one.
    pub scale: Option<&'a OrderedScale>,
}

/// What the index is.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// Code of the package.
    pub id: Id,
    /// Name.
    pub name: Text,
    /// What it measures and for whom.
    pub description: Text,
    /// A sentence every page carries, for example that the package is a reconstruction.
    pub notice: Text,
    /// What is not public or not established of it.
    pub open_questions: Vec<Text>,
    /// Edition.
    pub edition: Option<String>,
    /// Where it is in its life.
    pub status: PackageStatus,
    /// What a unit is called: city, country.
    pub unit_kind: Text,
    /// Who publishes it.
    pub publisher: Text,
    /// Terms of use of definition and figures.
    pub license: Option<String>,
    /// How well the definition is established.
    pub confidence: Option<Confidence>,
    /// The year by whose end thresholds are to be reached, unless a grade says otherwise.
    pub target_year: Option<i16>,
    /// Where the keys are.
    pub spans: Spans,
}

/// Where a package is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PackageStatus {
    /// Being written.
    #[default]
    Draft,
    /// Under review.
    UnderReview,
    /// Frozen for sign-off.
    Frozen,
    /// Ratified.
    Ratified,
    /// Published.
    Published,
    /// Replaced by a later edition.
    Superseded,
}

impl PackageStatus {
    /// Every status with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("draft", Self::Draft),
        ("under-review", Self::UnderReview),
        ("frozen", Self::Frozen),
        ("ratified", Self::Ratified),
        ("published", Self::Published),
        ("superseded", Self::Superseded),
    ];
}

/// A grade of a ladder.
#[derive(Debug, Clone, PartialEq)]
pub struct Grade {
    /// Code.
    pub id: Id,
    /// Name.
    pub name: Text,
    /// One or two characters that stand for it in a strip.
    pub letter: Text,
    /// The year by whose end its thresholds are to be reached; that of the index where not given.
    pub target_year: Option<i16>,
    /// Where the keys are.
    pub spans: Spans,
}

/// An ordered scale: levels from the lowest to the highest.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderedScale {
    /// Code.
    pub id: Id,
    /// Levels, the lowest first.
    pub levels: Vec<ScaleLevel>,
    /// Whether a level is a title that is awarded and may expire.
    pub title: bool,
}

impl OrderedScale {
    /// Code of the scale that every package has, unless it declares its own under it.
    pub const YES_NO: &'static str = "yes-no";

    /// The scale of questions that are answered with yes or no.
    #[must_use]
    pub fn yes_no() -> Option<Self> {
        let level = |id, en, zh| Some(ScaleLevel { id: Id::new(id).ok()?, name: Text::both(en, zh) });
        Some(Self {
            id: Id::new(Self::YES_NO).ok()?,
            levels: vec![level("no", "no", "否")?, level("yes", "yes", "是")?],
            title: false,
        })
    }
    /// The place of a level on the scale.
    #[must_use]
    pub fn level(&self, id: &str) -> Option<usize> {
        self.levels.iter().position(|l| l.id == *id)
    }
}

/// A level of an ordered scale.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaleLevel {
    /// Code.
    pub id: Id,
    /// Name.
    pub name: Text,
}

/// A unit: a city, a country, a school.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Code.
    pub id: Id,
    /// Name.
    pub name: Text,
    /// Whether it is the unit the package is about, or one it is compared with.
    pub role: UnitRole,
    /// Groups the unit belongs to, by kind: `region = "Europe"`.
    pub groups: BTreeMap<String, String>,
    /// Where it is: latitude (-90 to 90) and longitude (-180 to 180), in degrees.
    pub coordinates: Option<(Decimal, Decimal)>,
    /// Where the keys are.
    pub spans: Spans,
}

/// What a unit is in the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnitRole {
    /// The unit the package is about.
    Own,
    /// A unit it is compared with.
    #[default]
    Benchmark,
}

impl UnitRole {
    /// Every role with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[("own", Self::Own), ("benchmark", Self::Benchmark)];
}

/// A data file and how it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSource {
    /// Path inside the package.
    pub file: String,
    /// Sheet of a workbook; the first one where not given.
    pub sheet: Option<String>,
    /// One observation per row, or one unit (and period) per row.
    pub layout: Layout,
    /// Names of the columns with a fixed meaning.
    pub columns: BTreeMap<ColumnRole, String>,
    /// Columns that together name the unit, where one is not enough: their texts are joined by `.`. Empty for a single
    /// column, which is among `columns`.
    pub unit_columns: Vec<String>,
    /// From a kind of unit groups to the column that holds each unit's class.
    pub groups: BTreeMap<String, String>,
    /// From a name in the file to the code of an indicator or measure.
    pub variables: BTreeMap<String, Id>,
    /// From a name in the file to the code of a unit.
    pub units: BTreeMap<String, Id>,
    /// Field separator; found out from the header where not given.
    pub delimiter: Option<char>,
    /// Encoding label; found out where not given.
    pub encoding: Option<String>,
    /// How numbers are written.
    pub numbers: NumberNotation,
    /// From a mark in a cell to the reason why the value is absent. An empty cell is `not-reported`.
    pub absent: BTreeMap<String, Absence>,
    /// Period of every row, where the file has no such column.
    pub period: Option<Period>,
    /// Status of every row that does not say one.
    pub status: Status,
    /// Whether units are given codes made from their names.
    pub make_codes: bool,
    /// Digits after the decimal point to which the source rounded the figures of a variable.
    pub rounded: BTreeMap<Id, u32>,
    /// Whether rows of unknown units and variables are passed over and counted, instead of refused.
    pub subset: bool,
    /// Place in [`Package::origins`].
    pub origin: Option<usize>,
    /// Where the keys are.
    pub spans: Spans,
}

/// How a table is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// One observation per row.
    #[default]
    Long,
    /// One unit (and period) per row, one variable per column.
    Wide,
}

impl Layout {
    /// Every layout with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[("long", Self::Long), ("wide", Self::Wide)];
}

/// The meaning of a column of a data file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnRole {
    /// Code or name of the unit.
    Unit,
    /// Code or name of the indicator or measure (long layout).
    Variable,
    /// Period.
    Period,
    /// Value (long layout).
    Value,
    /// Status.
    Status,
    /// Measurement unit.
    MeasurementUnit,
    /// Source.
    Source,
    /// Document.
    Document,
    /// Vintage (as-of date).
    Vintage,
    /// Boundary.
    Boundary,
    /// Quality code.
    Quality,
    /// Confidence.
    Confidence,
    /// Note.
    Note,
    /// Sample size of a survey estimate.
    SampleSize,
    /// Standard error of a survey estimate.
    StandardError,
    /// Lower bound of an interval.
    Lower,
    /// Upper bound of an interval.
    Upper,
    /// First day of a title.
    Awarded,
    /// Last day of a title.
    Expires,
    /// Name of the unit, for display.
    UnitName,
}

impl ColumnRole {
    /// Every role with its key under `columns`, which is also the column's name where none is given.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("unit", Self::Unit),
        ("variable", Self::Variable),
        ("period", Self::Period),
        ("value", Self::Value),
        ("status", Self::Status),
        ("measurement-unit", Self::MeasurementUnit),
        ("source", Self::Source),
        ("document", Self::Document),
        ("vintage", Self::Vintage),
        ("boundary", Self::Boundary),
        ("quality", Self::Quality),
        ("confidence", Self::Confidence),
        ("note", Self::Note),
        ("sample-size", Self::SampleSize),
        ("standard-error", Self::StandardError),
        ("lower", Self::Lower),
        ("upper", Self::Upper),
        ("awarded", Self::Awarded),
        ("expires", Self::Expires),
        ("unit-name", Self::UnitName),
    ];
}

/// How numbers are written in a data file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberNotation {
    /// The decimal mark.
    pub decimal: char,
    /// The mark between groups of three digits, where there is one.
    pub thousands: Option<char>,
    /// What a `%` after a number means.
    pub percent: Percent,
}

impl Default for NumberNotation {
    fn default() -> Self {
        Self { decimal: '.', thousands: None, percent: Percent::Refuse }
    }
}

/// What a `%` after a number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Percent {
    /// It is an error.
    #[default]
    Refuse,
    /// `12 %` is 12: the measurement unit is percent.
    Keep,
    /// `12 %` is 0.12: the measurement unit is a share of 1.
    Divide,
}

impl Percent {
    /// Every meaning with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("refuse", Self::Refuse), ("keep", Self::Keep), ("divide", Self::Divide)];
}

/// A measurement unit with its name in both languages.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasurementUnit {
    /// As indicators, measures and data write it.
    pub id: String,
    /// Name.
    pub name: Text,
}

/// A conversion between measurement units: `to = from × multiply`.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversion {
    /// Measurement unit of the data.
    pub from: String,
    /// Measurement unit of the indicator.
    pub to: String,
    /// Exact factor.
    pub multiply: Decimal,
}

/// A variable that is not itself an indicator, observed or derived.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Place in [`Package::scales`], for a measure whose values are levels. A formula takes the place on the scale: 1 for
    /// yes, 0 for no.
    pub scale: Option<usize>,
    /// Code.
    pub id: Id,
    /// Name.
    pub name: Text,
    /// What its values are expressed in.
    pub measurement_unit: Option<String>,
    /// An SQL scalar expression over measures, indicators and scores, for a measure that is not observed.
    pub formula: Option<String>,
    /// What it takes from a survey.
    pub survey: Option<Box<SurveyUse>>,
    /// Place in [`Package::origins`].
    pub origin: Option<usize>,
    /// Where the keys are.
    pub spans: Spans,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Code.
    pub id: Id,
    /// Name.
    pub name: Text,
    /// The group above; none for the index.
    pub parent: Option<NodeIx>,
    /// Parts, in the order of the file.
    pub children: Vec<NodeIx>,
    /// Weight among its siblings.
    pub weight: Ratio,
    /// An SQL scalar expression for a weight that differs from unit to unit, in place of `weight`.
    pub weight_formula: Option<String>,
    /// Rounds the node's score, where the index's own method rounds inside.
    pub round: Option<Rounding>,
    /// Group or indicator.
    pub kind: NodeKind,
    /// Where the keys are.
    pub spans: Spans,
}

impl Node {
    /// The indicator, when the node is one.
    #[must_use]
    pub fn indicator(&self) -> Option<&Indicator> {
        match &self.kind {
            NodeKind::Indicator(indicator) => Some(indicator),
            NodeKind::Group(_) => None,
        }
    }
    /// The group, when the node is one.
    #[must_use]
    pub fn group(&self) -> Option<&Group> {
        match &self.kind {
            NodeKind::Group(group) => Some(group),
            NodeKind::Indicator(_) => None,
        }
    }
}

/// Group or indicator.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind {
    /// An inner node.
    Group(Box<Group>),
    /// A leaf.
    Indicator(Box<Indicator>),
}

/// An inner node: dimension, pillar, layer; the index itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What it stands for.
    pub description: Text,
    /// How its parts are combined; `None` for a scoreboard, whose parts are shown and not combined.
    pub aggregate: Option<MethodCall>,
    /// An SQL scalar expression that yields its score, in place of an aggregation.
    pub formula: Option<String>,
    /// Brings the aggregate onto a scale again.
    pub normalize: Option<MethodCall>,
    /// Which way is better in the aggregate, for `normalize`.
    pub direction: Direction,
    /// How the weights of its parts are used.
    pub weights: WeightUse,
    /// How the weights of its parts are found from the data, in place of those that are written.
    pub weigh: Option<MethodCall>,
    /// Whether weights are found from figures before normalization, not from scores.
    pub weigh_figures: bool,
    /// Whether what it learns from data (weights, comparison of units, normalization) is learned from all periods together;
    /// the policy's, and for a comparison of units each period by itself, where not given.
    pub fit: Option<Fit>,
    /// What it does about missing parts.
    pub missing: MissingRule,
    /// The rule by which the group holds a grade; every indicator at the grade where not given.
    pub grade: Option<Rule>,
}

/// How the weights of a group's parts are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WeightUse {
    /// In proportion: they are divided by their sum.
    #[default]
    Proportional,
    /// They must add up to exactly 1.
    Exact,
    /// They are not used: every part counts alike.
    None,
}

impl WeightUse {
    /// Every use with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("proportional", Self::Proportional), ("exact", Self::Exact), ("none", Self::None)];
}

/// A method and its arguments as written. Which parameters a method has is for its registry to say.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodCall {
    /// Id of the method.
    pub method: String,
    /// A transform applied to data and quantities first (normalization only).
    pub transform: Option<Box<MethodCall>>,
    /// Arguments by name.
    pub args: BTreeMap<String, ArgValue>,
    /// Key path in the item's [`Spans`]: `normalize`, `aggregate`.
    pub key: String,
}

/// An argument of a method as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArgValue {
    /// A number, exact.
    Number(Decimal),
    /// Text.
    Text(String),
    /// True or false.
    Flag(bool),
    /// A list.
    List(Vec<ArgValue>),
    /// A table.
    Table(BTreeMap<String, ArgValue>),
}

/// A leaf of the tree.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Indicator {
    /// What it measures.
    pub description: Text,
    /// What its values are expressed in.
    pub measurement_unit: Option<String>,
    /// Which way is better.
    pub direction: Direction,
    /// Place in [`Package::scales`], for an indicator whose values are levels.
    pub scale: Option<usize>,
    /// The natural limits of its values, the lower one first.
    pub limits: Option<[Decimal; 2]>,
    /// What its numbers are; where not given, bounded if there are limits.
    pub kind: Option<ValueKind>,
    /// An SQL scalar expression over measures and indicators, for a derived indicator.
    pub formula: Option<String>,
    /// What it takes from a survey.
    pub survey: Option<Box<SurveyUse>>,
    /// How it is brought onto the common scale; `None` where it is shown and graded but not scored.
    pub normalize: Option<MethodCall>,
    /// Steps of the ladder by grade; a grade that is left out has no threshold yet.
    pub ladder: Vec<Step>,
    /// What decides whether an uncertain figure reaches a threshold.
    pub pass: Pass,
    /// By how much a threshold may be missed, in the measurement unit; zero where not given.
    pub tolerance: Decimal,
    /// For how many years a figure is carried forward where a period has none; the policy's where not given.
    pub carry_forward: Option<u32>,
    /// An indicator or measure whose figure is accepted where there is none, by code.
    pub substitute: Option<Id>,
    /// Words that rules choose indicators by: core, supporting.
    pub tags: Vec<Id>,
    /// What it takes to move it, for plans.
    pub effort: Effort,
    /// Why the thresholds are what they are.
    pub why: Text,
    /// Where the thresholds come from: `documented`, `reconstructed`, ...
    pub ladder_confidence: Option<Confidence>,
    /// How well the definition of the indicator is established.
    pub confidence: Option<Confidence>,
    /// Set where the indicator is known to exist but its definition is not public.
    pub unpublished: bool,
    /// Digits after the decimal point in tables; from the data where not given.
    pub places: Option<u32>,
    /// Places in [`Package::origins`].
    pub origins: Vec<usize>,
    /// What it is in other packages.
    pub counterparts: Vec<Counterpart>,
    /// Caveats.
    pub note: Text,
}

/// What the numbers of an indicator are, which says how they move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Between natural limits: a share.
    Bounded,
    /// Above zero, and zero means none: income, a concentration.
    Positive,
    /// Any number, and zero is a point like others.
    Any,
}

impl ValueKind {
    /// Every kind with its word.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("bounded", Self::Bounded), ("positive", Self::Positive), ("any", Self::Any)];
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }
}

/// Where data or a definition comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// Code.
    pub id: Id,
    /// Who produced it.
    pub producer: Text,
    /// Title of the table, report or page.
    pub title: Text,
    /// Version or edition.
    pub version: Option<String>,
    /// Address.
    pub url: Option<String>,
    /// Publication date, as the producer gives it.
    pub published: Option<String>,
    /// The day it was read.
    pub accessed: Option<String>,
    /// Terms of use.
    pub license: Option<String>,
    /// How it is to be cited.
    pub citation: Option<String>,
    /// How well it is established.
    pub confidence: Option<Confidence>,
    /// Anything else.
    pub note: Text,
    /// Where the keys are.
    pub spans: Spans,
}

/// Published results that `library verify` compares with.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// A CSV in the package, or (with `shared`) beside the repository: keys and columns of published values.
    pub file: String,
    /// Whether the file lies in the folder of shared reference data instead of the package.
    pub shared: bool,
    /// Data to compute from in place of the package's own, in the shared folder.
    pub inputs: Option<Box<DataSource>>,
    /// Columns with the unit's code; several are joined by `.`.
    pub unit: Vec<String>,
    /// Column with the period, where there is one.
    pub period: Option<String>,
    /// From a column of the file to what it publishes.
    pub columns: BTreeMap<String, PublishedColumn>,
    /// How the publisher rounded; `None` when published unrounded.
    pub rounding: Option<Rounding>,
    /// Largest difference that counts as equal, for unrounded values.
    pub tolerance: Decimal,
    /// How many values are known to agree, where some are known not to; all of them where not given.
    pub matches: Option<u64>,
    /// Why computed values differ from published ones.
    pub note: Text,
    /// Where the keys are.
    pub spans: Spans,
}

/// What a column of published results holds.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedColumn {
    /// Code of a node or measure.
    pub of: Id,
    /// Which of its numbers.
    pub what: PublishedNumber,
    /// How the publisher rounded this column; as the others where not given.
    pub rounding: Option<Rounding>,
    /// Largest difference that counts as equal in this column; as in the others where not given.
    pub tolerance: Option<Decimal>,
}

/// Which number of a node was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublishedNumber {
    /// Its score, or the value of a measure.
    Score,
    /// Its rank.
    Rank,
    /// Its value at a stage: `raw`, `normalized`, `aggregated`, or the code of a step.
    Stage(String),
}
