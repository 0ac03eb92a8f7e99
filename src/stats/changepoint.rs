//! One change in the rate of a Poisson process, looked for in counts by equal bins of time.
//!
//! With n bins, S events in all and `S_k` in the first k, the log-likelihood ratio of a change after bin k against none
//! is LLR(k) = `S_k` `ln(S_k/k)` + (`S−S_k`) `ln((S−S_k)/(n−k))` − S ln(S/n), with 0·ln 0 = 0. Its largest value over
//! k = 1 … n−1 is compared with that of S events spread over the n bins at random, which is the distribution given S
//! when the rate is constant: no rate has to be estimated.
//!
//! Events are taken to be independent. Bursts of several days make p too small and the set of likely bins too
//! narrow; bins of a week or more help.

use rayon::prelude::*;

use crate::draws;

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// With fewer than two bins there is nothing between which to change.
    #[error("fewer than two bins")]
    TooShort,
    /// There is no event.
    #[error("no events")]
    NoEvents,
    /// No draw was asked for.
    #[error("no draws")]
    NoDraws,
    /// The confidence is not strictly between 0 and 1, or so high that the draws are too few for it.
    #[error("the confidence is not between 0 and 1, or too high for so few draws")]
    Confidence,
}

/// The likeliest change.
#[derive(Clone, Debug, PartialEq)]
pub struct Changepoint {
    /// How many bins come before the change, at least 1 and fewer than all; the first where several are as likely.
    pub bins_before: usize,
    /// Events in them.
    pub events_before: u64,
    /// Events in the rest.
    pub events_after: u64,
    /// Mean events per bin before the change.
    pub mean_before: f64,
    /// And after it.
    pub mean_after: f64,
    /// LLR at the change, not negative.
    pub log_likelihood_ratio: f64,
    /// The share of draws without a change whose largest LLR is at least this, the observation counted among them.
    pub p: f64,
    /// How many draws.
    pub draws: u32,
}

/// LLR(k) for k = 1 … n−1, in that order; empty for fewer than two bins, all 0 without events. O(n).
pub fn log_likelihood_ratios(bins: &[u32]) -> Vec<f64> {
    let total: u64 = bins.iter().map(|&count| u64::from(count)).sum();
    let flat = total as f64 * (total.max(1) as f64 / bins.len().max(1) as f64).ln();
    let part = |events: u64, length: usize| {
        if events == 0 {
            0.0
        } else {
            events as f64 * (events as f64 / length as f64).ln()
        }
    };
    let mut before = 0;
    bins.iter()
        .enumerate()
        .take(bins.len().saturating_sub(1))
        .map(|(bin, &count)| {
            before += u64::from(count);
            let ratio = part(before, bin + 1) + part(total - before, bins.len() - bin - 1) - flat;
            // Below zero by rounding alone.
            ratio.max(0.0)
        })
        .collect()
}

/// The place and the value of the largest, the first of several.
fn largest(ratios: &[f64]) -> (usize, f64) {
    ratios
        .iter()
        .copied()
        .enumerate()
        .fold(
            (0, 0.0),
            |best, (place, value)| {
                if value > best.1 { (place, value) } else { best }
            },
        )
}

/// Whether a drawn value is at least the observed one. The same counts in another order may differ in the last
/// digits; they are ties.
fn reaches(drawn: f64, observed: f64) -> bool {
    drawn >= observed - 1e-9 * observed.abs().max(1.0)
}

/// Spreads events over bins at random, onto what is there.
fn spread(dice: &mut rand_pcg::Pcg64, bins: &mut [u32], events: u64) {
    for _ in 0..events {
        let bin = draws::below(dice, bins.len());
        if let Some(count) = bins.get_mut(bin) {
            *count += 1;
        }
    }
}

/// Finds the likeliest change and tests it. O(draws · (n + S)), on all cores; the same at any number of threads.
///
/// # Errors
/// [`Undefined::TooShort`], [`Undefined::NoEvents`], [`Undefined::NoDraws`].
pub fn changepoint(bins: &[u32], seed: u64, draws: u32) -> Result<Changepoint, Undefined> {
    if bins.len() < 2 {
        return Err(Undefined::TooShort);
    }
    let sum = |bins: &[u32]| bins.iter().map(|&count| u64::from(count)).sum::<u64>();
    let total = sum(bins);
    if total == 0 {
        return Err(Undefined::NoEvents);
    }
    if draws == 0 {
        return Err(Undefined::NoDraws);
    }
    let (place, ratio) = largest(&log_likelihood_ratios(bins));
    let (before, after) = bins.split_at(place + 1);
    let reached = draws::count_where(
        seed,
        draws,
        || vec![0; bins.len()],
        |dice, drawn| {
            drawn.fill(0);
            spread(dice, drawn, total);
            reaches(largest(&log_likelihood_ratios(drawn)).1, ratio)
        },
    );
    Ok(Changepoint {
        bins_before: before.len(),
        events_before: sum(before),
        events_after: sum(after),
        mean_before: sum(before) as f64 / before.len() as f64,
        mean_after: sum(after) as f64 / after.len() as f64,
        log_likelihood_ratio: ratio,
        p: draws::p_value(reached, draws),
        draws,
    })
}

/// The numbers of bins before the change that the counts do not speak against, ascending: a confidence set for the
/// change, given that there is one (Worsley 1986, *Biometrika* 73:91–104, doi 10.1093/biomet/73.1.91; Siegmund 1988,
/// *Int. Statist. Rev.* 56:31–48, doi 10.2307/1403360). It may have gaps.
///
/// k is in the set if the test of "the change is after bin k" has p > 1 − `confidence`. Its statistic is the largest
/// LLR less LLR(k). If the change is there, `S_k` is sufficient for the rate before it and S − `S_k` for the rate after
/// it: given both, `S_k` events are spread at random over the first k bins and the others over the rest, whatever the
/// rates are. So p = (1 + #{drawn ≥ observed})/(draws + 1) needs no estimate, and the set holds the true change with
/// at least the stated confidence.
///
/// At most `draws` draws for each k, O(n · draws · (n + S)), on all cores; the draws for a k end as soon as it is
/// sure to be in the set. The likeliest change is always in it.
///
/// # Errors
/// As [`changepoint`], and [`Undefined::Confidence`], also where 1/(draws + 1) is above 1 − `confidence`, so that
/// nothing could be left out.
pub fn likely_changes(
    bins: &[u32],
    confidence: f64,
    seed: u64,
    draws: u32,
) -> Result<Vec<usize>, Undefined> {
    if bins.len() < 2 {
        return Err(Undefined::TooShort);
    }
    if bins.iter().all(|&count| count == 0) {
        return Err(Undefined::NoEvents);
    }
    if draws == 0 {
        return Err(Undefined::NoDraws);
    }
    if !(confidence > 0.0 && confidence < 1.0) || draws::p_value(0, draws) > 1.0 - confidence {
        return Err(Undefined::Confidence);
    }
    let ratios = log_likelihood_ratios(bins);
    let top = largest(&ratios).1;
    let stands = |place: usize| {
        let lack = top - ratios[place];
        let (before, after) = bins.split_at(place + 1);
        let sum = |bins: &[u32]| bins.iter().map(|&count| u64::from(count)).sum::<u64>();
        let (first, second) = (sum(before), sum(after));
        let mut drawn = vec![0; bins.len()];
        let mut reached = 0;
        for draw in 0..draws {
            // A stream of its own for each bin and draw.
            let number = ((place as u64) << 32) | u64::from(draw);
            let dice = &mut draws::stream(seed, number);
            drawn.fill(0);
            let (one, other) = drawn.split_at_mut(place + 1);
            spread(dice, one, first);
            spread(dice, other, second);
            let again = log_likelihood_ratios(&drawn);
            reached += u32::from(reaches(largest(&again).1 - again[place], lack));
            if draws::p_value(reached, draws) > 1.0 - confidence {
                return true;
            }
        }
        false
    };
    Ok((0..ratios.len())
        .into_par_iter()
        .filter(|&place| stands(place))
        .map(|place| place + 1)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::special::assert_near;
    use crate::testing::Dice;

    fn coal() -> Vec<u32> {
        let mut years = vec![0; 112];
        for line in include_str!("../../tests/reference/coal_dates.csv").lines() {
            if let Ok(date) = line.parse::<f64>() {
                years[date as usize - 1851] += 1;
            }
        }
        years
    }

    fn poisson(dice: &mut Dice, mean: f64) -> u32 {
        let (mut count, mut product, floor) = (0, dice.unit(), (-mean).exp());
        while product > floor {
            product *= dice.unit();
            count += 1;
        }
        count
    }

    /// The British coal mines of 1851 to 1962: the last year of the high rate is 1891 (Raftery and Akman 1986,
    /// Biometrika 73:85–89, find 1890 with a continuous time; Jarrett's table by year gives k = 41).
    #[test]
    fn coal_mines_changed_after_1891() {
        let found = changepoint(&coal(), 1, 999).unwrap();
        assert_eq!(
            (found.bins_before, found.events_before, found.events_after),
            (41, 127, 64)
        );
        assert_near(found.mean_before, 3.097_56, 1e-5);
        assert_near(found.mean_after, 0.901_41, 1e-5);
        assert_near(found.log_likelihood_ratio, 34.994_172, 1e-7);
        assert_near(found.p, 0.001, 1e-12);
        let likely = likely_changes(&coal(), 0.95, 1, 999).unwrap();
        assert!(likely.contains(&41));
        // Published intervals run from about 1887 to 1895, k = 37 to 45.
        assert!(
            likely[0] >= 34 && *likely.last().unwrap() <= 47,
            "{likely:?}"
        );
        assert_eq!(changepoint(&coal(), 1, 999), Ok(found));
    }

    /// The ratio from the likelihoods themselves.
    #[test]
    fn ratios_are_those_of_the_likelihoods() {
        let bins = [3, 0, 1, 4, 0, 0, 0];
        // Without the factorials, which are the same on both sides.
        let log_likelihood = |bins: &[u32]| {
            let mean = f64::from(bins.iter().sum::<u32>()) / bins.len() as f64;
            bins.iter()
                .map(|&count| {
                    let gain = if count == 0 {
                        0.0
                    } else {
                        f64::from(count) * mean.ln()
                    };
                    gain - mean
                })
                .sum::<f64>()
        };
        for (place, ratio) in log_likelihood_ratios(&bins).into_iter().enumerate() {
            let (before, after) = bins.split_at(place + 1);
            let wanted = log_likelihood(before) + log_likelihood(after) - log_likelihood(&bins);
            assert!((ratio - wanted).abs() < 1e-12);
        }
    }

    /// Without a change p is below 0.1 in no more than a tenth of all series, and in about a tenth.
    #[test]
    fn p_holds_its_level() {
        let mut dice = Dice::new(2);
        let trials = 1_000_u32;
        let mut small = 0;
        for trial in 0..trials {
            let bins: Vec<u32> = (0..30).map(|_| poisson(&mut dice, 2.0)).collect();
            small += u32::from(changepoint(&bins, trial.into(), 99).unwrap().p <= 0.1);
        }
        // Four standard deviations of 9.5 on either side.
        assert!((62..=138).contains(&small), "{small}");
    }

    /// Sets at 90 % hold the true change at least nine times in ten, and are no larger than they need be.
    #[test]
    fn sets_hold_the_true_change() {
        let mut dice = Dice::new(8);
        let trials = 500_u32;
        let (mut held, mut size) = (0, 0);
        for trial in 0..trials {
            let bins: Vec<u32> = (0..30)
                .map(|bin| poisson(&mut dice, if bin < 18 { 3.0 } else { 1.0 }))
                .collect();
            let likely = likely_changes(&bins, 0.9, trial.into(), 99).unwrap();
            held += u32::from(likely.contains(&18));
            size += likely.len();
            assert!(likely.contains(&changepoint(&bins, 1, 1).unwrap().bins_before));
        }
        let share = f64::from(held) / f64::from(trials);
        assert!((0.87..0.98).contains(&share), "{share}");
        assert!((size as f64) < 10.0 * f64::from(trials), "{size}");
    }

    #[test]
    fn reasons_are_given() {
        assert_eq!(changepoint(&[], 1, 9), Err(Undefined::TooShort));
        assert_eq!(changepoint(&[4], 1, 9), Err(Undefined::TooShort));
        assert_eq!(changepoint(&[0, 0], 1, 9), Err(Undefined::NoEvents));
        assert_eq!(changepoint(&[1, 0], 1, 0), Err(Undefined::NoDraws));
        assert_eq!(
            likely_changes(&[1, 0], 0.95, 1, 9),
            Err(Undefined::Confidence)
        );
        assert_eq!(
            likely_changes(&[1, 0], f64::NAN, 1, 99),
            Err(Undefined::Confidence)
        );
        // Constant counts: no change is likelier than any other, and p is 1.
        let flat = changepoint(&[2, 2, 2, 2], 1, 99).unwrap();
        assert_near(flat.p, 1.0, 1e-12);
        assert_eq!(
            likely_changes(&[2, 2, 2, 2], 0.95, 1, 99).unwrap(),
            [1, 2, 3]
        );
    }
}
