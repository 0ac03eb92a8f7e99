//! Clusters of incidents in space and time.

pub mod dbscan;
pub mod hull;
pub mod parameters;
pub mod sensitivity;
pub mod stability;
pub mod summary;

use crate::alignments::Alignment;
use crate::case::{ClusterOptions, Options};
use crate::geodesy::Position;
use crate::located::{LocatedIncident, canonical_order};
use crate::neighbours::SpaceTimeGrid;
use crate::uncertainty::{Knowledge, Known};
use crate::units::Day;
use dbscan::{Role, st_dbscan};
use stability::Stability;

/// Clusters the incidents that count and whose place and time are known well enough, and writes cluster and role
/// into them, and how sure both are. Returns how sure each cluster is; they are numbered from 1 by first day,
/// then by chainage.
///
/// The incidents are first put in an order of their own (day, chainage, position, id), so that neither
/// the order of rows nor the number of threads can show. O(n log n).
pub fn assign(incidents: &mut [LocatedIncident], options: &ClusterOptions, seed: u64) -> Stability {
    let order = canonical_order(incidents, |it| {
        it.is_counted() && it.can_be_clustered(options)
    });
    let positions: Vec<Position> = order
        .iter()
        .map(|&i| incidents[i].incident.position)
        .collect();
    let days: Vec<Day> = order.iter().map(|&i| incidents[i].incident.day).collect();
    let grid = SpaceTimeGrid::new(&positions, &days, options.eps, options.eps_days);
    let labels = st_dbscan(&grid, options.min_points);
    for (&place, (&cluster, &role)) in order.iter().zip(labels.clusters.iter().zip(&labels.roles)) {
        incidents[place].cluster = cluster;
        incidents[place].role = Some(role);
    }
    drop(grid);
    let known = Knowledge::new(
        order
            .iter()
            .map(|&place| Known::of(&incidents[place].incident)),
    );
    let draws = options.draws_for(known.len());
    let stability = stability::stability(&known, &labels, options, seed, draws);
    let sure = stability.own.iter().zip(&stability.any);
    for (&place, (&own, &any)) in order.iter().zip(sure) {
        incidents[place].membership = own;
        incidents[place].clustered = Some(any);
    }
    stability
}

/// What the data say about the parameters, and what clusters owe to them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheets {
    /// How far the k-th nearest incident is.
    pub k_distances: parameters::KDistances,
    /// Clusters under other settings.
    pub sensitivity: sensitivity::Sensitivity,
}

/// Makes the sheets of incidents that are clustered; `None` where there are too many of them or none is asked for.
/// `border` is the name of the line that is measured along.
pub fn sheets(
    incidents: &[LocatedIncident],
    alignments: &[Alignment],
    border: &str,
    options: &Options,
) -> Option<Sheets> {
    let is_clustered = |it: &LocatedIncident| it.role.is_some();
    let clustered = incidents.iter().filter(|it| is_clustered(it)).count();
    if !options.sensitivity.is_made_for(clustered) {
        return None;
    }
    let (positions, days): (Vec<Position>, Vec<Day>) = canonical_order(incidents, is_clustered)
        .into_iter()
        .map(|place| {
            let report = &incidents[place].incident;
            (report.position, report.day)
        })
        .unzip();
    Some(Sheets {
        k_distances: parameters::k_distances(&positions, &days, &options.cluster),
        sensitivity: sensitivity::sensitivity(
            incidents,
            &canonical_order(incidents, |_| true),
            alignments,
            border,
            options,
            clustered,
        ),
    })
}

/// The word for a role in tables; empty for an incident that was not clustered.
pub const fn role_word(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Core) => "core",
        Some(Role::Reachable) => "reachable",
        Some(Role::Noise) => "noise",
        None => "",
    }
}
