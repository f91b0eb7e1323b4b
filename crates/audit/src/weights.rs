//! Weights drawn from a distribution: pure functions of numbers between 0 and 1, one for each part.
//!
//! Shares go in and come out: they are not negative and add up to 1.

use gradus_statistics::distribution::{gamma_quantile, normal_cdf, normal_quantile};
use gradus_statistics::lanes::{LANES, Row, ln};
use gradus_statistics::{Matrix, Outcome, Undefined, linear};

/// How the shares of a group's parts are drawn.
#[derive(Debug, Clone)]
pub enum Distribution {
    /// Each within `1 - spread` to `1 + spread` times its own.
    ///
    /// The factors are drawn evenly and their weighted mean is taken off, so that the shares add up to 1; where a factor then
    /// leaves its box, all deviations are shrunk until it does not. Both are odd in the deviations, so the mean of every share is its
    /// own. (Dividing drawn weights by their sum, as is often done, moves the means.)
    Box {
        /// Half the width.
        spread: f64,
    },
    /// As a box, with deviations that go along with each other: uniform margins under a normal copula.
    Correlated {
        /// Half the width.
        spread: f64,
        /// The lower triangle L with L L' = the correlations.
        root: Matrix,
    },
    /// Uniform over all shares.
    Simplex,
    /// A Dirichlet distribution with the parts' own shares as mean.
    Dirichlet {
        /// The sum of its parameters.
        concentration: f64,
    },
    /// The shares of one of several judges, each as likely.
    OneOf(Vec<Vec<f64>>),
    /// A mixture of the shares of several judges, all mixtures as likely.
    Mixture(Vec<Vec<f64>>),
}

impl Distribution {
    /// Deviations with the given correlations.
    ///
    /// # Errors
    /// [`Undefined::Singular`] for correlations that no variables can have.
    pub fn correlated(spread: f64, correlations: &Matrix) -> Outcome<Self> {
        if correlations.n_rows() != correlations.n_columns() {
            return Err(Undefined::Shape);
        }
        Ok(Self::Correlated { spread, root: linear::cholesky(correlations)? })
    }

    /// How many numbers a draw takes, for a group of `n` parts.
    #[must_use]
    pub fn n_dims(&self, n: usize) -> usize {
        match self {
            Self::OneOf(_) => 1,
            Self::Mixture(judges) => judges.len(),
            _ => n,
        }
    }

    /// Whether [`draw_lanes`](Self::draw_lanes) can draw it.
    #[must_use]
    pub fn has_lanes(&self) -> bool {
        matches!(self, Self::Box { .. } | Self::Simplex)
    }

    /// [`draw`](Self::draw) in every lane, a row for each number and part, with the same bits; nothing is drawn where it
    /// [has no lanes](Self::has_lanes).
    #[inline(always)]
    pub fn draw_lanes(&self, own: &[f64], numbers: &[Row], out: &mut [Row]) {
        match self {
            Self::Box { spread } => {
                let (mut mean, mut widest) = ([0.0; LANES], [0.0; LANES]);
                for ((out, numbers), w) in out.iter_mut().zip(numbers).zip(own) {
                    for ((out, u), mean) in out.iter_mut().zip(numbers).zip(&mut mean) {
                        *out = spread * (2.0 * u - 1.0);
                        *mean += w * *out;
                    }
                }
                for (out, w) in out.iter_mut().zip(own) {
                    for ((d, mean), widest) in out.iter_mut().zip(&mean).zip(&mut widest) {
                        *d -= mean;
                        let far = if *w > 0.0 { d.abs() } else { 0.0 };
                        *widest = if far > *widest { far } else { *widest };
                    }
                }
                let shrink = widest.map(|widest| if widest > *spread { spread / widest } else { 1.0 });
                for (out, w) in out.iter_mut().zip(own) {
                    out.iter_mut().zip(&shrink).for_each(|(d, shrink)| *d = w * (1.0 + shrink * *d));
                }
            }
            Self::Simplex => {
                let mut total = [0.0; LANES];
                for (out, numbers) in out.iter_mut().zip(numbers) {
                    for ((out, u), total) in out.iter_mut().zip(numbers).zip(&mut total) {
                        *out = -ln(*u);
                        *total += *out;
                    }
                }
                for out in out {
                    out.iter_mut().zip(&total).for_each(|(w, total)| *w /= total);
                }
            }
            _ => {}
        }
    }

    /// A draw around the shares `own`, from numbers above 0 and below 1.
    pub fn draw(&self, own: &[f64], numbers: &[f64], out: &mut [f64]) {
        match self {
            Self::Box { spread } => {
                for (slot, u) in out.iter_mut().zip(numbers) {
                    *slot = spread * (2.0 * u - 1.0);
                }
                shift(own, *spread, out);
            }
            Self::Correlated { spread, root } => {
                for (i, slot) in out.iter_mut().enumerate() {
                    let row = root.row(i);
                    let normal: f64 =
                        numbers[..=i].iter().zip(row).map(|(u, l)| l * normal_quantile(*u)).sum();
                    *slot = spread * (2.0 * normal_cdf(normal) - 1.0);
                }
                shift(own, *spread, out);
            }
            Self::Simplex => exponentials(numbers, out),
            Self::Dirichlet { concentration } => {
                for ((slot, u), share) in out.iter_mut().zip(numbers).zip(own) {
                    *slot = if *share > 0.0 { gamma_quantile(*u, concentration * share) } else { 0.0 };
                }
                let total: f64 = out.iter().sum();
                if total > 0.0 {
                    out.iter_mut().for_each(|w| *w /= total);
                } else {
                    // Every part's gamma is below the smallest double: all weight falls on one part.
                    out.copy_from_slice(own);
                }
            }
            Self::OneOf(judges) => out.copy_from_slice(&judges[pick(numbers[0], judges.len())]),
            Self::Mixture(judges) => {
                let mut shares = vec![0.0; judges.len()];
                exponentials(numbers, &mut shares);
                out.fill(0.0);
                for (judge, share) in judges.iter().zip(shares) {
                    for (slot, w) in out.iter_mut().zip(judge) {
                        *slot += share * w;
                    }
                }
            }
        }
    }
}

/// One of `n` equally likely things.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number from 0 to n")]
pub fn pick(u: f64, n: usize) -> usize {
    ((u * n as f64) as usize).min(n.saturating_sub(1))
}

/// Relative deviations into shares that add up to 1 and stay within the spread.
fn shift(own: &[f64], spread: f64, out: &mut [f64]) {
    let mean: f64 = own.iter().zip(&*out).map(|(w, d)| w * d).sum();
    let mut widest: f64 = 0.0;
    for (d, w) in out.iter_mut().zip(own) {
        *d -= mean;
        if *w > 0.0 {
            widest = widest.max(d.abs());
        }
    }
    let shrink = if widest > spread { spread / widest } else { 1.0 };
    for (d, w) in out.iter_mut().zip(own) {
        *d = w * (1.0 + shrink * *d);
    }
}

/// Exponential variables over their sum: uniform over all shares.
fn exponentials(numbers: &[f64], out: &mut [f64]) {
    let mut total = 0.0;
    for (slot, u) in out.iter_mut().zip(numbers) {
        *slot = -ln(*u);
        total += *slot;
    }
    out.iter_mut().for_each(|w| *w /= total);
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_statistics::points::Points;

    /// Means and covariances of draws.
    fn moments(distribution: &Distribution, own: &[f64], n: u64) -> (Vec<f64>, Vec<Vec<f64>>) {
        let k = own.len();
        let (points, mut u, mut w) = (Points::new(5), vec![0.0; distribution.n_dims(k)], vec![0.0; k]);
        let (mut mean, mut square) = (vec![0.0; k], vec![vec![0.0; k]; k]);
        for draw in 0..n {
            points.fill(draw, 0, &mut u);
            distribution.draw(own, &u, &mut w);
            assert!((w.iter().sum::<f64>() - 1.0).abs() < 1e-12 && w.iter().all(|w| *w >= 0.0), "{w:?}");
            for i in 0..k {
                mean[i] += w[i] / n as f64;
                for j in 0..k {
                    square[i][j] += w[i] * w[j] / n as f64;
                }
            }
        }
        let covariance = |i: usize, j: usize| square[i][j] - mean[i] * mean[j];
        let all = (0..k).map(|i| (0..k).map(|j| covariance(i, j)).collect()).collect();
        (mean, all)
    }

    #[test]
    fn a_dirichlet_has_its_moments() {
        let own = [0.5, 0.3, 0.15, 0.05];
        for concentration in [4.0, 50.0] {
            let (mean, cov) = moments(&Distribution::Dirichlet { concentration }, &own, 1 << 14);
            for i in 0..4 {
                assert!((mean[i] - own[i]).abs() < 1e-3, "{mean:?}");
                for j in 0..4 {
                    let delta = if i == j { own[i] } else { 0.0 };
                    let exact = (delta - own[i] * own[j]) / (concentration + 1.0);
                    assert!((cov[i][j] - exact).abs() < 0.02 * exact.abs() + 1e-4, "{i} {j} {cov:?}");
                }
            }
        }
        // All parameters 1 is the uniform distribution.
        let (mean, cov) = moments(&Distribution::Simplex, &[0.7, 0.2, 0.1], 1 << 14);
        assert!(mean.iter().all(|m| (m - 1.0 / 3.0).abs() < 1e-3));
        assert!((cov[0][0] - 1.0 / 18.0).abs() < 1e-3 && (cov[0][1] + 1.0 / 36.0).abs() < 1e-3);
    }

    #[test]
    fn lanes_are_draws() {
        let own = [0.6, 0.2, 0.1, 0.1, 0.0];
        let stream = gradus_statistics::random::Stream::new(9);
        for distribution in
            [Distribution::Box { spread: 0.1 }, Distribution::Box { spread: 1.0 }, Distribution::Simplex]
        {
            assert!(distribution.has_lanes());
            for round in 0..100 {
                let numbers: Vec<Row> = (0..5)
                    .map(|part| {
                        std::array::from_fn(|lane| stream.split(round * 5 + part).uniform(lane as u64))
                    })
                    .collect();
                let (mut rows, mut one) = ([[0.0; LANES]; 5], [0.0; 5]);
                distribution.draw_lanes(&own, &numbers, &mut rows);
                for lane in 0..LANES {
                    let u: Vec<f64> = numbers.iter().map(|row| row[lane]).collect();
                    distribution.draw(&own, &u, &mut one);
                    for (row, w) in rows.iter().zip(one) {
                        assert_eq!(row[lane].to_bits(), w.to_bits());
                    }
                }
            }
        }
    }

    #[test]
    fn a_box_keeps_means_and_bounds() {
        let own = [0.6, 0.2, 0.1, 0.1, 0.0];
        for spread in [0.1, 0.25, 1.0] {
            let distribution = Distribution::Box { spread };
            let (mean, _) = moments(&distribution, &own, 1 << 14);
            for (mean, own) in mean.iter().zip(own) {
                assert!((mean - own).abs() < 2e-4, "{mean} {own}");
            }
            let (points, mut u, mut w) = (Points::new(0), [0.0; 5], [0.0; 5]);
            for draw in 0..2000 {
                points.fill(draw, 0, &mut u);
                distribution.draw(&own, &u, &mut w);
                for (w, own) in w.iter().zip(own) {
                    assert!((w - own).abs() <= spread * own + 1e-15);
                }
            }
        }
        // Weights divided by their sum would not keep their means: the largest would lose.
        let (points, mut u, mut mean) = (Points::new(0), [0.0; 2], 0.0);
        for draw in 0..1 << 14 {
            points.fill(draw, 0, &mut u);
            let (a, b) = (0.8 * (1.0 + 0.9 * (2.0 * u[0] - 1.0)), 0.2 * (1.0 + 0.9 * (2.0 * u[1] - 1.0)));
            mean += a / (a + b) / f64::from(1 << 14);
        }
        assert!(mean < 0.79, "{mean}");
    }

    #[test]
    fn deviations_go_along_as_asked() {
        let correlations = Matrix::from_rows(&[[1.0, 0.8, 0.0], [0.8, 1.0, 0.0], [0.0, 0.0, 1.0]]).unwrap();
        let distribution = Distribution::correlated(0.2, &correlations).unwrap();
        let own = [0.1, 0.1, 0.8];
        let (mean, cov) = moments(&distribution, &own, 1 << 14);
        assert!(mean.iter().zip(own).all(|(m, w)| (m - w).abs() < 2e-4), "{mean:?}");
        let r = cov[0][1] / (cov[0][0] * cov[1][1]).sqrt();
        let free = moments(&Distribution::Box { spread: 0.2 }, &own, 1 << 14).1;
        assert!(r > 0.8 && r > free[0][1] / (free[0][0] * free[1][1]).sqrt() + 0.2, "{r}");
        let impossible = Matrix::from_rows(&[[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]]).unwrap();
        assert!(Distribution::correlated(0.2, &impossible).is_err());
    }

    #[test]
    fn judges_are_drawn_or_mixed() {
        let judges = vec![vec![1.0, 0.0], vec![0.5, 0.5], vec![0.0, 1.0]];
        let mut w = [0.0; 2];
        let one = Distribution::OneOf(judges.clone());
        for (u, expected) in [(0.1, [1.0, 0.0]), (0.5, [0.5, 0.5]), (0.99, [0.0, 1.0])] {
            one.draw(&[0.5, 0.5], &[u], &mut w);
            assert_eq!(w, expected);
        }
        let (mean, _) = moments(&Distribution::Mixture(judges), &[0.5, 0.5], 1 << 12);
        assert!((mean[0] - 0.5).abs() < 1e-3);
        assert_eq!((pick(0.0, 3), pick(0.999_999, 3), pick(1.0, 3)), (0, 2, 2));
    }
}
