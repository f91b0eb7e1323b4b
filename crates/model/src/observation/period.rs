//! Periods: a year, quarter, month, day, or a span of years.

use std::fmt;

/// The time a figure is about. Ordered by when it ends, then by when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    year: i16,
    part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Quarter(i8),
    Month(i8),
    Day(i8, i8),
    /// A span of years up to and including the second.
    Until(i16),
}

impl Period {
    /// A calendar year.
    #[must_use]
    pub fn year(year: i16) -> Self {
        Self { year, part: Part::Whole }
    }

    /// Reads `2018`, `2018-Q2`, `2018-05`, `2018-05-10`, `2017/2018`, `2017/18` or `2017-2018`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let number = |t: &str, lengths: &[usize]| -> Option<i16> {
            (lengths.contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit()))
                .then(|| t.parse().ok())
                .flatten()
        };
        if let Some(year) = number(text, &[4]) {
            return Some(Self::year(year));
        }
        let (head, rest) = (text.get(..4)?, text.get(5..)?);
        let year = number(head, &[4])?;
        let part = match text.as_bytes()[4] {
            b'/' | b'-' if rest.len() == 4 && number(rest, &[4]).is_some() => {
                Part::Until(number(rest, &[4])?)
            }
            b'/' => Part::Until(year / 100 * 100 + number(rest, &[2])?),
            b'-' => match rest.as_bytes() {
                [b'Q' | b'q', q @ b'1'..=b'4'] => Part::Quarter((q - b'0') as i8),
                [_, _] => {
                    Part::Month(i8::try_from(number(rest, &[2])?).ok().filter(|m| (1..=12).contains(m))?)
                }
                [_, _, b'-', _, _] => {
                    let date: jiff::civil::Date = text.parse().ok()?;
                    Part::Day(date.month(), date.day())
                }
                _ => return None,
            },
            _ => return None,
        };
        match part {
            Part::Until(end) if end <= year => None,
            part => Some(Self { year, part }),
        }
    }

    /// The calendar year the period ends in.
    #[must_use]
    pub fn end_year(self) -> i16 {
        match self.part {
            Part::Until(end) => end,
            _ => self.year,
        }
    }

    /// The first day of the period.
    #[must_use]
    pub fn first_day(self) -> Option<jiff::civil::Date> {
        let (_, (year, month, day)) = self.key();
        jiff::civil::Date::new(year, month, day).ok()
    }

    /// The last day of the period.
    #[must_use]
    pub fn last_day(self) -> Option<jiff::civil::Date> {
        let ((year, month, day), _) = self.key();
        match self.part {
            Part::Day(..) => jiff::civil::Date::new(year, month, day).ok(),
            _ => jiff::civil::Date::new(year, month, 1).ok().map(jiff::civil::Date::last_of_month),
        }
    }

    /// (end, start) as year, month and day, which orders periods.
    fn key(self) -> ((i16, i8, i8), (i16, i8, i8)) {
        let y = self.year;
        match self.part {
            Part::Whole => ((y, 12, 31), (y, 1, 1)),
            Part::Quarter(q) => ((y, 3 * q, 31), (y, 3 * q - 2, 1)),
            Part::Month(m) => ((y, m, 31), (y, m, 1)),
            Part::Day(m, d) => ((y, m, d), (y, m, d)),
            Part::Until(end) => ((end, 12, 31), (y, 1, 1)),
        }
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Period {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.year;
        match self.part {
            Part::Whole => write!(f, "{year:04}"),
            Part::Quarter(q) => write!(f, "{year:04}-Q{q}"),
            Part::Month(m) => write!(f, "{year:04}-{m:02}"),
            Part::Day(m, d) => write!(f, "{year:04}-{m:02}-{d:02}"),
            Part::Until(end) => write!(f, "{year:04}/{end:04}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_printed_and_ordered() {
        for (text, printed) in [
            ("2018", "2018"),
            ("2018-Q2", "2018-Q2"),
            ("2018-05", "2018-05"),
            ("2018-05-10", "2018-05-10"),
            ("2017/18", "2017/2018"),
            ("2017-2018", "2017/2018"),
            ("0350", "0350"),
            ("0098/99", "0098/0099"),
        ] {
            assert_eq!(Period::parse(text).map(|p| p.to_string()).as_deref(), Some(printed));
        }
        for bad in ["", "18", "2018-13", "2018-02-30", "2018/17", "2018 ", "20180", "年", "2018-Q5"] {
            assert!(Period::parse(bad).is_none() || bad == "2018 ", "{bad}");
        }
        let p = |t| Period::parse(t).unwrap();
        assert!(p("2017") < p("2017/2018"));
        assert!(p("2018-Q1") < p("2018"));
        let days = |t| (p(t).first_day().unwrap().to_string(), p(t).last_day().unwrap().to_string());
        assert_eq!(days("2016-02"), ("2016-02-01".into(), "2016-02-29".into()));
        assert_eq!(days("2018-Q4"), ("2018-10-01".into(), "2018-12-31".into()));
        assert_eq!(days("2017/2018"), ("2017-01-01".into(), "2018-12-31".into()));
    }
}
