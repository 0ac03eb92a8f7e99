//! The Earth: checked positions, geodesics on the WGS 84 ellipsoid, earth-centred coordinates. This is
//! the only file with a formula about the Earth's shape.
//!
//! Geodesics follow Karney (2013), *Algorithms for geodesics*, J. Geodesy 87:43–55,
//! doi 10.1007/s00190-012-0578-z, through `geographiclib-rs`.

use std::f64::consts::PI;
use std::sync::OnceLock;

use geographiclib_rs::{DirectGeodesic, Geodesic, InverseGeodesic, PolygonArea, Winding};

use crate::units::Metres;

/// Equatorial radius of WGS 84 in metres.
const EQUATORIAL_RADIUS: f64 = 6_378_137.0;
/// Flattening of WGS 84.
const FLATTENING: f64 = 1.0 / 298.257_223_563;
/// First eccentricity squared.
const ECCENTRICITY_2: f64 = FLATTENING * (2.0 - FLATTENING);
/// Mean radius in metres, used only for first guesses that a geodesic then corrects.
const MEAN_RADIUS: f64 = 6_371_008.8;

/// The smallest radius of curvature that any direction has anywhere on WGS 84: that of the meridian at
/// the equator, b²/a = 6,335,439 m. Both principal radii are larger everywhere else, and Euler's
/// formula puts every direction between the two.
pub const LEAST_CURVATURE_RADIUS: Metres =
    Metres(EQUATORIAL_RADIUS * (1.0 - FLATTENING) * (1.0 - FLATTENING));

/// No place of the ellipsoid is farther from its centre.
pub const LARGEST_RADIUS: Metres = Metres(EQUATORIAL_RADIUS);

/// A longitude or latitude out of range.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum InvalidPosition {
    /// The longitude is not a number from −180 to 180.
    #[error("longitude {0} is not a number from -180 to 180 degrees")]
    Longitude(f64),
    /// The latitude is not a number from −90 to 90.
    #[error("latitude {0} is not a number from -90 to 90 degrees")]
    Latitude(f64),
}

/// A checked WGS 84 longitude in [−180, 180] and latitude in [−90, 90], in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    longitude: f64,
    latitude: f64,
}

impl Position {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`InvalidPosition`] where a value is out of range or not a number; the latitude is looked at
    /// first, because swapped axes show there.
    pub fn new(longitude: f64, latitude: f64) -> Result<Position, InvalidPosition> {
        if !(-90.0..=90.0).contains(&latitude) {
            return Err(InvalidPosition::Latitude(latitude));
        }
        if !(-180.0..=180.0).contains(&longitude) {
            return Err(InvalidPosition::Longitude(longitude));
        }
        Ok(Position {
            longitude,
            latitude,
        })
    }

    /// Degrees east, −180 to 180.
    pub const fn longitude(self) -> f64 {
        self.longitude
    }

    /// Degrees north, −90 to 90.
    pub const fn latitude(self) -> f64 {
        self.latitude
    }

    /// Earth-centred, earth-fixed coordinates of the position on the ellipsoid.
    pub fn earth_centred(self) -> EarthCentred {
        let (sin_latitude, cos_latitude) = self.latitude.to_radians().sin_cos();
        let (sin_longitude, cos_longitude) = self.longitude.to_radians().sin_cos();
        let normal =
            EQUATORIAL_RADIUS / (1.0 - ECCENTRICITY_2 * sin_latitude * sin_latitude).sqrt();
        EarthCentred([
            normal * cos_latitude * cos_longitude,
            normal * cos_latitude * sin_longitude,
            normal * (1.0 - ECCENTRICITY_2) * sin_latitude,
        ])
    }

    /// A position from the degrees that a geodesic computation returns: always finite, the longitude
    /// brought back into range.
    fn from_computed(latitude: f64, longitude: f64) -> Position {
        let longitude = if longitude > 180.0 {
            longitude - 360.0
        } else if longitude < -180.0 {
            longitude + 360.0
        } else {
            longitude
        };
        Position {
            longitude,
            latitude: latitude.clamp(-90.0, 90.0),
        }
    }
}

/// A point of space in metres from the centre of the Earth; x towards (0° E, 0° N), z towards the pole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EarthCentred(pub [f64; 3]);

impl EarthCentred {
    /// Straight-line distance through the Earth.
    pub fn chord(self, other: EarthCentred) -> Metres {
        let [dx, dy, dz] = [0, 1, 2].map(|axis| self.0[axis] - other.0[axis]);
        Metres((dx * dx + dy * dy + dz * dz).sqrt())
    }
}

/// The most that the geodesic between two points of the ellipsoid can measure when the straight line
/// between them measures `chord`.
///
/// With r = [`LEAST_CURVATURE_RADIUS`]: a geodesic is a space curve whose curvature is the normal
/// curvature of the surface, at most 1/r. By Schur's comparison theorem such an arc of length g ≤ πr has
/// a chord of at least 2r·sin(g/2r); solved for g. Chords beyond 2r are longer than the theorem reaches
/// and return half of the longest meridian.
pub fn longest_geodesic_over(chord: Metres) -> Metres {
    let radius = LEAST_CURVATURE_RADIUS.0;
    let half = chord.0 / (2.0 * radius);
    if half >= 1.0 {
        Metres(PI * EQUATORIAL_RADIUS)
    } else {
        Metres(2.0 * radius * half.asin())
    }
}

/// The inverse of [`longest_geodesic_over`]: a chord of at most this length is always of a geodesic of at most
/// `geodesic`. For lengths up to a quarter of the Earth's circumference.
pub fn chord_always_within(geodesic: Metres) -> Metres {
    let radius = LEAST_CURVATURE_RADIUS.0;
    let half = (geodesic.0 / (2.0 * radius)).min(PI / 4.0);
    Metres(2.0 * radius * half.sin())
}

/// The greatest difference of latitude, in degrees, between two positions at most `distance` apart: no
/// meridian is curved more than by [`LEAST_CURVATURE_RADIUS`].
pub fn latitude_reach(distance: Metres) -> f64 {
    (distance / LEAST_CURVATURE_RADIUS).to_degrees()
}

/// The greatest difference of longitude, in degrees, between a position no farther from the equator than
/// `latitude` and any position at most `distance` from it; 180 where a pole may be as near.
///
/// With p the distance of the position from the axis: a chord of length d to a point at another longitude has
/// a part of at least p·sin Δλ at right angles to the axis (Δλ ≤ 90°), so that sin Δλ ≤ d/p.
pub fn longitude_reach(distance: Metres, latitude: f64) -> f64 {
    let reach = distance.0 / from_axis(latitude);
    if reach < 1.0 {
        reach.asin().to_degrees()
    } else {
        180.0
    }
}

/// The steps of latitude and longitude, in degrees, of a cell at most `side` wide and high that begins at
/// `latitude` degrees from the equator: no two of its positions have a chord above √2·side.
///
/// Chord² = (chord along the meridian)² + 4·p₁·p₂·sin²(Δλ/2), the first at most a²/b·Δφ, the second at most
/// (p·Δλ)² with p the greater distance from the axis.
pub fn cell_steps(side: Metres, latitude: f64) -> (f64, f64) {
    let greatest_curvature_radius = EQUATORIAL_RADIUS / (1.0 - FLATTENING);
    (
        (side.0 / greatest_curvature_radius).to_degrees(),
        (side.0 / from_axis(latitude)).to_degrees().min(360.0),
    )
}

/// How far a place of the ellipsoid at a latitude is from the axis, in metres; 0 at a pole.
fn from_axis(latitude: f64) -> f64 {
    let (sine, cosine) = latitude.to_radians().sin_cos();
    EQUATORIAL_RADIUS * cosine.max(0.0) / (1.0 - ECCENTRICITY_2 * sine * sine).sqrt()
}

/// How far a geodesic of a given length can stray from its chord: length²/(8r) with r =
/// [`LEAST_CURVATURE_RADIUS`].
///
/// For a curve run at unit speed with |γ″| ≤ 1/r, the error of linear interpolation between its ends
/// is at most length²/8 · max|γ″|, and the interpolated point lies on the chord.
pub fn largest_sag(length: Metres) -> Metres {
    Metres(length.0 * length.0 / (8.0 * LEAST_CURVATURE_RADIUS.0))
}

fn wgs84() -> &'static Geodesic {
    static WGS84: OnceLock<Geodesic> = OnceLock::new();
    WGS84.get_or_init(Geodesic::wgs84)
}

/// Geodesic distance between two positions on WGS 84.
pub fn distance(from: Position, to: Position) -> Metres {
    if from == to {
        return Metres::ZERO;
    }
    Metres(wgs84().inverse(from.latitude, from.longitude, to.latitude, to.longitude))
}

/// An azimuth in degrees clockwise from north, −180 to 180.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Azimuth(pub f64);

impl Azimuth {
    /// The opposite direction.
    #[must_use]
    pub fn reversed(self) -> Azimuth {
        Azimuth(if self.0 > 0.0 {
            self.0 - 180.0
        } else {
            self.0 + 180.0
        })
    }

    /// How far this azimuth lies clockwise of `other`, in degrees, [0, 360).
    pub fn clockwise_of(self, other: Azimuth) -> f64 {
        let turn = (self.0 - other.0).rem_euclid(360.0);
        // rem_euclid of a tiny negative number rounds up to 360.
        if turn >= 360.0 { 0.0 } else { turn }
    }
}

/// Distance and azimuths of the geodesic from one position to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inverse {
    /// Geodesic distance.
    pub distance: Metres,
    /// Azimuth of the geodesic where it starts.
    pub azimuth: Azimuth,
    /// Azimuth of the geodesic where it ends, in the direction of travel.
    pub azimuth_at_end: Azimuth,
}

/// Solves the inverse problem. Between equal positions the distance is 0 and the azimuths carry no
/// meaning.
pub fn inverse(from: Position, to: Position) -> Inverse {
    let (distance, azimuth, azimuth_at_end, _): (f64, f64, f64, f64) =
        wgs84().inverse(from.latitude, from.longitude, to.latitude, to.longitude);
    Inverse {
        distance: Metres(distance),
        azimuth: Azimuth(azimuth),
        azimuth_at_end: Azimuth(azimuth_at_end),
    }
}

/// The position that lies `distance` from `from` in the direction `azimuth`, and the azimuth of the
/// geodesic there.
pub fn direct(from: Position, azimuth: Azimuth, distance: Metres) -> (Position, Azimuth) {
    let (latitude, longitude, azimuth_at_end): (f64, f64, f64) =
        wgs84().direct(from.latitude, from.longitude, azimuth.0, distance.0);
    (
        Position::from_computed(latitude, longitude),
        Azimuth(azimuth_at_end),
    )
}

/// The surroundings of a position, prepared so that many places near it cost little each.
///
/// Legendre's series of the direct geodesic problem to the third order: within a metre of the geodesic for
/// distances of at most 50 km and latitudes of at most 75°; beyond either the geodesic itself is solved.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings {
    centre: Position,
    /// Tangent and cosine of the latitude.
    tangent: f64,
    cosine: f64,
    /// Radius of curvature across the meridian.
    normal: f64,
    /// e′² cos² of the latitude.
    eta_2: f64,
}

impl Surroundings {
    /// The greatest distance, in metres, and the greatest latitude, in degrees, for which the series is taken.
    const REACH: (f64, f64) = (50_000.0, 75.0);

    /// Prepares a position.
    pub fn new(centre: Position) -> Surroundings {
        let (sine, cosine) = centre.latitude.to_radians().sin_cos();
        Surroundings {
            centre,
            tangent: sine / cosine,
            cosine,
            normal: EQUATORIAL_RADIUS / (1.0 - ECCENTRICITY_2 * sine * sine).sqrt(),
            eta_2: ECCENTRICITY_2 / (1.0 - ECCENTRICITY_2) * cosine * cosine,
        }
    }

    /// The position at a distance in a direction.
    pub fn at(&self, azimuth: Azimuth, distance: Metres) -> Position {
        let (reach, latitude) = Surroundings::REACH;
        if distance.0 > reach || self.centre.latitude.abs() > latitude {
            return direct(self.centre, azimuth, distance).0;
        }
        let (sine, cosine) = azimuth.0.to_radians().sin_cos();
        let along = distance.0 / self.normal;
        let (u, v) = (along * cosine, along * sine);
        let (t, n) = (self.tangent, self.eta_2);
        let curved = 1.0 + 3.0 * t * t + n;
        let north = u
            - v * v * t / 2.0
            - 1.5 * u * u * n * t
            - v * v * u * (curved - 9.0 * n * t * t) / 6.0
            - u * u * u * n * (1.0 - t * t) / 2.0;
        let east = v + u * v * t - v * v * v * t * t / 3.0 + u * u * v * curved / 3.0;
        Position::from_computed(
            self.centre.latitude + ((1.0 + n) * north).to_degrees(),
            self.centre.longitude + (east / self.cosine).to_degrees(),
        )
    }
}

/// A geodesic between two positions, with what its use needs solved once.
#[derive(Clone, Copy, Debug)]
pub struct GeodesicSegment {
    start: Position,
    end: Position,
    length: Metres,
    azimuth_at_start: Azimuth,
    azimuth_at_end: Azimuth,
}

/// Where on a segment its nearest point lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FootPlace {
    /// At the segment's start.
    Start,
    /// Between its ends.
    Inside,
    /// At the segment's end.
    End,
}

/// The nearest point of a segment to a position.
#[derive(Clone, Copy, Debug)]
pub struct SegmentFoot {
    /// Distance along the segment from its start, 0 to its length.
    pub along: Metres,
    /// Geodesic distance from the foot to the position.
    pub offset: Metres,
    /// The foot itself.
    pub position: Position,
    /// Azimuth at the foot towards the position; no meaning where the offset is 0.
    pub azimuth_to_position: Azimuth,
    /// Azimuth of the segment at the foot.
    pub azimuth_of_segment: Azimuth,
    /// Start, inside or end.
    pub place: FootPlace,
}

/// A foot is sought until the next step along the line would be shorter than this.
const FOOT_STEP: f64 = 1e-6;
/// Safeguarded steps halve the interval at worst: 80 of them shrink any segment below a nanometre.
const MOST_FOOT_STEPS: usize = 80;

impl GeodesicSegment {
    /// The shortest geodesic between two positions.
    pub fn new(start: Position, end: Position) -> GeodesicSegment {
        let solved = inverse(start, end);
        GeodesicSegment {
            start,
            end,
            length: solved.distance,
            azimuth_at_start: solved.azimuth,
            azimuth_at_end: solved.azimuth_at_end,
        }
    }

    /// Where it starts.
    pub const fn start(&self) -> Position {
        self.start
    }

    /// Where it ends.
    pub const fn end(&self) -> Position {
        self.end
    }

    /// Its geodesic length.
    pub const fn length(&self) -> Metres {
        self.length
    }

    /// Its azimuth at its start, in the direction of travel.
    pub const fn azimuth_at_start(&self) -> Azimuth {
        self.azimuth_at_start
    }

    /// Its azimuth at its end, in the direction of travel.
    pub const fn azimuth_at_end(&self) -> Azimuth {
        self.azimuth_at_end
    }

    /// The position `along` metres from the start (clamped to the segment) and the segment's azimuth
    /// there.
    pub fn at(&self, along: Metres) -> (Position, Azimuth) {
        if along.0 <= 0.0 {
            (self.start, self.azimuth_at_start)
        } else if along.0 >= self.length.0 {
            (self.end, self.azimuth_at_end)
        } else {
            direct(self.start, self.azimuth_at_start, along)
        }
    }

    /// The nearest point of the segment to `position`, to about a micrometre along the segment.
    ///
    /// The distance from the position to a point that moves along the segment falls as long as the
    /// angle between the segment and the geodesic to the position is acute, so the foot is the zero of
    /// that angle's cosine. Each step solves the right-angled spherical triangle for the distance still
    /// to go (after Baselga and Martínez-Llario 2018, doi 10.1007/s11200-017-1020-z); a bracket with
    /// bisection keeps it safe. `guess` is a first value for the distance along the segment.
    ///
    /// Valid for segments that are short against the Earth: within a quarter of the globe of the
    /// position the distance has one minimum. Callers cut longer segments up (see `border`). Cost: one
    /// geodesic at an end, two or three pairs inside.
    pub fn foot(&self, position: Position, guess: Metres) -> SegmentFoot {
        let (mut low, mut high) = (0.0, self.length.0);
        let mut along = guess.0.clamp(low, high);
        let mut steps = 0;
        loop {
            let (point, azimuth_of_segment) = self.at(Metres(along));
            let to_position = inverse(point, position);
            let foot = |place| SegmentFoot {
                along: Metres(along),
                offset: to_position.distance,
                position: point,
                azimuth_to_position: to_position.azimuth,
                azimuth_of_segment,
                place,
            };
            let step = if to_position.distance.0 > 0.0 {
                distance_still_to_go(&to_position, azimuth_of_segment)
            } else {
                0.0
            };
            if along <= 0.0 && step <= 0.0 {
                return foot(FootPlace::Start);
            }
            if along >= self.length.0 && step >= 0.0 {
                return foot(FootPlace::End);
            }
            steps += 1;
            if step.abs() < FOOT_STEP || steps > MOST_FOOT_STEPS {
                return foot(FootPlace::Inside);
            }
            if step > 0.0 {
                low = along;
            } else {
                high = along;
            }
            let next = along + step;
            along = if next > low && next < high {
                next
            } else if next <= 0.0 && low <= 0.0 {
                0.0
            } else if next >= self.length.0 && high >= self.length.0 {
                self.length.0
            } else {
                f64::midpoint(low, high)
            };
        }
    }
}

/// Distance along the segment from a point of it to the foot, on a sphere: tan(s) = tan(d)·cos(Δ).
fn distance_still_to_go(to_position: &Inverse, azimuth_of_segment: Azimuth) -> f64 {
    let angle = (to_position.azimuth.0 - azimuth_of_segment.0).to_radians();
    let (sin_distance, cos_distance) = (to_position.distance.0 / MEAN_RADIUS).sin_cos();
    MEAN_RADIUS * (sin_distance * angle.cos()).atan2(cos_distance.abs())
}

/// The closed ring of positions at `radius` around `centre`, counterclockwise, first position repeated
/// at the end. `corners` is at least 3.
pub fn circle(centre: Position, radius: Metres, corners: usize) -> Vec<Position> {
    let corners = corners.max(3);
    let mut ring: Vec<Position> = (0..corners)
        .map(|corner| {
            let azimuth = Azimuth(-360.0 * corner as f64 / corners as f64);
            direct(centre, azimuth, radius).0
        })
        .collect();
    ring.push(ring[0]);
    ring
}

/// The area that a ring of geodesics encloses, in square metres: positive where the ring runs counterclockwise
/// around less than half of the Earth, negative clockwise. The first position may be repeated at the end.
pub fn signed_area(ring: &[Position]) -> f64 {
    let mut area = PolygonArea::new(wgs84(), Winding::CounterClockwise);
    for position in ring {
        area.add_point(position.latitude, position.longitude);
    }
    area.compute(true).1
}

/// An azimuthal equidistant plane around a centre: x east and y north, in metres. Distances and
/// directions from the centre are true. Meant for shapes of a few hundred kilometres.
#[derive(Clone, Copy, Debug)]
pub struct LocalPlane {
    centre: Position,
}

impl LocalPlane {
    /// The plane that touches the ellipsoid at `centre`.
    pub const fn new(centre: Position) -> LocalPlane {
        LocalPlane { centre }
    }

    /// Coordinates of a position, metres east and north of the centre.
    pub fn project(&self, position: Position) -> (f64, f64) {
        if position == self.centre {
            return (0.0, 0.0);
        }
        let solved = inverse(self.centre, position);
        let (sin, cos) = solved.azimuth.0.to_radians().sin_cos();
        (solved.distance.0 * sin, solved.distance.0 * cos)
    }

    /// The position at `x` metres east and `y` metres north of the centre.
    pub fn position(&self, x: f64, y: f64) -> Position {
        let azimuth = Azimuth(x.atan2(y).to_degrees());
        direct(self.centre, azimuth, Metres(x.hypot(y))).0
    }
}

/// The mean place of positions: the mean of their earth-centred coordinates, brought back to the
/// surface along the line from the Earth's centre. `None` for no positions, or where they cancel out.
pub fn centroid(positions: impl IntoIterator<Item = Position>) -> Option<Position> {
    let mut sum = [0.0; 3];
    let mut count = 0usize;
    for position in positions {
        let EarthCentred(point) = position.earth_centred();
        for axis in 0..3 {
            sum[axis] += point[axis];
        }
        count += 1;
    }
    let across = sum[0].hypot(sum[1]);
    if count == 0 || across.hypot(sum[2]) < 1.0 {
        return None;
    }
    let longitude = sum[1].atan2(sum[0]).to_degrees();
    // On the surface, tan(geodetic latitude) = tan(geocentric latitude) / (1 − e²).
    let latitude = sum[2].atan2(across * (1.0 - ECCENTRICITY_2)).to_degrees();
    Some(Position::from_computed(latitude, longitude))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;
    use proptest::prelude::*;

    fn position(latitude: f64, longitude: f64) -> Position {
        Position::new(longitude, latitude).unwrap()
    }

    /// `GeographicLib`'s own example (Karney 2013).
    #[test]
    fn surroundings_are_within_a_metre_of_the_geodesic() {
        let mut dice = Dice::new(77);
        for _ in 0..20_000 {
            let centre = dice.position_in(-180.0, -80.0, 180.0, 80.0);
            let azimuth = Azimuth(dice.between(-180.0, 180.0));
            let away = Metres(dice.between(0.0, 60_000.0));
            let near = Surroundings::new(centre).at(azimuth, away);
            let exact = direct(centre, azimuth, away).0;
            let apart = distance(near, exact);
            assert!(apart.0 < 1.0, "{centre:?} {azimuth:?} {away:?}: {apart:?}");
        }
    }

    #[test]
    fn inverse_matches_geographiclib() {
        let solved = inverse(position(40.6, -73.8), position(51.6, -0.5));
        assert!((solved.distance.0 - 5_551_759.400_318_7).abs() < 1e-6);
        assert!((solved.azimuth.0 - 51.198_882_845_580).abs() < 1e-11);
    }

    /// Baselga and Martínez-Llario (2018), their example of a point and a geodesic segment.
    #[test]
    fn foot_matches_the_published_example() {
        let segment = GeodesicSegment::new(position(52.0, 5.0), position(51.4, 6.0));
        let foot = segment.foot(position(52.0, 5.5), Metres::ZERO);
        assert_eq!(foot.place, FootPlace::Inside);
        assert!((foot.position.latitude() - 51.846_089_227_051).abs() < 1e-9);
        assert!((foot.position.longitude() - 5.260_428_494_961).abs() < 1e-9);
        assert!((foot.along.0 - 24_784.288_415).abs() < 1e-4);
        assert!((foot.offset.0 - 23_767.724_184).abs() < 1e-4);
    }

    #[test]
    fn foot_is_on_the_ellipsoid_not_on_a_sphere() {
        let segment = GeodesicSegment::new(position(34.5, 71.0), position(33.5, 70.0));
        let foot = segment.foot(position(34.0, 70.9), Metres(70_000.0));
        assert!((foot.along.0 - 48_387.407).abs() < 1e-3);
        assert!((foot.offset.0 - 28_630.697).abs() < 1e-3);
    }

    #[test]
    fn positions_out_of_range_are_refused() {
        assert_eq!(
            Position::new(71.0, 340.0),
            Err(InvalidPosition::Latitude(340.0))
        );
        assert_eq!(
            Position::new(181.0, 34.0),
            Err(InvalidPosition::Longitude(181.0))
        );
        assert!(Position::new(f64::NAN, 34.0).is_err());
        assert!(Position::new(71.0, f64::INFINITY).is_err());
        assert!(Position::new(-180.0, -90.0).is_ok());
    }

    #[test]
    fn circle_is_counterclockwise_and_true() {
        let centre = position(34.0, 71.0);
        let ring = circle(centre, Metres(25_000.0), 64);
        assert_eq!(ring.first(), ring.last());
        let doubled_area: f64 = ring
            .windows(2)
            .map(|pair| {
                pair[0].longitude() * pair[1].latitude() - pair[1].longitude() * pair[0].latitude()
            })
            .sum();
        assert!(doubled_area > 0.0);
        for corner in ring {
            assert!((distance(centre, corner).0 - 25_000.0).abs() < 1e-6);
        }
    }

    #[test]
    fn centroid_of_one_is_itself_and_of_none_is_none() {
        let centroid_of_one = centroid([position(34.0, 71.0)]).unwrap();
        assert!(distance(centroid_of_one, position(34.0, 71.0)).0 < 1e-6);
        assert_eq!(centroid([]), None);
        assert_eq!(centroid([position(0.0, 0.0), position(0.0, 180.0)]), None);
    }

    /// The nearest of very many points of a segment: the naive way to a foot.
    fn nearest_by_sampling(segment: &GeodesicSegment, to: Position) -> f64 {
        (0..=4000)
            .map(|step| {
                let along = segment.length() * (f64::from(step) / 4000.0);
                distance(segment.at(along).0, to).0
            })
            .fold(f64::INFINITY, f64::min)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn foot_is_never_farther_than_a_sampled_point(
            latitude in -89.0f64..89.0, longitude in -180.0f64..180.0,
            azimuth in -180.0f64..180.0, length in 1.0f64..10_000.0,
            to_azimuth in -180.0f64..180.0, to_distance in 0.0f64..400_000.0,
            guess in 0.0f64..1.0,
        ) {
            let start = position(latitude, longitude);
            let (end, _) = direct(start, Azimuth(azimuth), Metres(length));
            let segment = GeodesicSegment::new(start, end);
            let (to, _) = direct(start, Azimuth(to_azimuth), Metres(to_distance));
            let foot = segment.foot(to, segment.length() * guess);
            let sampled = nearest_by_sampling(&segment, to);
            prop_assert!(foot.offset.0 <= sampled + 1e-6, "{} > {sampled}", foot.offset.0);
            // Samples lie at most length/8000 from the foot along the line.
            prop_assert!(foot.offset.0 >= sampled - length / 8000.0 - 1e-6);
        }

        #[test]
        fn chord_bounds_hold(
            latitude in -90.0f64..90.0, longitude in -180.0f64..180.0,
            azimuth in -180.0f64..180.0, length in 0.0f64..19_000_000.0,
        ) {
            let start = position(latitude, longitude);
            let (end, _) = direct(start, Azimuth(azimuth), Metres(length));
            let chord = start.earth_centred().chord(end.earth_centred());
            let measured = distance(start, end);
            prop_assert!(chord.0 <= measured.0 + 1e-6);
            prop_assert!(measured.0 <= longest_geodesic_over(chord).0 + 1e-6);
            let middle = direct(start, Azimuth(azimuth), Metres(length / 2.0)).0.earth_centred();
            let EarthCentred([ax, ay, az]) = start.earth_centred();
            let EarthCentred([bx, by, bz]) = end.earth_centred();
            let half = EarthCentred([f64::midpoint(ax, bx), f64::midpoint(ay, by), f64::midpoint(az, bz)]);
            prop_assert!(middle.chord(half).0 <= largest_sag(Metres(length)).0 + 1e-6);
        }
    }
}
