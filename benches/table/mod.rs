//! A table of reports for benchmarks: 15 columns, a quarter of the rows with quoted text that holds commas
//! and line feeds; and seeded dice.
#![allow(dead_code, reason = "each benchmark uses a part")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use borderscope::border::Border;
use borderscope::case::{BorderSource, IncidentFile};
use borderscope::geodesy::{Azimuth, direct};
use borderscope::input;
use borderscope::units::{Day, Days, Metres};

/// How many rows were asked for on the command line, else so many.
pub(crate) fn rows_asked_or(rows: u64) -> u64 {
    std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(rows)
}

/// A text in a file that lives as long as what is returned.
pub(crate) fn file(text: &str) -> (tempfile::NamedTempFile, [IncidentFile; 1]) {
    let mut file = tempfile::Builder::new()
        .suffix(".csv")
        .tempfile()
        .expect("a file");
    file.write_all(text.as_bytes()).expect("writing");
    let named = IncidentFile::new(file.path());
    (file, [named])
}

/// `SplitMix64`, so that every run reads the same table.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn unit(&mut self) -> f64 {
        self.below(1 << 53) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit
    }
}

pub(crate) fn csv(rows: u64) -> String {
    let mut dice = Dice(7);
    let kinds = [
        "armed_clash",
        "shelling",
        "airstrike",
        "infiltration",
        "ambush",
    ];
    let mut text =
        "id,date,place,admin1,country,latitude,longitude,geo_precision,event_type,actor_a,actor_b,\
         reported_by,fatalities_best,claim_status,note\n"
            .to_owned();
    for row in 0..rows {
        let day = 1 + dice.below(28);
        let month = 1 + dice.below(12);
        let note = match dice.below(4) {
            0 => {
                "\"Reported by one side, \"\"no other word of it\"\";\na second line says the same again.\""
            }
            1 => {
                "\"Two posts, one crossing, and a road; the number of dead is the reporter's own.\""
            }
            _ => "Fire was exchanged for some hours near the post and stopped before the morning",
        };
        writeln!(
            text,
            "S-{row:08},2025-{month:02}-{day:02},Place {} near the line,Province {},Country {},{}.{:05},{}.{:05},{},\
             {},Forces of side A,Forces of side B,side_{},{},claimed,{note}",
            dice.below(900),
            dice.below(30),
            dice.below(2),
            30 + dice.below(6),
            dice.below(100_000),
            66 + dice.below(6),
            dice.below(100_000),
            1 + dice.below(4),
            kinds[dice.below(5) as usize],
            dice.below(3),
            dice.below(9),
        )
        .expect("writing to a string");
    }
    text
}

/// A file of the shipped case.
pub(crate) fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data/afpk-2025")
        .join(file)
}

/// The line of the shipped case.
pub(crate) fn border() -> Border {
    input::border::read(&BorderSource::new(data("border.geojson"))).expect("the shipped border")
}

/// Incidents within some 60 km of the line, in bursts around hot places and days.
pub(crate) fn near_the_line(incidents: usize) -> String {
    let border = border();
    let start = Day::from_date(jiff::civil::date(2023, 1, 1));
    let mut dice = Dice(42);
    let hot: Vec<(f64, f64)> = (0..=(incidents / 20))
        .map(|_| (dice.unit(), dice.unit()))
        .collect();
    let kinds = [
        "armed_clash",
        "shelling",
        "airstrike",
        "infiltration",
        "ambush",
        "bombing",
    ];
    let mut text =
        "id,date,place,latitude,longitude,geo_precision,event_type,actor_a,actor_b,reported_by,\
                    fatalities_low,fatalities_best,fatalities_high,claim_status,note\n"
            .to_owned();
    for number in 0..incidents {
        let (along, when) = hot[(dice.unit() * hot.len() as f64) as usize];
        let from = border.at(border.length() * (along + 0.004 * dice.unit()).min(1.0));
        let away = Metres(60_000.0 * dice.unit() * dice.unit());
        let at = direct(from, Azimuth(360.0 * dice.unit() - 180.0), away).0;
        let day = start.plus(Days((1_000.0 * when + 12.0 * dice.unit()) as i32));
        let kind = kinds[(dice.unit() * kinds.len() as f64) as usize];
        let deaths = (dice.unit() * 8.0) as u32;
        let precision = 1 + (dice.unit() * 3.2) as u32;
        writeln!(
            text,
            "S-{number:07},{day},\"Place {}, north\",{:.5},{:.5},{precision},{kind},Side A,Side B,side_a,\
             {deaths},{deaths},{},claimed,\"Reported by one side; no other word of it.\"",
            number % 500,
            at.latitude(),
            at.longitude(),
            deaths + 3,
        )
        .expect("writing to a string");
    }
    text
}
