//! Whether what is said of a ceasefire stands when places, days and hours are drawn from within what is known of them.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Given;
use crate::ceasefire::accounting::{Account, Group, GroupAccount};
use crate::ceasefire::phases::Phase;
use crate::draws;
use crate::located::{LocatedIncident, canonical_order};
use crate::moment::Moment;
use crate::stats::ratio::{Observed, central_p};
use crate::uncertainty::{Knowledge, Known};
use crate::units::{Day, Days};

/// A conclusion is drawn at this level.
pub const LEVEL: f64 = 0.05;

/// Fewer by more than chance, no difference that chance could not give, more by more than chance.
type Conclusion = i8;

/// The conclusion of two counts over two exposures; `None` where nothing is compared.
fn conclusion(during: Observed, before: Observed) -> Option<Conclusion> {
    let p = central_p(during, before).ok()?;
    let more = during.events as f64 * before.exposure > before.events as f64 * during.exposure;
    Some(match (p <= LEVEL, more) {
        (false, _) => 0,
        (true, true) => 1,
        (true, false) => -1,
    })
}

/// That of a group with so many incidents before and during.
fn of_group(group: &GroupAccount, [before, during]: [u64; 2]) -> Option<Conclusion> {
    let observed = |events: u64, exposure: f64| Observed { events, exposure };
    conclusion(
        observed(during, group.exposure[1]),
        observed(before, group.exposure[0]),
    )
}

/// For every account and each group the share of draws with the same conclusion. Incidents whose location radius is
/// unknown keep their place. O(draws · n log vertices), on all cores.
pub(super) fn standing(given: &Given<'_>, draws: usize) -> Vec<Vec<Option<f64>>> {
    let none = || -> Vec<Vec<Option<f64>>> {
        given
            .accounts
            .iter()
            .map(|it| vec![None; it.groups.len()])
            .collect()
    };
    if draws == 0 || given.accounts.is_empty() {
        return none();
    }
    let incidents = given.incidents;
    let order = canonical_order(incidents, |it| {
        it.is_counted() && it.is_dated(&given.options.cluster)
    });
    let each = || order.iter().map(|&place| &incidents[place]);
    let knowledge = Knowledge::new(each().map(|it| Known::of(&it.incident)));
    let wanted: Vec<Vec<Option<Conclusion>>> = given
        .accounts
        .iter()
        .map(|account| {
            let groups = account.groups.iter();
            groups
                .map(|it| of_group(it, [it.counts[0] as u64, it.counts[1] as u64]))
                .collect()
        })
        .collect();
    // The others fall into no window, wherever they are; an hour by another clock may be that of a day before or after.
    let near_any = |day: Day| {
        given.accounts.iter().any(|account| {
            let phases = &account.phases;
            let day = |days: i32| Moment::beginning_of(day.plus(Days(days)));
            phases.before.from < day(2) && day(-1) < phases.during.to
        })
    };
    let same = |draw: u64| -> Vec<Vec<u32>> {
        let (positions, days) = knowledge.drawn(given.options.seed, draw);
        // Hours from streams beyond those of the places.
        let dice = &mut draws::stream(given.options.seed, (1 << 62) | draw);
        let drawn: Vec<(usize, Day, u16)> = each()
            .zip(positions.iter().zip(&days))
            .map(|(it, (&position, &day))| {
                let sector = match it.incident.location_radius {
                    Some(radius) if radius.0 > 0.0 && near_any(day) => {
                        given
                            .finder
                            .find(position, given.locator.locate(position).chainage)
                            .0
                    }
                    _ => it.sector,
                };
                (sector, day, draws::below(dice, 1_440) as u16)
            })
            .collect();
        let accounts = given.accounts.iter().zip(&wanted);
        accounts
            .map(|(account, wanted)| {
                let counts = counts(given, account, each().zip(drawn.iter().copied()));
                let groups = account.groups.iter().zip(wanted);
                groups
                    .map(|(group, wanted)| {
                        let counts = counts.get(&group.group).copied().unwrap_or_default();
                        let found = of_group(group, counts);
                        // Counts of none and none are no difference.
                        u32::from(found.unwrap_or(0) == wanted.unwrap_or(0))
                    })
                    .collect()
            })
            .collect()
    };
    let zero = || -> Vec<Vec<u32>> {
        given
            .accounts
            .iter()
            .map(|it| vec![0; it.groups.len()])
            .collect()
    };
    let add = |mut one: Vec<Vec<u32>>, other: Vec<Vec<u32>>| {
        for (one, other) in one.iter_mut().flatten().zip(other.into_iter().flatten()) {
            *one += other;
        }
        one
    };
    let sums = (0..draws as u64)
        .into_par_iter()
        .map(same)
        .reduce(zero, add);
    let shares = sums.into_iter().zip(wanted);
    shares
        .map(|(sums, wanted)| {
            let each = sums.into_iter().zip(wanted);
            each.map(|(sum, wanted)| wanted.map(|_| f64::from(sum) / draws as f64))
                .collect()
        })
        .collect()
}

/// Incidents before and during, by group.
fn counts<'a>(
    given: &Given<'_>,
    account: &Account,
    drawn: impl Iterator<Item = (&'a LocatedIncident, (usize, Day, u16))>,
) -> BTreeMap<Group, [u64; 2]> {
    let ceasefire = &given.ceasefires[account.ceasefire];
    let mut counts: BTreeMap<Group, [u64; 2]> = BTreeMap::new();
    let phases = &account.phases;
    for (it, (sector, day, minutes)) in drawn {
        if !ceasefire.covers(&given.sectors.all()[sector].name, &it.incident.event_type) {
            continue;
        }
        // The hour where it is known, else the drawn one.
        let hour = phases.hour_of(&it.incident, &given.options.utc_offsets);
        let moment = hour.unwrap_or(Moment::at(day, minutes));
        let window = match phases.phase_at(moment) {
            Phase::Before => 0,
            Phase::During => 1,
            _ => continue,
        };
        for group in [
            Group::All,
            Group::Sector(sector),
            Group::Kind(it.incident.event_type.clone()),
            Group::State(it.incident.verification),
        ] {
            counts.entry(group).or_default()[window] += 1;
        }
    }
    counts
}
