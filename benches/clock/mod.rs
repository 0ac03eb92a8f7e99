//! How long something takes.

use std::time::Instant;

/// The best and the median of so many runs, in seconds.
pub(crate) fn timed(runs: usize, mut run: impl FnMut()) -> (f64, f64) {
    let mut seconds: Vec<f64> = (0..runs)
        .map(|_| {
            let begun = Instant::now();
            run();
            begun.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    (seconds[0], seconds[runs / 2])
}
