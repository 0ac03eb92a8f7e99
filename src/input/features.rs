//! The features of a file of vector data, and the positions in them.

use std::path::Path;

use geojson::{Feature, GeoJson};

use super::vector::{self, Wanted};
use crate::error::{Error, Result};
use crate::geodesy::Position;

/// Reads every feature of a file; `allowed` says in an error what the file should be.
///
/// # Errors
/// A file that cannot be read or is not in WGS 84.
pub(super) fn read(path: &Path, allowed: &str) -> Result<Vec<Feature>> {
    if let Some(features) = vector::features(path, &Wanted::only())? {
        return Ok(features);
    }
    let parsed: GeoJson = super::text_of(path)?
        .parse()
        .map_err(|error: geojson::Error| Error::refused(path.display(), error, allowed))?;
    Ok(match parsed {
        GeoJson::FeatureCollection(collection) => {
            super::border::check_crs(path, collection.foreign_members.as_ref())?;
            collection.features
        }
        GeoJson::Feature(feature) => vec![feature],
        GeoJson::Geometry(geometry) => vec![Feature::from(geometry)],
    })
}

/// Reads a line or a ring; `place` says in an error where it stands.
///
/// # Errors
/// A position that is out of range or has fewer than two numbers.
pub(super) fn line(place: &str, line: &[geojson::Position]) -> Result<Vec<Position>> {
    line.iter().map(|it| position(place, it)).collect()
}

/// Reads a position; more than two numbers are allowed, and not looked at.
///
/// # Errors
/// As [`line()`].
pub(super) fn position(place: &str, position: &geojson::Position) -> Result<Position> {
    match position.as_slice() {
        [longitude, latitude, ..] => Position::new(*longitude, *latitude)
            .map_err(|invalid| Error::refused(place, invalid, "longitude and latitude in degrees")),
        _ => Err(Error::refused(
            place,
            "a position with fewer than two numbers",
            "longitude and latitude",
        )),
    }
}
