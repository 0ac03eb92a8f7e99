//! A Poisson CUSUM with a stated false-alarm rate: does a daily count run above its baseline?
//!
//! Each day S = max(0, S + x − k), with x the day's count, and when S reaches h an alarm rings and S starts anew from 0
//! (Page 1954, *Biometrika* 41:100–115; Lucas 1985, *Technometrics* 27:129–144, doi 10.1080/00401706.1985.10488030). With
//! the rate λ₀ before and λ₁ = factor·λ₀ to be found, k = (λ₁ − λ₀)/ln(λ₁/λ₀) is best. Here k is a fraction a/m near to
//! that, so that S only takes multiples of 1/m and the mean number of days to an alarm is the solution of a finite
//! system of linear equations (Brook and Evans 1972, *Biometrika* 59:539–549), without simulation and without error
//! but rounding. h is the smallest multiple of 1/m with which a false alarm rings no more often than is asked.
//!
//! Assumptions: at the baseline rate counts of days are independent and Poisson. Skirmishes come in bursts, so real
//! false alarms are more frequent than stated; a baseline that is estimated makes them more or less so.

use super::special;

/// The largest denominator of k.
const LARGEST_DENOMINATOR: u32 = 5_000;
/// The most states that are solved for.
const MOST_STATES: usize = 6_000;

/// Why there is no chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// The rate is not a positive, finite number, or above 10,000 a day.
    #[error("the baseline rate is not above 0, or is too high to compute with")]
    Rate,
    /// The factor is not between 1.05 and 100.
    #[error("the factor to be found is not between 1.05 and 100")]
    Factor,
    /// Fewer than 2 or more than 100,000 days between false alarms were asked for.
    #[error("the days between false alarms are not between 2 and 100,000")]
    FalseAlarms,
    /// So few false alarms cannot be reached with numbers that can be computed.
    #[error("no limit gives so few false alarms")]
    NoLimit,
}

/// A chart: when it rings, and how often by chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Design {
    /// λ₀, a day.
    pub baseline: f64,
    /// λ₁, a day.
    pub escalated: f64,
    /// k = a/m, a day.
    pub reference: f64,
    /// h, in incidents.
    pub threshold: f64,
    /// Mean number of days from S = 0 to an alarm at the baseline rate; at least what was asked for.
    pub days_to_false_alarm: f64,
    /// Mean number of days from S = 0 to an alarm at the escalated rate.
    pub days_to_detection: f64,
    numerator: u32,
    denominator: u32,
    states: u32,
}

/// One day of a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// S at the end of the day, before it starts anew.
    pub sum: f64,
    /// Whether an alarm rings.
    pub alarm: bool,
}

impl Design {
    /// The chart for a baseline rate a day, a factor by which it is to be found raised, and a mean number of days
    /// between false alarms that is not to be undercut. O(a·(h·m)²·log h).
    ///
    /// # Errors
    /// [`Undefined`] says what is out of range.
    pub fn new(baseline: f64, factor: f64, false_alarm_days: f64) -> Result<Design, Undefined> {
        if !(baseline > 0.0 && baseline <= 1e4) {
            return Err(Undefined::Rate);
        }
        if !(1.05..=100.0).contains(&factor) {
            return Err(Undefined::Factor);
        }
        if !(2.0..=100_000.0).contains(&false_alarm_days) {
            return Err(Undefined::FalseAlarms);
        }
        let escalated = baseline * factor;
        let (numerator, denominator) = fraction((escalated - baseline) / factor.ln());
        let run = |rate: f64, states: u32| run_length(rate, numerator, denominator, states);
        // Doubled until it suffices, then halved: more states never ring earlier.
        let mut enough = 1_u32;
        while run(baseline, enough).ok_or(Undefined::NoLimit)? < false_alarm_days {
            enough *= 2;
        }
        let mut short = enough / 2;
        while enough - short > 1 {
            let middle = short.midpoint(enough);
            if run(baseline, middle).ok_or(Undefined::NoLimit)? < false_alarm_days {
                short = middle;
            } else {
                enough = middle;
            }
        }
        let limit = Undefined::NoLimit;
        Ok(Design {
            baseline,
            escalated,
            reference: f64::from(numerator) / f64::from(denominator),
            threshold: f64::from(enough) / f64::from(denominator),
            days_to_false_alarm: run(baseline, enough).ok_or(limit)?,
            days_to_detection: run(escalated, enough).ok_or(limit)?,
            numerator,
            denominator,
            states: enough,
        })
    }

    /// The chart over daily counts, from S = 0. O(days).
    pub fn over(&self, daily: &[u32]) -> Vec<Step> {
        let mut sum = 0_u64;
        daily
            .iter()
            .map(|&count| {
                sum += u64::from(count) * u64::from(self.denominator);
                sum = sum.saturating_sub(u64::from(self.numerator));
                let alarm = sum >= u64::from(self.states);
                let step = Step {
                    sum: sum as f64 / f64::from(self.denominator),
                    alarm,
                };
                if alarm {
                    sum = 0;
                }
                step
            })
            .collect()
    }

    /// The chance that at least one false alarm rings in so many days, by the mean: 1 − exp(−days/mean), which is how
    /// alarms come once the chart has settled.
    pub fn chance_within(&self, days: f64) -> f64 {
        -(-days.max(0.0) / self.days_to_false_alarm).exp_m1()
    }
}

/// A fraction a/m within 2 % of k, with the smallest m that has one.
fn fraction(k: f64) -> (u32, u32) {
    for denominator in 1..=LARGEST_DENOMINATOR {
        let numerator = (k * f64::from(denominator)).round();
        if numerator >= 1.0 && (numerator / f64::from(denominator) / k - 1.0).abs() <= 0.02 {
            return (numerator as u32, denominator);
        }
    }
    (1, LARGEST_DENOMINATOR)
}

/// Mean days from S = 0 to S ≥ `states`/m; `None` where that is too much to compute.
///
/// With L(s) the mean from S = s/m, L = 1 + Q·L, where Q(s, t) is the chance to be at t the next day. A day takes away at
/// most a, so that I − Q has a diagonals below the main one and elimination without exchange of rows costs
/// O(a·states²); it is stable because each row of Q sums to less than 1 or leads to one that does.
fn run_length(rate: f64, numerator: u32, denominator: u32, states: u32) -> Option<f64> {
    let (size, lost, step) = (states as usize, numerator as usize, denominator as usize);
    if size > MOST_STATES {
        return None;
    }
    // P[x = 0], P[x = 1], … as far as a day can lead below the limit.
    let most = (size + lost) / step + 1;
    let points: Vec<f64> = (0..=most as u64)
        .map(|count| special::poisson_point(count, rate))
        .collect::<Option<_>>()?;
    // Rows are made when they are needed: those below the current one that it reaches.
    let row = |state: usize| {
        let mut row = vec![0.0; size];
        row[state] = 1.0;
        for (count, chance) in points.iter().enumerate() {
            let next = (state + count * step).saturating_sub(lost);
            if next < size {
                row[next] -= chance;
            }
        }
        row
    };
    let mut open: std::collections::VecDeque<(Vec<f64>, f64)> = std::collections::VecDeque::new();
    let mut made = 0;
    let mut solved: Vec<(Vec<f64>, f64)> = Vec::with_capacity(size);
    for pivot in 0..size {
        while made < size && made <= pivot + lost {
            open.push_back((row(made), 1.0));
            made += 1;
        }
        let (mut own, mut right) = open.pop_front()?;
        let diagonal = own[pivot];
        if diagonal <= f64::MIN_POSITIVE {
            return None;
        }
        own[pivot..].iter_mut().for_each(|value| *value /= diagonal);
        right /= diagonal;
        for (below, below_right) in &mut open {
            let factor = below[pivot];
            if factor != 0.0 {
                for (value, above) in below[pivot..].iter_mut().zip(&own[pivot..]) {
                    *value -= factor * above;
                }
                *below_right -= factor * right;
            }
        }
        solved.push((own.split_off(pivot), right));
    }
    // Back from the last state to the first.
    let mut lengths = vec![0.0; size];
    for (state, (row, right)) in solved.iter().enumerate().rev() {
        let later: f64 = row
            .iter()
            .zip(&lengths[state..])
            .skip(1)
            .map(|(factor, length)| factor * length)
            .sum();
        lengths[state] = right - later;
    }
    lengths.first().copied().filter(|mean| mean.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    fn poisson(dice: &mut Dice, mean: f64) -> u32 {
        let (mut count, mut product, floor) = (0, dice.unit(), (-mean).exp());
        while product > floor {
            product *= dice.unit();
            count += 1;
        }
        count
    }

    #[test]
    fn one_state_rings_with_the_first_incident_that_exceeds_the_reference() {
        // S reaches 1/m as soon as x − k > 0, so that the wait is geometric.
        for rate in [0.01_f64, 0.3, 0.9] {
            let wait = run_length(rate, 1, 1, 1).unwrap();
            let chance = 1.0 - (-rate).exp() * (1.0 + rate);
            assert!((wait * chance - 1.0).abs() < 1e-9, "{rate}");
        }
    }

    #[test]
    fn run_lengths_are_those_of_simulated_charts() {
        let mut dice = Dice::new(17);
        for (rate, factor, asked) in [(0.07, 2.0, 200.0), (0.6, 1.5, 100.0), (4.0, 2.0, 365.0)] {
            let chart = Design::new(rate, factor, asked).unwrap();
            assert!(chart.days_to_false_alarm >= asked, "{chart:?}");
            assert!(chart.days_to_detection < chart.days_to_false_alarm / 3.0);
            for (rate, stated) in [
                (rate, chart.days_to_false_alarm),
                (rate * factor, chart.days_to_detection),
            ] {
                let days = 400_000;
                let daily: Vec<u32> = (0..days).map(|_| poisson(&mut dice, rate)).collect();
                let alarms = chart.over(&daily).iter().filter(|step| step.alarm).count();
                let mean = f64::from(days) / alarms as f64;
                // Waits are close to exponential: the mean of k of them is known to 1/√k.
                let bound = 4.0 / (alarms as f64).sqrt();
                assert!(
                    (mean / stated - 1.0).abs() < bound,
                    "{mean} {stated} {alarms}"
                );
            }
        }
    }

    #[test]
    fn the_limit_is_the_smallest_that_suffices() {
        let chart = Design::new(0.2, 2.0, 365.0).unwrap();
        let less = run_length(0.2, chart.numerator, chart.denominator, chart.states - 1).unwrap();
        assert!(less < 365.0 && chart.days_to_false_alarm >= 365.0);
        assert!((chart.reference / (0.2 / 2.0_f64.ln()) - 1.0).abs() <= 0.02);
        assert!((chart.chance_within(chart.days_to_false_alarm) - 0.632).abs() < 1e-3);
        // So rare that any incident rings: rarer than asked.
        let rare = Design::new(0.001, 2.0, 365.0).unwrap();
        assert!(rare.days_to_false_alarm > 900.0 && rare.threshold < 1.0);
    }

    #[test]
    fn a_chart_starts_anew_after_an_alarm() {
        let chart = Design::new(0.1, 2.0, 100.0).unwrap();
        let steps = chart.over(&[0, 0, 9, 0, 9, 0]);
        let alarms: Vec<bool> = steps.iter().map(|step| step.alarm).collect();
        assert_eq!(alarms, [false, false, true, false, true, false]);
        assert!(steps[2].sum > 8.5 && steps[3].sum <= 0.0);
        assert!(chart.over(&[]).is_empty());
    }

    #[test]
    fn what_cannot_be_designed_says_why() {
        assert_eq!(Design::new(0.0, 2.0, 365.0), Err(Undefined::Rate));
        assert_eq!(Design::new(f64::NAN, 2.0, 365.0), Err(Undefined::Rate));
        assert_eq!(Design::new(1.0, 1.0, 365.0), Err(Undefined::Factor));
        assert_eq!(Design::new(1.0, 2.0, 1.0), Err(Undefined::FalseAlarms));
        // From the rarest to the most frequent.
        for rate in [1e-5, 1e-3, 0.03, 1.0, 30.0, 900.0] {
            for asked in [10.0, 365.0, 3_650.0] {
                let chart = Design::new(rate, 2.0, asked).unwrap();
                assert!(chart.days_to_false_alarm >= asked, "{rate} {asked}");
            }
        }
    }
}
