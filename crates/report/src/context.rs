//! What every section asks: names, rows, who the report is about, whom it is compared with.

use crate::grade_table::node_grade;
use crate::said::{Said, say, term};
use crate::view::block::Cell;
use crate::view::sections::{Section, chosen};
use crate::{Extras, Input, Options, names};
use gradus_engine::{Evaluation, Methods};
use gradus_model::package::{Grade, NodeIx, UnitRole};
use gradus_model::{DataSet, Lang, Package};
use gradus_standard::{GradeInterval, NodeGrade, RowGrading};
use std::collections::BTreeMap;

/// How many units a table with one column per unit shows; ranking and JSON have them all.
pub(crate) const COLUMNS: usize = 12;

/// An input with what is looked up again and again.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) input: &'a Input<'a>,
    pub(crate) package: &'a Package,
    pub(crate) evaluation: &'a Evaluation,
    pub(crate) data: &'a DataSet,
    pub(crate) languages: Vec<Lang>,
    /// Whether pictures are drawn to be set beside the text.
    pub(crate) pictures: bool,
    /// Profiles of units beside this page.
    pub(crate) profiles: Vec<(usize, String)>,
    /// The sections of the report.
    pub(crate) sections: Vec<&'static Section>,
    /// What is known of the built-in methods.
    pub(crate) methods: Methods,
    /// The unit the report is about.
    pub(crate) own: Option<usize>,
    /// The period the report is about.
    pub(crate) period: usize,
    /// Names of the units of the evaluation.
    unit_names: Vec<Said>,
    /// Names of the nodes of the package.
    node_names: Vec<Said>,
    /// By node and unit: whether another unit has the same rank in the report's period.
    tied: Vec<Vec<bool>>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(input: &'a Input<'a>, options: &Options) -> Self {
        let (package, evaluation) = (input.package, input.evaluation);
        let mut languages = Vec::new();
        for lang in &options.languages {
            if !languages.contains(lang) {
                languages.push(*lang);
            }
        }
        if languages.is_empty() {
            languages.push(Lang::En);
        }
        // A package about one unit need not be told which.
        let declared = || {
            let mut own = package.units.iter().filter(|u| u.role == UnitRole::Own);
            match (own.next(), own.next()) {
                (Some(unit), None) => evaluation.units.iter().position(|id| *id == unit.id),
                _ => None,
            }
        };
        let only = || (evaluation.units.len() == 1).then_some(0);
        let period = input.period.min(evaluation.periods.len().saturating_sub(1));
        Self {
            tied: (0..package.nodes.len()).map(|ix| tied(evaluation, ix, period)).collect(),
            methods: Methods::default(),
            input,
            package,
            evaluation,
            data: input.data,
            languages,
            pictures: false,
            sections: chosen(package, options),
            own: match input.all {
                true => None,
                false => input.own.filter(|u| *u < evaluation.units.len()).or_else(declared).or_else(only),
            },
            profiles: options.profiles.clone(),
            period,
            unit_names: evaluation
                .units
                .iter()
                .map(|id| Said(names::unit(package, input.unit_names, id)))
                .collect(),
            node_names: (0..package.nodes.len()).map(|ix| Said(names::node(package, ix))).collect(),
        }
    }
    /// Whether another unit has the same rank.
    pub(crate) fn tied(&self, ix: NodeIx, unit: usize) -> bool {
        self.tied.get(ix).and_then(|units| units.get(unit)).copied().unwrap_or(false)
    }
    pub(crate) fn unit_name(&self, unit: usize) -> Said {
        self.unit_names.get(unit).cloned().unwrap_or_default()
    }
    pub(crate) fn node_name(&self, ix: NodeIx) -> Said {
        self.node_names[ix].clone()
    }
    /// One string for places without markup.
    pub(crate) fn plain(&self, said: &Said) -> String {
        said.plain(&self.languages)
    }
    /// What was computed beside the result.
    pub(crate) fn extras(&self) -> Option<&'a Extras> {
        self.input.extras
    }
    /// A grade as an interval: `Primary`, or `Primary to Advanced` where it is open.
    pub(crate) fn interval_text(&self, interval: GradeInterval) -> Said {
        let name = |grade: Option<usize>| grade.map_or_else(|| term("no_grade"), |g| self.grade_name(g));
        match interval.possible > interval.proven {
            true => {
                say("interval.grades", &[("low", name(interval.proven)), ("high", name(interval.possible))])
            }
            false => name(interval.proven),
        }
    }
    /// The name of a unit by its code; the code where it is none of this result.
    pub(crate) fn unit_by_code(&self, code: &str) -> Said {
        let place = self.evaluation.units.iter().position(|id| *id == *code);
        place.map_or_else(|| Said::same(code), |unit| self.unit_name(unit))
    }
    /// A node by its code, as a link to its card where it is an indicator of this package.
    pub(crate) fn node_by_code(&self, code: &str) -> Cell {
        match self.package.node(code) {
            Some(ix) if self.package.nodes[ix].indicator().is_some() => Cell::link(&self.link(ix)),
            Some(ix) => Cell::text(self.node_name(ix)),
            None => Cell::text(code),
        }
    }
    /// The row of a unit in the report's period.
    pub(crate) fn row(&self, unit: usize) -> usize {
        self.evaluation.row(unit, self.period)
    }
    /// Whether the report has a section.
    pub(crate) fn has(&self, section: &str) -> bool {
        self.sections.iter().any(|s| s.id == section)
    }
    /// The anchor of a node's card; none in a report without cards.
    pub(crate) fn card(&self, ix: NodeIx) -> String {
        if self.has("cards") { format!("i-{}", self.package.nodes[ix].id) } else { String::new() }
    }
    /// Whether there are ladders or standards, so that a report speaks of grades.
    pub(crate) fn graded(&self) -> bool {
        !self.package.grades.is_empty() || !self.package.standards.is_empty()
    }
    /// Whether any unit has a score of the index in the report's period.
    pub(crate) fn scored(&self) -> bool {
        (0..self.evaluation.units.len()).any(|u| self.evaluation.score(Package::ROOT, self.row(u)).is_some())
    }
    pub(crate) fn grading(&self, unit: usize) -> Option<RowGrading<'a>> {
        self.input.grading.row(self.row(unit))
    }
    pub(crate) fn node_grade(&self, unit: usize, ix: NodeIx) -> Option<NodeGrade<'a>> {
        node_grade(self.grading(unit)?, ix)
    }
    /// Indicators in tree order.
    pub(crate) fn indicators(&self) -> Vec<NodeIx> {
        self.package.indicators_below(Package::ROOT)
    }
    /// Groups right below the index, or the index itself where indicators hang on it directly.
    pub(crate) fn layers(&self) -> Vec<NodeIx> {
        let children = &self.package.nodes[Package::ROOT].children;
        let groups: Vec<NodeIx> =
            children.iter().copied().filter(|ix| self.package.nodes[*ix].group().is_some()).collect();
        if groups.len() == children.len() && !groups.is_empty() { groups } else { vec![Package::ROOT] }
    }
    /// The units of a table with one column each: the own one first, then the others in order.
    pub(crate) fn columns(&self) -> Vec<usize> {
        let others = (0..self.evaluation.units.len()).filter(|u| Some(*u) != self.own);
        self.own.into_iter().chain(others).take(COLUMNS).collect()
    }
    pub(crate) fn period_text(&self) -> Option<String> {
        self.evaluation.periods.get(self.period).copied().flatten().map(|p| p.to_string())
    }
    /// What a unit is called: city, country.
    pub(crate) fn unit_kind(&self) -> Said {
        match self.package.index.unit_kind.is_empty() {
            true => term("unit"),
            false => Said::from(&self.package.index.unit_kind),
        }
    }
    /// The name of a grade. A package whose standards know no grades has one: met.
    pub(crate) fn grade_name(&self, grade: usize) -> Said {
        match self.package.grades.get(grade) {
            Some(Grade { name, id, .. }) if name.is_empty() => Said::same(id.as_str()),
            Some(grade) => Said::from(&grade.name),
            None => term("met"),
        }
    }
    /// One or two characters for a grade.
    pub(crate) fn grade_letter(&self, grade: usize) -> Said {
        let Some(found) = self.package.grades.get(grade) else { return Said::same("✓") };
        if !found.letter.is_empty() {
            return Said::from(&found.letter);
        }
        let name = self.grade_name(grade);
        let first = |lang| name.get(lang).chars().next().map(|c| c.to_uppercase().to_string());
        Said(gradus_model::Text { en: first(Lang::En), zh: first(Lang::Zh) })
    }
    /// The shade of a grade, 1 (lightest) to 5; the highest grade is always the darkest.
    pub(crate) fn shade(&self, grade: usize) -> usize {
        let n = self.package.grades.len().max(1);
        ((grade + 1) * 5).div_ceil(n).clamp(1, 5)
    }
    /// Whether a grade is the highest.
    pub(crate) fn is_top(&self, grade: usize) -> bool {
        grade + 1 >= self.package.grades.len()
    }
}

/// Which units share their rank, counted once for all of them.
fn tied(evaluation: &Evaluation, ix: NodeIx, period: usize) -> Vec<bool> {
    let ranks: Vec<Option<u64>> = (0..evaluation.units.len())
        .map(|unit| evaluation.rank(ix, evaluation.row(unit, period)).map(f64::to_bits))
        .collect();
    let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
    for rank in ranks.iter().flatten() {
        *counts.entry(*rank).or_insert(0) += 1;
    }
    ranks.iter().map(|rank| rank.and_then(|r| counts.get(&r)).is_some_and(|n| *n > 1)).collect()
}
