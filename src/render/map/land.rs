//! Land, sea and the names of countries.

use crate::analysis::Analysis;
use crate::geodesy::Position;
use crate::render::canvas::{
    Anchor, Canvas, Ink, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::elements::Area;
use crate::render::labels::Taken;
use crate::render::projection::View;

/// What is not land, or is not in the basemap.
pub(super) const SEA: Ink = Ink::solid([0xDF, 0xE9, 0xF0]);
/// The corridor along the line.
pub(super) const CORRIDOR: Ink = Ink::solid([0xE8, 0xDF, 0xCB]).with_alpha(0.75);
/// The two countries of the border, then all others.
const LAND: [Ink; 3] = [
    Ink::solid([0xFB, 0xF9, 0xF3]),
    Ink::solid([0xF5, 0xF2, 0xE9]),
    Ink::solid([0xEC, 0xEB, 0xE7]),
];
const OUTLINE: Ink = Ink::solid([0xB4, 0xAF, 0xA5]);

/// Fills the countries of the basemap. Without a basemap the whole map is land of nobody.
pub(super) fn draw(canvas: &mut Canvas<'_>, analysis: &Analysis, view: &View) {
    if analysis.context.countries.is_empty() {
        canvas.rect(view.frame, 0.0, &Paint::filled(LAND[0]));
        return;
    }
    let window = view.window();
    let mut areas = Vec::new();
    for country in &analysis.context.countries {
        let paint =
            Paint::filled(fill(analysis, &country.name)).with_outline(Stroke::solid(OUTLINE, 1.0));
        for polygon in &country.polygons {
            let rings: Vec<Vec<(f64, f64)>> = polygon
                .iter()
                .map(|ring| {
                    cut(ring, window)
                        .into_iter()
                        .filter_map(|(longitude, latitude)| {
                            view.projection.project(longitude, latitude)
                        })
                        .collect::<Vec<_>>()
                })
                .filter(|ring: &Vec<_>| ring.len() > 2)
                .collect();
            if !rings.is_empty() {
                areas.push(Area { rings, paint });
            }
        }
    }
    super::areas_in_chart(canvas, view, areas);
}

fn fill(analysis: &Analysis, name: &str) -> Ink {
    if analysis.border.left() == Some(name) {
        LAND[0]
    } else if analysis.border.right() == Some(name) {
        LAND[1]
    } else {
        LAND[2]
    }
}

/// Longitude and latitude.
type Point = (f64, f64);

/// Cuts a ring to a window of degrees (Sutherland and Hodgman), so that what is far away, where a
/// projection runs wild, is not projected. The cut edges lie outside the view. Without a window the ring
/// stays whole.
fn cut(ring: &[Position], window: Option<[f64; 4]>) -> Vec<Point> {
    let middle = window.map_or(0.0, |[west, _, east, _]| f64::midpoint(west, east));
    let mut points: Vec<Point> = ring
        .iter()
        .map(|position| {
            let longitude =
                middle + (position.longitude() - middle + 540.0).rem_euclid(360.0) - 180.0;
            (longitude, position.latitude())
        })
        .collect();
    let Some([west, south, east, north]) = window else {
        return points;
    };
    // Signed distance to the inside of each edge of the window.
    let edges: [fn(Point, f64) -> f64; 4] = [
        |point, west| point.0 - west,
        |point, south| point.1 - south,
        |point, east| east - point.0,
        |point, north| north - point.1,
    ];
    for (inside, bound) in edges.into_iter().zip([west, south, east, north]) {
        let before = std::mem::take(&mut points);
        for (place, &point) in before.iter().enumerate() {
            let previous = before[(place + before.len() - 1) % before.len()];
            let (here, there) = (inside(point, bound), inside(previous, bound));
            if (here >= 0.0) != (there >= 0.0) {
                let share = there / (there - here);
                points.push((
                    previous.0 + share * (point.0 - previous.0),
                    previous.1 + share * (point.1 - previous.1),
                ));
            }
            if here >= 0.0 {
                points.push(point);
            }
        }
    }
    points
}

/// Names each country that has room for its name, the two of the border larger.
pub(super) fn country_names(
    canvas: &mut Canvas<'_>,
    analysis: &Analysis,
    view: &View,
    taken: &mut Taken,
) {
    let window = view.window();
    let mut countries: Vec<_> = analysis.context.countries.iter().collect();
    let of_border =
        |name: &str| analysis.border.left() == Some(name) || analysis.border.right() == Some(name);
    countries.sort_by_key(|country| !of_border(&country.name));
    for country in countries {
        let (size, spacing, ink) = if of_border(&country.name) {
            (26.0, 9.0, Ink::solid([0x6E, 0x68, 0x5C]))
        } else {
            (16.0, 5.0, Ink::solid([0x93, 0x8E, 0x84]))
        };
        let lettering = Lettering::new(size, ink)
            .bold()
            .spaced(spacing)
            .anchored(Anchor::Middle, VerticalAnchor::Middle);
        let name = country.name.to_uppercase();
        let (width, height) = (lettering.width_px(&name), size * 1.1);
        let rings: Vec<Vec<(f64, f64)>> = country
            .polygons
            .iter()
            .flatten()
            .map(|ring| {
                cut(ring, window)
                    .into_iter()
                    .filter_map(|(longitude, latitude)| {
                        view.projection.project(longitude, latitude)
                    })
                    .map(|point| view.px(point))
                    .collect()
            })
            .filter(|ring: &Vec<_>| ring.len() > 2)
            .collect();
        let Some((x, y)) = roomiest(&rings, (width, height), view, taken) else {
            continue;
        };
        let ground = Rect::new(x - width / 2.0, y - height / 2.0, width, height);
        canvas.text(&TextLine::new((x, y), &name, lettering));
        taken.add(ground);
    }
}

/// The place within rings and frame where a box of a size has the most free ground around it.
fn roomiest(
    rings: &[Vec<(f64, f64)>],
    (width, height): (f64, f64),
    view: &View,
    taken: &Taken,
) -> Option<(f64, f64)> {
    const STEP: f64 = 24.0;
    let mut best: Option<(f64, (f64, f64))> = None;
    let mut y = view.frame.y + height;
    while y < view.frame.bottom() - height {
        let mut x = view.frame.x + width / 2.0 + 12.0;
        while x < view.frame.right() - width / 2.0 - 12.0 {
            let spot = Rect::new(x - width / 2.0, y - height / 2.0, width, height);
            let samples = (0..=8).map(|part| spot.x + width * f64::from(part) / 8.0);
            let within = samples
                .clone()
                .all(|sx| inside(rings, (sx, spot.y)) && inside(rings, (sx, spot.bottom())));
            if within && taken.is_free(&spot) {
                let room = clearance(rings, (x, y), view).min(400.0);
                if best.is_none_or(|(most, _)| room > most) {
                    best = Some((room, (x, y)));
                }
            }
            x += STEP;
        }
        y += STEP;
    }
    best.map(|(_, place)| place)
}

fn clearance(rings: &[Vec<(f64, f64)>], (x, y): (f64, f64), view: &View) -> f64 {
    let frame = (x - view.frame.x)
        .min(view.frame.right() - x)
        .min(y - view.frame.y)
        .min(view.frame.bottom() - y);
    rings
        .iter()
        .flatten()
        .map(|corner| (corner.0 - x).hypot(corner.1 - y))
        .fold(frame, f64::min)
}

/// Whether a point lies within an odd number of rings.
fn inside(rings: &[Vec<(f64, f64)>], (x, y): (f64, f64)) -> bool {
    let mut within = false;
    for ring in rings {
        let mut previous = ring[ring.len() - 1];
        for &corner in ring {
            if (corner.1 > y) != (previous.1 > y)
                && x < previous.0
                    + (y - previous.1) / (corner.1 - previous.1) * (corner.0 - previous.0)
            {
                within = !within;
            }
            previous = corner;
        }
    }
    within
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_are_cut_to_the_window() {
        let ring: Vec<Position> = [
            (0.0, 0.0),
            (100.0, 0.0),
            (100.0, 80.0),
            (0.0, 80.0),
            (0.0, 0.0),
        ]
        .into_iter()
        .map(|(x, y)| Position::new(x, y).unwrap())
        .collect();
        let part = cut(&ring, Some([60.0, 20.0, 75.0, 40.0]));
        assert!(
            part.iter()
                .all(|&(x, y)| (60.0..=75.0).contains(&x) && (20.0..=40.0).contains(&y))
        );
        assert!(inside(&[part], (70.0, 30.0)));
        assert!(cut(&ring, Some([-50.0, 20.0, -40.0, 40.0])).is_empty());
        assert_eq!(cut(&ring, None).len(), 5);
    }
}
