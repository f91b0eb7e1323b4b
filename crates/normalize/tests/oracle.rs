//! Scores that other programs computed: the R package COINr 1.1.14 on the ASEM data, cell by cell and in both arithmetics,
//! and a published City Prosperity Index.
//!
//! COINr multiplies an indicator by its direction first; here the direction belongs to the method, so fixed numbers of
//! `scaled` change sign and side where less is better. What differs on purpose is asserted as it is here.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads tables from outside the repository")]

use gradus_method::{Arg, Args, Column, Direction, Outcome};
use gradus_model::number::{Decimal, Scalar, parse_decimal};
use gradus_normalize::{normalizers, transforms};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Relative to the larger of 1 and the expected number.
const TOLERANCE: f64 = 1e-10;

#[test]
fn scores_agree_with_coinr() {
    let Some(folder) = folder() else {
        println!("skipped: scores of COINr; ../shared is not there");
        return;
    };
    let oracle = Oracle::read(&folder.join("oracle/asem"));
    let mut cases = 0;
    let mut run = |name: &str, input: &str, make: &dyn Fn(&Indicator) -> (&'static str, Args)| {
        oracle.run(name, input, make);
        cases += 1;
    };
    const TREATED: &str = "40_treat_default_data";

    run("60_norm_minmax_0_100", TREATED, &|_| ("min-max", Args::new()));
    run("60_norm_minmax_1_100", TREATED, &|_| ("min-max", Args::new().with("to", pair(1, 100))));
    run("60_norm_minmax_1_100_missing", "10_denominate_default", &|_| {
        ("min-max", Args::new().with("to", pair(1, 100)))
    });
    run("60_norm_zscore_0_1", TREATED, &|_| ("z-score", Args::new()));
    run("60_norm_zscore_10_2", TREATED, &|_| {
        ("z-score", Args::new().number_of("mean", 10).number_of("sd", 2))
    });
    run("60_norm_scaled_0_100", TREATED, &|i| ("scaled", scaled(i, 0, 100, 100)));
    run("60_norm_scaled_10_50_x10", TREATED, &|i| ("scaled", scaled(i, 10, 50, 10)));
    run("60_norm_rank_min", TREATED, &|_| ("rank", Args::new()));
    run("60_norm_borda_min", TREATED, &|_| ("rank", Args::new().number_of("first", 0)));
    run("60_norm_borda_max", TREATED, &|_| {
        ("rank", Args::new().number_of("first", 0).with("ties", text("maximum")))
    });
    let range = || Args::new().with("form", text("range")).number_of("factor", 1);
    run("60_norm_dist2max", TREATED, &|_| ("distance-to-reference", range()));
    run("60_norm_dist2ref_SGP_capped", TREATED, &|_| {
        ("distance-to-reference", range().with("unit", text("SGP")).with("clamp", text("upper")))
    });
    for (name, input, posts) in
        [("60_norm_dist2targ_raw", "00_input_data", false), ("60_norm_dist2targ_treated", TREATED, true)]
    {
        for (suffix, clamp) in [("", "none"), ("_capped", "upper")] {
            run(&format!("{name}{suffix}"), input, &|i| {
                let target = if posts { i.posts[2] } else { i.target };
                // COINr measures from the worst value of the data.
                let (zero, worst) = match i.direction {
                    Direction::Higher => ("floor", i.extent.0),
                    Direction::Lower => ("ceiling", i.extent.1),
                };
                let args = Args::new().number_of("target", target).number_of(zero, worst);
                ("distance-to-target", args.with("clamp", text(clamp)).with("to", pair(0, 1)))
            });
        }
    }
    run("60_norm_goalposts_1_notrunc", TREATED, &|i| {
        let args = Args::new().number_of("lower", i.posts[0]).number_of("upper", i.posts[1]);
        ("goalposts", args.with("clamp", text("none")).with("to", pair(0, 1)))
    });
    run("60_norm_individual", TREATED, &|i| match i.code {
        "LPI" => ("rank", Args::new().number_of("first", 0)),
        "Flights" => ("z-score", Args::new().number_of("mean", 10).number_of("sd", 2)),
        "CO2" => ("percentile-rank", Args::new().with("to", pair(0, 1))),
        _ => ("min-max", Args::new()),
    });
    run("60_norm_none", TREATED, &|_| ("identity", Args::new()));
    println!("{cases} cases agree with COINr");
}

/// Small matrices normalized by numpy and checked against pymcdm, pyrepo-mcda and scipy.
#[test]
fn scores_agree_with_multi_criteria_libraries() {
    let Some(folder) = folder() else {
        println!("skipped: normalizations of multi-criteria libraries; ../shared is not there");
        return;
    };
    let cases = Case::read(&folder.join("oracle/mcdm/normalisation.json"));
    let one = || Args::new().with("to", pair(0, 1));
    let part = || Args::new().number_of("factor", 1);
    let mean = || Args::new().with("ties", text("mean"));
    for case in &cases {
        case.check("min_max", "min-max", |_, direction| (one(), direction));
        case.check("z_score_sample", "z-score", |_, direction| (Args::new(), direction));
        case.check("z_score_population", "z-score", |_, direction| {
            (Args::new().with("divisor", text("population")), direction)
        });
        // Their rank 1 is the best and ours the worst, so theirs is the rank in the opposite direction.
        case.check("rank_best_is_1", "rank", |_, direction| match direction {
            Direction::Higher => (mean(), Direction::Lower),
            Direction::Lower => (mean(), Direction::Higher),
        });
        case.check("percentile_rank", "percentile-rank", |_, direction| {
            (mean().with("to", pair(0, 1)), direction)
        });
        case.check("share_of_best", "distance-to-reference", |_, direction| (part(), direction));
        // These two take no notice of the direction.
        case.check("vector_benefit", "vector", |_, _| (part(), Direction::Higher));
        case.check("sum_benefit", "share-of-sum", |_, _| (part(), Direction::Higher));
    }
    assert_eq!(cases.len(), 2);
    println!("{} matrices agree with multi-criteria libraries in 8 normalizations", cases.len());
}

/// Standardization of the Mazziotta-Pareto index, and the goalposts of its adjusted form.
#[test]
fn scores_agree_with_the_mazziotta_pareto_index() {
    let Some(folder) = folder() else {
        println!("skipped: standardization of the Mazziotta-Pareto index; ../shared is not there");
        return;
    };
    let cases = Case::read(&folder.join("oracle/mcdm/mpi.json"));
    let (mut standardized, mut adjusted) = (0, 0);
    for case in &cases {
        if case.expected.get("z").is_some() {
            case.check("z", "z-score", |_, direction| {
                let args = Args::new().number_of("mean", 100).number_of("sd", 10);
                (args.with("divisor", text("population")), direction)
            });
            standardized += 1;
        } else {
            let references: Vec<Decimal> = numbers(&case.input["reference_value"]);
            case.check("r", "centered-min-max", |column, direction| {
                (Args::new().number_of("reference", references[column]), direction)
            });
            adjusted += 1;
        }
    }
    assert!(standardized > 0 && adjusted > 0, "no case ran");
    println!(
        "{standardized} standardizations and {adjusted} adjusted ones agree with the Mazziotta-Pareto index"
    );
}

/// A matrix with what is expected of it, read from JSON.
struct Case {
    id: String,
    input: Value,
    expected: Value,
}

impl Case {
    fn read(path: &Path) -> Vec<Self> {
        let file =
            std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let file: Value = serde_json::from_str(&file).unwrap();
        let case = |case: &Value| Self {
            id: case["id"].as_str().unwrap().to_owned(),
            input: case["input"].clone(),
            expected: case["expected"].clone(),
        };
        file["cases"].as_array().unwrap().iter().map(case).collect()
    }

    /// Every column in both arithmetics, with what `make` says of arguments and direction.
    fn check(&self, key: &str, id: &str, make: impl Fn(usize, Direction) -> (Args, Direction)) {
        let directions = numbers(&self.input["direction"]);
        let matrix: Vec<Vec<Decimal>> =
            self.input["matrix"].as_array().unwrap().iter().map(numbers).collect();
        let expected: Vec<Vec<Decimal>> =
            self.expected[key].as_array().unwrap().iter().map(numbers).collect();
        assert_eq!((matrix.len(), matrix[0].len()), (expected.len(), expected[0].len()), "{key}");
        for (column, direction) in directions.iter().enumerate() {
            let higher = *direction > Decimal::ZERO;
            let (args, direction) = make(column, if higher { Direction::Higher } else { Direction::Lower });
            let method = normalizers().find(id).unwrap().make(&args).unwrap();
            let values: Vec<Decimal> = matrix.iter().map(|row| row[column]).collect();
            let (mut exact, mut binary) = (Column::missing(0), Column::missing(0));
            let doubles = Column::of(values.iter().map(|x| x.to_f64()).collect());
            let decimals = Column::of(values);
            Decimal::pick(&method).fit(&decimals, direction).unwrap().score(&decimals, &mut exact).unwrap();
            f64::pick(&method).fit(&doubles, direction).unwrap().score(&doubles, &mut binary).unwrap();
            for (row, want) in expected.iter().enumerate() {
                let want = want[column].to_f64();
                for y in [exact.get(row).unwrap().to_f64(), binary.get(row).unwrap()] {
                    let near = (y - want).abs() <= TOLERANCE * want.abs().max(1.0);
                    assert!(near, "{} {key}, column {column}, row {row}: {y}, not {want}", self.id);
                }
            }
        }
    }
}

/// A JSON array of numbers, read as decimals.
fn numbers(array: &Value) -> Vec<Decimal> {
    array.as_array().unwrap().iter().map(|x| parse_decimal(&x.to_string()).unwrap()).collect()
}

/// The rules of the City Prosperity Index, on the figures of a municipality (Queretaro) that published its scores:
/// transforms with goalposts, and the three sides of a target.
#[test]
fn scores_agree_with_the_city_prosperity_index() {
    let Some(folder) = folder() else {
        println!("skipped: scores of the City Prosperity Index; ../shared is not there");
        return;
    };
    let rules = Table::read(&folder.join("facts"), "cpi2016_indicators");
    let figures = Table::read(&folder.join("facts"), "cpi_example_queretaro_indicators");
    let mut cases = 0;
    for (row, id) in figures.rows.iter().enumerate() {
        let Some(at) = rules.rows.iter().position(|rule| rule == id) else { continue };
        let rule = |column: &str| rules.cells(column)[at].as_str();
        let cell = |column: &str| figures.cells(column)[row].as_str();
        // Left out: indicators without a published score, and bounds that are formulas of other figures.
        let target = parse_decimal(rule("target")).ok();
        let fixed = match rule("normalisation") {
            "identity" => true,
            "minmax" => ["min", "max"].iter().all(|bound| parse_decimal(rule(bound)).is_ok()),
            _ => target.is_some(),
        };
        if cell("score").is_empty() || !fixed {
            continue;
        }
        let number = |text: &str| parse_decimal(text).unwrap();
        let transform = |x: Decimal| -> Decimal {
            let args = match rule("transform") {
                "power" => Args::new().number_of("exponent", number(rule("exponent"))),
                _ => Args::new(),
            };
            match rule("transform") {
                "identity" => x,
                id => Decimal::pick(&transforms().find(id).unwrap().make(&args).unwrap()).apply(x).unwrap(),
            }
        };
        let (id, args) = match rule("normalisation") {
            "identity" => ("identity", Args::new().with("within", pair(0, 100))),
            "minmax" => {
                let posts = ["min", "max"].map(|bound| transform(number(rule(bound))));
                ("goalposts", Args::new().number_of("lower", posts[0]).number_of("upper", posts[1]))
            }
            "target_single" => (
                "distance-to-target",
                Args::new().number_of("target", target.unwrap()).with("side", text("exactly")),
            ),
            _ => ("distance-to-target", Args::new().number_of("target", target.unwrap())),
        };
        let direction = if rule("direction") == "lower" { Direction::Lower } else { Direction::Higher };
        // Doubles are printed with up to 17 digits, and amounts of money are divided by an exchange rate.
        let value = number(cell("value")).checked_div(number(cell("divisor"))).map(transform);
        let value = Column::from_options([value]);
        let mut out = Column::missing(0);
        let method = normalizers().find(id).unwrap().make(&args).unwrap();
        Decimal::pick(&method).fit(&value, direction).unwrap().score(&value, &mut out).unwrap();
        let (y, want) = (out.get(0).unwrap().to_f64(), cell("score").parse::<f64>().unwrap());
        let place = format!("{} in {}", cell("name"), cell("year"));
        assert!((y - want).abs() <= TOLERANCE * want.abs().max(1.0), "{place}: {y}, not {want}");
        cases += 1;
    }
    assert!(cases > 0, "no case ran");
    println!("{cases} scores agree with the City Prosperity Index");
}

/// What a case may need of an indicator.
struct Indicator<'a> {
    code: &'a str,
    direction: Direction,
    target: Decimal,
    /// Lower and upper goalpost, and target.
    posts: [Decimal; 3],
    /// Smallest and largest value of the input.
    extent: (Decimal, Decimal),
}

/// COINr scales −x between the numbers where less is better; here that is x between the numbers with the other sign.
fn scaled(indicator: &Indicator, lower: i64, upper: i64, factor: i64) -> Args {
    let (lower, upper) = match indicator.direction {
        Direction::Higher => (lower, upper),
        Direction::Lower => (-upper, -lower),
    };
    Args::new().number_of("lower", lower).number_of("upper", upper).number_of("factor", factor)
}

fn pair(low: i64, high: i64) -> Arg {
    Arg::List(vec![Arg::Number(low.into()), Arg::Number(high.into())])
}

fn text(word: &str) -> Arg {
    Arg::Text(word.to_owned())
}

struct Oracle {
    folder: PathBuf,
    meta: Table,
    posts: Table,
}

impl Oracle {
    fn read(folder: &Path) -> Self {
        // Looked up by code below.
        let meta = Table::read(folder, "00_input_meta");
        let posts = Table::read(folder, "60_input_goalposts_targets");
        Self { folder: folder.to_owned(), meta, posts }
    }

    fn run(&self, name: &str, input: &str, make: &dyn Fn(&Indicator) -> (&'static str, Args)) {
        let input = Table::read(&self.folder, input);
        let expected = Table::read(&self.folder, name);
        assert_eq!(input.rows, expected.rows, "{name}");
        assert_eq!(self.posts.rows.len(), 49);
        for (at, code) in self.posts.rows.iter().enumerate() {
            let values = input.texts(code);
            let number =
                |table: &Table, column: &str, row: usize| parse_decimal(&table.cells(column)[row]).unwrap();
            let in_meta = self.meta.cells("iCode").iter().position(|c| c == code).unwrap();
            let present: Vec<Decimal> = values.iter().flatten().map(|v| parse_decimal(v).unwrap()).collect();
            let indicator = Indicator {
                code,
                direction: match self.posts.cells("Direction")[at].as_str() {
                    "1" => Direction::Higher,
                    _ => Direction::Lower,
                },
                target: number(&self.meta, "Target", in_meta),
                posts: ["goalpost_lower", "goalpost_upper", "target"].map(|c| number(&self.posts, c, at)),
                extent: (*present.iter().min().unwrap(), *present.iter().max().unwrap()),
            };
            let want = expected.cells(code);
            let (id, args) = make(&indicator);
            let exact = score::<Decimal>(id, &args, &indicator, &values, &input.rows);
            let binary = score::<f64>(id, &args, &indicator, &values, &input.rows);
            match (exact, binary) {
                (Ok(exact), Ok(binary)) => {
                    for (row, want) in want.iter().enumerate() {
                        let place = format!("{name} {code} {}", input.rows[row]);
                        let (exact, binary) = (exact.get(row).map(Scalar::to_f64), binary.get(row));
                        if want.is_empty() {
                            assert_eq!((exact, binary), (None, None), "{place}");
                            continue;
                        }
                        let want: f64 = want.parse().unwrap();
                        for y in [exact, binary] {
                            let y = y.unwrap_or_else(|| panic!("{place}: no score"));
                            assert!(
                                (y - want).abs() <= TOLERANCE * want.abs().max(1.0),
                                "{place}: {y}, not {want}"
                            );
                        }
                    }
                }
                (Err(exact), Err(binary)) => {
                    // Differences on purpose: a reference that is the worst value gives NaN there and a fault here;
                    // values as they are, where less is better, are negative there and refused here.
                    assert_eq!(exact.kind.id, binary.kind.id, "{name} {code}");
                    match exact.kind.id {
                        "zero-range" => assert!(want.iter().any(|cell| cell == "NaN"), "{name} {code}"),
                        "invalid-parameter" => {
                            assert_eq!(
                                (name, indicator.direction),
                                ("60_norm_none", Direction::Lower),
                                "{code}"
                            );
                        }
                        _ => panic!("{name} {code}: {exact}"),
                    }
                }
                (exact, binary) => panic!("{name} {code}: {exact:?} against {binary:?}"),
            }
        }
    }
}

fn score<S: Scalar>(
    id: &str,
    args: &Args,
    indicator: &Indicator,
    values: &[Option<&str>],
    units: &[String],
) -> Outcome<Column<S>> {
    let method = normalizers().find(id)?.make(args)?;
    let method = S::pick(&method);
    let values = values.iter().map(|v| v.map(|v| S::from_decimal(parse_decimal(v).unwrap())));
    let values = Column::from_options(values);
    let scale = match method.unit() {
        None => method.fit(&values, indicator.direction)?,
        Some(unit) => {
            let row = units.iter().position(|code| code == unit).unwrap();
            method.fit_to_unit(&values, values.get(row).unwrap(), indicator.direction)?
        }
    };
    let mut out = Column::missing(0);
    scale.score(&values, &mut out)?;
    Ok(out)
}

/// Where tables of other programs lie, when they are there: beside the repository, or where GRADUS_SHARED says.
fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var("GRADUS_SHARED").map_or_else(|_| beside(), PathBuf::from);
    shared.is_dir().then_some(shared)
}

/// A table by column: the column `uCode`, or else the first, names the rows.
struct Table {
    rows: Vec<String>,
    columns: BTreeMap<String, Vec<String>>,
}

impl Table {
    fn read(folder: &Path, name: &str) -> Self {
        let path = folder.join(format!("{name}.csv"));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut lines = text.lines().map(fields);
        let header = lines.next().unwrap();
        let cells: Vec<Vec<String>> = lines.collect();
        assert!(!cells.is_empty() && cells.iter().all(|row| row.len() == header.len()), "{name}");
        let column = |at: usize| cells.iter().map(|row| row[at].clone()).collect();
        Self {
            rows: column(header.iter().position(|name| name == "uCode").unwrap_or(0)),
            columns: header.iter().enumerate().map(|(at, name)| (name.clone(), column(at))).collect(),
        }
    }
    fn cells(&self, column: &str) -> &[String] {
        self.columns.get(column).unwrap_or_else(|| panic!("no column {column}"))
    }
    /// Numbers as text; `None` where the cell is empty.
    fn texts(&self, column: &str) -> Vec<Option<&str>> {
        self.cells(column).iter().map(|cell| (!cell.is_empty()).then_some(cell.as_str())).collect()
    }
}

/// The fields of a CSV line; a quoted field may hold commas.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => fields.last_mut().unwrap().push(c),
        }
    }
    fields
}
