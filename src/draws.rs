//! Seeded draws: what all simulated p-values share.
//!
//! Each draw has a stream of its own of a PCG generator (O'Neill 2014, HMC-CS-2014-0905), so that a result depends
//! on the seed and on the order of the input and on nothing else: not on the number of threads.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;
use rayon::prelude::*;

/// The generator of one draw.
pub fn stream(seed: u64, draw: u64) -> Pcg64 {
    Pcg64::new(seed.into(), draw.into())
}

/// A number from 0 to 1, 1 excluded, with 53 bits.
pub fn unit(dice: &mut Pcg64) -> f64 {
    (dice.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// A whole number below `limit`, every one with the same chance; 0 where the limit is 0. Lemire's method (2019,
/// *ACM TOMACS* 29:3, doi 10.1145/3230636).
pub fn below(dice: &mut Pcg64, limit: usize) -> usize {
    let limit = limit as u64;
    if limit == 0 {
        return 0;
    }
    let spare = limit.wrapping_neg() % limit;
    loop {
        let product = u128::from(dice.next_u64()) * u128::from(limit);
        if product as u64 >= spare {
            return (product >> 64) as usize;
        }
    }
}

/// Puts values into an order drawn with equal chance from all (Fisher and Yates).
pub fn shuffle<T>(dice: &mut Pcg64, values: &mut [T]) {
    choose(dice, values, values.len());
}

/// Brings `count` values, drawn with equal chance from all sets of so many, to the front.
pub fn choose<T>(dice: &mut Pcg64, values: &mut [T], count: usize) {
    let length = values.len();
    for place in 0..count.min(length.saturating_sub(1)) {
        values.swap(place, place + below(dice, length - place));
    }
}

/// In how many of so many draws something is so, on all cores. `workspace` is made once for each piece of work that
/// a thread takes and may hold anything that a draw leaves as it found it.
pub fn count_where<W>(
    seed: u64,
    draws: u32,
    workspace: impl Fn() -> W + Sync + Send,
    is_so: impl Fn(&mut Pcg64, &mut W) -> bool + Sync + Send,
) -> u32 {
    (0..draws)
        .into_par_iter()
        .map_init(workspace, |held, draw| {
            u32::from(is_so(&mut stream(seed, draw.into()), held))
        })
        .sum()
}

/// The p-value of an observation that so many of so many draws reach: (1 + reached) / (draws + 1), which counts the
/// observation among the draws and is therefore never 0 (Phipson and Smyth 2010, doi 10.2202/1544-6115.1585).
pub fn p_value(reached: u32, draws: u32) -> f64 {
    (1.0 + f64::from(reached)) / (1.0 + f64::from(draws))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_and_order_has_its_share() {
        let mut dice = stream(3, 0);
        let mut seen = [0_u32; 7];
        let mut orders = std::collections::BTreeMap::<[u8; 3], u32>::new();
        let mut chosen = [0_u32; 5];
        for _ in 0..42_000 {
            seen[below(&mut dice, 7)] += 1;
            let mut order = [0, 1, 2];
            shuffle(&mut dice, &mut order);
            *orders.entry(order).or_default() += 1;
            let mut all = [0_usize, 1, 2, 3, 4];
            choose(&mut dice, &mut all, 2);
            chosen[all[0]] += 1;
            chosen[all[1]] += 1;
        }
        // Five standard deviations.
        let near = |count: u32, share: f64| {
            let wanted = 42_000.0 * share;
            (f64::from(count) - wanted).abs() < 5.0 * (wanted * (1.0 - share)).sqrt()
        };
        assert!(seen.iter().all(|&count| near(count, 1.0 / 7.0)), "{seen:?}");
        assert!(orders.len() == 6 && orders.values().all(|&count| near(count, 1.0 / 6.0)));
        assert!(chosen.iter().all(|&count| near(count, 0.4)), "{chosen:?}");
        assert_eq!(below(&mut dice, 0), 0);
        assert_eq!(below(&mut dice, 1), 0);
    }

    #[test]
    fn streams_make_a_count_independent_of_threads() {
        let count = || count_where(5, 10_000, || (), |dice, ()| unit(dice) < 0.25);
        let wide = count();
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .unwrap();
        assert_eq!(pool.install(count), wide);
        assert!((2_300..2_700).contains(&wide), "{wide}");
        assert!((p_value(0, 999) - 0.001).abs() < 1e-15);
    }
}
