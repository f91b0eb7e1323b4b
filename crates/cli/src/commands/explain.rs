//! `gradus explain`: the derivation of one number, to the digit, back to its sources.

use super::Done;
use crate::Outcome;
use crate::args::{ExplainArgs, TextFormat};
use crate::package::{Computed, compute};
use crate::render::escape::{self, visible};
use crate::term::Term;
use gradus::Methods;
use gradus::engine::{Derivation, How, Imputed, Number, PartUse, RestsOn, Weighing};
use gradus::method::{Default, Param};
use gradus::model::number::RoundingMode;
use gradus::model::observation::{Observation, Value};
use gradus::model::package::{ArgValue, MethodCall, Origin, Variable};
use gradus::model::{Decimal, Lang, Package};
use serde_json::{Map, Value as Json, json};

/// How many facts about found weights are shown to people.
const MOST_FACTS: usize = 8;

pub(super) fn run(args: &ExplainArgs, term: &Term) -> Done {
    term.speak(args.lang.lang());
    let computed = compute(&args.package.package, args.weights.set.as_deref(), term)?;
    let unit = computed.units(std::slice::from_ref(&args.unit))?[0];
    let node = match &args.node {
        Some(node) => computed.nodes(std::slice::from_ref(node))?[0],
        None => Package::ROOT,
    };
    let period = computed.period_or_current(args.period.as_deref())?;
    let evaluation = &computed.outcome.evaluation;
    let row = evaluation.row(unit, period);
    let (package, data) = (&computed.outcome.package, &computed.outcome.import.data);
    let methods = Methods::default();
    let derivation = gradus::engine::explain_imputed(package, &methods, data, evaluation, node, row);
    let view = View { computed: &computed, methods, unit, row, lang: args.lang.lang() };
    match args.format {
        TextFormat::Json => {
            let mut object = Map::new();
            object.insert("package".into(), json!(computed.outcome.package.index.id.as_str()));
            object.insert("unit".into(), json!(evaluation.units[unit].as_str()));
            object.insert("period".into(), json!(evaluation.periods[period].map(|p| p.to_string())));
            if let Some(set) = &computed.other_weights {
                object.insert("weights".into(), json!(set));
            }
            let notice = &package.index.notice;
            if !notice.is_empty() {
                object.insert("notice".into(), json!({ "en": notice.en, "zh": notice.zh }));
            }
            object.insert("derivation".into(), view.json(&derivation));
            term.data(&escape::json(&format!("{:#}\n", Json::Object(object))))?;
        }
        TextFormat::Text => {
            let mut out = view.head(&derivation, period);
            term.notices().iter().for_each(|notice| out.push_str(&format!("{notice}\n")));
            view.text(&derivation, None, 0, &mut out);
            term.out(&out)?;
        }
    }
    Ok(Outcome::Done)
}

struct View<'a> {
    computed: &'a Computed,
    methods: Methods,
    unit: usize,
    row: usize,
    lang: Lang,
}

impl View<'_> {
    /// Which number it is, as it is published.
    fn head(&self, derivation: &Derivation, period: usize) -> String {
        let outcome = &self.computed.outcome;
        let names = outcome.unit_names();
        let mut out = format!("\u{1b}[1m{}", visible(names[self.unit].get(self.lang)));
        if let Some(period) = outcome.evaluation.periods[period] {
            out.push_str(&format!(", {period}"));
        }
        if let Some(ix) = derivation.node {
            out.push_str(&format!(": {}", visible(outcome.package.nodes[ix].name.get(self.lang))));
            if let Some(score) = outcome.evaluation.score(ix, self.row) {
                out.push_str(&format!(" {}", score.show(outcome.package.policy.rounding)));
            }
            if let Some(rank) = outcome.evaluation.rank(ix, self.row) {
                let scored = (0..outcome.evaluation.units.len())
                    .filter(|u| outcome.evaluation.score(ix, outcome.evaluation.row(*u, period)).is_some())
                    .count();
                out.push_str(&match self.lang {
                    Lang::En => format!(", rank {rank} of {scored}"),
                    Lang::Zh => format!("，第 {rank} 名（共 {scored}）"),
                });
            }
        }
        out.push_str("\u{1b}[0m\n");
        out
    }

    fn text(&self, derivation: &Derivation, used: Option<PartUse>, depth: usize, out: &mut String) {
        let pad = "  ".repeat(depth);
        let name = &derivation.of;
        let by =
            self.weight_formula(derivation).map(|f| format!(", formula: {}", visible(f))).unwrap_or_default();
        let weight = match used {
            Some(PartUse::Share(share)) => format!("  (weight {}{by})", percent(share)),
            Some(PartUse::Weight(weight)) => format!("  (times {weight}{by})"),
            Some(PartUse::AsZero(share)) => format!("  (weight {}{by}, counts as 0)", percent(share)),
            Some(PartUse::LeftOut) => "  (left out)".to_owned(),
            None => String::new(),
        };
        let stage = match &derivation.how {
            How::Normalized { .. } => " score",
            How::Aggregated { .. } => "",
            How::Transformed { transform } => &format!(" {transform}"),
            How::Prepared { step, .. } => &format!(" after {step}"),
            How::Class { class } => &format!(" is `{}`", visible(class)),
            How::Formula { .. } | How::Observed { .. } | How::Absent => " value",
        };
        out.push_str(&format!("{pad}{name}{stage} = {}{weight}\n", self.value(derivation)));
        let mut how = self.how(derivation);
        if let Some(rounding) = derivation.round {
            let word =
                RoundingMode::WORDS.iter().find(|(_, mode)| *mode == rounding.mode).map_or("", |(w, _)| w);
            how.push(format!("rounded {word} to {} places", rounding.places));
        }
        for line in &how {
            out.push_str(&format!("{pad}  {line}\n"));
        }
        let uses: &[PartUse] = match &derivation.how {
            How::Aggregated { parts, .. } => parts,
            _ => &[],
        };
        for (ix, part) in derivation.from.iter().enumerate() {
            self.text(part, uses.get(ix).copied(), depth + 1, out);
        }
    }

    /// The method that found the weights of a group's parts from data, and what it found in the period of the number.
    fn weighed(&self, derivation: &Derivation) -> Option<(&MethodCall, Option<&Weighing>)> {
        let outcome = &self.computed.outcome;
        let ix = derivation.node?;
        let call = outcome.package.nodes[ix].group()?.weigh.as_ref()?;
        let weighed = &outcome.evaluation.nodes[ix].weighed;
        let (_, period) = outcome.evaluation.unit_and_period(self.row);
        let found = if weighed.len() == 1 { weighed.first() } else { weighed.get(period) };
        Some((call, found.and_then(Option::as_ref)))
    }

    /// The formula of a part's weight.
    fn weight_formula(&self, part: &Derivation) -> Option<&str> {
        self.computed.outcome.package.nodes[part.node?].weight_formula.as_deref()
    }

    fn value(&self, derivation: &Derivation) -> String {
        match (&derivation.value, &derivation.how) {
            (Ok(_), How::Observed { observation }) => match self.observation(*observation) {
                Some(observation) => self.figure(&observation),
                None => String::new(),
            },
            (Ok(x), How::Formula { .. }) => format!("{x}{}", self.measurement_unit(derivation)),
            (Ok(x), _) => x.to_string(),
            (Err(absence), How::Observed { observation }) => match self.observation(*observation) {
                Some(observation) => self.figure(&observation),
                None => format!("none ({absence})"),
            },
            (Err(absence), _) => format!("none ({absence})"),
        }
    }

    fn measurement_unit(&self, derivation: &Derivation) -> String {
        derivation
            .node
            .and_then(|ix| self.computed.outcome.package.nodes[ix].indicator())
            .and_then(|i| i.measurement_unit.as_deref())
            .map(|u| self.named(u))
            .unwrap_or_default()
    }

    /// A measurement unit by its name in the language asked for, with a space before it.
    fn named(&self, unit: &str) -> String {
        format!(" {}", visible(self.computed.outcome.package.measurement_name(unit).get(self.lang)))
    }

    /// How the number came about, line by line.
    fn how(&self, derivation: &Derivation) -> Vec<String> {
        let node = derivation.node.map(|ix| &self.computed.outcome.package.nodes[ix]);
        let indicator = node.and_then(|node| node.indicator());
        match &derivation.how {
            How::Aggregated { method, parts: uses } => {
                let left_out = uses.iter().filter(|u| matches!(u, PartUse::LeftOut)).count();
                let found = self.methods.aggregators.get(method);
                let mut lines = vec![with_formula(
                    &format!("{method} of {}", parts(uses.len())),
                    found.map(|m| m.formula),
                )];
                let call = node.and_then(|node| node.group()).and_then(|group| group.aggregate.as_ref());
                lines.extend(settings(found.map(|m| m.params), call, Vec::new()));
                if let Some((call, found)) = self.weighed(derivation) {
                    let mut line = format!("weights found by {}", visible(&call.method));
                    let facts = found.map(|w| w.facts.as_slice()).unwrap_or_default();
                    let shown: Vec<String> = (facts.iter().take(MOST_FACTS))
                        .map(|(name, x)| format!("{} = {x}", visible(name)))
                        .collect();
                    if !shown.is_empty() {
                        line.push_str(&format!(": {}", shown.join(", ")));
                    }
                    if facts.len() > MOST_FACTS {
                        line.push_str(&format!(", and {} more", facts.len() - MOST_FACTS));
                    }
                    lines.push(line);
                }
                if left_out > 0 {
                    lines.push(format!("{} missing; weights are shares of those present", parts(left_out)));
                }
                lines
            }
            How::Normalized { method, fitted } => {
                let found = self.methods.normalizers.get(method);
                let mut lines = vec![with_formula(method, found.map(|m| m.formula))];
                let group = node.and_then(|node| node.group());
                let call = indicator.and_then(|i| i.normalize.as_ref());
                let call = call.or_else(|| group?.normalize.as_ref());
                let mut with: Vec<(String, String)> = fitted
                    .iter()
                    .map(|(name, x)| {
                        let by = call.and_then(|call| call.args.get(*name)).and_then(formula);
                        let by = by.map(|formula| format!(" ({formula})")).unwrap_or_default();
                        ((*name).to_owned(), format!("{x}{by}"))
                    })
                    .collect();
                let direction =
                    indicator.map(|i| i.direction).or(group.map(|g| g.direction)).unwrap_or_default();
                with.push(("direction".into(), direction.word().into()));
                lines.extend(settings(found.map(|m| m.params), call, with));
                lines
            }
            How::Transformed { transform } => {
                let found = self.methods.transforms.get(transform);
                let mut lines = vec![with_formula(transform, found.map(|m| m.formula))];
                let call = indicator.and_then(|i| i.normalize.as_ref()).and_then(|c| c.transform.as_deref());
                lines.extend(settings(found.map(|m| m.params), call, Vec::new()));
                lines
            }
            How::Prepared { step, change, method, facts, imputed } => {
                let package = &self.computed.outcome.package;
                let declared = package.pipeline.iter().find(|s| s.id == *step);
                let action = declared.map_or("", |s| s.action.word());
                let mut lines = vec![match (method, change) {
                    (Some(method), Some(change)) => format!("{action} by {method}: {change}"),
                    (Some(method), None) => format!("{action} by {method}: left as it was"),
                    (None, Some(change)) => (*change).to_owned(),
                    (None, None) => format!("{action}: left as it was"),
                }];
                let facts: Vec<String> = facts.iter().map(|(name, x)| format!("{name} = {x}")).collect();
                lines.extend((!facts.is_empty()).then(|| facts.join(", ")));
                lines.extend(imputed.iter().flat_map(|imputed| self.imputed(imputed)));
                lines
            }
            How::Class { .. } => vec!["1 where the unit is in the class, 0 where it is not".to_owned()],
            How::Formula { formula, .. } => vec![format!("formula: {}", visible(formula))],
            How::Observed { observation } => {
                self.observation(*observation).map(|o| self.origin(&o)).unwrap_or_default()
            }
            How::Absent => Vec::new(),
        }
    }

    /// What an imputed value rests on, line by line.
    fn imputed(&self, imputed: &Imputed) -> Vec<String> {
        let facts = |facts: &[(&'static str, Number)]| -> String {
            facts.iter().map(|(name, x)| format!("{name} = {x}")).collect::<Vec<_>>().join(", ")
        };
        let mut lines = Vec::new();
        let class = imputed.class.as_deref().map(|class| match self.lang {
            Lang::En => format!("from units of the class `{}`", visible(class)),
            Lang::Zh => format!("依据“{}”类单元", visible(class)),
        });
        let found = (!imputed.facts.is_empty()).then(|| facts(&imputed.facts));
        let head: Vec<String> = class.into_iter().chain(found).collect();
        lines.extend((!head.is_empty()).then(|| head.join(": ")));
        let outcome = &self.computed.outcome;
        let names = outcome.unit_names();
        for figure in imputed.figures.iter().take(MOST_FACTS) {
            let (unit, period) = outcome.evaluation.unit_and_period(figure.row);
            let unit = visible(names[unit].get(self.lang));
            let indicator = visible(outcome.package.nodes[figure.node].name.get(self.lang));
            let of = match self.lang {
                Lang::En => format!("from {indicator} of {unit}"),
                Lang::Zh => format!("依据{unit}的{indicator}"),
            };
            let when = outcome.evaluation.periods[period].map_or_else(String::new, |p| match self.lang {
                Lang::En => format!(", {p}"),
                Lang::Zh => format!("，{p}"),
            });
            lines.push(format!("{of}{when} = {}  ({})", figure.value, facts(&figure.facts)));
        }
        let more = imputed.figures.len().saturating_sub(MOST_FACTS);
        lines.extend((more > 0).then(|| match self.lang {
            Lang::En => format!("and {more} more figures"),
            Lang::Zh => format!("另有 {more} 个数值"),
        }));
        lines
    }

    fn observation(&self, at: usize) -> Option<Observation> {
        self.computed.outcome.import.data.observation(at)
    }

    fn variable(&self, observation: &Observation) -> Option<Variable<'_>> {
        let id = &self.computed.outcome.import.data.variables[observation.variable];
        self.computed.outcome.package.variables().into_iter().find(|v| v.id == id)
    }

    fn unit_of(&self, observation: &Observation) -> Option<&str> {
        self.variable(observation)?.measurement_unit
    }

    /// An observed value with its measurement unit, as it was read.
    fn figure(&self, observation: &Observation) -> String {
        let package = &self.computed.outcome.package;
        let data = &self.computed.outcome.import.data;
        let id = &data.variables[observation.variable];
        let variable = package.variables().into_iter().find(|v| v.id == id);
        let unit = variable.and_then(|v| v.measurement_unit).map(|u| self.named(u)).unwrap_or_default();
        let level = |place: usize| {
            let scale = variable.and_then(|v| v.scale);
            scale.and_then(|s| s.levels.get(place)).map_or(place.to_string(), |l| format!("`{}`", l.id))
        };
        match &observation.value {
            Value::Number(x) => format!("{}{unit}", x.normalize()),
            Value::Level(place) => level(*place),
            Value::Title { level: place, awarded, expires } => {
                let mut out = level(*place);
                if let Some(day) = awarded {
                    out.push_str(&format!(", awarded {day}"));
                }
                if let Some(day) = expires {
                    out.push_str(&format!(", expires {day}"));
                }
                out
            }
            Value::Interval { lower, upper } => match (lower, upper) {
                (Some(a), Some(b)) => format!("{} to {}{unit}", a.normalize(), b.normalize()),
                (Some(a), None) => format!("at least {}{unit}", a.normalize()),
                (None, Some(b)) => format!("at most {}{unit}", b.normalize()),
                (None, None) => "not known".to_owned(),
            },
            Value::Survey { estimate, n, standard_error } => {
                let mut out = format!("{}{unit}", estimate.normalize());
                if let Some(error) = standard_error {
                    out.push_str(&format!(" ± {}", error.round_dp(4).normalize()));
                }
                if let Some(n) = n {
                    out.push_str(&format!(", n = {n}"));
                }
                let known = observation.detail.survey.as_deref();
                if let Some((lower, upper)) = known.and_then(|s| s.interval) {
                    let level = known.map_or(Decimal::ZERO, |s| s.confidence_level) * Decimal::ONE_HUNDRED;
                    let (lower, upper) = (lower.round_dp(4).normalize(), upper.round_dp(4).normalize());
                    out.push_str(&format!(", {} %: {lower} to {upper}", level.normalize()));
                }
                if let Some(effect) = known.and_then(|s| s.design_effect) {
                    out.push_str(&format!(", design effect {}", effect.round_dp(2)));
                }
                out
            }
            Value::Absent(absence) => format!("none ({absence})"),
            _ => observation.value.as_number().map_or(String::new(), |x| format!("{}{unit}", x.normalize())),
        }
    }

    /// Where a figure was found, line by line.
    fn origin(&self, observation: &Observation) -> Vec<String> {
        let mut first = Vec::new();
        if let Some(period) = observation.period {
            first.push(period.to_string());
        }
        first.push(observation.status.to_string());
        let detail = &observation.detail;
        if let Some(confidence) = detail.confidence {
            first.push(confidence.to_string());
        }
        if let Some(place) = &observation.place {
            first.push(self.computed.sources.describe(place));
        }
        let mut lines = vec![first.join(", ")];
        if let Some(written) = &detail.as_written {
            lines.push(format!("as written: {}", visible(written)));
        }
        let texts = [
            ("source", &detail.source),
            ("document", &detail.document),
            ("boundary", &detail.boundary),
            ("quality", &detail.quality),
            ("note", &detail.note),
        ];
        for (word, text) in texts {
            if let Some(text) = text {
                lines.push(format!("{word}: {}", visible(text)));
            }
        }
        for origin in self.origins(observation) {
            let name = [origin.producer.get(self.lang), origin.title.get(self.lang)];
            let mut parts: Vec<&str> = name.into_iter().filter(|text| !text.is_empty()).collect();
            parts.extend(origin.version.as_deref());
            parts.extend(origin.url.as_deref());
            let text = parts.join(", ");
            lines.push(format!(
                "origin: {}",
                visible(if text.is_empty() { origin.id.as_str() } else { &text })
            ));
        }
        lines
    }

    /// Where the package says a figure comes from: its file's origin, else that of its indicator or measure.
    fn origins(&self, observation: &Observation) -> Vec<&Origin> {
        let package = &self.computed.outcome.package;
        let id = &self.computed.outcome.import.data.variables[observation.variable];
        let source = observation.detail.data_source.and_then(|at| usize::try_from(at).ok());
        let of_file = source.and_then(|at| package.data.get(at)).and_then(|d| d.origin);
        let places: Vec<usize> = match of_file {
            Some(origin) => vec![origin],
            None => package
                .measures
                .iter()
                .find(|m| m.id == *id)
                .map(|m| m.origin.into_iter().collect())
                .or_else(|| Some(package.nodes[package.node(id.as_str())?].indicator()?.origins.clone()))
                .unwrap_or_default(),
        };
        places.into_iter().filter_map(|at| package.origins.get(at)).collect()
    }

    fn json(&self, derivation: &Derivation) -> Json {
        let mut out = Map::new();
        let set = |out: &mut Map<String, Json>, key: &str, value: Json| out.insert(key.to_owned(), value);
        set(&mut out, "of", json!(derivation.of.as_str()));
        match &derivation.value {
            Ok(x) => set(&mut out, "value", number(*x)),
            Err(absence) => {
                set(&mut out, "value", Json::Null);
                set(&mut out, "absent", json!(absence.word()))
            }
        };
        match &derivation.how {
            How::Aggregated { method, parts } => {
                set(&mut out, "how", json!("aggregated"));
                set(&mut out, "method", json!(method));
                if let Some((call, found)) = self.weighed(derivation) {
                    let facts: Map<String, Json> = found
                        .map(|w| w.facts.iter().map(|(name, x)| (name.clone(), number(*x))).collect())
                        .unwrap_or_default();
                    set(&mut out, "weights_found_by", json!({ "method": call.method, "facts": facts }));
                }
                let parts: Vec<Json> = parts
                    .iter()
                    .enumerate()
                    .map(|(ix, part)| {
                        let mut part = match part {
                            PartUse::Share(share) => json!({ "share": share }),
                            PartUse::Weight(weight) => json!({ "weight": number(*weight) }),
                            PartUse::AsZero(share) => json!({ "share": share, "as_zero": true }),
                            PartUse::LeftOut => json!({ "left_out": true }),
                        };
                        let by = derivation.from.get(ix).and_then(|from| self.weight_formula(from));
                        if let (Some(formula), Some(part)) = (by, part.as_object_mut()) {
                            part.insert("weight_formula".into(), json!(formula));
                        }
                        part
                    })
                    .collect();
                set(&mut out, "parts", json!(parts));
            }
            How::Normalized { method, fitted } => {
                set(&mut out, "how", json!("normalized"));
                set(&mut out, "method", json!(method));
                let fitted: Map<String, Json> =
                    fitted.iter().map(|(name, x)| ((*name).to_owned(), number(*x))).collect();
                set(&mut out, "fitted", Json::Object(fitted));
                let node = derivation.node.map(|ix| &self.computed.outcome.package.nodes[ix]);
                let call = node.and_then(|node| match (node.indicator(), node.group()) {
                    (Some(indicator), _) => indicator.normalize.as_ref(),
                    (_, group) => group?.normalize.as_ref(),
                });
                let formulas: Map<String, Json> = (call.iter().flat_map(|call| &call.args))
                    .filter_map(|(name, value)| Some((name.clone(), json!(formula(value)?))))
                    .collect();
                if !formulas.is_empty() {
                    set(&mut out, "formulas", Json::Object(formulas));
                }
            }
            How::Transformed { transform } => {
                set(&mut out, "how", json!("transformed"));
                set(&mut out, "transform", json!(transform));
            }
            How::Prepared { step, change, method, facts, imputed } => {
                set(&mut out, "how", json!("prepared"));
                set(&mut out, "step", json!(step.as_str()));
                set(&mut out, "change", json!(change));
                set(&mut out, "method", json!(method));
                let facts: Map<String, Json> =
                    facts.iter().map(|(name, x)| ((*name).to_owned(), number(*x))).collect();
                set(&mut out, "facts", Json::Object(facts));
                if let Some(imputed) = imputed {
                    set(&mut out, "imputed", self.imputed_json(imputed));
                }
            }
            How::Class { class } => {
                set(&mut out, "how", json!("class"));
                set(&mut out, "class", json!(class));
            }
            How::Formula { formula, period } => {
                set(&mut out, "how", json!("formula"));
                set(&mut out, "formula", json!(formula));
                set(&mut out, "period", json!(period.map(|p| p.to_string())));
            }
            How::Observed { observation } => {
                set(&mut out, "how", json!("observed"));
                if let Some(observation) = self.observation(*observation) {
                    set(&mut out, "figure", self.observed(&observation));
                }
            }
            How::Absent => {
                set(&mut out, "how", json!("absent"));
            }
        }
        if !derivation.from.is_empty() {
            let from: Vec<Json> = derivation.from.iter().map(|part| self.json(part)).collect();
            set(&mut out, "from", Json::Array(from));
        }
        Json::Object(out)
    }

    fn imputed_json(&self, imputed: &Imputed) -> Json {
        let evaluation = &self.computed.outcome.evaluation;
        let facts = |facts: &[(&'static str, Number)]| -> Map<String, Json> {
            facts.iter().map(|(name, x)| ((*name).to_owned(), number(*x))).collect()
        };
        let figure = |figure: &RestsOn| {
            let (unit, period) = evaluation.unit_and_period(figure.row);
            json!({
                "of": self.computed.outcome.package.nodes[figure.node].id.as_str(),
                "unit": evaluation.units[unit].as_str(),
                "period": evaluation.periods[period].map(|p| p.to_string()),
                "value": number(figure.value),
                "facts": facts(&figure.facts),
            })
        };
        json!({
            "class": imputed.class,
            "facts": facts(&imputed.facts),
            "from": imputed.figures.iter().map(figure).collect::<Vec<_>>(),
        })
    }

    fn observed(&self, observation: &Observation) -> Json {
        let detail = &observation.detail;
        let value = match &observation.value {
            Value::Number(x) | Value::Survey { estimate: x, .. } => number(Number::Decimal(*x)),
            Value::Absent(_) => Json::Null,
            _ => json!(self.figure(observation)),
        };
        let absent = match &observation.value {
            Value::Absent(absence) => Some(absence.word()),
            _ => None,
        };
        let origins: Vec<&str> = self.origins(observation).iter().map(|o| o.id.as_str()).collect();
        let sample = match &observation.value {
            Value::Survey { n, standard_error, .. } => {
                let known = detail.survey.as_deref();
                let decimal = |x: Option<Decimal>| x.map_or(Json::Null, |x| number(Number::Decimal(x)));
                json!({
                    "n": n,
                    "standard_error": decimal(*standard_error),
                    "statistic": known.map(|s| &*s.statistic),
                    "effective_n": decimal(known.and_then(|s| s.effective_n)),
                    "design_effect": decimal(known.and_then(|s| s.design_effect)),
                    "lower": decimal(known.and_then(|s| s.interval).map(|i| i.0)),
                    "upper": decimal(known.and_then(|s| s.interval).map(|i| i.1)),
                    "confidence_level": decimal(known.map(|s| s.confidence_level)),
                })
            }
            _ => Json::Null,
        };
        let mut out = json!({
            "value": value,
            "absent": absent,
            "measurement_unit": self.unit_of(observation),
            "as_written": detail.as_written.as_deref(),
            "period": observation.period.map(|p| p.to_string()),
            "status": observation.status.word(),
            "confidence": detail.confidence.map(|c| c.word()),
            "place": observation.place.as_ref().map(|p| self.computed.sources.describe(p)),
            "source": detail.source.as_deref(),
            "document": detail.document.as_deref(),
            "boundary": detail.boundary.as_deref(),
            "quality": detail.quality.as_deref(),
            "note": detail.note.as_deref(),
            "origins": origins,
        });
        if !sample.is_null() {
            out["sample"] = sample;
        }
        out
    }
}

fn number(x: Number) -> Json {
    // Digits are kept as they are: a decimal does not pass through a double.
    x.to_string().parse().map_or(Json::Null, Json::Number)
}

/// What a method ran with: what it learned or was given, then what else is written or holds by default.
fn settings(
    params: Option<&[Param]>,
    call: Option<&MethodCall>,
    mut with: Vec<(String, String)>,
) -> Option<String> {
    for param in params.unwrap_or_default() {
        if with.iter().any(|(name, _)| name == param.name) {
            continue;
        }
        let written = call.and_then(|call| call.args.get(param.name)).map(gradus::written);
        let default = match param.default {
            Default::Value(value) => Some(value.to_owned()),
            _ => None,
        };
        if let Some(value) = written.or(default) {
            with.push((param.name.to_owned(), value));
        }
    }
    let all: Vec<String> = with.iter().map(|(name, value)| format!("{name} = {}", visible(value))).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// The formula of an argument that is one: `{ formula = "..." }`.
fn formula(value: &ArgValue) -> Option<&str> {
    match value {
        ArgValue::Table(table) if table.len() == 1 => match table.get("formula") {
            Some(ArgValue::Text(text)) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn with_formula(what: &str, formula: Option<&str>) -> String {
    match formula.and_then(|f| f.lines().next()) {
        Some(formula) => format!("{what}: {formula}"),
        None => what.to_owned(),
    }
}

fn parts(n: usize) -> String {
    if n == 1 { "1 part".into() } else { format!("{n} parts") }
}

fn percent(share: f64) -> String {
    let text = format!("{:.4}", share * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}
