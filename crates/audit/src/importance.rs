//! Importance: what weights are meant to do, what they say, and what they do.
//!
//! Four numbers for every part of a group: the importance intended, the nominal weight among its siblings, the structural weight
//! (nominal weights multiplied down from the index), and the importance measured: the share of the group's variance that knowing the
//! part takes away (Pearson's correlation ratio), with an interval over resampled units. Where the intention cannot be met by
//! any weights that are not negative, the nearest attainable is given (Paruolo, Saisana and Saltelli 2013, doi
//! 10.1111/j.1467-985X.2012.01059.x; Becker et al. 2017, doi 10.1016/j.ecolind.2017.03.056).

use crate::study::Study;
use gradus_analysis::evaluation::View;
use gradus_analysis::importance::effective_weights;
use gradus_engine::{Evaluation, Stage};
use gradus_method::{Arg, Args, Column, Direction, Fault, Outcome};
use gradus_model::diagnostic::catalog;
use gradus_model::number::Scalar;
use gradus_model::package::{ArgValue, NodeIx};
use gradus_model::{Decimal, Id};
use gradus_statistics::moments::{Quantile, quantile_of_sorted, variance};
use gradus_statistics::random::Stream;
use gradus_statistics::{correlation, smooth};
use gradus_weight::Parts;
use std::collections::BTreeMap;

/// Resamplings of the units.
const RESAMPLINGS: u64 = 200;
/// The fewest units of which importance is said.
pub const FEWEST: usize = 5;

/// How important one part of a group is.
#[derive(Debug, Clone, PartialEq)]
pub struct PartImportance {
    /// The part.
    pub node: NodeIx,
    /// The importance that is intended, as a share of its siblings': what the package says, else the nominal weight.
    pub intended: f64,
    /// The weight among its siblings.
    pub nominal: f64,
    /// The weight in the index: nominal weights multiplied down.
    pub structural: Option<f64>,
    /// The correlation with the group.
    pub correlation: Option<f64>,
    /// The correlation ratio: by a smooth curve, or by a line for fewer than [`smooth::FEWEST`] units.
    pub ratio: Option<f64>,
    /// Its 95 % interval, over resampled units.
    pub interval: Option<(f64, f64)>,
    /// Its ratio as a share of its siblings', to compare with the intention.
    pub share: Option<f64>,
    /// The share it attains under the weights that come nearest to the intention.
    pub attainable: Option<f64>,
    /// Its weight among them.
    pub nearest_weight: Option<f64>,
}

/// The parts of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupImportance {
    /// The group.
    pub group: NodeIx,
    /// How many units have every part.
    pub n: usize,
    /// The parts, in order.
    pub parts: Vec<PartImportance>,
    /// Whether the package says what is intended; else the nominal weights stand for it.
    pub declared: bool,
    /// The largest difference between intention and what is attainable; nothing where it could not be found out.
    pub miss: Option<f64>,
    /// Why it could not be found out.
    pub why_not: Option<String>,
}

impl GroupImportance {
    /// The difference between an intended and an attainable share that is no failure, in shares.
    pub const TOLERANCE: f64 = 0.005;

    /// Whether some weights give every part the importance intended.
    #[must_use]
    pub fn attainable(&self) -> Option<bool> {
        self.miss.map(|miss| miss <= Self::TOLERANCE)
    }
}

/// The importance of the parts of every group that is studied, in tree order.
#[must_use]
pub fn importance(study: &Study<'_>, evaluation: &Evaluation, seed: u64) -> Vec<GroupImportance> {
    let view = View { package: study.package, evaluation, stage: Stage::Scores, period: study.period };
    let nodes = view.weights();
    let structural: BTreeMap<Id, f64> = match effective_weights(&nodes) {
        Ok(weights) => nodes.iter().map(|node| node.code.clone()).zip(weights).collect(),
        Err(_) => BTreeMap::new(),
    };
    study.groups().into_iter().map(|group| of_group(study, &view, group, &structural, seed)).collect()
}

fn of_group(
    study: &Study<'_>,
    view: &View<'_>,
    group: NodeIx,
    structural: &BTreeMap<Id, f64>,
    seed: u64,
) -> GroupImportance {
    let package = study.package;
    let parts = study.plan().parts(group);
    let weights = study.weights_of(group).unwrap_or_default();
    let total: f64 = weights.iter().sum();
    let whole = view.one(group).values;
    let columns: Vec<Vec<Option<f64>>> = parts.iter().map(|part| view.one(*part).values).collect();
    let complete: Vec<usize> = (0..whole.len())
        .filter(|unit| whole[*unit].is_some() && columns.iter().all(|c| c[*unit].is_some()))
        .collect();
    let take =
        |values: &[Option<f64>]| -> Vec<f64> { complete.iter().filter_map(|unit| values[*unit]).collect() };
    let y = take(&whole);
    let dense: Vec<Vec<f64>> = columns.iter().map(|column| take(column)).collect();
    let declared = declared_importance(study, group);
    let intended: Vec<f64> = match &declared {
        Some(table) => {
            let of = |part: &NodeIx| table.get(package.nodes[*part].id.as_str()).copied().unwrap_or(0.0);
            let all: Vec<f64> = parts.iter().map(of).collect();
            let total: f64 = all.iter().sum();
            all.iter().map(|x| x / total).collect()
        }
        None => weights.iter().map(|w| w / total).collect(),
    };
    let enough = y.len() >= FEWEST;
    let measured: Vec<Option<(f64, (f64, f64))>> = dense
        .iter()
        .enumerate()
        .map(|(at, x)| {
            enough.then(|| ratio(x, &y, Stream::new(seed).split(group as u64).split(at as u64)))?
        })
        .collect();
    let sum: Option<f64> = measured.iter().map(|m| m.map(|(ratio, _)| ratio)).sum::<Option<f64>>();
    let nearest = if enough { nearest(study, group, &intended, &dense) } else { Err(too_few(y.len())) };
    let miss = nearest.as_ref().ok().map(|(_, shares)| {
        shares.iter().zip(&intended).map(|(share, intended)| (share - intended).abs()).fold(0.0, f64::max)
    });
    let part = |at: usize| PartImportance {
        node: parts[at],
        intended: intended[at],
        nominal: weights[at] / total,
        structural: structural.get(&package.nodes[parts[at]].id).copied(),
        correlation: correlation::pearson(&dense[at], &y),
        ratio: measured[at].map(|(ratio, _)| ratio),
        interval: measured[at].map(|(_, interval)| interval),
        share: measured[at].zip(sum.filter(|sum| *sum > 0.0)).map(|((ratio, _), sum)| ratio / sum),
        attainable: nearest.as_ref().ok().map(|(_, shares)| shares[at]),
        nearest_weight: nearest.as_ref().ok().map(|(weights, _)| weights[at]),
    };
    GroupImportance {
        group,
        n: y.len(),
        parts: (0..parts.len()).map(part).collect(),
        declared: declared.is_some(),
        miss,
        why_not: nearest.err().map(|fault| fault.message),
    }
}

fn too_few(n: usize) -> Fault {
    Fault::new(&catalog::TOO_FEW_VALUES, format!("{n} units have every part, and {FEWEST} are needed"))
}

/// The importance a package intends for the parts of a group, by code.
fn declared_importance(study: &Study<'_>, group: NodeIx) -> Option<BTreeMap<String, f64>> {
    let call = study.package.nodes[group].group()?.weigh.as_ref()?;
    if call.method != "intended-importance" {
        return None;
    }
    let parts = study.plan().parts(group).iter().map(|part| study.package.nodes[*part].id.to_string());
    match call.args.get("importance") {
        None => Some(parts.map(|code| (code, 1.0)).collect()),
        Some(ArgValue::Table(table)) => Some(
            table
                .iter()
                .filter_map(|(code, value)| match value {
                    ArgValue::Number(x) => Some((code.clone(), x.to_f64())),
                    _ => None,
                })
                .collect(),
        ),
        Some(_) => None,
    }
}

/// The correlation ratio and its 95 % interval over resampled units, at the bandwidth that suits all of them.
fn ratio(x: &[f64], y: &[f64], stream: Stream) -> Option<(f64, (f64, f64))> {
    let all = smooth::correlation_ratio(x, y)?;
    let value = all.nonlinear.unwrap_or(all.linear);
    let n = x.len();
    let mut spread: Vec<f64> = Vec::new();
    for turn in 0..RESAMPLINGS {
        let stream = stream.split(turn);
        let picked: Vec<usize> = (0..n).map(|i| crate::weights::pick(stream.uniform(i as u64), n)).collect();
        let (x, y): (Vec<f64>, Vec<f64>) = picked.iter().map(|i| (x[*i], y[*i])).unzip();
        let again = match all.bandwidth {
            None => correlation::pearson(&x, &y).map(|r| r * r),
            Some(bandwidth) => {
                let fit: Option<Vec<f64>> =
                    x.iter().map(|at| smooth::local_linear(&x, &y, bandwidth, *at)).collect();
                fit.and_then(|fit| Some((variance(&fit, 0)? / variance(&y, 0)?).min(1.0)))
            }
        };
        spread.extend(again.filter(|r| r.is_finite()));
    }
    spread.sort_unstable_by(f64::total_cmp);
    let at = |p| quantile_of_sorted(&spread, p, Quantile::default());
    Some((value, (at(0.025)?, at(0.975)?)))
}

/// The weights whose importance comes nearest to the intention, and the shares they attain.
fn nearest(
    study: &Study<'_>,
    group: NodeIx,
    intended: &[f64],
    dense: &[Vec<f64>],
) -> Outcome<(Vec<f64>, Vec<f64>)> {
    let package = study.package;
    let codes: Vec<Id> =
        study.plan().parts(group).iter().map(|part| package.nodes[*part].id.clone()).collect();
    let table = codes.iter().zip(intended).map(|(code, share)| {
        let share = share.to_decimal().unwrap_or(Decimal::ZERO);
        (code.to_string(), Arg::Number(share))
    });
    let args = Args::new().with("importance", Arg::Table(table.collect())).for_parts(&codes);
    let method = study.methods.weighers.find("intended-importance")?.make(&args)?;
    let call = package.nodes[group].group().and_then(|g| g.aggregate.as_ref());
    let Some(call) = call else { return Err(Fault::out_of_range()) };
    let aggregator = study.plan().aggregator(package, study.methods, group, call)?;
    let columns: Vec<Column<f64>> = dense.iter().map(|values| Column::of(values.clone())).collect();
    let refs: Vec<&Column<f64>> = columns.iter().collect();
    let n = dense.first().map_or(0, Vec::len);
    let aggregate = |weights: &[f64]| {
        let slices: Vec<&[f64]> = columns.iter().map(Column::slots).collect();
        let mut out = vec![0.0; n];
        f64::pick(&aggregator).columns(&slices, weights, &mut out)?;
        Ok(Column::of(out))
    };
    let weighed = f64::pick(&method).weigh(&Parts {
        codes: &codes,
        declared: intended,
        columns: &refs,
        directions: &vec![Direction::Higher; codes.len()],
        target: None,
        aggregate: &aggregate,
    })?;
    let fact = |code: &Id| {
        let name = format!("importance of {code}");
        weighed.facts.iter().find(|(n, _)| *n == name).map(|(_, value)| *value)
    };
    let shares: Option<Vec<f64>> = codes.iter().map(fact).collect();
    Ok((weighed.weights.clone(), shares.ok_or_else(Fault::out_of_range)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{case, flat};
    use gradus_model::Package;

    #[test]
    fn an_intention_that_cannot_be_met_says_so() {
        // x2 runs against x0 and x1, which agree: equal importance needs what no weights give.
        let figure = |unit: usize, v: usize| {
            let x = ((unit * 37) % 41) as f64;
            Some(match v {
                0 => x,
                1 => x + 0.3 * ((unit * 7) % 5) as f64,
                _ => 40.0 - x + 2.0 * ((unit * 11) % 7) as f64,
            })
        };
        let made = case(&flat(3, ""), 40, figure);
        let study =
            Study::new(&made.package, &made.data, &made.methods, &made.evaluation, Package::ROOT, 0).unwrap();
        let found = importance(&study, &made.evaluation, 1);
        assert_eq!((found.len(), found[0].n, found[0].declared), (1, 40, false));
        let group = &found[0];
        for part in &group.parts {
            assert!((part.nominal - 1.0 / 3.0).abs() < 1e-12 && part.intended == part.nominal);
            assert_eq!(part.structural, Some(part.nominal));
            let (low, high) = part.interval.unwrap();
            assert!(low <= high && low >= 0.0 && high <= 1.0);
        }
        assert!((group.parts.iter().map(|p| p.share.unwrap()).sum::<f64>() - 1.0).abs() < 1e-9);
        assert!((group.parts.iter().map(|p| p.attainable.unwrap()).sum::<f64>() - 1.0).abs() < 1e-9);
        // Two parts that vary alike and apart are as important as they are heavy.
        let apart = |unit: usize, v: usize| {
            Some(if v == 0 { (unit * 13 % 29) as f64 } else { (unit * 17 % 29) as f64 })
        };
        let made = case(&flat(2, ""), 29, apart);
        let study =
            Study::new(&made.package, &made.data, &made.methods, &made.evaluation, Package::ROOT, 0).unwrap();
        let found = &importance(&study, &made.evaluation, 1)[0];
        assert_eq!(found.attainable(), Some(true), "{found:?}");
        assert!((found.parts[0].attainable.unwrap() - 0.5).abs() < 0.001);
    }
}
