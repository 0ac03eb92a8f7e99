//! Which clusters are which, by the members that they have in common.
//!
//! An old and a new cluster are *related* if more than half of the members of the smaller one are in both. That
//! holds for every pair whose Jaccard similarity is ½ or more. What hangs together by this relation is one
//! change: an old cluster and a new one are the same, grown or shrunk; several old ones and a new one are merged;
//! an old one and several new ones are split; several of both are regrouped.
//!
//! Cost: O(n log n) in the clustered incidents, for the sort of the pairs of numbers.

use std::collections::BTreeMap;

use super::matching::Matching;
use super::read::{Incidents, Pack};

/// What became of clusters, the most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Became {
    /// Several old ones became one.
    Merged,
    /// One became several new ones.
    Split,
    /// Several became several.
    Regrouped,
    /// Related to no old one.
    New,
    /// Related to no new one.
    Dissolved,
    /// It has more members.
    Grown,
    /// It has fewer members.
    Shrunk,
    /// It has as many members, and some are others.
    Changed,
    /// It has the same members; its number may be another.
    Same,
}

impl Became {
    /// All, the most telling first.
    pub const ALL: [Became; 9] = [
        Became::Merged,
        Became::Split,
        Became::Regrouped,
        Became::New,
        Became::Dissolved,
        Became::Grown,
        Became::Shrunk,
        Became::Changed,
        Became::Same,
    ];

    /// The word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Became::Merged => "merged",
            Became::Split => "split",
            Became::Regrouped => "regrouped",
            Became::New => "new",
            Became::Dissolved => "dissolved",
            Became::Grown => "grown",
            Became::Shrunk => "shrunk",
            Became::Changed => "changed",
            Became::Same => "same",
        }
    }
}

/// Clusters that hang together, and what became of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterChange {
    /// What became of them.
    pub became: Became,
    /// The old ones, by number.
    pub old: Vec<u32>,
    /// The new ones, by number.
    pub new: Vec<u32>,
    /// How many members the old ones have.
    pub old_members: usize,
    /// How many members the new ones have.
    pub new_members: usize,
    /// How many are members before and after.
    pub common: usize,
    /// Members that the old ones do not have, as rows of the new pack, by id.
    pub gained: Vec<u32>,
    /// Members that the new ones do not have, as rows of the old pack, by id.
    pub lost: Vec<u32>,
}

impl ClusterChange {
    /// Jaccard similarity of the members before and after: what they have in common over all of them.
    pub fn jaccard(&self) -> f64 {
        self.common as f64 / (self.old_members + self.new_members - self.common).max(1) as f64
    }
}

/// Which old and new clusters hang together.
#[derive(Clone, Debug, Default)]
pub struct Membership {
    old: BTreeMap<u32, usize>,
    new: BTreeMap<u32, usize>,
}

impl Membership {
    /// Whether an incident that was in one cluster and is in another changed its membership; 0 is no cluster.
    pub fn differs(&self, old: u32, new: u32) -> bool {
        match (old, new) {
            (0, 0) => false,
            (0, _) | (_, 0) => true,
            _ => self.old.get(&old) != self.new.get(&new),
        }
    }
}

/// Compares the clusters of two packs.
pub fn compared(old: &Pack, new: &Pack, matching: &Matching) -> (Membership, Vec<ClusterChange>) {
    let sizes = |pack: &Pack| -> BTreeMap<u32, usize> {
        let mut sizes: BTreeMap<u32, usize> = pack.clusters.keys().map(|&it| (it, 0)).collect();
        for &cluster in pack.incidents.clusters.iter().filter(|&&it| it != 0) {
            *sizes.entry(cluster).or_default() += 1;
        }
        sizes
    };
    let (sizes_old, sizes_new) = (sizes(old), sizes(new));
    let (clusters_old, clusters_new) = (&old.incidents.clusters, &new.incidents.clusters);
    let mut both: Vec<(u32, u32)> = matching
        .pairs
        .iter()
        .map(|it| (clusters_old[it.old as usize], clusters_new[it.new as usize]))
        .filter(|it| it.0 != 0 && it.1 != 0)
        .collect();
    both.sort_unstable();

    let mut sets = Sets::new(sizes_old.len() + sizes_new.len());
    let place = |sizes: &BTreeMap<u32, usize>, first: usize| -> BTreeMap<u32, usize> {
        sizes.keys().copied().zip(first..).collect()
    };
    let mut membership = Membership {
        old: place(&sizes_old, 0),
        new: place(&sizes_new, sizes_old.len()),
    };
    for run in both.chunk_by(|a, b| a == b) {
        let (one, other) = run[0];
        if 2 * run.len() > sizes_old[&one].min(sizes_new[&other]) {
            sets.join(membership.old[&one], membership.new[&other]);
        }
    }
    drop(both);
    for place in membership
        .old
        .values_mut()
        .chain(membership.new.values_mut())
    {
        *place = sets.first(*place);
    }

    let mut changes: BTreeMap<usize, ClusterChange> = BTreeMap::new();
    let empty = ClusterChange {
        became: Became::Same,
        old: Vec::new(),
        new: Vec::new(),
        old_members: 0,
        new_members: 0,
        common: 0,
        gained: Vec::new(),
        lost: Vec::new(),
    };
    for (number, set) in &membership.old {
        let change = changes.entry(*set).or_insert_with(|| empty.clone());
        change.old.push(*number);
        change.old_members += sizes_old[number];
    }
    for (number, set) in &membership.new {
        let change = changes.entry(*set).or_insert_with(|| empty.clone());
        change.new.push(*number);
        change.new_members += sizes_new[number];
    }
    // The counterpart's cluster of each row; 0 where there is none.
    let mut before = vec![0; clusters_new.len()];
    let mut after = vec![0; clusters_old.len()];
    for pair in &matching.pairs {
        before[pair.new as usize] = clusters_old[pair.old as usize];
        after[pair.old as usize] = clusters_new[pair.new as usize];
    }
    for (row, &cluster) in (0..).zip(clusters_new) {
        if let Some(change) = membership
            .new
            .get(&cluster)
            .and_then(|it| changes.get_mut(it))
        {
            if membership.differs(before[row as usize], cluster) {
                change.gained.push(row);
            } else {
                change.common += 1;
            }
        }
    }
    for (row, &cluster) in (0..).zip(clusters_old) {
        if let Some(change) = membership
            .old
            .get(&cluster)
            .and_then(|it| changes.get_mut(it))
            && membership.differs(cluster, after[row as usize])
        {
            change.lost.push(row);
        }
    }
    let mut changes: Vec<ClusterChange> = changes.into_values().collect();
    for change in &mut changes {
        change.became = became(change);
        by_id(&old.incidents, &mut change.lost);
        by_id(&new.incidents, &mut change.gained);
    }
    changes.sort_by(|a, b| {
        let key = |it: &ClusterChange| (it.became, it.new.clone(), it.old.clone());
        key(a).cmp(&key(b))
    });
    (membership, changes)
}

fn became(change: &ClusterChange) -> Became {
    match (change.old.len(), change.new.len()) {
        (0, _) => Became::New,
        (_, 0) => Became::Dissolved,
        (1, 1) if change.gained.is_empty() && change.lost.is_empty() => Became::Same,
        (1, 1) => match change.new_members.cmp(&change.old_members) {
            std::cmp::Ordering::Greater => Became::Grown,
            std::cmp::Ordering::Less => Became::Shrunk,
            std::cmp::Ordering::Equal => Became::Changed,
        },
        (_, 1) => Became::Merged,
        (1, _) => Became::Split,
        _ => Became::Regrouped,
    }
}

fn by_id(of: &Incidents, rows: &mut [u32]) {
    rows.sort_unstable_by(|&a, &b| of.rows.fields(a).cmp(&of.rows.fields(b)));
}

/// Sets that are joined (union by the lower number, paths halved).
struct Sets(Vec<usize>);

impl Sets {
    fn new(count: usize) -> Sets {
        Sets((0..count).collect())
    }

    fn first(&mut self, mut it: usize) -> usize {
        while self.0[it] != it {
            self.0[it] = self.0[self.0[it]];
            it = self.0[it];
        }
        it
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        self.0[one.max(other)] = one.min(other);
    }
}
