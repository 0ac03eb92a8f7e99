//! When a ceasefire was: before it, during it, after it, to the minute where times are known.
//!
//! Times are local and compared as they are written. A ceasefire without a time begins as its first day begins and
//! ends as its last day ends.

use crate::context::Ceasefire;
use crate::incident::Incident;
use crate::stats::Period;
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

    /// This moment moved by the time between two others.
    #[must_use]
    fn moved(self, from: Moment, to: Moment) -> Moment {
        Moment(self.0 + to.0 - from.0)
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

/// Where an incident lies to a ceasefire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// In the window before it.
    Before,
    /// In it.
    During,
    /// In the window after it.
    After,
    /// On the day on which one of these begins or ends, at an hour that nobody reported, or over days that reach
    /// into two of them.
    Undetermined,
    /// In none of them.
    Outside,
}

/// From one moment to another, the second excluded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Where it begins.
    pub from: Moment,
    /// Where it ends, not before.
    pub to: Moment,
}

impl Window {
    /// Its length in days, 0 or more.
    pub fn days(self) -> f64 {
        self.to.days_since(self.from)
    }

    /// The days that lie wholly in it: the first, and the one after the last, which is not before it.
    pub fn whole_days(self) -> (Day, Day) {
        let first = Moment(self.from.0 + DAY - 1).day();
        (first, self.to.day().max(first))
    }

    fn cut(self, other: Window) -> Window {
        let from = self.from.max(other.from).min(other.to);
        Window {
            from,
            to: self.to.min(other.to).max(from),
        }
    }

    fn holds(self, from: Moment, to: Moment) -> bool {
        self.from <= from && to <= self.to
    }
}

/// The windows of one ceasefire.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Phases {
    /// As long as the ceasefire was observed, right before it, cut by the period.
    pub before: Window,
    /// The ceasefire, cut by the period.
    pub during: Window,
    /// As long as the ceasefire was observed, right after it, cut by the period; of no length while it is open.
    pub after: Window,
    /// Whether it is open, or goes on beyond the period.
    pub is_open: bool,
}

impl Phases {
    /// The windows of a ceasefire in a period. Windows outside the period have no length.
    pub fn of(ceasefire: &Ceasefire, period: Period) -> Phases {
        let whole = Window {
            from: Moment::beginning_of(period.start),
            to: Moment::end_of(period.end),
        };
        let from = match minutes_of(&ceasefire.start_time) {
            Some(minutes) => Moment::at(ceasefire.start, minutes),
            None => Moment::beginning_of(ceasefire.start),
        };
        let to = match (ceasefire.end, minutes_of(&ceasefire.end_time)) {
            (None, _) => whole.to,
            (Some(end), Some(minutes)) => Moment::at(end, minutes),
            (Some(end), None) => Moment::end_of(end),
        };
        let during = Window {
            from,
            to: to.max(from),
        }
        .cut(whole);
        let before = Window {
            from: during.from.moved(during.to, during.from),
            to: during.from,
        };
        let after = Window {
            from: during.to,
            to: during.to.moved(during.from, during.to),
        };
        Phases {
            before: before.cut(whole),
            during,
            after: after.cut(whole),
            is_open: ceasefire.end.is_none() || to > whole.to,
        }
    }

    /// Where an incident lies. One whose hour is known lies at its minute, any other somewhere in its days.
    pub fn phase(&self, incident: &Incident) -> Phase {
        let minutes = minutes_of(incident.time_local());
        let (from, to) = match minutes {
            Some(minutes) if incident.day == incident.last_day => {
                let at = Moment::at(incident.day, minutes);
                (at, Moment(at.0 + 1))
            }
            _ => (
                Moment::beginning_of(incident.day),
                Moment::end_of(incident.last_day),
            ),
        };
        let windows = [
            (self.before, Phase::Before),
            (self.during, Phase::During),
            (self.after, Phase::After),
        ];
        let touches = |window: &Window| from < window.to && window.from < to;
        match windows.iter().find(|(window, _)| window.holds(from, to)) {
            Some((_, phase)) => *phase,
            None if windows.iter().any(|(window, _)| touches(window)) => Phase::Undetermined,
            None => Phase::Outside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::incident;

    fn ceasefire(start: i32, at: &str, end: Option<i32>, end_at: &str) -> Ceasefire {
        Ceasefire {
            start: Day(start),
            start_time: at.into(),
            end: end.map(Day),
            end_time: end_at.into(),
            ..Ceasefire::default()
        }
    }

    const PERIOD: Period = Period {
        start: Day(100),
        end: Day(200),
    };

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

    fn lengths(phases: &Phases) -> [String; 3] {
        [phases.before, phases.during, phases.after].map(|it| it.days().to_string())
    }

    #[test]
    fn a_truce_of_hours_has_windows_to_the_minute() {
        let phases = Phases::of(&ceasefire(115, "18:00", Some(117), "18:00"), PERIOD);
        assert_eq!(lengths(&phases), ["2", "2", "2"]);
        assert!(!phases.is_open);
        let phase = |first: i32, last: i32, time: &str| phases.phase(&incident(first, last, time));
        assert_eq!(phase(115, 115, "04:00"), Phase::Before);
        assert_eq!(phase(115, 115, "17:59"), Phase::Before);
        assert_eq!(phase(115, 115, "18:00"), Phase::During);
        assert_eq!(phase(115, 115, ""), Phase::Undetermined);
        assert_eq!(phase(114, 114, ""), Phase::Before);
        assert_eq!(phase(116, 116, ""), Phase::During);
        assert_eq!(phase(117, 117, "20:30"), Phase::After);
        assert_eq!(phase(116, 118, ""), Phase::Undetermined);
        assert_eq!(phase(113, 113, ""), Phase::Undetermined);
        assert_eq!(phase(113, 113, "19:00"), Phase::Before);
        assert_eq!(phase(112, 112, ""), Phase::Outside);
        assert_eq!(phase(130, 130, ""), Phase::Outside);
        // An hour says nothing about an incident of several days.
        assert_eq!(phase(115, 116, "04:00"), Phase::Undetermined);
    }

    #[test]
    fn an_open_ceasefire_ends_with_the_period_and_has_nothing_after_it() {
        let phases = Phases::of(&ceasefire(180, "", None, ""), PERIOD);
        assert!(phases.is_open);
        assert_eq!(lengths(&phases), ["21", "21", "0"]);
        assert_eq!(phases.phase(&incident(180, 180, "")), Phase::During);
        // Longer than what the period has before it.
        let long = Phases::of(&ceasefire(120, "", Some(190), ""), PERIOD);
        assert_eq!(lengths(&long), ["20", "71", "10"]);
        // Outside the period nothing is observed.
        let past = Phases::of(&ceasefire(20, "", Some(40), ""), PERIOD);
        assert_eq!(lengths(&past), ["0", "0", "0"]);
        let coming = Phases::of(&ceasefire(300, "", None, ""), PERIOD);
        assert_eq!(lengths(&coming), ["0", "0", "0"]);
    }
}
