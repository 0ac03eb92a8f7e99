//! Map projections, and the view of a map: projected metres to px.

use geo::{LineString, SimplifyIdx as _};
use proj4rs::Proj;
use proj4rs::transform::transform;

use crate::geodesy::{self, Position};
use crate::wording::language::Language;

use super::canvas::Rect;
use super::labels::crosses;

/// A conformal or equal-area projection that suits an extent, with its name for the map.
#[derive(Clone)]
pub(super) struct Projection {
    geographic: Proj,
    plane: Proj,
    name: Name,
}

/// What a projection is, with its latitudes and longitudes in degrees.
#[derive(Clone, Copy)]
enum Name {
    /// Lambert's conformal conic: its standard parallels.
    Conic(f64, f64),
    /// Lambert's azimuthal equal-area: its centre.
    Azimuthal(f64, f64),
}

impl Projection {
    /// A projection for positions: a Lambert conformal conic with its standard parallels a sixth of the
    /// way in from the southern and northern edge; near the equator, across it and near a pole, where
    /// a cone suits badly, a Lambert azimuthal equal-area centred on the positions.
    ///
    /// `None` if there is no position, or none that can be projected.
    pub(super) fn for_positions(positions: &[Position]) -> Option<Projection> {
        let centre = geodesy::centroid(positions.iter().copied()).or(positions.first().copied())?;
        let latitudes = || positions.iter().map(|position| position.latitude());
        let south = latitudes().fold(f64::INFINITY, f64::min);
        let north = latitudes().fold(f64::NEG_INFINITY, f64::max);
        let middle = f64::midpoint(south, north);
        let conic = middle.abs() > 12.0 && middle.abs() < 72.0 && south * north > 0.0;
        let longitude = round(centre.longitude());
        let (definition, name) = if conic {
            let inset = (north - south) / 6.0;
            let (first, second) = (round(south + inset), round(north - inset));
            // Equal parallels are one parallel: the cone touches instead of cutting.
            (
                format!(
                    "+proj=lcc +lat_1={first} +lat_2={second} +lat_0={} +lon_0={longitude} +ellps=WGS84",
                    round(middle)
                ),
                Name::Conic(first, second),
            )
        } else {
            let latitude = round(centre.latitude());
            (
                format!("+proj=laea +lat_0={latitude} +lon_0={longitude} +ellps=WGS84"),
                Name::Azimuthal(latitude, longitude),
            )
        };
        Some(Projection {
            geographic: Proj::from_proj_string("+proj=longlat +ellps=WGS84").ok()?,
            plane: Proj::from_proj_string(&definition).ok()?,
            name,
        })
    }

    /// Its name, for the map.
    pub(super) fn name(&self, language: &Language) -> String {
        match self.name {
            // It touches along one where both are the same.
            Name::Conic(first, second) if (first - second).abs() < 1e-9 => language.fill(
                "Lambert conformal conic, standard parallel {}",
                &[&latitude_label(first, language)],
            ),
            Name::Conic(first, second) => language.fill(
                "Lambert conformal conic, standard parallels {} and {}",
                &[
                    &latitude_label(first, language),
                    &latitude_label(second, language),
                ],
            ),
            Name::Azimuthal(latitude, longitude) => language.fill(
                "Lambert azimuthal equal-area, centre {} {}",
                &[
                    &latitude_label(latitude, language),
                    &longitude_label(longitude, language),
                ],
            ),
        }
    }

    /// Projected metres, x to the right and y up; `None` where the projection has no value.
    pub(super) fn project(&self, longitude: f64, latitude: f64) -> Option<(f64, f64)> {
        let mut point = (longitude.to_radians(), latitude.to_radians(), 0.0);
        transform(&self.geographic, &self.plane, &mut point).ok()?;
        (point.0.is_finite() && point.1.is_finite()).then_some((point.0, point.1))
    }

    /// Longitude and latitude of projected metres.
    pub(super) fn unproject(&self, x: f64, y: f64) -> Option<Position> {
        let mut point = (x, y, 0.0);
        transform(&self.plane, &self.geographic, &mut point).ok()?;
        let longitude = (point.0.to_degrees() + 540.0).rem_euclid(360.0) - 180.0;
        Position::new(longitude, point.1.to_degrees()).ok()
    }
}

/// To a tenth of a degree, so that the name of the projection tells all of it.
fn round(degrees: f64) -> f64 {
    crate::units::round_to(degrees, 1)
}

/// `33.5° N`.
pub(super) fn latitude_label(degrees: f64, language: &Language) -> String {
    label(degrees, ("{}° N", "{}° S"), language)
}

/// `70° E`, brought into −180 to 180.
pub(super) fn longitude_label(degrees: f64, language: &Language) -> String {
    let degrees = (degrees + 540.0).rem_euclid(360.0) - 180.0;
    if degrees <= -180.0 {
        "180°".to_owned()
    } else {
        label(degrees, ("{}° E", "{}° W"), language)
    }
}

fn label(degrees: f64, (positive, negative): (&str, &str), language: &Language) -> String {
    let rounded = crate::units::round_to(degrees, 3);
    if rounded == 0.0 {
        "0°".to_owned()
    } else {
        let words = if rounded > 0.0 { positive } else { negative };
        let number = language.decimal_sign(&rounded.abs().to_string());
        language.fill(words, &[&number])
    }
}

/// Farther from the line that is drawn than this no vertex of a line is left out, in px.
const TOLERANCE: f64 = 0.3;

/// Which of the vertices of a line in px must be drawn (Ramer 1972, Douglas and Peucker 1973); both ends
/// always. O(n log n) for ordinary lines.
pub(super) fn thinned_places(line: &[(f64, f64)]) -> Vec<usize> {
    let line: LineString = line.iter().copied().collect();
    line.simplify_idx(TOLERANCE)
}

/// A part of the projected plane, fitted into a rectangle of a picture.
#[derive(Clone)]
pub(super) struct View {
    /// The projection.
    pub(super) projection: Projection,
    /// Where the map is in the picture, in px.
    pub(super) frame: Rect,
    centre: (f64, f64),
    metres_per_px: f64,
}

impl View {
    /// The view that shows all positions, with an eighth of the frame left free around them and at least
    /// 20 km across. `None` where no position can be projected.
    pub(super) fn around(positions: &[Position], frame: Rect) -> Option<View> {
        let projection = Projection::for_positions(positions)?;
        let projected: Vec<(f64, f64)> = positions
            .iter()
            .filter_map(|position| projection.project(position.longitude(), position.latitude()))
            .collect();
        let range = |of: fn(&(f64, f64)) -> f64| {
            projected
                .iter()
                .map(of)
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                    (low.min(value), high.max(value))
                })
        };
        let (west, east) = range(|point| point.0);
        let (south, north) = range(|point| point.1);
        if projected.is_empty() {
            return None;
        }
        let free = 0.88;
        let metres_per_px = ((east - west) / (frame.width * free))
            .max((north - south) / (frame.height * free))
            .max(20_000.0 / frame.width);
        Some(View {
            projection,
            frame,
            centre: (f64::midpoint(west, east), f64::midpoint(south, north)),
            metres_per_px,
        })
    }

    /// The same view with its frame elsewhere; `frame` is as large as the one it was fitted into.
    pub(super) fn moved_to(&self, frame: Rect) -> View {
        View {
            frame,
            ..self.clone()
        }
    }

    /// A line in px: the parts that come within `margin` of the frame, without vertices nearer than
    /// `apart` to the one before. A part outside is cut between two vertices, not at the frame.
    pub(super) fn line(&self, line: &[Position], margin: f64, apart: f64) -> Vec<Vec<(f64, f64)>> {
        let near = Rect::new(
            self.frame.x - margin,
            self.frame.y - margin,
            self.frame.width + 2.0 * margin,
            self.frame.height + 2.0 * margin,
        );
        let mut parts: Vec<Vec<(f64, f64)>> = Vec::new();
        let mut open = false;
        let mut before: Option<(f64, f64)> = None;
        // The last vertex that was left out because it was near to the one before it.
        let mut skipped: Option<(f64, f64)> = None;
        for at in line.iter().filter_map(|&position| self.place(position)) {
            let Some(from) = before.replace(at) else {
                continue;
            };
            if !crosses(&[from, at], &near) {
                if let (true, Some(last)) = (open, skipped.take())
                    && let Some(part) = parts.last_mut()
                {
                    part.push(last);
                }
                open = false;
                continue;
            }
            if !open {
                parts.push(vec![from]);
                open = true;
                skipped = None;
            }
            if let Some(part) = parts.last_mut() {
                let close = part
                    .last()
                    .is_some_and(|last| (last.0 - at.0).hypot(last.1 - at.1) < apart);
                if close {
                    skipped = Some(at);
                } else {
                    part.push(at);
                    skipped = None;
                }
            }
        }
        if let (true, Some(last)) = (open, skipped)
            && let Some(part) = parts.last_mut()
        {
            part.push(last);
        }
        parts
            .into_iter()
            .map(|part| {
                let kept = thinned_places(&part).into_iter();
                kept.map(|place| part[place]).collect()
            })
            .collect()
    }

    /// The width over the height of what positions cover in this view, from 1/5 to 5.
    pub(super) fn shape(&self, positions: &[Position]) -> f64 {
        let places: Vec<(f64, f64)> = positions.iter().filter_map(|&it| self.place(it)).collect();
        let extent = |of: fn(&(f64, f64)) -> f64| {
            let (low, high) = places
                .iter()
                .map(of)
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                    (low.min(value), high.max(value))
                });
            (high - low).max(1.0)
        };
        if places.is_empty() {
            return 1.0;
        }
        (extent(|at| at.0) / extent(|at| at.1)).clamp(0.2, 5.0)
    }

    /// Projected metres at the left, right, lower and upper edge.
    pub(super) fn extent(&self) -> [f64; 4] {
        let (half_width, half_height) = (
            self.frame.width / 2.0 * self.metres_per_px,
            self.frame.height / 2.0 * self.metres_per_px,
        );
        [
            self.centre.0 - half_width,
            self.centre.0 + half_width,
            self.centre.1 - half_height,
            self.centre.1 + half_height,
        ]
    }

    /// Where projected metres are in the picture, in px.
    pub(super) fn px(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (
            self.frame.x + self.frame.width / 2.0 + (x - self.centre.0) / self.metres_per_px,
            self.frame.y + self.frame.height / 2.0 - (y - self.centre.1) / self.metres_per_px,
        )
    }

    /// Where a position is in the picture, in px.
    pub(super) fn place(&self, position: Position) -> Option<(f64, f64)> {
        self.projection
            .project(position.longitude(), position.latitude())
            .map(|point| self.px(point))
    }

    /// The position at a place of the picture.
    pub(super) fn position(&self, (x, y): (f64, f64)) -> Option<Position> {
        self.projection.unproject(
            self.centre.0 + (x - self.frame.x - self.frame.width / 2.0) * self.metres_per_px,
            self.centre.1 - (y - self.frame.y - self.frame.height / 2.0) * self.metres_per_px,
        )
    }

    /// Whether a place of the picture is on the map, at least `margin` px from its edge.
    pub(super) fn shows(&self, (x, y): (f64, f64), margin: f64) -> bool {
        x >= self.frame.x + margin
            && x <= self.frame.right() - margin
            && y >= self.frame.y + margin
            && y <= self.frame.bottom() - margin
    }

    /// Metres on the ground for a px across the middle of the map.
    pub(super) fn ground_metres_per_px(&self) -> f64 {
        let middle = (
            self.frame.x + self.frame.width / 2.0,
            self.frame.y + self.frame.height / 2.0,
        );
        let ends = self
            .position((middle.0 - 50.0, middle.1))
            .zip(self.position((middle.0 + 50.0, middle.1)));
        ends.map_or(self.metres_per_px, |(left, right)| {
            geodesy::distance(left, right).0 / 100.0
        })
    }

    /// West, south, east and north of what the frame shows, in degrees, a little more than less; east
    /// may exceed 180 where the view crosses the antimeridian. `None` where an edge cannot be unprojected
    /// (a pole in view, or the edge of the projection): everything may then be in view.
    pub(super) fn window(&self) -> Option<[f64; 4]> {
        let mut window: Option<[f64; 4]> = None;
        let steps = 24;
        for step in 0..=steps {
            let share = f64::from(step) / f64::from(steps);
            let (x, y) = (
                self.frame.x + share * self.frame.width,
                self.frame.y + share * self.frame.height,
            );
            for edge in [
                (x, self.frame.y),
                (x, self.frame.bottom()),
                (self.frame.x, y),
                (self.frame.right(), y),
            ] {
                let position = self.position(edge)?;
                let mut longitude = position.longitude();
                let latitude = position.latitude();
                window = Some(match window {
                    None => [longitude, latitude, longitude, latitude],
                    Some([west, south, east, north]) => {
                        let middle = f64::midpoint(west, east);
                        longitude = middle + (longitude - middle + 540.0).rem_euclid(360.0) - 180.0;
                        [
                            west.min(longitude),
                            south.min(latitude),
                            east.max(longitude),
                            north.max(latitude),
                        ]
                    }
                });
            }
        }
        let pole_in_view = [90.0, -90.0].into_iter().any(|latitude| {
            self.projection
                .project(0.0, latitude)
                .is_some_and(|point| self.shows(self.px(point), 0.0))
        });
        window
            .filter(|_| !pole_in_view)
            .map(|[west, south, east, north]| [west - 0.5, south - 0.5, east + 0.5, north + 0.5])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(longitude: f64, latitude: f64) -> Position {
        Position::new(longitude, latitude).unwrap()
    }

    const FRAME: Rect = Rect::new(100.0, 50.0, 1400.0, 900.0);

    #[test]
    fn every_extent_has_a_projection_that_goes_both_ways() {
        for (corners, conic) in [
            ([position(60.9, 29.4), position(75.0, 37.0)], true),
            ([position(27.9, 69.0), position(30.9, 70.0)], true),
            ([position(102.0, 9.5), position(107.0, 13.7)], false),
            ([position(28.0, -4.0), position(31.0, 2.0)], false),
            ([position(178.0, -20.0), position(-177.0, -15.0)], true),
            ([position(-60.0, 88.0), position(120.0, 89.0)], false),
        ] {
            let view = View::around(&corners, FRAME).unwrap();
            assert_eq!(
                view.projection.name(Language::english()).contains("conic"),
                conic,
                "{}",
                view.projection.name(Language::english())
            );
            for corner in corners {
                let place = view.place(corner).unwrap();
                assert!(view.shows(place, 10.0), "{place:?}");
                let back = view.position(place).unwrap();
                assert!(geodesy::distance(back, corner).0 < 0.01);
            }
        }
        assert!(View::around(&[], FRAME).is_none());
    }

    #[test]
    fn the_scale_is_that_of_the_ground() {
        let view = View::around(&[position(61.0, 29.5), position(75.0, 37.0)], FRAME).unwrap();
        let left = view.position((700.0, 500.0)).unwrap();
        let right = view.position((900.0, 500.0)).unwrap();
        let measured = geodesy::distance(left, right).0;
        assert!((measured / (200.0 * view.ground_metres_per_px()) - 1.0).abs() < 1e-3);
    }

    #[test]
    fn lines_are_cut_to_what_is_near_the_frame() {
        let line: Vec<Position> = (0..4_000)
            .map(|step| {
                position(
                    60.0 + f64::from(step) / 200.0,
                    34.0 + f64::from(step % 2) * 1e-5,
                )
            })
            .collect();
        let frame = Rect::new(100.0, 100.0, 300.0, 200.0);
        let view = View::around(&[position(69.0, 33.9), position(70.0, 34.1)], frame).unwrap();
        let parts = view.line(&line, 10.0, 0.45);
        assert_eq!(parts.len(), 1);
        let part = &parts[0];
        assert!(part[0].0 < 90.0 && part[0].0 > 80.0 && part[part.len() - 1].0 > 410.0);
        assert!(part.len() < 330);
        // Whole, it keeps both ends.
        let whole = View::around(&line, frame).unwrap().line(&line, 0.0, 0.45);
        let ends = (whole[0][0], whole[0][whole[0].len() - 1]);
        let view = View::around(&line, frame).unwrap();
        assert_eq!(Some(ends.0), view.place(line[0]));
        assert_eq!(Some(ends.1), view.place(line[3_999]));
        assert!(view.line(&line[..1], 0.0, 0.45).is_empty());
    }

    #[test]
    fn labels_name_hemispheres() {
        assert_eq!(latitude_label(-33.5, Language::english()), "33.5° S");
        assert_eq!(longitude_label(185.0, Language::english()), "175° W");
        assert_eq!(longitude_label(180.0, Language::english()), "180°");
        assert_eq!(longitude_label(0.0, Language::english()), "0°");
    }
}
