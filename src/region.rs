//! Regions: named areas that a position lies in or not, and the sides that they give.

use crate::border::Border;
use crate::geodesy::{EarthCentred, LARGEST_RADIUS, Position, signed_area};
use crate::locate::{Location, Locator, Side, side_probability};
use crate::units::Metres;

/// A named area as a file gives it: polygons, each with its outer ring first and holes after it; rings are
/// closed, in any direction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Area {
    /// Its name, or empty.
    pub name: String,
    /// The side that the file says it is on, or empty.
    pub side: String,
    /// Its polygons.
    pub polygons: Vec<Vec<Vec<Position>>>,
}

/// An area that positions can be looked up in. Its edges are geodesics, as those of the border line are.
///
/// A position lies in a polygon if it lies to the left of the edge nearest to it, where outer rings run
/// counterclockwise and holes clockwise: exact at vertices, at poles and across the antimeridian, without a
/// plane. Rings may touch themselves at vertices; they must not cross. A ring around a pole must go round it,
/// not along a meridian to it and back; an outer ring encloses less than half of the Earth.
pub struct Region {
    polygons: Vec<Polygon>,
}

struct Polygon {
    rings: Locator<'static>,
    centre: EarthCentred,
    /// No position of it is farther from its centre, in a straight line.
    reach: Metres,
}

impl Region {
    /// Prepares polygons of areas; rings without three different positions are left out. O(n log n) in their
    /// positions.
    pub fn new<'a>(polygons: impl IntoIterator<Item = &'a Vec<Vec<Position>>>) -> Region {
        Region {
            polygons: polygons
                .into_iter()
                .filter_map(|rings| Polygon::new(rings))
                .collect(),
        }
    }

    /// Whether it has no polygon with an area.
    pub fn is_empty(&self) -> bool {
        self.polygons.is_empty()
    }

    /// How far a position in the region is from its nearest edge, 0 on the edge; `None` outside. O(log n) in
    /// the vertices of the polygons that may hold it.
    pub fn depth(&self, position: Position) -> Option<Metres> {
        let at = position.earth_centred();
        let depths = self
            .polygons
            .iter()
            .filter(|polygon| polygon.centre.chord(at) <= polygon.reach)
            .filter_map(|polygon| {
                let location = polygon.rings.locate(position);
                (location.side != Side::Right).then_some(location.offset)
            });
        depths.reduce(Metres::max)
    }

    /// How far a position is from the nearest edge, inside or outside, and whether it is inside; `None` for a
    /// region without polygons.
    pub fn edge(&self, position: Position) -> Option<(Metres, bool)> {
        self.polygons
            .iter()
            .map(|polygon| {
                let location = polygon.rings.locate(position);
                (location.offset, location.side != Side::Right)
            })
            .reduce(|one, other| (one.0.min(other.0), one.1 || other.1))
    }
}

impl Polygon {
    fn new(rings: &[Vec<Position>]) -> Option<Polygon> {
        let oriented = rings.iter().enumerate().map(|(number, ring)| {
            let mut ring = ring.clone();
            // The outer ring comes first.
            if (signed_area(&ring) > 0.0) != (number == 0) {
                ring.reverse();
            }
            ring
        });
        let border = Border::of_rings(oriented)?;
        let vertices: Vec<EarthCentred> = border.passes().map(Position::earth_centred).collect();
        let count = vertices.len() as f64;
        let centre = EarthCentred(
            [0, 1, 2].map(|axis| vertices.iter().map(|it| it.0[axis]).sum::<f64>() / count),
        );
        let farthest = vertices
            .iter()
            .map(|vertex| centre.chord(*vertex))
            .fold(Metres::ZERO, Metres::max);
        // The area bulges out of the hull of its vertices, no point of which is deeper in the Earth than the
        // centre by more than `farthest`.
        let depth = LARGEST_RADIUS - EarthCentred([0.0; 3]).chord(centre);
        let bulge = depth.max(Metres::ZERO) + farthest;
        Some(Polygon {
            rings: Locator::of(border),
            centre,
            reach: farthest + bulge,
        })
    }
}

/// The regions to the left and to the right of a border line.
pub struct SideRegions {
    left: Region,
    right: Region,
}

/// What regions and line say of the side of a position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JudgedSide {
    /// The side: that of the regions where exactly one of them holds the position, else that of the line.
    pub side: Side,
    /// The probability that the true place lies on that side; `None` where the location radius is unknown.
    pub probability: Option<f64>,
    /// Whether neither region, or both, hold the position.
    pub undecided: bool,
}

impl SideRegions {
    /// The regions of the areas to the left and of those to the right.
    pub fn new<'a>(
        left: impl IntoIterator<Item = &'a Area>,
        right: impl IntoIterator<Item = &'a Area>,
    ) -> SideRegions {
        SideRegions {
            left: Region::new(left.into_iter().flat_map(|area| &area.polygons)),
            right: Region::new(right.into_iter().flat_map(|area| &area.polygons)),
        }
    }

    /// Judges the side of a position whose place on the line is known. In a region the probability is that of
    /// being in the region, by the distance to its nearest edge. What is on the line stays on the line.
    pub fn judge(
        &self,
        position: Position,
        location: &Location,
        location_radius: Option<Metres>,
    ) -> JudgedSide {
        let by_line = JudgedSide::by_line(location, location_radius);
        if location.side == Side::OnLine {
            return by_line;
        }
        let (side, depth) = match (self.left.depth(position), self.right.depth(position)) {
            (Some(depth), None) => (Side::Left, depth),
            (None, Some(depth)) => (Side::Right, depth),
            _ => {
                return JudgedSide {
                    undecided: true,
                    ..by_line
                };
            }
        };
        JudgedSide {
            side,
            probability: side_probability(depth, location_radius, location.line_uncertainty),
            undecided: false,
        }
    }
}

impl JudgedSide {
    /// The side as the line alone gives it.
    pub fn by_line(location: &Location, location_radius: Option<Metres>) -> JudgedSide {
        JudgedSide {
            side: location.side,
            probability: side_probability(
                location.offset,
                location_radius,
                location.line_uncertainty,
            ),
            undecided: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::border::Part;
    use crate::testing::Dice;

    fn ring(corners: &[(f64, f64)]) -> Vec<Position> {
        let corners = corners.iter().chain(corners.first());
        corners
            .map(|&(x, y)| Position::new(x, y).unwrap())
            .collect()
    }

    fn at(longitude: f64, latitude: f64) -> Position {
        Position::new(longitude, latitude).unwrap()
    }

    #[test]
    fn rings_run_either_way_and_holes_are_outside() {
        let outer = [(70.0, 33.0), (72.0, 33.0), (72.0, 35.0), (70.0, 35.0)];
        let hole = [(70.5, 33.5), (71.0, 33.5), (71.0, 34.0), (70.5, 34.0)];
        for turn in 0..4 {
            let mut rings = vec![ring(&outer), ring(&hole)];
            if turn & 1 == 1 {
                rings[0].reverse();
            }
            if turn & 2 == 2 {
                rings[1].reverse();
            }
            let region = Region::new([&rings]);
            assert!(region.depth(at(71.5, 34.5)).is_some());
            assert!(region.depth(at(70.75, 33.75)).is_none());
            assert!(region.depth(at(69.9, 34.0)).is_none());
            assert!(region.depth(at(-109.0, -34.0)).is_none());
            assert_eq!(region.depth(at(70.0, 33.0)), Some(Metres::ZERO));
            let (edge, inside) = region.edge(at(70.75, 33.75)).unwrap();
            assert!(!inside && (edge.km() - 23.15).abs() < 0.1, "{edge:?}");
        }
    }

    #[test]
    fn containment_agrees_with_the_winding_of_angles() {
        // A star whose corners are near and far in turn: many positions have a vertex as nearest point.
        let mut dice = Dice::new(11);
        let corners: Vec<(f64, f64)> = (0..24)
            .map(|corner| {
                let angle = f64::from(corner) * std::f64::consts::TAU / 24.0;
                let out = if corner % 2 == 0 { 1.0 } else { 0.3 };
                (70.0 + out * angle.cos(), 33.0 + out * angle.sin())
            })
            .collect();
        let rings = vec![ring(&corners)];
        let region = Region::new([&rings]);
        for _ in 0..3_000 {
            let place = dice.position_in(68.8, 31.8, 71.2, 34.2);
            // The azimuths from the place to the corners turn by a full circle around an inner place only.
            let turned: f64 = rings[0]
                .windows(2)
                .map(|pair| {
                    let azimuth = |to| crate::geodesy::inverse(place, to).azimuth;
                    let turn = azimuth(pair[1]).clockwise_of(azimuth(pair[0]));
                    if turn > 180.0 { turn - 360.0 } else { turn }
                })
                .sum();
            assert_eq!(region.depth(place).is_some(), turned.abs() > 180.0);
        }
    }

    #[test]
    fn poles_the_antimeridian_and_lobes_that_touch_work() {
        let cap = vec![ring(&[
            (0.0, 70.0),
            (90.0, 70.0),
            (180.0, 70.0),
            (-90.0, 70.0),
        ])];
        let cap = Region::new([&cap]);
        assert!(cap.depth(at(33.0, 89.0)).is_some() && cap.depth(at(10.0, 90.0)).is_some());
        assert!(cap.depth(at(45.0, 65.0)).is_none());
        let pacific = vec![ring(&[
            (179.0, -1.0),
            (-179.0, -1.0),
            (-179.0, 1.0),
            (179.0, 1.0),
        ])];
        let pacific = Region::new([&pacific]);
        for inside in [
            at(180.0, 0.0),
            at(-180.0, 0.5),
            at(-179.5, 0.0),
            at(179.5, 0.0),
        ] {
            assert!(pacific.depth(inside).is_some());
        }
        assert!(pacific.depth(at(0.0, 0.0)).is_none() && pacific.depth(at(-178.5, 0.0)).is_none());
        // Two lobes that share a corner; the broad one surrounds more than half of it.
        let lobes = vec![ring(&[
            (70.0, 33.0),
            (69.8, 32.9),
            (69.8, 33.1),
            (70.0, 33.0),
            (70.1, 34.0),
            (71.0, 33.0),
            (70.1, 32.0),
        ])];
        let region = Region::new([&lobes]);
        for inside in [at(70.02, 33.0), at(69.9, 33.0), at(70.05, 33.2)] {
            assert!(region.depth(inside).is_some(), "{inside:?}");
        }
        for outside in [at(69.99, 33.05), at(69.99, 32.95), at(69.7, 33.0)] {
            assert!(region.depth(outside).is_none(), "{outside:?}");
        }
    }

    #[test]
    fn regions_decide_the_side_and_leave_what_they_do_not_know_to_the_line() {
        let line = Border::assemble(
            &[Part {
                vertices: vec![at(70.0, 33.0), at(71.0, 33.0)],
                ..Part::default()
            }],
            Metres(1.0),
        )
        .unwrap();
        let locator = Locator::new(&line);
        let area = |corners: &[(f64, f64)]| Area {
            polygons: vec![vec![ring(corners)]],
            ..Area::default()
        };
        // The northern region reaches a tenth of a degree across the line in the west.
        let north = area(&[
            (70.0, 32.9),
            (70.5, 32.9),
            (70.5, 33.0),
            (71.0, 33.0),
            (71.0, 34.0),
            (70.0, 34.0),
        ]);
        let south = area(&[
            (70.0, 32.0),
            (71.0, 32.0),
            (71.0, 33.0),
            (70.5, 33.0),
            (70.5, 32.9),
            (70.0, 32.9),
        ]);
        let sides = SideRegions::new([&north], [&south]);
        let judged = |longitude, latitude, radius| {
            let position = at(longitude, latitude);
            let location = locator.locate(position);
            (
                location.side,
                sides.judge(position, &location, Some(Metres(radius))),
            )
        };
        let (by_line, judged_side) = judged(70.2, 32.95, 25_000.0);
        assert_eq!((by_line, judged_side.side), (Side::Right, Side::Left));
        // 5,545 m from the southern edge of the northern region, of which a disc of 25 km is mostly inside.
        assert!((judged_side.probability.unwrap() - 0.640).abs() < 0.01);
        let (_, judged_side) = judged(70.7, 32.5, 10.0);
        assert_eq!(
            (judged_side.side, judged_side.probability),
            (Side::Right, Some(1.0))
        );
        let (by_line, judged_side) = judged(72.0, 33.5, 10.0);
        assert!(judged_side.undecided && judged_side.side == by_line);
        assert_eq!(judged(70.0, 33.0, 10.0).1.side, Side::OnLine);
    }
}
