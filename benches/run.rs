//! The whole run, from a table to a pack with all tables, layers and pictures: 10,000 and 1,000,000 incidents
//! near the line of the shipped case.
//!
//! `cargo bench --bench run` prints the time of every stage, the floor (reading the table and writing the bytes of
//! the pack, with nothing in between) and the most memory; sizes may be given: `cargo bench --bench run -- 10000`.
//! Packs go to the system's folder for temporary files, so its disk is part of the time.

use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use borderscope::case::{Case, IncidentFile};
use borderscope::output;
use borderscope::pipeline::{self, Progress};

mod table;

use table::{data, near_the_line};

/// Hears when stages begin.
struct Stages(Mutex<Vec<(&'static str, Instant)>>);

impl Progress for Stages {
    fn stage(&self, name: &'static str, _: u64) {
        let mut stages = self.0.lock().expect("no stage panics");
        stages.push((name, Instant::now()));
    }
    fn advance(&self, _: u64) {}
}

/// The most memory that the process has held, in MB, where the system tells.
fn most_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1_000)
}

fn files(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                files(&path)
            } else {
                path.metadata().expect("a file").len()
            }
        })
        .sum()
}

fn run(incidents: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("incidents.csv");
    std::fs::write(&path, near_the_line(incidents)).expect("writing");
    let mut case = Case::from_files(vec![IncidentFile::new(&path)], data("border.geojson"));
    case.places = Some(data("places.csv"));
    case.basemap = Some(data("basemap.geojson"));

    let pack = folder.path().join("pack");
    let stages = Stages(Mutex::new(Vec::new()));
    let start = Instant::now();
    let analysis = pipeline::analyse(&case, &stages).expect("an analysis");
    let inputs = [("incidents", path.clone())];
    output::write(&analysis, &inputs, &pack, &stages).expect("a pack");
    let end = Instant::now();
    // As the program does: it ends.
    std::mem::forget(analysis);

    let bytes = files(&pack);
    let floor = Instant::now();
    let read = std::fs::read(&path).expect("reading");
    let mut file = std::fs::File::create(folder.path().join("floor")).expect("a file");
    let block = vec![b'x'; 1 << 20];
    for _ in 0..bytes >> 20 {
        file.write_all(&block).expect("writing");
    }
    let floor = floor.elapsed().as_secs_f64();

    let seconds = (end - start).as_secs_f64();
    let target = match incidents {
        10_000 => Some(0.6),
        1_000_000 => Some(3.0),
        _ => None,
    };
    if let Some(target) = target {
        println!("target {target} s: {:.1} times that", seconds / target);
    }
    println!(
        "{incidents} incidents, {:.0} MB read, {:.0} MB written: {seconds:.2} s, floor {floor:.2} s{}",
        read.len() as f64 / 1e6,
        bytes as f64 / 1e6,
        most_memory().map_or_else(String::new, |memory| format!(", at most {memory} MB")),
    );
    let stages = stages.0.into_inner().expect("no stage panics");
    let ends = stages.iter().skip(1).map(|stage| stage.1).chain([end]);
    for ((name, begun), end) in stages.iter().zip(ends) {
        println!("  {name:<28} {:.3} s", (end - *begun).as_secs_f64());
    }
}

fn main() {
    let asked: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let sizes = if asked.is_empty() {
        vec![10_000, 1_000_000]
    } else {
        asked
    };
    for incidents in sizes {
        run(incidents);
    }
}
