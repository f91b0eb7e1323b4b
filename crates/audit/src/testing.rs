//! Packages and figures for tests.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use crate::check::{Check, Finding, Limits, Profile, Subject, run_checks};
use crate::robustness::{Options, audit};
use crate::uncertainty::{Silent, Until};
use gradus_engine::{Evaluation, Methods};
use gradus_model::observation::{Detail, Period, Status, Value};
use gradus_model::{DataSet, Decimal, Id, Lang, Observation, Package, decode};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) struct Case {
    pub(crate) package: Package,
    pub(crate) data: DataSet,
    pub(crate) methods: Methods,
    pub(crate) evaluation: Evaluation,
}

/// A package of a text whose variables have the figures of a function of unit and variable.
pub(crate) fn case(text: &str, n_units: usize, figure: impl Fn(usize, usize) -> Option<f64>) -> Case {
    case_of(text, n_units, &|unit, variable| figure(unit, variable).map(Fig::number).into_iter().collect())
}

/// The same with what is known of each figure; several are of several periods.
pub(crate) fn case_of(text: &str, n_units: usize, figures: &dyn Fn(usize, usize) -> Vec<Fig>) -> Case {
    let (package, found) = decode::decode("package.toml", text);
    let package = package.unwrap_or_else(|| panic!("{found:?}\n{text}"));
    let variables: Vec<Id> = package.variables().iter().map(|v| v.id.clone()).collect();
    let mut observations = Vec::new();
    for unit in 0..n_units {
        for variable in 0..variables.len() {
            observations.extend(figures(unit, variable).into_iter().map(|figure| Observation {
                unit,
                variable,
                period: figure.year.map(Period::year),
                value: Value::Number(Decimal::try_from(figure.value).unwrap()),
                status: Status::Final,
                place: None,
                detail: Arc::new(figure.detail),
            }));
        }
    }
    let units = (0..n_units).map(|unit| Id::new(&format!("u{unit}")).unwrap()).collect();
    let data = DataSet { units, variables, observations: observations.into(), classes: BTreeMap::new() };
    let methods = Methods::default();
    let (evaluation, _) = gradus_engine::evaluate(&package, &methods, &data)
        .unwrap_or_else(|found| panic!("{found:?}\n{text}"));
    Case { package, data, methods, evaluation }
}

/// An index of indicators `x0`, `x1`, ... with what else its package says.
pub(crate) fn flat(n: usize, more: &str) -> String {
    use std::fmt::Write;
    let mut text = String::from(
        "format = 1\n[index]\nid = 'index'\nname = 'I'\n[policy]\narithmetic = 'binary64'\n[defaults]\nnormalize = { method = 'min-max', to = [1, 100] }\n",
    );
    for i in 0..n {
        let _ = writeln!(text, "[[indicator]]\nid = 'x{i}'\nname = 'X'");
    }
    text.push_str(more);
    text
}

/// The same with bounds of 0 and 10 in place of those that the figures have.
pub(crate) fn fixed(text: &str) -> String {
    text.replace("'min-max', to = [1, 100]", "'goalposts', lower = 0, upper = 10")
}

/// An index of two groups `g` and `h` of two indicators each, with what else its package says.
pub(crate) fn grouped(more: &str) -> String {
    let mut text = flat(4, "");
    for (i, group) in ["g", "g", "h", "h"].iter().enumerate() {
        let item = format!("id = 'x{i}'\nname = 'X'");
        text = text.replace(&item, &format!("{item}\nparent = '{group}'"));
    }
    text + "[[group]]\nid = 'g'\nname = 'G'\n[[group]]\nid = 'h'\nname = 'H'\n" + more
}

/// A scoreboard of indicators `x0`, `x1`, ... with steps at 10 for bronze and 20 for silver.
pub(crate) fn ladder(n: usize, more: &str) -> String {
    use std::fmt::Write;
    let mut text = String::from(
        "format = 1\n[index]\nid = 'index'\nname = 'I'\naggregate = 'none'\n[policy]\n[defaults]\nnormalize = 'none'\n\
         [[grade]]\nid = 'bronze'\nname = 'B'\n[[grade]]\nid = 'silver'\nname = 'S'\n",
    );
    for i in 0..n {
        let _ =
            writeln!(text, "[[indicator]]\nid = 'x{i}'\nname = 'X'\nladder = {{ bronze = 10, silver = 20 }}");
    }
    text.push_str(more);
    text
}

/// A standard with a rule.
pub(crate) fn standard(rule: &str) -> String {
    format!("[[standard]]\nid = 's'\nname = 'S'\nrule = {{ {rule} }}\n")
}

/// A figure with what is known of it.
#[derive(Clone)]
pub(crate) struct Fig {
    value: f64,
    year: Option<i16>,
    detail: Detail,
}

impl Fig {
    pub(crate) fn number(value: f64) -> Self {
        Self { value, year: None, detail: Detail::default() }
    }
    pub(crate) fn year(self, year: i16) -> Self {
        Self { year: Some(year), ..self }
    }
    pub(crate) fn source(mut self, source: &str) -> Self {
        self.detail.source = Some(source.into());
        self
    }
    pub(crate) fn document(mut self, document: &str) -> Self {
        self.detail.document = Some(document.into());
        self
    }
    pub(crate) fn quality(mut self, quality: &str) -> Self {
        self.detail.quality = Some(quality.into());
        self
    }
    pub(crate) fn boundary(mut self, boundary: &str) -> Self {
        self.detail.boundary = Some(boundary.into());
        self
    }
}

/// The figures of a unit and variable, both by place.
type Figures = Box<dyn Fn(usize, usize) -> Vec<Fig>>;

/// A tiny package on which a check gives an answer that can be worked out by hand.
pub(crate) struct Example {
    check: &'static Check,
    pub(crate) verdict: &'static str,
    text: String,
    n_units: usize,
    figures: Figures,
    profile: Profile,
    finding: usize,
    value: Option<f64>,
    nodes: Option<&'static [&'static str]>,
    units: Option<&'static [&'static str]>,
}

impl Example {
    pub(crate) fn of(
        check: &'static Check,
        verdict: &'static str,
        text: &str,
        n_units: usize,
        figure: impl Fn(usize, usize) -> Option<f64> + 'static,
    ) -> Self {
        Self::series(check, verdict, text, n_units, move |unit, v| {
            figure(unit, v).map(Fig::number).into_iter().collect()
        })
    }
    pub(crate) fn figures(
        check: &'static Check,
        verdict: &'static str,
        text: &str,
        n_units: usize,
        figure: impl Fn(usize, usize) -> Option<Fig> + 'static,
    ) -> Self {
        Self::series(check, verdict, text, n_units, move |unit, v| figure(unit, v).into_iter().collect())
    }
    pub(crate) fn series(
        check: &'static Check,
        verdict: &'static str,
        text: &str,
        n_units: usize,
        figures: impl Fn(usize, usize) -> Vec<Fig> + 'static,
    ) -> Self {
        Self {
            check,
            verdict,
            text: text.to_owned(),
            n_units,
            figures: Box::new(figures),
            profile: Profile::Standards,
            finding: 0,
            value: None,
            nodes: None,
            units: None,
        }
    }
    pub(crate) fn ranking(self) -> Self {
        Self { profile: Profile::Ranking, ..self }
    }
    /// Which of the findings is meant.
    pub(crate) fn finding(self, finding: usize) -> Self {
        Self { finding, ..self }
    }
    /// The value it has.
    pub(crate) fn value(self, value: f64) -> Self {
        Self { value: Some(value), ..self }
    }
    /// The nodes that its first item names.
    pub(crate) fn nodes(self, nodes: &'static [&'static str]) -> Self {
        Self { nodes: Some(nodes), ..self }
    }
    /// The units that its items name.
    pub(crate) fn units(self, units: &'static [&'static str]) -> Self {
        Self { units: Some(units), ..self }
    }
}

/// The finding that an example is about.
pub(crate) fn run_first(example: &Example) -> Finding {
    let made = case_of(&example.text, example.n_units, &example.figures);
    let period = made.evaluation.current_period();
    let Case { package, data, methods, evaluation } = &made;
    let profile = example.profile;
    // Choices take their time to vary; most checks do not look at what that yields.
    let findings = if example.check.needs_draws() {
        let options = Options {
            node: Package::ROOT,
            period,
            profile: Some(profile),
            until: Until::Draws(256),
            base: 64,
            seed: 1,
            pairs: false,
        };
        let found = audit(package, data, methods, evaluation, options, &Silent)
            .unwrap_or_else(|found| panic!("{found:?}"));
        found
            .answers
            .into_iter()
            .find(|answer| answer.check.id == example.check.id)
            .map(|answer| answer.findings)
    } else {
        let subject = Subject { package, data, methods, evaluation, period, profile, robustness: None };
        let limits = Limits::of(package).unwrap_or_else(|found| panic!("{found:?}"));
        let asked = run_checks(&subject, &limits);
        asked.into_iter().find(|answer| answer.check.id == example.check.id).map(|answer| answer.findings)
    };
    let findings = findings.unwrap_or_else(|| panic!("{} is not asked", example.check.id));
    findings[example.finding].clone()
}

/// Holds an example to what it says.
pub(crate) fn hold(example: &Example) {
    let made = case_of(&example.text, example.n_units, &example.figures);
    let found = run_first(example);
    let id = example.check.id;
    assert_eq!(found.verdict.word(), example.verdict, "{id}: {found:?}");
    if let Some(value) = example.value {
        assert!((found.value.unwrap() - value).abs() < 1e-9, "{id}: {value} expected, {found:?}");
    }
    let nodes: Vec<&str> = found
        .items
        .first()
        .map(|item| &item.nodes)
        .into_iter()
        .flatten()
        .map(|ix| made.package.nodes[*ix].id.as_str())
        .collect();
    if let Some(expected) = example.nodes {
        assert!(
            nodes.starts_with(expected)
                || expected.iter().all(|code| found
                    .items
                    .iter()
                    .any(|item| item.nodes.iter().any(|ix| made.package.nodes[*ix].id == **code))),
            "{id}: {expected:?} expected, {found:?}"
        );
    }
    if let Some(expected) = example.units {
        let mut units: Vec<&str> = found
            .items
            .iter()
            .flat_map(|item| &item.units)
            .map(|unit| made.data.units[*unit].as_str())
            .collect();
        units.dedup();
        assert_eq!(units, expected, "{id}: {found:?}");
    }
    let (en, zh) = (found.sentence.get(Lang::En), found.sentence.get(Lang::Zh));
    assert!(en.is_ascii() || en.contains(['→', '–', '×']), "{id}: {en}");
    assert!(!zh.is_ascii() && en != zh, "{id}: {zh}");
}
