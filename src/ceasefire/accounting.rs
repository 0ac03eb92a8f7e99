//! What was before, during and after each ceasefire, in all, by sector and by kind of event.
//!
//! The window before is as long as the ceasefire was observed; rates are per kilometre-day, of the calendar or of
//! observers ([`Exposure`]). Incidents that are dated only roughly are left out and counted; those that
//! may lie on either side of an hour at which the ceasefire began or ended are counted apart and are in no rate.

use std::collections::BTreeMap;

use super::exposure::Exposure;
use super::phases::{Clocks, Phase, Phases, Window};
use super::trend::{NoTrend, Trend, trend};
use crate::case::Options;
use crate::context::{Ceasefire, Context};
use crate::incident::{FigureSums, Shared, Verification};
use crate::located::LocatedIncident;
use crate::moment::{Moment, minutes_of};
use crate::sector::Sectors;
use crate::stats::Period;
use crate::stats::ratio::{
    BeforeAfter, Observed, RateRatio, Undefined, before_after, rate_ratio, variance_to_mean,
};
use crate::units::{Day, Days};

/// Confidence of every interval.
pub const CONFIDENCE: f64 = 0.95;
/// How often days are exchanged between the windows.
const DRAWS: u32 = 1_999;

/// What an account is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// All that the ceasefire covers.
    All,
    /// A sector.
    Sector(usize),
    /// A kind of event.
    Kind(Shared),
    /// A state of verification; none where nobody gives one.
    State(Verification),
}

/// One group before, during and after a ceasefire.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupAccount {
    /// The group.
    pub group: Group,
    /// Kilometre-days of the three windows: 0 where a window has no length or nobody watched.
    pub exposure: [f64; 3],
    /// Incidents in the window before, during, and in the window after.
    pub counts: [usize; 3],
    /// Incidents that may lie on either side of a bound.
    pub undetermined: usize,
    /// Deaths reported of the incidents during it.
    pub deaths: FigureSums,
    /// The rate during it over the rate before, with exact and mid-p interval.
    pub ratio: Result<RateRatio, Undefined>,
    /// Variance over mean of the daily counts during it: above 1 incidents come in bursts, and the intervals are too
    /// narrow. `None` for fewer than two whole days, or no incident.
    pub dispersion: Option<f64>,
    /// Whether the days differ by more than an exchange of days between the windows would explain; over whole days.
    /// `None` where they can be exchanged in fewer than 20 ways.
    pub permutation: Option<BeforeAfter>,
    /// Whole days without an incident from its beginning to the first; `None` without one.
    pub days_to_first: Option<Days>,
    /// The longest run of whole days in it without an incident.
    pub longest_quiet: Days,
    /// Whether incidents become fewer or more while it lasts.
    pub trend: Result<Trend, NoTrend>,
}

/// A group in one week of a ceasefire; weeks are counted from its first day.
#[derive(Clone, Debug, PartialEq)]
pub struct WeekAccount {
    /// The week, from 1.
    pub week: usize,
    /// Its first day.
    pub first: Day,
    /// How many of its days are in the ceasefire and the period, at most 7.
    pub days: Days,
    /// The sector and the kind of event; `None` for all that the ceasefire covers.
    pub of: Option<(usize, Shared)>,
    /// Incidents during the ceasefire that began in the week.
    pub incidents: usize,
}

/// A ceasefire between two changes of its status, as somebody told them.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// The change at its beginning, by place in the list; `None` for the beginning of the ceasefire.
    pub change: Option<usize>,
    /// From when to when.
    pub window: Window,
    /// Incidents that lie in it for sure.
    pub incidents: usize,
    /// Kilometre-days of it.
    pub exposure: f64,
}

/// The account of one ceasefire.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Its place in the list of ceasefires.
    pub ceasefire: usize,
    /// Its windows.
    pub phases: Phases,
    /// All, then every sector, then every kind and every state of verification that has an incident in one of the
    /// windows.
    pub groups: Vec<GroupAccount>,
    /// Every week in all; and every sector and kind with an incident in a week.
    pub weeks: Vec<WeekAccount>,
    /// The ceasefire from change to change of its status; one where there was none.
    pub segments: Vec<Segment>,
    /// Other ceasefires that were in force at some time in the window before, by place in the list.
    pub before_overlaps: Vec<usize>,
    /// Incidents that are dated only roughly.
    pub undated: usize,
}

/// Makes the accounts of all ceasefires that the period touches. O(n) for each and O(draws · days) for each of
/// their groups.
pub fn accounts(
    incidents: &[LocatedIncident],
    context: &Context,
    sectors: &Sectors,
    period: Period,
    options: &Options,
) -> Vec<Account> {
    let ceasefires = &context.ceasefires;
    let exposure = Exposure {
        sectors,
        observation: &context.observation,
    };
    let clocks = &options.utc_offsets;
    let is_stated = |it: &&LocatedIncident| it.incident.verification != Verification::Unstated;
    let has_states = incidents
        .iter()
        .filter(|it| it.is_counted())
        .any(|it| is_stated(&it));
    let windows: Vec<Phases> = ceasefires.iter().map(|it| Phases::of(it, period)).collect();
    let observed = windows.iter().enumerate();
    observed
        .filter(|(_, phases)| phases.during.days() > 0.0)
        .map(|(number, &phases)| {
            let ceasefire = &ceasefires[number];
            let mut undated = 0;
            let mut found: BTreeMap<Group, Tally> = BTreeMap::new();
            found.insert(Group::All, Tally::default());
            let covered: Vec<usize> = (0..sectors.all().len())
                .filter(|&it| ceasefire.covers_sector(&sectors.all()[it].name))
                .collect();
            for &sector in &covered {
                found.insert(Group::Sector(sector), Tally::default());
            }
            let mut weeks = Weeks::new();
            let mut segments = segments(context, ceasefire, &phases, &exposure, &covered);
            for it in incidents.iter().filter(|it| it.is_counted()) {
                if !ceasefire.covers(&sectors.all()[it.sector].name, &it.incident.event_type) {
                    continue;
                }
                if !it.is_dated(&options.cluster) {
                    undated += 1;
                    continue;
                }
                let phase = phases.phase(&it.incident, clocks);
                if phase == Phase::Outside {
                    continue;
                }
                let kind = it.incident.event_type.clone();
                let state = has_states.then_some(Group::State(it.incident.verification));
                let groups = [
                    Group::All,
                    Group::Sector(it.sector),
                    Group::Kind(kind.clone()),
                ];
                for group in groups.into_iter().chain(state) {
                    found
                        .entry(group)
                        .or_default()
                        .add(it, phase, &phases, clocks);
                }
                if phase == Phase::During {
                    let (from, to) = phases.interval_of(&it.incident, clocks);
                    for segment in &mut segments {
                        let holds = segment.window.from <= from && to <= segment.window.to;
                        segment.incidents += usize::from(holds);
                    }
                    let since = it.incident.day.since(phases.during.from.day()).0.max(0);
                    let week = since as usize / 7;
                    *weeks.entry((week, None)).or_default() += 1;
                    *weeks.entry((week, Some((it.sector, kind)))).or_default() += 1;
                }
            }
            let groups = found
                .into_iter()
                .map(|(group, tally)| {
                    let of: &[usize] = match &group {
                        Group::Sector(sector) => &[*sector],
                        Group::All | Group::Kind(_) | Group::State(_) => &covered,
                    };
                    let windows = [phases.before, phases.during, phases.after];
                    let exposure = windows.map(|window| exposure.of_sectors(of, window));
                    tally.account(group, exposure, &phases, options.seed)
                })
                .collect();
            let before = phases.before;
            let before_overlaps = (0..windows.len())
                .filter(|&other| other != number)
                .filter(|&other| {
                    let it = windows[other].during;
                    it.days() > 0.0 && it.from < before.to && before.from < it.to
                })
                .collect();
            Account {
                ceasefire: number,
                phases,
                groups,
                weeks: all_weeks(&phases, &weeks),
                segments,
                before_overlaps,
                undated,
            }
        })
        .collect()
}

/// A ceasefire cut at the changes of its status.
fn segments(
    context: &Context,
    ceasefire: &Ceasefire,
    phases: &Phases,
    exposure: &Exposure<'_>,
    covered: &[usize],
) -> Vec<Segment> {
    let during = phases.during;
    let changes = context.status_changes.iter().enumerate();
    let mut cuts: Vec<(Option<usize>, Moment)> = vec![(None, during.from)];
    cuts.extend(
        changes
            .filter(|(_, it)| it.ceasefire == ceasefire.name.trim())
            .map(|(number, it)| {
                let at = minutes_of(&it.time)
                    .map_or(Moment::beginning_of(it.day), |at| Moment::at(it.day, at));
                (Some(number), at)
            }),
    );
    cuts.retain(|(change, at)| change.is_none() || (during.from <= *at && *at < during.to));
    cuts.sort_by_key(|cut| cut.1);
    let ends = cuts.iter().skip(1).map(|cut| cut.1).chain([during.to]);
    let each = cuts.iter().zip(ends);
    each.map(|(&(change, from), to)| {
        let window = Window { from, to };
        Segment {
            change,
            window,
            incidents: 0,
            exposure: exposure.of_sectors(covered, window),
        }
    })
    .collect()
}

/// Incidents by week, from 0, in all and by sector and kind.
type Weeks = BTreeMap<(usize, Option<(usize, Shared)>), usize>;

/// Every week in all, and the sectors and kinds that have incidents.
fn all_weeks(phases: &Phases, found: &Weeks) -> Vec<WeekAccount> {
    let first = phases.during.from.day();
    let mut weeks = Vec::new();
    for week in 0.. {
        let begins = first.plus(Days(7 * week as i32));
        if Moment::beginning_of(begins) >= phases.during.to {
            return weeks;
        }
        let left = phases.during.to.days_since(Moment::beginning_of(begins));
        let account = |of: Option<(usize, Shared)>, incidents: usize| WeekAccount {
            week: week + 1,
            first: begins,
            days: Days(left.ceil().min(7.0) as i32),
            of,
            incidents,
        };
        weeks.push(account(
            None,
            found.get(&(week, None)).copied().unwrap_or(0),
        ));
        let parts = found
            .iter()
            .filter(|((of, part), _)| *of == week && part.is_some());
        weeks.extend(parts.map(|((_, part), &count)| account(part.clone(), count)));
    }
    weeks
}

/// What is gathered of a group.
#[derive(Default)]
struct Tally {
    counts: [usize; 3],
    undetermined: usize,
    deaths: FigureSums,
    /// Incidents by day, whichever side of a bound they lie on.
    by_day: BTreeMap<Day, u32>,
    /// The moments of those during it: the minute, or the middle of the days.
    moments: Vec<(Moment, Moment)>,
}

impl Tally {
    fn add(&mut self, it: &LocatedIncident, phase: Phase, phases: &Phases, clocks: &Clocks) {
        match phase {
            Phase::Before => self.counts[0] += 1,
            Phase::During => self.counts[1] += 1,
            Phase::After => self.counts[2] += 1,
            Phase::Undetermined => self.undetermined += 1,
            Phase::Outside => return,
        }
        *self.by_day.entry(it.incident.day).or_default() += 1;
        if phase == Phase::During {
            self.deaths.add(it.incident.deaths);
            let (from, to) = phases.interval_of(&it.incident, clocks);
            let hour = phases.hour_of(&it.incident, clocks);
            self.moments.push((from, hour.unwrap_or(to)));
        }
    }

    fn account(self, group: Group, exposure: [f64; 3], phases: &Phases, seed: u64) -> GroupAccount {
        let observed = |window: usize| Observed {
            events: self.counts[window] as u64,
            exposure: exposure[window],
        };
        let daily = |(from, to): (Day, Day)| -> Vec<u32> {
            (from.0..to.0)
                .map(|day| self.by_day.get(&Day(day)).copied().unwrap_or(0))
                .collect()
        };
        let during_days = daily(phases.during.whole_days());
        let before_days = daily(phases.before.whole_days());
        let times: Vec<f64> = self
            .moments
            .iter()
            .map(|&(from, to)| {
                f64::midpoint(
                    from.days_since(phases.during.from),
                    to.days_since(phases.during.from),
                )
            })
            .collect();
        let first = self.moments.iter().map(|it| it.0.day()).min();
        let (begins, _) = phases.during.whole_days();
        GroupAccount {
            group,
            exposure,
            counts: self.counts,
            undetermined: self.undetermined,
            deaths: self.deaths,
            ratio: rate_ratio(observed(1), observed(0), CONFIDENCE),
            dispersion: variance_to_mean(&during_days),
            permutation: can_be_exchanged(before_days.len(), during_days.len())
                .then(|| before_after(&before_days, &during_days, seed, DRAWS))
                .flatten(),
            days_to_first: first.map(|day| Days(day.since(begins).0.max(0))),
            longest_quiet: longest_run_of_zeros(&during_days),
            trend: trend(&times, phases.during.days()),
        }
    }
}

/// Whether so many days can be told from so many others by exchanging them: in fewer than 20 ways no p-value could
/// be as small as 0.05.
fn can_be_exchanged(before: usize, during: usize) -> bool {
    let mut ways = 1.0_f64;
    for chosen in 1..=before.min(during) {
        ways *= (before + during + 1 - chosen) as f64 / chosen as f64;
        if ways >= 20.0 {
            return true;
        }
    }
    false
}

fn longest_run_of_zeros(daily: &[u32]) -> Days {
    let runs = daily.split(|count| *count > 0).map(<[u32]>::len);
    Days(runs.max().unwrap_or(0) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::border::{Border, Part};
    use crate::geodesy::Position;
    use crate::testing::{incident, located};
    use crate::units::Metres;

    const PERIOD: Period = Period {
        start: Day(100),
        end: Day(160),
    };

    fn made(incidents: &[LocatedIncident], ceasefires: &[Ceasefire]) -> Vec<Account> {
        let vertices = [70.0, 71.0]
            .map(|x| Position::new(x, 33.0).unwrap())
            .to_vec();
        let part = Part {
            vertices,
            ..Part::default()
        };
        let border = Border::assemble(&[part], Metres(1.0)).unwrap();
        let sectors = Sectors::equal(&border, 2);
        let options = Options::default();
        let context = Context {
            ceasefires: ceasefires.to_vec(),
            ..Context::default()
        };
        accounts(incidents, &context, &sectors, PERIOD, &options)
    }

    fn at(day: i32, kind: &str, sector: usize) -> LocatedIncident {
        let mut report = incident(day, day, "");
        report.event_type = kind.into();
        LocatedIncident {
            sector,
            ..located(report)
        }
    }

    fn ceasefire(start: i32, end: Option<i32>) -> Ceasefire {
        Ceasefire {
            start: Day(start),
            end: end.map(Day),
            ..Ceasefire::default()
        }
    }

    #[test]
    fn counts_fall_into_their_windows_and_groups() {
        let mut incidents: Vec<LocatedIncident> = Vec::new();
        // Fourteen in the twenty days before, all in the first sector; two in it, one in each; one after.
        incidents.extend((0..14).map(|it| at(105 + it, "clash", 0)));
        incidents.extend([
            at(122, "clash", 0),
            at(135, "shelling", 1),
            at(145, "clash", 0),
        ]);
        incidents.push(at(104, "clash", 0));
        let mut month = incident(100, 140, "");
        month.event_type = "clash".into();
        incidents.push(located(month));
        let all = made(&incidents, &[ceasefire(120, Some(139))]);
        assert_eq!(all.len(), 1);
        let account = &all[0];
        assert_eq!(account.undated, 1);
        let of = |group: Group| account.groups.iter().find(|it| it.group == group).unwrap();
        let whole = of(Group::All);
        assert_eq!((whole.counts, whole.undetermined), ([15, 2, 1], 0));
        assert_eq!(of(Group::Sector(0)).counts, [15, 1, 1]);
        assert_eq!(of(Group::Sector(1)).counts, [0, 1, 0]);
        assert_eq!(of(Group::Kind("shelling".into())).counts, [0, 1, 0]);
        let ratio = whole.ratio.unwrap();
        assert!((ratio.ratio.unwrap() - 2.0 / 15.0).abs() < 1e-12);
        assert!(ratio.central.p < 0.01 && ratio.central.interval.high.unwrap() < 1.0);
        assert_eq!(of(Group::Sector(1)).ratio.unwrap().ratio, None);
        assert!(whole.permutation.unwrap().p < 0.01);
        assert_eq!(whole.days_to_first, Some(Days(2)));
        assert_eq!(whole.longest_quiet, Days(12));
        // Twenty days are three weeks, the last of six days.
        let totals: Vec<(usize, i32, usize)> = account
            .weeks
            .iter()
            .filter(|it| it.of.is_none())
            .map(|it| (it.week, it.days.0, it.incidents))
            .collect();
        assert_eq!(totals, [(1, 7, 1), (2, 7, 0), (3, 6, 1)]);
        let parts: usize = account
            .weeks
            .iter()
            .filter(|it| it.of.is_some())
            .map(|it| it.incidents)
            .sum();
        assert_eq!(parts, 2);
    }

    #[test]
    fn scope_overlap_and_what_is_not_defined() {
        let incidents = [
            at(118, "clash", 0),
            at(121, "closure", 1),
            at(123, "clash", 1),
        ];
        let scoped = Ceasefire {
            event_types: vec!["clash".into()],
            sectors: vec!["km 0–47".into()],
            ..ceasefire(120, None)
        };
        let all = made(
            &incidents,
            &[ceasefire(110, Some(119)), scoped, ceasefire(200, None)],
        );
        assert_eq!(all.len(), 2, "one is beyond the period");
        assert_eq!(all[1].before_overlaps, [0]);
        assert!(all[1].phases.is_open);
        let whole = &all[1].groups[0];
        assert_eq!(whole.counts, [1, 0, 0]);
        assert_eq!(whole.ratio.unwrap().ratio, Some(0.0));
        assert_eq!(
            (whole.days_to_first, whole.trend),
            (None, Err(NoTrend::TooFew))
        );
        assert_eq!(whole.longest_quiet, Days(41));
        let nothing = made(&[], &[ceasefire(120, None)]);
        assert_eq!(nothing[0].groups[0].ratio, Err(Undefined::NoEvents));
        assert_eq!(nothing[0].groups[0].dispersion, None);
    }
}
