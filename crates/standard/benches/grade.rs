//! Grades of a large panel with everything they rest on: 10,000 cities, 30 indicators in three layers, 20 years, three
//! grades, a standard with a gate, a veto with a look-back, shares in each layer and points.
//!
//! `cargo bench -p gradus-standard --bench grade`. Figures are made here; computing the index is not timed.

use divan::Bencher;
use gradus_engine::{Evaluation, Methods, evaluate};
use gradus_model::observation::{
    Absence, Detail, Grid, GridColumn, GridFile, GridRow, Head, Observations, Plain, Status,
};
use gradus_model::{DataSet, Id, Package, Period, decode};
use rayon::prelude::*;
use std::fmt::Write;
use std::sync::{Arc, OnceLock};

const CITIES: usize = 10_000;
const YEARS: usize = 20;

fn main() {
    divan::main();
}

struct Case {
    package: Package,
    data: DataSet,
    evaluation: Evaluation,
}

fn package() -> Package {
    let mut text = String::from(
        "format = 1\n[index]\nid = 'i'\nname = 'I'\naggregate = 'none'\n[policy]\narithmetic = 'binary64'\n\
         [[grade]]\nid = 'primary'\nname = 'P'\n[[grade]]\nid = 'intermediate'\nname = 'I'\n[[grade]]\nid = 'advanced'\nname = 'A'\n",
    );
    for layer in 0..3 {
        let _ = write!(text, "[[group]]\nid = 'l{layer}'\nname = 'L'\naggregate = 'none'\n");
    }
    for i in 0..30 {
        let years = if i % 10 == 0 { "{ value = 70, years = 3 }" } else { "70" };
        let _ = write!(
            text,
            "[[indicator]]\nid = 'x{i}'\nname = 'X'\nparent = 'l{}'\nladder = {{ primary = 30, intermediate = 50, advanced = {years} }}\n",
            i / 10
        );
    }
    text.push_str(
        "[[standard]]\nid = 's'\nname = 'S'\ngate = { all-of = [{ every = 'x1' }, { never = 'x2', from = 99, within-years = 3 }] }\n\
         rule = { all-of = [{ in-each = '*', rule = { share = 0.8 } }, { points = { primary = 25, intermediate = 45, advanced = 70 }, each = { primary = 1, intermediate = 2, advanced = 3 } }] }\n",
    );
    let (package, found) = decode::decode("package.toml", &text);
    let Some(package) = package else { panic!("{found:#?}") };
    package
}

/// One figure in fifty is missing.
fn case() -> &'static Case {
    static CASE: OnceLock<Case> = OnceLock::new();
    CASE.get_or_init(|| {
        let package = package();
        let detail = Arc::new(Detail::default());
        let mut state = 1u64;
        let mut figure = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            match (state >> 33) % 1000 {
                missing if missing < 20 => Plain::Absent(Absence::NotReported),
                x => Plain::Number { mantissa: i64::try_from(x).unwrap_or(0), places: 1 },
            }
        };
        // As a wide table gives them: a row per city and year, a column per indicator.
        let column = |variable: u32| {
            let mut column = GridColumn::new(variable, 3 + variable, CITIES * YEARS);
            (0..CITIES * YEARS).for_each(|_| column.push(figure()));
            column
        };
        let mut grid = Grid::new(GridFile::default(), (0..30).map(column).collect());
        for year in 0..YEARS {
            let period = i16::try_from(2000 + year).ok().map(Period::year);
            for unit in 0..CITIES {
                let head = Head { period, status: Status::Final, detail: Arc::clone(&detail) };
                let line = u32::try_from(2 + year * CITIES + unit).unwrap_or(0);
                grid.push_row(u32::try_from(unit).unwrap_or(0), GridRow::NONE, head, line);
            }
        }
        let mut observations = Observations::default();
        observations.push_grid(grid);
        let data = DataSet {
            units: (0..CITIES).filter_map(|u| Id::new(&format!("u{u}")).ok()).collect(),
            variables: package.variables().iter().map(|v| v.id.clone()).collect(),
            observations,
            ..DataSet::default()
        };
        let Ok((evaluation, _)) = evaluate(&package, &Methods::default(), &data) else {
            panic!("it computes")
        };
        Case { package, data, evaluation }
    })
}

/// Every city in every year, with the verdict of every clause and cell.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn all_rows(bencher: Bencher<'_, '_>) {
    let case = case();
    bencher.bench(|| gradus_standard::grade(&case.package, &case.data, &case.evaluation));
}

/// The same, and the proof of the standard at each of the three grades read out as a tree: 600,000 of them, each with the
/// nine clauses and 62 parts it rests on.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn all_rows_with_proofs(bencher: Bencher<'_, '_>) {
    let case = case();
    bencher.bench(|| {
        let grading = gradus_standard::grade(&case.package, &case.data, &case.evaluation);
        let proofs = |row: usize| {
            grading.row(row).into_iter().flat_map(|row| row.standards().map(|s| s.proofs().len()))
        };
        (0..grading.n_rows()).into_par_iter().map(|row| proofs(row).sum::<usize>()).sum::<usize>()
    });
}
