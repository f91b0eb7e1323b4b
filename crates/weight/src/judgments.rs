//! Numbers by pairs of codes, as people judge them: the parameters of `ahp` and `anp`.

use crate::shared;
use gradus_method::{Arg, Fault, Outcome};
use gradus_model::Id;
use gradus_model::number::{Decimal, Ratio, Scalar};
use std::collections::BTreeMap;

/// A number for some pairs of codes: `table[a][b]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PairTable(BTreeMap<String, BTreeMap<String, Decimal>>);

impl PairTable {
    /// Reads one table; a number in quotes may be a fraction.
    pub(crate) fn of(parameter: &str, arg: &Arg) -> Outcome<Self> {
        let wrong = |what: String| {
            Fault::parameter(parameter, what)
                .help(format!("write `{parameter} = {{ A = {{ B = 3 }} }}` with codes for A and B"))
        };
        let Arg::Table(rows) = arg else {
            return Err(wrong(format!("`{parameter}` must be a table of tables, found {}", arg.kind())));
        };
        let number = |a: &str, b: &str, cell: &Arg| match cell {
            Arg::Number(x) => Ok(*x),
            Arg::Text(text) => Ratio::parse(text)
                .ok()
                .and_then(Ratio::quotient)
                .ok_or_else(|| wrong(format!("`{parameter}` of `{a}` and `{b}` is `{text}`, not a number"))),
            other => Err(wrong(format!(
                "`{parameter}` of `{a}` and `{b}` must be a number, found {}",
                other.kind()
            ))),
        };
        let mut table = BTreeMap::new();
        for (a, row) in rows {
            let Arg::Table(cells) = row else {
                return Err(wrong(format!("`{parameter}` of `{a}` must be a table, found {}", row.kind())));
            };
            let cells = cells.iter().map(|(b, cell)| Ok((b.clone(), number(a, b, cell)?)));
            table.insert(a.clone(), cells.collect::<Outcome<_>>()?);
        }
        Ok(Self(table))
    }
    pub(crate) fn get(&self, a: &str, b: &str) -> Option<Decimal> {
        self.0.get(a)?.get(b).copied()
    }
    /// Pairs and numbers, in order of the codes.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str, Decimal)> {
        self.0.iter().flat_map(|(a, row)| row.iter().map(|(b, x)| (a.as_str(), b.as_str(), *x)))
    }
    /// Refuses codes that are no parts.
    pub(crate) fn check_codes(&self, parameter: &str, codes: &[Id]) -> Outcome<()> {
        shared::known(parameter, self.0.keys().map(String::as_str), codes)?;
        shared::known(parameter, self.iter().map(|(_, b, _)| b), codes)
    }
}

/// One judge's reciprocal matrix: how many times as important the part of the row is as the part of the column.
pub(crate) fn reciprocal(parameter: &str, table: &PairTable, codes: &[Id]) -> Outcome<Vec<Vec<f64>>> {
    table.check_codes(parameter, codes)?;
    let mut matrix = vec![vec![1.0; codes.len()]; codes.len()];
    for (i, a) in codes.iter().enumerate() {
        for (j, b) in codes.iter().enumerate().skip(i + 1) {
            let forth = table.get(a.as_str(), b.as_str()).map(Scalar::to_f64);
            let back = table.get(b.as_str(), a.as_str()).map(Scalar::to_f64);
            let ratio = match (forth, back) {
                // Both ways, as in a full matrix: the mean of the two, which agree but for rounding.
                (Some(forth), Some(back)) => (forth / back).sqrt(),
                (Some(forth), None) => forth,
                (None, Some(back)) => 1.0 / back,
                (None, None) => {
                    return Err(Fault::parameter(
                        parameter,
                        format!("`{parameter}` does not compare `{a}` with `{b}`"),
                    )
                    .help(format!(
                        "add how many times as important `{a}` is as `{b}`, as in `{a} = {{ {b} = 3 }}`"
                    )));
                }
            };
            matrix[i][j] = ratio;
            matrix[j][i] = 1.0 / ratio;
        }
    }
    Ok(matrix)
}

/// Checks what a judge wrote without knowing the parts: numbers are above 0, a part is as important as itself, and the two
/// ways of a pair agree.
pub(crate) fn check_ratios(parameter: &str, table: &PairTable) -> Outcome<()> {
    /// Two ways of one pair may differ by what rounding a fraction to three digits does.
    const ROUNDING: f64 = 5e-3;
    for (a, b, x) in table.iter() {
        if x <= Decimal::ZERO {
            return Err(Fault::parameter(parameter, format!("`{a}` against `{b}` is {x}, not above 0"))
                .help(format!(
                    "where `{b}` is 3 times as important as `{a}`, write `{a} = {{ {b} = \"1/3\" }}`"
                )));
        }
        if a == b && x != Decimal::ONE {
            return Err(Fault::parameter(parameter, format!("`{a}` against itself is {x}, not 1"))
                .help(format!("leave out the judgment of `{a}` against itself")));
        }
        let product = table.get(b, a).map_or(1.0, |back| x.to_f64() * back.to_f64());
        if (product - 1.0).abs() > ROUNDING {
            return Err(Fault::parameter(
                parameter,
                format!("`{a}` against `{b}` and `{b}` against `{a}` are not reciprocal: their product is {product}"),
            )
            .help("write each pair once"));
        }
    }
    Ok(())
}
