//! Lengths and day counts as types, so that a kilometre can never be added to a degree.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Sub};

/// A length in metres. May be negative as a difference; lengths read from input are checked where
/// they are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Metres(pub f64);

impl Metres {
    /// No length.
    pub const ZERO: Metres = Metres(0.0);

    /// From kilometres.
    pub const fn from_km(km: f64) -> Metres {
        Metres(km * 1000.0)
    }

    /// In kilometres.
    pub const fn km(self) -> f64 {
        self.0 / 1000.0
    }

    /// The smaller of two lengths.
    #[must_use]
    pub const fn min(self, other: Metres) -> Metres {
        Metres(self.0.min(other.0))
    }

    /// The larger of two lengths.
    #[must_use]
    pub const fn max(self, other: Metres) -> Metres {
        Metres(self.0.max(other.0))
    }

    /// The length without its sign.
    #[must_use]
    pub const fn abs(self) -> Metres {
        Metres(self.0.abs())
    }
}

impl Add for Metres {
    type Output = Metres;
    fn add(self, other: Metres) -> Metres {
        Metres(self.0 + other.0)
    }
}

impl AddAssign for Metres {
    fn add_assign(&mut self, other: Metres) {
        self.0 += other.0;
    }
}

impl Sub for Metres {
    type Output = Metres;
    fn sub(self, other: Metres) -> Metres {
        Metres(self.0 - other.0)
    }
}

impl Mul<f64> for Metres {
    type Output = Metres;
    fn mul(self, factor: f64) -> Metres {
        Metres(self.0 * factor)
    }
}

impl Div<f64> for Metres {
    type Output = Metres;
    fn div(self, divisor: f64) -> Metres {
        Metres(self.0 / divisor)
    }
}

/// A ratio of two lengths.
impl Div for Metres {
    type Output = f64;
    fn div(self, other: Metres) -> f64 {
        self.0 / other.0
    }
}

impl Sum for Metres {
    fn sum<I: Iterator<Item = Metres>>(lengths: I) -> Metres {
        Metres(lengths.map(|length| length.0).sum())
    }
}

/// A calendar day, counted from 1970-01-01 (day 0). Differences of two are whole [`Days`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The day of a civil date of the proleptic Gregorian calendar.
    pub fn from_date(date: jiff::civil::Date) -> Day {
        Day(days_from_civil(
            i32::from(date.year()),
            i32::from(date.month()),
            i32::from(date.day()),
        ))
    }

    /// The civil date of this day; saturates at the years −9999 and 9999, which is as far as dates
    /// are read.
    pub fn date(self) -> jiff::civil::Date {
        let epoch = jiff::civil::date(1970, 1, 1);
        let span = jiff::Span::new()
            .try_days(i64::from(self.0))
            .unwrap_or_else(|_| jiff::Span::new());
        epoch.saturating_add(span)
    }

    /// The Monday of this day's ISO week.
    #[must_use]
    pub fn monday(self) -> Day {
        // 1970-01-01 was a Thursday: three days after its Monday.
        Day(self.0 - (self.0 + 3).rem_euclid(7))
    }

    /// The day `days` later.
    #[must_use]
    pub fn plus(self, days: Days) -> Day {
        Day(self.0.saturating_add(days.0))
    }

    /// Days from `earlier` to this day; negative if this day is the earlier one.
    pub fn since(self, earlier: Day) -> Days {
        Days(self.0.saturating_sub(earlier.0))
    }
}

impl std::fmt::Display for Day {
    /// ISO 8601: `2025-10-16`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.date().fmt(f)
    }
}

/// A number of whole days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Days(pub i32);

/// Days from 1970-01-01 to a civil date (Hinnant's `days_from_civil`; whole-number arithmetic, valid
/// for every year that a date can have).
fn days_from_civil(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// A value with so many decimals, at most 9: `fixed(1.5, 3)` is `1.500`. Rounded as by [`round_to`], half away
/// from zero; several times as fast as the standard formatting, which is exact where a value lies between two.
pub fn fixed(value: f64, decimals: u32) -> String {
    let scale = 10_u64.pow(decimals.min(9));
    let scaled = (value.abs() * scale as f64).round();
    if scaled >= 9.0e15 || !scaled.is_finite() {
        return format!("{value:.0$}", decimals as usize);
    }
    let scaled = scaled as u64;
    let sign = if value < 0.0 && scaled > 0 { "-" } else { "" };
    let (whole, rest) = (scaled / scale, scaled % scale);
    match decimals {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{rest:00$}", decimals as usize),
    }
}

/// Rounds to a number of decimals, so that a printed value and the value that is compared agree.
/// `decimals` is at most 15; beyond the precision of a double the value comes back unchanged.
pub fn round_to(value: f64, decimals: u32) -> f64 {
    let scale = 10f64.powi(decimals.min(15) as i32);
    let scaled = value * scale;
    if scaled.abs() < 9.0e15 {
        // + 0.0 turns a negative zero into zero.
        scaled.round() / scale + 0.0
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_agree_with_the_calendar_library() {
        let mut day = date(1895, 2, 25);
        while day < date(2105, 3, 5) {
            let counted = Day::from_date(day);
            assert_eq!(counted.date(), day);
            assert_eq!(
                counted.monday().date().weekday(),
                jiff::civil::Weekday::Monday
            );
            let into_week = counted.since(counted.monday()).0;
            assert!((0..7).contains(&into_week));
            day = day.tomorrow().unwrap();
        }
        assert_eq!(Day::from_date(date(1970, 1, 1)), Day(0));
    }

    #[test]
    fn fixed_decimals_are_as_near_as_they_can_be() {
        let mut dice = crate::testing::Dice::new(4);
        for _ in 0..100_000 {
            let value = dice.between(-2e6, 2e6);
            for decimals in [0, 3, 6] {
                let text = fixed(value, decimals);
                let unit = 10_f64.powi(-(decimals as i32));
                let back: f64 = text.parse().unwrap();
                assert!((back - value).abs() <= unit * 0.500_5, "{value} {text}");
                let behind = text.split_once('.').map_or(0, |it| it.1.len());
                assert_eq!(behind, decimals as usize);
            }
        }
        assert_eq!(fixed(-0.000_1, 3), "0.000");
        assert_eq!(fixed(0.5, 3), "0.500");
        assert_eq!(fixed(-12.345_6, 2), "-12.35");
        assert_eq!(fixed(1e18, 1), "1000000000000000000.0");
    }

    #[test]
    fn rounding_leaves_no_negative_zero() {
        assert_eq!(round_to(-0.000_000_01, 3).to_string(), "0");
        assert!((round_to(1.234_56, 3) - 1.235).abs() < 1e-12);
    }
}
