//! ST-DBSCAN of 1,000,000 incidents over three years and of 10,000,000 over thirty, eps 3 km and 5 days, at
//! places and days around hot spots along a line of 2,200 km: some 16 pairs of neighbours for each incident.
//! Then ten times as many in the same three years, which have a hundred times the pairs; and a million on a
//! thousand coordinates.
//!
//! `cargo bench --bench cluster` prints the time and the memory above the input; the most incidents may be
//! given: `cargo bench --bench cluster -- 1000000`.

use std::time::Instant;

use borderscope::case::Options;
use borderscope::cluster::dbscan::st_dbscan;
use borderscope::cluster::stability::stability;
use borderscope::geodesy::Position;
use borderscope::neighbours::SpaceTimeGrid;
use borderscope::uncertainty::{Knowledge, Known};
use borderscope::units::{Day, Days, Metres};
use peak_alloc::PeakAlloc;

mod table;

use table::Dice;

/// Counts what is held; a few allocations for each ring of cells, so it hardly costs time.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const THREE_YEARS: f64 = 1_095.0;
const EPS: (Metres, Days) = (Metres(3_000.0), Days(5));

/// Places along a bent line, a few kilometres around hot spots, days around those of the spot.
fn incidents(
    count: usize,
    spots: usize,
    spread: f64,
    days: f64,
    period: f64,
) -> (Vec<Position>, Vec<Day>) {
    let mut dice = Dice(99);
    let spots: Vec<(f64, f64, f64)> = (0..spots)
        .map(|_| {
            let along = dice.unit();
            let across = (dice.unit() - 0.5) * 0.9;
            let bend = (along * 7.0).sin() * 0.6;
            (
                62.0 + 10.0 * along - across * 0.6,
                29.5 + 6.5 * along + bend + across * 0.8,
                dice.unit() * period,
            )
        })
        .collect();
    (0..count)
        .map(|_| {
            let spot = spots[dice.below(spots.len() as u64) as usize];
            let mut bell = || (0..6).map(|_| dice.unit() - 0.5).sum::<f64>();
            let position = Position::new(spot.0 + bell() * spread, spot.1 + bell() * spread);
            let day = Day((spot.2 + bell() * days).clamp(0.0, period) as i32);
            (position.expect("in range"), day)
        })
        .unzip()
}

fn run(name: &str, positions: &[Position], days: &[Day], runs: usize) {
    let before = MEMORY.current_usage();
    let mut times = Vec::new();
    let mut most = 0;
    let mut outcome = (0, 0);
    for _ in 0..runs {
        MEMORY.reset_peak_usage();
        let start = Instant::now();
        let grid = SpaceTimeGrid::new(positions, days, EPS.0, EPS.1);
        let labels = st_dbscan(&grid, 5);
        times.push(start.elapsed().as_secs_f64());
        most = most.max(MEMORY.peak_usage() - before);
        let noise = labels.clusters.iter().filter(|it| it.is_none()).count();
        outcome = (labels.count, noise);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "{name:<34} {:>10} incidents {:.3} s, {:.0} MB above the input, {} clusters, {} noise",
        positions.len(),
        times[times.len() / 2],
        most as f64 / 1e6,
        outcome.0,
        outcome.1
    );
}

/// How many pairs are near each other.
fn pairs(positions: &[Position], days: &[Day]) -> usize {
    let grid = SpaceTimeGrid::new(positions, days, EPS.0, EPS.1);
    let mut pairs = 0;
    for ring in grid.rings_in_order() {
        for (cell, node) in ring.nodes() {
            ring.for_each_near_node(cell, node, |other| {
                pairs += grid.weight(node) * grid.weight(other);
                true
            });
        }
    }
    (pairs - positions.len()) / 2
}

fn main() {
    let most = table::rows_asked_or(10_000_000) as usize;
    for count in [1_000_000, 10_000_000] {
        if count <= most {
            let times = count as f64 / 1e6;
            let (positions, days) = incidents(count, count / 68, 0.0085, 10.0, THREE_YEARS * times);
            println!("{count}: {} pairs", pairs(&positions, &days));
            run("around hot spots", &positions, &days, 3);
        }
    }
    // The same spots, ever more incidents: ten times as many have a hundred times the pairs.
    for count in [1_000_000, 10_000_000] {
        if count <= most {
            let (positions, days) = incidents(count, 15_000, 0.0085, 10.0, THREE_YEARS);
            run("ever denser", &positions, &days, 3);
        }
    }
    let (positions, days) = incidents(1_000_000.min(most), 1_000, 0.0, 300.0, THREE_YEARS);
    run("on a thousand coordinates", &positions, &days, 3);
    draws();
}

/// 200 draws of 5,000 incidents, each known within 25 km.
fn draws() {
    let (positions, days) = incidents(5_000, 100, 0.05, 10.0, THREE_YEARS);
    let known = positions.iter().zip(&days).map(|(&position, &day)| Known {
        position,
        radius: Metres(25_000.0),
        first: day,
        last: Day(day.0 + 2),
    });
    let known = Knowledge::new(known);
    let options = Options::default().cluster;
    let grid = SpaceTimeGrid::new(&positions, &days, options.eps, options.eps_days);
    let labels = st_dbscan(&grid, options.min_points);
    let start = Instant::now();
    let drawn = stability(&known, &labels, &options, 1, 200);
    println!(
        "200 draws of 5,000 incidents: {:.2} s; mean stability {:.2}",
        start.elapsed().as_secs_f64(),
        drawn.clusters.iter().sum::<f64>() / drawn.clusters.len() as f64
    );
}
