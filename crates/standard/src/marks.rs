//! How the verdict of a cell came about.

/// What is to be said of a cell beside its verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks(u8);

impl Marks {
    /// The indicator does not apply to the unit: it is left out of what is counted and of what is asked.
    pub const EXEMPT: Self = Self(1);
    /// A figure of an earlier year stands in.
    pub const CARRIED: Self = Self(2);
    /// The figure of the accepted substitute stands in.
    pub const SUBSTITUTED: Self = Self(4);
    /// The figure is known with an error: a survey estimate, or a status for which the package states one.
    pub const UNCERTAIN: Self = Self(8);
    /// A threshold was reached once and has not been lost since.
    pub const ONCE: Self = Self(16);

    /// Every mark with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("not-applicable", Self::EXEMPT),
        ("carried-forward", Self::CARRIED),
        ("substituted", Self::SUBSTITUTED),
        ("uncertain", Self::UNCERTAIN),
        ("reached-once", Self::ONCE),
    ];

    /// Whether it has the mark.
    #[must_use]
    pub fn contains(self, mark: Self) -> bool {
        self.0 & mark.0 != 0
    }
    /// Adds a mark.
    pub fn add(&mut self, mark: Self) {
        self.0 |= mark.0;
    }
    /// The words of its marks.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        Self::WORDS.iter().filter(move |(_, mark)| self.contains(*mark)).map(|(word, _)| *word)
    }
}
