//! Tables in, figures and findings out.

use crate::testing::{d, figures, findings, id, package, read, source, year};
use crate::{Memory, load};
use gradus_model::observation::Status;
use gradus_model::package::{ColumnRole, DataSource, Layout, OrderedScale, Package, Percent};
use gradus_model::{Absence, Period, Value};

const LONG: Layout = Layout::Long;
const WIDE: Layout = Layout::Wide;

type Change = fn(&mut DataSource, &mut Package);

fn unchanged(_: &mut DataSource, _: &mut Package) {}

fn name(source: &mut DataSource, role: ColumnRole, column: &str) {
    source.columns.insert(role, column.to_owned());
}

/// A table, what is declared of it, and the figures and findings it yields.
#[track_caller]
fn check(text: &str, layout: Layout, change: Change, expected: &[&str], expected_findings: &[&str]) {
    let import = read(text, layout, change);
    let all: Vec<String> = import.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(figures(&import), expected, "{text}\n{all:#?}");
    assert_eq!(findings(&import), expected_findings, "{text}\n{all:#?}");
}

#[test]
fn long_tables_are_read() {
    check(
        "unit,variable,period,value,status\nchangchun,gdp,2018,95700.10,\nshenyang,gdp,2018,-0.5,P\nchangchun,population,2018-Q2,1e3,estimated\n",
        LONG,
        unchanged,
        &[
            "changchun gdp 2018 95700.1",
            "shenyang gdp 2018 -0.5 provisional",
            "changchun population 2018-Q2 1000 estimated",
        ],
        &[],
    );
}

#[test]
fn wide_tables_are_read() {
    check(
        "unit,year,gdp,Clean air,healthy\nchangchun,2018,1,2,full\nshenyang,2018,3,,级basic\n",
        WIDE,
        unchanged,
        &[
            "changchun gdp 2018 1",
            "changchun air 2018 2",
            "changchun healthy 2018 level 2",
            "shenyang gdp 2018 3",
            "shenyang air 2018 not-reported",
            "shenyang healthy 2018 level 1",
        ],
        &[],
    );
}

#[test]
fn names_are_found_by_mapping_code_and_name() {
    check(
        "City,Indicator,Year,Value\nCC,GDP,2018,1\n长春,人均GDP,2019,2\nChangchun,gdp,2020,3\nshenyang,GDP per head,2018,4\n",
        LONG,
        |source, _| {
            name(source, ColumnRole::Unit, "City");
            source.units.insert("CC".into(), id("changchun"));
            source.variables.insert("GDP".into(), id("gdp"));
        },
        &["changchun gdp 2018 1", "changchun gdp 2019 2", "changchun gdp 2020 3", "shenyang gdp 2018 4"],
        &[],
    );
    // What is declared goes before what a code would mean.
    check(
        "unit,variable,value\nchangchun,gdp,1\nshenyang,gdp,2\n",
        LONG,
        |source, _| {
            source.units.insert("changchun".into(), id("shenyang"));
            source.units.insert("shenyang".into(), id("changchun"));
        },
        &["shenyang gdp 1", "changchun gdp 2"],
        &[],
    );
}

#[test]
fn values_are_typed() {
    check(
        "unit,variable,value,sample-size,standard-error,lower,upper,awarded,expires\n\
         changchun,gdp,>=40,,,,,,\n\
         changchun,air,,,,40,50,,\n\
         changchun,population,12,1000,0.5,,,,\n\
         changchun,healthy,basic,,,,,,\n\
         changchun,civilized,full,,,,,2017-11-14,2020-11-13\n\
         shenyang,civilized,none,,,,,,\n\
         shenyang,gdp,n/a,,,,,,\n\
         shenyang,air,,,,n/a,5,,\n",
        LONG,
        |source, _| {
            source.absent.insert("n/a".into(), Absence::NotAvailable);
        },
        &[
            "changchun gdp [40, ]",
            "changchun air [40, 50]",
            "changchun population 12 n=Some(1000) se=0.5",
            "changchun healthy level 1",
            "changchun civilized title 2 Some(2017-11-14) Some(2020-11-13)",
            "shenyang civilized title 0 None None",
            "shenyang gdp not-available",
            "shenyang air [, 5]",
        ],
        &[],
    );
}

#[test]
fn answers_are_read_on_the_scale_that_every_package_has() {
    let yes_no: Change = |_, package| package.scales[0] = OrderedScale::yes_no().unwrap();
    check(
        "unit,year,healthy\nchangchun,2011,yes\nchangchun,2012,No\nchangchun,2013,TRUE\nchangchun,2014,false\n\
         changchun,2015,1\nchangchun,2016,0\nchangchun,2017,是\nchangchun,2018,否\nchangchun,2019,maybe\n",
        WIDE,
        yes_no,
        &[
            "changchun healthy 2011 level 1",
            "changchun healthy 2012 level 0",
            "changchun healthy 2013 level 1",
            "changchun healthy 2014 level 0",
            "changchun healthy 2015 level 1",
            "changchun healthy 2016 level 0",
            "changchun healthy 2017 level 1",
            "changchun healthy 2018 level 0",
        ],
        &["unknown-level 10:3"],
    );
    // A scale of the package's own under that code means what the package says.
    let own: Change = |_, package| package.scales[0].id = id(OrderedScale::YES_NO);
    check("unit,healthy\nchangchun,TRUE\n", WIDE, own, &[], &["unknown-level 2:2"]);
}

#[test]
fn a_figure_knows_which_declaration_of_its_file_it_was_read_by() {
    let (mut first, mut second) = (source("tables.csv", LONG), source("tables.csv", LONG));
    first.period = year(2018);
    second.period = year(2019);
    let files = Memory::new().with("tables.csv", b"unit,variable,value\nchangchun,gdp,1\n".to_vec());
    let mut package = package(vec![first, second]);
    let import = load(&package, &files);
    let sources: Vec<_> = import.data.observations.iter().map(|o| o.detail.data_source).collect();
    assert_eq!(sources, [Some(0), Some(1)]);
    // What the second gives again is counted where it stands.
    package.data[1].period = year(2018);
    let import = load(&package, &files);
    assert_eq!(import.summaries.iter().map(|s| s.values).collect::<Vec<_>>(), [1, 0]);
}

#[test]
fn measurement_units_are_compared_and_converted() {
    check(
        "unit,variable,period,value,measurement_unit\n\
         changchun,gdp,2018,9.57,CNY 1e4\n\
         changchun,gdp,2019,95700,CNY\n\
         changchun,gdp,2020,95700,\n\
         changchun,gdp,2021,1..2,CNY 1e4\n\
         changchun,gdp,2022,1,USD\n\
         changchun,gdp,2023,79228162514264337593543950335,CNY 1e4\n\
         changchun,air,2018,1,whatever\n",
        LONG,
        unchanged,
        &[
            "changchun gdp 2018 95700",
            "changchun gdp 2019 95700",
            "changchun gdp 2020 95700",
            "changchun gdp 2021 [10000, 20000]",
            "changchun air 2018 1",
        ],
        &["wrong-measurement-unit 6:5", "invalid-number 7:4"],
    );
}

#[test]
fn a_figure_that_was_computed_on_reading_keeps_what_the_file_has() {
    let written = |text: &str, percent| {
        let import = read(text, LONG, |source, _| source.numbers.percent = percent);
        let details = import.data.observations.iter().map(|o| o.detail.as_written.clone());
        details.map(|text| text.map(|text| text.to_string())).collect::<Vec<_>>()
    };
    let converted = "unit,variable,value,measurement_unit\nchangchun,gdp,9.57,CNY 1e4\nshenyang,gdp,5,CNY\n";
    assert_eq!(written(converted, Percent::Refuse), [Some("9.57 CNY 1e4".to_owned()), None]);
    let percent = "unit,variable,value\nchangchun,gdp,12%\nshenyang,gdp,0.5\n";
    assert_eq!(written(percent, Percent::Divide), [Some("12%".to_owned()), None]);
    assert_eq!(written(percent, Percent::Keep), [None, None]);
}

#[test]
fn notation_is_as_declared() {
    check(
        "unit;variable;value\nchangchun;gdp;1.234,5\nshenyang;gdp;12,5%\n",
        LONG,
        |source, _| {
            source.numbers.decimal = ',';
            source.numbers.thousands = Some('.');
            source.numbers.percent = Percent::Divide;
        },
        &["changchun gdp 1234.5", "shenyang gdp 0.125"],
        &[],
    );
}

#[test]
fn declared_defaults_fill_what_rows_leave_out() {
    check(
        "unit,variable,value,period\nchangchun,gdp,1,\nshenyang,gdp,2,2017\n",
        LONG,
        |source, _| {
            source.period = year(2018);
            source.status = Status::Provisional;
        },
        &["changchun gdp 2018 1 provisional", "shenyang gdp 2017 2 provisional"],
        &[],
    );
}

#[test]
fn everything_wrong_is_found_at_once() {
    check(
        "unit,variable,period,value,status,vintage,confidence\n\
         chanchun,gdp,2018,1,,,\n\
         changchun,gpd,2018,1,,,\n\
         changchun,gdp,18,1,,,\n\
         changchun,gdp,2018,n/a,,,\n\
         changchun,gdp,2019,\"1,234.5\",final?,,\n\
         changchun,healthy,2018,ful,,,\n\
         changchun,healthy,2019,n/a,,,\n\
         changchun,air,2018,5..4,,,\n\
         changchun,index,2018,5,,,\n\
         changchun,air,2019,1,,2018/5/1,sure\n\
         changchun,air,2020,1,,,,\n\
         ,air,2021,1,,,\n\
         changchun,air,2022,1e99,,,\n\
         changchun,air,2019,2,,,\n",
        LONG,
        unchanged,
        &["changchun air 2019 1"],
        &[
            "unknown-unit 2:1",
            "unknown-unit 13:1",
            "unknown-variable 3:2",
            "unknown-variable 10:2",
            "invalid-period 4:3",
            "undeclared-marker 5:4",
            "unknown-status 6:5",
            "not-a-number 6:4",
            "unknown-level 7:4",
            "invalid-bounds 9:4",
            "invalid-date 11:6",
            "unknown-word 11:7",
            "ragged-row 12:1",
            "invalid-number 14:4",
            "duplicate-observation 15:4",
        ],
    );
}

#[test]
fn the_same_marker_in_two_kinds_of_columns_is_one_finding() {
    let import = read(
        "unit,variable,period,value\nchangchun,gdp,2018,n/a\nchangchun,gdp,2019,n/a\nchangchun,healthy,2019,n/a\n",
        LONG,
        unchanged,
    );
    assert_eq!(import.diagnostics.iter().filter(|d| d.is_error()).count(), 1);
    let first = import.diagnostics.iter().next().unwrap();
    assert!(first.message.ends_with("(3 times)"), "{first}");
}

#[test]
fn headings_are_found_or_missed_with_advice() {
    let message = |text: &str, layout, change: Change| {
        let import = read(text, layout, change);
        let d = import.diagnostics.iter().find(|d| d.kind.id != "no-data").cloned().unwrap();
        format!("{}: {} | {}", d.kind.id, d.message, d.help.unwrap_or_default())
    };
    for (text, layout, change, expected) in [
        (
            "city,variable,value\n",
            LONG,
            unchanged as Change,
            "unknown-column: `data.csv` has no column `unit` | name the column that has it, for example `columns = { unit = \"city\" }`",
        ),
        (
            "unit,gdp,air\nchangchun,1,2\n",
            LONG,
            unchanged,
            "unknown-column: `data.csv` has no column `variable` | declare `layout = \"wide\"`: 2 headings are codes of indicators or measures",
        ),
        (
            "unit,variable,value,yaer\n",
            LONG,
            |s, _| name(s, ColumnRole::Period, "year"),
            "unknown-column: `data.csv` has no column `year` | name the column that is there: `yaer`",
        ),
        (
            "unit,gdp,gdp\nchangchun,1,2\n",
            WIDE,
            unchanged,
            "duplicate-column: the heading `gdp` stands over two columns | rename or remove one of the columns",
        ),
        (
            "unit,gdp,airr\nchangchun,1,2\n",
            WIDE,
            unchanged,
            "ignored-column: column `airr` is not read | map the name, if it is meant: `variables = { \"airr\" = \"air\" }`",
        ),
        (
            "unit,gdp\nchangchun,1\n",
            WIDE,
            |s, _| {
                s.variables.insert("Air".into(), id("air"));
            },
            "unknown-column: `data.csv` has no column `Air`, which `variables` names | remove the name, or add the column",
        ),
        (
            "unit,gdp\nchangchun,1\n",
            WIDE,
            |s, _| {
                s.variables.insert("gdp".into(), id("gdq"));
            },
            "unknown-variable: `gdp` is mapped to `gdq`, which is not in the package | map it to `gdp`",
        ),
    ] {
        assert_eq!(message(text, layout, change), expected);
    }
}

#[test]
fn a_wide_heading_that_is_a_code_is_the_variable() {
    let import = read("unit,status,gdp\nchangchun,1,2\n", WIDE, |_, package| {
        package.nodes[2].id = id("status");
    });
    assert_eq!(figures(&import), ["changchun status 1", "changchun gdp 2"]);
}

#[test]
fn a_subset_passes_over_what_the_package_does_not_have() {
    let import = read(
        "unit,variable,period,value\nchangchun,gdp,2018,1\ntokyo,gdp,never,x\nchangchun,rain,2018,much\ntokyo,gdp,2018,1\n",
        LONG,
        |source, _| source.subset = true,
    );
    assert_eq!(figures(&import), ["changchun gdp 2018 1"]);
    assert_eq!(findings(&import), [""; 0]);
    let text = import.summaries[0].to_string();
    assert!(text.contains("2 rows of units that are not in the package (`tokyo`)"), "{text}");
    assert!(text.contains("1 row of a variable that is not in the package (`rain`)"), "{text}");
}

#[test]
fn units_come_from_the_data_where_the_package_declares_none() {
    let import = read(
        "unit,unit-name,variable,value\nB,Bern,gdp,1\nA,阿城,gdp,2\nA,Acheng,air,3\nNew York,,gdp,4\nZ,,gdp,5\n",
        LONG,
        |source, package| {
            package.units.clear();
            source.units.insert("Z".into(), id("ZRH"));
        },
    );
    assert_eq!(figures(&import), ["B gdp 1", "A gdp 2", "A air 3", "ZRH gdp 5"]);
    assert_eq!(findings(&import), ["invalid-code 5:1"]);
    let names: Vec<_> =
        import.unit_names.iter().map(|(id, t)| format!("{id} {:?} {:?}", t.en, t.zh)).collect();
    assert_eq!(names, ["A Some(\"Acheng\") Some(\"阿城\")", "B Some(\"Bern\") None"]);
    let help = import.diagnostics.iter().next().unwrap().help.clone().unwrap();
    assert_eq!(
        help,
        "give the unit a code: `units = { \"New York\" = \"New-York\" }`; or add a column of codes and name this one `unit-name`"
    );
}

#[test]
fn a_class_holds_until_another_one_is_given() {
    let open = |source: &mut DataSource, package: &mut Package| {
        package.units.clear();
        source.groups.insert("income".into(), "group".into());
    };
    let text = "unit,indicator,period,value,group\nx,air,2019,1,low\nx,air,2021,2,middle\nx,air,2020,3,low\n\
                x,gdp,2021,4,middle\nx,air,2022,5,\ny,air,2019,6,high\ny,air,2020,7,high\nz,air,2019,8,\n";
    let found = read(text, Layout::Long, open);
    let income = &found.data.classes["income"];
    let of = |unit, year| income.of(unit, year).map(|class| class.to_string());
    let year = |text| Period::parse(text);
    assert_eq!(
        ["2018", "2019", "2020", "2021", "2022"].map(|y| of(0, year(y)).unwrap()),
        ["low", "low", "low", "middle", "middle"]
    );
    assert_eq!((of(0, None).unwrap(), of(1, year("2020")).unwrap()), ("middle".into(), "high".into()));
    assert_eq!((of(2, None), of(9, None)), (None, None));
    assert_eq!(income.changes.len(), 1);

    // Two classes in one period are none: each is shown with its row.
    let text = format!("{text}x,healthy,2019,full,high\n");
    let found = read(text, Layout::Long, open);
    let conflict = found.diagnostics.iter().find(|d| d.kind.id == "class-conflict").unwrap();
    assert_eq!(conflict.message, "`x` is in `high` in 2019, and in `low` at another place");
    let places: Vec<String> = conflict.places.iter().map(|(place, _)| place.to_string()).collect();
    assert_eq!(places, ["data.csv:10:5", "data.csv:2:5"]);
}

#[test]
fn an_empty_cell_gives_way_to_a_figure_elsewhere() {
    let mut package = package(vec![source("a.csv", WIDE), source("b.csv", LONG)]);
    package.nodes.truncate(3);
    package.nodes[0].children.truncate(2);
    let files = Memory::new()
        .with("a.csv", &b"unit,period,gdp,air\nchangchun,2018,,5\nshenyang,2018,,\n"[..])
        .with("b.csv", &b"unit,variable,period,value\nchangchun,gdp,2018,7\nchangchun,air,2018,6\n"[..]);
    let import = load(&package, &files);
    assert_eq!(
        figures(&import),
        [
            "changchun air 2018 5",
            "shenyang gdp 2018 not-reported",
            "shenyang air 2018 not-reported",
            "changchun gdp 2018 7"
        ]
    );
    assert_eq!(findings(&import), ["duplicate-observation b.csv:3:4"]);
    let d = import.diagnostics.iter().next().unwrap();
    assert_eq!(d.places[1].0.to_string(), "a.csv:2:4");
    let observations: u64 = import.summaries.iter().map(|s| s.observations()).sum();
    assert_eq!(observations, 4);
}

#[test]
fn details_are_kept_and_shared() {
    let import = read(
        "unit,variable,value,source,vintage,note\nchangchun,gdp,1,Yearbook,2019-03-01,\nchangchun,air,2,Yearbook,2019-03-01,\nshenyang,air,2,Yearbook,,=1+1\nshenyang,gdp,2,,,@x\n",
        LONG,
        unchanged,
    );
    let o: Vec<_> = import.data.observations.iter().collect();
    assert!(std::sync::Arc::ptr_eq(&o[0].detail, &o[1].detail));
    assert_eq!(o[0].detail.source.as_deref(), Some("Yearbook"));
    assert_eq!(o[0].detail.vintage.map(|v| v.to_string()).as_deref(), Some("2019-03-01"));
    assert_eq!(o[2].detail.note.as_deref(), Some("=1+1"));
    assert_eq!(findings(&import), ["text-formula 4:6"]);
    assert_eq!(o[2].value, Value::Number(d("2")));
    assert_eq!(o[2].place.as_ref().unwrap().to_string(), "data.csv:4:3");
}

#[test]
fn files_that_cannot_be_read_are_reported() {
    for (bytes, change, expected) in [
        (&b""[..], unchanged as Change, "empty-file index.toml bytes 0..0"),
        (b"\n \n", unchanged, "empty-file data.csv"),
        (b"\xEF\xBB\xBF", unchanged, "empty-file data.csv"),
        (b"unit,\0\0\0", unchanged, "undecodable-text data.csv bytes 5..6"),
        (b"PK\x03\x04", unchanged, "undecodable-text data.csv"),
        (b"unit,\xFF\xFF", |s, _| s.encoding = Some("utf-8".into()), "undecodable-text data.csv bytes 5..6"),
        (b"unit,value\n", |s, _| s.encoding = Some("utf-9".into()), "unknown-word index.toml bytes 0..0"),
        (b"unit,value\n", |s, _| s.delimiter = Some('a'), "unknown-word index.toml bytes 0..0"),
    ] {
        let import = read(bytes, LONG, change);
        assert_eq!(findings(&import), [expected]);
        assert_eq!(import.diagnostics.counts(), (1, 0), "no further findings where nothing could be read");
    }
    let missing = load(
        &package(vec![source("data/citis.csv", LONG)]),
        &Memory::new().with("data/cities.csv", &b"x"[..]),
    );
    let d = missing.diagnostics.iter().next().unwrap();
    assert_eq!(d.kind.id, "file-not-found");
    assert_eq!(d.help.as_deref(), Some("name the file that is there: `data/cities.csv`"));
}

#[test]
fn indicators_without_figures_are_named() {
    let import = read("unit,variable,value\nchangchun,gdp,1\nchangchun,air,\n", LONG, |_, package| {
        package.nodes.truncate(3);
        package.nodes[0].children.truncate(2);
    });
    let found: Vec<String> = import.diagnostics.iter().map(|d| d.message.clone()).collect();
    assert_eq!(found, ["`air` has no figure for any unit"]);
}

#[test]
fn a_summary_says_what_was_read_and_what_was_not() {
    let import = read(
        "unit;variable;period;value;unit-code;remark;measurement-unit;note\n\
         changchun;gdp;2017;9,57;x;y;CNY 1e4;=1\n\
         changchun;gdp;2018;95700;x;y;CNY;\n\
         ;;;;;;;\n\
         shenyang;gdp;2018;n/a;x;y;;\n\
         shenyang;air;2018;;x;y;;\n\
         shenyang;air\n\
         tokyo;air;2018;1;x;y;;\n",
        LONG,
        |source, _| {
            source.numbers.decimal = ',';
            source.subset = true;
            source.absent.insert("n/a".into(), Absence::NotAvailable);
            source.variables.insert("BIP".into(), id("gdp"));
        },
    );
    insta::assert_snapshot!(import.summaries[0]);
}

fn fixture(name: &str) -> Vec<u8> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/data");
    crate::Files::open(&crate::Directory::new(directory), name).unwrap().into_owned()
}

#[track_caller]
fn check_fixture(
    file: &'static str,
    layout: Layout,
    change: Change,
    expected: &[&str],
    expected_findings: &[&str],
) -> crate::Import {
    let import = read(fixture(file), layout, |source, package| {
        source.file = file.to_owned();
        change(source, package);
    });
    let all: Vec<String> = import.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(figures(&import), expected, "{file}\n{all:#?}");
    assert_eq!(findings(&import), expected_findings, "{file}\n{all:#?}");
    import
}

#[test]
fn each_encoding_gives_the_same_figures() {
    let expected =
        ["changchun gdp 2018 95700.1", "shenyang gdp 2018 75766", "changchun population 2018 7489400"];
    for (file, encoding, delimiter) in [
        ("utf8.csv", "utf-8", ','),
        ("utf8-bom.csv", "utf-8", ','),
        ("utf16le.csv", "utf-16le", '\t'),
        ("utf16be-no-bom.csv", "utf-16be", ','),
        ("gb18030.csv", "gb18030", ';'),
    ] {
        let import = check_fixture(file, LONG, unchanged, &expected, &[]);
        let summary = &import.summaries[0];
        assert_eq!(summary.encoding.as_ref().map(|e| e.value.as_str()), Some(encoding));
        assert_eq!(summary.delimiter.map(|d| d.value), Some(delimiter));
        assert_eq!(
            import.data.observation(2).unwrap().place.as_ref().unwrap().to_string(),
            format!("{file}:5:4")
        );
    }
    let import = check_fixture("latin1.csv", WIDE, unchanged, &["changchun gdp 1", "shenyang gdp 2"], &[]);
    assert_eq!(import.unit_names[&id("shenyang")].en.as_deref(), Some("Moukdén français"));
}

#[test]
fn sheets_of_workbooks_are_read() {
    let change: Change = |source, _| {
        source.sheet = Some("Long".into());
        source.absent.insert("n/a".into(), Absence::NotAvailable);
    };
    let expected = [
        "changchun gdp 2018 95700.1",
        "shenyang gdp 2018 0.30000000000000004",
        "changchun population 2018 7489400",
        "shenyang population 2018 not-available",
        "changchun healthy 2018 level 2",
    ];
    let with_title: Vec<&str> =
        expected.into_iter().chain(["changchun civilized 2018 title 1 None None"]).collect();
    let import = check_fixture(
        "tables.xlsx",
        LONG,
        change,
        &with_title,
        &[
            "ignored-column tables.xlsx Long!I3",
            "binary-cell tables.xlsx Long!E4",
            "text-formula tables.xlsx Long!G5",
        ],
    );
    insta::assert_snapshot!("xlsx", import.summaries[0]);
    let first = import.data.observation(0).unwrap();
    assert_eq!(first.place.as_ref().unwrap().to_string(), "tables.xlsx Long!E3");
    assert_eq!(first.detail.vintage.map(|v| v.to_string()).as_deref(), Some("2019-03-01"));
    let import = check_fixture(
        "tables.ods",
        LONG,
        change,
        &expected,
        &["binary-cell tables.ods Long!D6", "text-formula tables.ods Long!F7"],
    );
    insta::assert_snapshot!("ods", import.summaries[0]);
    let wide: Change = |source, _| source.sheet = Some("Wide".into());
    check_fixture(
        "tables.xlsx",
        WIDE,
        wide,
        &[
            "changchun gdp 2018 1",
            "changchun air 2018 2",
            "shenyang gdp 2018 3",
            "shenyang air 2018 not-reported",
        ],
        &[],
    );
    check_fixture(
        "tables.ods",
        WIDE,
        wide,
        &[
            "changchun gdp 2018 5",
            "changchun air 2018 5",
            "shenyang gdp 2018 3",
            "shenyang air 2018 not-reported",
        ],
        &[],
    );
}

#[test]
fn cells_of_workbooks_that_are_no_numbers_are_refused() {
    check_fixture(
        "tables.xlsx",
        WIDE,
        |source, _| source.sheet = Some("Wrong".into()),
        &["shenyang gdp 2019 6", "shenyang air 2019 5"],
        &[
            "formula-error-cell tables.xlsx Wrong!C2",
            "not-a-number tables.xlsx Wrong!D2",
            "not-a-number tables.xlsx Wrong!D3",
            "not-a-number tables.xlsx Wrong!C3",
        ],
    );
}

#[test]
fn workbooks_that_cannot_be_read_are_reported() {
    let message = |bytes: Vec<u8>, file: &str, sheet: Option<&str>| {
        let import = read(bytes, LONG, |source, _| {
            source.file = file.to_owned();
            source.sheet = sheet.map(str::to_owned);
        });
        assert_eq!(import.diagnostics.counts(), (1, 0));
        let d = import.diagnostics.into_iter().next().unwrap();
        format!("{}: {} | {}", d.kind.id, d.message, d.help.unwrap_or_default())
    };
    let xlsx = || fixture("tables.xlsx");
    for (bytes, file, sheet, expected) in [
        (
            xlsx(),
            "a.xlsx",
            Some("Lng"),
            "unknown-sheet: `a.xlsx` has no sheet `Lng` | name the sheet that is there: `Long`",
        ),
        (
            fixture("tables.ods"),
            "a.ods",
            Some("x"),
            "unknown-sheet: `a.ods` has no sheet `x` | name one of its sheets: `Long`, `Wide`",
        ),
        (
            xlsx(),
            "a.xlsx",
            Some("Empty"),
            "empty-file: the sheet `Empty` of `a.xlsx` is empty | fill the sheet, or name another one as `sheet`",
        ),
        (
            b"unit,gdp\n".to_vec(),
            "a.xlsx",
            None,
            "workbook-unreadable: `a.xlsx` is not a workbook | save it as XLSX or ODS, or, if it is a text table, let its name end in `.csv`",
        ),
        (
            b"\xD0\xCF\x11\xE0".to_vec(),
            "a.xlsx",
            None,
            "workbook-unreadable: `a.xlsx` is encrypted, or an old workbook | save it without a password as XLSX or ODS",
        ),
        (
            b"x".to_vec(),
            "a.xls",
            None,
            "workbook-unreadable: `a.xls` is in the format of old workbooks | save it as XLSX or ODS and name that file",
        ),
        (
            b"unit,gdp\n".to_vec(),
            "a.csv",
            Some("Long"),
            "unknown-sheet: `a.csv` is a text table and has no sheet `Long` | remove `sheet`, or name the workbook",
        ),
    ] {
        assert_eq!(message(bytes, file, sheet), expected);
    }
    let mut cut = xlsx();
    cut.truncate(cut.len() / 2);
    assert!(message(cut, "a.xlsx", None).starts_with("workbook-unreadable: `a.xlsx` cannot be read as XLSX"));
}
