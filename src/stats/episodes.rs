//! Episodes: runs of incident days in one sector.

use std::collections::BTreeMap;

use super::Counts;
use crate::case::ClusterOptions;
use crate::located::LocatedIncident;
use crate::units::{Day, Days};

/// Consecutive incident days in one sector, with no quiet gap longer than `eps_days` days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Episode {
    /// Its number, from 1, by first day, then by sector.
    pub number: usize,
    /// The sector.
    pub sector: usize,
    /// First day.
    pub first: Day,
    /// Last day.
    pub last: Day,
    /// Days with an incident.
    pub incident_days: usize,
    /// Its incidents.
    pub counts: Counts,
}

impl Episode {
    /// Days from first to last, both included.
    pub fn days(&self) -> Days {
        Days(self.last.since(self.first).0 + 1)
    }
}

/// The episodes of all counted incidents that are dated well enough, in the order of their numbers. Two incident days belong to
/// one episode if at most `eps_days` days without an incident lie between them. O(n log n).
pub fn episodes(incidents: &[LocatedIncident], options: &ClusterOptions) -> Vec<Episode> {
    let mut days: BTreeMap<(usize, Day), Counts> = BTreeMap::new();
    let dated = |it: &&LocatedIncident| it.is_counted() && it.is_dated(options);
    for incident in incidents.iter().filter(dated) {
        days.entry((incident.sector, incident.incident.day))
            .or_default()
            .add(incident, options);
    }
    let mut episodes: Vec<Episode> = Vec::new();
    for ((sector, day), counts) in days {
        if let Some(open) = episodes.last_mut()
            && open.sector == sector
            && day.since(open.last).0 - 1 <= options.eps_days.0
        {
            open.last = day;
            open.incident_days += 1;
            open.counts.merge(&counts);
            continue;
        }
        episodes.push(Episode {
            number: 0,
            sector,
            first: day,
            last: day,
            incident_days: 1,
            counts,
        });
    }
    episodes.sort_by_key(|episode| (episode.first, episode.sector));
    for (place, episode) in episodes.iter_mut().enumerate() {
        episode.number = place + 1;
    }
    episodes
}
