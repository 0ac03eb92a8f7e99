//! Sectors, and sectors by week, summed up.

use std::collections::BTreeMap;

use super::episodes::Episode;
use super::{Counts, Period, rate};
use crate::case::ClusterOptions;
use crate::cluster::summary::Cluster;
use crate::located::LocatedIncident;
use crate::sector::Sectors;
use crate::units::{Day, Days};

/// A sector over the whole period; a sector without incidents is one too.
#[derive(Clone, Debug, PartialEq)]
pub struct SectorSummary {
    /// The sector.
    pub sector: usize,
    /// Its incidents.
    pub counts: Counts,
    /// Incidents left, right and on the line.
    pub sides: [usize; 3],
    /// Clusters with an incident in it.
    pub clusters: usize,
    /// Episodes.
    pub episodes: usize,
    /// First incident day.
    pub first: Option<Day>,
    /// Last incident day.
    pub last: Option<Day>,
    /// Kilometre-days that the rate divides by.
    pub kilometre_days: f64,
    /// Incidents per (100 km × 30 days).
    pub rate: Option<f64>,
}

/// A sector in one ISO week.
#[derive(Clone, Debug, PartialEq)]
pub struct SectorWeek {
    /// The sector.
    pub sector: usize,
    /// The Monday of the week.
    pub week: Day,
    /// Days of the week that are in the period.
    pub days: Days,
    /// Its incidents.
    pub counts: Counts,
    /// Incidents per (100 km × 30 days).
    pub rate: Option<f64>,
}

/// Sums up every sector. O(n).
pub fn summaries(
    incidents: &[LocatedIncident],
    sectors: &Sectors,
    period: Period,
    clusters: &[Cluster],
    episodes: &[Episode],
    options: &ClusterOptions,
) -> Vec<SectorSummary> {
    let mut summaries: Vec<SectorSummary> = sectors
        .all()
        .iter()
        .enumerate()
        .map(|(number, sector)| SectorSummary {
            sector: number,
            counts: Counts::default(),
            sides: [0; 3],
            clusters: clusters
                .iter()
                .filter(|cluster| cluster.sectors.contains(&number))
                .count(),
            episodes: episodes
                .iter()
                .filter(|episode| episode.sector == number)
                .count(),
            first: None,
            last: None,
            kilometre_days: sector.length().km() * f64::from(period.days().0),
            rate: None,
        })
        .collect();
    for incident in incidents.iter().filter(|incident| incident.is_counted()) {
        let summary = &mut summaries[incident.sector];
        let day = incident.incident.day;
        summary.counts.add(incident, options);
        summary.sides[incident.side.number()] += 1;
        if incident.is_dated(options) {
            summary.first = Some(summary.first.map_or(day, |first| first.min(day)));
            summary.last = Some(summary.last.map_or(day, |last| last.max(day)));
        }
    }
    for summary in &mut summaries {
        let length = sectors.all()[summary.sector].length();
        summary.rate = rate(summary.counts.incidents, length, period.days());
    }
    summaries
}

/// Every sector in every week of the period, empty ones included, by sector, then by week. Incidents that are
/// dated only roughly are in none. O(n log n).
pub fn weeks(
    incidents: &[LocatedIncident],
    sectors: &Sectors,
    period: Period,
    options: &ClusterOptions,
) -> Vec<SectorWeek> {
    let mut counts: BTreeMap<(usize, Day), Counts> = BTreeMap::new();
    let dated = |it: &&LocatedIncident| it.is_counted() && it.is_dated(options);
    for incident in incidents.iter().filter(dated) {
        counts
            .entry((incident.sector, incident.incident.day.monday()))
            .or_default()
            .add(incident, options);
    }
    let weeks = period.weeks();
    let mut table = Vec::with_capacity(sectors.all().len() * weeks.len());
    for (number, sector) in sectors.all().iter().enumerate() {
        for &(week, days) in &weeks {
            let counts = counts.get(&(number, week)).copied().unwrap_or_default();
            table.push(SectorWeek {
                sector: number,
                week,
                days,
                rate: rate(counts.incidents, sector.length(), days),
                counts,
            });
        }
    }
    table
}
