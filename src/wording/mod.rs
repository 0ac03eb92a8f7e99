//! How numbers, days and counts are put into words, once for terminal, pictures and pages.

pub mod statements;

use crate::incident::{FigureSums, Sum};
use crate::ledger::{Fate, Ledger};
use crate::units::Day;

/// `1 incident`, `5 incidents`.
pub fn counted(count: usize, what: &str) -> String {
    format!(
        "{} {what}{}",
        grouped(count as u64),
        if count == 1 { "" } else { "s" }
    )
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

/// `4 beyond the corridor, 7 held`: how many located incidents are in no sum, and why; `None` if all are.
pub fn not_counted(ledger: &Ledger) -> Option<String> {
    let parts: Vec<String> = [
        (Fate::OutsideCorridor, "beyond the corridor"),
        (Fate::Held, "held"),
        (Fate::OutsidePeriod, "outside the period"),
    ]
    .into_iter()
    .filter_map(|(fate, words)| match ledger.count(fate) {
        0 => None,
        count => Some(format!("{} {words}", grouped(count as u64))),
    })
    .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// `84 %`: the stability of a cluster; empty if nothing was drawn. Rounded down, so that what is
/// short of a half does not read as one.
pub fn stability(share: Option<f64>) -> String {
    share.map_or_else(String::new, |share| {
        format!("{} %", (100.0 * share).floor())
    })
}

/// `C3`: what a cluster is called on pictures.
pub fn cluster_label(number: u32) -> String {
    format!("C{number}")
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

/// Deaths over so many incidents, as low–best–high. Where all of them give all three figures:
/// `12–17–40`; else each with the
/// number of incidents that it rests on, because sums over different incidents need not ascend:
/// `377 (42) – 279 (35) – 515 (43)`. An ellipsis stands for a figure that nobody reported; `none reported`
/// where there is no figure at all.
pub fn deaths(sums: &FigureSums, incidents: usize) -> String {
    let figures = [sums.low, sums.best, sums.high];
    if sums.reporting == 0 {
        return "none reported".to_owned();
    }
    let same = figures.iter().all(|sum| sum.incidents == incidents);
    let texts = figures.map(|sum: Sum| match sum.value() {
        None => "…".to_owned(),
        Some(total) if same => grouped(total),
        Some(total) => format!("{} ({})", grouped(total), grouped(sum.incidents as u64)),
    });
    texts.join(if same { "–" } else { " – " })
}

/// A stretch of chainage: `km 412.6–430.1`; one number where both print the same.
pub fn chainages(from_km: f64, to_km: f64) -> String {
    let (from, to) = (format!("{from_km:.1}"), format!("{to_km:.1}"));
    if from == to {
        format!("km {from}")
    } else {
        format!("km {from}–{to}")
    }
}

/// An event type for reading: `armed_clash` becomes `armed clash`.
pub fn plain(word: &str) -> String {
    word.replace('_', " ")
}

/// `0.031`, `< 0.001`.
pub fn p_value(p: f64) -> String {
    if p < 0.001 {
        "< 0.001".to_owned()
    } else {
        format!("{p:.3}")
    }
}

/// A share from 0 to 1 in whole percent; what is not quite nothing or all does not read as that.
pub fn share(share: f64) -> String {
    let percent = share * 100.0;
    match percent.round() {
        rounded if rounded <= 0.0 && share > 0.0 => "less than 1 %".to_owned(),
        rounded if rounded >= 100.0 && share < 1.0 => "more than 99 %".to_owned(),
        rounded => format!("{rounded:.0} %"),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
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
        assert_eq!(
            span(day(2025, 10, 28), day(2025, 11, 2)),
            "28 Oct – 2 Nov 2025"
        );
        assert_eq!(
            span(day(2025, 12, 30), day(2026, 1, 2)),
            "30 Dec 2025 – 2 Jan 2026"
        );
    }

    #[test]
    fn deaths_say_what_they_rest_on() {
        let mut sums = FigureSums::default();
        assert_eq!(deaths(&sums, 0), "none reported");
        sums.add(Figures {
            low: Some(12),
            best: Some(17),
            high: Some(40),
        });
        assert_eq!(deaths(&sums, 1), "12–17–40");
        assert_eq!(deaths(&sums, 3), "12 (1) – 17 (1) – 40 (1)");
        sums.add(Figures {
            low: Some(11),
            best: None,
            high: Some(30),
        });
        assert_eq!(deaths(&sums, 2), "23 (2) – 17 (1) – 70 (2)");
        let mut sums = FigureSums::default();
        sums.add(Figures {
            low: Some(0),
            best: None,
            high: None,
        });
        assert_eq!(deaths(&sums, 1), "0 (1) – … – …");
    }

    #[test]
    fn digits_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
