//! Content validity: how far experts agree that a candidate belongs.
//!
//! Use it where each of several experts says of each candidate whether it is essential (or relevant). It says nothing of how
//! well figures measure what is meant.
//!
//! # Formula
//! ```text
//! CVR   = (a − n/2) / (n/2)        a experts of n agree
//! I-CVI = a / n
//! κ*    = (I-CVI − p) / (1 − p)    p = n! / (a! (n−a)!) · 0.5ⁿ, agreement by chance
//! ```
//! # Thresholds
//! I-CVI: 1.00 for 3 to 5 experts, 0.83 for 6 to 8, 0.78 from 9 on; from 0.70 up to that a candidate is to be revised. CVR:
//! [`LAWSHE`], or the smallest ratio that chance reaches in at most 5 of 100 cases. Both tables are printed to two places,
//! so that 7 of 9 (0.777…) reaches 0.78 as its authors mean; ratios are compared rounded half up to two places, as
//! whole numbers.
//!
//! # References
//! Lawshe (1975), *A quantitative approach to content validity*, Personnel Psychology 28, 563–575, doi
//! 10.1111/j.1744-6570.1975.tb01393.x. Lynn (1986), *Determination and quantification of content validity*, Nursing Research
//! 35, 382–385, doi 10.1097/00006199-198611000-00017. Polit, Beck, Owen (2007), *Is the CVI an acceptable indicator of
//! content validity?*, Research in Nursing & Health 30, 459–467, doi 10.1002/nur.20199. Ayre, Scally (2014), *Critical values
//! for Lawshe's content validity ratio*, Measurement and Evaluation in Counseling and Development 47, 79–86, doi
//! 10.1177/0748175613513808.

use gradus_model::package::CvrMinimum;

/// Lawshe's smallest ratios in hundredths, by number of experts. The table is his, with 0.75 for eight experts and 0.78
/// for nine, where a ratio that falls with the number of experts would be expected; Wilson, Pan and Schumsky (2012, doi
/// 10.1177/0748175612440286) and Ayre and Scally (2014) discuss it.
pub const LAWSHE: &[(usize, u32)] = &[
    (5, 99),
    (6, 99),
    (7, 99),
    (8, 75),
    (9, 78),
    (10, 62),
    (11, 59),
    (12, 56),
    (13, 54),
    (14, 51),
    (15, 49),
    (20, 42),
    (25, 37),
    (30, 33),
    (35, 31),
    (40, 29),
];

/// The least I-CVI, in hundredths, at which a candidate can be kept after revision.
pub const REVISE_FROM: u32 = 70;

/// Experts up to which the binomial test is computed; more are held to its ratio.
const LARGEST_PANEL: usize = 120;

/// How many of `n` experts agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    /// Those who agree.
    pub agree: usize,
    /// All who gave a score.
    pub n: usize,
}

impl Agreement {
    /// Lawshe's content validity ratio, from −1 to 1; none without experts.
    #[must_use]
    pub fn cvr(self) -> Option<f64> {
        (self.n > 0).then(|| (2.0 * self.agree as f64 - self.n as f64) / self.n as f64)
    }
    /// The item's content validity index, from 0 to 1; none without experts.
    #[must_use]
    pub fn i_cvi(self) -> Option<f64> {
        (self.n > 0).then(|| self.agree as f64 / self.n as f64)
    }
    /// I-CVI beyond what chance gives: the modified kappa of Polit, Beck and Owen; none without experts.
    ///
    /// # Example
    /// ```
    /// // 8 of 10: 45 / 1024 by chance, κ* 0.79.
    /// let kappa = gradus_selection::validity::Agreement { agree: 8, n: 10 }.kappa().unwrap();
    /// assert!((kappa - 0.790_8).abs() < 1e-4);
    /// ```
    #[must_use]
    pub fn kappa(self) -> Option<f64> {
        let chance = chance(self.agree, self.n);
        self.i_cvi().filter(|_| chance < 1.0).map(|index| (index - chance) / (1.0 - chance))
    }
    /// I-CVI in hundredths, rounded half up.
    #[must_use]
    pub fn i_cvi_hundredths(self) -> Option<u32> {
        hundredths(self.agree as u64, self.n as u64)
    }
    /// CVR in hundredths, rounded half up; 0 for a ratio below 0, which reaches no minimum.
    #[must_use]
    pub fn cvr_hundredths(self) -> Option<u32> {
        hundredths((2 * self.agree as u64).saturating_sub(self.n as u64), self.n as u64)
    }
}

fn hundredths(part: u64, whole: u64) -> Option<u32> {
    let doubled = part.checked_mul(200)?.checked_add(whole)?;
    u32::try_from(doubled.checked_div(whole.checked_mul(2)?)?).ok()
}

/// The probability that exactly `agree` of `n` experts agree by chance, each with probability one half.
fn chance(agree: usize, n: usize) -> f64 {
    // Factors of the coefficient and halves in turn, so that neither overflows.
    let mut p = 1.0;
    let small = agree.min(n.saturating_sub(agree));
    let mut halves = n;
    for i in 0..small {
        p *= (n - i) as f64 / (i + 1) as f64;
        while p > 1.0 && halves > 0 {
            p *= 0.5;
            halves -= 1;
        }
    }
    (0..halves).fold(p, |p, _| p * 0.5)
}

/// The least I-CVI, in hundredths, at which a candidate is kept; none for fewer than three experts.
#[must_use]
pub fn i_cvi_minimum(n: usize) -> Option<u32> {
    match n {
        0..=2 => None,
        3..=5 => Some(100),
        6..=8 => Some(83),
        _ => Some(78),
    }
}

/// The least CVR, in hundredths, at which a candidate is kept; none for fewer than five experts.
///
/// Between the numbers of experts that Lawshe's table has, that of the next smaller one holds, which is the stricter one; so
/// does that of 40 beyond it.
#[must_use]
pub fn cvr_minimum(n: usize, rule: CvrMinimum) -> Option<u32> {
    match rule {
        CvrMinimum::Lawshe => LAWSHE.iter().rev().find(|(experts, _)| *experts <= n).map(|(_, least)| *least),
        CvrMinimum::Binomial => {
            let n = n.min(LARGEST_PANEL);
            let agree = critical(n).filter(|_| n >= 5)?;
            Agreement { agree, n }.cvr_hundredths()
        }
    }
}

/// The smallest number of experts who agree in at most 5 of 100 cases if each agreed by the toss of a coin.
#[must_use]
pub fn critical(n: usize) -> Option<usize> {
    let mut tail = 0.0;
    let mut least = None;
    for agree in (0..=n).rev() {
        tail += chance(agree, n);
        if tail > 0.05 {
            break;
        }
        least = Some(agree);
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lawshe() {
        let of = |agree, n| Agreement { agree, n };
        assert_eq!(of(9, 10).cvr(), Some(0.8));
        assert_eq!(of(5, 10).cvr(), Some(0.0));
        assert_eq!(of(0, 10).cvr(), Some(-1.0));
        assert_eq!(of(0, 0).cvr(), None);
        // How many must agree by the table. It is the number the binomial test asks for, wherever the table has a line.
        let needed = |n: usize| {
            let least = cvr_minimum(n, CvrMinimum::Lawshe).unwrap();
            (0..=n).find(|agree| of(*agree, n).cvr_hundredths() >= Some(least)).unwrap()
        };
        let found: Vec<usize> = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 20, 30, 40].map(needed).into();
        assert_eq!(found, [5, 6, 7, 7, 8, 9, 9, 10, 10, 11, 12, 15, 20, 26]);
        // The table is not monotone between eight and nine, and stricter between its numbers.
        let least = |n| cvr_minimum(n, CvrMinimum::Lawshe);
        assert_eq!((least(8), least(9)), (Some(75), Some(78)));
        assert_eq!((least(4), least(19), least(24), least(500)), (None, Some(49), Some(42), Some(29)));
    }

    #[test]
    fn the_binomial_test() {
        // 9 of 10 or more: 11 / 1024; 8 of 10 or more: 56 / 1024. 10 of 13 or more: 378 / 8192; 9 of 13: 1093 / 8192.
        for (n, agree) in [
            (5, 5),
            (6, 6),
            (7, 7),
            (8, 7),
            (9, 8),
            (10, 9),
            (11, 9),
            (12, 10),
            (13, 10),
            (14, 11),
            (15, 12),
            (20, 15),
            (25, 18),
            (30, 20),
            (35, 23),
            (40, 26),
        ] {
            assert_eq!(critical(n), Some(agree), "{n}");
        }
        assert_eq!(critical(4), None);
        assert_eq!(cvr_minimum(4, CvrMinimum::Binomial), None);
        assert_eq!(cvr_minimum(13, CvrMinimum::Binomial), Some(54));
        assert_eq!(cvr_minimum(9999, CvrMinimum::Binomial), cvr_minimum(120, CvrMinimum::Binomial));
    }

    #[test]
    fn items_and_their_index() {
        // Six experts, item 6 of table 4 of PMC7253559: 2 3 4 3 3 4, five of them 3 or more, 0.83.
        let item = Agreement { agree: 5, n: 6 };
        assert_eq!((item.i_cvi_hundredths(), i_cvi_minimum(6)), (Some(83), Some(83)));
        for (n, least) in
            [(2, None), (3, Some(100)), (5, Some(100)), (6, Some(83)), (8, Some(83)), (9, Some(78))]
        {
            assert_eq!(i_cvi_minimum(n), least, "{n}");
        }
        // 7 of 9 is 0.777…, which the tables print as 0.78 and accept.
        assert_eq!(Agreement { agree: 7, n: 9 }.i_cvi_hundredths(), Some(78));
    }

    #[test]
    fn kappa_leaves_out_chance() {
        // Table 10 of PMC5557472: (agree, experts, chance, kappa), printed to three and two places.
        for (agree, n, p, kappa) in [
            (10, 10, 0.001, 1.00),
            (9, 10, 0.010, 0.90),
            (8, 10, 0.044, 0.79),
            (7, 10, 0.117, 0.66),
            (8, 9, 0.018, 0.89),
            (7, 9, 0.070, 0.76),
            (6, 9, 0.164, 0.60),
        ] {
            assert!((chance(agree, n) - p).abs() <= 0.000_5, "{agree} of {n}: {}", chance(agree, n));
            let found = Agreement { agree, n }.kappa().unwrap();
            assert!((found - kappa).abs() <= 0.005, "{agree} of {n}: {found}");
        }
        assert_eq!(Agreement { agree: 0, n: 0 }.kappa(), None);
    }

    proptest! {
        #[test]
        fn chances_add_up_and_more_agreement_is_never_less(n in 1usize..200, agree in 0usize..200) {
            let sum: f64 = (0..=n).map(|a| chance(a, n)).sum();
            prop_assert!((sum - 1.0).abs() < 1e-9);
            let agree = agree.min(n - 1);
            let (less, more) = (Agreement { agree, n }, Agreement { agree: agree + 1, n });
            prop_assert!(less.cvr() < more.cvr() && less.i_cvi_hundredths() <= more.i_cvi_hundredths());
        }
    }
}
