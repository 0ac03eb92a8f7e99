//! The location columns, the same wherever they appear.

use std::borrow::Cow;

use crate::locate::{LineEnd, Location, Side};
use crate::units::fixed;

/// The names of the location columns, in their order.
pub const COLUMNS: [&str; 9] = [
    "offset_m",
    "side",
    "side_name",
    "side_probability",
    "chainage_km",
    "foot_longitude",
    "foot_latitude",
    "sector",
    "beyond_end",
];

/// The location of one position, as it is written.
pub struct Written<'a> {
    /// Where it lies on the line.
    pub location: &'a Location,
    /// Its side, which regions may have told.
    pub side: Side,
    /// The name of that side, or empty.
    pub side_name: &'a str,
    /// The probability of that side, if it is known.
    pub side_probability: Option<f64>,
    /// The name of the sector, or empty.
    pub sector: &'a str,
    /// How it lies to the open ends of the line.
    pub line_end: LineEnd,
}

/// The location columns of one position as text: metres to a millimetre, kilometres to a millimetre,
/// degrees to seven decimals (a centimetre), probability to six. Empty where a value is not known.
pub fn fields<'a>(written: &Written<'a>) -> [Cow<'a, str>; COLUMNS.len()] {
    let location = written.location;
    [
        fixed(location.offset.0, 3).into(),
        written.side.as_str().into(),
        written.side_name.into(),
        written
            .side_probability
            .map_or_else(String::new, |p| fixed(p, 6))
            .into(),
        fixed(location.chainage.km(), 6).into(),
        degrees(location.foot.longitude()).into(),
        degrees(location.foot.latitude()).into(),
        written.sector.into(),
        written.line_end.as_str().into(),
    ]
}

/// Degrees with at most seven decimals and no needless zeros.
pub fn degrees(value: f64) -> String {
    crate::units::round_to(value, 7).to_string()
}
