//! How far a value is from the next step of its ladder: the one subtraction a report makes.

use crate::Input;
use crate::grade_table::node_grade;
use gradus_model::Decimal;
use gradus_model::package::{Direction, NodeIx, Threshold};
use gradus_standard::Verdict;

/// How far the report's unit is from the next grade of an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The indicator.
    pub node: NodeIx,
    /// Its value.
    pub value: Decimal,
    /// The lowest grade that is not met.
    pub grade: usize,
    /// What that grade asks for.
    pub threshold: Decimal,
    /// What is lacking, in the measurement unit, never negative: to be gained, or to be shed where less is better.
    pub gap: Decimal,
    /// The gap as a percentage of the threshold; none where the threshold is zero.
    pub percent: Option<Decimal>,
}

/// What a value lacks to reach a threshold, and the same as a percentage of the threshold. Zero where it is reached.
///
/// `None` when the difference leaves the range of decimals.
#[must_use]
pub fn gap(value: Decimal, threshold: Decimal, direction: Direction) -> Option<(Decimal, Option<Decimal>)> {
    let lacking = match direction {
        Direction::Higher => threshold.checked_sub(value)?,
        Direction::Lower => value.checked_sub(threshold)?,
    };
    let lacking = lacking.max(Decimal::ZERO);
    let percent = lacking.checked_mul(Decimal::ONE_HUNDRED).and_then(|x| x.checked_div(threshold.abs()));
    Some((lacking, percent))
}

/// The gaps of the report's unit to the next grade, indicators on a numeric ladder only, the relatively smallest first.
#[must_use]
pub fn gaps(input: &Input) -> Vec<Gap> {
    let Some(own) = input.own else { return Vec::new() };
    let row = input.evaluation.row(own, input.period);
    let Some(grading) = input.grading.row(row) else { return Vec::new() };
    let mut out: Vec<Gap> = input
        .package
        .indicators()
        .filter_map(|(ix, _, indicator)| {
            let grade = node_grade(grading, ix)?.verdicts.iter().position(|v| *v == Verdict::NotMet)?;
            let step = indicator.ladder.iter().find(|s| s.grade == grade)?;
            let Threshold::Number(threshold) = step.threshold else { return None };
            let value = input.evaluation.nodes[ix].raw.get(row)?.to_decimal()?;
            let (gap, percent) = gap(value, threshold, indicator.direction)?;
            Some(Gap { node: ix, value, grade, threshold, gap, percent })
        })
        .collect();
    // Indicators without a percentage come last; equal ones keep the order of the file.
    out.sort_by_key(|g| (g.percent.is_none(), g.percent.unwrap_or_default()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_model::number::parse_decimal;

    #[test]
    fn a_gap_is_what_lacks_in_the_direction_that_is_better() {
        let d = |t: &str| parse_decimal(t).unwrap();
        for (value, threshold, direction, lacking, percent) in [
            ("100", "200", Direction::Higher, "100", Some("50")),
            ("200", "200", Direction::Higher, "0", Some("0")),
            ("250", "200", Direction::Higher, "0", Some("0")),
            ("44.1", "35", Direction::Lower, "9.1", Some("26")),
            ("35", "35", Direction::Lower, "0", Some("0")),
            ("-2", "0", Direction::Higher, "2", None),
            ("-3", "-2", Direction::Higher, "1", Some("50")),
            ("0.1", "0.3", Direction::Higher, "0.2", Some("66.666666666666666666666666667")),
        ] {
            let (found, share) = gap(d(value), d(threshold), direction).unwrap();
            assert_eq!(found, d(lacking), "{value} to {threshold}");
            assert_eq!(share, percent.map(d), "{value} to {threshold}");
        }
        assert_eq!(gap(Decimal::MIN, Decimal::MAX, Direction::Higher), None);
    }
}
