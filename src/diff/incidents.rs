//! What changed of each incident.

use rayon::prelude::*;

use super::clusters::Membership;
use super::matching::{By, Matching, Pair};
use super::read::{Incidents, position};
use super::rows::{COLUMNS, Fields, Kind, WIDTH, column};
use crate::geodesy::distance;
use crate::units::Metres;

/// What a change is, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// In the old pack alone.
    Gone,
    /// In the new pack alone.
    New,
    /// Proposed to be the same incident under another id.
    Renamed,
    /// Its coordinates are elsewhere, by [`LEAST_MOVE`] or more.
    Moved,
    /// Its date, time or date precision is another.
    Redated,
    /// Something else that the report says is another.
    Recoded,
    /// It was counted and is not, or the other way round.
    Fate,
    /// It left a cluster, joined one, or is in an unrelated one.
    Cluster,
    /// Its coordinates are the same, but it lies otherwise to the line or the sectors: those changed.
    Relocated,
}

impl What {
    /// All, the gravest first.
    pub const ALL: [What; 9] = [
        What::Gone,
        What::New,
        What::Renamed,
        What::Moved,
        What::Redated,
        What::Recoded,
        What::Fate,
        What::Cluster,
        What::Relocated,
    ];

    /// The word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            What::Gone => "gone",
            What::New => "new",
            What::Renamed => "renamed",
            What::Moved => "moved",
            What::Redated => "redated",
            What::Recoded => "recoded",
            What::Fate => "fate",
            What::Cluster => "cluster",
            What::Relocated => "relocated",
        }
    }
}

/// A shorter way between two coordinates of an incident is no move: formats round.
pub const LEAST_MOVE: Metres = Metres(1.0);

/// One change of one incident.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// What it is.
    pub what: What,
    /// The row of the old pack.
    pub old: Option<u32>,
    /// The row of the new pack.
    pub new: Option<u32>,
    /// How the rows were found to be one incident.
    pub by: Option<By>,
    /// Which of [`COLUMNS`] has changed; `None` for what is new or gone.
    pub column: Option<usize>,
    /// How far it moved: with the latitude of every move, though the latitude may be the same.
    pub distance: Option<Metres>,
}

/// The changes of all incidents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// By what they are, then by id.
    pub all: Vec<Change>,
    /// How many incidents have changes of each kind, in the order of [`What::ALL`].
    pub counts: [usize; What::ALL.len()],
    /// How many incidents are in both packs without any.
    pub same: usize,
}

impl Changes {
    /// How many incidents have changes of a kind.
    pub fn count(&self, what: What) -> usize {
        self.counts[what as usize]
    }

    /// The changes of a kind.
    pub fn of(&self, what: What) -> &[Change] {
        let from = self.all.partition_point(|it| it.what < what);
        let to = self.all.partition_point(|it| it.what <= what);
        &self.all[from..to]
    }
}

/// Finds the changes.
///
/// Columns that only one pack has are not compared. Location columns of an incident whose coordinates are the
/// same count as [`What::Relocated`]; where the coordinates differ by less than [`LEAST_MOVE`], so do sides,
/// sectors and differences of offset and chainage of [`LEAST_MOVE`] or more. Probabilities and feet are not
/// compared: they follow from the others.
pub fn changes(
    old: &Incidents,
    new: &Incidents,
    matching: &Matching,
    membership: &Membership,
) -> Changes {
    let shared: [bool; WIDTH] = std::array::from_fn(|it| old.has[it] && new.has[it]);
    let mut found = Changes::default();
    let of_pairs: Vec<Vec<Change>> = matching
        .pairs
        .par_iter()
        .map(|pair| of_pair(*pair, old, new, &shared, membership))
        .collect();
    for list in of_pairs {
        found.same += usize::from(list.is_empty());
        let mut before = None;
        for change in list {
            if before != Some(change.what) {
                found.counts[change.what as usize] += 1;
                before = Some(change.what);
            }
            found.all.push(change);
        }
    }
    let alone = |what, old, new| Change {
        what,
        old,
        new,
        by: None,
        column: None,
        distance: None,
    };
    let gone = matching.gone.iter();
    found
        .all
        .extend(gone.map(|&it| alone(What::Gone, Some(it), None)));
    let added = matching.new.iter();
    found
        .all
        .extend(added.map(|&it| alone(What::New, None, Some(it))));
    found.counts[What::Gone as usize] = matching.gone.len();
    found.counts[What::New as usize] = matching.new.len();

    let key = |change: &Change| {
        let of_old = change.old.map(|it| old.rows.id(it));
        let of_new = change.new.map(|it| new.rows.id(it));
        (change.what, of_new.or(of_old), of_old)
    };
    // Rows that share an id are told apart by all that they say.
    let further = |change: &Change| {
        (
            change.new.map(|it| new.rows.fields(it)),
            change.old.map(|it| old.rows.fields(it)),
            change.column,
        )
    };
    found.all.par_sort_unstable_by(|one, other| {
        key(one)
            .cmp(&key(other))
            .then_with(|| further(one).cmp(&further(other)))
    });
    found
}

/// The changes of one incident, in the order of [`What`].
fn of_pair(
    pair: Pair,
    old: &Incidents,
    new: &Incidents,
    shared: &[bool; WIDTH],
    membership: &Membership,
) -> Vec<Change> {
    let (one, other) = (old.rows.fields(pair.old), new.rows.fields(pair.new));
    let [from, into] = [
        old.clusters[pair.old as usize],
        new.clusters[pair.new as usize],
    ];
    let mut list = Vec::new();
    let mut add = |what, column, distance| {
        list.push(Change {
            what,
            old: Some(pair.old),
            new: Some(pair.new),
            by: Some(pair.by),
            column: Some(column),
            distance,
        });
    };
    let differs = |column: usize| shared[column] && one[column] != other[column];
    if pair.by == By::Proposal && one[0] != other[0] {
        add(What::Renamed, 0, None);
    }
    let latitude = const { column("latitude") };
    let mut way = Metres::ZERO;
    let longitude = const { column("longitude") };
    let place_differs = differs(latitude) || differs(longitude);
    if place_differs && let (Some(here), Some(there)) = (position(&one), position(&other)) {
        way = distance(here, there);
    }
    let has_moved = way >= LEAST_MOVE;
    if has_moved {
        add(What::Moved, latitude, Some(way));
        for place in [longitude].into_iter().chain(of_kind(&[Kind::Location])) {
            if differs(place) {
                add(What::Moved, place, None);
            }
        }
    }
    for place in of_kind(&[Kind::Date]) {
        if differs(place) {
            add(What::Redated, place, None);
        }
    }
    for place in of_kind(&[Kind::Code, Kind::Radius]) {
        if differs(place) {
            add(What::Recoded, place, None);
        }
    }
    let fate = const { column("fate") };
    if differs(fate) {
        add(What::Fate, fate, None);
    }
    let cluster = const { column("cluster") };
    if shared[cluster] && membership.differs(from, into) {
        add(What::Cluster, cluster, None);
    }
    if !has_moved {
        for place in of_kind(&[Kind::Location]) {
            if differs(place) && !(way > Metres::ZERO && is_near(place, &one, &other)) {
                add(What::Relocated, place, None);
            }
        }
    }
    list
}

fn of_kind(kinds: &'static [Kind]) -> impl Iterator<Item = usize> {
    (0..WIDTH).filter(move |&it| kinds.contains(&COLUMNS[it].1))
}

/// Whether the two values of a column of lengths differ by less than [`LEAST_MOVE`].
fn is_near(place: usize, one: &Fields<'_>, other: &Fields<'_>) -> bool {
    let metres = match COLUMNS[place].0 {
        "offset_m" => 1.0,
        "chainage_km" => 1_000.0,
        _ => return false,
    };
    match (one[place].parse::<f64>(), other[place].parse::<f64>()) {
        (Ok(one), Ok(other)) => (one - other).abs() * metres < LEAST_MOVE.0,
        _ => false,
    }
}
