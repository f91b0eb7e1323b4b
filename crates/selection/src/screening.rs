//! The screening matrix: candidates beside criteria, with a verdict and the reason for each exclusion.
//!
//! # Formula
//! ```text
//! score of a criterion  experts: the median of their scores; computed criteria: the value itself
//! agreement             share of the experts whose score is at least `agree-from`
//! total                 100 Σ w s / Σ w over the criteria with a score; s the score from 0 to 1:
//!                       (median − min) / (max − min), systems / systems compared, room, share of units
//! room                  (target − own) / (target − worst), from 0 to 1; target: the highest grade, else the best unit
//! ```
//! Distances run in the direction of the indicator, so that neither the measurement unit nor the sign of a figure matters.
//!
//! # Verdict
//! | verdict | when |
//! | :--- | :--- |
//! | drop | a score is below a veto, or an index of content validity misses its minimum (I-CVI: is below 0.70) |
//! | revise | I-CVI is from 0.70 up to its minimum |
//! | open | a criterion with a veto or an index has no score, or too few experts for its index |
//! | keep | otherwise |
//!
//! The first that holds. Abstentions are no experts: `n` counts scores.

use crate::validity::{Agreement, REVISE_FROM, cvr_minimum, i_cvi_minimum};
use gradus_model::number::Scalar;
use gradus_model::package::{
    ContentValidity, Criterion, CriterionSource, CvrMinimum, Direction, Judgment, Spans,
};
use gradus_model::{Decimal, Id, Text};
use gradus_statistics::moments::{Quantile, median, quantile};

/// A candidate with what is computed of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// Code.
    pub code: Id,
    /// Name.
    pub name: Text,
    /// In how many systems it stands, of how many.
    pub recognized: Option<(usize, usize)>,
    /// Room to improve.
    pub room: Option<Room>,
    /// Figures there are.
    pub availability: Option<Availability>,
}

/// How far the own unit is from a target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    /// Figure of the own unit.
    pub own: f64,
    /// The highest grade, or the best unit.
    pub target: f64,
    /// The worst unit.
    pub worst: f64,
    /// From 0, nothing left to do, to 1, the whole way from the worst unit.
    pub value: f64,
}

/// What figures there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Availability {
    /// Units.
    pub n_units: usize,
    /// Units with a figure in some period.
    pub with_figure: usize,
    /// Whether the own unit has one; none where no unit is the package's own.
    pub own: Option<bool>,
    /// Units with figures in at least [`PERIODS`] periods.
    pub with_periods: usize,
}

/// Periods with a figure from which a series is worth the name.
pub const PERIODS: usize = 3;

impl Availability {
    /// The share of units with a figure.
    #[must_use]
    pub fn share(self) -> f64 {
        self.with_figure as f64 / self.n_units.max(1) as f64
    }
}

/// Room to improve from the figures of all units, one slot each; none where the own unit or every other one has none.
/// `threshold` is the highest grade of the ladder.
#[must_use]
pub fn room(
    figures: &[Option<f64>],
    own: usize,
    direction: Direction,
    threshold: Option<f64>,
) -> Option<Room> {
    let own_figure = (*figures.get(own)?)?;
    let others = figures.iter().enumerate().filter(|(unit, _)| *unit != own).filter_map(|(_, x)| *x);
    let mut all: Vec<f64> = others.chain([own_figure]).filter(|x| x.is_finite()).collect();
    if all.len() < 2 {
        return None;
    }
    all.sort_by(f64::total_cmp);
    if direction == Direction::Lower {
        all.reverse();
    }
    let (worst, best) = (all[0], all[all.len() - 1]);
    let target = threshold.unwrap_or(best);
    let ahead = |x: f64| match direction {
        Direction::Higher => target - x,
        Direction::Lower => x - target,
    };
    let whole = ahead(worst);
    let value = if ahead(own_figure) <= 0.0 { 0.0 } else { (ahead(own_figure) / whole).clamp(0.0, 1.0) };
    value.is_finite().then_some(Room { own: own_figure, target, worst, value })
}

/// What figures there are: for each unit whether each period has one. None without units.
#[must_use]
pub fn availability(present: &[Vec<bool>], own: Option<usize>) -> Option<Availability> {
    let periods = |unit: &[bool]| unit.iter().filter(|there| **there).count();
    (!present.is_empty()).then(|| Availability {
        n_units: present.len(),
        with_figure: present.iter().filter(|unit| periods(unit) > 0).count(),
        own: own.and_then(|own| present.get(own)).map(|unit| periods(unit) > 0),
        with_periods: present.iter().filter(|unit| periods(unit) >= PERIODS).count(),
    })
}

/// The criteria of a package that declares none: what can be computed, each with weight 1 and without a veto.
#[must_use]
pub fn computed_criteria() -> Vec<Criterion> {
    let criterion = |id: &str, name: Text, from| {
        Some(Criterion {
            id: Id::new(id).ok()?,
            name,
            description: Text::default(),
            from,
            min: Decimal::ZERO,
            max: Decimal::ONE,
            agree_from: Decimal::ONE,
            weight: Decimal::ONE,
            veto_below: None,
            validity: ContentValidity::None,
            spans: Spans::default(),
        })
    };
    [
        criterion("recognized", Text::both("Recognized", "公认性"), CriterionSource::Recognized),
        criterion("room", Text::both("Room to improve", "提升空间"), CriterionSource::Room),
        criterion("availability", Text::both("Availability", "数据可得性"), CriterionSource::Availability),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Candidates beside criteria.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// Criteria.
    pub criteria: Vec<Criterion>,
    /// Candidates, in the order given.
    pub rows: Vec<Row>,
}

/// A candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Who it is, and what is computed of it.
    pub subject: Subject,
    /// One per criterion.
    pub entries: Vec<Entry>,
    /// Weighted mean of the scores, from 0 to 100; none without any.
    pub total: Option<f64>,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why, where it is not simply kept.
    pub reasons: Vec<Reason>,
}

/// A candidate by a criterion.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The median of the experts' scores, or the computed value.
    pub score: Option<f64>,
    /// What the experts say, where the criterion is theirs.
    pub panel: Option<Panel>,
}

/// What experts say of a candidate by a criterion.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Those who agree, of those who gave a score.
    pub agreement: Agreement,
    /// Those who gave none.
    pub abstained: usize,
    /// First and third quartile (R's type 7).
    pub quartiles: Option<(f64, f64)>,
    /// Experts and what they say.
    pub comments: Vec<(String, String)>,
}

impl Panel {
    /// The interquartile range.
    #[must_use]
    pub fn iqr(&self) -> Option<f64> {
        self.quartiles.map(|(first, third)| third - first)
    }
}

/// What becomes of a candidate, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It stays.
    Keep,
    /// What would decide is not known.
    Open,
    /// It stays after it was revised.
    Revise,
    /// It is left out.
    Drop,
}

impl Verdict {
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Open => "open",
            Self::Revise => "revise",
            Self::Drop => "drop",
        }
    }
    /// The word in both languages.
    #[must_use]
    pub fn name(self) -> Text {
        let zh = match self {
            Self::Keep => "保留",
            Self::Open => "待定",
            Self::Revise => "修改",
            Self::Drop => "剔除",
        };
        Text::both(self.word(), zh)
    }
}

/// Why a candidate is not simply kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// Place of the criterion.
    pub criterion: usize,
    /// What was found.
    pub finding: Finding,
}

/// What was found of a candidate by a criterion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Finding {
    /// The score is below the veto.
    Veto {
        /// The score.
        score: f64,
        /// The least that is asked for.
        least: f64,
    },
    /// The content validity ratio misses its minimum.
    Cvr {
        /// What the experts say.
        agreement: Agreement,
        /// The minimum, in hundredths.
        least: u32,
    },
    /// The item's content validity index misses its minimum.
    ICvi {
        /// What the experts say.
        agreement: Agreement,
        /// The minimum, in hundredths.
        least: u32,
    },
    /// An index needs more experts.
    TooFew {
        /// Experts with a score.
        n: usize,
        /// Experts that are needed.
        needed: usize,
    },
    /// There is no score.
    Unknown,
}

impl Reason {
    /// What follows from it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.finding {
            Finding::Veto { .. } | Finding::Cvr { .. } => Verdict::Drop,
            Finding::ICvi { agreement, .. } => match agreement.i_cvi_hundredths() {
                Some(index) if index >= REVISE_FROM => Verdict::Revise,
                _ => Verdict::Drop,
            },
            Finding::TooFew { .. } | Finding::Unknown => Verdict::Open,
        }
    }
    /// As a sentence without its full stop.
    #[must_use]
    pub fn text(&self, criteria: &[Criterion]) -> Text {
        let name = criteria.get(self.criterion).map(|criterion| criterion.name.clone()).unwrap_or_default();
        let (en, zh) = match self.finding {
            Finding::Veto { score, least } => (
                format!("{} is below the veto of {}", short(score), short(least)),
                format!("{}低于否决线{}", short(score), short(least)),
            ),
            Finding::Cvr { agreement, least } => (
                format!(
                    "CVR {:.2} ({} of {} agree), {:.2} needed",
                    agreement.cvr().unwrap_or(f64::NAN),
                    agreement.agree,
                    agreement.n,
                    f64::from(least) / 100.0
                ),
                format!(
                    "CVR为{:.2}（{}位专家中{}位同意），须达{:.2}",
                    agreement.cvr().unwrap_or(f64::NAN),
                    agreement.n,
                    agreement.agree,
                    f64::from(least) / 100.0
                ),
            ),
            Finding::ICvi { agreement, least } => (
                format!(
                    "I-CVI {:.2} ({} of {} agree), {:.2} needed",
                    agreement.i_cvi().unwrap_or(f64::NAN),
                    agreement.agree,
                    agreement.n,
                    f64::from(least) / 100.0
                ),
                format!(
                    "I-CVI为{:.2}（{}位专家中{}位同意），须达{:.2}",
                    agreement.i_cvi().unwrap_or(f64::NAN),
                    agreement.n,
                    agreement.agree,
                    f64::from(least) / 100.0
                ),
            ),
            Finding::TooFew { n, needed } => (
                format!("{n} with a score, {needed} experts needed"),
                format!("仅{n}位专家评分，至少须{needed}位"),
            ),
            Finding::Unknown => ("no score".to_owned(), "无得分".to_owned()),
        };
        Text::both(
            format!("{}: {en}", name.get(gradus_model::Lang::En)),
            format!("{}：{zh}", name.get(gradus_model::Lang::Zh)),
        )
    }
}

/// A number in as few digits as it has, at most three after the point.
fn short(x: f64) -> String {
    let text = format!("{x:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Puts candidates beside criteria. Judgments of candidates that are not among the subjects are passed over.
#[must_use]
pub fn screen(
    criteria: &[Criterion],
    minimum: CvrMinimum,
    subjects: Vec<Subject>,
    judgments: &[Judgment],
) -> Matrix {
    let rows = subjects
        .into_iter()
        .map(|subject| {
            let entries: Vec<Entry> = criteria
                .iter()
                .enumerate()
                .map(|(at, criterion)| entry(&subject, at, criterion, judgments))
                .collect();
            let reasons: Vec<Reason> = (criteria.iter().zip(&entries).enumerate())
                .flat_map(|(at, (criterion, entry))| {
                    let found = findings(criterion, entry, minimum);
                    found.into_iter().map(move |finding| Reason { criterion: at, finding })
                })
                .collect();
            let verdict = reasons.iter().map(Reason::verdict).max().unwrap_or(Verdict::Keep);
            let total = total(criteria, &subject, &entries);
            Row { subject, entries, total, verdict, reasons }
        })
        .collect();
    Matrix { criteria: criteria.to_vec(), rows }
}

fn entry(subject: &Subject, at: usize, criterion: &Criterion, judgments: &[Judgment]) -> Entry {
    let computed = |score| Entry { score, panel: None };
    match criterion.from {
        CriterionSource::Recognized => computed(subject.recognized.map(|(systems, _)| systems as f64)),
        CriterionSource::Room => computed(subject.room.map(|room| room.value)),
        CriterionSource::Availability => computed(subject.availability.map(Availability::share)),
        CriterionSource::Experts => {
            let own = judgments.iter().filter(|j| j.criterion == at && j.candidate == subject.code);
            let mut panel = Panel {
                agreement: Agreement { agree: 0, n: 0 },
                abstained: 0,
                quartiles: None,
                comments: Vec::new(),
            };
            let mut scores = Vec::new();
            for judgment in own {
                if !judgment.comment.is_empty() {
                    panel.comments.push((judgment.expert.clone(), judgment.comment.clone()));
                }
                let Some(score) = judgment.score else {
                    panel.abstained += 1;
                    continue;
                };
                scores.push(score.to_f64());
                panel.agreement.n += 1;
                panel.agreement.agree += usize::from(score >= criterion.agree_from);
            }
            let at = |p| quantile(&scores, p, Quantile::Type7);
            panel.quartiles = at(0.25).zip(at(0.75));
            Entry { score: median(&scores), panel: Some(panel) }
        }
    }
}

/// What speaks against keeping the candidate, or keeps it from being decided.
fn findings(criterion: &Criterion, entry: &Entry, minimum: CvrMinimum) -> Vec<Finding> {
    let mut out = Vec::new();
    let decides = criterion.veto_below.is_some() || criterion.validity != ContentValidity::None;
    let Some(score) = entry.score else {
        return if decides { vec![Finding::Unknown] } else { out };
    };
    if let Some(least) = criterion.veto_below.map(Scalar::to_f64).filter(|least| score < *least) {
        out.push(Finding::Veto { score, least });
    }
    let Some(agreement) = entry.panel.as_ref().map(|panel| panel.agreement) else { return out };
    let n = agreement.n;
    match criterion.validity {
        ContentValidity::None => {}
        ContentValidity::Cvr => match cvr_minimum(n, minimum) {
            None => out.push(Finding::TooFew { n, needed: 5 }),
            Some(least) if agreement.cvr_hundredths() < Some(least) => {
                out.push(Finding::Cvr { agreement, least });
            }
            Some(_) => {}
        },
        ContentValidity::ICvi => match i_cvi_minimum(n) {
            None => out.push(Finding::TooFew { n, needed: 3 }),
            Some(least) if agreement.i_cvi_hundredths() < Some(least) => {
                out.push(Finding::ICvi { agreement, least });
            }
            Some(_) => {}
        },
    }
    out
}

fn total(criteria: &[Criterion], subject: &Subject, entries: &[Entry]) -> Option<f64> {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (criterion, entry) in criteria.iter().zip(entries) {
        let Some(score) = entry.score else { continue };
        let part = match criterion.from {
            CriterionSource::Experts => {
                let (min, max) = (criterion.min.to_f64(), criterion.max.to_f64());
                (score - min) / (max - min)
            }
            CriterionSource::Recognized => match subject.recognized {
                Some((systems, of)) if of > 0 => systems as f64 / of as f64,
                _ => continue,
            },
            CriterionSource::Room | CriterionSource::Availability => score,
        };
        let weight = criterion.weight.to_f64();
        sum += weight * part;
        weights += weight;
    }
    (weights > 0.0).then(|| 100.0 * sum / weights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn criterion(validity: ContentValidity, veto: Option<i64>) -> Criterion {
        Criterion {
            id: Id::new("relevance").unwrap(),
            name: Text::both("Relevance", "相关性"),
            from: CriterionSource::Experts,
            min: Decimal::ONE,
            max: Decimal::from(4),
            agree_from: Decimal::from(3),
            veto_below: veto.map(Decimal::from),
            validity,
            ..computed_criteria().remove(0)
        }
    }
    fn subject() -> Subject {
        Subject {
            code: Id::new("gdp").unwrap(),
            name: Text::english("GDP"),
            recognized: Some((3, 12)),
            room: None,
            availability: None,
        }
    }
    /// The verdict on one candidate from scores; a score of 0 is an abstention.
    fn judged(criterion: Criterion, scores: &[u32]) -> Row {
        let judgments: Vec<Judgment> = scores
            .iter()
            .enumerate()
            .map(|(expert, score)| Judgment {
                candidate: subject().code,
                criterion: 0,
                expert: format!("e{expert}"),
                score: (*score > 0).then(|| Decimal::from(*score)),
                comment: String::new(),
            })
            .collect();
        screen(&[criterion], CvrMinimum::Lawshe, vec![subject()], &judgments).rows.remove(0)
    }

    #[test]
    fn items_of_a_published_panel() {
        // Items 6, 9 and 1 of table 4 of PMC7253559: six experts, 1 to 4, 3 and 4 agree; I-CVI 0.83, 0.83, 1.00.
        for (scores, index) in [([2, 3, 4, 3, 3, 4], 83), ([3, 3, 4, 2, 3, 4], 83), ([4, 4, 4, 4, 4, 4], 100)]
        {
            let row = judged(criterion(ContentValidity::ICvi, None), &scores);
            let panel = row.entries[0].panel.as_ref().unwrap();
            assert_eq!(panel.agreement.i_cvi_hundredths(), Some(index));
            assert_eq!((row.verdict, row.reasons.len()), (Verdict::Keep, 0));
        }
        let row = judged(criterion(ContentValidity::ICvi, None), &[2, 3, 4, 3, 3, 4]);
        assert_eq!(row.entries[0].score, Some(3.0));
        // Sorted 2 3 3 3 4 4: type 7 has its quartiles at 1 + 5/4 and 1 + 15/4.
        assert_eq!(row.entries[0].panel.as_ref().unwrap().quartiles, Some((3.0, 3.75)));
    }

    #[test]
    fn verdicts_at_the_edges_of_the_i_cvi() {
        use Verdict::{Drop, Keep, Open, Revise};
        for (agree, n, want) in [
            (5, 5, Keep),
            (4, 5, Revise),
            (3, 5, Drop),
            (5, 6, Keep),
            (4, 6, Drop),
            (6, 8, Revise),
            (7, 9, Keep),
            (7, 10, Revise),
            (6, 9, Drop),
            (2, 2, Open),
            (0, 0, Open),
        ] {
            let scores: Vec<u32> = (0..n).map(|expert| if expert < agree { 4 } else { 1 }).collect();
            let row = judged(criterion(ContentValidity::ICvi, None), &scores);
            assert_eq!(row.verdict, want, "{agree} of {n}: {:?}", row.reasons);
        }
    }

    #[test]
    fn the_ratio_drops_below_lawshes_minimum_and_needs_five() {
        use Verdict::{Drop, Keep, Open};
        for (agree, n, want) in [
            (9, 10, Keep),
            (8, 10, Drop),
            (7, 8, Keep),
            (8, 9, Keep),
            (7, 9, Drop),
            (4, 5, Drop),
            (4, 4, Open),
        ] {
            let scores: Vec<u32> = (0..n).map(|expert| if expert < agree { 4 } else { 2 }).collect();
            let row = judged(criterion(ContentValidity::Cvr, None), &scores);
            assert_eq!(row.verdict, want, "{agree} of {n}");
        }
        let row = judged(criterion(ContentValidity::Cvr, None), &[4, 4, 4, 4, 4, 4, 4, 4, 1, 1]);
        let text = row.reasons[0].text(&[criterion(ContentValidity::Cvr, None)]);
        assert_eq!(text.en.as_deref(), Some("Relevance: CVR 0.60 (8 of 10 agree), 0.62 needed"));
        assert_eq!(text.zh.as_deref(), Some("相关性：CVR为0.60（10位专家中8位同意），须达0.62"));
    }

    #[test]
    fn a_veto_drops_whatever_else_is_said_and_an_abstention_is_no_score() {
        let row = judged(criterion(ContentValidity::None, Some(2)), &[1, 1, 4]);
        assert_eq!(row.verdict, Verdict::Drop);
        assert_eq!(row.reasons[0].finding, Finding::Veto { score: 1.0, least: 2.0 });
        // On the line is not below it.
        assert_eq!(judged(criterion(ContentValidity::None, Some(2)), &[2, 2]).verdict, Verdict::Keep);
        let row = judged(criterion(ContentValidity::ICvi, None), &[0, 4, 4, 4]);
        let panel = row.entries[0].panel.as_ref().unwrap();
        assert_eq!((panel.agreement, panel.abstained), (Agreement { agree: 3, n: 3 }, 1));
        assert_eq!(judged(criterion(ContentValidity::None, Some(2)), &[0, 0]).verdict, Verdict::Open);
        assert_eq!(judged(criterion(ContentValidity::None, None), &[]).verdict, Verdict::Keep);
    }

    #[test]
    fn totals_are_weighted_means_of_what_is_there() {
        let mut experts = criterion(ContentValidity::None, None);
        experts.weight = Decimal::from(3);
        let recognized = computed_criteria().remove(0);
        let room = computed_criteria().remove(1);
        let judgments = [Judgment {
            candidate: subject().code,
            criterion: 0,
            expert: "a".into(),
            score: Some(Decimal::from(4)),
            comment: String::new(),
        }];
        let matrix = screen(&[experts, recognized, room], CvrMinimum::Lawshe, vec![subject()], &judgments);
        // 3 · 1 + 1 · 3/12 over 4; the room is not known and takes no part.
        assert_eq!(matrix.rows[0].total, Some(100.0 * 3.25 / 4.0));
        assert_eq!(matrix.rows[0].entries[1].score, Some(3.0));
    }

    #[test]
    fn room_is_the_way_that_is_left() {
        let all = [Some(10.0), Some(20.0), None, Some(40.0)];
        let found = |own, direction, threshold| room(&all, own, direction, threshold);
        let best = found(1, Direction::Higher, None).unwrap();
        assert_eq!((best.target, best.worst), (40.0, 10.0));
        assert!((best.value - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(found(1, Direction::Higher, Some(30.0)).map(|r| r.value), Some(0.5));
        assert_eq!(found(3, Direction::Higher, Some(30.0)).map(|r| r.value), Some(0.0));
        assert_eq!(found(0, Direction::Higher, Some(30.0)).map(|r| r.value), Some(1.0));
        assert_eq!(found(3, Direction::Lower, None).map(|r| r.value), Some(1.0));
        assert_eq!(found(2, Direction::Higher, None), None);
        assert_eq!(room(&[Some(1.0)], 0, Direction::Higher, Some(5.0)), None);
        assert_eq!(room(&[Some(1.0), Some(1.0)], 0, Direction::Higher, None).map(|r| r.value), Some(0.0));
    }

    #[test]
    fn figures_are_counted_by_unit_and_period() {
        let present = [vec![true, true, true], vec![false, true, false], vec![false, false, false]];
        let found = availability(&present, Some(1)).unwrap();
        assert_eq!(found, Availability { n_units: 3, with_figure: 2, own: Some(true), with_periods: 1 });
        assert_eq!(availability(&[], None), None);
        assert_eq!(availability(&present, None).unwrap().own, None);
    }

    proptest! {
        #[test]
        fn room_does_not_depend_on_the_measurement_unit_or_the_sign(
            figures in proptest::collection::vec(-1e3..1e3f64, 2..8), threshold in -1e3..1e3f64, scale in 0.01..100.0f64,
        ) {
            let all: Vec<Option<f64>> = figures.iter().copied().map(Some).collect();
            let found = room(&all, 0, Direction::Higher, Some(threshold)).unwrap();
            prop_assert!((0.0..=1.0).contains(&found.value));
            let scaled: Vec<Option<f64>> = figures.iter().map(|x| Some(x * scale)).collect();
            let other = room(&scaled, 0, Direction::Higher, Some(threshold * scale)).unwrap();
            prop_assert!((found.value - other.value).abs() < 1e-9);
            let mirrored: Vec<Option<f64>> = figures.iter().map(|x| Some(100.0 - x)).collect();
            let other = room(&mirrored, 0, Direction::Lower, Some(100.0 - threshold)).unwrap();
            prop_assert!((found.value - other.value).abs() < 1e-6);
        }
    }
}
