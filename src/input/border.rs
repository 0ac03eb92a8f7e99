//! Border lines from `GeoJSON`, KML and other formats of vector data.

use std::path::Path;

use geojson::{Feature, GeoJson, GeometryValue, JsonObject, JsonValue};

use super::vector::Wanted;
use crate::border::{Border, InvalidBorder, Part};
use crate::case::BorderSource;
use crate::error::{Error, Result};
use crate::geodesy::Position;
use crate::units::Metres;

/// Reads the border line of a case: every `LineString` and `MultiLineString` of the file, joined (see
/// [`Border::assemble`]), with the names of its sides from the case or from the properties `left` and
/// `right` (or Natural Earth's `adm0_left` and `adm0_right`), and with its uncertainty from the property
/// `border_uncertainty_m` of a feature or else from the case.
///
/// # Errors
/// A file of no format that is read (`GeoJSON`, KML, KMZ, `GeoPackage`, `FlatGeobuf`, `GeoParquet`), or that holds another
/// geometry than lines, a position out of range, or no line.
pub fn read(source: &BorderSource) -> Result<Border> {
    let path = &source.file;
    let wanted = Wanted::border(source.layer.as_deref());
    let parts = match super::features::of_other_formats(path, &wanted)? {
        Some(features) => parts_of_features(path, &features)?,
        None => parts_of(path, &super::text_of(path)?)?,
    };
    let border = Border::assemble(&parts, source.join_tolerance).map_err(|invalid| {
        let refused = Error::refused(
            path.display(),
            &invalid,
            "LineString or MultiLineString features with two or more different positions each",
        );
        match invalid {
            InvalidBorder::Empty => {
                refused.advise("export the border as lines, not as points or areas")
            }
            InvalidBorder::NoLength { .. } => refused,
        }
    })?;
    let border = if source.reverse {
        border.reversed()
    } else {
        border
    };
    Ok(border
        .with_sides(source.left.clone(), source.right.clone(), source.reverse)
        .with_uncertainty(source.uncertainty))
}

fn parts_of_features(path: &Path, features: &[Feature]) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for (number, feature) in features.iter().enumerate() {
        add_feature(path, number + 1, feature, &mut parts)?;
    }
    Ok(parts)
}

fn parts_of(path: &Path, text: &str) -> Result<Vec<Part>> {
    let parsed: GeoJson = text.parse().map_err(|error| {
        Error::refused(
            path.display(),
            error,
            "a GeoJSON FeatureCollection, Feature or geometry",
        )
    })?;
    let mut parts = Vec::new();
    match parsed {
        GeoJson::FeatureCollection(collection) => {
            check_crs(path, collection.foreign_members.as_ref())?;
            parts = parts_of_features(path, &collection.features)?;
        }
        GeoJson::Feature(feature) => add_feature(path, 1, &feature, &mut parts)?,
        GeoJson::Geometry(geometry) => {
            add_geometry(path, 1, &geometry.value, None, &mut parts)?;
        }
    }
    Ok(parts)
}

/// RFC 7946 knows WGS 84 only; the member that older files carry may name it, and nothing else.
pub(super) fn check_crs(path: &Path, members: Option<&JsonObject>) -> Result<()> {
    let Some(crs) = members.and_then(|members| members.get("crs")) else {
        return Ok(());
    };
    let name = crs
        .pointer("/properties/name")
        .and_then(|name| name.as_str())
        .unwrap_or("");
    let known = ["CRS84", "EPSG:4326", "EPSG::4326"];
    if crs.is_null() || known.iter().any(|known| name.ends_with(known)) {
        return Ok(());
    }
    Err(Error::refused(
        format_args!("{}, crs", path.display()),
        if name.is_empty() {
            crs.to_string()
        } else {
            name.to_owned()
        },
        "WGS 84 longitude and latitude (RFC 7946)",
    )
    .advise("export the layer again with CRS EPSG:4326"))
}

fn add_feature(path: &Path, number: usize, feature: &Feature, parts: &mut Vec<Part>) -> Result<()> {
    match &feature.geometry {
        Some(geometry) => add_geometry(
            path,
            number,
            &geometry.value,
            feature.properties.as_ref(),
            parts,
        ),
        None => Ok(()),
    }
}

fn add_geometry(
    path: &Path,
    number: usize,
    geometry: &GeometryValue,
    properties: Option<&JsonObject>,
    parts: &mut Vec<Part>,
) -> Result<()> {
    let name = |keys: [&str; 2]| {
        let properties = properties?;
        let found = keys.iter().find_map(|&key| properties.get(key)?.as_str())?;
        Some(found.to_owned())
    };
    let uncertainty = uncertainty_of(path, number, properties)?;
    let mut add = |line: &[geojson::Position]| -> Result<()> {
        let vertices = line
            .iter()
            .enumerate()
            .map(|(vertex, position)| checked(path, number, vertex + 1, position))
            .collect::<Result<Vec<Position>>>()?;
        parts.push(Part {
            vertices,
            left: name(["left", "adm0_left"]),
            right: name(["right", "adm0_right"]),
            uncertainty,
            notice: notice_of(properties),
        });
        Ok(())
    };
    match geometry {
        GeometryValue::LineString { coordinates } => add(coordinates),
        GeometryValue::MultiLineString { coordinates } => {
            coordinates.iter().try_for_each(|line| add(line))
        }
        GeometryValue::GeometryCollection { geometries } => {
            geometries.iter().try_for_each(|geometry| {
                add_geometry(path, number, &geometry.value, properties, parts)
            })
        }
        other => Err(Error::refused(
            format_args!("{}, feature {number}", path.display()),
            format_args!("a {}", other.type_name()),
            "LineString or MultiLineString: a border is a line",
        )
        .advise(
            "cut the shared edge out of the areas (QGIS: Polygons to lines) and give that file",
        )),
    }
}

/// Whom the properties of a feature ask to name, and under which licence.
fn notice_of(properties: Option<&JsonObject>) -> String {
    let text = |key: &str| properties?.get(key)?.as_str();
    let licence = text("licence").or_else(|| text("license"));
    let words = [text("attribution"), licence].into_iter().flatten();
    words.collect::<Vec<_>>().join("; ")
}

/// The property that says how far the true line may lie from a feature.
fn uncertainty_of(
    path: &Path,
    number: usize,
    properties: Option<&JsonObject>,
) -> Result<Option<Metres>> {
    const PROPERTY: &str = "border_uncertainty_m";
    match properties.and_then(|properties| properties.get(PROPERTY)) {
        None | Some(JsonValue::Null) => Ok(None),
        Some(value) => match value.as_f64() {
            Some(metres) if metres >= 0.0 => Ok(Some(Metres(metres))),
            _ => Err(Error::refused(
                format_args!("{}, feature {number}, {PROPERTY}", path.display()),
                value,
                "a number of metres, 0 or more",
            )),
        },
    }
}

fn checked(
    path: &Path,
    feature: usize,
    vertex: usize,
    position: &geojson::Position,
) -> Result<Position> {
    let place = || format!("{}, feature {feature}, position {vertex}", path.display());
    let [longitude, latitude, ..] = position.as_slice() else {
        return Err(Error::refused(
            place(),
            "fewer than two numbers",
            "longitude and latitude",
        ));
    };
    Position::new(*longitude, *latitude).map_err(|invalid| {
        Error::refused(
            place(),
            invalid,
            "longitude first, then latitude, in degrees",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Result<Vec<Part>> {
        parts_of(Path::new("b.geojson"), text)
    }

    #[test]
    fn lines_are_read_with_their_names() {
        let text = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"adm0_left":"A","adm0_right":"B"},
             "geometry":{"type":"MultiLineString","coordinates":[[[70,33],[71,33,5]],[[72,33],[73,33]]]}},
            {"type":"Feature","properties":null,"geometry":null},
            {"type":"Feature","properties":{"border_uncertainty_m":250.5},
             "geometry":{"type":"LineString","coordinates":[[73,33],[74,33]]}}]}"#;
        let parts = parts(text).unwrap();
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[0].uncertainty, None);
        assert_eq!(parts[2].uncertainty, Some(Metres(250.5)));
        assert_eq!(parts[1].left.as_deref(), Some("A"));
    }

    #[test]
    fn what_is_no_line_is_refused_with_place_and_advice() {
        for (text, expected) in [
            (
                r#"{"type":"Polygon","coordinates":[[[70,33],[71,33],[71,34],[70,33]]]}"#,
                "feature 1: a Polygon",
            ),
            (
                r#"{"type":"LineString","coordinates":[[33,170],[34,71]]}"#,
                "position 1: latitude 170",
            ),
            ("{\"type\":\"Feature", "b.geojson:"),
            (
                r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32642"}},"features":[]}"#,
                "EPSG::32642",
            ),
            (
                r#"{"type":"Feature","properties":{"border_uncertainty_m":-3},"geometry":{"type":"LineString","coordinates":[[73,33],[74,33]]}}"#,
                "border_uncertainty_m: -3",
            ),
        ] {
            let message = parts(text).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
            assert!(message.contains("allowed"), "{message}");
        }
        let fine = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"features":[]}"#;
        assert!(parts(fine).unwrap().is_empty());
    }
}
