//! Both coordinates in one field.

use super::text::{Plain, Scan};
use super::{Angle, Axis, Spelled, decimal, in_range, packed_plain, scientific, spelled};

/// Reads both coordinates from one text, in the order as written: `34.1, 71.2`, `34,1; 71,2`,
/// `34.1 71.2`, `34°06'52"N 71°05'12"E`, `N34 06 52 E71 05 12`, `340652N 0710512E`, in round or square
/// brackets or without.
///
/// WKT `POINT (71.2 34.1)` and the geo URI `geo:34.1,71.2` (RFC 5870) say themselves which is which, so
/// that their axes are set; a height is passed over, a coordinate system other than WGS 84 refused.
///
/// `None` if the text is not two angles, if only one of them has a hemisphere or both have the same, or
/// if it can be cut in two ways that give different angles.
pub fn pair(text: &str) -> Option<[Angle; 2]> {
    let plain = Plain::of(text)?;
    let text = plain.as_str();
    if let Some(rest) = without_prefix(text, "geo:") {
        return geo_uri(rest);
    }
    let point = without_prefix(text, "SRID=4326;").unwrap_or(text);
    if let Some(rest) = without_prefix(point, "point") {
        return well_known_text(rest);
    }
    let inside = [('(', ')'), ('[', ']')]
        .into_iter()
        .find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close));
    two_angles(inside.unwrap_or(text).trim())
}

fn without_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// A number of a format that is written by programs.
fn strict(text: &str) -> Option<f64> {
    if text.contains(',') {
        return None;
    }
    decimal(text).or_else(|| scientific(text))
}

fn well_known_text(text: &str) -> Option<[Angle; 2]> {
    let mut scan = Scan::new(text);
    scan.blanks();
    // Height, measure or both, which follow the position.
    let dimensions = scan.letters();
    let known = ["", "z", "m", "zm"];
    if !known
        .iter()
        .any(|known| known.eq_ignore_ascii_case(dimensions))
    {
        return None;
    }
    scan.blanks();
    let inside = scan.rest().strip_prefix('(')?.strip_suffix(')')?;
    let mut numbers = inside.split_ascii_whitespace().map(strict);
    let longitude = in_range(numbers.next()??, Some(Axis::Longitude))?;
    let latitude = in_range(numbers.next()??, Some(Axis::Latitude))?;
    let mut others = numbers.take(3);
    let fine = others.by_ref().take(2).all(|number| number.is_some()) && others.next().is_none();
    fine.then_some([longitude, latitude])
}

fn geo_uri(text: &str) -> Option<[Angle; 2]> {
    let (text, query) = text.split_once('?').unwrap_or((text, ""));
    let mut parameters = text.split(';');
    let mut numbers = parameters.next()?.split(',').map(strict);
    let latitude = in_range(numbers.next()??, Some(Axis::Latitude))?;
    let longitude = in_range(numbers.next()??, Some(Axis::Longitude))?;
    let height_at_most = numbers.next().is_none_or(|height| height.is_some());
    let wgs84 = parameters.all(|parameter| {
        without_prefix(parameter, "crs=").is_none_or(|crs| crs.eq_ignore_ascii_case("wgs84"))
    });
    // Android writes 0,0 where the place is in the query.
    let elsewhere = latitude.degrees == 0.0 && longitude.degrees == 0.0 && query.starts_with("q=");
    let fine = height_at_most && numbers.next().is_none() && wgs84 && !elsewhere;
    fine.then_some([latitude, longitude])
}

/// Tries every place where the text may be cut. At most 128 places of at most 128 bytes, and most of
/// them end at the first byte.
fn two_angles(text: &str) -> Option<[Angle; 2]> {
    let mut found = None;
    let mut before = b' ';
    for (place, byte) in text.bytes().enumerate() {
        let cut = Cut::between(before, byte);
        before = byte;
        let Some(read) = cut.and_then(|cut| cut.read(text, place)) else {
            continue;
        };
        if found.is_some_and(|other| other != read) {
            return None;
        }
        found = Some(read);
    }
    found
}

/// What separates two angles.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// A semicolon or another character that stands in no angle.
    Separator,
    /// A comma, which stands in angles too.
    Comma,
    Blank,
    /// Nothing, between a letter or a sign and its neighbour.
    Nothing,
}

impl Cut {
    /// How a text may be cut at a byte or before it.
    fn between(before: u8, byte: u8) -> Option<Cut> {
        let is_sign = |byte| matches!(byte, b'^' | b'\'' | b'"');
        match byte {
            b';' | b'/' | b'|' => Some(Cut::Separator),
            b',' => Some(Cut::Comma),
            b' ' => (before != b' ').then_some(Cut::Blank),
            _ if before == b' ' => None,
            _ if before.is_ascii_alphabetic() != byte.is_ascii_alphabetic()
                || before.is_ascii_alphabetic()
                || is_sign(before) =>
            {
                Some(Cut::Nothing)
            }
            _ => None,
        }
    }

    fn read(self, text: &str, place: usize) -> Option<[Angle; 2]> {
        let (first, rest) = text.split_at_checked(place)?;
        let second = match self {
            Cut::Nothing => rest,
            _ => rest.get(1..)?,
        };
        let wide = self == Cut::Separator || (self == Cut::Comma && second.starts_with(' '));
        let [first, second] = [first.trim_end(), second.trim_start()];
        // `34,1,71,2`: one comma cannot be both.
        if self == Cut::Comma && !wide && (first.contains(',') || second.contains(',')) {
            return None;
        }
        let [first, second] = [one(first)?, one(second)?];
        let axes_agree = match (first.angle.axis, second.angle.axis) {
            (None, None) => wide || first.parts == second.parts || (first.marked && second.marked),
            (Some(first), Some(second)) => first != second,
            _ => false,
        };
        axes_agree.then_some([first.angle, second.angle])
    }
}

/// An angle of a pair. Digits with a hemisphere are packed if there are enough of them.
fn one(text: &str) -> Option<Spelled> {
    let packed = packed_plain(text).filter(|angle| angle.axis.is_some());
    match packed {
        Some(angle) => Some(Spelled {
            angle,
            parts: 3,
            marked: true,
        }),
        None => spelled(text),
    }
}
