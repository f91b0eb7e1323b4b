//! SDMX-CSV in both versions, in and out.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus_data::{Directory, Files, Memory};
use gradus_engine::Methods;
use gradus_exchange::sdmx::{self, Dialect, Flow, Options};
use gradus_exchange::{Exported, Fate, Imported, Input};
use gradus_model::{Absence, DataSet, Diagnostics, Package, Status, Value};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn read(text: &str) -> Result<Imported, Diagnostics> {
    read_with(text, &Options::default())
}

fn read_with(text: &str, options: &Options) -> Result<Imported, Diagnostics> {
    sdmx::read(Input { name: "m.csv", bytes: text.as_bytes() }, options)
}

fn rows(imported: &Imported) -> Vec<String> {
    let text = String::from_utf8(imported.files[0].bytes.clone()).unwrap();
    text.lines().skip(1).map(str::to_owned).collect()
}

fn load(imported: &Imported) -> (Package, DataSet) {
    let (package, found) = gradus_model::decode::decode("package.toml", &imported.package);
    let package = package.unwrap_or_else(|| panic!("{found:?}\n{}", imported.package));
    let files = Memory::new().with(imported.files[0].path.clone(), imported.files[0].bytes.clone());
    let import = gradus_data::load(&package, &files);
    assert!(!import.diagnostics.has_errors(), "{:?}", import.diagnostics);
    (package, import.data)
}

#[test]
fn version_1_with_labels_units_and_multipliers() {
    let text = "\
DATAFLOW,FREQ: Frequency,REF_AREA: Area,INDICATOR: Indicator,TIME_PERIOD: Time,OBS_VALUE: Value,OBS_STATUS: Status,UNIT_MEASURE,UNIT_MULT,SOURCE,DECIMALS
ESTAT:DEMO(1.0): Demography,A: Annual,AT: Austria,POP: Population,2020: 2020,8.9,P: Provisional,persons,6: Millions,Census,1
ESTAT:DEMO(1.0): Demography,A: Annual,BE: Belgium,POP: Population,2020: 2020,,M: Missing,persons,6,,
ESTAT:DEMO(1.0): Demography,A: Annual,BE: Belgium,POP: Population,2021: 2021,11.55,U: Low reliability,persons,6,,
";
    let imported = read(text).unwrap();
    assert_eq!(
        rows(&imported),
        [
            "AT,POP,2020,8900000,provisional,persons,Census,,",
            "BE,POP,2020,not-applicable,,persons,,,",
            "BE,POP,2021,11550000,,persons,,,OBS_STATUS U",
        ]
    );
    let (package, data) = load(&imported);
    assert_eq!(package.index.id, "DEMO");
    assert_eq!(package.units[0].name.to_string(), "Austria");
    let node = &package.nodes[package.node("POP").unwrap()];
    assert_eq!(node.name.to_string(), "Population");
    assert_eq!(node.indicator().unwrap().measurement_unit.as_deref(), Some("persons"));
    assert_eq!(data.observation(0).unwrap().value, Value::Number(8_900_000.into()));
    assert_eq!(data.observation(0).unwrap().status, Status::Provisional);
    assert_eq!(data.observation(1).unwrap().value, Value::Absent(Absence::NotApplicable));
    let lost: Vec<String> = imported.account.of(Fate::Lost).map(|e| e.what.clone()).collect();
    assert_eq!(lost, ["dimension `FREQ`", "status `U` of 1 value", "column `DECIMALS`"]);
}

#[test]
fn version_2_with_sub_fields_deletions_and_varying_dimensions() {
    let text = "\
STRUCTURE[;],STRUCTURE_ID,ACTION,REF_AREA,INDICATOR,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,TITLE[en;fr]
dataflow,ESTAT:LFS(2.0.0),I,AT,EMP,F,2020-Q1,70.5,A,en:x;fr:y
dataflow,ESTAT:LFS(2.0.0),R,AT,EMP,M,2020-Q1,78.25,E,
dataflow,ESTAT:LFS(2.0.0),D,AT,EMP,T,2020-Q1,-,,
dataflow,ESTAT:LFS(2.0.0),I,,EMP,F,,,,en:of all areas
dataflow,ESTAT:LFS(2.0.0),I,AT,EMP,M,2020-Q2,NaN,Q,
";
    let imported = read(text).unwrap();
    assert_eq!(
        rows(&imported),
        [
            "AT,EMP.F,2020-Q1,70.5,final,,,,",
            "AT,EMP.M,2020-Q1,78.25,estimated,,,,",
            "AT,EMP.M,2020-Q2,confidential,,,,,",
        ]
    );
    load(&imported);
    // One value of the dimension: then it is no part of the code.
    let only = Options { only: BTreeMap::from([("SEX".into(), "F".into())]), ..Options::default() };
    assert_eq!(rows(&read_with(text, &only).unwrap()), ["AT,EMP,2020-Q1,70.5,final,,,,"]);
}

#[test]
fn names_in_columns_of_their_own_are_not_dimensions() {
    let text = "\
STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,REF_AREA,Reference area,INDICATOR,Indicator name,TIME_PERIOD,Time,OBS_VALUE,Value
dataflow,A:F(1.0),Flow,I,AT,Austria,GDP,Product,2020,2020,1,
dataflow,A:F(1.0),Flow,I,BE,Belgium,GDP,Product,2020,2020,2,
";
    assert_eq!(rows(&read(text).unwrap()), ["AT,GDP,2020,1,,,,,", "BE,GDP,2020,2,,,,,"]);
}

#[test]
fn a_decimal_comma_is_declared_not_guessed() {
    let text =
        "STRUCTURE;STRUCTURE_ID;ACTION;GEO;INDIC;TIME_PERIOD;OBS_VALUE\ndataflow;A:F(1);I;AT;X;2014;12,4\n";
    let found = read(text).unwrap_err();
    let first = found.iter().next().unwrap();
    assert_eq!(
        (first.kind.id, first.help.as_deref()),
        ("not-a-number", Some("declare the decimal mark: a comma"))
    );
    let comma = Options { decimal: ',', ..Options::default() };
    assert_eq!(rows(&read_with(text, &comma).unwrap()), ["AT,X,2014,12.4,,,,,"]);
    let thousands = text.replace("12,4", "1.212,4");
    assert_eq!(read_with(&thousands, &comma).unwrap_err().iter().next().unwrap().kind.id, "not-a-number");
}

#[test]
fn periods_of_the_standard_become_ours() {
    let cases = [
        ("2020", Some("2020")),
        ("2020-A1", Some("2020")),
        ("2020-M05", Some("2020-05")),
        ("2020-Q3", Some("2020-Q3")),
        ("2018-01-01/P3Y", Some("2018/2020")),
        ("2018-01-01/P1Y", Some("2018")),
        ("2020-S1", None),
        ("2020-W05", None),
        ("2018-01-01/P0Y", None),
        ("soon", None),
        ("年年年年", None),
    ];
    for (written, expected) in cases {
        let text = format!("DATAFLOW,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE\nA:F(1),AT,X,{written},1\n");
        match (read(&text), expected) {
            (Ok(imported), Some(expected)) => {
                assert_eq!(rows(&imported), [format!("AT,X,{expected},1,,,,,")]);
                load(&imported);
            }
            (Err(found), None) => assert_eq!(found.iter().next().unwrap().kind.id, "invalid-period"),
            (other, _) => panic!("{written}: {other:?}"),
        }
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let head = "DATAFLOW,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,UNIT_MULT\n";
    let cases = [
        ("", "empty-file"),
        ("unit,value\nAT,1\n", "unknown-column"),
        ("DATAFLOW,AREA2,INDICATOR,OBS_VALUE\nA:F(1),AT,X,1\n", "unknown-column"),
        ("DATAFLOW,REF_AREA,INDICATOR\nA:F(1),AT,X\n", "unknown-column"),
        (head, "empty-file"),
        (&format!("{head}A:F(1),AT,X,2020,1,\nA:F(1),AT,X,2020,2,\n"), "duplicate-observation"),
        (&format!("{head}A:F(1),AT,X,2020,1,99\n"), "not-a-number"),
        (&format!("{head}A:F(1),AT,X,2020,1.2345678901234567890123456789,-6\n"), "not-a-number"),
        (&format!("{head}A:F(1),AT,X,2020,1\n"), "ragged-row"),
        (&format!("{head}A:F(1),AT,X,2020,many,\n"), "not-a-number"),
    ];
    for (text, kind) in cases {
        let found = read(text).unwrap_err();
        let first = found.iter().next().unwrap();
        assert_eq!(first.kind.id, kind, "{text}");
        assert!(first.help.is_some() && !first.places.is_empty(), "{first}");
    }
    let named = Options { unit: Some("REFAREA".into()), ..Options::default() };
    let found = read_with(&format!("{head}A:F(1),AT,X,2020,1,\n"), &named).unwrap_err();
    assert_eq!(
        found.iter().next().unwrap().help.as_deref(),
        Some("name a column that is there, such as `REF_AREA`")
    );
}

fn hdi() -> (Package, DataSet) {
    let directory = Directory::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../library/packages/hdi"));
    let text = String::from_utf8(directory.open("package.toml").unwrap().into_owned()).unwrap();
    let package = gradus_model::decode::decode("package.toml", &text).0.unwrap();
    let data = gradus_data::load(&package, &directory).data;
    (package, data)
}

fn flow(dialect: Dialect) -> Flow {
    Flow { dialect, agency: "UNDP".into(), id: "HDI".into(), version: "1.0".into() }
}

fn again(exported: &Exported) -> (Package, DataSet) {
    let file = &exported.files[0];
    load(&sdmx::read(Input { name: &file.path, bytes: &file.bytes }, &Options::default()).unwrap())
}

#[test]
fn figures_and_scores_come_back_digit_by_digit() {
    let (package, data) = hdi();
    let (evaluation, _) = gradus_engine::evaluate(&package, &Methods::default(), &data).unwrap();
    for dialect in [Dialect::V1, Dialect::V2] {
        let exported = sdmx::figures(&package, &data, &flow(dialect));
        let (_, found) = again(&exported);
        assert_eq!(found.observations.len(), data.observations.len());
        let key = |d: &DataSet| -> BTreeMap<String, (Value, Status)> {
            d.observations
                .iter()
                .map(|o| {
                    let value = match &o.value {
                        // Reasons that SDMX tells apart less finely.
                        Value::Absent(_) => Value::Absent(Absence::NotAvailable),
                        value => value.clone(),
                    };
                    (
                        format!("{} {} {:?}", d.units[o.unit], d.variables[o.variable], o.period),
                        (value, o.status),
                    )
                })
                .collect()
        };
        assert_eq!(key(&found), key(&data), "{dialect:?}");
        let scores = sdmx::scores(&package, &evaluation, &flow(dialect));
        let (_, found) = again(&scores);
        let norway = found.unit("NOR").unwrap();
        let hdi = found.variable("hdi").unwrap();
        let score = found.observations.iter().find(|o| o.unit == norway && o.variable == hdi).unwrap();
        let row = evaluation.units.iter().position(|u| *u == "NOR").unwrap();
        let expected = evaluation.score(Package::ROOT, row).unwrap().to_decimal().unwrap();
        assert_eq!(score.value, Value::Number(expected.normalize()));
    }
    let head = |dialect| {
        let bytes = sdmx::figures(&package, &data, &flow(dialect)).files[0].bytes.clone();
        String::from_utf8(bytes).unwrap().lines().nth(1).unwrap().to_owned()
    };
    assert!(head(Dialect::V1).starts_with("UNDP:HDI(1.0),AFG,"), "{}", head(Dialect::V1));
    assert!(head(Dialect::V2).starts_with("dataflow,UNDP:HDI(1.0),I,AFG,"), "{}", head(Dialect::V2));
}

proptest! {
    #[test]
    fn any_bytes_end_in_a_package_or_in_findings(body in proptest::collection::vec(any::<u8>(), 0..200), v2 in any::<bool>()) {
        let head: &[u8] = if v2 {
            b"STRUCTURE[;],STRUCTURE_ID,ACTION,REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MULT\n"
        } else {
            b"DATAFLOW,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
        };
        let _ = sdmx::read(Input { name: "m", bytes: &body }, &Options::default());
        let _ = sdmx::read(Input { name: "m", bytes: &[head, &body].concat() }, &Options::default());
    }

    #[test]
    fn any_fields_make_a_package_that_decodes(unit in "[^,\"\r\n]{1,12}", indicator in "[^,\"\r\n]{1,12}", note in "[^,\"\r\n]{0,12}") {
        let text = format!("DATAFLOW,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,COMMENT\nA:F(1),{unit},{indicator},2020,1,{note}\n");
        if let Ok(imported) = read(&text) {
            let (package, found) = gradus_model::decode::decode("package.toml", &imported.package);
            prop_assert!(package.is_some(), "{:?}\n{}", found, imported.package);
        }
    }
}
