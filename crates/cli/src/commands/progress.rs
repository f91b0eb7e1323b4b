//! `gradus progress`: gaps, paces and arrivals of a unit, rated by one preset or by all of them.

mod list;
mod records;
mod tables;

use super::{Done, Findings};
use crate::args::{PaceArg, ProgressArgs, TableFormat};
use crate::package::{Computed, compute};
use crate::term::{Term, plain};
use crate::{Outcome, Stop, write};
use gradus::Methods;
use gradus::model::diagnostic::catalog;
use gradus::model::package::NodeIx;
use gradus::model::{Diagnostic, Lang, Package, Text};
use gradus::progress::preset::Preset;
use gradus::progress::progress::unknown_preset;
use gradus::progress::{Ask, Item, PaceForm, Tracker, presets};

/// What is asked for, resolved and computed.
struct Asked<'a> {
    computed: &'a Computed,
    tracker: Tracker<'a>,
    ask: Ask,
    unit: usize,
    names: Vec<Text>,
    items: Vec<Item>,
    lang: Lang,
}

pub(super) fn run(args: &ProgressArgs, term: &Term) -> Done {
    term.speak(args.lang.lang());
    let chosen = args.preset.as_deref().map(preset).transpose()?;
    let Some(target) = args.package.as_deref().filter(|_| !args.presets) else {
        let only = chosen.map_or_else(|| presets::PRESETS.to_vec(), |preset| vec![preset]);
        let text = match args.output.format() {
            TableFormat::Json => list::json(&only),
            TableFormat::Csv => list::csv(&only, args.lang.lang()),
            TableFormat::Table => list::pages(&only, args.lang.lang()),
        };
        return print(args, term, &text);
    };
    let computed = compute(target, None, term)?;
    let period = computed.period_or_current(args.period.as_deref())?;
    let unit = match &args.unit {
        Some(unit) => computed.units(std::slice::from_ref(unit))?[0],
        None => computed.outcome.own_unit().ok_or_else(no_unit)?,
    };
    let ask = Ask {
        grade: args.to.as_deref().map(|grade| computed.grade(grade)).transpose()?,
        by: args.by,
        preset: chosen,
        base_year: args.base_year,
        window: args.window,
        pace: args.pace.map(|pace| match pace {
            PaceArg::Robust => PaceForm::Robust,
            PaceArg::Published => PaceForm::Published,
        }),
    };
    let asked: Vec<NodeIx> = computed.nodes(&args.node)?;
    let package = &computed.outcome.package;
    let below: Vec<NodeIx> = asked.iter().flat_map(|node| package.indicators_below(*node)).collect();
    let methods = Methods::default();
    let tracker = computed.outcome.tracker(&methods, period);
    let mut items = tracker.items(unit, &ask);
    items.retain(|item| asked.is_empty() || below.contains(&item.node));
    let asked = Asked {
        computed: &computed,
        names: computed.outcome.unit_names(),
        tracker,
        ask,
        unit,
        items,
        lang: args.lang.lang(),
    };
    let width = if args.output.out.is_some() { None } else { term.width() };
    let text = match (args.output.format(), args.all_presets) {
        (TableFormat::Json, all) => records::json(&asked, all),
        (TableFormat::Csv, all) => records::table(&asked, all).csv(),
        (TableFormat::Table, false) => tables::one(&asked, width),
        (TableFormat::Table, true) => tables::all(&asked, width),
    };
    print(args, term, &text)
}

fn print(args: &ProgressArgs, term: &Term, text: &str) -> Done {
    let mut text = text.to_owned();
    // Rows for programs have no place for a remark.
    match args.output.format() {
        TableFormat::Table => {
            term.notices().iter().for_each(|notice| text.push_str(&format!("\n{notice}\n")));
        }
        _ => term.notices().iter().for_each(|notice| term.say(notice)),
    }
    let text = text.as_str();
    match (&args.output.out, args.output.format()) {
        (Some(path), _) => {
            write::file(path, plain(text).as_bytes())?;
            term.say(&format!("wrote {}", path.display()));
        }
        (None, TableFormat::Table) => term.out(text)?,
        (None, _) => term.data(text)?,
    }
    Ok(Outcome::Done)
}

fn preset(id: &str) -> Result<&'static Preset, Stop> {
    let found = presets::find(id);
    found.ok_or_else(|| Findings { diagnostics: unknown_preset(id, None), ..Findings::default() }.stop())
}

fn no_unit() -> Stop {
    Findings::one(
        Diagnostic::new(&catalog::UNKNOWN_UNIT, "the package has no unit of its own")
            .help("name one with `--unit`, or give a unit `role = \"own\"`"),
    )
}

impl Asked<'_> {
    fn package(&self) -> &Package {
        &self.computed.outcome.package
    }
    fn preset(&self) -> Option<&'static Preset> {
        self.tracker.preset(&self.ask)
    }
    fn unit_name(&self, unit: usize) -> Text {
        self.names.get(unit).cloned().unwrap_or_default()
    }
}
