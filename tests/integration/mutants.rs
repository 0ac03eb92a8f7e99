//! Fuzzing on stable Rust: the files and texts of `tests/corpus` are changed at random and read. Nothing
//! may panic or hang, every record must have a fate, and what is read must be in range.
//!
//! A seed and a number of rounds that take a few seconds are fixed; `BORDERSCOPE_FUZZ_SECONDS=60` goes on
//! from there for so long, and `BORDERSCOPE_FUZZ_FROM=123` begins with the round that failed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use borderscope::case::{AxisOrder, DateOrder, FileOptions, IncidentFile, Options};
use borderscope::input::coordinates;
use borderscope::input::counts::{self, Count};
use borderscope::input::dates::{self, Written};
use borderscope::input::incidents;
use borderscope::ledger::Fate;

use super::support::{Dice, repository};

/// One file or text takes a few milliseconds; this is a hang on any machine.
const HANG: Duration = Duration::from_secs(30);

/// Bytes that mean something to a reader somewhere.
const TOKENS: [&[u8]; 40] = [
    b"\"",
    b"\"\"",
    b"\"\"\"",
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"#",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xff",
    b"\xc3",
    b"\xe2\x80",
    b"sep=;\n",
    b"-",
    b"+",
    b".",
    b"1e400",
    b"NaN",
    b"inf",
    b"99999999999999999999",
    b"-99",
    b"0",
    b"360",
    b"N",
    b"S",
    b"W",
    "°".as_bytes(),
    "′".as_bytes(),
    "٣".as_bytes(),
    "−".as_bytes(),
    "\u{200f}".as_bytes(),
    b"2025",
    b"=1+1",
    b" ",
];

fn below(dice: &mut Dice, limit: usize) -> usize {
    (dice.next() % limit.max(1) as u64) as usize
}

/// A change of one place, as often as the dice say.
fn mutated(seed: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=below(dice, 6) {
        let at = below(dice, bytes.len() + 1);
        let end = (at + below(dice, 40)).min(bytes.len());
        match below(dice, 8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << below(dice, 8),
            1 if at < bytes.len() => bytes[at] = dice.next() as u8,
            2 => drop(bytes.drain(at..end)),
            3 => {
                let copied = bytes[at..end].to_vec();
                let to = below(dice, bytes.len() + 1);
                bytes.splice(to..to, copied);
            }
            4 => {
                let from = below(dice, other.len() + 1);
                let to = (from + below(dice, 200)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            5 => bytes.truncate(at),
            _ => {
                let token = TOKENS[below(dice, TOKENS.len())];
                bytes.splice(at..at, token.iter().copied());
            }
        }
    }
    bytes
}

fn one_of<T: Clone>(values: &[T], dice: &mut Dice) -> Option<T> {
    // Mostly nothing is said.
    values.get(below(dice, values.len() * 4)).cloned()
}

fn read(path: &Path, bytes: &[u8], dice: &mut Dice) {
    fs::write(path, bytes).unwrap();
    let options = FileOptions {
        separator: one_of(b",;\t|", dice),
        encoding: one_of(&["windows-1256".to_owned(), "utf-16le".to_owned()], dice),
        date_order: one_of(&[DateOrder::DayFirst, DateOrder::MonthFirst], dice),
        axis_order: one_of(&[AxisOrder::LatitudeFirst, AxisOrder::LongitudeFirst], dice),
        spreadsheet_dates: below(dice, 4) == 0,
        ..FileOptions::default()
    };
    let file = IncidentFile {
        path: path.to_owned(),
        options,
    };
    let files = [file.clone(), file];
    // Twice: as it is, and after itself, when every record is a repetition.
    for files in [&files[..1], &files] {
        let Ok(reading) = incidents::read(files, &Options::default(), None) else {
            return;
        };
        reading.ledger.check().unwrap();
        let ledger = &reading.ledger;
        let entries = ledger.entries.len();
        assert_eq!(entries as u64, ledger.records());
        let left = ledger.count(Fate::Used) + ledger.count(Fate::Held);
        assert_eq!(left, reading.incidents.len());
        assert_eq!(ledger.count(Fate::Merged), reading.merged.len());
        let mut before = None;
        for entry in ledger.entries.iter() {
            let here = (entry.file, entry.line, entry.record);
            assert!(before < Some(here), "lines and numbers ascend");
            before = Some(here);
        }
        for incident in reading.incidents.iter() {
            let entry = &ledger.entries[incident.record];
            assert!(matches!(entry.fate, Fate::Used | Fate::Held));
            assert!(incident.day <= incident.last_day);
            assert!(incident.position.latitude().abs() <= 90.0);
            assert!(incident.position.longitude().abs() <= 180.0);
            assert!(
                incident
                    .location_radius
                    .is_none_or(|it| it.0.is_finite() && it.0 >= 0.0)
            );
        }
    }
}

fn parse(text: &str) {
    let in_range = |degrees: f64| degrees.is_finite() && degrees.abs() <= 180.0;
    for angle in [coordinates::angle(text), coordinates::packed(text)]
        .into_iter()
        .flatten()
    {
        assert!(in_range(angle.degrees), "{text:?}");
    }
    if let Some(pair) = coordinates::pair(text) {
        assert!(pair.iter().all(|it| in_range(it.degrees)), "{text:?}");
    }
    if let Ok(square) = coordinates::mgrs(text) {
        assert!(square.half_diagonal.0.is_finite() && square.half_diagonal.0 > 0.0);
    }
    let _ = coordinates::utm(text);
    let _ = dates::spreadsheet_serial(text);
    let _ = dates::from_parts(text, text, text);
    match dates::date(text) {
        Some(Written::Plain(dated)) => assert!(dated.first <= dated.last, "{text:?}"),
        Some(Written::Ordered {
            day_first,
            month_first,
        }) => {
            assert!(day_first != month_first, "{text:?}");
        }
        None => {}
    }
    if let Some(Count::Range { low, high }) = counts::count(text) {
        assert!(low.is_some() || high.is_some(), "{text:?}");
        assert!(low.is_none() || high.is_none() || low < high, "{text:?}");
    }
}

/// Says which round failed.
struct Round(u64);

impl Drop for Round {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("in round {}", self.0);
        }
    }
}

/// Runs rounds until there are enough and the time that was asked for is over. A round depends
/// on its number alone, so a failure names all that it takes to see it again.
fn rounds(least: u64, round: impl Fn(u64, &mut Dice)) {
    let asked = |name: &str| -> u64 {
        let text = std::env::var(format!("BORDERSCOPE_FUZZ_{name}"));
        text.ok().and_then(|text| text.parse().ok()).unwrap_or(0)
    };
    let (first, seconds) = (asked("FROM"), asked("SECONDS"));
    let start = Instant::now();
    let mut now = Round(first);
    while now.0 < first + least || start.elapsed() < Duration::from_secs(seconds) {
        let before = Instant::now();
        round(now.0, &mut Dice(now.0));
        assert!(before.elapsed() < HANG);
        now.0 += 1;
    }
    eprintln!("{} rounds", now.0);
}

fn corpus_files() -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(repository("tests/corpus/files"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(paths.len() > 20);
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn changed_files_are_read_or_refused() {
    let corpus = corpus_files();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed.csv");
    rounds(4_000, |number, dice| {
        let seed = &corpus[number as usize % corpus.len()];
        let other = &corpus[below(dice, corpus.len())];
        // Once as it is.
        let bytes = if number < corpus.len() as u64 {
            seed.clone()
        } else {
            mutated(seed, other, dice)
        };
        read(&path, &bytes, dice);
    });
}

#[test]
fn changed_texts_are_parsed_or_refused() {
    let corpus: Vec<String> = ["coordinates", "dates", "counts"]
        .iter()
        .flat_map(|name| {
            let path = repository(&format!("tests/corpus/{name}.txt"));
            let text = fs::read_to_string(path).unwrap();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    rounds(200_000, |number, dice| {
        let seed = &corpus[number as usize % corpus.len()];
        let other = &corpus[below(dice, corpus.len())];
        let bytes = mutated(seed.as_bytes(), other.as_bytes(), dice);
        parse(&String::from_utf8_lossy(&bytes));
    });
}
