//! The report as a workbook: every stage, scores, grades, gaps, plan and audit, a sheet each, with charts that the spreadsheet draws.
//!
//! All cells are values: nothing has to be computed again to be trusted.

use crate::commands::audit::sections;
use crate::listing::Section;
use crate::package::Computed;
use crate::render::counted;
use crate::term::Term;
use gradus::Methods;
use gradus::audit::uncertainty::{Progress, Until};
use gradus::audit::{Audit, Options};
use gradus::engine::Number;
use gradus::exchange::{Cell, Chart, ChartForm, Sheet, tables, workbook::workbook};
use gradus::model::{Decimal, Diagnostic, Lang, Package, Text};
use gradus::plan::Ask;
use gradus::report::table::{Cell as TableCell, Table};
use gradus::report::{gap, grade_table, plan_table};

/// Draws where the package does not say how many.
const DRAWS: u64 = 1000;
/// Most lines of a chart through the periods.
const LINES: usize = 12;

/// The workbook.
///
/// # Errors
/// What no workbook holds: a table of too many rows, columns or cells, a text that is too long.
pub(super) fn bytes(
    computed: &Computed,
    (period, own): (usize, Option<usize>),
    target: &str,
    term: &Term,
) -> Result<Vec<u8>, Diagnostic> {
    let (package, evaluation) = (&computed.outcome.package, &computed.outcome.evaluation);
    let names = computed.outcome.unit_names();
    let mut book = tables::all(package, evaluation, &names);
    book.extend(through_periods(computed, own, &names));
    book.extend(grades(computed, period, own));
    book.extend(gaps(computed, period, own));
    book.extend(plan(computed, period, own));
    book.extend(audit(computed, period, target, term, &names));
    workbook(&book)
}

/// A heading in both languages.
fn heading(en: &str, zh: &str) -> Text {
    Text::both(en, zh)
}

/// Both languages of a text in one cell; once where they agree.
fn both(en: &str, zh: &str) -> Cell {
    if en == zh || zh.is_empty() { Cell::text(en) } else { Cell::text(format!("{en} / {zh}")) }
}

fn of(text: &Text) -> Cell {
    both(text.get(Lang::En), text.get(Lang::Zh))
}

/// Scores of the index through the periods: the own unit and those that are first in the last one.
fn through_periods(computed: &Computed, own: Option<usize>, names: &[Text]) -> Option<Sheet> {
    let evaluation = &computed.outcome.evaluation;
    let scored =
        |p: usize| (0..names.len()).any(|u| evaluation.score(Package::ROOT, evaluation.row(u, p)).is_some());
    let periods: Vec<usize> = (0..evaluation.periods.len()).filter(|p| scored(*p)).collect();
    let last = *periods.last().filter(|_| periods.len() > 1)?;
    let rank = |u: usize| evaluation.rank(Package::ROOT, evaluation.row(u, last));
    let mut units: Vec<usize> = (0..names.len()).filter(|u| rank(*u).is_some() && Some(*u) != own).collect();
    units.sort_by(|a, b| rank(*a).unwrap_or(f64::MAX).total_cmp(&rank(*b).unwrap_or(f64::MAX)));
    let units: Vec<usize> = own.into_iter().chain(units).take(LINES).collect();
    let places = Some(computed.outcome.package.policy.rounding.places);
    let rows = periods.iter().map(|p| {
        let period = evaluation.periods[*p].map_or_else(|| "–".to_owned(), |p| p.to_string());
        let score = |u: &usize| match evaluation.score(Package::ROOT, evaluation.row(*u, *p)) {
            Some(value) => Cell::Number { value, places },
            None => Cell::Empty,
        };
        std::iter::once(Cell::text(period)).chain(units.iter().map(score)).collect()
    });
    let mut header = vec![heading("period", "时期")];
    header.extend(units.iter().map(|u| names[*u].clone()));
    Some(Sheet {
        name: heading("Over time", "历年得分"),
        rows: rows.collect(),
        chart: Some(Chart {
            title: heading("Scores over time", "历年得分"),
            labels: 0,
            form: ChartForm::Lines { series: (1..header.len()).collect() },
        }),
        header,
        frozen: 1,
        ..Sheet::default()
    })
}

fn grades(computed: &Computed, period: usize, own: Option<usize>) -> Option<Sheet> {
    let input = computed.input(period, own);
    let table = grade_table::grade_table(&input, &[], Some(period));
    if table.rows.is_empty() {
        return None;
    }
    let ((head_en, rows_en), (head_zh, rows_zh)) = (table.cells(Lang::En), table.cells(Lang::Zh));
    let number = |text: &str| text.parse::<Decimal>().ok().filter(|_| !text.is_empty());
    let cell = |(en, zh): (&String, &String)| match number(en) {
        Some(n) => Cell::Number { value: Number::Decimal(n), places: Some(0) },
        None => both(en, zh),
    };
    Some(Sheet {
        name: heading("Grades", "等级"),
        header: head_en.iter().zip(&head_zh).map(|(en, zh)| Text::both(en, zh)).collect(),
        rows: rows_en.iter().zip(&rows_zh).map(|(en, zh)| en.iter().zip(zh).map(cell).collect()).collect(),
        frozen: 1,
        ..Sheet::default()
    })
}

fn gaps(computed: &Computed, period: usize, own: Option<usize>) -> Option<Sheet> {
    let package = &computed.outcome.package;
    let gaps = gap::gaps(&computed.input(period, own));
    if gaps.is_empty() {
        return None;
    }
    let number = |x: Decimal, places| Cell::Number { value: Number::Decimal(x), places };
    let rows = gaps.iter().map(|gap| {
        let node = &package.nodes[gap.node];
        let grade = &package.grades[gap.grade];
        let unit = node.indicator().and_then(|i| i.measurement_unit.as_deref()).unwrap_or_default();
        vec![
            Cell::text(node.id.as_str()),
            of(&node.name),
            Cell::text(unit),
            number(gap.value, None),
            if grade.name.is_empty() { Cell::text(grade.id.as_str()) } else { of(&grade.name) },
            number(gap.threshold, None),
            number(gap.gap, None),
            gap.percent.map_or(Cell::Empty, |p| number(p, Some(1))),
        ]
    });
    Some(Sheet {
        name: heading("Gaps", "差距"),
        header: vec![
            heading("indicator", "代码"),
            heading("name", "名称"),
            heading("measurement unit", "计量单位"),
            heading("value", "数值"),
            heading("next grade", "下一等级"),
            heading("threshold", "阈值"),
            heading("gap", "差距"),
            heading("gap in percent of the threshold", "差距占阈值的百分比"),
        ],
        rows: rows.collect(),
        frozen: 2,
        ..Sheet::default()
    })
}

/// The cheapest plans to the next grade, one table below the other; or why there is none.
fn plan(computed: &Computed, period: usize, own: Option<usize>) -> Option<Sheet> {
    let own = own.filter(|_| !computed.outcome.package.standards.is_empty())?;
    let methods = Methods::default();
    let planner = computed.outcome.planner(&methods, period);
    let input = computed.input(period, Some(own));
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    match planner.grade(own, &Ask::default()) {
        Ok(plans) => {
            let (en, zh) = (
                plan_table::grade_sheets(&input, &plans, Lang::En),
                plan_table::grade_sheets(&input, &plans, Lang::Zh),
            );
            for (en, zh) in en.iter().zip(&zh) {
                rows.push(vec![both(&en.title, &zh.title)]);
                rows.push(en.columns.iter().zip(&zh.columns).map(|(a, b)| both(&a.0, &b.0)).collect());
                let line =
                    |(a, b): (&Vec<String>, &Vec<String>)| a.iter().zip(b).map(|(a, b)| both(a, b)).collect();
                rows.extend(en.rows.iter().zip(&zh.rows).map(line));
                rows.extend(en.notes.iter().zip(&zh.notes).map(|(a, b)| vec![both(a, b)]));
                rows.push(Vec::new());
            }
        }
        Err(why) => rows.push(vec![Cell::text(why.diagnostic().message)]),
    }
    Some(Sheet {
        name: heading("Plan", "路径"),
        header: vec![heading(
            "Cheapest plans to the next grade; arithmetic, not cause and effect",
            "到下一等级的最省路径；仅为算术推算，不代表因果",
        )],
        rows,
        ..Sheet::default()
    })
}

/// Nothing stops the draws but their number.
struct Quiet(crate::term::Bar);

impl Progress for Quiet {
    fn go_on(&self, done: u64, of: Option<u64>) -> bool {
        self.0.at(done, of);
        true
    }
}

/// The tables of the audit; those of every unit with every other are for `gradus audit`.
fn audit(computed: &Computed, period: usize, target: &str, term: &Term, names: &[Text]) -> Vec<Sheet> {
    let package = &computed.outcome.package;
    let options = Options {
        node: Package::ROOT,
        period,
        profile: None,
        until: Until::Draws(package.audit.draws.unwrap_or(DRAWS)),
        base: 0,
        pairs: false,
        seed: package.policy.seed,
    };
    let data = &computed.outcome.import.data;
    let bar = Quiet(term.bar("auditing"));
    let evaluation = &computed.outcome.evaluation;
    let found = match gradus::audit::audit(package, data, &Methods::default(), evaluation, options, &bar) {
        Ok(found) => found,
        Err(why) => {
            // The rest of the workbook does not depend on it.
            term.say(&format!(
                "no audit: {} (`gradus audit` shows what)",
                counted(why.counts().0, why.counts().1)
            ));
            return Vec::new();
        }
    };
    drop(bar);
    let wanted = |section: &&Section| {
        !matches!(section.parts().0, "acceptability" | "outranking" | "unit_sensitivity")
    };
    let all = sections(computed, &found, target, Lang::En, true, false);
    all.iter().filter(wanted).filter(|s| !s.is_empty()).map(|s| audited(s, &found, computed, names)).collect()
}

fn audited(section: &Section, found: &Audit, computed: &Computed, names: &[Text]) -> Sheet {
    let (key, title, table, notes) = section.parts();
    let mut sheet = sheet(table);
    sheet.name = match key {
        "checks" => heading("Audit checks", "审计检查"),
        "limits" => heading("Limits of checks", "检查阈值"),
        "units" => heading("Robustness", "稳健性"),
        "failed" => heading("Failed draws", "失败抽样"),
        "inputs" => heading("What varied", "可变设定"),
        "one_at_a_time" => heading("One at a time", "逐项变动"),
        "without" => heading("Without a part", "剔除成分"),
        "importance" => heading("Importance", "重要性"),
        "rank_sets" => heading("Rank sets", "名次置信集"),
        "grades" => heading("Grades that vary", "等级变动"),
        "first_declared" => heading("Who can be first", "可居首者"),
        "first_any" => heading("First by any weights", "任意权重下居首"),
        _ => Text::english(title),
    };
    sheet.frozen = 1;
    if key == "units" {
        // The name of each unit beside its code.
        let units = &computed.outcome.evaluation.units;
        sheet.header.insert(1, heading("name", "名称"));
        for row in &mut sheet.rows {
            let code = match row.first() {
                Some(Cell::Text(code)) => code.clone(),
                _ => String::new(),
            };
            let name = units.iter().position(|u| *u == *code).and_then(|at| names.get(at));
            row.insert(1, name.map_or(Cell::Empty, |name| Cell::text(name.get(Lang::En))));
        }
        let at = |wanted: &str| table.columns.iter().position(|c| c.key == wanted).map(|at| at + 1);
        // Where normalizations vary, scores of the draws are not on the scale of the bars.
        let comparable = found
            .robustness
            .as_ref()
            .is_some_and(|r| !r.inputs.iter().any(|input| input.what == "normalize"));
        let interval = at("score_05").zip(at("score_95")).filter(|_| comparable);
        sheet.chart = at("score").map(|values| Chart {
            title: if interval.is_some() {
                heading("Scores, 90 % intervals", "得分与90%区间")
            } else {
                heading("Scores audited", "审计得分")
            },
            labels: 1,
            form: ChartForm::Bars { values, interval },
        });
    }
    sheet.rows.extend(notes.iter().map(|note| vec![Cell::text(note)]));
    sheet
}

fn sheet(table: &Table) -> Sheet {
    let cell = |cell: &TableCell| match cell {
        TableCell::Text(text) => Cell::text(text),
        TableCell::Number(value, rounding) => {
            Cell::Number { value: *value, places: rounding.map(|r| r.places) }
        }
        TableCell::Empty(Some(why)) => Cell::Missing(*why),
        TableCell::Empty(None) => Cell::Empty,
    };
    Sheet {
        header: table.columns.iter().map(|column| column.heading.clone()).collect(),
        rows: table.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
        ..Sheet::default()
    }
}
