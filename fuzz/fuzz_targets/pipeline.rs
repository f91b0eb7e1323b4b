//! Every registered method on small data: the first bytes choose one of each family and the figures, the lines after them are
//! its arguments. An input that begins with `format` is a whole package file instead. Errors are fine; a panic is not, nor
//! is a score that is no number.
#![no_main]

use gradus_data::Memory;
use gradus_engine::{Methods, evaluate_in};
use gradus_method::{Method, Registry};
use gradus_model::{Arithmetic, decode};
use libfuzzer_sys::fuzz_target;
use std::fmt::Write;
use std::sync::LazyLock;

static METHODS: LazyLock<Methods> = LazyLock::new(Methods::default);

/// Eight units in two classes, four indicators, two periods: enough for regressions and components.
static FIGURES: LazyLock<[Memory; 3]> = LazyLock::new(|| {
    let make = |cell: fn(usize, usize, usize) -> String| {
        let mut text = String::from("unit,period,region,p,q,r,s\n");
        for period in 0..2 {
            for unit in 0..8 {
                let region = if unit % 3 == 0 { "east" } else { "west" };
                let row: Vec<String> = (0..4).map(|column| cell(unit, period, column)).collect();
                let _ = writeln!(text, "u{unit},{},{region},{}", 2019 + period, row.join(","));
            }
        }
        Memory::new().with("data.csv", text.into_bytes())
    };
    [
        // Positive, with gaps.
        make(|unit, period, column| match unit * 5 + column * 3 + period {
            n if n % 11 == 4 => String::new(),
            n => (1 + n * n * (column + 2) % 29).to_string(),
        }),
        // Complete.
        make(|unit, period, column| (1 + (unit * 7 + column * unit * 3 + period * 5) % 17).to_string()),
        // What is difficult: a constant, zeros and negative figures, sizes far apart, nearly nothing known.
        make(|unit, period, column| match (column, unit) {
            (0, _) => "3".into(),
            (1, _) => (unit as i64 % 3 - 1).to_string(),
            (2, 0..=3) => format!("{}e{}", unit as i64 - 2, 6 * unit + period),
            (2, _) => format!("0.{unit:020}"),
            (_, 5) => "1e20".into(),
            _ => String::new(),
        }),
    ]
});

/// The method a letter stands for: `a` is the first of the family in order of id, and the one after the last is none.
fn chosen<T: std::fmt::Debug>(registry: &Registry<T>, letter: u8) -> Option<&'static str> {
    let methods: Vec<&'static Method<T>> = registry.iter().collect();
    methods.get(usize::from(letter.wrapping_sub(b'a')) % (methods.len() + 1)).map(|method| method.id)
}

fn package(letters: &[u8; 7], rest: &str) -> String {
    let [impute, treat, transform, normalize, weigh, aggregate, rules] = *letters;
    let mut arguments = rest.lines();
    // A call with the next line as its arguments.
    let mut call = |id: &str| match arguments.next().unwrap_or_default() {
        "" => format!("{{ method = '{id}' }}"),
        line => format!("{{ method = '{id}', {line} }}"),
    };
    let mut text = String::from("format = 1\n[index]\nid = 'i'\nname = 'I'\n");
    let mut steps = String::new();
    if let Some(id) = chosen(&METHODS.aggregators, aggregate) {
        let _ = writeln!(text, "aggregate = {}", call(id));
    }
    if let Some(id) = chosen(&METHODS.weighers, weigh) {
        let _ = writeln!(text, "weights = {}", call(id));
    }
    let normalize = chosen(&METHODS.normalizers, normalize).map_or_else(|| "'none'".to_owned(), &mut call);
    if let Some(id) = chosen(&METHODS.imputers, impute) {
        let draws = if rules & 1 == 0 { "" } else { "draws = 3\n" };
        let by = if rules & 2 == 0 { "" } else { "by = 'region'\n" };
        let _ = writeln!(steps, "[[step]]\nimpute = {}\n{draws}{by}", call(id));
    }
    if let Some(id) = chosen(&METHODS.treatments, treat) {
        let _ = writeln!(steps, "[[step]]\ntreat = {}", call(id));
    }
    if let Some(id) = chosen(&METHODS.transforms, transform) {
        let _ = writeln!(steps, "[[step]]\ntransform = {}", call(id));
    }
    let fit = if rules & 4 == 0 { "pooled" } else { "per-period" };
    let _ = writeln!(text, "[policy]\nfit = '{fit}'\n[defaults]\nnormalize = {normalize}\n{steps}");
    text.push_str("[[data]]\nfile = 'data.csv'\nlayout = 'wide'\ngroups = { region = 'region' }\n");
    for (code, more) in [("p", "weight = 2"), ("q", "direction = 'lower'"), ("r", ""), ("s", "")] {
        let _ = writeln!(text, "[[indicator]]\nid = '{code}'\nname = '{code}'\n{more}");
    }
    text
}

fuzz_target!(|text: &str| {
    let bytes = text.as_bytes();
    let (package, figures) = if text.starts_with("format") {
        (text.to_owned(), bytes.len())
    } else {
        let Some((letters, _)) = bytes.split_first_chunk::<7>() else { return };
        // The first line ends the letters, so that a character is never cut.
        let Some((_, rest)) = text.split_once('\n') else { return };
        (package(letters, rest), usize::from(letters[6] >> 3))
    };
    let (Some(package), _) = decode::decode("fuzz.toml", &package) else { return };
    let import = gradus_data::load(&package, &FIGURES[figures % FIGURES.len()]);
    for arithmetic in [Arithmetic::Decimal, Arithmetic::Binary64] {
        let Ok((evaluation, _)) = evaluate_in(&package, &METHODS, &import.data, arithmetic) else { continue };
        for node in &evaluation.nodes {
            assert!(node.scores.iter().flatten().all(|score| score.to_f64().is_finite()));
        }
    }
});
