//! `iMeta` and `iData`, there and back: the ASEM tables of COINr, and small tables that try what is difficult.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads tables from outside the repository")]

use gradus_data::Memory;
use gradus_exchange::{Fate, Imported, Input, coinr};
use gradus_model::number::parse_decimal;
use gradus_model::package::{ArgValue, Direction, Threshold};
use gradus_model::{DataSet, Diagnostics, Id, Package};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("GRADUS_SHARED").map_or(beside, PathBuf::from);
    shared.is_dir().then(|| shared.join("oracle/asem"))
}

fn read(meta: &str, data: &str) -> Result<Imported, Diagnostics> {
    let input = |name, text: &'static str| Input { name, bytes: text.as_bytes() };
    let leak = |text: &str| -> &'static str { String::leak(text.to_owned()) };
    coinr::read(input("iMeta.csv", leak(meta)), input("iData.csv", leak(data)))
}

/// The text without what this version of the package file may not know yet, and what that step says.
fn split_step(text: &str) -> (String, BTreeMap<Id, Id>) {
    let (rest, step) = text.split_once("\n[[step]]\n").unwrap_or((text, ""));
    let by = step.lines().find_map(|l| l.strip_prefix("denominate = { by = { ")?.strip_suffix(" } }"));
    let pairs = by.into_iter().flat_map(|by| by.split(", ")).map(|pair| {
        let (indicator, measure) = pair.split_once(" = ").unwrap();
        let id = |text: &str| Id::new(text.trim_matches('"')).unwrap();
        (id(indicator), id(measure))
    });
    (rest.to_owned(), pairs.collect())
}

fn load(imported: &Imported) -> (Package, DataSet, BTreeMap<Id, Id>) {
    let (without, denominators) = split_step(&imported.package);
    // Where the package file has steps, it is read as a whole.
    let has_steps = gradus_model::schema::PACKAGE.fields.iter().any(|field| field.name == "step");
    let text = if has_steps { imported.package.clone() } else { without };
    let (package, found) = gradus_model::decode::decode("package.toml", &text);
    let package = package.unwrap_or_else(|| panic!("{found:?}\n{text}"));
    let mut files = Memory::new();
    for file in &imported.files {
        files = files.with(file.path.clone(), file.bytes.clone());
    }
    let import = gradus_data::load(&package, &files);
    assert!(!import.diagnostics.has_errors(), "{:?}", import.diagnostics);
    (package, import.data, denominators)
}

/// A CSV table by row and heading, in the order of its keys; what R writes for missing is nothing.
fn table(bytes: &[u8], keys: &[&str]) -> BTreeMap<Vec<String>, BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(bytes);
    let headings = reader.headers().unwrap().clone();
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let row: BTreeMap<String, String> = headings
                .iter()
                .zip(record.iter())
                .map(|(h, f)| (h.to_owned(), if f == "NA" { String::new() } else { f.to_owned() }))
                .collect();
            let key = keys.iter().map(|k| row.get(*k).cloned().unwrap_or_default()).collect();
            (key, row)
        })
        .collect()
}

fn same(a: &str, b: &str) -> bool {
    a == b || matches!((parse_decimal(a), parse_decimal(b)), (Ok(a), Ok(b)) if a == b)
}

/// Every field of `expected` is in `found`; headings that `ignore` names, and empty fields that are not there, do not count.
fn assert_holds(expected: &[u8], found: &[u8], keys: &[&str], ignore: &[&str]) -> usize {
    let (expected, found) = (table(expected, keys), table(found, keys));
    assert_eq!(expected.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>());
    let mut n = 0;
    for (key, row) in &expected {
        for (heading, field) in row.iter().filter(|(h, _)| !ignore.contains(&h.as_str())) {
            let there = found[key].get(heading).map_or("", String::as_str);
            assert!(same(field, there), "{key:?} {heading}: `{field}` became `{there}`");
            n += 1;
        }
    }
    n
}

#[test]
fn the_tables_of_asem_come_back_as_they_went_in() {
    let Some(folder) = folder() else {
        println!("skipped: iMeta and iData of ASEM; ../shared is not there");
        return;
    };
    let bytes = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let meta = bytes("00_input_meta.csv");
    let mut n_fields = 0;
    for name in ["00_input_data.csv", "00_input_panel.csv"] {
        let data = bytes(name);
        let inputs =
            |meta, data| (Input { name: "iMeta.csv", bytes: meta }, Input { name: "iData.csv", bytes: data });
        let (m, d) = inputs(&meta, &data);
        let imported = coinr::read(m, d).unwrap();
        let (package, figures, denominators) = load(&imported);
        assert_eq!(package.indicators().count(), 49, "{name}");
        assert_eq!(package.measures.len(), 4, "{name}");
        assert_eq!(package.units.len(), 51, "{name}");
        assert!(package.units.iter().all(|u| u.groups.len() == 4), "{name}");
        let exported = coinr::write(&package, &figures, &denominators).unwrap();
        let [meta_out, data_out] = exported.files.as_slice() else { panic!("two files") };
        // What says nothing in a row of COINr: names of kinds of groups, and of units of measurement of aggregates.
        let n_meta = assert_holds(&without_group_names(&meta), &meta_out.bytes, &["iCode"], &[]);
        let n_data = assert_holds(&data, &data_out.bytes, &["uCode", "Time"], &[]);
        n_fields += n_meta + n_data;
        // Once more gives the same package: nothing is lost a second time.
        let (m, d) = inputs(&meta_out.bytes, &data_out.bytes);
        let again = coinr::read(m, d).unwrap();
        let (package_again, figures_again, denominators_again) = load(&again);
        let nodes = |p: &Package| -> Vec<String> {
            let mut all: Vec<String> =
                p.nodes.iter().map(|n| format!("{} {} {:?}", n.id, n.name, n.weight)).collect();
            all.sort();
            all
        };
        assert_eq!(nodes(&package_again), nodes(&package), "{name}");
        assert_eq!(figures_again.observations.len(), figures.observations.len(), "{name}");
        assert_eq!(denominators_again, denominators, "{name}");
    }
    println!("2 pairs of tables, {n_fields} fields compared");
    assert!(n_fields > 18_000);
}

/// The name of a kind of groups and the measurement unit of aggregates have no place in a package, as the account says.
fn without_group_names(meta: &[u8]) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(meta);
    let headings = reader.headers().unwrap().clone();
    let at = |name: &str| headings.iter().position(|h| h == name).unwrap();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&headings).unwrap();
    for record in reader.records() {
        let record = record.unwrap();
        let kind = record[at("Type")].to_owned();
        writer
            .write_record(record.iter().enumerate().map(|(column, field)| {
                let dropped = (kind == "Group" && column == at("iName"))
                    || (kind == "Aggregate" && column == at("Unit"));
                if dropped { "" } else { field }
            }))
            .unwrap();
    }
    writer.into_inner().unwrap()
}

const META: &str = "\
Level,iCode,iName,Parent,Direction,Weight,Type,Unit,Target,Denominator,goalpost_lower,goalpost_upper,goalpost_scale,goalpost_trunc2posts,Remark
1,Road deaths,Deaths on roads,Safety,-1,0.5,Indicator,per year,10,Pop,0,200,100,FALSE,see note
1,Police,\"Officers, all\",Safety,1,1.5,Indicator,,NA,,,,,,
1,Extra,Not in the tree,,1,1,Indicator,,,,,,,,
2,Safety,Safety,Index,1,1,Aggregate,Score,,,,,,,
3,Index,\"The \"\"Index\"\"\",NA,1,1,Aggregate,,,,,,,,
NA,Pop,Population,NA,NA,NA,Denominator,persons,,,,,,,
NA,region,Region of the world,NA,NA,NA,Group,,,,,,,,
NA,Quality,Grade of the office,NA,NA,NA,Other,,,,,,,,
";
const DATA: &str = "\
uCode,uName,Time,region,Pop,Road deaths,Police,Extra,Quality,Stray
NA,Namibia,2019,Africa,2500000,500,1.50,3,good,x
A T,Österreich,2019,Europe,8.9e6,NaN,0.29999999999999999,,NA,x
NA,Namibia,2020,South,2540000,490,NA,4,bad,x
";

#[test]
fn what_imeta_says_is_kept_and_what_is_not_is_said() {
    let imported = read(META, DATA).unwrap();
    let (package, data, denominators) = load(&imported);
    assert_eq!(package.index.name.to_string(), "The \"Index\"");
    let deaths = package.nodes[package.node("Road-deaths").unwrap()].clone();
    let indicator = deaths.indicator().unwrap();
    assert_eq!(indicator.direction, Direction::Lower);
    assert_eq!(indicator.measurement_unit.as_deref(), Some("per year"));
    assert_eq!(deaths.weight.quotient(), Some(parse_decimal("0.5").unwrap()));
    assert_eq!(indicator.ladder[0].threshold, Threshold::Number(10.into()));
    assert_eq!(package.grades[0].id, "target");
    let goalposts = indicator.normalize.as_ref().unwrap();
    assert_eq!(goalposts.method, "goalposts");
    assert_eq!(goalposts.args["clamp"], ArgValue::Text("none".into()));
    assert_eq!(goalposts.args["upper"], ArgValue::Number(200.into()));
    let police = package.nodes[package.node("Police").unwrap()].indicator().unwrap().clone();
    assert!(police.ladder.is_empty());
    assert_eq!(police.normalize.unwrap().method, "min-max");
    let id = |text| Id::new(text).unwrap();
    assert_eq!(denominators, BTreeMap::from([(id("Road-deaths"), id("Pop"))]));
    let measures: Vec<&str> = package.measures.iter().map(|m| m.id.as_str()).collect();
    assert_eq!(measures, ["Extra", "Pop"]);
    // A unit may be called NA: it is the code of Namibia.
    assert_eq!(package.units[0].id, "NA");
    assert_eq!(package.units[1].name.to_string(), "Österreich");
    assert_eq!(package.units[0].groups["region"], "South");
    let figures = String::from_utf8(imported.files[0].bytes.clone()).unwrap();
    assert_eq!(
        figures,
        "unit,period,Road-deaths,Police,Extra,Pop\nNA,2019,500,1.50,3,2500000\nA-T,2019,,0.29999999999999999,,8.9e6\n\
         NA,2020,490,,4,2540000\n"
    );
    assert_eq!(data.periods().len(), 2);
    let said: Vec<String> = imported.account.of(Fate::Lost).map(|e| e.what.clone()).collect();
    for what in [
        "`Remark` of iMeta",
        "`Stray` of iData",
        "`Quality`",
        "earlier values of `region`",
        "kind of groups `region`",
        "measurement unit of 1 aggregate",
    ] {
        assert!(said.iter().any(|s| s.contains(what)), "{what} is not among {said:#?}");
    }
    let renamed: Vec<String> =
        imported.account.of(Fate::Renamed).map(|e| format!("{} {}", e.what, e.how)).collect();
    assert_eq!(renamed, ["`Road deaths` `Road-deaths`", "`A T` `A-T`"]);
    assert_eq!(imported.account.of(Fate::Assumed).count(), 2);
    // Back: the goalposts, the target, the level above, and NA for what is missing.
    let exported = coinr::write(&package, &data, &denominators).unwrap();
    let meta = String::from_utf8(exported.files[0].bytes.clone()).unwrap();
    assert!(
        meta.contains(
            "1,Road-deaths,Safety,-1,0.5,Indicator,Deaths on roads,per year,10,Pop,0,200,100,FALSE\n"
        ),
        "{meta}"
    );
    let figures = String::from_utf8(exported.files[1].bytes.clone()).unwrap();
    assert!(figures.contains("Österreich,A-T,Europe,2019,NA,8900000,NA,0.29999999999999999\n"), "{figures}");
    assert!(exported.account.of(Fate::Lost).any(|e| e.what == "unit `NA`"), "{}", exported.account);
}

fn findings(meta: &str, data: &str) -> Vec<String> {
    let found = read(meta, data).unwrap_err();
    found
        .iter()
        .map(|d| {
            assert!(d.help.is_some(), "{d}");
            format!("{} {}", d.kind.id, d.places.first().map(|(p, _)| p.to_string()).unwrap_or_default())
        })
        .collect()
}

#[test]
fn everything_wrong_is_said_with_its_place() {
    let meta = "Level,iCode,Parent,Direction,Weight,Type\n1,a,I,1,1,Indicator\n2,I,,1,1,Aggregate\n";
    let cases: &[(&str, &str, &[&str])] = &[
        ("", "uCode,a\nX,1\n", &["empty-file iMeta.csv"]),
        ("iCode,Type\n", "uCode,a\n", &["unknown-column iMeta.csv:1:1"; 4]),
        (meta, "code,a\nX,1\n", &["unknown-column iData.csv:1:1"]),
        (meta, "uCode,a\nX,1,2\n", &["ragged-row iData.csv:2:3"]),
        (meta, "uCode,a\nX,1\nX,2\n", &["duplicate-observation iData.csv:3:1"]),
        (meta, "uCode,a\nX,Inf\nY,\"1,5\"\n", &["not-a-number iData.csv:2:2", "not-a-number iData.csv:3:2"]),
        (meta, "uCode,a,Time\nX,1,soon\n", &["invalid-period iData.csv:2:3"]),
        (meta, "uCode,a\n", &["empty-file iData.csv"]),
        (
            "Level,iCode,Parent,Direction,Weight,Type\n1,a,I,0,-1,Indicator\n2,I,,1,x,Aggregate\n",
            "uCode,a\nX,1\n",
            &["negative-weight iMeta.csv:2:5", "unknown-word iMeta.csv:2:4", "invalid-number iMeta.csv:3:5"],
        ),
        (
            "Level,iCode,Parent,Direction,Weight,Type\n1,a,I,1,1,Indicator\n1,a,I,1,1,Indicator\n2,I,,1,1,Agg\n",
            "uCode,a\nX,1\n",
            &["duplicate-code iMeta.csv:3:2", "unknown-word iMeta.csv:4:6"],
        ),
        (
            "Level,iCode,Parent,Direction,Weight,Type\n1,a,J,1,1,Indicator\n2,I,K,1,1,Aggregate\n3,K,I,1,1,Aggregate\n",
            "uCode,a\nX,1\n",
            &["unknown-parent iMeta.csv:2:3", "cycle iMeta.csv:3:3"],
        ),
        (
            "Level,iCode,Parent,Direction,Weight,Type,Denominator\n1,a,I,1,1,Indicator,b\n2,I,,1,1,Aggregate,\n",
            "uCode,a\nX,1\n",
            &["unknown-variable iMeta.csv:2:7"],
        ),
    ];
    for (meta, data, expected) in cases {
        let mut found = findings(meta, data);
        found.sort();
        let mut expected: Vec<&str> = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected, "{meta}{data}");
    }
}

#[test]
fn many_findings_of_a_kind_are_counted() {
    let meta = "Level,iCode,Parent,Direction,Weight,Type\n1,a,I,1,1,Indicator\n2,I,,1,1,Aggregate\n";
    let rows: String = (0..500).map(|n| format!("u{n},bad\n")).collect();
    let found = read(meta, &format!("uCode,a\n{rows}")).unwrap_err();
    assert_eq!(found.iter().count(), 20);
    assert_eq!(found.iter().last().unwrap().context, [("others like it", "480".to_owned())]);
}

#[test]
fn a_ragged_tree_gets_the_levels_that_coinr_wants() {
    let text = r#"
format = 1
[index]
id = "i"
name = "I"
[[group]]
id = "g"
name = "G"
[[indicator]]
id = "deep"
parent = "g"
name = "Deep"
[[indicator]]
id = "flat"
name = "Flat"
weight = "1/4"
"#;
    let (package, found) = gradus_model::decode::decode("p", text);
    let package = package.unwrap_or_else(|| panic!("{found:?}"));
    let exported = coinr::write(&package, &DataSet::default(), &BTreeMap::new()).unwrap();
    let meta = String::from_utf8(exported.files[0].bytes.clone()).unwrap();
    assert!(meta.contains("2,flat_level_2,i,1,0.25,Aggregate,Flat\n"), "{meta}");
    assert!(meta.contains("1,flat,flat_level_2,1,1,Indicator,Flat\n"), "{meta}");
    assert_eq!(exported.account.of(Fate::Assumed).count(), 1);
}

#[test]
fn several_aggregates_at_the_top_are_shown_beside_each_other() {
    let meta = "Level,iCode,Parent,Direction,Weight,Type\n1,a,index,1,1,Indicator\n1,b,other,1,1,Indicator\n\
                2,index,,1,1,Aggregate\n2,other,,1,1,Aggregate\n";
    let imported = read(meta, "uCode,a,b\nX,1,2\n").unwrap();
    let (package, ..) = load(&imported);
    assert_eq!(package.nodes[Package::ROOT].children.len(), 2, "{}", imported.package);
    assert!(package.nodes[Package::ROOT].group().unwrap().aggregate.is_none());
    let other = package.nodes[package.node("other").unwrap()].group().unwrap();
    assert_eq!(other.aggregate.as_ref().unwrap().method, "arithmetic");
}

#[test]
fn utf_16_is_read_and_other_encodings_are_refused() {
    let meta = "Level,iCode,Parent,Direction,Weight,Type\n1,a,I,1,1,Indicator\n2,I,,1,1,Aggregate\n";
    let wide: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(meta.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let data = Input { name: "iData.csv", bytes: b"uCode,a\nX,1\n" };
    assert!(coinr::read(Input { name: "iMeta.csv", bytes: &wide }, data).is_ok());
    let latin = coinr::read(Input { name: "iMeta.csv", bytes: b"Level\n\xE9\n" }, data).unwrap_err();
    assert_eq!(latin.iter().next().unwrap().kind.id, "undecodable-text");
}

proptest! {
    #[test]
    fn any_bytes_end_in_a_package_or_in_findings(meta in proptest::collection::vec(any::<u8>(), 0..120), data in proptest::collection::vec(any::<u8>(), 0..120)) {
        let head = b"Level,iCode,Parent,Direction,Weight,Type\n";
        let inputs = |meta: &[u8], data: &[u8]| {
            coinr::read(Input { name: "m", bytes: meta }, Input { name: "d", bytes: data }).is_ok()
        };
        inputs(&meta, &data);
        inputs(&[head.as_slice(), &meta].concat(), &[b"uCode,Time\n".as_slice(), &data].concat());
    }

    #[test]
    fn any_codes_make_a_package_that_decodes(a in "[^,\"\r\n]{1,12}", index in "[^,\"\r\n]{1,12}", unit in "[^,\"\r\n]{1,12}") {
        let meta = format!("Level,iCode,Parent,Direction,Weight,Type\n1,{a},{index},1,1,Indicator\n2,{index},,1,1,Aggregate\n");
        if let Ok(imported) = read(&meta, &format!("uCode,{a}\n{unit},1\n")) {
            load(&imported);
        }
    }
}
