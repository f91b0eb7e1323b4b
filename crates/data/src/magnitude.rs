//! Figures that look as if they were in another power of ten: thousands, 万 (10,000), 亿 (100,000,000).
//!
//! A false alarm teaches people to skip warnings, so the evidence must be clear. What a figure is compared with has to
//! agree among itself, and the ratio has to be near one of the powers people mix up, not merely large. Quantities that
//! differ by nature (the populations of villages and capitals) and series that grow without bound give no evidence and
//! no warning.

use crate::problems::Problems;
use gradus_model::DataSet;
use gradus_model::diagnostic::{Diagnostic, Place, catalog};
use gradus_model::number::Scalar;
use gradus_model::observation::{GridRow, MOST_PLACES, Observations, Period, Piece, Plain};
use gradus_model::package::Variable;
use rayon::prelude::*;

/// Powers of ten that measurement units are mixed up by.
const POWERS: [i32; 4] = [3, 4, 6, 8];
/// How near a ratio's logarithm is to the power.
const NEAR: f64 = 0.15;
/// Decimal logarithm of the factor (30) within which what a figure is compared with must lie of its median.
const AGREE: f64 = 1.477_121_254_719_662_4;
/// The same (1.5) where a percentage is compared with the share it may have been.
const AGREE_SHARE: f64 = 0.176_091_259_055_681_24;
/// The fewest other units that are evidence.
const PEERS: usize = 4;
/// The fewest other periods that are evidence for a mix-up of percentage and share.
const PERIODS_SHARE: usize = 3;

/// A positive or negative figure by the logarithm of its size.
struct Sized {
    at: usize,
    unit: usize,
    period: Option<Period>,
    log: f64,
}

/// Whether figures as far apart as the smallest and the largest of a variable can be off by one of the powers: what is
/// not three powers of ten apart (two for a share) is no mix-up, and most variables are told so without a logarithm.
fn wide(smallest: f64, largest: f64, is_share: bool) -> bool {
    largest / smallest > if is_share { 50.0 } else { 500.0 }
}

/// The size of a figure that has a magnitude.
fn size(x: f64) -> Option<f64> {
    (x != 0.0).then_some(x.abs())
}

/// The smallest and the largest size of each variable's figures.
fn ends(observations: &Observations, n_variables: usize) -> Vec<(f64, f64)> {
    let none = || vec![(f64::INFINITY, 0.0f64); n_variables];
    let add = |ends: &mut (f64, f64), x: Option<f64>| {
        if let Some(x) = x.and_then(size) {
            *ends = (ends.0.min(x), ends.1.max(x));
        }
    };
    let of_piece = |(_, piece): &(usize, &Piece)| {
        let mut ends = none();
        let listed: Vec<_> = match piece {
            Piece::Listed(list) => list.iter().flatten().collect(),
            Piece::Grid(grid) => {
                for column in grid.columns() {
                    // Of numbers with as many places, the least digits are the least number.
                    if column.variable != GridRow::NONE {
                        let mut by_places = [(u64::MAX, 0u64); MOST_PLACES + 1];
                        for cell in column.iter() {
                            if let Plain::Number { mantissa, places } = cell
                                && let Some(digits) = std::num::NonZero::new(mantissa.unsigned_abs())
                                && let Some(ends) = by_places.get_mut(places as usize)
                            {
                                *ends = (ends.0.min(digits.get()), ends.1.max(digits.get()));
                            }
                        }
                        for (places, (least, most)) in (0..).zip(by_places).filter(|(_, ends)| ends.1 > 0) {
                            for digits in [least, most].into_iter().filter_map(|d| i64::try_from(d).ok()) {
                                add(
                                    &mut ends[column.variable as usize],
                                    Some(f64::from_digits(digits, places)),
                                );
                            }
                        }
                        continue;
                    }
                    let number = |cell| match cell {
                        Plain::Number { mantissa, places } => Some(f64::from_digits(mantissa, places)),
                        _ => None,
                    };
                    let cells = column.iter().map(number).zip(grid.rows());
                    for (x, row) in cells.filter(|(x, _)| x.is_some()) {
                        add(&mut ends[row.variable as usize], x);
                    }
                }
                grid.others().values().collect()
            }
        };
        for o in listed {
            add(&mut ends[o.variable], o.value.as_number().map(Scalar::to_f64));
        }
        ends
    };
    let pieces: Vec<(usize, &Piece)> = observations.pieces().collect();
    let widest = |mut a: Vec<(f64, f64)>, b: Vec<(f64, f64)>| {
        a.iter_mut().zip(b).for_each(|(a, b)| *a = (a.0.min(b.0), a.1.max(b.1)));
        a
    };
    // A single piece is worth no thread.
    match &pieces[..] {
        [] => none(),
        [piece] => of_piece(piece),
        pieces => pieces.par_iter().map(of_piece).reduce(none, widest),
    }
}

/// Warns of figures that look like another power of ten.
pub(crate) fn jumps(data: &DataSet, variables: &[Variable<'_>], found: &mut Vec<Diagnostic>) {
    let ends = ends(&data.observations, variables.len());
    let suspect: Vec<bool> = variables
        .iter()
        .zip(ends)
        .map(|(variable, (smallest, largest))| {
            variable.scale.is_none()
                && wide(smallest, largest, variable.measurement_unit.is_some_and(is_share))
        })
        .collect();
    if !suspect.contains(&true) {
        return;
    }
    let mut by_variable: Vec<Vec<Sized>> = variables.iter().map(|_| Vec::new()).collect();
    let observations = &data.observations;
    for at in observations.places() {
        let Some(key) = observations.key(at).filter(|key| suspect[key.variable]) else { continue };
        if let Some(x) = observations.value(at).and_then(|value| size(value.as_number()?.to_f64()))
            && let Some(log) = Scalar::log10(x)
        {
            by_variable[key.variable].push(Sized { at, unit: key.unit, period: key.period, log });
        }
    }
    let mut problems = Problems::default();
    for (variable, mut figures) in variables.iter().zip(by_variable) {
        figures.sort_by_key(|figure| (figure.unit, figure.period, figure.at));
        let is_share = variable.measurement_unit.is_some_and(is_share);
        let units: Vec<&[Sized]> = figures.chunk_by(|a, b| a.unit == b.unit).collect();
        for series in &units {
            for i in 0..series.len() {
                if let Some(jump) = against_history(series, i, is_share) {
                    report(data, &series[i..=i], &jump, &mut problems);
                }
            }
        }
        let medians: Vec<f64> = units
            .iter()
            .map(|series| match series {
                [only] => only.log,
                series => median(series.iter().map(|f| f.log).collect()),
            })
            .collect();
        for (i, jump) in against_peers(&medians) {
            report(data, units[i], &jump, &mut problems);
        }
    }
    found.extend(problems.finish());
}

/// A power of ten that a figure is off by, and what shows it.
struct Jump {
    power: i32,
    /// Logarithm of the median that it is compared with.
    median: f64,
    against: &'static str,
}

/// The power by which a figure differs from the median.
///
/// Shares, rates and indices come near zero by nature, and are mostly at or below 100. So nothing is called too small
/// where the median is.
fn power_of(difference: f64, median: f64) -> Option<i32> {
    let quantity = median > 2.0;
    let powers = POWERS.iter().flat_map(|p| [*p, -*p]).filter(|p| *p > 0 || quantity);
    powers.into_iter().find(|p| (difference - f64::from(*p)).abs() < NEAR)
}

/// Compares a figure with the other periods of its unit.
fn against_history(series: &[Sized], i: usize, is_share: bool) -> Option<Jump> {
    // Most figures agree with both neighbors, and then nothing needs to be sorted.
    let agrees = |j: usize| series.get(j).is_none_or(|other| (series[i].log - other.log).abs() < 1.0);
    if series.len() < 2 || (agrees(i.wrapping_sub(1)) && agrees(i + 1)) {
        return None;
    }
    let others: Vec<f64> = series.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, f)| f.log).collect();
    // Of two figures that differ, either may be wrong; the later one is named.
    if others.len() == 1 && i == 0 {
        return None;
    }
    let enough = others.len() >= PERIODS_SHARE;
    // A second slip in a long series must not hide the first.
    let agree = |others: &[f64], median: f64, within: f64| {
        others.iter().filter(|x| (*x - median).abs() > within).count() <= others.len() / 4
    };
    let median = median(others.clone());
    let difference = series[i].log - median;
    let power = match power_of(difference, median) {
        Some(power) if agree(&others, median, AGREE) => power,
        None if is_share && enough && agree(&others, median, AGREE_SHARE) => {
            [2, -2].into_iter().find(|p| (difference - f64::from(*p)).abs() < NEAR)?
        }
        _ => return None,
    };
    Some(Jump { power, median, against: "in other periods" })
}

/// Compares the median of each unit with those of the other units.
fn against_peers(medians: &[f64]) -> Vec<(usize, Jump)> {
    if medians.len() <= PEERS {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..medians.len()).collect();
    order.sort_by(|a, b| medians[*a].total_cmp(&medians[*b]));
    // Where all others agree within a factor of 900, only the smallest or the largest can be off by 1000.
    let mut out = Vec::new();
    for (i, rest) in [(order[0], &order[1..]), (order[order.len() - 1], &order[..order.len() - 1])] {
        let middle = |at: usize| medians[rest[at]];
        let n = rest.len();
        let median = if n % 2 == 1 { middle(n / 2) } else { (middle(n / 2 - 1) + middle(n / 2)) / 2.0 };
        let agree = (middle(0) - median).abs() <= AGREE && (middle(n - 1) - median).abs() <= AGREE;
        if agree && let Some(power) = power_of(medians[i] - median, median) {
            out.push((i, Jump { power, median, against: "for other units" }));
        }
    }
    out
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        n if n % 2 == 1 => values[n / 2],
        n => (values[n / 2 - 1] + values[n / 2]) / 2.0,
    }
}

fn is_share(measurement_unit: &str) -> bool {
    let folded = measurement_unit.to_lowercase();
    folded.contains('%') || folded.contains("percent") || folded.contains("share") || folded == "1"
}

fn report(data: &DataSet, series: &[Sized], jump: &Jump, problems: &mut Problems) {
    let Some(first) = series.first() else { return };
    let Some(observation) = data.observation(first.at) else { return };
    let (unit, variable) = (&data.units[observation.unit], &data.variables[observation.variable]);
    let place = observation.place.clone().unwrap_or_else(|| Place::file(""));
    let key = format!("{unit} {}", observation.period.map(|p| p.to_string()).unwrap_or_default());
    problems.note(&catalog::MAGNITUDE_JUMP, variable.as_str(), &key, &place, || {
        let times = match jump.power.abs() {
            2 => "100 times (percent and share)",
            3 => "1,000 times",
            4 => "10,000 times (万)",
            6 => "1,000,000 times",
            _ => "100,000,000 times (亿)",
        };
        let (large, value) = (
            if jump.power > 0 { "large" } else { "small" },
            observation.value.as_number().map(|x| x.normalize().to_string()).unwrap_or_default(),
        );
        let usual = typical(jump.median);
        let count = match series.len() {
            1 => String::new(),
            n => format!(", as are all {n} figures of the unit"),
        };
        let mut diagnostic = Diagnostic::new(
            &catalog::MAGNITUDE_JUMP,
            format!(
                "`{variable}` of `{unit}` looks {times} too {large}: it is {value}, against about {usual} {}{count}",
                jump.against
            ),
        )
        .at(place.clone())
        .concerning("variable", variable)
        .concerning("unit", unit);
        if let Some(period) = observation.period {
            diagnostic = diagnostic.concerning("period", period);
        }
        diagnostic.help(
            "check the measurement unit of the figure; where it differs, name it in a column `measurement-unit` and declare \
             a `[[conversion]]`",
        )
    });
}

/// About 10 to the power of `log`, to two digits.
fn typical(log: f64) -> String {
    let x = Scalar::power(10.0, log).unwrap_or(0.0);
    let text = format!("{x:.1e}");
    text.parse::<f64>().ok().and_then(Scalar::to_decimal).map_or(text, |d| d.normalize().to_string())
}

#[cfg(test)]
mod tests {
    use crate::testing::read;
    use gradus_model::package::Layout;

    /// Rows of unit, period and value of `gdp`; the unit and period of each warning.
    fn warnings(rows: &[(&str, i32, &str)], measurement_unit: Option<&str>) -> Vec<String> {
        let mut text = String::from("unit,variable,period,value\n");
        for (unit, period, value) in rows {
            text.push_str(&format!("{unit},gdp,{period},{value}\n"));
        }
        let import = read(text, Layout::Long, |_, package| {
            package.units.clear();
            package.measures[0].id = crate::testing::id("unused");
            let gradus_model::package::NodeKind::Indicator(gdp) = &mut package.nodes[1].kind else { return };
            gdp.measurement_unit = measurement_unit.map(str::to_owned);
        });
        import
            .diagnostics
            .iter()
            .filter(|d| d.kind.id == "magnitude-jump")
            .map(|d| {
                let context: Vec<&str> = d.context.iter().skip(1).map(|(_, which)| which.as_str()).collect();
                format!("{}: {}", context.join(" "), d.message.split(": ").next().unwrap_or(""))
            })
            .collect()
    }

    #[test]
    fn jumps_are_seen_against_history_and_peers() {
        let history = [
            ("a", 2014, "95"),
            ("a", 2015, "100"),
            ("a", 2016, "1040000"),
            ("a", 2017, "110"),
            ("a", 2018, "0.115"),
        ];
        assert_eq!(
            warnings(&history, None),
            [
                "a 2016: `gdp` of `a` looks 10,000 times (万) too large",
                "a 2018: `gdp` of `a` looks 1,000 times too small"
            ]
        );
        let two = [("a", 2017, "100"), ("a", 2018, "1000000")];
        assert_eq!(warnings(&two, None), ["a 2018: `gdp` of `a` looks 10,000 times (万) too large"]);
        let peers = [
            ("a", 2018, "100"),
            ("b", 2018, "40"),
            ("c", 2018, "250"),
            ("d", 2018, "90"),
            ("e", 2018, "1.3e10"),
        ];
        assert_eq!(warnings(&peers, None), ["e 2018: `gdp` of `e` looks 100,000,000 times (亿) too large"]);
        // A whole series in another measurement unit.
        let series: Vec<(&str, i32, &str)> = ["a", "b", "c", "d"]
            .into_iter()
            .flat_map(|unit| [(unit, 2017, "100"), (unit, 2018, "110")])
            .chain([("e", 2017, "0.01"), ("e", 2018, "0.011")])
            .collect();
        assert_eq!(warnings(&series, None), ["e 2017: `gdp` of `e` looks 10,000 times (万) too small"]);
    }

    #[test]
    fn a_percentage_among_shares_is_seen_where_the_measurement_unit_is_one() {
        let rows = [("a", 2015, "0.52"), ("a", 2016, "0.53"), ("a", 2017, "54"), ("a", 2018, "0.55")];
        assert_eq!(
            warnings(&rows, Some("%")),
            ["a 2017: `gdp` of `a` looks 100 times (percent and share) too large"]
        );
        assert_eq!(warnings(&rows, Some("CNY")), [""; 0]);
    }

    #[test]
    fn natural_differences_give_no_warning() {
        // Sizes of places differ by nature; series grow; a zero has no magnitude; a fall is no power of ten.
        let sizes = [
            ("a", 2018, "80"),
            ("b", 2018, "9000"),
            ("c", 2018, "12000"),
            ("d", 2018, "150000"),
            ("e", 2018, "12000000"),
        ];
        let growth = [
            ("a", 2014, "1"),
            ("a", 2015, "40"),
            ("a", 2016, "900"),
            ("a", 2017, "30000"),
            ("a", 2018, "900000"),
        ];
        let fall = [
            ("a", 2017, "50000"),
            ("a", 2018, "52000"),
            ("a", 2019, "53000"),
            ("a", 2020, "120"),
            ("a", 2021, "0"),
        ];
        let near_zero =
            [("a", 2018, "52"), ("b", 2018, "38"), ("c", 2018, "61"), ("d", 2018, "70"), ("e", 2018, "0.05")];
        for rows in [&sizes, &growth, &fall, &near_zero] {
            assert_eq!(warnings(rows, None), [""; 0]);
        }
    }
}
