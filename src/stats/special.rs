//! Tails of the binomial, Poisson, beta, gamma and normal distributions.
//!
//! All tails come from two functions: the regularised incomplete beta function `I_x(a`, b) and the regularised
//! incomplete gamma functions P(a, x) and Q(a, x). Their leading factors are point probabilities by Loader's
//! saddle-point expansion (Loader 2000, *Fast and Accurate Computation of Binomial Probabilities*), because
//! differences of log-gamma functions lose half of the digits at counts of millions. The continued fractions are
//! evaluated by Lentz's method as in Press et al., *Numerical Recipes*, 3rd ed., §6.2 and §6.4.
//!
//! Own code rather than a library: the one at hand is wrong for parameters of a million and its inverse may not
//! return far out in a tail.
//!
//! Both tails are always returned together, each computed directly where it is the small one, so that a p-value
//! of 10⁻³⁰ keeps its digits. Parameters up to [`LARGEST`] are accepted; up to 10⁷ the results were compared with
//! scipy's and differ by less than 10⁻¹⁰ of their value. One evaluation takes O(√a + √b) steps.

use std::f64::consts::{PI, TAU};

/// The largest count or shape parameter that is accepted.
pub const LARGEST: f64 = 1e8;

/// Steps after which a series is cut, many times √[`LARGEST`].
const STEPS: u32 = 1_000_000;

/// Relative change at which a series has converged.
const ENOUGH: f64 = 1e-16;

/// The two tails of a distribution at a point; they add up to 1 where the distribution is continuous.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tails {
    /// The probability below, from 0 to 1.
    pub lower: f64,
    /// The probability above, from 0 to 1.
    pub upper: f64,
}

impl Tails {
    fn from_lower(lower: f64) -> Tails {
        let lower = lower.clamp(0.0, 1.0);
        Tails {
            lower,
            upper: 1.0 - lower,
        }
    }

    fn from_upper(upper: f64) -> Tails {
        let upper = upper.clamp(0.0, 1.0);
        Tails {
            lower: 1.0 - upper,
            upper,
        }
    }
}

/// A probability with its complement, neither of which loses digits near 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The probability, from 0 to 1.
    pub part: f64,
    /// One less the probability.
    pub rest: f64,
}

impl Share {
    /// Of a probability. `None` unless it is from 0 to 1.
    pub fn new(part: f64) -> Option<Share> {
        (0.0..=1.0).contains(&part).then_some(Share {
            part,
            rest: 1.0 - part,
        })
    }

    /// From odds of `one` to `other`. `None` unless both are finite and not negative and one is positive.
    pub fn of_odds(one: f64, other: f64) -> Option<Share> {
        let sum = one + other;
        (one >= 0.0 && other >= 0.0 && sum > 0.0 && sum.is_finite()).then(|| Share {
            part: one / sum,
            rest: other / sum,
        })
    }

    fn of_log_odds(odds: f64) -> Share {
        Share {
            part: 1.0 / (1.0 + (-odds).exp()),
            rest: 1.0 / (1.0 + odds.exp()),
        }
    }
}

/// Which tail a quantile is asked for by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The probability below the quantile is given.
    Lower,
    /// The probability above it.
    Upper,
}

/// ln Γ(z + 1) less Stirling's (z + ½) ln z − z + ½ ln 2π, for z > 0.
fn stirling_error(z: f64) -> f64 {
    let mut z = z;
    let mut sum = 0.0;
    while z < 16.0 {
        sum += (z + 0.5) * (1.0 / z).ln_1p() - 1.0;
        z += 1.0;
    }
    let square = z * z;
    let tail = 1.0 / 1260.0
        - (1.0 / 1680.0 - (1.0 / 1188.0 - 691.0 / 360_360.0 / square) / square) / square;
    sum + (1.0 / 12.0 - (1.0 / 360.0 - tail / square) / square) / z
}

/// x ln(x / m) + m − x, without cancellation where x is near m; both positive.
fn deviance(x: f64, mean: f64) -> f64 {
    let difference = x - mean;
    if difference.abs() >= 0.1 * (x + mean) {
        return x * (x / mean).ln() - difference;
    }
    let v = difference / (x + mean);
    let mut sum = difference * v;
    let mut power = 2.0 * x * v;
    let mut odd = 3.0;
    // |v| is below a tenth: each term is less than a hundredth of the one before.
    for _ in 0..20 {
        power *= v * v;
        sum += power / odd;
        odd += 2.0;
    }
    sum
}

/// Γ(n+1) / (Γ(k+1) Γ(n−k+1)) · p^k (1−p)^(n−k) with n = k + l, for positive k and l that need not be whole.
fn binomial_density(k: f64, l: f64, p: Share) -> f64 {
    if p.part <= 0.0 || p.rest <= 0.0 {
        return 0.0;
    }
    let n = k + l;
    let exponent = stirling_error(n)
        - stirling_error(k)
        - stirling_error(l)
        - deviance(k, n * p.part)
        - deviance(l, n * p.rest);
    exponent.exp() * (n / k / l / TAU).sqrt()
}

/// e^(−m) m^x / Γ(x + 1) for positive x that need not be whole.
fn poisson_density(x: f64, mean: f64) -> f64 {
    if mean <= 0.0 {
        return 0.0;
    }
    (-stirling_error(x) - deviance(x, mean)).exp() / (2.0 * PI * x).sqrt()
}

fn is_shape(value: f64) -> bool {
    value > 0.0 && value <= LARGEST
}

/// A denominator that Lentz's method may divide by.
fn safe(value: f64) -> f64 {
    const TINY: f64 = 1e-300;
    if value.abs() < TINY { TINY } else { value }
}

/// The tails of the beta distribution with shapes `a` and `b` at `x`: `I_x(a`, b) and I_(1−x)(b, a). `None` unless
/// both shapes are positive and at most [`LARGEST`] and both parts of the share are from 0 to 1.
pub fn beta_tails(a: f64, b: f64, x: Share) -> Option<Tails> {
    let is_share = (0.0..=1.0).contains(&x.part) && (0.0..=1.0).contains(&x.rest);
    if !(is_share && is_shape(a) && is_shape(b)) {
        return None;
    }
    // Relative to the mean the fraction converges on one side only; the other is its mirror image.
    if x.part <= (a + 1.0) / (a + b + 2.0) {
        Some(Tails::from_lower(beta_fraction(a, b, x)))
    } else {
        let mirrored = Share {
            part: x.rest,
            rest: x.part,
        };
        Some(Tails::from_upper(beta_fraction(b, a, mirrored)))
    }
}

fn beta_fraction(a: f64, b: f64, x: Share) -> f64 {
    if x.part <= 0.0 {
        return 0.0;
    }
    let sum = a + b;
    let factor = binomial_density(a, b, x) * b / sum;
    let mut upper = 1.0;
    let mut lower = 1.0 / safe(1.0 - sum * x.part / (a + 1.0));
    let mut fraction = lower;
    for step in 1..STEPS {
        let count = f64::from(step);
        let even = count * (b - count) * x.part / ((a + 2.0 * count - 1.0) * (a + 2.0 * count));
        lower = 1.0 / safe(1.0 + even * lower);
        upper = safe(1.0 + even / upper);
        fraction *= lower * upper;
        let odd =
            -(a + count) * (sum + count) * x.part / ((a + 2.0 * count) * (a + 2.0 * count + 1.0));
        lower = 1.0 / safe(1.0 + odd * lower);
        upper = safe(1.0 + odd / upper);
        let change = lower * upper;
        fraction *= change;
        if (change - 1.0).abs() <= 2.0 * ENOUGH {
            break;
        }
    }
    factor * fraction
}

/// The point of a beta distribution that has a probability of `tail` on the given side of it. By bisection over
/// the log-odds, which cannot fail to end and finds points near 0 and near 1 alike: the share's `rest` keeps its
/// digits. `None` unless the shapes are those of [`beta_tails`] and 0 < `tail` < 1.
pub fn beta_quantile(a: f64, b: f64, tail: f64, side: Side) -> Option<Share> {
    if !(is_shape(a) && is_shape(b) && tail > 0.0 && tail < 1.0) {
        return None;
    }
    let point = rising_root(-700.0, 700.0, |odds| {
        let tails = beta_tails(a, b, Share::of_log_odds(odds));
        match (side, tails) {
            (Side::Lower, Some(tails)) => tails.lower - tail,
            (Side::Upper, Some(tails)) => tail - tails.upper,
            (_, None) => 0.0,
        }
    });
    Some(Share::of_log_odds(point))
}

/// Where a function that rises crosses zero, by bisection down to neighbouring numbers; the nearer end if it does
/// not cross. At most a few dozen evaluations.
pub(super) fn rising_root(low: f64, high: f64, value: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (low, high);
    // 1,400 / 2^64 is below the spacing of doubles around any root that matters here.
    for _ in 0..64 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if value(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// P(a, x) and Q(a, x): the tails of the gamma distribution with shape `a` and scale 1 at `x`. `None` unless the
/// shape is positive and at most [`LARGEST`] and `x` is not negative.
pub fn gamma_tails(a: f64, x: f64) -> Option<Tails> {
    if !is_shape(a) || x.is_nan() || x < 0.0 {
        return None;
    }
    if x <= 0.0 {
        return Some(Tails::from_lower(0.0));
    }
    if x.is_infinite() {
        return Some(Tails::from_upper(0.0));
    }
    let factor = poisson_density(a, x);
    if x < a + 1.0 {
        let (mut sum, mut next, mut at) = (1.0, 1.0, a);
        for _ in 0..STEPS {
            at += 1.0;
            next *= x / at;
            sum += next;
            if next <= sum * ENOUGH {
                break;
            }
        }
        return Some(Tails::from_lower(factor * sum));
    }
    let mut term = x + 1.0 - a;
    let mut upper = f64::INFINITY;
    let mut lower = 1.0 / safe(term);
    let mut fraction = lower;
    for step in 1..STEPS {
        let count = f64::from(step);
        let numerator = -count * (count - a);
        term += 2.0;
        lower = 1.0 / safe(numerator * lower + term);
        upper = safe(term + numerator / upper);
        let change = lower * upper;
        fraction *= change;
        if (change - 1.0).abs() <= 2.0 * ENOUGH {
            break;
        }
    }
    Some(Tails::from_upper(factor * a * fraction))
}

/// The point of the gamma distribution of [`gamma_tails`] that has a probability of `tail` on the given side, by
/// bisection over its logarithm. `None` unless the shape is as there and 0 < `tail` < 1.
pub fn gamma_quantile(a: f64, tail: f64, side: Side) -> Option<f64> {
    if !(is_shape(a) && tail > 0.0 && tail < 1.0) {
        return None;
    }
    let point = rising_root(-700.0, 25.0, |log| {
        match (side, gamma_tails(a, log.exp())) {
            (Side::Lower, Some(tails)) => tails.lower - tail,
            (Side::Upper, Some(tails)) => tail - tails.upper,
            (_, None) => 0.0,
        }
    });
    Some(point.exp())
}

/// P\[X ≤ k\] and P\[X ≥ k\] of a count X ~ Bin(n, p); both contain k. `None` if k > n or n is above
/// [`LARGEST`].
pub fn binomial_tails(k: u64, n: u64, p: Share) -> Option<Tails> {
    if k > n || n as f64 >= LARGEST {
        return None;
    }
    let (successes, rest) = (k as f64, (n - k) as f64);
    let upper = if k == 0 {
        1.0
    } else {
        beta_tails(successes, rest + 1.0, p)?.lower
    };
    let lower = if k == n {
        1.0
    } else {
        beta_tails(successes + 1.0, rest, p)?.upper
    };
    Some(Tails { lower, upper })
}

/// P\[X = k\] of a count X ~ Bin(n, p). `None` as in [`binomial_tails`].
pub fn binomial_point(k: u64, n: u64, p: Share) -> Option<f64> {
    if k > n || n as f64 >= LARGEST {
        return None;
    }
    let trials = n as f64;
    // (1 − p)^n by whichever of p and 1 − p is the small one, which has the more digits.
    let all = |small: f64, base: f64| {
        if small < 0.5 {
            (trials * (-small).ln_1p()).exp()
        } else {
            base.powf(trials)
        }
    };
    Some(if k == 0 {
        all(p.part, p.rest)
    } else if k == n {
        all(p.rest, p.part)
    } else {
        binomial_density(k as f64, (n - k) as f64, p)
    })
}

/// P\[X ≤ k\] and P\[X ≥ k\] of a count X ~ Poisson(`mean`); both contain k. `None` unless the mean is finite and
/// not negative and k is below [`LARGEST`].
pub fn poisson_tails(k: u64, mean: f64) -> Option<Tails> {
    if !mean.is_finite() || mean < 0.0 || k as f64 >= LARGEST {
        return None;
    }
    let upper = if k == 0 {
        1.0
    } else {
        gamma_tails(k as f64, mean)?.lower
    };
    Some(Tails {
        lower: gamma_tails(k as f64 + 1.0, mean)?.upper,
        upper,
    })
}

/// P\[X = k\] of a count X ~ Poisson(`mean`). `None` as in [`poisson_tails`].
pub fn poisson_point(k: u64, mean: f64) -> Option<f64> {
    if !mean.is_finite() || mean < 0.0 || k as f64 >= LARGEST {
        return None;
    }
    Some(match k {
        0 => (-mean).exp(),
        _ if mean <= 0.0 => 0.0,
        k => poisson_density(k as f64, mean),
    })
}

/// The tails of the standard normal distribution at `z`. `None` if it is not a number.
pub fn normal_tails(z: f64) -> Option<Tails> {
    let outer = 0.5 * gamma_tails(0.5, z * z / 2.0)?.upper;
    Some(if z > 0.0 {
        Tails::from_upper(outer)
    } else {
        Tails::from_lower(outer)
    })
}

/// The probability that a standard normal value lies between 0 and `z`, for z ≥ 0, with all its digits where z is
/// small. `None` if `z` is negative or not a number.
pub fn normal_from_middle(z: f64) -> Option<f64> {
    (z >= 0.0).then_some(())?;
    Some(0.5 * gamma_tails(0.5, z * z / 2.0)?.lower)
}

#[cfg(test)]
pub(super) fn assert_near(got: f64, wanted: f64, relative: f64) {
    assert!(
        (got - wanted).abs() <= relative * wanted.abs(),
        "{got:e} instead of {wanted:e}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(p: f64) -> Share {
        Share::new(p).unwrap()
    }

    /// scipy 1.17.1 (Python 3.11.7, numpy 2.4.6): `special.betainc` and `betaincc`. The first of a million and a
    /// million is ½ by symmetry.
    #[test]
    fn beta_tails_are_those_of_scipy() {
        for (a, b, x, lower, upper) in [
            (2.0, 3.0, 0.4, 0.524_8, 0.475_2),
            (
                0.5,
                0.5,
                0.1,
                0.204_832_764_699_133_45,
                0.795_167_235_300_866_5,
            ),
            (
                11.0,
                22.0,
                0.2,
                0.041_088_321_023_540_57,
                0.958_911_678_976_459_5,
            ),
            (
                1000.0,
                1500.0,
                0.41,
                0.846_259_684_745_058_3,
                0.153_740_315_254_941_08,
            ),
            (1e6, 1e6, 0.5, 0.5, 0.5),
            (
                1e6,
                1e6,
                0.4995,
                0.078_649_577_580_912_15,
                0.921_350_422_419_098_4,
            ),
            (
                1e7,
                1e7,
                0.5002,
                0.963_180_868_902_135_4,
                0.036_819_131_097_873_97,
            ),
            (
                3.0,
                1e7,
                1e-6,
                0.997_230_617_905_239_5,
                0.002_769_382_095_556_224_7,
            ),
        ] {
            let tails = beta_tails(a, b, share(x)).unwrap();
            assert_near(tails.lower, lower, 2e-11);
            assert_near(tails.upper, upper, 2e-11);
        }
    }

    /// scipy 1.17.1: `special.betaincinv` and `gammaincinv`.
    #[test]
    fn quantiles_are_those_of_scipy() {
        for (a, b, tail, point) in [
            (11.0, 22.0, 0.025, 0.185_719_091_716_566_14),
            (12.0, 21.0, 0.975, 0.531_931_036_280_268_7),
            (3.0, 18.0, 0.025, 0.032_070_937_185_463_7),
            (1e7, 1e7, 0.025, 0.499_780_869_372_639),
            (1.0, 1e7, 1e-10, 1.000_000_000_05e-17),
        ] {
            let found = beta_quantile(a, b, tail, Side::Lower).unwrap();
            assert_near(found.part, point, 1e-11);
        }
        for (a, tail, point) in [
            (1.0, 0.025, 0.025_317_807_984_289_876),
            (4.0, 0.025, 1.089_865_373_626_324_9),
            (101.0, 0.975, 121.626_793_792_426_38),
            (1e5, 0.025, 99_381.152_663_744_72),
        ] {
            assert_near(gamma_quantile(a, tail, Side::Lower).unwrap(), point, 1e-11);
        }
    }

    /// scipy 1.17.1: `stats.binom` and `stats.poisson`, `cdf(k)`, `sf(k − 1)`, `pmf(k)`.
    #[test]
    fn counts_have_the_tails_of_scipy() {
        for (k, n, p, lower, upper, point) in [
            (
                11,
                32,
                800.0 / 3811.0,
                0.975_931_823_227_312_1,
                0.056_008_659_787_699_68,
                0.031_940_483_015_011_86,
            ),
            (0, 5, 0.2, 0.327_68, 1.0, 0.327_68),
            (5, 5, 0.2, 1.0, 0.000_32, 0.000_32),
            (
                300,
                10_000,
                0.02,
                0.999_999_999_989_426_2,
                1.617_878_396_726_813e-11,
                5.605_017_075_613_964e-12,
            ),
            (
                5_000_000,
                10_000_000,
                0.4998,
                0.897_105_083_856_202_7,
                0.103_008_287_785_987_07,
                0.000_113_371_642_154_972_2,
            ),
        ] {
            let tails = binomial_tails(k, n, share(p)).unwrap();
            assert_near(tails.lower, lower, 2e-11);
            assert_near(tails.upper, upper, 2e-11);
            assert_near(binomial_point(k, n, share(p)).unwrap(), point, 2e-11);
        }
        for (k, mean, lower, upper) in [
            (
                69,
                43.894,
                0.999_829_551_133_952,
                0.000_277_533_463_385_665_67,
            ),
            (
                13,
                10.1438,
                0.853_755_644_535_177_7,
                0.222_265_102_034_750_78,
            ),
            (0, 2.5, 0.082_084_998_623_898_8, 1.0),
            (
                1000,
                900.0,
                0.999_509_367_267_142_5,
                0.000_549_902_265_711_781_8,
            ),
            (
                10_000_000,
                10_010_000.0,
                0.000_786_106_307_311_502_8,
                0.999_214_746_565_394_4,
            ),
            (50, 1.0, 1.0, 1.233_750_897_909_758_5e-65),
        ] {
            let tails = poisson_tails(k, mean).unwrap();
            assert_near(tails.lower, lower, 1e-10);
            assert_near(tails.upper, upper, 1e-10);
        }
    }

    /// scipy 1.17.1: `stats.norm`.
    #[test]
    fn normal_tails_are_those_of_scipy() {
        for (z, lower, upper) in [
            (-8.0, 6.220_960_574_271_74e-16, 0.999_999_999_999_999_3),
            (-1.96, 0.024_997_895_148_220_435, 0.975_002_104_851_779_5),
            (-0.1, 0.460_172_162_722_971, 0.539_827_837_277_029),
            (0.0, 0.5, 0.5),
            (0.5, 0.691_462_461_274_013_1, 0.308_537_538_725_986_9),
            (6.0, 0.999_999_999_013_412_3, 9.865_876_450_376_946e-10),
            (30.0, 1.0, 4.906_713_927_147_908e-198),
        ] {
            let tails = normal_tails(z).unwrap();
            assert_near(tails.lower, lower, 1e-12);
            assert_near(tails.upper, upper, 1e-12);
        }
        assert_near(
            normal_from_middle(0.5).unwrap(),
            0.191_462_461_274_013_1,
            1e-12,
        );
        assert_eq!(normal_from_middle(0.0), Some(0.0));
    }

    #[test]
    fn tails_are_sums_of_points_of_poisson() {
        for mean in [0.0, 1e-9, 0.3, 7.5, 900.0] {
            let mut sum = 0.0;
            for k in 0..1_000 {
                sum += poisson_point(k, mean).unwrap();
                if k % 50 == 0 {
                    let lower = poisson_tails(k, mean).unwrap().lower;
                    assert!((sum - lower).abs() < 1e-11, "{mean} {k}");
                }
            }
        }
        assert_eq!(poisson_point(3, -1.0), None);
    }

    #[test]
    fn tails_are_sums_of_points() {
        for (n, p) in [(1, 0.3), (7, 0.5), (40, 0.03), (60, 0.97)] {
            for k in 0..=n {
                let tails = binomial_tails(k, n, share(p)).unwrap();
                let point = |j| binomial_point(j, n, share(p)).unwrap();
                assert_near(tails.lower, (0..=k).map(point).sum(), 1e-12);
                assert_near(tails.upper, (k..=n).map(point).sum(), 1e-12);
            }
        }
    }

    #[test]
    fn quantiles_invert_tails() {
        for (a, b) in [
            (1.0, 1.0),
            (0.5, 3.0),
            (3.0, 1e4),
            (1e7, 1e7),
            (1.0, 1e7),
            (1e7, 2.0),
        ] {
            for tail in [1e-12, 0.025, 0.5, 0.975] {
                let low = beta_quantile(a, b, tail, Side::Lower).unwrap();
                let high = beta_quantile(a, b, tail, Side::Upper).unwrap();
                assert_near(beta_tails(a, b, low).unwrap().lower, tail, 1e-8);
                assert_near(beta_tails(a, b, high).unwrap().upper, tail, 1e-8);
            }
        }
        for a in [0.5, 1.0, 30.0, 1e7] {
            for tail in [1e-12, 0.025, 0.5] {
                let low = gamma_quantile(a, tail, Side::Lower).unwrap();
                let high = gamma_quantile(a, tail, Side::Upper).unwrap();
                assert_near(gamma_tails(a, low).unwrap().lower, tail, 1e-8);
                assert_near(gamma_tails(a, high).unwrap().upper, tail, 1e-8);
            }
        }
    }

    #[test]
    fn what_is_undefined_is_none() {
        assert_eq!(beta_tails(0.0, 1.0, share(0.5)), None);
        assert_eq!(beta_tails(f64::NAN, 1.0, share(0.5)), None);
        assert_eq!(beta_tails(1.0, 1e12, share(0.5)), None);
        assert_eq!(beta_quantile(1.0, 1.0, 0.0, Side::Lower), None);
        assert_eq!(binomial_tails(3, 2, share(0.5)), None);
        assert_eq!(poisson_tails(3, -1.0), None);
        assert_eq!(poisson_tails(3, f64::INFINITY), None);
        assert_eq!(normal_tails(f64::NAN), None);
        assert_eq!(Share::new(1.1), None);
        assert_eq!(Share::of_odds(0.0, 0.0), None);
    }

    #[test]
    fn edges_have_their_limits() {
        let all = Tails {
            lower: 1.0,
            upper: 0.0,
        };
        let none = Tails {
            lower: 0.0,
            upper: 1.0,
        };
        assert_eq!(beta_tails(2.0, 3.0, share(0.0)), Some(none));
        assert_eq!(beta_tails(2.0, 3.0, share(1.0)), Some(all));
        assert_eq!(gamma_tails(2.0, 0.0), Some(none));
        assert_eq!(gamma_tails(2.0, f64::INFINITY), Some(all));
        assert!(binomial_tails(0, 5, share(0.0)).unwrap().lower >= 1.0);
        assert_eq!(binomial_point(0, 0, share(0.3)), Some(1.0));
        assert_eq!(
            poisson_tails(0, 0.0),
            Some(Tails {
                lower: 1.0,
                upper: 1.0
            })
        );
    }
}
