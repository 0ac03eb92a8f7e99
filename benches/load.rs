//! Reading 1,000,000 reports of 15 columns (about 200 MB, a quarter of them with quoted text that holds
//! commas and line feeds) into checked incidents with a full ledger, beside the floor: the csv crate
//! iterating the same bytes as `ByteRecord`s on one core.
//!
//! `cargo bench --bench load` prints the medians of five runs each, their ratio, and the memory: what is
//! kept when reading is done, and the most that was held on the way. Rows may be given:
//! `cargo bench --bench load -- 100000`.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::time::Instant;

use borderscope::case::{IncidentFile, Options};
use borderscope::input::incidents;
use peak_alloc::PeakAlloc;

/// Counts what is held.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// `SplitMix64`, so that every run reads the same table.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit
    }
}

fn table(rows: u64) -> String {
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

fn floor(bytes: &[u8]) -> usize {
    let mut reader = csv::Reader::from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    let mut fields = 0;
    while reader.read_byte_record(&mut record).expect("a record") {
        fields += record.len();
    }
    fields
}

fn main() {
    let rows = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(1_000_000);
    let text = table(rows);
    let size = text.len();
    let mut file = tempfile::Builder::new()
        .suffix(".csv")
        .tempfile()
        .expect("a file");
    file.write_all(text.as_bytes()).expect("writing");
    let options = Options::default();
    let files = [IncidentFile::new(file.path())];
    let median = |mut runs: Vec<f64>| {
        runs.sort_by(f64::total_cmp);
        runs[runs.len() / 2]
    };
    let floor = median(
        (0..5)
            .map(|_| {
                let start = Instant::now();
                black_box(floor(text.as_bytes()));
                start.elapsed().as_secs_f64()
            })
            .collect(),
    );
    drop(text);
    let before = MEMORY.current_usage();
    let mut kept = 0;
    let mut most = 0;
    let read = median(
        (0..5)
            .map(|_| {
                MEMORY.reset_peak_usage();
                let start = Instant::now();
                let reading = incidents::read(&files, &options, None).expect("a reading");
                let took = start.elapsed().as_secs_f64();
                assert_eq!(reading.incidents.len() as u64, rows);
                kept = MEMORY.current_usage() - before;
                most = MEMORY.peak_usage() - before;
                took
            })
            .collect(),
    );
    let megabytes = |bytes: usize| bytes as f64 / 1e6;
    println!(
        "{rows} rows, {:.0} MB, {} threads",
        megabytes(size),
        rayon::current_num_threads()
    );
    println!("csv ByteRecords, one core  {floor:.3} s");
    println!(
        "incidents and ledger       {read:.3} s, {:.2} times that",
        read / floor
    );
    println!(
        "kept                       {:.0} MB; at most {:.0} MB on the way, {:.2} times that",
        megabytes(kept),
        megabytes(most),
        most as f64 / kept as f64
    );
}
