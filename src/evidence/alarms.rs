//! Which sectors escalate: a Poisson CUSUM of each against its own baseline, to be looked at daily.
//!
//! The baseline rate of a sector is (incidents + ½)/days, the mean that Jeffreys' prior gives, so that a sector without
//! an incident has a rate too. Beside each chart stands how often such an alarm would ring by chance.

use std::collections::BTreeMap;

use super::{Given, NotMade, Sets};
use crate::stats::Period;
use crate::stats::cusum::Design;
use crate::units::{Day, Days};

/// How many days are watched where the case does not say.
const WATCHED: i32 = 28;
/// An alarm on one of so many last days counts as one of now.
pub const RECENT: Days = Days(7);

/// The charts of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarms {
    /// The days of the baseline and those that are watched, which follow; or why there are none.
    pub windows: Result<(Period, Period), NotMade>,
    /// The whole line, then every sector; none without windows.
    pub charts: Vec<Chart>,
}

/// The chart of the line or of a sector.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The sector; `None` for the whole line.
    pub sector: Option<usize>,
    /// Incidents in the baseline.
    pub baseline: usize,
    /// Incidents in the days that are watched.
    pub watched: usize,
    /// The chart, or why there is none.
    pub design: Result<Design, NotMade>,
    /// Days on which an alarm rang.
    pub alarms: Vec<Day>,
    /// S at the end of the last day, in incidents.
    pub sum: f64,
}

impl Chart {
    /// Whether an alarm rang on one of the last [`RECENT`] days of a period.
    pub fn rings_at_end_of(&self, period: Period) -> bool {
        self.alarms
            .last()
            .is_some_and(|&last| period.end.since(last) < RECENT)
    }
}

/// O(days + incidents) for each sector, and one design for each different baseline.
pub(super) fn alarms(given: &Given<'_>, sets: &Sets) -> Alarms {
    let options = &given.options.stats.alarms;
    let windows = windows(given);
    let Ok((baseline, watched)) = windows else {
        return Alarms {
            windows,
            charts: Vec::new(),
        };
    };
    let days = f64::from(baseline.days().0);
    let mut designs: BTreeMap<usize, Result<Design, NotMade>> = BTreeMap::new();
    let sectors = (0..given.sectors.all().len()).map(Some);
    let charts = std::iter::once(None)
        .chain(sectors)
        .map(|sector| {
            let count = |period: Period| -> Vec<u32> {
                let daily = sets.daily(given.period, sector);
                let from = period.start.since(given.period.start).0.max(0) as usize;
                let days = period.days().0.max(0) as usize;
                daily.into_iter().skip(from).take(days).collect()
            };
            let before: usize = count(baseline).iter().map(|&it| it as usize).sum();
            let daily = count(watched);
            let design = designs
                .entry(before)
                .or_insert_with(|| {
                    let rate = (before as f64 + 0.5) / days;
                    Design::new(rate, options.factor, options.false_alarm_days)
                        .map_err(NotMade::because)
                })
                .clone();
            let steps = design
                .as_ref()
                .map_or_else(|_| Vec::new(), |it| it.over(&daily));
            let rung = steps.iter().zip(0..).filter(|(step, _)| step.alarm);
            Chart {
                sector,
                baseline: before,
                watched: daily.iter().map(|&it| it as usize).sum(),
                design,
                alarms: rung.map(|(_, day)| watched.start.plus(Days(day))).collect(),
                sum: steps.last().map_or(0.0, |step| step.sum),
            }
        })
        .collect();
    Alarms { windows, charts }
}

/// The baseline and what follows it to the end of the period.
fn windows(given: &Given<'_>) -> Result<(Period, Period), NotMade> {
    let (period, options) = (given.period, &given.options.stats.alarms);
    let start = options
        .baseline_start
        .unwrap_or(period.start)
        .max(period.start);
    let end = options
        .baseline_end
        .unwrap_or(period.end.plus(Days(-WATCHED)));
    let baseline = Period { start, end };
    let watched = Period {
        start: end.plus(Days(1)),
        end: period.end,
    };
    if baseline.days() < Days(WATCHED) {
        return Err(NotMade::because(format_args!(
            "the baseline from {start} to {end} has fewer than {WATCHED} days"
        )));
    }
    if watched.days() < Days(1) {
        return Err(NotMade::because(format_args!(
            "no day is left to be watched after the baseline, which ends on {end}"
        )));
    }
    Ok((baseline, watched))
}
