//! Shapes in degrees: rounded, cut at the antimeridian (RFC 7946 §3.1.9), rings in the direction of RFC 7946.

use crate::geodesy::{Position, signed_area};
use crate::units::round_to;

/// Longitude and latitude in degrees, with at most seven decimals (a centimetre).
pub type Coordinate = [f64; 2];

/// A shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// None: of rows without shapes.
    None,
    /// A point.
    Point(Coordinate),
    /// The parts of a line; there may be none.
    Line(Vec<Vec<Coordinate>>),
    /// One area: its outer ring, then holes. Rings are closed.
    Area(Vec<Vec<Coordinate>>),
    /// Areas, or the parts of one that was cut.
    Areas(Vec<Vec<Vec<Coordinate>>>),
}

fn coordinate(position: Position) -> Coordinate {
    [
        round_to(position.longitude(), 7),
        round_to(position.latitude(), 7),
    ]
}

impl Shape {
    /// The point of a position.
    pub fn point(position: Position) -> Shape {
        Shape::Point(coordinate(position))
    }

    /// A line of one or more parts, each cut where it crosses the antimeridian.
    pub fn line(parts: &[Vec<Position>]) -> Shape {
        Shape::Line(parts.iter().flat_map(|part| cut_line(part)).collect())
    }

    /// Polygons as they were given, each ring in the direction that RFC 7946 asks for.
    pub fn areas(polygons: &[Vec<Vec<Position>>]) -> Shape {
        let rings = |polygon: &Vec<Vec<Position>>| -> Vec<Vec<Coordinate>> {
            let rings = polygon.iter().enumerate();
            rings
                .map(|(number, positions)| {
                    let mut ring: Vec<Coordinate> =
                        positions.iter().copied().map(coordinate).collect();
                    if (signed_area(positions) > 0.0) != (number == 0) {
                        ring.reverse();
                    }
                    ring
                })
                .collect()
        };
        Shape::Areas(polygons.iter().map(rings).collect())
    }

    /// Areas that are cut and turned already.
    pub fn as_given(areas: &[Vec<Vec<Position>>]) -> Shape {
        let ring = |ring: &Vec<Position>| ring.iter().copied().map(coordinate).collect();
        let areas = areas.iter();
        Shape::Areas(
            areas
                .map(|rings| rings.iter().map(ring).collect())
                .collect(),
        )
    }

    /// The disc that a ring encloses, cut where it crosses the antimeridian; a ring that crosses it once lies around
    /// a pole.
    pub fn disc(ring: &[Position]) -> Shape {
        let crossings = ring
            .windows(2)
            .filter(|pair| (pair[0].longitude() - pair[1].longitude()).abs() > 180.0)
            .count();
        if crossings % 2 == 1 {
            Shape::Area(vec![polar(ring)])
        } else {
            Shape::outline(ring)
        }
    }

    /// An outline, cut in two where it crosses the antimeridian. Outlines are convex, so that each half is
    /// one ring.
    pub fn outline(ring: &[Position]) -> Shape {
        let crosses = ring
            .windows(2)
            .any(|pair| (pair[0].longitude() - pair[1].longitude()).abs() > 180.0);
        if !crosses {
            let ring: Vec<Coordinate> = ring.iter().copied().map(coordinate).collect();
            return Shape::Area(vec![ring]);
        }
        // Longitudes of 0° to 360°, so that the ring is whole, then cut at 180°.
        let unwrapped: Vec<Coordinate> = ring
            .iter()
            .map(|&position| {
                let [longitude, latitude] = coordinate(position);
                [
                    if longitude < 0.0 {
                        longitude + 360.0
                    } else {
                        longitude
                    },
                    latitude,
                ]
            })
            .collect();
        let halves = [(1.0, 0.0), (-1.0, -360.0)].map(|(sign, shift)| {
            let mut half: Vec<Coordinate> = Vec::new();
            for pair in unwrapped.windows(2) {
                let inside = |point: Coordinate| sign * (180.0 - point[0]) >= 0.0;
                if inside(pair[0]) {
                    half.push(pair[0]);
                }
                if inside(pair[0]) != inside(pair[1]) {
                    let share = (180.0 - pair[0][0]) / (pair[1][0] - pair[0][0]);
                    half.push([
                        180.0,
                        round_to(pair[0][1] + share * (pair[1][1] - pair[0][1]), 7),
                    ]);
                }
            }
            half.dedup();
            if half.first() != half.last()
                && let Some(&first) = half.first()
            {
                half.push(first);
            }
            half.iter()
                .map(|point| [round_to(point[0] + shift, 7), point[1]])
                .collect::<Vec<Coordinate>>()
        });
        let parts = halves.into_iter().filter(|half| half.len() > 3);
        Shape::Areas(parts.map(|half| vec![half]).collect())
    }
}

/// The ring of a disc around a pole as an area of the plane of longitude and latitude: from edge to edge along the
/// ring, and back along the pole.
fn polar(ring: &[Position]) -> Vec<Coordinate> {
    let mut along: Vec<Coordinate> = ring.iter().skip(1).copied().map(coordinate).collect();
    along.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    let (Some(&first), Some(&last)) = (along.first(), along.last()) else {
        return Vec::new();
    };
    let step = first[0] + 360.0 - last[0];
    let share = if step > 0.0 {
        (180.0 - last[0]) / step
    } else {
        0.0
    };
    let edge = round_to(last[1] + share * (first[1] - last[1]), 7);
    let north = along.iter().map(|at| at[1]).sum::<f64>() > 0.0;
    let pole = if north { 90.0 } else { -90.0 };
    along.insert(0, [-180.0, edge]);
    along.extend([[180.0, edge], [180.0, pole], [-180.0, pole], [-180.0, edge]]);
    along.dedup();
    if !north {
        along.reverse();
    }
    along
}

fn cut_line(part: &[Position]) -> Vec<Vec<Coordinate>> {
    let mut lines = Vec::new();
    let mut current: Vec<Coordinate> = Vec::new();
    for (number, &position) in part.iter().enumerate() {
        let [longitude, latitude] = coordinate(position);
        if number > 0 {
            let before = part[number - 1];
            let step = longitude - before.longitude();
            if step.abs() > 180.0 {
                // It leaves at ±180° on the side it comes from and enters at the other.
                let leaves = if step < 0.0 { 180.0 } else { -180.0 };
                let shifted = longitude + 2.0 * leaves;
                let share = (leaves - before.longitude()) / (shifted - before.longitude());
                let crossing = round_to(
                    before.latitude() + share * (latitude - before.latitude()),
                    7,
                );
                current.push([leaves, crossing]);
                lines.push(std::mem::replace(&mut current, vec![[-leaves, crossing]]));
            }
        }
        current.push([longitude, latitude]);
    }
    lines.push(current);
    for line in &mut lines {
        line.dedup();
    }
    lines.retain(|line| line.len() > 1);
    lines
}

/// What positions extend over, for the `bbox` of RFC 7946 §5.2, which lets west exceed east where the antimeridian
/// is crossed.
#[derive(Clone, Debug, PartialEq)]
pub struct Bounds {
    longitudes: Vec<f64>,
    south: f64,
    north: f64,
}

impl Bounds {
    /// Of positions.
    pub fn of(positions: impl Iterator<Item = Position>) -> Bounds {
        let mut bounds = Bounds {
            longitudes: Vec::new(),
            south: f64::INFINITY,
            north: f64::NEG_INFINITY,
        };
        for position in positions {
            bounds.longitudes.push(position.longitude());
            bounds.south = bounds.south.min(position.latitude());
            bounds.north = bounds.north.max(position.latitude());
        }
        bounds
    }

    /// West, south, east, north of the narrowest box; `None` for no position. The widest gap between neighbouring
    /// longitudes is left out of it: if that gap is the one across the antimeridian, west is less than east.
    pub fn bbox(&self) -> Option<[f64; 4]> {
        let mut longitudes = self.longitudes.clone();
        longitudes.sort_by(f64::total_cmp);
        let (first, last) = (*longitudes.first()?, *longitudes.last()?);
        let (mut west, mut east) = (first, last);
        // Leave the plain box unless another gap is clearly wider.
        let mut widest = first + 360.0 - last + 1e-9;
        for pair in longitudes.windows(2) {
            if pair[1] - pair[0] > widest {
                widest = pair[1] - pair[0];
                (west, east) = (pair[1], pair[0]);
            }
        }
        Some([west, self.south, east, self.north].map(|value| round_to(value, 7)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesy::circle;
    use crate::units::Metres;

    fn position(longitude: f64, latitude: f64) -> Position {
        Position::new(longitude, latitude).unwrap()
    }

    #[test]
    fn lines_are_cut_at_the_antimeridian() {
        let parts = [vec![
            position(179.0, 10.0),
            position(-179.0, 12.0),
            position(-178.0, 12.0),
        ]];
        let Shape::Line(lines) = Shape::line(&parts) else {
            panic!("not cut");
        };
        assert_eq!(lines[0][1].as_slice(), [180.0, 11.0]);
        assert_eq!(lines[1][0].as_slice(), [-180.0, 11.0]);
        let whole = Shape::line(&[vec![position(1.0, 1.0), position(2.0, 2.0)]]);
        assert!(matches!(whole, Shape::Line(lines) if lines.len() == 1));
    }

    #[test]
    fn outlines_are_cut_at_the_antimeridian_and_keep_their_turn() {
        let ring = circle(position(179.95, 0.0), Metres(20_000.0), 48);
        let Shape::Areas(halves) = Shape::outline(&ring) else {
            panic!("not cut");
        };
        assert_eq!(halves.len(), 2);
        for half in &halves {
            let ring = &half[0];
            assert_eq!(ring.first(), ring.last());
            let doubled_area: f64 = ring
                .windows(2)
                .map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1])
                .sum();
            assert!(doubled_area > 0.0);
            assert!(
                ring.iter()
                    .all(|corner| corner[0].abs() <= 180.0 && corner[0].abs() > 179.0)
            );
        }
    }

    #[test]
    fn discs_around_a_pole_reach_it_and_turn_counterclockwise() {
        for latitude in [89.0, -89.0] {
            let ring = circle(position(20.0, latitude), Metres(200_000.0), 48);
            let Shape::Area(rings) = Shape::disc(&ring) else {
                panic!("cut");
            };
            let ring = &rings[0];
            assert_eq!(ring.first(), ring.last());
            let doubled_area: f64 = ring
                .windows(2)
                .map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1])
                .sum();
            assert!(doubled_area > 0.0);
            assert!(ring.iter().any(|at| at[1].abs() > 89.99));
            assert!(ring.iter().all(|at| at[1] * latitude > 0.0));
        }
    }

    #[test]
    fn boxes_are_narrow_across_the_antimeridian() {
        let across = Bounds::of([position(179.0, 1.0), position(-179.5, 3.0)].into_iter());
        assert_eq!(across.bbox(), Some([179.0, 1.0, -179.5, 3.0]));
        let plain = Bounds::of([position(60.0, 29.0), position(75.0, 37.0)].into_iter());
        assert_eq!(plain.bbox(), Some([60.0, 29.0, 75.0, 37.0]));
        assert_eq!(Bounds::of(std::iter::empty()).bbox(), None);
    }
}
