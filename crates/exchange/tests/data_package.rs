//! Data Packages of both versions, in and out, and descriptors that mean harm.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus_data::{Directory, Files, Memory};
use gradus_exchange::data_package::{self, Options, Version};
use gradus_exchange::{Fate, Imported, Input};
use gradus_model::package::Direction;
use gradus_model::{Absence, DataSet, Diagnostics, Package, Value};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn read(descriptor: &str, files: &[(&'static str, &'static str)]) -> Result<Imported, Diagnostics> {
    let files = files.iter().fold(Memory::new(), |m, (path, text)| m.with(*path, text.as_bytes()));
    data_package::read(
        Input { name: "datapackage.json", bytes: descriptor.as_bytes() },
        &files,
        &Options::default(),
    )
}

fn load(imported: &Imported) -> (Package, DataSet) {
    let (package, found) = gradus_model::decode::decode("package.toml", &imported.package);
    let package = package.unwrap_or_else(|| panic!("{found:?}\n{}", imported.package));
    let files = imported.files.iter().fold(Memory::new(), |m, f| m.with(f.path.clone(), f.bytes.clone()));
    let import = gradus_data::load(&package, &files);
    assert!(!import.diagnostics.has_errors(), "{:?}\n{}", import.diagnostics, imported.package);
    (package, import.data)
}

const WIDE: &str = r#"{
  "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
  "name": "cities", "title": "Cities", "description": "Of \"note\".", "version": "3",
  "licenses": [{ "name": "CC-BY-4.0" }],
  "resources": [
    { "name": "map", "path": "map.geojson" },
    { "name": "inside", "data": [[1]], "type": "table" },
    { "name": "figures", "path": "figures.csv", "type": "table",
      "dialect": { "delimiter": ";" },
      "schema": {
        "fields": [
          { "name": "city", "type": "string" }, { "name": "year", "type": "year" },
          { "name": "mayor", "type": "string" },
          { "name": "GDP per head", "type": "number", "title": "Product per head", "unit": "EUR", "decimalChar": ",", "groupChar": "." }
        ],
        "primaryKey": ["city", "year"],
        "missingValues": ["", { "value": "-9", "label": "not collected" }, { "value": "x", "label": "who knows" }]
      } }
  ]
}"#;
const FIGURES: &str =
    "city;year;mayor;GDP per head\nNew York;2020;A;1.234,5\nRome;2020;B;-9\nRome;2021;B;x\n";

#[test]
fn a_wide_table_with_its_own_notation_and_reasons() {
    let imported = read(WIDE, &[("figures.csv", FIGURES)]).unwrap();
    let (package, data) = load(&imported);
    assert_eq!(package.index.id, "cities");
    assert_eq!(package.index.description.to_string(), "Of \"note\".");
    assert_eq!(package.index.license.as_deref(), Some("CC-BY-4.0"));
    assert_eq!(package.units[0].id, "New-York");
    assert_eq!(package.units[0].name.to_string(), "New York");
    let node = &package.nodes[package.node("GDP-per-head").unwrap()];
    assert_eq!(node.name.to_string(), "Product per head");
    assert_eq!(node.indicator().unwrap().measurement_unit.as_deref(), Some("EUR"));
    let values: Vec<Value> = data.observations.iter().map(|o| o.value).collect();
    let product = gradus_model::number::parse_decimal("1234.5").unwrap();
    assert_eq!(
        values,
        [Value::Number(product), Value::Absent(Absence::NotCollected), Value::Absent(Absence::NotAvailable)]
    );
    let lost: Vec<&str> = imported.account.of(Fate::Lost).map(|e| e.what.as_str()).collect();
    assert_eq!(
        lost,
        ["resource `map`", "resource `inside`", "`version` of the descriptor", "field `mayor` of `figures`"]
    );
}

#[test]
fn version_1_by_profile_with_a_schema_in_a_file_and_none_at_all() {
    let descriptor = r#"{ "profile": "tabular-data-package", "name": "v1", "resources": [
        { "name": "a", "profile": "tabular-data-resource", "path": ["a.txt"], "schema": "a.json" },
        { "name": "b", "path": "b.csv" } ] }"#;
    let schema = r#"{ "fields": [{ "name": "u", "type": "string" }, { "name": "n", "type": "integer" }], "primaryKey": "u" }"#;
    let files = [("a.txt", "u,n\nX,1\nY,\n"), ("a.json", schema), ("b.csv", "unit,m\nX,2.50\nY,3\n")];
    let (package, data) = load(&read(descriptor, &files).unwrap());
    assert_eq!(package.data.len(), 2);
    assert_eq!(data.observations.len(), 4);
    let codes: Vec<&str> = data.variables.iter().map(gradus_model::Id::as_str).collect();
    assert_eq!(codes, ["n", "m"]);
}

#[test]
fn paths_out_of_the_package_are_refused_and_addresses_not_fetched() {
    struct Trap;
    impl Files for Trap {
        fn open(&self, path: &str) -> Result<std::borrow::Cow<'_, [u8]>, gradus_data::FileError> {
            panic!("`{path}` was opened")
        }
    }
    let bad = [
        "../secret.csv",
        "a/../../b.csv",
        "/etc/passwd.csv",
        "~/x.csv",
        "C:/x.csv",
        "a\\\\..\\\\b.csv",
        "https://example.org/x.csv",
        "file:///etc/x.csv",
        "a\\u0000.csv",
    ];
    for path in bad {
        for descriptor in [
            format!(r#"{{ "resources": [{{ "path": "{path}", "type": "table" }}] }}"#),
            format!(r#"{{ "resources": [{{ "path": "ok.csv", "schema": "{path}" }}] }}"#),
        ] {
            let input = Input { name: "datapackage.json", bytes: descriptor.as_bytes() };
            let found = data_package::read(input, &Trap, &Options::default()).unwrap_err();
            assert_eq!(found.iter().next().unwrap().kind.id, "path-outside-package", "{path}");
        }
    }
}

#[test]
fn descriptors_that_are_none_end_in_findings() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = format!(r#"{{ "resources": [], "x": {} }}"#, "{\"a\":".repeat(500) + "1" + &"}".repeat(500));
    let cases: &[(&str, &str)] = &[
        ("", "empty-file"),
        ("{", "undecodable-text"),
        (&deep, "undecodable-text"),
        (&nested, "undecodable-text"),
        ("[]", "wrong-type"),
        (r#"{ "resources": 3 }"#, "wrong-type"),
        (r#"{ "resources": [] }"#, "no-indicators"),
        (r#"{ "resources": [7, null, "x"] }"#, "no-indicators"),
        (r#"{ "resources": [{ "path": "gone.csv" }] }"#, "file-not-found"),
        (r#"{ "resources": [{ "path": "t.csv", "dialect": { "delimiter": "ab" } }] }"#, "wrong-type"),
        (
            r#"{ "resources": [{ "path": "t.csv", "schema": { "fields": [{ "name": "z" }] } }] }"#,
            "unknown-column",
        ),
        (r#"{ "resources": [{ "path": "text.csv" }] }"#, "no-indicators"),
        (r#"{ "resources": [{ "path": "numbers.csv" }] }"#, "unknown-column"),
    ];
    for (descriptor, kind) in cases {
        let files = [("t.csv", "u,n\nX,1\n"), ("text.csv", "u,n\nX,y\n"), ("numbers.csv", "a,b\n1,2\n")];
        let found = read(descriptor, &files).unwrap_err();
        let first = found.iter().next().unwrap();
        assert_eq!(first.kind.id, *kind, "{}", &descriptor[..descriptor.len().min(80)]);
        assert!(first.help.is_some(), "{first}");
    }
}

fn library(name: &str) -> (Package, DataSet) {
    let directory = Directory::new(format!("{}/../library/packages/{name}", env!("CARGO_MANIFEST_DIR")));
    let text = String::from_utf8(directory.open("package.toml").unwrap().into_owned()).unwrap();
    let package = gradus_model::decode::decode("package.toml", &text).0.unwrap();
    let data = gradus_data::load(&package, &directory).data;
    (package, data)
}

#[test]
fn figures_come_back_with_names_units_and_directions() {
    for version in [Version::V1, Version::V2] {
        let (package, data) = library("cpi-2016");
        let exported = data_package::write(&package, &data, version);
        let files = exported.files.iter().fold(Memory::new(), |m, f| m.with(f.path.clone(), f.bytes.clone()));
        let descriptor = &exported.files[0];
        let json: serde_json::Value = serde_json::from_slice(&descriptor.bytes).unwrap();
        assert_eq!(json.get("$schema").is_some(), version == Version::V2);
        assert_eq!(json.get("profile").is_some(), version == Version::V1);
        assert_eq!(json["name"], "cpi-2016");
        assert!(json["sources"].as_array().is_some_and(|s| s.iter().all(|s| s["title"].is_string())));
        let input = Input { name: "datapackage.json", bytes: &descriptor.bytes };
        let imported = data_package::read(input, &files, &Options::default()).unwrap();
        let (again, figures) = load(&imported);
        let key = |d: &DataSet| -> BTreeMap<String, (Value, gradus_model::Status)> {
            let name = |o: &gradus_model::Observation| {
                format!("{} {} {:?}", d.units[o.unit], d.variables[o.variable], o.period)
            };
            d.observations.iter().map(|o| (name(&o), (o.value.clone(), o.status))).collect()
        };
        assert_eq!(key(&figures), key(&data), "{version:?}");
        let used: Vec<&str> = data.observations.iter().map(|o| data.variables[o.variable].as_str()).collect();
        for (_, node, indicator) in package.indicators().filter(|(_, n, _)| used.contains(&n.id.as_str())) {
            let there = &again.nodes[again.node(node.id.as_str()).unwrap()];
            assert_eq!(there.name.to_string(), node.name.to_string());
            assert_eq!(there.indicator().unwrap().direction, indicator.direction);
            assert_eq!(there.indicator().unwrap().measurement_unit, indicator.measurement_unit);
        }
        assert!(
            package.indicators().any(|(_, _, i)| i.direction == Direction::Lower),
            "a direction is worth the test"
        );
    }
}

proptest! {
    #[test]
    fn any_descriptor_ends_in_a_package_or_in_findings(text in "\\PC{0,200}", name in "\\PC{0,20}", kind in "number|string|year|any") {
        let _ = read(&text, &[]);
        let descriptor = serde_json::json!({
            "name": name,
            "resources": [{ "path": "t.csv", "name": name, "schema": {
                "fields": [{ "name": "u", "type": "string" }, { "name": "n", "type": kind, "title": name, "unit": name }],
                "missingValues": [name, 3, { "value": name, "label": name }],
            } }],
        });
        if let Ok(imported) = read(&descriptor.to_string(), &[("t.csv", "u,n\nX,1\n")]) {
            let (package, found) = gradus_model::decode::decode("package.toml", &imported.package);
            prop_assert!(package.is_some(), "{:?}\n{}", found, imported.package);
        }
    }
}
