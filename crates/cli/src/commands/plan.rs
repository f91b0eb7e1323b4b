//! `gradus plan`: the cheapest sets of improvements that earn a grade, a score or a rank.

use super::{Done, Findings};
use crate::args::{EffortArg, PlanArgs, TableFormat};
use crate::package::{Computed, compute, missing};
use crate::render::escape::{self, visible};
use crate::term::Term;
use crate::{Outcome, Stop, listing, table};
use gradus::Methods;
use gradus::model::diagnostic::catalog;
use gradus::model::number::parse_decimal;
use gradus::model::{Diagnostic, Package};
use gradus::plan::{Ask, Effort, Refused, ScoreAsk, Target, grade_plans, score_plan};
use gradus::report::Input;
use gradus::report::plan_table::{self, Sheet};
use serde_json::Value;

/// What was planned for one unit.
struct Planned {
    sheets: Vec<Sheet>,
    csv: String,
    json: Value,
    /// Whether there is a plan.
    found: bool,
}

pub(super) fn run(args: &PlanArgs, term: &Term) -> Done {
    term.speak(args.lang.lang());
    let computed = compute(&args.package.package, args.weights.set.as_deref(), term)?;
    let period = computed.period_or_current(args.period.as_deref())?;
    let own = computed.outcome.own_unit();
    let units = match (computed.units(&args.unit)?, own) {
        (named, _) if !named.is_empty() => named,
        (_, Some(own)) => vec![own],
        (_, None) => (0..computed.outcome.evaluation.units.len()).collect(),
    };
    let scored = args.to_score.is_some() || args.to_rank.is_some();
    let working = term.working("planning");
    let mut all = Vec::new();
    let mut refused = None;
    for unit in &units {
        let planned = match scored {
            true => score(args, &computed, (*unit, period))?,
            false => grade(args, &computed, (*unit, period))?,
        };
        match planned {
            Ok(planned) => all.push(planned),
            // Among many units, some hold what is asked for already.
            Err(Refused::Held) if units.len() > 1 => {}
            Err(why) => refused = refused.or(Some(why)),
        }
    }
    drop(working);
    if let (true, Some(why)) = (all.is_empty(), &refused) {
        return Err(Findings::one(why.diagnostic()));
    }
    if let Some(why) = refused {
        term.say(&format!("not planned for every unit: {}", why.diagnostic().message));
    }
    // What programs read has no place for a remark.
    if args.format != TableFormat::Table {
        term.notices().iter().for_each(|notice| term.say(notice));
    }
    match args.format {
        TableFormat::Csv => {
            let head = if scored { plan_table::SCORE_CSV } else { plan_table::GRADE_CSV };
            let rows: String = all.iter().map(|planned| planned.csv.as_str()).collect();
            term.data(&format!("{head}{rows}"))?;
        }
        TableFormat::Json => {
            let all: Vec<Value> = all.iter().map(|planned| planned.json.clone()).collect();
            term.data(&escape::json(&format!("{:#}\n", Value::Array(all))))?;
        }
        TableFormat::Table => {
            let mut text = String::new();
            for sheet in all.iter().flat_map(|planned| &planned.sheets) {
                if !text.is_empty() {
                    text.push('\n');
                }
                show(sheet, term, &mut text);
            }
            term.notices().iter().for_each(|notice| text.push_str(&format!("\n{notice}\n")));
            term.out(&text)?;
        }
    }
    let found = all.iter().all(|planned| planned.found);
    Ok(if found { Outcome::Done } else { Outcome::NotHeld })
}

fn show(sheet: &Sheet, term: &Term, out: &mut String) {
    out.push_str(&format!("\u{1b}[1m{}\u{1b}[0m\n", visible(&sheet.title)));
    if !sheet.rows.is_empty() {
        let columns: Vec<table::Column> = sheet
            .columns
            .iter()
            .map(|(heading, numeric)| table::Column { heading: heading.clone(), numeric: *numeric })
            .collect();
        out.push_str(&table::show(&columns, &sheet.rows, columns.len(), term.width()).0);
    }
    for note in &sheet.notes {
        out.push_str(&listing::wrapped(&visible(note), term.width().unwrap_or(listing::LINE)));
    }
}

fn input(computed: &Computed, period: usize) -> Input<'_> {
    computed.input(period, computed.outcome.own_unit())
}

fn effort(args: &PlanArgs) -> Option<Effort> {
    args.effort.map(|effort| match effort {
        EffortArg::Years => Effort::Years,
        EffortArg::Points => Effort::Points,
        EffortArg::Money => Effort::Money,
        EffortArg::Difficulty => Effort::Difficulty,
    })
}

fn grade(
    args: &PlanArgs,
    computed: &Computed,
    (unit, period): (usize, usize),
) -> Result<Result<Planned, Refused>, Stop> {
    let package = &computed.outcome.package;
    let place = |kind, what, word: &Option<String>, known: Vec<&str>| {
        word.as_ref()
            .map(|word| {
                known.iter().position(|id| id == word).ok_or_else(|| missing(kind, what, word, &known))
            })
            .transpose()
    };
    let standards = package.standards.iter().map(|s| s.id.as_str()).collect();
    let grades = package.grades.iter().map(|g| g.id.as_str()).collect();
    let ask = Ask {
        standard: place(&catalog::UNKNOWN_WORD, "standard", &args.standard, standards)?,
        grade: place(&catalog::UNKNOWN_WORD, "grade", &args.to, grades)?,
        effort: effort(args),
        top: args.top.into(),
        states: args.limit,
    };
    let methods = Methods::default();
    let found = grade_plans(computed.outcome.plan_source(&methods), unit, period, &ask);
    Ok(found.map(|plans| {
        let input = input(computed, period);
        Planned {
            sheets: plan_table::grade_sheets(&input, &plans, args.lang.lang()),
            csv: plan_table::grade_csv(&input, &plans),
            json: plan_table::grade_json(&input, &plans),
            found: !plans.plans.is_empty(),
        }
    }))
}

fn score(
    args: &PlanArgs,
    computed: &Computed,
    (unit, period): (usize, usize),
) -> Result<Result<Planned, Refused>, Stop> {
    let node = match &args.node {
        Some(code) => computed.nodes(std::slice::from_ref(code))?.first().copied().unwrap_or(Package::ROOT),
        None => Package::ROOT,
    };
    let target = match (&args.to_score, args.to_rank) {
        (Some(text), _) => Target::Score(parse_decimal(text).map_err(|_| {
            let message = format!("`{text}` is not a score");
            Findings::one(
                Diagnostic::new(&catalog::INVALID_NUMBER, message).help("give a number, such as 60"),
            )
        })?),
        (None, rank) => Target::Rank(rank.unwrap_or(1)),
    };
    let methods = Methods::default();
    let ask = ScoreAsk { node, target, effort: effort(args) };
    let found = score_plan(computed.outcome.plan_source(&methods), unit, period, &ask);
    Ok(found.map(|plan| {
        let input = input(computed, period);
        Planned {
            sheets: plan_table::score_sheets(&input, &plan, args.lang.lang()),
            csv: plan_table::score_csv(&input, &plan),
            json: plan_table::score_json(&input, &plan),
            found: true,
        }
    }))
}
