//! The ASEM index that the R package COINr 1.1.14 builds, as a package, and the tables it wrote.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the tests read tables from outside the repository")]
#![allow(unreachable_pub, reason = "shared by several tests")]

use gradus::data::Memory;
use gradus::{Bundle, Methods, Outcome};
use std::fmt::Write;
use std::path::PathBuf;

/// The folder of the tables, where it is there.
pub fn folder() -> Option<PathBuf> {
    let shared = std::env::var_os("GRADUS_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let folder = shared.join("oracle/asem");
    folder.is_dir().then_some(folder)
}

/// One of its tables.
pub fn read(name: &str) -> String {
    let path = folder().unwrap().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Rows of cells; the tables have no quoted field with a comma but the names of units, which come first.
pub fn rows(text: &str) -> Vec<Vec<String>> {
    text.lines()
        .map(|line| {
            let mut cells = Vec::new();
            let (mut cell, mut quoted) = (String::new(), false);
            for c in line.chars() {
                match c {
                    '"' => quoted = !quoted,
                    ',' if !quoted => cells.push(std::mem::take(&mut cell)),
                    c => cell.push(c),
                }
            }
            cells.push(cell);
            cells
        })
        .collect()
}

/// What COINr's metadata say, with steps and settings of the test's own.
pub fn package(steps: &str, index: &str, data: &str) -> String {
    let meta = rows(&read("00_input_meta.csv"));
    let column = |name: &str| meta[0].iter().position(|h| h == name).unwrap();
    let (level, code, direction, weight) =
        (column("Level"), column("iCode"), column("Direction"), column("Weight"));
    let (denominator, parent, kind) = (column("Denominator"), column("Parent"), column("Type"));
    let mut text = format!(
        "format = 1\n[index]\nid = 'Index'\nname = 'Sustainable connectivity'\n{index}\n[defaults]\nnormalize = {{ method = 'min-max', to = [0, 100] }}\n{data}\n"
    );
    let mut by = String::new();
    for row in &meta[1..] {
        let _ = match row[kind].as_str() {
            "Indicator" => {
                if !row[denominator].is_empty() {
                    let _ = write!(by, "{} = '{}', ", row[code], row[denominator]);
                }
                let direction = if row[direction] == "-1" { "lower" } else { "higher" };
                writeln!(
                    text,
                    "[[indicator]]\nid = '{}'\nname = 'x'\nparent = '{}'\nweight = {}\ndirection = '{direction}'",
                    row[code], row[parent], row[weight]
                )
            }
            "Aggregate" if row[level] != "4" => writeln!(
                text,
                "[[group]]\nid = '{}'\nname = 'x'\nparent = '{}'\nweight = {}",
                row[code], row[parent], row[weight]
            ),
            "Denominator" => writeln!(text, "[[measure]]\nid = '{}'", row[code]),
            _ => Ok(()),
        };
    }
    text.push_str(&steps.replace("@BY@", &by));
    text
}

/// How its data file is read.
pub const FILE: &str = "[[data]]\nfile = 'data.csv'\nlayout = 'wide'\ncolumns = { unit = 'uCode', unit-name = 'uName' }\ngroups = { EurAsia = 'EurAsia_group', GDPpc = 'GDPpc_group' }\nsubset = true\n";

/// A package computed from one of the tables.
pub fn outcome(package: &str, data: &str) -> Outcome {
    let files = Memory::new().with("data.csv", read(data).into_bytes());
    gradus::evaluate(&Bundle::new("package.toml", package, files), &Methods::default()).unwrap_or_else(
        |found| {
            panic!("{}", found.iter().map(|d| format!("{} {:?}; ", d.message, d.help)).collect::<String>())
        },
    )
}
