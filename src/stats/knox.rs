//! Whether incidents that are near in space are near in time more often than chance: Knox's test and the table of
//! near repeats.
//!
//! With n incidents there are N = n(n−1)/2 pairs. If S of them are near in space and T near in time, and the
//! two have nothing to do with each other, E = S·T/N are expected to be both (Knox 1964, *Applied
//! Statistics* 13:25–29, doi 10.2307/2985220). The p-values come from permuting the days over the places, which keeps
//! both margins; a Poisson tail is given beside it for comparison with what others printed.
//!
//! Both tests assume that what is near in space stays equally likely over the period: where the population or the
//! observers move, near pairs are found without any contagion.
//!
//! Cost: each of the N pairs is looked at once and its distance computed if it can be in reach, O(n²) time; each pair
//! in reach is then counted in all draws at once, O(draws · pairs in reach). Memory is O(draws · (n + cells)): 999 draws
//! of 10,000 incidents take 40 MB. No pair is kept.

use rayon::prelude::*;

use super::multiple::{Adjustment, adjusted};
use super::special;
use crate::draws;
use crate::geodesy::{EarthCentred, Position, distance};
use crate::units::{Day, Days, Metres};

/// The most incidents that are accepted: above it pairs would be looked at for hours.
pub const MOST_INCIDENTS: usize = 200_000;

/// Where incidents are.
#[derive(Clone, Copy, Debug)]
pub enum Places<'a> {
    /// On a plane; x and y.
    Plane(&'a [(Metres, Metres)]),
    /// On the Earth; distances are geodesics on WGS 84.
    Earth(&'a [Position]),
}

impl Places<'_> {
    fn len(&self) -> usize {
        match self {
            Places::Plane(places) => places.len(),
            Places::Earth(places) => places.len(),
        }
    }
}

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// Fewer than two incidents make no pair.
    #[error("fewer than two incidents")]
    TooFew,
    /// More than [`MOST_INCIDENTS`].
    #[error("too many incidents")]
    TooMany,
    /// There are not as many days as places.
    #[error("places and days have different numbers")]
    Lengths,
    /// A place or a threshold is not a finite number, or a threshold is negative.
    #[error("a place or a threshold is not a number that can be used")]
    NotANumber,
    /// The limits of bands do not rise, or there are fewer than two.
    #[error("the limits of the bands do not rise")]
    Bands,
    /// No draw was asked for.
    #[error("no draws")]
    NoDraws,
}

/// Knox's test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knox {
    /// Pairs of incidents in all.
    pub pairs: u64,
    /// Pairs that are near in space.
    pub near_in_space: u64,
    /// Pairs that are near in time.
    pub near_in_time: u64,
    /// Pairs that are near in both.
    pub near: u64,
    /// Pairs expected to be near in both.
    pub expected: f64,
    /// P\[X ≥ near\] of a Poisson variable with the expected mean; `None` where nothing is expected. Pairs share
    /// incidents and are not independent, so that this is a rough guide only.
    pub poisson_p: Option<f64>,
    /// The share of draws with at least as many near pairs, the observation counted among them.
    pub p: f64,
    /// How many draws.
    pub draws: u32,
}

/// A band of distances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SpaceBand {
    /// The distance is 0.
    SamePlace,
    /// From the first, which is in it, up to the second, which is not; never 0, which is the same place.
    Between(Metres, Metres),
}

/// A cell of the table of near repeats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// How far apart.
    pub space: SpaceBand,
    /// How many days apart: from the first, which is in it, up to the second, which is not.
    pub time: (Days, Days),
    /// Pairs so far apart in space and time.
    pub observed: u64,
    /// E = S·T/N with the margins of the cell's bands.
    pub expected: f64,
    /// Observed over expected; `None` where nothing is expected.
    pub ratio: Option<f64>,
    /// The share of draws with at least as many pairs, the observation counted among them.
    pub p: f64,
    /// By Benjamini and Hochberg over all cells of the table.
    pub adjusted_p: f64,
}

/// The table of near repeats (Ratcliffe and Rengert 2008, *Security Journal* 21:58–76, doi
/// 10.1057/palgrave.sj.8350068).
#[derive(Clone, Debug, PartialEq)]
pub struct NearRepeats {
    /// Pairs of incidents in all, those beyond the last bands among them.
    pub pairs: u64,
    /// By bands of space, the same place first, and within them by bands of time.
    pub cells: Vec<Cell>,
    /// How many draws.
    pub draws: u32,
}

/// Pairs at most `reach` apart and with days at most `gap` apart. Cost: see the module.
///
/// # Errors
/// [`Undefined`] says what is missing.
pub fn knox(
    places: Places<'_>,
    days: &[Day],
    reach: Metres,
    gap: Days,
    seed: u64,
    draws: u32,
) -> Result<Knox, Undefined> {
    if !(reach.0 >= 0.0 && reach.0.is_finite()) || gap.0 < 0 {
        return Err(Undefined::NotANumber);
    }
    let limits = [0, i64::from(gap.0) + 1];
    let counted = count(places, days, reach, &limits, seed, draws, 1, |distance| {
        (distance <= reach).then_some(0)
    })?;
    let cell = counted.cell(0, 0);
    Ok(Knox {
        pairs: counted.pairs,
        near_in_space: counted.in_space[0],
        near_in_time: counted.in_time[0],
        near: cell.observed,
        expected: cell.expected,
        poisson_p: if cell.expected > 0.0 {
            special::poisson_tails(cell.observed, cell.expected).map(|tails| tails.upper)
        } else {
            None
        },
        p: cell.p,
        draws,
    })
}

/// The table of near repeats over half-open bands \[lo, hi): `space` and `time` hold the limits, ascending, each of
/// which ends one band and begins the next. Pairs at the very same place have a band of their own, before the others,
/// and are in no other. A first limit of 0 metres therefore means "more than 0". Pairs beyond the last limits, or
/// before the first, count in N only. Cost: see the module.
///
/// # Errors
/// [`Undefined`] says what is missing.
pub fn near_repeats(
    places: Places<'_>,
    days: &[Day],
    space: &[Metres],
    time: &[Days],
    seed: u64,
    draws: u32,
) -> Result<NearRepeats, Undefined> {
    if !space
        .iter()
        .all(|limit| limit.0 >= 0.0 && limit.0.is_finite())
        || time.iter().any(|limit| limit.0 < 0)
    {
        return Err(Undefined::NotANumber);
    }
    let rises = space.windows(2).all(|pair| pair[0] < pair[1])
        && time.windows(2).all(|pair| pair[0] < pair[1]);
    let (Some(&reach), true, true) = (space.last(), rises, space.len().min(time.len()) >= 2) else {
        return Err(Undefined::Bands);
    };
    let limits: Vec<i64> = time.iter().map(|limit| i64::from(limit.0)).collect();
    let bands = space.len();
    let counted = count(
        places,
        days,
        reach,
        &limits,
        seed,
        draws,
        bands,
        |distance| {
            if distance.0 <= 0.0 {
                return Some(0);
            }
            // Band 0 is the same place; a distance in [space[k−1], space[k]) is in band k.
            let band = space.partition_point(|&limit| limit <= distance);
            (band > 0 && band < bands).then_some(band)
        },
    )?;
    let mut cells = Vec::with_capacity(bands * (time.len() - 1));
    for band in 0..bands {
        for (step, limits) in time.windows(2).enumerate() {
            let counted = counted.cell(band, step);
            cells.push(Cell {
                space: if band == 0 {
                    SpaceBand::SamePlace
                } else {
                    SpaceBand::Between(space[band - 1], space[band])
                },
                time: (limits[0], limits[1]),
                observed: counted.observed,
                expected: counted.expected,
                ratio: (counted.expected > 0.0).then(|| counted.observed as f64 / counted.expected),
                p: counted.p,
                adjusted_p: 1.0,
            });
        }
    }
    let p_values: Vec<f64> = cells.iter().map(|cell| cell.p).collect();
    let all = adjusted(&p_values, Adjustment::BenjaminiHochberg).ok_or(Undefined::NotANumber)?;
    for (cell, adjusted) in cells.iter_mut().zip(all) {
        cell.adjusted_p = adjusted;
    }
    Ok(NearRepeats {
        pairs: counted.pairs,
        cells,
        draws,
    })
}

/// What was counted: margins, and the cells in the data and in each draw.
struct Counted {
    pairs: u64,
    in_space: Vec<u64>,
    in_time: Vec<u64>,
    /// By band of space, band of time, and draw; the first "draw" is the data.
    cells: Vec<u64>,
    draws: u32,
}

/// One cell of it.
struct CountedCell {
    observed: u64,
    expected: f64,
    p: f64,
}

impl Counted {
    fn cell(&self, band: usize, step: usize) -> CountedCell {
        let series = self.draws as usize + 1;
        let start = (band * self.in_time.len() + step) * series;
        let cell = &self.cells[start..start + series];
        let (observed, drawn) = (cell[0], &cell[1..]);
        let reached = drawn.iter().filter(|&&count| count >= observed).count();
        CountedCell {
            observed,
            expected: self.in_space[band] as f64 * self.in_time[step] as f64 / self.pairs as f64,
            p: draws::p_value(reached as u32, self.draws),
        }
    }
}

/// Counts pairs by band of space, which `band_of` tells for distances up to `reach`, and by band of time between
/// `limits`, in the data and in draws with permuted days.
#[allow(clippy::too_many_arguments)]
fn count(
    places: Places<'_>,
    days: &[Day],
    reach: Metres,
    limits: &[i64],
    seed: u64,
    draws: u32,
    bands: usize,
    band_of: impl Fn(Metres) -> Option<usize> + Sync,
) -> Result<Counted, Undefined> {
    let number = places.len();
    if number != days.len() {
        return Err(Undefined::Lengths);
    }
    if number < 2 {
        return Err(Undefined::TooFew);
    }
    if number > MOST_INCIDENTS {
        return Err(Undefined::TooMany);
    }
    if draws == 0 {
        return Err(Undefined::NoDraws);
    }
    if let Places::Plane(places) = places
        && !places
            .iter()
            .all(|(x, y)| x.0.is_finite() && y.0.is_finite())
    {
        return Err(Undefined::NotANumber);
    }
    let steps = limits.len() - 1;
    let series = draws as usize + 1;
    // By incident, then draw: what is compared for one pair lies side by side.
    let mut drawn = vec![0_i32; number * series];
    for draw in 0..series {
        let mut order = days.to_vec();
        if draw > 0 {
            draws::shuffle(&mut draws::stream(seed, draw as u64 - 1), &mut order);
        }
        for (incident, day) in order.into_iter().enumerate() {
            drawn[incident * series + draw] = day.0;
        }
    }
    let centred: Vec<EarthCentred> = match places {
        Places::Plane(_) => Vec::new(),
        Places::Earth(places) => places.iter().map(|place| place.earth_centred()).collect(),
    };
    let between = |one: usize, other: usize| match places {
        Places::Plane(places) => {
            let (here, there) = (places[one], places[other]);
            Some(Metres((here.0.0 - there.0.0).hypot(here.1.0 - there.1.0)))
        }
        // A chord is never longer than its geodesic, but for rounding.
        Places::Earth(places) => (centred[one].chord(centred[other]).0 <= reach.0 + 1e-3)
            .then(|| distance(places[one], places[other])),
    };
    let none = || (vec![0_u64; bands], vec![0_u64; bands * steps * series]);
    let (in_space, cells) = (0..number - 1)
        .into_par_iter()
        .fold(none, |(mut in_space, mut cells), one| {
            let ours = &drawn[one * series..(one + 1) * series];
            for other in one + 1..number {
                let Some(band) = between(one, other).and_then(&band_of) else {
                    continue;
                };
                in_space[band] += 1;
                let theirs = &drawn[other * series..(other + 1) * series];
                let row = &mut cells[band * steps * series..(band + 1) * steps * series];
                for (limits, counts) in limits.windows(2).zip(row.chunks_exact_mut(series)) {
                    for ((our, their), count) in ours.iter().zip(theirs).zip(counts) {
                        let gap = i64::from(our.abs_diff(*their));
                        *count += u64::from((limits[0]..limits[1]).contains(&gap));
                    }
                }
            }
            (in_space, cells)
        })
        .reduce(none, |mut one, other| {
            let add = |ours: &mut Vec<u64>, theirs: Vec<u64>| {
                ours.iter_mut()
                    .zip(theirs)
                    .for_each(|(our, their)| *our += their);
            };
            add(&mut one.0, other.0);
            add(&mut one.1, other.1);
            one
        });
    let below: Vec<u64> = limits
        .iter()
        .map(|&limit| pairs_nearer(days, limit))
        .collect();
    Ok(Counted {
        pairs: number as u64 * (number as u64 - 1) / 2,
        in_space,
        in_time: below.windows(2).map(|pair| pair[1] - pair[0]).collect(),
        cells,
        draws,
    })
}

/// Pairs with days fewer than `limit` apart.
fn pairs_nearer(days: &[Day], limit: i64) -> u64 {
    let mut sorted: Vec<i64> = days.iter().map(|day| i64::from(day.0)).collect();
    sorted.sort_unstable();
    let mut first = 0;
    let mut pairs = 0;
    for (place, day) in sorted.iter().enumerate() {
        while first < place && day - sorted[first] >= limit {
            first += 1;
        }
        pairs += (place - first) as u64;
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesy::LocalPlane;
    use crate::stats::special::assert_near;
    use crate::testing::Dice;

    fn km(x: f64, y: f64) -> (Metres, Metres) {
        (Metres::from_km(x), Metres::from_km(y))
    }

    /// Cases of Burkitt's lymphoma in the West Nile district, from libpysal (BSD-3).
    fn burkitt() -> (Vec<(Metres, Metres)>, Vec<Day>) {
        include_str!("../../tests/reference/burkitt.csv")
            .lines()
            .filter_map(|line| {
                let numbers: Vec<f64> = line
                    .split(',')
                    .filter_map(|cell| cell.parse().ok())
                    .collect();
                let &[_, x, y, day] = numbers.as_slice() else {
                    return None;
                };
                Some((km(x, y), Day(day as i32)))
            })
            .unzip()
    }

    /// The numbers that pointpats of `PySAL` publishes for its Knox test, and the second with its Poisson tail.
    #[test]
    fn burkitt_has_the_published_pairs() {
        let (places, days) = burkitt();
        let places = Places::Plane(&places);
        let found = knox(places, &days, Metres::from_km(20.0), Days(5), 1, 999).unwrap();
        assert_eq!((found.pairs, found.near), (17_578, 13));
        assert_near(found.expected, 10.1438, 1e-5);
        assert!((0.1..0.3).contains(&found.p), "{}", found.p);
        let found = knox(places, &days, Metres::from_km(10.0), Days(90), 1, 999).unwrap();
        assert_eq!(found.near, 69);
        assert_near(found.expected, 43.894, 1e-5);
        assert_near(found.poisson_p.unwrap(), 0.000_278, 3e-3);
        assert!(found.p <= 0.01, "{}", found.p);
    }

    fn crowd(dice: &mut Dice, number: usize) -> (Vec<(Metres, Metres)>, Vec<Day>) {
        (0..number)
            .map(|_| {
                // Whole kilometres: some at the same place, some on a limit.
                let place = km(dice.below(12) as f64, dice.below(12) as f64);
                (place, Day(dice.below(60) as i32))
            })
            .unzip()
    }

    #[test]
    fn tables_are_those_of_all_pairs() {
        let mut dice = Dice::new(5);
        let (places, days) = crowd(&mut dice, 150);
        let space = [0.0, 1.0, 3.0, 5.0].map(Metres::from_km);
        let time = [0, 1, 7, 14].map(Days);
        let table = near_repeats(Places::Plane(&places), &days, &space, &time, 2, 99).unwrap();
        assert_eq!((table.cells.len(), table.pairs), (12, 150 * 149 / 2));
        for cell in &table.cells {
            let (mut near, mut together, mut both) = (0_u64, 0_u64, 0_u64);
            for one in 0..150 {
                for other in 0..one {
                    let apart = (places[one].0.0 - places[other].0.0)
                        .hypot(places[one].1.0 - places[other].1.0);
                    let gap = (days[one].0 - days[other].0).abs();
                    let in_space = match cell.space {
                        SpaceBand::SamePlace => apart == 0.0,
                        SpaceBand::Between(low, high) => {
                            apart > 0.0 && apart >= low.0 && apart < high.0
                        }
                    };
                    let in_time = gap >= cell.time.0.0 && gap < cell.time.1.0;
                    near += u64::from(in_space);
                    together += u64::from(in_time);
                    both += u64::from(in_space && in_time);
                }
            }
            assert_eq!(cell.observed, both);
            assert_near(
                cell.expected,
                near as f64 * together as f64 / table.pairs as f64,
                1e-12,
            );
            assert!(cell.adjusted_p >= cell.p && cell.p >= 0.01);
        }
        // Distances of exactly 1, 3 and 5 km occur; were bands closed above, pairs would be counted twice.
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .unwrap();
        let again =
            pool.install(|| near_repeats(Places::Plane(&places), &days, &space, &time, 2, 99));
        assert_eq!(again, Ok(table));
    }

    /// Four incidents at two places on two days: of the 24 orders of the days 8 bring each pair together.
    #[test]
    fn p_is_the_share_of_all_orders() {
        let places = [km(0.0, 0.0), km(0.0, 0.0), km(9.0, 0.0), km(9.0, 0.0)];
        let days = [0, 0, 50, 50].map(Day);
        let found = knox(
            Places::Plane(&places),
            &days,
            Metres(0.0),
            Days(0),
            4,
            20_000,
        )
        .unwrap();
        assert_eq!(
            (found.near, found.near_in_space, found.near_in_time),
            (2, 2, 2)
        );
        assert!((found.p - 1.0 / 3.0).abs() < 0.015, "{}", found.p);
    }

    /// Independent places and days are significant at 10 % about one time in ten.
    #[test]
    fn p_holds_its_level() {
        let mut dice = Dice::new(12);
        let mut small = 0;
        for trial in 0..400 {
            let (places, days) = crowd(&mut dice, 60);
            let places = Places::Plane(&places);
            let found = knox(places, &days, Metres::from_km(3.0), Days(7), trial, 99).unwrap();
            small += u32::from(found.p <= 0.1);
        }
        // Four standard deviations of 6 above; ties make it smaller.
        assert!((12..=64).contains(&small), "{small}");
    }

    #[test]
    fn the_earth_and_the_plane_agree_where_it_is_flat() {
        let (flat, days) = burkitt();
        let plane = LocalPlane::new(Position::new(31.0, 3.0).unwrap());
        // A thousand times smaller, and a millimetre for those at the threshold exactly.
        let round: Vec<Position> = flat
            .iter()
            .map(|(x, y)| plane.position(x.km() - 290.0, y.km() - 310.0))
            .collect();
        let earth = knox(
            Places::Earth(&round),
            &days,
            Metres(10.001),
            Days(90),
            1,
            99,
        )
        .unwrap();
        let plane = knox(
            Places::Plane(&flat),
            &days,
            Metres::from_km(10.001),
            Days(90),
            1,
            99,
        )
        .unwrap();
        assert_eq!(earth, plane);
    }

    #[test]
    fn reasons_are_given() {
        let places = [km(0.0, 0.0), km(1.0, 0.0)];
        let days = [Day(0), Day(i32::MAX)];
        let test = |places: &[_], days, reach, gap, draws| {
            knox(
                Places::Plane(places),
                days,
                Metres(reach),
                Days(gap),
                1,
                draws,
            )
            .map(|found| found.near)
        };
        assert_eq!(test(&places, &days, 1e4, 5, 9), Ok(0));
        assert_eq!(
            test(&places[..1], &days[..1], 1e4, 5, 9),
            Err(Undefined::TooFew)
        );
        assert_eq!(
            test(&places, &days[..1], 1e4, 5, 9),
            Err(Undefined::Lengths)
        );
        assert_eq!(
            test(&places, &days, f64::NAN, 5, 9),
            Err(Undefined::NotANumber)
        );
        assert_eq!(test(&places, &days, 1e4, -1, 9), Err(Undefined::NotANumber));
        assert_eq!(test(&places, &days, 1e4, 5, 0), Err(Undefined::NoDraws));
        assert_eq!(
            test(&[km(f64::NAN, 0.0); 2], &days, 1e4, 5, 9),
            Err(Undefined::NotANumber)
        );
        let table = |space: &[f64], time: &[i32]| {
            let space: Vec<Metres> = space.iter().copied().map(Metres).collect();
            let time: Vec<Days> = time.iter().copied().map(Days).collect();
            near_repeats(Places::Plane(&places), &days, &space, &time, 1, 9)
        };
        assert_eq!(table(&[0.0], &[0, 1]), Err(Undefined::Bands));
        assert_eq!(table(&[0.0, 0.0], &[0, 1]), Err(Undefined::Bands));
        assert_eq!(table(&[0.0, -1.0], &[0, 1]), Err(Undefined::NotANumber));
        // Nothing is at the same place: nothing is expected there, and no ratio is given.
        let cells = table(&[0.0, 5e3], &[0, 1]).unwrap().cells;
        assert_eq!((cells[0].ratio, cells[0].expected), (None, 0.0));
        assert_near(cells[0].p, 1.0, 1e-12);
    }
}
