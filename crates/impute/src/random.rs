//! Random numbers as functions of where they are used: seed, draw, column and row. No state, so neither the order of
//! computation nor the number of threads changes them. The generator is that of `gradus-statistics`.

use crate::Draw;
use gradus_statistics::random::Stream;

/// What random numbers are for; each use has numbers of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// The value of a cell.
    Cell = 1,
    /// The coefficients of a regression.
    Coefficients = 2,
    /// The residual spread of a regression.
    Spread = 3,
    /// The folds of a cross-validation.
    Folds = 4,
}

/// The random numbers of one place: a cell, or with row 0 a column's parameters.
pub(crate) fn stream(draw: Draw, purpose: Use, column: usize, row: usize) -> Stream {
    Stream::new(draw.seed).split(purpose as u64).split(draw.index).split(column as u64).split(row as u64)
}

/// One of `0..n` by the first number of a stream, each equally likely to within 2⁻⁶⁴ n; 0 for none.
pub(crate) fn below(stream: Stream, n: usize) -> usize {
    // The high half of a product takes the number to 0..n without a division.
    ((u128::from(stream.bits(0)) * n as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAW: Draw = Draw { seed: 7, index: 3 };

    #[test]
    fn every_part_of_the_place_matters_and_nothing_else() {
        let first = |draw, purpose, column, row| stream(draw, purpose, column, row).bits(0);
        let all = [
            first(DRAW, Use::Cell, 1, 2),
            first(Draw { seed: 8, ..DRAW }, Use::Cell, 1, 2),
            first(Draw { index: 4, ..DRAW }, Use::Cell, 1, 2),
            first(DRAW, Use::Spread, 1, 2),
            first(DRAW, Use::Cell, 2, 2),
            first(DRAW, Use::Cell, 1, 3),
            first(DRAW, Use::Cell, 2, 1),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(!all[..at].contains(one), "{at}");
        }
        assert_eq!(first(DRAW, Use::Cell, 1, 2), all[0]);
    }

    /// Neighboring cells and draws are the counters in use, so theirs are the numbers to be looked at.
    #[test]
    fn numbers_of_neighboring_cells_and_draws_are_normal_and_unrelated() {
        let n = 20_000;
        let cells: Vec<f64> = (0..n).map(|row| stream(DRAW, Use::Cell, 0, row).normal(0)).collect();
        let draws: Vec<f64> =
            (0..n as u64).map(|index| stream(Draw { seed: 7, index }, Use::Cell, 0, 0).normal(0)).collect();
        let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / n as f64;
        for numbers in [&cells, &draws] {
            // Four standard errors: 1, √2 and 1 over √n.
            let slack = 4.0 / (n as f64).sqrt();
            assert!(mean(&mut numbers.iter().copied()).abs() < slack);
            assert!((mean(&mut numbers.iter().map(|z| z * z)) - 1.0).abs() < slack * 2f64.sqrt());
            assert!(mean(&mut numbers.iter().zip(&numbers[1..]).map(|(a, b)| a * b)).abs() < slack);
        }
        assert!(mean(&mut cells.iter().zip(&draws).map(|(a, b)| a * b)).abs() < 0.03);
    }

    #[test]
    fn a_number_below_n_is_even() {
        let mut counts = [0usize; 7];
        for row in 0..14_000 {
            counts[below(stream(DRAW, Use::Cell, 0, row), 7)] += 1;
        }
        assert!(counts.iter().all(|count| (1800..2200).contains(count)), "{counts:?}");
        assert_eq!(below(stream(DRAW, Use::Cell, 0, 0), 1), 0);
        assert_eq!(below(stream(DRAW, Use::Cell, 0, 0), 0), 0);
    }
}
