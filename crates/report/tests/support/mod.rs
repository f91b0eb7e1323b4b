//! A result made by hand for any package: enough of an engine to fill every page, and nothing to trust a number of.
//!
//! The latest figure of each unit and indicator is taken, min-max over the units scores it, means combine it, and rules
//! are decided by the standard crate's own three values.

#![allow(dead_code)]

use gradus_engine::{Cell, Evaluation, NodeResult, Number};
use gradus_model::decode::decode;
use gradus_model::number::{Ties, parse_decimal, ranks};
use gradus_model::observation::{Confidence, Detail, Value};
use gradus_model::package::{Clause, Direction, NodeIx, Rule, Threshold};
use gradus_model::policy::PeriodRule;
use gradus_model::{
    Absence, Arithmetic, DataSet, Decimal, Diagnostics, Id, Observation, Package, Period, Status, Text,
};
use gradus_report::{ImportLine, Input};
use gradus_standard::{
    GradeInterval, Grading, NodeGrade, Proof, RowGrading, StandardGrade,
    Verdict::{self, Met, NotMet, Unknown},
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything an [`Input`] borrows.
pub struct Fixture {
    pub package: Package,
    pub data: DataSet,
    pub evaluation: Evaluation,
    pub grading: Grading,
    pub imports: Vec<ImportLine>,
    pub diagnostics: Diagnostics,
    pub unit_names: BTreeMap<Id, Text>,
    pub own: Option<usize>,
}

impl Fixture {
    /// A package and `unit,variable,period,value,status,note` lines.
    pub fn new(package: &str, rows: &str) -> Self {
        let (package, found) = decode("package.toml", package);
        let messages: Vec<String> = found.iter().map(ToString::to_string).collect();
        let package = package.unwrap_or_else(|| panic!("{messages:#?}"));
        let data = data(&package, rows);
        let evaluation = evaluate(&package, &data);
        let grading = grade(&package, &data, &evaluation);
        Self {
            package,
            data,
            evaluation,
            grading,
            imports: Vec::new(),
            diagnostics: found,
            unit_names: BTreeMap::new(),
            own: None,
        }
    }
    pub fn input(&self) -> Input<'_> {
        Input {
            package: &self.package,
            data: &self.data,
            evaluation: &self.evaluation,
            grading: &self.grading,
            imports: &self.imports,
            diagnostics: &self.diagnostics,
            unit_names: &self.unit_names,
            period: self.evaluation.current_period(),
            own: self.own,
        }
    }
}

fn data(package: &Package, rows: &str) -> DataSet {
    let mut data = DataSet {
        units: package.units.iter().map(|u| u.id.clone()).collect(),
        variables: package.variables().iter().map(|v| v.id.clone()).collect(),
        observations: Vec::new(),
    };
    for line in rows.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let fields: Vec<&str> = line.split('|').map(str::trim).collect();
        let field = |i: usize| fields.get(i).copied().filter(|t| !t.is_empty());
        let unit = data.unit(fields[0]).unwrap_or_else(|| {
            data.units.push(Id::new(fields[0]).unwrap());
            data.units.len() - 1
        });
        let Some(variable) = data.variable(fields[1]) else { continue };
        let node = package.node(fields[1]);
        let scale = node.and_then(|ix| package.nodes[ix].indicator()).and_then(|i| package.scale(i));
        let text = fields[3];
        let value = match (Absence::WORDS.iter().find(|(w, _)| *w == text), scale, text.split_once("..")) {
            (Some((_, absence)), ..) => Value::Absent(*absence),
            (_, Some(scale), _) => Value::Level(scale.level(text).unwrap()),
            (_, _, Some((a, b))) => {
                Value::Interval { lower: parse_decimal(a).ok(), upper: parse_decimal(b).ok() }
            }
            _ => Value::Number(parse_decimal(text).unwrap()),
        };
        let status = Status::WORDS.iter().find(|(w, _)| Some(*w) == field(4)).map_or(Status::Final, |(_, s)| *s);
        let arc = |t: Option<&str>| t.map(Arc::from);
        data.observations.push(Observation {
            unit,
            variable,
            period: field(2).and_then(Period::parse),
            value,
            status,
            place: None,
            detail: Arc::new(Detail {
                note: arc(field(5)),
                source: arc(field(6)),
                boundary: arc(field(7)),
                confidence: field(8)
                    .and_then(|c| Confidence::WORDS.iter().find(|(w, _)| *w == c).map(|(_, c)| *c)),
                ..Detail::default()
            }),
        });
    }
    data
}

fn evaluate(package: &Package, data: &DataSet) -> Evaluation {
    let panel = package.policy.periods == PeriodRule::Panel;
    let periods: Vec<Option<Period>> = match package.policy.periods {
        PeriodRule::Panel if !data.periods().is_empty() => data.periods().into_iter().map(Some).collect(),
        PeriodRule::AsOf { year, .. } => vec![Some(Period::year(year))],
        _ => vec![None],
    };
    let units = data.units.len();
    let rows = units * periods.len();
    let mut nodes: Vec<NodeResult> = package
        .nodes
        .iter()
        .map(|_| NodeResult {
            raw: Vec::new(),
            transformed: Vec::new(),
            scores: Vec::new(),
            ranks: Vec::new(),
            cells: Vec::new(),
            status: vec![Status::Final; rows],
            coverage: vec![0.0; rows],
            absence: vec![None; rows],
            fits: Vec::new(),
            weight: None,
            effective_weight: None,
        })
        .collect();
    for (ix, node, indicator) in package.indicators() {
        let variable = data.variable(node.id.as_str()).unwrap();
        let result = &mut nodes[ix];
        for row in 0..rows {
            let (unit, period) = (row % units, periods[row / units]);
            let found = data
                .observations
                .iter()
                .enumerate()
                .filter(|(_, o)| o.unit == unit && o.variable == variable)
                .filter(|(_, o)| !panel || o.period == period)
                .max_by_key(|(at, o)| (o.period, *at));
            let (cell, raw, status) = match found {
                Some((_, o)) if matches!(o.value, Value::Absent(_)) => {
                    let Value::Absent(why) = o.value else { unreachable!() };
                    (Cell::Absent(why), None, Status::Final)
                }
                Some((at, o)) => (Cell::Observed(at), o.value.as_number().map(Number::Decimal), o.status),
                None => (Cell::Absent(Absence::NotReported), None, Status::Final),
            };
            result.cells.push(cell);
            result.raw.push(raw);
            result.status[row] = status;
            result.coverage[row] = if raw.is_some() { 1.0 } else { 0.0 };
        }
        if indicator.normalize.is_some() {
            let known: Vec<f64> = result.raw.iter().flatten().map(|x| x.to_f64()).collect();
            let (low, high) = known.iter().fold((f64::MAX, f64::MIN), |(l, h), x| (l.min(*x), h.max(*x)));
            result.scores = result
                .raw
                .iter()
                .map(|x| {
                    let share = if high > low { (x.as_ref()?.to_f64() - low) / (high - low) } else { 0.5 };
                    let share = if indicator.direction == Direction::Lower { 1.0 - share } else { share };
                    parse_decimal(&format!("{:.6}", share * 100.0)).ok().map(Number::Decimal)
                })
                .collect();
            result.fits = vec![vec![("minimum", Number::Binary64(low)), ("maximum", Number::Binary64(high))]];
        }
    }
    for (ix, _) in package.tree().into_iter().rev() {
        let children = package.nodes[ix].children.clone();
        let Some(group) = package.nodes[ix].group() else { continue };
        let below = package.indicators_below(ix);
        for row in 0..rows {
            let present = below.iter().filter(|i| nodes[**i].raw[row].is_some()).count();
            nodes[ix].coverage[row] = present as f64 / below.len() as f64;
            nodes[ix].status[row] = below.iter().map(|i| nodes[*i].status[row]).max().unwrap();
        }
        if group.aggregate.is_none() {
            continue;
        }
        for child in &children {
            nodes[*child].weight = Some(Number::Binary64(1.0 / children.len() as f64));
        }
        let scores: Vec<Option<Number>> = (0..rows)
            .map(|row| {
                let known: Vec<f64> = children
                    .iter()
                    .filter_map(|c| nodes[*c].scores.get(row).copied().flatten())
                    .map(Number::to_f64)
                    .collect();
                let mean = known.iter().sum::<f64>() / known.len() as f64;
                parse_decimal(&format!("{mean:.8}")).ok().map(Number::Decimal)
            })
            .collect();
        for (row, score) in scores.iter().enumerate() {
            nodes[ix].absence[row] = score.is_none().then_some(Absence::TooFewParts);
        }
        nodes[ix].scores = scores;
    }
    for (ix, _) in package.tree() {
        nodes[ix].effective_weight = match package.nodes[ix].parent {
            None => package.nodes[ix].group().and_then(|g| g.aggregate.as_ref()).map(|_| 1.0),
            Some(parent) => {
                nodes[parent].effective_weight.zip(nodes[ix].weight).map(|(a, w)| a * w.to_f64())
            }
        };
        for period in 0..periods.len() {
            if nodes[ix].scores.is_empty() {
                continue;
            }
            let range = period * units..(period + 1) * units;
            let rounded: Vec<Option<Decimal>> = nodes[ix].scores[range]
                .iter()
                .map(|x| x.and_then(Number::to_decimal).map(|x| x.round_dp(4)))
                .collect();
            nodes[ix].ranks.extend(ranks(&rounded, Ties::Competition));
        }
    }
    Evaluation { units: data.units.clone(), periods, nodes, arithmetic: Arithmetic::Decimal }
}

fn interval(verdicts: impl Iterator<Item = Verdict> + Clone) -> GradeInterval {
    GradeInterval {
        proven: verdicts.clone().take_while(|v| *v == Met).count().checked_sub(1),
        possible: verdicts.take_while(|v| *v != NotMet).count().checked_sub(1),
    }
}

fn grade(package: &Package, data: &DataSet, evaluation: &Evaluation) -> Grading {
    let n = package.grades.len();
    let rows = (0..evaluation.n_rows())
        .map(|row| {
            let mut nodes: Vec<NodeGrade> = package
                .nodes
                .iter()
                .enumerate()
                .map(|(ix, node)| {
                    let verdicts: Vec<Verdict> = match node.indicator() {
                        Some(indicator) => (0..n)
                            .map(|g| {
                                let Some(step) = indicator.ladder.iter().find(|s| s.grade == g) else {
                                    return Unknown;
                                };
                                let threshold = match step.threshold {
                                    Threshold::Number(x) => x,
                                    Threshold::Level(level) => Decimal::from(level),
                                };
                                let raw = evaluation.nodes[ix].raw[row].and_then(Number::to_decimal);
                                let bounds = match evaluation.observation(data, ix, row).map(|o| &o.value) {
                                    Some(Value::Interval { lower, upper }) => (*lower, *upper),
                                    _ => (raw, raw),
                                };
                                match (bounds, indicator.direction) {
                                    ((Some(a), _), Direction::Higher) if a >= threshold => Met,
                                    ((_, Some(b)), Direction::Higher) if b < threshold => NotMet,
                                    ((_, Some(b)), Direction::Lower) if b <= threshold => Met,
                                    ((Some(a), _), Direction::Lower) if a > threshold => NotMet,
                                    _ => Unknown,
                                }
                            })
                            .collect(),
                        None => Vec::new(),
                    };
                    NodeGrade { node: ix, interval: interval(verdicts.iter().copied()), verdicts }
                })
                .collect();
            for (ix, _) in package.tree().into_iter().rev() {
                if package.nodes[ix].group().is_some() {
                    let below = package.indicators_below(ix);
                    let verdicts: Vec<Verdict> =
                        (0..n).map(|g| Verdict::all(below.iter().map(|i| nodes[*i].verdicts[g]))).collect();
                    nodes[ix].interval = interval(verdicts.iter().copied());
                    nodes[ix].verdicts = verdicts;
                }
            }
            let standards = package
                .standards
                .iter()
                .enumerate()
                .map(|(standard, s)| {
                    let proofs: Vec<Proof> = (0..n).map(|g| prove(&s.rule, g, &nodes)).collect();
                    StandardGrade {
                        standard,
                        interval: interval(proofs.iter().map(|p| p.verdict)),
                        proofs,
                    }
                })
                .collect();
            RowGrading { nodes, standards }
        })
        .collect();
    Grading { rows }
}

fn prove(rule: &Rule, grade: usize, nodes: &[NodeGrade]) -> Proof {
    let parts_of = |indicators: &[NodeIx], at_least: Option<usize>| -> Vec<(NodeIx, Verdict)> {
        indicators.iter().map(|ix| (*ix, nodes[*ix].verdicts[at_least.unwrap_or(grade)])).collect()
    };
    let (needed, parts, clauses) = match &rule.clause {
        Clause::Every { scope, at_least } => {
            (scope.indicators.len(), parts_of(&scope.indicators, *at_least), Vec::new())
        }
        Clause::Count { count, scope, at_least } => {
            (*count, parts_of(&scope.indicators, *at_least), Vec::new())
        }
        Clause::Share { share, scope, at_least } => {
            let needed = (*share * Decimal::from(scope.indicators.len())).ceil();
            (
                needed.to_string().parse().unwrap(),
                parts_of(&scope.indicators, *at_least),
                Vec::new(),
            )
        }
        Clause::Group { groups, at_least } => (groups.len(), parts_of(groups, *at_least), Vec::new()),
        Clause::AllOf(rules) => {
            (rules.len(), Vec::new(), rules.iter().map(|r| prove(r, grade, nodes)).collect())
        }
        Clause::AnyOf(rules) => (1, Vec::new(), rules.iter().map(|r| prove(r, grade, nodes)).collect()),
        Clause::CountOf { count, of } => {
            (*count, Vec::new(), of.iter().map(|r| prove(r, grade, nodes)).collect::<Vec<_>>())
        }
        _ => (1, Vec::new(), Vec::new()),
    };
    let verdicts = parts.iter().map(|(_, v)| *v).chain(clauses.iter().map(|c: &Proof| c.verdict));
    let verdict = Verdict::at_least(needed, verdicts);
    Proof { key: rule.key.clone(), grade, verdict, needed: (needed, parts.len()), parts, clauses }
}

/// A small package with three grades, two layers and every kind of cell.
pub fn small() -> Fixture {
    let mut fixture = Fixture::new(SMALL, SMALL_DATA);
    fixture.imports = vec![ImportLine {
        file: "data/values.csv".to_owned(),
        rows: 21,
        values: 17,
        absent: 3,
        passed_over: 1,
        notes: vec!["UTF-8, comma".to_owned()],
    }];
    fixture.diagnostics.push(
        gradus_model::Diagnostic::new(
            &gradus_model::diagnostic::catalog::MAGNITUDE_JUMP,
            "`metro` of `seaport` is 1000 times that of the others",
        )
        .concerning("indicator", "metro")
        .help("look at the measurement unit in `data/values.csv`"),
    );
    fixture
}

pub const SMALL: &str = r#"
format = 1
[index]
id = "demo"
name = { en = "Demo Standard of Open Cities", zh = "开放城市示范标准" }
description = { en = "How open a city is to the world.", zh = "衡量城市对外开放的程度。" }
notice = { en = "An invented package for tests.", zh = "仅供测试的虚构指标体系。" }
edition = "2018"
status = "draft"
unit-kind = { en = "City", zh = "城市" }
license = "CC0-1.0"
[policy]
rounding = { mode = "half-even", places = 1 }
periods = { use = "as-of", year = 2018, later = true }
[[level]]
name = { en = "Layer", zh = "层级" }
[[grade]]
id = "primary"
name = { en = "Primary", zh = "初级" }
letter = { en = "P", zh = "初" }
[[grade]]
id = "intermediate"
name = { en = "Intermediate", zh = "中级" }
letter = { en = "I", zh = "中" }
[[grade]]
id = "advanced"
name = { en = "Advanced", zh = "高级" }
letter = { en = "A", zh = "高" }
[[scale]]
id = "programme"
levels = [{ id = "none", name = { en = "none", zh = "无" } }, { id = "joined", name = { en = "joined", zh = "参加" } }, { id = "awarded", name = { en = "title awarded", zh = "获得称号" } }]
[[unit]]
id = "lakeside"
name = { en = "Lakeside", zh = "湖滨" }
role = "own"
[[unit]]
id = "seaport"
name = { en = "Seaport", zh = "海港" }
[[unit]]
id = "hilltown"
name = { en = "Hilltown", zh = "山城" }
[[group]]
id = "basic"
name = { en = "Basic conditions", zh = "基础条件" }
aggregate = "arithmetic"
[[group]]
id = "life"
name = { en = "Quality of life", zh = "生活品质" }
aggregate = "arithmetic"
[[indicator]]
id = "gdp"
parent = "basic"
name = { en = "GDP per head", zh = "人均GDP" }
description = { en = "Gross domestic product divided by residents.", zh = "地区生产总值与常住人口之比。" }
unit = "USD"
normalize = "min-max"
ladder = { primary = 5000, intermediate = 10000, advanced = 20000 }
ladder-confidence = "documented"
why = { en = "Income classes.", zh = "收入分组。" }
confidence = "documented"
origin = { producer = { en = "Statistics Office", zh = "统计局" }, title = "Yearbook <2018>", url = "https://example.org/yearbook", license = "public" }
[[indicator]]
id = "metro"
parent = "basic"
name = { en = "Metro line length", zh = "地铁运营里程" }
unit = "km"
normalize = "min-max"
ladder = { primary = 200, intermediate = 300, advanced = 400 }
[[indicator]]
id = "offices"
parent = "basic"
name = { en = "Regional offices", zh = "区域机构代表处" }
unit = "count"
unpublished = true
[[indicator]]
id = "pm25"
parent = "life"
name = { en = "Fine particles", zh = "细颗粒物" }
unit = "µg/m3"
direction = "lower"
normalize = "min-max"
ladder = { primary = 35, intermediate = 25, advanced = 15 }
note = { en = "Annual mean.", zh = "年均值。" }
[[indicator]]
id = "healthy"
parent = "life"
name = { en = "Healthy city", zh = "健康城市" }
scale = "programme"
ladder = { primary = "joined", advanced = "awarded" }
[[indicator]]
id = "museums"
parent = "life"
name = "Museums"
unit = "count"
[[standard]]
id = "open-city"
name = { en = "Open city", zh = "开放城市" }
description = { en = "Held by a city that meets every indicator.", zh = "各项指标全部达标的城市。" }
rule = { every = ["gdp", "metro", "pm25", "healthy"] }
"#;

pub const SMALL_DATA: &str = "
lakeside | gdp | 2016 | 11000 |  |  | Yearbook 2017 | urban districts | documented
lakeside | gdp | 2017 | 12345.678 | provisional | revised later | Yearbook 2018 | urban districts | documented
lakeside | metro | 2018 | 100.2
lakeside | pm25 | 2018 | 46 | estimated
lakeside | healthy | 2018 | joined
lakeside | museums | 2018 | not-collected
seaport | gdp | 2018 | 21000 | | | Yearbook 2018 | administrative | documented
seaport | metro | 2018 | 705
seaport | pm25 | 2018 | 14.5
seaport | healthy | 2018 | awarded
seaport | museums | 2018 | 100..
hilltown | gdp | 2018 | confidential
hilltown | metro | 2018 | not-applicable
hilltown | pm25 | 2018 | 20..30
hilltown | museums | 2018 | 12 | imputed
";
