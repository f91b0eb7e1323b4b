//! Cross-validation of imputation: known figures are hidden and filled, and what is filled is compared with what was hidden.

use crate::random::{self, Use};
use crate::{Block, Draw, Imputer};
use gradus_method::{Column, Fault, Outcome};
use gradus_statistics::{correlation, moments};

/// How figures are hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrossValidation {
    /// In how many parts the known figures of each column are hidden, one part of all columns at a time.
    pub folds: usize,
    /// Which figures go into one part is drawn with this seed.
    pub seed: u64,
}

impl Default for CrossValidation {
    /// Ten parts.
    fn default() -> Self {
        Self { folds: 10, seed: 0 }
    }
}

/// How near filled figures come to hidden ones. All but counts and the correlation are in the measurement unit of the
/// column; over several columns they are in standard deviations of each.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Accuracy {
    /// How many hidden figures were filled.
    pub n: usize,
    /// How many were hidden and stayed missing; they are in none of the measures.
    pub n_unfilled: usize,
    /// Root of the mean squared error. `None`, as the others, where nothing was filled.
    pub rmse: Option<f64>,
    /// Mean absolute error.
    pub mae: Option<f64>,
    /// Mean of filled less hidden.
    pub bias: Option<f64>,
    /// `rmse` in standard deviations (n − 1) of the known figures: 1 is no better than the mean. `None` for a column on
    /// which units do not differ.
    pub nrmse: Option<f64>,
    /// Spearman's correlation of filled and hidden; over several columns its mean, weighted by `n`. `None` where one of
    /// them does not vary, as under `mean` with a single fold.
    pub rank_correlation: Option<f64>,
}

/// The accuracy of a method on a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Validation {
    /// Of each column, in order.
    pub columns: Vec<Accuracy>,
    /// Of all columns on which units differ, errors in standard deviations of their column.
    pub overall: Accuracy,
}

/// One hidden figure that was filled.
#[derive(Debug, Clone, Copy)]
struct Pair {
    hidden: f64,
    filled: f64,
}

/// Hides known figures part by part, fills them and measures the errors.
///
/// The known figures of each column are dealt at random into parts of equal size (to within one). One part of every column is
/// hidden at a time, so that the method meets gaps in all of them, and each figure is hidden once. In a block with a draw the
/// method draws its values. The result is a pure function of method, block and options.
///
/// # Errors
/// `invalid-parameter` for fewer than two folds; what the method says to the block with hidden figures.
pub fn cross_validate(
    method: &dyn Imputer<f64>,
    block: &Block<'_, f64>,
    options: CrossValidation,
) -> Outcome<Validation> {
    block.check()?;
    if options.folds < 2 {
        return Err(Fault::parameter("folds", format!("`folds` must be 2 or more, found {}", options.folds))
            .help("write `folds = 10`"));
    }
    let folds: Vec<Vec<(usize, usize)>> =
        block.columns.iter().enumerate().map(|(at, column)| deal(column, at, options)).collect();
    let n_folds = folds.iter().flatten().map(|(_, fold)| fold + 1).max().unwrap_or(0);
    let mut pairs: Vec<Vec<Pair>> = vec![Vec::new(); block.columns.len()];
    for fold in 0..n_folds {
        let mut columns: Vec<Column<f64>> = block.columns.iter().map(|column| (*column).clone()).collect();
        for (column, folds) in columns.iter_mut().zip(&folds) {
            for (row, _) in folds.iter().filter(|(_, of)| *of == fold) {
                column.set(*row, None);
            }
        }
        let columns: Vec<&Column<f64>> = columns.iter().collect();
        let filled = method.impute(&Block { columns: &columns, ..*block })?;
        for (at, cells) in filled.into_iter().enumerate().take(pairs.len()) {
            let pair = |(row, filled)| block.columns[at].get(row).map(|hidden| Pair { hidden, filled });
            pairs[at].extend(cells.into_iter().filter_map(pair));
        }
    }
    let deviations: Vec<Option<f64>> = block.columns.iter().map(|column| deviation(column)).collect();
    let columns: Vec<Accuracy> = pairs
        .iter()
        .zip(&deviations)
        .zip(&folds)
        .map(|((pairs, sd), hidden)| Accuracy::of(pairs, hidden.len() - pairs.len(), *sd))
        .collect();
    Ok(Validation { overall: Accuracy::over(&columns, &pairs, &deviations), columns })
}

/// The rows of the known figures of a column, each with its part.
fn deal(column: &Column<f64>, at: usize, options: CrossValidation) -> Vec<(usize, usize)> {
    let draw = Draw { seed: options.seed, index: 0 };
    let mut order: Vec<(u64, usize)> =
        column.iter().map(|(row, _)| (random::stream(draw, Use::Folds, at, row).bits(0), row)).collect();
    order.sort_unstable();
    // Columns start at different parts, so that short columns do not all hide in the first ones.
    order.iter().enumerate().map(|(place, (_, row))| (*row, (place + at) % options.folds)).collect()
}

/// The standard deviation of the known figures; `None` where they do not differ.
fn deviation(column: &Column<f64>) -> Option<f64> {
    let known: Vec<f64> = column.values().collect();
    if moments::constant(&known) { None } else { moments::standard_deviation(&known, 1) }
}

impl Accuracy {
    fn of(pairs: &[Pair], n_unfilled: usize, sd: Option<f64>) -> Self {
        let (hidden, filled): (Vec<f64>, Vec<f64>) = pairs.iter().map(|p| (p.hidden, p.filled)).unzip();
        let errors = pairs.iter().map(|pair| pair.filled - pair.hidden);
        Self {
            n_unfilled,
            nrmse: sd.and_then(|sd| rmse(errors.clone()).map(|rmse| rmse / sd)),
            rank_correlation: correlation::spearman(&hidden, &filled),
            ..Self::of_errors(errors)
        }
    }

    fn of_errors(errors: impl Iterator<Item = f64> + Clone) -> Self {
        Self {
            n: errors.clone().count(),
            rmse: rmse(errors.clone()),
            mae: mean(errors.clone().map(f64::abs)),
            bias: mean(errors),
            ..Self::default()
        }
    }

    fn over(columns: &[Self], pairs: &[Vec<Pair>], deviations: &[Option<f64>]) -> Self {
        let errors = pairs.iter().zip(deviations).flat_map(|(pairs, sd)| {
            sd.iter().flat_map(|sd| pairs.iter().map(move |pair| (pair.filled - pair.hidden) / sd))
        });
        let varying = columns.iter().zip(deviations).filter(|(_, sd)| sd.is_some()).map(|(column, _)| column);
        let ranked: Vec<(f64, f64)> =
            varying.clone().filter_map(|c| c.rank_correlation.map(|r| (c.n as f64, r))).collect();
        let total: f64 = ranked.iter().map(|(n, _)| n).sum();
        let of_errors = Self::of_errors(errors);
        Self {
            n_unfilled: varying.map(|column| column.n_unfilled).sum(),
            nrmse: of_errors.rmse,
            rank_correlation: (total > 0.0).then(|| ranked.iter().map(|(n, r)| n * r).sum::<f64>() / total),
            ..of_errors
        }
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    moments::mean(&values.collect::<Vec<f64>>())
}

fn rmse(errors: impl Iterator<Item = f64>) -> Option<f64> {
    mean(errors.map(|error| error * error)).map(f64::sqrt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{args, near};
    use crate::{IMPUTERS, imputers};
    use gradus_model::Scalar;

    fn validate(
        id: &str,
        text: &str,
        columns: &[Column<f64>],
        options: CrossValidation,
    ) -> Outcome<Validation> {
        let method = imputers().find(id)?.make(&args(text))?;
        let columns: Vec<&Column<f64>> = columns.iter().collect();
        cross_validate(f64::pick(&method), &Block::of(&columns), options)
    }

    fn column(values: impl IntoIterator<Item = f64>) -> Column<f64> {
        Column::of(values.into_iter().collect())
    }

    #[test]
    fn worked_by_hand() {
        // Each figure is hidden by itself; the mean of the others is off by 1.5, 0.75, 0 ... times the deviation.
        let leave_one_out = CrossValidation { folds: 4, seed: 1 };
        let found = validate("mean", "", &[column([0.0, 2.0, 4.0, 10.0])], leave_one_out).unwrap().columns[0];
        let errors = [16.0 / 3.0, 14.0 / 3.0 - 2.0, 0.0, 2.0 - 10.0];
        let rmse = (errors.iter().map(|e| e * e).sum::<f64>() / 4.0).sqrt();
        assert_eq!((found.n, found.n_unfilled), (4, 0));
        assert!(near(found.rmse.unwrap(), rmse));
        assert!(near(found.mae.unwrap(), (16.0 / 3.0 + 8.0 / 3.0 + 8.0) / 4.0));
        assert!(near(found.bias.unwrap(), 0.0));
        assert!(near(found.nrmse.unwrap(), rmse / (56.0f64 / 3.0).sqrt()));
        // The mean without a figure falls as the figure rises.
        assert!(near(found.rank_correlation.unwrap(), -1.0));
    }

    #[test]
    fn a_constant_guess_is_biased_by_what_it_is_off() {
        let columns = [column([1.0, 2.0, 3.0, 6.0]), column([10.0, 10.0, 10.0, 10.0])];
        let found = validate("fixed-value", "value = 5", &columns, CrossValidation::default()).unwrap();
        let [varying, constant] = found.columns[..] else { panic!("two columns") };
        assert!(near(varying.bias.unwrap(), 2.0) && near(varying.mae.unwrap(), 2.5));
        assert_eq!(varying.rank_correlation, None);
        assert_eq!((constant.bias, constant.nrmse), (Some(-5.0), None));
        // The constant column has no standard deviation to measure errors in.
        assert_eq!(found.overall.n, 4);
        assert!(near(found.overall.bias.unwrap(), 2.0 / (14.0f64 / 3.0).sqrt()));
        assert_eq!(found.overall.nrmse, found.columns[0].nrmse);
    }

    #[test]
    fn a_method_that_knows_the_relation_is_found_better() {
        let x: Vec<f64> = (0..40).map(|i| f64::from(i * 37 % 40)).collect();
        let noise = |i: usize| f64::from(u32::try_from(i * 29 % 7).unwrap()) / 10.0;
        let y = x.iter().enumerate().map(|(i, x)| 3.0 * x - 7.0 + noise(i));
        let columns = [column(x.clone()), column(y)];
        let nrmse =
            |id| validate(id, "", &columns, CrossValidation::default()).unwrap().overall.nrmse.unwrap();
        let (mean, neighbors, regression, em) =
            (nrmse("mean"), nrmse("nearest-neighbors"), nrmse("regression"), nrmse("em"));
        assert!((0.9..1.2).contains(&mean), "{mean}");
        assert!(neighbors < 0.6 && regression < 0.35 && em < 0.35, "{neighbors} {regression} {em}");
    }

    #[test]
    fn every_figure_is_hidden_once_in_parts_of_equal_size() {
        let values = Column::from_options((0..23).map(|i| (i % 5 != 0).then(|| f64::from(i))));
        let dealt = deal(&values, 3, CrossValidation { folds: 4, seed: 9 });
        let mut rows: Vec<usize> = dealt.iter().map(|(row, _)| *row).collect();
        rows.sort_unstable();
        assert_eq!(rows, values.iter().map(|(row, _)| row).collect::<Vec<_>>());
        for fold in 0..4 {
            let size = dealt.iter().filter(|(_, of)| *of == fold).count();
            assert!((4..=5).contains(&size), "{size}");
        }
        assert_ne!(dealt, deal(&values, 3, CrossValidation { folds: 4, seed: 10 }));
    }

    #[test]
    fn what_stays_missing_is_counted() {
        let one = Column::from_options([Some(3.0), None, None]);
        let found = validate("mean", "", &[one], CrossValidation::default()).unwrap();
        assert_eq!((found.columns[0].n, found.columns[0].n_unfilled, found.columns[0].rmse), (0, 1, None));
        assert_eq!(found.overall, Accuracy::default());
    }

    #[test]
    fn it_runs_for_every_method_and_twice_alike() {
        let columns = [
            Column::from_options((0..12).map(|i| (i != 4).then(|| f64::from(i * i % 11)))),
            Column::from_options((0..12).map(|i| (i != 7).then(|| f64::from(i * 5 % 7)))),
        ];
        let columns: Vec<&Column<f64>> = columns.iter().collect();
        let classes = [Some(0), Some(1), Some(0), Some(1)];
        for method in IMPUTERS {
            let text = if method.id == "fixed-value" { "value = 3" } else { "" };
            let method = method.make(&args(text)).unwrap();
            let block = Block { n_units: 4, classes: Some(&classes), ..Block::of(&columns) };
            let run = || cross_validate(f64::pick(&method), &block, CrossValidation::default()).unwrap();
            let found = run();
            assert_eq!(found, run());
            assert!(found.overall.n > 10, "{method:?}: {found:?}");
            assert!(found.columns.iter().all(|column| column.n + column.n_unfilled == 11));
        }
    }

    #[test]
    fn edges() {
        let none = CrossValidation::default();
        assert_eq!(validate("mean", "", &[], none).unwrap().columns, []);
        assert_eq!(validate("mean", "", &[Column::missing(3)], none).unwrap().overall.n, 0);
        let one = CrossValidation { folds: 1, seed: 0 };
        assert_eq!(validate("mean", "", &[column([1.0])], one).unwrap_err().kind.id, "invalid-parameter");
        // The method's own fault comes through.
        let two = [column([1.0, 2.0, 4.0]), column([3.0, 5.0, 4.0])];
        assert_eq!(validate("em", "", &two, none).unwrap_err().kind.id, "too-few-values");
    }
}
