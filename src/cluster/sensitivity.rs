//! How much clusters owe to the parameters: clusters over a grid of settings, and which of them survive.
//!
//! A cluster survives a setting if some cluster of that setting has a Jaccard similarity of at least ½ to it, as
//! in [`super::stability`].

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::dbscan::{Labels, Role, st_dbscan};
use super::stability::again;
use crate::alignments::Alignment;
use crate::case::{ClusterOptions, SensitivityGrid};
use crate::geodesy::Position;
use crate::ledger::Fate;
use crate::located::LocatedIncident;
use crate::neighbours::SpaceTimeGrid;
use crate::units::{Day, Days, Metres};

/// The values that settings are made of; each list holds the value in use and ascends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    /// Greatest distance between neighbours.
    pub eps: Vec<Metres>,
    /// Greatest difference in days.
    pub eps_days: Vec<Days>,
    /// Neighbours that make a core incident.
    pub min_points: Vec<usize>,
    /// Largest location radius of an incident that is clustered.
    pub largest_location_radius: Vec<Metres>,
    /// Names of the lines that decide who is in the corridor, that which is measured along first.
    pub borders: Vec<String>,
}

/// One setting, by the places of its values, and what comes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Places in the lists of [`Values`], in their order.
    pub values: [usize; 5],
    /// Whether it is the setting in use.
    pub in_use: bool,
    /// How many incidents are clustered.
    pub incidents: usize,
    /// How many of them are core.
    pub core: usize,
    /// How many are reachable.
    pub reachable: usize,
    /// How many clusters there are.
    pub clusters: usize,
    /// The size of the largest; 0 without clusters.
    pub largest: usize,
    /// The clusters in use that survive it, by number, ascending.
    pub surviving: Vec<u32>,
}

impl Setting {
    /// Incidents in no cluster.
    pub const fn noise(&self) -> usize {
        self.incidents - self.core - self.reachable
    }
}

/// Clusters over all settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sensitivity {
    /// What settings are made of.
    pub values: Values,
    /// All settings, the first value varying slowest.
    pub settings: Vec<Setting>,
    /// How many settings each cluster in use survives, by its number less one.
    pub survived: Vec<usize>,
}

impl Values {
    /// The grid that is asked for, or where it says nothing: eps and days at about half, three quarters, one and a
    /// half times and twice the value in use, a neighbour fewer and one and two more, the next smaller and the next
    /// larger location radius that the incidents have, every line. For more than 5,000 incidents half and twice
    /// only.
    fn new(
        grid: &SensitivityGrid,
        options: &ClusterOptions,
        incidents: &[LocatedIncident],
        alignments: &[Alignment],
        border: &str,
        clustered: usize,
    ) -> Values {
        let wide = clustered > 5_000;
        let shares: &[f64] = if wide {
            &[0.5, 1.0, 2.0]
        } else {
            &[0.5, 0.75, 1.0, 1.5, 2.0]
        };
        let eps = list(&grid.eps, options.eps, |base| {
            shares.iter().map(|share| base * *share).collect()
        });
        let eps_days = list(&grid.eps_days, options.eps_days, |base| {
            let days = shares.iter().map(|share| f64::from(base.0) * share);
            let days = days.map(|days| Days(days.round() as i32));
            // Of no days at all and of one there is too little to share.
            let more = (base.0 < 2).then_some(Days(base.0 + 1));
            days.chain(more).collect()
        });
        let min_points = list(&grid.min_points, options.min_points, |base| {
            let more = if wide { 1 } else { 2 };
            (base.saturating_sub(1).max(2)..=base + more).collect()
        });
        let largest_location_radius = list(
            &grid.largest_location_radius,
            options.largest_location_radius,
            |base| neighbouring_radii(incidents, base),
        );
        Values {
            eps,
            eps_days,
            min_points,
            largest_location_radius,
            borders: std::iter::once(border.to_owned())
                .chain(alignments.iter().map(|it| it.name.clone()))
                .collect(),
        }
    }
}

/// The values that are asked for, or else those that are made of the one in use, with it, in order, each once.
fn list<T: Copy + PartialOrd>(asked: &[T], base: T, make: impl FnOnce(T) -> Vec<T>) -> Vec<T> {
    let mut values = if asked.is_empty() {
        make(base)
    } else {
        asked.to_vec()
    };
    values.push(base);
    values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    values.dedup();
    values
}

/// The next smaller and the next larger filter that would let other incidents through: the largest radius below
/// the smallest that is in, and the smallest that is out.
fn neighbouring_radii(incidents: &[LocatedIncident], base: Metres) -> Vec<Metres> {
    let mut radii: Vec<Metres> = incidents
        .iter()
        .filter(|it| it.is_counted())
        .filter_map(|it| it.incident.location_radius)
        .collect();
    radii.sort_by(|a, b| a.0.total_cmp(&b.0));
    radii.dedup();
    let within = radii.partition_point(|radius| *radius <= base);
    let tighter = within.checked_sub(2).map(|place| radii[place]);
    let looser = radii.get(within).copied();
    tighter.into_iter().chain(looser).collect()
}

/// Clusters the incidents under every setting, on all cores. `order` is the order in which incidents are looked
/// at, so that theirs in the files does not show. O(settings · n log n).
pub fn sensitivity(
    incidents: &[LocatedIncident],
    order: &[usize],
    alignments: &[Alignment],
    border: &str,
    options: &crate::case::Options,
    clustered: usize,
) -> Sensitivity {
    let cluster = &options.cluster;
    let values = Values::new(
        &options.sensitivity,
        cluster,
        incidents,
        alignments,
        border,
        clustered,
    );
    let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (place, incident) in incidents.iter().enumerate() {
        if let Some(number) = incident.cluster {
            members.entry(number).or_default().push(place);
        }
    }
    let members: Vec<Vec<usize>> = members.into_values().collect();

    // The same incidents come from several lines and filters.
    let mut chosen: Vec<Vec<usize>> = Vec::new();
    let mut sets = Vec::new();
    for line in 0..values.borders.len() {
        for &radius in &values.largest_location_radius {
            let set = choose(incidents, order, alignments, line, radius, options);
            let known = chosen
                .iter()
                .position(|it| *it == set)
                .unwrap_or(chosen.len());
            if known == chosen.len() {
                chosen.push(set);
            }
            sets.push(known);
        }
    }
    let mut jobs = Vec::new();
    for set in 0..chosen.len() {
        for eps in 0..values.eps.len() {
            for days in 0..values.eps_days.len() {
                jobs.push((set, eps, days));
            }
        }
    }
    let found: BTreeMap<(usize, usize, usize), Vec<Found>> = jobs
        .into_par_iter()
        .map(|(set, eps, days)| {
            let subset = &chosen[set];
            let (eps_value, days_value) = (values.eps[eps], values.eps_days[days]);
            let found = clustered_with(incidents, subset, eps_value, days_value, &values, &members);
            ((set, eps, days), found)
        })
        .collect();

    let at = |list: &[Metres], value: Metres| list.iter().position(|it| *it == value);
    let in_use = [
        at(&values.eps, cluster.eps),
        values
            .eps_days
            .iter()
            .position(|it| *it == cluster.eps_days),
        values
            .min_points
            .iter()
            .position(|it| *it == cluster.min_points),
        at(
            &values.largest_location_radius,
            cluster.largest_location_radius,
        ),
        Some(0),
    ];
    let mut settings = Vec::new();
    let mut survived = vec![0; members.len()];
    for eps in 0..values.eps.len() {
        for days in 0..values.eps_days.len() {
            for points in 0..values.min_points.len() {
                for radius in 0..values.largest_location_radius.len() {
                    for line in 0..values.borders.len() {
                        let set = sets[line * values.largest_location_radius.len() + radius];
                        let found = &found[&(set, eps, days)][points];
                        for &number in &found.surviving {
                            survived[number as usize - 1] += 1;
                        }
                        let places = [eps, days, points, radius, line];
                        settings.push(Setting {
                            values: places,
                            in_use: places.map(Some) == in_use,
                            incidents: chosen[set].len(),
                            core: found.core,
                            reachable: found.reachable,
                            clusters: found.clusters,
                            largest: found.largest,
                            surviving: found.surviving.clone(),
                        });
                    }
                }
            }
        }
    }
    Sensitivity {
        values,
        settings,
        survived,
    }
}

/// The incidents that one line and one filter let through, in their order.
fn choose(
    incidents: &[LocatedIncident],
    order: &[usize],
    alignments: &[Alignment],
    line: usize,
    radius: Metres,
    options: &crate::case::Options,
) -> Vec<usize> {
    let filter = ClusterOptions {
        largest_location_radius: radius,
        ..options.cluster
    };
    let counts = |&place: &usize| {
        let it = &incidents[place];
        let counted = match line.checked_sub(1) {
            None => it.is_counted(),
            Some(rival) => {
                matches!(it.fate, Fate::Used | Fate::OutsideCorridor)
                    && alignments[rival].places[place].location.offset <= options.corridor
            }
        };
        counted && it.can_be_clustered(&filter)
    };
    order.iter().copied().filter(counts).collect()
}

/// What a set of incidents gives under one eps, one number of days and one number of neighbours.
struct Found {
    core: usize,
    reachable: usize,
    clusters: usize,
    largest: usize,
    surviving: Vec<u32>,
}

/// One result for each number of neighbours.
fn clustered_with(
    incidents: &[LocatedIncident],
    subset: &[usize],
    eps: Metres,
    eps_days: Days,
    values: &Values,
    members: &[Vec<usize>],
) -> Vec<Found> {
    let positions: Vec<Position> = subset
        .iter()
        .map(|&place| incidents[place].incident.position)
        .collect();
    let days: Vec<Day> = subset
        .iter()
        .map(|&place| incidents[place].incident.day)
        .collect();
    let grid = SpaceTimeGrid::new(&positions, &days, eps, eps_days);
    let of = |labels: &Labels| {
        let mut all: Vec<Option<u32>> = vec![None; incidents.len()];
        let mut sizes = vec![0_usize; labels.count];
        for (&place, &cluster) in subset.iter().zip(&labels.clusters) {
            all[place] = cluster;
            if let Some(number) = cluster {
                sizes[number as usize - 1] += 1;
            }
        }
        let having = |role: Role| labels.roles.iter().filter(|it| **it == role).count();
        Found {
            core: having(Role::Core),
            reachable: having(Role::Reachable),
            clusters: labels.count,
            largest: sizes.iter().copied().max().unwrap_or(0),
            surviving: again(members, &all, &sizes)
                .zip(1..)
                .filter_map(|(again, number)| again.map(|_| number))
                .collect(),
        }
    };
    let counts = values.min_points.iter();
    counts
        .map(|&points| of(&st_dbscan(&grid, points)))
        .collect()
}
