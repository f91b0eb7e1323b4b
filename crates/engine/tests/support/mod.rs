//! Packages and figures in a few words.

use gradus_engine::{Evaluation, Methods, evaluate};
use gradus_model::number::parse_decimal;
use gradus_model::observation::{Absence, Status};
use gradus_model::{DataSet, Diagnostics, Id, Observation, Package, Period, Value, decode};

pub(crate) const HEAD: &str = "format = 1\n[index]\nid = 'i'\nname = 'I'\n";

pub(crate) fn package(text: &str) -> Package {
    let (package, found) = decode::decode("package.toml", &format!("{HEAD}{text}"));
    package.unwrap_or_else(|| panic!("{found:#?}"))
}

/// Rows of `unit variable period value`; `-` for no period; `!n/p` for not published, `~` before a provisional value.
pub(crate) fn data(package: &Package, rows: &str) -> DataSet {
    let mut set = DataSet {
        variables: package.variables().iter().map(|v| v.id.clone()).collect(),
        ..DataSet::default()
    };
    for row in rows.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let fields: Vec<&str> = row.split_whitespace().collect();
        let unit = set.unit(fields[0]).unwrap_or_else(|| {
            set.units.push(Id::new(fields[0]).unwrap());
            set.units.len() - 1
        });
        let text = fields[3].trim_start_matches('~');
        let value = match text {
            "!n/p" => Value::Absent(Absence::NotPublished),
            number => Value::Number(parse_decimal(number).unwrap()),
        };
        set.observations.push(Observation {
            unit,
            variable: set.variable(fields[1]).unwrap(),
            period: Period::parse(fields[2]),
            value,
            status: if fields[3].starts_with('~') { Status::Provisional } else { Status::Final },
            place: None,
            detail: Default::default(),
        });
    }
    set
}

pub(crate) fn run(text: &str, rows: &str) -> Result<(Package, DataSet, Evaluation), Diagnostics> {
    let package = package(text);
    let data = data(&package, rows);
    let (evaluation, _) = evaluate(&package, &Methods::default(), &data)?;
    Ok((package, data, evaluation))
}

/// Scores of a node by row, as text; `-` where there is none.
pub(crate) fn scores(package: &Package, evaluation: &Evaluation, node: &str) -> Vec<String> {
    let ix = package.node(node).unwrap();
    (0..evaluation.n_rows())
        .map(|row| evaluation.score(ix, row).map_or("-".into(), |s| s.to_string()))
        .collect()
}

pub(crate) fn errors(text: &str, rows: &str) -> Vec<(String, String)> {
    let found = run(text, rows).unwrap_err();
    found
        .iter()
        .map(|d| {
            let context: Vec<String> =
                d.context.iter().map(|(what, which)| format!("{what} {which}")).collect();
            (d.kind.id.to_owned(), context.join(", "))
        })
        .collect()
}
