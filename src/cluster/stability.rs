//! How sure clusters are, given how closely places and days are known.
//!
//! Each draw puts every incident somewhere within its location radius, with equal chance for equal area, and
//! on one of its days, and clusters again with the same parameters. A cluster is there again if some cluster
//! of the draw has a Jaccard similarity of at least ½ to it (the members that both have, divided by those that
//! either has): the cluster-wise stability of Hennig (2007), *Computational Statistics & Data Analysis*
//! 52:258–271, doi 10.1016/j.csda.2006.11.025, with measurement error instead of a bootstrap.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::dbscan::{Labels, st_dbscan};
use crate::case::ClusterOptions;
use crate::neighbours::SpaceTimeGrid;
use crate::uncertainty::Knowledge;

/// What the draws say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stability {
    /// How many there were; with 0 all else is empty.
    pub draws: usize,
    /// For each cluster the share of draws in which it is there again.
    pub clusters: Vec<f64>,
    /// For each incident the share of draws in which it is in the cluster that stands for its own; `None` for
    /// one that is in no cluster.
    pub own: Vec<Option<f64>>,
    /// For each incident the share of draws in which it is in any cluster.
    pub any: Vec<f64>,
}

/// Sums over draws, which come out the same in whatever order they are added.
struct Sums {
    clusters: Vec<u32>,
    own: Vec<u32>,
    any: Vec<u32>,
}

impl Sums {
    fn none(clusters: usize, incidents: usize) -> Sums {
        Sums {
            clusters: vec![0; clusters],
            own: vec![0; incidents],
            any: vec![0; incidents],
        }
    }

    fn add(mut self, other: &Sums) -> Sums {
        let pairs = [
            (&mut self.clusters, &other.clusters),
            (&mut self.own, &other.own),
            (&mut self.any, &other.any),
        ];
        for (ours, theirs) in pairs {
            ours.iter_mut()
                .zip(theirs)
                .for_each(|(ours, theirs)| *ours += theirs);
        }
        self
    }
}

/// Draws so many times, each from a stream of its own, so that the result depends on the seed and on the
/// order of the incidents and on nothing else. `labels` are those of the incidents as they are known.
/// O(draws · n log n), on all cores.
pub fn stability(
    known: &Knowledge,
    labels: &Labels,
    options: &ClusterOptions,
    seed: u64,
    draws: usize,
) -> Stability {
    if draws == 0 {
        return Stability::default();
    }
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); labels.count];
    for (incident, cluster) in labels.clusters.iter().enumerate() {
        if let Some(number) = cluster {
            members[*number as usize - 1].push(incident);
        }
    }
    let none = || Sums::none(labels.count, known.len());
    let sums = (0..draws as u64)
        .into_par_iter()
        .fold(none, |sums, draw| {
            let (positions, days) = known.drawn(seed, draw);
            let grid = SpaceTimeGrid::new(&positions, &days, options.eps, options.eps_days);
            let drawn = st_dbscan(&grid, options.min_points);
            sums.add(&agreement(&members, &drawn))
        })
        .reduce(none, |one, other| one.add(&other));
    let share = |count: u32| f64::from(count) / draws as f64;
    Stability {
        draws,
        clusters: sums.clusters.iter().map(|&count| share(count)).collect(),
        own: sums
            .own
            .iter()
            .zip(&labels.clusters)
            .map(|(&count, cluster)| cluster.map(|_| share(count)))
            .collect(),
        any: sums.any.iter().map(|&count| share(count)).collect(),
    }
}

/// Which clusters are there again in a draw, and with whom.
fn agreement(members: &[Vec<usize>], drawn: &Labels) -> Sums {
    let mut sums = Sums::none(members.len(), drawn.clusters.len());
    let mut sizes = vec![0_usize; drawn.count];
    for (incident, cluster) in drawn.clusters.iter().enumerate() {
        if let Some(number) = cluster {
            sizes[*number as usize - 1] += 1;
            sums.any[incident] = 1;
        }
    }
    let again = again(members, &drawn.clusters, &sizes);
    for ((cluster, members), again) in members.iter().enumerate().zip(again) {
        if let Some(number) = again {
            sums.clusters[cluster] = 1;
            for &member in members {
                sums.own[member] = u32::from(drawn.clusters[member] == Some(number));
            }
        }
    }
    sums
}

/// For each cluster, given by its members, the cluster of another clustering that has a Jaccard similarity of at
/// least ½ to it, if there is one: at most one has more, and of two that have exactly ½ each it is the lower.
/// `clusters` are the labels of the other clustering by incident, `sizes` how many incidents each of its clusters
/// has, by its number less one.
pub(super) fn again<'a>(
    members: &'a [Vec<usize>],
    clusters: &'a [Option<u32>],
    sizes: &'a [usize],
) -> impl Iterator<Item = Option<u32>> + 'a {
    members.iter().map(move |members| {
        let mut shared: BTreeMap<u32, usize> = BTreeMap::new();
        for &member in members {
            if let Some(number) = clusters[member] {
                *shared.entry(number).or_default() += 1;
            }
        }
        let again = shared.into_iter().find(|&(number, both)| {
            let either = members.len() + sizes[number as usize - 1] - both;
            2 * both >= either
        });
        again.map(|(number, _)| number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesy::{Azimuth, Position, direct};
    use crate::uncertainty::Known;
    use crate::units::{Day, Days, Metres};

    fn options() -> ClusterOptions {
        ClusterOptions {
            eps: Metres(5_000.0),
            eps_days: Days(2),
            min_points: 3,
            ..crate::case::Options::default().cluster
        }
    }

    fn known(east: f64, day: i32, radius: f64) -> Known {
        let origin = Position::new(70.0, 33.0).unwrap();
        Known {
            position: direct(origin, Azimuth(90.0), Metres(east)).0,
            radius: Metres(radius),
            first: Day(day),
            last: Day(day),
        }
    }

    fn judged(known: &[Known], draws: usize) -> (Labels, Stability) {
        let positions: Vec<Position> = known.iter().map(|it| it.position).collect();
        let days: Vec<Day> = known.iter().map(|it| it.first).collect();
        let options = options();
        let grid = SpaceTimeGrid::new(&positions, &days, options.eps, options.eps_days);
        let labels = st_dbscan(&grid, options.min_points);
        let known = Knowledge::new(known.iter().copied());
        let stability = stability(&known, &labels, &options, 7, draws);
        (labels, stability)
    }

    #[test]
    fn what_is_known_exactly_is_certain() {
        let incidents: Vec<Known> = (0..4)
            .map(|number| known(1_000.0 * f64::from(number), 0, 0.0))
            .chain([known(80_000.0, 0, 0.0)])
            .collect();
        let (labels, sure) = judged(&incidents, 50);
        assert_eq!(labels.count, 1);
        assert_eq!(sure.clusters, [1.0]);
        assert_eq!(sure.own, [Some(1.0), Some(1.0), Some(1.0), Some(1.0), None]);
        assert_eq!(sure.any, [1.0, 1.0, 1.0, 1.0, 0.0]);
        assert_eq!(judged(&incidents, 0).1, Stability::default());
    }

    #[test]
    fn shares_are_those_of_the_geometry() {
        // Two fixed incidents 10 km apart, out of reach of each other, and a third that links them only when it
        // is drawn within 5 km of both: at the middle, where it is said to be.
        let incidents = [
            known(0.0, 0, 0.0),
            known(5_000.0, 0, 3_000.0),
            known(9_900.0, 0, 0.0),
        ];
        let (labels, drawn) = judged(&incidents, 4_000);
        assert_eq!((labels.count, drawn.draws), (1, 4_000));
        // The lens of two discs of 5,000 m around (0, 0) and (9,900, 0), of the disc of 3,000 m around (5,000, 0).
        let mut inside = 0;
        let mut dice = crate::testing::Dice::new(9);
        let tries = 400_000;
        for _ in 0..tries {
            let (out, turn) = (
                3_000.0 * dice.unit().sqrt(),
                dice.between(0.0, std::f64::consts::TAU),
            );
            let (x, y) = (5_000.0 + out * turn.cos(), out * turn.sin());
            inside += u32::from(x.hypot(y) <= 5_000.0 && (x - 9_900.0).hypot(y) <= 5_000.0);
        }
        let wanted = f64::from(inside) / f64::from(tries);
        assert!(
            (drawn.clusters[0] - wanted).abs() < 0.02,
            "{} {wanted}",
            drawn.clusters[0]
        );
        assert_eq!(drawn.own[0], Some(drawn.clusters[0]));
    }

    #[test]
    fn days_are_drawn_from_their_interval() {
        let mut incidents = [known(0.0, 0, 0.0), known(10.0, 0, 0.0), known(20.0, 0, 0.0)];
        // On any of ten days, of which three are within two days of the others.
        incidents[2].last = Day(9);
        let (labels, drawn) = judged(&incidents, 4_000);
        assert_eq!(labels.count, 1);
        assert!(
            (drawn.clusters[0] - 0.3).abs() < 0.03,
            "{}",
            drawn.clusters[0]
        );
        // The same seed gives the same at any number of threads.
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .unwrap();
        assert_eq!(pool.install(|| judged(&incidents, 4_000)).1, drawn);
    }
}
