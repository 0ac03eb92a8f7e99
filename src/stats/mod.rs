//! Counts, rates and episodes by sector and time.

pub mod changepoint;
pub mod cusum;
pub mod density;
pub mod episodes;
pub mod hotspots;
pub mod knox;
pub mod multiple;
pub mod ratio;
pub mod scan;
pub mod sectors;
pub mod special;

use crate::case::ClusterOptions;
use crate::incident::FigureSums;
use crate::located::LocatedIncident;
use crate::units::{Day, Days, Metres};

/// The days that are looked at, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub start: Day,
    /// Last day, not before the first.
    pub end: Day,
}

impl Period {
    /// How many days it has, at least 1.
    pub fn days(self) -> Days {
        Days(self.end.since(self.start).0 + 1)
    }

    /// Whether a day is one of them.
    pub fn holds(self, day: Day) -> bool {
        self.start <= day && day <= self.end
    }

    /// The ISO weeks that it touches: the Monday of each and how many of its days are in the period.
    pub fn weeks(self) -> Vec<(Day, Days)> {
        let mut weeks = Vec::new();
        let mut monday = self.start.monday();
        while monday <= self.end {
            let from = monday.max(self.start);
            let to = monday.plus(Days(6)).min(self.end);
            weeks.push((monday, Days(to.since(from).0 + 1)));
            monday = monday.plus(Days(7));
        }
        weeks
    }
}

/// Rates are per so many kilometre-days: 100 km in 30 days.
pub const KILOMETRE_DAYS: f64 = 100.0 * 30.0;

/// Incidents per (100 km × 30 days). `None` where there is no exposure.
pub fn rate(incidents: usize, length: Metres, days: Days) -> Option<f64> {
    rate_over(incidents, length.km() * f64::from(days.0))
}

/// The same over kilometre-days.
pub fn rate_over(incidents: usize, kilometre_days: f64) -> Option<f64> {
    let exposure = kilometre_days / KILOMETRE_DAYS;
    (exposure > 0.0).then(|| incidents as f64 / exposure)
}

/// What is counted of a set of incidents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All that are counted.
    pub incidents: usize,
    /// Of these, those whose place is not known well enough to be clustered.
    pub uncertain: usize,
    /// Deaths.
    pub deaths: FigureSums,
}

impl Counts {
    /// Adds one incident.
    pub fn add(&mut self, incident: &LocatedIncident, options: &ClusterOptions) {
        self.incidents += 1;
        self.uncertain += usize::from(!incident.is_placed(options));
        self.deaths.add(incident.incident.deaths);
    }

    /// Adds the counts of another set.
    pub fn merge(&mut self, other: &Counts) {
        self.incidents += other.incidents;
        self.uncertain += other.uncertain;
        self.deaths.merge(&other.deaths);
    }

    /// Those whose place is known well enough to be clustered.
    pub fn placed(&self) -> usize {
        self.incidents - self.uncertain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_cover_the_period() {
        let day = |m, d| Day::from_date(jiff::civil::date(2025, m, d));
        let period = Period {
            start: day(10, 5),
            end: day(12, 25),
        };
        let weeks = period.weeks();
        assert_eq!(weeks[0], (day(9, 29), Days(1)));
        assert_eq!(weeks.last(), Some(&(day(12, 22), Days(4))));
        assert_eq!(
            weeks.iter().map(|week| week.1.0).sum::<i32>(),
            period.days().0
        );
    }

    #[test]
    fn a_rate_needs_exposure() {
        assert_eq!(rate(3, Metres::from_km(200.0), Days(60)), Some(0.75));
        assert_eq!(rate(3, Metres::ZERO, Days(60)), None);
    }
}
