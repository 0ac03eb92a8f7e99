//! Where incidents gather week by week, and what such places become: Gi* over sectors and over cells of equal length.
//!
//! Weeks are spans of seven days that are counted back from the last day of the period, so that the last is whole; days
//! before the first whole one are left out, because one incident on one day would outdo any week. The value of a place
//! in a week is its rate, incidents per 100 km and 30 days, so that short sectors compare with long ones. Its neighbours, all of the same weight, are itself and the places that it touches, in the week
//! and in the week before; nothing is neighbour across a gap of the line.

use super::{Chosen, Given, NotMade, Sets};
use crate::border::Border;
use crate::sector::Stretch;
use crate::stats::hotspots::{
    Emerging, Flag, MannKendall, Neighbour, Own, Permuted, emerging, gi_star, gi_star_permuted,
    mann_kendall,
};
use crate::stats::multiple::{Adjustment, adjusted};
use crate::stats::{Period, rate};
use crate::units::{Day, Days, Metres};

/// The most places times weeks of one grid.
const MOST_CELLS: usize = 20_000;
/// The most draws that are made so that a single cell can be told.
const MOST_REPLICAS: u32 = 999_999;
/// A trend of z is told at this level.
const TREND_LEVEL: f64 = 0.05;

/// Places times weeks.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// The places.
    pub places: Vec<Place>,
    /// Whether the places are the sectors, else cells of equal length.
    pub are_sectors: bool,
    /// The first day of every week.
    pub weeks: Vec<Day>,
    /// What was found.
    pub found: Result<Spots, NotMade>,
}

/// A place of a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The sector, for a grid of sectors.
    pub sector: Option<usize>,
    /// Where it is on the line.
    pub stretches: Vec<Stretch>,
}

impl Place {
    /// How much of the line it covers.
    pub fn length(&self) -> Metres {
        self.stretches.iter().map(|it| it.to - it.from).sum()
    }
}

/// What Gi* says.
#[derive(Clone, Debug, PartialEq)]
pub struct Spots {
    /// By place, then by week.
    pub spots: Vec<Vec<Spot>>,
    /// What each place has become, and the trend of its z.
    pub becoming: Vec<(Emerging, Option<MannKendall>)>,
    /// How many draws `p` has.
    pub replicas: u32,
}

/// A place in a week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Its incidents.
    pub incidents: usize,
    /// Its rate, incidents per 100 km and 30 days.
    pub rate: f64,
    /// Gi*, as a standard normal value; `None` where all values are its neighbours.
    pub z: Option<f64>,
    /// p on both sides: the place with its neighbours against as many values drawn from all.
    pub p: f64,
    /// p on both sides with its own value held (conditional permutation): its neighbours alone.
    pub neighbours_p: f64,
    /// `p` over all places and weeks, by Benjamini and Hochberg.
    pub adjusted_p: f64,
    /// Hot or cold at the accepted share of false discoveries.
    pub flag: Flag,
}

/// The grid of sectors and that of cells. O(cells + kinds of cells · replicas).
pub(super) fn hotspots(
    given: &Given<'_>,
    sets: &Sets,
    replicas: &Result<u32, NotMade>,
) -> Vec<Grid> {
    let weeks = weeks(given.period);
    let sectors: Vec<Place> = given
        .sectors
        .all()
        .iter()
        .enumerate()
        .filter(|(_, sector)| sector.length() > Metres::ZERO)
        .map(|(number, sector)| Place {
            sector: Some(number),
            stretches: sector.stretches.clone(),
        })
        .collect();
    let cells = cells(given.border, given.options.stats.cell);
    let in_sectors = sets.in_sectors.sectors.iter();
    let in_sectors =
        in_sectors.map(|&own| sectors.iter().position(|place| place.sector == Some(own)));
    let in_cells = sets.placed.chainages.iter().map(|&at| {
        let after = cells.partition_point(|place| place.stretches.iter().all(|it| it.from <= at));
        after.checked_sub(1)
    });
    let (in_sectors, in_cells): (Vec<_>, Vec<_>) = (in_sectors.collect(), in_cells.collect());
    [
        (sectors, &sets.in_sectors, in_sectors, true),
        (cells, &sets.placed, in_cells, false),
    ]
    .into_iter()
    .map(|(places, chosen, holding, are_sectors)| Grid {
        found: replicas
            .clone()
            .and_then(|replicas| spots(given, chosen, &places, &holding, &weeks, replicas)),
        places,
        are_sectors,
        weeks: weeks.clone(),
    })
    .collect()
}

/// The first days of all whole weeks that end with the period, the earliest first.
fn weeks(period: Period) -> Vec<Day> {
    let whole = period.days().0.max(0) / 7;
    (0..whole)
        .rev()
        .map(|week| period.end.plus(Days(-7 * week - 6)))
        .collect()
}

/// Every chain in cells of equal length, as near to the one asked for as whole cells allow.
fn cells(border: &Border, length: Metres) -> Vec<Place> {
    let mut places = Vec::new();
    for chain in border.chains() {
        let whole = chain.end - chain.start;
        let count = (whole / length).round().max(1.0);
        for cell in 0..count as usize {
            let at = |number: usize| chain.start + whole * (number as f64 / count);
            places.push(Place {
                sector: None,
                stretches: vec![Stretch {
                    from: at(cell),
                    to: at(cell + 1),
                }],
            });
        }
    }
    places
}

/// Whether two places touch on the same chain.
fn touch(border: &Border, one: &Place, other: &Place) -> bool {
    let is_break = |at: Metres| {
        let starts = border.chains().iter().skip(1);
        starts
            .map(|chain| chain.start)
            .any(|start| (start - at).abs() < Metres(0.5))
    };
    let follows = |one: &Stretch, other: &Stretch| {
        (one.to - other.from).abs() < Metres(0.5) && !is_break(one.to)
    };
    let mut pairs = one
        .stretches
        .iter()
        .flat_map(|one| other.stretches.iter().map(move |other| (one, other)));
    pairs.any(|(one, other)| follows(one, other) || follows(other, one))
}

fn spots(
    given: &Given<'_>,
    chosen: &Chosen,
    places: &[Place],
    holding: &[Option<usize>],
    weeks: &[Day],
    replicas: u32,
) -> Result<Spots, NotMade> {
    if places.len() * weeks.len() > MOST_CELLS {
        return Err(NotMade::because(format_args!(
            "{} places in {} weeks are more than {MOST_CELLS} cells",
            places.len(),
            weeks.len()
        )));
    }
    let cell = |place: usize, week: usize| place * weeks.len() + week;
    let mut counts = vec![0_usize; places.len() * weeks.len()];
    for (place, day) in holding.iter().zip(&chosen.days) {
        let week = weeks.partition_point(|first| first <= day);
        if let (Some(place), Some(week)) = (place, week.checked_sub(1)) {
            counts[cell(*place, week)] += 1;
        }
    }
    let mut values = Vec::with_capacity(counts.len());
    let mut neighbours = Vec::with_capacity(counts.len());
    for (number, place) in places.iter().enumerate() {
        let near: Vec<usize> = (0..places.len())
            .filter(|&other| other == number || touch(given.border, place, &places[other]))
            .collect();
        for week in 0..weeks.len() {
            let rate = rate(counts[cell(number, week)], place.length(), Days(7));
            values.push(rate.ok_or_else(|| NotMade::because("a place without length"))?);
            let weeks = week.saturating_sub(1)..=week;
            let list = weeks.flat_map(|week| near.iter().map(move |&place| cell(place, week)));
            neighbours.push(
                list.map(|place| Neighbour { place, weight: 1.0 })
                    .collect::<Vec<_>>(),
            );
        }
    }
    let z = gi_star(&values, &neighbours).map_err(NotMade::because)?;
    let share = given.options.stats.false_discovery;
    let seed = given.options.seed;
    // One cell of all can only be told if the smallest p, 2/(draws + 1), is at most share/cells.
    let needed = (2.0 * values.len() as f64 / share).ceil();
    let replicas_of_all = replicas.max(needed.min(f64::from(MOST_REPLICAS)) as u32);
    let permuted = |own: Own, draws: u32| {
        let found = gi_star_permuted(&values, &neighbours, own, seed, draws);
        found.map_err(NotMade::because)
    };
    let both = |it: &Permuted| (2.0 * it.high.min(it.low)).min(1.0);
    let drawn = permuted(Own::Drawn, replicas_of_all)?;
    let p: Vec<f64> = drawn.iter().map(both).collect();
    let of_neighbours = permuted(Own::Held, replicas)?;
    let all = adjusted(&p, Adjustment::BenjaminiHochberg).unwrap_or_else(|| p.clone());
    let spot = |place: usize, week: usize| {
        let at = cell(place, week);
        Spot {
            incidents: counts[at],
            rate: values[at],
            z: z[at],
            p: p[at],
            neighbours_p: both(&of_neighbours[at]),
            adjusted_p: all[at],
            flag: match () {
                () if all[at] > share => Flag::Neither,
                () if drawn[at].high < drawn[at].low => Flag::Hot,
                () => Flag::Cold,
            },
        }
    };
    let spots: Vec<Vec<Spot>> = (0..places.len())
        .map(|place| (0..weeks.len()).map(|week| spot(place, week)).collect())
        .collect();
    let becoming = spots
        .iter()
        .map(|weeks| {
            let flags: Vec<Flag> = weeks.iter().map(|it| it.flag).collect();
            let z: Vec<f64> = weeks.iter().map(|it| it.z.unwrap_or(0.0)).collect();
            let found = emerging(&flags, &z, TREND_LEVEL).unwrap_or(Emerging::NoPattern);
            (found, mann_kendall(&z).ok())
        })
        .collect();
    Ok(Spots {
        spots,
        becoming,
        replicas: replicas_of_all,
    })
}
