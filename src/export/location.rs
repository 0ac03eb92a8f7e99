//! The location columns, the same wherever they appear.

use crate::locate::Location;
use crate::units::fixed;

/// The names of the location columns, in their order.
pub const COLUMNS: [&str; 8] = [
    "offset_m",
    "side",
    "side_name",
    "side_probability",
    "chainage_km",
    "foot_longitude",
    "foot_latitude",
    "sector",
];

/// The location columns of one position as text: metres to a millimetre, kilometres to a millimetre,
/// degrees to seven decimals (a centimetre), probability to six. Empty where a value is not known.
pub fn fields<'a>(
    location: &Location,
    side_name: &'a str,
    side_probability: Option<f64>,
    sector: &'a str,
) -> [std::borrow::Cow<'a, str>; 8] {
    [
        fixed(location.offset.0, 3).into(),
        location.side.as_str().into(),
        side_name.into(),
        side_probability
            .map_or_else(String::new, |p| fixed(p, 6))
            .into(),
        fixed(location.chainage.km(), 6).into(),
        degrees(location.foot.longitude()).into(),
        degrees(location.foot.latitude()).into(),
        sector.into(),
    ]
}

/// Degrees with at most seven decimals and no needless zeros.
pub fn degrees(value: f64) -> String {
    crate::units::round_to(value, 7).to_string()
}
