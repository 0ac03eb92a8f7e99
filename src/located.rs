//! An incident with its place on the line and, later, its cluster.

use rayon::prelude::*;

use crate::case::ClusterOptions;
use crate::cluster::dbscan::Role;
use crate::incident::Incident;
use crate::ledger::Fate;
use crate::locate::{LineEnd, Location, Side};

/// An incident that was read, with what the stages found out about it.
#[derive(Clone, Debug, PartialEq)]
pub struct LocatedIncident {
    /// The report.
    pub incident: Incident,
    /// Its fate: any but merged and rejected.
    pub fate: Fate,
    /// Where it lies on the line.
    pub location: Location,
    /// Its side: that of the regions where they tell, else that of the line.
    pub side: Side,
    /// How it lies to the open ends of the line.
    pub line_end: LineEnd,
    /// Probability that the true place is on the stated side; `None` if its radius is unknown.
    pub side_probability: Option<f64>,
    /// The number of its sector.
    pub sector: usize,
    /// Its cluster, from 1.
    pub cluster: Option<u32>,
    /// Its role; `None` if it was not clustered.
    pub role: Option<Role>,
    /// The share of draws in which it is in the cluster that stands for its own; `None` for one in no cluster.
    pub membership: Option<f64>,
    /// The share of draws in which it is in any cluster; `None` if it was not clustered or nothing was drawn.
    pub clustered: Option<f64>,
}

impl LocatedIncident {
    /// Whether it is in sums.
    pub fn is_counted(&self) -> bool {
        self.fate == Fate::Used
    }

    /// Whether place and time are known well enough to be clustered.
    pub fn can_be_clustered(&self, options: &ClusterOptions) -> bool {
        self.is_placed(options) && self.is_dated(options)
    }

    /// Whether its day is known well enough to be clustered and to stand in a day or week.
    pub fn is_dated(&self, options: &ClusterOptions) -> bool {
        self.incident.days() <= options.largest_date_span
    }

    /// Whether its place is known well enough to be clustered.
    pub fn is_placed(&self, options: &ClusterOptions) -> bool {
        self.incident
            .location_radius
            .is_some_and(|radius| radius <= options.largest_location_radius)
    }
}

/// The incidents that a filter lets through, in an order of their own: by day, chainage, position, id and record,
/// so that the order of rows does not show. O(n log n), on all cores.
pub fn canonical_order(
    incidents: &[LocatedIncident],
    filter: impl Fn(&LocatedIncident) -> bool,
) -> Vec<usize> {
    let mut order: Vec<usize> = (0..incidents.len())
        .filter(|&place| filter(&incidents[place]))
        .collect();
    order.par_sort_unstable_by(|&a, &b| {
        let (a, b) = (&incidents[a], &incidents[b]);
        let place = |it: &LocatedIncident| {
            [
                it.location.chainage.0,
                it.incident.position.longitude(),
                it.incident.position.latitude(),
            ]
        };
        let (left, right) = (place(a), place(b));
        a.incident
            .day
            .cmp(&b.incident.day)
            .then_with(|| left[0].total_cmp(&right[0]))
            .then_with(|| left[1].total_cmp(&right[1]))
            .then_with(|| left[2].total_cmp(&right[2]))
            .then_with(|| a.incident.id().cmp(b.incident.id()))
            .then_with(|| a.incident.record.cmp(&b.incident.record))
    });
    order
}
