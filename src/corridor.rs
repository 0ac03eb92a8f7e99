//! The corridor as areas: all positions within a distance of a line. The only file that names `i_overlay`.
//!
//! The line is covered with stretches so short that the convex hull of circles around their corners is their
//! surroundings, and the hulls are united. That happens in the plane of longitude and latitude on a grid of whole
//! numbers, which is finer than what is written: what is simple there is still simple when it is written, and that is
//! the plane in which others look whether an area is valid.

use geo::{ConvexHull, Coord, MultiPoint, Point};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::solver::Solver;
use i_overlay::i_float::int::point::IntPoint;
use rayon::prelude::*;

use crate::border::{Border, Piece};
use crate::geodesy::{self, LEAST_CURVATURE_RADIUS, Position};
use crate::units::Metres;

/// A wider corridor is given no shape, as no map would show it.
pub const WIDEST: Metres = Metres(2_000_000.0);

/// How far the outline may lie from the true one, as a share of the distance.
pub const TOLERANCE: f64 = 0.002;

/// Steps of the grid in a degree. A step of 2·10⁻⁷° is written with seven decimals as it is, and 180° are within
/// 2³⁰ steps, as the union of areas needs.
const STEPS: f64 = 5_000_000.0;
const HALF_TURN: i64 = 180 * STEPS as i64;

/// Corners of a full circle. With a radius that is [`OUTWARD`] times the distance, it lies within 0.06 % of it.
const CORNERS: usize = 64;
const OUTWARD: f64 = 1.000_6;

/// How far the corners of a stretch may lie from its first, as a share of the distance. Two corners are then at most
/// 2·0.04 apart, and the straight edge of their hull is at most 0.04²/2 = 0.08 % too far out between them.
const STRETCH: f64 = 0.04;

/// Hulls are right up to this [`bend`]; nearer to a pole an edge that is straight in degrees strays too far, and a circle may
/// enclose the pole.
const HULLS_UP_TO: f64 = 0.25;

/// A closed ring on the grid, its first corner not repeated.
type Ring = Vec<IntPoint>;
/// Outer ring, then holes.
type Polygon = Vec<Ring>;

/// An area: its outer ring, counterclockwise, then holes, clockwise; closed, the first position repeated at the end.
pub type Area = Vec<Vec<Position>>;

/// The areas of all positions whose geodesic distance to the line is at most `distance`, within [`TOLERANCE`]; valid
/// and apart from each other in the plane of longitude and latitude, and cut at the antimeridian, where a longitude
/// is 180 in the area to the west of it and −180 in the one to the east.
///
/// None for a distance below a metre, or above [`WIDEST`]. Cost: O(length / distance) unions of small areas; the
/// line from Natural Earth between two countries takes some hundredths of a second.
pub fn areas(border: &Border, distance: Metres) -> Vec<Area> {
    if !has_shape(distance) {
        return Vec::new();
    }
    let around: Vec<Vec<Polygon>> = stretches(border, distance)
        .par_iter()
        .map(|stretch| surroundings(stretch, distance))
        .collect();
    let united = united(&around.concat());
    let mut areas: Vec<Area> = united.iter().map(area).collect();
    // From west to east, so that the order owes nothing to how they were united.
    areas.sort_by(|a, b| {
        let west = |area: &Area| {
            let outer = area.iter().take(1).flatten();
            outer.map(|at| at.longitude()).fold(180.0, f64::min)
        };
        west(a).total_cmp(&west(b))
    });
    areas
}

/// Whether a corridor of a distance is given a shape.
pub fn has_shape(distance: Metres) -> bool {
    (1.0..=WIDEST.0).contains(&distance.0)
}

/// The line in stretches: two ends of a geodesic, or corners that lie close to each other.
fn stretches(border: &Border, distance: Metres) -> Vec<Vec<Position>> {
    let mut stretches = Vec::new();
    let mut chain = None;
    let mut stretch: Vec<Position> = Vec::new();
    for piece in border.pieces() {
        if chain != Some(piece.chain) {
            chain = Some(piece.chain);
            stretches.push(std::mem::replace(&mut stretch, vec![piece.segment.start()]));
        }
        for next in steps(piece, distance) {
            let near = distance * STRETCH;
            if geodesy::distance(stretch[0], next) > near {
                let last = stretch[stretch.len() - 1];
                if stretch.len() > 1 {
                    stretches.push(std::mem::replace(&mut stretch, vec![last]));
                }
                if geodesy::distance(last, next) > near {
                    stretches.push(vec![last, next]);
                    stretch = vec![next];
                    continue;
                }
            }
            stretch.push(next);
        }
    }
    stretches.push(stretch);
    // A chain that ends with a stretch of its own leaves a single position behind, which that one covers.
    stretches.retain(|it| !it.is_empty());
    stretches
}

/// Positions along a piece after its start, its end the last.
fn steps(piece: &Piece, distance: Metres) -> impl Iterator<Item = Position> {
    let length = piece.segment.length();
    let ends = [piece.segment.start(), piece.segment.end()];
    let bend = bend(&ends, distance);
    // A little before, as the geodesic may run higher than its ends.
    let longest = if bend > HULLS_UP_TO * 0.9 {
        distance * (2.0 * STRETCH)
    } else {
        // An edge strays from the geodesic by length² · bend / (8 · distance): a twentieth of a percent of the distance.
        distance * (8.0 * 0.000_5 / bend).sqrt()
    };
    let count = (length / longest).ceil().max(1.0) as u32;
    let segment = piece.segment;
    (1..=count).map(move |step| {
        if step == count {
            segment.end()
        } else {
            segment.at(length * (f64::from(step) / f64::from(count))).0
        }
    })
}

/// How strongly the parallel at the highest latitude within a distance of positions is curved: the distance over the radius
/// of its curvature on the surface, which is that of the Earth over the tangent of the latitude. Infinite where a pole
/// is that near.
fn bend(positions: &[Position], distance: Metres) -> f64 {
    let latitudes = positions.iter().map(|it| it.latitude().abs());
    let highest = latitudes.fold(0.0, f64::max) + geodesy::latitude_reach(distance);
    if highest >= 90.0 {
        return f64::INFINITY;
    }
    distance / LEAST_CURVATURE_RADIUS * highest.to_radians().tan()
}

/// What lies within the distance of a stretch.
fn surroundings(stretch: &[Position], distance: Metres) -> Vec<Polygon> {
    let circle = |at: &Position, corners| geodesy::circle(*at, distance * OUTWARD, corners);
    if bend(stretch, distance) > HULLS_UP_TO {
        // Stretches are short there: circles leave no more out between each other than hulls have too much. An edge
        // near the pole must be short to be straight in degrees.
        let circles = stretch.iter().map(|at| circle(at, 8 * CORNERS));
        return circles.flat_map(|ring| disc(&ring)).collect();
    }
    let base = stretch[0].longitude();
    let corners = hull(stretch.iter().map(|it| unwrapped(*it, base)));
    let corners = corners.iter().filter_map(|at| {
        let longitude = at.x - 360.0 * (at.x / 360.0).round();
        Position::new(longitude, at.y).ok()
    });
    let circles = corners.flat_map(|at| circle(&at, CORNERS));
    let ring = hull(circles.map(|it| unwrapped(it, base)));
    cut(&ring)
}

/// A position with the longitude that is nearest to `base`, which may be beyond 180°.
fn unwrapped(position: Position, base: f64) -> Coord {
    let turns = ((position.longitude() - base) / 360.0).round();
    Coord {
        x: position.longitude() - 360.0 * turns,
        y: position.latitude(),
    }
}

/// The corners of the convex hull in the plane of longitude and latitude, counterclockwise.
fn hull(points: impl Iterator<Item = Coord>) -> Vec<Coord> {
    let points: MultiPoint = points.map(Point::from).collect();
    let hull = points.convex_hull();
    let mut corners: Vec<Coord> = hull.exterior().coords().copied().collect();
    corners.pop();
    corners
}

/// A disc whose ring may go around a pole.
fn disc(ring: &[Position]) -> Vec<Polygon> {
    let mut corners: Vec<Coord> = Vec::with_capacity(ring.len() + 4);
    for position in ring {
        let before = corners.last().map_or(position.longitude(), |it| it.x);
        corners.push(unwrapped(*position, before));
    }
    let (Some(&first), Some(&last)) = (corners.first(), corners.last()) else {
        return Vec::new();
    };
    if (last.x - first.x).abs() > 180.0 {
        // Once around: what lies between the ring and the pole, over one turn of longitude.
        let north = ring.iter().map(|it| it.latitude()).sum::<f64>() > 0.0;
        let pole = if north { 90.0 } else { -90.0 };
        corners.push(Coord { x: last.x, y: pole });
        corners.push(Coord {
            x: first.x,
            y: pole,
        });
        return cut(&corners);
    }
    corners.pop();
    cut(&corners)
}

/// A ring on the grid, its parts beyond ±180° moved to where they are by longitudes from −180° to 180°.
fn cut(ring: &[Coord]) -> Vec<Polygon> {
    let on_grid = |degrees: f64| (degrees * STEPS).round() as i64;
    let ring: Vec<[i64; 2]> = ring
        .iter()
        .map(|at| [on_grid(at.x), on_grid(at.y)])
        .collect();
    let mut parts = Vec::new();
    for shift in [-2 * HALF_TURN, 0, 2 * HALF_TURN] {
        let shifted: Vec<[i64; 2]> = ring.iter().map(|at| [at[0] + shift, at[1]]).collect();
        let inside = clipped(&clipped(&shifted, 1), -1);
        if inside.len() > 2 {
            let ring = inside.iter();
            parts.push(vec![
                ring.map(|at| IntPoint::new(at[0] as i32, at[1] as i32))
                    .collect(),
            ]);
        }
    }
    parts
}

/// What of a ring lies at most at 180°, or for a sign of −1 at least at −180°. A ring that enters more than once keeps
/// edges along the meridian between its parts; a union does away with them.
fn clipped(ring: &[[i64; 2]], sign: i64) -> Vec<[i64; 2]> {
    let beyond = |at: [i64; 2]| sign * at[0] - HALF_TURN;
    let mut inside = Vec::with_capacity(ring.len() + 2);
    for (number, &to) in ring.iter().enumerate() {
        let from = ring[(number + ring.len() - 1) % ring.len()];
        let (before, after) = (beyond(from), beyond(to));
        if (before > 0) != (after > 0) {
            let share = before as f64 / (before - after) as f64;
            let y = from[1] + (share * (to[1] - from[1]) as f64).round() as i64;
            inside.push([sign * HALF_TURN, y]);
        }
        if after <= 0 {
            inside.push(to);
        }
    }
    inside.dedup();
    inside
}

/// The union of areas. Neighbours first, so that what is hidden between them is gone early: uniting all at once
/// would look at every pair that overlaps.
fn united(parts: &[Polygon]) -> Vec<Polygon> {
    const AT_ONCE: usize = 8;
    if parts.len() <= AT_ONCE {
        return union(parts);
    }
    let (front, back) = parts.split_at(parts.len() / 2);
    let (mut front, back) = rayon::join(|| united(front), || united(back));
    front.extend(back);
    union(&front)
}

fn union(parts: &[Polygon]) -> Vec<Polygon> {
    let corners = parts.iter().flatten().map(Vec::len).sum();
    let mut overlay = Overlay::new_custom(corners, IntOverlayOptions::ogc(), Solver::default());
    overlay.add_shapes(parts, ShapeType::Subject);
    overlay.overlay(OverlayRule::Subject, FillRule::NonZero)
}

/// A polygon in degrees, its rings in the direction of RFC 7946.
fn area(polygon: &Polygon) -> Area {
    polygon
        .iter()
        .enumerate()
        .map(|(number, ring)| {
            let doubled: i128 = (0..ring.len())
                .map(|place| {
                    let (a, b) = (ring[place], ring[(place + 1) % ring.len()]);
                    i128::from(a.x) * i128::from(b.y) - i128::from(b.x) * i128::from(a.y)
                })
                .sum();
            let position = |at: &IntPoint| {
                Position::new(f64::from(at.x) / STEPS, f64::from(at.y) / STEPS).ok()
            };
            let mut positions: Vec<Position> = if (doubled > 0) == (number == 0) {
                ring.iter().filter_map(position).collect()
            } else {
                ring.iter().rev().filter_map(position).collect()
            };
            positions.extend(positions.first().copied());
            positions
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::border::Part;
    use crate::locate::Locator;
    use crate::testing::Dice;

    fn line(parts: &[&[(f64, f64)]]) -> Border {
        let parts: Vec<Part> = parts
            .iter()
            .map(|vertices| Part {
                vertices: vertices
                    .iter()
                    .map(|&(x, y)| Position::new(x, y).unwrap())
                    .collect(),
                ..Part::default()
            })
            .collect();
        Border::assemble(&parts, Metres(1.0)).unwrap()
    }

    /// Whether a position is in a ring, by a ray along its parallel.
    fn is_in(ring: &[Position], at: Position) -> bool {
        let crossings = ring.windows(2).filter(|pair| {
            let (a, b) = (pair[0], pair[1]);
            (a.latitude() > at.latitude()) != (b.latitude() > at.latitude())
                && at.longitude()
                    < a.longitude()
                        + (at.latitude() - a.latitude()) / (b.latitude() - a.latitude())
                            * (b.longitude() - a.longitude())
        });
        crossings.count() % 2 == 1
    }

    fn doubled_area(ring: &[Position]) -> f64 {
        let pairs = ring.windows(2);
        pairs
            .map(|it| it[0].longitude() * it[1].latitude() - it[1].longitude() * it[0].latitude())
            .sum()
    }

    /// Positions around the line are in the areas as their offset says, but within the tolerance of the outline.
    fn check(border: &Border, distance: Metres, dice: &mut Dice) -> Vec<Area> {
        let areas = areas(border, distance);
        for rings in &areas {
            for (number, ring) in rings.iter().enumerate() {
                assert_eq!(ring.first(), ring.last());
                assert!(ring.len() > 3);
                assert_eq!(doubled_area(ring) > 0.0, number == 0);
                // On the grid that is written.
                for at in ring {
                    for degrees in [at.longitude(), at.latitude()] {
                        let written = crate::units::round_to(degrees, 7);
                        assert_eq!(written.to_bits(), degrees.to_bits());
                    }
                }
            }
        }
        let locator = Locator::new(border);
        let mut tried = 0;
        while tried < 600 {
            let along = border.at(border.length() * dice.unit());
            let azimuth = geodesy::Azimuth(360.0 * dice.unit());
            let (at, _) = geodesy::direct(along, azimuth, distance * (2.0 * dice.unit()));
            let offset = locator.locate(at).offset / distance;
            if (offset - 1.0).abs() <= TOLERANCE {
                continue;
            }
            tried += 1;
            let covering = areas.iter().filter(|rings| {
                is_in(&rings[0], at) && !rings[1..].iter().any(|hole| is_in(hole, at))
            });
            assert_eq!(
                covering.count(),
                usize::from(offset < 1.0),
                "{at:?} at {offset}"
            );
        }
        areas
    }

    #[test]
    fn it_holds_what_lies_within_the_distance() {
        let mut dice = Dice::new(11);
        let lines = [
            line(&[&[
                (60.9, 29.8),
                (64.0, 29.5),
                (66.2, 30.0),
                (69.3, 33.9),
                (74.9, 37.2),
            ]]),
            // Pieces apart, and one that turns back on itself.
            line(&[
                &[(10.0, 70.0), (14.0, 70.5)],
                &[(30.0, 69.0), (31.0, 71.0), (30.1, 69.1)],
            ]),
            line(&[&[(-70.0, -1.0), (-70.0, 1.0)]]),
        ];
        for border in &lines {
            for km in [0.2, 5.0, 50.0, 300.0] {
                check(border, Metres::from_km(km), &mut dice);
            }
        }
    }

    #[test]
    fn a_rough_line_costs_no_accuracy() {
        let mut dice = Dice::new(12);
        let vertices: Vec<(f64, f64)> = (0..2_000)
            .map(|step| {
                let along = f64::from(step) / 400.0;
                (70.0 + along, 34.0 + 0.2 * dice.unit())
            })
            .collect();
        for km in [2.0, 50.0] {
            check(&line(&[&vertices]), Metres::from_km(km), &mut dice);
        }
    }

    #[test]
    fn a_ring_has_a_hole_until_the_distance_closes_it() {
        let mut dice = Dice::new(13);
        let ring = line(&[&[
            (20.0, 40.0),
            (23.0, 40.0),
            (23.0, 42.0),
            (20.0, 42.0),
            (20.0, 40.0),
        ]]);
        let wide = check(&ring, Metres::from_km(50.0), &mut dice);
        assert_eq!((wide.len(), wide[0].len()), (1, 2));
        let full = check(&ring, Metres::from_km(150.0), &mut dice);
        assert_eq!((full.len(), full[0].len()), (1, 1));
    }

    #[test]
    fn it_is_cut_at_the_antimeridian_and_reaches_over_a_pole() {
        let mut dice = Dice::new(14);
        let across = line(&[&[(179.0, -17.0), (-179.0, -16.5)]]);
        let halves = check(&across, Metres::from_km(50.0), &mut dice);
        assert_eq!(halves.len(), 2);
        assert!(halves[0][0].iter().all(|at| at.longitude() < -178.0));
        assert!(halves[1][0].iter().all(|at| at.longitude() > 178.0));
        let beside = line(&[&[(179.99, 10.0), (179.9, 12.0)]]);
        assert_eq!(check(&beside, Metres::from_km(50.0), &mut dice).len(), 2);
        let along = line(&[&[(180.0, 60.0), (-180.0, 64.0)]]);
        assert_eq!(check(&along, Metres::from_km(50.0), &mut dice).len(), 2);
        for latitude in [84.0, 88.0, 89.9, -89.0] {
            let polar = line(&[&[(0.0, latitude), (40.0, latitude), (100.0, latitude)]]);
            for km in [5.0, 50.0, 200.0] {
                check(&polar, Metres::from_km(km), &mut dice);
            }
        }
    }

    #[test]
    fn no_distance_and_too_much_of_it_have_no_shape() {
        let border = line(&[&[(1.0, 1.0), (2.0, 2.0)]]);
        for distance in [0.0, -1.0, 2_000_001.0, f64::NAN, f64::INFINITY] {
            assert!(areas(&border, Metres(distance)).is_empty());
        }
    }

    #[test]
    #[ignore = "prints areas for a look at them by another program"]
    fn areas_for_others() {
        let mut dice = Dice::new(15);
        for number in 0..400 {
            let middle = (360.0 * dice.unit() - 180.0, 178.0 * dice.unit() - 89.0);
            let count = 2 + (dice.unit() * 60.0) as usize;
            let reach = dice.unit();
            let mut at = middle;
            let vertices: Vec<(f64, f64)> = (0..count)
                .map(|_| {
                    at.0 += reach * (dice.unit() - 0.4);
                    at.1 = (at.1 + reach * (dice.unit() - 0.5)).clamp(-89.9, 89.9);
                    at.0 -= 360.0 * (at.0 / 360.0).round();
                    at
                })
                .collect();
            let distance = Metres(100.0 * 10f64.powf(4.0 * dice.unit()));
            let rings: Vec<String> = areas(&line(&[&vertices]), distance)
                .iter()
                .map(|area| {
                    let rings: Vec<String> = area
                        .iter()
                        .map(|ring| {
                            let all: Vec<String> = ring
                                .iter()
                                .map(|it| format!("{} {}", it.longitude(), it.latitude()))
                                .collect();
                            format!("({})", all.join(","))
                        })
                        .collect();
                    format!("({})", rings.join(","))
                })
                .collect();
            println!("{number}|{}|MULTIPOLYGON({})", distance.0, rings.join(","));
        }
    }
}
