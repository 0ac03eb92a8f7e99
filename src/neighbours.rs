//! Who is near whom in space and time: a grid of cells around the globe and through the days.
//!
//! Why not rstar, which serves the border and every other query: a neighbourhood is a disc of one known size,
//! asked for at every incident. Cells of that size, sorted, answer it from memory that lies together; for a
//! million incidents a tree of boxes took ten to twenty times as long.
//!
//! **Cells.** Days are cut into slabs of `eps_days` + 1, latitudes into rows, each row into columns of its own
//! width, so that any two incidents of one cell are near each other ([`cell_steps`]); every incident near one
//! of them is in the slab before, the same or the next, at most [`latitude_reach`] to the north or south, and
//! at most [`longitude_reach`] to the east or west. Rows are rings, so that neither the antimeridian nor a
//! pole is a special case.
//!
//! **Nodes.** Incidents of one day on the very same coordinates have the same neighbours. They are one node
//! with a weight, so that a gazetteer point with a thousand incidents costs no more than one.

use std::ops::Range;

use rayon::prelude::*;

use crate::geodesy::{
    EarthCentred, Position, cell_steps, chord_always_within, distance, latitude_reach,
    longitude_reach,
};
use crate::units::{Day, Days, Metres};

/// Slack for the rounding of earth-centred arithmetic, in metres: coordinates of 6.4·10⁶ m carry about
/// 10⁻⁹ m.
const ROUNDING: f64 = 1e-5;
/// The same in degrees, for longitudes and latitudes.
const ROUNDING_DEGREES: f64 = 1e-9;
/// Cells are at least as wide, in metres, so that their numbers stay small.
const LEAST_SIDE: f64 = 5.0;

/// Incidents of one day on the same coordinates.
#[derive(Clone, Copy, Debug)]
struct Node {
    point: [f64; 3],
    day: i32,
    /// The place of its first incident among the members.
    first: u32,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    column: u32,
    /// Its first node.
    first: u32,
}

#[derive(Clone, Copy, Debug)]
struct Ring {
    slab: u32,
    row: u32,
    /// Its first cell.
    first: u32,
}

/// An incident and the cell that it is in. The order of the fields is that of the grid.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Keyed {
    slab: u32,
    row: u32,
    column: u32,
    number: u32,
}

/// A ring whose cells, nodes and members are counted from its own start.
struct FilledRing {
    ring: Ring,
    cells: Vec<Cell>,
    nodes: Vec<Node>,
    members: u32,
}

impl FilledRing {
    /// Puts the incidents of a ring in the order of their nodes.
    fn of(keyed: &mut [Keyed], positions: &[Position], days: &[Day]) -> FilledRing {
        let mut filled = FilledRing {
            ring: Ring {
                slab: keyed[0].slab,
                row: keyed[0].row,
                first: 0,
            },
            cells: Vec::new(),
            nodes: Vec::with_capacity(keyed.len()),
            members: 0,
        };
        let mut held = Vec::new();
        for cell in keyed.chunk_by_mut(|a, b| a.column == b.column) {
            filled.cells.push(Cell {
                column: cell[0].column,
                first: filled.nodes.len() as u32,
            });
            held.clear();
            held.extend(cell.iter().map(|it| {
                let position = positions[it.number as usize];
                let bits = |degrees: f64| degrees.to_bits();
                let place = (bits(position.longitude()), bits(position.latitude()));
                (days[it.number as usize], place, it.number)
            }));
            held.sort_unstable();
            for (place, (it, &(day, at, number))) in cell.iter_mut().zip(&held).enumerate() {
                it.number = number;
                if place == 0 || (held[place - 1].0, held[place - 1].1) != (day, at) {
                    let EarthCentred(point) = positions[number as usize].earth_centred();
                    filled.nodes.push(Node {
                        point,
                        day: day.0,
                        first: filled.members,
                    });
                }
                filled.members += 1;
            }
        }
        filled
    }
}

/// Incidents in cells.
#[derive(Debug)]
pub struct SpaceTimeGrid<'a> {
    positions: &'a [Position],
    /// By cell, day, coordinates; one more at the end that only bounds the last.
    nodes: Vec<Node>,
    /// Numbers of incidents by node, ascending in each.
    members: Vec<u32>,
    /// By ring, then column; one more at the end.
    cells: Vec<Cell>,
    /// By slab, then row; one more at the end.
    rings: Vec<Ring>,
    /// The first ring of each slab and of the one after the last; empty where slabs are far more than rings.
    slabs: Vec<u32>,
    eps: Metres,
    eps_days: i32,
    /// Squares of the chord within which two places are always near, and beyond which they never are.
    always: f64,
    at_most: f64,
    rows: Rows,
    tight: bool,
}

/// How the globe is cut into rows and those into columns.
#[derive(Clone, Debug)]
struct Rows {
    side: Metres,
    height: f64,
    eps: Metres,
    /// The shapes of the rows from the first that has incidents to the last, where they are not many more than
    /// these: asked for again and again, and each costs a sine.
    shapes: Vec<RowShape>,
    first: u32,
}

/// What is the same for all cells of a row.
#[derive(Clone, Copy, Debug)]
struct RowShape {
    /// How many columns it has.
    columns: f64,
    /// How far to the east and west a neighbour may be, in degrees.
    reach: f64,
}

impl Rows {
    fn of(&self, latitude: f64) -> u32 {
        ((latitude + 90.0) / self.height) as u32
    }

    /// The latitudes of a row that are nearest to the equator and farthest from it.
    fn latitudes(&self, row: u32) -> (f64, f64) {
        let south = f64::from(row) * self.height - 90.0;
        let north = south + self.height;
        let near = if south <= 0.0 && north >= 0.0 {
            0.0
        } else {
            south.abs().min(north.abs())
        };
        (near, south.abs().max(north.abs()).min(90.0))
    }

    /// Prepares the shapes of the rows that incidents are in.
    fn prepare(&mut self, positions: &[Position]) {
        let rows = || {
            let positions = positions.par_iter().with_min_len(4_096);
            positions.map(|it| self.of(it.latitude()))
        };
        let (Some(first), Some(last)) = (rows().min(), rows().max()) else {
            return;
        };
        if (last - first) as usize <= positions.len() {
            let shapes: Vec<RowShape> = (first..=last).map(|row| self.measured(row)).collect();
            (self.first, self.shapes) = (first, shapes);
        }
    }

    #[inline]
    fn shape(&self, row: u32) -> RowShape {
        let known = row.checked_sub(self.first).map(|place| place as usize);
        match known.and_then(|place| self.shapes.get(place)) {
            Some(shape) => *shape,
            None => self.measured(row),
        }
    }

    fn measured(&self, row: u32) -> RowShape {
        let (nearest, farthest) = self.latitudes(row);
        let (_, step) = cell_steps(self.side, nearest);
        RowShape {
            columns: (360.0 / step).ceil().max(1.0),
            reach: longitude_reach(self.eps, farthest) + ROUNDING_DEGREES,
        }
    }
}

impl<'a> SpaceTimeGrid<'a> {
    /// Over places and days of equal number, for neighbourhoods of `eps` and `eps_days`. O(n log n), on all
    /// cores; about 60 bytes an incident.
    pub fn new(
        positions: &'a [Position],
        days: &[Day],
        eps: Metres,
        eps_days: Days,
    ) -> SpaceTimeGrid<'a> {
        let inner = chord_always_within(eps).0 - ROUNDING;
        let side = inner * (0.5_f64.sqrt() - 1e-9);
        let tight = side >= LEAST_SIDE;
        let side = Metres(side.max(LEAST_SIDE));
        let mut rows = Rows {
            side,
            height: cell_steps(side, 0.0).0,
            eps,
            shapes: Vec::new(),
            first: 0,
        };
        rows.prepare(positions);
        let start = days.iter().min().copied().unwrap_or(Day(0));
        let slab = |day: Day| (day.since(start).0 / eps_days.0.saturating_add(1)) as u32;

        let mut keyed: Vec<Keyed> = (0..positions.len())
            .into_par_iter()
            .with_min_len(4_096)
            .map(|number| {
                let position = positions[number];
                let row = rows.of(position.latitude());
                let columns = rows.shape(row).columns;
                let column = ((position.longitude() + 180.0) / 360.0 * columns).min(columns - 1.0);
                Keyed {
                    slab: slab(days[number]),
                    row,
                    column: column as u32,
                    number: number as u32,
                }
            })
            .collect();
        keyed.par_sort_unstable();
        let filled: Vec<FilledRing> = keyed
            .par_chunk_by_mut(|a, b| (a.slab, a.row) == (b.slab, b.row))
            .map(|ring| FilledRing::of(ring, positions, days))
            .collect();
        let members = keyed.par_iter().with_min_len(4_096);
        let members: Vec<u32> = members.map(|it| it.number).collect();
        drop(keyed);

        let nodes_in_all = filled.iter().map(|ring| ring.nodes.len()).sum::<usize>();
        let mut nodes: Vec<Node> = Vec::with_capacity(nodes_in_all + 1);
        let mut cells: Vec<Cell> = Vec::new();
        let mut rings: Vec<Ring> = Vec::with_capacity(filled.len() + 1);
        let mut member = 0;
        for ring in filled {
            rings.push(Ring {
                first: cells.len() as u32,
                ..ring.ring
            });
            let before = nodes.len() as u32;
            cells.extend(ring.cells.iter().map(|cell| Cell {
                first: cell.first + before,
                ..*cell
            }));
            nodes.extend(ring.nodes.iter().map(|node| Node {
                first: node.first + member,
                ..*node
            }));
            member += ring.members;
        }
        let slabs = slabs_of(&rings);
        rings.push(Ring {
            slab: u32::MAX,
            row: u32::MAX,
            first: cells.len() as u32,
        });
        cells.push(Cell {
            column: u32::MAX,
            first: nodes.len() as u32,
        });
        nodes.push(Node {
            point: [0.0; 3],
            day: 0,
            first: members.len() as u32,
        });
        let outer = eps.0 + ROUNDING;
        SpaceTimeGrid {
            positions,
            nodes,
            members,
            cells,
            rings,
            slabs,
            eps,
            eps_days: eps_days.0,
            always: inner.max(0.0) * inner,
            at_most: outer * outer,
            rows,
            tight,
        }
    }

    /// How many incidents there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.nodes.len() - 1
    }

    /// How many cells there are.
    pub fn cells(&self) -> usize {
        self.cells.len() - 1
    }

    /// Whether any two nodes of one cell are near each other: always, but for an eps of a few metres.
    pub const fn is_tight(&self) -> bool {
        self.tight
    }

    /// The incidents of a node, ascending; at least one.
    pub fn members(&self, node: usize) -> &[u32] {
        &self.members[self.nodes[node].first as usize..self.nodes[node + 1].first as usize]
    }

    /// How many incidents a node has.
    pub fn weight(&self, node: usize) -> usize {
        (self.nodes[node + 1].first - self.nodes[node].first) as usize
    }

    /// How many incidents a range of nodes has.
    pub fn incidents_of(&self, nodes: Range<usize>) -> usize {
        (self.nodes[nodes.end].first - self.nodes[nodes.start].first) as usize
    }

    /// The nodes of a range of cells.
    pub fn nodes_of(&self, cells: Range<usize>) -> Range<usize> {
        self.cells[cells.start].first as usize..self.cells[cells.end].first as usize
    }

    /// Whether two nodes are near each other: geodesic distance at most eps, days at most `eps_days` apart.
    /// Chords that decide alone spare the geodesic.
    #[inline]
    pub fn near(&self, one: usize, other: usize) -> bool {
        let (a, b) = (&self.nodes[one], &self.nodes[other]);
        let gaps = [0, 1, 2].map(|axis| a.point[axis] - b.point[axis]);
        let chord = gaps[0] * gaps[0] + gaps[1] * gaps[1] + gaps[2] * gaps[2];
        if chord > self.at_most || (a.day - b.day).abs() > self.eps_days {
            return false;
        }
        chord <= self.always || self.distance(one, other) <= self.eps
    }

    /// The straight line between two nodes, a hair shortened so that it is surely no longer than the geodesic.
    #[inline]
    pub fn chord(&self, one: usize, other: usize) -> Metres {
        let (a, b) = (&self.nodes[one], &self.nodes[other]);
        let gaps = [0, 1, 2].map(|axis| a.point[axis] - b.point[axis]);
        let chord = gaps[0] * gaps[0] + gaps[1] * gaps[1] + gaps[2] * gaps[2];
        Metres(chord.sqrt() - ROUNDING)
    }

    /// The geodesic distance between two nodes.
    pub fn distance(&self, one: usize, other: usize) -> Metres {
        distance(self.position(one), self.position(other))
    }

    fn position(&self, node: usize) -> Position {
        self.positions[self.members[self.nodes[node].first as usize] as usize]
    }

    /// The rings: all cells of one slab of days and one row of latitudes.
    pub fn rings(&self) -> impl IndexedParallelIterator<Item = RingView<'_, 'a>> + '_ {
        (0..self.rings.len() - 1)
            .into_par_iter()
            .with_min_len(64)
            .map(|ring| self.ring(ring))
    }

    /// The rings one after the other.
    pub fn rings_in_order(&self) -> impl Iterator<Item = RingView<'_, 'a>> + '_ {
        (0..self.rings.len() - 1).map(|ring| self.ring(ring))
    }

    /// The rings of a slab, which may be none.
    fn rings_of(&self, slab: u32) -> Range<usize> {
        let all = self.rings.len() - 1;
        if self.slabs.is_empty() {
            let rings = &self.rings[..all];
            let from = rings.partition_point(|ring| ring.slab < slab);
            return from..from + rings[from..].partition_point(|ring| ring.slab == slab);
        }
        let first = |slab: usize| self.slabs.get(slab).map_or(all, |&first| first as usize);
        first(slab as usize)..first(slab as usize + 1)
    }

    fn ring(&self, number: usize) -> RingView<'_, 'a> {
        let Ring { slab, row, .. } = self.rings[number];
        let reach = (latitude_reach(self.eps) / self.rows.height).ceil() as u32;
        let mut near = Vec::with_capacity(16);
        for slab in slab.saturating_sub(1)..=slab.saturating_add(1) {
            let (first, last) = (row.saturating_sub(reach), row.saturating_add(reach));
            let rings = self.rings_of(slab);
            let begin = self.rings[rings.clone()].partition_point(|ring| ring.row < first);
            for place in rings.start + begin..rings.end {
                let ring = &self.rings[place];
                if ring.row > last {
                    break;
                }
                near.push(NearRing {
                    cells: ring.first as usize..self.rings[place + 1].first as usize,
                    columns: self.rows.shape(ring.row).columns,
                });
            }
        }
        let shape = self.rows.shape(row);
        RingView {
            grid: self,
            cells: self.rings[number].first as usize..self.rings[number + 1].first as usize,
            columns: shape.columns,
            reach: shape.reach,
            near,
        }
    }
}

/// The first ring of each slab and of the one after the last; nothing where slabs are far more than rings.
fn slabs_of(rings: &[Ring]) -> Vec<u32> {
    let last = rings.last().map_or(0, |ring| ring.slab as usize);
    if rings.is_empty() || last > 4 * rings.len() + 64 {
        return Vec::new();
    }
    let mut slabs = Vec::with_capacity(last + 2);
    for (place, ring) in rings.iter().enumerate() {
        while slabs.len() <= ring.slab as usize {
            slabs.push(place as u32);
        }
    }
    slabs.push(rings.len() as u32);
    slabs
}

#[derive(Debug)]
struct NearRing {
    cells: Range<usize>,
    columns: f64,
}

/// One ring of cells and the rings that it has neighbours in.
#[derive(Debug)]
pub struct RingView<'g, 'a> {
    grid: &'g SpaceTimeGrid<'a>,
    cells: Range<usize>,
    columns: f64,
    /// How far to the east and west a neighbour may be, in degrees.
    reach: f64,
    near: Vec<NearRing>,
}

impl RingView<'_, '_> {
    /// Its cells.
    pub fn cells(&self) -> Range<usize> {
        self.cells.clone()
    }

    /// Its nodes, each with its cell.
    pub fn nodes(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let cells = self.cells.clone();
        cells.flat_map(|cell| {
            let nodes = self.grid.nodes_of(cell..cell + 1);
            nodes.map(move |node| (cell, node))
        })
    }

    /// Calls `found` with ranges of cells, which do not overlap, until it returns false: every neighbour of
    /// any incident of `cell`, a cell of this ring, is in one of them. The cell itself is among them.
    pub fn for_each_window(&self, cell: usize, mut found: impl FnMut(Range<usize>) -> bool) {
        let width = 360.0 / self.columns;
        let column = f64::from(self.grid.cells[cell].column);
        let (west, east) = (
            column * width - self.reach,
            (column + 1.0) * width + self.reach,
        );
        for ring in &self.near {
            let cells = &self.grid.cells[ring.cells.clone()];
            let last = ring.columns as i64 - 1;
            let columns = |degrees: f64| (degrees / 360.0 * ring.columns).floor() as i64;
            let (from, to) = (columns(west), columns(east));
            let mut range = |from: i64, to: i64| {
                let start = cells.partition_point(|it| i64::from(it.column) < from);
                let end = start + cells[start..].partition_point(|it| i64::from(it.column) <= to);
                start == end || found(ring.cells.start + start..ring.cells.start + end)
            };
            // Once round, or over the antimeridian, or neither.
            let go_on = if to - from >= last {
                range(0, last)
            } else if from < 0 {
                range(0, to) && range(from + last + 1, last)
            } else if to > last {
                range(0, to - last - 1) && range(from, last)
            } else {
                range(from, to)
            };
            if !go_on {
                return;
            }
        }
    }

    /// Calls `found` with every node near a node of `cell`, itself among them, until it returns false.
    #[inline]
    pub fn for_each_near_node(
        &self,
        cell: usize,
        node: usize,
        mut found: impl FnMut(usize) -> bool,
    ) {
        self.for_each_window(cell, |cells| {
            self.grid
                .nodes_of(cells)
                .all(|other| !self.grid.near(node, other) || found(other))
        });
    }
}
