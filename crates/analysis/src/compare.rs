//! Two versions of scores side by side: ranks, shifts, and how much the rankings agree.

use crate::Series;
use crate::describe::share;
use gradus_statistics::correlation;
use gradus_statistics::moments;
use gradus_statistics::rank::{self, Ties};

/// One unit in two versions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// Its position in the series.
    pub unit: usize,
    /// Its scores.
    pub scores: (f64, f64),
    /// Its ranks among the units that have both scores, 1 the highest score, ties at the lowest rank.
    pub ranks: (f64, f64),
}

impl Shift {
    /// Places gained from the first to the second version; below 0 they were lost.
    #[must_use]
    pub fn gain(&self) -> f64 {
        self.ranks.0 - self.ranks.1
    }
}

/// Two versions of one score compared over the units that have both.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The units with both scores, in their order.
    pub shifts: Vec<Shift>,
    /// Units with one of the scores only.
    pub n_left_out: usize,
    /// The mean of places moved.
    pub mean_shift: Option<f64>,
    /// The most places moved.
    pub largest_shift: Option<f64>,
    /// The part of the units that keep their rank.
    pub unmoved: Option<f64>,
    /// Pearson's correlation of scores.
    pub pearson: Option<f64>,
    /// Spearman's correlation.
    pub spearman: Option<f64>,
    /// Kendall's tau-b.
    pub kendall: Option<f64>,
    /// Weighted Spearman, where the top counts more; where no ranks are shared.
    pub weighted_spearman: Option<f64>,
    /// The WS coefficient with the first version as reference; where no ranks are shared.
    pub ws: Option<f64>,
}

/// Compares two versions of a score; of more, compare each with the first.
#[must_use]
pub fn compare(first: &Series, second: &Series) -> Comparison {
    let both: Vec<(usize, f64, f64)> = (first.values.iter().zip(&second.values).enumerate())
        .filter_map(|(unit, (x, y))| Some((unit, (*x)?, (*y)?)))
        .collect();
    let x: Vec<f64> = both.iter().map(|(_, x, _)| *x).collect();
    let y: Vec<f64> = both.iter().map(|(_, _, y)| *y).collect();
    let ranks = (rank::ranks_descending(&x, Ties::Min), rank::ranks_descending(&y, Ties::Min));
    let shifts: Vec<Shift> = (both.iter().zip(&ranks.0).zip(&ranks.1))
        .map(|(((unit, x, y), r), q)| Shift { unit: *unit, scores: (*x, *y), ranks: (*r, *q) })
        .collect();
    let sizes: Vec<f64> = shifts.iter().map(|shift| shift.gain().abs()).collect();
    let present = |series: &Series| series.values.iter().flatten().count();
    let untied = rank::tied_counts(&x).is_empty() && rank::tied_counts(&y).is_empty();
    Comparison {
        n_left_out: present(first) + present(second) - 2 * both.len(),
        mean_shift: moments::mean(&sizes),
        largest_shift: sizes.iter().copied().reduce(f64::max),
        unmoved: share(sizes.iter().filter(|size| **size == 0.0).count(), sizes.len()),
        pearson: correlation::pearson(&x, &y),
        spearman: correlation::spearman(&x, &y),
        kendall: correlation::kendall(&x, &y),
        weighted_spearman: correlation::weighted_spearman(&ranks.0, &ranks.1).filter(|_| untied),
        ws: correlation::ws_coefficient(&ranks.0, &ranks.1).filter(|_| untied),
        shifts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[test]
    fn shifts() {
        let first = series("v1", &[90.0, 80.0, 70.0, f64::NAN, 60.0]);
        let second = series("v2", &[50.0, 55.0, 40.0, 99.0, 40.0]);
        let found = compare(&first, &second);
        let ranks: Vec<(f64, f64)> = found.shifts.iter().map(|shift| shift.ranks).collect();
        assert_eq!(ranks, [(1.0, 2.0), (2.0, 1.0), (3.0, 3.0), (4.0, 3.0)]);
        assert_eq!(found.shifts[3].unit, 4);
        assert_eq!((found.shifts[0].gain(), found.shifts[3].gain()), (-1.0, 1.0));
        assert_eq!(
            (found.mean_shift, found.largest_shift, found.unmoved),
            (Some(0.75), Some(1.0), Some(0.25))
        );
        assert_eq!((found.n_left_out, found.ws, found.weighted_spearman), (1, None, None));
        let none = compare(&series("a", &[]), &series("b", &[1.0]));
        assert_eq!((none.mean_shift, none.unmoved, none.pearson), (None, None, None));
        assert_eq!(none.n_left_out, 1);
        let same = compare(&first, &first);
        assert_eq!((same.ws, same.weighted_spearman, same.unmoved), (Some(1.0), Some(1.0), Some(1.0)));
    }
}
