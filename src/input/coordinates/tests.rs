use super::*;
use crate::testing::Dice;

const WANTED: f64 = 34.0 + 6.0 / 60.0 + 52.5 / 3600.0;

fn near(read: Option<Angle>, wanted: f64, axis: Option<Axis>) -> bool {
    read.is_some_and(|read| (read.degrees - wanted).abs() < 1e-12 && read.axis == axis)
}

#[test]
fn angles_are_read_in_every_spelling() {
    let latitude = Some(Axis::Latitude);
    let longitude = Some(Axis::Longitude);
    for (texts, wanted, axis) in [
        (
            "34.1147 | 34,1147 | +34.1147 |  34.1147  | 34.1147° | 34.1147 º | 3.41147e1 | \
             3,41147E+01 | ٣٤٫١١٤٧ | ۳۴٫۱۱۴۷ | \u{200f}34.1147 | 0034.1147 | 34.1147d | \
             34.1147 deg",
            34.1147,
            None,
        ),
        (
            "34.1147 N | N34.1147 | n 34.1147 | 34.1147°N | 34.1147north | North 34.1147 | \
             +34.1147 N",
            34.1147,
            latitude,
        ),
        (
            "-57.5 | −57.5 | –57.5 | - 57.5 | -57 30 | -57°30' | −57:30:00 | -.575e2",
            -57.5,
            None,
        ),
        (
            "57.5S | 57.5 s | S 57,5 | 57°30'S | 57 30 S | 57 30 00 s | 57° 30′ 00″ south | \
             S57:30",
            -57.5,
            latitude,
        ),
        (
            "57.5W | w57.5 | 57°30′ West | 57 30.0 W | 57-30W",
            -57.5,
            longitude,
        ),
        (
            "34 06 52.5 | 34:06:52.5 | 34-06-52.5 | 34d06m52.5s | 34d 06m 52.5s | \
             34°06'52.5\" | 34°-06'-52,5\" | 34 6.875 | 34° 6,875' | 34°06'52.5",
            WANTED,
            None,
        ),
        (
            "34°06'52.5\"N | 34° 6′ 52.5″ N | 34º06’52,5”n | 34˚06‘52.5“ N | \
             34°06ʹ52.5'' N | 34°06′52.5′′N | 34-06-52.5N | N 34 06 52.5 | 34d06m52.5sN | \
             34d06m52.5s N | 34D06M52.5S N | 34 deg 06 min 52.5 sec N | 34 06.875 N | \
             N34°6.875' | 34°06'52.5'N | ۳۴°۰۶′۵۲٫۵″N | 34\u{a0}06\u{202f}52.5 N",
            WANTED,
            latitude,
        ),
        ("0 | -0 | +0.0 | 0°00'00\"", 0.0, None),
        (
            "180 | 180° | 17.99999e1 | 179 59 59.9999999999999",
            180.0,
            None,
        ),
        ("90N | 90°00'00\" north", 90.0, latitude),
    ] {
        for text in texts.split(" | ") {
            let wanted = if text == "17.99999e1" {
                179.9999
            } else {
                wanted
            };
            assert!(near(angle(text), wanted, axis), "{text}: {:?}", angle(text));
        }
    }
    // No negative zero, which would print as one.
    assert!(angle("-0").unwrap().degrees.is_sign_positive());
}

#[test]
fn what_is_no_angle_is_refused() {
    for text in " |   | N | north | ° | - | . | , | 34, | 34,.5 | ,5 | 34.1147X | 34°06'52\"O | \
            Ost 34 | 34 N E | N 34 N | N34S | -34 S | S -34 | -N34 | 34 N 06 | 90.1N | 180.1 | \
            -180.00001 | 34°60' | 34 06 60 | 34.5 06 | 34 06.5 10 | 1 2 3 4 | NaN | inf | \
            -inf | infinity | 1e400 | 1e- | 7E1 | 71E05 | 0x22 | 34.1.2 | 34,1,2 | 1 234,5.6 | \
            --34 | +-34 | 34- | '34 | 34' | 34\" | 34°52\" | 34\"06' | 34^ | ∞ | =34 | 34; | \
            34 -06 | 34 - 06 | 34-06 52 | 34:06-52 | 34-35 | 34d06m52S | 34D06M52S | 34d06s | \
            34d06m 52 s | (34) | 34\u{0} | ３４ | 34٬1 | 2023-10-12 | 34/06"
        .split(" | ")
    {
        assert_eq!(angle(text), None, "{text}");
    }
    for text in [
        "1".repeat(1 << 20),
        "1 ".repeat(1 << 19),
        "°".repeat(129),
        "0".repeat(127) + "°",
        ".".repeat(128),
    ] {
        assert_eq!(
            (angle(&text), packed(&text), pair(&text)),
            (None, None, None)
        );
    }
    // Long, but short enough.
    assert!(near(angle(&format!("34.{}", "0".repeat(120))), 34.0, None));
}

#[test]
fn packed_angles_are_degrees_minutes_seconds() {
    let (latitude, longitude) = (Some(Axis::Latitude), Some(Axis::Longitude));
    for (text, wanted, axis) in [
        ("330000", 33.0, None),
        ("30000", 3.0, None),
        ("0", 0.0, None),
        ("-3000", -0.5, None),
        ("1780000", 178.0, None),
        ("+340652.5", WANTED, None),
        ("٣٤٠٦٥٢٫٥", WANTED, None),
        ("-575947", -(57.0 + 59.0 / 60.0 + 47.0 / 3600.0), None),
        ("−1800000", -180.0, None),
        ("340652.5N", WANTED, latitude),
        ("n 340652,5", WANTED, latitude),
        ("0340652.5 south", -WANTED, latitude),
        ("3406.875N", WANTED, latitude),
        ("E0710600", 71.1, longitude),
        ("07106E", 71.1, longitude),
        ("7106w", -71.1, longitude),
    ] {
        assert!(
            near(packed(text), wanted, axis),
            "{text}: {:?}",
            packed(text)
        );
    }
    for text in " | - | N | 336000 | 330060 | 330059.99999999999999999 | 1800001 | 910000N | \
            33.0000.1 | 12345678 | 3x | O340652 | -340652N | N340652N | 03406N | 30652N | 34N | \
            071E | 34 06 52 | 1e5 | nan | .5 | 340652°"
        .split(" | ")
    {
        assert_eq!(packed(text), None, "{text}");
    }
}

#[test]
fn pairs_are_cut_where_only_one_cut_is_possible() {
    for text in "34.5, 71.25 | 34.5,71.25 | 34,5; 71,25 | 34,5;71,25 | 34,5, 71,25 | 34,5 71,25 | \
            34.5 71.25 | 34.5/71.25 | (34.5, 71.25) | [34.5,71.25] | 34.5، 71.25 | \
            ٣٤٫٥، ٧١٫٢٥ | 34.5° 71.25° | 34°30'71°15' | 34° 30' 71° 15' 0\" | \
            34 30 00 71 15 00 | 34 30 71 15 | 34 30, 71 15 00 | 34:30:00 71:15:00 | \
            3.45E+01, 7.125E+01 | 34d30m0s 71d15m0s"
        .split(" | ")
    {
        let read = pair(text).map(|read| read.map(|angle| (angle.degrees, angle.axis)));
        assert_eq!(read, Some([(34.5, None), (71.25, None)]), "{text}");
    }
    let axes = [Some(Axis::Latitude), Some(Axis::Longitude)];
    for text in "34°30'00\"N 71°15'00\"E | 34°30'00\"N71°15'00\"E | N34 30 00 E71 15 00 | \
            34-30-00N, 71-15-00E | 34.5N,71.25E | 343000N 0711500E | 343000N0711500E | \
            N343000 E0711500 | 3430N 07115E | 34°30'N, 71°15'E | 34.5 N 71.25 E | \
            34,5 N, 71,25 E | 34.5 North / 71.25 East | geo:34.5,71.25 | \
            GEO:34.5,71.25,812;crs=wgs84;u=35 | geo:34.5,71.25?z=9"
        .split(" | ")
    {
        let [first, second] = pair(text).unwrap_or_else(|| panic!("{text}"));
        assert!(near(Some(first), 34.5, axes[0]), "{text}: {first:?}");
        assert!(near(Some(second), 71.25, axes[1]), "{text}: {second:?}");
    }
    let axes = [Some(Axis::Longitude), Some(Axis::Latitude)];
    for text in [
        "POINT (71.25 34.5)",
        "point(71.25 34.5)",
        "POINT Z (71.25 34.5 812)",
        "SRID=4326;POINT(71.25 34.5)",
        "71.25E 34.5N",
    ] {
        let [first, second] = pair(text).unwrap_or_else(|| panic!("{text}"));
        assert!(near(Some(first), 71.25, axes[0]), "{text}: {first:?}");
        assert!(near(Some(second), 34.5, axes[1]), "{text}: {second:?}");
    }
    let [first, second] = pair("34.5 -71.25").unwrap();
    assert!(near(Some(first), 34.5, None) && near(Some(second), -71.25, None));
}

#[test]
fn what_is_no_pair_is_refused() {
    for text in " | 34.5 | 34.5, | , 71 | 34.5N 71.25 | 34 N 71 | 34N 71N | a, b | 200, 34 | \
            1, 2, 3 | 34 06 52 71 05 | 34,5,71,2 | 71.1,34.0,71.2,34.1 | (34.5, 71.25 | \
            34.5;71.25;8 | POINT (71.2) | POINT (71,2 34,1) | POINT EMPTY | POINT (181 34) | \
            POINT (71 34 1 2 3) | POINT (71 34 x) | LINESTRING (71 34) | POINTLESS (71 34) | \
            SRID=32642;POINT(71 34) | geo:34.5 | geo:34.5,71.25,a | geo:34.5,71.25;crs=mars | \
            geo:0,0?q=34.5,71.25 | geo: | 34.5-71.25"
        .split(" | ")
    {
        assert_eq!(pair(text), None, "{text}");
    }
}

#[test]
fn what_is_written_reads_back() {
    let mut dice = Dice::new(2);
    for _ in 0..20_000 {
        // Thousandths of a second, so that every spelling but the decimal ones is exact.
        let units = dice.below(90 * 3_600_000 + 1) as usize;
        let south = dice.below(2) == 1;
        let size = units as f64 / 3_600_000.0;
        let wanted = if south { -size } else { size };
        let (d, m, s) = (
            units / 3_600_000,
            units / 60_000 % 60,
            (units % 60_000) as f64 / 1000.0,
        );
        let minutes = (units % 3_600_000) as f64 / 60_000.0;
        let (minus, letter) = if south { ("-", "S") } else { ("", "N") };
        for text in [
            format!("{wanted}"),
            format!("{wanted:.9}")
                .replace('-', "\u{2212}")
                .replace('.', ","),
            format!("{wanted:e}"),
            format!("{size}{letter}"),
            format!("{letter} {size:.9}°"),
            format!("{minus}{d} {m} {s}"),
            format!("{minus}{d}:{m:02}:{s:06.3}"),
            format!("{d:02}-{m:02}-{s:06.3}{letter}"),
            format!("{d}°{m:02}'{s:06.3}\"{letter}"),
            format!("{minus}{d}° {m}′ {s}″").replace('.', ","),
            format!("{d}d{m}m{s}s {letter}"),
            format!("{letter}{d} {minutes:.6}"),
        ] {
            let whole_exponent = text.contains('e') && !text.contains('.') && !text.contains("e-");
            let read = angle(&text);
            let fine = read.is_some_and(|read| (read.degrees - wanted).abs() < 1e-8);
            assert!(
                fine || (whole_exponent && read.is_none()),
                "{text}: {read:?}"
            );
            let with_other = format!(
                "{text}; 12°{}",
                if text.contains(letter) { "E" } else { "" }
            );
            assert!(
                whole_exponent || pair(&with_other).is_some_and(|[first, _]| Some(first) == read),
                "{with_other}"
            );
        }
        for text in [
            format!("{minus}{d}{m:02}{s:06.3}"),
            format!("{d:02}{m:02}{s:06.3}{letter}"),
            format!("{d:02}{minutes:09.6}{letter}"),
        ] {
            let read = packed(&text);
            assert!(
                read.is_some_and(|read| (read.degrees - wanted).abs() < 1e-8),
                "{text}: {read:?}"
            );
        }
    }
}

#[test]
fn soup_never_panics() {
    let alphabet = [
        "0", "1", "9", "34", "59", "71", "3406", "340652", ".", ",", ";", "/", "-", "–", "−", "+",
        " ", " ", ":", "°", "º", "^", "'", "′", "’", "\"", "″", "''", "N", "S", "E", "W", "s", "d",
        "m", "e", "north", "deg", "(", ")", "POINT", "POINT (", "geo:", "?q=", "crs=", "٣", "۴",
        "٫", "\u{200f}", "é", "\u{0}", "O",
    ];
    let mut dice = Dice::new(8);
    let mut read = [0; 3];
    for _ in 0..300_000 {
        let text = dice.soup(&alphabet);
        let (angle, packed, pair) = (angle(&text), packed(&text), pair(&text));
        let angles = angle
            .into_iter()
            .chain(packed)
            .chain(pair.into_iter().flatten());
        for angle in angles {
            assert_eq!(in_range(angle.degrees, angle.axis), Some(angle), "{text}");
        }
        for (count, found) in
            read.iter_mut()
                .zip([angle.is_some(), packed.is_some(), pair.is_some()])
        {
            *count += i32::from(found);
        }
    }
    // The soup must not be so thin that it tests refusals alone.
    assert!(read.iter().all(|&count| count > 200), "{read:?}");
}
