//! The memory that reading 1,000,000 reports of 15 columns takes: what is kept when reading is done, and the
//! most that was held on the way. `cargo bench --bench load_memory`; the time is in `--bench load`.

use borderscope::case::Options;
use borderscope::input::incidents;
use peak_alloc::PeakAlloc;

mod table;

/// Counts what is held.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

fn main() {
    let rows = table::rows_asked_or(1_000_000);
    let text = table::csv(rows);
    let (_held, files) = table::file(&text);
    let size = text.len();
    drop(text);
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let reading = incidents::read(&files, &Options::default(), None).expect("a reading");
    assert_eq!(reading.incidents.len() as u64, rows);
    let kept = MEMORY.current_usage() - before;
    let most = MEMORY.peak_usage() - before;
    let megabytes = |bytes: usize| bytes as f64 / 1e6;
    println!(
        "{rows} rows, {:.0} MB: {:.0} MB kept, at most {:.0} MB on the way, {:.2} times that",
        megabytes(size),
        megabytes(kept),
        megabytes(most),
        most as f64 / kept as f64
    );
}
