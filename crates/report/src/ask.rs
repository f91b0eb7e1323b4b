//! What a rule still asks for: its clauses without those that hold, and how many more of which parts are needed.
//!
//! A rule is followed from the top. What is met is left out, so that nobody is told to mend what is in order; of a clause
//! that needs some of its parts, all open parts are named with the number that is needed, since any of them will do.

use crate::said::{Said, say, term};
use gradus_model::package::NodeIx;
use gradus_model::{Decimal, Lang, Package, Text};
use gradus_standard::{Form, Part, Proof, StandardGrade, Verdict, clause_sentence, hardest};

/// What is still to be done for a clause that is not met or not known.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// What is needed of the parts or clauses below.
    pub kind: Kind,
    /// Whether the clause is ruled out or not known.
    pub verdict: Verdict,
    /// The group whose own rule this is.
    pub group: Option<NodeIx>,
    /// Indicators below the threshold of the grade asked of them.
    pub failing: Vec<(NodeIx, usize)>,
    /// Indicators of which it is not known.
    pub unknown: Vec<(NodeIx, usize)>,
    /// Clauses that are not met.
    pub asks: Vec<Ask>,
}

/// How many of the open parts are needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Every one.
    All,
    /// So many more, whichever they are.
    More(usize),
    /// So many more points, wherever they are earned.
    Points(Decimal),
    /// So much more of the weight, as a share.
    Weight(Decimal),
    /// None is needed: what the clause names must not be so.
    Not(Text),
    /// What the clause says.
    Clause(Text),
    /// Nothing is known to be asked: the clause has no number for this grade.
    Open,
}

impl Kind {
    /// The word in files.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::More(_) => "more",
            Self::Points(_) => "points",
            Self::Weight(_) => "weight",
            Self::Not(_) => "not",
            Self::Clause(_) => "clause",
            Self::Open => "open",
        }
    }
}

impl Ask {
    /// How many of how many open parts are needed; none for what must not be so.
    #[must_use]
    pub fn counts(&self) -> Option<(usize, usize)> {
        let of = self.failing.len() + self.unknown.len() + self.asks.len();
        match self.kind {
            Kind::All => Some((of, of)),
            Kind::More(more) => Some((more, of)),
            _ => None,
        }
    }
    /// What must not be so, or what the clause says.
    #[must_use]
    pub fn clause(&self) -> Option<&Text> {
        match &self.kind {
            Kind::Not(words) | Kind::Clause(words) => Some(words),
            _ => None,
        }
    }
    /// All indicators below, as often as clauses name them.
    pub(crate) fn collect(&self, failing: &mut Vec<(NodeIx, usize)>, unknown: &mut Vec<(NodeIx, usize)>) {
        failing.extend(&self.failing);
        unknown.extend(&self.unknown);
        for ask in &self.asks {
            ask.collect(failing, unknown);
        }
    }
    /// The clauses in reading order, each with its depth and whether nothing else would do in its place.
    #[must_use]
    pub fn flat(&self) -> Vec<(usize, bool, &Ask)> {
        fn go<'a>(ask: &'a Ask, depth: usize, necessary: bool, out: &mut Vec<(usize, bool, &'a Ask)>) {
            let necessary = necessary && ask.kind == Kind::All;
            out.push((depth, necessary, ask));
            for below in &ask.asks {
                go(below, depth + 1, necessary, out);
            }
        }
        let mut out = Vec::new();
        go(self, 0, true, &mut out);
        out
    }
    /// What is needed, as a heading above what it is needed of.
    #[must_use]
    pub fn heading(&self, package: &Package) -> Text {
        let words = match &self.kind {
            Kind::All if self.asks.is_empty() => term("ask.all"),
            Kind::All => term("ask.all_clauses"),
            Kind::More(more) => {
                let (_, of) = self.counts().unwrap_or_default();
                let key = if self.asks.is_empty() { "ask.more" } else { "ask.more_clauses" };
                say(key, &[("n", (*more).into()), ("of", of.into())])
            }
            Kind::Points(points) => say("ask.points", &[("points", points.normalize().to_string().into())]),
            Kind::Weight(share) => {
                let percent = (*share * Decimal::ONE_HUNDRED).round_dp(1).normalize();
                say("ask.weight", &[("percent", percent.to_string().into())])
            }
            Kind::Not(clause) => say("ask.not", &[("clause", clause.into())]),
            Kind::Clause(clause) => say("ask.clause", &[("clause", clause.into())]),
            Kind::Open => term("ask.open"),
        };
        match self.group {
            Some(group) => {
                say("ask.group", &[("group", Said(crate::names::node(package, group))), ("ask", words)]).0
            }
            None => words.0,
        }
    }
}

/// What a standard still asks for at a grade, with the standards it requires.
pub(crate) fn standard(package: &Package, found: &StandardGrade<'_>, grade: usize) -> Option<Ask> {
    let mut seen = Vec::new();
    of(package, &found.proof(grade)?, &mut seen)
}

/// What a proof leaves open; nothing where it is met. A standard that is required twice is asked for once.
fn of(package: &Package, proof: &Proof, seen: &mut Vec<(usize, usize)>) -> Option<Ask> {
    if let Form::Standard(standard) = proof.form {
        if seen.contains(&(standard, proof.grade)) {
            return None;
        }
        seen.push((standard, proof.grade));
    }
    let ask = open(package, proof, seen)?;
    let Some(group) = proof.group else { return Some(ask) };
    // A group of a group keeps both names: the outer one stands above.
    let ask = match ask.group {
        Some(_) => Ask { asks: vec![ask], ..leaf(Kind::All, proof.verdict) },
        None => ask,
    };
    Some(Ask { group: Some(group), verdict: proof.verdict, ..ask })
}

fn open(package: &Package, proof: &Proof, seen: &mut Vec<(usize, usize)>) -> Option<Ask> {
    let verdict = proof.verdict;
    if verdict == Verdict::Met {
        return None;
    }
    let that_are = |wanted: Verdict| -> Vec<(NodeIx, usize)> {
        proof.parts_here(wanted).map(|part| (part.node, part.asked)).collect()
    };
    match proof.form {
        Form::Indicators | Form::Reported => {
            let (failing, unknown) = (that_are(Verdict::NotMet), that_are(Verdict::Unknown));
            let open = failing.len() + unknown.len();
            // Where indicators count by weight, how many are needed depends on which.
            let by_weight = proof.parts.windows(2).any(|pair| pair[0].most != pair[1].most);
            let short = proof.tally.needed - proof.tally.proven;
            let kind = if short >= proof.tally.most - proof.tally.proven {
                Kind::All
            } else if by_weight {
                let total = proof.tally.most;
                Kind::Weight(short.checked_div(total).unwrap_or(short))
            } else {
                let each = proof.parts.first().map_or(Decimal::ONE, |part| part.most);
                let more = short.checked_div(each).unwrap_or(short).ceil();
                let more = usize::try_from(more).unwrap_or(open);
                if more >= open { Kind::All } else { Kind::More(more) }
            };
            Some(Ask { failing, unknown, ..leaf(kind, verdict) })
        }
        Form::Points => {
            let can = |part: &&Part| !part.exempt && part.proven < part.most;
            let parts = |settled: bool| {
                proof.parts.iter().filter(can).filter(move |p| (p.proven == p.possible) == settled)
            };
            // The next grade is the first at which more points are to be had.
            let asked = |part: &Part| (part.node, part.asked);
            let failing = parts(true).map(asked).collect();
            let unknown = parts(false).map(asked).collect();
            let short = proof.tally.needed - proof.tally.proven;
            Some(Ask { failing, unknown, ..leaf(Kind::Points(short), verdict) })
        }
        Form::Not => not(package, proof),
        Form::Open => Some(leaf(Kind::Open, verdict)),
        Form::Score | Form::Never => {
            let words = |lang| {
                proof
                    .rule
                    .as_ref()
                    .map_or_else(String::new, |rule| clause_sentence(package, rule, Some(proof.grade), lang))
            };
            let kind = Kind::Clause(Text::both(words(Lang::En), words(Lang::Zh)));
            Some(leaf(kind, verdict))
        }
        _ => {
            let needed = proof.tally.needed - proof.tally.proven;
            let asks: Vec<Ask> =
                proof.clauses.iter().filter_map(|clause| of(package, clause, seen)).collect();
            let needed = usize::try_from(needed).unwrap_or(asks.len());
            let more = (needed < asks.len()).then_some(needed);
            clauses(asks, more).map(|ask| Ask { verdict, ..ask })
        }
    }
}

/// What must not be so. Of the indicators only the unknown ones are named: their figures may decide it, and no
/// unit is asked to do worse.
fn not(package: &Package, proof: &Proof) -> Option<Ask> {
    let inner = proof.clauses.first()?;
    if inner.form == Form::Not {
        return open(package, inner.clauses.first()?, &mut Vec::new());
    }
    let words = |lang| {
        inner
            .rule
            .as_ref()
            .map_or_else(String::new, |rule| clause_sentence(package, rule, Some(inner.grade), lang))
    };
    let unknown = if proof.verdict == Verdict::Unknown {
        let mut parts = inner.parts_that_are(Verdict::Unknown);
        parts.extend(inner.parts_that_are(Verdict::NotMet));
        parts
    } else {
        Vec::new()
    };
    let kind = Kind::Not(Text::both(words(Lang::En), words(Lang::Zh)));
    Some(Ask { unknown: hardest(unknown), ..leaf(kind, proof.verdict) })
}

fn leaf(kind: Kind, verdict: Verdict) -> Ask {
    Ask { kind, verdict, group: None, failing: Vec::new(), unknown: Vec::new(), asks: Vec::new() }
}

/// Open clauses of which `more` are needed, or all; a single one stands for itself.
fn clauses(mut open: Vec<Ask>, more: Option<usize>) -> Option<Ask> {
    if open.len() < 2 {
        return open.pop();
    }
    let verdict = Verdict::all(open.iter().map(|ask| ask.verdict));
    let kind = more.map_or(Kind::All, Kind::More);
    Some(Ask { asks: open, ..leaf(kind, verdict) })
}
