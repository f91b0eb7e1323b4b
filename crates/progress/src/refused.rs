//! Why there is no pace, no rating or no arrival, in words for a table.

use gradus_model::Text;

/// Why something is not computed. Nothing is replaced by a small number to make a formula work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Refused {
    /// Fewer comparable figures than needed.
    TooShort {
        /// How many there are.
        found: usize,
        /// How many it takes.
        needed: usize,
    },
    /// The indicator has no threshold at the grade.
    NoTarget,
    /// Nothing says by when the target is to be reached.
    NoTargetYear,
    /// The target year is not after the latest figure.
    TargetYearPast,
    /// Growth in percent is asked for where a value or the target is zero, or signs differ.
    NotOneSign,
    /// Growth in percent is asked for and the scale has no zero to grow from, or the base is zero.
    NoSize,
    /// The ladder has fewer than two different thresholds.
    NoBand,
    /// Too few units have a figure, or all have the same.
    NoSpread,
    /// There is no figure now.
    NoValue,
    /// Values are levels of a scale, which have an order and no pace.
    Levels,
    /// A number left the range of the arithmetic.
    OutOfRange,
}

impl Refused {
    /// Every reason with its word, for programs; numbers are left out.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::TooShort { .. } => "too-short",
            Self::NoTarget => "no-target",
            Self::NoTargetYear => "no-target-year",
            Self::TargetYearPast => "target-year-past",
            Self::NotOneSign => "not-one-sign",
            Self::NoSize => "no-size",
            Self::NoBand => "no-band",
            Self::NoSpread => "no-spread",
            Self::NoValue => "no-value",
            Self::Levels => "levels",
            Self::OutOfRange => "out-of-range",
        }
    }
    /// The reason in words.
    #[must_use]
    pub fn text(self) -> Text {
        let (en, zh) = match self {
            Self::TooShort { found, needed } => {
                return Text::both(
                    format!("too short ({found} of {needed} figures)"),
                    format!("序列太短（{found}个，需{needed}个）"),
                );
            }
            Self::NoTarget => ("no threshold", "无阈值"),
            Self::NoTargetYear => ("no target year", "未设目标年"),
            Self::TargetYearPast => ("target year is past", "目标年已过"),
            Self::NotOneSign => {
                ("growth of zero or across signs is undefined", "含零值或正负相间，增长率无定义")
            }
            Self::NoSize => {
                ("no natural zero or limits to take a percentage of", "无自然零点或上下限，无从计算百分比")
            }
            Self::NoBand => ("needs two thresholds", "需要两个阈值"),
            Self::NoSpread => ("too few units, or all alike", "可比对象太少或数值全同"),
            Self::NoValue => ("no figure", "无数据"),
            Self::Levels => ("levels have no pace", "等级型指标无速度"),
            Self::OutOfRange => ("outside the range of the arithmetic", "超出数值范围"),
        };
        Text::both(en, zh)
    }
}
