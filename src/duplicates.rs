//! Reports of different sources that are likely of one event: proposed with a score and reasons, and
//! merged only where the case asks for it.
//!
//! Three rules, each of which takes for one event whatever a stricter one does. All ask for different
//! sources (another input file, source or reporter): within one source the source itself keeps events
//! apart. `r` is the sum of the two location radii; reports dated to a month or a year are compared by the
//! loose rule alone.
//!
//! | rule | days apart | km apart | kind | deaths |
//! |---|---|---|---|---|
//! | strict | 0 | at most 2, both known within 5 km | the same | both give a figure, and the ranges overlap |
//! | default | at most 1 | at most r, but 2 at least and 10 at most; both radii known | the same, or one unknown | no contradiction |
//! | loose | at most 2 | at most r, but 5 at least and 25 at most | any | any |
//!
//! The score, 0 to 100, is ours and only puts the pairs in order: up to 35 for the distance, of which a
//! quarter to a half is taken off (three quarters where a radius is unknown) as the places are known less
//! closely; 25 for the days; 15 each for kind and deaths; 10 for the parties; half of these three where a
//! report does not say.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::case::DuplicateRule;
use crate::geodesy::{Position, distance};
use crate::incident::{ClaimStatus, DatePrecision, FigureSums, Figures, Incident, MergedReport};
use crate::ledger::{Details, Fate, Ledger, Reason};
use crate::located::LocatedIncident;
use crate::neighbours::SpaceTimeGrid;
use crate::units::{Day, Days, Metres};

/// Pairs that are kept, the best first; the rest is only counted.
const MOST_PAIRS: usize = 100_000;
/// Above so many counted incidents nothing is looked for.
pub const MOST_INCIDENTS: usize = 200_000;
/// What the loosest rule reaches over.
const REACH: (Metres, Days) = (Metres(25_000.0), Days(2));

/// Two reports that are likely of one event.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The ledger rows of the two, the lower one first.
    pub records: [usize; 2],
    /// The strictest rule that takes them for one.
    pub rule: DuplicateRule,
    /// 0 to 100: how alike they are.
    pub score: u8,
    /// How far their places are apart.
    pub apart: Metres,
    /// How many days are between them; 0 where they overlap.
    pub days: Days,
    /// Why, in words.
    pub reasons: String,
}

/// What would be counted if all pairs of a rule were one event each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Headline {
    /// The rule.
    pub rule: DuplicateRule,
    /// Events.
    pub incidents: usize,
    /// Their deaths; of one event the lowest, the best of the best-placed report, and the highest.
    pub deaths: FigureSums,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposals {
    /// The pairs, by score from the top, then by record.
    pub pairs: Vec<Pair>,
    /// Pairs beyond those that are kept.
    pub untold: usize,
    /// The counts under each rule, the strictest first; empty where nothing was looked for.
    pub headlines: Vec<Headline>,
}

/// What a rule takes for one event, in a few words.
pub const fn meaning(rule: DuplicateRule) -> &'static str {
    match rule {
        DuplicateRule::Strict => {
            "same day and kind, within 2 km, both places known within 5 km, deaths that agree"
        }
        DuplicateRule::Default => {
            "within a day, and within 2 to 10 km as closely as the places are known; no contradiction in kind or deaths"
        }
        DuplicateRule::Loose => {
            "within two days, and within 5 to 25 km as closely as the places are known"
        }
    }
}

/// Looks for likely duplicates among the counted incidents. O(n log n + pairs within 25 km and 2 days),
/// on all cores; the result does not depend on their order.
pub fn propose(incidents: &[LocatedIncident], ledger: &Ledger) -> Proposals {
    let counted: Vec<&LocatedIncident> = incidents.iter().filter(|it| it.is_counted()).collect();
    if counted.len() > MOST_INCIDENTS {
        return Proposals::default();
    }
    let pairs = pairs(&counted, ledger);
    let headlines = DuplicateRule::ALL
        .into_iter()
        .map(|rule| {
            let mut events = 0;
            let mut deaths = FigureSums::default();
            for group in groups(&counted, &pairs, rule) {
                events += 1;
                deaths.add(figures(&group));
            }
            Headline {
                rule,
                incidents: events,
                deaths,
            }
        })
        .collect();
    let mut pairs: Vec<Pair> = pairs.into_iter().map(|(_, pair)| pair).collect();
    pairs.sort_by(|a, b| {
        b.score
            .cmp(&a.score)
            .then_with(|| a.records.cmp(&b.records))
    });
    let untold = pairs.len().saturating_sub(MOST_PAIRS);
    pairs.truncate(MOST_PAIRS);
    Proposals {
        pairs,
        untold,
        headlines,
    }
}

/// Makes one incident of the reports that a rule takes for one event: the best-placed report, with the
/// lowest and the highest figure of all. The others leave the incidents and are returned; the ledger
/// says so.
pub fn merge(
    incidents: &mut Vec<LocatedIncident>,
    ledger: &mut Ledger,
    rule: DuplicateRule,
) -> Vec<MergedReport> {
    let counted: Vec<&LocatedIncident> = incidents.iter().filter(|it| it.is_counted()).collect();
    let pairs = pairs(&counted, ledger);
    let mut stands: BTreeMap<usize, Figures> = BTreeMap::new();
    let mut goes: BTreeMap<usize, usize> = BTreeMap::new();
    for group in groups(&counted, &pairs, rule) {
        if let [kept, others @ ..] = group.as_slice()
            && !others.is_empty()
        {
            let into = kept.incident.record;
            stands.insert(into, figures(&group));
            goes.extend(others.iter().map(|it| (it.incident.record, into)));
        }
    }
    for it in incidents.iter_mut() {
        if let Some(figures) = stands.get(&it.incident.record) {
            it.incident.deaths = *figures;
        }
    }
    let (gone, kept) = std::mem::take(incidents)
        .into_iter()
        .partition(|it| goes.contains_key(&it.incident.record));
    *incidents = kept;
    let gone: Vec<LocatedIncident> = gone;
    gone.into_iter()
        .map(|it| {
            let into = goes[&it.incident.record];
            let entry = &ledger.entries[into];
            let expected = format!(
                "counted once, with line {} of {}, under the rule {}; its claims are in \
                 tables/merged_reports.csv",
                entry.line,
                ledger.files[entry.file as usize].name,
                rule.as_str()
            );
            let details = Details {
                id: it.incident.id().into(),
                expected: expected.into(),
                ..Details::default()
            };
            ledger.entries[it.incident.record].decide(
                Fate::Merged,
                Reason::LikelyDuplicate,
                details,
            );
            MergedReport {
                into,
                report: it.incident,
            }
        })
        .collect()
}

/// All pairs, with the places of their reports in `counted`.
fn pairs(counted: &[&LocatedIncident], ledger: &Ledger) -> Vec<([usize; 2], Pair)> {
    let positions: Vec<Position> = counted.iter().map(|it| it.incident.position).collect();
    let days: Vec<Day> = counted.iter().map(|it| it.incident.day).collect();
    let sources = sources(counted, ledger);
    // Within one source nothing is compared, however many lie together.
    if sources.iter().all(|&source| source == 0) {
        return Vec::new();
    }
    let grid = SpaceTimeGrid::new(&positions, &days, REACH.0, REACH.1);
    let mut pairs: Vec<([usize; 2], Pair)> = grid
        .rings()
        .flat_map_iter(|ring| {
            let mut found = Vec::new();
            let mut look = |one: usize, other: usize| {
                let (a, b) = (&counted[one].incident, &counted[other].incident);
                if one < other
                    && sources[one] != sources[other]
                    && let Some(pair) = compare(a, b, distance(a.position, b.position))
                {
                    found.push(([one, other], pair));
                }
            };
            for (cell, node) in ring.nodes() {
                ring.for_each_near_node(cell, node, |other| {
                    for &one in grid.members(node) {
                        for &two in grid.members(other) {
                            look(one as usize, two as usize);
                        }
                    }
                    true
                });
            }
            found
        })
        .collect();
    pairs.sort_unstable_by_key(|(places, _)| *places);
    pairs
}

/// The number of the source of each report: its file, the name of the source, who reports.
fn sources(counted: &[&LocatedIncident], ledger: &Ledger) -> Vec<u32> {
    let mut numbers: BTreeMap<(u32, &str, &str), u32> = BTreeMap::new();
    counted
        .iter()
        .map(|it| {
            let file = ledger.entries[it.incident.record].file;
            let next = numbers.len() as u32;
            *numbers
                .entry((file, &it.incident.source_name, &it.incident.reported_by))
                .or_insert(next)
        })
        .collect()
}

/// What two reports have in common.
fn compare(a: &Incident, b: &Incident, apart: Metres) -> Option<Pair> {
    let days = days_apart(a, b);
    let same_kind = alike(&a.event_type, &b.event_type);
    let deaths = ranges(a.deaths, b.deaths);
    let radii = [a.location_radius, b.location_radius];
    let known = radii.map(|radius| radius.unwrap_or(REACH.0));
    let sum = known[0] + known[1];
    let within = |low: f64, high: f64| apart.km() <= sum.km().clamp(low, high);
    let to_the_day = [a, b].map(|it| it.date_precision) == [DatePrecision::Day; 2];
    let rule = if to_the_day
        && days.0 == 0
        && apart.km() <= 2.0
        && known.iter().all(|radius| radius.km() <= 5.0)
        && same_kind == Some(true)
        && deaths == Some(true)
    {
        DuplicateRule::Strict
    } else if to_the_day
        && days.0 <= 1
        && within(2.0, 10.0)
        && radii.iter().all(Option::is_some)
        && same_kind != Some(false)
        && deaths != Some(false)
    {
        DuplicateRule::Default
    } else if days.0 <= REACH.1.0 && within(5.0, 25.0) {
        DuplicateRule::Loose
    } else {
        return None;
    };
    let parties = parties(a, b);
    let graded = |same: Option<bool>, full: f64| match same {
        Some(true) => full,
        None => full / 2.0,
        Some(false) => 0.0,
    };
    // One point of a gazetteer stands for all of a district: that two reports share it says little.
    let worst = known[0].max(known[1]);
    let placed = match radii {
        [Some(_), Some(_)] if worst.km() <= 5.0 => 1.0,
        [Some(_), Some(_)] if worst <= REACH.0 => 0.75,
        [Some(_), Some(_)] => 0.5,
        _ => 0.25,
    };
    let score = 35.0 * placed * (1.0 - (apart.0 / REACH.0.0).min(1.0))
        + 25.0 * (1.0 - f64::from(days.0) / 3.0)
        + graded(same_kind, 15.0)
        + graded(deaths, 15.0)
        + graded(parties, 10.0);
    Some(Pair {
        records: [a.record.min(b.record), a.record.max(b.record)],
        rule,
        score: score.round() as u8,
        apart,
        days,
        reasons: reasons(
            apart,
            radii,
            &between(a, b, days),
            [same_kind, deaths, parties],
        ),
    })
}

fn days_apart(a: &Incident, b: &Incident) -> Days {
    let gap = if a.last_day < b.day {
        b.day.since(a.last_day)
    } else {
        a.day.since(b.last_day)
    };
    Days(gap.0.max(0))
}

/// Whether two words are the same; `None` if one is missing.
fn alike(a: &str, b: &str) -> Option<bool> {
    (!a.is_empty() && !b.is_empty()).then(|| a.to_lowercase() == b.to_lowercase())
}

/// Whether the parties are the same two, whichever is first; `None` if a report names none.
fn parties(a: &Incident, b: &Incident) -> Option<bool> {
    let of = |it: &Incident| {
        let mut names = [it.actor_a.to_lowercase(), it.actor_b.to_lowercase()];
        names.sort_unstable();
        names
    };
    let named = |it: &Incident| !it.actor_a.is_empty() || !it.actor_b.is_empty();
    (named(a) && named(b)).then(|| of(a) == of(b))
}

/// Whether two counts can be of one event; `None` if one gives no figure.
fn ranges(a: Figures, b: Figures) -> Option<bool> {
    let range = |it: Figures| {
        let figures = [it.low, it.best, it.high];
        let figures = figures.iter().flatten();
        Some((*figures.clone().min()?, *figures.max()?))
    };
    let (a, b) = (range(a)?, range(b)?);
    Some(a.0 <= b.1 && b.0 <= a.1)
}

/// How far two reports are apart in time, in words.
fn between(a: &Incident, b: &Incident, days: Days) -> String {
    match days.0 {
        0 if a.days() == Days(1) && b.days() == Days(1) => "same day".to_owned(),
        0 => "days overlap".to_owned(),
        1 => "1 day apart".to_owned(),
        days => format!("{days} days apart"),
    }
}

fn reasons(
    apart: Metres,
    radii: [Option<Metres>; 2],
    between: &str,
    [kind, deaths, parties]: [Option<bool>; 3],
) -> String {
    let placed = match radii {
        [Some(a), Some(b)] => format!("places known within {:.0} and {:.0} km", a.km(), b.km()),
        [Some(one), None] | [None, Some(one)] => {
            format!(
                "one place known within {:.0} km, one only roughly",
                one.km()
            )
        }
        [None, None] => "both places known only roughly".to_owned(),
    };
    let word = |same: Option<bool>, yes: &str, no: &str| match same {
        Some(true) => format!("; {yes}"),
        Some(false) => format!("; {no}"),
        None => String::new(),
    };
    format!(
        "{between}; {:.1} km apart ({placed}){}{}{}",
        apart.km(),
        word(kind, "same kind", "other kind"),
        word(deaths, "deaths overlap", "deaths differ"),
        word(parties, "same parties", "other parties"),
    )
}

/// The reports of each event under a rule, best-placed first, those that stand alone too.
fn groups<'a>(
    counted: &[&'a LocatedIncident],
    pairs: &[([usize; 2], Pair)],
    rule: DuplicateRule,
) -> Vec<Vec<&'a LocatedIncident>> {
    let mut parent: Vec<usize> = (0..counted.len()).collect();
    for ([one, other], pair) in pairs {
        if pair.rule <= rule {
            let (a, b) = (root(&mut parent, *one), root(&mut parent, *other));
            // The lower number stands for both.
            parent[a.max(b)] = a.min(b);
        }
    }
    let mut groups: BTreeMap<usize, Vec<&LocatedIncident>> = BTreeMap::new();
    for (place, &it) in counted.iter().enumerate() {
        groups.entry(root(&mut parent, place)).or_default().push(it);
    }
    let mut groups: Vec<Vec<&LocatedIncident>> = groups.into_values().collect();
    for group in groups.iter_mut().filter(|group| group.len() > 1) {
        group.sort_by(|a, b| {
            rank(a)
                .partial_cmp(&rank(b))
                .unwrap_or(std::cmp::Ordering::Equal)
        });
    }
    groups
}

/// Better reports come first: a place better known, a figure, a surer claim, an earlier record.
fn rank(it: &LocatedIncident) -> (f64, bool, ClaimStatus, usize) {
    let incident = &it.incident;
    (
        incident.location_radius.map_or(f64::MAX, |radius| radius.0),
        !incident.deaths.any(),
        incident.claim_status,
        incident.record,
    )
}

fn root(parent: &mut [usize], mut of: usize) -> usize {
    while parent[of] != of {
        parent[of] = parent[parent[of]];
        of = parent[of];
    }
    of
}

/// The figures of an event: the lowest and the highest that any report gives, and the best of the first
/// report that has one. Nothing is added up.
fn figures(group: &[&LocatedIncident]) -> Figures {
    if let [alone] = group {
        return alone.incident.deaths;
    }
    let all = || group.iter().map(|it| it.incident.deaths);
    let low = all().filter_map(|it| it.low.or(it.best)).min();
    let high = all().filter_map(|it| it.high.or(it.best)).max();
    Figures {
        low,
        best: all().find_map(|it| it.best),
        high,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::border::{Border, Part};
    use crate::incident::Verification;
    use crate::incident::{DatePrecision, Texts};
    use crate::ledger::{Entry, InputFile};
    use crate::locate::Locator;
    use crate::testing::Dice;

    fn located(reports: Vec<Incident>) -> (Vec<LocatedIncident>, Ledger) {
        let vertices = [(70.0, 33.0), (72.0, 33.0)]
            .map(|(x, y)| Position::new(x, y).unwrap())
            .to_vec();
        let part = Part {
            vertices,
            ..Part::default()
        };
        let border = Border::assemble(&[part], Metres(1.0)).unwrap();
        let locator = Locator::new(&border);
        let ledger = Ledger {
            files: vec![InputFile {
                name: "a.csv".into(),
                records: reports.len() as u64,
            }],
            entries: (0..reports.len() as u64)
                .map(|record| vec![Entry::used(0, record + 2, record + 1)])
                .collect(),
        };
        let located = reports
            .into_iter()
            .map(|incident| LocatedIncident {
                location: locator.locate(incident.position),
                ..crate::testing::located(incident)
            })
            .collect();
        (located, ledger)
    }

    fn report(
        record: usize,
        source: &str,
        day: i32,
        longitude: f64,
        deaths: Option<u32>,
    ) -> Incident {
        Incident {
            record,
            day: Day(day),
            last_day: Day(day),
            date_precision: DatePrecision::Day,
            position: Position::new(longitude, 33.1).unwrap(),
            location_radius: Some(Metres(1_000.0)),
            deaths: Figures {
                best: deaths,
                ..Figures::default()
            },
            civilian_deaths: None,
            injured: None,
            claim_status: ClaimStatus::Claimed,
            verification: Verification::Unstated,
            verified_by: "".into(),
            admin1: "".into(),
            country: "".into(),
            geo_precision: "1".into(),
            event_type: "shelling".into(),
            actor_a: "A".into(),
            actor_b: "B".into(),
            reported_by: source.into(),
            source_name: source.into(),
            texts: Texts::new([&record.to_string(), "", "", "", "", "", ""]),
        }
    }

    #[test]
    fn rules_take_ever_more_for_one_event() {
        let (incidents, ledger) = located(vec![
            report(0, "x", 10, 71.0, Some(3)),
            report(1, "y", 10, 71.005, Some(3)), // strict: 0.5 km
            report(2, "z", 11, 71.01, None),     // default: a day later, no figure
            report(3, "w", 12, 71.05, Some(40)), // loose: two days, 4.7 km, deaths contradict
            report(4, "x", 10, 71.0, Some(3)),   // the same source as the first: kept apart by it
            report(5, "y", 30, 71.0, Some(3)),   // another time
        ]);
        let proposals = propose(&incidents[..4], &ledger);
        let counts: Vec<usize> = proposals.headlines.iter().map(|it| it.incidents).collect();
        assert_eq!(counts, [3, 2, 1]);
        let best = &proposals.pairs[0];
        assert_eq!((best.records, best.rule), ([0, 1], DuplicateRule::Strict));
        assert!(
            best.reasons.contains("same day; 0.5 km apart"),
            "{}",
            best.reasons
        );
        assert!(best.score > 90);
        // Nothing is added: 3, 3 and 40 deaths are one event of 3 to 40.
        let loose = proposals.headlines[2].deaths;
        assert_eq!(
            (loose.low.total, loose.best.total, loose.high.total),
            (3, 3, 40)
        );
        let all = propose(&incidents, &ledger);
        assert!(!all.pairs.iter().any(|pair| pair.records == [0, 4]));
        assert!(!all.pairs.iter().any(|pair| pair.records.contains(&5)));
    }

    #[test]
    fn merged_reports_leave_and_keep_their_claims() {
        let reports = vec![
            report(0, "x", 10, 71.0, Some(3)),
            report(1, "y", 10, 71.005, Some(5)),
            report(2, "z", 10, 71.8, Some(1)),
        ];
        let (mut incidents, mut ledger) = located(reports);
        let merged = merge(&mut incidents, &mut ledger, DuplicateRule::Strict);
        assert!(merged.is_empty(), "5 and 3 deaths contradict");
        let merged = merge(&mut incidents, &mut ledger, DuplicateRule::Loose);
        assert_eq!(incidents.len(), 2);
        assert_eq!((merged[0].into, merged[0].report.record), (0, 1));
        let deaths = incidents[0].incident.deaths;
        assert_eq!(
            (deaths.low, deaths.best, deaths.high),
            (Some(3), Some(3), Some(5))
        );
        assert_eq!(ledger.entries[1].reason, Reason::LikelyDuplicate);
        ledger.check().unwrap();
    }

    #[test]
    fn pairs_are_those_of_a_linear_scan() {
        let mut dice = Dice::new(21);
        let reports: Vec<Incident> = (0..300)
            .map(|record| {
                let source = ["x", "y", "z"][record % 3];
                let deaths = (record % 4 > 0).then_some(dice.between(0.0, 6.0) as u32);
                let day = dice.between(0.0, 30.0) as i32;
                report(record, source, day, dice.between(70.0, 72.0), deaths)
            })
            .collect();
        let (incidents, ledger) = located(reports.clone());
        let found = propose(&incidents, &ledger);
        let mut scanned = Vec::new();
        for (place, a) in reports.iter().enumerate() {
            for b in &reports[place + 1..] {
                let apart = crate::geodesy::distance(a.position, b.position);
                let one_source =
                    (&a.source_name, &a.reported_by) == (&b.source_name, &b.reported_by);
                if !one_source && apart <= REACH.0 {
                    scanned.extend(compare(a, b, apart));
                }
            }
        }
        scanned.sort_by(|a, b| {
            b.score
                .cmp(&a.score)
                .then_with(|| a.records.cmp(&b.records))
        });
        assert_eq!(found.pairs, scanned);
        assert!(scanned.len() > 50);
        let mut shuffled = incidents;
        shuffled.reverse();
        assert_eq!(propose(&shuffled, &ledger), found);
    }
}
