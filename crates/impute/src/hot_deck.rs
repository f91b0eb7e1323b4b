//! Hot deck: a gap takes the figure of one similar unit, the donor.
//!
//! Use it where a filled value should be one that occurs: counts, steps of a scale, skewed data. One donor is a noisier
//! guess than the mean of several.

use crate::distance::{self, Distances, GOWER, Metric};
use crate::group::Fallback;
use crate::random::{self, Use};
use crate::shared;
use crate::{Account, Block, Filled, Imputer, ImputerBox};
use gradus_method::{Args, Method, Outcome, Reference};
use gradus_model::number::Scalar;

const ANDRIDGE_LITTLE: Reference = Reference {
    citation: "Andridge and Little (2010). A review of hot deck imputation for survey non-response. International Statistical Review 78(1), 40-64",
    locator: "https://doi.org/10.1111/j.1751-5823.2010.00103.x",
};

/// Registry entry of [`HotDeck`].
pub static METHOD: Method<ImputerBox> = Method {
    id: "hot-deck",
    since: "0.1.0",
    summary: "Every gap takes the figure of the most similar unit of its class; a draw takes that of any unit of the class.",
    summary_zh: "热卡插补：以同类中最相近单元（供体）的数值代替缺失值，多重插补时随机抽取供体。",
    formula: "x = x of the donor with the least distance in the unit's class; drawn: x of a random donor of the class",
    params: &[Metric::PARAM, Fallback::PARAM],
    references: &[ANDRIDGE_LITTLE, shared::LITTLE_RUBIN, GOWER],
    build: |args| Ok(ImputerBox::new(HotDeck::new(args)?)),
};

/// The figure of the nearest donor in the unit's class.
///
/// # Formula
/// ```text
/// x = x of the donor of the unit's class with the least d
///
/// d = √( Σ ((a − b) / s)² / m )     euclidean: s the sample standard deviation of the indicator
/// d = Σ |a − b| / r / m             gower: r its range
/// ```
/// The sums run over the m indicators of which both units have figures. For multiple imputation a donor of the class is
/// drawn, each with the same chance, whatever its distance.
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `distance` | `euclidean` | `euclidean`, `gower` | the distance |
/// | `fallback` | `missing` | `missing`, `all` | a unit without a class, or whose class has no donor: stays missing, or all units are donors |
///
/// `fallback` plays no role where the step names no classes: then all units are of one class.
/// # Input and output
/// Indicators in any measurement units; the result is a known figure of the same indicator. Distances are computed in
/// binary64 whatever the arithmetic of the package.
/// # Missing values and edge cases
/// Known values stay. Of equally near donors the one with the middle value is taken (the lower of two), so the order of
/// units plays no role. Where the unit shares no indicator with any donor, all donors are equally near. A column without any
/// value stays empty.
/// # Errors
/// `invalid-parameter` when a word is not one of its list.
/// # Example
/// ```
/// use gradus_impute::{Block, Imputer, hot_deck::HotDeck};
/// use gradus_method::{Args, Column};
/// let income = Column::of(vec![1.0, 2.0, 10.0]);
/// let schools = Column::from_options([Some(4.0), None, Some(12.0)]);
/// let columns = [&income, &schools];
/// let filled = HotDeck::new(&Args::new())?.impute(&Block::of(&columns))?;
/// assert_eq!(filled[1], [(1, 4.0)]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Andridge and Little (2010), sections 3 and 4. Little and Rubin (2019), section 4.3.2. Gower (1971).
#[derive(Debug, Clone, Copy)]
pub struct HotDeck {
    metric: Metric,
    fallback: Fallback,
}

impl HotDeck {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when a word is not one of its list.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { metric: Metric::of(args)?, fallback: Fallback::of(args)? })
    }

    /// The rows that may give their value, with it.
    fn donors<S: Scalar>(self, block: &Block<'_, S>, at: usize, row: usize) -> Vec<(usize, S)> {
        let column = block.columns[at];
        let class = block.class(row);
        let donors: Vec<(usize, S)> = match (block.classes, class) {
            (None, _) => column.iter().collect(),
            (_, None) => Vec::new(),
            (_, class) => column.iter().filter(|(other, _)| block.class(*other) == class).collect(),
        };
        let none = donors.is_empty() && self.fallback == Fallback::All;
        if none { column.iter().collect() } else { donors }
    }
}

/// The middle value of the nearest donors, the lower of two.
fn middle<S: Scalar>(distances: &[Option<f64>], donors: &[(usize, S)]) -> Option<S> {
    let near: Vec<(f64, S)> =
        donors.iter().filter_map(|(other, x)| distances[*other].map(|d| (d, *x))).collect();
    let mut values: Vec<S> = match distance::nearest(&near, 1) {
        none if none.is_empty() => donors.iter().map(|(_, x)| *x).collect(),
        nearest => nearest.iter().map(|(_, x)| *x).collect(),
    };
    values.sort_unstable_by(|a, b| a.order(*b));
    values.get(values.len().checked_sub(1)? / 2).copied()
}

impl<S: Scalar> Imputer<S> for HotDeck {
    fn draws(&self) -> bool {
        true
    }
    fn by_class(&self) -> bool {
        true
    }
    fn impute(&self, block: &Block<'_, S>) -> Outcome<Vec<Vec<Filled<S>>>> {
        distance::by_row(block, self.metric, 1, |distances, at, row| {
            let donors = self.donors(block, at, row);
            Ok(match block.draw {
                None => middle(distances, &donors),
                Some(draw) => {
                    let chosen = random::below(random::stream(draw, Use::Cell, at, row), donors.len());
                    donors.get(chosen).map(|(_, x)| *x)
                }
            })
        })
    }
    fn account(&self, block: &Block<'_, S>, column: usize, row: usize) -> Outcome<Account> {
        let distances = Distances::new(block, self.metric, 1).from(row);
        let donors = self.donors(block, column, row);
        let Some(value) = middle(&distances, &donors) else { return Ok(Account::default()) };
        let near: Vec<(f64, usize)> =
            donors.iter().filter_map(|(other, _)| Some((distances[*other]?, *other))).collect();
        let nearest = distance::nearest(&near, 1);
        let among = |other: usize| nearest.is_empty() || nearest.iter().any(|(_, near)| *near == other);
        let given = donors.iter().find(|(other, x)| *x == value && among(*other));
        let of_class = |other: usize| block.class(row).is_some() && block.class(other) == block.class(row);
        let mut account =
            Account { of_class: donors.iter().all(|(other, _)| of_class(*other)), ..Account::default() };
        if let Some((donor, _)) = given {
            let far = distances[*donor].map(|distance| ("distance", distance));
            let facts: Vec<(&'static str, f64)> = far.into_iter().chain([("weight", 1.0)]).collect();
            account = account.and(column, *donor, &facts);
        }
        Ok(account)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        let data = table("1 10 | 3 . | 4 40 | 9 90 | . 50");
        check(&METHOD, "", &data, "1 10 | 3 40 | 4 40 | 9 90 | 4 50");
        check(&METHOD, "", &data.clone().classes("0 0 1 1 1"), "1 10 | 3 10 | 4 40 | 9 90 | 4 50");
        check(&METHOD, "distance = gower", &data, "1 10 | 3 40 | 4 40 | 9 90 | 4 50");
    }

    #[test]
    fn of_equally_near_donors_the_middle_one_gives() {
        check(&METHOD, "", &table("1 10 | 2 . | 3 30"), "1 10 | 2 10 | 3 30");
        check(&METHOD, "", &table("1 30 | 2 . | 3 10 | 1 20"), "1 30 | 2 20 | 3 10 | 1 20");
        check(&METHOD, "", &table("3 | . | 9 | 4"), "3 | 4 | 9 | 4");
    }

    #[test]
    fn edges() {
        check(&METHOD, "", &table("."), ".");
        check(&METHOD, "", &table("1 . | 2 ."), "1 . | 2 .");
        check(&METHOD, "", &table("1 | ."), "1 | 1");
        check(&METHOD, "", &table("1 5 | . . | 3 5"), "1 5 | 1 5 | 3 5");
        let classes = table("1 10 | 3 . | 4 . | 9 90").classes("0 1 . 0");
        check(&METHOD, "", &classes, "1 10 | 3 . | 4 . | 9 90");
        check(&METHOD, "fallback = all", &classes, "1 10 | 3 10 | 4 10 | 9 90");
    }

    #[test]
    fn a_draw_takes_any_donor_of_the_class() {
        let data = table("1 10 | 3 . | 4 40 | 9 90 | 2 50").classes("0 0 0 1 0");
        let drawn = |index| data.clone().draw(0, index).impute::<f64>(&METHOD, "").unwrap()[1][0].1;
        let all: Vec<f64> = (0..90).map(drawn).collect();
        for (donor, least) in [(10.0, 18), (40.0, 18), (50.0, 18)] {
            assert!(all.iter().filter(|x| **x == donor).count() > least, "{all:?}");
        }
        assert!(all.iter().all(|x| *x != 90.0));
        let none = data.classes("0 2 0 1 0").draw(0, 0);
        assert!(none.impute::<f64>(&METHOD, "").unwrap()[1].is_empty());
        assert_eq!(none.impute::<f64>(&METHOD, "fallback = all").unwrap()[1].len(), 1);
    }

    #[test]
    fn properties() {
        for text in ["", "distance = gower", "fallback = all"] {
            holds(&METHOD, text, &[Property::Within, Property::Donated, Property::Affine]);
        }
    }
}
