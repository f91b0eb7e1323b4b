//! Three values.

/// Whether something is so: Kleene's strong three-valued logic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is not.
    NotMet,
    /// It cannot be told.
    Unknown,
    /// It is.
    Met,
}

impl Verdict {
    /// From a comparison.
    #[must_use]
    pub fn of(met: bool) -> Self {
        if met { Self::Met } else { Self::NotMet }
    }
    /// At least `needed` of the verdicts are met: met when so many are; not met when even all unknown ones would not
    /// do; unknown in between.
    ///
    /// # Example
    /// ```
    /// use gradus_standard::Verdict::{self, Met, NotMet, Unknown};
    /// assert_eq!(Verdict::at_least(2, [Met, Unknown, NotMet]), Unknown);
    /// assert_eq!(Verdict::at_least(1, [Met, Unknown, NotMet]), Met);
    /// assert_eq!(Verdict::at_least(3, [Met, Unknown, NotMet]), NotMet);
    /// ```
    #[must_use]
    pub fn at_least(needed: usize, verdicts: impl IntoIterator<Item = Self>) -> Self {
        let (mut met, mut unknown) = (0, 0);
        for verdict in verdicts {
            met += usize::from(verdict == Self::Met);
            unknown += usize::from(verdict == Self::Unknown);
        }
        if met >= needed {
            Self::Met
        } else if met + unknown < needed {
            Self::NotMet
        } else {
            Self::Unknown
        }
    }
    /// All are met.
    #[must_use]
    pub fn all(verdicts: impl IntoIterator<Item = Self>) -> Self {
        verdicts.into_iter().min().unwrap_or(Self::Met)
    }
    /// Any is met.
    #[must_use]
    pub fn any(verdicts: impl IntoIterator<Item = Self>) -> Self {
        verdicts.into_iter().max().unwrap_or(Self::NotMet)
    }
}

impl std::ops::Not for Verdict {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            Self::Met => Self::NotMet,
            Self::Unknown => Self::Unknown,
            Self::NotMet => Self::Met,
        }
    }
}
