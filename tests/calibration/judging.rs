//! Data sets without anything to find, and what is asked of the p-values that they give.

use borderscope::draws;
use borderscope::stats::Period;
use borderscope::stats::special::{Share, binomial_tails, poisson_tails};
use borderscope::units::{Day, Metres};
use rand_pcg::Pcg64;
use rayon::prelude::*;

/// Data sets of a test.
pub(crate) const SETS: u64 = 400;
/// Error of every bound.
const ERROR: f64 = 0.01;

/// One value for each of so many data sets, each from a stream of its own.
pub(crate) fn each<T: Send>(sets: u64, seed: u64, one: impl Fn(&mut Pcg64) -> T + Sync) -> Vec<T> {
    (0..sets)
        .into_par_iter()
        .map(|set| one(&mut draws::stream(seed, set)))
        .collect()
}

/// How p-values are bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// They are uniform.
    Uniform,
    /// They are uniform or larger, as those of exact tests of whole numbers are.
    AtLeastUniform,
}

/// The largest distance of a distribution of n values from the true one that chance gives: Dvoretzky, Kiefer &
/// Wolfowitz with the constant of Massart (1990), *Annals of Probability* 18:1269–1283.
fn largest_distance(values: usize) -> f64 {
    ((2.0 / ERROR).ln() / (2.0 * values as f64)).sqrt()
}

/// Asks of p-values that their distribution, and the share of them that is at most 0.05, are what they should be.
/// `step` is the least difference of two p-values: 1/(B + 1) for B draws.
pub(crate) fn judge(name: &str, mut p: Vec<f64>, step: f64, kind: Kind) {
    assert!(p.iter().all(|p| *p > 0.0 && *p <= 1.0), "{name}: {p:?}");
    p.sort_by(f64::total_cmp);
    let count = p.len() as f64;
    let (mut above, mut below) = (0.0_f64, 0.0_f64);
    for (number, &value) in p.iter().enumerate() {
        above = above.max((number + 1) as f64 / count - value);
        below = below.max(value - step - number as f64 / count);
    }
    let bound = largest_distance(p.len());
    let small = p.partition_point(|&p| p <= 0.05 + 1e-12) as u64;
    let level = Share::new(0.05).expect("a share");
    let tails = binomial_tails(small, p.len() as u64, level).expect("in range");
    println!(
        "{name:<58} {:>5} sets, at most 0.05: {:.3}, farthest above {above:.3}, below {below:.3} (bound {bound:.3})",
        p.len(),
        small as f64 / count,
    );
    assert!(above <= bound, "{name}: p-values are too small");
    assert!(tails.upper >= ERROR / 2.0, "{name}: {small} at most 0.05");
    if kind == Kind::Uniform {
        assert!(below <= bound, "{name}: p-values are too large");
        assert!(tails.lower >= ERROR / 2.0, "{name}: {small} at most 0.05");
    }
}

/// Asks that something that should happen with at least (or at most) a chance did so, but for what chance allows.
pub(crate) fn share(name: &str, happened: &[bool], at_least: Option<f64>, at_most: Option<f64>) {
    let count = happened.iter().filter(|it| **it).count() as u64;
    let all = happened.len() as u64;
    println!(
        "{name:<58} {all:>5} sets, {:.3} of them",
        count as f64 / all as f64
    );
    if let Some(least) = at_least {
        let tails = binomial_tails(count, all, Share::new(least).expect("a share"));
        assert!(
            tails.expect("in range").lower >= ERROR,
            "{name}: {count} of {all}"
        );
    }
    if let Some(most) = at_most {
        let tails = binomial_tails(count, all, Share::new(most).expect("a share"));
        assert!(
            tails.expect("in range").upper >= ERROR,
            "{name}: {count} of {all}"
        );
    }
}

pub(crate) fn between(dice: &mut Pcg64, low: f64, high: f64) -> f64 {
    low + draws::unit(dice) * (high - low)
}

/// A Poisson number, by its quantiles.
pub(crate) fn poisson(dice: &mut Pcg64, mean: f64) -> u32 {
    let at = draws::unit(dice);
    (0..1_000)
        .find(|&k| poisson_tails(k, mean).is_none_or(|tails| at < tails.lower))
        .unwrap_or(0) as u32
}

/// Days with Poisson numbers of incidents; with `bursts` the mean of every day is 0 or three times as high, so that
/// the variance is well above the mean.
pub(crate) fn daily(dice: &mut Pcg64, days: usize, mean: f64, bursts: bool) -> Vec<u32> {
    (0..days)
        .map(|_| match (bursts, draws::below(dice, 3)) {
            (false, _) => poisson(dice, mean),
            (true, 0) => poisson(dice, 3.0 * mean),
            (true, _) => 0,
        })
        .collect()
}

/// A period of so many days.
pub(crate) const fn period(days: i32) -> Period {
    Period {
        start: Day(0),
        end: Day(days - 1),
    }
}

/// Incidents on a line of 1,000 km, of which some places have more than others, on days of which some have more
/// than others, and neither has to do with the other.
pub(crate) fn along(dice: &mut Pcg64, count: usize, days: i32) -> (Vec<Metres>, Vec<Day>) {
    (0..count)
        .map(|_| {
            let at = draws::unit(dice).powi(2) * 1e6;
            let day = draws::unit(dice).sqrt() * f64::from(days);
            (Metres(at.round()), Day((day as i32).min(days - 1)))
        })
        .unzip()
}
