//! Ratios of Poisson rates, and how far daily counts are from Poisson.
//!
//! Counts x₁ and x₂ seen over exposures T₁ and T₂ have the ratio of rates ρ = (x₁/T₁)/(x₂/T₂). Given the sum
//! n = x₁ + x₂, x₁ is binomial with probability q = ρT₁/(ρT₁ + T₂) (Przyborowski and Wilenski 1940, *Biometrika*
//! 31:313–323, doi 10.1093/biomet/31.3-4.313), which does not depend on the rates themselves. A p-value stands beside
//! the interval that inverts it and no other (Fay 2010, *Biostatistics* 11:373–374, doi 10.1093/biostatistics/kxp050).
//!
//! Incidents come in bursts, so that a Poisson interval is too narrow: [`variance_to_mean`] and [`before_after`],
//! which assumes only that days can be exchanged, belong beside it.

use super::special::{self, Share, Side};
use crate::draws;

/// The largest sum of counts that is accepted.
pub const MOST_EVENTS: u64 = 50_000_000;

/// Events seen over an exposure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observed {
    /// How many events.
    pub events: u64,
    /// Over what, in any unit that both of a ratio share: kilometre-days that were observed.
    pub exposure: f64,
}

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// An exposure is not a positive finite number.
    #[error("no exposure")]
    NoExposure,
    /// Neither of the two has an event: any ratio fits as well as any other.
    #[error("no events on either side")]
    NoEvents,
    /// The confidence is not strictly between 0 and 1.
    #[error("the confidence is not between 0 and 1")]
    Confidence,
    /// There are more than [`MOST_EVENTS`].
    #[error("more events than can be computed with")]
    TooMany,
    /// The exposures are too far apart, or too small, for their quotient to be a number.
    #[error("the exposures are too far apart")]
    OutOfRange,
}

/// An interval with both ends in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Not negative; 0 where there is no lower limit.
    pub low: f64,
    /// `None` where there is no upper limit.
    pub high: Option<f64>,
}

impl Interval {
    /// Whether a value is in it.
    pub fn holds(self, value: f64) -> bool {
        self.low <= value && self.high.is_none_or(|high| value <= high)
    }
}

/// A test of equal rates and the interval that holds exactly the ratios that the same test does not reject.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tested {
    /// Two-sided p-value of the ratio 1, above 0 and at most 1.
    pub p: f64,
    /// Of the ratio, at the confidence that was asked for.
    pub interval: Interval,
}

/// Two rates compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateRatio {
    /// Rate of the first over that of the second; `None` where the second has no event.
    pub ratio: Option<f64>,
    /// Exact: p = min{1, 2·min(P\[X ≤ x₁\], P\[X ≥ x₁\])}. Never wrong more often than stated, usually less often.
    pub central: Tested,
    /// Mid-p: half the probability of x₁ itself is taken off each tail, in the test and in the interval. Wrong about
    /// as often as stated on average, now and then a little more often (Lancaster 1961, doi
    /// 10.1080/01621459.1961.10482105).
    pub mid_p: Tested,
}

/// Compares two rates at a confidence such as 0.95. With x₁ = 0 the intervals reach down to 0, with x₂ = 0 up to no
/// limit. The exact interval is that of Clopper and Pearson for q, from Beta(α/2; x₁, x₂+1) to
/// Beta(1−α/2; x₁+1, x₂), turned to ratios by ρ = q/(1−q)·T₂/T₁; the mid-p interval is found by bisection.
/// O(√n) for each of about 250 evaluations.
///
/// # Errors
/// [`Undefined`] says what is missing.
pub fn rate_ratio(one: Observed, other: Observed, confidence: f64) -> Result<RateRatio, Undefined> {
    let (events, scale) = compared(one, other)?;
    if !(confidence > 0.0 && confidence < 1.0) {
        return Err(Undefined::Confidence);
    }
    let tail = (1.0 - confidence) / 2.0;
    let exact = central(one.events, events, scale, tail).ok_or(Undefined::OutOfRange)?;
    let halved = mid_p(one.events, events, scale, tail).ok_or(Undefined::OutOfRange)?;
    Ok(RateRatio {
        ratio: (other.events > 0).then(|| one.events as f64 / other.events as f64 * scale),
        central: exact,
        mid_p: halved,
    })
}

/// The p-value of the central exact test of [`rate_ratio`] alone, without an interval.
///
/// # Errors
/// As [`rate_ratio`].
pub fn central_p(one: Observed, other: Observed) -> Result<f64, Undefined> {
    let (events, scale) = compared(one, other)?;
    let tails = share(1.0, scale).and_then(|q| special::binomial_tails(one.events, events, q));
    let tails = tails.ok_or(Undefined::OutOfRange)?;
    Ok((2.0 * tails.lower.min(tails.upper)).min(1.0))
}

/// All events, and T₂/T₁.
fn compared(one: Observed, other: Observed) -> Result<(u64, f64), Undefined> {
    for exposure in [one.exposure, other.exposure] {
        if !(exposure > 0.0 && exposure.is_finite()) {
            return Err(Undefined::NoExposure);
        }
    }
    let events = one.events.saturating_add(other.events);
    if events == 0 {
        return Err(Undefined::NoEvents);
    }
    if events > MOST_EVENTS {
        return Err(Undefined::TooMany);
    }
    let scale = other.exposure / one.exposure;
    if !scale.is_normal() || !(1e-100..1e100).contains(&scale) {
        return Err(Undefined::OutOfRange);
    }
    Ok((events, scale))
}

/// The share of the first in the events when the ratio of rates is `ratio`; `scale` is T₂/T₁.
fn share(ratio: f64, scale: f64) -> Option<Share> {
    Share::of_odds(ratio / scale, 1.0)
}

fn central(first: u64, events: u64, scale: f64, tail: f64) -> Option<Tested> {
    let tails = special::binomial_tails(first, events, share(1.0, scale)?)?;
    let second = (events - first) as f64;
    let ones = first as f64;
    let ratio = |q: Share| q.part / q.rest * scale;
    let low = if first == 0 {
        0.0
    } else {
        ratio(special::beta_quantile(
            ones,
            second + 1.0,
            tail,
            Side::Lower,
        )?)
    };
    let high = if first == events {
        None
    } else {
        Some(ratio(special::beta_quantile(
            ones + 1.0,
            second,
            tail,
            Side::Upper,
        )?))
    };
    Some(Tested {
        p: (2.0 * tails.lower.min(tails.upper)).min(1.0),
        interval: Interval { low, high },
    })
}

/// Both tails, less half of the point.
fn mid_tails(first: u64, events: u64, q: Share) -> Option<(f64, f64)> {
    let tails = special::binomial_tails(first, events, q)?;
    let half = special::binomial_point(first, events, q)? / 2.0;
    Some(((tails.lower - half).max(0.0), (tails.upper - half).max(0.0)))
}

fn mid_p(first: u64, events: u64, scale: f64, tail: f64) -> Option<Tested> {
    let (lower, upper) = mid_tails(first, events, share(1.0, scale)?)?;
    // As the log-odds rise, x₁ comes to lie further down: its upper tail rises and its lower tail falls.
    let ratio_where = |excess: &dyn Fn((f64, f64)) -> f64| {
        let odds = special::rising_root(-600.0, 600.0, |odds| {
            Share::of_odds(odds.exp(), 1.0)
                .and_then(|q| mid_tails(first, events, q))
                .map_or(0.0, excess)
        });
        odds.exp() * scale
    };
    let low = if first == 0 {
        0.0
    } else {
        ratio_where(&|(_, upper)| upper - tail)
    };
    let high = if first == events {
        None
    } else {
        Some(ratio_where(&|(lower, _)| tail - lower))
    };
    Some(Tested {
        p: (2.0 * lower.min(upper)).min(1.0),
        interval: Interval { low, high },
    })
}

/// The exact interval of a single Poisson rate, in events per unit of exposure: from the α/2 point of the gamma
/// distribution with shape x to the 1−α/2 point of that with shape x + 1, over the exposure (Garwood 1936,
/// *Biometrika* 28:437–442, doi 10.1093/biomet/28.3-4.437). With no event it starts at 0; it always has an upper
/// limit.
///
/// # Errors
/// [`Undefined::NoExposure`], [`Undefined::Confidence`], [`Undefined::TooMany`].
pub fn garwood(observed: Observed, confidence: f64) -> Result<Interval, Undefined> {
    if !(observed.exposure > 0.0 && observed.exposure.is_finite()) {
        return Err(Undefined::NoExposure);
    }
    if !(confidence > 0.0 && confidence < 1.0) {
        return Err(Undefined::Confidence);
    }
    if observed.events > MOST_EVENTS {
        return Err(Undefined::TooMany);
    }
    let tail = (1.0 - confidence) / 2.0;
    let events = observed.events as f64;
    let limit =
        |shape, side| special::gamma_quantile(shape, tail, side).ok_or(Undefined::OutOfRange);
    let low = if observed.events == 0 {
        0.0
    } else {
        limit(events, Side::Lower)? / observed.exposure
    };
    let high = limit(events + 1.0, Side::Upper)? / observed.exposure;
    if !high.is_finite() {
        return Err(Undefined::OutOfRange);
    }
    Ok(Interval {
        low,
        high: Some(high),
    })
}

/// The variance of daily counts (with n − 1) over their mean: about 1 where events come as in a Poisson process with
/// a constant rate, more where they come in bursts or the rate changes. `None` for fewer than two days or no event.
pub fn variance_to_mean(daily: &[u32]) -> Option<f64> {
    let days = daily.len() as f64;
    let mean = daily.iter().map(|&count| f64::from(count)).sum::<f64>() / days;
    if daily.len() < 2 || mean <= 0.0 {
        return None;
    }
    let squares: f64 = daily
        .iter()
        .map(|&count| (f64::from(count) - mean).powi(2))
        .sum();
    Some(squares / (days - 1.0) / mean)
}

/// Two windows of days compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BeforeAfter {
    /// Mean count per day after, less that before.
    pub difference: f64,
    /// Two-sided, by permutation: the share of draws with a difference at least as large either way, the observation
    /// counted among them.
    pub p: f64,
    /// How many draws.
    pub draws: u32,
}

/// Whether the days of two windows differ in their mean count by more than a random exchange of days between the
/// windows would explain. Days are taken to be exchangeable: a trend or bursts that last several days make p too
/// small. All is compared in whole numbers, so that ties are ties. O(draws · days), on all cores; the same at any
/// number of threads.
///
/// `None` if a window has no day, or no draw is asked for.
pub fn before_after(before: &[u32], after: &[u32], seed: u64, draws: u32) -> Option<BeforeAfter> {
    if before.is_empty() || after.is_empty() || draws == 0 {
        return None;
    }
    let days: Vec<u32> = before.iter().chain(after).copied().collect();
    let sum = |days: &[u32]| days.iter().map(|&count| i128::from(count)).sum::<i128>();
    let (length, total) = (days.len() as i128, sum(&days));
    // n·Σ(before) − n₁·Σ(all) is the difference of means times −n₁·n₂, which no exchange changes.
    let distance = |first: &[u32]| (length * sum(first) - first.len() as i128 * total).abs();
    let seen = distance(before);
    let reached = draws::count_where(
        seed,
        draws,
        || days.clone(),
        |dice, held| {
            held.copy_from_slice(&days);
            draws::choose(dice, held, before.len());
            distance(&held[..before.len()]) >= seen
        },
    );
    let mean = |days: &[u32]| sum(days) as f64 / days.len() as f64;
    Some(BeforeAfter {
        difference: mean(after) - mean(before),
        p: draws::p_value(reached, draws),
        draws,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::special::assert_near;
    use crate::testing::Dice;

    fn of_counts(first: u64, t1: f64, second: u64, t2: f64) -> Result<RateRatio, Undefined> {
        let one = Observed {
            events: first,
            exposure: t1,
        };
        let other = Observed {
            events: second,
            exposure: t2,
        };
        rate_ratio(one, other, 0.95)
    }

    /// R's help page of `poisson.test`: 11 events in 800 person-years, 21 in 3011; the central p-value is twice the
    /// upper tail by scipy 1.17.1.
    #[test]
    fn the_help_page_of_r_is_reproduced() {
        let found = of_counts(11, 800.0, 21, 3011.0).unwrap();
        assert_near(found.ratio.unwrap(), 1.971_488, 1e-6);
        assert_near(found.central.interval.low, 0.858_426_4, 1e-7);
        assert_near(found.central.interval.high.unwrap(), 4.277_265_9, 1e-7);
        assert_near(found.central.p, 0.112_017_319_575_399_36, 1e-10);
        // Its upper tail, less half of the point, twice, by scipy 1.17.1.
        assert_near(
            found.mid_p.p,
            2.0 * (0.056_008_659_787_699_68 - 0.031_940_483_015_011_86 / 2.0),
            1e-10,
        );
    }

    /// A test rejects the ratio 1 at 5 % if and only if its own interval leaves 1 out.
    #[test]
    fn intervals_invert_their_tests() {
        let mut dice = Dice::new(11);
        let mut outside = 0;
        for _ in 0..300 {
            let (first, second) = (dice.below(30), 1 + dice.below(30));
            let found = of_counts(first, dice.between(0.5, 3.0), second, 1.0).unwrap();
            for tested in [found.central, found.mid_p] {
                assert_eq!(tested.interval.holds(1.0), tested.p > 0.05, "{found:?}");
                outside += u32::from(!tested.interval.holds(1.0));
            }
            assert!(found.central.p >= found.mid_p.p);
            let one = |events, exposure| Observed { events, exposure };
            assert_eq!(
                central_p(one(first, 2.0), one(second, 3.0)).ok(),
                of_counts(first, 2.0, second, 3.0)
                    .map(|it| it.central.p)
                    .ok()
            );
            assert!(found.central.interval.low <= found.mid_p.interval.low);
        }
        assert!(outside > 20);
    }

    /// Swapping the two turns a ratio and its interval over and leaves p as it is.
    #[test]
    fn the_order_does_not_matter() {
        let (one, other) = (
            of_counts(7, 2.0, 3, 5.0).unwrap(),
            of_counts(3, 5.0, 7, 2.0).unwrap(),
        );
        assert_near(one.ratio.unwrap(), 1.0 / other.ratio.unwrap(), 1e-14);
        for (one, other) in [(one.central, other.central), (one.mid_p, other.mid_p)] {
            assert_near(one.p, other.p, 1e-12);
            assert_near(one.interval.low, 1.0 / other.interval.high.unwrap(), 1e-10);
            assert_near(one.interval.high.unwrap(), 1.0 / other.interval.low, 1e-10);
        }
    }

    /// How often 95 % intervals hold the true ratio, over all likely counts of two Poisson variables: exact ones at
    /// least that often, mid-p ones nearer to it.
    #[test]
    fn intervals_cover_the_true_ratio() {
        let (mean1, mean2) = (6.0, 9.0);
        let mut covered = [0.0; 2];
        let mut all = 0.0;
        let weight = |k: u64, mean: f64| {
            let tails = special::poisson_tails(k, mean).unwrap();
            tails.lower + tails.upper - 1.0
        };
        for first in 0..30 {
            for second in 0..35 {
                let Ok(found) = of_counts(first, 2.0, second, 1.0) else {
                    continue;
                };
                let chance = weight(first, mean1) * weight(second, mean2);
                all += chance;
                for (sum, tested) in covered.iter_mut().zip([found.central, found.mid_p]) {
                    *sum +=
                        chance * f64::from(u8::from(tested.interval.holds(mean1 / 2.0 / mean2)));
                }
            }
        }
        let [exact, halved] = covered.map(|sum| sum / all);
        assert!((0.95..0.99).contains(&exact), "{exact}");
        assert!(halved > 0.94 && halved < exact, "{halved}");
    }

    #[test]
    fn a_zero_opens_one_end() {
        let none_first = of_counts(0, 1.0, 4, 1.0).unwrap();
        assert_eq!(none_first.ratio, Some(0.0));
        assert!(none_first.central.interval.low <= 0.0);
        // Upper limit of q with no success in 4: 1 − 0.025^(1/4).
        let q = 1.0 - 0.025_f64.powf(0.25);
        assert_near(
            none_first.central.interval.high.unwrap(),
            q / (1.0 - q),
            1e-12,
        );
        // Half the point is α/2: (1 − q)^4 = 0.05.
        let q = 1.0 - 0.05_f64.powf(0.25);
        assert_near(
            none_first.mid_p.interval.high.unwrap(),
            q / (1.0 - q),
            1e-12,
        );
        let none_second = of_counts(4, 1.0, 0, 1.0).unwrap();
        assert_eq!(none_second.ratio, None);
        assert_eq!(none_second.central.interval.high, None);
        assert_eq!(none_second.mid_p.interval.high, None);
        assert_near(none_second.central.p, 0.125, 1e-12);
        assert!(none_second.central.interval.low > 0.0);
    }

    #[test]
    fn reasons_are_given() {
        assert_eq!(of_counts(1, 0.0, 1, 1.0), Err(Undefined::NoExposure));
        assert_eq!(of_counts(1, 1.0, 1, f64::NAN), Err(Undefined::NoExposure));
        assert_eq!(of_counts(0, 1.0, 0, 1.0), Err(Undefined::NoEvents));
        assert_eq!(of_counts(u64::MAX, 1.0, 1, 1.0), Err(Undefined::TooMany));
        assert_eq!(of_counts(1, 1e-200, 1, 1e200), Err(Undefined::OutOfRange));
        let it = Observed {
            events: 1,
            exposure: 1.0,
        };
        for confidence in [0.0, 1.0, f64::NAN] {
            assert_eq!(rate_ratio(it, it, confidence), Err(Undefined::Confidence));
            assert_eq!(garwood(it, confidence), Err(Undefined::Confidence));
        }
    }

    #[test]
    fn millions_of_events_are_no_trouble() {
        let found = of_counts(10_000_000, 1.0, 10_010_000, 1.0).unwrap();
        for tested in [found.central, found.mid_p] {
            assert!(tested.interval.holds(found.ratio.unwrap()));
            // The normal approximation, which is good to a millionth here.
            let z: f64 = 10_000.0 / 20_010_000.0_f64.sqrt();
            assert_near(
                tested.p,
                2.0 * special::normal_tails(z).unwrap().upper,
                1e-3,
            );
            let half = 1.959_964 * (1.0 / 10_000_000.0 + 1.0 / 10_010_000.0_f64).sqrt();
            assert_near(
                tested.interval.low,
                found.ratio.unwrap() * (-half).exp(),
                1e-6,
            );
        }
    }

    /// scipy 1.17.1, `stats.chi2.ppf` over two.
    #[test]
    fn garwood_limits_are_those_of_scipy() {
        for (events, low, high) in [
            (0, 0.0, 3.688_879_454_113_935_4),
            (1, 0.025_317_807_984_289_876, 5.571_643_390_938_898),
            (3, 0.618_672_122_895_601_4, 8.767_273_069_742_323),
            (100, 81.363_991_250_923_14, 121.626_793_792_426_38),
            (100_000, 99_381.152_663_744_72, 100_621.744_739_743_88),
        ] {
            let found = garwood(
                Observed {
                    events,
                    exposure: 2.0,
                },
                0.95,
            )
            .unwrap();
            assert_near(found.low, low / 2.0, 1e-10);
            assert_near(found.high.unwrap(), high / 2.0, 1e-10);
        }
    }

    #[test]
    fn dispersion_is_variance_over_mean() {
        assert_eq!(variance_to_mean(&[2, 2, 2]), Some(0.0));
        assert_near(variance_to_mean(&[0, 0, 0, 8]).unwrap(), 8.0, 1e-15);
        assert_eq!(variance_to_mean(&[3]), None);
        assert_eq!(variance_to_mean(&[0, 0]), None);
        assert_eq!(variance_to_mean(&[]), None);
    }

    /// All 20 ways to split six days in three and three, counted by hand: with these counts the observed split and
    /// its mirror image are the most extreme, with 2/20 of the chance.
    #[test]
    fn permutations_have_the_share_of_all_splits() {
        let found = before_after(&[0, 1, 2], &[7, 8, 9], 1, 40_000).unwrap();
        assert_near(found.difference, 7.0, 1e-15);
        assert!((found.p - 0.1).abs() < 0.008, "{found:?}");
        assert_eq!(before_after(&[0, 1, 2], &[7, 8, 9], 1, 40_000), Some(found));
        // Equal days cannot be told apart.
        assert_near(before_after(&[2, 2], &[2], 1, 99).unwrap().p, 1.0, 1e-15);
        assert_eq!(before_after(&[], &[1], 1, 99), None);
        assert_eq!(before_after(&[1], &[1], 1, 0), None);
    }
}
