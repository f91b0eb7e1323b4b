//! Random numbers as functions of where they are used: seed, draw, column and row. No state, so neither the order of
//! computation nor the number of threads changes them.
//!
//! The generator is Philox4x64-10 of Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2,
//! 3", https://doi.org/10.1145/2063384.2063405: a bijection of a 256-bit counter under a 128-bit key that passes the
//! statistical batteries. It is ten lines, and its authors publish known answers.

use crate::Draw;
use gradus_model::number::Scalar;

/// Ten rounds of Philox4x64.
fn philox(mut counter: [u64; 4], mut key: [u64; 2]) -> [u64; 4] {
    let product = |a: u64, b: u64| {
        let wide = u128::from(a) * u128::from(b);
        ((wide >> 64) as u64, wide as u64)
    };
    for _ in 0..10 {
        let (high0, low0) = product(0xD2E7_470E_E14C_6C93, counter[0]);
        let (high1, low1) = product(0xCA5A_8263_9512_1157, counter[2]);
        counter = [high1 ^ counter[1] ^ key[0], low1, high0 ^ counter[3] ^ key[1], low0];
        key = [key[0].wrapping_add(0x9E37_79B9_7F4A_7C15), key[1].wrapping_add(0xBB67_AE85_84CA_A73B)];
    }
    counter
}

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

/// The random numbers of one place: a cell, or a column's parameters.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    key: [u64; 2],
    place: [u64; 3],
    next: u64,
}

impl Stream {
    pub(crate) fn new(draw: Draw, purpose: Use, column: usize, row: usize) -> Self {
        Self { key: [draw.seed, purpose as u64], place: [draw.index, column as u64, row as u64], next: 0 }
    }
    fn words(&mut self) -> [u64; 4] {
        let [draw, column, row] = self.place;
        let words = philox([self.next, row, column, draw], self.key);
        self.next = self.next.wrapping_add(1);
        words
    }
    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.words()[0]
    }
    /// One of `0..n`, each equally likely to within 2⁻⁶⁴ n; 0 for none.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        // The high half of a product takes the number to 0..n without a division.
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }
    /// A standard normal number, by the polar method of Marsaglia and Bray (1964), https://doi.org/10.1137/1006063.
    pub(crate) fn normal(&mut self) -> f64 {
        // The chance that no pair of a thousand lies in the circle is 0.215^1000.
        for _ in 0..1000 {
            let [a, b, ..] = self.words().map(|word| 2.0 * unit(word) - 1.0);
            let square = a * a + b * b;
            if square > 0.0 && square < 1.0 {
                let log = Scalar::ln(square).unwrap_or(0.0);
                return a * (-2.0 * log / square).sqrt();
            }
        }
        0.0
    }
    /// A chi-square number: the sum of `freedom` squared normal numbers.
    pub(crate) fn chi_square(&mut self, freedom: usize) -> f64 {
        (0..freedom).map(|_| self.normal()).map(|z| z * z).sum()
    }
}

/// The middle of one of 2⁵³ equal parts of 0 to 1, so neither 0 nor 1.
fn unit(word: u64) -> f64 {
    ((word >> 11) as f64 + 0.5) / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAW: Draw = Draw { seed: 7, index: 3 };

    fn cell(row: usize) -> Stream {
        Stream::new(DRAW, Use::Cell, 0, row)
    }

    /// The file `kat_vectors` of the authors' library Random123.
    #[test]
    fn known_answers() {
        assert_eq!(
            philox([0; 4], [0; 2]),
            [0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b]
        );
        assert_eq!(
            philox([u64::MAX; 4], [u64::MAX; 2]),
            [0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0]
        );
        assert_eq!(
            philox(
                [0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89],
                [0x452821e638d01377, 0xbe5466cf34e90c6c]
            ),
            [0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6]
        );
    }

    #[test]
    fn every_part_of_the_place_matters_and_nothing_else() {
        let first = |draw, purpose, column, row| Stream::new(draw, purpose, column, row).bits();
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
        let mut stream = Stream::new(DRAW, Use::Cell, 1, 2);
        assert_eq!(stream.bits(), all[0]);
        assert_ne!(stream.bits(), all[0]);
        assert_ne!(first(Draw { seed: 0, index: 0 }, Use::Cell, 0, 0), 0, "seed 0 is a seed");
    }

    #[test]
    fn normal_numbers_have_the_moments_of_the_normal_distribution() {
        let n = 40_000;
        let numbers: Vec<f64> = (0..n).map(|row| cell(row).normal()).collect();
        let moment =
            |k: i32| numbers.iter().map(|z| (0..k).map(|_| *z).product::<f64>()).sum::<f64>() / n as f64;
        // Four standard errors of each moment: 1, √2, √15 and √96 over √n.
        for (k, want, sd) in
            [(1, 0.0, 1.0), (2, 1.0, 2f64.sqrt()), (3, 0.0, 15f64.sqrt()), (4, 3.0, 96f64.sqrt())]
        {
            let found = moment(k);
            assert!((found - want).abs() < 4.0 * sd / (n as f64).sqrt(), "moment {k}: {found}");
        }
        let inside = numbers.iter().filter(|z| z.abs() < 1.959964).count();
        assert!((inside as f64 / n as f64 - 0.95).abs() < 0.005, "{inside}");
    }

    #[test]
    fn a_number_below_n_is_even() {
        let mut counts = [0usize; 7];
        for row in 0..14_000 {
            counts[cell(row).below(7)] += 1;
        }
        assert!(counts.iter().all(|count| (1800..2200).contains(count)), "{counts:?}");
        assert_eq!(cell(0).below(1), 0);
        assert_eq!(cell(0).below(0), 0);
    }

    #[test]
    fn a_chi_square_number_has_its_freedom_as_mean() {
        let mean = (0..4000).map(|row| cell(row).chi_square(5)).sum::<f64>() / 4000.0;
        assert!((mean - 5.0).abs() < 0.2, "{mean}");
        assert_eq!(cell(0).chi_square(0), 0.0);
    }
}
