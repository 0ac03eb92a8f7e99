//! ST-DBSCAN: Birant and Kut (2007), *ST-DBSCAN: An algorithm for clustering spatial–temporal data*,
//! Data & Knowledge Engineering 60:208–221, doi 10.1016/j.datak.2006.01.013, in the form with one
//! threshold in space and one in time.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::neighbours::{RingView, SpaceTimeGrid};
use crate::units::Metres;

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
/// On all cores; the result does not depend on how many. Counting stops at `min_points`, and of two cells
/// full of cores one pair that is near settles that they are connected: O(n log n) however densely the
/// incidents lie. Empty input gives empty labels.
pub fn st_dbscan(grid: &SpaceTimeGrid<'_>, min_points: usize) -> Labels {
    let core = cores(grid, min_points.max(1));
    let components = connected(grid, &core);
    let joins = joins(grid, &core);

    let mut node_of = vec![0; grid.len()];
    for node in 0..grid.nodes() {
        for &member in grid.members(node) {
            node_of[member as usize] = node;
        }
    }
    let mut numbers: Vec<Option<u32>> = vec![None; grid.nodes()];
    let mut count = 0;
    let mut labels = Labels {
        clusters: Vec::with_capacity(grid.len()),
        roles: Vec::with_capacity(grid.len()),
        count: 0,
    };
    for node in node_of {
        let number = joins[node].map(|core| {
            let root = components.root(core as usize);
            *numbers[root].get_or_insert_with(|| {
                count += 1;
                count
            })
        });
        labels.clusters.push(number);
        labels.roles.push(match number {
            _ if core[node] => Role::Core,
            Some(_) => Role::Reachable,
            None => Role::Noise,
        });
    }
    labels.count = count as usize;
    labels
}

/// Something for every node, ring by ring on all cores.
fn for_nodes<T: Send>(
    grid: &SpaceTimeGrid<'_>,
    of: impl Fn(&RingView<'_, '_>, &mut Vec<T>) + Sync,
) -> Vec<T> {
    // Neighbouring rings share a list; the lists stand in the order of the rings.
    let mut lists: Vec<Vec<T>> = grid
        .rings()
        .fold(Vec::new, |mut found, ring| {
            of(&ring, &mut found);
            found
        })
        .collect();
    let mut all = if lists.is_empty() {
        Vec::new()
    } else {
        lists.remove(0)
    };
    for list in lists {
        all.extend(list);
    }
    all
}

/// Which nodes are core.
fn cores(grid: &SpaceTimeGrid<'_>, min_points: usize) -> Vec<bool> {
    for_nodes(grid, |ring, found| {
        for cell in ring.cells() {
            let nodes = grid.nodes_of(cell..cell + 1);
            if grid.is_tight() && grid.incidents_of(nodes.clone()) >= min_points {
                found.extend(nodes.map(|_| true));
                continue;
            }
            found.extend(nodes.map(|node| {
                let mut neighbours = 0;
                ring.for_each_near_node(cell, node, |other| {
                    neighbours += grid.weight(other);
                    neighbours < min_points
                });
                neighbours >= min_points
            }));
        }
    })
}

/// The connected components of the cores.
fn connected(grid: &SpaceTimeGrid<'_>, core: &[bool]) -> Components {
    let components = Components::new(grid.nodes());
    let cores = |cell: usize| {
        let nodes = grid.nodes_of(cell..cell + 1);
        nodes.filter(|&node| core[node])
    };
    grid.rings().for_each(|ring| {
        for cell in ring.cells() {
            let Some(first) = cores(cell).next() else {
                continue;
            };
            if grid.is_tight() {
                cores(cell).for_each(|node| components.unite(first, node));
            }
            ring.for_each_window(cell, |cells| {
                // A pair of cells is looked at from its lower one; a cell with itself only where that is open.
                for other in cells.filter(|&it| it > cell || (it == cell && !grid.is_tight())) {
                    connect(grid, &components, || cores(cell), || cores(other));
                }
                true
            });
        }
    });
    components
}

/// Unites the cores of two cells that are near each other; in tight cells one pair speaks for all.
fn connect<A: Iterator<Item = usize>, B: Iterator<Item = usize>>(
    grid: &SpaceTimeGrid<'_>,
    components: &Components,
    ones: impl Fn() -> A,
    others: impl Fn() -> B,
) {
    let (Some(one), Some(other)) = (ones().next(), others().next()) else {
        return;
    };
    if grid.is_tight() && components.root(one) == components.root(other) {
        return;
    }
    for one in ones() {
        for other in others() {
            if grid.near(one, other) {
                components.unite(one, other);
                if grid.is_tight() {
                    return;
                }
            }
        }
    }
}

/// The core to whose cluster each node belongs: itself, or the nearest of its core neighbours, or none.
fn joins(grid: &SpaceTimeGrid<'_>, core: &[bool]) -> Vec<Option<u32>> {
    for_nodes(grid, |ring, found| {
        for cell in ring.cells() {
            found.extend(grid.nodes_of(cell..cell + 1).map(|node| {
                if core[node] {
                    return Some(node as u32);
                }
                let mut nearest: Option<(Metres, u32, usize)> = None;
                ring.for_each_near_node(cell, node, |other| {
                    // A straight line is no longer than the geodesic.
                    let in_reach = |least: Metres| grid.chord(node, other) <= least;
                    if core[other] && nearest.is_none_or(|(least, ..)| in_reach(least)) {
                        let distance = grid.distance(node, other);
                        let lowest = grid.members(other)[0];
                        let nearer = nearest.is_none_or(|(least, held, _)| {
                            distance < least || (distance.0 <= least.0 && lowest < held)
                        });
                        if nearer {
                            nearest = Some((distance, lowest, other));
                        }
                    }
                    true
                });
                nearest.map(|it| it.2 as u32)
            }));
        }
    })
}

/// Disjoint sets that all cores may unite at once (Anderson and Woll 1991): a root is only ever hung below a
/// lower one, so that there is no cycle, and who is together at the end does not depend on the order.
struct Components(Vec<AtomicU32>);

impl Components {
    fn new(n: usize) -> Components {
        Components((0..n as u32).map(AtomicU32::new).collect())
    }

    fn root(&self, mut at: usize) -> usize {
        loop {
            let above = self.0[at].load(Relaxed) as usize;
            if above == at {
                return at;
            }
            // Path halving; whoever else writes here writes another ancestor.
            let next = self.0[above].load(Relaxed);
            self.0[at].store(next, Relaxed);
            at = next as usize;
        }
    }

    fn unite(&self, one: usize, other: usize) {
        loop {
            let (one, other) = (self.root(one), self.root(other));
            let (low, high) = (one.min(other), one.max(other));
            let hung = self.0[high].compare_exchange(high as u32, low as u32, Relaxed, Relaxed);
            if low == high || hung.is_ok() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesy::{Position, distance};
    use crate::testing::Dice;
    use crate::units::{Day, Days};

    /// The definition word for word, every pair compared, clusters by closure over the core relation.
    fn by_definition(
        positions: &[Position],
        days: &[Day],
        (eps, eps_days): (Metres, Days),
        min_points: usize,
    ) -> Labels {
        let n = positions.len();
        let apart: Vec<Vec<f64>> = positions
            .iter()
            .map(|&a| positions.iter().map(|&b| distance(a, b).0).collect())
            .collect();
        let near = |i: usize, j: usize| {
            apart[i][j] <= eps.0 && days[i].since(days[j]).0.abs() <= eps_days.0
        };
        let core: Vec<bool> = (0..n)
            .map(|i| (0..n).filter(|&j| near(i, j)).count() >= min_points)
            .collect();
        let mut component: Vec<usize> = (0..n).collect();
        let mut changed = true;
        while changed {
            changed = false;
            for i in 0..n {
                for j in 0..n {
                    if core[i] && core[j] && near(i, j) && component[j] < component[i] {
                        component[i] = component[j];
                        changed = true;
                    }
                }
            }
        }
        let joined = |i: usize| {
            if core[i] {
                return Some(component[i]);
            }
            (0..n)
                .filter(|&j| core[j] && near(i, j))
                .min_by(|&a, &b| apart[i][a].total_cmp(&apart[i][b]).then(a.cmp(&b)))
                .map(|j| component[j])
        };
        let mut numbers = std::collections::BTreeMap::new();
        let mut labels = Labels {
            clusters: Vec::new(),
            roles: Vec::new(),
            count: 0,
        };
        for (i, &is_core) in core.iter().enumerate() {
            let cluster = joined(i).map(|root| {
                let next = numbers.len() as u32 + 1;
                *numbers.entry(root).or_insert(next)
            });
            labels.clusters.push(cluster);
            labels.roles.push(match cluster {
                _ if is_core => Role::Core,
                Some(_) => Role::Reachable,
                None => Role::Noise,
            });
        }
        labels.count = numbers.len();
        labels
    }

    #[test]
    fn clusters_are_the_definition() {
        let mut dice = Dice::new(3);
        // Near the line of the first case, across the antimeridian, round a pole, at the equator.
        let windows = [
            (70.0, 33.0, 70.6, 33.6),
            (179.8, -20.2, 180.2, -19.8),
            (-180.0, 89.6, 180.0, 90.0),
            (20.0, -0.3, 20.6, 0.3),
        ];
        for (round, window) in windows.iter().cycle().take(48).enumerate() {
            let n = 90 + dice.below(90) as usize;
            let mut positions: Vec<Position> = Vec::new();
            for _ in 0..n {
                // A third on coordinates that others have.
                let copied = dice.below(3) == 0 && !positions.is_empty();
                positions.push(if copied {
                    positions[dice.below(positions.len() as u64) as usize]
                } else {
                    let longitude = dice.between(window.0, window.2);
                    let longitude = if longitude > 180.0 {
                        longitude - 360.0
                    } else {
                        longitude
                    };
                    Position::new(longitude, dice.between(window.1, window.3)).unwrap()
                });
            }
            let days: Vec<Day> = (0..n).map(|_| Day(dice.below(25) as i32)).collect();
            let eps = Metres([0.0, 6.0, 2_500.0, 7_000.0, 40_000.0][round % 5]);
            let eps_days = Days([0, 2, 5][round % 3]);
            let grid = SpaceTimeGrid::new(&positions, &days, eps, eps_days);
            for min_points in [1, 2, 4, 9] {
                assert_eq!(
                    st_dbscan(&grid, min_points),
                    by_definition(&positions, &days, (eps, eps_days), min_points),
                    "{window:?} {eps:?} {eps_days:?} {min_points}"
                );
            }
        }
    }

    #[test]
    fn nothing_gives_nothing() {
        let eps = Metres(1.0);
        assert_eq!(
            st_dbscan(&SpaceTimeGrid::new(&[], &[], eps, Days(1)), 3).count,
            0
        );
        let one = [Position::new(70.0, 33.0).unwrap()];
        let labels = st_dbscan(&SpaceTimeGrid::new(&one, &[Day(0)], eps, Days(1)), 1);
        assert_eq!((labels.count, labels.roles[0]), (1, Role::Core));
    }
}
