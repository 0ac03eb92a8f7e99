//! How numbers, days and counts are put into words, once for terminal, pictures and pages.

use crate::incident::{FigureSums, Sum};
use crate::units::Day;

/// `1 incident`, `5 incidents`.
pub fn counted(count: usize, what: &str) -> String {
    format!("{} {what}{}", grouped(count as u64), if count == 1 { "" } else { "s" })
}

/// Digits in groups of three: `12,345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `11 Oct 2025`.
pub fn date(day: Day) -> String {
    let date = day.date();
    format!("{} {} {}", date.day(), month(day), date.year())
}

/// `11 Oct`.
pub fn day_and_month(day: Day) -> String {
    format!("{} {}", day.date().day(), month(day))
}

/// `Oct`.
pub fn month(day: Day) -> &'static str {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let number = usize::try_from(day.date().month()).unwrap_or(1);
    MONTHS[(number - 1) % 12]
}

/// A span of days, as short as it can be told: `11 Oct 2025`, `11–17 Oct 2025`, `28 Oct – 2 Nov 2025`,
/// `30 Dec 2025 – 2 Jan 2026`.
pub fn span(first: Day, last: Day) -> String {
    let (from, to) = (first.date(), last.date());
    if from == to {
        date(first)
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        format!("{}–{}", from.day(), date(last))
    } else if from.year() == to.year() {
        format!("{} – {}", day_and_month(first), date(last))
    } else {
        format!("{} – {}", date(first), date(last))
    }
}

/// Deaths as low–best–high, a dash for a figure that nobody reported: `12–17–40`, `11–…–30`. `none
/// reported` where there is no figure at all.
pub fn deaths(sums: &FigureSums) -> String {
    if sums.reporting == 0 {
        return "none reported".to_owned();
    }
    let figure = |sum: Sum| sum.value().map_or_else(|| "…".to_owned(), grouped);
    format!("{}–{}–{}", figure(sums.low), figure(sums.best), figure(sums.high))
}

/// How many incidents the three figures of [`deaths`] rest on: `from 5/3/6 of 9 incidents`.
pub fn deaths_rest_on(sums: &FigureSums, incidents: usize) -> String {
    format!(
        "from {}/{}/{} of {}",
        sums.low.incidents,
        sums.best.incidents,
        sums.high.incidents,
        counted(incidents, "incident")
    )
}

/// A stretch of chainage: `km 412.6–430.1`; one number where both print the same.
pub fn chainages(from_km: f64, to_km: f64) -> String {
    let (from, to) = (format!("{from_km:.1}"), format!("{to_km:.1}"));
    if from == to { format!("km {from}") } else { format!("km {from}–{to}") }
}

/// An event type for reading: `armed_clash` becomes `armed clash`.
pub fn plain(word: &str) -> String {
    word.replace('_', " ")
}

/// A share in whole percent; empty where there is nothing to share.
pub fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return String::new();
    }
    format!("{:.0} %", 100.0 * part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::Figures;

    fn day(year: i16, month: i8, day: i8) -> Day {
        Day::from_date(jiff::civil::date(year, month, day))
    }

    #[test]
    fn spans_are_short() {
        assert_eq!(span(day(2025, 10, 11), day(2025, 10, 11)), "11 Oct 2025");
        assert_eq!(span(day(2025, 10, 11), day(2025, 10, 17)), "11–17 Oct 2025");
        assert_eq!(span(day(2025, 10, 28), day(2025, 11, 2)), "28 Oct – 2 Nov 2025");
        assert_eq!(span(day(2025, 12, 30), day(2026, 1, 2)), "30 Dec 2025 – 2 Jan 2026");
    }

    #[test]
    fn deaths_keep_missing_figures_apart_from_zero() {
        let mut sums = FigureSums::default();
        assert_eq!(deaths(&sums), "none reported");
        sums.add(Figures { low: Some(11), best: None, high: Some(30) });
        assert_eq!(deaths(&sums), "11–…–30");
        assert_eq!(deaths_rest_on(&sums, 2), "from 1/0/1 of 2 incidents");
        sums.add(Figures { low: Some(0), best: Some(0), high: Some(0) });
        assert_eq!(deaths(&sums), "11–0–30");
    }

    #[test]
    fn digits_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
