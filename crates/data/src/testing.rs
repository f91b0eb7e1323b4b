//! A small package for tests.

use crate::{Import, Memory, load};
use gradus_model::observation::Period;
use gradus_model::package::*;
use gradus_model::policy::{MissingRule, Policy};
use gradus_model::{Decimal, Id, Package, Text, Value};
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub(crate) fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

pub(crate) fn d(text: &str) -> Decimal {
    gradus_model::number::parse_decimal(text).unwrap()
}

fn spans() -> Spans {
    Spans::new("index.toml".into(), 0..0)
}

fn node(code: &str, name: Text, parent: Option<usize>, kind: NodeKind) -> Node {
    Node {
        id: id(code),
        name,
        parent,
        children: Vec::new(),
        weight: gradus_model::number::Ratio::ONE,
        weight_formula: None,
        round: None,
        kind,
        spans: spans(),
    }
}

fn indicator(unit: Option<&str>, scale: Option<usize>) -> NodeKind {
    NodeKind::Indicator(Box::new(Indicator {
        measurement_unit: unit.map(str::to_owned),
        scale,
        ..Indicator::default()
    }))
}

/// Units `changchun` and `shenyang`; measure `population`; indicators `gdp` (CNY, 人均GDP), `air` (no measurement
/// unit), `healthy` (levels) and `civilized` (titles); a conversion from CNY 1e4 to CNY.
pub(crate) fn package(sources: Vec<DataSource>) -> Package {
    let group = NodeKind::Group(Box::new(Group {
        description: Text::default(),
        aggregate: None,
        formula: None,
        normalize: None,
        direction: Direction::Higher,
        weigh: None,
        weigh_figures: false,
        fit: None,
        weights: WeightUse::Proportional,
        missing: MissingRule::default(),
        grade: None,
    }));
    let unit = |code: &str, name: Text| Unit {
        coordinates: None,
        id: id(code),
        name,
        role: UnitRole::Benchmark,
        groups: BTreeMap::new(),
        spans: spans(),
    };
    let scale = |code: &str, title| OrderedScale {
        id: id(code),
        levels: ["none", "basic", "full"]
            .iter()
            .map(|level| ScaleLevel {
                id: id(level),
                name: Text::both(format!("Level {level}"), format!("级{level}")),
            })
            .collect(),
        title,
    };
    let mut nodes = vec![
        node("index", Text::english("Index"), None, group),
        node("gdp", Text::both("GDP per head", "人均GDP"), Some(0), indicator(Some("CNY"), None)),
        node("air", Text::english("Clean air"), Some(0), indicator(None, None)),
        node("healthy", Text::english("Healthy city"), Some(0), indicator(None, Some(0))),
        node("civilized", Text::english("Civilized city"), Some(0), indicator(None, Some(1))),
    ];
    nodes[0].children = vec![1, 2, 3, 4];
    Package {
        file: "index.toml".into(),
        index: Index {
            id: id("index"),
            name: Text::english("Index"),
            description: Text::default(),
            notice: Text::default(),
            open_questions: Vec::new(),
            edition: None,
            status: PackageStatus::Draft,
            unit_kind: Text::english("city"),
            publisher: Text::default(),
            license: None,
            confidence: None,
            target_year: None,
            spans: spans(),
        },
        policy: Policy::default(),
        levels: Vec::new(),
        grades: Vec::new(),
        scales: vec![scale("steps", false), scale("titles", true)],
        units: vec![
            unit("changchun", Text::both("Changchun", "长春")),
            unit("shenyang", Text::both("Shenyang", "沈阳")),
        ],
        data: sources,
        surveys: Vec::new(),
        pairs: Vec::new(),
        awards: Vec::new(),
        measurement_units: Vec::new(),
        conversions: vec![Conversion { from: "CNY 1e4".into(), to: "CNY".into(), multiply: d("10000") }],
        pipeline: Vec::new(),
        weight_sets: Vec::new(),
        measures: vec![Measure {
            scale: None,
            id: id("population"),
            name: Text::english("Population"),
            measurement_unit: Some("persons".into()),
            formula: None,
            survey: None,
            origin: None,
            spans: spans(),
        }],
        nodes,
        standards: Vec::new(),
        origins: Vec::new(),
        published: Vec::new(),
        audit: gradus_model::package::Audit::default(),
        report: Default::default(),
        screening: gradus_model::package::Screening::default(),
        map: None,
    }
}

/// A source with nothing declared but its file and layout.
pub(crate) fn source(file: &str, layout: Layout) -> DataSource {
    DataSource {
        file: file.to_owned(),
        sheet: None,
        layout,
        columns: BTreeMap::new(),
        variables: BTreeMap::new(),
        units: BTreeMap::new(),
        delimiter: None,
        encoding: None,
        numbers: NumberNotation::default(),
        absent: BTreeMap::new(),
        period: None,
        status: Default::default(),
        make_codes: false,
        rounded: BTreeMap::new(),
        unit_columns: Vec::new(),
        groups: BTreeMap::new(),
        subset: false,
        origin: None,
        spans: spans(),
    }
}

/// Reads one table by the small package, after `change` has been made to its source and package.
pub(crate) fn read(
    bytes: impl Into<Vec<u8>>,
    layout: Layout,
    change: impl FnOnce(&mut DataSource, &mut Package),
) -> Import {
    let mut package = package(Vec::new());
    let mut source = source("data.csv", layout);
    change(&mut source, &mut package);
    let files = Memory::new().with(source.file.clone(), bytes.into());
    package.data = vec![source];
    load(&package, &files)
}

fn value(value: &Value) -> String {
    let bound = |x: &Option<Decimal>| x.map(|x| x.to_string()).unwrap_or_default();
    match value {
        Value::Number(x) => x.to_string(),
        Value::Level(level) => format!("level {level}"),
        Value::Title { level, awarded, expires } => format!("title {level} {awarded:?} {expires:?}"),
        Value::Interval { lower, upper } => format!("[{}, {}]", bound(lower), bound(upper)),
        Value::Survey { estimate, n, standard_error } => {
            format!("{estimate} n={n:?} se={}", bound(standard_error))
        }
        Value::Absent(why) => why.to_string(),
        other => format!("{other:?}"),
    }
}

/// `unit variable period value status` for each observation.
pub(crate) fn figures(import: &Import) -> Vec<String> {
    let data = &import.data;
    data.observations
        .iter()
        .map(|o| {
            let mut out = format!("{} {}", data.units[o.unit], data.variables[o.variable]);
            if let Some(period) = o.period {
                write!(out, " {period}").unwrap();
            }
            write!(out, " {}", value(&o.value)).unwrap();
            if o.status != Default::default() {
                write!(out, " {}", o.status).unwrap();
            }
            out
        })
        .collect()
}

/// `id file:line:field` for each finding, without `no-data`.
pub(crate) fn findings(import: &Import) -> Vec<String> {
    import
        .diagnostics
        .iter()
        .filter(|d| d.kind.id != "no-data")
        .map(|d| {
            let place = d.places.first().map(|(place, _)| place.to_string()).unwrap_or_default();
            format!("{} {}", d.kind.id, place.trim_start_matches("data.csv:"))
        })
        .collect()
}

pub(crate) fn year(year: i16) -> Option<Period> {
    Some(Period::year(year))
}
