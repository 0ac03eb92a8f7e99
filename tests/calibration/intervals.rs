//! Whether intervals hold the true value as often as they say.

use borderscope::ceasefire::trend::trend;
use borderscope::draws;
use borderscope::stats::changepoint::likely_changes;
use borderscope::stats::cusum::Design;
use borderscope::stats::ratio::{Observed, garwood, rate_ratio};
use borderscope::stats::special::poisson_point;

use crate::judging::{SETS, daily, each, poisson, share};

/// By summing over all counts: no draw is needed.
#[test]
#[ignore = "slow"]
fn rates_hold_the_true_rate_at_every_mean() {
    let mut least = 1.0_f64;
    for step in 1..=400 {
        let mean = 0.1 * f64::from(step);
        let coverage: f64 = (0..150)
            .filter(|&events| {
                let observed = Observed {
                    events,
                    exposure: 1.0,
                };
                garwood(observed, 0.95).is_ok_and(|it| it.holds(mean))
            })
            .filter_map(|events| poisson_point(events, mean))
            .sum();
        least = least.min(coverage);
    }
    println!("exact interval of a rate: at least {least:.4}");
    assert!(least >= 0.95, "{least}");
}

/// By summing over all pairs of counts.
#[test]
#[ignore = "slow"]
fn ratios_hold_the_true_ratio() {
    for (one, other, exposure) in [
        (6.0, 2.0, 1.0),
        (4.0, 9.0, 2.0),
        (15.0, 5.0, 0.4),
        (1.0, 1.0, 1.0),
    ] {
        let ratio = one / (other / exposure);
        let (mut exact, mut mid, mut defined) = (0.0, 0.0, 0.0);
        for first in 0..50 {
            for second in 0..50 {
                let chance = poisson_point(first, one)
                    .zip(poisson_point(second, other))
                    .map_or(0.0, |both| both.0 * both.1);
                let of = |events, exposure| Observed { events, exposure };
                if let Ok(found) = rate_ratio(of(first, 1.0), of(second, exposure), 0.95) {
                    defined += chance;
                    exact += chance * f64::from(u8::from(found.central.interval.holds(ratio)));
                    mid += chance * f64::from(u8::from(found.mid_p.interval.holds(ratio)));
                }
            }
        }
        let (exact, mid) = (exact / defined, mid / defined);
        println!("ratio {ratio}: exact {exact:.4}, mid-p {mid:.4}");
        assert!(exact >= 0.95, "{exact}");
        // Nearer to 95 % than the exact one, and at times below.
        assert!(mid >= 0.94 && mid <= exact + 1e-9, "{mid}");
    }
}

#[test]
#[ignore = "slow"]
fn trends_hold_the_true_trend() {
    for (name, b) in [("trend, none", 0.0), ("trend, halved in 10 days", -0.0693)] {
        let held: Vec<bool> = each(10 * SETS, 21, |dice| {
            // Times with a density in proportion to exp(b·t) on 30 days, by its quantiles.
            let count = poisson(dice, 20.0).max(3);
            let times: Vec<f64> = (0..count)
                .map(|_| {
                    let at = draws::unit(dice);
                    if b == 0.0 {
                        30.0 * at
                    } else {
                        (at * (b * 30.0_f64).exp_m1()).ln_1p() / b
                    }
                })
                .collect();
            trend(&times, 30.0)
                .ok()
                .map(|it| it.low <= b && b <= it.high)
        })
        .into_iter()
        .flatten()
        .collect();
        // By the likelihood: right for many incidents, within a hundredth for twenty.
        share(name, &held, Some(0.94), Some(0.97));
    }
}

#[test]
#[ignore = "slow"]
fn changes_lie_in_their_set() {
    for (name, before, after) in [
        ("set of changes, 2 a day to 0.5", 2.0, 0.5),
        ("set of changes, 1 a day to 0.7", 1.0, 0.7),
    ] {
        let held = each(SETS, 22, |dice| {
            let change = 10 + draws::below(dice, 21);
            let mut bins = daily(dice, change, before, false);
            bins.extend(daily(dice, 40 - change, after, false));
            let seed = draws::below(dice, 1 << 30) as u64;
            likely_changes(&bins, 0.95, seed, 199).is_ok_and(|set| set.contains(&change))
        });
        share(name, &held, Some(0.95), None);
    }
}

#[test]
#[ignore = "slow"]
fn alarms_ring_as_rarely_as_they_say() {
    for (rate, factor, asked) in [(0.2, 2.0, 365.0), (1.5, 2.0, 100.0), (0.05, 3.0, 200.0)] {
        let design = Design::new(rate, factor, asked).expect("in range");
        let runs = each(4 * SETS, 23, |dice| {
            let mut days = 0.0;
            loop {
                let daily: Vec<u32> = (0..1_000).map(|_| poisson(dice, rate)).collect();
                if let Some(first) = design.over(&daily).iter().position(|step| step.alarm) {
                    return days + first as f64 + 1.0;
                }
                // The next thousand days begin at 0 again, which three or more mean lengths later is no matter.
                days += 1_000.0;
            }
        });
        let mean = runs.iter().sum::<f64>() / runs.len() as f64;
        println!(
            "CUSUM at {rate} a day: {mean:.1} days to a false alarm, stated {:.1}, asked {asked}",
            design.days_to_false_alarm
        );
        assert!(design.days_to_false_alarm >= asked);
        // A run length has nearly an exponential distribution: 1,600 of them give their mean to 2.5 %.
        assert!(
            (mean / design.days_to_false_alarm - 1.0).abs() < 0.08,
            "{mean}"
        );
        let escalated = each(SETS, 24, |dice| {
            let daily: Vec<u32> = (0..2_000).map(|_| poisson(dice, rate * factor)).collect();
            design
                .over(&daily)
                .iter()
                .position(|step| step.alarm)
                .map_or(2_000.0, |it| it as f64 + 1.0)
        });
        let mean = escalated.iter().sum::<f64>() / escalated.len() as f64;
        assert!(
            (mean / design.days_to_detection - 1.0).abs() < 0.15,
            "{mean}"
        );
        let within = each(SETS, 25, |dice| {
            // After a settling time, which has no alarm of its own.
            let daily: Vec<u32> = (0..30).map(|_| poisson(dice, rate)).collect();
            design.over(&daily).iter().any(|step| step.alarm)
        });
        // From S = 0 alarms come later than once the chart has settled.
        let most = design.chance_within(30.0).clamp(1e-9, 1.0 - 1e-9);
        share("an alarm within 30 days", &within, None, Some(most));
    }
}
