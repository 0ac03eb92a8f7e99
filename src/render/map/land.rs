//! Land, sea and the names of countries.

use crate::analysis::Analysis;
use crate::context::{LayerSort, LayerStyle};
use crate::geodesy::Position;
use crate::region::Area;
use crate::render::canvas::{Canvas, Dash, Group, Ink, Lettering, Paint, Rect, Stroke};
use crate::render::elements::Area as Shape;
use crate::render::labels::Taken;
use crate::render::palette::Role;
use crate::render::projection::{View, thinned_places};
use crate::render::theme;

/// What is not land, or is not in the basemap.
pub(super) const SEA: Ink = Ink::role(Role::Sea);
/// The two countries of the border, then all others.
const LAND: [Ink; 3] = [
    Ink::role(Role::LandLeft),
    Ink::role(Role::LandRight),
    Ink::role(Role::LandOther),
];
pub(super) const OUTLINE: Ink = Ink::role(Role::Coast);
/// The land of the globe.
pub(super) const GLOBE: Ink = Ink::role(Role::LandOther);

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
                .map(|ring| thinned(&ring, view))
                .filter(|ring: &Vec<_>| ring.len() > 2)
                .collect();
            if !rings.is_empty() {
                areas.push(Shape { rings, paint });
            }
        }
    }
    super::areas_in_chart(canvas, view, areas);
}

/// How the lines and the areas of a layer are drawn.
pub(super) fn layer_paint(style: &LayerStyle) -> Paint {
    let (role, width, filled) = match style.sort {
        LayerSort::Water => (Role::Water, 1.1, true),
        LayerSort::Provinces => (Role::Province, 0.9, false),
        LayerSort::Other => (Role::Muted, 1.1, false),
    };
    let ink = style.colour.map_or(Ink::role(role), Ink::own);
    let mut stroke = Stroke::solid(ink, style.width_px.unwrap_or(width));
    if style.dashed {
        stroke = stroke.dashed(Dash::Dashed);
    }
    let own = style.fill.map(Ink::own);
    Paint {
        fill: own.or(filled.then(|| Ink::role(role).with_alpha(0.45))),
        stroke: Some(stroke),
    }
}

/// Draws the layers of one's own, each in a group with its name.
pub(super) fn own_layers(canvas: &mut Canvas<'_>, analysis: &Analysis, view: &View) {
    let window = view.window();
    for layer in &analysis.context.layers {
        canvas.begin_group(&Group {
            class: "layer layer-own",
            label: &layer.name,
            ..Group::default()
        });
        let paint = layer_paint(&layer.style);
        for polygon in &layer.polygons {
            let rings: Vec<Vec<(f64, f64)>> = polygon
                .iter()
                .map(|ring| {
                    let places = cut(ring, window).into_iter();
                    places
                        .filter_map(|(x, y)| view.projection.project(x, y))
                        .map(|point| view.px(point))
                        .collect()
                })
                .collect();
            canvas.path(&rings, true, &paint);
        }
        let lines = super::placed(&layer.lines, view, super::MARGIN);
        canvas.path(
            &lines,
            false,
            &Paint {
                fill: None,
                ..paint
            },
        );
        for at in layer.points.iter().filter_map(|&it| view.place(it)) {
            canvas.circle(
                at,
                2.4,
                &Paint::filled(theme::PAPER)
                    .with_outline(paint.stroke.unwrap_or(Stroke::solid(OUTLINE, 1.0))),
            );
        }
        canvas.end();
    }
}

/// A ring in projected metres without vertices that no eye misses.
fn thinned(ring: &[Point], view: &View) -> Vec<Point> {
    let places: Vec<(f64, f64)> = ring.iter().map(|&point| view.px(point)).collect();
    let kept = thinned_places(&places);
    kept.into_iter().map(|place| ring[place]).collect()
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

/// How the name of a country is set, one of the two of the border larger.
pub(super) fn country_lettering(of_border: bool) -> Lettering {
    let (size, spacing, role) = if of_border {
        (26.0, 9.0, Role::Country)
    } else {
        (16.0, 5.0, Role::OtherCountry)
    };
    Lettering::new(size, Ink::role(role)).bold().spaced(spacing)
}

/// The boxes of a size within a country and the frame that have most free ground around them, at most
/// 24, each with how bad it is beside the best.
pub(super) fn roomiest(
    country: &Area,
    (width, height): (f64, f64),
    view: &View,
    ground: &Taken,
) -> Vec<(Rect, f64)> {
    const STEP: f64 = 24.0;
    const MOST: usize = 24;
    let window = view.window();
    let rings: Vec<Vec<(f64, f64)>> = country
        .polygons
        .iter()
        .flatten()
        .map(|ring| {
            cut(ring, window)
                .into_iter()
                .filter_map(|(longitude, latitude)| view.projection.project(longitude, latitude))
                .map(|point| view.px(point))
                .collect()
        })
        .filter(|ring: &Vec<_>| ring.len() > 2)
        .collect();
    let mut found: Vec<(f64, Rect)> = Vec::new();
    let mut y = view.frame.y + height;
    while y < view.frame.bottom() - height {
        let mut x = view.frame.x + width / 2.0 + 12.0;
        while x < view.frame.right() - width / 2.0 - 12.0 {
            let spot = Rect::new(x - width / 2.0, y - height / 2.0, width, height);
            let mut samples = (0..=8).map(|part| spot.x + width * f64::from(part) / 8.0);
            if ground.is_free(&spot)
                && samples
                    .all(|sx| inside(&rings, (sx, spot.y)) && inside(&rings, (sx, spot.bottom())))
            {
                found.push((clearance(&rings, (x, y), view).min(400.0), spot));
            }
            x += STEP;
        }
        y += STEP;
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = found.first().map_or(0.0, |(room, _)| *room);
    let spots = found.into_iter().take(MOST);
    spots
        .map(|(room, rect)| (rect, (best - room) / 30.0))
        .collect()
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
