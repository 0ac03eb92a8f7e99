//! When a ceasefire was: before it, during it, after it, to the minute where times are known.
//!
//! Times are local. Where the offsets from UTC of the ceasefire and of the incident's country are both known, the
//! incident's hour is put on the ceasefire's clock; else hours are compared as they are written. An incident without
//! an hour is on its day, whoever's calendar that is. A ceasefire without a time begins as its first day begins and ends
//! as its last day ends.

use std::collections::BTreeMap;

use crate::context::Ceasefire;
use crate::incident::Incident;
use crate::moment::{Moment, minutes_of};
use crate::stats::Period;
use crate::units::Day;

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
        let first = self.from.next_day();
        (first, self.to.day().max(first))
    }

    /// What of it lies in another; of no length, at an end of that, where they do not meet.
    #[must_use]
    pub fn cut(self, other: Window) -> Window {
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
    /// Minutes by which its clock is ahead of UTC, if that is known.
    pub utc_offset: Option<i16>,
}

/// Minutes by which clocks are ahead of UTC, by country.
pub type Clocks = BTreeMap<String, i16>;

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
            utc_offset: ceasefire.utc_offset,
        }
    }

    /// The hour of an incident on a day, on the clock of the ceasefire where both clocks are known; `None` where no
    /// hour is known, or it lasted longer than a day.
    pub fn hour_of(&self, incident: &Incident, clocks: &Clocks) -> Option<Moment> {
        let minutes = minutes_of(incident.time_local())?;
        let ahead = match (self.utc_offset, clocks.get(&*incident.country)) {
            (Some(ours), Some(theirs)) => i64::from(ours) - i64::from(*theirs),
            _ => 0,
        };
        (incident.day == incident.last_day)
            .then(|| Moment::at(incident.day, minutes).plus_minutes(ahead))
    }

    /// From when to when an incident was: the minute of its hour, or its days.
    pub fn interval_of(&self, incident: &Incident, clocks: &Clocks) -> (Moment, Moment) {
        match self.hour_of(incident, clocks) {
            Some(at) => (at, at.plus_minutes(1)),
            None => (
                Moment::beginning_of(incident.day),
                Moment::end_of(incident.last_day),
            ),
        }
    }

    /// Where an incident lies. One whose hour is known lies at its minute, any other somewhere in its days.
    pub fn phase(&self, incident: &Incident, clocks: &Clocks) -> Phase {
        let (from, to) = self.interval_of(incident, clocks);
        self.phase_between(from, to)
    }

    /// Where a minute lies.
    pub fn phase_at(&self, moment: Moment) -> Phase {
        self.phase_between(moment, moment.plus_minutes(1))
    }

    fn phase_between(&self, from: Moment, to: Moment) -> Phase {
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

    fn lengths(phases: &Phases) -> [String; 3] {
        [phases.before, phases.during, phases.after].map(|it| it.days().to_string())
    }

    const PERIOD: Period = Period {
        start: Day(100),
        end: Day(200),
    };

    #[test]
    fn a_truce_of_hours_has_windows_to_the_minute() {
        let phases = Phases::of(&ceasefire(115, "18:00", Some(117), "18:00"), PERIOD);
        assert_eq!(lengths(&phases), ["2", "2", "2"]);
        assert!(!phases.is_open);
        let phase = |first: i32, last: i32, time: &str| {
            phases.phase(&incident(first, last, time), &Clocks::new())
        };
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
    fn hours_are_put_on_the_clock_of_the_ceasefire() {
        let mut truce = ceasefire(115, "18:00", Some(117), "18:00");
        let mut report = incident(115, 115, "17:35");
        report.country = "Afghanistan".into();
        let clocks: Clocks = [("Afghanistan".to_owned(), 270)].into();
        let phase = |truce: &Ceasefire| Phases::of(truce, PERIOD).phase(&report, &clocks);
        assert_eq!(phase(&truce), Phase::Before);
        // 17:35 in Kabul is 18:05 in Islamabad.
        truce.utc_offset = Some(300);
        assert_eq!(phase(&truce), Phase::During);
    }

    #[test]
    fn an_open_ceasefire_ends_with_the_period_and_has_nothing_after_it() {
        let phases = Phases::of(&ceasefire(180, "", None, ""), PERIOD);
        assert!(phases.is_open);
        assert_eq!(lengths(&phases), ["21", "21", "0"]);
        assert_eq!(
            phases.phase(&incident(180, 180, ""), &Clocks::new()),
            Phase::During
        );
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
