//! Analysis, imputation, comparison, conversion and weight sets, as a process.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests prepare and read files, and stop where they fail"
)]

mod support;

use serde_json::Value;
use support::{Case, parts};
use unicode_width::UnicodeWidthStr;

fn ok(case: &Case, arguments: &str) -> String {
    let (out, err, code) = case.output(arguments);
    assert_eq!(code, 0, "{arguments}: {err}");
    out
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

fn near(value: &Value, expected: f64) {
    let found = value.as_f64().unwrap_or_else(|| panic!("{value} where {expected} is expected"));
    assert!((found - expected).abs() < 1e-9, "{found} where {expected} is expected");
}

fn row<'a>(table: &'a Value, key: &str, wanted: &str) -> &'a Value {
    table
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row[key] == wanted)
        .unwrap_or_else(|| panic!("{wanted}: {table}"))
}

/// Six cities, three indicators in two groups, two years; one unit is screened out, two cells are filled.
fn index() -> Case {
    let case = Case::empty();
    case.write("index/package.toml", PACKAGE);
    case.write("index/data.csv", DATA);
    case
}

const PACKAGE: &str = r#"
format = 1
index = { id = "livable", name = { en = "Livable city", zh = "宜居城市" } }
data = [{ file = "data.csv", layout = "wide" }]
defaults = { normalize = "min-max", aggregate = "arithmetic" }
policy = { weights = "own" }
group = [{ id = "air", name = "Air" }, { id = "transport", name = "Transport" }]
indicator = [
  { id = "pm25", name = "PM2.5", parent = "air", direction = "lower" },
  { id = "no2", name = "NO2", parent = "air", direction = "lower" },
  { id = "metro", name = "Metro lines", parent = "transport" },
]
step = [
  { id = "enough", screen = { units = { min-available = 0.5 } } },
  { id = "fill", impute = "mean", only = ["pm25", "no2"] },
]
[[weight-set]]
id = "own"
weights = { air = 1, transport = 1 }
[[weight-set]]
id = "experts"
name = "Experts"
weights = { air = 3, transport = 1 }
"#;

const DATA: &str = "unit,period,pm25,no2,metro
a,2020,10,20,1
b,2020,20,42,2
c,2020,30,58,3
d,2020,,80,4
e,2020,50,,5
f,2020,,,9
a,2021,11,22,2
b,2021,21,40,4
c,2021,31,60,6
d,2021,40,81,8
e,2021,52,99,10
f,2021,60,121,12
";

#[test]
fn statistics_and_availability_count_what_is_there() {
    let case = index();
    let found = json(&ok(&case, "analyze index statistics --period 2020 --format json"));
    assert_eq!((&found["stage"], &found["period"]), (&Value::Null, &Value::from("2020")));
    let pm25 = row(&found["statistics"], "indicator", "pm25");
    assert_eq!((pm25["n"].as_u64(), pm25["missing"].as_u64()), (Some(4), Some(2)));
    near(&pm25["mean"], 27.5);
    near(&pm25["median"], 25.0);
    // The deviation of 10, 20, 30, 50 by n - 1.
    near(&pm25["standard_deviation"], (875.0_f64 / 3.0).sqrt());
    // At the step the screened unit is gone and the cell is filled.
    let filled = json(&ok(&case, "analyze index statistics --stage fill --period 2020 --format json"));
    let pm25 = row(&filled["statistics"], "indicator", "pm25");
    assert_eq!((pm25["n"].as_u64(), pm25["missing"].as_u64()), (Some(5), Some(1)));
    let found = json(&ok(&case, "analyze index availability --period 2020 --format json"));
    near(&row(&found["by_unit"], "unit", "f")["availability"], 1.0 / 3.0);
    near(&row(&found["by_indicator"], "indicator", "metro")["availability"], 1.0);
    assert_eq!(found["by_group"].as_array().unwrap().len(), 6);
}

#[test]
fn correlations_say_what_they_rest_on() {
    let case = index();
    let found = json(&ok(&case, "analyze index correlation --stage raw --period 2021 --format json"));
    let pair = row(&found["correlation"], "within", "air");
    assert_eq!((pair["n"].as_u64(), pair["significant"].as_str()), (Some(6), Some("yes")));
    assert!(pair["coefficient"].as_f64() > Some(0.99) && pair["p_value"].as_f64() < Some(0.001));
    // The critical value of six units: t = 2.7764 with four degrees of freedom.
    near(&pair["critical_value"], 0.811_401_351_991_797_5);
    // What is good in one goes with what is bad in the other: the signs are turned.
    let with = "analyze index correlation --with metro --stage raw --period 2021 --node pm25 --format json";
    let found = json(&ok(&case, with));
    assert!(found["correlation"][0]["coefficient"].as_f64() < Some(-0.99), "{found}");
    let spearman = json(&ok(&case, &with.replace("--node", "--coefficient spearman --node")));
    near(&spearman["correlation"][0]["coefficient"], -1.0);
    // Three pairs at one level; Bonferroni is three times the p value.
    let all =
        "analyze index correlation --level 2 --stage raw --period 2021 --adjust bonferroni --format json";
    let found = json(&ok(&case, all));
    let pairs = found["correlation"].as_array().unwrap();
    assert_eq!(pairs.len(), 3);
    for pair in pairs {
        let p = pair["p_value"].as_f64().unwrap();
        near(&pair["adjusted_p_value"], (3.0 * p).min(1.0));
    }
}

#[test]
fn weights_are_those_in_force() {
    let case = index();
    let found = json(&ok(&case, "analyze index weights --format json"));
    near(&row(&found["weights"], "node", "air")["weight"], 0.5);
    near(&row(&found["weights"], "node", "pm25")["in_the_index"], 0.25);
    near(&row(&found["weights"], "node", "livable")["in_the_index"], 1.0);
    let importance = json(&ok(&case, "analyze index importance --format json"));
    let parts = importance["importance"].as_array().unwrap();
    let sum: f64 =
        parts.iter().filter(|p| p["group"] == "livable").filter_map(|p| p["linear_share"].as_f64()).sum();
    assert!((sum - 1.0).abs() < 1e-9, "{importance}");
}

#[test]
fn every_analysis_runs_in_every_format_and_fits_the_terminal() {
    let case = index();
    let analyses = "statistics availability correlation components factors consistency weights importance outranking clusters \
                    profile trends";
    for what in analyses.split_whitespace() {
        for target in ["index", "hdi"] {
            let unit = match (target, what) {
                ("hdi", "trends") => continue,
                ("hdi", _) => "NOR",
                _ => "a",
            };
            let arguments = format!("analyze {target} {what} --unit {unit}");
            let output = case.gradus(&arguments).env("COLUMNS", "80").output().unwrap();
            let (out, err, code) = parts(&output);
            assert_eq!(code, 0, "{arguments}: {err}");
            for line in out.lines() {
                assert!(line.width() <= 80, "{arguments}: {line}");
            }
            let found = json(&ok(&case, &format!("{arguments} --format json")));
            assert!(found.as_object().unwrap().values().any(|v| v.as_array().is_some_and(|a| !a.is_empty())));
            let csv = ok(&case, &format!("{arguments} --format csv"));
            let commas = |line: &str| line.matches(',').count();
            let first = commas(csv.lines().next().unwrap());
            assert!(csv.lines().count() > 1 && csv.lines().all(|line| commas(line) >= first), "{csv}");
        }
    }
    for target in ["index", "hdi", "regional-center"] {
        let output = case.gradus(&format!("analyze {target}")).env("COLUMNS", "80").output().unwrap();
        let (out, _, code) = parts(&output);
        assert_eq!(code, 0);
        assert!(out.contains("What deserves a look") && out.contains("skewness"), "{out}");
        assert!(out.lines().all(|line| line.width() <= 80), "{out}");
    }
}

#[test]
fn an_overview_points_at_what_is_odd() {
    let case = index();
    let found = json(&ok(&case, "analyze index --period 2020 --format json"));
    // Two of six figures of pm25 and no2 are missing, which is a third and not more.
    assert!(!found["look"].to_string().contains("many missing"), "{found}");
    assert!(found["look"].to_string().contains("against each other"), "{found}");
    case.write("index/data.csv", &DATA.replace("e,2020,50,,5", "e,2020,,,5").replace(",1\n", ",7\n"));
    let found = json(&ok(&case, "analyze index --period 2020 --format json"));
    let look = row(&found["look"], "what", "many missing");
    assert_eq!(look["limit"], "missing > 1/3");
    near(&look["value"], 0.5);
}

#[test]
fn clusters_profiles_and_trends() {
    let case = index();
    let found = json(&ok(&case, "analyze index clusters --clusters 2 --format json"));
    let units = found["clusters"].as_array().unwrap();
    assert_eq!(units.len(), 6);
    assert_eq!(row(&found["clusters"], "unit", "a")["cluster"], "1");
    assert_eq!(row(&found["clusters"], "unit", "f")["cluster"], "2");
    let profile = ok(&case, "analyze index profile --unit a --count 1 --format csv");
    assert!(profile.contains("a,coinr,strength,pm25,98,1,6,PM2.5\n"), "{profile}");
    // The last in an indicator does not have it as a weakness by COINr's rule, and has by the other.
    assert!(
        !profile.contains("a,coinr,weakness,metro") && profile.contains("a,gii,weakness,metro"),
        "{profile}"
    );
    let trends = json(&ok(&case, "analyze index trends --node metro --stage raw --unit a --format json"));
    let a = &trends["trends"][0];
    assert_eq!((a["first_period"].as_f64(), a["n"].as_u64()), (Some(2020.0), Some(2)));
    near(&a["slope"], 1.0);
    near(&a["growth_rate"], 1.0);
}

#[test]
fn an_analysis_that_cannot_be_made_says_why() {
    let case = index();
    for (arguments, id, help) in [
        ("analyze hdi trends", "too-few-values", "panel"),
        ("analyze hdi profile", "unknown-unit", "--unit"),
        ("analyze index clusters --clusters 7", "too-few-values", "--clusters"),
        ("analyze index statistics --stage fil", "unknown-word", "did you mean `fill`?"),
        ("analyze index correlation --with nothing", "unknown-node", "use one of"),
        ("impute index --compare meen", "unknown-method", "did you mean `mean`?"),
        ("impute index --compare mean --folds 1", "invalid-parameter", "--folds"),
        ("impute index --compare group-mean --by region", "unknown-reference", "groups"),
        ("score index --weights expert", "unknown-reference", "did you mean `experts`?"),
        ("score hdi --weights experts", "unknown-reference", "--weights"),
        ("score index --format xlsx", "cannot-write", "--out"),
        ("compare index hdi", "too-few-values", "same codes"),
        ("convert index out", "invalid-parameter", "--to coinr"),
        ("convert index out --to package", "invalid-parameter", "--to"),
        ("convert nothing.csv out", "file-not-found", "path"),
        ("convert a.csv b.csv c.csv --from sdmx-csv", "invalid-parameter", "one path"),
    ] {
        let (out, err, code) = case.output(arguments);
        assert_eq!((out.as_str(), code), ("", 2), "{arguments}: {err}");
        assert!(err.contains(&format!("error[{id}]")) && err.contains(help), "{arguments}: {err}");
    }
    for arguments in [
        "analyze index statistcs",
        "analyze index correlation --with pm25 --level 1",
        "impute index --folds 5",
    ] {
        assert_eq!(case.output(arguments).2, 2, "{arguments}");
    }
}

#[test]
fn what_was_filled_is_listed() {
    let case = index();
    let csv = ok(&case, "impute index --format csv");
    // Means of all periods pooled, without the unit that is screened out in 2020.
    let pm25 = (10.0 + 20.0 + 30.0 + 50.0 + 11.0 + 21.0 + 31.0 + 40.0 + 52.0 + 60.0) / 10.0;
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.contains(&format!("fill,mean,pm25,d,2020,{pm25}\n")), "{csv}");
    assert!(csv.contains("fill,mean,no2,e,2020,"), "{csv}");
    let table = ok(&case, "impute index --node pm25");
    assert!(table.contains("1 cell filled in by mean") && !table.contains("no2"), "{table}");
    assert!(ok(&case, "impute hdi").contains("no step that imputes"));
}

#[test]
fn methods_are_compared_on_known_figures() {
    let case = index();
    let found = json(&ok(&case, "impute index --compare --node no2 --format json"));
    let methods = found["methods"].as_array().unwrap();
    assert!(methods.len() >= 15);
    // Both go along a line, so that one tells the other where it is hidden.
    let nrmse = |method| row(&found["methods"], "method", method)["nrmse"].as_f64().unwrap();
    assert!(nrmse("em") < 0.1 && nrmse("mean") > 0.8, "{} {}", nrmse("em"), nrmse("mean"));
    // What cannot run says why where its numbers would be.
    let fixed = row(&found["methods"], "method", "fixed-value");
    assert!(
        fixed["n"].is_null() && fixed["why_not"].as_str().is_some_and(|why| why.contains("value")),
        "{fixed}"
    );
    assert!(row(&found["methods"], "method", "group-mean")["why_not"].is_string());
    let no2 = found["indicators"].as_array().unwrap();
    assert!(no2.iter().all(|row| row["indicator"] == "no2") && no2.len() > 8);
    assert!(found["notes"]["methods"].to_string().contains("10 folds, seed 0"));
    // The seed deals the figures; the same seed deals them alike.
    let run =
        |seed: u32| ok(&case, &format!("impute index --compare mean --folds 3 --seed {seed} --format csv"));
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
    // The step's own parameters are used.
    let text = PACKAGE.replace("impute = \"mean\"", "impute = { method = \"fixed-value\", value = 5 }");
    case.write("index/package.toml", &text);
    let found = json(&ok(&case, "impute index --compare fixed-value --format json"));
    assert!(found["methods"][0]["n"].as_u64() > Some(15), "{found}");
    assert!(found["notes"].to_string().contains("package's step: fixed-value"));
    let table = ok(&case, "impute index --compare em group-mean");
    assert!(table.contains("group-mean cannot run: "), "{table}");
}

#[test]
fn another_weight_set_is_used_and_said() {
    let case = index();
    let said = "Weights: experts, not the package's own";
    let own = ok(&case, "score index --format csv --period 2021 --node livable --unit c");
    let (out, err, _) =
        case.output("score index --weights experts --format csv --period 2021 --node livable --unit c");
    assert!(out != own && err.contains(said), "{out}{err}");
    // air: (31 of 10 to 60, 60 of 20 to 121, both the lower the better); transport: 6 of 1 to 12.
    let air = f64::midpoint((60.0 - 31.0) / 50.0, (121.0 - 60.0) / 101.0) * 100.0;
    let transport = 5.0 / 11.0 * 100.0;
    let score: f64 = out.trim().rsplit(',').next().unwrap().parse().unwrap();
    assert!((score - (3.0 * air + transport) / 4.0).abs() < 1e-9, "{score}");
    for arguments in ["score index", "explain index --unit c", "explain index --unit c --format json"] {
        let out = ok(&case, &format!("{arguments} --weights experts"));
        assert!(out.contains(said) || json(&out)["weights"] == "experts", "{out}");
        assert!(!ok(&case, arguments).contains("not the package's own"));
    }
    ok(&case, "report index --weights experts --lang en,zh --format html,markdown,json --out pages");
    for page in ["pages/livable.html", "pages/livable.md", "pages/livable.json"] {
        let text = case.read(page).replace("&#x27;", "'").replace("&#39;", "'");
        assert!(text.contains("Weights: experts, not the package's own."), "{page}");
        assert!(text.contains("权重：experts"), "{page}");
    }
    // The set in force is no other.
    assert!(!ok(&case, "score index --weights own").contains("not the package's own"));
    let found = json(&ok(&case, "compare index index --weights-b experts --period 2021 --format json"));
    assert_eq!((&found["a"]["weights"], &found["b"]["weights"]), (&Value::Null, &Value::from("experts")));
    assert!(row(&found["definitions"], "item", "air")["b"] == "3", "{found}");
}

#[test]
fn two_packages_are_compared() {
    let case = index();
    let other = PACKAGE
        .replace("impute = \"mean\"", "impute = \"median\"")
        .replace(
            "id = \"metro\", name = \"Metro lines\", parent = \"transport\"",
            "id = \"metro\", name = \"Metro lines\", parent = \"transport\", normalize = \"rank\"",
        )
        .replace(
            "id = \"no2\", name = \"NO2\", parent = \"air\"",
            "id = \"no2\", name = \"NO2\", parent = \"air\", weight = 2",
        );
    case.write("other/package.toml", &other);
    case.write("other/data.csv", DATA);
    let found = json(&ok(&case, "compare index other --period 2020 --format json"));
    assert_eq!(found["units"].as_array().unwrap().len(), 5, "{found}");
    let changed = |item: &str, what: &str| {
        found["definitions"].as_array().unwrap().iter().any(|row| row["item"] == item && row["what"] == what)
    };
    assert!(
        changed("step fill", "step") && changed("metro", "normalize") && changed("no2", "weight"),
        "{found}"
    );
    assert_eq!(found["definitions"].as_array().unwrap().len(), 3, "{found}");
    let (a, b) = (&found["units"][0]["score_a"], &found["units"][0]["score_b"]);
    near(&found["units"][0]["difference"], b.as_f64().unwrap() - a.as_f64().unwrap());
    // The same, once from a file of results.
    ok(&case, "score index --out scores.csv");
    ok(&case, "score index --out scores.json");
    for file in ["scores.csv", "scores.json"] {
        let read = json(&ok(&case, &format!("compare {file} other --period 2020 --format json")));
        assert_eq!(read["units"], found["units"], "{file}");
        assert_eq!((&read["a"]["node"], &read["definitions"]), (&Value::from("livable"), &Value::Null));
    }
    let same = ok(&case, "compare scores.csv scores.json");
    assert!(same.contains("no unit changes its rank"), "{same}");
    // The last period is taken where none is named.
    assert!(same.contains("a: scores.csv, livable, 2021"), "{same}");
    case.write("bad.csv", "unit,livable\na,many\n");
    let (_, err, code) = case.output("compare bad.csv index");
    assert!(code == 2 && err.contains("`many` as the score of `a`"), "{err}");
    case.write("half.csv", "unit,livable\na\n");
    assert_eq!(case.output("compare half.csv index").2, 2);
    let output = case.gradus("compare index other").env("COLUMNS", "80").output().unwrap();
    assert!(parts(&output).0.lines().all(|line| line.width() <= 80));
}

#[test]
fn packages_go_out_and_come_back() {
    let case = index();
    // Of COINr's tables every figure comes back; the index is computed alike but for what the account says.
    let account = ok(&case, "convert index coinr --to coinr");
    assert!(account.contains("not converted: "), "{account}");
    ok(&case, "convert coinr/iMeta.csv coinr/iData.csv back");
    let raw = "--stage raw --node pm25,no2,metro --format csv";
    assert_eq!(ok(&case, &format!("score back {raw}")), ok(&case, &format!("score index {raw}")));
    for (format, file) in
        [("sdmx-csv", "sdmx-csv/figures.csv"), ("datapackage", "datapackage/datapackage.json")]
    {
        ok(&case, &format!("convert index {format} --to {format}"));
        ok(&case, &format!("convert {file} from-{format}"));
        let (_, err, code) = case.output(&format!("check from-{format}"));
        assert_eq!(code, 0, "{err}");
        assert_eq!(
            ok(&case, &format!("score from-{format} {raw}")),
            ok(&case, &format!("score index {raw}"))
        );
    }
    // A folder with a descriptor says what it is.
    ok(&case, "convert datapackage again");
    assert_eq!(case.read("again/package.toml"), case.read("from-datapackage/package.toml"));
    ok(&case, "convert index out.xlsx");
    assert!(std::fs::read(case.dir().join("out.xlsx")).unwrap().starts_with(b"PK"));
    let entries = json(&ok(&case, "convert index strict --to coinr --format json"));
    assert!(entries.as_array().unwrap().iter().any(|entry| entry["fate"] == "not converted"));
    assert_eq!(case.output("convert index strictly --to coinr --strict").2, 1);
}

#[test]
fn nothing_is_overwritten_unasked_or_written_by_halves() {
    let case = index();
    case.write("full/mine.txt", "mine");
    case.write("full/iMeta.csv", "old");
    case.write("there.xlsx", "old");
    let before = case.files();
    for arguments in [
        "convert index full --to coinr",
        "convert index there.xlsx",
        "convert index there.xlsx --to coinr --force",
        "convert index/data.csv full",
    ] {
        let (_, err, code) = case.output(arguments);
        assert_eq!(code, 2, "{arguments}: {err}");
        assert_eq!(case.files(), before, "{arguments}");
    }
    ok(&case, "convert index full --to coinr --force");
    assert!(case.read("full/iMeta.csv").contains("pm25") && case.read("full/mine.txt") == "mine");
    ok(&case, "convert index there.xlsx --force");
    assert!(std::fs::read(case.dir().join("there.xlsx")).unwrap().starts_with(b"PK"));
    // No temporary file is left behind.
    assert!(case.files().keys().all(|path| !path.to_string_lossy().contains(".gradus-")));
}

#[test]
fn a_workbook_has_every_stage_that_is_asked_for() {
    let case = index();
    ok(&case, "score index --stage all --out all.xlsx");
    ok(&case, "score index --stage raw --node pm25 --unit a,b --period 2021 --format xlsx --out some.bin");
    // The program reads its own workbook as the data of another package: every sheet holds the values of its stage.
    for (sheet, stage, column) in [
        ("Raw 原始数据", "raw", "PM2.5 (pm25)"),
        ("fill", "fill", "PM2.5 (pm25)"),
        ("Normalized 标准化", "normalized", "PM2.5 (pm25)"),
    ] {
        case.write(
            "read/package.toml",
            &format!(
                "format = 1\nindex = {{ id = \"r\", name = \"R\" }}\nindicator = [{{ id = \"pm25\", name = \"X\" }}]\n\
                 [[data]]\nfile = \"all.xlsx\"\nsheet = \"{sheet}\"\nlayout = \"wide\"\nsubset = true\n\
                 columns = {{ unit = \"unit\\n对象\", period = \"Period\\n时期\" }}\nvariables = {{ \"{column}\" = \"pm25\" }}\n"
            ),
        );
        std::fs::copy(case.dir().join("all.xlsx"), case.dir().join("read/all.xlsx")).unwrap();
        let numbers = |arguments: &str| -> Vec<(String, Option<f64>)> {
            let found = json(&ok(&case, arguments));
            let row = |row: &Value| (format!("{} {}", row["unit"], row["period"]), row["pm25"].as_f64());
            found.as_array().unwrap().iter().map(row).collect()
        };
        let read = numbers("score read --stage raw --node pm25 --format json");
        let expected = numbers(&format!("score index --stage {stage} --node pm25 --format json"));
        assert_eq!(read.len(), 12);
        for ((key, x), (expected_key, expected)) in read.iter().zip(&expected) {
            assert_eq!((key, x.is_some()), (expected_key, expected.is_some()), "{sheet}");
            assert!(
                (x.unwrap_or(0.0) - expected.unwrap_or(0.0)).abs() < 1e-9,
                "{sheet} {key}: {x:?} {expected:?}"
            );
        }
    }
    let (_, err, _) = {
        let text = case.read("read/package.toml").replace("Normalized 标准化", "Transformed 变换后");
        case.write("read/package.toml", &text);
        case.output("check read")
    };
    assert!(err.contains("[unknown-sheet]"), "{err}");
    assert!(std::fs::read(case.dir().join("some.bin")).unwrap().starts_with(b"PK"));
}

#[cfg(not(feature = "parquet"))]
#[test]
fn without_parquet_the_program_says_how_to_get_it() {
    let case = index();
    let before = case.files();
    for arguments in ["score index --out scores.parquet", "convert index tables --to parquet"] {
        let (out, err, code) = case.output(arguments);
        assert_eq!((out.as_str(), code), ("", 2), "{arguments}");
        assert!(err.contains("built without Parquet") && err.contains("--features parquet"), "{err}");
    }
    assert_eq!(case.files(), before);
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_is_read_back() {
    let case = index();
    let head = PACKAGE.split("step = [").next().unwrap().replace("policy", "#policy");
    case.write("one/package.toml", &head.replace("data.csv", "fill.parquet"));
    ok(&case, "score index --stage fill --out one/fill.parquet");
    ok(&case, "convert index two --to parquet");
    let raw = "--node pm25,no2,metro --format csv";
    assert_eq!(
        ok(&case, &format!("score one --stage raw {raw}")),
        ok(&case, &format!("score index --stage fill {raw}"))
    );
    for stage in ["raw", "enough", "fill", "scores"] {
        let bytes = std::fs::read(case.dir().join(format!("two/{stage}.parquet"))).unwrap();
        assert!(bytes.starts_with(b"PAR1"), "{stage}");
    }
}

#[test]
fn check_says_the_pipeline_in_order() {
    let case = index();
    let (out, err, code) = case.output("check index");
    assert_eq!((out.as_str(), code), ("", 0), "{err}");
    let lines: Vec<Vec<&str>> = err.lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(lines.contains(&vec!["2", "fill", "impute", "mean", "2", "2"]), "{err}");
    assert!(err.contains("enough: leaves out unit f (availability) in 2020"), "{err}");
    let place = |text: &str| err.find(text).unwrap();
    assert!(place("screen") < place("impute mean"));
    assert!(!case.output("check index --quiet").1.contains("pipeline"));
    assert!(!case.output("check hdi").1.contains("pipeline"));
}

#[test]
fn methods_are_listed_by_family() {
    let case = Case::empty();
    let all = json(&ok(&case, "methods --format json"));
    let mut families: Vec<&str> =
        all.as_array().unwrap().iter().map(|m| m["family"].as_str().unwrap()).collect();
    families.dedup();
    assert_eq!(families, ["statistic", "impute", "treat", "transform", "normalize", "weights", "aggregate"]);
    for family in families {
        let some = json(&ok(&case, &format!("methods --family {family} --format json")));
        let some = some.as_array().unwrap();
        assert!(!some.is_empty() && some.iter().all(|method| method["family"] == family));
    }
    let (_, err, code) = case.output("methods goalposts --family impute");
    assert!(code == 2 && err.contains("[unknown-method]"), "{err}");
}

#[test]
fn hostile_names_do_not_command_the_terminal() {
    let case = index();
    let hostile = "\\u001b[2J\\u202ename";
    case.write("index/package.toml", &PACKAGE.replace("name = \"PM2.5\"", &format!("name = \"{hostile}\"")));
    for arguments in [
        "analyze index profile --unit a",
        "analyze index profile --unit a --format json",
        "compare index index",
    ] {
        let text = ok(&case, arguments);
        let obeyed = text.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
        assert_eq!(obeyed, None, "{arguments}: {text}");
    }
}

/// Six towns: imputation is drawn, weights are found, a weight and a goalpost are formulas, and so is the score of a group.
fn drawn() -> Case {
    let case = Case::empty();
    case.write(
        "towns/package.toml",
        r#"
format = 1
index = { id = "towns", name = "Towns", weights = "entropy" }
data = [{ file = "data.csv", layout = "wide" }]
defaults = { normalize = "min-max" }
measure = [{ id = "people" }]
group = [
  { id = "care", name = "Care" },
  { id = "standing", name = "Standing", formula = "100 * percent_rank() over (order by score(visitors))" },
]
indicator = [
  { id = "doctors", name = "Doctors", parent = "care", weight = { formula = "case when people > 50 then 2 else 1 end" } },
  { id = "visitors", name = "Visitors", parent = "care", normalize = { method = "goalposts", lower = 0, upper = { formula = "max(visitors) over () + 1" } } },
  { id = "museums", name = "Museums", parent = "standing" },
  { id = "parks", name = "Parks", parent = "standing" },
]
step = [
  { denominate = { by = { doctors = "people" } } },
  { id = "filled", impute = "hot-deck", draws = 20 },
]
weight-set = [{ id = "other", name = "Other", weights = { care = 2 } }]
"#,
    );
    case.write(
        "towns/data.csv",
        "unit,people,doctors,visitors,museums,parks\na,120,310,40,2,3\nb,45,95,12,1,1\nc,60,,9,1,4\nd,20,41,88,0,2\n\
         e,90,200,,3,2\nf,75,180,35,1,5\n",
    );
    case
}

#[test]
fn the_spread_of_drawn_scores_stands_beside_them() {
    let case = drawn();
    let text = ok(&case, "score towns --format csv --node care --ranks");
    assert!(
        text.starts_with("unit,care,care.low,care.high,care.rank,care.rank.low,care.rank.high\n"),
        "{text}"
    );
    let rows = json(&ok(&case, "score towns --format json --node care --unit e,c"));
    for unit in ["c", "e"] {
        let found = row(&rows, "unit", unit);
        assert!(found["care.low"].as_f64().unwrap() < found["care.high"].as_f64().unwrap(), "{found}");
        assert!(found.get("care.rank.low").is_none());
    }
    // No other stage has a spread, and a comparison takes only scores for scores.
    assert!(!ok(&case, "score towns --format csv --stage raw").contains(".low"));
    ok(&case, "score towns --format csv --ranks --out towns.csv");
    ok(&case, "compare towns.csv towns.csv");
    let (_, err, code) = case.output("compare towns.csv towns.csv --node care.low");
    assert_eq!(code, 2, "{err}");
}

#[test]
fn formulas_and_found_weights_are_explained_and_accounted_for() {
    let case = drawn();
    let text = ok(&case, "explain towns --unit a");
    for said in [
        "weights found by entropy: entropy of care = ",
        "(weight 66.6667 %, formula: case when people > 50 then 2 else 1 end)",
        "upper = 89 (max(visitors) over () + 1)",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let found = json(&ok(&case, "explain towns --unit a --format json"));
    let top = &found["derivation"];
    assert_eq!(top["weights_found_by"]["method"], "entropy");
    assert!(top["weights_found_by"]["facts"]["entropy of care"].is_number());
    let care = &top["from"][0];
    assert_eq!(care["parts"][0]["weight_formula"], "case when people > 50 then 2 else 1 end");
    assert_eq!(care["from"][1]["formulas"]["upper"], "max(visitors) over () + 1");
    let text = ok(&case, "analyze towns importance");
    assert!(text.contains("`standing` has no weights: its score is a formula"), "{text}");

    let account = ok(&case, "convert towns coinr --to coinr");
    for lost in [
        "step `filled`, impute by `hot-deck`",
        "weights by `entropy` in `towns`",
        "weight of `doctors` by formula",
        "formula of `standing`",
        "weight set `other`",
    ] {
        assert!(account.contains(&format!("not converted: {lost}")), "{lost}: {account}");
    }
    // iMeta has a column for the one step that denominates.
    assert!(!account.contains("denominate"), "{account}");
    let account = ok(&case, "convert towns sdmx --to sdmx-csv");
    assert_eq!(account.matches("tree, methods, standards and classes").count(), 1, "{account}");
}

#[test]
fn measures_are_partners_of_correlation() {
    let case = Case::empty();
    case.write(
        "index/package.toml",
        "format = 1\n[index]\nid = 'livable'\nname = 'Livable city'\n[defaults]\nnormalize = 'min-max'\n\
         [[data]]\nfile = 'data.csv'\nlayout = 'wide'\n[[measure]]\nid = 'people'\nname = 'People'\n\
         [[group]]\nid = 'g'\nname = 'G'\n[[group]]\nid = 'h'\nname = 'H'\n\
         [[indicator]]\nid = 'a'\nname = 'A'\nparent = 'g'\n\
         [[indicator]]\nid = 'b'\nname = 'B'\nparent = 'g'\ndirection = 'lower'\n\
         [[indicator]]\nid = 'c'\nname = 'C'\nparent = 'h'\n",
    );
    case.write("index/data.csv", "unit,people,a,b,c\nu,1,1,4,2\nv,2,3,3,4\nw,3,2,2,1\nx,4,4,1,3\n");
    // Deviations from 2.5 of 1 2 3 4, whose squares add up to 5: with 1 3 2 4 products of 4, with 2 4 1 3 of 0.
    let with = json(&ok(&case, "analyze index correlation --with people --format json"));
    let table = &with["correlation"];
    for (indicator, r) in [("a", 0.8), ("b", -1.0), ("c", 0.0)] {
        let found = row(table, "first", indicator);
        near(&found["coefficient"], r);
        assert_eq!((found["second"].as_str(), found["n"].as_u64()), (Some("people"), Some(4)));
        // Four units: 2 degrees of freedom, t = 4.3027, r = t / sqrt(t² + 2).
        assert!((found["critical_value"].as_f64().unwrap() - 0.950).abs() < 1e-3);
    }
    let sizes = json(&ok(&case, "analyze index size --format json"));
    near(&row(&sizes["size"], "indicator", "a")["coefficient"], 0.8);
    let cross = json(&ok(&case, "analyze index cross-loading --format json"));
    // The only indicator of its group is its group.
    let found = row(&cross["cross-loading"], "indicator", "c");
    near(&found["with_own"], 1.0);
    assert_eq!(found["other"].as_str(), Some("g"));
    let (_, err, code) = case.output("analyze index correlation --with peoples");
    assert!(code == 2 && err.contains("peoples"), "{err}");
}
