//! What is known of an item in one or two sentences, in both languages.

use crate::Refused;
use crate::eta::{Arrival, When};
use crate::progress::Item;
use gradus_model::{Decimal, Lang, Text};

/// A number of two significant digits with its sign, and every digit before the point: `+2.1`, `−0.34`, `+1250`, `0`.
#[must_use]
pub fn signed(x: f64) -> String {
    let text = brief(x.abs());
    match (x > 0.0, text.bytes().any(|b| (b'1'..=b'9').contains(&b))) {
        (_, false) => "0".to_owned(),
        (true, true) => format!("+{text}"),
        (false, true) => format!("\u{2212}{text}"),
    }
}

/// A number of two significant digits, and every digit before the point.
#[must_use]
pub fn brief(x: f64) -> String {
    let size = x.abs();
    let places = (0..=7).find(|places| {
        size >= [9.95, 0.995, 0.0995, 0.00995, 9.95e-4, 9.95e-5, 9.95e-6, 0.0][*places as usize]
    });
    let text = format!("{x:.*}", places.unwrap_or(7) as usize);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// When a threshold is reached: `2031 (2028–never)`; `due` where the trend has it and only the latest figure has not.
#[must_use]
pub fn arrival(arrival: &Arrival, lang: Lang) -> String {
    let when = |when: When| match (when, lang) {
        (When::At(_), _) => when.year().map(|year| year.to_string()).unwrap_or_default(),
        (When::Due, Lang::En) => "due".to_owned(),
        (When::Due, Lang::Zh) => "已到".to_owned(),
        (When::Never, Lang::En) => "never".to_owned(),
        (When::Never, Lang::Zh) => "永不".to_owned(),
    };
    let (median, early, late) = (when(arrival.median), when(arrival.early), when(arrival.late));
    match (early == late, lang) {
        (true, _) => median,
        (false, Lang::En) => format!("{median} ({early}–{late})"),
        (false, Lang::Zh) => format!("{median}（{early}–{late}）"),
    }
}

/// The sentence of an item: at which pace it arrives when, what is needed, and what the best of the others held. Of a threshold that
/// is reached, by how much and for how long.
#[must_use]
pub fn sentence(item: &Item, unit_name: impl Fn(usize) -> Text) -> Text {
    Text::both(in_language(item, &unit_name, Lang::En), in_language(item, &unit_name, Lang::Zh))
}

fn in_language(item: &Item, unit_name: &impl Fn(usize) -> Text, lang: Lang) -> String {
    let en = lang == Lang::En;
    let stop = |why: Refused| {
        let text = why.text();
        let text = text.get(lang);
        let mut letters = text.chars();
        let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
        let end = if en { "." } else { "。" };
        format!("{first}{}{end}", letters.as_str())
    };
    if item.history.now.is_none() {
        return stop(Refused::NoValue);
    }
    let mut parts: Vec<String> = Vec::new();
    if let Some(margin) = item.margin {
        parts.push(reached(item, margin.units, lang));
        return parts.concat();
    }
    match (&item.arrival, item.span) {
        (Err(Refused::Levels), _) => return stop(Refused::Levels),
        (Ok(found), Some((from, to))) => {
            let when = arrival(found, lang);
            parts.push(if en {
                format!("At the {from}–{to} pace: {when}.")
            } else {
                format!("按{from}–{to}年的速度：{when}。")
            });
        }
        (Err(why), _) => parts.push(stop(*why)),
        (Ok(_), None) => {}
    }
    match item.needed {
        Ok(needed) => {
            let change = signed(item.change(needed));
            parts.push(if en {
                format!("Needed: {change} a year.")
            } else {
                format!("所需：每年{change}。")
            });
        }
        Err(why @ (Refused::NoTargetYear | Refused::TargetYearPast)) => parts.push(stop(why)),
        Err(_) => {}
    }
    if let (None, Ok(observed), Some((from, to))) = (item.target, item.observed, item.span) {
        let change = signed(item.change(observed));
        parts.push(if en {
            format!("Observed: {change} a year in {from}–{to}.")
        } else {
            format!("实际：{from}–{to}年每年{change}。")
        });
    }
    if let Some((unit, held)) = item.best_peer {
        let (change, years) = (signed(item.change(held.pace)), brief((held.to - held.from).round()));
        let name = unit_name(unit);
        let name = name.get(lang);
        parts.push(match (en, years.as_str()) {
            (true, "1") => format!("Best peer over one year: {change} ({name})."),
            (true, _) => format!("Best peer over {years} years: {change} ({name})."),
            (false, _) => format!("{years}年间最快的同伴：每年{change}（{name}）。"),
        });
    }
    parts.join(if en { " " } else { "" })
}

fn reached(item: &Item, units: Decimal, lang: Lang) -> String {
    use gradus_engine::Number;
    let en = lang == Lang::En;
    let above = brief(Number::Decimal(units).to_f64().abs());
    let worst = item.margin.and_then(|margin| margin.worst);
    let years = item.margin.and_then(|margin| margin.years);
    let period = |time: f64| item.history.period_of(time).map(|p| p.to_string()).unwrap_or_default();
    match (worst, years) {
        (Some(held), Some(years)) => {
            let (change, years) = (signed(item.change(held.pace)), brief(years));
            let (from, to) = (period(held.from), period(held.to));
            if en {
                format!(
                    "Reached, with {above} to spare: {years} years at its worst pace, {change} a year in {from}–{to}."
                )
            } else {
                format!("已达标，余量{above}：按自身最差速度（{from}–{to}年每年{change}）可维持{years}年。")
            }
        }
        _ if item.history.series.len() < 2 => match en {
            true => format!("Reached, with {above} to spare."),
            false => format!("已达标，余量{above}。"),
        },
        _ => match en {
            true => format!("Reached, with {above} to spare; it never got worse."),
            false => format!("已达标，余量{above}；从未下滑。"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_two_digits_that_count() {
        for (x, text) in [
            (2.13, "+2.1"),
            (-0.343, "−0.34"),
            (1250.4, "+1250"),
            (12.6, "+13"),
            (0.996, "+1"),
            (9.96, "+10"),
            (0.00213, "+0.0021"),
            (0.0, "0"),
            (-1e-12, "0"),
            (1.0, "+1"),
        ] {
            assert_eq!(signed(x), text);
        }
    }

    #[test]
    fn arrivals_in_words() {
        let at = |median, early, late| Arrival { median, early, late };
        let found = at(When::At(2030.4), When::At(2028.0), When::Never);
        assert_eq!(arrival(&found, Lang::En), "2031 (2028–never)");
        assert_eq!(arrival(&found, Lang::Zh), "2031（2028–永不）");
        assert_eq!(arrival(&at(When::Never, When::Never, When::Never), Lang::En), "never");
        assert_eq!(arrival(&at(When::Never, When::At(2040.0), When::Never), Lang::En), "never (2040–never)");
        // The line is there, the figure is not: one bad year, or the first of several.
        assert_eq!(arrival(&at(When::Due, When::Due, When::Never), Lang::En), "due (due–never)");
    }
}
