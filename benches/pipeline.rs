//! Load, locate, cluster, draw and write at 1,000, 10,000 and 100,000 seeded incidents on the line of
//! the shipped case, each stage beside its floor or its naive way where there is one.
//!
//! `cargo bench` prints medians; compare figures of one run only, machines differ.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use borderscope::analysis::Analysis;
use borderscope::border::Border;
use borderscope::case::{BorderSource, Case, IncidentFile, Options};
use borderscope::geodesy::{Azimuth, Position, direct};
use borderscope::input;
use borderscope::locate::Locator;
use borderscope::pipeline::{self, Silent};
use borderscope::render::theme::Symbols;
use borderscope::render::{charts, map, raster};
use borderscope::units::{Day, Days, Metres};
use borderscope::{cluster, output};
use divan::Bencher;

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

fn main() {
    divan::main();
}

/// `SplitMix64`, so that every run benches the same incidents.
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data/afpk-2025")
        .join(file)
}

fn border() -> Border {
    input::border::read(&BorderSource::new(data("border.geojson"))).expect("the shipped border")
}

/// Incidents within some 60 km of the line, in bursts around hot places and days.
fn table(incidents: usize) -> String {
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

struct Prepared {
    _folder: tempfile::TempDir,
    case: Case,
    bytes: Vec<u8>,
}

fn prepared(incidents: usize) -> Prepared {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("incidents.csv");
    let bytes = table(incidents).into_bytes();
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
        [
            map::overview,
            charts::timeline,
            charts::sector_weeks,
            charts::chainage_dates,
        ]
        .map(|picture| {
            raster::png(&picture(&analysis, &symbols), 1.0)
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
