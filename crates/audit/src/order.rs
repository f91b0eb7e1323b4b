//! Ranks of the units in many draws at a time: a network that sorts every lane with the same comparisons.
//!
//! A score becomes a whole number of few bits, with the unit's place behind it, so that the smaller and the larger of two keys are one
//! instruction each for eight lanes. Two scores that become the same number are told apart by themselves afterwards: ranks are
//! those of the scores, bit for bit.

use gradus_statistics::lanes::{LANES, Row};

/// The most units that are ranked so; of more, the numbers would have too few bits to tell scores apart.
pub const MOST_UNITS: usize = 256;

/// How many bits of a key are the unit's place. The others are the bits of a single-precision mantissa.
const BITS: u32 = 9;

/// Keys side by side.
type Keys = [u32; LANES];

/// Places units by their scores, in all lanes at once.
#[derive(Debug, Clone)]
pub struct Order {
    network: Vec<(u16, u16)>,
    /// 0, 1, 2, ...: loops look places up, because a compiler that sees through a loop over units works on several units at a time
    /// and takes the lanes apart for it.
    places: Vec<u16>,
    keys: Vec<Keys>,
    /// In which lanes two scores have become one number.
    near: [bool; LANES],
}

impl Order {
    /// Room for `n` units; nothing for more than [`MOST_UNITS`], and for none.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, reason = "places are below the most units")]
    pub fn new(n: usize) -> Option<Self> {
        (1..=MOST_UNITS).contains(&n).then(|| Self {
            network: network(n),
            places: (0..n as u16).collect(),
            keys: vec![[0; LANES]; n],
            near: [true; LANES],
        })
    }

    /// Sorts the scores of all lanes, a row per unit, all finite.
    #[inline(always)]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "rounding to the whole numbers there are is what is wanted"
    )]
    pub fn sort(&mut self, scores: &[Row]) {
        let (mut low, mut high) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
        for unit in &self.places {
            for ((low, high), x) in low.iter_mut().zip(&mut high).zip(&scores[usize::from(*unit)]) {
                *low = if *x < *low { *x } else { *low };
                *high = if *x > *high { *x } else { *high };
            }
        }
        // Differences from the highest, stretched to the whole numbers there are: a larger score never has a larger number.
        let most = f64::from(u32::MAX >> BITS);
        let mut scale = [0.0; LANES];
        for ((scale, low), high) in scale.iter_mut().zip(&low).zip(&high) {
            *scale = most / (high - low);
        }
        for unit in &self.places {
            let (row, keys) = (&scores[usize::from(*unit)], &mut self.keys[usize::from(*unit)]);
            // Single-precision numbers from 2^23 to 2^24 are whole, and their mantissa is what they are above 2^23.
            let mut numbers = [0f32; LANES];
            for (((number, x), high), scale) in numbers.iter_mut().zip(row).zip(&high).zip(&scale) {
                *number = ((high - x) * scale + 8_388_608.0) as f32;
            }
            for (key, number) in keys.iter_mut().zip(numbers) {
                *key = number.to_bits() << BITS | u32::from(*unit);
            }
        }
        let keys = &mut self.keys[..];
        for (a, b) in &self.network {
            let (a, b) = (usize::from(*a), usize::from(*b));
            let (x, y) = (keys[a], keys[b]);
            for (smaller, (x, y)) in keys[a].iter_mut().zip(x.iter().zip(&y)) {
                *smaller = if x < y { *x } else { *y };
            }
            for (larger, (x, y)) in keys[b].iter_mut().zip(x.iter().zip(&y)) {
                *larger = if x < y { *y } else { *x };
            }
        }
        let mut near = [0u32; LANES];
        for place in &self.places[1..] {
            let place = usize::from(*place);
            for ((near, a), b) in near.iter_mut().zip(&keys[place - 1]).zip(&keys[place]) {
                *near |= u32::from((a ^ b) >> BITS == 0);
            }
        }
        for lane in 0..LANES {
            // Scores that are all the same have no scale.
            self.near[lane] = near[lane] != 0 || !scale[lane].is_finite();
        }
    }

    /// Hands over each unit of a lane with its place, from 0 for the best, where no two scores are near; `false` where some are.
    #[inline(always)]
    pub fn places(&self, lane: usize, mut each: impl FnMut(usize, usize)) -> bool {
        if self.near[lane] {
            return false;
        }
        let mask = (1 << BITS) - 1;
        for (place, keys) in self.keys.iter().enumerate() {
            each((keys[lane] & mask) as usize, place);
        }
        true
    }

    /// The units of a lane in order, those of near scores in any order, if there is an order at all.
    pub fn units(&self, lane: usize) -> impl Iterator<Item = u32> {
        let mask = (1u32 << BITS) - 1;
        self.keys.iter().map(move |keys| keys[lane] & mask)
    }
}

/// The comparisons that sort any `n` keys: merging of odd and even places (Batcher 1968; Knuth, The Art of Computer Programming 3,
/// algorithm 5.2.2M).
#[allow(clippy::cast_possible_truncation, reason = "places are below the most units")]
fn network(n: usize) -> Vec<(u16, u16)> {
    let mut out = Vec::new();
    let largest = n.next_power_of_two() / 2;
    let mut p = largest;
    while p > 0 {
        let (mut q, mut r, mut d) = (largest, 0, p);
        loop {
            out.extend((0..n - d.min(n)).filter(|i| i & p == r).map(|i| (i as u16, (i + d) as u16)));
            if q == p {
                break;
            }
            (d, q, r) = (q - p, q / 2, p);
        }
        p /= 2;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_statistics::random::Stream;

    /// A network that sorts all zeros and ones sorts everything (Knuth, theorem Z).
    #[test]
    fn networks_sort() {
        for n in 1..=16 {
            let network = network(n);
            for bits in 0..1u32 << n {
                let mut keys: Vec<u32> = (0..n).map(|i| bits >> i & 1).collect();
                for (a, b) in &network {
                    if keys[usize::from(*a)] > keys[usize::from(*b)] {
                        keys.swap(usize::from(*a), usize::from(*b));
                    }
                }
                assert!(keys.is_sorted(), "{n} {bits:b}");
            }
        }
    }

    #[test]
    fn places_are_those_of_sorted_scores() {
        let stream = Stream::new(5);
        for n in [1, 2, 3, 50, 64, 65, 256] {
            let mut order = Order::new(n).unwrap();
            let mut near = 0;
            for round in 0..20u64 {
                let score = |unit: usize, lane: usize| {
                    let x = stream.split(round).split(unit as u64).normal(lane as u64);
                    // Some lanes have ties, some scores that differ in their last bit only.
                    match lane {
                        0 => (x * 4.0).round(),
                        1 if unit.is_multiple_of(7) => 1.0 + unit as f64 * f64::EPSILON,
                        2 => 3.0,
                        _ => x,
                    }
                };
                let rows: Vec<Row> =
                    (0..n).map(|unit| std::array::from_fn(|lane| score(unit, lane))).collect();
                order.sort(&rows);
                for lane in 0..LANES {
                    let mut places = vec![usize::MAX; n];
                    let clear = order.places(lane, |unit, place| places[unit] = place);
                    near += usize::from(!clear);
                    let ties = (0..n).any(|a| (0..a).any(|b| rows[a][lane] == rows[b][lane]));
                    assert!(!(clear && ties));
                    for unit in 0..n {
                        let above = rows.iter().filter(|row| row[lane] > rows[unit][lane]).count();
                        assert!(!clear || places[unit] == above, "{n} {round} {lane} {unit}");
                    }
                }
            }
            // Only what is made to be near is near, but for a few by chance among many units.
            assert!(n == 1 || n > 65 || near <= 20 * 3 + 20, "{n} {near}");
        }
        assert!(Order::new(0).is_none() && Order::new(MOST_UNITS + 1).is_none());
    }
}
