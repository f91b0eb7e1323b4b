//! What a formula is made of, once it is read: expressions, conditions, windows and the names they mention.

use gradus_model::number::{Decimal, Rounding};

/// A reference of a formula to something outside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// The code as written.
    pub code: String,
    /// What is read of it.
    pub of: Reading,
}

/// What a formula reads of a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// The figure of a measure or indicator, or the score of a group: a bare name.
    Value,
    /// The normalized score of an indicator, or the score of a group: `score(code)`.
    Score,
    /// Whether the unit is in this class of the kind that the code names, from `region = 'Europe'`: 1 or 0, missing where
    /// the unit has no class of that kind.
    Member(String),
}

/// An expression whose value is a number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Number {
    Constant(Decimal),
    /// Place in [`Formula::names`](crate::Formula::names).
    Name(usize),
    /// Place among the windows of the formula.
    Window(usize),
    Missing,
    Negated(Box<Number>),
    Plus(Box<Number>, Box<Number>),
    Minus(Box<Number>, Box<Number>),
    Times(Box<Number>, Box<Number>),
    Over(Box<Number>, Box<Number>),
    Round(Box<Number>, Rounding),
    Call(Function, Vec<Number>),
    Case(Vec<(Condition, Number)>, Box<Number>),
}

/// A function of the numbers of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Abs,
    Ceil,
    Coalesce,
    Exp,
    Floor,
    Greatest,
    Least,
    Ln,
    Log,
    Log10,
    Mod,
    NullIf,
    NumNonnulls,
    Power,
    Round,
    Sign,
    Sqrt,
    Trunc,
}

impl Function {
    /// Name, smallest and largest number of arguments.
    pub(crate) const ALL: &'static [(&'static str, Self, usize, usize)] = &[
        ("abs", Self::Abs, 1, 1),
        ("ceil", Self::Ceil, 1, 1),
        ("coalesce", Self::Coalesce, 1, 99),
        ("exp", Self::Exp, 1, 1),
        ("floor", Self::Floor, 1, 1),
        ("greatest", Self::Greatest, 1, 99),
        ("least", Self::Least, 1, 99),
        ("ln", Self::Ln, 1, 1),
        ("log", Self::Log, 2, 2),
        ("log10", Self::Log10, 1, 1),
        ("mod", Self::Mod, 2, 2),
        ("nullif", Self::NullIf, 2, 2),
        ("num_nonnulls", Self::NumNonnulls, 1, 99),
        ("power", Self::Power, 2, 2),
        ("round", Self::Round, 1, 3),
        ("sign", Self::Sign, 1, 1),
        ("sqrt", Self::Sqrt, 1, 1),
        ("trunc", Self::Trunc, 1, 2),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, f, ..)| *f == self).map_or("", |(name, ..)| name)
    }
}

/// An expression whose value is true, false or unknown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    Compare(Comparison, Box<Number>, Box<Number>),
    /// Place of a [`Reading::Member`] in the names.
    Member(usize),
    IsMissing(Box<Number>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A function of the rows of a class.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Window {
    pub(crate) function: WindowFunction,
    /// What is aggregated or ordered by; `count(*)` has none.
    pub(crate) of: Option<Number>,
    /// Rows for which this does not hold are passed over.
    pub(crate) filter: Option<Condition>,
    /// Places in [`Formula::partitions`](crate::Formula::partitions).
    pub(crate) partitions: Vec<usize>,
}

/// What a window yields.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum WindowFunction {
    /// One number for all rows of the class.
    Aggregate(Aggregate),
    /// The place of each row's value among those of its class.
    Ranking { ranking: Ranking, descending: bool },
}

/// One number for many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Aggregate {
    Avg,
    Count,
    Max,
    Median,
    Min,
    /// The share of the way through the ordered values, from 0 to 1; descending if so ordered.
    PercentileCont(Decimal),
    StddevPop,
    StddevSamp,
    Sum,
    VarPop,
    VarSamp,
}

impl Aggregate {
    pub(crate) const ALL: &'static [(&'static str, Self)] = &[
        ("avg", Self::Avg),
        ("count", Self::Count),
        ("max", Self::Max),
        ("median", Self::Median),
        ("min", Self::Min),
        ("percentile_cont", Self::PercentileCont(Decimal::ZERO)),
        ("stddev_pop", Self::StddevPop),
        ("stddev_samp", Self::StddevSamp),
        ("sum", Self::Sum),
        ("var_pop", Self::VarPop),
        ("var_samp", Self::VarSamp),
    ];
}

/// A place in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ranking {
    /// The share of values up to and including the row's.
    CumeDist,
    /// The number of different values before the row's, and one.
    DenseRank,
    /// The rank less one, of the number of values less one.
    PercentRank,
    /// The number of values before the row's, and one.
    Rank,
}

impl Ranking {
    pub(crate) const ALL: &'static [(&'static str, Self)] = &[
        ("cume_dist", Self::CumeDist),
        ("dense_rank", Self::DenseRank),
        ("percent_rank", Self::PercentRank),
        ("rank", Self::Rank),
    ];
}
