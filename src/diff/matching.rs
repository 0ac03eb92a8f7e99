//! Which incident of the one pack is which of the other.
//!
//! 1. By id, where the input gave ids. Records that share an id are paired with those that say the same; the
//!    others of that id in the order of their dates and places.
//! 2. What is left, and every row whose id was made from its place in the file: rows that say the same in every
//!    column but the id.
//! 3. What is left: the only two, in both packs, that share date, coordinates, kind, parties and claimant; then date,
//!    coordinates and kind; then date, named place, kind, parties and claimant, at most [`FARTHEST_PROPOSAL`] apart.
//!
//! A pair of the second or third step is a proposal, unless it says the same and neither id came from the input.
//!
//! Cost: O(n) by hashing, save that rows which share an id or all content are sorted among themselves. No order of
//! rows changes the pairs.

use std::hash::{BuildHasher, Hasher};

use hashbrown::{DefaultHashBuilder, HashTable};

use super::read::{Incidents, content, position};
use super::rows::{Fields, WIDTH, column};
use crate::geodesy::distance;
use crate::units::Metres;

/// How two rows were found to be one incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// The same id.
    Id,
    /// No ids of their own, and the same in every column of the report.
    Content,
    /// Proposed: other ids, and the same content, or the only two with the same date, place and kind.
    Proposal,
}

impl By {
    /// The word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            By::Id => "id",
            By::Content => "content",
            By::Proposal => "proposal",
        }
    }
}

/// A row of the old pack and the row of the new one that is the same incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// The row of the old pack.
    pub old: u32,
    /// The row of the new pack.
    pub new: u32,
    /// How it was found.
    pub by: By,
}

/// Every row of both packs: with its counterpart, or without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matching {
    /// Rows of both.
    pub pairs: Vec<Pair>,
    /// Rows of the old pack alone.
    pub gone: Vec<u32>,
    /// Rows of the new pack alone.
    pub new: Vec<u32>,
    /// How many rows of both packs share their id with another of their pack.
    pub sharing_ids: usize,
}

/// The columns of the third step, one key after the other.
pub(super) fn keys() -> [Vec<usize>; 3] {
    let of = |names: &[&str]| names.iter().map(|name| column(name)).collect();
    [
        of(&[
            "date",
            "latitude",
            "longitude",
            "place",
            "event_type",
            "actor_a",
            "actor_b",
            "reported_by",
        ]),
        of(&["date", "latitude", "longitude", "event_type"]),
        // The same named place with other coordinates.
        of(&[
            "date",
            "place",
            "event_type",
            "actor_a",
            "actor_b",
            "reported_by",
        ]),
    ]
}

/// Whether a row can be found by a key of the third step: one of named places needs a name.
pub(super) fn has_key(fields: &Fields<'_>, key: &[usize]) -> bool {
    key.contains(&const { column("latitude") }) || !fields[const { column("place") }].is_empty()
}

/// No proposal is made for places farther apart: many places share a name.
pub const FARTHEST_PROPOSAL: Metres = Metres::from_km(50.0);

/// Whether two rows are not farther apart than a proposal may be.
pub(super) fn is_near_enough(one: &Fields<'_>, other: &Fields<'_>) -> bool {
    match (position(one), position(other)) {
        (Some(one), Some(other)) => distance(one, other) <= FARTHEST_PROPOSAL,
        _ => false,
    }
}

/// Matches the rows of two packs.
pub fn matched(old: &Incidents, new: &Incidents) -> Matching {
    let shared: [bool; WIDTH] = std::array::from_fn(|it| old.has[it] && new.has[it]);
    let said = content(&shared);
    let mut matching = Matching::default();
    let (mut olds, mut news): (Vec<u32>, Vec<u32>) = (rows(old, true), rows(new, true));

    let groups = Groups::of((old, &rows(old, false)), (new, &rows(new, false)), &[0]);
    for (of_old, of_new) in groups.iter() {
        for group in [of_old, of_new] {
            if group.len() > 1 {
                matching.sharing_ids += group.len();
            }
        }
        match (of_old, of_new) {
            (&[old], &[new]) => matching.pairs.push(Pair {
                old,
                new,
                by: By::Id,
            }),
            (of_old, &[]) => olds.extend(of_old),
            (&[], of_new) => news.extend(of_new),
            _ => {
                let (of_old, of_new) = (
                    sorted(old, of_old, &said, false),
                    sorted(new, of_new, &said, false),
                );
                let (of_old, of_new) =
                    pair_alike((old, of_old), (new, of_new), &said, &mut matching.pairs);
                let both = of_old.len().min(of_new.len());
                let pairs = of_old.iter().zip(&of_new);
                matching.pairs.extend(pairs.map(|(&old, &new)| Pair {
                    old,
                    new,
                    by: By::Id,
                }));
                olds.extend(&of_old[both..]);
                news.extend(&of_new[both..]);
            }
        }
    }
    drop(groups);

    let groups = Groups::of((old, &olds), (new, &news), &said);
    let (mut left_old, mut left_new) = (Vec::new(), Vec::new());
    for (of_old, of_new) in groups.iter() {
        if of_old.is_empty() || of_new.is_empty() {
            left_old.extend(of_old);
            left_new.extend(of_new);
            continue;
        }
        let (of_old, of_new) = (
            sorted(old, of_old, &said, true),
            sorted(new, of_new, &said, true),
        );
        let both = of_old.len().min(of_new.len());
        matching
            .pairs
            .extend(of_old.iter().zip(&of_new).map(|(&it, &other)| {
                let made = old.made[it as usize] && new.made[other as usize];
                Pair {
                    old: it,
                    new: other,
                    by: if made { By::Content } else { By::Proposal },
                }
            }));
        left_old.extend(&of_old[both..]);
        left_new.extend(&of_new[both..]);
    }
    drop(groups);

    for key in keys() {
        let key: Vec<usize> = key.into_iter().filter(|&it| shared[it]).collect();
        if !key.contains(&column("latitude")) && !key.contains(&column("place")) {
            continue;
        }
        let split = |side: &Incidents, rows: &[u32]| -> (Vec<u32>, Vec<u32>) {
            rows.iter()
                .partition(|&&row| has_key(&side.rows.fields(row), &key))
        };
        let (with_old, without_old) = split(old, &left_old);
        let (with_new, without_new) = split(new, &left_new);
        (left_old, left_new) = (without_old, without_new);
        let groups = Groups::of((old, &with_old), (new, &with_new), &key);
        for group in groups.iter() {
            if let (&[one], &[other]) = group
                && is_near_enough(&old.rows.fields(one), &new.rows.fields(other))
            {
                matching.pairs.push(Pair {
                    old: one,
                    new: other,
                    by: By::Proposal,
                });
            } else {
                left_old.extend(group.0);
                left_new.extend(group.1);
            }
        }
    }
    matching.gone = left_old;
    matching.new = left_new;
    matching
}

/// The rows whose ids were made, or the others.
fn rows(of: &Incidents, made: bool) -> Vec<u32> {
    (0..of.rows.len() as u32)
        .filter(|&row| of.made[row as usize] == made)
        .collect()
}

/// Rows in the order of what they say, then of everything; or of whether their id was made and then of everything.
pub(super) fn sorted(of: &Incidents, rows: &[u32], said: &[usize], alike: bool) -> Vec<u32> {
    let mut rows = rows.to_vec();
    if rows.len() > 1 {
        rows.sort_by(|&a, &b| {
            let (one, other) = (of.rows.fields(a), of.rows.fields(b));
            let first = if alike {
                of.made[a as usize].cmp(&of.made[b as usize])
            } else {
                // Dates before coordinates.
                let date = column("date");
                one[date]
                    .cmp(other[date])
                    .then_with(|| compare(&one, &other, said))
            };
            first.then_with(|| one.cmp(&other))
        });
    }
    rows
}

fn compare(one: &Fields<'_>, other: &Fields<'_>, columns: &[usize]) -> std::cmp::Ordering {
    let order = columns.iter().map(|&it| one[it].cmp(other[it]));
    order
        .into_iter()
        .find(|it| it.is_ne())
        .unwrap_or(std::cmp::Ordering::Equal)
}

/// Pairs those of two sorted groups that say the same; returns the others.
fn pair_alike(
    (old, of_old): (&Incidents, Vec<u32>),
    (new, of_new): (&Incidents, Vec<u32>),
    said: &[usize],
    pairs: &mut Vec<Pair>,
) -> (Vec<u32>, Vec<u32>) {
    let date = column("date");
    let (mut left_old, mut left_new) = (Vec::new(), Vec::new());
    let (mut olds, mut news) = (of_old.into_iter().peekable(), of_new.into_iter().peekable());
    while let (Some(&one), Some(&other)) = (olds.peek(), news.peek()) {
        let (a, b) = (old.rows.fields(one), new.rows.fields(other));
        let order = a[date].cmp(b[date]).then_with(|| compare(&a, &b, said));
        if order.is_eq() {
            pairs.push(Pair {
                old: one,
                new: other,
                by: By::Id,
            });
        }
        if order.is_le() {
            olds.next();
        }
        if order.is_ge() {
            news.next();
        }
        match order {
            std::cmp::Ordering::Less => left_old.push(one),
            std::cmp::Ordering::Greater => left_new.push(other),
            std::cmp::Ordering::Equal => {}
        }
    }
    left_old.extend(olds);
    left_new.extend(news);
    (left_old, left_new)
}

/// Rows of both packs that are the same in some columns, group by group.
struct Groups {
    old: Members,
    new: Members,
}

/// The rows of each group of one pack, in the order in which they were given.
struct Members {
    /// Where each group begins in `rows`, and the end of the last.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Groups {
    fn of(old: (&Incidents, &[u32]), new: (&Incidents, &[u32]), columns: &[usize]) -> Groups {
        let hasher = DefaultHashBuilder::default();
        let count = columns.iter().max().map_or(0, |it| it + 1);
        let mut table: HashTable<u32> = HashTable::with_capacity(old.1.len().max(new.1.len()));
        // The hash of each group, the pack of its first row and that row.
        let mut firsts: Vec<(u64, &Incidents, u32)> = Vec::new();
        let [of_old, of_new] = [old, new].map(|(side, rows)| {
            rows.iter()
                .map(|&row| {
                    let fields = side.rows.first(row, count);
                    let mut state = hasher.build_hasher();
                    for &column in columns {
                        state.write(fields[column].as_bytes());
                        state.write_u8(0xff);
                    }
                    let hash = state.finish();
                    let same = |&group: &u32| {
                        let (known, side, row) = firsts[group as usize];
                        known == hash && {
                            let first = side.rows.first(row, count);
                            columns.iter().all(|&it| first[it] == fields[it])
                        }
                    };
                    if let Some(&group) = table.find(hash, same) {
                        return group;
                    }
                    let group = firsts.len() as u32;
                    firsts.push((hash, side, row));
                    table.insert_unique(hash, group, |&it| firsts[it as usize].0);
                    group
                })
                .collect::<Vec<u32>>()
        });
        Groups {
            old: Members::of(old.1, &of_old, firsts.len()),
            new: Members::of(new.1, &of_new, firsts.len()),
        }
    }

    /// The rows of each group in the old and in the new pack.
    fn iter(&self) -> impl Iterator<Item = (&[u32], &[u32])> {
        (0..self.old.starts.len() - 1).map(|group| (self.old.get(group), self.new.get(group)))
    }
}

impl Members {
    fn of(rows: &[u32], group_of: &[u32], groups: usize) -> Members {
        let mut starts = vec![0_u32; groups + 1];
        for &group in group_of {
            starts[group as usize + 1] += 1;
        }
        for group in 0..groups {
            starts[group + 1] += starts[group];
        }
        let mut next = starts.clone();
        let mut sorted = vec![0; rows.len()];
        for (&row, &group) in rows.iter().zip(group_of) {
            let at = &mut next[group as usize];
            sorted[*at as usize] = row;
            *at += 1;
        }
        Members {
            starts,
            rows: sorted,
        }
    }

    fn get(&self, group: usize) -> &[u32] {
        &self.rows[self.starts[group] as usize..self.starts[group + 1] as usize]
    }
}
