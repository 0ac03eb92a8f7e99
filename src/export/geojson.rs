//! Layers as `GeoJSON`, RFC 7946: WGS 84 longitude first, outer rings counterclockwise, at most seven
//! decimals, `bbox`, no `crs`, geometries cut at the antimeridian, properties in a fixed order, null
//! for what is not known.

use std::io::{self, Write};

use geojson::{Bbox, Feature, Geometry, GeometryValue, JsonObject, JsonValue, feature::Id};
use serde::{Serialize, Serializer};
use serde_json::json;

use super::in_pieces;
use crate::analysis::Analysis;
use crate::border::Border;
use crate::cluster::role_word;
use crate::geodesy::{Position, signed_area};
use crate::incident::{FigureSums, Incident, Verification};
use crate::located::LocatedIncident;
use crate::sector::{Sector, Stretch};
use crate::stats::Counts;
use crate::units::{Metres, round_to};
use crate::wording::plain;

/// `incidents.geojson`: every record that is an incident, in the order of the files.
pub fn incidents(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let bounds = Bounds::of(analysis.incidents.iter().map(|it| it.incident.position));
    let end = |report: &Incident| {
        let more = report.last_day != report.day;
        if more {
            report.last_day.to_string()
        } else {
            String::new()
        }
    };
    begin(to, &bounds)?;
    // The last three properties, where nobody verifies anything.
    let is_stated = |it: &LocatedIncident| it.incident.verification != Verification::Unstated;
    let unstated = if analysis.incidents.iter().any(is_stated) {
        0
    } else {
        3
    };
    in_pieces::write(&analysis.incidents, to, |first, incidents| {
        let mut piece = Vec::with_capacity(incidents.len() * 1_024);
        for (number, it) in incidents.iter().enumerate() {
            let report = &it.incident;
            let (day, end) = (report.day.to_string(), end(report));
            let properties = [
                ("id", Value::Text(report.id())),
                ("date", Value::Text(&day)),
                ("time_local", Value::Text(report.time_local())),
                ("place", Value::Text(report.place())),
                ("admin1", Value::Text(&report.admin1)),
                ("country", Value::Text(&report.country)),
                ("geo_precision", Value::Text(&report.geo_precision)),
                ("event_type", Value::Text(&report.event_type)),
                ("actor_a", Value::Text(&report.actor_a)),
                ("actor_b", Value::Text(&report.actor_b)),
                ("reported_by", Value::Text(&report.reported_by)),
                ("fatalities_low", Value::Count(report.deaths.low)),
                ("fatalities_best", Value::Count(report.deaths.best)),
                ("fatalities_high", Value::Count(report.deaths.high)),
                ("fatalities_civilian", Value::Count(report.civilian_deaths)),
                ("injured", Value::Count(report.injured)),
                ("claim_status", Value::Text(report.claim_status.as_str())),
                ("source_name", Value::Text(&report.source_name)),
                ("source_url", Value::Text(report.source_url())),
                ("source_date", Value::Text(report.source_date())),
                ("note", Value::Text(report.note())),
                ("date_end", Value::Text(&end)),
                (
                    "date_precision",
                    Value::Text(report.date_precision.as_str()),
                ),
                ("fate", Value::Text(it.fate.as_str())),
                (
                    "location_radius_m",
                    Value::Number(report.location_radius.map(|radius| radius.0)),
                ),
                ("offset_m", Value::rounded(it.location.offset.0, 3)),
                ("side", Value::Text(it.side.as_str())),
                ("side_name", Value::Text(analysis.side_name(it))),
                (
                    "side_probability",
                    Value::Number(it.side_probability.map(|p| round_to(p, 6))),
                ),
                ("chainage_km", Value::rounded(it.location.chainage.km(), 6)),
                (
                    "foot_longitude",
                    Value::rounded(it.location.foot.longitude(), 7),
                ),
                (
                    "foot_latitude",
                    Value::rounded(it.location.foot.latitude(), 7),
                ),
                ("sector", Value::Text(analysis.sector_name(it.sector))),
                ("beyond_end", Value::Text(it.line_end.as_str())),
                ("side_by_line", Value::Text(it.location.side.as_str())),
                ("cluster", Value::Count(it.cluster)),
                ("cluster_role", Value::Text(role_word(it.role))),
                (
                    "membership_probability",
                    Value::Number(it.membership.map(|p| round_to(p, 4))),
                ),
                (
                    "cluster_probability",
                    Value::Number(it.clustered.map(|p| round_to(p, 4))),
                ),
                (
                    "verification_status",
                    Value::Text(report.verification.as_str()),
                ),
                ("verified_by", Value::Text(&report.verified_by)),
                ("verified_on", Value::Text(report.verified_on())),
            ];
            let properties = &properties[..properties.len() - unstated];
            let geometry = GeometryValue::new_point(coordinates(report.position));
            let feature = Written {
                r#type: "Feature",
                geometry: Geometry::new(geometry),
                id: report.id(),
                properties: Properties(properties),
            };
            piece.extend_from_slice(if first + number == 0 { b"\n" } else { b",\n" });
            serde_json::to_writer(&mut piece, &feature)?;
        }
        Ok(piece)
    })?;
    to.write_all(END)
}

/// A feature as it is written, without a map of its properties in between: there may be millions.
#[derive(Serialize)]
struct Written<'a> {
    r#type: &'static str,
    geometry: Geometry,
    id: &'a str,
    properties: Properties<'a>,
}

struct Properties<'a>(&'a [(&'static str, Value<'a>)]);

enum Value<'a> {
    /// Null where it is empty.
    Text(&'a str),
    Count(Option<u32>),
    Number(Option<f64>),
}

impl Value<'_> {
    fn rounded(value: f64, decimals: u32) -> Value<'static> {
        Value::Number(Some(round_to(value, decimals)))
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Text("") => to.serialize_none(),
            Value::Text(text) => to.serialize_str(text),
            Value::Count(count) => count.serialize(to),
            Value::Number(number) => number.serialize(to),
        }
    }
}

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// `clusters.geojson`: the outline of each cluster with its summary.
pub fn clusters(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let corners = analysis
        .clusters
        .iter()
        .flat_map(|cluster| cluster.hull.ring.iter().copied());
    collection(
        to,
        &Bounds::of(corners),
        analysis.clusters.iter().map(|cluster| {
            let sectors = analysis.sector_names(cluster);
            let survived = analysis.survived(cluster);
            let kinds: Vec<String> = cluster
                .kinds
                .iter()
                .map(|(kind, count)| format!("{} ({count})", plain(kind)))
                .collect();
            let properties = [
                ("cluster", json!(cluster.number)),
                ("first_date", json!(cluster.first.to_string())),
                ("last_date", json!(cluster.last.to_string())),
                ("days", json!(cluster.days().0)),
                ("peak_date", json!(cluster.peak.to_string())),
                ("peak_incidents", json!(cluster.peak_incidents)),
                ("incidents", json!(cluster.members.len())),
                ("core", json!(cluster.core)),
                ("reachable", json!(cluster.members.len() - cluster.core)),
            ];
            let more = [
                ("chainage_from_km", rounded(cluster.from.km(), 3)),
                ("chainage_to_km", rounded(cluster.to.km(), 3)),
                ("length_km", rounded((cluster.to - cluster.from).km(), 3)),
                ("sectors", json!(sectors.join("; "))),
                ("left", json!(cluster.sides[0])),
                ("right", json!(cluster.sides[1])),
                ("on_line", json!(cluster.sides[2])),
                ("name", text(&cluster.name)),
                ("event_types", json!(kinds.join("; "))),
                (
                    "centroid_longitude",
                    rounded(cluster.centroid.longitude(), 7),
                ),
                ("centroid_latitude", rounded(cluster.centroid.latitude(), 7)),
                ("hull", json!(cluster.hull.kind.as_str())),
                (
                    "mostly_one_coordinate",
                    json!(cluster.mostly_one_coordinate()),
                ),
                (
                    "stability",
                    json!(cluster.stability.map(|it| round_to(it, 4))),
                ),
                ("settings_survived", json!(survived.map(|it| it.0))),
                ("settings", json!(survived.map(|it| it.1))),
            ];
            let properties = properties
                .into_iter()
                .chain(deaths(&cluster.deaths))
                .chain(more);
            feature(
                Id::Number(cluster.number.into()),
                polygon(&cluster.hull.ring),
                properties,
            )
        }),
    )
}

/// `sectors.geojson`: the line cut at the bounds of the sectors, or their areas, with counts and rates; what is
/// in no area is the rest of the line, without a geometry where there is none.
pub fn sectors(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let all = || {
        analysis
            .sectors
            .all()
            .iter()
            .zip(&analysis.sector_summaries)
    };
    let slices = |sector: &Sector| -> Vec<Vec<Position>> {
        let stretches = sector.stretches.iter();
        stretches
            .flat_map(|stretch| analysis.border.slice(stretch.from, stretch.to))
            .collect()
    };
    let shape = |sector: &Sector| {
        if sector.polygons.is_empty() {
            line(&slices(sector))
        } else {
            areas(&sector.polygons)
        }
    };
    let bounds = Bounds::of(all().flat_map(|(sector, _)| {
        if sector.polygons.is_empty() {
            slices(sector).into_iter().flatten().collect::<Vec<_>>()
        } else {
            sector
                .polygons
                .iter()
                .flatten()
                .flatten()
                .copied()
                .collect()
        }
    }));
    collection(
        to,
        &bounds,
        all().zip(1u32..).map(|((sector, summary), number)| {
            let bound = |of: fn(Stretch) -> Metres| {
                let span = sector.span();
                span.map_or(JsonValue::Null, |span| rounded(of(span).km(), 3))
            };
            let properties = [
                ("sector", json!(sector.name)),
                ("chainage_from_km", bound(|span| span.from)),
                ("chainage_to_km", bound(|span| span.to)),
                ("length_km", rounded(sector.length().km(), 3)),
            ];
            let more = [
                ("left", json!(summary.sides[0])),
                ("right", json!(summary.sides[1])),
                ("on_line", json!(summary.sides[2])),
                ("clusters", json!(summary.clusters)),
                ("episodes", json!(summary.episodes)),
                (
                    "first_date",
                    json!(summary.first.map(|day| day.to_string())),
                ),
                ("last_date", json!(summary.last.map(|day| day.to_string()))),
                ("days", json!(analysis.period.days().0)),
                ("kilometre_days", rounded(summary.kilometre_days, 1)),
                (
                    "incidents_per_100km_30days",
                    summary
                        .rate
                        .map_or(JsonValue::Null, |rate| rounded(rate, 4)),
                ),
            ];
            let properties = properties
                .into_iter()
                .chain(counts(&summary.counts))
                .chain(more);
            feature(Id::Number(number.into()), shape(sector), properties)
        }),
    )
}

/// `border.geojson`: the line as it was joined, one feature per chain.
pub fn border(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    borders(&[(analysis.border_name.as_str(), &analysis.border)], to)
}

/// `rival_borders.geojson`: the rival lines, one feature per chain, in the direction of the line that is
/// measured along.
pub fn rival_borders(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let rivals = analysis.alignments.iter();
    let rivals: Vec<_> = rivals.map(|it| (it.name.as_str(), &it.border)).collect();
    borders(&rivals, to)
}

fn borders(borders: &[(&str, &Border)], to: &mut dyn Write) -> io::Result<()> {
    let chains = || {
        borders.iter().flat_map(|&(name, border)| {
            let chains = border.chains().iter().zip(1u32..);
            chains.map(move |(chain, number)| (name, border, chain, number))
        })
    };
    let bounds = Bounds::of(
        chains().flat_map(|(_, border, chain, _)| border.slice(chain.start, chain.end).concat()),
    );
    collection(
        to,
        &bounds,
        chains()
            .zip(1u32..)
            .map(|((name, border, chain, number), id)| {
                let properties = [
                    ("border", json!(name)),
                    ("chain", json!(number)),
                    ("left", json!(border.left())),
                    ("right", json!(border.right())),
                    ("chainage_from_km", rounded(chain.start.km(), 3)),
                    ("chainage_to_km", rounded(chain.end.km(), 3)),
                    ("length_km", rounded((chain.end - chain.start).km(), 3)),
                    ("vertices", json!(chain.vertices)),
                    ("closed", json!(chain.closed)),
                    ("notice", json!(border.notices().join("; "))),
                ];
                feature(
                    Id::Number(id.into()),
                    line(&border.slice(chain.start, chain.end)),
                    properties,
                )
            }),
    )
}

fn counts(counts: &Counts) -> impl Iterator<Item = (&'static str, JsonValue)> + use<> {
    [
        ("incidents", json!(counts.incidents)),
        ("placed", json!(counts.placed())),
        ("uncertain", json!(counts.uncertain)),
    ]
    .into_iter()
    .chain(deaths(&counts.deaths))
}

fn deaths(sums: &FigureSums) -> [(&'static str, JsonValue); 7] {
    [
        ("deaths_low", json!(sums.low.value())),
        ("deaths_best", json!(sums.best.value())),
        ("deaths_high", json!(sums.high.value())),
        ("incidents_with_low", json!(sums.low.incidents)),
        ("incidents_with_best", json!(sums.best.incidents)),
        ("incidents_with_high", json!(sums.high.incidents)),
        ("incidents_with_any_figure", json!(sums.reporting)),
    ]
}

/// Null for text that is not there.
pub(crate) fn text(text: &str) -> JsonValue {
    if text.is_empty() {
        JsonValue::Null
    } else {
        json!(text)
    }
}

pub(crate) fn rounded(value: f64, decimals: u32) -> JsonValue {
    json!(round_to(value, decimals))
}

fn coordinates(position: Position) -> [f64; 2] {
    [
        round_to(position.longitude(), 7),
        round_to(position.latitude(), 7),
    ]
}

pub(crate) fn feature(
    id: Id,
    geometry: GeometryValue,
    properties: impl IntoIterator<Item = (&'static str, JsonValue)>,
) -> Feature {
    let mut object = JsonObject::new();
    for (name, value) in properties {
        object.insert(name.to_owned(), value);
    }
    Feature {
        id: Some(id),
        geometry: Some(Geometry::new(geometry)),
        properties: Some(object),
        ..Feature::default()
    }
}

/// Writes a collection, one feature a line, so that two packs can be compared line by line.
pub(crate) fn collection(
    to: &mut dyn Write,
    bounds: &Bounds,
    features: impl Iterator<Item = Feature>,
) -> io::Result<()> {
    begin(to, bounds)?;
    for (number, feature) in features.enumerate() {
        to.write_all(if number == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *to, &feature)?;
    }
    to.write_all(END)
}

/// What stands before the features.
fn begin(to: &mut dyn Write, bounds: &Bounds) -> io::Result<()> {
    to.write_all(b"{\"type\":\"FeatureCollection\"")?;
    if let Some(bbox) = bounds.bbox() {
        to.write_all(b",\"bbox\":")?;
        serde_json::to_writer(&mut *to, &bbox)?;
    }
    to.write_all(b",\"features\":[")
}

/// What stands behind them.
const END: &[u8] = b"\n]}\n";

/// What a `bbox` member says: RFC 7946 §5.2 lets west exceed east where the antimeridian is crossed.
pub(crate) struct Bounds {
    longitudes: Vec<f64>,
    south: f64,
    north: f64,
}

impl Bounds {
    pub(crate) fn of(positions: impl Iterator<Item = Position>) -> Bounds {
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

    /// The narrowest box; `None` for no position. The widest gap between neighbouring longitudes is
    /// left out of it: if that gap is the one across the antimeridian, west is less than east.
    fn bbox(&self) -> Option<Bbox> {
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
        Some(
            [west, self.south, east, self.north]
                .map(|value| round_to(value, 7))
                .to_vec(),
        )
    }
}

/// A line of one or more parts, each cut where it crosses the antimeridian (RFC 7946 §3.1.9).
pub(crate) fn line(parts: &[Vec<Position>]) -> GeometryValue {
    let mut lines: Vec<Vec<[f64; 2]>> = parts.iter().flat_map(|part| cut_line(part)).collect();
    if lines.len() == 1 {
        GeometryValue::new_line_string(lines.remove(0))
    } else {
        GeometryValue::new_multi_line_string(lines)
    }
}

/// Polygons as they were given, each ring in the direction that RFC 7946 asks for.
fn areas(polygons: &[Vec<Vec<Position>>]) -> GeometryValue {
    let rings = |polygon: &Vec<Vec<Position>>| -> Vec<Vec<[f64; 2]>> {
        let rings = polygon.iter().enumerate();
        rings
            .map(|(number, ring)| {
                let mut ring: Vec<[f64; 2]> = ring.iter().copied().map(coordinates).collect();
                if (signed_area(&polygon[number]) > 0.0) != (number == 0) {
                    ring.reverse();
                }
                ring
            })
            .collect()
    };
    GeometryValue::new_multi_polygon(polygons.iter().map(rings).collect::<Vec<_>>())
}

fn cut_line(part: &[Position]) -> Vec<Vec<[f64; 2]>> {
    let mut lines = Vec::new();
    let mut current: Vec<[f64; 2]> = Vec::new();
    for (number, &position) in part.iter().enumerate() {
        let [longitude, latitude] = coordinates(position);
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

/// An outline, cut in two where it crosses the antimeridian. Outlines are convex, so that each half is
/// one ring.
fn polygon(ring: &[Position]) -> GeometryValue {
    let crosses = ring
        .windows(2)
        .any(|pair| (pair[0].longitude() - pair[1].longitude()).abs() > 180.0);
    if !crosses {
        let ring: Vec<[f64; 2]> = ring.iter().copied().map(coordinates).collect();
        return GeometryValue::new_polygon([ring]);
    }
    // Longitudes of 0° to 360°, so that the ring is whole, then cut at 180°.
    let unwrapped: Vec<[f64; 2]> = ring
        .iter()
        .map(|&position| {
            let [longitude, latitude] = coordinates(position);
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
        let mut half: Vec<[f64; 2]> = Vec::new();
        for pair in unwrapped.windows(2) {
            let inside = |point: [f64; 2]| sign * (180.0 - point[0]) >= 0.0;
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
            .collect::<Vec<[f64; 2]>>()
    });
    let rings = halves
        .into_iter()
        .filter(|half| half.len() > 3)
        .map(|half| [half]);
    GeometryValue::new_multi_polygon(rings)
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
        let GeometryValue::MultiLineString { coordinates } = line(&parts) else {
            panic!("not cut");
        };
        assert_eq!(coordinates[0][1].as_slice(), [180.0, 11.0]);
        assert_eq!(coordinates[1][0].as_slice(), [-180.0, 11.0]);
        assert!(matches!(
            line(&[vec![position(1.0, 1.0), position(2.0, 2.0)]]),
            GeometryValue::LineString { .. }
        ));
    }

    #[test]
    fn outlines_are_cut_at_the_antimeridian_and_keep_their_turn() {
        let ring = circle(position(179.95, 0.0), Metres(20_000.0), 48);
        let GeometryValue::MultiPolygon { coordinates } = polygon(&ring) else {
            panic!("not cut");
        };
        assert_eq!(coordinates.len(), 2);
        for half in &coordinates {
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
    fn boxes_are_narrow_across_the_antimeridian() {
        let across = Bounds::of([position(179.0, 1.0), position(-179.5, 3.0)].into_iter());
        assert_eq!(across.bbox(), Some(vec![179.0, 1.0, -179.5, 3.0]));
        let plain = Bounds::of([position(60.0, 29.0), position(75.0, 37.0)].into_iter());
        assert_eq!(plain.bbox(), Some(vec![60.0, 29.0, 75.0, 37.0]));
        assert_eq!(Bounds::of(std::iter::empty()).bbox(), None);
    }
}
