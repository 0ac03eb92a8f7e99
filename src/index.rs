//! Spatial indexes. This is the only file that names rstar.
//!
//! rstar prunes by Euclidean boxes, so everything is indexed where Euclid is right: in earth-centred
//! metres. A straight line through the Earth bounds the geodesic from below, with no special case at
//! a pole or the antimeridian; the index proposes, and the caller decides with the geodesic.

use rstar::primitives::GeomWithData;
use rstar::{AABB, PointDistance, RTree, RTreeObject};

use crate::geodesy::{
    EarthCentred, GeodesicSegment, Position, chord_always_within, distance, largest_sag,
};
use crate::units::Metres;

/// Slack for the rounding of earth-centred arithmetic: coordinates of 6.4·10⁶ m carry about 10⁻⁹ m, a
/// few operations later still far less than this.
const ROUNDING: f64 = 1e-5;

/// The chord of one segment, with its number.
struct Chord {
    start: [f64; 3],
    end: [f64; 3],
    segment: u32,
}

impl Chord {
    /// The fraction of the chord at which it comes nearest to a point, 0 to 1.
    fn nearest_fraction(&self, point: &[f64; 3]) -> f64 {
        let mut along = 0.0;
        let mut length_2 = 0.0;
        for ((&start, &end), &at) in self.start.iter().zip(&self.end).zip(point) {
            let side = end - start;
            along += side * (at - start);
            length_2 += side * side;
        }
        if length_2 > 0.0 {
            (along / length_2).clamp(0.0, 1.0)
        } else {
            0.0
        }
    }
}

impl RTreeObject for Chord {
    type Envelope = AABB<[f64; 3]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.start, self.end)
    }
}

impl PointDistance for Chord {
    fn distance_2(&self, point: &[f64; 3]) -> f64 {
        let fraction = self.nearest_fraction(point);
        self.start
            .iter()
            .zip(&self.end)
            .zip(point)
            .map(|((&start, &end), &at)| {
                let gap = start + fraction * (end - start) - at;
                gap * gap
            })
            .sum()
    }
}

/// A segment proposed by [`SegmentIndex::near`].
#[derive(Clone, Copy, Debug)]
pub struct Proposal {
    /// The segment's number in the slice that the index was built from.
    pub segment: usize,
    /// No point of the segment is nearer than this.
    pub at_least: Metres,
    /// Where along its chord the segment comes nearest, 0 to 1: a first guess for the foot.
    pub fraction: f64,
}

/// Finds the segments of a line that can be nearest to a position.
pub struct SegmentIndex {
    tree: RTree<Chord>,
    sag: Metres,
}

impl SegmentIndex {
    /// Builds the index in O(n log n). The bound that it proposes by is as tight as the longest
    /// segment's sag: 2 m for segments of 10 km.
    pub fn new<'a>(segments: impl IntoIterator<Item = &'a GeodesicSegment>) -> SegmentIndex {
        let mut sag = Metres::ZERO;
        let chords = segments
            .into_iter()
            .enumerate()
            .map(|(number, segment)| {
                sag = sag.max(largest_sag(segment.length()));
                Chord {
                    start: segment.start().earth_centred().0,
                    end: segment.end().earth_centred().0,
                    segment: number as u32,
                }
            })
            .collect();
        SegmentIndex {
            tree: RTree::bulk_load(chords),
            sag,
        }
    }

    /// The segments in an order whose `at_least` never falls.
    ///
    /// **The bound.** Let P be the position, S a segment, C its chord and h the largest sag of any
    /// segment ([`largest_sag`]). Every point X of S lies within h of a point Y of C, so
    /// |P−X| ≥ |P−Y| − h ≥ dist(P, C) − h; and the geodesic from P to X is at least the straight line
    /// |P−X|. Hence `at_least` = dist(P, C) − h is a true lower bound of the geodesic distance from P
    /// to S. rstar yields chords by growing dist(P, C), so a caller who stops at the first proposal
    /// whose `at_least` exceeds the best geodesic distance found so far has missed nothing. A linear
    /// scan confirms it in the tests of `locate`.
    pub fn near(&self, position: Position) -> impl Iterator<Item = Proposal> + '_ {
        let EarthCentred(point) = position.earth_centred();
        let sag = self.sag.0 + ROUNDING;
        self.tree
            .nearest_neighbor_iter_with_distance_2(&point)
            .map(move |(chord, distance_2)| Proposal {
                segment: chord.segment as usize,
                at_least: Metres((distance_2.sqrt() - sag).max(0.0)),
                fraction: chord.nearest_fraction(&point),
            })
    }
}

/// Finds positions near a position.
pub struct PositionIndex {
    tree: RTree<GeomWithData<[f64; 3], u32>>,
    positions: Vec<Position>,
}

impl PositionIndex {
    /// Builds the index in O(n log n).
    pub fn new(positions: impl IntoIterator<Item = Position>) -> PositionIndex {
        let positions: Vec<Position> = positions.into_iter().collect();
        let points = positions
            .iter()
            .zip(0u32..)
            .map(|(position, number)| GeomWithData::new(position.earth_centred().0, number))
            .collect();
        PositionIndex {
            tree: RTree::bulk_load(points),
            positions,
        }
    }

    /// The nearest of the indexed positions and its geodesic distance; the lowest number on a tie.
    /// `None` if there is none.
    pub fn nearest(&self, to: Position) -> Option<(usize, Metres)> {
        let mut best: Option<(usize, Metres)> = None;
        for (point, chord_2) in self
            .tree
            .nearest_neighbor_iter_with_distance_2(&to.earth_centred().0)
        {
            if best.is_some_and(|(_, measured)| chord_2.sqrt() > measured.0 + ROUNDING) {
                break;
            }
            let number = point.data as usize;
            let measured = distance(to, self.positions[number]);
            let better = best.is_none_or(|(held, least)| {
                measured < least || (measured.0 <= least.0 && number < held)
            });
            if better {
                best = Some((number, measured));
            }
        }
        best
    }

    /// Whether any of the positions is at most `radius` from `to`. A geodesic is measured only where the straight
    /// line is that short.
    pub fn any_within(&self, to: Position, radius: Metres) -> bool {
        self.tree
            .nearest_neighbor_iter_with_distance_2(&to.earth_centred().0)
            .take_while(|(_, chord_2)| chord_2.sqrt() <= radius.0 + ROUNDING)
            .any(|(point, _)| distance(to, self.positions[point.data as usize]) <= radius)
    }

    /// The numbers of the positions whose geodesic distance to `to` is at most `radius`, in ascending
    /// order.
    pub fn within(&self, to: Position, radius: Metres) -> Vec<usize> {
        let reach = radius.0 + ROUNDING;
        let at = to.earth_centred();
        // Most straight lines decide alone and spare the geodesic.
        let always = chord_always_within(radius).0 - ROUNDING;
        let mut numbers: Vec<usize> = self
            .tree
            .locate_within_distance(at.0, reach * reach)
            .filter(|point| {
                EarthCentred(*point.geom()).chord(at).0 <= always
                    || distance(to, self.positions[point.data as usize]) <= radius
            })
            .map(|point| point.data as usize)
            .collect();
        numbers.sort_unstable();
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    #[test]
    fn nearest_position_agrees_with_a_linear_scan() {
        let mut dice = Dice::new(7);
        let positions: Vec<Position> = (0..500).map(|_| dice.position_anywhere()).collect();
        let index = PositionIndex::new(positions.iter().copied());
        for _ in 0..300 {
            let to = dice.position_anywhere();
            let (number, measured) = index.nearest(to).unwrap();
            let scanned = positions
                .iter()
                .map(|&position| distance(to, position).0)
                .enumerate()
                .min_by(|a, b| a.1.total_cmp(&b.1))
                .unwrap();
            assert_eq!(number, scanned.0);
            assert!((measured.0 - scanned.1).abs() < 1e-9);
        }
        assert!(PositionIndex::new([]).nearest(positions[0]).is_none());
    }
}
