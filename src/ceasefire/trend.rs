//! Whether incidents become fewer or more while a ceasefire lasts.
//!
//! Incidents are taken as a Poisson process with the rate exp(a + b·t) over the ceasefire, t in days. Given how many
//! there are, their times are independent with a density in proportion to exp(b·t) on [0, T], whatever a is, so that
//! b is judged by the mean time alone: the log-likelihood is ℓ(b) = b·Σt − n·ln((e^{bT} − 1)/(bT)). The interval is
//! that of the likelihood ratio, 2·(ℓ(b̂) − ℓ(b)) ≤ the 95 % quantile of χ² with one degree of freedom (Cox and Lewis
//! 1966, *The Statistical Analysis of Series of Events*, chapter 3).

/// 95 % quantile of χ² with one degree of freedom.
const CHI_SQUARED_95: f64 = 3.841_458_820_694_124;
/// Beyond this, b·T is as good as endless: all incidents fall into the first or last hundredth of the time.
const LARGEST: f64 = 700.0;

/// How the rate changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// b: the change of the logarithm of the rate per day; below 0 incidents become fewer.
    pub per_day: f64,
    /// The lower end of its 95 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Why there is no trend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTrend {
    /// Fewer than two incidents.
    TooFew,
    /// All of them at one end, or the ceasefire has no length.
    AtAnEnd,
}

impl NoTrend {
    /// The reason in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            NoTrend::TooFew => "fewer than two incidents",
            NoTrend::AtAnEnd => "all incidents at one end of it",
        }
    }
}

impl Trend {
    /// The change of the rate over some days, as a factor: 0.5 is half as many.
    pub fn factor(&self, days: f64) -> [f64; 3] {
        [self.per_day, self.low, self.high].map(|b| (b * days).exp())
    }
}

/// The trend of incidents at times, in days from the beginning, over a length in days. Times beyond either end are
/// taken as at that end. O(n).
pub fn trend(times: &[f64], length: f64) -> Result<Trend, NoTrend> {
    if times.len() < 2 {
        return Err(NoTrend::TooFew);
    }
    if length <= 0.0 {
        return Err(NoTrend::AtAnEnd);
    }
    let n = times.len() as f64;
    let mean = times
        .iter()
        .map(|time| (time / length).clamp(0.0, 1.0))
        .sum::<f64>()
        / n;
    if mean <= 1.0 / LARGEST || mean >= 1.0 - 1.0 / LARGEST {
        return Err(NoTrend::AtAnEnd);
    }
    // x = b·T; the mean of the density grows with x from 0 to 1.
    let best = bisect(-LARGEST, LARGEST, |x| mean_at(x) - mean);
    let likelihood = |x: f64| n * (x * mean - log_mean_exp(x));
    let most = likelihood(best);
    let beyond = |x: f64| 2.0 * (most - likelihood(x)) - CHI_SQUARED_95;
    // Far out the likelihood falls without end, so both ends are found.
    let low = bisect(-4.0 * LARGEST, best, |x| -beyond(x));
    let high = bisect(best, 4.0 * LARGEST, beyond);
    Ok(Trend {
        per_day: best / length,
        low: low / length,
        high: high / length,
    })
}

/// The mean of the density in proportion to e^{xu} on [0, 1].
fn mean_at(x: f64) -> f64 {
    if x.abs() < 1e-4 {
        // The series, where the difference of two large numbers would lose digits.
        0.5 + x / 12.0
    } else {
        -1.0 / (-x).exp_m1() - 1.0 / x
    }
}

/// ln((eˣ − 1)/x), the logarithm of the mean of e^{xu} over [0, 1].
fn log_mean_exp(x: f64) -> f64 {
    if x.abs() < 1e-4 {
        x / 2.0 + x * x / 24.0
    } else if x > 0.0 {
        x + (-(-x).exp_m1()).ln() - x.ln()
    } else {
        (-x.exp_m1()).ln() - (-x).ln()
    }
}

/// Where a function that grows passes 0.
fn bisect(mut low: f64, mut high: f64, function: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if function(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    #[test]
    fn a_steady_rate_has_no_trend_and_a_falling_one_is_found() {
        let steady: Vec<f64> = (0..40).map(|it| f64::from(it) + 0.5).collect();
        let found = trend(&steady, 40.0).unwrap();
        assert!(found.per_day.abs() < 1e-9 && found.low < 0.0 && found.high > 0.0);
        assert!((found.low + found.high).abs() < 1e-9);
        // Mirrored times mirror the trend.
        let early: Vec<f64> = (0..30).map(|it| f64::from(it * it) / 30.0).collect();
        let late: Vec<f64> = early.iter().map(|time| 40.0 - time).collect();
        let (one, other) = (trend(&early, 40.0).unwrap(), trend(&late, 40.0).unwrap());
        assert!(one.per_day < 0.0 && one.high < 0.0, "{one:?}");
        assert!((one.per_day + other.per_day).abs() < 1e-9);
        assert!((one.low + other.high).abs() < 1e-6);
        let [factor, low, high] = one.factor(7.0);
        assert!(low < factor && factor < high && high < 1.0);
    }

    #[test]
    fn the_interval_covers_the_truth_as_often_as_it_says() {
        let mut dice = Dice::new(3);
        for truth in [-0.05_f64, 0.0, 0.02] {
            let (length, sets) = (60.0, 2_000);
            let covered = (0..sets)
                .filter(|_| {
                    let times: Vec<f64> = (0..12)
                        .map(|_| {
                            let u = dice.unit();
                            if truth == 0.0 {
                                u * length
                            } else {
                                // The inverse of the distribution function.
                                (u * (truth * length).exp_m1()).ln_1p() / truth
                            }
                        })
                        .collect();
                    let found = trend(&times, length).unwrap();
                    found.low <= truth && truth <= found.high
                })
                .count();
            let share = covered as f64 / f64::from(sets);
            assert!((0.93..0.965).contains(&share), "{truth}: {share}");
        }
    }

    #[test]
    fn what_has_no_trend_says_why() {
        assert_eq!(trend(&[], 10.0), Err(NoTrend::TooFew));
        assert_eq!(trend(&[3.0], 10.0), Err(NoTrend::TooFew));
        assert_eq!(trend(&[0.0, 0.0, 0.0], 10.0), Err(NoTrend::AtAnEnd));
        assert_eq!(trend(&[1.0, 2.0], 0.0), Err(NoTrend::AtAnEnd));
        let sudden = trend(&[0.1, 0.2, 0.1], 10.0).unwrap();
        assert!(sudden.low.is_finite() && sudden.high < 0.0, "{sudden:?}");
    }
}
