//! When the rate of incidents changed, on the whole line and in each sector, and how that lies to the ceasefires.

use rayon::prelude::*;

use super::{Given, NotMade, Sets};
use crate::draws;
use crate::stats::changepoint::{Changepoint, changepoint, likely_changes, log_likelihood_ratios};
use crate::stats::multiple::{Adjustment, adjusted};
use crate::stats::ratio::variance_to_mean;
use crate::units::{Day, Days};

/// Periods of more days are looked at by weeks.
const MOST_DAYS: i32 = 400;
/// A change is told where both p-values are at most this.
pub const LEVEL: f64 = 0.05;
/// Of fewer incidents no change is told: one on the first day would pass for one.
const FEWEST: u64 = 5;
/// Confidence of the days between which it lies.
pub const CONFIDENCE: f64 = 0.95;

/// The change of one series.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The sector; `None` for the whole line.
    pub sector: Option<usize>,
    /// Days of a bin: 1, or 7 for long periods, where the days after the last whole week are left out.
    pub bin: Days,
    /// What was found.
    pub found: Result<Changed, NotMade>,
}

/// A change, if there is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// The incidents that it rests on.
    pub incidents: u64,
    /// The best split.
    pub split: Changepoint,
    /// The first day of the new rate.
    pub from: Day,
    /// The earliest and the latest first day of the new rate that the data do not contradict.
    pub between: (Day, Day),
    /// p if incidents of one bin come together: the share of orders of the bins with a split as good. Bursts of one
    /// day do not make it small.
    pub p_of_bins: f64,
    /// `p_of_bins` over all series, by Benjamini and Hochberg.
    pub adjusted_p: f64,
    /// Variance over mean of the bins.
    pub dispersion: Option<f64>,
    /// For every ceasefire that begins in the period, by its place in the list, how the change lies to its beginning.
    pub verdicts: Vec<(usize, Verdict)>,
}

impl Changed {
    /// Whether it is told as a change: both p-values at most [`LEVEL`].
    pub fn is_told(&self) -> bool {
        self.split.p <= LEVEL && self.p_of_bins <= LEVEL
    }
}

/// How a change lies to the beginning of a ceasefire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No change is told.
    None,
    /// All days between which the change lies are before it.
    Before,
    /// The beginning is one of them.
    At,
    /// All are after it.
    After,
}

impl Verdict {
    /// The word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::None => "no change",
            Verdict::Before => "before",
            Verdict::At => "at",
            Verdict::After => "after",
        }
    }
}

/// O(replicas · bins²) for each series.
pub(super) fn changes(
    given: &Given<'_>,
    sets: &Sets,
    replicas: &Result<u32, NotMade>,
) -> Vec<Change> {
    let period = given.period;
    let bin = Days(if period.days().0 > MOST_DAYS { 7 } else { 1 });
    let series = std::iter::once(None).chain((0..given.sectors.all().len()).map(Some));
    let mut changes: Vec<Change> = series
        .map(|sector| {
            let daily = sets.daily(period, sector);
            let bins: Vec<u32> = daily
                .chunks_exact(bin.0 as usize)
                .map(|days| days.iter().sum())
                .collect();
            Change {
                sector,
                bin,
                found: replicas
                    .clone()
                    .and_then(|replicas| changed(given, &bins, bin, replicas)),
            }
        })
        .collect();
    let p: Vec<f64> = changes
        .iter()
        .filter_map(|it| it.found.as_ref().ok().map(|found| found.p_of_bins))
        .collect();
    let all = adjusted(&p, Adjustment::BenjaminiHochberg).unwrap_or(p);
    let found = changes.iter_mut().filter_map(|it| it.found.as_mut().ok());
    for (found, adjusted) in found.zip(all) {
        found.adjusted_p = adjusted;
    }
    changes
}

fn changed(given: &Given<'_>, bins: &[u32], bin: Days, replicas: u32) -> Result<Changed, NotMade> {
    let seed = given.options.seed;
    let incidents: u64 = bins.iter().map(|&count| u64::from(count)).sum();
    if incidents < FEWEST {
        return Err(NotMade::because(format!("fewer than {FEWEST} incidents")));
    }
    let split = changepoint(bins, seed, replicas).map_err(NotMade::because)?;
    // The set tries every bin, each with its own replicas: 999 are enough for 95 %.
    let set =
        likely_changes(bins, CONFIDENCE, seed, replicas.min(999)).map_err(NotMade::because)?;
    let first_day = |bins: usize| given.period.start.plus(Days(bins as i32 * bin.0));
    let (Some(&earliest), Some(&latest)) = (set.first(), set.last()) else {
        return Err(NotMade::because("no bin is likely"));
    };
    let between = (first_day(earliest), first_day(latest));
    let p_of_bins = p_of_bins(bins, split.log_likelihood_ratio, seed, replicas);
    let mut changed = Changed {
        incidents,
        from: first_day(split.bins_before),
        between,
        p_of_bins,
        adjusted_p: p_of_bins,
        dispersion: variance_to_mean(bins),
        split,
        verdicts: Vec::new(),
    };
    let is_told = changed.is_told();
    let ceasefires = given.ceasefires.iter().enumerate();
    changed.verdicts = ceasefires
        .filter(|(_, it)| given.period.start < it.start && it.start <= given.period.end)
        .map(|(number, it)| {
            // A ceasefire in the midst of a bin changes that bin or the next.
            let (soonest, latest) = (it.start, it.start.plus(bin));
            let verdict = match () {
                () if !is_told => Verdict::None,
                () if between.1 < soonest => Verdict::Before,
                () if between.0 > latest => Verdict::After,
                () => Verdict::At,
            };
            (number, verdict)
        })
        .collect();
    Ok(changed)
}

/// The share of orders of the bins in which some split is as good, the observed one counted among them.
fn p_of_bins(bins: &[u32], ratio: f64, seed: u64, replicas: u32) -> f64 {
    let best = |bins: &[u32]| log_likelihood_ratios(bins).into_iter().fold(0.0, f64::max);
    let tied = ratio - 1e-9 * ratio.abs().max(1.0);
    // Streams beyond those of the other draws.
    let reached: u32 = (0..replicas)
        .into_par_iter()
        .map_init(
            || bins.to_vec(),
            |held, draw| {
                held.copy_from_slice(bins);
                draws::shuffle(&mut draws::stream(seed, (1 << 63) | u64::from(draw)), held);
                u32::from(best(held) >= tied)
            },
        )
        .sum();
    draws::p_value(reached, replicas)
}
