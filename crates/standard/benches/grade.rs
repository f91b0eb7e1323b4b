//! Grades of a large panel with everything they rest on: 10,000 cities, 30 indicators in three layers, 20 years, three
//! grades, a standard with a gate, a veto with a look-back, shares in each layer and points.
//!
//! `cargo bench -p gradus-standard --bench grade`. Figures are made here; computing the index is not timed.

use divan::Bencher;
use gradus_engine::{Evaluation, Methods, evaluate};
use gradus_model::observation::{Absence, Detail, Status};
use gradus_model::{DataSet, Decimal, Id, Observation, Package, Period, Value, decode};
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
        let mut observations = Vec::with_capacity(CITIES * YEARS * 30);
        let mut state = 1u64;
        for year in 0..YEARS {
            let period = i16::try_from(2000 + year).ok().map(Period::year);
            for unit in 0..CITIES {
                for variable in 0..30 {
                    state =
                        state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let value = match (state >> 33) % 1000 {
                        missing if missing < 20 => Value::Absent(Absence::NotReported),
                        x => Value::Number(Decimal::new(i64::try_from(x).unwrap_or(0), 1)),
                    };
                    observations.push(Observation {
                        unit,
                        variable,
                        period,
                        value,
                        status: Status::Final,
                        place: None,
                        detail: Arc::clone(&detail),
                    });
                }
            }
        }
        let data = DataSet {
            units: (0..CITIES).filter_map(|u| Id::new(&format!("u{u}")).ok()).collect(),
            variables: package.variables().iter().map(|v| v.id.clone()).collect(),
            observations: observations.into(),
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

/// The proofs of every standard at every grade, read out as trees.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn all_proofs(bencher: Bencher<'_, '_>) {
    let case = case();
    let grading = gradus_standard::grade(&case.package, &case.data, &case.evaluation);
    bencher.bench(|| grading.rows().flat_map(|row| row.standards()).map(|s| s.proofs().len()).sum::<usize>());
}
