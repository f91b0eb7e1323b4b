//! Whatever bytes a file has, reading it ends, without a panic, in figures or findings.

use crate::testing::{package, source};
use crate::{Directory, Files, Import, Memory, load};
use gradus_model::package::{ColumnRole, Layout, Percent};
use gradus_model::{Absence, Value};
use proptest::prelude::*;
use std::io::{Cursor, Read, Write};
use std::sync::mpsc::channel;
use std::time::Duration;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// Far longer than any small file takes.
const PATIENCE: Duration = Duration::from_secs(60);

fn fixture(name: &str) -> Vec<u8> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/data");
    Directory::new(directory).open(name).unwrap().into_owned()
}

/// Reads the bytes under a name in every declared shape, in time, and checks what always holds.
fn read(name: &'static str, bytes: Vec<u8>, variant: u8) {
    let (done, wait) = channel();
    std::thread::spawn(move || {
        let mut source = source(name, if variant & 1 == 0 { Layout::Long } else { Layout::Wide });
        source.subset = variant & 2 != 0;
        if variant & 4 != 0 {
            source.numbers.decimal = ',';
            source.numbers.thousands = Some('.');
            source.numbers.percent = Percent::Divide;
            source.absent.insert("n/a".into(), Absence::NotAvailable);
            source.columns.insert(ColumnRole::Note, "note".into());
        }
        if name.ends_with(".csv") {
            source.encoding =
                [None, Some("gb18030"), Some("utf-16le")][usize::from(variant >> 4) % 3].map(str::to_owned);
            source.delimiter = [None, Some(';')][usize::from(variant >> 6) % 2];
        } else {
            source.sheet = [Some("Long"), Some("Wide"), Some("Wrong"), None][usize::from(variant >> 4) % 4]
                .map(str::to_owned);
        }
        let mut package = package(vec![source]);
        if variant & 8 != 0 {
            package.units.clear();
        }
        let files = Memory::new().with(name, bytes);
        let import = load(&package, &files);
        hold(&import);
        let _ = done.send(());
    });
    assert!(wait.recv_timeout(PATIENCE).is_ok(), "reading panicked or did not end");
}

fn hold(import: &Import) {
    let data = &import.data;
    for o in data.observations.iter() {
        assert!(o.unit < data.units.len() && o.variable < data.variables.len());
        if let Value::Interval { lower: Some(a), upper: Some(b) } = o.value {
            assert!(a <= b);
        }
    }
    let counted: u64 = import.summaries.iter().map(|s| s.observations()).sum();
    assert_eq!(counted, data.observations.len() as u64, "a summary counts what was read");
    for summary in &import.summaries {
        let _ = summary.to_string();
    }
    for d in &import.diagnostics {
        let _ = d.to_string();
    }
    // However much is wrong, what is shown is bounded: kinds × columns × a few.
    assert!(import.diagnostics.iter().count() < 500);
}

#[derive(Debug, Clone)]
enum Edit {
    Replace(prop::sample::Index, u8),
    Delete(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
    Insert(prop::sample::Index, &'static str),
    Cut(prop::sample::Index),
}

const WORDS: &[&str] = &[
    ",",
    ";",
    "\t",
    "\"",
    "\n",
    "\r\n",
    "\0",
    "n/a",
    ">=",
    "..",
    "1e99",
    "-",
    "%",
    "万",
    "\u{FEFF}",
    "<",
    ">",
    "/>",
    "&amp;",
    "&",
    "=",
    "table:number-rows-repeated=\"99999999999\"",
    "table:number-columns-repeated=\"9999999\"",
    "99999999999999999999",
    "<table:table table:name=\"x\">",
    "<text:s text:c=\"999999999999\"/>",
    "r=\"XFD1048576\"",
    "t=\"s\"",
    "-1",
    "A0",
];

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let at = any::<prop::sample::Index>;
    let edit = prop_oneof![
        (at(), any::<u8>()).prop_map(|(i, b)| Edit::Replace(i, b)),
        (at(), 1..40usize).prop_map(|(i, n)| Edit::Delete(i, n)),
        (at(), 1..80usize).prop_map(|(i, n)| Edit::Repeat(i, n)),
        (at(), prop::sample::select(WORDS)).prop_map(|(i, w)| Edit::Insert(i, w)),
        at().prop_map(Edit::Cut),
    ];
    prop::collection::vec(edit, 1..5)
}

fn apply(mut bytes: Vec<u8>, edits: &[Edit]) -> Vec<u8> {
    for edit in edits {
        if bytes.is_empty() {
            break;
        }
        let n = bytes.len();
        match edit {
            Edit::Replace(i, b) => bytes[i.index(n)] = *b,
            Edit::Delete(i, length) => {
                let at = i.index(n);
                bytes.drain(at..n.min(at + length));
            }
            Edit::Repeat(i, length) => {
                let at = i.index(n);
                let piece = bytes[at..n.min(at + length)].to_vec();
                bytes.splice(at..at, piece);
            }
            Edit::Insert(i, word) => {
                let at = i.index(n);
                bytes.splice(at..at, word.bytes());
            }
            Edit::Cut(i) => bytes.truncate(i.index(n)),
        }
    }
    bytes
}

/// The archive with one part changed and everything else, checksums too, in order.
fn change_part(archive: &[u8], part: prop::sample::Index, edits: &[Edit]) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    let changed = part.index(from.len());
    for i in 0..from.len() {
        let mut file = from.by_index(i).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        // The parts with the cells are the interesting ones.
        let cells = name == "content.xml" || name.contains("worksheets/");
        if i == changed || cells {
            bytes = apply(bytes, edits);
        }
        to.start_file(name, SimpleFileOptions::default()).unwrap();
        to.write_all(&bytes).unwrap();
    }
    to.finish().unwrap().into_inner()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes: Vec<u8>, variant: u8, name in prop::sample::select(&["a.csv", "a.xlsx", "a.ods"][..])) {
        read(name, bytes, variant);
    }

    #[test]
    fn any_table_text(text in "(unit|variable|value|period|gdp|air|healthy|长春|changchun|2018|[0-9.%>=-]{0,4}|[,;\t\n\"]){0,60}", variant: u8) {
        read("a.csv", text.into_bytes(), variant);
    }

    #[test]
    fn changed_text_tables(
        which in prop::sample::select(&["utf8.csv", "utf8-bom.csv", "utf16le.csv", "utf16be-no-bom.csv", "gb18030.csv", "latin1.csv"][..]),
        edits in edits(),
        variant: u8,
    ) {
        read("a.csv", apply(fixture(which), &edits), variant);
    }

    #[test]
    fn changed_archives(ods: bool, edits in edits(), variant: u8) {
        let (fixed, name) = if ods { ("tables.ods", "a.ods") } else { ("tables.xlsx", "a.xlsx") };
        read(name, apply(fixture(fixed), &edits), variant);
    }

    #[test]
    fn changed_parts_of_workbooks(ods: bool, part: prop::sample::Index, edits in edits(), variant: u8) {
        let (fixed, name) = if ods { ("tables.ods", "a.ods") } else { ("tables.xlsx", "a.xlsx") };
        read(name, change_part(&fixture(fixed), part, &edits), variant);
    }
}
