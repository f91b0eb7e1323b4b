//! Rules compiled: every clause at every grade is a slot, computed from the slots before it.
//!
//! A row of figures gives one verdict per indicator and grade, and per further question (scores, vetoes, reporting). The
//! rest follows by counting. All verdicts of a row are one slice of bytes, so a million proofs fit into memory, and a
//! changed verdict is followed through the rules without looking at figures again.

use crate::{Marks, Verdict};
use gradus_model::number::{Decimal, Ratio};
use gradus_model::package::{Clause, NodeIx, NodeKind, OnMissing, Package, Quota, Rule, Scope, Threshold};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A place in the verdicts of a row.
pub(crate) type Slot = usize;

/// The rules of a package, compiled.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rulebook {
    pub(crate) n_nodes: usize,
    pub(crate) n_grades: usize,
    /// Nodes in tree order.
    pub(crate) tree: Vec<NodeIx>,
    /// Questions about a row beside its ladders; their slots follow those of the nodes.
    pub(crate) tests: Vec<Test>,
    /// Clauses in the order of computation; their slots follow those of the tests.
    pub(crate) clauses: Vec<Compiled>,
    /// What clauses count, each once however many of them hold it to their own bar.
    sums: Vec<Sum>,
    parts: Vec<Part>,
    amounts: Vec<i128>,
    pub(crate) inputs: Vec<Slot>,
    /// Slots of the groups' rules: (the clause, the group's own slot).
    groups: Vec<(Slot, Slot)>,
    /// For each standard and grade, its clause.
    standards: Vec<Vec<Slot>>,
    /// For each standard with grace, the indicators it rests on.
    grace: Vec<Option<Grace>>,
}

/// Grace of a standard.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grace {
    pub(crate) cells: usize,
    pub(crate) until: Option<jiff::civil::Date>,
    /// Indicators whose unknown verdicts are passed over.
    pub(crate) indicators: Vec<NodeIx>,
    /// Where the verdicts with grace are kept, by grade.
    pub(crate) at: Slot,
}

/// A question about a row that is no step of a ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Test {
    /// The score of a node is at least this.
    Score(NodeIx, Decimal),
    /// It has not happened within so many years.
    Never { indicator: NodeIx, from: Threshold, years: u32, missing: OnMissing },
    /// The indicator has a figure of one of these qualities, or of any.
    Reported(NodeIx, Arc<[String]>),
}

/// A clause at a grade.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Compiled {
    /// What it is, for words.
    pub(crate) form: Form,
    /// Key path in the spans of its owner.
    pub(crate) key: Arc<str>,
    /// The grade it asks for.
    pub(crate) grade: usize,
    pub(crate) op: Op,
    /// The clause it was compiled from; none for what binds several conditions together.
    pub(crate) rule: Option<Arc<Rule>>,
}

/// What a clause is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// Indicators are counted.
    Indicators,
    /// Points are added up.
    Points,
    /// Figures are counted.
    Reported,
    /// A score is compared.
    Score,
    /// Something must not have happened.
    Never,
    /// A rule for each of several groups.
    InEach,
    /// Groups hold a grade by their own rules.
    Groups,
    /// All, or so many, of several rules.
    Rules,
    /// The opposite of a rule.
    Not,
    /// A threshold that is not given for this grade.
    Open,
    /// Everything a standard asks for at a grade.
    Standard(usize),
    /// What must hold at every grade.
    Gate,
    /// What must hold above a grade.
    Cap(usize),
}

impl Form {
    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Indicators => "indicators",
            Self::Points => "points",
            Self::Reported => "reported",
            Self::Score => "score",
            Self::Never => "never",
            Self::InEach => "in-each",
            Self::Groups => "groups",
            Self::Rules => "rules",
            Self::Not => "not",
            Self::Open => "open",
            Self::Standard(_) => "standard",
            Self::Gate => "gate",
            Self::Cap(_) => "cap",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Op {
    /// What was counted against what is asked.
    Tally {
        /// Place in the sums.
        sum: usize,
        /// Another sum that is added, up to so much of it.
        bonus: Option<(usize, Option<i128>)>,
        bar: Bar,
        scale: u32,
    },
    /// So many of these slots are met.
    AtLeast {
        needed: usize,
        inputs: Range<usize>,
    },
    Not(Slot),
    /// The verdict of a test.
    Of(Slot),
    /// Not known whatever the figures.
    Open,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bar {
    All,
    Amount(i128),
    /// A share as numerator and denominator.
    Share(i128, i128),
}

/// Parts that are counted together.
#[derive(Debug, Clone, PartialEq)]
struct Sum {
    parts: Range<usize>,
    missing: OnMissing,
}

/// What parts count: proven, possible, and when all is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Amounts {
    pub(crate) proven: i128,
    pub(crate) possible: i128,
    pub(crate) most: i128,
}

/// What counts toward a tally.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    node: NodeIx,
    /// First of the slots it is judged by: one verdict, or one per grade.
    pub(crate) slot: Slot,
    /// What it counts when met at each of the slots, not falling.
    amounts: Range<usize>,
}

/// What a clause counted: in whole units of `10^-scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) needed: i128,
    pub(crate) proven: i128,
    pub(crate) possible: i128,
    pub(crate) most: i128,
    pub(crate) scale: u32,
}

/// A part of a clause with its verdicts.
pub(crate) struct PartOf {
    pub(crate) node: NodeIx,
    pub(crate) verdict: Verdict,
    pub(crate) exempt: bool,
    pub(crate) proven: i128,
    pub(crate) possible: i128,
    pub(crate) most: i128,
    /// The first of its slots at which it would count more than is proven.
    pub(crate) next: usize,
}

impl Rulebook {
    /// Compiles the rules of a package.
    #[must_use]
    pub fn compile(package: &Package) -> Self {
        let n_grades = package.grades.len();
        let mut compiler = Compiler {
            package,
            book: Self {
                n_nodes: package.nodes.len(),
                n_grades,
                tree: package.tree().into_iter().map(|(ix, _)| ix).collect(),
                tests: Vec::new(),
                clauses: Vec::new(),
                sums: Vec::new(),
                parts: Vec::new(),
                amounts: Vec::new(),
                inputs: Vec::new(),
                groups: Vec::new(),
                standards: vec![Vec::new(); package.standards.len()],
                grace: vec![None; package.standards.len()],
            },
            pending: Vec::new(),
        };
        compiler.package();
        compiler.finish()
    }

    /// How many verdicts a row has.
    pub(crate) fn width(&self) -> usize {
        let graced = self.grace.iter().flatten().count() * self.n_grades;
        self.clause_slots() + self.clauses.len() + graced
    }
    pub(crate) fn node_slot(&self, node: NodeIx, grade: usize) -> Slot {
        node * self.n_grades + grade
    }
    pub(crate) fn test_slots(&self) -> Slot {
        self.n_nodes * self.n_grades
    }
    fn clause_slots(&self) -> Slot {
        self.test_slots() + self.tests.len()
    }
    pub(crate) fn clause(&self, slot: Slot) -> Option<&Compiled> {
        self.clauses.get(slot.checked_sub(self.clause_slots())?)
    }
    /// The clause of a standard at a grade.
    pub(crate) fn standard_slot(&self, standard: usize, grade: usize) -> Option<Slot> {
        self.standards.get(standard)?.get(grade).copied()
    }
    /// How many standards there are.
    #[must_use]
    pub fn n_standards(&self) -> usize {
        self.standards.len()
    }
    pub(crate) fn grace(&self, standard: usize) -> Option<&Grace> {
        self.grace.get(standard)?.as_ref()
    }
    /// The clause by which a group holds a grade.
    pub(crate) fn group_clause(&self, group: NodeIx, grade: usize) -> Option<Slot> {
        let own = self.node_slot(group, grade);
        self.groups.iter().find(|(_, to)| *to == own).map(|(from, _)| *from)
    }
    /// The slots a clause is made of, where it is made of clauses.
    pub(crate) fn inputs<'a>(&'a self, clause: &'a Compiled) -> &'a [Slot] {
        match &clause.op {
            Op::AtLeast { inputs, .. } => &self.inputs[inputs.clone()],
            Op::Not(slot) => std::slice::from_ref(slot),
            Op::Tally { .. } | Op::Of(_) | Op::Open => &[],
        }
    }
    /// How many of its clauses a clause needs.
    pub(crate) fn needed(&self, clause: &Compiled) -> Option<usize> {
        match &clause.op {
            Op::AtLeast { needed, .. } => Some(*needed),
            Op::Not(_) | Op::Of(_) | Op::Open => Some(1),
            Op::Tally { .. } => None,
        }
    }
    /// The group that owns a slot, for a clause that asks a group.
    pub(crate) fn node_of(&self, slot: Slot) -> Option<(NodeIx, usize)> {
        (slot < self.test_slots()).then(|| (slot / self.n_grades, slot % self.n_grades))
    }
    /// The test behind a clause that asks a single question.
    pub(crate) fn test(&self, clause: &Compiled) -> Option<&Test> {
        match clause.op {
            Op::Of(slot) => self.tests.get(slot.checked_sub(self.test_slots())?),
            _ => None,
        }
    }

    /// Follows the rules: fills in what depends on the verdicts of indicators and tests.
    pub(crate) fn decide(&self, verdicts: &mut [Verdict], marks: &[Marks]) {
        let base = self.clause_slots();
        // Parts are indicators and tests, never clauses: all sums are there before the first clause.
        let sums: Vec<Amounts> = self.sums.iter().map(|sum| self.add(sum, verdicts, marks)).collect();
        let mut groups = self.groups.iter().peekable();
        for (i, clause) in self.clauses.iter().enumerate() {
            let slot = base + i;
            verdicts[slot] = match &clause.op {
                Op::AtLeast { needed, inputs } => {
                    Verdict::at_least(*needed, self.inputs[inputs.clone()].iter().map(|s| verdicts[*s]))
                }
                Op::Not(inner) => !verdicts[*inner],
                Op::Of(test) => verdicts[*test],
                Op::Open => Verdict::Unknown,
                Op::Tally { sum, bonus, bar, scale } => {
                    let bonus = bonus.map(|(sum, cap)| (sums[sum], cap));
                    Count::of(sums[*sum], bonus, *bar, *scale).verdict()
                }
            };
            while let Some((_, to)) = groups.next_if(|(from, _)| *from == slot) {
                verdicts[*to] = verdicts[slot];
            }
        }
    }

    /// Follows the rules once more with unknown cells passed over, for standards that grant it on a day.
    pub(crate) fn decide_with_grace(
        &self,
        verdicts: &mut [Verdict],
        marks: &[Marks],
        day: Option<jiff::civil::Date>,
    ) {
        for (standard, grace) in self.grace.iter().enumerate() {
            let Some(grace) = grace else { continue };
            let slots = |node: NodeIx| self.node_slot(node, 0)..self.node_slot(node, self.n_grades);
            let unknown: Vec<NodeIx> = grace
                .indicators
                .iter()
                .copied()
                .filter(|node| {
                    !marks[*node].contains(Marks::EXEMPT)
                        && verdicts[slots(*node)].contains(&Verdict::Unknown)
                })
                .collect();
            let granted = !unknown.is_empty()
                && unknown.len() <= grace.cells
                && grace.until.is_none_or(|until| day.is_some_and(|day| day <= until));
            let found: Vec<Verdict> = if granted {
                let mut with = verdicts.to_vec();
                for slot in unknown.into_iter().flat_map(slots) {
                    if with[slot] == Verdict::Unknown {
                        with[slot] = Verdict::Met;
                    }
                }
                self.decide(&mut with, marks);
                self.standards[standard].iter().map(|slot| with[*slot]).collect()
            } else {
                self.standards[standard].iter().map(|slot| verdicts[*slot]).collect()
            };
            verdicts[grace.at..grace.at + found.len()].copy_from_slice(&found);
        }
    }

    fn add(&self, sum: &Sum, verdicts: &[Verdict], marks: &[Marks]) -> Amounts {
        let mut total = Amounts::default();
        for part in &self.parts[sum.parts.clone()] {
            total.plus(self.part(part, verdicts, marks, sum.missing));
        }
        total
    }

    /// What a part counts; nothing where it is left out.
    pub(crate) fn part(
        &self,
        part: &Part,
        verdicts: &[Verdict],
        marks: &[Marks],
        missing: OnMissing,
    ) -> Amounts {
        if marks[part.node].contains(Marks::EXEMPT) {
            return Amounts::default();
        }
        let amounts = &self.amounts[part.amounts.clone()];
        let (proven, possible, most) = match amounts {
            // Most parts are one verdict: they are not looked through.
            [amount] => {
                let verdict = verdicts[part.slot];
                let proven = if verdict == Verdict::Met { *amount } else { 0 };
                (proven, if verdict == Verdict::NotMet { 0 } else { *amount }, *amount)
            }
            _ => {
                let slots = &verdicts[part.slot..part.slot + amounts.len()];
                let steps = |held: fn(Verdict) -> bool| {
                    slots.iter().take_while(|v| held(**v)).count().checked_sub(1).map_or(0, |at| amounts[at])
                };
                let most = amounts.last().copied().unwrap_or(0);
                (steps(|v| v == Verdict::Met), steps(|v| v != Verdict::NotMet), most)
            }
        };
        Amounts { proven, possible, most }.with(missing)
    }

    /// What a clause that counts has counted, with its parts and their verdicts; those of the bonus last.
    pub(crate) fn counted(
        &self,
        clause: &Compiled,
        verdicts: &[Verdict],
        marks: &[Marks],
        mut each: impl FnMut(PartOf),
    ) -> Option<Count> {
        let Op::Tally { sum, bonus, bar, scale } = clause.op else { return None };
        let mut count = |sum: usize| {
            let Sum { parts, missing } = &self.sums[sum];
            let mut total = Amounts::default();
            for part in &self.parts[parts.clone()] {
                let amounts = self.part(part, verdicts, marks, OnMissing::Unknown);
                total.plus(amounts.with(*missing));
                each(self.part_of(part, amounts, marks, *missing));
            }
            total
        };
        let total = count(sum);
        let bonus = bonus.map(|(sum, cap)| (count(sum), cap));
        Some(Count::of(total, bonus, bar, scale))
    }

    fn part_of(&self, part: &Part, amounts: Amounts, marks: &[Marks], missing: OnMissing) -> PartOf {
        let Amounts { proven, possible, .. } = amounts;
        let steps = &self.amounts[part.amounts.clone()];
        let most = steps.last().copied().unwrap_or(0);
        let next = steps.iter().position(|amount| *amount > proven).unwrap_or(steps.len());
        let exempt = marks[part.node].contains(Marks::EXEMPT)
            || (missing == OnMissing::LeaveOut && proven != possible);
        let verdict = if proven == most {
            Verdict::Met
        } else if possible == proven {
            Verdict::NotMet
        } else {
            Verdict::Unknown
        };
        PartOf { node: part.node, verdict, exempt, proven, possible, most, next }
    }

    /// The scale in which a clause counts.
    pub(crate) fn scale(&self, clause: &Compiled) -> u32 {
        match clause.op {
            Op::Tally { scale, .. } => scale,
            _ => 0,
        }
    }
    /// How many parts a clause counts.
    pub(crate) fn n_parts(&self, clause: &Compiled) -> usize {
        self.parts_of(clause).count()
    }

    /// What a sum counts, and what an unknown part counts as.
    pub(crate) fn sum_of(&self, sum: usize) -> (&[Part], OnMissing) {
        let Sum { parts, missing } = &self.sums[sum];
        (&self.parts[parts.clone()], *missing)
    }

    /// The parts of a clause that counts, those of its bonus last.
    fn parts_of(&self, clause: &Compiled) -> impl Iterator<Item = &Part> {
        let (sum, bonus) = match clause.op {
            Op::Tally { sum, bonus, .. } => (Some(sum), bonus.map(|(sum, _)| sum)),
            _ => (None, None),
        };
        [sum, bonus].into_iter().flatten().flat_map(|sum| self.sum_of(sum).0)
    }
}

impl Amounts {
    fn plus(&mut self, other: Self) {
        self.proven += other.proven;
        self.possible += other.possible;
        self.most += other.most;
    }
    /// With what is not known counted as a clause says.
    fn with(self, missing: OnMissing) -> Self {
        let Self { proven, possible, .. } = self;
        match missing {
            _ if proven == possible => self,
            OnMissing::Unknown => self,
            OnMissing::Fail => Self { possible: proven, ..self },
            OnMissing::Pass => Self { proven: possible, ..self },
            OnMissing::LeaveOut => Self::default(),
        }
    }
}

impl Count {
    fn of(sum: Amounts, bonus: Option<(Amounts, Option<i128>)>, bar: Bar, scale: u32) -> Self {
        let Amounts { mut proven, mut possible, most } = sum;
        // Bonus points are no part of what is to be had.
        if let Some((bonus, cap)) = bonus {
            let cap = cap.unwrap_or(i128::MAX);
            proven += bonus.proven.min(cap);
            possible += bonus.possible.min(cap);
        }
        let needed = match bar {
            Bar::All => most,
            Bar::Amount(amount) => amount,
            // The smallest amount that is at least the share.
            Bar::Share(numerator, denominator) => match numerator.checked_mul(most) {
                Some(product) => (product + denominator - 1).div_euclid(denominator),
                None => most,
            },
        };
        Self { needed, proven, possible, most, scale }
    }
    fn verdict(self) -> Verdict {
        if self.proven >= self.needed {
            Verdict::Met
        } else if self.possible < self.needed {
            Verdict::NotMet
        } else {
            Verdict::Unknown
        }
    }
}

/// While compiling, slots of tests and clauses are not final: tests are still being added. They are kept apart and put in
/// order at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Draft {
    Node(Slot),
    Test(usize),
    Clause(usize),
}

struct Compiler<'p> {
    package: &'p Package,
    book: Rulebook,
    /// For each clause, its inputs as drafts; moved into the book at the end.
    pending: Vec<Pending>,
}

enum Pending {
    AtLeast(usize, Vec<Draft>),
    Not(Draft),
    Of(usize),
    Tally(Tally),
    Open,
}

/// An indicator with the first of its slots and what it counts at each of them.
type DraftPart = (NodeIx, Draft, Vec<i128>);

/// Sums by what they count, with their places.
type KnownSums = BTreeMap<(Vec<(NodeIx, Slot, Vec<i128>)>, OnMissing), usize>;

struct Tally {
    parts: Vec<DraftPart>,
    /// With the most that counts.
    bonus: Option<(Vec<DraftPart>, Option<i128>)>,
    bar: Bar,
    missing: OnMissing,
    scale: u32,
}

impl Compiler<'_> {
    fn package(&mut self) {
        let package = self.package;
        let mut group_slots: Vec<(Draft, Slot)> = Vec::new();
        // Groups from the bottom up: the rule of one may ask those below it.
        for ix in self.book.tree.clone().into_iter().rev() {
            let NodeKind::Group(group) = &package.nodes[ix].kind else { continue };
            let rule = group.grade.clone().unwrap_or_else(|| Rule {
                clause: Clause::Indicators {
                    quota: Quota::All,
                    scope: Scope {
                        written: "*".into(),
                        tagged: None,
                        indicators: package.indicators_below(ix),
                    },
                    at_least: None,
                    missing: OnMissing::Unknown,
                },
                key: "grade".into(),
            });
            for grade in 0..self.book.n_grades {
                let slot = self.rule(&rule, grade);
                group_slots.push((slot, self.book.node_slot(ix, grade)));
            }
        }
        let mut roots: Vec<Option<Vec<Draft>>> = vec![None; package.standards.len()];
        for standard in 0..package.standards.len() {
            self.standard(standard, &mut roots, &mut Vec::new());
        }
        let groups = group_slots.into_iter().map(|(draft, to)| (self.place(draft), to)).collect();
        let standards = roots
            .into_iter()
            .map(|r| r.unwrap_or_default().into_iter().map(|d| self.place(d)).collect())
            .collect();
        self.book.groups = groups;
        self.book.standards = standards;
    }

    /// The final slot of a draft; right once all tests are known.
    fn place(&self, draft: Draft) -> Slot {
        match draft {
            Draft::Node(slot) => slot,
            Draft::Test(at) => self.book.test_slots() + at,
            Draft::Clause(at) => self.book.clause_slots() + at,
        }
    }

    fn finish(mut self) -> Rulebook {
        let mut known = BTreeMap::new();
        for (at, pending) in std::mem::take(&mut self.pending).into_iter().enumerate() {
            let op = match pending {
                Pending::Open => Op::Open,
                Pending::Of(test) => Op::Of(self.book.test_slots() + test),
                Pending::Not(inner) => Op::Not(self.place(inner)),
                Pending::AtLeast(needed, inputs) => {
                    let from = self.book.inputs.len();
                    let inputs: Vec<Slot> = inputs.into_iter().map(|d| self.place(d)).collect();
                    self.book.inputs.extend(inputs);
                    Op::AtLeast { needed, inputs: from..self.book.inputs.len() }
                }
                Pending::Tally(tally) => {
                    let mut sum = |parts| self.sum(parts, tally.missing, &mut known);
                    let (parts, bonus) = (sum(tally.parts), tally.bonus.map(|(b, cap)| (sum(b), cap)));
                    Op::Tally { sum: parts, bonus, bar: tally.bar, scale: tally.scale }
                }
            };
            self.book.clauses[at].op = op;
        }
        let mut at = self.book.clause_slots() + self.book.clauses.len();
        for (ix, standard) in self.package.standards.iter().enumerate() {
            let Some(grace) = &standard.grace else { continue };
            let mut indicators = Vec::new();
            let mut seen = vec![false; self.book.clauses.len()];
            for slot in self.book.standards[ix].clone() {
                self.rests_on(slot, &mut seen, &mut indicators);
            }
            indicators.sort_unstable();
            indicators.dedup();
            self.book.grace[ix] = Some(Grace { cells: grace.cells, until: grace.until, indicators, at });
            at += self.book.n_grades;
        }
        self.book
    }

    /// The indicators whose ladders a slot rests on.
    fn rests_on(&self, slot: Slot, seen: &mut [bool], out: &mut Vec<NodeIx>) {
        let book = &self.book;
        if let Some((node, grade)) = book.node_of(slot) {
            match self.package.nodes[node].kind {
                NodeKind::Indicator(_) => out.push(node),
                NodeKind::Group(_) => {
                    if let Some(slot) = book.group_clause(node, grade) {
                        self.rests_on(slot, seen, out);
                    }
                }
            }
            return;
        }
        let Some(at) = slot.checked_sub(book.clause_slots()).filter(|at| *at < seen.len()) else { return };
        if std::mem::replace(&mut seen[at], true) {
            return;
        }
        let clause = &book.clauses[at];
        // What is asked of reporting is no step of a ladder.
        let ladders = |part: &&Part| part.slot < book.test_slots();
        out.extend(book.parts_of(clause).filter(ladders).map(|part| part.node));
        for slot in book.inputs(clause) {
            self.rests_on(*slot, seen, out);
        }
    }

    /// The place of a sum: a new one, or the one that counts the same.
    fn sum(&mut self, parts: Vec<DraftPart>, missing: OnMissing, known: &mut KnownSums) -> usize {
        let parts: Vec<(NodeIx, Slot, Vec<i128>)> =
            parts.into_iter().map(|(node, draft, amounts)| (node, self.place(draft), amounts)).collect();
        let book = &mut self.book;
        *known.entry((parts, missing)).or_insert_with_key(|(parts, missing)| {
            let from = book.parts.len();
            for (node, slot, amounts) in parts {
                let first = book.amounts.len();
                book.amounts.extend(amounts);
                book.parts.push(Part { node: *node, slot: *slot, amounts: first..book.amounts.len() });
            }
            book.sums.push(Sum { parts: from..book.parts.len(), missing: *missing });
            book.sums.len() - 1
        })
    }

    fn push(&mut self, form: Form, key: &str, grade: usize, rule: Option<&Rule>, pending: Pending) -> Draft {
        self.pending.push(pending);
        self.book.clauses.push(Compiled {
            form,
            key: key.into(),
            grade,
            op: Op::Open,
            rule: rule.map(|rule| Arc::new(rule.clone())),
        });
        Draft::Clause(self.book.clauses.len() - 1)
    }

    fn test(&mut self, test: Test) -> usize {
        match self.book.tests.iter().position(|known| *known == test) {
            Some(at) => at,
            None => {
                self.book.tests.push(test);
                self.book.tests.len() - 1
            }
        }
    }

    /// A standard at every grade, after those it requires.
    fn standard(&mut self, ix: usize, roots: &mut [Option<Vec<Draft>>], path: &mut Vec<usize>) {
        if roots[ix].is_some() || path.contains(&ix) {
            return;
        }
        path.push(ix);
        let standard = &self.package.standards[ix];
        for required in &standard.requires {
            self.standard(required.standard, roots, path);
        }
        path.pop();
        let gate = standard.gate.as_ref().filter(|_| self.book.n_grades > 0).map(|gate| {
            let inner = self.rule(gate, 0);
            self.push(Form::Gate, &gate.key, 0, None, Pending::AtLeast(1, vec![inner]))
        });
        let mut slots = Vec::new();
        for grade in 0..self.book.n_grades {
            let mut inputs: Vec<Draft> = Vec::new();
            for required in &standard.requires {
                let asked = required.at_least.unwrap_or(grade);
                inputs.extend(roots[required.standard].as_ref().and_then(|r| r.get(asked)).copied());
            }
            inputs.extend(gate);
            for cap in standard.caps.iter().filter(|cap| grade > cap.at) {
                let inner = self.rule(&cap.unless, grade);
                inputs.push(self.push(
                    Form::Cap(cap.at),
                    &cap.unless.key,
                    grade,
                    None,
                    Pending::AtLeast(1, vec![inner]),
                ));
            }
            inputs.push(self.rule(&standard.rule, grade));
            let needed = inputs.len();
            slots.push(self.push(Form::Standard(ix), "", grade, None, Pending::AtLeast(needed, inputs)));
        }
        roots[ix] = Some(slots);
    }

    fn rule(&mut self, rule: &Rule, grade: usize) -> Draft {
        let open = |this: &mut Self| this.push(Form::Open, &rule.key, grade, Some(rule), Pending::Open);
        let (form, pending) = match &rule.clause {
            Clause::Indicators { quota, scope, at_least, missing } => {
                let asked = at_least.unwrap_or(grade);
                let by_weight = matches!(quota, Quota::Share { by_weight: true, .. });
                let (weights, scale) = self.weights(&scope.indicators, by_weight, true);
                let Some(bar) = bar(quota, grade, scale) else { return open(self) };
                let parts = scope
                    .indicators
                    .iter()
                    .zip(weights)
                    .map(|(ix, w)| (*ix, Draft::Node(self.book.node_slot(*ix, asked)), vec![w]))
                    .collect();
                let tally = Tally { parts, bonus: None, bar, missing: *missing, scale };
                return self.push(Form::Indicators, &rule.key, asked, Some(rule), Pending::Tally(tally));
            }
            Clause::Points { quota, scope, each, bonus, missing, by_weight } => {
                let points = each.iter().chain(bonus.iter().flat_map(|b| b.each.iter().chain(&b.cap)));
                let asked: Vec<Decimal> = match quota {
                    Quota::Count(count) => count.each().map(|(_, x)| x).collect(),
                    _ => Vec::new(),
                };
                let (weights, weight_scale) = self.weights(&scope.indicators, *by_weight, false);
                let scale = points.chain(&asked).map(|x| x.normalize().scale()).max().unwrap_or(0);
                let total = scale + weight_scale;
                let Some(bar) = bar(quota, grade, total) else { return open(self) };
                let part = |ix: &NodeIx, weight: i128, each: &[Decimal], scale: u32| {
                    let amounts = each.iter().map(|x| whole(*x, scale).saturating_mul(weight)).collect();
                    (*ix, Draft::Node(self.book.node_slot(*ix, 0)), amounts)
                };
                let parts =
                    scope.indicators.iter().zip(weights).map(|(ix, w)| part(ix, w, each, scale)).collect();
                let bonus = bonus.as_ref().map(|bonus| {
                    let parts =
                        bonus.scope.indicators.iter().map(|ix| part(ix, 1, &bonus.each, total)).collect();
                    (parts, bonus.cap.map(|cap| whole(cap, total)))
                });
                (Form::Points, Pending::Tally(Tally { parts, bonus, bar, missing: *missing, scale: total }))
            }
            Clause::Reported { quota, scope, quality } => {
                let Some(bar) = bar(quota, grade, 0) else { return open(self) };
                let quality: Arc<[String]> = quality.clone().into();
                let parts = scope
                    .indicators
                    .iter()
                    .map(|ix| {
                        (*ix, Draft::Test(self.test(Test::Reported(*ix, Arc::clone(&quality)))), vec![1])
                    })
                    .collect();
                let tally = Tally { parts, bonus: None, bar, missing: OnMissing::Unknown, scale: 0 };
                (Form::Reported, Pending::Tally(tally))
            }
            Clause::Score { node, at_least } => match at_least.at(grade) {
                Some(score) => (Form::Score, Pending::Of(self.test(Test::Score(*node, score)))),
                None => return open(self),
            },
            Clause::Never { indicator, from, years, missing } => {
                let test =
                    Test::Never { indicator: *indicator, from: *from, years: *years, missing: *missing };
                (Form::Never, Pending::Of(self.test(test)))
            }
            Clause::InEach { rules, .. } => {
                let inner: Vec<Draft> = rules.iter().map(|rule| self.rule(rule, grade)).collect();
                (Form::InEach, Pending::AtLeast(inner.len(), inner))
            }
            Clause::Group { groups, at_least } => {
                let asked = at_least.unwrap_or(grade);
                let slots = groups.iter().map(|ix| Draft::Node(self.book.node_slot(*ix, asked))).collect();
                let pending = Pending::AtLeast(groups.len(), slots);
                return self.push(Form::Groups, &rule.key, asked, Some(rule), pending);
            }
            Clause::AllOf(rules) => {
                let inner: Vec<Draft> = rules.iter().map(|rule| self.rule(rule, grade)).collect();
                (Form::Rules, Pending::AtLeast(inner.len(), inner))
            }
            Clause::AnyOf(rules) => {
                let inner = rules.iter().map(|rule| self.rule(rule, grade)).collect();
                (Form::Rules, Pending::AtLeast(1, inner))
            }
            Clause::CountOf { count, of } => {
                let inner = of.iter().map(|rule| self.rule(rule, grade)).collect();
                (Form::Rules, Pending::AtLeast(*count, inner))
            }
            Clause::Not(inner) => {
                let inner = self.rule(inner, grade);
                (Form::Not, Pending::Not(inner))
            }
            // A clause of a later edition of the rule language that this one does not know.
            _ => return open(self),
        };
        self.push(form, &rule.key, grade, Some(rule), pending)
    }

    /// What indicators count, as whole numbers of `10^-scale`: one each, or their weights; for shares only the proportions
    /// of weights matter, which are exact for fractions too.
    fn weights(&self, indicators: &[NodeIx], by_weight: bool, shares: bool) -> (Vec<i128>, u32) {
        if !by_weight {
            return (vec![1; indicators.len()], 0);
        }
        let weights: Vec<Ratio> = indicators.iter().map(|ix| self.package.weight(*ix)).collect();
        let exact = if shares { Ratio::proportions(&weights) } else { None };
        let numbers = exact.unwrap_or_else(|| {
            weights.iter().map(|w| w.quotient().unwrap_or_default().round_dp(DIGITS)).collect()
        });
        let scale = numbers.iter().map(|x| x.normalize().scale()).max().unwrap_or(0).min(DIGITS);
        (numbers.iter().map(|x| whole(*x, scale)).collect(), scale)
    }
}

/// Digits after the point to which weights that do not end are taken.
const DIGITS: u32 = 12;

/// What is asked, in whole units of `10^-scale`; nothing at a grade without a number.
fn bar(quota: &Quota, grade: usize, scale: u32) -> Option<Bar> {
    Some(match quota {
        Quota::All => Bar::All,
        Quota::Count(count) => Bar::Amount(whole(count.at(grade)?, scale)),
        Quota::Share { share, .. } => {
            let share = share.at(grade)?.normalize();
            Bar::Share(share.mantissa(), 10i128.checked_pow(share.scale())?)
        }
    })
}

/// A number in whole units of `10^-scale`, rounded where it has more digits; as large as can be where it does not fit.
fn whole(x: Decimal, scale: u32) -> i128 {
    let x = x.round_dp(scale).normalize();
    let factor = 10i128.checked_pow(scale - x.scale()).unwrap_or(i128::MAX >> 32);
    x.mantissa().saturating_mul(factor).clamp(-(i128::MAX >> 32), i128::MAX >> 32)
}
