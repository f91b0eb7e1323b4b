//! Nearest neighbors: a gap takes the mean of the most similar units.
//!
//! Use it where units that agree on the other indicators agree on the missing one, in whatever shape. It needs a fair number
//! of units, and cannot go beyond the known values.

use crate::distance::{self, DIXON, Distances, GOWER, Metric};
use crate::random::{self, Use};
use crate::shared::{self, Center};
use crate::{Account, Block, Filled, Imputer, ImputerBox};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::number::Scalar;

const DEFAULT_K: usize = 5;

const TROYANSKAYA: Reference = Reference {
    citation: "Troyanskaya, Cantor, Sherlock, Brown, Hastie, Tibshirani, Botstein and Altman (2001). Missing value estimation methods for DNA microarrays. Bioinformatics 17(6), 520-525",
    locator: "https://doi.org/10.1093/bioinformatics/17.6.520",
};

/// Registry entry of [`NearestNeighbors`].
pub static METHOD: Method<ImputerBox> = Method {
    id: "nearest-neighbors",
    since: "0.1.0",
    summary: "Every gap becomes the mean of the most similar units, by distance over the other indicators.",
    summary_zh: "近邻插补：以其他指标上最相近的若干单元的平均值代替缺失值。",
    formula: "x = mean of the k donors with the least d; d = sqrt(mean over shared indicators of ((a - b) / s)^2); gower: d = mean of |a - b| / range",
    params: &[
        Param {
            name: "k",
            kind: ParamKind::Number,
            default: Default::Value("5"),
            range: "a whole number from 1",
            meaning: "how many of the most similar units give their values",
        },
        Metric::PARAM,
        Param {
            name: "combine",
            kind: ParamKind::Word(&["mean", "weighted-mean", "median"]),
            default: Default::Value("mean"),
            range: "mean, weighted-mean, median",
            meaning: "how their values become one; `weighted-mean` weights by the inverse of the distance",
        },
        Param {
            name: "min-shared",
            kind: ParamKind::Number,
            default: Default::Value("1"),
            range: "a whole number from 1",
            meaning: "on how many indicators two units must both have a figure to be compared",
        },
    ],
    references: &[TROYANSKAYA, DIXON, GOWER],
    build: |args| Ok(ImputerBox::new(NearestNeighbors::new(args)?)),
};

/// The mean of the k nearest units that have a figure.
///
/// # Formula
/// ```text
/// x = mean of the k donors nearest by d
///
/// d = √( Σ ((a − b) / s)² / m )     euclidean: s the sample standard deviation of the indicator
/// d = Σ |a − b| / r / m             gower: r its range
/// ```
/// The sums run over the m indicators of which both units have figures. Dividing by m makes up for those they do not share,
/// as the factor p / m of Dixon does for p indicators.
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `k` | 5 | whole, from 1 | how many donors |
/// | `distance` | `euclidean` | `euclidean`, `gower` | the distance |
/// | `combine` | `mean` | `mean`, `weighted-mean`, `median` | how their values become one; weights are 1 / d |
/// | `min-shared` | 1 | whole, from 1 | on how many indicators two units must both have a figure |
/// # Input and output
/// Indicators in any measurement units; each is filled in its own. Distances are computed in binary64 whatever the arithmetic of
/// the package; the mean of the donors is taken in the package's.
/// # Missing values and edge cases
/// Known values stay. Donors as near as the k-th are all taken, so the order of units plays no role. With fewer than k
/// donors all are taken. An indicator on which no two units differ is not part of the distance. A unit that shares
/// no indicator with any donor stays missing. Donors at distance 0 alone make a weighted mean. The result lies between
/// the smallest and the largest donor.
///
/// For multiple imputation one of the donors is drawn, each with the same chance.
/// # Errors
/// `invalid-parameter` when `k` or `min-shared` is not a whole number from 1; `out-of-range` when a sum leaves the
/// arithmetic.
/// # Example
/// ```
/// use gradus_impute::{Block, Imputer, nearest_neighbors::NearestNeighbors};
/// use gradus_method::{Args, Column};
/// let income = Column::of(vec![1.0, 2.0, 10.0, 11.0]);
/// let schooling = Column::from_options([Some(4.0), None, Some(12.0), Some(13.0)]);
/// let columns = [&income, &schooling];
/// let method = NearestNeighbors::new(&Args::new().number_of("k", 1))?;
/// assert_eq!(method.impute(&Block::of(&columns))?[1], [(1, 4.0)]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Troyanskaya and others (2001), KNNimpute. Dixon (1979) and Gower (1971) on distances with gaps.
#[derive(Debug, Clone, Copy)]
pub struct NearestNeighbors {
    k: usize,
    metric: Metric,
    combine: Combine,
    min_shared: usize,
}

#[derive(Debug, Clone, Copy)]
enum Combine {
    Plain(Center),
    Weighted,
}

impl NearestNeighbors {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when a count is not a whole number from 1, or a word not one of its list.
    pub fn new(args: &Args) -> Outcome<Self> {
        let words = [
            ("mean", Combine::Plain(Center::Mean)),
            ("weighted-mean", Combine::Weighted),
            ("median", Combine::Plain(Center::Median)),
        ];
        Ok(Self {
            k: shared::count(args, "k", 1, DEFAULT_K)?,
            metric: Metric::of(args)?,
            combine: args.word("combine", &words, Combine::Plain(Center::Mean))?,
            min_shared: shared::count(args, "min-shared", 1, 1)?,
        })
    }
}

/// The mean of donors weighted by the inverse of their distances, the nearest of which is above 0.
fn weighted<S: Scalar>(donors: &[(f64, S)], nearest: f64) -> Option<S> {
    let (mut sum, mut total) = (S::ZERO, S::ZERO);
    for (distance, x) in donors {
        let weight = shared::number::<S>(nearest / distance)?;
        sum = sum.plus(x.times(weight)?)?;
        total = total.plus(weight)?;
    }
    let (low, high) = shared::extent(donors.iter().map(|(_, x)| *x))?;
    sum.over(total).filter(|x| x.finite()).map(|x| x.greatest(low).least(high))
}

impl Combine {
    fn of<S: Scalar>(self, donors: &[(f64, S)]) -> Outcome<Option<S>> {
        let values = |donors: &[(f64, S)]| donors.iter().map(|(_, x)| *x).collect();
        match self {
            Self::Plain(center) => center.of(values(donors)),
            Self::Weighted => match distance::nearest(donors, 1)[..] {
                [] => Ok(None),
                // Twins count alone: their weight has no bound.
                [(0.0, _), ..] => Center::Mean.of(values(&distance::nearest(donors, 1))),
                [(nearest, _), ..] => weighted(donors, nearest).map(Some).ok_or_else(Fault::out_of_range),
            },
        }
    }
}

impl NearestNeighbors {
    /// The nearest units that have the column: distance, row and figure.
    fn donors<S: Scalar>(
        self,
        block: &Block<'_, S>,
        distances: &[Option<f64>],
        at: usize,
    ) -> Vec<(f64, (usize, S))> {
        let donor = |(other, x): (usize, S)| Some((distances[other]?, (other, x)));
        let donors: Vec<(f64, (usize, S))> = block.columns[at].iter().filter_map(donor).collect();
        distance::nearest(&donors, self.k)
    }
}

impl<S: Scalar> Imputer<S> for NearestNeighbors {
    fn draws(&self) -> bool {
        true
    }
    fn impute(&self, block: &Block<'_, S>) -> Outcome<Vec<Vec<Filled<S>>>> {
        distance::by_row(block, self.metric, self.min_shared, |distances, at, row| {
            let donors: Vec<(f64, S)> = self
                .donors(block, distances, at)
                .into_iter()
                .map(|(distance, (_, x))| (distance, x))
                .collect();
            match block.draw {
                None => self.combine.of(&donors).map_err(|fault| fault.in_row(row)),
                Some(draw) => {
                    let chosen = random::below(random::stream(draw, Use::Cell, at, row), donors.len());
                    Ok(donors.get(chosen).map(|(_, x)| *x))
                }
            }
        })
    }
    fn account(&self, block: &Block<'_, S>, column: usize, row: usize) -> Outcome<Account> {
        let distances = Distances::new(block, self.metric, self.min_shared).from(row);
        let mut donors = self.donors(block, &distances, column);
        if let (Combine::Weighted, [(0.0, _), ..]) = (self.combine, &distance::nearest(&donors, 1)[..]) {
            donors = distance::nearest(&donors, 1);
        }
        let inverse = |distance: f64| match self.combine {
            Combine::Weighted if distance > 0.0 => 1.0 / distance,
            _ => 1.0,
        };
        let total: f64 = donors.iter().map(|(distance, _)| inverse(*distance)).sum();
        let mut account = Account::default();
        for (distance, (donor, _)) in donors {
            let mut facts = vec![("distance", distance)];
            if !matches!(self.combine, Combine::Plain(Center::Median)) {
                facts.push(("weight", inverse(distance) / total));
            }
            account = account.and(column, donor, &facts);
        }
        Ok(account)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    /// The example in the documentation of `KNNImputer` of scikit-learn 1.5.
    #[test]
    fn scikit_learn() {
        let data = table("1 2 . | 3 4 3 | . 6 5 | 8 8 7");
        check(&METHOD, "k = 2", &data, "1 2 4 | 3 4 3 | 5.5 6 5 | 8 8 7");
        check(&METHOD, "k = 2; distance = gower", &data, "1 2 4 | 3 4 3 | 5.5 6 5 | 8 8 7");
    }

    #[test]
    fn worked_by_hand() {
        let data = table("0 10 | 1 20 | 2 . | 4 60 | 9 90");
        check(&METHOD, "k = 1", &data, "0 10 | 1 20 | 2 20 | 4 60 | 9 90");
        // The first and the fourth are as near: k = 2 takes three.
        check(&METHOD, "k = 2", &data, "0 10 | 1 20 | 2 30 | 4 60 | 9 90");
        check(&METHOD, "k = 3; combine = median", &data, "0 10 | 1 20 | 2 20 | 4 60 | 9 90");
        // Weights 1/2, 1, 1/2.
        check(&METHOD, "k = 3; combine = weighted-mean", &data, "0 10 | 1 20 | 2 27.5 | 4 60 | 9 90");
        let twin = table("2 10 | 2 30 | 2 . | 4 60");
        check(&METHOD, "k = 3; combine = weighted-mean", &twin, "2 10 | 2 30 | 2 20 | 4 60");
        check(&METHOD, "k = 1000000", &data, "0 10 | 1 20 | 2 45 | 4 60 | 9 90");
    }

    #[test]
    fn edges() {
        check(&METHOD, "", &table("."), ".");
        check(&METHOD, "", &table("1 . | 2 ."), "1 . | 2 .");
        check(&METHOD, "", &table("1 | ."), "1 | .");
        check(&METHOD, "", &table("5 1 | 5 ."), "5 1 | 5 .");
        check(&METHOD, "", &table("1 1 | . . | 2 2"), "1 1 | . . | 2 2");
        let sparse = table("1 1 5 | 2 2 6 | 1 . . | 9 9 9");
        check(&METHOD, "k = 1", &sparse, "1 1 5 | 2 2 6 | 1 1 5 | 9 9 9");
        check(&METHOD, "k = 1; min-shared = 2", &sparse, "1 1 5 | 2 2 6 | 1 . . | 9 9 9");
        for text in ["k = 0", "k = 2.5", "k = -1", "min-shared = 0", "k = 1e9"] {
            assert_eq!(fault(&METHOD, text, &table("1")).kind.id, "invalid-parameter", "{text}");
        }
    }

    #[test]
    fn a_draw_takes_a_donor_and_nothing_else_decides_which() {
        let rows = "0 1 10 | 1 1 20 | 1 2 . | 4 3 60 | 9 . 90";
        let drawn =
            |seed, index| table(rows).draw(seed, index).impute::<f64>(&METHOD, "k = 3").unwrap()[2][0].1;
        let all: Vec<f64> = (0..60).map(|index| drawn(1, index)).collect();
        for donor in [10.0, 20.0, 60.0] {
            assert!(all.iter().filter(|x| **x == donor).count() > 8, "{all:?}");
        }
        assert!(all.iter().all(|x| *x != 90.0));
        assert_eq!(drawn(1, 5), drawn(1, 5));
        // The gap in the second column has numbers of its own; filling it or not changes nothing.
        let without = table("0 10 | 1 20 | 1 . | 4 60 | 9 90").draw(1, 5);
        assert_eq!(without.impute::<f64>(&METHOD, "k = 1").unwrap()[1], [(2, 20.0)]);
    }

    #[test]
    fn properties() {
        for text in ["k = 1", "k = 2; distance = gower", "combine = weighted-mean", "k = 3; combine = median"]
        {
            holds(&METHOD, text, &[Property::Within, Property::Affine]);
        }
        holds(&METHOD, "k = 2; min-shared = 2", &[Property::Within]);
    }
}
