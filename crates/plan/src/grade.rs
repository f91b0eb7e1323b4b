//! Plans for a grade: which sets of moves earn it at the least effort, and what they rest on.

use crate::effort::{self, Effort};
use crate::lever::{Act, Kind, Lever, Site};
use crate::search::{Found, Limits, Problem, search};
use crate::trial::Trial;
use crate::{Planner, Refused, Source};
use gradus_model::Decimal;
use gradus_model::number::round;
use gradus_model::package::NodeIx;
use gradus_model::policy::{Basis, MissingGrade};
use gradus_standard::{Change, Condition, Grader, Proof, Question, Verdict};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is asked, where it is not as is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// By which standard, by place; the first one where not given.
    pub standard: Option<usize>,
    /// For which grade, by place; the next one that is not proven where not given.
    pub grade: Option<usize>,
    /// What effort is counted in. Where not given: years, if every move that matters has a pace; else ladder steps.
    pub effort: Option<Effort>,
    /// How many plans.
    pub top: usize,
    /// After how many states each search stops.
    pub states: usize,
}

impl Default for Ask {
    /// The five cheapest plans for the next grade.
    fn default() -> Self {
        Self { standard: None, grade: None, effort: None, top: 5, states: 200_000 }
    }
}

/// What is to be done, and what it costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Levers and their moves, by place, in tree order.
    pub items: Vec<(usize, usize)>,
    /// What it costs.
    pub effort: Decimal,
    /// How many years it takes at least when everything begins at once; nothing where that is not known of a move.
    pub years: Option<Decimal>,
    /// How many years it takes in any case, for what must be held or lie back for so long.
    pub wait: u32,
}

/// What the cheapest plan costs without one of its levers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Without {
    /// There is no plan.
    None,
    /// So much more; zero where another plan costs the same.
    Dearer(Decimal),
    /// At least so much more, or no plan: the search stopped.
    AtLeast(Decimal),
}

/// What is saved when something is otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// So much effort.
    Effort(Decimal),
    /// There is a plan where there is none now, at so much effort.
    Possible(Decimal),
}

/// A threshold that would be lowered to the present figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relaxed {
    /// The lever, by place.
    pub lever: usize,
    /// The move that would be done without, by place.
    pub step: usize,
    /// What that is worth.
    pub saved: Saved,
}

/// An indicator without a figure that would be found to reach its whole ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundOut {
    /// The lever, by place.
    pub lever: usize,
    /// What that is worth.
    pub saved: Saved,
}

/// Plans for a grade of a unit in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct GradePlans {
    /// The unit, by place.
    pub unit: usize,
    /// The period, by place.
    pub period: usize,
    /// The standard, by place.
    pub standard: usize,
    /// The grade that is proven.
    pub proven: Option<usize>,
    /// The grade that is planned.
    pub grade: usize,
    /// What effort is counted in.
    pub effort: Effort,
    /// Whether that was asked for; else the number of levers that matter, and of how many of them the years are known.
    pub chosen: Option<(usize, usize)>,
    /// Everything that can be moved and that the grade depends on.
    pub levers: Vec<Lever>,
    /// The cheapest plans, in order.
    pub plans: Vec<Plan>,
    /// Whether at least one more plan costs what the last one does.
    pub tied: bool,
    /// Where the search stopped at its limit: what every other plan costs at least.
    pub stopped: Option<Decimal>,
    /// Of how many thresholds and unknown figures the worth is not known, since their searches stopped.
    pub unsettled: usize,
    /// How many states all searches looked at.
    pub states: usize,
    /// The levers of the cheapest plan, with what it costs without each of them.
    pub without: Vec<(usize, Without)>,
    /// Levers that are in none of the plans.
    pub idle: Vec<usize>,
    /// Thresholds whose lowering to the present figure is worth something, the most valuable one first.
    pub relaxed: Vec<Relaxed>,
    /// Figures that are not there and whose finding out may be worth something, the most valuable one first.
    pub found_out: Vec<FoundOut>,
    /// What it is worth when all of them are found to reach their whole ladders.
    pub all_found_out: Option<Saved>,
    /// What keeps the grade away when everything that can be moved goes as far as it can; nothing where there is a plan.
    pub obstacle: Option<Proof>,
    /// Whether a score decides: then plans take scores at the thresholds, and to rise when an indicator gets better.
    pub by_score: bool,
}

impl GradePlans {
    /// The levers that every cheapest plan needs: without one of them there is none, or it costs more.
    pub fn no_regret(&self) -> impl Iterator<Item = usize> + '_ {
        let needed = |without: &Without| match without {
            Without::None => true,
            Without::Dearer(more) | Without::AtLeast(more) => *more > Decimal::ZERO,
        };
        self.without.iter().filter(move |(_, without)| needed(without)).map(|(lever, _)| *lever)
    }
    /// Whether an indicator is one that is easily moved without what it stands for: it has the tag `gameable`.
    #[must_use]
    pub fn gameable(package: &gradus_model::Package, node: NodeIx) -> bool {
        package.nodes[node].indicator().is_some_and(|i| i.tags.iter().any(|tag| *tag == *"gameable"))
    }
}

impl Planner<'_> {
    /// The cheapest plans for a grade.
    ///
    /// A plan names for each indicator the step it is to reach. A figure that is not there counts as unknown until it is made
    /// known and reaches its step: what a plan asks is enough whatever the unknown figures are that it does not name. Its way is reckoned from the
    /// worst figure of any other unit.
    ///
    /// # Errors
    /// Where there is no such standard or grade, the grade is proven already, or the numbers of a rule are too large.
    pub fn grade(&self, unit: usize, ask: &Ask) -> Result<GradePlans, Refused> {
        let Source { package, data, evaluation, grading, .. } = self.source;
        let period = self.period;
        let standard = ask.standard.unwrap_or(0);
        if package.grades.is_empty() || standard >= package.standards.len() {
            return Err(Refused::NoStandard);
        }
        let row = evaluation.row(unit, period);
        let grades = grading.row(row).ok_or(Refused::NoStandard)?;
        let proven = grades.standard(standard).ok_or(Refused::NoStandard)?.interval.proven;
        let next = proven.map_or(0, |grade| grade + 1);
        let grade = ask.grade.unwrap_or(next);
        if grade >= package.grades.len() || proven.is_some_and(|proven| grade <= proven) {
            return Err(Refused::Held);
        }
        let grader = Grader::with(Arc::clone(grading.book()), package, data, evaluation);
        let site = Site { planner: self, grader: &grader, grades, unit, row };
        let mut run = Run { site, standard, grade, states: ask.states, used: 0, trial: None };

        let (levers, by_score) = run.relevant(ask.effort.unwrap_or(Effort::Years))?;
        let priced = |lever: &&Lever| lever.moves.iter().all(|m| m.beyond || m.effort.is_some());
        let known = levers.iter().filter(priced).count();
        let (effort, chosen, levers) = match ask.effort {
            Some(effort) => (effort, None, levers),
            None if known == levers.len() => (Effort::Years, Some((levers.len(), known)), levers),
            None => (Effort::Points, Some((levers.len(), known)), run.relevant(Effort::Points)?.0),
        };

        let base = Trying { levers: &levers, barred: None, free: Vec::new() };
        let found = run.solve(&base, ask.top.max(1) + 1)?;
        let mut plans: Vec<Plan> =
            found.plans.iter().map(|pick| plan(&levers, &pick.options, pick.effort)).collect();
        let tied = plans.len() > ask.top && plans[ask.top].effort == plans[ask.top - 1].effort;
        plans.truncate(ask.top);
        let best = plans.first().map(|plan| plan.effort);

        let mut without = Vec::new();
        for (lever, _) in plans.first().map(|plan| plan.items.clone()).unwrap_or_default() {
            let found = run.solve(&Trying { barred: Some(lever), ..base.clone() }, 1)?;
            let more = |effort: i128| effort::number(effort) - best.unwrap_or_default();
            let cost = match (found.plans.first(), found.stopped) {
                (Some(pick), _) => Without::Dearer(more(pick.effort)),
                (None, Some(bound)) => Without::AtLeast(more(bound).max(Decimal::ZERO)),
                (None, None) => Without::None,
            };
            without.push((lever, cost));
        }
        let used = |lever: &usize| plans.iter().any(|plan| plan.items.iter().any(|(at, _)| at == lever));
        let idle = match plans.is_empty() {
            true => Vec::new(),
            false => (0..levers.len()).filter(|lever| !used(lever)).collect(),
        };

        // A plan that is not found because the search stopped is not one that is not there.
        let settled = found.stopped.is_none() || best.is_some();
        let mut unsettled = 0;
        let mut worth = |free: Vec<(usize, usize)>| -> Result<Option<Saved>, Refused> {
            let found = run.solve(&Trying { free, ..base.clone() }, 1)?;
            let Some(pick) = found.plans.first().filter(|_| settled) else {
                unsettled += usize::from(found.stopped.is_some());
                return Ok(None);
            };
            let effort = effort::number(pick.effort);
            Ok(match best {
                Some(best) if best > effort => Some(Saved::Effort(best - effort)),
                Some(_) => None,
                None => Some(Saved::Possible(effort)),
            })
        };
        let (mut relaxed, mut found_out, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        for (lever, item) in levers.iter().enumerate().filter(|(_, lever)| lever.kind == Kind::Figure) {
            let mut steps = item.moves.iter().enumerate().filter(|(_, m)| matches!(m.act, Act::Reach(_)));
            match item.now {
                Some(_) => {
                    // A harder step is worth a line where it saves more than the easier ones.
                    let mut known = None;
                    for (step, _) in steps {
                        let saved = worth(vec![(lever, step)])?;
                        if saved.is_some() && saved != known {
                            relaxed.extend(saved.map(|saved| Relaxed { lever, step, saved }));
                        }
                        known = saved;
                    }
                }
                None => {
                    let Some((top, _)) = steps.next_back() else { continue };
                    unknown.push((lever, top));
                    found_out.extend(worth(vec![(lever, top)])?.map(|saved| FoundOut { lever, saved }));
                }
            }
        }
        let all_found_out = if unknown.is_empty() { None } else { worth(unknown)? };
        // The most valuable first; of equal ones, those in tree order.
        let value = |saved: Saved| match saved {
            Saved::Effort(effort) => (0, -effort),
            Saved::Possible(effort) => (0, effort),
        };
        relaxed.sort_by_key(|relaxed| value(relaxed.saved));
        found_out.sort_by_key(|found| value(found.saved));

        let obstacle = if plans.is_empty() { run.obstacle(&levers) } else { None };
        let stopped = found.stopped.filter(|_| plans.len() < ask.top).map(effort::number);
        let states = run.used;
        Ok(GradePlans {
            unit,
            period,
            standard,
            proven,
            grade,
            effort,
            chosen,
            levers,
            plans,
            tied,
            stopped,
            unsettled,
            states,
            without,
            idle,
            relaxed,
            found_out,
            all_found_out,
            obstacle,
            by_score,
        })
    }
}

fn plan(levers: &[Lever], options: &[usize], effort: i128) -> Plan {
    let chosen = options.iter().enumerate().filter(|(_, option)| **option > 0);
    let items: Vec<(usize, usize)> = chosen.map(|(lever, option)| (lever, option - 1)).collect();
    let moves = || items.iter().map(|(lever, at)| &levers[*lever].moves[*at]);
    let years: Option<Vec<Decimal>> = moves().map(|m| m.years).collect();
    let years = years.and_then(|years| years.into_iter().max());
    let wait = moves().map(|m| m.wait).max().unwrap_or(0);
    Plan { effort: effort::number(effort), years, wait, items }
}

/// What is tried.
#[derive(Clone)]
struct Trying<'a> {
    levers: &'a [Lever],
    /// A lever that stays as it is.
    barred: Option<usize>,
    /// Moves that are granted for nothing.
    free: Vec<(usize, usize)>,
}

struct Run<'a> {
    site: Site<'a>,
    standard: usize,
    grade: usize,
    states: usize,
    used: usize,
    trial: Option<Trial<'a>>,
}

impl<'a> Run<'a> {
    /// The questions about scores.
    fn open_questions(&self) -> Vec<usize> {
        let questions = self.site.grader.book().questions();
        let score = |(_, question): &(usize, Question<'_>)| matches!(question, Question::Score(..));
        questions.into_iter().enumerate().filter(score).map(|(at, _)| at).collect()
    }

    /// The levers that the grade depends on, and whether it depends on a score.
    fn relevant(&self, effort: Effort) -> Result<(Vec<Lever>, bool), Refused> {
        let levers = self.site.levers(effort);
        let conditions = self.conditions(&Trying { levers: &levers, barred: None, free: Vec::new() })?;
        let used = used(&conditions.all);
        let by_score =
            used.iter().zip(&conditions.all).any(|(u, c)| *u && matches!(c, Condition::Open { .. }));
        let matters = |at: usize| {
            used.iter().zip(&conditions.all).any(|(used, condition)| match condition {
                Condition::Sum { gains, .. } if *used => {
                    gains.iter().any(|(choice, gains)| *choice == at && gains.iter().any(|g| *g != gains[0]))
                }
                _ => false,
            })
        };
        let scored = |node: NodeIx| by_score && !self.site.source().evaluation.nodes[node].scores.is_empty();
        let kept = levers.into_iter().enumerate().filter(|(at, lever)| matters(*at) || scored(lever.node));
        Ok((kept.map(|(_, lever)| lever).collect(), by_score))
    }

    fn conditions(&self, trying: &Trying<'_>) -> Result<gradus_standard::Conditions, Refused> {
        let choices: Vec<Vec<Change>> = trying
            .levers
            .iter()
            .enumerate()
            .map(|(at, lever)| {
                let granted = trying.free.iter().find(|(lever, _)| *lever == at).map(|(_, step)| *step);
                let stay = granted.map_or_else(Change::default, |step| self.granted(lever, step));
                let mut options = vec![stay];
                if trying.barred != Some(at) {
                    options.extend(lever.moves.iter().map(|m| m.change.clone()));
                }
                options
            })
            .collect();
        let open = self.open_questions();
        self.site.grades.conditions(self.standard, self.grade, &choices, &open).ok_or(Refused::TooLarge)
    }

    /// The verdicts when a step is reached as things are.
    fn granted(&self, lever: &Lever, step: usize) -> Change {
        let Some(mut change) = lever.moves.get(step).map(|m| m.change.clone()) else {
            return Change::default();
        };
        for (node, verdicts) in &mut change.ladders {
            let now = self.site.grades.node(*node).map(|grade| grade.verdicts).unwrap_or_default();
            // Harder steps are as far away as they are.
            for (verdict, now) in verdicts.iter_mut().zip(now).filter(|(v, _)| **v == Verdict::NotMet) {
                *verdict = *now;
            }
        }
        if lever.now.is_some() {
            change.answers.clear();
        } else {
            // What is found out is reported.
            change.answers.iter_mut().for_each(|(_, answer)| *answer = Verdict::Met);
        }
        change
    }

    fn solve(&mut self, trying: &Trying<'_>, plans: usize) -> Result<Found, Refused> {
        let conditions = self.conditions(trying)?;
        let efforts = trying.levers.iter().enumerate().map(|(at, lever)| {
            let moves = lever.moves.iter().filter(|_| trying.barred != Some(at));
            let effort = |m: &crate::lever::Move| m.effort.filter(|_| !m.beyond).and_then(effort::whole);
            std::iter::once(Some(0)).chain(moves.map(effort)).collect()
        });
        // A figure that becomes known shifts weights, and may lower a score.
        let rising = trying.levers.iter().all(|lever| lever.now.is_some());
        let problem = Problem { efforts: efforts.collect(), conditions: &conditions, rising };
        let limits = Limits { plans, states: self.states };
        let opens = conditions.all.iter().any(|c| matches!(c, Condition::Open { .. }));
        if opens && self.trial.is_none() {
            let site = &self.site;
            self.trial = Some(Trial::new(site.source(), (site.unit, site.planner.period)));
        }
        let (site, trial) = (&self.site, self.trial.as_ref());
        let mut known: BTreeMap<(usize, Vec<usize>), Verdict> = BTreeMap::new();
        let mut judge = |question: usize, options: &[usize]| {
            let Some(trial) = trial else { return Verdict::Unknown };
            *known
                .entry((question, options.to_vec()))
                .or_insert_with(|| answer(site, trial, question, trying, options))
        };
        let found = search(&problem, limits, &mut judge).ok_or(Refused::TooLarge)?;
        self.used += found.states;
        Ok(found)
    }

    /// What fails when everything goes as far as it can.
    fn obstacle(&self, levers: &[Lever]) -> Option<Proof> {
        let row = self.site.row;
        let mut record = self.site.grader.row(row);
        let far: Vec<&Change> = levers
            .iter()
            .filter_map(|lever| {
                let can = |m: &&crate::lever::Move| !m.beyond && m.effort.is_some();
                lever.moves.iter().rfind(can).map(|m| &m.change)
            })
            .collect();
        record.put(&far);
        let grades = record.grades();
        let standard = grades.standard(self.standard)?;
        let failing = (0..=self.grade).find(|grade| standard.verdict(*grade) != Some(Verdict::Met))?;
        standard.proof(failing)
    }
}

/// Whether a score is reached under options.
fn answer(
    site: &Site<'_>,
    trial: &Trial<'_>,
    question: usize,
    trying: &Trying<'_>,
    options: &[usize],
) -> Verdict {
    let questions = site.grader.book().questions();
    let Some(Question::Score(node, at_least)) = questions.get(question).copied() else {
        return Verdict::Unknown;
    };
    let mut moved: Vec<(NodeIx, Decimal)> = Vec::new();
    for (at, (lever, option)) in trying.levers.iter().zip(options).enumerate() {
        let step = match option.checked_sub(1) {
            Some(step) => Some(step),
            // What is found out is there to be scored; a threshold that is lowered moves no figure.
            None if lever.now.is_none() => {
                trying.free.iter().find(|(of, _)| *of == at).map(|(_, step)| *step)
            }
            None => None,
        };
        moved.extend(step.and_then(|step| lever.moves[step].to).map(|x| (lever.node, x)));
    }
    let policy = &site.source().package.policy;
    match (trial.score(node, &moved), policy.missing_grade) {
        (Some(score), _) => Verdict::of(match policy.thresholds {
            Basis::Published => round(score, policy.rounding) >= at_least,
            Basis::Exact => score >= at_least,
        }),
        (None, MissingGrade::Unknown) => Verdict::Unknown,
        (None, MissingGrade::Fail) => Verdict::NotMet,
    }
}

/// Which conditions the last one rests on.
fn used(conditions: &[Condition]) -> Vec<bool> {
    let mut used = vec![false; conditions.len()];
    if let Some(last) = used.last_mut() {
        *last = true;
    }
    for at in (0..conditions.len()).rev() {
        if let (true, Condition::AtLeast { of, .. }) = (used[at], &conditions[at]) {
            of.iter().for_each(|child| used[*child] = true);
        }
    }
    used
}
