//! Layers of one's own for the maps: rivers, provinces, roads, whatever a `GeoJSON` or KML file holds.

use geojson::GeometryValue;

use crate::case::LayerSource;
use crate::context::Layer;
use crate::error::Result;

use super::features;

/// Reads the layers of a case, in the order in which they are drawn.
///
/// # Errors
/// A file that is neither `GeoJSON` in WGS 84 nor KML, or has a position out of range.
pub fn read(sources: &[LayerSource]) -> Result<Vec<Layer>> {
    sources.iter().map(of_source).collect()
}

fn of_source(source: &LayerSource) -> Result<Layer> {
    let path = &source.file;
    let features = features::read(path, "a GeoJSON or KML file")?;
    let mut layer = Layer {
        name: source.name.clone(),
        style: source.style,
        lines: Vec::new(),
        polygons: Vec::new(),
        points: Vec::new(),
    };
    for (number, feature) in features.into_iter().enumerate() {
        let place = format!("{}, feature {}", path.display(), number + 1);
        if let Some(geometry) = feature.geometry {
            add(&mut layer, &place, &geometry.value)?;
        }
    }
    Ok(layer)
}

fn add(layer: &mut Layer, place: &str, geometry: &GeometryValue) -> Result<()> {
    let line = |line: &Vec<geojson::Position>| features::line(place, line);
    match geometry {
        GeometryValue::Point { coordinates } => {
            layer.points.push(features::position(place, coordinates)?);
        }
        GeometryValue::MultiPoint { coordinates } => {
            layer.points.extend(line(coordinates)?);
        }
        GeometryValue::LineString { coordinates } => layer.lines.push(line(coordinates)?),
        GeometryValue::MultiLineString { coordinates } => {
            for part in coordinates {
                layer.lines.push(line(part)?);
            }
        }
        GeometryValue::Polygon { coordinates } => {
            let rings = coordinates.iter().map(line).collect::<Result<Vec<_>>>()?;
            layer.polygons.push(rings);
        }
        GeometryValue::MultiPolygon { coordinates } => {
            for polygon in coordinates {
                let rings = polygon.iter().map(line).collect::<Result<Vec<_>>>()?;
                layer.polygons.push(rings);
            }
        }
        GeometryValue::GeometryCollection { geometries } => {
            for part in geometries {
                add(layer, place, &part.value)?;
            }
        }
    }
    Ok(())
}
