//! Shapes as `GeoPackage` geometry: a header, an envelope for all but points, well-known binary, little endian
//! (OGC 12-128r17 §2.1.3).

use crate::export::layers::{Geometry, Shape};
use crate::export::wkb::{self, Envelope};

/// WGS 84, longitude first as in every `GeoPackage`.
pub(super) const SRS: i32 = 4326;

/// The name of the type of a layer's shapes: lines and areas always as those of several parts, since a layer has
/// one type. `None` for a table without shapes.
pub(super) const fn type_name(geometry: Geometry) -> Option<&'static str> {
    match geometry {
        Geometry::Point => Some("POINT"),
        Geometry::Line => Some("MULTILINESTRING"),
        Geometry::Area => Some("MULTIPOLYGON"),
        Geometry::Mixed => Some("GEOMETRY"),
        Geometry::None => None,
    }
}

/// The bytes of a shape, put into `blob`, and what it extends over; `None` where there is nothing of it.
pub(super) fn write(shape: &Shape, blob: &mut Vec<u8>) -> Option<Envelope> {
    blob.clear();
    let envelope = wkb::envelope(shape)?;
    let is_point = matches!(shape, Shape::Point(_));
    // Little endian; an envelope of two axes.
    let flags = if is_point { 0b0000_0001 } else { 0b0000_0011 };
    blob.extend([b'G', b'P', 0, flags]);
    blob.extend(SRS.to_le_bytes());
    if !is_point {
        for value in envelope {
            blob.extend(value.to_le_bytes());
        }
    }
    wkb::append(shape, blob);
    Some(envelope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_as_the_standard_has_it() {
        let mut blob = Vec::new();
        let envelope = write(&Shape::Point([66.5, -31.25]), &mut blob);
        assert_eq!(envelope, Some([66.5, 66.5, -31.25, -31.25]));
        let mut wanted = b"GP\0\x01\xe6\x10\0\0\x01\x01\0\0\0".to_vec();
        wanted.extend(66.5f64.to_le_bytes());
        wanted.extend((-31.25f64).to_le_bytes());
        assert_eq!(blob, wanted);
    }

    #[test]
    fn lines_have_an_envelope_and_nothing_has_no_bytes() {
        let mut blob = Vec::new();
        let line = Shape::Line(vec![vec![[1.0, 5.0], [3.0, 4.0]]]);
        assert_eq!(write(&line, &mut blob), Some([1.0, 3.0, 4.0, 5.0]));
        // Header, envelope, two nested geometries with a count each, two coordinates.
        assert_eq!(blob.len(), 8 + 32 + 2 * (5 + 4) + 32);
        assert_eq!(write(&Shape::Line(Vec::new()), &mut blob), None);
        assert!(blob.is_empty());
    }
}
