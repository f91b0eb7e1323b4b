//! The verdicts of all rows, and how they are read.

use crate::proof::{self, Proof};
use crate::rulebook::Rulebook;
use crate::{Change, Marks, Verdict};
use gradus_model::package::NodeIx;
use std::sync::Arc;

/// The grades of every unit and period: one row per row of the evaluation it was made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Grading {
    book: Arc<Rulebook>,
    n_rows: usize,
    verdicts: Vec<Verdict>,
    marks: Vec<Marks>,
}

/// The verdicts of one row, on their own.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    book: Arc<Rulebook>,
    pub(crate) verdicts: Vec<Verdict>,
    pub(crate) marks: Vec<Marks>,
}

/// The grades of one unit in one period.
#[derive(Debug, Clone, Copy)]
pub struct RowGrading<'a> {
    book: &'a Rulebook,
    verdicts: &'a [Verdict],
    marks: &'a [Marks],
}

/// A grade as an interval: what is proven and what is still possible, by place in the package's grades.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GradeInterval {
    /// The highest grade that is met together with all lower ones.
    pub proven: Option<usize>,
    /// The highest grade that is not ruled out, nor any lower one.
    pub possible: Option<usize>,
}

/// The grade of a node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NodeGrade<'a> {
    /// The node.
    pub node: NodeIx,
    /// The verdict at each grade of the package, from the lowest.
    pub verdicts: &'a [Verdict],
    /// The interval.
    pub interval: GradeInterval,
    /// What else is to be said of an indicator's verdicts.
    pub marks: Marks,
}

/// The grade of a standard.
#[derive(Debug, Clone, Copy)]
pub struct StandardGrade<'a> {
    row: RowGrading<'a>,
    /// Place in the package's standards.
    pub standard: usize,
    /// The interval.
    pub interval: GradeInterval,
    /// The highest grade that is held when unknown cells are passed over; the proven one where no grace is granted.
    pub held: Option<usize>,
}

impl GradeInterval {
    /// From the verdicts at each grade, from the lowest.
    #[must_use]
    pub fn of(verdicts: impl IntoIterator<Item = Verdict> + Clone) -> Self {
        let steps = |held: fn(Verdict) -> bool| {
            verdicts.clone().into_iter().take_while(|v| held(*v)).count().checked_sub(1)
        };
        Self { proven: steps(|v| v == Verdict::Met), possible: steps(|v| v != Verdict::NotMet) }
    }
}

impl Grading {
    pub(crate) fn new(book: Arc<Rulebook>, n_rows: usize, verdicts: Vec<Verdict>, marks: Vec<Marks>) -> Self {
        Self { book, n_rows, verdicts, marks }
    }
    /// Of a package without grades: nothing is to be proven.
    pub(crate) fn empty(n_rows: usize) -> Self {
        Self { book: Arc::new(Rulebook::default()), n_rows, verdicts: Vec::new(), marks: Vec::new() }
    }
    /// How many rows there are.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }
    /// The grades of a row.
    #[must_use]
    pub fn row(&self, row: usize) -> Option<RowGrading<'_>> {
        if row >= self.n_rows {
            return None;
        }
        let (width, nodes) = (self.book.width(), self.book.n_nodes);
        let marks = if self.marks.is_empty() { &[] } else { &self.marks[row * nodes..(row + 1) * nodes] };
        let verdicts =
            if self.verdicts.is_empty() { &[] } else { &self.verdicts[row * width..(row + 1) * width] };
        Some(RowGrading { book: &self.book, verdicts, marks })
    }
    /// The grades of all rows.
    pub fn rows(&self) -> impl Iterator<Item = RowGrading<'_>> {
        (0..self.n_rows).filter_map(|row| self.row(row))
    }
    /// The rules they follow from.
    #[must_use]
    pub fn book(&self) -> &Arc<Rulebook> {
        &self.book
    }
}

impl Record {
    pub(crate) fn new(book: &Arc<Rulebook>) -> Self {
        Self {
            book: Arc::clone(book),
            verdicts: vec![Verdict::Unknown; book.width()],
            marks: vec![Marks::default(); book.n_nodes],
        }
    }
    /// The grades.
    #[must_use]
    pub fn grades(&self) -> RowGrading<'_> {
        RowGrading { book: &self.book, verdicts: &self.verdicts, marks: &self.marks }
    }
    /// Says what is to be assumed of an indicator at each grade, from the lowest, and follows the rules again.
    pub fn assume(&mut self, changes: &[(NodeIx, &[Verdict])]) {
        for (node, verdicts) in changes {
            let slot = self.book.node_slot(*node, 0);
            for (at, verdict) in verdicts.iter().enumerate().take(self.book.n_grades) {
                self.verdicts[slot + at] = *verdict;
            }
        }
        self.book.decide(&mut self.verdicts, &self.marks);
    }
    /// Puts other verdicts in place of those of the row, and follows the rules again.
    pub fn put(&mut self, changes: &[&Change]) {
        for change in changes {
            for (slot, verdict) in change.slots(&self.book) {
                self.verdicts[slot] = verdict;
            }
        }
        self.book.decide(&mut self.verdicts, &self.marks);
    }
}

impl<'a> RowGrading<'a> {
    pub(crate) fn read(self) -> (&'a Rulebook, &'a [Verdict], &'a [Marks]) {
        (self.book, self.verdicts, self.marks)
    }
    /// The grade of an indicator or group; none for a package without grades.
    #[must_use]
    pub fn node(&self, node: NodeIx) -> Option<NodeGrade<'a>> {
        if self.book.n_grades == 0 || node >= self.book.n_nodes {
            return None;
        }
        let slot = self.book.node_slot(node, 0);
        let verdicts = self.verdicts.get(slot..slot + self.book.n_grades)?;
        let interval = GradeInterval::of(verdicts.iter().copied());
        Some(NodeGrade { node, verdicts, interval, marks: self.marks.get(node).copied().unwrap_or_default() })
    }
    /// The grades of all nodes, in tree order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeGrade<'a>> + use<'a> {
        let row = *self;
        self.book.tree.iter().filter_map(move |node| row.node(*node))
    }
    /// The grade by a standard.
    #[must_use]
    pub fn standard(&self, standard: usize) -> Option<StandardGrade<'a>> {
        let grades = self.book.n_grades;
        let slot = |grade: usize| Some(self.verdicts[self.book.standard_slot(standard, grade)?]);
        if standard >= self.book.n_standards() || grades == 0 {
            return None;
        }
        let verdicts = (0..grades).filter_map(slot);
        let interval = GradeInterval::of(verdicts);
        let held = match self.book.grace(standard) {
            Some(grace) => {
                let with = self.verdicts[grace.at..grace.at + grades].iter().copied();
                GradeInterval::of(with).proven
            }
            None => interval.proven,
        };
        Some(StandardGrade { row: *self, standard, interval, held })
    }
    /// The grades by all standards, in the order of the package.
    pub fn standards(&self) -> impl Iterator<Item = StandardGrade<'a>> + use<'a> {
        let row = *self;
        (0..self.book.n_standards()).filter_map(move |standard| row.standard(standard))
    }
    /// The proof of a group's verdict at a grade; none for an indicator.
    #[must_use]
    pub fn group_proof(&self, group: NodeIx, grade: usize) -> Option<Proof> {
        proof::of(*self, self.book.group_clause(group, grade)?)
    }
    /// On its own, to try what else could be.
    #[must_use]
    pub fn to_record(&self, grading: &Grading) -> Record {
        Record {
            book: Arc::clone(&grading.book),
            verdicts: self.verdicts.to_vec(),
            marks: self.marks.to_vec(),
        }
    }
}

impl StandardGrade<'_> {
    /// The verdict at each grade of the package, from the lowest.
    #[must_use]
    pub fn verdicts(&self) -> Vec<Verdict> {
        (0..self.row.book.n_grades).filter_map(|grade| self.verdict(grade)).collect()
    }
    /// The verdict at a grade.
    #[must_use]
    pub fn verdict(&self, grade: usize) -> Option<Verdict> {
        Some(self.row.verdicts[self.row.book.standard_slot(self.standard, grade)?])
    }
    /// The proof of the verdict at a grade: the rule's, where it is all that the standard asks.
    #[must_use]
    pub fn proof(&self, grade: usize) -> Option<Proof> {
        let mut all = proof::of(self.row, self.row.book.standard_slot(self.standard, grade)?)?;
        if all.clauses.len() == 1 { all.clauses.pop() } else { Some(all) }
    }
    /// The proofs at every grade, from the lowest.
    #[must_use]
    pub fn proofs(&self) -> Vec<Proof> {
        (0..self.row.book.n_grades).filter_map(|grade| self.proof(grade)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Met, NotMet, Unknown};

    #[test]
    fn an_interval_stops_at_the_first_failure() {
        let of = |verdicts: &[Verdict]| {
            let interval = GradeInterval::of(verdicts.iter().copied());
            (interval.proven, interval.possible)
        };
        assert_eq!(of(&[Met, Unknown, Unknown]), (Some(0), Some(2)));
        assert_eq!(of(&[Unknown, NotMet, Unknown]), (None, Some(0)));
        assert_eq!(of(&[NotMet, Met]), (None, None));
        assert_eq!(of(&[]), (None, None));
    }
}
