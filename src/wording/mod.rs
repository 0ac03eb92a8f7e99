//! How numbers, days and counts are put into words, once for terminal, pictures and pages. Pictures say them in the
//! [`language::Language`] of the case; the functions here, for everything else, in English.

pub mod language;
pub mod statements;

use crate::incident::FigureSums;
use crate::ledger::Ledger;
use crate::units::Day;
use language::Language;

/// `1 incident`, `5 incidents`.
pub fn counted(count: usize, what: &str) -> String {
    Language::english().counted(count, what)
}

/// Digits in groups of three: `12,345`.
pub fn grouped(number: u64) -> String {
    Language::english().grouped(number)
}

/// As [`Language::not_counted`].
pub fn not_counted(ledger: &Ledger) -> Option<String> {
    Language::english().not_counted(ledger)
}

/// As [`Language::stability`].
pub fn stability(share: Option<f64>) -> String {
    Language::english().stability(share)
}

/// `C3`: what a cluster is called on pictures.
pub fn cluster_label(number: u32) -> String {
    format!("C{number}")
}

/// Kilometres, to a metre and no longer than they must be: `50`, `2.5`, `0.4`.
pub fn kilometres(km: f64) -> String {
    Language::english().kilometres(km)
}

/// `11 Oct 2025`.
pub fn date(day: Day) -> String {
    Language::english().date(day)
}

/// `11 Oct`.
pub fn day_and_month(day: Day) -> String {
    Language::english().day_and_month(day)
}

/// As [`Language::span`].
pub fn span(first: Day, last: Day) -> String {
    Language::english().span(first, last)
}

/// As [`Language::deaths`].
pub fn deaths(sums: &FigureSums, incidents: usize) -> String {
    Language::english().deaths(sums, incidents)
}

/// A stretch of chainage: `km 412.6–430.1`; one number where both print the same.
pub fn chainages(from_km: f64, to_km: f64) -> String {
    Language::english().chainages(from_km, to_km)
}

/// An event type for reading: `armed_clash` becomes `armed clash`.
pub fn plain(word: &str) -> String {
    Language::english().plain(word)
}

/// `0.031`, `< 0.001`.
pub fn p_value(p: f64) -> String {
    if p < 0.001 {
        "< 0.001".to_owned()
    } else {
        format!("{p:.3}")
    }
}

/// As [`Language::share`].
pub fn share(share: f64) -> String {
    Language::english().share(share)
}

/// `a`, `a and b`, `a, b and c`.
pub fn listed(names: &[&str]) -> String {
    Language::english().listed(names)
}

/// As in a sentence: `p = 0.031`, `p < 0.001`.
pub fn p_words(p: f64) -> String {
    let value = p_value(p);
    if value.starts_with('<') {
        format!("p {value}")
    } else {
        format!("p = {value}")
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
