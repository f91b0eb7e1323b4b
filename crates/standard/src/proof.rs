//! Why a rule has its verdict: the clause, what it counts, and the verdicts it rests on.

use crate::rulebook::{Count, Form, Slot, Test};
use crate::{RowGrading, Verdict};
use gradus_model::number::Decimal;
use gradus_model::package::{NodeIx, Rule};
use std::sync::Arc;

/// A clause with its verdict and what that rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// What the clause is.
    pub form: Form,
    /// Key path of the clause in the item's spans: `rule.all-of.0`.
    pub key: Arc<str>,
    /// The grade the clause asks for.
    pub grade: usize,
    /// The verdict.
    pub verdict: Verdict,
    /// The clause as written; none for what binds several conditions together.
    pub rule: Option<Arc<Rule>>,
    /// What is asked and what is there.
    pub tally: Tally,
    /// Indicators the clause counts, or the one it asks about; empty for a clause of clauses.
    pub parts: Vec<Part>,
    /// Clauses it combines. A clause that asks groups holds the rule of each.
    pub clauses: Vec<Proof>,
    /// The group whose own rule this is.
    pub group: Option<NodeIx>,
}

/// What is asked and what is there: numbers of parts, of points, or a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// At least this is asked.
    pub needed: Decimal,
    /// This is proven.
    pub proven: Decimal,
    /// This is possible.
    pub possible: Decimal,
    /// This is to be had, of what applies to the unit.
    pub most: Decimal,
}

/// An indicator in a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The indicator.
    pub node: NodeIx,
    /// Whether it holds what the clause asks; for points, whether it earns all it can.
    pub verdict: Verdict,
    /// Whether it is left out of what is counted and asked, since it does not apply or the clause says so.
    pub exempt: bool,
    /// What it counts at least.
    pub proven: Decimal,
    /// What it may still count.
    pub possible: Decimal,
    /// What it counts when all is met.
    pub most: Decimal,
    /// The grade that is asked of it; where grades earn points, the lowest one that earns more than is proven.
    pub asked: usize,
}

impl Proof {
    /// The parts with a verdict, here and in the clauses below, in order of the tree, each once with the hardest grade
    /// that is asked of it.
    #[must_use]
    pub fn parts_that_are(&self, verdict: Verdict) -> Vec<(NodeIx, usize)> {
        let mut parts = Vec::new();
        self.collect(verdict, &mut parts);
        hardest(parts)
    }
    fn collect(&self, verdict: Verdict, out: &mut Vec<(NodeIx, usize)>) {
        out.extend(self.parts_here(verdict).map(|part| (part.node, part.asked)));
        for clause in &self.clauses {
            clause.collect(verdict, out);
        }
    }
    /// The parts of this clause with a verdict, without those that are left out.
    pub fn parts_here(&self, verdict: Verdict) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(move |part| part.verdict == verdict && !part.exempt)
    }
}

/// Each node once, in order, with the hardest of its grades.
#[must_use]
pub fn hardest(mut parts: Vec<(NodeIx, usize)>) -> Vec<(NodeIx, usize)> {
    parts.sort_unstable_by_key(|(node, grade)| (*node, std::cmp::Reverse(*grade)));
    parts.dedup_by_key(|(node, _)| *node);
    parts
}

/// The proof of a clause in a row. It is as deep as the rule, and rules are read to a bounded depth.
pub(crate) fn of(row: RowGrading<'_>, slot: Slot) -> Option<Proof> {
    let (book, verdicts, marks) = row.read();
    if let Some((group, grade)) = book.node_of(slot) {
        let proof = of(row, book.group_clause(group, grade)?)?;
        return Some(Proof { group: Some(group), ..proof });
    }
    let clause = book.clause(slot)?;
    let clauses: Vec<Proof> = book.inputs(clause).iter().filter_map(|slot| of(row, *slot)).collect();
    let mut parts = Vec::with_capacity(book.n_parts(clause));
    // Amounts are whole units of the clause's scale.
    let scale = book.scale(clause);
    let count = book.counted(clause, verdicts, marks, |part| {
        parts.push(Part {
            node: part.node,
            verdict: part.verdict,
            exempt: part.exempt,
            proven: decimal(part.proven, scale),
            possible: decimal(part.possible, scale),
            most: decimal(part.most, scale),
            asked: match clause.form {
                Form::Points => part.next,
                _ => clause.grade,
            },
        });
    });
    if let Some(Test::Never { indicator: node, .. } | Test::Score(node, _)) = book.test(clause) {
        parts.push(Part::one(*node, verdicts[slot], clause.grade));
    }
    let tally = match count {
        Some(Count { needed, proven, possible, most, scale }) => Tally {
            needed: decimal(needed, scale),
            proven: decimal(proven, scale),
            possible: decimal(possible, scale),
            most: decimal(most, scale),
        },
        None => {
            let count =
                |held: fn(Verdict) -> bool| Decimal::from(clauses.iter().filter(|c| held(c.verdict)).count());
            Tally {
                needed: book.needed(clause).unwrap_or(0).into(),
                proven: count(|v| v == Verdict::Met),
                possible: count(|v| v != Verdict::NotMet),
                most: clauses.len().max(1).into(),
            }
        }
    };
    Some(Proof {
        form: clause.form,
        key: Arc::clone(&clause.key),
        grade: clause.grade,
        verdict: verdicts[slot],
        rule: clause.rule.clone(),
        tally,
        parts,
        clauses,
        group: None,
    })
}

impl Part {
    fn one(node: NodeIx, verdict: Verdict, asked: usize) -> Self {
        let count = |met: bool| Decimal::from(u8::from(met));
        Self {
            node,
            verdict,
            exempt: false,
            proven: count(verdict == Verdict::Met),
            possible: count(verdict != Verdict::NotMet),
            most: Decimal::ONE,
            asked,
        }
    }
}

/// A count in whole units of `10^-scale` as a number.
fn decimal(units: i128, scale: u32) -> Decimal {
    match u32::try_from(units) {
        Ok(units) if scale == 0 => units.into(),
        _ => Decimal::try_from_i128_with_scale(units, scale).unwrap_or(Decimal::MAX).normalize(),
    }
}
