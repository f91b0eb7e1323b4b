//! What differs in two definitions: nodes, weights, methods, steps and rules.

use gradus_model::number::{Arithmetic, Rounding, RoundingMode, Ties};
use gradus_model::package::{
    Action, ArgValue, Enough, MethodCall, Node, NodeKind, PipelineStep, Threshold, WeightUse,
};
use gradus_model::policy::{Basis, Fit, MissingAction, MissingGrade, PeriodRule};
use gradus_model::{Decimal, Lang, Package};
use gradus_standard::threshold_words;
use std::collections::BTreeMap;

/// Every difference in what two packages are computed by: which item, what of it, and both sides; a side that has none is empty.
///
/// ```
/// let of = |id| gradus::open(id).unwrap().decode().0.unwrap();
/// assert!(gradus::definitions(&of("hdi"), &of("hdi")).is_empty());
/// # Ok::<(), gradus::model::Diagnostics>(())
/// ```
#[must_use]
pub fn definitions(a: &Package, b: &Package) -> Vec<[String; 4]> {
    let mut out: Vec<[String; 4]> = Vec::new();
    let mut add = |item: &str, what: &str, a: Option<&String>, b: Option<&String>| {
        if a != b {
            let side = |side: Option<&String>| side.cloned().unwrap_or_default();
            out.push([item.to_owned(), what.to_owned(), side(a), side(b)]);
        }
    };
    both(&policy(a), &policy(b), &mut |what, a, b| add("policy", what, a, b));
    let steps = |package: &Package| -> BTreeMap<String, String> {
        let each = package.pipeline.iter().enumerate();
        each.map(|(at, step)| (step.id.to_string(), format!("{}. {}", at + 1, said(package, step)))).collect()
    };
    both(&steps(a), &steps(b), &mut |step, a, b| add(&format!("step {step}"), "step", a, b));
    let below = |package: &'_ Package| -> Vec<String> {
        package.nodes.iter().skip(1).map(|node| node.id.to_string()).collect()
    };
    let mut codes = below(a);
    codes.extend(below(b).into_iter().filter(|code| a.node(code).is_none()));
    for code in codes.iter().map(String::as_str) {
        match (a.node(code), b.node(code)) {
            (Some(x), Some(y)) => both(&facts(a, x), &facts(b, y), &mut |what, a, b| add(code, what, a, b)),
            (Some(_), None) => add(code, "node", Some(&"there".into()), None),
            (None, _) => add(code, "node", None, Some(&"there".into())),
        }
    }
    // The index may have another code in each.
    both(&facts(a, Package::ROOT), &facts(b, Package::ROOT), &mut |what, a, b| add("index", what, a, b));
    out
}

/// Takes what of an item differs, and both sides.
type Add<'a> = dyn FnMut(&str, Option<&String>, Option<&String>) + 'a;

fn both(a: &BTreeMap<String, String>, b: &BTreeMap<String, String>, add: &mut Add<'_>) {
    let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    for key in keys {
        add(key, a.get(key), b.get(key));
    }
}

fn policy(package: &Package) -> BTreeMap<String, String> {
    let p = &package.policy;
    let set = p.weights.and_then(|at| package.weight_sets.get(at)).map(|set| set.id.to_string());
    let aged = |age: Option<u32>| age.map(|age| format!(", at most {age} years old")).unwrap_or_default();
    let periods = match p.periods {
        PeriodRule::Panel => "panel".to_owned(),
        PeriodRule::Latest { max_age } => format!("latest{}", aged(max_age)),
        PeriodRule::AsOf { year, later, max_age } => {
            format!("as of {year}{}{}", if later { ", or later" } else { "" }, aged(max_age))
        }
    };
    let arithmetic = match p.arithmetic {
        Arithmetic::Decimal => "decimal",
        Arithmetic::Binary64 => "binary64",
    };
    [
        ("arithmetic", arithmetic.to_owned()),
        ("rounding", rounded(p.rounding)),
        ("ranks", word(Basis::WORDS, p.ranks)),
        ("ties", word(Ties::WORDS, p.ties)),
        ("thresholds", word(Basis::WORDS, p.thresholds)),
        ("missing grade", word(MissingGrade::WORDS, p.missing_grade)),
        ("fit", word(Fit::WORDS, p.fit)),
        ("periods", periods),
        ("seed", p.seed.to_string()),
        ("weight set", set.unwrap_or_default()),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value))
    .collect()
}

/// The word of a value in a package file.
fn word<T: PartialEq>(words: &[(&str, T)], value: T) -> String {
    words.iter().find(|(_, known)| *known == value).map_or(String::new(), |(word, _)| (*word).to_owned())
}

fn rounded(rounding: Rounding) -> String {
    format!("{}, {} places", word(RoundingMode::WORDS, rounding.mode), rounding.places)
}

/// What a node is computed by.
fn facts(package: &Package, ix: usize) -> BTreeMap<String, String> {
    let node: &Node = &package.nodes[ix];
    let mut out: Vec<(&str, Option<String>)> = vec![
        ("parent", node.parent.filter(|p| *p != Package::ROOT).map(|p| package.nodes[p].id.to_string())),
        ("rounding", node.round.map(rounded)),
    ];
    if node.parent.is_some() {
        let formula = node.weight_formula.clone();
        out.push(("weight", Some(formula.unwrap_or_else(|| package.weight(ix).to_string()))));
    }
    match &node.kind {
        NodeKind::Indicator(indicator) => {
            let step = |step: &gradus_model::package::Step| {
                let grade = package.grades.get(step.grade).map_or("", |g| g.id.as_str());
                let plain = step.threshold.number().filter(|_| !step.strict && !step.looks_back());
                let threshold = match (step.threshold, plain) {
                    (Threshold::Number(_), Some(x)) => x.normalize().to_string(),
                    _ => threshold_words(package, ix, step, Lang::En).replace('`', ""),
                };
                format!("{grade} = {threshold}")
            };
            let ladder: Vec<String> = indicator.ladder.iter().map(step).collect();
            out.extend([
                ("name", Some(node.name.get(Lang::En).to_owned())),
                ("measurement unit", indicator.measurement_unit.clone()),
                ("direction", Some(indicator.direction.word().to_owned())),
                ("limits", indicator.limits.map(|[a, b]| format!("{} to {}", a.normalize(), b.normalize()))),
                ("kind", indicator.kind.map(|kind| kind.word().to_owned())),
                ("formula", indicator.formula.clone()),
                ("normalize", indicator.normalize.as_ref().map(called)),
                ("ladder", (!ladder.is_empty()).then(|| ladder.join(", "))),
            ]);
        }
        NodeKind::Group(group) => {
            let missing = group.missing;
            out.extend([
                ("aggregate", group.aggregate.as_ref().map(called)),
                ("formula", group.formula.clone()),
                ("normalize", group.normalize.as_ref().map(called)),
                ("direction", group.normalize.as_ref().map(|_| group.direction.word().to_owned())),
                (
                    "weights",
                    Some(match &group.weigh {
                        Some(call) => called(call),
                        None => word(WeightUse::WORDS, group.weights),
                    }),
                ),
                (
                    "missing",
                    Some(format!(
                        "{}, at least {} of the weight and {} parts",
                        word(MissingAction::WORDS, missing.action),
                        missing.min_share.normalize(),
                        missing.min_count
                    )),
                ),
            ]);
        }
    }
    out.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

/// A step in one line.
fn said(package: &Package, step: &PipelineStep) -> String {
    let codes = |list: &mut dyn Iterator<Item = String>| list.collect::<Vec<_>>().join(", ");
    let mut out = match &step.action {
        Action::Screen(screen) => {
            format!("screen units {}, indicators {}", enough(&screen.units), enough(&screen.indicators))
        }
        Action::Denominate(list) => format!(
            "denominate {}",
            codes(&mut list.iter().map(|d| format!(
                "{} by {}/{}",
                package.nodes[d.indicator].id,
                d.by,
                d.scale.normalize()
            )))
        ),
        Action::Round(rounding) => format!("round {}", rounded(*rounding)),
        action => format!("{} {}", action.word(), action.call().map(called).unwrap_or_default()),
    };
    if let Action::Screen(screen) = &step.action {
        for (word, list) in [("keep", &screen.keep), ("drop", &screen.drop)] {
            if !list.is_empty() {
                out.push_str(&format!("; {word} {}", codes(&mut list.keys().map(ToString::to_string))));
            }
        }
        out.extend(screen.max_age.map(|age| format!("; at most {age} years old")));
    }
    if step.indicators.len() < package.indicators().count() {
        let named = &mut step.indicators.iter().map(|ix| package.nodes[*ix].id.to_string());
        out.push_str(&format!("; for {}", codes(named)));
    }
    for (ix, call) in &step.instead {
        let call = call.as_ref().map_or("nothing".to_owned(), called);
        out.push_str(&format!("; {call} for {}", package.nodes[*ix].id));
    }
    out.extend(step.fit.map(|fit| format!("; {}", word(Fit::WORDS, fit))));
    out.extend(step.by.as_ref().map(|by| format!("; by {by}")));
    if step.draws > 0 {
        out.push_str(&format!("; {} draws", step.draws));
    }
    out
}

/// What is enough for a unit or an indicator to stay.
fn enough(rule: &Enough) -> String {
    let share =
        |what: &str, share: Option<Decimal>| share.map(|share| format!("{what} {}", share.normalize()));
    let all: Vec<String> = [
        share("min-available", rule.min_available),
        share("min-nonzero", rule.min_nonzero),
        share("max-same", rule.max_same),
    ]
    .into_iter()
    .flatten()
    .collect();
    if all.is_empty() { "all".into() } else { all.join(" ") }
}

/// A call as it is written: `goalposts { lower = 20, upper = 85 }`.
fn called(call: &MethodCall) -> String {
    let mut args: Vec<String> =
        call.transform.iter().map(|transform| format!("transform = {}", called(transform))).collect();
    args.extend(call.args.iter().map(|(name, value)| format!("{name} = {}", written(value))));
    if args.is_empty() { call.method.clone() } else { format!("{} {{ {} }}", call.method, args.join(", ")) }
}

/// An argument as it is written in a package file.
#[must_use]
pub fn written(value: &ArgValue) -> String {
    match value {
        ArgValue::Number(x) => x.to_string(),
        ArgValue::Text(text) => text.clone(),
        ArgValue::Flag(flag) => flag.to_string(),
        ArgValue::List(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        ArgValue::Table(items) => {
            let items: Vec<String> =
                items.iter().map(|(key, item)| format!("{key} = {}", written(item))).collect();
            format!("{{ {} }}", items.join(", "))
        }
    }
}
