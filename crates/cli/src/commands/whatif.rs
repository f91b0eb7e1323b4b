//! `gradus whatif`: other figures, weights, methods or members, and what moves beside the official result.

use super::{Done, Findings};
use crate::args::WhatIfArgs;
use crate::listing::{self, Section, number, text};
use crate::package::{Computed, compute};
use crate::term::Term;
use crate::{Outcome, Stop};
use gradus::engine::whatif::{self, Change, changed};
use gradus::engine::{Evaluation, Number};
use gradus::model::diagnostic::{catalog, nearest};
use gradus::model::number::parse_decimal;
use gradus::model::package::{ArgValue, Direction, MethodCall, NodeIx};
use gradus::model::{DataSet, Diagnostic, Package};
use gradus::report::table::Cell;
use gradus::{Methods, standard};
use serde_json::json;
use std::collections::BTreeMap;

pub(super) fn run(args: &WhatIfArgs, term: &Term) -> Done {
    let computed = compute(&args.package.package, args.weights.set.as_deref(), term)?;
    let outcome = &computed.outcome;
    let period = computed.period_or_current(args.period.as_deref())?;
    let node = match &args.node {
        Some(code) => computed.nodes(std::slice::from_ref(code))?[0],
        None => Package::ROOT,
    };
    let (changes, said) = changes(args, &computed)?;
    if changes.is_empty() {
        return Err(Findings::one(
            Diagnostic::new(&catalog::INVALID_PARAMETER, "nothing is to be changed").help(
                "give `--set`, `--weight`, `--threshold`, `--method`, `--direction`, `--step` or `--drop`",
            ),
        ));
    }
    let data = &outcome.import.data;
    let made = changed(&outcome.package, data, &outcome.evaluation, period, &changes).and_then(
        |(package, figures)| {
            let (evaluation, _) = gradus::engine::evaluate(&package, &Methods::default(), &figures)?;
            Ok((package, figures, evaluation))
        },
    );
    let (package, figures, evaluation) = match made {
        Ok(made) => made,
        Err(diagnostics) => return Err(Findings { diagnostics, sources: computed.sources }.stop()),
    };
    let section = table(&computed, &package, &figures, &evaluation, node, period, &said, args.all);
    let head = vec![
        ("package", json!(outcome.package.index.id.as_str())),
        ("node", json!(outcome.package.nodes[node].id.as_str())),
        ("period", json!(outcome.evaluation.periods.get(period).copied().flatten().map(|p| p.to_string()))),
        ("official", json!(false)),
        ("changes", json!(said)),
    ];
    listing::print(term, &args.output, head, &[section])?;
    Ok(Outcome::Done)
}

/// Grades of a unit's standards as text: proven, or proven to possible.
fn grade(package: &Package, data: &DataSet, evaluation: &Evaluation, row: usize) -> String {
    let record = standard::Grader::new(package, data, evaluation).row(row);
    let name = |grade: Option<usize>| grade.map_or("none", |at| package.grades[at].id.as_str());
    let of = |interval: &standard::GradeInterval| match (interval.proven, interval.possible) {
        (a, b) if a == b => name(a).to_owned(),
        (a, b) => format!("{} to {}", name(a), name(b)),
    };
    record.grades().standards().map(|s| of(&s.interval)).collect::<Vec<_>>().join("; ")
}

#[expect(clippy::too_many_arguments, reason = "two results and how they are to be shown")]
fn table(
    computed: &Computed,
    package: &Package,
    data: &DataSet,
    after: &Evaluation,
    node: NodeIx,
    period: usize,
    said: &[String],
    all: bool,
) -> Section {
    let outcome = &computed.outcome;
    let before = &outcome.evaluation;
    let graded = !package.standards.is_empty();
    let mut columns = vec![
        "unit",
        "#official_score|official score",
        "#score|what if",
        "#change",
        "#official_rank|official rank",
        "#rank|what if",
        "#places|places gained",
    ];
    if graded {
        columns.extend(["official_grade|official grade", "grade|what if"]);
    }
    let mut out = Section::new("whatif", "What if", &columns);
    let rank = |x: Option<f64>| x.map_or(Cell::Empty(None), number);
    let (mut moved, mut n) = (0usize, 0usize);
    let places = after.periods.iter().position(|p| before.periods.get(period) == Some(p)).unwrap_or(period);
    let mut rows: Vec<usize> = (0..before.units.len()).collect();
    let order = |unit: &usize| before.rank(node, before.row(*unit, period)).unwrap_or(f64::INFINITY);
    rows.sort_by(|a, b| order(a).total_cmp(&order(b)).then(a.cmp(b)));
    for unit in rows {
        let (old, new) = (before.row(unit, period), after.row(unit, places));
        let (a, b) =
            (before.score(node, old).map(Number::to_f64), after.score(node, new).map(Number::to_f64));
        let (ra, rb) = (before.rank(node, old), after.rank(node, new));
        let mut row = vec![
            text(before.units[unit].as_str()),
            number(a),
            number(b),
            number(a.zip(b).map(|(a, b)| b - a)),
            rank(ra),
            rank(rb),
            rank(ra.zip(rb).map(|(a, b)| a - b)),
        ];
        let mut differs = a != b || ra != rb;
        if graded {
            let (ga, gb) = (
                grade(&outcome.package, &outcome.import.data, before, old),
                grade(package, data, after, new),
            );
            differs |= ga != gb;
            row.extend([text(ga), text(gb)]);
        }
        n += usize::from(a.is_some() || b.is_some() || graded);
        moved += usize::from(differs);
        if differs || all {
            out.row(row);
        }
    }
    for change in said {
        out.note(format!("if {change}"));
    }
    out.note(format!("{moved} of {n} units move; the official result is what it was"));
    out
}

/// What the user asks for, as changes and in words.
fn changes(args: &WhatIfArgs, computed: &Computed) -> Result<(Vec<Change>, Vec<String>), Stop> {
    let package = &computed.outcome.package;
    let (mut out, mut said) = (Vec::new(), Vec::new());
    let one = |code: &str| -> Result<NodeIx, Stop> { Ok(computed.nodes(&[code.to_owned()])?[0]) };
    for asked in &args.set {
        let (address, value) = equation(asked, "--set", "UNIT.INDICATOR=VALUE")?;
        let (unit, indicator) = unit_and_indicator(computed, address)?;
        let figure = whatif::figure(package, indicator, value).map_err(Findings::one)?;
        let node = &package.nodes[indicator];
        let of = node.indicator().and_then(|i| i.measurement_unit.as_deref()).unwrap_or("");
        let shown = if figure.is_some() { format!("{value} {of}") } else { "missing".to_owned() };
        let code = &computed.outcome.evaluation.units[unit];
        said.push(format!("`{}` of `{code}` were {}", node.id, shown.trim_end()));
        out.push(Change::Figure { unit, indicator, value: figure });
    }
    for asked in &args.weight {
        let (code, value) = equation(asked, "--weight", "CODE=WEIGHT")?;
        let node = one(code)?;
        let weight = whatif::weight(value).map_err(Findings::one)?;
        said.push(format!("the weight of `{}` were {value}", package.nodes[node].id));
        out.push(Change::Weight { node, weight });
    }
    for asked in &args.threshold {
        let (address, value) = equation(asked, "--threshold", "INDICATOR.GRADE=VALUE")?;
        let (indicator, grade) = indicator_and_grade(computed, address)?;
        let threshold = whatif::threshold(package, indicator, value).map_err(Findings::one)?;
        let (node, step) = (&package.nodes[indicator], &package.grades[grade].id);
        said.push(format!("`{step}` asked for {value} of `{}`", node.id));
        out.push(Change::Threshold { indicator, grade, threshold });
    }
    for asked in &args.method {
        let (code, value) = equation(asked, "--method", "CODE=METHOD")?;
        let node = one(code)?;
        let what = if package.nodes[node].group().is_some() { "aggregation" } else { "normalization" };
        said.push(format!("the {what} of `{}` were {value}", package.nodes[node].id));
        out.push(Change::Method { node, call: call(value)? });
    }
    for asked in &args.direction {
        let (code, value) = equation(asked, "--direction", "CODE=higher|lower")?;
        let indicator = one(code)?;
        let found = Direction::WORDS.iter().find(|(word, _)| *word == value);
        let Some((_, direction)) = found else {
            let known: Vec<&str> = Direction::WORDS.iter().map(|(word, _)| *word).collect();
            return Err(Findings::one(
                Diagnostic::new(&catalog::UNKNOWN_WORD, format!("there is no direction `{value}`"))
                    .help(format!("use {}", known.join(" or "))),
            ));
        };
        said.push(format!("`{}` were better when {value}", package.nodes[indicator].id));
        out.push(Change::Direction { indicator, direction: *direction });
    }
    for asked in &args.step {
        let (code, value) = equation(asked, "--step", "STEP=METHOD, or STEP=none")?;
        let Some(step) = package.pipeline.iter().position(|s| s.id == *code) else {
            let known = package.pipeline.iter().map(|s| s.id.as_str());
            let diagnostic =
                Diagnostic::new(&catalog::UNKNOWN_REFERENCE, format!("there is no step `{code}`"));
            return Err(Findings::one(match nearest(code, known) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help("`gradus score --stage` lists them"),
            }));
        };
        if value == "none" {
            said.push(format!("the step `{code}` were left out"));
            out.push(Change::Step { step, call: None });
        } else {
            said.push(format!("the step `{code}` did {value}"));
            out.push(Change::Step { step, call: Some(call(value)?) });
        }
    }
    for code in &args.drop {
        let node = one(code)?;
        said.push(format!("`{}` were left out", package.nodes[node].id));
        out.push(Change::Drop(node));
    }
    Ok((out, said))
}

fn equation<'a>(asked: &'a str, option: &str, form: &str) -> Result<(&'a str, &'a str), Stop> {
    asked.split_once('=').map(|(a, b)| (a.trim(), b.trim())).ok_or_else(|| {
        Findings::one(
            Diagnostic::new(&catalog::INVALID_PARAMETER, format!("`{option} {asked}` has no `=`"))
                .help(format!("write `{option} {form}`")),
        )
    })
}

/// A unit and an indicator with a point between them; codes may have points of their own.
fn unit_and_indicator(computed: &Computed, address: &str) -> Result<(usize, NodeIx), Stop> {
    let splits = || address.match_indices('.').map(|(at, _)| (&address[..at], &address[at + 1..]));
    let units = &computed.outcome.evaluation.units;
    for (unit, indicator) in splits() {
        if let (Some(unit), Some(node)) =
            (units.iter().position(|u| *u == *unit), computed.outcome.package.node(indicator))
        {
            return Ok((unit, node));
        }
    }
    let Some((unit, indicator)) = splits().next() else {
        return Err(Findings::one(
            Diagnostic::new(&catalog::INVALID_PARAMETER, format!("`{address}` names no cell"))
                .help("write `UNIT.INDICATOR`, both by code"),
        ));
    };
    // Which of the two is not there, with the nearest one.
    let unit = computed.units(&[unit.to_owned()])?[0];
    let node = computed.nodes(&[indicator.to_owned()])?[0];
    Ok((unit, node))
}

/// An indicator and a grade with a point between them; codes may have points of their own.
fn indicator_and_grade(computed: &Computed, address: &str) -> Result<(NodeIx, usize), Stop> {
    let splits = || address.match_indices('.').map(|(at, _)| (&address[..at], &address[at + 1..]));
    let package = &computed.outcome.package;
    for (indicator, grade) in splits() {
        if let (Some(node), Some(grade)) =
            (package.node(indicator), package.grades.iter().position(|g| g.id == *grade))
        {
            return Ok((node, grade));
        }
    }
    let Some((indicator, grade)) = splits().next() else {
        return Err(Findings::one(
            Diagnostic::new(&catalog::INVALID_PARAMETER, format!("`{address}` names no step of a ladder"))
                .help("write `INDICATOR.GRADE`, both by code"),
        ));
    };
    // Which of the two is not there, with the nearest one.
    let node = computed.nodes(&[indicator.to_owned()])?[0];
    Ok((node, computed.grade(grade)?))
}

/// A method as a shell takes it: `geometric`, or `power-mean(exponent=0.5)`.
fn call(text: &str) -> Result<MethodCall, Stop> {
    let wrong = || {
        Findings::one(
            Diagnostic::new(
                &catalog::INVALID_PARAMETER,
                format!("`{text}` is no method with its parameters"),
            )
            .help("write `METHOD`, or `METHOD(name=value, ...)`"),
        )
    };
    let (method, args) = match text.split_once('(') {
        None => (text, ""),
        Some((method, rest)) => (method, rest.strip_suffix(')').ok_or_else(wrong)?),
    };
    let mut found = BTreeMap::new();
    // A comma inside brackets belongs to a list.
    let mut depth = 0;
    let pieces = args.split(|c: char| {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    });
    for piece in pieces.map(str::trim).filter(|piece| !piece.is_empty()) {
        let (name, value) = piece.split_once('=').ok_or_else(wrong)?;
        found.insert(name.trim().to_owned(), argument(value.trim()));
    }
    Ok(MethodCall { method: method.trim().to_owned(), transform: None, args: found, key: String::new() })
}

fn argument(text: &str) -> ArgValue {
    if let Some(list) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return ArgValue::List(list.split(',').map(|item| argument(item.trim())).collect());
    }
    match (text, parse_decimal(text)) {
        ("true", _) => ArgValue::Flag(true),
        ("false", _) => ArgValue::Flag(false),
        (_, Ok(number)) => ArgValue::Number(number),
        (text, Err(_)) => ArgValue::Text(text.trim_matches(['"', '\'']).to_owned()),
    }
}
