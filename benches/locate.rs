//! Location of 1,000,000 positions, four of five within half a degree of the line, on rough lines of 2,000 and
//! 100,000 vertices: offset, side, chainage and foot, on all cores.
//!
//! `cargo bench --bench locate`; the number of positions may be given.

use std::hint::black_box;
use std::time::Instant;

use borderscope::border::{Border, Part};
use borderscope::geodesy::Position;
use borderscope::locate::Locator;
use borderscope::units::Metres;
use rayon::prelude::*;

mod table;

use table::Dice;

/// A rough line by midpoint displacement, ever finer.
fn rough_line(vertices: usize) -> Vec<(f64, f64)> {
    let mut dice = Dice(5);
    let mut line = vec![(61.0, 29.5), (66.5, 31.0), (69.5, 33.5), (73.5, 36.9)];
    let mut shift = 0.11;
    while line.len() < vertices {
        let mut finer = Vec::with_capacity(line.len() * 2);
        for pair in line.windows(2) {
            let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            let by = (dice.unit() - 0.5) * 2.0 * shift;
            let middle = (
                f64::midpoint(pair[0].0, pair[1].0),
                f64::midpoint(pair[0].1, pair[1].1),
            );
            finer.push(pair[0]);
            finer.push((middle.0 - dy * by, middle.1 + dx * by));
        }
        finer.push(line[line.len() - 1]);
        line = finer;
        shift = (shift * 1.35).min(0.45);
    }
    line.truncate(vertices);
    line
}

fn main() {
    let count = table::rows_asked_or(1_000_000);
    for vertices in [2_000, 100_000] {
        let line = rough_line(vertices);
        let checked = |at: &(f64, f64)| Position::new(at.0, at.1).expect("in range");
        let part = Part {
            vertices: line.iter().map(checked).collect(),
            ..Part::default()
        };
        let border = Border::assemble(&[part], Metres(1.0)).expect("a line");
        let start = Instant::now();
        let locator = Locator::new(&border);
        let built = start.elapsed().as_secs_f64();
        let mut dice = Dice(8);
        let positions: Vec<Position> = (0..count)
            .map(|number| {
                let (x, y) = line[dice.below(line.len() as u64) as usize];
                let reach = if number % 5 == 0 { 4.0 } else { 0.5 };
                let mut off = || (dice.unit() - 0.5) * 2.0 * reach;
                Position::new(x + off(), y + off()).expect("in range")
            })
            .collect();
        let timed = |work: &(dyn Fn() -> f64 + Sync)| {
            let mut times: Vec<f64> = (0..5)
                .map(|_| {
                    let start = Instant::now();
                    black_box(work());
                    start.elapsed().as_secs_f64() * 1e6 / count as f64
                })
                .collect();
            times.sort_by(f64::total_cmp);
            times[2]
        };
        let every = |position: &Position| locator.locate(*position).offset.0;
        let one = timed(&|| positions.iter().map(every).sum());
        let all = timed(&|| positions.par_iter().map(every).sum());
        let together = timed(&|| {
            locator
                .locate_all(&positions, |_| ())
                .iter()
                .map(|it| it.offset.0)
                .sum()
        });
        println!(
            "{vertices} vertices, {:.0} km, index built in {:.1} ms: {one:.2} µs a position on one core, {all:.2} µs \
             on {}, {together:.2} µs together",
            border.length().km(),
            built * 1e3,
            rayon::current_num_threads(),
        );
    }
}
