//! Where values cluster, and how that changes: Getis–Ord Gi*, Mann–Kendall, emerging hot spots.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::special;
use crate::draws;

/// A neighbour and its weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// Its place in the list of values.
    pub place: usize,
    /// Not negative; 1 for all if a neighbour is a neighbour.
    pub weight: f64,
}

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// There are fewer than two values or steps.
    #[error("fewer than two values")]
    TooFew,
    /// All values are the same.
    #[error("all values are the same")]
    AllEqual,
    /// A value or weight is not a finite number, or a weight is negative.
    #[error("a value or weight is not a number that can be used")]
    NotANumber,
    /// The lists of neighbours are not one for each value, name a place that does not exist or one twice, or leave
    /// out the place itself, which Gi* includes.
    #[error("the neighbours do not fit the values")]
    Neighbours,
    /// No draw was asked for.
    #[error("no draws")]
    NoDraws,
    /// There are not as many flags as steps in the trend's series.
    #[error("flags and values have different lengths")]
    Lengths,
}

fn check(values: &[f64], neighbours: &[Vec<Neighbour>]) -> Result<(), Undefined> {
    if values.len() < 2 {
        return Err(Undefined::TooFew);
    }
    if neighbours.len() != values.len() {
        return Err(Undefined::Neighbours);
    }
    if !values.iter().all(|value| value.is_finite()) {
        return Err(Undefined::NotANumber);
    }
    let mut last_seen_by = vec![usize::MAX; values.len()];
    for (own, list) in neighbours.iter().enumerate() {
        for neighbour in list {
            match last_seen_by.get_mut(neighbour.place) {
                Some(seen) if *seen != own => *seen = own,
                _ => return Err(Undefined::Neighbours),
            }
            if !(neighbour.weight >= 0.0 && neighbour.weight.is_finite()) {
                return Err(Undefined::NotANumber);
            }
        }
        if last_seen_by[own] != own {
            return Err(Undefined::Neighbours);
        }
    }
    if values.iter().all(|value| (value - values[0]).abs() <= 0.0) {
        return Err(Undefined::AllEqual);
    }
    Ok(())
}

/// Gi* of every value, as a standard normal z:
/// `z_i` = (Σ `w_ij` `x_j` − x̄ `W_i`) / (s √[(n Σ `w_ij²` − `W_i²)/(n−1`)]) with `W_i` = Σ `w_ij` and s² = Σx²/n − x̄²; j runs over the
/// neighbours of i with i itself (Ord and Getis 1995, *Geographical Analysis* 27:286–306, doi
/// 10.1111/j.1538-4632.1995.tb00912.x). `neighbours` has one list for each value, and the place itself is in it.
/// `None` for a place whose neighbours are all values with the same weight, because its sum is then always the same.
/// With few or rare events z is far from normal: see [`gi_star_permuted`]. O(n + Σ neighbours).
///
/// # Errors
/// [`Undefined`] says what is missing.
pub fn gi_star(
    values: &[f64],
    neighbours: &[Vec<Neighbour>],
) -> Result<Vec<Option<f64>>, Undefined> {
    check(values, neighbours)?;
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    // The same as Σx²/n − x̄², without its cancellation.
    let deviation = (values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / count)
        .sqrt();
    if !(deviation > 0.0 && deviation.is_finite()) {
        return Err(Undefined::NotANumber);
    }
    Ok(neighbours
        .iter()
        .map(|list| {
            let weights: f64 = list.iter().map(|it| it.weight).sum();
            let squares: f64 = list.iter().map(|it| it.weight * it.weight).sum();
            let excess: f64 = list
                .iter()
                .map(|it| it.weight * (values[it.place] - mean))
                .sum();
            let spread = count * squares - weights * weights;
            // Zero but for rounding.
            (spread > 1e-12 * count * squares)
                .then(|| excess / (deviation * (spread / (count - 1.0)).sqrt()))
                .filter(|z| z.is_finite())
        })
        .collect())
}

/// The p-value of a z on both sides, from 0 to 1. `None` if it is not a number.
pub fn two_sided(z: f64) -> Option<f64> {
    let tails = special::normal_tails(z)?;
    Some((2.0 * tails.lower.min(tails.upper)).min(1.0))
}

/// How a local sum compares with those of random neighbours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Permuted {
    /// The share of draws with a sum at least as high: small for a hot spot.
    pub high: f64,
    /// The share of draws with a sum at most as high: small for a cold spot.
    pub low: f64,
}

/// Which values a draw puts at a place and its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// Any of all: the place is judged with its neighbours. This is the permutation of which the z of Gi* has the mean
    /// and the variance. A place that is high by itself is found.
    Drawn,
    /// Its own to the place and any of the others to its neighbours (conditional permutation: Anselin 1995,
    /// *Geographical Analysis* 27:93–115, doi 10.1111/j.1538-4632.1995.tb00338.x): only the neighbours are judged.
    Held,
}

/// The bits of a place's value, if it stays, and of the weights of those that are drawn, in order.
type Kind = (u64, Vec<u64>);

/// p-values of the sums of Gi* by permutation. The observation counts among the draws, and ties count for both sides.
/// Needs no normal distribution and so suits small counts. Places whose sums have the same distribution share their
/// draws: those with the same weights, and for [`Own::Held`] the same value. O(kinds of places · draws · neighbours)
/// on all cores and O(n + draws) memory a thread; each kind has streams of its own.
///
/// # Errors
/// [`Undefined`] says what is missing.
pub fn gi_star_permuted(
    values: &[f64],
    neighbours: &[Vec<Neighbour>],
    own: Own,
    seed: u64,
    draws: u32,
) -> Result<Vec<Permuted>, Undefined> {
    check(values, neighbours)?;
    if draws == 0 {
        return Err(Undefined::NoDraws);
    }
    let largest = values
        .iter()
        .fold(0.0_f64, |most, value| most.max(value.abs()));
    let drawn_at = |place: usize| {
        let list = neighbours[place].iter();
        list.filter(move |it| own == Own::Drawn || it.place != place)
    };
    let mut kinds: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
    for (place, value) in values.iter().enumerate() {
        let mut weights: Vec<u64> = drawn_at(place).map(|it| it.weight.to_bits()).collect();
        weights.sort_unstable();
        let value = match own {
            Own::Drawn => 0,
            Own::Held => value.to_bits(),
        };
        kinds.entry((value, weights)).or_default().push(place);
    }
    let kinds: Vec<(Kind, Vec<usize>)> = kinds.into_iter().collect();
    let of_kinds: Vec<Vec<(usize, Permuted)>> = kinds
        .par_iter()
        .enumerate()
        .map_init(
            || values.to_vec(),
            |held, (number, ((_, weights), places))| {
                let weights: Vec<f64> = weights.iter().map(|&bits| f64::from_bits(bits)).collect();
                // Sums of the same values in another order differ in their last digits; they are ties.
                let tie = 1e-12 * largest * weights.iter().sum::<f64>();
                held.copy_from_slice(values);
                let mut pool = held.len();
                if own == Own::Held {
                    // A value of this kind stands last, where no draw reaches it.
                    pool -= 1;
                    held.swap(places[0], pool);
                }
                let mut sums: Vec<f64> = (0..draws)
                    .map(|draw| {
                        let stream = ((number as u64) << 32) | u64::from(draw);
                        let dice = &mut draws::stream(seed, stream);
                        draws::choose(dice, &mut held[..pool], weights.len());
                        weights
                            .iter()
                            .zip(held.iter())
                            .map(|(weight, value)| weight * value)
                            .sum()
                    })
                    .collect();
                sums.sort_unstable_by(f64::total_cmp);
                let judge = |&place: &usize| {
                    let seen: f64 = drawn_at(place).map(|it| it.weight * values[it.place]).sum();
                    let below = sums.partition_point(|&sum| sum < seen - tie);
                    let low = sums.partition_point(|&sum| sum <= seen + tie);
                    let permuted = Permuted {
                        high: draws::p_value((sums.len() - below) as u32, draws),
                        low: draws::p_value(low as u32, draws),
                    };
                    (place, permuted)
                };
                places.iter().map(judge).collect()
            },
        )
        .collect();
    let mut found: Vec<(usize, Permuted)> = of_kinds.into_iter().flatten().collect();
    found.sort_unstable_by_key(|it| it.0);
    Ok(found.into_iter().map(|it| it.1).collect())
}

/// A monotonic trend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MannKendall {
    /// S: pairs that rise less pairs that fall.
    pub s: i64,
    /// Of S without a trend, with ties taken into account; above 0.
    pub variance: f64,
    /// (S − sign S)/√variance.
    pub z: f64,
    /// Two-sided, by the normal distribution, which is good from about ten steps on.
    pub p: f64,
}

/// The test of Mann (1945, *Econometrica* 13:245–259, doi 10.2307/1907187) and Kendall (1975): S = Σ_{i<j}
/// `sign(x_j` − `x_i`), with variance \[n(n−1)(2n+5) − Σ t(t−1)(2t+5)\]/18 over groups of t equal values. Steps are taken to
/// be independent. O(n²) for n steps.
///
/// # Errors
/// [`Undefined::TooFew`], [`Undefined::AllEqual`], [`Undefined::NotANumber`].
pub fn mann_kendall(series: &[f64]) -> Result<MannKendall, Undefined> {
    if series.len() < 2 {
        return Err(Undefined::TooFew);
    }
    if !series.iter().all(|value| value.is_finite()) {
        return Err(Undefined::NotANumber);
    }
    let mut s = 0_i64;
    for (place, later) in series.iter().enumerate() {
        for earlier in &series[..place] {
            s += i64::from(later > earlier) - i64::from(later < earlier);
        }
    }
    let term = |count: usize| {
        let count = count as f64;
        count * (count - 1.0) * (2.0 * count + 5.0)
    };
    let mut sorted = series.to_vec();
    sorted.sort_by(f64::total_cmp);
    let ties: f64 = sorted
        .chunk_by(|one, other| (one - other).abs() <= 0.0)
        .map(|group| term(group.len()))
        .sum();
    let variance = (term(series.len()) - ties) / 18.0;
    if variance <= 0.0 {
        return Err(Undefined::AllEqual);
    }
    let z = (s - s.signum()) as f64 / variance.sqrt();
    let p = two_sided(z).ok_or(Undefined::NotANumber)?;
    Ok(MannKendall { s, variance, z, p })
}

/// What a place was in one step of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// Significantly high.
    Hot,
    /// Significantly low.
    Cold,
    /// Neither.
    Neither,
}

/// How a place has been hot (or cold) over the steps; "it" is the one of the two that it is called after, "the other"
/// its opposite. "Nine tenths" is at least 90 % of all steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// It in the last step and never before.
    New,
    /// It in one unbroken run of at least two steps up to the last and never before, in less than nine tenths.
    Consecutive,
    /// It in nine tenths, the last among them, and z rises (for cold: falls) significantly.
    Intensifying,
    /// It in nine tenths, the last among them, without a significant trend of z.
    Persistent,
    /// It in nine tenths, the last among them, and z falls (for cold: rises) significantly.
    Diminishing,
    /// It in the last step and, with a break, before; in less than nine tenths, and never the other.
    Sporadic,
    /// It in the last step, and the other in some step before; in less than nine tenths.
    Oscillating,
    /// It in nine tenths, but neither it nor the other in the last step.
    Historical,
}

/// What a place has become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emerging {
    /// A hot spot.
    Hot(Pattern),
    /// A cold spot.
    Cold(Pattern),
    /// None of the patterns.
    NoPattern,
}

/// Sorts a place by its flags in time and by the trend of its z-values, after the rules that Esri publishes for its
/// "Emerging Hot Spot Analysis" (`ArcGIS` Pro, *How Emerging Hot Spot Analysis works*). Where two rules apply, which
/// those do not settle, what the last step is goes before what the place was, and among the patterns the first of
/// this order holds: new, those of nine tenths, oscillating, consecutive, sporadic.
///
/// `z` has the Gi* of each step; its trend is that of [`mann_kendall`] at a two-sided level of `alpha`, and there is
/// none where that is undefined. O(steps²).
///
/// # Errors
/// [`Undefined::TooFew`] without a step, [`Undefined::Lengths`].
pub fn emerging(flags: &[Flag], z: &[f64], alpha: f64) -> Result<Emerging, Undefined> {
    if flags.len() != z.len() {
        return Err(Undefined::Lengths);
    }
    let last = *flags.last().ok_or(Undefined::TooFew)?;
    let trend = match mann_kendall(z) {
        Ok(found) if found.p <= alpha => found.s.signum(),
        _ => 0,
    };
    let pattern = |own: Flag, other: Flag, trend: i64| {
        let steps = flags.len();
        let count = flags.iter().filter(|&&flag| flag == own).count();
        let nine_tenths = 10 * count >= 9 * steps;
        if last != own {
            return nine_tenths.then_some(Pattern::Historical);
        }
        let run = flags.iter().rev().take_while(|&&flag| flag == own).count();
        Some(if count == 1 {
            Pattern::New
        } else if nine_tenths {
            match trend {
                1 => Pattern::Intensifying,
                -1 => Pattern::Diminishing,
                _ => Pattern::Persistent,
            }
        } else if flags.contains(&other) {
            Pattern::Oscillating
        } else if run == count {
            Pattern::Consecutive
        } else {
            Pattern::Sporadic
        })
    };
    let hot = || pattern(Flag::Hot, Flag::Cold, trend).map(Emerging::Hot);
    let cold = || pattern(Flag::Cold, Flag::Hot, -trend).map(Emerging::Cold);
    let found = match last {
        Flag::Cold => cold(),
        Flag::Hot => hot(),
        Flag::Neither => hot().or_else(cold),
    };
    Ok(found.unwrap_or(Emerging::NoPattern))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::multiple::{Adjustment, adjusted};
    use crate::stats::special::assert_near;
    use crate::testing::Dice;

    fn within(points: &[(f64, f64)], reach: f64) -> Vec<Vec<Neighbour>> {
        points
            .iter()
            .map(|one| {
                (0..points.len())
                    .filter(|&place| {
                        (points[place].0 - one.0).hypot(points[place].1 - one.1) <= reach
                    })
                    .map(|place| Neighbour { place, weight: 1.0 })
                    .collect()
            })
            .collect()
    }

    const POINTS: [(f64, f64); 6] = [
        (10.0, 10.0),
        (20.0, 10.0),
        (40.0, 10.0),
        (15.0, 20.0),
        (30.0, 20.0),
        (30.0, 30.0),
    ];
    const VALUES: [f64; 6] = [2.0, 3.0, 3.2, 5.0, 8.0, 7.0];

    /// The six points of `PySAL`'s esda (`G_Local`, `star=True`, binary weights within 15).
    #[test]
    fn the_six_points_of_pysal_are_reproduced() {
        let neighbours = within(&POINTS, 15.0);
        let z: Vec<f64> = gi_star(&VALUES, &neighbours)
            .unwrap()
            .into_iter()
            .map(Option::unwrap)
            .collect();
        let wanted = [
            -1.397_276_26,
            -0.289_177_62,
            0.650_649_64,
            -0.289_177_62,
            1.234_520_88,
            2.024_243_31,
        ];
        for (got, wanted) in z.iter().zip(wanted) {
            assert!((got - wanted).abs() < 5e-9, "{got} {wanted}");
        }
        let p: Vec<f64> = z.iter().map(|&z| two_sided(z).unwrap()).collect();
        let adjusted = adjusted(&p, Adjustment::BenjaminiHochberg).unwrap();
        assert_near(adjusted[5], 0.257_671, 2e-6);
    }

    /// The shares of all assignments, written out: of all values, and of the others with its own held.
    #[test]
    fn permuted_p_is_the_share_of_all_assignments() {
        let neighbours = within(&POINTS, 15.0);
        for kept in [Own::Drawn, Own::Held] {
            let drawn = gi_star_permuted(&VALUES, &neighbours, kept, 3, 20_000).unwrap();
            for (own, list) in neighbours.iter().enumerate() {
                let held = if kept == Own::Held { VALUES[own] } else { 0.0 };
                let pool: Vec<f64> = (0..6)
                    .filter(|&place| kept == Own::Drawn || place != own)
                    .map(|place| VALUES[place])
                    .collect();
                let needed = list.len() - usize::from(kept == Own::Held);
                let seen: f64 = list.iter().map(|it| VALUES[it.place]).sum::<f64>();
                let (mut all, mut high, mut low) = (0.0, 0.0, 0.0);
                for set in 0_u32..1 << pool.len() {
                    if set.count_ones() as usize == needed {
                        let chosen = pool
                            .iter()
                            .enumerate()
                            .filter(|(bit, _)| set >> bit & 1 == 1);
                        let sum = held + chosen.map(|(_, value)| value).sum::<f64>();
                        all += 1.0;
                        high += f64::from(u8::from(sum >= seen - 1e-9));
                        low += f64::from(u8::from(sum <= seen + 1e-9));
                    }
                }
                let got = drawn[own];
                assert!((got.high - high / all).abs() < 0.02, "{own} {got:?}");
                assert!((got.low - low / all).abs() < 0.02, "{own} {got:?}");
            }
            let again = gi_star_permuted(&VALUES, &neighbours, kept, 3, 20_000);
            assert_eq!(again, Ok(drawn));
        }
    }

    #[test]
    fn a_place_that_is_high_by_itself_is_found_where_its_value_is_drawn() {
        let mut values = [0.0; 40];
        values[20] = 12.0;
        let neighbours: Vec<Vec<Neighbour>> = (0..40_usize)
            .map(|own| {
                (own.saturating_sub(1)..(own + 2).min(40))
                    .map(|place| Neighbour { place, weight: 1.0 })
                    .collect()
            })
            .collect();
        let p = |own| gi_star_permuted(&values, &neighbours, own, 1, 999).unwrap()[20].high;
        assert!(p(Own::Drawn) < 0.15 && p(Own::Held) > 0.99);
    }

    /// Under random values z has mean 0 and variance 1, with uneven weights too.
    #[test]
    fn z_is_standard() {
        let mut dice = Dice::new(6);
        let neighbours: Vec<Vec<Neighbour>> = (0..20_usize)
            .map(|own| {
                (own.saturating_sub(2)..(own + 3).min(20))
                    .map(|place| Neighbour {
                        place,
                        weight: 1.0 / (1.0 + own.abs_diff(place) as f64),
                    })
                    .collect()
            })
            .collect();
        let (mut sum, mut squares, mut count) = (0.0, 0.0, 0.0);
        for _ in 0..2_000 {
            let values: Vec<f64> = (0..20).map(|_| dice.unit()).collect();
            for z in gi_star(&values, &neighbours).unwrap() {
                let z = z.unwrap();
                sum += z;
                squares += z * z;
                count += 1.0;
            }
        }
        assert!((sum / count).abs() < 0.03, "{}", sum / count);
        assert!((squares / count - 1.0).abs() < 0.03, "{}", squares / count);
    }

    #[test]
    fn reasons_are_given() {
        let two = within(&POINTS[..2], 15.0);
        assert_eq!(gi_star(&[1.0, 1.0], &two), Err(Undefined::AllEqual));
        assert_eq!(gi_star(&[1.0, f64::NAN], &two), Err(Undefined::NotANumber));
        assert_eq!(gi_star(&[1.0, 2.0], &two[..1]), Err(Undefined::Neighbours));
        assert_eq!(gi_star(&[1.0], &two[..1]), Err(Undefined::TooFew));
        // Everyone is everyone's neighbour.
        assert_eq!(gi_star(&[1.0, 2.0], &two), Ok(vec![None, None]));
        let apart = vec![
            vec![Neighbour {
                place: 1,
                weight: 1.0
            }];
            2
        ];
        assert_eq!(gi_star(&[1.0, 2.0], &apart), Err(Undefined::Neighbours));
        assert_eq!(
            gi_star_permuted(&[1.0, 2.0], &two, Own::Drawn, 1, 0),
            Err(Undefined::NoDraws)
        );
        assert_eq!(mann_kendall(&[1.0]), Err(Undefined::TooFew));
        assert_eq!(mann_kendall(&[1.0, 1.0]), Err(Undefined::AllEqual));
        assert_eq!(
            mann_kendall(&[1.0, f64::INFINITY]),
            Err(Undefined::NotANumber)
        );
        assert_eq!(emerging(&[], &[], 0.05), Err(Undefined::TooFew));
        assert_eq!(emerging(&[Flag::Hot], &[], 0.05), Err(Undefined::Lengths));
    }

    /// pymannkendall 1.4.3, `original_test`.
    #[test]
    fn trends_are_those_of_pymannkendall() {
        for (series, s, variance, z, p) in [
            (
                &[1, 2, 3, 4, 5, 6, 7, 8][..],
                28,
                65.333_333_333_333_33,
                3.340_383_700_311_406,
                0.000_836_627_131_119_316_3,
            ),
            (
                &[3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5],
                16,
                159.333_333_333_333_34,
                1.188_332_399_294_654,
                0.234_702_477_955_160_75,
            ),
            (
                &[0, 0, 1, 0, 0, 2, 3, 0, 5, 1],
                18,
                107.333_333_333_333_33,
                1.640_898_102_823_856_5,
                0.100_818_568_919_520_68,
            ),
        ] {
            let series: Vec<f64> = series.iter().copied().map(f64::from).collect();
            let found = mann_kendall(&series).unwrap();
            assert_eq!(found.s, s);
            assert_near(found.variance, variance, 1e-12);
            assert_near(found.z, z, 1e-12);
            assert_near(found.p, p, 1e-9);
        }
    }

    /// Reads `h`, `c` and `.`; z rises, falls or neither.
    fn sorted(flags: &str, trend: f64) -> Emerging {
        let flags: Vec<Flag> = flags
            .chars()
            .map(|letter| match letter {
                'h' => Flag::Hot,
                'c' => Flag::Cold,
                _ => Flag::Neither,
            })
            .collect();
        let z: Vec<f64> = (0..flags.len())
            .map(|step| trend * step as f64 + f64::from(u8::from(step % 2 == 0)))
            .collect();
        emerging(&flags, &z, 0.05).unwrap()
    }

    #[test]
    fn each_pattern_has_its_rule() {
        for (flags, trend, wanted) in [
            (".........h", 0.0, Pattern::New),
            ("ccc......h", 0.0, Pattern::New),
            ("ccccccccch", 0.0, Pattern::New),
            (".......hhh", 0.0, Pattern::Consecutive),
            ("hhhhhhhhhh", 3.0, Pattern::Intensifying),
            (".hhhhhhhhh", 3.0, Pattern::Intensifying),
            ("hhhhh.hhhh", 0.0, Pattern::Persistent),
            ("hhhhhhhhhh", -3.0, Pattern::Diminishing),
            ("..hh.h..hh", 0.0, Pattern::Sporadic),
            ("h........h", 0.0, Pattern::Sporadic),
            ("..hc.h..hh", 0.0, Pattern::Oscillating),
            ("..c.....hh", 0.0, Pattern::Oscillating),
            ("hhhhhhhhh.", 0.0, Pattern::Historical),
        ] {
            assert_eq!(sorted(flags, trend), Emerging::Hot(wanted), "{flags}");
            let mirrored: String = flags
                .chars()
                .map(|letter| match letter {
                    'h' => 'c',
                    'c' => 'h',
                    letter => letter,
                })
                .collect();
            assert_eq!(
                sorted(&mirrored, -trend),
                Emerging::Cold(wanted),
                "{mirrored}"
            );
        }
        for flags in ["..........", "hhhhh.....", "hh.hhh.hh.", "."] {
            assert_eq!(sorted(flags, 0.0), Emerging::NoPattern, "{flags}");
        }
    }
}
