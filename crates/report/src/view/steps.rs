//! The pipeline of section 7: each step with its method, what it is for, and what it changed.

use super::{Link, counted};
use crate::context::Context;
use crate::figure::grouped;
use crate::pipeline::step_name;
use crate::said::{Said, say, term};
use crate::vocabulary::{Family, about, change_words, fact_words, method_words, parameter_words};
use gradus_engine::{Number, StageResult, Why};
use gradus_model::Absence;
use gradus_model::package::{
    Action, ArgValue, Denominator, Enough, MethodCall, NodeIx, PipelineStep, Screen,
};
use gradus_model::policy::Fit;
use gradus_model::{Decimal, Id};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Most cells listed under a step; the JSON has all.
const CELLS: usize = 100;
/// Most rows of facts and of what was left out.
const ROWS: usize = 100;

#[derive(Debug, Serialize)]
pub(crate) struct Step {
    name: Said,
    code: String,
    action: Said,
    method: Option<MethodWords>,
    /// What it is for: all indicators, or which.
    scope: Said,
    /// Indicators with another method, or none.
    exceptions: Vec<(Said, MethodWords)>,
    /// Further settings: denominators, what a screening asks for, classes, draws, fit.
    settings: Vec<Said>,
    /// What it changed, in one sentence.
    effect: Said,
    idle: bool,
    units_out: Vec<(Said, Said)>,
    indicators_out: Vec<(Said, Said)>,
    facts: Vec<(Link, Vec<(Said, String)>)>,
    cells: Vec<Change>,
    /// How many cells there are to list: what goes with a unit or indicator that was left out is not told again.
    n_cells: usize,
    /// Whether it picks single cells, so that these are worth a list without anything to fold it.
    single: bool,
    /// How many lines the lists above leave out.
    more: Option<Said>,
    periods: bool,
}

/// A method as it is called: its name, a sentence and the formula where it is built in, its arguments.
#[derive(Debug, Serialize, Default)]
pub(crate) struct MethodWords {
    #[serde(skip)]
    id: String,
    pub(crate) name: Said,
    summary: Said,
    formula: Option<&'static str>,
    pub(crate) arguments: Vec<(Said, String)>,
    /// The transform that goes before.
    pub(crate) after: Said,
}

impl MethodWords {
    /// Leaves sentence and formula out where they stand further up already.
    pub(crate) fn tell_once(&mut self, told: &mut BTreeSet<String>) {
        if !told.insert(self.id.clone()) {
            (self.summary, self.formula) = (Said::default(), None);
        }
    }
}

/// A cell that a step changed.
#[derive(Debug, Serialize)]
struct Change {
    unit: Said,
    period: Option<String>,
    link: Link,
    before: Said,
    after: Said,
    what: Said,
    reference: String,
}

impl Context<'_> {
    /// A call in words.
    pub(crate) fn method_words(&self, family: Family, call: &MethodCall) -> MethodWords {
        let known = about(&self.methods, family, &call.method);
        MethodWords {
            id: call.method.clone(),
            name: method_words(&call.method),
            summary: known.map(|a| a.summary()).unwrap_or_default(),
            formula: known.map(|a| a.formula),
            arguments: self.arguments(call),
            after: call
                .transform
                .as_ref()
                .map(|t| say("method.after", &[("transform", method_words(&t.method))]))
                .unwrap_or_default(),
        }
    }
    /// Why a node has no score in a row, with the screening that left out the row or the indicator where one did.
    pub(crate) fn why_no_score(&self, ix: NodeIx, row: usize) -> Said {
        let node = &self.evaluation.nodes[ix];
        let excluded = node.stages.iter().find_map(|stage| {
            let step = self.package.pipeline.get(stage.step)?;
            let why =
                why_words(stage.excluded?).then((": ", "："), &dropped(step, &self.package.nodes[ix].id));
            Some(say("touch.step", &[("what", why), ("step", step_name(step))]))
        });
        let screened = excluded.unwrap_or_else(|| self.screened(row));
        let absence = match screened.is_empty() {
            true => node.absence.get(row).copied().flatten().unwrap_or(Absence::TooFewParts),
            false => Absence::ScreenedOut,
        };
        crate::figure::absence(absence).then((": ", "："), &screened)
    }
    /// Why a screening left a row out, and which; nothing where none did.
    fn screened(&self, row: usize) -> Said {
        let found = self.evaluation.left_out.iter().find(|(_, of, _)| *of == row);
        let step = |at: usize| self.package.pipeline.get(at);
        let said = found.and_then(|(at, _, why)| {
            let step = step(*at)?;
            Some(say(
                "touch.step",
                &[("what", unit_reason(self, step, row, *why)), ("step", step_name(step))],
            ))
        });
        said.unwrap_or_default()
    }
    /// The arguments of a call, as written.
    pub(crate) fn arguments(&self, call: &MethodCall) -> Vec<(Said, String)> {
        call.args.iter().map(|(name, x)| (parameter_words(&call.method, name), argument(x))).collect()
    }
    /// The name of a node, measure or unit by its code; nothing where there is none.
    pub(crate) fn name_of(&self, code: &str) -> Option<Said> {
        if let Some(ix) = self.package.node(code) {
            return Some(self.node_name(ix));
        }
        let measure = self.package.measures.iter().find(|m| m.id == *code)?;
        Some(if measure.name.is_empty() { Said::same(code) } else { Said::from(&measure.name) })
    }
    /// Findings with their names.
    pub(crate) fn facts<'f, N: AsRef<str> + 'f>(
        &self,
        facts: impl IntoIterator<Item = &'f (N, Number)>,
    ) -> Vec<(Said, String)> {
        facts
            .into_iter()
            .map(|(name, x)| {
                let said = fact_words(name.as_ref(), |code| self.name_of(code));
                (said, self.plain_number(*x).get(gradus_model::Lang::En).to_owned())
            })
            .collect()
    }
}

/// An argument as it stands in the package file.
pub(crate) fn argument(value: &ArgValue) -> String {
    match value {
        ArgValue::Number(x) => grouped(&x.normalize().to_string()),
        ArgValue::Text(text) => text.clone(),
        ArgValue::Flag(yes) => yes.to_string(),
        ArgValue::List(items) => items.iter().map(argument).collect::<Vec<_>>().join(", "),
        ArgValue::Table(items) => {
            let cell = |(k, v): (&String, &ArgValue)| match v {
                ArgValue::Table(_) => format!("{k} = {{ {} }}", argument(v)),
                v => format!("{k} = {}", argument(v)),
            };
            items.iter().map(cell).collect::<Vec<_>>().join(", ")
        }
    }
}

/// The family of the method that an action calls.
pub(crate) fn family(action: &Action) -> Option<Family> {
    match action {
        Action::Impute(_) => Some(Family::Impute),
        Action::Treat(_) => Some(Family::Treat),
        Action::Transform(_) => Some(Family::Transform),
        Action::Normalize(_) => Some(Family::Normalize),
        Action::Screen(_) | Action::Denominate(_) | Action::Round(_) => None,
    }
}

pub(crate) fn steps(cx: &Context) -> Vec<Step> {
    cx.package.pipeline.iter().enumerate().map(|(at, declared)| step(cx, at, declared)).collect()
}

fn step(cx: &Context, at: usize, declared: &PipelineStep) -> Step {
    let (package, evaluation) = (cx.package, cx.evaluation);
    let stages: Vec<(NodeIx, &StageResult)> = declared
        .indicators
        .iter()
        .filter_map(|ix| evaluation.nodes[*ix].stage(at).map(|stage| (*ix, stage)))
        .collect();
    let of = family(&declared.action);
    let words = |call: &MethodCall| of.map(|family| cx.method_words(family, call)).unwrap_or_default();
    let left_out: Vec<(usize, Why)> = evaluation
        .left_out
        .iter()
        .filter(|(step, ..)| *step == at)
        .map(|(_, row, why)| (*row, *why))
        .collect();
    let mut more = 0;
    let units_out: Vec<(Said, Said)> = left_out
        .iter()
        .map(|(row, why)| (row_name(cx, *row), unit_reason(cx, declared, *row, *why)))
        .collect();
    let excluded: Vec<(NodeIx, Why)> =
        stages.iter().filter_map(|(ix, stage)| Some((*ix, stage.excluded?))).collect();
    let indicators_out = excluded
        .iter()
        .map(|(ix, why)| {
            let reason = dropped(declared, &package.nodes[*ix].id);
            (cx.node_name(*ix), why_words(*why).then((": ", "："), &reason))
        })
        .collect();
    let n_cells: usize = stages.iter().map(|(_, stage)| stage.changed.len()).sum();
    let touched: BTreeSet<usize> = stages
        .iter()
        .flat_map(|(_, stage)| stage.changed.iter())
        .map(|(row, _)| evaluation.unit_and_period(*row).0)
        .collect();
    let n_indicators = stages.iter().filter(|(_, stage)| !stage.changed.is_empty()).count();
    let idle = n_cells == 0 && left_out.is_empty() && excluded.is_empty();
    let facts: Vec<(Link, Vec<(Said, String)>)> = stages
        .iter()
        .filter_map(|(ix, stage)| {
            let found = if stage.facts.len() == 1 { stage.facts.first() } else { stage.facts.get(cx.period) };
            let found = found?.as_ref().filter(|f| !f.is_empty())?;
            Some((cx.link(*ix), cx.facts(found)))
        })
        .collect();
    more += units_out.len().saturating_sub(ROWS) + facts.len().saturating_sub(ROWS);
    let (cells, n_listed) = cells(cx, at, &stages);
    more += n_listed - cells.len();
    Step {
        name: step_name(declared),
        code: declared.id.to_string(),
        action: term(&format!("action.{}", declared.action.word())),
        method: declared.action.call().map(words),
        scope: scope(cx, declared),
        exceptions: declared
            .instead
            .iter()
            .map(|(ix, call)| {
                let left = || MethodWords { name: term("step.left_alone"), ..MethodWords::default() };
                (cx.node_name(*ix), call.as_ref().map_or_else(left, words))
            })
            .collect(),
        settings: settings(cx, declared),
        effect: if idle {
            term("step.idle")
        } else if n_cells == 0 {
            // A screening of units without any figure leaves no cell behind.
            Said::default()
        } else {
            say(
                "step.effect",
                &[
                    ("cells", counted("n_figures", n_cells)),
                    ("indicators", counted("n_indicators", n_indicators)),
                    ("units", counted("n_units", touched.len())),
                ],
            )
        },
        idle,
        units_out: units_out.into_iter().take(ROWS).collect(),
        indicators_out,
        facts: facts.into_iter().take(ROWS).collect(),
        single: matches!(declared.action, Action::Screen(_) | Action::Impute(_) | Action::Treat(_)),
        cells,
        n_cells: n_listed,
        more: (more > 0).then(|| counted("step.more", more)),
        periods: evaluation.periods.len() > 1,
    }
}

/// The cells a step changed, and how many there are: those of the report's period first, then by indicator.
fn cells(cx: &Context, at: usize, stages: &[(NodeIx, &StageResult)]) -> (Vec<Change>, usize) {
    let evaluation = cx.evaluation;
    let gone: BTreeSet<usize> =
        evaluation.left_out.iter().filter(|(step, ..)| *step == at).map(|(_, row, _)| *row).collect();
    let in_period = |row: usize| evaluation.unit_and_period(row).1 == cx.period;
    let all = || {
        stages
            .iter()
            .filter(|(_, stage)| stage.excluded.is_none())
            .flat_map(|(ix, stage)| stage.changed.iter().map(move |(row, what)| (*ix, *stage, *row, *what)))
            .filter(|(_, _, row, _)| !gone.contains(row))
    };
    let n = all().count();
    let ordered = all().filter(|c| in_period(c.2)).chain(all().filter(|c| !in_period(c.2)));
    let list = ordered
        .take(CELLS)
        .map(|(ix, stage, row, what)| {
            let node = &evaluation.nodes[ix];
            let place = node.stages.iter().position(|s| s.step == stage.step).unwrap_or(0);
            let before = match place.checked_sub(1).and_then(|before| node.stages.get(before)) {
                Some(before) => before.values.get(row),
                None => node.raw.get(row),
            };
            let (before, after) = (before, stage.values.get(row));
            // What a rounding changes is told with all digits.
            let alike =
                before != after && before.map(|x| cx.plain_number(x)) == after.map(|x| cx.plain_number(x));
            let text = |x: Option<Number>| match x {
                Some(x) if alike => Said::same(grouped(&x.to_string())),
                Some(x) => cx.plain_number(x),
                None => Said::same("–"),
            };
            let (unit, period) = evaluation.unit_and_period(row);
            Change {
                unit: cx.unit_name(unit),
                period: evaluation.periods[period].map(|p| p.to_string()),
                link: cx.link(ix),
                before: text(before),
                after: text(after),
                what: change_words(what),
                reference: cx.reference(ix, row),
            }
        })
        .collect();
    (list, n)
}

/// A unit, with its period where there are several.
fn row_name(cx: &Context, row: usize) -> Said {
    let (unit, period) = cx.evaluation.unit_and_period(row);
    let name = cx.unit_name(unit);
    match cx.evaluation.periods[period].filter(|_| cx.evaluation.periods.len() > 1) {
        Some(period) => name.then((" ", " "), &Said::same(period.to_string())),
        None => name,
    }
}

fn why_words(why: Why) -> Said {
    term(match why {
        Why::Availability => "why.availability",
        Why::Zeros => "why.zeros",
        Why::Same => "why.same",
        Why::Declared => "why.declared",
    })
}

fn dropped(step: &PipelineStep, id: &Id) -> Said {
    match &step.action {
        Action::Screen(screen) => screen.drop.get(id).map(|reason| Said::same(reason.as_str())),
        _ => None,
    }
    .unwrap_or_default()
}

fn unit_reason(cx: &Context, step: &PipelineStep, row: usize, why: Why) -> Said {
    let (unit, _) = cx.evaluation.unit_and_period(row);
    why_words(why).then((": ", "："), &dropped(step, &cx.evaluation.units[unit]))
}

fn scope(cx: &Context, step: &PipelineStep) -> Said {
    let all = cx.package.indicators().count();
    let divided: Vec<NodeIx>;
    let indicators = match &step.action {
        // Of the indicators a division is for, those that are given something to be divided by.
        Action::Denominate(list) => {
            divided = list.iter().map(|d| d.indicator).collect();
            &divided
        }
        _ => &step.indicators,
    };
    let n = indicators.len();
    let names = |list: &[NodeIx]| Said::list(&list.iter().map(|ix| cx.node_name(*ix)).collect::<Vec<_>>());
    let others: Vec<NodeIx> = cx.indicators().into_iter().filter(|ix| !indicators.contains(ix)).collect();
    if n == all {
        term("step.for_all")
    } else if n > others.len() {
        say("step.for_all_but", &[("names", names(&others))])
    } else {
        say("step.for_some", &[("names", names(indicators))])
    }
}

fn settings(cx: &Context, step: &PipelineStep) -> Vec<Said> {
    let mut out = match &step.action {
        Action::Screen(screen) => screening(cx, screen),
        Action::Denominate(list) => denominators(cx, list),
        Action::Round(rounding) => {
            let mode = term(&format!(
                "rounding.{}",
                crate::json::word(gradus_model::number::RoundingMode::WORDS, rounding.mode)
            ));
            vec![say("step.round", &[("n", (rounding.places as usize).into()), ("mode", mode)])]
        }
        Action::Impute(_) | Action::Treat(_) | Action::Transform(_) | Action::Normalize(_) => Vec::new(),
    };
    if let Some(kind) = &step.by {
        out.push(say("step.by", &[("kind", kind.as_str().into())]));
    }
    if step.draws > 0 {
        out.push(counted("step.draws", step.draws as usize));
    }
    let learns = matches!(step.action, Action::Impute(_) | Action::Treat(_) | Action::Normalize(_));
    if learns && cx.evaluation.periods.len() > 1 {
        out.push(term(match step.fit.unwrap_or(cx.package.policy.fit) {
            Fit::Pooled => "step.pooled",
            Fit::PerPeriod => "step.per_period",
        }));
    }
    out
}

/// Indicators by what they are divided by.
fn denominators(cx: &Context, list: &[Denominator]) -> Vec<Said> {
    let mut by: BTreeMap<(&Id, Decimal), Vec<Said>> = BTreeMap::new();
    for d in list {
        by.entry((&d.by, d.scale)).or_default().push(cx.node_name(d.indicator));
    }
    by.into_iter()
        .map(|((code, scale), names)| {
            let places = [
                ("names", Said::list(&names)),
                ("by", cx.name_of(code.as_str()).unwrap_or_else(|| Said::same(code.as_str()))),
                ("scale", cx.plain_number(Number::Decimal(scale))),
            ];
            say(if scale == Decimal::ONE { "step.divided" } else { "step.divided_per" }, &places)
        })
        .collect()
}

fn screening(cx: &Context, screen: &Screen) -> Vec<Said> {
    let mut out = Vec::new();
    let percent = |x: Decimal| {
        let share = x.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(x);
        Said::same(share.normalize().to_string())
    };
    for (who, enough) in [("units", screen.units), ("indicators", screen.indicators)] {
        let Enough { min_available, min_nonzero, max_same } = enough;
        for (key, share) in
            [("min_available", min_available), ("min_nonzero", min_nonzero), ("max_same", max_same)]
        {
            if let Some(share) = share {
                let who = term(if who == "units" { "screen.units" } else { "screen.indicators" });
                out.push(say(&format!("screen.{key}"), &[("who", who), ("share", percent(share))]));
            }
        }
    }
    if let Some(age) = screen.max_age {
        out.push(counted("screen.max_age", age as usize));
    }
    for (code, reason) in &screen.keep {
        let unit = cx.evaluation.units.iter().position(|u| u == code).map(|u| cx.unit_name(u));
        let name = unit.or_else(|| cx.name_of(code.as_str())).unwrap_or_else(|| Said::same(code.as_str()));
        out.push(say("screen.keep", &[("name", name), ("reason", reason.as_str().into())]));
    }
    out
}
