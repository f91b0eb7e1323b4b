//! What a rule still asks for: its clauses without those that hold, and how many more of which parts are needed.
//!
//! A rule is followed from the top. What is met is left out, so that nobody is told to mend what is in order; of a clause
//! that needs some of its parts, all open parts are named with the number that is needed, since any of them will do.

use crate::grade_table::node_grade;
use crate::said::{Said, say, term};
use gradus_model::package::{Clause, NodeIx, Rule, Scope};
use gradus_model::{Decimal, Lang, Package, Text};
use gradus_standard::{RowGrading, Verdict, clause_sentence, hardest};

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
    /// None is needed: what the clause names must not be so.
    Not(Text),
    /// A clause of a later edition of the rule language.
    Other,
}

impl Kind {
    /// The word in files.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::More(_) => "more",
            Self::Not(_) => "not",
            Self::Other => "other",
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
            Kind::Not(_) | Kind::Other => None,
        }
    }
    /// What must not be so.
    #[must_use]
    pub fn forbidden(&self) -> Option<&Text> {
        match &self.kind {
            Kind::Not(words) => Some(words),
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
            Kind::Not(clause) => say("ask.not", &[("clause", clause.into())]),
            Kind::Other => term("ask.other"),
        };
        match self.group {
            Some(group) => {
                say("ask.group", &[("group", Said(crate::names::node(package, group))), ("ask", words)]).0
            }
            None => words.0,
        }
    }
}

/// Follows the rules of a package for one unit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asker<'a> {
    pub(crate) package: &'a Package,
    pub(crate) grading: &'a RowGrading,
}

impl Asker<'_> {
    /// What a standard still asks for at a grade, with the standards it requires.
    pub(crate) fn standard(self, standard: usize, grade: usize) -> Option<Ask> {
        // A standard that is required twice is asked for once; this also ends a circle, which reading refuses.
        let mut order = vec![standard];
        let mut at = 0;
        while let Some(ix) = order.get(at).copied() {
            for required in &self.package.standards.get(ix)?.requires {
                if !order.contains(required) {
                    order.push(*required);
                }
            }
            at += 1;
        }
        let asks = order.iter().rev().filter_map(|ix| {
            let standard = self.package.standards.get(*ix)?;
            self.rule(&standard.rule, grade).1
        });
        clauses(asks.collect(), None)
    }

    fn verdict(self, node: NodeIx, grade: usize) -> Verdict {
        node_grade(self.grading, node)
            .and_then(|found| found.verdicts.get(grade))
            .copied()
            .unwrap_or(Verdict::Unknown)
    }

    /// The verdict of a rule, and what it asks for unless it is met.
    fn rule(self, rule: &Rule, grade: usize) -> (Verdict, Option<Ask>) {
        match &rule.clause {
            Clause::Every { scope, at_least } => {
                self.scope(scope, scope.indicators.len(), at_least.unwrap_or(grade))
            }
            Clause::Count { count, scope, at_least } => self.scope(scope, *count, at_least.unwrap_or(grade)),
            Clause::Share { share, scope, at_least } => {
                let needed = share_of(*share, scope.indicators.len());
                self.scope(scope, needed, at_least.unwrap_or(grade))
            }
            Clause::Group { groups, at_least } => {
                let asked = at_least.unwrap_or(grade);
                let all = groups.iter().map(|group| self.group(*group, asked)).collect();
                self.combine(all, groups.len())
            }
            Clause::AllOf(rules) => self.combine(self.all(rules, grade), rules.len()),
            Clause::AnyOf(rules) => self.combine(self.all(rules, grade), 1),
            Clause::CountOf { count, of } => self.combine(self.all(of, grade), *count),
            Clause::Not(inner) => self.not(inner, grade),
            // A clause of a later edition that this one does not know.
            _ => (Verdict::Unknown, Some(leaf(Kind::Other, Verdict::Unknown))),
        }
    }

    fn all(self, rules: &[Rule], grade: usize) -> Vec<(Verdict, Option<Ask>)> {
        rules.iter().map(|rule| self.rule(rule, grade)).collect()
    }

    fn scope(self, scope: &Scope, needed: usize, grade: usize) -> (Verdict, Option<Ask>) {
        let verdicts: Vec<(NodeIx, Verdict)> =
            scope.indicators.iter().map(|ix| (*ix, self.verdict(*ix, grade))).collect();
        let verdict = Verdict::at_least(needed, verdicts.iter().map(|(_, v)| *v));
        if verdict == Verdict::Met {
            return (verdict, None);
        }
        let that_are = |wanted: Verdict| -> Vec<(NodeIx, usize)> {
            verdicts.iter().filter(|(_, v)| *v == wanted).map(|(ix, _)| (*ix, grade)).collect()
        };
        let (failing, unknown) = (that_are(Verdict::NotMet), that_are(Verdict::Unknown));
        let open = failing.len() + unknown.len();
        let more = needed.saturating_sub(verdicts.len() - open);
        let kind = if more >= open { Kind::All } else { Kind::More(more) };
        (verdict, Some(Ask { failing, unknown, ..leaf(kind, verdict) }))
    }

    /// A group by its own rule, down to its indicators.
    fn group(self, group: NodeIx, grade: usize) -> (Verdict, Option<Ask>) {
        let verdict = self.verdict(group, grade);
        if verdict == Verdict::Met {
            return (verdict, None);
        }
        let own = self.package.nodes[group].group().and_then(|g| g.grade.as_ref());
        let (_, ask) = match own {
            Some(rule) => self.rule(rule, grade),
            None => {
                let indicators = self.package.indicators_below(group);
                let needed = indicators.len();
                self.scope(&Scope { written: "*".to_owned(), indicators }, needed, grade)
            }
        };
        let ask = ask.unwrap_or_else(|| leaf(Kind::Other, verdict));
        // A group of a group keeps both names: the outer one stands above.
        let ask = match ask.group {
            Some(_) => Ask { asks: vec![ask], ..leaf(Kind::All, verdict) },
            None => ask,
        };
        (verdict, Some(Ask { group: Some(group), verdict, ..ask }))
    }

    fn combine(self, all: Vec<(Verdict, Option<Ask>)>, needed: usize) -> (Verdict, Option<Ask>) {
        let verdict = Verdict::at_least(needed, all.iter().map(|(v, _)| *v));
        if verdict == Verdict::Met {
            return (verdict, None);
        }
        let met = all.iter().filter(|(v, _)| *v == Verdict::Met).count();
        let open: Vec<Ask> = all.into_iter().filter_map(|(_, ask)| ask).collect();
        let more = needed.saturating_sub(met);
        let more = (more < open.len()).then_some(more);
        (verdict, clauses(open, more).map(|ask| Ask { verdict, ..ask }))
    }

    /// What must not be so. Of the indicators only the unknown ones are named: their figures may decide it, and no
    /// unit is asked to do worse.
    fn not(self, inner: &Rule, grade: usize) -> (Verdict, Option<Ask>) {
        if let Clause::Not(twice) = &inner.clause {
            return self.rule(twice, grade);
        }
        let (found, ask) = self.rule(inner, grade);
        let verdict = !found;
        if verdict == Verdict::Met {
            return (verdict, None);
        }
        let words = |lang| clause_sentence(self.package, inner, Some(grade), lang);
        let (mut failing, mut unknown) = (Vec::new(), Vec::new());
        if let Some(ask) = ask.filter(|_| verdict == Verdict::Unknown) {
            ask.collect(&mut failing, &mut unknown);
        }
        let kind = Kind::Not(Text::both(words(Lang::En), words(Lang::Zh)));
        (verdict, Some(Ask { unknown: hardest(unknown), ..leaf(kind, verdict) }))
    }
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

/// The smallest count that is at least `share` of `n`, as the standard counts.
fn share_of(share: Decimal, n: usize) -> usize {
    (0..n).find(|k| share.checked_mul(Decimal::from(n)).is_some_and(|x| Decimal::from(*k) >= x)).unwrap_or(n)
}
