//! Coordinates as people and programs write them: angles here, two in one field in [`pair()`], grid
//! references in [`mgrs`] and [`utm`].
//!
//! Nothing here guesses. A text that two conventions read differently is no coordinate.

mod grid;
mod pair;
mod text;

pub use grid::{Square, mgrs, utm, utm_parts};
pub use pair::pair;

use text::{LONGEST, Plain, Scan, float};

/// Which of the two coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// North or south of the equator.
    Latitude,
    /// East or west of Greenwich.
    Longitude,
}

/// An angle as written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Angle {
    /// Degrees, positive to the north and east: −180 to 180, and −90 to 90 where `axis` is the latitude.
    pub degrees: f64,
    /// Which coordinate it is, where a hemisphere or the format says so.
    pub axis: Option<Axis>,
}

/// A hemisphere as a letter or a word.
#[derive(Clone, Copy)]
struct Hemisphere {
    axis: Axis,
    negative: bool,
}

impl Hemisphere {
    /// In any letter case. O is none: it is east in German and west in French.
    fn of(word: &str) -> Option<Hemisphere> {
        let is = |name: &str| word.eq_ignore_ascii_case(name);
        let (axis, negative) = if is("n") || is("north") {
            (Axis::Latitude, false)
        } else if is("s") || is("south") {
            (Axis::Latitude, true)
        } else if is("e") || is("east") {
            (Axis::Longitude, false)
        } else if is("w") || is("west") {
            (Axis::Longitude, true)
        } else {
            return None;
        };
        Some(Hemisphere { axis, negative })
    }

    /// Steps over a hemisphere if there is one; an error if there is another word.
    fn take(scan: &mut Scan) -> Result<Option<Hemisphere>, ()> {
        match scan.letters() {
            "" => Ok(None),
            word => Hemisphere::of(word).map(Some).ok_or(()),
        }
    }
}

/// Reads one coordinate: decimal degrees; degrees and minutes; or degrees, minutes and seconds.
///
/// Point or comma before a fraction, which only the last part may have; minutes and seconds below 60.
/// Between the parts stand signs, the letters d, m and s, colons, blanks or hyphens. N, S, E, W or the
/// English word stands before or behind, in any letter case, and then there is no minus. Decimal degrees
/// may have an exponent if they have a fraction or the exponent has a sign: `7.1E+01` is 71, but `7E1` is
/// too near to seven degrees east.
///
/// `None` for everything else, for values beyond ±180° (±90° where the text says latitude), and for what
/// has two readings: `34d06m52S` (south, or seconds?), `34-35` (a range?), O (Ost or Ouest?).
pub fn angle(text: &str) -> Option<Angle> {
    if text.len() > LONGEST {
        return None;
    }
    if let Some(degrees) = decimal(text.trim()) {
        return in_range(degrees, None);
    }
    spelled(Plain::of(text)?.as_str()).map(|spelled| spelled.angle)
}

/// What nearly every field is: a sign, digits, a point, digits.
fn decimal(text: &str) -> Option<f64> {
    let mut scan = Scan::new(text);
    let _ = scan.eat(b'-') || scan.eat(b'+');
    let whole = scan.digits();
    let fraction = if scan.eat(b'.') { scan.digits() } else { "" };
    let is_number = scan.done() && !(whole.is_empty() && fraction.is_empty());
    is_number.then(|| text.parse().ok()).flatten()
}

/// As [`decimal`], with a comma too and with an exponent.
fn scientific(text: &str) -> Option<f64> {
    let mut scan = Scan::new(text);
    let _ = scan.eat(b'-') || scan.eat(b'+');
    let (_, whole) = scan.number()?;
    let exponent = scan.eat(b'e') || scan.eat(b'E');
    let signed = scan.eat(b'-') || scan.eat(b'+');
    let is_number = exponent && !scan.digits().is_empty() && scan.done() && (signed || !whole);
    is_number.then(|| float(text)).flatten()
}

/// `None` beyond the range of the axis, infinity included.
fn in_range(degrees: f64, axis: Option<Axis>) -> Option<Angle> {
    let most = match axis {
        Some(Axis::Latitude) => 90.0,
        _ => 180.0,
    };
    // No negative zero.
    let degrees = degrees + 0.0;
    (degrees.abs() <= most).then_some(Angle { degrees, axis })
}

/// The sign and the hemispheres before and behind an angle must not contradict each other.
fn signed(
    size: f64,
    minus: Option<bool>,
    before: Option<Hemisphere>,
    behind: Option<Hemisphere>,
) -> Option<Angle> {
    let hemisphere = match (before, behind) {
        (Some(_), Some(_)) => return None,
        (before, behind) => before.or(behind),
    };
    let negative = match (minus, hemisphere) {
        (Some(true), Some(_)) => return None,
        (_, Some(hemisphere)) => hemisphere.negative,
        (minus, None) => minus == Some(true),
    };
    in_range(
        if negative { -size } else { size },
        hemisphere.map(|hemisphere| hemisphere.axis),
    )
}

/// An angle and how it is spelled.
#[derive(Clone, Copy)]
struct Spelled {
    angle: Angle,
    /// Degrees alone, with minutes, with seconds: 1 to 3.
    parts: usize,
    /// Whether the degrees have their sign or letter.
    marked: bool,
}

/// What stands behind a number.
enum Mark {
    None,
    Sign,
    Letters,
    /// S behind seconds in capitals or beside small d and m: seconds if a hemisphere is given, else it
    /// might be one.
    CapitalS,
}

/// How the parts of an angle are told apart, and how far each is divided.
const PARTS: [(f64, u8, [&str; 3]); 3] = [
    (1.0, b'^', ["d", "deg", "degrees"]),
    (60.0, b'\'', ["m", "min", "minutes"]),
    (3600.0, b'"', ["s", "sec", "seconds"]),
];

/// [`angle`] of a text in ASCII.
fn spelled(text: &str) -> Option<Spelled> {
    if let Some(degrees) = scientific(text) {
        return Some(Spelled {
            angle: in_range(degrees, None)?,
            parts: 1,
            marked: false,
        });
    }
    let mut scan = Scan::new(text);
    let before = Hemisphere::take(&mut scan).ok()?;
    scan.blanks();
    let minus = scan.sign();
    let (mut size, mut parts, mut marked) = (0.0, 0, false);
    let (mut letters, mut capital_s, mut joint) = (false, false, None);
    for (place, (divisor, sign, names)) in PARTS.into_iter().enumerate() {
        let (value, whole) = scan.number()?;
        if place > 0 && value >= 60.0 {
            return None;
        }
        size += value / divisor;
        parts += 1;
        let mark = mark(&mut scan, place, sign, names, letters)?;
        letters |= matches!(mark, Mark::Letters);
        capital_s |= matches!(mark, Mark::CapitalS);
        marked |= place == 0 && !matches!(mark, Mark::None);
        if !whole || !to_next_part(&mut scan, &mark, &mut joint) {
            break;
        }
    }
    scan.blanks();
    let behind = Hemisphere::take(&mut scan).ok()?;
    scan.blanks();
    let bare = before.is_none() && behind.is_none();
    let range = bare && parts == 2 && !marked && joint == Some(b'-');
    if !scan.done() || range || (bare && capital_s) {
        return None;
    }
    Some(Spelled {
        angle: signed(size, minus, before, behind)?,
        parts,
        marked,
    })
}

/// Steps over the mark behind the number at a place; `None` if it belongs elsewhere or has two readings.
/// `letters`: whether a number before it has letters for its mark, so that s may mean seconds.
fn mark(scan: &mut Scan, place: usize, sign: u8, names: [&str; 3], letters: bool) -> Option<Mark> {
    let mut ahead = *scan;
    let blanks = ahead.blanks();
    match ahead.peek() {
        Some(found @ (b'^' | b'\'' | b'"')) => {
            // Third in line, a sign of minutes can only be a hasty sign of seconds.
            let fits = found == sign || (place == 2 && found == b'\'');
            *scan = ahead;
            scan.eat(found);
            return fits.then_some(Mark::Sign);
        }
        Some(letter) if letter.is_ascii_alphabetic() => {}
        _ => return Some(Mark::None),
    }
    let mut behind = ahead;
    let word = behind.letters();
    let is = |name: &str| word.eq_ignore_ascii_case(name);
    let [letter, short, long] = names;
    if is(short) || is(long) {
        *scan = behind;
        return Some(Mark::Letters);
    }
    // `52sN`: the unit's letter, then a hemisphere's.
    let glued = word.split_at_checked(1).is_some_and(|(unit, rest)| {
        unit.eq_ignore_ascii_case(letter) && Hemisphere::of(rest).is_some()
    });
    if letters && is("s") && (blanks || place < 2) {
        return None;
    }
    let is_unit = !blanks && (is(letter) || glued) && (place < 2 || letters || glued);
    if !is_unit {
        return Some(Mark::None);
    }
    scan.take_one();
    if place == 2 && is(letter) && word == "S" {
        return Some(Mark::CapitalS);
    }
    Some(Mark::Letters)
}

/// Steps over what stands between two parts; whether another part follows. `joint` is the colon or hyphen
/// between the parts before, which must stay the same.
fn to_next_part(scan: &mut Scan, mark: &Mark, joint: &mut Option<u8>) -> bool {
    let mut ahead = *scan;
    let blanks = ahead.blanks();
    let mut follows = blanks || !matches!(mark, Mark::None);
    if let (false, Some(found @ (b':' | b'-'))) = (blanks, ahead.peek()) {
        follows = joint.is_none_or(|before| before == found);
        *joint = Some(found);
        ahead.eat(found);
    } else if joint.is_some() {
        follows = false;
    }
    let follows = follows && ahead.peek().is_some_and(|byte| byte.is_ascii_digit());
    if follows {
        *scan = ahead;
    }
    follows
}

/// Reads one coordinate packed into one number of degrees, minutes and seconds, as gazetteers write it:
/// `340653` is 34°06′53″, `-575947` is −57°59′47″, `30000` is 3°, `0` is 0. Seconds may have a fraction.
///
/// With a hemisphere before or behind, the digits are DDMMSS or DDDMMSS, or without seconds, as aviation
/// and GPS receivers have it, DDMM or, for longitudes, DDDMM; then the minutes may have the fraction.
/// Five digits with N or S could be either and are refused.
///
/// `None` for everything else, and beyond ±180° (±90° where the text says latitude).
pub fn packed(text: &str) -> Option<Angle> {
    packed_plain(Plain::of(text)?.as_str())
}

/// [`packed`] of a text in ASCII.
fn packed_plain(text: &str) -> Option<Angle> {
    let mut scan = Scan::new(text);
    let before = Hemisphere::take(&mut scan).ok()?;
    scan.blanks();
    let minus = scan.sign();
    let mut ahead = scan;
    let (value, is_whole) = ahead.number()?;
    let digits = scan.digits().len();
    scan = ahead;
    scan.blanks();
    let behind = Hemisphere::take(&mut scan).ok()?;
    if !scan.done() {
        return None;
    }
    let seconds = match (before.or(behind).map(|hemisphere| hemisphere.axis), digits) {
        // Few digits with a fraction are decimal degrees.
        (None, 1..=4) if !is_whole => return None,
        (None, 1..=7) | (Some(_), 6 | 7) => true,
        (Some(_), 4) | (Some(Axis::Longitude), 5) => false,
        _ => return None,
    };
    // Taking whole hundreds away from the value leaves its fraction as it was read.
    let last = value % 100.0;
    let rest = ((value - last) / 100.0).round();
    let (degrees, minutes, seconds) = if seconds {
        let minutes = rest % 100.0;
        (((rest - minutes) / 100.0).round(), minutes, last)
    } else {
        (rest, last, 0.0)
    };
    if minutes >= 60.0 || seconds >= 60.0 {
        return None;
    }
    let size = degrees + minutes / 60.0 + seconds / 3600.0;
    signed(size, minus, before, behind)
}

#[cfg(test)]
mod tests;
