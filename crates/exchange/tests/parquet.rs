//! Tables written as Parquet and read back by `gradus-data`; runs with the feature `parquet`.
#![cfg(feature = "parquet")]
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus_data::{Directory, Files, Memory};
use gradus_engine::Number;
use gradus_exchange::parquet::{Numbers, write};
use gradus_exchange::{Cell, Fate, Sheet, tables};
use gradus_model::number::parse_decimal;
use gradus_model::package::Layout;
use gradus_model::{Absence, DataSet, Package, Text, Value};
use std::collections::BTreeMap;

fn number(text: &str) -> Cell {
    Cell::Number { value: Number::Decimal(parse_decimal(text).unwrap()), places: None }
}

fn table(header: &[&str], rows: Vec<Vec<Cell>>) -> Sheet {
    Sheet { header: header.iter().map(|h| Text::english(*h)).collect(), rows, ..Sheet::default() }
}

/// Reads the bytes as the only, wide, data file of a package with the indicators `a` and `b`.
fn read(bytes: &[u8]) -> gradus_data::Import {
    let text = "format = 1\n[index]\nid = \"i\"\nname = \"I\"\n[[data]]\nfile = \"t.parquet\"\nlayout = \"wide\"\n\
                [[indicator]]\nid = \"a\"\nname = \"A\"\n[[indicator]]\nid = \"b\"\nname = \"B\"\n";
    let package = gradus_model::decode::decode("package.toml", text).0.unwrap();
    gradus_data::load(&package, &Memory::new().with("t.parquet", bytes.to_vec()))
}

fn wide() -> Sheet {
    let row = |unit: &str, a: Cell, b: Cell| vec![Cell::text(unit), Cell::text("2020"), a, b];
    table(
        &["unit", "period", "a", "b"],
        vec![
            row("x", number("-0.1234567890123456789012345678"), number("3")),
            row("y", number("7922816251"), Cell::Missing(Absence::Confidential)),
            row("z", number("0"), number("-17.50")),
        ],
    )
}

fn values(import: &gradus_data::Import) -> Vec<String> {
    assert!(!import.diagnostics.has_errors(), "{:?}", import.diagnostics);
    let shown = |v: &Value| match v {
        Value::Number(x) => x.to_string(),
        other => format!("{other:?}"),
    };
    import.data.observations.iter().map(|o| shown(&o.value)).collect()
}

#[test]
fn decimals_keep_every_digit_and_doubles_their_nearest() {
    let exported = write(&wide(), "t.parquet", Numbers::Decimal).unwrap();
    let exact = read(&exported.files[0].bytes);
    assert_eq!(
        values(&exact),
        ["-0.1234567890123456789012345678", "3", "7922816251", "Absent(NotReported)", "0", "-17.5"]
    );
    assert_eq!(exported.account.of(Fate::Lost).count(), 1, "{}", exported.account);
    assert_eq!(exact.summaries[0].format.to_string(), "Parquet");
    let doubles = write(&wide(), "t.parquet", Numbers::Double).unwrap();
    assert_eq!(values(&read(&doubles.files[0].bytes))[0], "-0.12345678901234568");
    // Twenty-nine digits before the point beside twenty-eight behind it: text, and said.
    let mut long = wide();
    long.rows[1][2] = number("79228162514264337593543950335");
    let exported = write(&long, "t.parquet", Numbers::Decimal).unwrap();
    assert_eq!(exported.account.of(Fate::Assumed).count(), 1);
    assert_eq!(values(&read(&exported.files[0].bytes))[2], "79228162514264337593543950335");
}

#[test]
fn doubles_that_are_no_decimals_are_text() {
    let cell = |x| Cell::Number { value: Number::Binary64(x), places: None };
    for (x, fate) in [(0.1, 0), (1e-30, 1), (1e300, 1), (f64::NAN, 1)] {
        let exported = write(&table(&["a"], vec![vec![cell(x)]]), "t", Numbers::Decimal).unwrap();
        assert_eq!(exported.account.of(Fate::Assumed).count(), fate, "{x}");
    }
}

#[test]
fn the_same_table_gives_the_same_bytes() {
    let bytes = || write(&wide(), "t", Numbers::Decimal).unwrap().files;
    assert_eq!(bytes(), bytes());
}

#[test]
fn headings_that_name_no_column_are_refused() {
    let kind =
        |header: &[&str]| write(&table(header, Vec::new()), "t", Numbers::Decimal).unwrap_err().kind.id;
    assert_eq!(kind(&["a", "a"]), "duplicate-column");
    assert_eq!(kind(&["a", ""]), "missing-key");
    assert!(write(&table(&["a"], Vec::new()), "t", Numbers::Decimal).is_ok());
}

#[test]
fn figures_of_a_package_come_back() {
    let directory = Directory::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../library/packages/hdi"));
    let text = String::from_utf8(directory.open("package.toml").unwrap().into_owned()).unwrap();
    let mut package: Package = gradus_model::decode::decode("package.toml", &text).0.unwrap();
    let data = gradus_data::load(&package, &directory).data;
    let exported =
        write(&tables::figures(&package, &data), "data/figures.parquet", Numbers::Decimal).unwrap();
    package.data.truncate(1);
    package.data[0].file = "data/figures.parquet".to_owned();
    package.data[0].layout = Layout::Long;
    package.data[0].columns.clear();
    let import = gradus_data::load(
        &package,
        &Memory::new().with("data/figures.parquet", exported.files[0].bytes.clone()),
    );
    assert!(!import.diagnostics.has_errors(), "{:?}", import.diagnostics);
    let key = |d: &DataSet| -> BTreeMap<String, Option<gradus_model::Decimal>> {
        let name = |o: &gradus_model::Observation| {
            format!("{} {} {:?}", d.units[o.unit], d.variables[o.variable], o.period)
        };
        d.observations.iter().map(|o| (name(&o), o.value.as_number())).collect()
    };
    assert_eq!(key(&import.data), key(&data));
    assert!(data.observations.len() > 700);
}

#[test]
fn damaged_files_end_in_findings() {
    let whole = write(&wide(), "t", Numbers::Decimal).unwrap().files.remove(0).bytes;
    for cut in 0..whole.len() {
        let import = read(&whole[..cut]);
        assert!(import.diagnostics.has_errors(), "cut at {cut}");
        let mut changed = whole.clone();
        changed[cut] ^= 0x2A;
        let _ = read(&changed);
    }
    let first = read(b"not parquet").diagnostics.into_iter().next().unwrap();
    assert_eq!(first.kind.id, "file-unreadable");
    assert!(first.help.is_some() && !first.places.is_empty());
}

/// A file of one row with the columns of a schema, each written by `fill`.
fn written(
    schema: &str,
    fill: impl Fn(usize, &mut parquet::file::writer::SerializedColumnWriter<'_>),
) -> Vec<u8> {
    let schema = std::sync::Arc::new(parquet::schema::parser::parse_message_type(schema).unwrap());
    let mut writer =
        parquet::file::writer::SerializedFileWriter::new(Vec::new(), schema, Default::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut at = 0;
    while let Some(mut column) = group.next_column().unwrap() {
        fill(at, &mut column);
        column.close().unwrap();
        at += 1;
    }
    group.close().unwrap();
    writer.into_inner().unwrap()
}

#[test]
fn columns_of_other_tools_are_read_by_their_types() {
    use parquet::data_type::{ByteArray, ByteArrayType, FloatType, Int32Type, Int64Type};
    let schema = "message m { REQUIRED BYTE_ARRAY unit (UTF8); REQUIRED INT32 period (DATE); REQUIRED FLOAT a; REQUIRED INT64 b (DECIMAL(18, 3)); }";
    let bytes = written(schema, |at, column| {
        match at {
            0 => column.typed::<ByteArrayType>().write_batch(&[ByteArray::from("x")], None, None).unwrap(),
            1 => column.typed::<Int32Type>().write_batch(&[18_628], None, None).unwrap(),
            2 => column.typed::<FloatType>().write_batch(&[0.1], None, None).unwrap(),
            _ => column.typed::<Int64Type>().write_batch(&[-5], None, None).unwrap(),
        };
    });
    let import = read(&bytes);
    assert_eq!(values(&import), ["0.1", "-0.005"], "a short float is its own shortest decimal");
    assert_eq!(import.data.periods()[0].to_string(), "2021-01-01");
    let place = import.data.observation(0).unwrap().place.clone().unwrap().to_string();
    assert_eq!(place, "t.parquet:2:3");
}

#[test]
fn columns_that_are_not_flat_are_refused_by_name() {
    use parquet::data_type::{ByteArray, ByteArrayType, Int32Type};
    let schema = "message m { REQUIRED BYTE_ARRAY unit (UTF8); REPEATED INT32 a; }";
    let bytes = written(schema, |at, column| {
        match at {
            0 => column.typed::<ByteArrayType>().write_batch(&[ByteArray::from("x")], None, None).unwrap(),
            _ => column.typed::<Int32Type>().write_batch(&[1], Some(&[1]), Some(&[0])).unwrap(),
        };
    });
    let first = read(&bytes).diagnostics.into_iter().next().unwrap();
    assert!(first.message.ends_with("the column `a` is not flat"), "{first}");
}
