//! What a case asks of the statistics, and how its file says so.

use jiff::civil::Date;
use serde::Deserialize;

use super::file::Refuse;
use crate::error::Result;
use crate::units::{Day, Days, Metres};

/// What is asked of the statistics.
#[derive(Clone, Debug, PartialEq)]
pub struct StatsOptions {
    /// Whether tests by simulation are made; `None` leaves it to [`StatsOptions::replicas_for`].
    pub made: Option<bool>,
    /// How many replicas each has; `None` leaves it to [`StatsOptions::replicas_for`].
    pub replicas: Option<u32>,
    /// The share of false discoveries that is accepted among those of one table of tests, above 0 and below 1.
    pub false_discovery: f64,
    /// The scan.
    pub scan: ScanWindows,
    /// The length of equal cells of the line.
    pub cell: Metres,
    /// The standard deviation of the kernel along the line.
    pub bandwidth: Metres,
    /// The limits of bands of distance for near repeats, ascending, at least two; the first may be 0.
    pub repeats_within: Vec<Metres>,
    /// The limits of bands of days, ascending, at least two.
    pub repeats_within_days: Vec<Days>,
    /// The alarms.
    pub alarms: AlarmOptions,
}

/// The windows of the space-time scan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScanWindows {
    /// The longest stretch of the line.
    pub width: Metres,
    /// The most days.
    pub days: Days,
    /// The largest radius of a circle.
    pub radius: Metres,
    /// Days from one prospective look to the next.
    pub every: Days,
}

/// When an alarm is to ring.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AlarmOptions {
    /// The first day of the baseline; else the first of the period.
    pub baseline_start: Option<Day>,
    /// The last day of the baseline; else the one 28 days before the last of the period.
    pub baseline_end: Option<Day>,
    /// By what factor a rate must rise to be found; above 1.
    pub factor: f64,
    /// Mean days between false alarms of a sector, not to be undercut.
    pub false_alarm_days: f64,
}

impl Default for StatsOptions {
    fn default() -> StatsOptions {
        let km = |limits: &[f64]| limits.iter().copied().map(Metres::from_km).collect();
        StatsOptions {
            made: None,
            replicas: None,
            false_discovery: 0.05,
            scan: ScanWindows {
                width: Metres::from_km(100.0),
                days: Days(30),
                radius: Metres::from_km(50.0),
                every: Days(1),
            },
            cell: Metres::from_km(50.0),
            bandwidth: Metres::from_km(20.0),
            repeats_within: km(&[0.0, 10.0, 20.0, 50.0, 100.0]),
            repeats_within_days: [0, 4, 8, 15, 31].map(Days).to_vec(),
            alarms: AlarmOptions {
                baseline_start: None,
                baseline_end: None,
                factor: 2.0,
                false_alarm_days: 365.0,
            },
        }
    }
}

/// Above so many incidents no test is simulated unless that is asked for.
pub const MOST_SIMULATED: usize = 2_000;

impl StatsOptions {
    /// Replicas for so many incidents: as asked for, else 9,999 up to 300 incidents and 999 up to
    /// [`MOST_SIMULATED`]; `None` above it, where simulations would take longer than all the rest, unless they are
    /// asked for.
    pub fn replicas_for(&self, incidents: usize) -> Option<u32> {
        if !self
            .made
            .unwrap_or(self.replicas.is_some() || incidents <= MOST_SIMULATED)
        {
            return None;
        }
        Some(
            self.replicas
                .unwrap_or(if incidents <= 300 { 9_999 } else { 999 }),
        )
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatsTable {
    made: Option<bool>,
    replicas: Option<u32>,
    false_discovery: Option<f64>,
    #[serde(default)]
    scan: ScanTable,
    cell_km: Option<f64>,
    bandwidth_km: Option<f64>,
    near_repeat_km: Option<Vec<f64>>,
    near_repeat_days: Option<Vec<i32>>,
    #[serde(default)]
    alarms: AlarmTable,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScanTable {
    width_km: Option<f64>,
    days: Option<i32>,
    radius_km: Option<f64>,
    every_days: Option<i32>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct AlarmTable {
    baseline_start: Option<String>,
    baseline_end: Option<String>,
    factor: Option<f64>,
    false_alarm_days: Option<f64>,
}

impl StatsTable {
    pub(super) fn into_options(self, refuse: &Refuse<'_>) -> Result<StatsOptions> {
        let mut options = StatsOptions {
            made: self.made,
            ..StatsOptions::default()
        };
        if let Some(replicas) = self.replicas {
            if !(19..=999_999).contains(&replicas) {
                return Err(refuse(
                    "stats.replicas",
                    replicas.to_string(),
                    "a whole number, 19 to 999999",
                ));
            }
            options.replicas = Some(replicas);
        }
        if let Some(share) = self.false_discovery {
            if !(share > 0.0 && share < 1.0) {
                return Err(refuse(
                    "stats.false_discovery",
                    share.to_string(),
                    "a number above 0 and below 1",
                ));
            }
            options.false_discovery = share;
        }
        let length = |key: &str, km: Option<f64>, to: &mut Metres, least: f64| match km {
            Some(km) if km.is_finite() && km >= least => {
                *to = Metres::from_km(km);
                Ok(())
            }
            Some(km) => Err(refuse(
                key,
                km.to_string(),
                &format!("a number of kilometres, {least} or more"),
            )),
            None => Ok(()),
        };
        length(
            "stats.scan.width_km",
            self.scan.width_km,
            &mut options.scan.width,
            0.0,
        )?;
        length(
            "stats.scan.radius_km",
            self.scan.radius_km,
            &mut options.scan.radius,
            0.0,
        )?;
        length("stats.cell_km", self.cell_km, &mut options.cell, 0.1)?;
        length(
            "stats.bandwidth_km",
            self.bandwidth_km,
            &mut options.bandwidth,
            0.1,
        )?;
        let days = |key: &str, days: Option<i32>, to: &mut Days| match days {
            Some(days) if days >= 1 => {
                *to = Days(days);
                Ok(())
            }
            Some(days) => Err(refuse(key, days.to_string(), "a whole number, 1 or more")),
            None => Ok(()),
        };
        days("stats.scan.days", self.scan.days, &mut options.scan.days)?;
        days(
            "stats.scan.every_days",
            self.scan.every_days,
            &mut options.scan.every,
        )?;
        if let Some(limits) = self.near_repeat_km {
            let fits = limits.iter().all(|km| km.is_finite() && *km >= 0.0);
            if !fits || limits.len() < 2 || !limits.windows(2).all(|pair| pair[0] < pair[1]) {
                let allowed = "at least two kilometres, 0 or more, ascending";
                return Err(refuse(
                    "stats.near_repeat_km",
                    format!("{limits:?}"),
                    allowed,
                ));
            }
            options.repeats_within = limits.into_iter().map(Metres::from_km).collect();
        }
        if let Some(limits) = self.near_repeat_days {
            let rises = limits.windows(2).all(|pair| pair[0] < pair[1]);
            if limits.len() < 2 || limits[0] < 0 || !rises {
                let allowed = "at least two whole numbers of days, 0 or more, ascending";
                return Err(refuse(
                    "stats.near_repeat_days",
                    format!("{limits:?}"),
                    allowed,
                ));
            }
            options.repeats_within_days = limits.into_iter().map(Days).collect();
        }
        let alarms = &mut options.alarms;
        for (key, given, to) in [
            (
                "stats.alarms.baseline_start",
                self.alarms.baseline_start,
                &mut alarms.baseline_start,
            ),
            (
                "stats.alarms.baseline_end",
                self.alarms.baseline_end,
                &mut alarms.baseline_end,
            ),
        ] {
            let Some(text) = given else { continue };
            let date = text.parse::<Date>();
            let date = date
                .map_err(|_| refuse(key, format!("{text:?}"), "a date such as \"2025-10-05\""))?;
            *to = Some(Day::from_date(date));
        }
        if let (Some(start), Some(end)) = (alarms.baseline_start, alarms.baseline_end)
            && start > end
        {
            return Err(refuse(
                "stats.alarms",
                format!("a baseline from {start} to {end}"),
                "a start that is not after the end",
            ));
        }
        if let Some(factor) = self.alarms.factor {
            if !(1.05..=100.0).contains(&factor) {
                return Err(refuse(
                    "stats.alarms.factor",
                    factor.to_string(),
                    "a number, 1.05 to 100",
                ));
            }
            alarms.factor = factor;
        }
        if let Some(days) = self.alarms.false_alarm_days {
            if !(2.0..=36_500.0).contains(&days) {
                let allowed = "a number of days, 2 to 36500";
                return Err(refuse(
                    "stats.alarms.false_alarm_days",
                    days.to_string(),
                    allowed,
                ));
            }
            alarms.false_alarm_days = days;
        }
        Ok(options)
    }
}
