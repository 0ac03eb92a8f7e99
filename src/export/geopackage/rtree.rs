//! The spatial index of a layer, packed: `SQLite`'s r-tree filled whole instead of one entry after another.
//!
//! Entries are tiled by sort-tile-recursive packing (Leutenegger, Edgington, Lopez 1997) and the nodes written
//! in the form that `SQLite` documents (<https://www.sqlite.org/rtree.html> §5, "Internal Details"): big endian, four bytes of
//! head, then 24 bytes for each box. `rtreecheck()` holds every tree that tests make to be sound. Packing a million
//! entries takes a second and inserting them one by one takes some ten; a packed tree is also tighter.

use rusqlite::{Connection, Result, params};

use crate::export::wkb::Envelope;

/// The most entries that `SQLite` puts in a node.
const CAPACITY: usize = 51;
/// Entries that a node is filled with at most, so that uneven tiles fit.
const FILL: usize = 50;
/// Bytes of a node.
const NODE: usize = 4 + CAPACITY * ENTRY;
/// Bytes of an entry.
const ENTRY: usize = 24;

/// A box and what it is of: a feature, or a node below.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Entry {
    id: i64,
    /// West, east, south, north, never narrower than the shape.
    bounds: [f32; 4],
}

impl Entry {
    /// Of a feature.
    pub(super) fn new(id: i64, envelope: Envelope) -> Entry {
        let [west, east, south, north] = envelope;
        Entry {
            id,
            bounds: [below(west), above(east), below(south), above(north)],
        }
    }

    fn around(id: i64, entries: &[Entry]) -> Entry {
        let mut bounds = entries[0].bounds;
        for entry in entries {
            let [west, east, south, north] = entry.bounds;
            bounds = [
                bounds[0].min(west),
                bounds[1].max(east),
                bounds[2].min(south),
                bounds[3].max(north),
            ];
        }
        Entry { id, bounds }
    }

    /// Twice the middle on an axis.
    fn middle(&self, axis: usize) -> f32 {
        self.bounds[2 * axis] + self.bounds[2 * axis + 1]
    }
}

fn below(value: f64) -> f32 {
    let near = value as f32;
    if f64::from(near) > value {
        near.next_down()
    } else {
        near
    }
}

fn above(value: f64) -> f32 {
    let near = value as f32;
    if f64::from(near) < value {
        near.next_up()
    } else {
        near
    }
}

/// Fills the empty r-tree of a name. O(n log n).
pub(super) fn fill(to: &Connection, name: &str, mut entries: Vec<Entry>) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut nodes = to.prepare(&format!(
        "INSERT OR REPLACE INTO \"{name}_node\" VALUES (?1, ?2)"
    ))?;
    // The root is node 1; nodes are numbered from below.
    let mut next = 2;
    let mut parents: Vec<(i64, i64)> = Vec::new();
    let mut leaves: Vec<(i64, i64)> = Vec::with_capacity(entries.len());
    let mut depth: u16 = 0;
    while entries.len() > CAPACITY {
        let mut level = Vec::with_capacity(entries.len().div_ceil(FILL));
        for tile in tiles(&mut entries) {
            nodes.execute(params![next, node(0, tile)])?;
            let below = if depth == 0 {
                &mut leaves
            } else {
                &mut parents
            };
            below.extend(tile.iter().map(|entry| (entry.id, next)));
            level.push(Entry::around(next, tile));
            next += 1;
        }
        entries = level;
        depth += 1;
    }
    nodes.execute(params![1, node(depth, &entries)])?;
    let below = if depth == 0 {
        &mut leaves
    } else {
        &mut parents
    };
    below.extend(entries.iter().map(|entry| (entry.id, 1)));
    for (table, mut pairs) in [("rowid", leaves), ("parent", parents)] {
        pairs.sort_unstable();
        let mut insert = to.prepare(&format!("INSERT INTO \"{name}_{table}\" VALUES (?1, ?2)"))?;
        for (id, node) in pairs {
            insert.execute(params![id, node])?;
        }
    }
    Ok(())
}

/// Entries in tiles of at most [`CAPACITY`]: upright strips, each cut across.
fn tiles(entries: &mut [Entry]) -> Vec<&[Entry]> {
    let by = |axis: usize| {
        move |a: &Entry, b: &Entry| {
            let middles = a.middle(axis).total_cmp(&b.middle(axis));
            middles.then_with(|| a.id.cmp(&b.id))
        }
    };
    let all = entries.len();
    let count = all.div_ceil(FILL);
    let strips = (count as f64).sqrt().ceil() as usize;
    entries.sort_unstable_by(by(0));
    let mut tiles = Vec::with_capacity(count);
    let mut rest = entries;
    let mut taken = 0;
    for strip in 0..strips {
        let (first, last) = (count * strip / strips, count * (strip + 1) / strips);
        let end = all * last / count;
        let (here, after) = rest.split_at_mut(end - taken);
        (rest, taken) = (after, end);
        here.sort_unstable_by(by(1));
        let (size, here) = (here.len(), &*here);
        let parts = last - first;
        tiles.extend((0..parts).map(|part| &here[size * part / parts..size * (part + 1) / parts]));
    }
    tiles
}

fn node(depth: u16, entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(NODE);
    bytes.extend(depth.to_be_bytes());
    bytes.extend((entries.len() as u16).to_be_bytes());
    for entry in entries {
        bytes.extend(entry.id.to_be_bytes());
        for bound in entry.bounds {
            bytes.extend(bound.to_be_bytes());
        }
    }
    bytes.resize(NODE, 0);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_trees_are_sound_and_find_everything() {
        for count in [0, 1, 51, 52, 101, 2_550, 2_551, 20_000] {
            let to = Connection::open_in_memory().unwrap();
            to.execute_batch("CREATE VIRTUAL TABLE tree USING rtree(id, minx, maxx, miny, maxy)")
                .unwrap();
            let place = |id: i64| {
                let x = (id * 7_919 % 36_001) as f64 / 100.0 - 180.0 + 1e-9;
                let y = (id * 104_729 % 18_001) as f64 / 100.0 - 90.0;
                [x, x + (id % 3) as f64 * 0.01, y, y]
            };
            let entries = (1..=count).map(|id| Entry::new(id, place(id))).collect();
            fill(&to, "tree", entries).unwrap();
            let sound: String = to
                .query_row("SELECT rtreecheck('tree')", [], |row| row.get(0))
                .unwrap();
            assert_eq!(sound, "ok", "{count}");
            let held: i64 = to
                .query_row("SELECT count(*) FROM tree", [], |row| row.get(0))
                .unwrap();
            assert_eq!(held, count);
            let mut find = to
                .prepare("SELECT 1 FROM tree WHERE id = ?1 AND minx <= ?2 AND maxx >= ?3 AND miny <= ?4 AND maxy >= ?4")
                .unwrap();
            for id in 1..=count {
                let [west, east, south, _] = place(id);
                assert!(find.exists(params![id, west, east, south]).unwrap());
            }
            // It can still be changed.
            to.execute("INSERT INTO tree VALUES (?1, 1, 2, 1, 2)", [count + 1])
                .unwrap();
            to.execute("DELETE FROM tree WHERE id <= 40", []).unwrap();
            let sound: String = to
                .query_row("SELECT rtreecheck('tree')", [], |row| row.get(0))
                .unwrap();
            assert_eq!(sound, "ok", "{count}, changed");
        }
    }
}
