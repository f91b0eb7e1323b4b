//! Places among reference values, for the methods that use only order.

use gradus_method::{Args, Column, Default, Direction, Fault, Outcome, Param, ParamKind};
use gradus_model::number::Scalar;

/// The place that equal values share, counted from the worst value up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ties {
    /// The lowest of the tied places.
    Minimum,
    /// The highest of the tied places.
    Maximum,
    /// The mean of the tied places.
    Mean,
    /// One place per distinct value.
    Dense,
}

impl Ties {
    pub(crate) fn of(args: &Args) -> Outcome<Self> {
        const WORDS: &[(&str, Ties)] = &[
            ("minimum", Ties::Minimum),
            ("maximum", Ties::Maximum),
            ("mean", Ties::Mean),
            ("dense", Ties::Dense),
        ];
        args.word("ties", WORDS, Self::Minimum)
    }

    /// For methods that divide by the number of values.
    pub(crate) fn shares(args: &Args) -> Outcome<Self> {
        match Self::of(args)? {
            Self::Dense => Err(Fault::parameter("ties", "`dense` places leave no share of all values")
                .help("use `minimum`, `maximum` or `mean`")),
            ties => Ok(ties),
        }
    }
}

/// The parameter that [`Ties::of`] reads, with the words a method allows.
pub(crate) const fn ties_param(words: &'static [&'static str], range: &'static str) -> Param {
    Param {
        name: "ties",
        kind: ParamKind::Word(words),
        default: Default::Value("minimum"),
        range,
        meaning: "the place that equal values share, where places count up from the worst value",
    }
}

/// Reference values in order, among which any value has a place.
#[derive(Debug)]
pub(crate) struct Ranking<S> {
    /// The distinct reference values, rising.
    distinct: Vec<S>,
    /// How many reference values are smaller than each of them, and at the end how many there are.
    smaller: Vec<usize>,
    direction: Direction,
    ties: Ties,
}

impl<S: Scalar> Ranking<S> {
    pub(crate) fn new(reference: &Column<S>, direction: Direction, ties: Ties) -> Self {
        let mut sorted: Vec<S> = reference.values().collect();
        sorted.sort_unstable_by(|a, b| a.order(*b));
        let mut distinct = Vec::new();
        let mut smaller = Vec::new();
        for (position, value) in sorted.iter().enumerate() {
            if distinct.last() != Some(value) {
                distinct.push(*value);
                smaller.push(position);
            }
        }
        smaller.push(sorted.len());
        if ties == Ties::Dense {
            smaller = (0..=distinct.len()).collect();
        }
        Self { distinct, smaller, direction, ties }
    }

    /// Number of places: of values, or for dense places of distinct values.
    pub(crate) fn n(&self) -> usize {
        self.smaller[self.distinct.len()]
    }

    /// The place of a value: 1 for the worst reference value. A value that is not among them has the number of
    /// reference values that are worse: 0 below all, as many as there are above all.
    pub(crate) fn place(&self, x: S) -> Option<S> {
        let at = self.distinct.partition_point(|v| *v < x);
        let smaller = self.smaller[at];
        let equal = if self.distinct.get(at) == Some(&x) { self.smaller[at + 1] - smaller } else { 0 };
        let worse = match self.direction {
            Direction::Higher => smaller,
            Direction::Lower => self.n() - smaller - equal,
        };
        match self.ties {
            _ if equal == 0 => Some(S::from_count(worse)),
            Ties::Minimum | Ties::Dense => Some(S::from_count(worse + 1)),
            Ties::Maximum => Some(S::from_count(worse + equal)),
            Ties::Mean => S::from_count(2 * worse + equal + 1).over(S::from_count(2)),
        }
    }
}
