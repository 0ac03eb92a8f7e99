//! The features of a file of vector data, and the positions in them.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use geojson::{Feature, GeoJson};

use super::kml;
use super::vector::{self, Wanted};
use crate::error::{Error, Result};
use crate::geodesy::Position;

/// The features of a file of another format than `GeoJSON`, told by its content; `None` for any other file.
///
/// # Errors
/// A file that cannot be read, is damaged, or has no layer that is `wanted`.
pub(super) fn of_other_formats(path: &Path, wanted: &Wanted<'_>) -> Result<Option<Vec<Feature>>> {
    match of_kml(path)? {
        Some(features) => Ok(Some(features)),
        None => vector::features(path, wanted),
    }
}

/// The features of a file that is KML or KMZ, told by its content; `None` for another file.
///
/// # Errors
/// A file that cannot be read; KML that is damaged.
fn of_kml(path: &Path) -> Result<Option<Vec<Feature>>> {
    // What is said of folders and missing files, those say who read text.
    let Ok(mut file) = File::open(path) else {
        return Ok(None);
    };
    let fail = |error| Error::io(path, "reading", error);
    let mut start = Vec::new();
    if path.is_dir() {
        return Ok(None);
    }
    file.by_ref()
        .take(16)
        .read_to_end(&mut start)
        .map_err(fail)?;
    file.seek(SeekFrom::Start(0)).map_err(fail)?;
    if kml::is_zip(&start) {
        return match kml::unpacked(path, &file)? {
            Some(document) => kml::features(path, document).map(Some),
            None => Ok(None),
        };
    }
    if kml::is_xml(&start) {
        return kml::features(path, file).map(Some);
    }
    Ok(None)
}

/// Reads every feature of a file; `allowed` says in an error what the file should be.
///
/// # Errors
/// A file that cannot be read, is not in WGS 84, or of no format that is read.
pub(super) fn read(path: &Path, allowed: &str) -> Result<Vec<Feature>> {
    if let Some(features) = of_other_formats(path, &Wanted::only())? {
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
