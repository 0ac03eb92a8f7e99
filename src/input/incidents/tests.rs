//! Tests of the reader as a whole.

use super::*;
use crate::case::{ColumnSource, DateOrder};
use crate::geodesy::Position;
use crate::incident::DatePrecision;
use crate::ledger::{Details, Fate};
use crate::testing::Dice;
use crate::units::Day;

fn files(texts: &[&[u8]], said: &FileOptions, near: Option<Near<'_>>) -> Result<Reading> {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<IncidentFile> = texts
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let path = folder.path().join(if number == 0 {
                "events.csv".to_owned()
            } else {
                format!("events{number}.csv")
            });
            std::fs::write(&path, text).unwrap();
            IncidentFile {
                path,
                options: said.clone(),
            }
        })
        .collect();
    let reading = read(&files, &Options::default(), near)?;
    reading.ledger.check().unwrap();
    Ok(reading)
}

fn read_said(text: &[u8], said: &FileOptions) -> Result<Reading> {
    files(&[text], said, None)
}

fn read_text(text: &[u8]) -> Result<Reading> {
    read_said(text, &FileOptions::default())
}

fn day(year: i16, month: i8, day: i8) -> Day {
    Day::from_date(jiff::civil::date(year, month, day))
}

fn fates(reading: &Reading) -> Vec<(u64, Fate, Reason, &str)> {
    reading
        .ledger
        .entries
        .iter()
        .map(|entry| (entry.line, entry.fate, entry.reason, entry.column()))
        .collect()
}

#[test]
fn every_record_has_an_entry_with_line_and_reason() {
    let text = "\u{feff}id,date,lat,lon,geo_precision,fatalities,claim_status\r\n\
        a,2025-10-16,34.1,71.0,1,3,claimed\r\n\
        \"b\nb\",2025-10-16,340,71.0,1,,\r\n\
        c,16.16.2025,34.1,71.0,1,,\r\n\
        d,2025-10-16,,71.0,1,,\r\n\
        e,2025-10-16,34.1,71.0,9,many,\r\n\
        f,2025-10-16,34.1\r\n\
        a,2025-10-16,34.1,71.0,1,3,claimed\r\n\
        a,2025-10-17,34.1,71.0,1,3,claimed\r\n\
        g,2025-10-16,34.1,inf,1,,\r\n\
        h,2025-02-30,34.1,71,1,,\r\n\
        i,,34.1,71,1,,\r\n\
        # a remark\r\n\
        j,2025-10-16,0,0,1,,\r\n\
        k,2025-10-16,34,34,1,,\r\n\
        l,2025-10-16,34.1,71,1,,\0\r\n\
        m,2025-10-16,34.1,\"71,1,,\r\n";
    let reading = read_text(text.as_bytes()).unwrap();
    assert_eq!(
        fates(&reading),
        [
            (2, Fate::Used, Reason::Ok, ""),
            (3, Fate::Rejected, Reason::CoordinateInvalid, "lat"),
            (5, Fate::Rejected, Reason::DateInvalid, "date"),
            (6, Fate::Rejected, Reason::CoordinateMissing, "lat"),
            (7, Fate::Used, Reason::ValueNotRead, "fatalities"),
            (8, Fate::Rejected, Reason::FieldCount, ""),
            (9, Fate::Merged, Reason::SameId, "id"),
            (10, Fate::Held, Reason::IdRepeated, "id"),
            (11, Fate::Rejected, Reason::CoordinateInvalid, "lon"),
            (12, Fate::Rejected, Reason::DateInvalid, "date"),
            (13, Fate::Rejected, Reason::DateMissing, "date"),
            (15, Fate::Held, Reason::CoordinateZero, "lat"),
            (16, Fate::Held, Reason::CoordinatesEqual, "lat"),
            (17, Fate::Rejected, Reason::NulByte, "claim_status"),
            (18, Fate::Rejected, Reason::QuoteOpen, ""),
        ]
    );
    assert_eq!(reading.incidents.len(), 5);
    assert_eq!(reading.merged.len(), 1);
    assert_eq!(reading.merged[0].into, 0);
    assert_eq!(reading.files[0].unknown_precision["9"], 1);
    assert_eq!(reading.incidents[1].location_radius, None);
    assert_eq!(reading.incidents[0].location_radius, Some(Metres(1000.0)));
    let decisions = reading.files[0].decisions.join("\n");
    assert!(
        decisions.contains("1 line of comments or tags, the first on line 14"),
        "{decisions}"
    );
}

#[test]
fn encodings_give_the_same_incidents() {
    let text = "Datum;Breite;Länge;Ort\n2025-10-16;34,1;71,0;Spin Büldak – Tor\n2025-10-17;34,2;71,1;Çaman\n";
    let said = FileOptions {
        columns: [
            ("date", "Datum"),
            ("latitude", "Breite"),
            ("longitude", "Länge"),
            ("place", "Ort"),
        ]
        .map(|(ours, theirs)| (ours.to_owned(), ColumnSource::Named(theirs.to_owned())))
        .into(),
        ..FileOptions::default()
    };
    let wanted = read_said(text.as_bytes(), &said).unwrap();
    assert_eq!(wanted.incidents[0].place(), "Spin Büldak – Tor");
    assert_eq!(
        wanted.incidents[1].position,
        Position::new(71.1, 34.2).unwrap()
    );
    let utf16 = |big: bool, mark: bool| -> Vec<u8> {
        let marked = if mark {
            format!("\u{feff}{text}")
        } else {
            text.to_owned()
        };
        marked
            .encode_utf16()
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    };
    let latin = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let marked = format!("\u{feff}{text}").into_bytes();
    let crlf = text.replace('\n', "\r\n").into_bytes();
    let sep = format!("sep=;\n{text}").into_bytes();
    for (bytes, form) in [
        (marked, "UTF-8 (by its byte-order mark)"),
        (utf16(false, true), "UTF-16LE (by its byte-order mark)"),
        (utf16(true, true), "UTF-16BE (by its byte-order mark)"),
        (latin.clone(), "windows-1252 (guessed"),
        (crlf, "UTF-8, fields separated by semicolons"),
        (sep, "UTF-8, fields"),
    ] {
        let reading = read_said(&bytes, &said).unwrap();
        assert_eq!(reading.incidents, wanted.incidents, "{form}");
        assert!(
            reading.files[0].form.starts_with(form),
            "{}",
            reading.files[0].form
        );
        assert_eq!(
            reading.files[0].remarks.is_empty(),
            !form.contains("guessed")
        );
    }
    // Named, or refused with what to say.
    let unmarked = utf16(false, false);
    let message = read_said(&unmarked, &said).unwrap_err().to_string();
    assert!(message.contains("utf-16le"), "{message}");
    for (name, bytes) in [("utf-16le", unmarked), ("latin1", latin)] {
        let named = FileOptions {
            encoding: Some(name.to_owned()),
            ..said.clone()
        };
        assert_eq!(
            read_said(&bytes, &named).unwrap().incidents,
            wanted.incidents
        );
    }
    let pashto = "date,lat,lon,place\n2025-10-16,34.1,71.0,سپين بولدک\n";
    let arabic = encoding_rs::WINDOWS_1256
        .encode(&pashto.replace('ټ', "ت"))
        .0
        .into_owned();
    let named = FileOptions {
        encoding: Some("windows-1256".to_owned()),
        ..FileOptions::default()
    };
    assert_eq!(
        read_said(&arabic, &named).unwrap().incidents[0].place(),
        "سپين بولدک"
    );
    let named = FileOptions {
        encoding: Some("ebcdic".to_owned()),
        ..FileOptions::default()
    };
    assert!(
        read_said(&arabic, &named)
            .unwrap_err()
            .to_string()
            .contains("ebcdic")
    );
}

#[test]
fn damage_in_good_text_is_said_and_costs_no_record() {
    let mut text = "date,lat,lon,note\n".to_owned().into_bytes();
    for row in 0..50 {
        text.extend(format!("2025-10-16,34.{row},71,Büldak\n").bytes());
    }
    text.extend(b"2025-10-16,34.9,72,caf\xe9\n");
    let reading = read_text(&text).unwrap();
    assert_eq!(reading.incidents.len(), 51);
    assert_eq!(reading.incidents[50].note(), "caf\u{fffd}");
    assert_eq!(reading.ledger.entries[50].reason, Reason::NotUtf8);
    assert_eq!(reading.ledger.entries[50].column(), "note");
}

#[test]
fn dates_of_numbers_are_settled_once_for_the_file() {
    let table = |dates: &[&str]| {
        let mut text = "date,lat,lon\n".to_owned();
        for (row, date) in dates.iter().enumerate() {
            text.push_str(&format!("{date},34.{row},71\n"));
        }
        text.into_bytes()
    };
    let days = |bytes: &[u8]| -> Vec<Day> {
        let reading = read_text(bytes).unwrap();
        reading
            .incidents
            .iter()
            .map(|incident| incident.day)
            .collect()
    };
    assert_eq!(
        days(&table(&["05/06/2025", "16/05/2025"])),
        [day(2025, 6, 5), day(2025, 5, 16)]
    );
    assert_eq!(
        days(&table(&["05/06/2025", "05/16/2025"])),
        [day(2025, 5, 6), day(2025, 5, 16)]
    );
    // The one that settles it may come after a million others.
    let mut dates = vec!["05/06/2025"; 200_000];
    dates.push("05/16/2025");
    let all = days(&table(&dates));
    assert!(all[..200_000].iter().all(|&it| it == day(2025, 5, 6)));
    let message = read_text(&table(&["05/06/2025", "07/08/2025"]))
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("line 2: \"05/06/2025\"") && message.contains("--date-order"),
        "{message}"
    );
    let both = table(&["16/05/2025", "05/16/2025"]);
    assert!(read_text(&both).is_err());
    let said = FileOptions {
        date_order: Some(DateOrder::DayFirst),
        ..FileOptions::default()
    };
    let reading = read_said(&both, &said).unwrap();
    assert_eq!(reading.ledger.entries[1].reason, Reason::DateInvalid);
    assert_eq!(reading.incidents.len(), 1);
}

#[test]
fn axes_are_decided_by_range_and_by_the_border_for_the_whole_file() {
    let swapped_by_range =
        b"date,lat,lon\n2025-10-16,120,34\n2025-10-16,121,35\n2025-10-16,70,36\n";
    let reading = read_text(swapped_by_range).unwrap();
    assert_eq!(
        reading.incidents[2].position,
        Position::new(70.0, 36.0).unwrap()
    );
    assert!(reading.files[0].remarks[0].contains("swapped"));
    let by_place = b"date,lat,lon\n2025-10-16,71,34\n2025-10-17,70,35\n";
    let near = |position: Position| {
        (60.0..75.0).contains(&position.longitude()) && position.latitude() < 40.0
    };
    let reading = files(&[by_place], &FileOptions::default(), Some(&near)).unwrap();
    assert_eq!(
        reading.incidents[0].position,
        Position::new(71.0, 34.0).unwrap()
    );
    // Without a border nothing is against the header.
    let reading = read_text(by_place).unwrap();
    assert_eq!(
        reading.incidents[0].position,
        Position::new(34.0, 71.0).unwrap()
    );
    let said = FileOptions {
        axis_order: Some(AxisOrder::LatitudeFirst),
        ..FileOptions::default()
    };
    let reading = files(&[by_place], &said, Some(&near)).unwrap();
    assert_eq!(
        reading.incidents[0].position,
        Position::new(34.0, 71.0).unwrap()
    );
}

#[test]
fn places_are_read_from_whatever_columns_there_are() {
    let wanted = Position::new(71.1, 34.2).unwrap();
    for text in [
        "date,coordinates\n2025-10-16,\"34.2, 71.1\"\n",
        "date,gps\n2025-10-16,34°12'00\"N 71°06'00\"E\n",
        "date,wkt\n2025-10-16,POINT (71.1 34.2)\n",
        "date,lat,lon\n2025-10-16,N34°12',71 06 00 E\n",
        "date,lat,lon\n2025-10-16,341200,710600\n2025-10-16,320000,700000\n",
        "date,mgrs\n2025-10-16,42SXC9349086325\n",
        "date,utm zone,easting,northing\n2025-10-16,42S,693490.84,3786325.57\n",
    ] {
        let reading = read_text(text.as_bytes()).unwrap();
        let found = reading.incidents[0].position;
        assert!(
            crate::geodesy::distance(found, wanted).0 < 1.0,
            "{text} {found:?}"
        );
    }
    // The case names the grid: it goes before the degrees, and the corrupt one is rejected.
    let text =
        b"date,lat,lon,MGRS\n2025-10-16,34.2,71.1,42SXC9349086325\n2025-10-16,18,-66,1779808\n";
    let said = FileOptions {
        columns: [("mgrs".to_owned(), ColumnSource::Named("MGRS".to_owned()))].into(),
        ..FileOptions::default()
    };
    let reading = read_said(text, &said).unwrap();
    assert_eq!(reading.ledger.entries[1].reason, Reason::CoordinateInvalid);
    assert_eq!(reading.ledger.entries[1].value(), "1779808");
    let read = read_text(text).unwrap();
    assert_eq!(read.incidents.len(), 2);
    assert!(read.files[0].decisions[0].contains("places from lat and lon"));
}

#[test]
fn a_grid_square_widens_the_radius() {
    let text = b"date,mgrs,geo_precision\n2025-10-16,42SXC98,1\n2025-10-16,42SXC9349086325,2\n";
    let reading = read_text(text).unwrap();
    let radius = |number: usize| reading.incidents[number].location_radius.unwrap().0;
    assert!((radius(0) - (1_000.0 + 7_071.07 / 0.9996)).abs() < 0.1);
    assert!((radius(1) - 25_000.71).abs() < 0.01);
}

#[test]
fn intervals_keep_their_precision() {
    let text = b"date,date_end,lat,lon\n2025-10,,34,71\n2025-10-16,2025-10-20,34,72\n2025,,34,73\n2025-10-16,2025-10-01,34,74\n";
    let reading = read_text(text).unwrap();
    let of = |number: usize| {
        let it = &reading.incidents[number];
        (it.day, it.last_day, it.date_precision)
    };
    assert_eq!(
        of(0),
        (day(2025, 10, 1), day(2025, 10, 31), DatePrecision::Month)
    );
    assert_eq!(
        of(1),
        (day(2025, 10, 16), day(2025, 10, 20), DatePrecision::Day)
    );
    assert_eq!(
        of(2),
        (day(2025, 1, 1), day(2025, 12, 31), DatePrecision::Year)
    );
    assert_eq!(
        of(3),
        (day(2025, 10, 16), day(2025, 10, 16), DatePrecision::Day)
    );
    assert_eq!(reading.ledger.entries[3].reason, Reason::ValueNotRead);
}

#[test]
fn figures_may_be_ranges() {
    let text = b"date,lat,lon,killed,deaths_low,injured\n2025-10-16,34,71,5-10,,\n2025-10-16,34,72,>10,3,~4\n2025-10-16,34,73,7,,-99\n";
    let reading = read_text(text).unwrap();
    let of = |number: usize| {
        let deaths = reading.incidents[number].deaths;
        (deaths.low, deaths.best, deaths.high)
    };
    assert_eq!(of(0), (Some(5), None, Some(10)));
    assert_eq!(of(1), (Some(3), None, None));
    assert_eq!(of(2), (None, Some(7), None));
    assert_eq!(reading.incidents[2].injured, None);
    assert_eq!(reading.ledger.entries[2].reason, Reason::Ok);
}

#[test]
fn records_without_ids_merge_only_if_they_say_the_same() {
    let text: &[u8] =
        b"date,lat,lon,note\n2025-10-16,34,71,a\n2025-10-16,34,71,b\n2025-10-16,34.0,71,a\n";
    let reading = files(
        &[text, b"date,lat,lon,note\n2025-10-16,34,71,b\n"],
        &FileOptions::default(),
        None,
    )
    .unwrap();
    let reasons: Vec<Reason> = reading
        .ledger
        .entries
        .iter()
        .map(|entry| entry.reason)
        .collect();
    // The third is written otherwise: its bytes differ, so it stays.
    assert_eq!(
        reasons,
        [Reason::Ok, Reason::Ok, Reason::Ok, Reason::IdenticalRecord]
    );
    let ids: Vec<&str> = reading.incidents.iter().map(Incident::id).collect();
    assert_eq!(ids, ["events-1", "events-2", "events-3"]);
    assert!(
        reading.ledger.entries[3]
            .expected()
            .contains("line 3 of events.csv")
    );
}

#[test]
fn bad_files_are_errors_that_say_what_to_do() {
    let wide = format!("date,lat,lon{}\n", ",x".repeat(20_000));
    let long = format!("date,lat,{}\n", "x".repeat(5_000_000));
    for (text, part) in [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("# only\n# remarks\n", "the file is empty"),
        ("date,lat,lon\n", "a header and no record"),
        (
            "date,place\n2025-10-16,here\n",
            "no latitude column among: date, place",
        ),
        ("date,lat\n2025-10-16,34\n", "no longitude column"),
        ("lat,lon\n34,71\n", "no date column among: lat, lon"),
        (&wide, "20003 columns"),
        (&long, "at most 16384 columns"),
    ] {
        let message = read_text(text.as_bytes()).unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
        assert!(message.len() < 2_000);
    }
    let missing = IncidentFile::new("/no/such.csv");
    let message = read(&[missing], &Options::default(), None)
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("/no/such.csv: reading failed"),
        "{message}"
    );
}

#[test]
fn threads_and_blocks_do_not_show() {
    let mut dice = Dice::new(4);
    let mut text = "id,date,lat,lon,note\n".to_owned();
    for row in 0..60_000 {
        let note = match dice.between(0.0, 5.0) as u32 {
            0 => "\"with a\nline feed\"",
            1 => "\"with \"\"quotes\"\", and commas\"",
            2 => "ünïcode سپین",
            _ => "plain",
        };
        let latitude = dice.between(-95.0, 95.0);
        text.push_str(&format!(
            "{},2025-10-16,{latitude:.4},71.{row},{note}\n",
            row % 59_000
        ));
    }
    let with = |threads: usize| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
            .install(|| read_text(text.as_bytes()).unwrap())
    };
    let (one, four) = (with(1), with(4));
    assert_eq!(one.incidents, four.incidents);
    assert_eq!(one.ledger, four.ledger);
    assert_eq!(one.ledger.records(), 60_000);
    for entry in [0, 31_007, 59_999] {
        let line = one.ledger.entries[entry].line;
        let start = text.split('\n').nth(line as usize - 1).unwrap();
        assert!(
            start.starts_with(&format!("{},2025", entry % 59_000)),
            "{start}"
        );
    }
}

#[test]
fn every_separator_line_end_encoding_and_spelling_gives_the_same_incidents() {
    let rows = [
        ["id", "date", "latitude", "longitude", "place", "note"],
        [
            "a",
            "2025-10-16",
            "34.5",
            "71.25",
            "Çaman",
            "one\ntwo, \"three\"; four|five\tsix",
        ],
        ["b", "2025-10-05", "33.75", "70.125", "Spin Büldak", ""],
    ];
    let table = |separator: char, end: &str, rows: &[[&str; 6]; 3]| {
        let quoted = |field: &&str| {
            if field.contains(['\n', '"', separator]) {
                format!("\"{}\"", field.replace('"', "\"\""))
            } else {
                (*field).to_owned()
            }
        };
        rows.iter()
            .map(|row| {
                let fields: Vec<String> = row.iter().map(quoted).collect();
                fields.join(&separator.to_string()) + end
            })
            .collect::<String>()
    };
    let wanted = read_text(table(',', "\n", &rows).as_bytes()).unwrap();
    assert_eq!(wanted.incidents[0].note(), rows[1][5]);
    let same = |bytes: &[u8], encoding: Option<&str>, what: &str| {
        let said = FileOptions {
            encoding: encoding.map(str::to_owned),
            ..FileOptions::default()
        };
        let read = read_said(bytes, &said).unwrap();
        assert_eq!(read.incidents, wanted.incidents, "{what}");
        assert_eq!(read.ledger.count(Fate::Used), 2, "{what}");
    };
    for separator in [',', ';', '\t', '|'] {
        for end in ["\n", "\r\n", "\r"] {
            let text = table(separator, end, &rows);
            let what = format!("{separator:?} {end:?}");
            same(text.as_bytes(), None, &what);
            same(format!("\u{feff}{text}").as_bytes(), None, &what);
            let wide = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
                let marked = format!("\u{feff}{text}");
                marked.encode_utf16().flat_map(unit).collect()
            };
            same(&wide(u16::to_le_bytes), None, &what);
            same(&wide(u16::to_be_bytes), None, &what);
            let latin = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
            same(&latin, Some("windows-1252"), &what);
            same(&latin, None, &what);
        }
    }
    // The same days and places in every spelling; a comma for the point only where it separates nothing.
    for [first, second] in [
        ["2025-10-16T21:30:00+05:00", "2025-10-05T04:00:00Z"],
        ["20251016", "20251005"],
        ["16 October 2025", "Oct 5, 2025"],
        ["16.10.2025", "05.10.2025"],
        ["10/16/2025", "10/05/2025"],
        ["16/10/2025 21:30", "5/10/2025 4:00"],
        ["162130EOCT25", "050400Z OCT 2025"],
    ] {
        let mut dated = rows;
        (dated[1][1], dated[2][1]) = (first, second);
        same(table(';', "\n", &dated).as_bytes(), None, first);
    }
    for places in [
        ["34,5", "71,25", "33,75", "70,125"],
        ["34°30'N", "71°15'E", "33°45'N", "70°07'30\"E"],
        ["N 34 30 00", "E 71 15 00", "N 33 45 00", "E 70 07 30"],
        ["34º30′00″", "71º15′00″", "33º45′00″", "70º07′30″"],
        ["343000N", "0711500E", "334500N", "0700730E"],
        ["٣٤٫٥", "٧١٫٢٥", "٣٣٫٧٥", "٧٠٫١٢٥"],
    ] {
        let mut placed = rows;
        placed[1][2..4].copy_from_slice(&places[..2]);
        placed[2][2..4].copy_from_slice(&places[2..]);
        same(table(';', "\n", &placed).as_bytes(), None, places[0]);
    }
}

#[test]
fn what_stands_before_the_data_is_passed_over_by_lines() {
    // A quote in a comment swallows nothing, and the header may be of several lines.
    let text = "# compiled by hand, \"with a quote\n\n# and another\"\nid,date,\"lat\n(north)\",lon\na,2025-10-16,34.1,71\n";
    let said = FileOptions {
        columns: [(
            "latitude".to_owned(),
            ColumnSource::Named("lat\n(north)".to_owned()),
        )]
        .into(),
        ..FileOptions::default()
    };
    let reading = read_said(text.as_bytes(), &said).unwrap();
    assert_eq!(reading.incidents.len(), 1);
    assert_eq!(
        (
            reading.ledger.entries[0].line,
            reading.ledger.entries[0].record
        ),
        (6, 1)
    );
    // A header whose quote does not close is none.
    let open = "id,date,lat,\"lon\na,2025-10-16,34.1,71\n";
    let message = read_text(open.as_bytes()).unwrap_err().to_string();
    assert!(
        message.contains("header") && message.contains("does not close"),
        "{message}"
    );
}

fn used(reading: &Reading) -> usize {
    reading.ledger.count(Fate::Used)
}

#[test]
fn nothing_behind_a_line_that_is_too_long_is_lost() {
    let head = "id,date,latitude,longitude,note\n";
    let mut rows = String::new();
    for row in 0..30_000 {
        rows.push_str(&format!("r{row},2025-10-17,34.2,71,fine\n"));
    }
    for quote in ["", "\""] {
        let long = "y".repeat(LONGEST + 24);
        let text = format!("{head}1,2025-10-16,34.1,71,{quote}{long}{quote}\n{rows}");
        let reading = read_text(text.as_bytes()).unwrap();
        assert_eq!(
            (reading.ledger.entries.len(), used(&reading)),
            (30_001, 30_000)
        );
        assert_eq!(reading.ledger.entries[0].reason, Reason::RecordTooLong);
        assert_eq!(reading.ledger.entries[1].line, 3);
    }
}

const LONGEST: usize = super::super::blocks::LONGEST_RECORD;

#[test]
fn comments_swallow_nothing_and_hide_no_data() {
    let text = "date,latitude,longitude,note\n2025-10-16,34.1,71.0,a\n# see \"a\",\"b,c\n\
        2025-10-17,34.2,71.1,b\n2025-10-18,34.3,71.2,\"c\"\n2025-10-19,34.3,71.2,d\n";
    let reading = read_text(text.as_bytes()).unwrap();
    assert_eq!((reading.ledger.entries.len(), used(&reading)), (4, 4));
    // Where # begins ids, a row that is too narrow is a bad row.
    let text =
        "id,date,latitude,longitude,note\n#17,2025-10-16,34.1,71\n#18,2025-10-16,34.2,71,x\n";
    let reading = read_text(text.as_bytes()).unwrap();
    let fates = fates(&reading);
    assert_eq!(fates[0], (2, Fate::Rejected, Reason::FieldCount, ""));
    assert_eq!(fates.len(), 2);
}

#[test]
fn a_quote_that_a_later_row_closes_costs_its_own_line() {
    let text = "id,date,latitude,longitude,note\n1,2025-10-16,34.1,71,\"open\n2,2025-10-17,34.2,71,ok\n\
        3,2025-10-18,34.3,71,\"ok2\"\n4,2025-10-19,34.4,71,ok3\n";
    let reading = read_text(text.as_bytes()).unwrap();
    let fates = fates(&reading);
    assert_eq!((fates.len(), used(&reading)), (4, 3));
    assert_eq!((fates[0].0, fates[0].2), (2, Reason::QuoteOpen));
}

#[test]
fn a_mark_in_the_middle_is_text() {
    let text = "date,latitude,longitude,note\n\u{feff}\"2025-10-16\nx\",34.1,71.0,a\n2025-10-17,34.2,71.1,b\n";
    let reading = read_text(text.as_bytes()).unwrap();
    assert_eq!(
        reading.ledger.entries.len() as u64,
        reading.ledger.records()
    );
    assert!(reading.incidents.iter().any(|it| it.note() == "b"));
}

#[test]
fn dates_are_settled_by_all_rows_whatever_the_size_of_the_file() {
    for rows in [10, 40_000] {
        let mut text = "date,latitude,longitude,note\n".to_owned();
        for row in 0..rows {
            text.push_str(&format!("16/05/2025,34.{row:06},71.0,one of many\n"));
        }
        text.push_str("05/17/2025,34.5,71.0,last\n");
        let message = read_text(text.as_bytes()).unwrap_err().to_string();
        assert!(message.contains("have the day first"), "{message}");
    }
}

#[test]
fn one_right_row_does_not_hide_swapped_axes() {
    let mut text = "id,date,latitude,longitude\n0,2025-10-16,34.1,71\n".to_owned();
    for row in 1..30 {
        text.push_str(&format!("{row},2025-10-16,70.{row:02},34.1\n"));
    }
    let near = |position: Position| (position.latitude() - 34.0).abs() < 3.0;
    let reading = files(&[text.as_bytes()], &FileOptions::default(), Some(&near)).unwrap();
    assert!(near(reading.incidents[5].position));
    assert!(
        reading.files[0]
            .remarks
            .iter()
            .any(|it| it.contains("swapped"))
    );
}

#[test]
fn a_known_precision_widens_the_day() {
    let text = "id,date,date_end,date_precision,lat,lon\na,2025-10-15,,month,34.1,71\nb,2025-10-15,,week,34.1,71\n\
        c,2025-10-15,,year,34.1,71\nd,2025-10-15,2025-10-17,month,34.1,71\ne,2025-10,,day,34.1,71\n";
    let reading = read_text(text.as_bytes()).unwrap();
    let spans: Vec<(String, String, &str)> = reading
        .incidents
        .iter()
        .map(|it| {
            (
                it.day.to_string(),
                it.last_day.to_string(),
                it.date_precision.as_str(),
            )
        })
        .collect();
    let span = |first: &str, last: &str, precision| (first.to_owned(), last.to_owned(), precision);
    assert_eq!(
        spans,
        [
            span("2025-10-01", "2025-10-31", "month"),
            span("2025-10-13", "2025-10-19", "week"),
            span("2025-01-01", "2025-12-31", "year"),
            span("2025-10-15", "2025-10-17", "month"),
            span("2025-10-01", "2025-10-31", "month"),
        ]
    );
}

#[test]
fn no_figure_is_lost_without_a_word() {
    let text = "date,lat,lon,fatalities_low,fatalities_best,fatalities_high,injured\n\
        2025-10-16,34.1,71,about 10,20,~30,lots\n2025-10-16,34.2,71,3,5-10,20,\n2025-10-16,34.3,71,,5-10,,2\n";
    let reading = read_text(text.as_bytes()).unwrap();
    let entries: Vec<&Entry> = reading.ledger.entries.iter().collect();
    assert_eq!(
        entries[0].column(),
        "fatalities_low; fatalities_high; injured"
    );
    assert_eq!(entries[0].value(), "about 10; ~30; lots");
    assert_eq!(
        (entries[1].reason, entries[1].column()),
        (Reason::ValueNotRead, "fatalities_best")
    );
    assert_eq!(entries[2].reason, Reason::Ok);
    let mut later = entries[0].clone();
    later.decide(
        Fate::OutsideCorridor,
        Reason::OffsetExceedsCorridor,
        Details::default(),
    );
    assert!(
        later
            .expected()
            .contains("also value_not_read: fatalities_low"),
        "{}",
        later.expected()
    );
}

#[test]
fn repetitions_do_not_depend_on_chance() {
    let first = "id,date,latitude,longitude\nA,2025-10-16,34.1,71\nA,2025-10-17,34.1,71\nA,2025-10-17,34.1,71\n\
        B,2025-10-16,34.2,71\nB,2025-10-16,34.2,71\n";
    let second = "id,date,latitude,longitude\nA,2025-10-16,34.1,71\nA,2025-10-17,34.1,71\n";
    for _ in 0..30 {
        let texts = [first.as_bytes(), second.as_bytes()];
        let reading = files(&texts, &FileOptions::default(), None).unwrap();
        let reasons: Vec<Reason> = reading.ledger.entries.iter().map(|it| it.reason).collect();
        let (used, same) = (Reason::Ok, Reason::SameId);
        let wanted = [used, Reason::IdRepeated, same, used, same, same, same];
        assert_eq!(reasons, wanted);
    }
    // Fields are told apart, read or not.
    let text = "date,latitude,longitude,note,u,v\n2025-10-16,34.1,71,x,1,12\n2025-10-16,34.1,71,x,11,2\n\
        2025-10-16,34.1,71,x,11,2\n";
    let reading = read_text(text.as_bytes()).unwrap();
    assert_eq!((used(&reading), reading.ledger.count(Fate::Merged)), (2, 1));
}

#[test]
fn ids_of_namesakes_differ() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["p", "q"].map(|name| {
        std::fs::create_dir(folder.path().join(name)).unwrap();
        let path = folder.path().join(name).join("x.csv");
        std::fs::write(
            &path,
            format!("date,lat,lon,note\n2025-10-16,34.1,71,{name}\n"),
        )
        .unwrap();
        IncidentFile::new(path)
    });
    let reading = read(&paths, &Options::default(), None).unwrap();
    let ids: Vec<&str> = reading.incidents.iter().map(Incident::id).collect();
    assert_eq!(ids, ["x-1", "x(2)-1"]);
}

#[test]
fn the_whole_file_tells_its_encoding() {
    let mut text = b"date,lat,lon,note\n2025-10-16,34.1,71,\xff\n".to_vec();
    for row in 0..60_000 {
        let note = if row < 40_000 { "plain" } else { "Kötztür" };
        text.extend_from_slice(format!("2025-10-16,34.{row:06},71,{note}\n").as_bytes());
    }
    let reading = read_text(&text).unwrap();
    assert_eq!(reading.incidents[59_999].note(), "Kötztür");
    assert_eq!(reading.ledger.entries[0].reason, Reason::NotUtf8);
    assert_eq!(used(&reading), 60_001);
    // Damage in another encoding is said too.
    let mut wide: Vec<u8> = "\u{feff}date,lat,lon,note\n2025-10-16,34.1,71,bß"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    wide.push(b'x');
    let reading = read_text(&wide).unwrap();
    assert_eq!(reading.ledger.entries[0].reason, Reason::NotUtf8);
}

#[test]
fn odd_first_lines_are_understood() {
    for text in [
        "sep=;\rdate;latitude;longitude\r16.05.2025;34,5;71,25\r",
        "\"SEP=;\"\r\ndate;latitude;longitude\r\n16.05.2025;34,5;71,25\r\n",
        "date;latitude;longitude;note\r16.05.2025;34,5;71,25;a, b, c, d, e\r16.05.2025;34,5;71,25;a, b, c, d\r",
        "#,date,latitude,longitude\n1,2025-05-16,34.5,71.25\n",
        "#date,#geo+lat,#geo+lon\n2025-05-16,34.5,71.25\n",
    ] {
        let reading = read_text(text.as_bytes()).unwrap();
        let position = reading.incidents[0].position;
        assert_eq!(position, Position::new(71.25, 34.5).unwrap(), "{text:?}");
    }
    let text = "date,latitude,longitude,latitude\n2025-10-16,34.1,71.0,35.5\n";
    let reading = read_text(text.as_bytes()).unwrap();
    assert!(
        reading.files[0]
            .remarks
            .iter()
            .any(|it| it.contains("several columns are named latitude"))
    );
    // Decimal degrees in a file of packed ones are not seconds.
    let text = "date,latitude,longitude\n2025-10-16,340652,0450500\n2025-10-17,340752,0450500\n2025-10-19,34.1147,45.0924\n";
    let reading = read_text(text.as_bytes()).unwrap();
    assert_eq!(reading.ledger.entries[2].reason, Reason::CoordinateInvalid);
}
