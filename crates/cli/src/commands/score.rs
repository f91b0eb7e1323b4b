//! `gradus score`: scores and ranks of every node, or the table at any stage before them.

use super::{Done, Findings, Stop};
use crate::args::{ScoreArgs, ScoreFormat};
use crate::package::{Computed, compute};
use crate::render::escape;
use crate::term::Term;
use crate::{Outcome, parquet, table, write};
use gradus::engine::{Number, Stage};
use gradus::exchange::{Cell as SheetCell, Chart, ChartForm, Sheet, tables as sheets};
use gradus::model::diagnostic::catalog;
use gradus::model::number::Rounding;
use gradus::model::package::NodeIx;
use gradus::model::{Diagnostic, Lang, Package, Text};
use gradus::report::table::{Cell, Column, Request, Table};
use std::collections::BTreeMap;
use std::path::Path;

pub(super) fn run(args: &ScoreArgs, term: &Term) -> Done {
    if let Some(lang) = args.lang {
        term.speak(lang.lang());
    }
    let computed = compute(&args.package.package, args.weights.set.as_deref(), term)?;
    let by_ending = || ScoreFormat::of_ending(args.out.as_deref()?);
    let format = args.format.or_else(by_ending).unwrap_or(ScoreFormat::Table);
    let request = Request {
        stage: Stage::Scores,
        nodes: computed.nodes(&args.node)?,
        periods: args.period.as_deref().map(|p| computed.period(p)).transpose()?.into_iter().collect(),
        units: computed.units(&args.unit)?,
        places: args.places,
        ranks: args.ranks,
    };
    let stages = named_stages(&computed, &args.stage)?;
    let pieces: Vec<Vec<u8>> = match format {
        ScoreFormat::Csv => match stages[..] {
            // A large table is written in the pieces it is made in.
            [stage] if with_spread(&computed, stage, &request).is_empty() => {
                write_csv(&computed, &Request { stage, ..request }, args.out.as_deref(), term)?;
                Vec::new()
            }
            _ => vec![joined(&computed, &stages, &request).csv().into_bytes()],
        },
        ScoreFormat::Json => vec![escape::json(&joined(&computed, &stages, &request).json()).into_bytes()],
        ScoreFormat::Xlsx | ScoreFormat::Parquet if args.out.is_none() => {
            return Err(Findings::one(
                Diagnostic::new(&catalog::CANNOT_WRITE, "a file that is no text is not printed")
                    .help("name a file, such as `--out scores.xlsx`"),
            ));
        }
        ScoreFormat::Xlsx => vec![workbook(&computed, &stages, &request)?],
        ScoreFormat::Parquet => vec![parquet::bytes(&joined(&computed, &stages, &request))?],
        ScoreFormat::Table => {
            let mut text = tables(&computed, args, &stages, &request, term);
            term.notices().iter().for_each(|notice| text.push_str(&format!("\n{notice}\n")));
            if args.out.is_none() {
                term.out(&text)?;
                return Ok(Outcome::Done);
            }
            vec![crate::term::plain(&text).into_bytes()]
        }
    };
    // What programs read has no place for a remark.
    if format != ScoreFormat::Table {
        term.notices().iter().for_each(|notice| term.say(notice));
    }
    match &args.out {
        Some(path) => {
            if !pieces.is_empty() {
                write::pieces(path, &pieces)?;
            }
            term.say(&format!("wrote {}", path.display()));
        }
        None => {
            for piece in &pieces {
                term.data(&String::from_utf8_lossy(piece))?;
            }
        }
    }
    // The process ends: to give a large result back to the system piece by piece would take longer than that.
    std::mem::forget(computed);
    Ok(Outcome::Done)
}

/// A workbook: what the package is, a sheet per stage, weights, and what normalizations learned.
fn workbook(computed: &Computed, stages: &[Stage], request: &Request) -> Result<Vec<u8>, Stop> {
    let (package, evaluation) = (&computed.outcome.package, &computed.outcome.evaluation);
    let mut book = vec![sheets::about(package, evaluation)];
    let mut done: Vec<Stage> = Vec::new();
    for stage in stages {
        if done.contains(stage) {
            continue;
        }
        done.push(*stage);
        let sheet = sheet(computed, *stage, request);
        // A stage without any column but the keys (of a package that transforms nothing) is no sheet.
        if sheet.header.len() > sheet.frozen {
            book.push(sheet);
        }
    }
    book.extend([sheets::weights(package, evaluation), sheets::fits(package, evaluation)]);
    gradus::exchange::workbook::workbook(&book).map_err(Findings::one)
}

/// The table of a stage with the names of units and nodes; scores of a single period come with a chart of the first node.
fn sheet(computed: &Computed, stage: Stage, request: &Request) -> Sheet {
    let package = &computed.outcome.package;
    let input = computed.input(computed.outcome.evaluation.current_period(), None);
    let ranks = stage == Stage::Scores;
    let table =
        gradus::report::table::table(&input, &Request { stage, ranks, places: None, ..request.clone() });
    let names = computed.outcome.unit_names();
    let units = &computed.outcome.evaluation.units;
    let places: BTreeMap<&str, NodeIx> =
        package.nodes.iter().zip(0..).map(|(n, ix)| (n.id.as_str(), ix)).collect();
    let heading = |column: &Column| match places.get(column.key.as_str()).copied() {
        Some(ix) if column.numeric => {
            let name = &package.nodes[ix].name;
            let titled = |lang| format!("{} ({})", name.get(lang), column.key);
            if name.is_empty() {
                column.heading.clone()
            } else {
                Text::both(titled(Lang::En), titled(Lang::Zh))
            }
        }
        _ => column.heading.clone(),
    };
    let places = request.places.or((stage != Stage::Raw).then_some(package.policy.rounding.places));
    let cell = |column: &Column, cell: &Cell| match cell {
        Cell::Text(text) => SheetCell::text(text),
        Cell::Number(value, _) if column.key.ends_with(".rank") => {
            SheetCell::Number { value: *value, places: None }
        }
        Cell::Number(value, _) => SheetCell::Number { value: *value, places },
        Cell::Empty(Some(why)) => SheetCell::Missing(*why),
        Cell::Empty(None) => SheetCell::Empty,
    };
    let mut header: Vec<Text> = table.columns.iter().map(heading).collect();
    header.insert(1, Text::both("name", "名称"));
    let rows = table.rows.iter().map(|row| {
        let mut cells: Vec<SheetCell> = table.columns.iter().zip(row).map(|(c, x)| cell(c, x)).collect();
        let at = units.iter().position(|unit| row.first().is_some_and(|first| first.show() == unit.as_str()));
        cells.insert(1, at.map_or(SheetCell::Empty, |at| SheetCell::text(names[at].get(Lang::En))));
        cells
    });
    let rows: Vec<Vec<SheetCell>> = rows.collect();
    let frozen = 1 + table.columns.iter().take_while(|c| !c.numeric).count();
    let one_period = request.periods.len() == 1 || computed.outcome.evaluation.periods.len() == 1;
    let chart = (ranks && one_period && header.len() > frozen).then(|| Chart {
        title: Text::both("Ranking", "排名"),
        labels: 1,
        form: ChartForm::Bars { values: frozen, interval: None },
    });
    let name = match stage {
        Stage::Raw => Text::both("Raw", "原始数据"),
        Stage::Transformed => Text::both("Transformed", "变换后"),
        Stage::Normalized => Text::both("Normalized", "标准化"),
        Stage::Aggregated => Text::both("Aggregated", "合成"),
        Stage::Scores => Text::both("Scores", "得分"),
        Stage::Step(_) => Text::english(stage.word(package)),
    };
    Sheet { name, header, rows, frozen, chart, ..Sheet::default() }
}

/// The stages of their words.
fn named_stages(computed: &Computed, words: &[String]) -> Result<Vec<Stage>, Stop> {
    let mut out = Vec::new();
    for word in words {
        if word == "all" {
            out.extend(Stage::all(&computed.outcome.package));
        } else {
            out.push(computed.stage(word)?);
        }
    }
    Ok(out)
}

/// Writes the table as CSV, to a file or to standard output.
fn write_csv(computed: &Computed, request: &Request, out: Option<&Path>, term: &Term) -> Result<(), Stop> {
    let input = computed.input(computed.outcome.evaluation.current_period(), None);
    match out {
        Some(path) => write::through(path, |file| {
            gradus::report::table::write_csv(&input, request, &mut |text| file.write_all(text.as_bytes()))
        }),
        None => gradus::report::table::write_csv(&input, request, &mut |text| term.data(text)),
    }
}

/// One table with every stage that is asked for; with several, a first column says which.
fn joined(computed: &Computed, stages: &[Stage], request: &Request) -> Table {
    let input = computed.input(computed.outcome.evaluation.current_period(), None);
    let make =
        |stage, nodes| gradus::report::table::table(&input, &Request { stage, nodes, ..request.clone() });
    if let [stage] = stages[..] {
        let mut table = make(stage, request.nodes.clone());
        spread(&mut table, computed, &with_spread(computed, stage, request), request);
        return table;
    }
    // The stages share their columns: every node that has a value at one of them.
    let package = &computed.outcome.package;
    let nodes = if request.nodes.is_empty() {
        let keys: Vec<String> = stages
            .iter()
            .flat_map(|stage| make(*stage, Vec::new()).columns)
            .map(|column| column.key)
            .collect();
        let tree = package.tree().into_iter().map(|(ix, _)| ix);
        tree.filter(|ix| keys.iter().any(|key| package.nodes[*ix].id == **key)).collect()
    } else {
        request.nodes.clone()
    };
    let mut all = Table { columns: Vec::new(), rows: Vec::new() };
    for stage in stages {
        // Ranks would be columns that only one stage has.
        let request = Request { stage: *stage, nodes: nodes.clone(), ranks: false, ..request.clone() };
        let part = gradus::report::table::table(&input, &request);
        if all.columns.is_empty() {
            all.columns = part.columns;
            let heading = Text::both("stage", "阶段");
            all.columns.insert(0, Column { key: "stage".into(), heading, numeric: false });
        }
        all.rows.extend(part.rows.into_iter().map(|mut row| {
            row.insert(0, Cell::Text(stage.word(package).into()));
            row
        }));
    }
    all
}

/// The nodes whose scores have a spread, because imputed cells were drawn.
fn with_spread(computed: &Computed, stage: Stage, request: &Request) -> Vec<NodeIx> {
    let nodes = &computed.outcome.evaluation.nodes;
    let wanted = |ix: &NodeIx| request.nodes.is_empty() || request.nodes.contains(ix);
    let found = (0..nodes.len()).filter(wanted).filter(|ix| nodes[*ix].spread.is_some());
    if stage == Stage::Scores { found.collect() } else { Vec::new() }
}

/// Adds the 5th and 95th percentile of the scores, and of the ranks where they are asked for, after each node's own columns.
fn spread(table: &mut Table, computed: &Computed, nodes: &[NodeIx], request: &Request) {
    let (package, evaluation) = (&computed.outcome.package, &computed.outcome.evaluation);
    let all = |wanted: &[usize], n: usize| if wanted.is_empty() { (0..n).collect() } else { wanted.to_vec() };
    let units: Vec<usize> = all(&request.units, evaluation.units.len());
    let periods: Vec<usize> = all(&request.periods, evaluation.periods.len());
    // The rows of the table, period after period.
    let rows: Vec<usize> =
        periods.iter().flat_map(|p| units.iter().map(|u| evaluation.row(*u, *p))).collect();
    let rounding = request.places.map(|places| Rounding { places, ..package.policy.rounding });
    for ix in nodes {
        let id = &package.nodes[*ix].id;
        let Some(spread) = &evaluation.nodes[*ix].spread else { continue };
        let scores = (id.to_string(), &spread.scores, rounding);
        let ranks = request.ranks.then(|| (format!("{id}.rank"), &spread.ranks, None));
        for (key, ends, rounding) in std::iter::once(scores).chain(ranks) {
            let Some(at) = table.columns.iter().position(|column| column.key == key) else { continue };
            for (place, word, zh) in [(1, "low", "下限"), (2, "high", "上限")] {
                let heading = Text::both(format!("{key} {word}"), format!("{key} {zh}"));
                let column = Column { key: format!("{key}.{word}"), heading, numeric: true };
                table.columns.insert(at + place, column);
                for (cells, row) in table.rows.iter_mut().zip(&rows) {
                    let end = ends.get(*row).copied().flatten();
                    let end = end.map(|(low, high)| if place == 1 { low } else { high });
                    let cell = end.map_or(Cell::Empty(None), |x| Cell::Number(Number::Binary64(x), rounding));
                    cells.insert(at + place, cell);
                }
            }
        }
    }
}

/// A table per stage, for people: rounded as the package says, the index with its rank, best first.
fn tables(computed: &Computed, args: &ScoreArgs, stages: &[Stage], request: &Request, term: &Term) -> String {
    let package = &computed.outcome.package;
    let input = computed.input(computed.outcome.evaluation.current_period(), None);
    let lang = args.lang.map_or(Lang::En, |lang| lang.lang());
    let mut out = String::new();
    for stage in stages.iter().copied() {
        if stages.len() > 1 {
            out.push_str(&format!("{}{}\n", if out.is_empty() { "" } else { "\n" }, stage.word(package)));
        }
        let places = args.places.unwrap_or(package.policy.rounding.places);
        // Figures are shown as they were read; rounding is for scores.
        let places = (args.places.is_some() || stage != Stage::Raw).then_some(places);
        let request = Request { stage, places, ranks: true, ..request.clone() };
        let mut found = gradus::report::table::table(&input, &request);
        if stage == Stage::Scores {
            best_first(&mut found, package, &request.nodes);
        }
        if !args.ranks {
            let first = request.nodes.first().map_or(Package::ROOT, |ix| *ix);
            let kept = format!("{}.rank", package.nodes[first].id);
            drop_columns(&mut found, |key| key.ends_with(".rank") && key != kept);
        }
        let keep = found.columns.iter().take_while(|c| !c.numeric).count() + 1;
        if let Some(lang) = args.lang {
            found = found.named(&input, lang.lang());
        }
        let cells: Vec<Vec<String>> =
            found.rows.iter().map(|row| row.iter().map(|cell| short(cell, package)).collect()).collect();
        let columns: Vec<table::Column> = found
            .columns
            .iter()
            .map(|c| table::Column { heading: c.heading.get(lang).to_owned(), numeric: c.numeric })
            .collect();
        let width = if args.out.is_some() { None } else { term.width() };
        let (text, left_out) = table::show(&columns, &cells, keep, width);
        out.push_str(&text);
        if left_out > 0 {
            out.push_str(&match (lang, left_out) {
                (Lang::Zh, n) => format!("……另有 {n} 列：用 `--node` 指定，或用 `--format csv`\n"),
                (_, 1) => {
                    "... and 1 more column: name some with `--node`, or use `--format csv`\n".to_owned()
                }
                (_, n) => {
                    format!("... and {n} more columns: name some with `--node`, or use `--format csv`\n")
                }
            });
        }
    }
    out
}

/// A cell for people: a derived figure may have 28 digits, of which a table shows some.
fn short(cell: &Cell, package: &Package) -> String {
    const WIDEST: usize = 12;
    let text = cell.show();
    match cell {
        Cell::Number(x, None) if text.len() > WIDEST => {
            x.show(Rounding { places: 4, ..package.policy.rounding })
        }
        _ => text,
    }
}

/// Rows in order of period, then of the rank of the first node; those without one last.
fn best_first(table: &mut Table, package: &Package, nodes: &[NodeIx]) {
    let first = nodes.first().map_or(Package::ROOT, |ix| *ix);
    let key = format!("{}.rank", package.nodes[first].id);
    let Some(rank) = table.columns.iter().position(|c| c.key == key) else { return };
    let period = table.columns.iter().position(|c| c.key == "period");
    let mut periods: Vec<String> = Vec::new();
    let mut keyed: Vec<(usize, Option<f64>, Vec<Cell>)> = Vec::new();
    for row in table.rows.drain(..) {
        let name = period.map_or(String::new(), |p| row[p].show());
        let at = periods.iter().position(|p| *p == name).unwrap_or_else(|| {
            periods.push(name);
            periods.len() - 1
        });
        let rank = match &row[rank] {
            Cell::Number(rank, _) => Some(rank.to_f64()),
            _ => None,
        };
        keyed.push((at, rank, row));
    }
    keyed.sort_by(|(p, a, _), (q, b, _)| {
        let place = |rank: &Option<f64>| rank.unwrap_or(f64::INFINITY);
        p.cmp(q).then(place(a).total_cmp(&place(b)))
    });
    table.rows = keyed.into_iter().map(|(_, _, row)| row).collect();
}

fn drop_columns(table: &mut Table, drop: impl Fn(&str) -> bool) {
    let keep: Vec<bool> = table.columns.iter().map(|c| !drop(&c.key)).collect();
    let mut at = keep.iter();
    table.columns.retain(|_| *at.next().unwrap_or(&true));
    for row in &mut table.rows {
        let mut at = keep.iter();
        row.retain(|_| *at.next().unwrap_or(&true));
    }
}
