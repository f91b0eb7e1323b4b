//! Points that fill the unit cube evenly: scrambled Sobol sequences, each number a function of seed, draw and dimension.
//!
//! Averages over such points converge faster than over independent ones wherever a result depends smoothly on few inputs, and
//! not slower elsewhere. The scrambling is Owen's, by hashing (Burley 2020, Practical hash-based Owen scrambling, Journal of
//! Computer Graphics Techniques 9(4), 1-20), with the direction numbers of Joe and Kuo (2008, doi 10.1137/070709359).

use crate::random::Stream;
use sobol_burley::{NUM_DIMENSION_SETS_4D, sample_4d};

/// Points of one sequence have this many draws; the draws beyond are those of further sequences, independent of the first.
pub const SEQUENCE: u64 = 1 << 16;

/// A set of points in a unit cube of any dimension.
///
/// The draws of each aligned block of 2^k, and of [`SEQUENCE`] draws at most, fill the cube evenly. Of more than 256 dimensions
/// those of each 256 do, and one 256 is independent of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Points(Stream);

impl Points {
    /// The points of a seed; seed 0 is a seed like any other.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Stream::new(seed).split(0x50_01_57))
    }
    /// One number of a draw, above 0 and below 1.
    #[must_use]
    pub fn at(self, draw: u64, dimension: usize) -> f64 {
        self.four(draw, dimension / 4)[dimension % 4]
    }
    /// The numbers of a draw in the dimensions from `first` on, above 0 and below 1.
    pub fn fill(self, draw: u64, first: usize, out: &mut [f64]) {
        let mut at = first;
        let mut rest = out;
        while !rest.is_empty() {
            let four = &self.four(draw, at / 4)[at % 4..];
            let n = four.len().min(rest.len());
            let (now, later) = rest.split_at_mut(n);
            now.copy_from_slice(&four[..n]);
            rest = later;
            at += n;
        }
    }
    #[allow(
        clippy::cast_possible_truncation,
        reason = "places in a sequence and in a set of dimensions are small"
    )]
    fn four(self, draw: u64, set: usize) -> [f64; 4] {
        let sets = NUM_DIMENSION_SETS_4D as usize;
        let seed = self.0.split(draw / SEQUENCE).bits((set / sets) as u64) as u32;
        // A number has 24 bits; the middle of its interval is neither 0 nor 1.
        sample_4d((draw % SEQUENCE) as u32, (set % sets) as u32, seed)
            .map(|x| f64::from(x) + 0.5 / f64::from(1u32 << 24))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_of_draws_has_one_in_each_interval() {
        for (seed, dimension) in [(0, 0), (0, 255), (1, 3), (7, 300)] {
            let points = Points::new(seed);
            for start in [0, 1024, SEQUENCE, 3 * SEQUENCE + 2048] {
                let mut seen = vec![0; 256];
                for draw in start..start + 256 {
                    let x = points.at(draw, dimension);
                    assert!(x > 0.0 && x < 1.0);
                    seen[(x * 256.0) as usize] += 1;
                }
                assert!(seen.iter().all(|n| *n == 1), "seed {seed} dimension {dimension} from {start}");
            }
        }
    }

    #[test]
    fn integrals_are_closer_than_at_random() {
        // The integral of the product of 12 x^2 (1 - x) over four dimensions is 1.
        let f = |x: &[f64]| x.iter().map(|x| 12.0 * x * x * (1.0 - x)).product::<f64>();
        let n = 4096;
        let mean = |point: &dyn Fn(u64, usize) -> f64| {
            (0..n).map(|i| f(&[0, 1, 2, 3].map(|j| point(i, j)))).sum::<f64>() / n as f64
        };
        let (mut even, mut random) = (0.0, 0.0);
        for seed in 0..20 {
            let points = Points::new(seed);
            even += (mean(&|i, j| points.at(i, j)) - 1.0).abs() / 20.0;
            random += (mean(&|i, j| Stream::new(seed).split(j as u64).uniform(i)) - 1.0).abs() / 20.0;
        }
        assert!(even < random / 5.0, "{even} {random}");
    }

    #[test]
    fn numbers_are_a_function_of_seed_draw_and_dimension() {
        let points = Points::new(3);
        let mut all = [0.0; 11];
        points.fill(77, 2, &mut all);
        for (j, x) in all.iter().enumerate() {
            assert_eq!(x.to_bits(), points.at(77, j + 2).to_bits());
        }
        // Another sequence, another set of dimensions and another seed have nothing in common with these.
        for other in [points.at(77 + SEQUENCE, 2), points.at(77, 258), Points::new(4).at(77, 2)] {
            assert_ne!(other, all[0]);
        }
    }
}
