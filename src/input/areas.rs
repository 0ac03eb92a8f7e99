//! Named areas from `GeoJSON` or KML: countries, regions of a side, sectors.

use std::path::Path;

use geojson::{Feature, GeometryValue};

use crate::error::{Error, Result};
use crate::geodesy::Position;
use crate::region::Area;

use super::features;

/// The properties that name an area, the first that is there.
const NAMES: [&str; 6] = ["name", "sector", "NAME", "ADMIN", "shapeName", "NAME_1"];

/// Reads every `Polygon` and `MultiPolygon` of a file as an area, with its name from one of the properties
/// `name`, `sector`, `NAME`, `ADMIN`, `shapeName` and `NAME_1`, and its side from the property `side`.
/// Features without a geometry are areas without polygons.
///
/// # Errors
/// A file that is neither `GeoJSON` in WGS 84 nor KML, holds another geometry than areas, or a position out of range.
pub fn read(path: &Path) -> Result<Vec<Area>> {
    let features = features::read(path, AREAS)?.into_iter().enumerate();
    features
        .map(|(number, feature)| area_of(path, number + 1, feature))
        .collect()
}

const AREAS: &str =
    "a GeoJSON FeatureCollection of Polygon and MultiPolygon features, or KML with polygons";

fn wrong(path: &Path, found: &str) -> Error {
    Error::refused(path.display(), found, AREAS)
}

fn area_of(path: &Path, number: usize, feature: Feature) -> Result<Area> {
    let place = format!("{}, feature {number}", path.display());
    let property = |key: &str| {
        let properties = feature.properties.as_ref()?;
        Some(properties.get(key)?.as_str()?.trim().to_owned())
    };
    let name = NAMES.iter().find_map(|key| property(key));
    let side = property("side");
    let polygons = match feature.geometry.map(|geometry| geometry.value) {
        Some(GeometryValue::Polygon { coordinates }) => vec![coordinates],
        Some(GeometryValue::MultiPolygon { coordinates }) => coordinates,
        Some(other) => {
            let found = format!("feature {number}: a {}", other.type_name());
            return Err(wrong(path, &found));
        }
        None => Vec::new(),
    };
    let polygons = polygons
        .iter()
        .map(|rings| {
            rings
                .iter()
                .map(|ring| features::line(&place, ring))
                .collect()
        })
        .collect::<Result<Vec<Vec<Vec<Position>>>>>()?;
    Ok(Area {
        name: name.unwrap_or_default(),
        side: side.unwrap_or_default(),
        polygons,
    })
}
