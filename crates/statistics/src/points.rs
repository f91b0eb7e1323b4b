//! Points that fill the unit cube evenly: scrambled Sobol sequences, each number a function of seed, draw and dimension.
//!
//! Averages over such points converge faster than over independent ones wherever a result depends smoothly on few inputs, and
//! not slower elsewhere. The scrambling is Owen's, by hashing (Burley 2020, Practical hash-based Owen scrambling, Journal of
//! Computer Graphics Techniques 9(4), 1-20), with the direction numbers of Joe and Kuo (2008, doi 10.1137/070709359).

use crate::lanes::{LANES, Row};
use crate::random::Stream;
use sobol_burley::parts::{hash, owen_scramble_rev, sobol_rev};
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

/// Four dimensions made ready: the numbers of a sequence before they are scrambled, by each four binary digits of a draw's place.
type Table = [[[u32; 4]; 16]; 4];

/// [`LANES`] draws of some dimensions at a time, with the bits of [`Points::fill`].
///
/// A number of a Sobol sequence is an exclusive or of direction numbers, one for each binary digit of the draw's place. Four digits
/// are looked up at once, and what depends on the seed alone is computed once per sequence.
#[derive(Debug, Clone)]
pub struct Lanes {
    points: Points,
    /// The first dimension that is wanted, and how many.
    first: usize,
    n_dims: usize,
    tables: Vec<Table>,
    /// The sequence that what follows is made for.
    sequence: Option<u64>,
    /// By four dimensions: what shuffles the draws, and what scrambles each dimension.
    scrambles: Vec<(u32, [u32; 4])>,
}

impl Points {
    /// The dimensions from `first` on, for many draws at a time.
    #[must_use]
    pub fn lanes(self, first: usize, n_dims: usize) -> Lanes {
        let sets = if n_dims == 0 { 0..0 } else { first / 4..(first + n_dims).div_ceil(4) };
        let tables = sets.map(table).collect();
        Lanes { points: self, first, n_dims, tables, sequence: None, scrambles: Vec::new() }
    }
}

#[allow(clippy::cast_possible_truncation, reason = "places in a set of dimensions are small")]
fn table(set: usize) -> Table {
    let set = (set % NUM_DIMENSION_SETS_4D as usize) as u32;
    let mut out = Table::default();
    for (at, digits) in out.iter_mut().enumerate() {
        for (value, four) in digits.iter_mut().enumerate() {
            let place = (value as u32) << (28 - 4 * at as u32);
            for (number, dimension) in four.iter_mut().zip(4 * set..) {
                *number = sobol_rev(place, dimension);
            }
        }
    }
    out
}

impl Lanes {
    /// The numbers of the draws from `draw` on, a row per dimension. `draw` is a multiple of [`LANES`].
    #[inline(always)]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "places in a sequence and in a set of dimensions are small"
    )]
    pub fn fill(&mut self, draw: u64, out: &mut [Row]) {
        debug_assert!(draw.is_multiple_of(LANES as u64) && out.len() == self.n_dims);
        if self.sequence != Some(draw / SEQUENCE) {
            self.start(draw / SEQUENCE);
        }
        let start = (draw % SEQUENCE) as u32;
        let mut shuffled = [0u32; LANES];
        let mut shuffled_by = None;
        let sets = (self.first / 4)..;
        for ((set, table), (shuffle, scrambles)) in sets.zip(&self.tables).zip(&self.scrambles) {
            if shuffled_by != Some(*shuffle) {
                for (place, lane) in shuffled.iter_mut().zip(0..) {
                    *place = owen_scramble_rev((start + lane).reverse_bits(), *shuffle);
                }
                shuffled_by = Some(*shuffle);
            }
            let mut four = [[0u32; LANES]; 4];
            for (lane, place) in shuffled.iter().enumerate() {
                let digits = |at: u32| table[at as usize][(place >> (28 - 4 * at) & 15) as usize];
                let (a, b, c, d) = (digits(0), digits(1), digits(2), digits(3));
                for (k, row) in four.iter_mut().enumerate() {
                    row[lane] = a[k] ^ b[k] ^ c[k] ^ d[k];
                }
            }
            for (k, numbers) in four.iter().enumerate() {
                let Some(row) = (4 * set + k).checked_sub(self.first).and_then(|at| out.get_mut(at)) else {
                    continue;
                };
                for (x, number) in row.iter_mut().zip(numbers) {
                    *x = number_of(owen_scramble_rev(*number, scrambles[k]).reverse_bits());
                }
            }
        }
    }

    /// Makes ready for a sequence: the constants are those of `sample_4d`, which takes them anew for each draw.
    #[cold]
    #[allow(clippy::cast_possible_truncation, reason = "places in a set of dimensions are small")]
    fn start(&mut self, sequence: u64) {
        let sets = NUM_DIMENSION_SETS_4D as usize;
        let stream = self.points.0.split(sequence);
        let of = |set: usize| {
            let seed = stream.bits((set / sets) as u64) as u32;
            let scramble = |k: u32| hash(seed.wrapping_mul(0x9c8f_2d3b) ^ (set % sets) as u32 ^ k);
            let scrambles = [0x912f_69ba, 0x174f_18ab, 0x691e_72ca, 0xb40c_c1b8].map(scramble);
            (hash(seed ^ 0x79c6_8e4a), scrambles)
        };
        self.scrambles = (self.first / 4..).take(self.tables.len()).map(of).collect();
        self.sequence = Some(sequence);
    }
}

/// The middle of the interval that the first 23 bits of a number name: neither 0 nor 1.
#[inline(always)]
fn number_of(bits: u32) -> f64 {
    // The bits as the mantissa of a number from 1 to 2: no conversion, which not every machine has for many numbers at a time.
    f64::from_bits(u64::from(bits >> 9) << 29 | 1023 << 52) - (1.0 - 0.5 / f64::from(1u32 << 24))
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

    #[test]
    fn many_draws_at_a_time_are_the_same_draws() {
        for (first, n_dims) in [(0, 1), (0, 10), (3, 6), (254, 9), (7, 0)] {
            let points = Points::new(11);
            let mut lanes = points.lanes(first, n_dims);
            let (mut rows, mut one) = (vec![[0.0; LANES]; n_dims], vec![0.0; n_dims]);
            for draw in [0, 48, SEQUENCE - LANES as u64, SEQUENCE, 5 * SEQUENCE + 4096] {
                lanes.fill(draw, &mut rows);
                for lane in 0..LANES {
                    points.fill(draw + lane as u64, first, &mut one);
                    for (row, x) in rows.iter().zip(&one) {
                        assert_eq!(row[lane].to_bits(), x.to_bits(), "{first} {n_dims} {draw} {lane}");
                    }
                }
            }
        }
    }
}
