//! Plans for a score or a rank: the cheapest figures between now and what is within reach.
//!
//! Each indicator can go from its figure to the end of its scale, or as far as the package says is within reach, at so much
//! effort per measurement unit. The score of a node is a concave function of the shares of these ways that are made, if
//! every group below it is combined by an arithmetic, geometric or harmonic mean (or a power mean with an exponent of up to 1) and every
//! indicator that moves is scored by a concave function of its figure. Then the sets of figures that reach the target are convex, and
//! planes support them:
//!
//! 1. a linear program finds the cheapest point behind all planes so far; it costs no more than the best plan;
//! 2. on the line from that point to the one where everything has gone as far as it can, the score crosses the target; this
//!    crossing is a plan, and the tangent of the score there is the next plane.
//!
//! It ends when the two efforts agree (supporting hyperplanes, Veinott 1967). Where scores are linear, the first plane is exact and the
//! answer that of a linear program; where they are geometric, it is the one of the convex program in logarithms.
//! Scores are computed by the engine alone, and the plan is computed anew in the whole package.
//!
//! **Source.** Veinott, A. F. (1967). The supporting hyperplane method for unimodal programming. Operations Research 15(1), 147-152.
//! doi:10.1287/opre.15.1.147

use crate::effort::Effort;
use crate::trial::Trial;
use crate::{Refused, Source, pace};
use gradus_engine::Stage;
use gradus_model::Decimal;
use gradus_model::number::{Scalar, round};
use gradus_model::package::{ArgValue, Direction, NodeIx, NodeKind, Package, PerGrade, Threshold};
use gradus_model::policy::Basis;
use gradus_statistics::simplex::Program;

/// How far apart the efforts of the plan and of its bound may be, relative to the plan.
pub(crate) const TOLERANCE: f64 = 1e-6;
/// Most planes.
const PLANES: usize = 300;
/// Halvings on a line.
const HALVINGS: usize = 48;
/// Steps by which slopes are measured, as a share of an indicator's way.
const STEP: f64 = 1e-6;

/// What is to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A score.
    Score(Decimal),
    /// A rank, 1 being the best, while the others stay where they are.
    Rank(usize),
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoreAsk {
    /// Of which node.
    pub node: NodeIx,
    /// What is to be reached.
    pub target: Target,
    /// What effort is counted in. Where not given: years, if every indicator that can move has a pace; else points of its own score.
    pub effort: Option<Effort>,
}

/// An indicator that moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreItem {
    /// The indicator.
    pub node: NodeIx,
    /// Its figure.
    pub now: Decimal,
    /// The figure it is to have.
    pub to: Decimal,
    /// What that costs.
    pub effort: Decimal,
    /// How many years it takes at the best pace of any peer.
    pub years: Option<Decimal>,
    /// Its own score now and then.
    pub scores: (Decimal, Decimal),
}

/// Why an indicator does not move in a plan for a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeftOut {
    /// It has no figure.
    NoFigure,
    /// It is at the end of its way.
    AtTheEnd,
    /// Its values are levels, between which there is nothing.
    Levels,
    /// Its score does not rise evenly with its figure, so that the cheapest plan could not be proven.
    Uneven,
    /// Its effort is not known.
    NoEffort,
}

/// The cheapest plan for a score or rank.
#[derive(Debug, Clone, PartialEq)]
pub struct ScorePlan {
    /// The unit, by place.
    pub unit: usize,
    /// The period, by place.
    pub period: usize,
    /// The node.
    pub node: NodeIx,
    /// Its score.
    pub now: Decimal,
    /// The score that is to be reached.
    pub target: Decimal,
    /// The rank that was asked for.
    pub rank: Option<usize>,
    /// What effort is counted in.
    pub effort: Effort,
    /// The indicators that move, in tree order.
    pub items: Vec<ScoreItem>,
    /// What the plan costs.
    pub total: Decimal,
    /// What every plan costs at least.
    pub at_least: Decimal,
    /// The score that the plan reaches, computed anew.
    pub reached: Decimal,
    /// The rank that it reaches, computed anew with the whole package; nothing where an indicator that moves is derived from others, so that its
    /// figure cannot be put into the package.
    pub reached_rank: Option<f64>,
    /// The score when everything goes as far as it can.
    pub most: Decimal,
    /// Indicators that do not move, with why.
    pub left_out: Vec<(NodeIx, LeftOut)>,
}

/// An indicator on its way.
struct Way {
    node: NodeIx,
    now: Decimal,
    end: Decimal,
    cost: f64,
    years: Option<f64>,
}

/// The cheapest figures that reach a score or a rank.
///
/// # Errors
/// Where the node has no score, the target is held or out of reach, effort is not known of any indicator, or where the cheapest plan could
/// not be proven: the scores of the unit depend on the figures of others, or a group is combined by another method.
pub fn score_plan(
    source: Source<'_>,
    unit: usize,
    period: usize,
    ask: &ScoreAsk,
) -> Result<ScorePlan, Refused> {
    let Source { package, methods, data, evaluation, .. } = source;
    let ScoreAsk { node, target, effort } = *ask;
    if effort == Some(Effort::Difficulty) {
        return Err(Refused::NotPerUnit);
    }
    let row = evaluation.row(unit, period);
    let now = evaluation.score(node, row).and_then(|x| x.to_decimal()).ok_or(Refused::NoScore)?;
    let (goal, rank) = match target {
        Target::Score(score) => (score, None),
        Target::Rank(rank) => (score_of_rank(source, node, (unit, period), rank)?, Some(rank)),
    };
    if now >= goal {
        return Err(Refused::Held);
    }
    concave(package, node)?;
    let trial = Trial::new(package, methods, data, evaluation, (unit, period));
    if !trial.stands_alone() {
        return Err(Refused::DependsOnOthers);
    }
    let smooth = Trial::new(package, methods, data, evaluation, (unit, period)).smooth();

    let (mut ways, mut left_out) = (Vec::new(), Vec::new());
    for indicator in package.indicators_below(node) {
        match way(source, &smooth, indicator, (unit, period)) {
            Ok(way) => ways.push(way),
            Err(why) => left_out.push((indicator, why)),
        }
    }
    let all_years = ways.iter().all(|way| way.years.is_some()) && !ways.is_empty();
    let effort = effort.unwrap_or(if all_years { Effort::Years } else { Effort::Points });
    let mut priced = Vec::new();
    for mut way in ways {
        match cost(package, &smooth, &way, effort) {
            Ok(cost) => {
                way.cost = cost;
                priced.push(way);
            }
            Err(why) => left_out.push((way.node, why)),
        }
    }
    left_out.sort_by_key(|(node, _)| *node);
    let ways = priced;
    if ways.is_empty() {
        return Err(Refused::NothingMoves);
    }

    let moved = |shares: &[f64]| -> Vec<(NodeIx, Decimal)> {
        ways.iter()
            .zip(shares)
            .filter(|(_, share)| **share > 0.0)
            .map(|(way, share)| (way.node, way.at(*share)))
            .collect()
    };
    let score = |shares: &[f64]| -> Result<f64, Refused> {
        Ok(smooth.score(node, &moved(shares)).ok_or(Refused::NoScore)?.to_f64())
    };
    let costs: Vec<f64> = ways.iter().map(|way| way.cost).collect();
    // A little more, so that a double just below the goal is not taken for it.
    let goal_f = goal.to_f64() + 1e-12 * goal.to_f64().abs().max(1.0);
    let end = vec![1.0; ways.len()];
    let most = score(&end)?;
    if most < goal.to_f64() {
        return Err(Refused::OutOfReach { most: smooth.score(node, &moved(&end)).unwrap_or_default() });
    }
    let (mut shares, at_least) = cheapest(&costs, goal_f, &score)?;
    // Rounding inside the index makes scores rise in steps; the search knows none, and goes on where a step is missed.
    let mut raised = goal_f;
    for _ in 0..RAISES {
        let with_rounding = trial.score(node, &moved(&shares)).ok_or(Refused::NoScore)?.to_f64();
        if with_rounding >= goal.to_f64() {
            break;
        }
        raised += goal_f - with_rounding;
        if raised > most {
            break;
        }
        shares = cheapest(&costs, raised, &score)?.0;
    }
    let shares = tidy(shares, &costs, raised, &score)?;
    let items: Vec<ScoreItem> = ways
        .iter()
        .zip(&shares)
        .filter(|(_, share)| **share > SMALL)
        .map(|(way, share)| {
            let to = way.at(*share);
            let own = |x: Decimal| smooth.score(way.node, &[(way.node, x)]).unwrap_or_default();
            ScoreItem {
                node: way.node,
                now: way.now,
                to,
                effort: number(way.cost * share),
                years: way.years.map(|years| number(years * share)),
                scores: (own(way.now), own(to)),
            }
        })
        .collect();
    let all: Vec<(NodeIx, Decimal)> = items.iter().map(|item| (item.node, item.to)).collect();
    let whole = trial.whole(&all);
    let anew = whole.as_ref().and_then(|found| found.score(node, row)?.to_decimal());
    let reached = anew.or_else(|| trial.score(node, &all)).ok_or(Refused::NoScore)?;
    Ok(ScorePlan {
        unit,
        period,
        node,
        now,
        target: goal,
        rank,
        effort,
        total: items.iter().map(|item| item.effort).sum(),
        items,
        at_least: number(at_least),
        reached,
        reached_rank: whole.and_then(|found| found.rank(node, row)),
        most: number(most),
        left_out,
    })
}

/// How often a target is raised to reach it with the rounding inside an index.
const RAISES: usize = 4;

/// A smaller share of a way is none.
const SMALL: f64 = 1e-9;

fn number(x: f64) -> Decimal {
    x.to_decimal().unwrap_or_default().round_dp(9)
}

impl Way {
    fn at(&self, share: f64) -> Decimal {
        if share >= 1.0 {
            return self.end;
        }
        let way = self.end - self.now;
        share.to_decimal().and_then(|share| way.checked_mul(share)?.checked_add(self.now)).unwrap_or(self.now)
    }
}

/// The same without moves that cost next to nothing, the others going so much further that the goal is reached.
fn tidy(
    shares: Vec<f64>,
    costs: &[f64],
    goal: f64,
    score: &dyn Fn(&[f64]) -> Result<f64, Refused>,
) -> Result<Vec<f64>, Refused> {
    let total: f64 = shares.iter().zip(costs).map(|(z, c)| z * c).sum();
    let kept: Vec<bool> = shares.iter().zip(costs).map(|(z, c)| z * c > TOLERANCE * total).collect();
    if kept.iter().all(|kept| *kept) {
        return Ok(shares);
    }
    let further = |more: f64| -> Vec<f64> {
        let each = shares.iter().zip(&kept);
        each.map(|(z, kept)| if *kept { (z + (1.0 - z) * more).clamp(0.0, 1.0) } else { 0.0 }).collect()
    };
    let (mut low, mut high) = (0.0, 1.0);
    if score(&further(high))? < goal {
        return Ok(shares);
    }
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if score(&further(middle))? >= goal { high = middle } else { low = middle }
    }
    Ok(further(high))
}

/// The score to reach for a rank: just above that of the unit which would then be next.
fn score_of_rank(
    source: Source<'_>,
    node: NodeIx,
    (unit, period): (usize, usize),
    rank: usize,
) -> Result<Decimal, Refused> {
    let Source { package, evaluation, .. } = source;
    let others = (0..evaluation.units.len()).filter(|other| *other != unit);
    let mut scores: Vec<Decimal> = others
        .filter_map(|other| evaluation.score(node, evaluation.row(other, period))?.to_decimal())
        .collect();
    scores.sort_by(|a, b| b.cmp(a));
    let beaten = *rank.checked_sub(1).and_then(|at| scores.get(at)).ok_or(Refused::NoRank)?;
    Ok(match package.policy.ranks {
        Basis::Exact => beaten + Decimal::new(1, 9),
        Basis::Published => {
            let rounding = package.policy.rounding;
            round(beaten, rounding) + Decimal::new(1, rounding.places.min(28))
        }
    })
}

/// Whether the score of a node is a concave function of the scores of its indicators.
fn concave(package: &Package, node: NodeIx) -> Result<(), Refused> {
    let NodeKind::Group(group) = &package.nodes[node].kind else { return Ok(()) };
    let other =
        |method: &str| Refused::NotConcave { node: package.nodes[node].id.clone(), method: method.into() };
    if group.formula.is_some() {
        return Err(other("formula"));
    }
    if let Some(call) = &group.normalize {
        return Err(other(&call.method));
    }
    match &group.aggregate {
        None => return Err(other("none")),
        Some(call) => {
            let up_to_one =
                matches!(call.args.get("exponent"), Some(ArgValue::Number(p)) if *p <= Decimal::ONE);
            match call.method.as_str() {
                "arithmetic" | "geometric" | "harmonic" => {}
                "power-mean" if up_to_one => {}
                method => return Err(other(method)),
            }
        }
    }
    package.nodes[node].children.iter().try_for_each(|child| concave(package, *child))
}

/// Where an indicator can go.
fn way(
    source: Source<'_>,
    trial: &Trial<'_>,
    node: NodeIx,
    (unit, period): (usize, usize),
) -> Result<Way, LeftOut> {
    let Source { package, data, evaluation, .. } = source;
    let indicator = package.nodes[node].indicator().ok_or(LeftOut::NoFigure)?;
    if indicator.scale.is_some() {
        return Err(LeftOut::Levels);
    }
    let row = evaluation.row(unit, period);
    let now = trial.figure(node).ok_or(LeftOut::NoFigure)?;
    let fit = evaluation.nodes[node].fit(row, period).unwrap_or_default();
    let names = match indicator.direction {
        Direction::Higher => ["upper", "target"],
        Direction::Lower => ["lower", "target"],
    };
    // What the scale was given in the measurement unit: a transform has its goalposts under it.
    let call = indicator.normalize.as_ref();
    let written = |name: &str| match call?.args.get(name)? {
        ArgValue::Number(x) => Some(*x),
        _ => None,
    };
    let fitted = |name: &str| {
        let plain = call.is_some_and(|call| call.transform.is_none());
        fit.iter().find(|(known, _)| *known == name && plain).and_then(|(_, x)| x.to_decimal())
    };
    let post = names.iter().find_map(|name| written(name).or_else(|| fitted(name)));
    let feasible = match indicator.effort.feasible {
        Some(Threshold::Number(x)) => Some(x),
        _ => None,
    };
    let nearer = |a: Decimal, b: Decimal| match indicator.direction {
        Direction::Higher => a.min(b),
        Direction::Lower => a.max(b),
    };
    let best = || {
        let rows = (0..evaluation.units.len()).map(|unit| evaluation.row(unit, period));
        let all = rows.filter_map(|row| evaluation.value(Stage::Raw, node, row)?.to_decimal());
        match indicator.direction {
            Direction::Higher => all.max(),
            Direction::Lower => all.min(),
        }
    };
    let end = match (post, feasible) {
        (Some(post), Some(feasible)) => nearer(post, feasible),
        (post, feasible) => post.or(feasible).or_else(best).ok_or(LeftOut::AtTheEnd)?,
    };
    let ahead = match indicator.direction {
        Direction::Higher => end > now,
        Direction::Lower => end < now,
    };
    if !ahead {
        return Err(LeftOut::AtTheEnd);
    }
    let pace = pace::best_peer(package, data, evaluation, node, unit);
    let gap = (end - now).abs().to_f64();
    let way = Way { node, now, end, cost: 0.0, years: pace.map(|pace| gap / pace) };
    // The own score at even steps of the way must rise ever less.
    let scores: Option<Vec<f64>> =
        (0..=8).map(|at| Some(trial.score(node, &[(node, way.at(f64::from(at) / 8.0))])?.to_f64())).collect();
    let scores = scores.ok_or(LeftOut::NoFigure)?;
    let size = (scores[8] - scores[0]).abs();
    let even = scores.windows(3).all(|three| three[1] - three[0] >= three[2] - three[1] - SMALL * size);
    if size == 0.0 {
        return Err(LeftOut::AtTheEnd);
    }
    if even && scores[8] > scores[0] { Ok(way) } else { Err(LeftOut::Uneven) }
}

/// What the whole way costs.
fn cost(package: &Package, trial: &Trial<'_>, way: &Way, effort: Effort) -> Result<f64, LeftOut> {
    let declared = package.nodes[way.node].indicator().map(|indicator| &indicator.effort);
    let gap = (way.end - way.now).abs();
    match effort {
        Effort::Years => way.years.ok_or(LeftOut::NoEffort),
        Effort::Money => match declared.and_then(|declared| declared.money.as_ref()) {
            Some(PerGrade::Same(rate)) => {
                gap.checked_mul(*rate).map(|cost| cost.to_f64()).ok_or(LeftOut::NoEffort)
            }
            _ => Err(LeftOut::NoEffort),
        },
        Effort::Points => {
            let at = |share: f64| Some(trial.score(way.node, &[(way.node, way.at(share))])?.to_f64());
            let (from, middle, to) = (at(0.0), at(0.5), at(1.0));
            let (Some(from), Some(middle), Some(to)) = (from, middle, to) else {
                return Err(LeftOut::NoFigure);
            };
            // Effort per measurement unit is one number only where the score is a straight line.
            match (middle - from - (to - middle)).abs() <= 1e-9 * (to - from).abs() {
                true => Ok(to - from),
                false => Err(LeftOut::Uneven),
            }
        }
        Effort::Difficulty => Err(LeftOut::NoEffort),
    }
}

/// The cheapest shares of the ways that reach the goal, and what every choice costs at least.
fn cheapest(
    costs: &[f64],
    goal: f64,
    score: &dyn Fn(&[f64]) -> Result<f64, Refused>,
) -> Result<(Vec<f64>, f64), Refused> {
    let n = costs.len();
    let end = vec![1.0; n];
    let between = |from: &[f64], share: f64| -> Vec<f64> {
        from.iter().map(|z| (z + (1.0 - z) * share).clamp(0.0, 1.0)).collect()
    };
    let total = |shares: &[f64]| -> f64 { shares.iter().zip(costs).map(|(z, c)| z * c).sum() };
    let objective: Vec<f64> = costs.iter().map(|cost| -cost).collect();
    let mut program = Program::maximize(&objective);
    for at in 0..n {
        program = program.bounds(at, 0.0, 1.0);
    }
    let (mut best, mut bound) = (end.clone(), 0.0);
    for _ in 0..PLANES {
        let found = program.solve().map_err(|_| Refused::NoScore)?;
        bound = (-found.objective).max(bound);
        let from = found.variables;
        // Where the score crosses the goal on the way to the end; the upper side, so that it is a plan.
        let (mut low, mut high) = (0.0, 1.0);
        if score(&from)? >= goal {
            high = 0.0;
        } else {
            for _ in 0..HALVINGS {
                let middle = 0.5 * (low + high);
                if score(&between(&from, middle))? >= goal { high = middle } else { low = middle }
            }
        }
        let crossing = between(&from, high);
        if total(&crossing) < total(&best) {
            best = crossing.clone();
        }
        if total(&best) - bound <= TOLERANCE * total(&best) {
            break;
        }
        let at = score(&crossing)?;
        let mut slopes = Vec::with_capacity(n);
        for i in 0..n {
            let (mut left, mut right) = (crossing.clone(), crossing.clone());
            left[i] = (left[i] - STEP).max(0.0);
            right[i] = (right[i] + STEP).min(1.0);
            slopes.push((score(&right)? - score(&left)?) / (right[i] - left[i]));
        }
        // The tangent lies on or above the score: what reaches the goal is on its upper side.
        let reach: f64 = slopes.iter().zip(&crossing).map(|(slope, z)| slope * z).sum::<f64>() + goal - at;
        program = program.at_least(&slopes, reach);
    }
    Ok((best, bound))
}
