//! The search: from choices, efforts and conditions to the cheapest minimal plans, in order.
//!
//! **Best first.** Choices are decided one after the other in their order. What is decided has cost so much; a bound from the
//! conditions says what the rest costs at least. The state with the smallest sum goes on. So plans are found in order of their
//! effort, and the first one found is the cheapest: nothing is cut off that could be cheaper. Effort is a whole number (of
//! billionths) with one more for each change, so that of plans of equal effort the one with fewer changes comes first; among
//! those, the one that changes what comes first in the order of choices.
//!
//! **The bound** is the larger one of two. For a sum by itself, exact dynamic programming over the choices that are left: the least effort
//! that adds what is still lacking. Amounts of more than [`CELLS`] different sizes are rounded, gains up and what is needed to match,
//! so that the bound stays one. For so many of several conditions: those that share no choice add up; of those that do, the dearest
//! one counts. For all conditions together, prices (Lagrange multipliers): each choice by itself weighs its effort against what its
//! gains are worth, and what is lacking is paid for. Any prices give a bound; good ones are the duals of the linear program in which
//! options and conditions may be half chosen and half held, solved at the first [`PRICES`] states. The program runs in
//! doubles and its prices are rounded; what is bounded by them is reckoned in whole numbers.
//!
//! **Minimal.** No change of a plan can be left out or made smaller, with the conditions still holding. Where conditions never
//! suffer from going further, a state that fulfills them is such an end; else the search goes on behind it.
//!
//! **Work is counted in states, not in time,** so that every machine stops at the same place. What was found until then is still the
//! cheapest, and everything else costs at least the bound that is returned.

use gradus_standard::{Condition, Conditions, Verdict};
use gradus_statistics::simplex::Program;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Most different amounts in the dynamic programming of one sum.
pub const CELLS: i128 = 4096;
/// For how many states prices are found.
pub const PRICES: usize = 24;
/// What prices are multiplied by, to be whole numbers.
const FINE: i128 = 1 << 30;
/// Room for the number of changes beside the effort.
const CHANGES: i128 = 1 << 20;
/// More than any effort.
const NEVER: i128 = i128::MAX / 8;

/// What may be chosen, what it costs, and what must hold.
#[derive(Debug, Clone)]
pub struct Problem<'a> {
    /// For each choice, the effort of every option, in the order of going further; the first one leaves things as they are. An option
    /// without an effort cannot be chosen.
    pub efforts: Vec<Vec<Option<i128>>>,
    /// What must hold.
    pub conditions: &'a Conditions,
    /// Whether going further never turns the answer to an open question to the worse. Where it may, every combination that is
    /// cheaper than the plans has to be looked at.
    pub rising: bool,
}

/// What is asked of the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many plans.
    pub plans: usize,
    /// After how many states it stops.
    pub states: usize,
}

/// A plan: the option of each choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// By choice; 0 leaves it as it is.
    pub options: Vec<usize>,
    /// What it costs.
    pub effort: i128,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The cheapest minimal plans, in order.
    pub plans: Vec<Pick>,
    /// What every other plan costs at least, where the search stopped at its limit.
    pub stopped: Option<i128>,
    /// How many states were looked at.
    pub states: usize,
}

/// Who answers questions that depend on more than verdicts: question and options in, the answer out.
pub type Judge<'a> = dyn FnMut(usize, &[usize]) -> Verdict + 'a;

/// Searches for the cheapest minimal plans.
///
/// Nothing where the numbers of the conditions are too large to be added, or a choice has more than 255 options.
///
/// # Example
/// ```
/// use gradus_plan::search::{Limits, Problem, search};
/// use gradus_standard::{Condition, Conditions, Verdict};
/// // Three indicators, two of which must be reached: at 3, 2 and 4.
/// let gains = (0..3).map(|choice| (choice, vec![0, 1])).collect();
/// let conditions = Conditions { all: vec![Condition::Sum { needed: 2, gains }] };
/// let efforts = [3, 2, 4].map(|effort| vec![Some(0), Some(effort)]).to_vec();
/// let limits = Limits { plans: 2, states: 100 };
/// let found = search(&Problem { efforts, conditions: &conditions, rising: true }, limits, &mut |_, _| Verdict::Unknown).unwrap();
/// assert_eq!(found.plans[0].options, [1, 1, 0]);
/// assert_eq!(found.plans.iter().map(|p| p.effort).collect::<Vec<_>>(), [5, 6]);
/// ```
#[must_use]
pub fn search(problem: &Problem<'_>, limits: Limits, judge: &mut Judge<'_>) -> Option<Found> {
    let mut found = Found::default();
    let search = Search::new(problem)?;
    let mut open = BinaryHeap::new();
    let mut prices: Vec<Prices> = Vec::new();
    let start = search.start();
    let least = search.bound(0, &start);
    if least < NEVER {
        open.push(State { least, spent: 0, path: Box::default() });
    }
    while let Some(state) = open.pop() {
        if found.plans.len() == limits.plans {
            break;
        }
        if found.states == limits.states {
            found.stopped = Some(state.least / CHANGES);
            break;
        }
        let depth = state.path.len();
        let lacking = search.lacking(&state.path);
        // Prices that are newer than the state may say that it costs more.
        let rest = search.rest(&prices, depth, &lacking);
        let worth = search.sums.len() > 1 && rest < NEVER && rest > 0 && prices.len() < PRICES;
        if worth && state.spent + rest <= state.least {
            prices.extend(search.prices(depth, &lacking));
        }
        let least = state.spent.saturating_add(search.rest(&prices, depth, &lacking));
        if least > state.least {
            if least < NEVER {
                open.push(State { least, ..state });
            }
            continue;
        }
        found.states += 1;
        let options = search.options(&state.path);
        // What ends with a choice left as it is was looked at before.
        let new = depth.checked_sub(1).is_none_or(|last| search.option(last, state.path[last]) > 0);
        if search.bound(depth, &lacking) == 0 && new && search.holds(&options, judge) {
            if search.minimal(&options, judge) {
                found.plans.push(Pick { effort: state.spent / CHANGES, options: options.clone() });
            }
            if search.monotone {
                continue;
            }
        }
        if depth == search.order.len() || (search.opens() && search.hopeless(&options, depth, judge)) {
            continue;
        }
        for option in search.children(depth, &lacking) {
            let mut next = lacking.clone();
            search.take(depth, option, &mut next);
            let rest = search.rest(&prices, depth + 1, &next);
            if rest >= NEVER {
                continue;
            }
            let spent = state.spent + search.costs[depth][option];
            let mut path = state.path.to_vec();
            path.push(search.rank(depth, option));
            open.push(State { least: spent + rest, spent, path: path.into() });
        }
    }
    Some(found)
}

/// A state of the search: what is decided of the first choices, each by the rank of its option, changes before none.
#[derive(Debug, PartialEq, Eq)]
struct State {
    least: i128,
    spent: i128,
    path: Box<[u8]>,
}

impl Ord for State {
    /// The heap gives the greatest first: the cheapest, and of equal ones the first in order.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.least, &other.path).cmp(&(self.least, &self.path))
    }
}

impl PartialOrd for State {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

struct Search<'a> {
    conditions: &'a [Condition],
    /// The choices that are decided, in order.
    order: Vec<usize>,
    n_choices: usize,
    /// By place in the order: the cost of each option, [`NEVER`] where it cannot be chosen.
    costs: Vec<Vec<i128>>,
    sums: Vec<Sum>,
    /// By place in the order: which sums it adds to, and at which of their parts.
    touches: Vec<Vec<(usize, usize)>>,
    steps: Vec<Step>,
    /// Whether going further never hurts.
    monotone: bool,
}

/// How a condition is judged.
enum Step {
    Sum(usize),
    /// Always, or never.
    Fixed(bool),
    Open,
    AtLeast {
        needed: usize,
        of: Vec<usize>,
        /// By depth: which of the conditions share a choice that is still open; the same number for those that do.
        shares: Vec<Vec<usize>>,
    },
}

/// What a unit of a condition is worth, in [`FINE`] parts.
struct Prices {
    /// By condition.
    steps: Vec<i128>,
    /// By depth: what the choices that are left cost at least, less what their gains are worth.
    choices: Vec<i128>,
}

/// A price in [`FINE`] parts.
fn fine(price: f64) -> Option<i128> {
    let parts = price * FINE as f64;
    (parts < 1e36).then_some(parts as i128)
}

/// A sum, relative to leaving everything as it is.
struct Sum {
    needed: i128,
    /// The least it can come to.
    low: i128,
    /// For each choice it depends on, by place in the order: what every option adds.
    parts: Vec<(usize, Vec<i128>)>,
    /// What an amount is rounded to.
    unit: i128,
    /// By depth, the first part that is not yet decided.
    from: Vec<usize>,
    /// `least[part][amount]`: what that part and all behind it cost at least to add the amount.
    least: Vec<Vec<i128>>,
}

impl<'a> Search<'a> {
    fn new(problem: &Problem<'a>) -> Option<Self> {
        let conditions = &problem.conditions.all[..];
        let used = reached(conditions)?;
        let opens = used.iter().zip(conditions).any(|(u, c)| *u && matches!(c, Condition::Open { .. }));
        let real = |choice: usize| {
            let efforts = &problem.efforts[choice];
            efforts.len() > 1 && efforts[1..].iter().any(Option::is_some)
        };
        let counts = |choice: usize| {
            let differs = |c: &Condition| match c {
                Condition::Sum { gains, .. } => {
                    gains.iter().any(|(at, gains)| *at == choice && gains.iter().any(|g| *g != gains[0]))
                }
                _ => false,
            };
            opens || used.iter().zip(conditions).any(|(u, c)| *u && differs(c))
        };
        let n_choices = problem.efforts.len();
        if problem.efforts.iter().any(|options| options.len() > usize::from(u8::MAX)) {
            return None;
        }
        let order: Vec<usize> = (0..n_choices).filter(|c| real(*c) && counts(*c)).collect();
        let costs: Vec<Vec<i128>> = order
            .iter()
            .map(|choice| {
                let cost = |(at, effort): (usize, &Option<i128>)| match effort {
                    _ if at == 0 => 0,
                    Some(effort) => effort.saturating_mul(CHANGES).saturating_add(1).min(NEVER),
                    None => NEVER,
                };
                problem.efforts[*choice].iter().enumerate().map(cost).collect()
            })
            .collect();
        let place = |choice: usize| order.iter().position(|c| *c == choice);
        let depth = order.len();
        let (mut sums, mut steps) = (Vec::new(), Vec::new());
        let mut supports: Vec<Vec<bool>> = Vec::new();
        let mut monotone = true;
        for (at, condition) in conditions.iter().enumerate() {
            let mut support = vec![false; depth];
            steps.push(match condition {
                _ if !used[at] => Step::Fixed(false),
                Condition::Sum { needed, gains } => {
                    let fixed = gains.iter().map(|(_, gains)| gains[0]).try_fold(0i128, i128::checked_add)?;
                    let needed = needed.checked_sub(fixed)?;
                    let mut parts = Vec::new();
                    for (choice, gains) in gains {
                        let Some(place) = place(*choice) else { continue };
                        let gains: Option<Vec<i128>> =
                            gains.iter().map(|gain| gain.checked_sub(gains[0])).collect();
                        let gains = gains?;
                        let open = |o: &usize| costs[place][*o] < NEVER;
                        let rising: Vec<i128> = (0..gains.len()).filter(open).map(|o| gains[o]).collect();
                        if rising.iter().all(|gain| *gain == 0) {
                            continue;
                        }
                        monotone &= rising.is_sorted();
                        support[place] = true;
                        parts.push((place, gains));
                    }
                    parts.sort_by_key(|(place, _)| *place);
                    match parts.is_empty() {
                        true => Step::Fixed(needed <= 0),
                        false => {
                            sums.push(Sum::new(needed, parts, &costs)?);
                            Step::Sum(sums.len() - 1)
                        }
                    }
                }
                Condition::Open { met, .. } => {
                    monotone &= *met && problem.rising;
                    support.fill(true);
                    Step::Open
                }
                Condition::AtLeast { needed, of } => {
                    for child in of {
                        for (all, one) in support.iter_mut().zip(&supports[*child]) {
                            *all |= one;
                        }
                    }
                    let shares = (0..=depth).map(|depth| shares(of, &supports, depth)).collect();
                    Step::AtLeast { needed: *needed, of: of.clone(), shares }
                }
            });
            supports.push(support);
        }
        let mut touches = vec![Vec::new(); depth];
        for (at, sum) in sums.iter().enumerate() {
            for (part, (place, _)) in sum.parts.iter().enumerate() {
                touches[*place].push((at, part));
            }
        }
        Some(Self { conditions, order, n_choices, costs, sums, touches, steps, monotone })
    }

    /// What every sum lacks when nothing is changed.
    fn start(&self) -> Vec<i128> {
        self.sums.iter().map(|sum| sum.needed).collect()
    }
    fn rank(&self, depth: usize, option: usize) -> u8 {
        let n = self.costs[depth].len();
        u8::try_from(if option == 0 { n - 1 } else { option - 1 }).unwrap_or(u8::MAX)
    }
    fn option(&self, depth: usize, rank: u8) -> usize {
        let rank = usize::from(rank);
        if rank + 1 == self.costs[depth].len() { 0 } else { rank + 1 }
    }
    fn take(&self, depth: usize, option: usize, lacking: &mut [i128]) {
        for (sum, part) in &self.touches[depth] {
            lacking[*sum] -= self.sums[*sum].parts[*part].1[option];
        }
    }
    fn lacking(&self, path: &[u8]) -> Vec<i128> {
        let mut lacking = self.start();
        for (depth, rank) in path.iter().enumerate() {
            self.take(depth, self.option(depth, *rank), &mut lacking);
        }
        lacking
    }
    /// The options of a path, with everything behind it left as it is.
    fn options(&self, path: &[u8]) -> Vec<usize> {
        let mut options = vec![0; self.n_choices];
        for (depth, rank) in path.iter().enumerate() {
            options[self.order[depth]] = self.option(depth, *rank);
        }
        options
    }

    /// The options of a choice that are worth trying: where going further never hurts, one that brings no more of what is
    /// lacking than a smaller one is in no minimal plan.
    fn children(&self, depth: usize, lacking: &[i128]) -> Vec<usize> {
        let costs = &self.costs[depth];
        let all = (0..costs.len()).filter(|option| costs[*option] < NEVER);
        if !self.monotone || self.opens() {
            return all.collect();
        }
        let brings = |option: usize| -> Vec<i128> {
            let gain = |(sum, part): &(usize, usize)| {
                self.sums[*sum].parts[*part].1[option].min(lacking[*sum].max(0))
            };
            self.touches[depth].iter().map(gain).collect()
        };
        let mut kept: Vec<(usize, Vec<i128>)> = Vec::new();
        for option in all {
            let brings = brings(option);
            if kept.iter().all(|(_, known)| *known != brings) {
                kept.push((option, brings));
            }
        }
        kept.into_iter().map(|(option, _)| option).collect()
    }

    /// What it costs at least to make the conditions hold, by all that is known.
    fn rest(&self, prices: &[Prices], depth: usize, lacking: &[i128]) -> i128 {
        let alone = self.bound(depth, lacking);
        // Nothing is lacking, or cannot be had.
        if alone == 0 || alone >= NEVER {
            return alone;
        }
        prices.iter().filter_map(|prices| self.priced(prices, depth, lacking)).fold(alone, i128::max)
    }

    /// What it costs at least under prices; nothing where the numbers are too large.
    ///
    /// With y for how far a condition holds, a sum needs `gains >= lacking y + low (1 - y)`, and so many of several conditions
    /// `sum of their y >= needed y`. What is short is charged at its price.
    fn priced(&self, prices: &Prices, depth: usize, lacking: &[i128]) -> Option<i128> {
        let mut total = prices.choices[depth];
        let mut weights = vec![0i128; self.steps.len()];
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Step::Sum(sum) => {
                    let (price, low) = (prices.steps[at], self.sums[*sum].low);
                    total = total.checked_add(price.checked_mul(low)?)?;
                    weights[at] =
                        weights[at].checked_add(price.checked_mul(lacking[*sum].checked_sub(low)?)?)?;
                }
                Step::AtLeast { needed, of, .. } => {
                    let price = prices.steps[at];
                    weights[at] =
                        weights[at].checked_add(price.checked_mul(i128::try_from(*needed).ok()?)?)?;
                    for child in of {
                        weights[*child] = weights[*child].checked_sub(price)?;
                    }
                }
                Step::Fixed(_) | Step::Open => {}
            }
        }
        let last = self.steps.len().checked_sub(1)?;
        for (at, weight) in weights.into_iter().enumerate() {
            let held = match self.steps[at] {
                Step::Fixed(held) => i128::from(held).checked_mul(weight)?,
                _ if at == last => weight,
                _ => weight.min(0),
            };
            total = total.checked_add(held)?;
        }
        Some(up(total, FINE))
    }

    /// The prices of a state: duals of the linear program of what is left to be decided.
    fn prices(&self, depth: usize, lacking: &[i128]) -> Option<Prices> {
        let float = |x: i128| x as f64;
        let open = |place: usize| (1..self.costs[place].len()).filter(move |o| self.costs[place][*o] < NEVER);
        let picks: Vec<(usize, usize)> =
            (depth..self.order.len()).flat_map(|place| open(place).map(move |o| (place, o))).collect();
        let n = picks.len() + self.steps.len();
        let held = |step: usize| picks.len() + step;
        let mut objective = vec![0.0; n];
        for (at, (place, option)) in picks.iter().enumerate() {
            objective[at] = -float(self.costs[*place][*option]);
        }
        let mut program = Program::maximize(&objective);
        let last = self.steps.len().checked_sub(1)?;
        for (at, step) in self.steps.iter().enumerate() {
            let (low, high) = match step {
                Step::Fixed(held) => (f64::from(u8::from(*held)), f64::from(u8::from(*held))),
                _ if at == last => (1.0, 1.0),
                _ => (0.0, 1.0),
            };
            program = program.bounds(held(at), low, high);
        }
        let mut rows = Vec::new();
        for (at, step) in self.steps.iter().enumerate() {
            let mut row = vec![0.0; n];
            let least = match step {
                Step::Sum(sum) => {
                    let sum_of = &self.sums[*sum];
                    for (pick, (place, option)) in picks.iter().enumerate() {
                        let part = self.touches[*place].iter().find(|(of, _)| of == sum);
                        row[pick] = part.map_or(0.0, |(_, part)| float(sum_of.parts[*part].1[*option]));
                    }
                    row[held(at)] = -float(lacking[*sum].checked_sub(sum_of.low)?);
                    float(sum_of.low)
                }
                Step::AtLeast { needed, of, .. } => {
                    of.iter().for_each(|child| row[held(*child)] += 1.0);
                    row[held(at)] -= *needed as f64;
                    0.0
                }
                Step::Fixed(_) | Step::Open => continue,
            };
            rows.push(at);
            program = program.at_least(&row, least);
        }
        for place in depth..self.order.len() {
            let row: Vec<f64> = (0..n)
                .map(|at| f64::from(u8::from(picks.get(at).is_some_and(|(of, _)| *of == place))))
                .collect();
            program = program.at_most(&row, 1.0);
        }
        let found = program.solve().ok()?;
        let mut steps = vec![0; self.steps.len()];
        for (at, price) in rows.into_iter().zip(found.prices) {
            // Raising what is needed lowers the objective.
            steps[at] = fine((-price).max(0.0))?;
        }
        // What every choice costs at least, less what its gains are worth; the later ones together.
        let mut choices = vec![0i128; self.order.len() + 1];
        for place in (0..self.order.len()).rev() {
            let mut least = i128::MAX;
            for (option, cost) in self.costs[place].iter().enumerate().filter(|(_, cost)| **cost < NEVER) {
                let mut net = cost.checked_mul(FINE)?;
                for (at, step) in self.steps.iter().enumerate() {
                    let Step::Sum(sum) = step else { continue };
                    let part = self.touches[place].iter().find(|(of, _)| of == sum);
                    let gain = part.map_or(0, |(_, part)| self.sums[*sum].parts[*part].1[option]);
                    net = net.checked_sub(steps[at].checked_mul(gain)?)?;
                }
                least = least.min(net);
            }
            choices[place] = choices[place + 1].checked_add(least)?;
        }
        Some(Prices { steps, choices })
    }

    fn opens(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Open))
    }

    /// What it costs at least to make the conditions hold; zero where they do when everything that is not decided stays as it is, taking
    /// questions to be met.
    fn bound(&self, depth: usize, lacking: &[i128]) -> i128 {
        let mut least: Vec<i128> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let bound = match step {
                Step::Fixed(true) | Step::Open => 0,
                Step::Fixed(false) => NEVER,
                Step::Sum(sum) => self.sums[*sum].bound(depth, lacking[*sum]),
                Step::AtLeast { needed, of, shares } => some_of(*needed, of, &shares[depth], &least),
            };
            least.push(bound);
        }
        least.last().copied().unwrap_or(0)
    }

    /// Whether the conditions hold under these options.
    fn holds(&self, options: &[usize], judge: &mut Judge<'_>) -> bool {
        let mut held: Vec<Option<bool>> = vec![None; self.conditions.len()];
        self.conditions.len().checked_sub(1).is_none_or(|last| self.holds_at(last, options, &mut held, judge))
    }
    /// Only what decides is asked: a question may be dear.
    fn holds_at(
        &self,
        at: usize,
        options: &[usize],
        held: &mut [Option<bool>],
        judge: &mut Judge<'_>,
    ) -> bool {
        if let Some(known) = held[at] {
            return known;
        }
        let found = match &self.conditions[at] {
            Condition::Sum { needed, gains } => {
                gains.iter().map(|(choice, gains)| gains[options[*choice]]).sum::<i128>() >= *needed
            }
            Condition::Open { question, met } => {
                judge(*question, options) == if *met { Verdict::Met } else { Verdict::NotMet }
            }
            Condition::AtLeast { needed, of } => {
                let (mut met, mut left) = (0, of.len());
                for child in of {
                    if met >= *needed || met + left < *needed {
                        break;
                    }
                    left -= 1;
                    met += usize::from(self.holds_at(*child, options, held, judge));
                }
                met >= *needed
            }
        };
        held[at] = Some(found);
        found
    }

    /// Whether no single change can be left out or made smaller.
    fn minimal(&self, options: &[usize], judge: &mut Judge<'_>) -> bool {
        let mut tried = options.to_vec();
        for (depth, choice) in self.order.iter().enumerate() {
            for smaller in (0..options[*choice]).filter(|o| self.costs[depth][*o] < NEVER) {
                tried[*choice] = smaller;
                if self.holds(&tried, judge) {
                    return false;
                }
            }
            tried[*choice] = options[*choice];
        }
        true
    }

    /// Whether the conditions do not hold even when everything that is not decided goes as far as it can.
    fn hopeless(&self, options: &[usize], depth: usize, judge: &mut Judge<'_>) -> bool {
        let mut far = options.to_vec();
        for (depth, choice) in self.order.iter().enumerate().skip(depth) {
            let last = self.costs[depth].iter().rposition(|cost| *cost < NEVER);
            far[*choice] = last.unwrap_or(0);
        }
        self.monotone && !self.holds(&far, judge)
    }
}

impl Sum {
    fn new(needed: i128, parts: Vec<(usize, Vec<i128>)>, costs: &[Vec<i128>]) -> Option<Self> {
        let open = |place: usize, gains: &[i128]| -> Vec<(i128, i128)> {
            gains.iter().zip(&costs[place]).filter(|(_, c)| **c < NEVER).map(|(g, c)| (*g, *c)).collect()
        };
        let falls = parts.iter().map(|(place, gains)| {
            open(*place, gains).into_iter().map(|(gain, _)| gain.saturating_neg().max(0)).max().unwrap_or(0)
        });
        let low = falls.fold(0, i128::saturating_add).checked_neg()?;
        let largest = needed.max(0).checked_sub(low)?;
        let divisor = parts.iter().flat_map(|(_, gains)| gains).fold(0, |a, b| gcd(a, b.saturating_abs()));
        let divisor = divisor.max(1);
        let unit = divisor.checked_mul((largest / divisor) / CELLS + 1)?;
        let cells = usize::try_from(up(largest, unit)).ok()? + 1;
        let mut least = vec![vec![NEVER; cells]; parts.len() + 1];
        least[parts.len()][0] = 0;
        for at in (0..parts.len()).rev() {
            let (place, gains) = &parts[at];
            let mut row = least[at + 1].clone();
            for (gain, cost) in open(*place, gains).into_iter().filter(|(gain, _)| *gain > 0) {
                let gain = usize::try_from(up(gain, unit)).unwrap_or(cells);
                for (amount, best) in row.iter_mut().enumerate() {
                    *best = (*best).min(least[at + 1][amount.saturating_sub(gain)].saturating_add(cost));
                }
            }
            least[at] = row;
        }
        let from = |depth: usize| parts.iter().filter(|(place, _)| *place < depth).count();
        let from = (0..=costs.len()).map(from).collect();
        Some(Self { needed, low, parts, unit, from, least })
    }
    fn bound(&self, depth: usize, lacking: i128) -> i128 {
        let row = &self.least[self.from[depth]];
        let amount = usize::try_from(up(lacking.max(0), self.unit)).unwrap_or(usize::MAX);
        row[amount.min(row.len() - 1)].min(NEVER)
    }
}

/// Whole units that hold an amount.
fn up(amount: i128, unit: i128) -> i128 {
    amount.div_euclid(unit) + i128::from(amount.rem_euclid(unit) != 0)
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The conditions that the last one rests on; nothing where one rests on a later one.
fn reached(conditions: &[Condition]) -> Option<Vec<bool>> {
    let mut used = vec![false; conditions.len()];
    if let Some(last) = used.last_mut() {
        *last = true;
    }
    for at in (0..conditions.len()).rev() {
        if let (true, Condition::AtLeast { of, .. }) = (used[at], &conditions[at]) {
            for child in of {
                *used[..at].get_mut(*child)? = true;
            }
        }
    }
    Some(used)
}

/// Which conditions share a choice that is decided at this depth or later, directly or through others.
fn shares(of: &[usize], supports: &[Vec<bool>], depth: usize) -> Vec<usize> {
    let mut class: Vec<usize> = (0..of.len()).collect();
    let mut first: Vec<Option<usize>> = vec![None; supports.first().map_or(0, Vec::len)];
    for child in 0..of.len() {
        for place in depth..first.len() {
            if !supports[of[child]][place] {
                continue;
            }
            match first[place] {
                None => first[place] = Some(child),
                Some(other) => {
                    let (from, to) = (class[child], class[other]);
                    class.iter_mut().filter(|c| **c == from).for_each(|c| *c = to);
                }
            }
        }
    }
    class
}

/// What it costs at least to make so many conditions hold. Of those that share a choice, the k cheapest cost at least what the
/// k-th one does; those that do not share one add up.
fn some_of(needed: usize, of: &[usize], classes: &[usize], least: &[i128]) -> i128 {
    let free = of.iter().filter(|child| least[**child] == 0).count();
    if free >= needed {
        return 0;
    }
    // `best[n]`: what n of the conditions cost at least, so far.
    let mut best = vec![NEVER; needed + 1];
    best[0] = 0;
    let mut by_class: Vec<(usize, i128)> =
        classes.iter().zip(of).map(|(class, child)| (*class, least[*child])).collect();
    by_class.sort_unstable();
    for group in by_class.chunk_by(|a, b| a.0 == b.0) {
        for n in (1..=needed).rev() {
            for (k, (_, cost)) in group.iter().enumerate().take(n) {
                best[n] = best[n].min(best[n - k - 1].saturating_add(*cost)).min(NEVER);
            }
        }
    }
    best[needed]
}
