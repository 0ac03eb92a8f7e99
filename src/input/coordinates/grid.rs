//! Grid references: MGRS and UTM, through geoconvert, a port of Karney's `GeographicLib`.

use geoconvert::{LatLon, Mgrs, UtmUps};

use super::LONGEST;
use crate::geodesy::Position;
use crate::input::digits;
use crate::units::Metres;

/// A square of a grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Square {
    /// Its centre.
    pub centre: Position,
    /// From its centre to its corners.
    pub half_diagonal: Metres,
}

const MGRS: &str = "an MGRS reference such as 42S XC 12345 67890";
const UTM: &str = "UTM such as 42S 567890 3765432, with the letter of the latitude band";

/// Reads an MGRS reference, with or without blanks and in any letter case, of 0 to 5 digits for each
/// axis: squares of 100 km down to 1 m. UPS squares near the poles too.
///
/// # Errors
/// What was expected.
pub fn mgrs(text: &str) -> Result<Square, &'static str> {
    if text.len() > LONGEST {
        return Err(MGRS);
    }
    let plain: String = digits::ascii(text)
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let zone = plain.bytes().take_while(u8::is_ascii_digit).count();
    let letters = plain[zone..]
        .bytes()
        .take_while(u8::is_ascii_alphabetic)
        .count();
    let numbers = &plain[zone + letters..];
    let shaped = zone <= 2
        && letters == 3
        && numbers.len() <= 10
        && numbers.len().is_multiple_of(2)
        && numbers.bytes().all(|byte| byte.is_ascii_digit());
    if !shaped {
        return Err(MGRS);
    }
    // The library wants two digits for a zone.
    let padded = if zone == 1 {
        format!("0{plain}")
    } else {
        plain.clone()
    };
    let read = Mgrs::parse_str(&padded).map_err(|_| "an MGRS reference of a square that exists")?;
    let side = 10f64.powi(5 - (numbers.len() / 2) as i32);
    Ok(Square {
        centre: position(&read.to_latlon()).ok_or(MGRS)?,
        half_diagonal: Metres(side * std::f64::consts::FRAC_1_SQRT_2),
    })
}

fn position(place: &LatLon) -> Option<Position> {
    Position::new(place.longitude(), place.latitude()).ok()
}

/// Reads UTM from one text: zone with band, easting, northing, in metres. See [`utm_parts`].
///
/// # Errors
/// What was expected.
pub fn utm(text: &str) -> Result<Position, &'static str> {
    if text.len() > LONGEST {
        return Err(UTM);
    }
    let upper = digits::ascii(text).to_uppercase();
    let mut words: Vec<&str> = upper
        .split(|c: char| c.is_whitespace() || c == ',' || c == ';')
        .filter(|word| !word.is_empty() && *word != "ZONE" && *word != "UTM")
        .collect();
    let northing = words.pop().ok_or(UTM)?;
    let easting = words.pop().ok_or(UTM)?;
    utm_parts(&words.concat(), easting, northing)
}

/// Reads UTM from a zone, an easting and a northing in metres, with the units `m`, `mE`, `mN` or
/// without.
///
/// The letter behind the zone is the latitude band, as in `42S`, which lies *north* of the equator; a
/// hemisphere is only what is spelled out, `42 north`. A zone without either is refused: the southern
/// hemisphere has the same numbers. So is a band in which the place does not lie.
///
/// # Errors
/// What was expected.
pub fn utm_parts(zone: &str, easting: &str, northing: &str) -> Result<Position, &'static str> {
    if zone.len() + easting.len() + northing.len() > LONGEST {
        return Err(UTM);
    }
    let metres = |text: &str, letter: char| {
        let text = digits::ascii(text.trim()).to_uppercase();
        let text = text
            .trim_end_matches(letter)
            .trim_end_matches('M')
            .trim_end();
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
        plain.then(|| text.parse::<f64>().ok()).flatten()
    };
    let easting = metres(easting, 'E').ok_or("an easting in metres, such as 567890")?;
    let northing = metres(northing, 'N').ok_or("a northing in metres, such as 3765432")?;
    let zone = digits::ascii(zone).to_uppercase();
    let zone: String = zone.chars().filter(|c| !c.is_whitespace()).collect();
    let number_ends = zone.bytes().take_while(u8::is_ascii_digit).count();
    let (number, side) = zone.split_at(number_ends);
    let number: i32 = number.parse().map_err(|_| UTM)?;
    if !(1..=60).contains(&number) {
        return Err("a UTM zone from 1 to 60");
    }
    let band = match side.as_bytes() {
        [letter] if BANDS.contains(*letter as char) => Some(*letter as char),
        _ => None,
    };
    let north = match (band, side) {
        (Some(letter), _) => letter >= 'N',
        (None, "NORTH") => true,
        (None, "SOUTH") => false,
        (None, "") => return Err("a zone with the letter of its latitude band, such as 42S"),
        _ => return Err(UTM),
    };
    let read = UtmUps::create(number, north, easting, northing)
        .map_err(|_| "an easting and a northing that the zone has")?;
    let place = position(&read.to_latlon()).ok_or(UTM)?;
    match band {
        Some(letter) if !in_band(letter, place.latitude()) => Err(
            "a place within the latitude band of its letter; a hemisphere is spelled north or south",
        ),
        _ => Ok(place),
    }
}

/// The letters of latitude bands, 8° each from 80° south; the last has 12°.
const BANDS: &str = "CDEFGHJKLMNPQRSTUVWX";

/// Whether a latitude lies in a band, or as near to it as rounding can bring it.
fn in_band(letter: char, latitude: f64) -> bool {
    let Some(place) = BANDS.find(letter) else {
        return false;
    };
    let from = -80.0 + 8.0 * place as f64;
    let to = if letter == 'X' { 84.0 } else { from + 8.0 };
    (from - 0.01..=to + 0.01).contains(&latitude)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesy;
    use crate::testing::Dice;

    fn apart(a: Position, b: Position) -> f64 {
        geodesy::distance(a, b).0
    }

    /// Centres by Python mgrs 1.5.0 (NGA GEOTRANS): its corner of the square plus half a side.
    #[test]
    fn squares_stand_for_their_centres() {
        for (text, longitude, latitude) in [
            ("42S TB 19700 55286", 66.0, 33.0),
            ("42STB1970055286", 66.0, 33.0),
            ("42rwu9645019206", 70.0, 30.0),
            ("60KXF0586709529", 178.0, -18.0),
            ("24XVE6551189219", -40.0, 72.0),
            ("34LBM2828516873", 18.5, -12.5),
        ] {
            let square = mgrs(text).unwrap();
            let wanted = Position::new(longitude, latitude).unwrap();
            assert!(apart(square.centre, wanted) < 1.5, "{text} {square:?}");
            assert!((square.half_diagonal.0 - 0.5f64.sqrt()).abs() < 1e-9);
        }
        let wide = mgrs("42STB").unwrap();
        assert!((wide.half_diagonal.0 - 70_710.7).abs() < 0.1);
        assert!(apart(wide.centre, mgrs("42STB1970055286").unwrap().centre) < 71_000.0);
        for bad in [
            "1779808",
            "",
            "42S",
            "42STB123",
            "42STB12345678901",
            "61STB1234512345",
            "42ITB1234512345",
            "42SIB1234512345",
            "42S TB 1234x 55286",
            "00STB1234512345",
            "é2STB1970055286",
        ] {
            assert!(mgrs(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn finer_squares_lie_in_coarser_ones() {
        let mut dice = Dice::new(3);
        for _ in 0..2_000 {
            let place =
                Position::new(dice.between(-180.0, 180.0), dice.between(-79.9, 83.9)).unwrap();
            let latlon = LatLon::create(place.latitude(), place.longitude()).unwrap();
            for precision in 1..=5 {
                let text = Mgrs::from_latlon(&latlon, precision).to_string();
                let square = mgrs(&text).unwrap();
                // Squares at the edge of a zone or band are cut; their centre may lie outside.
                assert!(
                    apart(square.centre, place) <= square.half_diagonal.0 * 1.01 + 1e-6,
                    "{text} {place:?} {square:?}"
                );
            }
        }
    }

    #[test]
    fn utm_needs_its_band_or_a_hemisphere_in_words() {
        let wanted = Position::new(71.0924, 34.1147).unwrap();
        let latlon = LatLon::create(34.1147, 71.0924).unwrap();
        let utm_of = UtmUps::from_latlon(&latlon);
        let (e, n) = (utm_of.easting(), utm_of.northing());
        for text in [
            format!("42S {e:.2} {n:.2}"),
            format!("42s {e:.2}mE {n:.2}mN"),
            format!("42 S {e:.2}m, {n:.2}m"),
            format!("Zone 42 North {e:.2} {n:.2}"),
        ] {
            assert!(apart(utm(&text).unwrap(), wanted) < 0.02, "{text}");
        }
        assert!(
            apart(
                utm_parts("42S", &e.to_string(), &n.to_string()).unwrap(),
                wanted
            ) < 1e-6
        );
        for bad in [
            "42 500000 3700000",
            "42N 500000 3700000",
            "42S 1 2",
            "61S 500000 3700000",
            "",
            "42S",
            "42S inf 1",
        ] {
            assert!(utm(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn soup_is_no_panic() {
        let mut dice = Dice::new(7);
        let alphabet: Vec<char> = "0123456789ABCDEFGHNSTUVXYZio ém., ".chars().collect();
        for _ in 0..200_000 {
            let length = dice.between(0.0, 18.0) as usize;
            let text: String = (0..length)
                .map(|_| alphabet[dice.between(0.0, alphabet.len() as f64) as usize])
                .collect();
            let _ = (mgrs(&text).is_ok(), utm(&text).is_ok());
        }
    }
}
