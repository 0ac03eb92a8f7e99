//! The space-time permutation scan along a line of 2,245 km over a year: 10,000 incidents with 999 draws and 200
//! incidents with 9,999, stretches of at most 100 km and 30 days. Then in the plane, and a scan that tries every
//! window one after the other.
//!
//! `cargo bench --bench scan` prints the times.

use std::time::Instant;

use borderscope::geodesy::Position;
use borderscope::stats::Period;
use borderscope::stats::scan::{Look, Scan, ScanOptions, line, plane};
use borderscope::units::{Day, Days, Metres};

mod table;

use table::Dice;

const LENGTH: f64 = 2_245_000.0;
const WIDEST: Metres = Metres(100_000.0);
const YEAR: Period = Period {
    start: Day(0),
    end: Day(364),
};

/// Places and days that have nothing to do with each other; `places` 0: no two at the same.
fn incidents(count: usize, places: u64) -> (Vec<Metres>, Vec<Day>) {
    let mut dice = Dice(7);
    (0..count)
        .map(|_| {
            let along = match places {
                0 => dice.unit(),
                _ => dice.below(places) as f64 / places as f64,
            };
            (Metres(along * LENGTH), Day(dice.below(365) as i32))
        })
        .unzip()
}

fn timed<W>(name: &str, run: impl FnOnce() -> Scan<W>) -> f64 {
    let start = Instant::now();
    let scan = run();
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{name:<62} {seconds:>8.3} s, p {}",
        scan.clusters.first().map_or(1.0, |best| best.p)
    );
    seconds
}

/// The largest ratio, by trying every window.
fn every_window(at: &[Metres], days: &[Day], longest: i32) -> f64 {
    let all = at.len() as f64;
    let mut places: Vec<f64> = at.iter().map(|it| it.0).collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let mut largest: f64 = 0.0;
    for (number, &from) in places.iter().enumerate() {
        for &to in places[number..]
            .iter()
            .take_while(|&to| to - from <= WIDEST.0)
        {
            let inside: Vec<i32> = at
                .iter()
                .zip(days)
                .filter(|(it, _)| from <= it.0 && it.0 <= to)
                .map(|(_, day)| day.0)
                .collect();
            for first in 0..365 {
                for last in first..(first + longest).min(365) {
                    let during = first..=last;
                    let c = inside.iter().filter(|it| during.contains(it)).count() as f64;
                    let on = days.iter().filter(|it| during.contains(&it.0)).count() as f64;
                    let mu = inside.len() as f64 * on / all;
                    if c >= 2.0 && c > mu {
                        let rest = (all - c) * ((all - c) / (all - mu)).ln();
                        largest = largest.max(c * (c / mu).ln() + rest);
                    }
                }
            }
        }
    }
    largest
}

fn main() {
    let options = ScanOptions::new(YEAR);
    let with = |replicas| ScanOptions {
        replicas,
        ..options
    };
    let (at, days) = incidents(10_000, 0);
    let run = |options: &ScanOptions| line(&at, &days, WIDEST, &[], options).expect("defined");
    timed("line, 10,000 incidents, 999 draws", || run(&with(999)));
    timed("line, the same, prospective", || {
        run(&ScanOptions {
            look: Look::Prospective { every: Days(1) },
            ..options
        })
    });
    let (at, days) = incidents(10_000, 900);
    timed("line, 10,000 incidents at 900 places, 999 draws", || {
        line(&at, &days, WIDEST, &[], &options).expect("defined")
    });
    let (at, days) = incidents(200, 0);
    timed("line, 200 incidents, 9,999 draws", || {
        line(&at, &days, WIDEST, &[], &with(9_999)).expect("defined")
    });

    let mut dice = Dice(8);
    let (positions, days): (Vec<Position>, Vec<Day>) = (0..2_000)
        .map(|_| {
            let along = dice.unit();
            let position = Position::new(62.0 + 10.0 * along, 29.5 + 6.5 * along + dice.unit());
            (position.expect("in range"), Day(dice.below(365) as i32))
        })
        .unzip();
    timed(
        "plane, 2,000 incidents, circles of 50 km, 999 draws",
        || plane(&positions, &days, Metres(50_000.0), &options).expect("defined"),
    );

    let (at, days) = incidents(150, 0);
    let start = Instant::now();
    let largest = every_window(&at, &days, options.longest.0);
    let naive = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let mut best = 0.0;
    for _ in 0..100 {
        let scan = line(&at, &days, WIDEST, &[], &with(0)).expect("defined");
        best = scan.clusters[0].log_ratio;
    }
    // Ten clusters each, every one a scan.
    let ours = start.elapsed().as_secs_f64() / 1_000.0;
    assert!((best - largest).abs() < 1e-9, "{best} {largest}");
    println!(
        "every window of 150 incidents {naive:.3} s, the search {:.1} us: {:.0} times as fast",
        ours * 1e6,
        naive / ours
    );
}
