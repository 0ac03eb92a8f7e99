//! Coordinates as people and programs write them.

mod grid;

pub use grid::{Square, mgrs, utm, utm_parts};

use super::digits;

/// Texts longer than this are no coordinates, in bytes.
const LONGEST: usize = 128;

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
    /// Degrees, -180 to 180.
    pub degrees: f64,
    /// Which coordinate it is, where a letter or a word says so.
    pub axis: Option<Axis>,
}

/// Reads one coordinate: decimal degrees with point or comma, or degrees and minutes, or degrees,
/// minutes and seconds, with a sign or with N, S, E or W before or behind. `None` if it is none, or out
/// of range.
///
/// Only the last part may have a fraction; minutes and seconds are below 60. O is refused: it is east in
/// German and west in French.
pub fn angle(text: &str) -> Option<Angle> {
    if let Some(degrees) = decimal(text) {
        return within(degrees, None);
    }
    if text.len() > LONGEST {
        return None;
    }
    let mut parts = Parts::of(&digits::ascii(text.trim()))?;
    let degrees = parts.degrees()?;
    within(degrees, parts.axis.take())
}

/// What nearly every field is: a sign, digits, a point, digits. Faster than the general way, and the
/// only one in which an exponent, as some spreadsheets write it, is read.
fn decimal(text: &str) -> Option<f64> {
    let first = *text.as_bytes().first()?;
    let starts = first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.');
    if !starts || text.len() > 32 {
        return None;
    }
    text.parse().ok()
}

fn within(degrees: f64, axis: Option<Axis>) -> Option<Angle> {
    let most = if axis == Some(Axis::Latitude) {
        90.0
    } else {
        180.0
    };
    (degrees.abs() <= most).then_some(Angle { degrees, axis })
}

/// An angle in parts.
#[derive(Default)]
struct Parts {
    sign: Option<f64>,
    numbers: Vec<(f64, bool)>,
    axis: Option<Axis>,
    south_or_west: bool,
}

impl Parts {
    /// Takes a text apart; `None` at anything that has no place in an angle.
    fn of(text: &str) -> Option<Parts> {
        let mut parts = Parts::default();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if c.is_ascii_digit() || c == '.' {
                let end = rest
                    .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
                    .unwrap_or(rest.len());
                parts.number(&rest[..end])?;
                rest = &rest[end..];
                // A unit letter only right behind its number: S and E are hemispheres elsewhere.
                if let Some(unit) = rest.chars().next()
                    && matches!(unit, 'd' | 'm' | 's')
                    && !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic())
                    && !(unit == 's' && parts.numbers.len() < 3)
                {
                    rest = &rest[1..];
                }
            } else if c.is_ascii_alphabetic() {
                let end = rest
                    .find(|c: char| !c.is_ascii_alphabetic())
                    .unwrap_or(rest.len());
                parts.hemisphere(&rest[..end])?;
                rest = &rest[end..];
            } else {
                parts.mark(c)?;
                rest = &rest[c.len_utf8()..];
            }
        }
        Some(parts)
    }

    fn number(&mut self, text: &str) -> Option<()> {
        let text = text.replace(',', ".");
        // `34.` before a mark and `.5` are numbers, `1.2.3` is none.
        let whole = !text.contains('.');
        if self.numbers.len() == 3 {
            return None;
        }
        self.numbers.push((text.parse().ok()?, whole));
        Some(())
    }

    fn hemisphere(&mut self, word: &str) -> Option<()> {
        let (axis, negative) = match word.to_ascii_lowercase().as_str() {
            "n" | "north" => (Axis::Latitude, false),
            "s" | "south" => (Axis::Latitude, true),
            "e" | "east" => (Axis::Longitude, false),
            "w" | "west" => (Axis::Longitude, true),
            _ => return None,
        };
        if self.axis.is_some() {
            return None;
        }
        self.axis = Some(axis);
        self.south_or_west = negative;
        Some(())
    }

    fn mark(&mut self, c: char) -> Option<()> {
        match c {
            '°' | 'º' | '˚' | '\'' | '′' | '’' | '‘' | 'ʹ' | '"' | '″' | '”' | '“' | ':'
                if !self.numbers.is_empty() =>
            {
                Some(())
            }
            c if c.is_whitespace() => Some(()),
            '-' | '–' | '+' if self.numbers.is_empty() && self.sign.is_none() => {
                self.sign = Some(if c == '+' { 1.0 } else { -1.0 });
                Some(())
            }
            '-' | '–' if !self.numbers.is_empty() => Some(()),
            _ => None,
        }
    }

    fn degrees(&self) -> Option<f64> {
        let (_, before) = self.numbers.split_last()?;
        if before.iter().any(|(_, whole)| !whole) {
            return None;
        }
        let small = |place: usize| {
            self.numbers
                .get(place)
                .map_or(Some(0.0), |&(value, _)| (value < 60.0).then_some(value))
        };
        let degrees = self.numbers.first()?.0 + small(1)? / 60.0 + small(2)? / 3600.0;
        let negative = match (self.sign, self.axis) {
            // Minus and a letter together say two things.
            (Some(sign), Some(_)) if sign < 0.0 => return None,
            (Some(sign), None) => sign < 0.0,
            _ => self.south_or_west,
        };
        Some(if negative { -degrees } else { degrees })
    }
}

/// Reads one coordinate packed into one number: `340653` is 34°06'53", `-575947` is 57°59'47" south or
/// west, `30000` is 3°; or with a letter before or behind, `340653N`, then also degrees and minutes
/// alone, `3406N`. Seconds may have a fraction.
pub fn packed(text: &str) -> Option<Angle> {
    if text.len() > LONGEST {
        return None;
    }
    let text = digits::ascii(text.trim());
    let first = text.chars().next()?;
    let last = text.chars().next_back()?;
    let (axis, negative, number) = if first.is_ascii_alphabetic() {
        let (axis, negative) = letter(first)?;
        (Some(axis), negative, &text[1..])
    } else if last.is_ascii_alphabetic() {
        let (axis, negative) = letter(last)?;
        (Some(axis), negative, &text[..text.len() - 1])
    } else {
        let negative = first == '-';
        (
            None,
            negative,
            text.strip_prefix(['-', '+']).unwrap_or(&text),
        )
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(fraction) || whole.len() > 7 {
        return None;
    }
    // With a letter two digits are degrees, which is not packed.
    if axis.is_some() && whole.len() < 4 {
        return None;
    }
    let minutes_only = axis.is_some() && whole.len() <= 5 && whole.len() >= 4;
    let value: u32 = whole.parse().ok()?;
    let fraction: f64 = format!("0.{fraction}").parse().ok()?;
    let (degrees, minutes, seconds) = if minutes_only {
        (value / 100, value % 100, fraction * 60.0)
    } else {
        (
            value / 10_000,
            value / 100 % 100,
            f64::from(value % 100) + fraction,
        )
    };
    if minutes >= 60 || seconds >= 60.0 {
        return None;
    }
    let degrees = f64::from(degrees) + f64::from(minutes) / 60.0 + seconds / 3600.0;
    within(if negative { -degrees } else { degrees }, axis)
}

fn letter(letter: char) -> Option<(Axis, bool)> {
    match letter.to_ascii_uppercase() {
        'N' => Some((Axis::Latitude, false)),
        'S' => Some((Axis::Latitude, true)),
        'E' => Some((Axis::Longitude, false)),
        'W' => Some((Axis::Longitude, true)),
        _ => None,
    }
}

/// Reads both coordinates from one text, in the order as written: `34.1, 71.2`, `34,1; 71,2`,
/// `34.1 71.2`, `34°06'52"N 71°05'12"E`, `N34 06 52 E71 05 12`, `340652N 0710512E`, with brackets around
/// or without; also `POINT (71.2 34.1)` and `geo:34.1,71.2`, which say themselves which is which.
pub fn pair(text: &str) -> Option<[Angle; 2]> {
    if text.len() > LONGEST {
        return None;
    }
    let text = digits::ascii(text.trim());
    let lower = text.to_ascii_lowercase();
    if let Some(rest) = lower.strip_prefix("point") {
        let inside = rest.trim().strip_prefix('(')?.strip_suffix(')')?;
        let mut numbers = inside.split_whitespace();
        let angles = [numbers.next()?, numbers.next()?].map(decimal);
        return Some([
            within(angles[0]?, Some(Axis::Longitude))?,
            within(angles[1]?, Some(Axis::Latitude))?,
        ]);
    }
    if let Some(rest) = lower.strip_prefix("geo:") {
        let mut numbers = rest.split([';', '?']).next()?.split(',');
        let angles = [numbers.next()?, numbers.next()?].map(decimal);
        return Some([
            within(angles[0]?, Some(Axis::Latitude))?,
            within(angles[1]?, Some(Axis::Longitude))?,
        ]);
    }
    let text = text.trim_matches(['(', ')', '[', ']', ' ']);
    splits(text)
        .into_iter()
        .flatten()
        .find_map(|(first, second)| {
            let read = |text: &str| {
                let packed = packed(text).filter(|angle| angle.axis.is_some());
                packed.or_else(|| angle(text))
            };
            let (first, second) = (read(first.trim())?, read(second.trim())?);
            // Letters are on both or on neither, and differ.
            let agree = match (first.axis, second.axis) {
                (None, None) => true,
                (Some(a), Some(b)) => a != b,
                _ => false,
            };
            agree.then_some([first, second])
        })
}

/// Where a text with two coordinates may be cut, the surest first.
fn splits(text: &str) -> [Option<(&str, &str)>; 6] {
    let only = |mark: char| {
        (text.matches(mark).count() == 1)
            .then(|| text.split_once(mark))
            .flatten()
    };
    // Behind the first hemisphere letter, or before the second.
    let is_letter = |c: char| "NSEWnsew".contains(c);
    let letters: Vec<usize> = text
        .char_indices()
        .filter(|&(_, c)| is_letter(c))
        .map(|(at, _)| at)
        .collect();
    let by_letters = match letters.as_slice() {
        [first, second] if *first == 0 => Some(text.split_at(*second)),
        [first, _] => Some(text.split_at(first + 1)),
        _ => None,
    };
    let by_letters = by_letters.map(|(first, second)| {
        (
            first.trim().trim_end_matches([',', ';', '/']),
            second.trim_start_matches([',', ';', '/', ' ']),
        )
    });
    // `34,1 71,2` and `34 06 52 71 05 12`: at the blank in the middle.
    let blanks: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
    let middle = (blanks.len() % 2 == 1).then(|| text.split_at(blanks[blanks.len() / 2]));
    [
        only(';'),
        by_letters,
        text.split_once(", "),
        only(','),
        only('/'),
        middle,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    fn degrees(text: &str) -> Option<f64> {
        angle(text).map(|angle| angle.degrees)
    }

    #[test]
    fn angles_are_read_in_every_spelling() {
        let near = |text: &str, wanted: f64| {
            let read = degrees(text);
            assert!(
                read.is_some_and(|read| (read - wanted).abs() < 1e-9),
                "{text}: {read:?}"
            );
        };
        for text in [
            "34.1147",
            "34,1147",
            "+34.1147",
            " 34.1147",
            "34.1147°",
            "34.1147 N",
            "N34.1147",
            "3.41147e1",
            "٣٤٫١١٤٧",
        ] {
            near(text, 34.1147);
        }
        for text in [
            "-57.5",
            "−57.5",
            "57.5S",
            "57.5 W",
            "S 57.5",
            "57°30'S",
            "57 30 S",
            "57° 30′ 00″ S",
            "–57 30",
            "57.5 south",
        ] {
            near(text, -57.5);
        }
        let wanted = 34.0 + 6.0 / 60.0 + 52.5 / 3600.0;
        for text in [
            "34°06'52.5\"N",
            "34° 6′ 52.5″ N",
            "34º06’52,5”N",
            "34 06 52.5",
            "34-06-52.5N",
            "34:06:52.5",
            "N 34 06 52.5",
            "34d06m52.5s",
            "34d 06m 52.5s N",
            "34°06'52.5''N",
            "34 6.875",
            "34°6.875'N",
        ] {
            near(text, wanted);
        }
        for bad in [
            "",
            "north",
            "34.1147X",
            "91N",
            "181",
            "-34 S",
            "34°61'",
            "34 06 60",
            "34.5 06",
            "1 2 3 4",
            "NaN",
            "inf",
            "1e400",
            "0x22",
            "34.1.2",
            "34°06'52\"O",
            "34,1147,2",
            "N34S",
            "--34",
            "34 N E",
            "'34",
            "∞",
            "=34",
            "34;",
            "1 234,5.6",
        ] {
            assert_eq!(angle(bad), None, "{bad}");
        }
        assert_eq!(angle("34 N").unwrap().axis, Some(Axis::Latitude));
        assert_eq!(angle("34 e").unwrap().axis, Some(Axis::Longitude));
        assert_eq!(angle("34").unwrap().axis, None);
        assert_eq!(angle(&"3".repeat(1_000_000)), None);
    }

    #[test]
    fn packed_angles_are_degrees_minutes_seconds() {
        for (text, wanted) in [
            ("330000", 33.0),
            ("30000", 3.0),
            ("0", 0.0),
            ("1780000", 178.0),
            ("-575947", -(57.0 + 59.0 / 60.0 + 47.0 / 3600.0)),
            ("340652.5N", 34.0 + 6.0 / 60.0 + 52.5 / 3600.0),
            ("E0710512", 71.0 + 5.0 / 60.0 + 12.0 / 3600.0),
            ("3406N", 34.1),
            ("07106E", 71.1),
        ] {
            let read = packed(text).unwrap_or_else(|| panic!("{text}")).degrees;
            assert!((read - wanted).abs() < 1e-9, "{text}: {read}");
        }
        for bad in [
            "336000",
            "330060",
            "1810000",
            "910000N",
            "",
            "33.0000.1",
            "12345678",
            "3x",
            "O340652",
        ] {
            assert_eq!(packed(bad), None, "{bad}");
        }
    }

    #[test]
    fn pairs_are_cut_in_the_middle() {
        for text in [
            "34.5, 71.25",
            "34,5; 71,25",
            "34.5 71.25",
            "34.5,71.25",
            "(34.5, 71.25)",
            "34.5/71.25",
            "34°30'00\"N 71°15'00\"E",
            "N34 30 00 E71 15 00",
            "34 30 00 71 15 00",
            "34-30-00N, 71-15-00E",
            "343000N 0711500E",
            "34.5N,71.25E",
            "34°30'N, 71°15'E",
            "34,5 71,25",
            "geo:34.5,71.25?z=3",
        ] {
            let [first, second] = pair(text).unwrap_or_else(|| panic!("{text}"));
            assert!((first.degrees - 34.5).abs() < 1e-9, "{text}: {first:?}");
            assert!((second.degrees - 71.25).abs() < 1e-9, "{text}: {second:?}");
        }
        let [first, second] = pair("POINT (71.25 34.5)").unwrap();
        assert_eq!(
            (first.axis, second.axis),
            (Some(Axis::Longitude), Some(Axis::Latitude))
        );
        let [first, _] = pair("71°15'E 34°30'N").unwrap();
        assert_eq!(first.axis, Some(Axis::Longitude));
        for bad in [
            "",
            "34.5",
            "34.5N 71.25",
            "34N 71N",
            "a, b",
            "POINT (71.2)",
            "200, 34",
            "1, 2, 3",
        ] {
            assert_eq!(pair(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let mut dice = Dice::new(2);
        for _ in 0..20_000 {
            let value = dice.between(-90.0, 90.0);
            let size = value.abs();
            let whole = size.floor();
            let minutes = (size - whole) * 60.0;
            let seconds = ((minutes - minutes.floor()) * 60_000.0).floor() / 1000.0;
            let letter = if value < 0.0 { 'S' } else { 'N' };
            for text in [
                format!("{value}"),
                format!("{size}{letter}"),
                format!("{size}°{letter}").replace('.', ","),
                format!("{whole}°{:02}'{seconds:06.3}\"{letter}", minutes.floor()),
                format!("{letter}{whole:02}{:02}{seconds:06.3}", minutes.floor()),
            ] {
                let read = packed(&text)
                    .filter(|angle| angle.axis.is_some())
                    .or_else(|| angle(&text))
                    .unwrap_or_else(|| panic!("{text}"));
                assert!((read.degrees - value).abs() < 4e-7, "{text}");
            }
        }
    }

    #[test]
    fn soup_is_no_panic() {
        let mut dice = Dice::new(8);
        let alphabet: Vec<char> = "0123456789.,;-+°'\"′″NSEWnsewdm POINT()geo:/é٣ "
            .chars()
            .collect();
        for _ in 0..300_000 {
            let length = dice.between(0.0, 26.0) as usize;
            let text: String = (0..length)
                .map(|_| alphabet[dice.between(0.0, alphabet.len() as f64) as usize])
                .collect();
            let _ = (angle(&text), packed(&text), pair(&text));
        }
    }
}
