//! Load, locate, cluster, draw and write at 1,000, 10,000 and 100,000 seeded incidents on the line of
//! the shipped case, each stage beside its floor or its naive way where there is one.
//!
//! `cargo bench` prints medians; compare figures of one run only, machines differ.

use std::hint::black_box;

use borderscope::analysis::Analysis;
use borderscope::case::{Case, IncidentFile, Options};
use borderscope::geodesy::Position;
use borderscope::input;
use borderscope::locate::Locator;
use borderscope::pipeline::{self, Silent};
use borderscope::render::sheet::Sheet;
use borderscope::render::theme::Symbols;
use borderscope::render::{charts, map, raster};
use borderscope::units::Metres;
use borderscope::{cluster, output};
use divan::Bencher;

mod table;

use table::{border, data, near_the_line};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

fn main() {
    divan::main();
}

struct Prepared {
    _folder: tempfile::TempDir,
    case: Case,
    bytes: Vec<u8>,
}

fn prepared(incidents: usize) -> Prepared {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("incidents.csv");
    let bytes = near_the_line(incidents).into_bytes();
    std::fs::write(&path, &bytes).expect("writing");
    let mut case = Case::from_files(vec![IncidentFile::new(path)], data("border.geojson"));
    case.places = Some(data("places.csv"));
    case.basemap = Some(data("basemap.geojson"));
    Prepared {
        _folder: folder,
        case,
        bytes,
    }
}

fn analysed(incidents: usize) -> Analysis {
    pipeline::analyse(&prepared(incidents).case, &Silent).expect("an analysis")
}

/// The floor of reading: the csv crate iterating the same bytes.
#[divan::bench(args = SIZES)]
fn load_floor_csv_records(bencher: Bencher, incidents: usize) {
    let prepared = prepared(incidents);
    bencher.bench(|| {
        let mut reader = csv::Reader::from_reader(prepared.bytes.as_slice());
        let mut record = csv::ByteRecord::new();
        let mut fields = 0;
        while reader.read_byte_record(&mut record).expect("a record") {
            fields += record.len();
        }
        fields
    });
}

#[divan::bench(args = SIZES)]
fn load(bencher: Bencher, incidents: usize) {
    let prepared = prepared(incidents);
    let options = Options::default();
    bencher.bench(|| {
        input::incidents::read(&prepared.case.incidents, &options, None).expect("a reading")
    });
}

fn positions(incidents: usize) -> Vec<Position> {
    analysed(incidents)
        .incidents
        .iter()
        .map(|it| it.incident.position)
        .collect()
}

/// The naive way to locate: every piece of the line measured, for a hundredth of the incidents.
#[divan::bench(args = SIZES, sample_count = 3)]
fn locate_hundredth_naive(bencher: Bencher, incidents: usize) {
    let border = border();
    let positions = positions(incidents);
    bencher.bench(|| {
        positions
            .iter()
            .step_by(100)
            .map(|&position| {
                border
                    .pieces()
                    .iter()
                    .map(|piece| piece.segment.foot(position, Metres::ZERO).offset.0)
                    .fold(f64::INFINITY, f64::min)
            })
            .sum::<f64>()
    });
}

/// One core.
#[divan::bench(args = SIZES)]
fn locate(bencher: Bencher, incidents: usize) {
    let border = border();
    let locator = Locator::new(&border);
    let positions = positions(incidents);
    bencher.bench(|| {
        positions
            .iter()
            .map(|&position| black_box(locator.locate(position)).offset.0)
            .sum::<f64>()
    });
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn cluster_assign(bencher: Bencher, incidents: usize) {
    let analysis = analysed(incidents);
    bencher
        .with_inputs(|| analysis.incidents.clone())
        .bench_refs(|incidents| cluster::assign(incidents, &analysis.options.cluster, 1));
}

/// All four pictures to PNG, one after the other.
#[divan::bench(args = SIZES, sample_count = 5)]
fn draw(bencher: Bencher, incidents: usize) {
    let analysis = analysed(incidents);
    bencher.bench(|| {
        let symbols = Symbols::of(&analysis);
        let sheet = Sheet::of(&analysis);
        [
            map::overview,
            charts::timeline,
            charts::sector_weeks,
            charts::chainage_dates,
        ]
        .map(|picture| {
            raster::png(&picture(&analysis, &symbols, &sheet), 1.0)
                .expect("a picture")
                .len()
        })
    });
}

/// The whole job: read, analyse, draw, write.
#[divan::bench(args = SIZES, sample_count = 5)]
fn whole_run(bencher: Bencher, incidents: usize) {
    let prepared = prepared(incidents);
    let folder = tempfile::tempdir().expect("a folder");
    let inputs = [("incidents", prepared.case.incidents[0].path.clone())];
    bencher.bench(|| {
        let analysis = pipeline::analyse(&prepared.case, &Silent).expect("an analysis");
        output::write(&analysis, &inputs, &folder.path().join("pack"), &Silent).expect("a pack")
    });
}
