//! Moments of local time, to the minute.

use crate::units::{Day, Days};

/// Minutes of local time since the beginning of day 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64);

const DAY: i64 = 1_440;

impl Moment {
    /// The beginning of a day.
    pub fn beginning_of(day: Day) -> Moment {
        Moment(i64::from(day.0) * DAY)
    }

    /// The end of a day, which is the beginning of the next.
    pub fn end_of(day: Day) -> Moment {
        Moment::beginning_of(day.plus(Days(1)))
    }

    /// A local time of a day.
    pub fn at(day: Day, minutes: u16) -> Moment {
        Moment(Moment::beginning_of(day).0 + i64::from(minutes))
    }

    /// Days from an earlier moment to this one; negative if it is later.
    pub fn days_since(self, earlier: Moment) -> f64 {
        (self.0 - earlier.0) as f64 / DAY as f64
    }

    /// The day that it falls on; midnight belongs to the day that begins.
    pub fn day(self) -> Day {
        Day(self.0.div_euclid(DAY) as i32)
    }

    /// This moment some minutes later.
    #[must_use]
    pub fn plus_minutes(self, minutes: i64) -> Moment {
        Moment(self.0 + minutes)
    }

    /// The first day that begins at or after it.
    pub fn next_day(self) -> Day {
        Moment(self.0 + DAY - 1).day()
    }

    /// This moment moved by the time between two others.
    #[must_use]
    pub fn moved(self, from: Moment, to: Moment) -> Moment {
        Moment(self.0 + to.0 - from.0)
    }
}

impl std::fmt::Display for Moment {
    /// `2025-10-15 18:00`; midnight, with which a day begins, is `2025-10-15`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let minutes = self.0.rem_euclid(DAY);
        match minutes {
            0 => self.day().fmt(f),
            minutes => write!(f, "{} {:02}:{:02}", self.day(), minutes / 60, minutes % 60),
        }
    }
}

/// Reads a local time such as `18:00`, `6:30` or `18:00:15` as minutes since midnight; `None` for anything else.
pub fn minutes_of(text: &str) -> Option<u16> {
    let mut parts = text.trim().split(':');
    let number = |part: Option<&str>| -> Option<u16> {
        let part = part?;
        let digits =
            !part.is_empty() && part.len() <= 2 && part.bytes().all(|it| it.is_ascii_digit());
        digits.then(|| part.parse().ok())?
    };
    let (hours, minutes) = (number(parts.next())?, number(parts.next())?);
    let seconds_fit = parts.next().is_none_or(|part| number(Some(part)).is_some());
    (hours < 24 && minutes < 60 && seconds_fit && parts.next().is_none())
        .then_some(hours * 60 + minutes)
}

/// What an offset from UTC may look like.
pub const UTC_OFFSET: &str = "an offset from UTC such as +05:00, Z for none";

/// Reads an offset from UTC such as `+05:00`, `-3:30` or `Z` as minutes; `None` for anything else.
pub fn utc_offset_of(text: &str) -> Option<i16> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let minutes = minutes_of(rest)?;
    // The widest in use are +14:00 and −12:00.
    (minutes <= 14 * 60).then_some(sign * minutes as i16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_or_left_alone() {
        assert_eq!(minutes_of("18:00"), Some(1_080));
        assert_eq!(minutes_of(" 6:05 "), Some(365));
        assert_eq!(minutes_of("23:59:59"), Some(1_439));
        for text in [
            "", "night", "24:00", "12:60", "12", "+1:00", "1:2:3:4", "18.00",
        ] {
            assert_eq!(minutes_of(text), None, "{text}");
        }
    }

    #[test]
    fn offsets_are_signed_hours_and_minutes() {
        assert_eq!(utc_offset_of("+05:00"), Some(300));
        assert_eq!(utc_offset_of(" -3:30 "), Some(-210));
        assert_eq!(utc_offset_of("z"), Some(0));
        for text in ["", "5:00", "+5", "+15:00", "+05:61", "PKT"] {
            assert_eq!(utc_offset_of(text), None, "{text}");
        }
    }
}
