//! The outline of a cluster.

use geo::{Area, ConvexHull, MultiPoint, Point};

use crate::geodesy::{self, LocalPlane, Position};
use crate::units::Metres;

/// Around a single place or a straight row of places the outline is drawn this far out.
pub const BUFFER: Metres = Metres(1_000.0);
/// Hulls of less than this many square metres count as having no area.
const NO_AREA: f64 = 10_000.0;
/// Corners of a full circle.
const CIRCLE_CORNERS: usize = 48;

/// What an outline was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HullKind {
    /// The convex hull of the places.
    Polygon,
    /// A circle around one place.
    BufferedPoint,
    /// A band around places in a row.
    BufferedLine,
}

impl HullKind {
    /// The word in tables and layers.
    pub const fn as_str(self) -> &'static str {
        match self {
            HullKind::Polygon => "convex_hull",
            HullKind::BufferedPoint => "buffered_point",
            HullKind::BufferedLine => "buffered_line",
        }
    }
}

/// A closed outline, counterclockwise, its first position repeated at the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Hull {
    /// The ring.
    pub ring: Vec<Position>,
    /// What it was made from.
    pub kind: HullKind,
}

/// The outline of at least one place: its convex hull in the azimuthal equidistant plane around
/// `centre`; where that has no area, a circle or a band of radius [`BUFFER`]. O(n log n).
pub fn around(centre: Position, places: &[Position]) -> Hull {
    let plane = LocalPlane::new(centre);
    let points: MultiPoint = places
        .iter()
        .map(|&place| Point::from(plane.project(place)))
        .collect();
    let hull = points.convex_hull();
    if hull.unsigned_area() >= NO_AREA {
        // geo's hulls are counterclockwise and closed.
        let ring = hull
            .exterior()
            .coords()
            .map(|corner| plane.position(corner.x, corner.y))
            .collect();
        return Hull {
            ring,
            kind: HullKind::Polygon,
        };
    }
    let (from, to) = farthest_apart(hull.exterior().coords().map(|c| (c.x, c.y)));
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    if dx.hypot(dy) < 1.0 {
        let ring = geodesy::circle(places[0], BUFFER, CIRCLE_CORNERS);
        return Hull {
            ring,
            kind: HullKind::BufferedPoint,
        };
    }
    let along = dy.atan2(dx);
    let half = CIRCLE_CORNERS / 2;
    let mut ring = Vec::with_capacity(CIRCLE_CORNERS + 3);
    // Counterclockwise: half a circle around the far end, then half a circle around the near one.
    for (end, first_angle) in [
        (to, along - std::f64::consts::FRAC_PI_2),
        (from, along + std::f64::consts::FRAC_PI_2),
    ] {
        for corner in 0..=half {
            let angle = first_angle + std::f64::consts::PI * corner as f64 / half as f64;
            ring.push(plane.position(
                end.0 + BUFFER.0 * angle.cos(),
                end.1 + BUFFER.0 * angle.sin(),
            ));
        }
    }
    ring.push(ring[0]);
    Hull {
        ring,
        kind: HullKind::BufferedLine,
    }
}

/// The two points of a flat hull that are farthest apart; both the same for a single point.
fn farthest_apart(points: impl Iterator<Item = (f64, f64)>) -> ((f64, f64), (f64, f64)) {
    let points: Vec<(f64, f64)> = points.collect();
    let mut best = ((0.0, 0.0), (0.0, 0.0));
    let mut most = -1.0;
    for (number, &a) in points.iter().enumerate() {
        for &b in &points[number..] {
            let apart = (a.0 - b.0).hypot(a.1 - b.1);
            if apart > most {
                most = apart;
                best = (a, b);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesy::distance;

    fn position(longitude: f64, latitude: f64) -> Position {
        Position::new(longitude, latitude).unwrap()
    }

    fn doubled_area(ring: &[Position]) -> f64 {
        ring.windows(2)
            .map(|pair| {
                pair[0].longitude() * pair[1].latitude() - pair[1].longitude() * pair[0].latitude()
            })
            .sum()
    }

    #[test]
    fn outlines_are_closed_counterclockwise_and_hold_their_places() {
        let centre = position(70.0, 33.0);
        for (places, kind) in [
            (vec![position(70.0, 33.0)], HullKind::BufferedPoint),
            (
                vec![position(70.0, 33.0), position(70.0, 33.0)],
                HullKind::BufferedPoint,
            ),
            (
                vec![position(70.0, 33.0), position(70.1, 33.2)],
                HullKind::BufferedLine,
            ),
            (
                vec![
                    position(70.0, 33.0),
                    position(70.1, 33.0),
                    position(70.1, 33.2),
                ],
                HullKind::Polygon,
            ),
        ] {
            let hull = around(centre, &places);
            assert_eq!(hull.kind, kind);
            assert_eq!(hull.ring.first(), hull.ring.last());
            assert!(hull.ring.len() >= 4);
            assert!(doubled_area(&hull.ring) > 0.0, "{kind:?}");
            if kind != HullKind::Polygon {
                for corner in &hull.ring {
                    let nearest = places
                        .iter()
                        .map(|&p| distance(p, *corner).0)
                        .fold(f64::MAX, f64::min);
                    assert!((nearest - BUFFER.0).abs() < 5.0, "{nearest}");
                }
            }
        }
    }
}
