//! The derivation of a number for readers and for programs, line by line.

use crate::context::Context;
use crate::pipeline::step_name;
use crate::said::{Said, say, term};
use crate::vocabulary::{Family, about, change_words, method_words, parameter_words};
use gradus_engine::{Derivation, How, Imputed, Number, PartUse, explain, explain_imputed, named_in};
use gradus_model::number::RoundingMode;
use gradus_model::package::NodeIx;
use gradus_model::{Lang, Text};
use serde::Serialize;
use serde_json::{Value, json};

/// A number of a derivation, indented under the one it was made for.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    pub(crate) depth: usize,
    /// What it is: a node or measure, and at which stage.
    name: Said,
    /// The anchor of its card, where that shows how it came about.
    card: Option<String>,
    value: Said,
    /// At full precision.
    exact: String,
    absent: bool,
    /// With which weight it is used above.
    used: Said,
    /// How it came about.
    how: Said,
    formula: Option<String>,
    /// What the names in the formula stand for.
    legend: Said,
    facts: Vec<(Said, String)>,
}

/// How deep a derivation of the index goes: to the indicators, whose cards go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// To the indicators.
    Groups,
    /// To the figures as read.
    Figures,
}

impl Context<'_> {
    /// The derivation of a node's number in a row; nothing where it is a figure as read.
    pub(crate) fn derivation(&self, ix: NodeIx, row: usize, reach: Reach) -> Vec<Line> {
        let derivation = match reach {
            Reach::Groups => explain(self.package, self.data, self.evaluation, ix, row),
            Reach::Figures => {
                explain_imputed(self.package, &self.methods, self.data, self.evaluation, ix, row)
            }
        };
        let mut out = Vec::new();
        if derivation.from.is_empty() {
            return out;
        }
        // An explicit stack: a page must not hang on how deep formulas refer to one another.
        let mut stack = vec![(0, None, &derivation)];
        while let Some((depth, used, at)) = stack.pop() {
            let cut = reach == Reach::Groups
                && at.node.is_some_and(|ix| self.package.nodes[ix].indicator().is_some());
            out.push(self.line(at, depth, used, cut));
            if cut {
                continue;
            }
            let uses: &[PartUse] = match &at.how {
                How::Aggregated { parts, .. } => parts,
                _ => &[],
            };
            let parts = at.from.iter().enumerate();
            stack.extend(parts.rev().map(|(place, part)| (depth + 1, uses.get(place).copied(), part)));
        }
        out
    }

    fn line(&self, at: &Derivation, depth: usize, used: Option<PartUse>, cut: bool) -> Line {
        let name = self.name_of(at.of.as_str()).unwrap_or_else(|| Said::same(at.of.as_str()));
        let indicator = at.node.filter(|ix| self.package.nodes[*ix].indicator().is_some());
        let value = match (&at.value, &at.how, indicator) {
            (Err(reason), ..) => say("not_available", &[("why", crate::figure::absence(*reason))]),
            (Ok(x), How::Observed { .. } | How::Formula { .. }, Some(ix)) => {
                self.with_unit(ix, &self.raw_text(ix, *x))
            }
            (Ok(x), How::Observed { .. } | How::Formula { .. }, None) if at.node.is_none() => {
                let measure = self.package.measures.iter().find(|m| m.id == at.of);
                let unit = measure.and_then(|m| m.measurement_unit.as_deref());
                let unit = unit.map(|u| Said::from(&self.package.measurement_name(u))).unwrap_or_default();
                self.plain_number(*x).then((" ", " "), &unit)
            }
            (Ok(x), ..) => self.plain_number(*x),
        };
        let used = match used {
            None => Said::default(),
            Some(PartUse::Share(share)) => say("use.share", &[("share", crate::view::percent(share).into())]),
            Some(PartUse::Weight(weight)) => say("use.weight", &[("weight", self.plain_number(weight))]),
            Some(PartUse::AsZero(share)) => say("use.zero", &[("share", crate::view::percent(share).into())]),
            Some(PartUse::LeftOut) => term("use.left_out"),
        };
        let (mut how, formula, facts) = if cut { (Said::default(), None, Vec::new()) } else { self.how(at) };
        if let Some(round) = at.round {
            let mode = term(&format!("rounding.{}", crate::json::word(RoundingMode::WORDS, round.mode)));
            how = Said::sentences([
                how,
                say("step.round", &[("n", (round.places as usize).into()), ("mode", mode)]),
            ]);
        }
        Line {
            depth,
            name,
            card: indicator.filter(|_| cut).map(|ix| self.card(ix)),
            value,
            exact: at.value.map(|x| x.to_string()).unwrap_or_default(),
            absent: at.value.is_err(),
            used,
            how,
            legend: match &at.how {
                How::Formula { formula, .. } if !cut => self.legend(formula),
                _ => Said::default(),
            },
            formula,
            facts,
        }
    }

    /// What the names in a formula stand for: `where gdp = Gross domestic product`; nothing where codes say it.
    pub(crate) fn legend(&self, formula: &str) -> Said {
        let named = named_in(self.package, formula);
        let said = |lang: Lang, comma: &str| {
            let names = named.iter().map(|(code, name)| (code, name.get(lang)));
            let names: Vec<String> = names
                .filter(|(code, name)| !name.is_empty() && !name.eq_ignore_ascii_case(code))
                .map(|(code, name)| format!("{code} = {name}"))
                .collect();
            let said = say("formula.where", &[("names", names.join(comma).into())]);
            if names.is_empty() { String::new() } else { said.get(lang).to_owned() }
        };
        Said(Text::both(said(Lang::En, ", "), said(Lang::Zh, "，")))
    }

    /// How a number came about: words, formula, what was learned.
    fn how(&self, at: &Derivation) -> (Said, Option<String>, Vec<(Said, String)>) {
        let known = |family, id: &str| about(&self.methods, family, id).map(|a| a.formula.to_owned());
        match &at.how {
            How::Aggregated { method, .. } => {
                (method_words(method), known(Family::Aggregate, method), Vec::new())
            }
            How::Normalized { method, fitted } => {
                let facts = fitted
                    .iter()
                    .map(|(name, x)| (parameter_words(method, name), self.number_text(*x)))
                    .collect();
                (method_words(method), known(Family::Normalize, method), facts)
            }
            How::Transformed { transform } => {
                (method_words(transform), known(Family::Transform, transform), Vec::new())
            }
            How::Prepared { step, change, method, facts, imputed } => {
                let declared = self.package.pipeline.iter().find(|s| s.id == *step);
                let name = declared.map(step_name).unwrap_or_else(|| Said::same(step.as_str()));
                let what = change.map_or_else(|| term("step.left_alone"), change_words);
                let words = say("use.step", &[("step", name), ("what", what)]);
                let method = method.as_deref().map(method_words).unwrap_or_default();
                let words = words.then((", ", "，"), &method);
                let mut facts = self.facts(facts);
                let Some(imputed) = imputed else { return (words, None, facts) };
                facts.extend(self.facts(&imputed.facts));
                facts.extend(self.rests_on(imputed));
                let class = imputed.class.as_deref();
                let class = class.map(|class| say("use.imputed.class", &[("class", class.into())]));
                (words.then((", ", "，"), &class.unwrap_or_default()), None, facts)
            }
            How::Class { class } => (say("use.class", &[("class", class.as_str().into())]), None, Vec::new()),
            How::Formula { formula, period } => {
                let period = period.map(|p| Said::same(p.to_string())).unwrap_or_default();
                (term("group.formula").then((", ", "，"), &period), Some(formula.clone()), Vec::new())
            }
            How::Observed { observation } => {
                let found = self.data.observation(*observation);
                let period = found.as_ref().and_then(|o| o.period).map(|p| Said::same(p.to_string()));
                let place = found.as_ref().and_then(|o| o.place.as_ref()).map(crate::figure::place_text);
                let words = term("use.read");
                let words = words.then((", ", "，"), &period.unwrap_or_default());
                (words.then((", ", "，"), &place.unwrap_or_default()), None, Vec::new())
            }
            How::Absent => (Said::default(), None, Vec::new()),
        }
    }

    /// The figures that an imputed value was made from, each with what the method made of it.
    fn rests_on(&self, imputed: &Imputed) -> Vec<(Said, String)> {
        let figure = |figure: &gradus_engine::RestsOn| {
            let (unit, period) = self.evaluation.unit_and_period(figure.row);
            let period = self.evaluation.periods[period].map(|p| Said::same(p.to_string()));
            let facts: Vec<Said> = self
                .facts(&figure.facts)
                .into_iter()
                .map(|(name, x)| name.then((" ", " "), &Said::same(x)))
                .collect();
            let name = say(
                "use.imputed.figure",
                &[("indicator", self.node_name(figure.node)), ("unit", self.unit_name(unit))],
            );
            let name = name.then((", ", "，"), &period.unwrap_or_default());
            (name.then((", ", "，"), &Said::clauses(&facts)), self.number_text(figure.value))
        };
        imputed.figures.iter().map(figure).collect()
    }

    fn number_text(&self, x: Number) -> String {
        self.plain_number(x).get(Lang::En).to_owned()
    }
}

/// A derivation for programs. It is as deep as the tree and the formulas, which are read to a bounded depth.
pub(crate) fn json(at: &Derivation) -> Value {
    let mut out = serde_json::Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            out.insert(key.to_owned(), value);
        }
    };
    let facts = |facts: &[(&'static str, Number)]| -> Value {
        facts
            .iter()
            .map(|(k, x)| ((*k).to_owned(), crate::json::number(*x)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    put("of", at.of.as_str().into());
    match at.value {
        Ok(x) => put("value", crate::json::number(x)),
        Err(reason) => put("absent", reason.word().into()),
    }
    match &at.how {
        How::Aggregated { method, parts } => {
            put("how", "aggregated".into());
            put("method", method.as_str().into());
            put(
                "parts",
                parts
                    .iter()
                    .map(|part| match part {
                        PartUse::Share(x) => json!({ "use": "share", "weight": crate::json::double(*x) }),
                        PartUse::Weight(x) => json!({ "use": "weight", "weight": crate::json::number(*x) }),
                        PartUse::AsZero(x) => json!({ "use": "zero", "weight": crate::json::double(*x) }),
                        PartUse::LeftOut => json!({ "use": "left-out" }),
                    })
                    .collect::<Vec<_>>()
                    .into(),
            );
        }
        How::Normalized { method, fitted } => {
            put("how", "normalized".into());
            put("method", method.as_str().into());
            put("facts", facts(fitted));
        }
        How::Transformed { transform } => {
            put("how", "transformed".into());
            put("method", transform.as_str().into());
        }
        How::Prepared { step, change, method, facts: found, .. } => {
            put("how", "prepared".into());
            put("step", step.as_str().into());
            put("change", (*change).into());
            put("method", method.as_deref().into());
            put("facts", facts(found));
        }
        How::Class { class } => {
            put("how", "class".into());
            put("class", class.as_str().into());
        }
        How::Formula { formula, period } => {
            put("how", "formula".into());
            put("formula", formula.as_str().into());
            put("period", period.map(|p| p.to_string()).into());
        }
        How::Observed { observation } => {
            put("how", "observed".into());
            put("observation", (*observation).into());
        }
        How::Absent => put("how", "absent".into()),
    }
    if let Some(round) = at.round {
        let mode = crate::json::word(RoundingMode::WORDS, round.mode);
        put("round", json!({ "mode": mode, "places": round.places }));
    }
    put("from", at.from.iter().map(json).collect::<Vec<_>>().into());
    Value::Object(out)
}
