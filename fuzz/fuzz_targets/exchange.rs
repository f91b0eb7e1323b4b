//! Any bytes as a file of another tool: a package or findings, never a panic. The first byte chooses the reader.
#![no_main]

use gradus_engine::Number;
use gradus_exchange::{Cell, Imported, Input, Sheet, coin_tool, coinr, sdmx, workbook};
use gradus_model::number::parse_decimal;
use gradus_model::{Diagnostics, Text, decode};
use libfuzzer_sys::fuzz_target;

/// What separates two files, or two sheets, in one input.
const BETWEEN: &[u8] = b"\n---\n";

fn halves(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.windows(BETWEEN.len()).position(|window| window == BETWEEN) {
        Some(at) => (&bytes[..at], &bytes[at + BETWEEN.len()..]),
        None => (bytes, b""),
    }
}

/// A sheet from text: `column,row,value` per line, the columns and rows counted from 1. Noise alone does not make an archive with
/// valid check sums, so the reader of workbooks is given what is in them.
fn sheet(name: &str, text: &[u8]) -> Sheet {
    const COLUMNS: usize = 110;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for line in String::from_utf8_lossy(text).lines().take(400) {
        let mut fields = line.splitn(3, ',');
        let mut count = |most: usize| {
            fields.next().and_then(|field| field.parse::<usize>().ok()).filter(|n| (1..=most).contains(n))
        };
        let (Some(column), Some(row)) = (count(COLUMNS), count(400)) else { continue };
        let value = fields.next().unwrap_or_default();
        // The heading of a sheet is its first row; a workbook here begins below it.
        let Some(row) = row.checked_sub(2) else { continue };
        rows.resize(rows.len().max(row + 1), Vec::new());
        let cells = &mut rows[row];
        cells.resize(cells.len().max(column), Cell::Empty);
        cells[column - 1] = match parse_decimal(value) {
            Ok(number) => Cell::Number { value: Number::Decimal(number), places: None },
            Err(_) => Cell::text(value),
        };
    }
    let header = vec![Text::english(" "); COLUMNS];
    Sheet { name: Text::english(name), header, rows, ..Sheet::default() }
}

fn read(bytes: &[u8]) -> Option<Result<Imported, Diagnostics>> {
    let (which, rest) = bytes.split_first()?;
    let input = |name, bytes| Input { name, bytes };
    let (first, second) = halves(rest);
    Some(match which % 4 {
        0 => coinr::read(input("iMeta.csv", first), input("iData.csv", second)),
        1 => coin_tool::read(input("tool.xlsx", rest)),
        2 => {
            let sheets = [sheet("Database", first), sheet("Framework", second)];
            coin_tool::read(input("tool.xlsx", &workbook::workbook(&sheets).ok()?))
        }
        _ => {
            let (options, message) = match rest.strip_prefix(b"only ") {
                Some(rest) => {
                    let at = rest.iter().position(|byte| *byte == b'\n')?;
                    let words = String::from_utf8_lossy(&rest[..at]).into_owned();
                    let mut words = words.split(' ').map(str::to_owned);
                    let only = words.next().zip(words.next()).into_iter().collect();
                    let mut options = sdmx::Options { only, decimal: ',', ..sdmx::Options::default() };
                    (options.unit, options.indicator) = (words.next(), words.next());
                    (options, &rest[at + 1..])
                }
                None => (sdmx::Options::default(), rest),
            };
            sdmx::read(input("m.csv", message), &options)
        }
    })
}

fuzz_target!(
    init: {
        // The reader of workbooks turns panics of the library under it into findings. The hook of the fuzzer would end the
        // program before that; a panic that leaves the target ends it all the same.
        let _ = std::panic::take_hook();
    },
    |bytes: &[u8]| {
        match read(bytes) {
            Some(Ok(imported)) => {
                let _ = decode::decode("package.toml", &imported.package);
            }
            Some(Err(found)) => assert!(found.has_errors()),
            None => {}
        }
    }
);
