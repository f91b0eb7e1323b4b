//! Tables of a package and its result, for [`workbook`](crate::workbook::workbook) and Parquet.

use crate::workbook::{Cell, Chart, ChartForm, Sheet, status_words};
use gradus_engine::{Evaluation, Number, Stage};
use gradus_model::number::{Arithmetic, RoundingMode, Ties};
use gradus_model::observation::Status;
use gradus_model::package::{NodeIx, NodeKind};
use gradus_model::policy::{Fit, MissingAction};
use gradus_model::{Absence, DataSet, Id, Package, Text, Value};

fn heading(en: &str, zh: &str) -> Text {
    Text::both(en, zh)
}

/// Every table of a result: what the package is and its policy, every stage, ranks, weights, and what the normalizations
/// learned. `units` are the names of the units, in the order of the evaluation.
#[must_use]
pub fn all(package: &Package, evaluation: &Evaluation, units: &[Text]) -> Vec<Sheet> {
    let mut sheets = vec![about(package, evaluation)];
    sheets.extend(Stage::all(package).into_iter().filter_map(|s| stage(package, evaluation, units, s)));
    sheets.push(ranks(package, evaluation, units));
    sheets.push(weights(package, evaluation));
    sheets.push(fits(package, evaluation));
    sheets
}

/// What the package is, and the rules for its numbers.
#[must_use]
pub fn about(package: &Package, evaluation: &Evaluation) -> Sheet {
    let (index, policy) = (&package.index, &package.policy);
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let rows = [
        ("Index", "指数", index.name.to_string()),
        ("Code", "代码", index.id.to_string()),
        ("Description", "说明", index.description.to_string()),
        ("Notice", "提示", index.notice.to_string()),
        ("Edition", "版本", optional(&index.edition)),
        ("Publisher", "发布者", index.publisher.to_string()),
        ("License", "许可", optional(&index.license)),
        ("Units", "单位数", evaluation.units.len().to_string()),
        ("Periods", "时期", periods(evaluation)),
        (
            "Arithmetic",
            "算术",
            match policy.arithmetic {
                Arithmetic::Decimal => "decimal",
                Arithmetic::Binary64 => "binary64",
            }
            .to_owned(),
        ),
        (
            "Rounding",
            "修约",
            format!("{}, {} places", word(RoundingMode::WORDS, policy.rounding.mode), policy.rounding.places),
        ),
        ("Ties", "并列", word(Ties::WORDS, policy.ties)),
        ("Missing parts", "缺失部分", word(MissingAction::WORDS, policy.missing.action)),
        ("Fit", "拟合", word(Fit::WORDS, policy.fit)),
        ("Seed", "随机种子", policy.seed.to_string()),
    ];
    Sheet {
        name: heading("About", "说明"),
        header: vec![heading("Property", "属性"), heading("Value", "内容")],
        rows: rows
            .into_iter()
            .filter(|(_, _, value)| !value.is_empty())
            .map(|(en, zh, value)| vec![Cell::text(format!("{en} {zh}")), Cell::text(value)])
            .collect(),
        frozen: 1,
        ..Sheet::default()
    }
}

/// The word of a choice in the package file.
fn word<T: Copy + PartialEq>(words: &[(&str, T)], choice: T) -> String {
    words.iter().find(|(_, c)| *c == choice).map_or("", |(word, _)| word).to_owned()
}

fn periods(evaluation: &Evaluation) -> String {
    let words: Vec<String> = evaluation.periods.iter().flatten().map(ToString::to_string).collect();
    words.join(", ")
}

/// The cells every row of a unit and period begins with, and their headings.
struct Keys<'a> {
    evaluation: &'a Evaluation,
    units: &'a [Text],
    periods: bool,
}

impl<'a> Keys<'a> {
    fn new(evaluation: &'a Evaluation, units: &'a [Text]) -> Self {
        Self { evaluation, units, periods: evaluation.periods.iter().any(Option::is_some) }
    }
    fn header(&self) -> Vec<Text> {
        let mut header = vec![heading("unit", "代码"), heading("name", "名称")];
        if self.periods {
            header.push(heading("period", "时期"));
        }
        header
    }
    fn cells(&self, row: usize) -> Vec<Cell> {
        let (unit, period) = self.evaluation.unit_and_period(row);
        let code = &self.evaluation.units[unit];
        let name = self.units.get(unit).map_or_else(|| code.to_string(), ToString::to_string);
        let mut cells = vec![Cell::text(code.as_str()), Cell::text(name)];
        if self.periods {
            cells.push(self.evaluation.periods[period].map_or(Cell::Empty, |p| Cell::text(p.to_string())));
        }
        cells
    }
}

/// A code and a name, so that a column is found by either.
fn titled(id: &Id, name: &Text) -> Text {
    let with = |name: &str| if name == id.as_str() { name.to_owned() } else { format!("{id}: {name}") };
    Text { en: name.en.as_deref().map(with), zh: name.zh.as_deref().map(with) }
}

/// A stage, one row per unit and period; nothing where no node has it.
#[must_use]
pub fn stage(package: &Package, evaluation: &Evaluation, units: &[Text], stage: Stage) -> Option<Sheet> {
    let nodes: Vec<NodeIx> = package
        .tree()
        .into_iter()
        .map(|(ix, _)| ix)
        .filter(|ix| (0..evaluation.n_rows()).any(|row| evaluation.value(stage, *ix, row).is_some()))
        .collect();
    if nodes.is_empty() {
        return None;
    }
    let keys = Keys::new(evaluation, units);
    let mut header = keys.header();
    let frozen = header.len();
    header.extend(nodes.iter().map(|ix| titled(&package.nodes[*ix].id, &package.nodes[*ix].name)));
    let rows = (0..evaluation.n_rows()).map(|row| {
        let mut cells = keys.cells(row);
        cells.extend(nodes.iter().map(|ix| value(package, evaluation, stage, *ix, row)));
        cells
    });
    let name = match stage {
        Stage::Raw => heading("Raw", "原始数据"),
        Stage::Transformed => heading("Transformed", "变换后"),
        Stage::Normalized => heading("Normalized", "标准化"),
        Stage::Aggregated => heading("Aggregated", "合成"),
        Stage::Scores => heading("Scores", "得分"),
        Stage::Step(_) => Text::english(stage.word(package)),
    };
    // One bar per unit: with several periods a ranking would mix them.
    let at = nodes.iter().position(|ix| *ix == Package::ROOT);
    let chart = at.filter(|_| stage == Stage::Scores && evaluation.periods.len() == 1).map(|at| Chart {
        title: heading("Ranking", "排名"),
        labels: 1,
        form: ChartForm::Bars { values: frozen + at, interval: None },
    });
    // What is not final says so where it is seen.
    let mut notes = Vec::new();
    if matches!(stage, Stage::Raw | Stage::Scores) {
        for row in 0..evaluation.n_rows() {
            for (at, ix) in nodes.iter().enumerate() {
                let status = evaluation.nodes[*ix].status.get(row).copied().unwrap_or_default();
                if status != Status::Final && evaluation.value(stage, *ix, row).is_some() {
                    notes.push((row, frozen + at, status_words(status)));
                }
            }
        }
    }
    Some(Sheet { name, header, rows: rows.collect(), frozen, chart, notes })
}

fn value(package: &Package, evaluation: &Evaluation, stage: Stage, ix: NodeIx, row: usize) -> Cell {
    let result = &evaluation.nodes[ix];
    let places = match (stage, &package.nodes[ix].kind) {
        (Stage::Raw, NodeKind::Indicator(indicator)) => indicator.places,
        (Stage::Raw | Stage::Transformed, _) => None,
        _ => Some(package.policy.rounding.places),
    };
    match evaluation.value(stage, ix, row) {
        Some(value) => Cell::Number { value, places },
        None => Cell::Missing(match result.cells.get(row) {
            Some(gradus_engine::Cell::Absent(why)) => why,
            _ => result.absence.get(row).copied().flatten().unwrap_or(Absence::InputAbsent),
        }),
    }
}

/// Ranks of every node that is scored, 1 the best, within each period.
#[must_use]
pub fn ranks(package: &Package, evaluation: &Evaluation, units: &[Text]) -> Sheet {
    let ranked = |ix: &NodeIx| evaluation.ranks(*ix).iter().any(Option::is_some);
    let nodes: Vec<NodeIx> = package.tree().into_iter().map(|(ix, _)| ix).filter(ranked).collect();
    let keys = Keys::new(evaluation, units);
    let mut header = keys.header();
    let frozen = header.len();
    header.extend(nodes.iter().map(|ix| titled(&package.nodes[*ix].id, &package.nodes[*ix].name)));
    let rows = (0..evaluation.n_rows()).map(|row| {
        let mut cells = keys.cells(row);
        cells.extend(nodes.iter().map(|ix| match evaluation.rank(*ix, row) {
            // Mean ties have halves.
            Some(rank) => {
                Cell::Number { value: Number::Binary64(rank), places: Some(u32::from(rank.fract() != 0.0)) }
            }
            None => Cell::Missing(
                evaluation.nodes[*ix].absence.get(row).copied().flatten().unwrap_or(Absence::InputAbsent),
            ),
        }));
        cells
    });
    Sheet { name: heading("Ranks", "名次"), header, rows: rows.collect(), frozen, ..Sheet::default() }
}

/// The tree with the weights of every node.
#[must_use]
pub fn weights(package: &Package, evaluation: &Evaluation) -> Sheet {
    let number =
        |value: Option<Number>| value.map_or(Cell::Empty, |value| Cell::Number { value, places: Some(6) });
    let rows = package.tree().into_iter().map(|(ix, depth)| {
        let (node, result) = (&package.nodes[ix], &evaluation.nodes[ix]);
        vec![
            Cell::text(node.id.as_str()),
            Cell::text(node.name.to_string()),
            Cell::count(depth),
            node.parent.map_or(Cell::Empty, |p| Cell::text(package.nodes[p].id.as_str())),
            number(result.weight),
            number(result.effective_weight.map(Number::Binary64)),
        ]
    });
    Sheet {
        name: heading("Weights", "权重"),
        header: vec![
            heading("node", "代码"),
            heading("name", "名称"),
            heading("depth", "层次"),
            heading("parent", "上级"),
            heading("weight among siblings", "同级权重"),
            heading("weight in the index", "总权重"),
        ],
        rows: rows.collect(),
        frozen: 1,
        ..Sheet::default()
    }
}

/// What each normalization learned or was given.
#[must_use]
pub fn fits(package: &Package, evaluation: &Evaluation) -> Sheet {
    let mut rows = Vec::new();
    for (ix, node, indicator) in package.indicators() {
        let fits = &evaluation.nodes[ix].fits;
        for (at, fit) in fits.iter().enumerate() {
            let period = evaluation.periods.get(at).copied().flatten().filter(|_| fits.len() > 1);
            for (parameter, value) in fit.iter().flatten() {
                rows.push(vec![
                    Cell::text(node.id.as_str()),
                    Cell::text(indicator.normalize.as_ref().map_or("", |call| call.method.as_str())),
                    period.map_or(Cell::Empty, |p| Cell::text(p.to_string())),
                    Cell::text(*parameter),
                    Cell::Number { value: *value, places: None },
                ]);
            }
        }
    }
    Sheet {
        name: heading("Fits", "拟合参数"),
        header: vec![
            heading("indicator", "指标"),
            heading("method", "方法"),
            heading("period", "时期"),
            heading("parameter", "参数"),
            heading("value", "值"),
        ],
        rows,
        frozen: 1,
        ..Sheet::default()
    }
}

/// The figures, one observation per row, with headings that `gradus-data` reads without a declaration.
#[must_use]
pub fn figures(package: &Package, data: &DataSet) -> Sheet {
    let header = ["unit", "variable", "period", "value", "status", "measurement-unit", "source", "note"];
    let variables = package.variables();
    let rows = data.observations.iter().map(|o| {
        let variable = variables.iter().find(|v| *v.id == data.variables[o.variable]);
        let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().map_or(Cell::Empty, Cell::text);
        vec![
            Cell::text(data.units[o.unit].as_str()),
            Cell::text(data.variables[o.variable].as_str()),
            o.period.map_or(Cell::Empty, |p| Cell::text(p.to_string())),
            match &o.value {
                Value::Absent(why) => Cell::Missing(*why),
                value => match value.number_in(o.period) {
                    Some(x) => Cell::Number { value: Number::Decimal(x), places: None },
                    None => Cell::Missing(Absence::OnlyBounds),
                },
            },
            Cell::text(o.status.word()),
            variable.and_then(|v| v.measurement_unit).map_or(Cell::Empty, Cell::text),
            text(&o.detail.source),
            text(&o.detail.note),
        ]
    });
    Sheet {
        name: heading("Figures", "数据"),
        header: header.into_iter().map(Text::english).collect(),
        rows: rows.collect(),
        frozen: 3,
        ..Sheet::default()
    }
}
