//! Shapes as well-known binary, little endian (OGC 06-103r4 §8.2), for every format that holds it.
//!
//! Lines and areas are always written as those of several parts, since a layer has one type.

use crate::export::layers::{Coordinate, Shape};

/// West, east, south, north.
pub(super) type Envelope = [f64; 4];

const POINT: u32 = 1;
const LINE: u32 = 2;
const AREA: u32 = 3;
const LINES: u32 = 5;
const AREAS: u32 = 6;

/// Puts a shape behind what is there already; nothing where it has no coordinates.
pub(super) fn append(shape: &Shape, bytes: &mut Vec<u8>) {
    match shape {
        Shape::None => {}
        Shape::Point(at) => {
            begin(bytes, POINT);
            coordinate(bytes, *at);
        }
        Shape::Line(parts) if parts.is_empty() => {}
        Shape::Line(parts) => {
            begin(bytes, LINES);
            count(bytes, parts.len());
            for part in parts {
                begin(bytes, LINE);
                coordinates(bytes, part);
            }
        }
        Shape::Area(rings) => {
            begin(bytes, AREAS);
            count(bytes, 1);
            area(bytes, rings);
        }
        Shape::Areas(areas) if areas.is_empty() => {}
        Shape::Areas(areas) => {
            begin(bytes, AREAS);
            count(bytes, areas.len());
            for rings in areas {
                area(bytes, rings);
            }
        }
    }
}

fn area(bytes: &mut Vec<u8>, rings: &[Vec<Coordinate>]) {
    begin(bytes, AREA);
    count(bytes, rings.len());
    for ring in rings {
        coordinates(bytes, ring);
    }
}

fn begin(bytes: &mut Vec<u8>, kind: u32) {
    bytes.push(1);
    bytes.extend(kind.to_le_bytes());
}

fn count(bytes: &mut Vec<u8>, count: usize) {
    bytes.extend((count as u32).to_le_bytes());
}

fn coordinate(bytes: &mut Vec<u8>, at: Coordinate) {
    bytes.extend(at[0].to_le_bytes());
    bytes.extend(at[1].to_le_bytes());
}

fn coordinates(bytes: &mut Vec<u8>, all: &[Coordinate]) {
    count(bytes, all.len());
    for &at in all {
        coordinate(bytes, at);
    }
}

/// What a shape extends over; `None` where there is nothing of it.
pub(super) fn envelope(shape: &Shape) -> Option<Envelope> {
    let mut envelope: Option<Envelope> = None;
    let mut add = |at: &Coordinate| widen(&mut envelope, [at[0], at[0], at[1], at[1]]);
    match shape {
        Shape::None => {}
        Shape::Point(at) => add(at),
        Shape::Line(parts) => parts.iter().flatten().for_each(add),
        Shape::Area(rings) => rings.iter().flatten().for_each(add),
        Shape::Areas(areas) => areas.iter().flatten().flatten().for_each(add),
    }
    envelope
}

/// Widens an envelope by another.
pub(super) fn widen(envelope: &mut Option<Envelope>, by: Envelope) {
    *envelope = Some(match *envelope {
        None => by,
        Some([west, east, south, north]) => [
            west.min(by[0]),
            east.max(by[1]),
            south.min(by[2]),
            north.max(by[3]),
        ],
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_as_the_standard_has_it_and_nothing_has_no_bytes() {
        let mut bytes = Vec::new();
        append(&Shape::Point([66.5, -31.25]), &mut bytes);
        let mut wanted = b"\x01\x01\0\0\0".to_vec();
        wanted.extend(66.5f64.to_le_bytes());
        wanted.extend((-31.25f64).to_le_bytes());
        assert_eq!(bytes, wanted);
        bytes.clear();
        for shape in [
            Shape::None,
            Shape::Line(Vec::new()),
            Shape::Areas(Vec::new()),
        ] {
            append(&shape, &mut bytes);
            assert!(bytes.is_empty() && envelope(&shape).is_none(), "{shape:?}");
        }
    }
}
