//! Progress over whole packages: which figures count, what is lacking, what is needed, and who is ahead.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus_engine::{Evaluation, Methods, evaluate};
use gradus_model::number::parse_decimal;
use gradus_model::observation::Status;
use gradus_model::{DataSet, Id, Lang, Observation, Package, Period, Text, Value, decode};
use gradus_progress::progress::declarations;
use gradus_progress::{Ask, Item, Refused, Source, Tracker, presets, sentence};
use gradus_standard::{Grading, grade};

const HEAD: &str = "format = 1
[index]
id = 'i'
name = 'I'
target-year = 2030
[[grade]]
id = 'primary'
name = 'Primary'
[[grade]]
id = 'advanced'
name = 'Advanced'
target-year = 2035
";

struct Made {
    package: Package,
    data: DataSet,
    evaluation: Evaluation,
    grading: Grading,
    methods: Methods,
}

/// Rows of `unit variable period value [status]`.
fn made(text: &str, rows: &str) -> Made {
    let (package, found) = decode::decode("package.toml", &format!("{HEAD}{text}"));
    let package = package.unwrap_or_else(|| panic!("{found:#?}"));
    let mut data = DataSet {
        variables: package.variables().iter().map(|v| v.id.clone()).collect(),
        ..DataSet::default()
    };
    for row in rows.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let fields: Vec<&str> = row.split_whitespace().collect();
        let unit = data.unit(fields[0]).unwrap_or_else(|| {
            data.units.push(Id::new(fields[0]).unwrap());
            data.units.len() - 1
        });
        let variable = data.variable(fields[1]).unwrap();
        let level = package.nodes.iter().find(|n| n.id == *fields[1]).and_then(|n| n.indicator()?.scale);
        let value = match level.and_then(|scale| package.scales[scale].level(fields[3])) {
            Some(level) => Value::Level(level),
            None => Value::Number(parse_decimal(fields[3]).unwrap()),
        };
        let status = fields.get(4).map(|word| Status::WORDS.iter().find(|(w, _)| w == word).unwrap().1);
        data.observations.push(Observation {
            unit,
            variable,
            period: Period::parse(fields[2]),
            value,
            status: status.unwrap_or_default(),
            place: None,
            detail: Default::default(),
        });
    }
    let methods = Methods::default();
    let (evaluation, _) = evaluate(&package, &methods, &data).unwrap_or_else(|found| panic!("{found:#?}"));
    let grading = grade(&package, &data, &evaluation);
    Made { package, data, evaluation, grading, methods }
}

impl Made {
    fn tracker(&self) -> Tracker<'_> {
        let Self { package, data, evaluation, grading, methods } = self;
        let source = Source { package, methods, data, evaluation, grading };
        Tracker::new(source, evaluation.current_period())
    }
    fn item(&self, unit: &str, node: &str, ask: &Ask) -> Item {
        let unit = self.evaluation.units.iter().position(|u| *u == *unit).unwrap();
        self.tracker().item(unit, self.package.node(node).unwrap(), ask).unwrap()
    }
    fn said(&self, item: &Item) -> String {
        let name = |unit: usize| Text::both(self.evaluation.units[unit].as_str(), "某市");
        sentence(item, name).get(Lang::En).to_owned()
    }
}

const CLEAN: &str = "[policy]
periods = { use = 'as-of', year = 2020 }
progress = { base-year = 2015 }
[[indicator]]
id = 'air'
name = 'Air'
limits = [0, 100]
normalize = { method = 'goalposts', lower = 0, upper = 100 }
ladder = { primary = 60, advanced = 80 }
";

/// Sendai moves by 2, 4, 2, ... a year and Ulsan by 3; both up to 2021, which is after the year of the result.
const AIR: &str = "
    Sendai air 2015 40
    Sendai air 2016 42
    Sendai air 2017 44
    Sendai air 2018 46
    Sendai air 2019 48
    Sendai air 2020 50
    Sendai air 2021 99
    Ulsan air 2015 50
    Ulsan air 2016 53
    Ulsan air 2017 56
    Ulsan air 2018 59
    Ulsan air 2019 62
    Ulsan air 2020 65
    Minsk air 2020 90 definition-differs
";

#[test]
fn gap_pace_and_arrival() {
    let made = made(CLEAN, AIR);
    let item = made.item("Sendai", "air", &Ask::default());
    // As of 2020 the figure is 50; the next grade asks for 60 by 2030.
    let target = item.target.unwrap();
    assert_eq!((target.grade, target.year), (0, Some(2030)));
    let gap = item.gap.unwrap();
    let shown = [Some(gap.units), gap.percent, gap.points].map(|x| x.unwrap().normalize().to_string());
    assert_eq!(shown, ["10", "16.666666666666666666666666667", "10"]);
    assert_eq!(item.attainment.map(|a| (a.share, a.floor, a.since)), Some((50.0 / 60.0, 0.0, None)));
    assert_eq!((item.needed, item.observed), (Ok(1.0), Ok(2.0)));
    assert_eq!(item.pace_ratio(), Some(2.0));
    assert_eq!(item.years, Some(10.0));
    // Nobody has ten years; Ulsan held 3 a year for the five it has. A figure of another definition is no competition.
    let (peer, held) = item.best_peer.unwrap();
    assert_eq!((made.evaluation.units[peer].as_str(), held.pace, held.to - held.from), ("Ulsan", 3.0, 5.0));
    assert_eq!(item.beyond_any_peer(), Some(false));
    assert_eq!(item.frontier.leader.map(|best| best.value), Some(65.0));
    assert_eq!((item.frontier.limit, item.frontier.room, item.frontier.n), (Some(100.0), Some(50.0), 1));
    assert_eq!(item.frontier.ever.map(|best| best.value), Some(65.0), "nothing after the year of the result");
    // On the logit a little later than on the line: ln(60/40) lacks, ln(50/40 · 60/50) = ln 1.5 came in five years.
    let arrival = item.arrival.unwrap();
    assert_eq!(arrival.median.year(), Some(2026));
    let do_nothing = item.do_nothing.unwrap();
    assert!(do_nothing.worse <= do_nothing.median && do_nothing.median <= do_nothing.better);
    assert!(do_nothing.better < 100.0 && item.probability.unwrap() > 0.9);
    assert_eq!(
        made.said(&item),
        "At the 2015–2020 pace: 2026 (2025–2026). Needed: +1 a year. Best peer over 5 years: +3 (Ulsan)."
    );
}

#[test]
fn what_is_asked_goes_before_what_the_package_says() {
    let made = made(CLEAN, AIR);
    let ask = Ask { grade: Some(1), ..Ask::default() };
    let item = made.item("Sendai", "air", &ask);
    assert_eq!((item.target.unwrap().year, item.needed), (Some(2035), Ok(2.0)));
    let sooner = made.item("Sendai", "air", &Ask { by: Some(2023), ..ask });
    assert_eq!((sooner.target.unwrap().year, sooner.needed), (Some(2023), Ok(10.0)));
    assert_eq!(sooner.beyond_any_peer(), Some(true));
    let past = made.item("Sendai", "air", &Ask { by: Some(2020), ..ask });
    assert_eq!((past.needed, past.rating), (Err(Refused::TargetYearPast), Err(Refused::TargetYearPast)));
    let short = made.item("Sendai", "air", &Ask { window: Some(2), ..Ask::default() });
    assert_eq!(short.trend, Err(Refused::TooShort { found: 3, needed: 4 }));
    assert!(made.said(&short).starts_with("Too short (3 of 4 figures). Needed: +1 a year."));
    // The preset of the package is that of Statistics Canada where none is named.
    let tracker = made.tracker();
    assert_eq!(tracker.preset(&Ask::default()).map(|p| p.id), Some("statcan"));
    assert_eq!(item.rating.unwrap().class, 1);
    let arrows = made.item("Ulsan", "air", &Ask { preset: presets::find("sdsn"), ..ask });
    // From 50 in 2015 to 80 in 2035 1.5 a year are needed.
    assert_eq!(arrows.rating.map(|r| (r.class, r.measure)), Ok((0, Some(2.0))));
}

#[test]
fn a_level_that_is_reached_has_a_margin() {
    let rows = "A x 2016 70\nA x 2017 66\nA x 2018 69\nA x 2019 71\nA x 2020 72\nB x 2020 61";
    let made = made(&CLEAN.replace("air", "x"), rows);
    let item = made.item("A", "x", &Ask { grade: Some(0), ..Ask::default() });
    assert!(item.reached());
    let margin = item.margin.unwrap();
    assert_eq!((margin.units, margin.years), (12.into(), Some(3.0)));
    assert_eq!(item.gap.map(|g| (g.units, g.points)), Some((0.into(), Some(0.into()))));
    assert_eq!((item.needed, item.probability), (Ok(0.0), None));
    assert_eq!(
        made.said(&item),
        "Reached, with 12 to spare: 3 years at its worst pace, −4 a year in 2016–2017."
    );
    let zh = sentence(&item, |_| Text::default());
    assert_eq!(zh.get(Lang::Zh), "已达标，余量12：按自身最差速度（2016–2017年每年−4）可维持3年。");
    let steady = made.item("B", "x", &Ask { grade: Some(0), ..Ask::default() });
    assert_eq!(made.said(&steady), "Reached, with 1 to spare.");
    // Without an own trend the next grade is far, and it is said why.
    let next = made.item("B", "x", &Ask::default());
    assert_eq!(next.observed, Err(Refused::TooShort { found: 1, needed: 2 }));
}

#[test]
fn breaks_forecasts_and_derived_figures() {
    let text = "[policy]
periods = { use = 'latest' }
[[measure]]
id = 'total'
[[measure]]
id = 'people'
[[indicator]]
id = 'per-head'
name = 'Per head'
formula = 'total / people'
kind = 'positive'
ladder = { primary = 32, advanced = 64 }
";
    let mut rows = String::new();
    for (year, total) in (2014..2021).zip([99, 80, 2, 4, 8, 16, 500]) {
        let status = match year {
            2016 => "break",
            2020 => "forecast",
            _ => "final",
        };
        rows.push_str(&format!("A total {year} {total} {status}\nA people {year} 2\n"));
    }
    let made = made(text, &rows);
    // The forecast is what counts now by the rule of the package; it is no observation to see a pace in.
    let item = made.item("A", "per-head", &Ask::default());
    assert_eq!(item.history.now.as_ref().map(|now| now.status), Some(Status::Forecast));
    let times: Vec<f64> = item.history.series.points().iter().map(|p| p.time).collect();
    assert_eq!(times, [2016.0, 2017.0, 2018.0, 2019.0]);
    assert_eq!((item.history.left_out, item.history.broken), (1, Some(Period::year(2016))));
    assert_eq!(item.trend.as_ref().map(|t| t.model.word()), Ok("log"));
}

#[test]
fn levels_and_missing_figures_and_open_ladders() {
    let text = "[[scale]]
id = 'steps'
levels = ['none', 'some', 'all']
[[indicator]]
id = 'title'
name = 'Title'
scale = 'steps'
ladder = { primary = 'some', advanced = 'all' }
[[indicator]]
id = 'open'
name = 'Open'
[[indicator]]
id = 'gone'
name = 'Gone'
ladder = { primary = 1, advanced = 2 }
";
    let made = made(text, "A title 2020 none\nA open 2019 5\nA open 2020 6\nB gone 2020 7");
    let title = made.item("A", "title", &Ask::default());
    assert_eq!(title.gap.map(|g| (g.units, g.percent)), Some((1.into(), None)));
    assert_eq!((title.needed, made.said(&title).as_str()), (Err(Refused::Levels), "Levels have no pace."));
    let open = made.item("A", "open", &Ask::default());
    assert_eq!((open.target, open.needed, open.observed), (None, Err(Refused::NoTarget), Ok(1.0)));
    // Without a target growth is rated: 20 % a year.
    assert_eq!(open.rating.map(|r| (r.class, r.by)), Ok((1, 1)));
    assert_eq!(made.said(&open), "No threshold. Observed: +1 a year in 2019–2020.");
    let gone = made.item("A", "gone", &Ask::default());
    assert_eq!((gone.needed, made.said(&gone).as_str()), (Err(Refused::NoValue), "No figure."));
    assert_eq!(gone.rating, Err(Refused::NoValue));
}

#[test]
fn a_range_has_two_sides() {
    let text = "[policy]
periods = { use = 'latest' }
[[indicator]]
id = 'ratio'
name = 'Ratio'
ladder = { primary = { from = 40, to = 60 } }
";
    let series = |unit: &str, values: [i32; 5]| {
        (2016..2021).zip(values).map(|(year, x)| format!("{unit} ratio {year} {x}\n")).collect::<String>()
    };
    let rows = series("A", [20, 22, 24, 26, 28])
        + &series("B", [72, 71, 70, 69, 68])
        + &series("C", [50, 52, 54, 53, 57]);
    let made = made(text, &rows);
    let found = |unit| {
        let item = made.item(unit, "ratio", &Ask::default());
        (item.gap.map(|g| g.units.to_string()), item.observed.map(|pace| item.change(pace)), made.said(&item))
    };
    let below = found("A");
    assert_eq!((below.0.as_deref(), below.1), (Some("12"), Ok(2.0)));
    assert!(below.2.starts_with("At the 2016–2020 pace: 2026. Needed: +1.2 a year."), "{}", below.2);
    let above = found("B");
    assert_eq!((above.0.as_deref(), above.1), (Some("8"), Ok(-1.0)));
    assert!(above.2.starts_with("At the 2016–2020 pace: 2028. Needed: −0.8 a year."), "{}", above.2);
    assert_eq!(
        found("C").2,
        "Reached, with 3 to spare: 0.75 years at its worst pace, +4 a year in 2019–2020."
    );
}

#[test]
fn similar_units_and_groups() {
    let text = "[defaults]
normalize = 'min-max'
[[group]]
id = 'g'
name = 'G'
[[indicator]]
id = 'a'
parent = 'g'
name = 'A'
ladder = { primary = 10, advanced = 20 }
[[indicator]]
id = 'b'
parent = 'g'
name = 'B'
ladder = { primary = 10, advanced = 20 }
";
    let rows = "
        U a 2020 1
        U b 2020 1
        V a 2020 2
        V b 2020 1
        V a 2019 1
        W a 2020 9
        W b 2020 9
        X a 2020 1.5";
    let made = made(text, rows);
    let tracker = made.tracker();
    let peers: Vec<(&str, usize, (usize, usize))> = tracker
        .peers(0)
        .iter()
        .map(|peer| (made.evaluation.units[peer.unit].as_str(), peer.shared, peer.improving))
        .collect();
    // X shares one indicator, which is too few.
    assert_eq!(peers, [("V", 2, (1, 1)), ("W", 2, (0, 0))]);
    let color = presets::find("sdsn-color").unwrap();
    let ask = Ask { preset: Some(color), ..Ask::default() };
    let sums = tracker.sum_up(color, &tracker.items(2, &ask), &ask);
    assert_eq!(sums.iter().map(|s| (s.1, s.2, s.3)).collect::<Vec<_>>(), [(Some(3), 2, 2), (Some(3), 2, 2)]);
}

#[test]
fn a_preset_that_is_not_there() {
    let text = "[policy]\nprogress = { preset = 'statscan' }\n[[indicator]]\nid = 'a'\nname = 'A'\n";
    let (package, _) = decode::decode("package.toml", &format!("{HEAD}{text}"));
    let found = declarations(&package.unwrap());
    let found: Vec<_> = found.iter().collect();
    assert_eq!(
        (found[0].kind.id, found[0].help.as_deref()),
        ("unknown-method", Some("did you mean `statcan`?"))
    );
}
