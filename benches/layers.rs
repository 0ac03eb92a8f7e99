//! The layers of a million incidents in every format, against the floor and against GDAL.
//!
//! `cargo bench --bench layers` prints for each format the seconds (best and median of a few), the megabytes and
//! megabytes a second of the layer of incidents, and the most memory that writing it held beside the analysis. The floor
//! is writing as many bytes to the same disk. Where `ogr2ogr` is installed, it makes the same file from our `GeoJSON`,
//! and the ratio of our seconds to its own is told; formats that it cannot write are left out. Another number of
//! incidents may be given: `cargo bench --bench layers -- 100000`.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use borderscope::case::{Case, IncidentFile};
use borderscope::export::formats::{self, Content, Format, Layers};
use borderscope::pipeline::{self, Silent};
use peak_alloc::PeakAlloc;

mod clock;
mod table;

use clock::timed;
use table::{data, near_the_line};

#[global_allocator]
static PEAK: PeakAlloc = PeakAlloc;

/// How often each is measured.
const RUNS: usize = 3;

/// The name that `ogr2ogr` has for a format, and its options.
fn driver(format: &str) -> Option<(&'static str, &'static [&'static str])> {
    match format {
        "geojson" => Some(("GeoJSON", &["-lco", "RFC7946=YES"])),
        "geojson-lines" => Some(("GeoJSONSeq", &[])),
        "geopackage" => Some(("GPKG", &["-lco", "SPATIAL_INDEX=YES"])),
        "flatgeobuf" => Some(("FlatGeobuf", &["-lco", "SPATIAL_INDEX=YES"])),
        "geoparquet" => Some(("Parquet", &[])),
        "kml" => Some(("KML", &[])),
        _ => None,
    }
}

/// Writes the layer of incidents in a format, or all layers where the format has but one file.
fn write(layers: &Layers<'_>, format: &'static Format, folder: &Path) -> std::path::PathBuf {
    let files = formats::files(layers, [format]);
    let file = files
        .iter()
        .find(|file| file.path.contains("/incidents."))
        .or(files.first())
        .expect("a file");
    let path = folder.join(file.path.replace('/', "-"));
    match &file.content {
        Content::Stream(write) => {
            let mut to = BufWriter::with_capacity(1 << 16, File::create(&path).expect("a file"));
            write(&mut to).expect("writing");
            to.flush().expect("writing");
        }
        Content::At(write) => {
            let _ = fs::remove_file(&path);
            write(&path).expect("writing");
        }
    }
    path
}

/// Makes the same file by GDAL from our `GeoJSON`; whether it could.
fn by_gdal(driver: (&str, &[&str]), from: &Path, to: &Path) -> bool {
    let _ = fs::remove_file(to);
    Command::new("ogr2ogr")
        .args(["-f", driver.0])
        .args(driver.1)
        .args([to, from])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn main() {
    let incidents = table::rows_asked_or(1_000_000) as usize;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("incidents.csv");
    fs::write(&path, near_the_line(incidents)).expect("writing");
    let case = Case::from_files(vec![IncidentFile::new(path)], data("border.geojson"));
    let analysis = pipeline::analyse(&case, &Silent).expect("an analysis");
    let layers = Layers::of(&analysis);
    println!(
        "layers of {incidents} incidents; targets: GeoJSON 150 MB/s, the others at most GDAL's time"
    );
    println!(
        "{:<16} {:>7} {:>7} {:>8} {:>7} {:>8} {:>7} {:>7} {:>6}",
        "", "best", "median", "MB", "MB/s", "peak MB", "floor", "GDAL", "ratio"
    );
    let formats = formats::ALL.iter();
    let json = formats.clone().find(|it| it.name == "geojson").expect("it");
    let json = write(&layers, json, folder.path());
    for format in formats {
        let held = PEAK.current_usage_as_mb();
        PEAK.reset_peak_usage();
        let mut written = json.clone();
        let (best, median) = timed(RUNS, || written = write(&layers, format, folder.path()));
        let peak = PEAK.peak_usage_as_mb() - held;
        let bytes = fs::read(&written).expect("reading");
        let floor = timed(RUNS, || {
            fs::write(folder.path().join("floor"), &bytes).expect("writing");
        });
        let megabytes = bytes.len() as f64 / 1e6;
        drop(bytes);
        print!(
            "{:<16} {best:7.2} {median:7.2} {megabytes:8.1} {:7.0} {peak:8.0} {:7.2}",
            format.name,
            megabytes / best,
            floor.0
        );
        // Some drivers write only under the ending of their format.
        let ending = written.extension().unwrap_or_default();
        let other = folder.path().join("gdal").with_extension(ending);
        let gdal = driver(format.name).and_then(|driver| {
            let mut done = true;
            let (best, _) = timed(RUNS, || done &= by_gdal(driver, &json, &other));
            done.then_some(best)
        });
        match gdal {
            Some(seconds) => println!(" {seconds:7.2} {:6.2}", best / seconds),
            None => println!(" {:>7} {:>6}", "-", "-"),
        }
    }
    // As the program does: it ends.
    drop(layers);
    std::mem::forget(analysis);
}
