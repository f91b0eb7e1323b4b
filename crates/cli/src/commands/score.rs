//! `gradus score`: scores and ranks of every node, or the table at any stage before them.

use super::{Done, Findings, Stop};
use crate::args::{ScoreArgs, TableFormat};
use crate::package::{Computed, compute};
use crate::render::escape;
use crate::term::Term;
use crate::{Outcome, table, write};
use gradus::engine::Stage;
use gradus::model::diagnostic::{catalog, nearest};
use gradus::model::number::Rounding;
use gradus::model::package::NodeIx;
use gradus::model::{Diagnostic, Lang, Package, Text};
use gradus::report::table::{Cell, Column, Request, Table};

pub(super) fn run(args: &ScoreArgs, term: &Term) -> Done {
    let computed = compute(&args.package.package, term)?;
    let format = args.format.unwrap_or_else(|| by_ending(args));
    let request = Request {
        stage: Stage::Scores,
        nodes: computed.nodes(&args.node)?,
        periods: args.period.as_deref().map(|p| computed.period(p)).transpose()?.into_iter().collect(),
        units: computed.units(&args.unit)?,
        places: args.places,
        ranks: args.ranks,
    };
    let stages = named_stages(&computed, &args.stage)?;
    let text = match format {
        TableFormat::Csv => {
            let pieces = csv(&computed, &stages, &request);
            match &args.out {
                Some(path) => {
                    write::pieces(path, &pieces)?;
                    term.say(&format!("wrote {}", path.display()));
                }
                None => pieces.iter().try_for_each(|piece| term.data(piece))?,
            }
            // The program ends here: giving millions of figures back one by one would only take time.
            std::mem::forget(computed);
            return Ok(Outcome::Done);
        }
        TableFormat::Json => escape::json(&joined(&computed, &stages, &request).json()),
        TableFormat::Table => {
            let text = tables(&computed, args, &stages, &request, term);
            if args.out.is_none() {
                term.out(&text)?;
                return Ok(Outcome::Done);
            }
            crate::term::plain(&text)
        }
    };
    match &args.out {
        Some(path) => {
            write::file(path, text.as_bytes())?;
            term.say(&format!("wrote {}", path.display()));
        }
        None => term.data(&text)?,
    }
    Ok(Outcome::Done)
}

fn by_ending(args: &ScoreArgs) -> TableFormat {
    let ending = args.out.as_ref().and_then(|path| path.extension()).and_then(|e| e.to_str());
    match ending {
        Some("csv") => TableFormat::Csv,
        Some("json") => TableFormat::Json,
        _ => TableFormat::Table,
    }
}

/// The stages of their words.
fn named_stages(computed: &Computed, words: &[String]) -> Result<Vec<Stage>, Stop> {
    let package = &computed.outcome.package;
    let mut out = Vec::new();
    for word in words {
        if word == "all" {
            out.extend(Stage::all(package));
            continue;
        }
        match Stage::find(package, word) {
            Some(stage) => out.push(stage),
            None => {
                let known: Vec<String> =
                    Stage::all(package).iter().map(|s| s.word(package).to_owned()).collect();
                let diagnostic =
                    Diagnostic::new(&catalog::UNKNOWN_WORD, format!("there is no stage `{word}`"));
                return Err(Findings::one(match nearest(word, known.iter().map(String::as_str)) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic.help(format!("use one of {}", known.join(", "))),
                }));
            }
        }
    }
    Ok(out)
}

/// The table as CSV, in pieces.
fn csv(computed: &Computed, stages: &[Stage], request: &Request) -> Vec<String> {
    match stages[..] {
        [stage] => {
            let input = computed.input(computed.outcome.evaluation.current_period(), None);
            gradus::report::table::csv(&input, &Request { stage, ..request.clone() })
        }
        _ => vec![joined(computed, stages, request).csv()],
    }
}

/// One table with every stage that is asked for; with several, a first column says which.
fn joined(computed: &Computed, stages: &[Stage], request: &Request) -> Table {
    let input = computed.input(computed.outcome.evaluation.current_period(), None);
    let make =
        |stage, nodes| gradus::report::table::table(&input, &Request { stage, nodes, ..request.clone() });
    if let [stage] = stages[..] {
        return make(stage, request.nodes.clone());
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

/// A table per stage, for people: rounded as the package says, the index with its rank, best first.
fn tables(computed: &Computed, args: &ScoreArgs, stages: &[Stage], request: &Request, term: &Term) -> String {
    let package = &computed.outcome.package;
    let input = computed.input(computed.outcome.evaluation.current_period(), None);
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
        let cells: Vec<Vec<String>> =
            found.rows.iter().map(|row| row.iter().map(|cell| short(cell, package)).collect()).collect();
        let columns: Vec<table::Column> = found
            .columns
            .iter()
            .map(|c| table::Column { heading: c.heading.get(Lang::En).to_owned(), numeric: c.numeric })
            .collect();
        let width = if args.out.is_some() { None } else { term.width() };
        let (text, left_out) = table::show(&columns, &cells, keep, width);
        out.push_str(&text);
        if left_out > 0 {
            let columns = if left_out == 1 { "column" } else { "columns" };
            out.push_str(&format!(
                "... and {left_out} more {columns}: name some with `--node`, or use `--format csv`\n"
            ));
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
