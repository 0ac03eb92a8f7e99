//! Grid references: MGRS and UTM.
//!
//! The grids are those of `geoconvert`, a port of Karney's `GeographicLib`: transverse Mercator to sixth
//! order after Karney (2011), *Transverse Mercator with an accuracy of a few nanometers*, J. Geodesy
//! 85:475–485, doi 10.1007/s00190-011-0445-3. Its arithmetic overflows on long rows of digits, so that
//! only texts of the right shape and numbers of the right size get there.

use std::f64::consts::FRAC_1_SQRT_2;

use geoconvert::{LatLon, Mgrs, UtmUps};

use super::text::{Plain, Scan};
use crate::geodesy::Position;
use crate::units::Metres;

/// A square of a grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Square {
    /// Its centre.
    pub centre: Position,
    /// From its centre to its corners, in metres on the ground: no point of the square lies further from
    /// the centre. 0.7 m for a square of 1 m, 71 km for one of 100 km.
    pub half_diagonal: Metres,
}

const MGRS: &str = "an MGRS reference such as 42S XC 12345 67890";
const NO_SQUARE: &str = "an MGRS reference whose letters name a square of the grid";
const UTM: &str = "UTM such as 42S 567890 3765432, zone with band, easting, northing";
const ZONE: &str = "a UTM zone from 1 to 60 with the letter of its latitude band, such as 42S";
const NO_BAND: &str =
    "a UTM zone with its latitude band, such as 42S, or with north or south in words";
const EASTING: &str = "an easting from 100000 to 900000 metres";
const NORTHING: &str = "a northing from 0 to 10000000 metres";
const NO_PLACE: &str = "a northing between 80° south and 84° north";
const OTHER_BAND: &str = "a northing within the band of the zone's letter (S is 32° to 40° north; write south for the hemisphere)";

/// The least scales on the central meridian of UTM and at the pole of UPS: lengths on the ground are at
/// most the grid's divided by these.
const LEAST_SCALE_UTM: f64 = 0.9996;
const LEAST_SCALE_UPS: f64 = 0.994;

/// Reads an MGRS reference, with or without blanks and in any letter case, with 0 to 5 digits for each
/// axis: squares of 100 km down to 1 m, near the poles too. Digits are cut off, not rounded, in MGRS, so
/// that the place lies in the square.
///
/// A square that reaches over the edge of its zone or band is taken as whole. Easting and northing with
/// different numbers of digits are refused: leading zeros were lost.
///
/// # Errors
/// What was expected.
pub fn mgrs(text: &str) -> Result<Square, &'static str> {
    let plain = Plain::of(text).ok_or(MGRS)?;
    let (name, digits) = mgrs_name(plain.as_str()).ok_or(MGRS)?;
    // Around Svalbard the odd zones of band X are wider and these do not exist.
    if ["32X", "34X", "36X"]
        .iter()
        .any(|zone| name.starts_with(zone))
    {
        return Err(NO_SQUARE);
    }
    let read = Mgrs::parse_str(&name).map_err(|_| NO_SQUARE)?;
    let side = [100_000.0, 10_000.0, 1_000.0, 100.0, 10.0, 1.0]
        .get(digits)
        .ok_or(MGRS)?;
    let least_scale = if read.is_utm() {
        LEAST_SCALE_UTM
    } else {
        LEAST_SCALE_UPS
    };
    Ok(Square {
        centre: position(&read.to_latlon()).ok_or(NO_SQUARE)?,
        half_diagonal: Metres(side * FRAC_1_SQRT_2 / least_scale),
    })
}

/// An MGRS reference in capitals and without blanks, and its number of digits for each axis.
fn mgrs_name(text: &str) -> Option<(String, usize)> {
    let mut scan = Scan::new(text);
    let zone = scan.digits();
    let letters = scan.take(|byte| byte.is_ascii_alphabetic() || byte == b' ');
    let first = scan.digits();
    scan.blanks();
    let second = scan.digits();
    let mut name = String::from(zone);
    name.extend(
        letters
            .chars()
            .filter(|&c| c != ' ')
            .map(|c| c.to_ascii_uppercase()),
    );
    let shaped = scan.done() && zone.len() <= 2 && name.len() == zone.len() + 3;
    let even = if second.is_empty() {
        first.len().is_multiple_of(2)
    } else {
        first.len() == second.len()
    };
    let digits = first.len() + second.len();
    name.push_str(first);
    name.push_str(second);
    (shaped && even && digits <= 10).then_some((name, digits / 2))
}

fn position(place: &LatLon) -> Option<Position> {
    Position::new(place.longitude(), place.latitude()).ok()
}

/// Reads UTM from one text: zone, easting and northing in metres, as in `42S 567890 3765432`,
/// `42 S 567890mE 3765432mN`, `Zone 42 north, E 567890, N 3765432`. See [`utm_parts`].
///
/// # Errors
/// What was expected.
pub fn utm(text: &str) -> Result<Position, &'static str> {
    let plain = Plain::of(text).ok_or(UTM)?;
    let text = plain.as_str();
    let (zone, easting, northing) = match utm_numbers(text) {
        Err(_) if text.contains(',') => {
            // `42S,567890,3765432`: no decimal comma then. Shorter numbers might be a fraction.
            let read = utm_numbers(&text.replace(',', ";"))?;
            if read.2 < 100_000.0 {
                return Err(UTM);
            }
            read
        }
        read => read?,
    };
    zone.place(easting, northing)
}

/// Zone, easting and northing of a text in ASCII.
fn utm_numbers(text: &str) -> Result<(Zone, f64, f64), &'static str> {
    let mut scan = Scan::new(text);
    let zone = Zone::take(&mut scan)?;
    // A letter that touches the easting belongs to it.
    if !separators(&mut scan) {
        return Err(UTM);
    }
    let (easting, before_easting) = metres(&mut scan, b'E').ok_or(UTM)?;
    if !separators(&mut scan) {
        return Err(UTM);
    }
    let (northing, before_northing) = metres(&mut scan, b'N').ok_or(UTM)?;
    // `42 E 567890 N 3765432`: the band E, or the easting of a zone without one?
    if !scan.done() || before_easting != before_northing {
        return Err(UTM);
    }
    Ok((zone, easting, northing))
}

/// Steps over what separates the parts; whether anything does.
fn separators(scan: &mut Scan) -> bool {
    !scan
        .take(|byte| matches!(byte, b' ' | b',' | b';' | b':' | b'/'))
        .is_empty()
}

/// Reads UTM from a zone, an easting and a northing in metres, which may have a fraction and the units
/// `m`, `mE`, `mN`.
///
/// A letter behind the zone is always its latitude band, C to X without I and O, as armies and receivers
/// write it: `42S` lies 32° to 40° *north*. The hemisphere alone is a word, `42 north`, or a sign, `42+`,
/// `-42`. A zone with neither is refused, because both hemispheres have the same numbers; so is a place
/// further than 0.1° from the band of its letter, because then the letter or the northing is wrong, or
/// the letter was meant as a hemisphere. `42N` is taken for either, because both are north.
///
/// # Errors
/// What was expected.
pub fn utm_parts(zone: &str, easting: &str, northing: &str) -> Result<Position, &'static str> {
    let zone = Plain::of(zone).ok_or(ZONE)?;
    let mut scan = Scan::new(zone.as_str());
    let zone = Zone::take(&mut scan)?;
    if !scan.done() {
        return Err(ZONE);
    }
    let alone = |text: &str, letter| {
        let plain = Plain::of(text)?;
        let mut scan = Scan::new(plain.as_str());
        let (value, _) = metres(&mut scan, letter)?;
        scan.done().then_some(value)
    };
    let easting = alone(easting, b'E').ok_or(EASTING)?;
    let northing = alone(northing, b'N').ok_or(NORTHING)?;
    zone.place(easting, northing)
}

/// A length with `letter`, E or N, before it or, with or without the m of metres, behind it; whether the
/// letter stands before.
fn metres(scan: &mut Scan, letter: u8) -> Option<(f64, bool)> {
    let before = scan.eat(letter) || scan.eat(letter.to_ascii_lowercase());
    if before {
        scan.take(|byte| matches!(byte, b' ' | b':' | b'='));
    }
    let (value, _) = scan.number()?;
    let mut ahead = *scan;
    ahead.blanks();
    let metre = ahead.eat(b'm') || ahead.eat(b'M');
    if metre {
        *scan = ahead;
        ahead.blanks();
    }
    if !before && (ahead.eat(letter) || ahead.eat(letter.to_ascii_lowercase())) {
        *scan = ahead;
    }
    Some((value, before))
}

/// The letters of the latitude bands, 8° each from 80° south; the last has 12°.
const BANDS: &str = "CDEFGHJKLMNPQRSTUVWX";

/// How far a place may lie beyond its band, in degrees: 11 km, for references that were made in one band
/// and used a little beyond it.
const NEAR_BAND: f64 = 0.1;

/// A UTM zone and which half of it.
struct Zone {
    number: i32,
    north: bool,
    /// The latitudes of its band, if it has one.
    band: Option<(f64, f64)>,
}

impl Zone {
    fn take(scan: &mut Scan) -> Result<Zone, &'static str> {
        for word in ["utm", "zone"] {
            let mut ahead = *scan;
            if ahead.letters().eq_ignore_ascii_case(word) {
                ahead.take(|byte| matches!(byte, b' ' | b':'));
                *scan = ahead;
            }
        }
        let sign = scan.sign();
        let digits = scan.digits();
        let number = digits.parse().map_err(|_| ZONE)?;
        if digits.len() > 2 || !(1..=60).contains(&number) {
            return Err(ZONE);
        }
        let mut ahead = *scan;
        ahead.blanks();
        let minus = match ahead.peek() {
            Some(b'+') => Some(false),
            Some(b'-') => Some(true),
            _ => None,
        };
        let word = ahead.letters();
        let is = |name: &str| word.eq_ignore_ascii_case(name);
        let (north, band) = match (sign, minus, word) {
            (Some(minus), None, "") => (!minus, None),
            (None, Some(minus), _) => {
                ahead.take_one();
                (!minus, None)
            }
            (None, None, "") => return Err(NO_BAND),
            (None, None, _) if is("north") => (true, None),
            (None, None, _) if is("south") => (false, None),
            (None, None, _) => {
                // The band from the equator to 8°, or the hemisphere: both are north.
                let band = if is("n") {
                    (0.0, 84.0)
                } else {
                    band(word).ok_or(ZONE)?
                };
                (band.0 >= 0.0, Some(band))
            }
            _ => return Err(ZONE),
        };
        if !word.is_empty() || minus.is_some() {
            *scan = ahead;
        }
        Ok(Zone {
            number,
            north,
            band,
        })
    }

    fn place(&self, easting: f64, northing: f64) -> Result<Position, &'static str> {
        if !(100_000.0..=900_000.0).contains(&easting) {
            return Err(EASTING);
        }
        if !(0.0..=10_000_000.0).contains(&northing) {
            return Err(NORTHING);
        }
        let place = UtmUps::create(self.number, self.north, easting, northing)
            .ok()
            .and_then(|read| position(&read.to_latlon()))
            .ok_or(NO_PLACE)?;
        let within = |(from, to): (f64, f64)| {
            (from - NEAR_BAND..=to + NEAR_BAND).contains(&place.latitude())
        };
        if self.band.is_some_and(|band| !within(band)) {
            return Err(OTHER_BAND);
        }
        if !within((-80.0, 84.0)) {
            return Err(NO_PLACE);
        }
        Ok(place)
    }
}

/// From which latitude to which a band reaches.
fn band(letter: &str) -> Option<(f64, f64)> {
    let [letter] = letter.as_bytes() else {
        return None;
    };
    let letter = letter.to_ascii_uppercase();
    let place = BANDS.bytes().position(|band| band == letter)?;
    let from = -80.0 + 8.0 * place as f64;
    Some((from, if letter == b'X' { 84.0 } else { from + 8.0 }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesy;
    use crate::testing::Dice;

    fn apart(place: Position, longitude: f64, latitude: f64) -> f64 {
        geodesy::distance(place, Position::new(longitude, latitude).unwrap()).0
    }

    fn words<const N: usize>(row: &str) -> [&str; N] {
        let words: Vec<&str> = row.split_whitespace().collect();
        words.try_into().unwrap()
    }

    fn number(text: &str) -> f64 {
        text.parse().unwrap()
    }

    /// Centres: the corner that NGA GEOTRANS gives (Python mgrs 1.5.0) plus half a side, by PROJ 9.5.1
    /// (pyproj 3.7.2). 31X to 37X and 32V are the zones around Svalbard and Norway, A to Z alone are UPS.
    #[test]
    fn squares_agree_with_geotrans_and_proj() {
        for row in "
            42SWA4784275533 1 69.50825505595355 32.31561457518056
            42S_WF_26998_42468 1 69.30157820400733 36.5272089113657
            42rxu_4846_8098 10 70.54788058060893 30.552103203671777
            55HDD3333 1000 146.2870474520991 -33.13518595805475
            42JTR 100000 66.48846450741546 -26.648834274996513
            32VNN6071265567 1 10.123275789747229 61.02028564753025
            31XEJ1194230316 1 3.5892577406450408 79.54011286365974
            33XVM4884258305 1 11.503434741441176 82.46518981741893
            37XDM6423380569 1 36.48769027036711 82.67153260972432
            AYE_6927_5960 10 -169.9869876273236 -83.23560766934452
            bbb0593275116 1 174.09883326315054 -80.739016735007
            YXB5743 1000 -23.545608080167703 84.53631397054907
            ZFH213116 100 92.07625215901088 87.10426613516641"
            .trim()
            .lines()
        {
            let [text, side, longitude, latitude] = words(row);
            let [side, longitude, latitude] = [side, longitude, latitude].map(number);
            let square = mgrs(&text.replace('_', " ")).unwrap();
            assert!(
                apart(square.centre, longitude, latitude) < 1e-6,
                "{text} {square:?}"
            );
            let share = square.half_diagonal.0 / (side * 0.5f64.sqrt());
            assert!((1.0004..1.0061).contains(&share), "{text} {square:?}");
        }
    }

    /// From NGA's gazetteer, whose references are rounded to the metre where MGRS cuts off: up to half a
    /// diagonal of rounding besides that of the square.
    #[test]
    fn squares_agree_with_the_gazetteer() {
        for (text, longitude, latitude) in [
            ("42STB1970055286", 66.0, 33.0),
            ("34LBM2828516873", 18.5, -12.5),
            ("60KXF0586709529", 178.0, -18.0),
            ("32VNP5237674584", 10.0, 62.0),
        ] {
            assert!(
                apart(mgrs(text).unwrap().centre, longitude, latitude) < 1.415,
                "{text}"
            );
        }
    }

    #[test]
    fn what_names_no_square_is_refused() {
        for text in
            " | 1779808 | 42S | 42STB123 | 42S TB 12 3456 | 42S TB 1 2 3 4 | 42STB123456123456 | \
            61STB1234512345 | 00STB1234512345 | 042STB | 42ITB | 42SIB | 42SAA | 42STB-1 | \
            32XMJ | 42S TB 1234x 55286 | é2STB | INVALID | ZZZ | B | 42STB 1.5 2.5"
                .split(" | ")
        {
            assert!(mgrs(text).is_err(), "{text}");
        }
        assert!(mgrs(&format!("42STB{}", "1".repeat(1 << 20))).is_err());
    }

    /// By PROJ 9.5.1 (pyproj 3.7.2), EPSG:326zz and 327zz.
    #[test]
    fn utm_agrees_with_proj() {
        for row in "
            42S_617034.534_3724828.708 70.26223099563603 33.65689442766395
            42S_254273.946_4061025.292 66.25067823086286 36.663130904432876
            1R_382062.996_3505736.782 -178.24426601916133 31.68087663858107
            1M_550569.584_9443624.562 -176.5438011456657 -5.033413483939485
            33_south_234822.681_5134336.826 11.698296438128452 -43.89636628482825
            60_south_572007.469_2564614.421 178.6534723617071 -67.02734882358492"
            .trim()
            .lines()
        {
            let [text, longitude, latitude] = words(row);
            let place = utm(&text.replace('_', " ")).unwrap();
            assert!(
                apart(place, number(longitude), number(latitude)) < 1e-6,
                "{row}"
            );
        }
    }

    #[test]
    fn utm_is_read_in_every_spelling() {
        let wanted = utm("42S 567890.5 3765432.25").unwrap();
        for text in "42s 567890.5 3765432.25 | 42 S 567890.5mE 3765432.25mN | \
            42S 567890.5 mE, 3765432.25 mN | UTM Zone 42S, 567890.5 E, 3765432.25 N | \
            Zone 42 North: 567890.5m E 3765432.25m N | 42north 567890.5 3765432.25 | \
            42S E567890.5 N3765432.25 | +42 567890.5 3765432.25 | 42+ 567890.5; 3765432.25 | \
            42S 567890,5 3765432,25 | 42S,567890.5,3765432.25 | ٤٢S ٥٦٧٨٩٠٫٥ ٣٧٦٥٤٣٢٫٢٥"
            .split(" | ")
        {
            assert_eq!(utm(text), Ok(wanted), "{text}");
        }
        for zone in ["42S", "42 s", "Zone 42S", "42 north", "+42", "42N"] {
            assert_eq!(
                utm_parts(zone, "567890.5", " 3765432,25 m"),
                Ok(wanted),
                "{zone}"
            );
        }
        let south = utm("42 south 567890 6234568").unwrap();
        assert!(south.latitude() < -30.0);
        for zone in ["42H", "-42", "42-", "42 SOUTH"] {
            assert_eq!(
                utm_parts(zone, "567890mE", "6234568mN"),
                Ok(south),
                "{zone}"
            );
        }
    }

    #[test]
    fn utm_that_contradicts_itself_is_refused() {
        // S for a hemisphere, where a band is meant.
        assert_eq!(utm("42S 567890 6234568"), Err(OTHER_BAND));
        assert_eq!(utm("42 567890 3765432"), Err(NO_BAND));
        assert_eq!(utm_parts("42", "567890", "3765432"), Err(NO_BAND));
        assert_eq!(utm_parts("42S", "56789", "3765432"), Err(EASTING));
        assert_eq!(utm_parts("42S", "567890", "1e7"), Err(NORTHING));
        assert_eq!(utm("42 north 567890 9900000"), Err(NO_PLACE));
        for text in " | 42S | 42S 567890 | 42S 567890,5 | 61S 567890 3765432 | 0S 567890 3765432 | \
            42I 567890 3765432 | 42 E567890 N3765432 | 42 E 567890 N 3765432 | \
            42S inf 3765432 | 42S 567,890 3,765,432 | 42S 567 890 3 765 432 | \
            42S -567890 3765432 | -42S 567890 3765432 | 42S567890 3765432 | \
            142S 567890 3765432 | 42 northwest 567890 3765432"
            .split(" | ")
        {
            assert!(utm(text).is_err(), "{text}");
        }
        assert!(utm(&format!("42S {0} {0}", "1".repeat(60))).is_err());
        assert!(utm_parts("42S", &"1".repeat(1 << 20), "1").is_err());
    }

    #[test]
    fn soup_never_panics() {
        let alphabet = [
            "0", "1", "4", "9", "42", "60", "12345", "S", "s", "T", "B", "X", "V", "Z", "A", "N",
            "E", "mE", "I", "INV", " ", " ", ",", ".", "-", "+", "north", "zone", "é", "٤",
            "\u{200f}",
        ];
        let mut dice = Dice::new(7);
        for _ in 0..200_000 {
            let text = dice.soup(&alphabet);
            let _ = (mgrs(&text), utm(&text), utm_parts(&text, &text, &text));
            let named = format!("42STB{}", text.replace(|c: char| !c.is_ascii_digit(), ""));
            let _ = (mgrs(&named), utm_parts("42S", &text, "3700000"));
        }
    }
}
