//! Random numbers as a function of seed and counter: no state, the same on every machine and in any order of use.

use crate::distribution;

/// A stream of random numbers; draw `i` of a stream is always the same number.
///
/// The mixing function is that of SplitMix64 (Steele, Lea and Flood 2014), applied twice. Seed 0 is a seed like any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream(u64);

impl Stream {
    /// The stream of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15)))
    }
    /// A stream within the stream: one per start, per replication, per dimension.
    #[must_use]
    pub fn split(self, index: u64) -> Self {
        Self(mix(self.0 ^ mix(index.wrapping_add(0x632b_e59b_d9b4_e019))))
    }
    /// 64 random bits.
    #[must_use]
    pub fn bits(self, draw: u64) -> u64 {
        mix(self.0.wrapping_add(draw.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }
    /// A uniform number, above 0 and below 1.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "52 bits fit a double")]
    pub fn uniform(self, draw: u64) -> f64 {
        ((self.bits(draw) >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }
    /// A standard normal number, by inversion.
    #[must_use]
    pub fn normal(self, draw: u64) -> f64 {
        distribution::normal_quantile(self.uniform(draw))
    }
}

fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moments::{self, Estimator};

    #[test]
    fn draws_have_the_moments_they_should() {
        for seed in [0, 1, u64::MAX] {
            let stream = Stream::new(seed);
            let uniform: Vec<f64> = (0..20_000).map(|i| stream.uniform(i)).collect();
            assert!(uniform.iter().all(|u| *u > 0.0 && *u < 1.0));
            assert!((moments::mean(&uniform).unwrap() - 0.5).abs() < 0.01);
            assert!((moments::variance(&uniform, 1).unwrap() - 1.0 / 12.0).abs() < 0.002);
            let normal: Vec<f64> = (0..20_000).map(|i| stream.split(7).normal(i)).collect();
            assert!(moments::mean(&normal).unwrap().abs() < 0.03);
            assert!((moments::variance(&normal, 1).unwrap() - 1.0).abs() < 0.05);
            assert!(moments::skewness(&normal, Estimator::Adjusted).unwrap().abs() < 0.06);
        }
    }

    #[test]
    fn a_draw_is_a_function_of_seed_stream_and_number() {
        let bits = Stream::new(0).bits(3);
        assert_eq!(bits, Stream::new(0).bits(3));
        let others = [Stream::new(0).bits(4), Stream::new(1).bits(3), Stream::new(0).split(0).bits(3)];
        assert!(others.iter().all(|other| *other != bits), "{bits} {others:?}");
    }
}
