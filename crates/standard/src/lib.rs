//! Ladders and standards in three values: the grade that is proven, the grade still possible, and what decides it.
//!
//! A value reaches a step of a ladder (met), does not (not met), or is not known (unknown). Rules combine the three by
//! Kleene's logic, so that a result never changes when an unknown becomes known in a way it allows: the grade is an
//! interval from *proven* to *possible*, and turning any unknown into any value keeps it inside.
//!
//! **Invariants.** Thresholds are compared exactly. Nothing here computes a score. Every verdict names what it rests on.

mod evaluate;
mod ladder;
mod sentence;
mod verdict;

pub use evaluate::{grade, grade_row};
pub use ladder::ladder_verdicts;
pub use sentence::{clause_sentence, verdict_word};
pub use verdict::Verdict;

use gradus_model::package::NodeIx;

/// The grades of every unit and period.
#[derive(Debug, Clone, PartialEq)]
pub struct Grading {
    /// One entry per row of the evaluation it was made from.
    pub rows: Vec<RowGrading>,
}

/// The grades of one unit in one period.
#[derive(Debug, Clone, PartialEq)]
pub struct RowGrading {
    /// Indicators, in the order of the package's nodes; groups have an entry too, by their own rule. Empty for a package
    /// without grades and standards.
    pub nodes: Vec<NodeGrade>,
    /// Standards, in the order of the package.
    pub standards: Vec<StandardGrade>,
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
#[derive(Debug, Clone, PartialEq)]
pub struct NodeGrade {
    /// The node.
    pub node: NodeIx,
    /// The verdict at each grade of the package, from the lowest; empty for a node without a ladder below it.
    pub verdicts: Vec<Verdict>,
    /// The interval.
    pub interval: GradeInterval,
}

/// The grade of a standard.
#[derive(Debug, Clone, PartialEq)]
pub struct StandardGrade {
    /// Place in the package's standards.
    pub standard: usize,
    /// The proof at each grade of the package, from the lowest.
    pub proofs: Vec<Proof>,
    /// The interval.
    pub interval: GradeInterval,
}

/// Why a rule has its verdict: the clause, and the verdicts it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// Key path of the clause in the item's spans: `rule.all-of.0`.
    pub key: String,
    /// The grade the clause asks for.
    pub grade: usize,
    /// The verdict.
    pub verdict: Verdict,
    /// How many of how many parts the clause needs: (needed, parts).
    pub needed: (usize, usize),
    /// Indicators or groups the clause looks at, with their verdicts; empty for a clause of clauses.
    pub parts: Vec<(NodeIx, Verdict)>,
    /// Clauses it combines.
    pub clauses: Vec<Proof>,
}

impl Proof {
    /// The parts with a verdict, here and in the clauses below, in order of the tree, each once with the hardest grade
    /// that is asked of it.
    #[must_use]
    pub fn parts_that_are(&self, verdict: Verdict) -> Vec<(NodeIx, usize)> {
        let mut parts: Vec<(NodeIx, usize)> =
            self.parts.iter().filter(|(_, v)| *v == verdict).map(|(node, _)| (*node, self.grade)).collect();
        for clause in &self.clauses {
            parts.extend(clause.parts_that_are(verdict));
        }
        hardest(parts)
    }
}

/// Each node once, in order, with the hardest of its grades.
#[must_use]
pub fn hardest(mut parts: Vec<(NodeIx, usize)>) -> Vec<(NodeIx, usize)> {
    parts.sort_unstable_by_key(|(node, grade)| (*node, std::cmp::Reverse(*grade)));
    parts.dedup_by_key(|(node, _)| *node);
    parts
}
