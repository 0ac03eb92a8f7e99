//! Reading 1,000,000 reports of 15 columns (about 200 MB, quoted text included) into checked incidents
//! with a full ledger, beside the floor: the csv crate iterating the same bytes as `ByteRecord`s on one
//! core.
//!
//! `cargo bench --bench load` prints the medians of several runs each, taken in turns, and their ratio;
//! `cargo bench --bench load_memory` the memory, apart from this because counting it costs time. Rows may
//! be given: `cargo bench --bench load -- 100000`.

use std::hint::black_box;
use std::time::Instant;

use borderscope::case::Options;
use borderscope::input::incidents;

mod table;

/// How often each is timed.
const RUNS: usize = 9;

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
    let rows = table::rows_asked_or(1_000_000);
    let text = table::csv(rows);
    let (_held, files) = table::file(&text);
    let options = Options::default();
    let mut floors = Vec::new();
    let mut reads = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        black_box(floor(text.as_bytes()));
        floors.push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        let reading = incidents::read(&files, &options, None).expect("a reading");
        reads.push(start.elapsed().as_secs_f64());
        assert_eq!(reading.incidents.len() as u64, rows);
    }
    let median = |mut runs: Vec<f64>| {
        runs.sort_by(f64::total_cmp);
        runs[runs.len() / 2]
    };
    let (floor, read) = (median(floors), median(reads));
    println!(
        "{rows} rows, {:.0} MB, {} threads",
        text.len() as f64 / 1e6,
        rayon::current_num_threads()
    );
    println!("csv ByteRecords, one core  {floor:.3} s");
    println!(
        "incidents and ledger       {read:.3} s, {:.2} times that",
        read / floor
    );
}
