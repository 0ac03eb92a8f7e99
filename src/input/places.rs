//! The place of a record, from whichever columns its table has.

use csv::StringRecord;

use super::columns::{Column, Mapping};
use super::coordinates::{self, Angle, Axis};
use crate::case::{AxisOrder, FileOptions};
use crate::geodesy::Position;
use crate::ledger::Reason;
use crate::units::Metres;

/// Which columns the place of a record comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceFrom {
    /// Latitude and longitude in degrees.
    Degrees,
    /// Latitude and longitude as digits of degrees, minutes and seconds.
    Packed,
    /// One column with both.
    Pair,
    /// A grid reference.
    Mgrs,
    /// UTM in one column.
    Utm,
    /// UTM in three columns.
    UtmParts,
}

impl PlaceFrom {
    /// What a table may have; packed degrees are told from others by their values alone.
    const ALL: [PlaceFrom; 5] = [
        PlaceFrom::Degrees,
        PlaceFrom::Pair,
        PlaceFrom::Mgrs,
        PlaceFrom::Utm,
        PlaceFrom::UtmParts,
    ];

    /// The columns.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            PlaceFrom::Degrees | PlaceFrom::Packed => &[Column::Latitude, Column::Longitude],
            PlaceFrom::Pair => &[Column::Coordinates],
            PlaceFrom::Mgrs => &[Column::Mgrs],
            PlaceFrom::Utm => &[Column::Utm],
            PlaceFrom::UtmParts => &[Column::UtmZone, Column::Easting, Column::Northing],
        }
    }

    /// What it is, for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            PlaceFrom::Degrees => "degrees",
            PlaceFrom::Packed => "packed degrees, minutes and seconds",
            PlaceFrom::Pair => "both coordinates in one column",
            PlaceFrom::Mgrs => "MGRS",
            PlaceFrom::Utm | PlaceFrom::UtmParts => "UTM",
        }
    }

    /// Whether latitude and longitude could be taken for one another.
    pub const fn has_order(self) -> bool {
        matches!(
            self,
            PlaceFrom::Degrees | PlaceFrom::Packed | PlaceFrom::Pair
        )
    }

    /// Every way in which a table has places.
    pub fn all_of(mapping: &Mapping) -> impl Iterator<Item = PlaceFrom> + Clone {
        let there = |from: &PlaceFrom| from.columns().iter().all(|&column| mapping.has(column));
        PlaceFrom::ALL.into_iter().filter(there)
    }

    /// Where a table has places: what the case names goes before what the layout does, then degrees
    /// before everything else.
    pub fn of(mapping: &Mapping, options: &FileOptions) -> Option<PlaceFrom> {
        let said = |from: &PlaceFrom| {
            from.columns()
                .iter()
                .any(|column| options.columns.contains_key(column.name()))
        };
        let mut found = PlaceFrom::all_of(mapping);
        found.clone().find(said).or_else(|| found.next())
    }
}

/// How the places of a file are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlacePlan {
    /// Which columns they come from.
    pub from: PlaceFrom,
    /// Which coordinate is which.
    pub axis: AxisOrder,
    /// Whether that is settled.
    pub settled: bool,
}

/// Why a record has no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoPlace {
    /// Whether there is none, or it cannot be read.
    pub reason: Reason,
    /// The column.
    pub column: Column,
    /// What was expected there.
    pub expected: &'static str,
}

/// What a record says about its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaceRead {
    /// The place as planned, and how far the square of a grid reaches around it.
    pub place: Result<(Position, Metres), NoPlace>,
    /// The place if latitude and longitude were swapped.
    pub swapped: Option<Position>,
    /// Whether it can only be read as packed degrees, minutes and seconds.
    pub packed_only: bool,
}

const DEGREES: &str =
    "decimal degrees such as 34.1147, or degrees, minutes and seconds such as 34°06'53\"N";
const PACKED: &str = "degrees, minutes and seconds in one number, such as 340653";
const PAIR: &str = "both coordinates, such as 34.1147, 71.0924";

/// Reads the place of a record.
pub fn read(record: &StringRecord, mapping: &Mapping, plan: PlacePlan) -> PlaceRead {
    let PlacePlan { from, axis, .. } = plan;
    match from {
        PlaceFrom::Degrees | PlaceFrom::Packed => degrees(record, mapping, from, axis),
        PlaceFrom::Pair => pair(mapping.text(record, Column::Coordinates), axis),
        PlaceFrom::Mgrs | PlaceFrom::Utm | PlaceFrom::UtmParts => PlaceRead {
            place: grid(record, mapping, from),
            swapped: None,
            packed_only: false,
        },
    }
}

fn degrees(
    record: &StringRecord,
    mapping: &Mapping,
    from: PlaceFrom,
    axis: AxisOrder,
) -> PlaceRead {
    let columns = [Column::Latitude, Column::Longitude];
    let texts = columns.map(|column| mapping.text(record, column));
    let (parse, expected): (fn(&str) -> Option<Angle>, _) = match from {
        PlaceFrom::Packed => (coordinates::packed, PACKED),
        _ => (coordinates::angle, DEGREES),
    };
    let angles = texts.map(parse);
    let bad = |reason, column, expected| {
        Err(NoPlace {
            reason,
            column,
            expected,
        })
    };
    let missing = (0..2).find(|&which| texts[which].is_empty());
    let invalid = (0..2).find(|&which| angles[which].is_none());
    let place = match (missing, invalid, angles) {
        (Some(which), ..) => bad(Reason::CoordinateMissing, columns[which], expected),
        (None, _, [Some(first), Some(second)]) => in_order([first, second], axis)
            .map(|position| (position, Metres::ZERO))
            .ok_or_else(|| out_of_range([first, second], axis)),
        (None, invalid, _) => bad(
            Reason::CoordinateInvalid,
            columns[invalid.unwrap_or(0)],
            expected,
        ),
    };
    let swapped = match angles {
        [Some(first), Some(second)] => in_order([first, second], axis.other()),
        _ => None,
    };
    PlaceRead {
        swapped,
        packed_only: from == PlaceFrom::Degrees
            // Out of range for any degrees, not only for a latitude.
            && angles.contains(&None)
            && texts.iter().all(|text| coordinates::packed(text).is_some()),
        place,
    }
}

/// Which of the two is no latitude or no longitude.
fn out_of_range([first, second]: [Angle; 2], axis: AxisOrder) -> NoPlace {
    let latitude_first = axis == AxisOrder::LatitudeFirst;
    let latitude = if latitude_first { first } else { second };
    let bad_latitude = latitude.degrees.abs() > 90.0 || latitude.axis == Some(Axis::Longitude);
    NoPlace {
        reason: Reason::CoordinateInvalid,
        column: if bad_latitude == latitude_first {
            Column::Latitude
        } else {
            Column::Longitude
        },
        expected: if bad_latitude {
            "a latitude, -90 to 90 degrees"
        } else {
            "a longitude, -180 to 180 degrees"
        },
    }
}

fn pair(text: &str, axis: AxisOrder) -> PlaceRead {
    let no_place = |reason| NoPlace {
        reason,
        column: Column::Coordinates,
        expected: PAIR,
    };
    let none = |reason| PlaceRead {
        place: Err(no_place(reason)),
        swapped: None,
        packed_only: false,
    };
    if text.is_empty() {
        return none(Reason::CoordinateMissing);
    }
    let Some(angles) = coordinates::pair(text) else {
        return none(Reason::CoordinateInvalid);
    };
    // Where letters say which is which there is nothing to swap.
    let said = match angles.map(|angle| angle.axis) {
        [Some(Axis::Latitude), _] | [_, Some(Axis::Longitude)] => Some(AxisOrder::LatitudeFirst),
        [Some(Axis::Longitude), _] | [_, Some(Axis::Latitude)] => Some(AxisOrder::LongitudeFirst),
        [None, None] => None,
    };
    let read = in_order(angles, said.unwrap_or(axis));
    PlaceRead {
        place: read
            .map(|position| (position, Metres::ZERO))
            .ok_or_else(|| no_place(Reason::CoordinateInvalid)),
        swapped: match said {
            None => in_order(angles, axis.other()),
            Some(_) => read,
        },
        packed_only: false,
    }
}

fn grid(
    record: &StringRecord,
    mapping: &Mapping,
    from: PlaceFrom,
) -> Result<(Position, Metres), NoPlace> {
    let text = |column| mapping.text(record, column);
    let columns = from.columns();
    if let Some(&column) = columns.iter().find(|&&column| text(column).is_empty()) {
        return Err(NoPlace {
            reason: Reason::CoordinateMissing,
            column,
            expected: "a grid reference",
        });
    }
    let read = match from {
        PlaceFrom::Mgrs => coordinates::mgrs(text(Column::Mgrs))
            .map(|square| (square.centre, square.half_diagonal)),
        PlaceFrom::Utm => {
            coordinates::utm(text(Column::Utm)).map(|position| (position, Metres::ZERO))
        }
        _ => coordinates::utm_parts(
            text(Column::UtmZone),
            text(Column::Easting),
            text(Column::Northing),
        )
        .map(|position| (position, Metres::ZERO)),
    };
    read.map_err(|expected| NoPlace {
        reason: Reason::CoordinateInvalid,
        column: columns[0],
        expected,
    })
}

/// The position that two angles give in an order; `None` if one is out of range or its letter says that
/// it is the other.
fn in_order([first, second]: [Angle; 2], axis: AxisOrder) -> Option<Position> {
    let (latitude, longitude) = match axis {
        AxisOrder::LatitudeFirst => (first, second),
        AxisOrder::LongitudeFirst => (second, first),
    };
    if latitude.axis == Some(Axis::Longitude) || longitude.axis == Some(Axis::Latitude) {
        return None;
    }
    Position::new(longitude.degrees, latitude.degrees).ok()
}
