//! What a cluster is made of.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::dbscan::Role;
use super::hull::{self, Hull};
use crate::context::Place;
use crate::geodesy::{self, Position};
use crate::incident::{FigureSums, Shared};
use crate::index::PositionIndex;
use crate::located::LocatedIncident;
use crate::units::{Day, Days, Metres};

/// A value and how many incidents have it.
pub type Tally = Vec<(Shared, usize)>;

/// How far from a cluster's mean place a named place may lie to give the cluster its name.
const NAMED_WITHIN: Metres = Metres(30_000.0);

/// A cluster, summed up.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Its number, from 1.
    pub number: u32,
    /// A name to speak of it: the named place nearest to its mean place, if one is within 30 km; else
    /// the place that most of its reports name; else its stretch of the line.
    pub name: String,
    /// Its incidents, as places in the list of incidents, by day, then as listed.
    pub members: Vec<usize>,
    /// How many of them are core.
    pub core: usize,
    /// First day.
    pub first: Day,
    /// Last day.
    pub last: Day,
    /// The day with the most incidents; the earliest of them on a tie.
    pub peak: Day,
    /// Incidents on the peak day.
    pub peak_incidents: usize,
    /// Smallest chainage.
    pub from: Metres,
    /// Largest chainage.
    pub to: Metres,
    /// Incidents left, right and on the line.
    pub sides: [usize; 3],
    /// The sectors it touches, ascending.
    pub sectors: Vec<usize>,
    /// Kinds of event, most frequent first.
    pub kinds: Tally,
    /// Places as named in the reports, most frequent first.
    pub places: Tally,
    /// Whom the reports accuse, most frequent first.
    pub actors: Tally,
    /// Who reports, most frequent first.
    pub reporters: Tally,
    /// Deaths.
    pub deaths: FigureSums,
    /// How many incidents share the most frequent coordinate.
    pub most_at_one_coordinate: usize,
    /// The share of draws in which it is there again; `None` if nothing was drawn.
    pub stability: Option<f64>,
    /// The mean place.
    pub centroid: Position,
    /// The outline.
    pub hull: Hull,
}

impl Cluster {
    /// Days from first to last, both included.
    pub fn days(&self) -> Days {
        Days(self.last.since(self.first).0 + 1)
    }

    /// Whether it is there again in fewer than half of the draws.
    pub fn is_unstable(&self) -> bool {
        self.stability.is_some_and(|share| share < 0.5)
    }

    /// Whether more than half of its incidents, and at least three, stand on one coordinate: a
    /// gazetteer point rather than a battle, until someone looks.
    pub fn mostly_one_coordinate(&self) -> bool {
        self.most_at_one_coordinate >= 3 && self.most_at_one_coordinate * 2 > self.members.len()
    }
}

/// Sums up every cluster that the incidents name, in the order of their numbers; `stability`
/// says how sure each is, if anything was drawn; `named` are the places that can give a cluster its name. O(n log n), on all cores.
pub fn clusters(incidents: &[LocatedIncident], stability: &[f64], named: &[Place]) -> Vec<Cluster> {
    let index = PositionIndex::new(named.iter().map(|place| place.position));
    let name = |cluster: &Cluster| match index.nearest(cluster.centroid) {
        Some((place, distance)) if distance <= NAMED_WITHIN => named[place].name.clone(),
        _ => match cluster.places.first() {
            Some((place, _)) if &**place != NOT_STATED => place.to_string(),
            _ => format!("km {:.0}–{:.0}", cluster.from.km(), cluster.to.km()),
        },
    };
    let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (place, incident) in incidents.iter().enumerate() {
        if let Some(number) = incident.cluster {
            members.entry(number).or_default().push(place);
        }
    }
    let members: Vec<(u32, Vec<usize>)> = members.into_iter().collect();
    members
        .into_par_iter()
        .filter_map(|(number, members)| sum_up(number, members, incidents))
        .map(|cluster| Cluster {
            name: name(&cluster),
            stability: stability.get(cluster.number as usize - 1).copied(),
            ..cluster
        })
        .collect()
}

/// `None` only for no members, or for members whose places cancel out around the globe.
fn sum_up(number: u32, mut members: Vec<usize>, incidents: &[LocatedIncident]) -> Option<Cluster> {
    members.sort_by_key(|&place| (incidents[place].incident.day, place));
    let of: Vec<&LocatedIncident> = members.iter().map(|&place| &incidents[place]).collect();
    let positions: Vec<Position> = of.iter().map(|it| it.incident.position).collect();
    let centroid = geodesy::centroid(positions.iter().copied())?;

    let mut per_day: BTreeMap<Day, usize> = BTreeMap::new();
    let mut at_coordinate: BTreeMap<(u64, u64), usize> = BTreeMap::new();
    let mut sides = [0; 3];
    let mut sectors: Vec<usize> = Vec::new();
    for it in &of {
        *per_day.entry(it.incident.day).or_default() += 1;
        let position = it.incident.position;
        *at_coordinate
            .entry((
                position.longitude().to_bits(),
                position.latitude().to_bits(),
            ))
            .or_default() += 1;
        sides[it.side.number()] += 1;
        sectors.push(it.sector);
    }
    sectors.sort_unstable();
    sectors.dedup();
    let peak_incidents = per_day.values().copied().max()?;
    let peak = per_day
        .iter()
        .find(|(_, count)| **count == peak_incidents)
        .map(|(day, _)| *day)?;
    let chainages = || of.iter().map(|it| it.location.chainage);
    Some(Cluster {
        number,
        name: String::new(),
        core: of.iter().filter(|it| it.role == Some(Role::Core)).count(),
        first: of.first()?.incident.day,
        last: of.last()?.incident.day,
        peak,
        peak_incidents,
        from: chainages().reduce(Metres::min)?,
        to: chainages().reduce(Metres::max)?,
        sides,
        sectors,
        kinds: tally(of.iter().map(|it| &*it.incident.event_type)),
        places: tally(of.iter().map(|it| it.incident.place())),
        actors: tally(of.iter().map(|it| &*it.incident.actor_a)),
        reporters: tally(of.iter().map(|it| &*it.incident.reported_by)),
        deaths: FigureSums::of(of.iter().map(|it| &it.incident)),
        most_at_one_coordinate: at_coordinate.values().copied().max().unwrap_or(0),
        stability: None,
        centroid,
        hull: hull::around(centroid, &positions),
        members,
    })
}

/// What an empty value counts as.
const NOT_STATED: &str = "not stated";

/// Counts values, most frequent first, then by name. Empty values count as "not stated".
pub fn tally<'a>(values: impl Iterator<Item = &'a str>) -> Tally {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for value in values {
        *counts
            .entry(if value.is_empty() { NOT_STATED } else { value })
            .or_default() += 1;
    }
    let mut tally: Tally = counts
        .into_iter()
        .map(|(value, count)| (value.into(), count))
        .collect();
    tally.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    tally
}
