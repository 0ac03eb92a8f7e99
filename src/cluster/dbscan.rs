//! ST-DBSCAN: Birant and Kut (2007), *ST-DBSCAN: An algorithm for clustering spatial–temporal data*,
//! Data & Knowledge Engineering 60:208–221, doi 10.1016/j.datak.2006.01.013, in the form with one
//! threshold in space and one in time.

use crate::units::Metres;

/// Incidents 0 to len − 1 and who is near whom. The relation must be symmetric and hold for every
/// incident with itself.
pub trait Neighbourhoods {
    /// How many incidents there are.
    fn len(&self) -> usize;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Calls `found` once for each neighbour of `of`, itself included, in any order.
    fn for_each_neighbour(&self, of: usize, found: &mut dyn FnMut(usize));
    /// The distance by which the nearest core is chosen.
    fn distance(&self, one: usize, other: usize) -> Metres;
}

/// What an incident is to its cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// At least `min_points` neighbours, itself included.
    Core,
    /// Fewer, but a core among them.
    Reachable,
    /// Neither.
    Noise,
}

/// Cluster and role of every incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// Cluster, from 1; `None` for noise.
    pub clusters: Vec<Option<u32>>,
    /// Role.
    pub roles: Vec<Role>,
    /// How many clusters there are.
    pub count: usize,
}

/// Clusters by the definition: clusters are the connected components of core incidents; a non-core
/// incident with a core neighbour joins its nearest core's cluster, the lower core on a tie; the rest
/// is noise. Clusters are numbered by their lowest member, so that incidents sorted by day and chainage
/// give clusters in that order. `min_points` of 0 counts as 1.
///
/// Two passes over all neighbourhoods: O(n log n + pairs) with a tree behind them. Empty input gives
/// empty labels.
pub fn st_dbscan(space: &impl Neighbourhoods, min_points: usize) -> Labels {
    let n = space.len();
    let core: Vec<bool> = (0..n)
        .map(|of| {
            let mut neighbours = 0;
            space.for_each_neighbour(of, &mut |_| neighbours += 1);
            neighbours >= min_points
        })
        .collect();

    let mut components = Components::new(n);
    // The core to whose cluster an incident belongs: itself, or the nearest of its core neighbours.
    let mut joins: Vec<Option<usize>> = (0..n).map(|of| core[of].then_some(of)).collect();
    for of in 0..n {
        let mut nearest: Option<(Metres, usize)> = None;
        space.for_each_neighbour(of, &mut |other| {
            if !core[other] {
                return;
            }
            if core[of] {
                components.unite(of, other);
                return;
            }
            let distance = space.distance(of, other);
            let nearer = nearest.is_none_or(|(least, held)| {
                distance < least || (distance.0 <= least.0 && other < held)
            });
            if nearer {
                nearest = Some((distance, other));
            }
        });
        if let Some((_, to)) = nearest {
            joins[of] = Some(to);
        }
    }

    let mut numbers: Vec<Option<u32>> = vec![None; n];
    let mut count = 0;
    let mut clusters = vec![None; n];
    for of in 0..n {
        let Some(joined) = joins[of] else { continue };
        let root = components.root(joined);
        clusters[of] = Some(*numbers[root].get_or_insert_with(|| {
            count += 1;
            count
        }));
    }
    let roles = (0..n)
        .map(|of| match (core[of], joins[of]) {
            (true, _) => Role::Core,
            (false, Some(_)) => Role::Reachable,
            (false, None) => Role::Noise,
        })
        .collect();
    Labels {
        clusters,
        roles,
        count: count as usize,
    }
}

/// Disjoint sets with path halving; the lower root wins, so that roots do not depend on the order of
/// unions.
struct Components(Vec<u32>);

impl Components {
    fn new(n: usize) -> Components {
        Components((0..n as u32).collect())
    }

    fn root(&mut self, of: usize) -> usize {
        let mut at = of;
        while self.0[at] as usize != at {
            let above = self.0[at] as usize;
            self.0[at] = self.0[above];
            at = self.0[at] as usize;
        }
        at
    }

    fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        let (low, high) = (one.min(other), one.max(other));
        self.0[high] = low as u32;
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::testing::Dice;
    use std::collections::BTreeSet;

    /// Points of a plane with a day, every pair compared.
    pub(crate) struct Plane {
        pub(crate) points: Vec<(f64, f64, f64)>,
        pub(crate) eps: f64,
        pub(crate) eps_days: f64,
    }

    impl Plane {
        fn near(&self, one: usize, other: usize) -> bool {
            self.distance(one, other).0 <= self.eps
                && (self.points[one].2 - self.points[other].2).abs() <= self.eps_days
        }
    }

    impl Neighbourhoods for Plane {
        fn len(&self) -> usize {
            self.points.len()
        }
        fn for_each_neighbour(&self, of: usize, found: &mut dyn FnMut(usize)) {
            (0..self.points.len())
                .filter(|&other| self.near(of, other))
                .for_each(found);
        }
        fn distance(&self, one: usize, other: usize) -> Metres {
            let (a, b) = (self.points[one], self.points[other]);
            Metres((a.0 - b.0).hypot(a.1 - b.1))
        }
    }

    fn random(seed: u64, n: usize) -> Plane {
        let mut dice = Dice::new(seed);
        let points = (0..n)
            .map(|_| {
                (
                    dice.between(0.0, 40.0),
                    dice.between(0.0, 40.0),
                    dice.below(20) as f64,
                )
            })
            .collect();
        Plane {
            points,
            eps: 4.0,
            eps_days: 3.0,
        }
    }

    /// The definition word for word, by closure over the core relation.
    #[test]
    fn clusters_are_the_definition() {
        for seed in 0..20 {
            let plane = random(seed, 150);
            for min_points in [1, 2, 4, 7] {
                let labels = st_dbscan(&plane, min_points);
                let n = plane.len();
                let core: Vec<bool> = (0..n)
                    .map(|i| (0..n).filter(|&j| plane.near(i, j)).count() >= min_points)
                    .collect();
                let mut component: Vec<usize> = (0..n).collect();
                let mut changed = true;
                while changed {
                    changed = false;
                    for i in 0..n {
                        for j in 0..n {
                            if core[i] && core[j] && plane.near(i, j) && component[j] < component[i]
                            {
                                component[i] = component[j];
                                changed = true;
                            }
                        }
                    }
                }
                for i in 0..n {
                    let expected = if core[i] {
                        Some((Role::Core, component[i]))
                    } else {
                        (0..n)
                            .filter(|&j| core[j] && plane.near(i, j))
                            .min_by(|&a, &b| {
                                plane
                                    .distance(i, a)
                                    .0
                                    .total_cmp(&plane.distance(i, b).0)
                                    .then(a.cmp(&b))
                            })
                            .map(|j| (Role::Reachable, component[j]))
                    };
                    match expected {
                        None => {
                            assert_eq!((labels.clusters[i], labels.roles[i]), (None, Role::Noise));
                        }
                        Some((role, root)) => {
                            assert_eq!(labels.roles[i], role);
                            assert_eq!(labels.clusters[i], labels.clusters[root]);
                        }
                    }
                }
                for i in 0..n {
                    for j in 0..n {
                        if core[i] && core[j] && component[i] != component[j] {
                            assert_ne!(labels.clusters[i], labels.clusters[j]);
                        }
                    }
                }
                let used: BTreeSet<u32> = labels.clusters.iter().flatten().copied().collect();
                assert_eq!(used, (1..=labels.count as u32).collect());
                let firsts: Vec<usize> = (1..=labels.count as u32)
                    .map(|c| {
                        labels
                            .clusters
                            .iter()
                            .position(|&held| held == Some(c))
                            .unwrap()
                    })
                    .collect();
                assert!(firsts.is_sorted());
            }
        }
    }

    #[test]
    fn nothing_gives_nothing() {
        let empty = Plane {
            points: Vec::new(),
            eps: 1.0,
            eps_days: 1.0,
        };
        assert_eq!(st_dbscan(&empty, 3).count, 0);
        let labels = st_dbscan(&random(1, 1), 1);
        assert_eq!((labels.count, labels.roles[0]), (1, Role::Core));
    }
}
