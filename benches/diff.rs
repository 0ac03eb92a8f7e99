//! What changed between two packs, against the floor and the naive way.
//!
//! `cargo bench --bench diff` makes two packs of 300,000 incidents, the later with every 40th under another id and a tenth of
//! the rest contested, of another kind, or with other digits, so that they lie or count elsewhere, and prints the seconds (best and median) of
//! reading both, comparing, writing, and of all; the floor, which parses both tables and does nothing with them; and
//! the naive way: rows by id in a hash map, and a count of those that differ in any field, which finds neither what
//! moved nor what became of clusters. Another number of incidents may be given: `cargo bench --bench diff -- 1000000`.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use borderscope::case::{Case, IncidentFile};
use borderscope::diff::{Diff, Pack, write};
use borderscope::output;
use borderscope::pipeline::{self, Silent};
use csv::{ByteRecord, ReaderBuilder};

mod clock;
mod table;

use clock::timed;
use table::{Dice, data, near_the_line};

/// How often each is measured.
const RUNS: usize = 3;

/// The later edition of a table.
fn later(table: &str) -> String {
    let mut dice = Dice(11);
    let mut text = String::with_capacity(table.len());
    for (number, row) in table.lines().enumerate() {
        if number > 0 && number % 40 == 0 {
            let (_, rest) = row.split_once(',').expect("an id");
            text.push_str(&format!("N-{number:07},{rest}\n"));
            continue;
        }
        let changed = number > 0 && number % 10 == 3;
        match (changed, dice.below(3)) {
            (true, 0) => text.push_str(&row.replace("claimed", "contested")),
            (true, 1) => text.push_str(&row.replace(",3", ",4")),
            (true, _) => text.push_str(&row.replace("armed_clash", "shelling")),
            (false, _) => text.push_str(row),
        }
        text.push('\n');
    }
    text
}

fn pack(folder: &Path, name: &str, table: &str) -> PathBuf {
    let path = folder.join(format!("{name}.csv"));
    fs::write(&path, table).expect("writing");
    let mut case = Case::from_files(vec![IncidentFile::new(path)], data("border.geojson"));
    case.export.formats = Some(Vec::new());
    let analysis = pipeline::analyse(&case, &Silent).expect("an analysis");
    let pack = folder.join(name);
    output::write(&analysis, &[], &pack, &Silent).expect("a pack");
    // As the program does: it ends.
    std::mem::forget(analysis);
    pack
}

fn each(pack: &Path, mut take: impl FnMut(&ByteRecord)) {
    let path = pack.join("tables/incidents.csv");
    let mut from = ReaderBuilder::new().from_path(path).expect("a table");
    let mut row = ByteRecord::new();
    while from.read_byte_record(&mut row).expect("a row") {
        take(&row);
    }
}

/// Rows that are gone, new, or otherwise.
fn naive(old: &Path, new: &Path) -> [usize; 3] {
    let mut by_id: HashMap<Vec<u8>, ByteRecord> = HashMap::new();
    each(old, |row| {
        by_id.insert(row[0].to_vec(), row.clone());
    });
    let [mut added, mut otherwise] = [0; 2];
    each(new, |row| match by_id.remove(&row[0]) {
        None => added += 1,
        Some(before) => otherwise += usize::from(before != *row),
    });
    [by_id.len(), added, otherwise]
}

fn main() {
    let incidents = table::rows_asked_or(300_000) as usize;
    let folder = tempfile::tempdir().expect("a folder");
    let table = near_the_line(incidents);
    let old = pack(folder.path(), "old", &table);
    let new = pack(folder.path(), "new", &later(&table));
    println!("two packs of {incidents} incidents");
    println!("{:<34} {:>7} {:>7}", "", "best", "median");
    let line = |what: &str, (best, median): (f64, f64)| {
        println!("{what:<34} {best:7.2} {median:7.2}");
        best
    };
    let both = || [&old, &new].map(|pack| Pack::read(pack).expect("a pack"));
    line("reading both", timed(RUNS, || drop(both())));
    let [one, other] = both();
    line("comparing", timed(RUNS, || drop(Diff::of(&one, &other))));
    let diff = Diff::of(&one, &other);
    let out = folder.path().join("diff");
    line(
        "writing",
        timed(RUNS, || write::folder(&diff, &out).expect("writing")),
    );
    let changes = diff.incidents.all.len();
    let whole = line(
        "all",
        timed(RUNS, || {
            let [one, other] = both();
            write::folder(&Diff::of(&one, &other), &out).expect("writing");
        }),
    );
    let mut bytes = 0;
    let floor = line(
        "floor: both tables, parsed",
        timed(RUNS, || {
            for pack in [&old, &new] {
                each(pack, |row| bytes += row.as_slice().len());
            }
        }),
    );
    let mut found = [0; 3];
    let other_way = line(
        "naive: rows by id",
        timed(RUNS, || found = naive(&old, &new)),
    );
    println!(
        "{changes} changes in {} MB; of the naive way {} gone, {} new, {} otherwise",
        bytes / RUNS / 1_000_000,
        found[0],
        found[1],
        found[2]
    );
    println!(
        "all / floor {:.2}, all / naive {:.2}",
        whole / floor,
        whole / other_way
    );
}
