//! Location of a position on the border line: offset, side, chainage, foot (linear referencing).

use std::borrow::Cow;
use std::collections::HashMap;
use std::f64::consts::PI;

use rayon::prelude::*;

use crate::border::{Border, Piece};
use crate::geodesy::{Azimuth, FootPlace, Position, SegmentFoot};
use crate::index::{PositionIndex, SegmentIndex};
use crate::units::Metres;

/// Positions nearer to the line than this are on it.
const ON_LINE: Metres = Metres(0.001);
/// Feet whose offsets differ by no more than this are tied; the smaller chainage wins.
const TIE: f64 = 1e-6;

/// The side of the line, looking along its direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Less than a millimetre from the line.
    OnLine,
}

impl Side {
    /// The word in tables: `left`, `right` or `on_line`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Side::Left => "left",
            Side::Right => "right",
            Side::OnLine => "on_line",
        }
    }

    /// Its place where counts of left, right and on the line stand in a row.
    pub const fn number(self) -> usize {
        match self {
            Side::Left => 0,
            Side::Right => 1,
            Side::OnLine => 2,
        }
    }

    /// The name of the side of a line; empty on the line, or where the line bears none.
    pub fn name(self, border: &Border) -> &str {
        let name = match self {
            Side::Left => border.left(),
            Side::Right => border.right(),
            Side::OnLine => None,
        };
        name.unwrap_or("")
    }

    /// The other side; `on_line` stays.
    #[must_use]
    pub const fn opposite(self) -> Side {
        match self {
            Side::Left => Side::Right,
            Side::Right => Side::Left,
            Side::OnLine => Side::OnLine,
        }
    }
}

/// Where a position lies on the line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Location {
    /// Geodesic distance to the foot, ≥ 0.
    pub offset: Metres,
    /// Left, right or on the line.
    pub side: Side,
    /// Distance along the line from its start to the foot, 0 to its length.
    pub chainage: Metres,
    /// The nearest point of the line.
    pub foot: Position,
    /// Whether the foot is an open end of a chain and the position lies beyond it, so that the side is
    /// that of the line continued straight on.
    pub beyond_end: bool,
    /// How far the true line may lie from the line at the foot; `None` where nobody says.
    pub line_uncertainty: Option<Metres>,
}

/// How a position lies to the open ends of a line, where the line cannot tell the sides apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineEnd {
    /// Away from all of them.
    No,
    /// One of them lies within the location radius, so that the true place may be beyond it.
    Near,
    /// Beyond one of them.
    Beyond,
}

impl LineEnd {
    /// The word in tables: `no`, `near` or `yes`.
    pub const fn as_str(self) -> &'static str {
        match self {
            LineEnd::No => "no",
            LineEnd::Near => "near",
            LineEnd::Beyond => "yes",
        }
    }
}

/// Locates positions on one border line.
pub struct Locator<'a> {
    border: Cow<'a, Border>,
    index: SegmentIndex,
    touching: Touching,
    open_ends: PositionIndex,
}

impl<'a> Locator<'a> {
    /// Indexes the line. O(n log n) in its pieces.
    pub fn new(border: &'a Border) -> Locator<'a> {
        Locator::indexed(Cow::Borrowed(border))
    }

    /// The same for a line of its own.
    pub fn of(border: Border) -> Locator<'a> {
        Locator::indexed(Cow::Owned(border))
    }

    fn indexed(border: Cow<'a, Border>) -> Locator<'a> {
        let index = SegmentIndex::new(border.pieces().iter().map(|piece| &piece.segment));
        let touching = Touching::new(&border);
        let open_ends = border.open_ends().filter(|&end| !touching.is_at(end));
        let open_ends = PositionIndex::new(open_ends.collect::<Vec<_>>());
        Locator {
            border,
            index,
            touching,
            open_ends,
        }
    }

    /// How a position, of which `location` is the location, lies to the open ends of the line when its true
    /// place is at most `location_radius` away; an unknown radius is near no end. O(log n) in the ends.
    pub fn line_end(
        &self,
        position: Position,
        location: &Location,
        location_radius: Option<Metres>,
    ) -> LineEnd {
        if location.beyond_end {
            return LineEnd::Beyond;
        }
        let reaches = |radius: Metres| {
            location.offset <= radius && self.open_ends.any_within(position, radius)
        };
        if location_radius.is_some_and(reaches) {
            LineEnd::Near
        } else {
            LineEnd::No
        }
    }

    /// The line.
    pub fn border(&self) -> &Border {
        &self.border
    }

    /// Locates one position: the minimum geodesic distance over all segments to better than a
    /// millimetre; ties go to the smaller chainage; foot, chainage and side belong to that minimum.
    ///
    /// Only segments that the index cannot exclude are measured (see [`SegmentIndex::near`]): mostly
    /// one or two. O(log n) for lines that do not wind back on themselves.
    pub fn locate(&self, position: Position) -> Location {
        let mut best: Option<Candidate> = None;
        for proposal in self.index.near(position) {
            if best
                .as_ref()
                .is_some_and(|held| proposal.at_least.0 > held.foot.offset.0 + TIE)
            {
                break;
            }
            let piece = &self.border.pieces()[proposal.segment];
            let guess = piece.segment.length() * proposal.fraction;
            let candidate =
                Candidate::new(proposal.segment, piece, piece.segment.foot(position, guess));
            if best.as_ref().is_none_or(|held| candidate.before(held)) {
                best = Some(candidate);
            }
        }
        best.map_or_else(
            || self.nowhere(position),
            |candidate| self.conclude(&candidate),
        )
    }

    /// Whether a position is at most so far from the line. Far positions are told from the index alone.
    pub fn is_within(&self, position: Position, distance: Metres) -> bool {
        let nearest = self.index.near(position).next();
        nearest.is_some_and(|it| it.at_least <= distance)
            && self.locate(position).offset <= distance
    }

    /// Locates many positions, on all cores; the locations stand in the order of the positions. `done` hears
    /// how many more are finished, from any core. Positions that lie together are looked up after each other,
    /// so that the index is read where it was just read, and the same coordinates only once.
    pub fn locate_all(&self, positions: &[Position], done: impl Fn(usize) + Sync) -> Vec<Location> {
        /// Looked up by one core at a time.
        const BATCH: usize = 1_024;
        let mut order: Vec<(u32, u32)> = positions
            .par_iter()
            .enumerate()
            .map(|(number, position)| (z_order(*position), number as u32))
            .collect();
        order.par_sort_unstable();
        let located: Vec<Location> = order
            .par_chunks(BATCH)
            .flat_map_iter(|batch| {
                done(batch.len());
                let mut before: Option<(Position, Location)> = None;
                batch.iter().map(move |&(_, number)| {
                    let position = positions[number as usize];
                    match before {
                        Some((same, location)) if same == position => location,
                        _ => before.insert((position, self.locate(position))).1,
                    }
                })
            })
            .collect();
        let mut in_place = located.clone();
        for ((_, number), location) in order.into_iter().zip(located) {
            in_place[number as usize] = location;
        }
        in_place
    }

    fn conclude(&self, candidate: &Candidate) -> Location {
        let (side, beyond_end) = self.side(candidate);
        Location {
            offset: candidate.foot.offset,
            side,
            chainage: candidate.chainage,
            foot: candidate.foot.position,
            beyond_end,
            line_uncertainty: self.border.pieces()[candidate.piece].uncertainty,
        }
    }

    /// A border has at least one piece, so that a proposal is always made; should the index ever be
    /// empty, the start of the line is the answer that stays true to the types.
    fn nowhere(&self, position: Position) -> Location {
        let piece = &self.border.pieces()[0];
        let foot = piece.segment.foot(position, Metres::ZERO);
        self.conclude(&Candidate::new(0, piece, foot))
    }

    /// The side at the foot, and whether the position lies beyond an open end.
    ///
    /// Inside a segment it is the sign of the angle between the line and the direction to the
    /// position. At a vertex the directions to the left are those from the outgoing segment
    /// counterclockwise to the way back along the incoming one, so that the turn of both decides. Where the
    /// line passes a vertex more than once, the nearest of all segments there decides ([`Touching`]).
    fn side(&self, candidate: &Candidate) -> (Side, bool) {
        let foot = &candidate.foot;
        let at_open_end = match foot.place {
            FootPlace::Start => self.border.piece_before(candidate.piece).is_none(),
            FootPlace::End => self.border.piece_after(candidate.piece).is_none(),
            FootPlace::Inside => false,
        };
        if foot.offset < ON_LINE {
            return (Side::OnLine, false);
        }
        let towards = foot.azimuth_to_position;
        if foot.place != FootPlace::Inside
            && let Some(side) = self.touching.side(foot.position, towards)
        {
            return (side, false);
        }
        let (incoming, outgoing) = match foot.place {
            FootPlace::Inside => (foot.azimuth_of_segment, foot.azimuth_of_segment),
            FootPlace::Start => (
                self.border
                    .piece_before(candidate.piece)
                    .map_or(foot.azimuth_of_segment, |piece| {
                        piece.segment.azimuth_at_end()
                    }),
                foot.azimuth_of_segment,
            ),
            FootPlace::End => (
                foot.azimuth_of_segment,
                self.border
                    .piece_after(candidate.piece)
                    .map_or(foot.azimuth_of_segment, |piece| {
                        piece.segment.azimuth_at_start()
                    }),
            ),
        };
        let side = if is_left(towards, incoming, outgoing) {
            Side::Left
        } else {
            Side::Right
        };
        let turn = towards.clockwise_of(foot.azimuth_of_segment);
        // Straight out from the end, to a ten-millionth of a degree, is not beyond it.
        let off_square = (turn.min(360.0 - turn) - 90.0).abs();
        (side, at_open_end && off_square > 1e-7)
    }
}

/// A number that is mostly near for positions that are near: the bits of longitude and latitude in turn
/// (Morton 1966).
fn z_order(position: Position) -> u32 {
    let spread = |fraction: f64| {
        let mut bits = (fraction * 65_535.0) as u32;
        bits = (bits | bits << 8) & 0x00ff_00ff;
        bits = (bits | bits << 4) & 0x0f0f_0f0f;
        bits = (bits | bits << 2) & 0x3333_3333;
        (bits | bits << 1) & 0x5555_5555
    };
    let (longitude, latitude) = (position.longitude() + 180.0, position.latitude() + 90.0);
    spread(longitude / 360.0) | spread(latitude / 180.0) << 1
}

fn is_left(towards: Azimuth, incoming: Azimuth, outgoing: Azimuth) -> bool {
    let opening = outgoing.clockwise_of(incoming.reversed());
    // A line that turns straight back on itself has all directions on one side; call it the right
    // turn that a spike to the left would make, as the limit of an ever narrower spike.
    let opening = if opening == 0.0 { 360.0 } else { opening };
    outgoing.clockwise_of(towards) < opening
}

struct Candidate {
    piece: usize,
    chainage: Metres,
    foot: SegmentFoot,
}

impl Candidate {
    fn new(number: usize, piece: &Piece, foot: SegmentFoot) -> Candidate {
        Candidate {
            piece: number,
            chainage: piece.start + foot.along,
            foot,
        }
    }

    /// Whether this candidate is to be preferred: clearly nearer, or tied with a smaller chainage, or
    /// at the same chainage (a vertex that two pieces share) the lower piece, so that the order of the
    /// index's proposals does not show.
    fn before(&self, held: &Candidate) -> bool {
        let difference = self.foot.offset.0 - held.foot.offset.0;
        if difference.abs() > TIE {
            return difference < 0.0;
        }
        (self.chainage.0, self.piece) < (held.chainage.0, held.piece)
    }
}

/// The vertices at which a line passes more than once, because it touches or crosses itself or because three
/// chains meet, with the directions in which its segments leave them.
///
/// A position for which such a vertex is the nearest point lies between two of these directions, and the side
/// of either of the two is its side, while a pass that lies behind the others would tell a wrong one.
struct Touching(HashMap<[u64; 2], Vec<Ray>>);

/// A segment seen from one of its ends.
#[derive(Clone, Copy)]
struct Ray {
    /// Where to, away from the vertex.
    azimuth: Azimuth,
    /// Whether the line runs along it away from the vertex.
    outgoing: bool,
}

impl Touching {
    /// O(n) in the pieces.
    fn new(border: &Border) -> Touching {
        let mut rays: HashMap<[u64; 2], Vec<Ray>> = HashMap::new();
        let mut passes: HashMap<[u64; 2], usize> = HashMap::with_capacity(border.pieces().len());
        for vertex in border.passes() {
            *passes.entry(key(vertex)).or_default() += 1;
        }
        passes.retain(|_, count| *count > 1);
        if passes.is_empty() {
            return Touching(rays);
        }
        let mut add = |at: Position, azimuth: Azimuth, outgoing: bool| {
            if passes.contains_key(&key(at)) {
                rays.entry(key(at))
                    .or_default()
                    .push(Ray { azimuth, outgoing });
            }
        };
        for Piece { segment, .. } in border.pieces() {
            add(segment.start(), segment.azimuth_at_start(), true);
            add(segment.end(), segment.azimuth_at_end().reversed(), false);
        }
        Touching(rays)
    }

    fn is_at(&self, vertex: Position) -> bool {
        self.0.contains_key(&key(vertex))
    }

    /// The side of a position that is seen from a vertex in some direction; `None` if the line passes there
    /// only once. Of segments in one direction the one that leaves the vertex decides.
    fn side(&self, vertex: Position, towards: Azimuth) -> Option<Side> {
        if self.0.is_empty() {
            return None;
        }
        let rays = self.0.get(&key(vertex))?;
        let nearest = rays.iter().min_by(|a, b| {
            let turn = |ray: &Ray| towards.clockwise_of(ray.azimuth);
            turn(a)
                .total_cmp(&turn(b))
                .then(b.outgoing.cmp(&a.outgoing))
        })?;
        Some(if nearest.outgoing {
            Side::Right
        } else {
            Side::Left
        })
    }
}

/// The bits of coordinates; those of one meridian are the same by both its names.
fn key(position: Position) -> [u64; 2] {
    let longitude = if position.longitude() <= -180.0 {
        180.0
    } else {
        position.longitude()
    };
    // Adding zero makes one of the two zeros.
    [longitude + 0.0, position.latitude() + 0.0].map(f64::to_bits)
}

/// The probability that the true place lies on the stated side, when it lies anywhere within
/// `location_radius` of the stated position with equal chance, and the line is taken as straight
/// within that disc: with u = offset / radius < 1, ½ + (u·√(1 − u²) + asin u)/π, else 1.
///
/// Where the true line may itself lie anywhere within b of the line, to either side with equal chance and
/// independently of the place, it is the mean of that over offsets from offset − b to offset + b (negative
/// ones are on the other side): r/2b · (G((offset + b)/r) − G((offset − b)/r)) with G the integral of the
/// formula above, G(u) = u/2 + (u·asin u + √(1 − u²) − (1 − u²)^(3/2)/3)/π, 0 below −1 and u above 1. With a
/// place that is known exactly, r = 0, it is (offset + b)/2b up to 1.
///
/// `None` where the radius is unknown. On the line, or with radius and offset both 0, it is ½.
pub fn side_probability(
    offset: Metres,
    location_radius: Option<Metres>,
    line_uncertainty: Option<Metres>,
) -> Option<f64> {
    let radius = location_radius?.0;
    if offset < ON_LINE {
        return Some(0.5);
    }
    let (offset, band) = (offset.0, line_uncertainty.unwrap_or(Metres::ZERO).0);
    if offset >= radius + band {
        return Some(1.0);
    }
    if radius <= 0.0 {
        return Some((offset + band) / (2.0 * band));
    }
    let disc = |u: f64| 0.5 + (u * (1.0 - u * u).sqrt() + u.asin()) / PI;
    let integral = |u: f64| {
        if u <= -1.0 {
            0.0
        } else if u >= 1.0 {
            u
        } else {
            let root = (1.0 - u * u).sqrt();
            u / 2.0 + (u * u.asin() + root - root.powi(3) / 3.0) / PI
        }
    };
    // A band that is a thousandth of the disc changes less than the sixth digit, and the difference of two
    // integrals would lose as many.
    if band < radius * 1e-3 {
        return Some(disc((offset / radius).min(1.0)));
    }
    let mean = integral((offset + band) / radius) - integral((offset - band) / radius);
    Some((radius / (2.0 * band) * mean).clamp(0.5, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::border::Part;
    use crate::geodesy::{direct, distance};
    use crate::testing::Dice;
    use proptest::prelude::*;

    fn position(longitude: f64, latitude: f64) -> Position {
        Position::new(longitude, latitude).unwrap()
    }

    fn border(vertices: &[(f64, f64)]) -> Border {
        let vertices = vertices.iter().map(|&(x, y)| position(x, y)).collect();
        Border::assemble(
            &[Part {
                vertices,
                ..Part::default()
            }],
            Metres(1.0),
        )
        .unwrap()
    }

    /// A rough line of `count` vertices across the region of the Durand Line.
    fn rough_line(seed: u64, count: usize) -> Border {
        let mut dice = Dice::new(seed);
        let mut vertices = Vec::new();
        for i in 0..count {
            let t = i as f64 / count as f64;
            vertices.push((
                62.0 + 10.0 * t + dice.between(-0.15, 0.15),
                29.5 + 6.0 * t + dice.between(-0.15, 0.15),
            ));
        }
        border(&vertices)
    }

    /// The definition, without an index: every piece is measured.
    fn by_linear_scan(border: &Border, position: Position) -> (f64, f64) {
        let feet: Vec<(f64, f64)> = border
            .pieces()
            .iter()
            .map(|piece| {
                let foot = piece.segment.foot(position, Metres::ZERO);
                (foot.offset.0, (piece.start + foot.along).0)
            })
            .collect();
        let least = feet.iter().map(|foot| foot.0).fold(f64::INFINITY, f64::min);
        let chainage = feet
            .iter()
            .filter(|foot| foot.0 <= least + 1e-6)
            .map(|foot| foot.1)
            .fold(f64::INFINITY, f64::min);
        (least, chainage)
    }

    #[test]
    fn index_agrees_with_a_linear_scan() {
        for (seed, vertices) in [(1, 2), (2, 60), (3, 400)] {
            let border = rough_line(seed, vertices);
            let locator = Locator::new(&border);
            let mut dice = Dice::new(seed + 100);
            for round in 0..300 {
                let position = match round % 3 {
                    0 => dice.position_in(60.0, 28.0, 74.0, 37.0),
                    1 => border.at(border.length() * dice.unit()),
                    _ => dice.position_anywhere(),
                };
                let located = locator.locate(position);
                let (offset, chainage) = by_linear_scan(&border, position);
                assert!(
                    (located.offset.0 - offset).abs() < 1e-4,
                    "{located:?} {offset}"
                );
                assert!(
                    (located.chainage.0 - chainage).abs() < 1e-2,
                    "{located:?} {chainage}"
                );
                assert!((distance(position, located.foot).0 - located.offset.0).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn side_follows_the_turn_at_a_vertex() {
        // Up, then sharply back down to the right: the tip's surroundings are all to the left.
        let spike = border(&[(70.0, 33.0), (70.2, 34.0), (70.4, 33.0)]);
        let locator = Locator::new(&spike);
        for (longitude, latitude) in [(70.2, 34.2), (70.0, 34.1), (70.4, 34.1), (70.0, 33.9)] {
            assert_eq!(
                locator.locate(position(longitude, latitude)).side,
                Side::Left
            );
        }
        assert_eq!(locator.locate(position(70.2, 33.3)).side, Side::Right);
        assert_eq!(locator.locate(position(70.6, 33.5)).side, Side::Left);
        // A naive cross product with either segment alone calls one of these wrong.
        let reversed = spike.reversed();
        let locator = Locator::new(&reversed);
        assert_eq!(locator.locate(position(70.0, 34.1)).side, Side::Right);
        assert_eq!(locator.locate(position(70.4, 34.1)).side, Side::Right);
    }

    #[test]
    fn beyond_the_end_is_said() {
        let line = border(&[(70.0, 33.0), (71.0, 33.0)]);
        let locator = Locator::new(&line);
        let beyond = locator.locate(position(71.5, 33.2));
        assert!(beyond.beyond_end);
        assert_eq!(beyond.side, Side::Left);
        assert!((beyond.chainage.0 - line.length().0).abs() < 1e-9);
        assert!(!locator.locate(position(70.5, 33.2)).beyond_end);
        let on_line = locator.locate(position(70.0, 33.0));
        assert_eq!((on_line.side, on_line.beyond_end), (Side::OnLine, false));
        assert_eq!(on_line.chainage, Metres::ZERO);
    }

    #[test]
    fn rings_know_inside_from_outside() {
        let ring = border(&[
            (70.0, 33.0),
            (70.5, 33.0),
            (70.5, 33.5),
            (70.0, 33.5),
            (70.0, 33.0),
        ]);
        let locator = Locator::new(&ring);
        assert_eq!(locator.locate(position(70.2, 33.2)).side, Side::Left);
        for (longitude, latitude) in [(69.9, 32.9), (70.6, 33.6), (69.9, 33.2), (70.2, 32.9)] {
            let located = locator.locate(position(longitude, latitude));
            assert_eq!((located.side, located.beyond_end), (Side::Right, false));
        }
    }

    #[test]
    fn lines_across_the_antimeridian_and_near_a_pole_work() {
        let pacific = border(&[(179.5, 10.0), (-179.5, 10.5)]);
        let located = Locator::new(&pacific).locate(position(-179.9, 11.0));
        assert_eq!(located.side, Side::Left);
        assert!(located.offset.km() > 60.0 && located.offset.km() < 100.0);
        let arctic = border(&[(0.0, 89.0), (120.0, 89.0), (-120.0, 89.0)]);
        let pole = Locator::new(&arctic).locate(position(45.0, 90.0));
        assert_eq!(pole.side, Side::Left);
    }

    #[test]
    fn side_probability_is_that_of_a_uniform_disc() {
        let p =
            |offset: f64, radius: f64| side_probability(Metres(offset), Some(Metres(radius)), None);
        assert!((p(5_000.0, 25_000.0).unwrap() - 0.626_470).abs() < 5e-7);
        assert_eq!(p(0.0, 25_000.0), Some(0.5));
        assert_eq!(p(25_000.0, 25_000.0), Some(1.0));
        assert_eq!(p(30_000.0, 25_000.0), Some(1.0));
        assert_eq!(p(10.0, 0.0), Some(1.0));
        assert_eq!(p(0.0, 0.0), Some(0.5));
        assert_eq!(side_probability(Metres(5.0), None, None), None);
    }

    #[test]
    fn side_probability_agrees_with_drawn_places_and_lines() {
        let mut dice = Dice::new(5);
        for (offset, radius, band) in [
            (1_000.0, 25_000.0, 0.0),
            (8_000.0, 25_000.0, 0.0),
            (20_000.0, 25_000.0, 0.0),
            (2_000.0, 5_000.0, 1_000.0),
            (2_000.0, 5_000.0, 4_000.0),
            (2_000.0, 1_000.0, 9_000.0),
            (5_100.0, 5_000.0, 500.0),
            (600.0, 0.0, 1_000.0),
            (3.0, 5_000.0, 400.0),
        ] {
            let draws = 200_000;
            let same = (0..draws)
                .filter(|_| {
                    let distance = radius * dice.unit().sqrt();
                    let angle = dice.between(0.0, 2.0 * PI);
                    let line = dice.between(-1.0, 1.0) * band;
                    offset + distance * angle.cos() > line
                })
                .count();
            let expected =
                side_probability(Metres(offset), Some(Metres(radius)), Some(Metres(band)));
            let drawn = same as f64 / f64::from(draws);
            assert!(
                (drawn - expected.unwrap()).abs() < 0.005,
                "{offset} {radius} {band}: {drawn} {expected:?}"
            );
        }
        // Where the band goes to nothing the two formulas meet.
        for band in [24.0, 26.0] {
            let p = |band| side_probability(Metres(7_000.0), Some(Metres(25_000.0)), band).unwrap();
            assert!((p(Some(Metres(band))) - p(None)).abs() < 1e-6);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn reversing_the_line_mirrors_chainage_and_side(
            seed in 0u64..40, azimuth in -180.0f64..180.0, along in 0.0f64..1.0,
            away in 1.0f64..200_000.0,
        ) {
            let line = rough_line(seed, 30);
            let back = line.reversed();
            let from = line.at(line.length() * along);
            let (position, _) = direct(from, Azimuth(azimuth), Metres(away));
            let there = Locator::new(&line).locate(position);
            let again = Locator::new(&back).locate(position);
            prop_assert!((there.offset.0 - again.offset.0).abs() < 1e-3);
            prop_assert_eq!(there.side, again.side.opposite());
            // Two feet at the same distance may be told apart by the last digit only.
            let mirrored = (line.length() - again.chainage).0;
            prop_assert!((there.chainage.0 - mirrored).abs() < 1e-2);
        }
    }
}
